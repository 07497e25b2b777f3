//! Names inside function bodies that are never executed: resolved through local imports and the module's variables.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::base::{Loc, Sym, joined, sym};
use crate::eval::Value;
use crate::facts::{CallSite, ExprId, ExprKind, Scope, StmtKind};

use crate::project::packages::has_table;
use crate::project::stdlib::is_stdlib;

use super::world::World;

/// `from package import *` of a package that no table describes: every name in it may come from there, and nobody knows which do.
pub fn stars(world: &World) -> Vec<(Loc, String)> {
    let project = world.interp.project;
    let mut out = Vec::new();
    for (index, file) in project.files.iter().enumerate() {
        let ast = &file.facts.ast;
        for (id, _) in &ast.imports {
            let StmtKind::From(import) = ast.stmt(*id) else { continue };
            let top = import.module.split('.').next().unwrap_or_default();
            if import.star
                && import.level == 0
                && !project.modules.owns(top)
                && !has_table(top)
                && !is_stdlib(top)
                && world.interp.has_run(index as u32)
            {
                out.push((Loc { file: index as u32, line: ast.stmt_line(*id) }, import.module.to_string()));
            }
        }
    }
    out
}

/// Classes that derive from what a function of a package returns: nobody knows what they are.
pub fn made_bases(world: &World) -> Vec<(Loc, String)> {
    let project = world.interp.project;
    let mut out = Vec::new();
    for class in world.class_refs() {
        let object = world.interp.class(class);
        let made = object.bases.iter().find_map(|base| match base {
            Value::Ext(name) => name.strip_suffix("()"),
            _ => None,
        });
        let Some(made) = made.filter(|name| !name.ends_with(".from_queryset")) else { continue };
        let top = made.split('.').next().unwrap_or_default();
        if !is_stdlib(top) && !matches!(top, "builtins" | "typing_extensions") && project.packages.function(sym(made)).is_none() {
            out.push((Loc { file: object.file, line: object.line }, format!("{}: {made}", object.qualname)));
        }
    }
    out
}

/// Classes with a base that no table describes, and that is taken for what its name says.
pub fn taken_bases(world: &World) -> Vec<(Loc, String)> {
    let packages = &world.interp.project.packages;
    let mut out = Vec::new();
    for class in world.class_refs() {
        let object = world.interp.class(class);
        let taken = |base: &Value| matches!(base, Value::Ext(name) if packages.taken_for(*name).is_some());
        if let Some(Value::Ext(name)) = object.bases.iter().find(|base| taken(base)) {
            out.push((Loc { file: object.file, line: object.line }, format!("{}: {name}", object.qualname)));
        }
    }
    out
}

/// Calls whose function is an attribute or name in `wanted`, over all files.
pub fn call_sites(world: &World, wanted: &[&str]) -> Vec<(u32, CallSite)> {
    let wanted: Vec<_> = wanted.iter().map(|w| sym(w)).collect();
    let mut out = Vec::new();
    for (index, file) in world.interp.project.files.iter().enumerate() {
        let found = file.facts.ast.calls.iter().filter(|site| site.name.is_some_and(|name| wanted.contains(&name)));
        out.extend(found.map(|site| (index as u32, *site)));
    }
    out
}

/// The dotted name of what a call calls, where it is a plain name.
pub fn callee(world: &mut World, file: u32, site: CallSite) -> Option<Sym> {
    let ast = world.interp.ast(file);
    let ExprKind::Call(func, _) = ast.expr(site.expr) else { return None };
    resolve(world, file, site.scope, *func)
}

pub fn resolve(world: &mut World, file: u32, scope: Scope, expr: ExprId) -> Option<Sym> {
    let ast = world.interp.ast(file);
    match ast.expr(expr) {
        ExprKind::Attr(object, name) => {
            let head = resolve(world, file, scope, *object)?;
            Some(world.interp.project.packages.canonical(joined(head, *name)))
        }
        ExprKind::Name(name) => {
            if let Some(found) = local_import(world, file, scope, *name) {
                return Some(found);
            }
            let frame = world.interp.variables(file)?;
            let value = frame.vars.borrow().get(name).cloned()?;
            let value = world.interp.force(value);
            match &value {
                // A module-level object is known by the variable that holds it.
                Value::Call(call) => Some(joined(world.interp.module_name(call.loc.file), variable(world, &value).unwrap_or(*name))),
                Value::Instance(made) => Some(joined(world.interp.module_name(made.loc.file), variable(world, &value).unwrap_or(*name))),
                Value::Str(_) | Value::Int(_) => None,
                Value::Ext(name) => Some(*name),
                other => world.dotted(other).map(|name| sym(&name)),
            }
        }
        _ => None,
    }
}

