//! Every rule of the catalogue fires on the "before" half of its example, a small Django project; its "after" half is run by the live tests.

use std::collections::BTreeMap;
use std::fs;
use std::thread;

use migscan::rules::{builtin, findings};
use migscan::{ScanOptions, scan};

#[path = "idioms/layout.rs"]
mod layout;

/// The evaluator nests as deep as the project does.
const STACK: usize = 64 << 20;

#[test]
fn every_rule_fires_on_its_example() {
    let catalogue = builtin::catalogue().map_err(|(file, mistake)| format!("{file}: {mistake:?}")).unwrap();
    let mut fired: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, example) in &catalogue.examples {
        let folder = tempfile::tempdir().unwrap();
        for (file, bytes) in layout::completed(layout::files("shop/models.py", &example.before)) {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let options = ScanOptions { wanted: catalogue.wanted(), ..ScanOptions::default() };
        let root = folder.path().to_owned();
        let worker = thread::Builder::new().stack_size(STACK).spawn(move || scan(&root, &options, &|_| {}).inventory).unwrap();
        let found = findings(&catalogue, &worker.join().unwrap());
        fired.insert(name, found.into_iter().map(|f| f.id).collect());
    }
    let silent: Vec<&str> = catalogue
        .rules
        .iter()
        .filter(|r| !fired.get(r.example.as_str()).is_some_and(|ids| ids.contains(&r.id)))
        .map(|r| r.id.as_str())
        .collect();
    assert!(silent.is_empty(), "these rules do not fire on their example: {}", silent.join(", "));
}

/// Pages, terminals and annotations show code in backticks, and no other mark.
#[test]
fn texts_of_rules_have_no_emphasis() {
    let catalogue = builtin::catalogue().map_err(|(file, mistake)| format!("{file}: {mistake:?}")).unwrap();
    let emphasis = regex::Regex::new(r"(^|[\s(])(\*{1,2}|_)\p{L}[\p{L} ]*(\*{1,2}|_)($|[\s,.;:)])").unwrap();
    for rule in &catalogue.rules {
        for text in [Some(&rule.title), Some(&rule.fastapi), rule.trap.as_ref()].into_iter().flatten() {
            let plain: String = text.split('`').step_by(2).collect();
            assert!(!emphasis.is_match(&plain), "{}: {text}", rule.id);
        }
    }
}
