//! The rollout kit on the disk: many files below one folder, each whole or not at all, and only those that changed.
//!
//! Apart from `output`, which knows one file. What is in the files is none of its business, but no path gets past it that could leave the folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::args::{Color, ProjectArgs, Proxy};
use super::output::Target;
use super::run::{Job, Stop, many};
use super::terminal::say;
use crate::plan::kit::{Front, KitFile, files, is_kit_path};
use crate::plan::proxy::Options;
use crate::report::escape::escape;

pub fn run(project: &ProjectArgs, out: &Path, proxy: Proxy) -> Result<(), Stop> {
    let folder = Folder::new(out)?;
    let (analysis, _) = Job::new(project, Color::Auto)?.analysis()?;
    let front = match proxy {
        Proxy::Nginx => Front::Nginx,
        Proxy::Haproxy => Front::Haproxy,
        Proxy::Caddy => Front::Caddy,
        Proxy::Traefik => Front::Traefik,
        Proxy::Envoy => Front::Envoy,
    };
    let written = folder.write(&files(&analysis.inventory, front, &Options::default()))?;
    let name = escape(&out.to_string_lossy()).into_owned();
    say(&format!("migscan: {} written to {name}, {} as they were", many(written.changed, "file"), written.same));
    Ok(())
}

/// The folder of a kit.
pub struct Folder {
    root: PathBuf,
}

/// How many files were written, and how many already said the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub changed: u64,
    pub same: u64,
}

impl Folder {
    /// The folder is there, or can be made in one that is. Nothing is made yet.
    pub fn new(root: &Path) -> Result<Folder, String> {
        let name = shown(root);
        if root.as_os_str().is_empty() {
            return Err("cannot write to a folder without a name".to_owned());
        }
        match fs::metadata(root) {
            Ok(meta) if meta.is_dir() => {}
            Ok(_) => return Err(format!("cannot write to {name}: this is no folder")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let parent = root.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
                if !parent.is_dir() {
                    return Err(format!("cannot make {name}: there is no folder {}", shown(parent)));
                }
            }
            Err(error) => return Err(format!("cannot write to {name}: {error}")),
        }
        Ok(Folder { root: root.to_owned() })
    }

    /// All that can be refused is refused before the first file is written.
    pub fn write(&self, files: &[KitFile]) -> Result<Changes, String> {
        if let Some(bad) = files.iter().find(|file| !is_kit_path(&file.path)) {
            return Err(format!("{} is no name for a file of the kit", escape(&bad.path)));
        }
        let mut changed = Vec::new();
        for file in files {
            let path = self.root.join(&file.path);
            // A link is never followed: not for a folder, and a file's link is replaced by the file.
            let regular = fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file());
            self.check_folders(&file.path)?;
            if !regular || fs::read(&path).is_ok_and(|bytes| bytes != file.text.as_bytes()) || fs::read(&path).is_err() {
                changed.push((path, file));
            }
        }
        for (path, _) in &changed {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(|error| format!("cannot make {}: {error}", shown(parent)))?;
            }
        }
        let targets: Vec<(Target, &KitFile)> = changed.iter().map(|(path, file)| (Target::new(path), *file)).collect();
        for (target, _) in &targets {
            target.check()?;
        }
        for (target, file) in &targets {
            target.write(file.text.as_bytes())?;
        }
        Ok(Changes { changed: targets.len() as u64, same: (files.len() - targets.len()) as u64 })
    }

    /// What lies between the folder and the file is a folder itself, or nothing.
    fn check_folders(&self, path: &str) -> Result<(), String> {
        let mut at = self.root.clone();
        let Some((folders, _)) = path.rsplit_once('/') else { return Ok(()) };
        for part in folders.split('/') {
            at.push(part);
            match fs::symlink_metadata(&at) {
                Ok(meta) if meta.is_dir() => {}
                Ok(_) => return Err(format!("cannot write below {}: this is no folder", shown(&at))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(format!("cannot write below {}: {error}", shown(&at))),
            }
        }
        Ok(())
    }
}

fn shown(path: &Path) -> String {
    escape(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> KitFile {
        KitFile { path: path.into(), text: text.into() }
    }

    #[test]
    fn only_what_changed_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("kit");
        let folder = Folder::new(&root).unwrap();
        assert!(!root.exists());
        let kit = [file("README.md", "one"), file("bridge/a.py", "two")];
        assert_eq!(folder.write(&kit), Ok(Changes { changed: 2, same: 0 }));
        let old = fs::metadata(root.join("README.md")).unwrap().modified().unwrap();
        fs::write(root.join("mine.txt"), "mine").unwrap();
        let kit = [file("README.md", "one"), file("bridge/a.py", "three")];
        assert_eq!(folder.write(&kit), Ok(Changes { changed: 1, same: 1 }));
        assert_eq!(fs::metadata(root.join("README.md")).unwrap().modified().unwrap(), old);
        assert_eq!(fs::read_to_string(root.join("bridge/a.py")).unwrap(), "three");
        assert_eq!(fs::read_to_string(root.join("mine.txt")).unwrap(), "mine");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_outside() {
        let dir = tempfile::tempdir().unwrap();
        let (root, away) = (dir.path().join("kit"), dir.path().join("away"));
        fs::create_dir(&root).unwrap();
        fs::create_dir(&away).unwrap();
        fs::write(away.join("victim"), "precious").unwrap();
        std::os::unix::fs::symlink(&away, root.join("bridge")).unwrap();
        std::os::unix::fs::symlink(away.join("victim"), root.join("README.md")).unwrap();
        let folder = Folder::new(&root).unwrap();
        assert!(folder.write(&[file("compose.yaml", "x"), file("bridge/a.py", "x")]).unwrap_err().contains("no folder"));
        assert!(folder.write(&[file("../victim", "x")]).is_err());
        assert!(!root.join("compose.yaml").exists());
        assert_eq!(folder.write(&[file("README.md", "x")]), Ok(Changes { changed: 1, same: 0 }));
        assert_eq!(fs::read_to_string(away.join("victim")).unwrap(), "precious");
    }

    #[test]
    fn a_folder_that_cannot_be_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("file"), "").unwrap();
        assert!(Folder::new(&dir.path().join("file")).is_err());
        assert!(Folder::new(&dir.path().join("a/b")).is_err());
        assert!(Folder::new(Path::new("")).is_err());
    }
}
