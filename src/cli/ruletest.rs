//! `migscan rules --test DIR`: the cases of a team's own rules. Every folder in DIR is a small project; a comment above a line says what is to be
//! found on it, in the words that Semgrep's tests made usual: `# ruleid: ID` and `# ok: ID`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::output::Target;
use super::run::{Stop, bad_root, many};
use super::walk;
use crate::ScanOptions;
use crate::report::escape::escape;
use crate::rules::{Catalogue, findings};

const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// What is expected at a place: file, line, rule.
type Place = (String, u32, String);

#[derive(Debug, Default)]
struct Expected {
    found: BTreeSet<Place>,
    nothing: BTreeSet<Place>,
}

pub fn run(dir: &Path, catalogue: &Catalogue) -> Result<(), Stop> {
    let root = walk::root(dir).map_err(|bad| bad_root(&bad, dir))?;
    let mut cases: Vec<String> = std::fs::read_dir(&root)
        .map_err(|error| format!("cannot read {}: {error}", escape(&dir.to_string_lossy())))?
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .collect();
    cases.sort();
    if cases.is_empty() {
        return Err(format!("no case in {}: each is a folder with Python files", escape(&dir.to_string_lossy())).into());
    }
    let mut text = String::new();
    let (mut right, mut wrong) = (0, 0);
    let mut tried: BTreeSet<String> = BTreeSet::new();
    for case in &cases {
        let failures = case_failures(&root.join(case), catalogue, &mut tried);
        match failures.is_empty() {
            true => right += 1,
            false => wrong += 1,
        }
        text.push_str(&format!("{} {}\n", if failures.is_empty() { "ok  " } else { "FAIL" }, escape(case)));
        failures.iter().for_each(|failure| text.push_str(&format!("       {failure}\n")));
    }
    for rule in catalogue.rules.iter().filter(|r| r.origin != "builtin" && !tried.contains(&r.id)) {
        wrong += 1;
        text.push_str(&format!("FAIL {}: no case expects it\n", escape(&rule.id)));
    }
    text.push_str(&format!("{} right, {wrong} wrong\n", many(right, "case")));
    Target::Stdout.write(text.as_bytes())?;
    if wrong > 0 { Err(format!("{wrong} of the rules' tests are wrong").into()) } else { Ok(()) }
}

fn case_failures(root: &Path, catalogue: &Catalogue, tried: &mut BTreeSet<String>) -> Vec<String> {
    let scan = crate::scan(root, &ScanOptions { wanted: catalogue.wanted(), ..ScanOptions::default() }, &|_| {});
    let mut expected = Expected::default();
    let mut failures = Vec::new();
    for file in &scan.inventory.files {
        match walk::read(root, &file.path, MAX_BYTES).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()) {
            Ok(text) => read(&file.path, &text, &mut expected),
            Err(reason) => failures.push(format!("{} cannot be read: {reason}", escape(&file.path))),
        }
    }
    let rules: BTreeSet<&String> = expected.found.iter().chain(&expected.nothing).map(|(_, _, rule)| rule).collect();
    for rule in &rules {
        if catalogue.rule(rule).is_none() {
            failures.push(format!("there is no rule {}", escape(rule)));
        }
    }
    tried.extend(expected.found.iter().map(|(_, _, rule)| rule.clone()));
    // Rules that a case speaks of may fire nowhere else in it; the team's own rules nowhere without being expected.
    let mut actual: BTreeMap<Place, u32> = BTreeMap::new();
    for finding in findings(catalogue, &scan.inventory) {
        let own = catalogue.rules.get(finding.rule).is_some_and(|r| r.origin != "builtin");
        if own || rules.contains(&finding.id) {
            *actual.entry((finding.file, finding.line, finding.id)).or_default() += 1;
        }
    }
    for (file, line, rule) in expected.found.iter().filter(|place| !actual.contains_key(*place)) {
        failures.push(format!("{}:{line}: {} was expected and not found", escape(file), escape(rule)));
    }
    for (file, line, rule) in actual.keys().filter(|place| !expected.found.contains(*place)) {
        failures.push(format!("{}:{line}: {} was found and not expected", escape(file), escape(rule)));
    }
    failures
}

/// The comments of a file; each speaks of the next line that is no comment.
fn read(file: &str, text: &str, expected: &mut Expected) {
    let mut waiting: Vec<(bool, String)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(comment) = line.strip_prefix('#') {
            let comment = comment.trim();
            let said = comment.strip_prefix("ruleid:").map(|ids| (true, ids)).or(comment.strip_prefix("ok:").map(|ids| (false, ids)));
            if let Some((found, ids)) = said {
                waiting.extend(ids.split(',').map(|id| (found, id.trim().to_owned())));
            }
        } else if !line.is_empty() {
            for (found, id) in waiting.drain(..) {
                let set = if found { &mut expected.found } else { &mut expected.nothing };
                set.insert((file.to_owned(), number as u32 + 1, id));
            }
        }
    }
}
