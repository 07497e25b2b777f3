//! Django's `ProjectState`: the models as the operations of the migrations leave them, each field still the value that an operation gave.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::base::{Loc, Sym, sym};
use crate::django::fields::{self, FieldValue};
use crate::django::tables;
use crate::django::world::World;
use crate::eval::Value;

use super::options::Options;

/// App label and model name in lower case.
pub type Key = (Sym, Sym);

pub fn key(app: &str, model: &str) -> Key {
    (sym(app), sym(&model.to_ascii_lowercase()))
}

/// Where something was last changed: the migration's index, the place of the operation, and whether a condition stands around it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin {
    pub migration: usize,
    pub at: Loc,
    pub likely: bool,
}

#[derive(Clone, Debug)]
pub struct FieldState {
    pub value: Value,
    pub origin: Origin,
    /// What a relation points to, and its through model; followed when a model is renamed.
    pub to: Option<Key>,
    pub through: Option<Key>,
    /// The field of the target that it refers to, where that was renamed.
    pub to_field: Option<Sym>,
    /// `preserve_default=False`
    pub without_default: bool,
}

#[derive(Clone, Debug)]
pub struct ModelState {
    pub app: Sym,
    pub name: Sym,
    pub fields: IndexMap<Sym, FieldState, FxBuildHasher>,
    pub options: Options,
    pub bases: Vec<Base>,
    pub made: Origin,
    pub last: usize,
    /// Some of its fields or options are not known.
    pub open: bool,
}

#[derive(Clone, Debug)]
pub enum Base {
    Model(Key),
    /// A mixin, or a model class as such.
    Class(Value),
}

#[derive(Clone, Debug, Default)]
pub struct State {
    pub models: BTreeMap<Key, Rc<ModelState>>,
}

/// What of a field lies in the database.
pub enum Stored {
    Nothing,
    Column(String),
    /// The table of a many-to-many field without a through model.
    Table(String),
}

impl FieldState {
    pub fn new(world: &mut World, value: Value, origin: Origin, own: Key) -> FieldState {
        let mut target = |name: &str, position: Option<usize>| {
            let given = value.argument(position, name)?;
            model_key(world, &given, own)
        };
        let (to, through) = (target("to", Some(0)), target("through", None));
        FieldState { value, origin, to, through, to_field: None, without_default: false }
    }

    /// The field with its arguments, as far as it is known to be one.
    pub fn read(&self, world: &mut World, state: &State) -> Option<FieldValue> {
        let mut field = fields::field_value(world, &self.value)?;
        for (name, target) in [("to", self.to), ("through", self.through)] {
            if let Some(target) = target
                && field.args.contains_key(name)
                && let Some(model) = state.models.get(&target)
            {
                field.args.insert(name.to_owned(), Value::Str(sym(&format!("{}.{}", model.app, model.name))));
            }
        }
        if self.without_default {
            field.args.remove("default");
        }
        if let Some(name) = self.to_field {
            field.args.insert("to_field".to_owned(), Value::Str(name));
        }
        Some(field)
    }

    pub fn stored(&self, world: &mut World, state: &State, model: &ModelState, name: &str) -> Stored {
        let Some(field) = self.read(world, state) else { return Stored::Column(name.to_owned()) };
        if field.stores_nothing(world) {
            return Stored::Nothing;
        }
        let text = |key: &str| field.args.get(key).and_then(Value::as_str).map(|s| s.to_string());
        match field.relation_kind(world).as_deref() {
            Some("ManyToManyField" | "TaggableManager") => {
                let through = field.args.get("through").is_some_and(|v| !matches!(v, Value::None)) || field.has_own_through(world);
                if through {
                    return Stored::Nothing;
                }
                let longest = tables::longest_name(world);
                Stored::Table(text("db_table").unwrap_or_else(|| tables::of_relation(&model.table(world), name, longest)))
            }
            Some(kind) if kind.starts_with("Generic") => Stored::Nothing,
            kind => {
                let joined = matches!(kind, Some("ForeignKey" | "OneToOneField"));
                Stored::Column(text("db_column").unwrap_or_else(|| if joined { format!("{name}_id") } else { name.to_owned() }))
            }
        }
    }
}

