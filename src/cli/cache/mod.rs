//! What earlier runs worked out, kept in the user's cache folder: outputs of a tree that is still the same need no scan.
//!
//! Three things lie there, and none is ever needed. The *index* of a tree says which content each path had when it was last read, with what
//! the disk said of the file then; where that is still so, the file is not read. *Facts* are what this build of the program understood of the
//! files of a tree, each under its path and the hash of its content: where some have changed, the others are not parsed. *Results* are finished
//! outputs under a key that holds everything they depend on: every path with the hash of its content, what was left out, the configuration, the
//! options, and this build of the program. What is missing, damaged or of another version is as good as nothing: the run is a cold one.

mod index;
mod store;

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use sha2::{Digest as _, Sha256};

use super::output::says_already;
use super::walk::Found;
use crate::Kept;
use crate::base::digest::{Digest, digest};
use index::Index;
use store::Store;

pub use store::Cleaned;

/// Of the sources that this program was built from: another build has another cache.
const BUILD: &str = env!("MIGSCAN_BUILD");
/// Set to anything but nothing, it has the effect of `--no-cache`.
const OFF: &str = "MIGSCAN_NO_CACHE";

/// The cache as one run sees it.
pub struct Cache {
    store: Store,
    root: PathBuf,
    /// Of everything beside the tree that decides what the outputs say.
    given: Digest,
    index: Index,
}

/// Whose content the results are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(Digest);

/// The user's cache folder for this program; none where nobody knows it.
pub fn folder(named: Option<&Path>) -> Option<PathBuf> {
    match named {
        Some(path) => Some(path.to_owned()),
        None => Some(etcetera::choose_base_strategy().ok()?.cache_dir().join("migscan")),
    }
}

/// Why a folder that the user named cannot be one.
pub fn unusable(folder: &Path, tree: &Path) -> &'static str {
    let whole = std::path::absolute(folder).unwrap_or_default();
    let there = whole.ancestors().find(|path| path.exists());
    match there {
        Some(there) if !there.is_dir() => "a file is in its place",
        Some(there) if there.canonicalize().is_ok_and(|there| there.starts_with(tree)) => {
            "it lies in the scanned folder, where nothing is written"
        }
        _ => "it cannot be made or written",
    }
}

impl Cache {
    /// None where the user wants none, where there is no place for it, and where it would lie in the tree. `given` tells apart what decides
    /// the outputs beside the tree.
    pub fn open(wanted: bool, named: Option<&Path>, root: &Path, given: &[&str]) -> Option<Cache> {
        let off = std::env::var_os(OFF).is_some_and(|value| !value.is_empty());
        if !wanted || (off && named.is_none()) {
            return None;
        }
        let folder = std::path::absolute(folder(named)?).ok()?;
        let store = Store::open(&folder, root)?;
        let mut hash = Sha256::new();
        for part in [BUILD].iter().chain(given) {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let index = Index::read(&store, root);
        Some(Cache { store, root: root.to_owned(), given: Digest(hash.finalize().into()), index })
    }

    /// The key of a tree that was just walked, where every content is known or can be read; with what is known of it kept for the next time.
    pub fn key(&mut self, found: &Found, limit: u64) -> Option<Key> {
        let contents = self.index.contents(&self.root, found, limit)?;
        let key = self.key_of(found, contents.iter().copied());
        self.index.keep(&self.store, &self.root, found, &contents);
        Some(key)
    }

    /// What is known of files of the tree, as far as they still have the same content.
    pub fn facts(&self, found: &Found) -> Kept {
        let contents = self.index.known(found).zip(&found.files).filter_map(|(content, file)| Some((file.rel.clone(), content?)));
        let pack = self.store.read("facts", &self.pack()).unwrap_or_default();
        Kept::new(contents, pack)
    }

    /// The same for what keeps nothing itself.
    pub fn facts_of_scans(root: &Path, found: &Found) -> Option<Kept> {
        folder(None).filter(|folder| folder.is_dir())?;
        Cache::open(true, None, root, &[]).map(|cache| cache.facts(found))
    }

    pub fn keep_facts(&self, kept: &Kept) {
        if let Some(pack) = kept.packed() {
            self.store.write("facts", &self.pack(), &pack);
        }
    }

    /// One for each tree and build: what is understood of a file depends on nothing else.
    fn pack(&self) -> String {
        digest(&[BUILD.as_bytes(), b"\0", self.root.as_os_str().as_encoded_bytes()].concat()).hex()
    }

    /// The key of a tree whose files a scan has read; none if it did not read them all.
    pub fn key_after(&mut self, found: &Found, read: &[(String, Digest)]) -> Option<Key> {
        let contents: Vec<Digest> = found
            .files
            .iter()
            .map(|file| read.binary_search_by(|(path, _)| path.as_str().cmp(&file.rel)).ok().and_then(|at| read.get(at)).map(|(_, d)| *d))
            .collect::<Option<_>>()?;
        let key = self.key_of(found, contents.iter().copied());
        self.index.keep(&self.store, &self.root, found, &contents);
        Some(key)
    }

    /// Whether it is worth it to look whether the tree is known.
    pub fn knows_something(&self) -> bool {
        !self.index.is_empty() || self.store.has("results")
    }

    fn key_of(&self, found: &Found, contents: impl Iterator<Item = Digest>) -> Key {
        let mut hash = Sha256::new();
        hash.update(self.given.0);
        // The project goes by the name of its folder.
        let name = self.root.file_name().unwrap_or_default().to_string_lossy();
        for part in [&*name, &format!("{} {} {} {}", found.files.len(), found.skipped.len(), found.other_files, found.unlisted_dirs)] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        for (file, content) in found.files.iter().zip(contents) {
            hash.update(file.rel.as_bytes());
            hash.update([0, file.kind as u8]);
            hash.update(content.0);
        }
        for skipped in &found.skipped {
            hash.update(skipped.rel.as_bytes());
            hash.update([0]);
            hash.update(skipped.reason.text());
            hash.update([0]);
        }
        Key(Digest(hash.finalize().into()))
    }

    /// An output of an earlier run.
    pub fn result(&self, key: Key, what: &str) -> Option<Vec<u8>> {
        self.store.read("results", &self.name(key, what))
    }

    /// Whether a file says the same as an output of an earlier run, and its time could be set to now.
    pub fn is_there(&self, key: Key, what: &str, path: &Path) -> bool {
        let name = self.name(key, what);
        let there =
            self.store.content("results", &name).is_some_and(|content| says_already(path, content.len, content).is_ok_and(|same| same));
        if there {
            self.store.used("results", &name);
        }
        there
    }

    pub fn keep_result(&self, key: Key, what: &str, bytes: &[u8]) {
        self.store.write("results", &self.name(key, what), bytes);
    }

    /// What was not used for longest goes, until the rest fits.
    pub fn shrink(&self) {
        self.store.shrink(store::MAX_BYTES);
    }

    fn name(&self, Key(key): Key, what: &str) -> String {
        digest(&[&key.0[..], what.as_bytes()].concat()).hex()
    }
}

/// Takes away everything that a cache folder has of ours.
pub fn clean(folder: &Path) -> Result<Cleaned, String> {
    store::clean(folder)
}
