//! A summary that fits into a comment of a pull request, and a list of what is to be done, phase by phase.
//!
//! The first line never changes, so that a job finds its own comment and writes over it. Forges refuse comments beyond a size: lists are cut before
//! that, and say so. All scanned text goes through `code` or `cell`.

use std::fmt::Write as _;

use crate::effort::Analysis;
use crate::plan::kit::encode::code;
use crate::report::changes;
use crate::report::escape::escape;
use crate::report::json::{Changes, Effort, Module, Report};
use crate::report::numbers::{grouped, many, plural, rounded};
use crate::report::touched::{Near, Touched};

/// By which a job finds the comment.
pub const MARKER: &str = "<!-- migscan report -->";
/// GitHub takes 65,536 characters, some others fewer bytes.
const MOST: usize = 60_000;
/// The same for the difference of two reports.
pub const DIFF_MARKER: &str = "<!-- migscan diff -->";
/// Findings of the changed files that are listed.
const TOUCHED: usize = 10;
/// Modules in the table.
const MODULES: usize = 15;

pub fn write(analysis: &Analysis, report: &Report) -> String {
    let mut out = format!("{MARKER}\n");
    head(&mut out, analysis, report);
    gates(&mut out, report);
    touched(&mut out, report);
    if let Some(changes) = &report.changes {
        out.push_str(&changes::markdown::section(changes));
    }
    modules(&mut out, analysis, report);
    risks(&mut out, report);
    open(&mut out, report);
    phases(&mut out, report);
    let _ = writeln!(
        out,
        "\n<sub>migscan {}, effort model {}</sub>",
        report.tool.version,
        report.summary.effort.as_ref().map_or("", |e| e.model.as_str())
    );
    cut(out)
}

/// Only what has changed, for a comment of its own.
pub fn difference(project: &str, changes: &Changes) -> String {
    cut(format!("{DIFF_MARKER}\n## Changes of {}\n{}", cell(project), changes::markdown::section(changes)))
}

/// What the job was asked to hold.
fn gates(out: &mut String, report: &Report) {
    if report.gates.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n| Gate | | |\n|---|---|---|");
    for gate in &report.gates {
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            code_cell(&gate.expression),
            if gate.passed { "holds" } else { "**fails**" },
            cell(&gate.message)
        );
    }
}

/// What was found in the change under review, before all else.
fn touched(out: &mut String, report: &Report) {
    let Some(touched) = Touched::of(report) else { return };
    let first = touched.first(report);
    let lines = first.iter().filter(|(near, _)| *near == Near::Line).count();
    let _ = writeln!(out, "\n### In the changed files\n\n{}, {lines} on changed lines.\n", plural(first.len(), "finding", "findings"));
    for (near, finding) in first.iter().take(TOUCHED) {
        let mark = if *near == Near::Line { "**changed line** " } else { "" };
        let _ = writeln!(
            out,
            "- {mark}{}: {}, {}",
            finding.severity,
            cell(&finding.message),
            code(&format!("{}:{}", finding.file, finding.line))
        );
    }
    if first.len() > TOUCHED {
        let _ = writeln!(out, "\n{} more.", plural(first.len() - TOUCHED, "finding", "findings"));
    }
}

