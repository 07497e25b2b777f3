//! What has changed since an earlier report: the hours by cause as a picture with its table, findings, routes, models and modules.

use maud::{Markup, PreEscaped, html};

use super::Page;
use super::chart::share;
use super::table::{Column, folded, number, table, text};
use super::text::{breakable, grade, place, verdict};
use crate::report::changes::words;
use crate::report::json::{ChangedFinding, Changes, EffortDelta, Things};

const CAUSES: [Column; 3] = [text("Cause"), number("Focus-hours"), text("What it means")];
const NUMBERS: [Column; 4] = [text("Number"), number("Before"), number("After"), number("Change")];
const FINDINGS: [Column; 5] = [text("Grade"), text("Finding"), text("Module"), text("Where"), text("Cause")];
const THINGS: [Column; 5] = [text("What became of it"), text("Name"), text("Module"), text("Before"), text("Where")];
const MODULES: [Column; 6] =
    [text("Module"), text("What became of it"), number("Focus-hours"), text("Verdict"), number("New"), number("Fixed")];
const LOST: [Column; 2] = [text("Path"), text("Why")];

pub fn changes(page: &Page<'_>) -> Option<Markup> {
    page.report.changes.as_ref().map(section)
}

/// The section, for a page of its own as well.
pub fn section(changes: &Changes) -> Markup {
    let lost: &[_] = changes.coverage.as_ref().map_or(&[], |coverage| &coverage.lost);
    let rows = html! { @for file in lost { tr { td { code { (breakable(&file.path)) } } td { (file.reason) } } } };
    html! {
        p.lead { "Since " (words::since(changes)) ": " (words::findings(changes)) "." }
        @for notice in words::notices(changes) { p.note { (notice) } }
        @if let Some(delta) = &changes.effort_delta { (effort(delta)) }
        (numbers(changes))
        (findings("changes-new", "New findings", &changes.new_findings))
        (findings("changes-fixed", "Fixed findings", &changes.fixed_findings))
        (findings("changes-not-seen", "Findings that were not seen", &changes.not_seen_findings))
        (moved("changes-routes", "Routes", changes.routes.as_ref()))
        (moved("changes-models", "Models", changes.models.as_ref()))
        (modules(changes))
        (folded("changes-lost", "Not read any more", lost.len(), "", &LOST, &rows))
        @if !changes.new_cycles.is_empty() || !changes.solved_cycles.is_empty() {
            ul {
                @for cycle in &changes.new_cycles { li { "New cycle: " (cycle.join(", ")) } }
                @for cycle in &changes.solved_cycles { li { "Cycle that is no more: " (cycle.join(", ")) } }
            }
        }
    }
}

fn about(cause: &str) -> &'static str {
    match cause {
        "code" => "There is more or less to do.",
        "effort model" => "The same work has another price.",
        "files not read" => "Files that were read on one side only.",
        _ => "Nobody can say whose it is.",
    }
}

/// Each cause as a bar to the left or right of nothing, with the table that says the same.
fn effort(delta: &EffortDelta) -> Markup {
    let causes = words::causes(delta);
    if causes.is_empty() {
        return html! { p.calm { "The expected effort has not changed." } };
    }
    let most = causes.iter().map(|(_, hours)| hours.abs()).fold(0.0, f64::max);
    let said: Vec<String> = causes.iter().map(|(cause, hours)| format!("{cause} {}", words::signed(*hours))).collect();
    let rows = html! {
        @for (cause, hours) in &causes {
            tr { th scope="row" { (cause) } td.n { (words::signed(*hours)) } td { (about(cause)) } }
        }
    };
    let height = causes.len() * 22;
    html! {
        figure {
            svg.range role="img" aria-label={ "Change of the focus-hours by cause: " (said.join(", ")) } width="100%" height=(height) {
                line.whisker x1="50%" x2="50%" y1="0" y2=(height) {}
                @for (row, (cause, hours)) in causes.iter().enumerate() {
                    @let left = if *hours < 0.0 { most - hours.abs() } else { most };
                    rect.likely x=(share(left, 2.0 * most)) width=(share(hours.abs(), 2.0 * most)) y=(row * 22 + 5) height="12" { title { (cause) " " (words::signed(*hours)) } }
                }
            }
            figcaption { "Less on the left, more on the right of the line; the table has the numbers, in the same order." }
        }
        (table("changes-causes", "Change of the expected effort by cause", &CAUSES, &rows))
    }
}

fn numbers(changes: &Changes) -> Markup {
    let mut rows = Vec::new();
    if let Some(delta) = &changes.effort_delta {
        rows.extend([("Focus-hours, expected", delta.mean), ("Focus-hours, P50", delta.p50), ("Focus-hours, P80", delta.p80)]);
    }
    if let Some(coverage) = &changes.coverage {
        rows.push(("Coverage, percent", coverage.percent));
    }
    if rows.is_empty() {
        return PreEscaped(String::new());
    }
    let rows = html! {
        @for (head, step) in rows {
            tr {
                th scope="row" { (head) }
                td.n { (format!("{:.1}", step.before)) }
                td.n { (format!("{:.1}", step.after)) }
                td.n { (words::signed(step.delta)) }
            }
        }
    };
    table("changes-numbers", "Before and after", &NUMBERS, &rows)
}

fn findings(id: &str, title: &str, list: &[ChangedFinding]) -> Markup {
    let rows = html! {
        @for finding in list {
            tr {
                td { @if let Some(severity) = &finding.severity { (grade(severity)) } }
                td { @if finding.message.is_empty() { (finding.rule) " " (breakable(&finding.symbol)) } @else { (finding.message) } }
                td { (breakable(&finding.module)) }
                td.where { @if !finding.file.is_empty() { (place(&finding.file, finding.line)) } }
                td { (finding.cause) }
            }
        }
    };
    folded(id, title, list.len(), "", &FINDINGS, &rows)
}

fn moved(id: &str, title: &str, of: Option<&Things>) -> Markup {
    let lists = of.map(words::lists).unwrap_or_default();
    let count = lists.iter().map(|(_, list)| list.len()).sum();
    let rows = html! {
        @for (what, list) in &lists {
            @for thing in *list {
                tr {
                    td { (what) }
                    td { code { (breakable(&words::thing(thing))) } }
                    td { (breakable(&thing.module)) }
                    td { @if let Some(from) = &thing.before { (breakable(from)) } }
                    td.where { (place(&thing.file, thing.line)) }
                }
            }
        }
    };
    folded(id, title, count, "", &THINGS, &rows)
}

fn modules(changes: &Changes) -> Markup {
    let rows = html! {
        @for module in &changes.modules {
            tr {
                th scope="row" { (breakable(&module.name)) @if let Some(from) = &module.before { br; span.faint { "was " (breakable(from)) } } }
                td { (module.change.replace('_', " ")) }
                td.n { (words::signed(module.mean.delta)) }
                td {
                    @if let Some(after) = module.verdict_after.as_ref().or(module.verdict_before.as_ref()) { (verdict(after)) }
                    @if module.verdict_before.is_some() && module.verdict_after.is_some() && module.verdict_before != module.verdict_after {
                        @if let Some(before) = &module.verdict_before { br; span.faint { "was " (before) } }
                    }
                }
                td.n { (module.new_findings) }
                td.n { (module.fixed_findings) }
            }
        }
    };
    folded("changes-modules", "Modules", changes.modules.len(), "", &MODULES, &rows)
}
