//! Learning from finished modules: what they took against what was expected of them moves the factor on the whole project, and narrows its doubt.
//!
//! The factor k has expected value 1 before anything is known: ln k ~ N(-σ²/2, σ²). A finished module says x = ln(actual / mean) + τ²/2 with
//! variance τ², where τ² is the module's own spread. Normal prior and normal observations give a normal posterior in closed form.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::estimate::Estimate;
use super::math::Work;
use super::model::Model;

/// From so many finished modules on, groups of work get factors of their own.
const GROUPS_FROM: usize = 5;
/// How far the factor of a group may stray from that of the project: standard deviation of the logarithm.
const GROUP_DOUBT: f64 = 0.3;
/// An observation further off than so many of its own standard deviations is named.
const OUTLIER: f64 = 3.0;

/// The file that says what finished modules took.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actuals {
    pub actual: Vec<Actual>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actual {
    pub module: Spanned<String>,
    /// Focus-hours that it took.
    pub hours: Spanned<f64>,
    /// What was expected of it, where its code is gone: mean and standard deviation of an earlier report.
    #[serde(default)]
    pub mean: Option<f64>,
    #[serde(default)]
    pub sd: Option<f64>,
    #[serde(default)]
    pub date: Option<String>,
    #[serde(default)]
    pub notes: Option<String>,
}

/// What was learnt; a file of its own that later estimates use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Finished modules behind it.
    pub modules: u32,
    /// On every line of the estimate.
    pub factor: f64,
    /// Standard deviation of the logarithm of the project's factor, in place of the model's.
    pub doubt: f64,
    /// Group of work → factor in place of the common one.
    #[serde(default)]
    pub groups: BTreeMap<String, f64>,
}

impl Profile {
    pub fn of(&self, group: &str) -> f64 {
        self.groups.get(group).copied().unwrap_or(self.factor)
    }

    /// Bounds within which a profile makes sense.
    pub fn sound(&self) -> bool {
        let factor = |f: f64| f.is_finite() && f > 0.0 && f < 100.0;
        factor(self.factor) && self.doubt.is_finite() && (0.0..=2.0).contains(&self.doubt) && self.groups.values().all(|f| factor(*f))
    }
}

/// A finished module against its estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub module: String,
    pub actual: f64,
    pub mean: f64,
    /// Standard deviation of the logarithm.
    pub spread: f64,
    /// Share of each group in the mean.
    pub shares: BTreeMap<String, f64>,
    /// Mean cyclomatic complexity of its functions, where its code is still there.
    pub complexity: Option<f64>,
}

impl Seen {
    /// What it says of ln k.
    fn x(&self) -> f64 {
        (self.actual / self.mean).ln() + self.spread * self.spread / 2.0
    }
}

/// Everything that is told about a calibration.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    pub seen: Vec<Seen>,
    /// What each would have been predicted from the others.
    pub left_out: Vec<f64>,
    pub outliers: Vec<String>,
    /// Mean complexity of the finished modules and of the rest, where the finished ones are the simpler.
    pub biased: Option<(f64, f64)>,
    pub before: Profile,
    pub after: Profile,
}

/// The finished modules, as the estimate sees them. A name that it does not know, or an amount that makes no sense, comes back.
pub fn seen(estimate: &Estimate, actuals: &[Actual]) -> Result<Vec<Seen>, (std::ops::Range<usize>, String)> {
    let mut out: Vec<Seen> = Vec::new();
    for actual in actuals {
        let name = actual.module.get_ref();
        let hours = *actual.hours.get_ref();
        if !(hours.is_finite() && hours > 0.0) {
            return Err((actual.hours.span(), "focus-hours above zero are expected".to_owned()));
        }
        if out.iter().any(|s| s.module == *name) {
            return Err((actual.module.span(), "this module has an entry already".to_owned()));
        }
        let found = estimate.partition.named(name).and_then(|at| estimate.modules.get(at));
        let work = match (actual.mean, found) {
            (Some(mean), _) if mean > 0.0 => Work { mean, variance: actual.sd.map_or(0.16 * mean * mean, |sd| sd * sd) },
            (_, Some(module)) if module.work.mean > 0.0 => module.work,
            (_, Some(_)) => {
                return Err((actual.module.span(), "nothing was expected of this module: give mean = … from an earlier report".to_owned()));
            }
            (_, None) => {
                return Err((actual.module.span(), "no module of this name: give mean = … and sd = … from an earlier report".to_owned()));
            }
        };
        let mut shares: BTreeMap<String, f64> = BTreeMap::new();
        for line in found.map(|m| m.lines.as_slice()).unwrap_or_default() {
            *shares.entry(line.group.clone()).or_default() += line.mean / work.mean;
        }
        let spread = (1.0 + work.variance / (work.mean * work.mean)).ln().sqrt().max(0.05);
        let complexity = found.map(|m| m.complexity);
        out.push(Seen { module: name.clone(), actual: hours, mean: work.mean, spread, shares, complexity });
    }
    Ok(out)
}

