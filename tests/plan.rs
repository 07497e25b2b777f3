//! What holds for every plan: each route in one place, no phase waits for a later one, hours that add up, the same plan for the same tree.

#[path = "plan/border.rs"]
mod border;
#[path = "plan/facts.rs"]
mod facts;
#[path = "plan/grown.rs"]
mod grown;
#[path = "plan/order.rs"]
mod order;
#[path = "plan/wishes.rs"]
mod wishes;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use migscan::effort::choices::{Aim, PlanChoices};
use migscan::effort::{Analysis, Choices, Model};
use migscan::plan::Plan;
use migscan::plan::data::Owner;
use migscan::plan::rules::{SAFE, Side};
use migscan::plan::{routing, wording};
use migscan::rules::builtin;
use migscan::{ScanOptions, scan};

const FIXTURES: [&str; 3] = ["shop", "newsroom", "legacy"];

fn analysis(root: &Path, choices: Choices) -> Analysis {
    let catalogue = builtin::catalogue().unwrap();
    let inventory = scan(root, &ScanOptions { wanted: catalogue.wanted(), ..ScanOptions::default() }, &|_| {}).inventory;
    Analysis::of(inventory, catalogue, Model::builtin().unwrap(), choices).unwrap()
}

fn root(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn fixture(name: &str) -> Analysis {
    analysis(&root(name), Choices::default())
}

/// Every promise that does not need to know the project. Gives what is wrong, in words.
fn broken(analysis: &Analysis, plan: &Plan) -> Vec<String> {
    let mut out = Vec::new();
    routes(analysis, plan, &mut out);
    waits(plan, &mut out);
    sums(plan, &mut out);
    owners(analysis, plan, &mut out);
    sides(analysis, plan, &mut out);
    out
}

/// Every foreign key between a table that FastAPI owns and one that it does not has a line; every text has its wording.
fn owners(analysis: &Analysis, plan: &Plan, out: &mut Vec<String>) {
    let wording = wording::wording().unwrap();
    let models = &analysis.inventory.models;
    let mut owner: BTreeMap<&str, Owner> = BTreeMap::new();
    let mut known: BTreeSet<(&str, &str)> = BTreeSet::new();
    for phase in &plan.phases {
        for line in &phase.data {
            if owner.insert(&models[line.model].label, line.owner) == Some(line.owner) {
                out.push(format!("phase {} repeats the owner of {}", phase.number, models[line.model].label));
            }
            known.extend(line.keys.iter().map(|key| (key.model.as_str(), key.field.as_str())));
            if wording.how(line.how) == line.how {
                out.push(format!("no wording for {}", line.how));
            }
        }
        for model in models.iter().filter(|model| !model.is_abstract && !model.proxy && !model.swapped) {
            for field in &model.fields {
                let Some(to) = field.relation.as_ref().and_then(|relation| relation.to.as_deref()) else { continue };
                let new = |label: &str| owner.get(label) == Some(&Owner::FastApi);
                if new(&model.label) != new(to) && !known.contains(&(model.label.as_str(), field.name.as_str())) {
                    out.push(format!("phase {}: {}.{} crosses without a line", phase.number, model.label, field.name));
                }
            }
        }
        for crossing in phase.crossings.iter().filter(|crossing| wording.remedy(crossing.kind) == crossing.kind) {
            out.push(format!("no wording for {}", crossing.kind));
        }
        for level in phase.rollback.iter().filter(|level| wording.rollback(level) == **level) {
            out.push(format!("no wording for {level}"));
        }
        for check in phase.parity.iter().flat_map(|list| &list.checks).filter(|check| wording.parity(check.about) == check.about) {
            out.push(format!("no wording for {}", check.about));
        }
        let listed: usize = phase.parity.iter().map(|list| list.routes.len()).sum();
        if listed != phase.routes.len() {
            out.push(format!("phase {}: {listed} checklists for {} routes", phase.number, phase.routes.len()));
        }
    }
    out.extend(
        plan.advice.iter().filter(|advice| wording.advice(advice.code) == advice.code).map(|a| format!("no wording for {}", a.code)),
    );
}

/// What has moved has moved for good, in the rules too; nothing that writes is tried out.
fn sides(analysis: &Analysis, plan: &Plan, out: &mut Vec<String>) {
    let inventory = &analysis.inventory;
    let mut before = plan.moves(inventory, 0);
    if !before.is_empty() {
        out.push("something has moved before the first phase".to_owned());
    }
    for phase in &plan.phases {
        let after = plan.moves(inventory, phase.number);
        for (route, was) in &before {
            let now = &after[route];
            let of = |to: &routing::Move, method: &str| to.methods.get(method).copied().unwrap_or(to.rest);
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                if of(was, method) == Side::FastApi && of(now, method) != Side::FastApi {
                    out.push(format!("phase {}: {method} of route {route} goes back", phase.number));
                }
            }
        }
        for (route, to) in plan.canary(inventory, phase.number) {
            if to.methods.iter().any(|(method, side)| *side == Side::Canary && !SAFE.contains(&method.as_str())) && phase.canary.is_empty()
            {
                out.push(format!("phase {}: route {route} is tried out, without steps", phase.number));
            }
        }
        before = after;
    }
    // The rules of the end reach every route that the plan moves.
    let ruled = routing::Routing::new(inventory).ruled(&before, &BTreeSet::new());
    out.extend(ruled.refused.keys().map(|route| format!("no rule for route {route}")));
}

