//! Traefik 3, as JSON, which is YAML: one router for each part of a path that methods share, with a priority of its own, because without one the
//! longest rule would win. The entry point must not clean paths, or it would match another path than the one that was sent.

use serde_json::{Map, Value, json};

use super::super::rules::Side;
use super::table::Table;
use super::{File, Options};

pub fn render(table: &Table, options: &Options) -> Vec<File> {
    let text = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default() + "\n";
    vec![
        File { name: "traefik.yaml", text: text(&entrance(options)) },
        File { name: "dynamic/rules.yaml", text: text(&dynamic(table, options)) },
        File { name: "dynamic/kill.yaml", text: KILL.to_owned() },
    ]
}

const KILL: &str = "# Kill switch: without the # before it, the next line sends everything to Django. Traefik watches this file.
#http: {routers: {kill: {rule: \"PathPrefix(`/`)\", priority: 1000000000, service: django@file, middlewares: [django@file]}}}
";

/// What Traefik reads once, at its start.
fn entrance(options: &Options) -> Value {
    let kept = json!({
        "allowEncodedSlash": true, "allowEncodedBackSlash": true, "allowEncodedNullCharacter": true, "allowEncodedSemicolon": true,
        "allowEncodedPercent": true, "allowEncodedQuestionMark": true, "allowEncodedHash": true,
    });
    let mut web = json!({"address": format!(":{}", options.listen), "http": {"sanitizePath": false, "encodedCharacters": kept}});
    if let (false, Some(web)) = (options.fronts.is_empty(), web.as_object_mut()) {
        web.insert("forwardedHeaders".to_owned(), json!({"trustedIPs": options.fronts}));
    }
    json!({
        "global": {"checkNewVersion": false, "sendAnonymousUsage": false},
        "entryPoints": {"web": web},
        "providers": {"providersThrottleDuration": "100ms", "file": {"directory": "dynamic", "watch": true}},
    })
}

fn dynamic(table: &Table, options: &Options) -> Value {
    let mut routers = Routers { map: Map::new(), left: 4 * table.lines.len() * 5 + 2 };
    for (number, (line, kind)) in table.rows().enumerate() {
        for (methods, side, safe) in kind.parts() {
            let fastapi = if safe && options.fail_back { "fastapi-or-django" } else { "fastapi" };
            let mut add = |header: Option<&str>, service: &str, side: &str| {
                let mut rule = format!("PathRegexp(`(?s)^(?:{})$`)", decoded(&line.pattern));
                if let Some(methods) = &methods {
                    let each: Vec<String> = methods.iter().map(|method| format!("Method(`{method}`)")).collect();
                    rule.push_str(&format!(" && ({})", each.join(" || ")));
                }
                if let Some(header) = header {
                    rule.push_str(&format!(" && Header(`X-Mig`, `{header}`)"));
                }
                routers.add(number, &rule, service, side);
            };
            match side {
                Side::Django => add(None, "django", "django"),
                Side::FastApi => add(None, fastapi, "fastapi"),
                Side::Canary => {
                    add(Some("new"), fastapi, "fastapi");
                    add(Some("old"), "django", "django");
                    add(None, "canary", "canary");
                }
            }
        }
    }
    routers
        .map
        .insert("rest".to_owned(), json!({"rule": "PathPrefix(`/`)", "priority": 1, "service": "django", "middlewares": ["django"]}));
    json!({"http": {"routers": routers.map, "services": services(table, options), "middlewares": middlewares(options)}})
}

/// A pattern for what Traefik compares: it decodes all but the reserved characters before it looks at the rules.
fn decoded(pattern: &str) -> String {
    let (mut out, mut rest, mut class) = (String::new(), pattern, false);
    while let Some(ch) = rest.chars().next() {
        let mut bytes = Vec::new();
        while let (false, Some(byte)) = (class, encoded_byte(rest.get(bytes.len() * 3..).unwrap_or_default())) {
            bytes.push(byte);
        }
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        let reserved = |ch: char| ":/?#[]@!$&'()*+,;=%".contains(ch);
        if !text.is_empty() && !text.contains(reserved) {
            out.extend(text.chars().map(|ch| format!("\\x{{{:x}}}", ch as u32)));
            rest = rest.get(bytes.len() * 3..).unwrap_or_default();
            continue;
        }
        // Brackets and backslashes that mean themselves are written by number, so these are the language's own.
        class = ch == '[' || (class && ch != ']');
        out.push(ch);
        rest = rest.get(ch.len_utf8()..).unwrap_or_default();
    }
    out
}

