//! What a proxy has to decide in one phase: which side answers which path and method.

use std::collections::BTreeMap;

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Django,
    FastApi,
    /// FastAPI for the share of clients that the canary has, Django for the others.
    Canary,
}

/// One path: a rule holds for the whole path, and the first rule whose expression matches decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// For the raw path as it was sent, percent-encoding and all, without the query. In the syntax that PCRE and RE2 share, without look-around
    /// and back-references, and without anchors: it always stands for the whole path.
    pub regex: String,
    /// As the report names the route; for comments.
    pub path: String,
    /// Upper-case methods that do not go where the rest goes.
    pub methods: BTreeMap<String, Side>,
    pub rest: Side,
    /// Connections stay open.
    pub websocket: bool,
}

/// A route that no proxy rule can tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manual {
    pub path: String,
    pub reason: String,
    pub file: String,
    pub line: u32,
}

/// All that one phase needs, in the order in which Django's resolver tries the patterns. What no rule matches goes to Django.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSet {
    pub rules: Vec<Rule>,
    pub manual: Vec<Manual>,
}

impl Rule {
    pub fn side(&self, method: &str) -> Side {
        self.methods.get(method).copied().unwrap_or(self.rest)
    }
}
