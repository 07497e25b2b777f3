//! What hangs on the framework besides models, views and forms: commands, middleware, tasks, consumers, and the uses of
//! transactions, caches and raw SQL.

use std::collections::BTreeSet;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use crate::base::{Loc, Sym, last_part, parent_part, sym};
use crate::eval::{Base, CallObj, Frame, Value};

use super::connections;
use super::inventory::{Command, Consumer, Middleware, Task, Use};
use super::names;
use super::sockets;
use super::world::World;

const CELERY: &str = "celery.app.base.Celery";

pub fn commands(world: &mut World) -> Vec<Command> {
    let mut out = Vec::new();
    for app in world.apps.clone() {
        if !app.first_party {
            continue;
        }
        let prefix = format!("{}.management.commands.", app.module);
        for file in 0..world.interp.project.files.len() as u32 {
            let module = world.interp.module_name(file);
            let Some(name) = module.strip_prefix(&prefix) else { continue };
            let is_package = world.interp.project.files.get(file as usize).is_some_and(|f| f.is_package);
            if name.contains('.') || name.starts_with('_') || is_package {
                continue;
            }
            let frame = world.interp.module(file);
            let found = frame.vars.borrow().get(&sym("Command")).cloned().or_else(|| match frame.vars.borrow().get(&sym("*")) {
                Some(Value::Tuple(stars)) => stars
                    .iter()
                    .find_map(|s| if let Value::Ext(module) = s { Some(Value::Ext(sym(&format!("{module}.Command")))) } else { None }),
                _ => None,
            });
            let (qualname, line) = match found.map(|f| world.interp.force(f)) {
                Some(Value::Class(class)) => (world.interp.class(class).dotted(), world.interp.class(class).line),
                Some(Value::Ext(ext)) => (ext.to_string(), 1),
                _ => match click_command(world, &frame) {
                    Some(found) => found,
                    None => continue,
                },
            };
            out.push(Command {
                app: app.label.clone(),
                name: name.to_string(),
                qualname,
                file: world.interp.project.path(file).to_string(),
                line,
                installed: app.installed,
            });
        }
    }
    out.sort_by(|a, b| (&a.app, &a.name).cmp(&(&b.app, &b.name)));
    world.count("commands", out.len() as u64);
    out
}

/// First-party entries of MIDDLEWARE, and classes that are middleware without being named there.
pub fn middleware(world: &mut World, listed: &[String]) -> Vec<Middleware> {
    let mut out = Vec::new();
    for (position, dotted) in listed.iter().enumerate() {
        let Some(value) = world.interp.lookup_dotted(dotted) else { continue };
        let (kind, place, hooks) = match &value {
            Value::Class(class) => {
                let object = world.interp.class(*class);
                let mut hooks = BTreeSet::new();
                for base in &object.mro {
                    if let Base::First(base) = base {
                        hooks.extend(
                            world
                                .interp
                                .class(*base)
                                .frame
                                .vars
                                .borrow()
                                .keys()
                                .filter(|n| n.starts_with("process_") || matches!(n.as_str(), "__call__" | "__acall__"))
                                .map(|n| n.to_string()),
                        );
                    }
                }
                ("class", world.class_place(&object), hooks.into_iter().collect())
            }
            Value::Func(func) => {
                let line = world.interp.func_def(func).map_or(0, |d| d.line);
                ("function", world.place(Loc { file: func.file, line }), Vec::new())
            }
            _ => continue,
        };
        out.push(Middleware { qualname: dotted.clone(), place, kind: kind.to_string(), hooks, position: Some(position as u32) });
    }
    world.count("middleware", out.len() as u64);
    out
}

