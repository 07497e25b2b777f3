//! Logic behind the border: functions of modules that stay, which code that moves calls. They go with it, or are asked through an interface.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::django::inventory::{Called, Inventory, Place, QueryClass};

use super::modules::Modules;

/// Who calls what, by number of the function; the module of the code that calls.
pub struct Calls<'a> {
    functions: Vec<Function<'a>>,
    by_module: Vec<BTreeSet<usize>>,
    by_function: BTreeMap<usize, BTreeSet<usize>>,
}

/// A function that is called.
struct Function<'a> {
    module: usize,
    lines: u32,
    place: &'a Place,
    /// Query sites in it.
    queries: Queries,
}

/// Query sites, by how hard they are to carry over.
pub type Queries = BTreeMap<QueryClass, u64>;

/// What a module that moves finds behind the border.
pub struct Behind<'a> {
    pub lines: u64,
    pub functions: u64,
    pub queries: Queries,
    pub first: &'a Place,
}

impl<'a> Calls<'a> {
    pub fn of(inventory: &'a Inventory, partition: &Modules) -> Calls<'a> {
        let names: IndexSet<&str, FxBuildHasher> = inventory.called.keys().map(String::as_str).collect();
        let mut queries: BTreeMap<(&str, u32), QueryClass> = BTreeMap::new();
        for query in &inventory.queries {
            let hardest = queries.entry((query.place.file.as_str(), query.place.line)).or_insert(query.class);
            *hardest = query.class.max(*hardest);
        }
        let function = |called: &'a Called| {
            let (file, first) = (called.place.file.as_str(), called.place.line);
            let mut of = Queries::new();
            for (_, class) in queries.range((file, first)..(file, first.saturating_add(called.lines))) {
                *of.entry(*class).or_default() += 1;
            }
            Function { module: partition.of_file(file), lines: called.lines, place: &called.place, queries: of }
        };
        let functions = inventory.called.values().map(function).collect();
        let mut out = Calls { functions, by_module: vec![BTreeSet::new(); partition.list.len()], by_function: BTreeMap::new() };
        for call in &inventory.calls {
            let Some(to) = names.get_index_of(call.to.as_str()) else { continue };
            if let Some(list) = out.by_module.get_mut(partition.of_file(&call.place.file)) {
                list.insert(to);
            }
            if let Some(from) = names.get_index_of(call.scope.as_str()) {
                out.by_function.entry(from).or_default().insert(to);
            }
        }
        out
    }

    /// Each function once, with the first module that gets to it.
    pub fn behind(&self, moving: &BTreeSet<usize>) -> BTreeMap<usize, Behind<'a>> {
        let mut out: BTreeMap<usize, Behind<'a>> = BTreeMap::new();
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        for module in moving {
            let mut open: Vec<usize> = self.by_module.get(*module).into_iter().flatten().copied().collect();
            while let Some(function) = open.pop() {
                let Some(found) = self.functions.get(function) else { continue };
                if moving.contains(&found.module) || !seen.insert(function) {
                    continue;
                }
                let nothing = Behind { lines: 0, functions: 0, queries: Queries::new(), first: found.place };
                let behind = out.entry(*module).or_insert(nothing);
                behind.lines += u64::from(found.lines);
                behind.functions += 1;
                found.queries.iter().for_each(|(class, count)| *behind.queries.entry(*class).or_default() += count);
                behind.first = behind.first.min(found.place);
                open.extend(self.by_function.get(&function).into_iter().flatten());
            }
        }
        out
    }
}
