//! Who owns which table after each phase. A table is FastAPI's once nothing on Django's side writes it any more and its own module has moved.
//!
//! One line for each change, so that the list grows with the tables and not with the phases.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{last_part, parent_part};
use crate::django::inventory::{Inventory, Model, Place, Query, Receiver};
use crate::effort::Analysis;
use crate::effort::choices::OwnedBy;
use crate::effort::strategy::{Admin, Orm};

use super::data::{BorderKey, Owner, Ownership, Writer};
use super::overrides::Overrides;
use super::runs::{Functions, Routes, Run};
use super::scope::Scope;

/// Calls of calls of a receiver that are followed.
const STEPS: usize = 3;

/// When what runs where.
#[derive(Clone, Copy)]
pub struct Runs<'a> {
    pub modules: &'a [Run],
    pub routes: &'a Routes,
    pub functions: &'a Functions,
}

/// One who uses a table.
struct User {
    module: usize,
    place: Place,
    /// Dotted name of the function or class that does.
    scope: String,
    writes: bool,
    admin: bool,
    run: Run,
}

/// Owner of each table after each phase that changes it, by the phase's number.
pub fn lines(analysis: &Analysis, scope: &Scope<'_>, overrides: &Overrides, runs: &Runs<'_>) -> BTreeMap<usize, Vec<Ownership>> {
    let inventory = &analysis.inventory;
    let mut out: BTreeMap<usize, Vec<Ownership>> = BTreeMap::new();
    // The ORM stays Django's: so do the tables.
    let kept = analysis.choices.strategy.orm == Orm::Django;
    let heads = scope.effects.families();
    let users = users(analysis, scope, &heads, runs);
    let tables = |index: &usize| inventory.models.get(*index).is_some_and(|m| !m.is_abstract && !m.proxy && !m.swapped);
    let mut families: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in (0..inventory.models.len()).filter(tables) {
        families.entry(heads.get(index).copied().unwrap_or(index)).or_default().push(index);
    }
    // Model → owner and number of the phase since which it is.
    let mut history: Vec<Vec<(usize, Owner)>> = vec![Vec::new(); inventory.models.len()];
    for (head, members) in &families {
        let homes: Vec<usize> = members
            .iter()
            .filter_map(|index| inventory.models.get(*index))
            .map(|m| analysis.estimate.partition.of_file(&m.place.file))
            .collect();
        let home = homes.iter().filter_map(|home| runs.modules.get(*home)).copied().reduce(Run::and).unwrap_or_default();
        let wish = homes.iter().find_map(|home| overrides.owners.get(home).copied());
        let list = users.get(head).map_or(&[] as &[User], Vec::as_slice);
        let runs = list.iter().map(|user| user.run).chain([home]);
        let turns: BTreeSet<usize> = runs.flat_map(|run| [run.begins, run.writes, run.ends]).flatten().collect();
        let mut before = Owner::Django;
        for phase in turns {
            let (owner, how) = owner(list, home, phase, kept, wish);
            if owner == before {
                continue;
            }
            before = owner;
            let writers = writers(list, phase);
            for model in members {
                history.get_mut(*model).into_iter().for_each(|list| list.push((phase, owner)));
                let managed = inventory.models.get(*model).is_none_or(|m| m.managed);
                let how = if how == "transfer" && !managed { "unmanaged" } else { how };
                out.entry(phase).or_default().push(Ownership { model: *model, owner, how, writers: writers.clone(), keys: Vec::new() });
            }
        }
    }
    out.values_mut().for_each(|lines| lines.sort_by_key(|line| line.model));
    keys(inventory, &history, &mut out);
    if analysis.choices.strategy.admin == Admin::Keep {
        cascades(inventory, &mut out);
    }
    out
}

/// Who goes on writing on Django's side: each function once, with its first place. What the admin runs too is named as the admin's.
fn writers(users: &[User], phase: usize) -> Vec<Writer> {
    let left = users.iter().filter(|user| user.writes && user.run.ends.is_none_or(|end| end > phase));
    let mut left: Vec<(Writer, &str)> =
        left.map(|user| (Writer { admin: user.admin, module: user.module, place: user.place.clone() }, user.scope.as_str())).collect();
    left.sort();
    let mut named = BTreeSet::new();
    left.retain(|(writer, scope)| named.insert((writer.admin, writer.module, *scope)));
    left.into_iter().map(|(writer, _)| writer).collect()
}

/// What happens to a row when the one that it points to is deleted, where Django does that itself and the database nothing.
const CASCADES: [&str; 4] = ["CASCADE", "SET_NULL", "SET_DEFAULT", "SET"];

