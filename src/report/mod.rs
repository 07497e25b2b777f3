//! How the findings are shown: one file or folder per format, nothing decided here that another layer could decide.
//!
//! Every format takes the same inventory and the same counts. All text that comes from the scanned code is escaped for its medium. Nothing in
//! this layer touches the disk, the environment or the terminal: it gives bytes.

pub mod anonymize;
pub mod baseline;
pub mod by_app;
pub mod calibration;
pub mod catalogue;
pub mod changes;
pub mod codeowners;
mod columns;
pub mod csv;
pub mod escape;
pub mod explain;
pub mod explain_module;
pub mod frozen;
pub mod gates;
pub mod github;
mod gitlab;
pub mod html;
pub mod incomplete;
pub mod json;
mod junit;
mod markdown;
pub mod numbers;
pub mod packages;
pub mod past;
pub mod places;
pub mod portfolio;
pub mod rollout;
#[cfg(test)]
mod sample;
mod sarif;
mod terminal;
pub mod totals;
pub mod touched;
pub mod trend;

use crate::effort::Analysis;

/// The forms that a report can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The report that programs read.
    Json,
    /// One page for people who decide.
    Html,
    /// A summary for a comment of a pull request.
    Markdown,
    /// Findings for code scanning.
    Sarif,
    /// Findings for GitLab's code quality.
    Gitlab,
    /// What the `--fail-on` conditions came to.
    Junit,
    /// A summary that fits on one screen; `full` lists what the screen has no room for.
    Terminal { color: bool, full: bool },
}

/// A report, and what had to be left out of it for the sake of whoever takes it.
#[derive(Debug)]
pub struct Made {
    pub bytes: Vec<u8>,
    /// Sentences.
    pub cuts: Vec<String>,
}

/// As [`write`], with what was left out.
pub fn made(format: Format, analysis: &Analysis, report: &json::Report) -> Made {
    match format {
        Format::Sarif => sarif::write(analysis, report),
        _ => Made { bytes: write(format, analysis, report), cuts: Vec::new() },
    }
}

/// The report in the given form, whole; it may bear pseudonyms.
pub fn write(format: Format, analysis: &Analysis, report: &json::Report) -> Vec<u8> {
    match format {
        Format::Json => json::text(report),
        Format::Html => html::write(analysis, report),
        Format::Markdown => markdown::write(analysis, report).into_bytes(),
        Format::Sarif => sarif::write(analysis, report).bytes,
        Format::Gitlab => gitlab::write(report),
        Format::Junit => junit::write(report),
        Format::Terminal { color, full } => terminal::write(analysis, report, color, full).into_bytes(),
    }
}

/// What has changed between two reports, as a report of its own.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Difference {
    pub schema_version: String,
    pub tool: json::Tool,
    /// Name of the project.
    pub project: String,
    /// As in a report that was made with `--baseline`.
    pub changes: json::Changes,
}

/// The difference in the given form, whole.
pub fn write_difference(format: Format, difference: &Difference) -> Vec<u8> {
    let Difference { project, changes, .. } = difference;
    match format {
        // The formats of CI systems are made of findings, and not offered for a difference.
        Format::Json | Format::Sarif | Format::Gitlab | Format::Junit => json::pretty(difference),
        Format::Html => html::difference(difference),
        Format::Markdown => markdown::difference(project, changes).into_bytes(),
        Format::Terminal { .. } => changes::text::full(project, changes).into_bytes(),
    }
}
