//! HAProxy. The patterns lie in a map file that is read in order, so that a phase of thousands of paths is one directive; the share of the canary
//! and the kill switch are map files as well, because those can be changed at run time without the experimental commands.

use std::fmt::Write as _;

use super::super::rules::SAFE;
use super::table::{Kind, Table, word};
use super::{File, Options, Secure};

pub fn render(table: &Table, options: &Options) -> Vec<File> {
    let mut paths = String::from("# raw path (the first that matches decides) -> kind\n");
    for (row, _) in table.rows() {
        let _ = writeln!(paths, "# {}\n^(?:{})$ k{}", row.comment, row.pattern, row.kind);
    }
    let switches = format!("# set at run time: set map {SWITCHES} kill 1\nkill 0\ncanary {}\n", options.canary_percent);
    vec![
        File { name: "haproxy.cfg", text: main(table, options) },
        File { name: PATHS, text: paths },
        File { name: SWITCHES, text: switches },
    ]
}

const PATHS: &str = "paths.map";
const SWITCHES: &str = "switches.map";

/// Whatever stays open without being a WebSocket.
const OPEN: &str = "    http-request set-timeout server 1h if { var(txn.open) -m bool }";

fn main(table: &Table, options: &Options) -> String {
    let safe = SAFE.join(" ");
    let Options { listen, django, fastapi, host, health, .. } = options;
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    line("# Which side answers which path and method. Generated.");
    line(&format!("# Kill switch: echo \"set map {SWITCHES} kill 1\" | socat stdio unix-connect:haproxy.sock"));
    if options.mirror_percent > 0 {
        line("# No copies are sent to FastAPI: HAProxy has no mirror without an agent of its own.");
    }
    line("global");
    line("    default-path config");
    line("    stats socket unix@haproxy.sock mode 600 level admin");
    line("    hard-stop-after 1m");
    line("defaults");
    line("    mode http");
    line("    timeout connect 2s");
    line("    timeout client 60s");
    line("    timeout server 60s");
    line("    timeout tunnel 1h    # WebSockets");
    line("    timeout http-request 10s");
    line("frontend edge");
    line(&format!("    bind :{listen}"));
    for text in forwarded(options) {
        line(&text);
    }
    line("    http-request set-var(txn.id) uuid()");
    line("    http-request set-header X-Request-ID %[var(txn.id)]");
    line("    http-request set-var(txn.wish) req.hdr(x-mig)");
    line("    http-request del-header X-Mig");
    line("    # Nothing is decoded and no slashes are merged: the path as it was sent.");
    line(&format!("    http-request set-var(txn.kind) path,map_reg({PATHS},none)"));
    for (number, kind) in table.kinds.iter().enumerate() {
        for text in decisions(number, kind) {
            line(&text);
        }
    }
    line("    # A client keeps its side: the share grows, nobody in it falls out.");
    line("    http-request set-var(txn.client) req.cook(mig_c)");
    line("    http-request set-var(txn.unknown) bool(true) unless { var(txn.client) -m found }");
    line("    http-request set-var(txn.client) var(txn.id) if { var(txn.unknown) -m bool }");
    line(&format!("    http-request set-var(txn.share) str(canary),map_str_int({SWITCHES},0)"));
    line("    http-request set-var(txn.above) var(txn.client),djb2(1),mod(100),sub(txn.share)");
    line(&format!("    acl killed str(kill),map_str_int({SWITCHES},0) -m int gt 0"));
    line("    acl canary var(txn.rule) -m str canary");
    line("    acl wants_new var(txn.wish) -m str new");
    line("    acl wants_old var(txn.wish) -m str old");
    line("    acl in_share var(txn.above) -m int lt 0");
    line("    http-request set-var(txn.to) str(django)");
    line("    http-request set-var(txn.to) str(fastapi) if { var(txn.rule) -m str fastapi }");
    line("    http-request set-var(txn.to) str(fastapi) if canary wants_new");
    line("    http-request set-var(txn.to) str(fastapi) if canary in_share !wants_old");
    line("    http-request set-var(txn.to) str(django) if killed");
    line(
        "    http-response add-header Set-Cookie \"mig_c=%[var(txn.client)]; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax\" if canary { var(txn.unknown) -m bool }",
    );
    line("    http-response set-header X-Mig-To %[var(txn.to)]");
    line(&format!("    acl safe method {safe}"));
    line("    acl to_fastapi var(txn.to) -m str fastapi");
    if options.fail_back {
        line("    use_backend fastapi_or_django if to_fastapi safe");
    }
    line("    use_backend fastapi if to_fastapi");
    line("    default_backend django");
    line("backend django");
    line(OPEN);
    line(&format!("    server django {django}"));
    line("# What changes data goes to FastAPI or fails; nothing is sent twice.");
    line("backend fastapi");
    line("    retries 0");
    line(OPEN);
    line(&format!("    server fastapi {fastapi}"));
    if options.fail_back {
        line("backend fastapi_or_django");
        line(OPEN);
        line("    option httpchk");
        line(&format!("    http-check send meth GET uri {health} hdr Host {host}"));
        line("    option redispatch 1");
        line("    retries 3");
        line("    retry-on conn-failure empty-response response-timeout 502 503 504");
        line(&format!(
            "    server fastapi {fastapi} check inter 1s fastinter 200ms downinter 1s fall 2 rise 2 observe layer4 error-limit 1 on-error mark-down"
        ));
        line(&format!("    server django {django} backup"));
    }
    out
}

