//! The state at the end of the migrations as tables: columns, keys and rules, the through tables that Django makes, and what only the state or
//! only the database has.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::base::{last_part, sym};
use crate::django::inventory::{Certainty, Column, Field, Place, Relation, Rule, Table};
use crate::django::world::World;
use crate::eval::Value;

use super::apart::Mark;
use super::apply::Replay;
use super::state::{Base, FieldState, ModelState, State, Stored};
use super::told;

pub fn tables(world: &mut World, replay: &Replay) -> Vec<Table> {
    let mut out = Vec::new();
    let models: Vec<Rc<ModelState>> = replay.state.models.values().cloned().collect();
    for model in &models {
        let table = table(world, replay, &replay.state, model);
        out.extend(through_tables(world, replay, &replay.state, model, &table));
        out.push(table);
    }
    apart(world, replay, &mut out);
    out.sort_by(|a, b| (&a.app, &a.model, &a.db_table).cmp(&(&b.app, &b.model, &b.db_table)));
    out
}

fn certainty(likely: bool) -> Certainty {
    if likely { Certainty::Likely } else { Certainty::Certain }
}

fn table(world: &mut World, replay: &Replay, state: &State, model: &ModelState) -> Table {
    let label = model.label();
    let mut columns: Vec<Column> = model.fields.iter().map(|(name, field)| column(world, replay, state, field, name, &label)).collect();
    if model.options.order_with_respect_to.is_some() && !model.options.proxy && !model.fields.contains_key(&sym("_order")) {
        columns.push(Column {
            field: Field {
                type_qualname: "django.db.models.fields.proxy.OrderWrt".into(),
                internal_type: Some("IntegerField".into()),
                ..plain("_order", "OrderWrt")
            },
            state: true,
            database: Some(true),
            ..Column::default()
        });
    }
    let mut bases = Vec::new();
    for base in &model.bases {
        match base {
            Base::Model(key) => bases.push(state.models.get(key).map_or_else(|| format!("{}.{}", key.0, key.1), |m| m.label())),
            Base::Class(value) => bases.extend(world.dotted(value).filter(|name| name != crate::django::world::MODEL)),
        }
    }
    let db_table = if model.options.proxy { parent_table(world, state, model, 0) } else { Some(model.table(world)) };
    let rules = |world: &mut World, items: &[super::options::Named]| {
        let mut out: Vec<Rule> = items.iter().map(|item| item.describe(world, (&model.app, &model.name))).collect();
        out.sort_by(|a, b| (&a.name, &a.definition).cmp(&(&b.name, &b.definition)));
        out
    };
    let rows = |rows: &[Vec<crate::base::Sym>]| rows.iter().map(|row| row.iter().map(|name| name.to_string()).collect()).collect();
    let (created_in, place) = told(world, replay.sources, model.made);
    Table {
        app: model.app.to_string(),
        model: label,
        db_table,
        managed: model.options.managed,
        proxy: model.options.proxy,
        auto: false,
        bases,
        columns,
        unique_together: rows(&model.options.unique_together),
        index_together: rows(&model.options.index_together),
        indexes: rules(world, &model.options.indexes),
        constraints: rules(world, &model.options.constraints),
        order_with_respect_to: model.options.order_with_respect_to.map(|name| name.to_string()),
        created_in,
        last_migration: replay.sources.get(model.last).map(|source| source.name.clone()),
        place: place.unwrap_or_default(),
        state: true,
        database: Some(true),
        certainty: certainty(model.made.likely || model.open),
    }
}

/// The table of the concrete model that a proxy stands for.
fn parent_table(world: &mut World, state: &State, model: &ModelState, depth: u32) -> Option<String> {
    let parent = model.bases.iter().find_map(|base| match base {
        Base::Model(key) => Some(key),
        Base::Class(_) => None,
    })?;
    match state.models.get(parent) {
        Some(parent) if parent.options.proxy && depth < 20 => parent_table(world, state, parent, depth + 1),
        Some(parent) => Some(parent.table(world)),
        None => {
            let class = world.interp.project.packages.model_by_label(&parent.0, &parent.1)?;
            let facts = world.interp.project.packages.class(class)?;
            Some(facts.db_table.clone().unwrap_or_else(|| format!("{}_{}", parent.0, parent.1)))
        }
    }
}

fn plain(name: &str, kind: &str) -> Field {
    Field {
        name: name.to_owned(),
        type_name: kind.to_owned(),
        type_qualname: format!("django.db.models.fields.{kind}"),
        internal_type: Some(kind.to_owned()),
        column: Some(name.to_owned()),
        null: Some(false),
        blank: Some(false),
        unique: Some(false),
        primary_key: Some(false),
        db_index: Some(false),
        implied: true,
        ..Field::default()
    }
}

fn column(world: &mut World, replay: &Replay, state: &State, field: &FieldState, name: &str, label: &str) -> Column {
    let (migration, place) = told(world, replay.sources, field.origin);
    let mut out = Column { migration, state: true, database: Some(true), ..Column::default() };
    match field.read(world, state) {
        Some(value) => {
            let declared = replay.sources.get(field.origin.migration).map(|s| world.interp.module_name(s.file).to_string());
            out.field = value.describe_for("schema", world, name, label, &declared.unwrap_or_default());
            if matches!(out.field.relation.as_ref().map(|r| r.kind.as_str()), Some("ManyToManyField" | "TaggableManager")) {
                out.field.column = None;
                out.database = None;
            }
        }
        None => {
            out.unknown = true;
            out.field = Field { name: name.to_owned(), ..Field::default() };
            world.miss("schema", &field.value, field.origin.at, "field in a migration");
        }
    }
    out.field.place = place.unwrap_or_default();
    out
}