fn variable(world: &World, value: &Value) -> Option<Sym> {
    let file = match value {
        Value::Call(call) => call.loc.file,
        Value::Instance(made) => made.loc.file,
        _ => return None,
    };
    let frame = world.interp.variables(file)?;
    let vars = frame.vars.borrow();
    vars.iter().find(|(_, v)| v.same(value)).map(|(n, _)| *n)
}

/// What an import inside the enclosing functions binds a name to.
fn local_import(world: &mut World, file: u32, scope: Scope, name: Sym) -> Option<Sym> {
    let ast = world.interp.ast(file);
    if scope == Scope::Module {
        return None;
    }
    let mut scopes = vec![scope];
    let mut at = scope;
    for _ in 0..20 {
        at = match at {
            Scope::Func(id) => ast.funcs.get(id as usize)?.scope,
            Scope::Class(id) => ast.classes.get(id as usize)?.scope,
            Scope::Module => break,
        };
        scopes.push(at);
    }
    for (id, import_scope) in &ast.imports {
        if *import_scope == Scope::Module || !scopes.contains(import_scope) {
            continue;
        }
        match ast.stmt(*id) {
            StmtKind::Import(names) => {
                for import in names {
                    let bound = import.alias.unwrap_or_else(|| sym(import.name.split('.').next().unwrap_or("")));
                    if bound == name {
                        return Some(if import.alias.is_some() { import.name } else { bound });
                    }
                }
            }
            StmtKind::From(import) => {
                for alias in &import.names {
                    if alias.alias.unwrap_or(alias.name) != name {
                        continue;
                    }
                    let base = world.interp.project.imported(file, import)?;
                    let dotted = format!("{base}.{}", alias.name);
                    if let Some(value) = world.interp.lookup_dotted(&dotted)
                        && let Value::Class(_) | Value::Func(_) | Value::Ext(_) = value
                    {
                        return world.dotted(&value).map(|name| sym(&name));
                    }
                    return Some(world.interp.project.packages.canonical(sym(&dotted)));
                }
            }
            _ => {}
        }
    }
    None
}

/// `package.module.Class.method` of a scope.
pub fn scope_name(world: &World, file: u32, scope: Scope) -> String {
    let ast = world.interp.ast(file);
    let module = world.interp.module_name(file);
    let name = match scope {
        Scope::Module => None,
        Scope::Class(id) => ast.classes.get(id as usize).map(|c| c.qualname),
        Scope::Func(id) => ast.funcs.get(id as usize).map(|f| f.qualname),
    };
    name.map_or_else(|| module.to_string(), |n| format!("{module}.{n}"))
}

/// The same of what stands on each of these lines of a file, in one pass: a file can have as many functions as lines.
pub fn scopes_at(world: &World, file: u32, lines: &BTreeSet<u32>) -> Vec<(u32, String)> {
    let defs = (0..).zip(&world.interp.ast(file).funcs);
    let mut funcs: Vec<(u32, Reverse<u32>, u32)> = defs.map(|(id, def)| (def.line, Reverse(def.end_line), id)).collect();
    funcs.sort_unstable();
    let mut coming = funcs.into_iter().peekable();
    let mut around: Vec<(u32, u32)> = Vec::new();
    let mut out = Vec::new();
    for line in lines {
        while let Some((first, Reverse(last), id)) = coming.next_if(|(first, ..)| first <= line) {
            while around.last().is_some_and(|(last, _)| *last < first) {
                around.pop();
            }
            around.push((last, id));
        }
        while around.last().is_some_and(|(last, _)| last < line) {
            around.pop();
        }
        let scope = around.last().map_or(Scope::Module, |(_, id)| Scope::Func(*id));
        out.push((*line, scope_name(world, file, scope)));
    }
    out
}

/// The same of what stands at a place.
pub fn scope_at(world: &World, at: Loc) -> String {
    scopes_at(world, at.file, &BTreeSet::from([at.line])).pop().map(|(_, scope)| scope).unwrap_or_default()
}
