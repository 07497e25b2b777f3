//! The inventory as a list of facts, and what each of them answers to a condition.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::base::last_part;
use crate::django::inventory::{Certainty, DefaultKind, Inventory, MethodKind, RouteKind, View};

use super::construct::{At, Attr, Fact};

/// Every fact, kind by kind in the order of the inventory.
pub fn facts(inventory: &Inventory) -> Vec<Fact<'_>> {
    let mut out = Vec::new();
    let views: BTreeMap<&str, &View> = inventory.views.iter().map(|v| (v.qualname.as_str(), v)).collect();
    out.extend(inventory.apps.iter().map(Fact::App));
    let with_table = |qualname: &String| inventory.models.iter().any(|m| m.qualname == *qualname && !m.is_abstract && !m.proxy);
    for model in &inventory.models {
        out.push(Fact::Model(model, !model.proxy && model.bases.iter().any(with_table)));
        // A field is ported where it is written; those that a base or a package brings are counted there.
        let own = model.fields.iter().filter(|f| f.declared_in == model.qualname);
        out.extend(own.map(|f| Fact::Field(model, f)));
        out.extend(model.methods.iter().map(|m| Fact::Method(model, m)));
    }
    out.extend(inventory.managers.iter().flat_map(|m| m.methods.iter().map(move |(name, line)| Fact::ManagerMethod(m, name, *line))));
    out.extend(inventory.transactions.iter().map(|u| Fact::Use("transaction", u)));
    out.extend(inventory.raw_sql.iter().map(|u| Fact::Use("raw_sql", u)));
    out.extend(inventory.caching.iter().map(|u| Fact::Use("cache", u)));
    for route in &inventory.routes {
        out.push(Fact::Route(route));
        let view = route.view.as_deref().and_then(|name| views.get(name)).copied();
        if !route.first_party_view {
            continue;
        }
        // A view that takes any method answers one way.
        let any = ["ANY".to_owned()];
        for method in route.methods.as_deref().unwrap_or(&any) {
            // The twin that takes `.json` is the same code.
            if !route.format_suffix
                && let Some(method) = METHODS.iter().find(|m| *m == method)
            {
                out.push(Fact::Operation(route, method, view, is_custom(route.actions.as_slice(), method, view)));
            }
        }
    }
    out.extend(inventory.views.iter().map(Fact::View));
    for serializer in &inventory.serializers {
        out.push(Fact::Serializer(serializer));
        out.extend(serializer.declared_fields.iter().map(|f| Fact::SerializerField(serializer, f)));
        out.extend(serializer.overrides.iter().map(|o| Fact::SerializerOverride(serializer, o)));
    }
    out.extend(inventory.forms.iter().map(Fact::Form));
    out.extend(inventory.templates.iter().map(Fact::Template));
    for library in &inventory.template_tags {
        out.extend(library.tags.iter().map(|t| Fact::TemplateTag(library, "tag", t)));
        out.extend(library.filters.iter().map(|f| Fact::TemplateTag(library, "filter", f)));
    }
    for admin in &inventory.admin {
        out.push(Fact::Admin(admin));
        out.extend(admin.inlines.iter().map(|name| Fact::AdminPart(admin, "admin_inline", name)));
        out.extend(admin.actions.iter().map(|name| Fact::AdminPart(admin, "admin_action", name)));
        out.extend(admin.features.iter().map(|name| Fact::AdminPart(admin, "admin_feature", name)));
    }
    out.extend(inventory.signals.iter().map(Fact::Signal));
    out.extend(inventory.signal_definitions.iter().map(Fact::SignalDefinition));
    out.extend(inventory.signal_sends.iter().map(Fact::SignalSend));
    for migration in &inventory.migrations {
        out.push(Fact::Migration(migration));
        out.extend(migration.operations.iter().map(|o| Fact::MigrationOperation(migration, o)));
    }
    out.extend(inventory.drift.iter().map(Fact::Drift));
    let own: BTreeMap<&str, _> = inventory.middleware.iter().map(|m| (m.qualname.as_str(), m)).collect();
    out.extend(inventory.settings.middleware.iter().map(|name| Fact::Middleware(name, own.get(name.as_str()).copied())));
    out.extend(inventory.commands.iter().map(Fact::Command));
    out.extend(inventory.tasks.iter().chain(&inventory.jobs).map(Fact::Task));
    out.extend(inventory.consumers.iter().map(Fact::Consumer));
    let settings = &inventory.settings;
    out.extend(settings.flags.iter().map(|(name, value)| Fact::Setting(name, value)));
    for (name, values) in &settings.rest_framework {
        out.extend(values.iter().map(|value| Fact::RestFramework(name, value)));
    }
    out.extend(settings.databases.iter().filter_map(|d| Some(Fact::Setting("DATABASES.ENGINE", d.engine.as_deref()?))));
    out.extend(settings.caches.iter().filter_map(|(_, backend)| Some(Fact::Setting("CACHES.BACKEND", backend.as_deref()?))));
    out.extend(settings.session_engine.iter().map(|engine| Fact::Setting("SESSION_ENGINE", engine)));
    out.extend(settings.authentication_backends.iter().map(|b| Fact::Setting("AUTHENTICATION_BACKENDS", b)));
    out.extend(settings.default_auto_field.iter().map(|f| Fact::Setting("DEFAULT_AUTO_FIELD", f)));
    if !settings.auth_user_model.is_empty() {
        out.push(Fact::Setting("AUTH_USER_MODEL", &settings.auth_user_model));
    }
    out.extend(inventory.project.dependencies.iter().map(Fact::Package));
    out
}

