//! Workflow commands of GitHub Actions: the few findings that a reader of a pull request should see at their lines.
//!
//! A runner reads commands from every line that a step prints. `escape` breaks up what could be one in all other text; here a command is meant, and
//! only its values are the repository's. A step shows ten annotations of a kind, so that there are ten at most, and one that says how many are left.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::escape::escape;
use super::json::{Finding, Report};
use super::numbers::{grouped, trimmed};

/// Annotations of findings; GitHub shows ten errors, ten warnings and ten notices of a step.
const MOST: usize = 10;

/// One command a line, the most urgent first; nothing where there is nothing to say.
pub fn annotations(report: &Report) -> String {
    let new: BTreeSet<&str> =
        report.changes.iter().flat_map(|changes| &changes.new_findings).map(|finding| finding.fingerprint.as_str()).collect();
    let is_new = |finding: &Finding| new.contains(finding.fingerprint.as_str());
    let on_change = |finding: &Finding| is_on_change(report, finding);
    let hours = |finding: &Finding| finding.effort.as_ref().map_or(0.0, |effort| effort.mean);
    let open = |finding: &&Finding| finding.suppressed.is_none() && finding.severity != "info" && !finding.file.is_empty();
    let mut found: Vec<&Finding> = report.findings.iter().filter(open).collect();
    found.sort_by(|a, b| {
        let first = |finding: &Finding| (!on_change(finding), !is_new(finding), finding.severity != "blocker");
        first(a).cmp(&first(b)).then_with(|| hours(b).total_cmp(&hours(a)))
    });
    let all = found.len();
    // One place tells of a rule; a change is told of each.
    let mut told = BTreeSet::new();
    found.retain(|finding| told.insert(finding.rule.as_str()) || on_change(finding));
    let mut shown = found.len().min(MOST);
    let notices = found.iter().take(shown).filter(|finding| kind(finding) == "notice").count();
    if all > shown && notices == MOST {
        // The one that says how many are left is a notice too.
        shown -= 1;
    }
    let mut out = String::new();
    for finding in found.iter().take(shown) {
        let cost = finding.effort.as_ref().map_or_else(String::new, |effort| format!(" ({} h)", trimmed(effort.mean)));
        let place = [("file", path(report, finding)), ("line", finding.line.max(1).to_string()), ("title", finding.rule.clone())];
        command(&mut out, kind(finding), &place, &format!("{}{cost}", finding.message));
    }
    let left = all - shown;
    if left > 0 {
        let text = format!("and {} more; the summary of this step and the reports have them", grouped(left as u64));
        command(&mut out, "notice", &[("title", "migscan".to_owned())], &text);
    }
    out
}

/// Whether the change under review touches the line, or the file where lines are not known.
fn is_on_change(report: &Report, finding: &Finding) -> bool {
    let Some(file) = report.changed_files.iter().flatten().find(|changed| changed.path == finding.file) else { return false };
    file.lines.as_ref().is_none_or(|parts| parts.iter().any(|[first, last]| (first..=last).contains(&&finding.line)))
}

fn kind(finding: &Finding) -> &'static str {
    match finding.severity.as_str() {
        "blocker" => "error",
        "mandatory" => "warning",
        _ => "notice",
    }
}

fn path(report: &Report, finding: &Finding) -> String {
    format!("{}{}", report.prefix, finding.file)
}

/// `::name key=value,key=value::data` and a line's end. The runner unescapes a property's `%`, CR, LF, colon and comma, and the data's `%`, CR, LF.
fn command(out: &mut String, name: &str, properties: &[(&str, String)], data: &str) {
    let _ = write!(out, "::{name} ");
    for (at, (key, value)) in properties.iter().enumerate() {
        let _ = write!(out, "{}{key}={}", if at == 0 { "" } else { "," }, property(value));
    }
    let _ = writeln!(out, "::{}", escape(data).replace('%', "%25"));
}

