//! `include()`: from its target to the patterns that it brings, with the namespace that it gives them.

use std::rc::Rc;

use crate::base::sym;
use crate::eval::{Value, with_names};

use super::admin;
use super::endpoints;
use super::routes::{Context, Routes, brought, first_party_urls, is_admin_site, module, walk};
use super::urls::{UrlPart, open};
use super::world::World;

/// Whether a URL module says its `app_name`.
fn names_itself(world: &mut World, module: &Value, from: u32) -> bool {
    let file = match module {
        Value::Module(file) => Some(*file),
        Value::Str(dotted) => world.interp.project.modules.get_near(dotted, from),
        _ => None,
    };
    file.is_some_and(|file| world.interp.module(file).vars.borrow().contains_key(&sym("app_name")))
}

/// The target of `include()`: a module, a list, `(patterns, app_name)` or `(patterns, app_name, namespace)`.
pub fn include(world: &mut World, target: &Value, namespace: Option<Value>, mut context: Context, out: &mut Routes) {
    let namespace = namespace.and_then(|v| v.as_str()).map(|s| s.to_string());
    context.depth += 1;
    let target = world.interp.force(target.clone());
    match &target {
        Value::Str(dotted) => {
            let module = world.interp.project.modules.get_near(dotted, context.at.file);
            match module {
                Some(file) => include(world, &Value::Module(file), namespace.map(|n| Value::Str(sym(&n))), context, out),
                None => {
                    let top = dotted.split('.').next().unwrap_or("");
                    if world.interp.project.modules.owns(top) {
                        // Not a module: a variable of one, as some projects write it.
                        if let Some(value) = world.interp.lookup_dotted(dotted) {
                            return include(world, &value, None, context, out);
                        }
                        let missing = world.interp.unknown(crate::eval::WhyCode::MissingModule, dotted, context.at);
                        world.miss("routes", &missing, context.at, "included URL module");
                        open(world, &context, dotted, out);
                    } else {
                        endpoints::hooked(world, dotted, &context, out);
                        open(world, &context, dotted, out);
                        brought(world, &context, dotted, context.at, out);
                    }
                }
            }
        }
        Value::Module(file) => {
            let frame = world.interp.module(*file);
            let app_name = frame.vars.borrow().get(&sym("app_name")).and_then(Value::as_str).map(|s| s.to_string());
            context.namespaces.extend(namespace.or(app_name));
            context.urlconf = world.interp.module_name(*file).to_string();
            module(world, *file, &context, out);
        }
        Value::Tuple(_) => {
            let (patterns, app, instance) = with_names(&target);
            let (app, instance) = (app.and_then(Value::as_str), instance.and_then(Value::as_str));
            // The `app_name` of a module wins over the one beside it.
            let app = app.filter(|_| !names_itself(world, patterns, context.at.file));
            let name = namespace.or_else(|| instance.or(app).map(|name| name.to_string()));
            if matches!(patterns, Value::Module(_) | Value::Str(_) | Value::Instance(_)) {
                include(world, patterns, name.map(|name| Value::Str(sym(&name))), context, out);
            } else {
                context.namespaces.extend(name);
                walk(world, patterns, &context, out);
            }
        }
        Value::List(_) => {
            context.namespaces.extend(namespace);
            walk(world, &target, &context, out);
        }
        Value::Instance(instance) => {
            // An object with a `urlpatterns` attribute.
            let patterns = world.interp.attr(&Value::Instance(Rc::clone(instance)), sym("urlpatterns"), context.at);
            context.namespaces.extend(namespace);
            walk(world, &patterns, &context, out);
        }
        Value::Alt(options) => {
            context.doubt = Some("one of several possible includes holds it".into());
            for option in options.iter() {
                include(world, option, namespace.clone().map(|n| Value::Str(sym(&n))), context.clone(), out);
            }
        }
        Value::Attr(parts) if is_admin_site(world, &parts.0) => {
            custom_admin(world, &parts.0.clone(), &context, out);
            open_admin(world, &context, out);
        }
        other => {
            context.namespaces.extend(namespace);
            if let Value::Ext(module) = other {
                endpoints::hooked(world, module, &context, out);
            }
            walk(world, &other.clone(), &context, out);
        }
    }
}

/// The pages of an admin site, which nobody lists. Since Django 3.2 the last of its patterns answers whatever lies below it.
pub fn open_admin(world: &World, context: &Context, out: &mut Routes) {
    let all = world.interp.project.django_major.is_none_or(|major| major >= 3);
    open(world, context, if all { "the admin" } else { "django.contrib.admin.sites" }, out);
}

/// What a first-party admin site adds in its own `get_urls`, and what admin classes add to the pages of their models.
pub fn custom_admin(world: &mut World, site: &Value, context: &Context, out: &mut Routes) {
    let before = out.list.len();
    if let Value::Instance(instance) = &admin::in_place_of(world, site)
        && let Some(patterns) = first_party_urls(world, instance)
    {
        walk(world, &patterns, context, out);
    }
    for (path, patterns) in admin::own_urls(world, site) {
        let mut inner = context.clone();
        inner.path.push_str(&path);
        inner.pattern.push_str(&path);
        inner.parts.push(UrlPart::Route(path));
        walk(world, &patterns, &inner, out);
    }
    for route in out.list.iter_mut().skip(before) {
        route.admin = true;
    }
}
