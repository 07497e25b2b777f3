//! Which file is which module: source roots, package chains, namespace packages, several projects in one repository.
//!
//! A file can often be imported under several names (`shop.models`, `backend.shop.models`); the name that the repository's own imports and
//! settings use most is the one it goes by, the others still resolve.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Sym, sym};
use crate::facts::{Ast, ExprKind, StmtKind};

use super::SourceFile;

#[derive(Debug, Default)]
pub struct Modules {
    by_name: FxHashMap<Sym, Vec<u32>>,
    namespaces: FxHashSet<Sym>,
    tops: FxHashSet<Sym>,
    /// Names of modules that exist but were not parsed (test code).
    unparsed: FxHashSet<Sym>,
    paths: Vec<String>,
    pub roots: Vec<String>,
}

fn parent(dir: &str) -> &str {
    dir.rsplit_once('/').map_or("", |(head, _)| head)
}

fn dir_of(path: &str) -> &str {
    parent(path)
}

/// `dir` relative to `root`, dotted; `None` when it does not lie below.
fn below(dir: &str, root: &str) -> Option<String> {
    let rest = if root.is_empty() {
        dir
    } else if dir == root {
        ""
    } else {
        dir.strip_prefix(root)?.strip_prefix('/')?
    };
    Some(rest.replace('/', "."))
}

/// Whether a file imports a top-level module, or something of it, by this name.
fn imports(ast: &Ast, top: &str) -> bool {
    let is_top = |name: &str| name.split('.').next() == Some(top);
    ast.imports.iter().any(|(id, _)| match ast.stmt(*id) {
        StmtKind::Import(names) => names.iter().any(|alias| is_top(&alias.name)),
        StmtKind::From(import) => import.level == 0 && is_top(&import.module),
        _ => false,
    })
}

