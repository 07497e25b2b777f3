//! Real use of the routes: an access log in the combined format, or a CSV file of paths with their counts.
//!
//! A log is read line by line and never kept: what is stored is a number for each route, and a bounded list of what matches none. The text of a
//! log comes from whoever sent the requests.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::django::inventory::Inventory;

use super::data::Moved;
use super::resolver::{Found, Resolver, bytes};

/// Longer lines are not read: no server writes such a request.
const MAX_LINE: usize = 64 << 10;
/// Different paths that match no route; what comes after them is only counted.
const MAX_BLIND: usize = 10_000;
/// Different paths whose answer is remembered.
const MAX_KNOWN: usize = 100_000;

/// How often something was called, and how often that went well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    pub all: u64,
    /// Answered with a status below 400; all of them where a file does not say.
    pub answered: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// For each route of the inventory, by its index.
    pub routes: Vec<Calls>,
    /// Calls of a route by method; none from a file that names no methods.
    pub methods: BTreeMap<(usize, String), u64>,
    /// Whether Django's resolver gets to the route at all from the root urlconf.
    pub reached: Vec<bool>,
    /// Calls that go to patterns which are no routes of the report, by what is included there.
    pub elsewhere: BTreeMap<String, u64>,
    /// Calls that an earlier pattern, which is not fully known, may have answered.
    pub unsure: u64,
    /// Paths that match no route: blind spots where they were answered.
    pub blind: BTreeMap<String, Calls>,
    /// Calls of further such paths.
    pub blind_more: u64,
    /// Would match with a slash at the end: Django redirects them.
    pub slashless: u64,
    pub total: u64,
    /// Lines that are neither a request nor a count.
    pub unreadable: u64,
}

impl Traffic {
    /// Routes that nobody called, by index; those of the admin and twins with a format suffix are not asked for, nor those that the root urlconf
    /// does not reach.
    pub fn uncalled(&self, inventory: &Inventory) -> Vec<usize> {
        let routes = inventory.routes.iter().zip(self.routes.iter().zip(&self.reached)).enumerate();
        let asked = routes.filter(|(_, (route, (calls, reached)))| calls.all == 0 && **reached && !route.admin && !route.format_suffix);
        asked.map(|(index, _)| index).collect()
    }

    /// Calls of what moves: of the named methods where the file tells methods apart, of the whole route otherwise.
    pub fn of(&self, moved: &[Moved]) -> u64 {
        let one = |moved: &Moved| {
            let all = self.routes.get(moved.route).map_or(0, |calls| calls.all);
            let range = (moved.route, String::new())..(moved.route + 1, String::new());
            if moved.methods.is_empty() || self.methods.range(range).next().is_none() {
                return all;
            }
            let named = |method: &str| self.methods.get(&(moved.route, method.to_owned())).copied().unwrap_or(0);
            let head = if moved.methods.iter().any(|method| method == "GET") { named("HEAD") } else { 0 };
            moved.methods.iter().filter(|method| *method != "HEAD").map(|method| named(method)).sum::<u64>() + head
        };
        moved.iter().map(one).fold(0, u64::saturating_add)
    }
}

/// Reads the file, unpacked if it is gzip.
pub fn read(inventory: &Inventory, input: impl Read) -> io::Result<Traffic> {
    let mut input = BufReader::new(input);
    if input.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        count(inventory, BufReader::new(MultiGzDecoder::new(input)))
    } else {
        count(inventory, input)
    }
}

fn count(inventory: &Inventory, mut input: impl BufRead) -> io::Result<Traffic> {
    let mut resolver = Known { resolver: Resolver::new(inventory), found: HashMap::new() };
    let mut reached = vec![false; inventory.routes.len()];
    for route in resolver.resolver.routes() {
        reached.get_mut(route).into_iter().for_each(|reached| *reached = true);
    }
    let mut out = Traffic { routes: vec![Calls::default(); inventory.routes.len()], reached, ..Traffic::default() };
    let mut line = Vec::new();
    while let Some(whole) = next_line(&mut input, &mut line)? {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        match combined(text).or_else(|| counted(text)).filter(|_| whole) {
            Some(call) => out.add(inventory, &mut resolver, &call),
            // The first line of a CSV file names its columns.
            None if out.total == 0 && out.unreadable == 0 && text.to_ascii_lowercase().ends_with(",count") => {}
            None => out.unreadable += 1,
        }
    }
    Ok(out)
}

/// The next line without its end, and whether it is there as a whole; none at the end of the file.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let (mut whole, mut any) = (true, false);
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(any.then_some(whole));
        }
        any = true;
        let end = memchr::memchr(b'\n', buffer);
        let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
        if line.len() + part.len() > MAX_LINE {
            whole = false;
        } else if whole {
            line.extend_from_slice(part);
        }
        let used = end.map_or(buffer.len(), |at| at + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(Some(whole));
        }
    }
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Call<'a> {
    method: Option<&'a str>,
    path: &'a str,
    calls: Calls,
}

