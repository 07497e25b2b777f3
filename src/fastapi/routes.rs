//! From applications to routes: what was called on them and on the routers that they include, with the prefixes on the way.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::base::{Loc, Sym, last_part};
use crate::django::inventory::{Certainty, FastApp, FastMount, FastRoute};
use crate::eval::{CallObj, Value};

use super::Reader;
use super::apps::{events, identity, made_at, made_under};

/// Routers within routers.
const DEPTH: u32 = 24;
/// Routes of one repository.
const MAX_ROUTES: usize = 100_000;

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "options", "head", "trace"];

/// What a route takes from those around it.
#[derive(Clone, Debug, Default)]
struct Context {
    app: String,
    root_path: String,
    prefix: String,
    dependencies: Vec<String>,
    tags: Vec<String>,
    in_schema: bool,
    guard: Option<u32>,
    /// The host for which alone it answers.
    host: Option<String>,
    /// The call that took the router in: earlier releases of FastAPI do not see what is added later.
    included: Option<u32>,
    depth: u32,
}

/// A route's own part, however it was written.
struct Given<'a> {
    call: &'a CallObj,
    /// The call that binds the endpoint; later than `call` where a decorator is kept.
    bound: u32,
    path: Option<&'a Value>,
    endpoint: Option<&'a Value>,
    methods: Option<Vec<String>>,
    kind: &'static str,
    /// `get`, `add_api_route`, `Route`: how the call is spelled.
    callee: Sym,
}

/// What answers a part of the paths, or one host.
struct Part {
    app: Value,
    kind: &'static str,
    name: Option<String>,
    certainty: Certainty,
}

