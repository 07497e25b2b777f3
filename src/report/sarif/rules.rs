//! The rules that fire, as SARIF describes rules, and what a severity is there.

use std::collections::BTreeMap;

use super::message;
use super::shape::{Configuration, Help, Message, Rule as Described, RuleProperties};
use crate::report::explain;
use crate::report::json::Finding;
use crate::rules::schema::Severity;
use crate::rules::{Catalogue, Rule};

/// Kind and level. Only what fails has a level (SARIF 2.1.0, 3.27.10).
pub fn level(severity: &str) -> (&'static str, &'static str) {
    match severity {
        "blocker" => ("fail", "error"),
        "mandatory" => ("fail", "warning"),
        "potential" => ("fail", "note"),
        _ => ("informational", "none"),
    }
}

/// The weightiest first.
pub fn weight(severity: &str) -> usize {
    Severity::ALL.iter().position(|known| known.name() == severity).unwrap_or(Severity::ALL.len())
}

/// The rules of these findings sorted by id, and where each stands.
pub fn rules<'a>(catalogue: &Catalogue, findings: &[&'a Finding]) -> (Vec<Described>, BTreeMap<&'a str, usize>) {
    let fired: BTreeMap<&str, &Finding> = findings.iter().map(|finding| (finding.rule.as_str(), *finding)).collect();
    let index = fired.keys().enumerate().map(|(at, id)| (*id, at)).collect();
    (fired.values().map(|finding| described(catalogue, finding)).collect(), index)
}

fn described(catalogue: &Catalogue, finding: &Finding) -> Described {
    let default_configuration = Configuration { level: level(&finding.severity).1 };
    let Some(rule) = catalogue.rule(&finding.rule) else {
        // Under a pseudonym there is nothing to tell.
        let text = Message { text: "A rule of the team".to_owned() };
        let help = Help { text: text.text.clone(), markdown: None };
        let properties = RuleProperties { tags: tags("own", finding) };
        let id = finding.rule.clone();
        return Described { id, short_description: text.clone(), full_description: text, help, default_configuration, properties };
    };
    // The reason for a change speaks of the project; it stands in the JSON report.
    let rule = &Rule { overridden: None, ..rule.clone() };
    let whole = match &rule.trap {
        Some(trap) => format!("{} {trap}", rule.fastapi),
        None => rule.fastapi.clone(),
    };
    Described {
        id: rule.id.clone(),
        short_description: message(&rule.title),
        full_description: message(&whole),
        help: Help {
            text: explain::rule(catalogue, rule, false),
            // A team's rules lie in the scanned tree, and Markdown can do more than text.
            markdown: (rule.origin == "builtin").then(|| explain::rule(catalogue, rule, true)),
        },
        default_configuration,
        properties: RuleProperties { tags: tags(&rule.area, finding) },
    }
}

/// 20 are taken, 10 shown.
fn tags(area: &str, finding: &Finding) -> Vec<String> {
    let area: String = area.to_lowercase().chars().map(|ch| if ch.is_alphanumeric() { ch } else { '-' }).collect();
    vec!["migration".to_owned(), finding.severity.clone(), area]
}
