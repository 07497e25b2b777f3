//! Registrations of DRF routers that stand below others: those that `register()` returns, and those that it is given.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::{CallObj, Value};

use super::routers::{self, Registration};
use super::world::World;

/// drf-extensions: what `register()` returns registers view sets below it, `parents_query_lookups` naming the captured parts: each registration all
/// of its own, whatever those above it call theirs.
pub(super) fn chained(world: &mut World, parent: &Rc<CallObj>, prefix: &str, viewset: &Value, out: &mut Vec<Registration>) {
    below(world, parent, &[(prefix.to_owned(), viewset.clone())], out);
}

/// `above` are the prefixes and view sets that a path goes through, from the top.
fn below(world: &mut World, parent: &Rc<CallObj>, above: &[(String, Value)], out: &mut Vec<Registration>) {
    if above.len() > 6 {
        return;
    }
    for event in parent.events.borrow().iter() {
        let Value::Attr(callee) = &event.callee else { continue };
        if callee.1.as_str() != "register" {
            continue;
        }
        let Some(own) = event.arg(0, "prefix").and_then(Value::as_str) else { continue };
        let lookups = event.kwarg("parents_query_lookups").or_else(|| event.args.get(3)).and_then(Value::items).unwrap_or_default();
        let lookups: Vec<Sym> = lookups.iter().filter_map(Value::as_str).collect();
        if lookups.len() < above.len() {
            let over = above.last().map_or("", |(prefix, _)| prefix);
            world.note("routes", event.loc, "what stands above it in the path is not known", format!("routes of {own} below {over}"));
            continue;
        }
        let Some(inner) = event.arg(1, "viewset").cloned() else { continue };
        let named = lookup_prefix(world);
        let mut full = String::new();
        for ((prefix, viewset), lookup) in above.iter().zip(&lookups) {
            full.push_str(&format!("{prefix}/(?P<{named}{lookup}>{})/", lookup_regex(world, viewset)));
        }
        let path = [above, &[(own.to_string(), inner.clone())]].concat();
        below(world, event, &path, out);
        let basename = event.kwarg("basename").or_else(|| event.kwarg("base_name")).or_else(|| event.args.get(2)).and_then(Value::as_str);
        out.push(Registration {
            prefix: format!("{full}{own}"),
            viewset: inner,
            basename: basename.map(|s| s.to_string()),
            at: event.loc,
            guard: event.guard,
        });
    }
}

fn lookup_regex(world: &mut World, viewset: &Value) -> String {
    let own = match viewset {
        Value::Class(class) => world.interp.find_first_party(*class, "lookup_value_regex").and_then(|(value, _)| value.as_str()),
        _ => None,
    };
    own.map_or_else(|| "[^/.]+".to_owned(), |regex| regex.to_string())
}

/// What drf-extensions puts before the names of `parents_query_lookups`.
fn lookup_prefix(world: &mut World) -> String {
    // DRF's own settings where there are none of the extensions.
    let given =
        ["REST_FRAMEWORK_EXTENSIONS", "REST_FRAMEWORK"].iter().find_map(|name| match world.interp.setting(sym(name), Loc::default()) {
            Value::Dict(settings) if !settings.items.borrow().is_empty() => Some(settings),
            _ => None,
        });
    let given = given.and_then(|settings| settings.get("DEFAULT_PARENT_LOOKUP_KWARG_NAME_PREFIX")?.as_str());
    given.map_or_else(|| "parent_lookup_".to_owned(), |prefix| prefix.to_string())
}

/// Registrations that an argument of another holds, `register("items", Items, [Nested("parts", Parts)])`: below it in the path.
pub(super) fn packed(
    world: &mut World,
    router: &Value,
    call: &Rc<CallObj>,
    parent: &Registration,
    out: &mut Vec<Registration>,
    depth: u32,
) {
    let Some(nests) = routers::of_package(world, router, |facts| facts.nests.clone()).filter(|_| depth < 6) else { return };
    let Some(held) = call.arg(nests.position, &nests.argument).cloned() else { return };
    let inner: Vec<Rc<CallObj>> = match world.interp.force(held).items() {
        Some(items) => items.into_iter().filter_map(|item| if let Value::Call(call) = item { Some(call) } else { None }).collect(),
        None => return,
    };
    let Value::Class(class) = parent.viewset else { return };
    let named = parent.basename.clone().or_else(|| routers::default_basename(world, class));
    for event in inner {
        let (Some(prefix), Some(viewset)) = (event.arg(0, "prefix").and_then(Value::as_str), event.arg(1, "viewset").cloned()) else {
            continue;
        };
        let Some(named) = &named else {
            world.note("routes", event.loc, "what stands above it in the path is not known", format!("routes of {prefix}"));
            continue;
        };
        let above = routers::lookup(world, class, &format!("{named}_"));
        let registration = Registration {
            prefix: format!("{}/{above}/{prefix}", parent.prefix),
            viewset: world.interp.force(viewset),
            basename: event.kwarg("basename").and_then(Value::as_str).map(|name| name.to_string()),
            at: parent.at,
            guard: parent.guard,
        };
        packed(world, router, &event, &registration, out, depth + 1);
        out.push(registration);
    }
}
