//! JUnit: one case for each `--fail-on` condition and each frozen module, for dashboards that count passed and failed.
//!
//! A finding is no test: a project has thousands of them, and they are no failures. A run without conditions has one case, that it could be done.

use std::fmt::Write as _;

use super::escape::escape;
use super::json::{Gate, GatePlace, Report};

/// The same bytes for the same report: no clock, no duration. Attributes are those of Jenkins' schema and no others.
pub fn write(report: &Report) -> Vec<u8> {
    let (frozen, plain): (Vec<&Gate>, Vec<&Gate>) = report.gates.iter().partition(|gate| gate.module.is_some());
    let failures = report.gates.iter().filter(|gate| !gate.passed).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<testsuites name=\"migscan\" tests=\"{}\" failures=\"{failures}\" errors=\"0\">", report.gates.len() + 1);
    suite(&mut out, "scan", &[case("scan", "the project was analysed", None)]);
    for (name, gates) in [("gates", plain), ("frozen", frozen)] {
        if !gates.is_empty() {
            let cases: Vec<Case> = gates.into_iter().map(|gate| of_gate(report, name, gate)).collect();
            suite(&mut out, name, &cases);
        }
    }
    out.push_str("</testsuites>\n");
    out.into_bytes()
}

/// A case as XML, and whether it failed.
type Case = (String, bool);

fn suite(out: &mut String, name: &str, cases: &[Case]) {
    let failures = cases.iter().filter(|(_, failed)| *failed).count();
    let _ = writeln!(out, " <testsuite name=\"{name}\" tests=\"{}\" skipped=\"0\" failures=\"{failures}\" errors=\"0\">", cases.len());
    cases.iter().for_each(|(xml, _)| out.push_str(xml));
    out.push_str(" </testsuite>\n");
}

/// Jenkins makes its tree of the dots in the name of the class.
fn case(suite: &str, name: &str, failure: Option<String>) -> Case {
    let head = format!("  <testcase name=\"{}\" classname=\"migscan.{suite}\"", text(name));
    match failure {
        None => (format!("{head}/>\n"), false),
        Some(failure) => (format!("{head}>\n   {failure}\n  </testcase>\n"), true),
    }
}

fn of_gate(report: &Report, suite: &str, gate: &Gate) -> Case {
    let name = gate.module.as_deref().unwrap_or(&gate.expression);
    let failure = (!gate.passed).then(|| {
        let places: Vec<String> = gate.places.iter().map(|place| text(&line(report, place))).collect();
        let message = text(&gate.message);
        let inside = if places.is_empty() { message.clone() } else { places.join("\n") };
        format!("<failure message=\"{message}\" type=\"{}\">{inside}</failure>", text(&gate.kind))
    });
    case(suite, name, failure)
}

/// Scanned text for an element or an attribute. Two characters that are no control characters are none of XML either.
fn text(raw: &str) -> String {
    quick_xml::escape::escape(escape(raw).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")).into_owned()
}

fn line(report: &Report, place: &GatePlace) -> String {
    match (place.file.is_empty(), place.line) {
        (true, _) => place.what.clone(),
        (false, 0) => format!("{}{}: {}", report.prefix, place.file, place.what),
        (false, line) => format!("{}{}:{line}: {}", report.prefix, place.file, place.what),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::report::sample;

    fn gate(expression: &str, module: Option<&str>, passed: bool) -> Gate {
        let places = vec![GatePlace { what: "GET /a".to_owned(), file: "a/urls.py".to_owned(), line: 3 }];
        let places = if passed { Vec::new() } else { places };
        Gate {
            expression: expression.to_owned(),
            kind: expression.split(['<', '>']).next().unwrap_or("").to_owned(),
            module: module.map(str::to_owned),
            passed,
            message: "it was so".to_owned(),
            places,
        }
    }

    static PLAIN: LazyLock<Report> = LazyLock::new(|| Report::from(&sample::analysis(sample::inventory())));

    fn report(gates: Vec<Gate>) -> Report {
        Report { gates, ..PLAIN.clone() }
    }

    #[test]
    fn one_case_for_each_gate_and_frozen_module() {
        let gates = vec![gate("coverage<95", None, false), gate("frozen", Some("a"), true), gate("frozen", Some("b"), false)];
        insta::assert_snapshot!(String::from_utf8(write(&report(gates))).unwrap(), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="migscan" tests="4" failures="2" errors="0">
         <testsuite name="scan" tests="1" skipped="0" failures="0" errors="0">
          <testcase name="the project was analysed" classname="migscan.scan"/>
         </testsuite>
         <testsuite name="gates" tests="1" skipped="0" failures="1" errors="0">
          <testcase name="coverage&lt;95" classname="migscan.gates">
           <failure message="it was so" type="coverage">a/urls.py:3: GET /a</failure>
          </testcase>
         </testsuite>
         <testsuite name="frozen" tests="2" skipped="0" failures="1" errors="0">
          <testcase name="a" classname="migscan.frozen"/>
          <testcase name="b" classname="migscan.frozen">
           <failure message="it was so" type="frozen">a/urls.py:3: GET /a</failure>
          </testcase>
         </testsuite>
        </testsuites>
        "#);
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(name in any::<String>(), message in any::<String>(), what in any::<String>()) {
            let mut hostile = gate(&name, None, false);
            hostile.message.clone_from(&message);
            hostile.places[0].what.clone_from(&what);
            let text = String::from_utf8(write(&report(vec![hostile]))).unwrap();
            let document = roxmltree::Document::parse(&text).unwrap();
            let failures: Vec<_> = document.descendants().filter(|node| node.has_tag_name("failure")).collect();
            prop_assert_eq!(failures.len(), 1);
            let shown = |raw: &str| escape(raw).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
            prop_assert_eq!(failures[0].attribute("message").unwrap(), shown(&message));
            prop_assert_eq!(failures[0].text().unwrap(), format!("a/urls.py:3: {}", shown(&what)));
            prop_assert_eq!(failures[0].parent().unwrap().attribute("name").unwrap(), shown(&name));
        }
    }
}
