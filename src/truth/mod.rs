//! The report against what the booted project says: the comparison of `tests/live/compare.py`, for people's own projects.
//!
//! A layer of its own because it reads the report as its readers do, as JSON, and knows nothing of how it came to be. The truth is a file of
//! `tests/live/truth.py`, whose head says what stands in it.
//!
//! Wanted is what an ordinary boot of the project has and its source text says. Neither wanted nor wrong: what Django makes by itself, what is
//! `dynamic` on either side, what only turns up because every module is imported (`normal_boot` is false), routes of other people's apps and of
//! the admin site, format-suffix twins. Everything else that the report claims and Django does not know is an error.

mod judgement;
mod models;
mod operations;
mod registrations;
mod routes;
mod rows;
mod schema;
mod serializers;
mod table;

use serde_json::Value;

pub use judgement::Judgement;
pub use table::table;

/// The version of the file that `truth.py` writes.
const SCHEMA: u64 = 1;
/// The lists that such a file has.
pub const LISTS: [&str; 18] = [
    "apps",
    "models",
    "abstract_models",
    "routes",
    "views",
    "serializers",
    "admin",
    "signals",
    "signal_definitions",
    "migrations",
    "commands",
    "forms",
    "template_tags",
    "middleware",
    "middleware_first_party",
    "tasks",
    "consumers",
    "errors",
];
/// What its `migration_state` has: the schema that the migrations build, and what `makemigrations` would write.
pub const STATE: [&str; 2] = ["tables", "changes"];

type Category = fn(&Value, &Value) -> Judgement;

/// In the order of `compare.py`.
const CATEGORIES: [(&str, Category); 38] = [
    ("apps", models::apps),
    ("models", models::models),
    ("abstract models", models::abstract_models),
    ("model flags", models::flags),
    ("fields", models::fields),
    ("implied fields", models::implied_fields),
    ("field types", models::field_types),
    ("field attributes", models::field_attributes),
    ("relations", models::relations),
    ("routes", routes::routes),
    ("route methods", routes::methods),
    ("route names", routes::names),
    ("route actions", routes::actions),
    ("views", routes::views),
    ("view kinds", routes::view_kinds),
    ("consumers", routes::consumers),
    ("serializers", serializers::serializers),
    ("serializer models", serializers::models),
    ("serializer declared fields", serializers::declared_fields),
    ("serializer fields", serializers::fields),
    ("serializer nesting", serializers::nesting),
    ("forms", serializers::forms),
    ("admin", registrations::admin),
    ("admin inlines", registrations::admin_inlines),
    ("admin actions", registrations::admin_actions),
    ("signals", registrations::signals),
    ("signal senders", registrations::signal_senders),
    ("signal definitions", registrations::signal_definitions),
    ("migrations", operations::migrations),
    ("migration operations", operations::migration_operations),
    ("migration details", operations::migration_details),
    ("schema tables", schema::tables),
    ("schema columns", schema::columns),
    ("drift", schema::drift),
    ("commands", operations::commands),
    ("middleware", operations::middleware),
    ("template tags", operations::template_tags),
    ("tasks", operations::tasks),
];

/// What the live framework said.
#[derive(Clone, Debug)]
pub struct Truth(Value);

impl Truth {
    /// A file of `truth.py`, or in one sentence why it is none.
    pub fn read(text: &str) -> Result<Truth, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        let wrong = |why: &str| format!("{why}; tests/live/truth.py writes such files");
        let Some(object) = value.as_object() else { return Err(wrong("it is not what a booted project says, but some other JSON")) };
        if let Some(missing) = LISTS.iter().find(|name| !object.get(**name).is_some_and(Value::is_array)) {
            return Err(wrong(&format!("it is not what a booted project says: it has no list {missing}")));
        }
        if !STATE.iter().all(|name| object.get("migration_state").and_then(|state| state.get(*name)).is_some_and(Value::is_array)) {
            return Err(wrong("it is not what a booted project says: it has no migration_state"));
        }
        match object.get("schema").and_then(Value::as_u64) {
            Some(SCHEMA) => Ok(Truth(value)),
            _ => Err(wrong(&format!("it is of another version, wanted is schema {SCHEMA}"))),
        }
    }
}

