//! The paths of Channels' consumers. Its routing is a tree of calls beside the urlconf: routers of patterns, whose views are consumers, other routers,
//! and middleware around either.

use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::last_part;
use crate::eval::{CallObj, ClassRef, Value};

use super::patterns;
use super::urls::UrlPart;
use super::world::World;

/// Routers within routers, and middleware around views.
const DEPTH: usize = 8;
const ROUTER: &str = "channels.routing.URLRouter";

/// The paths of each consumer, with the pattern of each.
pub type Paths = FxHashMap<ClassRef, BTreeMap<String, UrlPart>>;

/// Where patterns stand: below these others, or at the top.
#[derive(Default)]
struct Places<'a> {
    above: FxHashMap<*const CallObj, Vec<&'a Rc<CallObj>>>,
    top: FxHashSet<*const CallObj>,
}

pub fn paths(world: &World) -> Paths {
    let calls: Vec<&Rc<CallObj>> = world.interp.calls.iter().filter(|call| is_pattern(call)).collect();
    let mut places = Places::default();
    let mut nested = FxHashSet::default();
    for outer in &calls {
        let Some(Inside::Router(router)) = outer.args.get(1).and_then(|view| inside(view, DEPTH)) else { continue };
        nested.insert(Rc::as_ptr(&router));
        for inner in patterns_of(&router) {
            places.above.entry(Rc::as_ptr(&inner)).or_default().push(outer);
        }
    }
    let routers = world.interp.calls.iter().filter(|call| is_router(call) && !nested.contains(&Rc::as_ptr(call)));
    places.top = routers.flat_map(|router| patterns_of(router)).map(|inner| Rc::as_ptr(&inner)).collect();
    let mut out = Paths::default();
    for call in &calls {
        if let Some(Inside::Consumer(class)) = call.args.get(1).and_then(|view| inside(view, DEPTH)) {
            for (path, part) in whole(call, &places, DEPTH) {
                let path = format!("/{}", path.trim_start_matches('/'));
                out.entry(class).or_default().entry(path).or_insert(part);
            }
        }
    }
    out
}

fn is_pattern(call: &CallObj) -> bool {
    call.ext().is_some_and(|name| name.starts_with("django.") && matches!(last_part(&name), "path" | "re_path" | "url"))
}

fn is_router(call: &CallObj) -> bool {
    call.ext().is_some_and(|name| name.as_str() == ROUTER)
}

enum Inside {
    Consumer(ClassRef),
    Router(Rc<CallObj>),
}

/// What a view comes down to: `Consumer.as_asgi()`, the class itself before Channels 3, a router; each maybe within middleware.
fn inside(view: &Value, depth: usize) -> Option<Inside> {
    match view {
        Value::Class(class) => Some(Inside::Consumer(*class)),
        Value::Call(call) if is_router(call) => Some(Inside::Router(Rc::clone(call))),
        Value::Call(call) => match &call.callee {
            Value::Attr(parts) if parts.1.as_str() == "as_asgi" => match parts.0 {
                Value::Class(class) => Some(Inside::Consumer(class)),
                _ => None,
            },
            _ if depth > 0 => call.args.iter().find_map(|arg| inside(arg, depth - 1)),
            _ => None,
        },
        Value::Instance(made) if depth > 0 => made.args.iter().find_map(|arg| inside(arg, depth - 1)),
        _ => None,
    }
}

/// The patterns of a router.
fn patterns_of(router: &CallObj) -> Vec<Rc<CallObj>> {
    let list = router.arg(0, "routes").and_then(Value::items).unwrap_or_default();
    list.into_iter().filter_map(|item| if let Value::Call(call) = item { Some(call) } else { None }).collect()
}

/// The path of a pattern with all that may stand before it.
fn whole(call: &Rc<CallObj>, places: &Places<'_>, depth: usize) -> Vec<(String, UrlPart)> {
    let Some(route) = call.args.first().and_then(Value::as_str) else { return Vec::new() };
    let is_route = call.ext().is_some_and(|name| last_part(&name) == "path");
    let (path, part) = match is_route {
        true => (patterns::route_path(&route), UrlPart::Route(route.to_string())),
        false => (patterns::regex_path(&route), UrlPart::Regex(route.to_string())),
    };
    let here = Rc::as_ptr(call);
    let before = places.above.get(&here).filter(|_| depth > 0);
    let Some(before) = before else { return vec![(path, part)] };
    let outer = before.iter().flat_map(|outer| whole(outer, places, depth - 1));
    let mut out: Vec<(String, UrlPart)> =
        outer.map(|(head, before)| (format!("{head}{}", path.trim_start_matches('/')), joined(before, &part))).collect();
    if places.top.contains(&here) {
        out.push((path, part));
    }
    out
}

/// Two patterns one after the other, as far as one pattern can say it.
fn joined(before: UrlPart, part: &UrlPart) -> UrlPart {
    match (before, part) {
        (UrlPart::Route(head), UrlPart::Route(tail)) => UrlPart::Route(head + tail),
        (UrlPart::Regex(head), UrlPart::Regex(tail)) if !head.ends_with('$') => {
            UrlPart::Regex(head + tail.strip_prefix('^').unwrap_or(tail))
        }
        // Text without anything to convert means the same in an expression.
        (UrlPart::Route(head), UrlPart::Regex(tail))
            if head.chars().all(|ch| ch.is_ascii_alphanumeric() || matches!(ch, '/' | '_' | '-')) =>
        {
            UrlPart::Regex(format!("^{head}{}", tail.strip_prefix('^').unwrap_or(tail)))
        }
        _ => UrlPart::Unknown,
    }
}
