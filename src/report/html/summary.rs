//! One page for whoever reads no further: recommendation, range, risks, what is not in the number, and the other ways of doing it.

use maud::{Markup, html};

use super::Page;
use super::chart::range::bar;
use super::text::{about, anchor, capital, count, grade, listed, place, prose, scaled};
use crate::report::json::{Effort, Module, TopRisk};
use crate::report::numbers::{many, plural, rounded};

/// A verdict on a project in words for people who have not read the manual.
pub fn meaning(verdict: &str) -> &'static str {
    match verdict {
        "migrate" => "Move the project to FastAPI, module by module.",
        "carve out" => "Move the modules that gain from FastAPI, and leave the rest on Django.",
        "improve in place" => {
            "Stay on Django and improve it: FastAPI mounted in the same process, or Django Ninja, gives most of the benefit."
        }
        "do not migrate" => "Stay on Django: the move costs more than it brings.",
        _ => "",
    }
}

pub fn summary(page: &Page<'_>) -> Markup {
    let summary = &page.report.summary;
    html! {
        div.columns {
            div.prose { (sentences(page)) }
            div.prose { (not_in_it(page)) }
        }
        @if !summary.top_risks.is_empty() {
            h3 { "The biggest risks" }
            ol.risks { @for risk in &summary.top_risks { (self::risk(risk)) } }
        }
        @if let Some(effort) = summary.effort.as_ref().filter(|e| e.mean > 0.0) {
            h3 { "The ways of doing it, side by side" }
            (alternatives(page, effort))
        }
    }
}

fn sentences(page: &Page<'_>) -> Markup {
    let report = &page.report;
    let summary = &report.summary;
    let time = &page.analysis.model.time;
    html! {
        @if let Some(verdict) = &summary.verdict {
            p.lead {
                strong { (capital(verdict)) ". " }
                @for (index, reason) in summary.verdict_reasons.iter().enumerate() { @if index > 0 { "; " } (if index == 0 { capital(reason) } else { reason.clone() }) }
                "."
            }
        }
        @if let Some(effort) = summary.effort.as_ref().filter(|e| e.mean > 0.0) {
            @let head = super::verdict::headline(page, effort);
            p {
                @if head.part { "The move that is advised" } @else { "Moving all of it" } " takes about " strong { (about(head.at.p50, &head.of("p50"))) " focus-hours" }
                " (" (scaled(head.at.p50, time.day, &head.of("p50"))) " days of one engineer) with even chances, and with four chances in five no more than "
                strong { (about(head.at.p80, &head.of("p80"))) } " (" (scaled(head.at.p80, time.day, &head.of("p80"))) " days). Plan with the second number."
                @if head.part {
                    " All of it would take " (about(effort.p50, "summary.effort.p50")) " to " (about(effort.p80, "summary.effort.p80")) " focus-hours."
                }
            }
            (where_it_lies(&report.modules, effort))
        }
        p {
            "The project has " (count(summary.totals.routes, "summary.totals.routes")) " routes, " (count(summary.totals.models, "summary.totals.models"))
            " models and " (count(summary.totals.serializers, "summary.totals.serializers")) " serializers in " (count(report.project.lines.python, "project.lines.python"))
            " lines of Python"
            @if let Some(version) = &report.project.django_version { " on Django " (version) }
            ". " (format!("{:.1}", report.coverage.percent)) " % of its facts were established from the source alone; "
            @if report.coverage.unresolved.is_empty() { "none is open." }
            @else { a href="#unseen" { (plural(report.coverage.unresolved.len(), "open fact is", "open facts are")) " listed" } " and widen the range." }
        }
        (progress(page))
    }
}

/// What FastAPI answers already; nothing where there is no FastAPI.
fn progress(page: &Page<'_>) -> Markup {
    let progress = &page.report.progress;
    let routes = &progress.routes;
    html! {
        @if progress.fastapi {
            p {
                "FastAPI answers " strong { (count(routes.live_twice, "progress.routes.live_twice")) " of " (count(routes.django, "progress.routes.django")) " routes" }
                " as well, with every method"
                @if routes.partly > 0 { ", and " (count(routes.partly, "progress.routes.partly")) " more in part" }
                "; " (count(routes.fastapi_only, "progress.routes.fastapi_only")) " of its " (count(routes.fastapi, "progress.routes.fastapi")) " routes have no counterpart on Django."
            }
        }
    }
}

