//! Units: modules that move together, in the order in which they go.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::last_part;
use crate::django::inventory::Inventory;
use crate::effort::choices::Pin;
use crate::effort::verdict::Verdict;
use crate::effort::{Analysis, Model};

use super::couplings::{self, Coupling};
use super::data::{Cycle, Moved};
use super::order::{self, Need};
use super::overrides::Overrides;
use super::scope::Scope;
use super::wording::wording;

/// How much larger than its largest module a group may become, where that one alone is too large already.
const LITTLE_MORE: f64 = 1.25;

/// Modules that move together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unit {
    pub modules: Vec<usize>,
    pub reads: Vec<Moved>,
    pub writes: Vec<Moved>,
    /// Positions of units that go before it because it needs them.
    pub needs: BTreeSet<usize>,
    pub hours: f64,
    /// Why it stands where it stands.
    pub because: String,
    /// It goes after everything that is not bound to go last.
    pub last: bool,
    /// Its reads prove the way, before its own turn comes.
    pub pilot: bool,
    /// One of its reads asks a table and wants to know who asks: a pilot of those proves more than one of others.
    pub proves: bool,
    /// The pilot stands on it, and it answers no request itself.
    pub early: bool,
    /// Of the pilot: hours for doing without the units that it needs and that go later.
    pub cut_hours: f64,
}

impl Unit {
    pub fn served(&self) -> bool {
        !self.reads.is_empty() || !self.writes.is_empty()
    }
}

/// The units in order, and what was found on the way.
pub struct Units {
    pub list: Vec<Unit>,
    pub cycles: Vec<Cycle>,
    /// Cut because the order needs it.
    pub cut: Vec<Coupling>,
}

/// The modules that move, numbered, and what they need of each other.
struct Field {
    /// Modules that are merged are one from the start.
    blocks: Vec<Vec<usize>>,
    couplings: Vec<Coupling>,
    /// One for each coupling, between blocks.
    needs: Vec<Need>,
    /// Of each block.
    hours: Vec<f64>,
    /// Couplings to what goes last, of what does not.
    forced: BTreeSet<usize>,
    /// Blocks that go alone.
    alone: BTreeSet<usize>,
    together: f64,
}

impl Units {
    /// `hours` are those of each module.
    pub fn of(analysis: &Analysis, scope: &Scope<'_>, overrides: &Overrides, hours: &[f64]) -> Units {
        let late = late(analysis, scope, overrides);
        let field = Field::new(analysis, scope, overrides, hours, &late);
        let mut group_of: Vec<usize> = (0..field.blocks.len()).collect();
        let (mut cycles, mut cut) = (Vec::new(), field.forced.clone());
        for group in order::groups(field.blocks.len(), &field.needs).into_iter().filter(|group| group.len() > 1) {
            let (broken, cuts) = field.settle(&group, &mut group_of);
            let together = broken.is_empty();
            let described = if together { cuts } else { broken.clone() };
            let described = described.iter().filter_map(|index| field.couplings.get(*index));
            cycles.push(Cycle {
                modules: group.iter().filter_map(|node| field.blocks.get(*node)).flatten().copied().collect(),
                together,
                cuts: described.map(|c| c.cut(&analysis.estimate, !together)).collect(),
            });
            cut.extend(broken);
        }
        let kept: Vec<Need> =
            field.grouped(&group_of).into_iter().filter(|(index, _)| !cut.contains(index)).map(|(_, need)| need).collect();
        let list = units(analysis, scope, overrides, &field, &group_of, &kept, &late);
        Units { list, cycles, cut: cut.into_iter().filter_map(|index| field.couplings.get(index).cloned()).collect() }
    }
}