/// The model that a value in a migration names.
fn model_key(world: &mut World, value: &Value, own: Key) -> Option<Key> {
    match value {
        Value::Str(text) if text.as_str() == "self" => Some(own),
        Value::Str(text) => match text.split_once('.') {
            Some((app, model)) if !model.contains('.') => Some(key(app, model)),
            Some(_) => None,
            None => Some(key(&own.0, text)),
        },
        Value::Class(_) | Value::Ext(_) => {
            let label = world.model_label(value, None)?;
            label.split_once('.').map(|(app, model)| key(app, model))
        }
        _ => None,
    }
}

impl ModelState {
    pub fn label(&self) -> String {
        format!("{}.{}", self.app, self.name)
    }

    pub fn table(&self, world: &mut World) -> String {
        match self.options.db_table {
            Some(table) => table.to_string(),
            None => tables::of_model(&self.app, &self.name, tables::longest_name(world)),
        }
    }

    /// It has a table of its own that Django looks after.
    pub fn has_table(&self) -> bool {
        self.options.managed && !self.options.proxy
    }
}

impl State {
    pub fn change(&mut self, key: &Key, migration: usize) -> Option<&mut ModelState> {
        let model = Rc::make_mut(self.models.get_mut(key)?);
        model.last = migration;
        Some(model)
    }

    /// Tables and their columns of one model: its own, and one for each automatic through table.
    pub fn stored(&self, world: &mut World, key: &Key) -> BTreeMap<String, BTreeSet<String>> {
        let mut out = BTreeMap::new();
        let Some(model) = self.models.get(key).cloned() else { return out };
        if !model.has_table() {
            return out;
        }
        let mut columns = BTreeSet::new();
        for (name, field) in &model.fields {
            match field.stored(world, self, &model, name) {
                Stored::Column(column) => {
                    columns.insert(column);
                }
                Stored::Table(table) => {
                    let (own, other) = (model.name.to_ascii_lowercase(), field.to.map_or_else(String::new, |to| to.1.to_string()));
                    let ends = if own == other { [format!("from_{own}"), format!("to_{own}")] } else { [own, other] };
                    let columns = ends.iter().map(|end| format!("{end}_id")).chain(["id".to_owned()]).collect();
                    out.insert(table, columns);
                }
                Stored::Nothing => {}
            }
        }
        out.insert(model.table(world), columns);
        out
    }

    pub fn rename_model(&mut self, from: Key, to: &str, migration: usize) {
        let Some(mut model) = self.models.remove(&from) else { return };
        let new = key(&from.0, to);
        {
            let model = Rc::make_mut(&mut model);
            model.name = sym(to);
            model.last = migration;
        }
        self.models.insert(new, model);
        let follows = |target: &Option<Key>| *target == Some(from);
        for model in self.models.values_mut() {
            let related = model.fields.values().any(|f| follows(&f.to) || follows(&f.through));
            let child = model.bases.iter().any(|b| matches!(b, Base::Model(base) if *base == from));
            if !related && !child {
                continue;
            }
            let model = Rc::make_mut(model);
            for field in model.fields.values_mut() {
                if follows(&field.to) {
                    field.to = Some(new);
                }
                if follows(&field.through) {
                    field.through = Some(new);
                }
            }
            for base in &mut model.bases {
                if matches!(base, Base::Model(base) if *base == from) {
                    *base = Base::Model(new);
                }
            }
        }
    }

    /// The field keeps its place; options and relations that name it follow. Indexes do not: Django's state leaves them alone.
    pub fn rename_field(&mut self, of: &Key, from: Sym, to: Sym, origin: Origin) -> bool {
        let Some(model) = self.change(of, origin.migration) else { return false };
        let Some(mut position) = model.fields.get_index_of(&from) else { return false };
        let Some(mut field) = model.fields.shift_remove(&from) else { return false };
        field.origin = origin;
        position = position.min(model.fields.len());
        model.fields.shift_insert(position, to, field);
        model.options.rename_field(from, to);
        for model in self.models.values_mut() {
            let refers = |field: &FieldState| {
                field.to == Some(*of)
                    && (field.to_field == Some(from)
                        || (field.to_field.is_none() && field.value.argument(None, "to_field").and_then(|v| v.as_str()) == Some(from)))
            };
            if model.fields.values().any(&refers) {
                for field in Rc::make_mut(model).fields.values_mut() {
                    if refers(field) {
                        field.to_field = Some(to);
                    }
                }
            }
        }
        true
    }
}
