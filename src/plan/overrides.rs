//! What `migscan.toml` says about the order: pin, defer, merge, split, owner, freeze. Obeyed, or refused with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::django::inventory::QueryAccess;
use crate::effort::Analysis;
use crate::effort::choices::{OwnedBy, Pin};
use crate::effort::modules::Modules;

use super::scope;

/// By module.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub pins: BTreeMap<usize, Pin>,
    pub deferred: BTreeSet<usize>,
    pub merges: Vec<(usize, usize)>,
    pub split: BTreeSet<usize>,
    pub owners: BTreeMap<usize, OwnedBy>,
    pub frozen: BTreeSet<usize>,
}

/// What cannot be obeyed: where it stands, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    pub span: Range<usize>,
    pub reason: String,
}

impl Overrides {
    pub fn of(analysis: &Analysis) -> Overrides {
        let partition = &analysis.estimate.partition;
        let mut out = Overrides::default();
        for known in &analysis.choices.modules {
            let Some(module) = partition.named(known.name.get_ref()) else { continue };
            if let Some(pin) = &known.pin {
                out.pins.insert(module, *pin.get_ref());
            }
            if known.defer.as_ref().is_some_and(|defer| *defer.get_ref()) {
                out.deferred.insert(module);
            }
            if let Some(other) = known.merge.as_ref().and_then(|name| partition.named(name.get_ref())) {
                out.merges.push((module, other));
            }
            if known.split.as_ref().is_some_and(|split| *split.get_ref()) {
                out.split.insert(module);
            }
            if let Some(owner) = &known.owner {
                out.owners.insert(module, *owner.get_ref());
            }
            if known.freeze.as_ref().is_some_and(|freeze| *freeze.get_ref()) {
                out.frozen.insert(module);
            }
        }
        out
    }
}

/// The first wish that the project does not allow.
pub fn check(analysis: &Analysis) -> Result<(), Contradiction> {
    let overrides = Overrides::of(analysis);
    let partition = &analysis.estimate.partition;
    let (moving, _) = scope::modules(analysis, &overrides);
    let name = |module: usize| partition.list.get(module).map_or("", |m| m.name.as_str());
    for known in &analysis.choices.modules {
        let Some(module) = partition.named(known.name.get_ref()) else { continue };
        let refuse = |span: Range<usize>, reason: String| Err(Contradiction { span, reason });
        let verdict = analysis.estimate.modules.get(module).map_or("", |m| m.judged.verdict.name());
        let stays = |module: usize| {
            let verdict = analysis.estimate.modules.get(module).map_or("", |m| m.judged.verdict.name());
            let frozen = if overrides.frozen.contains(&module) { "it is frozen" } else { "it stays on Django" };
            format!("{} does not move: {frozen}, verdict {verdict}; `verdict` and `reason` can say otherwise", name(module))
        };
        if let Some(other) = &known.merge {
            let Some(into) = partition.named(other.get_ref()) else {
                return refuse(other.span(), format!("there is no module {}", other.get_ref()));
            };
            if into == module {
                return refuse(other.span(), "a module is merged with itself anyway".to_owned());
            }
            if let Some(stays) = [module, into].into_iter().find(|m| !moving.contains(m)).map(stays) {
                return refuse(other.span(), stays);
            }
            if overrides.split.contains(&into) {
                return refuse(other.span(), format!("{} is to be split from others", name(into)));
            }
        }
        let wishes = [
            known.pin.as_ref().map(toml::Spanned::span),
            known.defer.as_ref().filter(|defer| *defer.get_ref()).map(toml::Spanned::span),
            known.split.as_ref().filter(|split| *split.get_ref()).map(toml::Spanned::span),
            known.owner.as_ref().filter(|owner| *owner.get_ref() == OwnedBy::FastApi).map(toml::Spanned::span),
        ];
        if let (Some(span), false) = (wishes.into_iter().flatten().next(), moving.contains(&module)) {
            return refuse(span, stays(module));
        }
        if let Some(owner) = known.owner.as_ref().filter(|owner| *owner.get_ref() == OwnedBy::FastApi)
            && let Some((place, who)) = stays_writing(analysis, partition, &moving, module)
        {
            return refuse(owner.span(), format!("{} stays on Django and writes its tables, at {place}", name(who)));
        }
        if let Some(pin) = known.pin.as_ref().filter(|pin| *pin.get_ref() != Pin::Last)
            && let Some((place, other)) = needs_late(analysis, &overrides, module)
        {
            return refuse(pin.span(), format!("it needs {}, which is to go last, at {place}; verdict {verdict}", name(other)));
        }
    }
    Ok(())
}

/// A module that stays and writes a table of this one.
fn stays_writing(analysis: &Analysis, partition: &Modules, moving: &BTreeSet<usize>, module: usize) -> Option<(String, usize)> {
    let inventory = &analysis.inventory;
    let own: BTreeSet<&str> =
        inventory.models.iter().filter(|m| partition.of_file(&m.place.file) == module).map(|m| m.label.as_str()).collect();
    inventory.queries.iter().filter(|query| query.access != QueryAccess::Read).find_map(|query| {
        let who = partition.of_file(&query.place.file);
        let writes = query.model.as_deref().is_some_and(|label| own.contains(label)) && !moving.contains(&who);
        writes.then(|| (format!("{}:{}", query.place.file, query.place.line), who))
    })
}

/// A module that this one imports and that is to go last.
fn needs_late(analysis: &Analysis, overrides: &Overrides, module: usize) -> Option<(String, usize)> {
    let late = |other: &usize| overrides.deferred.contains(other) || overrides.pins.get(other) == Some(&Pin::Last);
    let edges = analysis.estimate.graph.edges.iter().filter(|((from, to), _)| *from == module && late(to));
    edges.into_iter().find_map(|((_, to), evidence)| {
        let import = evidence.iter().find(|place| place.kind == crate::effort::graph::EdgeKind::Import)?;
        Some((format!("{}:{}", import.file, import.line), *to))
    })
}
