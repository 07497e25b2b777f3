//! The numbers of the model that are no unit costs, read from `model.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Table;
use toml::de::DeTable;

use crate::rules::costs::Class;
use crate::rules::overlay::overlay;
use crate::rules::{Mistake, Status};

use super::calibrate::Profile;
use super::graph::EdgeKind;

const BUILTIN: &str = include_str!("model.toml");

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub version: String,
    pub custom_admin: f64,
    /// Share of the lines in files that no rule speaks of which are touched all the same.
    pub uncoupled: f64,
    pub doubt: Doubt,
    pub learning: Learning,
    pub multipliers: Multipliers,
    pub overheads: Overheads,
    pub tests: Tests,
    pub integration: Integration,
    /// Strategy → name → cost.
    pub fixed: BTreeMap<String, BTreeMap<String, Fixed>>,
    /// Way of login → cost, where it moves.
    pub login: BTreeMap<String, Fixed>,
    pub time: Time,
    pub rollout: Rollout,
    pub verdict: Thresholds,
    pub points: Points,
    /// What finished modules taught; a profile brings it, never the file itself.
    #[serde(skip)]
    pub profile: Option<Profile>,
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
    pub catch_up: CatchUp,
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
pub struct CatchUp {
    pub share: f64,
    pub cap: f64,
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
    pub own_cut_over: f64,
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

/// How the move is cut into phases.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rollout {
    pub small_unit: f64,
    pub together: f64,
    pub pilot: f64,
    pub solo: f64,
    pub foundation_crew: f64,
    pub cut_growth: f64,
    pub cut: BTreeMap<EdgeKind, f64>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    pub migrate_benefit: f64,
    pub hybrid_friction: f64,
    pub carried_friction: f64,
    pub defer_benefit: f64,
    pub keep_html_share: f64,
    pub fixed_share: f64,
    pub retire_months: u32,
}

/// Points for and against a move.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Points {
    pub network: f64,
    pub network_without_routes: f64,
    pub streaming: f64,
    pub inference: f64,
    pub api: f64,
    pub small: f64,
    pub small_views: f64,
    pub traffic: f64,
    pub clients: f64,
    pub pains: f64,
    pub admin_class: f64,
    pub admin_custom: f64,
    pub admin_cap: f64,
    pub pages: f64,
    pub forms: f64,
    pub complex_queries: f64,
    pub complex_cap: f64,
    pub hard: f64,
    pub hard_cap: f64,
    pub django_only: f64,
    pub user_core: f64,
    pub shared_from: f64,
    pub shared_table: f64,
    pub shared_cap: f64,
    pub blocker: f64,
    pub hub: f64,
    pub hub_modules: f64,
    pub thin_tests: f64,
}

impl Model {
    /// The model that ships with the program.
    pub fn builtin() -> Result<Model, Mistake> {
        toml::from_str(BUILTIN).map_err(|error| Mistake::toml(&error, BUILTIN))
    }

    /// The model with a team's numbers in place of its own.
    pub fn with(own: &DeTable<'_>) -> Result<Model, Mistake> {
        let base: Table = toml::from_str(BUILTIN).map_err(|error| Mistake::toml(&error, BUILTIN))?;
        overlay(base, own, |table| {
            let model: Model = table.clone().try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
            model.sound().map(|()| model)
        })
    }

    /// What finished modules taught about a group of work.
    pub fn learnt(&self, group: &str) -> f64 {
        self.profile.as_ref().map_or(1.0, |p| p.of(group))
    }

    /// Bounds that the arithmetic rests on.
    fn sound(&self) -> Result<(), String> {
        let share = |value: f64| value > 0.0 && value <= 1.0;
        let rules = [
            (share(self.learning.rate) && share(self.learning.floor), "learning.rate and learning.floor lie above 0 and up to 1"),
            (
                self.multipliers.lowest > 0.0 && self.multipliers.lowest <= self.multipliers.highest,
                "multipliers.lowest lies above 0 and not above multipliers.highest",
            ),
            (self.multipliers.catch_up.cap < 1.0, "multipliers.catch_up.cap lies below 1"),
            (self.doubt.project <= 2.0 && self.doubt.module_few_tests <= 2.0, "doubt is a standard deviation of a logarithm, up to 2"),
            (self.rollout.cut_growth > 0.0 && self.rollout.cut_growth <= 1.0, "rollout.cut_growth lies above 0 and up to 1"),
            (
                self.rollout.solo > 0.0 && self.rollout.foundation_crew > 0.0 && self.rollout.cut.values().all(|hours| *hours >= 0.0),
                "rollout.solo and rollout.foundation_crew lie above 0, and no cut has negative hours",
            ),
            (self.time.week > 0.0 && self.time.day > 0.0, "a week and a day have hours"),
        ];
        rules.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, rule)| Err(rule.to_owned()))
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
