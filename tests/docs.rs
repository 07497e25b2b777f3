//! The documents say what the code does: the code map names every file, links lead somewhere, the README shows what the program prints, and
//! the limits are those of the code.
//!
//! `INSTA_UPDATE=always cargo test --test docs` writes the last two anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn files(folder: &Path, ending: &str, out: &mut BTreeSet<String>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files(&path, ending, out);
        } else if path.extension().is_some_and(|found| found == ending) {
            out.insert(path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/"));
        }
    }
}

/// Either the text is as it should be, or it is made so if that was asked for.
fn settle(name: &str, is: &str, should: &str) {
    if is == should {
        return;
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|wish| wish == "always") {
        fs::write(root().join(name), should).unwrap();
        return;
    }
    let differing = is.lines().zip(should.lines()).find(|(a, b)| a != b);
    panic!("{name} is out of date (INSTA_UPDATE=always cargo test --test docs mends it); first: {differing:?}");
}

/// The rows of the code map, as paths.
fn code_map() -> BTreeSet<String> {
    let mut folder = String::new();
    let mut out = BTreeSet::new();
    let text = read("ARCHITECTURE.md");
    let map = text.split("## Code map").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a code map");
    for line in map.lines() {
        if let Some(title) = line.strip_prefix("### ") {
            folder = title.split('`').nth(1).unwrap_or("src").to_owned();
        } else if let Some(name) = line.strip_prefix("| `").and_then(|rest| rest.split('`').next())
            && name.ends_with(".rs")
        {
            out.insert(format!("{folder}/{name}"));
        }
    }
    out
}

#[test]
fn the_code_map_names_every_file() {
    let mut there = BTreeSet::new();
    files(&root().join("src"), "rs", &mut there);
    let map = code_map();
    let missing: Vec<_> = there.difference(&map).collect();
    let gone: Vec<_> = map.difference(&there).collect();
    assert!(missing.is_empty() && gone.is_empty(), "ARCHITECTURE.md: not named: {missing:?}; no longer there: {gone:?}");
}

#[test]
fn every_file_of_tests_is_named() {
    let listed = |folder: &str, ending: &str| -> Vec<String> {
        let names = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(ending)).collect()
    };
    let (guide, live) = (read("CONTRIBUTING.md"), read("tests/live/README.md"));
    let (rust, python) = (listed("tests", ".rs"), listed("tests/live", ".py"));
    assert!(rust.len() > 15 && python.len() > 20);
    let mut missing: Vec<String> = rust.iter().filter(|name| !guide.contains(&format!("`tests/{name}`"))).cloned().collect();
    missing.extend(python.iter().filter(|name| name.starts_with("test_") && !guide.contains(&format!("`{name}`"))).cloned());
    assert!(missing.is_empty(), "CONTRIBUTING.md does not name {missing:?}");
    let missing: Vec<&String> = python.iter().filter(|name| !live.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "tests/live/README.md does not name {missing:?}");
}

#[test]
fn links_lead_somewhere() {
    let mut pages: BTreeSet<String> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"].map(str::to_owned).into();
    files(&root().join("docs"), "md", &mut pages);
    files(&root().join("tools"), "md", &mut pages);
    for page in pages {
        let folder = Path::new(&page).parent().unwrap().to_owned();
        for target in read(&page).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !target.contains("://") && !target.starts_with('#') {
                let path = root().join(&folder).join(target.split('#').next().unwrap_or(target));
                assert!(path.exists(), "{page}: nothing at {target}");
            }
        }
    }
}

#[test]
fn the_readme_shows_what_is_printed() {
    let output = Command::new(env!("CARGO_BIN_EXE_migscan")).current_dir(root()).arg("fixtures/shop").output().unwrap();
    let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let text = read("README.md");
    let (before, rest) = text.split_once("<!-- shop").expect("the mark of the example");
    let (mark, rest) = rest.split_once("```text\n").expect("the example");
    let (_, after) = rest.split_once("```").expect("the end of the example");
    settle("README.md", &text, &format!("{before}<!-- shop{mark}```text\n{printed}```{after}"));
}

/// Rows of the table of limits that are a plain number, and the constants they state.
const LIMITS: [(&str, &str, &str, &str); 21] = [
    ("one file", "src/sources.rs", "FILE_SIZE", " bytes; `--max-file-size` sets another"),
    ("tokens of one Python file, and of all that is parsed at a time", "src/syntax/weight.rs", "MAX_TOKENS", ""),
    ("text that the evaluator makes", "src/eval/budget.rs", "MAX_TEXT", " bytes"),
    ("classes above one", "src/eval/budget.rs", "MAX_MRO", ""),
    ("classes made at run time", "src/eval/budget.rs", "MAX_MADE", ""),
    ("comparisons within one of two values", "src/eval/value.rs", "COMPARISONS", ""),
    ("lists, includes and patterns that are gone into for routes", "src/django/routes.rs", "MAX_VISITS", ""),
    ("entries of directories looked at", "src/cli/walk/mod.rs", "MAX_ENTRIES", ""),
    ("levels of blocks in a Python file", "src/syntax/guard.rs", "MAX_INDENTS", ""),
    ("open brackets", "src/syntax/guard.rs", "MAX_BRACKETS", ""),
    ("one line", "src/syntax/guard.rs", "MAX_LINE", " bytes"),
    ("lines in a row that hold only a backslash", "src/syntax/guard.rs", "MAX_JOINED", ""),
    ("different widths of indentation", "src/syntax/guard.rs", "MAX_WIDTHS", ""),
    ("depth of expressions and statements that are kept", "src/facts/lower/mod.rs", "MAX_DEPTH", ""),
    ("steps of the evaluator, one top-level statement", "src/eval/mod.rs", "STATEMENT_STEPS", ""),
    ("steps of the evaluator, one module", "src/eval/mod.rs", "MODULE_STEPS", ""),
    ("steps of the evaluator, whole project", "src/eval/mod.rs", "TOTAL_STEPS", ""),
    ("modules that import each other in a chain", "src/eval/mod.rs", "IMPORT_DEPTH", ""),
    ("elements of one container", "src/eval/mod.rs", "MAX_ITEMS", ""),
    ("nested `include()`", "src/django/routes.rs", "MAX_DEPTH", ""),
    ("routes", "src/django/routes.rs", "MAX_ROUTES", ""),
];

/// The value of a constant as written, with commas between the thousands.
fn constant(file: &str, name: &str) -> String {
    let text = read(file);
    let line = text.lines().find(|line| line.contains(&format!("const {name}:"))).unwrap_or_else(|| panic!("{file} has no {name}"));
    let digits: String = line.split('=').nth(1).unwrap().chars().filter(char::is_ascii_digit).collect();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

#[test]
fn the_limits_are_those_of_the_code() {
    let text = read("SECURITY.md");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (what, file, name, unit) in LIMITS {
        let start = format!("| {what} |");
        let row = lines.iter_mut().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("SECURITY.md has no row {what}"));
        *row = format!("{start} {}{unit} |", constant(file, name));
    }
    settle("SECURITY.md", &text, &format!("{}\n", lines.join("\n")));
}
