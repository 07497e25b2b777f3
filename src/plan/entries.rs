//! The patterns of the root urlconf with their expressions, and for each what has to stand before it in a list of rules. None of that depends on
//! what moves: it is worked out once, when it is first asked for, and serves every phase.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::django::inventory::Inventory;
use crate::django::urls::{UrlEnd, UrlPart, UrlPattern};

use super::automata::{Dfa, automaton, overlap, within};
use super::pattern::{Compiler, Expressions};
use super::segments::{self, Automata, Parts, Segment};

pub struct Entry<'a> {
    pub pattern: &'a UrlPattern,
    pub expressions: Expressions,
    /// The same taken apart, where they can be; else there is an automaton of the whole.
    narrow_parts: Option<Parts>,
    wide_parts: Option<Parts>,
    narrow: OnceLock<Option<Dfa>>,
    wide: OnceLock<Option<Dfa>>,
    judged: OnceLock<Judged>,
}

/// What is to be known of a pattern before it moves.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// Earlier patterns whose paths it must not take.
    pub needed: Vec<usize>,
    /// Why Django never gets to it, and whether that is worth a word.
    pub hidden: Option<(bool, String)>,
    /// Why some of its paths stay.
    pub vague: Option<String>,
}

impl Entry<'_> {
    /// Where there is one expression for both, there is one automaton.
    fn narrow(&self) -> Option<&Dfa> {
        let narrow = self.expressions.narrow.as_deref().ok()?;
        if self.expressions.wide.as_deref() == Some(narrow) {
            return self.wide();
        }
        self.narrow.get_or_init(|| automaton(narrow)).as_ref()
    }

    fn wide(&self) -> Option<&Dfa> {
        self.wide.get_or_init(|| automaton(self.expressions.wide.as_deref()?)).as_ref()
    }

    pub fn routes(&self) -> &[usize] {
        match &self.pattern.end {
            UrlEnd::View(routes) => routes,
            UrlEnd::Open(_) => &[],
        }
    }
}

/// The patterns in the order of the resolver.
pub struct Entries<'a> {
    pub inventory: &'a Inventory,
    pub list: Vec<Entry<'a>>,
    near: Nearby,
    automata: Automata,
    /// First parts of the project's own modules.
    own: BTreeSet<&'a str>,
}

