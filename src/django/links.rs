//! What code reaches by a name in a string or through a queue, and where it uses the session: couplings that no import shows.
//!
//! Names are kept as they are written; whoever reads them looks whether the project has something of that name.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Loc;
use crate::facts::ir::Arg;
use crate::facts::{Ast, ExprId, ExprKind, StmtKind};

use super::inventory::{Link, LinkKind, SESSION_WRITTEN, Use};
use super::names;
use super::world::World;

/// Functions whose first argument names what is loaded.
const LOADERS: [&str; 4] = ["import_string", "import_module", "get_model", "__import__"];
/// Functions whose first argument names the task that is queued.
const BY_NAME: [&str; 2] = ["send_task", "signature"];
/// Functions that call later what they are given: `on_commit(task.delay)`, `partial(task.delay, 1)`.
const LATER: [&str; 2] = ["on_commit", "partial"];
/// Methods of a task that queue it.
const QUEUES: [&str; 9] =
    ["delay", "apply_async", "delay_on_commit", "apply_async_on_commit", "s", "si", "send", "enqueue", "send_with_options"];

/// Methods of a session that change it.
const CHANGES: [&str; 10] =
    ["clear", "cycle_key", "delete", "flush", "pop", "save", "set_expiry", "set_test_cookie", "setdefault", "update"];

pub struct Links {
    pub links: Vec<Link>,
    pub sessions: Vec<Use>,
}

pub fn collect(world: &mut World) -> Links {
    let mut out = Links { links: Vec::new(), sessions: Vec::new() };
    let wanted: Vec<&str> = LOADERS.iter().chain(&BY_NAME).chain(&QUEUES).chain(&LATER).copied().collect();
    for (file, site) in names::call_sites(world, &wanted) {
        if world.interp.project.path(file).contains("/migrations/") {
            continue;
        }
        let ast = world.interp.ast(file);
        let ExprKind::Call(func, args) = ast.expr(site.expr) else { continue };
        let (object, name) = match ast.expr(*func) {
            ExprKind::Attr(object, name) => (Some(*object), name.to_string()),
            ExprKind::Name(name) => (None, name.to_string()),
            _ => continue,
        };
        let texts: Vec<String> = args.iter().map_while(|arg| named(arg).and_then(|id| text(ast, id))).collect();
        let line = ast.line(site.expr);
        if LATER.contains(&name.as_str()) {
            let scope = site.scope;
            out.links.extend(args.iter().filter_map(positional).filter_map(|given| handed(world, file, scope, given)));
            continue;
        }
        let (kind, to) = if LOADERS.contains(&name.as_str()) {
            (
                LinkKind::Name,
                match texts.as_slice() {
                    // `get_model("app", "Model")`
                    [app, model] if name == "get_model" => Some(format!("{app}.{model}")),
                    [first, ..] => Some(first.clone()),
                    [] => None,
                },
            )
        } else if BY_NAME.contains(&name.as_str()) {
            (LinkKind::Task, texts.first().cloned())
        } else {
            (LinkKind::Task, object.and_then(|object| names::resolve(world, file, site.scope, object)).map(|name| name.to_string()))
        };
        if let Some(to) = to.filter(|to| to.contains('.')) {
            let scope = names::scope_name(world, file, site.scope);
            out.links.push(Link { kind, to, place: world.place(Loc { file, line }), scope });
        }
    }
    settings(world, &mut out.links);
    sessions(world, &mut out.sessions);
    out.links.sort();
    out.links.dedup();
    // Of a line that reads and writes, the writing counts.
    out.sessions.sort_by(|a, b| (&a.place, &a.scope, &b.what).cmp(&(&b.place, &b.scope, &a.what)));
    out.sessions.dedup_by(|b, a| a.place == b.place);
    out
}

