//! Who owns which table after each phase. A table is FastAPI's once nothing on Django's side writes it any more and its own module has moved.
//!
//! One line for each change, so that the list grows with the tables and not with the phases.

use std::collections::{BTreeMap, BTreeSet};

use crate::django::inventory::{Inventory, Place, QueryAccess};
use crate::effort::Analysis;
use crate::effort::choices::OwnedBy;
use crate::effort::strategy::{Admin, Orm};

use super::data::{BorderKey, Moved, Owner, Ownership, Phase, Stays, Writer};
use super::overrides::Overrides;
use super::scope::Scope;

/// When a module's reads are on FastAPI, and when all of it is; none where something of it stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub begins: Option<usize>,
    pub ends: Option<usize>,
}

/// From the phases of each module; one with routes that stay never ends.
pub fn spans(analysis: &Analysis, scope: &Scope<'_>, phases: &[Phase]) -> Vec<Span> {
    let mut out = vec![Span::default(); analysis.estimate.modules.len()];
    for phase in phases {
        for module in &phase.modules {
            if let Some(span) = out.get_mut(*module) {
                span.begins = span.begins.or(Some(phase.number));
                span.ends = Some(phase.number);
            }
        }
    }
    for module in staying(scope) {
        out.get_mut(module).into_iter().for_each(|span| span.ends = None);
    }
    out
}

/// Modules of which first-party routes stay on Django, so that their code is needed there too.
fn staying(scope: &Scope<'_>) -> BTreeSet<usize> {
    let own = |stays: &&Stays| matches!(stays.code, "page" | "session" | "no_rule" | "path_unknown");
    let routes = scope.stays.iter().filter(own).flat_map(|stays| &stays.routes);
    routes.filter_map(|moved| scope.home.get(moved.route)).copied().collect()
}

/// One who uses a table: from which phase on FastAPI's side, and until which on Django's.
struct User {
    module: usize,
    place: Place,
    writes: bool,
    admin: bool,
    begins: Option<usize>,
    ends: Option<usize>,
}

/// Owner of each table after each phase that changes it, by the phase's number.
pub fn lines(
    analysis: &Analysis,
    scope: &Scope<'_>,
    overrides: &Overrides,
    spans: &[Span],
    phases: &[Phase],
) -> BTreeMap<usize, Vec<Ownership>> {
    let inventory = &analysis.inventory;
    let mut out: BTreeMap<usize, Vec<Ownership>> = BTreeMap::new();
    // The ORM stays Django's: so do the tables.
    let kept = analysis.choices.strategy.orm == Orm::Django;
    let users = users(analysis, scope, spans, phases);
    // Model → owner and number of the phase since which it is.
    let mut history: Vec<Vec<(usize, Owner)>> = vec![Vec::new(); inventory.models.len()];
    for (index, model) in inventory.models.iter().enumerate() {
        if model.is_abstract || model.proxy || model.swapped {
            continue;
        }
        let home = analysis.estimate.partition.of_file(&model.place.file);
        let list = users.get(&index).map_or(&[] as &[User], Vec::as_slice);
        let mut turns: BTreeSet<usize> = list.iter().flat_map(|user| [user.begins, user.ends]).flatten().collect();
        let span = spans.get(home).copied().unwrap_or_default();
        turns.extend([span.begins, span.ends].into_iter().flatten());
        let mut before = Owner::Django;
        for phase in turns {
            let (owner, how) = owner(list, span, phase, kept, model.managed, overrides.owners.get(&home).copied());
            if owner == before {
                continue;
            }
            before = owner;
            history.get_mut(index).into_iter().for_each(|list| list.push((phase, owner)));
            let writers: BTreeSet<Writer> = list
                .iter()
                .filter(|user| user.writes && user.ends.is_none_or(|end| end > phase))
                .map(|user| Writer { admin: user.admin, module: user.module, place: user.place.clone() })
                .collect();
            // The first place of each.
            let mut named = BTreeSet::new();
            let writers = writers.into_iter().filter(|writer| named.insert((writer.admin, writer.module))).collect();
            out.entry(phase).or_default().push(Ownership { model: index, owner, how, writers, keys: Vec::new() });
        }
    }
    keys(inventory, &history, &mut out);
    out
}

