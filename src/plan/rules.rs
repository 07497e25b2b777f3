//! What a proxy has to decide in one phase: which side answers which path and method.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Django,
    FastApi,
    /// FastAPI for the share of clients that the canary has, Django for the others. Only for what changes nothing: where it is said of other
    /// methods as well, Django answers those.
    Canary,
}

/// One path: a rule holds for the whole path, and the first rule whose expression matches decides.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// For the raw path as it was sent, percent-encoding and all, without the query. In the syntax that PCRE and RE2 share, without look-around
    /// and back-references, and without anchors: it always stands for the whole path.
    pub regex: String,
    /// As the report names the route; for comments.
    pub path: String,
    /// Upper-case methods that do not go where the rest goes.
    #[serde(default)]
    pub methods: BTreeMap<String, Side>,
    pub rest: Side,
    /// Connections stay open.
    #[serde(default)]
    pub websocket: bool,
}

/// A route that no proxy rule can tell apart.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manual {
    pub path: String,
    pub reason: String,
    pub file: String,
    pub line: u32,
}

/// All that one phase needs, in the order in which Django's resolver tries the patterns. What no rule matches goes to Django.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSet {
    pub rules: Vec<Rule>,
    #[serde(default)]
    pub manual: Vec<Manual>,
}

/// Methods that promise to change nothing: they may be tried twice, copied, and answered by either side.
pub const SAFE: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

impl Rule {
    pub fn side(&self, method: &str) -> Side {
        match self.methods.get(method).copied().unwrap_or(self.rest) {
            Side::Canary if !SAFE.contains(&method) => Side::Django,
            side => side,
        }
    }
}
