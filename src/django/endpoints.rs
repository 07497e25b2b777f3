//! Routes that packages make of what is registered with them, as their tables describe it: endpoints of an API, functions under a hook
//! that return URL patterns, view sets.

use std::rc::Rc;

use crate::base::{Loc, sym};
use crate::eval::{CallObj, ClassRef, Interp, Value};
use crate::project::packages::{ExtRoute, UrlHook};

use super::inventory::Certainty;
use super::patterns;
use super::routes::{self, Context, Routes};
use super::urls::{self, UrlPart};
use super::views;
use super::world::World;

/// Routes of an API whose class has `endpoints` in its table; `false` when the value is none.
pub fn expand(world: &mut World, api: &Value, context: &Context, out: &mut Routes) -> bool {
    let Value::Call(made) = api else { return false };
    let facts = made.ext().and_then(|name| world.interp.project.packages.class(name));
    let Some(endpoints) = facts.as_ref().and_then(|facts| facts.endpoints.as_ref()) else { return false };
    let mut context = context.clone();
    context.namespaces.extend(made.arg(0, &endpoints.namespace).and_then(Value::as_str).map(|name| name.to_string()));
    for event in made.events.borrow().clone() {
        let Value::Attr(callee) = &event.callee else { continue };
        if callee.1.as_str() == endpoints.method {
            endpoint(world, &event, &endpoints.patterns, &context, out);
        }
    }
    true
}

/// One registration: a name and a class, whose routes its table says or a method of its own.
fn endpoint(world: &mut World, event: &CallObj, patterns: &str, context: &Context, out: &mut Routes) {
    let Some(name) = event.args.first().and_then(Value::as_str) else {
        world.miss("routes", &event.args.first().cloned().unwrap_or(Value::None), event.loc, "name of an API endpoint");
        return urls::open(world, context, "an endpoint without a known name", out);
    };
    let mut context = context.clone();
    context.at = event.loc;
    context.guard = event.guard.or(context.guard);
    context.namespaces.push(name.to_string());
    context.path.push_str(&format!("{name}/"));
    context.pattern.push_str(&format!("^{name}/"));
    context.parts.push(UrlPart::Regex(format!("^{name}/")));
    match event.args.get(1) {
        Some(Value::Class(class)) => {
            world.interp.restart();
            match world.interp.call_method_with(&Value::Class(*class), patterns, Vec::new(), event.loc) {
                Some(own) => routes::walk(world, &own, &context, out),
                None => described(world, *class, &context, out),
            }
        }
        Some(Value::Ext(class)) => {
            urls::open(world, &context, class, out);
            routes::brought(world, &context, class, event.loc, out);
        }
        other => {
            urls::open(world, &context, "not known", out);
            world.miss("routes", &other.cloned().unwrap_or(Value::None), event.loc, "class of an API endpoint");
        }
    }
}

/// The routes of an endpoint as the tables of the class's bases have them.
fn described(world: &mut World, class: ClassRef, context: &Context, out: &mut Routes) {
    let packages = &world.interp.project.packages;
    let object = world.interp.class(class);
    let rows: Vec<ExtRoute> = object.externals().filter_map(|base| packages.class(base)).flat_map(|facts| facts.routes.clone()).collect();
    for row in rows {
        let mut context = context.clone();
        context.path.push_str(&patterns::route_path(&row.url));
        context.pattern.push_str(&row.url);
        context.parts.push(UrlPart::Route(row.url));
        let mut view = views::class_view(world, class, &[], &[]);
        view.methods = Some(row.mapping.keys().map(|method| method.to_uppercase()).collect());
        view.methods_certainty = Certainty::Certain;
        view.actions = row.mapping.into_iter().collect();
        let route = routes::route(world, &context, &view, Some(row.name), context.at, Certainty::Certain);
        routes::push(world, out, &context, route, view);
    }
}

/// `super().get_urlpatterns()` in the method of such a class: what the package gives.
pub fn inherited(world: &mut World, this: &Value, method: &str, context: &Context, out: &mut Routes) -> bool {
    let Value::Class(class) = this else { return false };
    let packages = &world.interp.project.packages;
    let named = |base| packages.class(base).and_then(|facts| facts.endpoints.as_ref().map(|said| said.patterns == method));
    let gives = world.interp.class(*class).externals().any(|base| named(base) == Some(true));
    if gives {
        described(world, *class, context, out);
    }
    gives
}