impl Modules {
    /// Name the files. `extra_roots` are directories that the project itself puts on `sys.path`, `mentions` what its code calls modules.
    pub fn build(files: &mut [SourceFile], extra_roots: &[String], mentions: &FxHashMap<String, u32>) -> Modules {
        let packages: FxHashSet<&str> =
            files.iter().filter(|f| f.path == "__init__.py" || f.path.ends_with("/__init__.py")).map(|f| dir_of(&f.path)).collect();
        let mut declared: FxHashSet<String> = extra_roots.iter().cloned().collect();
        declared.insert(String::new());
        for file in files.iter() {
            let name = file.path.rsplit('/').next().unwrap_or("");
            let dir = dir_of(&file.path);
            if name == "manage.py" || (name == "setup.py" && !packages.contains(dir)) {
                declared.insert(dir.to_string());
            }
            let mut at = dir;
            while !at.is_empty() {
                if (at == "src" || at.ends_with("/src")) && !packages.contains(at) {
                    declared.insert(at.to_string());
                }
                at = parent(at);
            }
        }
        let mut stems: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for file in files.iter() {
            stems.entry(dir_of(&file.path)).or_default().extend(file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".py")));
        }
        let known = Known { packages: &packages, declared: &declared, mentions };
        let dirs: FxHashMap<String, String> = stems.iter().map(|(dir, stems)| (dir.to_string(), choose_root(dir, stems, &known))).collect();
        drop((stems, packages));
        let mut modules = Modules::default();
        for (index, file) in files.iter_mut().enumerate() {
            let dir = dir_of(&file.path);
            let stem = file.path.rsplit('/').next().and_then(|n| n.strip_suffix(".py")).unwrap_or("");
            file.is_package = stem == "__init__";
            // No import statement can name `server.conf.py`: it makes no package of what stands before the dot.
            let stem = &stem.replace('.', "-");
            let name_under = |root: &str| {
                let prefix = below(dir, root)?;
                Some(match (prefix.is_empty(), stem == "__init__") {
                    (true, true) => String::new(),
                    (true, false) => stem.to_string(),
                    (false, true) => prefix,
                    (false, false) => format!("{prefix}.{stem}"),
                })
            };
            let root = dirs.get(dir).cloned().unwrap_or_default();
            let name = name_under(&root).unwrap_or_default();
            file.module = sym(&name);
            modules.paths.push(file.path.clone());
            let mut names = vec![name];
            for other in &declared {
                if let Some(name) = name_under(other)
                    && !names.contains(&name)
                    // `shop/celery.py` that imports `celery` means another: it is not called so itself.
                    && (name.contains('.') || !imports(&file.facts.ast, &name))
                {
                    names.push(name);
                }
            }
            for (i, name) in names.iter().filter(|n| !n.is_empty()).enumerate() {
                let slot = modules.by_name.entry(sym(name)).or_default();
                // A file's own name comes before the other names of other files.
                if i == 0 {
                    slot.insert(0, index as u32)
                } else {
                    slot.push(index as u32)
                }
                let mut at = name.as_str();
                while let Some((head, _)) = at.rsplit_once('.') {
                    modules.namespaces.insert(sym(head));
                    at = head;
                }
                if i == 0 {
                    modules.tops.insert(sym(name.split('.').next().unwrap_or(name)));
                }
            }
        }
        for files in modules.by_name.values_mut() {
            let primary = files.first().copied();
            files.sort_unstable();
            files.dedup();
            if let Some(primary) = primary
                && let Some(i) = files.iter().position(|f| *f == primary)
            {
                files.swap(0, i);
            }
        }
        modules.roots = dirs.into_values().collect::<std::collections::BTreeSet<_>>().into_iter().collect();
        modules
    }

    pub fn get(&self, dotted: &str) -> Option<u32> {
        self.by_name.get(&sym(dotted))?.first().copied()
    }

    /// The module of that name which lies nearest to a file: several projects in one repository may share names.
    pub fn get_near(&self, dotted: &str, from: u32) -> Option<u32> {
        let files = self.by_name.get(&sym(dotted))?;
        if files.len() == 1 {
            return files.first().copied();
        }
        let from = self.paths.get(from as usize).map_or("", String::as_str);
        let common = |file: &u32| {
            let path = self.paths.get(*file as usize).map_or("", String::as_str);
            path.split('/').zip(from.split('/')).take_while(|(a, b)| a == b).count()
        };
        let best = files.iter().map(common).max()?;
        files.iter().find(|f| common(f) == best).copied()
    }

    /// A directory of the repository that can be imported although it has no `__init__.py`.
    pub fn is_namespace(&self, dotted: &str) -> bool {
        let name = sym(dotted);
        self.namespaces.contains(&name) && !self.by_name.contains_key(&name) && (dotted.contains('.') || self.tops.contains(&name))
    }

    pub fn is_first_party(&self, top: &str) -> bool {
        self.tops.contains(&sym(top))
    }

    /// Top-level packages and modules of the repository.
    pub fn own_tops(&self) -> Vec<Sym> {
        self.tops.iter().filter(|t| self.by_name.contains_key(*t)).copied().collect()
    }

    /// Whether a top-level name certainly belongs to the repository: a package or module of its own.
    pub fn owns(&self, top: &str) -> bool {
        self.by_name.contains_key(&sym(top))
    }

    /// Remember files that were only counted, under every root: importing from them succeeds, with nothing known of what they hold.
    pub fn note_unparsed(&mut self, paths: &[String]) {
        for path in paths {
            let stem = path.strip_suffix("/__init__.py").or_else(|| path.strip_suffix(".py")).unwrap_or(path);
            for root in &self.roots {
                if let Some(name) = below(stem, root)
                    && !name.is_empty()
                {
                    let mut at = name.as_str();
                    loop {
                        self.unparsed.insert(sym(at));
                        match at.rsplit_once('.') {
                            Some((head, _)) => at = head,
                            None => break,
                        }
                    }
                }
            }
        }
    }

    pub fn is_unparsed(&self, dotted: &str) -> bool {
        let name = sym(dotted);
        self.unparsed.contains(&name) && !self.by_name.contains_key(&name)
    }

    /// The absolute name of a relative import.
    pub fn relative(&self, from: u32, level: u32, module: &str, files: &[SourceFile]) -> Option<String> {
        let file = files.get(from as usize)?;
        let mut base = file.module.as_str();
        if !file.is_package {
            base = crate::base::parent_part(base);
        }
        for _ in 1..level {
            if base.is_empty() {
                return None;
            }
            base = crate::base::parent_part(base);
        }
        Some(match (base.is_empty(), module.is_empty()) {
            (true, _) => module.to_string(),
            (false, true) => base.to_string(),
            (false, false) => format!("{base}.{module}"),
        })
    }
}

