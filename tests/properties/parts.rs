//! Scanning a directory never finds less than scanning one of its sub-directories.
//!
//! For a whole project inside of a larger directory this holds of every fact. For a part of a project it holds of what its files define by
//! themselves (`facts::definitions`): labels, tables, paths, and what is inherited or imported from outside of the part belong to the whole.

use std::collections::BTreeSet;

use crate::check;
use crate::facts::{assert_within, definitions, facts, moved};
use crate::generated::projects;
use crate::tree::{FIXTURES, Folder, Tree, below, fixture, into, python, scanned};

/// A repository with a project in `backend/` and other things beside it.
fn repository(project: &Tree) -> Tree {
    let mut tree = into("backend", project);
    let others: [(&str, &str); 6] = [
        ("README.md", "# Everything\n"),
        ("frontend/package.json", "{}"),
        ("frontend/src/app.js", "export default 1;\n"),
        ("frontend/tools/build.py", "import os\n\n\nclass Build:\n    out = os.path.join('dist', 'app.js')\n"),
        ("deploy/docker-compose.yml", "services: {}\n"),
        ("docs/conf.py", "project = 'Everything'\nextensions = []\n"),
    ];
    tree.extend(others.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())));
    tree
}

/// Every folder with Python in it or below it.
fn folders(tree: &Tree) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for file in python(tree) {
        let mut path = file;
        while let Some((folder, _)) = path.rsplit_once('/') {
            out.insert(folder.to_owned());
            path = folder;
        }
    }
    out
}

fn a_project_in_a_repository(project: &Tree) {
    let alone = moved(facts(&scanned(project)), "backend");
    let whole = facts(&scanned(&repository(project)));
    assert!(!alone.is_empty());
    assert_within(&alone, &whole, "the project alone");
}

/// Gives the number of facts of all parts together.
fn every_folder_of(project: &Tree) -> usize {
    let folder = Folder::new(project.clone());
    let found = folder.scanned();
    let whole = definitions(&found);
    let mut facts = 0;
    for part in folders(project) {
        // What the walk leaves out, and says so, is a project of its own when it is the root.
        if found.skipped.iter().any(|left| part == left.path || part.starts_with(&format!("{}/", left.path))) {
            continue;
        }
        let alone = moved(definitions(&scanned(&below(project, &part))), &part);
        facts += alone.len();
        assert_within(&alone, &whole, &format!("{part} alone"));
    }
    facts
}

#[test]
fn a_fixture_in_a_repository() {
    for name in FIXTURES {
        a_project_in_a_repository(&fixture(name));
    }
}

#[test]
fn every_folder_of_a_fixture() {
    for name in FIXTURES {
        let facts = every_folder_of(&fixture(name));
        assert!(facts > 100, "{name}: {facts}");
    }
}

#[test]
fn a_generated_project_in_a_repository() {
    check(12, projects(), |project| a_project_in_a_repository(&project.tree()));
}

#[test]
fn every_folder_of_a_generated_project() {
    check(12, projects(), |project| {
        every_folder_of(&project.tree());
    });
}
