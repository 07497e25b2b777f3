//! Which files of a project there are: one parallel descent of the tree, and the one way to open a file of it.
//!
//! The tree is a stranger's. So links are not followed, nothing but directories and regular files is ever opened, ignore
//! files are read with the same care, and sizes, depths and numbers are bounded; what is left out is listed with its reason.
//! The matcher of `.gitignore` is ripgrep's, but not its walker: that one opens whatever is called `.gitignore`, a pipe or a
//! link included, and obeys ignore files outside the root. Separate from the rest of the command line because it is the
//! whole of what touches the scanned tree.

use std::fmt;
use std::fs::{self, DirEntry, File, FileType, OpenOptions};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Bounds of a walk.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one file.
    pub file_size: u64,
    pub files: usize,
    /// Directories below the root.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { file_size: 2_000_000, files: 500_000, depth: 64 }
    }
}

/// Entries of directories that are looked at before the walk stops by itself: the memory it may take is bounded too.
const MAX_ENTRIES: usize = 4_000_000;
/// Bytes and rules of one `.gitignore`; each rule becomes a part of a regular expression.
const MAX_IGNORE_BYTES: u64 = 128 * 1024;
const MAX_IGNORE_RULES: usize = 2_000;
/// Rules of all `.gitignore` of a tree together; about two seconds of work at worst. With more, only the root's are obeyed.
const MAX_TREE_RULES: usize = 50_000;

/// What a walk found, each list sorted by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub files: Vec<FoundFile>,
    pub skipped: Vec<Skipped>,
    /// Files of no interest (images, scripts, …).
    pub other_files: usize,
    /// Directories that are never looked into and not worth a line: hidden ones and byte code.
    pub unlisted_dirs: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundFile {
    /// Path from the root, with `/`.
    pub rel: String,
    pub kind: FileKind,
    pub size: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    Python,
    /// Python that its path says is test code. Settings that install it overrule the path.
    Test,
    /// Python directly in a directory called `migrations`.
    Migration,
    Template,
    /// What names the dependencies.
    Requirements,
    /// What can name the settings module or a version: ini, TOML, Docker, shell and the like.
    Config,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Path from the root; bytes that are no UTF-8 are replaced.
    pub rel: String,
    pub reason: Reason,
}

/// Why something in the tree is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    VirtualEnvironment,
    NodeModules,
    Vendored,
    BuildOutput,
    ProjectTemplate,
    Ignored,
    Link,
    NotRegular,
    TooLarge,
    TooDeep,
    TooManyFiles,
    Unreadable,
    NameNotUtf8,
    Missing,
    Outside,
    /// Left out by the configuration.
    Excluded,
}

impl Reason {
    /// The reason in words, to be shown after the path.
    pub fn text(self) -> &'static str {
        match self {
            Reason::VirtualEnvironment => "virtual environment",
            Reason::NodeModules => "node_modules",
            Reason::Vendored => "vendored copy",
            Reason::BuildOutput => "build output",
            Reason::ProjectTemplate => "project template",
            Reason::Ignored => "ignored by .gitignore",
            Reason::Link => "link",
            Reason::NotRegular => "not a regular file",
            Reason::TooLarge => "too large",
            Reason::TooDeep => "nested too deep",
            Reason::TooManyFiles => "too many files",
            Reason::Unreadable => "cannot be read",
            Reason::NameNotUtf8 => "name is not UTF-8",
            Reason::Missing => "no longer there",
            Reason::Outside => "outside the project",
            Reason::Excluded => "excluded by configuration",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Why a path cannot be scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadRoot {
    Missing(PathBuf),
    NotFolder(PathBuf),
    Unreadable(PathBuf, String),
}

impl fmt::Display for BadRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadRoot::Missing(path) => write!(f, "there is no folder {}", path.display()),
            BadRoot::NotFolder(path) => write!(f, "{} is a file; give the folder of the project", path.display()),
            BadRoot::Unreadable(path, why) => write!(f, "the folder {} cannot be read: {why}", path.display()),
        }
    }
}

impl std::error::Error for BadRoot {}

/// The folder to scan, in the one spelling that does not depend on how it was named.
pub fn root(path: &Path) -> Result<PathBuf, BadRoot> {
    let bad = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => BadRoot::Missing(path.to_owned()),
        io::ErrorKind::NotADirectory => BadRoot::NotFolder(path.to_owned()),
        _ => BadRoot::Unreadable(path.to_owned(), error.to_string()),
    };
    let full = fs::canonicalize(path).map_err(bad)?;
    if !fs::metadata(&full).map_err(bad)?.is_dir() {
        return Err(BadRoot::NotFolder(path.to_owned()));
    }
    fs::read_dir(&full).map_err(bad)?;
    Ok(full)
}

