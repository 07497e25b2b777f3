//! The project itself: apps, files, settings, dependencies, and how much of it was understood.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Place;

#[derive(Clone, Debug, Default)]
pub struct App {
    pub label: String,
    pub module: String,
    /// Directory, relative to the scanned root.
    pub path: String,
    pub config: Option<String>,
    pub installed: bool,
    pub default_auto_field: Option<String>,
    /// Its config does something in `ready()`.
    pub ready: bool,
    /// Lines of Python below the app's directory, tests and migrations left out.
    pub lines: u64,
}

/// A parsed Python file.
#[derive(Clone, Debug, Default)]
pub struct PythonFile {
    pub path: String,
    /// Dotted.
    pub module: String,
    /// Lines that are neither blank nor comment.
    pub code: u32,
    pub functions: u32,
    /// Cyclomatic complexity of all functions together.
    pub complexity: u32,
    /// Calls such as `getattr` and `import_string`.
    pub dynamic: u32,
    pub imports: Vec<FileImport>,
    /// Comments that speak to us.
    pub notes: Vec<crate::facts::Note>,
    /// Only FastAPI reaches it: it is on the other side already.
    pub fastapi: bool,
    /// A migration, wherever it lies: in force, or laid aside.
    pub migration: bool,
    /// Neither function nor class: what it holds is carried over as it is.
    pub data: bool,
}

/// An import of one file of the project by another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileImport {
    pub path: String,
    pub line: u32,
    /// Within a function.
    pub late: bool,
}

/// A file of test code, counted without being parsed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TestFile {
    pub path: String,
    pub lines: u32,
    pub cases: u32,
    /// Dotted names that it imports.
    pub imports: Vec<String>,
}

/// How the project refers to something that a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    Call,
    Decorator,
    Subclass,
    Import,
}

/// A place where the project calls, decorates with, subclasses or imports what a rule names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    pub verb: Verb,
    pub place: Place,
    /// Canonical dotted name of what is referred to.
    pub name: String,
    /// Dotted name of the enclosing, decorated or deriving definition.
    pub scope: String,
}

#[derive(Clone, Debug, Default)]
pub struct Database {
    pub alias: String,
    pub engine: Option<String>,
    /// Every request is one transaction.
    pub atomic_requests: bool,
}

#[derive(Clone, Debug, Default)]
pub struct SettingsModule {
    pub module: String,
    pub file: String,
    /// `manage.py`, `config`, `command line` or `guess`
    pub source: String,
    /// The module whose values the report uses.
    pub chosen: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub modules: Vec<SettingsModule>,
    pub installed_apps: Vec<String>,
    pub middleware: Vec<String>,
    pub root_urlconf: Option<String>,
    pub auth_user_model: String,
    pub default_auto_field: Option<String>,
    pub databases: Vec<Database>,
    /// Dotted names in DATABASE_ROUTERS.
    pub database_routers: Vec<String>,
    /// Keys of REST_FRAMEWORK with dotted names, numbers or booleans; text values only from an allow-list.
    pub rest_framework: Vec<(String, Vec<String>)>,
    /// Back ends of TEMPLATES.
    pub template_engines: Vec<String>,
    /// DIRS of TEMPLATES, as far as they are known: the ends of the paths.
    pub template_dirs: Vec<String>,
    /// Dotted names of the functions that add to every template's context.
    pub context_processors: Vec<String>,
    /// Name and task of the entries of Celery's schedule.
    pub schedule: Vec<(String, Option<String>)>,
    /// Alias and back end of CACHES.
    pub caches: Vec<(String, Option<String>)>,
    pub session_engine: Option<String>,
    pub authentication_backends: Vec<String>,
    /// Settings that matter to a move and hold no secret: `USE_TZ` → `true`.
    pub flags: Vec<(String, String)>,
    /// Names of settings of the allow-list that are set, but to what is not known, or to one of several.
    pub undecided: Vec<String>,
    /// The entries of settings that list dotted names: `PASSWORD_HASHERS`, `AUTH_PASSWORD_VALIDATORS`; header and value of
    /// `SECURE_PROXY_SSL_HEADER`.
    pub lists: Vec<(String, String)>,
    /// Where a value is written, by the name of the setting and the value.
    pub places: BTreeMap<(String, String), Place>,
}

