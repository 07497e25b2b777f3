//! The order of units, on plain numbers: groups that need each other, the cheapest needs to cut so that no cycle is left, and an order that
//! keeps all others.
//!
//! Apart from everything that knows modules, so that it can be held against any graph. petgraph finds the groups; the weighted cuts are ours,
//! as its feedback arc set knows no weights.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// Groups up to this size are solved exactly.
const EXACT: usize = 12;
/// Rounds of moving single nodes to a better place, in larger ones.
const ROUNDS: usize = 8;
/// Nodes beyond which there are no such rounds: what is left is the greedy answer.
const LARGE: usize = 400;

/// `from` needs `to`: `to` goes first. One for each pair; not cutting it saves `weight`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    pub from: usize,
    pub to: usize,
    pub weight: f64,
}

/// Nodes that need each other, each group sorted, the groups by their first; single nodes are groups of one.
pub fn groups(count: usize, needs: &[Need]) -> Vec<Vec<usize>> {
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(count, needs.len());
    let nodes: Vec<NodeIndex> = (0..count).map(|_| graph.add_node(())).collect();
    for need in needs {
        if let (Some(from), Some(to)) = (nodes.get(need.from), nodes.get(need.to)) {
            graph.add_edge(*from, *to, ());
        }
    }
    let mut out: Vec<Vec<usize>> = kosaraju_scc(&graph)
        .into_iter()
        .map(|group| {
            let mut group: Vec<usize> = group.into_iter().map(NodeIndex::index).collect();
            group.sort_unstable();
            group
        })
        .collect();
    out.sort();
    out
}

/// Needs whose removal leaves no cycle among the nodes of a group, as cheap as can be found; none of them is superfluous. Positions in `needs`.
pub fn cuts(group: &[usize], needs: &[Need]) -> Vec<usize> {
    let place: BTreeMap<usize, usize> = group.iter().enumerate().map(|(at, node)| (*node, at)).collect();
    let inner: Vec<(usize, usize, usize, f64)> = needs
        .iter()
        .enumerate()
        .filter(|(_, need)| need.from != need.to)
        .filter_map(|(index, need)| Some((index, *place.get(&need.from)?, *place.get(&need.to)?, need.weight)))
        .collect();
    let order = match group.len() {
        0 | 1 => return Vec::new(),
        size if size <= EXACT => exact(size, &inner),
        size => better(greedy(size, &inner), &inner),
    };
    // `order` has first what goes first: a need holds if its target stands before it.
    let at = positions(&order);
    let back = |(_, from, to, _): &&(usize, usize, usize, f64)| at.get(*to) > at.get(*from);
    let mut cut: Vec<(usize, usize, usize, f64)> = inner.iter().filter(back).copied().collect();
    cut.sort_by(|a, b| b.3.total_cmp(&a.3).then(a.0.cmp(&b.0)));
    // The dearest are given back where that closes no cycle.
    let mut kept: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); group.len()];
    for (_, from, to, _) in inner.iter().filter(|need| !back(need)) {
        if let Some(list) = kept.get_mut(*from) {
            list.insert(*to);
        }
    }
    let mut out = Vec::new();
    for (index, from, to, _) in cut {
        if reaches(&kept, to, from) {
            out.push(index);
        } else if let Some(list) = kept.get_mut(from) {
            list.insert(to);
        }
    }
    out.sort_unstable();
    out
}

fn positions(order: &[usize]) -> Vec<usize> {
    let mut at = vec![0; order.len()];
    for (place, node) in order.iter().enumerate() {
        if let Some(slot) = at.get_mut(*node) {
            *slot = place;
        }
    }
    at
}

fn reaches(next: &[BTreeSet<usize>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; next.len()];
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        if node == to {
            return true;
        }
        match seen.get_mut(node) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        open.extend(next.get(node).into_iter().flatten());
    }
    false
}

type Inner = (usize, usize, usize, f64);

/// Hours and number of what a node needs, and of what needs it.
type Sums = (f64, usize, f64, usize);

