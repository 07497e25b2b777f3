//! DRF routers: what `register()` calls, extra actions and nested routers turn into.

use std::rc::Rc;

use crate::base::{Loc, last_part, sym};
use crate::eval::{Base, ClassRef, Value};
use crate::project::packages::ExtClass;

use super::inventory::Certainty;
use super::nested;
use super::patterns;
use super::routes::{self, Context, Routes};
use super::urls::{self, UrlPart};
use super::views;
use super::world::World;

#[derive(Clone)]
pub(super) struct Registration {
    pub prefix: String,
    pub viewset: Value,
    pub basename: Option<String>,
    pub at: Loc,
    pub guard: Option<u32>,
}

/// A row of a router's `routes` table.
#[derive(Clone)]
struct Row {
    url: String,
    /// HTTP method → view-set method; empty for a dynamic row.
    mapping: Vec<(String, String)>,
    name: String,
    detail: bool,
    dynamic: bool,
}

struct Extra {
    function: String,
    methods: Vec<(String, String)>,
    detail: bool,
    url_path: String,
    url_name: String,
}

/// Routes of a router; `false` when the value is none.
pub fn expand(world: &mut World, router: &Value, context: &Context, out: &mut Routes) -> bool {
    let router = &world.interp.force(router.clone());
    if let Value::Alt(options) = router {
        let mut any = false;
        for option in options.iter() {
            any |= expand(world, option, context, out);
        }
        return any;
    }
    if super::ninja::expand(world, router, context, out)
        || super::tastypie::expand(world, router, context, out)
        || super::endpoints::expand(world, router, context, out)
    {
        return true;
    }
    if !world.interp.is_router(router) {
        return false;
    }
    // A first-party router may build its own list.
    if let Value::Instance(instance) = router
        && world.interp.find_first_party(instance.class, "get_urls").is_some()
        && context.depth < 20
    {
        let patterns = world.interp.call_method_with(router, "get_urls", Vec::new(), instance.loc);
        if let Some(patterns) = patterns.filter(|p| !p.is_unknown()) {
            let context = Context { depth: context.depth + 1, regex: true, ..context.clone() };
            routes::walk(world, &patterns, &context, out);
            return true;
        }
    }
    expand_base(world, router, context, out)
}

/// What DRF's own `get_urls` makes of the registrations.
pub fn expand_base(world: &mut World, router: &Value, context: &Context, out: &mut Routes) -> bool {
    let Some(class) = world.interp.router_class(router) else { return false };
    let rows = rows(world, router);
    if let Value::Instance(instance) = router
        && let Some((Value::Func(method), owner)) = world.interp.find_first_party(instance.class, "get_routes")
        && let Some(def) = world.interp.func_def(&method)
    {
        let text = format!("{}.get_routes", world.interp.class(owner).qualname);
        world.note_once(
            "routes",
            Loc { file: method.file, line: def.line },
            "a method of the router chooses the routes of a view set",
            text,
        );
    }
    let slash = trailing_slash(world, router, 0);
    let nested = nested_prefix(world, router, 0);
    // What a router of a package that no table describes makes of a registration is taken to be what DRF makes of it.
    let guessed = world.interp.is_guessed_router(class);
    let with_root = world.interp.project.packages.mro(class).iter().any(|base| base.ends_with("DefaultRouter"));
    let context = &Context { suffix: with_root, ..context.clone() };
    let missed = world.unresolved.len();
    let registered = registrations(world, router);
    if world.unresolved.len() > missed {
        urls::open(world, context, "registrations that are not known", out);
    }
    let maker = Maker { router, rows: &rows, slash: &slash };
    let start = out.list.len();
    for registration in registered {
        let prefix = match &nested {
            Some((parent, _)) => format!("{parent}{}", registration.prefix),
            None => registration.prefix.clone(),
        };
        let first = out.list.len();
        viewset(world, &registration, &prefix, &maker, context, out);
        for route in out.list.iter_mut().skip(first).filter(|route| guessed && route.certainty == Certainty::Certain) {
            route.certainty = Certainty::Likely;
        }
    }
    // A list at the same path comes first, and answers every request.
    let root = format!("/{}", context.path.trim_start_matches('/'));
    let hidden = out.list.iter().skip(start).any(|route| route.path == root && route.certainty == Certainty::Certain);
    if with_root && !hidden {
        // The root view lists what is registered: DRF's own, or one that a first-party router names.
        let mut context = context.clone();
        context.regex = true;
        context.parts.push(UrlPart::Route(String::new()));
        let mut own = |name: &str| match router {
            Value::Instance(instance) => {
                let set = instance.attrs.borrow().get(&sym(name)).cloned();
                set.or_else(|| world.interp.find_first_party(instance.class, name).map(|(v, _)| v))
            }
            Value::Call(call) => call.attrs.borrow().get(&sym(name)).cloned(),
            _ => None,
        };
        let name = own("root_view_name").and_then(|name| name.as_str()).map_or_else(|| "api-root".to_owned(), |name| name.to_string());
        let view = own("APIRootView").unwrap_or(Value::Ext(sym("rest_framework.routers.APIRootView")));
        let made = as_view(world, view, context.at);
        let found = views::resolve(world, &made, "", context.at);
        let route = routes::route(world, &context, &found, Some(name), context.at, Certainty::Certain);
        routes::push(world, out, &context, route, found);
    }
    appended(world, router, context, out);
    true
}

