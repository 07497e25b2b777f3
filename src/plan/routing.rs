//! From what has moved to the rules of a proxy: the moved patterns in the order of Django's resolver, and before each of them those that
//! stay and would have answered some of its paths.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::django::inventory::{Inventory, Route};
use crate::django::urls::{UrlEnd, UrlPart, UrlPattern};

use super::automata::{Dfa, automaton, overlap, within};
use super::pattern::{Compiler, Expressions};
use super::raw::GUARD;
use super::rules::{Manual, Rule, RuleSet, Side};

/// What becomes of a route in a phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Upper-case methods that do not go where the rest goes.
    pub methods: BTreeMap<String, Side>,
    pub rest: Side,
}

impl Default for Move {
    fn default() -> Self {
        Move { methods: BTreeMap::new(), rest: Side::Django }
    }
}

/// By the index of the route in the inventory; what is not named stays on Django.
pub type Moves = BTreeMap<usize, Move>;

struct Entry<'a> {
    pattern: &'a UrlPattern,
    expressions: Expressions,
    /// Where its paths go, if not all to Django.
    moved: Option<Move>,
    /// The expression whose paths are Django's: needed before a later rule.
    kept: bool,
    narrow: OnceCell<Option<Dfa>>,
    wide: OnceCell<Option<Dfa>>,
}

impl Entry<'_> {
    fn narrow(&self) -> Option<&Dfa> {
        self.narrow.get_or_init(|| automaton(self.expressions.narrow.as_deref().ok()?)).as_ref()
    }

    fn wide(&self) -> Option<&Dfa> {
        self.wide.get_or_init(|| automaton(self.expressions.wide.as_deref()?)).as_ref()
    }

    fn routes(&self) -> &[usize] {
        match &self.pattern.end {
            UrlEnd::View(routes) => routes,
            UrlEnd::Open(_) => &[],
        }
    }
}

/// The rules, and which routes they do not reach.
#[derive(Clone, Debug, Default)]
pub struct Ruled {
    pub set: RuleSet,
    /// Routes that no rule moves, with the reason. It does not depend on what else moves.
    pub refused: BTreeMap<usize, String>,
    /// Routes of which some paths stay, with the reason.
    pub partly: BTreeMap<usize, String>,
    /// The expressions of each route that moves.
    pub expressions: BTreeMap<usize, Vec<String>>,
}

/// The rules of one phase for the root urlconf of the settings.
pub fn rules(inventory: &Inventory, moves: &Moves) -> RuleSet {
    ruled(inventory, moves).set
}

/// The same, with the routes behind what is manual.
pub fn ruled(inventory: &Inventory, moves: &Moves) -> Ruled {
    let urls = &inventory.urls;
    let mut out = Lists::default();
    let mut rules = Vec::new();
    let Some(root) = urls.patterns.first().map(|pattern| &pattern.root) else {
        let reason = "there is no root urlconf to reach it through".to_owned();
        let refused = moves.keys().map(|route| (*route, reason.clone())).collect();
        return Ruled { refused, ..Ruled::default() };
    };
    let mut compiler = Compiler::new(urls);
    let mut entries: Vec<Entry> = urls
        .patterns
        .iter()
        .filter(|pattern| pattern.root == *root)
        .map(|pattern| Entry {
            pattern,
            expressions: compiler.compile(pattern),
            moved: moved(pattern, &inventory.routes, moves),
            kept: false,
            narrow: OnceCell::new(),
            wide: OnceCell::new(),
        })
        .collect();
    let known: BTreeSet<usize> = entries.iter().flat_map(|entry| entry.routes().iter().copied()).collect();
    for (route, _) in moves.iter().filter(|(_, to)| **to != Move::default()) {
        if let Some(found) = inventory.routes.get(*route).filter(|_| !known.contains(route)) {
            let reason = format!("it is reached through {}, not through {root}", found.root_urlconf);
            let (file, line) = (found.place.file.clone(), found.place.line);
            out.refused.insert(*route, reason.clone());
            out.manual.push(Manual { path: found.path.clone(), reason, file, line });
        }
    }
    refuse(&mut entries, inventory, &mut out);
    place(&mut entries, inventory, &mut out);
    write(&entries, inventory, &mut rules);
    let Lists { mut manual, mut refused, partly } = out;
    manual.sort_by(|a, b| (&a.path, &a.file, a.line, &a.reason).cmp(&(&b.path, &b.file, b.line, &b.reason)));
    manual.dedup();
    // A route behind several patterns moves with those that are left.
    let mut expressions: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.moved.is_some()) {
        for route in entry.routes() {
            refused.remove(route);
            let list = expressions.entry(*route).or_default();
            list.extend(entry.expressions.narrow.as_ref().ok().filter(|narrow| !list.contains(narrow)).cloned());
        }
    }
    refused.retain(|route, _| moves.get(route).is_some_and(|to| *to != Move::default()));
    Ruled { set: RuleSet { rules, manual }, refused, partly, expressions }
}

