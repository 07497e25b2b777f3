//! The whole: the verdict on the project, and the ways of doing it side by side.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::estimate::{Alternative, Inputs, ProjectVerdict};
use super::math::{Range, Work};
use super::price::{Moving, Price, Shape, priced, total};
use super::strategy::{Admin, Orm, Proxy, Strategy};
use super::verdict::{Judged, Verdict};

pub fn alternatives(inputs: Inputs<'_>, strategy: Strategy, shape: &Shape<'_>, judged: &[Judged]) -> Vec<Alternative> {
    let all = Moving::all(shape.partition.list.len());
    let carved = carved(judged);
    let names = |set: &BTreeSet<usize>| set.iter().filter_map(|i| shape.partition.list.get(*i)).map(|m| m.name.clone()).collect::<Vec<_>>();
    let one = |name: &str, about: &str, strategy: Strategy, moving: &Moving| Alternative {
        name: name.to_owned(),
        about: about.to_owned(),
        modules: names(&moving.modules),
        range: total(inputs, &priced(inputs, strategy, shape, moving)).range(),
    };
    let keep = Alternative {
        name: "keep".to_owned(),
        about: "everything stays on Django".to_owned(),
        modules: Vec::new(),
        range: Range::default(),
    };
    let mut ways: Vec<(&str, &str, Strategy, &Moving)> = Vec::new();
    if !carved.modules.is_empty() && carved != all {
        ways.push(("carve out", "only modules with the verdict migrate, and of hybrid ones what is no page", strategy, &carved));
    }
    let mounted = Strategy { orm: Orm::Django, proxy: Proxy::InProcess, admin: Admin::Keep, ..strategy };
    ways.push(("in-process, Django ORM kept", "FastAPI beside Django in one process, models and admin stay", mounted, &all));
    let orm_kept = Strategy { orm: Orm::Django, ..strategy };
    ways.push(("Django ORM kept", "all views move, models stay", orm_kept, &all));
    ways.push(("full", "views and data layer move, the admin as chosen", strategy, &all));
    let rebuilt = Strategy { admin: Admin::SqlAdmin, ..strategy };
    if strategy.admin == Admin::Keep && !inputs.inventory.admin.is_empty() {
        ways.push(("full, admin rebuilt", "nothing stays on Django", rebuilt, &all));
    }
    // Each is an estimate of its own.
    let priced = ways.into_par_iter().with_max_len(1).map(|(name, about, strategy, moving)| one(name, about, strategy, moving));
    std::iter::once(keep).chain(priced.collect::<Vec<_>>()).collect()
}

/// What the verdicts send over: modules that migrate, and of hybrid ones the API.
pub fn carved(judged: &[Judged]) -> Moving {
    let of = |wanted: &[Verdict]| judged.iter().enumerate().filter(|(_, j)| wanted.contains(&j.verdict)).map(|(i, _)| i).collect();
    Moving { modules: of(&[Verdict::Migrate, Verdict::Hybrid]), without_pages: of(&[Verdict::Hybrid]) }
}

/// In the order in which the honest answers come.
pub fn project_verdict(inputs: Inputs<'_>, judged: &[Judged], shape: &Shape<'_>, full: &Price, work: Work) -> ProjectVerdict {
    let team = &inputs.choices.team;
    let (name, reasons) = ruled(inputs, judged, shape, full, work);
    let mut not_known = Vec::new();
    if shape.known.iter().flatten().all(|k| k.traffic.is_none()) {
        not_known.push("traffic of the modules".to_owned());
    }
    if shape.known.iter().flatten().all(|k| k.clients.is_none() && k.pains.is_empty()) {
        not_known.push("clients outside the team, and the pains that the move is to end".to_owned());
    }
    if team.engineers.is_none() {
        not_known.push("size of the team".to_owned());
    }
    if team.budget_hours.is_none() {
        not_known.push("budget".to_owned());
    }
    ProjectVerdict { name: name.to_owned(), reasons, not_known }
}

fn ruled(inputs: Inputs<'_>, judged: &[Judged], shape: &Shape<'_>, full: &Price, work: Work) -> (&'static str, Vec<String>) {
    const NO: &str = "do not migrate";
    let limits = &inputs.model.verdict;
    let team = &inputs.choices.team;
    let hours = |set: &[usize]| set.iter().filter_map(|i| full.modules.get(*i)).map(|m| m.work.mean).sum::<f64>();
    let names = |set: &[usize]| {
        let list: Vec<String> = set.iter().take(3).filter_map(|i| shape.partition.list.get(*i)).map(|m| m.name.clone()).collect();
        list.join(", ")
    };
    let of = |wanted: &[Verdict]| -> Vec<usize> {
        judged.iter().enumerate().filter(|(_, j)| wanted.contains(&j.verdict)).map(|(i, _)| i).collect()
    };
    let carriers = of(&[Verdict::Migrate, Verdict::Hybrid]);
    let moving = of(&[Verdict::Migrate]);
    if carriers.is_empty() {
        return (NO, vec![format!("no module reaches {:.0} points of benefit", limits.migrate_benefit)]);
    }
    let (pages, routed): (usize, usize) = judged.iter().fold((0, 0), |sum, j| (sum.0 + j.pages, sum.1 + j.routed));
    let html = pages as f64 / routed.max(1) as f64;
    if html > limits.keep_html_share {
        return (NO, vec![format!("{:.0} % of the routed views render pages: that is what Django is better at", html * 100.0)]);
    }
    if let Some(budget) = team.budget_hours {
        let chance = work.within(budget);
        if chance < 0.5 {
            return (NO, vec![format!("the chance to stay within {budget:.0} focus-hours is {:.0} %", chance * 100.0)]);
        }
    }
    if team.engineers.is_some_and(|n| n <= 1.0) && moving.is_empty() {
        return (
            NO,
            vec!["one engineer would keep two stacks alive for good: every module that gains from the move is a hybrid".to_owned()],
        );
    }
    let fixed: f64 = full.fixed.iter().map(|l| l.mean).sum();
    let whole: f64 = fixed + full.modules.iter().map(|m| m.work.mean).sum::<f64>();
    if fixed > whole * limits.fixed_share {
        let share = fixed * 100.0 / whole.max(1e-9);
        return (
            "improve in place",
            vec![format!("fixed costs are {share:.0} % of the whole; FastAPI mounted in one process, or Django Ninja, comes cheaper")],
        );
    }
    let share = hours(&moving) / (whole - fixed).max(1e-9);
    if share >= 0.5 {
        return ("migrate", vec![format!("modules that should move hold {:.0} % of the work", share * 100.0)]);
    }
    ("carve out", vec![format!("the benefit lies in {} of {} modules: {}", carriers.len(), judged.len(), names(&carriers))])
}
