//! What runs beside a request or asks the database: signals, tasks, schedules, commands, consumers, queries.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Certainty, Place};
use crate::django::urls::UrlPart;

#[derive(Clone, Debug, Default)]
pub struct Receiver {
    /// Dotted name of the signal; none where it is not known.
    pub signal: Option<String>,
    pub receiver: Option<String>,
    /// `app.Model` or a dotted name.
    pub sender: Option<String>,
    /// `decorator` or `connect`
    pub how: String,
    pub dispatch_uid: bool,
    pub place: Place,
    pub app: Option<String>,
    pub crosses_modules: bool,
    pub certainty: Certainty,
    pub dynamic: bool,
    /// Why it can never be called; none where it can.
    pub never_fires: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct SignalDefinition {
    pub qualname: String,
    pub place: Place,
}

#[derive(Clone, Debug, Default)]
pub struct SignalSend {
    pub signal: String,
    /// Dotted name of the function that sends.
    pub sent_by: String,
    pub robust: bool,
    pub place: Place,
}

/// Something that runs by the clock.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    /// Name of the entry; the task's where it has none.
    pub name: String,
    pub task: Option<String>,
    pub place: Place,
}

#[derive(Clone, Debug, Default)]
pub struct Command {
    pub app: String,
    pub name: String,
    pub qualname: String,
    pub file: String,
    pub line: u32,
    pub installed: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Task {
    pub qualname: String,
    /// The name under which it is queued where one is given.
    pub name: Option<String>,
    /// `celery`, `rq`, `huey`, …
    pub kind: String,
    pub place: Place,
    pub app: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Consumer {
    pub qualname: String,
    pub kind: String,
    pub place: Place,
    pub app: Option<String>,
    /// Paths under which WebSocket routing reaches it.
    pub paths: Vec<String>,
    /// The pattern behind each of them.
    pub patterns: Vec<UrlPart>,
}

/// A use of something at a place: a cache call, a transaction, raw SQL.
#[derive(Clone, Debug, Default)]
pub struct Use {
    /// `cache.get`, `transaction.atomic`, `connection.cursor`, …
    pub what: String,
    /// Dotted name of the enclosing function or class; the module's where there is none.
    pub scope: String,
    pub place: Place,
}

/// The `what` of a use of the session that changes it.
pub const SESSION_WRITTEN: &str = "request.session, written";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkKind {
    /// A string that names what is loaded.
    Name,
    /// What is queued.
    Task,
    /// A string in settings.
    Setting,
}

/// Something that code reaches by a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    pub kind: LinkKind,
    /// Dotted, or `app.Model`; the project may have nothing of that name.
    pub to: String,
    pub place: Place,
    /// Dotted name of what holds the code; empty in settings.
    pub scope: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum QueryAccess {
    #[default]
    Read,
    Write,
    /// `select_for_update`
    Lock,
}

/// A call of a first-party function or method from another, or a function within another.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// Dotted name of what calls.
    pub scope: String,
    /// Dotted name of what is called.
    pub to: String,
    pub place: Place,
}

/// Calls of calls that are followed.
const STEPS: usize = 5;

/// The scopes with these places, and those that lead to them by calls, as far as these places and calls are `met`.
pub fn reached<'a>(calls: &'a [Call], places: impl Iterator<Item = (&'a str, u32)>, met: impl Fn(&str, u32) -> bool) -> FxHashSet<&'a str> {
    let mut out: FxHashSet<&str> = places.filter(|(scope, line)| met(scope, *line)).map(|(scope, _)| scope).collect();
    let mut callers: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    for call in calls.iter().filter(|call| met(&call.scope, call.place.line)) {
        callers.entry(call.to.as_str()).or_default().push(call.scope.as_str());
    }
    let mut fresh: Vec<&str> = out.iter().copied().collect();
    for _ in 0..STEPS {
        let found = fresh.iter().filter_map(|scope| callers.get(scope)).flatten().copied();
        fresh = found.filter(|scope| out.insert(scope)).collect();
    }
    out
}

/// A function that code of the repository calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    pub place: Place,
    pub lines: u32,
}

/// How hard a query is to carry over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum QueryClass {
    #[default]
    Simple,
    /// Joins, loading of relations, values, bulk operations, conditions that are objects.
    Moderate,
    /// Annotations, aggregates, subqueries, window and conditional expressions, database functions, SQL text.
    Complex,
}

/// A place that asks the database through the ORM: one chain of methods, also where it goes on over several statements.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Dotted name of the enclosing function or class; the module's where there is none.
    pub scope: String,
    pub app: Option<String>,
    /// Of the last method of the statement in which it begins.
    pub place: Place,
    /// `app.Model` that it asks for or writes; none where it is not known.
    pub model: Option<String>,
    /// Further first-party models that it reaches.
    pub touches: Vec<String>,
    pub access: QueryAccess,
    pub class: QueryClass,
    /// The methods in the order of the source.
    pub chain: Vec<String>,
    /// What the first of them was called on: `manager`, `related`, `queryset`, `instance`, `form`, `serializer` or `function`
    pub on: String,
    /// The alias that `using` names.
    pub database: Option<String>,
    pub is_async: bool,
    /// Where it is not the default one.
    pub manager: Option<String>,
    pub certainty: Certainty,
}
