//! Where the values of the settings are written: in the chosen module, or in one that it takes names from. The evaluator keeps values without
//! their lines, so this looks for the assignment, and in it for the value.

use std::collections::{BTreeMap, VecDeque};

use crate::facts::{Ast, ExprId, ExprKind, StmtId, StmtKind, visit};
use crate::project::Project;

use super::inventory::{Place, Settings};
use super::written::{self, Bound};

/// Modules that settings are spread over.
const MOST: usize = 64;

/// The place of every value that is kept, by name and value.
pub fn places(project: &Project, chosen: u32, settings: &Settings) -> BTreeMap<(String, String), Place> {
    let files = files(project, chosen);
    let mut bound: BTreeMap<&str, Vec<(u32, Bound)>> = BTreeMap::new();
    let mut out = BTreeMap::new();
    let rest =
        settings.rest_framework.iter().flat_map(|(key, values)| values.iter().map(move |value| (format!("REST_FRAMEWORK.{key}"), value)));
    let rest: Vec<(String, &String)> = rest.collect();
    for (name, value) in settings.values().into_iter().chain(rest.iter().map(|(name, value)| (name.as_str(), value.as_str()))) {
        let (root, key) = name.split_once('.').map_or((name, None), |(root, key)| (root, Some(key)));
        let here = bound.entry(root).or_insert_with(|| files.iter().flat_map(|file| bindings(project, *file, root)).collect());
        if let Some((file, line)) = place(project, &files, here, key, value) {
            out.insert((name.to_owned(), value.to_owned()), Place { file: project.path(file).to_owned(), line });
        }
    }
    out
}

/// The chosen module and those that it imports from, the nearest first: what is bound there wins over what it takes over.
fn files(project: &Project, chosen: u32) -> Vec<u32> {
    let mut out = vec![chosen];
    // What an `except` imports comes after everything else.
    let (mut waiting, mut late) = (VecDeque::from([chosen]), VecDeque::new());
    while let Some(file) = waiting.pop_front().or_else(|| late.pop_front()) {
        if !out.contains(&file) {
            out.push(file);
        }
        for (handled, found) in imported(project, file) {
            if out.len() + waiting.len() + late.len() < MOST && !out.contains(&found) {
                if handled { &mut late } else { &mut waiting }.push_back(found);
            }
        }
    }
    // Parts that a function includes lie beside it.
    let folder = project.path(chosen).rsplit_once('/').map_or("", |(folder, _)| folder);
    if folder.rsplit('/').next().is_some_and(|name| name.contains("settings")) {
        let beside = |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let parts = (0..).zip(&project.files).filter(|(_, file)| beside(&file.path)).map(|(index, _)| index);
        out.extend(parts.filter(|index| !out.contains(index)).collect::<Vec<u32>>());
    }
    out
}

/// Modules that a file takes names from, the last first, since it overwrites; and whether an `except` imports them.
fn imported(project: &Project, file: u32) -> Vec<(bool, u32)> {
    let Some(source) = project.files.get(file as usize) else { return Vec::new() };
    let ast = &source.facts.ast;
    let all = visit::statements(ast, &ast.body);
    let handled: Vec<StmtId> = all
        .iter()
        .filter_map(|id| if let StmtKind::Try(parts) = ast.stmt(*id) { Some(parts) } else { None })
        .flat_map(|parts| parts.handlers.iter().flat_map(|handler| visit::statements(ast, &handler.body)))
        .collect();
    let mut found: Vec<(bool, u32, u32)> = Vec::new();
    for id in all {
        let StmtKind::From(import) = ast.stmt(id) else { continue };
        if let Some(target) = project.imported(file, import).and_then(|module| project.modules.get_near(&module, file)) {
            found.push((handled.contains(&id), ast.stmt_line(id), target));
        }
    }
    found.sort_by_key(|(_, line, _)| std::cmp::Reverse(*line));
    found.into_iter().map(|(handled, _, target)| (handled, target)).collect()
}

/// The assignments of a name in a module and, for django-configurations, in its classes; the last first.
fn bindings(project: &Project, file: u32, name: &str) -> Vec<(u32, Bound)> {
    let Some(source) = project.files.get(file as usize) else { return Vec::new() };
    let ast = &source.facts.ast;
    let mut out = written::bound(ast, &ast.body, name);
    out.extend(ast.classes.iter().flat_map(|class| written::bound(ast, &class.body, name)));
    out.sort_by_key(|bound| std::cmp::Reverse(bound.line));
    out.into_iter().map(|bound| (file, bound)).collect()
}

/// The value in an assignment, then its key, then the value anywhere in these modules (a list may be put together), then the assignment.
fn place(project: &Project, files: &[u32], bound: &[(u32, Bound)], key: Option<&str>, value: &str) -> Option<(u32, u32)> {
    let ast = |file: u32| project.files.get(file as usize).map(|source| &source.facts.ast);
    let inside = |text: &str| {
        bound.iter().find_map(|(file, bound)| {
            let ast = ast(*file)?;
            let all = visit::within(ast, bound.value?);
            Some((*file, line_of(ast, all.into_iter(), text)?))
        })
    };
    let anywhere = || {
        files.iter().find_map(|file| {
            let ast = ast(*file)?;
            let every = 0..u32::try_from(ast.exprs.len()).unwrap_or(u32::MAX);
            Some((*file, line_of(ast, every, value)?))
        })
    };
    // Names of classes and applications are texts, also those of one part; switches and numbers stand behind the name.
    let text = !matches!(value, "" | "true" | "false" | "set" | "default") && value.parse::<i64>().is_err();
    inside(value)
        .or_else(|| key.and_then(inside))
        .or_else(|| text.then(anywhere)?)
        .or_else(|| bound.first().map(|(file, bound)| (*file, bound.line)))
}

/// The first line on which this text stands.
fn line_of(ast: &Ast, all: impl Iterator<Item = ExprId>, text: &str) -> Option<u32> {
    all.filter(|id| matches!(ast.expr(*id), ExprKind::Str(found) if found.as_str() == text)).map(|id| ast.line(id)).min()
}
