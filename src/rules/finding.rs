//! A finding: one rule at one place, with a fingerprint that survives moved lines and what it counts in the estimate.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::django::inventory::Inventory;

use super::construct::{At, Fact};
use super::matcher::{Hit, Matcher};
use super::schema::{Catalogue, Severity};

#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Position of the rule in the catalogue.
    pub rule: usize,
    pub id: String,
    pub severity: Severity,
    pub message: String,
    /// What stands at the place, of which the fingerprint is made with rule and symbol: the wording of a rule is no part of it.
    pub text: String,
    /// Relative path; empty for what the settings say as a whole.
    pub file: String,
    pub line: u32,
    pub symbol: String,
    pub fingerprint: String,
    /// The driver whose units it counts; none where the rule only warns, or where another rule counts the same fact already.
    pub driver: Option<String>,
    pub units: f64,
    /// How many places it stands for: more than one where it merely informs.
    pub places: u32,
    /// Lines of those places in the same file, without the first.
    pub also: Vec<u32>,
    /// Why a comment in the code says that it is settled.
    pub suppressed: Option<String>,
}

/// All findings of a project, by place, rule and symbol.
pub fn findings(catalogue: &Catalogue, inventory: &Inventory) -> Vec<Finding> {
    let matcher = Matcher::new(inventory);
    let hits = matcher.hits(catalogue);
    // Several rules may speak of one fact; a driver counts it once, with the most units.
    let mut counted: FxHashMap<(&str, usize), (f64, Hit)> = FxHashMap::default();
    for hit in &hits {
        let Some(rule) = catalogue.rules.get(hit.rule) else { continue };
        if let Some(driver) = &rule.driver {
            let best = counted.entry((driver.as_str(), matcher.work(hit.fact))).or_insert((rule.units, *hit));
            if rule.units > best.0 {
                *best = (rule.units, *hit);
            }
        }
    }
    let settings_file = inventory.settings.modules.iter().find(|m| m.chosen).map_or("", |m| m.file.as_str());
    let made = |hit: &Hit| {
        let (rule, fact) = (catalogue.rules.get(hit.rule)?, matcher.facts.get(hit.fact)?);
        let at = match fact.at() {
            At { file: "", line } => inventory
                .settings
                .places
                .get(&said(fact))
                .map_or(At { file: settings_file, line }, |place| At { file: &place.file, line: place.line }),
            known => known,
        };
        let symbol = fact.symbol();
        let detail = detail(fact);
        let counts = rule.driver.as_deref().is_some_and(|d| counted.get(&(d, matcher.work(hit.fact))).is_some_and(|(_, by)| by == hit));
        Some(Finding {
            rule: hit.rule,
            id: rule.id.clone(),
            severity: rule.severity,
            message: message(&rule.title, &detail, &symbol),
            text: text(fact, detail),
            file: at.file.to_owned(),
            line: at.line,
            symbol,
            fingerprint: String::new(),
            driver: rule.driver.clone().filter(|_| counts),
            places: 1,
            also: Vec::new(),
            suppressed: None,
            units: if counts || rule.cost.is_some() { rule.units } else { 0.0 },
        })
    };
    let mut out: Vec<Finding> = hits.par_iter().filter_map(made).collect();
    out.par_sort_by(|a, b| (&a.file, a.line, &a.id, &a.symbol, &a.message).cmp(&(&b.file, b.line, &b.id, &b.symbol, &b.message)));
    fingerprints(&mut out);
    out
}

/// Name and value of what the settings say.
fn said(fact: &Fact<'_>) -> (String, String) {
    let (name, value) = match fact {
        Fact::Setting(name, value) => (*name, *value),
        Fact::RestFramework(_, value) => return (fact.symbol(), (*value).to_owned()),
        Fact::Middleware(name, _) => ("MIDDLEWARE", *name),
        Fact::ContextProcessor(processor) => ("TEMPLATES.OPTIONS.context_processors", processor.qualname.as_str()),
        _ => ("", ""),
    };
    (name.to_owned(), value.to_owned())
}

/// What stands at the place, as far as the symbol does not say it.
fn detail(fact: &Fact<'_>) -> String {
    match fact {
        Fact::Use(_, used) => used.what.clone(),
        Fact::Query(query) => format!("{} {}", query.model.as_deref().unwrap_or("?"), query.chain.join(".")),
        Fact::Mention(mention) => mention.name.clone(),
        Fact::Setting(_, value) | Fact::RestFramework(_, value) => (*value).to_owned(),
        _ => String::new(),
    }
}

/// What tells one place from another where the symbol does not: models that are registered with the same class.
fn text(fact: &Fact<'_>, detail: String) -> String {
    match fact {
        Fact::Admin(admin) => admin.model.clone().unwrap_or_default(),
        // What a base class writes is no model's.
        Fact::AdminPart(admin, part) if part.class == admin.admin => admin.model.clone().unwrap_or_default(),
        _ => detail,
    }
}

/// The rule's title with what it was found on.
fn message(title: &str, detail: &str, symbol: &str) -> String {
    match (symbol.is_empty(), detail.is_empty()) {
        (true, true) => title.to_owned(),
        (true, false) => [title, ": ", detail].concat(),
        (false, true) => [title, ": ", symbol].concat(),
        (false, false) => [title, ": ", detail, " in ", symbol].concat(),
    }
}

/// Rule, symbol and normalised text, and the ordinal among equals in the order of the source. No wording of ours: a better title makes no new finding.
fn fingerprints(findings: &mut [Finding]) {
    let mut seen: BTreeMap<u64, u64> = BTreeMap::new();
    let key = |finding: &Finding| {
        let text: String = finding.text.split_whitespace().collect::<Vec<_>>().join(" ");
        fnv(&[finding.id.as_str(), finding.symbol.as_str(), text.as_str()])
    };
    let keys: Vec<u64> = findings.par_iter().map(key).collect();
    for (finding, key) in findings.iter_mut().zip(keys) {
        let ordinal = seen.entry(key).and_modify(|n| *n += 1).or_insert(0);
        finding.fingerprint = format!("{:016x}", fnv(&[&format!("{key:016x}"), &ordinal.to_string()]));
    }
}

/// FNV-1a, 64 bit, with a mark after each part: the same on every machine and in every version, which the standard hasher does not promise.
pub fn fnv(parts: &[&str]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut step = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    for part in parts {
        part.bytes().for_each(&mut step);
        step(0xff);
    }
    hash
}
