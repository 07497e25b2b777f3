//! The summary for people: one screen of 80 columns with what one wants to know first.
//!
//! Its width does not follow the terminal, so that the same project looks the same in a log, a mail and on a screen. Scanned text passes
//! through `escape` and never stands at the start of a line: every line begins with a word or number of ours.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use crate::django::inventory::{Inventory, Unresolved};
use crate::effort::{Analysis, ModuleEstimate, Risk};
use crate::report::by_app::{AppCounts, by_app};
use crate::report::changes::text;
use crate::report::escape::{escape, fit, fit_end};
use crate::report::json::{Phase, Plan, Report};
use crate::report::numbers::{grouped, many, plural, rounded, weeks};
use crate::report::totals::Totals;
use crate::report::touched::{Near, Touched};

/// Columns of a line.
const WIDTH: usize = 80;
/// Columns that the heading at the left of a line takes.
const HEAD: usize = 12;
/// Modules whose hours are named.
const MODULES: usize = 4;
/// Risks that are named.
const RISKS: usize = 3;
/// Findings of the changed files on one screen.
const TOUCHED: usize = 5;
/// Phases of the rollout on one screen.
const PHASES: usize = 5;
/// Rows of the table of apps on one screen.
const APPS: usize = 7;
/// Lines on what could not be resolved on one screen.
const REASONS: usize = 5;
/// Columns for the words of such a line; the place has the rest.
const REASON: usize = 44;

/// The summary; `full` shows every app, every reason and every note instead of what fits on a screen.
pub fn write(analysis: &Analysis, report: &Report, color: bool, full: bool) -> String {
    let found = &analysis.inventory;
    let totals = Totals::of(found);
    let mut page = Page { text: String::new(), paint: Paint { on: color } };
    project(&mut page, found);
    page.entry("Found", &wrapped(&counts(&totals)));
    progress(&mut page, report);
    coverage(&mut page, found);
    if let Some(changes) = &report.changes {
        let parts = |line: &String| wrapped(&line.split(", ").map(str::to_owned).collect::<Vec<_>>());
        page.entry("Changes", &text::short(changes).iter().flat_map(parts).collect::<Vec<_>>());
    }
    touched(&mut page, report, if full { usize::MAX } else { TOUCHED });
    estimate(&mut page, analysis);
    modules(&mut page, analysis);
    risks(&mut page, analysis);
    rollout(&mut page, report.plan.as_ref(), if full { usize::MAX } else { PHASES });
    apps(&mut page, found, if full { usize::MAX } else { APPS });
    unresolved(&mut page, &found.coverage.unresolved, if full { usize::MAX } else { REASONS });
    notes(&mut page, found, full);
    next(&mut page, analysis);
    page.text
}

/// Colours, or none.
#[derive(Clone, Copy)]
struct Paint {
    on: bool,
}

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn strong(self, text: &str) -> String {
        self.with("1", text)
    }

    fn faint(self, text: &str) -> String {
        self.with("2", text)
    }
}

struct Page {
    text: String,
    paint: Paint,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A heading at the left, lines beside it.
    fn entry(&mut self, head: &str, lines: &[String]) {
        for (index, line) in lines.iter().enumerate() {
            let left = if index == 0 { self.paint.strong(&pad(head, HEAD)) } else { pad("", HEAD) };
            self.line(&format!("{left}{line}"));
        }
    }
}

fn project(page: &mut Page, found: &Inventory) {
    let project = &found.project;
    page.entry("Project", &[fit(&project.name, WIDTH - HEAD)]);
    let version = |name: &str, version: &Option<String>| version.as_ref().map(|version| format!("{name} {}", fit(version, 18)));
    let versions: Vec<String> = [
        Some(version("Django", &project.django_version).unwrap_or_else(|| "Django (no version found)".to_owned())),
        version("DRF", &project.drf_version),
        version("Python", &project.python_version),
    ]
    .into_iter()
    .flatten()
    .collect();
    page.entry("Versions", &[versions.join(", ")]);
    let modules = &found.settings.modules;
    let settings = match modules.iter().find(|module| module.chosen) {
        Some(chosen) => {
            let others = match modules.len() - 1 {
                0 => String::new(),
                more => format!(", {}", plural(more, "other", "others")),
            };
            format!("{} (from {}{others})", fit(&chosen.module, 36), fit(&chosen.source, 14))
        }
        None => "none found".to_owned(),
    };
    page.entry("Settings", &[settings]);
    let mut code = vec![format!("{} lines of Python in {}", grouped(project.lines.python), many(project.files, "file", "files"))];
    if project.lines.tests > 0 {
        code.push(format!("{} lines of tests", grouped(project.lines.tests)));
    }
    page.entry("Code", &wrapped(&code));
}

