//! Admin registrations of every form, in the order of execution: `register()`, the decorator, custom sites, `unregister()`.

use std::rc::Rc;

use crate::base::{Loc, Sym, last_part, sym};
use crate::eval::{CallObj, ClassRef, InstObj, Value, WhyCode};

use super::admin_parts;
use super::inventory::Admin;
use super::routes::is_admin_site;
use super::world::World;

const MODEL_ADMIN: &str = "django.contrib.admin.options.ModelAdmin";

struct Registration {
    /// The name of the site; none where that is not known.
    site: Option<String>,
    on: Value,
    model: Value,
    admin: Option<Value>,
    /// Given to `register()` beside the class: attributes of a class that it makes of that.
    options: Vec<(Sym, Value)>,
    at: Loc,
}

pub fn collect(world: &mut World) -> Vec<Admin> {
    let mut out: Vec<Admin> = Vec::new();
    let mut missed: Vec<Loc> = Vec::new();
    for registration in registry(world) {
        if registration.site.is_none() && !missed.contains(&registration.at) {
            missed.push(registration.at);
            world.miss("admin", &registration.on, registration.at, "site of an admin registration");
        }
        out.push(describe(world, registration));
    }
    out.sort_by(|a, b| (&a.model, &a.admin, &a.site, &a.place).cmp(&(&b.model, &b.admin, &b.site, &b.place)));
    out.dedup_by(|b, a| a.model == b.model && a.admin == b.admin && a.site == b.site);
    out
}

/// The patterns that admin classes of a site add to the pages of their models, by where those lie below the site.
pub fn own_urls(world: &mut World, site: &Value) -> Vec<(String, Value)> {
    let name = site_name(site);
    let mut out = Vec::new();
    for registration in registry(world).into_iter().filter(|registration| name.is_some() && registration.site == name) {
        let Some(Value::Class(class)) = registration.admin else { continue };
        if world.interp.find_first_party(class, "get_urls").is_none() {
            continue;
        }
        let Some(label) = world.presumed_label(&registration.model) else { continue };
        world.interp.restart();
        let made = world.interp.instantiate(class, vec![registration.model.clone(), site.clone()], Vec::new(), false, registration.at);
        let Some(urls) = world.interp.call_method_with(&made, "get_urls", Vec::new(), registration.at) else { continue };
        let is_pattern =
            |value: &Value| matches!(value, Value::Call(call) if call.ext().is_some_and(|name| PATTERNS.contains(&last_part(&name))));
        let own: Vec<Value> = urls.items().unwrap_or_default().into_iter().filter(is_pattern).collect();
        out.push((format!("{}/", label.to_lowercase().replace('.', "/")), Value::list(own)));
    }
    out
}

/// The object behind Django's own site: of the class that the config of the admin's application names, or that code gives the site later.
pub fn in_place_of(world: &mut World, site: &Value) -> Value {
    if !matches!(site, Value::Ext(name) if name.as_str() == DEFAULT_SITE) {
        return site.clone();
    }
    let given = world.interp.patched(DEFAULT_SITE, "__class__");
    match given.or_else(|| named_site(world)) {
        Some(Value::Class(class)) => {
            let object = world.interp.class(class);
            world.interp.restart();
            world.interp.instantiate(class, Vec::new(), Vec::new(), false, Loc { file: object.file, line: object.line })
        }
        _ => site.clone(),
    }
}

/// `default_site` of the config that installs the admin.
fn named_site(world: &mut World) -> Option<Value> {
    let configs: Vec<ClassRef> = world.apps.iter().filter(|app| app.installed).filter_map(|app| app.class).collect();
    let config = configs.into_iter().find(|class| world.interp.derives(*class, "django.contrib.admin.apps.SimpleAdminConfig"))?;
    let path = world.interp.find_first_party(config, "default_site")?.0.as_str()?;
    world.interp.lookup_dotted(&path)
}

const PATTERNS: [&str; 3] = ["path", "re_path", "url"];