/// Read a file that the walk found. Its place is taken from the walk; still it is opened without following a link at its
/// name and without waiting for a pipe, and must be a regular file within the limit: the tree may change meanwhile.
pub fn read(root: &Path, rel: &str, limit: u64) -> Result<Vec<u8>, Reason> {
    if rel.is_empty() || !Path::new(rel).components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(Reason::Outside);
    }
    let mut file = open(&root.join(rel)).map_err(|error| reason_of(&error))?;
    let meta = file.metadata().map_err(|error| reason_of(&error))?;
    if !meta.is_file() {
        return Err(Reason::NotRegular);
    }
    if meta.len() > limit {
        return Err(Reason::TooLarge);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0) + 1);
    // One byte more than allowed: a file that grows while it is read is noticed.
    Read::by_ref(&mut file).take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| reason_of(&error))?;
    if bytes.len() as u64 > limit { Err(Reason::TooLarge) } else { Ok(bytes) }
}

/// Read a file that a scanned file names (`-r other.txt`): as [`read`], and no directory on the way may be a link, which the
/// walk would have left out.
pub fn read_named(root: &Path, rel: &str, limit: u64) -> Result<Vec<u8>, Reason> {
    let mut at = root.to_owned();
    for part in Path::new(rel).components() {
        let Component::Normal(name) = part else { return Err(Reason::Outside) };
        at.push(name);
        if fs::symlink_metadata(&at).map_err(|error| reason_of(&error))?.is_symlink() {
            return Err(Reason::Link);
        }
    }
    read(root, rel, limit)
}

#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_NOCTTY).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    OpenOptions::new().read(true).open(path)
}

fn reason_of(error: &io::Error) -> Reason {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::ELOOP) {
        return Reason::Link;
    }
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::ENXIO) {
        // A socket, or a device without a driver.
        return Reason::NotRegular;
    }
    match error.kind() {
        io::ErrorKind::NotFound => Reason::Missing,
        _ => Reason::Unreadable,
    }
}

/// Descend from `root` on the threads of the current rayon pool.
pub fn walk(root: &Path, limits: Limits) -> Found {
    walk_with(root, limits, MAX_TREE_RULES)
}

fn walk_with(root: &Path, limits: Limits, max_rules: usize) -> Found {
    descend(root, limits, Some(max_rules)).unwrap_or_else(|| {
        // Which rules were passed over hung on the order of the threads, so that all below the root are.
        let mut found = descend(root, limits, None).unwrap_or_default();
        found.skipped.push(Skipped { rel: "**/.gitignore".to_owned(), reason: Reason::TooLarge });
        found.skipped.sort_unstable();
        found
    })
}

/// One walk, or none if there are more ignore rules than this; with no number, those below the root are not looked at.
fn descend(root: &Path, limits: Limits, max_rules: Option<usize>) -> Option<Found> {
    let walk =
        Walk { root, limits, max_rules, rules: AtomicUsize::new(0), entries: AtomicUsize::new(0), found: Mutex::new(Found::default()) };
    let top = Dir { rel: String::new(), depth: 0, in_templates: false, in_static: false, rules: None };
    rayon::scope(|scope| walk.visit(scope, top));
    if max_rules.is_some_and(|max| walk.rules.into_inner() > max) {
        return None;
    }
    let mut found = walk.found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.files.sort_unstable();
    if found.files.len() > limits.files || walk.entries.into_inner() > MAX_ENTRIES {
        // Cut after sorting, so that the same tree is cut at the same place.
        found.files.truncate(limits.files);
        found.skipped.push(Skipped { rel: ".".to_owned(), reason: Reason::TooManyFiles });
    }
    found.skipped.sort_unstable();
    Some(found)
}

/// The rules of a `.gitignore` and of those above it.
struct Rules {
    matcher: Gitignore,
    above: Option<Arc<Rules>>,
}

/// Does the nearest rule that says anything say "ignore"?
fn ignored(mut rules: Option<&Rules>, rel: &str, is_dir: bool) -> bool {
    while let Some(here) = rules {
        let verdict = here.matcher.matched(rel, is_dir);
        if !verdict.is_none() {
            return verdict.is_ignore();
        }
        rules = here.above.as_deref();
    }
    false
}

