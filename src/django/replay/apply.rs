//! The operations of the migrations, done to the state one after the other.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::base::{Sym, sym};
use crate::django::migrations::Source;
use crate::django::world::World;
use crate::eval::Value;
use crate::facts::ExprKind;

use super::apart::{Apart, Mark, Stored};
use super::operations::{self, Meaning, Operation};
use super::options::{Named, Options, together};
use super::state::{Base, FieldState, Key, ModelState, Origin, State, key};

/// `SeparateDatabaseAndState` within itself.
const MAX_DEPTH: u32 = 6;

pub struct Replay<'s> {
    pub sources: &'s [Source],
    pub state: State,
    pub apart: Apart,
    /// Apps with an operation whose effect is not known.
    pub unsure: BTreeSet<String>,
    /// Tables that were given another name or dropped while a model still stands for them: two models may have one table for a while.
    gone: BTreeSet<String>,
    /// The operations are only told to the state: no table moves with them.
    told: bool,
}

/// Where an operation stands.
#[derive(Clone, Copy)]
struct At<'s> {
    source: &'s Source,
    index: usize,
    depth: u32,
}

impl<'s> Replay<'s> {
    pub fn new(sources: &'s [Source]) -> Self {
        Replay { sources, state: State::default(), apart: Apart::default(), unsure: BTreeSet::new(), gone: BTreeSet::new(), told: false }
    }

    pub fn migration(&mut self, world: &mut World, index: usize) {
        let Some(source) = self.sources.get(index) else { return };
        if source.open {
            self.unsure.insert(source.app.clone());
        }
        for value in &source.operations {
            self.operation(world, value, At { source, index, depth: 0 });
        }
    }

    /// False where nobody knows what it does.
    fn operation(&mut self, world: &mut World, value: &Value, at: At<'s>) -> bool {
        if at.depth > MAX_DEPTH {
            return false;
        }
        match operations::meaning(world, value, at.source) {
            Meaning::Known(known) => {
                for operation in known {
                    self.apply(world, &operation, at);
                }
                true
            }
            Meaning::Unknown => {
                self.unsure.insert(at.source.app.clone());
                world.miss("schema", value, operations::place(value), "effect of an operation");
                false
            }
        }
    }

    fn apply(&mut self, world: &mut World, operation: &Operation, at: At<'s>) {
        let origin = Origin { migration: at.index, at: operation.at, likely: operation.likely };
        match operation.kind.as_str() {
            "RunPython" => {}
            "RunSQL" => {
                self.separate(world, &operation.inner("state_operations"), &[], true, origin, at);
            }
            "SeparateDatabaseAndState" => {
                let (state, database) = (operation.inner("state_operations"), operation.inner("database_operations"));
                self.separate(world, &state, &database, false, origin, at);
            }
            _ => {
                let touched = self.touched(operation, at);
                let moves = matches!(operation.kind.as_str(), "AlterModelTable" | "RenameModel" | "CreateModel");
                let touched = touched.or_else(|| self.model_of(operation, at).filter(|_| operation.kind.as_str() == "CreateModel"));
                let watched = touched.filter(|_| !self.told && (moves || !self.apart.is_empty()));
                let before = watched.map(|key| self.state.stored(world, &key));
                let done = self.standard(world, operation, origin, at);
                if !done {
                    self.unsure.insert(at.source.app.clone());
                    let what = format!("{} of a model or field that the migrations do not make", operation.kind);
                    world.miss("schema", &Value::None, operation.at, &what);
                }
                if let Some(before) = before {
                    let after = self.renamed(operation, at).or(watched).map(|key| self.state.stored(world, &key)).unwrap_or_default();
                    self.gone.extend(before.keys().filter(|table| !after.contains_key(*table)).cloned());
                    self.gone.retain(|table| !after.contains_key(table));
                    self.apart.follow(&before, &after);
                }
            }
        }
    }