/// Each category with its judgement. `report` is the JSON report.
pub fn compare(truth: &Truth, report: &Value) -> Vec<(&'static str, Judgement)> {
    CATEGORIES.iter().map(|(name, judge)| (*name, judge(&truth.0, report))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A truth with nothing in it but what is given.
    fn truth(lists: &[(&str, Value)]) -> Truth {
        let mut object: serde_json::Map<String, Value> = LISTS.iter().map(|name| ((*name).to_owned(), Value::Array(Vec::new()))).collect();
        object.insert("schema".into(), SCHEMA.into());
        object.insert("migration_state".into(), STATE.iter().map(|name| ((*name).to_owned(), Value::Array(Vec::new()))).collect());
        object.extend(lists.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        Truth::read(&Value::Object(object).to_string()).unwrap()
    }

    fn judged(name: &str, truth: &Truth, report: &Value) -> Judgement {
        compare(truth, report).into_iter().find(|(category, _)| *category == name).unwrap().1
    }

    #[test]
    fn other_files_are_refused_in_one_sentence() {
        for (text, why) in [
            ("", "it is not JSON: EOF while parsing a value at line 1 column 0"),
            ("[]", "it is not what a booted project says, but some other JSON; tests/live/truth.py writes such files"),
            ("{\"apps\": 1}", "it is not what a booted project says: it has no list apps; tests/live/truth.py writes such files"),
        ] {
            assert_eq!(Truth::read(text).unwrap_err(), why);
        }
        let stateless = truth(&[]).0.to_string().replace("migration_state", "other_state");
        assert_eq!(
            Truth::read(&stateless).unwrap_err(),
            "it is not what a booted project says: it has no migration_state; tests/live/truth.py writes such files"
        );
        let old = truth(&[]).0.to_string().replace("\"schema\":1", "\"schema\":9");
        assert_eq!(Truth::read(&old).unwrap_err(), "it is of another version, wanted is schema 1; tests/live/truth.py writes such files");
    }

    #[test]
    fn an_empty_truth_and_an_empty_report_agree() {
        for (name, judgement) in compare(&truth(&[]), &serde_json::json!({"inventory": {}})) {
            assert!(judgement.missing.is_empty() && judgement.extra.is_empty() && judgement.wrong.is_empty(), "{name}");
        }
    }

    #[test]
    fn missing_extra_and_wrong_are_told_apart() {
        let app = |label: &str, module: &str| serde_json::json!({"label": label, "module": module});
        let truth = truth(&[("apps", Value::Array(vec![app("a", "a"), app("b", "b"), app("c", "c")]))]);
        let report = serde_json::json!({"inventory": {"apps": [app("a", "a"), app("b", "other"), app("d", "d")]}});
        let judgement = judged("apps", &truth, &report);
        assert_eq!(judgement.missing, ["c"]);
        assert_eq!(judgement.extra, ["d"]);
        assert_eq!(judgement.wrong.len(), 1);
        assert_eq!((judgement.expected, judgement.right), (3, 1));
        assert_eq!(judgement.counts().recall(), Some(1.0 / 3.0));
    }

    #[test]
    fn a_view_from_elsewhere_counts_by_its_last_name() {
        let route = serde_json::json!({"path": "/x/", "view": "lib.inner.views.page", "view_first_party": false, "first_party": true,
            "admin": false, "format_suffix": false, "methods": null, "name": null, "namespace": null, "actions": null});
        let truth = truth(&[("routes", Value::Array(vec![route]))]);
        let report = |view: &str| serde_json::json!({"inventory": {"routes": [{"path": "/x/", "view": view, "methods": null}]}});
        assert!(judged("routes", &truth, &report("lib.views.page")).missing.is_empty());
        assert_eq!(judged("routes", &truth, &report("lib.views.other")).missing, ["/x/ -> page"]);
    }

    #[test]
    fn drift_is_what_makemigrations_would_write() {
        let change = |operation: &str, model: &str, field: Option<&str>| serde_json::json!({"app": "a", "operation": operation, "model": model, "field": field});
        let changes = vec![
            change("CreateModel", "new", None),
            change("AddIndex", "new", Some("new_idx")), // a part of the new model
            change("RemoveIndex", "old", Some("old_idx")),
            change("AddIndex", "old", Some("old_idx")),
            change("AlterField", "old", Some("title")),
        ];
        let truth = truth(&[("migration_state", serde_json::json!({"tables": [], "changes": changes}))]);
        let found = |kind: &str, model: &str, field: Option<&str>, attribute: Option<&str>, certainty: &str| serde_json::json!({"app": "a", "model": model, "kind": kind, "field": field, "attribute": attribute, "certainty": certainty});
        let drift = vec![
            found("model_without_migration", "a.New", None, None, "certain"),
            found("index_altered", "a.Old", None, Some("old_idx"), "certain"),
            found("field_altered", "a.Old", Some("title"), Some("null"), "likely"), // nothing that the report would swear to
            found("field_altered", "a.Old", Some("body"), Some("null"), "certain"),
        ];
        let judgement = judged("drift", &truth, &serde_json::json!({"inventory": {"drift": drift}}));
        assert_eq!((judgement.expected, judgement.right), (4, 3));
        assert_eq!(judgement.missing, ["AlterField a.old title"]);
        assert_eq!(judgement.extra, ["AlterField a.old body"]);
    }

    #[test]
    fn tables_and_columns_are_those_of_the_state() {
        let column = |length: u32| {
            serde_json::json!({"name": "title", "column": "title", "type": "CharField", "to": null, "null": false,
            "unique": false, "primary_key": false, "db_index": false, "max_length": length})
        };
        let table = |length: u32, state: bool| {
            serde_json::json!({"model": "a.B", "db_table": "a_b", "managed": true, "proxy": false,
            "auto": false, "unique_together": [["x"], ["a", "b"]], "indexes": [], "constraints": [], "columns": [column(length)], "state": state})
        };
        let truth = truth(&[("migration_state", serde_json::json!({"tables": [table(5, true)], "changes": []}))]);
        let report = |length: u32, state: bool| serde_json::json!({"inventory": {"schema": [table(length, state)]}});
        assert_eq!(judged("schema tables", &truth, &report(9, true)).right, 1);
        assert_eq!(judged("schema columns", &truth, &report(9, true)).wrong.len(), 1);
        assert_eq!(judged("schema columns", &truth, &report(5, true)).right, 1);
        assert_eq!(judged("schema tables", &truth, &report(5, false)).missing, ["a.B"]); // in the database alone
    }
}
