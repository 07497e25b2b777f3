//! Groups, cuts and the order, on graphs that proptest makes.

use std::collections::BTreeSet;

use migscan::plan::order::{Need, cuts, groups, order};
use petgraph::algo::is_cyclic_directed;
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;

fn cyclic(count: usize, needs: &[Need], without: &[usize]) -> bool {
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    let nodes: Vec<NodeIndex> = (0..count).map(|_| graph.add_node(())).collect();
    for (_, need) in needs.iter().enumerate().filter(|(index, need)| !without.contains(index) && need.from != need.to) {
        graph.add_edge(nodes[need.from], nodes[need.to], ());
    }
    is_cyclic_directed(&graph)
}

fn weight(needs: &[Need], cut: &[usize]) -> f64 {
    cut.iter().map(|index| needs[*index].weight).sum()
}

/// One need for each pair, as the callers make them.
fn graph(nodes: usize, edges: usize) -> impl Strategy<Value = (usize, Vec<Need>)> {
    (2..nodes).prop_flat_map(move |count| {
        let pair = (0..count, 0..count, 1..40u32);
        prop::collection::vec(pair, 0..edges).prop_map(move |pairs| {
            let mut seen = BTreeSet::new();
            let needs = pairs
                .into_iter()
                .filter(|(from, to, _)| from != to && seen.insert((*from, *to)))
                .map(|(from, to, weight)| Need { from, to, weight: f64::from(weight) / 4.0 })
                .collect();
            (count, needs)
        })
    })
}

/// The weight of the cheapest cut, by trying every order.
fn least(count: usize, needs: &[Need]) -> f64 {
    fn go(order: &mut Vec<usize>, left: &mut Vec<usize>, needs: &[Need], best: &mut f64) {
        if left.is_empty() {
            let at = |node: usize| order.iter().position(|other| *other == node);
            let cost = needs.iter().filter(|need| at(need.to) > at(need.from)).map(|need| need.weight).sum::<f64>();
            *best = best.min(cost);
            return;
        }
        for index in 0..left.len() {
            let node = left.remove(index);
            order.push(node);
            go(order, left, needs, best);
            order.pop();
            left.insert(index, node);
        }
    }
    let mut best = f64::INFINITY;
    go(&mut Vec::new(), &mut (0..count).collect(), needs, &mut best);
    best
}

fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { cases: count, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn cuts_leave_no_cycle_and_none_is_superfluous((count, needs) in graph(40, 160)) {
        let mut cut = Vec::new();
        let groups = groups(count, &needs);
        let mut all: Vec<usize> = groups.concat();
        all.sort_unstable();
        prop_assert_eq!(all, (0..count).collect::<Vec<_>>());
        for group in &groups {
            let own = cuts(group, &needs);
            for index in &own {
                prop_assert!(group.contains(&needs[*index].from) && group.contains(&needs[*index].to));
            }
            cut.extend(own);
        }
        prop_assert!(!cyclic(count, &needs, &cut));
        for index in &cut {
            let others: Vec<usize> = cut.iter().copied().filter(|other| other != index).collect();
            prop_assert!(cyclic(count, &needs, &others), "{index} need not be cut");
        }
    }

    #[test]
    fn small_groups_are_cut_as_cheaply_as_can_be((count, needs) in graph(7, 24)) {
        let cut: Vec<usize> = groups(count, &needs).iter().flat_map(|group| cuts(group, &needs)).collect();
        let (found, best) = (weight(&needs, &cut), least(count, &needs));
        prop_assert!((found - best).abs() < 1e-9, "{found} instead of {best}");
    }

    #[test]
    fn everything_comes_after_what_it_needs((count, needs) in graph(60, 200)) {
        let cut: Vec<usize> = groups(count, &needs).iter().flat_map(|group| cuts(group, &needs)).collect();
        let kept: Vec<Need> = needs.iter().enumerate().filter(|(index, _)| !cut.contains(index)).map(|(_, need)| *need).collect();
        let keys: Vec<usize> = (0..count).map(|node| (node * 7) % count).collect();
        let order = order(&keys, &kept);
        let at = |node: usize| order.iter().position(|other| *other == node).unwrap();
        prop_assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), count);
        for need in &kept {
            prop_assert!(at(need.to) < at(need.from));
        }
    }

    /// A graph in which every node has one number more is the same graph: names do not decide.
    #[test]
    fn the_weight_of_the_cuts_does_not_hang_on_names((count, needs) in graph(12, 40)) {
        let turned: Vec<Need> = needs.iter().map(|n| Need { from: count - 1 - n.from, to: count - 1 - n.to, weight: n.weight }).collect();
        let all = |needs: &[Need]| weight(needs, &groups(count, needs).iter().flat_map(|group| cuts(group, needs)).collect::<Vec<_>>());
        prop_assert!((all(&needs) - all(&turned)).abs() < 1e-9);
    }
}

/// A ring of rings: greedy with rounds finds what is obvious to the eye.
#[test]
fn the_cheap_links_of_a_large_ring_are_cut() {
    let mut needs = Vec::new();
    for node in 0..60usize {
        needs.push(Need { from: node, to: (node + 1) % 60, weight: if node == 41 { 0.5 } else { 3.0 } });
        if node % 2 == 0 {
            needs.push(Need { from: node, to: (node + 2) % 60, weight: if node == 40 || node == 58 { 0.25 } else { 2.0 } });
        }
    }
    let group: Vec<usize> = (0..60).collect();
    let cut = cuts(&group, &needs);
    assert!(!cyclic(60, &needs, &cut));
    assert!(weight(&needs, &cut) <= 0.75 + 1e-9, "{}", weight(&needs, &cut));
}

#[test]
fn thousands_of_nodes_take_no_time() {
    let needs: Vec<Need> =
        (0..20_000usize).map(|n| Need { from: n % 2000, to: (n * 7919 + n / 2000) % 2000, weight: 1.0 + (n % 5) as f64 }).collect();
    let began = std::time::Instant::now();
    let cut: Vec<usize> = groups(2000, &needs).iter().flat_map(|group| cuts(group, &needs)).collect();
    assert!(!cyclic(2000, &needs, &cut));
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}
