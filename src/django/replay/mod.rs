//! The migrations replayed without a database: the schema that they build, and where the models say something else.
//!
//! `graph` finds the order, `operations` what each operation means, `apply` does it to the `state`; `schema` describes the result and `drift`
//! compares it with the models, in the terms of Django's autodetector.

mod apart;
mod apply;
mod drift;
mod graph;
mod operations;
mod options;
mod schema;
mod state;

use super::inventory::{Drift, Model, Place, Table};
use super::migrations::Source;
use super::world::World;
use crate::base::Loc;

use apply::Replay;
use graph::Known;
use state::Origin;

#[derive(Default)]
pub struct Replayed {
    pub schema: Vec<Table>,
    pub drift: Vec<Drift>,
}

pub fn collect(world: &mut World, sources: &[Source], models: &[Model]) -> Replayed {
    let order = graph::order(sources, |label| known(world, sources, label));
    let mut replay = Replay::new(sources);
    for index in order.plan {
        replay.migration(world, index);
    }
    let schema = schema::tables(world, &replay);
    let columns = schema.iter().flat_map(|table| &table.columns).filter(|column| !column.unknown).count();
    world.count("schema", columns as u64);
    let drift = drift::between(world, &replay, models, &schema, &order.problems);
    Replayed { schema, drift }
}

fn known(world: &World, sources: &[Source], label: &str) -> Known {
    if sources.iter().any(|source| source.installed && source.app == label) {
        return Known::Here;
    }
    match world.apps.iter().find(|app| app.label == label && app.installed) {
        // Installed and ours, but without migrations: naming one of them by name is an error, its first one is not.
        Some(app) if app.first_party => Known::Here,
        Some(_) => Known::Elsewhere,
        None => Known::Nowhere,
    }
}

/// The name of a migration and the place of what it says.
fn told(world: &World, sources: &[Source], origin: Origin) -> (Option<String>, Option<Place>) {
    let Some(source) = sources.get(origin.migration) else { return (None, None) };
    let at = if origin.at.line > 0 { origin.at } else { Loc { file: source.file, line: 1 } };
    (Some(source.name.clone()), Some(world.place(at)))
}
