//! The burn-down over the reports of many commits, in the order in which they are given: what is left on Django, what has moved, what is live twice.
//!
//! The reports go through one at a time; what is kept of each is a row, and of the project which routes and models were ever there. What was lost
//! from sight (a file that could not be read) never counts as progress. docs/progress.md defines each word.

mod follow;
mod owned;
mod text;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};

use super::codeowners::Owners;
use super::json::{self, HourProgress, Tool};
use super::past::Past;
use follow::Follow;
use owned::ByOwner;

pub use text::text;

/// Version of the shape.
const SCHEMA_VERSION: &str = "1.0";

/// The burn-down over reports of many commits, in the order in which they were given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "migscan trend")]
pub struct Trend {
    /// Version of this shape. Within a major version keys are only added.
    pub schema_version: String,
    pub tool: Tool,
    pub reports: Vec<Point>,
    /// What each module has left, sorted by name; one point for each report.
    pub modules: Vec<Series>,
    /// The same by owner: `team` of the module in the newest report that has it, else what CODEOWNERS says, else `nobody`. Empty where neither was given.
    pub owners: Vec<Series>,
}

/// One report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// Of its file, without folders and without `.json`.
    pub name: String,
    pub project: String,
    pub coverage_percent: f64,
    pub routes: Routes,
    pub models: Models,
    /// The burn-down: expected focus-hours in the modules. They fall with the code, to zero.
    pub module_hours: f64,
    /// Expected focus-hours that are spent once, beside the modules: proxy, pipelines, taking the old side down. No code says that they are
    /// done, so they stay.
    #[serde(default)]
    pub once_hours: f64,
    /// Percentiles of both together: they never reach zero.
    pub hours: HourProgress,
    /// The hours of the report before stand here, because files were lost from sight that were seen then.
    pub hours_carried: bool,
    /// Files that are not read, or only in part, and that were read when something was seen in them, sorted.
    pub lost: Vec<String>,
    /// What a reader should know before comparing it with the report before.
    pub notes: Vec<String>,
}

/// Routes as paths: those that differ only in names of parameters or in the slash at the end are one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Routes {
    /// On Django, what is not seen included.
    pub left: u64,
    /// Of those, answered by FastAPI as well, with every method.
    pub live_twice: u64,
    /// Of those, answered by FastAPI with some methods.
    pub partly: u64,
    /// On Django in an earlier report, now only on FastAPI.
    pub moved: u64,
    /// On Django in an earlier report, now on neither side.
    pub gone: u64,
    /// Of those left: they were there, and what holds them could not be read this time.
    pub not_seen: u64,
    /// On FastAPI, and on Django in no report so far.
    pub new: u64,
    /// On Django, and in no report before.
    pub added: u64,
}

/// Concrete models of installed apps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Models {
    /// What is not seen included.
    pub left: u64,
    pub gone: u64,
    pub not_seen: u64,
}

/// A module or an owner through all reports.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Series {
    pub name: String,
    pub points: Vec<SeriesPoint>,
}

/// What is left of it in one report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeriesPoint {
    pub routes: u64,
    pub live_twice: u64,
    /// Null of modules, as a route that is gone belongs to none.
    pub moved: Option<u64>,
    pub models: u64,
    /// P50 of its modules, added up where there are several.
    pub hours: f64,
}

/// Takes reports one after the other.
#[derive(Debug)]
pub struct Builder<'a> {
    follow: Follow,
    reports: Vec<Point>,
    modules: BTreeMap<String, Vec<SeriesPoint>>,
    owners: ByOwner<'a>,
    model: String,
}

impl<'a> Builder<'a> {
    pub fn new(owners: Option<&'a Owners>) -> Self {
        Builder {
            follow: Follow::default(),
            reports: Vec::new(),
            modules: BTreeMap::new(),
            owners: ByOwner::new(owners),
            model: String::new(),
        }
    }

