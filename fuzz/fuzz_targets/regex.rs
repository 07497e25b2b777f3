//! Python's regular expressions → trees, branches, expressions of proxies; what comes out is a regular expression, and no control character.
#![no_main]

use libfuzzer_sys::fuzz_target;
use migscan::plan::{automata, python, raw};

fuzz_target!(|text: &str| {
    for wide in [false, true] {
        let Ok(tree) = python::parse(text, wide) else { continue };
        let _ = python::branches(&tree);
        if let Some(expression) = raw::expression(&tree, wide) {
            assert!(!expression.chars().any(char::is_control), "{expression:?}");
            if let Some(automaton) = automata::automaton(&expression) {
                assert!(automata::within(&automaton, &automaton));
            }
        }
    }
});
