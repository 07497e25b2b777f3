//! Two reports compared: what is new, what is gone and why, and what only was not seen.
//!
//! Findings are told apart by fingerprint, routes by path, models by label, modules by name. The rule that the whole folder keeps: what a file held
//! that could not be read this time is never progress (`seen`), and a change of the hours is given to the code only as far as the lines of both
//! estimates show it (`hours`).

mod hours;
pub mod markdown;
mod seen;
pub mod text;
mod things;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::Baseline;
use super::json::{ChangedFinding, ChangedModule, Changes, CoverageDelta, LostFile, Since, Step};
use super::past::{Finding, Module, Past};
use seen::Unseen;
pub use things::{Homes, counted, name as route_name};

/// What a report is compared with.
#[derive(Clone, Debug)]
pub enum Earlier {
    Report(Box<Past>),
    Baseline(Baseline),
}

impl Earlier {
    pub fn report(&self) -> Option<&Past> {
        match self {
            Earlier::Report(past) => Some(past),
            Earlier::Baseline(_) => None,
        }
    }
}

/// What has changed since.
pub fn since(earlier: &Earlier, new: &Past) -> Changes {
    match earlier {
        Earlier::Report(old) => between(old, new),
        Earlier::Baseline(baseline) => since_baseline(baseline, new),
    }
}

/// The version of the effort model and its numbers.
fn model_of(past: &Past) -> Option<&str> {
    past.summary.effort.as_ref().map(|effort| effort.model.as_str())
}

/// Rules or numbers are others, so that a difference need not come from the code.
fn other_tool(old: &Past, new: &Past) -> bool {
    model_of(old) != model_of(new) || old.tool.version != new.tool.version
}

pub fn step(before: f64, after: f64) -> Step {
    Step { before, after, delta: after - before }
}

/// Every difference between two reports.
pub fn between(old: &Past, new: &Past) -> Changes {
    let mut unseen = Unseen::of(old, new);
    let routes = things::routes(old, new, &unseen);
    unseen.shake(&routes.not_seen, old);
    let models = things::models(old, new, &unseen);
    let found = findings(old, new, &unseen, &models.not_seen);
    let effort = hours::delta(old, new, &found, &unseen);
    let modules = modules(old, new, &found, &unseen);
    let (new_cycles, solved_cycles) = cycles(old, new);
    Changes {
        since: Since {
            kind: "report".to_owned(),
            project: Some(old.project.name.clone()),
            tool_version: Some(old.tool.version.clone()),
            schema_version: Some(old.schema_version.0.clone()),
            model: model_of(old).map(str::to_owned),
            findings: old.findings.iter().filter(|finding| finding.suppressed.is_none()).count() as u64,
            coverage_percent: Some(old.coverage.percent),
        },
        new_findings: found.new,
        fixed_findings: found.fixed,
        not_seen_findings: found.not_seen,
        settled_findings: found.settled,
        unchanged_findings: found.unchanged,
        effort_delta: effort,
        routes: Some(routes),
        models: Some(models),
        modules,
        coverage: Some(CoverageDelta {
            percent: step(old.coverage.percent, new.coverage.percent),
            lost: unseen.newly_lost().map(|(path, reason)| LostFile { path: path.to_owned(), reason: reason.to_owned() }).collect(),
            regained: unseen.regained().map(str::to_owned).collect(),
        }),
        new_cycles,
        solved_cycles,
    }
}