    /// What hand-written SQL or Python names may have been changed by it, at whatever time.
    pub fn finish(&mut self, world: &mut World) {
        if self.apart.is_empty() {
            return;
        }
        let mut text = String::new();
        for source in self.sources {
            if source.operations.iter().any(|value| runs_code(world, value, source)) {
                for expr in &world.interp.ast(source.file).exprs {
                    if let ExprKind::Str(part) | ExprKind::LongStr(part) = expr {
                        text.push_str(part);
                        text.push('\n');
                    }
                }
            }
        }
        let text = text.to_ascii_lowercase();
        let named = |name: &str| text.contains(&name.to_ascii_lowercase());
        for ((table, column), mark) in self.apart.state_only.iter_mut().chain(self.apart.database_only.iter_mut()) {
            mark.by_hand |= named(table) && column.as_ref().is_none_or(|column| named(column));
        }
    }

    fn model_of(&self, operation: &Operation, at: At) -> Option<Key> {
        let name = operation.text("model_name").or_else(|| operation.text("name")).or_else(|| operation.text("old_name"))?;
        Some(key(&at.source.app, &name))
    }

    fn touched(&self, operation: &Operation, at: At) -> Option<Key> {
        self.model_of(operation, at).filter(|key| self.state.models.contains_key(key))
    }

    fn renamed(&self, operation: &Operation, at: At) -> Option<Key> {
        (operation.kind.as_str() == "RenameModel").then(|| operation.text("new_name").map(|name| key(&at.source.app, &name)))?
    }

    /// Runs the operations for the state, and those for the database beside it; what comes out differently is noted.
    fn separate(&mut self, world: &mut World, state: &[Value], database: &[Value], sql: bool, origin: Origin, at: At<'s>) {
        let inner = At { depth: at.depth + 1, ..at };
        let before = self.state.clone();
        // What only the database has moves with its tables: a column that the state forgot is there after the table got another name.
        let database_only = std::mem::take(&mut self.apart.database_only);
        let apart = Apart { database_only, ..Apart::default() };
        let mut beside = Replay { state: before.clone(), apart, ..Replay::new(self.sources) };
        let mut by_hand = sql;
        for value in database {
            by_hand |= !beside.operation(world, value, inner) || runs_code(world, value, at.source);
        }
        self.apart.database_only = std::mem::take(&mut beside.apart.database_only);
        let told = std::mem::replace(&mut self.told, true);
        for value in state {
            self.operation(world, value, inner);
        }
        self.told = told;
        if at.depth > 0 {
            return;
        }
        let keys: BTreeSet<Key> = [&before, &self.state, &beside.state].iter().flat_map(|s| s.models.keys().copied()).collect();
        let same = |a: Option<&Rc<ModelState>>, b: Option<&Rc<ModelState>>| match (a, b) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        let changed: Vec<Key> = keys
            .into_iter()
            .filter(|key| {
                let old = before.models.get(key);
                !same(old, self.state.models.get(key)) || !same(old, beside.state.models.get(key))
            })
            .collect();
        let mut here = Stored::new();
        let mut there = Stored::new();
        let mut owners: Vec<(String, bool, Rc<ModelState>)> = Vec::new();
        for key in changed {
            for (side, stored, is_state) in [(&self.state, &mut here, true), (&beside.state, &mut there, false)] {
                let tables = side.stored(world, &key);
                if let Some(model) = side.models.get(&key) {
                    owners.extend(tables.keys().map(|table| (table.clone(), is_state, Rc::clone(model))));
                }
                stored.extend(tables);
            }
        }
        // A table may belong to two models for a while: one app hands it to the other.
        let shared: BTreeSet<String> = here.keys().chain(there.keys()).cloned().collect();
        for (side, stored, waiting) in
            [(&self.state, &mut here, &self.apart.state_only), (&beside.state, &mut there, &self.apart.database_only)]
        {
            // What this side has had alone is what the other side catches up with now.
            let alone = |table: &String| waiting.contains_key(&(table.clone(), None));
            let missing: Vec<&String> = shared.iter().filter(|table| !stored.contains_key(*table) && !alone(table)).collect();
            if missing.is_empty() {
                continue;
            }
            for (key, model) in &side.models {
                if missing.iter().any(|table| **table == model.table(world)) {
                    stored.extend(side.stored(world, key));
                }
            }
        }
        for (table, columns) in &mut there {
            if !here.contains_key(table) {
                columns.extend(self.apart.take_columns(table));
            }
        }
        for stored in [&mut here, &mut there] {
            stored.retain(|table, _| !self.gone.contains(table));
        }
        self.apart.note(&here, &there, |table, is_state| Mark {
            origin,
            by_hand,
            model: owners.iter().find(|(name, side, _)| name == table && *side == is_state).map(|(_, _, model)| Rc::clone(model)),
            columns: BTreeSet::new(),
        });
    }