impl<'a> Entries<'a> {
    /// Those of the root urlconf of the settings; none where there is none.
    pub fn new(inventory: &'a Inventory) -> Entries<'a> {
        let urls = &inventory.urls;
        let root = urls.patterns.first().map(|pattern| pattern.root.as_str()).unwrap_or_default();
        let entry = |compiler: &mut Compiler<'a>, pattern: &'a UrlPattern| {
            let expressions = compiler.compile(pattern);
            Entry {
                pattern,
                narrow_parts: expressions.narrow.as_deref().ok().and_then(segments::split),
                wide_parts: expressions.wide.as_deref().and_then(segments::split),
                expressions,
                narrow: OnceLock::new(),
                wide: OnceLock::new(),
                judged: OnceLock::new(),
            }
        };
        // A few at a time: what one compiler has seen, it does not work out again.
        let patterns: Vec<&UrlPattern> = urls.patterns.iter().filter(|pattern| pattern.root == root).collect();
        let list: Vec<Entry> = patterns.into_par_iter().with_min_len(256).map_init(|| Compiler::new(urls), entry).collect();
        let own = inventory.files.iter().map(|file| file.module.split('.').next().unwrap_or_default()).collect();
        Entries { inventory, near: Nearby::new(&list), automata: Automata::default(), list, own }
    }

    /// Those that can match a path as far as its beginning tells, in their order.
    pub fn beginning(&self, path: &str) -> Vec<usize> {
        self.near.shorter(path, true)
    }

    /// Work out what `judged` will be asked for, on all threads.
    pub fn judge_all(&self, which: &[usize]) {
        which.par_iter().for_each(|i| {
            self.judged(*i);
        });
    }

    pub fn judged(&self, i: usize) -> Option<&Judged> {
        self.list.get(i).map(|entry| entry.judged.get_or_init(|| self.judge(i, entry)))
    }

    fn judge(&self, i: usize, entry: &Entry) -> Judged {
        let mut out = Judged::default();
        for j in self.near.of(i) {
            let Some(other) = self.list.get(j) else { continue };
            if j > i {
                // If it is not there after all, a later pattern answers.
                if let Some(doubt) = entry.pattern.doubt.as_ref().filter(|_| out.hidden.is_none() && other.routes() != entry.routes())
                    && self.meets(entry, other)
                {
                    out.hidden = Some((true, format!("{doubt}, and without it {} answers", shown(other, self.inventory))));
                }
                continue;
            }
            if !self.meets(entry, other) {
                continue;
            }
            let covered = self.covers(other, entry);
            // A package's patterns behind a prefix that takes in everything: the project works, so they do not answer it all.
            if covered && let Some(package) = package_behind(other, &self.own) {
                out.vague.get_or_insert_with(|| {
                    format!("the patterns of {package} come first and are not known: a person has to check that none of them answers it")
                });
                continue;
            }
            if covered {
                // The same route twice is nothing to speak of.
                let speaks = other.routes().is_empty() || other.routes() != entry.routes();
                out.hidden = Some((speaks, format!("an earlier pattern answers first: {}", shown(other, self.inventory))));
                break;
            }
            if !other.expressions.exact {
                out.vague.get_or_insert_with(|| {
                    format!("some of its paths stay on Django, as an earlier pattern is not fully known: {}", shown(other, self.inventory))
                });
            }
            out.needed.push(j);
        }
        out
    }

    /// Whether the other pattern may answer something that the rule would take.
    fn meets(&self, entry: &Entry, other: &Entry) -> bool {
        let (Ok(narrow), Some(wide)) = (&entry.expressions.narrow, &other.expressions.wide) else {
            return other.expressions.wide.is_some();
        };
        if let (Some(a), Some(b)) = (&entry.narrow_parts, &other.wide_parts) {
            return self.automata.overlap(a, b);
        }
        // What ends otherwise is something else: that spares most automata.
        let (a, b) = (literal_ending(narrow), literal_ending(wide));
        if !a.ends_with(b) && !b.ends_with(a) {
            return false;
        }
        match (entry.narrow(), other.wide()) {
            (Some(a), Some(b)) => overlap(a, b),
            _ => true,
        }
    }

    /// Whether the other pattern answers all that the rule would take.
    fn covers(&self, other: &Entry, entry: &Entry) -> bool {
        if let (Some(a), Some(b)) = (&entry.narrow_parts, &other.wide_parts) {
            return self.automata.within(a, b);
        }
        match (entry.narrow(), other.wide()) {
            (Some(a), Some(b)) => within(a, b),
            _ => entry.expressions.narrow.as_ref().ok() == other.expressions.wide.as_ref(),
        }
    }
}

/// The module of a package whose patterns are included and not known.
fn package_behind<'a>(entry: &'a Entry, own: &BTreeSet<&str>) -> Option<&'a str> {
    let UrlEnd::Open(what) = &entry.pattern.end else { return None };
    let first = what.split('.').next().unwrap_or_default();
    let dotted =
        what.contains('.') && what.split('.').all(|part| !part.is_empty() && part.chars().all(|ch| ch.is_alphanumeric() || ch == '_'));
    (dotted && !own.contains(first)).then_some(what.as_str())
}

/// The route's path; of what is no route, the pattern as it is written.
pub fn shown(entry: &Entry, inventory: &Inventory) -> String {
    if let Some(route) = entry.routes().first().and_then(|route| inventory.routes.get(*route)) {
        return route.path.clone();
    }
    let mut out = "/".to_owned();
    for part in &entry.pattern.parts {
        match part {
            UrlPart::Route(text) | UrlPart::Regex(text) => out.push_str(text),
            UrlPart::Language(_) => out.push_str("{language}/"),
            UrlPart::Unknown => out.push_str("{?}"),
        }
    }
    if let UrlEnd::Open(what) = &entry.pattern.end {
        out.push_str(&format!("… ({what})"));
    }
    out
}

