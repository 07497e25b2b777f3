//! The project as a whole: its settings, dependencies and lines, and how much of it was understood.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::all;
use crate::django::inventory as found;
use crate::report::packages::counterpart;
use crate::rules::Catalogue;

/// The scanned project.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Project {
    pub name: String,
    /// Directories from which Python modules are imported.
    pub roots: Vec<String>,
    /// The settings modules that were found, sorted by module.
    pub settings: Vec<SettingsModule>,
    pub root_urlconf: Option<String>,
    /// `app.Model`
    pub auth_user_model: String,
    pub django_version: Option<String>,
    pub drf_version: Option<String>,
    pub python_version: Option<String>,
    /// Declared dependencies, sorted by name.
    pub dependencies: Vec<Dependency>,
    pub lines: Lines,
    /// Files that belong to the project.
    pub files: u64,
    pub test_files: u64,
    pub test_cases: u64,
}

/// A module of Django settings.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SettingsModule {
    pub module: String,
    pub file: String,
    /// What names it: `manage.py`, `config`, `command line`, or `guess`.
    pub source: String,
    /// The report uses its values.
    pub chosen: bool,
}

/// A package that the project declares.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Dependency {
    pub name: String,
    pub version: Option<String>,
    pub file: String,
    /// What takes its place beside FastAPI, as the rule that names the package says; null where no rule does.
    pub counterpart: Option<String>,
    /// `same`, `drop-in`, `replace`, `rewrite`, `blocker`, `keep`, `drop`; null where no rule names the package.
    #[serde(default)]
    pub fate: Option<String>,
}

/// Lines of text by what they are.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Lines {
    pub python: u64,
    pub blank: u64,
    pub comment: u64,
    pub tests: u64,
    pub migrations: u64,
    pub templates: u64,
}

/// How much was understood.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    pub files: FileCoverage,
    /// Kind of fact → how many are resolved.
    pub facts: BTreeMap<String, FactCoverage>,
    /// Share of facts resolved, in percent with one decimal, rounded down; 100 only when nothing is open.
    pub percent: f64,
    /// What could not be established, sorted by kind and place.
    pub unresolved: Vec<Unresolved>,
}

/// Files by how far they were read.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FileCoverage {
    pub parsed: u64,
    /// Parsed around a syntax error.
    pub partial: u64,
    pub skipped: u64,
}

/// Facts of one kind.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FactCoverage {
    pub resolved: u64,
    pub unresolved: u64,
}

/// A fact that could not be established.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Unresolved {
    pub kind: String,
    pub reason: String,
    pub file: String,
    pub line: u32,
    /// The expression, shortened; empty for settings.
    pub text: String,
}

/// The settings that the report uses. Values that could hold a secret are never kept.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Settings {
    /// In the order of the settings module.
    pub installed_apps: Vec<String>,
    /// In the order of the settings module.
    pub middleware: Vec<String>,
    pub root_urlconf: Option<String>,
    pub auth_user_model: String,
    pub default_auto_field: Option<String>,
    pub databases: Vec<Database>,
    /// Key of REST_FRAMEWORK → its values.
    pub rest_framework: BTreeMap<String, Vec<String>>,
    pub template_engines: Vec<String>,
    pub caches: Vec<Cache>,
    pub session_engine: Option<String>,
    pub authentication_backends: Vec<String>,
    /// Settings that matter to a move: `USE_TZ` → `true`.
    pub flags: BTreeMap<String, String>,
}

/// An entry of DATABASES, without its values.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Database {
    pub alias: String,
    pub engine: Option<String>,
}

/// An entry of CACHES, without its values.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Cache {
    pub alias: String,
    pub backend: Option<String>,
}

/// Something about the run that a reader should know.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Diagnostic {
    /// `error`, `warning` or `info`
    pub severity: String,
    pub code: String,
    pub message: String,
    pub file: Option<String>,
    pub line: Option<u32>,
}

