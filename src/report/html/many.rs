//! Pages over many reports: the burn-down of a trend, the table of a portfolio. The same style, script and policy as the page of one scan.

use maud::{Markup, html};

use super::chart::burndown::{Line, burndown};
use super::table::{number, table, text};
use super::text::breakable;
use super::{shell, visible};
use crate::report::numbers::{grouped, many, rounded};
use crate::report::portfolio::Portfolio;
use crate::report::trend::{Point, Series, Trend};

/// The burn-down, whole.
pub fn trend(trend: &Trend) -> Vec<u8> {
    let reports = &trend.reports;
    let project = reports.last().map_or("", |point| point.project.as_str());
    let values = |of: &dyn Fn(&Point) -> f64| reports.iter().map(of).collect::<Vec<f64>>();
    let marks: Vec<usize> = reports.iter().enumerate().filter(|(_, point)| !point.lost.is_empty()).map(|(index, _)| index).collect();
    let routes = [
        Line { class: "left", name: "left on Django", values: values(&|p| p.routes.left as f64) },
        Line { class: "twice", name: "live twice", values: values(&|p| p.routes.live_twice as f64) },
        Line { class: "moved", name: "moved", values: values(&|p| p.routes.moved as f64) },
    ];
    let models = [Line { class: "left", name: "left on Django", values: values(&|p| p.models.left as f64) }];
    let hours = [
        Line { class: "left", name: "left in the modules", values: values(&|p| p.module_hours) },
        Line { class: "twice", name: "spent once, beside them", values: values(&|p| p.once_hours) },
    ];
    let sections: Vec<(&str, &str, Markup)> = vec![
        (
            "routes",
            "Routes",
            html! {
                (burndown("Routes over the reports", &routes, &marks))
                @if !marks.is_empty() { p.note { "An upright line marks a report in which files were lost from sight: nothing in them counts as progress." } }
            },
        ),
        ("models", "Models", burndown("Models over the reports", &models, &marks)),
        (
            "hours",
            "Hours",
            html! {
                (burndown("Expected focus-hours over the reports", &hours, &marks))
                p.note {
                    "What is left in the modules falls to zero with the code. Proxy, pipelines and taking the old side down are spent once: no code says that they are done, so they stay on their line."
                }
            },
        ),
        ("reports", "Report by report", points(reports)),
        ("modules", "Modules", series("by-module", "What each module has left", &trend.modules)),
        ("owners", "Owners", series("by-owner", "What each owner has left", &trend.owners)),
    ];
    let sections = sections.into_iter().filter(|(id, _, _)| !matches!(*id, "owners") || !trend.owners.is_empty()).collect::<Vec<_>>();
    let lead = html! {
        @if let Some(last) = reports.last() {
            h1 { "Moving " (project) " to FastAPI: burn-down" }
            p.lead {
                strong { (grouped(last.routes.moved)) } " of " (grouped(last.routes.left + last.routes.moved + last.routes.gone)) " routes have moved, "
                strong { (grouped(last.routes.left)) } " are left on Django, " (grouped(last.routes.live_twice)) " of them live twice; "
                (grouped(last.models.left)) " models and about " (rounded(last.module_hours)) " focus-hours are left in the modules. About "
                (rounded(last.once_hours)) " more are spent once, whatever has moved."
            }
        }
    };
    let title = format!("Burn-down of {project}");
    visible(shell(&title, &lead, &sections, &trend.tool.version).into_string()).into_bytes()
}

fn points(reports: &[Point]) -> Markup {
    let columns = [
        text("Report"),
        number("Left"),
        number("Moved"),
        number("Live twice"),
        number("Gone"),
        number("Not seen"),
        number("New"),
        number("Models"),
        number("Hours left in modules"),
        number("Spent once"),
        number("P50 of both"),
        number("P80 of both"),
        text("Notes"),
    ];
    let rows = html! {
        @for point in reports {
            tr {
                th scope="row" { (breakable(&point.name)) }
                @for value in [point.routes.left, point.routes.moved, point.routes.live_twice, point.routes.gone, point.routes.not_seen, point.routes.new, point.models.left] {
                    td.n { (grouped(value)) }
                }
                td.n { (rounded(point.module_hours)) }
                td.n { (rounded(point.once_hours)) }
                td.n { (rounded(point.hours.p50)) }
                td.n { (rounded(point.hours.p80)) }
                td { (point.notes.join("; ")) }
            }
        }
    };
    table("points", "The burn-down in numbers", &columns, &rows)
}

