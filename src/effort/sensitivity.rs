//! Which assumptions move the total most: each is changed by itself, and the whole is estimated again.

use std::collections::BTreeSet;

use crate::rules::Catalogue;

use super::Analysis;
use super::choices::{Choices, Stack};
use super::estimate::{self, Inputs};
use super::math::Range;
use super::model::Model;
use super::strategy::{Admin, Orm, Proxy};

/// How much dearer a kind of work is made.
const MORE: f64 = 1.5;

/// An assumption, changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub what: String,
    pub range: Range,
}

type Turn = Box<dyn Fn(&mut Catalogue, &mut Model, &mut Choices)>;

/// Every change that moves the total, the one that moves its P50 most first.
pub fn sensitivity(analysis: &Analysis) -> Vec<Change> {
    let mut out: Vec<Change> = turns(analysis)
        .into_iter()
        .map(|(what, turn)| {
            let (mut catalogue, mut model, mut choices) = (analysis.catalogue.clone(), analysis.model.clone(), analysis.choices.clone());
            turn(&mut catalogue, &mut model, &mut choices);
            let inputs = Inputs {
                inventory: &analysis.inventory,
                catalogue: &catalogue,
                findings: &analysis.findings,
                model: &model,
                choices: &choices,
            };
            Change { what, range: estimate::estimate(inputs, analysis.estimate.partition.clone()).range }
        })
        .collect();
    let base = analysis.estimate.range;
    let moved = |change: &Change| (change.range.p50 - base.p50).abs().max((change.range.p80 - base.p80).abs());
    out.retain(|change| moved(change) >= base.p50 * 0.002);
    out.sort_by(|a, b| moved(b).total_cmp(&moved(a)).then_with(|| a.what.cmp(&b.what)));
    out
}

fn turns(analysis: &Analysis) -> Vec<(String, Turn)> {
    let mut out: Vec<(String, Turn)> = Vec::new();
    let mut turn = |what: String, by: Turn| out.push((what, by));
    let groups: BTreeSet<String> = analysis.catalogue.costs.rows.values().map(|row| row.group.clone()).collect();
    for group in groups {
        turn(
            format!("{group}: every unit {:.0} % dearer", (MORE - 1.0) * 100.0),
            Box::new(move |catalogue, _, _| {
                catalogue.costs.rows.values_mut().filter(|row| row.group == group).for_each(|row| row.mean *= MORE);
            }),
        );
    }
    turn(
        "tests: 50 % dearer".to_owned(),
        Box::new(|_, m, _| (m.tests.per_case, m.tests.per_operation) = (m.tests.per_case * MORE, m.tests.per_operation * MORE)),
    );
    turn(
        "fixed costs: 50 % dearer".to_owned(),
        Box::new(|_, m, _| {
            m.fixed
                .values_mut()
                .flat_map(|rows| rows.values_mut())
                .for_each(|row| (row.mean, row.orm_kept) = (row.mean * MORE, row.orm_kept.map(|h| h * MORE)))
        }),
    );
    turn("stabilisation: 50 % more".to_owned(), Box::new(|_, m, _| m.overheads.stabilisation.share *= MORE));
    turn(
        "borders, cut-over and removal: 50 % dearer".to_owned(),
        Box::new(|_, m, _| {
            let i = &mut m.integration;
            for unit in [&mut i.cut_over, &mut i.removal, &mut i.route_group, &mut i.import_edge, &mut i.foreign_key, &mut i.signal] {
                unit.mean *= MORE;
            }
        }),
    );
    turn("no learning over repeats".to_owned(), Box::new(|_, m, _| m.learning.rate = 1.0));
    turn(
        "no factors on modules (complexity, dynamic code, tests)".to_owned(),
        Box::new(|_, m, _| (m.multipliers.lowest, m.multipliers.highest) = (1.0, 1.0)),
    );
    turn("doubt about the whole: half of it".to_owned(), Box::new(|_, m, _| m.doubt.project *= 0.5));
    turn("a team that knows only some of the stack".to_owned(), Box::new(|_, _, c| c.team.stack = Stack::Some));
    turn("Django's ORM kept".to_owned(), Box::new(|_, _, c| c.strategy.orm = Orm::Django));
    turn("SQLAlchemy instead of Django's ORM".to_owned(), Box::new(|_, _, c| c.strategy.orm = Orm::SqlAlchemy));
    turn("admin rebuilt with SQLAdmin".to_owned(), Box::new(|_, _, c| c.strategy.admin = Admin::SqlAdmin));
    turn("admin kept on Django".to_owned(), Box::new(|_, _, c| c.strategy.admin = Admin::Keep));
    turn("FastAPI mounted in one process with Django".to_owned(), Box::new(|_, _, c| c.strategy.proxy = Proxy::InProcess));
    turn("a reverse proxy in front of both".to_owned(), Box::new(|_, _, c| c.strategy.proxy = Proxy::Reverse));
    out
}