/// Tables that are handed over while the admin goes on deleting what they point to: with it Django deletes or changes their rows.
fn cascades(inventory: &Inventory, out: &mut BTreeMap<usize, Vec<Ownership>>) {
    let edited = edited(inventory);
    let deleted = |label: &str| edited.contains(label) || label == inventory.settings.auth_user_model;
    let cascades = |key: &BorderKey, model: &Model| {
        let field = model.fields.iter().find(|field| field.name == key.field);
        let on_delete = field.and_then(|field| field.relation.as_ref()).and_then(|relation| relation.on_delete.as_deref());
        key.model == model.label && deleted(&key.to) && on_delete.is_some_and(|what| CASCADES.contains(&last_part(what)))
    };
    for line in out.values_mut().flatten().filter(|line| line.how == "transfer") {
        if inventory.models.get(line.model).is_some_and(|model| line.keys.iter().any(|key| cascades(key, model))) {
            line.how = "transfer_cascade";
        }
    }
}

fn owner(users: &[User], home: Run, phase: usize, kept: bool, wish: Option<OwnedBy>) -> (Owner, &'static str) {
    let here = |number: Option<usize>| number.is_some_and(|number| number <= phase);
    // Of a table that nobody is seen to use, its module says when.
    let unseen = users.iter().all(|user| user.admin) && here(home.begins);
    let reads = unseen || here(home.ends) || users.iter().any(|user| here(user.run.begins));
    let writes = users.iter().any(|user| user.writes && here(user.run.writes));
    let behind = || users.iter().filter(|user| user.writes && !here(user.run.ends));
    if !reads {
        return (Owner::Django, "none");
    }
    if kept {
        return (Owner::Django, "orm_kept");
    }
    // The admin alone can be made to read only, where the team wants the table on the other side.
    let left = behind().any(|user| !user.admin || wish != Some(OwnedBy::FastApi));
    if here(home.ends) && !left && wish != Some(OwnedBy::Django) {
        return (Owner::FastApi, "transfer");
    }
    if !writes {
        return (Owner::SharedRead, "read_only");
    }
    let admin = behind().next().is_some() && behind().all(|user| user.admin);
    if wish == Some(OwnedBy::Django) && behind().next().is_none() {
        return (Owner::SharedWrite, "kept_by_choice");
    }
    (Owner::SharedWrite, if admin { "admin_writes" } else { "both_write" })
}

/// Everything that reads or writes each family's tables, by its head.
fn users(analysis: &Analysis, scope: &Scope<'_>, heads: &[usize], runs: &Runs<'_>) -> BTreeMap<usize, Vec<User>> {
    let inventory = &analysis.inventory;
    let partition = &analysis.estimate.partition;
    let Runs { modules, routes, functions } = *runs;
    let kept_admin = analysis.choices.strategy.admin == Admin::Keep;
    let of_admin = AdminCode::of(inventory);
    let mut out: BTreeMap<usize, Vec<User>> = BTreeMap::new();
    let mut add = |model: usize, user: User| out.entry(heads.get(model).copied().unwrap_or(model)).or_default().push(user);
    for query in &inventory.queries {
        let module = partition.of_file(&query.place.file);
        // The pages of a kept admin never move.
        let admin = kept_admin && of_admin.runs(query);
        let run = if admin { Run::default() } else { functions.run(&query.scope, modules.get(module).copied().unwrap_or_default()) };
        let written = scope.effects.written(query);
        for model in scope.effects.touched(query) {
            let (place, scope) = (query.place.clone(), query.scope.clone());
            add(model, User { module, place, scope, writes: written.contains(&model), admin, run });
        }
    }
    for (index, route) in inventory.routes.iter().enumerate().filter(|(_, route)| !route.format_suffix) {
        let Some(view) = route.view.as_deref().and_then(|name| scope.views.get(name)) else { continue };
        let module = scope.home.get(index).copied().unwrap_or_default();
        for method in Routes::methods(inventory, index) {
            let run = routes.run(index, method);
            for model in scope.effects.inherited(route, view, method) {
                let (place, scope) = (view.place.clone(), view.qualname.clone());
                add(model, User { module, place, scope, writes: true, admin: false, run });
            }
            for model in scope.effects.shown(route, view) {
                let (place, scope) = (view.place.clone(), view.qualname.clone());
                add(model, User { module, place, scope, writes: false, admin: false, run });
            }
        }
    }
    if kept_admin {
        for admin in &inventory.admin {
            let module = partition.of_file(&admin.place.file);
            for model in admin.model.iter().chain(&admin.inline_models).filter_map(|label| scope.effects.model(label)) {
                let (place, scope) = (admin.place.clone(), admin.admin.clone());
                add(model, User { module, place, scope, writes: true, admin: true, run: Run::default() });
            }
        }
        // What it saves is received: what receivers write of other tables, the admin writes.
        let receivers = admin_receivers(inventory);
        for query in inventory.queries.iter().filter(|query| receivers.contains(query.scope.as_str())) {
            let module = partition.of_file(&query.place.file);
            for model in scope.effects.written(query) {
                let (place, scope) = (query.place.clone(), query.scope.clone());
                add(model, User { module, place, scope, writes: true, admin: true, run: Run::default() });
            }
        }
    }
    out
}