/// `address - user [time] "METHOD /path?query HTTP/1.1" status …`
fn combined(line: &str) -> Option<Call<'_>> {
    let (_, rest) = line.split_once("] \"")?;
    let (request, rest) = rest.split_once('"')?;
    let mut parts = request.split(' ');
    let (method, target) = (parts.next()?, parts.next()?);
    if method.is_empty() || !method.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let status: u16 = rest.split_whitespace().next()?.parse().ok()?;
    let path = path_of(target)?;
    Some(Call { method: Some(method), path, calls: Calls { all: 1, answered: u64::from(status < 400) } })
}

/// `/path,12`, with or without quotes.
fn counted(line: &str) -> Option<Call<'_>> {
    let (path, count) = line.rsplit_once(',')?;
    let path = path.trim();
    let path = path.strip_prefix('"').and_then(|path| path.strip_suffix('"')).unwrap_or(path);
    let count: u64 = count.trim().trim_matches('"').parse().ok()?;
    Some(Call { method: None, path: path_of(path)?, calls: Calls { all: count, answered: count } })
}

/// The path of what was asked for: no query, no host.
fn path_of(target: &str) -> Option<&str> {
    let target = match target.split_once("://") {
        Some((_, rest)) if !target.starts_with('/') => rest.get(rest.find('/')?..)?,
        _ => target,
    };
    let path = target.split(['?', '#']).next().unwrap_or(target);
    path.starts_with('/').then_some(path)
}

/// What Django makes of a path, remembered.
struct Known<'a> {
    resolver: Resolver<'a>,
    found: HashMap<String, Found>,
}

impl Known<'_> {
    fn find(&mut self, path: &str) -> Found {
        if let Some(known) = self.found.get(path) {
            return known.clone();
        }
        let found = self.resolver.find(path);
        if self.found.len() < MAX_KNOWN {
            self.found.insert(path.to_owned(), found.clone());
        }
        found
    }
}

impl Traffic {
    fn add(&mut self, inventory: &Inventory, resolver: &mut Known<'_>, call: &Call<'_>) {
        self.total = self.total.saturating_add(call.calls.all);
        let found = resolver.find(call.path);
        let count = |slot: &mut u64| *slot = slot.saturating_add(call.calls.all);
        if found.unsure {
            count(&mut self.unsure);
        }
        // Behind one pattern, routes share the calls by method; where nothing tells them apart, the first answers.
        let takes = |index: &&usize| {
            let methods = inventory.routes.get(**index).and_then(|route| route.methods.as_deref());
            let asked = if call.method == Some("HEAD") { Some("GET") } else { call.method };
            asked.is_none_or(|method| methods.is_none_or(|methods| methods.iter().any(|known| known == method)))
        };
        if let Some(index) = found.routes.iter().find(takes).or(found.routes.first()) {
            if let Some(method) = call.method {
                count(self.methods.entry((*index, method.to_owned())).or_default());
            }
            self.routes.get_mut(*index).into_iter().for_each(|calls| calls.add(call.calls));
            return;
        }
        if let Some(what) = found.elsewhere {
            return count(self.elsewhere.entry(what).or_default());
        }
        if !call.path.ends_with('/') && !resolver.find(&format!("{}/", call.path)).routes.is_empty() {
            return count(&mut self.slashless);
        }
        let path = decoded(call.path);
        if self.blind.len() >= MAX_BLIND && !self.blind.contains_key(&path) {
            return count(&mut self.blind_more);
        }
        self.blind.entry(path).or_default().add(call.calls);
    }
}

impl Calls {
    fn add(&mut self, more: Calls) {
        self.all = self.all.saturating_add(more.all);
        self.answered = self.answered.saturating_add(more.answered);
    }
}