/// `router.urls.append(path(…))`: a router keeps the list that it has once made.
fn appended(world: &mut World, router: &Value, context: &Context, out: &mut Routes) {
    let events = match router {
        Value::Instance(instance) => instance.events.borrow().clone(),
        Value::Call(call) => call.events.borrow().clone(),
        _ => return,
    };
    for event in events {
        let Value::Attr(callee) = &event.callee else { continue };
        let Value::Attr(list) = &callee.0 else { continue };
        if list.1.as_str() != "urls" {
            continue;
        }
        let added = match (callee.1.as_str(), event.args.as_slice()) {
            ("append", [one]) | ("insert", [_, one]) => Value::list(vec![one.clone()]),
            ("extend", [more]) => more.clone(),
            _ => continue,
        };
        let context = Context { depth: context.depth + 1, ..context.clone() };
        routes::walk(world, &added, &context, out);
    }
}

fn as_view(world: &mut World, class: Value, at: Loc) -> Value {
    let callee = match class {
        Value::Ext(name) => Value::Ext(sym(&format!("{name}.as_view"))),
        other => Value::Attr(Rc::new((other, sym("as_view")))),
    };
    world.interp.record_call(callee, Vec::new(), Vec::new(), false, at)
}

fn registrations(world: &mut World, router: &Value) -> Vec<Registration> {
    let (mut out, mut below) = (Vec::new(), Vec::new());
    // Filled by `register()`, by first-party code, or from another router's.
    let listed = match router {
        Value::Instance(instance) => instance.attrs.borrow().get(&sym("registry")).cloned(),
        Value::Call(call) => call.attrs.borrow().get(&sym("registry")).cloned(),
        _ => None,
    };
    for entry in listed.and_then(|l| l.items()).unwrap_or_default() {
        let items = entry.items().unwrap_or_default();
        let call = match items.get(3) {
            Some(Value::Call(call)) => Some(Rc::clone(call)),
            _ => None,
        };
        let at = call.as_ref().map_or_else(|| router_loc(router), |c| c.loc);
        match items.as_slice() {
            [Value::Str(prefix), viewset, basename, ..] => {
                if let Some(call) = &call {
                    nested::chained(world, call, prefix, viewset, &mut out);
                }
                let registration = Registration {
                    prefix: prefix.to_string(),
                    viewset: viewset.clone(),
                    basename: basename.as_str().map(|s| s.to_string()),
                    at,
                    guard: call.as_ref().and_then(|c| c.guard),
                };
                if let Some(call) = &call {
                    nested::packed(world, router, call, &registration, &mut below, 0);
                }
                out.push(registration);
            }
            [prefix, ..] => world.miss("routes", &prefix.clone(), at, "prefix of a router registration"),
            [] => world.miss("routes", &entry, at, "router registration"),
        }
    }
    out.append(&mut below);
    out
}

fn router_loc(router: &Value) -> Loc {
    match router {
        Value::Instance(instance) => instance.loc,
        Value::Call(call) => call.loc,
        _ => Loc::default(),
    }
}

