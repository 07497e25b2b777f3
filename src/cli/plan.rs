//! `migscan plan`: the rollout in the terminal, or the kit in a folder.

use std::fs::File;

use super::args::{Color, PlanArgs, ProxyOptions};
use super::config::Text;
use super::kit::Folder;
use super::output::Target;
use super::run::{Job, Stop, many, refused};
use super::terminal::say;
use crate::plan::observed::{self, Differences};
use crate::plan::proxy::{Options, Proxy};
use crate::plan::traffic::{self, Traffic};
use crate::plan::{Plan, kit};
use crate::report::escape::escape;
use crate::report::rollout::{self, Seen};

pub fn run(args: &PlanArgs) -> Result<(), Stop> {
    let options = options(&args.proxy_options)?;
    let folder = args.out.as_deref().map(Folder::new).transpose()?;
    let mut job = Job::new(&args.project, Color::Auto)?;
    job.bar = super::terminal::shows_progress(super::args::Progress::Auto);
    let live = match &args.observed {
        None => None,
        Some(file) => {
            let text = Text::named(file).map_err(|bad| refused(&bad, Color::Auto))?;
            Some(observed::read(&text.text).map_err(|why| format!("cannot use {}: {}", escape(&file.to_string_lossy()), escape(&why)))?)
        }
    };
    let log = match &args.traffic {
        None => None,
        Some(file) => Some(File::open(file).map_err(|error| format!("cannot read {}: {error}", escape(&file.to_string_lossy())))?),
    };
    let analysis = job.analysis()?.0;
    let plan = Plan::of(&analysis);
    let traffic: Option<Traffic> = match (log, &args.traffic) {
        (Some(log), Some(file)) => Some(
            traffic::read(&analysis.inventory, log).map_err(|error| format!("cannot read {}: {error}", escape(&file.to_string_lossy())))?,
        ),
        _ => None,
    };
    let differences: Option<Differences> = live.map(|live| observed::compare(&live, &analysis.inventory));
    let seen = Seen { traffic: traffic.as_ref(), observed: differences.as_ref() };
    let routes: usize = plan.phases.iter().map(|phase| phase.routes.len()).sum();
    let counts = format!("{}, {}", many(plan.phases.len() as u64, "phase"), many(routes as u64, "move"));
    let (Some(folder), Some(out)) = (folder, &args.out) else {
        Target::Stdout.write(rollout::write(&analysis, &plan, seen, args.verbose).as_bytes())?;
        say(&format!("migscan: {counts} — nothing written"));
        return Ok(());
    };
    let proxies: Vec<Proxy> = match args.proxy.is_empty() {
        true => Proxy::ALL.to_vec(),
        false => args.proxy.iter().map(|proxy| (*proxy).into()).collect(),
    };
    let mut files = kit::files(&analysis, &plan, &proxies, &options).map_err(|refusal| escape(&refusal.to_string()).into_owned())?;
    if traffic.is_some() || differences.is_some() {
        let text = rollout::write(&analysis, &plan, seen, true);
        files.push(kit::KitFile { path: "observed.txt".to_owned(), text });
    }
    let changes = folder.write(&files)?;
    let name = escape(&out.to_string_lossy()).into_owned();
    let removed = if changes.removed > 0 { format!(", {} removed", changes.removed) } else { String::new() };
    say(&format!("migscan: {counts}, {} written to {name}, {} as they were{removed}", many(changes.changed, "file"), changes.same));
    Ok(())
}

/// What the command line says of the proxy, as far as it can be a part of a configuration.
pub fn options(given: &ProxyOptions) -> Result<Options, Stop> {
    let options = Options {
        listen: given.listen,
        admin: given.admin,
        django: given.django.clone(),
        fastapi: given.fastapi.clone(),
        host: given.host.clone(),
        health: given.health.clone(),
        canary_percent: given.canary,
        fail_back: !given.no_fail_back,
        mirror_percent: given.mirror,
        fronts: given.fronts.clone(),
        ..Options::default()
    };
    options.check().map_err(|refusal| refusal.to_string())?;
    Ok(options)
}

impl From<super::args::Proxy> for Proxy {
    fn from(name: super::args::Proxy) -> Proxy {
        use super::args::Proxy as Name;
        match name {
            Name::Nginx => Proxy::Nginx,
            Name::Haproxy => Proxy::Haproxy,
            Name::Caddy => Proxy::Caddy,
            Name::Traefik => Proxy::Traefik,
            Name::Envoy => Proxy::Envoy,
        }
    }
}
