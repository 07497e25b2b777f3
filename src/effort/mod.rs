//! What the move costs: module by module, as a range, every number open down to the findings it counts.
//!
//! Findings → lines (driver × units × unit cost × learning × multipliers) → modules → project. Lines are expected values, so they add up;
//! the range comes from one closed form over the spread of the lines and two shared factors.

pub mod estimate;
pub mod graph;
pub mod lines;
pub mod math;
pub mod model;
pub mod modules;
pub mod strategy;
pub mod verdict;

pub use estimate::{Estimate, ModuleEstimate, estimate};
pub use model::Model;
pub use strategy::Strategy;

use crate::django::inventory::Inventory;
use crate::rules::{Catalogue, Finding, findings};

/// A scan with what it means: what every report is made from.
#[derive(Clone, Debug)]
pub struct Analysis {
    pub inventory: Inventory,
    pub catalogue: Catalogue,
    pub model: Model,
    pub findings: Vec<Finding>,
    pub estimate: Estimate,
}

impl Analysis {
    pub fn of(inventory: Inventory, catalogue: Catalogue, model: Model, strategy: Strategy) -> Analysis {
        let findings = findings(&catalogue, &inventory);
        let inputs = estimate::Inputs { inventory: &inventory, catalogue: &catalogue, findings: &findings, model: &model };
        let estimate = estimate::estimate(inputs, strategy);
        Analysis { inventory, catalogue, model, findings, estimate }
    }
}
