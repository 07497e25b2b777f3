//! Reading the two files: lists, texts and flags of rows, however little of them is there.

use serde_json::Value;

use super::judgement::{Claimed, Wanted};

pub static NULL: Value = Value::Null;

pub fn get<'a>(row: &'a Value, key: &str) -> &'a Value {
    row.get(key).unwrap_or(&NULL)
}

pub fn text<'a>(row: &'a Value, key: &str) -> Option<&'a str> {
    get(row, key).as_str()
}

/// As Python's `bool()` sees it.
pub fn flag(row: &Value, key: &str) -> bool {
    truthy(get(row, key))
}

pub fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(items) => !items.is_empty(),
    }
}

pub fn list<'a>(row: &'a Value, key: &str) -> &'a [Value] {
    get(row, key).as_array().map_or(&[], Vec::as_slice)
}

/// A text, or `None` for a null as the other program writes it.
pub fn shown(value: Option<&str>) -> &str {
    value.unwrap_or("None")
}

/// `c` of `a.b.c`.
pub fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The name of a row, which may be nothing else.
pub fn name_of(item: &Value) -> Option<&str> {
    item.as_str().or_else(|| text(item, "qualname")).or_else(|| text(item, "name"))
}

pub fn names<'a>(row: &'a Value, key: &str) -> Vec<&'a str> {
    list(row, key).iter().filter_map(name_of).collect()
}

/// Names in order, each once: a set as a value.
pub fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> Value {
    let names: std::collections::BTreeSet<&str> = names.into_iter().collect();
    names.into_iter().collect()
}

/// The rows of a list of the inventory, without what belongs to apps that no settings module installs.
pub fn rows<'a>(report: &'a Value, key: &str) -> Vec<&'a Value> {
    let inventory = get(report, "inventory");
    let off: Vec<&Value> = list(inventory, "apps").iter().filter(|app| get(app, "installed") == &Value::Bool(false)).collect();
    let left_out = |row: &&Value| {
        get(row, "installed") == &Value::Bool(false)
            || off.iter().any(|app| {
                let label = text(app, "label");
                let folder = text(app, "path").filter(|path| !path.is_empty());
                (label.is_some() && text(row, "app") == label)
                    || folder.is_some_and(|folder| {
                        text(row, "file").and_then(|file| file.strip_prefix(folder)).is_some_and(|rest| rest.starts_with('/'))
                    })
            })
    };
    list(inventory, key).iter().filter(|row| !row.is_object() || !left_out(row)).collect()
}

/// What the report claims. A row that says it is dynamic counts only where it is wanted.
pub fn claims<'a>(
    rows: impl IntoIterator<Item = &'a Value>,
    expected: &Wanted,
    key: impl Fn(&'a Value) -> Option<String>,
    value: impl Fn(&'a Value) -> Value,
) -> Claimed {
    let mut out = Claimed::new();
    for row in rows {
        let Some(key) = key(row) else { continue };
        if expected.contains_key(&key) || !flag(row, "dynamic") {
            out.insert(key, Some(value(row)));
        }
    }
    out
}

/// Names alone.
pub fn wanted(names: impl IntoIterator<Item = String>) -> Wanted {
    names.into_iter().map(|name| (name, Value::Null)).collect()
}

pub fn claimed(names: impl IntoIterator<Item = String>) -> Claimed {
    names.into_iter().map(|name| (name, Some(Value::Null))).collect()
}
