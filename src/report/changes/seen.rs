//! What could not be read this time, so that its absence says nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::things::Homes;
use crate::report::json::Thing;
use crate::report::past::Past;

/// Kinds of open facts that say nothing of what a file holds.
const ELSEWHERE: &[&str] = &["files", "environment", "drift"];

pub struct Unseen<'a> {
    homes: Homes<'a>,
    /// Modules with a file that is read no more, and those that need one of them: what they held may hang on it.
    shaken: BTreeSet<String>,
    /// The same the other way round: files that are read again.
    settled: BTreeSet<String>,
    /// Files and folders that are not read, or read in part, with the reason.
    lost: BTreeMap<String, String>,
    lost_before: BTreeSet<String>,
    /// Files with more open facts than before.
    open: BTreeSet<String>,
    /// The settings themselves are open: then nothing that is missing is gone.
    settings: bool,
    /// More routes are open than before, somewhere.
    routes: bool,
}

/// Files that were not read whole, and what was left out. Folders of test code are listed, but nothing of them was ever counted.
fn lost(past: &Past) -> BTreeMap<String, String> {
    let left_out = past.skipped.iter().filter(|s| !s.reason.starts_with("test code"));
    let left_out = left_out.map(|s| (s.path.trim_end_matches('/').to_owned(), s.reason.clone()));
    let files = past.coverage.unresolved.iter().filter(|u| u.kind == "files");
    left_out.chain(files.map(|u| (u.file.clone(), u.reason.clone()))).collect()
}

/// Open facts by kind and file.
fn open(past: &Past) -> BTreeMap<(&str, &str), usize> {
    let mut out = BTreeMap::new();
    for fact in past.coverage.unresolved.iter().filter(|fact| !ELSEWHERE.contains(&fact.kind.as_str())) {
        *out.entry((fact.kind.as_str(), fact.file.as_str())).or_default() += 1;
    }
    out
}

/// Modules that hold one of these files, those that need such a module, and those whose routes it includes.
fn shaken(past: &Past, files: &[String]) -> BTreeSet<String> {
    if files.is_empty() {
        return BTreeSet::new();
    }
    let homes = Homes::of(past);
    // A folder may hold files of several modules.
    let holds = |folder: &str, path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let mut hit: BTreeSet<&str> = files.iter().map(|file| homes.of_file(file)).collect();
    let below = past.modules.iter().filter(|m| files.iter().any(|file| m.path == *file || holds(file, &m.path)));
    hit.extend(below.map(|module| module.name.as_str()));
    let mut out: BTreeSet<String> = hit.iter().map(|name| (*name).to_owned()).collect();
    for module in &past.modules {
        for edge in &module.depends_on {
            if hit.contains(edge.module.as_str()) {
                out.insert(module.name.clone());
            }
            if hit.contains(module.name.as_str()) && edge.kinds.contains_key("url") {
                out.insert(edge.module.clone());
            }
        }
    }
    out
}

/// The path itself, and each folder that it lies in.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(folder, _)| folder))
}

impl<'a> Unseen<'a> {
    pub fn of(old: &'a Past, new: &'a Past) -> Unseen<'a> {
        let open_before = open(old);
        let more: Vec<(&str, &str)> = open(new)
            .into_iter()
            .filter(|(at, count)| *count > open_before.get(at).copied().unwrap_or_default())
            .map(|(at, _)| at)
            .collect();
        let (before, after) = (lost(old), lost(new));
        let only = |of: &BTreeMap<String, String>, other: &BTreeMap<String, String>| -> Vec<String> {
            of.keys().filter(|path| !other.contains_key(*path)).cloned().collect()
        };
        Unseen {
            homes: Homes::of(if old.modules.is_empty() { new } else { old }),
            shaken: shaken(if old.modules.is_empty() { new } else { old }, &only(&after, &before)),
            settled: shaken(new, &only(&before, &after)),
            lost_before: before.into_keys().collect(),
            lost: after,
            open: more.iter().map(|(_, file)| (*file).to_owned()).collect(),
            settings: more.iter().any(|(kind, _)| *kind == "settings"),
            routes: more.iter().any(|(kind, _)| kind.starts_with("route") || kind.starts_with("url")),
        }
    }

    /// Where routes were not seen, what is said of their views says nothing either.
    pub fn shake(&mut self, routes: &[Thing], old: &Past) {
        for route in routes {
            self.shaken.insert(route.module.clone());
            let view = route.what.as_deref().unwrap_or_default();
            let holds = |name: &str| view.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
            let module = old.modules.iter().filter(|module| holds(&module.name)).max_by_key(|module| module.name.len());
            self.shaken.extend(module.map(|module| module.name.clone()));
        }
    }

    /// Not read, or only in part: the file or a folder above it. `.` is all of them.
    fn is_lost(&self, file: &str) -> bool {
        self.lost.contains_key(".") || ancestors(file).any(|path| self.lost.contains_key(path))
    }

    /// What this file held, and no longer does, may be there all the same.
    pub fn hides(&self, file: &str) -> bool {
        self.settings || self.is_lost(file) || self.open.contains(file) || self.shaken.contains(self.homes.of_file(file))
    }

    /// What is new in this file may only look new: something that it hangs on was read on one side only.
    pub fn is_shaken(&self, file: &str) -> bool {
        let module = self.homes.of_file(file);
        self.shaken.contains(module) || self.settled.contains(module)
    }

    pub fn hides_folder(&self, folder: &str) -> bool {
        self.settings || (!folder.is_empty() && (self.is_lost(folder) || self.lost.keys().any(|path| ancestors(path).any(|p| p == folder))))
    }

    /// It could not be read before.
    pub fn was_unread(&self, file: &str) -> bool {
        self.lost_before.contains(".") || ancestors(file).any(|path| self.lost_before.contains(path))
    }

    pub fn newly_lost(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lost.iter().filter(|(path, _)| !self.lost_before.contains(*path)).map(|(path, reason)| (path.as_str(), reason.as_str()))
    }

    /// What is read again, as far as both sides name it.
    pub fn regained(&self) -> impl Iterator<Item = &str> {
        self.lost_before.iter().filter(|path| !self.lost.contains_key(*path)).map(String::as_str)
    }

    /// Files that one side read and the other did not: then shares of the hours cannot all be told apart.
    pub fn differs(&self) -> bool {
        self.newly_lost().next().is_some() || self.regained().next().is_some() || !self.open.is_empty()
    }

    /// Routes may be missing because the way to them was lost.
    pub fn loses_routes(&self) -> bool {
        self.settings || self.routes || self.newly_lost().any(|(path, _)| path.ends_with(".py") || !path.contains('.'))
    }

    /// A dotted name whose module is a file that was lost: `core.models.Base` and `src/core/models.py`.
    pub fn loses_name(&self, dotted: &str) -> bool {
        let module = dotted.rsplit_once('.').map_or("", |(module, _)| module);
        let is = |path: &str| {
            let path = path.trim_end_matches(".py").trim_end_matches("/__init__").replace('/', ".");
            !module.is_empty() && (path == module || path.strip_suffix(module).is_some_and(|rest| rest.ends_with('.')))
        };
        self.newly_lost().any(|(path, _)| is(path))
    }

    /// A module with files that are not read whole.
    pub fn module_is_open(&self, name: &str, of: &Past) -> bool {
        let path = of.modules.iter().find(|module| module.name == name).map(|module| module.path.as_str());
        self.settings
            || self.shaken.contains(name)
            || match path {
                Some("") => false,
                Some(path) => self.hides_folder(path),
                None => self.hides_folder(&name.replace('.', "/")),
            }
    }
}
