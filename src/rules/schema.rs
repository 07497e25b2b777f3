//! A rule, as it is written and as the rest of the program reads it.

use std::collections::BTreeMap;

use crate::django::mentions::Wanted;

use super::costs::Costs;

/// How much a reader should care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The move cannot be made, or not as planned, before this is settled.
    Blocker,
    /// Has to be rewritten for the move.
    Mandatory,
    /// May behave differently after the move without anybody noticing.
    Potential,
    /// Counted; mechanical.
    Info,
}

impl Severity {
    pub const ALL: [Severity; 4] = [Severity::Blocker, Severity::Mandatory, Severity::Potential, Severity::Info];

    pub fn name(self) -> &'static str {
        match self {
            Severity::Blocker => "blocker",
            Severity::Mandatory => "mandatory",
            Severity::Potential => "potential",
            Severity::Info => "info",
        }
    }
}

/// What a number or a statement rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Measured, or run.
    Evidence,
    /// Fitted to measured migrations.
    Tuned,
    /// Read in documentation or source.
    Documented,
    /// An expert's opinion.
    Judgement,
}

impl Status {
    pub fn name(self) -> &'static str {
        match self {
            Status::Evidence => "evidence",
            Status::Tuned => "tuned",
            Status::Documented => "documented",
            Status::Judgement => "judgement",
        }
    }
}

/// Chance of a silent change of behaviour times its usual cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    Low,
    Medium,
    High,
}

impl Risk {
    pub fn name(self) -> &'static str {
        match self {
            Risk::Low => "low",
            Risk::Medium => "medium",
            Risk::High => "high",
        }
    }
}

/// What happens to a third-party package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Package {
    /// Knows nothing of Django: used as it is.
    Same,
    /// A counterpart takes its place with little work.
    DropIn,
    /// A counterpart exists and wants work.
    Replace,
    /// No counterpart: what the project uses of it is written anew.
    Rewrite,
    /// Nothing can move before it is settled.
    Blocker,
    /// Its part stays on Django.
    Keep,
    /// Not needed any more.
    Drop,
}

impl Package {
    pub fn name(self) -> &'static str {
        match self {
            Package::Same => "same",
            Package::DropIn => "drop-in",
            Package::Replace => "replace",
            Package::Rewrite => "rewrite",
            Package::Blocker => "blocker",
            Package::Keep => "keep",
            Package::Drop => "drop",
        }
    }
}

/// What speaks for FastAPI where the rule fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Benefit {
    /// Waits for other services.
    Network,
    /// WebSockets, server-sent events, long responses.
    Streaming,
    /// Machine learning.
    Inference,
}

/// A condition on one attribute of a construct. What is not known satisfies none.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    Is(Vec<Literal>),
    Not(Vec<Literal>),
    Starts(String),
    Ends(String),
    Min(i64),
    Max(i64),
    /// Known and not empty.
    Present(bool),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Text(String),
    Bool(bool),
    Int(i64),
}

/// What a rule fires on.
#[derive(Clone, Debug, PartialEq)]
pub enum Match {
    /// A fact of the inventory: its kind, and conditions on its attributes.
    Construct {
        kind: String,
        conditions: Vec<(String, Condition)>,
    },
    Call(Vec<String>),
    Decorator(Vec<String>),
    Subclass(Vec<String>),
    Import(Vec<String>),
    /// Every place of each.
    Any(Vec<Match>),
    /// The places of the first, if each of the others is found anywhere in the project.
    All(Vec<Match>),
    /// Only within `all`: not found anywhere in the project.
    Not(Box<Match>),
}

/// A cost of a rule's own, for rules without a driver of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    pub mean: f64,
    pub class: super::costs::Class,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub id: String,
    pub title: String,
    /// Heading in the catalogue.
    pub area: String,
    pub matches: Match,
    pub severity: Severity,
    pub risk: Risk,
    /// The FastAPI side.
    pub fastapi: String,
    /// What changes in behaviour.
    pub trap: Option<String>,
    pub recipe: String,
    /// A row of the cost table; none where the rule only warns.
    pub driver: Option<String>,
    pub cost: Option<Own>,
    /// Units of the driver that one place counts.
    pub units: f64,
    /// What the statements of the rule rest on; a cost has a status of its own.
    pub status: Status,
    pub source: String,
    pub package: Option<Package>,
    pub benefit: Option<Benefit>,
    /// Name of the before/after example.
    pub example: String,
    /// Where the rule comes from: `builtin` or a file.
    pub origin: String,
    /// Why a built-in rule was changed by the configuration.
    pub overridden: Option<String>,
}

/// Before and after of a rule, as real code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Files of a Django project, each after a line `# --- path`.
    pub before: String,
    /// One FastAPI module.
    pub after: String,
}

/// All rules, sorted by id, with the costs that they name.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    pub rules: Vec<Rule>,
    pub costs: Costs,
    pub examples: BTreeMap<String, Example>,
}

impl Catalogue {
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.binary_search_by(|r| r.id.as_str().cmp(id)).ok().and_then(|i| self.rules.get(i))
    }

    /// The names that the scan has to look out for.
    pub fn wanted(&self) -> Wanted {
        let mut out = Wanted::default();
        for rule in &self.rules {
            rule.matches.wanted(&mut out);
        }
        out
    }
}

impl Match {
    fn wanted(&self, out: &mut Wanted) {
        match self {
            Match::Construct { .. } => {}
            Match::Call(names) => out.calls.extend(names.iter().cloned()),
            Match::Decorator(names) => out.decorators.extend(names.iter().cloned()),
            Match::Subclass(names) => out.subclasses.extend(names.iter().cloned()),
            Match::Import(names) => out.imports.extend(names.iter().cloned()),
            Match::Any(parts) | Match::All(parts) => parts.iter().for_each(|part| part.wanted(out)),
            Match::Not(part) => part.wanted(out),
        }
    }
}
