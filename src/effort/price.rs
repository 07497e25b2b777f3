//! Modules and what is done once, priced: the lines that the rules count, those that follow from the code as a whole, and the border between
//! what moves and what stays.

use std::collections::{BTreeMap, BTreeSet};

use crate::django::inventory::{Inventory, QueryClass, Unresolved};
use crate::rules::costs::Class;
use crate::rules::{Finding, Status};

use super::called::{Behind, Calls};
use super::choices::{Assistance, Known, Stack, Team};
use super::estimate::{Inputs, Multiplier};
use super::graph::{EdgeKind, Graph};
use super::lines::{self, Counted, Counting, Line};
use super::math::Work;
use super::model::{Model, Unit};
use super::modules::{Kind, Modules};
use super::strategy::{Orm, Strategy};
use super::verdict::is_page;

/// Code of a module, migrations left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Code {
    pub code: u64,
    /// Without settings, admin modules and URL tables: what is left is logic.
    pub logic: f64,
    pub functions: u64,
    pub complexity: u64,
    pub dynamic: u64,
}

pub struct Shape<'a> {
    pub partition: &'a Modules,
    pub graph: &'a Graph,
    pub tests: &'a [(u64, u64)],
    pub code: &'a [Code],
    pub ratios: &'a [f64],
    pub known: &'a [Option<&'a Known>],
    /// Facts that could not be resolved, by module.
    pub open: &'a [Vec<&'a Unresolved>],
    /// Rules of the proxy, by module.
    pub route_groups: &'a [usize],
    pub counting: &'a [Counting<'a>],
    pub calls: &'a Calls<'a>,
    /// Lines of the views that render pages, by module.
    pub page_lines: &'a [u64],
}

pub fn page_lines(inventory: &Inventory, partition: &Modules) -> Vec<u64> {
    let mut out = vec![0; partition.list.len()];
    for view in inventory.views.iter().filter(|view| is_page(view)) {
        if let Some(lines) = out.get_mut(partition.of_file(&view.place.file)) {
            *lines += u64::from(view.lines);
        }
    }
    out
}

/// What could not be resolved, by module; a query whose model is not known is counted as a query, and what the environment decides is known for
/// the default.
pub fn open_by_module<'a>(inventory: &'a Inventory, partition: &Modules) -> Vec<Vec<&'a Unresolved>> {
    let mut out = vec![Vec::new(); partition.list.len()];
    for open in inventory.coverage.unresolved.iter().filter(|u| !matches!(u.kind.as_str(), "queries" | "environment")) {
        if let Some(list) = out.get_mut(partition.of_file(&open.file)) {
            list.push(open);
        }
    }
    out
}

/// Routes with the same first two segments are one rule of the proxy.
pub fn route_groups(inventory: &Inventory, partition: &Modules) -> Vec<usize> {
    let mut out: Vec<BTreeSet<String>> = vec![BTreeSet::new(); partition.list.len()];
    for route in inventory.routes.iter().filter(|r| r.first_party_view) {
        let module = route.app.as_deref().and_then(|app| partition.of_app(app));
        if let Some(groups) = module.and_then(|index| out.get_mut(index)) {
            groups.insert(route.path.split('/').skip(1).take(2).filter(|s| !s.contains('{')).collect::<Vec<_>>().join("/"));
        }
    }
    out.iter().map(BTreeSet::len).collect()
}

pub struct Priced {
    pub lines: Vec<Line>,
    pub multipliers: Vec<Multiplier>,
    pub work: Work,
}

pub struct Price {
    pub modules: Vec<Priced>,
    pub fixed: Vec<Line>,
}

impl Price {
    pub fn all(&self) -> impl Iterator<Item = &Line> {
        self.modules.iter().flat_map(|m| &m.lines).chain(&self.fixed)
    }
}

/// What moves: modules, and those of them whose pages stay on Django.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moving {
    pub modules: BTreeSet<usize>,
    pub without_pages: BTreeSet<usize>,
}

impl Moving {
    pub fn all(count: usize) -> Moving {
        Moving { modules: (0..count).collect(), without_pages: BTreeSet::new() }
    }
}