const METHODS: &[&str] = &["ANY", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"];

/// Whether the project wrote the body that answers: a function always, a class where it or a first-party base defines the handler or what
/// the inherited handler calls to do its work.
fn is_custom(actions: &[(String, String)], method: &str, view: Option<&View>) -> bool {
    let Some(view) = view else { return true };
    if matches!(view.kind.as_str(), "function" | "api_view" | "method" | "callable" | "ninja" | "class" | "apiview") {
        return true;
    }
    let handler =
        actions.iter().find(|(m, _)| m.eq_ignore_ascii_case(method)).map_or_else(|| method.to_ascii_lowercase(), |(_, a)| a.clone());
    let hooks: &[&str] = match handler.as_str() {
        "create" | "post" => &["perform_create", "form_valid"],
        "update" | "put" | "partial_update" | "patch" => &["perform_update"],
        "destroy" | "delete" => &["perform_destroy"],
        _ => &[],
    };
    view.own_methods.iter().any(|own| *own == handler || hooks.contains(&own.as_str()))
}

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
            Fact::App(app) => match attribute {
                "label" => name(&app.label),
                "installed" => Attr::Bool(app.installed),
                _ => given(&app.config),
            },
            Fact::Model(model, child) => match attribute {
                "name" => name(&model.name),
                "abstract" => Attr::Bool(model.is_abstract),
                "proxy" => Attr::Bool(model.proxy),
                "managed" => Attr::Bool(model.managed),
                "swappable" => given(&model.swappable),
                "bases" => list(&model.bases),
                "child" => Attr::Bool(child),
                "ordering" => list(&model.meta.ordering),
                "unique_together" => Attr::Bool(!model.meta.unique_together.is_empty()),
                "index_together" => Attr::Bool(!model.meta.index_together.is_empty()),
                "constraints" => list(&model.meta.constraints),
                "indexes" => list(&model.meta.indexes),
                "permissions" => list(&model.meta.permissions),
                "get_latest_by" => given(&model.meta.get_latest_by),
                "order_with_respect_to" => given(&model.meta.order_with_respect_to),
                "managers" => list(&model.managers),
                _ => text(&model.db_table),
            },
            Fact::Field(model, field) => {
                let relation = field.relation.as_ref();
                match attribute {
                    "type" => name(&field.type_name),
                    "type_qualname" => name(&field.type_qualname),
                    "internal_type" => text(&field.internal_type),
                    "custom" => Attr::Bool(!field.type_qualname.starts_with("django.")),
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
            Fact::Route(route) => match attribute {
                "kind" => name(if route.kind == RouteKind::Path { "path" } else { "regex" }),
                "path" => name(&route.path),
                "name" => given(&route.name),
                "namespace" => given(&route.namespace),
                "i18n" => Attr::Bool(route.i18n),
                "condition" => given(&route.condition),
                _ => text(&route.view),
            },
            Fact::Operation(route, method, view, custom) => match attribute {
                "method" => name(method),
                "view_kind" => view.map_or(Attr::Unknown, |v| name(&v.kind)),
                "action" => name(route.actions.iter().find(|(m, _)| m.eq_ignore_ascii_case(method)).map_or("", |(_, a)| a.as_str())),
                "custom" => Attr::Bool(custom),
                _ => Attr::Bool(route.format_suffix),
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
                _ => Attr::Int(i64::from(view.complexity)),
            },
            Fact::Serializer(serializer) => match attribute {
                "kind" => name(&serializer.kind),
                "model" => given(&serializer.model),
                _ => Attr::Bool(serializer.dynamic),
            },
            Fact::SerializerField(_, field) => match attribute {
                "type" => name(&field.type_name),
                "nested" => given(&field.nested),
                "many" => Attr::Bool(field.many),
                "source" => given(&field.source),
                "read_only" => Attr::Bool(field.read_only),
                _ => given(&field.method),
            },
            Fact::SerializerOverride(_, method) => name(method),
            Fact::Form(form) => match attribute {
                "kind" => name(&form.kind),
                _ => given(&form.model),
            },
            Fact::Template(template) => match attribute {
                "engine" => name(&template.engine),
                "libraries" => list(&template.libraries),
                _ => name(&template.name),
            },
            Fact::TemplateTag(_, kind, tag) => name(if attribute == "kind" { kind } else { tag }),
            Fact::Admin(admin) => match attribute {
                "features" => list(&admin.features),
                _ => text(&admin.model),
            },
            Fact::AdminPart(_, _, part) => name(part),
            Fact::Signal(signal) => match attribute {
                "signal" => text(&signal.signal),
                "receiver" => text(&signal.receiver),
                "sender" => given(&signal.sender),
                "how" => name(&signal.how),
                "dispatch_uid" => Attr::Bool(signal.dispatch_uid),
                _ => Attr::Bool(signal.crosses_modules),
            },
            Fact::SignalDefinition(signal) => name(&signal.qualname),
            Fact::SignalSend(send) => match attribute {
                "signal" => name(&send.signal),
                _ => Attr::Bool(send.robust),
            },
            Fact::Migration(migration) => match attribute {
                "replaces" => Attr::Bool(!migration.replaces.is_empty()),
                "atomic" => Attr::Bool(migration.atomic),
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
                _ => own.map_or(Attr::Unknown, |m| list(&m.hooks)),
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
            Fact::App(_) => "app",
            Fact::Model(..) => "model",
            Fact::Field(..) => "field",
            Fact::Method(..) => "method",
            Fact::ManagerMethod(..) => "manager_method",
            Fact::Use(kind, _) | Fact::AdminPart(_, kind, _) => kind,
            Fact::Route(_) => "route",
            Fact::Operation(..) => "operation",
            Fact::View(_) => "view",
            Fact::Serializer(_) => "serializer",
            Fact::SerializerField(..) => "serializer_field",
            Fact::SerializerOverride(..) => "serializer_override",
            Fact::Form(_) => "form",
            Fact::Template(_) => "template",
            Fact::TemplateTag(..) => "template_tag",
            Fact::Admin(_) => "admin",
            Fact::Signal(_) => "signal",
            Fact::SignalDefinition(_) => "signal_definition",
            Fact::SignalSend(_) => "signal_send",
            Fact::Migration(_) => "migration",
            Fact::MigrationOperation(..) => "migration_operation",
            Fact::Drift(_) => "drift",
            Fact::Middleware(..) => "middleware",
            Fact::Command(_) => "command",
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
            Fact::App(app) => app.module.clone(),
            Fact::Model(model, _) => model.qualname.clone(),
            Fact::Field(model, field) => format!("{}.{}", model.qualname, field.name),
            Fact::Method(model, method) => format!("{}.{}", model.qualname, method.name),
            Fact::ManagerMethod(manager, method, _) => format!("{}.{method}", manager.qualname),
            Fact::Use(_, used) => used.scope.clone(),
            Fact::Route(route) => route.path.clone(),
            Fact::Operation(route, method, ..) => format!("{method} {}", route.path),
            Fact::View(view) => view.qualname.clone(),
            Fact::Serializer(serializer) => serializer.qualname.clone(),
            Fact::SerializerField(serializer, field) => format!("{}.{}", serializer.qualname, field.name),
            Fact::SerializerOverride(serializer, method) => format!("{}.{method}", serializer.qualname),
            Fact::Form(form) => form.qualname.clone(),
            Fact::Template(template) => template.name.clone(),
            Fact::TemplateTag(library, _, tag) => format!("{}.{tag}", library.module),
            Fact::Admin(admin) => admin.admin.clone(),
            Fact::AdminPart(admin, _, part) => format!("{}.{}", admin.admin, last_part(part)),
            Fact::Signal(signal) => signal.receiver.clone().unwrap_or_default(),
            Fact::SignalDefinition(signal) => signal.qualname.clone(),
            Fact::SignalSend(send) => send.sent_by.clone(),
            Fact::Migration(migration) => format!("{}.{}", migration.app, migration.name),
            Fact::MigrationOperation(migration, operation) => format!("{}.{}.{}", migration.app, migration.name, operation.type_name),
            Fact::Drift(drift) => {
                let parts = [drift.model.as_ref().or(Some(&drift.app)), drift.field.as_ref(), drift.attribute.as_ref(), Some(&drift.kind)];
                parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(".")
            }
            Fact::Middleware(dotted, _) => (*dotted).to_owned(),
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
            Fact::Method(model, method) => return At { file: &model.place.file, line: method.line },
            Fact::ManagerMethod(manager, _, line) => return At { file: &manager.place.file, line },
            Fact::Use(_, used) => &used.place,
            Fact::Route(route) | Fact::Operation(route, ..) => &route.place,
            Fact::View(view) => &view.place,
            Fact::Serializer(serializer) | Fact::SerializerOverride(serializer, _) => &serializer.place,
            Fact::SerializerField(serializer, field) => return At { file: &serializer.place.file, line: field.line },
            Fact::Form(form) => &form.place,
            Fact::Template(template) => return At { file: &template.file, line: 1 },
            Fact::TemplateTag(library, ..) => return At { file: &library.file, line: 1 },
            Fact::Admin(admin) | Fact::AdminPart(admin, ..) => &admin.place,
            Fact::Signal(signal) => &signal.place,
            Fact::SignalDefinition(signal) => &signal.place,
            Fact::SignalSend(send) => &send.place,
            Fact::Migration(migration) => return At { file: &migration.file, line: 1 },
            Fact::MigrationOperation(migration, operation) => return At { file: &migration.file, line: operation.line },
            Fact::Drift(drift) => match drift.place.as_ref().filter(|p| !p.file.is_empty()).or(drift.migration_place.as_ref()) {
                Some(place) => place,
                None => return At { file: "", line: 1 },
            },
            Fact::Middleware(_, Some(own)) => &own.place,
            Fact::Middleware(_, None) | Fact::Setting(..) | Fact::RestFramework(..) => return At { file: "", line: 1 },
            Fact::Command(command) => return At { file: &command.file, line: command.line },
            Fact::Task(task) => &task.place,
            Fact::Consumer(consumer) => &consumer.place,
            Fact::Package(package) => return At { file: &package.file, line: 1 },
            Fact::Mention(mention) => &mention.place,
        };
        At { file: &place.file, line: place.line }
    }
}

/// Kinds of views that answer with data.
pub fn is_api(kind: &str) -> bool {
    matches!(kind, "api_view" | "apiview" | "generic_apiview" | "viewset" | "model_viewset" | "graphql" | "ninja")
}
