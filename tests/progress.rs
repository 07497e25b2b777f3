//! Progress of a move: the burn-down over many reports, the portfolio of many repositories, and the golden scenario of twelve commits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

#[path = "progress/docs.rs"]
mod docs;
#[path = "progress/golden.rs"]
mod golden;
#[path = "progress/owners.rs"]
mod owners;
#[path = "progress/project.rs"]
mod project;

use project::{State, write};

fn migscan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

fn run<I: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = I>) -> Output {
    migscan().args(args).output().unwrap()
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The report of a project, in a file.
fn scanned(root: &Path, report: &Path) -> Value {
    done(&run([root.as_os_str(), "--quiet".as_ref(), "--json".as_ref(), report.as_os_str()]));
    json(report)
}

/// Reports of the given states of one project, and where they lie.
fn reports(states: &[State]) -> (TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let mut out = Vec::new();
    for (number, state) in states.iter().enumerate() {
        let root = folder.path().join("library");
        write(&root, state);
        out.push(folder.path().join(format!("{number:02}.json")));
        scanned(&root, out.last().unwrap());
    }
    (folder, out)
}

fn trend(folder: &Path, reports: &[PathBuf], more: &[&str]) -> Value {
    let target = folder.join("trend.out");
    let mut command = migscan();
    command.arg("trend").args(reports).args(["--json"]).arg(&target).args(more);
    done(&command.output().unwrap());
    json(&target)
}

#[test]
fn one_report_says_what_is_live_twice_and_what_is_only_on_fastapi() {
    let (_folder, reports) = reports(&[State { django: (3..=12).collect(), fastapi: (1..=4).collect(), ..State::default() }]);
    let report = json(&reports[0]);
    let routes = &report["progress"]["routes"];
    assert_eq!(
        (&routes["django"], &routes["live_twice"], &routes["fastapi"], &routes["fastapi_only"]),
        (&10.into(), &2.into(), &4.into(), &2.into())
    );
    let modules = report["progress"]["modules"].as_array().unwrap();
    let sum = |key: &str| modules.iter().map(|module| module[key].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("routes"), sum("live_twice"), sum("models")), (10, 2, report["progress"]["models"]["django"].as_u64().unwrap()));
    for found in report["progress"]["matches"].as_array().unwrap() {
        let route = &report["inventory"]["routes"][found["route"].as_u64().unwrap() as usize];
        let other = &report["inventory"]["fastapi"]["routes"][found["fastapi"][0].as_u64().unwrap() as usize];
        let shape = |path: &Value| path.as_str().unwrap().trim_end_matches('/').split('{').next().unwrap().to_owned();
        assert_eq!(shape(&route["path"]), shape(&other["path"]));
    }
}

#[test]
fn a_file_that_could_not_be_read_is_no_progress() {
    let all = State { django: (1..=12).collect(), ..State::default() };
    let broken = State { broken: true, fastapi: vec![1, 2], ..all.clone() };
    let moved = State { django: (3..=12).collect(), fastapi: vec![1, 2], ..State::default() };
    let (folder, reports) = reports(&[all, broken, moved]);
    let seen = trend(folder.path(), &reports, &[]);
    let of = |number: usize, key: &str| seen["reports"][number]["routes"][key].as_u64().unwrap();
    assert_eq!((of(0, "left"), of(1, "left"), of(1, "moved"), of(1, "gone")), (12, 12, 0, 0), "{seen}");
    assert!(of(1, "not_seen") > 0);
    assert!(!seen["reports"][1]["lost"].as_array().unwrap().is_empty() && seen["reports"][0]["lost"].as_array().unwrap().is_empty());
    let hours = |number: usize| seen["reports"][number]["module_hours"].as_f64().unwrap();
    assert!(hours(1) >= hours(0), "{} {}", hours(0), hours(1));
    assert_eq!((of(2, "left"), of(2, "moved"), of(2, "not_seen")), (10, 2, 0));
}

#[test]
fn what_comes_back_or_goes_is_said() {
    let (folder, reports) = reports(&[
        State { django: vec![1, 2, 3], fastapi: vec![], ..State::default() },
        State { django: vec![3], fastapi: vec![1], ..State::default() },
        State { django: vec![2, 3, 4], fastapi: vec![1, 7], ..State::default() },
    ]);
    let seen = trend(folder.path(), &reports, &[]);
    let row = |number: usize| {
        let routes = &seen["reports"][number]["routes"];
        ["left", "moved", "gone", "new", "added"].map(|key| routes[key].as_u64().unwrap())
    };
    assert_eq!([row(0), row(1), row(2)], [[3, 0, 0, 0, 0], [1, 1, 1, 0, 0], [3, 1, 0, 1, 1]]);
}

