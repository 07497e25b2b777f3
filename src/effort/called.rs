//! Logic behind the border: functions of modules that stay, which code that moves calls. They go with it, or are asked through an interface.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::django::inventory::{Inventory, Place};

use super::modules::Modules;

/// Who calls what, by number of the function; the module of the code that calls.
pub struct Calls<'a> {
    /// Module, lines and place of each function that is called.
    functions: Vec<(usize, u32, &'a Place)>,
    by_module: Vec<BTreeSet<usize>>,
    by_function: BTreeMap<usize, BTreeSet<usize>>,
}

/// What a module that moves finds behind the border.
pub struct Behind<'a> {
    pub lines: u64,
    pub functions: u64,
    pub first: &'a Place,
}

impl<'a> Calls<'a> {
    pub fn of(inventory: &'a Inventory, partition: &Modules) -> Calls<'a> {
        let names: IndexSet<&str, FxBuildHasher> = inventory.called.keys().map(String::as_str).collect();
        let functions =
            inventory.called.values().map(|called| (partition.of_file(&called.place.file), called.lines, &called.place)).collect();
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
                let Some((home, lines, place)) = self.functions.get(function) else { continue };
                if moving.contains(home) || !seen.insert(function) {
                    continue;
                }
                let behind = out.entry(*module).or_insert(Behind { lines: 0, functions: 0, first: place });
                behind.lines += u64::from(*lines);
                behind.functions += 1;
                behind.first = behind.first.min(place);
                open.extend(self.by_function.get(&function).into_iter().flatten());
            }
        }
        out
    }
}
