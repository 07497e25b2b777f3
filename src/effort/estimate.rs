//! The estimate: modules with their lines, range and verdict; fixed costs; the whole; the alternatives side by side.

use std::collections::BTreeSet;

use crate::django::inventory::{Inventory, Unresolved};
use crate::rules::costs::Class;
use crate::rules::{Catalogue, Finding, Status};

use super::graph::{EdgeKind, Graph};
use super::lines::{self, Counted, Line};
use super::math::{Range, Work};
use super::model::{Model, Unit};
use super::modules::{Kind, Module, Modules};
use super::strategy::{Admin, Orm, Proxy, Strategy};
use super::verdict::{self, Judged, Verdict};

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
}

/// What the estimate is made from.
#[derive(Clone, Copy)]
pub struct Inputs<'a> {
    pub inventory: &'a Inventory,
    pub catalogue: &'a Catalogue,
    pub findings: &'a [Finding],
    pub model: &'a Model,
}

pub fn estimate(inputs: Inputs<'_>, strategy: Strategy) -> Estimate {
    let partition = Modules::of(inputs.inventory);
    let graph = Graph::of(inputs.inventory, &partition);
    let tests = lines::tests_by_module(inputs.inventory, &partition);
    let code = code_by_module(inputs.inventory, &partition);
    let ratios: Vec<f64> = tests.iter().zip(&code).map(|((lines, _), code)| *lines as f64 / (code.code.max(1)) as f64).collect();
    let inbound: Vec<usize> = (0..partition.list.len())
        .map(|to| graph.edges.keys().filter(|(from, at)| *at == to && graph.count(*from, to, EdgeKind::Import) > 0).count())
        .collect();
    let judged = verdict::judge(inputs.inventory, inputs.catalogue, inputs.findings, &partition, &inbound, &ratios, &inputs.model.verdict);
    let shape = Shape { partition: &partition, graph: &graph, tests: &tests, code: &code, ratios: &ratios };
    let everything: BTreeSet<usize> = (0..partition.list.len()).collect();
    let full = priced(inputs, strategy, &shape, &everything);
    let whole = total(inputs.model, &full);
    let alternatives = alternatives(inputs, strategy, &shape, &judged);
    let verdict = project_verdict(inputs.model, &judged, &shape, &full);
    let judgement: f64 = full.all().filter(|l| l.status == Status::Judgement).map(|l| l.mean).sum();
    let modules = partition
        .list
        .iter()
        .zip(full.modules)
        .zip(judged)
        .enumerate()
        .map(|(i, ((module, priced), judged))| ModuleEstimate {
            module: module.clone(),
            code: code.get(i).map_or(0, |c| c.code),
            test_lines: tests.get(i).map_or(0, |t| t.0),
            test_cases: tests.get(i).map_or(0, |t| t.1),
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

/// Code of a module, migrations left out.
#[derive(Clone, Copy, Debug, Default)]
struct Code {
    code: u64,
    /// Without settings, admin modules and URL tables: what is left is logic.
    logic: u64,
    functions: u64,
    complexity: u64,
    dynamic: u64,
}

struct Shape<'a> {
    partition: &'a Modules,
    graph: &'a Graph,
    tests: &'a [(u64, u64)],
    code: &'a [Code],
    ratios: &'a [f64],
}

struct Priced {
    lines: Vec<Line>,
    multipliers: Vec<Multiplier>,
    work: Work,
}

struct Price {
    modules: Vec<Priced>,
    fixed: Vec<Line>,
}

impl Price {
    fn all(&self) -> impl Iterator<Item = &Line> {
        self.modules.iter().flat_map(|m| &m.lines).chain(&self.fixed)
    }
}

fn code_by_module(inventory: &Inventory, partition: &Modules) -> Vec<Code> {
    let mut out = vec![Code::default(); partition.list.len()];
    let settings: BTreeSet<&str> = inventory.settings.modules.iter().map(|m| m.file.as_str()).collect();
    for file in inventory.files.iter().filter(|f| !f.path.contains("/migrations/")) {
        let Some(at) = out.get_mut(partition.of_file(&file.path)) else { continue };
        at.code += u64::from(file.code);
        at.functions += u64::from(file.functions);
        at.complexity += u64::from(file.complexity);
        at.dynamic += u64::from(file.dynamic);
        let name = file.path.rsplit('/').next().unwrap_or("");
        let table = matches!(name, "admin.py" | "urls.py" | "apps.py" | "manage.py" | "wsgi.py" | "asgi.py")
            || settings.contains(file.path.as_str());
        if !table {
            at.logic += u64::from(file.code);
        }
    }
    out
}

/// All lines, where the modules in `moving` move and the others stay.
fn priced(inputs: Inputs<'_>, strategy: Strategy, shape: &Shape<'_>, moving: &BTreeSet<usize>) -> Price {
    let model = inputs.model;
    let kept: Vec<Finding> =
        inputs.findings.iter().filter(|f| f.driver.is_some() && moving.contains(&shape.partition.of_file(&f.file))).cloned().collect();
    let own: Vec<Finding> = inputs.findings.iter().filter(|f| f.driver.is_none()).cloned().collect();
    let findings: Vec<Finding> = kept.into_iter().chain(own).collect();
    let Counted { modules, once } = lines::counted(&findings, inputs.catalogue, shape.partition, model, &strategy);
    let mut out = Vec::new();
    for (index, mut list) in modules.into_iter().enumerate() {
        if !moving.contains(&index) {
            out.push(Priced { lines: Vec::new(), multipliers: Vec::new(), work: Work::default() });
            continue;
        }
        let code = shape.code.get(index).copied().unwrap_or_default();
        let operations: f64 = list.iter().filter(|l| matches!(l.driver.as_str(), "op_custom" | "op_default")).map(|l| l.count).sum();
        list.extend(derived(inputs, shape, index, code, operations));
        let multipliers = multipliers(model, code, shape.ratios.get(index).copied().unwrap_or(0.0));
        let product: f64 = multipliers.iter().map(|m| m.value).product::<f64>().clamp(model.multipliers.lowest, model.multipliers.highest);
        let mut list: Vec<Line> = list.into_iter().map(|line| line.scaled(product)).collect();
        let variable: f64 = list.iter().map(|l| l.mean).sum();
        for (name, share) in [("stabilisation", &model.overheads.stabilisation), ("review", &model.overheads.review)] {
            let unit = Unit { mean: share.share, class: share.class, status: share.status, unit: "hour of the lines above".to_owned() };
            list.push(Line::plain(name, "overhead", format!("{name}: {:.0} % of the lines above", share.share * 100.0), variable, &unit));
        }
        list.extend(integration(inputs, shape, index, moving, variable));
        list.retain(|line| line.mean > 0.0);
        let doubt = match shape.ratios.get(index).copied().unwrap_or(0.0) {
            ratio if ratio < model.multipliers.tests.few => model.doubt.module_few_tests,
            ratio if ratio < model.multipliers.tests.some => model.doubt.module_some_tests,
            _ => model.doubt.module_tested,
        };
        let work = lines::work(&list).shared(doubt);
        out.push(Priced { lines: list, multipliers, work });
    }
    Price { modules: out, fixed: fixed(model, strategy, once) }
}

/// Lines that follow from the code as a whole: logic, tests, and what could not be resolved.
fn derived(inputs: Inputs<'_>, shape: &Shape<'_>, index: usize, code: Code, operations: f64) -> Vec<Line> {
    let mut out = Vec::new();
    let costs = &inputs.catalogue.costs;
    let unit = |driver: &str| costs.get(driver).map(|c| Unit { mean: c.mean, class: c.class, status: c.status, unit: c.unit.clone() });
    if let Some(unit) = unit("view_logic") {
        out.push(Line::plain("view_logic", "api", format!("{} lines of code that move", code.logic), code.logic as f64 / 100.0, &unit));
    }
    let cases = shape.tests.get(index).map_or(0, |t| t.1);
    let tests = &inputs.model.tests;
    let (by_cases, by_operations) = (tests.per_case * cases as f64, tests.per_operation * operations);
    let unit_of = |mean: f64, what: &str| Unit { mean, class: tests.class, status: tests.status, unit: what.to_owned() };
    if by_cases >= by_operations {
        let unit = unit_of(tests.per_case, "existing test case");
        out.push(Line::plain("tests", "tests", format!("{cases} existing test cases"), cases as f64, &unit));
    } else {
        let unit = unit_of(tests.per_operation, "HTTP operation");
        out.push(Line::plain("tests", "tests", format!("tests for {operations:.0} operations; {cases} exist"), operations, &unit));
    }
    let open: Vec<&Unresolved> =
        inputs.inventory.coverage.unresolved.iter().filter(|u| shape.partition.of_file(&u.file) == index && u.kind != "queries").collect();
    if let Some(unit) = unit("unknown").filter(|_| !open.is_empty()) {
        let first = open.first().map_or_else(String::new, |u| format!(", first at {}:{}", u.file, u.line));
        out.push(Line::plain("unknown", "api", format!("{} facts not resolved{first}", open.len()), open.len() as f64, &unit));
    }
    out
}

/// Cut-over and removal of the module, and its border to what stays.
fn integration(inputs: Inputs<'_>, shape: &Shape<'_>, index: usize, moving: &BTreeSet<usize>, variable: f64) -> Vec<Line> {
    let model = &inputs.model.integration;
    let mut out = Vec::new();
    let glue = shape.partition.list.get(index).is_some_and(|m| m.kind == Kind::Project);
    if variable <= 0.0 || glue {
        return out;
    }
    // Routes with the same first two segments are one rule of the proxy.
    let groups: BTreeSet<String> = inputs
        .inventory
        .routes
        .iter()
        .filter(|r| r.first_party_view && r.app.as_deref().and_then(|a| shape.partition.of_app(a)) == Some(index))
        .map(|r| r.path.split('/').skip(1).take(2).filter(|s| !s.contains('{')).collect::<Vec<_>>().join("/"))
        .collect();
    if !groups.is_empty() {
        out.push(Line::plain("cut_over", "integration", "shadow traffic and cut-over".to_owned(), 1.0, &model.cut_over));
        out.push(Line::plain("route_group", "integration", "rules of the proxy".to_owned(), groups.len() as f64, &model.route_group));
    }
    out.push(Line::plain("removal", "integration", "removal of the old code".to_owned(), 1.0, &model.removal));
    for (kind, unit) in
        [(EdgeKind::Import, &model.import_edge), (EdgeKind::ForeignKey, &model.foreign_key), (EdgeKind::Signal, &model.signal)]
    {
        let crossing: usize = shape
            .graph
            .edges
            .keys()
            .filter(|(from, to)| (*from == index && !moving.contains(to)) || (*to == index && !moving.contains(from)))
            .map(|(from, to)| shape.graph.count(*from, *to, kind))
            .sum();
        if crossing > 0 {
            out.push(Line::plain(&format!("border_{}", kind.name()), "integration", unit.unit.clone(), crossing as f64, unit));
        }
    }
    out
}

fn multipliers(model: &Model, code: Code, ratio: f64) -> Vec<Multiplier> {
    let m = &model.multipliers;
    let mut out = Vec::new();
    let mut push = |factor: &str, value: f64, because: String| {
        if (value - 1.0).abs() > 1e-9 {
            out.push(Multiplier { factor: factor.to_owned(), value, because });
        }
    };
    let mean = code.complexity as f64 / code.functions.max(1) as f64;
    let complexity = (1.0 + m.complexity.step * (mean - m.complexity.from).max(0.0)).min(m.complexity.cap);
    push("complexity", complexity, format!("cyclomatic complexity of functions is {mean:.1} on average"));
    let per_kloc = code.dynamic as f64 * 1000.0 / code.code.max(1) as f64;
    let dynamic = (1.0 + m.dynamic.step * per_kloc).min(m.dynamic.cap);
    push("dynamic code", dynamic, format!("{} calls such as getattr in {} lines", code.dynamic, code.code));
    let (tests, said) = if ratio < m.tests.few {
        (m.tests.few_factor, "few")
    } else if ratio < m.tests.some {
        (m.tests.some_factor, "some")
    } else {
        (1.0, "enough")
    };
    push("tests", tests, format!("{said} tests: {ratio:.2} lines for one of code"));
    out
}

fn fixed(model: &Model, strategy: Strategy, once: Vec<Line>) -> Vec<Line> {
    let class = Class::C;
    let mut out: Vec<Line> = strategy
        .fixed(model)
        .into_iter()
        .map(|cost| {
            let unit = Unit { mean: cost.mean, class, status: Status::Judgement, unit: cost.unit.clone() };
            Line::plain(&format!("fixed_{}", cost.name), "fixed", cost.unit, 1.0, &unit)
        })
        .collect();
    out.extend(once);
    out
}

fn total(model: &Model, price: &Price) -> Work {
    let modules = Work::sum(price.modules.iter().map(|m| m.work));
    modules.plus(lines::work(&price.fixed)).shared(model.doubt.project)
}

fn alternatives(inputs: Inputs<'_>, strategy: Strategy, shape: &Shape<'_>, judged: &[Judged]) -> Vec<Alternative> {
    let all: BTreeSet<usize> = (0..shape.partition.list.len()).collect();
    let carved: BTreeSet<usize> =
        judged.iter().enumerate().filter(|(_, j)| matches!(j.verdict, Verdict::Migrate | Verdict::Hybrid)).map(|(i, _)| i).collect();
    let names = |set: &BTreeSet<usize>| set.iter().filter_map(|i| shape.partition.list.get(*i)).map(|m| m.name.clone()).collect::<Vec<_>>();
    let one = |name: &str, about: &str, strategy: Strategy, moving: &BTreeSet<usize>| Alternative {
        name: name.to_owned(),
        about: about.to_owned(),
        modules: names(moving),
        range: total(inputs.model, &priced(inputs, strategy, shape, moving)).range(),
    };
    let mut out = vec![Alternative {
        name: "keep".to_owned(),
        about: "everything stays on Django".to_owned(),
        modules: Vec::new(),
        range: Range::default(),
    }];
    if !carved.is_empty() && carved.len() < all.len() {
        out.push(one("carve out", "only modules with the verdict migrate or hybrid", strategy, &carved));
    }
    let mounted = Strategy { orm: Orm::Django, proxy: Proxy::InProcess, admin: Admin::Keep, ..strategy };
    out.push(one("in-process, Django ORM kept", "FastAPI beside Django in one process, models and admin stay", mounted, &all));
    let orm_kept = Strategy { orm: Orm::Django, ..strategy };
    out.push(one("Django ORM kept", "all views move, models stay", orm_kept, &all));
    out.push(one("full", "views and data layer move, the admin as chosen", strategy, &all));
    let rebuilt = Strategy { admin: Admin::SqlAdmin, ..strategy };
    if strategy.admin == Admin::Keep && !inputs.inventory.admin.is_empty() {
        out.push(one("full, admin rebuilt", "nothing stays on Django", rebuilt, &all));
    }
    out
}

/// In the order in which the honest answers come.
fn project_verdict(model: &Model, judged: &[Judged], shape: &Shape<'_>, full: &Price) -> ProjectVerdict {
    let verdict = |name: &str, reasons: Vec<String>| ProjectVerdict { name: name.to_owned(), reasons };
    let carriers: Vec<usize> =
        (0..judged.len()).filter(|i| judged.get(*i).is_some_and(|j| j.benefit >= model.verdict.migrate_benefit)).collect();
    let fixed: f64 = full.fixed.iter().map(|l| l.mean).sum();
    let whole: f64 = fixed + full.modules.iter().map(|m| m.work.mean).sum::<f64>();
    let name = |i: &usize| shape.partition.list.get(*i).map_or_else(String::new, |m| m.name.clone());
    if carriers.is_empty() {
        return verdict("do not migrate", vec![format!("no module reaches {:.0} points of benefit", model.verdict.migrate_benefit)]);
    }
    if fixed > whole * 0.5 {
        let share = fixed * 100.0 / whole.max(1e-9);
        return verdict(
            "improve in place",
            vec![format!("fixed costs are {share:.0} % of the whole; FastAPI mounted in one process, or Django Ninja, comes cheaper")],
        );
    }
    let moving: Vec<usize> = (0..judged.len()).filter(|i| judged.get(*i).is_some_and(|j| j.verdict == Verdict::Migrate)).collect();
    let hours = |set: &[usize]| set.iter().filter_map(|i| full.modules.get(*i)).map(|m| m.work.mean).sum::<f64>();
    let share = hours(&moving) / (whole - fixed).max(1e-9);
    if share >= 0.5 {
        return verdict("migrate", vec![format!("modules that should move hold {:.0} % of the work", share * 100.0)]);
    }
    let list: Vec<String> = carriers.iter().take(3).map(name).collect();
    verdict("carve out", vec![format!("the benefit lies in {} of {} modules: {}", carriers.len(), judged.len(), list.join(", "))])
}

/// The model's version and a hash of all its numbers, so that a change of the model is not taken for one of the code.
fn model_id(model: &Model, catalogue: &Catalogue) -> String {
    let costs: Vec<String> = catalogue.costs.rows.iter().map(|(name, c)| format!("{name} {} {:?} {}", c.mean, c.class, c.group)).collect();
    let rules: Vec<String> = catalogue.rules.iter().map(|r| format!("{} {:?} {} {:?}", r.id, r.driver, r.units, r.cost)).collect();
    let numbers = format!("{model:?}");
    let hash = crate::rules::finding::fnv(&[&numbers, &costs.join("\n"), &rules.join("\n")]);
    format!("{}-{hash:016x}", model.version)
}
