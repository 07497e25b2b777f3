//! What a method of a route does: whether it writes the database or the session, and which models it writes by what its view inherits.
//!
//! Calls are followed a few steps by resolved name. What is called otherwise (by a string, through a queue) is not seen here.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::unionfind::UnionFind;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{last_part, parent_part};
use crate::django::inventory::{
    Inventory, LinkKind, Mention, Query, QueryAccess, Route, SESSION_WRITTEN, Serializer, SerializerField, Verb, View, reached,
};

/// Abstract parents of parents that are followed.
const STEPS: usize = 5;
/// Calls that begin, end or renew a session: only Django does that while it owns them.
const LOGIN: [&str; 3] = ["django.contrib.auth.login", "django.contrib.auth.logout", "django.contrib.auth.update_session_auth_hash"];
/// Methods that frameworks call for any request, whatever its method.
const HOOKS: [&str; 21] = [
    "check_permissions",
    "dispatch",
    "filter_queryset",
    "finalize_response",
    "get_authenticators",
    "get_context_data",
    "get_form",
    "get_form_kwargs",
    "get_initial",
    "get_object",
    "get_paginated_response",
    "get_permissions",
    "get_queryset",
    "get_serializer",
    "get_serializer_class",
    "get_serializer_context",
    "get_template_names",
    "initial",
    "paginate_queryset",
    "render_to_response",
    "setup",
];

pub struct Effects<'a> {
    inventory: &'a Inventory,
    /// Scopes in which a GET writes, uses the session, or calls what does.
    acts: FxHashSet<&'a str>,
    /// What holds these: classes, where they are methods.
    acting: FxHashSet<&'a str>,
    /// Scopes in which a GET uses the session: of a handler's own, reading is enough, as what it reads another request has left for it.
    sessions: FxHashSet<&'a str>,
    /// Scopes that log in or out, or call what does.
    logins: FxHashSet<&'a str>,
    models: FxHashMap<&'a str, usize>,
    by_qualname: FxHashMap<&'a str, usize>,
    serializers: FxHashMap<&'a str, &'a Serializer>,
}

impl<'a> Effects<'a> {
    pub fn new(inventory: &'a Inventory) -> Effects<'a> {
        let beyond = |scope: &str, line: u32| {
            let skipped = inventory.beyond_get.get(scope).map_or(&[] as &[_], Vec::as_slice);
            skipped.iter().any(|(first, last)| (*first..=*last).contains(&line))
        };
        let met = |scope: &str, line: u32| !beyond(scope, line);
        let writes = inventory.queries.iter().filter(|query| query.access == QueryAccess::Write);
        let writes = writes.map(|query| (query.scope.as_str(), query.place.line));
        let sessions = inventory.session_uses.iter().filter(|used| used.what == SESSION_WRITTEN);
        let sessions = sessions.map(|used| (used.scope.as_str(), used.place.line));
        let read = inventory.session_uses.iter().filter(|used| met(&used.scope, used.place.line)).map(|used| used.scope.as_str()).collect();
        let logins = inventory.mentions.iter().filter(|m| LOGIN.contains(&m.name.as_str())).map(|m| (m.scope.as_str(), m.place.line));
        let logins: Vec<(&str, u32)> = logins.collect();
        let messages = inventory.mentions.iter().filter(|m| leaves_message(m)).map(|m| (m.scope.as_str(), m.place.line));
        // What is queued is work that somebody waits for.
        let tasks: FxHashSet<&str> =
            inventory.tasks.iter().flat_map(|task| [task.qualname.as_str(), task.name.as_deref().unwrap_or("")]).collect();
        let queued = inventory.links.iter().filter(|link| link.kind == LinkKind::Task && tasks.contains(link.to.as_str()));
        let queued = queued.map(|link| (link.scope.as_str(), link.place.line));
        let serializers = inventory.serializers.iter().map(|s| (s.qualname.as_str(), s));
        let acts = reached(&inventory.calls, writes.chain(sessions).chain(queued).chain(messages).chain(logins.iter().copied()), met);
        Effects {
            inventory,
            acting: acts.iter().map(|scope| parent_part(scope)).collect(),
            acts,
            sessions: read,
            logins: reached(&inventory.calls, logins.iter().copied(), |_, _| true),
            models: inventory.models.iter().enumerate().map(|(i, m)| (m.label.as_str(), i)).collect(),
            by_qualname: inventory.models.iter().enumerate().map(|(i, m)| (m.qualname.as_str(), i)).collect(),
            serializers: serializers.collect(),
        }
    }

    /// Whether a GET of the route writes the database or the session.
    pub fn get_acts(&self, route: &Route, view: &View) -> bool {
        let acts = |scope: &String| self.acts.contains(scope.as_str()) || self.sessions.contains(scope.as_str());
        handlers(route, view, "GET").iter().any(acts) || self.asked_first_acts(route) || self.showing_acts(route, view)
    }

    /// Whether what its serializers call to show a row acts.
    fn showing_acts(&self, route: &Route, view: &View) -> bool {
        let shows = |serializer: &&Serializer| {
            let methods = serializer.declared_fields.iter().filter_map(|field| field.method.as_deref());
            let mut scopes = methods.chain(["to_representation"]).map(|method| format!("{}.{method}", serializer.qualname));
            self.acting.contains(serializer.qualname.as_str()) && scopes.any(|scope| self.acts.contains(scope.as_str()))
        };
        self.nested(route, view, |_| true).iter().any(shows)
    }

    /// The serializers of a route, and those in their fields that are `followed`.
    fn nested(&self, route: &Route, view: &View, followed: impl Fn(&SerializerField) -> bool) -> Vec<&'a Serializer> {
        let mut waiting: Vec<&str> = route.access.serializers.iter().chain(&view.serializer).map(String::as_str).collect();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut out = Vec::new();
        while let Some(name) = waiting.pop() {
            let Some(serializer) = self.serializers.get(name).filter(|serializer| seen.insert(serializer.qualname.as_str())) else {
                continue;
            };
            out.push(*serializer);
            waiting.extend(serializer.declared_fields.iter().filter(|field| followed(field)).filter_map(|field| field.nested.as_deref()));
        }
        out
    }

