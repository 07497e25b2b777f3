//! The parts that move one by one: Django's apps, sizeable packages beside them, and the project's glue. Every file belongs to exactly one.

use std::collections::BTreeMap;

use globset::{Glob, GlobSet, GlobSetBuilder};
use rustc_hash::FxHashMap;

use crate::django::inventory::{Inventory, PythonFile};

use super::choices::Known;

/// Lines of code from which a package outside every app is a module of its own.
const SIZEABLE: u32 = 150;
/// Lines of code from which an app that is cut into sub-packages is taken apart, and those that each part must have.
const LARGE: u32 = 5000;
const PART: u32 = 400;
/// Share of a large app that such sub-packages must hold: otherwise it is not cut that way.
const PARTS_HOLD: f64 = 0.6;
/// Directories that divide an app by layer, not by subject.
const LAYERS: &[&str] = &[
    "admin",
    "api",
    "apis",
    "choices",
    "commands",
    "conf",
    "consumers",
    "core",
    "fields",
    "filters",
    "filtersets",
    "fixtures",
    "forms",
    "graphql",
    "helpers",
    "lib",
    "locale",
    "management",
    "managers",
    "middleware",
    "migrations",
    "models",
    "permissions",
    "querysets",
    "schema",
    "selectors",
    "serializers",
    "services",
    "signals",
    "static",
    "tables",
    "tasks",
    "templates",
    "templatetags",
    "test",
    "tests",
    "ui",
    "urls",
    "utils",
    "views",
    "viewsets",
    "webhooks",
    "widgets",
];

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
    /// Dotted; `project` for the glue, `project_root` beside an app of that name.
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
    /// Files that migscan.toml gives to a module: they come first.
    cut: Vec<(GlobSet, usize)>,
    /// Templates outside every module, with the one that they belong to.
    templates: BTreeMap<String, usize>,
    /// The files that were read, with their modules: each is asked for again with every finding in it.
    files: FxHashMap<String, usize>,
    by_app: BTreeMap<String, usize>,
}

impl Modules {
    pub fn of(inventory: &Inventory, known: &[Known]) -> Modules {
        let mut list: Vec<Module> = Vec::new();
        for app in &inventory.apps {
            match list.iter_mut().find(|m| m.path == app.path) {
                Some(known) => known.apps.push(app.label.clone()),
                None => {
                    list.push(Module { name: app.module.clone(), kind: Kind::App, path: app.path.clone(), apps: vec![app.label.clone()] })
                }
            }
        }
        list.extend(parts(inventory, &list));
        list.extend(packages(inventory, &list));
        let cuts: Vec<(&Known, GlobSet)> = known.iter().filter_map(|k| Some((k, globs(k)?))).collect();
        for (known, _) in &cuts {
            if list.iter().all(|m| m.name != *known.name.get_ref()) {
                list.push(Module { name: known.name.get_ref().clone(), kind: Kind::Package, path: String::new(), apps: Vec::new() });
            }
        }
        list.sort_by(|a, b| a.name.cmp(&b.name));
        // An app may be called so.
        let mut name = "project".to_owned();
        while list.iter().any(|module| module.name == name) {
            name.push_str("_root");
        }
        list.push(Module { name, kind: Kind::Project, path: String::new(), apps: Vec::new() });
        let glue = list.len().saturating_sub(1);
        let by_path = list.iter().enumerate().filter(|(i, m)| !m.path.is_empty() || *i == glue).map(|(i, m)| (m.path.clone(), i)).collect();
        let at = |name: &str| list.iter().position(|m| m.name == name);
        let cut = cuts.into_iter().filter_map(|(known, globs)| Some((globs, at(known.name.get_ref())?))).collect();
        let mut by_app = BTreeMap::new();
        for (index, module) in list.iter().enumerate() {
            for app in &module.apps {
                by_app.entry(app.clone()).or_insert(index);
            }
        }
        let mut modules = Modules { list, by_path, cut, by_app, templates: BTreeMap::new(), files: FxHashMap::default() };
        modules.templates = modules.homes(inventory);
        modules.files = inventory.files.iter().map(|f| (f.path.clone(), modules.found(&f.path))).collect();
        modules
    }

