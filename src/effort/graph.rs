//! What each module needs of the others: typed edges with the places that prove them.

use std::collections::BTreeMap;

use crate::django::inventory::{Inventory, LinkKind, QueryAccess};

use super::modules::Modules;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    Import,
    /// Within a function: it is there when the function runs, not when the file is loaded.
    LateImport,
    /// By a name in a string: `import_string`, `get_model`.
    StringImport,
    ForeignKey,
    Signal,
    Url,
    Template,
    Migration,
    /// Queries that read, or write, a table of the other module.
    TableRead,
    TableWrite,
    /// Queues a task of the other module.
    Task,
    /// Settings name something of the other module.
    Setting,
}

impl EdgeKind {
    pub fn name(self) -> &'static str {
        match self {
            EdgeKind::Import => "import",
            EdgeKind::LateImport => "late_import",
            EdgeKind::StringImport => "string_import",
            EdgeKind::ForeignKey => "foreign_key",
            EdgeKind::Signal => "signal",
            EdgeKind::Url => "url",
            EdgeKind::Template => "template",
            EdgeKind::Migration => "migration",
            EdgeKind::TableRead => "table_read",
            EdgeKind::TableWrite => "table_write",
            EdgeKind::Task => "task",
            EdgeKind::Setting => "setting",
        }
    }
}

/// A place that proves an edge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    pub kind: EdgeKind,
    pub file: String,
    pub line: u32,
    /// It needs nothing of the module but the user model, for which the bridge stands while that is on Django.
    pub user: bool,
}

/// From module → to module → evidence, sorted. A module has no edge to itself.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub edges: BTreeMap<(usize, usize), Vec<Evidence>>,
}

impl Graph {
    pub fn of(inventory: &Inventory, modules: &Modules) -> Graph {
        let mut graph = Graph::default();
        graph.imports(inventory, modules);
        graph.relations(inventory, modules);
        graph.signals(inventory, modules);
        graph.rest(inventory, modules);
        graph.tables(inventory, modules);
        graph.links(inventory, modules);
        for evidence in graph.edges.values_mut() {
            evidence.sort();
            evidence.dedup_by(|b, a| (a.kind, &a.file, a.line) == (b.kind, &b.file, b.line));
        }
        graph
    }

    fn add(&mut self, from: usize, to: usize, kind: EdgeKind, file: &str, line: u32) {
        self.add_for(from, to, kind, file, line, false);
    }

    fn add_for(&mut self, from: usize, to: usize, kind: EdgeKind, file: &str, line: u32, user: bool) {
        if from != to {
            self.edges.entry((from, to)).or_default().push(Evidence { kind, file: file.to_owned(), line, user });
        }
    }

    /// How many places of a kind lead from one module to another.
    pub fn count(&self, from: usize, to: usize, kind: EdgeKind) -> usize {
        self.edges.get(&(from, to)).map_or(0, |list| list.iter().filter(|e| e.kind == kind).count())
    }

    /// How many imports lead from one module to another, wherever they stand.
    pub fn imports_between(&self, from: usize, to: usize) -> usize {
        self.count(from, to, EdgeKind::Import) + self.count(from, to, EdgeKind::LateImport)
    }

    fn imports(&mut self, inventory: &Inventory, modules: &Modules) {
        let user = inventory.models.iter().find(|model| model.label == inventory.settings.auth_user_model).map(|model| &model.place.file);
        let package = user.and_then(|file| file.rsplit_once('/')).map(|(folder, _)| format!("{folder}/__init__.py"));
        for file in inventory.files.iter().filter(|f| !f.migration) {
            let from = modules.of_file(&file.path);
            for import in &file.imports {
                let kind = if import.late { EdgeKind::LateImport } else { EdgeKind::Import };
                let is_user = [user, package.as_ref()].contains(&Some(&import.path));
                self.add_for(from, modules.of_file(&import.path), kind, &file.path, import.line, is_user);
            }
        }
    }

    fn relations(&mut self, inventory: &Inventory, modules: &Modules) {
        for model in &inventory.models {
            let from = modules.of_file(&model.place.file);
            for field in &model.fields {
                let Some(target) = field.relation.as_ref().and_then(|r| r.to.as_deref()) else { continue };
                let to = target.split_once('.').and_then(|(app, _)| modules.of_app(app));
                if let Some(to) = to.filter(|_| field.declared_in == model.qualname) {
                    let is_user = target == inventory.settings.auth_user_model;
                    self.add_for(from, to, EdgeKind::ForeignKey, &field.place.file, field.place.line, is_user);
                }
            }
        }
    }

