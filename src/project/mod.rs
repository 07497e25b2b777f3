//! Names across files: which file is which module, and what is known of the code outside the repository.

mod conventions;
mod external;
pub mod modules;
pub mod packages;
pub mod stdlib;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::base::{Sym, last_part, sym};
use crate::facts::{ExprKind, FileFacts, ImportFrom, StmtKind};

pub use modules::Modules;
pub use packages::Packages;

/// A parsed Python file of the inventory.
#[derive(Debug)]
pub struct SourceFile {
    /// Relative to the scanned directory, with "/".
    pub path: String,
    /// The dotted name it goes by.
    pub module: Sym,
    pub is_package: bool,
    /// A migration by its path: it has no say in which file is which module, or what is installed, and may be read later than the rest.
    pub migration: bool,
    pub facts: Facts,
}

/// The facts of a file, made when somebody asks for the first time.
pub type Facts = LazyLock<FileFacts, Box<dyn FnOnce() -> FileFacts + Send>>;

impl SourceFile {
    pub fn new(path: String, migration: bool, facts: FileFacts) -> Self {
        let file = SourceFile::later(path, migration, move || facts);
        LazyLock::force(&file.facts);
        file
    }

    /// A file whose facts are made by whoever asks first.
    pub fn later(path: String, migration: bool, facts: impl FnOnce() -> FileFacts + Send + 'static) -> Self {
        SourceFile { path, module: sym(""), is_package: false, migration, facts: LazyLock::new(Box::new(facts)) }
    }
}

/// Make the facts of all files that nobody has asked for yet.
pub fn finish(files: &[SourceFile]) {
    files.par_iter().for_each(|file| {
        LazyLock::force(&file.facts);
    });
}

#[derive(Debug)]
pub struct Project {
    pub files: Vec<SourceFile>,
    pub modules: Modules,
    pub packages: Packages,
    /// Entry points that the repository's packaging metadata declares.
    pub entry_points: Vec<EntryPoint>,
    /// Optional modules, taken as absent.
    optional: FxHashSet<Sym>,
    /// Major version of Django that the project declares.
    pub django_major: Option<u32>,
    /// Variables of the environment that somebody told; those of this process are nobody's business.
    pub environment: BTreeMap<String, String>,
}

/// `group`: `name = value`, as in `[project.entry-points]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryPoint {
    pub group: String,
    pub name: String,
    pub value: String,
}

impl Project {
    /// `files` sorted by path; `unparsed` are paths of Python files that exist but were only counted.
    pub fn new(mut files: Vec<SourceFile>, unparsed: &[String], entry_points: Vec<EntryPoint>, declared: &[String]) -> Project {
        let (extra, mentions) = rayon::join(|| path_roots(&files), || modules::mentions(&files));
        let mut modules = Modules::build(&mut files, &extra, &mentions);
        modules.note_unparsed(unparsed);
        let packages = Packages::outside(modules.own_tops());
        let optional = optional_modules(&files, &modules, declared);
        Project { files, modules, packages, entry_points, optional, django_major: None, environment: BTreeMap::new() }
    }

    /// The directory of a package without `__init__.py`, by what lies in it.
    pub fn folder(&self, package: &str) -> Option<String> {
        self.files.iter().find_map(|file| {
            let inside = file.module.strip_prefix(package)?.strip_prefix('.')?;
            let levels = inside.split('.').count() + usize::from(file.is_package);
            let mut at = file.path.as_str();
            for _ in 0..levels {
                at = at.rsplit_once('/')?.0;
            }
            Some(at.to_owned())
        })
    }

    /// Whether an import from outside is to be taken as failing.
    pub fn is_absent(&self, top: &str) -> bool {
        self.optional.contains(&sym(top))
    }

    /// The absolute name of the module that `from … import` names.
    pub fn imported(&self, from: u32, import: &ImportFrom) -> Option<String> {
        match import.level {
            0 => Some(import.module.to_string()),
            level => self.modules.relative(from, level, &import.module, &self.files),
        }
    }

    pub fn path(&self, file: u32) -> &str {
        self.files.get(file as usize).map_or("", |f| &f.path)
    }
}

