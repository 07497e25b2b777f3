//! Where reports go: a file is there whole or not at all, stdout carries only what was asked for.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::signals::Writing;
use crate::report::escape::escape;

/// Bytes that are written before a signal is looked for.
const PIECE: usize = 1 << 20;
/// Bytes that are compared at a time.
const COMPARED: usize = 1 << 18;

/// One place to write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Stdout,
    File(PathBuf),
}

/// How a write ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Whole,
    /// Whoever read stdout stopped reading, as `head` does: no mistake of anyone.
    Closed,
}

impl Target {
    /// "-" is stdout.
    pub fn new(path: &Path) -> Self {
        if path == Path::new("-") { Target::Stdout } else { Target::File(path.to_owned()) }
    }

    pub fn file(&self) -> Option<&Path> {
        match self {
            Target::Stdout => None,
            Target::File(path) => Some(path),
        }
    }

    /// The name to show.
    pub fn name(&self) -> String {
        match self {
            Target::Stdout => "stdout".to_owned(),
            Target::File(path) => shown(path),
        }
    }

    /// Whether it can be written, told before the work starts. Leaves nothing behind.
    pub fn check(&self) -> Result<(), String> {
        let Target::File(path) = self else { return Ok(()) };
        let bad = |why: &str| format!("cannot write {}: {why}", shown(path));
        if path.as_os_str().is_empty() {
            return Err("cannot write a file without a name".to_owned());
        }
        let ends_as_folder = path.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
        if ends_as_folder || path.file_name().is_none() {
            return Err(bad("this names a folder"));
        }
        match fs::symlink_metadata(path) {
            // What a link points to decides only whether it is a file at all: the link itself is replaced, never followed.
            Ok(own) => {
                let meta = if own.is_symlink() { fs::metadata(path).unwrap_or(own) } else { own };
                if meta.is_dir() {
                    return Err(bad("this is a folder"));
                }
                if !meta.is_file() && !meta.is_symlink() {
                    return Err(bad("this is not a regular file; \"-\" is stdout"));
                }
                if meta.permissions().readonly() && !meta.is_symlink() {
                    return Err(bad("the file is write-protected"));
                }
            }
            // The folder below says what is wrong on the way.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(error) => return Err(bad(&error.to_string())),
        }
        let folder = folder(path);
        match fs::metadata(folder) {
            Ok(meta) if meta.is_dir() => {}
            Ok(_) => return Err(bad(&format!("{} is no folder", shown(folder)))),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Err(bad(&format!("there is no folder {}", shown(folder))));
            }
            Err(error) => return Err(bad(&error.to_string())),
        }
        // Only trying tells: permissions, read-only mounts and quotas all have their say. The trial has no name and vanishes when closed.
        tempfile::tempfile_in(folder)
            .map(drop)
            .map_err(|error| bad(&format!("no file can be made in {}: {}", shown(folder), plain(&error))))
    }

    /// Write all of it.
    pub fn write(&self, bytes: &[u8]) -> Result<Written, String> {
        match self {
            Target::Stdout => stdout(bytes),
            Target::File(path) => {
                replace(path, bytes).map(|()| Written::Whole).map_err(|error| format!("cannot write {}: {}", shown(path), plain(&error)))
            }
        }
    }
}

/// Every report that was asked for with its place, each checked before the work starts. Two cannot share one place.
pub fn targets<T: Copy>(asked: &[(T, &Option<PathBuf>)]) -> Result<Vec<(T, Target)>, String> {
    let mut out: Vec<(T, Target)> = Vec::new();
    for (what, path) in asked {
        let Some(target) = path.as_deref().map(Target::new) else { continue };
        if out.iter().any(|(_, other)| *other == target) {
            return Err(format!("two reports cannot both go to {}", target.name()));
        }
        target.check()?;
        out.push((*what, target));
    }
    Ok(out)
}

fn stdout(bytes: &[u8]) -> Result<Written, String> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(Written::Whole),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Written::Closed),
        Err(error) => Err(format!("cannot write to stdout: {}", plain(&error))),
    }
}

/// A neighbour is written, forced to the disk and given the name: a reader sees the old file or the new one. What says the same already only
/// gets a new time, which costs a hundredth of that.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if says_already(path, bytes.len() as u64, bytes).is_ok_and(|same| same) {
        return Ok(());
    }
    let folder = folder(path);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".migscan-").suffix(".tmp");
    // Lives longer than the temporary file: a signal that comes meanwhile ends the program when that is gone.
    let writing = Writing::begin();
    let interrupted = || Err(io::Error::from(io::ErrorKind::Interrupted));
    // As any other new file: what the umask allows, not the privacy of a temporary one.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    for piece in bytes.chunks(PIECE) {
        file.write_all(piece)?;
        if writing.interrupted() {
            return interrupted();
        }
    }
    if let Ok(old) = fs::symlink_metadata(path)
        && old.is_file()
    {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    if writing.interrupted() {
        return interrupted();
    }
    file.persist(path).map_err(|error| error.error)?;
    // The new name lasts once the folder is on the disk too; not every file system can be asked for that.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Whether a regular file holds this content of so many bytes, and its time could be set to now.
pub fn says_already(path: &Path, len: u64, mut content: impl io::Read) -> io::Result<bool> {
    let there = fs::symlink_metadata(path)?;
    if !there.is_file() || there.len() != len {
        return Ok(false);
    }
    let mut file = File::options().read(true).append(true).open(path)?;
    let (mut here, mut there) = (vec![0; COMPARED], vec![0; COMPARED]);
    loop {
        let read = file.read(&mut there)?;
        let (Some(here), Some(there)) = (here.get_mut(..read), there.get(..read)) else { return Ok(false) };
        content.read_exact(here)?;
        if here != there {
            return Ok(false);
        }
        if read == 0 {
            break;
        }
    }
    // As many bytes as were expected may be fewer than there are.
    if content.read(&mut [0])? > 0 {
        return Ok(false);
    }
    file.set_modified(SystemTime::now())?;
    Ok(true)
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str() != OsStr::new("") => parent,
        _ => Path::new("."),
    }
}

