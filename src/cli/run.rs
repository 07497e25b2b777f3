//! One run, in the order in which things can go wrong: command line, folder, configuration, outputs, scan, reports, the last line.

use std::error::Error as _;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::CommandFactory as _;

use super::args::{Args, Command, ScanArgs};
use super::config::{self, Config};
use super::output::{Target, Written};
use super::progress::Bar;
use super::terminal::{color_err, color_out, diagnostic, say, shows_progress};
use super::walk;
use crate::base::nearest::nearest;
use crate::django::mentions::Wanted;
use crate::effort::{Analysis, Model, Strategy};
use crate::report::escape::escape;
use crate::report::totals::Totals;
use crate::report::{self, Format, explain, json};
use crate::rules::{Catalogue, builtin};
use crate::truth::{self, Truth};
use crate::{Scan, ScanOptions};

/// Wrong usage or configuration, unreadable input, an output that could not be written.
pub const FAILED: u8 = 2;
const NO_DJANGO: u8 = 4;

/// Stack of the threads that read files.
const WORKER_STACK: usize = 16 << 20;

/// Why a run ended early.
struct Stop {
    status: u8,
    /// For the last line.
    why: String,
    /// What was written before.
    written: Vec<String>,
}

impl From<String> for Stop {
    fn from(why: String) -> Self {
        Stop { status: FAILED, why: format!("failed: {why}"), written: Vec::new() }
    }
}

/// Everything after the command line; gives the exit status.
pub fn run(args: Args) -> u8 {
    let done = match args.command {
        Some(command) => print(&command),
        None => scan(&args.scan).map(|line| say(&line)),
    };
    match done {
        Ok(()) => 0,
        Err(stop) => {
            say(&format!("migscan: {}{}", stop.why, closing(&stop.written)));
            stop.status
        }
    }
}

/// The commands that only print.
fn print(command: &Command) -> Result<(), Stop> {
    let bytes = match command {
        Command::Schema => json::schema(),
        Command::Completions { shell } => {
            let mut bytes = Vec::new();
            clap_complete::generate(*shell, &mut Args::command(), "migscan", &mut bytes);
            bytes
        }
        Command::Rules => explain::rules(&catalogue()?).into_bytes(),
        Command::Explain { name, path, markdown, settings } => explained(name, path, *markdown, settings.clone())?.into_bytes(),
    };
    Target::Stdout.write(&bytes)?;
    Ok(())
}

fn catalogue() -> Result<Catalogue, Stop> {
    builtin::catalogue().map_err(|(file, mistake)| format!("{file} of the program is wrong: {}", mistake.label).into())
}

/// A rule, or a module of the project at `path`.
fn explained(name: &str, path: &Path, markdown: bool, settings: Option<String>) -> Result<String, Stop> {
    let catalogue = catalogue()?;
    if let Some(rule) = catalogue.rule(name) {
        return Ok(explain::rule(&catalogue, rule, markdown));
    }
    let ids: Vec<String> = catalogue.rules.iter().map(|r| r.id.clone()).collect();
    let args = ScanArgs { path: path.to_owned(), settings, quiet: true, ..ScanArgs::default() };
    let root = walk::root(path).map_err(|bad| bad_root(&bad, path))?;
    let analysis = analysis(&args, &root, Config::default(), catalogue)?.0;
    explain::module(&analysis, name).ok_or_else(|| {
        let modules = analysis.estimate.modules.iter().map(|m| m.module.name.clone());
        let names: Vec<String> = ids.into_iter().chain(modules).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let hint = nearest(name, &names).map_or_else(String::new, |near| format!("; did you mean {}?", escape(near)));
        format!("there is no rule and no module {} in {}{hint}", escape(name), escape(&path.to_string_lossy())).into()
    })
}