impl Field {
    fn new(analysis: &Analysis, scope: &Scope<'_>, overrides: &Overrides, hours: &[f64], late: &Late) -> Field {
        let couplings = couplings::among(analysis, &scope.modules, &late.bridged);
        let ends = |module: &usize| late.because.contains_key(module);
        let forced: BTreeSet<usize> =
            couplings.iter().enumerate().filter(|(_, c)| ends(&c.to) && !ends(&c.from)).map(|(index, _)| index).collect();
        let mut head: BTreeMap<usize, usize> = scope.modules.iter().map(|module| (*module, *module)).collect();
        for (one, other) in &overrides.merges {
            let (Some(one), Some(other)) = (head.get(one).copied(), head.get(other).copied()) else { continue };
            let (first, second) = (one.min(other), one.max(other));
            head.values_mut().filter(|head| **head == second).for_each(|head| *head = first);
        }
        let mut place: BTreeMap<usize, usize> = BTreeMap::new();
        let mut blocks: Vec<Vec<usize>> = Vec::new();
        for (module, head) in &head {
            let at = *place.entry(*head).or_insert_with(|| {
                blocks.push(Vec::new());
                blocks.len() - 1
            });
            blocks.get_mut(at).into_iter().for_each(|block| block.push(*module));
        }
        let at = |module: &usize| head.get(module).and_then(|head| place.get(head)).copied().unwrap_or_default();
        // What is cut in any case asks for nothing.
        let to = |(index, c): (usize, &Coupling)| if forced.contains(&index) { at(&c.from) } else { at(&c.to) };
        let needs = couplings.iter().enumerate().map(|(i, c)| Need { from: at(&c.from), to: to((i, c)), weight: c.hours }).collect();
        let sum = |block: &Vec<usize>| block.iter().filter_map(|module| hours.get(*module)).sum();
        let hours = blocks.iter().map(sum).collect();
        let alone = overrides.split.iter().filter(|module| head.contains_key(module)).map(at).collect();
        Field { blocks, couplings, needs, hours, forced, alone, together: analysis.model.rollout.together }
    }

    /// Needs between groups, each with its position among all needs.
    fn grouped(&self, group_of: &[usize]) -> Vec<(usize, Need)> {
        let one = |(index, need): (usize, &Need)| {
            Some((index, Need { from: *group_of.get(need.from)?, to: *group_of.get(need.to)?, weight: need.weight }))
        };
        self.needs.iter().enumerate().filter_map(one).filter(|(_, need)| need.from != need.to).collect()
    }

    /// A cycle small enough moves as one. Of a larger one those stay together that hold each other tightest, and the rest is cut where that is
    /// cheapest: what is cut, and what would be if everything went apart.
    fn settle(&self, group: &[usize], group_of: &mut [usize]) -> (Vec<usize>, Vec<usize>) {
        let cuts = order::cuts(group, &self.needs);
        let sum = |nodes: &[usize]| nodes.iter().filter_map(|node| self.hours.get(*node)).sum::<f64>();
        if sum(group) <= self.together && group.iter().all(|node| !self.alone.contains(node)) {
            let first = group.first().copied().unwrap_or_default();
            group.iter().for_each(|node| group_of.get_mut(*node).into_iter().for_each(|slot| *slot = first));
            return (Vec::new(), cuts);
        }
        self.clusters(group, group_of);
        let inside: BTreeSet<usize> = group.iter().copied().collect();
        let heads: BTreeSet<usize> = group.iter().filter_map(|node| group_of.get(*node)).copied().collect();
        let between: Vec<(usize, Need)> = self
            .grouped(group_of)
            .into_iter()
            .filter(|(index, _)| self.needs.get(*index).is_some_and(|need| inside.contains(&need.from) && inside.contains(&need.to)))
            .collect();
        // Several needs between the same groups are cut or kept as one.
        let mut joined: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        between.iter().for_each(|(_, need)| *joined.entry((need.from, need.to)).or_default() += need.weight);
        let joined: Vec<Need> = joined.into_iter().map(|((from, to), weight)| Need { from, to, weight }).collect();
        let heads: Vec<usize> = heads.into_iter().collect();
        let gone: BTreeSet<(usize, usize)> =
            order::cuts(&heads, &joined).into_iter().filter_map(|index| joined.get(index)).map(|need| (need.from, need.to)).collect();
        let cut = between.into_iter().filter(|(_, need)| gone.contains(&(need.from, need.to))).map(|(index, _)| index).collect();
        (cut, cuts)
    }