/// The best of all orders, set by set: what a set costs is what its best last node costs.
fn exact(size: usize, needs: &[Inner]) -> Vec<usize> {
    let sets = 1usize << size;
    let mut weight = vec![vec![0.0f64; size]; size];
    for (_, from, to, hours) in needs {
        if let Some(cell) = weight.get_mut(*from).and_then(|row| row.get_mut(*to)) {
            *cell += hours;
        }
    }
    // Cost of the order of a set, and the node that stands last in it.
    let mut best = vec![(f64::INFINITY, 0usize); sets];
    if let Some(empty) = best.first_mut() {
        *empty = (0.0, 0);
    }
    for set in 1..sets {
        let mut found = (f64::INFINITY, 0);
        for last in (0..size).filter(|node| set & (1 << node) != 0) {
            let rest = set & !(1 << last);
            // What stands before `last` and needs it is cut.
            let lost: f64 = (0..size)
                .filter(|node| rest & (1 << node) != 0)
                .map(|node| weight.get(node).and_then(|row| row.get(last)).copied().unwrap_or(0.0))
                .sum();
            let cost = best.get(rest).map_or(f64::INFINITY, |b| b.0) + lost;
            if cost < found.0 - 1e-12 {
                found = (cost, last);
            }
        }
        if let Some(slot) = best.get_mut(set) {
            *slot = found;
        }
    }
    let mut order = Vec::with_capacity(size);
    let mut set = sets - 1;
    while set != 0 {
        let last = best.get(set).map_or(0, |b| b.1);
        order.push(last);
        set &= !(1 << last);
    }
    order.reverse();
    order
}

/// Eades, Lin and Smyth with weights: what needs nothing goes first, what nothing needs goes last, otherwise the node that gains most.
fn greedy(size: usize, needs: &[Inner]) -> Vec<usize> {
    let mut needed_by: Vec<Vec<(usize, f64)>> = vec![Vec::new(); size];
    let mut needs_of: Vec<Vec<(usize, f64)>> = vec![Vec::new(); size];
    let mut sums: Vec<Sums> = vec![(0.0, 0, 0.0, 0); size];
    for (_, from, to, hours) in needs {
        needed_by.get_mut(*to).into_iter().for_each(|list| list.push((*from, *hours)));
        needs_of.get_mut(*from).into_iter().for_each(|list| list.push((*to, *hours)));
        sums.get_mut(*from).into_iter().for_each(|sum| (sum.0, sum.1) = (sum.0 + hours, sum.1 + 1));
        sums.get_mut(*to).into_iter().for_each(|sum| (sum.2, sum.3) = (sum.2 + hours, sum.3 + 1));
    }
    // 0: needs nothing; 1: the rest, the largest gain first; 2: nobody needs it.
    let key = |sum: &Sums| -> (u8, i64) {
        let gain = ((sum.2 - sum.0) * 1e6).clamp(-9e17, 9e17) as i64;
        match sum {
            (_, 0, _, _) => (0, 0),
            (_, _, _, 0) => (2, 0),
            _ => (1, -gain),
        }
    };
    let mut queue: BTreeSet<((u8, i64), usize)> = sums.iter().enumerate().map(|(node, sum)| (key(sum), node)).collect();
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    loop {
        // What nobody needs goes to the end at once: it must not stand in the way of a gain.
        let next = match queue.first().copied() {
            Some(first) if first.0.0 == 0 => first,
            _ => match queue.last().copied() {
                Some(last) if last.0.0 == 2 => last,
                _ => match queue.first().copied() {
                    Some(first) => first,
                    None => break,
                },
            },
        };
        queue.remove(&next);
        let node = next.1;
        if next.0.0 == 2 {
            tail.push(node)
        } else {
            head.push(node)
        }
        let mut change = |other: usize, by: &dyn Fn(&mut Sums)| {
            let Some(sum) = sums.get_mut(other) else { return };
            let old = (key(sum), other);
            by(sum);
            if queue.remove(&old) {
                queue.insert((key(sum), other));
            }
        };
        for (other, hours) in needed_by.get(node).into_iter().flatten() {
            change(*other, &|sum| (sum.0, sum.1) = (sum.0 - hours, sum.1.saturating_sub(1)));
        }
        for (other, hours) in needs_of.get(node).into_iter().flatten() {
            change(*other, &|sum| (sum.2, sum.3) = (sum.2 - hours, sum.3.saturating_sub(1)));
        }
    }
    head.extend(tail.into_iter().rev());
    head
}

