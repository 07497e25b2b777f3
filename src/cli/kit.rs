//! The rollout kit on the disk: many files below one folder, each whole or not at all, and only those that changed.
//!
//! Apart from `output`, which knows one file. What is in the files is none of its business, but no path gets past it that could leave the folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::output::Target;
use crate::plan::kit::{KitFile, is_kit_path};
use crate::report::escape::escape;
use crate::rules::finding::fnv;

/// What was written the last time, with a hash of each: what is no longer made goes, as long as nobody changed it.
const MANIFEST: &str = "manifest.csv";
const MANIFEST_HEAD: &str = "file,hash";

/// The folder of a kit.
pub struct Folder {
    root: PathBuf,
}

/// How many files were written, how many already said the same, how many went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub changed: u64,
    pub same: u64,
    /// Files of an earlier run that are no longer made.
    pub removed: u64,
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
        let old = fs::read_to_string(self.root.join(MANIFEST)).unwrap_or_default();
        let mut manifest: String = MANIFEST_HEAD.to_owned() + "\n";
        files.iter().for_each(|file| manifest.push_str(&format!("{},{:016x}\n", file.path, fnv(&[&file.text]))));
        let mut all = files.to_vec();
        all.push(KitFile { path: MANIFEST.to_owned(), text: manifest });
        let changes = self.put(&all)?;
        let removed = self.clear(&old, files)?;
        Ok(Changes { removed, ..changes })
    }

    /// Takes away what an earlier run wrote, nobody changed, and this one does not make.
    fn clear(&self, old: &str, files: &[KitFile]) -> Result<u64, String> {
        let made: std::collections::BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        let mut removed = 0;
        let mut lines = old.lines();
        if lines.next() != Some(MANIFEST_HEAD) {
            return Ok(0);
        }
        for (path, hash) in lines.filter_map(|line| line.rsplit_once(',')) {
            let file = self.root.join(path);
            if made.contains(path) || path == MANIFEST || !is_kit_path(path) || self.check_folders(path).is_err() {
                continue;
            }
            let regular = fs::symlink_metadata(&file).is_ok_and(|meta| meta.is_file());
            let own = || fs::read_to_string(&file).is_ok_and(|text| format!("{:016x}", fnv(&[&text])) == hash);
            if !regular || !own() {
                continue;
            }
            fs::remove_file(&file).map_err(|error| format!("cannot remove {}: {error}", shown(&file)))?;
            removed += 1;
            // Folders go with the last file in them.
            let mut folder = file.parent();
            while let Some(at) = folder.filter(|at| *at != self.root && at.starts_with(&self.root)) {
                if fs::remove_dir(at).is_err() {
                    break;
                }
                folder = at.parent();
            }
        }
        Ok(removed)
    }

    fn put(&self, files: &[KitFile]) -> Result<Changes, String> {
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
        Ok(Changes { changed: targets.len() as u64, same: (files.len() - targets.len()) as u64, removed: 0 })
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
        assert_eq!(folder.write(&kit), Ok(Changes { changed: 3, same: 0, removed: 0 }));
        let old = fs::metadata(root.join("README.md")).unwrap().modified().unwrap();
        fs::write(root.join("mine.txt"), "mine").unwrap();
        let kit = [file("README.md", "one"), file("bridge/a.py", "three")];
        assert_eq!(folder.write(&kit), Ok(Changes { changed: 2, same: 1, removed: 0 }));
        assert_eq!(fs::metadata(root.join("README.md")).unwrap().modified().unwrap(), old);
        assert_eq!(fs::read_to_string(root.join("bridge/a.py")).unwrap(), "three");
        assert_eq!(fs::read_to_string(root.join("mine.txt")).unwrap(), "mine");
    }

    #[test]
    fn what_is_no_longer_made_goes() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("kit");
        let folder = Folder::new(&root).unwrap();
        fs::write(dir.path().join("victim"), "precious").unwrap();
        folder.write(&[file("a.md", "a"), file("phases/01/nginx/x.conf", "x"), file("phases/02/y.md", "y")]).unwrap();
        fs::write(root.join("phases/02/y.md"), "mine now").unwrap();
        fs::write(root.join("mine.txt"), "mine").unwrap();
        let mut manifest = fs::read_to_string(root.join(MANIFEST)).unwrap();
        manifest.push_str(&format!("../victim,{:016x}\nmine.txt,0\n", fnv(&["precious"])));
        fs::write(root.join(MANIFEST), manifest).unwrap();
        assert_eq!(folder.write(&[file("a.md", "a")]), Ok(Changes { changed: 1, same: 1, removed: 1 }));
        assert!(!root.join("phases/01").exists() && root.join("phases/02/y.md").exists() && root.join("mine.txt").exists());
        assert_eq!(fs::read_to_string(dir.path().join("victim")).unwrap(), "precious");
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
        assert_eq!(folder.write(&[file("README.md", "x")]), Ok(Changes { changed: 2, same: 0, removed: 0 }));
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
