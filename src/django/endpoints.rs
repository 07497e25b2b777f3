//! Routes that packages make of what is registered with them, as their tables describe it: endpoints of an API, and functions under a hook
//! that return URL patterns.

use std::rc::Rc;

use crate::base::{Loc, sym};
use crate::eval::{CallObj, Interp, Value};
use crate::project::packages::ExtRoute;

use super::inventory::Certainty;
use super::patterns;
use super::routes::{self, Context, Routes, ThirdParty};
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
            endpoint(world, &event, &context, out);
        }
    }
    true
}

/// One registration: a name and a class, whose routes its table says.
fn endpoint(world: &mut World, event: &CallObj, context: &Context, out: &mut Routes) {
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
            let packages = &world.interp.project.packages;
            let object = world.interp.class(*class);
            let rows: Vec<ExtRoute> =
                object.externals().filter_map(|base| packages.class(base)).flat_map(|facts| facts.routes.clone()).collect();
            for row in rows {
                let mut context = context.clone();
                context.path.push_str(&patterns::route_path(&row.url));
                context.pattern.push_str(&row.url);
                context.parts.push(UrlPart::Route(row.url));
                let mut view = views::class_view(world, *class, &[], &[]);
                view.methods = Some(row.mapping.keys().map(|method| method.to_uppercase()).collect());
                view.methods_certainty = Certainty::Certain;
                view.actions = row.mapping.into_iter().collect();
                let route = routes::route(world, &context, &view, Some(row.name), event.loc, Certainty::Certain);
                routes::push(world, out, &context, route, view);
            }
        }
        Some(Value::Ext(class)) => {
            urls::open(world, &context, class, out);
            out.third_party.push(ThirdParty { path: routes::slashed(&context.path), module: class.to_string(), at: event.loc });
        }
        other => {
            urls::open(world, &context, "not known", out);
            world.miss("routes", &other.cloned().unwrap_or(Value::None), event.loc, "class of an API endpoint");
        }
    }
}

/// A function that returns URL patterns, and the URL configuration of a package that it adds them to.
pub struct Hooked {
    below: String,
    function: Value,
    at: Loc,
}

/// What functions under a hook add to the URL configuration of a package, where that is included. It lets in who may enter what it adds to.
pub fn hooked(world: &mut World, module: &str, context: &Context, out: &mut Routes) {
    let module = world.interp.project.packages.canonical(sym(module));
    let all = Rc::clone(&*world.url_hooks.get_or_insert_with(|| Rc::new(registered(&world.interp))));
    let before = out.list.len();
    for hook in all.iter().filter(|hook| hook.below == module.as_str()) {
        world.interp.restart();
        let patterns = world.interp.call_value(&hook.function, Vec::new(), Vec::new(), false, hook.at);
        routes::walk(world, &patterns, context, out);
    }
    for route in out.list.iter_mut().skip(before) {
        route.access.login_required = Some(true);
    }
}

fn registered(interp: &Interp) -> Vec<Hooked> {
    let hook = |call: &CallObj| {
        let name = call.args.first().and_then(Value::as_str)?;
        let facts = interp.project.packages.function(call.ext()?)?;
        facts.urls.as_ref().filter(|hook| hook.name == name.as_str()).map(|hook| hook.below.clone())
    };
    let found = interp.calls.iter().filter_map(|call| {
        // `@hooks.register("…")`, or the function as an argument.
        let (below, function) = match &call.callee {
            Value::Call(decorator) => (hook(decorator)?, call.args.first()?),
            _ => (hook(call)?, call.arg(1, "fn")?),
        };
        Some(Hooked { below, function: function.clone(), at: call.loc })
    });
    found.collect()
}