/// `%C3` at the beginning of a text.
fn encoded_byte(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('%')?.get(..2)?;
    u8::from_str_radix(digits, 16).ok()
}

struct Routers {
    map: Map<String, Value>,
    /// Priority of the next one.
    left: usize,
}

impl Routers {
    fn add(&mut self, number: usize, rule: &str, service: &str, side: &str) {
        let name = format!("r{number:05}-{}", self.map.len());
        self.map.insert(name, json!({"rule": rule, "priority": self.left, "service": service, "middlewares": [side]}));
        self.left = self.left.saturating_sub(1);
    }
}

fn services(table: &Table, options: &Options) -> Value {
    let balancer = |address: &str| json!({"servers": [{"url": format!("http://{address}")}]});
    let mut fastapi = balancer(&options.fastapi);
    let mut all = Map::new();
    all.insert("django".to_owned(), json!({"loadBalancer": balancer(&options.django)}));
    all.insert("fastapi".to_owned(), json!({"loadBalancer": fastapi.clone()}));
    if options.fail_back {
        if let Some(object) = fastapi.as_object_mut() {
            let check = json!({"path": options.health, "hostname": options.host, "interval": "500ms", "timeout": "400ms"});
            object.insert("healthCheck".to_owned(), check);
        }
        all.insert("fastapi-checked".to_owned(), json!({"loadBalancer": fastapi}));
        all.insert(
            "fastapi-or-django".to_owned(),
            json!({"failover": {"service": "fastapi-checked", "fallback": "django", "errors": {"status": ["502-504"]}}}),
        );
    }
    if table.has(Side::Canary) {
        let new = if options.fail_back { "fastapi-or-django" } else { "fastapi" };
        let old = if options.mirror_percent > 0 { "django-and-copy" } else { "django" };
        let share = options.canary_percent;
        // A service of weight 0 is an error.
        let members: Vec<Value> = [(new, share), (old, 100 - share)]
            .iter()
            .filter(|(_, weight)| *weight > 0)
            .map(|(name, weight)| json!({"name": name, "weight": weight}))
            .collect();
        let cookie = json!({"name": "mig_c", "httpOnly": true, "sameSite": "lax", "path": "/", "maxAge": 2_592_000});
        all.insert("canary".to_owned(), json!({"weighted": {"services": members, "sticky": {"cookie": cookie}}}));
        if options.mirror_percent > 0 {
            let mirrors = json!([{"name": "fastapi", "percent": options.mirror_percent}]);
            all.insert("django-and-copy".to_owned(), json!({"mirroring": {"service": "django", "mirrorBody": false, "mirrors": mirrors}}));
        }
    }
    Value::Object(all)
}

/// What is taken off a request and said on an answer. Which side of a canary it was, only the cookie says. A header of the settings that is not
/// one of Traefik's cannot be worked out here: it is taken off, because anybody may have sent it; the kit's page says what to do.
fn middlewares(options: &Options) -> Value {
    let mut off = Map::new();
    off.insert("X-Mig".to_owned(), json!(""));
    off.extend(options.own_header().map(|own| (own.header.clone(), json!(""))));
    let named = |side: &str| json!({"headers": {"customRequestHeaders": off, "customResponseHeaders": {"X-Mig-To": side}}});
    json!({"django": named("django"), "fastapi": named("fastapi"), "canary": {"headers": {"customRequestHeaders": off}}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_decoded_as_paths_are() {
        for (given, written) in [
            ("/caf%C3%A9/[^/]+/", r"/caf\x{e9}/[^/]+/"),
            ("/a%20b/", r"/a\x{20}b/"),
            ("/a%2Fb%25/", "/a%2Fb%25/"),
            ("/%FF/", "/%FF/"),
            ("/[%AB]%41/", r"/[%AB]\x{41}/"),
        ] {
            assert_eq!(decoded(given), written);
        }
    }
}