/// A baseline file knows fingerprints, and nothing of hours or files.
fn since_baseline(baseline: &Baseline, new: &Past) -> Changes {
    let here: BTreeMap<&str, &Finding> = new.findings.iter().map(|finding| (finding.fingerprint.as_str(), finding)).collect();
    let unseen = Unseen::alone(new);
    let mut changes = Changes {
        since: Since { kind: "baseline".to_owned(), findings: baseline.findings().count() as u64, ..Since::default() },
        ..Changes::default()
    };
    for entry in baseline.findings() {
        match here.get(entry.fingerprint.as_str()) {
            Some(finding) if finding.suppressed.is_some() => changes.settled_findings += 1,
            Some(_) => changes.unchanged_findings += 1,
            None => {
                let gone = ChangedFinding {
                    rule: entry.rule.clone(),
                    module: entry.module.clone(),
                    symbol: entry.what.clone(),
                    fingerprint: entry.fingerprint.clone(),
                    cause: "code".to_owned(),
                    ..ChangedFinding::default()
                };
                // Where a module has files that are not read, an entry of it may be in one of them.
                if unseen.module_is_open(&entry.module, new) {
                    changes.not_seen_findings.push(ChangedFinding { cause: "coverage".to_owned(), ..gone });
                } else {
                    changes.fixed_findings.push(gone);
                }
            }
        }
    }
    let known: BTreeSet<&str> = baseline.findings().map(|entry| entry.fingerprint.as_str()).collect();
    let fresh = new.findings.iter().filter(|finding| finding.suppressed.is_none() && !known.contains(finding.fingerprint.as_str()));
    changes.new_findings = fresh.map(|finding| changed(finding, "code")).collect();
    changes
}

fn changed(finding: &Finding, cause: &str) -> ChangedFinding {
    ChangedFinding {
        rule: finding.rule.clone(),
        module: finding.module.clone(),
        severity: Some(finding.severity.clone()),
        message: finding.message.clone(),
        file: finding.file.clone(),
        line: finding.line,
        symbol: finding.symbol.clone(),
        fingerprint: finding.fingerprint.clone(),
        cause: cause.to_owned(),
    }
}

/// Findings of both sides, sorted out.
#[derive(Clone, Debug, Default)]
struct Found {
    new: Vec<ChangedFinding>,
    fixed: Vec<ChangedFinding>,
    not_seen: Vec<ChangedFinding>,
    settled: u64,
    unchanged: u64,
}

fn findings(old: &Past, new: &Past, unseen: &Unseen<'_>, lost_models: &[super::json::Thing]) -> Found {
    let active = |past: &Past| -> BTreeSet<String> {
        past.findings.iter().filter(|f| f.suppressed.is_none()).map(|f| f.fingerprint.clone()).collect()
    };
    let rules = |past: &Past| -> BTreeSet<String> { past.findings.iter().map(|f| f.rule.clone()).collect() };
    let (before, after) = (active(old), active(new));
    let (rules_before, rules_after) = (rules(old), rules(new));
    let all_after: BTreeSet<&str> = new.findings.iter().map(|f| f.fingerprint.as_str()).collect();
    let other = other_tool(old, new);
    let of_lost_model = |symbol: &str| {
        let mut classes = lost_models.iter().flat_map(|model| [Some(model.name.as_str()), model.what.as_deref()]).flatten();
        !symbol.is_empty() && classes.any(|class| symbol.strip_prefix(class).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    };
    let mut out = Found::default();
    for finding in new.findings.iter().filter(|f| f.suppressed.is_none()) {
        if before.contains(&finding.fingerprint) {
            out.unchanged += 1;
            continue;
        }
        let cause =
            match (unseen.was_unread(&finding.file) || unseen.is_shaken(&finding.file), other && !rules_before.contains(&finding.rule)) {
                (true, _) => "coverage",
                (_, true) => "rules",
                _ => "code",
            };
        out.new.push(changed(finding, cause));
    }
    for finding in old.findings.iter().filter(|f| f.suppressed.is_none() && !after.contains(&f.fingerprint)) {
        if all_after.contains(finding.fingerprint.as_str()) {
            out.settled += 1;
        } else if unseen.hides(&finding.file) || of_lost_model(&finding.symbol) {
            out.not_seen.push(changed(finding, "coverage"));
        } else {
            let cause = if other && !rules_after.contains(&finding.rule) { "rules" } else { "code" };
            out.fixed.push(changed(finding, cause));
        }
    }
    out
}

/// Modules of both sides by name; one that only bears another name, or lies in another folder, is the same.
fn pairs<'a>(old: &'a Past, new: &'a Past) -> Vec<(Option<&'a Module>, Option<&'a Module>)> {
    let last = |module: &Module| module.name.rsplit('.').next().unwrap_or_default().to_owned();
    let named = |past: &'a Past, name: &str| past.modules.iter().find(|module| module.name == name);
    let mut gone: Vec<&Module> = old.modules.iter().filter(|module| named(new, &module.name).is_none()).collect();
    let mut out = Vec::new();
    for module in &new.modules {
        let before = named(old, &module.name).or_else(|| {
            let mut same = gone.iter().enumerate().filter(|(_, other)| last(other) == last(module));
            match (same.next(), same.next()) {
                (Some((at, _)), None) => Some(gone.remove(at)),
                _ => None,
            }
        });
        out.push((before, Some(module)));
    }
    out.extend(gone.into_iter().map(|module| (Some(module), None)));
    let name = |pair: &(Option<&Module>, Option<&Module>)| pair.1.or(pair.0).map(|module| module.name.clone());
    out.sort_by_key(name);
    out
}

