//! FastAPI's half of the repository.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::all;
use super::inventory::Certainty;
use crate::django::inventory as found;

/// What has been built beside Django already: FastAPI and Starlette applications in the same repository.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct FastApi {
    /// Sorted by name and place.
    pub apps: Vec<FastApp>,
    /// Sorted by path, methods and place; without the pages that FastAPI adds (docs, openapi.json).
    pub routes: Vec<FastRoute>,
    /// Sorted by path and place.
    pub mounts: Vec<FastMount>,
    /// Tables that SQLAlchemy or SQLModel classes declare, sorted by name.
    pub tables: Vec<FastTable>,
}

/// An application: a variable, or what a function makes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FastApp {
    /// `package.module.variable`, or the function with `()`.
    pub name: String,
    /// `FastAPI` or `Starlette`
    pub kind: String,
    pub file: String,
    pub line: u32,
    pub root_path: Option<String>,
    /// Another application of the repository holds it.
    pub mounted: bool,
    pub condition: Option<String>,
}

/// A route of FastAPI or Starlette.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FastRoute {
    /// With the prefixes of routers and mounts; `{?}` for each part that is not known.
    pub path: String,
    /// Null of a WebSocket, and where any is taken.
    pub methods: Option<Vec<String>>,
    /// `http` or `websocket`
    pub kind: String,
    /// Of the outermost application.
    pub app: String,
    /// Under which that application is served.
    pub root_path: Option<String>,
    pub name: Option<String>,
    /// Dotted name of the function.
    pub endpoint: Option<String>,
    /// As an annotation with dotted names.
    pub response_model: Option<String>,
    pub status_code: Option<i64>,
    /// Dotted names of what it depends on, from the application inwards.
    pub dependencies: Vec<String>,
    pub tags: Vec<String>,
    #[serde(rename = "async")]
    pub is_async: bool,
    pub include_in_schema: bool,
    pub file: String,
    pub line: u32,
    pub certainty: Certainty,
    pub condition: Option<String>,
}

/// Something mounted in an application.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FastMount {
    pub path: String,
    pub app: String,
    /// `app` for an application of the repository, `django`, `static`, `frontend` for files that answer where no route does, `other`
    pub kind: String,
    pub target: Option<String>,
    /// The host for which alone it answers; null for any.
    #[serde(default)]
    pub host: Option<String>,
    pub file: String,
    pub line: u32,
    pub certainty: Certainty,
}

/// A table that a class of SQLAlchemy or SQLModel declares.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FastTable {
    pub name: String,
    /// Dotted name of the class.
    pub qualname: String,
    pub file: String,
    pub line: u32,
}

impl From<&found::FastApi> for FastApi {
    fn from(from: &found::FastApi) -> Self {
        FastApi { apps: all(&from.apps), routes: all(&from.routes), mounts: all(&from.mounts), tables: all(&from.tables) }
    }
}

impl From<&found::FastApp> for FastApp {
    fn from(from: &found::FastApp) -> Self {
        FastApp {
            name: from.name.clone(),
            kind: from.kind.to_owned(),
            file: from.place.file.clone(),
            line: from.place.line,
            root_path: from.root_path.clone(),
            mounted: from.mounted,
            condition: from.condition.clone(),
        }
    }
}

impl From<&found::FastRoute> for FastRoute {
    fn from(from: &found::FastRoute) -> Self {
        FastRoute {
            path: from.path.clone(),
            methods: from.methods.clone(),
            kind: from.kind.to_owned(),
            app: from.app.clone(),
            root_path: (!from.root_path.is_empty()).then(|| from.root_path.clone()),
            name: from.name.clone(),
            endpoint: from.endpoint.clone(),
            response_model: from.response_model.clone(),
            status_code: from.status_code,
            dependencies: from.dependencies.clone(),
            tags: from.tags.clone(),
            is_async: from.is_async,
            include_in_schema: from.include_in_schema,
            file: from.place.file.clone(),
            line: from.place.line,
            certainty: from.certainty.into(),
            condition: from.condition.clone(),
        }
    }
}

impl From<&found::FastMount> for FastMount {
    fn from(from: &found::FastMount) -> Self {
        FastMount {
            path: from.path.clone(),
            app: from.app.clone(),
            kind: from.kind.to_owned(),
            target: from.target.clone(),
            host: from.host.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            certainty: from.certainty.into(),
        }
    }
}

impl From<&found::FastTable> for FastTable {
    fn from(from: &found::FastTable) -> Self {
        FastTable { name: from.name.clone(), qualname: from.class.clone(), file: from.place.file.clone(), line: from.place.line }
    }
}
