//! The models compared with what the migrations build: what `makemigrations` would write, and where state and database part. Nothing is said
//! where one side is not known.

mod fields;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::sym;
use crate::django::inventory::{Certainty, Column, Drift, Field, Model, Place, Table, Unresolved};
use crate::django::world::{MODEL, World};
use crate::eval::{Base, ClassRef, Value};

use super::apply::Replay;
use super::graph::Problem;
use super::state::{Key, ModelState, Origin, key};
use super::told;

/// What is compared, and what came of it.
struct Comparison<'a, 's> {
    replay: &'a Replay<'s>,
    out: Vec<Drift>,
    /// Values that were there on both sides.
    compared: u64,
    habits: Habits,
}

pub fn between(world: &mut World, replay: &Replay, models: &[Model], schema: &[Table], problems: &[Problem]) -> Vec<Drift> {
    let mut comparison = Comparison { replay, out: Vec::new(), compared: 0, habits: Habits::find(world) };
    comparison.problems(world, problems);
    let migrated: BTreeSet<&str> = replay.sources.iter().filter(|s| s.installed).map(|s| s.app.as_str()).collect();
    let classes = classes(world);
    let mut tables: BTreeMap<Key, &Table> = BTreeMap::new();
    for table in schema.iter().filter(|table| table.state && !table.auto) {
        if let Some((app, model)) = table.model.split_once('.') {
            tables.insert(key(app, model), table);
        }
    }
    let mut without: BTreeMap<&str, &Model> = BTreeMap::new();
    for model in models.iter().filter(|m| m.installed && !m.is_abstract) {
        let own = key(&model.app, &model.name);
        if !migrated.contains(model.app.as_str()) {
            let ours = world.apps.iter().any(|app| app.first_party && app.installed && app.label == model.app);
            if ours && model.managed && !model.proxy && !model.swapped {
                without.entry(&model.app).or_insert(model);
            }
            continue;
        }
        match (tables.remove(&own), replay.state.models.get(&own)) {
            (Some(table), Some(state)) => {
                let class = classes.get(&(model.qualname.clone(), model.place.clone())).copied();
                comparison.model(world, model, class, table, state);
            }
            _ => comparison.model_missing(world, model),
        }
    }
    for model in without.into_values() {
        comparison.out.push(Drift {
            app: model.app.clone(),
            kind: "app_without_migrations".into(),
            schema: true,
            place: Some(model.place.clone()),
            ..Drift::default()
        });
    }
    let ours: BTreeSet<&str> = models.iter().map(|m| m.app.as_str()).collect();
    let first_party: BTreeSet<String> = world.apps.iter().filter(|a| a.first_party).map(|a| a.label.clone()).collect();
    for (key, table) in tables {
        // The models of an app from outside are not in the repository, though its migrations may be.
        if !first_party.contains(table.app.as_str()) && !ours.contains(table.app.as_str()) {
            continue;
        }
        if let Some(state) = replay.state.models.get(&key) {
            comparison.model_gone(world, table, state);
        }
    }
    comparison.apart(schema);
    world.count("drift", comparison.compared);
    comparison.out.sort();
    comparison.out.dedup();
    comparison.out
}

/// What the project changes in the way migrations are written.
#[derive(Default)]
struct Habits {
    /// It replaces `Field.deconstruct`: which arguments migrations carry is its own affair.
    fields: bool,
    /// Options that it takes from `AlterModelOptions`.
    options: BTreeSet<String>,
    /// Field and attribute that it sets on a field after the class is made (`_meta.get_field("x").blank = True`).
    set_later: BTreeSet<(String, String)>,
}

impl Habits {
    fn find(world: &World) -> Habits {
        let mut out = Habits { fields: world.interp.is_patched("django.db.models.fields.Field", "deconstruct"), ..Habits::default() };
        for call in &world.interp.calls {
            let Value::Attr(callee) = &call.callee else { continue };
            let Some(first) = call.args.first().and_then(Value::as_str) else { continue };
            match callee.1.as_str() {
                "remove" if matches!(&callee.0, Value::Attr(inner) if inner.1.as_str() == "ALTER_OPTION_KEYS") => {
                    out.options.insert(first.to_string());
                }
                "get_field" => {
                    let attributes = call.attrs.borrow();
                    out.set_later.extend(attributes.keys().map(|attribute| (first.to_string(), attribute.to_string())));
                }
                _ => {}
            }
        }
        out
    }
}

/// Model classes by dotted name and place.
fn classes(world: &World) -> BTreeMap<(String, Place), ClassRef> {
    let mut out = BTreeMap::new();
    for class in world.class_refs() {
        let object = world.interp.class(class);
        if object.mro.contains(&Base::Ext(sym(MODEL))) {
            out.insert((object.dotted(), world.class_place(&object)), class);
        }
    }
    out
}

impl Comparison<'_, '_> {
    fn certainty(&self, app: &str, likely: bool) -> Certainty {
        if likely || self.replay.unsure.contains(app) { Certainty::Likely } else { Certainty::Certain }
    }

