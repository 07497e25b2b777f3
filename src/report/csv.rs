//! The report as tables for a spreadsheet or an issue tracker: one file for each construct, and modules, lines of the estimate, findings and phases.
//!
//! Made from the JSON report: a column is a key, and its name is the key's. What is a list of plain values is one cell, joined; what is a list of
//! objects is a count, as it has a table of its own or is in the JSON report. Cells that a spreadsheet would take for a formula are neutralised.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::columns::Columns;
use crate::plan::kit::KitFile;
use crate::plan::kit::encode::csv;
use crate::report::json::{self, Report};

/// All tables, sorted by name; none is left out for being empty, so that a reader finds every name, and none lacks its headings.
pub fn write(report: &Report) -> Vec<KitFile> {
    let value = json::value(report);
    let schema: Value = serde_json::from_slice(&json::schema()).unwrap_or_default();
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    let empty = Map::new();
    let inventory = value.get("inventory").and_then(Value::as_object).unwrap_or(&empty);
    for (name, list) in inventory.iter().filter(|(_, list)| list.is_array()) {
        tables.insert(name.clone(), Table { rows: objects(list), own: None, columns: Columns::at(&schema, &["inventory", name]) });
    }
    if let Some(routes) = tables.get_mut("routes") {
        phases_of_routes(&value, &mut routes.rows);
        routes.own = Some("phase");
    }
    for (name, pointer) in [
        ("modules", "/modules"),
        ("findings", "/findings"),
        ("unresolved", "/coverage/unresolved"),
        ("dependencies", "/project/dependencies"),
        ("phases", "/plan/phases"),
        ("fastapi_routes", "/inventory/fastapi/routes"),
        ("progress", "/progress/modules"),
        ("new_findings", "/changes/new_findings"),
        ("fixed_findings", "/changes/fixed_findings"),
        ("not_seen_findings", "/changes/not_seen_findings"),
        ("changed_modules", "/changes/modules"),
        ("gates", "/gates"),
    ] {
        let path: Vec<&str> = pointer.split('/').skip(1).collect();
        let rows = value.pointer(pointer).map(objects).unwrap_or_default();
        tables.insert(name.to_owned(), Table { rows, own: None, columns: Columns::at(&schema, &path) });
    }
    let mut within = |name: &str, own: &'static str, rows: Vec<Map<String, Value>>, path: &[&str]| {
        tables.insert(name.to_owned(), Table { rows, own: Some(own), columns: Columns::at(&schema, path) });
    };
    let phases = value.pointer("/plan/phases");
    within("model_fields", "of_model", nested(inventory.get("models"), "fields", "of_model", "label"), &["inventory", "models", "fields"]);
    within("module_dependencies", "of_module", nested(value.get("modules"), "depends_on", "of_module", "name"), &["modules", "depends_on"]);
    within("effort_lines", "of_module", lines(&value), &["modules", "effort", "items"]);
    within("tasks", "of_phase", nested(phases, "tasks", "of_phase", "number"), &["plan", "phases", "tasks"]);
    tables.into_iter().map(|(name, table)| KitFile { path: format!("{name}.csv"), text: table.text() }).collect()
}

/// The rows of one file.
struct Table {
    rows: Vec<Map<String, Value>>,
    /// A column that the rows have in the table only.
    own: Option<&'static str>,
    columns: Columns,
}

fn objects(list: &Value) -> Vec<Map<String, Value>> {
    list.as_array().into_iter().flatten().filter_map(Value::as_object).cloned().collect()
}

/// The objects that the members of a list hold under a key, each with what names its owner before it.
fn nested(list: Option<&Value>, key: &str, owner: &str, by: &str) -> Vec<Map<String, Value>> {
    let mut out = Vec::new();
    for member in list.and_then(Value::as_array).into_iter().flatten() {
        for inner in member.get(key).map(objects).unwrap_or_default() {
            let mut row = Map::new();
            row.insert(owner.to_owned(), member.get(by).cloned().unwrap_or_default());
            row.extend(inner);
            out.push(row);
        }
    }
    out
}

/// Lines of every module, then what is spent once.
fn lines(report: &Value) -> Vec<Map<String, Value>> {
    let mut out = Vec::new();
    let mut add = |module: &Value, items: Option<&Value>| {
        for inner in items.map(objects).unwrap_or_default() {
            let mut row = Map::new();
            row.insert("of_module".to_owned(), module.clone());
            row.extend(inner);
            out.push(row);
        }
    };
    for module in report.get("modules").and_then(Value::as_array).into_iter().flatten() {
        add(module.get("name").unwrap_or(&Value::Null), module.pointer("/effort/items"));
    }
    add(&Value::Null, report.pointer("/summary/effort/fixed"));
    out
}

/// In which phase each route moves: `3`, or `GET 3, POST 5` where its methods part.
fn phases_of_routes(report: &Value, routes: &mut [Map<String, Value>]) {
    let mut phases: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for phase in report.pointer("/plan/phases").and_then(Value::as_array).into_iter().flatten() {
        let number = phase.get("number").and_then(Value::as_u64).unwrap_or_default();
        for moved in phase.get("routes").and_then(Value::as_array).into_iter().flatten() {
            let Some(at) = moved.get("route").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()) else { continue };
            let methods: Vec<&str> =
                moved.get("methods").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
            phases.entry(at).or_default().push(if methods.is_empty() {
                number.to_string()
            } else {
                format!("{} {number}", methods.join("/"))
            });
        }
    }
    for (index, route) in routes.iter_mut().enumerate() {
        route.insert("phase".to_owned(), phases.get(&index).map_or(Value::Null, |all| Value::String(all.join(", "))));
    }
}

