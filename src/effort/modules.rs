//! The parts that move one by one: Django's apps, sizeable packages beside them, and the project's glue. Every file belongs to exactly one.

use std::collections::BTreeMap;

use crate::django::inventory::{Inventory, PythonFile};

/// Lines of code from which a package outside every app is a module of its own.
const SIZEABLE: u32 = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    App,
    Package,
    Project,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::App => "app",
            Kind::Package => "package",
            Kind::Project => "project",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Module {
    /// Dotted; `project` for the glue.
    pub name: String,
    pub kind: Kind,
    /// Directory; empty for the glue.
    pub path: String,
    /// Labels of the apps in it.
    pub apps: Vec<String>,
}

/// The modules of a project, sorted by name, the glue last.
#[derive(Clone, Debug, Default)]
pub struct Modules {
    pub list: Vec<Module>,
    /// Directory → position; the deepest that holds a file decides.
    by_path: BTreeMap<String, usize>,
}

impl Modules {
    pub fn of(inventory: &Inventory) -> Modules {
        let mut list: Vec<Module> = Vec::new();
        for app in &inventory.apps {
            match list.iter_mut().find(|m| m.path == app.path) {
                Some(known) => known.apps.push(app.label.clone()),
                None => {
                    list.push(Module { name: app.module.clone(), kind: Kind::App, path: app.path.clone(), apps: vec![app.label.clone()] })
                }
            }
        }
        list.extend(packages(inventory, &list));
        list.sort_by(|a, b| a.name.cmp(&b.name));
        list.push(Module { name: "project".to_owned(), kind: Kind::Project, path: String::new(), apps: Vec::new() });
        let by_path = list.iter().enumerate().map(|(i, m)| (m.path.clone(), i)).collect();
        Modules { list, by_path }
    }

    /// The module that a file belongs to.
    pub fn of_file(&self, file: &str) -> usize {
        let mut at = file;
        loop {
            if let Some(index) = self.by_path.get(at) {
                return *index;
            }
            match at.rsplit_once('/') {
                Some((head, _)) => at = head,
                None => return self.list.len().saturating_sub(1),
            }
        }
    }

    pub fn of_app(&self, label: &str) -> Option<usize> {
        self.list.iter().position(|m| m.apps.iter().any(|a| a == label))
    }
}

/// Directories outside every app that hold enough code: the highest below a package that itself only gathers others.
fn packages(inventory: &Inventory, apps: &[Module]) -> Vec<Module> {
    let in_app = |path: &str| apps.iter().any(|m| path.strip_prefix(m.path.as_str()).is_some_and(|rest| rest.starts_with('/')));
    let settings: Vec<&str> = inventory.settings.modules.iter().map(|m| m.file.as_str()).collect();
    let mut sizes: BTreeMap<String, (u32, &PythonFile)> = BTreeMap::new();
    for file in inventory.files.iter().filter(|f| !in_app(&f.path) && !settings.contains(&f.path.as_str())) {
        let Some((dir, _)) = file.path.rsplit_once('/') else { continue };
        // A package that holds apps is cut one level lower.
        let holds_apps = |dir: &str| apps.iter().any(|m| m.path.strip_prefix(dir).is_some_and(|rest| rest.starts_with('/')));
        let mut at = String::new();
        for part in dir.split('/') {
            if !at.is_empty() {
                at.push('/');
            }
            at.push_str(part);
            if !holds_apps(&at) {
                break;
            }
        }
        if holds_apps(&at) {
            continue;
        }
        sizes.entry(at).and_modify(|(lines, _)| *lines += file.code).or_insert((file.code, file));
    }
    let sizeable = sizes.into_iter().filter(|(_, (lines, _))| *lines >= SIZEABLE);
    sizeable
        .map(|(path, (_, file))| {
            // The dotted name, without what comes after the directory in the file's own.
            let depth = file.path.matches('/').count() - path.matches('/').count();
            let is_package = file.path.ends_with("/__init__.py");
            let mut parts: Vec<&str> = file.module.split('.').collect();
            parts.truncate(parts.len().saturating_sub(depth - usize::from(is_package && depth > 0)));
            let name = if parts.is_empty() { path.replace('/', ".") } else { parts.join(".") };
            Module { name, kind: Kind::Package, path, apps: Vec::new() }
        })
        .collect()
}
