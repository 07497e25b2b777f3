//! Which files of a project there are: one parallel descent of the tree, and the one way to open a file of it.
//!
//! The tree is a stranger's. So links are not followed, nothing but directories and regular files is ever opened, ignore
//! files are read with the same care, and sizes, depths and numbers are bounded; what is left out is listed with its reason.
//! The matcher of `.gitignore` is ripgrep's, but not its walker: that one opens whatever is called `.gitignore`, a pipe or a
//! link included, and obeys ignore files outside the root. Separate from the rest of the command line because it is the
//! whole of what touches the scanned tree.

mod gitignore;
mod kinds;
mod open;
mod stamp;

use std::fs::{self, DirEntry, FileType};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gitignore::{Rules, ignored};
use kinds::{directory_by_name, file_kind, hidden_environment, unlisted, whole_directory};
use open::reason_of;

pub use kinds::{FileKind, is_test_path};
pub use open::{BadRoot, Reason, read, read_named, root};
pub use stamp::Stamp;

/// Bounds of a walk.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one file.
    pub file_size: u64,
    pub files: usize,
    /// Directories below the root.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { file_size: 2_000_000, files: 500_000, depth: 64 }
    }
}

/// Entries of directories that are looked at before the walk stops by itself: the memory it may take is bounded too.
const MAX_ENTRIES: usize = 4_000_000;
/// Rules of all `.gitignore` of a tree together; about two seconds of work at worst. With more, only the root's are obeyed.
const MAX_TREE_RULES: usize = 50_000;

/// What a walk found, each list sorted by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub files: Vec<FoundFile>,
    pub skipped: Vec<Skipped>,
    /// Files of no interest (images, scripts, …).
    pub other_files: usize,
    /// Directories that are never looked into and not worth a line: hidden ones and byte code.
    pub unlisted_dirs: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundFile {
    /// Path from the root, with `/`.
    pub rel: String,
    pub kind: FileKind,
    pub size: u64,
    /// What tells later whether it is still the same.
    pub stamp: Stamp,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Path from the root; bytes that are no UTF-8 are replaced.
    pub rel: String,
    pub reason: Reason,
}

/// Descend from `root` on the threads of the current rayon pool.
pub fn walk(root: &Path, limits: Limits) -> Found {
    walk_with(root, limits, MAX_TREE_RULES)
}

fn walk_with(root: &Path, limits: Limits, max_rules: usize) -> Found {
    descend(root, limits, Some(max_rules)).unwrap_or_else(|| {
        // Which rules were passed over hung on the order of the threads, so that all below the root are.
        let mut found = descend(root, limits, None).unwrap_or_default();
        found.skipped.push(Skipped { rel: "**/.gitignore".to_owned(), reason: Reason::TooLarge });
        found.skipped.sort_unstable();
        found
    })
}

/// One walk, or none if there are more ignore rules than this; with no number, those below the root are not looked at.
fn descend(root: &Path, limits: Limits, max_rules: Option<usize>) -> Option<Found> {
    let walk =
        Walk { root, limits, max_rules, rules: AtomicUsize::new(0), entries: AtomicUsize::new(0), found: Mutex::new(Found::default()) };
    let top = Dir { rel: String::new(), depth: 0, in_templates: false, in_static: false, rules: None };
    rayon::scope(|scope| walk.visit(scope, top));
    if max_rules.is_some_and(|max| walk.rules.into_inner() > max) {
        return None;
    }
    let mut found = walk.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.files.sort_unstable();
    if found.files.len() > limits.files || walk.entries.into_inner() > MAX_ENTRIES {
        // Cut after sorting, so that the same tree is cut at the same place.
        found.files.truncate(limits.files);
        found.skipped.push(Skipped { rel: ".".to_owned(), reason: Reason::TooManyFiles });
    }
    found.skipped.sort_unstable();
    Some(found)
}

struct Dir {
    rel: String,
    depth: usize,
    in_templates: bool,
    /// Below a folder of static files or documentation: pages in it are no templates.
    in_static: bool,
    rules: Option<Arc<Rules>>,
}

struct Walk<'a> {
    root: &'a Path,
    limits: Limits,
    max_rules: Option<usize>,
    /// Ignore rules so far.
    rules: AtomicUsize,
    entries: AtomicUsize,
    found: Mutex<Found>,
}

/// One entry of a directory, before it is judged.
struct Entry {
    name: String,
    kind: FileType,
    source: DirEntry,
}

impl<'a> Walk<'a> {
    fn visit<'s>(&'s self, scope: &rayon::Scope<'s>, dir: Dir)
    where
        'a: 's,
    {
        let mut here = Found::default();
        let below = self.look(dir, &mut here);
        {
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            found.files.append(&mut here.files);
            found.skipped.append(&mut here.skipped);
            found.other_files += here.other_files;
            found.unlisted_dirs += here.unlisted_dirs;
        }
        for dir in below {
            scope.spawn(move |scope| self.visit(scope, dir));
        }
    }

