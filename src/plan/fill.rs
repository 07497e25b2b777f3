//! What each phase says beside its order: tables, crossings, logins, proxy, ways back, checklists.

use std::collections::BTreeMap;

use crate::effort::Analysis;
use crate::effort::strategy::Auth;

use super::couplings::Coupling;
use super::crossings::crossings;
use super::data::{Owner, Phase, PhaseKind, ProxyPart};
use super::kit::bridge::{self, Kind};
use super::overrides::Overrides;
use super::ownership::{self, Runs};
use super::parity::Checklists;
use super::runs;
use super::scope::Scope;

pub fn fill(phases: &mut [Phase], analysis: &Analysis, scope: &Scope<'_>, overrides: &Overrides, cut: &[Coupling]) {
    let inventory = &analysis.inventory;
    let spans = runs::modules(analysis, scope, phases);
    let routes = runs::Routes::of(phases);
    let functions = runs::Functions::of(analysis, scope, &routes, &spans);
    let mut lines = ownership::lines(analysis, scope, overrides, &Runs { modules: &spans, routes: &routes, functions: &functions });
    let mut across = crossings(analysis, &spans, &functions);
    let lists = Checklists::new(inventory, scope);
    let foundations = login(analysis);
    let mut owns = false;
    for phase in phases.iter_mut() {
        phase.data = lines.remove(&phase.number).unwrap_or_default();
        phase.crossings = across.remove(&phase.number).unwrap_or_default().into_iter().collect();
        phase.parity = lists.of(&phase.routes);
        phase.auth = match phase.kind {
            PhaseKind::Foundations => foundations.clone(),
            _ => asked(analysis, phase),
        };
        phase.proxy = proxy(scope, phase);
        let hands_over = phase.data.iter().any(|line| line.owner == Owner::FastApi);
        owns |= hands_over;
        phase.proxy.fail_back = !owns;
        phase.rollback = rollback(phase.kind, hands_over, owns);
    }
    // Who moves first pays for the cut.
    for coupling in cut {
        let first = phases.iter_mut().find(|phase| phase.modules.contains(&coupling.from));
        if let Some(phase) = first {
            phase.cut_hours += coupling.hours;
            phase.cuts.push(coupling.cut(&analysis.estimate, true));
        }
    }
}

/// How FastAPI gets to know who is logged in.
fn login(analysis: &Analysis) -> Vec<(String, usize)> {
    let bridge = bridge::bridge(&analysis.inventory);
    let mut out = match bridge.kind {
        Kind::Read => vec![("session_read".to_owned(), 0)],
        Kind::Ask(reasons) => vec![("session_ask".to_owned(), reasons.len())],
        Kind::None => Vec::new(),
    };
    match analysis.choices.strategy.auth {
        Auth::Session => {}
        Auth::Jwt => out.push(("own_tokens".to_owned(), 0)),
        Auth::FastApiUsers => out.push(("fastapi_users".to_owned(), 0)),
    }
    out
}

/// The authentication classes of its routes, with the number of routes of each.
fn asked(analysis: &Analysis, phase: &Phase) -> Vec<(String, usize)> {
    let mut out: BTreeMap<String, usize> = BTreeMap::new();
    for route in phase.routes.iter().filter_map(|moved| analysis.inventory.routes.get(moved.route)) {
        let names = &route.access.authentication.names;
        if names.is_empty() && route.access.login_required == Some(true) {
            *out.entry("django.contrib.sessions".to_owned()).or_default() += 1;
        }
        names.iter().for_each(|name| *out.entry(name.clone()).or_default() += 1);
    }
    out.into_iter().collect()
}

fn proxy(scope: &Scope<'_>, phase: &Phase) -> ProxyPart {
    let mut out = ProxyPart::default();
    for (at, moved) in phase.routes.iter().enumerate() {
        out.rules.extend(scope.expressions.get(&moved.route).into_iter().flatten().map(|regex| (at, regex.clone())));
        out.partly.extend(scope.partly.get(&moved.route).map(|reason| (at, reason.clone())));
    }
    out
}

/// The ways back that are still open after a phase, the quickest first.
fn rollback(kind: PhaseKind, hands_over: bool, owns: bool) -> Vec<&'static str> {
    match kind {
        PhaseKind::Foundations => vec!["take_proxy_out"],
        PhaseKind::Pilot | PhaseKind::Reads => vec!["kill_switch", "weight_zero", "redeploy"],
        PhaseKind::End if owns => vec!["data_restore"],
        PhaseKind::End => vec!["redeploy"],
        // Django's way of writing is gone, and what FastAPI wrote since is not where Django looks.
        _ if hands_over => vec!["data_restore"],
        _ if owns => vec!["kill_switch_shared", "redeploy"],
        _ => vec!["kill_switch", "redeploy"],
    }
}
