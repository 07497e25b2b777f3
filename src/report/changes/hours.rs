//! The change of the estimate by cause: code, effort model, coverage.
//!
//! A line of the estimate is `count × unit_mean × scale`. For each line of both sides, by module, driver and rule, with old `c u s` and new `C U S`:
//!
//!     C·U·S − c·u·s  =  c·(U − u)·s   the old amount at the new price: the model
//!                     + (C − c)·U·s   more or less of it at the new price: the code, and what only was not seen
//!                     + C·U·(S − s)   learning and multipliers
//!
//! The last part follows from the code where model and coverage are the same; otherwise nobody can say whose it is. So is what has no price on one side.

use std::collections::{BTreeMap, BTreeSet};

use super::seen::Unseen;
use super::{Found, model_of, pairs, step};
use crate::report::json::{Causes, EffortDelta};
use crate::report::past::{Item, Module, Past};

/// Reasons for what cannot be told apart.
const SCALE: &str = "learning and multipliers depend on the model and on how much was read";
const NO_PRICE: &str = "lines that only one of the two models has: the other knows no price for them";
const NOT_COUNTED: &str = "lines that count no findings, in a project of which another part was read";

/// None where one side has no estimate.
pub fn delta(old: &Past, new: &Past, found: &Found, unseen: &Unseen) -> Option<EffortDelta> {
    let (before, after) = (old.summary.effort.as_ref()?, new.summary.effort.as_ref()?);
    let known = |past: &Past| -> BTreeMap<(String, Option<String>), f64> {
        let all = past.modules.iter().flat_map(|module| &module.effort.items).chain(past.summary.effort.iter().flat_map(|e| &e.fixed));
        all.map(|item| (price_key(item), item.unit_mean)).collect()
    };
    let mut split = Split {
        priced_anew: model_of(old) != model_of(new) || before.strategy != after.strategy,
        coverage: unseen.differs() || !found.not_seen.is_empty(),
        lost: found.not_seen.iter().map(|f| f.fingerprint.as_str()).collect(),
        regained: found.new.iter().filter(|f| f.cause == "coverage").map(|f| f.fingerprint.as_str()).collect(),
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
        for item in old {
            let now = after.get_mut(&key(item)).and_then(|list| (!list.is_empty()).then(|| list.remove(0)));
            self.line(Some(item), now);
        }
        for item in after.into_values().flatten() {
            self.line(None, Some(item));
        }
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
        self.causes.model += c * (big_u - u) * s;
        let amount = (big_c - c) * big_u * s;
        let unseen = self.unseen(old, new) * big_u * s;
        let counts_nothing = [old, new].into_iter().flatten().all(|item| item.fingerprints.is_empty());
        if self.coverage && counts_nothing {
            self.cannot(amount, NOT_COUNTED);
        } else {
            self.causes.coverage += unseen;
            self.causes.code += amount - unseen;
        }
        // What is left are learning and multipliers; taken from the sum, so that the parts add up.
        self.cannot(delta - c * (big_u - u) * s - amount, SCALE);
    }

    /// How much of the count was not seen this time (negative), or was not seen before.
    fn unseen(&self, old: Option<&Item>, new: Option<&Item>) -> f64 {
        let share = |item: Option<&Item>, of: &BTreeSet<&str>| {
            let Some(item) = item.filter(|item| !item.fingerprints.is_empty()) else { return 0.0 };
            let hit = item.fingerprints.iter().filter(|print| of.contains(print.as_str())).count();
            item.count * hit as f64 / item.fingerprints.len() as f64
        };
        share(new, &self.regained) - share(old, &self.lost)
    }

    fn cannot(&mut self, hours: f64, why: &'static str) {
        if hours.abs() > 1e-9 {
            self.causes.not_separable += hours;
            self.why.insert(why);
        }
    }
}
