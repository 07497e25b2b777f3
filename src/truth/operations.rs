//! Migrations, commands, middleware, template tags, tasks.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::judgement::{Claimed, Judgement, Wanted};
use super::rows::{claimed, claims, flag, get, last, list, name_of, names, rows, set, shown, text, truthy, wanted};

fn by_name<'a>(rows: impl IntoIterator<Item = &'a Value>) -> BTreeMap<String, &'a Value> {
    rows.into_iter().map(|row| (format!("{}.{}", shown(text(row, "app")), shown(text(row, "name"))), row)).collect()
}

pub fn migrations(truth: &Value, report: &Value) -> Judgement {
    let file = |row: &Value| get(row, "file").clone();
    let expected: Wanted = by_name(list(truth, "migrations")).into_iter().map(|(name, row)| (name, file(row))).collect();
    Judgement::of(&expected, &by_name(rows(report, "migrations")).into_iter().map(|(name, row)| (name, Some(file(row)))).collect())
}

/// The types, in order.
pub fn migration_operations(truth: &Value, report: &Value) -> Judgement {
    fn types(migration: &Value) -> Value {
        let operations = list(migration, "operations").iter();
        operations.map(|operation| last(operation.as_str().or_else(|| text(operation, "type")).unwrap_or(""))).collect()
    }
    let found = by_name(rows(report, "migrations"));
    let (mut expected, mut claimed) = (Wanted::new(), Claimed::new());
    for (name, live) in by_name(list(truth, "migrations")) {
        if let Some(row) = found.get(&name) {
            claimed.insert(name.clone(), Some(types(row)));
        }
        expected.insert(name, types(live));
    }
    Judgement::of(&expected, &claimed)
}

/// Dependencies, what a squash replaces, how much RunPython and RunSQL (nested ones too), is it a leaf.
pub fn migration_details(truth: &Value, report: &Value) -> Judgement {
    let found = by_name(rows(report, "migrations"));
    let (mut expected, mut claimed) = (Wanted::new(), Claimed::new());
    for (name, live) in by_name(list(truth, "migrations")) {
        let pairs = |row: &Value, part: &str| {
            let pairs = list(row, part).iter().filter_map(Value::as_array);
            let pairs: Vec<String> = pairs.map(|pair| pair.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(".")).collect();
            // Whatever a setting names: the first migration of the user model's app, say.
            let settings = part == "dependencies" && flag(live, "swappable");
            let kept = pairs.iter().filter(|pair| !settings || !(pair.ends_with(".__first__") || pair.starts_with("__setting__")));
            set(kept.map(String::as_str))
        };
        for part in ["dependencies", "replaces", "run_python", "run_sql", "leaf"] {
            let key = format!("{name} {part}");
            let listed = matches!(part, "dependencies" | "replaces");
            if let Some(row) = found.get(&name) {
                let got = match row.get(part) {
                    _ if listed => Some(pairs(row, part)),
                    // The operations themselves, or their lines.
                    Some(Value::Array(items)) => Some(items.len().into()),
                    got => got.cloned(),
                };
                claimed.insert(key.clone(), got);
            }
            expected.insert(key, if listed { pairs(live, part) } else { get(live, part).clone() });
        }
    }
    Judgement::with(&expected, &claimed, &BTreeSet::new(), |wanted, got| match got {
        Value::Bool(got) => truthy(wanted) == *got,
        got => wanted == got,
    })
}

pub fn commands(truth: &Value, report: &Value) -> Judgement {
    let name = |row: &Value| Some(format!("{} {}", shown(text(row, "app")), shown(text(row, "name"))));
    let expected = wanted(list(truth, "commands").iter().filter_map(name));
    Judgement::of(&expected, &claims(rows(report, "commands"), &expected, name, |_| Value::Null))
}

/// What the settings list, in order; and our own classes among it.
pub fn middleware(truth: &Value, report: &Value) -> Judgement {
    let places = |names: Vec<&str>| -> Vec<(String, Value)> {
        names.into_iter().enumerate().map(|(place, name)| (name.to_owned(), place.into())).collect()
    };
    let listed = names(get(get(report, "inventory"), "settings"), "middleware");
    let mut expected: Wanted = places(names(truth, "middleware")).into_iter().collect();
    let mut claimed: Claimed = places(listed).into_iter().map(|(name, place)| (name, Some(place))).collect();
    let own: BTreeSet<&str> = rows(report, "middleware").into_iter().filter_map(name_of).collect();
    for name in names(truth, "middleware_first_party") {
        expected.insert(format!("ours: {name}"), Value::Null);
        if own.contains(name) {
            claimed.insert(format!("ours: {name}"), Some(Value::Null));
        }
    }
    Judgement::of(&expected, &claimed)
}

pub fn template_tags(truth: &Value, report: &Value) -> Judgement {
    fn tags(row: &Value) -> Vec<String> {
        let library = text(row, "library").filter(|name| !name.is_empty()).unwrap_or_else(|| last(shown(text(row, "module"))));
        names(row, "tags").into_iter().chain(names(row, "filters")).map(|name| format!("{library} {name}")).collect()
    }
    let expected = wanted(list(truth, "template_tags").iter().flat_map(tags));
    Judgement::of(&expected, &claimed(rows(report, "template_tags").into_iter().flat_map(tags)))
}

pub fn tasks(truth: &Value, report: &Value) -> Judgement {
    let expected = wanted(names(truth, "tasks").into_iter().map(str::to_owned));
    let name = |row: &Value| name_of(row).map(str::to_owned);
    Judgement::of(&expected, &claims(rows(report, "tasks"), &expected, name, |_| Value::Null))
}
