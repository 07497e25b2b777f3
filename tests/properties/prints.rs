//! Fingerprints stay: lines that move, and files that nobody asks for, change none of them; on every file of a tree, not only where rules are likely.

use std::collections::BTreeSet;

use migscan::django::inventory::Inventory;

use crate::check;
use crate::generated::projects;
use crate::tree::{FIXTURES, Folder, Tree, analysis, fixture, python};

/// Fingerprints with what they stand for; never two alike.
fn prints(found: Inventory) -> BTreeSet<(String, String)> {
    let findings = analysis(found).findings;
    let out: BTreeSet<(String, String)> =
        findings.iter().map(|f| (f.fingerprint.clone(), format!("{} {} {}", f.id, f.symbol, f.file))).collect();
    let alone: BTreeSet<&String> = out.iter().map(|(print, _)| print).collect();
    assert_eq!((alone.len(), out.len()), (findings.len(), findings.len()), "two findings share a fingerprint");
    out
}

/// The first two lines say how the file is encoded.
fn is_bound(bytes: &[u8]) -> bool {
    let head: Vec<&[u8]> = bytes.splitn(3, |byte| *byte == b'\n').take(2).collect();
    bytes.starts_with(b"\xef\xbb\xbf") || String::from_utf8_lossy(&head.concat()).contains("coding")
}

/// Blank lines before each of these files.
fn moved_down(tree: &Tree, files: &[&str], lines: usize) -> Tree {
    let mut out = Tree::new();
    for file in files.iter().filter(|file| !is_bound(&tree[**file])) {
        out.insert((*file).to_owned(), ["\n".repeat(lines).as_bytes(), &tree[*file]].concat());
    }
    out
}

#[test]
fn blank_lines_in_the_fixtures() {
    for name in FIXTURES {
        let folder = Folder::new(fixture(name));
        let before = prints(folder.scanned());
        assert!(before.len() > 20, "{name}");
        let files = python(folder.tree());
        assert_eq!(prints(folder.scanned_with(&moved_down(folder.tree(), &files, 100))), before, "{name}");
    }
}

#[test]
fn blank_lines_and_strangers_in_generated_projects() {
    check(12, (projects(), 1usize..200), |(project, lines)| {
        let folder = Folder::new(project.tree());
        let before = prints(folder.scanned());
        let files = python(folder.tree());
        let mut changed = moved_down(folder.tree(), &files, lines);
        changed.insert("aaa_first.py".to_owned(), b"def unrelated(first):\n    return first\n".to_vec());
        assert_eq!(prints(folder.scanned_with(&changed)), before);
    });
}
