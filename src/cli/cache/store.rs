//! Files of the cache on the disk: each with a checksum, written aside and renamed, so that runs at the same time see whole files or none.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crc32fast::Hasher;

use crate::report::escape::escape;

/// All files together.
pub const MAX_BYTES: u64 = 512 * 1024 * 1024;
/// One file that is larger than this is not worth its place.
const MAX_FILE: u64 = MAX_BYTES / 4;
/// Begins every file; the digit is the version of the form.
const MAGIC: [u8; 8] = *b"migscan1";
const HEAD: usize = MAGIC.len() + 8 + 4;
const FOLDERS: [&str; 3] = ["facts", "index", "results"];
/// So that backups leave the folder out: <https://bford.info/cachedir/>.
const TAG: (&str, &str) =
    ("CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# What migscan can work out again. `migscan cache clean` empties it.\n");

pub struct Store {
    folder: PathBuf,
}

/// What `clean` took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    pub files: u64,
    pub bytes: u64,
}

impl Store {
    /// Makes the folder. None where that is not possible, and where it would lie in the tree: a scan leaves no trace there, and a stranger's
    /// tree must not bring its own results.
    pub fn open(folder: &Path, tree: &Path) -> Option<Store> {
        let mut there = folder;
        while !there.exists() {
            there = there.parent()?;
        }
        if fs::canonicalize(there).ok()?.starts_with(tree) {
            return None;
        }
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        // What is in it are findings about somebody's code.
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        for name in FOLDERS {
            builder.create(folder.join(name)).ok()?;
        }
        let tag = folder.join(TAG.0);
        if !tag.exists() {
            let _ = fs::write(tag, TAG.1);
        }
        Some(Store { folder: folder.to_owned() })
    }

    fn path(&self, kind: &str, name: &str) -> PathBuf {
        self.folder.join(kind).join(name)
    }

    pub fn has(&self, kind: &str) -> bool {
        fs::read_dir(self.folder.join(kind)).is_ok_and(|mut list| list.next().is_some())
    }

    /// The content, if it is whole.
    pub fn read(&self, kind: &str, name: &str) -> Option<Vec<u8>> {
        let mut content = self.content(kind, name)?;
        let mut bytes = Vec::with_capacity(usize::try_from(content.len).ok()?);
        content.read_to_end(&mut bytes).ok()?;
        self.used(kind, name);
        Some(bytes)
    }

    /// The same, read piece by piece.
    pub fn content(&self, kind: &str, name: &str) -> Option<Content> {
        let mut file = open(&self.path(kind, name)).ok()?;
        let meta = file.metadata().ok().filter(|meta| meta.is_file() && meta.len() <= MAX_FILE)?;
        let len = meta.len().checked_sub(HEAD as u64)?;
        let mut head = [0; HEAD];
        file.read_exact(&mut head).ok()?;
        Some(Content { file, head, len, read: 0, sum: Hasher::new() })
    }

    /// For those that are cleared away by age; a cache that cannot be written to still can be read.
    pub fn used(&self, kind: &str, name: &str) {
        let _ = File::options().append(true).open(self.path(kind, name)).and_then(|file| file.set_modified(SystemTime::now()));
    }

    /// Whole or not at all; what cannot be kept is not kept.
    pub fn write(&self, kind: &str, name: &str, bytes: &[u8]) {
        if (bytes.len() + HEAD) as u64 > MAX_FILE {
            return;
        }
        let put = || -> io::Result<()> {
            let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(self.folder.join(kind))?;
            file.write_all(&head(bytes.len() as u64, crc32fast::hash(bytes)))?;
            file.write_all(bytes)?;
            file.persist(self.path(kind, name)).map(drop).map_err(|error| error.error)
        };
        let _ = put();
    }

    /// Until all files together are no larger than this.
    pub fn shrink(&self, most: u64) {
        let mut files = files(&self.folder);
        let mut sum: u64 = files.iter().map(|file| file.bytes).sum();
        files.sort_by(|a, b| (a.used, &a.path).cmp(&(b.used, &b.path)));
        for file in files {
            if sum <= most {
                return;
            }
            if fs::remove_file(&file.path).is_ok() {
                sum -= file.bytes;
            }
        }
    }
}

