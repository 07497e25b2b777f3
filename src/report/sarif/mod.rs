//! SARIF 2.1.0: the findings for code scanning, in one run.
//!
//! A level says how much a finding stands in the way: a blocker is an error, what has to be rewritten a warning, what may behave otherwise a note;
//! what is merely counted has none. Consumers find a result again by our own fingerprint, which survives moved lines; `primaryLocationLineHash`
//! is left to the one who uploads. What a consumer would refuse is cut, and every cut is said.

mod fit;
mod rules;
mod shape;

use std::collections::{BTreeMap, BTreeSet};

use self::shape::*;
use super::Made;
use super::escape::escape;
use super::json::{self, Finding, Report};
use super::places::uri;
use crate::effort::Analysis;

/// Of the address of the schema, viewers know this spelling.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const BASE: &str = "%SRCROOT%";
/// Key of the fingerprint; the version changes when its making does.
const FINGERPRINT: &str = "migscan/v1";

pub fn write(analysis: &Analysis, report: &Report) -> Made {
    fit::fit(report, |chosen, cuts| json::pretty(&log(analysis, report, chosen, cuts)))
}

fn log(analysis: &Analysis, report: &Report, findings: &[&Finding], cuts: &[String]) -> Log {
    let (rules, index) = rules::rules(&analysis.catalogue, findings);
    // What is gone is in no result: consumers that do not know baselines would show it as there.
    let new: Option<BTreeSet<&str>> =
        report.changes.as_ref().map(|changes| changes.new_findings.iter().map(|finding| finding.fingerprint.as_str()).collect());
    let state = |finding: &Finding| Some(if new.as_ref()?.contains(finding.fingerprint.as_str()) { "new" } else { "unchanged" });
    let results = findings.iter().map(|finding| Result { baseline_state: state(finding), ..result(report, finding, &index) }).collect();
    let said = report.diagnostics.iter().map(|said| notification(report, said));
    let cut = cuts.iter().map(|why| Notification {
        descriptor: Automation { id: "cut".to_owned() },
        level: "warning",
        message: message(why),
        locations: Vec::new(),
    });
    Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver: Driver { name: report.tool.name.clone(), semantic_version: report.tool.version.clone(), rules } },
            automation_details: Automation { id: format!("migscan/{}", uri(&report.prefix)) },
            invocations: [Invocation { execution_successful: true, tool_execution_notifications: said.chain(cut).collect() }],
            original_uri_base_ids: BTreeMap::from([(BASE, Base { description: message("The root of the repository") })]),
            column_kind: "unicodeCodePoints",
            results,
        }],
    }
}

/// Scanned text: what is hidden becomes visible. Consumers make links of `[text](target)` and look for arguments at `{0}`.
fn message(text: &str) -> Message {
    let text = escape(text).replace("](", "] (");
    let mut parts = text.split('{');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_argument = part.split_once('}').is_some_and(|(inside, _)| inside.bytes().all(|byte| byte.is_ascii_digit()));
        out.push_str(if is_argument { "{ " } else { "{" });
        out.push_str(part);
    }
    Message { text: out }
}

fn location(report: &Report, file: &str, line: u32) -> Option<Location> {
    if file.is_empty() {
        return None;
    }
    let artifact_location = ArtifactLocation { uri: uri(&format!("{}{file}", report.prefix)), uri_base_id: BASE };
    let region = (line > 0).then_some(Region { start_line: line });
    let physical_location = PhysicalLocation { artifact_location, region };
    Some(Location { id: None, physical_location, logical_locations: Vec::new(), message: None })
}

/// What the report says of the run, as a notification of the tool.
fn notification(report: &Report, said: &json::Diagnostic) -> Notification {
    let level = match said.severity.as_str() {
        "error" => "error",
        "warning" => "warning",
        _ => "note",
    };
    let at = said.file.as_deref().and_then(|file| location(report, file, said.line.unwrap_or(0)));
    Notification {
        descriptor: Automation { id: message(&said.code).text },
        level,
        message: message(&said.message),
        locations: at.into_iter().collect(),
    }
}

