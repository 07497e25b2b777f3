//! What may go wrong while Django and FastAPI answer side by side: tables that both write, receivers that no longer fire, code that sits in front of
//! one side only; and every rule of high risk with its places.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::Page;
use super::table::{Column, folded, number, table, text, wide};
use super::text::{breakable, capital, grade, place, prose, short};
use crate::report::json::{Finding, QueryAccess};
use crate::report::numbers::plural;
use crate::rules::Rule;
use crate::rules::schema::{Risk, Severity};

const RULES: [Column; 5] = [text("Grade"), wide("What", "what-column"), number("Places"), text("What changes"), text("First places")];
const TABLES: [Column; 4] = [text("Model"), text("Defined in"), text("Written by"), number("Writing queries")];
const SIGNALS: [Column; 4] = [text("Receiver"), text("Signal"), text("Sender"), text("Where")];

pub fn hazards(page: &Page<'_>) -> Option<Markup> {
    let rules = fired(page);
    let (tables, count) = shared_tables(page);
    let (signals, crossing) = crossing_signals(page);
    if rules.is_empty() && count == 0 && crossing == 0 {
        return None;
    }
    let rows = html! {
        @for (rule, places) in &rules {
            tr {
                td { (grade(rule.severity.name())) }
                td { strong { (capital(&rule.title)) } br; span.faint { (rule.id) } }
                td.n { (places.len()) }
                td { @if let Some(trap) = &rule.trap { (prose(trap)) } @else { (prose(&rule.fastapi)) } }
                td.where { @for (index, at) in places.iter().take(2).enumerate() { @if index > 0 { ", " } (place(&at.file, at.line)) } }
            }
        }
    };
    Some(html! {
        p.note { "For as long as both answer, they share a database, sessions and caches. These are the places where one side does something that the other does not notice." }
        (folded("shared-tables", "Tables written by several modules", count,
            "Each needs one owner at a time; the other side reads, or asks the owner.", &TABLES, &tables))
        (folded("crossing-signals", "Signal receivers that cross modules", crossing,
            "They fire on Django's side only: a row that FastAPI writes does not reach them.", &SIGNALS, &signals))
        @if !rules.is_empty() {
            h3 { "Rules of high risk" }
            p.note { (plural(rules.len(), "rule fires", "rules fire")) " whose change of behaviour nobody may notice; blockers first." }
            div data-filter="rules" { (table("hazards-table", "Rules of high risk", &RULES, &rows)) }
        }
    })
}

/// Blockers, and what may differ without anybody noticing; the gravest and most frequent first.
fn fired<'a>(page: &'a Page<'_>) -> Vec<(&'a Rule, Vec<&'a Finding>)> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in page.report.findings.iter().filter(|f| f.suppressed.is_none()) {
        by_rule.entry(finding.rule.as_str()).or_default().push(finding);
    }
    let weighty = |rule: &Rule| rule.severity == Severity::Blocker || (rule.risk == Risk::High && rule.severity != Severity::Info);
    let mut out: Vec<(&Rule, Vec<&Finding>)> = by_rule
        .into_iter()
        .filter_map(|(id, places)| Some((page.analysis.catalogue.rule(id)?, places)))
        .filter(|(rule, _)| weighty(rule))
        .collect();
    out.sort_by(|(a, ap), (b, bp)| (a.severity, std::cmp::Reverse(ap.len()), &a.id).cmp(&(b.severity, std::cmp::Reverse(bp.len()), &b.id)));
    out
}

/// Models with writing queries in more than one module.
fn shared_tables(page: &Page<'_>) -> (Markup, usize) {
    let partition = &page.analysis.estimate.partition;
    let module = |file: &str| page.report.modules.get(partition.of_file(file)).map_or("", |m| m.name.as_str());
    let found = &page.analysis.inventory;
    let homes: BTreeMap<&str, &str> =
        page.report.inventory.models.iter().zip(&found.models).map(|(shown, m)| (shown.label.as_str(), module(&m.place.file))).collect();
    let mut writers: BTreeMap<&str, (BTreeSet<&str>, u64)> = BTreeMap::new();
    for (query, at) in page.report.inventory.queries.iter().zip(&found.queries).filter(|(q, _)| q.access != QueryAccess::Read) {
        if let Some(model) = query.model.as_deref().filter(|label| homes.contains_key(label)) {
            let entry = writers.entry(model).or_default();
            entry.0.insert(module(&at.place.file));
            entry.1 += 1;
        }
    }
    let shared: Vec<_> = writers.into_iter().filter(|(_, (modules, _))| modules.len() > 1).collect();
    let rows = html! {
        @for (model, (modules, queries)) in &shared {
            tr {
                td { (breakable(model)) }
                td { (homes.get(model).copied().unwrap_or("")) }
                td { @for (index, name) in modules.iter().enumerate() { @if index > 0 { ", " } (name) } }
                td.n { (queries) }
            }
        }
    };
    (rows, shared.len())
}

fn crossing_signals(page: &Page<'_>) -> (Markup, usize) {
    let crossing: Vec<_> = page.report.inventory.signals.iter().filter(|s| s.crosses_modules && s.never_fires.is_none()).collect();
    let rows = html! {
        @for receiver in &crossing {
            tr {
                td { (breakable(receiver.receiver.as_deref().unwrap_or("not known"))) }
                td { (short(receiver.signal.as_deref().unwrap_or("not known"))) }
                td { (breakable(receiver.sender.as_deref().unwrap_or("any"))) }
                td.where { (place(&receiver.file, receiver.line)) }
            }
        }
    };
    (rows, crossing.len())
}
