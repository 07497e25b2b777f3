//! The texts and numbers of the plan that are data: `wording.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::data::{CanaryStep, Shadow};
use super::hours::Split;

const TEXT: &str = include_str!("wording.toml");

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    pub split: Split,
    pub fixed: Fixed,
    pub shadow: Shadow,
    pub canary: Vec<CanaryStep>,
    pub exit: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// Drivers that belong to the last phase.
    pub end: Vec<String>,
}

/// Parsed once; a mistake in the file is one of the program, which a test finds.
static WORDING: LazyLock<Result<Wording, String>> = LazyLock::new(|| toml::from_str(TEXT).map_err(|error| error.to_string()));

pub fn wording() -> Option<&'static Wording> {
    WORDING.as_ref().ok()
}

impl Wording {
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
