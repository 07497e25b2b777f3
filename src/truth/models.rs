//! Apps, models, their fields and relations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::judgement::{Claimed, Judgement, Wanted};
use super::rows::{NULL, claims, flag, get, last, list, rows, text};

const ATTRIBUTES: [&str; 9] = ["null", "blank", "unique", "primary_key", "db_index", "max_length", "column", "default", "choices"];

pub fn apps(truth: &Value, report: &Value) -> Judgement {
    let module = |app: &Value| Some((text(app, "label")?.to_owned(), get(app, "module").clone()));
    let expected: Wanted = list(truth, "apps").iter().filter_map(module).collect();
    let found = list(get(report, "inventory"), "apps").iter().filter(|app| get(app, "installed") != &Value::Bool(false));
    Judgement::of(&expected, &found.filter_map(module).map(|(label, module)| (label, Some(module))).collect())
}

fn wanted(truth: &Value) -> BTreeMap<&str, &Value> {
    list(truth, "models")
        .iter()
        .filter(|model| flag(model, "normal_boot") && !flag(model, "dynamic") && !flag(model, "auto_created"))
        .filter_map(|model| Some((text(model, "label")?, model)))
        .collect()
}

fn reported(report: &Value) -> BTreeMap<&str, &Value> {
    let models = rows(report, "models").into_iter().filter(|model| !flag(model, "abstract"));
    models.filter_map(|model| Some((text(model, "label")?, model))).collect()
}

pub fn models(truth: &Value, report: &Value) -> Judgement {
    let expected: Wanted = wanted(truth).into_iter().map(|(label, model)| (label.to_owned(), get(model, "file").clone())).collect();
    let label = |model: &Value| text(model, "label").map(str::to_owned);
    let found = claims(reported(report).into_values(), &expected, label, |model| get(model, "file").clone());
    Judgement::except(&expected, &found, &list(truth, "models").iter().filter_map(label).collect())
}

pub fn abstract_models(truth: &Value, report: &Value) -> Judgement {
    let name = |model: &Value| text(model, "qualname").map(str::to_owned);
    let all = list(truth, "abstract_models");
    let expected = super::rows::wanted(all.iter().filter(|model| !flag(model, "dynamic")).filter_map(name));
    let found = rows(report, "models").into_iter().filter(|model| flag(model, "abstract"));
    Judgement::except(&expected, &claims(found, &expected, name, |_| Value::Null), &all.iter().filter_map(name).collect())
}

/// proxy, managed, the table, and the setting that can swap the model
pub fn flags(truth: &Value, report: &Value) -> Judgement {
    let (mut expected, mut claimed) = (Wanted::new(), Claimed::new());
    let found = reported(report);
    for (label, model) in wanted(truth) {
        for name in ["proxy", "managed", "db_table", "swappable"] {
            expected.insert(format!("{label} {name}"), get(model, name).clone());
            if let Some(found) = found.get(label) {
                claimed.insert(format!("{label} {name}"), Some(get(found, name).clone()));
            }
        }
    }
    Judgement::of(&expected, &claimed)
}

/// One field of a wanted model: as Django has it, as the report has it.
struct Pair<'a> {
    key: String,
    name: &'a str,
    live: Option<&'a Value>,
    claimed: Option<&'a Value>,
    model: &'a Value,
}

impl<'a> Pair<'a> {
    /// The live field, if a first-party class body spells it out.
    fn written(&self) -> Option<&'a Value> {
        self.live.filter(|live| flag(live, "explicit") && !flag(live, "auto_created"))
    }
}

fn by_name(model: Option<&Value>) -> BTreeMap<&str, &Value> {
    model.map_or(&[][..], |model| list(model, "fields")).iter().filter_map(|field| Some((text(field, "name")?, field))).collect()
}

fn pairs<'a>(truth: &'a Value, report: &'a Value) -> Vec<Pair<'a>> {
    let found = reported(report);
    let mut out = Vec::new();
    for (label, model) in wanted(truth) {
        let (live, claimed) = (by_name(Some(model)), by_name(found.get(label).copied()));
        let names: BTreeSet<&str> = live.keys().chain(claimed.keys()).copied().collect();
        out.extend(names.into_iter().map(|name| Pair {
            key: format!("{label}.{name}"),
            name,
            live: live.get(name).copied(),
            claimed: claimed.get(name).copied(),
            model,
        }));
    }
    out
}

