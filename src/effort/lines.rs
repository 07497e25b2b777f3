//! The lines of a module: what is counted, what one costs, and why.

use std::collections::{BTreeMap, BTreeSet};

use crate::django::inventory::Inventory;
use crate::rules::costs::Class;
use crate::rules::{Catalogue, Finding, Status};

use super::math::{Work, learning};
use super::model::{Model, Unit};
use super::modules::Modules;
use super::strategy::Strategy;

/// `mean = count × unit_mean × scale`
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub driver: String,
    pub rule: Option<String>,
    pub group: String,
    /// What is counted.
    pub because: String,
    pub count: f64,
    pub unit: String,
    /// Focus-hours.
    pub unit_mean: f64,
    /// Learning over repeats, times the module's multipliers.
    pub scale: f64,
    pub mean: f64,
    pub class: Class,
    pub status: Status,
    /// Of the findings that it counts.
    pub fingerprints: Vec<String>,
}

impl Line {
    /// A line that no rule counts.
    pub fn plain(driver: &str, group: &str, because: String, count: f64, unit: &Unit) -> Line {
        Line {
            driver: driver.to_owned(),
            rule: None,
            group: group.to_owned(),
            because,
            count,
            unit: unit.unit.clone(),
            unit_mean: unit.mean,
            scale: 1.0,
            mean: count * unit.mean,
            class: unit.class,
            status: unit.status,
            fingerprints: Vec::new(),
        }
    }

    pub fn scaled(mut self, factor: f64) -> Line {
        self.scale *= factor;
        self.mean = self.count * self.unit_mean * self.scale;
        self
    }
}

/// The work in lines: those of one driver vary together, others on their own.
pub fn work(lines: &[Line]) -> Work {
    let mut drivers: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for line in lines {
        let entry = drivers.entry(line.driver.as_str()).or_insert((0.0, 0.0));
        entry.0 += line.mean;
        entry.1 = line.class.log_sd();
    }
    Work::sum(drivers.into_values().map(|(mean, log_sd)| Work::line(mean, log_sd)))
}

/// What the findings count, by module; what counts once for the project comes apart from that.
pub struct Counted {
    pub modules: Vec<Vec<Line>>,
    pub once: Vec<Line>,
}

pub fn counted<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    catalogue: &Catalogue,
    modules: &Modules,
    model: &Model,
    strategy: &Strategy,
) -> Counted {
    // Module, rule → units and findings.
    let mut cells: BTreeMap<(usize, usize), (f64, Vec<String>)> = BTreeMap::new();
    let mut totals: BTreeMap<&str, f64> = BTreeMap::new();
    let glue = modules.list.len().saturating_sub(1);
    for finding in findings {
        let Some(rule) = catalogue.rules.get(finding.rule) else { continue };
        if finding.suppressed.is_some() || (finding.driver.is_none() && rule.cost.is_none()) {
            continue;
        }
        let cost = finding.driver.as_deref().and_then(|d| catalogue.costs.get(d));
        let once = rule.package.is_some() || cost.is_some_and(|c| c.once);
        let module = if once { glue } else { modules.of_file(&finding.file) };
        let cell = cells.entry((module, finding.rule)).or_default();
        let before = cell.0;
        cell.0 = if once { rule.units } else { cell.0 + finding.units };
        cell.1.push(finding.fingerprint.clone());
        if let Some(driver) = &rule.driver {
            *totals.entry(driver.as_str()).or_default() += cell.0 - before;
        }
    }
    let mut out = Counted { modules: vec![Vec::new(); modules.list.len()], once: Vec::new() };
    for ((module, rule), (count, fingerprints)) in cells {
        let Some(rule) = catalogue.rules.get(rule) else { continue };
        let cost = rule.driver.as_deref().and_then(|d| catalogue.costs.get(d));
        let once = rule.package.is_some() || cost.is_some_and(|c| c.once);
        let line = match (&rule.driver, cost, &rule.cost) {
            (Some(driver), Some(cost), _) => {
                let n = totals.get(driver.as_str()).copied().unwrap_or(count);
                let learns = model.learning.groups.contains(&cost.group);
                let learned = if learns { learning(n, model.learning.rate, model.learning.floor) } else { 1.0 };
                Line {
                    driver: driver.clone(),
                    rule: Some(rule.id.clone()),
                    group: cost.group.clone(),
                    because: rule.title.clone(),
                    count,
                    unit: cost.unit.clone(),
                    unit_mean: cost.mean,
                    scale: 1.0,
                    mean: 0.0,
                    class: cost.class,
                    status: cost.status,
                    fingerprints,
                }
                .scaled(learned * strategy.factor(model, cost))
            }
            (_, _, Some(own)) => Line {
                driver: rule.id.clone(),
                rule: Some(rule.id.clone()),
                group: "rules".to_owned(),
                because: rule.title.clone(),
                count,
                unit: "place".to_owned(),
                unit_mean: own.mean,
                scale: 1.0,
                mean: count * own.mean,
                class: own.class,
                status: Status::Judgement,
                fingerprints,
            },
            _ => continue,
        };
        if line.scale <= 0.0 {
            continue;
        }
        match (once, out.modules.get_mut(module)) {
            (false, Some(list)) => list.push(line),
            _ => out.once.push(line),
        }
    }
    out
}

/// Lines of test code and test cases by module: tests belong to the module they lie in, else to the one that their imports and their name speak of.
pub fn tests_by_module(inventory: &Inventory, modules: &Modules) -> Vec<(u64, u64)> {
    let mut out = vec![(0, 0); modules.list.len()];
    let by_dotted: BTreeMap<&str, usize> = inventory.files.iter().map(|f| (f.module.as_str(), modules.of_file(&f.path))).collect();
    let glue = modules.list.len().saturating_sub(1);
    let imported = |names: &[String]| -> BTreeSet<usize> {
        let module = |dotted: &String| by_dotted.get(dotted.as_str()).or_else(|| by_dotted.get(crate::base::parent_part(dotted)));
        names.iter().filter_map(module).copied().filter(|found| *found != glue).collect()
    };
    // What every test imports says little about any: its vote is worth the less, the more import it.
    let mut common: BTreeMap<usize, usize> = BTreeMap::new();
    for test in &inventory.tests {
        imported(&test.imports).into_iter().for_each(|found| *common.entry(found).or_default() += 1);
    }
    for test in &inventory.tests {
        let mut module = modules.of_file(&test.path);
        if module == glue {
            let mut votes: BTreeMap<usize, f64> = BTreeMap::new();
            for found in imported(&test.imports) {
                *votes.entry(found).or_default() += 1.0 / common.get(&found).copied().unwrap_or(1) as f64;
            }
            // `test_orders.py` is about orders, whatever else it imports.
            for (index, about) in modules.list.iter().enumerate().filter(|(index, _)| *index != glue) {
                let name = about.name.rsplit('.').next().unwrap_or_default();
                if name.len() > 3 && test.path.rsplit('/').next().is_some_and(|file| file.contains(name)) {
                    *votes.entry(index).or_default() += 1.0;
                }
            }
            // The most votes; of equals the first by name.
            let most = votes.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
            module = most.map_or(glue, |(module, _)| module);
        }
        if let Some((lines, cases)) = out.get_mut(module) {
            *lines += u64::from(test.lines);
            *cases += u64::from(test.cases);
        }
    }
    out
}
