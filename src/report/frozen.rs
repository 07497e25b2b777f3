//! The ratchet: what a frozen or migrated module has of Django, and whether it has gained any.
//!
//! Routes, models, signal receivers, and imports of it by others. It is compared entry by entry with an earlier report or with the entries that
//! `migscan baseline write` kept of it; what has left it is progress and says nothing here.

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::{Baseline, Entry};
use super::changes::Earlier;
use super::changes::words::things as count_words;
use super::json::GatePlace;
use super::past::Past;
use crate::effort::Analysis;
use crate::effort::choices::State;
use crate::effort::graph::EdgeKind;

use super::changes::{Homes, counted, route_name};

/// A module with its state, in the order of the configuration, which may name it by an app in it. One that there is not has kept the ratchet:
/// only of a migrated one that is no mistake.
pub fn declared(analysis: &Analysis) -> Vec<(String, State)> {
    let partition = &analysis.estimate.partition;
    let name = |given: &String| partition.named(given).and_then(|at| partition.list.get(at)).map_or(given, |module| &module.name).clone();
    analysis.choices.modules.iter().filter_map(|known| Some((name(known.name.get_ref()), known.state()?))).collect()
}

/// Something that the module has, with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    kind: &'static str,
    what: String,
    file: String,
    line: u32,
}

/// Routes, models and signals of a module.
fn parts(past: &Past, module: &str) -> Vec<Part> {
    let homes = Homes::of(past);
    let mut out = Vec::new();
    for (_, route) in past.inventory.routes.iter().enumerate().filter(|(at, route)| counted(route) && homes.of_route(*at, route) == module)
    {
        let any = ["*".to_owned()];
        for method in route.methods.as_deref().filter(|methods| !methods.is_empty()).unwrap_or(&any) {
            let what = format!("{method} {}", route_name(route));
            out.push(Part { kind: "route", what, file: route.file.clone(), line: route.line });
        }
    }
    let mut add = |kind, what: String, file: &str, line| {
        if homes.of_file(file) == module {
            out.push(Part { kind, what, file: file.to_owned(), line });
        }
    };
    for model in &past.inventory.models {
        add("model", model.label.clone(), &model.file, model.line);
    }
    for signal in &past.inventory.signals {
        let name = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
        add("signal", format!("{} -> {}", name(&signal.signal), name(&signal.receiver)), &signal.file, signal.line);
    }
    out
}

/// Files of other modules that import it, with their first line.
fn importers(analysis: &Analysis, module: &str) -> Vec<Part> {
    let partition = &analysis.estimate.partition;
    let Some(frozen) = partition.named(module) else { return Vec::new() };
    let mut files: BTreeMap<&str, u32> = BTreeMap::new();
    for evidence in analysis.estimate.graph.edges.iter().filter(|((_, to), _)| *to == frozen).flat_map(|(_, list)| list) {
        if matches!(evidence.kind, EdgeKind::Import | EdgeKind::LateImport) {
            let line = files.entry(&evidence.file).or_insert(evidence.line);
            *line = evidence.line.min(*line);
        }
    }
    files.into_iter().map(|(file, line)| Part { kind: "import", what: file.to_owned(), file: file.to_owned(), line }).collect()
}

/// What a baseline file keeps of the modules that are declared frozen or migrated.
pub fn entries(analysis: &Analysis, now: &Past) -> Vec<Entry> {
    let mut out = Vec::new();
    for (module, _) in declared(analysis) {
        let all = parts(now, &module).into_iter().chain(importers(analysis, &module));
        out.extend(all.map(|part| Entry::surface(part.kind, &module, &part.what)));
    }
    out
}

/// What a module came to.
pub struct Held {
    pub module: String,
    pub passed: bool,
    pub message: String,
    pub places: Vec<GatePlace>,
}

/// Each declared module. Without something to compare with, a migrated module may have no route and no model at all; a frozen one cannot be judged,
/// which is refused before the scan.
pub fn held(analysis: &Analysis, now: &Past, earlier: Option<&Earlier>) -> Vec<Held> {
    declared(analysis).into_iter().map(|(module, state)| one(analysis, now, earlier, module, state)).collect()
}