pub fn fields(truth: &Value, report: &Value) -> Judgement {
    let (mut expected, mut claimed, mut optional) = (Wanted::new(), Claimed::new(), BTreeSet::new());
    for pair in pairs(truth, report) {
        if pair.written().is_some() {
            expected.insert(pair.key.clone(), Value::Null);
        } else if pair.live.is_some() || list(pair.model, "inherited_fields").iter().any(|name| name.as_str() == Some(pair.name)) {
            // Implied here, or a parent's column: a report may list it with the child.
            optional.insert(pair.key.clone());
        }
        if let Some(found) = pair.claimed
            && (expected.contains_key(&pair.key) || !flag(found, "dynamic"))
        {
            claimed.insert(pair.key, Some(Value::Null));
        }
    }
    Judgement::except(&expected, &claimed, &optional)
}

fn last_of(value: &Value) -> Value {
    value.as_str().map_or_else(|| value.clone(), |name| last(name).into())
}

/// Fields that nobody wrote and the table has all the same: of `AbstractUser`, of `order_with_respect_to`
pub fn implied_fields(truth: &Value, report: &Value) -> Judgement {
    types_of(truth, report, |pair| pair.live.filter(|live| !flag(live, "explicit") && !flag(live, "auto_created")))
}

pub fn field_types(truth: &Value, report: &Value) -> Judgement {
    types_of(truth, report, Pair::written)
}

fn types_of<'a>(truth: &'a Value, report: &'a Value, chosen: impl Fn(&Pair<'a>) -> Option<&'a Value>) -> Judgement {
    let (mut expected, mut claimed) = (Wanted::new(), Claimed::new());
    for pair in pairs(truth, report) {
        let Some(live) = chosen(&pair) else { continue };
        expected.insert(pair.key.clone(), get(live, "type").clone());
        if let Some(found) = pair.claimed {
            claimed.insert(pair.key, Some(last_of(get(found, "type"))));
        }
    }
    Judgement::of(&expected, &claimed)
}

pub fn field_attributes(truth: &Value, report: &Value) -> Judgement {
    let (mut expected, mut claimed) = (Wanted::new(), Claimed::new());
    for pair in pairs(truth, report) {
        let Some(live) = pair.written() else { continue };
        let kind = text(get(live, "relation"), "kind");
        if matches!(kind, Some("GenericForeignKey" | "GenericRelation")) {
            continue; // They have no column: what their attributes say is Django's inner business.
        }
        for attribute in ATTRIBUTES {
            let (key, want) = (format!("{} {attribute}", pair.key), get(live, attribute));
            if let Some(found) = pair.claimed {
                let got = found.get(attribute).cloned();
                // A many-to-many field has no column of its own, although Django gives it a name for one.
                let none = attribute == "column" && kind == Some("ManyToManyField") && got == Some(Value::Null);
                claimed.insert(key.clone(), if none { Some(want.clone()) } else { got });
            }
            expected.insert(key, want.clone());
        }
    }
    Judgement::of(&expected, &claimed)
}

pub fn relations(truth: &Value, report: &Value) -> Judgement {
    let (mut expected, mut claimed) = (Wanted::new(), Claimed::new());
    for pair in pairs(truth, report) {
        let found = pair.claimed.map_or(&NULL, |field| get(field, "relation"));
        let given = !found.is_null();
        if given && pair.live.is_some_and(|live| get(live, "relation").is_null()) {
            claimed.insert(format!("{} relation", pair.key), Some(get(found, "kind").clone()));
        }
        let Some(wanted) = pair.written().map(|live| get(live, "relation")).filter(|relation| !relation.is_null()) else { continue };
        let generic = text(wanted, "kind").is_some_and(|kind| kind.starts_with("Generic"));
        let parts: &[&str] = if generic { &["kind", "to"] } else { &["kind", "to", "on_delete", "related_name", "through"] };
        for part in parts {
            let key = format!("{} {part}", pair.key);
            let own = *part == "through" && flag(wanted, "through_auto_created");
            let want = if own { &NULL } else { get(wanted, part) };
            if given {
                let got = match (*part, get(found, part)) {
                    ("kind", got) => last_of(got),
                    ("on_delete", Value::String(got)) => last(got.split('(').next().unwrap_or(got)).into(),
                    // The one that Django makes may be named.
                    ("through", got) if want.is_null() && got == get(wanted, "through") => Value::Null,
                    (_, got) => got.clone(),
                };
                claimed.insert(key.clone(), Some(got));
            }
            expected.insert(key, want.clone());
        }
    }
    Judgement::of(&expected, &claimed)
}