/// What there is, in words; what there is none of is left out, except for what no Django project lacks.
fn counts(totals: &Totals) -> Vec<String> {
    let app = match totals.apps_not_installed {
        0 => many(totals.apps, "app", "apps"),
        more => format!("{} (+{} not installed)", many(totals.apps, "app", "apps"), grouped(more)),
    };
    let mut out = vec![
        app,
        format!("{} with {}", many(totals.models, "model", "models"), many(totals.fields, "field", "fields")),
        many(totals.routes, "route", "routes"),
        many(totals.views, "view", "views"),
    ];
    let more = [
        (totals.serializers, "serializer", "serializers"),
        (totals.admin, "admin registration", "admin registrations"),
        (totals.signals, "signal receiver", "signal receivers"),
        (totals.migrations, "migration", "migrations"),
        (totals.forms, "form", "forms"),
        (totals.templates, "template", "templates"),
        (totals.template_tags, "template tag", "template tags"),
        (totals.middleware, "middleware", "middleware"),
        (totals.commands, "command", "commands"),
        (totals.tasks, "task", "tasks"),
        (totals.consumers, "consumer", "consumers"),
    ];
    out.extend(more.into_iter().filter(|(count, ..)| *count > 0).map(|(count, one, several)| many(count, one, several)));
    out
}

/// What FastAPI answers already; nothing where there is no FastAPI.
fn progress(page: &mut Page, report: &Report) {
    let progress = &report.progress;
    if !progress.fastapi {
        return;
    }
    let routes = &progress.routes;
    let mut parts = match routes.django {
        0 => vec!["no Django route is left".to_owned()],
        all => vec![format!("{} of {} live twice", grouped(routes.live_twice), many(all, "Django route", "Django routes"))],
    };
    if routes.partly > 0 {
        parts.push(format!("{} in part", grouped(routes.partly)));
    }
    parts.push(format!("{} on FastAPI only", grouped(routes.fastapi_only)));
    if progress.models.declared_twice > 0 {
        parts.push(format!(
            "{} of {} declared twice",
            grouped(progress.models.declared_twice),
            many(progress.models.django, "model", "models")
        ));
    }
    page.entry("FastAPI", &wrapped(&parts));
}

fn coverage(page: &mut Page, found: &Inventory) {
    let coverage = &found.coverage;
    let percent = coverage.percent();
    let color = if percent >= 95.0 {
        "32"
    } else if percent >= 80.0 {
        "33"
    } else {
        "31"
    };
    let (resolved, open) = coverage.facts.iter().fold((0, 0), |(r, u), (_, count)| (r + count.resolved, u + count.unresolved));
    let mut line =
        format!("{} ({} of {} facts", page.paint.with(color, &format!("{percent:.1} %")), grouped(resolved), grouped(resolved + open));
    if coverage.files_partial > 0 {
        let _ = write!(line, "; {} read in part", many(coverage.files_partial, "file", "files"));
    }
    if coverage.files_skipped > 0 {
        let _ = write!(line, "; {} not read", many(coverage.files_skipped, "file", "files"));
    }
    line.push(')');
    page.entry("Coverage", &[line]);
}

/// What was found in the change under review.
fn touched(page: &mut Page, report: &Report, most: usize) {
    let Some(touched) = Touched::of(report) else { return };
    let first = touched.first(report);
    let on_lines = first.iter().filter(|(near, _)| *near == Near::Line).count();
    let mut lines = vec![format!("{}, {on_lines} on changed lines", plural(first.len(), "finding", "findings"))];
    for (near, finding) in first.iter().take(most) {
        let mark = if *near == Near::Line { "*" } else { " " };
        let place = fit_end(&format!("{}:{}", finding.file, finding.line), WIDTH - HEAD - REASON - 2);
        let what = fit(&format!("{}: {}", finding.severity, finding.message), REASON - 2);
        lines.push(format!("{mark} {}{place}", pad(&what, REASON)));
    }
    if first.len() > most {
        lines.push(format!("  {} more", grouped((first.len() - most) as u64)));
    }
    page.entry("In review", &lines);
}