    /// Judge the entries of one directory; the directories to go on with are the result.
    fn look(&self, dir: Dir, here: &mut Found) -> Vec<Dir> {
        let path = self.root.join(&dir.rel);
        let Some(mut entries) = self.entries_of(&path, &dir.rel, here) else { return Vec::new() };
        if dir.depth > 0
            && let Some(reason) = whole_directory(&path, &dir, &entries)
        {
            *here = Found { skipped: vec![Skipped { rel: dir.rel, reason }], ..Found::default() };
            return Vec::new();
        }
        // The order in which a disk lists names must not be seen in anything.
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let rules = self.rules(&path, &dir, &entries, here);
        let mut below = Vec::new();
        for Entry { name, kind, source } in entries {
            let rel = join(&dir.rel, &name);
            let skip = |here: &mut Found, rel, reason| here.skipped.push(Skipped { rel, reason });
            if kind.is_dir() {
                if let Some(reason) = directory_by_name(&name) {
                    skip(here, rel, reason);
                } else if unlisted(&name) {
                    if hidden_environment(&path, &name) {
                        skip(here, rel, Reason::VirtualEnvironment);
                    } else {
                        here.unlisted_dirs += 1;
                    }
                } else if ignored(rules.as_deref(), &rel, true) {
                    skip(here, rel, Reason::Ignored);
                } else if dir.depth >= self.limits.depth {
                    skip(here, rel, Reason::TooDeep);
                } else {
                    let in_templates = dir.in_templates || name == "templates" || name.starts_with("jinja");
                    let in_static =
                        dir.in_static || name.contains("static") || matches!(name.as_str(), "docs" | "doc" | "assets" | "media" | "public");
                    below.push(Dir { rel, depth: dir.depth + 1, in_templates, in_static, rules: rules.clone() });
                }
                continue;
            }
            if kind.is_symlink() {
                // A link to a directory has no ending that says so; one to a file of no interest is not worth a line.
                if file_kind(&dir, &name).is_some() || !name.contains('.') {
                    skip(here, rel, Reason::Link);
                } else {
                    here.other_files += 1;
                }
                continue;
            }
            if !kind.is_file() {
                skip(here, rel, Reason::NotRegular);
                continue;
            }
            let Some(kind) = file_kind(&dir, &name) else {
                here.other_files += 1;
                continue;
            };
            if ignored(rules.as_deref(), &rel, false) {
                skip(here, rel, Reason::Ignored);
                continue;
            }
            // Of the entry, not of its path: the kernel need not look the directories up again.
            match source.metadata() {
                Ok(meta) if meta.len() > self.limits.file_size => skip(here, rel, Reason::TooLarge),
                Ok(meta) => here.files.push(FoundFile { rel, kind, size: meta.len(), stamp: Stamp::of(&meta) }),
                Err(error) => skip(here, rel, reason_of(&error)),
            }
        }
        below
    }

