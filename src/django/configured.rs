//! What the settings call into besides apps and middleware (context processors, the schedule of Celery), and what of the settings code reads.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Loc, Sym, last_part, sym};
use crate::eval::Value;
use crate::facts::{Arg, Ast, ExprId, ExprKind, StmtKind};

use super::inventory::{ContextProcessor, Schedule, Use};
use super::names;
use super::world::World;

pub fn context_processors(world: &mut World, listed: &[String]) -> Vec<ContextProcessor> {
    let mut out: Vec<ContextProcessor> = Vec::new();
    for dotted in listed {
        if out.iter().any(|p| p.qualname == *dotted) {
            continue;
        }
        let place = match world.interp.lookup_dotted(dotted) {
            Some(Value::Func(func)) => {
                let line = world.interp.func_def(&func).map_or(0, |d| d.line);
                Some(world.place(Loc { file: func.file, line }))
            }
            Some(Value::Class(class)) => {
                let object = world.interp.class(class);
                Some(world.class_place(&object))
            }
            _ => None,
        };
        out.push(ContextProcessor { qualname: dotted.clone(), own: place.is_some(), place });
    }
    out
}

/// Entries of the schedule in the settings, in `app.conf.beat_schedule = {…}`, and calls of `add_periodic_task`.
pub fn schedules(world: &mut World, listed: &[(String, Option<String>)]) -> Vec<Schedule> {
    let mut out = Vec::new();
    let settings = world.candidates.first().map_or(0, |c| c.file);
    for (name, task) in listed {
        let place = world.place(written(world, name).unwrap_or(Loc { file: settings, line: 1 }));
        out.push(Schedule { name: name.clone(), task: task.clone(), place });
    }
    for file in 0..world.interp.project.files.len() as u32 {
        let ast = world.interp.ast(file);
        for (name, task, line) in configured(ast) {
            out.push(Schedule { name, task, place: world.place(Loc { file, line }) });
        }
    }
    for (file, site) in names::call_sites(world, &["add_periodic_task"]) {
        let ast = world.interp.ast(file);
        let ExprKind::Call(_, args) = ast.expr(site.expr) else { continue };
        let name = args.iter().find_map(|a| match a {
            Arg::Key(key, value) if key.as_str() == "name" => text(ast, *value),
            _ => None,
        });
        let task = args.iter().filter_map(|a| if let Arg::Pos(id) = a { Some(*id) } else { None }).nth(1).and_then(|id| signature(ast, id));
        let name = name.or_else(|| task.clone()).unwrap_or_default();
        out.push(Schedule { name, task, place: world.place(Loc { file, line: ast.line(site.expr) }) });
    }
    out.sort_by(|a, b| (&a.place, &a.name).cmp(&(&b.place, &b.name)));
    out
}

/// Where an entry's name is written, in the settings that count or near them.
fn written(world: &World, name: &str) -> Option<Loc> {
    let word = sym(name);
    let mut files: Vec<u32> = world.candidates.iter().map(|c| c.file).collect();
    let near = |path: &str| path.contains("settings") || path.contains("celery");
    files.extend((0..world.interp.project.files.len() as u32).filter(|f| near(world.interp.project.path(*f))));
    files.into_iter().find_map(|file| {
        let ast = world.interp.ast(file);
        let found = ast.exprs.iter().position(|expr| matches!(expr, ExprKind::Str(text) if *text == word))?;
        Some(Loc { file, line: ast.line(found as ExprId) })
    })
}

