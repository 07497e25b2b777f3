//! The inventory as a list of facts, and what each of them answers to a condition.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::base::last_part;
use crate::django::inventory::{
    Certainty, ContextProcessor, DefaultKind, Inventory, MethodKind, Model, QueryAccess, QueryClass, RouteKind,
};

use super::construct::{At, Attr, Fact};
use super::routing;

/// Every fact, kind by kind in the order of the inventory.
pub fn facts(inventory: &Inventory) -> Vec<Fact<'_>> {
    let mut out = vec![Fact::Project(inventory)];
    out.extend(inventory.apps.iter().map(Fact::App));
    let models: BTreeMap<&str, &Model> = inventory.models.iter().map(|model| (model.qualname.as_str(), model)).collect();
    for model in &inventory.models {
        out.push(Fact::Model(model, if model.proxy { None } else { parent(&models, model, 0) }));
        // A field is ported where it is written; those that a base or a package brings are counted there.
        let own = model.fields.iter().filter(|f| f.declared_in == model.qualname);
        out.extend(own.map(|f| Fact::Field(model, f)));
        // An abstract model's are made for each table below it.
        if !model.is_abstract && !model.proxy {
            out.extend(model.meta.items.iter().map(|item| Fact::MetaItem(model, item)));
        }
        out.extend(model.methods.iter().map(|m| Fact::Method(model, m)));
    }
    out.extend(inventory.managers.iter().flat_map(|m| m.methods.iter().map(move |(name, line)| Fact::ManagerMethod(m, name, *line))));
    out.extend(inventory.transactions.iter().map(|u| Fact::Use("transaction", u)));
    out.extend(inventory.raw_sql.iter().map(|u| Fact::Use("raw_sql", u)));
    out.extend(inventory.caching.iter().map(|u| Fact::Use("cache", u)));
    out.extend(inventory.queries.iter().map(Fact::Query));
    routing::facts(inventory, &mut out);
    let development = routing::of_development(inventory);
    out.extend(inventory.views.iter().filter(|view| !development.contains(view.qualname.as_str())).map(Fact::View));
    let mut classes = BTreeSet::new();
    for serializer in &inventory.serializers {
        out.push(Fact::Serializer(serializer));
        for field in &serializer.declared_fields {
            out.push(Fact::SerializerField(serializer, field, classes.insert(field.type_name.as_str())));
        }
        out.extend(serializer.overrides.iter().map(|o| Fact::SerializerOverride(serializer, o)));
    }
    out.extend(inventory.forms.iter().map(Fact::Form));
    out.extend(inventory.templates.iter().map(Fact::Template));
    for library in &inventory.template_tags {
        out.extend(library.tags.iter().map(|t| Fact::TemplateTag(library, "tag", t)));
        out.extend(library.filters.iter().map(|f| Fact::TemplateTag(library, "filter", f)));
    }
    let mut written = BTreeSet::new();
    for admin in &inventory.admin {
        out.push(Fact::Admin(admin));
        // What a base class writes is ported once, with the first registration below it.
        out.extend(admin.parts.iter().filter(|part| written.insert(*part)).map(|part| Fact::AdminPart(admin, part)));
    }
    let defined: BTreeSet<&str> = inventory.signal_definitions.iter().map(|d| d.qualname.as_str()).collect();
    let own_signal = |name: &Option<String>| name.as_deref().is_some_and(|name| defined.contains(name));
    out.extend(inventory.signals.iter().map(|s| Fact::Signal(s, own_signal(&s.signal))));
    out.extend(inventory.signal_definitions.iter().map(Fact::SignalDefinition));
    out.extend(inventory.signal_sends.iter().map(Fact::SignalSend));
    let replaced: BTreeSet<(&str, &str)> =
        inventory.migrations.iter().flat_map(|m| &m.replaces).map(|(app, name)| (app.as_str(), name.as_str())).collect();
    for migration in &inventory.migrations {
        let replaced = replaced.contains(&(migration.app.as_str(), migration.name.as_str()));
        out.push(Fact::Migration(migration, replaced));
        // What is kept only until the squashed migration is everywhere repeats it.
        if !replaced {
            out.extend(migration.operations.iter().map(|o| Fact::MigrationOperation(migration, o)));
        }
    }
    out.extend(inventory.drift.iter().map(Fact::Drift));
    let own: BTreeMap<&str, _> = inventory.middleware.iter().map(|m| (m.qualname.as_str(), m)).collect();
    out.extend(inventory.settings.middleware.iter().map(|name| Fact::Middleware(name, own.get(name.as_str()).copied())));
    out.extend(inventory.context_processors.iter().map(Fact::ContextProcessor));
    out.extend(inventory.schedules.iter().map(Fact::Schedule));
    out.extend(inventory.setting_reads.iter().map(|u| Fact::Use("setting_read", u)));
    out.extend(inventory.commands.iter().map(Fact::Command));
    out.extend(inventory.tasks.iter().chain(&inventory.jobs).map(Fact::Task));
    out.extend(inventory.consumers.iter().map(Fact::Consumer));
    let settings = &inventory.settings;
    out.extend(settings.values().into_iter().filter(|(name, _)| !UNRULED.contains(name)).map(|(name, value)| Fact::Setting(name, value)));
    for (name, values) in &settings.rest_framework {
        out.extend(values.iter().map(|value| Fact::RestFramework(name, value)));
    }
    out.extend(inventory.project.dependencies.iter().map(Fact::Package));
    out
}

