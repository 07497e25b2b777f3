//! The report as tables for a spreadsheet or an issue tracker: one file for each construct, and modules, lines of the estimate, findings and phases.
//!
//! Made from the JSON report: a column is a key, and its name is the key's. What is a list of plain values is one cell, joined; what is a list of
//! objects is a count, as it has a table of its own or is in the JSON report. Cells that a spreadsheet would take for a formula are neutralised.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::columns::Columns;
use crate::plan::kit::KitFile;
use crate::plan::kit::encode::csv;
use crate::report::json::{self, Inventory, Report};

/// One row after the other, as objects of the JSON report, as often as they are asked for: all of them at once would take several times what the
/// report itself takes.
type Rows<'a> = Box<dyn Fn(&mut dyn FnMut(Map<String, Value>)) + 'a>;

/// All tables, sorted by name; none is left out for being empty, so that a reader finds every name, and none lacks its headings.
pub fn write(report: &Report) -> Vec<KitFile> {
    let schema: Value = serde_json::from_slice(&json::schema()).unwrap_or_default();
    let mut tables: BTreeMap<&str, Table<'_>> = BTreeMap::new();
    let mut put = |name: &'static str, own: Option<&'static str>, rows, path: &[&str]| {
        tables.insert(name, Table { rows, own, columns: Columns::at(&schema, path) });
    };
    for (name, rows) in constructs(&report.inventory) {
        put(name, None, rows, &["inventory", name]);
    }
    let phases = report.plan.as_ref().map_or(&[][..], |plan| &plan.phases);
    put("routes", Some("phase"), routes(report), &["inventory", "routes"]);
    put("modules", None, rows(&report.modules), &["modules"]);
    put("findings", None, rows(&report.findings), &["findings"]);
    put("unresolved", None, rows(&report.coverage.unresolved), &["coverage", "unresolved"]);
    put("dependencies", None, rows(&report.project.dependencies), &["project", "dependencies"]);
    put("phases", None, rows(phases), &["plan", "phases"]);
    put("fastapi_routes", None, rows(&report.inventory.fastapi.routes), &["inventory", "fastapi", "routes"]);
    put("progress", None, rows(&report.progress.modules), &["progress", "modules"]);
    let changes = report.changes.as_ref();
    put("new_findings", None, rows(changes.map_or(&[], |c| &c.new_findings)), &["changes", "new_findings"]);
    put("fixed_findings", None, rows(changes.map_or(&[], |c| &c.fixed_findings)), &["changes", "fixed_findings"]);
    put("not_seen_findings", None, rows(changes.map_or(&[], |c| &c.not_seen_findings)), &["changes", "not_seen_findings"]);
    put("changed_modules", None, rows(changes.map_or(&[], |c| &c.modules)), &["changes", "modules"]);
    put("gates", None, rows(&report.gates), &["gates"]);
    let fields = nested("of_model", &report.inventory.models, |model| (model.label.as_str().into(), &model.fields));
    put("model_fields", Some("of_model"), fields, &["inventory", "models", "fields"]);
    let needs = nested("of_module", &report.modules, |module| (module.name.as_str().into(), &module.depends_on));
    put("module_dependencies", Some("of_module"), needs, &["modules", "depends_on"]);
    put("effort_lines", Some("of_module"), lines(report), &["modules", "effort", "items"]);
    let tasks = nested("of_phase", phases, |phase| (phase.number.into(), &phase.tasks));
    put("tasks", Some("of_phase"), tasks, &["plan", "phases", "tasks"]);
    tables.into_iter().map(|(name, table)| KitFile { path: format!("{name}.csv"), text: table.text() }).collect()
}

/// The lists of the inventory by their keys. A new one stops this from compiling.
fn constructs(inventory: &Inventory) -> Vec<(&'static str, Rows<'_>)> {
    macro_rules! lists {
        ($($name:ident),* ; $($other:ident),*) => {{
            let Inventory { $($name,)* $($other: _,)* } = inventory;
            vec![$((stringify!($name), rows($name))),*]
        }};
    }
    // What is no list, or has a table that is made in another way, comes last.
    lists!(
        apps, models, views, serializers, inline_serializers, admin, signals, signal_definitions, signal_sends, migrations, schema,
        drift, forms, templates, template_tags, middleware, commands, tasks, jobs, consumers, caching, transactions, raw_sql, queries;
        routes, fastapi, settings
    )
}

/// The rows of one file.
struct Table<'a> {
    rows: Rows<'a>,
    /// A column that the rows have in the table only.
    own: Option<&'static str>,
    columns: Columns,
}

fn object(of: &impl Serialize) -> Option<Map<String, Value>> {
    match serde_json::to_value(of) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    }
}

fn rows<T: Serialize>(list: &[T]) -> Rows<'_> {
    Box::new(move |each| list.iter().filter_map(object).for_each(each))
}

/// A row after the name of its owner.
fn owned(owner: &str, name: Value, of: &impl Serialize) -> Map<String, Value> {
    let mut row = Map::new();
    row.insert(owner.to_owned(), name);
    row.extend(object(of).unwrap_or_default());
    row
}

/// What the members of a list hold, each with what names its owner.
fn nested<'a, A, B: Serialize + 'a>(owner: &'a str, list: &'a [A], inner: impl Fn(&'a A) -> (Value, &'a Vec<B>) + 'a) -> Rows<'a> {
    Box::new(move |each| {
        for member in list {
            let (name, all) = inner(member);
            all.iter().for_each(|one| each(owned(owner, name.clone(), one)));
        }
    })
}

/// Lines of every module, then what is spent once.
fn lines(report: &Report) -> Rows<'_> {
    let modules = nested("of_module", &report.modules, |module| (module.name.as_str().into(), &module.effort.items));
    let fixed = report.summary.effort.as_ref().map_or(&[][..], |effort| &effort.fixed);
    Box::new(move |each| {
        modules(each);
        fixed.iter().for_each(|line| each(owned("of_module", Value::Null, line)));
    })
}

/// Routes with the phase in which each moves: `3`, or `GET 3, POST 5` where its methods part.
fn routes(report: &Report) -> Rows<'_> {
    let mut phases: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for phase in report.plan.iter().flat_map(|plan| &plan.phases) {
        for moved in &phase.routes {
            phases.entry(moved.route).or_default().push(match moved.methods.as_deref() {
                None | Some([]) => phase.number.to_string(),
                Some(methods) => format!("{} {}", methods.join("/"), phase.number),
            });
        }
    }
    Box::new(move |each| {
        for (index, route) in report.inventory.routes.iter().enumerate() {
            let phase = phases.get(&index).map_or(Value::Null, |all| Value::String(all.join(", ")));
            let mut row = object(route).unwrap_or_default();
            row.insert("phase".to_owned(), phase);
            each(row);
        }
    })
}

impl Table<'_> {
    /// Columns sorted, names before the rest; nested objects as `outer.inner`.
    fn text(&self) -> String {
        let mut all: BTreeSet<String> = self.own.iter().map(|key| (*key).to_owned()).chain(self.columns.headings()).collect();
        if self.columns.are_open() {
            (self.rows)(&mut |row| all.extend(flat(&row).into_keys().filter(|key| self.columns.has(key))));
        }
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
        (self.rows)(&mut |row| {
            let mut row = flat(&row);
            line(columns.iter().map(|key| row.remove(*key).unwrap_or_default()).collect());
        });
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
        let report = Report::from(&analysis);
        let mut sum = 0.0;
        lines(&report)(&mut |line| sum += line["mean"].as_f64().unwrap());
        assert!((sum - report.summary.effort.unwrap().mean).abs() < 1e-6);
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