/// What is registered at the end.
fn registry(world: &mut World) -> Vec<Registration> {
    let mut registry: Vec<Registration> = Vec::new();
    for call in world.interp.calls.clone() {
        let (site, method) = match &call.callee {
            Value::Ext(name) => match name.rsplit_once('.') {
                Some((DEFAULT_SITE, method)) => (Value::None, method.to_string()),
                _ => continue,
            },
            Value::Attr(parts) if matches!(parts.1.as_str(), "register" | "unregister") => {
                let site = parts.0.clone();
                let site = world.interp.force(site);
                if !is_admin_site(world, &site) {
                    // `super().register(…)` of a first-party site.
                    let Value::Super(inner) = &site else { continue };
                    if !is_admin_site(world, &inner.1) {
                        continue;
                    }
                    (inner.1.clone(), parts.1.to_string())
                } else {
                    (site, parts.1.to_string())
                }
            }
            // `@admin.register(Model, site=…)` applied to a class.
            Value::Call(decorator) if decorator.ext().is_some_and(|e| e.as_str() == "django.contrib.admin.decorators.register") => {
                let Some(admin) = call.args.first().cloned() else { continue };
                let site = world.interp.force(decorator.kwarg("site").cloned().unwrap_or(Value::None));
                for model in flatten(world, &decorator.args) {
                    registry.push(Registration {
                        site: site_name(&site),
                        on: site.clone(),
                        model,
                        admin: Some(admin.clone()),
                        options: Vec::new(),
                        at: class_loc(world, &admin).unwrap_or(call.loc),
                    });
                }
                continue;
            }
            _ => continue,
        };
        apply(world, &mut registry, &call, &site, &method);
    }
    registry
}

fn apply(world: &mut World, registry: &mut Vec<Registration>, call: &Rc<CallObj>, site: &Value, method: &str) {
    let name = site_name(site);
    let models = match call.arg(0, "model_or_iterable") {
        Some(value) => flatten(world, std::slice::from_ref(value)),
        None => return,
    };
    for model in models {
        let label = world.presumed_label(&model);
        if method == "unregister" {
            let mut i = 0;
            while i < registry.len() {
                let same = registry.get(i).is_some_and(|r| r.site == name && r.model.same(&model)) || {
                    let other = registry.get(i).map(|r| r.model.clone());
                    label.is_some() && other.is_some_and(|m| world.presumed_label(&m) == label)
                };
                if same {
                    registry.remove(i);
                } else {
                    i += 1;
                }
            }
        } else {
            let admin = call.arg(1, "admin_class").filter(|v| !matches!(v, Value::None)).cloned();
            let options =
                call.kwargs.iter().filter(|(name, _)| !matches!(name.as_str(), "model_or_iterable" | "admin_class")).cloned().collect();
            registry.push(Registration { site: name.clone(), on: site.clone(), model, admin, options, at: call.loc });
        }
    }
}

fn flatten(world: &mut World, values: &[Value]) -> Vec<Value> {
    let mut out = Vec::new();
    for value in values {
        let value = world.interp.force(value.clone());
        match value.items() {
            Some(items) => out.extend(items),
            None => out.push(value),
        }
    }
    out
}

const DEFAULT_SITE: &str = "django.contrib.admin.sites.site";
/// What stands for the name of a site that is not known.
const UNKNOWN_SITE: &str = "?";

fn site_name(site: &Value) -> Option<String> {
    let given = match site {
        Value::Call(call) => call.arg(0, "name").cloned(),
        Value::Instance(instance) => {
            let named = instance.kwargs.iter().find(|(k, _)| k.as_str() == "name").map(|(_, v)| v.clone());
            named.or_else(|| instance.args.first().cloned())
        }
        // `site=None` is the default one.
        Value::None => None,
        Value::Ext(name) if name.as_str() == DEFAULT_SITE => None,
        _ => return None,
    };
    match given {
        None => Some("admin".to_string()),
        Some(name) => name.as_str().map(|s| s.to_string()),
    }
}

