//! Routes: what the URL resolver would hold, read off the evaluated `urlpatterns` of every root urlconf.

use std::rc::Rc;

use crate::base::{Loc, last_part, sym};
use crate::eval::{Base, CallObj, ClassRef, HOLE, InstObj, Value, included};

use super::access;
use super::asked;
use super::endpoints;
use super::includes::{custom_admin, include, open_admin};
use super::inventory::{Access, Brought, Certainty, Route, RouteKind};
use super::patterns;
use super::resolvers;
use super::root_urlconfs;
use super::routers;
use super::tastypie;
use super::urls::{self, UrlEnd, UrlPart, UrlPattern, Urls, open};
use super::views::{self, ViewRef};
use super::world::World;

/// Includes nested deeper than this are a cycle.
const MAX_DEPTH: u32 = 24;
/// Lists in lists, and what includes them: a list can hold itself.
const MAX_NESTED: usize = 200;
const MAX_ROUTES: usize = 60_000;
/// Lists, includes and patterns that are gone into: modules that include one another several times over double the work at each level.
const MAX_VISITS: usize = 300_000;
/// Includes that end at the depth: more of them are a circle with several ways round.
const MAX_ENDS: usize = 500;
/// What stands in a path for a part that is not known: no name of a converter or group looks like it.
const UNKNOWN_PART: &str = "{?}";

/// Where the walk is: the prefix so far and what it was reached through.
#[derive(Clone, Debug)]
pub struct Context {
    pub path: String,
    pub pattern: String,
    pub namespaces: Vec<String>,
    pub urlconf: String,
    pub root: String,
    pub i18n: bool,
    pub regex: bool,
    pub guard: Option<u32>,
    pub depth: u32,
    pub at: Loc,
    /// What `patterns("package.views", …)` puts before views written as strings.
    pub view_prefix: String,
    /// The way here, part by part, as the resolver goes it.
    pub parts: Vec<UrlPart>,
    /// DRF's `.json` twins behind every pattern.
    pub suffix: bool,
    /// Why what is found here may not be there.
    pub doubt: Option<String>,
    /// What decorates every view from here on, the outermost first.
    pub decorators: Vec<Value>,
}

#[derive(Default)]
pub struct Routes {
    pub list: Vec<Route>,
    /// What packages answer below a path.
    pub brought: Vec<Brought>,
    /// Views by dotted name, for the inventory of views.
    pub views: Vec<ViewRef>,
    /// In the order of the resolver.
    pub patterns: Vec<UrlPattern>,
    pub urls: Urls,
    /// How many lists, includes and patterns were gone into.
    visits: usize,
    /// How deep in one another those stand that are gone into now.
    nested: usize,
    /// How many of them were nested too deep.
    ends: usize,
    /// Whether any of this, or the number of routes, was too much.
    cut: bool,
}

