//! An inventory as a set of single statements, so that two inventories can be compared like sets.
//!
//! Each attribute is a statement of its own, and an unknown one is none: that a fact became unknown is then a smaller set, and that one became
//! known, or another, a statement that was not there before. Lines are left out, since most properties move them.

use std::collections::BTreeSet;
use std::fmt::Display;

use migscan::django::inventory::{Field, Inventory, Model, Route};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// The list of the inventory it is from.
    pub kind: &'static str,
    /// The file that says so, where it is known.
    pub file: String,
    /// What is said of whom.
    pub text: String,
}

pub type Facts = BTreeSet<Fact>;

/// The same facts with their files in a folder.
pub fn moved(facts: Facts, folder: &str) -> Facts {
    let file = |file: String| if file.is_empty() { file } else { format!("{folder}/{file}") };
    facts.into_iter().map(|fact| Fact { file: file(fact.file), ..fact }).collect()
}

/// Fails unless all facts of `part` are in `whole` too.
#[track_caller]
pub fn assert_within(part: &Facts, whole: &Facts, what: &str) {
    let more: Vec<&Fact> = part.difference(whole).collect();
    assert!(more.is_empty(), "{what}: {} facts too many: {:#?}", more.len(), more.iter().take(5).collect::<Vec<_>>());
}

struct Collector {
    facts: Facts,
}

impl Collector {
    /// That there is such a thing.
    fn thing(&mut self, kind: &'static str, file: &str, name: impl Display) {
        self.facts.insert(Fact { kind, file: file.to_owned(), text: name.to_string() });
    }

    /// That it has this attribute.
    fn says(&mut self, kind: &'static str, file: &str, name: impl Display, attribute: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.thing(kind, file, format_args!("{name} {attribute}={value}"));
        }
    }
}

/// `c` of `a.b.c`.
fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn list(items: &[String]) -> String {
    items.join(",")
}

/// Everything that the inventory states.
pub fn facts(found: &Inventory) -> Facts {
    let mut out = Collector { facts: Facts::new() };
    for app in &found.apps {
        out.thing("apps", &app.path, format_args!("{} {}", app.label, app.module));
        out.says("apps", &app.path, &app.label, "config", app.config.as_ref());
        out.says("apps", &app.path, &app.label, "installed", app.installed.then_some("yes"));
    }
    for model in &found.models {
        of_model(&mut out, model);
    }
    for route in &found.routes {
        of_route(&mut out, route);
    }
    for view in &found.views {
        out.thing("views", &view.place.file, &view.qualname);
        out.says("views", &view.place.file, &view.qualname, "kind", Some(&view.kind));
        out.says("views", &view.place.file, &view.qualname, "serializer", view.serializer.as_ref());
        out.says("views", &view.place.file, &view.qualname, "model", view.queryset_model.as_ref());
    }
    for serializer in &found.serializers {
        let (file, name) = (&serializer.place.file, &serializer.qualname);
        out.thing("serializers", file, name);
        out.says("serializers", file, name, "kind", Some(&serializer.kind));
        out.says("serializers", file, name, "model", serializer.model.as_ref());
        out.says("serializers", file, name, "fields", serializer.fields.as_deref().map(list));
        for field in &serializer.declared_fields {
            out.thing("serializer fields", file, format_args!("{name}.{}", field.name));
            out.says("serializer fields", file, format_args!("{name}.{}", field.name), "nested", field.nested.as_ref());
        }
    }
    for admin in &found.admin {
        if let Some(model) = &admin.model {
            out.thing("admin", &admin.place.file, format_args!("{model} {}", admin.admin));
            out.says(
                "admin",
                &admin.place.file,
                format_args!("{model} {}", admin.admin),
                "site",
                Some(&admin.site).filter(|site| *site != "?"),
            );
        }
    }
    for receiver in &found.signals {
        if let (Some(signal), Some(name)) = (&receiver.signal, &receiver.receiver) {
            out.thing("signals", &receiver.place.file, format_args!("{signal} {name}"));
            // A class that is not known to be a model is named like any class.
            let sender = receiver.sender.as_deref().map(last);
            out.says("signals", &receiver.place.file, format_args!("{signal} {name}"), "sender", sender);
        }
    }
    for signal in &found.signal_definitions {
        out.thing("signal definitions", &signal.place.file, &signal.qualname);
    }
    for migration in &found.migrations {
        let name = format!("{}.{}", migration.app, migration.name);
        out.thing("migrations", &migration.file, &name);
        for (app, other) in &migration.dependencies {
            out.says("migrations", &migration.file, &name, "needs", Some(format_args!("{app}.{other}")));
        }
        for (index, operation) in migration.operations.iter().enumerate() {
            out.thing("operations", &migration.file, format_args!("{name} {index} {}", operation.type_name));
        }
    }
    for form in &found.forms {
        out.thing("forms", &form.place.file, &form.qualname);
        out.says("forms", &form.place.file, &form.qualname, "model", form.model.as_ref());
        out.says("forms", &form.place.file, &form.qualname, "fields", form.fields.as_deref().map(list));
    }
    for library in &found.template_tags {
        for name in library.tags.iter().chain(&library.filters) {
            out.thing("template tags", &library.file, format_args!("{} {name}", library.library));
        }
    }
    for middleware in &found.middleware {
        out.thing("middleware", &middleware.place.file, &middleware.qualname);
    }
    for command in &found.commands {
        out.thing("commands", &command.file, format_args!("{} {}", command.app, command.name));
    }
    for task in found.tasks.iter().chain(&found.jobs) {
        out.thing("tasks", &task.place.file, &task.qualname);
    }
    for consumer in &found.consumers {
        out.thing("consumers", &consumer.place.file, &consumer.qualname);
    }
    for template in &found.templates {
        out.thing("templates", &template.file, &template.name);
    }
    let settings = &found.settings;
    for app in &settings.installed_apps {
        out.says("settings", "", "settings", "installed", Some(app));
    }
    for middleware in &settings.middleware {
        out.says("settings", "", "settings", "middleware", Some(middleware));
    }
    out.says("settings", "", "settings", "urlconf", settings.root_urlconf.as_ref());
    out.facts
}

