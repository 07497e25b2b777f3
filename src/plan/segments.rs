//! Expressions of paths taken apart at their slashes. Most patterns of a project differ in a segment that is plain text, and those with parameters
//! share a handful of them: that is told without an automaton for each whole expression.

use std::sync::{Arc, Mutex, OnceLock};

use rustc_hash::FxHashMap;

use super::automata::{Dfa, automaton, overlap, within};

/// What stands between two slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    Text(String),
    /// An expression that matches no slash.
    Pattern(String),
}

/// Taken apart; none where a slash may come or go, or what is written is not of the plain kind.
pub fn split(expression: &str) -> Option<Vec<Segment>> {
    let mut out = Vec::new();
    let mut rest = expression;
    loop {
        let (segment, tail) = segment(rest)?;
        out.push(segment);
        match tail {
            Some(tail) => rest = tail,
            None => return Some(out),
        }
    }
}

/// Up to the next slash, with what follows it.
fn segment(expression: &str) -> Option<(Segment, Option<&str>)> {
    let mut text = Some(String::new());
    let mut depth = 0_u32;
    let mut at = 0;
    while let Some(c) = expression.get(at..)?.chars().next() {
        let next = expression.get(at + 1..)?.chars().next();
        at += match c {
            '/' if depth > 0 || next.is_some_and(|next| "?*+{|".contains(next)) => return None,
            '/' => return Some((made(text, expression.get(..at)?), Some(expression.get(at + 1..)?))),
            '\\' => {
                // Behind a backslash stands a sign, or the name of a class.
                let sign = next.filter(|sign| sign.is_ascii_punctuation() && !"/?#".contains(*sign))?;
                text = text.map(|text| text + sign.encode_utf8(&mut [0; 4]));
                2
            }
            '[' => {
                text = None;
                class(expression.get(at..)?)?
            }
            '(' => {
                expression.get(at..)?.strip_prefix("(?:")?;
                (text, depth) = (None, depth + 1);
                3
            }
            ')' => {
                depth = depth.checked_sub(1)?;
                1
            }
            '?' | '*' | '+' | '{' | '}' => {
                text = None;
                1
            }
            '|' if depth > 0 => 1,
            '.' | '^' | '$' | '|' | '#' => return None,
            c if c.is_ascii_graphic() => {
                text = text.map(|text| text + c.encode_utf8(&mut [0; 4]));
                1
            }
            _ => return None,
        };
    }
    (depth == 0).then(|| (made(text, expression), None))
}

fn made(text: Option<String>, expression: &str) -> Segment {
    text.map_or_else(|| Segment::Pattern(expression.to_owned()), Segment::Text)
}

/// The length of a class that has no slash, and is written without names of other classes.
fn class(expression: &str) -> Option<usize> {
    let inside = expression.strip_prefix('[')?;
    let (negated, inside) = inside.strip_prefix('^').map_or((false, inside), |rest| (true, rest));
    let mut slash = false;
    let mut chars = inside.char_indices().peekable();
    let one = |chars: &mut std::iter::Peekable<std::str::CharIndices>| match chars.next()? {
        (_, '\\') => chars.next().map(|(_, sign)| sign).filter(char::is_ascii_punctuation),
        (_, c) if c.is_ascii() && !"[&~".contains(c) => Some(c),
        _ => None,
    };
    loop {
        if let Some((end, _)) = chars.next_if(|(_, c)| *c == ']') {
            return (slash == negated).then_some(expression.len() - inside.len() + end + 1);
        }
        let first = one(&mut chars)?;
        let mut last = first;
        if chars.next_if(|(_, c)| *c == '-').is_some() {
            if chars.peek().is_some_and(|(_, c)| *c == ']') {
                return None;
            }
            last = one(&mut chars)?;
        }
        slash |= (first..=last).contains(&'/');
    }
}

/// The automata of segments, each made once.
#[derive(Default)]
pub struct Automata(Mutex<FxHashMap<String, Arc<OnceLock<Option<Dfa>>>>>);

