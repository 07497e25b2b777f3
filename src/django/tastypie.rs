//! Tastypie: the routes that an `Api` makes of the resources registered with it.

use std::rc::Rc;

use crate::base::{Loc, sym};
use crate::eval::{CallObj, HOLE, RESOURCE, RESOURCE_API, Value, package_text};

use super::inventory::Certainty;
use super::patterns;
use super::routes::{self, Context, Routes};
use super::urls::UrlPart;
use super::views::{self, Target};
use super::world::World;

/// What stands behind the name of the resource (`#` is the name of its key), method of the resource, route name.
const ROUTES: &[(&str, &str, &str)] = &[
    ("", "dispatch_list", "api_dispatch_list"),
    ("/schema", "get_schema", "api_get_schema"),
    ("/set/(?P<#_list>.*?)", "get_multiple", "api_get_multiple"),
    ("/(?P<#>.*?)", "dispatch_detail", "api_dispatch_detail"),
];
const SLASH: &str = "tastypie.utils.urls.trailing_slash";

/// A resource, and the name that it is served under, as far as that is known.
struct Registered {
    name: Option<String>,
    resource: Value,
    at: Loc,
}

/// Routes of an `Api`; `false` when the value is none.
pub fn expand(world: &mut World, api: &Value, context: &Context, out: &mut Routes) -> bool {
    if !world.interp.is_instance_of(api, RESOURCE_API) {
        return false;
    }
    let mut context = Context { regex: true, depth: context.depth + 1, ..context.clone() };
    hooks(world, api, &context, out);
    prefixed(&mut context, api_name(api), |name| format!("^(?P<api_name>{name})/"));
    for found in registered(world, api) {
        context.at = found.at;
        hooks(world, &found.resource, &context, out);
        match world.interp.call_method_with(&found.resource, "base_urls", Vec::new(), found.at) {
            Some(own) => routes::walk(world, &own, &context, out),
            None => standard(world, &found, &context, out),
        }
    }
    true
}

/// What `super().base_urls()` gives a resource; `false` when the value is none.
pub fn base_urls(world: &mut World, resource: &Value, context: &Context, out: &mut Routes) -> bool {
    if !world.interp.is_instance_of(resource, RESOURCE) {
        return false;
    }
    let found = Registered { name: resource_name(world, resource), resource: resource.clone(), at: context.at };
    standard(world, &found, context, out);
    true
}

/// The patterns that first-party code puts before the others.
fn hooks(world: &mut World, object: &Value, context: &Context, out: &mut Routes) {
    for hook in ["prepend_urls", "override_urls"] {
        if let Some(patterns) = world.interp.call_method_with(object, hook, Vec::new(), context.at) {
            routes::walk(world, &patterns, context, out);
        }
    }
}

/// The context behind one more pattern, of whose texts one may not be known.
fn prefixed(context: &mut Context, text: Option<String>, pattern: impl Fn(&str) -> String) {
    let written = pattern(text.as_deref().unwrap_or(&HOLE.to_string()));
    context.path.push_str(&patterns::regex_path(&written));
    context.pattern.push_str(&written);
    context.parts.push(if text.is_some() { UrlPart::Regex(written) } else { UrlPart::Unknown });
}

/// The first argument with which an `Api` is made.
fn api_name(api: &Value) -> Option<String> {
    let named = |given: Option<&Value>| given.map_or(Some("v1".to_owned()), |name| name.as_str().map(|name| name.to_string()));
    match api {
        Value::Call(call) => named(call.arg(0, "api_name")),
        Value::Instance(made) => match made.base_init.borrow().as_ref() {
            Some(call) => named(call.arg(0, "api_name")),
            None => {
                named(made.args.first().or_else(|| made.kwargs.iter().find(|(key, _)| key.as_str() == "api_name").map(|(_, name)| name)))
            }
        },
        _ => None,
    }
}

fn resource_name(world: &mut World, resource: &Value) -> Option<String> {
    world.interp.resource_option(resource, "resource_name")?.as_str().map(|name| name.to_string())
}

/// The resources of an `Api` in its order, which is that of their names; of two by the same name the later.
fn registered(world: &mut World, api: &Value) -> Vec<Registered> {
    let events: Vec<Rc<CallObj>> = match api {
        Value::Call(call) => call.events.borrow().clone(),
        Value::Instance(made) => made.events.borrow().clone(),
        _ => Vec::new(),
    };
    let mut out: Vec<Registered> = Vec::new();
    for event in events {
        if !matches!(&event.callee, Value::Attr(callee) if callee.1.as_str() == "register") {
            continue;
        }
        let resource = event.arg(0, "resource").cloned().unwrap_or(Value::None);
        if !matches!(resource, Value::Instance(_) | Value::Class(_)) {
            world.miss("routes", &resource, event.loc, "resource of an API");
            continue;
        }
        let name = resource_name(world, &resource);
        out.retain(|other| name.is_none() || other.name != name);
        out.push(Registered { name, resource, at: event.loc });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}

fn standard(world: &mut World, found: &Registered, context: &Context, out: &mut Routes) {
    let slash = package_text(&mut world.interp, sym(SLASH), found.at).and_then(|text| text.as_str());
    let slash = slash.map_or("/?".to_owned(), |text| text.to_string());
    let key = world.interp.resource_option(&found.resource, "detail_uri_name").and_then(|key| key.as_str());
    let key = key.map_or(HOLE.to_string(), |key| key.to_string());
    for (rest, method, name) in ROUTES {
        let mut inner = context.clone();
        let rest = rest.replace('#', &key);
        prefixed(&mut inner, found.name.clone(), |name| format!("^(?P<resource_name>{name}){rest}{slash}$"));
        let method = world.interp.attr(&found.resource, sym(method), found.at);
        let mut view = views::resolve(world, &method, "", found.at);
        if matches!(view.target, Target::External) {
            view.methods_certainty = Certainty::Unknown;
        }
        let route = routes::route(world, &inner, &view, Some((*name).to_string()), found.at, Certainty::Certain);
        routes::push(world, out, &inner, route, view);
    }
}