    /// Whether what is asked before the handler acts: methods of the project's own authentication and permission classes.
    fn asked_first_acts(&self, route: &Route) -> bool {
        let mut classes = route.access.authentication.names.iter().chain(&route.access.permissions.names);
        classes.any(|class| self.acting.contains(class.as_str()))
    }

    /// Whether the view begins or ends a session or a token, by its own code or by that of a package.
    pub fn logs_in(&self, view: &View) -> bool {
        let own = |name: String| self.logins.contains(name.as_str());
        let mut methods = view.body.methods.iter();
        view.body.login.is_some() || own(view.qualname.clone()) || methods.any(|(name, by)| own(format!("{by}.{name}")))
    }

    /// The models that a method of the route writes by what its view inherits.
    pub fn inherited(&self, route: &Route, view: &View, method: &str) -> Vec<usize> {
        if !view.body.saves.contains(&handler(route, method)) {
            return Vec::new();
        }
        let table = |label: &str| self.models.get(label).copied().filter(|i| self.inventory.models.get(*i).is_some_and(|m| !m.is_abstract));
        let of = |name: &String| self.serializers.get(name.as_str()).and_then(|serializer| serializer.model.as_deref());
        let own = view.queryset_model.as_deref().and_then(table).or_else(|| view.serializer.as_ref().and_then(of).and_then(table));
        if let Some(own) = own {
            // DRF refuses serializers in writable fields unless the code saves what they take.
            let taken = self.nested(route, view, |field| !field.read_only);
            let taken = taken.iter().filter(|_| handler(route, method) != "destroy").filter_map(|s| s.model.as_deref()).filter_map(table);
            return taken.chain([own]).collect::<BTreeSet<_>>().into_iter().collect();
        }
        let queried: Vec<usize> = view.body.models.iter().filter_map(|label| table(label)).collect();
        match queried.is_empty() {
            false => queried,
            true => route.access.serializers.iter().filter_map(of).filter_map(table).collect(),
        }
    }

    /// The models that a route shows or takes by what its view names, and by its serializers with those in them.
    pub fn shown(&self, route: &Route, view: &View) -> BTreeSet<usize> {
        let nested = self.nested(route, view, |_| true);
        let labels = view.queryset_model.iter().chain(&view.body.models).chain(nested.iter().filter_map(|s| s.model.as_ref()));
        labels.filter_map(|label| self.models.get(label.as_str()).copied()).collect()
    }