pub fn code_by_module(inputs: Inputs<'_>, partition: &Modules) -> Vec<Code> {
    let inventory = inputs.inventory;
    // A rule that speaks of other packages, or for a move, says nothing of Django.
    let of_django = |f: &&Finding| inputs.catalogue.rules.get(f.rule).is_some_and(|r| r.benefit.is_none() && r.package.is_none());
    let coupled: BTreeSet<&str> = inputs.findings.iter().filter(of_django).map(|f| f.file.as_str()).collect();
    let mut out = vec![Code::default(); partition.list.len()];
    let settings: BTreeSet<&str> = inventory.settings.modules.iter().map(|m| m.file.as_str()).collect();
    for file in inventory.files.iter().filter(|f| !f.migration) {
        let Some(at) = out.get_mut(partition.of_file(&file.path)) else { continue };
        at.code += u64::from(file.code);
        at.functions += u64::from(file.functions);
        at.complexity += u64::from(file.complexity);
        at.dynamic += u64::from(file.dynamic);
        let name = file.path.rsplit('/').next().unwrap_or("");
        let table = matches!(name, "admin.py" | "urls.py" | "apps.py" | "manage.py" | "wsgi.py" | "asgi.py")
            || settings.contains(file.path.as_str());
        if !(table || file.data) {
            // Code that no rule speaks of knows nothing of Django: little of it is touched.
            let share = match coupled.contains(file.path.as_str()) {
                // It is on the other side already.
                _ if file.fastapi => 0.0,
                true => 1.0,
                false => inputs.model.uncoupled,
            };
            at.logic += f64::from(file.code) * share;
        }
    }
    out
}

/// All lines, where the modules in `moving` move and the others stay.
pub fn priced(inputs: Inputs<'_>, strategy: Strategy, shape: &Shape<'_>, moving: &Moving) -> Price {
    let model = inputs.model;
    let moves = |one: &&Counting<'_>| {
        let stays = one.page && moving.without_pages.contains(&one.module);
        !one.moves || (moving.modules.contains(&one.module) && !stays)
    };
    let Counted { modules, once } =
        lines::counted(shape.counting.iter().filter(moves), inputs.catalogue, shape.partition, model, &strategy);
    let without_pages = &moving.without_pages;
    let moving = &moving.modules;
    let crossings = crossings(shape, moving);
    // Where the ORM stays Django's, so does what is written with it: it is imported.
    let behind = if strategy.orm == Orm::Django { BTreeMap::new() } else { shape.calls.behind(moving) };
    let mut out = Vec::new();
    for (index, mut list) in modules.into_iter().enumerate() {
        if !moving.contains(&index) {
            out.push(Priced { lines: Vec::new(), multipliers: Vec::new(), work: Work::default() });
            continue;
        }
        let mut code = shape.code.get(index).copied().unwrap_or_default();
        // Of what stays no code moves, and no test of it.
        let pages = shape.page_lines.get(index).filter(|_| without_pages.contains(&index)).copied().unwrap_or(0);
        let share = if code.logic > 0.0 { (1.0 - pages as f64 / code.logic).max(0.0) } else { 1.0 };
        code.logic *= share;
        let operations: f64 = list.iter().filter(|l| matches!(l.driver.as_str(), "op_custom" | "op_default")).map(|l| l.count).sum();
        let cases = (shape.tests.get(index).map_or(0, |tests| tests.1) as f64 * share).round() as u64;
        list.extend(derived(inputs, shape, index, code, (operations, cases)));
        let multipliers =
            multipliers(inputs, code, shape.ratios.get(index).copied().unwrap_or(0.0), shape.known.get(index).copied().flatten());
        let product: f64 = multipliers.iter().map(|m| m.value).product::<f64>().clamp(model.multipliers.lowest, model.multipliers.highest);
        let learnt = |line: Line| {
            let factor = model.learnt(&line.group);
            line.scaled(factor)
        };
        let mut list: Vec<Line> = list.into_iter().map(|line| learnt(line.scaled(product))).collect();
        let variable: f64 = list.iter().map(|l| l.mean).sum();
        for (name, share) in [("stabilisation", &model.overheads.stabilisation), ("review", &model.overheads.review)] {
            let unit = Unit { mean: share.share, class: share.class, status: share.status, unit: "hour of the lines above".to_owned() };
            list.push(Line::plain(name, "overhead", format!("{name}: {:.0} % of the lines above", share.share * 100.0), variable, &unit));
        }
        list.extend(integration(inputs, shape, &crossings, index, variable).into_iter().map(learnt));
        list.extend(behind.get(&index).into_iter().flat_map(|behind| border_logic(inputs, behind)).map(learnt));
        list.retain(|line| line.mean > 0.0);
        let doubt = match shape.ratios.get(index).copied().unwrap_or(0.0) {
            ratio if ratio < model.multipliers.tests.few => model.doubt.module_few_tests,
            ratio if ratio < model.multipliers.tests.some => model.doubt.module_some_tests,
            _ => model.doubt.module_tested,
        };
        let mut multipliers = multipliers;
        if let Some(profile) = &model.profile {
            let because = format!("{} finished modules; groups of work may have their own", profile.modules);
            multipliers.push(Multiplier { factor: "calibration".to_owned(), value: profile.factor, because });
        }
        let work = lines::work(&list).shared(doubt);
        out.push(Priced { lines: list, multipliers, work });
    }
    Price { modules: out, fixed: fixed(model, &inputs.choices.team, strategy, once) }
}

