//! The rules in the form that all five languages are written from: one encoded pattern a path, and the few distinct ways in which methods are
//! shared out, so that a path has one line however many methods it has.

use std::collections::BTreeMap;

use super::super::rules::{Rule, RuleSet, SAFE, Side};
use super::{Refused, pattern};

/// How the methods of a path are shared out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// Methods that do not go where the rest goes.
    pub methods: BTreeMap<Side, Vec<String>>,
    pub rest: Side,
    pub websocket: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Without anchors and without a group around it.
    pub pattern: String,
    /// Which of the kinds.
    pub kind: usize,
    /// For a comment: nothing in it can end one.
    pub comment: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub kinds: Vec<Kind>,
    pub lines: Vec<Line>,
}

impl Kind {
    /// The parts of a path in which methods go the same way, `None` for all methods that the parts before do not name. Safe methods are apart
    /// from others, as they may be answered by Django where FastAPI is dead.
    pub fn parts(&self) -> Vec<(Option<Vec<&str>>, Side, bool)> {
        let mut out = Vec::new();
        for (side, methods) in &self.methods {
            for safe in [true, false] {
                let those: Vec<&str> = methods.iter().map(String::as_str).filter(|method| SAFE.contains(method) == safe).collect();
                if !those.is_empty() {
                    out.push((Some(those), *side, safe));
                }
            }
        }
        let named = |method: &str| self.methods.values().flatten().any(|one| one == method);
        let others: Vec<&str> = SAFE.into_iter().filter(|method| !named(method)).collect();
        if self.rest == Side::FastApi && !others.is_empty() {
            out.push((Some(others), self.rest, true));
        }
        out.push((None, self.rest, false));
        out
    }
}

impl Table {
    pub fn new(rules: &RuleSet) -> Result<Self, Refused> {
        let mut table = Table::default();
        let mut known: BTreeMap<Kind, usize> = BTreeMap::new();
        for rule in &rules.rules {
            let pattern = pattern::encoded(&rule.regex)?;
            let next = known.len();
            let kind = kind(rule)?;
            let number = *known.entry(kind.clone()).or_insert(next);
            if number == next {
                table.kinds.push(kind);
            }
            table.lines.push(Line { pattern, kind: number, comment: comment(&rule.path) });
        }
        Ok(table)
    }

    /// Each line with its kind.
    pub fn rows(&self) -> impl Iterator<Item = (&Line, &Kind)> {
        self.lines.iter().filter_map(|line| Some((line, self.kinds.get(line.kind)?)))
    }

    pub fn has(&self, side: Side) -> bool {
        self.kinds.iter().any(|kind| kind.rest == side || kind.methods.contains_key(&side))
    }
}

fn kind(rule: &Rule) -> Result<Kind, Refused> {
    let rest = rule.side("any other");
    let mut methods: BTreeMap<Side, Vec<String>> = BTreeMap::new();
    for method in rule.methods.keys() {
        if method.is_empty() || method.len() > 20 || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(Refused::new("method", method, "a method is written in capital letters"));
        }
    }
    // Canary only holds for some methods, so these are named even where the rule says it of the rest.
    let named = rule.methods.keys().map(String::as_str);
    let all: std::collections::BTreeSet<&str> = named.chain(SAFE).collect();
    for method in all {
        let side = rule.side(method);
        if side != rest {
            methods.entry(side).or_default().push(method.to_owned());
        }
    }
    Ok(Kind { methods, rest, websocket: rule.websocket })
}

/// What the configurations call a side.
pub fn word(side: Side) -> &'static str {
    match side {
        Side::Django => "django",
        Side::FastApi => "fastapi",
        Side::Canary => "canary",
    }
}

/// A path as a reader of the configuration wants to see it.
fn comment(path: &str) -> String {
    let known = |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, '/' | '_' | '-' | '.' | '{' | '}' | '<' | '>' | ':');
    let mut text: String = path.chars().take(120).map(|ch| if known(ch) { ch } else { '?' }).collect();
    if path.chars().nth(120).is_some() {
        text.push_str("...");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(methods: &[(&str, Side)], rest: Side) -> Rule {
        let methods = methods.iter().map(|(method, side)| ((*method).to_owned(), *side)).collect();
        Rule { regex: "/a/".to_owned(), path: "/a/".to_owned(), methods, rest, websocket: false }
    }

    #[test]
    fn equal_ways_are_one_kind() {
        let one = rule(&[("GET", Side::FastApi)], Side::Django);
        let same = rule(&[("GET", Side::FastApi), ("POST", Side::Django)], Side::Django);
        let other = rule(&[], Side::FastApi);
        let table = Table::new(&RuleSet { rules: vec![one, other, same], manual: Vec::new() }).unwrap();
        assert_eq!(table.lines.iter().map(|line| line.kind).collect::<Vec<_>>(), [0, 1, 0]);
        assert_eq!(table.kinds.len(), 2);
    }

    #[test]
    fn a_canary_never_holds_for_writes() {
        let all = kind(&rule(&[("POST", Side::Canary), ("GET", Side::FastApi)], Side::Canary)).unwrap();
        assert_eq!(all.rest, Side::Django);
        assert_eq!(all.methods[&Side::Canary], ["HEAD", "OPTIONS"]);
        assert_eq!(all.methods[&Side::FastApi], ["GET"]);
    }

    #[test]
    fn methods_and_comments_are_harmless() {
        for bad in ["get", "", "GET;", "GET POST", "G\"", "A\n"] {
            assert!(
                Table::new(&RuleSet { rules: vec![rule(&[(bad, Side::FastApi)], Side::Django)], manual: Vec::new() }).is_err(),
                "{bad}"
            );
        }
        assert_eq!(comment("/a/{pk}/\nserver #\"';$`*/"), "/a/{pk}/?server????????/");
        assert_eq!(comment(&"a".repeat(200)).len(), 123);
    }
}
