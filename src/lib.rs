//! migscan: what it takes to move a Django project to FastAPI, told from the source text alone.
//!
//! [`scan`] is the pipeline: walk → read and parse → facts → project → evaluation → Django's constructs. Each layer imports only from those
//! before it; `tests/layers.rs` holds the order.

#![forbid(unsafe_code)]
// A stranger's tree must not be able to end a run. Tests may.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::unreachable,
        clippy::todo
    )
)]

pub mod base;
pub mod cli;
pub mod django;
pub mod effort;
pub mod eval;
pub mod facts;
pub mod fastapi;
pub mod plan;
pub mod project;
pub mod report;
pub mod rules;
pub mod sources;
pub mod syntax;
pub mod truth;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use base::clock::{Clock, Laps};
use base::digest::Digest;
use cli::walk::Found;
use django::inventory::Inventory;
use django::mentions::Wanted;
use django::settings;
use project::Project;
use sources::Sources;
pub use sources::kept::Kept;

/// What the caller decides about a scan.
#[derive(Clone, Debug, Default)]
pub struct ScanOptions {
    /// The settings module, where several exist.
    pub settings: Option<String>,
    /// Variables of the environment that the project is to be seen with.
    pub environment: BTreeMap<String, String>,
    /// Globs of paths to leave out.
    pub exclude: Vec<String>,
    /// Bytes of the largest file that is read, where it is not the usual limit.
    pub max_file_size: Option<u64>,
    /// Names that rules look for.
    pub wanted: Wanted,
    /// What earlier runs understood of the files, where the next one is to know what this one does.
    pub kept: Option<Arc<Kept>>,
}

/// How far a scan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Walked { files: u64 },
    Read { done: u64 },
    Evaluating,
    Done,
}

#[derive(Debug, Default)]
pub struct Scan {
    pub inventory: Inventory,
    /// Whether there is a Django project at all.
    pub is_django: bool,
    /// What was looked for to decide that.
    pub looked_for: Vec<String>,
    /// Hashes of what was read, sorted by path; only where something is kept for the next run.
    pub digests: Vec<(String, Digest)>,
    /// How long each step took, and the parts of a step after it.
    pub timings: Laps,
}

/// Scan the project below `root`. Nothing of it is executed, and nothing outside it is read.
pub fn scan(root: &Path, options: &ScanOptions, progress: &(dyn Fn(Progress) + Sync)) -> Scan {
    let began = Instant::now();
    let found = walk(root, &options.exclude, options.max_file_size);
    let walked = began.elapsed();
    let mut scan = scan_found(root, &found, options, progress);
    scan.timings.insert(0, ("walk", walked));
    scan
}

/// The files of a tree, without those that the globs leave out.
pub fn walk(root: &Path, exclude: &[String], max_file_size: Option<u64>) -> Found {
    sources::walk(root, exclude, max_file_size.unwrap_or(sources::FILE_SIZE))
}

/// The scan of a tree that was walked already.
pub fn scan_found(root: &Path, found: &Found, options: &ScanOptions, progress: &(dyn Fn(Progress) + Sync)) -> Scan {
    let mut clock = Clock::default();
    let limit = options.max_file_size.unwrap_or(sources::FILE_SIZE);
    progress(Progress::Walked { files: found.files.len() as u64 });
    let mut sources = sources::read(root, found, limit, options.kept.as_ref(), progress);
    let mut digests = std::mem::take(&mut sources.digests);
    clock.lap("parse");
    progress(Progress::Evaluating);
    let mut project = Project::new(sources.take_files(), &sources.unparsed(), sources.entry_points(), &sources.declared());
    let mut candidates = settings::candidates(&project, &sources.configs, options.settings.as_deref());
    // Settings may install apps that lie among the tests: those are parsed after all.
    let mut wanted = sources::installed_tests(&project, &candidates, &sources);
    while !wanted.is_empty() {
        let found_late = candidates.is_empty();
        let mut files = std::mem::take(&mut project.files);
        files.extend(sources.promote(root, &wanted, options.kept.as_ref()));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        project = Project::new(files, &sources.unparsed(), sources.entry_points(), &sources.declared());
        candidates = settings::candidates(&project, &sources.configs, options.settings.as_deref());
        // Settings that were among the tests themselves have not been asked yet.
        wanted = if found_late { sources::installed_tests(&project, &candidates, &sources) } else { Default::default() };
    }
    clock.lap("names");
    let majors = sources.majors();
    project.django_major = majors.get("django").copied();
    project.packages.declare(majors);
    project.environment.clone_from(&options.environment);
    let is_django = sources::is_django(&project, &candidates);
    // After Django's own run, which it must not change: both share what is known of packages.
    let settings_of_django = candidates.clone();
    let mut parts = Clock::default();
    // Migrations are read beside it: most of it does not ask for them.
    let files = &project.files;
    let mut inventory = rayon::in_place_scope(|scope| {
        scope.spawn(|_| project::finish(files));
        django::inventory(&project, candidates, &options.wanted, &mut parts)
    });
    let other_side = fastapi::collect(&project, &settings_of_django);
    inventory.coverage.unresolved.extend(other_side.unresolved.iter().cloned());
    inventory.coverage.unresolved.sort();
    inventory.fastapi = other_side;
    parts.lap("- FastAPI");
    clock.lap("evaluation");
    clock.laps.extend(parts.laps);
    // What another run may see otherwise is not to be remembered.
    if project.files.iter().any(|file| file.facts.is_late()) {
        digests.clear();
    }
    sources.describe(root, &project, &mut inventory);
    clock.lap("templates");
    // Millions of small pieces, which nobody has to wait for.
    rayon::spawn(move || drop(project.files));
    progress(Progress::Done);
    Scan { inventory, is_django, looked_for: Sources::looked_for(), digests, timings: clock.laps }
}
