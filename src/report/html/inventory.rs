//! What the repository defines, a folded table for each construct: apps, models, what answers requests, and what hangs on it.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Page;
use super::platform;
use super::table::{Column, folded, number, text};
use super::text::{breakable, cell, place, short};
use crate::report::json::{Admin, App, FastRoute, Model, Query, QueryAccess, QueryClass, Receiver, Serializer, View};

pub fn inventory(page: &Page<'_>) -> Option<Markup> {
    let found = &page.report.inventory;
    Some(html! {
        p.note { "Everything with file and line, as the JSON report lists it. Tables are folded; a filter above each narrows it." }
        (apps(&found.apps))
        (models(&found.models))
        (views(&found.views))
        (serializers(&found.serializers))
        (admin(&found.admin))
        (signals(&found.signals))
        (queries(&found.queries))
        (platform::tables(found))
        (fastapi(&found.fastapi.routes))
    })
}

fn yes(truth: bool) -> &'static str {
    if truth { "yes" } else { "no" }
}

/// FastAPI's half.
fn fastapi(routes: &[FastRoute]) -> Markup {
    const COLUMNS: [Column; 6] =
        [text("Path"), text("Methods"), text("Function"), text("Response model"), text("Depends on"), text("Where")];
    let rows = html! {
        @for route in routes {
            tr {
                th scope="row" { (breakable(&route.path)) }
                td { (breakable(&route.methods.as_ref().map_or_else(|| route.kind.clone(), |methods| methods.join(", ")))) }
                td { (breakable(route.endpoint.as_deref().unwrap_or("not known"))) }
                td { (breakable(route.response_model.as_deref().unwrap_or("·"))) }
                td { (breakable(&route.dependencies.join(", "))) }
                td { (place(&route.file, route.line)) }
            }
        }
    };
    folded("fastapi", "FastAPI routes", routes.len(), "What has been built beside Django already.", &COLUMNS, &rows)
}

fn apps(apps: &[App]) -> Markup {
    const COLUMNS: [Column; 4] = [text("Label"), text("Package"), text("Installed"), number("Lines")];
    let rows = html! {
        @for app in apps {
            tr { th scope="row" { (breakable(&app.label)) } td { (breakable(&app.module)) } td { (yes(app.installed)) } td.n { (cell(app.lines)) } }
        }
    };
    folded("apps", "Apps", apps.len(), "", &COLUMNS, &rows)
}

fn models(models: &[Model]) -> Markup {
    const COLUMNS: [Column; 8] = [
        text("Model"),
        text("Table"),
        number("Fields"),
        text("Points to"),
        text("Replaces of the framework's"),
        number("Reads"),
        number("Writes"),
        text("Where"),
    ];
    let rows = html! {
        @for model in models {
            @let relations: Vec<&str> = model.fields.iter().filter_map(|f| f.relation.as_ref()?.to.as_deref()).collect();
            @let replaced: Vec<&str> = model.methods.iter().filter(|m| m.kind.ends_with("_override")).map(|m| m.name.as_str()).collect();
            tr {
                th scope="row" { (breakable(&model.label)) (kind_of(model)) }
                td { (breakable(model.db_table.as_deref().unwrap_or("·"))) }
                td.n { (cell(model.fields.len() as u64)) }
                td { (breakable(&unique(relations))) }
                td { (breakable(&replaced.join(", "))) }
                td.n { (cell(u64::from(model.reads))) }
                td.n { (cell(u64::from(model.writes))) }
                td.where { (place(&model.file, model.line)) }
            }
        }
    };
    folded("models", "Models", models.len(), "Reads and writes count query sites.", &COLUMNS, &rows)
}

fn kind_of(model: &Model) -> Markup {
    let mut words = Vec::new();
    if model.is_abstract {
        words.push("abstract");
    }
    if model.proxy {
        words.push("proxy");
    }
    if !model.managed {
        words.push("unmanaged");
    }
    if !model.installed {
        words.push("not installed");
    }
    html! { @if !words.is_empty() { " " span.faint { (words.join(", ")) } } }
}