/// What is said of patterns that do not move as they should.
#[derive(Default)]
struct Lists {
    manual: Vec<Manual>,
    refused: BTreeMap<usize, String>,
    partly: BTreeMap<usize, String>,
}

impl Lists {
    fn add(&mut self, entry: &Entry, inventory: &Inventory, reason: String) {
        let place = &entry.pattern.place;
        self.manual.push(Manual { path: shown(entry, inventory), reason, file: place.file.clone(), line: place.line });
    }

    /// The pattern stays.
    fn refuse(&mut self, entry: &Entry, reason: &str) {
        for route in entry.routes() {
            self.refused.entry(*route).or_insert_with(|| reason.to_owned());
        }
    }

    /// Some of its paths stay.
    fn part(&mut self, entry: &Entry, reason: &str) {
        for route in entry.routes() {
            self.partly.entry(*route).or_insert_with(|| reason.to_owned());
        }
    }
}

/// Moved patterns that no rule can stand for are patterns that stay.
fn refuse(entries: &mut [Entry], inventory: &Inventory, out: &mut Lists) {
    for entry in entries {
        if entry.moved.is_some()
            && let Err(reason) = &entry.expressions.narrow
        {
            out.refuse(entry, reason);
            out.add(entry, inventory, reason.clone());
            entry.moved = None;
        }
    }
}