    /// False where the model or field that it changes is not there.
    fn standard(&mut self, world: &mut World, operation: &Operation, origin: Origin, at: At) -> bool {
        let app = at.source.app.as_str();
        let kind = operation.kind.as_str();
        let migration = origin.migration;
        match kind {
            "CreateModel" => return self.create(world, operation, origin, app),
            "DeleteModel" => {
                return operation.text("name").is_some_and(|name| self.state.models.remove(&key(app, &name)).is_some());
            }
            "RenameModel" => {
                let (Some(old), Some(new)) = (operation.text("old_name"), operation.text("new_name")) else { return false };
                let known = self.state.models.contains_key(&key(app, &old));
                self.state.rename_model(key(app, &old), &new, migration);
                return known;
            }
            _ => {}
        }
        let Some(of) = self.model_of(operation, at) else { return false };
        if kind == "RenameField" {
            let (Some(old), Some(new)) = (operation.text("old_name"), operation.text("new_name")) else { return false };
            return self.state.rename_field(&of, old, new, origin);
        }
        if matches!(kind, "AddField" | "AlterField") {
            let (Some(name), Some(value)) = (operation.text("name"), operation.args.get("field").cloned()) else { return false };
            let mut field = FieldState::new(world, value, origin, of);
            // The default was for the rows that were there.
            field.without_default = operation.args.get("preserve_default").and_then(Value::as_bool) == Some(false);
            let Some(model) = self.state.change(&of, migration) else { return false };
            return model.fields.insert(name, field).is_some() == (kind == "AlterField") || model.open;
        }
        let Some(model) = self.state.change(&of, migration) else { return false };
        let given = |name: &str| operation.args.get(name).cloned();
        match kind {
            "RemoveField" => operation.text("name").is_some_and(|name| model.fields.shift_remove(&name).is_some()) || model.open,
            "AlterModelTable" => {
                model.options.set(sym("db_table"), given("table").unwrap_or(Value::None));
                true
            }
            "AlterUniqueTogether" | "AlterIndexTogether" => {
                let name = if kind == "AlterUniqueTogether" { "unique_together" } else { "index_together" };
                model.options.set(sym(name), given(name).unwrap_or(Value::None));
                true
            }
            "AlterOrderWithRespectTo" => {
                model.options.set(sym("order_with_respect_to"), given("order_with_respect_to").unwrap_or(Value::None));
                true
            }
            "AlterModelOptions" => {
                match given("options") {
                    Some(options) => match pairs(&options) {
                        Some(pairs) => model.options.alter(world, pairs),
                        None => model.open = true,
                    },
                    None => model.options.alter(world, Vec::new()),
                }
                true
            }
            "AlterModelManagers" | "AlterModelTableComment" | "ModelOptionOperation" => true,
            "AddIndex" => given("index").map(|index| model.options.indexes.push(Named::new(index))).is_some(),
            "RemoveIndex" => drop_named(&mut model.options.indexes, operation.text("name")) || !model.options.is_known("indexes"),
            "RenameIndex" => rename_index(&mut model.options, operation),
            "AddConstraint" => given("constraint").map(|c| model.options.constraints.push(Named::new(c))).is_some(),
            "RemoveConstraint" => {
                drop_named(&mut model.options.constraints, operation.text("name")) || !model.options.is_known("constraints")
            }
            "AlterConstraint" => {
                let name = operation.text("name");
                let Some(constraint) = given("constraint") else { return false };
                match model.options.constraints.iter_mut().find(|c| c.name == name) {
                    Some(old) => {
                        *old = Named::new(constraint);
                        true
                    }
                    None => false,
                }
            }
            _ => {
                model.open = true;
                false
            }
        }
    }

