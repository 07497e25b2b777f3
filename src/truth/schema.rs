//! What the migrations build, and where the models say something else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::judgement::{Judgement, Wanted};
use super::rows::{NULL, claimed, flag, get, list, name_of, rows, shown, text, wanted};

/// What `makemigrations` would write for a kind of drift.
const OPERATIONS: [(&str, &[&str]); 17] = [
    ("model_without_migration", &["CreateModel"]),
    ("table_without_model", &["DeleteModel"]),
    ("field_without_migration", &["AddField"]),
    ("column_without_field", &["RemoveField"]),
    ("field_altered", &["AlterField"]),
    ("db_table_altered", &["AlterModelTable"]),
    ("unique_together_altered", &["AlterUniqueTogether"]),
    ("index_together_altered", &["AlterIndexTogether"]),
    ("order_with_respect_to_altered", &["AlterOrderWithRespectTo"]),
    ("options_altered", &["AlterModelOptions"]),
    ("index_without_migration", &["AddIndex"]),
    ("index_without_model", &["RemoveIndex"]),
    ("index_renamed", &["RenameIndex"]),
    ("constraint_without_migration", &["AddConstraint"]),
    ("constraint_without_model", &["RemoveConstraint"]),
    // Another definition under the same name goes and comes.
    ("index_altered", &["RemoveIndex", "AddIndex"]),
    ("constraint_altered", &["RemoveConstraint", "AddConstraint"]),
];

fn live(truth: &Value) -> BTreeMap<&str, &Value> {
    list(get(truth, "migration_state"), "tables").iter().filter_map(|table| Some((text(table, "model")?, table))).collect()
}

/// Those that Django's own state has: what only the database gets, no framework can be asked for.
fn reported(report: &Value) -> BTreeMap<&str, &Value> {
    let state = rows(report, "schema").into_iter().filter(|table| flag(table, "state"));
    state.filter_map(|table| Some((text(table, "model")?, table))).collect()
}

/// Their names, proxy or not, sets of fields that are unique together, names of indexes and constraints.
pub fn tables(truth: &Value, report: &Value) -> Judgement {
    fn sorted<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut texts: Vec<&str> = texts.collect();
        texts.sort_unstable();
        texts
    }
    fn table(row: &Value) -> Value {
        // Which set comes first says nothing; an automatic table's columns are in it as Django orders them.
        let sets = list(row, "unique_together").iter().filter_map(Value::as_array);
        let mut together: Vec<Vec<&str>> = sets.map(|set| set.iter().filter_map(Value::as_str).collect()).collect();
        together.sort_unstable();
        let rules = ["indexes", "constraints"].map(|part| sorted(list(row, part).iter().map(|rule| shown(name_of(rule)))));
        json!([get(row, "db_table"), get(row, "managed"), get(row, "proxy"), get(row, "auto"), together, rules])
    }
    let expected: Wanted = live(truth).into_iter().map(|(name, row)| (name.to_owned(), table(row))).collect();
    Judgement::of(&expected, &reported(report).into_iter().map(|(name, row)| (name.to_owned(), Some(table(row)))).collect())
}

/// Their columns, with type, flags, length and target.
pub fn columns(truth: &Value, report: &Value) -> Judgement {
    fn columns(tables: BTreeMap<&str, &Value>) -> Wanted {
        let mut out = Wanted::new();
        for (model, table) in tables {
            for column in list(table, "columns") {
                let to = column.get("to").unwrap_or_else(|| get(get(column, "relation"), "to"));
                // The column of a many-to-many field is another table's.
                let many = matches!(text(column, "type"), Some("ManyToManyField" | "TaggableManager"));
                let flags: Vec<&Value> = if many {
                    Vec::new()
                } else {
                    ["null", "unique", "primary_key", "db_index", "max_length"].map(|flag| get(column, flag)).to_vec()
                };
                let name = if many { &NULL } else { get(column, "column") };
                let key = format!("{model} {}", shown(text(column, "name")));
                out.insert(key, json!([name, get(column, "type"), to, flags]));
            }
        }
        out
    }
    let found = columns(reported(report)).into_iter().map(|(key, column)| (key, Some(column))).collect();
    Judgement::of(&columns(live(truth)), &found)
}

/// What `makemigrations` would write, and what the report says it would.
pub fn drift(truth: &Value, report: &Value) -> Judgement {
    let changes = list(get(truth, "migration_state"), "changes");
    let operation = |change: &Value| text(change, "operation").unwrap_or_default().to_owned();
    let whole = |change: &Value| matches!(text(change, "operation"), Some("CreateModel" | "DeleteModel"));
    let models: BTreeSet<_> =
        changes.iter().filter(|change| whole(change)).map(|change| (text(change, "app"), text(change, "model"))).collect();
    let line = |operation: &str, app: Option<&str>, model: &str, thing: Option<&str>| {
        format!("{operation} {}.{model} {}", shown(app), shown(thing))
    };
    let mut expected = BTreeSet::new();
    for change in changes {
        // The parts of a new model, and of one that goes.
        let part = !whole(change) && models.contains(&(text(change, "app"), text(change, "model")));
        if part || matches!(text(change, "operation"), Some("AlterModelManagers" | "AlterModelTableComment")) {
            continue;
        }
        let thing = if whole(change) { None } else { text(change, "field") };
        expected.insert(line(&operation(change), text(change, "app"), shown(text(change, "model")), thing));
    }

    let mut found = BTreeSet::new();
    for row in rows(report, "drift") {
        let kind = text(row, "kind").unwrap_or_default();
        let altered = matches!(kind, "index_altered" | "constraint_altered");
        // A rule whose definition differs has two names for one thing; everything else has to be certain.
        if !altered && text(row, "certainty") != Some("certain") {
            continue;
        }
        let Some((_, operations)) = OPERATIONS.iter().find(|(name, _)| *name == kind) else { continue };
        let thing = match kind {
            "index_renamed" => text(row, "in_models"),
            _ if kind.contains("together") => None,
            _ if kind.contains("index_") || kind.contains("constraint_") => text(row, "attribute"),
            _ => text(row, "field"),
        };
        let model = text(row, "model").and_then(|label| label.split_once('.')).map_or_else(String::new, |(_, name)| name.to_lowercase());
        found.extend(operations.iter().map(|operation| line(operation, text(row, "app"), &model, thing)));
    }
    Judgement::of(&wanted(expected), &claimed(found))
}