fn one(analysis: &Analysis, now: &Past, earlier: Option<&Earlier>, module: String, state: State) -> Held {
    let here = parts(now, &module);
    let gained = match earlier {
        None => here.into_iter().filter(|part| matches!(part.kind, "route" | "model")).collect(),
        Some(Earlier::Report(old)) => {
            let mut gained = more(&parts(old, &module), here);
            gained.extend(imports(analysis, old, now, &module));
            gained
        }
        Some(Earlier::Baseline(baseline)) => since_baseline(analysis, baseline, here, &module),
    };
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for part in &gained {
        *kinds.entry(part.kind).or_default() += 1;
    }
    let order = ["route", "model", "signal", "import"];
    let words: Vec<String> = order.iter().filter_map(|kind| Some(count_words(*kinds.get(kind)?, kind))).collect();
    let message = match (gained.is_empty(), earlier) {
        (true, _) => format!("{module} ({}) has gained nothing", state.name()),
        (false, None) => format!("{module} ({}) still has {}", state.name(), words.join(", ")),
        (false, Some(_)) => format!("{module} ({}) has gained {}", state.name(), words.join(", ")),
    };
    let place = |part: &Part| GatePlace { what: format!("{} {}", part.kind, part.what), file: part.file.clone(), line: part.line };
    Held { passed: gained.is_empty(), message, places: gained.iter().map(place).collect(), module }
}

/// What was not there before; of several alike as many as there are more of.
fn more(before: &[Part], now: Vec<Part>) -> Vec<Part> {
    let mut left: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for part in before {
        *left.entry((part.kind, part.what.clone())).or_default() += 1;
    }
    // A route that takes anything takes each method.
    let any = |part: &Part| {
        let path = part.what.split_once(' ').map_or("", |(_, path)| path);
        part.kind == "route" && before.iter().any(|other| other.kind == "route" && other.what.strip_prefix("* ") == Some(path))
    };
    let is_new = |part: &Part| match left.get_mut(&(part.kind, part.what.clone())) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => !any(part),
    };
    let mut is_new = is_new;
    now.into_iter().filter(|part| is_new(part)).collect()
}

/// Imports of the module by each other module: a report has their number and the first places.
fn imports(analysis: &Analysis, old: &Past, now: &Past, module: &str) -> Vec<Part> {
    let count = |past: &Past, from: &str| -> u64 {
        let of = past.modules.iter().filter(|m| m.name == from).flat_map(|m| &m.depends_on).filter(|d| d.module == module);
        of.flat_map(|d| d.kinds.iter()).filter(|(kind, _)| is_import(kind)).map(|(_, count)| count).sum()
    };
    let seen: BTreeSet<&str> = old
        .modules
        .iter()
        .flat_map(|m| &m.depends_on)
        .filter(|d| d.module == module)
        .flat_map(|d| &d.evidence)
        .map(|e| e.file.as_str())
        .collect();
    let places = importers(analysis, module);
    let homes = Homes::of(now);
    let mut out = Vec::new();
    for from in now.modules.iter().filter(|m| m.name != module) {
        let gained = count(now, &from.name).saturating_sub(count(old, &from.name));
        let of_module: Vec<&Part> = places.iter().filter(|part| homes.of_file(&part.file) == from.name).collect();
        let mut likely: Vec<&Part> = of_module.iter().copied().filter(|part| !seen.contains(part.file.as_str())).collect();
        likely.extend(of_module.iter().copied().filter(|part| seen.contains(part.file.as_str())));
        for at in 0..usize::try_from(gained).unwrap_or_default() {
            let place = likely.get(at.min(likely.len().saturating_sub(1)));
            out.push(Part {
                kind: "import",
                what: format!("by {}", from.name),
                file: place.map_or_else(String::new, |part| part.file.clone()),
                line: place.map_or(0, |part| part.line),
            });
        }
    }
    out
}

fn is_import(kind: &str) -> bool {
    [EdgeKind::Import, EdgeKind::LateImport].iter().any(|known| known.name() == kind)
}

fn since_baseline(analysis: &Analysis, baseline: &Baseline, here: Vec<Part>, module: &str) -> Vec<Part> {
    let known: BTreeSet<&str> = baseline.surfaces().map(|entry| entry.fingerprint.as_str()).collect();
    let has = |entry: &Entry| known.contains(entry.fingerprint.as_str());
    let is_new = |part: &Part| {
        let any = part
            .what
            .split_once(' ')
            .filter(|_| part.kind == "route")
            .map(|(_, path)| Entry::surface("route", module, &format!("* {path}")));
        !has(&Entry::surface(part.kind, module, &part.what)) && !any.as_ref().is_some_and(has)
    };
    here.into_iter().chain(importers(analysis, module)).filter(is_new).collect()
}