struct Dir {
    rel: String,
    depth: usize,
    in_templates: bool,
    /// Below a folder of static files or documentation: pages in it are no templates.
    in_static: bool,
    rules: Option<Arc<Rules>>,
}

struct Walk<'a> {
    root: &'a Path,
    limits: Limits,
    max_rules: Option<usize>,
    /// Ignore rules so far.
    rules: AtomicUsize,
    entries: AtomicUsize,
    found: Mutex<Found>,
}

/// One entry of a directory, before it is judged.
struct Entry {
    name: String,
    kind: FileType,
    source: DirEntry,
}

impl<'a> Walk<'a> {
    fn visit<'s>(&'s self, scope: &rayon::Scope<'s>, dir: Dir)
    where
        'a: 's,
    {
        let mut here = Found::default();
        let below = self.look(dir, &mut here);
        {
            let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            found.files.append(&mut here.files);
            found.skipped.append(&mut here.skipped);
            found.other_files += here.other_files;
            found.unlisted_dirs += here.unlisted_dirs;
        }
        for dir in below {
            scope.spawn(move |scope| self.visit(scope, dir));
        }
    }

    /// Judge the entries of one directory; the directories to go on with are the result.
    fn look(&self, dir: Dir, here: &mut Found) -> Vec<Dir> {
        let path = self.root.join(&dir.rel);
        let Some(mut entries) = self.entries_of(&path, &dir.rel, here) else { return Vec::new() };
        if dir.depth > 0
            && let Some(reason) = whole_directory(&path, &dir, &entries)
        {
            *here = Found { skipped: vec![Skipped { rel: dir.rel, reason }], ..Found::default() };
            return Vec::new();
        }
        // The order in which a disk lists names must not be seen in anything.
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let rules = self.rules(&path, &dir, &entries, here);
        let mut below = Vec::new();
        for Entry { name, kind, source } in entries {
            let rel = join(&dir.rel, &name);
            let skip = |here: &mut Found, rel, reason| here.skipped.push(Skipped { rel, reason });
            if kind.is_dir() {
                if let Some(reason) = directory_by_name(&name) {
                    skip(here, rel, reason);
                } else if unlisted(&name) {
                    if hidden_environment(&path, &name) {
                        skip(here, rel, Reason::VirtualEnvironment);
                    } else {
                        here.unlisted_dirs += 1;
                    }
                } else if ignored(rules.as_deref(), &rel, true) {
                    skip(here, rel, Reason::Ignored);
                } else if dir.depth >= self.limits.depth {
                    skip(here, rel, Reason::TooDeep);
                } else {
                    let in_templates = dir.in_templates || name == "templates" || name.starts_with("jinja");
                    let in_static =
                        dir.in_static || name.contains("static") || matches!(name.as_str(), "docs" | "doc" | "assets" | "media" | "public");
                    below.push(Dir { rel, depth: dir.depth + 1, in_templates, in_static, rules: rules.clone() });
                }
                continue;
            }
            if kind.is_symlink() {
                // A link to a directory has no ending that says so; one to a file of no interest is not worth a line.
                if file_kind(&dir, &name).is_some() || !name.contains('.') {
                    skip(here, rel, Reason::Link);
                } else {
                    here.other_files += 1;
                }
                continue;
            }
            if !kind.is_file() {
                skip(here, rel, Reason::NotRegular);
                continue;
            }
            let Some(kind) = file_kind(&dir, &name) else {
                here.other_files += 1;
                continue;
            };
            if ignored(rules.as_deref(), &rel, false) {
                skip(here, rel, Reason::Ignored);
                continue;
            }
            // Of the entry, not of its path: the kernel need not look the directories up again.
            match source.metadata() {
                Ok(meta) if meta.len() > self.limits.file_size => skip(here, rel, Reason::TooLarge),
                Ok(meta) => here.files.push(FoundFile { rel, kind, size: meta.len() }),
                Err(error) => skip(here, rel, reason_of(&error)),
            }
        }
        below
    }

