//! What GitHub takes of a SARIF file, and which findings are left out when there are more.
//!
//! "SARIF results exceed one or more limits" in the documentation of GitHub code scanning: 25,000 results a run, of which the 5,000 of the highest
//! severity are shown; 25,000 rules (the catalogue is far below that); 1,000 locations a result, of which 100 are shown; 20 tags a rule, of which 10
//! are shown; 10 MB after gzip. Beyond the hard limits the whole file is refused.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::super::Made;
use super::super::json::{Finding, Report};
use super::super::numbers::plural;

pub const RESULTS: usize = 25_000;
const SHOWN: usize = 5_000;
pub const LOCATIONS: usize = 100;
/// Under the 10 MB that are taken: other gzips pack a little less.
const BYTES: usize = 9_500_000;

/// As many findings as fit, the weightiest if not all do, in the report's order.
pub fn fit(report: &Report, write: impl Fn(&[&Finding], &[String]) -> Vec<u8>) -> Made {
    fit_into(report, BYTES, write)
}

fn fit_into(report: &Report, bytes: usize, write: impl Fn(&[&Finding], &[String]) -> Vec<u8>) -> Made {
    let mut many = report.findings.len().min(RESULTS);
    loop {
        let chosen = weightiest(&report.findings, many);
        let cuts = cuts(report, &chosen);
        let made = Made { bytes: write(&chosen, &cuts), cuts };
        let packed = packed(&made.bytes);
        if packed <= bytes || many == 0 {
            return made;
        }
        // The rules weigh too, so that one step may not be enough.
        many = (many * bytes / packed).saturating_sub(many / 50 + 1);
    }
}

/// Blockers before the rest, the dear before the cheap.
fn weightiest(findings: &[Finding], many: usize) -> Vec<&Finding> {
    if findings.len() <= many {
        return findings.iter().collect();
    }
    let hours = |finding: &Finding| finding.effort.as_ref().map_or(0.0, |effort| effort.mean);
    let mut order: Vec<(usize, &Finding)> = findings.iter().enumerate().collect();
    order.sort_by(|(i, a), (j, b)| {
        let by = |f: &Finding| (f.suppressed.is_some(), super::rules::weight(&f.severity));
        by(a).cmp(&by(b)).then_with(|| hours(b).total_cmp(&hours(a))).then_with(|| i.cmp(j))
    });
    order.truncate(many);
    order.sort_by_key(|(at, _)| *at);
    order.into_iter().map(|(_, finding)| finding).collect()
}

fn cuts(report: &Report, chosen: &[&Finding]) -> Vec<String> {
    let mut out = Vec::new();
    let left_out = report.findings.len() - chosen.len();
    if left_out > 0 {
        let what = plural(left_out, "finding is", "findings are");
        out.push(format!(
            "{what} left out of the SARIF file, the lightest: it may hold 25,000 results and 10 MB; the JSON report has them all"
        ));
    }
    if chosen.len() > SHOWN {
        out.push(format!("GitHub shows the 5,000 weightiest of the {} in the SARIF file", plural(chosen.len(), "result", "results")));
    }
    let places: usize = chosen.iter().map(|finding| finding.also.len().saturating_sub(LOCATIONS)).sum();
    if places > 0 {
        let what = plural(places, "further place is", "further places are");
        out.push(format!("{what} left out of the SARIF file: a result shows 100 of them"));
    }
    out
}

/// Its size after gzip.
fn packed(bytes: &[u8]) -> usize {
    // Text does not grow by it: what is small is not worth the time.
    if bytes.len() <= BYTES {
        return bytes.len();
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    match gzip.write_all(bytes).and_then(|()| gzip.finish()) {
        Ok(packed) => packed.len(),
        Err(_) => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn what_is_too_large_loses_its_lightest() {
        let mut report = Report::from(&sample::analysis(sample::inventory()));
        let plain = report.findings[0].clone();
        report.findings =
            (0..1_000).map(|n| Finding { severity: if n % 10 == 0 { "mandatory" } else { "info" }.to_owned(), ..plain.clone() }).collect();
        let made = fit_into(&report, 40_000, |chosen, _| {
            let text: Vec<u8> = chosen.iter().flat_map(|f| format!("{:<99}\n", f.severity).into_bytes()).collect();
            text
        });
        assert!(made.bytes.len() <= 40_000 && made.bytes.len() > 20_000, "{}", made.bytes.len());
        assert_eq!(String::from_utf8(made.bytes).unwrap().matches("mandatory").count(), 100);
        assert!(made.cuts[0].contains("findings are left out of the SARIF file"), "{:?}", made.cuts);
    }
}
