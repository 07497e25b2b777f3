//! Whatever happens to the sources, a scan ends without a panic, and says the same twice.

use proptest::prelude::*;

use crate::check;
use crate::tree::{FIXTURES, Folder, Tree, fixture, json, python};

/// What happens to a file. Places are parts of a thousand, so that they mean something in every file.
#[derive(Clone, Debug)]
enum Change {
    Truncate(usize),
    /// Bytes from somewhere else, at a place.
    Splice(usize, Vec<u8>),
    /// A piece of one file in another.
    Graft(usize, usize),
    SwapLines(usize, usize),
    Drop(usize, usize),
    Repeat(usize, usize),
    Indent(usize, usize),
}

fn changes() -> impl Strategy<Value = Change> {
    let at = || 0..1000usize;
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..12),
        "[()\\[\\]{}:'\"\\\\#@=.,*\n\t ]{1,8}".prop_map(String::into_bytes),
        prop::sample::select(vec![
            "class ",
            "def ",
            "lambda: ",
            "async ",
            "import *",
            "\"\"\"",
            "match x:\n case ",
            "\u{feff}",
            "=:=",
            "\r",
            "\x0c"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop_oneof![
        at().prop_map(Change::Truncate),
        (at(), bytes).prop_map(|(at, bytes)| Change::Splice(at, bytes)),
        (at(), at()).prop_map(|(a, b)| Change::Graft(a, b)),
        (at(), at()).prop_map(|(a, b)| Change::SwapLines(a, b)),
        (at(), at()).prop_map(|(a, b)| Change::Drop(a, b)),
        (at(), at()).prop_map(|(a, b)| Change::Repeat(a, b)),
        (at(), 1..12usize).prop_map(|(a, width)| Change::Indent(a, width)),
    ]
}

impl Change {
    fn of(&self, bytes: &[u8], other: &[u8]) -> Vec<u8> {
        let place = |part: &usize, bytes: &[u8]| bytes.len() * part / 1000;
        let range = |a: &usize, b: &usize, bytes: &[u8]| place(a.min(b), bytes)..place(a.max(b), bytes);
        let mut out = bytes.to_vec();
        match self {
            Change::Truncate(at) => out.truncate(place(at, bytes)),
            Change::Splice(at, more) => {
                let at = place(at, bytes);
                out.splice(at..at, more.iter().copied());
            }
            Change::Graft(a, b) => {
                let at = place(a, bytes);
                out.splice(at..at, other[range(a, b, other)].iter().copied());
            }
            Change::SwapLines(a, b) => {
                let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                if !lines.is_empty() {
                    let (a, b) = (lines.len() * a / 1000, lines.len() * b / 1000);
                    lines.swap(a, b);
                }
                out = lines.concat();
            }
            Change::Drop(a, b) => drop(out.drain(range(a, b, bytes))),
            Change::Repeat(a, b) => {
                let piece = bytes[range(a, b, bytes)].to_vec();
                let at = place(b, bytes);
                out.splice(at..at, piece);
            }
            Change::Indent(at, width) => {
                let at = bytes[..place(at, bytes)].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
                out.splice(at..at, std::iter::repeat_n(b' ', *width));
            }
        }
        out
    }
}

/// Some files of a fixture, each changed some times.
fn mutated(name: &str, cases: u32) {
    let folder = Folder::new(fixture(name));
    let files = python(folder.tree());
    let file = || 0..files.len();
    let mutations = prop::collection::vec((file(), file(), prop::collection::vec(changes(), 1..4)), 1..12);
    check(cases, mutations, |mutations| {
        let mut changed = Tree::new();
        for (file, other, changes) in &mutations {
            let path = files[*file];
            let before = changed.get(path).unwrap_or(&folder.tree()[path]).clone();
            let other = &folder.tree()[files[*other]];
            changed.insert(path.to_owned(), changes.iter().fold(before, |bytes, change| change.of(&bytes, other)));
        }
        let once = folder.scanned_with(&changed);
        assert!(once.coverage.percent() <= 100.0);
        assert!(!json(&once).is_empty());
    });
}

#[test]
fn sources_of_legacy() {
    mutated(FIXTURES[0], 60);
}

#[test]
fn sources_of_newsroom() {
    mutated(FIXTURES[1], 60);
}

#[test]
fn sources_of_shop() {
    mutated(FIXTURES[2], 60);
}

#[test]
fn the_same_broken_tree_gives_the_same_bytes() {
    let folder = Folder::new(fixture(FIXTURES[1]));
    let files = python(folder.tree());
    check(8, (0..files.len(), changes()), |(file, change)| {
        let path = files[file];
        let changed = Tree::from([(path.to_owned(), change.of(&folder.tree()[path], b"x = 1\n"))]);
        assert!(json(&folder.scanned_with(&changed)) == json(&folder.scanned_with(&changed)), "{path} {change:?}");
    });
}
