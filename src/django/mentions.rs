//! Where the project calls, decorates with, subclasses or imports what a rule names.
//!
//! Only names that somebody asked for are resolved, and of those only sites whose last word fits, so that a catalogue of hundreds of rules
//! costs little. Migrations are left out: nobody ports them line by line.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::base::{Loc, Sym, last_part, sym};
use crate::facts::{Ast, ExprId, ExprKind, Scope, StmtKind};

use super::inventory::{Mention, Verb};
use super::names;
use super::world::World;

/// Dotted names by verb; `a.b.*` stands for everything below `a.b`.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub calls: BTreeSet<String>,
    pub decorators: BTreeSet<String>,
    pub subclasses: BTreeSet<String>,
    pub imports: BTreeSet<String>,
}

/// Whether a wanted name covers `name`.
pub fn covers(wanted: &str, name: &str) -> bool {
    match wanted.strip_suffix(".*") {
        Some(head) => name.strip_prefix(head).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')),
        None => wanted == name,
    }
}

pub fn collect(world: &mut World, wanted: &Wanted) -> Vec<Mention> {
    let mut out = Vec::new();
    calls(world, &wanted.calls, &mut out);
    decorators(world, &wanted.decorators, &mut out);
    subclasses(world, &wanted.subclasses, &mut out);
    imports(world, &wanted.imports, &mut out);
    out.retain(|m| !m.place.file.contains("/migrations/"));
    out.sort();
    out.dedup();
    out
}

/// A set of names: whole ones with their last words, and wildcards.
struct Filter<'a> {
    names: FxHashSet<Sym>,
    words: FxHashSet<Sym>,
    wild: Vec<&'a str>,
}

impl<'a> Filter<'a> {
    fn new(wanted: &'a BTreeSet<String>) -> Self {
        let (wild, names): (Vec<&str>, Vec<&str>) = wanted.iter().map(String::as_str).partition(|n| n.ends_with(".*"));
        Filter { words: names.iter().map(|n| sym(last_part(n))).collect(), names: names.iter().map(|n| sym(n)).collect(), wild }
    }

    /// Whether it is worth resolving: the word fits, or a wildcard may cover whatever it is.
    fn may(&self, renamed: &FxHashSet<Sym>, last: Option<Sym>) -> bool {
        last.is_some_and(|word| !self.wild.is_empty() || self.words.contains(&word) || renamed.contains(&word))
    }

    /// What a file calls the wanted names, where it imports them under others: `gettext as _`.
    fn renamed(&self, ast: &Ast) -> FxHashSet<Sym> {
        let mut out = FxHashSet::default();
        for (id, _) in &ast.imports {
            if let StmtKind::From(import) = ast.stmt(*id) {
                out.extend(import.names.iter().filter(|n| self.words.contains(&n.name)).filter_map(|n| n.alias));
            }
        }
        out
    }

    fn hit(&self, name: Sym) -> bool {
        self.names.contains(&name) || self.wild.iter().any(|wanted| covers(wanted, &name))
    }
}

fn calls(world: &mut World, names: &BTreeSet<String>, out: &mut Vec<Mention>) {
    if names.is_empty() {
        return;
    }
    let filter = Filter::new(names);
    for file in 0..world.interp.project.files.len() as u32 {
        let ast = world.interp.ast(file);
        let renamed = filter.renamed(ast);
        for site in &ast.calls {
            if !filter.may(&renamed, site.name) {
                continue;
            }
            if let ExprKind::Call(func, _) = ast.expr(site.expr) {
                let line = ast.line(site.expr);
                push(world, Verb::Call, &filter, file, site.scope, *func, line, out);
            }
        }
    }
}