/// The task that is queued when what is handed over is called.
fn handed(world: &mut World, file: u32, scope: crate::facts::Scope, given: ExprId) -> Option<Link> {
    let ast = world.interp.ast(file);
    let ExprKind::Attr(object, method) = ast.expr(given) else { return None };
    if !QUEUES.contains(&method.as_str()) {
        return None;
    }
    let to = names::resolve(world, file, scope, *object)?.to_string();
    let (line, scope) = (ast.line(given), names::scope_name(world, file, scope));
    to.contains('.').then(|| Link { kind: LinkKind::Task, to, place: world.place(Loc { file, line }), scope })
}

/// An argument that says what is loaded, in its place or by keyword.
fn named(arg: &Arg) -> Option<ExprId> {
    match arg {
        Arg::Key(key, id) if matches!(key.as_str(), "app_label" | "model_name" | "dotted_path" | "name") => Some(*id),
        other => positional(other),
    }
}

fn positional(arg: &Arg) -> Option<ExprId> {
    if let Arg::Pos(id) = arg { Some(*id) } else { None }
}

fn text(ast: &crate::facts::Ast, id: ExprId) -> Option<String> {
    if let ExprKind::Str(text) = ast.expr(id) { Some(text.to_string()) } else { None }
}

/// Dotted names in the files of settings.
fn settings(world: &World, out: &mut Vec<Link>) {
    let mut files: Vec<u32> = world.candidates.iter().map(|candidate| candidate.file).collect();
    files.sort_unstable();
    files.dedup();
    for file in files {
        let ast = world.interp.ast(file);
        let found: Vec<(String, u32)> = ast
            .exprs
            .iter()
            .zip(&ast.lines)
            .filter_map(|(expr, line)| if let ExprKind::Str(text) = expr { Some((text.to_string(), *line)) } else { None })
            .filter(|(text, _)| text.contains('.') && text.chars().all(|ch| ch.is_alphanumeric() || matches!(ch, '_' | '.')))
            .collect();
        for (to, line) in found {
            out.push(Link { kind: LinkKind::Setting, to, place: world.place(Loc { file, line }), scope: String::new() });
        }
    }
}

/// `request.session`, wherever the request is called so.
fn sessions(world: &World, out: &mut Vec<Use>) {
    for file in 0..world.interp.project.files.len() as u32 {
        let ast = world.interp.ast(file);
        let is_request = |id: ExprId| match ast.expr(id) {
            ExprKind::Name(name) | ExprKind::Attr(_, name) => name.as_str() == "request",
            _ => false,
        };
        let is_session =
            |id: ExprId| matches!(ast.expr(id), ExprKind::Attr(object, name) if name.as_str() == "session" && is_request(*object));
        let written = changed(ast, &is_session);
        let found: Vec<(ExprId, u32)> = (0..).zip(ast.lines.iter().copied()).filter(|(id, _)| is_session(*id)).collect();
        let scopes: BTreeMap<u32, String> =
            names::scopes_at(world, file, &found.iter().map(|(_, line)| *line).collect()).into_iter().collect();
        for (id, line) in found {
            let scope = scopes.get(&line).cloned().unwrap_or_default();
            let what = if written.contains(&id) { SESSION_WRITTEN } else { "request.session" };
            out.push(Use { what: what.to_owned(), scope, place: world.place(Loc { file, line }) });
        }
    }
}

/// The sessions of which an item or an attribute is set or removed, or a method called that does that.
fn changed(ast: &Ast, is_session: &impl Fn(ExprId) -> bool) -> BTreeSet<ExprId> {
    let mut out = BTreeSet::new();
    let mut holder = |id: ExprId| {
        if let ExprKind::Subscript(object, _) | ExprKind::Attr(object, _) = ast.expr(id)
            && is_session(*object)
        {
            out.insert(*object);
        }
    };
    for stmt in &ast.stmts {
        match &stmt.kind {
            StmtKind::Assign(targets, _) | StmtKind::Delete(targets) => targets.iter().for_each(|target| holder(*target)),
            StmtKind::AugAssign(target, ..) => holder(*target),
            _ => {}
        }
    }
    for expr in &ast.exprs {
        if let ExprKind::Call(func, _) = expr
            && ast.last_name(*func).is_some_and(|name| CHANGES.contains(&name.as_str()))
        {
            holder(*func);
        }
    }
    out
}
