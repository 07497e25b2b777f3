//! When code runs on which side: of modules by their phases, of functions by the phases of the routes that lead to them.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::django::inventory::Inventory;
use crate::effort::Analysis;

use super::data::{Moved, Phase, PhaseKind, Stays};
use super::effects::handlers;
use super::scope::Scope;

/// Calls of calls that are followed.
const STEPS: usize = 6;

/// Numbers of phases: since when it runs on FastAPI at all, since when for what writes, and after which no more on Django; none for never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Run {
    pub begins: Option<usize>,
    pub writes: Option<usize>,
    pub ends: Option<usize>,
}

impl Run {
    /// What is run by both.
    pub fn and(self, other: Run) -> Run {
        let first = |a: Option<usize>, b: Option<usize>| a.into_iter().chain(b).min();
        Run {
            begins: first(self.begins, other.begins),
            writes: first(self.writes, other.writes),
            ends: self.ends.zip(other.ends).map(|(a, b)| a.max(b)),
        }
    }
}

/// From the phases of each module; one with routes that stay never ends.
pub fn modules(analysis: &Analysis, scope: &Scope<'_>, phases: &[Phase]) -> Vec<Run> {
    let mut out = vec![Run::default(); analysis.estimate.modules.len()];
    for phase in phases {
        for module in &phase.modules {
            if let Some(run) = out.get_mut(*module) {
                run.begins = run.begins.or(Some(phase.number));
                run.ends = Some(phase.number);
                let writes = matches!(phase.kind, PhaseKind::Writes | PhaseKind::Jobs);
                run.writes = run.writes.or(writes.then_some(phase.number));
            }
        }
    }
    for module in staying(scope) {
        out.get_mut(module).into_iter().for_each(|run| run.ends = None);
    }
    out
}

/// Modules of which first-party routes stay on Django, so that their code is needed there too.
fn staying(scope: &Scope<'_>) -> BTreeSet<usize> {
    let own = |stays: &&Stays| matches!(stays.code, "page" | "session" | "no_rule" | "path_unknown");
    let routes = scope.stays.iter().filter(own).flat_map(|stays| &stays.routes);
    routes.filter_map(|moved| scope.home.get(moved.route)).copied().collect()
}

/// What moves of each route, with the phase and whether that is one of writes.
pub struct Routes(BTreeMap<usize, Vec<(Vec<String>, usize, bool)>>);

impl Routes {
    pub fn of(phases: &[Phase]) -> Routes {
        let mut out: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for phase in phases {
            for Moved { route, methods } in &phase.routes {
                out.entry(*route).or_default().push((methods.clone(), phase.number, !phase.kind.reads()));
            }
        }
        Routes(out)
    }

    /// Of one method; what is not named goes with the rest.
    pub fn run(&self, route: usize, method: &str) -> Run {
        let parts = self.0.get(&route).map_or(&[] as &[_], Vec::as_slice);
        let named = parts.iter().find(|(methods, ..)| methods.iter().any(|m| m == method));
        match named.or_else(|| parts.iter().find(|(methods, ..)| methods.is_empty())) {
            Some((_, phase, writes)) => Run { begins: Some(*phase), writes: writes.then_some(*phase), ends: Some(*phase) },
            None => Run::default(),
        }
    }

    /// The methods of a route that nobody declares: GET, which may go ahead, and one that stands for all others.
    pub fn methods(inventory: &Inventory, route: usize) -> Vec<&str> {
        let known = inventory.routes.get(route).and_then(|route| route.methods.as_deref()).unwrap_or_default();
        if known.is_empty() { vec!["GET", "POST"] } else { known.iter().map(String::as_str).collect() }
    }
}

/// Functions by their dotted names: handlers of routes, and what is called.
pub struct Functions {
    handlers: BTreeMap<String, Run>,
    called: BTreeMap<String, Run>,
}

impl Functions {
    /// `modules` are those of `modules`, above.
    pub fn of(analysis: &Analysis, scope: &Scope<'_>, routes: &Routes, modules: &[Run]) -> Functions {
        let inventory = &analysis.inventory;
        let mut fixed: BTreeMap<String, Run> = BTreeMap::new();
        for (index, route) in inventory.routes.iter().enumerate() {
            // A twin of a format does nothing of its own.
            let view = route.view.as_deref().and_then(|name| scope.views.get(name)).filter(|_| !route.format_suffix);
            let Some(view) = view else { continue };
            for method in Routes::methods(inventory, index) {
                let run = routes.run(index, method);
                // What the body of a class says, it says for all its handlers.
                for function in handlers(route, view, method).into_iter().chain([view.qualname.clone()]) {
                    fixed.entry(function).and_modify(|known| *known = known.and(run)).or_insert(run);
                }
            }
        }
        let home = |file: &str| modules.get(analysis.estimate.partition.of_file(file)).copied().unwrap_or_default();
        // Functions by number, each name looked up once.
        let mut names: IndexSet<&str, FxBuildHasher> = IndexSet::default();
        let calls = inventory.calls.iter().filter(|call| !fixed.contains_key(&call.to) && call.scope != call.to);
        let calls: Vec<(usize, usize, Run)> =
            calls.map(|call| (names.insert_full(&call.scope).0, names.insert_full(&call.to).0, home(&call.place.file))).collect();
        let handlers: Vec<Option<Run>> = names.iter().map(|name| fixed.get(*name).copied()).collect();
        let mut called: Vec<Option<Run>> = vec![None; names.len()];
        for _ in 0..STEPS {
            let mut next: Vec<Option<Run>> = vec![None; names.len()];
            for (from, to, module) in &calls {
                // What nobody calls, a task or a command, runs where its module is.
                let of = |list: &[Option<Run>]| list.get(*from).copied().flatten();
                let run = of(&handlers).or_else(|| of(&called)).unwrap_or(*module);
                if let Some(slot) = next.get_mut(*to) {
                    *slot = Some(slot.map_or(run, |known| known.and(run)));
                }
            }
            if next == called {
                break;
            }
            called = next;
        }
        let called = names.into_iter().zip(called).filter_map(|(name, run)| Some((name.to_owned(), run?))).collect();
        Functions { handlers: fixed, called }
    }

    /// A handler runs when its routes say, what is called when its callers do, on Django until its module has moved; the rest with its module.
    pub fn run(&self, function: &str, module: Run) -> Run {
        match (self.handlers.get(function), self.called.get(function)) {
            (Some(run), _) => *run,
            (None, Some(run)) => Run { ends: run.and(module).ends, ..*run },
            (None, None) => module,
        }
    }
}
