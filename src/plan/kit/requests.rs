//! The list of requests that the contract recorder sends: one line for each route and method that moves.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::django::inventory::{Inventory, Route};

use super::encode::csv;

/// The list, and what is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requests {
    pub text: String,
    pub rows: usize,
    /// Routes whose path cannot be written down: file, line and path.
    pub unwritable: Vec<(String, u32, String)>,
}

/// Of the routes with these numbers.
pub fn requests(inventory: &Inventory, moved: &BTreeSet<usize>) -> Requests {
    let ordered = ordered_views(inventory);
    let anything = ["GET".to_owned()];
    let mut rows: BTreeMap<(&str, &str), String> = BTreeMap::new();
    let mut unwritable = BTreeSet::new();
    let routes = moved.iter().filter_map(|index| inventory.routes.get(*index));
    for route in routes.filter(|route| !route.admin && !route.format_suffix) {
        if !writable(&route.path) {
            unwritable.insert((route.place.file.clone(), route.place.line, route.path.clone()));
            continue;
        }
        let values = values(route);
        let order = if route.view.as_deref().is_some_and(|view| ordered.contains(view)) { "yes" } else { "no" };
        // A view that takes anything is asked what it can be asked without harm.
        for method in route.methods.as_deref().or(route.likely_methods.as_deref()).unwrap_or(&anything) {
            if !method.chars().all(|ch| ch.is_ascii_uppercase()) {
                continue;
            }
            // The first route answers where two have the same path.
            rows.entry((&route.path, method)).or_insert_with(|| {
                let fields = [method, &route.path, &values, "", "", order, ""];
                fields.map(csv).join(",")
            });
        }
    }
    let mut text = String::from("method,path,values,query,body,ordered,mask\n");
    for row in rows.values() {
        let _ = writeln!(text, "{row}");
    }
    Requests { text, rows: rows.len(), unwritable: unwritable.into_iter().collect() }
}

/// Views of models with an order of their own: the order of their lists is part of what they promise.
fn ordered_views(inventory: &Inventory) -> BTreeSet<&str> {
    let ordered: BTreeSet<&str> =
        inventory.models.iter().filter(|model| !model.meta.ordering.is_empty()).map(|model| model.label.as_str()).collect();
    let of_ordered = |model: &Option<String>| model.as_deref().is_some_and(|model| ordered.contains(model));
    inventory.views.iter().filter(|view| of_ordered(&view.queryset_model)).map(|view| view.qualname.as_str()).collect()
}

/// Whether the path is one that can be sent: a path, with names in braces.
fn writable(path: &str) -> bool {
    let mut open = false;
    for ch in path.chars() {
        match ch {
            '{' if !open => open = true,
            '}' if open => open = false,
            '{' | '}' => return false,
            _ if ch.is_alphanumeric() => {}
            '_' => {}
            _ if open => return false,
            '/' | '-' | '.' | '~' | '@' | ':' | '+' | ',' | '=' | '!' | '$' | '%' | ';' => {}
            _ => return false,
        }
    }
    path.starts_with('/') && !open && path.len() <= 2000
}

/// What is known of the values: a number stands for an integer, the rest is for people to fill in.
fn values(route: &Route) -> String {
    let mut out: BTreeMap<&str, serde_json::Value> = BTreeMap::new();
    for part in route.path.split('{').skip(1) {
        if let Some((name, _)) = part.split_once('}') {
            let integer = route.pattern.contains(&format!("<int:{name}>"));
            out.insert(name, if integer { serde_json::Value::from(1) } else { serde_json::Value::from("") });
        }
    }
    if out.is_empty() { String::new() } else { serde_json::to_string(&out).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(path: &str, pattern: &str, methods: &[&str]) -> Route {
        let methods = methods.iter().map(|method| (*method).to_owned()).collect();
        Route { path: path.into(), pattern: pattern.into(), methods: Some(methods), ..Route::default() }
    }

    #[test]
    fn a_line_for_each_method() {
        let routes = vec![
            route("/items/{pk}/", "items/<int:pk>/", &["GET", "DELETE"]),
            route("/s/{slug}/", "s/<slug:slug>/", &["GET"]),
            Route { admin: true, ..route("/admin/", "admin/", &["GET"]) },
            route("/stays/", "stays/", &["GET"]),
            route("/a\"\n,b/", "x", &["GET"]),
            route("/items/{pk}/", "items/<str:pk>/", &["GET"]),
        ];
        let found = requests(&Inventory { routes, ..Inventory::default() }, &BTreeSet::from([0, 1, 2, 4, 5]));
        assert_eq!(
            found.text,
            "method,path,values,query,body,ordered,mask\n\
             DELETE,/items/{pk}/,\"{\"\"pk\"\":1}\",,,no,\n\
             GET,/items/{pk}/,\"{\"\"pk\"\":1}\",,,no,\n\
             GET,/s/{slug}/,\"{\"\"slug\"\":\"\"\"\"}\",,,no,\n"
        );
        assert_eq!((found.rows, found.unwritable.len()), (3, 1));
    }
}
