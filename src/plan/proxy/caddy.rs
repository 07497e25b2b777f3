//! Caddy. Its path matchers decode and merge slashes, so the raw path is taken from the request line by a map, and a second map has one line a
//! path. What they say is kept in variables: a map's own result is worked out anew each time it is asked for.

use std::fmt::Write as _;

use super::super::rules::{SAFE, Side};
use super::table::{Kind, Table, word};
use super::{File, Options, Secure};

pub fn render(table: &Table, options: &Options) -> Vec<File> {
    vec![File { name: "Caddyfile", text: main(table, options) }, File { name: "kill.caddy", text: KILL.to_owned() }]
}

const KILL: &str = "# 1 sends everything to Django; reload Caddy after a change.\nvars mig_kill 0\n";

fn main(table: &Table, options: &Options) -> String {
    let safe = SAFE.join(" ");
    let Options { listen, admin, django, fastapi, host, health, .. } = options;
    let mut out = String::new();
    let mut line = |depth: usize, text: &str| {
        if !text.is_empty() {
            out.push_str(&"\t".repeat(depth));
        }
        out.push_str(text);
        out.push('\n');
    };
    line(
        0,
        "# Which side answers which path and method. Generated; kill.caddy beside this file is the switch that sends everything to Django.",
    );
    if options.mirror_percent > 0 {
        line(0, "# No copies are sent to FastAPI: Caddy has no mirror in its core.");
    }
    line(0, "{");
    line(1, &format!("admin localhost:{admin}"));
    line(1, "auto_https off");
    line(0, "}");
    line(0, "(mig_headers) {");
    for text in ["header_up X-Request-ID {http.request.uuid}", "header_up -X-Mig", "header_down X-Mig-To {http.vars.mig_to}"] {
        line(1, text);
    }
    // Beside that Caddy writes the forwarded headers itself, and believes nobody else.
    if !options.fronts.is_empty() {
        line(1, &format!("trusted_proxies {}", options.fronts.join(" ")));
    }
    if options.own_header().is_some() {
        line(1, "header_up X-Forwarded-Proto {http.vars.mig_proto}");
    }
    line(0, "}");
    line(0, &format!("http://:{listen} {{"));
    line(1, "route {");
    for (depth, text) in secure(options) {
        line(depth, &text);
    }
    line(2, "# The path as it was sent: nothing decoded, no slashes merged, no query.");
    line(2, "map {http.request.orig_uri} {mig_raw} {");
    line(3, "`~^([^?]*)` `${1}`");
    line(2, "}");
    line(2, "vars mig_path {mig_raw}");
    line(2, "# The first line that matches decides.");
    line(2, "map {http.vars.mig_path} {mig_found} {");
    for (row, _) in table.rows() {
        line(3, &format!("# {}", row.comment.replace(['{', '}'], "'")));
        line(3, &format!("`~^(?:{})$` k{}", row.pattern, row.kind));
    }
    line(3, "default none");
    line(2, "}");
    line(2, "vars mig_kind {mig_found}");
    line(2, "vars mig_rule django");
    for (number, kind) in table.kinds.iter().enumerate() {
        for (depth, text) in decisions(number, kind) {
            line(depth, &text);
        }
    }
    line(2, "# A client keeps its side: the share grows, nobody in it falls out.");
    line(2, "vars mig_client {http.request.uuid}");
    line(2, "@mig_known header_regexp Cookie `(?:^|; ?)mig_c=[0-9a-f-]{36}(?:;|$)`");
    line(2, "vars @mig_known mig_client {http.request.cookie.mig_c}");
    line(2, "vars mig_wish old");
    if let Some(share) = share(options.canary_percent) {
        line(2, &format!("@mig_share vars_regexp mig_client `{share}$`"));
        line(2, "vars @mig_share mig_wish new");
    }
    line(2, "@mig_new header X-Mig new");
    line(2, "vars @mig_new mig_wish new");
    line(2, "@mig_old header X-Mig old");
    line(2, "vars @mig_old mig_wish old");
    line(2, "import kill.caddy");
    line(2, "vars mig_to django");
    // One value for all three: of several, a matcher of variables wants only one to be right.
    line(2, "vars mig_state {http.vars.mig_kill}:{http.vars.mig_rule}:{http.vars.mig_wish}");
    line(2, "@mig_moved vars_regexp mig_state `^0:(?:fastapi:|canary:new)`");
    line(2, "vars @mig_moved mig_to fastapi");
    line(2, "@mig_stranger {");
    line(3, "vars mig_rule canary");
    line(3, "not header_regexp Cookie `(?:^|; ?)mig_c=[0-9a-f-]{36}(?:;|$)`");
    line(2, "}");
    line(2, "header @mig_stranger +Set-Cookie `mig_c={http.vars.mig_client}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax`");
    line(2, "@mig_fastapi vars mig_to fastapi");
    line(2, "handle @mig_fastapi {");
    line(3, &format!("reverse_proxy {fastapi} {{"));
    line(4, "import mig_headers");
    if options.fail_back {
        line(4, &format!("health_uri {health}"));
        line(4, "health_interval 1s");
        line(4, "health_timeout 2s");
        line(4, "health_headers {");
        line(5, &format!("Host {host}"));
        line(4, "}");
    }
    line(3, "}");
    line(2, "}");
    line(2, "handle {");
    line(3, &format!("reverse_proxy {django} {{"));
    line(4, "import mig_headers");
    line(3, "}");
    line(2, "}");
    line(1, "}");
    if options.fail_back {
        line(1, "# FastAPI gave no answer: Django does, where nothing can be done twice.");
        line(1, "handle_errors {");
        line(2, "@mig_back {");
        line(3, &format!("method {safe}"));
        line(3, "vars mig_to fastapi");
        line(2, "}");
        line(2, "handle @mig_back {");
        line(3, &format!("reverse_proxy {django} {{"));
        line(4, "import mig_headers");
        line(3, "}");
        line(2, "}");
        line(2, "respond {http.error.status_code}");
        line(1, "}");
    }
    line(0, "}");
    out
}

