//! Dependencies between modules: the matrix, its table, and what it means.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};

use super::Page;
use super::chart::matrix::{Edge, matrix, order, twin};
use super::table::{Column, number, table, text};
use crate::report::json::Module;
use crate::report::numbers::{many, plural};

const COLUMNS: [Column; 5] = [text("Module"), text("Needs"), number("Places"), text("How"), text("Order")];

/// Modules of a circle that are named; the table marks all of them.
const NAMED: usize = 12;
/// Cuts that are listed beside the matrix.
const CUTS: usize = 8;

pub fn dependencies(page: &Page<'_>) -> Option<Markup> {
    let modules = &page.report.modules;
    if modules.len() < 2 {
        return None;
    }
    let places = places(modules);
    let sorted = order(modules.len(), &places.iter().map(|(at, n)| (*at, *n)).collect());
    let position: BTreeMap<usize, usize> = sorted.iter().enumerate().map(|(at, module)| (*module, at)).collect();
    let circles = circles(modules.len(), &places);
    let cuts: BTreeSet<(&str, &str)> = page
        .report
        .plan
        .iter()
        .flat_map(|plan| &plan.cycles)
        .flat_map(|c| &c.cuts)
        .map(|cut| (cut.from.as_str(), cut.to.as_str()))
        .collect();
    let mut edges: BTreeMap<(usize, usize), Edge> = BTreeMap::new();
    for (row, module) in modules.iter().enumerate() {
        for need in &module.depends_on {
            let Some(column) = modules.iter().position(|m| m.name == need.module) else { continue };
            let (Some(r), Some(c)) = (position.get(&row), position.get(&column)) else { continue };
            let circle = circles.iter().any(|circle| circle.contains(&row) && circle.contains(&column));
            edges.insert(
                (*r, *c),
                Edge {
                    places: need.kinds.values().sum(),
                    words: kinds(&need.kinds),
                    circle,
                    cut: cuts.contains(&(module.name.as_str(), need.module.as_str())),
                },
            );
        }
    }
    let names: Vec<&str> = sorted.iter().filter_map(|at| modules.get(*at)).map(|m| m.name.as_str()).collect();
    if edges.is_empty() {
        return Some(html! { p { "No module needs another." } });
    }
    let against = edges.keys().filter(|(row, column)| column > row).count();
    Some(html! {
        p.note {
            "A row needs its columns; the darker, the more places. Modules stand in an order in which most of them need only earlier ones, so cells above the diagonal go against it: "
            (if against == 0 { "there are none.".to_owned() } else { format!("there {}.", if against == 1 { "is one".to_owned() } else { format!("are {against}") }) })
        }
        div.beside {
            section.picture tabindex="0" aria-label="Matrix of dependencies" { (matrix(&names, &edges)) }
            div {
                @for circle in &circles {
                    p {
                        strong { (many(circle.len() as u64, "module", "modules")) " in a circle: " }
                        @for (index, at) in circle.iter().take(NAMED).enumerate() { @if index > 0 { ", " } (modules.get(*at).map_or("", |m| m.name.as_str())) }
                        @if circle.len() > NAMED { " and " (circle.len() - NAMED) " more" }
                        ". None of them can move alone without a cut."
                    }
                }
                (proposed(page))
                p.note { "A number is how many places of the row need the column; a red frame goes against the order, a stroke is a proposed cut." }
            }
        }
        details.fold #dependencies-list {
            summary { h3 { "The same as a table" } span.count { (plural(edges.len(), "dependency", "dependencies")) } }
            (table("dependencies-table", "Dependencies between modules", &COLUMNS, &twin(&names, &edges)))
        }
    })
}