fn modules(old: &Past, new: &Past, found: &Found, unseen: &Unseen<'_>) -> Vec<ChangedModule> {
    let mut out = Vec::new();
    for (before, after) in pairs(old, new) {
        let Some(module) = after.or(before) else { continue };
        let of = |list: &[ChangedFinding]| {
            let named = |f: &&ChangedFinding| Some(&f.module) == before.map(|m| &m.name) || Some(&f.module) == after.map(|m| &m.name);
            list.iter().filter(named).count() as u64
        };
        let mean = step(before.map_or(0.0, |m| m.effort.mean), after.map_or(0.0, |m| m.effort.mean));
        let verdict = |module: Option<&Module>| module.map(|m| m.verdict.clone());
        let entry = ChangedModule {
            name: module.name.clone(),
            change: match (before, after) {
                (None, _) => "added",
                (Some(gone), None) if unseen.module_is_open(&gone.name, old) || unseen.hides_folder(&gone.path) => "not_seen",
                (Some(_), None) => "removed",
                (Some(a), Some(b)) if a.path != b.path || a.name != b.name => "moved",
                _ => "changed",
            }
            .to_owned(),
            before: before.filter(|m| m.name != module.name).map(|m| m.name.clone()),
            mean,
            verdict_before: verdict(before),
            verdict_after: verdict(after),
            new_findings: of(&found.new),
            fixed_findings: of(&found.fixed),
        };
        // What is learned elsewhere makes the work of every module a little cheaper: seconds of it are no change of this one.
        let same = entry.change == "changed"
            && mean.delta.abs() < SLIGHT
            && entry.verdict_before == entry.verdict_after
            && entry.new_findings + entry.fixed_findings == 0;
        if !same {
            out.push(entry);
        }
    }
    out
}

/// Hours that every format shows as none.
const SLIGHT: f64 = 0.05;

/// Groups of modules that need each other: those that are new, and those that are no more.
fn cycles(old: &Past, new: &Past) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let groups = |past: &Past| -> BTreeSet<Vec<String>> {
        let sorted = |modules: &[String]| {
            let mut modules = modules.to_vec();
            modules.sort();
            modules
        };
        past.plan.iter().flat_map(|plan| &plan.cycles).map(|cycle| sorted(&cycle.modules)).collect()
    };
    let (before, after) = (groups(old), groups(new));
    // A group that only lost members is no new one.
    let within = |group: &Vec<String>, others: &BTreeSet<Vec<String>>| others.iter().any(|other| group.iter().all(|m| other.contains(m)));
    let only = |of: &BTreeSet<Vec<String>>, others: &BTreeSet<Vec<String>>| of.iter().filter(|g| !within(g, others)).cloned().collect();
    (only(&after, &before), only(&before, &after))
}

/// Something of a module cannot be read, so that what is missing of it may be there.
pub fn hides(now: &Past, module: &str) -> bool {
    Unseen::alone(now).module_is_open(module, now)
}
