//! `ownership.csv` of a phase: who owns each table once the phase is over, as far as the plan has changed that.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::data::{Ownership, Plan};
use super::super::wording::wording;
use super::encode::csv;
use crate::effort::Analysis;

pub fn table(analysis: &Analysis, plan: &Plan, number: usize) -> String {
    let models = &analysis.inventory.models;
    let mut last: BTreeMap<&str, (usize, &Ownership)> = BTreeMap::new();
    for phase in plan.phases.iter().filter(|phase| phase.number <= number) {
        for line in &phase.data {
            last.extend(models.get(line.model).map(|model| (model.label.as_str(), (phase.number, line))));
        }
    }
    let mut out = String::from("model,table,owner,since_phase,how,django_writers,border_keys\n");
    for (label, (since, line)) in last {
        let table = models.get(line.model).and_then(|model| model.db_table.as_deref()).unwrap_or_default();
        let writer = |writer: &super::super::data::Writer| {
            let module = analysis.estimate.modules.get(writer.module).map_or("", |m| m.module.name.as_str());
            let admin = if writer.admin { " (admin)" } else { "" };
            format!("{module}{admin} {}:{}", writer.place.file, writer.place.line)
        };
        let writers: Vec<String> = line.writers.iter().map(writer).collect();
        let key = |key: &super::super::data::BorderKey| format!("{}.{} to {}", key.model, key.field, key.to);
        let keys: Vec<String> = line.keys.iter().map(key).collect();
        let how = wording().map_or(line.how, |wording| wording.how(line.how));
        let since = since.to_string();
        let fields = [label, table, line.owner.name(), since.as_str(), how, &writers.join("; "), &keys.join("; ")];
        let _ = writeln!(out, "{}", fields.map(csv).join(","));
    }
    out
}
