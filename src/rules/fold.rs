//! Information that repeats: one finding for a rule in a file, with the number of its places.
//!
//! A project has thousands of places that only say "there is a counterpart, nothing to decide"; listed one by one they hide the others. What
//! costs something, speaks for a verdict or is settled by a comment keeps a finding of its own.

use std::collections::BTreeMap;

use super::finding::{Finding, fnv};
use super::schema::{Catalogue, Rule, Severity};

/// The first place of each keeps the finding. Its fingerprint speaks of rule and file, so that a further place makes no new finding.
pub fn fold(catalogue: &Catalogue, findings: Vec<Finding>) -> Vec<Finding> {
    let mut first: BTreeMap<(usize, String), usize> = BTreeMap::new();
    let mut out: Vec<Finding> = Vec::with_capacity(findings.len());
    for mut finding in findings {
        let Some(rule) = catalogue.rules.get(finding.rule).filter(|rule| only_informs(rule, &finding)) else {
            out.push(finding);
            continue;
        };
        if let Some(known) = first.get(&(finding.rule, finding.file.clone())).and_then(|at| out.get_mut(*at)) {
            known.places += 1;
            known.also.push(finding.line);
            continue;
        }
        first.insert((finding.rule, finding.file.clone()), out.len());
        finding.message.clone_from(&rule.title);
        finding.symbol.clear();
        finding.fingerprint = format!("{:016x}", fnv(&[&rule.id, &finding.file, "file"]));
        out.push(finding);
    }
    out
}

fn only_informs(rule: &Rule, finding: &Finding) -> bool {
    rule.severity == Severity::Info
        && finding.driver.is_none()
        && finding.suppressed.is_none()
        && rule.cost.is_none()
        && rule.benefit.is_none()
        && rule.package.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::builtin;

    fn found(catalogue: &Catalogue, id: &str, file: &str, line: u32) -> Finding {
        let rule = catalogue.rules.iter().position(|r| r.id == id).unwrap();
        let severity = catalogue.rules[rule].severity;
        Finding {
            rule,
            id: id.to_owned(),
            severity,
            message: format!("at {line}"),
            file: file.to_owned(),
            line,
            symbol: String::new(),
            fingerprint: line.to_string(),
            driver: None,
            units: 0.0,
            text: String::new(),
            places: 1,
            also: Vec::new(),
            suppressed: None,
        }
    }

    #[test]
    fn only_what_merely_informs_is_folded() {
        let catalogue = builtin::catalogue().unwrap();
        let id = |severity: Severity| {
            let plain = |r: &&Rule| r.severity == severity && r.cost.is_none() && r.benefit.is_none() && r.package.is_none();
            catalogue.rules.iter().find(plain).unwrap().id.clone()
        };
        let (info, potential) = (id(Severity::Info), id(Severity::Potential));
        let mut counted = found(&catalogue, &info, "a.py", 3);
        counted.driver = Some("model".to_owned());
        let list = vec![
            found(&catalogue, &info, "a.py", 1),
            found(&catalogue, &info, "a.py", 2),
            counted,
            found(&catalogue, &potential, "a.py", 4),
            found(&catalogue, &potential, "a.py", 5),
            found(&catalogue, &info, "b.py", 6),
        ];
        let folded = fold(&catalogue, list);
        let lines: Vec<(u32, u32)> = folded.iter().map(|f| (f.line, f.places)).collect();
        assert_eq!(lines, [(1, 2), (3, 1), (4, 1), (5, 1), (6, 1)]);
        assert_eq!(folded[0].also, [2]);
        assert_ne!(folded[0].fingerprint, folded[4].fingerprint);
        assert_eq!(folded[0].fingerprint, fold(&catalogue, vec![found(&catalogue, &info, "a.py", 9)])[0].fingerprint);
    }
}
