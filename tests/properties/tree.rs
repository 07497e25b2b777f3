//! Trees of files in memory, and the inventory of one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use migscan::django::inventory::Inventory;
use migscan::effort::{Analysis, Choices, Model};
use migscan::report;
use migscan::rules::builtin;
use migscan::{ScanOptions, scan};

pub const FIXTURES: [&str; 3] = ["legacy", "newsroom", "shop"];

/// The evaluator nests as deep as the project does.
const STACK: usize = 64 << 20;
/// A scan of a fixture takes some hundredths of a second; what takes this long does not end.
const HANG: Duration = Duration::from_secs(20);

/// Path from the root, with `/`, to contents.
pub type Tree = BTreeMap<String, Vec<u8>>;

fn folder(fixture: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture)
}

/// All files of a fixture, in the order of their paths.
pub fn fixture(name: &str) -> Tree {
    let root = folder(name);
    let (mut tree, mut open) = (Tree::new(), vec![root.clone()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // Byte code and databases that a live test left behind are no part of the fixture.
                if path.file_name().is_some_and(|name| name != "__pycache__") {
                    open.push(path);
                }
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                tree.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    tree
}

/// The Python files of a tree.
pub fn python(tree: &Tree) -> Vec<&str> {
    tree.keys().map(String::as_str).filter(|path| path.ends_with(".py")).collect()
}

/// What lies below a folder, as a tree of its own.
pub fn below(tree: &Tree, folder: &str) -> Tree {
    let prefix = format!("{folder}/");
    tree.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(&prefix)?.to_owned(), bytes.clone()))).collect()
}

/// The tree, moved into a folder.
pub fn into(folder: &str, tree: &Tree) -> Tree {
    tree.iter().map(|(path, bytes)| (format!("{folder}/{path}"), bytes.clone())).collect()
}

/// A tree on the disk, in a folder whose name is always the same, since the report shows it. To change one file costs less than to write all.
pub struct Folder {
    _outer: tempfile::TempDir,
    root: PathBuf,
    tree: Tree,
}

impl Folder {
    pub fn new(tree: Tree) -> Self {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("project");
        for (name, bytes) in &tree {
            put(&root, name, bytes);
        }
        Folder { _outer: outer, root, tree }
    }

    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// What a scan finds. Fails if it panics or does not end.
    #[track_caller]
    pub fn scanned(&self) -> Inventory {
        let root = self.root.clone();
        let (done, wait) = mpsc::channel();
        let work = thread::Builder::new().stack_size(STACK).spawn(move || {
            let _ = done.send(scan(&root, &ScanOptions::default(), &|_| {}).inventory);
        });
        match wait.recv_timeout(HANG) {
            Ok(inventory) => inventory,
            Err(mpsc::RecvTimeoutError::Timeout) => panic!("the scan does not end"),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                panic!("the scan panicked: {:?}", work.unwrap().join().unwrap_err().downcast_ref::<String>())
            }
        }
    }

    /// What a scan finds when some files have other contents, or are new; afterwards everything is as before.
    #[track_caller]
    pub fn scanned_with(&self, changed: &Tree) -> Inventory {
        for (name, bytes) in changed {
            put(&self.root, name, bytes);
        }
        let found = self.scanned();
        for name in changed.keys() {
            match self.tree.get(name) {
                Some(bytes) => put(&self.root, name, bytes),
                None => fs::remove_file(self.root.join(name)).unwrap(),
            }
        }
        found
    }
}

fn put(root: &Path, name: &str, bytes: &[u8]) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// What a scan of exactly these files finds.
#[track_caller]
pub fn scanned(tree: &Tree) -> Inventory {
    Folder::new(tree.clone()).scanned()
}

/// What an inventory means.
pub fn analysis(inventory: Inventory) -> Analysis {
    Analysis::of(inventory, builtin::catalogue().unwrap(), Model::builtin().unwrap(), Choices::default()).unwrap()
}

/// The JSON report of an inventory.
pub fn json(inventory: &Inventory) -> String {
    let analysis = analysis(inventory.clone());
    String::from_utf8(report::json::write(&analysis)).unwrap()
}
