//! A broken file moves facts to unknown, never to done: it is listed, and neither the number of resolved facts nor the coverage rises.
//!
//! A file of which nothing can be read takes statements away and brings no new one. This does not hold where the file says what the project is
//! (`manage.py`, settings, `apps.py`): without it Django's defaults apply, and other settings count. Nor where a file is cut in the middle of a
//! class: what stands before the cut is believed.

use proptest::prelude::*;

use migscan::django::inventory::Inventory;

use crate::check;
use crate::facts::{assert_within, facts};
use crate::generated::projects;
use crate::tree::{FIXTURES, Folder, fixture, python};

/// Ways to make sure that a file is not Python.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// A line at the end that the rest has nothing to do with.
    BadLine,
    /// Cut after so many parts of a thousand, with brackets left open.
    Cut(usize),
    /// A byte that no Python source may hold.
    Nul,
}

impl Way {
    fn of(self, bytes: &[u8]) -> Vec<u8> {
        let mut out = match self {
            Way::Cut(part) => {
                let at = bytes.len() * part / 1000;
                let line = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
                bytes[..line].to_vec()
            }
            _ => bytes.to_vec(),
        };
        out.extend_from_slice(match self {
            Way::BadLine => b"\ndef (:\n",
            Way::Cut(_) => b"\n((\n",
            Way::Nul => b"\n\0\n",
        });
        out
    }
}

fn resolved(found: &Inventory) -> u64 {
    // A migration less may leave more of the schema: a deletion is not seen.
    found.coverage.facts.iter().filter(|(kind, _)| *kind != "schema").map(|(_, counted)| counted.resolved).sum()
}

/// Whether a file is only counted: test code, vendored copies.
fn left_out(found: &Inventory, path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
    found
        .skipped
        .iter()
        .any(|left| left.path == path || left.path == folder && is_test(path) || path.starts_with(&format!("{}/", left.path)))
}

fn is_test(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part.starts_with("test") || part == "conftest.py")
}

/// Whether a file says which project this is, instead of what is in it: settings, and where the configs of installed apps are.
fn decides(found: &Inventory, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let module = format!("{}.", path.trim_end_matches(".py").replace('/', "."));
    let config = found.settings.installed_apps.iter().any(|app| app.starts_with(&module));
    matches!(name, "manage.py" | "wsgi.py" | "asgi.py" | "apps.py") || path.contains("settings") || config
}

#[track_caller]
fn a_broken_file(folder: &Folder, before: &Inventory, path: &str, way: Way) {
    let bytes = way.of(&folder.tree()[path]);
    let after = folder.scanned_with(&[(path.to_owned(), bytes)].into());
    let what = format!("{path} {way:?}");
    let listed = after.coverage.unresolved.iter().any(|open| open.kind == "files" && open.file == path);
    assert!(listed || left_out(before, path), "{what}: not listed");
    // Where settings cannot be read, other settings count.
    assert!(
        decides(before, path) || resolved(&after) <= resolved(before),
        "{what}: {} resolved, before {}",
        resolved(&after),
        resolved(before)
    );
    // What is unresolved elsewhere stays so, apart from what only the file led to; what was unresolved in the file is now the file itself.
    // With other settings, other variables of the environment decide.
    let led_to = |kind: &str| matches!(kind, "drift" | "queries") || (kind == "environment" && decides(before, path));
    let elsewhere = |of: &Inventory| of.coverage.unresolved.iter().filter(|open| open.file != path && !led_to(&open.kind)).count();
    assert!(elsewhere(&after) >= elsewhere(before), "{what}: {} unresolved, before {}", elsewhere(&after), elsewhere(before));
    if matches!(way, Way::Nul | Way::BadLine) && !decides(before, path) {
        assert_within(&facts(&after), &facts(before), &what);
    }
}

/// Each file once, and so often one of them in some way.
fn files_of(name: &str, cases: u32) {
    let folder = Folder::new(fixture(name));
    let before = folder.scanned();
    let files: Vec<&str> = python(folder.tree()).into_iter().filter(|path| !left_out(&before, path)).collect();
    for path in &files {
        a_broken_file(&folder, &before, path, Way::Nul);
    }
    let ways = prop_oneof![Just(Way::BadLine), (0..1000usize).prop_map(Way::Cut)];
    check(cases, (0..files.len(), ways), |(at, way)| a_broken_file(&folder, &before, files[at], way));
}

#[test]
fn files_of_legacy() {
    files_of(FIXTURES[0], 10);
}

#[test]
fn files_of_newsroom() {
    files_of(FIXTURES[1], 10);
}

#[test]
fn files_of_shop() {
    files_of(FIXTURES[2], 10);
}

#[test]
fn files_of_generated_projects() {
    check(16, (projects(), any::<prop::sample::Index>(), 0..1000usize), |(project, at, cut)| {
        let folder = Folder::new(project.tree());
        let before = folder.scanned();
        let files = python(folder.tree());
        let path = files[at.index(files.len())];
        for way in [Way::Nul, Way::BadLine, Way::Cut(cut)] {
            a_broken_file(&folder, &before, path, way);
        }
    });
}
