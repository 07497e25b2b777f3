//! The commands beside the scan. Each prints what it found, or writes the one file that it is for.

use clap::CommandFactory as _;

use super::args::{Args, CacheCommand, Color, Command, ProjectArgs, ProxyOf};
use super::cache;
use super::config::Text;
use super::output::Target;
use super::run::{Job, Stop, refused};
use super::{baseline, diff, init, man, many, plan, rules_of, ruletest};
use crate::base::nearest::nearest;
use crate::effort::calibrate::{self, Actuals};
use crate::effort::sensitivity::sensitivity;
use crate::plan::proxy;
use crate::plan::rules::RuleSet;
use crate::report::escape::escape;
use crate::report::numbers;
use crate::report::{calibration, catalogue, explain, explain_module, json, portfolio, trend};
use crate::rules::Mistake;

pub fn run(command: &Command) -> Result<(), Stop> {
    let bytes = match command {
        Command::Schema { trend: true, .. } => trend::schema(),
        Command::Schema { portfolio: true, .. } => portfolio::schema(),
        Command::Schema { .. } => json::schema(),
        Command::Completions { shell } => {
            let mut bytes = Vec::new();
            clap_complete::generate(*shell, &mut offered(&Args::command()), "migscan", &mut bytes);
            bytes
        }
        Command::Man { command } => man::page(command.as_deref())?,
        Command::Cache { command: CacheCommand::Clean { cache_dir } } => {
            let folder = cache::folder(cache_dir.as_deref()).ok_or_else(|| "nobody says where the user's cache folder is".to_owned())?;
            if folder.exists() && !folder.is_dir() {
                return Err(format!("{} is a file, not the folder of a cache", escape(&folder.to_string_lossy())).into());
            }
            let gone = cache::clean(&folder)?;
            let (files, size) = (numbers::many(gone.files, "file", "files"), gone.bytes as f64 / 1e6);
            format!("removed {files}, {size:.1} MB, from {}\n", escape(&folder.to_string_lossy())).into_bytes()
        }
        Command::Rules { path, config, test, markdown } => {
            let project = ProjectArgs { path: path.clone(), config: config.clone(), ..ProjectArgs::default() };
            let rules = Job::new(&project, Color::Auto)?.tables()?.catalogue;
            match test {
                Some(dir) => return ruletest::run(dir, &rules),
                None if *markdown => catalogue::page(&rules).into_bytes(),
                None => explain::rules(&rules).into_bytes(),
            }
        }
        Command::Explain { name, project, plan, markdown } => explained(name, project, *plan, *markdown)?.into_bytes(),
        Command::Sensitivity { project } => {
            let analysis = Job::new(project, Color::Auto)?.analysis()?.0;
            explain::sensitivity(&analysis, &sensitivity(&analysis)).into_bytes()
        }
        Command::Calibrate { project, actuals, write } => calibrated(project, actuals, write.as_deref())?.into_bytes(),
        Command::RulesOf { project, moves } => rules_of::run(project, moves)?,
        Command::Init { path } => return init::run(path),
        Command::ProxyOf(args) => return proxy_of(args),
        Command::Plan(args) => return plan::run(args),
        Command::Trend(args) => return many::trend(args),
        Command::Portfolio(args) => return many::portfolio(args),
        Command::Diff(args) => return diff::run(args),
        Command::Baseline(args) => return baseline::run(args),
    };
    Target::Stdout.write(&bytes)?;
    Ok(())
}

/// The files of one proxy for rules that a test wrote.
fn proxy_of(args: &ProxyOf) -> Result<(), Stop> {
    let text = Text::named(&args.rules).map_err(|bad| refused(&bad, Color::Auto))?;
    let rules: RuleSet = serde_json::from_str(&text.text).map_err(|error| format!("{}: {error}", escape(&args.rules.to_string_lossy())))?;
    let mut options = plan::options(&args.options)?;
    if let Some((key, value)) = args.ssl_header.as_deref().and_then(|text| text.split_once('=')) {
        options.secure = proxy::Secure::of_setting(key, value).ok_or_else(|| "this header cannot speak of HTTPS".to_owned())?;
    }
    for file in proxy::render(args.proxy.into(), &rules, &options).map_err(|refusal| refusal.to_string())? {
        let path = args.out.join(file.name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| format!("cannot make a folder in {}: {error}", escape(&args.out.to_string_lossy())))?;
        }
        Target::File(path).write(file.text.as_bytes())?;
    }
    Ok(())
}

/// A rule, or a module of the project.
fn explained(name: &str, project: &ProjectArgs, plan: bool, markdown: bool) -> Result<String, Stop> {
    let job = Job::new(project, Color::Auto)?;
    let catalogue = job.tables()?.catalogue;
    if let Some(rule) = catalogue.rule(name) {
        return Ok(explain::rule(&catalogue, rule, markdown));
    }
    let analysis = job.analysis()?.0;
    explain_module::module(&analysis, name, plan, markdown).ok_or_else(|| {
        let modules = analysis.estimate.modules.iter().map(|m| m.module.name.as_str());
        let names: Vec<&str> = catalogue.rules.iter().map(|r| r.id.as_str()).chain(modules).collect();
        let hint = nearest(name, &names).map_or_else(String::new, |near| format!("; did you mean {}?", escape(near)));
        format!("there is no rule and no module {} in {}{hint}", escape(name), escape(&project.path.to_string_lossy())).into()
    })
}

fn calibrated(project: &ProjectArgs, actuals: &std::path::Path, write: Option<&std::path::Path>) -> Result<String, Stop> {
    let target = write.map(Target::new);
    if let Some(target) = &target {
        target.check()?;
    }
    let text = Text::named(actuals).map_err(|bad| refused(&bad, Color::Auto))?;
    let wrong = |mistake: &Mistake| refused(&text.bad(mistake), Color::Auto);
    let read: Actuals = toml::from_str(&text.text).map_err(|error| wrong(&Mistake::toml(&error, &text.text)))?;
    // What was learnt before is no part of what is compared.
    let plain = ProjectArgs {
        profile: None,
        path: project.path.clone(),
        config: project.config.clone(),
        settings: project.settings.clone(),
        max_file_size: project.max_file_size,
    };
    let mut job = Job::new(&plain, Color::Auto)?;
    job.setup = job.setup.with_profile(None).map_err(|bad| refused(&bad, Color::Auto))?;
    let analysis = job.analysis()?.0;
    let seen = calibrate::seen(&analysis.estimate, &read.actual).map_err(|(span, why)| {
        let known: Vec<&str> = analysis.estimate.modules.iter().map(|m| m.module.name.as_str()).collect();
        let marked = text.text.get(span.clone()).unwrap_or_default().trim_matches('"');
        let mistake = Mistake::new(span, "wrong value", why);
        wrong(&match nearest(marked, &known) {
            Some(near) if near != marked => mistake.help(format!("did you mean `{near}`?")),
            _ => mistake,
        })
    })?;
    let result = calibrate::calibrate(&analysis.model, &analysis.estimate, seen);
    if let Some(target) = &target {
        target.write(calibration::profile(&result.after).as_bytes())?;
    }
    Ok(calibration::table(&result))
}

/// The command line as the help shows it: what is for the tests is not completed.
fn offered(whole: &clap::Command) -> clap::Command {
    clap::Command::new("migscan")
        .version(env!("CARGO_PKG_VERSION"))
        .groups(whole.get_groups().cloned())
        .args(whole.get_arguments().cloned())
        .subcommands(whole.get_subcommands().filter(|command| !command.is_hide_set()).cloned())
}