pub fn collect(world: &mut World) -> Routes {
    let mut out = Routes::default();
    let chosen = root_urlconfs::of_requests(world);
    let mut roots = root_urlconfs::all(world);
    let more: Vec<String> = chosen.iter().filter(|root| !roots.contains(root)).cloned().collect();
    roots.extend(more);
    for root in roots {
        let Some(file) = world.interp.project.modules.get(&root) else { continue };
        let context = Context {
            path: String::new(),
            pattern: String::new(),
            namespaces: Vec::new(),
            urlconf: root.clone(),
            root: root.clone(),
            i18n: false,
            regex: false,
            guard: None,
            depth: 0,
            at: Loc { file, line: 1 },
            view_prefix: String::new(),
            parts: Vec::new(),
            suffix: false,
            doubt: None,
            decorators: Vec::new(),
        };
        let before = (out.list.len(), out.views.len(), out.patterns.len(), out.brought.len());
        module(world, file, &context, &mut out);
        if !chosen.contains(&root) && root_urlconfs::same_site(&out.list, before.0) {
            out.list.truncate(before.0);
            out.views.truncate(before.1);
            out.patterns.truncate(before.2);
            out.brought.truncate(before.3);
        }
    }
    out.brought.sort();
    out.brought.dedup();
    let mut numbered: Vec<(usize, Route)> = std::mem::take(&mut out.list).into_iter().enumerate().collect();
    numbered.sort_by(|(_, a), (_, b)| {
        (&a.root_urlconf, &a.path, &a.view, &a.methods, &a.place, &a.name, &a.namespace).cmp(&(
            &b.root_urlconf,
            &b.path,
            &b.view,
            &b.methods,
            &b.place,
            &b.name,
            &b.namespace,
        ))
    });
    let mut place_of = vec![usize::MAX; numbered.len()];
    for (number, route) in numbered {
        if !out.list.last().is_some_and(|last| same(last, &route)) {
            out.list.push(route);
        }
        if let Some(place) = place_of.get_mut(number) {
            *place = out.list.len() - 1;
        }
    }
    out.urls = urls::finish(world, std::mem::take(&mut out.patterns), &place_of, &out.list);
    let resolved = out.list.iter().filter(|r| r.view.is_some()).count() as u64;
    world.count("routes", resolved);
    out
}

fn same(a: &Route, b: &Route) -> bool {
    a.path == b.path
        && a.pattern == b.pattern
        && a.view == b.view
        && a.methods == b.methods
        && a.name == b.name
        && a.namespace == b.namespace
        && a.root_urlconf == b.root_urlconf
}

pub fn module(world: &mut World, file: u32, context: &Context, out: &mut Routes) {
    world.interp.restart();
    let frame = world.interp.module(file);
    let patterns = frame.vars.borrow().get(&sym("urlpatterns")).cloned();
    match patterns {
        Some(value) => walk(world, &value, context, out),
        None => {
            let missing = Value::None;
            world.miss("routes", &missing, Loc { file, line: 1 }, "urlpatterns");
            open(world, context, "no urlpatterns", out);
        }
    }
}

pub fn walk(world: &mut World, value: &Value, context: &Context, out: &mut Routes) {
    out.visits += 1;
    if out.visits > MAX_VISITS || out.list.len() > MAX_ROUTES || out.patterns.len() > 2 * MAX_ROUTES {
        give_up(world, context, out);
        return;
    }
    if context.depth > MAX_DEPTH || out.nested > MAX_NESTED {
        world.note_once("routes", context.at, "includes nested too deep", "URL patterns".into());
        out.ends += 1;
        if out.ends > MAX_ENDS {
            give_up(world, context, out);
        } else {
            open(world, context, "too much to follow", out);
        }
        return;
    }
    out.nested += 1;
    walk_value(world, value, context, out);
    out.nested -= 1;
}

fn walk_value(world: &mut World, value: &Value, context: &Context, out: &mut Routes) {
    match value {
        Value::List(_) | Value::Tuple(_) | Value::Set(_) => {
            for item in value.items().unwrap_or_default() {
                walk(world, &item, context, out);
            }
        }
        Value::Alt(options) => {
            // Either of two lists: what both hold is certain, what one holds is likely.
            let context = Context { doubt: Some("one of several possible lists holds it".into()), ..context.clone() };
            for option in options.iter() {
                walk(world, option, &context, out);
            }
        }
        Value::Spread(inner) => walk_opaque(world, inner, context, out),
        Value::Call(call) => pattern_call(world, call, context, out),
        Value::None => {}
        Value::Lazy(..) => {
            let forced = world.interp.force(value.clone());
            if matches!(forced, Value::Lazy(..)) {
                world.miss("routes", &forced, context.at, "URL pattern");
                open(world, context, "not known", out);
            } else {
                walk(world, &forced, context, out);
            }
        }
        other => walk_opaque(world, other, context, out),
    }
}