fn unique(mut names: Vec<&str>) -> String {
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

fn views(views: &[View]) -> Markup {
    const COLUMNS: [Column; 7] =
        [text("View"), text("Kind"), text("Model"), text("Serializer"), number("Lines"), number("Complexity"), text("Where")];
    let rows = html! {
        @for view in views {
            tr {
                th scope="row" { (breakable(&view.qualname)) @if !view.routed { " " span.faint { "no route" } } }
                td { (view.kind) @if view.is_async { ", async" } }
                td { (breakable(view.queryset_model.as_deref().unwrap_or("·"))) }
                td { (breakable(short(view.serializer.as_deref().unwrap_or("·")))) }
                td.n { (cell(u64::from(view.lines))) }
                td.n { (cell(u64::from(view.complexity))) }
                td.where { (place(&view.file, view.line)) }
            }
        }
    };
    folded("views", "Views", views.len(), "", &COLUMNS, &rows)
}

fn serializers(serializers: &[Serializer]) -> Markup {
    const COLUMNS: [Column; 6] = [text("Serializer"), text("Kind"), text("Model"), number("Fields"), text("Replaces"), text("Where")];
    let rows = html! {
        @for one in serializers {
            tr {
                th scope="row" { (breakable(&one.qualname)) }
                td { (one.kind) @if one.dynamic { ", made at run time" } }
                td { (breakable(one.model.as_deref().unwrap_or("·"))) }
                td.n { @match &one.fields { Some(fields) => (cell(fields.len() as u64)), None => "?" } }
                td { (breakable(&one.overrides.join(", "))) }
                td.where { (place(&one.file, one.line)) }
            }
        }
    };
    folded("serializers", "Serializers", serializers.len(), "", &COLUMNS, &rows)
}

fn admin(admin: &[Admin]) -> Markup {
    const COLUMNS: [Column; 6] = [text("Admin class"), text("Model"), number("Inlines"), number("Actions"), text("Uses"), text("Where")];
    let rows = html! {
        @for one in admin {
            tr {
                th scope="row" { (breakable(&one.admin)) }
                td { (breakable(one.model.as_deref().unwrap_or("not known"))) }
                td.n { (cell(one.inlines.len() as u64)) }
                td.n { (cell(one.actions.len() as u64)) }
                td { (one.features.join(", ")) }
                td.where { (place(&one.file, one.line)) }
            }
        }
    };
    folded("admin", "Admin registrations", admin.len(), "", &COLUMNS, &rows)
}

fn signals(signals: &[Receiver]) -> Markup {
    const COLUMNS: [Column; 5] = [text("Receiver"), text("Signal"), text("Sender"), text("Remarks"), text("Where")];
    let rows = html! {
        @for one in signals {
            tr {
                th scope="row" { (breakable(one.receiver.as_deref().unwrap_or("not known"))) }
                td { (short(one.signal.as_deref().unwrap_or("not known"))) }
                td { (breakable(one.sender.as_deref().unwrap_or("any"))) }
                td { @if one.crosses_modules { "crosses modules" } @if let Some(why) = &one.never_fires { @if one.crosses_modules { "; " } "never fires: " (why) } }
                td.where { (place(&one.file, one.line)) }
            }
        }
    };
    folded("signals", "Signal receivers", signals.len(), "", &COLUMNS, &rows)
}

/// By model: single sites would be thousands of rows that nobody reads.
fn queries(queries: &[Query]) -> Markup {
    const COLUMNS: [Column; 7] =
        [text("Model"), number("Reads"), number("Writes"), number("Locks"), number("Simple"), number("Moderate"), number("Complex")];
    let mut by_model: BTreeMap<&str, [u64; 6]> = BTreeMap::new();
    for query in queries {
        let row = by_model.entry(query.model.as_deref().unwrap_or("not known")).or_default();
        let access = match query.access {
            QueryAccess::Read => 0,
            QueryAccess::Write => 1,
            QueryAccess::Lock => 2,
        };
        let class = match query.class {
            QueryClass::Simple => 3,
            QueryClass::Moderate => 4,
            QueryClass::Complex => 5,
        };
        for at in [access, class] {
            if let Some(cell) = row.get_mut(at) {
                *cell += 1;
            }
        }
    }
    let rows = html! {
        @for (model, counts) in &by_model {
            tr { th scope="row" { (breakable(model)) } @for count in counts { td.n { (cell(*count)) } } }
        }
    };
    folded(
        "queries",
        "Queries by model",
        by_model.len(),
        "Query sites of the ORM, by what they do and how hard they are to carry over.",
        &COLUMNS,
        &rows,
    )
}