/// Posterior mean and variance of ln k.
fn posterior(prior: f64, seen: &[&Seen]) -> (f64, f64) {
    let (mut precision, mut weighted) = (1.0 / (prior * prior), -0.5);
    for one in seen {
        let weight = 1.0 / (one.spread * one.spread);
        precision += weight;
        weighted += one.x() * weight;
    }
    (weighted / precision, 1.0 / precision)
}

pub fn calibrate(model: &Model, estimate: &Estimate, seen: Vec<Seen>) -> Calibration {
    let prior = model.doubt.project;
    let before = Profile { modules: 0, factor: 1.0, doubt: prior, groups: BTreeMap::new() };
    let all: Vec<&Seen> = seen.iter().collect();
    let (m, v) = posterior(prior, &all);
    let factor = (m + v / 2.0).exp();
    let groups = if seen.len() >= GROUPS_FROM { groups(&seen, m, v) } else { BTreeMap::new() };
    let after = Profile { modules: seen.len() as u32, factor, doubt: v.sqrt(), groups };
    let mut left_out = Vec::new();
    let mut outliers = Vec::new();
    for (at, one) in seen.iter().enumerate() {
        let others: Vec<&Seen> = seen.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, s)| s).collect();
        let (m, v) = posterior(prior, &others);
        left_out.push(one.mean * (m + v / 2.0).exp());
        if (one.x() - m).abs() > OUTLIER * (one.spread * one.spread + v).sqrt() {
            outliers.push(one.module.clone());
        }
    }
    let finished: Vec<f64> = seen.iter().filter_map(|s| s.complexity).collect();
    let done = |name: &str| seen.iter().any(|s| estimate.partition.named(&s.module) == estimate.partition.named(name));
    let rest: Vec<f64> = estimate.modules.iter().filter(|m| m.work.mean > 0.0 && !done(&m.module.name)).map(|m| m.complexity).collect();
    let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len().max(1) as f64;
    let biased = (!finished.is_empty() && !rest.is_empty() && mean(&finished) < mean(&rest)).then(|| (mean(&finished), mean(&rest)));
    Calibration { seen, left_out, outliers, biased, before, after }
}

/// Factors of groups: a regression of the x on the shares of the groups, each group tied to the common factor by a normal prior.
fn groups(seen: &[Seen], m: f64, v: f64) -> BTreeMap<String, f64> {
    let names: Vec<&String> = seen.iter().flat_map(|s| s.shares.keys()).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    let n = names.len();
    let tie = 1.0 / (GROUP_DOUBT * GROUP_DOUBT);
    // Normal equations: (Σ w s sᵀ + tie I) d = Σ w s (x - m), with d the deviation of each group.
    let mut rows: Vec<Vec<f64>> = (0..n).map(|i| (0..=n).map(|j| if i == j { tie } else { 0.0 }).collect()).collect();
    for one in seen {
        let share: Vec<f64> = names.iter().map(|name| one.shares.get(*name).copied().unwrap_or(0.0)).collect();
        let weight = 1.0 / (one.spread * one.spread);
        for (row, a) in rows.iter_mut().zip(&share) {
            for (cell, b) in row.iter_mut().zip(share.iter().copied().chain([one.x() - m])) {
                *cell += weight * a * b;
            }
        }
    }
    let deviations = solve(rows);
    names.into_iter().zip(deviations).map(|(name, d)| (name.clone(), (m + d + v / 2.0).exp())).collect()
}