/// The tables of many-to-many fields that have no through model.
fn through_tables(world: &mut World, replay: &Replay, state: &State, model: &ModelState, owner: &Table) -> Vec<Table> {
    let mut out = Vec::new();
    if model.options.proxy {
        return out;
    }
    for (name, field) in &model.fields {
        let Stored::Table(db_table) = field.stored(world, state, model, name) else { continue };
        let target = owner.columns.iter().find(|c| c.field.name == name.as_str()).and_then(|c| c.field.relation.as_ref()?.to.clone());
        let (own, other) = (owner.model.clone(), target.unwrap_or_default());
        let lower = |label: &str| last_part(label).to_ascii_lowercase();
        let ends = if own.eq_ignore_ascii_case(&other) {
            [format!("from_{}", lower(&own)), format!("to_{}", lower(&own))]
        } else {
            [lower(&own), lower(&other)]
        };
        let link = |name: &str, to: &str| Field {
            type_qualname: "django.db.models.fields.related.ForeignKey".into(),
            column: Some(format!("{name}_id")),
            db_index: Some(true),
            relation: Some(Relation {
                kind: "ForeignKey".into(),
                to: (!to.is_empty()).then(|| to.to_owned()),
                on_delete: Some("CASCADE".into()),
                ..Relation::default()
            }),
            ..plain(name, "ForeignKey")
        };
        let kind = auto_field(world, &model.app);
        let key = Field { primary_key: Some(true), unique: Some(true), blank: Some(true), ..plain("id", &kind) };
        let columns = [key, link(&ends[0], &own), link(&ends[1], &other)];
        let (created_in, place) = told(world, replay.sources, field.origin);
        out.push(Table {
            app: owner.app.clone(),
            model: format!("{own}_{name}"),
            db_table: Some(db_table),
            managed: owner.managed,
            auto: true,
            columns: columns.into_iter().map(|field| Column { field, state: true, database: Some(true), ..Column::default() }).collect(),
            unique_together: vec![ends.to_vec()],
            last_migration: created_in.clone(),
            created_in,
            place: place.unwrap_or_default(),
            state: true,
            database: Some(true),
            certainty: certainty(field.origin.likely),
            ..Table::default()
        });
    }
    out
}

/// The key that Django gives a table: by the app's config, then DEFAULT_AUTO_FIELD, then its own default.
fn auto_field(world: &mut World, app: &str) -> String {
    let own = world.apps.iter().find(|a| a.label == app).and_then(|a| a.default_auto_field.clone());
    let set = || match world.interp.setting(sym("DEFAULT_AUTO_FIELD"), crate::base::Loc::default()) {
        Value::Str(name) => Some(name.to_string()),
        _ => None,
    };
    let name = own.or_else(set);
    last_part(name.as_deref().unwrap_or("AutoField")).to_owned()
}

/// What only one side has, marked in its table; a table that only the database has is one more.
fn apart(world: &mut World, replay: &Replay, out: &mut Vec<Table>) {
    let in_database = |mark: &Mark| if mark.by_hand { None } else { Some(false) };
    for ((table, part), mark) in &replay.apart.state_only {
        let Some(found) = out.iter_mut().find(|t| t.db_table.as_ref() == Some(table) && !t.proxy) else { continue };
        match part {
            None => {
                found.database = in_database(mark);
                for column in &mut found.columns {
                    column.database = in_database(mark);
                }
            }
            Some(name) => {
                if let Some(column) = found.columns.iter_mut().find(|c| c.field.column.as_ref() == Some(name)) {
                    column.database = in_database(mark);
                }
            }
        }
    }
    let mut seen = BTreeSet::new();
    for ((name, part), mark) in &replay.apart.database_only {
        let state = State::default();
        let described = mark.model.as_ref().map(|model| table(world, replay, &state, model));
        let still = |column: Column| Column { state: false, database: if mark.by_hand { None } else { Some(true) }, ..column };
        match part {
            None if seen.insert(name.clone()) => {
                let (created_in, place) = told(world, replay.sources, mark.origin);
                let base = described.filter(|t| t.db_table.as_ref() == Some(name)).unwrap_or_default();
                out.push(Table {
                    app: replay.sources.get(mark.origin.migration).map(|s| s.app.clone()).unwrap_or_default(),
                    db_table: Some(name.clone()),
                    managed: true,
                    columns: base.columns.into_iter().map(still).collect(),
                    last_migration: created_in,
                    place: place.unwrap_or_else(Place::default),
                    state: false,
                    database: if mark.by_hand { None } else { Some(true) },
                    ..Table { columns: Vec::new(), ..base }
                });
            }
            None => {}
            Some(column) => {
                let found = described.and_then(|t| t.columns.into_iter().find(|c| c.field.column.as_ref() == Some(column)));
                if let Some(table) = out.iter_mut().find(|t| t.db_table.as_ref() == Some(name) && !t.proxy) {
                    let made = found.unwrap_or_else(|| Column { unknown: true, field: plain(column, ""), ..Column::default() });
                    table.columns.push(still(made));
                }
            }
        }
    }
}