/// The range for the whole move in hours and in weeks of one engineer, and what is advised.
fn estimate(page: &mut Page, analysis: &Analysis) {
    let estimate = &analysis.estimate;
    if estimate.range.mean <= 0.0 {
        return;
    }
    let in_weeks = |hours: f64| rounded(hours / analysis.model.time.week);
    let range = estimate.range;
    let line = format!(
        "{} focus-hours (P80 {}) to move all of it: {} ({}) weeks of one",
        rounded(range.p50),
        rounded(range.p80),
        in_weeks(range.p50),
        in_weeks(range.p80)
    );
    page.entry("Estimate", &[line]);
    let reason = estimate.verdict.reasons.first().map_or("", String::as_str);
    page.entry("Advice", &[fit(&format!("{}: {reason}", estimate.verdict.name), WIDTH - HEAD)]);
}

/// The modules that cost most.
fn dearest(analysis: &Analysis) -> Vec<&ModuleEstimate> {
    let mut list: Vec<&ModuleEstimate> = analysis.estimate.modules.iter().filter(|m| m.range.p50 >= 1.0).collect();
    list.sort_by(|a, b| b.range.mean.total_cmp(&a.range.mean).then_with(|| a.module.name.cmp(&b.module.name)));
    list
}

fn modules(page: &mut Page, analysis: &Analysis) {
    let list: Vec<String> =
        dearest(analysis).iter().take(MODULES).map(|m| format!("{} {} h", fit(&m.module.name, 24), rounded(m.range.p50))).collect();
    if !list.is_empty() {
        page.entry("Dearest", &wrapped(&list));
    }
}

/// What may go wrong without anybody noticing, each with its first place.
fn risks(page: &mut Page, analysis: &Analysis) {
    let line = |risk: &Risk| {
        let (file, line) = risk.places.first().map_or(("", 0), |(file, line)| (file.as_str(), *line));
        let place = if file.is_empty() { String::new() } else { fit_end(&format!("{file}:{line}"), WIDTH - HEAD - REASON) };
        format!("{}{place}", pad(&fit(&format!("{} ({})", risk.title, grouped(risk.count as u64)), REASON - 2), REASON))
    };
    page.entry("Risks", &analysis.risks.iter().take(RISKS).map(line).collect::<Vec<_>>());
}

/// Where to look next.
fn next(page: &mut Page, analysis: &Analysis) {
    let Some(first) = dearest(analysis).first().map(|m| fit(&m.module.name, 46)) else { return };
    page.line("");
    let explain = format!("migscan explain {first} PATH");
    // A command that is cut short cannot be run: a long one stands without the remark.
    let explain = if explain.width() < 40 { format!("{explain:<40}why that number") } else { explain };
    page.entry("Next", &[explain, format!("{:<40}one page to send on", "migscan PATH --html report.html")]);
}

/// The phases with their hours, weeks and routes, and how much stays.
fn rollout(page: &mut Page, plan: Option<&Plan>, most: usize) {
    if let Some(way) = plan.and_then(Plan::blocked) {
        let lines = ["none: nothing can move behind the proxy as it is".to_owned(), fit(&way.reason, WIDTH - HEAD)];
        page.entry("Rollout", &lines);
    }
    let Some((plan, last)) = plan.and_then(|plan| Some((plan, plan.phases.last()?))) else { return };
    let routes = |phase: &Phase| phase.routes.len();
    let stays: usize = plan.stays_in_django.iter().map(|stays| stays.routes.len()).sum();
    let whole = format!(
        "{}, {} h (P80 {}), {} ({}) weeks; {} on Django",
        many(plan.phases.len() as u64, "phase", "phases"),
        rounded(plan.effort.p50),
        rounded(plan.effort.p80),
        weeks(plan.calendar_weeks.p50),
        weeks(plan.calendar_weeks.p80),
        many(stays as u64, "route stays", "routes stay"),
    );
    let mut lines = vec![fit(&whole, WIDTH - HEAD)];
    let row = |phase: &Phase| {
        let title = pad(&fit(&phase.title, 36), 36);
        let routes = many(routes(phase) as u64, "route", "routes");
        format!("{:>3} {title}{:>5} h {:>3} wk {routes:>13}", phase.number, rounded(phase.effort.p50), weeks(phase.calendar_weeks.p50))
    };
    let shown = plan.phases.len().min(most);
    lines.extend(plan.phases.iter().take(shown).map(row));
    if shown < plan.phases.len() {
        lines.push(format!("    {} more, up to: {}", grouped((plan.phases.len() - shown) as u64), fit(&last.title, 40)));
    }
    page.entry("Rollout", &lines);
}