    /// The receiver's module needs the sender's.
    fn signals(&mut self, inventory: &Inventory, modules: &Modules) {
        let models: BTreeMap<&str, &str> = inventory.models.iter().rev().map(|m| (m.label.as_str(), m.place.file.as_str())).collect();
        for signal in &inventory.signals {
            let Some(sender) = signal.sender.as_deref() else { continue };
            if let Some(to) = models.get(sender).map(|file| modules.of_file(file)) {
                let is_user = sender == inventory.settings.auth_user_model;
                self.add_for(modules.of_file(&signal.place.file), to, EdgeKind::Signal, &signal.place.file, signal.place.line, is_user);
            }
        }
    }

    fn tables(&mut self, inventory: &Inventory, modules: &Modules) {
        let homes: BTreeMap<&str, usize> = inventory.models.iter().map(|m| (m.label.as_str(), modules.of_file(&m.place.file))).collect();
        for query in &inventory.queries {
            let from = modules.of_file(&query.place.file);
            let kind = if query.access == QueryAccess::Read { EdgeKind::TableRead } else { EdgeKind::TableWrite };
            if let Some(to) = query.model.as_deref().and_then(|label| homes.get(label)) {
                let is_user = query.model.as_ref() == Some(&inventory.settings.auth_user_model);
                self.add_for(from, *to, kind, &query.place.file, query.place.line, is_user);
            }
        }
    }

    /// What is reached by a name: the longest beginning of it that is a file of the project, or a model's label, or a task's own name.
    fn links(&mut self, inventory: &Inventory, modules: &Modules) {
        let files: BTreeMap<&str, &str> = inventory.files.iter().map(|f| (f.module.as_str(), f.path.as_str())).collect();
        let models: BTreeMap<String, &str> = inventory.models.iter().map(|m| (m.label.to_lowercase(), m.place.file.as_str())).collect();
        let named = inventory.tasks.iter().chain(&inventory.jobs);
        let tasks: BTreeMap<&str, &str> = named
            .flat_map(|task| [Some(task.qualname.as_str()), task.name.as_deref()].map(|name| (name, task.place.file.as_str())))
            .filter_map(|(name, file)| Some((name?, file)))
            .collect();
        for link in &inventory.links {
            let file = match link.kind {
                LinkKind::Task => tasks.get(link.to.as_str()).copied(),
                _ => models.get(&link.to.to_lowercase()).copied().or_else(|| {
                    let mut at = link.to.as_str();
                    // The name of a package alone may be the beginning of anything: a host, a key.
                    while at.contains('.') {
                        if let Some(file) = files.get(at) {
                            return Some(*file);
                        }
                        at = at.rsplit_once('.')?.0;
                    }
                    None
                }),
            };
            let kind = match link.kind {
                LinkKind::Name => EdgeKind::StringImport,
                LinkKind::Task => EdgeKind::Task,
                LinkKind::Setting => EdgeKind::Setting,
            };
            if let Some(file) = file {
                self.add(modules.of_file(&link.place.file), modules.of_file(file), kind, &link.place.file, link.place.line);
            }
        }
    }

    fn rest(&mut self, inventory: &Inventory, modules: &Modules) {
        let views: BTreeMap<&str, &str> = inventory.views.iter().map(|v| (v.qualname.as_str(), v.place.file.as_str())).collect();
        for route in &inventory.routes {
            if let Some(file) = route.view.as_deref().and_then(|v| views.get(v)) {
                self.add(modules.of_file(&route.place.file), modules.of_file(file), EdgeKind::Url, &route.place.file, route.place.line);
            }
        }
        let templates: BTreeMap<&str, &str> = inventory.templates.iter().map(|t| (t.name.as_str(), t.file.as_str())).collect();
        for template in &inventory.templates {
            for name in template.extends.iter().chain(&template.includes) {
                if let Some(file) = templates.get(name.as_str()) {
                    self.add(modules.of_file(&template.file), modules.of_file(file), EdgeKind::Template, &template.file, 1);
                }
            }
        }
        for migration in &inventory.migrations {
            let from = modules.of_file(&migration.file);
            for (app, _) in &migration.dependencies {
                if let Some(to) = modules.of_app(app) {
                    self.add(from, to, EdgeKind::Migration, &migration.file, 1);
                }
            }
        }
    }
}