fn series(id: &str, caption: &str, all: &[Series]) -> Markup {
    let columns =
        [text("Name"), number("Routes at first"), number("Routes left"), number("Live twice"), number("Models left"), number("P50 h left")];
    let rows = html! {
        @for row in all {
            @if let (Some(first), Some(last)) = (row.points.first(), row.points.last()) {
                tr {
                    th scope="row" { (breakable(&row.name)) }
                    td.n { (grouped(first.routes)) }
                    td.n { (grouped(last.routes)) }
                    td.n { (grouped(last.live_twice)) }
                    td.n { (grouped(last.models)) }
                    td.n { (rounded(last.hours)) }
                }
            }
        }
    };
    table(id, caption, &columns, &rows)
}

/// All repositories, in the order in which to start.
pub fn portfolio(portfolio: &Portfolio) -> Vec<u8> {
    let totals = &portfolio.totals;
    let columns = [
        number("Start"),
        text("Repository"),
        text("Verdict"),
        number("P50 h"),
        number("P80 h"),
        number("Coverage %"),
        number("Routes"),
        number("Live twice"),
        number("Models"),
        text("Because"),
    ];
    let rows = html! {
        @for row in portfolio.repositories.iter().filter(|row| !row.error) {
            tr {
                td.n { (row.start.unwrap_or_default()) }
                th scope="row" { (breakable(&row.repository)) }
                td { (row.verdict.as_deref().unwrap_or("none")) }
                td.n { (rounded(row.p50_hours.unwrap_or_default())) }
                td.n { (rounded(row.p80_hours.unwrap_or_default())) }
                td.n { (format!("{:.1}", row.coverage_percent.unwrap_or_default())) }
                td.n { (grouped(row.routes.unwrap_or_default())) }
                td.n { (grouped(row.live_twice.unwrap_or_default())) }
                td.n { (grouped(row.models.unwrap_or_default())) }
                td { (row.because) }
            }
        }
    };
    let broken = html! {
        @for row in portfolio.repositories.iter().filter(|row| row.error) {
            tr { th scope="row" { (breakable(&row.report)) } td { (row.because) } }
        }
    };
    let packages = html! {
        @for shared in &portfolio.packages {
            tr {
                th scope="row" { (breakable(&shared.name)) }
                td.n { (grouped(shared.repositories)) }
                td { (breakable(shared.counterpart.as_deref().unwrap_or(""))) }
                td { (breakable(&shared.examples.join(", "))) }
            }
        }
    };
    let mut sections: Vec<(&str, &str, Markup)> =
        vec![("repositories", "Repositories", table("rows", "In the order in which to start", &columns, &rows))];
    if !portfolio.packages.is_empty() {
        let columns = [text("Package"), number("Repositories"), text("Counterpart"), text("Among them")];
        sections.push((
            "packages",
            "Shared packages",
            table("shared", "Packages that more than one repository depends on", &columns, &packages),
        ));
    }
    if totals.not_read > 0 {
        sections.push(("broken", "Not read", table("not-read", "Files that are no report", &[text("File"), text("Why")], &broken)));
    }
    let lead = html! {
        h1 { (many(totals.repositories, "repository", "repositories")) }
        p.lead {
            (rounded(totals.mean_hours)) " expected focus-hours, " (many(totals.routes, "route", "routes")) ", " (many(totals.models, "model", "models")) ". "
            @for (index, (verdict, count)) in totals.verdicts.iter().enumerate() { @if index > 0 { ", " } (verdict) ": " (grouped(*count)) } "."
        }
    };
    let version = portfolio.tool.as_ref().map_or("", |tool| tool.version.as_str());
    visible(shell("Portfolio of repositories", &lead, &sections, version).into_string()).into_bytes()
}
