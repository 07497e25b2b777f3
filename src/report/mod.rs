//! How the findings are shown: one file or folder per format, nothing decided here that another layer could decide.
//!
//! Every format takes the same inventory and the same counts. All text that comes from the scanned code is escaped for its medium. Nothing in
//! this layer touches the disk, the environment or the terminal: it gives bytes.

pub mod by_app;
pub mod calibration;
pub mod escape;
pub mod explain;
pub mod json;
pub mod rollout;
#[cfg(test)]
mod sample;
mod terminal;
pub mod totals;

use crate::effort::Analysis;

/// The forms that a report can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The report that programs read.
    Json,
    /// A summary that fits on one screen; `full` lists what the screen has no room for.
    Terminal { color: bool, full: bool },
}

/// The report in the given form, whole.
pub fn write(format: Format, analysis: &Analysis) -> Vec<u8> {
    match format {
        Format::Json => json::write(analysis),
        Format::Terminal { color, full } => terminal::write(analysis, color, full).into_bytes(),
    }
}
