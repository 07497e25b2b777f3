//! What the answers of each route have to agree in, from the facts of that very route. Routes with the same facts share one checklist.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::last_part;
use crate::django::inventory::{Access, Certainty, Inventory, Model, Policy, Route, Serializer};
use crate::rules::facts::is_api;

use super::data::{Check, Moved, Parity};
use super::scope::Scope;

/// Fields whose format differs between the two sides, by what they come down to.
const FORMATS: [&str; 5] = ["DateTimeField", "DateField", "TimeField", "DurationField", "DecimalField"];

/// Names of a kind that are written out.
const NAMED: usize = 6;

pub struct Checklists<'a> {
    inventory: &'a Inventory,
    scope: &'a Scope<'a>,
    serializers: BTreeMap<&'a str, &'a Serializer>,
    models: BTreeMap<&'a str, &'a Model>,
    append_slash: bool,
    csrf: bool,
    handler: Option<&'a str>,
}

impl<'a> Checklists<'a> {
    pub fn new(inventory: &'a Inventory, scope: &'a Scope<'a>) -> Self {
        let settings = &inventory.settings;
        let flag = |name: &str| settings.flags.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let common = settings.middleware.iter().any(|name| last_part(name) == "CommonMiddleware");
        Checklists {
            inventory,
            scope,
            serializers: inventory.serializers.iter().map(|s| (s.qualname.as_str(), s)).collect(),
            models: inventory.models.iter().map(|m| (m.label.as_str(), m)).collect(),
            append_slash: common && flag("APPEND_SLASH") != Some("false"),
            csrf: settings.middleware.iter().any(|name| last_part(name) == "CsrfViewMiddleware"),
            handler: settings
                .rest_framework
                .iter()
                .find(|(key, _)| key == "EXCEPTION_HANDLER")
                .and_then(|(_, values)| values.first())
                .map(String::as_str)
                .filter(|name| *name != "rest_framework.views.exception_handler"),
        }
    }

    pub fn of(&self, routes: &[Moved]) -> Vec<Parity> {
        let mut by_checks: BTreeMap<Vec<Check>, Vec<usize>> = BTreeMap::new();
        for (at, moved) in routes.iter().enumerate() {
            if let Some(route) = self.inventory.routes.get(moved.route) {
                by_checks.entry(self.checks(route, moved)).or_default().push(at);
            }
        }
        let mut out: Vec<Parity> = by_checks.into_iter().map(|(checks, routes)| Parity { routes, checks }).collect();
        out.sort_by(|a, b| a.routes.cmp(&b.routes));
        out
    }

    fn checks(&self, route: &Route, moved: &Moved) -> Vec<Check> {
        let view = route.view.as_deref().and_then(|name| self.scope.views.get(name)).copied();
        let drf = !route.access.authentication.from.is_empty() || !route.access.permissions.from.is_empty();
        let api = view.is_some_and(|view| is_api(&view.kind));
        let mut out = Vec::new();
        let mut add = |about: &'static str, fact: String| out.push(Check { about, fact });
        add("methods", methods(route, moved));
        let access = &route.access;
        let writes = moved.methods.is_empty() || moved.methods.iter().any(|method| !super::rules::SAFE.contains(&method.as_str()));
        if let Some(told) = status(access).filter(|_| drf) {
            add("status", told);
        }
        let asked = |name: &String| matches!(last_part(name), "login_required" | "LoginRequiredMixin");
        if !drf && access.login_required == Some(true) && access.decorators.iter().any(asked) {
            add("status", "302 to LOGIN_URL with `next`, for whoever is not logged in".to_owned());
        }
        if let Some(handler) = self.handler.filter(|_| drf) {
            add("errors", format!("made by {handler}"));
        } else if drf {
            add("errors", "Django REST framework's: 400 with messages by field".to_owned());
        } else {
            let told = if api { "what the view itself writes" } else { "Django's pages for 400, 403, 404 and 500" };
            add("errors", told.to_owned());
        }
        let lists = moved.methods.is_empty() || moved.methods.iter().any(|method| method == "GET");
        if let Some(class) = access.pagination.names.first().filter(|_| lists && is_list(route)) {
            add("pagination", format!("envelope of {class}"));
        }
        if lists && !access.filters.names.is_empty() && is_list(route) {
            add("filters", names(&access.filters));
        }
        let slash = match (route.path.ends_with('/'), self.append_slash) {
            (true, true) => "with a slash; without one Django redirects with 301",
            (true, false) => "with a slash; without one 404",
            (false, _) => "without a slash; with one 404",
        };
        add("slash", slash.to_owned());
        let formats = self.formats(route);
        if !formats.is_empty() {
            add("formats", formats);
        }
        if drf {
            add("authentication", names(&access.authentication));
            let own = own_checks(access);
            add("permissions", format!("{}{own}", permissions(route, moved)));
            if !access.throttles.names.is_empty() {
                add("throttling", names(&access.throttles));
            }
            if !access.parsers.names.is_empty() && writes {
                add("parsers", names(&access.parsers));
            }
        } else {
            let told = match access.login_required {
                Some(true) => "a login",
                Some(false) => "nothing",
                None => "what its code decides",
            };
            let demands = if access.demands.is_empty() { told.to_owned() } else { access.demands.join(", ") };
            add("permissions", format!("demands {demands}{}", own_checks(access)));
        }
        if writes {
            add("csrf", self.csrf(route, drf));
        }
        out.sort();
        out
    }