fn trailing_slash(world: &mut World, router: &Value, depth: u32) -> String {
    let value = match router {
        Value::Call(call) => call.kwarg("trailing_slash").cloned().or_else(|| call.attrs.borrow().get(&sym("trailing_slash")).cloned()),
        Value::Instance(instance) => {
            let own = instance.attrs.borrow().get(&sym("trailing_slash")).cloned();
            let init = instance.base_init.borrow().as_ref().and_then(|c| c.kwarg("trailing_slash").cloned());
            let given = instance.kwargs.iter().find(|(k, _)| k.as_str() == "trailing_slash").map(|(_, v)| v.clone());
            own.or(init).or(given).or_else(|| world.interp.find_first_party(instance.class, "trailing_slash").map(|(v, _)| v))
        }
        _ => None,
    };
    match value {
        Some(Value::Bool(false)) => String::new(),
        Some(Value::Str(text)) => text.to_string(),
        // Nested routers do as the one above them.
        _ => match nested_args(world, router) {
            Some([Some(parent), ..]) if depth < 20 => trailing_slash(world, &parent, depth + 1),
            _ => of_package(world, router, |facts| facts.trailing_slash.clone()).unwrap_or_else(|| "/".to_string()),
        },
    }
}

/// What the nearest class of a router that a table describes says of it.
pub(super) fn of_package<T>(world: &World, router: &Value, get: impl Fn(&ExtClass) -> Option<T>) -> Option<T> {
    world.interp.project.packages.nearest(world.interp.router_class(router)?, get)
}

/// The router, prefix and lookup that `NestedSimpleRouter(parent, "domains", lookup="domain")` is given.
fn nested_args(world: &mut World, router: &Value) -> Option<[Option<Value>; 3]> {
    let nests = match router {
        Value::Instance(instance) => world.interp.class(instance.class).externals().any(|base| base.contains("Nested")),
        _ => world.interp.router_class(router)?.contains("Nested"),
    };
    if !nests {
        return None;
    }
    let (args, kwargs) = match router {
        Value::Call(call) => (call.args.clone(), call.kwargs.clone()),
        Value::Instance(instance) => {
            let init = instance.base_init.borrow().clone();
            init.map_or((instance.args.clone(), instance.kwargs.clone()), |c| (c.args.clone(), c.kwargs.clone()))
        }
        _ => return None,
    };
    let named = |position: usize, name: &str| {
        kwargs.iter().find(|(k, _)| k.as_str() == name).map(|(_, v)| v.clone()).or_else(|| args.get(position).cloned())
    };
    Some([named(0, "parent_router"), named(1, "parent_prefix"), named(2, "lookup")])
}

/// What stands before each prefix of a nested router, `domains/(?P<domain_pk>[^/.]+)/`, and how deep it is nested.
fn nested_prefix(world: &mut World, router: &Value, depth: u32) -> Option<(String, u32)> {
    let [parent, prefix, lookup_name] = nested_args(world, router)?;
    let (parent, prefix) = (parent?, prefix?.as_str()?);
    let (outer, count) = if depth < 20 { nested_prefix(world, &parent, depth + 1) } else { None }.unwrap_or_default();
    let lookup_name = lookup_name.and_then(|name| name.as_str()).map_or_else(|| format!("nested_{}", count + 1), |name| name.to_string());
    let before = own_nest_prefix(world, router).unwrap_or_else(|| format!("{lookup_name}_"));
    let entry = registrations(world, &parent).into_iter().find(|r| r.prefix == prefix.as_str());
    let regex = match entry.map(|e| e.viewset) {
        Some(Value::Class(class)) => lookup(world, class, &before),
        _ => format!("(?P<{before}pk>[^/.]+)"),
    };
    let slash = if prefix.is_empty() { "" } else { "/" };
    Some((format!("{outer}{prefix}{slash}{regex}/"), count + 1))
}

/// What stands before the name of a lookup, where the router's own class says so and not `lookup`.
fn own_nest_prefix(world: &mut World, router: &Value) -> Option<String> {
    let Value::Instance(instance) = router else { return None };
    world.interp.find_first_party(instance.class, "nest_prefix")?;
    let value = world.interp.attr(router, sym("nest_prefix"), instance.loc);
    value.as_str().map(|text| text.to_string())
}

