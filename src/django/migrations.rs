//! Migrations: files of the migration packages, their dependencies, operations, and which are leaves.

use std::collections::BTreeSet;

use crate::base::{Loc, last_part, sym};
use crate::eval::{Base, ClassRef, Value};

use super::inventory::{Migration, Operation};
use super::world::World;

const MIGRATION: &str = "django.db.migrations.migration.Migration";

/// A migration file with the values that its class holds.
pub struct Source {
    pub app: String,
    pub name: String,
    pub file: u32,
    pub installed: bool,
    pub dependencies: Vec<(String, String)>,
    /// The same with the app that a swappable dependency comes down to.
    pub needs: Vec<(String, String)>,
    pub run_before: Vec<(String, String)>,
    pub replaces: Vec<(String, String)>,
    pub operations: Vec<Value>,
    /// Some operations are not known.
    pub open: bool,
    atomic: bool,
}

/// Every migration of the repository, sorted by app and name.
pub fn sources(world: &mut World) -> Vec<Source> {
    let mut out = Vec::new();
    let moved = moved_packages(world);
    for app in world.apps.clone() {
        let package = match moved.iter().find(|(label, _)| *label == app.label) {
            Some((_, Some(module))) => module.clone(),
            Some((_, None)) => continue,
            // An app from outside may have its migrations here, by the setting; otherwise they lie with the app.
            None if !app.first_party => continue,
            None => format!("{}.migrations", app.module),
        };
        let prefix = format!("{package}.");
        for file in 0..world.interp.project.files.len() as u32 {
            let module = world.interp.module_name(file);
            let Some(name) = module.strip_prefix(&prefix) else { continue };
            let is_package = world.interp.project.files.get(file as usize).is_some_and(|f| f.is_package);
            if name.contains('.') || is_package || name.starts_with(['_', '~']) {
                continue;
            }
            let frame = world.interp.module(file);
            let class = frame.vars.borrow().get(&sym("Migration")).cloned();
            let Some(Value::Class(class)) = class else { continue };
            if !world.interp.class(class).mro.contains(&Base::Ext(sym(MIGRATION))) && !world.interp.class(class).open {
                continue;
            }
            out.push(source(world, class, file, &app.label, name, app.installed));
        }
    }
    out.sort_by(|a, b| (&a.app, &a.name).cmp(&(&b.app, &b.name)));
    out.dedup_by(|b, a| a.app == b.app && a.name == b.name);
    out
}

pub fn collect(world: &mut World, sources: &[Source]) -> Vec<Migration> {
    let mut out: Vec<Migration> = sources.iter().map(|source| migration(world, source)).collect();
    leaves(&mut out);
    world.count("migrations", out.len() as u64);
    out
}

/// MIGRATION_MODULES: label → package, or none where an app has no migrations.
fn moved_packages(world: &mut World) -> Vec<(String, Option<String>)> {
    match world.interp.setting(sym("MIGRATION_MODULES"), Loc::default()) {
        Value::Dict(dict) => {
            dict.items.borrow().values().filter_map(|(k, v)| Some((k.as_str()?.to_string(), v.as_str().map(|s| s.to_string())))).collect()
        }
        _ => Vec::new(),
    }
}

fn source(world: &mut World, class: ClassRef, file: u32, app: &str, name: &str, installed: bool) -> Source {
    let mut attr = |name: &str| world.interp.find_first_party(class, name).map(|(v, _)| v);
    let dependencies = attr("dependencies");
    let replaces = attr("replaces").map(|v| pairs(&v, false)).unwrap_or_default();
    let run_before = attr("run_before").map(|v| pairs(&v, true)).unwrap_or_default();
    let atomic = attr("atomic").and_then(|v| v.as_bool()).unwrap_or(true);
    let value = attr("operations");
    let mut operations = Vec::new();
    let mut open = false;
    match value.as_ref().map(Value::items) {
        Some(Some(items)) => {
            for item in items {
                if let Value::Spread(_) = item {
                    world.miss("migrations", &item, Loc { file, line: 1 }, "operations of a migration");
                    open = true;
                } else {
                    operations.push(item);
                }
            }
        }
        Some(None) => {
            open = true;
            world.miss("migrations", &value.unwrap_or(Value::None), Loc { file, line: 1 }, "operations of a migration");
        }
        None => {}
    }
    Source {
        app: app.to_string(),
        name: name.to_string(),
        file,
        installed,
        needs: dependencies.as_ref().map(|v| pairs(v, true)).unwrap_or_default(),
        dependencies: dependencies.map(|v| pairs(&v, false)).unwrap_or_default(),
        run_before,
        replaces,
        operations,
        open,
        atomic,
    }
}

fn migration(world: &mut World, source: &Source) -> Migration {
    let mut operations = Vec::new();
    let mut counts = (0, 0);
    for item in &source.operations {
        operations.extend(operation(world, item));
        count(world, item, &mut counts, 0);
    }
    Migration {
        app: source.app.clone(),
        name: source.name.clone(),
        file: world.interp.project.path(source.file).to_string(),
        installed: source.installed,
        dependencies: source.dependencies.clone(),
        replaces: source.replaces.clone(),
        operations,
        run_python: counts.0,
        run_sql: counts.1,
        leaf: false,
        atomic: source.atomic,
        run_before: !source.run_before.is_empty(),
    }
}

