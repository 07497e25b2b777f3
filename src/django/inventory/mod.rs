//! What the analysis found, as plain data: the shape that rules, effort, plan and reports read.
//!
//! Every list is sorted by its natural key (label, dotted name, path) before it leaves this layer.

use std::collections::BTreeMap;

mod fastapi;
mod models;
mod project;
mod schema;
mod web;
mod work;

pub use fastapi::*;
pub use models::*;
pub use project::*;
pub use schema::*;
pub use web::*;
pub use work::*;

/// How far a statement can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    #[default]
    Certain,
    /// Depends on a condition or on code that was only partly understood.
    Likely,
    Unknown,
}

/// A place in a file of the project.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: String,
    pub line: u32,
}

/// Everything that was found.
#[derive(Clone, Debug, Default)]
pub struct Inventory {
    pub project: ProjectInfo,
    pub settings: Settings,
    pub apps: Vec<App>,
    pub models: Vec<Model>,
    pub managers: Vec<ManagerClass>,
    pub routes: Vec<Route>,
    /// What packages answer that is no route of ours, sorted; part of what stays.
    pub brought: Vec<Brought>,
    /// What the resolver tries, in its order; no report shows it as such.
    pub urls: super::urls::Urls,
    pub views: Vec<View>,
    pub serializers: Vec<Serializer>,
    pub inline_serializers: Vec<InlineSerializer>,
    pub admin: Vec<Admin>,
    pub signals: Vec<Receiver>,
    pub signal_definitions: Vec<SignalDefinition>,
    pub signal_sends: Vec<SignalSend>,
    pub migrations: Vec<Migration>,
    /// What the migrations build, by app and model.
    pub schema: Vec<Table>,
    /// Where the models say something else.
    pub drift: Vec<Drift>,
    pub forms: Vec<Form>,
    pub templates: Vec<Template>,
    pub template_tags: Vec<TemplateLibrary>,
    pub middleware: Vec<Middleware>,
    pub commands: Vec<Command>,
    /// Celery's.
    pub tasks: Vec<Task>,
    /// Of other queues.
    pub jobs: Vec<Task>,
    pub consumers: Vec<Consumer>,
    pub caching: Vec<Use>,
    pub transactions: Vec<Use>,
    pub raw_sql: Vec<Use>,
    /// Sorted by place and chain.
    pub queries: Vec<Query>,
    /// Who calls whom in the repository, sorted; no report shows it as such.
    pub calls: Vec<Call>,
    /// What of these is called, by its dotted name.
    pub called: BTreeMap<String, Called>,
    /// Of functions that ask for the method, by their dotted names: first and last line of what a GET does not get to.
    pub beyond_get: BTreeMap<String, Vec<(u32, u32)>>,
    /// Templates that code names; `what` is the template's name.
    pub renders: Vec<Use>,
    pub context_processors: Vec<ContextProcessor>,
    pub schedules: Vec<Schedule>,
    /// Settings that code reads, each at its first place; `what` is the key.
    pub setting_reads: Vec<Use>,
    /// By string or through a queue; the plan's couplings.
    pub links: Vec<Link>,
    /// Where the session is used.
    pub session_uses: Vec<Use>,
    /// What the rules asked for; no report shows it as such.
    pub mentions: Vec<Mention>,
    /// Every parsed file, and every file of tests.
    pub files: Vec<PythonFile>,
    pub tests: Vec<TestFile>,
    /// What has been built beside Django already.
    pub fastapi: FastApi,
    pub coverage: Coverage,
    pub diagnostics: Vec<Diagnostic>,
    pub skipped: Vec<Skipped>,
}
