//! From what has moved to the rules of a proxy: the moved patterns in the order of Django's resolver, and before each of them those that
//! stay and would have answered some of its paths.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::django::inventory::{Inventory, Route};
use crate::django::urls::{UrlEnd, UrlPattern};

use super::entries::{Entries, Entry, shown};
use super::raw::GUARD;
use super::rules::{Manual, Rule, RuleSet, Side};
use super::sockets::Sockets;

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

/// The same, with the routes behind what is manual; WebSockets stay on Django.
pub fn ruled(inventory: &Inventory, moves: &Moves) -> Ruled {
    Routing::new(inventory).ruled(moves, &BTreeSet::new())
}

/// For the rules of several phases of one project.
pub struct Routing<'a> {
    entries: Entries<'a>,
    sockets: Sockets<'a>,
}

impl<'a> Routing<'a> {
    pub fn new(inventory: &'a Inventory) -> Routing<'a> {
        Routing { entries: Entries::new(inventory), sockets: Sockets::new(inventory) }
    }

    /// The rules, with the routes behind what is manual. `sockets` are the consumers that have moved, by their index.
    pub fn ruled(&self, moves: &Moves, sockets: &BTreeSet<usize>) -> Ruled {
        let inventory = self.entries.inventory;
        let mut out = Lists::default();
        let Some(root) = self.entries.list.first().map(|entry| entry.pattern.root.as_str()) else {
            let reason = "there is no root urlconf to reach it through".to_owned();
            let refused = moves.keys().map(|route| (*route, reason.clone())).collect();
            let set = RuleSet { rules: self.sockets.rules(sockets), ..RuleSet::default() };
            return Ruled { set, refused, ..Ruled::default() };
        };
        let known: BTreeSet<usize> = self.entries.list.iter().flat_map(|entry| entry.routes().iter().copied()).collect();
        for (route, _) in moves.iter().filter(|(_, to)| **to != Move::default()) {
            if let Some(found) = inventory.routes.get(*route).filter(|_| !known.contains(route)) {
                let reason = format!("it is reached through {}, not through {root}", found.root_urlconf);
                let (file, line) = (found.place.file.clone(), found.place.line);
                out.refused.insert(*route, reason.clone());
                out.manual.push(Manual { path: found.path.clone(), reason, file, line });
            }
        }
        let (moved, kept) = self.place(moves, &mut out);
        let rules = self.write(&moved, &kept, sockets);
        let Lists { mut manual, mut refused, partly } = out;
        manual.sort_by(|a, b| (&a.path, &a.file, a.line, &a.reason).cmp(&(&b.path, &b.file, b.line, &b.reason)));
        manual.dedup();
        // A route behind several patterns moves with those that are left.
        let mut expressions: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for entry in moved.keys().filter_map(|i| self.entries.list.get(*i)) {
            for route in entry.routes() {
                refused.remove(route);
                let list = expressions.entry(*route).or_default();
                list.extend(entry.expressions.narrow.as_ref().ok().filter(|narrow| !list.contains(narrow)).cloned());
            }
        }
        refused.retain(|route, _| moves.get(route).is_some_and(|to| *to != Move::default()));
        Ruled { set: RuleSet { rules, manual }, refused, partly, expressions }
    }

    /// The patterns that move, and those whose paths have to be kept from them. Moved patterns that no rule can stand for, and those that Django
    /// never gets to, are patterns that stay.
    fn place(&self, moves: &Moves, out: &mut Lists) -> (BTreeMap<usize, Move>, BTreeSet<usize>) {
        let inventory = self.entries.inventory;
        let (mut moving, mut kept) = (BTreeMap::new(), BTreeSet::new());
        let entries = self.entries.list.iter().enumerate();
        let moved: Vec<(usize, &Entry, Move)> =
            entries.filter_map(|(i, entry)| Some((i, entry, moved(entry.pattern, &inventory.routes, moves)?))).collect();
        let known: Vec<usize> = moved.iter().filter(|(_, entry, _)| entry.expressions.narrow.is_ok()).map(|(i, ..)| *i).collect();
        self.entries.judge_all(&known);
        for (i, entry, to) in moved {
            if let Err(reason) = &entry.expressions.narrow {
                out.refuse(entry, reason);
                out.add(entry, inventory, reason.clone());
                continue;
            }
            let Some(judged) = self.entries.judged(i) else { continue };
            if let Some((speaks, reason)) = &judged.hidden {
                out.refuse(entry, reason);
                if *speaks {
                    out.add(entry, inventory, reason.clone());
                }
                continue;
            }
            if let Some(reason) = &judged.vague {
                out.part(entry, reason);
                out.add(entry, inventory, reason.clone());
            }
            kept.extend(judged.needed.iter().copied());
            moving.insert(i, to);
        }
        (moving, kept)
    }

    fn write(&self, moved: &BTreeMap<usize, Move>, kept: &BTreeSet<usize>, sockets: &BTreeSet<usize>) -> Vec<Rule> {
        let mut written: HashSet<&str> = HashSet::new();
        let mut out = Vec::new();
        for i in moved.keys().copied().chain(kept.iter().copied()).collect::<BTreeSet<usize>>() {
            let Some(entry) = self.entries.list.get(i) else { continue };
            let path = shown(entry, self.entries.inventory);
            if let (Some(to), Ok(narrow)) = (moved.get(&i), &entry.expressions.narrow)
                && written.insert(narrow)
            {
                out.push(Rule { regex: narrow.clone(), path: path.clone(), methods: to.methods.clone(), rest: to.rest, websocket: false });
            }
            if let Some(wide) = entry.expressions.wide.as_deref().filter(|wide| kept.contains(&i) && written.insert(wide)) {
                out.push(Rule { regex: wide.to_owned(), path, methods: BTreeMap::new(), rest: Side::Django, websocket: false });
            }
        }
        let rules: Vec<Rule> = self.sockets.rules(sockets).into_iter().chain(out).collect();
        let moves = rules.iter().any(|rule| rule.rest != Side::Django || !rule.methods.is_empty());
        let path = "(paths that are encoded in an unusual way)".to_owned();
        let guard = moves.then(|| Rule { regex: GUARD.clone(), path, methods: BTreeMap::new(), rest: Side::Django, websocket: false });
        guard.into_iter().chain(rules).collect()
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::django::urls::{Converter, Languages, UrlPart, Urls};

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
        let ruled = super::ruled(&inventory, &all(&[1]));
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