#[test]
fn by_owner_as_codeowners_says() {
    let (folder, reports) = reports(&[
        State { django: (1..=12).collect(), ..State::default() },
        State { django: (7..=12).collect(), fastapi: (1..=6).collect(), ..State::default() },
    ]);
    let owners = folder.path().join("CODEOWNERS");
    fs::write(&owners, "* @all\n/books/ @readers\n/loans/ @desk @night\n").unwrap();
    let seen = trend(folder.path(), &reports, &["--owners", owners.to_str().unwrap()]);
    let rows: Vec<_> = seen["owners"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let point = |at: usize, key: &str| row["points"][at][key].as_u64().unwrap_or_default();
            (row["name"].as_str().unwrap().to_owned(), point(0, "routes"), point(1, "routes"), point(1, "moved"))
        })
        .collect();
    assert!(rows.contains(&("@readers".to_owned(), 6, 0, 6)), "{rows:?}");
    assert!(rows.contains(&("@desk @night".to_owned(), 6, 6, 0)), "{rows:?}");
    let text = done(&migscan().arg("trend").args(&reports).arg("--owners").arg(&owners).output().unwrap());
    assert!(text.contains("@desk @night") && text.contains("Moved 6 of 12 routes"), "{text}");
}

#[test]
fn the_documents_agree_with_their_schemas_and_are_the_same_each_time() {
    let (folder, reports) = reports(&[
        State { django: (1..=12).collect(), ..State::default() },
        State { django: vec![2], fastapi: vec![1], ..State::default() },
    ]);
    for (command, flag) in [("trend", "--trend"), ("portfolio", "--portfolio")] {
        let schema: Value = serde_json::from_str(&done(&run(["schema", flag]))).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let text = |_| done(&migscan().arg(command).args(&reports).args(["--json", "-"]).output().unwrap());
        let (first, second) = (text(1), text(2));
        assert_eq!(first, second);
        let document: Value = serde_json::from_str(&first).unwrap();
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{command}: {errors:?}");
        let page = folder.path().join("page.html");
        done(&migscan().arg(command).args(&reports).arg("--html").arg(&page).output().unwrap());
        let page = fs::read_to_string(page).unwrap();
        assert!(page.contains("Content-Security-Policy") && page.contains("<caption>"), "{command}");
        assert!(!page.contains("http://") && !page.contains("https://"), "{command}");
    }
}

#[test]
fn a_report_that_is_none_ends_a_trend_and_is_a_row_of_a_portfolio() {
    let (folder, mut reports) = reports(&[State { django: (1..=12).collect(), ..State::default() }]);
    let broken = folder.path().join("<b>broken.json");
    fs::write(&broken, "{\"schema_version\": \"1.0\"").unwrap();
    reports.push(broken);
    let ended = migscan().arg("trend").args(&reports).output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("it ends in the middle"));
    let page = folder.path().join("page.html");
    let table = folder.path().join("table.csv");
    let mut command = migscan();
    let output = command.arg("portfolio").arg(folder.path()).arg("--html").arg(&page).arg("--csv").arg(&table).output().unwrap();
    let text = done(&output);
    assert!(text.contains("1 repository, 1 not read"), "{text}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("it ends in the middle"));
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("it ends in the middle") && !page.contains("<b>broken"), "escaped");
    let table = fs::read_to_string(table).unwrap();
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.lines().nth(2).unwrap().ends_with(",true"), "{table}");
}

#[test]
fn a_portfolio_starts_with_what_is_advised_understood_and_cheap() {
    let (folder, reports) = reports(&[State { django: (1..=12).collect(), ..State::default() }]);
    let report = json(&reports[0]);
    let many = folder.path().join("many");
    fs::create_dir(&many).unwrap();
    for (name, verdict, p80, percent) in [
        ("dear", "migrate", 900.0, 99.0),
        ("vague", "migrate", 10.0, 40.0),
        ("cheap", "migrate", 90.0, 99.0),
        ("not", "do not migrate", 1.0, 99.0),
    ] {
        let mut own = report.clone();
        own["project"]["name"] = name.into();
        own["project"]["dependencies"] =
            serde_json::json!([{"name": "Django_Filter", "version": null, "counterpart": "fastapi-filter", "file": "r.txt"}]);
        own["summary"]["verdict"] = verdict.into();
        own["summary"]["effort"]["p80"] = p80.into();
        own["coverage"]["percent"] = percent.into();
        fs::write(many.join(format!("{name}.json")), own.to_string()).unwrap();
    }
    let target = folder.path().join("out.ndjson");
    done(&migscan().arg("portfolio").arg(&many).arg("--json").arg(&target).output().unwrap());
    let lines: Vec<Value> = fs::read_to_string(&target).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let order: Vec<&str> = lines.iter().map(|row| row["repository"].as_str().unwrap()).collect();
    assert_eq!(order, ["cheap", "dear", "vague", "not"]);
    assert!(lines[2]["because"].as_str().unwrap().contains("too little to rely on"));
    let whole: Value = serde_json::from_str(&done(&migscan().arg("portfolio").arg(&many).args(["--json", "-"]).output().unwrap())).unwrap();
    assert_eq!((&whole["packages"][0]["name"], &whole["packages"][0]["repositories"]), (&"django-filter".into(), &4.into()));
}

#[test]
fn fastapi_alone_is_no_django_project_but_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.py"), "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\ndef x():\n    pass\n").unwrap();
    let output = run([folder.path()]);
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is FastAPI: 1 application with 1 route"));
}