/// The router's table: DRF's, or a first-party class's own `routes`.
fn rows(world: &mut World, router: &Value) -> Vec<Row> {
    let own = match router {
        Value::Instance(instance) => {
            let set = instance.attrs.borrow().get(&sym("routes")).cloned();
            set.or_else(|| world.interp.find_first_party(instance.class, "routes").map(|(v, _)| v))
        }
        _ => None,
    };
    let table = own.unwrap_or_else(|| world.interp.routes_of(router, Loc::default()));
    table.items().unwrap_or_default().iter().filter_map(row).collect()
}

fn row(value: &Value) -> Option<Row> {
    let Value::Call(call) = value else { return None };
    let dynamic = call.ext().is_some_and(|e| last_part(&e).starts_with("Dynamic"));
    let arg = |position: usize, name: &str| call.attrs.borrow().get(&sym(name)).cloned().or_else(|| call.arg(position, name).cloned());
    let url = arg(0, "url")?.as_str()?.to_string();
    let name = arg(if dynamic { 1 } else { 2 }, "name")?.as_str()?.to_string();
    let mapping = match arg(1, "mapping") {
        Some(Value::Dict(dict)) if !dynamic => {
            dict.items.borrow().values().filter_map(|(k, v)| Some((k.as_str()?.to_string(), v.as_str()?.to_string()))).collect()
        }
        _ => Vec::new(),
    };
    let detail = arg(if dynamic { 2 } else { 3 }, "detail").and_then(|v| v.as_bool()).unwrap_or_else(|| url.contains("{lookup}"));
    // DRF before 3.8 names the placeholder differently.
    let url = url.replace("{methodname}", "{url_path}").replace("{methodnamehyphen}", "{url_path}");
    let name = name.replace("{methodnamehyphen}", "{url_name}").replace("{methodname}", "{url_name}");
    Some(Row { url, mapping, name, detail, dynamic })
}

/// The lookup by a router's own `get_lookup_regex`.
fn own_lookup(world: &mut World, router: &Value, class: ClassRef) -> Option<String> {
    let Value::Instance(instance) = router else { return None };
    world.interp.find_first_party(instance.class, "get_lookup_regex")?;
    world.interp.restart();
    let regex = world.interp.call_method_with(router, "get_lookup_regex", vec![Value::Class(class)], instance.loc)?.as_str()?;
    (!regex.is_empty()).then(|| regex.to_string())
}

/// `(?P<pk>[^/.]+)`, by the view set's lookup attributes; `prefix` stands before the name.
pub(super) fn lookup(world: &mut World, class: ClassRef, prefix: &str) -> String {
    let mut text = |name: &str| text_attribute(world, class, name);
    let field = text("lookup_field").unwrap_or_else(|| "pk".to_string());
    let name = text("lookup_url_kwarg").unwrap_or(field);
    let regex = text("lookup_value_regex").unwrap_or_else(|| "[^/.]+".to_string());
    format!("(?P<{prefix}{name}>{regex})")
}

/// A class attribute that is text, of the project's classes or of those of a package.
fn text_attribute(world: &mut World, class: ClassRef, name: &str) -> Option<String> {
    if let Some((value, _)) = world.interp.find_first_party(class, name) {
        return value.as_str().map(|text| text.to_string());
    }
    let packages = &world.interp.project.packages;
    let object = world.interp.class(class);
    let facts = object.externals().filter_map(|base| packages.class(base));
    let text = facts.filter_map(|facts| facts.attr_str(name).map(str::to_owned)).next()?;
    world.interp.of_user(&text).into_iter().next()
}

/// What names the routes of a view set that is registered without a name: its model.
pub(super) fn default_basename(world: &mut World, class: ClassRef) -> Option<String> {
    match world.interp.find_first_party(class, "queryset") {
        Some((queryset, _)) => Some(last_part(&views::queryset_model(world, &queryset)?).to_lowercase()),
        None => match text_attribute(world, class, "queryset_model")?.as_str() {
            "settings.AUTH_USER_MODEL" => Some(last_part(&world.interp.user_model).to_lowercase()),
            model => Some(last_part(model).to_lowercase()),
        },
    }
}