/// Heading and number of each column right of the app's name. The headings are short enough for a width of seven.
type Column = (&'static str, fn(&AppCounts) -> u64);
const COLUMNS: [Column; 7] = [
    ("Models", |row| row.models),
    ("Routes", |row| row.routes),
    ("Views", |row| row.views),
    ("Serial", |row| row.serializers),
    ("Admin", |row| row.admin),
    ("Signal", |row| row.signals),
    ("Migr", |row| row.migrations),
];

fn apps(page: &mut Page, found: &Inventory, room: usize) {
    let (rows, elsewhere) = by_app(found);
    if rows.is_empty() {
        return;
    }
    let name = WIDTH - 11 - 7 * COLUMNS.len();
    let row = |lines: &str, label: &str, cells: &[String]| {
        let cells: String = cells.iter().map(|cell| format!("{cell:>7}")).collect();
        format!("{lines:>9}  {}{cells}", pad(label, name))
    };
    let numbers = |row: &AppCounts| -> Vec<String> { COLUMNS.iter().map(|(_, of)| nonzero(of(row))).collect() };
    page.line("");
    let heads: Vec<String> = COLUMNS.iter().map(|(head, _)| (*head).to_owned()).collect();
    let heading = page.paint.strong(&row("Lines", "App", &heads));
    page.line(&heading);
    // A line that says "1 more" takes the room of that one.
    let shown = if rows.len() <= room { rows.len() } else { room.saturating_sub(1) };
    for app in rows.iter().take(shown) {
        page.line(&row(&grouped(app.lines), &fit(&app.label, name - 1), &numbers(app)));
    }
    let rest = rows.iter().skip(shown).fold((0u64, AppCounts::default()), |(count, sum), app| (count + 1, added(&sum, app)));
    if let (count @ 1.., sum) = rest {
        let line = page.paint.faint(&row(&grouped(sum.lines), &format!("… and {count} more"), &numbers(&sum)));
        page.line(&line);
    }
    if COLUMNS.iter().any(|(_, of)| of(&elsewhere) > 0) {
        let line = page.paint.faint(&row("", "outside of them", &numbers(&elsewhere)));
        page.line(&line);
    }
}

fn added(a: &AppCounts, b: &AppCounts) -> AppCounts {
    AppCounts {
        label: String::new(),
        lines: a.lines + b.lines,
        models: a.models + b.models,
        routes: a.routes + b.routes,
        views: a.views + b.views,
        serializers: a.serializers + b.serializers,
        admin: a.admin + b.admin,
        signals: a.signals + b.signals,
        migrations: a.migrations + b.migrations,
    }
}

/// By reason, the most frequent first, each with its first place.
fn unresolved(page: &mut Page, open: &[Unresolved], room: usize) {
    if open.is_empty() {
        return;
    }
    let mut reasons: BTreeMap<(&str, &str), (usize, &Unresolved)> = BTreeMap::new();
    for fact in open {
        reasons.entry((&fact.kind, &fact.reason)).or_insert((0, fact)).0 += 1;
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by(|(a, (a_count, _)), (b, (b_count, _))| b_count.cmp(a_count).then_with(|| a.cmp(b)));
    page.line("");
    let heading = page.paint.strong(&format!("{} could not be resolved", plural(open.len(), "fact", "facts")));
    page.line(&heading);
    let shown = if reasons.len() <= room { reasons.len() } else { room.saturating_sub(1) };
    for ((kind, reason), (count, example)) in reasons.iter().take(shown) {
        let what = pad(&fit(&format!("{kind}: {reason}"), REASON), REASON);
        let place = format!("{}:{}", example.file, example.line);
        let place = page.paint.faint(&fit_end(&place, WIDTH - 6 - 2 - REASON - 2));
        page.line(&format!("{count:>6}  {what}  {place}"));
    }
    let rest: usize = reasons.iter().skip(shown).map(|(_, (count, _))| count).sum();
    if rest > 0 {
        let line = page.paint.faint(&format!("{rest:>6}  for {}", plural(reasons.len() - shown, "other reason", "other reasons")));
        page.line(&line);
    }
}

/// How many errors and warnings there are; each of them, and each place that was left out, where there is room.
fn notes(page: &mut Page, found: &Inventory, full: bool) {
    let count = |severity: &str| found.diagnostics.iter().filter(|note| note.severity == severity).count();
    let (errors, warnings) = (count("error"), count("warning"));
    if !full {
        if errors + warnings > 0 {
            page.line("");
            let parts = [(errors, "error", "errors"), (warnings, "warning", "warnings")];
            let parts: Vec<String> = parts.iter().filter(|part| part.0 > 0).map(|part| plural(part.0, part.1, part.2)).collect();
            page.line(&format!("{} while reading; --verbose lists them", parts.join(" and ")));
        }
        return;
    }
    if !found.diagnostics.is_empty() {
        page.line("");
        let heading = page.paint.strong("Notes");
        page.line(&heading);
    }
    for note in &found.diagnostics {
        let place = match (&note.file, note.line) {
            (Some(file), Some(line)) => format!(" ({}:{line})", escape(file)),
            (Some(file), None) => format!(" ({})", escape(file)),
            _ => String::new(),
        };
        page.line(&format!("  {}: {}{place}", escape(&note.severity), escape(&note.message)));
    }
    if !found.skipped.is_empty() {
        page.line("");
        let heading = page.paint.strong("Left out");
        page.line(&heading);
    }
    for skipped in &found.skipped {
        page.line(&format!("  {}: {}", escape(&skipped.reason), escape(&skipped.path)));
    }
}

/// The parts with commas between them, broken where a line is full.
fn wrapped(parts: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let part = if index + 1 < parts.len() { format!("{part},") } else { part.clone() };
        match lines.last_mut() {
            Some(line) if HEAD + line.width() + 1 + part.width() <= WIDTH => {
                line.push(' ');
                line.push_str(&part);
            }
            _ => lines.push(part),
        }
    }
    lines
}

/// Filled up with blanks to `width` columns, as a terminal counts them.
fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

fn nonzero(count: u64) -> String {
    if count == 0 { "·".to_owned() } else { grouped(count) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn write(found: &Inventory, color: bool, full: bool) -> String {
        let analysis = sample::analysis(found.clone());
        super::write(&analysis, &Report::from(&analysis), color, full)
    }

    fn plain(found: &Inventory) -> String {
        write(found, false, false)
    }

    #[test]
    fn the_screen_of_a_small_project() {
        insta::assert_snapshot!(plain(&sample::inventory()));
    }

    #[test]
    fn a_large_project_still_fits_on_one_screen_of_80_columns() {
        let text = plain(&sample::large());
        assert!(text.lines().count() <= 40, "{text}");
        for line in text.lines() {
            assert!(line.width() <= WIDTH, "{line}");
        }
        insta::assert_snapshot!(text);
    }

    #[test]
    fn full_shows_what_the_screen_cuts() {
        let large = sample::large();
        let text = write(&large, false, true);
        for app in large.apps.iter().filter(|app| app.installed && app.label.is_ascii() && app.label.len() < 20) {
            assert!(text.contains(&app.label), "{}", app.label);
        }
        for skipped in &large.skipped {
            assert!(text.contains(escape(&skipped.path).as_ref()));
        }
    }

    #[test]
    fn colours_only_where_asked_for() {
        let found = sample::large();
        assert!(!plain(&found).contains('\u{1b}'));
        let colored = write(&found, true, false);
        assert!(colored.contains("\u{1b}[1m"));
        let mut stripped = colored;
        for code in ["1", "2", "31", "32", "33", "0"] {
            stripped = stripped.replace(&format!("\u{1b}[{code}m"), "");
        }
        // Blanks at the end of a painted line are inside the paint.
        let trimmed: String = stripped.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        assert_eq!(trimmed, plain(&found));
    }

    #[test]
    fn hostile_names_cannot_forge_lines() {
        for full in [false, true] {
            let text = write(&sample::hostile(), false, full);
            assert!(!text.chars().any(|ch| ch != '\n' && crate::report::escape::is_hidden(ch)), "{text:?}");
            assert!(text.lines().all(|line| !line.trim_start().starts_with("::") && !line.contains("##")), "{text}");
        }
    }

    #[test]
    fn nothing_found_is_said_in_numbers() {
        insta::assert_snapshot!(plain(&Inventory::default()));
    }
}