/// Celery's tasks and, apart from them, the jobs of other queues (RQ, Huey, Django's own tasks): decorated functions and task classes.
pub fn tasks(world: &mut World) -> (Vec<Task>, Vec<Task>) {
    let mut out = Vec::new();
    let celery = celery_apps(world);
    let method_of = |world: &World, object: &Value, name: &str| {
        let celery = matches!(object, Value::Call(made) if celery.contains(&Rc::as_ptr(made)));
        method_of(world, object, name).or_else(|| celery.then(|| sym(&format!("{CELERY}.{name}"))))
    };
    for call in world.interp.calls.clone() {
        let (decorator, name) = match &call.callee {
            Value::Ext(name) => (Some(of_instance(world, *name)), None),
            Value::Call(factory) => match &factory.callee {
                Value::Ext(name) => (Some(of_instance(world, *name)), factory.kwarg("name").and_then(Value::as_str)),
                Value::Attr(parts) => (method_of(world, &parts.0, &parts.1), factory.kwarg("name").and_then(Value::as_str)),
                _ => continue,
            },
            Value::Attr(parts) => (method_of(world, &parts.0, &parts.1), call.kwarg("name").and_then(Value::as_str)),
            _ => continue,
        };
        let Some(decorator) = decorator else { continue };
        if world.interp.project.packages.function(decorator).is_none_or(|f| f.kind != "task_decorator") {
            continue;
        }
        let Some(target @ (Value::Func(_) | Value::Class(_))) = call.args.first().map(unwrapped) else { continue };
        let Some(qualname) = world.dotted(&target) else { continue };
        let place = match &target {
            Value::Func(func) => world.place(Loc { file: func.file, line: world.interp.func_def(func).map_or(0, |d| d.line) }),
            _ => world.place(call.loc),
        };
        let app = world.app_label_of(&qualname);
        out.push(Task {
            qualname,
            name: name.map(|n| n.to_string()),
            kind: decorator.split('.').next().unwrap_or("").to_string(),
            place,
            app,
        });
    }
    for class in world.class_refs() {
        let object = world.interp.class(class);
        // Task classes become tasks when registered; abstract bases do not.
        if !object.mro.contains(&Base::Ext(sym("celery.app.task.Task")))
            || object.own("abstract").and_then(|v| v.as_bool()) == Some(true)
            || world.interp.find_first_party(class, "run").is_none()
        {
            continue;
        }
        let qualname = object.dotted();
        let registered = world.interp.calls.iter().any(|c| {
            matches!(&c.callee, Value::Attr(p) if p.1.as_str() == "register_task")
                && c.args.iter().any(|a| matches!(a, Value::Class(x) if *x == class) || matches!(a, Value::Instance(i) if i.class == class))
        });
        if registered {
            let app = world.app_label_of(&qualname);
            let name = object.own("name").and_then(|v| v.as_str()).map(|s| s.to_string());
            out.push(Task { qualname, name, kind: "celery".into(), place: world.class_place(&object), app });
        }
    }
    out.sort_by(|a, b| (&a.qualname, &a.place).cmp(&(&b.qualname, &b.place)));
    out.dedup_by(|b, a| a.qualname == b.qualname);
    world.count("tasks", out.len() as u64);
    out.into_iter().partition(|t| t.kind == "celery")
}

/// The function behind decorators that say what they wrap.
fn unwrapped(value: &Value) -> Value {
    let mut at = value.clone();
    for _ in 0..20 {
        let next = match &at {
            Value::Func(func) => func.wrapped.borrow().clone(),
            _ => None,
        };
        match next {
            Some(inner @ Value::Func(_)) => at = inner,
            _ => break,
        }
    }
    at
}

/// What an application of Celery is made of, where nobody knows its class: objects on which methods are called that only Celery has.
fn celery_apps(world: &World) -> FxHashSet<*const CallObj> {
    let made = |call: &Rc<CallObj>| match &call.callee {
        Value::Attr(parts) if matches!(parts.1.as_str(), "autodiscover_tasks" | "config_from_object") => match &parts.0 {
            Value::Call(made) => Some(Rc::as_ptr(made)),
            _ => None,
        },
        _ => None,
    };
    let mut out: FxHashSet<*const CallObj> = world.interp.calls.iter().filter_map(made).collect();
    // What a package that nobody describes makes of an application stands for it: `app = monitoring.setup(app)`.
    for call in &world.interp.calls {
        let is_app =
            |value: &Value| matches!(value, Value::Call(made) if out.contains(&Rc::as_ptr(made)) || made.ext() == Some(sym(CELERY)));
        if call.args.first().is_some_and(is_app) && call.ext().is_some_and(|name| !world.interp.project.packages.knows(name)) {
            out.insert(Rc::as_ptr(call));
        }
    }
    out
}

/// `app.task` where `app` is an instance of a class that the tables know.
fn method_of(world: &World, object: &Value, name: &str) -> Option<crate::base::Sym> {
    let class = match object {
        Value::Call(call) => call.ext()?,
        Value::Ext(ext) => world.interp.project.packages.instance(*ext)?,
        Value::Instance(made) => world.external_base(&world.interp.class(made.class), |_| true)?,
        // A `task` of one's own that hands on to the base's.
        Value::Super(parts) => world.external_base(&world.interp.class(parts.0), |_| true)?,
        _ => return None,
    };
    let packages = &world.interp.project.packages;
    packages.mro(class).iter().map(|c| sym(&format!("{c}.{name}"))).find(|full| packages.function(*full).is_some())
}

/// The method that a name ends in where the rest names an object that a package makes: `djhuey.HUEY.task`.
fn of_instance(world: &World, name: Sym) -> Sym {
    let packages = &world.interp.project.packages;
    match packages.function(name) {
        Some(_) => name,
        None => method_of(world, &Value::Ext(sym(parent_part(&name))), last_part(&name)).unwrap_or(name),
    }
}

