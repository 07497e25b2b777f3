//! The change of the estimate by cause: code, effort model, coverage.
//!
//! A line of the estimate is `count × unit_mean × scale`. For each line of both sides, by module, driver and rule, with old `c u s` and new `C U S`:
//!
//! ```text
//! C·U·S − c·u·s  =  c·(U − u)·s   the old amount at the new price: the model
//!                 + (C − c)·U·s   more or less of it at the new price
//!                 + C·U·(S − s)   learning and multipliers
//! ```
//!
//! Where both sides have one model and read the same files, all of it is the code's. Otherwise the second part is the code's as far as findings that
//! are new or fixed explain it, and the coverage's as far as those do that were read on one side only; lines that count hours of other lines are shared
//! out as those are; and what is left, nobody can say whose it is.

use std::collections::{BTreeMap, BTreeSet};

use super::seen::Unseen;
use super::{Found, model_of, pairs, step};
use crate::report::json::{Causes, ChangedFinding, EffortDelta};
use crate::report::past::{Item, Module, Past};

/// Reasons for what cannot be told apart.
const SCALE: &str = "learning and multipliers depend on the model and on how much was read";
const NO_PRICE: &str = "lines that only one of the two models has: the other knows no price for them";
const NOT_COUNTED: &str = "amounts that no finding explains, in a project of which another part was read";
const PRICE: &str = "lines whose price hangs on how much was read";
/// Counts what is not known, and nothing else.
const UNKNOWN: &str = "unknown";
/// Lines of this group count the hours of others.
const OVERHEAD: &str = "overhead";
/// Lines of this group are no part of those hours.
const INTEGRATION: &str = "integration";

/// None where one side has no estimate.
pub fn delta(old: &Past, new: &Past, found: &Found, unseen: &Unseen<'_>) -> Option<EffortDelta> {
    let (before, after) = (old.summary.effort.as_ref()?, new.summary.effort.as_ref()?);
    let known = |past: &Past| -> BTreeMap<(String, Option<String>), f64> {
        let all = past.modules.iter().flat_map(|module| &module.effort.items).chain(past.summary.effort.iter().flat_map(|e| &e.fixed));
        all.map(|item| (price_key(item), item.unit_mean)).collect()
    };
    let mut split = Split {
        priced_anew: model_of(old) != model_of(new) || before.strategy != after.strategy,
        coverage: unseen.differs() || !found.not_seen.is_empty(),
        lost: prints(&found.not_seen, None),
        regained: prints(&found.new, Some("coverage")),
        fixed: prints(&found.fixed, None),
        new: found.new.iter().filter(|f| f.cause != "coverage").map(|f| f.fingerprint.as_str()).collect(),
        prices_before: known(old),
        prices_after: known(new),
        causes: Causes::default(),
        why: BTreeSet::new(),
    };
    for (was, is) in pairs(old, new) {
        split.lines(&items(was), &items(is));
    }
    split.lines(&before.fixed.iter().collect::<Vec<_>>(), &after.fixed.iter().collect::<Vec<_>>());
    let mean = step(before.mean, after.mean);
    let mut causes = split.causes;
    // Where a report's lines do not add up to its sum, nobody knows whose the rest is.
    let rest = mean.delta - causes.code - causes.model - causes.coverage - causes.not_separable;
    if rest.abs() > 1e-6 {
        causes.not_separable += rest;
        split.why.insert("the lines of a report do not add up to its sum");
    }
    Some(EffortDelta {
        unit: "hours".to_owned(),
        mean,
        p50: step(before.p50, after.p50),
        p80: step(before.p80, after.p80),
        by_cause: Causes {
            code: clean(causes.code),
            model: clean(causes.model),
            coverage: clean(causes.coverage),
            not_separable: clean(causes.not_separable),
        },
        model_changed: model_of(old) != model_of(new),
        strategy_changed: before.strategy != after.strategy,
        not_separable_because: split.why.into_iter().map(str::to_owned).collect(),
    })
}

fn prints<'a>(of: &'a [ChangedFinding], cause: Option<&str>) -> BTreeSet<&'a str> {
    of.iter().filter(|f| cause.is_none_or(|cause| f.cause == cause)).map(|f| f.fingerprint.as_str()).collect()
}

fn items(module: Option<&Module>) -> Vec<&Item> {
    module.iter().flat_map(|module| &module.effort.items).collect()
}

/// Dust of floating point is no change.
fn clean(hours: f64) -> f64 {
    if hours.abs() < 1e-6 { 0.0 } else { hours }
}

type PriceKey = (String, Option<String>);

fn price_key(item: &Item) -> PriceKey {
    (item.driver.clone(), item.rule.clone())
}

struct Split<'a> {
    /// Another model, or other targets: lines have other prices.
    priced_anew: bool,
    coverage: bool,
    lost: BTreeSet<&'a str>,
    regained: BTreeSet<&'a str>,
    fixed: BTreeSet<&'a str>,
    new: BTreeSet<&'a str>,
    prices_before: BTreeMap<PriceKey, f64>,
    prices_after: BTreeMap<PriceKey, f64>,
    causes: Causes,
    why: BTreeSet<&'static str>,
}