/// Single nodes moved to where they cost least, until nothing gains or the rounds are over.
fn better(mut order: Vec<usize>, needs: &[Inner]) -> Vec<usize> {
    let size = order.len();
    if size > LARGE {
        return order;
    }
    let mut around: Vec<Vec<(usize, f64, bool)>> = vec![Vec::new(); size];
    for (_, from, to, hours) in needs {
        around.get_mut(*from).into_iter().for_each(|list| list.push((*to, *hours, true)));
        around.get_mut(*to).into_iter().for_each(|list| list.push((*from, *hours, false)));
    }
    for _ in 0..ROUNDS {
        let mut gained = false;
        for node in 0..size {
            let Some(here) = order.iter().position(|other| *other == node) else { continue };
            order.remove(here);
            let at = positions_of(&order, size);
            // Cost of standing before everything, then what changes as the node goes past each other one.
            let mut change = vec![0.0f64; size];
            for (other, hours, needs_it) in around.get(node).into_iter().flatten() {
                let Some(place) = at.get(*other).copied().flatten() else { continue };
                // Past what it needs: that need holds from there on. Past what needs it: that one is cut from there on.
                change.get_mut(place).into_iter().for_each(|sum| *sum += if *needs_it { -hours } else { *hours });
            }
            let (mut sum, mut best, mut spot) = (0.0, 0.0, 0);
            let mut now = 0.0;
            for (place, step) in change.iter().enumerate().take(order.len()) {
                sum += step;
                if sum < best - 1e-9 {
                    (best, spot) = (sum, place + 1);
                }
                if place + 1 == here {
                    now = sum;
                }
            }
            let stays = now <= best + 1e-9;
            order.insert(if stays { here } else { spot }, node);
            gained |= !stays;
        }
        if !gained {
            break;
        }
    }
    order
}

fn positions_of(order: &[usize], size: usize) -> Vec<Option<usize>> {
    let mut at = vec![None; size];
    for (place, node) in order.iter().enumerate() {
        at.get_mut(*node).into_iter().for_each(|slot| *slot = Some(place));
    }
    at
}

/// An order in which everything comes after what it needs; of those that could come next the one with the least key. What is in a cycle comes
/// last, by its key: the caller cuts cycles first.
pub fn order<K: Ord + Clone>(keys: &[K], needs: &[Need]) -> Vec<usize> {
    let count = keys.len();
    let mut open: Vec<usize> = vec![0; count];
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); count];
    for need in needs.iter().filter(|need| need.from != need.to && need.from < count && need.to < count) {
        open.get_mut(need.from).into_iter().for_each(|open| *open += 1);
        needed_by.get_mut(need.to).into_iter().for_each(|list| list.push(need.from));
    }
    let mut ready: BTreeSet<(&K, usize)> =
        keys.iter().enumerate().filter(|(node, _)| open.get(*node) == Some(&0)).map(|(node, key)| (key, node)).collect();
    let mut out = Vec::with_capacity(count);
    let mut done = vec![false; count];
    while let Some((_, node)) = ready.pop_first() {
        out.push(node);
        done.get_mut(node).into_iter().for_each(|done| *done = true);
        for other in needed_by.get(node).into_iter().flatten() {
            if let (Some(left), Some(key)) = (open.get_mut(*other), keys.get(*other)) {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    ready.insert((key, *other));
                }
            }
        }
    }
    let mut rest: Vec<(&K, usize)> =
        keys.iter().enumerate().filter(|(node, _)| done.get(*node) == Some(&false)).map(|(node, key)| (key, node)).collect();
    rest.sort();
    out.extend(rest.into_iter().map(|(_, node)| node));
    out
}
