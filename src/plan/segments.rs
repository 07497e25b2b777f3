//! Expressions of paths taken apart at their slashes. Most patterns of a project differ in a segment that is plain text, and those with parameters
//! share a handful of them: that is told without an automaton for each whole expression.

use std::sync::{Arc, Mutex, OnceLock};

use rustc_hash::FxHashMap;

use super::automata::{Dfa, automaton, matches, overlap, within};

/// What stands between two slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    Text(String),
    /// An expression that matches something, but no slash, with the plain text that all it matches begins with.
    Pattern(String, String),
}

/// An expression taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    pub segments: Vec<Segment>,
    /// One more slash may end it.
    slash: bool,
}

/// Behind the last slash.
static NOTHING: Segment = Segment::Text(String::new());

impl Parts {
    /// Those of the paths with so many segments.
    fn counting(&self, count: usize) -> Option<impl Iterator<Item = &Segment> + Clone> {
        let more = count.checked_sub(self.segments.len())?;
        (more <= usize::from(self.slash)).then(|| self.segments.iter().chain(std::iter::repeat_n(&NOTHING, more)))
    }

    fn counts(&self) -> std::ops::RangeInclusive<usize> {
        self.segments.len()..=self.segments.len() + usize::from(self.slash)
    }
}

/// Taken apart; none where a slash before the end may come or go, or what is written is not of the plain kind.
pub fn split(expression: &str) -> Option<Parts> {
    let (mut rest, slash) = expression.strip_suffix("/?").map_or((expression, false), |rest| (rest, true));
    let mut segments = Vec::new();
    loop {
        let (segment, tail) = segment(rest)?;
        segments.push(segment);
        match tail {
            Some(tail) => rest = tail,
            None => return Some(Parts { segments, slash }),
        }
    }
}

/// Up to the next slash, with what follows it.
fn segment(expression: &str) -> Option<(Segment, Option<&str>)> {
    // The text as far as it is plain.
    let (mut text, mut plain) = (String::new(), true);
    let mut depth = 0_u32;
    let mut at = 0;
    let made = |text, plain, end| Some(if plain { Segment::Text(text) } else { Segment::Pattern(text, expression.get(..end)?.to_owned()) });
    while let Some(c) = expression.get(at..)?.chars().next() {
        let next = expression.get(at + 1..)?.chars().next();
        at += match c {
            '/' if depth > 0 || next.is_some_and(|next| "?*+{|".contains(next)) => return None,
            '/' => return Some((made(text, plain, at)?, Some(expression.get(at + 1..)?))),
            '\\' => {
                // Behind a backslash stands a sign, or the name of a class.
                let sign = next.filter(|sign| sign.is_ascii_punctuation() && !"/?#".contains(*sign))?;
                if plain {
                    text.push(sign);
                }
                2
            }
            '[' => {
                plain = false;
                class(expression.get(at..)?)?
            }
            '(' => {
                expression.get(at..)?.strip_prefix("(?:")?;
                (plain, depth) = (false, depth + 1);
                3
            }
            ')' => {
                depth = depth.checked_sub(1)?;
                1
            }
            '?' | '*' | '+' | '{' | '}' => {
                // The last character may be there or not.
                if plain {
                    text.pop();
                }
                plain = false;
                1
            }
            '|' if depth > 0 => 1,
            '.' | '^' | '$' | '|' | '#' => return None,
            c if c.is_ascii_graphic() => {
                if plain {
                    text.push(c);
                }
                1
            }
            _ => return None,
        };
    }
    (depth == 0).then(|| made(text, plain, expression.len())).flatten().map(|segment| (segment, None))
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
    pub fn overlap(&self, a: &Parts, b: &Parts) -> bool {
        a.counts().any(|count| self.all(a, b, count, overlap, true))
    }

    /// Whether `b` matches whatever `a` does.
    pub fn within(&self, a: &Parts, b: &Parts) -> bool {
        a.counts().all(|count| self.all(a, b, count, within, false))
    }

    fn all(&self, a: &Parts, b: &Parts, count: usize, holds: impl Fn(&Dfa, &Dfa) -> bool, unknown: bool) -> bool {
        use Segment::{Pattern, Text};
        let (Some(a), Some(b)) = (a.counting(count), b.counting(count)) else { return false };
        // Plain text first: it costs nothing.
        let plain = |(a, b): (&Segment, &Segment)| match (a, b) {
            (Text(a), Text(b)) => a == b,
            (Text(text), Pattern(begins, _)) | (Pattern(begins, _), Text(text)) => text.starts_with(begins),
            (Pattern(a, _), Pattern(b, _)) => a.starts_with(b) || b.starts_with(a),
        };
        let one = |(a, b): (&Segment, &Segment)| match (a, b) {
            (Text(_), Text(_)) => true,
            (Pattern(_, a), Pattern(_, b)) if a == b => true,
            (Text(text), Pattern(_, expression)) => {
                self.of(expression).get().and_then(Option::as_ref).map_or(unknown, |x| matches(x, text))
            }
            (a, b) => match (self.of(&written(a)).get(), self.of(&written(b)).get()) {
                (Some(Some(x)), Some(Some(y))) => holds(x, y),
                _ => unknown,
            },
        };
        a.clone().zip(b.clone()).all(plain) && a.zip(b).all(one)
    }
}

fn written(segment: &Segment) -> std::borrow::Cow<'_, str> {
    match segment {
        Segment::Text(text) => regex_syntax::escape(text).into(),
        Segment::Pattern(_, expression) => expression.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> Segment {
        Segment::Text(text.to_owned())
    }

    fn pattern(begins: &str, text: &str) -> Segment {
        Segment::Pattern(begins.to_owned(), text.to_owned())
    }

    fn parts(segments: Vec<Segment>, slash: bool) -> Option<Parts> {
        Some(Parts { segments, slash })
    }

    #[test]
    fn taken_apart_at_slashes() {
        assert_eq!(split("/a/b"), parts(vec![text(""), text("a"), text("b")], false));
        assert_eq!(split(r"/a\-b/[^./]+/"), parts(vec![text(""), text("a-b"), pattern("", "[^./]+"), text("")], false));
        let encoded = "(?:[0-9]|%[0-9A-F]{2})+x";
        assert_eq!(split(&format!("/{encoded}/")), parts(vec![text(""), pattern("", encoded), text("")], false));
        assert_eq!(split(r"/a\.b[0-9]+/?"), parts(vec![text(""), pattern("a.b", r"a\.b[0-9]+")], true));
        assert_eq!(split("/ab?c"), parts(vec![text(""), pattern("a", "ab?c")], false));
        for whole in [
            "/a/?b",
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
            ends in prop::sample::select(vec![("", ""), ("/?", ""), ("", "/?"), ("/?", "/?")]),
        ) {
            let (a, b) = (format!("/{}{}", a.join("/"), ends.0), format!("/{}{}", b.join("/"), ends.1));
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
        "ab[0-9]+",
        r"a\.[a-z]+",
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