/// What a rule says, by method: the rest first, then those that differ.
fn decisions(number: usize, kind: &Kind) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    if kind.rest != Side::Django {
        out.push((2, format!("@mig_k{number} vars mig_kind k{number}")));
        out.push((2, format!("vars @mig_k{number} mig_rule {}", word(kind.rest))));
    }
    for (side, methods) in &kind.methods {
        let name = format!("@mig_k{number}_{}", word(*side));
        out.push((2, format!("{name} {{")));
        out.push((3, format!("method {}", methods.join(" "))));
        out.push((3, format!("vars mig_kind k{number}")));
        out.push((2, "}".to_owned()));
        out.push((2, format!("vars {name} mig_rule {}", word(*side))));
    }
    out
}

/// The header of the settings, where it is none of those that Caddy knows.
fn secure(options: &Options) -> Vec<(usize, String)> {
    let Some(Secure { header, value }) = options.own_header() else { return Vec::new() };
    let mut out = vec![(2, "# By this header Django is told of HTTPS: SECURE_PROXY_SSL_HEADER.".to_owned())];
    out.push((2, "vars mig_proto {http.request.scheme}".to_owned()));
    if !options.fronts.is_empty() {
        out.push((2, "@mig_front {".to_owned()));
        out.push((3, format!("remote_ip {}", options.fronts.join(" "))));
        out.push((3, format!("header_regexp {header} `^{value} *(?:,|$)`")));
        out.push((2, "}".to_owned()));
        out.push((2, "vars @mig_front mig_proto https".to_owned()));
    }
    out.push((2, format!("request_header -{header}")));
    out.push((2, "@mig_secure vars mig_proto https".to_owned()));
    out.push((2, format!("request_header @mig_secure {header} {value}")));
    out
}

/// The last three hexadecimal digits of an id that are below the share of 4096; nothing for no share.
fn share(percent: u8) -> Option<String> {
    let below = (u32::from(percent) * 4096 + 50) / 100;
    if below >= 4096 {
        return Some(String::new());
    }
    let (high, middle, low) = (below >> 8, (below >> 4) & 15, below & 15);
    let mut ways = Vec::new();
    if high > 0 {
        ways.push(format!("{}[0-9a-f][0-9a-f]", digits(high)));
    }
    if middle > 0 {
        ways.push(format!("{high:x}{}[0-9a-f]", digits(middle)));
    }
    if low > 0 {
        ways.push(format!("{high:x}{middle:x}{}", digits(low)));
    }
    if ways.is_empty() { None } else { Some(format!("(?:{})", ways.join("|"))) }
}

/// The hexadecimal digits below one.
fn digits(end: u32) -> String {
    let mut out = String::from("[");
    for digit in 0..end {
        let _ = write!(out, "{digit:x}");
    }
    out.push(']');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_ids() {
        assert_eq!(share(0), None);
        assert_eq!(share(100).as_deref(), Some(""));
        assert_eq!(share(25).as_deref(), Some("(?:[0123][0-9a-f][0-9a-f])"));
        // 205 of 4096.
        assert_eq!(share(5).as_deref(), Some("(?:0[0123456789ab][0-9a-f]|0c[0123456789abc])"));
    }
}
