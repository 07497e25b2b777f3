//! Test code, counted without a parse.
#![no_main]

use libfuzzer_sys::fuzz_target;
use migscan::facts::tests_scan;

fuzz_target!(|text: &str| {
    let facts = tests_scan::scan(text);
    assert!(u64::from(facts.cases) <= text.len() as u64);
});
