//! What rules ask of routes and of what answers them, beyond what the inventory says of each alone.
//!
//! Apart from `facts`, because it compares routes with each other. It must not know rules.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::django::inventory::{Inventory, Route, RouteKind, View};

use super::construct::{Body, Fact};

/// What the regular expressions of RE2 do not have.
const LOOKAROUND: &[&str] = &["(?=", "(?!", "(?<=", "(?<!"];

const METHODS: &[&str] = &["ANY", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"];

/// Every route, followed by its operations.
pub fn facts<'a>(inventory: &'a Inventory, out: &mut Vec<Fact<'a>>) {
    let views: BTreeMap<&str, &View> = inventory.views.iter().map(|v| (v.qualname.as_str(), v)).collect();
    let hidden = hidden(&inventory.routes);
    let (mut answered, mut bodies) = (BTreeSet::new(), BTreeSet::new());
    for (index, route) in inventory.routes.iter().enumerate() {
        out.push(Fact::Route(route, hidden.get(&index).copied()));
        let view = route.view.as_deref().and_then(|name| views.get(name)).copied();
        // What an admin site serves is counted with its admin classes; what only developers see does not move.
        if !route.first_party_view || route.admin || route.development {
            continue;
        }
        // A view that takes any method answers one way.
        let any = ["ANY".to_owned()];
        for method in route.methods.as_deref().unwrap_or(&any) {
            // The twin that takes `.json` is the same code.
            if !route.format_suffix
                && let Some(method) = METHODS.iter().find(|m| *m == method)
            {
                let handler = handler(route, method);
                let who = route.view.as_deref().unwrap_or(&route.path);
                let body = Body { custom: is_custom(&handler, view, &mut bodies), repeated: !answered.insert((who, *method, handler)) };
                out.push(Fact::Operation(route, method, view, body));
            }
        }
    }
}

/// Views to which only routes of development lead.
pub fn of_development(inventory: &Inventory) -> BTreeSet<&str> {
    let reached =
        |development: bool| inventory.routes.iter().filter(move |r| r.development == development).filter_map(|r| r.view.as_deref());
    let others: BTreeSet<&str> = reached(false).collect();
    reached(true).filter(|view| !others.contains(view)).collect()
}

/// Whether the project wrote the body that answers: a function always, a class where it defines the handler or what the inherited handler
/// calls to do its work. What a base of the project defines is written once: the first view that uses it has it, for the others it is inherited.
fn is_custom<'a>(handler: &str, view: Option<&'a View>, seen: &mut BTreeSet<(&'a str, &'a str)>) -> bool {
    let Some(view) = view else { return true };
    if matches!(view.kind.as_str(), "function" | "api_view" | "method" | "callable" | "ninja") {
        return true;
    }
    let hooks: &[&str] = match handler {
        "create" | "post" => &["perform_create", "form_valid"],
        "update" | "put" | "partial_update" | "patch" => &["perform_update"],
        "destroy" | "delete" => &["perform_destroy"],
        _ => &[],
    };
    let mut custom = false;
    for name in std::iter::once(handler).chain(hooks.iter().copied()) {
        if let Some((name, by)) = view.body.methods.get_key_value(name) {
            custom |= *by == view.qualname || seen.insert((by, name));
        }
    }
    custom
}

/// The method of the view that answers.
fn handler(route: &Route, method: &str) -> String {
    let action = route.actions.iter().find(|(m, _)| m.eq_ignore_ascii_case(method));
    action.map_or_else(|| method.to_ascii_lowercase(), |(_, action)| action.clone())
}

/// Whether its regular expression looks ahead or back.
pub fn looks_around(route: &Route) -> bool {
    LOOKAROUND.iter().any(|look| route.pattern.contains(look))
}

/// The names in `<int:pk>`; a parameter without one is a `str`.
pub fn converters(route: &Route) -> Vec<Cow<'_, str>> {
    if route.kind != RouteKind::Path {
        return Vec::new();
    }
    let inside = route.pattern.split('<').skip(1).filter_map(|rest| rest.split_once('>'));
    inside.map(|(inside, _)| Cow::Borrowed(inside.split_once(':').map_or("str", |(converter, _)| converter))).collect()
}