fn decorators(world: &mut World, names: &BTreeSet<String>, out: &mut Vec<Mention>) {
    if names.is_empty() {
        return;
    }
    let filter = Filter::new(names);
    for file in 0..world.interp.project.files.len() as u32 {
        let ast = world.interp.ast(file);
        let renamed = filter.renamed(ast);
        let funcs = ast.funcs.iter().enumerate().map(|(i, f)| (Scope::Func(i as u32), f.scope, &f.decorators));
        let classes = ast.classes.iter().enumerate().map(|(i, c)| (Scope::Class(i as u32), c.scope, &c.decorators));
        let mut found = Vec::new();
        for (own, around, list) in funcs.chain(classes) {
            for decorator in list {
                // `@decorator(argument)`
                let callee = if let ExprKind::Call(func, _) = ast.expr(*decorator) { *func } else { *decorator };
                if filter.may(&renamed, ast.last_name(callee)) {
                    found.push((own, around, callee, ast.line(callee)));
                }
            }
        }
        for (own, around, callee, line) in found {
            let before = out.len();
            push(world, Verb::Decorator, &filter, file, around, callee, line, out);
            // It belongs to what it decorates.
            if let Some(made) = out.get_mut(before) {
                made.scope = names::scope_name(world, file, own);
            }
        }
    }
}

#[allow(clippy::too_many_arguments)]
fn push(world: &mut World, verb: Verb, filter: &Filter, file: u32, scope: Scope, expr: ExprId, line: u32, out: &mut Vec<Mention>) {
    let Some(name) = names::resolve(world, file, scope, expr) else { return };
    if filter.hit(name) {
        let place = world.place(Loc { file, line });
        out.push(Mention { verb, place, name: name.to_string(), scope: names::scope_name(world, file, scope) });
    }
}

fn subclasses(world: &mut World, names: &BTreeSet<String>, out: &mut Vec<Mention>) {
    let wanted: FxHashSet<Sym> = names.iter().map(|n| sym(n)).collect();
    for class in world.class_refs() {
        let object = world.interp.class(class);
        if object.name.as_str() == "?" {
            continue;
        }
        for name in object.externals().filter(|name| wanted.contains(name)) {
            let place = world.class_place(&object);
            out.push(Mention { verb: Verb::Subclass, place, name: name.to_string(), scope: object.dotted() });
        }
    }
}

fn imports(world: &mut World, names: &BTreeSet<String>, out: &mut Vec<Mention>) {
    if names.is_empty() {
        return;
    }
    // Most imports are of roots that nobody asked for. A module of the project may bear the name of a package.
    let mut by_root: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for name in names.iter().filter(|name| world.interp.project.modules.get(root(name)).is_none()) {
        by_root.entry(root(name)).or_default().push(format!("{name}.*"));
    }
    for file in 0..world.interp.project.files.len() as u32 {
        let ast = world.interp.ast(file);
        for (id, scope) in &ast.imports {
            let wanted = match ast.stmt(*id) {
                StmtKind::Import(aliases) => aliases.iter().any(|a| by_root.contains_key(root(&a.name))),
                StmtKind::From(from) => from.level == 0 && by_root.contains_key(root(&from.module)),
                _ => false,
            };
            if !wanted {
                continue;
            }
            let modules: Vec<String> = match ast.stmt(*id) {
                StmtKind::Import(aliases) => aliases.iter().map(|a| a.name.to_string()).collect(),
                StmtKind::From(from) if from.level == 0 => {
                    from.names.iter().map(|n| format!("{}.{}", from.module, n.name)).chain([from.module.to_string()]).collect()
                }
                _ => continue,
            };
            let roots: BTreeSet<&str> = modules.iter().map(|m| root(m)).collect();
            for below in roots.iter().filter_map(|root| by_root.get(root)).flatten() {
                if let Some(name) = modules.iter().find(|m| covers(below, m)) {
                    let place = world.place(Loc { file, line: ast.stmt_line(*id) });
                    out.push(Mention { verb: Verb::Import, place, name: name.clone(), scope: names::scope_name(world, file, *scope) });
                }
            }
        }
    }
}

fn root(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}
