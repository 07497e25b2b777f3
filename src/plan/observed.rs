//! The running project against the report: an OpenAPI document, or what django-extensions' `show_urls` prints. Which side knows more is said route
//! by route; neither is taken for right.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::django::inventory::{Inventory, Route, View};
use crate::rules::facts::is_api;

/// What a file says about the running project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Live {
    /// Path → methods.
    OpenApi(BTreeMap<String, BTreeSet<String>>),
    /// Path → views.
    Urls(BTreeMap<String, BTreeSet<String>>),
}

/// Where the two disagree, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Paths that both have.
    pub both: usize,
    /// Only the running project has it, with its methods or its view.
    pub live: Vec<(String, String)>,
    /// Only the report has it: the route's index, with the methods that the running project lacks.
    pub read: Vec<(usize, String)>,
    /// Both have the path; its methods or its view differ: path, live, read.
    pub differ: Vec<(String, String, String)>,
}

/// Methods that every view has, or that nobody documents.
const SILENT: [&str; 2] = ["HEAD", "OPTIONS"];
const METHODS: [&str; 6] = ["get", "put", "post", "delete", "patch", "trace"];

pub fn read(text: &str) -> Result<Live, String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.starts_with(['{', '[']) {
        let value: Value = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
        return match value {
            Value::Array(list) => urls(list.iter().map(|row| (field(row, "url"), field(row, "module")))),
            _ => serde_json::from_value(value).map(openapi).map_err(|error| format!("no OpenAPI: {error}")),
        };
    }
    if text.lines().any(|line| line.starts_with("openapi:") || line.starts_with("swagger:")) {
        return serde_saphyr::from_str(text).map(openapi).map_err(|error| format!("no OpenAPI: {error}"));
    }
    urls(text.lines().map(columns))
}

fn field(row: &Value, name: &str) -> String {
    row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Path and view of a line: columns are parted by a tab, by a bar, or by several spaces.
fn columns(line: &str) -> (String, String) {
    let line = line.trim().trim_start_matches('|').trim();
    let mut parts = line.split(['\t', '|']).flat_map(|part| part.split("  ")).map(str::trim).filter(|part| !part.is_empty());
    (parts.next().unwrap_or_default().to_owned(), parts.next().unwrap_or_default().to_owned())
}

fn urls(rows: impl Iterator<Item = (String, String)>) -> Result<Live, String> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, view) in rows.filter(|(path, view)| path.starts_with('/') && !view.is_empty()) {
        out.entry(path).or_default().insert(view);
    }
    if out.is_empty() { Err("neither OpenAPI nor what show_urls prints".to_owned()) } else { Ok(Live::Urls(out)) }
}

/// What is read of an OpenAPI document; all else may be as it likes.
#[derive(Deserialize)]
struct Document {
    paths: BTreeMap<String, BTreeMap<String, IgnoredAny>>,
    #[serde(default)]
    servers: Vec<Server>,
    #[serde(rename = "basePath")]
    base_path: Option<String>,
}

#[derive(Deserialize)]
struct Server {
    url: String,
}

fn openapi(document: Document) -> Live {
    let server = document.servers.into_iter().next().map(|server| server.url).or(document.base_path).unwrap_or_default();
    let path = server.split_once("://").map_or(server.as_str(), |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or(""));
    let base = path.trim_end_matches('/');
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, item) in document.paths {
        let methods = METHODS.iter().filter(|method| item.contains_key(**method)).map(|method| method.to_ascii_uppercase());
        out.entry(format!("{base}{path}")).or_default().extend(methods);
    }
    Live::OpenApi(out)
}

/// A path without the names of what is variable in it, and without what `show_urls` leaves of expressions.
fn shape(path: &str) -> String {
    let mut out = String::new();
    let mut depth = 0usize;
    for ch in path.chars() {
        match ch {
            '{' | '<' => {
                if depth == 0 {
                    out.push_str("{}");
                }
                depth += 1;
            }
            '}' | '>' => depth = depth.saturating_sub(1),
            '\\' | '^' | '$' | '?' => {}
            _ if depth == 0 => out.push(ch),
            _ => {}
        }
    }
    out
}

fn is_twin(shape: &str) -> bool {
    shape.trim_end_matches('/').ends_with(".{}")
}

pub fn compare(live: &Live, inventory: &Inventory) -> Differences {
    let views: BTreeMap<&str, &View> = inventory.views.iter().map(|view| (view.qualname.as_str(), view)).collect();
    let known = |route: &Route| route.path_known && !route.format_suffix;
    let mut read: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, route) in inventory.routes.iter().enumerate().filter(|(_, route)| known(route)) {
        read.entry(shape(&route.path)).or_default().push(index);
    }
    let (map, api) = match live {
        Live::OpenApi(map) => (map, true),
        Live::Urls(map) => (map, false),
    };
    let mut out = Differences::default();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (path, said) in map {
        let key = shape(path);
        if is_twin(&key) {
            continue;
        }
        let Some(found) = read.get(&key) else {
            out.live.push((path.clone(), join(said)));
            continue;
        };
        seen.insert(key);
        out.both += 1;
        let routes: Vec<&Route> = found.iter().filter_map(|index| inventory.routes.get(*index)).collect();
        if let Some(own) = if api { methods(&routes) } else { names(&routes) } {
            let same = if api { own == *said } else { said.iter().any(|view| own.iter().any(|own| same_view(view, own))) };
            if !same {
                out.differ.push((path.clone(), join(said), join(&own)));
            }
        }
    }
    for (key, found) in &read {
        if seen.contains(key) || is_twin(key) {
            continue;
        }
        for index in found {
            let Some(route) = inventory.routes.get(*index) else { continue };
            let view = route.view.as_deref().and_then(|name| views.get(name));
            // A document of an API has no pages.
            if !api || (!route.admin && view.is_some_and(|view| is_api(&view.kind))) {
                out.read.push((*index, route.methods.as_ref().map_or_else(String::new, |methods| methods.join(", "))));
            }
        }
    }
    out
}

