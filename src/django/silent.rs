//! Receivers that can never fire, and why: nobody sends their signal, their sender sends nothing, or nothing imports their module.
//!
//! A wrong "never" costs more than a missing one, so every reason needs proof: a signal that is passed on as a value may be sent by whoever got
//! it, and a module whose name stands in any text may be imported by it.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Loc, Sym, last_part, parent_part, sym};
use crate::eval::{Base, Value};
use crate::facts::{Arg, Ast, ExprId, ExprKind, StmtKind};

use super::inventory::Model;
use super::signals::Signals;
use super::world::{MODEL, World};

/// Signals whose sender is a model.
const MODEL_SIGNALS: &[&str] = &["pre_init", "post_init", "pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"];

/// Modules that Django or a package imports by name from every installed app.
const LOADED: &[&str] = &[
    "__init__",
    "__main__",
    "admin",
    "apps",
    "asgi",
    "celery",
    "checks",
    "cms_apps",
    "cms_menus",
    "cms_plugins",
    "cms_toolbars",
    "conftest",
    "cron",
    "dashboard",
    "documents",
    "jobs",
    "lookups",
    "manage",
    "models",
    "permissions",
    "rules",
    "search_indexes",
    "sitemaps",
    "tasks",
    "translation",
    "urls",
    "wagtail_hooks",
    "wsgi",
];

/// Write the reason to every receiver that never fires.
pub fn mark(world: &mut World, models: &[Model], signals: &mut Signals) {
    let unsent = unsent(world, signals);
    let unimported = unimported(world, signals);
    let throughs: FxHashSet<&str> = models.iter().flat_map(|m| &m.fields).filter_map(|f| f.relation.as_ref()?.through.as_deref()).collect();
    for receiver in &mut signals.receivers {
        let signal = receiver.signal.as_deref().unwrap_or("");
        let sender = receiver.sender.as_deref();
        receiver.never_fires = if unimported.contains(&receiver.place.file) {
            Some("nothing imports its module".to_string())
        } else if unsent.contains(signal) {
            Some(format!("nobody sends {signal}"))
        } else {
            let mute = sender.filter(|_| of_models(signal)).and_then(|sender| mute(world, models, &throughs, signal, sender));
            mute.or(receiver.never_fires.take())
        };
    }
}

fn of_models(signal: &str) -> bool {
    signal.strip_prefix("django.db.models.signals.").is_some_and(|name| MODEL_SIGNALS.contains(&name))
}

/// Why a sender sends no signal of models.
fn mute(world: &mut World, models: &[Model], throughs: &FxHashSet<&str>, signal: &str, sender: &str) -> Option<String> {
    if let Some(model) = models.iter().find(|m| m.label == sender) {
        return match &model.swappable {
            _ if model.is_abstract => Some(format!("{sender} is abstract: signals carry the concrete model")),
            Some(setting) if model.swapped => Some(format!("{setting} swaps {sender} out")),
            _ if signal.ends_with(".m2m_changed") && !throughs.contains(sender) => {
                Some(format!("{sender} is the through model of no many-to-many field"))
            }
            _ => None,
        };
    }
    if let Some(Value::Class(class)) = world.interp.lookup_dotted(sender) {
        let object = world.interp.class(class);
        let settled = !object.open && !object.late;
        return (settled && !object.mro.contains(&Base::Ext(sym(MODEL)))).then(|| format!("{sender} is no model"));
    }
    external(world, sender)
}

/// The same for a model of a package.
fn external(world: &mut World, sender: &str) -> Option<String> {
    let packages = &world.interp.project.packages;
    let by_label = sender.split_once('.').and_then(|(app, model)| packages.model_by_label(app, model));
    let known = packages.class(by_label.unwrap_or_else(|| sym(sender))).filter(|c| c.kind == "model")?;
    if known.is_abstract {
        return Some(format!("{sender} is abstract: signals carry the concrete model"));
    }
    let setting = known.swappable.clone()?;
    let chosen = world.interp.setting(sym(&setting), Loc::default()).as_str()?;
    (!chosen.eq_ignore_ascii_case(sender)).then(|| format!("{setting} swaps {sender} out"))
}

// ---- signals that nobody sends

/// Signals of the project that have receivers, are never sent, and never leave the hands of those who connect to them.
fn unsent(world: &World, signals: &Signals) -> FxHashSet<String> {
    let mut open: FxHashMap<Sym, Vec<&str>> = FxHashMap::default();
    for definition in &signals.definitions {
        let name = definition.qualname.as_str();
        let heard = signals.receivers.iter().any(|r| r.signal.as_deref() == Some(name));
        if heard && !signals.sends.iter().any(|s| s.signal == name) {
            open.entry(sym(last_part(name))).or_default().push(name);
        }
    }
    for file in &world.interp.project.files {
        if open.is_empty() {
            break;
        }
        let ast = &file.facts.ast;
        let aliases = aliases(ast, &open);
        let named = |kind: &ExprKind| match kind {
            ExprKind::Name(name) => aliases.get(name).copied().or_else(|| open.contains_key(name).then_some(*name)),
            ExprKind::Attr(_, name) | ExprKind::Str(name) if open.contains_key(name) => Some(*name),
            _ => None,
        };
        let read: Vec<(ExprId, Sym)> = ast.exprs.iter().enumerate().filter_map(|(id, expr)| Some((id as ExprId, named(expr)?))).collect();
        if read.is_empty() {
            continue;
        }
        let harmless = harmless(ast);
        for (_, name) in read.iter().filter(|(id, _)| !harmless.contains(id)) {
            open.remove(name);
        }
    }
    open.into_values().flatten().map(str::to_string).collect()
}

