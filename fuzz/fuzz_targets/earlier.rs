//! Earlier reports: bytes of a stranger, and reports of ours with values changed. What is refused is refused in one sentence; what is read can be
//! compared, followed over time and put into a portfolio.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use migscan::report::changes::{self, Earlier};
use migscan::report::html::many;
use migscan::report::json::SCHEMA_VERSION;
use migscan::report::past::{self, Past};
use migscan::report::{Difference, Format, portfolio, trend, write_difference};
use migscan_fuzz::speaks;
use serde_json::Value;

static NOW: LazyLock<Past> = LazyLock::new(|| Past::of(&migscan_fuzz::report()));
/// Without the keys that no comparison reads, so that most changes hit something.
static KEPT: LazyLock<Value> = LazyLock::new(|| {
    let mut report: Value = serde_json::from_str(&migscan_fuzz::text(&migscan_fuzz::report())).expect("JSON");
    let kept = ["routes", "models", "signals", "fastapi"];
    report["inventory"].as_object_mut().expect("an object").retain(|key, _| kept.contains(&key.as_str()));
    let wanted = "schema_version tool project coverage inventory modules findings plan summary progress diagnostics skipped";
    report.as_object_mut().expect("an object").retain(|key, _| wanted.split(' ').any(|name| name == key));
    report
});

/// The value after so many steps downwards.
fn pick<'a>(value: &'a mut Value, input: &mut Unstructured<'_>) -> Result<&'a mut Value> {
    let count = match &*value {
        Value::Array(list) => list.len(),
        Value::Object(map) => map.len(),
        _ => 0,
    };
    if count == 0 || input.ratio(1u8, 10u8)? {
        return Ok(value);
    }
    let at = input.choose_index(count)?;
    match value {
        Value::Array(list) => pick(&mut list[at], input),
        Value::Object(map) => pick(map.values_mut().nth(at).expect("counted"), input),
        other => Ok(other),
    }
}

fn change(report: &mut Value, input: &mut Unstructured<'_>) -> Result<()> {
    let value = pick(report, input)?;
    match (input.int_in_range(0..=7)?, &mut *value) {
        (0, _) => *value = Value::Null,
        (1, _) => *value = input.arbitrary::<u64>()?.into(),
        (2, _) => *value = input.arbitrary::<i64>()?.into(),
        (3, _) => *value = input.arbitrary::<f64>()?.into(),
        (4, Value::Array(list)) => {
            let again = list.clone();
            (0..input.int_in_range(0..=3)?).for_each(|_| list.extend(again.iter().cloned()));
        }
        (5, Value::Object(map)) => {
            if let Some(key) = map.keys().nth(input.choose_index(map.len().max(1))?).cloned() {
                map.remove(&key);
            }
        }
        (6, Value::Array(list)) => list.clear(),
        _ => *value = input.arbitrary::<String>()?.into(),
    }
    Ok(())
}

fn report_of(bytes: &[u8]) -> Vec<u8> {
    if bytes.first().is_some_and(|byte| *byte == b'{') {
        return bytes.to_vec();
    }
    let (mut report, mut input) = (KEPT.clone(), Unstructured::new(bytes));
    while !input.is_empty() && change(&mut report, &mut input).is_ok() {}
    serde_json::to_vec(&report).expect("JSON")
}

fuzz_target!(|bytes: &[u8]| {
    let text = report_of(bytes);
    let mut row = portfolio::Builder::default();
    let _ = row.add("report.json", &text[..]);
    let row = row.finish();
    assert!(!speaks(&portfolio::text(&row)));
    let _ = (portfolio::write(&row), portfolio::lines(&row), portfolio::table(&row), many::portfolio(&row));
    let past = match past::read(&text[..]) {
        Ok(past) => past,
        Err(refused) => return assert!(!refused.0.is_empty() && !refused.0.contains('\n')),
    };
    let changes = changes::since(&Earlier::Report(Box::new(past.clone())), &NOW);
    assert!(!speaks(&changes::text::full("shop", &changes)));
    assert!(!speaks(&changes::markdown::section(&changes)));
    let tool = migscan::report::json::Tool { name: past.tool.name.clone(), version: past.tool.version.clone() };
    let difference = Difference { schema_version: SCHEMA_VERSION.to_owned(), tool, project: past.project.name.clone(), changes };
    for format in [Format::Json, Format::Html, Format::Markdown] {
        assert!(!speaks(&String::from_utf8(write_difference(format, &difference)).expect("UTF-8")), "{format:?}");
    }
    let same = changes::between(&past, &past);
    assert!(same.new_findings.is_empty() && same.fixed_findings.is_empty());
    let mut follow = trend::Builder::new(None);
    for (name, report) in [("a", &past), ("b", &*NOW), ("c", &past)] {
        follow.add(name, report);
    }
    let trend = follow.finish();
    assert!(!speaks(&trend::text(&trend)));
    let _ = (trend::write(&trend), many::trend(&trend));
});
