//! The reports for people, as the command line writes them: all from one scan, the same bytes each time, and nothing of a name under pseudonyms.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

fn shop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop")
}

/// One scan into a folder, with every report.
fn reports(folder: &Path, more: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
    command.arg(shop()).arg("--quiet").args(more);
    for (option, name) in [("--json", "report.json"), ("--html", "report.html"), ("--markdown", "report.md"), ("--csv", "tables")] {
        command.arg(option).arg(folder.join(name));
    }
    command.assert().success().stdout("");
}

/// Every file of a folder with its text, by name.
fn texts(folder: &Path) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for path in [folder.to_owned(), folder.join("tables")].iter().flat_map(|dir| fs::read_dir(dir).unwrap()).map(|e| e.unwrap().path()) {
        if path.is_file() {
            out.push((path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap()));
        }
    }
    out.sort();
    out
}

#[test]
fn one_scan_writes_them_all_and_always_the_same_bytes() {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    for (dir, threads) in dirs.iter().zip(["1", "4"]) {
        reports(dir.path(), &["--threads", threads]);
    }
    let [one, four] = dirs.each_ref().map(|dir| texts(dir.path()));
    assert_eq!(one, four);
    let of = |name: &str| &one.iter().find(|(file, _)| file == name).unwrap().1;
    assert!(of("report.html").starts_with("<!DOCTYPE html>") && of("report.html").ends_with("</html>"));
    assert!(of("report.md").starts_with("<!-- migscan report -->\n"));
    let report: Value = serde_json::from_str(of("report.json")).unwrap();
    assert_eq!(of("routes.csv").lines().count() - 1, report["inventory"]["routes"].as_array().unwrap().len());
    assert_eq!(of("phases.csv").lines().count() - 1, report["plan"]["phases"].as_array().unwrap().len());
    // Nothing of the machine is in any of them.
    for (name, text) in &one {
        assert!(!text.contains(env!("CARGO_MANIFEST_DIR")), "{name}");
    }
}

#[test]
fn two_reports_do_not_share_a_place() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
    let refused = command.arg(shop()).args(["--json", "-", "--html", "-"]).assert().code(2).stdout("");
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("cannot both go to stdout"));
}

#[test]
fn no_name_of_the_project_is_left_under_pseudonyms() {
    let (open, hidden) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    reports(open.path(), &[]);
    reports(hidden.path(), &["--anonymize"]);
    let read = |dir: &Path| -> Value { serde_json::from_str(&fs::read_to_string(dir.join("report.json")).unwrap()).unwrap() };
    let report = read(open.path());
    let mut names: BTreeSet<String> = BTreeSet::new();
    for (list, key) in [
        ("models", "qualname"),
        ("views", "qualname"),
        ("serializers", "qualname"),
        ("admin", "admin"),
        ("tasks", "qualname"),
        ("middleware", "qualname"),
    ] {
        for one in report["inventory"][list].as_array().unwrap() {
            names.extend(one[key].as_str().unwrap().rsplit('.').next().map(str::to_owned));
        }
    }
    // Words that only code spells so; a class called `Order` is a word of every sentence.
    names.retain(|name| name.contains('_') || name.chars().skip(1).any(char::is_uppercase));
    names.retain(|name| !name.starts_with("ModelAdmin"));
    names.insert("accounts".to_owned());
    names.insert("catalog".to_owned());
    assert!(names.len() > 60, "{names:?}");
    for (file, text) in texts(hidden.path()) {
        let words: BTreeSet<&str> = text.split(|ch: char| !ch.is_alphanumeric() && ch != '_').collect();
        let left: Vec<&String> = names.iter().filter(|name| words.contains(name.as_str())).collect();
        assert!(left.is_empty(), "{file}: {left:?}");
    }
    // The numbers are those of the open report.
    let other = read(hidden.path());
    assert_eq!(report["summary"]["effort"]["p50"], other["summary"]["effort"]["p50"]);
    assert_eq!(report["summary"]["totals"], other["summary"]["totals"]);
    let schema: Value = {
        let out = Command::new(env!("CARGO_BIN_EXE_migscan")).arg("schema").assert().success();
        serde_json::from_slice(&out.get_output().stdout).unwrap()
    };
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&other));
}
