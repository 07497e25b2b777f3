//! The comparison as people read it: a table, then what is missing, too much or wrong.

use std::fmt::Write as _;

use serde_json::Value;

use super::judgement::Judgement;
use crate::report::escape::escape;

/// So many of a kind are shown, unless all are asked for.
const SHOWN: usize = 20;

/// A table of all categories that have anything, and below it the differences; at most 20 of a kind unless `full`.
pub fn table(judged: &[(&str, Judgement)], full: bool) -> String {
    let mut out = String::new();
    let ratio = |ratio: Option<f64>| ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{:.3}", down(ratio)));
    let _ = writeln!(
        out,
        "{:<28}{:>9}{:>9}{:>9}{:>9}{:>9}{:>11}{:>9}",
        "compared with the truth", "expected", "right", "missing", "extra", "wrong", "precision", "recall"
    );
    for (name, judgement) in judged {
        let counts = judgement.counts();
        if counts.is_empty() {
            continue;
        }
        let _ = writeln!(
            out,
            "{name:<28}{:>9}{:>9}{:>9}{:>9}{:>9}{:>11}{:>9}",
            counts.expected,
            counts.right,
            counts.missing,
            counts.extra,
            counts.wrong,
            ratio(counts.precision()),
            ratio(counts.recall())
        );
    }
    for (name, judgement) in judged {
        differences(&mut out, name, judgement, if full { usize::MAX } else { SHOWN });
    }
    out
}

fn differences(out: &mut String, name: &str, judgement: &Judgement, most: usize) {
    let wrong = judgement.wrong.iter().map(|(key, live, got)| {
        let got = got.as_ref().map_or_else(|| "nothing".to_owned(), shown);
        format!("{key}: Django says {}, the report says {got}", shown(live))
    });
    let kinds: [(&str, Vec<String>); 3] =
        [("missing", judgement.missing.clone()), ("extra", judgement.extra.clone()), ("wrong", wrong.collect())];
    if kinds.iter().all(|(_, lines)| lines.is_empty()) {
        return;
    }
    let _ = writeln!(out, "\n{name}");
    for (kind, lines) in kinds {
        for line in lines.iter().take(most) {
            let _ = writeln!(out, "  {kind:<8} {}", escape(line));
        }
        if lines.len() > most {
            let _ = writeln!(out, "  {kind:<8} … and {} more; --verbose lists them", lines.len() - most);
        }
    }
}

/// Rounded down, so that 1.000 means all.
fn down(ratio: f64) -> f64 {
    (ratio * 1000.0 + 1e-9).floor() / 1000.0
}

fn shown(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_rounds_up_and_hostile_text_is_harmless() {
        let judgement = Judgement {
            expected: 10_001,
            right: 10_000,
            missing: vec!["/a\u{1b}[31m -> b".into()],
            wrong: vec![("x".into(), serde_json::json!(["GET"]), None)],
            ..Judgement::default()
        };
        let text = table(&[("routes", judgement), ("views", Judgement::default())], false);
        assert!(text.contains("0.999"), "{text}");
        assert!(!text.contains('\u{1b}') && !text.contains("views"), "{text}");
        assert!(text.contains("x: Django says \"GET\", the report says nothing"), "{text}");
    }

    #[test]
    fn long_lists_are_cut_unless_all_are_asked_for() {
        let judgement = Judgement { expected: 30, missing: (0..30).map(|n| format!("/{n}/")).collect(), ..Judgement::default() };
        assert!(table(&[("routes", judgement.clone())], false).contains("… and 10 more; --verbose lists them"));
        assert!(!table(&[("routes", judgement)], true).contains("more"));
    }
}
