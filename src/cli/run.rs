//! One run, in the order in which things can go wrong: command line, folder, configuration, outputs, scan, reports, the last line.

use std::error::Error as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::CommandFactory as _;

use super::args::{Args, Color, ProjectArgs, ScanArgs};
use super::cache::Cache;
use super::ci;
use super::commands;
use super::config::{self, BadConfig, Setup, Tables};
use super::fault;
use super::gate::Gates;
use super::kit::Folder;
use super::output::{Target, Written, targets};
use super::outputs::{self, Memory, Output};
use super::progress::Bar;
use super::terminal::{color_err, diagnostic, say, shows_progress};
use super::walk::{self, Found};
use crate::base::digest::Digest;
use crate::base::nearest::nearest;
use crate::django::mentions::Wanted;
use crate::effort::Analysis;
use crate::plan::overrides;
use crate::report::escape::escape;
use crate::report::json::Report;
use crate::report::{self, Format};
use crate::truth::{self, Truth};
use crate::{Kept, Scan, ScanOptions};

/// Wrong usage or configuration, unreadable input, an output that could not be written.
pub const FAILED: u8 = 2;
const NO_DJANGO: u8 = 4;
/// A condition of `--fail-on` holds.
pub const GATE: u8 = 1;
/// Something could not be read or established, and `--strict` was asked for.
pub const INCOMPLETE: u8 = 3;

/// How many settings modules a message names.
const SHOWN: usize = 6;

/// Stack of the threads that read files.
const WORKER_STACK: usize = 16 << 20;

/// Why a run ended early.
pub struct Stop {
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

impl Stop {
    pub fn with(status: u8, why: String) -> Stop {
        Stop { status, why, written: Vec::new() }
    }

