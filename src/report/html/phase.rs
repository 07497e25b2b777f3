//! One phase in full.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Page;
use super::rollout::links;
use super::table::{Column, number, table, text};
use super::text::{about, anchor, breakable, place, prose};
use crate::report::json::{Crossing, Cut, Phase, PlanRoute};
use crate::report::numbers::{plural, rounded};

const TASKS: [Column; 3] = [text("Step"), text("Module"), number("Mean hours")];
const CUTS: [Column; 5] = [text("Module"), text("Does without"), text("What leads there"), number("Hours"), text("First places")];
const ROUTES: [Column; 3] = [text("Methods"), text("Path"), text("View")];
const TABLES: [Column; 4] = [text("Table of"), text("Owner after the phase"), text("Still written on Django by"), text("How")];
const CROSSINGS: [Column; 4] = [text("What"), number("Places"), text("What is done about it"), text("First places")];

/// Routes of a phase that are listed with it.
const NAMED: usize = 40;

pub fn phase(page: &Page<'_>, index: usize, phase: &Phase) -> Markup {
    let id = format!("phase-{}", phase.number);
    let of = |what: &str| format!("plan.phases.{index}.{what}");
    html! {
        details.fold.phase id=(id) {
            summary {
                h3 { (phase.number) ". " (phase.title) }
                span.count { (about(phase.effort.p50, &of("effort.p50"))) " – " (about(phase.effort.p80, &of("effort.p80"))) " h" @if !phase.routes.is_empty() { ", " (plural(phase.routes.len(), "route", "routes")) } }
            }
            div.columns {
                div.prose {
                    @if let Some(because) = &phase.because { p { (because) } }
                    p {
                        @if phase.waits_for.is_empty() { "Waits for nothing. " } @else { "Waits for " (links(&phase.waits_for, ", ")) ". " }
                        @if !phase.unlocks.is_empty() { "Unlocks " (links(&phase.unlocks, ", ")) "." }
                    }
                    @if !phase.modules.is_empty() {
                        p { "Modules: " @for (at, name) in phase.modules.iter().enumerate() { @if at > 0 { ", " } a href={ "#" (anchor("module", name)) } { (name) } } "." }
                    }
                    (traffic(phase))
                    @if !phase.auth.is_empty() {
                        h4 { "Who asks" }
                        ul { @for one in &phase.auth { li { strong { (breakable(&one.by)) } ", " (plural(one.routes, "route", "routes")) ": " (prose(&one.how)) } } }
                    }
                }
                div.prose {
                    @if !phase.exit_criteria.is_empty() { h4 { "Over when" } ul.ticks { @for one in &phase.exit_criteria { li { (prose(one)) } } } }
                    @if !phase.rollback.is_empty() { h4 { "The way back" } ul { @for one in &phase.rollback { li { (prose(&one.how)) } } } }
                    @if !phase.decision_gate.is_empty() { h4 { "Then decide" } ul { @for one in &phase.decision_gate { li { (prose(one)) } } } }
                }
            }
            @if !phase.tasks.is_empty() { (table(&format!("{id}-tasks"), "Steps", &TASKS, &tasks(phase))) }
            @if !phase.cuts.is_empty() { (table(&format!("{id}-cuts"), "What is cut for the order, beside the hours above", &CUTS, &cuts(&phase.cuts))) }
            @if !phase.data.is_empty() { (table(&format!("{id}-data"), "Who owns which table", &TABLES, &data(phase))) }
            @if !phase.crossings.is_empty() { (table(&format!("{id}-crossings"), "What crosses the border", &CROSSINGS, &crossings(&phase.crossings))) }
            @if !phase.routes.is_empty() { (table(&format!("{id}-routes"), "Routes that move", &ROUTES, &routes(page, &phase.routes))) }
        }
    }
}

