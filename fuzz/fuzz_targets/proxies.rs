//! Rules with any pattern and path through the writers of all proxies: refused, or as many lines as the same rules with plain ones.
#![no_main]

use libfuzzer_sys::fuzz_target;
use migscan::plan::proxy::{Options, Proxy, render};
use migscan::plan::rules::RuleSet;

const PLAIN: &str = include_str!("../../tests/live/phases/mixed.json");

fuzz_target!(|input: (String, String)| {
    let (pattern, path) = input;
    let plain: RuleSet = serde_json::from_str(PLAIN).expect("the plain rules");
    let mut rules = plain.clone();
    for rule in &mut rules.rules {
        rule.regex.clone_from(&pattern);
        rule.path.clone_from(&path);
    }
    for proxy in Proxy::ALL {
        let Ok(files) = render(proxy, &rules, &Options::default()) else { continue };
        let wanted = render(proxy, &plain, &Options::default()).expect("plain rules");
        for (file, same) in files.iter().zip(&wanted) {
            assert_eq!(file.text.lines().count(), same.text.lines().count(), "{pattern:?} {path:?} in {}", file.name);
            assert!(!file.text.chars().any(|ch| ch.is_control() && ch != '\n' && ch != '\t'), "{pattern:?} {path:?} in {}", file.name);
            if file.name.ends_with(".json") {
                serde_json::from_str::<serde_json::Value>(&file.text).expect("JSON");
            }
        }
    }
});
