//! From a directory to parsed sources: what is read, what is only counted, and what settings pull back in.
//!
//! The only part of the pipeline that touches the disk, through `cli::walk`.

mod declared;
mod factories;
pub mod kept;
mod promoted;
mod templates;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::Progress;
use crate::base::digest::{Digest, digest};
use crate::base::gate::{Gate, Pass};
use crate::base::text;
use crate::cli::walk::{self, FileKind, Found, FoundFile, Limits, Stamp};
use crate::django::inventory::{Diagnostic, Inventory, Skipped, TestFile};
use crate::django::settings::{Candidate, ConfigText};
use crate::facts::{self, StmtKind, template, tests_scan};
use crate::project::{EntryPoint, Project, SourceFile};
use crate::syntax::weight;

use declared::{dependencies, python_version, version_of};
use kept::{Form, Kept};
pub use promoted::installed_tests;

/// Bytes of one file, where nobody says otherwise.
pub const FILE_SIZE: u64 = 2_000_000;
/// What is parsed at a time, however many threads there are: as much as one file may have.
static GATE: Gate = Gate::new(weight::MAX_TOKENS);
/// Why a file has no facts that should have some.
const OUR_FAULT: &str = "internal error while reading the file";
/// Bytes of migrations that may wait for somebody to ask for them; where there are more, none waits.
const WAITING: u64 = 32 << 20;

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

/// Settings are wanted wherever they lie, and what names them.
fn is_settings(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or("");
    name == "manage.py"
        || ((name.contains("settings") || path.contains("/settings/")) && !name.starts_with("test_") && !name.starts_with("e2e_test_"))
}

/// How files are read.
struct Reading<'a> {
    root: &'a Path,
    /// Bytes of one file.
    limit: u64,
    /// What earlier runs understood; only where the next run is to know it too.
    kept: Option<&'a Arc<Kept>>,
    /// Test code is parsed like the rest.
    promote: bool,
    /// Migrations are parsed by whoever asks for them first.
    later: bool,
}

impl Reading<'_> {
    fn one(&self, file: &FoundFile) -> (Read, Option<Digest>) {
        let content = self.kept.and_then(|kept| kept.content(&file.rel));
        if let Some(read) = self.known(file, content) {
            return (read, content);
        }
        match walk::read(self.root, &file.rel, self.limit) {
            Ok(bytes) => {
                let content = self.kept.map(|_| digest(&bytes));
                (self.known(file, content).unwrap_or_else(|| self.understand(file, bytes, content)), content)
            }
            Err(reason) => (Read::Skipped(Skipped { path: file.rel.clone(), reason: reason.text().to_string() }), None),
        }
    }

    /// What is made of a file; nothing but its text is kept of the rest.
    fn form(&self, file: &FoundFile) -> Option<Form> {
        match file.kind {
            FileKind::Python | FileKind::Migration => Some(Form::Python),
            FileKind::Test => Some(if self.promote || is_settings(&file.rel) { Form::Python } else { Form::Test }),
            FileKind::Template => Some(Form::Template),
            FileKind::Requirements | FileKind::Config => None,
        }
    }

    /// A file that an earlier run understood.
    fn known(&self, file: &FoundFile, content: Option<Digest>) -> Option<Read> {
        let form = self.form(file)?;
        let found = self.kept?.known(&file.rel, form, content?)?;
        let path = file.rel.clone();
        Some(match form {
            Form::Python if file.kind == FileKind::Migration && self.later => {
                let facts = move || found.unpack().unwrap_or_else(|| unread(OUR_FAULT));
                Read::Python(Box::new(SourceFile::later(path, true, facts)))
            }
            Form::Python => self.parsed(file, found.unpack()?),
            Form::Test => Read::Test(found.unpack()?),
            Form::Template => Read::Template(path, found.unpack()?),
        })
    }

    fn parsed(&self, file: &FoundFile, facts: facts::FileFacts) -> Read {
        let path = file.rel.clone();
        if file.kind == FileKind::Python && !self.promote && factories::holds_factories(&path, &facts) {
            return Read::Test(factories::counted(path, &facts));
        }
        Read::Python(Box::new(SourceFile::new(path, file.kind == FileKind::Migration, facts)))
    }

    fn understand(&self, file: &FoundFile, bytes: Vec<u8>, content: Option<Digest>) -> Read {
        let path = file.rel.clone();
        let migration = file.kind == FileKind::Migration;
        let for_next = self.kept.cloned().zip(content);
        match self.form(file) {
            Some(Form::Python) => {
                let parsed = move |path: &str| {
                    let facts = parse(&room(&bytes), &bytes);
                    if let Some((kept, content)) = for_next.filter(|_| !facts.is_late()) {
                        kept.keep(path, Form::Python, content, &facts);
                    }
                    facts
                };
                if migration && self.later {
                    let name = path.clone();
                    return Read::Python(Box::new(SourceFile::later(path, true, move || parsed(&name))));
                }
                let facts = parsed(&path);
                self.parsed(file, facts)
            }
            Some(Form::Test) => match text::decode(&bytes) {
                Ok(decoded) => {
                    let _room = room(&bytes);
                    let test = counted(path, &decoded.text);
                    if let Some((kept, content)) = for_next {
                        kept.keep(&file.rel, Form::Test, content, &test);
                    }
                    Read::Test(test)
                }
                Err(refusal) => Read::Skipped(Skipped { path, reason: refusal.reason().to_string() }),
            },
            Some(Form::Template) => match std::str::from_utf8(&bytes) {
                Ok(source) => {
                    let _room = room(&bytes);
                    let facts = template::scan(&path, source);
                    if let Some((kept, content)) = for_next {
                        kept.keep(&path, Form::Template, content, &facts);
                    }
                    Read::Template(path, facts)
                }
                Err(_) => Read::Skipped(Skipped { path, reason: "template is not UTF-8".to_string() }),
            },
            None => Read::Config(ConfigText { path, text: String::from_utf8_lossy(&bytes).into_owned() }),
        }
    }
}