/// The dearest modules by name, and what is spent once.
fn where_it_lies(modules: &[Module], effort: &Effort) -> Markup {
    let mut dear: Vec<&Module> = modules.iter().filter(|m| m.effort.mean > 0.0).collect();
    dear.sort_by(|a, b| b.effort.mean.total_cmp(&a.effort.mean).then_with(|| a.name.cmp(&b.name)));
    let all: f64 = dear.iter().map(|m| m.effort.mean).sum();
    let shown = dear.len().min(3);
    let part: f64 = dear.iter().take(shown).map(|m| m.effort.mean).sum();
    let fixed: f64 = effort.fixed.iter().map(|line| line.mean).sum();
    html! {
        p {
            @if dear.len() > 3 {
                "The largest modules are "
                @for (index, module) in dear.iter().take(shown).enumerate() {
                    @if index + 1 == shown { " and " } @else if index > 0 { ", " }
                    a href={ "#" (anchor("module", &module.name)) } { (module.name) }
                }
                ", with " (format!("{:.0}", part / all.max(1e-9) * 100.0)) " % of the work in modules. "
            }
            @if fixed > 0.0 {
                (rounded(fixed)) " focus-hours are spent once, whichever module moves first. "
            }
            (format!("{:.0}", effort.judgement_share * 100.0)) " % of the expected hours rest on judgement, the rest on measured migrations."
        }
    }
}

fn not_in_it(page: &Page<'_>) -> Markup {
    let report = &page.report;
    let settled = report.findings.iter().filter(|f| f.suppressed.is_some()).count();
    let rebuilt = report.summary.effort.as_ref().and_then(|e| {
        let of = |name: &str| e.alternatives.iter().find(|a| a.strategy == name).map(|a| a.p50);
        Some(of("full, admin rebuilt")? - of("full")?)
    });
    html! {
        h3 { "What is not in the number" }
        ul {
            @if !report.summary.not_known.is_empty() {
                li { "What nobody has said, and what therefore counts nothing: " (listed(&report.summary.not_known)) ". " code { "migscan.toml" } " takes it." }
            }
            li { "Meetings, security review and change control of the company; clients outside of this repository that have to follow a changed answer." }
            li { "New features, and changes of the old code while the move goes on." }
            @if let Some(hours) = rebuilt {
                li { "The admin: it stays on Django. To rebuild its " (many(report.summary.totals.admin, "registration", "registrations")) " adds about " (rounded(hours)) " focus-hours." }
            }
            @if settled > 0 {
                li { (plural(settled, "finding that a comment in the code has settled", "findings that comments in the code have settled")) "." }
            }
        }
    }
}

fn risk(risk: &TopRisk) -> Markup {
    html! {
        li {
            p.what { (grade(&risk.severity)) " " strong { (capital(&risk.title)) } " " span.count { (many(risk.count, "place", "places")) } }
            @if let Some(trap) = &risk.trap { p { (prose(trap)) } }
            p.where {
                @for (index, at) in risk.places.iter().enumerate() { @if index > 0 { ", " } (place(&at.file, at.line)) }
                @if risk.count as usize > risk.places.len() { " and " (risk.count as usize - risk.places.len()) " more" }
            }
        }
    }
}

fn alternatives(page: &Page<'_>, effort: &Effort) -> Markup {
    let most = effort.alternatives.iter().map(|a| a.p80).fold(0.0, f64::max);
    let all = page.report.modules.len();
    let chosen = page.report.summary.verdict.as_deref();
    html! {
        div.scroll {
            table #alternatives .still {
                caption.sr { "Ways of doing it" }
                thead { tr {
                    th scope="col" { "Way" } th scope="col" { "What happens" } th.n scope="col" { "Modules" }
                    th.n scope="col" { "P50 days" } th.n scope="col" { "P80 days" } th.bar scope="col" { "Range" }
                } }
                tbody {
                    @for (index, way) in effort.alternatives.iter().enumerate() {
                        @let of = |what: &str| format!("summary.effort.alternatives.{index}.{what}");
                        @let advised = matches!((chosen, way.strategy.as_str()), (Some("migrate"), "full") | (Some("carve out"), "carve out") | (Some("do not migrate"), "keep") | (Some("improve in place"), "in-process, Django ORM kept"));
                        tr class=[advised.then_some("advised")] {
                            th scope="row" { (capital(&way.strategy)) @if advised { " " span.tag { "advised" } } }
                            td { (capital(&way.about)) }
                            td.n { (way.modules.len()) @if way.modules.len() < all && !way.modules.is_empty() { " of " (all) } }
                            td.n { (scaled(way.p50, page.analysis.model.time.day, &of("p50"))) }
                            td.n { (scaled(way.p80, page.analysis.model.time.day, &of("p80"))) }
                            td.bar { (bar(way.p50, way.p80, most)) }
                        }
                    }
                }
            }
        }
    }
}
