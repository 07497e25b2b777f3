//! Whether two expressions can match the same path, and whether one matches all that the other does, by walking both automata at once.

use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::util::{primitives::StateID, start, syntax};
use regex_automata::{Anchored, MatchKind};
use rustc_hash::FxHashSet;

pub type Dfa = dense::DFA<Vec<u32>>;

/// Larger automata, and longer walks, are not worth it: what is not known is taken for an overlap.
const MAX_BYTES: usize = 1 << 20;
const MAX_PAIRS: usize = 50_000;

/// For the whole path; none where it would be too large.
pub fn automaton(expression: &str) -> Option<Dfa> {
    let config = dense::Config::new()
        .start_kind(StartKind::Anchored)
        .match_kind(MatchKind::All)
        .dfa_size_limit(Some(MAX_BYTES))
        .determinize_size_limit(Some(4 * MAX_BYTES));
    let syntax = syntax::Config::new().unicode(false).utf8(false).dot_matches_new_line(true);
    dense::Builder::new().configure(config).syntax(syntax).build(&format!("(?:{expression})\\z")).ok()
}

/// Whether it matches all of a text.
pub fn matches(dfa: &Dfa, text: &str) -> bool {
    let first = dfa.start_state(&start::Config::new().anchored(Anchored::Yes));
    first.is_ok_and(|first| {
        let last = text.bytes().fold(first, |state, byte| dfa.next_state(state, byte));
        dfa.is_match_state(dfa.next_eoi_state(last))
    })
}

/// `None` when it took too long.
fn walk(a: &Dfa, b: &Dfa, found: impl Fn(bool, bool) -> bool, dead: impl Fn(bool, bool) -> bool) -> Option<bool> {
    let config = start::Config::new().anchored(Anchored::Yes);
    let first = (a.start_state(&config).ok()?, b.start_state(&config).ok()?);
    // One byte of each kind that both automata tell apart, of those that a path may have.
    let mut kinds = [[0u64; 4]; 256];
    let mut new = |(a, b): (u8, u8)| {
        let Some(word) = kinds.get_mut(usize::from(a)).and_then(|row| row.get_mut(usize::from(b / 64))) else { return true };
        let before = *word;
        *word |= 1 << (b % 64);
        *word != before
    };
    let bytes: Vec<u8> = (0x21..=0x7E)
        .filter(|byte| !matches!(byte, b'#' | b'?') && new((a.byte_classes().get(*byte), b.byte_classes().get(*byte))))
        .collect();
    let mut seen: FxHashSet<(StateID, StateID)> = FxHashSet::from_iter([first]);
    let mut open = vec![first];
    while let Some((x, y)) = open.pop() {
        if found(a.is_match_state(a.next_eoi_state(x)), b.is_match_state(b.next_eoi_state(y))) {
            return Some(true);
        }
        for byte in &bytes {
            let next = (a.next_state(x, *byte), b.next_state(y, *byte));
            if dead(a.is_dead_state(next.0), b.is_dead_state(next.1)) || !seen.insert(next) {
                continue;
            }
            if seen.len() > MAX_PAIRS {
                return None;
            }
            open.push(next);
        }
    }
    Some(false)
}

/// Whether there is a path that both match.
pub fn overlap(a: &Dfa, b: &Dfa) -> bool {
    walk(a, b, |a, b| a && b, |a, b| a || b).unwrap_or(true)
}

/// Whether `b` matches whatever `a` does.
pub fn within(a: &Dfa, b: &Dfa) -> bool {
    walk(a, b, |a, b| a && !b, |a, _| a).is_some_and(|found| !found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlaps_and_parts() {
        let of = |text: &str| automaton(text).unwrap();
        assert!(overlap(&of("/items/[^/]+/"), &of("/items/export/")));
        assert!(!overlap(&of("/items/[0-9]+/"), &of("/items/export/")));
        assert!(!overlap(&of("/items/"), &of("/items/[^/]+/")));
        assert!(within(&of("/items/export/"), &of("/items/[^/]+/")));
        assert!(matches(&of("/items/[^/]+/"), "/items/export/"));
        assert!(!matches(&of("/items/[^/]+/"), "/items/export"));
        assert!(!within(&of("/items/[^/]+/"), &of("/items/export/")));
        assert!(within(&of("/a/[0-9]{4}/"), &of("/.*")));
        assert!(automaton("(?:[0-9]{500}){500}").is_none());
    }
}