fn class_loc(world: &World, value: &Value) -> Option<Loc> {
    match value {
        Value::Class(class) => {
            let object = world.interp.class(*class);
            Some(Loc { file: object.file, line: object.line })
        }
        _ => None,
    }
}

fn describe(world: &mut World, registration: Registration) -> Admin {
    match world.model_label(&registration.model, None) {
        Some(_) => world.count("admin", 1),
        None => world.miss("admin", &registration.model, registration.at, "model of an admin registration"),
    }
    let model = world.presumed_label(&registration.model);
    let class = match &registration.admin {
        Some(Value::Class(class)) => Some(*class),
        _ => None,
    };
    let admin = registration.admin.as_ref().and_then(|a| world.dotted(a)).unwrap_or_else(|| MODEL_ADMIN.to_string());
    let (mut inlines, mut actions, mut features, columns) = match class {
        Some(class) => {
            let made = instance(world, class, &registration);
            let made = made.as_deref();
            let (inlines, actions) = (list(world, class, made, "inlines", false), list(world, class, made, "actions", true));
            (inlines, actions, features(world, class), columns(world, class, made))
        }
        None => Default::default(),
    };
    if actions.is_empty() {
        actions = actions_outside(world, registration.admin.as_ref());
    }
    if inlines.is_empty() {
        inlines = inlines_outside(world, registration.admin.as_ref());
    }
    for (option, value) in &registration.options {
        match option.as_str() {
            "inlines" => inlines = world.dotted_list(value),
            "actions" => actions = sorted(world.dotted_list(value).iter().map(|name| last_part(name).to_string())),
            _ => {}
        }
        features.extend(PLAIN.iter().filter(|name| **name == option.as_str()).map(|name| (*name).to_string()));
    }
    features.sort();
    features.dedup();
    let mut made = Admin {
        site: registration.site.unwrap_or_else(|| UNKNOWN_SITE.to_string()),
        model,
        admin,
        place: world.place(registration.at),
        inline_models: inline_models(world, &inlines),
        inlines,
        actions,
        features,
        columns,
        parts: Vec::new(),
    };
    made.parts = admin_parts::parts(world, class, &made);
    made
}

/// What a registration makes of its class, where the class has a say in that.
fn instance(world: &mut World, class: ClassRef, registration: &Registration) -> Option<Rc<InstObj>> {
    world.interp.find_first_party(class, "__init__")?;
    world.interp.restart();
    let site = world.interp.unknown(WhyCode::Parameter, "admin_site", registration.at);
    match world.interp.instantiate(class, vec![registration.model.clone(), site], Vec::new(), false, registration.at) {
        Value::Instance(made) => Some(made),
        _ => None,
    }
}

/// An option, as the constructor or the body of the class says.
fn option_of(world: &mut World, class: ClassRef, made: Option<&InstObj>, name: &str) -> Option<Value> {
    let set = made.and_then(|made| made.attrs.borrow().get(&sym(name)).cloned());
    set.or_else(|| world.interp.find_first_party(class, name).map(|(value, _)| value))
}

/// Functions among what an admin class shows: its own methods by name, and functions as such.
fn columns(world: &mut World, class: ClassRef, made: Option<&InstObj>) -> Vec<String> {
    let mut out = Vec::new();
    for option in ["list_display", "readonly_fields"] {
        let Some(shown) = option_of(world, class, made, option) else { continue };
        for item in shown.items().unwrap_or_default() {
            let function = match &item {
                Value::Str(name) => world.interp.find_first_party(class, name).map(|(value, _)| value),
                other => Some(other.clone()),
            };
            if let (Some(Value::Func(_) | Value::Method(_)), Some(name)) = (&function, world.dotted(&item)) {
                out.push(last_part(&name).to_string());
            }
        }
    }
    out.sort();
    out.dedup();
    out
}

