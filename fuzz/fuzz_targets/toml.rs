//! TOML of a stranger: the configuration and rule files with their checks. A refusal shows its place, and nothing that a terminal obeys.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use migscan::cli::{self, config};
use migscan::rules::builtin;
use migscan::rules::load::{self, Source};

fuzz_target!(|text: &str| {
    if let Err(bad) = config::read(text) {
        let shown = cli::diagnostic(&*bad, false);
        assert!(!shown.chars().any(|ch| ch.is_control() && ch != '\n'), "{shown:?}");
    }
    let catalogue = builtin::catalogue().expect("the built-in rules");
    if let Err(mistake) = load::rules(Source { name: "rules.toml", text }, &catalogue.costs, &mut BTreeSet::new()) {
        assert!(mistake.span.start <= mistake.span.end && mistake.span.end <= text.len(), "{:?}", mistake.span);
    }
});