/// Finds what each moved pattern needs before it, and drops those that Django never gets to.
fn place(entries: &mut [Entry], inventory: &Inventory, out: &mut Lists) {
    let near = Nearby::new(entries);
    let own: BTreeSet<&str> = inventory.files.iter().map(|file| file.module.split('.').next().unwrap_or_default()).collect();
    for i in 0..entries.len() {
        let Some(entry) = entries.get(i).filter(|entry| entry.moved.is_some()) else { continue };
        let (mut needed, mut hidden, mut vague) = (Vec::new(), None, None);
        for j in near.of(i) {
            let Some(other) = entries.get(j) else { continue };
            if j > i {
                // If it is not there after all, a later pattern answers.
                if let Some(doubt) = entry.pattern.doubt.as_ref().filter(|_| hidden.is_none() && other.routes() != entry.routes())
                    && meets(entry, other)
                {
                    let text = format!("{doubt}, and without it {} answers", shown(other, inventory));
                    hidden = Some((true, text));
                }
                continue;
            }
            if !meets(entry, other) {
                continue;
            }
            let covered = match (entry.narrow(), other.wide()) {
                (Some(a), Some(b)) => within(a, b),
                _ => entry.expressions.narrow.as_ref().ok() == other.expressions.wide.as_ref(),
            };
            // A package's patterns behind a prefix that takes in everything: the project works, so they do not answer it all.
            if covered && let Some(package) = package_behind(other, &own) {
                vague.get_or_insert_with(|| {
                    format!("the patterns of {package} come first and are not known: a person has to check that none of them answers it")
                });
                continue;
            }
            if covered {
                // The same route twice is nothing to speak of.
                let speaks = other.routes().is_empty() || other.routes() != entry.routes();
                hidden = Some((speaks, format!("an earlier pattern answers first: {}", shown(other, inventory))));
                break;
            }
            if !other.expressions.exact {
                vague.get_or_insert_with(|| {
                    format!("some of its paths stay on Django, as an earlier pattern is not fully known: {}", shown(other, inventory))
                });
            }
            needed.push(j);
        }
        if let Some((speaks, reason)) = hidden {
            out.refuse(entry, &reason);
            if speaks {
                out.add(entry, inventory, reason);
            }
            if let Some(entry) = entries.get_mut(i) {
                entry.moved = None;
            }
            continue;
        }
        if let Some(reason) = vague {
            out.part(entry, &reason);
            out.add(entry, inventory, reason);
        }
        for j in needed {
            if let Some(other) = entries.get_mut(j) {
                other.kept = true;
            }
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

/// Whether the other pattern may answer something that the rule would take.
fn meets(entry: &Entry, other: &Entry) -> bool {
    if other.expressions.wide.is_none() {
        return false;
    }
    match (entry.narrow(), other.wide()) {
        (Some(a), Some(b)) => overlap(a, b),
        _ => true,
    }
}

fn write(entries: &[Entry], inventory: &Inventory, out: &mut Vec<Rule>) {
    let mut written: std::collections::HashSet<&str> = std::collections::HashSet::new();
    for entry in entries {
        let path = shown(entry, inventory);
        if let (Some(to), Ok(narrow)) = (&entry.moved, &entry.expressions.narrow)
            && written.insert(narrow)
        {
            out.push(Rule { regex: narrow.clone(), path: path.clone(), methods: to.methods.clone(), rest: to.rest, websocket: false });
        }
        if let Some(wide) = entry.expressions.wide.as_deref().filter(|wide| entry.kept && written.insert(wide)) {
            out.push(Rule { regex: wide.to_owned(), path, methods: BTreeMap::new(), rest: Side::Django, websocket: false });
        }
    }
    if out.iter().any(|rule| rule.rest != Side::Django || !rule.methods.is_empty()) {
        let path = "(paths that are encoded in an unusual way)".to_owned();
        out.insert(0, Rule { regex: GUARD.clone(), path, methods: BTreeMap::new(), rest: Side::Django, websocket: false });
    }
}

/// The route's path; of what is no route, the pattern as it is written.
fn shown(entry: &Entry, inventory: &Inventory) -> String {
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

/// What all the routes behind a pattern come to; none where everything stays.
fn moved(pattern: &UrlPattern, routes: &[Route], moves: &Moves) -> Option<Move> {
    let UrlEnd::View(behind) = &pattern.end else { return None };
    let mut out = Move::default();
    let mut known: Option<Vec<&str>> = Some(Vec::new());
    for index in behind {
        let methods = routes.get(*index).and_then(|route| route.methods.as_deref());
        match (methods, &mut known) {
            (Some(methods), Some(known)) => known.extend(methods.iter().map(String::as_str)),
            _ => known = None,
        }
        let Some(to) = moves.get(index) else { continue };
        // Behind one pattern for several routes each speaks for its own methods only.
        if behind.len() > 1 {
            let own = methods.unwrap_or_default().iter();
            out.methods.extend(own.map(|method| (method.clone(), to.methods.get(method).copied().unwrap_or(to.rest))));
        } else {
            out = to.clone();
        }
    }
    let of = |out: &Move, method: &str| out.methods.get(method).copied().unwrap_or(out.rest);
    // Only what reads may be tried out.
    if out.rest == Side::Canary {
        for method in ["GET", "HEAD"] {
            out.methods.entry(method.to_owned()).or_insert(Side::Canary);
        }
        out.rest = Side::Django;
    }
    for (method, side) in &mut out.methods {
        if *side == Side::Canary && !matches!(method.as_str(), "GET" | "HEAD") {
            *side = Side::Django;
        }
    }
    let get = of(&out, "GET");
    out.methods.insert("HEAD".to_owned(), get);
    // What is asked with OPTIONS is about the whole path.
    let all = known.is_some_and(|known| !known.is_empty() && known.iter().all(|method| of(&out, method) == Side::FastApi));
    if all {
        return Some(Move { methods: BTreeMap::new(), rest: Side::FastApi });
    }
    if out.rest != Side::FastApi || out.methods.values().any(|side| *side != Side::FastApi) {
        out.methods.insert("OPTIONS".to_owned(), Side::Django);
    }
    let rest = out.rest;
    out.methods.retain(|_, side| *side != rest);
    (out != Move::default()).then_some(out)
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
            let prefix = entry.expressions.wide.as_deref().map_or("", literal_beginning).to_owned();
            out.by_prefix.entry(prefix.clone()).or_default().push(i);
            out.prefixes.push(prefix);
        }
        out
    }

    /// In their order.
    fn of(&self, i: usize) -> Vec<usize> {
        let Some(prefix) = self.prefixes.get(i) else { return Vec::new() };
        let shorter = (0..prefix.len()).filter_map(|end| self.by_prefix.get(prefix.get(..end)?));
        let longer =
            self.by_prefix.range(prefix.clone()..).take_while(|(other, _)| other.starts_with(prefix.as_str())).map(|(_, list)| list);
        let mut out: Vec<usize> = shorter.chain(longer).flatten().copied().filter(|j| *j != i).collect();
        out.sort_unstable();
        out
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
    use crate::django::urls::{Converter, Languages, Urls};

    /// Patterns as `path|path|…`, `~` before a regular expression, `*` at the end for what is open; route `n` stands behind pattern `n`.
    fn inventory(patterns: &[&str]) -> Inventory {
        let mut out = Inventory::default();
        for (number, text) in patterns.iter().enumerate() {
            let open = text.ends_with('*');
            let parts = text.trim_end_matches('*').split('|').map(|part| match part.strip_prefix('~') {
                Some("lang") => UrlPart::Language(Some(true)),
                Some("lang-") => UrlPart::Language(Some(false)),
                Some(regex) => UrlPart::Regex(regex.to_owned()),
                None => UrlPart::Route(part.to_owned()),
            });
            let end = if open { UrlEnd::Open("somewhere".into()) } else { UrlEnd::View(vec![number]) };
            let pattern = UrlPattern { parts: parts.collect(), root: "urls".into(), end, place: Default::default(), doubt: None };
            out.urls.patterns.push(pattern);
            out.routes.push(Route { path: format!("/{text}"), ..Route::default() });
        }
        let year = |refuses| Converter { name: if refuses { "odd" } else { "year" }.into(), regex: Some("[0-9]{4}".into()), refuses };
        let languages = Languages { codes: Some(vec!["en".into(), "de".into()]), default: "en".into() };
        let (patterns, converters) = (std::mem::take(&mut out.urls.patterns), vec![year(false), year(true)]);
        out.urls = Urls { patterns, converters, languages, django_major: Some(5) };
        out
    }

    fn all(moved: &[usize]) -> Moves {
        moved.iter().map(|route| (*route, Move { rest: Side::FastApi, ..Move::default() })).collect()
    }

    /// Expressions behind the guard, `-` before those of Django, and the reasons of what is manual.
    fn lines(patterns: &[&str], moved: &[usize]) -> (Vec<String>, Vec<String>) {
        let set = rules(&inventory(patterns), &all(moved));
        let line = |rule: &Rule| format!("{}{}", if rule.rest == Side::Django { "-" } else { "" }, rule.regex);
        (set.rules.iter().skip(1).map(line).collect(), set.manual.into_iter().map(|manual| manual.reason).collect())
    }

    fn expressions(patterns: &[&str], moved: &[usize]) -> Vec<String> {
        lines(patterns, moved).0
    }

    #[test]
    fn holes_come_before_what_they_are_cut_out_of() {
        let patterns = ["items/|export/", "items/|<int:pk>/", "items/|<slug:name>/", "other/", "items/|<int:pk>/edit/"];
        assert_eq!(
            expressions(&patterns, &[2]),
            ["-/items/export/", "-/items/[0-9]+/", "/items/[\\-0-9A-Z_a-z]+/"].map(|s| s.replace("\\\\", "\\"))
        );
        assert_eq!(expressions(&patterns, &[1, 3]), ["/items/[0-9]+/", "/other/"]);
        assert_eq!(expressions(&patterns, &[]), [""; 0]);
    }

    #[test]
    fn what_is_never_reached_is_said() {
        let (rules, manual) = lines(&["<path:any>", "a/"], &[1]);
        assert_eq!((rules.len(), manual.as_slice()), (0, ["an earlier pattern answers first: /<path:any>".to_owned()].as_slice()));
        let (rules, manual) = lines(&["shop/*", "<path:any>"], &[1]);
        assert_eq!(rules, ["-/shop/.*", "/.+"]);
        assert!(manual.first().is_some_and(|reason| reason.contains("not fully known")), "{manual:?}");
    }

    /// What a package includes at a prefix that takes in everything does not answer everything: that is said, and the route moves.
    #[test]
    fn patterns_of_packages_are_no_catch_all() {
        let mut inventory = inventory(&["*", "a/"]);
        let behind = |inventory: &mut Inventory, what: &str| inventory.urls.patterns[0].end = UrlEnd::Open(what.to_owned());
        behind(&mut inventory, "package.urls");
        let ruled = ruled(&inventory, &all(&[1]));
        assert_eq!(ruled.set.answer("GET", "/a/"), Side::FastApi);
        assert!(ruled.partly[&1].contains("package.urls") && ruled.set.manual.len() == 1 && ruled.refused.is_empty());
        inventory.files.push(crate::django::inventory::PythonFile { module: "package.urls".into(), ..Default::default() });
        assert!(super::ruled(&inventory, &all(&[1])).refused.contains_key(&1));
        behind(&mut inventory, "one of several");
        assert!(super::ruled(&inventory, &all(&[1])).refused.contains_key(&1));
    }

    #[test]
    fn regular_expressions() {
        assert_eq!(expressions(&[r"~^a/(?P<y>\d{4})/?$"], &[0]), ["/a/[0-9]{4}/?"]);
        assert_eq!(expressions(&["~^a/"], &[0]), ["/a/.*"]);
        assert_eq!(expressions(&["~a/$"], &[0]), ["/a/"]);
        assert_eq!(expressions(&["~(?i)^ab/$"], &[0]), ["/[Aa][Bb]/"]);
        assert_eq!(expressions(&["~^(?P<x>[^/.]+)/|~^[bc]$"], &[0]), ["/[^./]+/[bc]"]);
        for (text, why) in [
            ("~^(?!a)b$", "ahead"),
            (r"~^(a)\1$", "back"),
            ("~^.*a|~^b$", "several places"),
            ("~^a/$|~^b$", "ends the path"),
            ("<odd:y>/", "refuse"),
            ("<what:y>/", "not known"),
            ("/a/", "two slashes"),
        ] {
            let (rules, manual) = lines(&[text], &[0]);
            assert!(rules.is_empty() && manual.len() == 1 && manual[0].contains(why), "{text}: {manual:?}");
        }
    }

    #[test]
    fn languages() {
        assert_eq!(expressions(&["~lang|a/"], &[0]), ["/(?:en/|de/)a/"]);
        let set = rules(&inventory(&["~lang-|a/"]), &all(&[0]));
        for (path, side) in [("/a/", Side::FastApi), ("/de/a/", Side::FastApi), ("/en/a/", Side::Django)] {
            assert_eq!(set.answer("GET", path), side, "{path}");
        }
        assert_eq!(lines(&["~lang-|<str:x>/"], &[0]).0, [""; 0]);
    }

    #[test]
    fn encoded_paths() {
        let set = rules(&inventory(&["café/", "a b/", "<str:x>/", "<path:x>"]), &all(&[0, 2]));
        for (path, side) in [
            ("/caf%C3%A9/", Side::FastApi),
            ("/caf%c3%a9/", Side::FastApi),
            ("/a%20b/", Side::Django),
            ("/a%20c/", Side::FastApi),
            ("/a%2Fb/", Side::Django),
            ("/%61%20b/", Side::Django),
            ("/%FF/", Side::Django),
            ("/%0A/", Side::Django),
            ("/x/", Side::FastApi),
            ("/x/y/", Side::Django),
        ] {
            assert_eq!(set.answer("GET", path), side, "{path}");
        }
    }

    #[test]
    fn methods() {
        let mut inventory = inventory(&["a/"]);
        inventory.routes[0].methods = Some(vec!["GET".into(), "POST".into()]);
        let with = |inventory: &Inventory, sides: &[(&str, Side)], rest: Side| {
            let methods = sides.iter().map(|(method, side)| ((*method).to_owned(), *side)).collect();
            rules(inventory, &Moves::from([(0, Move { methods, rest })]))
        };
        let set = with(&inventory, &[("GET", Side::FastApi)], Side::Django);
        for (method, side) in [("GET", Side::FastApi), ("HEAD", Side::FastApi), ("POST", Side::Django), ("OPTIONS", Side::Django)] {
            assert_eq!(set.answer(method, "/a/"), side, "{method}");
        }
        let set = with(&inventory, &[("GET", Side::FastApi), ("POST", Side::FastApi)], Side::Django);
        assert_eq!(set.answer("OPTIONS", "/a/"), Side::FastApi);
        let set = with(&inventory, &[], Side::Canary);
        assert_eq!((set.answer("GET", "/a/"), set.answer("POST", "/a/")), (Side::Canary, Side::Django));
        assert_eq!(set.answer("OPTIONS", "/a/"), Side::Django);
    }

    #[test]
    fn thousands_of_routes_take_no_time() {
        let texts: Vec<String> = (0..4000)
            .map(|n| match n % 4 {
                0 => format!("app{}/thing{}/", n / 40, n),
                1 => format!("app{}/thing{}/<int:pk>/", n / 40, n - 1),
                2 => format!("~^app{}/thing{}/(?P<slug>[^/.]+)/$", n / 40, n - 2),
                _ => format!("app{}/thing{}/<int:pk>/edit/", n / 40, n - 3),
            })
            .chain(["<path:page>".to_owned()])
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let inventory = inventory(&texts);
        let began = std::time::Instant::now();
        let set = rules(&inventory, &all(&(0..4001).filter(|n| n % 3 != 0).collect::<Vec<_>>()));
        eprintln!("{} rules of {} patterns in {:?}", set.rules.len(), texts.len(), began.elapsed());
        assert!(set.rules.len() > 2000 && began.elapsed().as_secs() < 20);
    }
}
