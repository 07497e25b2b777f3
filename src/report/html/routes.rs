//! Every route, grouped by the module whose URLconf holds it. Rows are short: a project may have thousands.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Page;
use super::table::{Column, heads, wide};
use super::text::{anchor, breakable, place, short};
use crate::report::json::{Access, Certainty, Route};
use crate::report::numbers::plural;

const COLUMNS: [Column; 7] = [
    wide("Methods", "r1"),
    wide("Path", "r2"),
    wide("View", "r3"),
    wide("Who may call", "r4"),
    wide("Serializer", "r5"),
    wide("Phase", "r7"),
    wide("To look at", "r6"),
];
/// Rows of a group that is open from the start; larger projects begin with all groups folded.
const OPEN: usize = 120;

pub fn routes(page: &Page<'_>) -> Option<Markup> {
    let routes = &page.report.inventory.routes;
    if routes.is_empty() {
        return None;
    }
    let partition = &page.analysis.estimate.partition;
    let file = |index: usize| page.analysis.inventory.routes.get(index).map_or("", |r| r.place.file.as_str());
    let mut groups: BTreeMap<(bool, usize), Vec<(usize, &Route)>> = BTreeMap::new();
    for (index, route) in routes.iter().enumerate().filter(|(_, r)| !r.format_suffix) {
        groups.entry((route.admin, if route.admin { 0 } else { partition.of_file(file(index)) })).or_default().push((index, route));
    }
    let totals = &page.report.summary.totals;
    let open = routes.len() <= OPEN;
    let phases = phases(page);
    Some(html! {
        p.note {
            (plural(totals.routes as usize, "route", "routes")) ", by the module whose URL configuration holds them."
            @if totals.routes_format_suffix > 0 { " " (totals.routes_format_suffix) " more are " code { ".{format}" } " twins that DRF makes; they are not listed." }
            " " code { "{name}" } " is a part of the path that the view gets by name."
        }
        div data-filter="routes" {
            @for ((admin, module), group) in &groups {
                @let name = if *admin { "the admin site" } else { page.report.modules.get(*module).map_or("elsewhere", |m| m.name.as_str()) };
                @let id = anchor("routes", if *admin { "admin site" } else { name });
                details.fold.group.lazy[!open] id=(id) open[open] {
                    summary { h3 { (name) } span.count { (plural(group.len(), "route", "routes")) } }
                    div.scroll {
                        table.routes {
                            caption.sr { "Routes of " (name) }
                            thead { (heads(&COLUMNS)) }
                            tbody { @for (index, route) in group { (row(route, phases.get(index))) } }
                        }
                    }
                }
            }
        }
    })
}

fn row(route: &Route, phases: Option<&Vec<(usize, String)>>) -> Markup {
    let shown = route.path.as_deref().unwrap_or(&route.pattern);
    let remarks = remarks(route);
    html! {
        tr {
            td { (methods(route)) }
            td { code { (breakable(shown)) } }
            td { (view(route)) br; (place(&route.file, route.line)) }
            td { (who(&route.access)) }
            td { @for (index, name) in route.access.serializers.iter().enumerate() { @if index > 0 { ", " } (breakable(short(name))) } }
            td { (phase(phases)) }
            td { (breakable(&remarks.join(", "))) }
        }
    }
}

/// Route → phases, each with the methods that move in it; none are named where all do.
fn phases(page: &Page<'_>) -> BTreeMap<usize, Vec<(usize, String)>> {
    let mut out: BTreeMap<usize, Vec<(usize, String)>> = BTreeMap::new();
    for phase in page.report.plan.iter().flat_map(|plan| &plan.phases) {
        for moved in &phase.routes {
            let methods = moved.methods.as_ref().map_or_else(String::new, |methods| methods.join(" "));
            out.entry(moved.route).or_default().push((phase.number, methods));
        }
    }
    out
}

fn phase(phases: Option<&Vec<(usize, String)>>) -> Markup {
    html! {
        @match phases.map(Vec::as_slice) {
            None => "stays",
            Some([(number, _)]) => a href={ "#phase-" (number) } { (number) },
            Some(several) => @for (index, (number, methods)) in several.iter().enumerate() { @if index > 0 { br; } a href={ "#phase-" (number) } { (number) } " " span.faint { (methods) } },
        }
    }
}

fn methods(route: &Route) -> Markup {
    html! {
        @match (&route.methods, &route.likely_methods) {
            (Some(methods), _) => (methods.join(" ")),
            (None, Some(likely)) => { (likely.join(" ")) "?" },
            (None, None) => "any",
        }
    }
}

fn view(route: &Route) -> Markup {
    html! {
        @match &route.view {
            Some(view) => (breakable(view)),
            None => "not known",
        }
        @if let Some(actions) = &route.actions {
            @let mut named: Vec<&str> = actions.values().map(String::as_str).collect();
            " " span.faint { "→ " ({ named.sort_unstable(); named.dedup(); named.join(", ") }) }
        }
    }
}

/// In words of the framework: its permissions, or whether a login is asked for.
fn who(access: &Access) -> Markup {
    let permissions: Vec<&str> = access.policies.iter().flat_map(|p| &p.permissions.classes).map(|name| short(name)).collect();
    html! {
        @if !permissions.is_empty() { @for (index, name) in permissions.iter().enumerate() { @if index > 0 { ", " } (breakable(name)) } }
        @else {
            @match access.login_required {
                Some(true) => "signed in",
                Some(false) => "anyone",
                None => "decided in code",
            }
        }
    }
}

/// What a person has to look at before the route moves.
fn remarks(route: &Route) -> Vec<String> {
    let mut out = Vec::new();
    if route.path.is_none() {
        out.push("path known in part".to_owned());
    }
    if let Some(condition) = &route.condition {
        out.push(format!("only if {condition}"));
    }
    if route.view.is_some() && !route.first_party_view {
        out.push("view of a package".to_owned());
    }
    if route.i18n {
        out.push("language prefix".to_owned());
    }
    if route.methods_certainty == Certainty::Unknown && route.methods.is_none() && route.likely_methods.is_none() {
        out.push("methods not known".to_owned());
    }
    if route.certainty == Certainty::Likely && route.condition.is_none() {
        out.push("likely".to_owned());
    }
    if route.access.policies.is_none() && route.access.csrf_exempt {
        out.push("CSRF exempt".to_owned());
    }
    out
}
