//! The configuration of each proxy for one set of rules, word by word; and what crafted patterns come to.

use migscan::plan::proxy::{Options, Proxy, render};
use migscan::plan::rules::RuleSet;

fn mixed() -> RuleSet {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/live/phases/mixed.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn golden() {
    let options = Options { mirror_percent: 10, ..Options::default() };
    for proxy in Proxy::ALL {
        let files = render(proxy, &mixed(), &options).unwrap();
        let text: String = files.iter().map(|file| format!("==> {}\n{}", file.name, file.text)).collect();
        insta::assert_snapshot!(format!("proxy-{}", proxy.name()), text);
    }
}

/// Patterns that try to leave their string, their line or their block: each is refused, or adds nothing but one more line of the same form.
#[test]
fn no_pattern_adds_a_directive() {
    let crafted = [
        "/a\" x; } server { listen 81; } #",
        "/a`) || PathPrefix(`/",
        "/a\nuse_backend evil if TRUE\n",
        "/a$ evil\n^/b",
        "/a)|(?:.*",
        "/a{\n\treverse_proxy evil:1\n}",
        "/a` evil\n\t\t\tdefault evil\n\t\t\t`",
        "/a\\\" evil;",
        "/a\\\\\" evil;",
        "/${evil}{$evil}{http.vars.evil}",
        "/a #evil",
        "\u{2028}evil\u{0}",
    ];
    for pattern in crafted {
        for path in ["/a/", "/evil/\nevil;}\r{$evil}`\"'*/ -->"] {
            let mut rules = mixed();
            for rule in &mut rules.rules {
                rule.regex = pattern.to_owned();
                rule.path = path.to_owned();
            }
            for proxy in Proxy::ALL {
                let Ok(files) = render(proxy, &rules, &Options::default()) else { continue };
                let plain = render(proxy, &mixed(), &Options::default()).unwrap();
                for (file, same) in files.iter().zip(&plain) {
                    assert_eq!(file.text.lines().count(), same.text.lines().count(), "{pattern:?} in {}", file.name);
                    for line in file.text.lines().filter(|line| line.contains("evil")) {
                        assert!(!line.contains(" evil") && !line.contains("\"evil") && !line.contains("$evil"), "{line}");
                    }
                }
            }
        }
    }
}

/// Thousands of routes stay one line each.
#[test]
fn size_grows_with_the_routes() {
    let mut rules = mixed();
    let some = rules.rules.clone();
    for number in 0..400 {
        for rule in &some {
            let mut rule = rule.clone();
            rule.regex = format!("/m{number}{}", rule.regex);
            rules.rules.push(rule);
        }
    }
    for proxy in Proxy::ALL {
        let size: usize = render(proxy, &rules, &Options::default()).unwrap().iter().map(|file| file.text.len()).sum();
        assert!(size / rules.rules.len() < 4000, "{}: {size} bytes", proxy.name());
    }
}