/// Text between other text: one line, nothing that Markdown or HTML obeys.
pub fn cell(text: &str) -> String {
    let mut out = String::new();
    for ch in escape(text).chars() {
        match ch {
            // GitHub makes links of `https://` and `www.` by itself.
            '/' if out.ends_with(":/") => out.push_str("&#47;"),
            '.' if out.to_ascii_lowercase().ends_with("www") => out.push_str("&#46;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            // What stands between two of them is a formula to GitHub.
            '$' => out.push_str("&#36;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '!' | '|' | '~' => {
                out.push('\\');
                out.push(ch);
            }
            _ => out.push(ch),
        }
    }
    out
}

/// Inline code in a table, where a bar would end the cell.
fn code_cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

fn head(out: &mut String, analysis: &Analysis, report: &Report) {
    let summary = &report.summary;
    let _ = writeln!(out, "## Moving {} to FastAPI: {}\n", cell(&report.project.name), summary.verdict.as_deref().unwrap_or("no advice"));
    for reason in &summary.verdict_reasons {
        let _ = writeln!(out, "{}.\n", cell(reason));
    }
    if let Some(effort) = summary.effort.as_ref().filter(|e| e.mean > 0.0) {
        let (day, week) = (analysis.model.time.day, analysis.model.time.week);
        let _ = writeln!(out, "| | P50 | P80 |\n|---|--:|--:|");
        let _ = writeln!(out, "| Focus-hours for all of it | {} | {} |", rounded(effort.p50), rounded(effort.p80));
        let _ = writeln!(out, "| Days of one engineer | {} | {} |", rounded(effort.p50 / day), rounded(effort.p80 / day));
        let _ = writeln!(out, "| Weeks of one engineer | {} | {} |", rounded(effort.p50 / week), rounded(effort.p80 / week));
        ways(out, effort);
    }
    let totals = &summary.totals;
    let _ = writeln!(
        out,
        "\n{}, {}, {}, {}; {:.1} % of the facts established, {} open.",
        many(totals.routes, "route", "routes"),
        many(totals.models, "model", "models"),
        many(totals.serializers, "serializer", "serializers"),
        many(totals.admin, "admin registration", "admin registrations"),
        report.coverage.percent,
        grouped(report.coverage.unresolved.len() as u64)
    );
    let routes = &report.progress.routes;
    if report.progress.fastapi {
        let _ = writeln!(
            out,
            "\nFastAPI: {} of {} live twice, {} in part, {} on FastAPI only.",
            grouped(routes.live_twice),
            many(routes.django, "Django route", "Django routes"),
            grouped(routes.partly),
            grouped(routes.fastapi_only)
        );
    }
}

fn ways(out: &mut String, effort: &Effort) {
    for way in effort.alternatives.iter().filter(|way| way.p50 > 0.0 && way.strategy != "full") {
        let _ = writeln!(out, "| {} | {} | {} |", cell(&way.strategy), rounded(way.p50), rounded(way.p80));
    }
}

fn modules(out: &mut String, analysis: &Analysis, report: &Report) {
    let day = analysis.model.time.day;
    let mut sorted: Vec<&Module> = report.modules.iter().collect();
    sorted.sort_by(|a, b| b.effort.mean.total_cmp(&a.effort.mean).then_with(|| a.name.cmp(&b.name)));
    if sorted.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n| Module | Days P50 | P80 | Verdict | Risk | Routes | Models |\n|---|--:|--:|---|---|--:|--:|");
    for module in sorted.iter().take(MODULES) {
        let count = |kind: &str| grouped(module.counts.get(kind).copied().unwrap_or_default());
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} |",
            code_cell(&module.name),
            rounded(module.effort.p50 / day),
            rounded(module.effort.p80 / day),
            module.verdict,
            module.risk.level,
            count("routes"),
            count("models")
        );
    }
    if sorted.len() > MODULES {
        let _ = writeln!(out, "\n{} more.", plural(sorted.len() - MODULES, "module", "modules"));
    }
}

fn risks(out: &mut String, report: &Report) {
    if report.summary.top_risks.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n### Biggest risks\n");
    for risk in &report.summary.top_risks {
        let places: Vec<String> = risk.places.iter().map(|p| code(&format!("{}:{}", p.file, p.line))).collect();
        let _ = writeln!(
            out,
            "- **{}** ({}, {}): {}",
            cell(&risk.title),
            risk.severity,
            many(risk.count, "place", "places"),
            places.join(", ")
        );
    }
}

fn open(out: &mut String, report: &Report) {
    if !report.summary.not_known.is_empty() {
        let _ = writeln!(out, "\nNobody has said, and it counts nothing: {}.", cell(&report.summary.not_known.join("; ")));
    }
}

/// A checklist: what each phase needs to be over.
fn phases(out: &mut String, report: &Report) {
    let Some(plan) = report.plan.as_ref() else { return };
    if let Some(way) = plan.blocked() {
        let _ = writeln!(out, "\n### Rollout\n\n{} ({})", cell(&way.what), cell(&way.reason));
    }
    if plan.phases.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n### Rollout\n");
    for phase in &plan.phases {
        let _ = writeln!(
            out,
            "<details><summary>{}. {}: {} – {} h, {}</summary>\n",
            phase.number,
            cell(&phase.title),
            rounded(phase.effort.p50),
            rounded(phase.effort.p80),
            plural(phase.routes.len(), "route", "routes")
        );
        for task in &phase.tasks {
            let of = task.module.as_ref().map_or_else(String::new, |m| format!(" ({})", code(m)));
            let _ = writeln!(out, "- [ ] {}{of}", cell(&task.title));
        }
        for criterion in &phase.exit_criteria {
            let _ = writeln!(out, "- [ ] Over when: {}", cell(criterion));
        }
        let _ = writeln!(out, "\n</details>");
    }
}

