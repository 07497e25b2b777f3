//! Envoy, as JSON. One route for each part of a path that methods share; the first that matches decides. Nothing of a path is normalised, so that
//! what is matched is what is forwarded.

use serde_json::{Value, json};

use super::super::rules::Side;
use super::options::split;
use super::table::{Kind, Line, Table};
use super::{File, Options, forwarded};

pub fn render(table: &Table, options: &Options) -> Vec<File> {
    let mut routes = vec![
        // Kill switch: POST /runtime_modify?mig.kill=100 to the admin port.
        json!({"name": "kill switch", "match": {"prefix": "/", "runtime_fraction": fraction(0, "mig.kill")}, "route": to("django", false, false)}),
    ];
    for (line, kind) in table.rows() {
        for (methods, side, safe) in kind.parts() {
            let part = Part { line, kind, methods, safe };
            match side {
                Side::Django => routes.push(part.route(&[], to("django", kind.websocket, false))),
                Side::FastApi => routes.push(part.route(&[], part.fastapi(options))),
                Side::Canary => {
                    routes.push(part.route(&[header("x-mig", "new")], part.fastapi(options)));
                    routes.push(part.route(&[header("x-mig", "old")], to("django", kind.websocket, false)));
                    let known = json!({"name": "cookie", "string_match": {"contains": "mig_c="}});
                    routes.push(part.route(&[known], part.share(options)));
                    let mut stranger = part.route(&[], part.share(options));
                    if let Some(object) = stranger.as_object_mut() {
                        let value = "mig_c=%REQ(x-request-id)%; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax";
                        object.insert("response_headers_to_add".to_owned(), json!([{"header": {"key": "set-cookie", "value": value}}]));
                    }
                    routes.push(stranger);
                }
            }
        }
    }
    routes.push(json!({"name": "rest", "match": {"prefix": "/"}, "route": to("django", false, false)}));
    let text = serde_json::to_string_pretty(&bootstrap(&routes, options)).unwrap_or_default();
    vec![File { name: "envoy.json", text: text + "\n" }]
}

/// The methods of a path that go the same way.
struct Part<'a> {
    line: &'a Line,
    kind: &'a Kind,
    methods: Option<Vec<&'a str>>,
    safe: bool,
}

impl Part<'_> {
    fn route(&self, headers: &[Value], action: Value) -> Value {
        let mut headers = headers.to_vec();
        if let Some(methods) = &self.methods {
            headers.insert(0, json!({"name": ":method", "string_match": {"safe_regex": {"regex": methods.join("|")}}}));
        }
        let mut matched = json!({"safe_regex": {"regex": self.line.pattern}});
        if let (Some(object), false) = (matched.as_object_mut(), headers.is_empty()) {
            object.insert("headers".to_owned(), Value::Array(headers));
        }
        json!({"name": self.line.comment, "match": matched, "route": action})
    }

    fn fastapi(&self, options: &Options) -> Value {
        let back = self.safe && options.fail_back;
        to(if back { "fastapi_or_django" } else { "fastapi" }, self.kind.websocket, back)
    }

    /// By a hash of the client's cookie, or of the id that becomes its cookie: a client keeps its side, and as the share grows nobody in it falls
    /// out.
    fn share(&self, options: &Options) -> Value {
        let share = u32::from(options.canary_percent);
        let mut action = self.fastapi(options);
        let Some(object) = action.as_object_mut() else { return action };
        let new = object.remove("cluster").unwrap_or_default();
        object.insert(
            "weighted_clusters".to_owned(),
            json!({"clusters": [{"name": new, "weight": share}, {"name": "django", "weight": 100 - share}], "use_hash_policy": true}),
        );
        object.insert(
            "hash_policy".to_owned(),
            json!([{"cookie": {"name": "mig_c"}, "terminal": true}, {"header": {"header_name": "x-request-id"}}]),
        );
        if options.mirror_percent > 0 {
            let policy = json!({
                "cluster": "fastapi",
                "disable_shadow_host_suffix_append": true,
                "request_headers_mutations": [{"append": {"header": {"key": "x-shadow", "value": "1"}}}],
                "runtime_fraction": fraction(options.mirror_percent, "mig.mirror"),
            });
            object.insert("request_mirror_policies".to_owned(), Value::Array(vec![policy]));
        }
        action
    }
}

fn header(name: &str, value: &str) -> Value {
    json!({"name": name, "string_match": {"exact": value}})
}

fn fraction(percent: u8, key: &str) -> Value {
    json!({"default_value": {"numerator": percent}, "runtime_key": key})
}

