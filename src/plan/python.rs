//! Python's regular expressions as trees of `regex-syntax`. What both languages write alike is passed on, what they write differently is
//! rewritten, and what only one of them has is refused with the reason; so is what no automaton can do.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind, Look};

/// The expression as a tree without names. `wide` asks for one that may match more: what looks around or back is left out.
pub fn parse(text: &str, wide: bool) -> Result<Hir, String> {
    let translated = Translator { chars: text.chars().collect(), at: 0, wide, out: String::new() }.run()?;
    let mut parser = ParserBuilder::new().nest_limit(60).build();
    parser.parse(&translated).map_err(|_| "a regular expression that only Python reads".to_owned())
}

struct Translator {
    chars: Vec<char>,
    at: usize,
    wide: bool,
    out: String,
}

const ANYTHING: &str = "(?s:.*)";

impl Translator {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn starts(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(i, c)| self.peek(i) == Some(c))
    }

    fn run(mut self) -> Result<String, String> {
        while let Some(c) = self.peek(0) {
            self.at += 1;
            match c {
                '\\' => self.escape(false)?,
                '[' => self.class()?,
                '(' => self.group()?,
                '*' | '+' | '?' => {
                    self.out.push(c);
                    self.after_repeat()?;
                }
                '{' => self.braces()?,
                '}' | ']' => self.out.extend(['\\', c]),
                _ => self.out.push(c),
            }
        }
        Ok(self.out)
    }

    /// `a+?` is lazy, `a++` takes all and gives nothing back; more than that is an error.
    fn after_repeat(&mut self) -> Result<(), String> {
        match self.peek(0) {
            Some('?') => {
                self.out.push('?');
                self.at += 1;
            }
            Some('+') if self.wide => self.at += 1,
            Some('+') => return Err("a possessive repetition".into()),
            _ => {}
        }
        match self.peek(0) {
            Some('*' | '+' | '?') => Err("a repetition of a repetition".into()),
            _ => Ok(()),
        }
    }

    fn braces(&mut self) -> Result<(), String> {
        let close = self.chars.iter().skip(self.at).position(|c| *c == '}').unwrap_or(0);
        let inside: String = self.chars.iter().skip(self.at).take(close).collect();
        let (low, high) = inside.split_once(',').unwrap_or((&inside, "0"));
        let number = |text: &str| text.chars().all(|c| c.is_ascii_digit()) && text.len() < 5;
        if inside.is_empty() || inside == "," || !number(low) || !number(high) {
            self.out.push_str("\\{");
            return Ok(());
        }
        self.at += close + 1;
        self.out.push('{');
        if low.is_empty() {
            self.out.push('0');
        }
        self.out.push_str(&inside);
        self.out.push('}');
        self.after_repeat()
    }

    /// Behind a backslash.
    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let Some(c) = self.peek(0) else { return Err("a backslash at the end".into()) };
        self.at += 1;
        match c {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' | 'n' | 't' | 'r' | 'f' | 'v' | 'a' => self.out.extend(['\\', c]),
            'A' | 'B' | 'b' if !in_class => self.out.extend(['\\', c]),
            'Z' if !in_class => self.out.push_str("\\z"),
            'x' | 'u' | 'U' => {
                let digits = match c {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let hex: String = self.chars.iter().skip(self.at).take(digits).collect();
                self.at += digits;
                self.out.push_str(&format!("\\x{{{hex}}}"));
            }
            '1'..='9' if self.wide && !in_class => {
                while self.peek(0).is_some_and(|c| c.is_ascii_digit()) {
                    self.at += 1;
                }
                self.out.push_str(ANYTHING);
            }
            '1'..='9' if !in_class => return Err("a reference back to a group".into()),
            c if c.is_ascii_alphanumeric() => return Err("an escape that only Python reads".into()),
            '-' | '&' | '~' => self.out.extend(['\\', c]),
            c => self.out.push_str(&regex_syntax::escape(c.encode_utf8(&mut [0; 4]))),
        }
        Ok(())
    }

    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.peek(0) == Some('^') {
            self.out.push('^');
            self.at += 1;
        }
        let mut first = true;
        loop {
            let Some(c) = self.peek(0) else { return Err("a class without an end".into()) };
            self.at += 1;
            match c {
                ']' if !first => {
                    self.out.push(']');
                    return Ok(());
                }
                '\\' => self.escape(true)?,
                '-' if first || self.peek(0) == Some(']') => self.out.push_str("\\-"),
                '-' if self.peek(0) == Some('-') => return Err("a class that only Python reads".into()),
                '-' => self.out.push('-'),
                ']' | '[' | '&' | '~' | '^' => self.out.extend(['\\', c]),
                c => self.out.push(c),
            }
            first = false;
        }
    }

    /// Behind an opening bracket.
    fn group(&mut self) -> Result<(), String> {
        if self.peek(0) != Some('?') {
            self.out.push_str("(?:");
            return Ok(());
        }
        if self.starts("?P<") {
            self.skip_past('>')?;
            self.out.push_str("(?:");
        } else if self.starts("?:") {
            self.at += 2;
            self.out.push_str("(?:");
        } else if self.starts("?#") {
            self.skip_past(')')?;
        } else if self.starts("?P=") {
            if !self.wide {
                return Err("a reference back to a group".into());
            }
            self.skip_past(')')?;
            self.out.push_str(ANYTHING);
        } else if ["?=", "?!", "?<=", "?<!"].iter().any(|look| self.starts(look)) {
            if !self.wide {
                return Err("an expression that looks ahead or back".into());
            }
            self.skip_group()?;
            self.out.push_str("(?:)");
        } else if self.starts("?>") {
            if !self.wide {
                return Err("an atomic group".into());
            }
            self.at += 2;
            self.out.push_str("(?:");
        } else {
            self.flags()?;
        }
        Ok(())
    }

    fn flags(&mut self) -> Result<(), String> {
        let start = self.at;
        self.at += 1;
        let mut flags = String::new();
        while let Some(c @ ('a' | 'i' | 'L' | 'm' | 's' | 'u' | 'x' | '-')) = self.peek(0) {
            flags.push(c);
            self.at += 1;
        }
        let end = self.peek(0);
        self.at += 1;
        // `(?i)` holds for the whole expression, wherever it stands.
        let whole = end == Some(')');
        if !matches!(end, Some(')' | ':')) || flags.contains(['a', 'L', 'x']) || (whole && start != 1) {
            return Err("flags that only Python reads".into());
        }
        let flags = flags.replace('u', "");
        match (whole, flags.is_empty()) {
            (true, true) => {}
            (true, false) => self.out.push_str(&format!("(?{flags})")),
            (false, _) => self.out.push_str(&format!("(?{flags}:")),
        }
        Ok(())
    }

    fn skip_past(&mut self, end: char) -> Result<(), String> {
        while let Some(c) = self.peek(0) {
            self.at += 1;
            if c == end {
                return Ok(());
            }
        }
        Err("a group without an end".into())
    }

    fn skip_group(&mut self) -> Result<(), String> {
        let mut depth = 1;
        let mut in_class = false;
        while let Some(c) = self.peek(0) {
            self.at += 1;
            match c {
                '\\' => self.at += 1,
                '[' if !in_class => {
                    in_class = true;
                    self.at += usize::from(self.peek(0) == Some('^'));
                    self.at += usize::from(self.peek(0) == Some(']'));
                }
                ']' => in_class = false,
                '(' if !in_class => depth += 1,
                ')' if !in_class => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
        }
        Err("a group without an end".into())
    }
}