/// What only the admin runs.
struct AdminCode<'a> {
    /// Its classes, with those that they inherit parts from.
    classes: BTreeSet<&'a str>,
    /// Actions that are functions: the file in which each is written, and its name.
    actions: BTreeSet<(&'a str, &'a str)>,
}

impl AdminCode<'_> {
    fn of(inventory: &Inventory) -> AdminCode<'_> {
        let parts = || inventory.admin.iter().flat_map(|admin| &admin.parts);
        let own = inventory.admin.iter().flat_map(|admin| admin.inlines.iter().chain([&admin.admin]));
        AdminCode {
            classes: own.chain(parts().map(|part| &part.class)).map(String::as_str).collect(),
            actions: parts()
                .filter(|part| part.kind == "admin_action")
                .map(|part| (part.place.file.as_str(), last_part(&part.name)))
                .collect(),
        }
    }

    /// Whether a query stands in it.
    fn runs(&self, query: &Query) -> bool {
        self.classes.contains(query.scope.as_str())
            || self.classes.contains(parent_part(&query.scope))
            || self.actions.contains(&(query.place.file.as_str(), last_part(&query.scope)))
    }
}

/// Models that the admin edits.
pub fn edited(inventory: &Inventory) -> BTreeSet<&str> {
    inventory.admin.iter().flat_map(|admin| admin.model.iter().chain(&admin.inline_models)).map(String::as_str).collect()
}

/// Receivers of what the admin saves and deletes, and what they call.
fn admin_receivers(inventory: &Inventory) -> BTreeSet<&str> {
    let edited = edited(inventory);
    let of_admin = |signal: &&Receiver| {
        let of_models = signal.signal.as_deref().is_some_and(|name| name.starts_with("django.db.models.signals."));
        of_models && signal.never_fires.is_none() && signal.sender.as_deref().is_none_or(|sender| edited.contains(sender))
    };
    let mut out: BTreeSet<&str> = inventory.signals.iter().filter(of_admin).filter_map(|signal| signal.receiver.as_deref()).collect();
    for _ in 0..STEPS {
        let called = inventory.calls.iter().filter(|call| out.contains(call.scope.as_str())).map(|call| call.to.as_str());
        let called: Vec<&str> = called.collect();
        out.extend(called);
    }
    out
}

/// Foreign keys between a table and one that the other side owns, each on the line of the table that is handed over.
fn keys(inventory: &Inventory, history: &[Vec<(usize, Owner)>], out: &mut BTreeMap<usize, Vec<Ownership>>) {
    let by_label: BTreeMap<&str, usize> = inventory.models.iter().enumerate().map(|(i, m)| (m.label.as_str(), i)).collect();
    let owner = |model: usize, phase: usize| {
        let list = history.get(model).map_or(&[] as &[(usize, Owner)], Vec::as_slice);
        list.iter().rfind(|(since, _)| *since <= phase).map_or(Owner::Django, |(_, owner)| *owner)
    };
    let mut all: BTreeMap<usize, Vec<(usize, Option<usize>, BorderKey)>> = BTreeMap::new();
    for (index, model) in inventory.models.iter().enumerate().filter(|(_, m)| !m.is_abstract && !m.proxy && !m.swapped) {
        for field in &model.fields {
            let Some(to) = field.relation.as_ref().and_then(|relation| relation.to.as_deref()) else { continue };
            let other = by_label.get(to).copied();
            let key = BorderKey { model: model.label.clone(), field: field.name.clone(), to: to.to_owned(), place: field.place.clone() };
            all.entry(index).or_default().push((index, other, key.clone()));
            if let Some(other) = other.filter(|other| *other != index) {
                all.entry(other).or_default().push((index, Some(other), key));
            }
        }
    }
    for (phase, lines) in out {
        for line in lines.iter_mut().filter(|line| line.owner == Owner::FastApi) {
            let crosses = |(from, to, _): &&(usize, Option<usize>, BorderKey)| {
                let far = if *from == line.model { *to } else { Some(*from) };
                far.is_none_or(|far| owner(far, *phase) != Owner::FastApi)
            };
            line.keys = all.get(&line.model).into_iter().flatten().filter(crosses).map(|(.., key)| key.clone()).collect();
            line.keys.sort();
        }
    }
}
