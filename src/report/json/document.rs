//! The report's outermost shape, and the sections that later steps of the analysis fill.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::changes::{ChangedFile, Changes, Gate};
use super::estimate::{self, Effort, Finding, Module, TopRisk};
use super::plan;
use super::progress::{self, Progress};
use super::{Coverage, Diagnostic, Inventory, Project, SCHEMA_VERSION, Skipped, all};
use crate::django::inventory as found;
use crate::effort::Analysis;
use crate::report::totals::Totals;

/// What migscan found in one Django project. Paths are relative to the scanned directory with "/" separators, lines count from 1, lists are
/// sorted, unknown is null.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "migscan report")]
pub struct Report {
    /// Version of this shape. Within a major version keys are only added.
    pub schema_version: String,
    pub tool: Tool,
    pub project: Project,
    pub coverage: Coverage,
    pub inventory: Inventory,
    /// Modules with their dependencies, verdict and effort, sorted by name, the project's glue last.
    pub modules: Vec<Module>,
    /// What the rules found, sorted by file, line, rule and symbol.
    pub findings: Vec<Finding>,
    /// The order of the move.
    pub plan: Option<plan::Plan>,
    pub summary: Summary,
    /// What FastAPI answers already.
    #[serde(default)]
    pub progress: Progress,
    /// Difference to an earlier report; null where none was given.
    pub changes: Option<Changes>,
    /// What each `--fail-on` condition came to, in the order of the command line; empty where none was given.
    #[serde(default)]
    pub gates: Vec<Gate>,
    /// What the change under review touches, sorted by path; null where nothing was said of it.
    #[serde(default)]
    pub changed_files: Option<Vec<ChangedFile>>,
    /// What a reader should know about the run, sorted by severity, code and place.
    pub diagnostics: Vec<Diagnostic>,
    /// Files and directories that were left out or only counted, sorted by path.
    pub skipped: Vec<Skipped>,
    /// Where the scanned directory lies in its repository, for programs that know only that: empty, or a path with "/" at its end. Not written.
    #[serde(skip)]
    #[schemars(skip)]
    pub prefix: String,
}

/// The program that wrote the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    pub name: String,
    pub version: String,
}

/// The project in a few numbers.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    pub totals: Totals,
    /// The estimate of the whole move.
    pub effort: Option<Effort>,
    /// The recommendation for the whole project: `migrate`, `carve out`, `improve in place`, `do not migrate`.
    pub verdict: Option<String>,
    pub verdict_reasons: Vec<String>,
    /// What nobody has said, and what therefore counts nothing in the verdicts.
    pub not_known: Vec<String>,
    /// What may go wrong without anybody noticing, blockers first.
    pub top_risks: Vec<TopRisk>,
}

impl From<&Analysis> for Report {
    fn from(analysis: &Analysis) -> Self {
        let from: &found::Inventory = &analysis.inventory;
        // The plan takes as long as all the rest.
        let (plan, (inventory, findings, modules)) =
            rayon::join(|| plan::plan(analysis), || (Inventory::from(from), estimate::findings(analysis), estimate::modules(analysis)));
        Report {
            schema_version: SCHEMA_VERSION.to_owned(),
            tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            project: Project::of(from, &analysis.catalogue),
            coverage: Coverage::from(&from.coverage),
            inventory,
            modules,
            findings,
            plan,
            summary: Summary {
                totals: Totals::of(from),
                effort: Some(estimate::effort(analysis)),
                verdict: Some(analysis.estimate.verdict.name.clone()),
                verdict_reasons: analysis.estimate.verdict.reasons.clone(),
                not_known: analysis.estimate.verdict.not_known.clone(),
                top_risks: analysis.risks.iter().map(TopRisk::from).collect(),
            },
            progress: progress::progress(analysis),
            changes: None,
            gates: Vec::new(),
            changed_files: None,
            diagnostics: all(&from.diagnostics),
            skipped: all(&from.skipped),
            prefix: String::new(),
        }
    }
}