    /// It failed after some files were written.
    pub fn after(why: String, written: &[String]) -> Stop {
        Stop { written: written.to_vec(), ..Stop::from(why) }
    }
}

/// Everything after the command line; gives the exit status.
pub fn run(args: Args) -> u8 {
    let done = match args.command {
        Some(command) => commands::run(&command),
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

/// The steps of a run with the time that each took.
type Steps = crate::base::clock::Laps;
/// Hashes of contents, by path.
type Digests = Vec<(String, Digest)>;

/// A project, its configuration, and what is to be said while it is scanned.
pub struct Job<'a> {
    pub root: PathBuf,
    pub setup: Setup,
    project: &'a ProjectArgs,
    color: Color,
    threads: usize,
    pub bar: bool,
    /// What earlier runs understood of the files.
    kept: Option<Arc<Kept>>,
}

impl<'a> Job<'a> {
    /// Everything that can be refused before a file is read.
    pub fn new(project: &'a ProjectArgs, color: Color) -> Result<Job<'a>, Stop> {
        let root = walk::root(&project.path).map_err(|bad| bad_root(&bad, &project.path))?;
        let setup = config::load(project.config.as_deref(), &root).and_then(|setup| match &project.profile {
            Some(profile) => setup.with_profile(Some(profile)),
            None => Ok(setup),
        });
        let setup = setup.map_err(|bad| refused(&bad, color))?;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Job { root, setup, project, color, threads, bar: false, kept: None })
    }

    /// Rules and numbers, with what the configuration changes in them.
    pub fn tables(&self) -> Result<Tables, Stop> {
        self.setup.tables().map_err(|bad| refused(&bad, self.color))
    }

    /// The scan with its meaning, and the times of its steps. Files that an earlier scan understood are not parsed again.
    pub fn analysis(mut self) -> Result<(Analysis, Steps), Stop> {
        self.pool()?;
        let found = self.walk();
        self.kept = Cache::facts_of_scans(&self.root, &found).map(Arc::new);
        self.analysis_of(&found).map(|(analysis, _, steps)| (analysis, steps))
    }

    /// The same of a tree that was walked; with the hashes of what was read, where they are wanted.
    fn analysis_of(self, found: &Found) -> Result<(Analysis, Digests, Steps), Stop> {
        let Tables { catalogue, model } = self.tables()?;
        let (setup, color) = (self.setup.clone(), self.color);
        let mut scan = self.scan(found, catalogue.wanted())?;
        let start = Instant::now();
        fault::step("working out rules and estimate");
        let analysis = Analysis::of(scan.inventory, catalogue, model, setup.choices.clone())
            .map_err(|wrong| refused(&setup.no_such_module(&wrong), color))?;
        overrides::check(&analysis).map_err(|wrong| refused(&setup.contradiction(&wrong), color))?;
        scan.timings.push(("estimate", start.elapsed()));
        Ok((analysis, scan.digests, scan.timings))
    }
}

/// What is wrong with a file of the user's, shown; what is left is the last line.
pub fn refused(bad: &BadConfig, color: Color) -> Stop {
    say(&diagnostic(bad, color_err(color)));
    format!("{} cannot be used", bad.file).into()
}

/// The line to end with.
fn scan(args: &ScanArgs) -> Result<String, Stop> {
    let mut job = Job::new(&args.project, args.color)?;
    job.threads = args.threads.map_or(job.threads, usize::from);
    job.bar = !args.quiet && shows_progress(args.progress);
    if let Some((file, why)) = &job.setup.ignored
        && !args.quiet
    {
        say(&format!("migscan: warning: {file} is not used: {why}"));
    }
    let gates = Gates::new(args, &job.setup)?;
    let outputs = targets(&[
        (Format::Json, &args.json),
        (Format::Html, &args.html),
        (Format::Markdown, &args.markdown),
        (Format::Sarif, &args.sarif),
        (Format::Gitlab, &args.gitlab),
        (Format::Junit, &args.junit),
    ])?;
    let tables = args.csv.as_deref().map(Folder::new).transpose()?;
    let to_stdout = outputs.iter().any(|(_, target)| *target == Target::Stdout);
    let truth = args.truth.as_deref().map(|file| truth(file, to_stdout)).transpose()?;
    let prefix = if args.anonymize { String::new() } else { ci::prefix(args, &job.root)? };

    // Whoever asked for a report on stdout wants nothing else there.
    let summary = truth.is_none() && !args.quiet && !args.anonymize && !to_stdout;
    let wanted = outputs::wanted(args, outputs.iter().map(|(format, _)| *format), summary);

    let start = Instant::now();
    job.pool()?;
    // What compares with an earlier report, judges, or tells a CI system looks at the project itself.
    let plain = gates.is_empty() && !ci::in_actions(args.github);
    let mut memory = Memory::open(args, &job, plain, &prefix);
    let found = job.walk();
    let mut steps: Steps = vec![("walk", start.elapsed())];
    let remembered = memory.recall(&found, &wanted, |format| outputs.iter().find(|(asked, _)| *asked == format)?.1.file());
    let (mut compared, mut verdict, mut fresh) = (None, None, None);
    let mut faults = Vec::new();
    let made = match remembered {
        Some(made) => {
            steps.push(("remembered", start.elapsed().saturating_sub(steps.iter().map(|(_, took)| *took).sum())));
            made
        }
        None => {
            let kept = memory.facts(&found);
            job.kept.clone_from(&kept);
            let (analysis, digests, more) = job.analysis_of(&found)?;
            steps.extend(more);
            let reporting = Instant::now();
            fault::step("planning");
            let mut report = Report::from(&analysis);
            verdict = gates.judge(&analysis, &mut report);
            let report = Report { prefix, ..shown(report, &analysis, args.anonymize)? };
            steps.push(("report", reporting.elapsed()));
            let making = Instant::now();
            fault::step("making the reports");
            let outputs::Outcome { made, cuts, faults: missing } = outputs::make(&wanted, &analysis, &report);
            faults = missing;
            cuts.iter().for_each(|cut| say(&format!("migscan: warning: {cut}")));
            compared = truth.as_ref().map(|truth| truth::table(&truth::compare(truth, &report::json::value(&report)), args.verbose));
            steps.push(("formats", making.elapsed()));
            let keeping = Instant::now();
            // A warning would not be remembered.
            memory.keep(&found, &digests, kept.as_deref(), &made, cuts.is_empty() && faults.is_empty());
            steps.push(("cache", keeping.elapsed()));
            fresh = Some((analysis, report));
            made
        }
    };
    let writing = Instant::now();
    fault::step(fault::WRITING);
    let mut written = Vec::new();
    let mut counts = String::new();
    for (output, bytes) in &made {
        let stopped = |why| Stop::after(why, &written);
        let text = bytes.as_deref().unwrap_or_default();
        match output {
            Output::Report(Format::Terminal { .. }) => drop(Target::Stdout.write(text).map_err(stopped)?),
            Output::Report(format) => {
                let Some((_, target)) = outputs.iter().find(|(asked, _)| asked == format) else { continue };
                if bytes.is_none() || target.write(text).map_err(stopped)? == Written::Whole {
                    written.push(target.name());
                }
            }
            Output::Tables => {
                let (Some(folder), Some(name)) = (&tables, &args.csv) else { continue };
                folder.write(&outputs::tables(text)).map_err(stopped)?;
                written.push(escape(&name.to_string_lossy()).into_owned());
            }
            Output::Counts => counts = String::from_utf8_lossy(text).into_owned(),
        }
    }
    if let Some(table) = &compared {
        Target::Stdout.write(table.as_bytes()).map_err(|why| Stop::after(why, &written))?;
    }
    if let Some((analysis, report)) = &fresh {
        let to_stdout = to_stdout || truth.is_some();
        written.extend(ci::github(args, analysis, report, to_stdout).map_err(|why| Stop::after(why, &written))?);
    }
    if args.timings {
        steps.push(("write", writing.elapsed()));
        say(&timings(&steps, start.elapsed()));
    }
    // The program is about to end, and the system takes memory back faster than piece by piece.
    std::mem::forget(fresh);
    if !faults.is_empty() {
        return Err(Stop::after(faults.join("; "), &written));
    }
    if let Some((status, why)) = verdict {
        return Err(Stop { status, why, written });
    }
    Ok(format!("migscan: {counts}{}", closing(&written)))
}

/// What the outputs are made from.
fn shown(report: Report, analysis: &Analysis, anonymize: bool) -> Result<Report, String> {
    if !anonymize {
        return Ok(report);
    }
    report::anonymize::anonymized(&report, analysis).ok_or_else(|| "the pseudonyms do not fit the report".to_owned())
}

/// Writes what is made of reports alone; the terminal gets its text where no report goes to stdout. Gives the names for the last line.
pub fn deliver(outputs: &[(Target, Vec<u8>)], terminal: Option<&[u8]>) -> Result<Vec<String>, Stop> {
    let mut written = Vec::new();
    for (target, bytes) in outputs {
        if target.write(bytes).map_err(|why| Stop::after(why, &written))? == Written::Whole {
            written.push(target.name());
        }
    }
    if let Some(text) = terminal.filter(|_| outputs.iter().all(|(target, _)| *target != Target::Stdout)) {
        Target::Stdout.write(text).map_err(|why| Stop::after(why, &written))?;
    }
    Ok(written)
}

/// The truth to compare with, read before the work starts.
fn truth(file: &Path, to_stdout: bool) -> Result<Truth, String> {
    if to_stdout {
        return Err("--truth and a report on \"-\" both want stdout; give the report a file".to_owned());
    }
    let name = escape(&file.to_string_lossy()).into_owned();
    let bytes = std::fs::read(file).map_err(|error| format!("cannot read {name}: {error}"))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| format!("cannot use {name}: it is not text"))?;
    Truth::read(text).map_err(|why| format!("cannot use {name}: {}", escape(&why)))
}

impl Job<'_> {
    /// The threads that all steps share.
    fn pool(&self) -> Result<(), Stop> {
        let threads = self.threads;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(WORKER_STACK).build_global();
        // An error without a source only says that there is a pool already.
        if pool.is_err_and(|error| error.source().is_some()) {
            return Err(format!("the system does not give {threads} threads; --threads 1 asks for fewer").into());
        }
        Ok(())
    }

