//! Query sites: where first-party code asks the database, which model it begins with, what else it reaches, whether it writes or locks, and how
//! hard it is to carry over.
//!
//! The bodies of functions are read, not run: a type inference that follows the order of the statements, joins what branches leave behind, and
//! otherwise forgets where a value came from. A site is only reported where the receiver is inferred to be a manager, a queryset or a model's
//! instance; a bare `x.filter()` on something unknown is none. What functions return, are called with and hang on `self` is kept in tables, and a
//! body is read again when an entry that it asked for has changed, a few times at most. The work is linear in the size of the bodies.

mod attrs;
mod calls;
mod catalogue;
mod classes;
mod env;
mod exprs;
mod framework;
mod library;
mod lookups;
mod methods;
mod params;
mod queries;
mod site;
mod summary;
mod tables;
mod types;
mod values;
mod walk;

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Loc, Sym};
use crate::facts::{FuncId, Scope};

use super::inventory::{Call, Called, Inventory, View};
use super::names;
use super::world::World;

use catalogue::Catalogue;
use classes::Classes;
use methods::Methods;
use site::Site;
use tables::{Key, Tables};
use types::{FuncKey, Type};
use walk::Walker;

/// Readings of one body.
const ROUNDS: usize = 4;

/// A call that loads a class: the function, the texts in their places, and those by keyword.
type Load = (Sym, Vec<Sym>, Vec<(Sym, Sym)>);

/// What all bodies share.
pub struct Orm<'w, 'p> {
    world: &'w mut World<'p>,
    catalogue: Catalogue,
    classes: Classes,
    methods: Methods,
    tables: Tables,
    /// Dotted name of a receiver → signals and senders.
    receivers: FxHashMap<String, Vec<(String, Option<String>)>>,
    variables: FxHashMap<(u32, Sym), Type>,
    loaded: FxHashMap<Load, Option<Type>>,
}

/// A body that is read on its own: a module with its class bodies, or a function with those inside it.
#[derive(Clone, Copy, Debug)]
struct Unit {
    file: u32,
    func: Option<FuncId>,
}

/// Fill in the query sites, and what follows from them for models and views.
pub fn collect(world: &mut World, found: &mut Inventory) {
    let mut catalogue = Catalogue::build(world, &found.models);
    let classes = Classes::build(world, &mut catalogue, found);
    let mut receivers: FxHashMap<String, Vec<(String, Option<String>)>> = FxHashMap::default();
    for row in &found.signals {
        if let (Some(signal), Some(receiver)) = (&row.signal, &row.receiver) {
            receivers.entry(receiver.clone()).or_default().push((signal.clone(), row.sender.clone()));
        }
    }
    let mut orm = Orm {
        world,
        catalogue,
        classes,
        methods: Methods::default(),
        tables: Tables::default(),
        receivers,
        variables: FxHashMap::default(),
        loaded: FxHashMap::default(),
    };
    orm.filter_methods();
    let (sites, calls, called) = orm.read();
    summary::write(&mut orm, sites, found);
    found.calls = calls;
    found.called = called;
    orm.saved(&mut found.views);
}

impl Orm<'_, '_> {
    fn read(&mut self) -> (Vec<Site>, Vec<Call>, BTreeMap<String, Called>) {
        let units = self.units();
        let mut sites: Vec<Vec<Site>> = units.iter().map(|_| Vec::new()).collect();
        let mut asked: Vec<Vec<Key>> = units.iter().map(|_| Vec::new()).collect();
        let mut calls: Vec<FxHashSet<(Scope, u32, FuncKey)>> = units.iter().map(|_| FxHashSet::default()).collect();
        let mut todo: Vec<usize> = (0..units.len()).collect();
        for _ in 0..ROUNDS {
            for index in todo {
                let Some(unit) = units.get(index) else { continue };
                let mut walker = Walker::new(self, unit.file);
                match unit.func {
                    Some(func) => walker.function(func),
                    None => walker.module(),
                }
                let (made, keys, called) = (walker.sites, walker.asked, walker.calls);
                if let Some(slot) = calls.get_mut(index) {
                    *slot = called;
                }
                if let (Some(sites), Some(asked)) = (sites.get_mut(index), asked.get_mut(index)) {
                    *sites = made;
                    *asked = keys.into_iter().collect();
                }
            }
            let changes = self.tables.changes();
            let stale = |keys: &Vec<Key>, changes: &FxHashSet<Key>| keys.iter().any(|k| changes.contains(k));
            todo = asked.iter().enumerate().filter(|(_, keys)| stale(keys, &changes)).map(|(index, _)| index).collect();
            if todo.is_empty() {
                break;
            }
        }
        let sites = sites.into_iter().flatten().filter(|s| !s.methods.is_empty()).collect();
        let mut made = Vec::new();
        let mut called = BTreeMap::new();
        for (unit, calls) in units.iter().zip(calls) {
            for (scope, line, to) in calls {
                let name = names::scope_name(self.world, to.0, Scope::Func(to.1));
                if !called.contains_key(&name)
                    && let Some(def) = self.world.interp.ast(to.0).funcs.get(to.1 as usize)
                {
                    let place = self.world.place(Loc { file: to.0, line: def.line });
                    called.insert(name.clone(), Called { place, lines: def.end_line.saturating_sub(def.line) + 1 });
                }
                let scope = names::scope_name(self.world, unit.file, scope);
                made.push(Call { scope, to: name, place: self.world.place(Loc { file: unit.file, line }) });
            }
        }
        made.sort();
        made.dedup();
        (sites, made, called)
    }

    /// The models that views write by what they inherit.
    fn saved(&mut self, views: &mut [View]) {
        let mut wanted: FxHashMap<String, &mut View> =
            views.iter_mut().filter(|view| !view.body.saves.is_empty()).map(|view| (view.qualname.clone(), view)).collect();
        for class in self.world.class_refs() {
            let object = self.world.interp.class(class);
            let Some(view) = wanted.remove(&object.dotted()) else { continue };
            let who = Walker::new(self, object.file).view_model(class);
            view.body.models = who.ids().into_iter().map(|id| self.catalogue.name(id).to_owned()).collect();
        }
    }

    /// Bodies of first-party code that runs: no tests, no migrations.
    fn units(&self) -> Vec<Unit> {
        let mut out = Vec::new();
        for (file, source) in self.world.interp.project.files.iter().enumerate() {
            if !counts(&source.path) {
                continue;
            }
            let file = file as u32;
            out.push(Unit { file, func: None });
            let ast = &source.facts.ast;
            for (id, def) in ast.funcs.iter().enumerate() {
                let mut at = def.scope;
                let mut inside = false;
                // Classes may nest; the bound is that of the syntax tree.
                for _ in 0..300 {
                    match at {
                        Scope::Module => break,
                        Scope::Func(_) => {
                            inside = true;
                            break;
                        }
                        Scope::Class(class) => at = ast.classes.get(class as usize).map_or(Scope::Module, |c| c.scope),
                    }
                }
                if !inside {
                    out.push(Unit { file, func: Some(id as FuncId) });
                }
            }
        }
        out
    }
}

/// Test code is parsed only where the settings install it; it is no part of what has to be carried over.
pub(super) fn counts(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    !(name == "conftest.py"
        || name == "tests.py"
        || (name.starts_with("test_") && name.ends_with(".py"))
        || name.ends_with("_test.py")
        || name.ends_with("_tests.py")
        || folder.split('/').any(|part| matches!(part, "tests" | "test" | "testing" | "migrations")))
}
