//! Serializers and forms.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::judgement::{Claimed, Judgement, Wanted};
use super::rows::{NULL, claims, flag, get, list, name_of, names, rows, text};

fn qualname(row: &Value) -> Option<String> {
    text(row, "qualname").map(str::to_owned)
}

/// Of two classes of one name the later one.
fn written(truth: &Value) -> BTreeMap<&str, &Value> {
    let own = list(truth, "serializers").iter().filter(|serializer| !flag(serializer, "dynamic"));
    own.filter_map(|serializer| Some((text(serializer, "qualname")?, serializer))).collect()
}

/// Name, live serializer, reported serializer.
fn pairs<'a>(truth: &'a Value, report: &'a Value) -> Vec<(&'a str, &'a Value, Option<&'a Value>)> {
    let found: BTreeMap<&str, &Value> =
        rows(report, "serializers").into_iter().filter_map(|row| Some((text(row, "qualname")?, row))).collect();
    written(truth).into_iter().map(|(name, live)| (name, live, found.get(name).copied())).collect()
}

pub fn serializers(truth: &Value, report: &Value) -> Judgement {
    let expected: Wanted = written(truth).into_iter().map(|(name, live)| (name.to_owned(), get(live, "file").clone())).collect();
    let found = claims(rows(report, "serializers"), &expected, qualname, |row| get(row, "file").clone());
    Judgement::except(&expected, &found, &list(truth, "serializers").iter().filter_map(qualname).collect())
}

pub fn models(truth: &Value, report: &Value) -> Judgement {
    let (mut expected, mut claimed) = (Wanted::new(), Claimed::new());
    for (name, live, found) in pairs(truth, report) {
        expected.insert(name.to_owned(), get(live, "model").clone());
        if let Some(found) = found {
            claimed.insert(name.to_owned(), Some(get(found, "model").clone()));
        }
    }
    Judgement::of(&expected, &claimed)
}

pub fn declared_fields(truth: &Value, report: &Value) -> Judgement {
    let (mut expected, mut claimed, mut optional) = (Wanted::new(), Claimed::new(), BTreeSet::new());
    for (name, live, found) in pairs(truth, report) {
        let key = |field: &str| format!("{name}.{field}");
        let own = names(live, "own_declared_fields");
        // A report may say inherited ones again.
        optional.extend(names(live, "declared_fields").into_iter().filter(|field| !own.contains(field)).map(key));
        expected.extend(own.into_iter().map(|field| (key(field), Value::Null)));
        claimed.extend(names(found.unwrap_or(&NULL), "declared_fields").into_iter().map(|field| (key(field), Some(Value::Null))));
    }
    Judgement::except(&expected, &claimed, &optional)
}

/// What the serializer has in the end: declared, from Meta, from the model.
pub fn fields(truth: &Value, report: &Value) -> Judgement {
    let (mut expected, mut claimed) = (Wanted::new(), Claimed::new());
    for (name, live, found) in pairs(truth, report) {
        if get(live, "fields").is_null() {
            continue;
        }
        expected.extend(names(live, "fields").into_iter().map(|field| (format!("{name}.{field}"), Value::Null)));
        let found = names(found.unwrap_or(&NULL), "fields").into_iter();
        claimed.extend(found.map(|field| (format!("{name}.{field}"), Some(Value::Null))));
    }
    Judgement::of(&expected, &claimed)
}

pub fn nesting(truth: &Value, report: &Value) -> Judgement {
    let (mut expected, mut claimed) = (Wanted::new(), Claimed::new());
    for (name, live, found) in pairs(truth, report) {
        let declared = list(found.unwrap_or(&NULL), "declared_fields");
        for field in names(live, "own_declared_fields") {
            let key = format!("{name}.{field}");
            expected.insert(key.clone(), get(get(live, "nested"), field).clone());
            if let Some(row) = declared.iter().find(|row| row.is_object() && text(row, "name") == Some(field)) {
                claimed.insert(key, Some(get(row, "nested").clone()));
            }
        }
    }
    Judgement::of(&expected, &claimed)
}

pub fn forms(truth: &Value, report: &Value) -> Judgement {
    let all = list(truth, "forms");
    let own = all.iter().filter(|form| text(form, "kind") != Some("FormSet") && !flag(form, "dynamic"));
    let expected: Wanted = own.filter_map(|form| Some((qualname(form)?, get(form, "model").clone()))).collect();
    let name = |form: &Value| name_of(form).map(str::to_owned);
    let found = claims(rows(report, "forms"), &expected, name, |form| get(form, "model").clone());
    Judgement::except(&expected, &found, &all.iter().filter_map(qualname).collect())
}
