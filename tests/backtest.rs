//! The tables against measured migrations: what scans counted there (tests/data/backtest.json, made by tools/backtest.py) is priced with the tables
//! as they are now. docs/effort.md shows the same rows, and the bars hold.

use std::collections::BTreeMap;
use std::fs;

use migscan::effort::Model;
use migscan::effort::math::{Range, Work};
use migscan::rules::costs::{Class, Costs};

#[derive(serde::Deserialize)]
struct Data {
    cases: Vec<Case>,
    anchors: Vec<Anchor>,
}

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    source: String,
    what: String,
    measured: f64,
    /// Lines of tests per line of code.
    tests: f64,
    /// Which work the measured hours cover, and which share of it.
    groups: BTreeMap<String, f64>,
    /// Once-per-project work that they cover, with its hours.
    fixed: BTreeMap<String, f64>,
    why: String,
    /// Group, driver, class, count, scale.
    counts: Vec<(String, String, String, f64, f64)>,
}

#[derive(serde::Deserialize)]
struct Anchor {
    name: String,
    source: String,
    p10: f64,
    p50: f64,
    p80: f64,
    p90: f64,
}

fn data() -> Data {
    serde_json::from_str(&fs::read_to_string("tests/data/backtest.json").unwrap()).unwrap()
}

fn class(name: &str) -> Class {
    [Class::A, Class::B, Class::C, Class::D].into_iter().find(|c| c.name() == name).unwrap()
}

fn predicted(case: &Case, model: &Model, costs: &Costs) -> Range {
    let unit = |driver: &str| match driver {
        "tests" => model.tests.per_operation,
        "tests_by_case" => model.tests.per_case,
        other => costs.get(other).unwrap_or_else(|| panic!("no cost {other}")).mean,
    };
    let lines = case.counts.iter().filter_map(|(group, driver, spread, count, scale)| {
        let share = case.groups.get(group)?;
        Some(Work::line(count * unit(driver) * scale * share, class(spread).log_sd()))
    });
    let variable = Work::sum(lines);
    let fixes = Work::line(variable.mean * model.overheads.stabilisation.share, Class::C.log_sd());
    let once = Work::sum(case.fixed.values().map(|hours| Work::line(*hours, Class::C.log_sd())));
    let doubt = match case.tests {
        few if few < model.multipliers.tests.few => model.doubt.module_few_tests,
        some if some < model.multipliers.tests.some => model.doubt.module_some_tests,
        _ => model.doubt.module_tested,
    };
    variable.plus(fixes).shared(doubt).plus(once).shared(model.doubt.project).range()
}

struct Fit {
    rows: Vec<String>,
    geometric_mean: f64,
    log_sd: f64,
    mmre: f64,
    within_quarter: usize,
    covered: usize,
}

fn fit(data: &Data) -> Fit {
    let (model, costs) = (Model::builtin().unwrap(), Costs::builtin().unwrap());
    let mut rows = Vec::new();
    let mut logs = Vec::new();
    let (mut off, mut within_quarter, mut covered) = (0.0, 0, 0);
    for case in &data.cases {
        let range = predicted(case, &model, &costs);
        let ratio = case.measured / range.mean;
        rows.push(format!(
            "| {} | {} | {:.0} | {:.0} to {:.0} | {:.0} | {ratio:.2} |",
            case.name, case.what, range.mean, range.p10, range.p90, case.measured
        ));
        logs.push(ratio.ln());
        let error = (case.measured - range.mean).abs() / case.measured;
        off += error;
        within_quarter += usize::from(error <= 0.25);
        covered += usize::from((range.p10..=range.p90).contains(&case.measured));
    }
    let n = logs.len() as f64;
    let mean = logs.iter().sum::<f64>() / n;
    let variance = logs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    Fit { rows, geometric_mean: mean.exp(), log_sd: variance.sqrt(), mmre: off / n, within_quarter, covered }
}

#[test]
fn the_tables_fit_the_measured_migrations() {
    let data = data();
    let fit = fit(&data);
    println!("{}", fit.rows.join("\n"));
    println!("geometric mean {:.2}, log-sd {:.2}, MMRE {:.2}", fit.geometric_mean, fit.log_sd, fit.mmre);
    assert!((0.8..=1.25).contains(&fit.geometric_mean), "{}", fit.geometric_mean);
    assert!(fit.log_sd <= 0.45, "{}", fit.log_sd);
    assert_eq!(fit.covered, data.cases.len(), "inside P10 to P90");
}

/// The document says what the test computes; a change of the tables has to be told there.
#[test]
fn the_document_shows_these_numbers() {
    let data = data();
    let fit = fit(&data);
    let text = fs::read_to_string("docs/effort.md").unwrap();
    for row in &fit.rows {
        assert!(text.contains(row), "docs/effort.md: not there: {row}");
    }
    let n = data.cases.len();
    let sums = format!(
        "Geometric mean of measured/predicted {:.2}, log-sd {:.2}, MMRE {:.2}, within 25 %: {} of {n}, inside P10 to P90: {} of {n}.",
        fit.geometric_mean, fit.log_sd, fit.mmre, fit.within_quarter, fit.covered
    );
    assert!(text.contains(&sums), "docs/effort.md: not there: {sums}");
    for case in &data.cases {
        assert!(text.contains(&case.source) && text.contains(&case.why), "docs/effort.md: {}", case.name);
    }
    for anchor in &data.anchors {
        let row = format!(
            "| {} | {} | {:.0} | {:.0} | {:.0} | {:.0} |",
            anchor.name, anchor.source, anchor.p10, anchor.p50, anchor.p80, anchor.p90
        );
        assert!(text.contains(&row), "docs/effort.md: not there: {row}");
    }
}