/// The cheapest couplings whose removal leaves no circle.
fn proposed(page: &Page<'_>) -> Markup {
    let mut cuts: Vec<_> = page.report.plan.iter().flat_map(|plan| &plan.cycles).flat_map(|c| &c.cuts).collect();
    cuts.sort_by(|a, b| b.needed.cmp(&a.needed).then(b.hours.total_cmp(&a.hours)).then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to))));
    html! {
        @if !cuts.is_empty() {
            p { strong { (plural(cuts.len(), "proposed cut", "proposed cuts")) } ", the cheapest without which there is no circle:" }
            ul.plain {
                @for cut in cuts.iter().take(CUTS) {
                    li { (cut.from) " → " (cut.to) ", " (format!("{:.0}", cut.hours)) " h" @if cut.needed { "; the order of the phases rests on it" } }
                }
                @if cuts.len() > CUTS { li { "and " (cuts.len() - CUTS) " more, marked in the table" } }
            }
        }
    }
}

/// From module → to module → places.
fn places(modules: &[Module]) -> BTreeMap<(usize, usize), u64> {
    let index: BTreeMap<&str, usize> = modules.iter().enumerate().map(|(i, m)| (m.name.as_str(), i)).collect();
    let mut out = BTreeMap::new();
    for (from, module) in modules.iter().enumerate() {
        for need in &module.depends_on {
            if let Some(to) = index.get(need.module.as_str()) {
                out.insert((from, *to), need.kinds.values().sum());
            }
        }
    }
    out
}

/// Groups in which every module reaches every other.
fn circles(count: usize, edges: &BTreeMap<(usize, usize), u64>) -> Vec<BTreeSet<usize>> {
    let reach = |from: usize| -> BTreeSet<usize> {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(at) = open.pop() {
            open.extend(edges.range((at, 0)..=(at, usize::MAX)).map(|((_, to), _)| *to).filter(|to| seen.insert(*to)));
        }
        seen
    };
    let reached: Vec<BTreeSet<usize>> = (0..count).map(reach).collect();
    let of = |a: usize, b: usize| reached.get(a).is_some_and(|r| r.contains(&b));
    let mut out: Vec<BTreeSet<usize>> = Vec::new();
    for at in 0..count {
        let circle: BTreeSet<usize> = (0..count).filter(|other| *other == at || (of(at, *other) && of(*other, at))).collect();
        if circle.len() > 1 && !out.contains(&circle) {
            out.push(circle);
        }
    }
    out
}

/// `12 imports, 3 foreign keys`.
pub fn kinds(kinds: &BTreeMap<String, u64>) -> String {
    let words = |kind: &str, count: u64| match kind {
        "late_import" => many(count, "import inside a function", "imports inside functions"),
        "import" => many(count, "import", "imports"),
        "string_import" => many(count, "name in a string", "names in strings"),
        "task" => many(count, "task that it queues", "tasks that it queues"),
        "setting" => many(count, "setting that names it", "settings that name it"),
        "foreign_key" => many(count, "foreign key", "foreign keys"),
        "signal" => many(count, "signal", "signals"),
        "url" => many(count, "route", "routes"),
        "template" => many(count, "template", "templates"),
        "migration" => many(count, "migration", "migrations"),
        "table_read" => many(count, "query that reads its tables", "queries that read its tables"),
        "table_write" => many(count, "query that writes its tables", "queries that write its tables"),
        other => many(count, other, other),
    };
    kinds.iter().map(|(kind, count)| words(kind, *count)).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_found_whole() {
        let edges = BTreeMap::from([((0, 1), 1), ((1, 2), 1), ((2, 0), 1), ((3, 0), 1), ((4, 5), 1), ((5, 4), 1)]);
        assert_eq!(circles(6, &edges), [BTreeSet::from([0, 1, 2]), BTreeSet::from([4, 5])]);
        assert!(circles(3, &BTreeMap::from([((0, 1), 1), ((1, 2), 1)])).is_empty());
    }

    #[test]
    fn kinds_in_words() {
        let given = BTreeMap::from([("import".to_owned(), 12), ("foreign_key".to_owned(), 1), ("odd".to_owned(), 2)]);
        assert_eq!(kinds(&given), "1 foreign key, 12 imports, 2 odd");
    }
}
