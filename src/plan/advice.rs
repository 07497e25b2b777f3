//! Other ways of doing it, each with the rule by which it is offered and the numbers behind it.

use std::collections::BTreeMap;

use crate::effort::Analysis;
use crate::effort::choices::Aim;
use crate::effort::price::Price;
use crate::effort::strategy::Proxy;

use super::data::{Advice, BLOCKED, Crew, Stays};
use super::scope::Scope;

pub fn advice(analysis: &Analysis, aim: Aim, scope: &Scope<'_>, price: &Price, crew: Crew) -> Vec<Advice> {
    let verdict = analysis.estimate.verdict.name.as_str();
    let mut out = Vec::new();
    let mut offer = |code: &'static str, reason: String| out.push(Advice { code, reason });
    if verdict == "do not migrate" {
        offer("stop", analysis.estimate.verdict.reasons.join("; "));
    }
    if let Some(reason) = blocked(scope) {
        offer(BLOCKED, reason);
    }
    let fixed: f64 = price.fixed.iter().map(|line| line.mean).sum();
    let whole: f64 = fixed + price.modules.iter().map(|module| module.work.mean).sum::<f64>();
    let share = fixed / whole.max(1e-9);
    let dear = share > analysis.model.verdict.fixed_share;
    if dear && analysis.choices.strategy.proxy == Proxy::Reverse {
        offer("in_process", format!("fixed costs are {:.0} % of the {whole:.0} hours", share * 100.0));
    }
    let ninja = analysis.inventory.views.iter().filter(|view| view.kind == "ninja").count();
    if ninja > 0 {
        offer("ninja", format!("{ninja} operations are Django Ninja's already"));
    } else if dear || verdict == "improve in place" {
        let api = analysis.inventory.views.iter().filter(|view| crate::rules::facts::is_api(&view.kind)).count();
        offer("ninja", format!("{api} API views, and what is done once costs more than they do"));
    }
    if aim == Aim::Everything && verdict == "carve out" {
        offer("carve_out", analysis.estimate.verdict.reasons.join("; "));
    }
    if crew.assumed || (crew.engineers <= 1.0 && !scope.without_pages.is_empty()) {
        let known = if crew.assumed { "team.engineers is not set" } else { "one engineer, and modules that stay on both sides" };
        offer("crew", known.to_owned());
    }
    out
}

/// Why nothing moves, though modules should: the reason that keeps the most routes of theirs.
fn blocked(scope: &Scope<'_>) -> Option<String> {
    if !scope.moved.is_empty() || scope.modules.is_empty() {
        return None;
    }
    let theirs = |stays: &&Stays| stays.module.is_some_and(|module| scope.modules.contains(&module));
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for stays in scope.stays.iter().filter(theirs) {
        *reasons.entry(stays.reason.as_str()).or_default() += stays.routes.len();
    }
    let all: usize = reasons.values().sum();
    let (reason, count) = reasons.into_iter().rev().max_by_key(|(_, count)| *count)?;
    Some(format!("{count} of {all} routes: {reason}"))
}