fn shown(path: &Path) -> String {
    escape(&path.to_string_lossy()).into_owned()
}

/// The system's reason without the path of a temporary file.
fn plain(error: &io::Error) -> String {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code).to_string(),
        None => match error.get_ref().and_then(|inner| inner.source()).and_then(|source| source.downcast_ref::<io::Error>()) {
            Some(inner) => plain(inner),
            None => error.kind().to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let target = Target::new(&dir.path().join("report.json"));
        assert_eq!(target.check(), Ok(()));
        assert!(names(dir.path()).is_empty());
        for text in ["one", "two"] {
            assert_eq!(target.check(), Ok(()));
            assert_eq!(target.write(text.as_bytes()), Ok(Written::Whole));
            assert_eq!(fs::read_to_string(dir.path().join("report.json")).unwrap(), text);
        }
        assert_eq!(names(dir.path()), ["report.json"]);
    }

    #[test]
    fn what_says_the_same_stays_and_gets_a_new_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.json");
        let long = "x".repeat(700_000);
        for text in ["", "one", &long] {
            let target = Target::new(&path);
            target.write(text.as_bytes()).unwrap();
            let old = SystemTime::now() - std::time::Duration::from_secs(100);
            File::options().append(true).open(&path).unwrap().set_modified(old).unwrap();
            assert!(says_already(&path, text.len() as u64, text.as_bytes()).unwrap());
            assert!(fs::metadata(&path).unwrap().modified().unwrap() > old + std::time::Duration::from_secs(50));
            let len = text.len() as u64;
            for other in [format!("{text}!"), text.get(1..).unwrap_or("!").to_owned(), format!("{}?", text.get(1..).unwrap_or("!"))] {
                assert!(!says_already(&path, len, other.as_bytes()).is_ok_and(|same| same), "{} bytes", other.len());
                assert!(!says_already(&path, len + 1, other.as_bytes()).unwrap());
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (victim, link) = (dir.path().join("victim"), dir.path().join("report.json"));
        fs::write(&victim, "precious").unwrap();
        for to in [victim.clone(), dir.path().join("nowhere")] {
            std::os::unix::fs::symlink(&to, &link).unwrap();
            let target = Target::new(&link);
            assert_eq!(target.check(), Ok(()));
            target.write(b"report").unwrap();
            assert!(!fs::symlink_metadata(&link).unwrap().is_symlink());
            fs::remove_file(&link).unwrap();
        }
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
        assert_eq!(names(dir.path()), ["victim"]);
    }

    #[cfg(unix)]
    #[test]
    fn the_mode_is_that_of_a_new_file_or_of_the_old_one() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let (plain, report) = (dir.path().join("plain"), dir.path().join("report"));
        fs::write(&plain, "").unwrap();
        Target::new(&report).write(b"x").unwrap();
        assert_eq!(mode(&report), mode(&plain));
        fs::set_permissions(&report, fs::Permissions::from_mode(0o640)).unwrap();
        Target::new(&report).write(b"y").unwrap();
        assert_eq!(mode(&report), 0o640);
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("file"), "").unwrap();
        fs::create_dir(at("folder")).unwrap();
        fs::write(at("locked"), "").unwrap();
        let mut locked = fs::metadata(at("locked")).unwrap().permissions();
        locked.set_readonly(true);
        fs::set_permissions(at("locked"), locked).unwrap();
        let long = "x".repeat(300);
        for (name, why) in [
            ("missing/report.json", "there is no folder"),
            ("file/report.json", "cannot write"),
            ("folder", "this is a folder"),
            ("new/", "this names a folder"),
            ("..", "this"),
            ("locked", "write-protected"),
            (long.as_str(), "cannot write"),
        ] {
            let error = Target::new(&at(name)).check().unwrap_err();
            assert!(error.contains(why), "{name}: {error}");
        }
        assert!(Target::new(Path::new("")).check().is_err());
        #[cfg(unix)]
        assert!(Target::new(Path::new("/dev/null")).check().unwrap_err().contains("not a regular file"));
        assert_eq!(names(dir.path()), ["file", "folder", "locked"]);
    }
}
