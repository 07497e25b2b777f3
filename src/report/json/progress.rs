//! How far the move is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::inventory::Certainty;
use crate::effort::Analysis;
use crate::fastapi::matching::{Counts, Match};
use crate::plan::progress::progress as found;

/// How far the move is, as this one state of the code shows it; docs/progress.md defines each word. What has moved is known only against an
/// earlier report: `migscan trend` says it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Progress {
    /// Whether the repository has FastAPI or Starlette code.
    pub fastapi: bool,
    /// Without routes of admin sites and format-suffix twins.
    pub routes: RouteProgress,
    /// Pairs of route and method; a view that does not say which methods it takes is one.
    pub operations: RouteProgress,
    pub models: ModelProgress,
    /// Of all that is still there on Django; what is live twice included, as it is there until it is deleted.
    pub hours: HourProgress,
    /// In the order of `modules`.
    pub modules: Vec<ModuleProgress>,
    /// Django's routes that FastAPI answers too, by route.
    pub matches: Vec<RouteMatch>,
}

/// Routes, or operations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RouteProgress {
    pub django: u64,
    /// Of those, answered by FastAPI as well: a route with every method.
    pub live_twice: u64,
    /// Of Django's routes, those of which FastAPI answers some methods; 0 of operations.
    pub partly: u64,
    pub fastapi: u64,
    /// Of FastAPI's, those that Django has nothing of.
    pub fastapi_only: u64,
}

/// Concrete models of installed apps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ModelProgress {
    pub django: u64,
    /// Of those, with a table that SQLAlchemy or SQLModel classes declare as well.
    pub declared_twice: u64,
}

/// Focus-hours.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct HourProgress {
    pub p50: f64,
    pub p80: f64,
}

/// What a module still has on Django.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ModuleProgress {
    pub name: String,
    pub routes: u64,
    pub live_twice: u64,
    pub partly: u64,
    pub models: u64,
    pub hours: HourProgress,
    /// Positions in `inventory.routes`.
    pub route_positions: Vec<usize>,
    pub model_labels: Vec<String>,
}

/// A Django route that FastAPI answers too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RouteMatch {
    /// Index in `inventory.routes`.
    pub route: usize,
    /// Indices in `inventory.fastapi.routes`.
    pub fastapi: Vec<usize>,
    /// `live_twice`, or `partly` where FastAPI lacks a method.
    pub state: String,
    /// Methods that both answer; `ANY` where Django's view does not say which it takes.
    pub methods: Vec<String>,
    pub certainty: Certainty,
}

impl From<&Counts> for RouteProgress {
    fn from(from: &Counts) -> Self {
        RouteProgress {
            django: from.django,
            live_twice: from.twice,
            partly: from.partly,
            fastapi: from.fastapi,
            fastapi_only: from.fastapi_only,
        }
    }
}

impl From<&Match> for RouteMatch {
    fn from(from: &Match) -> Self {
        RouteMatch {
            route: from.route,
            fastapi: from.fastapi.clone(),
            state: from.state.name().to_owned(),
            methods: from.methods.clone(),
            certainty: from.certainty.into(),
        }
    }
}

pub fn progress(analysis: &Analysis) -> Progress {
    let found = found(analysis);
    let estimate = &analysis.estimate;
    let modules = estimate.modules.iter().zip(&found.modules).map(|(module, counted)| ModuleProgress {
        name: module.module.name.clone(),
        routes: counted.routes.len() as u64,
        live_twice: counted.twice,
        partly: counted.partly,
        models: counted.models.len() as u64,
        hours: HourProgress { p50: module.range.p50, p80: module.range.p80 },
        route_positions: counted.routes.clone(),
        model_labels: counted.models.clone(),
    });
    Progress {
        fastapi: !analysis.inventory.fastapi.is_empty(),
        routes: RouteProgress::from(&found.matching.routes),
        operations: RouteProgress::from(&found.matching.operations),
        models: ModelProgress { django: found.models, declared_twice: found.models_twice },
        hours: HourProgress { p50: estimate.range.p50, p80: estimate.range.p80 },
        modules: modules.collect(),
        matches: found.matching.matches.iter().map(RouteMatch::from).collect(),
    }
}
