//! Other ways of doing it, each with the rule by which it is offered and the numbers behind it.

use crate::effort::Analysis;
use crate::effort::choices::Aim;
use crate::effort::price::Price;
use crate::effort::strategy::Proxy;

use super::data::{Advice, Crew};
use super::scope::Scope;

pub fn advice(analysis: &Analysis, aim: Aim, scope: &Scope<'_>, price: &Price, crew: Crew) -> Vec<Advice> {
    let verdict = analysis.estimate.verdict.name.as_str();
    let mut out = Vec::new();
    let mut offer = |code: &'static str, reason: String| out.push(Advice { code, reason });
    if verdict == "do not migrate" {
        offer("stop", analysis.estimate.verdict.reasons.join("; "));
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