/// What comes from here on is not gone into. It could be any path, and so it is noted: nothing later is sure to be reached.
fn give_up(world: &mut World, context: &Context, out: &mut Routes) {
    if !std::mem::replace(&mut out.cut, true) {
        world.note("routes", context.at, "too many URL patterns", "URL patterns".into());
        let anywhere = Context { parts: Vec::new(), ..context.clone() };
        open(world, &anywhere, "too much to follow", out);
        out.visits = MAX_VISITS;
    }
}

/// `router.urls`, `admin.site.urls`, or something whose patterns are not known.
fn walk_opaque(world: &mut World, value: &Value, context: &Context, out: &mut Routes) {
    match value {
        // DRF's own `urls` asks `get_urls()` of whatever router it is read on.
        Value::Attr(parts) if matches!((&parts.0, parts.1.as_str()), (Value::Super(_), "urls")) => {
            if let Value::Super(inner) = &parts.0
                && routers::expand(world, &inner.1.clone(), context, out)
            {
                return;
            }
            unknown(world, value, context, out);
        }
        Value::Attr(parts) if matches!(parts.1.as_str(), "urls" | "get_urls") => {
            if routers::expand(world, &parts.0, context, out) {
                return;
            }
            if is_admin_site(world, &parts.0) {
                return open_admin(world, context, out);
            }
            if let Value::Instance(instance) = &parts.0
                && let Some(patterns) = first_party_urls(world, instance)
            {
                walk(world, &patterns, context, out);
                return;
            }
            unknown(world, value, context, out);
        }
        Value::Call(call) => pattern_call(world, call, context, out),
        Value::List(_) | Value::Tuple(_) => walk(world, value, context, out),
        // Each of some patterns that are not known one by one: code that goes through them may leave some out.
        Value::Attr(parts) if parts.1.as_str() == "[]" && context.depth < MAX_DEPTH => {
            let doubt = Some("code goes through the patterns, and may leave it out".to_owned());
            let context = Context { depth: context.depth + 1, doubt, ..context.clone() };
            walk(world, &parts.0, &context, out);
        }
        // One of several lists, in a list of more.
        Value::Alt(_) if context.depth < MAX_DEPTH => {
            let context = Context { depth: context.depth + 1, ..context.clone() };
            walk(world, value, &context, out);
        }
        other => unknown(world, other, context, out),
    }
}

pub fn first_party_urls(world: &mut World, instance: &Rc<InstObj>) -> Option<Value> {
    let this = Value::Instance(Rc::clone(instance));
    world.interp.call_method_with(&this, "get_urls", Vec::new(), instance.loc)
}

/// What a package answers below a path, which no route of the report is.
pub fn brought(world: &World, context: &Context, name: &str, at: Loc, out: &mut Routes) {
    if !world.interp.in_development(context.guard) {
        out.brought.push(Brought { path: slashed(&context.path), name: name.to_owned(), place: world.place(at) });
    }
}

/// Patterns of a package are noted as such; the rest is unresolved.
fn unknown(world: &mut World, value: &Value, context: &Context, out: &mut Routes) {
    let what = world.dotted(value);
    open(world, context, what.as_deref().unwrap_or("not known"), out);
    if let Value::Ext(name) = value {
        brought(world, context, name, context.at, out);
        return;
    }
    if let Value::Call(call) = value
        && let Some(name) = call.ext()
        && !world.interp.project.modules.owns(name.split('.').next().unwrap_or(""))
    {
        brought(world, context, &name, call.loc, out);
        return;
    }
    if let Value::Attr(parts) = value
        && let Some(name) = world.dotted(value)
        && matches!(parts.0, Value::Ext(_) | Value::Call(_))
    {
        brought(world, context, &name, context.at, out);
        return;
    }
    world.miss("routes", value, context.at, "URL patterns");
}

