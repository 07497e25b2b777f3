//! What moves and what stays: the modules that the verdicts send over, and for every route its home, its methods, or the reason why it stays.

use std::collections::{BTreeMap, BTreeSet};

use crate::django::inventory::{Brought, Inventory, Route, View};
use crate::effort::choices::Aim;
use crate::effort::price::Moving;
use crate::effort::strategy::Auth;
use crate::effort::verdict::{Judged, Verdict, is_page};
use crate::effort::{Analysis, Estimate};

use super::data::{Moved, Stays};
use super::effects::Effects;
use super::overrides::Overrides;
use super::routing::{self, Move};
use super::rules::{SAFE, Side};

/// Of one package's patterns, how many are named.
const BROUGHT: usize = 3;

/// The decision on every module and route.
pub struct Scope<'a> {
    /// Modules that move, in whole or with their API only.
    pub modules: BTreeSet<usize>,
    /// Those of them whose pages stay.
    pub without_pages: BTreeSet<usize>,
    /// The module of each route.
    pub home: Vec<usize>,
    pub moved: BTreeMap<usize, Methods>,
    pub stays: Vec<Stays>,
    /// Moved routes of which some paths stay, with the reason.
    pub partly: BTreeMap<usize, String>,
    /// How the proxy sees the paths of moved routes.
    pub expressions: BTreeMap<usize, Vec<String>>,
    pub views: BTreeMap<&'a str, &'a View>,
    pub effects: Effects<'a>,
}

/// Methods of a route, by what they do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Methods {
    pub reads: Vec<String>,
    pub writes: Vec<String>,
    /// Nobody knows them all: the others go with the writes.
    pub open: bool,
    /// Nobody knows them all, and none of them writes: all go with the reads.
    pub harmless: bool,
}

/// Which modules move; of the second some only without their pages.
pub fn modules(analysis: &Analysis, overrides: &Overrides) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let estimate = &analysis.estimate;
    let verdict = |i: usize| estimate.modules.get(i).map(|m| m.judged.verdict);
    let all = (0..estimate.modules.len()).filter(|i| !overrides.frozen.contains(i));
    let own = |i: usize| estimate.modules.get(i).and_then(|m| analysis.choices.modules.iter().find(|k| *k.name.get_ref() == m.module.name));
    match analysis.choices.plan.scope {
        // What the team itself has decided holds all the same.
        Aim::Everything => {
            let kept = |i: &usize| {
                own(*i).and_then(|k| k.verdict.as_ref()).is_none_or(|v| matches!(v.get_ref(), Verdict::Migrate | Verdict::Hybrid))
            };
            (all.filter(kept).collect(), BTreeSet::new())
        }
        Aim::Recommended => {
            let of = |wanted: &[Verdict]| all.clone().filter(|i| verdict(*i).is_some_and(|v| wanted.contains(&v))).collect();
            (of(&[Verdict::Migrate, Verdict::Hybrid]), of(&[Verdict::Hybrid]))
        }
    }
}

/// The module of each route: that of its view's code, else of its app, else of the file with its pattern.
pub fn homes(inventory: &Inventory, estimate: &Estimate, views: &BTreeMap<&str, &View>) -> Vec<usize> {
    let partition = &estimate.partition;
    let home = |route: &Route| {
        let view = route.view.as_deref().and_then(|name| views.get(name));
        let app = || route.app.as_deref().and_then(|app| partition.of_app(app));
        view.map(|view| partition.of_file(&view.place.file)).or_else(app).unwrap_or_else(|| partition.of_file(&route.place.file))
    };
    inventory.routes.iter().map(home).collect()
}