    /// The models that a query writes: those that it reaches too, where it begins with one that has no table of its own.
    pub fn written(&self, query: &Query) -> Vec<usize> {
        if query.access == QueryAccess::Read {
            return Vec::new();
        }
        let known = query.model.as_deref().and_then(|label| self.models.get(label)).copied();
        // What a method of an abstract model does to its own row says nothing of which table that is: who calls it, does.
        let own = |model: usize| self.inventory.models.get(model).is_some_and(|m| m.is_abstract && is_within(&query.scope, &m.qualname));
        let passes_on = query.on == "instance" && query.chain.first().is_some_and(|name| last_part(&query.scope) == name);
        if known.is_some_and(own) || (passes_on && query.model.is_none()) {
            return Vec::new();
        }
        match known.filter(|model| self.inventory.models.get(*model).is_some_and(|m| !m.is_abstract)) {
            Some(model) => vec![model],
            // Of a package's model, the others are only looked at.
            None if known.is_none() && query.model.is_some() => Vec::new(),
            None => query.touches.iter().filter_map(|label| self.models.get(label.as_str())).copied().collect(),
        }
    }

    /// Tables that a query reads or writes.
    pub fn touched(&self, query: &Query) -> Vec<usize> {
        query.model.iter().chain(&query.touches).filter_map(|label| self.models.get(label.as_str()).copied()).collect()
    }

    pub fn model(&self, label: &str) -> Option<usize> {
        self.models.get(label).copied()
    }

    /// Models of which a row is one row of each, or the very same: parents with tables of their own, proxies, and what packages keep beside. The first
    /// of each family.
    pub fn families(&self) -> Vec<usize> {
        let mut sets = UnionFind::new(self.inventory.models.len());
        for at in 0..self.inventory.models.len() {
            let beside = self.inventory.models.get(at).and_then(|model| self.model(model.beside.as_deref()?));
            for parent in self.parents(at, STEPS).into_iter().chain(beside) {
                sets.union(at, parent);
            }
        }
        let mut first = BTreeMap::new();
        sets.into_labeling().into_iter().enumerate().map(|(at, set)| *first.entry(set).or_insert(at)).collect()
    }

    fn parents(&self, model: usize, depth: usize) -> Vec<usize> {
        let bases = self.inventory.models.get(model).map_or(&[] as &[String], |m| m.bases.as_slice());
        let known = bases.iter().filter_map(|base| self.by_qualname.get(base.as_str()).copied());
        let mut out = Vec::new();
        for base in known {
            match self.inventory.models.get(base) {
                Some(parent) if parent.is_abstract && depth > 0 => out.extend(self.parents(base, depth - 1)),
                Some(parent) if !parent.is_abstract => out.push(base),
                _ => {}
            }
        }
        // An abstract model has no rows that it could share.
        out.retain(|_| self.inventory.models.get(model).is_some_and(|m| !m.is_abstract || depth < STEPS));
        out
    }
}

/// A message for the next page, which Django signs into a cookie or puts into the session.
pub fn leaves_message(mention: &Mention) -> bool {
    let added = |name: &&str| !name.ends_with("get_messages");
    mention.verb == Verb::Call && Some(mention.name.as_str()).filter(added).is_some_and(|name| name.starts_with("django.contrib.messages."))
}

/// The handler or the action behind an HTTP method.
fn handler(route: &Route, method: &str) -> String {
    let lower = method.to_lowercase();
    route.actions.iter().find(|(name, _)| *name == lower).map_or(lower, |(_, action)| action.clone())
}

fn is_within(scope: &str, class: &str) -> bool {
    scope.strip_prefix(class).is_some_and(|rest| rest.starts_with('.'))
}

/// The functions that the framework calls for a method of the route, by their dotted names.
pub fn handlers(route: &Route, view: &View, method: &str) -> Vec<String> {
    if view.body.methods.is_empty() {
        return vec![view.qualname.clone()];
    }
    // Of what is no view class, nobody knows which method it calls.
    if route.actions.is_empty() && view.methods.as_ref().is_none_or(Vec::is_empty) {
        return view.body.methods.iter().map(|(name, by)| format!("{by}.{name}")).collect();
    }
    let handler = handler(route, method);
    let safe = super::rules::SAFE.contains(&method);
    let other = |name: &str| route.actions.iter().any(|(_, action)| action == name) || crate::django::views::HTTP.contains(&name);
    let called = |name: &str| name == handler || HOOKS.contains(&name) || (!safe && !other(name));
    view.body.methods.iter().filter(|(name, _)| called(name)).map(|(name, by)| format!("{by}.{name}")).collect()
}
