//! What takes the place of a declared package: read from the rules that name it.

use crate::rules::schema::{Condition, Literal, Match};
use crate::rules::{Catalogue, Rule};

pub struct Counterpart<'a> {
    /// `same`, `drop-in`, `replace`, `rewrite`, `blocker`, `keep`, `drop`
    pub fate: &'static str,
    pub fastapi: &'a str,
}

/// The rule that speaks of a package by its name on PyPI; none where no rule does.
pub fn counterpart<'a>(catalogue: &'a Catalogue, name: &str) -> Option<Counterpart<'a>> {
    let name = name.to_lowercase().replace(['_', '.'], "-");
    let rule: &Rule = catalogue.rules.iter().find(|rule| rule.package.is_some() && names(&rule.matches, &name))?;
    Some(Counterpart { fate: rule.package?.name(), fastapi: &rule.fastapi })
}

fn names(what: &Match, name: &str) -> bool {
    match what {
        Match::Construct { kind, conditions } if kind == "package" => conditions.iter().any(|(key, condition)| {
            key == "name"
                && matches!(condition, Condition::Is(list) if list.iter().any(|l| matches!(l, Literal::Text(text) if text == name)))
        }),
        Match::Any(parts) => parts.iter().any(|part| names(part, name)),
        Match::All(parts) => parts.first().is_some_and(|part| names(part, name)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_the_catalogue_are_found_by_their_name() {
        let catalogue = crate::rules::builtin::catalogue().map_err(|(file, _)| file).unwrap();
        let fate = |name: &str| counterpart(&catalogue, name).map(|c| c.fate);
        assert_eq!(fate("drf-spectacular"), Some("drop-in"));
        assert_eq!(fate("DRF_Flex_Fields"), Some("replace"));
        assert_eq!(fate("a-package-that-nobody-knows"), None);
    }
}