    /// Pairs that need each other, the dearest to part first, as long as what comes together stays small enough.
    fn clusters(&self, group: &[usize], group_of: &mut [usize]) {
        let inside: BTreeSet<usize> = group.iter().copied().collect();
        let mut weight: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for need in self.needs.iter().filter(|need| inside.contains(&need.from) && inside.contains(&need.to)) {
            *weight.entry((need.from, need.to)).or_default() += need.weight;
        }
        let mut pairs: Vec<(f64, usize, usize)> = weight
            .iter()
            .filter(|((a, b), _)| a < b && !self.alone.contains(a) && !self.alone.contains(b))
            .filter_map(|((a, b), one)| Some((one.min(*weight.get(&(*b, *a))?), *a, *b)))
            .collect();
        pairs.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
        let mut members: BTreeMap<usize, Vec<usize>> = group.iter().map(|node| (*node, vec![*node])).collect();
        let hours = |nodes: &[usize]| nodes.iter().filter_map(|node| self.hours.get(*node)).sum::<f64>();
        for (_, a, b) in pairs {
            let (Some(one), Some(other)) = (group_of.get(a).copied(), group_of.get(b).copied()) else { continue };
            let (head, gone) = (one.min(other), one.max(other));
            let fits = |list: &BTreeMap<usize, Vec<usize>>| {
                let both: Vec<usize> = [head, gone].iter().filter_map(|head| list.get(head)).flatten().copied().collect();
                // What adds little to a module that is a phase of its own goes with it.
                let largest = both.iter().filter_map(|node| self.hours.get(*node)).fold(0.0f64, |a, b| a.max(*b));
                hours(&both) <= self.together.max(largest * LITTLE_MORE)
            };
            if head == gone || !fits(&members) {
                continue;
            }
            let moved = members.remove(&gone).unwrap_or_default();
            moved.iter().for_each(|node| group_of.get_mut(*node).into_iter().for_each(|slot| *slot = head));
            members.entry(head).or_default().extend(moved);
        }
    }
}

/// Modules that go last.
struct Late {
    /// With the reason: what everything else hangs on, and what the team says.
    because: BTreeMap<usize, String>,
    /// Those that others reach through the bridge meanwhile.
    bridged: BTreeSet<usize>,
}

fn late(analysis: &Analysis, scope: &Scope<'_>, overrides: &Overrides) -> Late {
    let inventory = &analysis.inventory;
    let partition = &analysis.estimate.partition;
    let mut out = BTreeMap::new();
    let user = inventory.models.iter().find(|m| m.label == inventory.settings.auth_user_model);
    if let Some(user) = user {
        out.insert(partition.of_file(&user.place.file), format!("home of the user model {}", user.label));
    }
    let bridged: BTreeSet<usize> = out.keys().copied().collect();
    for (module, found) in analysis.estimate.modules.iter().enumerate() {
        let name = last_part(&found.module.name);
        if let Some(word) = wording().and_then(|wording| wording.last.words.iter().find(|word| *word == name)) {
            out.entry(module).or_insert_with(|| format!("a mistake in {word} costs money"));
        }
    }
    // What the team says stands above what names suggest.
    out.retain(|module, _| !matches!(overrides.pins.get(module), Some(Pin::Pilot | Pin::First)));
    out.extend(overrides.deferred.iter().map(|module| (*module, "deferred, as migscan.toml says".to_owned())));
    let last = overrides.pins.iter().filter(|(_, pin)| **pin == Pin::Last);
    out.extend(last.map(|(module, _)| (*module, "pinned to the end, as migscan.toml says".to_owned())));
    out.retain(|module, _| scope.modules.contains(module));
    Late { bridged: bridged.into_iter().filter(|module| out.contains_key(module)).collect(), because: out }
}

/// What decides among units that could go next.
type Key = (u8, bool, i64, usize);