fn result(report: &Report, finding: &Finding, index: &BTreeMap<&str, usize>) -> Result {
    let (kind, level) = rules::level(&finding.severity);
    let mut at = location(report, &finding.file, finding.line);
    if let Some(at) = at.as_mut().filter(|_| !finding.symbol.is_empty()) {
        at.logical_locations = vec![LogicalLocation { fully_qualified_name: escape(&finding.symbol).into_owned() }];
    }
    let more = match finding.also.len() {
        0 => String::new(),
        1 => " (and one more place in this file)".to_owned(),
        many => format!(" (and {many} more places in this file)"),
    };
    let also = finding.also.iter().take(fit::LOCATIONS).filter_map(|line| location(report, &finding.file, *line));
    let hours = finding.effort.as_ref().map(|effort| effort.mean);
    Result {
        rule_id: finding.rule.clone(),
        rule_index: index.get(finding.rule.as_str()).copied().unwrap_or_default(),
        kind,
        level,
        baseline_state: None,
        // Half of the scale at a day of work.
        rank: hours.map(|hours| (1000.0 * hours / (hours + 6.0)).round() / 10.0),
        message: message(&format!("{}{more}", finding.message)),
        locations: at.into_iter().collect(),
        related_locations: also
            .enumerate()
            .map(|(id, at)| Location { id: Some(id), message: Some(message("The same here")), ..at })
            .collect(),
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, finding.fingerprint.clone())]),
        suppressions: finding
            .suppressed
            .iter()
            .map(|why| Suppression { kind: "inSource", status: "accepted", justification: message(why).text })
            .collect(),
        properties: ResultProperties { module: escape(&finding.module).into_owned(), severity: finding.severity.clone(), hours },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::report::json::{ChangedFinding, Changes};
    use crate::report::sample;

    static PLAIN: LazyLock<(Analysis, Report)> = LazyLock::new(|| {
        let analysis = sample::analysis(sample::inventory());
        let report = Report::from(&analysis);
        (analysis, report)
    });

    /// The official schema; its pattern of a language tag has one bracket too many, which its first erratum took away.
    static OFFICIAL: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let text = include_str!("../../../tests/data/schemas/sarif-2.1.0.json");
        let mended = text.replace("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
        assert_ne!(text, mended);
        jsonschema::validator_for(&serde_json::from_str(&mended).unwrap()).unwrap()
    });

    fn sarif(report: &Report, analysis: &Analysis) -> (Value, Made) {
        let made = write(analysis, report);
        (serde_json::from_slice(&made.bytes).unwrap(), made)
    }

    #[test]
    fn every_finding_is_a_result_of_a_rule_with_help() {
        let analysis = sample::analysis(sample::inventory());
        let report = Report::from(&analysis);
        let (log, made) = sarif(&report, &analysis);
        assert!(made.cuts.is_empty());
        let run = &log["runs"][0];
        let results = run["results"].as_array().unwrap();
        assert_eq!((results.len(), log["runs"].as_array().unwrap().len()), (report.findings.len(), 1));
        for (result, finding) in results.iter().zip(&report.findings) {
            let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
            assert_eq!(rule["id"], *finding.rule);
            assert!(rule["help"]["text"].as_str().unwrap().contains("Recipe"), "{rule}");
            assert!(rule["help"]["markdown"].as_str().unwrap().contains("## Recipe"));
            assert_eq!(result["partialFingerprints"]["migscan/v1"], *finding.fingerprint);
        }
    }

    #[test]
    fn levels_follow_severity_and_only_failures_have_one() {
        for (severity, kind, level) in [
            ("blocker", "fail", "error"),
            ("mandatory", "fail", "warning"),
            ("potential", "fail", "note"),
            ("info", "informational", "none"),
        ] {
            assert_eq!(rules::level(severity), (kind, level));
        }
    }

    #[test]
    fn other_places_and_suppressions_are_told() {
        let analysis = sample::analysis(sample::inventory());
        let mut report = Report::from(&analysis);
        report.prefix = "back end/".to_owned();
        let first = &mut report.findings[0];
        (first.file, first.line, first.also) = ("a b/ü.py".to_owned(), 3, vec![5, 9]);
        first.suppressed = Some("all is [well](http://x) {0}".to_owned());
        let result = &sarif(&report, &analysis).0["runs"][0]["results"][0];
        let at = |location: &Value| location["physicalLocation"]["region"]["startLine"].as_u64().unwrap();
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!((uri.as_str().unwrap(), at(&result["locations"][0])), ("back%20end/a%20b/%C3%BC.py", 3));
        assert_eq!(result["relatedLocations"].as_array().unwrap().iter().map(at).collect::<Vec<_>>(), [5, 9]);
        assert!(result["message"]["text"].as_str().unwrap().ends_with("(and 2 more places in this file)"));
        assert_eq!(result["suppressions"][0]["justification"], "all is [well] (http://x) { 0}");
    }

    #[test]
    fn with_a_baseline_every_result_has_a_state() {
        let analysis = sample::analysis(sample::inventory());
        let mut report = Report::from(&analysis);
        assert!(sarif(&report, &analysis).0["runs"][0]["results"][0]["baselineState"].is_null());
        let new = ChangedFinding { fingerprint: report.findings[1].fingerprint.clone(), ..ChangedFinding::default() };
        report.changes = Some(Changes { new_findings: vec![new], ..Changes::default() });
        let log = sarif(&report, &analysis).0;
        let states: Vec<&str> =
            log["runs"][0]["results"].as_array().unwrap().iter().map(|r| r["baselineState"].as_str().unwrap()).collect();
        assert_eq!(states[..3], ["unchanged", "new", "unchanged"]);
        assert_eq!(states.iter().filter(|state| **state == "new").count(), 1);
    }

    #[test]
    fn what_github_would_refuse_is_cut_and_said() {
        let analysis = sample::analysis(sample::inventory());
        let mut report = Report::from(&analysis);
        let plain = report.findings[0].clone();
        report.findings = (0..fit::RESULTS + 7)
            .map(|n| Finding {
                fingerprint: format!("{n:016x}"),
                severity: if n == fit::RESULTS + 6 { "blocker" } else { "info" }.to_owned(),
                also: if n == 0 { (1..500).collect() } else { Vec::new() },
                ..plain.clone()
            })
            .collect();
        let (log, made) = sarif(&report, &analysis);
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), fit::RESULTS);
        assert_eq!(results.last().unwrap()["level"], "error", "the blocker is kept, in its place");
        assert_eq!(results[0]["relatedLocations"].as_array().unwrap().len(), fit::LOCATIONS);
        assert_eq!(made.cuts.len(), 3, "{:?}", made.cuts);
        let said = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
        for cut in &made.cuts {
            assert!(said.iter().any(|note| note["message"]["text"] == **cut), "{cut}");
        }
    }

    #[test]
    fn hostile_names_stay_text() {
        let analysis = sample::analysis(sample::hostile());
        let mut report = Report::from(&analysis);
        for finding in &mut report.findings {
            finding.message = "::error::x\r\n##[group]\u{202e}".to_owned();
            finding.file = "../..//a\u{85}::b%0A.py".to_owned();
        }
        let (log, made) = sarif(&report, &analysis);
        let text = String::from_utf8(made.bytes).unwrap();
        assert!(!text.contains("##") && !text.contains('\u{202e}') && !text.lines().any(|line| line.trim_start().starts_with("::")));
        let result = &log["runs"][0]["results"][0];
        assert_eq!(result["message"]["text"], ":\\x3aerror:\\x3ax\\r\\n#\\x23[group]\\u{202e}");
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert_eq!(uri, "../..//a%C2%85%3A%3Ab%250A.py");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_text_gives_a_valid_file_that_reads_back(
            text in any::<String>(), file in "[^/\\x00][^\\x00]{0,20}", symbol in any::<String>(), why in any::<String>(), line in any::<u32>(),
        ) {
            let (analysis, mut report) = (&PLAIN.0, PLAIN.1.clone());
            report.findings.truncate(1);
            let first = &mut report.findings[0];
            (first.message, first.file, first.symbol) = (text.clone(), file.clone(), symbol);
            (first.rule, first.suppressed, first.line) = (text.clone(), Some(why), line);
            report.diagnostics[0].message.clone_from(&text);
            report.diagnostics[0].file = Some(file.clone());
            let (log, _) = sarif(&report, analysis);
            let wrong: Vec<String> = OFFICIAL.iter_errors(&log).map(|error| error.to_string()).collect();
            prop_assert!(wrong.is_empty(), "{:?}", wrong);
            let result = &log["runs"][0]["results"][0];
            prop_assert_eq!(result["message"]["text"].as_str().unwrap(), message(&text).text);
            let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            prop_assert_eq!(percent_encoding::percent_decode_str(uri).decode_utf8().unwrap(), file);
        }
    }
}