/// Scheme, address and host of the client: as they are seen here, or as a front says. Two conditions in a line hold together, and `unless` is said
/// of both.
fn forwarded(options: &Options) -> Vec<String> {
    let Secure { header, value } = &options.secure;
    let set = |name: &str, value: &str, when: &str| format!("    http-request set-header {name} {value}{when}");
    let mut out = Vec::new();
    let (mut secure, mut from, mut host) = ("{ ssl_fc }", String::new(), String::new());
    if !options.fronts.is_empty() {
        secure = "{ var(txn.secure) -m bool }";
        out.push("    # What stands before this proxy is believed; what others say of themselves is not.".to_owned());
        out.extend(options.fronts.iter().map(|front| format!("    acl front src {front}")));
        out.push("    http-request set-var(txn.secure) bool(true) if { ssl_fc }".to_owned());
        out.push(format!("    http-request set-var(txn.secure) bool(true) if front {{ req.hdr({header},1) -m str {value} }}"));
        let given = |name: &str| format!("front {{ req.fhdr({name}) -m len gt 0 }}");
        // The first of the two lines changes what the second one asks for.
        out.push(format!("    http-request set-var(txn.from) req.fhdr(X-Forwarded-For) if {}", given("X-Forwarded-For")));
        out.push(set("X-Forwarded-For", "\"%[var(txn.from)], %[src]\"", " if { var(txn.from) -m found }"));
        from = " unless { var(txn.from) -m found }".to_owned();
        host = format!(" unless {}", given("X-Forwarded-Host"));
    }
    out.push(set("X-Forwarded-For", "%[src]", &from));
    out.push(set("X-Forwarded-Proto", "https", &format!(" if {secure}")));
    out.push(set("X-Forwarded-Proto", "http", &format!(" unless {secure}")));
    out.push(set("X-Forwarded-Host", "%[req.hdr(host)]", &host));
    if let Some(own) = options.own_header() {
        out.push("    # By this header Django is told of HTTPS: SECURE_PROXY_SSL_HEADER.".to_owned());
        out.push(format!("    http-request del-header {}", own.header));
        out.push(set(&own.header, &own.value, &format!(" if {secure}")));
    }
    out
}

/// What a rule says, by method. Two conditions in a line hold together.
fn decisions(number: usize, kind: &Kind) -> Vec<String> {
    let of = format!("{{ var(txn.kind) -m str k{number} }}");
    let mut out = vec![format!("    http-request set-var(txn.rule) str({}) if {of}", word(kind.rest))];
    for (side, methods) in &kind.methods {
        out.push(format!("    http-request set-var(txn.rule) str({}) if {of} {{ method {} }}", word(*side), methods.join(" ")));
    }
    if kind.websocket {
        out.push(format!("    http-request set-var(txn.open) bool(true) if {of}"));
    }
    out
}