impl Reader<'_> {
    /// All applications, their routes, and the routers that none of them reaches.
    pub fn applications(&mut self) {
        let apps = self.found_apps();
        let mut held = BTreeSet::new();
        for app in &apps {
            for event in events(app) {
                if method_of(&event).is_some_and(|name| name == "mount" || name == "host") {
                    held.extend(event.arg(1, "app").and_then(identity));
                }
            }
            for item in self.listed(app) {
                if let Value::Call(call) = &item {
                    held.extend(call.arg(1, "app").and_then(identity));
                }
            }
        }
        let mut reached = BTreeSet::new();
        for app in &apps {
            let (Some(kind), Some(address)) = (self.kind(app), identity(app)) else { continue };
            let (name, at) = (self.name_of(app), made_at(app));
            let root_path = self.text_option(app, "root_path").filter(|path| !path.is_empty());
            let mounted = held.contains(&address);
            let condition = self.condition(made_under(app));
            let found =
                FastApp { name: name.clone(), place: self.place(at), kind: kind.name(), root_path: root_path.clone(), mounted, condition };
            self.out.apps.push(found);
            if !mounted {
                let root_path = root_path.unwrap_or_default().trim_end_matches('/').to_owned();
                let context = Context { app: name, root_path, in_schema: true, guard: made_under(app), ..Context::default() };
                self.walk(app, &context, &mut reached);
            }
        }
        for router in self.found_routers() {
            if identity(&router).is_some_and(|address| !reached.contains(&address)) {
                let name = self.name_of(&router);
                self.note(made_at(&router), "no application in view includes this router", name);
            }
        }
    }

    fn walk(&mut self, router: &Value, context: &Context, reached: &mut BTreeSet<usize>) {
        if context.depth > DEPTH || self.out.routes.len() > MAX_ROUTES {
            return;
        }
        reached.extend(identity(router));
        if let Some(class) = self.brings_routes(router) {
            self.note(made_at(router), "a router of a package, which may bring routes of its own", class);
        }
        let mut context = context.clone();
        if let Some(prefix) = self.option(router, "prefix") {
            context.prefix.push_str(&self.path_text(&prefix, made_at(router), "prefix of a router"));
        }
        if let Some(list) = self.option(router, "dependencies") {
            context.dependencies.extend(self.depended(&list));
        }
        context.tags.extend(self.strings(self.option(router, "tags").as_ref()));
        context.in_schema &= self.option(router, "include_in_schema").and_then(|value| value.as_bool()) != Some(false);
        for item in self.listed(router) {
            self.item(&item, &context, reached);
        }
        for event in events(router) {
            let Some(name) = method_of(&event) else { continue };
            match name.as_str() {
                "include_router" => self.include(&event, &context, reached),
                "mount" => self.mount(&event, &context, reached),
                "host" => self.host(&event, &context, reached),
                "frontend" => self.frontend(&event, &context),
                "append" | "insert" => {
                    let item = event.args.last().cloned();
                    self.item(&item.unwrap_or(Value::None), &context, reached);
                }
                "extend" => {
                    for item in event.args.first().and_then(Value::items).unwrap_or_default() {
                        self.item(&item, &context, reached);
                    }
                }
                method if METHODS.contains(&method) => self.decorated(&event, Some(vec![method.to_uppercase()]), "http", &context),
                "api_route" | "route" => {
                    let methods = self.methods(&event, 1);
                    self.decorated(&event, methods, "http", &context);
                }
                "websocket" | "websocket_route" => self.decorated(&event, None, "websocket", &context),
                "add_api_route" | "add_route" => {
                    let methods = self.methods(&event, 2);
                    self.added(&event, methods, "http", &context);
                }
                "add_api_websocket_route" | "add_websocket_route" => self.added(&event, None, "websocket", &context),
                _ => {}
            }
        }
    }

    /// `@router.get("/path")` above functions.
    fn decorated(&mut self, event: &Rc<CallObj>, methods: Option<Vec<String>>, kind: &'static str, context: &Context) {
        let Some(callee) = method_of(event) else { return };
        for applied in event.events.borrow().iter() {
            let given = Given {
                call: event,
                bound: applied.id,
                path: event.arg(0, "path"),
                endpoint: applied.args.first(),
                methods: methods.clone(),
                kind,
                callee,
            };
            self.route(&given, context);
        }
    }

    /// `router.add_api_route("/path", function)`
    fn added(&mut self, event: &Rc<CallObj>, methods: Option<Vec<String>>, kind: &'static str, context: &Context) {
        let Some(callee) = method_of(event) else { return };
        let endpoint = event.kwarg("endpoint").or_else(|| event.kwarg("route")).or_else(|| event.args.get(1));
        self.route(&Given { call: event, bound: event.id, path: event.arg(0, "path"), endpoint, methods, kind, callee }, context);
    }

    /// `Route`, `WebSocketRoute`, `Mount` of a list.
    fn item(&mut self, item: &Value, context: &Context, reached: &mut BTreeSet<usize>) {
        let Value::Call(call) = item else { return };
        let Some(name) = call.ext().filter(|name| name.starts_with("starlette") || name.starts_with("fastapi")) else { return };
        let callee = crate::base::sym(last_part(&name));
        let endpoint = call.arg(1, "endpoint");
        let context = Context { included: None, ..context.clone() };
        match callee.as_str() {
            "Route" | "APIRoute" => {
                let methods = self.methods(call, 2);
                self.route(&Given { call, bound: call.id, path: call.arg(0, "path"), endpoint, methods, kind: "http", callee }, &context);
            }
            "WebSocketRoute" | "APIWebSocketRoute" => {
                let given = Given { call, bound: call.id, path: call.arg(0, "path"), endpoint, methods: None, kind: "websocket", callee };
                self.route(&given, &context);
            }
            "Mount" => {
                if let Some(items) = call.kwarg("routes").and_then(Value::items) {
                    let path = call.arg(0, "path").cloned().unwrap_or(Value::None);
                    let mut inner = Context { guard: call.guard.or(context.guard), depth: context.depth + 1, ..context.clone() };
                    inner.prefix.push_str(self.path_text(&path, call.loc, "path of a mount").trim_end_matches('/'));
                    for item in items {
                        self.item(&item, &inner, reached);
                    }
                } else {
                    self.mount(call, &context, reached);
                }
            }
            "Host" => self.host(call, &context, reached),
            _ => {}
        }
    }

    fn include(&mut self, event: &Rc<CallObj>, context: &Context, reached: &mut BTreeSet<usize>) {
        let Some(target) = event.arg(0, "router").cloned() else { return };
        let mut inner = Context {
            guard: event.guard.or(context.guard),
            included: Some(context.included.map_or(event.id, |outer| outer.min(event.id))),
            depth: context.depth + 1,
            ..context.clone()
        };
        if let Some(prefix) = event.arg(1, "prefix") {
            inner.prefix.push_str(&self.path_text(prefix, event.loc, "prefix of an included router"));
        }
        if let Some(list) = event.kwarg("dependencies") {
            inner.dependencies.extend(self.depended(list));
        }
        inner.tags.extend(self.strings(event.kwarg("tags")));
        inner.in_schema &= event.kwarg("include_in_schema").and_then(Value::as_bool) != Some(false);
        for option in self.interp.force(target).options() {
            if self.kind(&option).is_some() {
                self.walk(&option, &inner, reached);
            } else if let Value::Attr(parts) = &option
                && parts.1.as_str() == "router"
                && self.kind(&parts.0).is_some()
            {
                self.walk(&parts.0, &inner, reached);
            } else if let (false, Some(name)) = (matches!(option, Value::Unknown(_)), self.dotted(&option)) {
                self.note(
                    event.loc,
                    "a router from outside the repository, whose routes are not in view",
                    format!("{}: {name}", inner.prefix),
                );
            } else {
                self.miss(&option, event.loc, "router that is included");
            }
        }
    }

    fn mount(&mut self, event: &Rc<CallObj>, context: &Context, reached: &mut BTreeSet<usize>) {
        let path = event.arg(0, "path").cloned().unwrap_or(Value::None);
        let path = format!("{}{}", context.prefix, self.path_text(&path, event.loc, "path of a mount").trim_end_matches('/'));
        let part = self.part(event, context, &path);
        if part.kind == "other" && part.name.is_none() {
            self.miss(&part.app, event.loc, "application that is mounted");
        }
        self.take_in(event, part, context, path, context.host.clone(), reached);
    }

    /// What answers for one host only, with the paths that it has itself.
    fn host(&mut self, event: &Rc<CallObj>, context: &Context, reached: &mut BTreeSet<usize>) {
        let given = event.arg(0, "host").cloned().unwrap_or(Value::None);
        let host = self.path_text(&given, event.loc, "host of a part");
        let part = self.part(event, context, &host);
        if part.kind == "other" {
            self.note(event.loc, "what answers for a host is not in view", part.name.clone().unwrap_or_else(|| host.clone()));
        }
        self.take_in(event, part, context, context.prefix.clone(), Some(host), reached);
    }

    /// The application that a call hands over, for what `asked` says of path or host.
    fn part(&mut self, event: &CallObj, context: &Context, asked: &str) -> Part {
        let app = event.arg(1, "app").cloned().unwrap_or(Value::None);
        let app = self.interp.force(app);
        let is_app = self.kind(&app).is_some();
        let kind = match &app {
            _ if is_app => "app",
            _ if is_django(&app, 0) => "django",
            Value::Call(call) if call.ext().is_some_and(|name| last_part(&name).ends_with("StaticFiles")) => "static",
            _ => "other",
        };
        let name = if is_app { Some(self.name_of(&app)) } else { self.dotted(&app) };
        Part { app, kind, name, certainty: certainty(asked, event.guard.or(context.guard), false) }
    }

    fn take_in(
        &mut self,
        event: &CallObj,
        part: Part,
        context: &Context,
        path: String,
        host: Option<String>,
        reached: &mut BTreeSet<usize>,
    ) {
        self.out.mounts.push(FastMount {
            path: if path.is_empty() { "/".to_owned() } else { path.clone() },
            place: self.place(event.loc),
            app: context.app.clone(),
            kind: part.kind,
            target: part.name,
            host: host.clone(),
            certainty: part.certainty,
        });
        if part.kind == "app" {
            // What an application depends on and is tagged with does not reach into another one.
            let inner = Context {
                app: context.app.clone(),
                root_path: context.root_path.clone(),
                prefix: path,
                in_schema: true,
                guard: event.guard.or(context.guard),
                host,
                depth: context.depth + 1,
                ..Context::default()
            };
            self.walk(&part.app, &inner, reached);
        }
    }

    /// Files of a built front end: they answer where no route does.
    fn frontend(&mut self, event: &Rc<CallObj>, context: &Context) {
        let given = event.arg(0, "path").cloned().unwrap_or(Value::None);
        let path = format!("{}{}", context.prefix, self.path_text(&given, event.loc, "path of a front end").trim_end_matches('/'));
        self.out.mounts.push(FastMount {
            certainty: certainty(&path, event.guard.or(context.guard), false),
            path: if path.is_empty() { "/".to_owned() } else { path },
            place: self.place(event.loc),
            app: context.app.clone(),
            kind: "frontend",
            target: None,
            host: context.host.clone(),
        });
    }

    fn route(&mut self, given: &Given<'_>, context: &Context) {
        let at = given.call.loc;
        let own = given.path.map_or_else(String::new, |path| self.path_text(path, at, "path of a route"));
        let path = format!("{}{own}", context.prefix);
        let endpoint = given.endpoint.cloned().map(|value| wrapped(&self.interp.force(value)));
        let dotted = endpoint.as_ref().and_then(|value| self.dotted(value));
        if dotted.is_none() {
            self.note(at, "the function of a route is not known", path.clone());
        }
        let func = match &endpoint {
            Some(Value::Func(func)) => Some(Rc::clone(func)),
            Some(Value::Method(parts)) => Some(Rc::clone(&parts.1)),
            _ => None,
        };
        let mut methods = given.methods.clone();
        if let (Some(Value::Class(class)), "http") = (&endpoint, given.kind) {
            // An `HTTPEndpoint` answers with the methods that it has.
            let own = METHODS.iter().filter(|method| self.interp.find_first_party(*class, method).is_some());
            methods = Some(own.map(|method| method.to_uppercase()).collect());
        }
        if let Some(methods) = &mut methods {
            methods.sort();
            methods.dedup();
        }
        let keyword = |name: &str| given.call.kwarg(name);
        let mut dependencies = context.dependencies.clone();
        if let Some(list) = keyword("dependencies") {
            dependencies.extend(self.depended(list));
        }
        if let Some(func) = &func {
            dependencies.extend(self.parameters(func));
        }
        let is_api = !matches!(given.callee.as_str(), "Route" | "route" | "add_route" | "WebSocketRoute");
        let response_model = match (keyword("response_model"), given.kind) {
            (_, "websocket") => None,
            (Some(Value::None), _) => None,
            (Some(value), _) => match self.written(at, &given.callee, "response_model") {
                Some(id) => Some(self.typed(at.file, id, 0)),
                None => self.dotted(value),
            },
            (None, _) if is_api => func.as_ref().and_then(|func| self.returned(func)),
            _ => None,
        };
        let def = func.as_ref().and_then(|func| self.interp.func_def(func));
        let name = keyword("name").and_then(Value::as_str).map(|name| name.to_string());
        let name =
            name.or_else(|| def.map(|def| def.name.to_string())).or_else(|| dotted.as_deref().map(|name| last_part(name).to_owned()));
        let mut tags = context.tags.clone();
        tags.extend(self.strings(keyword("tags")));
        let guard = given.call.guard.or(context.guard);
        // A router's list is looked at again by today's FastAPI; what came before that copied it.
        let late = context.included.is_some_and(|included| given.bound > included);
        let condition = self.condition(guard).or_else(|| late.then(|| "added after its router was included".to_owned()));
        let for_host = context.host.as_ref().map(|host| format!("requests for the host {host}"));
        let condition = match (for_host, condition) {
            (Some(host), Some(other)) => Some(format!("{host}; {other}")),
            (host, other) => host.or(other),
        };
        let status_code = keyword("status_code").and_then(|value| match value {
            Value::Int(code) => Some(*code),
            Value::Ext(name) => last_part(name).split('_').find_map(|part| part.parse().ok()),
            _ => None,
        });
        self.out.routes.push(FastRoute {
            certainty: if dotted.is_some() { certainty(&path, guard, late || context.host.is_some()) } else { Certainty::Unknown },
            path: if path.is_empty() { "/".to_owned() } else { path },
            methods,
            place: self.place(at),
            app: context.app.clone(),
            kind: given.kind,
            name,
            endpoint: dotted,
            response_model,
            status_code,
            dependencies,
            tags,
            is_async: def.is_some_and(|def| def.is_async),
            include_in_schema: context.in_schema && keyword("include_in_schema").and_then(Value::as_bool) != Some(false),
            root_path: context.root_path.clone(),
            condition,
        });
    }

    /// Upper-case; GET alone where none are given.
    fn methods(&mut self, call: &CallObj, position: usize) -> Option<Vec<String>> {
        match call.arg(position, "methods") {
            None | Some(Value::None) => Some(vec!["GET".to_owned()]),
            Some(list) if list.items().is_some() => Some(self.strings(Some(list)).iter().map(|method| method.to_uppercase()).collect()),
            Some(other) => {
                let other = other.clone();
                self.miss(&other, call.loc, "methods of a route");
                None
            }
        }
    }

    fn strings(&self, value: Option<&Value>) -> Vec<String> {
        let items = value.and_then(Value::items).unwrap_or_default();
        items.iter().filter_map(|item| self.text(item)).collect()
    }

    /// The text of a path or prefix; `{?}` where it is not known, which is noted.
    fn path_text(&mut self, value: &Value, at: Loc, what: &str) -> String {
        match self.text(value) {
            Some(text) => text,
            None => {
                self.miss(value, at, what);
                "{?}".to_owned()
            }
        }
    }
}