/// Lines that follow from the code as a whole: logic, tests, and what could not be resolved.
fn derived(inputs: Inputs<'_>, shape: &Shape<'_>, index: usize, code: Code, (operations, cases): (f64, u64)) -> Vec<Line> {
    let mut out = Vec::new();
    let costs = &inputs.catalogue.costs;
    let unit = |driver: &str| costs.get(driver).map(|c| Unit { mean: c.mean, class: c.class, status: c.status, unit: c.unit.clone() });
    if let Some(unit) = unit("view_logic") {
        out.push(Line::plain("view_logic", "api", format!("{:.0} lines of code that move", code.logic), code.logic / 100.0, &unit));
    }
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
    let open = shape.open.get(index).map_or(&[][..], Vec::as_slice);
    if let Some(unit) = unit("unknown").filter(|_| !open.is_empty()) {
        let first = open.first().map_or_else(String::new, |u| format!(", first at {}:{}", u.file, u.line));
        out.push(Line::plain("unknown", "api", format!("{} facts not resolved{first}", open.len()), open.len() as f64, &unit));
    }
    out
}

/// Places that lead across the border between what moves and what stays, by module and kind.
type Crossings = BTreeMap<(usize, EdgeKind), usize>;

fn crossings(shape: &Shape<'_>, moving: &BTreeSet<usize>) -> Crossings {
    let mut out = Crossings::new();
    for ((from, to), evidence) in &shape.graph.edges {
        for place in evidence {
            let kind = match place.kind {
                EdgeKind::LateImport => EdgeKind::Import,
                kind => kind,
            };
            for (own, _) in [(from, to), (to, from)].into_iter().filter(|(_, other)| !moving.contains(other)) {
                *out.entry((*own, kind)).or_default() += 1;
            }
        }
    }
    out
}

/// Cut-over and removal of the module, and its border to what stays.
fn integration(inputs: Inputs<'_>, shape: &Shape<'_>, crossings: &Crossings, index: usize, variable: f64) -> Vec<Line> {
    let model = &inputs.model.integration;
    let mut out = Vec::new();
    let glue = shape.partition.list.get(index).is_some_and(|m| m.kind == Kind::Project);
    if variable <= 0.0 || glue {
        return out;
    }
    // Small modules are cut over together with others.
    let lines = shape.code.get(index).map_or(0, |c| c.code);
    let part = (lines as f64 / model.own_cut_over.max(1.0)).min(1.0);
    let groups = shape.route_groups.get(index).copied().unwrap_or(0);
    if groups > 0 {
        out.push(Line::plain("cut_over", "integration", "shadow traffic and cut-over".to_owned(), part, &model.cut_over));
        out.push(Line::plain("route_group", "integration", "rules of the proxy".to_owned(), groups as f64 * part, &model.route_group));
    }
    out.push(Line::plain("removal", "integration", "removal of the old code".to_owned(), part, &model.removal));
    for (kind, unit) in
        [(EdgeKind::Import, &model.import_edge), (EdgeKind::ForeignKey, &model.foreign_key), (EdgeKind::Signal, &model.signal)]
    {
        if let Some(crossing) = crossings.get(&(index, kind)) {
            let name = format!("border_{}", kind.name());
            out.push(Line::plain(&name, "integration", unit.unit.clone(), *crossing as f64, unit));
        }
    }
    out
}