pub fn is_admin_site(world: &World, value: &Value) -> bool {
    match value {
        Value::Ext(name) => {
            name.as_str() == "django.contrib.admin.sites.site"
                || world.interp.project.packages.instance(*name).is_some_and(|c| c.ends_with("AdminSite"))
        }
        Value::Call(call) => call.ext().is_some_and(|e| e.ends_with("AdminSite")),
        Value::Instance(instance) => world.interp.derives(instance.class, "django.contrib.admin.sites.AdminSite"),
        _ => false,
    }
}

/// A path or pattern for people: each part that is not known is one mark.
fn shown(text: &str) -> String {
    text.replace(HOLE, UNKNOWN_PART)
}

pub fn slashed(path: &str) -> String {
    if path.starts_with('/') { path.to_string() } else { format!("/{path}") }
}

fn pattern_call(world: &mut World, call: &Rc<CallObj>, context: &Context, out: &mut Routes) {
    let Some(name) = call.ext() else {
        return opaque_call(world, call, context, out);
    };
    let function = last_part(&name);
    let mut context = context.clone();
    context.at = call.loc;
    context.guard = call.guard.or(context.guard);
    context.depth += 1;
    let django = name.starts_with("django.");
    match function {
        "path" | "_path" if django => one(world, call, context, false, out),
        "re_path" | "url" if django => one(world, call, context, true, out),
        "URLResolver" | "URLPattern" | "RegexURLResolver" | "RegexURLPattern" if django => resolvers::expand(world, call, context, out),
        "include" | "decorator_include" if let Some(found) = included(call) => {
            context.decorators.extend(found.decorators());
            include(world, found.target, found.namespace.cloned(), context, out);
        }
        "i18n_patterns" => {
            context.path.push_str("{language}/");
            context.pattern.push_str("{language}/");
            context.i18n = true;
            let prefixed = call.kwarg("prefix_default_language").cloned();
            context.parts.push(UrlPart::Language(prefixed.map_or(Some(true), |value| value.as_bool())));
            for arg in call.args.clone() {
                walk(world, &arg, &context, out);
            }
        }
        "patterns" if django => {
            context.view_prefix = call.args.first().and_then(Value::as_str).map_or_else(String::new, |s| s.to_string());
            for arg in call.args.iter().skip(1).cloned().collect::<Vec<_>>() {
                walk(world, &arg, &context, out);
            }
        }
        // `static()` serves files only under DEBUG.
        "static" if django => {
            let debug = world.interp.setting(sym("DEBUG"), call.loc);
            let prefix = call.arg(0, "prefix").and_then(Value::as_str);
            if let (Some(true), Some(prefix)) = (world.interp.truth(&debug), prefix)
                && !prefix.is_empty()
                && !prefix.contains("://")
            {
                let prefix = prefix.trim_start_matches('/');
                context.path.push_str(prefix);
                context.path.push_str("{path}");
                context.pattern.push_str(&format!("^{prefix}(?P<path>.*)$"));
                context.regex = true;
                context.parts.push(UrlPart::Regex(format!("^{prefix}(?P<path>.*)$")));
                leaf(world, &Value::Ext(sym("django.views.static.serve")), &context, None, call.loc, out);
            }
        }
        "staticfiles_urlpatterns" if django => {}
        "format_suffix_patterns" => {
            if let Some(arg) = call.args.first().cloned() {
                context.suffix = true;
                walk(world, &arg, &context, out);
            }
        }
        "operator.add" | "add" => {
            for arg in call.args.clone() {
                walk(world, &arg, &context, out);
            }
        }
        _ if same_patterns(world, call, &context, out) => {}
        _ => {
            // `websocket_urlpatterns` helpers, `debug_toolbar_urls()`, … of packages.
            let value = Value::Call(Rc::clone(call));
            unknown(world, &value, &context, out);
        }
    }
}

