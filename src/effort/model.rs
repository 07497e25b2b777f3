//! The numbers of the model that are no unit costs, read from `model.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::rules::costs::Class;
use crate::rules::{Mistake, Status};

const BUILTIN: &str = include_str!("model.toml");

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub version: String,
    pub doubt: Doubt,
    pub learning: Learning,
    pub multipliers: Multipliers,
    pub overheads: Overheads,
    pub tests: Tests,
    pub integration: Integration,
    /// Strategy → name → cost.
    pub fixed: BTreeMap<String, BTreeMap<String, Fixed>>,
    pub time: Time,
    pub verdict: Thresholds,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doubt {
    pub project: f64,
    pub module_tested: f64,
    pub module_some_tests: f64,
    pub module_few_tests: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learning {
    pub rate: f64,
    pub floor: f64,
    pub groups: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Multipliers {
    pub lowest: f64,
    pub highest: f64,
    pub complexity: ComplexityFactor,
    pub dynamic: DynamicFactor,
    pub tests: TestsFactor,
    pub unfamiliarity: Unfamiliarity,
    pub assistance: Assistance,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComplexityFactor {
    pub from: f64,
    pub step: f64,
    pub cap: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DynamicFactor {
    pub step: f64,
    pub cap: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestsFactor {
    pub few: f64,
    pub few_factor: f64,
    pub some: f64,
    pub some_factor: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unfamiliarity {
    pub knows: f64,
    pub some: f64,
    pub none: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assistance {
    pub off: f64,
    pub assisted: f64,
    pub assisted_doubt: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overheads {
    pub stabilisation: Share,
    pub review: Share,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    pub share: f64,
    pub class: Class,
    pub status: Status,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tests {
    pub per_case: f64,
    pub per_operation: f64,
    pub class: Class,
    pub status: Status,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Integration {
    pub cut_over: Unit,
    pub removal: Unit,
    pub route_group: Unit,
    pub import_edge: Unit,
    pub foreign_key: Unit,
    pub signal: Unit,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    pub mean: f64,
    pub class: Class,
    pub status: Status,
    pub unit: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    pub mean: f64,
    pub unit: String,
    /// The same where Django's ORM stays.
    #[serde(default)]
    pub orm_kept: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    pub week: f64,
    pub day: f64,
    pub ramp_up: f64,
    pub communication: f64,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    pub migrate_benefit: f64,
    pub hybrid_friction: f64,
    pub defer_benefit: f64,
    pub keep_html_share: f64,
    pub retire_months: u32,
}

impl Model {
    /// The model that ships with the program.
    pub fn builtin() -> Result<Model, Mistake> {
        toml::from_str(BUILTIN).map_err(|error| Mistake::toml(&error, BUILTIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_model_is_sound() {
        let model = Model::builtin().unwrap();
        let sum = |strategy: &str| model.fixed[strategy].values().map(|f| f.mean).sum::<f64>();
        assert_eq!((sum("reverse"), sum("in-process")), (126.0, 60.0));
    }
}