/// One way through an expression, without anchors: whether it has to begin where the text begins, and to end where it ends.
#[derive(Clone, Debug)]
pub struct Branch {
    pub start: bool,
    pub end: bool,
    pub hir: Hir,
}

/// More ways than this through one expression are not followed.
const MAX_BRANCHES: usize = 64;

/// Anchors stand at the ends, or nothing is known.
pub fn branches(hir: &Hir) -> Result<Vec<Branch>, String> {
    let one = |start: bool, end: bool, hir: Hir| Branch { start, end, hir };
    if hir.properties().look_set().is_empty() {
        return Ok(vec![one(false, false, hir.clone())]);
    }
    let out = match hir.kind() {
        HirKind::Look(Look::Start | Look::StartLF) => vec![one(true, false, Hir::empty())],
        HirKind::Look(Look::End | Look::EndLF) => vec![one(false, true, Hir::empty())],
        HirKind::Capture(capture) => branches(&capture.sub)?,
        HirKind::Alternation(options) => {
            let mut out = Vec::new();
            for option in options {
                out.extend(branches(option)?);
            }
            out
        }
        HirKind::Concat(items) => {
            let mut out = vec![one(false, false, Hir::empty())];
            // What has no anchors is one piece, however long.
            let plain = |item: &Hir| item.properties().look_set().is_empty();
            for piece in items.chunk_by(|a, b| plain(a) && plain(b)) {
                let mut longer = Vec::new();
                let ways = match piece {
                    [item] => branches(item)?,
                    several => vec![one(false, false, Hir::concat(several.to_vec()))],
                };
                for right in ways {
                    for left in &out {
                        let nothing = matches!(left.hir.kind(), HirKind::Empty);
                        let over = matches!(right.hir.kind(), HirKind::Empty);
                        if (right.start && !nothing) || (left.end && !over) {
                            return Err("an anchor in the middle".into());
                        }
                        longer.push(one(
                            left.start || right.start,
                            left.end || right.end,
                            Hir::concat(vec![left.hir.clone(), right.hir.clone()]),
                        ));
                    }
                    if longer.len() > MAX_BRANCHES {
                        return Err("too many alternatives".into());
                    }
                }
                out = longer;
            }
            out
        }
        _ => return Err("an anchor or a word boundary inside".into()),
    };
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_rewritten_or_refused() {
        for (python, same) in [
            (r"^a\/b\Z", r"^a/b\z"),
            ("(?P<x>[a-z]+)", "(?:[a-z]+)"),
            ("a{,3}", "a{0,3}"),
            ("a{x}", r"a\{x\}"),
            ("[[a&&b]", r"[\[a\&\&b]"),
            ("[]a]", r"[\]a]"),
            (r"(?i)\u00e9", r"(?i)\x{00e9}"),
            (r"\<\ ", r"< "),
        ] {
            assert_eq!(parse(python, false).ok(), regex_syntax::parse(same).ok(), "{python}");
        }
        for refused in [r"(a)\1", "(?P<x>a)(?P=x)", "(?!a)b", "(?<=a)b", "a++", "(?>a)", "(?x) a", "a**", r"\N{DASH}", "(?a)\\w", "(a"] {
            assert!(parse(refused, false).is_err(), "{refused}");
        }
        assert_eq!(parse("(?!a[)])b(?P<x>c)(?P=x)", true).ok(), regex_syntax::parse("b(?:c)(?s:.*)").ok());
    }

    #[test]
    fn anchors_are_taken_off_the_ends() {
        let ends = |text: &str| -> Vec<(bool, bool)> {
            branches(&parse(text, false).unwrap()).unwrap().iter().map(|b| (b.start, b.end)).collect()
        };
        assert_eq!(ends("^a$"), [(true, true)]);
        assert_eq!(ends("^a"), [(true, false)]);
        assert_eq!(ends("^a$|b"), [(true, true), (false, false)]);
        assert_eq!(ends("(^a|^b)$"), [(true, true)]);
        assert!(branches(&parse("a^b", false).unwrap()).is_err());
        assert!(branches(&parse(r"a\bb", false).unwrap()).is_err());
    }
}
