//! From a directory to parsed sources: what is read, what is only counted, and what settings pull back in.
//!
//! The only part of the pipeline that touches the disk, through `cli::walk`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::Progress;
use crate::base::digest::{Digest, digest};
use crate::base::gate::Gate;
use crate::base::{sym, text};
use crate::cli::walk::{self, FileKind, Found, FoundFile, Limits, Stamp};
use crate::django::inventory::{Dependency, Diagnostic, Inventory, Skipped, Template, TestFile};
use crate::django::settings::{Candidate, ConfigText};
use crate::eval::{Interp, Value};
use crate::facts::{self, Scope, StmtKind, template, tests_scan};
use crate::project::{EntryPoint, Project, SourceFile};
use crate::syntax::weight;

/// Bytes of one file, where nobody says otherwise.
pub const FILE_SIZE: u64 = 2_000_000;
/// What is parsed at a time, however many threads there are: as much as one file may have.
static GATE: Gate = Gate::new(weight::MAX_TOKENS);

#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    tests: Vec<TestFile>,
    templates: Vec<(String, template::TemplateFacts)>,
    pub configs: Vec<ConfigText>,
    skipped: Vec<Skipped>,
    /// Bytes of one file.
    limit: u64,
    /// Hashes of what was read, by path; only where somebody wants them.
    pub digests: Vec<(String, Digest)>,
}

pub fn walk(root: &Path, exclude: &[String], limit: u64) -> Found {
    let mut found = walk::walk(root, Limits { file_size: limit, ..Limits::default() });
    if !exclude.is_empty() {
        let mut builder = ignore::gitignore::GitignoreBuilder::new(root);
        for glob in exclude {
            // A bad glob was refused with the configuration.
            let _ = builder.add_line(None, glob);
        }
        if let Ok(matcher) = builder.build() {
            let (kept, left): (Vec<FoundFile>, Vec<FoundFile>) =
                found.files.into_iter().partition(|f| !matcher.matched_path_or_any_parents(&f.rel, false).is_ignore());
            found.files = kept;
            found.skipped.extend(left.into_iter().map(|f| walk::Skipped { rel: f.rel, reason: walk::Reason::Excluded }));
        }
    }
    found
}

enum Read {
    Python(Box<SourceFile>),
    Test(TestFile),
    Template(String, template::TemplateFacts),
    Config(ConfigText),
    Skipped(Skipped),
}

/// Settings are wanted wherever they lie.
fn is_settings(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or("");
    (name.contains("settings") || path.contains("/settings/")) && !name.starts_with("test_")
}

fn read_one(root: &Path, file: &FoundFile, limit: u64, promote: bool, hash: bool) -> (Read, Option<Digest>) {
    match walk::read(root, &file.rel, limit) {
        Ok(bytes) => {
            let digest = hash.then(|| digest(&bytes));
            (understand(file, bytes, promote), digest)
        }
        Err(reason) => (Read::Skipped(Skipped { path: file.rel.clone(), reason: reason.text().to_string() }), None),
    }
}

fn understand(file: &FoundFile, bytes: Vec<u8>, promote: bool) -> Read {
    let parsed = |bytes: &[u8]| Read::Python(Box::new(SourceFile::new(file.rel.clone(), parse(bytes))));
    match file.kind {
        FileKind::Python => parsed(&bytes),
        FileKind::Migration => {
            let mut source = SourceFile::later(file.rel.clone(), move || parse(&bytes));
            source.migration = true;
            // One thread has nobody to read them beside the evaluation.
            if rayon::current_num_threads() == 1 {
                LazyLock::force(&source.facts);
            }
            Read::Python(Box::new(source))
        }
        FileKind::Test if promote || is_settings(&file.rel) => parsed(&bytes),
        FileKind::Test => match text::decode(&bytes) {
            Ok(decoded) => {
                let facts = tests_scan::scan(&decoded.text);
                let named = |import: &tests_scan::TestImport| {
                    let names = import.names.iter().map(|name| format!("{}.{name}", import.module)).collect::<Vec<_>>();
                    if names.is_empty() { vec![import.module.clone()] } else { names }
                };
                // Relative imports stay within the package that the file lies in.
                let imports = facts.imports.iter().filter(|i| !i.module.starts_with('.')).flat_map(named).collect();
                Read::Test(TestFile { path: file.rel.clone(), lines: facts.lines.total, cases: facts.cases, imports })
            }
            Err(refusal) => Read::Skipped(Skipped { path: file.rel.clone(), reason: refusal.reason().to_string() }),
        },
        FileKind::Template => match String::from_utf8(bytes) {
            Ok(source) => Read::Template(file.rel.clone(), template::scan(&file.rel, &source)),
            Err(_) => Read::Skipped(Skipped { path: file.rel.clone(), reason: "template is not UTF-8".to_string() }),
        },
        FileKind::Requirements | FileKind::Config => {
            Read::Config(ConfigText { path: file.rel.clone(), text: String::from_utf8_lossy(&bytes).into_owned() })
        }
    }
}