/// Top-level modules from outside that the project imports only inside `try`, does not declare and no table knows.
fn optional_modules(files: &[SourceFile], modules: &Modules, declared: &[String]) -> FxHashSet<Sym> {
    let (mut plain, mut guarded) = (FxHashSet::default(), FxHashSet::default());
    for file in files.iter().filter(|file| !file.migration) {
        let ast = &file.facts.ast;
        for (id, _) in &ast.imports {
            let set = if ast.guarded_imports.contains(id) { &mut guarded } else { &mut plain };
            match ast.stmt(*id) {
                StmtKind::Import(names) => set.extend(names.iter().map(|n| sym(n.name.split('.').next().unwrap_or("")))),
                StmtKind::From(import) if import.level == 0 => {
                    set.insert(sym(import.module.split('.').next().unwrap_or("")));
                }
                _ => {}
            }
        }
    }
    // A distribution's name and its module differ in spelling (`PyYAML`, `yaml`): a shared beginning or end is taken as the same.
    let squeezed: Vec<String> = declared.iter().map(|d| d.to_ascii_lowercase().replace(['-', '_', '.'], "")).collect();
    let is_declared = |top: &str| {
        let top = top.to_ascii_lowercase().replace('_', "");
        squeezed.iter().any(|d| d.contains(&top) || top.contains(d.as_str()))
    };
    guarded
        .into_iter()
        .filter(|top: &Sym| {
            !plain.contains(top)
                && !modules.is_first_party(top)
                && !stdlib::is_stdlib(top)
                && !packages::has_table(top)
                && !is_declared(top)
        })
        .collect()
}

/// Directories that `manage.py`, settings or WSGI modules put on `sys.path`: the last literal of the inserted expression, if it names a directory.
fn path_roots(files: &[SourceFile]) -> Vec<String> {
    let mut dirs = std::collections::BTreeSet::new();
    for file in files {
        let mut at = file.path.as_str();
        while let Some((head, _)) = at.rsplit_once('/') {
            if !dirs.insert(head.to_string()) {
                break;
            }
            at = head;
        }
    }
    let mut out = std::collections::BTreeSet::new();
    for file in files.iter().filter(|file| !file.migration) {
        let ast = &file.facts.ast;
        for call in &ast.calls {
            if !call.name.is_some_and(|name| matches!(name.as_str(), "insert" | "append")) {
                continue;
            }
            let ExprKind::Call(func, args) = ast.expr(call.expr) else { continue };
            let Some(name) = ast.dotted(*func) else { continue };
            if !matches!(name.as_str(), "sys.path.insert" | "sys.path.append" | "path.append" | "path.insert") {
                continue;
            }
            let Some(crate::facts::Arg::Pos(value)) = args.last() else { continue };
            let text = last_literal(ast, *value, 0).or_else(|| ast.dotted(*value).and_then(|name| assigned(files, last_part(&name))));
            let Some(text) = text else { continue };
            let text = text.trim_matches(['/', '.']);
            if text.is_empty() || text.contains("..") {
                continue;
            }
            let here = file.path.rsplit_once('/').map_or("", |(d, _)| d);
            let mut at = here;
            loop {
                let dir = if at.is_empty() { text.to_string() } else { format!("{at}/{text}") };
                if dirs.contains(&dir) {
                    out.insert(dir);
                    break;
                }
                if at.is_empty() {
                    break;
                }
                at = at.rsplit_once('/').map_or("", |(d, _)| d);
            }
        }
    }
    out.into_iter().collect()
}

/// The last literal of what a settings module gives a name: `sys.path.append(settings.APPS_DIR)`.
fn assigned(files: &[SourceFile], wanted: &str) -> Option<Sym> {
    let settings = files.iter().filter(|file| file.path.split(['/', '.']).any(|part| part == "settings"));
    settings.filter(|file| !file.migration).find_map(|file| {
        let ast = &file.facts.ast;
        ast.body.iter().find_map(|statement| {
            let StmtKind::Assign(targets, value) = ast.stmt(*statement) else { return None };
            let named = targets.iter().any(|target| matches!(ast.expr(*target), ExprKind::Name(name) if name.as_str() == wanted));
            if named { last_literal(ast, *value, 0) } else { None }
        })
    })
}

fn last_literal(ast: &crate::facts::Ast, id: u32, depth: u32) -> Option<Sym> {
    if depth > 8 {
        return None;
    }
    match ast.expr(id) {
        ExprKind::Str(text) => Some(*text),
        ExprKind::Bin(_, left, right) => last_literal(ast, *right, depth + 1).or_else(|| last_literal(ast, *left, depth + 1)),
        ExprKind::Call(_, args) => args.iter().rev().find_map(|a| match a {
            crate::facts::Arg::Pos(value) => last_literal(ast, *value, depth + 1),
            _ => None,
        }),
        _ => None,
    }
}