/// Each method of each route is in exactly one phase or stays.
fn routes(analysis: &Analysis, plan: &Plan, out: &mut Vec<String>) {
    let mut seen: BTreeMap<usize, Vec<Vec<String>>> = BTreeMap::new();
    let phases = plan.phases.iter().flat_map(|phase| &phase.routes);
    let stays = plan.stays.iter().flat_map(|stays| &stays.routes);
    phases.chain(stays).for_each(|moved| seen.entry(moved.route).or_default().push(moved.methods.clone()));
    for (index, route) in analysis.inventory.routes.iter().enumerate() {
        let places = seen.remove(&index).unwrap_or_default();
        let mut methods: Vec<String> = places.concat();
        methods.sort();
        let mut known = route.methods.clone().unwrap_or_default();
        known.sort();
        // Whoever takes any method moves or stays whole, or GET first and then the rest.
        let open = route.methods.as_ref().is_none_or(Vec::is_empty);
        let rest = places.iter().filter(|methods| methods.is_empty()).count() == 1;
        let whole = rest && (places.len() == 1 || (open && places.len() == 2 && methods == ["GET"]));
        if !whole && (methods.is_empty() || methods != known) {
            out.push(format!("{} {:?} is in {places:?}", route.path, route.methods));
        }
    }
    if !seen.is_empty() {
        out.push(format!("there are no routes {:?}", seen.keys()));
    }
    out.extend(plan.stays.iter().filter(|stays| stays.reason.is_empty()).map(|stays| format!("{} without a reason", stays.code)));
}

fn waits(plan: &Plan, out: &mut Vec<String>) {
    for (at, phase) in plan.phases.iter().enumerate() {
        if phase.number != at + 1 {
            out.push(format!("phase {} stands at {at}", phase.number));
        }
        if phase.waits_for.iter().any(|other| *other >= phase.number || *other == 0) {
            out.push(format!("phase {} waits for {:?}", phase.number, phase.waits_for));
        }
        if at > 0 && phase.waits_for.is_empty() {
            out.push(format!("phase {} waits for nothing", phase.number));
        }
        for other in &phase.unlocks {
            if !plan.phases[other - 1].waits_for.contains(&phase.number) {
                out.push(format!("phase {} unlocks {other}, which does not wait for it", phase.number));
            }
        }
        for other in &phase.waits_for {
            if !plan.phases[other - 1].unlocks.contains(&phase.number) || plan.phases[other - 1].wave >= phase.wave {
                out.push(format!("phase {} waits for {other}, which does not know", phase.number));
            }
        }
    }
}