/// Where to, how long it may take, and whether it may be tried elsewhere.
fn to(cluster: &str, open: bool, again: bool) -> Value {
    let mut action = if open {
        json!({"cluster": cluster, "timeout": "0s", "idle_timeout": "3600s"})
    } else {
        json!({"cluster": cluster, "timeout": "60s"})
    };
    if let (Some(object), true) = (action.as_object_mut(), again) {
        object.insert(
            "retry_policy".to_owned(),
            json!({
                "retry_on": "connect-failure,refused-stream,reset-before-request,gateway-error",
                "num_retries": 1,
                "retry_priority": {
                    "name": "envoy.retry_priorities.previous_priorities",
                    "typed_config": {
                        "@type": "type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig",
                        "update_frequency": 1,
                    },
                },
            }),
        );
    }
    action
}

fn bootstrap(routes: &[Value], options: &Options) -> Value {
    let mut filters = forwarded::filters(options);
    filters.push(json!({
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"},
    }));
    let (removed, added) = forwarded::headers(options);
    let mut clusters = vec![cluster("django", "django", &[(&options.django, false)], None)];
    clusters.push(cluster("fastapi", "fastapi", &[(&options.fastapi, false)], None));
    if options.fail_back {
        clusters.push(cluster("fastapi_or_django", "fastapi", &[(&options.fastapi, true), (&options.django, false)], Some(options)));
    }
    json!({
        "admin": {"address": address("127.0.0.1", options.admin)},
        "layered_runtime": {"layers": [{"name": "base", "static_layer": limits()}, {"name": "admin", "admin_layer": {}}]},
        "static_resources": {
            "listeners": [{
                "name": "edge",
                "address": address("0.0.0.0", options.listen),
                "filter_chains": [{"filters": [{
                    "name": "envoy.filters.network.http_connection_manager",
                    "typed_config": {
                        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                        "stat_prefix": "edge",
                        // The edge: what the client says about itself is not believed.
                        "use_remote_address": true,
                        "skip_xff_append": !options.fronts.is_empty(),
                        "normalize_path": false,
                        "merge_slashes": false,
                        "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
                        "upgrade_configs": [{"upgrade_type": "websocket"}],
                        "early_header_mutation_extensions": forwarded::early(options),
                        "http_filters": filters,
                        "route_config": {
                            "name": "phase",
                            "request_headers_to_remove": removed,
                            "request_headers_to_add": added,
                            "response_headers_to_add": [{
                                "header": {"key": "x-mig-to", "value": "%CLUSTER_METADATA(migscan:side)%"},
                                "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
                            }],
                            "virtual_hosts": [{"name": "all", "domains": ["*"], "routes": routes}],
                        },
                    },
                }]}],
            }],
            "clusters": clusters,
        },
    })
}

/// Without them Envoy refuses expressions whose program has more than a hundred steps, as that of the first rule has.
fn limits() -> Value {
    json!({"re2.max_program_size.error_level": MAX_PROGRAM, "re2.max_program_size.warn_level": MAX_PROGRAM})
}

const MAX_PROGRAM: u32 = 1_000_000;

/// A cluster whose members stand in for each other in their order. Only the first is asked for its health.
fn cluster(name: &str, side: &str, members: &[(&String, bool)], checked: Option<&Options>) -> Value {
    let endpoints: Vec<Value> = members
        .iter()
        .enumerate()
        .map(|(priority, (member, check))| {
            let (host, port) = split(member).unwrap_or_default();
            let endpoint = json!({"address": address(host, port), "health_check_config": {"disable_active_health_check": !check}});
            json!({"priority": priority, "lb_endpoints": [{"endpoint": endpoint}]})
        })
        .collect();
    let mut cluster = json!({
        "name": name,
        "type": "STRICT_DNS",
        "connect_timeout": "2s",
        "metadata": {"filter_metadata": {"migscan": {"side": side}}},
        "load_assignment": {"cluster_name": name, "endpoints": endpoints},
    });
    if let (Some(object), Some(options)) = (cluster.as_object_mut(), checked) {
        object.insert(
            "health_checks".to_owned(),
            json!([{
                "timeout": "1s",
                "interval": "1s",
                "unhealthy_threshold": 2,
                "healthy_threshold": 1,
                "http_health_check": {"path": options.health, "host": options.host},
            }]),
        );
    }
    cluster
}

fn address(host: &str, port: u16) -> Value {
    json!({"socket_address": {"address": host, "port_value": port}})
}
