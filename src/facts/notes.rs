//! Comments that speak to us: `# migscan: ignore[rule, …] reason`.

use memchr::memmem;
use serde::{Deserialize, Serialize};

const MARK: &str = "# migscan: ignore";

/// One such comment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Where it stands.
    pub line: u32,
    /// The line that it speaks of: its own, or, where it stands alone, the next with code.
    pub about: u32,
    /// Ids of rules; none where it names none.
    pub rules: Vec<String>,
    pub reason: String,
}

pub fn notes(text: &str) -> Vec<Note> {
    let mut out = Vec::new();
    for at in memmem::find_iter(text.as_bytes(), MARK) {
        let (Some(before), Some(after)) = (text.get(..at), text.get(at + MARK.len()..)) else { continue };
        let line = before.bytes().filter(|b| *b == b'\n').count() as u32 + 1;
        let alone = before.rsplit('\n').next().is_none_or(|head| head.trim().is_empty());
        let mut rest = after.split('\n');
        let said = rest.next().unwrap_or_default();
        let passed = |l: &&str| l.trim().is_empty() || l.trim_start().starts_with('#');
        let about = if alone { line + 1 + rest.take_while(passed).count() as u32 } else { line };
        let (rules, reason) = match said.strip_prefix('[').and_then(|s| s.split_once(']')) {
            Some((rules, reason)) => (rules.split(',').map(|r| r.trim().to_owned()).filter(|r| !r.is_empty()).collect(), reason),
            None => (Vec::new(), said),
        };
        let reason = reason.trim().trim_start_matches([':', '-', '–', '—']).trim().to_owned();
        out.push(Note { line, about, rules, reason });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beside_and_above() {
        let text = "a = 1  # migscan: ignore[x-y, z]: known\n# migscan: ignore[q] why\n\n# more\nb = 2\n# migscan: ignore\n";
        let found = notes(text);
        assert_eq!((found[0].line, found[0].about, found[0].reason.as_str()), (1, 1, "known"));
        assert_eq!(found[0].rules, ["x-y", "z"]);
        assert_eq!((found[1].line, found[1].about, found[1].reason.as_str()), (2, 5, "why"));
        assert!(found[2].rules.is_empty() && found[2].reason.is_empty());
    }
}
