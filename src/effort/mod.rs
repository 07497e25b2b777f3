//! What the move costs: module by module, as a range, every number open down to the findings it counts.
//!
//! Findings → lines (driver × units × unit cost × learning × multipliers) → modules → project. Lines are expected values, so they add up;
//! the range comes from one closed form over the spread of the lines and two shared factors.

pub mod calibrate;
mod called;
pub mod choices;
pub mod estimate;
pub mod graph;
pub mod lines;
pub mod math;
pub mod model;
pub mod modules;
pub mod price;
pub mod risks;
pub mod sensitivity;
pub mod strategy;
pub mod verdict;
pub mod whole;

pub use choices::Choices;
pub use estimate::{Estimate, ModuleEstimate, estimate};
pub use model::Model;
pub use risks::Risk;
pub use strategy::Strategy;

use modules::Modules;

use crate::django::inventory::{Diagnostic, Inventory};
use crate::rules::suppress::suppress;
use crate::rules::titles::name_packages;
use crate::rules::{Catalogue, Finding, findings, fold};

/// A scan with what it means: what every report is made from.
#[derive(Clone, Debug)]
pub struct Analysis {
    pub inventory: Inventory,
    pub catalogue: Catalogue,
    pub model: Model,
    pub choices: Choices,
    pub findings: Vec<Finding>,
    pub estimate: Estimate,
    /// The weightiest risks, blockers first.
    pub risks: Vec<Risk>,
}

/// migscan.toml speaks of a module that there is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchModule {
    pub span: std::ops::Range<usize>,
    pub name: String,
    pub known: Vec<String>,
}

/// A move ends with the last file of a module; nobody has to touch the configuration in the same commit.
fn gone(known: &choices::Known) -> Diagnostic {
    Diagnostic {
        severity: "warning".to_owned(),
        code: "no-such-module".to_owned(),
        message: format!("the configuration names the module {}, which there is not: moved, or mistyped", known.name.get_ref()),
        file: None,
        line: None,
    }
}

impl Analysis {
    /// What the estimate was made from, to make a part of it again.
    pub fn inputs(&self) -> estimate::Inputs<'_> {
        estimate::Inputs {
            inventory: &self.inventory,
            catalogue: &self.catalogue,
            findings: &self.findings,
            model: &self.model,
            choices: &self.choices,
        }
    }

    pub fn of(inventory: Inventory, catalogue: Catalogue, model: Model, choices: Choices) -> Result<Analysis, NoSuchModule> {
        let partition = Modules::of(&inventory, &choices.modules);
        let mut inventory = inventory;
        let missing = || choices.modules.iter().filter(|k| partition.named(k.name.get_ref()).is_none());
        inventory.diagnostics.extend(missing().filter(|k| k.outlasts()).map(gone));
        if let Some(unknown) = missing().find(|k| !k.outlasts()) {
            let known = partition.list.iter().map(|m| m.name.clone()).collect();
            return Err(NoSuchModule { span: unknown.name.span(), name: unknown.name.get_ref().clone(), known });
        }
        let mut catalogue = catalogue;
        name_packages(&mut catalogue, &inventory);
        let mut findings = findings(&catalogue, &inventory);
        let unused = suppress(&catalogue, &inventory, &mut findings);
        inventory.diagnostics.extend(unused);
        let findings = fold(&catalogue, findings);
        let inputs =
            estimate::Inputs { inventory: &inventory, catalogue: &catalogue, findings: &findings, model: &model, choices: &choices };
        let estimate = estimate::estimate(inputs, partition);
        let risks = risks::top(&catalogue, &findings);
        Ok(Analysis { inventory, catalogue, model, choices, findings, estimate, risks })
    }
}
