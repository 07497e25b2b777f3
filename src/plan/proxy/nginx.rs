//! nginx. One `location`, because the order of locations is not the order of rules: a map from the raw path to the kind of a path, a second
//! one from method and kind to what the rule says, a third one from there to the side.

use std::fmt::Write as _;

use super::super::rules::SAFE;
use super::table::{Kind, Table, word};
use super::{File, Options, Secure};

pub fn render(table: &Table, options: &Options) -> Vec<File> {
    let safe = SAFE.join("|");
    let Options { listen, django, fastapi, canary_percent: canary, mirror_percent: mirror, .. } = options;
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    line("# Which side answers which path and method. Generated; kill.map beside this file is the switch that sends everything to Django.");
    line("worker_processes auto;");
    line("pcre_jit on;");
    line("events { worker_connections 4096; }");
    line("http {");
    line("    map_hash_max_size 16384;");
    line("    map_hash_bucket_size 256;");
    line("    server_tokens off;");
    line("    access_log off;");
    line("    client_max_body_size 0;    # the applications decide");
    line("");
    line(&format!("    upstream django {{ zone django 64k; server {django}; keepalive 16; }}"));
    line("    # Without a mark after errors: what changes data goes to FastAPI or fails.");
    line(&format!("    upstream fastapi {{ zone fastapi 64k; server {fastapi} max_fails=0; keepalive 16; }}"));
    if options.fail_back {
        line(&format!(
            "    upstream fastapi_or_django {{ zone fastapi_or_django 64k; server {fastapi} max_fails=1 fail_timeout=2s; server {django} backup; keepalive 16; }}"
        ));
    }
    line("");
    line("    # The path as it was sent: nothing decoded, no slashes merged, no query.");
    line("    map $request_uri $mig_path { default $request_uri; \"~^(?<mig_raw>[^?]*)[?]\" $mig_raw; }");
    line("    # The first line that matches decides.");
    line("    map $mig_path $mig_kind {");
    line("        default none;");
    for (row, _) in table.rows() {
        line(&format!("        # {}", row.comment));
        line(&format!("        {} k{};", quoted(&format!("~^(?:{})$", row.pattern)), row.kind));
    }
    line("    }");
    line("    map \"$request_method:$mig_kind\" $mig_rule {");
    line("        default django;");
    for (number, kind) in table.kinds.iter().enumerate() {
        line(&methods(number, kind));
    }
    line("    }");
    line("    map $mig_kind $mig_open {");
    line("        default 0;");
    for number in open(table) {
        line(&format!("        k{number} 1;"));
    }
    line("    }");
    line("    map \"$mig_open:$http_upgrade\" $mig_long { default 0; \"~^1:\" 1; \"~*^0:websocket$\" 1; }");
    line("");
    line("    # A client keeps its side: the share grows, nobody in it falls out.");
    line("    map $cookie_mig_c $mig_client { default $cookie_mig_c; \"\" $request_id; }");
    line(&match canary {
        0 => "    split_clients $mig_client $mig_share { * old; }".to_owned(),
        100 => "    split_clients $mig_client $mig_share { * new; }".to_owned(),
        share => format!("    split_clients $mig_client $mig_share {{ {share}% new; * old; }}"),
    });
    line("    map $http_x_mig $mig_wish { default $mig_share; new new; old old; }");
    line("    map \"$mig_rule:$cookie_mig_c\" $mig_cookie {");
    line("        default \"\";");
    line("        \"canary:\" \"mig_c=$request_id; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax\";");
    line("    }");
    line("    map $host $mig_kill { include kill.map; }");
    line("    map \"$mig_kill:$mig_rule:$mig_wish\" $mig_to { default django; \"~^0:fastapi:\" fastapi; \"0:canary:new\" fastapi; }");
    line("    map \"$mig_to:$request_method\" $mig_upstream {");
    line("        default django;");
    if options.fail_back {
        line(&format!("        \"~^fastapi:(?:{safe})$\" fastapi_or_django;"));
    }
    line("        \"~^fastapi:\" fastapi;");
    line("    }");
    line("    map $http_upgrade $mig_connection { default upgrade; \"\" \"\"; }");
    for text in fronts(options) {
        line(&text);
    }
    if *mirror > 0 {
        line("    # A copy of what Django answers for a canary rule, safe methods only.");
        line(&match mirror {
            100 => "    split_clients $request_id $mig_copied { * 1; }".to_owned(),
            share => format!("    split_clients $request_id $mig_copied {{ {share}% 1; * 0; }}"),
        });
        line(&format!(
            "    map \"$mig_copied:$mig_kill:$mig_rule:$mig_to:$request_method\" $mig_copy {{ default 0; \"~^1:0:canary:django:(?:{safe})$\" 1; }}"
        ));
    }
    line("");
    line("    proxy_http_version 1.1;");
    line("    proxy_redirect off;");
    let headers = headers(options);
    for header in &headers {
        line(&format!("    proxy_set_header {header};"));
    }
    line("    proxy_connect_timeout 2s;");
    line("    proxy_next_upstream error timeout http_502 http_503 http_504;    # never non_idempotent");
    line("    proxy_next_upstream_tries 2;");
    line("    add_header X-Mig-To $mig_to always;");
    line("    add_header Set-Cookie $mig_cookie always;");
    line("    server {");
    line(&format!("        listen {listen};"));
    line("        location / {");
    line("            error_page 418 = @mig_long;");
    line("            if ($mig_long) { return 418; }");
    if *mirror > 0 {
        line("            mirror /_mig_copy;");
        line("            mirror_request_body off;");
    }
    line("            proxy_pass http://$mig_upstream;");
    line("        }");
    line("        # WebSockets and whatever else stays open.");
    line("        location @mig_long {");
    line("            proxy_buffering off;");
    line("            proxy_read_timeout 1h;");
    line("            proxy_send_timeout 1h;");
    line("            proxy_pass http://$mig_upstream;");
    line("        }");
    if *mirror > 0 {
        line("        location = /_mig_copy {");
        line("            internal;");
        line("            if ($mig_copy = 0) { return 204; }");
        line("            proxy_pass_request_body off;");
        for header in &headers {
            line(&format!("            proxy_set_header {header};"));
        }
        line("            proxy_set_header Content-Length \"\";");
        line("            proxy_set_header X-Shadow 1;");
        line("            proxy_read_timeout 1s;    # a slow copy holds up the connection's next request");
        line("            proxy_pass http://fastapi$request_uri;");
        line("        }");
    }
    line("    }");
    line("}");
    vec![File { name: "nginx.conf", text: out }, File { name: "kill.map", text: KILL.to_owned() }]
}