/// Gaussian elimination on a symmetric positive definite system; each row ends with its right side.
fn solve(mut rows: Vec<Vec<f64>>) -> Vec<f64> {
    let n = rows.len();
    let mut done: Vec<Vec<f64>> = Vec::with_capacity(n);
    for at in 0..n {
        let Some(mut row) = rows.get(at).cloned() else { break };
        let pivot = row.get(at).copied().unwrap_or(1.0);
        row.iter_mut().for_each(|cell| *cell /= pivot);
        for (index, other) in rows.iter_mut().enumerate() {
            let lead = other.get(at).copied().unwrap_or(0.0);
            if index > at {
                other.iter_mut().zip(&row).for_each(|(cell, top)| *cell -= lead * top);
            }
        }
        done.push(row);
    }
    let mut out = vec![0.0; n];
    for (at, row) in done.iter().enumerate().rev() {
        let known: f64 = row.iter().zip(&out).skip(at + 1).take(n - at - 1).map(|(a, b)| a * b).sum();
        if let (Some(slot), Some(right)) = (out.get_mut(at), row.last()) {
            *slot = right - known;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(actual: f64) -> Seen {
        let shares = BTreeMap::from([("api".to_owned(), 0.6), ("data".to_owned(), 0.4)]);
        Seen { module: format!("m{actual}"), actual, mean: 100.0, spread: 0.38, shares, complexity: None }
    }

    #[test]
    fn nothing_finished_changes_nothing() {
        let (m, v) = posterior(0.45, &[]);
        assert!(((m + v / 2.0).exp() - 1.0).abs() < 1e-12 && (v.sqrt() - 0.45).abs() < 1e-12);
    }

    #[test]
    fn doubt_falls_as_modules_are_finished() {
        // The table of the model: σ after 1, 2, 3, 5, 8 finished modules.
        for (n, sigma) in [(1, 0.29), (2, 0.23), (3, 0.20), (5, 0.16), (8, 0.13)] {
            let seen: Vec<Seen> = (0..n).map(|_| one(100.0)).collect();
            let (_, v) = posterior(0.45, &seen.iter().collect::<Vec<_>>());
            assert!((v.sqrt() - sigma).abs() < 0.006, "{n}: {}", v.sqrt());
        }
    }

    #[test]
    fn many_modules_of_double_cost_double_the_factor() {
        let seen: Vec<Seen> = (0..400).map(|_| one(200.0)).collect();
        let (m, v) = posterior(0.45, &seen.iter().collect::<Vec<_>>());
        // Each was twice its mean without any spread, which a spread of 0.38 makes a little more than twice.
        assert!(((m + v / 2.0).exp() - 2.0 * (0.38f64 * 0.38 / 2.0).exp()).abs() < 0.02);
    }

    #[test]
    fn groups_follow_what_differs() {
        let mut seen: Vec<Seen> = Vec::new();
        for (i, api) in [0.9, 0.8, 0.2, 0.1, 0.9, 0.1].into_iter().enumerate() {
            let mut s = one(if api > 0.5 { 200.0 } else { 100.0 } + i as f64 / 10.0);
            s.shares = BTreeMap::from([("api".to_owned(), api), ("data".to_owned(), 1.0 - api)]);
            seen.push(s);
        }
        let (m, v) = posterior(0.45, &seen.iter().collect::<Vec<_>>());
        let groups = groups(&seen, m, v);
        assert!(groups["api"] > groups["data"] * 1.2, "{groups:?}");
    }

    #[test]
    fn a_small_system_is_solved() {
        let x = solve(vec![vec![4.0, 1.0, 9.0], vec![1.0, 3.0, 5.0]]);
        assert!((x[0] - 2.0).abs() < 1e-12 && (x[1] - 1.0).abs() < 1e-12, "{x:?}");
    }
}