/// `app.conf.beat_schedule = {…}` and `app.conf.update(beat_schedule={…})`.
fn configured(ast: &Ast) -> Vec<(String, Option<String>, u32)> {
    let names = |name: &Sym| matches!(name.as_str(), "beat_schedule" | "CELERYBEAT_SCHEDULE" | "CELERY_BEAT_SCHEDULE");
    let mut tables: Vec<ExprId> = Vec::new();
    for stmt in &ast.stmts {
        if let StmtKind::Assign(targets, value) = &stmt.kind
            && targets.iter().any(|t| matches!(ast.expr(*t), ExprKind::Attr(_, name) if names(name)))
        {
            tables.push(*value);
        }
    }
    for site in &ast.calls {
        if site.name.is_none_or(|name| name.as_str() != "update") {
            continue;
        }
        if let ExprKind::Call(func, args) = ast.expr(site.expr)
            && matches!(ast.expr(*func), ExprKind::Attr(..))
        {
            tables.extend(args.iter().filter_map(|a| match a {
                Arg::Key(key, value) if names(key) => Some(*value),
                _ => None,
            }));
        }
    }
    let mut out = Vec::new();
    for table in tables {
        let ExprKind::Dict(entries) = ast.expr(table) else { continue };
        for (key, value) in entries {
            let Some(name) = key.and_then(|k| text(ast, k)) else { continue };
            out.push((name, task_of(ast, *value), ast.line(*value)));
        }
    }
    out
}

fn task_of(ast: &Ast, entry: ExprId) -> Option<String> {
    let ExprKind::Dict(pairs) = ast.expr(entry) else { return None };
    pairs.iter().find(|(k, _)| k.and_then(|k| text(ast, k)).as_deref() == Some("task")).and_then(|(_, v)| text(ast, *v))
}

fn text(ast: &Ast, id: ExprId) -> Option<String> {
    if let ExprKind::Str(text) = ast.expr(id) { Some(text.to_string()) } else { None }
}

/// `task.s(…)`: the task's name as it is written.
fn signature(ast: &Ast, id: ExprId) -> Option<String> {
    let ExprKind::Call(func, _) = ast.expr(id) else { return None };
    match ast.expr(*func) {
        ExprKind::Attr(task, _) => ast.dotted(*task),
        _ => None,
    }
}

/// Keys that code reads from `django.conf.settings`, each at the first place; the settings themselves do not count.
pub fn setting_reads(world: &mut World) -> Vec<Use> {
    let mut found: BTreeMap<String, (String, u32, u32)> = BTreeMap::new();
    for file in 0..world.interp.project.files.len() as u32 {
        let path = world.interp.project.path(file).to_string();
        if path.contains("/migrations/") {
            continue;
        }
        let ast = world.interp.ast(file);
        let holders = holders(ast);
        if holders.is_empty() {
            continue;
        }
        let holds = |id: ExprId| matches!(ast.expr(id), ExprKind::Name(name) if holders.contains(name));
        for (expr, line) in ast.exprs.iter().zip(&ast.lines) {
            let key = match expr {
                ExprKind::Attr(object, key) if holds(*object) => *key,
                ExprKind::Call(func, args) if matches!(ast.expr(*func), ExprKind::Name(n) if n.as_str() == "getattr") => {
                    match args.as_ref() {
                        [Arg::Pos(object), Arg::Pos(key), ..] if holds(*object) => match ast.expr(*key) {
                            ExprKind::Str(key) => *key,
                            _ => continue,
                        },
                        _ => continue,
                    }
                }
                _ => continue,
            };
            if !is_key(&key) {
                continue;
            }
            let place = (path.clone(), *line, file);
            let known = found.entry(key.to_string()).or_insert_with(|| place.clone());
            if place < *known {
                *known = place;
            }
        }
    }
    let module = |file: u32| world.interp.module_name(file).to_string();
    found.into_iter().map(|(key, (_, line, file))| Use { what: key, scope: module(file), place: world.place(Loc { file, line }) }).collect()
}

/// Names under which a file has imported the settings.
fn holders(ast: &Ast) -> BTreeSet<Sym> {
    let mut out = BTreeSet::new();
    for (id, _) in &ast.imports {
        if let StmtKind::From(import) = ast.stmt(*id)
            && import.level == 0
            && import.module.as_str() == "django.conf"
        {
            out.extend(import.names.iter().filter(|n| n.name.as_str() == "settings").map(|n| n.alias.unwrap_or(n.name)));
        }
    }
    out
}

fn is_key(name: &str) -> bool {
    last_part(name) == name && name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.chars().any(|c| c.is_ascii_lowercase())
}
