//! The burn-down in the terminal: a line for each report.

use std::fmt::Write as _;

use crate::report::escape::{escape, fit};
use crate::report::numbers::{grouped, plural, rounded};

use super::{Series, Trend};

/// Columns of a report's name.
const NAME: usize = 20;
/// Modules and owners that are named.
const ROWS: usize = 12;

pub fn text(trend: &Trend) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "Burn-down over {}, in the order given\n", plural(trend.reports.len(), "report", "reports"));
    let _ = writeln!(out, "{:<NAME$}  routes left  moved  twice   new  models  hours left  spent once  P80 of both", "report");
    for point in &trend.reports {
        let mark = if point.lost.is_empty() { ' ' } else { '!' };
        let _ = writeln!(
            out,
            "{:<NAME$}  {:>11}{mark} {:>5}  {:>5} {:>5}  {:>6}  {:>10}  {:>10}  {:>11}",
            fit(&point.name, NAME),
            grouped(point.routes.left),
            grouped(point.routes.moved),
            grouped(point.routes.live_twice),
            grouped(point.routes.new),
            grouped(point.models.left),
            rounded(point.module_hours),
            rounded(point.once_hours),
            rounded(point.hours.p80)
        );
    }
    let _ = writeln!(
        out,
        "\nHours left: expected focus-hours in the modules, which fall to zero with the code. Spent once, beside them: proxy, pipelines, taking the\nold side down; no code says that it is done. P80 of both: not more in four of five cases."
    );
    for (index, point) in trend.reports.iter().enumerate().filter(|(_, point)| !point.notes.is_empty()) {
        let head = if point.lost.is_empty() { "note" } else { "!" };
        let _ = writeln!(out, "{head} {} ({}): {}", fit(&point.name, NAME), index + 1, escape(&point.notes.join("; ")));
    }
    series(&mut out, "module", &trend.modules);
    series(&mut out, "owner", &trend.owners);
    if let (Some(first), Some(last)) = (trend.reports.first(), trend.reports.last()) {
        let ever = last.routes.left + last.routes.moved + last.routes.gone;
        let _ = writeln!(
            out,
            "\nMoved {} of {} routes, {} left on Django ({} of them live twice), {} gone, {} new on FastAPI; models {} to {}; hours left in modules {} to {}, {} more are spent once",
            grouped(last.routes.moved),
            grouped(ever),
            grouped(last.routes.left),
            grouped(last.routes.live_twice),
            grouped(last.routes.gone),
            grouped(last.routes.new),
            grouped(first.models.left),
            grouped(last.models.left),
            rounded(first.module_hours),
            rounded(last.module_hours),
            rounded(last.once_hours)
        );
    }
    out
}

/// What the last report leaves, the most first; the first beside it.
fn series(out: &mut String, what: &str, all: &[Series]) {
    let mut rows: Vec<&Series> = all.iter().collect();
    rows.sort_by(|a, b| last(b).0.cmp(&last(a).0).then_with(|| last(b).1.total_cmp(&last(a).1)).then_with(|| a.name.cmp(&b.name)));
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{what:<NAME$}  routes first  left  live twice  models   P50 h");
    for row in rows.iter().take(ROWS) {
        let (Some(first), Some(now)) = (row.points.first(), row.points.last()) else { continue };
        let _ = writeln!(
            out,
            "{:<NAME$}  {:>12}  {:>4}  {:>10}  {:>6}  {:>6}",
            fit(&row.name, NAME),
            grouped(first.routes),
            grouped(now.routes),
            grouped(now.live_twice),
            grouped(now.models),
            rounded(now.hours)
        );
    }
    if rows.len() > ROWS {
        let _ = writeln!(out, "and {} more: --json has all", rows.len() - ROWS);
    }
}

fn last(series: &Series) -> (u64, f64) {
    series.points.last().map_or((0, 0.0), |point| (point.routes, point.hours))
}