/// Test code that is not parsed.
fn counted(path: String, text: &str) -> TestFile {
    let facts = tests_scan::scan(text);
    let named = |import: &tests_scan::TestImport| {
        let names = import.names.iter().map(|name| format!("{}.{name}", import.module)).collect::<Vec<_>>();
        if names.is_empty() { vec![import.module.clone()] } else { names }
    };
    // Relative imports stay within the package that the file lies in.
    let imports = facts.imports.iter().filter(|i| !i.module.starts_with('.')).flat_map(named).collect();
    TestFile { path, lines: facts.lines.total, cases: facts.cases, imports }
}

/// Waits until so much may be worked on.
fn room(bytes: &[u8]) -> Pass<'static> {
    GATE.enter(weight::bound(bytes, rayon::current_num_threads()))
}

/// Parse one file for which there is room; a failure of our own is caught and becomes that file's trouble.
fn parse(_: &Pass, bytes: &[u8]) -> facts::FileFacts {
    std::panic::catch_unwind(|| facts::python(bytes)).unwrap_or_else(|_| unread(OUR_FAULT))
}

fn unread(why: &str) -> facts::FileFacts {
    facts::FileFacts { trouble: Some(facts::Trouble::Unread(why.to_owned())), ..facts::FileFacts::default() }
}

