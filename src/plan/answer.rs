//! What a set of rules answers, as a proxy would find out: the first rule whose expression matches the whole path decides.

use regex::Regex;

use super::rules::{Rule, RuleSet, Side};

/// A set of rules with its expressions compiled.
pub struct Answers<'a> {
    rules: Vec<(Regex, &'a Rule)>,
}

impl<'a> Answers<'a> {
    /// None where an expression is too large for the engine.
    pub fn new(set: &'a RuleSet) -> Option<Self> {
        let compiled = |rule: &'a Rule| Some((Regex::new(&format!("^(?:{})$", rule.regex)).ok()?, rule));
        Some(Answers { rules: set.rules.iter().map(compiled).collect::<Option<_>>()? })
    }

    /// For an upper-case method and the path as it was sent, without the query.
    pub fn side(&self, method: &str, raw_path: &str) -> Side {
        let rule = self.rules.iter().find(|(regex, _)| regex.is_match(raw_path));
        rule.map_or(Side::Django, |(_, rule)| rule.side(method))
    }
}

impl RuleSet {
    /// For single questions; [`Answers`] for many.
    pub fn answer(&self, method: &str, raw_path: &str) -> Side {
        Answers::new(self).map_or(Side::Django, |answers| answers.side(method, raw_path))
    }
}