fn units(
    analysis: &Analysis,
    scope: &Scope<'_>,
    overrides: &Overrides,
    field: &Field,
    group_of: &[usize],
    needs: &[Need],
    late: &Late,
) -> Vec<Unit> {
    // Groups → numbers without holes.
    let mut number: BTreeMap<usize, usize> = BTreeMap::new();
    for group in group_of {
        let next = number.len();
        number.entry(*group).or_insert(next);
    }
    let of = |group: usize| number.get(&group).copied().unwrap_or_default();
    let mut units = vec![Unit::default(); number.len()];
    for (node, block) in field.blocks.iter().enumerate() {
        if let Some(unit) = group_of.get(node).and_then(|group| units.get_mut(of(*group))) {
            unit.modules.extend(block);
            unit.hours += field.hours.get(node).copied().unwrap_or(0.0);
        }
    }
    routes(&analysis.inventory, scope, &mut units);
    let needs: Vec<Need> = needs.iter().map(|need| Need { from: of(need.from), to: of(need.to), weight: need.weight }).collect();
    let mut inbound = vec![BTreeSet::new(); units.len()];
    for need in &needs {
        inbound.get_mut(need.to).into_iter().for_each(|set| {
            set.insert(need.from);
        });
    }
    for unit in &mut units {
        let why = unit.modules.iter().find_map(|module| late.because.get(module));
        unit.last = why.is_some();
        unit.because = why.map_or_else(String::new, |why| format!("goes last: {why}"));
    }
    let mut keys: Vec<Key> =
        units.iter().enumerate().map(|(at, unit)| key(analysis, unit, inbound.get(at).map_or(0, BTreeSet::len))).collect();
    early(&mut units, &needs, &mut keys, &inbound, overrides, &analysis.model);
    let order = order::order(&keys, &needs);
    let mut place = vec![0; order.len()];
    for (at, unit) in order.iter().enumerate() {
        place.get_mut(*unit).into_iter().for_each(|slot| *slot = at);
    }
    for need in &needs {
        if let (Some(unit), Some(to)) = (units.get_mut(need.from), place.get(need.to)) {
            unit.needs.insert(*to);
        }
    }
    let mut sorted: Vec<Option<Unit>> = units.into_iter().map(Some).collect();
    let list = order.into_iter().filter_map(|unit| sorted.get_mut(unit).and_then(Option::take)).collect();
    absorbed(list, analysis.model.rollout.small_unit)
}

fn routes(inventory: &Inventory, scope: &Scope<'_>, units: &mut [Unit]) {
    let unit_of: BTreeMap<usize, usize> =
        units.iter().enumerate().flat_map(|(at, unit)| unit.modules.iter().map(move |module| (*module, at))).collect();
    for (route, methods) in &scope.moved {
        let Some(unit) = scope.home.get(*route).and_then(|home| unit_of.get(home)).and_then(|at| units.get_mut(*at)) else { continue };
        for (list, part) in [(&mut unit.reads, &methods.reads), (&mut unit.writes, &methods.writes)] {
            if !part.is_empty() {
                list.push(Moved { route: *route, methods: part.clone() });
            }
        }
        unit.proves |= (methods.harmless || !methods.reads.is_empty()) && scope.proves(inventory, *route);
        if methods.harmless {
            unit.reads.push(Moved { route: *route, methods: Vec::new() });
        }
        if methods.open {
            unit.writes.push(Moved { route: *route, methods: Vec::new() });
        }
    }
}

/// The pilot: the unit that the team names, or the cheapest with reads, no hub, with a read that proves something if there is one, what it takes to do without the others that it needs included.
/// Libraries that it stands on go before it. What is pinned to the front goes next, with all that it needs.
fn early(units: &mut [Unit], needs: &[Need], keys: &mut [Key], inbound: &[BTreeSet<usize>], overrides: &Overrides, model: &Model) {
    let mut needed: Vec<Vec<(usize, f64)>> = vec![Vec::new(); units.len()];
    for need in needs {
        needed.get_mut(need.from).into_iter().for_each(|list| list.push((need.to, need.weight)));
    }
    let served: Vec<bool> = units.iter().map(Unit::served).collect();
    let is_served = |at: usize| served.get(at).copied().unwrap_or(false);
    // Everything that it stands on; through libraries only, and then with the hours for doing without what lies beyond them.
    let closure = |start: usize, libraries: bool| -> (BTreeSet<usize>, f64) {
        let (mut out, mut open, mut without) = (BTreeSet::from([start]), vec![start], 0.0);
        while let Some(at) = open.pop() {
            for (other, hours) in needed.get(at).into_iter().flatten() {
                if libraries && is_served(*other) {
                    without += hours;
                } else if out.insert(*other) {
                    open.push(*other);
                }
            }
        }
        (out, without)
    };
    let pinned = |unit: &Unit, pin: Pin| unit.modules.iter().any(|module| overrides.pins.get(module) == Some(&pin));
    let firsts: Vec<usize> = (0..units.len()).filter(|at| units.get(*at).is_some_and(|unit| pinned(unit, Pin::First))).collect();
    for other in firsts.into_iter().flat_map(|at| closure(at, false).0) {
        keys.get_mut(other).into_iter().for_each(|key| key.0 = key.0.min(1));
    }
    let mut best: Option<((bool, bool, bool), f64, usize)> = None;
    // Of a large unit, one read with nothing beside it would bring all of it along.
    let divides = |unit: &Unit| unit.reads.len() + unit.writes.len() > 1 || unit.hours <= model.rollout.together;
    for (at, unit) in units.iter().enumerate().filter(|(_, unit)| !unit.reads.is_empty() && !unit.last && divides(unit)) {
        // The dear way to its price is not gone for those that are dearer by themselves.
        let class =
            (!pinned(unit, Pin::Pilot), inbound.get(at).is_some_and(|by| by.len() as f64 >= model.points.hub_modules), !unit.proves);
        if best.is_some_and(|(other, least, _)| (class, unit.hours) >= (other, least)) {
            continue;
        }
        let (stands_on, without) = closure(at, true);
        let hours = without + stands_on.iter().filter_map(|other| units.get(*other)).map(|unit| unit.hours).sum::<f64>();
        if best.is_none_or(|(other, least, _)| (class, hours) < (other, least - 1e-9)) {
            best = Some((class, hours, at));
        }
    }
    let Some((.., at)) = best else { return };
    let (stands_on, without) = closure(at, true);
    units.get_mut(at).into_iter().for_each(|unit| (unit.pilot, unit.cut_hours) = (true, without));
    for other in stands_on.into_iter().filter(|other| *other != at) {
        units.get_mut(other).into_iter().for_each(|unit| unit.early = true);
        keys.get_mut(other).into_iter().for_each(|key| key.0 = 0);
    }
}

