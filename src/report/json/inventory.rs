//! What the repository itself defines, construct by construct.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::all;
use super::fastapi::FastApi;
use super::models::Model;
use super::operations::{Command, Consumer, Form, Middleware, Migration, Task, Template, TemplateLibrary, Use};
use super::project::Settings;
use super::queries::Query;
use super::schema::{Drift, Table};
use super::web::{Admin, InlineSerializer, Receiver, Route, Serializer, SignalDefinition, SignalSend, View};
use crate::django::inventory as found;

/// How far a statement can be trusted: `likely` depends on a condition or on code that was only partly understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    Certain,
    Likely,
    Unknown,
}

impl From<found::Certainty> for Certainty {
    fn from(from: found::Certainty) -> Self {
        match from {
            found::Certainty::Certain => Certainty::Certain,
            found::Certainty::Likely => Certainty::Likely,
            found::Certainty::Unknown => Certainty::Unknown,
        }
    }
}

/// Everything that the repository itself defines; test code, vendored copies and virtual environments are left out.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Inventory {
    /// Sorted by label.
    pub apps: Vec<App>,
    /// Sorted by label.
    pub models: Vec<Model>,
    /// Sorted by path and view.
    pub routes: Vec<Route>,
    /// Sorted by dotted name.
    pub views: Vec<View>,
    /// Sorted by dotted name.
    pub serializers: Vec<Serializer>,
    pub inline_serializers: Vec<InlineSerializer>,
    /// Sorted by model and admin class.
    pub admin: Vec<Admin>,
    /// Connected receivers, sorted by place.
    pub signals: Vec<Receiver>,
    /// Sorted by dotted name.
    pub signal_definitions: Vec<SignalDefinition>,
    /// Sorted by place.
    pub signal_sends: Vec<SignalSend>,
    /// Sorted by app and name.
    pub migrations: Vec<Migration>,
    /// The tables that the migrations build, sorted by app and model.
    pub schema: Vec<Table>,
    /// Where the models and the migrations differ, sorted by app and model.
    pub drift: Vec<Drift>,
    /// Sorted by dotted name.
    pub forms: Vec<Form>,
    /// Sorted by file.
    pub templates: Vec<Template>,
    /// Template libraries with their tags and filters, sorted by module.
    pub template_tags: Vec<TemplateLibrary>,
    /// First-party middleware, sorted by dotted name.
    pub middleware: Vec<Middleware>,
    /// Management commands, sorted by app and name.
    pub commands: Vec<Command>,
    /// Celery tasks, sorted by dotted name.
    pub tasks: Vec<Task>,
    /// Jobs of other queues than Celery (RQ, Huey, Django's own tasks), sorted by dotted name.
    pub jobs: Vec<Task>,
    /// Channels consumers, sorted by dotted name.
    pub consumers: Vec<Consumer>,
    /// Uses of the cache framework, sorted by place.
    pub caching: Vec<Use>,
    /// Uses of transactions, sorted by place.
    pub transactions: Vec<Use>,
    /// Uses of SQL text, sorted by place.
    pub raw_sql: Vec<Use>,
    /// Query sites of the ORM, sorted by place and chain.
    pub queries: Vec<Query>,
    /// FastAPI's half, where the repository has one.
    #[serde(default)]
    pub fastapi: FastApi,
    pub settings: Settings,
}

/// A Django app of the repository.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct App {
    pub label: String,
    /// Dotted package.
    pub module: String,
    /// Its directory.
    pub path: String,
    /// Dotted name of its AppConfig.
    pub config: Option<String>,
    /// Named by the settings module that the report uses.
    pub installed: bool,
    /// Lines of Python below its directory, tests and migrations left out.
    pub lines: u64,
    pub default_auto_field: Option<String>,
}

impl From<&found::App> for App {
    fn from(from: &found::App) -> Self {
        App {
            label: from.label.clone(),
            module: from.module.clone(),
            path: from.path.clone(),
            config: from.config.clone(),
            installed: from.installed,
            lines: from.lines,
            default_auto_field: from.default_auto_field.clone(),
        }
    }
}

impl From<&found::Inventory> for Inventory {
    fn from(from: &found::Inventory) -> Self {
        Inventory {
            apps: all(&from.apps),
            models: all(&from.models),
            routes: all(&from.routes),
            views: all(&from.views),
            serializers: all(&from.serializers),
            inline_serializers: all(&from.inline_serializers),
            admin: all(&from.admin),
            signals: all(&from.signals),
            signal_definitions: all(&from.signal_definitions),
            signal_sends: all(&from.signal_sends),
            migrations: all(&from.migrations),
            schema: all(&from.schema),
            drift: all(&from.drift),
            forms: all(&from.forms),
            templates: all(&from.templates),
            template_tags: all(&from.template_tags),
            middleware: all(&from.middleware),
            commands: all(&from.commands),
            tasks: all(&from.tasks),
            jobs: all(&from.jobs),
            consumers: all(&from.consumers),
            caching: all(&from.caching),
            transactions: all(&from.transactions),
            raw_sql: all(&from.raw_sql),
            queries: all(&from.queries),
            fastapi: FastApi::from(&from.fastapi),
            settings: Settings::from(&from.settings),
        }
    }
}
