//! The whole catalogue of rules as one page in Markdown: a table for each area.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape::escape;
use super::explain::hours_of;
use crate::rules::{Catalogue, Rule};

const HEAD: &str = "\
# The rules

Made by `migscan rules --markdown` from the tables that the program works with. `migscan explain RULE` tells one in full: trap, recipe, what the numbers
rest on, code before and after.

A **blocker** has to be settled before anything moves, what is **mandatory** has to be rewritten, what is **potential** may behave otherwise without
anybody noticing, **info** is counted. Hours are focus-hours that one place counts, before learning and factors; a dash means that the rule only warns, or
that another rule counts the work.
";

pub fn page(catalogue: &Catalogue) -> String {
    let mut areas: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in &catalogue.rules {
        areas.entry(rule.area.as_str()).or_default().push(rule);
    }
    let mut out = HEAD.to_owned();
    for (area, rules) in areas {
        let _ = writeln!(out, "\n## {}\n\n| rule | finds | | hours | on the FastAPI side |\n|---|---|---|--:|---|", cell(area));
        for rule in rules {
            let hours = hours_of(catalogue, rule).map_or_else(|| "–".to_owned(), |hours| format!("{hours:.2}"));
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {hours} | {} |",
                cell(&rule.id),
                cell(&rule.title),
                rule.severity.name(),
                cell(&rule.fastapi)
            );
        }
    }
    out
}

/// One line, and no end of a cell; angle brackets would be read as HTML outside of code.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in escape(&text.split_whitespace().collect::<Vec<_>>().join(" ")).replace('|', "\\|").split('`').enumerate() {
        if at > 0 {
            out.push('`');
        }
        // Every other part is code.
        if at % 2 == 0 { out.push_str(&part.replace('<', "&lt;").replace('>', "&gt;")) } else { out.push_str(part) }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_row_of_five_cells() {
        let catalogue = crate::rules::builtin::catalogue().unwrap();
        let page = page(&catalogue);
        for rule in &catalogue.rules {
            let rows: Vec<&str> = page.lines().filter(|line| line.starts_with(&format!("| `{}` |", rule.id))).collect();
            assert_eq!(rows.len(), 1, "{}", rule.id);
            assert_eq!(rows[0].replace("\\|", "").matches('|').count(), 6, "{}", rows[0]);
        }
    }

    #[test]
    fn cells_stay_cells() {
        assert_eq!(cell("a | b\nc <d> `x<y>|z`"), "a \\| b c &lt;d&gt; `x<y>\\|z`");
    }
}