fn sums(plan: &Plan, out: &mut Vec<String>) {
    let phases: f64 = plan.phases.iter().map(|phase| phase.work.mean).sum();
    if (phases - plan.work.mean).abs() > 1e-6 {
        out.push(format!("the phases have {phases} hours, the estimate {}", plan.work.mean));
    }
    for phase in &plan.phases {
        let tasks: f64 = phase.tasks.iter().map(|task| task.hours).sum();
        if (tasks - phase.work.mean).abs() > 1e-6 {
            out.push(format!("phase {} has {} hours, its tasks {tasks}", phase.number, phase.work.mean));
        }
        if phase.weeks.p50 > phase.weeks.p80 || phase.range.p50 > phase.range.p80 {
            out.push(format!("phase {}: P50 above P80", phase.number));
        }
    }
}

#[test]
fn plans_of_the_fixtures_hold() {
    for name in FIXTURES {
        let analysis = fixture(name);
        let plan = Plan::of(&analysis);
        assert_eq!(broken(&analysis, &plan), [""; 0], "{name}");
        let moved: BTreeSet<usize> = plan.phases.iter().flat_map(|phase| phase.routes.iter().map(|moved| moved.route)).collect();
        assert!(name != "shop" || moved.len() > 3, "{name}: {moved:?}");
        assert_eq!(format!("{plan:?}"), format!("{:?}", Plan::of(&analysis)), "{name}");
        let everything = Choices { plan: PlanChoices { scope: Aim::Everything }, ..Choices::default() };
        let analysis = self::analysis(&root(name), everything);
        let plan = Plan::of(&analysis);
        assert_eq!(broken(&analysis, &plan), [""; 0], "{name}, everything");
        assert!(plan.phases.len() > 3, "{name}, everything");
        // All modules move: the plan costs what the estimate says.
        assert!((plan.work.mean - analysis.estimate.work.mean).abs() < 1e-6, "{name}");
    }
}

/// `MIGSCAN_PROJECTS=DIR cargo test --test plan -- --ignored --nocapture`: the same over checkouts of real projects.
#[test]
#[ignore = "needs checkouts"]
fn plans_of_real_projects_hold() {
    let folder = std::env::var("MIGSCAN_PROJECTS").unwrap();
    let mut roots: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    roots.sort();
    for root in roots {
        let recommended = analysis(&root, Choices::default());
        let everything = Choices { plan: PlanChoices { scope: Aim::Everything }, ..Choices::default() };
        let model = Model::builtin().unwrap();
        let everything = Analysis::of(recommended.inventory.clone(), recommended.catalogue.clone(), model, everything).unwrap();
        for analysis in [&recommended, &everything] {
            let began = std::time::Instant::now();
            let plan = Plan::of(analysis);
            let took = began.elapsed();
            let routes: BTreeSet<usize> = plan.phases.iter().flat_map(|phase| phase.routes.iter().map(|moved| moved.route)).collect();
            let stays: usize = plan.stays.iter().map(|stays| stays.routes.len()).sum();
            let sum = |of: fn(&migscan::plan::data::Phase) -> usize| plan.phases.iter().map(of).sum::<usize>();
            println!(
                "{} {}: {} of {} modules, {} phases, {} routes move, {stays} stay, {:.0} h, {:.1} weeks, cycles {:?}, {} owners, {} keys, {} crossings; {took:.1?}",
                analysis.inventory.project.name,
                plan.aim.name(),
                plan.moving().len(),
                analysis.estimate.modules.len(),
                plan.phases.len(),
                routes.len(),
                plan.work.mean,
                plan.weeks.p50,
                plan.cycles.iter().map(|cycle| (cycle.modules.len(), cycle.cuts.len())).collect::<Vec<_>>(),
                sum(|phase| phase.data.len()),
                sum(|phase| phase.data.iter().map(|line| line.keys.len()).sum()),
                sum(|phase| phase.crossings.len()),
            );
            assert_eq!(broken(analysis, &plan), [""; 0], "{} {}", analysis.inventory.project.name, plan.aim.name());
        }
    }
}