fn list(world: &mut World, class: ClassRef, made: Option<&InstObj>, name: &str, short: bool) -> Vec<String> {
    let Some(value) = option_of(world, class, made, name) else { return Vec::new() };
    if !short {
        return world.dotted_list(&value);
    }
    // Actions go by `__name__`, which `functools.wraps` hands on.
    let named = |item: Value| match item {
        Value::Func(func) => Value::Func(func.innermost()),
        other => other,
    };
    let value = value.items().map_or(value, |items| Value::list(items.into_iter().map(named).collect()));
    sorted(world.dotted_list(&value).iter().map(|name| last_part(name).to_string()))
}

/// Options and methods that change a page of the admin.
const PLAIN: &[&str] = &[
    "autocomplete_fields",
    "date_hierarchy",
    "delete_model",
    "delete_queryset",
    "exclude",
    "fields",
    "fieldsets",
    "filter_horizontal",
    "filter_vertical",
    "form",
    "formfield_for_dbfield",
    "formfield_for_foreignkey",
    "formfield_for_manytomany",
    "get_actions",
    "get_form",
    "get_list_display",
    "get_queryset",
    "get_readonly_fields",
    "get_search_results",
    "has_add_permission",
    "has_change_permission",
    "has_delete_permission",
    "has_view_permission",
    "list_display",
    "list_editable",
    "list_filter",
    "list_select_related",
    "ordering",
    "paginator",
    "prepopulated_fields",
    "radio_fields",
    "raw_id_fields",
    "readonly_fields",
    "response_add",
    "response_change",
    "save_formset",
    "save_model",
    "save_related",
    "search_fields",
];

/// Options and methods that go by another name in the report.
pub(super) const FEATURES: &[(&str, &str)] = &[
    ("get_urls", "custom_urls"),
    ("change_form_template", "custom_template"),
    ("change_list_template", "custom_template"),
    ("add_form_template", "custom_template"),
    ("delete_confirmation_template", "custom_template"),
    ("object_history_template", "custom_template"),
];

/// Classes of packages that an admin class has an option from, as none of the project sets it.
fn outside(world: &mut World, admin: Option<&Value>, option: &str) -> Vec<Sym> {
    match admin {
        Some(Value::Class(class)) if world.interp.find_first_party(*class, option).is_none() => {
            world.interp.class(*class).externals().collect()
        }
        Some(Value::Ext(name)) => world.interp.project.packages.mro(*name).to_vec(),
        _ => Vec::new(),
    }
}

/// The inlines that an admin class has from a package.
fn inlines_outside(world: &mut World, admin: Option<&Value>) -> Vec<String> {
    let bases = outside(world, admin, "inlines");
    let packages = &world.interp.project.packages;
    let found = bases.iter().find_map(|base| packages.class(*base)?.attrs.get("inlines")?.as_array().cloned());
    found.unwrap_or_default().iter().filter_map(|inline| inline.as_str()).map(str::to_owned).collect()
}

/// The models of inlines by their dotted names.
fn inline_models(world: &mut World, inlines: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    for name in inlines {
        let Some(Value::Class(inline)) = world.interp.lookup_dotted(name) else { continue };
        let Some((model, _)) = world.interp.find_first_party(inline, "model") else { continue };
        out.extend(world.presumed_label(&model));
    }
    sorted(out.into_iter())
}

/// The actions that an admin class has from a package.
fn actions_outside(world: &mut World, admin: Option<&Value>) -> Vec<String> {
    let bases = outside(world, admin, "actions");
    let packages = &world.interp.project.packages;
    let found = bases.iter().filter_map(|base| packages.class(*base)).find(|facts| !facts.actions.is_empty());
    sorted(found.iter().flat_map(|facts| facts.actions.iter().map(|action| action.name.clone())))
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// What an admin class uses beyond the default, itself and through first-party bases.
fn features(world: &mut World, class: ClassRef) -> Vec<String> {
    let mut out = Vec::new();
    for name in PLAIN {
        if world.interp.find_first_party(class, name).is_some() {
            out.push((*name).to_string());
        }
    }
    for (name, feature) in FEATURES {
        if world.interp.find_first_party(class, name).is_some() {
            out.push((*feature).to_string());
        }
    }
    out.sort();
    out.dedup();
    out
}
