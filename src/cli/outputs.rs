//! What a run gives, finished: reports, tables, the summary, the numbers of the last line; worked out, or remembered from an earlier run. What
//! is written does not know which.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::args::ScanArgs;
use super::cache::{self, Cache, Key};
use super::fault;
use super::run::{Job, many};
use super::terminal::{color_out, say};
use super::walk::{Found, Limits};
use crate::Kept;
use crate::base::digest::Digest;
use crate::effort::Analysis;
use crate::plan::kit::KitFile;
use crate::report::changes::words::findings;
use crate::report::escape::escape;
use crate::report::json::Report;
use crate::report::totals::Totals;
use crate::report::{self, Format};

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Report(Format),
    /// The files of `--csv`.
    Tables,
    /// The numbers of the last line.
    Counts,
}

/// In the order in which they were asked for; without bytes where the file that it goes to is there and says the same.
pub type Made = Vec<(Output, Option<Vec<u8>>)>;

impl Output {
    /// Its bytes, and what had to be left out of it.
    fn make(self, analysis: &Analysis, report: &Report) -> (Vec<u8>, Vec<String>) {
        let bytes = match self {
            Output::Report(format) => {
                let made = report::made(format, analysis, report);
                return (made.bytes, made.cuts);
            }
            Output::Tables => {
                let files: Vec<(String, String)> = report::csv::write(report).into_iter().map(|file| (file.path, file.text)).collect();
                postcard::to_stdvec(&files).unwrap_or_default()
            }
            Output::Counts => counts(analysis, report).into_bytes(),
        };
        (bytes, Vec::new())
    }

    /// What goes on while it is made.
    fn words(self) -> &'static str {
        match self {
            Output::Report(Format::Json) => "making the JSON report",
            Output::Report(Format::Html) => "making the page",
            Output::Report(Format::Markdown) => "making the Markdown summary",
            Output::Report(Format::Sarif) => "making the SARIF report",
            Output::Report(Format::Gitlab) => "making GitLab's report",
            Output::Report(Format::Junit) => "making the JUnit report",
            Output::Report(Format::Terminal { .. }) => "making the summary",
            Output::Tables => "making the tables",
            Output::Counts => "counting",
        }
    }

    fn name(self, memory: &Memory) -> String {
        format!("{self:?} {} {}", memory.anonymize, memory.prefix)
    }
}

/// What became of all of them.
#[derive(Default)]
pub struct Outcome {
    pub made: Made,
    /// Sentences about what had to be left out.
    pub cuts: Vec<String>,
    /// Sentences about those that are missing for a mistake of ours.
    pub faults: Vec<String>,
}

/// The outputs at the same time: none needs another, and none is lost with another.
pub fn make(wanted: &[Output], analysis: &Analysis, report: &Report) -> Outcome {
    let make = |output: &Output| fault::caught(output.words(), || output.make(analysis, report));
    let all: Vec<_> = wanted.par_iter().with_max_len(1).map(make).collect();
    let mut out = Outcome::default();
    for (output, made) in wanted.iter().zip(all) {
        match made {
            Ok((bytes, cuts)) => {
                out.made.push((*output, Some(bytes)));
                out.cuts.extend(cuts);
            }
            Err(sentence) => out.faults.push(sentence),
        }
    }
    out
}

pub fn tables(bytes: &[u8]) -> Vec<KitFile> {
    let files: Vec<(String, String)> = postcard::from_bytes(bytes).unwrap_or_default();
    files.into_iter().map(|(path, text)| KitFile { path, text }).collect()
}

/// What the command line asks for, beside the truth, which is compared anew each time.
pub fn wanted(args: &ScanArgs, formats: impl Iterator<Item = Format>, summary: bool) -> Vec<Output> {
    let mut out: Vec<Output> = formats.map(Output::Report).collect();
    out.extend(args.csv.as_ref().map(|_| Output::Tables));
    out.extend(summary.then(|| Output::Report(Format::Terminal { color: color_out(args.color), full: args.verbose })));
    out.push(Output::Counts);
    out
}