/// Patterns by what they literally begin with: only those can overlap of which one's beginning begins the other's.
struct Nearby {
    prefixes: Vec<String>,
    by_prefix: BTreeMap<String, Vec<usize>>,
}

impl Nearby {
    fn new(entries: &[Entry]) -> Self {
        let mut out = Nearby { prefixes: Vec::with_capacity(entries.len()), by_prefix: BTreeMap::new() };
        for (i, entry) in entries.iter().enumerate() {
            let prefix = match &entry.wide_parts {
                Some(parts) => plain_beginning(&parts.segments),
                None => entry.expressions.wide.as_deref().map_or("", literal_beginning).to_owned(),
            };
            out.by_prefix.entry(prefix.clone()).or_default().push(i);
            out.prefixes.push(prefix);
        }
        out
    }

    /// What begins with a part of the text, or with all of it.
    fn shorter(&self, text: &str, whole: bool) -> Vec<usize> {
        let ends = 0..text.len() + usize::from(whole);
        let mut out: Vec<usize> = ends.filter_map(|end| self.by_prefix.get(text.get(..end)?)).flatten().copied().collect();
        out.sort_unstable();
        out
    }

    /// In their order.
    fn of(&self, i: usize) -> Vec<usize> {
        let Some(prefix) = self.prefixes.get(i) else { return Vec::new() };
        let shorter = self.shorter(prefix, false);
        let longer =
            self.by_prefix.range(prefix.clone()..).take_while(|(other, _)| other.starts_with(prefix.as_str())).map(|(_, list)| list);
        let mut out: Vec<usize> = shorter.into_iter().chain(longer.flatten().copied()).filter(|j| *j != i).collect();
        out.sort_unstable();
        out
    }
}

/// What every match begins with.
fn plain_beginning(parts: &[Segment]) -> String {
    let mut out = String::new();
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push('/');
        }
        match part {
            Segment::Text(text) => out.push_str(text),
            Segment::Pattern(begins, _) => {
                out.push_str(begins);
                break;
            }
        }
    }
    out
}

/// What every match ends with, read off the expression; less than that where it is not plain text.
fn literal_ending(expression: &str) -> &str {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_~!:;,=@&%'\"<> ".contains(c);
    let start = expression
        .rfind(|c: char| !plain(c))
        .map_or(0, |at| at + expression.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let text = expression.get(start..).unwrap_or_default();
    // Behind a backslash stands a sign, or the name of a class.
    match expression.get(..start).is_some_and(|before| before.ends_with('\\')) {
        true => text.get(1..).unwrap_or_default(),
        false => text,
    }
}

/// What every match begins with, read off the expression.
fn literal_beginning(expression: &str) -> &str {
    let end = expression.find(|c: char| !c.is_ascii_alphanumeric() && !"/-_~!:;,=@&%'\"<> ".contains(c)).unwrap_or(expression.len());
    let text = expression.get(..end).unwrap_or_default();
    match expression.get(end..).and_then(|rest| rest.chars().next()) {
        // The last character may be there or not.
        Some('?' | '*' | '{') => text.get(..text.len().saturating_sub(1)).unwrap_or_default(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_and_endings() {
        let of = |text| (literal_beginning(text), literal_ending(text));
        assert_eq!(of("/items/[^/]+/edit/"), ("/items/", "/edit/"));
        assert_eq!(of("/items/[0-9]{4}"), ("/items/", ""));
        assert_eq!(of(r"/a\.b"), ("/a", "b"));
        assert_eq!(of(r"/a[x]\d/"), ("/a", "/"));
        assert_eq!(of(r"/[x]\-y"), ("/", "y"));
        assert_eq!(of("/a/b/?"), ("/a/b", ""));
        assert_eq!(of("(?:/a|/b)"), ("", ""));
        assert_eq!(of("/[é]/"), ("/", "/"));
    }
}