impl Split<'_> {
    /// The lines of one module, matched by driver, rule and group.
    fn lines(&mut self, old: &[&Item], new: &[&Item]) {
        let key = |item: &Item| (price_key(item), item.group.clone());
        let mut after: BTreeMap<_, Vec<&Item>> = BTreeMap::new();
        for item in new {
            after.entry(key(item)).or_default().push(item);
        }
        let mut both: Vec<(Option<&Item>, Option<&Item>)> = Vec::new();
        for item in old {
            let now = after.get_mut(&key(item)).and_then(|list| (!list.is_empty()).then(|| list.remove(0)));
            both.push((Some(item), now));
        }
        both.extend(after.into_values().flatten().map(|item| (None, Some(item))));
        let is_overhead = |pair: &(Option<&Item>, Option<&Item>)| pair.0.or(pair.1).is_some_and(|item| item.group == OVERHEAD);
        let (overhead, rest): (Vec<_>, Vec<_>) = both.into_iter().partition(is_overhead);
        let stands_apart = |pair: &(Option<&Item>, Option<&Item>)| pair.0.or(pair.1).is_some_and(|item| item.group == INTEGRATION);
        let (apart, direct): (Vec<_>, Vec<_>) = rest.into_iter().partition(stands_apart);
        let before = self.causes;
        for (old, new) in direct {
            self.line(old, new);
        }
        let now = self.causes;
        let share = Causes {
            code: now.code - before.code,
            model: now.model - before.model,
            coverage: now.coverage - before.coverage,
            not_separable: now.not_separable - before.not_separable,
        };
        for (old, new) in overhead {
            self.overhead(old, new, share);
        }
        for (old, new) in apart {
            self.line(old, new);
        }
    }

    /// A line of so much for each hour of the others: it changes for the reasons for which they do.
    fn overhead(&mut self, old: Option<&Item>, new: Option<&Item>, of: Causes) {
        let (c, big_c) = (old.map_or(0.0, |item| item.count), new.map_or(0.0, |item| item.count));
        let Some((u, s, big_u)) = (match (old, new) {
            (Some(o), Some(n)) => Some((o.unit_mean, o.scale, n.unit_mean)),
            (Some(one), None) | (None, Some(one)) => Some((one.unit_mean, one.scale, one.unit_mean)),
            (None, None) => None,
        }) else {
            return;
        };
        let hours = of.code + of.model + of.coverage + of.not_separable;
        if hours.abs() < 1e-9 || (!self.priced_anew && !self.coverage) {
            return self.line(old, new);
        }
        let delta = new.map_or(0.0, |item| item.mean) - old.map_or(0.0, |item| item.mean);
        let price = c * (big_u - u) * s;
        let amount = (big_c - c) * big_u * s;
        if ((big_c - c) - hours).abs() > 0.01 * hours.abs().max(1.0) {
            self.causes.model += if self.priced_anew { price } else { 0.0 };
            return self.cannot(delta - if self.priced_anew { price } else { 0.0 }, SCALE);
        }
        let part = amount / hours;
        self.causes.code += of.code * part;
        self.causes.coverage += of.coverage * part;
        self.causes.model += of.model * part + price;
        self.cannot(of.not_separable * part, NOT_COUNTED);
        self.cannot(delta - amount - price, SCALE);
    }

    fn line(&mut self, old: Option<&Item>, new: Option<&Item>) {
        let delta = new.map_or(0.0, |item| item.mean) - old.map_or(0.0, |item| item.mean);
        if !self.priced_anew && !self.coverage {
            self.causes.code += delta;
            return;
        }
        if delta.abs() < 1e-9 && old.map(|o| (o.count, o.unit_mean, o.scale)) == new.map(|n| (n.count, n.unit_mean, n.scale)) {
            return;
        }
        let price = |item: &Item, prices: &BTreeMap<PriceKey, f64>| prices.get(&price_key(item)).copied();
        let (c, u, s, big_c, big_u) = match (old, new) {
            (Some(o), Some(n)) => (o.count, o.unit_mean, o.scale, n.count, n.unit_mean),
            // Gone: at what price it would be, if there were one.
            (Some(o), None) => match price(o, &self.prices_after).or((!self.priced_anew).then_some(o.unit_mean)) {
                Some(now) => (o.count, o.unit_mean, o.scale, 0.0, now),
                None => return self.cannot(delta, NO_PRICE),
            },
            (None, Some(n)) => match price(n, &self.prices_before).or((!self.priced_anew).then_some(n.unit_mean)) {
                Some(_) => (0.0, n.unit_mean, n.scale, n.count, n.unit_mean),
                None => return self.cannot(delta, NO_PRICE),
            },
            (None, None) => return,
        };
        let price = c * (big_u - u) * s;
        let amount = (big_c - c) * big_u * s;
        let (model, of_price) = if self.priced_anew { (price, 0.0) } else { (0.0, price) };
        self.causes.model += model;
        self.cannot(of_price, PRICE);
        if self.coverage {
            let of = |new_prints: &BTreeSet<&str>, old_prints: &BTreeSet<&str>| share(new, new_prints) - share(old, old_prints);
            let code = of(&self.new, &self.fixed) * big_u * s;
            let coverage = of(&self.regained, &self.lost) * big_u * s;
            let unknown = old.or(new).is_some_and(|item| item.driver == UNKNOWN);
            self.causes.code += code;
            self.causes.coverage += if unknown { amount } else { coverage };
            self.cannot(if unknown { -code } else { amount - code - coverage }, NOT_COUNTED);
        } else {
            self.causes.code += amount;
        }
        // What is left are learning and multipliers; taken from the sum, so that the parts add up.
        self.cannot(delta - price - amount, SCALE);
    }

    fn cannot(&mut self, hours: f64, why: &'static str) {
        if hours.abs() > 1e-9 {
            self.causes.not_separable += hours;
            self.why.insert(why);
        }
    }
}

/// How much of a line's count these findings are.
fn share(item: Option<&Item>, of: &BTreeSet<&str>) -> f64 {
    let Some(item) = item.filter(|item| !item.fingerprints.is_empty()) else { return 0.0 };
    let hit = item.fingerprints.iter().filter(|print| of.contains(print.as_str())).count();
    item.count * hit as f64 / item.fingerprints.len() as f64
}