fn counts(analysis: &Analysis, report: &Report) -> String {
    let found = &analysis.inventory;
    let totals = Totals::of(found);
    format!(
        "{}, {}, {} in {}, coverage {:.1} %{}",
        many(totals.apps, "app"),
        many(totals.models, "model"),
        many(totals.routes, "route"),
        many(found.project.files, "file"),
        found.coverage.percent(),
        report.changes.as_ref().map_or_else(String::new, |changes| format!(", findings: {}", findings(changes)))
    )
}

/// What is known from earlier runs, where the user wants that and nothing speaks against it.
pub struct Memory {
    cache: Option<Cache>,
    /// Whether whole outputs are remembered; else only what was understood of each file.
    whole: bool,
    anonymize: bool,
    /// Before the paths in the reports of CI systems.
    prefix: String,
    /// Bytes of the largest file that is read.
    limit: u64,
}

impl Memory {
    /// `plain`: nothing but the project and the options named here decides the outputs. What else decides them has no say in what is understood
    /// of a file.
    pub fn open(args: &ScanArgs, job: &Job<'_>, plain: bool, prefix: &str) -> Memory {
        // What decides the outputs is named here, or it must not be in the cache: a new option stops this from compiling.
        let ScanArgs {
            project,
            json: _,
            html: _,
            markdown: _,
            csv: _,
            sarif: _,
            gitlab: _,
            junit: _,
            path_prefix: _,
            baseline: _,
            fail_on: _,
            strict: _,
            changed: _,
            github: _,
            anonymize,
            truth,
            threads: _,
            no_cache,
            cache_dir,
            timings: _,
            quiet: _,
            verbose: _,
            color: _,
            progress: _,
        } = args;
        let settings = project.settings.as_deref().unwrap_or_default();
        let limit = job.max_file_size().unwrap_or(Limits::default().file_size);
        let cache = Cache::open(!no_cache, cache_dir.as_deref(), &job.root, &[settings, &job.setup.given(), &limit.to_string()]);
        if let (false, None, Some(folder)) = (no_cache, &cache, cache_dir) {
            let why = cache::unusable(folder, &job.root);
            say(&format!("migscan: warning: nothing is remembered in {}: {why}", escape(&folder.to_string_lossy())));
        }
        let whole = plain && truth.is_none();
        Memory { cache, whole, anonymize: *anonymize, prefix: prefix.to_owned(), limit }
    }

    /// What is known of the files of a tree that is to be scanned.
    pub fn facts(&self, found: &Found) -> Option<Arc<Kept>> {
        self.cache.as_ref().map(|cache| Arc::new(cache.facts(found)))
    }

    /// All of them, or none. `place` is the file that a report goes to.
    pub fn recall<'a>(&mut self, found: &Found, wanted: &[Output], place: impl Fn(Format) -> Option<&'a Path> + Sync) -> Option<Made> {
        let cache = self.cache.as_mut().filter(|cache| self.whole && cache.knows_something())?;
        let key = cache.key(found, self.limit)?;
        let cache = self.cache.as_ref()?;
        let recall = |output: &Output| {
            let name = output.name(self);
            match output {
                Output::Report(format) if place(*format).is_some_and(|path| cache.is_there(key, &name, path)) => Some((*output, None)),
                _ => Some((*output, Some(cache.result(key, &name)?))),
            }
        };
        wanted.par_iter().with_max_len(1).map(recall).collect()
    }

    /// `read` are the contents that the outputs were made from. `complete`: nothing is missing from those that were made.
    pub fn keep(&mut self, found: &Found, read: &[(String, Digest)], facts: Option<&Kept>, made: &Made, complete: bool) {
        let Some(cache) = self.cache.as_mut() else { return };
        let key: Option<Key> = cache.key_after(found, read);
        let Some(cache) = self.cache.as_ref() else { return };
        if let Some(facts) = facts {
            cache.keep_facts(facts);
        }
        let Some(key) = key.filter(|_| complete && self.whole) else { return cache.shrink() };
        for (output, bytes) in made.iter().filter_map(|(output, bytes)| Some((output, bytes.as_ref()?))) {
            cache.keep_result(key, &output.name(self), bytes);
        }
        cache.shrink();
    }
}
