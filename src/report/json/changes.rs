//! The difference to an earlier report, and what the gates say of it. Made by `report::changes`, shown by every format.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What has changed since an earlier report or since a baseline file. What a file held that could not be read this time counts neither as fixed
/// nor as removed: it was not seen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Changes {
    pub since: Since,
    /// Findings that were not there, in the order of the report. Suppressed ones are none.
    pub new_findings: Vec<ChangedFinding>,
    /// Findings that are no longer there, by file, line and rule.
    pub fixed_findings: Vec<ChangedFinding>,
    /// Findings that were there, and whose code could not be read this time.
    pub not_seen_findings: Vec<ChangedFinding>,
    /// Findings that are still there, and a comment in the code says by now that they are settled.
    pub settled_findings: u64,
    pub unchanged_findings: u64,
    /// Null where the other side is a baseline file, which holds no hours.
    pub effort_delta: Option<EffortDelta>,
    /// Null where the other side is a baseline file.
    pub routes: Option<Things>,
    /// Null where the other side is a baseline file.
    pub models: Option<Things>,
    /// Modules that changed, sorted by name; empty where the other side is a baseline file.
    pub modules: Vec<ChangedModule>,
    /// Null where the other side is a baseline file.
    pub coverage: Option<CoverageDelta>,
    /// Groups of modules that need each other now and did not before.
    pub new_cycles: Vec<Vec<String>>,
    /// Groups that no longer need each other.
    pub solved_cycles: Vec<Vec<String>>,
}

/// What it is compared with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Since {
    /// `report` or `baseline`
    pub kind: String,
    pub project: Option<String>,
    /// Version of the migscan that wrote it.
    pub tool_version: Option<String>,
    pub schema_version: Option<String>,
    /// Its effort model.
    pub model: Option<String>,
    pub findings: u64,
    pub coverage_percent: Option<f64>,
}

/// A finding of one side only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedFinding {
    pub rule: String,
    pub module: String,
    /// Null where a baseline file names it, which does not say it.
    pub severity: Option<String>,
    /// Empty where a baseline file names it.
    pub message: String,
    /// Of the side that has it; empty where a baseline file names it.
    pub file: String,
    /// 0 where it is not known.
    pub line: u32,
    pub symbol: String,
    pub fingerprint: String,
    /// `code`; `coverage` where the file could be read on one side only; `rules` where the rule fires on one side only and rules or numbers of
    /// the model have changed, so that it need not be the code.
    pub cause: String,
}

/// Focus-hours: expected values, which add up. Percentiles do not, so that they are only given before and after.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EffortDelta {
    /// `hours`: focus-hours.
    pub unit: String,
    pub mean: Step,
    pub p50: Step,
    pub p80: Step,
    /// By cause; they add up to the change of the mean.
    pub by_cause: Causes,
    /// The effort model is another one, by its version or its numbers.
    pub model_changed: bool,
    /// The targets are others.
    pub strategy_changed: bool,
    /// What could not be told apart, and why.
    pub not_separable_because: Vec<String>,
}

/// A number before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    pub before: f64,
    pub after: f64,
    pub delta: f64,
}

/// Where a change of the hours comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Causes {
    /// There is more or less to do.
    pub code: f64,
    /// The same work has another price.
    pub model: f64,
    /// Files that were read on one side only.
    pub coverage: f64,
    pub not_separable: f64,
}

/// Routes or models, by what became of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Things {
    pub added: Vec<Thing>,
    pub removed: Vec<Thing>,
    /// From one module to another; `before` is the module, or the label, that it left.
    pub moved: Vec<Thing>,
    /// They were there, and what holds them could not be read this time.
    pub not_seen: Vec<Thing>,
    /// Routes whose methods are others.
    pub changed: Vec<Thing>,
    pub unchanged: u64,
}

/// A route or a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Thing {
    /// Path of a route, or its pattern where a part is not known; `app.Model`.
    pub name: String,
    /// Null for models, and for views that take anything.
    pub methods: Option<Vec<String>>,
    /// View of a route, class of a model.
    pub what: Option<String>,
    pub module: String,
    /// The module, or the label, that it had before.
    pub before: Option<String>,
    pub file: String,
    pub line: u32,
}

/// A module before and after.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedModule {
    pub name: String,
    /// `added`, `removed`, `moved` (another folder), `changed`, `not_seen`
    pub change: String,
    /// Its name before, where that was another one.
    pub before: Option<String>,
    /// Focus-hours, expected value; 0 where the module was not, or is not there.
    pub mean: Step,
    pub verdict_before: Option<String>,
    pub verdict_after: Option<String>,
    pub new_findings: u64,
    pub fixed_findings: u64,
}

/// What was understood before and after.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoverageDelta {
    pub percent: Step,
    /// Files that are not read, or read in part, and were read before.
    pub lost: Vec<LostFile>,
    /// Files that are read, and were not, or in part.
    pub regained: Vec<String>,
}

/// A file or folder that was not read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LostFile {
    pub path: String,
    pub reason: String,
}

/// A file that the change under review touches, as `--changed` says: what is found there is shown first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangedFile {
    pub path: String,
    /// First and last line of each changed part, in order; null where only the file is known.
    pub lines: Option<Vec<[u32; 2]>>,
}

/// What a `--fail-on` condition came to; `frozen` gives one for each frozen or migrated module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// As it was asked for: `coverage<95`.
    pub expression: String,
    /// `new-findings`, `blockers`, `effort`, `effort-p80`, `coverage`, `cycles`, `frozen`
    pub kind: String,
    /// Of `frozen`.
    pub module: Option<String>,
    pub passed: bool,
    /// What was found, and by how much it misses.
    pub message: String,
    /// The first things that fail it, each on a line.
    pub places: Vec<GatePlace>,
}

/// Something that fails a gate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GatePlace {
    pub what: String,
    pub file: String,
    pub line: u32,
}
