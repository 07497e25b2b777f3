//! The estimate: modules with their lines, range and verdict; fixed costs; the whole; the alternatives side by side.

use std::collections::BTreeSet;

use crate::django::inventory::{Inventory, Unresolved};
use crate::rules::{Catalogue, Finding, Status};

use super::called::Calls;
use super::choices::{Choices, Known};
use super::graph::{EdgeKind, Graph};
use super::lines::{self, Counting, Line};
use super::math::{Range, Work};
use super::model::Model;
use super::modules::{Module, Modules};
use super::price::{Code, Moving, Price, Shape, code_by_module, open_by_module, page_lines, priced, route_groups, total};
use super::strategy::Strategy;
use super::verdict::{self, Evidence, Judged};
use super::whole::{alternatives, project_verdict};

/// A factor on all lines of a module.
#[derive(Clone, Debug, PartialEq)]
pub struct Multiplier {
    pub factor: String,
    pub value: f64,
    pub because: String,
}

#[derive(Clone, Debug)]
pub struct ModuleEstimate {
    pub module: Module,
    /// Lines of code without migrations.
    pub code: u64,
    /// Mean cyclomatic complexity of its functions.
    pub complexity: f64,
    pub test_lines: u64,
    pub test_cases: u64,
    pub lines: Vec<Line>,
    pub multipliers: Vec<Multiplier>,
    pub work: Work,
    pub range: Range,
    pub judged: Judged,
}

/// One way of doing it, or of not doing it.
#[derive(Clone, Debug, PartialEq)]
pub struct Alternative {
    pub name: String,
    pub about: String,
    pub modules: Vec<String>,
    pub range: Range,
}

#[derive(Clone, Debug)]
pub struct Estimate {
    pub strategy: Strategy,
    pub modules: Vec<ModuleEstimate>,
    pub graph: Graph,
    pub partition: Modules,
    /// Once for the project: by strategy, and what rules count once.
    pub fixed: Vec<Line>,
    pub work: Work,
    pub range: Range,
    /// Share of the mean that rests on judgement.
    pub judgement_share: f64,
    pub alternatives: Vec<Alternative>,
    pub verdict: ProjectVerdict,
    /// Version of the model and hash of every number in it.
    pub model: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProjectVerdict {
    /// `migrate`, `carve out`, `improve in place`, `do not migrate`
    pub name: String,
    pub reasons: Vec<String>,
    /// What nobody has said, and what therefore counts nothing.
    pub not_known: Vec<String>,
}

/// What the estimate is made from.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    pub inventory: &'a Inventory,
    pub catalogue: &'a Catalogue,
    pub findings: &'a [Finding],
    pub model: &'a Model,
    pub choices: &'a Choices,
}

pub fn estimate(inputs: Inputs<'_>, partition: Modules) -> Estimate {
    let strategy = inputs.choices.strategy;
    let graph = Graph::of(inputs.inventory, &partition);
    let base = Base::of(inputs, &partition);
    let mut importers: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); partition.list.len()];
    let mut sharers = importers.clone();
    for (from, to) in graph.edges.keys().copied() {
        if let Some(list) = importers.get_mut(to).filter(|_| graph.imports_between(from, to) > 0) {
            list.insert(from);
        }
        let count = |kind| graph.count(from, to, kind);
        if from != to && count(EdgeKind::TableWrite) + count(EdgeKind::TableRead) > 0 {
            for (at, other) in [(from, to), (to, from)] {
                sharers.get_mut(at).map(|list| list.insert(other));
            }
        }
    }
    let inbound: Vec<usize> = importers.iter().map(BTreeSet::len).collect();
    let shared: Vec<usize> = sharers.iter().map(BTreeSet::len).collect();
    let evidence = Evidence {
        imported_by: &inbound,
        importers: &importers,
        shared: &shared,
        test_ratio: &base.ratios,
        known: &base.known,
        limits: &inputs.model.verdict,
        points: &inputs.model.points,
    };
    let judged = verdict::judge(inputs.inventory, inputs.catalogue, inputs.findings, &partition, evidence);
    let shape = base.shape(&partition, &graph);
    let full = priced(inputs, strategy, &shape, &Moving::all(partition.list.len()));
    let whole = total(inputs, &full);
    let alternatives = alternatives(inputs, strategy, &shape, &judged);
    let verdict = project_verdict(inputs, &judged, &shape, &full, whole);
    let judgement: f64 = full.all().filter(|l| l.status == Status::Judgement).map(|l| l.mean).sum();
    let modules = partition
        .list
        .iter()
        .zip(full.modules)
        .zip(judged)
        .enumerate()
        .map(|(i, ((module, priced), judged))| ModuleEstimate {
            module: module.clone(),
            code: base.code.get(i).map_or(0, |c| c.code),
            complexity: base.code.get(i).map_or(0.0, |c| c.complexity as f64 / c.functions.max(1) as f64),
            test_lines: base.tests.get(i).map_or(0, |t| t.0),
            test_cases: base.tests.get(i).map_or(0, |t| t.1),
            range: priced.work.range(),
            work: priced.work,
            lines: priced.lines,
            multipliers: priced.multipliers,
            judged,
        })
        .collect();
    Estimate {
        strategy,
        modules,
        fixed: full.fixed,
        work: whole,
        range: whole.range(),
        judgement_share: if whole.mean > 0.0 { judgement / whole.mean } else { 0.0 },
        alternatives,
        verdict,
        model: model_id(inputs.model, inputs.catalogue),
        graph,
        partition,
    }
}