    pub fn add(&mut self, name: &str, past: &Past) {
        let (counted, lost) = self.follow.step(past);
        let before = self.reports.last();
        let mut notes = Vec::new();
        if let Some(before) = before {
            if before.project != past.project.name {
                notes.push(format!("another project: {}", past.project.name));
            }
            if past.coverage.percent + 1e-9 < before.coverage_percent {
                notes.push(format!("coverage fell from {:.1} to {:.1} %", before.coverage_percent, past.coverage.percent));
            }
        }
        if !lost.is_empty() {
            let files = if lost.len() == 1 { "file" } else { "files" };
            notes.push(format!("{} {files} lost from sight; nothing in them counts as progress", lost.len()));
        }
        let effort = past.summary.effort.as_ref();
        let model = effort.map_or("", |whole| whole.model.as_str());
        if !self.model.is_empty() && self.model != model {
            notes.push("another effort model: its hours are not those of the reports before".to_owned());
        }
        self.model = model.to_owned();
        let mut hours = effort.map_or_else(HourProgress::default, |whole| HourProgress { p50: whole.p50, p80: whole.p80 });
        let mut once_hours = effort.map_or(0.0, |whole| whole.fixed.iter().map(|item| item.mean).sum());
        let mut module_hours: f64 = past.modules.iter().map(|module| module.effort.mean).sum();
        let mut hours_carried = false;
        if let Some(before) = before.filter(|before| !lost.is_empty() && before.module_hours > module_hours) {
            (hours, module_hours, once_hours, hours_carried) = (before.hours.clone(), before.module_hours, before.once_hours, true);
        }
        let at = self.reports.len();
        self.add_modules(past, at, !lost.is_empty());
        self.owners.add(&self.follow, past, !lost.is_empty());
        self.reports.push(Point {
            name: name.to_owned(),
            project: past.project.name.clone(),
            coverage_percent: past.coverage.percent,
            routes: counted.routes,
            models: counted.models,
            module_hours,
            once_hours,
            hours,
            hours_carried,
            lost,
            notes,
        });
    }

    fn add_modules(&mut self, past: &Past, at: usize, lost: bool) {
        let mut now: BTreeMap<String, SeriesPoint> = BTreeMap::new();
        for module in &past.modules {
            now.entry(module.name.clone()).or_default().hours = module.effort.p50;
        }
        for module in &past.progress.modules {
            let point = now.entry(module.name.clone()).or_default();
            (point.routes, point.live_twice, point.models) = (module.routes, module.live_twice, module.models);
        }
        extend(&mut self.modules, now, at, lost);
    }

    pub fn finish(self) -> Trend {
        let modules = self.modules.into_iter().map(|(name, points)| Series { name, points }).collect();
        Trend {
            schema_version: SCHEMA_VERSION.to_owned(),
            tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            reports: self.reports,
            modules,
            owners: self.owners.finish(),
        }
    }
}

/// One more point for everything that there was or is. Where files were lost, nothing falls.
fn extend(all: &mut BTreeMap<String, Vec<SeriesPoint>>, mut now: BTreeMap<String, SeriesPoint>, at: usize, lost: bool) {
    for name in now.keys() {
        all.entry(name.clone()).or_insert_with(|| vec![SeriesPoint::default(); at]);
    }
    for (name, points) in all.iter_mut() {
        let mut point = now.remove(name).unwrap_or_default();
        if let Some(before) = points.last().filter(|_| lost) {
            point.routes = point.routes.max(before.routes);
            point.models = point.models.max(before.models);
            point.hours = point.hours.max(before.hours);
        }
        points.push(point);
    }
}

/// As a JSON document, with a newline at its end.
pub fn write(trend: &Trend) -> Vec<u8> {
    json::pretty(trend)
}

/// The JSON Schema of the document.
pub fn schema() -> Vec<u8> {
    json::pretty(&SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Trend>())
}