pub fn consumers(world: &mut World) -> Vec<Consumer> {
    let mut out: Vec<Consumer> = Vec::new();
    let mut sockets = sockets::paths(world);
    for class in world.class_refs() {
        let object = world.interp.class(class);
        let Some(base) = world.external_base(&object, |n| {
            let packages = &world.interp.project.packages;
            packages.class(sym(n)).is_some_and(|c| c.kind == "consumer")
                || n.starts_with("channels.generic.")
                || n.starts_with("channels.consumer.")
        }) else {
            continue;
        };
        let qualname = object.dotted();
        let (paths, patterns) = sockets.remove(&class).unwrap_or_default().into_iter().unzip();
        out.push(Consumer {
            kind: last_part(&base).to_string(),
            place: world.class_place(&object),
            app: world.app_label_of(&object.module),
            qualname,
            paths,
            patterns,
        });
    }
    out.sort_by(|a, b| a.qualname.cmp(&b.qualname));
    // A class that is defined in one of two branches is one; routes may name either.
    out.dedup_by(|b, a| {
        let same = a.qualname == b.qualname;
        for (path, pattern) in b.paths.iter().zip(&b.patterns).filter(|_| same) {
            if !a.paths.contains(path) {
                a.paths.push(path.clone());
                a.patterns.push(pattern.clone());
            }
        }
        same
    });
    world.count("consumers", out.len() as u64);
    out
}

/// A function that django-click makes a command of.
fn click_command(world: &World, frame: &Frame) -> Option<(String, u32)> {
    let is_command = |decorator: &Value| match decorator {
        Value::Call(call) => call.ext().is_some_and(|name| CLICK.contains(&name.as_str())),
        Value::Ext(name) => CLICK.contains(&name.as_str()),
        _ => false,
    };
    frame.vars.borrow().values().find_map(|value| match value {
        Value::Func(func) if func.decorators.borrow().iter().any(is_command) => {
            Some((world.interp.func_dotted(func), world.interp.func_def(func)?.line))
        }
        _ => None,
    })
}

const CLICK: [&str; 4] = ["djclick.command", "djclick.group", "djclick.adapter.command", "djclick.adapter.group"];

#[derive(Default)]
pub struct Uses {
    pub caching: Vec<Use>,
    pub transactions: Vec<Use>,
    pub raw_sql: Vec<Use>,
}

#[derive(Default)]
pub struct Rendered {
    /// Templates that code names.
    pub templates: Vec<Use>,
    /// Dotted names of the functions that make a page, whether its template is known or not.
    pub pages: BTreeSet<String>,
}

/// Templates named in code: `render(request, "x.html")`, `get_template("x.html")`, `TemplateResponse(…)` and their relatives.
pub fn renders(world: &mut World) -> Rendered {
    const NAMES: &[&str] = &[
        "TemplateResponse",
        "SimpleTemplateResponse",
        "get_template",
        "render",
        "render_to_response",
        "render_to_string",
        "select_template",
    ];
    let mut out = Rendered::default();
    for (file, site) in names::call_sites(world, NAMES) {
        let ast = world.interp.ast(file);
        let crate::facts::ExprKind::Call(_, args) = ast.expr(site.expr) else { continue };
        let Some(callee) = names::callee(world, file, site) else { continue };
        if !callee.starts_with("django.") {
            continue;
        }
        // The request may come first; the template is the first text, or a list of them.
        let text = |id: u32| match ast.expr(id) {
            crate::facts::ExprKind::Str(text) => Some(vec![text.to_string()]),
            crate::facts::ExprKind::List(items) | crate::facts::ExprKind::Tuple(items) => Some(
                items
                    .iter()
                    .filter_map(|i| if let crate::facts::ExprKind::Str(t) = ast.expr(*i) { Some(t.to_string()) } else { None })
                    .collect(),
            ),
            _ => None,
        };
        let named = args.iter().find_map(|a| match a {
            crate::facts::Arg::Pos(id) => text(*id),
            crate::facts::Arg::Key(name, id) if matches!(name.as_str(), "template_name" | "template") => text(*id),
            _ => None,
        });
        let line = ast.line(site.expr);
        let scope = names::scope_name(world, file, site.scope);
        // A text may become a mail as well.
        if last_part(&callee) != "render_to_string" {
            out.pages.insert(scope.clone());
        }
        for template in named.unwrap_or_default() {
            out.templates.push(Use { what: template, scope: scope.clone(), place: world.place(Loc { file, line }) });
        }
    }
    out.templates.sort_by(|a, b| (&a.place, &a.what).cmp(&(&b.place, &b.what)));
    out
}

