//! Which module needs which, as a matrix: rows need columns. It stays readable where a drawn graph becomes a knot.
//!
//! Modules stand in an order in which most of them need only earlier ones. So what lies above the diagonal is what goes against that order, and it
//! has a frame of its own, not only a colour.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::report::html::text::anchor;

/// What one module needs of another.
#[derive(Clone, Debug, Default)]
pub struct Edge {
    pub places: u64,
    /// `12 imports, 3 foreign keys`
    pub words: String,
    /// Part of a circle of modules.
    pub circle: bool,
    /// Proposed to be cut.
    pub cut: bool,
}

/// `names` in the matrix's order; an edge is (row, column).
pub fn matrix(names: &[&str], edges: &BTreeMap<(usize, usize), Edge>) -> Markup {
    let side = match names.len() {
        0..=12 => 34,
        13..=24 => 26,
        _ => 15,
    };
    let label = names.iter().map(|n| n.chars().count()).max().unwrap_or(0).min(30) * 7 + 34;
    let (wide, high) = (label + names.len() * side + 2, side + names.len() * side + 2);
    let at = |index: usize, before: usize| before + index * side;
    let against = edges.keys().filter(|(row, column)| column > row).count();
    let text = format!(
        "Matrix of {} modules and {} dependencies between them; {against} go against the order. The table below lists them all.",
        names.len(),
        edges.len()
    );
    html! {
        svg.matrix role="img" aria-label=(text) width=(wide) height=(high) viewBox={ "0 0 " (wide) " " (high) } {
            @for index in 0..names.len() {
                @if index % 2 == 0 {
                    rect.stripe x="0" y=(at(index, side)) width=(wide) height=(side) {}
                }
                @if side > 20 || (index + 1) % 5 == 0 || index == 0 {
                    text.head x=(at(index, label) + side / 2) y=(side - 7) { (index + 1) }
                }
                rect.self x=(at(index, label)) y=(at(index, side)) width=(side - 1) height=(side - 1) {}
            }
            @for (index, name) in names.iter().enumerate() {
                text.row x=(label - 8) y=(at(index, side) + side / 2 + 4) { (clipped(name)) " " tspan.no { (index + 1) } }
            }
            @for ((row, column), edge) in edges {
                g.cell {
                    rect class={ "w" (weight(edge.places)) @if edge.circle { " circle" } @if column > row { " against" } } x=(at(*column, label)) y=(at(*row, side)) width=(side - 1) height=(side - 1) rx="2" {}
                    @if edge.cut { path.cut d={ "M" (at(*column, label) + 2) " " (at(*row, side) + side - 3) "l" (side - 5) " -" (side - 5) } {} }
                    @if side > 20 { text x=(at(*column, label) + side / 2) y=(at(*row, side) + side / 2 + 4) { (few(edge.places)) } }
                    title { (names.get(*row).unwrap_or(&"")) " needs " (names.get(*column).unwrap_or(&"")) ": " (edge.words) }
                }
            }
        }
    }
}

/// Four steps of darkness.
fn weight(places: u64) -> u8 {
    match places {
        0..=2 => 1,
        3..=9 => 2,
        10..=29 => 3,
        _ => 4,
    }
}

/// As much of a number as fits into a cell.
fn few(places: u64) -> String {
    if places < 1000 { places.to_string() } else { "…".to_owned() }
}

fn clipped(name: &str) -> String {
    if name.chars().count() <= 30 {
        return name.to_owned();
    }
    let tail: Vec<char> = name.chars().rev().take(29).collect();
    std::iter::once('…').chain(tail.into_iter().rev()).collect()
}

/// The same as a table.
pub fn twin(names: &[&str], edges: &BTreeMap<(usize, usize), Edge>) -> Markup {
    html! {
        @for ((row, column), edge) in edges {
            tr {
                @for index in [row, column] {
                    @let name = names.get(*index).copied().unwrap_or_default();
                    td { a href={ "#" (anchor("module", name)) } { (name) } }
                }
                td.n { (edge.places) }
                td { (edge.words) }
                td {
                    @if edge.cut { "proposed cut" } @else if edge.circle { "in a circle" } @else if column > row { "against the order" } @else { "with the order" }
                }
            }
        }
    }
}

/// An order in which most edges lead from later to earlier: what nobody needs comes last, what needs nobody first, and in between whatever is needed
/// more than it needs (Eades, Lin and Smyth).
pub fn order(count: usize, edges: &BTreeMap<(usize, usize), u64>) -> Vec<usize> {
    let mut left: Vec<usize> = (0..count).collect();
    let (mut first, mut last) = (Vec::new(), Vec::new());
    while !left.is_empty() {
        let needs = |at: usize| edges.iter().filter(|((f, t), _)| *f == at && left.contains(t)).map(|(_, n)| n).sum::<u64>();
        let needed = |at: usize| edges.iter().filter(|((f, t), _)| *t == at && left.contains(f)).map(|(_, n)| n).sum::<u64>();
        let next = if let Some(free) = left.iter().copied().find(|at| needs(*at) == 0) {
            first.push(free);
            free
        } else if let Some(top) = left.iter().copied().rev().find(|at| needed(*at) == 0) {
            last.push(top);
            top
        } else {
            let gain = |at: usize| i64::try_from(needed(at)).unwrap_or(i64::MAX) - i64::try_from(needs(at)).unwrap_or(i64::MAX);
            let Some(best) = left.iter().copied().max_by_key(|at| (gain(*at), std::cmp::Reverse(*at))) else { break };
            first.push(best);
            best
        };
        left.retain(|at| *at != next);
    }
    first.extend(last.into_iter().rev());
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_need_comes_first() {
        // 2 needs 1 needs 0; 3 and 2 need each other, once and five times.
        let edges = BTreeMap::from([((2, 1), 4), ((1, 0), 1), ((3, 2), 5), ((2, 3), 1)]);
        assert_eq!(order(4, &edges), [0, 1, 2, 3]);
        assert_eq!(order(3, &BTreeMap::new()), [0, 1, 2]);
    }

    #[test]
    fn an_order_holds_every_module_once() {
        for seed in 0..50u64 {
            let edges: BTreeMap<(usize, usize), u64> = (0..40u64)
                .map(|n| ((((seed * 7 + n * 13) % 12) as usize, ((seed * 3 + n * n * 5) % 12) as usize), n + 1))
                .filter(|((f, t), _)| f != t)
                .collect();
            let mut order = order(12, &edges);
            order.sort_unstable();
            assert_eq!(order, (0..12).collect::<Vec<_>>());
        }
    }

    #[test]
    fn each_edge_is_a_cell_with_words_and_a_row() {
        let edge = |cut| Edge { places: 12, words: "12 imports".into(), circle: cut, cut };
        let edges = BTreeMap::from([((0, 1), edge(true)), ((1, 0), edge(false))]);
        let text = matrix(&["core", "orders"], &edges).into_string();
        assert!(text.contains("<title>core needs orders: 12 imports</title>"), "{text}");
        assert_eq!(
            (text.matches("class=\"w3").count(), text.matches("against").count(), text.matches("class=\"cut\"").count()),
            (2, 2, 1),
            "{text}"
        );
        let rows = twin(&["core", "orders"], &edges).into_string();
        assert_eq!((rows.matches("<tr>").count(), rows.matches("proposed cut").count()), (2, 1), "{rows}");
    }
}