impl<'a> Scope<'a> {
    pub fn of(analysis: &'a Analysis, overrides: &Overrides) -> Scope<'a> {
        let (inventory, estimate) = (&analysis.inventory, &analysis.estimate);
        let views: BTreeMap<&str, &View> = inventory.views.iter().map(|v| (v.qualname.as_str(), v)).collect();
        let (modules, without_pages) = modules(analysis, overrides);
        let home = homes(inventory, estimate, &views);
        let mut scope = Scope {
            modules,
            without_pages,
            home,
            moved: BTreeMap::new(),
            stays: Vec::new(),
            partly: BTreeMap::new(),
            expressions: BTreeMap::new(),
            views,
            effects: Effects::new(inventory),
        };
        let mut staying: BTreeMap<(&'static str, Option<usize>, String), Vec<Moved>> = BTreeMap::new();
        let mut stay = |index: usize, (code, module, reason): (&'static str, Option<usize>, String)| {
            staying.entry((code, module, reason)).or_default().push(Moved { route: index, methods: Vec::new() });
        };
        for (index, route) in inventory.routes.iter().enumerate() {
            match scope.reason(analysis, overrides, index, route) {
                Some(reason) => stay(index, reason),
                None => {
                    let view = route.view.as_deref().and_then(|name| scope.views.get(name)).copied();
                    drop(scope.moved.insert(index, methods(&scope.effects, route, view)));
                }
            }
        }
        // What the proxy cannot tell apart stays as well.
        let moves = scope.moved.keys().map(|route| (*route, Move { rest: Side::FastApi, ..Move::default() })).collect();
        let ruled = routing::ruled(inventory, &moves);
        for (route, reason) in ruled.refused {
            scope.moved.remove(&route);
            stay(route, ("no_rule", scope.home.get(route).copied(), reason));
        }
        scope.expressions = ruled.expressions;
        scope.partly = ruled.partly.into_iter().filter(|(route, _)| scope.moved.contains_key(route)).collect();
        scope.stays = staying.into_iter().map(|((code, module, reason), routes)| Stays { code, reason, module, routes }).collect();
        scope.stays.extend(brought(inventory));
        scope
    }

    pub fn moving(&self) -> Moving {
        Moving { modules: self.modules.clone(), without_pages: self.without_pages.clone() }
    }

    /// Whether the route asks a table, and who asks: what a pilot should have at least one of.
    pub fn proves(&self, inventory: &Inventory, index: usize) -> bool {
        let Some(route) = inventory.routes.get(index) else { return false };
        let view = route.view.as_deref().and_then(|name| self.views.get(name));
        let asks = view.is_some_and(|view| view.orm_calls > 0 || view.queryset_model.is_some() || !view.body.models.is_empty());
        asks && route.access.login_required == Some(true)
    }

    /// Why a route stays, if it does.
    fn reason(
        &self,
        analysis: &Analysis,
        overrides: &Overrides,
        index: usize,
        route: &Route,
    ) -> Option<(&'static str, Option<usize>, String)> {
        let home = self.home.get(index).copied();
        let module = home.and_then(|home| analysis.estimate.modules.get(home));
        let say = |code, text: &str| Some((code, home, text.to_owned()));
        if route.admin {
            return Some(("admin", None, admin(analysis)));
        }
        if route.development {
            return Some(("development", None, "exists only where settings.DEBUG is set: for developers".to_owned()));
        }
        if !route.first_party_view {
            return match &route.view {
                Some(view) => Some(("third_party", None, format!("a view of a package: {}", package(view)))),
                None => say("view_unknown", "the view is not known"),
            };
        }
        if route.format_suffix {
            return say("format_suffix", "the twin for format suffixes: FastAPI answers one format");
        }
        if !route.path_known {
            return say("path_unknown", "its path is not known: a person has to write the rule");
        }
        let home = home?;
        if overrides.frozen.contains(&home) {
            return say("frozen", "the module is frozen, as migscan.toml says");
        }
        if !self.modules.contains(&home) {
            return Some(("verdict", Some(home), module.map_or_else(String::new, |m| stays_for(&m.judged))));
        }
        let view = route.view.as_deref().and_then(|name| self.views.get(name));
        if self.without_pages.contains(&home) && view.is_some_and(|view| is_page(view)) {
            return say("page", "renders pages: of a hybrid module only the API moves");
        }
        if analysis.choices.strategy.auth == Auth::Session && view.is_some_and(|view| self.effects.logs_in(view)) {
            let own = "begins or ends a session: only Django writes sessions while FastAPI reads them";
            return match view.and_then(|view| view.body.login.as_deref()) {
                Some(base) => {
                    say("session", &format!("logs in or out, as a {base}: that stays with Django while FastAPI only reads sessions"))
                }
                None => say("session", own),
            };
        }
        None
    }
}

/// What packages answer whose routes nobody lists: one entry for each package.
fn brought(inventory: &Inventory) -> Vec<Stays> {
    let mut by_package: BTreeMap<&str, Vec<&Brought>> = BTreeMap::new();
    for one in &inventory.brought {
        by_package.entry(package(&one.name)).or_default().push(one);
    }
    let told = |(package, list): (&str, Vec<&Brought>)| {
        let named = |one: &&Brought| format!("{} below {} ({}:{})", one.name, one.path, one.place.file, one.place.line);
        let mut reason = list.iter().take(BROUGHT).map(named).collect::<Vec<_>>().join(", ");
        match list.len().saturating_sub(BROUGHT) {
            0 => {}
            more => reason.push_str(&format!(" and {more} more")),
        }
        Stays { code: "third_party", reason: format!("patterns of a package, {package}: {reason}"), module: None, routes: Vec::new() }
    };
    by_package.into_iter().map(told).collect()
}

fn admin(analysis: &Analysis) -> String {
    use crate::effort::strategy::Admin;
    match analysis.choices.strategy.admin {
        Admin::Keep => "the admin stays on Django".to_owned(),
        Admin::SqlAdmin => "the admin is built anew with SQLAdmin under an address of its own; the old one goes at the end".to_owned(),
        Admin::Custom => "the admin is built anew under an address of its own; the old one goes at the end".to_owned(),
    }
}

fn package(view: &str) -> &str {
    view.split('.').next().unwrap_or(view)
}

/// The verdict with what speaks most for it.
fn stays_for(judged: &Judged) -> String {
    let against: Vec<String> =
        judged.reasons.iter().filter(|r| r.weight < 0.0).take(2).map(|r| format!("{} ({})", r.criterion, r.evidence)).collect();
    match against.is_empty() {
        true => format!("verdict {}: {:.0} points of benefit", judged.verdict.name(), judged.benefit),
        false => format!("verdict {}: {}", judged.verdict.name(), against.join("; ")),
    }
}

/// Its methods by what they do: a GET that writes is no read. Of a view that takes any, GET goes ahead where its code asks for it among others;
/// of a function that neither asks nor writes nor reads a body, all go with the reads.
fn methods(effects: &Effects<'_>, route: &Route, view: Option<&View>) -> Methods {
    let acts = view.is_some_and(|view| effects.get_acts(route, view));
    let Some(known) = route.methods.as_ref().filter(|methods| !methods.is_empty()) else {
        let function = view.is_some_and(|view| view.kind == "function" || view.body.feed) && !route.access.csrf_exempt;
        return match &route.likely_methods {
            Some(likely) if !acts && likely.len() > 1 && likely.iter().any(|method| method == "GET") => {
                Methods { reads: vec!["GET".to_owned()], open: true, ..Methods::default() }
            }
            Some(likely) if !acts && likely.iter().all(|method| method == "GET") => Methods { harmless: true, ..Methods::default() },
            None if !acts && function => Methods { harmless: true, ..Methods::default() },
            _ => Methods { open: true, ..Methods::default() },
        };
    };
    let mut out = Methods::default();
    for method in known {
        let list = if !acts && SAFE.contains(&method.as_str()) { &mut out.reads } else { &mut out.writes };
        list.push(method.clone());
    }
    out
}
