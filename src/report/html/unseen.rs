//! What could not be established, and what was left out: the part of a report that others leave away.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Page;
use super::table::{Column, folded, number, table, text};
use super::text::{breakable, count, grade, place};
use crate::report::json::Unresolved;
use crate::report::numbers::grouped;

const KINDS: [Column; 3] = [text("Kind of fact"), number("Established"), number("Open")];
const REASONS: [Column; 4] = [text("Kind"), text("Reason"), number("Facts"), text("First place")];
const OPEN: [Column; 4] = [text("Kind"), text("Reason"), text("Code"), text("Where")];
const NOTES: [Column; 3] = [text("Grade"), text("Note"), text("Where")];
const LEFT_OUT: [Column; 2] = [text("Path"), text("Why")];

pub fn unseen(page: &Page<'_>) -> Markup {
    let report = &page.report;
    let coverage = &report.coverage;
    let files = &coverage.files;
    let (by_reason, reasons) = by_reason(&coverage.unresolved);
    let kinds = html! {
        @for (kind, facts) in &coverage.facts {
            tr {
                th scope="row" { (kind.replace('_', " ")) }
                td.n { (count(facts.resolved, &format!("coverage.facts.{kind}.resolved"))) }
                td.n { (count(facts.unresolved, &format!("coverage.facts.{kind}.unresolved"))) }
            }
        }
    };
    let open = html! {
        @for fact in &coverage.unresolved {
            tr { td { (fact.kind.replace('_', " ")) } td { (fact.reason) } td { code { (breakable(&fact.text)) } } td.where { (place(&fact.file, fact.line)) } }
        }
    };
    let notes = html! {
        @for note in &report.diagnostics {
            tr {
                td { (grade(&note.severity)) }
                td { (note.message) }
                td.where { @match (&note.file, note.line) { (Some(file), Some(line)) => (place(file, line)), (Some(file), None) => code.p { (file) }, _ => "" } }
            }
        }
    };
    let skipped = html! { @for left in &report.skipped { tr { td { code { (breakable(&left.path)) } } td { (left.reason) } } } };
    html! {
        p {
            "Of " (grouped(files.parsed + files.partial + files.skipped)) " files " (grouped(files.parsed)) " were read whole, " (grouped(files.partial)) " around a mistake in their syntax, and "
            (grouped(files.skipped)) " not at all. Every fact is counted as established or open; an open one counts half an hour in the estimate and widens its range."
        }
        div.columns {
            (table("coverage-table", "Facts by kind", &KINDS, &kinds))
            @if reasons > 0 { (table("reasons-table", "Open facts by reason", &REASONS, &by_reason)) }
            @else { p.calm { "Every fact was established: nothing is open." } }
        }
        (folded("open-facts", "Each open fact", coverage.unresolved.len(), "", &OPEN, &open))
        (folded("notes", "Notes of the scan", report.diagnostics.len(), "", &NOTES, &notes))
        (folded("left-out", "Left out", report.skipped.len(), "Test code, vendored copies and virtual environments are counted, not analysed.", &LEFT_OUT, &skipped))
    }
}

/// The most frequent first, each with its first place.
fn by_reason(open: &[Unresolved]) -> (Markup, usize) {
    let mut reasons: BTreeMap<(&str, &str), (usize, &Unresolved)> = BTreeMap::new();
    for fact in open {
        reasons.entry((&fact.kind, &fact.reason)).or_insert((0, fact)).0 += 1;
    }
    let mut sorted: Vec<_> = reasons.into_iter().collect();
    sorted.sort_by(|(a, (a_count, _)), (b, (b_count, _))| b_count.cmp(a_count).then_with(|| a.cmp(b)));
    let rows = html! {
        @for ((kind, reason), (count, first)) in &sorted {
            tr { td { (kind.replace('_', " ")) } td { (reason) } td.n { (count) } td.where { (place(&first.file, first.line)) } }
        }
    };
    (rows, sorted.len())
}
