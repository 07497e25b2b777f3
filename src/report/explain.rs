//! One rule, or one module's estimate, in full: the same table that the arithmetic uses, told in words.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::effort::Analysis;
use crate::effort::math::Work;
use crate::effort::sensitivity::Change;
use crate::rules::schema::{Condition, Literal, Match};
use crate::rules::{Catalogue, Rule};

use super::escape::escape;

const WIDTH: usize = 80;
const HEAD: usize = 12;

/// The catalogue, area by area.
pub fn rules(catalogue: &Catalogue) -> String {
    let mut areas: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in &catalogue.rules {
        areas.entry(rule.area.as_str()).or_default().push(rule);
    }
    let mut out = String::new();
    for (area, rules) in areas {
        let _ = writeln!(out, "{area}");
        for rule in rules {
            let cost = hours_of(catalogue, rule).map_or_else(|| "     –".to_owned(), |hours| format!("{hours:>6.2}"));
            let _ = writeln!(out, "  {cost} h  {:<10} {:<34} {}", rule.severity.name(), rule.id, escape(&rule.title));
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{} rules; migscan explain RULE tells one in full", catalogue.rules.len());
    out
}

/// Expected hours for one place.
pub(super) fn hours_of(catalogue: &Catalogue, rule: &Rule) -> Option<f64> {
    let driver = rule.driver.as_deref().and_then(|d| catalogue.costs.get(d)).map(|c| c.mean * rule.units);
    driver.or(rule.cost.as_ref().map(|c| c.mean * rule.units))
}

fn cost_of(catalogue: &Catalogue, rule: &Rule) -> String {
    let priced = |mean: f64, class: crate::rules::costs::Class, what: String| {
        let range = Work::line(mean, class.log_sd()).range();
        format!("{mean:.2} focus-hours a place ({:.2} to {:.2}, class {}): {what}", range.p10, range.p90, class.name())
    };
    match (rule.driver.as_deref().and_then(|d| Some((d, catalogue.costs.get(d)?))), &rule.cost) {
        (Some((driver, cost)), _) => {
            let source = cost.source.as_deref().map_or_else(String::new, |s| format!("; {s}"));
            let units = if rule.units == 1.0 { String::new() } else { format!("{} × ", rule.units) };
            let once = if cost.once || rule.package.is_some() { ", once for the project" } else { "" };
            priced(cost.mean * rule.units, cost.class, format!("{units}{driver} ({}){once}; {}{source}", cost.unit, cost.status.name()))
        }
        (None, Some(own)) => priced(own.mean * rule.units, own.class, "a cost of the rule's own".to_owned()),
        (None, None) => "none of its own: it warns".to_owned(),
    }
}

/// Heading and text of everything that is said about a rule.
fn sections(catalogue: &Catalogue, rule: &Rule) -> Vec<(&'static str, String)> {
    let mut out = vec![("Severity", format!("{}, risk {}", rule.severity.name(), rule.risk.name())), ("FastAPI", rule.fastapi.clone())];
    out.extend(rule.trap.clone().map(|trap| ("Trap", trap)));
    out.push(("Recipe", rule.recipe.trim().to_owned()));
    out.extend(rule.package.map(|p| ("Package", p.name().to_owned())));
    out.push(("Cost", cost_of(catalogue, rule)));
    out.push(("Rests on", format!("{}: {}", rule.status.name(), rule.source)));
    out.push(("Fires on", matches(&rule.matches)));
    if rule.origin != "builtin" {
        out.push(("From", rule.origin.clone()));
    }
    out.extend(rule.overridden.clone().map(|reason| ("Changed", reason)));
    out
}

pub fn rule(catalogue: &Catalogue, rule: &Rule, markdown: bool) -> String {
    let mut out = String::new();
    let example = catalogue.examples.get(&rule.example);
    if markdown {
        let _ = writeln!(out, "# {}\n\n**{}** ({})", rule.id, escape(&rule.title), escape(&rule.area));
        for (head, text) in sections(catalogue, rule) {
            let _ = writeln!(out, "\n## {head}\n\n{}", escape_lines(&text));
        }
        if let Some(example) = example {
            let _ = writeln!(out, "\n## Before\n\n```python\n{}\n```", example.before.trim_end());
            let _ = writeln!(out, "\n## After\n\n```python\n{}\n```", example.after.trim_end());
        }
        return out;
    }
    let _ = writeln!(out, "{} ({})\n", rule.id, escape(&rule.area));
    entry(&mut out, "Finds", &rule.title);
    for (head, text) in sections(catalogue, rule) {
        entry(&mut out, head, &text);
    }
    if let Some(example) = example {
        for (head, code) in [("Before", &example.before), ("After", &example.after)] {
            let _ = writeln!(out, "\n{head}\n");
            code.trim_end().lines().for_each(|line| {
                let _ = writeln!(out, "    {}", escape(line));
            });
        }
    }
    out
}

/// What a rule looks for, in words.
fn matches(what: &Match) -> String {
    match what {
        Match::Construct { kind, conditions } if conditions.is_empty() => format!("every {}", kind.replace('_', " ")),
        Match::Construct { kind, conditions } => {
            let all: Vec<String> = conditions.iter().map(|(name, c)| format!("{name} {}", condition(c))).collect();
            format!("{} with {}", kind.replace('_', " "), all.join(", "))
        }
        Match::Call(names) => format!("call of {}", names.join(", ")),
        Match::Decorator(names) => format!("decorator {}", names.join(", ")),
        Match::Subclass(names) => format!("class below {}", names.join(", ")),
        Match::Import(names) => format!("import of {}", names.join(", ")),
        Match::Any(parts) => parts.iter().map(matches).collect::<Vec<_>>().join("; or "),
        Match::All(parts) => parts.iter().map(matches).collect::<Vec<_>>().join("; if there is "),
        Match::Not(part) => format!("no {}", matches(part)),
    }
}

fn condition(condition: &Condition) -> String {
    let literals = |list: &[Literal]| {
        let texts: Vec<String> = list
            .iter()
            .map(|l| match l {
                Literal::Text(text) => text.clone(),
                Literal::Bool(truth) => truth.to_string(),
                Literal::Int(number) => number.to_string(),
            })
            .collect();
        texts.join(" or ")
    };
    match condition {
        Condition::Is(list) => format!("= {}", literals(list)),
        Condition::Not(list) => format!("≠ {}", literals(list)),
        Condition::Starts(text) => format!("that starts with {text}"),
        Condition::Ends(text) => format!("that ends with {text}"),
        Condition::Min(number) => format!("≥ {number}"),
        Condition::Max(number) => format!("≤ {number}"),
        Condition::Present(true) => "given".to_owned(),
        Condition::Present(false) => "not given".to_owned(),
    }
}

/// What each assumption does to the total when it is changed by itself.
pub fn sensitivity(analysis: &Analysis, changes: &[Change]) -> String {
    let base = analysis.estimate.range;
    let mut out = format!("All of it: P50 {:.0}, P80 {:.0} focus-hours. Changed one by one:\n\n", base.p50, base.p80);
    let _ = writeln!(out, "    P50 h         P80 h        assumption");
    for change in changes {
        let part = |now: f64, before: f64| if before > 0.0 { (now / before - 1.0) * 100.0 } else { 0.0 };
        let _ = writeln!(
            out,
            "{:>+8.0} {:>+4.0} % {:>+7.0} {:>+4.0} %  {}",
            change.range.p50 - base.p50,
            part(change.range.p50, base.p50),
            change.range.p80 - base.p80,
            part(change.range.p80, base.p80),
            escape(&change.what)
        );
    }
    out
}

fn escape_lines(text: &str) -> String {
    text.lines().map(|line| escape(line).into_owned()).collect::<Vec<_>>().join("\n")
}

/// A heading at the left, the text beside it, broken between words.
pub(super) fn entry(out: &mut String, head: &str, text: &str) {
    let mut first = true;
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && HEAD + line.chars().count() + 1 + word.chars().count() > WIDTH {
                let _ = writeln!(out, "{:<HEAD$}{}", if first { head } else { "" }, escape(&line));
                first = false;
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        let _ = writeln!(out, "{:<HEAD$}{}", if first { head } else { "" }, escape(&line));
        first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_changed_cost_changes_the_text_and_the_arithmetic() {
        let analysis = sample::analysis(sample::inventory());
        let before = rule(&analysis.catalogue, analysis.catalogue.rule("field-datetime").unwrap(), false);
        assert!(before.contains("0.06 focus-hours"), "{before}");
        let mut catalogue = analysis.catalogue.clone();
        catalogue.costs.rows.get_mut("model_field").unwrap().mean = 7.0;
        let after = rule(&catalogue, catalogue.rule("field-datetime").unwrap(), false);
        assert!(after.contains("7.00 focus-hours"), "{after}");
    }

    #[test]
    fn every_rule_can_be_explained_in_both_forms() {
        let catalogue = sample::analysis(sample::inventory()).catalogue;
        for one in &catalogue.rules {
            assert!(rule(&catalogue, one, true).contains("## Recipe"));
            assert!(rule(&catalogue, one, false).lines().all(|line| line.starts_with("    ") || line.chars().count() <= 90), "{}", one.id);
        }
        assert!(rules(&catalogue).contains(&catalogue.rules[0].id));
    }
}
