//! The head of the page: what is advised, what it costs, how sure that is, and what stays where it is.

use maud::{Markup, html};

use super::Page;
use super::chart::spread::spread;
use super::text::{about, capital, scaled};
use crate::report::json::Module;
use crate::report::numbers::{grouped, plural};

pub fn verdict(page: &Page<'_>) -> Markup {
    let report = &page.report;
    let summary = &report.summary;
    let time = &page.analysis.model.time;
    let name = summary.verdict.as_deref().unwrap_or("no advice");
    html! {
        div.verdict {
            p.over { "Moving to FastAPI" }
            h1 { (report.project.name) }
            p.advice { strong { (capital(name)) } span { (super::summary::meaning(name)) } }
            @if let Some(effort) = summary.effort.as_ref().filter(|e| e.mean > 0.0) {
                dl.tiles {
                    div {
                        dt { "Effort for all of it" }
                        dd { (scaled(effort.p50, time.day, "summary.effort.p50")) " – " (scaled(effort.p80, time.day, "summary.effort.p80")) " " small { "days" } }
                        dd.sub { (about(effort.p50, "summary.effort.p50")) " focus-hours with even chances, " (about(effort.p80, "summary.effort.p80")) " with four in five" }
                    }
                    (calendar(page))
                    (moves(&report.modules))
                    (stays(page))
                    (understood(page))
                }
                figure.how-sure {
                    figcaption { strong { "How sure is this?" } " Focus-hours for all of it; dark is P50 to P80, grey P10 to P90." }
                    (spread(effort, time.week))
                }
            } @else {
                dl.tiles { (understood(page)) }
            }
        }
    }
}

/// What the plan says of the modules that move: phases and weeks.
fn calendar(page: &Page<'_>) -> Markup {
    html! {
        @if let Some(plan) = page.report.plan.as_ref().filter(|plan| !plan.phases.is_empty()) {
            @let weeks = &plan.calendar_weeks;
            div {
                dt { "Calendar for what moves" }
                dd { (scaled(weeks.p50, 1.0, "plan.calendar_weeks.p50")) " – " (scaled(weeks.p80, 1.0, "plan.calendar_weeks.p80")) " " small { "weeks" } }
                dd.sub {
                    "in " a href="#rollout" { (plural(plan.phases.len(), "phase", "phases")) } ", by " (super::rollout::crew(plan))
                }
            }
        }
    }
}

fn moves(modules: &[Module]) -> Markup {
    let of = |name: &str| modules.iter().filter(|m| m.verdict == name).count();
    let counts: Vec<String> = ["migrate", "hybrid", "defer", "keep", "retire"]
        .iter()
        .filter(|name| of(name) > 0)
        .map(|name| format!("{} {name}", of(name)))
        .collect();
    html! {
        div {
            dt { "Modules that move" }
            dd { data value=(of("migrate") + of("hybrid")) data-count="moving" { (of("migrate") + of("hybrid")) } " " small { "of " (modules.len()) } }
            dd.sub { (counts.join(" · ")) }
        }
    }
}

/// Modules that do not move, and the admin where it is kept.
fn stays(page: &Page<'_>) -> Markup {
    let staying: Vec<&str> =
        page.report.modules.iter().filter(|m| !matches!(m.verdict.as_str(), "migrate" | "hybrid")).map(|m| m.name.as_str()).collect();
    let admin = page.report.inventory.admin.len();
    let kept = admin > 0 && page.analysis.choices.strategy.admin == crate::effort::strategy::Admin::Keep;
    html! {
        div {
            dt { "Stays on Django" }
            dd {
                @if staying.is_empty() { @if kept { "Admin" } @else { "Nothing" } }
                @else { (staying.len()) " " small { @if staying.len() == 1 { "module" } @else { "modules" } } }
            }
            dd.sub {
                @for (index, name) in staying.iter().take(4).enumerate() { @if index > 0 { ", " } (name) }
                @if staying.len() > 4 { " and " (staying.len() - 4) " more" }
                @if kept { @if !staying.is_empty() { ", and the " } @else { "The " } "admin with " (plural(admin, "registration", "registrations")) }
                @if staying.is_empty() && !kept { "By the targets that were chosen" }
            }
        }
    }
}

fn understood(page: &Page<'_>) -> Markup {
    let coverage = &page.report.coverage;
    let (resolved, open) = coverage.facts.values().fold((0, 0), |(r, u), f| (r + f.resolved, u + f.unresolved));
    html! {
        div {
            dt { "Understood" }
            dd { data value=(coverage.percent) data-of="coverage.percent" { (format!("{:.1}", coverage.percent)) } " " small { "%" } }
            dd.sub { (grouped(resolved)) " of " (grouped(resolved + open)) " facts; " a href="#unseen" { "what is open" } }
        }
    }
}
