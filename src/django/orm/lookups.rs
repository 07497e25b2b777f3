//! What the arguments of a query bring in: joins along `__` paths, related models, expressions.

use crate::base::sym;

use super::catalogue::{Catalogue, Kind, ModelId};
use super::methods::{Level, Methods, Takes};
use super::types::{Parts, Who};

/// Segments of one path that are followed.
const LENGTH: usize = 12;

/// A path as lookups or as names of fields, resolved from a model: which models it reaches, and whether it joins.
pub fn follow(catalogue: &Catalogue, methods: &Methods, from: Option<ModelId>, path: &str, takes: Takes) -> (Level, Vec<ModelId>) {
    let path = path.trim_start_matches(['-', '+', '?']);
    let parts: Vec<&str> = path.split("__").take(LENGTH).collect();
    let mut level = Level::Simple;
    let mut reached = Vec::new();
    let Some(mut at) = from else {
        // Nothing is known of the model: what is no lookup behind the first name is a field of another one.
        let joins = parts.iter().skip(1).any(|p| methods.lookup(sym(p)).is_none() && !p.is_empty());
        let search = parts.last().and_then(|p| methods.lookup(sym(p))).unwrap_or(Level::Simple);
        return (search.max(if joins { Level::Moderate } else { Level::Simple }), reached);
    };
    for (index, part) in parts.iter().enumerate() {
        let name = sym(part);
        let Some(relation) = catalogue.lookup(at, name) else {
            if index > 0
                && let Some(found) = methods.lookup(name)
            {
                level = level.max(found);
            }
            break;
        };
        let behind = parts.get(index + 1).map(|p| sym(p));
        let plain = relation.kind == Kind::One && !relation.reverse;
        let joins = match (takes, behind) {
            (Takes::Relations, _) => true,
            _ if !plain => true,
            // The key of the other side lies in this table.
            (_, Some(next)) => {
                !relation.to.is_some_and(|to| catalogue.is_key(to, next))
                    && (methods.lookup(next).is_none() || relation.to.is_some_and(|to| catalogue.has_field(to, next)))
            }
            (_, None) => false,
        };
        if joins {
            level = level.max(Level::Moderate);
            reached.extend(relation.to);
            reached.extend(relation.link);
        }
        match relation.to {
            Some(to) => at = to,
            None => break,
        }
    }
    (level, reached)
}

/// The same for all paths of an expression.
pub fn resolve(catalogue: &Catalogue, methods: &Methods, who: &Who, parts: &Parts, takes: Takes) -> (Level, Vec<ModelId>) {
    let mut level = parts.level;
    let mut reached = parts.models.clone();
    for path in &parts.paths {
        let (found, models) = follow(catalogue, methods, who.id, path, takes);
        level = level.max(found);
        reached.extend(models);
    }
    (level, reached)
}
