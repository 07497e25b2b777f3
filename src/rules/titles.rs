//! Titles of rules that speak of several packages: the table names one as an example, a report names those that the project has.

use std::collections::BTreeSet;

use crate::django::inventory::Inventory;

use super::schema::{Catalogue, Condition, Literal, Match};

/// How a title ends that has an example for several.
const EXAMPLE: &str = " and the like)";

pub fn name_packages(catalogue: &mut Catalogue, inventory: &Inventory) {
    let declared: BTreeSet<&str> = inventory.project.dependencies.iter().map(|one| one.name.as_str()).collect();
    for rule in &mut catalogue.rules {
        let Some((what, _)) = rule.title.strip_suffix(EXAMPLE).and_then(|title| title.rsplit_once(" (")) else { continue };
        let mut names = BTreeSet::new();
        packages(&rule.matches, &mut names);
        let found: Vec<&str> = names.intersection(&declared).copied().collect();
        // It may come with another package: then nothing is said rather than something wrong.
        rule.title = if found.is_empty() { what.to_owned() } else { format!("{what} ({})", found.join(", ")) };
    }
}

/// The names of distributions that a rule looks for.
fn packages<'a>(matches: &'a Match, out: &mut BTreeSet<&'a str>) {
    match matches {
        Match::Construct { kind, conditions } if kind == "package" => {
            for (_, condition) in conditions {
                let Condition::Is(literals) = condition else { continue };
                out.extend(
                    literals.iter().filter_map(|literal| if let Literal::Text(text) = literal { Some(text.as_str()) } else { None }),
                );
            }
        }
        Match::Any(parts) | Match::All(parts) => parts.iter().for_each(|part| packages(part, out)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::django::inventory::Dependency;
    use crate::rules::builtin;

    #[test]
    fn a_title_names_what_the_project_has() {
        let title = |declared: &[&str]| {
            let mut inventory = Inventory::default();
            inventory.project.dependencies =
                declared.iter().map(|name| Dependency { name: (*name).to_owned(), ..Dependency::default() }).collect();
            let mut catalogue = builtin::catalogue().unwrap();
            name_packages(&mut catalogue, &inventory);
            catalogue.rules.iter().find(|rule| rule.id == "package-simple-history").unwrap().title.clone()
        };
        assert_eq!(title(&["django-reversion"]), "History of rows (django-reversion)");
        assert_eq!(title(&["django-auditlog", "django-reversion"]), "History of rows (django-auditlog, django-reversion)");
        assert_eq!(title(&["django"]), "History of rows");
    }
}