    /// Templates outside every module belong to the one whose code renders them, or whose templates alone build on them.
    fn homes(&self, inventory: &Inventory) -> BTreeMap<String, usize> {
        let glue = self.list.len().saturating_sub(1);
        let files: BTreeMap<&str, &str> = inventory.files.iter().map(|f| (f.module.as_str(), f.path.as_str())).collect();
        let module_of = |dotted: &str| {
            let mut at = dotted;
            while let Some((head, _)) = at.rsplit_once('.') {
                if let Some(file) = files.get(head) {
                    return Some(self.of_file(file)).filter(|m| *m != glue);
                }
                at = head;
            }
            None
        };
        let mut out: BTreeMap<String, usize> = BTreeMap::new();
        let outside: Vec<_> = inventory.templates.iter().filter(|t| self.of_file(&t.file) == glue).collect();
        for template in &outside {
            let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
            template.rendered_by.iter().filter_map(|by| module_of(by)).for_each(|module| *votes.entry(module).or_default() += 1);
            // The most votes; of equals the first by name.
            if let Some((module, _)) = votes.into_iter().max_by_key(|(module, votes)| (*votes, std::cmp::Reverse(*module))) {
                out.insert(template.file.clone(), module);
            }
        }
        // A base or a part that one module alone uses is that module's.
        for _ in 0..4 {
            let mut users: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for template in &inventory.templates {
                let home = out.get(&template.file).copied().unwrap_or_else(|| self.of_file(&template.file));
                for name in template.extends.iter().chain(&template.includes) {
                    users.entry(name.as_str()).or_default().push(home);
                }
            }
            let found: Vec<(String, usize)> = outside
                .iter()
                .filter(|t| !out.contains_key(&t.file))
                .filter_map(|t| {
                    let homes = users.get(t.name.as_str())?;
                    let first = *homes.first()?;
                    (first != glue && homes.iter().all(|home| *home == first)).then(|| (t.file.clone(), first))
                })
                .collect();
            if found.is_empty() {
                break;
            }
            out.extend(found);
        }
        out
    }

    /// The module that a file belongs to.
    pub fn of_file(&self, file: &str) -> usize {
        self.files.get(file).copied().unwrap_or_else(|| self.found(file))
    }

    fn found(&self, file: &str) -> usize {
        if let Some((_, index)) = self.cut.iter().find(|(globs, _)| globs.is_match(file)) {
            return *index;
        }
        if let Some(index) = self.templates.get(file) {
            return *index;
        }
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

    /// By its name, or by the label of an app in it.
    pub fn named(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|m| m.name == name).or_else(|| self.of_app(name))
    }

    pub fn of_app(&self, label: &str) -> Option<usize> {
        self.by_app.get(label).copied()
    }
}

/// The globs of a module that migscan.toml cuts out; they were checked when it was read.
fn globs(known: &Known) -> Option<GlobSet> {
    let mut builder = GlobSetBuilder::new();
    for pattern in &known.paths {
        builder.add(Glob::new(pattern.get_ref()).ok()?);
    }
    builder.build().ok().filter(|set| !set.is_empty())
}

/// Sub-packages of large apps, where the app is cut by subject.
fn parts(inventory: &Inventory, apps: &[Module]) -> Vec<Module> {
    let mut out = Vec::new();
    for app in apps.iter().filter(|m| m.kind == Kind::App) {
        let prefix = format!("{}/", app.path);
        let mut whole = 0;
        let mut sizes: BTreeMap<&str, u32> = BTreeMap::new();
        for file in &inventory.files {
            let Some(rest) = file.path.strip_prefix(prefix.as_str()) else { continue };
            whole += file.code;
            if let Some((first, _)) = rest.split_once('/') {
                *sizes.entry(first).or_default() += file.code;
            }
        }
        let is_app = |dir: &str| apps.iter().any(|m| m.path == format!("{prefix}{dir}"));
        sizes.retain(|dir, lines| *lines >= PART && !LAYERS.contains(dir) && !is_app(dir));
        let held: u32 = sizes.values().sum();
        if whole >= LARGE && sizes.len() > 1 && f64::from(held) >= f64::from(whole) * PARTS_HOLD {
            out.extend(sizes.into_keys().map(|dir| Module {
                name: format!("{}.{dir}", app.name),
                kind: Kind::Package,
                path: format!("{prefix}{dir}"),
                apps: Vec::new(),
            }));
        }
    }
    out
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
