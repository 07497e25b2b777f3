//! Small pieces that every section is written with: numbers that can be read back, places, names, anchors.
//!
//! maud escapes what it is given for text and attributes. What a browser would obey or hide in text (controls, direction marks) is spelled out
//! at the very end, over the whole page (`mod.rs`), so that no piece can forget it.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::report::numbers::{grouped, rounded};

/// A whole number of the report; `of` is its path in the JSON, by which the tests compare the two.
pub fn count(value: u64, of: &str) -> Markup {
    html! { data value=(value) data-of=(of) { (grouped(value)) } }
}

/// An estimate: two significant digits to read, the number itself for machines.
pub fn about(value: f64, of: &str) -> Markup {
    html! { data value=(exact(value)) data-of=(of) { (rounded(value)) } }
}

/// An estimate in another unit than the report's: `value` × `factor` to read.
pub fn scaled(value: f64, per: f64, of: &str) -> Markup {
    html! { data value=(exact(value)) data-of=(of) data-per=(exact(per)) { (little(value / per)) } }
}

/// Two digits for small numbers too, and little is not nothing.
fn little(value: f64) -> String {
    if value > 0.0 && value < 0.05 {
        "<0.1".to_owned()
    } else if value > 0.0 && value < 9.95 {
        format!("{value:.1}")
    } else {
        rounded(value)
    }
}

/// Enough digits to be the same number.
pub fn exact(value: f64) -> String {
    let text = format!("{value:.3}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A count in a table; nothing is a dot, which reads calmer than a column of zeros.
pub fn cell(value: u64) -> Markup {
    html! { @if value == 0 { span.z { "·" } } @else { (grouped(value)) } }
}

/// Our own prose, in which backticks mark code.
pub fn prose(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// File and line.
pub fn place(file: &str, line: u32) -> Markup {
    html! { code.p { (breakable(file)) ":" (line) } }
}

/// Letters after which a name may be broken, at its next joint or, where it has none for so long, anywhere.
const RUN: usize = 16;
const LONG: usize = 28;

/// A name or path of the project, with places to break it: a table's columns become no wider than they need to be, whatever somebody calls a thing.
pub fn breakable(text: &str) -> Markup {
    let (mut pieces, mut from, mut at, mut run) = (Vec::new(), 0, 0, 0);
    let mut cut = |end: usize| {
        pieces.extend(text.get(from..end));
        from = end;
    };
    for part in text.split_inclusive(['/', '.', '_', ',', ' ']) {
        let long = part.chars().count();
        if run > 0 && run + long > RUN {
            cut(at);
            run = 0;
        }
        part.char_indices().step_by(LONG).skip(1).for_each(|(offset, _)| cut(at + offset));
        run += long;
        at += part.len();
    }
    cut(text.len());
    html! { @for (index, piece) in pieces.iter().enumerate() { @if index > 0 { wbr; } (piece) } }
}

/// A name that may be broken after each dot.
pub fn dotted(text: &str) -> Markup {
    html! { @for (index, part) in text.split_inclusive('.').enumerate() { @if index > 0 { wbr; } (part) } }
}

/// The last part of a dotted name.
pub fn short(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

/// What stands for a module in an anchor: unreserved characters as they are, the rest by number, so that no two names meet.
pub fn anchor(kind: &str, name: &str) -> String {
    let mut out = format!("{kind}-");
    for ch in name.chars() {
        if ch.is_ascii_alphanumeric() || matches!(ch, '.' | '_' | '-') {
            out.push(ch);
        } else {
            let _ = write!(out, "~{:x}~", u32::from(ch));
        }
    }
    out
}

/// A verdict with a sign of its own, so that it does not hang on colour.
pub fn verdict(name: &str) -> Markup {
    let sign = match name {
        "migrate" => "▲",
        "hybrid" => "◆",
        "defer" => "◔",
        "retire" => "✕",
        _ => "■",
    };
    let class = if matches!(name, "migrate" | "hybrid" | "defer" | "retire") { name } else { "keep" };
    html! { span class={ "chip " (class) } { span aria-hidden="true" { (sign) } " " (name) } }
}

/// How grave something is, with a sign of its own.
pub fn grade(name: &str) -> Markup {
    let (sign, class) = match name {
        "blocker" => ("⬤", "g4"),
        "mandatory" | "high" | "error" => ("▲", "g3"),
        "potential" | "medium" | "warning" => ("◆", "g2"),
        _ => ("▽", "g1"),
    };
    html! { span class={ "grade " (class) } { span aria-hidden="true" { (sign) } " " (name) } }
}

/// The first letter large, for a sentence that begins with a word of the data.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `a, b and c`.
pub fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_differ_where_names_do() {
        assert_eq!(anchor("module", "orders"), "module-orders");
        let names = ["a b", "a~b", "a~20~b", "ä", "a", "A", "a/b", "a\"b"];
        let anchors: std::collections::BTreeSet<String> = names.iter().map(|n| anchor("m", n)).collect();
        assert_eq!(anchors.len(), names.len());
        assert!(anchors.iter().all(|a| a.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c))), "{anchors:?}");
    }

    #[test]
    fn numbers_keep_what_the_report_says() {
        assert_eq!((exact(577.241_085), exact(6.0), exact(0.0)), ("577.241".to_owned(), "6".to_owned(), "0".to_owned()));
        assert_eq!([0.0, 0.01, 0.26, 8.04, 9.96, 96.2].map(little), ["0", "<0.1", "0.3", "8.0", "10", "96"]);
        assert_eq!(scaled(577.2, 6.0, "x").into_string(), r#"<data value="577.2" data-of="x" data-per="6">96</data>"#);
    }

    #[test]
    fn backticks_mark_code_and_nothing_else() {
        assert_eq!(prose("`a<b` or c").into_string(), "<code>a&lt;b</code> or c");
        assert_eq!(prose("an open `tick").into_string(), "an open <code>tick</code>");
    }

    #[test]
    fn long_names_can_be_broken_and_short_ones_are_not() {
        let text = |name: &str| breakable(name).into_string();
        assert_eq!(text("orders.Order"), "orders.Order");
        assert_eq!(text("accounts_address_owned"), "accounts_<wbr>address_owned");
        assert_eq!(text(&"x".repeat(60)).matches("<wbr>").count(), 2);
        assert_eq!(text("a<b").replace("<wbr>", ""), "a&lt;b");
    }

    #[test]
    fn sentences_from_lists() {
        let words = |n: usize| ["a", "b", "c"].iter().take(n).map(|w| (*w).to_owned()).collect::<Vec<_>>();
        assert_eq!([0, 1, 2, 3].map(|n| listed(&words(n))), ["", "a", "a and b", "a, b and c"]);
        assert_eq!(capital("éa"), "Éa");
    }
}