    /// The entries of a directory, or none if it cannot be read or the walk has seen enough.
    fn entries_of(&self, path: &Path, rel: &str, here: &mut Found) -> Option<Vec<Entry>> {
        let unreadable = |here: &mut Found, error: &io::Error| {
            here.skipped.push(Skipped { rel: if rel.is_empty() { "." } else { rel }.to_owned(), reason: reason_of(error) })
        };
        let listing = match fs::read_dir(path) {
            Ok(listing) => listing,
            Err(error) => {
                unreadable(here, &error);
                return None;
            }
        };
        let mut entries = Vec::new();
        for entry in listing {
            if self.entries.fetch_add(1, Ordering::Relaxed) >= MAX_ENTRIES {
                return None;
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    // The rest of the listing is lost; what came before is kept.
                    unreadable(here, &error);
                    break;
                }
            };
            let name = match entry.file_name().into_string() {
                Ok(name) => name,
                Err(name) => {
                    here.skipped.push(Skipped { rel: join(rel, &name.to_string_lossy()), reason: Reason::NameNotUtf8 });
                    continue;
                }
            };
            match entry.file_type() {
                Ok(kind) => entries.push(Entry { name, kind, source: entry }),
                Err(error) => here.skipped.push(Skipped { rel: join(rel, &name), reason: reason_of(&error) }),
            }
        }
        Some(entries)
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree of files, each with one byte.
    pub fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            put(dir.path(), file, "x");
        }
        dir
    }

    pub fn put(root: &Path, rel: &str, text: &str) {
        let path = root.join(rel);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn found(dir: &tempfile::TempDir) -> Found {
        walk(dir.path(), Limits::default())
    }

    pub fn names(found: &Found) -> Vec<&str> {
        found.files.iter().map(|f| f.rel.as_str()).collect()
    }

    pub fn skipped(found: &Found) -> Vec<(&str, Reason)> {
        found.skipped.iter().map(|s| (s.rel.as_str(), s.reason)).collect()
    }

    #[test]
    fn the_root_is_scanned_whatever_it_is_called_or_holds() {
        let dir = tree(&["tests/pyvenv.cfg", "tests/a.py"]);
        let found = walk(&dir.path().join("tests"), Limits::default());
        assert_eq!(found.files.iter().map(|f| (f.rel.as_str(), f.kind)).collect::<Vec<_>>(), [("a.py", FileKind::Python)]);
    }

    #[test]
    fn limits_of_size_depth_and_number() {
        let dir = tree(&["a.py", "b.py", "c.py", "d/e/f/g.py"]);
        put(dir.path(), "big.py", &"x".repeat(101));
        let found = walk(dir.path(), Limits { file_size: 100, files: 2, depth: 2 });
        assert_eq!(names(&found), ["a.py", "b.py"]);
        assert_eq!(skipped(&found), [(".", Reason::TooManyFiles), ("big.py", Reason::TooLarge), ("d/e/f", Reason::TooDeep)]);
        assert_eq!(read(dir.path(), "big.py", 100), Err(Reason::TooLarge));
        assert_eq!(read(dir.path(), "big.py", 101).unwrap().len(), 101);
    }

    #[test]
    fn the_same_for_any_number_of_threads() {
        let files: Vec<String> = (0..300).map(|n| format!("p{}/q{}/m{n}.py", n % 7, n % 5)).collect();
        let dir = tree(&files.iter().map(String::as_str).collect::<Vec<_>>());
        let with = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| found(&dir));
        assert_eq!(with(1), with(8));
        assert_eq!(with(1).files.len(), 300);
    }

    #[cfg(unix)]
    mod unix {
        use super::*;
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::{PermissionsExt, symlink};

        fn fifo(path: &Path) {
            assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
        }

        #[test]
        fn links_are_listed_and_not_followed() {
            let dir = tree(&["d/a.py"]);
            symlink("d", dir.path().join("link")).unwrap();
            symlink("/etc/passwd", dir.path().join("b.py")).unwrap();
            symlink("..", dir.path().join("d/up")).unwrap();
            symlink("/dev/zero", dir.path().join(".gitignore")).unwrap();
            symlink("a.png", dir.path().join("b.png")).unwrap();
            let found = found(&dir);
            assert_eq!(names(&found), ["d/a.py"]);
            assert_eq!(
                skipped(&found),
                [(".gitignore", Reason::Link), ("b.py", Reason::Link), ("d/up", Reason::Link), ("link", Reason::Link)]
            );
            assert_eq!(read(dir.path(), "b.py", 1000), Err(Reason::Link));
            assert_eq!(read_named(dir.path(), "link/a.py", 1000), Err(Reason::Link));
        }

        #[test]
        fn pipes_and_sockets_are_never_opened() {
            let dir = tree(&["a.py"]);
            for name in ["p.py", ".gitignore", "pipe"] {
                fifo(&dir.path().join(name));
            }
            let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("s.py")).unwrap();
            let found = found(&dir);
            assert_eq!(names(&found), ["a.py"]);
            assert!(skipped(&found).iter().all(|(_, reason)| *reason == Reason::NotRegular));
            assert_eq!(read(dir.path(), "p.py", 10), Err(Reason::NotRegular));
            assert_eq!(read(dir.path(), "s.py", 10), Err(Reason::NotRegular));
        }

        #[test]
        fn names_that_are_no_utf8() {
            let dir = tree(&["a.py"]);
            let name = std::ffi::OsStr::from_bytes(b"b\xff.py");
            fs::write(dir.path().join(name), "x").unwrap();
            fs::create_dir(dir.path().join(std::ffi::OsStr::from_bytes(b"d\xfe"))).unwrap();
            let found = found(&dir);
            assert_eq!(names(&found), ["a.py"]);
            assert_eq!(skipped(&found), [("b\u{fffd}.py", Reason::NameNotUtf8), ("d\u{fffd}", Reason::NameNotUtf8)]);
        }

        #[test]
        fn what_cannot_be_read_is_listed() {
            let dir = tree(&["a.py", "closed/b.py"]);
            fs::set_permissions(dir.path().join("closed"), fs::Permissions::from_mode(0o000)).unwrap();
            if fs::read_dir(dir.path().join("closed")).is_ok() {
                return; // The superuser reads everything.
            }
            let found = found(&dir);
            assert_eq!(skipped(&found), [("closed", Reason::Unreadable)]);
            assert!(matches!(root(&dir.path().join("closed")), Err(BadRoot::Unreadable(..))));
            fs::set_permissions(dir.path().join("closed"), fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}
