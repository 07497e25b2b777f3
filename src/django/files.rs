//! The project file by file: lines, complexity, what it imports from the project. What modules, their effort and their coupling are counted from.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Sym;
use crate::facts::ir::{Arg, ClassDef};
use crate::facts::{Ast, Scope, StmtKind};
use crate::project::{Project, SourceFile};

use super::inventory::{FileImport, PythonFile};
use super::world::World;

/// Calls whose result no reader of the source can see.
const DYNAMIC: [&str; 7] = ["getattr", "setattr", "import_string", "import_module", "exec", "eval", "__import__"];

pub fn collect(world: &World) -> Vec<PythonFile> {
    let project = world.interp.project;
    let mut out = Vec::new();
    for (index, file) in project.files.iter().enumerate() {
        let ast = &file.facts.ast;
        out.push(PythonFile {
            path: file.path.clone(),
            module: file.module.to_string(),
            code: file.facts.lines.code,
            functions: ast.funcs.len() as u32,
            complexity: ast.funcs.iter().map(|f| f.complexity).sum(),
            dynamic: dynamic(ast),
            imports: imports(world, index as u32, ast),
            notes: file.facts.notes.clone(),
            fastapi: false,
            data: ast.funcs.is_empty() && ast.classes.is_empty(),
            migration: file.path.contains("/migrations/") || ast.classes.iter().any(|class| is_migration(ast, class)),
        });
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    other_side(project, &mut out);
    out
}

/// `class Migration(migrations.Migration)`, in a directory of whatever name.
fn is_migration(ast: &Ast, class: &ClassDef) -> bool {
    let is_one = |name: Option<Sym>| name.is_some_and(|name| name.as_str() == "Migration");
    let base = |arg: &Arg| matches!(arg, Arg::Pos(base) if is_one(ast.last_name(*base)));
    is_one(Some(class.name)) && class.bases.iter().any(base)
}

/// What only FastAPI reaches: its files, and what they import, without what code that imports Django needs.
fn other_side(project: &Project, files: &mut [PythonFile]) {
    let seeds =
        |wanted: &dyn Fn(&SourceFile) -> bool| project.files.iter().filter(|file| wanted(file)).map(|file| file.path.clone()).collect();
    let django = reached(files, seeds(&|file| imports_of(file, is_django)));
    let fastapi = reached(files, seeds(&|file| imports_of(file, is_fastapi)));
    for file in files {
        file.fastapi = fastapi.contains(&file.path) && !django.contains(&file.path);
    }
}

/// Files, and what they import, and so on.
fn reached(files: &[PythonFile], mut open: Vec<String>) -> BTreeSet<String> {
    let by_path: BTreeMap<&str, &PythonFile> = files.iter().map(|file| (file.path.as_str(), file)).collect();
    let mut out = BTreeSet::new();
    while let Some(path) = open.pop() {
        if let Some(file) = by_path.get(path.as_str()) {
            open.extend(file.imports.iter().map(|import| import.path.clone()).filter(|path| !out.contains(path)));
        }
        out.insert(path);
    }
    out
}

/// Whether a top-level package is FastAPI, Starlette, or one of those around them.
pub fn is_fastapi(top: &str) -> bool {
    top.starts_with("fastapi") || top == "starlette"
}

fn is_django(top: &str) -> bool {
    matches!(top, "django" | "rest_framework")
}

/// Whether it imports a top-level package of a kind, anywhere.
pub fn imports_of(file: &SourceFile, wanted: fn(&str) -> bool) -> bool {
    let ours = |name: &str| wanted(name.split('.').next().unwrap_or(name));
    file.facts.ast.imports.iter().any(|(id, _)| match file.facts.ast.stmt(*id) {
        StmtKind::Import(names) => names.iter().any(|alias| ours(&alias.name)),
        StmtKind::From(import) => import.level == 0 && ours(&import.module),
        _ => false,
    })
}

fn dynamic(ast: &Ast) -> u32 {
    ast.calls.iter().filter(|site| site.name.is_some_and(|name| DYNAMIC.contains(&name.as_str()))).count() as u32
}

/// First-party files that are imported, each once with its first line; imports inside functions are late.
fn imports(world: &World, from: u32, ast: &Ast) -> Vec<FileImport> {
    let project = world.interp.project;
    let mut out: Vec<FileImport> = Vec::new();
    let mut add = |dotted: &str, line: u32, late: bool| {
        let Some(file) = project.modules.get(dotted).filter(|file| *file != from) else { return false };
        let path = project.path(file);
        if !out.iter().any(|known| known.path == path) {
            out.push(FileImport { path: path.to_owned(), line, late });
        }
        true
    };
    for (id, scope) in &ast.imports {
        let (line, late) = (ast.stmt_line(*id), *scope != Scope::Module);
        match ast.stmt(*id) {
            StmtKind::Import(aliases) => aliases.iter().for_each(|alias| {
                add(&alias.name, line, late);
            }),
            StmtKind::From(import) => {
                let Some(base) = project.imported(from, import) else { continue };
                // A name may be a module of its own; otherwise the package is what is imported.
                let all_modules =
                    import.names.iter().filter(|n| add(&format!("{base}.{}", n.name), line, late)).count() == import.names.len();
                if !all_modules || import.star {
                    add(&base, line, late);
                }
            }
            _ => {}
        }
    }
    out.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    out
}