/// What prices rest on beside the findings, by module.
struct Base<'a> {
    tests: Vec<(u64, u64)>,
    code: Vec<Code>,
    ratios: Vec<f64>,
    known: Vec<Option<&'a Known>>,
    open: Vec<Vec<&'a Unresolved>>,
    route_groups: Vec<usize>,
    counting: Vec<Counting<'a>>,
    calls: Calls<'a>,
    page_lines: Vec<u64>,
}

impl<'a> Base<'a> {
    fn of(inputs: Inputs<'a>, partition: &Modules) -> Base<'a> {
        let tests = lines::tests_by_module(inputs.inventory, partition);
        let code = code_by_module(inputs, partition);
        let ratios = tests.iter().zip(&code).map(|((lines, _), code)| *lines as f64 / (code.code.max(1)) as f64).collect();
        let known = (0..partition.list.len())
            .map(|index| inputs.choices.modules.iter().find(|k| partition.named(k.name.get_ref()) == Some(index)))
            .collect();
        let open = open_by_module(inputs.inventory, partition);
        let route_groups = route_groups(inputs.inventory, partition);
        let counting = lines::counting(inputs.inventory, inputs.findings, inputs.catalogue, partition);
        let calls = Calls::of(inputs.inventory, partition);
        let page_lines = page_lines(inputs.inventory, partition);
        Base { tests, code, ratios, known, open, route_groups, counting, calls, page_lines }
    }

    fn shape<'s>(&'s self, partition: &'s Modules, graph: &'s Graph) -> Shape<'s> {
        Shape {
            partition,
            graph,
            tests: &self.tests,
            code: &self.code,
            ratios: &self.ratios,
            known: &self.known,
            open: &self.open,
            route_groups: &self.route_groups,
            counting: &self.counting,
            calls: &self.calls,
            page_lines: &self.page_lines,
        }
    }
}

/// The lines where only a part moves, and the work in all of them: what the alternatives and the plan are made from.
pub fn part(inputs: Inputs<'_>, estimate: &Estimate, moving: &Moving) -> (Price, Work) {
    let partition = &estimate.partition;
    let base = Base::of(inputs, partition);
    let price = priced(inputs, estimate.strategy, &base.shape(partition, &estimate.graph), moving);
    let work = total(inputs, &price);
    (price, work)
}

/// The model's version and a hash of all its numbers, so that a change of the model is not taken for one of the code.
fn model_id(model: &Model, catalogue: &Catalogue) -> String {
    let costs: Vec<String> = catalogue.costs.rows.iter().map(|(name, c)| format!("{name} {} {:?} {}", c.mean, c.class, c.group)).collect();
    let rules: Vec<String> = catalogue.rules.iter().map(|r| format!("{} {:?} {} {:?}", r.id, r.driver, r.units, r.cost)).collect();
    let numbers = format!("{model:?}");
    let hash = crate::rules::finding::fnv(&[&numbers, &costs.join("\n"), &rules.join("\n")]);
    format!("{}-{hash:016x}", model.version)
}
