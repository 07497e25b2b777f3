//! The JSON report: a versioned shape of its own, so that the core types can change without breaking anyone's script.
//!
//! `migscan schema` prints the JSON Schema made from these types. Keys that are there today stay within a major version; a minor version
//! only adds. What this version does not compute is an empty list or null, and the schema says so.

mod access;
mod changes;
mod document;
mod estimate;
mod fastapi;
mod inventory;
mod models;
mod operations;
mod plan;
mod progress;
mod project;
mod queries;
mod render;
mod schema;
mod web;

use schemars::generate::SchemaSettings;

pub use access::{Access, Policies, Policy};
pub use changes::{
    Causes, ChangedFile, ChangedFinding, ChangedModule, Changes, CoverageDelta, EffortDelta, Gate, GatePlace, LostFile, Since, Step, Thing,
    Things,
};
pub use document::{Report, Summary, Tool};
pub use estimate::{Alternative, DependsOn, Effort, Evidence, Finding, Item, Module, ModuleEffort, Place, Reason, TopRisk};
pub use fastapi::{FastApi, FastApp, FastMount, FastRoute, FastTable};
pub use inventory::{App, Certainty, Inventory};
pub use models::{DefaultKind, Field, Meta, Method, Model, Relation};
pub use operations::{Command, Consumer, Form, Middleware, Migration, Operation, Task, Template, TemplateLibrary, Use};
pub use plan::{Crossing, Cut, Phase, Plan, PlanRoute};
pub use progress::{HourProgress, ModelProgress, ModuleProgress, Progress, RouteMatch, RouteProgress};
pub use project::{
    Cache, Coverage, Database, Dependency, Diagnostic, FactCoverage, FileCoverage, Lines, Project, Settings, SettingsModule, Skipped,
    Unresolved,
};
pub use queries::{Query, QueryAccess, QueryClass};
pub use schema::{Column, Drift, Rule, Table};
pub use web::{Admin, Receiver, Route, Serializer, SerializerField, SignalDefinition, SignalSend, View};

#[cfg(test)]
use crate::django::inventory as found;
use crate::effort::Analysis;

/// Version of the shape, not of the tool.
pub const SCHEMA_VERSION: &str = "1.0";

/// The whole report as text, with a newline at its end.
pub fn write(analysis: &Analysis) -> Vec<u8> {
    render::pretty_large(&Report::from(analysis))
}

/// A report that is there already.
pub fn text(report: &Report) -> Vec<u8> {
    render::pretty_large(report)
}

/// Any document of ours in the form of the report.
pub fn pretty<T: serde::Serialize>(document: &T) -> Vec<u8> {
    render::pretty(document)
}

/// The same as a value, for what reads it within the program.
pub fn value(report: &Report) -> serde_json::Value {
    serde_json::to_value(report).unwrap_or_default()
}

/// The JSON Schema (draft 2020-12) of the report, with a newline at its end.
pub fn schema() -> Vec<u8> {
    // A reader may rely on every key that is always written: the contract of the writer, not the leniency of the reader.
    let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report>();
    render::pretty(&schema)
}

/// Each element in the form of the report.
fn all<'a, A, B: From<&'a A>>(items: &'a [A]) -> Vec<B> {
    items.iter().map(B::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_inventory_has_every_key_of_the_contract() {
        let text = String::from_utf8(write(&crate::report::sample::analysis(found::Inventory::default()))).unwrap();
        assert!(text.ends_with("}\n"));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
        for key in [
            "schema_version",
            "tool",
            "project",
            "coverage",
            "inventory",
            "modules",
            "findings",
            "plan",
            "summary",
            "progress",
            "changes",
            "gates",
            "changed_files",
            "diagnostics",
            "skipped",
        ] {
            assert!(keys.contains(&key), "{key}");
        }
        assert_eq!(value["schema_version"], "1.0");
        assert_eq!(value["plan"]["phases"].as_array().map(Vec::len), Some(0));
    }

    #[test]
    fn the_report_can_be_read_back() {
        let first = write(&crate::report::sample::analysis(crate::report::sample::inventory()));
        let report: Report = serde_json::from_slice(&first).unwrap();
        assert_eq!(render::pretty(&report), first);
    }

    #[test]
    fn the_report_agrees_with_its_schema() {
        let schema: serde_json::Value = serde_json::from_slice(&schema()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for inventory in [found::Inventory::default(), crate::report::sample::inventory()] {
            let report: serde_json::Value = serde_json::from_slice(&write(&crate::report::sample::analysis(inventory))).unwrap();
            let errors: Vec<_> = validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
        let mut broken: serde_json::Value =
            serde_json::from_slice(&write(&crate::report::sample::analysis(crate::report::sample::inventory()))).unwrap();
        broken["inventory"]["routes"][0].as_object_mut().unwrap().remove("name");
        assert!(!validator.is_valid(&broken), "a key that is always written is required");
    }

    #[test]
    fn every_type_of_the_schema_says_what_it_is() {
        let schema: serde_json::Value = serde_json::from_slice(&schema()).unwrap();
        for (name, definition) in schema["$defs"].as_object().unwrap() {
            assert!(definition["description"].is_string(), "{name}");
        }
    }
}