    /// The entries of a directory, or none if it cannot be read or the walk has seen enough.
    fn entries_of(&self, path: &Path, rel: &str, here: &mut Found) -> Option<Vec<Entry>> {
        let unreadable = |here: &mut Found, error: &io::Error| {
            here.skipped.push(Skipped { rel: if rel.is_empty() { "." } else { rel }.to_owned(), reason: reason_of(error) })
        };
        let listing = match fs::read_dir(path) {
            Ok(listing) => listing,
            Err(error) => {
                unreadable(here, &error);
                return None;
            }
        };
        let mut entries = Vec::new();
        for entry in listing {
            if self.entries.fetch_add(1, Ordering::Relaxed) >= MAX_ENTRIES {
                return None;
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    // The rest of the listing is lost; what came before is kept.
                    unreadable(here, &error);
                    break;
                }
            };
            let name = match entry.file_name().into_string() {
                Ok(name) => name,
                Err(name) => {
                    here.skipped.push(Skipped { rel: join(rel, &name.to_string_lossy()), reason: Reason::NameNotUtf8 });
                    continue;
                }
            };
            match entry.file_type() {
                Ok(kind) => entries.push(Entry { name, kind, source: entry }),
                Err(error) => here.skipped.push(Skipped { rel: join(rel, &name), reason: reason_of(&error) }),
            }
        }
        Some(entries)
    }

    /// The rules that hold in a directory: those from above, and its own `.gitignore` before them.
    fn rules(&self, path: &Path, dir: &Dir, entries: &[Entry], here: &mut Found) -> Option<Arc<Rules>> {
        let above = dir.rules.clone();
        let Ok(place) = entries.binary_search_by(|entry| entry.name.as_str().cmp(".gitignore")) else { return above };
        if entries.get(place).is_some_and(|entry| entry.kind.is_dir()) {
            return above;
        }
        if dir.depth > 0 && self.max_rules.is_none() {
            return above;
        }
        let text = match read(path, ".gitignore", MAX_IGNORE_BYTES) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(reason) => {
                here.skipped.push(Skipped { rel: join(&dir.rel, ".gitignore"), reason });
                return above;
            }
        };
        let count = text.lines().filter(|line| !(line.is_empty() || line.starts_with('#'))).count();
        if count > MAX_IGNORE_RULES {
            here.skipped.push(Skipped { rel: join(&dir.rel, ".gitignore"), reason: Reason::TooLarge });
            return above;
        }
        // Beyond the bound the walk will be repeated without these.
        if self.max_rules.is_some_and(|max| self.rules.fetch_add(count, Ordering::Relaxed) + count > max) {
            return above;
        }
        let mut builder = GitignoreBuilder::new(&dir.rel);
        for line in text.trim_start_matches('\u{feff}').lines() {
            // A rule that is no pattern is passed over, as git does.
            let _ = builder.add_line(None, line);
        }
        match builder.build() {
            Ok(matcher) if !matcher.is_empty() => Some(Arc::new(Rules { matcher, above })),
            _ => above,
        }
    }
}

/// Is a hidden directory a virtual environment? Only those are worth a line of the report.
fn hidden_environment(path: &Path, name: &str) -> bool {
    name.contains("env") && fs::symlink_metadata(path.join(name).join("pyvenv.cfg")).is_ok()
}

/// Directories that hold nothing of the project whatever is in them.
fn directory_by_name(name: &str) -> Option<Reason> {
    match name {
        "node_modules" | "bower_components" => Some(Reason::NodeModules),
        "site-packages" | "dist-packages" => Some(Reason::VirtualEnvironment),
        ".tox" | ".nox" | ".eggs" | "htmlcov" => Some(Reason::BuildOutput),
        _ if name.ends_with(".egg-info") => Some(Reason::BuildOutput),
        _ if name.contains("{{") => Some(Reason::ProjectTemplate),
        // Django's own names for what startproject and startapp fill in.
        "project_template" | "app_template" => Some(Reason::ProjectTemplate),
        _ => None,
    }
}

fn unlisted(name: &str) -> bool {
    name.starts_with('.') || name == "__pycache__"
}

/// Directories that their entries give away.
fn whole_directory(path: &Path, dir: &Dir, entries: &[Entry]) -> Option<Reason> {
    let has = |wanted: &str| entries.iter().any(|entry| entry.name == wanted);
    let any = |test: &dyn Fn(&str) -> bool| entries.iter().any(|entry| test(&entry.name));
    if has("pyvenv.cfg") || has("conda-meta") || (has("bin") && has("lib") && has_packages(&path.join("lib"))) {
        return Some(Reason::VirtualEnvironment);
    }
    // Below a folder of templates these are names of apps.
    match last(&dir.rel) {
        _ if dir.in_templates => None,
        // A shop may have an app of vendors: what looks like an app is no copy of a library.
        "vendor" | "vendored" | "_vendor" | "_vendored" | "third_party" | "thirdparty" | "extern" => {
            let app = ["apps.py", "models.py", "models", "migrations", "urls.py", "views.py", "admin.py"].into_iter().any(has);
            (!app).then_some(Reason::Vendored)
        }
        // An app may be called `build` too; output has its own marks.
        "build" | "dist" if !has("__init__.py") => {
            let python = has("lib")
                || any(&|name| {
                    name.starts_with("bdist.") || name.starts_with("lib.") || name.ends_with(".whl") || name.ends_with(".tar.gz")
                });
            let script = has("index.html")
                || has("asset-manifest.json")
                || any(&|name| name.ends_with(".js") || name.ends_with(".css") || name.ends_with(".map"));
            (python || script).then_some(Reason::BuildOutput)
        }
        _ => None,
    }
}