    /// Bytes of the largest file that is read, where the command line says it.
    pub fn max_file_size(&self) -> Option<u64> {
        self.project.max_file_size.map(|megabytes| megabytes * 1_000_000)
    }

    fn walk(&self) -> Found {
        crate::walk(&self.root, &self.setup.exclude, self.max_file_size())
    }

    fn scan(&self, found: &Found, wanted: Wanted) -> Result<Scan, Stop> {
        let options = ScanOptions {
            settings: self.project.settings.clone().or_else(|| self.setup.settings.clone()),
            environment: self.setup.environment.clone(),
            exclude: self.setup.exclude.clone(),
            max_file_size: self.max_file_size(),
            wanted,
            kept: self.kept.clone(),
        };
        let bar = Bar::new(self.bar);
        fault::step("reading the files");
        let told = |progress| {
            if progress == crate::Progress::Evaluating {
                fault::step("evaluating the project");
            }
            bar.update(progress);
        };
        let scan = crate::scan_found(&self.root, found, &options, &told);
        drop(bar);
        checked(scan, self.project, &options)
    }
}

/// Whether there is a Django project, with the settings that were asked for.
fn checked(scan: Scan, project: &ProjectArgs, options: &ScanOptions) -> Result<Scan, Stop> {
    if !scan.is_django {
        let looked_for: Vec<_> = scan.looked_for.iter().map(|what| escape(what)).collect();
        let why = format!(
            "no Django project found in {}, {}; looked for {}",
            escape(&project.path.to_string_lossy()),
            many(scan.inventory.project.files, "file"),
            looked_for.join(", ")
        );
        let fastapi = &scan.inventory.fastapi;
        let why = match fastapi.is_empty() {
            true => why,
            false => format!(
                "{why}; there is FastAPI: {} with {}",
                many(fastapi.apps.len() as u64, "application"),
                many(fastapi.routes.len() as u64, "route")
            ),
        };
        return Err(Stop { status: NO_DJANGO, why, written: Vec::new() });
    }
    if let Some(wanted) = &options.settings {
        let modules = &scan.inventory.settings.modules;
        if !modules.iter().any(|module| module.module == *wanted) {
            let there: Vec<_> = modules.iter().map(|module| escape(&module.module)).collect();
            let more = there.len().saturating_sub(SHOWN);
            let mut named =
                if there.is_empty() { "none".to_owned() } else { there.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ") };
            if more > 0 {
                named.push_str(&format!(" and {more} more"));
            }
            return Err(format!("there is no settings module {wanted}; found: {named}").into());
        }
    }
    Ok(scan)
}

pub fn bad_root(bad: &walk::BadRoot, path: &Path) -> Stop {
    let mut why = escape(&bad.to_string()).into_owned();
    // `migscan shcema` is read as a folder.
    let names: Vec<String> = Args::command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if let (walk::BadRoot::Missing(_), Some(name)) = (bad, nearest(&path.to_string_lossy(), &names)) {
        why.push_str(&format!("; did you mean the command `{name}`?"));
    }
    why.into()
}

pub fn many(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

pub fn closing(written: &[String]) -> String {
    if written.is_empty() { " — nothing written".to_owned() } else { format!(" — wrote {}", written.join(", ")) }
}

fn timings(steps: &[(&'static str, Duration)], total: Duration) -> String {
    let steps = steps.iter().copied().chain([("total", total)]);
    steps.map(|(name, took)| format!("  {name:<16} {:>9.1} ms\n", took.as_secs_f64() * 1000.0)).collect()
}
