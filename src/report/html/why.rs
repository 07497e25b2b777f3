//! Why this number: each module down to its lines and their places, the same that `migscan explain` prints.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Page;
use super::chart::concerns::concerns;
use super::modules::by_work;
use super::table::{Column, number, table, text, wide};
use super::text::{about, anchor, grade, place, verdict};
use crate::report::json::{Finding, Item, Module};
use crate::report::numbers::{plural, trimmed};

/// Places shown beside a line; the JSON report has all of them.
const PLACES: usize = 3;

const LINES: [Column; 7] =
    [number("Hours"), number("Count"), number("Each"), number("Scale"), wide("What", "what-column"), text("Rests on"), text("Where")];

type Places<'a> = BTreeMap<&'a str, &'a Finding>;

pub fn why(page: &Page<'_>) -> Option<Markup> {
    let report = &page.report;
    if report.modules.is_empty() {
        return None;
    }
    let places: Places<'_> = report.findings.iter().map(|f| (f.fingerprint.as_str(), f)).collect();
    let fixed = report.summary.effort.as_ref().map_or(&[][..], |e| e.fixed.as_slice());
    Some(html! {
        p.note {
            "Each line is hours = count × hours of one × scale, where scale is learning over repeats times the module's factors. Lines are expected values and add up to the module; "
            code { "migscan explain MODULE" } " prints the same."
        }
        @for (index, module) in by_work(&report.modules) { (one(index, module, &places)) }
        @if !fixed.is_empty() {
            details.fold #fixed {
                summary { h3 { "Once for the project" } span.count { (format!("{:.0}", fixed.iter().map(|l| l.mean).sum::<f64>())) " h expected" } }
                (lines("fixed-lines", "Lines that count once", fixed, &places))
            }
        }
    })
}

fn one(index: usize, module: &Module, places: &Places<'_>) -> Markup {
    let id = anchor("module", &module.name);
    let of = |what: &str| format!("modules.{index}.effort.{what}");
    html! {
        details.fold.module id=(id) {
            summary {
                h3 { (module.name) }
                (verdict(&module.verdict))
                span.count { (about(module.effort.p50, &of("p50"))) " – " (about(module.effort.p80, &of("p80"))) " h" }
            }
            div.columns {
                div { (points(module)) }
                div {
                    h4 { "Where the hours go" }
                    (concerns(&module.effort.items))
                    @if !module.effort.multipliers.is_empty() {
                        h4 { "Factors" }
                        ul.plain { @for factor in &module.effort.multipliers { li { "× " (format!("{:.2}", factor.value)) " " (factor.factor) ": " (factor.because) } } }
                    }
                }
            }
            (lines(&format!("{id}-lines"), "Lines of the estimate", &module.effort.items, places))
            p.sum { (about(module.effort.mean, &of("mean"))) " focus-hours expected; P10 " (about(module.effort.p10, &of("p10"))) ", P90 " (about(module.effort.p90, &of("p90"))) "." }
            (needs(module))
        }
    }
}

/// The verdict with what speaks for and against it.
fn points(module: &Module) -> Markup {
    html! {
        h4 { "Why " (module.verdict) }
        p { "Benefit " (format!("{:.0}", module.benefit)) ", friction " (format!("{:.0}", module.friction)) " of 100 points. Would change with " (module.would_change) "." }
        @if !module.verdict_reasons.is_empty() {
            table.points {
                caption.sr { "Points for and against a move" }
                tbody {
                    @for reason in &module.verdict_reasons {
                        tr {
                            td.n { span class=(if reason.weight < 0.0 { "con" } else { "pro" }) { (format!("{:+.0}", reason.weight).replace('-', "−")) } }
                            td { strong { (reason.criterion) } br; (reason.evidence) }
                        }
                    }
                }
            }
        }
        @if !module.risk.reasons.is_empty() {
            h4 { "Risk: " (grade(&module.risk.level)) }
            ul.plain { @for reason in &module.risk.reasons { li { (reason) } } }
        }
    }
}

/// The dearest first.
fn lines(id: &str, caption: &str, items: &[Item], places: &Places<'_>) -> Markup {
    let mut sorted: Vec<&Item> = items.iter().collect();
    sorted.sort_by(|a, b| b.mean.total_cmp(&a.mean).then_with(|| a.because.cmp(&b.because)));
    let rows = html! {
        @for item in sorted {
            tr {
                td.n { (format!("{:.2}", item.mean)) }
                td.n { (trimmed(item.count)) }
                td.n { (format!("{:.2}", item.unit_mean)) }
                td.n { (format!("{:.2}", item.scale)) }
                td { (item.because) br; span.faint { (item.driver) } }
                td.rest { (item.status) ", " (item.class) }
                td.where { (first_places(&item.fingerprints, places)) }
            }
        }
    };
    table(id, caption, &LINES, &rows)
}

fn first_places(fingerprints: &[String], places: &Places<'_>) -> Markup {
    let known: Vec<&&Finding> = fingerprints.iter().filter_map(|f| places.get(f.as_str())).take(PLACES).collect();
    html! {
        @for (index, at) in known.iter().enumerate() { @if index > 0 { ", " } (place(&at.file, at.line)) }
        @if fingerprints.len() > known.len() && !known.is_empty() { " and " (fingerprints.len() - known.len()) " more" }
    }
}

/// The modules that it needs, with the first places that prove it.
fn needs(module: &Module) -> Markup {
    html! {
        @if !module.depends_on.is_empty() {
            h4 { "Needs " (plural(module.depends_on.len(), "module", "modules")) }
            ul.needs {
                @for edge in &module.depends_on {
                    li {
                        a href={ "#" (anchor("module", &edge.module)) } { (edge.module) } ": " (super::graph::kinds(&edge.kinds)) " "
                        span.faint { @for (index, at) in edge.evidence.iter().take(PLACES).enumerate() { @if index > 0 { ", " } (place(&at.file, at.line)) } }
                    }
                }
            }
        }
    }
}
