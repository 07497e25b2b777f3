//! `migscan trend` and `migscan portfolio`: reports of many runs, one after the other, and what is made of them.

use std::fs;
use std::path::{Path, PathBuf};

use super::args::{PortfolioArgs, TrendArgs};
use super::earlier;
use super::output::targets;
use super::run::{Stop, closing, deliver, many};
use super::terminal::say;
use crate::report::escape::escape;
use crate::report::html::many as pages;
use crate::report::{portfolio, trend as burndown};

fn shown(path: &Path) -> String {
    escape(&path.to_string_lossy()).into_owned()
}

pub fn trend(args: &TrendArgs) -> Result<(), Stop> {
    type Form = fn(&burndown::Trend) -> Vec<u8>;
    let targets = targets(&[(burndown::write as Form, &args.json), (pages::trend, &args.html)])?;
    let inputs: Vec<PathBuf> = args.reports.iter().chain(&args.owners).cloned().collect();
    earlier::spared(&inputs, &[args.json.as_deref(), args.html.as_deref()])?;
    let owners = args.owners.as_deref().map(earlier::owners).transpose()?;
    if let Some((_, Some(passed_over))) = &owners {
        say(&format!("migscan: warning: {passed_over}"));
    }
    let mut builder = burndown::Builder::new(owners.as_ref().map(|(owners, _)| owners));
    for path in &args.reports {
        let past = earlier::report(path)?;
        let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        builder.add(&name, &past);
    }
    let trend = builder.finish();
    let outputs: Vec<_> = targets.into_iter().map(|(form, target)| (target, form(&trend))).collect();
    let written = deliver(&outputs, Some(burndown::text(&trend).as_bytes()))?;
    let left = trend.reports.last().map_or(0, |point| point.routes.left);
    let counts = format!("{}, {} left on Django", many(trend.reports.len() as u64, "report"), many(left, "route"));
    say(&format!("migscan: {counts}{}", closing(&written)));
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
    type Form = fn(&portfolio::Portfolio) -> Vec<u8>;
    let lines = args.json.as_deref().is_some_and(|path| path.extension().is_some_and(|e| e == "ndjson" || e == "jsonl"));
    let json: Form = if lines { portfolio::lines } else { portfolio::write };
    let targets = targets(&[(json, &args.json), (portfolio::table, &args.csv), (pages::portfolio, &args.html)])?;
    let mut builder = portfolio::Builder::default();
    let inputs = reports(&args.reports)?;
    earlier::spared(&inputs, &[args.json.as_deref(), args.csv.as_deref(), args.html.as_deref()])?;
    for path in inputs {
        let name = path.to_string_lossy();
        let why = match earlier::open(&path) {
            Ok(reader) => builder.add(&name, reader).err().map(|refused| refused.to_string()),
            Err(error) => {
                let why = format!("it cannot be read: {error}");
                builder.refuse(&name, &why);
                Some(why)
            }
        };
        if let Some(why) = why {
            say(&format!("migscan: warning: {}: {}", shown(&path), escape(&why)));
        }
    }
    let found = builder.finish();
    let outputs: Vec<_> = targets.into_iter().map(|(form, target)| (target, form(&found))).collect();
    let written = deliver(&outputs, Some(portfolio::text(&found).as_bytes()))?;
    let totals = &found.totals;
    if totals.repositories == 0 {
        return Err(Stop::after(format!("no report among {}", many(totals.not_read, "file")), &written));
    }
    say(&format!("migscan: {}, {} not read{}", many(totals.repositories + totals.not_read, "report"), totals.not_read, closing(&written)));
    Ok(())
}