/// A path has to arrive as it is, so that it is not made visible but encoded; what a runner may take for a line's end is.
fn property(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for ch in value.chars() {
        match ch {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            ':' => out.push_str("%3A"),
            ',' => out.push_str("%2C"),
            '#' => out.push('#'),
            _ if super::escape::is_hidden(ch) => out.push_str(&escape(ch.encode_utf8(&mut [0; 4]))),
            _ => out.push(ch),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::report::json::{ChangedFile, ChangedFinding, Changes};
    use crate::report::sample;

    /// What the runner makes of a line, by its source (`ActionCommand.TryParseV2`): the name, the properties, the data.
    type Parsed = (String, Vec<(String, String)>, String);

    fn runner(line: &str) -> Option<Parsed> {
        let rest = line.trim_start().strip_prefix("::")?;
        let (head, data) = rest.split_once("::")?;
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let unescape = |text: &str, all: bool| {
            let mut text = text.replace("%0D", "\r").replace("%0A", "\n");
            if all {
                text = text.replace("%3A", ":").replace("%2C", ",");
            }
            text.replace("%25", "%")
        };
        let properties = properties.trim().split(',').filter_map(|pair| pair.split_once('='));
        let properties = properties.filter(|(_, value)| !value.is_empty());
        Some((name.to_owned(), properties.map(|(key, value)| (key.to_owned(), unescape(value, true))).collect(), unescape(data, false)))
    }

    /// The lines that a runner sees: .NET's reader ends one at CR, LF or both.
    fn lines(text: &str) -> Vec<&str> {
        text.split(['\r', '\n']).filter(|line| !line.is_empty()).collect()
    }

    static PLAIN: LazyLock<Report> = LazyLock::new(|| Report::from(&sample::analysis(sample::inventory())));

    fn report(found: usize, severity: &str) -> Report {
        let mut report = PLAIN.clone();
        let plain = report.findings.iter().find(|finding| finding.effort.is_some()).unwrap().clone();
        report.findings = (0..found)
            .map(|n| {
                let mut finding = Finding {
                    rule: format!("r{n}"),
                    file: format!("f{n}.py"),
                    severity: severity.to_owned(),
                    suppressed: None,
                    ..plain.clone()
                };
                finding.effort.as_mut().unwrap().mean = n as f64;
                finding
            })
            .collect();
        report
    }

    fn files(text: &str) -> Vec<String> {
        lines(text)
            .into_iter()
            .filter_map(|line| runner(line)?.1.into_iter().find(|(key, _)| key == "file").map(|(_, file)| file))
            .collect()
    }

    #[test]
    fn the_ten_dearest_and_how_many_more() {
        let text = annotations(&report(12, "mandatory"));
        assert_eq!(files(&text), (2..12).rev().map(|n| format!("f{n}.py")).collect::<Vec<_>>());
        assert!(text.ends_with("::notice title=migscan::and 2 more; the summary of this step and the reports have them\n"), "{text}");
        assert_eq!(lines(&annotations(&report(10, "mandatory"))).len(), 10);
        assert_eq!(annotations(&report(5, "info")), "");
    }

    #[test]
    fn a_rule_is_told_once_but_on_changed_lines() {
        let mut report = report(4, "mandatory");
        report.findings.iter_mut().for_each(|finding| finding.rule = "same".to_owned());
        let text = annotations(&report);
        assert!(files(&text) == ["f3.py"] && text.contains("::and 3 more; "), "{text}");
        report.changed_files = Some((0..3).map(|n| ChangedFile { path: format!("f{n}.py"), lines: None }).collect());
        assert_eq!(files(&annotations(&report)), ["f2.py", "f1.py", "f0.py"]);
    }

    #[test]
    fn no_kind_comes_more_often_than_github_shows() {
        for severity in ["blocker", "mandatory", "potential"] {
            let text = annotations(&report(30, severity));
            for kind in ["::error ", "::warning ", "::notice "] {
                assert!(text.matches(kind).count() <= 10, "{text}");
            }
            assert!(text.contains("more; the summary"), "{text}");
        }
    }

    #[test]
    fn changed_lines_come_first_then_what_is_new_then_blockers() {
        let mut report = report(12, "potential");
        report.prefix = "backend/".to_owned();
        report.findings[3].severity = "blocker".to_owned();
        let at = report.findings[0].line;
        let touched = |path: &str, lines| ChangedFile { path: path.to_owned(), lines };
        report.changed_files =
            Some(vec![touched("f0.py", Some(vec![[1, 1], [at, at + 1]])), touched("f2.py", Some(vec![[at + 1, at + 9]]))]);
        let new = ChangedFinding { fingerprint: "new".to_owned(), ..ChangedFinding::default() };
        report.findings[1].fingerprint.clone_from(&new.fingerprint);
        report.changes = Some(Changes { new_findings: vec![new], ..Changes::default() });
        let text = annotations(&report);
        assert_eq!(files(&text)[..4], ["backend/f0.py", "backend/f1.py", "backend/f3.py", "backend/f11.py"]);
        assert!(text.starts_with("::notice file=backend/f0.py,line=") && text.contains("\n::error file=backend/f3.py,line="), "{text}");
    }

    proptest! {
        #[test]
        fn whatever_the_names_the_runner_reads_one_command_a_line(
            file in "([a-z:,%=#\\r\\n \\[\\]\u{85}\u{2028};]|::|##\\[|%0A){1,12}",
            message in "([a-z:,%=#\\r\\n \\[\\]\u{85}\u{202e}]|::|##\\[|%0A|::error::){0,12}",
        ) {
            let mut report = report(1, "mandatory");
            report.findings[0].file = format!("x{file}x");
            report.findings[0].message = message.clone();
            report.findings[0].effort = None;
            let text = annotations(&report);
            prop_assert_eq!(lines(&text).len(), 1, "{}", text);
            let (name, properties, data) = runner(text.trim_end_matches('\n')).unwrap();
            prop_assert_eq!(name, "warning");
            let keys: Vec<&str> = properties.iter().map(|(key, _)| key.as_str()).collect();
            prop_assert_eq!(keys, ["file", "line", "title"]);
            prop_assert_eq!(data, escape(&message));
            // The path is the file's, but for what no path may hold in a log.
            if !report.findings[0].file.chars().any(|ch| super::super::escape::is_hidden(ch) && ch != '\r' && ch != '\n') {
                prop_assert_eq!(&properties[0].1, &report.findings[0].file);
            }
        }

        #[test]
        fn other_text_is_never_a_command(text in "([a-z:#\\r\\n \\[\\]\u{85}\u{3000}]|::error::|##\\[error\\]|##vso\\[x\\]){0,12}") {
            let shown = escape(&text);
            for line in lines(&shown) {
                prop_assert!(runner(line).is_none() && !line.contains("##["), "{}", line);
            }
        }
    }
}