/// Functions of a view set that `@action` and its predecessors mark, inherited ones included.
fn extras(world: &mut World, class: ClassRef) -> Vec<Extra> {
    let mut out: Vec<Extra> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let object = world.interp.class(class);
    for base in object.mro.clone() {
        match base {
            Base::First(base) => {
                let vars: Vec<(String, Value)> =
                    world.interp.class(base).frame.vars.borrow().iter().map(|(n, v)| (n.to_string(), v.clone())).collect();
                for (name, value) in vars {
                    let Value::Func(func) = &value else {
                        seen.push(name);
                        continue;
                    };
                    if seen.contains(&name) {
                        continue;
                    }
                    seen.push(name.clone());
                    for decorator in func.decorators.borrow().iter() {
                        out.extend(extra(world, &name, decorator));
                    }
                }
            }
            Base::Ext(ext) => {
                let Some(facts) = world.interp.project.packages.class(ext) else { continue };
                for action in &facts.actions {
                    if action.methods.is_empty() || seen.contains(&action.name) {
                        continue;
                    }
                    seen.push(action.name.clone());
                    out.push(Extra {
                        function: action.name.clone(),
                        methods: action.methods.iter().map(|m| (m.to_lowercase(), action.name.clone())).collect(),
                        detail: action.detail.unwrap_or(false),
                        url_path: world.interp.of_user(action.url_path.as_ref().unwrap_or(&action.name)).concat(),
                        url_name: action.url_name.clone().unwrap_or_else(|| action.name.replace('_', "-")),
                    });
                }
            }
        }
    }
    mapped(world, class, &mut out);
    out.sort_by(|a, b| a.function.cmp(&b.function));
    out
}

fn extra(world: &World, name: &str, decorator: &Value) -> Option<Extra> {
    let (ext, call) = match decorator {
        Value::Call(call) => (call.ext()?, Some(call)),
        Value::Ext(name) => (*name, None),
        _ => return None,
    };
    let facts = world.interp.project.packages.function(ext).filter(|f| f.kind == "action_decorator")?;
    let arg = |position: usize, key: &str| call.and_then(|c| c.arg(position, key)).cloned();
    let methods: Vec<String> = match arg(0, "methods").and_then(|v| v.items()) {
        Some(items) if !items.is_empty() => items.iter().filter_map(Value::as_str).map(|m| m.to_lowercase()).collect(),
        _ => vec!["get".to_string()],
    };
    let text = |key: &str| call.and_then(|c| c.kwarg(key)).and_then(Value::as_str).map(|s| s.to_string());
    let last = last_part(&ext);
    let detail = facts.detail.unwrap_or_else(|| arg(1, "detail").and_then(|v| v.as_bool()).unwrap_or(last == "detail_route"));
    let url_path =
        text("url_path").or_else(|| if call.is_some() { arg(2, "url_path").and_then(|v| v.as_str()).map(|s| s.to_string()) } else { None });
    let old = matches!(last, "list_route" | "detail_route" | "link");
    let url_name = text("url_name")
        .unwrap_or_else(|| if old { url_path.clone().unwrap_or_else(|| name.to_string()) } else { name.to_string() }.replace('_', "-"));
    Some(Extra {
        function: name.to_string(),
        methods: methods.into_iter().map(|m| (m, name.to_string())).collect(),
        detail,
        url_path: url_path.unwrap_or_else(|| name.to_string()),
        url_name,
    })
}

/// `@action_function.mapping.post` adds a method to an action.
fn mapped(world: &mut World, class: ClassRef, extras: &mut [Extra]) {
    let object = world.interp.class(class);
    for base in &object.mro {
        let Base::First(base) = base else { continue };
        for (name, value) in world.interp.class(*base).frame.vars.borrow().iter() {
            let Value::Func(func) = value else { continue };
            for decorator in func.decorators.borrow().iter() {
                let Value::Attr(outer) = decorator else { continue };
                let Value::Attr(inner) = &outer.0 else { continue };
                if inner.1.as_str() != "mapping" {
                    continue;
                }
                let Value::Func(action) = &inner.0 else { continue };
                let Some(action) = world.interp.func_def(action) else { continue };
                if let Some(extra) = extras.iter_mut().find(|e| e.function == action.name.as_str()) {
                    extra.methods.push((outer.1.to_lowercase(), name.to_string()));
                }
            }
        }
    }
}