/// Pairs of app and name. A swappable dependency is the setting, or `resolved` the first migration of the app that the setting names.
fn pairs(value: &Value, resolved: bool) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for item in value.items().unwrap_or_default() {
        match &item {
            Value::Call(call) if call.ext().is_some_and(|e| e.ends_with("swappable_dependency")) => {
                let target = call.args.first().and_then(Value::as_str);
                match target.as_ref().and_then(|t| t.split_once('.')) {
                    Some((app, _)) if resolved => out.push((app.to_string(), "__first__".into())),
                    _ => out.push(("__setting__".into(), "AUTH_USER_MODEL".into())),
                }
            }
            other => {
                if let Some([Value::Str(app), Value::Str(name)]) = other.items().as_deref() {
                    out.push((app.to_string(), name.to_string()));
                }
            }
        }
    }
    out.sort();
    out
}

fn class_name(world: &World, value: &Value) -> Option<String> {
    match value {
        Value::Call(call) => call.ext().map(|e| last_part(&e).to_string()),
        Value::Instance(instance) => Some(world.interp.class(instance.class).name.to_string()),
        Value::Alt(options) => options.first().and_then(|o| class_name(world, o)),
        _ => None,
    }
}

/// An argument of an operation, by position or name.
pub fn arg(value: &Value, position: usize, name: &str) -> Option<Value> {
    let (args, kwargs) = match value {
        Value::Call(call) => (&call.args, &call.kwargs),
        Value::Instance(instance) => (&instance.args, &instance.kwargs),
        _ => return None,
    };
    kwargs.iter().find(|(k, _)| k.as_str() == name).map(|(_, v)| v.clone()).or_else(|| args.get(position).cloned())
}

fn operation(world: &mut World, value: &Value) -> Option<Operation> {
    let type_name = match class_name(world, value) {
        Some(name) => name,
        None => {
            world.miss("migrations", value, Loc::default(), "operation of a migration");
            return None;
        }
    };
    let text = |value: Option<Value>| value.and_then(|v| v.as_str()).map(|s| s.to_string());
    let on_field = matches!(type_name.as_str(), "AddField" | "AlterField" | "RemoveField" | "RenameField");
    let model = text(arg(
        value,
        0,
        if on_field || matches!(type_name.as_str(), "AddIndex" | "RemoveIndex" | "AddConstraint" | "RemoveConstraint") {
            "model_name"
        } else {
            "name"
        },
    ));
    let field = if on_field { text(arg(value, 1, if type_name == "RenameField" { "old_name" } else { "name" })) } else { None };
    let line = match value {
        Value::Call(call) => call.loc.line,
        Value::Instance(instance) => instance.loc.line,
        _ => 0,
    };
    let plain = matches!(type_name.as_str(), "RunPython" | "RunSQL" | "SeparateDatabaseAndState");
    Some(Operation { type_name, line, model: if plain { None } else { model }, field })
}

/// RunPython and RunSQL, also inside SeparateDatabaseAndState; subclasses count.
fn count(world: &World, value: &Value, counts: &mut (u32, u32), depth: u32) {
    if depth > 6 {
        return;
    }
    let is = |wanted: &str| match value {
        Value::Call(call) => call
            .ext()
            .is_some_and(|e| last_part(&e) == wanted || world.interp.project.packages.mro(e).iter().any(|c| last_part(c) == wanted)),
        Value::Instance(instance) => {
            world.interp.class(instance.class).mro.iter().any(|b| matches!(b, Base::Ext(e) if last_part(e) == wanted))
        }
        _ => false,
    };
    if is("RunPython") {
        counts.0 += 1;
    } else if is("RunSQL") {
        counts.1 += 1;
    } else if is("SeparateDatabaseAndState") {
        for (position, name) in [(0, "database_operations"), (1, "state_operations")] {
            for inner in arg(value, position, name).and_then(|v| v.items()).unwrap_or_default() {
                count(world, &inner, counts, depth + 1);
            }
        }
    }
}

/// App and name.
type Key = (String, String);

/// A leaf: nothing of its own app depends on it. What a squash replaces stands for the squash.
fn leaves(migrations: &mut [Migration]) {
    let mut needed: BTreeSet<(String, String)> = BTreeSet::new();
    for migration in migrations.iter() {
        let inside: Vec<&(String, String)> = migration.replaces.iter().collect();
        for dependency in &migration.dependencies {
            if dependency.0 == migration.app && !inside.contains(&dependency) {
                needed.insert(dependency.clone());
            }
        }
        for replaced in &migration.replaces {
            needed.insert(replaced.clone());
        }
    }
    let squashes: Vec<(Key, Vec<Key>)> =
        migrations.iter().filter(|m| !m.replaces.is_empty()).map(|m| ((m.app.clone(), m.name.clone()), m.replaces.clone())).collect();
    for (squash, replaced) in &squashes {
        // Something depends on a migration that the squash stands for.
        let used = migrations.iter().any(|m| {
            !replaced.contains(&(m.app.clone(), m.name.clone()))
                && (m.app.clone(), m.name.clone()) != *squash
                && m.dependencies.iter().any(|d| replaced.contains(d) && d.0 == m.app)
        });
        if used {
            needed.insert(squash.clone());
        }
    }
    for migration in migrations.iter_mut() {
        migration.leaf = !needed.contains(&(migration.app.clone(), migration.name.clone()));
    }
}