/// Does `lib` hold the packages of an interpreter? Old virtual environments have no other mark.
fn has_packages(lib: &Path) -> bool {
    let Ok(listing) = fs::read_dir(lib) else { return false };
    listing.flatten().take(100).any(|entry| {
        entry.file_name().to_string_lossy().starts_with("python")
            && entry.file_type().is_ok_and(|kind| kind.is_dir())
            && fs::symlink_metadata(entry.path().join("site-packages")).is_ok()
    })
}

/// What a file is good for, by its name and place; `None` if for nothing.
fn file_kind(dir: &Dir, name: &str) -> Option<FileKind> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    if ending == "py" {
        // Hidden files are settings of tools.
        return (!stem.starts_with('.')).then(|| python_kind(&dir.rel, name));
    }
    match name {
        // Of an unpacked wheel: what it needs and which entry points it declares.
        "METADATA" | "entry_points.txt" => return Some(FileKind::Config),
        "tox.ini" | "pytest.ini" | "setup.cfg" | "pyproject.toml" | "uwsgi.ini" | "migscan.toml" | "Procfile" | "Makefile" | "makefile"
        | "justfile" | "Justfile" | "Taskfile.yml" | "runtime.txt" | "app.yaml" | "render.yaml" | "fly.toml" | "app.json"
        | ".python-version" | "supervisord.conf" => return Some(FileKind::Config),
        "Pipfile" | "Pipfile.lock" | "poetry.lock" | "uv.lock" | "pdm.lock" | "environment.yml" | "environment.yaml" => {
            return Some(FileKind::Requirements);
        }
        _ => {}
    }
    // Examples only: the real `.env` holds secrets and is never opened.
    if matches!(name, ".env.example" | ".env.sample" | ".env.template" | ".env.dist" | "env.example" | "example.env" | "sample.env") {
        return Some(FileKind::Config);
    }
    if name.starts_with('.') {
        return None;
    }
    let yaml = matches!(ending, "yml" | "yaml");
    if name.starts_with("Dockerfile")
        || name.ends_with(".Dockerfile")
        || ending == "dockerfile"
        || name == "Containerfile"
        || (yaml && (name.starts_with("docker-compose") || name.starts_with("compose")))
        || ending == "sh"
    {
        return Some(FileKind::Config);
    }
    if matches!(ending, "txt" | "in" | "pip") {
        let folder = last(&dir.rel);
        if name.contains("requirements") || name.starts_with("constraints") || matches!(folder, "requirements" | "reqs" | "requires") {
            return Some(FileKind::Requirements);
        }
    }
    let page = matches!(ending, "html" | "htm" | "djhtml" | "jinja" | "jinja2" | "j2");
    let text = || {
        matches!(
            ending,
            "txt" | "xml" | "md" | "mjml" | "svg" | "json" | "js" | "css" | "tpl" | "tmpl" | "subject" | "eml" | "csv" | "tex" | "ics"
        )
    };
    let template = if dir.in_templates { page || text() } else { page && !dir.in_static && !is_test_path(&dir.rel, name) };
    template.then_some(FileKind::Template)
}

/// Python by its path.
fn python_kind(folder: &str, name: &str) -> FileKind {
    if is_test_path(folder, name) {
        FileKind::Test
    } else if last(folder) == "migrations" && name != "__init__.py" {
        FileKind::Migration
    } else {
        FileKind::Python
    }
}

/// Does a file in this folder (relative to the root) count as test code by its path?
pub fn is_test_path(folder: &str, name: &str) -> bool {
    name == "conftest.py"
        || name == "tests.py"
        || (name.starts_with("test_") && name.ends_with(".py"))
        || name.ends_with("_test.py")
        || name.ends_with("_tests.py")
        || folder.split('/').any(|part| matches!(part, "tests" | "test" | "testing"))
}

