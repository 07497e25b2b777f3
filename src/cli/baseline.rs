//! `migscan baseline write|check|prune`: the file of what is known already.

use std::path::Path;

use super::args::{BaselineArgs, BaselineDo, Color};
use super::earlier;
use super::output::Target;
use super::run::{GATE, Job, Stop};
use super::terminal::say;
use crate::report::baseline::{Baseline, Entry};
use crate::report::changes::{hides, words::things};
use crate::report::escape::escape;
use crate::report::frozen;
use crate::report::json::Report;
use crate::report::past::Past;

pub fn run(args: &BaselineArgs) -> Result<(), Stop> {
    let target = Target::new(&args.file);
    let name = target.name();
    if args.strict && args.action != BaselineDo::Check {
        return Err("--strict is for \"baseline check\": stale entries fail it".to_owned().into());
    }
    let writes = args.action != BaselineDo::Check;
    if target == Target::Stdout && args.action != BaselineDo::Write {
        return Err("a baseline that is to be checked or pruned is a file; --file names it".to_owned().into());
    }
    // A file of somebody else's is no more written over than read.
    let known = match args.action {
        BaselineDo::Write if !Path::new(&args.file).exists() || target == Target::Stdout => None,
        _ if !Path::new(&args.file).exists() => {
            return Err(format!("there is no baseline {name}; `migscan baseline write` makes it, --file names another").into());
        }
        _ => Some(earlier::baseline(&args.file)?),
    };
    if writes {
        target.check()?;
    }
    let job = Job::new(&args.project, Color::Auto)?;
    let analysis = job.analysis()?.0;
    let now = Past::of(&Report::from(&analysis));
    let mut here = Baseline::of(&now);
    here.entries.extend(frozen::entries(&analysis, &now));
    let Some(known) = known else {
        target.write(here.text().as_bytes())?;
        say(&format!("migscan: {} written to {name}", entries(here.entries.len())));
        return Ok(());
    };
    let checked = known.check(&here, |entry| hides(&now, &entry.module));
    let mut text = String::new();
    if args.action == BaselineDo::Check || args.action == BaselineDo::Prune {
        list(&mut text, "new", &checked.new, args.action == BaselineDo::Check);
        list(&mut text, "stale", &checked.stale, true);
        list(&mut text, "not seen", &checked.not_seen, true);
        Target::Stdout.write(text.as_bytes())?;
    }
    let counts =
        format!("{} new, {} stale, {} not seen, {} known", checked.new.len(), checked.stale.len(), checked.not_seen.len(), checked.known);
    match args.action {
        BaselineDo::Write => {
            // What cannot be seen today stays: a broken file is no reason to forget what it held.
            here.entries.extend(checked.not_seen.iter().cloned());
            target.write(here.text().as_bytes())?;
            say(&format!("migscan: {counts} — {} written to {name}", entries(here.entries.len())));
        }
        BaselineDo::Prune => {
            let left = known.without(&checked.stale);
            target.write(left.text().as_bytes())?;
            say(&format!("migscan: {} taken out of {name}, {} left", entries(checked.stale.len()), left.entries.len()));
        }
        BaselineDo::Check => {
            let stale = args.strict && !checked.stale.is_empty();
            if !checked.new.is_empty() || stale {
                let mut why = Vec::new();
                if !checked.new.is_empty() {
                    why.push(format!("{} not in {name}", things(checked.new.len(), "finding")));
                }
                if stale {
                    why.push(format!("{} stale: migscan baseline prune takes them out", entries(checked.stale.len())));
                }
                return Err(Stop::with(GATE, format!("failed: {}", why.join("; "))));
            }
            say(&format!("migscan: {counts} in {name} — nothing written"));
        }
    }
    Ok(())
}

fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// Each on a line that begins with a word of ours.
fn list(text: &mut String, word: &str, entries: &[Entry], shown: bool) {
    for entry in entries.iter().filter(|_| shown) {
        text.push_str(&format!("{word}: {}\n", escape(&entry.line())));
    }
}
