//! Where the resolver starts: the root urlconfs of the project, and which of them serve the same site once more.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::eval::Value;
use crate::facts::{ExprId, ExprKind, StmtKind};

use super::inventory::Route;
use super::world::World;
use super::{orm, settings};

/// The modules of `ROOT_URLCONF`, those of other settings of the same project (a second site, a proxy), or a guess without any.
pub fn all(world: &mut World) -> Vec<String> {
    let mut roots = Vec::new();
    if let Some(frame) = world.settings.clone() {
        roots = settings::urlconfs(&mut world.interp, &frame);
        for module in settings::other_urlconfs(world.interp.project, &world.candidates) {
            if !roots.contains(&module) {
                roots.push(module);
            }
        }
    }
    if roots.is_empty() { guessed(world) } else { roots }
}

/// Those that the project's own code chooses for a request: `request.urlconf = "site.urls"`, or a setting.
pub fn of_requests(world: &mut World) -> Vec<String> {
    let project = world.interp.project;
    let mut out = BTreeSet::new();
    for file in project.files.iter().filter(|file| orm::counts(&file.path)) {
        let ast = &file.facts.ast;
        let is = |expr: ExprId, name: &str| ast.last_name(expr).is_some_and(|last| last.as_str() == name);
        let of = |expr: ExprId, object: &str| matches!(ast.expr(expr), ExprKind::Attr(of, _) if is(*of, object));
        for stmt in &ast.stmts {
            let StmtKind::Assign(targets, value) = &stmt.kind else { continue };
            if !targets.iter().any(|target| is(*target, "urlconf") && of(*target, "request")) {
                continue;
            }
            out.extend(match ast.expr(*value) {
                ExprKind::Str(text) => Some(text.to_string()),
                ExprKind::Attr(_, name) if of(*value, "settings") => world.setting_text(name),
                _ => None,
            });
        }
    }
    out.into_iter().filter(|module| project.modules.get(module).is_some()).collect()
}

/// Whether the routes from a place on are those of the first root once more: what development or the tests serve is the site with a little added.
pub fn same_site(all: &[Route], from: usize) -> bool {
    let key = |route: &Route| (route.path.clone(), route.pattern.clone(), route.view.clone());
    let (before, new) = all.split_at_checked(from).unwrap_or((all, &[]));
    let Some(first) = before.first() else { return false };
    let first: FxHashSet<_> = before.iter().filter(|route| route.root_urlconf == first.root_urlconf).map(key).collect();
    let new: FxHashSet<_> = new.iter().map(key).collect();
    2 * new.intersection(&first).count() > new.len().min(first.len())
}

/// Without a ROOT_URLCONF: URL modules that no other URL module includes.
fn guessed(world: &mut World) -> Vec<String> {
    let mut candidates: Vec<String> = Vec::new();
    for file in 0..world.interp.project.files.len() as u32 {
        let path = world.interp.project.path(file).to_string();
        if !(path.ends_with("/urls.py") || path == "urls.py" || path.ends_with("/urls/__init__.py")) {
            continue;
        }
        candidates.push(world.interp.module_name(file).to_string());
    }
    let mut included: Vec<String> = Vec::new();
    for call in world.calls_of(|n| n.ends_with(".include")) {
        let target = match call.args.first() {
            Some(Value::Tuple(items)) => items.first().cloned(),
            other => other.cloned(),
        };
        included.extend(target.and_then(|t| world.dotted(&t)));
    }
    candidates.retain(|c| !included.contains(c));
    // The outermost: a package's own, not those of its parts.
    let depth = candidates.iter().map(|c| c.matches('.').count()).min().unwrap_or(0);
    candidates.retain(|c| c.matches('.').count() == depth);
    candidates
}
