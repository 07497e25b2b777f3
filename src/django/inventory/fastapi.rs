//! The other side, as far as it is in the same repository: FastAPI and Starlette applications, their routes, what is mounted in them.

use super::{Certainty, Place, Unresolved};

/// Sorted by name and place; by path, methods and place; by path and place.
#[derive(Clone, Debug, Default)]
pub struct FastApi {
    pub apps: Vec<FastApp>,
    pub routes: Vec<FastRoute>,
    pub mounts: Vec<FastMount>,
    /// Tables that SQLAlchemy or SQLModel classes declare, sorted by name.
    pub tables: Vec<FastTable>,
    /// What could not be followed; part of the coverage too.
    pub unresolved: Vec<Unresolved>,
}

impl FastApi {
    pub fn is_empty(&self) -> bool {
        self.apps.is_empty() && self.routes.is_empty()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FastApp {
    /// The dotted variable, or the function that makes it with `()`.
    pub name: String,
    pub place: Place,
    /// `FastAPI` or `Starlette`
    pub kind: &'static str,
    pub root_path: Option<String>,
    /// Another application holds it.
    pub mounted: bool,
    pub condition: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FastRoute {
    /// With the prefixes of routers and mounts; `{?}` for each part that is not known.
    pub path: String,
    /// Upper-case and sorted; none where it takes any, and of a WebSocket.
    pub methods: Option<Vec<String>>,
    pub place: Place,
    /// Of the application from which it is reached: the outermost.
    pub app: String,
    /// `http` or `websocket`
    pub kind: &'static str,
    pub name: Option<String>,
    /// Dotted name of the function; none where it is not known.
    pub endpoint: Option<String>,
    /// As an annotation with dotted names.
    pub response_model: Option<String>,
    pub status_code: Option<i64>,
    /// Dotted names of what `Depends` and `Security` name: of the application, the routers, the route, its parameters.
    pub dependencies: Vec<String>,
    pub tags: Vec<String>,
    pub is_async: bool,
    pub include_in_schema: bool,
    /// The prefix under which the application is served, `root_path`; empty without one.
    pub root_path: String,
    pub certainty: Certainty,
    pub condition: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FastMount {
    pub path: String,
    pub place: Place,
    pub app: String,
    /// `app`, `django`, `static`, `frontend`, `other`
    pub kind: &'static str,
    /// Dotted, as far as it has a name.
    pub target: Option<String>,
    /// The host for which alone it answers.
    pub host: Option<String>,
    pub certainty: Certainty,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FastTable {
    pub name: String,
    /// Dotted name of the class.
    pub class: String,
    pub place: Place,
}