/// Shadow, canary and what the proxy falls back to.
fn traffic(phase: &Phase) -> Markup {
    html! {
        @if let Some(shadow) = &phase.shadow {
            p {
                "Shadow: copies of " (shadow.percent) " % of the reads for " (plural(shadow.days as usize, "day", "days")) " and at least " (rounded(shadow.requests as f64)) " requests, before anybody sees an answer."
            }
        }
        @if let Some(first) = phase.canary.first() {
            p {
                "Canary: " @for (at, step) in phase.canary.iter().enumerate() { @if at > 0 { ", " } (step.percent) } " % of the clients, each step at least "
                (first.hours) " hours and " (rounded(first.requests as f64)) " requests."
            }
        }
        @if !phase.proxy.rules.is_empty() {
            p {
                "The proxy gets " (plural(phase.proxy.rules.len(), "rule", "rules")) "; "
                @if phase.proxy.fail_back { "Django may answer when FastAPI is down." } @else { "Django must not answer in FastAPI's place: its tables have another owner." }
                @if !phase.proxy.partly.is_empty() { " Of " (plural(phase.proxy.partly.len(), "route", "routes")) " some paths stay." }
            }
        }
    }
}

fn tasks(phase: &Phase) -> Markup {
    html! {
        @for one in &phase.tasks {
            tr { td { (one.title) } td { (one.module.as_deref().unwrap_or("·")) } td.n { (format!("{:.1}", one.hours)) } }
        }
    }
}

fn cuts(cuts: &[Cut]) -> Markup {
    html! {
        @for one in cuts {
            tr {
                th scope="row" { (breakable(&one.from)) }
                td { (breakable(&one.to)) }
                td { @for (at, (kind, count)) in one.kinds.iter().enumerate() { @if at > 0 { ", " } (count) " " (kind.replace('_', " ")) } }
                td.n { (format!("{:.1}", one.hours)) }
                td.where { @for (at, found) in one.evidence.iter().take(2).enumerate() { @if at > 0 { ", " } (place(&found.file, found.line)) } }
            }
        }
    }
}

fn data(phase: &Phase) -> Markup {
    let owner = |name: &str| match name {
        "django" => "Django".to_owned(),
        "fastapi" => "FastAPI".to_owned(),
        "shared-read" => "Django writes, FastAPI reads".to_owned(),
        "shared-write" => "both write".to_owned(),
        other => other.to_owned(),
    };
    html! {
        @for one in &phase.data {
            tr {
                th scope="row" { (breakable(&one.model)) }
                td { (owner(&one.owner)) }
                td {
                    @for (at, writer) in one.django_writers.iter().take(3).enumerate() { @if at > 0 { ", " } (writer.module) @if writer.admin { " (admin)" } " " (place(&writer.file, writer.line)) }
                    @if one.django_writers.len() > 3 { " and " (one.django_writers.len() - 3) " more" }
                }
                td { (prose(&one.how)) }
            }
        }
    }
}

/// By what is done about them: many places want the same.
fn crossings(crossings: &[Crossing]) -> Markup {
    let mut by_remedy: BTreeMap<(&str, &str), Vec<&Crossing>> = BTreeMap::new();
    for one in crossings {
        by_remedy.entry((one.kind.as_str(), one.remedy.as_str())).or_default().push(one);
    }
    html! {
        @for ((kind, remedy), places) in &by_remedy {
            tr {
                th scope="row" { (kind.replace('_', " ")) }
                td.n { (places.len()) }
                td { (prose(remedy)) }
                td.where { @for (at, one) in places.iter().take(2).enumerate() { @if at > 0 { ", " } (place(&one.file, one.line)) } }
            }
        }
    }
}

fn routes(page: &Page<'_>, routes: &[PlanRoute]) -> Markup {
    html! {
        @for one in routes.iter().take(NAMED) {
            tr {
                td { @match &one.methods { Some(methods) => (methods.join(" ")), None => "all" } }
                td { code { (breakable(&one.path)) } }
                td { (breakable(page.report.inventory.routes.get(one.route).and_then(|r| r.view.as_deref()).unwrap_or("not known"))) }
            }
        }
        @if routes.len() > NAMED { tr { td colspan="3" { "and " (routes.len() - NAMED) " more; the table of routes names the phase of each" } } }
    }
}
