//! Query sites.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::inventory::Certainty;
use crate::django::inventory as found;

/// A place that asks the database through the ORM: one chain of methods, also where it goes on over several statements.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Query {
    /// Dotted name of the enclosing function or class; the module's where there is none.
    pub scope: String,
    pub app: Option<String>,
    pub file: String,
    /// Of the last method of the statement in which it begins.
    pub line: u32,
    /// `app.Model` that it asks for or writes; null where it is not known.
    pub model: Option<String>,
    /// Further first-party models that it reaches: by `__`, related managers, `select_related`, subqueries, …
    pub touches: Vec<String>,
    pub access: QueryAccess,
    pub class: QueryClass,
    /// The methods in the order of the source.
    pub chain: Vec<String>,
    /// What the first of them was called on: `manager`, `related`, `queryset`, `instance`, `form`, `serializer` or `function`.
    pub on: String,
    /// The alias that `using` names.
    pub database: Option<String>,
    #[serde(rename = "async")]
    pub is_async: bool,
    /// Where it is not the default one.
    pub manager: Option<String>,
    pub certainty: Certainty,
}

/// What a query does to its rows; `lock` reads them under `select_for_update`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum QueryAccess {
    Read,
    Write,
    Lock,
}

/// How hard a query is to carry over. `moderate`: joins, loading of relations, values, bulk operations, conditions that are objects. `complex`:
/// annotations, aggregates, subqueries, window and conditional expressions, database functions, full text search, SQL text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum QueryClass {
    Simple,
    Moderate,
    Complex,
}

impl From<&found::Query> for Query {
    fn from(from: &found::Query) -> Self {
        Query {
            scope: from.scope.clone(),
            app: from.app.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            model: from.model.clone(),
            touches: from.touches.clone(),
            access: match from.access {
                found::QueryAccess::Read => QueryAccess::Read,
                found::QueryAccess::Write => QueryAccess::Write,
                found::QueryAccess::Lock => QueryAccess::Lock,
            },
            class: match from.class {
                found::QueryClass::Simple => QueryClass::Simple,
                found::QueryClass::Moderate => QueryClass::Moderate,
                found::QueryClass::Complex => QueryClass::Complex,
            },
            chain: from.chain.clone(),
            on: from.on.clone(),
            database: from.database.clone(),
            is_async: from.is_async,
            manager: from.manager.clone(),
            certainty: from.certainty.into(),
        }
    }
}
