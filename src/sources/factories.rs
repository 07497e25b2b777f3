//! Project code by its path that is test code after all: factory_boy's factories, which make rows for tests wherever they lie. What project code
//! imports is parsed all the same, as any test code is.

use crate::django::inventory::TestFile;
use crate::facts::{Arg, FileFacts, StmtKind};

/// Whether a module defines a factory of factory_boy, and is no command that fills a database with them.
pub fn holds_factories(path: &str, facts: &FileFacts) -> bool {
    if path.contains("management/commands/") {
        return false;
    }
    let ast = &facts.ast;
    let is_base = |base: &Arg| match base {
        Arg::Pos(base) => ast.dotted(*base).is_some_and(|name| {
            name.starts_with("factory.") || matches!(name.as_str(), "DjangoModelFactory" | "SQLAlchemyModelFactory" | "DictFactory")
        }),
        _ => false,
    };
    imported(facts).any(|name| name == "factory" || name.starts_with("factory."))
        && ast.classes.iter().any(|class| class.bases.iter().any(is_base))
}

/// The module as test code that is not parsed.
pub fn counted(path: String, facts: &FileFacts) -> TestFile {
    TestFile { path, lines: facts.lines.total, cases: 0, imports: imported(facts).collect() }
}

/// Dotted names that it imports.
fn imported(facts: &FileFacts) -> impl Iterator<Item = String> {
    let ast = &facts.ast;
    ast.imports.iter().flat_map(|(statement, _)| match ast.stmt(*statement) {
        StmtKind::Import(names) => names.iter().map(|name| name.name.to_string()).collect(),
        StmtKind::From(import) if import.level == 0 && import.names.is_empty() => vec![import.module.to_string()],
        StmtKind::From(import) if import.level == 0 => import.names.iter().map(|name| format!("{}.{}", import.module, name.name)).collect(),
        _ => Vec::new(),
    })
}