    fn create(&mut self, world: &mut World, operation: &Operation, origin: Origin, app: &str) -> bool {
        let Some(name) = operation.text("name") else { return false };
        let own = key(app, &name);
        let mut model = ModelState {
            app: sym(app),
            name,
            fields: Default::default(),
            options: Options::default(),
            bases: Vec::new(),
            made: origin,
            last: origin.migration,
            open: false,
        };
        let rows = operation.args.get("fields").and_then(Value::items);
        model.open = rows.is_none();
        for row in rows.unwrap_or_default() {
            match row.items().as_deref() {
                Some([Value::Str(field), value]) => {
                    let at = match operations::place(value) {
                        at if at.line > 0 => at,
                        _ => origin.at,
                    };
                    let made = FieldState::new(world, value.clone(), Origin { at, ..origin }, own);
                    model.fields.insert(*field, made);
                }
                _ => {
                    model.open = true;
                    world.miss("schema", &row, origin.at, "field of a model in a migration");
                }
            }
        }
        if let Some(options) = operation.args.get("options") {
            match pairs(options) {
                Some(pairs) => model.options = Options::read(world, pairs),
                None => {
                    model.open = true;
                    world.miss("schema", options, origin.at, "options of a model in a migration");
                }
            }
        }
        for base in operation.args.get("bases").and_then(Value::items).unwrap_or_default() {
            match &base {
                Value::Str(text) => match text.split_once('.') {
                    Some((app, model_name)) => model.bases.push(Base::Model(key(app, model_name))),
                    None => model.bases.push(Base::Model(key(app, text))),
                },
                _ => model.bases.push(Base::Class(base)),
            }
        }
        self.state.models.insert(own, Rc::new(model));
        true
    }
}

/// Keys and values of a dictionary that is known whole.
fn pairs(value: &Value) -> Option<Vec<(Sym, Value)>> {
    match value {
        Value::None => Some(Vec::new()),
        Value::Dict(dict) if !dict.open.get() => {
            dict.items.borrow().values().map(|(name, value)| Some((name.as_str()?, value.clone()))).collect()
        }
        _ => None,
    }
}

fn drop_named(items: &mut Vec<Named>, name: Option<Sym>) -> bool {
    let before = items.len();
    items.retain(|item| item.name != name);
    items.len() < before
}

fn rename_index(options: &mut Options, operation: &Operation) -> bool {
    let Some(new) = operation.text("new_name") else { return false };
    if let Some(old) = operation.text("old_name") {
        return match options.indexes.iter_mut().find(|index| index.name == Some(old)) {
            Some(index) => {
                index.name = Some(new);
                true
            }
            None => !options.is_known("indexes"),
        };
    }
    // An unnamed index, of `index_together`, gets a name.
    let Some(fields) = operation.args.get("old_fields") else { return false };
    let row = together(fields).unwrap_or_default();
    let Some(position) = options.index_together.iter().position(|have| row.contains(have)) else { return false };
    options.index_together.remove(position);
    options.indexes.push(Named { name: Some(new), value: fields.clone() });
    true
}

/// Hand-written SQL or Python, also of a subclass.
fn runs_code(world: &mut World, value: &Value, source: &Source) -> bool {
    match operations::meaning(world, value, source) {
        Meaning::Known(known) => known.iter().any(|operation| match operation.kind.as_str() {
            "RunSQL" | "RunPython" => true,
            "SeparateDatabaseAndState" => operation.inner("database_operations").iter().any(|v| runs_code(world, v, source)),
            _ => false,
        }),
        Meaning::Unknown => true,
    }
}
