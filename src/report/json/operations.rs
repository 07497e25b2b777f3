//! Migrations, forms, templates, middleware, commands, tasks, consumers, and uses of the framework inside functions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::all;
use crate::django::inventory as found;

/// A migration file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Migration {
    pub app: String,
    pub name: String,
    pub file: String,
    /// The app it belongs to is installed.
    pub installed: bool,
    /// App and name; a swappable dependency is `["__setting__", "AUTH_USER_MODEL"]`.
    pub dependencies: Vec<(String, String)>,
    pub replaces: Vec<(String, String)>,
    /// In the order of the file.
    pub operations: Vec<Operation>,
    pub run_python: u32,
    pub run_sql: u32,
    /// No other migration of the app depends on it.
    pub leaf: bool,
    pub atomic: bool,
}

/// An operation of a migration.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Operation {
    #[serde(rename = "type")]
    pub type_name: String,
    pub line: u32,
    pub model: Option<String>,
    pub field: Option<String>,
}

/// A form, form set or filter set.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Form {
    pub qualname: String,
    /// `Form`, `ModelForm`, `FormSet`, `FilterSet`, …
    pub kind: String,
    pub app: Option<String>,
    pub file: String,
    pub line: u32,
    /// `app.Model`
    pub model: Option<String>,
    /// Null where they are not known.
    pub fields: Option<Vec<String>>,
    pub overrides: Vec<String>,
}

/// A template file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Template {
    pub file: String,
    /// The name under which it is rendered.
    pub name: String,
    /// `django` or `jinja2`
    pub engine: String,
    pub app: Option<String>,
    pub lines: u32,
    pub extends: Option<String>,
    pub includes: Vec<String>,
    /// Tag libraries that it loads.
    pub libraries: Vec<String>,
    /// Names of routes that it links to.
    pub url_names: Vec<String>,
    /// Views (dotted) that name it.
    pub rendered_by: Vec<String>,
}

/// A library of template tags and filters.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TemplateLibrary {
    pub library: String,
    pub module: String,
    pub app: Option<String>,
    pub file: String,
    pub tags: Vec<String>,
    pub filters: Vec<String>,
}

/// A first-party middleware.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Middleware {
    pub qualname: String,
    /// `class` or `function`
    pub kind: String,
    pub file: String,
    pub line: u32,
    /// `process_request`, `process_view`, …
    pub hooks: Vec<String>,
    /// Position in MIDDLEWARE; null where settings do not name it.
    pub position: Option<u32>,
}

/// A management command.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Command {
    pub app: String,
    pub name: String,
    pub qualname: String,
    pub file: String,
    pub line: u32,
    /// The app it belongs to is installed.
    pub installed: bool,
}

/// A background task.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Task {
    pub qualname: String,
    /// The name under which it is queued where one is given.
    pub name: Option<String>,
    /// `celery`, `rq`, `huey`, …
    pub kind: String,
    pub file: String,
    pub line: u32,
    pub app: Option<String>,
}

/// A Channels consumer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Consumer {
    pub qualname: String,
    pub kind: String,
    pub file: String,
    pub line: u32,
    pub app: Option<String>,
    /// Paths under which WebSocket routing reaches it.
    pub paths: Vec<String>,
}

/// A use of the framework at a place: a cache call, a transaction, SQL text.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Use {
    /// `cache.get`, `transaction.atomic`, `connection.cursor`, …
    pub what: String,
    /// Dotted name of the enclosing function or class; the module's where there is none.
    pub scope: String,
    pub file: String,
    pub line: u32,
}

impl From<&found::Migration> for Migration {
    fn from(from: &found::Migration) -> Self {
        Migration {
            app: from.app.clone(),
            name: from.name.clone(),
            file: from.file.clone(),
            installed: from.installed,
            dependencies: from.dependencies.clone(),
            replaces: from.replaces.clone(),
            operations: all(&from.operations),
            run_python: from.run_python,
            run_sql: from.run_sql,
            leaf: from.leaf,
            atomic: from.atomic,
        }
    }
}

impl From<&found::Operation> for Operation {
    fn from(from: &found::Operation) -> Self {
        Operation { type_name: from.type_name.clone(), line: from.line, model: from.model.clone(), field: from.field.clone() }
    }
}

impl From<&found::Form> for Form {
    fn from(from: &found::Form) -> Self {
        Form {
            qualname: from.qualname.clone(),
            kind: from.kind.clone(),
            app: from.app.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            model: from.model.clone(),
            fields: from.fields.clone(),
            overrides: from.overrides.clone(),
        }
    }
}

impl From<&found::Template> for Template {
    fn from(from: &found::Template) -> Self {
        Template {
            file: from.file.clone(),
            name: from.name.clone(),
            engine: from.engine.clone(),
            app: from.app.clone(),
            lines: from.lines,
            extends: from.extends.clone(),
            includes: from.includes.clone(),
            libraries: from.libraries.clone(),
            url_names: from.url_names.clone(),
            rendered_by: from.rendered_by.clone(),
        }
    }
}

impl From<&found::TemplateLibrary> for TemplateLibrary {
    fn from(from: &found::TemplateLibrary) -> Self {
        TemplateLibrary {
            library: from.library.clone(),
            module: from.module.clone(),
            app: from.app.clone(),
            file: from.file.clone(),
            tags: from.tags.clone(),
            filters: from.filters.clone(),
        }
    }
}

impl From<&found::Middleware> for Middleware {
    fn from(from: &found::Middleware) -> Self {
        Middleware {
            qualname: from.qualname.clone(),
            kind: from.kind.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            hooks: from.hooks.clone(),
            position: from.position,
        }
    }
}

impl From<&found::Command> for Command {
    fn from(from: &found::Command) -> Self {
        Command {
            app: from.app.clone(),
            name: from.name.clone(),
            qualname: from.qualname.clone(),
            file: from.file.clone(),
            line: from.line,
            installed: from.installed,
        }
    }
}

impl From<&found::Task> for Task {
    fn from(from: &found::Task) -> Self {
        Task {
            qualname: from.qualname.clone(),
            name: from.name.clone(),
            kind: from.kind.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            app: from.app.clone(),
        }
    }
}

impl From<&found::Consumer> for Consumer {
    fn from(from: &found::Consumer) -> Self {
        Consumer {
            qualname: from.qualname.clone(),
            kind: from.kind.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            app: from.app.clone(),
            paths: from.paths.clone(),
        }
    }
}

impl From<&found::Use> for Use {
    fn from(from: &found::Use) -> Self {
        Use { what: from.what.clone(), scope: from.scope.clone(), file: from.place.file.clone(), line: from.place.line }
    }
}
