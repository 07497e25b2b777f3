//! The catalogue that ships with the program: every file of `builtin/`, embedded by `build.rs`.

use std::collections::{BTreeMap, BTreeSet};

use super::costs::Costs;
use super::load::{self, Mistake, Source};
use super::schema::{Catalogue, Example};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/rules.rs"));
}

/// File and mistake; a test holds that there is none.
pub fn catalogue() -> Result<Catalogue, (String, Mistake)> {
    with(Costs::builtin().map_err(|mistake| ("costs.toml".to_owned(), mistake))?)
}

/// The same rules with other costs.
pub fn with(costs: Costs) -> Result<Catalogue, (String, Mistake)> {
    let (mut rules, mut taken) = (Vec::new(), BTreeSet::new());
    for (name, text) in embedded::RULES {
        rules.extend(load::rules(Source { name: "builtin", text }, &costs, &mut taken).map_err(|mistake| ((*name).to_owned(), mistake))?);
    }
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Catalogue { rules, costs, examples: examples() })
}

fn examples() -> BTreeMap<String, Example> {
    embedded::EXAMPLES
        .iter()
        .map(|(name, before, after)| ((*name).to_owned(), Example { before: (*before).to_owned(), after: (*after).to_owned() }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_loads_is_named_once_and_has_its_example() {
        let catalogue = catalogue().map_err(|(file, mistake)| format!("{file}: {mistake:?}")).unwrap();
        for rule in &catalogue.rules {
            assert!(catalogue.examples.contains_key(&rule.example), "{} has no example {}", rule.id, rule.example);
            assert!(!rule.source.is_empty(), "{} has no source", rule.id);
        }
        for name in catalogue.examples.keys() {
            assert!(catalogue.rules.iter().any(|r| r.example == *name), "example {name} belongs to no rule");
        }
    }
}
