//! GitLab's code quality report: the findings for the widget of a merge request, which compares them with the target branch by fingerprint.
//!
//! A list of objects with `description`, `check_name`, `fingerprint`, `severity`, `location.path` and `location.lines.begin`; GitLab ignores what
//! else there could be, and shows only the first of equal fingerprints. What a comment in the code settles is left out: the format has no word for it.

use serde::Serialize;

use super::escape::escape;
use super::json::{self, Finding, Report};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

pub fn write(report: &Report) -> Vec<u8> {
    let open = report.findings.iter().filter(|finding| finding.suppressed.is_none());
    json::pretty(&open.map(|finding| issue(report, finding)).collect::<Vec<_>>())
}

fn issue(report: &Report, finding: &Finding) -> Issue {
    Issue {
        description: escape(&finding.message).into_owned(),
        // Other tools of the pipeline have checks of their own.
        check_name: format!("migscan/{}", escape(&finding.rule)),
        fingerprint: finding.fingerprint.clone(),
        severity: match finding.severity.as_str() {
            "blocker" => "blocker",
            "mandatory" => "major",
            "potential" => "minor",
            _ => "info",
        },
        location: Location {
            // What the settings say as a whole stands in no file when they have none.
            path: if finding.file.is_empty() { ".".to_owned() } else { format!("{}{}", report.prefix, finding.file) },
            lines: Lines { begin: finding.line.max(1) },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn open_findings_only_with_all_keys() {
        let mut report = Report::from(&sample::analysis(sample::inventory()));
        report.findings[0].suppressed = Some("settled".to_owned());
        (report.findings[1].file, report.findings[1].line) = (String::new(), 0);
        report.findings[2].message = "a\r\n::error::x".to_owned();
        let list: Vec<serde_json::Value> = serde_json::from_slice(&write(&report)).unwrap();
        assert_eq!(list.len(), report.findings.len() - 1);
        assert_eq!((&list[0]["location"]["path"], &list[0]["location"]["lines"]["begin"]), (&".".into(), &1.into()));
        assert_eq!(list[1]["description"], "a\\r\\n:\\x3aerror:\\x3ax");
        assert!(list.iter().all(|issue| issue["check_name"].as_str().unwrap().starts_with("migscan/")));
    }
}
