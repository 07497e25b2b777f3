//! The texts and numbers of the plan that are data: `wording.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::base::last_part;

use super::data::{CanaryStep, Shadow};
use super::hours::Split;

const TEXT: &str = include_str!("wording.toml");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    pub split: Split,
    pub fixed: Fixed,
    pub last: Last,
    pub shadow: Shadow,
    pub canary: Vec<CanaryStep>,
    pub exit: BTreeMap<String, Vec<String>>,
    pub how: BTreeMap<String, String>,
    pub remedy: BTreeMap<String, String>,
    pub rollback: BTreeMap<String, String>,
    pub auth: BTreeMap<String, String>,
    pub parity: BTreeMap<String, String>,
    pub advice: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// Drivers that belong to the last phase.
    pub end: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Last {
    /// Names of modules that go last.
    pub words: Vec<String>,
}

/// Parsed once; a mistake in the file is one of the program, which a test finds.
static WORDING: LazyLock<Result<Wording, String>> = LazyLock::new(|| toml::from_str(TEXT).map_err(|error| error.to_string()));

pub fn wording() -> Option<&'static Wording> {
    WORDING.as_ref().ok()
}

/// A text by its key; the key itself where there is none, which a test excludes.
fn text<'a>(table: &'a BTreeMap<String, String>, key: &'a str) -> &'a str {
    table.get(key).map_or(key, String::as_str)
}

impl Wording {
    pub fn how<'a>(&'a self, key: &'a str) -> &'a str {
        text(&self.how, key)
    }

    pub fn remedy<'a>(&'a self, key: &'a str) -> &'a str {
        text(&self.remedy, key)
    }

    pub fn rollback<'a>(&'a self, key: &'a str) -> &'a str {
        text(&self.rollback, key)
    }

    pub fn parity<'a>(&'a self, key: &'a str) -> &'a str {
        text(&self.parity, key)
    }

    pub fn advice<'a>(&'a self, key: &'a str) -> &'a str {
        text(&self.advice, key)
    }

    /// What is done about an authentication class, by the last part of its dotted name.
    pub fn auth(&self, name: &str) -> &str {
        let other = || self.auth.get("other");
        self.auth.get(last_part(name)).or_else(other).map_or("", String::as_str)
    }

    pub fn exit(&self, kind: &str) -> Vec<String> {
        self.exit.get(kind).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_can_be_read() {
        let wording: Wording = toml::from_str(TEXT).unwrap();
        for kind in ["foundations", "reads", "writes", "jobs", "end", "gate"] {
            assert!(!wording.exit(kind).is_empty(), "{kind}");
        }
        assert_eq!(wording.canary.last().map(|step| step.percent), Some(100));
    }
}
