//! From the pattern of a route to the rules of a proxy: any text as a regular expression, and as a path, of a route that moves.
#![no_main]

use libfuzzer_sys::fuzz_target;
use migscan::plan::automata;
use migscan::plan::proxy::{Options, Proxy, render};
use migscan::plan::routing::{Move, Moves, rules};
use migscan::plan::rules::Side;

/// As Python writes it.
fn literal(text: &str) -> String {
    let escaped: String = text.chars().map(|ch| if ch.is_ascii_alphanumeric() { ch.to_string() } else { format!("\\U{:08x}", ch as u32) }).collect();
    format!("'{escaped}'")
}

fuzz_target!(|text: &str| {
    let (one, two) = text.split_once('\0').unwrap_or((text, "a/<int:pk>/"));
    let urls = format!(
        "from django.urls import path, re_path\nurlpatterns = [re_path({}, lambda r: None), path({}, lambda r: None), re_path('^b/', lambda r: None)]\n",
        literal(one),
        literal(two)
    );
    let settings = b"INSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\n";
    let found = migscan_fuzz::inventory(settings, urls.as_bytes(), b"");
    for moved in 0..found.routes.len() {
        let moves: Moves = [(moved, Move { rest: Side::FastApi, ..Move::default() })].into();
        let set = rules(&found, &moves);
        for rule in &set.rules {
            assert!(!rule.regex.chars().any(char::is_control), "{:?}", rule.regex);
            assert!(automata::automaton(&rule.regex).is_some() || rule.regex.len() > 50, "{:?}", rule.regex);
        }
        for proxy in Proxy::ALL {
            let Ok(files) = render(proxy, &set, &Options::default()) else { continue };
            for file in files {
                assert!(!file.text.chars().any(|ch| ch.is_control() && ch != '\n' && ch != '\t'), "{}", file.name);
                if file.name.ends_with(".json") {
                    serde_json::from_str::<serde_json::Value>(&file.text).expect("JSON");
                }
            }
        }
    }
});
