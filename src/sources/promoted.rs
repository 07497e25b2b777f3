//! Test code by its path that is project code after all: what the settings name, and what other code imports.

use std::collections::BTreeSet;

use crate::base::sym;
use crate::django::settings::{self, Candidate};
use crate::eval::{Interp, Value};
use crate::facts::{Scope, StmtKind};
use crate::project::Project;

use super::Sources;

/// Test files that the settings install, or that hold the settings or the root urlconf.
pub fn installed_tests(project: &Project, candidates: &[Candidate], sources: &Sources) -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    if sources.tests.is_empty() || candidates.is_empty() {
        return named_settings(project, sources);
    }
    let mut interp = Interp::new(project);
    let mut candidates = candidates.to_vec();
    let Some(frame) = crate::django::boot::choose_settings(&mut interp, &mut candidates) else { return wanted };
    let mut modules: Vec<String> = Vec::new();
    let installed = frame.vars.borrow().get(&sym("INSTALLED_APPS")).cloned();
    if let Some(value) = installed {
        modules.extend(settings::strings(&mut interp, &value).0);
    }
    let urlconf = frame.vars.borrow().get(&sym("ROOT_URLCONF")).and_then(Value::as_str);
    modules.extend(urlconf.map(|u| u.to_string()));
    // Directories that dotted names point into, below any root of the project.
    let mut dirs: BTreeSet<String> = BTreeSet::new();
    for module in &modules {
        let mut path = module.replace('.', "/");
        loop {
            for root in &project.modules.roots {
                dirs.insert(if root.is_empty() { path.clone() } else { format!("{root}/{path}") });
            }
            // `package.apps.Config` names its package too; the shorter prefixes only as exact test directories.
            match path.rsplit_once('/') {
                Some((head, _)) if path.len() == module.len() || head.matches('/').count() + 2 >= module.matches('.').count() => {
                    path = head.to_string()
                }
                _ => break,
            }
        }
    }
    let imported = imports(project);
    for name in &imported {
        let parts: Vec<&str> = name.split('.').collect();
        // A directory that is called like test code, and that other code imports: an app about tests of another kind.
        let Some(end) = parts.iter().position(|part| matches!(*part, "test" | "testing")) else { continue };
        let path = parts.get(..=end).unwrap_or(&[]).join("/");
        dirs.extend(project.modules.roots.iter().map(|root| if root.is_empty() { path.clone() } else { format!("{root}/{path}") }));
    }
    for test in &sources.tests {
        let (folder, name) = test.path.rsplit_once('/').unwrap_or(("", &test.path));
        let stem = stem(&test.path);
        if name == "conftest.py" || name == "tests.py" {
            continue;
        }
        let inside = if name.starts_with("test_") || name.ends_with("_test.py") {
            // A module that only its name makes test code, and that other code imports.
            let dotted = |root: &String| if root.is_empty() { Some(stem) } else { stem.strip_prefix(root.as_str())?.strip_prefix('/') };
            let modules = project.modules.roots.iter().filter_map(dotted).map(|path| path.replace('/', "."));
            !is_test_dir(folder) && modules.into_iter().any(|module| imported.contains(&module))
        } else {
            dirs.iter().any(|d| {
                is_test_dir(d) && (stem == d || (test.path.starts_with(d.as_str()) && test.path.as_bytes().get(d.len()) == Some(&b'/')))
            })
        };
        if inside {
            wanted.insert(test.path.clone());
        }
    }
    wanted
}

/// Settings among the tests that other files name, where there are none beside: an application that others embed has no site of its own.
fn named_settings(project: &Project, sources: &Sources) -> BTreeSet<String> {
    let named = project.files.iter().flat_map(|file| settings::named(&file.facts.ast));
    let paths: Vec<String> = named.map(|module| module.replace('.', "/")).collect();
    let below = |root: &String, stem: &str| {
        let path = if root.is_empty() { Some(stem) } else { stem.strip_prefix(root.as_str()).and_then(|path| path.strip_prefix('/')) };
        path.is_some_and(|path| paths.iter().any(|named| named == path))
    };
    let tests = sources.tests.iter().filter(|test| project.modules.roots.iter().any(|root| below(root, stem(&test.path))));
    tests.map(|test| test.path.clone()).collect()
}

/// The path of the module or package that a file holds.
fn stem(path: &str) -> &str {
    path.strip_suffix("/__init__.py").or_else(|| path.strip_suffix(".py")).unwrap_or(path)
}

/// What the modules of the project that are no tests import and that is called like test code, as names of modules or of what is in them.
fn imports(project: &Project) -> BTreeSet<String> {
    let telling =
        |name: &str| name.split('.').any(|part| matches!(part, "test" | "testing") || part.starts_with("test_") || part.ends_with("_test"));
    let mut out = BTreeSet::new();
    for (index, file) in project.files.iter().enumerate().filter(|(_, file)| !file.migration && !is_test_dir(&file.path)) {
        let ast = &file.facts.ast;
        for (id, _) in ast.imports.iter().filter(|(_, scope)| *scope == Scope::Module) {
            match ast.stmt(*id) {
                StmtKind::Import(names) => {
                    out.extend(names.iter().filter(|name| telling(&name.name)).map(|name| name.name.to_string()));
                }
                StmtKind::From(import) => {
                    let Some(base) = project.imported(index as u32, import) else { continue };
                    let whole = telling(&base);
                    out.extend(import.names.iter().filter(|name| whole || telling(&name.name)).map(|name| format!("{base}.{}", name.name)));
                    if whole {
                        out.insert(base);
                    }
                }
                _ => {}
            }
        }
    }
    out
}

fn is_test_dir(dir: &str) -> bool {
    dir.split('/').any(|part| {
        matches!(part, "tests" | "test" | "testing") || part.starts_with("test_") || part.starts_with("tests_") || part.ends_with("_tests")
    })
}