/// Parse one file; a failure of our own is caught and becomes that file's trouble.
fn parse(bytes: &[u8]) -> facts::FileFacts {
    let _room = GATE.enter(weight::bound(bytes, rayon::current_num_threads()));
    std::panic::catch_unwind(|| facts::python(bytes)).unwrap_or_else(|_| facts::FileFacts {
        trouble: Some(facts::Trouble::Unread("internal error while reading the file".to_string())),
        ..facts::FileFacts::default()
    })
}

/// `hash`: whether the hashes of the contents are wanted.
pub fn read(root: &Path, found: &Found, limit: u64, hash: bool, progress: &(dyn Fn(Progress) + Sync)) -> Sources {
    let done = AtomicU64::new(0);
    // The largest first: the last one to start bounds the end.
    let mut order: Vec<&FoundFile> = found.files.iter().collect();
    order.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.rel.cmp(&b.rel)));
    let mut results: Vec<(&str, (Read, Option<Digest>))> = order
        .par_iter()
        .with_max_len(8)
        .map(|file| {
            let read = read_one(root, file, limit, false, hash);
            let n = done.fetch_add(1, Ordering::Relaxed) + 1;
            if n.is_multiple_of(64) {
                progress(Progress::Read { done: n });
            }
            (file.rel.as_str(), read)
        })
        .collect();
    results.sort_by(|a, b| a.0.cmp(b.0));
    let mut sources = Sources {
        skipped: found.skipped.iter().map(|s| Skipped { path: s.rel.clone(), reason: s.reason.text().to_string() }).collect(),
        limit,
        ..Sources::default()
    };
    for (path, (read, digest)) in results {
        sources.digests.extend(digest.map(|digest| (path.to_owned(), digest)));
        match read {
            Read::Python(file) => sources.files.push(*file),
            Read::Test(test) => sources.tests.push(test),
            Read::Template(path, facts) => sources.templates.push((path, facts)),
            Read::Config(config) => sources.configs.push(config),
            Read::Skipped(skipped) => sources.skipped.push(skipped),
        }
    }
    sources
}

/// Test files that the settings install, or that hold the settings or the root urlconf.
pub fn installed_tests(project: &Project, candidates: &[Candidate], sources: &Sources) -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    if sources.tests.is_empty() || candidates.is_empty() {
        return wanted;
    }
    let mut interp = Interp::new(project);
    let mut candidates = candidates.to_vec();
    let Some(frame) = crate::django::world::choose_settings(&mut interp, &mut candidates) else { return wanted };
    let mut modules: Vec<String> = Vec::new();
    let installed = frame.vars.borrow().get(&sym("INSTALLED_APPS")).cloned();
    if let Some(value) = installed {
        modules.extend(crate::django::settings::strings(&mut interp, &value).0);
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
    imported(project, &mut dirs);
    for test in &sources.tests {
        let name = test.path.rsplit('/').next().unwrap_or("");
        if name.starts_with("test_") || name.ends_with("_test.py") || name == "conftest.py" || name == "tests.py" {
            continue;
        }
        let stem = test.path.strip_suffix("/__init__.py").or_else(|| test.path.strip_suffix(".py")).unwrap_or(&test.path);
        let inside = dirs.iter().any(|d| {
            is_test_dir(d) && (stem == d || (test.path.starts_with(d.as_str()) && test.path.as_bytes().get(d.len()) == Some(&b'/')))
        });
        if inside {
            wanted.insert(test.path.clone());
        }
    }
    wanted
}