/// Without its percent signs, as Django sees the path.
fn decoded(path: &str) -> String {
    String::from_utf8_lossy(&bytes(path)).into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::django::inventory::Route;
    use crate::django::urls::{UrlEnd, UrlPart, UrlPattern};

    fn inventory() -> Inventory {
        let route = |path: &str, pattern: &str, methods: &[&str]| Route {
            path: path.into(),
            pattern: pattern.into(),
            methods: (!methods.is_empty()).then(|| methods.iter().map(|method| (*method).to_owned()).collect()),
            ..Route::default()
        };
        let routes = vec![
            route("/", "", &[]),
            route("/items/", "items/", &["GET"]),
            route("/items/", "items/", &["POST"]),
            route("/items/export/", "items/export/", &[]),
            route("/items/{pk}/", "items/<int:pk>/", &[]),
            route("/items/{slug}/", "items/<slug:slug>/", &[]),
            route("/files/{rest}", "files/<path:rest>", &[]),
            route("/report-{year}.csv", "^report-(?P<year>[0-9]{4}).csv$", &[]),
            route("/never/", "never/", &[]),
        ];
        let mut out = Inventory::default();
        for (number, route) in routes.iter().enumerate() {
            // Two routes of one path are behind one pattern.
            if number == 2 {
                out.urls.patterns[1].end = UrlEnd::View(vec![1, 2]);
                continue;
            }
            let part = if route.pattern.starts_with('^') { UrlPart::Regex } else { UrlPart::Route };
            let (root, end) = ("urls".to_owned(), UrlEnd::View(vec![number]));
            out.urls.patterns.push(UrlPattern {
                parts: vec![part(route.pattern.clone())],
                root,
                end,
                place: Default::default(),
                doubt: None,
            });
        }
        out.routes = routes;
        out
    }

    fn counts(traffic: &Traffic) -> Vec<u64> {
        traffic.routes.iter().map(|calls| calls.all).collect()
    }

    const LOG: &str = "\
127.0.0.1 - - [10/Oct/2026:13:55:36 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"agent \\\"x\\\"\"
127.0.0.1 - ann [10/Oct/2026:13:55:36 +0000] \"GET /items/?page=2 HTTP/1.1\" 200 12 \"-\" \"-\"
127.0.0.1 - - [10/Oct/2026:13:55:36 +0000] \"POST /items/ HTTP/2.0\" 201 12 \"-\" \"-\"
::1 - - [10/Oct/2026:13:55:36 +0000] \"GET /items/export/ HTTP/1.1\" 200 12
::1 - - [10/Oct/2026:13:55:36 +0000] \"GET /items/7/ HTTP/1.1\" 404 12
::1 - - [10/Oct/2026:13:55:36 +0000] \"GET /items/seven%2d7/ HTTP/1.1\" 200 12
::1 - - [10/Oct/2026:13:55:36 +0000] \"GET /items/7 HTTP/1.1\" 301 0
::1 - - [10/Oct/2026:13:55:36 +0000] \"GET http://app.example/files/a/b/c.txt HTTP/1.1\" 200 0
::1 - - [10/Oct/2026:13:55:36 +0000] \"GET /report-2026.csv HTTP/1.1\" 200 0
::1 - - [10/Oct/2026:13:55:36 +0000] \"GET /wp-login.php HTTP/1.1\" 404 0
::1 - - [10/Oct/2026:13:55:36 +0000] \"GET /static/a.css HTTP/1.1\" 200 0
::1 - - [10/Oct/2026:13:55:36 +0000] \"\\x16\\x03\" 400 0

not a line of a log
";

    #[test]
    fn a_log_is_counted_by_route() {
        let inventory = inventory();
        let traffic = read(&inventory, LOG.as_bytes()).unwrap();
        assert_eq!(counts(&traffic), [1, 1, 1, 1, 1, 1, 1, 1, 0]);
        assert_eq!(traffic.routes[4], Calls { all: 1, answered: 0 });
        assert_eq!(traffic.uncalled(&inventory), [8]);
        assert_eq!((traffic.total, traffic.slashless, traffic.unreadable), (11, 1, 2));
        let blind: Vec<(&str, u64)> = traffic.blind.iter().map(|(path, calls)| (path.as_str(), calls.answered)).collect();
        assert_eq!(blind, [("/static/a.css", 1), ("/wp-login.php", 0)]);
    }

    #[test]
    fn gzip_says_the_same() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(LOG.as_bytes()).unwrap();
        let packed = packed.finish().unwrap();
        let plain = read(&inventory(), LOG.as_bytes()).unwrap();
        assert_eq!(read(&inventory(), packed.as_slice()).unwrap(), plain);
        assert!(read(&inventory(), &packed[..packed.len() / 2]).is_err());
    }

    #[test]
    fn counts_are_read_from_csv() {
        let traffic = read(&inventory(), "path,count\n/items/,40\n\"/items/3/\", 2\n/x/,1\nnonsense\n".as_bytes()).unwrap();
        assert_eq!(counts(&traffic), [0, 40, 0, 0, 2, 0, 0, 0, 0]);
        assert_eq!((traffic.total, traffic.unreadable, traffic.blind.len()), (43, 1, 1));
    }

    #[test]
    fn hostile_logs_end() {
        let long = format!("/{},1\n/items/,5\n", "a/".repeat(200_000));
        let traffic = read(&inventory(), long.as_bytes()).unwrap();
        assert_eq!((traffic.routes[1].all, traffic.unreadable), (5, 1));
        let many: String = (0..20_000).map(|number| format!("/unknown/{number},1\n")).collect();
        let traffic = read(&inventory(), many.as_bytes()).unwrap();
        assert_eq!((traffic.blind.len() as u64, traffic.blind_more), (MAX_BLIND as u64, 10_000));
    }
}