    fn problems(&mut self, world: &World, problems: &[Problem]) {
        let name = |index: usize| self.replay.sources.get(index).map(|s| format!("{}.{}", s.app, s.name)).unwrap_or_default();
        for problem in problems {
            let (index, mut drift) = match problem {
                Problem::Leaves { app, names } => {
                    let index = self.replay.sources.iter().position(|s| s.app == *app && names.last() == Some(&s.name));
                    (index, Drift { kind: "conflicting_leaves".into(), in_migrations: Some(names.join(", ")), ..Drift::default() })
                }
                Problem::Missing { source, needs } => {
                    let needs = Some(format!("{}.{}", needs.0, needs.1));
                    (Some(*source), Drift { kind: "missing_dependency".into(), in_migrations: needs, ..Drift::default() })
                }
                Problem::Cycle { sources } => {
                    let names: Vec<String> = sources.iter().map(|index| name(*index)).collect();
                    let kind = "circular_dependency".into();
                    (sources.first().copied(), Drift { kind, in_migrations: Some(names.join(", ")), ..Drift::default() })
                }
            };
            if let Some(index) = index {
                let origin = Origin { migration: index, ..Origin::default() };
                (drift.migration, drift.migration_place) = told(world, self.replay.sources, origin);
                drift.app = self.replay.sources.get(index).map(|s| s.app.clone()).unwrap_or_default();
            }
            self.out.push(drift);
        }
    }

    /// What `makemigrations` would write a `CreateModel` for.
    fn model_missing(&mut self, world: &World, model: &Model) {
        if !model.managed || model.swapped {
            return;
        }
        // Django imports an app's `models`; from another module nobody may ever take it.
        let home = |module: &str| model.qualname.strip_prefix(module).is_some_and(|rest| rest.starts_with(".models."));
        let likely = !world.apps.iter().any(|app| app.label == model.app && home(&app.module));
        self.out.push(Drift {
            app: model.app.clone(),
            model: Some(model.label.clone()),
            kind: "model_without_migration".into(),
            schema: !model.proxy,
            place: Some(model.place.clone()),
            certainty: self.certainty(&model.app, likely || model.certainty != Certainty::Certain || model.dynamic),
            ..Drift::default()
        });
    }

    /// What `makemigrations` would write a `DeleteModel` for.
    fn model_gone(&mut self, world: &mut World, table: &Table, state: &ModelState) {
        if !table.managed {
            return;
        }
        // A package's mixin stands in its bases: the package makes the model while the program runs (the history of another model).
        let made = table
            .bases
            .iter()
            .find(|base| base.matches('.').count() > 1 && !base.starts_with("django.") && world.interp.lookup_dotted(base).is_none());
        if let Some(base) = made {
            Self::unknown(world, &table.place, format!("{}: whether {base} still makes the model", table.model));
            return;
        }
        self.out.push(Drift {
            app: table.app.clone(),
            model: Some(table.model.clone()),
            kind: "table_without_model".into(),
            schema: !table.proxy,
            migration: table.last_migration.clone(),
            migration_place: Some(table.place.clone()),
            certainty: self.certainty(&table.app, state.made.likely || state.open),
            ..Drift::default()
        });
    }

    fn model(&mut self, world: &mut World, model: &Model, class: Option<ClassRef>, table: &Table, state: &ModelState) {
        if model.swapped || !(model.managed && table.managed) {
            return;
        }
        if !model.proxy && !table.proxy {
            self.fields(world, model, table, state);
        }
        if let Some(class) = class {
            self.options(world, model, class, table, state);
        }
    }

    /// An entry about a model that both sides have.
    fn entry(&self, model: &Model, table: &Table, kind: &str) -> Drift {
        Drift {
            app: model.app.clone(),
            model: Some(model.label.clone()),
            kind: kind.to_owned(),
            schema: true,
            place: Some(model.place.clone()),
            migration: table.last_migration.clone(),
            migration_place: Some(table.place.clone()),
            certainty: self.certainty(&model.app, model.certainty != Certainty::Certain || table.certainty != Certainty::Certain),
            ..Drift::default()
        }
    }

    /// An entry about a field that one or both sides have.
    fn field_entry(&self, model: &Model, table: &Table, kind: &str, field: Option<&Field>, column: Option<&Column>) -> Drift {
        let mut out = self.entry(model, table, kind);
        out.field = field.map(|f| f.name.clone()).or_else(|| column.map(|c| c.field.name.clone()));
        if let Some(field) = field.filter(|f| !f.place.file.is_empty()) {
            out.place = Some(field.place.clone());
        }
        if let Some(column) = column {
            out.migration.clone_from(&column.migration);
            out.migration_place = Some(column.field.place.clone());
        }
        out
    }

    /// A value that one side does not know.
    fn unknown(world: &mut World, place: &Place, text: String) {
        world.counts.entry("drift").or_default().unresolved += 1;
        world.unresolved.push(Unresolved {
            kind: "drift".into(),
            file: place.file.clone(),
            line: place.line,
            reason: "not known in the model or in its migration".into(),
            text,
        });
    }

    /// What `SeparateDatabaseAndState` left on one side only.
    fn apart(&mut self, schema: &[Table]) {
        let entry = |table: &Table, column: Option<&Column>| {
            let state = column.map_or(table.state, |c| c.state);
            Drift {
                app: table.app.clone(),
                model: (!table.model.is_empty()).then(|| table.model.clone()),
                field: column.map(|c| c.field.name.clone()),
                kind: if state { "state_only".into() } else { "database_only".into() },
                attribute: Some(if column.is_some() { "column".into() } else { "table".into() }),
                in_migrations: column.map_or_else(|| table.db_table.clone(), |c| c.field.column.clone()),
                schema: true,
                migration: column.map_or_else(|| table.last_migration.clone(), |c| c.migration.clone()),
                migration_place: Some(column.map_or_else(|| table.place.clone(), |c| c.field.place.clone())),
                ..Drift::default()
            }
        };
        for table in schema {
            if table.state == (table.database == Some(false)) && table.database.is_some() {
                self.out.push(entry(table, None));
                continue;
            }
            for column in &table.columns {
                if column.database.is_some() && column.state == (column.database == Some(false)) {
                    self.out.push(entry(table, Some(column)));
                }
            }
        }
    }
}