/// How often each dotted prefix is imported absolutely, or written as a string in settings and URL modules.
pub(super) fn mentions(files: &[SourceFile]) -> FxHashMap<String, u32> {
    let mut counts: FxHashMap<String, u32> = FxHashMap::default();
    let mut add = |dotted: &str| {
        let mut at = dotted;
        loop {
            match counts.get_mut(at) {
                Some(n) => *n += 1,
                None => {
                    counts.insert(at.to_string(), 1);
                }
            }
            match at.rsplit_once('.') {
                Some((head, _)) => at = head,
                None => break,
            }
        }
    };
    for file in files.iter().filter(|file| !file.migration) {
        let ast: &Ast = &file.facts.ast;
        for (id, _) in &ast.imports {
            match ast.stmt(*id) {
                StmtKind::Import(names) => names.iter().for_each(|n| add(&n.name)),
                StmtKind::From(import) if import.level == 0 => {
                    for name in import.names.iter() {
                        add(&format!("{}.{}", import.module, name.name));
                    }
                    if import.star {
                        add(&import.module);
                    }
                }
                _ => {}
            }
        }
        let name = file.path.rsplit('/').next().unwrap_or("");
        // An installed app may bear a name of one word.
        let settings = file.path.contains("settings");
        if settings || matches!(name, "manage.py" | "wsgi.py" | "asgi.py" | "urls.py" | "apps.py") {
            for expr in &ast.exprs {
                if let ExprKind::Str(text) = expr
                    && text.len() < 120
                    && (settings || text.contains('.'))
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.')
                {
                    add(text);
                }
            }
        }
    }
    counts
}

/// A directory with an `__init__.py` of its own that `manage.py` makes a root all the same, where the project names what lies below it from there
/// (`accounts.models`) more often than through it (`apps.accounts.models`).
fn inner_root(dir: &str, own: &str, stems: &[&str], known: &Known<'_>) -> Option<String> {
    let mut at = dir;
    while at.len() > own.len() {
        if known.declared.contains(at) && known.packages.contains(at) {
            let inside = below(dir, at)?;
            let lower: &[&str] = match inside.split('.').next().unwrap_or("") {
                "" => stems,
                first => &[first],
            };
            let package = below(at, own)?;
            let count = |name: &str| known.mentions.get(name).copied().unwrap_or(0);
            // A package of that name below another root may be the one that is meant.
            let elsewhere =
                |name: &str| known.declared.iter().any(|root| root != at && known.packages.contains(format!("{root}/{name}").as_str()));
            let alone = lower.iter().filter(|name| **name != "__init__" && !elsewhere(name));
            let short: u32 = alone.map(|name| count(name)).sum();
            let long: u32 = lower.iter().map(|name| count(&format!("{package}.{name}"))).sum();
            return (short > long).then(|| at.to_string());
        }
        at = parent(at);
    }
    None
}

/// What the directories of a repository are known for.
struct Known<'a> {
    packages: &'a FxHashSet<&'a str>,
    declared: &'a FxHashSet<String>,
    mentions: &'a FxHashMap<String, u32>,
}

/// The directory from which a directory's modules are named.
fn choose_root(dir: &str, stems: &[&str], known: &Known<'_>) -> String {
    let Known { packages, declared, mentions } = *known;
    // Upwards through packages; a gap inside a package (`management/commands` without `__init__.py`) still belongs to it.
    let mut own = dir;
    let mut at = dir;
    loop {
        if packages.contains(at) {
            own = parent(at);
        } else if declared.contains(at) || at.is_empty() {
            break;
        }
        if at.is_empty() {
            break;
        }
        at = parent(at);
    }
    let mut candidates: Vec<&str> = vec![own];
    let mut at = own;
    loop {
        if declared.contains(at) && !candidates.contains(&at) {
            candidates.push(at);
        }
        if at.is_empty() {
            break;
        }
        at = parent(at);
    }
    if let Some(inner) = inner_root(dir, own, stems, known) {
        return inner;
    }
    let mut best = own;
    let mut best_count = 0;
    // A package is imported from one directory, all of it: what is said of its parts counts for the whole.
    let whole = match below(dir, own) {
        Some(inside) if !inside.is_empty() => {
            let first = inside.split('.').next().unwrap_or("");
            if own.is_empty() { first.to_string() } else { format!("{own}/{first}") }
        }
        _ => dir.to_string(),
    };
    let names: Vec<(&str, String)> = candidates.iter().filter_map(|root| below(&whole, root).map(|n| (*root, n))).collect();
    let mut cut = 0;
    // The whole name first, then shorter prefixes, until somebody mentions one of them.
    while best_count == 0 && cut < 6 {
        for (root, name) in &names {
            let mut name = name.as_str();
            for _ in 0..cut {
                name = crate::base::parent_part(name);
            }
            let count = if name.is_empty() { 0 } else { mentions.get(name).copied().unwrap_or(0) };
            if count > best_count {
                best_count = count;
                best = root;
            }
        }
        cut += 1;
    }
    if best_count == 0 && !declared.contains(own) && !packages.contains(dir) {
        // Nobody names it: a loose directory is named from the nearest declared root.
        best = candidates.get(1).copied().unwrap_or(own);
    }
    best.to_string()
}
