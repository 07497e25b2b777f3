//! Rules against facts: which rule fires where.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::django::inventory::{Inventory, Verb};

use super::construct::{Attr, Fact};
use super::facts::facts;
use super::schema::{Catalogue, Condition, Literal, Match, Rule};

/// A rule that fired on a fact; both by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub rule: usize,
    pub fact: usize,
}

/// The facts of a project by kind, ready to be matched.
pub struct Matcher<'a> {
    pub facts: Vec<Fact<'a>>,
    by_kind: BTreeMap<&'static str, Vec<usize>>,
    /// Mentions by what they do with which name.
    by_name: BTreeMap<(Verb, &'a str), Vec<usize>>,
    /// By fact: the first that speaks of the same work, most often itself.
    first: Vec<usize>,
}

impl<'a> Matcher<'a> {
    pub fn new(inventory: &'a Inventory) -> Self {
        let mut all = facts(inventory);
        let mut by_kind: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
        for (index, fact) in all.iter().enumerate() {
            by_kind.entry(fact.kind()).or_default().push(index);
        }
        let mut by_name: BTreeMap<(Verb, &'a str), Vec<usize>> = BTreeMap::new();
        for mention in &inventory.mentions {
            by_name.entry((mention.verb, mention.name.as_str())).or_default().push(all.len());
            all.push(Fact::Mention(mention));
        }
        // A receiver is ported once, however many senders it is connected to, and so is a function, however often it calls the same.
        let mut mentions: HashMap<(Verb, &str, &str), usize> = HashMap::new();
        let mut receivers: BTreeMap<&str, usize> = BTreeMap::new();
        let first_of = |(index, fact): (usize, &Fact<'a>)| match fact {
            Fact::Signal(signal, _) => signal.receiver.as_deref().map_or(index, |receiver| *receivers.entry(receiver).or_insert(index)),
            Fact::Mention(mention) => *mentions.entry((mention.verb, mention.scope.as_str(), mention.name.as_str())).or_insert(index),
            _ => index,
        };
        let first = all.iter().enumerate().map(first_of).collect();
        Matcher { facts: all, by_kind, by_name, first }
    }

    /// The fact whose work it is.
    pub fn work(&self, fact: usize) -> usize {
        self.first.get(fact).copied().unwrap_or(fact)
    }

    /// Every place where a rule of the catalogue fires, by rule and then by fact.
    pub fn hits(&self, catalogue: &Catalogue) -> Vec<Hit> {
        let of_rule = |(rule, Rule { matches, .. }): (usize, &Rule)| {
            let mut places = self.places(matches);
            places.sort_unstable();
            places.dedup();
            places.into_iter().map(|fact| Hit { rule, fact }).collect::<Vec<Hit>>()
        };
        let hits: Vec<Vec<Hit>> = catalogue.rules.par_iter().enumerate().map(of_rule).collect();
        hits.concat()
    }

    fn places(&self, matches: &Match) -> Vec<usize> {
        match matches {
            Match::Construct { kind, conditions } => {
                let of_kind = self.by_kind.get(kind.as_str()).map_or(&[][..], Vec::as_slice);
                let holds = |index: &usize| self.facts.get(*index).is_some_and(|fact| all_hold(fact, conditions));
                of_kind.iter().copied().filter(holds).collect()
            }
            Match::Call(names) => self.mentioned(Verb::Call, names),
            Match::Decorator(names) => self.mentioned(Verb::Decorator, names),
            Match::Subclass(names) => self.mentioned(Verb::Subclass, names),
            Match::Import(names) => {
                let below: Vec<String> = names.iter().map(|name| format!("{name}.*")).collect();
                self.mentioned(Verb::Import, &below)
            }
            Match::Any(parts) => parts.iter().flat_map(|part| self.places(part)).collect(),
            Match::All(parts) => {
                let Some((first, rest)) = parts.split_first() else { return Vec::new() };
                let there = |part: &Match| match part {
                    Match::Not(inner) => self.places(inner).is_empty(),
                    other => !self.places(other).is_empty(),
                };
                if rest.iter().all(there) { self.places(first) } else { Vec::new() }
            }
            // Absence has no place.
            Match::Not(_) => Vec::new(),
        }
    }

    fn mentioned(&self, verb: Verb, names: &[String]) -> Vec<usize> {
        let mut out = Vec::new();
        for name in names {
            // As `mentions::covers`: `a.b.*` is `a.b` and all below it, which in the order of names come together, with others between.
            let Some(head) = name.strip_suffix(".*") else {
                out.extend(self.by_name.get(&(verb, name.as_str())).into_iter().flatten());
                continue;
            };
            let from = self.by_name.range((verb, head)..).take_while(|((v, name), _)| *v == verb && name.starts_with(head));
            out.extend(from.filter(|((_, name), _)| covers(head, name)).flat_map(|(_, list)| list));
        }
        out
    }
}

fn covers(head: &str, name: &str) -> bool {
    name.strip_prefix(head).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn all_hold(fact: &Fact<'_>, conditions: &[(String, Condition)]) -> bool {
    conditions.iter().all(|(attribute, condition)| holds(&fact.attr(attribute), condition))
}

/// Whether what is known satisfies the condition; a list does where one of its elements does, and where it should not, where none does.
fn holds(value: &Attr<'_>, condition: &Condition) -> bool {
    match (value, condition) {
        (Attr::Unknown, _) => false,
        (value, Condition::Is(literals)) => literals.iter().any(|l| equals(value, l)),
        (value, Condition::Not(literals)) => !literals.iter().any(|l| equals(value, l)),
        (Attr::Text(text), Condition::Starts(head)) => text.starts_with(head.as_str()),
        (Attr::List(items), Condition::Starts(head)) => items.iter().any(|i| i.starts_with(head.as_str())),
        (Attr::Text(text), Condition::Ends(tail)) => text.ends_with(tail.as_str()),
        (Attr::List(items), Condition::Ends(tail)) => items.iter().any(|i| i.ends_with(tail.as_str())),
        (Attr::Int(number), Condition::Min(least)) => number >= least,
        (Attr::Int(number), Condition::Max(most)) => number <= most,
        (Attr::List(items), Condition::Min(least)) => items.len() as i64 >= *least,
        (Attr::List(items), Condition::Max(most)) => items.len() as i64 <= *most,
        (value, Condition::Present(wanted)) => {
            let empty = match value {
                Attr::Text(text) => text.is_empty(),
                Attr::List(items) => items.is_empty(),
                Attr::Bool(truth) => !truth,
                _ => false,
            };
            empty != *wanted
        }
        _ => false,
    }
}

fn equals(value: &Attr<'_>, literal: &Literal) -> bool {
    match (value, literal) {
        (Attr::Bool(a), Literal::Bool(b)) => a == b,
        (Attr::Int(a), Literal::Int(b)) => a == b,
        (Attr::Text(a), Literal::Text(b)) => a == b,
        (Attr::List(items), Literal::Text(b)) => items.iter().any(|i| i == b),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_satisfies_nothing() {
        for condition in [Condition::Not(vec![Literal::Bool(true)]), Condition::Present(false), Condition::Is(vec![Literal::Bool(false)])] {
            assert!(!holds(&Attr::Unknown, &condition));
        }
    }

    #[test]
    fn lists_and_texts() {
        let list = Attr::List(vec!["a.b".into(), "c".into()]);
        assert!(holds(&list, &Condition::Is(vec![Literal::Text("c".into())])));
        assert!(!holds(&list, &Condition::Not(vec![Literal::Text("c".into())])));
        assert!(holds(&list, &Condition::Starts("a.".into())) && holds(&list, &Condition::Min(2)) && !holds(&list, &Condition::Max(1)));
        assert!(holds(&Attr::Text("".into()), &Condition::Present(false)));
    }
}