/// Directories that are called like test code, and that other code imports: an app about tests of another kind.
fn imported(project: &Project, dirs: &mut BTreeSet<String>) {
    let mut add = |dotted: &str| {
        let parts: Vec<&str> = dotted.split('.').collect();
        let Some(end) = parts.iter().position(|part| matches!(*part, "test" | "testing")) else { return };
        let path = parts.get(..=end).unwrap_or(&[]).join("/");
        dirs.extend(project.modules.roots.iter().map(|root| if root.is_empty() { path.clone() } else { format!("{root}/{path}") }));
    };
    for (index, file) in project.files.iter().enumerate().filter(|(_, file)| !file.migration && !is_test_dir(&file.path)) {
        let ast = &file.facts.ast;
        for (id, _) in ast.imports.iter().filter(|(_, scope)| *scope == Scope::Module) {
            match ast.stmt(*id) {
                StmtKind::Import(names) => names.iter().for_each(|name| add(&name.name)),
                StmtKind::From(import) => {
                    let base = project.imported(index as u32, import);
                    for name in base.iter().flat_map(|base| import.names.iter().map(move |name| format!("{base}.{}", name.name))) {
                        add(&name);
                    }
                }
                _ => {}
            }
        }
    }
}

fn is_test_dir(dir: &str) -> bool {
    dir.split('/').any(|part| matches!(part, "tests" | "test" | "testing") || part.starts_with("test_") || part.ends_with("_tests"))
}

/// Whether anything here is Django.
pub fn is_django(project: &Project, candidates: &[Candidate]) -> bool {
    if !candidates.is_empty() {
        return true;
    }
    let (migrations, files): (Vec<&SourceFile>, _) = project.files.iter().partition(|file| file.migration);
    files.into_iter().chain(migrations).any(|file| {
        file.path.ends_with("manage.py")
            || file.facts.ast.imports.iter().any(|(id, _)| match file.facts.ast.stmt(*id) {
                StmtKind::Import(names) => names.iter().any(|n| n.name.as_str() == "django" || n.name.starts_with("django.")),
                StmtKind::From(import) => import.level == 0 && (import.module.as_str() == "django" || import.module.starts_with("django.")),
                _ => false,
            })
    })
}

impl Sources {
    pub fn looked_for() -> Vec<String> {
        ["manage.py", "a settings module with INSTALLED_APPS", "DJANGO_SETTINGS_MODULE in configuration files", "imports of django"]
            .map(str::to_string)
            .to_vec()
    }

    /// Paths of test files that were only counted.
    pub fn unparsed(&self) -> Vec<String> {
        self.tests.iter().map(|t| t.path.clone()).collect()
    }

    /// Names of the distributions that the project declares.
    pub fn declared(&self) -> Vec<String> {
        dependencies(&self.configs).into_iter().map(|d| d.name).collect()
    }

    /// Major version of Django that the project asks for.
    pub fn django_major(&self) -> Option<u32> {
        let found = dependencies(&self.configs);
        found.iter().find(|d| d.name == "django").and_then(|d| d.version.as_deref()).and_then(|v| v.split('.').next()?.parse().ok())
    }

