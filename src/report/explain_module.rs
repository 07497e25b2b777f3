//! Every line of a module's estimate: where all of it moves, or of what the plan moves of it.

use std::fmt::Write as _;

use crate::effort::estimate::{self, Multiplier};
use crate::effort::lines::{self, Line};
use crate::effort::math::Range;
use crate::effort::{Analysis, ModuleEstimate};
use crate::plan::Plan;

use super::escape::escape;
use super::explain::entry;
use super::markdown::cell;
use super::numbers::trimmed;

/// Places that a line names.
const PLACES: usize = 3;

/// What is told of a module: the lines, and what they are of.
struct Told<'a> {
    module: &'a ModuleEstimate,
    lines: Vec<Line>,
    multipliers: Vec<Multiplier>,
    range: Range,
    /// What the plan does with the module, where that is not to move all of it.
    planned: Option<String>,
}

/// Every line, down to the total that the report shows; with `planned` those that the plan counts. `None` where there is no such module.
pub fn module(analysis: &Analysis, name: &str, planned: bool, markdown: bool) -> Option<String> {
    let told = told(analysis, name, planned)?;
    Some(if markdown { in_markdown(analysis, &told) } else { as_text(analysis, &told) })
}

fn told<'a>(analysis: &'a Analysis, name: &str, planned: bool) -> Option<Told<'a>> {
    let estimate = &analysis.estimate;
    let at = estimate.partition.named(name)?;
    let module = estimate.modules.get(at)?;
    let moving = Plan::part(analysis);
    let (mut part, _) = estimate::part(analysis.inputs(), estimate, &moving);
    let part = (at < part.modules.len()).then(|| part.modules.swap_remove(at))?;
    let (count, all) = (moving.modules.len(), estimate.modules.len());
    let pages = if moving.without_pages.contains(&at) { ", of this one what is no page" } else { "" };
    let hours = lines::work(&part.lines).mean;
    let said = match (moving.modules.contains(&at), planned) {
        (false, _) => format!("it stays on Django, as {} of {all} modules do", all - count),
        (true, true) => format!("lines of what it moves: {count} of {all} modules{pages}"),
        (true, false) => {
            format!("{hours:.1} focus-hours, as {count} of {all} modules move{pages}; `migscan explain {name} PATH --plan` shows its lines")
        }
    };
    let whole = count == all && pages.is_empty();
    let told = Told { module, lines: module.lines.clone(), multipliers: module.multipliers.clone(), range: module.range, planned: None };
    let told = match planned {
        true => Told { lines: part.lines, multipliers: part.multipliers, range: part.work.range(), ..told },
        false => told,
    };
    Some(Told { planned: (!whole).then_some(said), ..told })
}

fn as_text(analysis: &Analysis, told: &Told<'_>) -> String {
    let mut out = String::new();
    let (found, range) = (told.module, told.range);
    let _ = writeln!(
        out,
        "{}: {:.1} focus-hours expected; P10 {:.0}, P50 {:.0}, P80 {:.0}, P90 {:.0}\n",
        escape(&found.module.name),
        range.mean,
        range.p10,
        range.p50,
        range.p80,
        range.p90
    );
    let judged = &found.judged;
    entry(
        &mut out,
        "Verdict",
        &format!(
            "{}: benefit {:.0}, friction {:.0}; would change with {}",
            judged.verdict.name(),
            judged.benefit,
            judged.friction,
            judged.would_change
        ),
    );
    for reason in &judged.reasons {
        entry(&mut out, "", &format!("{:+.0} {}: {}", reason.weight, reason.criterion, reason.evidence));
    }
    if let Some(planned) = &told.planned {
        entry(&mut out, "Plan", planned);
    }
    for factor in &told.multipliers {
        entry(&mut out, "Factor", &format!("× {:.2} {}: {}", factor.value, factor.factor, factor.because));
    }
    let _ = writeln!(out, "\n   Hours = count ×  each × scale  class status     what");
    for line in sorted(&told.lines) {
        let _ = writeln!(
            out,
            "{:>8.2} {:>7} × {:>5.2} × {:>5.2}    {}   {:<10} {}: {}",
            line.mean,
            trimmed(line.count),
            line.unit_mean,
            line.scale,
            line.class.name(),
            line.status.name(),
            line.driver,
            escape(&line.because)
        );
        let shown = places(analysis, line, |text| escape(text).into_owned());
        if !shown.is_empty() {
            let more = line.findings.len().saturating_sub(shown.len());
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            let _ = writeln!(out, "{:>48} {}{rest}", "", shown.join(", "));
        }
    }
    let _ = writeln!(out, "{:>8.2} expected in all", told.lines.iter().map(|l| l.mean).sum::<f64>());
    out
}

/// The same as tables.
fn in_markdown(analysis: &Analysis, told: &Told<'_>) -> String {
    let (found, range) = (told.module, told.range);
    let mut out = format!("# {}\n\n", cell(&found.module.name));
    let _ = writeln!(
        out,
        "{:.1} focus-hours expected; P10 {:.0}, P50 {:.0}, P80 {:.0}, P90 {:.0}. Verdict: **{}**.\n",
        range.mean,
        range.p10,
        range.p50,
        range.p80,
        range.p90,
        found.judged.verdict.name()
    );
    for reason in &found.judged.reasons {
        let _ = writeln!(out, "- {:+.0} {}: {}", reason.weight, cell(&reason.criterion), cell(&reason.evidence));
    }
    if let Some(planned) = &told.planned {
        let _ = writeln!(out, "- Plan: {}", cell(planned));
    }
    for factor in &told.multipliers {
        let _ = writeln!(out, "- × {:.2} {}: {}", factor.value, cell(&factor.factor), cell(&factor.because));
    }
    let _ = writeln!(out, "\n| Hours | Count | Each | Scale | Class | Status | What | Where |\n|--:|--:|--:|--:|---|---|---|---|");
    for line in sorted(&told.lines) {
        let places: Vec<String> = places(analysis, line, cell);
        let _ = writeln!(
            out,
            "| {:.2} | {} | {:.2} | {:.2} | {} | {} | {}: {} | {} |",
            line.mean,
            trimmed(line.count),
            line.unit_mean,
            line.scale,
            line.class.name(),
            line.status.name(),
            cell(&line.driver),
            cell(&line.because),
            places.join(", ")
        );
    }
    let _ = writeln!(out, "\n{:.2} expected in all", told.lines.iter().map(|l| l.mean).sum::<f64>());
    out
}

/// The first places of the findings that a line counts.
fn places(analysis: &Analysis, line: &Line, written: impl Fn(&str) -> String) -> Vec<String> {
    let found = line.findings.iter().filter_map(|at| analysis.findings.get(*at)).take(PLACES);
    found.map(|finding| format!("{}:{}", written(&finding.file), finding.line)).collect()
}

/// The dearest first.
fn sorted(lines: &[Line]) -> Vec<&Line> {
    let mut lines: Vec<&Line> = lines.iter().collect();
    lines.sort_by(|a, b| b.mean.total_cmp(&a.mean).then_with(|| a.because.cmp(&b.because)));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_module_opens_to_lines_that_add_up() {
        let analysis = sample::analysis(sample::inventory());
        for found in &analysis.estimate.modules {
            let text = module(&analysis, &found.module.name, false, false).unwrap();
            assert!(module(&analysis, &found.module.name, false, true).unwrap().contains("| Hours |"));
            assert!(text.ends_with(&format!("{:.2} expected in all\n", found.range.mean)), "{text}");
        }
        assert!(module(&analysis, "no such module", false, false).is_none());
    }
}
