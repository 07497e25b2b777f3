//! Envoy's filters for what is said of the client: scheme, address, host. Apart from the routes, because each of them is a filter behind a matcher
//! that skips it, and Envoy itself has done its part before they run: the scheme is written over by that of the connection.

use serde_json::{Value, json};

use super::options::network;
use super::{Options, Secure};

/// What a client said by the header that speaks of HTTPS, until it is known whether it is believed.
const SAID: &str = "x-mig-said";

/// What is done before Envoy writes the scheme over: the word is laid aside, and a header of the settings' own is nobody's but ours.
pub fn early(options: &Options) -> Vec<Value> {
    let mut mutations = Vec::new();
    if !options.fronts.is_empty() {
        mutations.push(json!({"remove": SAID}));
        mutations.push(append(SAID, &format!("%REQ({})%", options.secure.header)));
    }
    mutations.extend(options.own_header().map(|own| json!({"remove": own.header})));
    if mutations.is_empty() {
        return Vec::new();
    }
    vec![json!({
        "name": "said",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation",
            "mutations": mutations,
        },
    })]
}

/// The filters before the router, in their order.
pub fn filters(options: &Options) -> Vec<Value> {
    let Secure { header, value } = &options.secure;
    let mut out = Vec::new();
    if !options.fronts.is_empty() {
        let stranger = json!([
            {"remove": SAID},
            {"remove": "x-forwarded-host"},
            {"remove": "x-forwarded-for"},
        ]);
        out.push(unless("strangers", &fronts(&options.fronts), stranger));
        out.push(unless("fronts", &other_than(SAID, &format!("{value} *(,.*)?")), json!([append("x-forwarded-proto", "https")])));
    }
    if options.own_header().is_some() {
        out.push(unless("secure", &other_than("x-forwarded-proto", "https"), json!([append(header, value)])));
    }
    out
}

/// What all routes take off a request, and add to it.
pub fn headers(options: &Options) -> (Value, Value) {
    if options.fronts.is_empty() {
        let seen = json!([written("x-forwarded-for", "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"), written("x-forwarded-host", HOST)]);
        return (json!(["x-mig"]), seen);
    }
    let host = json!({"header": {"key": "x-forwarded-host", "value": HOST}, "append_action": "ADD_IF_ABSENT"});
    // Envoy itself would append an address of its own for a front on the same machine.
    let peer = json!({
        "header": {"key": "x-forwarded-for", "value": "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%"},
        "append_action": "APPEND_IF_EXISTS_OR_ADD",
    });
    (json!(["x-mig", SAID]), json!([peer, host]))
}

const HOST: &str = "%REQ(:authority)%";

fn written(key: &str, value: &str) -> Value {
    json!({"header": {"key": key, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"})
}

fn append(key: &str, value: &str) -> Value {
    json!({"append": written(key, value)})
}

/// A filter that changes headers, but not where the matcher says to skip it.
fn unless(name: &str, matcher: &Value, mutations: Value) -> Value {
    json!({
        "name": name,
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.common.matching.v3.ExtensionWithMatcher",
            "xds_matcher": matcher,
            "extension_config": {
                "name": "envoy.filters.http.header_mutation",
                "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
                    "mutations": {"request_mutations": mutations},
                },
            },
        },
    })
}

fn skip() -> Value {
    json!({"action": {
        "name": "skip",
        "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.common.matcher.action.v3.SkipFilter"},
    }})
}

/// Skips where the connection comes from one of these.
fn fronts(fronts: &[String]) -> Value {
    let ranges: Vec<Value> = fronts
        .iter()
        .filter_map(|front| network(front))
        .map(|(address, bits)| json!({"address_prefix": address.to_string(), "prefix_len": bits}))
        .collect();
    json!({"matcher_tree": {
        "input": {
            "name": "peer",
            "typed_config": {"@type": "type.googleapis.com/envoy.extensions.matching.common_inputs.network.v3.DirectSourceIPInput"},
        },
        "custom_match": {
            "name": "networks",
            "typed_config": {
                "@type": "type.googleapis.com/xds.type.matcher.v3.IPMatcher",
                "range_matchers": [{"ranges": ranges, "on_match": skip()}],
            },
        },
    }})
}

/// Skips where a header is not of this form.
fn other_than(header: &str, expression: &str) -> Value {
    json!({"matcher_list": {"matchers": [{
        "predicate": {"not_matcher": {"single_predicate": {
            "input": {
                "name": "header",
                "typed_config": {"@type": "type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput", "header_name": header},
            },
            "value_match": {"safe_regex": {"google_re2": {}, "regex": expression}},
        }}},
        "on_match": skip(),
    }]}})
}
