//! What the edges between modules mean for their order: which module has to go before which, and what it costs to go against that.

use std::collections::{BTreeMap, BTreeSet};

use crate::django::inventory::Place;
use crate::effort::graph::EdgeKind;
use crate::effort::model::Rollout;
use crate::effort::{Analysis, Estimate};

use super::data::Cut;

/// Places of each kind that a cut names.
const PLACES: usize = 3;

/// All that makes one module wait for another: `from` needs `to`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coupling {
    pub from: usize,
    pub to: usize,
    pub kinds: BTreeMap<EdgeKind, usize>,
    /// Of the cheapest way to do without it.
    pub hours: f64,
    /// Its places that need only the user model do not count: the bridge stands for it.
    pub bridged: bool,
}

/// The couplings among the modules that move. The user model of a module of `bridged` is reached through the bridge, and not through its code:
/// for that nothing waits.
pub fn among(analysis: &Analysis, moving: &BTreeSet<usize>, bridged: &BTreeSet<usize>) -> Vec<Coupling> {
    let rollout = &analysis.model.rollout;
    let mut found: BTreeMap<(usize, usize), BTreeMap<EdgeKind, usize>> = BTreeMap::new();
    for ((from, to), evidence) in &analysis.estimate.graph.edges {
        if !moving.contains(from) || !moving.contains(to) {
            continue;
        }
        // What needs no cut asks for no order.
        for place in evidence.iter().filter(|place| rollout.cut.get(&place.kind).is_some_and(|hours| *hours > 0.0)) {
            let mut add = |from: usize, to: usize| {
                if !(place.user && bridged.contains(&to)) {
                    *found.entry((from, to)).or_default().entry(place.kind).or_default() += 1;
                }
            };
            add(*from, *to);
            // What is sent has to be received: the sender does not go without its receivers, nor they without it.
            if place.kind == EdgeKind::Signal {
                add(*to, *from);
            }
        }
    }
    let coupling = |((from, to), kinds): ((usize, usize), BTreeMap<EdgeKind, usize>)| {
        let hours = hours(rollout, &kinds);
        Coupling { from, to, kinds, hours, bridged: bridged.contains(&to) }
    };
    found.into_iter().map(coupling).collect()
}

/// The first place is dear, the next ones of its kind go the same way.
fn hours(rollout: &Rollout, kinds: &BTreeMap<EdgeKind, usize>) -> f64 {
    let one = |(kind, count): (&EdgeKind, &usize)| rollout.cut.get(kind).copied().unwrap_or(0.0) * (*count as f64).powf(rollout.cut_growth);
    kinds.iter().map(one).sum()
}

impl Coupling {
    /// With the first places that prove it.
    pub fn cut(&self, estimate: &Estimate, needed: bool) -> Cut {
        let mut places = Vec::new();
        let graph = &estimate.graph;
        let both = [(self.from, self.to), (self.to, self.from)];
        for (from, to) in both {
            let mut counts: BTreeMap<EdgeKind, usize> = BTreeMap::new();
            for found in graph.edges.get(&(from, to)).into_iter().flatten().filter(|found| !(found.user && self.bridged)) {
                let turned = from != self.from;
                let count = counts.entry(found.kind).or_default();
                if self.kinds.contains_key(&found.kind) && (!turned || found.kind == EdgeKind::Signal) && *count < PLACES {
                    *count += 1;
                    places.push((found.kind, Place { file: found.file.clone(), line: found.line }));
                }
            }
        }
        places.sort();
        places.dedup();
        Cut { from: self.from, to: self.to, kinds: self.kinds.clone(), hours: self.hours, needed, places }
    }
}
