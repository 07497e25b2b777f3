//! Changes in words, the same for terminal, Markdown and page; names of the project are still as they are, each format escapes them.

use crate::report::json::{ChangedFinding, Changes, EffortDelta, Thing, Things};
use crate::report::numbers::{grouped, plural};

/// `1 route`, `3 new findings`.
pub fn things(count: usize, one: &str) -> String {
    plural(count, one, &format!("{one}s"))
}

/// What it is compared with.
pub fn since(changes: &Changes) -> String {
    match changes.since.kind.as_str() {
        "baseline" => "the baseline file".to_owned(),
        _ => "the earlier report".to_owned(),
    }
}

/// Hours with their sign; less than a tenth is none.
pub fn signed(hours: f64) -> String {
    if hours.abs() < 0.05 { "0".to_owned() } else { format!("{hours:+.1}") }
}

/// `2 new, 5 fixed, 120 unchanged`; what was not seen is named beside them.
pub fn findings(changes: &Changes) -> String {
    let mut parts = vec![
        format!("{} new", grouped(changes.new_findings.len() as u64)),
        format!("{} fixed", grouped(changes.fixed_findings.len() as u64)),
        format!("{} unchanged", grouped(changes.unchanged_findings)),
    ];
    if changes.settled_findings > 0 {
        parts.push(format!("{} settled by a comment", grouped(changes.settled_findings)));
    }
    if !changes.not_seen_findings.is_empty() {
        parts.push(format!("{} not seen", grouped(changes.not_seen_findings.len() as u64)));
    }
    parts.join(", ")
}

/// `+2 -1, 1 moved`
pub fn moves(of: &Things) -> String {
    let mut out = format!("+{} -{}", of.added.len(), of.removed.len());
    for (list, word) in [(&of.moved, "moved"), (&of.changed, "with other methods"), (&of.not_seen, "not seen")] {
        if !list.is_empty() {
            out.push_str(&format!(", {} {word}", list.len()));
        }
    }
    out
}

/// The causes that have a share, with it.
pub fn causes(delta: &EffortDelta) -> Vec<(&'static str, f64)> {
    let by = &delta.by_cause;
    let all = [("code", by.code), ("effort model", by.model), ("files not read", by.coverage), ("not separable", by.not_separable)];
    all.into_iter().filter(|(_, hours)| hours.abs() >= 0.05).collect()
}

/// The change of the expected value, and what of it comes from where.
pub fn effort(delta: &EffortDelta) -> String {
    let causes: Vec<String> = causes(delta).iter().map(|(cause, hours)| format!("{cause} {}", signed(*hours))).collect();
    let why = if causes.is_empty() { String::new() } else { format!(": {}", causes.join(", ")) };
    format!("{} h{why}", signed(delta.mean.delta))
}

/// What a reader has to know before the numbers.
pub fn notices(changes: &Changes) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(delta) = &changes.effort_delta {
        if delta.model_changed {
            out.push("The effort model is another one: its share is told apart from the code's.".to_owned());
        }
        if delta.strategy_changed {
            out.push("The targets are others, so that hours are compared for two different moves.".to_owned());
        }
        if !delta.not_separable_because.is_empty() {
            out.push(format!("Not separable: {}.", delta.not_separable_because.join("; ")));
        }
    }
    if let Some(coverage) = changes.coverage.as_ref().filter(|coverage| !coverage.lost.is_empty()) {
        let files = plural(coverage.lost.len(), "file or folder is", "files or folders are");
        out.push(format!("{files} not read any more, or only in part: what they held counts neither as fixed nor as removed."));
    }
    let rules = changes.new_findings.iter().filter(|finding| finding.cause == "rules").count();
    if rules > 0 {
        out.push(format!("{} of rules that fired nowhere before: rules have changed as well.", things(rules, "new finding")));
    }
    out
}

/// A finding on one line, without its place: a baseline file says less.
pub fn finding(of: &ChangedFinding) -> String {
    match (of.message.is_empty(), &of.severity) {
        (true, _) => format!("{} {}", of.rule, of.symbol),
        (false, Some(severity)) => format!("{severity}: {}", of.message),
        (false, None) => of.message.clone(),
    }
}

/// A route with its methods, or a model.
pub fn thing(of: &Thing) -> String {
    match &of.methods {
        Some(methods) if !methods.is_empty() => format!("{} {}", methods.join("/"), of.name),
        _ => of.name.clone(),
    }
}

/// Lists of routes or models under their headings, those that are not empty.
pub fn lists(of: &Things) -> Vec<(&'static str, &[Thing])> {
    let all = [
        ("added", &of.added),
        ("removed", &of.removed),
        ("moved", &of.moved),
        ("with other methods", &of.changed),
        ("not seen", &of.not_seen),
    ];
    all.into_iter().filter(|(_, list)| !list.is_empty()).map(|(head, list)| (head, list.as_slice())).collect()
}
