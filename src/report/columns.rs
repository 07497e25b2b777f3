//! The columns of a table, from the schema of the report: the same whatever a project has, so that an empty table has headings and two reports line up.

use serde_json::{Map, Value};

/// What a key of a table's rows is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Objects,
    /// Its keys are data: they become columns where they occur.
    Open,
}

/// Columns of the rows that lie at `path` in the report.
#[derive(Debug, Default)]
pub struct Columns {
    known: Vec<(String, Kind)>,
}

impl Columns {
    /// `["models", "fields"]`: the fields of the models. Nothing where the schema does not have it.
    pub fn at(schema: &Value, path: &[&str]) -> Columns {
        let mut at = schema;
        for key in path {
            let Some(next) = target(schema, at).get("properties").and_then(|all| all.get(key)) else { return Columns::default() };
            at = element(schema, next);
        }
        let mut out = Columns::default();
        out.collect(schema, at, "", 0);
        out
    }

    fn collect(&mut self, schema: &Value, of: &Value, prefix: &str, depth: usize) {
        let properties = target(schema, of).get("properties").and_then(Value::as_object);
        for (key, value) in properties.into_iter().flatten() {
            let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            let inner = target(schema, value);
            if inner.get("properties").is_some() && depth < 8 {
                self.collect(schema, inner, &name, depth + 1);
            } else if is_map(inner) {
                self.known.push((name, Kind::Open));
            } else if inner.get("items").is_some_and(|items| target(schema, items).get("properties").is_some()) {
                self.known.push((name, Kind::Objects));
            } else {
                self.known.push((name, Kind::Plain));
            }
        }
    }

    /// Headings that are there whatever the rows hold.
    pub fn headings(&self) -> impl Iterator<Item = String> {
        self.known.iter().filter_map(|(name, kind)| match kind {
            Kind::Plain => Some(name.clone()),
            Kind::Objects => Some(format!("{name}.count")),
            Kind::Open => None,
        })
    }

    /// Whether rows may bring columns of their own.
    pub fn are_open(&self) -> bool {
        self.known.is_empty() || self.known.iter().any(|(_, kind)| *kind == Kind::Open)
    }

    /// Whether a key of a row belongs into the table. Where the schema says nothing, all do.
    pub fn has(&self, key: &str) -> bool {
        self.known.is_empty()
            || self.known.iter().any(|(name, kind)| match kind {
                Kind::Plain => name == key,
                Kind::Objects => key.strip_suffix(".count") == Some(name),
                Kind::Open => key.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('.')),
            })
    }
}

/// Keys that are data, not names of the schema.
fn is_map(of: &Value) -> bool {
    of.get("additionalProperties").is_some_and(|values| !values.is_boolean())
}

/// What a reference, or "this or null", stands for.
fn target<'a>(schema: &'a Value, of: &'a Value) -> &'a Value {
    let mut at = of;
    for _ in 0..8 {
        if let Some(reference) = at.get("$ref").and_then(Value::as_str) {
            let Some(found) = reference.strip_prefix('#').and_then(|pointer| schema.pointer(pointer)) else { return at };
            at = found;
        } else if let Some(found) = at.get("anyOf").and_then(Value::as_array).and_then(|all| all.iter().find(|one| !is_null(one))) {
            at = found;
        } else {
            return at;
        }
    }
    at
}

fn is_null(of: &Value) -> bool {
    of.as_object().and_then(|of: &Map<String, Value>| of.get("type")).and_then(Value::as_str) == Some("null")
}

/// The elements of a list, or the thing itself.
fn element<'a>(schema: &'a Value, of: &'a Value) -> &'a Value {
    let of = target(schema, of);
    of.get("items").unwrap_or(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_objects_lists_and_open_maps() {
        let schema = serde_json::json!({
            "properties": {"rows": {"type": "array", "items": {"$ref": "#/$defs/Row"}}},
            "$defs": {
                "Row": {"properties": {
                    "name": {"type": "string"},
                    "at": {"anyOf": [{"$ref": "#/$defs/At"}, {"type": "null"}]},
                    "parts": {"type": "array", "items": {"$ref": "#/$defs/At"}},
                    "words": {"type": "array", "items": {"type": "string"}},
                    "given": {"type": ["object", "null"], "additionalProperties": {"type": "string"}},
                }},
                "At": {"properties": {"line": {"type": "integer"}}},
            }
        });
        let columns = Columns::at(&schema, &["rows"]);
        let mut headings: Vec<String> = columns.headings().collect();
        headings.sort();
        assert_eq!(headings, ["at.line", "name", "parts.count", "words"]);
        assert!(columns.has("given.max_length") && columns.has("at.line"));
        assert!(!columns.has("at") && !columns.has("parts") && !columns.has("given"));
        assert_eq!(Columns::at(&schema, &["none"]).headings().count(), 0);
    }
}