    /// Entry points of pyproject.toml, setup.cfg and `entry_points.txt`.
    pub fn entry_points(&self) -> Vec<EntryPoint> {
        let mut out = Vec::new();
        for config in &self.configs {
            match config.path.rsplit('/').next().unwrap_or("") {
                "entry_points.txt" => ini_entry_points(&config.text, "", &mut out),
                "setup.cfg" => {
                    let section = config.text.split("[options.entry_points]").nth(1).unwrap_or("");
                    ini_entry_points(section.split("\n[").next().unwrap_or(""), "setup.cfg", &mut out);
                }
                "pyproject.toml" => {
                    let Ok(table) = config.text.parse::<toml::Table>() else { continue };
                    let groups = [
                        table.get("project").and_then(|p| p.get("entry-points")),
                        table.get("tool").and_then(|t| t.get("poetry")).and_then(|p| p.get("plugins")),
                    ];
                    for (group, entries) in groups.into_iter().flatten().filter_map(|v| v.as_table()).flatten() {
                        for (name, value) in entries.as_table().into_iter().flatten() {
                            if let Some(value) = value.as_str() {
                                out.push(EntryPoint { group: group.clone(), name: name.clone(), value: value.to_string() });
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        out
    }

    pub fn take_files(&mut self) -> Vec<SourceFile> {
        std::mem::take(&mut self.files)
    }

    /// Parse test files after all.
    pub fn promote(&mut self, root: &Path, wanted: &BTreeSet<String>) -> Vec<SourceFile> {
        self.tests.retain(|t| !wanted.contains(&t.path));
        let files: Vec<FoundFile> =
            wanted.iter().map(|path| FoundFile { rel: path.clone(), kind: FileKind::Test, size: 0, stamp: Stamp::default() }).collect();
        let read: Vec<Read> = files.par_iter().map(|file| read_one(root, file, self.limit, true, false).0).collect();
        let mut out = Vec::new();
        for read in read {
            match read {
                Read::Python(file) => out.push(*file),
                Read::Skipped(skipped) => self.skipped.push(skipped),
                _ => {}
            }
        }
        out
    }

    /// What concerns the repository as a whole: lines, dependencies, templates, what was left out.
    pub fn describe(mut self, root: &Path, project: &Project, out: &mut Inventory) {
        out.project.name = root.file_name().map_or_else(|| "project".to_string(), |n| n.to_string_lossy().into_owned());
        out.project.roots.clone_from(&project.modules.roots);
        out.project.files = project.files.len() as u64;
        out.project.test_files = self.tests.len() as u64;
        out.project.test_cases = self.tests.iter().map(|t| u64::from(t.cases)).sum();
        let lines = &mut out.project.lines;
        for file in &project.files {
            lines.python += u64::from(file.facts.lines.total);
            lines.migrations += if file.migration { u64::from(file.facts.lines.total) } else { 0 };
            lines.blank += u64::from(file.facts.lines.blank);
            lines.comment += u64::from(file.facts.lines.comment);
        }
        lines.tests = self.tests.iter().map(|t| u64::from(t.lines)).sum();
        lines.templates = self.templates.iter().map(|(_, t)| u64::from(t.lines)).sum();
        out.project.dependencies = dependencies(&self.configs);
        out.project.django_version = version_of(&out.project.dependencies, "django");
        out.project.drf_version = version_of(&out.project.dependencies, "djangorestframework");
        out.project.python_version = python_version(&self.configs);
        out.tests = std::mem::take(&mut self.tests);
        out.templates = templates(&self.templates, out);
        if !out.tests.is_empty() {
            let mut dirs: BTreeMap<String, usize> = BTreeMap::new();
            for test in &out.tests {
                *dirs.entry(test.path.rsplit_once('/').map_or(String::new(), |(d, _)| d.to_string())).or_default() += 1;
            }
            for (dir, count) in dirs {
                let path = if dir.is_empty() { ".".to_string() } else { dir };
                self.skipped.push(Skipped {
                    path,
                    reason: format!("test code: {count} {}, counted, not parsed", if count == 1 { "file" } else { "files" }),
                });
            }
        }
        let lost = self.skipped.iter().filter(|s| s.path.ends_with(".py")).count() as u64;
        out.coverage.files_skipped += lost;
        self.skipped.sort();
        self.skipped.dedup();
        out.skipped = self.skipped;
        if out.routes.is_empty() {
            out.diagnostics.push(Diagnostic {
                severity: "warning".into(),
                code: "no-routes".into(),
                message: "no route was found: no URL configuration was reached from the settings".into(),
                file: None,
                line: None,
            });
        }
        if out.settings.modules.is_empty() {
            out.diagnostics.push(Diagnostic {
                severity: "warning".into(),
                code: "no-settings".into(),
                message: "no settings module was found: every application present is taken as installed".into(),
                file: None,
                line: None,
            });
        }
        out.diagnostics.sort();
    }
}

/// `[group]` and `name = value` lines; in setup.cfg a group is `group =` with indented entries below.
fn ini_entry_points(text: &str, kind: &str, out: &mut Vec<EntryPoint>) {
    let mut group = String::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            group = name.to_string();
        } else if let Some((name, value)) = trimmed.split_once('=') {
            if kind == "setup.cfg" && !line.starts_with([' ', '\t']) {
                group = name.trim().to_string();
            } else {
                out.push(EntryPoint { group: group.clone(), name: name.trim().to_string(), value: value.trim().to_string() });
            }
        }
    }
}

/// Dependencies from requirement files and pyproject's arrays; versions only where pinned.
fn dependencies(configs: &[ConfigText]) -> Vec<Dependency> {
    let mut out: BTreeMap<String, Dependency> = BTreeMap::new();
    let mut add = |requirement: &str, file: &str| {
        let requirement = requirement.split('#').next().unwrap_or("").trim();
        let end = requirement.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(requirement.len());
        let (name, rest) = requirement.split_at(end);
        if name.is_empty() || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return;
        }
        let name = name.to_ascii_lowercase().replace(['_', '.'], "-");
        let version = rest
            .find("==")
            .or_else(|| rest.find("~="))
            .or_else(|| rest.find(">="))
            .and_then(|at| rest.get(at + 2..))
            .map(|v| v.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '*')).collect::<String>())
            .filter(|v| !v.is_empty());
        let entry = out.entry(name.clone()).or_insert_with(|| Dependency { name, version: None, file: file.to_string() });
        if entry.version.is_none() && version.is_some() {
            entry.version = version;
            entry.file = file.to_string();
        }
    };
    for config in configs {
        let name = config.path.rsplit('/').next().unwrap_or("");
        if name.ends_with(".txt") || name.ends_with(".in") {
            for line in config.text.lines() {
                let line = line.trim();
                if !line.starts_with('-') && !line.starts_with('#') && !line.contains("://") {
                    add(line, &config.path);
                }
            }
        } else if name == "pyproject.toml" {
            pyproject(&config.text, &config.path, &mut add);
        } else if name == "setup.cfg" {
            let mut inside = false;
            for line in config.text.lines() {
                if line.starts_with("install_requires") {
                    inside = true;
                } else if inside && line.starts_with([' ', '\t']) {
                    add(line.trim(), &config.path);
                } else {
                    inside = false;
                }
            }
        } else if name == "METADATA" {
            for line in config.text.lines() {
                if let Some(requirement) = line.strip_prefix("Requires-Dist: ") {
                    add(requirement.split(';').next().unwrap_or(""), &config.path);
                }
            }
        }
    }
    out.into_values().collect()
}

fn pyproject(text: &str, path: &str, add: &mut impl FnMut(&str, &str)) {
    let Ok(table) = text.parse::<toml::Table>() else { return };
    let strings = |value: Option<&toml::Value>| -> Vec<String> {
        value.and_then(|v| v.as_array()).map(|a| a.iter().filter_map(|x| x.as_str().map(str::to_string)).collect()).unwrap_or_default()
    };
    let project = table.get("project").and_then(|v| v.as_table());
    for requirement in strings(project.and_then(|p| p.get("dependencies"))) {
        add(&requirement, path);
    }
    for group in [project.and_then(|p| p.get("optional-dependencies")), table.get("dependency-groups")].into_iter().flatten() {
        for value in group.as_table().into_iter().flat_map(|t| t.values()) {
            for requirement in strings(Some(value)) {
                add(&requirement, path);
            }
        }
    }
    let poetry = table.get("tool").and_then(|t| t.get("poetry")).and_then(|p| p.get("dependencies")).and_then(|d| d.as_table());
    for (name, value) in poetry.into_iter().flatten() {
        let version = value.as_str().or_else(|| value.get("version").and_then(|v| v.as_str())).unwrap_or("");
        let version = version.trim_start_matches(['^', '~', '=', '>']);
        add(&format!("{name}=={version}"), path);
    }
}

fn version_of(dependencies: &[Dependency], name: &str) -> Option<String> {
    dependencies.iter().find(|d| d.name == name).and_then(|d| d.version.clone())
}

fn python_version(configs: &[ConfigText]) -> Option<String> {
    configs.iter().find_map(|config| {
        let name = config.path.rsplit('/').next().unwrap_or("");
        if name == "pyproject.toml" {
            let at = config.text.find("requires-python")?;
            let line = config.text.get(at..)?.lines().next()?;
            let version: String =
                line.split_once('=')?.1.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '<' | '>' | '=' | '~')).collect();
            return Some(version).filter(|v| !v.is_empty());
        }
        if name.starts_with("Dockerfile") {
            let at = config.text.find("FROM python:")?;
            let version: String = config.text.get(at + 12..)?.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            return Some(version).filter(|v| !v.is_empty());
        }
        None
    })
}

