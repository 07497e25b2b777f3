//! The configuration of each proxy for one set of rules, word by word; and what crafted patterns come to.

use migscan::plan::proxy::{Options, Proxy, Secure, render};
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

/// Behind a load balancer, with a header of the settings' own.
#[test]
fn golden_behind_a_front() {
    let secure = Secure::of_setting("HTTP_X_FORWARDED_SSL", "on").unwrap();
    let rules = RuleSet { rules: Vec::new(), ..mixed() };
    let options = Options { fronts: vec!["10.0.0.0/8".to_owned(), "2001:db8::1".to_owned()], secure, ..Options::default() };
    for proxy in Proxy::ALL {
        let files = render(proxy, &rules, &options).unwrap();
        let text: String = files.iter().map(|file| format!("==> {}\n{}", file.name, file.text)).collect();
        insta::assert_snapshot!(format!("proxy-front-{}", proxy.name()), text);
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

/// The published schema of Traefik's file provider (SchemaStore, Apache-2.0), with every kind of rule, with canary and mirror.
#[test]
fn traefik_accepts_the_dynamic_configuration() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("data/traefik-v3-file-provider.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for options in [
        Options::default(),
        Options { mirror_percent: 10, canary_percent: 50, ..Options::default() },
        Options { fail_back: false, canary_percent: 0, ..Options::default() },
    ] {
        let files = render(Proxy::Traefik, &mixed(), &options).unwrap();
        let rules = files.iter().find(|file| file.name == "dynamic/rules.yaml").unwrap();
        // It is written in that part of YAML that is JSON too.
        let mut value: serde_json::Value = serde_json::from_str(&rules.text).unwrap();
        assert_eq!(value, serde_saphyr::from_str::<serde_json::Value>(&rules.text).unwrap());
        // Two keys are newer than the schema; the live tests run them in the proxy itself.
        for (_, service) in value["http"]["services"].as_object_mut().unwrap() {
            for (kind, key) in [("failover", "errors"), ("mirroring", "mirrorBody")] {
                if let Some(service) = service.get_mut(kind).and_then(serde_json::Value::as_object_mut) {
                    service.remove(key);
                }
            }
        }
        let wrong: Vec<String> = schema.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        value["http"]["routers"]["nonsense"] = serde_json::json!({"rule": 1});
        assert!(!schema.is_valid(&value));
    }
}