/// The steps of a run with the time that each took.
type Steps = Vec<(&'static str, Duration)>;

/// The scan with its meaning, and the times of its steps.
fn analysis(args: &ScanArgs, root: &Path, config: Config, catalogue: Catalogue) -> Result<(Analysis, Steps), Stop> {
    let model = Model::builtin().map_err(|mistake| format!("the effort model of the program is wrong: {}", mistake.label))?;
    let mut scan = analyse(args, root, config, catalogue.wanted())?;
    let start = Instant::now();
    let analysis = Analysis::of(scan.inventory, catalogue, model, Strategy::default());
    scan.timings.push(("estimate", start.elapsed()));
    Ok((analysis, scan.timings))
}

/// The line to end with.
fn scan(args: &ScanArgs) -> Result<String, Stop> {
    let root = walk::root(&args.path).map_err(|bad| bad_root(&bad, &args.path))?;
    let config = config::load(args.config.as_deref(), &root).map_err(|bad| {
        say(&diagnostic(&*bad, color_err(args.color)));
        format!("the configuration in {} is wrong", bad.file)
    })?;
    if let Some((file, why)) = &config.ignored
        && !args.quiet
    {
        say(&format!("migscan: warning: {file} is not used: {why}"));
    }
    let json = args.json.as_deref().map(Target::new);
    if let Some(target) = &json {
        target.check()?;
    }

    let truth = args.truth.as_deref().map(|file| truth(file, json.as_ref())).transpose()?;

    let start = Instant::now();
    let (analysis, steps) = analysis(args, &root, config, catalogue()?)?;
    let found = &analysis.inventory;

    let reporting = Instant::now();
    let mut written = Vec::new();
    let mut stdout_closed = false;
    if let Some(target) = &json {
        match target.write(&report::write(Format::Json, &analysis))? {
            Written::Whole => written.push(target.name()),
            Written::Closed => stdout_closed = true,
        }
    }
    if let Some(truth) = &truth {
        let judged = truth::compare(truth, &report::json::value(&analysis));
        let table = truth::table(&judged, args.verbose);
        Target::Stdout.write(table.as_bytes()).map_err(|why| Stop { written: written.clone(), ..Stop::from(why) })?;
    }
    // Whoever asked for JSON on stdout wants nothing else there.
    if truth.is_none() && !args.quiet && json != Some(Target::Stdout) && !stdout_closed {
        let format = Format::Terminal { color: color_out(args.color), full: args.verbose };
        Target::Stdout.write(&report::write(format, &analysis)).map_err(|why| Stop { written: written.clone(), ..Stop::from(why) })?;
    }
    if args.timings {
        say(&timings(&steps, reporting.elapsed(), start.elapsed()));
    }
    let totals = Totals::of(found);
    Ok(format!(
        "migscan: {}, {}, {} in {}, coverage {:.1} %{}",
        many(totals.apps, "app"),
        many(totals.models, "model"),
        many(totals.routes, "route"),
        many(found.project.files, "file"),
        found.coverage.percent(),
        closing(&written)
    ))
}

/// The truth to compare with, read before the work starts.
fn truth(file: &Path, json: Option<&Target>) -> Result<Truth, String> {
    if json == Some(&Target::Stdout) {
        return Err("--truth and --json - both want stdout; give the report a file".to_owned());
    }
    let name = escape(&file.to_string_lossy()).into_owned();
    let bytes = std::fs::read(file).map_err(|error| format!("cannot read {name}: {error}"))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| format!("cannot use {name}: it is not text"))?;
    Truth::read(text).map_err(|why| format!("cannot use {name}: {}", escape(&why)))
}

fn analyse(args: &ScanArgs, root: &Path, config: Config, wanted: Wanted) -> Result<Scan, Stop> {
    let threads = args.threads.map(usize::from).or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(WORKER_STACK).build_global();
    // An error without a source only says that there is a pool already.
    if pool.is_err_and(|error| error.source().is_some()) {
        return Err(format!("the system does not give {threads} threads; --threads 1 asks for fewer").into());
    }
    let options = ScanOptions { settings: args.settings.clone().or(config.settings), exclude: config.exclude, wanted };
    let bar = Bar::new(!args.quiet && shows_progress(args.progress));
    let scan = crate::scan(root, &options, &|progress| bar.update(progress));
    drop(bar);

    if !scan.is_django {
        let looked_for: Vec<_> = scan.looked_for.iter().map(|what| escape(what)).collect();
        let why = format!(
            "no Django project found in {}, {}; looked for {}",
            escape(&args.path.to_string_lossy()),
            many(scan.inventory.project.files, "file"),
            looked_for.join(", ")
        );
        return Err(Stop { status: NO_DJANGO, why, written: Vec::new() });
    }
    if let Some(wanted) = &options.settings {
        let modules = &scan.inventory.settings.modules;
        if !modules.iter().any(|module| module.module == *wanted) {
            let there: Vec<_> = modules.iter().map(|module| escape(&module.module)).collect();
            let there = if there.is_empty() { "none".to_owned() } else { there.join(", ") };
            return Err(format!("there is no settings module {wanted}; found: {there}").into());
        }
    }
    Ok(scan)
}

fn bad_root(bad: &walk::BadRoot, path: &Path) -> Stop {
    let mut why = escape(&bad.to_string()).into_owned();
    // `migscan shcema` is read as a folder.
    let names: Vec<String> = Args::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if let (walk::BadRoot::Missing(_), Some(name)) = (bad, nearest(&path.to_string_lossy(), &names)) {
        why.push_str(&format!("; did you mean the command `{name}`?"));
    }
    why.into()
}

fn many(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn closing(written: &[String]) -> String {
    if written.is_empty() { " — nothing written".to_owned() } else { format!(" — wrote {}", written.join(", ")) }
}

fn timings(steps: &[(&'static str, Duration)], reporting: Duration, total: Duration) -> String {
    let steps = steps.iter().copied().chain([("reports", reporting), ("total", total)]);
    steps.map(|(name, took)| format!("  {name:<12} {:>9.1} ms\n", took.as_secs_f64() * 1000.0)).collect()
}
