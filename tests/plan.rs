//! What holds for every plan: each route in one place, no phase waits for a later one, hours that add up, the same plan for the same tree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use migscan::effort::{Analysis, Choices, Model};
use migscan::plan::Plan;
use migscan::rules::builtin;
use migscan::{ScanOptions, scan};

const FIXTURES: [&str; 3] = ["shop", "newsroom", "legacy"];

fn analysis(root: &Path, choices: Choices) -> Analysis {
    let catalogue = builtin::catalogue().unwrap();
    let inventory = scan(root, &ScanOptions { wanted: catalogue.wanted(), ..ScanOptions::default() }, &|_| {}).inventory;
    Analysis::of(inventory, catalogue, Model::builtin().unwrap(), choices).unwrap()
}

fn fixture(name: &str) -> Analysis {
    analysis(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name), Choices::default())
}

/// Every promise that does not need to know the project. Gives what is wrong, in words.
fn broken(analysis: &Analysis, plan: &Plan) -> Vec<String> {
    let mut out = Vec::new();
    routes(analysis, plan, &mut out);
    waits(plan, &mut out);
    sums(plan, &mut out);
    out
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
        let analysis = analysis(&root, Choices::default());
        let began = std::time::Instant::now();
        let plan = Plan::of(&analysis);
        let took = began.elapsed();
        let stays: usize = plan.stays.iter().map(|stays| stays.routes.len()).sum();
        println!(
            "{}: {} modules, {} move; {} phases, {} routes stay, {:.0} h, {:.1} weeks, {} cycles; {took:.1?}",
            analysis.inventory.project.name,
            analysis.estimate.modules.len(),
            plan.moving().len(),
            plan.phases.len(),
            stays,
            plan.work.mean,
            plan.weeks.p50,
            plan.cycles.len(),
        );
        assert_eq!(broken(&analysis, &plan), [""; 0], "{}", analysis.inventory.project.name);
    }
}