fn last(rel: &str) -> &str {
    rel.rsplit_once('/').map_or(rel, |(_, name)| name)
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree of files, each with one byte.
    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            put(dir.path(), file, "x");
        }
        dir
    }

    fn put(root: &Path, rel: &str, text: &str) {
        let path = root.join(rel);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn found(dir: &tempfile::TempDir) -> Found {
        walk(dir.path(), Limits::default())
    }

    fn names(found: &Found) -> Vec<&str> {
        found.files.iter().map(|f| f.rel.as_str()).collect()
    }

    fn skipped(found: &Found) -> Vec<(&str, Reason)> {
        found.skipped.iter().map(|s| (s.rel.as_str(), s.reason)).collect()
    }

    #[test]
    fn kinds_by_path() {
        let cases = [
            ("shop/models.py", FileKind::Python),
            ("shop/migrations/0001_initial.py", FileKind::Migration),
            ("shop/migrations/__init__.py", FileKind::Python),
            ("shop/tests/helpers.py", FileKind::Test),
            ("shop/tests/migrations/0001.py", FileKind::Test),
            ("shop/tests.py", FileKind::Test),
            ("shop/test_a.py", FileKind::Test),
            ("shop/a_test.py", FileKind::Test),
            ("conftest.py", FileKind::Test),
            ("shop/testimonials.py", FileKind::Python),
            ("shop/latest.py", FileKind::Python),
            ("shop/templates/shop/mail.txt", FileKind::Template),
            ("shop/templates/vendor/index.html", FileKind::Template),
            ("shop/templates/build/index.html", FileKind::Template),
            ("shop/pages/a.html", FileKind::Template),
            ("docs/templates/a.html", FileKind::Template),
            ("shop/tests/templates/a.html", FileKind::Template),
            ("requirements.txt", FileKind::Requirements),
            ("requirements/base.in", FileKind::Requirements),
            ("dev-requirements.txt", FileKind::Requirements),
            ("Pipfile", FileKind::Requirements),
            ("pyproject.toml", FileKind::Config),
            ("tox.ini", FileKind::Config),
            ("docker/Dockerfile.dev", FileKind::Config),
            ("docker-compose.prod.yml", FileKind::Config),
            ("compose.yaml", FileKind::Config),
            ("Procfile", FileKind::Config),
            ("bin/run.sh", FileKind::Config),
            (".env.example", FileKind::Config),
        ];
        let dir = tree(&cases.map(|(path, _)| path));
        let found = found(&dir);
        for (path, kind) in cases {
            assert_eq!(found.files.iter().find(|f| f.rel == path).map(|f| f.kind), Some(kind), "{path}");
        }
        assert_eq!(found.files.len(), cases.len());
        assert!(found.files.is_sorted());
    }

    #[test]
    fn files_of_no_interest() {
        let dir = tree(&[
            ".env",
            ".env.local",
            ".pylintrc.py",
            "a.png",
            "README.md",
            "shop/static/a.js",
            "shop/static/a.html",
            "docs/a.html",
            "shop/tests/data/a.html",
            "notes.txt",
            ".hidden/a.py",
            "shop/__pycache__/a.py",
            ".git/hooks/a.py",
        ]);
        let found = found(&dir);
        assert!(found.files.is_empty(), "{:?}", found.files);
        assert!(found.skipped.is_empty());
        assert_eq!((found.other_files, found.unlisted_dirs), (10, 3));
    }

    #[test]
    fn directories_left_out() {
        let dir = tree(&[
            "a.py",
            "env/pyvenv.cfg",
            "env/lib/x.py",
            "old/bin/activate",
            "old/lib/python3.9/site-packages/x.py",
            ".venv/pyvenv.cfg",
            "node_modules/x/a.py",
            "vendor/lib/a.py",
            "lib/_vendor/a.py",
            "x.egg-info/a.py",
            ".tox/a.py",
            "build/lib/a.py",
            "dist/a.whl",
            "front/dist/index.html",
            "{{ cookiecutter.slug }}/a.py",
            "conf/project_template/manage.py",
        ]);
        let found = found(&dir);
        assert_eq!(names(&found), ["a.py"]);
        assert_eq!(
            skipped(&found),
            [
                (".tox", Reason::BuildOutput),
                (".venv", Reason::VirtualEnvironment),
                ("build", Reason::BuildOutput),
                ("conf/project_template", Reason::ProjectTemplate),
                ("dist", Reason::BuildOutput),
                ("env", Reason::VirtualEnvironment),
                ("front/dist", Reason::BuildOutput),
                ("lib/_vendor", Reason::Vendored),
                ("node_modules", Reason::NodeModules),
                ("old", Reason::VirtualEnvironment),
                ("vendor", Reason::Vendored),
                ("x.egg-info", Reason::BuildOutput),
                ("{{ cookiecutter.slug }}", Reason::ProjectTemplate),
            ]
        );
    }

    #[test]
    fn apps_with_unlucky_names_stay() {
        let dir =
            tree(&["vendor/models.py", "build/__init__.py", "build/lib/a.py", "dist/readme.py", "extern/apps.py", "bin/a.py", "lib/b.py"]);
        assert_eq!(
            names(&found(&dir)),
            ["bin/a.py", "build/__init__.py", "build/lib/a.py", "dist/readme.py", "extern/apps.py", "lib/b.py", "vendor/models.py"]
        );
    }

    #[test]
    fn the_root_is_scanned_whatever_it_is_called_or_holds() {
        let dir = tree(&["tests/pyvenv.cfg", "tests/a.py"]);
        let found = walk(&dir.path().join("tests"), Limits::default());
        assert_eq!(found.files.iter().map(|f| (f.rel.as_str(), f.kind)).collect::<Vec<_>>(), [("a.py", FileKind::Python)]);
    }

    #[test]
    fn ignore_files() {
        let dir = tree(&[
            "a.py",
            "local.py",
            "out/a.py",
            "shop/local.py",
            "shop/keep/local.py",
            "shop/gen_a.py",
            "shop/sub/gen_b.py",
            "gen_c.py",
            "shop/root.py",
            "root.py",
        ]);
        put(dir.path(), ".gitignore", "# comment\nlocal.py\nout/\n/root.py\n[broken\n");
        put(dir.path(), "shop/.gitignore", "gen_*.py\n");
        put(dir.path(), "shop/keep/.gitignore", "!local.py\n");
        let found = found(&dir);
        assert_eq!(names(&found), ["a.py", "gen_c.py", "shop/keep/local.py", "shop/root.py"]);
        assert!(found.skipped.iter().all(|s| s.reason == Reason::Ignored));
        assert_eq!(found.skipped.len(), 6);
    }

    #[test]
    fn huge_ignore_files_are_not_obeyed() {
        let dir = tree(&["a.py"]);
        put(dir.path(), ".gitignore", &"*.py\n".repeat(3_000));
        let result = found(&dir);
        assert_eq!((names(&result), skipped(&result)), (vec!["a.py"], vec![(".gitignore", Reason::TooLarge)]));
        put(dir.path(), ".gitignore", &"#".repeat(200_000));
        assert_eq!(found(&dir), result);
    }

    #[test]
    fn too_many_ignore_rules_in_all_leave_those_of_the_root() {
        let dir = tree(&["a.py", "b.py", "d/c.py", "e/c.py"]);
        put(dir.path(), ".gitignore", "a.py\n");
        put(dir.path(), "d/.gitignore", "c.py\n");
        put(dir.path(), "e/.gitignore", "# two\nc.py\nx\n");
        assert_eq!(names(&walk_with(dir.path(), Limits::default(), 4)), ["b.py"]);
        let cut = walk_with(dir.path(), Limits::default(), 3);
        assert_eq!(names(&cut), ["b.py", "d/c.py", "e/c.py"]);
        assert_eq!(skipped(&cut), [("**/.gitignore", Reason::TooLarge), ("a.py", Reason::Ignored)]);
    }

    #[test]
    fn limits_of_size_depth_and_number() {
        let dir = tree(&["a.py", "b.py", "c.py", "d/e/f/g.py"]);
        put(dir.path(), "big.py", &"x".repeat(101));
        let found = walk(dir.path(), Limits { file_size: 100, files: 2, depth: 2 });
        assert_eq!(names(&found), ["a.py", "b.py"]);
        assert_eq!(skipped(&found), [(".", Reason::TooManyFiles), ("big.py", Reason::TooLarge), ("d/e/f", Reason::TooDeep)]);
        assert_eq!(read(dir.path(), "big.py", 100), Err(Reason::TooLarge));
        assert_eq!(read(dir.path(), "big.py", 101).unwrap().len(), 101);
    }

    #[test]
    fn reading() {
        let dir = tree(&["a.py", "d/b.py"]);
        assert_eq!(read(dir.path(), "a.py", 10), Ok(b"x".to_vec()));
        assert_eq!(read(dir.path(), "d", 10), Err(Reason::NotRegular));
        assert_eq!(read(dir.path(), "none.py", 10), Err(Reason::Missing));
        for outside in ["../a.py", "/etc/passwd", "d/../a.py", "", "."] {
            assert_eq!(read(dir.path(), outside, 10), Err(Reason::Outside), "{outside}");
            assert!(read_named(dir.path(), outside, 10).is_err(), "{outside}");
        }
        assert_eq!(read_named(dir.path(), "d/b.py", 10), Ok(b"x".to_vec()));
    }

    #[test]
    fn roots() {
        let dir = tree(&["a.py"]);
        assert!(root(dir.path()).is_ok());
        assert_eq!(root(&dir.path().join("no")), Err(BadRoot::Missing(dir.path().join("no"))));
        assert_eq!(root(&dir.path().join("a.py")), Err(BadRoot::NotFolder(dir.path().join("a.py"))));
        assert_eq!(root(&dir.path().join("a.py/x")), Err(BadRoot::NotFolder(dir.path().join("a.py/x"))));
        assert!(root(&dir.path().join("a.py")).unwrap_err().to_string().contains("is a file"));
    }

    #[test]
    fn the_same_for_any_number_of_threads() {
        let files: Vec<String> = (0..300).map(|n| format!("p{}/q{}/m{n}.py", n % 7, n % 5)).collect();
        let dir = tree(&files.iter().map(String::as_str).collect::<Vec<_>>());
        let with = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| found(&dir));
        assert_eq!(with(1), with(8));
        assert_eq!(with(1).files.len(), 300);
    }

    #[cfg(unix)]
    mod unix {
        use super::*;
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::{PermissionsExt, symlink};

        fn fifo(path: &Path) {
            assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
        }

        #[test]
        fn links_are_listed_and_not_followed() {
            let dir = tree(&["d/a.py"]);
            symlink("d", dir.path().join("link")).unwrap();
            symlink("/etc/passwd", dir.path().join("b.py")).unwrap();
            symlink("..", dir.path().join("d/up")).unwrap();
            symlink("/dev/zero", dir.path().join(".gitignore")).unwrap();
            symlink("a.png", dir.path().join("b.png")).unwrap();
            let found = found(&dir);
            assert_eq!(names(&found), ["d/a.py"]);
            assert_eq!(
                skipped(&found),
                [(".gitignore", Reason::Link), ("b.py", Reason::Link), ("d/up", Reason::Link), ("link", Reason::Link)]
            );
            assert_eq!(read(dir.path(), "b.py", 1000), Err(Reason::Link));
            assert_eq!(read_named(dir.path(), "link/a.py", 1000), Err(Reason::Link));
        }

        #[test]
        fn pipes_and_sockets_are_never_opened() {
            let dir = tree(&["a.py"]);
            for name in ["p.py", ".gitignore", "pipe"] {
                fifo(&dir.path().join(name));
            }
            let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("s.py")).unwrap();
            let found = found(&dir);
            assert_eq!(names(&found), ["a.py"]);
            assert!(skipped(&found).iter().all(|(_, reason)| *reason == Reason::NotRegular));
            assert_eq!(read(dir.path(), "p.py", 10), Err(Reason::NotRegular));
            assert_eq!(read(dir.path(), "s.py", 10), Err(Reason::NotRegular));
        }

        #[test]
        fn names_that_are_no_utf8() {
            let dir = tree(&["a.py"]);
            let name = std::ffi::OsStr::from_bytes(b"b\xff.py");
            fs::write(dir.path().join(name), "x").unwrap();
            fs::create_dir(dir.path().join(std::ffi::OsStr::from_bytes(b"d\xfe"))).unwrap();
            let found = found(&dir);
            assert_eq!(names(&found), ["a.py"]);
            assert_eq!(skipped(&found), [("b\u{fffd}.py", Reason::NameNotUtf8), ("d\u{fffd}", Reason::NameNotUtf8)]);
        }

        #[test]
        fn what_cannot_be_read_is_listed() {
            let dir = tree(&["a.py", "closed/b.py"]);
            fs::set_permissions(dir.path().join("closed"), fs::Permissions::from_mode(0o000)).unwrap();
            if fs::read_dir(dir.path().join("closed")).is_ok() {
                return; // The superuser reads everything.
            }
            let found = found(&dir);
            assert_eq!(skipped(&found), [("closed", Reason::Unreadable)]);
            assert!(matches!(root(&dir.path().join("closed")), Err(BadRoot::Unreadable(..))));
            fs::set_permissions(dir.path().join("closed"), fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}