/// A function of a package that gives back the patterns it is called with, with a decorator around each view.
fn same_patterns(world: &mut World, call: &Rc<CallObj>, context: &Context, out: &mut Routes) -> bool {
    let packages = &world.interp.project.packages;
    let Some(said) = call.ext().and_then(|name| packages.function(name)).filter(|said| said.kind == "url_patterns") else { return false };
    let arg = |name: Option<&String>| {
        let name = name?;
        call.arg(said.args.iter().position(|arg| arg == name)?, name).cloned()
    };
    let Some(patterns) = arg(said.args.first()) else { return false };
    let mut context = context.clone();
    context.decorators.extend(arg(said.decorator.as_ref()));
    walk(world, &patterns, &context, out);
    true
}

/// The result of a method of an opaque object: `super().get_urls()` of a router or config, `router.get_urls()`.
fn opaque_call(world: &mut World, call: &Rc<CallObj>, context: &Context, out: &mut Routes) {
    if let Value::Attr(parts) = &call.callee {
        match (&parts.0, parts.1.as_str()) {
            (Value::Super(inner), "get_urls") => {
                let this = inner.1.clone();
                if routers::expand_base(world, &this, context, out) {
                    return;
                }
                if is_admin_site(world, &this) {
                    return open_admin(world, context, out);
                }
                // An app config whose external base adds its own patterns.
                return open(world, context, "patterns of a base class", out);
            }
            (Value::Super(inner), method) if endpoints::inherited(world, &inner.1, method, context, out) => return,
            (Value::Super(inner), "base_urls") if tastypie::base_urls(world, &inner.1, context, out) => return,
            (object, "get_urls" | "urls") if routers::expand(world, &object.clone(), context, out) => return,
            _ => {}
        }
    }
    let value = Value::Call(Rc::clone(call));
    unknown(world, &value, context, out);
}

/// One `path()`, `re_path()` or `url()`.
fn one(world: &mut World, call: &Rc<CallObj>, mut context: Context, regex: bool, out: &mut Routes) {
    let route = call.arg(0, if regex { "regex" } else { "route" }).or_else(|| call.kwarg("route")).cloned();
    let Some(route) = route else { return open(world, &context, "no path", out) };
    let mut texts: Vec<(String, String)> = route.options().iter().filter_map(pattern_text).collect();
    let options = route.options().len();
    let Some(view) = call.arg(1, "view").cloned() else { return open(world, &context, "no view", out) };
    if texts.is_empty() {
        // What lies below it is there all the same, under a path that nobody can say.
        world.miss("routes", &route, call.loc, "path of a URL pattern");
        open(world, &context, "not known", out);
        let text = match &route {
            Value::Text(text) => text.to_string(),
            _ => HOLE.to_string(),
        };
        texts.push((text.clone(), text));
        context.doubt = Some("its path is not known".into());
    } else if options > texts.len() {
        open(world, &context, "not known", out);
    } else if options > 1 {
        context.doubt = Some("it is one of several possible paths".into());
    }
    let outer = context.clone();
    for (text, written) in texts {
        context.parts.clone_from(&outer.parts);
        context.parts.push(if regex { UrlPart::Regex(written) } else { UrlPart::Route(written) });
        context.path.clone_from(&outer.path);
        context.pattern.clone_from(&outer.pattern);
        context.regex = outer.regex || regex;
        context.path.push_str(&if regex { patterns::regex_path(&text) } else { patterns::route_path(&text) });
        context.pattern.push_str(&text);
        let included = match &view {
            Value::Call(inner) if let Some(found) = included(inner) => {
                let mut context = context.clone();
                context.guard = inner.guard.or(context.guard);
                context.decorators.extend(found.decorators());
                include(world, found.target, found.namespace.cloned(), context, out);
                true
            }
            Value::Tuple(_) | Value::List(_) => {
                include(world, &view.clone(), None, context.clone(), out);
                true
            }
            Value::Attr(parts) if parts.1.as_str() == "urls" => {
                include(world, &view.clone(), None, context.clone(), out);
                true
            }
            // The pages of Django's own site stand as one; what admin classes add lies below it.
            Value::Ext(name) => {
                if let Some(site) = name.strip_suffix(".urls").map(|site| Value::Ext(sym(site))).filter(|site| is_admin_site(world, site)) {
                    custom_admin(world, &site, &context, out);
                }
                false
            }
            _ => false,
        };
        if !included {
            let name = call.arg(3, "name").and_then(Value::as_str).map(|s| s.to_string());
            leaf(world, &view, &context, name, call.loc, out);
        }
    }
}

