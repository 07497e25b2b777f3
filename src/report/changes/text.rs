//! The changes in a terminal, for `migscan diff`: everything, line by line; and the few lines of them for the summary of a scan.

use super::words;
use crate::report::escape::{escape, fit, fit_end};
use crate::report::json::{ChangedFinding, Changes, Things};

/// Columns of a line, as in the summary.
const WIDTH: usize = 80;
/// Columns for what a line is about; the place has the rest.
const WHAT: usize = 52;

/// The lines of a summary.
pub fn short(changes: &Changes) -> Vec<String> {
    let mut out = vec![format!("findings: {}", words::findings(changes))];
    if let (Some(routes), Some(models)) = (&changes.routes, &changes.models) {
        out.push(format!("routes {}; models {}", words::moves(routes), words::moves(models)));
    }
    if let Some(delta) = &changes.effort_delta {
        out.push(format!("effort {}", words::effort(delta)));
    }
    if let Some(coverage) = changes.coverage.as_ref().filter(|coverage| coverage.percent.delta != 0.0 || !coverage.lost.is_empty()) {
        let lost = if coverage.lost.is_empty() { String::new() } else { format!(", {} lost", words::things(coverage.lost.len(), "file")) };
        out.push(format!("coverage {:.1} -> {:.1} %{lost}", coverage.percent.before, coverage.percent.after));
    }
    out
}

/// All of it.
pub fn full(project: &str, changes: &Changes) -> String {
    let mut out = format!("Changes of {} since {}\n", escape(project), words::since(changes));
    let mut line = |text: &str| {
        out.push_str(text.trim_end());
        out.push('\n');
    };
    for text in short(changes) {
        line(&format!("  {text}"));
    }
    if let Some(delta) = &changes.effort_delta {
        line(&format!(
            "  expected value {:.1} -> {:.1} h, P50 {:.1} -> {:.1}, P80 {:.1} -> {:.1}",
            delta.mean.before, delta.mean.after, delta.p50.before, delta.p50.after, delta.p80.before, delta.p80.after
        ));
    }
    for notice in words::notices(changes) {
        line(&format!("  {notice}"));
    }
    for lost in changes.coverage.iter().flat_map(|coverage| &coverage.lost) {
        line(&format!("    not read: {}: {}", fit_end(&lost.path, WHAT - 10), fit(&lost.reason, WIDTH - WHAT - 8)));
    }
    for (head, list) in [
        ("New findings", &changes.new_findings),
        ("Fixed findings", &changes.fixed_findings),
        ("Findings that were not seen", &changes.not_seen_findings),
    ] {
        findings(&mut line, head, list);
    }
    for (what, of) in [("Routes", &changes.routes), ("Models", &changes.models)] {
        if let Some(of) = of {
            moved(&mut line, what, of);
        }
    }
    if !changes.modules.is_empty() {
        line("");
        line("Modules");
    }
    for module in &changes.modules {
        let from = module.from.as_ref().map_or_else(String::new, |from| format!(", was {}", fit(from, 24)));
        let hours = format!("{} h", words::signed(module.mean.delta));
        line(&format!("  {:<9}{:>10}  {}{from}", module.change, hours, fit(&module.name, 40)));
    }
    for (head, cycles) in [("New cycle", &changes.new_cycles), ("Cycle that is no more", &changes.solved_cycles)] {
        for cycle in cycles {
            line(&format!("{head}: {}", fit(&cycle.join(" <-> "), WIDTH - 24)));
        }
    }
    out
}

fn place(file: &str, number: u32) -> String {
    if file.is_empty() { String::new() } else { fit_end(&format!("{file}:{number}"), WIDTH - WHAT - 4) }
}

fn findings(line: &mut impl FnMut(&str), head: &str, list: &[ChangedFinding]) {
    if list.is_empty() {
        return;
    }
    line("");
    line(head);
    for finding in list {
        let cause = if finding.cause == "code" { String::new() } else { format!(" [{}]", finding.cause) };
        let text = format!("{}{cause}", fit(&words::finding(finding), WHAT - cause.len()));
        line(&format!("  {text:<WHAT$}  {}", place(&finding.file, finding.line)));
    }
}

fn moved(line: &mut impl FnMut(&str), what: &str, of: &Things) {
    for (head, list) in words::lists(of) {
        line("");
        line(&format!("{what} {head}"));
        for thing in list {
            let from = thing.from.as_ref().map_or_else(String::new, |from| format!(" (was {})", fit(from, 20)));
            let text = format!("{}{from}", fit(&words::thing(thing), WHAT - from.chars().count().min(WHAT)));
            line(&format!("  {text:<WHAT$}  {}", place(&thing.file, thing.line)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::escape::is_hidden;
    use crate::report::json::{ChangedModule, CoverageDelta, LostFile, Thing};

    /// Every place for scanned text with this one.
    fn named(bad: &str) -> Changes {
        let bad = || bad.to_owned();
        let finding = || ChangedFinding {
            rule: bad(),
            module: bad(),
            severity: Some("potential".to_owned()),
            message: bad(),
            file: bad(),
            line: 3,
            symbol: bad(),
            fingerprint: bad(),
            cause: "code".to_owned(),
        };
        let thing =
            || Thing { name: bad(), methods: Some(vec![bad()]), what: Some(bad()), module: bad(), from: Some(bad()), file: bad(), line: 1 };
        let things = || Things {
            added: vec![thing()],
            removed: vec![thing()],
            moved: vec![thing()],
            not_seen: vec![thing()],
            changed: vec![thing()],
            unchanged: 1,
        };
        Changes {
            new_findings: vec![finding()],
            fixed_findings: vec![ChangedFinding { message: String::new(), ..finding() }],
            not_seen_findings: vec![finding()],
            routes: Some(things()),
            models: Some(things()),
            modules: vec![ChangedModule { name: bad(), from: Some(bad()), change: "moved".to_owned(), ..ChangedModule::default() }],
            coverage: Some(CoverageDelta { lost: vec![LostFile { path: bad(), reason: bad() }], ..CoverageDelta::default() }),
            new_cycles: vec![vec![bad(), bad()]],
            ..Changes::default()
        }
    }

    #[test]
    fn names_cannot_forge_lines_in_any_form() {
        for bad in
            ["\n::error::x", "a\r\n##[group]", "\u{1b}[2J\u{202e}", "<script>alert(1)</script>", "</details>| [x](http://e)", "@all #1 `x`"]
        {
            let changes = named(bad);
            let text = full(bad, &changes);
            assert!(!text.chars().any(|ch| ch != '\n' && is_hidden(ch)), "{text:?}");
            assert!(text.lines().all(|line| !line.trim_start().starts_with("::") && !line.contains("##")), "{text}");
            let markdown = super::super::markdown::section(&changes);
            let outside: String = markdown.split('`').step_by(2).collect();
            assert!(!outside.contains("<script") && !outside.contains("](") && !outside.contains("</details>"), "{markdown}");
            assert!(!markdown.chars().any(|ch| ch != '\n' && is_hidden(ch)), "{markdown:?}");
            assert!(short(&changes).iter().all(|line| !line.contains(bad)));
        }
    }
}
