//! The table of modules: what each holds, what it costs and what becomes of it, the most work first.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Page;
use super::chart::range::{Percentiles, range};
use super::table::{Column, heads, number, text, wide};
use super::text::{anchor, cell, dotted, grade, scaled, verdict};
use crate::report::json::Module;

const COLUMNS: [Column; 16] = [
    text("Module"),
    number("P50 days"),
    number("P80 days"),
    wide("Range", "bar"),
    text("Verdict"),
    text("Phase"),
    text("Risk"),
    number("Lines"),
    number("Routes"),
    number("Models"),
    number("Serializers"),
    number("Admin"),
    number("Signals"),
    number("Tests"),
    number("Needs"),
    number("Needed"),
];

/// Positions of the modules in the report, the most work first.
pub fn by_work(modules: &[Module]) -> Vec<(usize, &Module)> {
    let mut out: Vec<(usize, &Module)> = modules.iter().enumerate().collect();
    out.sort_by(|(_, a), (_, b)| b.effort.mean.total_cmp(&a.effort.mean).then_with(|| a.name.cmp(&b.name)));
    out
}

/// One link for all phases of a module: each by itself would be too small to hit.
/// Its phases; three and more in a row from the first to the last, as the column is narrow.
fn phase(numbers: &[usize]) -> Markup {
    let words: Vec<String> = numbers
        .chunk_by(|one, next| *next == one + 1)
        .flat_map(|run| match run {
            [first, _, .., last] => vec![format!("{first}–{last}")],
            few => few.iter().map(usize::to_string).collect(),
        })
        .collect();
    html! { @match numbers.first() { Some(first) => a href={ "#phase-" (first) } { (words.join(", ")) }, None => span.z { "·" } } }
}

pub fn percentiles(module: &Module) -> Percentiles {
    let effort = &module.effort;
    Percentiles { p10: effort.p10, p50: effort.p50, p80: effort.p80, p90: effort.p90 }
}

pub fn modules(page: &Page<'_>) -> Option<Markup> {
    let modules = &page.report.modules;
    if modules.is_empty() {
        return None;
    }
    let most = modules.iter().map(|m| m.effort.p90).fold(0.0, f64::max);
    let mut needed: BTreeMap<&str, u64> = BTreeMap::new();
    for edge in modules.iter().flat_map(|m| &m.depends_on) {
        *needed.entry(edge.module.as_str()).or_default() += 1;
    }
    let mut phases: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for phase in page.report.plan.iter().flat_map(|plan| &plan.phases) {
        phase.modules.iter().for_each(|name| phases.entry(name.as_str()).or_default().push(phase.number));
    }
    Some(html! {
        p.note { "What moves as one: an app, a sizeable package, or the project's glue. The most work first; each name opens its lines." }
        div.scroll data-filter="modules" {
            table #modules-table {
                caption.sr { "Modules" }
                thead { (heads(&COLUMNS)) }
                tbody {
                    @for (index, module) in by_work(modules) {
                        @let of = |what: &str| format!("modules.{index}.effort.{what}");
                        @let has = |kind: &str| module.counts.get(kind).copied().unwrap_or(0);
                        tr {
                            th scope="row" { a href={ "#" (anchor("module", &module.name)) } { (dotted(&module.name)) } }
                            td.n { (scaled(module.effort.p50, page.analysis.model.time.day, &of("p50"))) }
                            td.n { (scaled(module.effort.p80, page.analysis.model.time.day, &of("p80"))) }
                            td.bar { (range(percentiles(module), most)) }
                            td { (verdict(&module.verdict)) }
                            td.phase { (phase(phases.get(module.name.as_str()).map_or(&[][..], Vec::as_slice))) }
                            td { (grade(&module.risk.level)) }
                            td.n { (cell(module.lines)) }
                            td.n { (cell(has("routes"))) }
                            td.n { (cell(has("models"))) }
                            td.n { (cell(has("serializers"))) }
                            td.n { (cell(has("admin"))) }
                            td.n { (cell(has("signals"))) }
                            td.n { (cell(module.tests.cases)) }
                            td.n { (cell(module.depends_on.len() as u64)) }
                            td.n { (cell(needed.get(module.name.as_str()).copied().unwrap_or(0))) }
                        }
                    }
                }
            }
        }
        p.key {
            "Range: " svg.range.sample width="64" height="16" aria-hidden="true" {
                line.whisker x1="2%" x2="98%" y1="8" y2="8" {} rect.likely x="35%" width="35%" y="3" height="10" {} line.median x1="35%" x2="35%" y1="1" y2="15" {}
            }
            " from P10 to P90, the thick part from P50 to P80. Needs and needed count other modules, what it needs and what needs it; tests count cases."
        }
    })
}