fn headers(options: &Options) -> Vec<String> {
    let (from, proto, host) = match options.fronts.is_empty() {
        true => ("$remote_addr", "$scheme", "$http_host"),
        false => ("$mig_from", "$mig_proto", "$mig_host"),
    };
    let mut out = vec![
        "Host $http_host".to_owned(),
        format!("X-Forwarded-For {from}"),
        format!("X-Forwarded-Proto {proto}"),
        format!("X-Forwarded-Host {host}"),
        "X-Request-ID $request_id".to_owned(),
        "X-Mig \"\"".to_owned(),
        "Upgrade $http_upgrade".to_owned(),
        "Connection $mig_connection".to_owned(),
    ];
    // An empty header is not sent.
    out.extend(options.own_header().map(|own| format!("{} $mig_secure", own.header)));
    out
}

/// What a front may say, and what the header of the settings comes to.
fn fronts(options: &Options) -> Vec<String> {
    let mut out = Vec::new();
    let Secure { header, value } = &options.secure;
    if !options.fronts.is_empty() {
        let said = format!("$http_{}", header.to_ascii_lowercase().replace('-', "_"));
        out.push("    # What stands before this proxy is believed; what others say of themselves is not.".to_owned());
        out.push("    geo $mig_front {".to_owned());
        out.push("        default 0;".to_owned());
        out.extend(options.fronts.iter().map(|front| format!("        {front} 1;")));
        out.push("    }".to_owned());
        out.push(format!("    map \"$mig_front:{said}\" $mig_proto {{ default $scheme; \"~^1:{value} *(?:,|$)\" https; }}"));
        out.push(
            "    map \"$mig_front:$http_x_forwarded_for\" $mig_from { default $remote_addr; \"~^1:.\" $proxy_add_x_forwarded_for; }"
                .to_owned(),
        );
        out.push(
            "    map \"$mig_front:$http_x_forwarded_host\" $mig_host { default $http_host; \"~^1:(?<mig_said>.+)$\" $mig_said; }"
                .to_owned(),
        );
    }
    if options.own_header().is_some() {
        let proto = if options.fronts.is_empty() { "$scheme" } else { "$mig_proto" };
        out.push("    # By this header Django is told of HTTPS: SECURE_PROXY_SSL_HEADER.".to_owned());
        out.push(format!("    map {proto} $mig_secure {{ default \"\"; https {value}; }}"));
    }
    out
}

const KILL: &str = "# 1 sends everything to Django; reload nginx after a change.\ndefault 0;\n";

/// The lines of the second map for one kind. Strings that are compared as a whole come before expressions there, wherever they stand.
fn methods(number: usize, kind: &Kind) -> String {
    let mut out = String::new();
    for (side, methods) in &kind.methods {
        for method in methods {
            let _ = writeln!(out, "        \"{method}:k{number}\" {};", word(*side));
        }
    }
    let _ = write!(out, "        \"~^[^:]*:k{number}$\" {};", word(kind.rest));
    out
}

fn open(table: &Table) -> impl Iterator<Item = usize> {
    table.kinds.iter().enumerate().filter(|(_, kind)| kind.websocket).map(|(number, _)| number)
}

/// A string of nginx's language: only backslash and quote mean something in it, as long as no variable is read there, which keys of maps do not.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
