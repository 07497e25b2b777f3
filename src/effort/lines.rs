//! The lines of a module: what is counted, what one costs, and why.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::django::inventory::Inventory;
use crate::rules::costs::Class;
use crate::rules::{Catalogue, Finding, Status};

use super::math::{Work, learning};
use super::model::{Model, Unit};
use super::modules::Modules;
use super::strategy::Strategy;
use super::verdict::is_page;

/// The group of costs that only pages have.
const PAGES: &str = "web";

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
    /// Positions of the findings that it counts.
    pub findings: Vec<usize>,
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
            findings: Vec::new(),
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

/// A finding that counts something, with what has to be known of it whichever modules move.
pub struct Counting<'a> {
    /// Its position.
    finding: usize,
    rule: usize,
    units: f64,
    /// The module that it lies in.
    pub module: usize,
    /// It counts once for the project, wherever it lies.
    once: bool,
    /// It counts the work of a driver, which moves with the module; a rule with a cost of its own counts whatever moves.
    pub moves: bool,
    /// That driver is one of pages, or the place is in a view that renders one.
    pub page: bool,
    /// The rule's.
    driver: Option<&'a str>,
}

/// Those of all findings.
pub fn counting<'a>(inventory: &Inventory, findings: &[Finding], catalogue: &'a Catalogue, modules: &Modules) -> Vec<Counting<'a>> {
    let mut out = Vec::new();
    let mut pages: BTreeMap<&str, Vec<(u32, u32)>> = BTreeMap::new();
    for view in inventory.views.iter().filter(|view| is_page(view)) {
        pages.entry(view.place.file.as_str()).or_default().push((view.place.line, view.place.line.saturating_add(view.lines)));
    }
    let in_page = |found: &Finding| {
        let spans = pages.get(found.file.as_str()).map_or(&[] as &[_], Vec::as_slice);
        spans.iter().any(|(first, end)| (*first..*end).contains(&found.line))
    };
    let mut known = ("", modules.of_file(""));
    for (finding, found) in findings.iter().enumerate() {
        let Some(rule) = catalogue.rules.get(found.rule) else { continue };
        if found.suppressed.is_some() || (found.driver.is_none() && rule.cost.is_none()) {
            continue;
        }
        // They come by file.
        if known.0 != found.file {
            known = (&found.file, modules.of_file(&found.file));
        }
        let cost = found.driver.as_deref().and_then(|d| catalogue.costs.get(d));
        out.push(Counting {
            finding,
            rule: found.rule,
            units: found.units,
            module: known.1,
            once: rule.package.is_some() || cost.is_some_and(|c| c.once),
            moves: found.driver.is_some(),
            page: cost.is_some_and(|c| c.group == PAGES) || in_page(found),
            driver: rule.driver.as_deref(),
        });
    }
    out
}

/// What the findings count, by module; what counts once for the project comes apart from that.
pub struct Counted {
    pub modules: Vec<Vec<Line>>,
    pub once: Vec<Line>,
}

pub fn counted<'a>(
    all: impl Iterator<Item = &'a Counting<'a>>,
    catalogue: &Catalogue,
    modules: &Modules,
    model: &Model,
    strategy: &Strategy,
) -> Counted {
    // Module, rule → units and findings.
    let mut cells: FxHashMap<(usize, usize), (f64, Vec<usize>)> = FxHashMap::default();
    let mut totals: FxHashMap<&str, f64> = FxHashMap::default();
    let glue = modules.list.len().saturating_sub(1);
    for one in all {
        let cell = cells.entry((if one.once { glue } else { one.module }, one.rule)).or_default();
        let before = cell.0;
        cell.0 = if one.once { catalogue.rules.get(one.rule).map_or(0.0, |rule| rule.units) } else { cell.0 + one.units };
        cell.1.push(one.finding);
        if let Some(driver) = one.driver {
            *totals.entry(driver).or_default() += cell.0 - before;
        }
    }
    let mut out = Counted { modules: vec![Vec::new(); modules.list.len()], once: Vec::new() };
    for ((module, rule), (count, findings)) in cells.into_iter().collect::<BTreeMap<_, _>>() {
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
                    findings,
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
                findings,
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
