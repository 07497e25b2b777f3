//! The one way to open something of the tree: the root, and files below it; and why something is not read.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// Why something in the tree is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    VirtualEnvironment,
    NodeModules,
    Vendored,
    BuildOutput,
    ProjectTemplate,
    Ignored,
    Link,
    NotRegular,
    TooLarge,
    TooDeep,
    TooManyFiles,
    Unreadable,
    NameNotUtf8,
    Missing,
    Outside,
    /// Left out by the configuration.
    Excluded,
}

impl Reason {
    /// The reason in words, to be shown after the path.
    pub fn text(self) -> &'static str {
        match self {
            Reason::VirtualEnvironment => "virtual environment",
            Reason::NodeModules => "node_modules",
            Reason::Vendored => "vendored copy",
            Reason::BuildOutput => "build output",
            Reason::ProjectTemplate => "project template",
            Reason::Ignored => "ignored by .gitignore",
            Reason::Link => "link",
            Reason::NotRegular => "not a regular file",
            Reason::TooLarge => "too large",
            Reason::TooDeep => "nested too deep",
            Reason::TooManyFiles => "too many files",
            Reason::Unreadable => "cannot be read",
            Reason::NameNotUtf8 => "name is not UTF-8",
            Reason::Missing => "no longer there",
            Reason::Outside => "outside the project",
            Reason::Excluded => "excluded by configuration",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Why a path cannot be scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadRoot {
    Missing(PathBuf),
    NotFolder(PathBuf),
    Unreadable(PathBuf, String),
}

impl fmt::Display for BadRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadRoot::Missing(path) => write!(f, "there is no folder {}", path.display()),
            BadRoot::NotFolder(path) => write!(f, "{} is a file; give the folder of the project", path.display()),
            BadRoot::Unreadable(path, why) => write!(f, "the folder {} cannot be read: {why}", path.display()),
        }
    }
}

impl std::error::Error for BadRoot {}

/// The folder to scan, in the one spelling that does not depend on how it was named.
pub fn root(path: &Path) -> Result<PathBuf, BadRoot> {
    let bad = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => BadRoot::Missing(path.to_owned()),
        io::ErrorKind::NotADirectory => BadRoot::NotFolder(path.to_owned()),
        _ => BadRoot::Unreadable(path.to_owned(), error.to_string()),
    };
    let full = fs::canonicalize(path).map_err(bad)?;
    if !fs::metadata(&full).map_err(bad)?.is_dir() {
        return Err(BadRoot::NotFolder(path.to_owned()));
    }
    fs::read_dir(&full).map_err(bad)?;
    Ok(full)
}

/// Read a file that the walk found. Its place is taken from the walk; still it is opened without following a link at its
/// name and without waiting for a pipe, and must be a regular file within the limit: the tree may change meanwhile.
pub fn read(root: &Path, rel: &str, limit: u64) -> Result<Vec<u8>, Reason> {
    if rel.is_empty() || !Path::new(rel).components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(Reason::Outside);
    }
    let mut file = open(&root.join(rel)).map_err(|error| reason_of(&error))?;
    let meta = file.metadata().map_err(|error| reason_of(&error))?;
    if !meta.is_file() {
        return Err(Reason::NotRegular);
    }
    if meta.len() > limit {
        return Err(Reason::TooLarge);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0) + 1);
    // One byte more than allowed: a file that grows while it is read is noticed.
    Read::by_ref(&mut file).take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| reason_of(&error))?;
    if bytes.len() as u64 > limit { Err(Reason::TooLarge) } else { Ok(bytes) }
}

/// Read a file that a scanned file names (`-r other.txt`): as [`read`], and no directory on the way may be a link, which the
/// walk would have left out.
pub fn read_named(root: &Path, rel: &str, limit: u64) -> Result<Vec<u8>, Reason> {
    let mut at = root.to_owned();
    for part in Path::new(rel).components() {
        let Component::Normal(name) = part else { return Err(Reason::Outside) };
        at.push(name);
        if fs::symlink_metadata(&at).map_err(|error| reason_of(&error))?.is_symlink() {
            return Err(Reason::Link);
        }
    }
    read(root, rel, limit)
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    OpenOptions::new().read(true).open(path)
}

pub(super) fn reason_of(error: &io::Error) -> Reason {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::ELOOP) {
        return Reason::Link;
    }
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::ENXIO) {
        // A socket, or a device without a driver.
        return Reason::NotRegular;
    }
    match error.kind() {
        io::ErrorKind::NotFound => Reason::Missing,
        _ => Reason::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::walk::tests::tree;

    #[test]
    fn reading() {
        let dir = tree(&["a.py", "d/b.py"]);
        assert_eq!(read(dir.path(), "a.py", 10), Ok(b"x".to_vec()));
        assert_eq!(read(dir.path(), "d", 10), Err(Reason::NotRegular));
        assert_eq!(read(dir.path(), "none.py", 10), Err(Reason::Missing));
        for outside in ["../a.py", "/etc/passwd", "d/../a.py", "", "."] {
            assert_eq!(read(dir.path(), outside, 10), Err(Reason::Outside), "{outside}");
            assert!(read_named(dir.path(), outside, 10).is_err(), "{outside}");
        }
        assert_eq!(read_named(dir.path(), "d/b.py", 10), Ok(b"x".to_vec()));
    }

    #[test]
    fn roots() {
        let dir = tree(&["a.py"]);
        assert!(root(dir.path()).is_ok());
        assert_eq!(root(&dir.path().join("no")), Err(BadRoot::Missing(dir.path().join("no"))));
        assert_eq!(root(&dir.path().join("a.py")), Err(BadRoot::NotFolder(dir.path().join("a.py"))));
        assert_eq!(root(&dir.path().join("a.py/x")), Err(BadRoot::NotFolder(dir.path().join("a.py/x"))));
        assert!(root(&dir.path().join("a.py")).unwrap_err().to_string().contains("is a file"));
    }
}