/// Whole lines only, and a closed fold.
fn cut(out: String) -> String {
    if out.len() <= MOST {
        return out;
    }
    let mut kept = String::new();
    for line in out.lines() {
        if kept.len() + line.len() + 100 > MOST {
            break;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    if kept.matches("<details>").count() > kept.matches("</details>").count() {
        kept.push_str("\n</details>\n");
    }
    kept.push_str("\nThe rest does not fit into a comment; the HTML and JSON reports have it.\n");
    kept
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;
    use crate::report::sample;

    fn write(analysis: &Analysis) -> String {
        super::write(analysis, &Report::from(analysis))
    }

    #[test]
    fn the_first_line_is_the_marker_and_the_numbers_are_there() {
        let analysis = sample::analysis(sample::inventory());
        let text = write(&analysis);
        assert!(text.starts_with("<!-- migscan report -->\n## Moving shop to FastAPI: "), "{text}");
        let range = analysis.estimate.range;
        assert!(text.contains(&format!("| Focus-hours for all of it | {} | {} |", rounded(range.p50), rounded(range.p80))), "{text}");
    }

    #[test]
    fn it_fits_into_a_comment() {
        let mut found = sample::large();
        for app in &mut found.apps {
            app.label = app.label.repeat(40);
        }
        assert!(write(&sample::analysis(found)).len() <= MOST);
        let long = cut(format!("<details><summary>x</summary>\n{}", "- [ ] step\n".repeat(10_000)));
        assert!(long.len() <= MOST && long.contains("</details>\n\nThe rest does not fit"), "{}", long.len());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { cases: 500, failure_persistence: None, ..Default::default() })]

        /// Read by a parser of Markdown, with everything that GitHub adds: a row of a table whose one cell is this text and nothing else.
        #[test]
        fn a_cell_is_text(text in "[\\x00-\\x7f\u{85}\u{2028}\u{202e}é商]{0,16}|\\PC{0,12}|[|`*_~<>&@#!()\\[\\]\\\\:/.w-]{0,16}") {
            let github = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES | Options::ENABLE_MATH | Options::ENABLE_GFM;
            let table = format!("| a | b |\n|---|---|\n| x{}x | {} |\n", cell(&text), code_cell(&text));
            let events: Vec<Event<'_>> = Parser::new_ext(&table, github).collect();
            let cells = events.iter().filter(|event| matches!(event, Event::Start(Tag::TableCell))).count();
            proptest::prop_assert_eq!(cells, 4, "{:?}", events);
            let known = |event: &&Event<'_>| {
                !matches!(event, Event::Text(_) | Event::Code(_) | Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell) | Event::End(_))
            };
            let strange: Vec<_> = events.iter().filter(known).collect();
            proptest::prop_assert!(strange.is_empty(), "{:?}", strange);
            let shown: String = events.iter().skip_while(|event| !matches!(event, Event::End(TagEnd::TableHead))).take_while(|event| !matches!(event, Event::End(TagEnd::TableCell))).filter_map(|event| match event { Event::Text(text) => Some(text.to_string()), _ => None }).collect();
            let wanted = format!("x{}x", escape(&text));
            proptest::prop_assert_eq!(shown, wanted);
            // No address that GitHub makes a link of by itself.
            proptest::prop_assert!(!cell(&text).contains("://") && !cell(&text).contains("www."));
        }
    }

    #[test]
    fn names_are_text() {
        for bad in
            ["</details><script>", "[x](javascript:a)", "@everyone #1", "`a` | b", "**x**\n# y", "<!-- migscan report -->", "\u{202e}x"]
        {
            let mut found = sample::inventory();
            found.project.name = bad.to_owned();
            let text = write(&sample::analysis(found));
            let line = text.lines().nth(1).unwrap();
            assert!(line.starts_with("## Moving ") && line.contains(" to FastAPI: "), "{line}");
            assert!(!line.contains('<') && !line.contains("](") && !line.contains('@') && !line.contains('\u{202e}'), "{line}");
            assert_eq!(text.matches(MARKER).count(), 1);
        }
    }
}