/// What is registered for the URL configuration of a package.
pub struct Hooked {
    hook: UrlHook,
    /// A function under the name of the hook, or the object.
    registered: Value,
    at: Loc,
    guard: Option<u32>,
}

/// What is registered for the URL configuration of a package, where that is included. It lets in who may enter what it adds to.
pub fn hooked(world: &mut World, module: &str, context: &Context, out: &mut Routes) {
    let module = world.interp.project.packages.canonical(sym(module));
    if world.url_hooks.is_none() {
        world.url_hooks = Some(Rc::new(registered(&mut world.interp)));
    }
    let all = world.url_hooks.clone().unwrap_or_default();
    let before = out.list.len();
    for hook in all.iter().filter(|hook| hook.hook.below == module.as_str()) {
        world.interp.restart();
        let context = Context { guard: hook.guard.or(context.guard), ..context.clone() };
        add(world, hook, context, out);
    }
    for route in out.list.iter_mut().skip(before) {
        route.access.login_required = Some(true);
    }
}

fn add(world: &mut World, hooked: &Hooked, mut context: Context, out: &mut Routes) {
    let Hooked { hook, registered, at, .. } = hooked;
    if let Some(class) = &hook.gets {
        let api = Value::made_call(Value::Ext(sym(class)), vec![Value::Str(sym(&hook.called))], Vec::new(), false, *at);
        world.interp.call_value(registered, vec![api.clone()], Vec::new(), false, *at);
        context.path.push_str(&hook.prefix);
        context.pattern.push_str(&hook.prefix);
        context.parts.push(UrlPart::Route(hook.prefix.clone()));
        expand(world, &api, &context, out);
        return;
    }
    let given = match registered {
        Value::Func(_) | Value::Method(_) => world.interp.call_value(registered, Vec::new(), Vec::new(), false, *at),
        other => other.clone(),
    };
    match world.interp.registered_patterns(&given, *at) {
        Some(patterns) => routes::walk(world, &Value::list(patterns), &context, out),
        None if hook.name.is_empty() => {}
        None => routes::walk(world, &given, &context, out),
    }
}

fn registered(interp: &mut Interp) -> Vec<Hooked> {
    let mut out = Vec::new();
    for call in interp.calls.clone() {
        // `@hooks.register("…")`, or the function as an argument.
        let (function, given) = match &call.callee {
            Value::Call(decorator) => (decorator, call.args.first()),
            _ => (&call, call.arg(1, "fn")),
        };
        let Some(facts) = function.ext().and_then(|name| interp.project.packages.function(name)) else { continue };
        let name = function.args.first().and_then(Value::as_str);
        for hook in facts.urls.iter() {
            let registered = match hook.name.is_empty() {
                true => object(interp, &call, hook),
                false => given.filter(|_| name.is_some_and(|name| name.as_str() == hook.name)).cloned(),
            };
            out.extend(registered.map(|registered| Hooked { hook: hook.clone(), registered, at: call.loc, guard: call.guard }));
        }
    }
    // View sets that attributes of applications name.
    for (_, config) in interp.app_configs.clone() {
        if let Some(below) = interp.view_sets_below(&config) {
            let hook = UrlHook { below, ..UrlHook::default() };
            out.push(Hooked { hook, registered: config, at: Loc::default(), guard: None });
        }
    }
    out
}

/// What a function registers itself: its first argument, or what another makes of it.
fn object(interp: &mut Interp, call: &CallObj, hook: &UrlHook) -> Option<Value> {
    let given = call.args.first().or_else(|| call.kwargs.first().map(|(_, value)| value))?.clone();
    let with = hook.with.as_ref().and_then(|name| call.arg(1, name)).cloned();
    let named = |interp: &mut Interp, value: Value| match value.as_str() {
        Some(path) => interp.lookup_dotted(&path),
        None => Some(value),
    };
    let given = named(interp, given)?;
    match with.and_then(|with| named(interp, with)) {
        Some(Value::Class(class)) => Some(interp.instantiate(class, Vec::new(), vec![(sym("model"), given)], false, call.loc)),
        _ => Some(given),
    }
}