impl Automata {
    fn of(&self, expression: &str) -> Arc<OnceLock<Option<Dfa>>> {
        let mut known = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let cell = match known.get(expression) {
            Some(cell) => Arc::clone(cell),
            None => Arc::clone(known.entry(expression.to_owned()).or_default()),
        };
        drop(known);
        cell.get_or_init(|| automaton(expression));
        cell
    }

    /// Whether there is a path that both match; also where that is not known.
    pub fn overlap(&self, a: &[Segment], b: &[Segment]) -> bool {
        self.all(a, b, overlap, true)
    }

    /// Whether `b` matches whatever `a` does.
    pub fn within(&self, a: &[Segment], b: &[Segment]) -> bool {
        self.all(a, b, within, false)
    }

    fn all(&self, a: &[Segment], b: &[Segment], holds: impl Fn(&Dfa, &Dfa) -> bool, unknown: bool) -> bool {
        use Segment::{Pattern, Text};
        // Plain text first: it costs nothing.
        let plain = |pair: (&Segment, &Segment)| !matches!(pair, (Text(a), Text(b)) if a != b);
        let one = |a: &Segment, b: &Segment| match (a, b) {
            (Text(_), Text(_)) => true,
            (a, b) => match (self.of(&written(a)).get(), self.of(&written(b)).get()) {
                (Some(Some(x)), Some(Some(y))) => holds(x, y),
                _ => unknown || matches!((a, b), (Pattern(a), Pattern(b)) if a == b),
            },
        };
        a.len() == b.len() && a.iter().zip(b).all(plain) && a.iter().zip(b).all(|(a, b)| one(a, b))
    }
}

fn written(segment: &Segment) -> std::borrow::Cow<'_, str> {
    match segment {
        Segment::Text(text) => regex_syntax::escape(text).into(),
        Segment::Pattern(expression) => expression.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> Segment {
        Segment::Text(text.to_owned())
    }

    fn pattern(text: &str) -> Segment {
        Segment::Pattern(text.to_owned())
    }

    #[test]
    fn taken_apart_at_slashes() {
        assert_eq!(split("/a/b"), Some(vec![text(""), text("a"), text("b")]));
        assert_eq!(split(r"/a\-b/[^./]+/"), Some(vec![text(""), text("a-b"), pattern("[^./]+"), text("")]));
        assert_eq!(split("/(?:[0-9]|%[0-9A-F]{2})+x/"), Some(vec![text(""), pattern("(?:[0-9]|%[0-9A-F]{2})+x"), text("")]));
        for whole in [
            "/a/?",
            "/a/.*",
            "/[^x]+/",
            "/[!-~]+",
            "/(?:a|/b)/",
            "/a|/b",
            r"/\d+/",
            "/a/{2}",
            r"/[\w]/",
            "/é/",
            "/[a",
            "/(?:a",
            "/(a)/",
            "/a/+",
        ] {
            assert_eq!(split(whole), None, "{whole}");
        }
    }

    proptest! {
        /// What is told of segments is what the automata of whole expressions say.
        #[test]
        fn as_the_whole(
            a in prop::collection::vec(prop::sample::select(SEGMENTS), 1..4),
            b in prop::collection::vec(prop::sample::select(SEGMENTS), 1..4),
        ) {
            let (a, b) = (format!("/{}", a.join("/")), format!("/{}", b.join("/")));
            let (Some(x), Some(y)) = (split(&a), split(&b)) else { return Err(TestCaseError::fail("not taken apart")) };
            let (Some(whole_a), Some(whole_b)) = (automaton(&a), automaton(&b)) else { return Err(TestCaseError::fail("too large")) };
            let automata = Automata::default();
            prop_assert_eq!(automata.overlap(&x, &y), overlap(&whole_a, &whole_b), "{} {}", &a, &b);
            prop_assert_eq!(automata.within(&x, &y), within(&whole_a, &whole_b), "{} {}", &a, &b);
        }
    }

    const SEGMENTS: &[&str] = &[
        "",
        "a",
        "ab",
        r"a\-b",
        "a-b",
        "[^/]+",
        "[^./]+",
        "[0-9]+",
        "[0-9]{2}",
        "[a-z-]+",
        "(?:a|b[0-9])?",
        "7",
        "[^/a]*",
        "%2[0-9]",
        "[.x]",
        r"\.",
        "42",
    ];
}
