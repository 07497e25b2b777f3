//! What the fixtures amount to, as text that a person can read in a diff: the terminal summary, and an outline of the JSON report with one
//! line for each thing found. A change of the analysis that nobody meant shows up here, with its name.
//!
//! `INSTA_UPDATE=always cargo test --test snapshots` writes them anew; then read the diff.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

const FIXTURES: [&str; 3] = ["legacy", "newsroom", "shop"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn run(fixture: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
    let output = command.env_remove("NO_COLOR").arg(root().join(fixture)).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{fixture} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// What people see: stdout, then stderr.
fn screen(fixture: &str) -> String {
    let output = run(fixture, &["--verbose"]);
    format!("{}----\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A value as it stands in a line: texts without quotes, lists with commas, nothing as `-`.
fn show(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "-".to_owned(),
        Value::Array(items) => items.iter().map(show).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// One line a row: the template with `{key}` replaced, `{key#}` by the length of the list, `{key?}` by the key where it is true,
/// `{key!}` by "not" and the key where it is false.
fn line(row: &Value, template: &str) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (key, behind) = after.split_once('}').expect("a closed brace");
        rest = behind;
        if let Some(list) = key.strip_suffix('#') {
            let _ = write!(out, "{}", row[list].as_array().map_or(0, Vec::len));
        } else if let Some(flag) = key.strip_suffix('?') {
            if row[flag] == Value::Bool(true) {
                let _ = write!(out, " [{flag}]");
            }
        } else if let Some(flag) = key.strip_suffix('!') {
            if row[flag] == Value::Bool(false) {
                let _ = write!(out, " [not {flag}]");
            }
        } else {
            assert!(row.get(key).is_some(), "no {key} in {row}");
            out.push_str(&show(&row[key]));
        }
    }
    out.push_str(rest);
    out
}

/// The lists of the inventory and what of each row belongs into the outline.
const LISTS: [(&str, &str); 21] = [
    ("apps", "{label} = {module} ({config}){installed!}"),
    ("models", "{label} {db_table}: {fields#} fields, managers {managers#}{abstract?}{proxy?}{swapped?}{installed!}"),
    ("routes", "{path} {methods} {view} name={name} {certainty}{i18n?}{admin?}{format_suffix?}"),
    ("views", "{qualname} {kind}{async?}{routed!}"),
    ("serializers", "{qualname} {kind} of {model}: {fields}"),
    ("admin", "{site}: {model} by {admin}; inlines {inlines}; actions {actions}"),
    ("signals", "{signal} from {sender} to {receiver} by {how} {certainty}{dynamic?}"),
    ("signal_definitions", "{qualname}"),
    ("signal_sends", "{signal} by {sent_by}"),
    ("migrations", "{app}.{name}: {operations#} operations, python {run_python}, sql {run_sql}{leaf?}{installed!}"),
    ("forms", "{qualname}"),
    ("templates", "{name} {engine}"),
    ("template_tags", "{library}: tags {tags}; filters {filters}"),
    ("middleware", "{qualname} {kind}"),
    ("commands", "{app}.{name}{installed!}"),
    ("tasks", "{qualname} {kind}"),
    ("consumers", "{qualname} {paths}"),
    ("caching", "{what} in {scope}"),
    ("transactions", "{what} in {scope}"),
    ("raw_sql", "{what} in {scope}"),
    ("queries", "{access} {class} {model} {chain} in {scope}; touches {touches}; {on} {database} {manager} {certainty}{async?}"),
];

/// The fields of all models: `name Type`, for relations with `-> target`.
fn fields(inventory: &Value, out: &mut String) {
    let _ = writeln!(out, "\n# fields");
    for model in inventory["models"].as_array().expect("models") {
        let fields = model["fields"].as_array().expect("fields").iter().map(|field| {
            let to = if field["relation"].is_null() { String::new() } else { format!(" -> {}", show(&field["relation"]["to"])) };
            format!("{} {}{to}", show(&field["name"]), show(&field["type"]))
        });
        let _ = writeln!(out, "{}: {}", show(&model["label"]), fields.collect::<Vec<_>>().join(", "));
    }
}

/// The report in lines. Places are left out: they move with every edit of a fixture, and the live tests compare what counts.
fn outline(report: &Value) -> String {
    let mut out = String::new();
    let inventory = &report["inventory"];
    let totals = report["summary"]["totals"].as_object().expect("totals");
    let _ = writeln!(out, "# totals");
    for (name, count) in totals.iter().filter(|(_, count)| **count != 0) {
        let _ = writeln!(out, "{name} {count}");
    }
    let _ = writeln!(out, "\n# coverage {} %", report["coverage"]["percent"]);
    for (kind, counted) in report["coverage"]["facts"].as_object().expect("facts") {
        if counted["resolved"] != 0 || counted["unresolved"] != 0 {
            let _ = writeln!(out, "{kind} {} resolved, {} not", counted["resolved"], counted["unresolved"]);
        }
    }
    for row in report["coverage"]["unresolved"].as_array().expect("unresolved") {
        let _ = writeln!(out, "unresolved: {}", line(row, "{kind} in {file}: {reason}"));
    }
    let project = &report["project"];
    let _ = writeln!(out, "\n# project");
    let _ = writeln!(out, "{}", line(project, "roots {roots}; urls {root_urlconf}; user {auth_user_model}"));
    let _ = writeln!(out, "{}", line(project, "Django {django_version}, DRF {drf_version}, Python {python_version}"));
    for row in project["settings"].as_array().expect("settings") {
        let _ = writeln!(out, "settings {}", line(row, "{module} from {source}{chosen?}"));
    }
    for row in project["dependencies"].as_array().expect("dependencies") {
        let _ = writeln!(out, "needs {}", line(row, "{name} {version}"));
    }
    for (list, template) in LISTS {
        let rows = inventory[list].as_array().unwrap_or_else(|| panic!("no list {list}"));
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n# {list}");
        let mut lines: Vec<String> = rows.iter().map(|row| line(row, template)).collect();
        lines.sort();
        out.push_str(&lines.join("\n"));
        out.push('\n');
    }
    fields(inventory, &mut out);
    out
}

fn report(fixture: &str) -> Value {
    serde_json::from_slice(&run(fixture, &["--json", "-"]).stdout).unwrap()
}

#[test]
fn summaries() {
    for fixture in FIXTURES {
        insta::assert_snapshot!(format!("summary-{fixture}"), screen(fixture));
    }
}

#[test]
fn outlines() {
    for fixture in FIXTURES {
        insta::assert_snapshot!(format!("outline-{fixture}"), outline(&report(fixture)));
    }
}
