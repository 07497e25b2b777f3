//! Django's routes against FastAPI's: which operations both sides answer.
//!
//! Two paths are the same if they have the same shape: parameters have no name and no converter in it, and a slash at the end is not looked at
//! (FastAPI redirects to the spelling that it has). docs/progress.md has the definitions.

use std::collections::{BTreeMap, BTreeSet};

use crate::django::inventory::{Certainty, Inventory, Route};

/// How far a Django route is answered by FastAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// FastAPI answers every method that Django answers.
    Twice,
    /// It answers some of them.
    Partly,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Twice => "live_twice",
            State::Partly => "partly",
        }
    }
}

/// A Django route that FastAPI answers too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Index among the routes of the inventory.
    pub route: usize,
    /// Indices among FastAPI's routes.
    pub fastapi: Vec<usize>,
    pub state: State,
    /// Methods that both answer; `ANY` where Django's view does not say which it takes.
    pub methods: Vec<String>,
    pub certainty: Certainty,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub django: u64,
    pub twice: u64,
    pub partly: u64,
    pub fastapi: u64,
    pub fastapi_only: u64,
}

#[derive(Clone, Debug, Default)]
pub struct Matching {
    pub routes: Counts,
    pub operations: Counts,
    /// By route.
    pub matches: Vec<Match>,
}