fn owner(users: &[User], home: Span, phase: usize, kept: bool, managed: bool, wish: Option<OwnedBy>) -> (Owner, &'static str) {
    let here = |number: Option<usize>| number.is_some_and(|number| number <= phase);
    let reads = here(home.begins) || users.iter().any(|user| here(user.begins));
    let writes = users.iter().any(|user| user.writes && here(user.ends));
    let behind = || users.iter().filter(|user| user.writes && !here(user.ends));
    if !reads {
        return (Owner::Django, "none");
    }
    if kept {
        return (Owner::Django, "orm_kept");
    }
    // The admin alone can be made to read only, where the team wants the table on the other side.
    let left = behind().any(|user| !user.admin || wish != Some(OwnedBy::FastApi));
    if here(home.ends) && !left && wish != Some(OwnedBy::Django) {
        return (Owner::FastApi, if managed { "transfer" } else { "unmanaged" });
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

/// Everything that reads or writes each model's table, by its index.
fn users(analysis: &Analysis, scope: &Scope<'_>, spans: &[Span], phases: &[Phase]) -> BTreeMap<usize, Vec<User>> {
    let inventory = &analysis.inventory;
    let partition = &analysis.estimate.partition;
    let by_label: BTreeMap<&str, usize> = inventory.models.iter().enumerate().map(|(i, m)| (m.label.as_str(), i)).collect();
    let views = moved_views(inventory, phases);
    let mut out: BTreeMap<usize, Vec<User>> = BTreeMap::new();
    for query in &inventory.queries {
        let module = partition.of_file(&query.place.file);
        let span = spans.get(module).copied().unwrap_or_default();
        // What stands in a view goes when all of the view's routes are gone; the rest when its module is.
        let view = scope_of(&query.scope, &views).filter(|_| scope.modules.contains(&module));
        let ends = match view {
            Some((_, ends)) => *ends,
            None => span.ends,
        };
        let begins = view.map_or(span.begins, |(begins, _)| Some(*begins));
        let mut add = |label: &str, writes: bool| {
            if let Some(model) = by_label.get(label) {
                let user = User { module, place: query.place.clone(), writes, admin: false, begins, ends };
                out.entry(*model).or_default().push(user);
            }
        };
        query.model.iter().for_each(|label| add(label, query.access != QueryAccess::Read));
        query.touches.iter().for_each(|label| add(label, false));
    }
    if analysis.choices.strategy.admin == Admin::Keep {
        for admin in &inventory.admin {
            if let Some(model) = admin.model.as_deref().and_then(|label| by_label.get(label)) {
                let module = partition.of_file(&admin.place.file);
                let user = User { module, place: admin.place.clone(), writes: true, admin: true, begins: None, ends: None };
                out.entry(*model).or_default().push(user);
            }
        }
    }
    out
}

/// Views of which routes move: since when something of them, and since when all.
type Views<'a> = BTreeMap<&'a str, (usize, Option<usize>)>;

fn moved_views<'a>(inventory: &'a Inventory, phases: &[Phase]) -> Views<'a> {
    let mut when: BTreeMap<usize, (usize, usize, usize)> = BTreeMap::new();
    for phase in phases {
        for Moved { route, methods } in &phase.routes {
            let entry = when.entry(*route).or_insert((phase.number, phase.number, 0));
            entry.1 = phase.number;
            entry.2 += methods.len();
        }
    }
    let mut out: Views<'a> = BTreeMap::new();
    for (index, route) in inventory.routes.iter().enumerate() {
        // A twin of a format does nothing of its own.
        let Some(view) = route.view.as_deref().filter(|_| !route.format_suffix) else { continue };
        match (when.get(&index), out.get_mut(view)) {
            (Some((begins, ends, _)), None) => drop(out.insert(view, (*begins, Some(*ends)))),
            (Some((begins, ends, _)), Some(entry)) => {
                *entry = (entry.0.min(*begins), entry.1.map(|other| other.max(*ends)));
            }
            // One of its routes stays.
            (None, Some(entry)) => entry.1 = None,
            (None, None) => drop(out.insert(view, (usize::MAX, None))),
        }
    }
    out.retain(|_, (begins, _)| *begins != usize::MAX);
    out
}

/// The view in which a query stands.
fn scope_of<'v>(scope: &str, views: &'v Views<'_>) -> Option<&'v (usize, Option<usize>)> {
    let mut at = scope;
    loop {
        if let Some(found) = views.get(at) {
            return Some(found);
        }
        at = at.rsplit_once('.')?.0;
    }
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