/// Methods of all routes of a path; none where one of them is not known.
fn methods(routes: &[&Route]) -> Option<BTreeSet<String>> {
    let mut out = BTreeSet::new();
    for route in routes {
        out.extend(route.methods.as_ref()?.iter().filter(|method| !SILENT.contains(&method.as_str())).cloned());
    }
    Some(out)
}

fn names(routes: &[&Route]) -> Option<BTreeSet<String>> {
    routes.iter().map(|route| route.view.clone()).collect()
}

/// `show_urls` names functions and classes alike, with what a decorator left of the name.
fn same_view(live: &str, read: &str) -> bool {
    live == read || live.starts_with(&format!("{read}.")) || read.starts_with(&format!("{live}.")) || live.contains("<locals>")
}

fn join(list: &BTreeSet<String>) -> String {
    list.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inventory() -> Inventory {
        let route = |path: &str, view: &str, methods: &[&str]| Route {
            path: path.into(),
            view: Some(view.into()),
            methods: (!methods.is_empty()).then(|| methods.iter().map(|method| (*method).to_owned()).collect()),
            path_known: true,
            ..Route::default()
        };
        let routes = vec![
            route("/items/", "shop.views.Items", &["GET", "HEAD", "OPTIONS"]),
            route("/items/{pk}/", "shop.views.Item", &["GET", "DELETE"]),
            route("/gone/", "shop.views.Gone", &["GET"]),
            route("/page/", "shop.views.page", &[]),
        ];
        let view = |name: &str, kind: &str| View { qualname: name.into(), kind: kind.into(), ..View::default() };
        let views = vec![view("shop.views.Gone", "apiview"), view("shop.views.page", "function")];
        Inventory { routes, views, ..Inventory::default() }
    }

    #[test]
    fn openapi_is_held_against_the_routes() {
        let text = r#"{"openapi": "3.0.3", "servers": [{"url": "https://app.example/"}], "paths": {"/items/": {"get": {}},
            "/items/{id}/": {"get": {}, "patch": {}}, "/extra/": {"post": {}}}}"#;
        let found = compare(&read(text).unwrap(), &inventory());
        assert_eq!(found.both, 2);
        assert_eq!(found.live, [("/extra/".to_owned(), "POST".to_owned())]);
        assert_eq!(found.read, [(2, "GET".to_owned())]);
        assert_eq!(found.differ, [("/items/{id}/".to_owned(), "GET, PATCH".to_owned(), "DELETE, GET".to_owned())]);
    }

    #[test]
    fn openapi_in_yaml_says_the_same() {
        let text = "# as `spectacular` writes it\nopenapi: 3.0.3\ninfo: {title: x, version: '1'}\nservers:\n- url: https://app.example/\npaths:\n  /items/:\n    get:\n      responses:\n        200: {description: ok}\n  /items/{id}/:\n    get: {}\n    patch: {}\n  /extra/:\n    post: {}\n";
        let json = r#"{"openapi": "3.0.3", "servers": [{"url": "https://app.example/"}], "paths": {"/items/": {"get": {}},
            "/items/{id}/": {"get": {}, "patch": {}}, "/extra/": {"post": {}}}}"#;
        assert_eq!(read(text).unwrap(), read(json).unwrap());
    }

    #[test]
    fn show_urls_is_held_against_the_routes() {
        let text = "/items/\tshop.views.Items\titems\n/items/<int:pk>/\tshop.views.Other\n/items.<format>/\tshop.views.Items\n/page/  shop.views.page  page\n/x/ | a.b |\n";
        let found = compare(&read(text).unwrap(), &inventory());
        assert_eq!((found.both, found.live.len(), found.read.clone()), (3, 1, vec![(2, "GET".to_owned())]));
        assert_eq!(found.differ, [("/items/<int:pk>/".to_owned(), "shop.views.Other".to_owned(), "shop.views.Item".to_owned())]);
        let json = r#"[{"url": "/page/", "module": "shop.views.page", "name": "", "decorators": ""}]"#;
        assert_eq!(compare(&read(json).unwrap(), &inventory()).both, 1);
    }

    #[test]
    fn other_files_are_refused() {
        let bomb = "openapi: 3.0.3\npaths:\n  a: &a {get: {}}\n  b: &b {x: [*a, *a, *a, *a, *a, *a, *a, *a, *a]}\n  c: [*b, *b, *b]\n";
        for text in ["", "nonsense", "{}", "[]", "{", "openapi: 3.0.3\n", "openapi: 3\n\tpaths: {", bomb] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
