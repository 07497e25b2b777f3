//! `migscan trend` and `migscan portfolio`: reports of many runs, one after the other, and what is made of them.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::args::{PortfolioArgs, TrendArgs};
use super::config::Text;
use super::output::{Target, Written};
use super::run::{Stop, many, refused};
use super::terminal::say;
use crate::report::codeowners::Owners;
use crate::report::escape::escape;
use crate::report::html::many as pages;
use crate::report::{past, portfolio, trend as burndown};

fn shown(path: &Path) -> String {
    escape(&path.to_string_lossy()).into_owned()
}

/// What is written, in order, and whether the terminal is still ours.
fn write(outputs: &[(Target, Vec<u8>)], terminal: &str) -> Result<Vec<String>, Stop> {
    let mut written = Vec::new();
    let mut ours = true;
    for (target, bytes) in outputs {
        match target.write(bytes)? {
            Written::Whole => written.push(target.name()),
            Written::Closed => ours = false,
        }
        ours &= *target != Target::Stdout;
    }
    if ours {
        Target::Stdout.write(terminal.as_bytes())?;
    }
    Ok(written)
}

/// Targets that can be written, no two the same.
fn targets(paths: &[&Option<PathBuf>]) -> Result<Vec<Option<Target>>, String> {
    let mut out: Vec<Option<Target>> = Vec::new();
    for path in paths {
        let target = path.as_deref().map(Target::new);
        if let Some(target) = &target {
            if out.iter().flatten().any(|other| other == target) {
                return Err(format!("two reports cannot both go to {}", target.name()));
            }
            target.check()?;
        }
        out.push(target);
    }
    Ok(out)
}

fn last_line(what: &str, written: &[String]) {
    let wrote = if written.is_empty() { "nothing written".to_owned() } else { format!("wrote {}", written.join(", ")) };
    say(&format!("migscan: {what} — {wrote}"));
}

pub fn trend(args: &TrendArgs) -> Result<(), Stop> {
    let targets = targets(&[&args.json, &args.html])?;
    let owners = match &args.owners {
        Some(file) => Some(Owners::read(&Text::named(file).map_err(|bad| refused(&bad, super::args::Color::Auto))?.text)),
        None => None,
    };
    if let (Some(owners), Some(file)) = (&owners, &args.owners) {
        for line in &owners.refused {
            say(&format!("migscan: warning: {}:{line}: this is no pattern of CODEOWNERS, and is passed over", shown(file)));
        }
    }
    let mut builder = burndown::Builder::new(owners.as_ref());
    for path in &args.reports {
        let file = File::open(path).map_err(|error| format!("cannot read {}: {error}", shown(path)))?;
        let past = past::read(BufReader::new(file)).map_err(|why| format!("cannot use {}: {}", shown(path), escape(&why.to_string())))?;
        let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        builder.add(&name, &past);
    }
    let trend = builder.finish();
    let mut outputs = Vec::new();
    for (target, bytes) in targets.into_iter().zip([burndown::write, pages::trend]) {
        if let Some(target) = target {
            outputs.push((target, bytes(&trend)));
        }
    }
    let written = write(&outputs, &burndown::text(&trend))?;
    let left = trend.reports.last().map_or(0, |point| point.routes.left);
    last_line(&format!("{}, {} left on Django", many(trend.reports.len() as u64, "report"), many(left, "route")), &written);
    Ok(())
}

/// The reports that the command line names; of a folder those in it that end in `.json`, sorted.
fn reports(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut out = Vec::new();
    for path in paths {
        if !path.is_dir() {
            out.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).map_err(|error| format!("cannot read {}: {error}", shown(path)))?;
        let mut inside: Vec<PathBuf> =
            entries.flatten().map(|entry| entry.path()).filter(|p| p.extension().is_some_and(|e| e == "json")).collect();
        inside.sort();
        if inside.is_empty() {
            return Err(format!("there is no file that ends in .json in {}", shown(path)));
        }
        out.append(&mut inside);
    }
    Ok(out)
}

pub fn portfolio(args: &PortfolioArgs) -> Result<(), Stop> {
    let targets = targets(&[&args.json, &args.csv, &args.html])?;
    let mut builder = portfolio::Builder::default();
    for path in reports(&args.reports)? {
        let name = path.to_string_lossy();
        let why = match File::open(&path) {
            Ok(file) => builder.add(&name, BufReader::new(file)).err().map(|refused| refused.to_string()),
            Err(error) => {
                builder.refuse(&name, &format!("cannot be read: {error}"));
                Some(format!("cannot be read: {error}"))
            }
        };
        if let Some(why) = why {
            say(&format!("migscan: warning: {}: {}", shown(&path), escape(&why)));
        }
    }
    let found = builder.finish();
    let lines = args.json.as_deref().is_some_and(|path| path.extension().is_some_and(|e| e == "ndjson" || e == "jsonl"));
    let json = if lines { portfolio::lines } else { portfolio::write };
    let mut outputs = Vec::new();
    for (target, bytes) in targets.into_iter().zip([json, portfolio::table, pages::portfolio]) {
        if let Some(target) = target {
            outputs.push((target, bytes(&found)));
        }
    }
    let written = write(&outputs, &portfolio::text(&found))?;
    let totals = &found.totals;
    last_line(&format!("{} reports, {} not read", totals.repositories + totals.not_read, totals.not_read), &written);
    Ok(())
}