/// Settings whose entries are facts of their own kind.
const UNRULED: &[&str] = &["MIDDLEWARE", "TEMPLATES.OPTIONS.context_processors"];

/// The nearest class above a model, past abstract ones and proxies, with a table of its own.
fn parent<'a>(models: &BTreeMap<&str, &'a Model>, model: &Model, depth: usize) -> Option<&'a Model> {
    let bases = model.bases.iter().filter_map(|base| models.get(base.as_str()).copied());
    // Two classes may have one name, and then a chain has no end.
    bases
        .filter(|_| depth < DEEPEST)
        .find_map(|base| if base.is_abstract || base.proxy { parent(models, base, depth + 1) } else { Some(base) })
}

/// Abstract models and proxies above each other that are looked through.
const DEEPEST: usize = 16;

fn text<'a>(value: &'a Option<String>) -> Attr<'a> {
    value.as_deref().map_or(Attr::Unknown, |text| Attr::Text(Cow::Borrowed(text)))
}

/// A text that is empty where there is none.
fn given<'a>(value: &'a Option<String>) -> Attr<'a> {
    Attr::Text(Cow::Borrowed(value.as_deref().unwrap_or("")))
}

fn name(value: &str) -> Attr<'_> {
    Attr::Text(Cow::Borrowed(value))
}

fn list(values: &[String]) -> Attr<'_> {
    Attr::List(values.iter().map(|v| Cow::Borrowed(v.as_str())).collect())
}

fn flag(value: Option<bool>) -> Attr<'static> {
    value.map_or(Attr::Unknown, Attr::Bool)
}