/// The path with `{}` for each parameter and no slash at its end; none where a part of it is not known.
pub fn shape(path: &str) -> Option<String> {
    if path.contains("{?}") {
        return None;
    }
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(open) = rest.find('{') {
        let (before, inside) = rest.split_at(open);
        let Some(close) = inside.find('}') else { break };
        out.push_str(before);
        out.push_str("{}");
        rest = inside.get(close + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    let trimmed = out.trim_end_matches('/');
    Some(if trimmed.is_empty() { "/".to_owned() } else { trimmed.to_owned() })
}

/// Routes that count: not those of admin sites, not the twins for formats.
pub fn counts(route: &Route) -> bool {
    !route.admin && !route.format_suffix
}

/// The methods that a Django route is known to answer; `ANY` where its view does not say.
pub fn methods(route: &Route) -> Vec<String> {
    let known = route.methods.as_ref().or(route.likely_methods.as_ref());
    known.filter(|methods| !methods.is_empty()).cloned().unwrap_or_else(|| vec!["ANY".to_owned()])
}

pub fn matching(inventory: &Inventory) -> Matching {
    let fastapi = &inventory.fastapi;
    // Django inside of FastAPI: its paths begin where it is mounted.
    let mounts: Vec<&str> = fastapi.mounts.iter().filter(|m| m.kind == "django").map(|m| m.path.trim_end_matches('/')).collect();
    let mut by_shape: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, route) in fastapi.routes.iter().enumerate().filter(|(_, route)| route.kind == "http") {
        let public = (!route.root_path.is_empty()).then(|| format!("{}{}", route.root_path, route.path));
        for path in std::iter::once(route.path.clone()).chain(public) {
            if let Some(shape) = shape(&path) {
                by_shape.entry(shape).or_default().push(index);
            }
        }
    }
    let mut out = Matching::default();
    // Operations of FastAPI that Django answers as well.
    let mut shared: BTreeSet<(usize, String)> = BTreeSet::new();
    for (index, route) in inventory.routes.iter().enumerate().filter(|(_, route)| counts(route)) {
        let wanted = methods(route);
        out.routes.django += 1;
        out.operations.django += wanted.len() as u64;
        let shapes = std::iter::once("").chain(mounts.iter().copied()).filter_map(|mount| shape(&format!("{mount}{}", route.path)));
        let candidates: BTreeSet<usize> = shapes.filter_map(|shape| by_shape.get(&shape)).flatten().copied().collect();
        let mut answered: Vec<String> = Vec::new();
        let mut used: BTreeSet<usize> = BTreeSet::new();
        for method in wanted.iter() {
            for candidate in &candidates {
                let Some(target) = fastapi.routes.get(*candidate) else { continue };
                let own = target.methods.clone().unwrap_or_else(|| vec![method.clone()]);
                let both: Vec<String> = own.into_iter().filter(|own| method == "ANY" || own == method).collect();
                if both.is_empty() {
                    continue;
                }
                if !answered.contains(method) {
                    answered.push(method.clone());
                }
                used.insert(*candidate);
                shared.extend(both.into_iter().map(|own| (*candidate, own)));
            }
        }
        if answered.is_empty() {
            continue;
        }
        let state = if answered.len() == wanted.len() { State::Twice } else { State::Partly };
        match state {
            State::Twice => out.routes.twice += 1,
            State::Partly => out.routes.partly += 1,
        }
        out.operations.twice += answered.len() as u64;
        let guess = route.methods.is_none() || answered.iter().any(|method| method == "ANY");
        let likely = used.iter().filter_map(|index| fastapi.routes.get(*index)).any(|target| target.certainty != Certainty::Certain);
        let certain = !guess && !likely && route.certainty == Certainty::Certain;
        out.matches.push(Match {
            route: index,
            fastapi: used.into_iter().collect(),
            state,
            methods: answered,
            certainty: if certain { Certainty::Certain } else { Certainty::Likely },
        });
    }
    for (index, route) in fastapi.routes.iter().enumerate().filter(|(_, route)| route.kind == "http") {
        let own = route.methods.clone().unwrap_or_else(|| vec!["ANY".to_owned()]);
        let alone = own.iter().filter(|method| !shared.contains(&(index, (*method).clone()))).count() as u64;
        out.routes.fastapi += 1;
        out.operations.fastapi += own.len() as u64;
        out.operations.fastapi_only += if route.methods.is_none() && shared.iter().any(|(at, _)| *at == index) { 0 } else { alone };
        if !shared.iter().any(|(at, _)| *at == index) {
            out.routes.fastapi_only += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::django::inventory::{FastMount, FastRoute};

    fn django(path: &str, methods: Option<&[&str]>) -> Route {
        Route {
            path: path.into(),
            path_known: true,
            methods: methods.map(|all| all.iter().map(|m| (*m).to_owned()).collect()),
            ..Route::default()
        }
    }

    fn fast(path: &str, methods: &[&str]) -> FastRoute {
        FastRoute {
            path: path.into(),
            kind: "http",
            methods: Some(methods.iter().map(|m| (*m).to_owned()).collect()),
            ..FastRoute::default()
        }
    }

    fn matched(django: Vec<Route>, fast: Vec<FastRoute>) -> Matching {
        let mut inventory = Inventory { routes: django, ..Inventory::default() };
        inventory.fastapi.routes = fast;
        matching(&inventory)
    }

    #[test]
    fn names_of_parameters_and_the_last_slash_do_not_matter() {
        assert_eq!(shape("/a/{pk}/b/"), shape("/a/{item_id:int}/b"));
        assert_eq!(shape("/{name}.json"), Some("/{}.json".to_owned()));
        assert_ne!(shape("/a/{pk}"), shape("/a"));
        assert_eq!((shape("/"), shape(""), shape("/a/{?}/")), (Some("/".into()), Some("/".into()), None));
    }

    #[test]
    fn a_route_is_live_twice_when_every_method_is() {
        let found = matched(
            vec![django("/items/", Some(&["GET", "POST"])), django("/items/{pk}/", Some(&["GET"])), django("/old/", Some(&["GET"]))],
            vec![fast("/items", &["GET"]), fast("/items/{id}", &["GET"]), fast("/healthz", &["GET"])],
        );
        assert_eq!((found.routes.django, found.routes.twice, found.routes.partly, found.routes.fastapi_only), (3, 1, 1, 1));
        assert_eq!(
            (found.operations.django, found.operations.twice, found.operations.fastapi, found.operations.fastapi_only),
            (4, 2, 3, 1)
        );
        assert_eq!((found.matches[0].state, found.matches[0].methods.join(",")), (State::Partly, "GET".to_owned()));
        assert_eq!(found.matches[1].certainty, Certainty::Certain);
    }

    #[test]
    fn a_view_that_does_not_say_its_methods_is_answered_by_any_and_only_likely() {
        let found = matched(vec![django("/page/", None)], vec![fast("/page", &["GET", "POST"])]);
        assert_eq!((found.routes.twice, found.operations.fastapi_only), (1, 0));
        assert_eq!(found.matches[0].certainty, Certainty::Likely);
    }

    #[test]
    fn prefixes_of_the_server_and_of_a_mounted_django_count() {
        let mut api = fast("/items", &["GET"]);
        api.root_path = "/api".into();
        assert_eq!(matched(vec![django("/api/items/", Some(&["GET"]))], vec![api]).routes.twice, 1);
        let mut inventory = Inventory { routes: vec![django("/items/", Some(&["GET"]))], ..Inventory::default() };
        inventory.fastapi.routes = vec![fast("/legacy/items", &["GET"])];
        inventory.fastapi.mounts = vec![FastMount { path: "/legacy".into(), kind: "django", ..FastMount::default() }];
        assert_eq!(matching(&inventory).routes.twice, 1);
    }

    #[test]
    fn sockets_unknown_paths_and_admin_sites_are_no_matches() {
        let mut socket = fast("/items", &["GET"]);
        socket.kind = "websocket";
        let mut admin = django("/admin/", None);
        admin.admin = true;
        let found = matched(vec![django("/items/", Some(&["GET"])), admin], vec![socket, fast("/{?}", &["GET"])]);
        assert_eq!((found.routes.django, found.routes.twice, found.routes.fastapi, found.routes.fastapi_only), (1, 0, 1, 1));
    }
}
