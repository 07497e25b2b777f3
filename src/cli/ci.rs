//! What a CI system tells a run through its environment, and what it is told in return: annotations and the summary of a step of GitHub Actions,
//! and where the scanned folder lies in the repository.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::args::{ScanArgs, When};
use super::output::{Target, Written};
use super::terminal::say;
use crate::effort::Analysis;
use crate::report::escape::escape;
use crate::report::json::Report;
use crate::report::{self, Format, github, places};

/// "GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k" is what a step with more is told.
const SUMMARY: u64 = 1024 * 1024;

/// What stands before every path in SARIF, GitLab's report and annotations, which name files from the root of the repository.
pub fn prefix(args: &ScanArgs, root: &Path) -> Result<String, String> {
    if let Some(given) = &args.path_prefix {
        return places::prefix(given).ok_or_else(|| format!("--path-prefix {} is no folder of a repository", escape(given)));
    }
    let checkout = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"].iter().find_map(env::var_os).map(PathBuf::from);
    let below = checkout.and_then(|checkout| fs::canonicalize(checkout).ok()).and_then(|checkout| {
        let parts: Option<Vec<&str>> = root.strip_prefix(&checkout).ok()?.iter().map(|part| part.to_str()).collect();
        places::prefix(&parts?.join("/"))
    });
    Ok(below.unwrap_or_default())
}

/// Whether the runner of GitHub Actions reads what is printed.
pub fn in_actions(choice: When) -> bool {
    match choice {
        When::Always => true,
        When::Never => false,
        When::Auto => env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
    }
}

/// Annotations, and the Markdown report as the summary of the step; gives what was written for the last line.
pub fn github(args: &ScanArgs, analysis: &Analysis, report: &Report, stdout_taken: bool) -> Result<Option<String>, String> {
    if !in_actions(args.github) {
        return Ok(None);
    }
    // Under pseudonyms no path is one.
    if !args.anonymize {
        let text = github::annotations(report);
        // The runner reads commands from both; a report on stdout stays what it is.
        if stdout_taken {
            say_lines(&text);
        } else if Target::Stdout.write(text.as_bytes())? == Written::Closed {
            return Ok(None);
        }
    }
    match env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        Some(path) => summary(Path::new(&path), &report::write(Format::Markdown, analysis, report)),
        None => Ok(None),
    }
}

fn say_lines(text: &str) {
    if !text.is_empty() {
        say(text);
    }
}

/// Added at the end: other commands of the step may have written there.
fn summary(path: &Path, text: &[u8]) -> Result<Option<String>, String> {
    let bad = |error: std::io::Error| format!("cannot write the summary of the step: {}", error.kind());
    let mut file = OpenOptions::new().append(true).create(true).open(path).map_err(bad)?;
    let there = file.metadata().map_err(bad)?.len();
    if there + text.len() as u64 > SUMMARY {
        say("migscan: warning: the summary of the step is full, so that the report is not added to it");
        return Ok(None);
    }
    file.write_all(text).map_err(bad)?;
    Ok(Some("the summary of the step".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_added_and_never_too_large() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("summary.md");
        fs::write(&path, "before\n").unwrap();
        assert!(summary(&path, b"report\n").unwrap().is_some());
        assert_eq!(fs::read_to_string(&path).unwrap(), "before\nreport\n");
        fs::write(&path, vec![b'x'; 1024 * 1024 - 3]).unwrap();
        assert!(summary(&path, b"report\n").unwrap().is_none());
        assert_eq!(fs::metadata(&path).unwrap().len(), 1024 * 1024 - 3);
    }
}
