//! Every route, grouped by the module whose URLconf holds it. Rows are short: a project may have thousands.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Page;
use super::table::{Column, heads, wide};
use super::text::{anchor, breakable, place, short};
use crate::report::json::{Access, Certainty, Route};
use crate::report::numbers::plural;

const COLUMNS: [Column; 6] = [
    wide("Methods", "r1"),
    wide("Path", "r2"),
    wide("View", "r3"),
    wide("Who may call", "r4"),
    wide("Serializer", "r5"),
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
    let mut groups: BTreeMap<(bool, usize), Vec<&Route>> = BTreeMap::new();
    for route in routes.iter().filter(|r| !r.format_suffix) {
        groups.entry((route.admin, if route.admin { 0 } else { partition.of_file(&route.file) })).or_default().push(route);
    }
    let totals = &page.report.summary.totals;
    let open = routes.len() <= OPEN;
    Some(html! {
        p.note {
            (plural(totals.routes as usize, "route", "routes")) ", by the module whose URL configuration holds them."
            @if totals.routes_format_suffix > 0 { " " (totals.routes_format_suffix) " more are " code { ".{format}" } " twins that DRF makes; they are not listed." }
            " " code { "{name}" } " is a part of the path that the view gets by name."
        }
        div data-filter="routes" {
            @for ((admin, module), group) in &groups {
                @let name = if *admin { "the admin site" } else { partition.list.get(*module).map_or("elsewhere", |m| m.name.as_str()) };
                @let id = anchor("routes", if *admin { "admin site" } else { name });
                details.fold.group id=(id) open[open] {
                    summary { h3 { (name) } span.count { (plural(group.len(), "route", "routes")) } }
                    div.scroll {
                        table.routes {
                            caption.sr { "Routes of " (name) }
                            thead { (heads(&COLUMNS)) }
                            tbody { @for route in group { (row(route)) } }
                        }
                    }
                }
            }
        }
    })
}

fn row(route: &Route) -> Markup {
    let shown = route.path.as_deref().unwrap_or(&route.pattern);
    let remarks = remarks(route);
    html! {
        tr {
            td { (methods(route)) }
            td { code { (breakable(shown)) } }
            td { (view(route)) br; (place(&route.file, route.line)) }
            td { (who(&route.access)) }
            td { @for (index, name) in route.access.serializers.iter().enumerate() { @if index > 0 { ", " } (breakable(short(name))) } }
            td { (remarks.join(", ")) }
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
