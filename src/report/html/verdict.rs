//! The head of the page: what is advised, what it costs, how sure that is, and what stays where it is.

use maud::{Markup, html};

use super::Page;
use super::chart::range::Percentiles;
use super::chart::spread::spread;
use super::text::{about, capital, scaled};
use crate::report::json::Effort;
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
                @let head = headline(page, effort);
                dl.tiles {
                    div {
                        dt { "Effort for " (head.what) }
                        dd { (scaled(head.at.p50, time.day, &head.of("p50"))) " – " (scaled(head.at.p80, time.day, &head.of("p80"))) " " small { "days" } }
                        dd.sub {
                            (about(head.at.p50, &head.of("p50"))) " focus-hours with even chances, " (about(head.at.p80, &head.of("p80"))) " with four in five"
                            @if head.part { "; all of it " (about(effort.p50, "summary.effort.p50")) " and " (about(effort.p80, "summary.effort.p80")) }
                        }
                    }
                    (calendar(page))
                    (moves(page))
                    (stays(page))
                    (understood(page))
                }
                figure.how-sure {
                    figcaption { strong { "How sure is this?" } " Focus-hours for " (head.what) "; the strong part is P50 to P80, the grey one P10 to P90." }
                    (spread(head.at, time.week))
                }
            } @else {
                dl.tiles { (understood(page)) }
            }
        }
    }
}

/// The estimate that a reader takes away: of what moves, where only a part does.
pub struct Headline {
    pub what: &'static str,
    pub at: Percentiles,
    /// There is more than that.
    pub part: bool,
    path: &'static str,
}

impl Headline {
    /// Where a number of it stands in the JSON report.
    pub fn of(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }
}

pub fn headline(page: &Page<'_>, all: &Effort) -> Headline {
    let carved = page.report.summary.verdict.as_deref() == Some("carve out");
    // Where the rest would cost next to nothing, two numbers say no more than one.
    let less = |mean: f64| mean < all.mean * 0.97;
    match page.report.plan.as_ref().filter(|plan| carved && plan.scope == "recommended" && plan.effort.mean > 0.0 && less(plan.effort.mean))
    {
        Some(plan) => {
            let effort = &plan.effort;
            let at = Percentiles { p10: effort.p10, p50: effort.p50, p80: effort.p80, p90: effort.p90 };
            Headline { what: "what moves", at, part: true, path: "plan.effort" }
        }
        None => {
            let at = Percentiles { p10: all.p10, p50: all.p50, p80: all.p80, p90: all.p90 };
            Headline { what: "all of it", at, part: false, path: "summary.effort" }
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

fn moves(page: &Page<'_>) -> Markup {
    let modules = page.report.modules.as_slice();
    let blocked = page.report.plan.as_ref().is_some_and(|plan| plan.blocked().is_some());
    let of = |name: &str| modules.iter().filter(|m| m.verdict == name).count();
    let counts: Vec<String> = ["migrate", "hybrid", "defer", "keep", "retire"]
        .iter()
        .filter(|name| of(name) > 0)
        .map(|name| format!("{} {name}", of(name)))
        .collect();
    html! {
        div {
            dt { @if blocked { "Modules that should move, and cannot" } @else { "Modules that move" } }
            dd { data value=(of("migrate") + of("hybrid")) data-count="moving" { (of("migrate") + of("hybrid")) } " " small { "of " (modules.len()) } }
            dd.sub { (counts.join(" · ")) }
        }
    }
}

/// Modules that do not move, and the admin where it is kept.
fn stays(page: &Page<'_>) -> Markup {
    let staying: Vec<&str> =
        page.report.modules.iter().filter(|m| matches!(m.verdict.as_str(), "keep" | "defer")).map(|m| m.name.as_str()).collect();
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
