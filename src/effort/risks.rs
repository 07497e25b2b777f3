//! What may go wrong without anybody noticing: the rules of high risk, and the blockers, that fire, the weightiest first.

use std::collections::BTreeMap;

use crate::rules::schema::Risk as Degree;
use crate::rules::{Catalogue, Finding, Severity};

/// How many are named.
const NAMED: usize = 5;
/// Places of each that are named.
const PLACES: usize = 3;

#[derive(Clone, Debug, PartialEq)]
pub struct Risk {
    /// Id of the rule.
    pub rule: String,
    pub title: String,
    pub severity: Severity,
    /// What changes in behaviour.
    pub trap: Option<String>,
    pub count: usize,
    /// File and line of the first places.
    pub places: Vec<(String, u32)>,
}

/// The first places, each once: several findings may stand in one line. Code comes first: that a package is declared shows nobody where it bites.
fn first_places(findings: &[&Finding]) -> Vec<(String, u32)> {
    let (code, declared): (Vec<&Finding>, Vec<&Finding>) = findings.iter().partition(|finding| finding.file.ends_with(".py"));
    let mut out: Vec<(String, u32)> = Vec::new();
    for finding in code.into_iter().chain(declared) {
        if out.len() < PLACES && !out.iter().any(|(file, line)| *file == finding.file && *line == finding.line) {
            out.push((finding.file.clone(), finding.line));
        }
    }
    out
}

pub fn top(catalogue: &Catalogue, findings: &[Finding]) -> Vec<Risk> {
    let mut fired: BTreeMap<usize, Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|f| f.suppressed.is_none()) {
        let weighty =
            |severity: Severity, risk: Degree| severity == Severity::Blocker || (risk == Degree::High && severity != Severity::Info);
        if catalogue.rules.get(finding.rule).is_some_and(|rule| weighty(rule.severity, rule.risk)) {
            fired.entry(finding.rule).or_default().push(finding);
        }
    }
    let mut out: Vec<Risk> = fired
        .into_iter()
        .filter_map(|(rule, places)| {
            let rule = catalogue.rules.get(rule)?;
            Some(Risk {
                rule: rule.id.clone(),
                title: rule.title.clone(),
                severity: rule.severity,
                trap: rule.trap.clone(),
                count: places.len(),
                places: first_places(&places),
            })
        })
        .collect();
    // Blockers first; then what there is most of.
    out.sort_by(|a, b| (a.severity, std::cmp::Reverse(a.count), &a.rule).cmp(&(b.severity, std::cmp::Reverse(b.count), &b.rule)));
    out.truncate(NAMED);
    out
}
