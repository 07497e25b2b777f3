//! Test code, counted without a parse; and the comments that speak to us.
#![no_main]

use libfuzzer_sys::fuzz_target;
use migscan::facts::{notes, tests_scan};

fuzz_target!(|text: &str| {
    let facts = tests_scan::scan(text);
    assert!(u64::from(facts.cases) <= text.len() as u64);
    drop(notes::notes(text));
});
