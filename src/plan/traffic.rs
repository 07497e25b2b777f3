//! Real use of the routes: an access log in the combined format, or a CSV file of paths with their counts.
//!
//! A log is read line by line and never kept: what is stored is a number for each route, and a bounded list of what matches none. The text of a
//! log comes from whoever sent the requests.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::django::inventory::{Inventory, Route};

/// Longer lines are not read: no server writes such a request.
const MAX_LINE: usize = 64 << 10;
/// Different paths that match no route; what comes after them is only counted.
const MAX_BLIND: usize = 10_000;
/// Segments of a path: with more it matches nothing.
const MAX_SEGMENTS: usize = 64;

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
    /// Routes that nobody called, by index; those of the admin and twins with a format suffix are not asked for.
    pub fn uncalled(&self, inventory: &Inventory) -> Vec<usize> {
        let routes = inventory.routes.iter().zip(&self.routes).enumerate();
        routes.filter(|(_, (route, calls))| calls.all == 0 && !route.admin && !route.format_suffix).map(|(index, _)| index).collect()
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
    let tree = Node::of(inventory);
    let mut out = Traffic { routes: vec![Calls::default(); inventory.routes.len()], ..Traffic::default() };
    let mut line = Vec::new();
    while let Some(whole) = next_line(&mut input, &mut line)? {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        match combined(text).or_else(|| counted(text)).filter(|_| whole) {
            Some(call) => out.add(inventory, &tree, &call),
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

impl Traffic {
    fn add(&mut self, inventory: &Inventory, tree: &Node, call: &Call<'_>) {
        self.total = self.total.saturating_add(call.calls.all);
        let path = decoded(call.path);
        let mut found = tree.find(&path);
        if found.is_empty() && !path.ends_with('/') && !tree.find(&format!("{path}/")).is_empty() {
            self.slashless = self.slashless.saturating_add(call.calls.all);
            return;
        }
        // Two routes of one path share the calls by method; where nothing tells them apart, the first answers.
        let takes = |index: &usize| {
            let methods = inventory.routes.get(*index).and_then(|route| route.methods.as_deref());
            call.method.is_none_or(|method| methods.is_none_or(|methods| methods.iter().any(|known| known == method)))
        };
        if let Some(at) = found.iter().position(takes) {
            found.rotate_left(at);
        }
        let known = found.first().and_then(|index| self.routes.get_mut(*index));
        let calls = match known {
            Some(calls) => calls,
            None if self.blind.len() >= MAX_BLIND && !self.blind.contains_key(&path) => {
                self.blind_more = self.blind_more.saturating_add(call.calls.all);
                return;
            }
            None => self.blind.entry(path).or_default(),
        };
        calls.all = calls.all.saturating_add(call.calls.all);
        calls.answered = calls.answered.saturating_add(call.calls.answered);
    }
}

/// Without its percent signs, as Django sees the path.
fn decoded(path: &str) -> String {
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut out = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let code = (byte == b'%').then(|| Some(hex(ahead.next()?)? * 16 + hex(ahead.next()?)?)).flatten();
        if code.is_some() {
            bytes = ahead;
        }
        out.push(code.unwrap_or(byte));
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Routes by the segments of their paths.
#[derive(Debug, Default)]
struct Node {
    plain: BTreeMap<String, Node>,
    variable: Vec<(Segment, Node)>,
    /// Routes that end here, and those that take whatever follows.
    ends: Vec<usize>,
    rest: Vec<usize>,
}

/// A segment with a variable: what stands before it and after it, and what it may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Segment {
    before: String,
    after: String,
    holds: Holds,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Digits,
    Slug,
    Uuid,
    Anything,
}

impl Node {
    fn of(inventory: &Inventory) -> Node {
        let mut root = Node::default();
        for (index, route) in inventory.routes.iter().enumerate() {
            root.insert(index, route);
        }
        root
    }

    fn insert(&mut self, index: usize, route: &Route) {
        let mut node = self;
        for part in route.path.trim_start_matches('/').split('/').take(MAX_SEGMENTS) {
            let Some((before, rest)) = part.split_once('{') else {
                node = node.plain.entry(part.to_owned()).or_default();
                continue;
            };
            let name = rest.split('}').next().unwrap_or("");
            let is = |converter: &str| route.pattern.contains(&format!("<{converter}:{name}>"));
            if is("path") {
                node.rest.push(index);
                return;
            }
            let holds = match () {
                () if rest.contains('{') => Holds::Anything,
                () if is("int") => Holds::Digits,
                () if is("slug") => Holds::Slug,
                () if is("uuid") => Holds::Uuid,
                () => Holds::Anything,
            };
            let after = part.rsplit('}').next().unwrap_or("");
            let segment = Segment { before: before.to_owned(), after: after.to_owned(), holds };
            let at = node.variable.iter().position(|(known, _)| *known == segment).unwrap_or_else(|| {
                node.variable.push((segment, Node::default()));
                node.variable.len() - 1
            });
            match node.variable.get_mut(at) {
                Some((_, next)) => node = next,
                None => return,
            }
        }
        node.ends.push(index);
    }

    /// Routes of the path; where several would do, those with more that is written out.
    fn find(&self, path: &str) -> Vec<usize> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').take(MAX_SEGMENTS + 1).collect();
        if parts.len() > MAX_SEGMENTS {
            return Vec::new();
        }
        // Every node is looked at once for each number of segments that may lead to it: bounded by the tree, not by its combinations.
        self.search(&parts, &mut 20_000).unwrap_or_default()
    }

    fn search(&self, parts: &[&str], steps: &mut u32) -> Option<Vec<usize>> {
        *steps = steps.checked_sub(1)?;
        let Some((part, rest)) = parts.split_first() else {
            return (!self.ends.is_empty()).then(|| self.ends.clone());
        };
        let plain = self.plain.get(*part).and_then(|next| next.search(rest, steps));
        let variable = || self.variable.iter().filter(|(segment, _)| segment.takes(part)).find_map(|(_, next)| next.search(rest, steps));
        plain.or_else(variable).or_else(|| (!self.rest.is_empty() && !part.is_empty()).then(|| self.rest.clone()))
    }
}

impl Segment {
    fn takes(&self, part: &str) -> bool {
        let inside = part.strip_prefix(self.before.as_str()).and_then(|part| part.strip_suffix(self.after.as_str()));
        let Some(inside) = inside.filter(|inside| !inside.is_empty()) else { return false };
        match self.holds {
            Holds::Digits => inside.bytes().all(|byte| byte.is_ascii_digit()),
            Holds::Slug => inside.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')),
            Holds::Uuid => inside.len() == 36 && inside.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-')),
            Holds::Anything => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

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
        Inventory { routes, ..Inventory::default() }
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
