//! From sites to the inventory: the sorted list, reads and writes of each model, queries of each view, and what stayed unknown.

use std::collections::BTreeMap;

use crate::django::inventory::{Inventory, Query, QueryAccess, Unresolved};

use super::Orm;
use super::site::Site;

const KIND: &str = "queries";

pub fn write(orm: &mut Orm, sites: Vec<Site>, found: &mut Inventory) {
    let mut rows: Vec<(Query, Option<Unresolved>)> = Vec::with_capacity(sites.len());
    for site in &sites {
        let query = site.query(orm.world, &orm.catalogue);
        let open = query.model.is_none().then(|| Unresolved {
            kind: KIND.to_string(),
            file: query.place.file.clone(),
            line: query.place.line,
            reason: site.who.why.text().to_string(),
            text: format!("model of {}", site.chain()),
        });
        rows.push((query, open));
    }
    let key = |q: &Query| (q.place.clone(), q.chain.clone(), q.model.clone(), q.scope.clone(), q.touches.clone());
    rows.sort_by_cached_key(|(query, _)| key(query));
    // A call whose receiver may be of two kinds is one site.
    rows.dedup_by(|(b, _), (a, _)| a.place == b.place && a.chain == b.chain && a.model == b.model && a.scope == b.scope && a.on == b.on);
    let mut queries = Vec::with_capacity(rows.len());
    for (query, open) in rows {
        match open {
            Some(open) => {
                orm.world.counts.entry(KIND).or_default().unresolved += 1;
                orm.world.unresolved.push(open);
            }
            None => orm.world.count(KIND, 1),
        }
        queries.push(query);
    }
    found.queries = queries;
    models(found);
    views(found);
}

/// Reads and writes of each model: a site reads what it begins with and what it reaches, and writes only what it begins with.
fn models(found: &mut Inventory) {
    let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for query in &found.queries {
        if let Some(model) = &query.model {
            let slot = counts.entry(model).or_default();
            if query.access == QueryAccess::Write { slot.1 += 1 } else { slot.0 += 1 }
        }
        if query.model.is_some() {
            for model in &query.touches {
                counts.entry(model).or_default().0 += 1;
            }
        }
    }
    let counts: BTreeMap<String, (u32, u32)> = counts.into_iter().map(|(label, count)| (label.to_string(), count)).collect();
    for model in &mut found.models {
        (model.reads, model.writes) = counts.get(&model.label).copied().unwrap_or_default();
    }
}

/// Sites in a function view, or in the methods of a view class's own body.
fn views(found: &mut Inventory) {
    let mut scopes: BTreeMap<&str, u32> = BTreeMap::new();
    for query in &found.queries {
        *scopes.entry(&query.scope).or_default() += 1;
    }
    for view in &mut found.views {
        let inside = format!("{}.", view.qualname);
        // What stands in the body of a class is run once, not for a request.
        let own = if matches!(view.kind.as_str(), "api_view" | "function" | "method" | "ninja") {
            scopes.get(view.qualname.as_str()).copied().unwrap_or(0)
        } else {
            0
        };
        let nested: u32 = scopes.range(inside.as_str()..).take_while(|(scope, _)| scope.starts_with(&inside)).map(|(_, n)| n).sum();
        view.orm_calls = own + nested;
    }
}