impl Settings {
    /// Every value that is kept, under the name of its setting, but for those of REST_FRAMEWORK, which are kept by key.
    pub fn values(&self) -> Vec<(&str, &str)> {
        let mut out: Vec<(&str, &str)> =
            self.flags.iter().chain(&self.lists).map(|(name, value)| (name.as_str(), value.as_str())).collect();
        for (name, values) in [
            ("INSTALLED_APPS", &self.installed_apps),
            ("MIDDLEWARE", &self.middleware),
            ("TEMPLATES.BACKEND", &self.template_engines),
            ("TEMPLATES.OPTIONS.context_processors", &self.context_processors),
            ("DATABASE_ROUTERS", &self.database_routers),
            ("AUTHENTICATION_BACKENDS", &self.authentication_backends),
        ] {
            out.extend(values.iter().map(|value| (name, value.as_str())));
        }
        for database in &self.databases {
            out.extend(database.engine.as_deref().map(|engine| ("DATABASES.ENGINE", engine)));
            out.push(("DATABASES.ALIAS", &database.alias));
            out.extend(database.atomic_requests.then_some(("DATABASES.ATOMIC_REQUESTS", database.alias.as_str())));
        }
        out.extend(self.caches.iter().filter_map(|(_, backend)| Some(("CACHES.BACKEND", backend.as_deref()?))));
        out.extend(self.session_engine.as_deref().map(|engine| ("SESSION_ENGINE", engine)));
        out.extend(self.default_auto_field.as_deref().map(|field| ("DEFAULT_AUTO_FIELD", field)));
        if !self.auth_user_model.is_empty() {
            out.push(("AUTH_USER_MODEL", &self.auth_user_model));
        }
        out
    }
}

#[derive(Clone, Debug, Default)]
pub struct Dependency {
    pub name: String,
    pub version: Option<String>,
    pub file: String,
    /// 1 where the file is no list of lines.
    pub line: u32,
}

/// A fact that could not be established.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unresolved {
    /// `routes`, `models`, `fields`, `serializers`, `settings`, …
    pub kind: String,
    pub file: String,
    pub line: u32,
    pub reason: String,
    /// The expression, shortened; empty for settings.
    pub text: String,
}

#[derive(Clone, Debug, Default)]
pub struct Counted {
    pub resolved: u64,
    pub unresolved: u64,
}

#[derive(Clone, Debug, Default)]
pub struct Coverage {
    pub files_parsed: u64,
    pub files_partial: u64,
    pub files_skipped: u64,
    /// Kind of fact → counts, sorted by kind.
    pub facts: Vec<(String, Counted)>,
    pub unresolved: Vec<Unresolved>,
}

impl Coverage {
    /// Share of facts resolved, in percent with one decimal, rounded down; 100 only when nothing is open.
    pub fn percent(&self) -> f64 {
        let (resolved, open) = self.facts.iter().fold((0u64, 0u64), |(r, u), (_, c)| (r + c.resolved, u + c.unresolved));
        let lost = self.files_partial + self.files_skipped;
        let total = resolved + open + lost;
        if total == 0 {
            return 0.0;
        }
        (resolved as f64 * 1000.0 / total as f64).floor() / 10.0
    }
}

#[derive(Clone, Debug, Default)]
pub struct Lines {
    pub python: u64,
    pub blank: u64,
    pub comment: u64,
    pub tests: u64,
    pub migrations: u64,
    pub templates: u64,
}

/// A file or directory that was left out, or only counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    pub path: String,
    pub reason: String,
}

/// Something about the run that a reader should know.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// `error`, `warning` or `info`
    pub severity: String,
    pub code: String,
    pub message: String,
    pub file: Option<String>,
    pub line: Option<u32>,
}

#[derive(Clone, Debug, Default)]
pub struct ProjectInfo {
    pub name: String,
    pub roots: Vec<String>,
    pub django_version: Option<String>,
    pub drf_version: Option<String>,
    pub python_version: Option<String>,
    pub dependencies: Vec<Dependency>,
    pub lines: Lines,
    pub files: u64,
    pub test_files: u64,
    pub test_cases: u64,
}
