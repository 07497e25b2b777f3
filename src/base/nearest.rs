//! "Did you mean": the known name that is closest to a mistyped one.

/// The name that differs least from `word`, if it does not differ too much.
pub fn nearest<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    names.iter().map(|name| (distance(word, name), *name)).filter(|(far, _)| *far <= allowed).min().map(|(_, name)| name)
}

/// How many characters must be changed, added, removed, or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    // Rows of the usual table: two characters back, one back, this one.
    let mut older: Vec<usize> = Vec::new();
    let mut old: Vec<usize> = (0..=b.len()).collect();
    let mut before_a = None;
    // Whatever is longer than any name of ours is far from all of them.
    for (row, ch) in a.chars().take(64).enumerate() {
        let mut new = vec![row + 1];
        let mut before_b = None;
        for (column, &other) in b.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX - 1);
            let changed = at(&old, column) + usize::from(ch != other);
            let mut best = changed.min(at(&old, column + 1) + 1).min(at(&new, column) + 1);
            if before_a == Some(other) && before_b == Some(ch) {
                best = best.min(at(&older, column.wrapping_sub(1)) + 1);
            }
            new.push(best);
            before_b = Some(other);
        }
        older = std::mem::replace(&mut old, new);
        before_a = Some(ch);
    }
    old.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        for (a, b, edits) in
            [("", "", 0), ("a", "", 1), ("", "ab", 2), ("seting", "settings", 2), ("shcema", "schema", 1), ("abc", "xyz", 3)]
        {
            assert_eq!(distance(a, b), edits, "{a} {b}");
        }
    }

    #[test]
    fn finds_the_nearest_or_none() {
        let names = ["settings", "exclude"];
        assert_eq!(nearest("setings", &names), Some("settings"));
        assert_eq!(nearest("excldue", &names), Some("exclude"));
        assert_eq!(nearest("output", &names), None);
        assert_eq!(nearest(&"x".repeat(100_000), &names), None);
    }
}