/// `kept`: what earlier runs understood, where the next one is to know what this one does; the hashes of the contents are given then.
pub fn read(root: &Path, found: &Found, limit: u64, kept: Option<&Arc<Kept>>, progress: &(dyn Fn(Progress) + Sync)) -> Sources {
    let done = AtomicU64::new(0);
    let waiting: u64 = found.files.iter().filter(|file| file.kind == FileKind::Migration).map(|file| file.size).sum();
    // One thread has nobody to parse them beside the evaluation.
    let later = rayon::current_num_threads() > 1 && waiting <= WAITING;
    let reading = Reading { root, limit, kept, promote: false, later };
    // The largest first: the last one to start bounds the end.
    let mut order: Vec<&FoundFile> = found.files.iter().collect();
    order.sort_by(|a, b| b.size.cmp(&a.size).then_with(|| a.rel.cmp(&b.rel)));
    let mut results: Vec<(&str, (Read, Option<Digest>))> = order
        .par_iter()
        .with_max_len(8)
        .map(|file| {
            let read = reading.one(file);
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

    /// Major versions of the distributions that the project asks for.
    pub fn majors(&self) -> BTreeMap<String, u32> {
        let major = |version: &str| version.split('.').next()?.parse().ok();
        dependencies(&self.configs).into_iter().filter_map(|d| Some((d.name, major(d.version.as_deref()?)?))).collect()
    }

    /// Entry points that the packaging files declare.
    pub fn entry_points(&self) -> Vec<EntryPoint> {
        declared::entry_points(&self.configs)
    }

    pub fn take_files(&mut self) -> Vec<SourceFile> {
        std::mem::take(&mut self.files)
    }

    /// Parse test files after all.
    pub fn promote(&mut self, root: &Path, wanted: &BTreeSet<String>, kept: Option<&Arc<Kept>>) -> Vec<SourceFile> {
        self.tests.retain(|t| !wanted.contains(&t.path));
        let files: Vec<FoundFile> =
            wanted.iter().map(|path| FoundFile { rel: path.clone(), kind: FileKind::Test, size: 0, stamp: Stamp::default() }).collect();
        let reading = Reading { root, limit: self.limit, kept, promote: true, later: false };
        let read: Vec<Read> = files.par_iter().map(|file| reading.one(file).0).collect();
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
        self.skipped.extend(templates::leave_pages(&mut self.templates, out));
        let lines = &mut out.project.lines;
        lines.templates = self.templates.iter().map(|(_, t)| u64::from(t.lines)).sum();
        out.project.dependencies = dependencies(&self.configs);
        out.project.django_version = version_of(&out.project.dependencies, "django");
        out.project.drf_version = version_of(&out.project.dependencies, "djangorestframework");
        out.project.python_version = python_version(&self.configs);
        out.tests = std::mem::take(&mut self.tests);
        out.templates = templates::described(&self.templates, out);
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
    fn factories_are_test_code_wherever_they_lie() {
        let factory = "import factory\nfrom shop.models import Sound\nclass SoundFactory(factory.django.DjangoModelFactory):\n    class Meta:\n        model = Sound\n    @classmethod\n    def _create(cls, model, *args, **kwargs):\n        return Sound.objects.create(text='')\n";
        let own = "from shop import factory\nclass Made(factory.Base):\n    pass\n";
        let command = "shop/management/commands/fill.py";
        let found = scanned(&[
            ("shop/factories/sound.py", factory),
            (command, factory),
            ("shop/factory.py", "class Base:\n    pass\n"),
            ("shop/made.py", own),
        ])
        .inventory;
        assert_eq!(found.tests.iter().map(|test| test.path.as_str()).collect::<Vec<_>>(), ["shop/factories/sound.py"]);
        let files: Vec<&str> = found.files.iter().map(|file| file.path.as_str()).collect();
        assert!(files.contains(&"shop/made.py") && files.contains(&command));
    }

    #[test]
    fn what_an_earlier_run_understood_is_not_parsed_again() {
        let dir = tempfile::tempdir().unwrap();
        let class = |name: &str| format!("from django.db import models\nclass {name}(models.Model):\n    pass\n");
        for (path, text) in [("manage.py", String::new()), ("shop/__init__.py", String::new()), ("shop/models.py", class("Now"))] {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let scanned = |kept: &Arc<Kept>| {
            let found = scan(dir.path(), &ScanOptions { kept: Some(kept.clone()), ..ScanOptions::default() }, &|_| {});
            (found.inventory.models.into_iter().map(|model| model.label).collect::<Vec<_>>(), found.digests)
        };
        let first = Arc::new(Kept::default());
        let (models, contents) = scanned(&first);
        assert_eq!(models, ["shop.Now"]);
        let again = Arc::new(Kept::new(contents.clone(), first.packed().unwrap()));
        assert_eq!(scanned(&again), (models, contents.clone()));
        assert_eq!(again.packed(), None, "nothing was parsed");
        // The facts count, not the file; unless its content is another.
        let planted = Kept::default();
        let now = digest(class("Now").as_bytes());
        planted.keep("shop/models.py", Form::Python, now, &facts::python(class("Then").as_bytes()));
        let pack = planted.packed().unwrap();
        assert_eq!(scanned(&Arc::new(Kept::new(contents, pack.clone()))).0, ["shop.Then"]);
        assert_eq!(scanned(&Arc::new(Kept::new([], pack.clone()))).0, ["shop.Then"]);
        assert_eq!(
            scanned(&Arc::new(Kept::new([("shop/models.py".to_owned(), digest(b"other"))], pack.clone()))).0,
            ["shop.Then"],
            "it is read"
        );
        std::fs::write(dir.path().join("shop/models.py"), class("Later")).unwrap();
        assert_eq!(scanned(&Arc::new(Kept::new([], pack))).0, ["shop.Later"]);
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
