//! Findings that the code itself says are settled: `# migscan: ignore[rule] reason`. They stay in the report, with the reason, and cost nothing.

use std::collections::BTreeMap;

use crate::base::nearest::nearest;
use crate::django::inventory::{Diagnostic, Inventory};
use crate::facts::Note;

use super::finding::Finding;
use super::schema::Catalogue;

/// Mark the findings that a comment settles; what comments get wrong comes back.
pub fn suppress(catalogue: &Catalogue, inventory: &Inventory, findings: &mut [Finding]) -> Vec<Diagnostic> {
    let mut notes: BTreeMap<(&str, u32), Vec<(&Note, bool)>> = BTreeMap::new();
    for (file, note) in inventory.files.iter().flat_map(|f| f.notes.iter().map(move |n| (f.path.as_str(), n))) {
        notes.entry((file, note.about)).or_default().push((note, false));
    }
    if notes.is_empty() {
        return Vec::new();
    }
    for finding in findings {
        let Some(list) = notes.get_mut(&(finding.file.as_str(), finding.line)) else { continue };
        for (note, used) in list.iter_mut().filter(|(note, _)| !note.reason.is_empty() && note.rules.contains(&finding.id)) {
            *used = true;
            finding.suppressed = Some(note.reason.clone());
            (finding.driver, finding.units) = (None, 0.0);
        }
    }
    let mut out = Vec::new();
    for ((file, _), list) in &notes {
        for (note, used) in list {
            let why = match note {
                Note { rules, .. } if rules.is_empty() => Some("it names no rule: # migscan: ignore[rule] reason".to_owned()),
                Note { reason, .. } if reason.is_empty() => Some("it gives no reason: # migscan: ignore[rule] reason".to_owned()),
                Note { rules, .. } => rules.iter().find(|id| catalogue.rule(id).is_none()).map(|id| unknown(catalogue, id)),
            };
            let why = why.or_else(|| (!used).then(|| "its rule does not fire there".to_owned()));
            out.extend(why.map(|why| Diagnostic {
                severity: "warning".to_owned(),
                code: "suppression".to_owned(),
                message: format!("this ignore comment does nothing: {why}"),
                file: Some((*file).to_owned()),
                line: Some(note.line),
            }));
        }
    }
    out
}

fn unknown(catalogue: &Catalogue, id: &str) -> String {
    let known: Vec<&str> = catalogue.rules.iter().map(|r| r.id.as_str()).collect();
    match nearest(id, &known) {
        Some(near) => format!("there is no rule {id}; did you mean {near}?"),
        None => format!("there is no rule {id}"),
    }
}