impl Table {
    /// Columns sorted, names before the rest; nested objects as `outer.inner`.
    fn text(&self) -> String {
        let flat: Vec<BTreeMap<String, String>> = self.rows.iter().map(flat).collect();
        let in_rows = flat.iter().flat_map(BTreeMap::keys).filter(|key| self.columns.has(key)).cloned();
        let all: BTreeSet<String> = self.own.iter().map(|key| (*key).to_owned()).chain(self.columns.headings()).chain(in_rows).collect();
        let mut columns: Vec<&String> = all.iter().collect();
        // What something is called comes before what is said of it.
        columns.sort_by_key(|key| {
            !(key.starts_with("of_") || matches!(key.as_str(), "name" | "label" | "qualname" | "path" | "number" | "rule" | "driver"))
        });
        let mut out = String::new();
        let mut line = |cells: Vec<String>| {
            out.push_str(&cells.join(","));
            out.push_str("\r\n");
        };
        line(columns.iter().map(|key| csv(key)).collect());
        for row in &flat {
            line(columns.iter().map(|key| row.get(*key).cloned().unwrap_or_default()).collect());
        }
        out
    }
}

/// Key → cell, encoded.
fn flat(row: &Map<String, Value>) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (key, value) in row {
        put(key, value, &mut out);
    }
    out
}

fn put(key: &str, value: &Value, out: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(inner) => inner.iter().for_each(|(name, value)| put(&format!("{key}.{name}"), value, out)),
        Value::Array(list) if list.iter().any(Value::is_object) => {
            out.insert(format!("{key}.count"), list.len().to_string());
        }
        Value::Array(list) => {
            if list.is_empty() {
                out.insert(format!("{key}.count"), "0".to_owned());
            }
            let cells: Vec<String> = list.iter().map(plain).collect();
            out.insert(key.to_owned(), csv(&cells.join("; ")));
        }
        // A number is no text: a minus before it makes no formula.
        Value::Number(number) => {
            out.insert(key.to_owned(), number.to_string());
        }
        other => {
            out.insert(key.to_owned(), csv(&plain(other)));
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join("."),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn write(analysis: &crate::effort::Analysis) -> Vec<KitFile> {
        super::write(&Report::from(analysis))
    }

    fn tables() -> BTreeMap<String, String> {
        let all = write(&sample::analysis(sample::inventory()));
        all.into_iter().map(|t| (t.path, t.text)).collect()
    }

    #[test]
    fn every_construct_has_a_table_with_a_row_for_each() {
        let (tables, found) = (tables(), sample::inventory());
        let rows = |name: &str| tables[name].lines().count() - 1;
        assert_eq!(
            (rows("models.csv"), rows("routes.csv"), rows("views.csv")),
            (found.models.len(), found.routes.len(), found.views.len())
        );
        assert_eq!(rows("model_fields.csv"), found.models.iter().map(|m| m.fields.len()).sum::<usize>());
        assert!(tables["routes.csv"].starts_with("name,path,"), "{}", tables["routes.csv"]);
        assert!(rows("effort_lines.csv") > 0 && rows("modules.csv") > 0);
        assert!(tables.values().all(|text| text.ends_with("\r\n")));
    }

    #[test]
    fn an_empty_table_has_the_headings_of_a_full_one() {
        let (full, empty) = (tables(), write(&sample::analysis(crate::django::inventory::Inventory::default())));
        let heading = |text: &str| text.lines().next().unwrap().to_owned();
        for table in &empty {
            assert!(heading(&table.text).contains(','), "{}: {:?}", table.path, heading(&table.text));
        }
        let models = empty.iter().find(|table| table.path == "models.csv").unwrap();
        assert_eq!(heading(&models.text), heading(&full["models.csv"]));
        assert!(heading(&models.text).contains("fields.count") && !heading(&models.text).contains("fields,"));
    }

    #[test]
    fn lines_of_the_estimate_add_up_to_the_whole() {
        let analysis = sample::analysis(sample::inventory());
        let report = json::value(&Report::from(&analysis));
        let sum: f64 = lines(&report).iter().map(|line| line["mean"].as_f64().unwrap()).sum();
        assert!((sum - report["summary"]["effort"]["mean"].as_f64().unwrap()).abs() < 1e-6);
    }

    #[test]
    fn no_cell_is_a_formula() {
        let mut found = sample::inventory();
        for (at, bad) in ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\"\r\n=1,2"].iter().enumerate() {
            found.apps.push(crate::django::inventory::App { label: (*bad).to_owned(), path: format!("x{at}"), ..Default::default() });
        }
        let all = write(&sample::analysis(found));
        let apps = &all.iter().find(|t| t.path == "apps.csv").unwrap().text;
        for line in apps.split("\r\n") {
            for cell in line.split(',') {
                let first = cell.trim_start_matches('"').chars().next();
                assert!(!matches!(first, Some('=' | '+' | '@' | '\t')), "{apps}");
            }
        }
    }
}