/// A file or directory that was left out, or only counted.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Skipped {
    pub path: String,
    pub reason: String,
}

impl Project {
    pub fn of(from: &found::Inventory, catalogue: &Catalogue) -> Self {
        let project = &from.project;
        let lines = &project.lines;
        Project {
            name: project.name.clone(),
            roots: project.roots.clone(),
            settings: all(&from.settings.modules),
            root_urlconf: from.settings.root_urlconf.clone(),
            auth_user_model: from.settings.auth_user_model.clone(),
            django_version: project.django_version.clone(),
            drf_version: project.drf_version.clone(),
            python_version: project.python_version.clone(),
            dependencies: project.dependencies.iter().map(|dependency| Dependency::of(dependency, catalogue)).collect(),
            lines: Lines {
                python: lines.python,
                blank: lines.blank,
                comment: lines.comment,
                tests: lines.tests,
                migrations: lines.migrations,
                templates: lines.templates,
            },
            files: project.files,
            test_files: project.test_files,
            test_cases: project.test_cases,
        }
    }
}

impl From<&found::SettingsModule> for SettingsModule {
    fn from(from: &found::SettingsModule) -> Self {
        SettingsModule { module: from.module.clone(), file: from.file.clone(), source: from.source.clone(), chosen: from.chosen }
    }
}

impl Dependency {
    fn of(from: &found::Dependency, catalogue: &Catalogue) -> Self {
        let known = counterpart(catalogue, &from.name);
        Dependency {
            name: from.name.clone(),
            version: from.version.clone(),
            file: from.file.clone(),
            counterpart: known.as_ref().map(|known| known.fastapi.to_owned()),
            fate: known.map(|known| known.fate.to_owned()),
        }
    }
}

impl From<&found::Coverage> for Coverage {
    fn from(from: &found::Coverage) -> Self {
        let count = |counted: &found::Counted| FactCoverage { resolved: counted.resolved, unresolved: counted.unresolved };
        Coverage {
            files: FileCoverage { parsed: from.files_parsed, partial: from.files_partial, skipped: from.files_skipped },
            facts: from.facts.iter().map(|(kind, counted)| (kind.clone(), count(counted))).collect(),
            percent: from.percent(),
            unresolved: all(&from.unresolved),
        }
    }
}

impl From<&found::Unresolved> for Unresolved {
    fn from(from: &found::Unresolved) -> Self {
        Unresolved {
            kind: from.kind.clone(),
            reason: from.reason.clone(),
            file: from.file.clone(),
            line: from.line,
            text: from.text.clone(),
        }
    }
}

impl From<&found::Settings> for Settings {
    fn from(from: &found::Settings) -> Self {
        Settings {
            installed_apps: from.installed_apps.clone(),
            middleware: from.middleware.clone(),
            root_urlconf: from.root_urlconf.clone(),
            auth_user_model: from.auth_user_model.clone(),
            default_auto_field: from.default_auto_field.clone(),
            databases: from.databases.iter().map(|db| Database { alias: db.alias.clone(), engine: db.engine.clone() }).collect(),
            rest_framework: from.rest_framework.iter().cloned().collect(),
            template_engines: from.template_engines.clone(),
            caches: from.caches.iter().map(|(alias, backend)| Cache { alias: alias.clone(), backend: backend.clone() }).collect(),
            session_engine: from.session_engine.clone(),
            authentication_backends: from.authentication_backends.clone(),
            flags: from.flags.iter().cloned().collect(),
        }
    }
}

impl From<&found::Diagnostic> for Diagnostic {
    fn from(from: &found::Diagnostic) -> Self {
        Diagnostic {
            severity: from.severity.clone(),
            code: from.code.clone(),
            message: from.message.clone(),
            file: from.file.clone(),
            line: from.line,
        }
    }
}

impl From<&found::Skipped> for Skipped {
    fn from(from: &found::Skipped) -> Self {
        Skipped { path: from.path.clone(), reason: from.reason.clone() }
    }
}