fn of_model(out: &mut Collector, model: &Model) {
    let (file, name) = (&model.place.file, &model.label);
    out.thing("models", file, name);
    out.says("models", file, name, "class", Some(&model.qualname));
    out.says("models", file, name, "abstract", Some(model.is_abstract));
    out.says("models", file, name, "table", model.db_table.as_ref());
    for field in &model.fields {
        of_field(out, model, field);
    }
}

fn of_field(out: &mut Collector, model: &Model, field: &Field) {
    let (file, name) = (&field.place.file, format!("{}.{}", model.label, field.name));
    out.thing("fields", file, &name);
    out.says("fields", file, &name, "type", Some(&field.type_name).filter(|name| !name.is_empty()));
    out.says("fields", file, &name, "column", field.column.as_ref());
    for (attribute, value) in
        [("null", field.null), ("unique", field.unique), ("primary_key", field.primary_key), ("db_index", field.db_index)]
    {
        out.says("fields", file, &name, attribute, value);
    }
    out.says("fields", file, &name, "max_length", field.max_length);
    if let Some(relation) = &field.relation {
        out.says("relations", file, &name, "to", relation.to.as_ref());
        out.says("relations", file, &name, "on_delete", relation.on_delete.as_ref());
        out.says("relations", file, &name, "through", relation.through.as_ref());
    }
}

fn of_route(out: &mut Collector, route: &Route) {
    // Without a view it may be any number of routes, or none.
    if route.view.is_none() {
        return;
    }
    let (file, path) = (&route.place.file, &route.path);
    out.says("routes", file, path, "view", route.view.as_ref());
    out.says("routes", file, path, "methods", route.methods.as_deref().map(list));
    out.says("routes", file, path, "name", route.name.as_ref());
    out.says("routes", file, path, "namespace", route.namespace.as_ref());
    for (method, action) in &route.actions {
        out.says("routes", file, path, method, Some(action));
    }
}

/// What files define by themselves, whoever reads them: each thing by its file and the last part of its name.
///
/// Left out is what others decide: labels and tables (the app's config), paths, and which functions are views (the URL configurations above), resolved fields and targets
/// (other modules), registrations (whoever imports the module), what settings choose.
pub fn definitions(found: &Inventory) -> Facts {
    let mut out = Collector { facts: Facts::new() };
    for model in &found.models {
        let (file, name) = (&model.place.file, &model.name);
        out.thing("models", file, name);
        for field in model.fields.iter().filter(|field| !field.implied && field.place.file == *file) {
            out.thing("fields", file, format_args!("{name}.{}", field.name));
        }
    }
    for serializer in &found.serializers {
        let (file, name) = (&serializer.place.file, last(&serializer.qualname));
        out.thing("serializers", file, name);
        for field in &serializer.declared_fields {
            out.thing("serializer fields", file, format_args!("{name}.{}", field.name));
        }
    }
    for view in found.views.iter().filter(|view| !matches!(view.kind.as_str(), "function" | "async_function")) {
        out.thing("views", &view.place.file, last(&view.qualname));
    }
    for form in &found.forms {
        out.thing("forms", &form.place.file, last(&form.qualname));
    }
    for signal in &found.signal_definitions {
        out.thing("signal definitions", &signal.place.file, last(&signal.qualname));
    }
    for migration in &found.migrations {
        out.thing("migrations", &migration.file, &migration.name);
        for (index, operation) in migration.operations.iter().enumerate() {
            out.thing("operations", &migration.file, format_args!("{} {index} {}", migration.name, operation.type_name));
        }
    }
    for library in &found.template_tags {
        for name in library.tags.iter().chain(&library.filters) {
            out.thing("template tags", &library.file, format_args!("{} {name}", library.library));
        }
    }
    for middleware in &found.middleware {
        out.thing("middleware", &middleware.place.file, last(&middleware.qualname));
    }
    for command in &found.commands {
        out.thing("commands", &command.file, &command.name);
    }
    for task in found.tasks.iter().chain(&found.jobs) {
        out.thing("tasks", &task.place.file, last(&task.qualname));
    }
    for consumer in &found.consumers {
        out.thing("consumers", &consumer.place.file, last(&consumer.qualname));
    }
    for template in &found.templates {
        out.thing("templates", &template.file, "");
    }
    out.facts
}