/// Calls and decorators, in executed code or not, that concern transactions, caches and SQL.
pub fn uses(world: &mut World) -> Uses {
    let mut out = Uses::default();
    const CACHE: &[&str] = &[
        "get",
        "set",
        "add",
        "delete",
        "get_many",
        "set_many",
        "delete_many",
        "get_or_set",
        "incr",
        "decr",
        "clear",
        "touch",
        "aget",
        "aset",
        "adelete",
    ];
    let names: Vec<&str> = [
        CACHE,
        &[
            "atomic",
            "on_commit",
            "set_rollback",
            "savepoint",
            "commit",
            "rollback",
            "non_atomic_requests",
            "cursor",
            "execute",
            "executemany",
            "callproc",
            "raw",
            "extra",
            "RawSQL",
            "cache_page",
            "never_cache",
            "cache_control",
            "vary_on_headers",
            "vary_on_cookie",
        ],
    ]
    .concat();
    let receivers = connections::receivers(world);
    for (file, site) in names::call_sites(world, &names) {
        let ast = world.interp.ast(file);
        let crate::facts::ExprKind::Call(func, _) = ast.expr(site.expr) else { continue };
        let method = match ast.expr(*func) {
            crate::facts::ExprKind::Attr(_, name) | crate::facts::ExprKind::Name(name) => name.to_string(),
            _ => continue,
        };
        let dotted = names::callee(world, file, site);
        let line = ast.line(site.expr);
        let made = |what: String, world: &World| Use {
            what,
            scope: names::scope_name(world, file, site.scope),
            place: world.place(Loc { file, line }),
        };
        match (method.as_str(), dotted.as_deref()) {
            (_, Some(name)) if name.starts_with("django.db.transaction.") => {
                out.transactions.push(made(format!("transaction.{}", last_part(name)), world))
            }
            (_, Some(name)) if name.starts_with("django.core.cache.") && name.matches('.').count() >= 3 => {
                out.caching.push(made(name.trim_start_matches("django.core.").to_string().replacen("cache.cache", "cache", 1), world))
            }
            (_, Some(name)) if name.starts_with("django.views.decorators.") => out.caching.push(made(last_part(name).to_string(), world)),
            ("RawSQL", Some(name)) if name.starts_with("django.") => out.raw_sql.push(made("RawSQL".into(), world)),
            ("cursor", Some(name)) if name.starts_with("django.db.") => out.raw_sql.push(made("connection.cursor".into(), world)),
            ("cursor", None) if connections::is_connection(world, &receivers, file, site, *func) => {
                out.raw_sql.push(made("connection.cursor".into(), world))
            }
            // What `RunPython` hands to its function.
            ("execute", None) if ast.dotted(*func).is_some_and(|name| name == "schema_editor.execute") => {
                out.raw_sql.push(made("schema_editor.execute".into(), world))
            }
            // A manager's or queryset's method: known by its name and its shape.
            ("raw" | "extra", _) if is_queryset_method(ast, *func) => out.raw_sql.push(made(format!("queryset.{method}"), world)),
            _ => {}
        }
    }
    // Decorators without a call: `@transaction.atomic`.
    for call in world.interp.calls.clone() {
        let Value::Ext(name) = call.callee else { continue };
        if name.starts_with("django.db.transaction.") && matches!(call.args.first(), Some(Value::Func(_) | Value::Class(_))) {
            let scope = call.args.first().and_then(|a| world.dotted(a)).unwrap_or_default();
            let place = world.place(call.loc);
            out.transactions.push(Use { what: format!("transaction.{}", last_part(&name)), scope, place });
        }
    }
    for list in [&mut out.caching, &mut out.transactions, &mut out.raw_sql] {
        list.sort_by(|a, b| (&a.place, &a.what, &a.scope).cmp(&(&b.place, &b.what, &b.scope)));
        list.dedup_by(|b, a| a.place == b.place && a.what == b.what);
    }
    out
}

/// `Model.objects.raw(…)`, `queryset.filter(…).extra(…)`: the receiver mentions a manager or queryset.
fn is_queryset_method(ast: &crate::facts::Ast, func: u32) -> bool {
    use crate::facts::ExprKind;
    let ExprKind::Attr(mut at, _) = ast.expr(func).clone() else { return false };
    for _ in 0..40 {
        at = match ast.expr(at) {
            ExprKind::Call(inner, _) => *inner,
            ExprKind::Attr(object, name) => {
                if matches!(
                    name.as_str(),
                    "objects" | "queryset" | "get_queryset" | "_default_manager" | "all" | "filter" | "exclude" | "using"
                ) {
                    return true;
                }
                *object
            }
            ExprKind::Name(name) => return matches!(name.as_str(), "queryset" | "qs"),
            _ => return false,
        };
    }
    false
}
