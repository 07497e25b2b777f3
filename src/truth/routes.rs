//! Routes, views, consumers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::judgement::{Claimed, Judgement, Wanted};
use super::rows::{claimed, claims, flag, get, last, list, name_of, names as names_in, rows, set, shown, text, wanted};

/// Routes by path and view. Somebody else's view counts by its last name: where a package defines it and where one imports it from are two
/// spellings of the same thing.
#[derive(Default)]
struct Groups<'a> {
    live: BTreeMap<String, Vec<&'a Value>>,
    reported: BTreeMap<String, Vec<&'a Value>>,
    optional: BTreeSet<String>,
}

fn groups<'a>(truth: &'a Value, report: &'a Value) -> Groups<'a> {
    let mut out = Groups::default();
    let (mut others, mut paths) = (BTreeSet::new(), BTreeSet::new());
    for route in list(truth, "routes") {
        let Some(path) = text(route, "path") else { continue };
        if !flag(route, "first_party") || flag(route, "admin") || flag(route, "format_suffix") {
            others.insert(path);
            continue;
        }
        let view = shown(text(route, "view"));
        let view = if flag(route, "view_first_party") { view } else { last(view) };
        paths.insert(path);
        out.live.entry(format!("{path} -> {view}")).or_default().push(route);
    }
    let consumers: BTreeSet<&str> = names_in(truth, "consumers").into_iter().collect();
    for route in rows(report, "routes") {
        let view = text(route, "view");
        if flag(route, "format_suffix") || view.is_some_and(|view| consumers.contains(view)) {
            continue;
        }
        // A path that is not known is no claim.
        let Some(path) = text(route, "path") else { continue };
        let mut key = format!("{path} -> {}", shown(view));
        let short = format!("{path} -> {}", last(shown(view)));
        if !out.live.contains_key(&key) && out.live.contains_key(&short) {
            key = short;
        }
        let elsewhere = others.contains(path) && !paths.contains(path);
        let include = view.is_none() && others.iter().any(|other| other.starts_with(path));
        if !out.live.contains_key(&key) && (flag(route, "dynamic") || elsewhere || include) {
            // The include of an app that is not ours, or a page of it.
            out.optional.insert(key.clone());
        }
        out.reported.entry(key).or_default().push(route);
    }
    out
}

pub fn routes(truth: &Value, report: &Value) -> Judgement {
    let found = groups(truth, report);
    Judgement::except(&wanted(found.live.into_keys()), &claimed(found.reported.into_keys()), &found.optional)
}

/// All methods of some routes, without those that every view answers; null if one of them takes anything.
fn methods_of(group: &[&Value]) -> Option<Value> {
    let mut out = BTreeSet::new();
    for route in group {
        let methods = get(route, "methods").as_array()?;
        out.extend(methods.iter().filter_map(Value::as_str).map(str::to_uppercase));
    }
    Some(set(out.iter().map(String::as_str).filter(|method| !matches!(*method, "HEAD" | "OPTIONS"))))
}

pub fn methods(truth: &Value, report: &Value) -> Judgement {
    let found = groups(truth, report);
    let expected: Wanted = found.live.iter().filter_map(|(key, group)| Some((key.clone(), methods_of(group)?))).collect();
    let claimed = expected.keys().filter_map(|key| Some((key.clone(), methods_of(found.reported.get(key)?)))).collect();
    Judgement::of(&expected, &claimed)
}

pub fn names(truth: &Value, report: &Value) -> Judgement {
    fn full(group: &[&Value]) -> Value {
        let named = |route: &&Value| {
            let name = text(route, "name").filter(|name| !name.is_empty())?;
            let namespace = text(route, "namespace").filter(|namespace| !namespace.is_empty());
            Some(namespace.map_or_else(|| name.to_owned(), |namespace| format!("{namespace}:{name}")))
        };
        let names: Vec<String> = group.iter().filter_map(named).collect();
        set(names.iter().map(String::as_str))
    }
    let found = groups(truth, report);
    let expected: Wanted = found.live.iter().map(|(key, group)| (key.clone(), full(group))).collect();
    let claimed = expected.keys().filter_map(|key| Some((key.clone(), Some(full(found.reported.get(key)?))))).collect();
    Judgement::of(&expected, &claimed)
}

/// Which method of a viewset answers; only the HTTP methods that get through to it.
pub fn actions(truth: &Value, report: &Value) -> Judgement {
    fn of(group: &[&Value], allowed: &BTreeSet<String>) -> serde_json::Map<String, Value> {
        let actions = group.iter().filter_map(|route| get(route, "actions").as_object()).flatten();
        let lower = actions.map(|(method, action)| (method.to_lowercase(), action.clone()));
        lower.filter(|(method, _)| allowed.contains(method)).collect()
    }
    let found = groups(truth, report);
    let (mut expected, mut claimed) = (Wanted::new(), Claimed::new());
    for (key, group) in &found.live {
        let methods = group.iter().flat_map(|route| list(route, "methods")).filter_map(Value::as_str);
        let allowed: BTreeSet<String> = methods.map(str::to_lowercase).collect();
        let actions = of(group, &allowed);
        if actions.is_empty() {
            continue;
        }
        expected.insert(key.clone(), Value::Object(actions));
        if let Some(group) = found.reported.get(key) {
            claimed.insert(key.clone(), Some(Value::Object(of(group, &allowed))));
        }
    }
    Judgement::of(&expected, &claimed)
}

fn qualname(row: &Value) -> Option<String> {
    text(row, "qualname").map(str::to_owned)
}

pub fn views(truth: &Value, report: &Value) -> Judgement {
    let all = list(truth, "views");
    let own = all.iter().filter(|view| !flag(view, "dynamic") && !flag(view, "method"));
    let expected: Wanted = own.filter_map(|view| Some((qualname(view)?, get(view, "file").clone()))).collect();
    let mut optional: BTreeSet<String> = all.iter().filter_map(qualname).collect();
    optional.extend(names_in(truth, "consumers").into_iter().map(str::to_owned));
    Judgement::except(&expected, &claims(rows(report, "views"), &expected, qualname, |view| get(view, "file").clone()), &optional)
}

pub fn view_kinds(truth: &Value, report: &Value) -> Judgement {
    let known = list(truth, "views").iter().filter(|view| flag(view, "kinds") && !flag(view, "dynamic"));
    let expected: Wanted = known.filter_map(|view| Some((qualname(view)?, get(view, "kinds").clone()))).collect();
    let views = rows(report, "views").into_iter().filter_map(|view| Some((qualname(view)?, Some(get(view, "kind").clone()))));
    let found: Claimed = views.filter(|(name, _)| expected.contains_key(name)).collect();
    Judgement::with(&expected, &found, &BTreeSet::new(), |wanted, got| wanted.as_array().is_some_and(|kinds| kinds.contains(got)))
}

pub fn consumers(truth: &Value, report: &Value) -> Judgement {
    let expected = wanted(names_in(truth, "consumers").into_iter().map(str::to_owned));
    Judgement::of(&expected, &claimed(rows(report, "consumers").into_iter().filter_map(name_of).map(str::to_owned)))
}