/// The function that a decorator's wrapper says it wraps: FastAPI reads that one's signature.
fn wrapped(value: &Value) -> Value {
    let mut value = value.clone();
    for _ in 0..16 {
        let inner = match &value {
            Value::Func(func) => func.wrapped.borrow().clone(),
            _ => None,
        };
        match inner {
            Some(inner) => value = inner,
            None => break,
        }
    }
    value
}

fn certainty(path: &str, guard: Option<u32>, late: bool) -> Certainty {
    match path.contains("{?}") {
        true => Certainty::Unknown,
        false if guard.is_some() || late => Certainty::Likely,
        false => Certainty::Certain,
    }
}

/// The name of a method that was called on an application, a router, its `router` or its `routes`.
fn method_of(event: &CallObj) -> Option<Sym> {
    let Value::Attr(callee) = &event.callee else { return None };
    let (object, name) = (&callee.0, callee.1);
    match object {
        Value::Attr(inner) => match inner.1.as_str() {
            "router" if !matches!(name.as_str(), "append" | "insert" | "extend") => Some(name),
            "routes" if matches!(name.as_str(), "append" | "insert" | "extend") => Some(name),
            _ => None,
        },
        _ if matches!(name.as_str(), "append" | "insert" | "extend") => None,
        _ => Some(name),
    }
}

/// Django's own application, bare or in one of the wrappers that make it fit.
fn is_django(value: &Value, depth: u32) -> bool {
    let Value::Call(call) = value else { return false };
    let Some(name) = call.ext() else { return false };
    if matches!(name.as_str(), "django.core.wsgi.get_wsgi_application" | "django.core.asgi.get_asgi_application") {
        return true;
    }
    let wraps = matches!(last_part(&name), "WSGIMiddleware" | "WsgiToAsgi" | "ProtocolTypeRouter");
    depth < 4 && wraps && call.args.iter().any(|inner| is_django(inner, depth + 1) || held(inner, depth))
}

/// `ProtocolTypeRouter({"http": django})`
fn held(value: &Value, depth: u32) -> bool {
    match value {
        Value::Dict(dict) => dict.items.borrow().values().any(|(_, inner)| is_django(inner, depth + 1)),
        _ => false,
    }
}
