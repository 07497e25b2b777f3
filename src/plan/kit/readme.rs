//! The kit's `README.md`: how to start, and what a person has to look at first.

use std::fmt::Write as _;

use super::bridge::{Bridge, Kind};
use super::compose::ports;
use super::encode::code;
use super::phases::{MIRRORS, folder};
use super::requests::Requests;
use crate::plan::Plan;
use crate::plan::proxy::{Options, Proxy};

/// Routes of which no more are named one by one.
const NAMED: usize = 20;

pub fn readme(
    plan: &Plan,
    bridge: &Bridge,
    requests: &Requests,
    front: Proxy,
    proxies: &[Proxy],
    options: &Options,
    https: &str,
) -> String {
    let mut out = String::from(
        "# Rollout kit

Written by `migscan`; a second run writes only what changed. Do not edit these files: copy what you need, and run it again after a change of
the project. What you fill in (`contract/values.json`, `.env`) it never touches.

",
    );
    if plan.phases.is_empty() {
        out.push_str("## Nothing can move\n\nThere is no phase, and so no configuration of a proxy: everything stays on Django, for the reasons below.");
        if let Some(reason) = plan.blocked() {
            let _ = write!(out, " What keeps most of it: {}.", code(reason));
        }
        out.push_str("\n\n");
        stays(&mut out, plan);
        return out;
    }
    let _ = writeln!(
        out,
        "## Start

1. Put the images of the two applications and their secrets into the environment:

       export DJANGO_IMAGE=… FASTAPI_IMAGE=…
       printf 'SECRET_KEY=%s\\nDATABASE_URL=%s\\n' … … > .env

2. `docker compose up -d` starts {} on port {} with phase 01, in which Django answers everything. Measure that first.
3. Record the contract (below) while Django answers.
{}",
        front.name(),
        options.listen,
        steps(plan)
    );
    phases(&mut out, plan, proxies, options);
    out.push_str(https);
    who(&mut out, bridge);
    contract(&mut out, requests, ports(options));
    out
}

/// How the first phase is gone through, by what there is of it.
fn steps(plan: &Plan) -> String {
    let Some(first) = plan.phases.iter().find(|phase| !phase.routes.is_empty()) else { return String::new() };
    let name = folder(first);
    let through = match (&first.shadow, first.canary.is_empty()) {
        (Some(_), false) => format!("`PHASE={name}-shadow docker compose up -d`, then `{name}-canary`, then `{name}`"),
        (None, false) => format!("`PHASE={name}-canary docker compose up -d`, then `{name}`"),
        _ => format!("`PHASE={name} docker compose up -d`"),
    };
    format!(
        "4. {through} go through a phase; a smaller number goes back.
   `phases/{name}/checklist.md` says what is done and what has to hold, `phases/{name}/ownership.csv` who owns which table afterwards.
"
    )
}

fn stays(out: &mut String, plan: &Plan) {
    let stays: usize = plan.stays.iter().map(|stays| stays.routes.len()).sum();
    let _ = writeln!(out, "On Django stay {stays} routes:\n");
    for stays in &plan.stays {
        let count = if stays.routes.is_empty() { "more".to_owned() } else { stays.routes.len().to_string() };
        let _ = writeln!(out, "* {count}: {}", code(&stays.reason));
    }
}

fn phases(out: &mut String, plan: &Plan, proxies: &[Proxy], options: &Options) {
    out.push_str(
        "## Phases\n\n| phase | what | hours P50 | P80 | weeks | routes | waits for |\n| --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for phase in &plan.phases {
        let waits: Vec<String> = phase.waits_for.iter().map(|number| format!("{number:02}")).collect();
        let (name, title) = (folder(phase), code(&phase.title).replace('|', "/"));
        let (p50, p80, weeks, routes) = (phase.range.p50, phase.range.p80, phase.weeks.p50, phase.routes.len());
        let _ = writeln!(out, "| {name} | {title} | {p50:.0} | {p80:.0} | {weeks:.1} | {routes} | {} |", waits.join(", "));
    }
    out.push('\n');
    stays(out, plan);
    let names: Vec<&str> = proxies.iter().map(|proxy| proxy.name()).collect();
    let _ = writeln!(
        out,
        "
In each phase there is a folder for each proxy: {}. `compose.yaml` starts the first of them; the folder is where any of them is started from.
A canary sends {} % of the clients to FastAPI; `migscan plan --canary PERCENT` writes the next step. Copies of reads (`-shadow`) are made by {}.
The kill switch is named in the first lines of each configuration. Once FastAPI owns a table, Django no longer answers for it.
",
        names.join(", "),
        options.canary_percent,
        MIRRORS.map(Proxy::name).join(", ")
    );
}

fn who(out: &mut String, bridge: &Bridge) {
    out.push_str("## Who is logged in\n\n");
    match &bridge.kind {
        Kind::Read => out.push_str(
            "`bridge/session_bridge.py` reads Django's session in FastAPI; its head says what it needs from the environment. Login, logout and
renewal stay in Django until the last phase. It needs `fastapi`, `sqlalchemy` and the driver of your database, and `python-multipart` where a
form carries the CSRF token.\n",
        ),
        Kind::Ask(reasons) => {
            out.push_str(
                "`bridge/session_bridge.py` asks Django who is logged in, with a request of its own: `bridge/django_whoami.py` is the view that
answers. It needs `fastapi` and `httpx`. The session is not read in FastAPI, because:\n\n",
            );
            for reason in reasons {
                let _ = writeln!(out, "* {reason}");
            }
        }
        Kind::None => out.push_str("The project installs no sessions: there is nothing to bridge.\n"),
    }
    if bridge.kind == Kind::Read && !bridge.packages.is_empty() {
        let _ = writeln!(out, "\n`verify_password` needs {} for the hashers of the settings.", bridge.packages.join(" and "));
    }
    if !bridge.checks.is_empty() {
        out.push_str("\nTo be checked by a person, because the source does not say it:\n\n");
        for check in &bridge.checks {
            let _ = writeln!(out, "* {check}");
        }
    }
    out.push('\n');
}

fn contract(out: &mut String, requests: &Requests, (django, fastapi): (u16, u16)) {
    let _ = writeln!(
        out,
        "## Contract

`contract/requests.csv` has {} requests, one for each route and method. Write values for the names in their paths into `contract/values.json`
(the head of `contract.py` shows how), then:

    cd contract
    python contract.py record --base http://localhost:{django} --header 'Host: {SAFE_HOST}' --values values.json requests.csv recorded.jsonl
    python contract.py replay --base http://localhost:{fastapi} --header 'Host: {SAFE_HOST}' recorded.jsonl

The second ends with status 1 and a list of differences until both sides answer alike. Cookies and tokens go into a file: `--header-file`.
Writes are left out without `--writes`, which is for throw-away databases.",
        requests.rows
    );
    if !requests.unwritable.is_empty() {
        let _ = writeln!(out, "\n{} routes have no path that could be written down, and are not in it:\n", requests.unwritable.len());
        for (file, line, path) in requests.unwritable.iter().take(NAMED) {
            let _ = writeln!(out, "* {} ({})", code(path), code(&format!("{file}:{line}")));
        }
        if requests.unwritable.len() > NAMED {
            let _ = writeln!(out, "* and {} more", requests.unwritable.len() - NAMED);
        }
    }
}

/// The host of the examples: what the command line was given may hold anything.
const SAFE_HOST: &str = "app.example";
