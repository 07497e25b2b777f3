//! How far the move is, as the code of one commit shows it: module by module what Django still has, and what FastAPI answers as well.
//!
//! What has *moved* is known only against an earlier report; `report::trend` says it.

use std::collections::BTreeMap;

use crate::django::inventory::View;
use crate::effort::Analysis;
use crate::fastapi::matching::{Matching, State, counts, matching};

use super::scope::homes;

#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub matching: Matching,
    /// Models of installed apps, concrete ones.
    pub models: u64,
    /// Those among them whose table SQLAlchemy or SQLModel classes declare as well.
    pub models_twice: u64,
    /// As the estimate has them.
    pub modules: Vec<ModuleProgress>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleProgress {
    /// Positions in the inventory, of those that count.
    pub routes: Vec<usize>,
    pub twice: u64,
    pub partly: u64,
    /// Labels of its models, sorted as the inventory has them.
    pub models: Vec<String>,
}

pub fn progress(analysis: &Analysis) -> Progress {
    let (inventory, estimate) = (&analysis.inventory, &analysis.estimate);
    let views: BTreeMap<&str, &View> = inventory.views.iter().map(|v| (v.qualname.as_str(), v)).collect();
    let homes = homes(inventory, estimate, &views);
    let matching = matching(inventory);
    let mut modules = vec![ModuleProgress::default(); estimate.modules.len()];
    for (index, (route, home)) in inventory.routes.iter().zip(&homes).enumerate() {
        if counts(route)
            && let Some(module) = modules.get_mut(*home)
        {
            module.routes.push(index);
        }
    }
    for found in &matching.matches {
        if let Some(module) = homes.get(found.route).and_then(|home| modules.get_mut(*home)) {
            match found.state {
                State::Twice => module.twice += 1,
                State::Partly => module.partly += 1,
            }
        }
    }
    let (mut models, mut models_twice) = (0, 0);
    for model in inventory.models.iter().filter(|model| model.installed && !model.is_abstract) {
        models += 1;
        let table = model.db_table.as_deref();
        models_twice += u64::from(inventory.fastapi.tables.iter().any(|known| Some(known.name.as_str()) == table));
        if let Some(module) = modules.get_mut(estimate.partition.of_file(&model.place.file)) {
            module.models.push(model.label.clone());
        }
    }
    Progress { matching, models, models_twice, modules }
}
