//! Which content each path of a tree had, with what the disk said of the file then.
//!
//! As in git, a file that was changed when it was read may be changed again without the disk telling: what is not clearly older than the
//! moment of its reading is read again the next time.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::store::Store;
use crate::base::digest::{Digest, digest};
use crate::cli::walk::{self, Found, Stamp};

/// The coarsest clock of a file system that is in use (FAT), and a little.
const SETTLED: Duration = Duration::from_millis(2_500);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Known {
    path: String,
    stamp: Stamp,
    content: Digest,
}

/// Sorted by path, as a walk is.
#[derive(Default)]
pub struct Index {
    list: Vec<Known>,
    /// When this run began to look at the tree, as the disk counts.
    began: i128,
}

fn name(root: &Path) -> String {
    digest(root.as_os_str().as_encoded_bytes()).hex()
}

impl Index {
    pub fn read(store: &Store, root: &Path) -> Index {
        let began = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i128);
        let bytes = store.read("index", &name(root)).unwrap_or_default();
        Index { list: postcard::from_bytes(&bytes).unwrap_or_default(), began }
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The content of each file of which the disk says nothing new.
    pub fn known<'a>(&'a self, found: &'a Found) -> impl Iterator<Item = Option<Digest>> + 'a {
        let mut known = self.list.iter().peekable();
        found.files.iter().map(move |file| {
            while known.next_if(|known| known.path < file.rel).is_some() {}
            let same = known.next_if(|known| known.path == file.rel && known.stamp == file.stamp && file.stamp != Stamp::default());
            same.map(|known| known.content)
        })
    }

    /// The content of each file, read where the disk says something new of it; none if one cannot be read.
    pub fn contents(&self, root: &Path, found: &Found, limit: u64) -> Option<Vec<Digest>> {
        let read = |(content, file): (Option<Digest>, &walk::FoundFile)| {
            content.or_else(|| walk::read(root, &file.rel, limit).ok().map(|bytes| digest(&bytes)))
        };
        let known: Vec<Option<Digest>> = self.known(found).collect();
        known.into_par_iter().zip(&found.files).map(read).collect()
    }

    /// Written only where it says something new.
    pub fn keep(&mut self, store: &Store, root: &Path, found: &Found, contents: &[Digest]) {
        let old = i128::try_from(SETTLED.as_nanos()).unwrap_or(i128::MAX);
        let settled = |stamp: Stamp| if stamp.latest() < self.began - old { stamp } else { Stamp::default() };
        let list: Vec<Known> = found
            .files
            .iter()
            .zip(contents)
            .map(|(file, content)| Known { path: file.rel.clone(), stamp: settled(file.stamp), content: *content })
            .collect();
        if list != self.list {
            if let Ok(bytes) = postcard::to_stdvec(&list) {
                store.write("index", &name(root), &bytes);
            }
            self.list = list;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::walk::Limits;

    fn age(path: &Path, seconds: u64) {
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
    }

    #[test]
    fn what_was_just_written_is_read_again_and_what_is_old_is_not() {
        let (tree, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let root = tree.path();
        std::fs::write(root.join("a.py"), "a = 1").unwrap();
        let store = Store::open(folder.path(), root).unwrap();
        let found = walk::walk(root, Limits::default());
        let contents = |index: &Index, found: &Found| index.contents(root, found, 1000).unwrap();
        let mut index = Index::read(&store, root);
        let first = contents(&index, &found);
        assert_eq!(first, [digest(b"a = 1")]);
        index.keep(&store, root, &found, &first);
        // The same size and, as far as this run can tell, the same time.
        std::fs::write(root.join("a.py"), "a = 2").unwrap();
        assert_eq!(contents(&Index::read(&store, root), &found), [digest(b"a = 2")]);

        // As if everything had happened long ago: the file is not opened at all.
        let mut later = Index { began: index.began + 10_000_000_000, ..Index::read(&store, root) };
        age(&root.join("a.py"), 60);
        let found = walk::walk(root, Limits::default());
        later.keep(&store, root, &found, &[digest(b"planted")]);
        assert_eq!(contents(&Index::read(&store, root), &found), [digest(b"planted")]);
        age(&root.join("a.py"), 50);
        let found = walk::walk(root, Limits::default());
        assert_eq!(contents(&Index::read(&store, root), &found), [digest(b"a = 2")]);
    }

    #[test]
    fn a_damaged_index_knows_nothing() {
        let (tree, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let store = Store::open(folder.path(), tree.path()).unwrap();
        for bytes in [&b""[..], b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\x05abc"] {
            store.write("index", &name(tree.path()), bytes);
            assert!(Index::read(&store, tree.path()).is_empty());
        }
    }
}
