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
use crate::base::{Loc, sym};

use apply::Replay;
use state::{Origin, key};

#[derive(Default)]
pub struct Replayed {
    pub schema: Vec<Table>,
    pub drift: Vec<Drift>,
}

pub fn collect(world: &mut World, sources: &[Source], models: &mut [Model]) -> Replayed {
    let order = graph::order(sources, |label| ours(world, sources, label));
    let mut replay = Replay::new(sources);
    for index in order.plan {
        replay.migration(world, index);
    }
    replay.finish(world);
    let schema = schema::tables(world, &replay);
    inherited(world, &replay, models);
    let columns = schema.iter().flat_map(|table| &table.columns).filter(|column| !column.unknown).count();
    world.count("schema", columns as u64);
    let drift = drift::between(world, &replay, models, &schema, &order.problems);
    // Only now: what comes from the migrations is no proof of what the models say.
    targets(world, &replay, models);
    Replayed { schema, drift }
}

/// The fields that a model has from a base nobody describes: the migrations, which Django wrote from the whole class, name them.
fn inherited(world: &mut World, replay: &Replay, models: &mut [Model]) {
    for model in models.iter_mut().filter(|model| model.installed && !model.is_abstract && !model.proxy) {
        let packages = &world.interp.project.packages;
        let Some(base) = model.outside.iter().find(|base| !packages.knows_class(sym(base))).cloned() else { continue };
        let Some(state) = replay.state.models.get(&key(&model.app, &model.name)).cloned() else { continue };
        let mut found = Vec::new();
        for (name, field) in &state.fields {
            if model.fields.iter().any(|own| own.name == name.as_str()) {
                continue;
            }
            let Some(read) = field.read(world, &replay.state) else { continue };
            let mut described = read.describe(world, name, &model.label, &base);
            described.implied = true;
            described.place = model.place.clone();
            found.push(described);
        }
        // The key that Django would have added is there only where the migrations have it.
        if found.iter().any(|field| field.primary_key == Some(true)) {
            model.fields.retain(|own| !(own.implied && own.name == "id" && !state.fields.contains_key(&sym("id"))));
        }
        world.count("fields", found.len() as u64);
        model.fields.append(&mut found);
    }
}

/// The targets of relations that lie in packages which nobody describes: the migrations name them by their labels.
fn targets(world: &mut World, replay: &Replay, models: &mut [Model]) {
    for model in models.iter_mut().filter(|model| model.installed && !model.is_abstract && !model.proxy) {
        let Some(state) = replay.state.models.get(&key(&model.app, &model.name)).cloned() else { continue };
        for field in &mut model.fields {
            let Some(relation) = field.relation.as_mut().filter(|relation| relation.to.is_none()) else { continue };
            let Some(migrated) = state.fields.get(&sym(&field.name)) else { continue };
            let read = migrated.read(world, &replay.state).map(|read| read.describe(world, &field.name, &model.label, ""));
            relation.to = read.and_then(|read| read.relation?.to);
        }
    }
}

/// Whether the app's migrations are in the repository. Of an app that is ours and has none, naming one of them is an error.
fn ours(world: &World, sources: &[Source], label: &str) -> bool {
    sources.iter().any(|source| source.installed && source.app == label)
        || world.apps.iter().any(|app| app.label == label && app.installed && app.first_party)
}

/// The name of a migration and the place of what it says.
fn told(world: &World, sources: &[Source], origin: Origin) -> (Option<String>, Option<Place>) {
    let Some(source) = sources.get(origin.migration) else { return (None, None) };
    let at = if origin.at.line > 0 { origin.at } else { Loc { file: source.file, line: 1 } };
    (Some(source.name.clone()), Some(world.place(at)))
}