    fn csrf(&self, route: &Route, drf: bool) -> String {
        let session = route.access.authentication.names.iter().any(|name| last_part(name).contains("Session"));
        let fact = match (drf, session) {
            (true, true) => "checked where the session says who asks",
            (true, false) => "not checked: no class reads a session",
            _ if route.access.csrf_exempt => "exempt",
            _ if self.csrf => "token and origin are checked",
            _ => "not checked: no middleware does",
        };
        fact.to_owned()
    }

    /// Dates and decimals in what it sends and takes.
    fn formats(&self, route: &Route) -> String {
        let mut found: BTreeSet<String> = BTreeSet::new();
        for serializer in route.access.serializers.iter().filter_map(|name| self.serializers.get(name.as_str())) {
            for field in &serializer.declared_fields {
                if FORMATS.contains(&last_part(&field.type_name)) {
                    found.insert(format!("{} ({})", field.name, last_part(&field.type_name)));
                }
            }
            let Some(model) = serializer.model.as_deref().and_then(|label| self.models.get(label)) else { continue };
            for field in &model.fields {
                let named = serializer.fields.as_ref().is_none_or(|list| list.contains(&field.name));
                let kind = field.internal_type.as_deref().unwrap_or(&field.type_name);
                if named && FORMATS.contains(&kind) {
                    found.insert(format!("{} ({kind})", field.name));
                }
            }
        }
        some(&found.into_iter().collect::<Vec<_>>())
    }
}

/// A list of things, as DRF's routers and generic views name it.
fn is_list(route: &Route) -> bool {
    match route.actions.iter().find(|(method, _)| method == "get") {
        Some((_, action)) => action == "list",
        None => !route.path.trim_end_matches('/').ends_with('}'),
    }
}

fn methods(route: &Route, moved: &Moved) -> String {
    let Some(all) = &route.methods else {
        return match &route.likely_methods {
            Some(likely) => format!("any; its code asks for {}", likely.join(", ")),
            None => "any".to_owned(),
        };
    };
    let rest: Vec<&str> = all.iter().filter(|method| !moved.methods.contains(method)).map(String::as_str).collect();
    match rest.is_empty() {
        true => all.join(", "),
        false => format!("{}; apart from that: {}", moved.methods.join(", "), rest.join(", ")),
    }
}

/// What DRF answers to who is turned away: its first authentication class decides between 401 and 403.
fn status(access: &Access) -> Option<String> {
    let Some(first) = access.authentication.names.first() else {
        let refused = "403 for whoever is refused: nothing says who asks";
        return (access.login_required != Some(false)).then(|| refused.to_owned());
    };
    // A session that does not hold is none, and no header is read.
    if access.login_required == Some(false) && access.authentication.names.iter().all(|name| last_part(name).contains("Session")) {
        return None;
    }
    let name = last_part(first);
    let told = match access.challenge {
        Some(true) => format!("401 with the scheme of {name}, which comes first"),
        Some(false) => format!("403: {name} comes first and names no scheme"),
        None => format!("401 if {name}, which comes first, names a scheme, else 403"),
    };
    let whom = match access.login_required {
        Some(true) => "for whoever is not logged in",
        Some(false) => "for credentials that do not hold; without any it answers",
        None => "for whoever is not logged in, where its permissions refuse them",
    };
    Some(format!("{told}, {whom}"))
}

/// What is asked for the methods that move, each action's own where they differ.
fn permissions(route: &Route, moved: &Moved) -> String {
    let policy = &route.access.permissions;
    let moves = |method: &str| moved.methods.is_empty() || moved.methods.iter().any(|one| one.eq_ignore_ascii_case(method));
    let actions: BTreeSet<&str> = route.actions.iter().filter(|(method, _)| moves(method)).map(|(_, action)| action.as_str()).collect();
    let parts: Vec<&(String, Vec<String>)> = policy.by_action.iter().filter(|(action, _)| actions.contains(action.as_str())).collect();
    let word = |names: &[String]| if names.is_empty() { "none".to_owned() } else { some(names) };
    let told = match parts.as_slice() {
        [] => names(policy),
        [(_, first), rest @ ..] if rest.iter().all(|(_, names)| names == first) => word(first),
        parts => parts.iter().map(|(action, names)| format!("{action}: {}", word(names))).collect::<Vec<_>>().join("; "),
    };
    match policy.certainty {
        Certainty::Certain => told,
        Certainty::Likely => format!("{told} (likely)"),
        Certainty::Unknown if policy.names.is_empty() => "not known".to_owned(),
        Certainty::Unknown => format!("{told}, or others"),
    }
}

/// What the view's code decides besides.
fn own_checks(access: &Access) -> String {
    let places: Vec<String> = access.own_checks.iter().map(|at| format!("{}:{}", at.file, at.line)).collect();
    if places.is_empty() { String::new() } else { format!("; and what its own code decides ({})", places.join(", ")) }
}

fn names(policy: &Policy) -> String {
    match &policy.expression {
        Some(expression) => expression.clone(),
        None if policy.names.is_empty() => "none".to_owned(),
        None => some(&policy.names),
    }
}

fn some(list: &[String]) -> String {
    match list.get(NAMED..).filter(|rest| !rest.is_empty()) {
        Some(rest) => format!("{} and {} more", list.get(..NAMED).unwrap_or_default().join(", "), rest.len()),
        None => list.join(", "),
    }
}
