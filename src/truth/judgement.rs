//! What a comparison of two lists comes to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What is said of each thing. On the side of the report no value means: nothing is said where something should be.
pub type Wanted = BTreeMap<String, Value>;
pub type Claimed = BTreeMap<String, Option<Value>>;

#[derive(Clone, Debug, Default)]
pub struct Judgement {
    pub expected: usize,
    pub right: usize,
    pub missing: Vec<String>,
    pub extra: Vec<String>,
    /// What Django says, and the report.
    pub wrong: Vec<(String, Value, Option<Value>)>,
}

/// The numbers of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    pub expected: usize,
    pub right: usize,
    pub missing: usize,
    pub extra: usize,
    pub wrong: usize,
}

impl Judgement {
    pub fn of(expected: &Wanted, reported: &Claimed) -> Self {
        Self::with(expected, reported, &BTreeSet::new(), |wanted, got| wanted == got)
    }

    pub fn except(expected: &Wanted, reported: &Claimed, optional: &BTreeSet<String>) -> Self {
        Self::with(expected, reported, optional, |wanted, got| wanted == got)
    }

    pub fn with(expected: &Wanted, reported: &Claimed, optional: &BTreeSet<String>, same: impl Fn(&Value, &Value) -> bool) -> Self {
        let missing: Vec<String> = expected.keys().filter(|key| !reported.contains_key(*key)).cloned().collect();
        let extra = reported.keys().filter(|key| !expected.contains_key(*key) && !optional.contains(*key)).cloned().collect();
        let wrong: Vec<(String, Value, Option<Value>)> = expected
            .iter()
            .filter_map(|(key, wanted)| {
                let got = reported.get(key)?;
                let same = got.as_ref().is_some_and(|got| same(wanted, got));
                (!same).then(|| (key.clone(), wanted.clone(), got.clone()))
            })
            .collect();
        let right = expected.len() - missing.len() - wrong.len();
        Judgement { expected: expected.len(), right, missing, extra, wrong }
    }

    pub fn counts(&self) -> Counts {
        Counts { expected: self.expected, right: self.right, missing: self.missing.len(), extra: self.extra.len(), wrong: self.wrong.len() }
    }
}

impl Counts {
    /// Of what the report claims, how much is right; none if it claims nothing.
    pub fn precision(self) -> Option<f64> {
        ratio(self.right, self.extra + self.wrong)
    }

    /// Of what Django knows, how much the report has, right; none if there is nothing.
    pub fn recall(self) -> Option<f64> {
        ratio(self.right, self.missing + self.wrong)
    }

    pub fn is_empty(self) -> bool {
        self.expected == 0 && self.extra == 0
    }
}

#[allow(clippy::cast_precision_loss)]
fn ratio(right: usize, errors: usize) -> Option<f64> {
    (right + errors > 0).then(|| right as f64 / (right + errors) as f64)
}
