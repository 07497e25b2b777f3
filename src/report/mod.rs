//! How the findings are shown: one file or folder per format, nothing decided here that another layer could decide.
//!
//! Every format takes the same inventory and the same counts. All text that comes from the scanned code is escaped for its medium. Nothing in
//! this layer touches the disk, the environment or the terminal: it gives bytes.

pub mod anonymize;
pub mod by_app;
pub mod calibration;
pub mod codeowners;
mod columns;
pub mod csv;
pub mod escape;
pub mod explain;
pub mod html;
pub mod json;
mod markdown;
pub mod numbers;
pub mod packages;
pub mod past;
pub mod portfolio;
pub mod rollout;
#[cfg(test)]
mod sample;
mod terminal;
pub mod totals;
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
    /// A summary that fits on one screen; `full` lists what the screen has no room for.
    Terminal { color: bool, full: bool },
}

/// The report in the given form, whole; it may bear pseudonyms.
pub fn write(format: Format, analysis: &Analysis, report: &json::Report) -> Vec<u8> {
    match format {
        Format::Json => json::text(report),
        Format::Html => html::write(analysis, report),
        Format::Markdown => markdown::write(analysis, report).into_bytes(),
        Format::Terminal { color, full } => terminal::write(analysis, report, color, full).into_bytes(),
    }
}
