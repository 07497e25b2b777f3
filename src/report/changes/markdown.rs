//! The changes in Markdown: a part of the summary for a comment, or a comment of their own.

use std::fmt::Write as _;

use super::words;
use crate::plan::kit::encode::code;
use crate::report::json::{ChangedFinding, Changes};
use crate::report::markdown::cell;

/// Entries of each list.
const MOST: usize = 20;

/// The section, without a marker.
pub fn section(changes: &Changes) -> String {
    let mut out = format!("\n### Since {}\n\n", words::since(changes));
    let mut rows = vec![("Findings", words::findings(changes))];
    if let (Some(routes), Some(models)) = (&changes.routes, &changes.models) {
        rows.push(("Routes", words::moves(routes)));
        rows.push(("Models", words::moves(models)));
    }
    if let Some(delta) = &changes.effort_delta {
        rows.push(("Focus-hours", words::effort(delta)));
    }
    if let Some(coverage) = &changes.coverage {
        rows.push(("Coverage", format!("{:.1} -> {:.1} %", coverage.percent.before, coverage.percent.after)));
    }
    let _ = writeln!(out, "| | |\n|---|---|");
    for (head, text) in rows {
        let _ = writeln!(out, "| {head} | {} |", cell(&text));
    }
    for notice in words::notices(changes) {
        let _ = writeln!(out, "\n{}", cell(&notice));
    }
    for (head, list) in [
        ("New findings", &changes.new_findings),
        ("Fixed findings", &changes.fixed_findings),
        ("Findings that were not seen", &changes.not_seen_findings),
    ] {
        findings(&mut out, head, list);
    }
    for (what, of) in [("Routes", &changes.routes), ("Models", &changes.models)] {
        for (head, list) in of.iter().flat_map(words::lists) {
            let _ = writeln!(out, "\n{what} {head}:\n");
            for thing in list.iter().take(MOST) {
                let from = thing.before.as_ref().map_or_else(String::new, |from| format!(", was {}", code(from)));
                let _ = writeln!(out, "- {}{from}", code(&words::thing(thing)));
            }
            more(&mut out, list.len());
        }
    }
    for (head, cycles) in [("New cycle", &changes.new_cycles), ("Cycle that is no more", &changes.solved_cycles)] {
        for cycle in cycles {
            let _ = writeln!(out, "\n{head}: {}", code(&cycle.join(" <-> ")));
        }
    }
    out
}

fn findings(out: &mut String, head: &str, list: &[ChangedFinding]) {
    if list.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{head}:\n");
    for finding in list.iter().take(MOST) {
        let place =
            if finding.file.is_empty() { String::new() } else { format!(", {}", code(&format!("{}:{}", finding.file, finding.line))) };
        let _ = writeln!(out, "- {}{place}", cell(&words::finding(finding)));
    }
    more(out, list.len());
}

fn more(out: &mut String, count: usize) {
    if count > MOST {
        let _ = writeln!(out, "\n… and {} more.", count - MOST);
    }
}