impl<'a> Fact<'a> {
    /// What the fact says about an attribute of its kind.
    pub fn attr(&self, attribute: &str) -> Attr<'a> {
        match *self {
            Fact::Project(inventory) => match attribute {
                "test_cases" => Attr::Int(i64::try_from(inventory.project.test_cases).unwrap_or(i64::MAX)),
                _ => Attr::Int(i64::try_from(inventory.templates.len()).unwrap_or(i64::MAX)),
            },
            Fact::App(app) => match attribute {
                "label" => name(&app.label),
                "installed" => Attr::Bool(app.installed),
                "ready" => Attr::Bool(app.ready),
                _ => given(&app.config),
            },
            Fact::Model(model, parent) => match attribute {
                "name" => name(&model.name),
                "abstract" => Attr::Bool(model.is_abstract),
                "proxy" => Attr::Bool(model.proxy),
                "managed" => Attr::Bool(model.managed),
                "swappable" => given(&model.swappable),
                "bases" => list(&model.bases),
                "outside" => list(&model.outside),
                "child" => Attr::Bool(parent.is_some()),
                "parent_outside" => parent.map_or(Attr::List(Vec::new()), |parent| list(&parent.outside)),
                "ordering" => list(&model.meta.ordering),
                "unique_together" => Attr::Bool(!model.meta.unique_together.is_empty()),
                "index_together" => Attr::Bool(!model.meta.index_together.is_empty()),
                "constraints" => list(&model.meta.constraints),
                "indexes" => list(&model.meta.indexes),
                "permissions" => list(&model.meta.permissions),
                "get_latest_by" => given(&model.meta.get_latest_by),
                "order_with_respect_to" => given(&model.meta.order_with_respect_to),
                "managers" => list(&model.managers),
                "meta" => list(&model.meta.options),
                "table_differs" => {
                    let derived = format!("{}_{}", model.app, model.name.to_ascii_lowercase());
                    model.db_table.as_ref().map_or(Attr::Unknown, |table| Attr::Bool(*table != derived))
                }
                _ => text(&model.db_table),
            },
            Fact::Field(model, field) => {
                let relation = field.relation.as_ref();
                match attribute {
                    "type" => name(&field.type_name),
                    "type_qualname" => name(&field.type_qualname),
                    "internal_type" => text(&field.internal_type),
                    "custom" => Attr::Bool(!field.type_qualname.starts_with("django.")),
                    "own_class" => Attr::Bool(field.own_class),
                    "options" => list(&field.options),
                    "null" => flag(field.null),
                    "blank" => flag(field.blank),
                    "unique" => flag(field.unique),
                    "primary_key" => flag(field.primary_key),
                    "db_index" => flag(field.db_index),
                    "auto_now" => Attr::Bool(field.auto_now || field.auto_now_add),
                    "default" => name(match field.default {
                        DefaultKind::None => "none",
                        DefaultKind::Literal => "literal",
                        DefaultKind::Callable => "callable",
                    }),
                    "choices" => Attr::Bool(field.choices),
                    "relation" => name(relation.map_or("", |r| r.kind.as_str())),
                    "to" => relation.map_or(name(""), |r| text(&r.to)),
                    "on_delete" => relation.map_or(name(""), |r| given(&r.on_delete)),
                    "related_name" => relation.map_or(name(""), |r| given(&r.related_name)),
                    "through" => relation.map_or(name(""), |r| given(&r.through)),
                    "self" => Attr::Bool(relation.is_some_and(|r| r.to.as_deref() == Some(model.label.as_str()))),
                    "implied" => Attr::Bool(field.implied),
                    _ => Attr::Bool(relation.is_none() && field.column.as_ref().is_some_and(|c| *c != field.name)),
                }
            }
            Fact::MetaItem(_, item) => match attribute {
                "type" => name(&item.type_name),
                "name" => given(&item.name),
                _ => list(&item.options),
            },
            Fact::Method(_, method) => match attribute {
                "name" => name(&method.name),
                _ => name(match method.kind {
                    MethodKind::Property => "property",
                    MethodKind::Override => "override",
                    MethodKind::ClassMethod => "classmethod",
                    MethodKind::StaticMethod => "staticmethod",
                    MethodKind::Method => "method",
                }),
            },
            Fact::ManagerMethod(_, method, _) => name(method),
            Fact::Use(_, used) => name(&used.what),
            Fact::Query(query) => match attribute {
                "class" => name(match query.class {
                    QueryClass::Simple => "simple",
                    QueryClass::Moderate => "moderate",
                    QueryClass::Complex => "complex",
                }),
                "access" => name(match query.access {
                    QueryAccess::Read => "read",
                    QueryAccess::Write => "write",
                    QueryAccess::Lock => "lock",
                }),
                "chain" => list(&query.chain),
                "on" => name(&query.on),
                "model" => text(&query.model),
                "touches" => list(&query.touches),
                "manager" => given(&query.manager),
                "database" => given(&query.database),
                _ => Attr::Bool(query.is_async),
            },
            Fact::Route(route, hidden_by) => match attribute {
                "kind" => name(if route.kind == RouteKind::Path { "path" } else { "regex" }),
                "path" => name(&route.path),
                "name" => given(&route.name),
                "namespace" => given(&route.namespace),
                "i18n" => Attr::Bool(route.i18n),
                "condition" => given(&route.condition),
                "own" => Attr::Bool(route.first_party_view),
                "admin" => Attr::Bool(route.admin),
                "converters" => Attr::List(routing::converters(route)),
                "lookaround" => Attr::Bool(routing::looks_around(route)),
                "pattern" => name(&route.pattern),
                "format_suffix" => Attr::Bool(route.format_suffix),
                "hidden_by" => name(hidden_by.unwrap_or("")),
                _ => text(&route.view),
            },
            Fact::Operation(route, method, view, body) => match attribute {
                "method" => name(method),
                "view_kind" => name(view.map_or("", |v| v.kind.as_str())),
                "action" => name(route.actions.iter().find(|(m, _)| m.eq_ignore_ascii_case(method)).map_or("", |(_, a)| a.as_str())),
                "custom" => Attr::Bool(body.custom),
                "api" => Attr::Bool(view.is_some_and(|v| is_api(&v.kind))),
                "page" => Attr::Bool(view.is_some_and(|v| v.body.page)),
                _ => Attr::Bool(body.repeated),
            },
            Fact::View(view) => match attribute {
                "kind" => name(&view.kind),
                "async" => Attr::Bool(view.is_async),
                "decorators" => list(&view.decorators),
                "permissions" => list(&view.permissions),
                "authentication" => list(&view.authentication),
                "throttles" => list(&view.throttles),
                "pagination" => given(&view.pagination),
                "filters" => list(&view.filters),
                "serializer" => given(&view.serializer),
                "template" => given(&view.template),
                "forms" => list(&view.forms),
                "routed" => Attr::Bool(view.routed),
                "api" => Attr::Bool(is_api(&view.kind)),
                "page" => Attr::Bool(view.body.page),
                "methods" => Attr::List(view.body.methods.keys().map(|name| Cow::Borrowed(name.as_str())).collect()),
                "defines" => list(&view.body.defines),
                "sets" => list(&view.body.sets),
                "parsers" => list(&view.body.parsers),
                "renderers" => list(&view.body.renderers),
                _ => Attr::Int(i64::from(view.complexity)),
            },
            Fact::Serializer(serializer) => match attribute {
                "kind" => name(&serializer.kind),
                "model" => given(&serializer.model),
                "meta" => list(&serializer.meta),
                "all_fields" => Attr::Bool(serializer.all_fields),
                _ => Attr::Bool(serializer.dynamic),
            },
            Fact::SerializerField(_, field, first) => match attribute {
                "first" => Attr::Bool(first),
                "type" => name(&field.type_name),
                "nested" => given(&field.nested),
                "many" => Attr::Bool(field.many),
                "source" => given(&field.source),
                "read_only" => Attr::Bool(field.read_only),
                "custom" => Attr::Bool(field.nested.is_none() && field.type_name.contains('.')),
                _ => given(&field.method),
            },
            Fact::SerializerOverride(_, method) => name(method),
            Fact::Form(form) => match attribute {
                "kind" => name(&form.kind),
                "overrides" => list(&form.overrides),
                _ => given(&form.model),
            },
            Fact::Template(template) => match attribute {
                "engine" => name(&template.engine),
                "libraries" => list(&template.libraries),
                "links" => list(&template.url_names),
                "tags" => {
                    let beyond = |l: &&String| !matches!(l.as_str(), "static" | "staticfiles");
                    Attr::List(template.libraries.iter().filter(beyond).map(|l| Cow::Borrowed(l.as_str())).collect())
                }
                _ => name(&template.name),
            },
            Fact::TemplateTag(_, kind, tag) => name(if attribute == "kind" { kind } else { tag }),
            Fact::Admin(admin) => match attribute {
                "features" => list(&admin.features),
                _ => text(&admin.model),
            },
            Fact::AdminPart(_, part) => name(&part.name),
            Fact::Signal(signal, own) => match attribute {
                "signal" => text(&signal.signal),
                "receiver" => text(&signal.receiver),
                "sender" => given(&signal.sender),
                "how" => name(&signal.how),
                "dispatch_uid" => Attr::Bool(signal.dispatch_uid),
                "own" => Attr::Bool(own),
                "never_fires" => given(&signal.never_fires),
                _ => Attr::Bool(signal.crosses_modules),
            },
            Fact::SignalDefinition(signal) => name(&signal.qualname),
            Fact::SignalSend(send) => match attribute {
                "signal" => name(&send.signal),
                _ => Attr::Bool(send.robust),
            },
            Fact::Migration(migration, replaced) => match attribute {
                "replaces" => Attr::Bool(!migration.replaces.is_empty()),
                "atomic" => Attr::Bool(migration.atomic),
                "replaced" => Attr::Bool(replaced),
                "merge" => Attr::Bool(migration.dependencies.iter().filter(|(app, _)| *app == migration.app).count() > 1),
                "swappable" => Attr::Bool(migration.dependencies.iter().any(|(app, _)| app == "__setting__")),
                "run_before" => Attr::Bool(migration.run_before),
                _ => Attr::Bool(migration.leaf),
            },
            Fact::MigrationOperation(_, operation) => name(&operation.type_name),
            Fact::Drift(drift) => match attribute {
                "kind" => name(&drift.kind),
                "attribute" => given(&drift.attribute),
                "schema" => Attr::Bool(drift.schema),
                _ => Attr::Bool(drift.certainty == Certainty::Certain),
            },
            Fact::Middleware(dotted, own) => match attribute {
                "name" => name(dotted),
                "own" => Attr::Bool(own.is_some()),
                "package" => Attr::Bool(own.is_none() && is_of_package(dotted)),
                _ => own.map_or(Attr::Unknown, |m| list(&m.hooks)),
            },
            Fact::ContextProcessor(processor) => match attribute {
                "name" => name(&processor.qualname),
                _ => Attr::Bool(processor.own),
            },
            Fact::Schedule(schedule) => match attribute {
                "name" => name(&schedule.name),
                _ => given(&schedule.task),
            },
            Fact::Command(command) => name(&command.name),
            Fact::Task(task) => name(&task.kind),
            Fact::Consumer(consumer) => name(&consumer.kind),
            Fact::Setting(setting, value) => name(if attribute == "name" { setting } else { value }),
            Fact::RestFramework(key, value) => match attribute {
                "name" => Attr::Text(Cow::Owned(format!("REST_FRAMEWORK.{key}"))),
                _ => name(value),
            },
            Fact::Package(package) => Attr::Text(Cow::Owned(package.name.to_lowercase().replace(['_', '.'], "-"))),
            Fact::Mention(mention) => name(&mention.name),
        }
    }

    /// The kind, as rules name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Fact::Project(_) => "project",
            Fact::App(_) => "app",
            Fact::Model(..) => "model",
            Fact::Field(..) => "field",
            Fact::MetaItem(_, item) => item.kind,
            Fact::Method(..) => "method",
            Fact::ManagerMethod(..) => "manager_method",
            Fact::Use(kind, _) => kind,
            Fact::AdminPart(_, part) => part.kind,
            Fact::Query(_) => "query",
            Fact::Route(..) => "route",
            Fact::Operation(..) => "operation",
            Fact::View(_) => "view",
            Fact::Serializer(_) => "serializer",
            Fact::SerializerField(..) => "serializer_field",
            Fact::SerializerOverride(..) => "serializer_override",
            Fact::Form(_) => "form",
            Fact::Template(_) => "template",
            Fact::TemplateTag(..) => "template_tag",
            Fact::Admin(_) => "admin",
            Fact::Signal(..) => "signal",
            Fact::SignalDefinition(_) => "signal_definition",
            Fact::SignalSend(_) => "signal_send",
            Fact::Migration(..) => "migration",
            Fact::MigrationOperation(..) => "migration_operation",
            Fact::Drift(_) => "drift",
            Fact::Middleware(..) => "middleware",
            Fact::ContextProcessor(_) => "context_processor",
            Fact::Command(_) => "command",
            Fact::Schedule(_) => "schedule",
            Fact::Task(_) => "task",
            Fact::Consumer(_) => "consumer",
            Fact::Setting(..) | Fact::RestFramework(..) => "setting",
            Fact::Package(_) => "package",
            Fact::Mention(_) => "mention",
        }
    }

    /// The dotted name, or whatever a reader would call it. Holds no line, so that it survives moved code.
    pub fn symbol(&self) -> String {
        match self {
            Fact::Project(_) => String::new(),
            Fact::App(app) => app.module.clone(),
            Fact::Model(model, _) => model.qualname.clone(),
            Fact::Field(model, field) => format!("{}.{}", model.qualname, field.name),
            Fact::MetaItem(model, item) => format!("{}.{}", model.qualname, item.name.as_deref().unwrap_or(&item.type_name)),
            Fact::Method(model, method) => format!("{}.{}", model.qualname, method.name),
            Fact::ManagerMethod(manager, method, _) => format!("{}.{method}", manager.qualname),
            Fact::Use(_, used) => used.scope.clone(),
            Fact::Query(query) => query.scope.clone(),
            Fact::Route(route, _) => route.path.clone(),
            Fact::Operation(route, method, ..) => format!("{method} {}", route.path),
            Fact::View(view) => view.qualname.clone(),
            Fact::Serializer(serializer) => serializer.qualname.clone(),
            Fact::SerializerField(serializer, field, _) => format!("{}.{}", serializer.qualname, field.name),
            Fact::SerializerOverride(serializer, method) => format!("{}.{method}", serializer.qualname),
            Fact::Form(form) => form.qualname.clone(),
            Fact::Template(template) => template.name.clone(),
            Fact::TemplateTag(library, _, tag) => format!("{}.{tag}", library.module),
            Fact::Admin(admin) => admin.admin.clone(),
            Fact::AdminPart(_, part) => format!("{}.{}", part.class, last_part(&part.name)),
            Fact::Signal(signal, _) => signal.receiver.clone().unwrap_or_default(),
            Fact::SignalDefinition(signal) => signal.qualname.clone(),
            Fact::SignalSend(send) => send.sent_by.clone(),
            Fact::Migration(migration, _) => format!("{}.{}", migration.app, migration.name),
            Fact::MigrationOperation(migration, operation) => format!("{}.{}.{}", migration.app, migration.name, operation.type_name),
            Fact::Drift(drift) => {
                let parts = [drift.model.as_ref().or(Some(&drift.app)), drift.field.as_ref(), drift.attribute.as_ref(), Some(&drift.kind)];
                parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(".")
            }
            Fact::Middleware(dotted, _) => (*dotted).to_owned(),
            Fact::ContextProcessor(processor) => processor.qualname.clone(),
            Fact::Schedule(schedule) => schedule.name.clone(),
            Fact::Command(command) => command.qualname.clone(),
            Fact::Task(task) => task.qualname.clone(),
            Fact::Consumer(consumer) => consumer.qualname.clone(),
            Fact::Setting(setting, _) => (*setting).to_owned(),
            Fact::RestFramework(key, _) => format!("REST_FRAMEWORK.{key}"),
            Fact::Package(package) => package.name.clone(),
            Fact::Mention(mention) => mention.scope.clone(),
        }
    }

    /// Where it stands; settings are known by their module only, and get that.
    pub fn at(&self) -> At<'a> {
        let place = match *self {
            Fact::App(app) => return At { file: &app.path, line: 1 },
            Fact::Model(model, _) => &model.place,
            Fact::Field(_, field) => &field.place,
            Fact::MetaItem(_, item) => &item.place,
            Fact::Method(model, method) => return At { file: &model.place.file, line: method.line },
            Fact::ManagerMethod(manager, _, line) => return At { file: &manager.place.file, line },
            Fact::Use(_, used) => &used.place,
            Fact::Query(query) => &query.place,
            Fact::Route(route, _) => &route.place,
            // The work is where the view is, not where a router registers it.
            Fact::Operation(route, _, view, _) => view.map_or(&route.place, |v| &v.place),
            Fact::View(view) => &view.place,
            Fact::Serializer(serializer) | Fact::SerializerOverride(serializer, _) => &serializer.place,
            Fact::SerializerField(serializer, field, _) => return At { file: &serializer.place.file, line: field.line },
            Fact::Form(form) => &form.place,
            Fact::Template(template) => return At { file: &template.file, line: 1 },
            Fact::TemplateTag(library, ..) => return At { file: &library.file, line: 1 },
            Fact::Admin(admin) => &admin.place,
            Fact::AdminPart(_, part) => &part.place,
            Fact::Signal(signal, _) => &signal.place,
            Fact::SignalDefinition(signal) => &signal.place,
            Fact::SignalSend(send) => &send.place,
            Fact::Migration(migration, _) => return At { file: &migration.file, line: 1 },
            Fact::MigrationOperation(migration, operation) => return At { file: &migration.file, line: operation.line },
            Fact::Drift(drift) => match drift.place.as_ref().filter(|p| !p.file.is_empty()).or(drift.migration_place.as_ref()) {
                Some(place) => place,
                None => return At { file: "", line: 1 },
            },
            Fact::Middleware(_, Some(own)) => &own.place,
            Fact::ContextProcessor(ContextProcessor { place: Some(place), .. }) => place,
            Fact::ContextProcessor(_) | Fact::Project(_) => return At { file: "", line: 1 },
            Fact::Schedule(schedule) => &schedule.place,
            Fact::Middleware(_, None) | Fact::Setting(..) | Fact::RestFramework(..) => return At { file: "", line: 1 },
            Fact::Command(command) => return At { file: &command.file, line: command.line },
            Fact::Task(task) => &task.place,
            Fact::Consumer(consumer) => &consumer.place,
            Fact::Package(package) => return At { file: &package.file, line: package.line },
            Fact::Mention(mention) => &mention.place,
        };
        At { file: &place.file, line: place.line }
    }
}

/// Whether a dotted name is one of a package other than Django.
pub fn is_of_package(dotted: &str) -> bool {
    dotted.contains('.') && !dotted.starts_with("django.")
}

/// Kinds of views that answer with data.
pub fn is_api(kind: &str) -> bool {
    matches!(kind, "api_view" | "apiview" | "generic_apiview" | "viewset" | "model_viewset" | "graphql" | "ninja")
}
