//! Files of the cache with any bytes in them, with and without a checksum that fits: a damaged one is as good as none, and one that was made up
//! never changes what the tree is known by.
#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use migscan::Kept;
use migscan::cli::cache::Cache;
use migscan::cli::walk::{self, Limits};
use tempfile::TempDir;

struct Place {
    tree: TempDir,
    cache: TempDir,
}

static PLACE: LazyLock<Place> = LazyLock::new(|| {
    let place = Place { tree: tempfile::tempdir().expect("a folder"), cache: tempfile::tempdir().expect("a folder") };
    for name in ["a.py", "b.py", "c.py"] {
        fs::write(place.tree.path().join(name), name).expect("a file");
    }
    place
});

/// As the store writes it.
fn whole(bytes: &[u8]) -> Vec<u8> {
    let head: [&[u8]; 3] = [b"migscan1", &(bytes.len() as u64).to_le_bytes(), &crc32fast::hash(bytes).to_le_bytes()];
    [&head.concat(), bytes].concat()
}

fn only_file(folder: &Path) -> std::path::PathBuf {
    fs::read_dir(folder).expect("a folder").next().expect("a file").expect("an entry").path()
}

fuzz_target!(|bytes: &[u8]| {
    let (tree, folder) = (PLACE.tree.path(), PLACE.cache.path());
    let found = walk::walk(tree, Limits::default());
    let open = || Cache::open(true, Some(folder), tree, &[]).expect("a cache");
    let key = open().key(&found, 1000).expect("files that can be read");
    open().keep_result(key, "x", b"result");
    let (index, result) = (only_file(&folder.join("index")), only_file(&folder.join("results")));
    for content in [bytes.to_vec(), whole(bytes)] {
        fs::write(&index, &content).expect("written");
        assert_eq!(open().key(&found, 1000), Some(key));
        fs::write(&result, &content).expect("written");
        // What has the sum of its content is that content.
        let given = open().result(key, "x");
        assert!(given.is_none_or(|given| content == whole(&given)));
    }
    let _ = migscan::cli::tables(bytes);
    let _ = Kept::new([], bytes.to_vec()).packed();
});