/// The text of a pattern, for people and as written: an unknown converter (`<{converter}:pk>`) does not matter to the path.
fn pattern_text(value: &Value) -> Option<(String, String)> {
    match value {
        Value::Str(text) => Some((text.to_string(), text.to_string())),
        Value::Text(text) => {
            let converter = format!("<{HOLE}:");
            let shown = text.replace(&converter, "<");
            (!shown.contains(HOLE)).then(|| (shown, text.replace(&converter, "<?:")))
        }
        _ => None,
    }
}

/// A pattern that ends in a view.
pub fn leaf(world: &mut World, view: &Value, context: &Context, name: Option<String>, at: Loc, out: &mut Routes) {
    let found = views::resolve(world, view, &context.view_prefix, at);
    let mut certainty = Certainty::Certain;
    if context.guard.is_some() || view.is_unknown() {
        certainty = Certainty::Likely;
    }
    if found.name.is_none() {
        world.miss("routes", view, at, "view of a URL pattern");
        certainty = Certainty::Unknown;
    }
    let route = route(world, context, &found, name, at, certainty);
    push(world, out, context, route, found);
}

pub fn route(world: &mut World, context: &Context, view: &ViewRef, name: Option<String>, at: Loc, certainty: Certainty) -> Route {
    let whole = !context.path.contains(HOLE);
    let certainty = if whole { certainty } else { Certainty::Unknown };
    Route {
        path: slashed(&shown(&context.path)),
        path_known: whole,
        pattern: shown(&context.pattern),
        kind: if context.regex { RouteKind::Regex } else { RouteKind::Path },
        methods: view.methods.clone(),
        methods_certainty: view.methods_certainty,
        view: view.name.clone(),
        actions: view.actions.clone(),
        name,
        namespace: if context.namespaces.is_empty() { None } else { Some(context.namespaces.join(":")) },
        app: view.name.as_deref().and_then(|v| world.app_label_of(v)).or_else(|| world.app_label_of(&context.urlconf)),
        urlconf: context.urlconf.clone(),
        root_urlconf: context.root.clone(),
        place: world.place(at),
        certainty,
        condition: world.interp.condition(context.guard),
        development: world.interp.in_development(context.guard),
        format_suffix: false,
        first_party_view: view.first_party,
        i18n: context.i18n,
        admin: false,
        likely_methods: asked::likely_methods(world, view),
        access: access_of(world, view, context),
    }
}

fn access_of(world: &mut World, view: &ViewRef, context: &Context) -> Access {
    if !view.first_party {
        return Access::default();
    }
    if context.decorators.is_empty() {
        return access::of(world, view);
    }
    let mut decorated = view.clone();
    decorated.wrappers.splice(0..0, context.decorators.iter().cloned());
    access::of(world, &decorated)
}

pub fn push(world: &World, out: &mut Routes, context: &Context, route: Route, view: ViewRef) {
    if out.list.len() > MAX_ROUTES {
        return;
    }
    let mut pattern = urls::pattern(world, context, UrlEnd::View(vec![out.list.len()]));
    pattern.place = route.place.clone();
    let twin = if context.suffix { urls::twin(&pattern) } else { None };
    out.patterns.push(pattern);
    out.patterns.extend(twin);
    out.list.push(route);
    out.views.push(view);
}

/// Whether a class of the repository derives from an external class of this kind of name.
pub fn derives_named(world: &World, class: ClassRef, name: &str) -> bool {
    world.interp.class(class).mro.iter().any(|b| matches!(b, Base::Ext(e) if last_part(e) == name))
}