/// Names that imports give to the signals.
fn aliases(ast: &Ast, wanted: &FxHashMap<Sym, Vec<&str>>) -> FxHashMap<Sym, Sym> {
    let mut out = FxHashMap::default();
    for (id, _) in &ast.imports {
        if let StmtKind::From(import) = ast.stmt(*id) {
            let renamed = import.names.iter().filter_map(|n| Some((n.alias?, n.name)));
            out.extend(renamed.filter(|(_, name)| wanted.contains_key(name)));
        }
    }
    out
}

/// Expressions that only define a signal, export its name or connect something to it.
fn harmless(ast: &Ast) -> FxHashSet<ExprId> {
    let mut out = FxHashSet::default();
    let elements = |id: ExprId| match ast.expr(id) {
        ExprKind::List(items) | ExprKind::Tuple(items) => items.to_vec(),
        _ => vec![id],
    };
    for expr in &ast.exprs {
        match expr {
            ExprKind::Attr(object, name) if matches!(name.as_str(), "connect" | "disconnect") => {
                out.insert(*object);
            }
            ExprKind::Call(func, args) if called(ast, *func) == Some("receiver") => {
                if let Some(Arg::Pos(first)) = args.first() {
                    out.extend(elements(*first));
                }
            }
            _ => {}
        }
    }
    for stmt in &ast.stmts {
        match &stmt.kind {
            StmtKind::Assign(targets, value) => {
                out.extend(targets.iter().copied());
                if targets.iter().any(|t| matches!(ast.expr(*t), ExprKind::Name(n) if n.as_str() == "__all__")) {
                    out.extend(elements(*value));
                }
            }
            StmtKind::AnnAssign(target, ..) => {
                out.insert(*target);
            }
            _ => {}
        }
    }
    out
}

fn called(ast: &Ast, func: ExprId) -> Option<&str> {
    match ast.expr(func) {
        ExprKind::Name(name) | ExprKind::Attr(_, name) => Some(name.as_str()),
        _ => None,
    }
}

// ---- modules that nothing imports

/// Files with receivers that no file imports, no text names, and nobody loads by convention.
fn unimported(world: &World, signals: &Signals) -> FxHashSet<String> {
    let project = world.interp.project;
    let places: FxHashSet<&str> = signals.receivers.iter().map(|r| r.place.file.as_str()).collect();
    let mut open: FxHashMap<Sym, String> = FxHashMap::default();
    for file in project.files.iter().filter(|f| places.contains(f.path.as_str())) {
        let installed = world.app_of(&file.module).is_none_or(|a| a.installed);
        if !(file.is_package || installed && loaded(&file.path)) {
            open.insert(file.module, file.path.clone());
        }
    }
    for (index, file) in project.files.iter().enumerate() {
        if open.is_empty() {
            break;
        }
        let ast = &file.facts.ast;
        for (id, _) in &ast.imports {
            match ast.stmt(*id) {
                StmtKind::Import(names) => names.iter().for_each(|n| drop(open.remove(&n.name))),
                StmtKind::From(import) => {
                    let Some(base) = project.imported(index as u32, import) else { continue };
                    open.remove(&sym(&base));
                    for name in &import.names {
                        open.remove(&sym(&format!("{base}.{}", name.name)));
                    }
                    if open.is_empty() {
                        break;
                    }
                }
                _ => {}
            }
        }
    }
    // `import_module("shop.signals")`, `autodiscover_modules("signals")`, `f"{app}.signals"`: any text that says so.
    for file in &project.files {
        if open.is_empty() {
            break;
        }
        for expr in &file.facts.ast.exprs {
            if let ExprKind::Str(text) = expr {
                open.retain(|module, path| !names(text, module, path));
            }
        }
    }
    open.into_values().collect()
}

/// Whether Django or a package imports a file of an installed app by its name, or somebody runs it as a program.
fn loaded(path: &str) -> bool {
    let stem = path.rsplit('/').next().and_then(|n| n.strip_suffix(".py")).unwrap_or("");
    let below = |folder: &str| path.split('/').any(|part| part == folder);
    LOADED.contains(&stem) || !path.contains('/') || ["management", "migrations", "templatetags"].iter().any(|f| below(f))
}

/// Whether a text names a module, something in it, or an app that loads it.
fn names(text: &str, module: &str, path: &str) -> bool {
    let (stem, package) = (last_part(module), parent_part(module));
    let text = text.trim_start_matches('.');
    let head = text.split([':', '(']).next().unwrap_or(text);
    let within = |outer: &str| !outer.is_empty() && head.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    head == stem || head.ends_with(&format!(".{stem}")) || within(module) || (loaded(path) && within(package))
}