/// Position of a route, and its pattern between the slashes.
type Parts<'a> = (usize, Vec<&'a str>);

/// Routes whose literal text only a converter keeps from an earlier pattern, with the path of that: `items/<int:pk>/` before `items/export/`.
///
/// The order is known within a file only, so pairs across files are left out.
fn hidden(routes: &[Route]) -> BTreeMap<usize, &str> {
    let mut out = BTreeMap::new();
    let mut groups: BTreeMap<(&str, usize), Vec<Parts<'_>>> = BTreeMap::new();
    for (index, route) in routes.iter().enumerate() {
        if route.kind == RouteKind::Path && !route.admin {
            let parts: Vec<&str> = route.pattern.split('/').collect();
            groups.entry((&route.root_urlconf, parts.len())).or_default().push((index, parts));
        }
    }
    for group in groups.values() {
        let (typed, rest): (Vec<_>, Vec<_>) = group.iter().partition(|(_, parts)| parts.iter().any(|part| is_typed(part)));
        // Only templates that say the same as the literal wherever they are no parameter can catch it.
        let mut by_shape: BTreeMap<Vec<bool>, BTreeMap<Vec<&str>, Vec<&Parts<'_>>>> = BTreeMap::new();
        for template in &typed {
            let shape: Vec<bool> = template.1.iter().map(|part| is_parameter(part)).collect();
            let said = said(&shape, &template.1);
            by_shape.entry(shape).or_default().entry(said).or_default().push(template);
        }
        for (later, literal) in rest.iter().chain(&typed) {
            let of_shape = |(shape, templates): (&Vec<bool>, &BTreeMap<_, Vec<_>>)| templates.get(&said(shape, literal)).cloned();
            let mut near: Vec<&Parts<'_>> = by_shape.iter().filter_map(of_shape).flatten().collect();
            near.sort_unstable_by_key(|template| template.0);
            for (earlier, template) in near {
                if let (Some(earlier), Some(later_route)) = (routes.get(*earlier), routes.get(*later))
                    && catches(template, literal)
                    && earlier.place.file == later_route.place.file
                    && earlier.place.line < later_route.place.line
                {
                    out.entry(*later).or_insert(earlier.path.as_str());
                }
            }
        }
    }
    out
}

fn is_parameter(part: &str) -> bool {
    part.starts_with('<') && part.ends_with('>')
}

/// The parts that are no parameters.
fn said<'a>(shape: &[bool], parts: &[&'a str]) -> Vec<&'a str> {
    shape.iter().zip(parts).filter(|(parameter, _)| !**parameter).map(|(_, part)| *part).collect()
}

/// Whether it is one parameter, with a converter that not every text satisfies.
fn is_typed(part: &str) -> bool {
    let inside = part.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    inside.and_then(|inside| inside.split_once(':')).is_some_and(|(converter, _)| !matches!(converter, "str" | "slug" | "path"))
}

fn catches(template: &[&str], literal: &[&str]) -> bool {
    let told_apart = |(of, by): (&&str, &&str)| is_typed(of) && !by.contains('<') && !by.is_empty();
    template.iter().zip(literal).all(|(of, by)| of == by || (is_parameter(of) && !by.is_empty()))
        && template.iter().zip(literal).any(told_apart)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::django::inventory::Place;

    fn route(pattern: &str, line: u32) -> Route {
        let place = Place { file: "urls.py".into(), line };
        Route { path: pattern.into(), pattern: pattern.into(), kind: RouteKind::Path, place, ..Route::default() }
    }

    #[test]
    fn only_a_converter_keeps_them_apart() {
        let routes = [
            route("items/<int:pk>/", 1),
            route("items/export/", 2),
            route("tags/all/", 3),
            route("tags/<int:pk>/", 4),
            route("pages/<slug:name>/", 5),
            route("pages/about/", 6),
            route("items/<int:pk>/notes/", 7),
        ];
        assert_eq!(hidden(&routes).into_iter().collect::<Vec<_>>(), [(1, "items/<int:pk>/")]);
    }

    #[test]
    fn the_converters_of_a_path() {
        assert_eq!(converters(&route("a/<int:pk>/<name>/<path:rest>", 1)), ["int", "str", "path"]);
    }
}
