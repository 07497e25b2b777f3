//! Django Ninja: operations of `NinjaAPI` and `Router` objects as routes.

use std::rc::Rc;

use crate::base::{Loc, last_part};
use crate::eval::{Base, CallObj, Value};

use super::inventory::Certainty;
use super::patterns;
use super::routes::{self, Context, Routes};
use super::urls::{self, UrlEnd, UrlPart};
use super::views;
use super::world::World;

fn is_api(world: &World, value: &Value, class: &str) -> bool {
    match value {
        Value::Call(call) => call.ext().is_some_and(|e| e.starts_with("ninja") && last_part(&e) == class),
        Value::Instance(instance) => world
            .interp
            .class(instance.class)
            .mro
            .iter()
            .any(|b| matches!(b, Base::Ext(e) if e.starts_with("ninja") && last_part(e) == class)),
        _ => false,
    }
}

/// Routes of a `NinjaAPI`; `false` when the value is none.
pub fn expand(world: &mut World, api: &Value, context: &Context, out: &mut Routes) -> bool {
    if !is_api(world, api, "NinjaAPI") && !is_api(world, api, "NinjaExtraAPI") {
        return false;
    }
    let mut context = context.clone();
    let given = |name: &str| api.argument(None, name).and_then(|value| value.as_str());
    let namespace = given("urls_namespace").map_or_else(
        || format!("api-{}", given("version").map_or_else(|| "1.0.0".to_owned(), |version| version.to_string())),
        |namespace| namespace.to_string(),
    );
    context.namespaces.push(namespace);
    if is_api(world, api, "NinjaExtraAPI") {
        urls::open(world, &context, "controllers", out);
    }
    // Its own pages come first, its root last.
    page(world, &context, api, "openapi_url", "/openapi.json", out);
    page(world, &context, api, "docs_url", "/docs", out);
    let from = (context.pattern.len(), out.patterns.len());
    operations(world, api, &context, out, from, 0);
    page(world, &context, api, "", "", out);
    true
}

/// A page of the API's own: none of the project's routes, but the resolver tries it.
fn page(world: &World, context: &Context, api: &Value, option: &str, default: &str, out: &mut Routes) {
    let part = match api.argument(None, option) {
        None => UrlPart::Route(default.trim_start_matches('/').to_string()),
        Some(Value::Str(text)) => UrlPart::Route(text.trim_start_matches('/').to_string()),
        Some(Value::None) => return,
        Some(_) => UrlPart::Unknown,
    };
    let mut inner = context.clone();
    inner.parts.push(part);
    let pattern = urls::pattern(world, &inner, UrlEnd::View(Vec::new()));
    out.patterns.push(pattern);
}

fn events(value: &Value) -> Vec<Rc<CallObj>> {
    match value {
        Value::Call(call) => call.events.borrow().clone(),
        Value::Instance(instance) => instance.events.borrow().clone(),
        _ => Vec::new(),
    }
}

fn operations(world: &mut World, router: &Value, context: &Context, out: &mut Routes, from: (usize, usize), depth: u32) {
    if depth > 10 {
        return;
    }
    // Its own operations come before those of the routers that it takes in.
    let added = |event: &Rc<CallObj>| matches!(&event.callee, Value::Attr(callee) if callee.1.as_str() == "add_router");
    let (routers, own): (Vec<_>, Vec<_>) = events(router).into_iter().partition(added);
    for event in own.into_iter().chain(routers) {
        let Value::Attr(callee) = &event.callee else { continue };
        let name = callee.1.as_str();
        match name {
            "get" | "post" | "put" | "patch" | "delete" | "api_operation" => {
                let at = event.loc;
                let position = usize::from(name == "api_operation");
                let Some(path) = event.arg(position, "path").and_then(Value::as_str) else {
                    let value = event.arg(position, "path").cloned().unwrap_or(Value::None);
                    world.miss("routes", &value, at, "path of an API operation");
                    urls::open(world, context, "not known", out);
                    continue;
                };
                let methods: Vec<String> = if name == "api_operation" {
                    event
                        .args
                        .first()
                        .and_then(Value::items)
                        .unwrap_or_default()
                        .iter()
                        .filter_map(Value::as_str)
                        .map(|m| m.to_uppercase())
                        .collect()
                } else {
                    vec![name.to_uppercase()]
                };
                for applied in event.events.borrow().iter() {
                    let Some(view) = applied.args.first().cloned() else { continue };
                    operation(world, &view, &path, methods.clone(), event.kwarg("url_name").cloned(), at, context, out, from);
                }
            }
            "add_router" => {
                let Some(prefix) = event.arg(0, "prefix").and_then(Value::as_str) else {
                    urls::open(world, context, "not known", out);
                    continue;
                };
                let Some(target) = event.arg(1, "router").cloned() else { continue };
                let target = match &target {
                    Value::Str(dotted) => world.interp.import_string(dotted),
                    other => other.clone(),
                };
                let mut inner = context.clone();
                inner.path = join(&context.path, &patterns::route_path(&braces(&prefix)));
                inner.pattern = join(&context.pattern, &prefix);
                inner.guard = event.guard.or(context.guard);
                operations(world, &target, &inner, out, from, depth + 1);
            }
            _ => {}
        }
    }
}

/// `/items/{int:item_id}` is Ninja's spelling of `<int:item_id>`.
fn braces(path: &str) -> String {
    path.replace('{', "<").replace('}', ">")
}

fn join(prefix: &str, path: &str) -> String {
    match (prefix.is_empty() || prefix.ends_with('/'), path.strip_prefix('/')) {
        (true, Some(rest)) => format!("{prefix}{rest}"),
        (true, None) => format!("{prefix}{path}"),
        (false, Some(_)) => format!("{prefix}{path}"),
        (false, None) => format!("{prefix}/{path}"),
    }
}

#[allow(clippy::too_many_arguments)]
fn operation(
    world: &mut World,
    view: &Value,
    path: &str,
    methods: Vec<String>,
    url_name: Option<Value>,
    at: Loc,
    context: &Context,
    out: &mut Routes,
    from: (usize, usize),
) {
    let mut found = views::resolve(world, view, "", at);
    let mut methods = methods;
    methods.sort();
    found.methods = Some(methods);
    found.ninja = true;
    let mut inner = context.clone();
    inner.path = join(&context.path, &patterns::route_path(&braces(path)));
    inner.pattern = join(&context.pattern, &braces(path));
    let name = url_name.and_then(|v| v.as_str()).map(|s| s.to_string()).or_else(|| found.name.as_deref().map(|n| last_part(n).to_string()));
    let route = routes::route(world, &inner, &found, name, at, Certainty::Certain);
    let inside = inner.pattern.get(from.0..).unwrap_or_default().trim_start_matches('/').to_string();
    inner.parts.push(UrlPart::Route(inside));
    // One pattern for all the methods of a path.
    let number = out.list.len();
    let known = out.patterns.iter_mut().skip(from.1).find(|pattern| pattern.parts == inner.parts);
    if let Some(UrlEnd::View(routes)) = known.map(|pattern| &mut pattern.end) {
        routes.push(number);
        out.list.push(route);
        out.views.push(found);
        return;
    }
    routes::push(world, out, &inner, route, found);
}