/// Templates with the name they are rendered by, their app, and the views and functions that name them.
fn templates(found: &[(String, template::TemplateFacts)], inventory: &Inventory) -> Vec<Template> {
    let mut by_name: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for view in &inventory.views {
        if let Some(name) = &view.template {
            by_name.entry(name).or_default().insert(view.qualname.clone());
        }
    }
    for render in &inventory.renders {
        by_name.entry(&render.what).or_default().insert(render.scope.clone());
    }
    let names = |references: &[template::Reference]| -> Vec<String> {
        let mut out: Vec<String> = references.iter().filter_map(|r| r.target.name().map(str::to_string)).collect();
        out.sort();
        out.dedup();
        out
    };
    let mut out = Vec::new();
    for (path, facts) in found {
        let name = ["/templates/", "/jinja2/"]
            .iter()
            .find_map(|marker| format!("/{path}").rsplit_once(marker).map(|(_, n)| n.to_string()))
            .unwrap_or_else(|| path.clone());
        let app = inventory
            .apps
            .iter()
            .filter(|a| !a.path.is_empty() && path.starts_with(&format!("{}/", a.path)))
            .max_by_key(|a| a.path.len())
            .map(|a| a.label.clone());
        let mut libraries: Vec<String> = facts.loads.iter().map(|l| l.library.clone()).collect();
        libraries.sort();
        libraries.dedup();
        out.push(Template {
            file: path.clone(),
            engine: if facts.engine == template::Engine::Jinja { "jinja2" } else { "django" }.to_string(),
            app,
            lines: facts.lines,
            extends: names(&facts.extends).into_iter().next(),
            includes: names(&facts.includes),
            libraries,
            url_names: names(&facts.urls),
            rendered_by: by_name.get(name.as_str()).map(|v| v.iter().cloned().collect()).unwrap_or_default(),
            name,
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Scan, ScanOptions, scan};

    fn scanned(files: &[(&str, &str)]) -> Scan {
        let dir = tempfile::tempdir().unwrap();
        let sound = [
            ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n"),
            ("config/settings.py", "from shop.faulty import A\nINSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\n"),
            ("config/urls.py", "from django.urls import path\nurlpatterns = [path('sound/', lambda r: None)]\n"),
            ("shop/__init__.py", ""),
            ("shop/models.py", "from django.db import models\nclass Sound(models.Model):\n    text = models.TextField()\n"),
        ];
        for (name, text) in sound.iter().chain(files) {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let root = dir.path().to_owned();
        std::thread::Builder::new()
            .stack_size(64 << 20)
            .spawn(move || scan(&root, &ScanOptions::default(), &|_| {}))
            .unwrap()
            .join()
            .unwrap()
    }

    /// The sound model and route, and what is said of the one file.
    #[track_caller]
    fn reason_for(found: &Scan, file: &str) -> Vec<String> {
        let found = &found.inventory;
        assert!(found.models.iter().any(|model| model.label == "shop.Sound"));
        assert!(found.routes.iter().any(|route| route.path == "/sound/"));
        found.coverage.unresolved.iter().filter(|open| open.file == file).map(|open| open.reason.clone()).collect()
    }

    #[test]
    fn a_panic_while_a_file_is_read_costs_that_file() {
        let found =
            scanned(&[("shop/odd.py", "# a fault while it is read\n"), ("shop/faulty.py", "A = 1\n# no fault in a test of reading\n")]);
        assert_eq!(reason_for(&found, "shop/odd.py"), ["internal error while reading the file"]);
    }

    #[test]
    fn a_panic_while_a_module_is_evaluated_costs_that_module() {
        let found = scanned(&[("shop/faulty.py", "A = 1\n")]);
        assert!(reason_for(&found, "shop/faulty.py").contains(&"internal error while evaluating the module".to_owned()));
    }

    #[test]
    fn the_limit_of_a_file_can_be_set() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.py"), "x = 1\n".repeat(400_000)).unwrap();
        std::fs::write(dir.path().join("manage.py"), "").unwrap();
        let of = |max_file_size| scan(dir.path(), &ScanOptions { max_file_size, ..ScanOptions::default() }, &|_| {}).inventory;
        let skipped = |found: &Inventory| found.skipped.iter().map(|one| (one.path.clone(), one.reason.clone())).collect::<Vec<_>>();
        assert_eq!(skipped(&of(None)), [("a.py".to_owned(), "too large".to_owned())]);
        assert_eq!(skipped(&of(Some(3_000_000))), []);
    }
}