/// Last what is bound to go last; libraries as soon as they can; then value for money, the less the more others lean on it.
fn key(analysis: &Analysis, unit: &Unit, inbound: usize) -> Key {
    let judged = || unit.modules.iter().filter_map(|module| analysis.estimate.modules.get(*module)).map(|m| &m.judged);
    let migrate = judged().any(|j| j.verdict == Verdict::Migrate);
    let value: f64 = judged().map(|j| (j.benefit - j.friction / 2.0).max(1.0)).fold(1.0, f64::max);
    let cost = unit.hours + analysis.model.rollout.small_unit;
    let worth = value / cost / (1.0 + inbound as f64) * if migrate { 2.0 } else { 1.0 };
    let first = unit.modules.first().copied().unwrap_or_default();
    (if unit.last { 3 } else { 2 }, unit.served(), -((worth * 1e6) as i64), first)
}

/// A small unit that answers no request goes with the first that needs it.
fn absorbed(list: Vec<Unit>, small: f64) -> Vec<Unit> {
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, unit) in list.iter().enumerate() {
        unit.needs.iter().for_each(|need| {
            first.entry(*need).or_insert(at);
        });
    }
    let goes = |(at, unit): (usize, &Unit)| match first.get(&at) {
        Some(by) if !unit.served() && !unit.early && unit.hours < small => *by,
        _ => at,
    };
    let mut goes_to: Vec<usize> = list.iter().enumerate().map(goes).collect();
    // What goes with a unit that itself goes with another.
    for at in (0..goes_to.len()).rev() {
        let to = goes_to.get(at).and_then(|by| goes_to.get(*by)).copied();
        if let (Some(to), Some(slot)) = (to, goes_to.get_mut(at)) {
            *slot = to;
        }
    }
    let mut place: BTreeMap<usize, usize> = BTreeMap::new();
    for to in goes_to.iter().collect::<BTreeSet<_>>() {
        let next = place.len();
        place.insert(*to, next);
    }
    let new = |at: usize| goes_to.get(at).and_then(|to| place.get(to)).copied().unwrap_or_default();
    let mut out = vec![Unit::default(); place.len()];
    for (at, unit) in list.into_iter().enumerate() {
        let to = new(at);
        let Some(into) = out.get_mut(to) else { continue };
        into.modules.extend(unit.modules);
        into.reads.extend(unit.reads);
        into.writes.extend(unit.writes);
        into.hours += unit.hours;
        into.needs.extend(unit.needs.into_iter().map(new).filter(|need| *need != to));
        into.last |= unit.last;
        into.pilot |= unit.pilot;
        into.proves |= unit.proves;
        into.early |= unit.early;
        into.cut_hours += unit.cut_hours;
        if into.because.is_empty() {
            into.because = unit.because;
        }
    }
    out.iter_mut().for_each(|unit| unit.modules.sort_unstable());
    out
}
