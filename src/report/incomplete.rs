//! What `--strict` takes for an incomplete analysis: the report may lack something. One table says what does not count, and why; all else does.
//!
//! A job that fails on what nobody can mend is switched off. So a fact of the project (a branch that the deployment decides) and an open detail of
//! something that is in the report with its place do not fail it; an unread file, or a place behind which routes or models may be hidden, does.

use super::escape::escape;
use super::json::{Coverage, Skipped, Unresolved};
use super::numbers::many;

/// Kinds of `coverage.unresolved` after which nothing is missing from the report.
pub const NOTHING_MISSING: &[(&str, &str)] = &[
    ("drift", "model and migration are both there; whether they agree in that one thing is open"),
    ("environment", "the deployment decides the branch; what the code says without it counts"),
    ("queries", "the query is there and priced; which model it is on depends on the caller"),
];

/// Reasons in `skipped` for leaving out what nobody wanted to leave out.
pub const UNREAD: &[&str] =
    &["cannot be read", "too large", "nested too deep", "too many files", "name is not UTF-8", "not a regular file"];

fn counts(open: &&Unresolved) -> bool {
    open.kind != "files" && NOTHING_MISSING.iter().all(|(kind, _)| *kind != open.kind)
}

/// What may be missing, in words, with the first place; nothing where nothing is.
pub fn incomplete(coverage: &Coverage, skipped: &[Skipped]) -> Option<String> {
    let left_out: Vec<&Skipped> = skipped.iter().filter(|skipped| UNREAD.contains(&skipped.reason.as_str())).collect();
    let unread = coverage.files.partial + coverage.files.skipped + left_out.len() as u64;
    let facts: Vec<&Unresolved> = coverage.unresolved.iter().filter(counts).collect();
    if unread == 0 && facts.is_empty() {
        return None;
    }
    let mut kinds: Vec<&str> = facts.iter().map(|open| open.kind.as_str()).collect();
    kinds.dedup();
    kinds.sort_unstable();
    kinds.dedup();
    let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
    let file = coverage.unresolved.iter().find(|open| open.kind == "files").or_else(|| facts.first().copied());
    let first = match (file, left_out.first()) {
        (Some(open), skipped) if open.kind == "files" || skipped.is_none() => {
            format!("; first: {}:{}: {}", escape(&open.file), open.line, escape(&open.reason))
        }
        (_, Some(skipped)) => format!("; first: {}: {}", escape(&skipped.path), escape(&skipped.reason)),
        _ => String::new(),
    };
    Some(format!(
        "incomplete: {} not read whole, {} not established{kinds}{first}",
        many(unread, "file", "files"),
        many(facts.len() as u64, "fact", "facts")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::json::FileCoverage;

    fn open(kind: &str) -> Unresolved {
        Unresolved { kind: kind.to_owned(), reason: "why\u{1b}[2J".to_owned(), file: "a\nb.py".to_owned(), line: 3, text: String::new() }
    }

    fn says(kinds: &[&str], partial: u64, skipped: &[(&str, &str)]) -> Option<String> {
        let coverage = Coverage {
            files: FileCoverage { parsed: 9, partial, skipped: 0 },
            unresolved: kinds.iter().map(|kind| open(kind)).collect(),
            facts: Default::default(),
            percent: 0.0,
        };
        let skipped: Vec<Skipped> =
            skipped.iter().map(|(path, reason)| Skipped { path: (*path).to_owned(), reason: (*reason).to_owned() }).collect();
        incomplete(&coverage, &skipped)
    }

    #[test]
    fn what_is_in_the_report_or_a_fact_of_the_project_is_not_missing() {
        for (kind, _) in NOTHING_MISSING {
            assert_eq!(says(&[kind], 0, &[]), None, "{kind}");
        }
        assert_eq!(says(&[], 0, &[("venv", "virtual environment")]), None);
    }

    #[test]
    fn everything_else_counts_a_kind_that_nobody_has_thought_of_as_well() {
        for kind in ["routes", "models", "evaluation", "imports", "fastapi", "new kind"] {
            assert!(says(&[kind], 0, &[]).unwrap().contains(&format!("1 fact not established ({kind})")), "{kind}");
        }
        for reason in UNREAD {
            let text = says(&[], 0, &[("deep", reason)]).unwrap();
            assert_eq!(text, format!("incomplete: 1 file not read whole, 0 facts not established; first: deep: {reason}"));
        }
    }

    #[test]
    fn the_first_place_is_said_a_file_before_a_fact_and_nothing_in_it_reaches_the_terminal_raw() {
        let text = says(&["routes", "files", "routes", "queries"], 1, &[]).unwrap();
        assert!(text.starts_with("incomplete: 1 file not read whole, 2 facts not established (routes); first: "), "{text}");
        assert!(!text.contains('\n') && !text.contains('\u{1b}'), "{text}");
        assert!(says(&["routes"], 0, &[]).unwrap().contains("b.py:3: why"));
    }
}