/// A stand-in whose metaclass hands every attribute on to another class is that class to the router.
fn behind_proxy(world: &mut World, class: ClassRef, at: Loc) -> ClassRef {
    if views::is_view_class(world, class) {
        return class;
    }
    let made = world.interp.attr(&Value::Class(class), sym("as_view"), at);
    let found = made.options().into_iter().find_map(|o| match o {
        Value::Attr(parts) => match parts.0 {
            Value::Class(inner) if views::is_view_class(world, inner) => Some(inner),
            _ => None,
        },
        _ => None,
    });
    found.unwrap_or(class)
}

/// What makes routes of a registration.
struct Maker<'a> {
    router: &'a Value,
    rows: &'a [Row],
    slash: &'a str,
}

fn viewset(world: &mut World, registration: &Registration, prefix: &str, maker: &Maker, context: &Context, out: &mut Routes) {
    let Maker { router, rows, slash } = *maker;
    let class = match &registration.viewset {
        Value::Class(class) => Some(*class),
        Value::Alt(options) => options.iter().find_map(|o| if let Value::Class(c) = o { Some(*c) } else { None }),
        _ => None,
    };
    let Some(class) = class else {
        let mut inner = context.clone();
        inner.parts.push(UrlPart::Regex(format!("^{prefix}")));
        urls::open(world, &inner, "a view set that is not ours", out);
        if let Value::Ext(name) = &registration.viewset {
            let mut below = context.clone();
            below.path.push_str(prefix);
            routes::brought(world, &below, name, registration.at, out);
            return;
        }
        world.miss("routes", &registration.viewset.clone(), registration.at, "view set of a router registration");
        return;
    };
    let class = behind_proxy(world, class, registration.at);
    let lookup = own_lookup(world, router, class).unwrap_or_else(|| lookup(world, class, ""));
    let extras = extras(world, class);
    let basename = registration.basename.clone().or_else(|| default_basename(world, class));
    let names = views::method_names(world, class, &[]);
    let open = world.interp.class(class).open;
    // A class method of the project may leave some of the actions out.
    let choosing = world.interp.find_first_party(class, "get_extra_actions");
    if let Some((Value::Func(method), owner)) = &choosing
        && let Some(def) = world.interp.func_def(method)
    {
        let text = format!("{}.get_extra_actions", world.interp.class(*owner).qualname);
        world.note_once("routes", Loc { file: method.file, line: def.line }, "a method chooses the extra actions", text);
    }
    let mut emit = |world: &mut World, row: &Row, mapping: Vec<(String, String)>, url_path: &str, url_name: &str| {
        if mapping.is_empty() {
            return;
        }
        let mut url = row
            .url
            .replace("{prefix}", prefix)
            .replace("{lookup}", &lookup)
            .replace("{url_path}", url_path)
            .replace("{trailing_slash}", slash);
        if prefix.is_empty() {
            url = url.replacen("^/", "^", 1);
        }
        let name = basename.as_ref().map(|b| row.name.replace("{basename}", b).replace("{url_name}", url_name));
        let mut context = context.clone();
        context.path.push_str(&patterns::regex_path(&url));
        context.pattern.push_str(&url);
        context.parts.push(UrlPart::Regex(url));
        context.regex = true;
        context.guard = registration.guard.or(context.guard);
        let methods: Vec<String> = mapping
            .iter()
            .filter(|(m, _)| !matches!(m.as_str(), "head" | "options") && names.as_ref().is_none_or(|n| n.contains(m)))
            .map(|(m, _)| m.to_uppercase())
            .collect();
        let mut found = views::class_view(world, class, &[], &[]);
        let mut methods = methods;
        methods.sort();
        methods.dedup();
        found.methods = Some(methods);
        found.actions = mapping;
        let chosen = row.dynamic && choosing.is_some();
        let certainty = if context.guard.is_some() || open || chosen { Certainty::Likely } else { Certainty::Certain };
        let route = routes::route(world, &context, &found, name, registration.at, certainty);
        routes::push(world, out, &context, route, found);
    };
    for row in rows {
        if row.dynamic {
            for extra in extras.iter().filter(|e| e.detail == row.detail) {
                emit(world, row, extra.methods.clone(), &extra.url_path, &extra.url_name);
            }
        } else {
            let mapping: Vec<(String, String)> = row
                .mapping
                .iter()
                .filter(|(_, action)| world.class_value(class, action).is_some_and(|v| !matches!(v, Value::None)))
                .cloned()
                .collect();
            emit(world, row, mapping, "", "");
        }
    }
}