/// A content that is being read. Where it is not whole, its end is an error.
pub struct Content {
    file: File,
    head: [u8; HEAD],
    pub len: u64,
    read: u64,
    sum: Hasher,
}

impl io::Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read += read as u64;
        self.sum.update(buffer.get(..read).unwrap_or_default());
        let whole = self.read == self.len && self.head == head(self.len, self.sum.clone().finalize());
        if self.read > self.len || (read == 0 && !buffer.is_empty() && !whole) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(read)
    }
}

/// No link is followed, and no pipe waited for.
fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    options.open(path)
}

fn head(len: u64, sum: u32) -> [u8; HEAD] {
    let parts = MAGIC.into_iter().chain(len.to_le_bytes()).chain(sum.to_le_bytes());
    let mut head = [0; HEAD];
    head.iter_mut().zip(parts).for_each(|(slot, byte)| *slot = byte);
    head
}

struct Entry {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

/// Those that look like ours: a name of 64 hexadecimal digits, or one that a write has not finished.
fn files(folder: &Path) -> Vec<Entry> {
    let mut out = Vec::new();
    for entry in FOLDERS.iter().flat_map(|name| fs::read_dir(folder.join(name))).flatten().filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = (name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit())) || name.starts_with(".new-");
        let Ok(meta) = entry.metadata() else { continue };
        if ours && meta.is_file() {
            out.push(Entry { path: entry.path(), bytes: meta.len(), used: meta.modified().unwrap_or(SystemTime::UNIX_EPOCH) });
        }
    }
    out
}

/// Removes the files of the cache, and what folders that leaves empty.
pub fn clean(folder: &Path) -> Result<Cleaned, String> {
    let mut out = Cleaned::default();
    for file in files(folder) {
        fs::remove_file(&file.path).map_err(|error| format!("cannot remove {}: {error}", escape(&file.path.to_string_lossy())))?;
        out.files += 1;
        out.bytes += file.bytes;
    }
    let tag = folder.join(TAG.0);
    if fs::read_to_string(&tag).is_ok_and(|text| text == TAG.1) {
        let _ = fs::remove_file(tag);
    }
    for name in FOLDERS {
        let _ = fs::remove_dir(folder.join(name));
    }
    let _ = fs::remove_dir(folder);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    #[test]
    fn what_is_damaged_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cache"), Path::new("/nowhere")).unwrap();
        store.write("results", A, b"some text");
        assert_eq!(store.read("results", A).as_deref(), Some(&b"some text"[..]));
        assert_eq!(store.read("index", A), None);
        let whole = fs::read(store.path("results", A)).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(store.path("results", A), &bytes).unwrap();
            assert_eq!(store.read("results", A), None, "byte {at} flipped");
            fs::write(store.path("results", A), &whole[..at]).unwrap();
            assert_eq!(store.read("results", A), None, "cut at {at}");
        }
        fs::write(store.path("results", A), [&whole[..], b"!"].concat()).unwrap();
        assert_eq!(store.read("results", A), None);
    }

    #[test]
    fn the_oldest_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), Path::new("/nowhere")).unwrap();
        for name in [A, B] {
            store.write("results", name, &[7; 100]);
        }
        let file = File::options().append(true).open(store.path("results", A)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(100)).unwrap();
        fs::write(folder.path().join("results/notes.txt"), "not ours").unwrap();
        store.shrink(150);
        assert!(store.read("results", A).is_none() && store.read("results", B).is_some());
        assert_eq!(clean(folder.path()), Ok(Cleaned { files: 1, bytes: 120 }));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "what is not ours stays");
    }

    #[test]
    fn never_in_the_tree() {
        let tree = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(tree.path()).unwrap();
        assert!(Store::open(&root.join("a/b"), &root).is_none());
        assert!(!root.join("a").exists());
    }
}