/// What the module calls in those that stay: the code, and the queries in it.
fn border_logic(inputs: Inputs<'_>, behind: &Behind<'_>) -> Vec<Line> {
    let line = |driver: &str, (name, group): (&str, &str), what: &str, because: String, count: f64| {
        let cost = inputs.catalogue.costs.get(driver)?;
        let unit = Unit { mean: cost.mean, class: cost.class, status: cost.status, unit: what.to_owned() };
        Some(Line::plain(name, group, because, count, &unit))
    };
    let Behind { lines, functions, queries, first } = behind;
    let because = format!("{lines} lines of {functions} functions that stay are called from here, first {}:{}", first.file, first.line);
    let code = ("border_logic", "integration");
    let mut out = vec![line("view_logic", code, "100 lines that stay and are called", because, *lines as f64 / 100.0)];
    for (class, count) in queries {
        let (driver, name) = match class {
            QueryClass::Simple => ("query_simple", "border_query_simple"),
            QueryClass::Moderate => ("query_moderate", "border_query_moderate"),
            QueryClass::Complex => ("query_complex", "border_query_complex"),
        };
        let noun = if *count == 1 { "query" } else { "queries" };
        let because = format!("{count} {noun} of functions that stay and are called from here");
        out.push(line(driver, (name, "data"), "query of code that stays", because, *count as f64));
    }
    out.into_iter().flatten().collect()
}

fn multipliers(inputs: Inputs<'_>, code: Code, ratio: f64, known: Option<&Known>) -> Vec<Multiplier> {
    let m = &inputs.model.multipliers;
    let team = &inputs.choices.team;
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
    let (knowledge, said) = match team.stack {
        Stack::Knows => (m.unfamiliarity.knows, "knows it"),
        Stack::Some => (m.unfamiliarity.some, "knows some of it"),
        Stack::None => (m.unfamiliarity.none, "does not know it"),
    };
    push("target stack", knowledge, format!("the team {said}"));
    let assisted = if team.assistance == Assistance::Assisted { m.assistance.assisted } else { m.assistance.off };
    push("coding assistants", assisted, "used; what they save is disputed, and the range gets wider".to_owned());
    if let Some(change) = known.and_then(|k| k.monthly_change) {
        let lost = (m.catch_up.share * change * team.parallel_months).min(m.catch_up.cap);
        let months = team.parallel_months;
        push("catching up", 1.0 / (1.0 - lost), format!("{:.0} % change a month over {months} months side by side", change * 100.0));
    }
    out
}

fn fixed(model: &Model, team: &Team, strategy: Strategy, once: Vec<Line>) -> Vec<Line> {
    let class = Class::C;
    let mut out: Vec<Line> = strategy
        .fixed(model)
        .into_iter()
        .map(|cost| {
            let unit = Unit { mean: cost.mean, class, status: Status::Judgement, unit: cost.unit.clone() };
            Line::plain(&format!("fixed_{}", cost.name), "fixed", cost.unit, 1.0, &unit)
        })
        .collect();
    if team.newcomers > 0.0 {
        let unit = Unit { mean: model.time.ramp_up, class, status: Status::Judgement, unit: "engineer who learns the stack".to_owned() };
        out.push(Line::plain("ramp_up", "fixed", "learning the stack".to_owned(), team.newcomers, &unit));
    }
    out.extend(once);
    out.into_iter()
        .map(|line| {
            let factor = model.learnt(&line.group);
            line.scaled(factor)
        })
        .collect()
}

/// What the whole project shares: one factor on everything.
pub fn doubt(inputs: Inputs<'_>) -> f64 {
    let assisted = inputs.choices.team.assistance == Assistance::Assisted;
    let own = inputs.model.profile.as_ref().map_or(inputs.model.doubt.project, |p| p.doubt);
    own + if assisted { inputs.model.multipliers.assistance.assisted_doubt } else { 0.0 }
}

pub fn total(inputs: Inputs<'_>, price: &Price) -> Work {
    let modules = Work::sum(price.modules.iter().map(|m| m.work));
    modules.plus(lines::work(&price.fixed)).shared(doubt(inputs))
}
