//! `migscan diff OLD NEW`: what has changed between two reports, and why.

use super::args::DiffArgs;
use super::earlier;
use super::output::{Target, Written};
use super::run::{Stop, closing};
use super::terminal::say;
use crate::report::json::{SCHEMA_VERSION, Tool};
use crate::report::{Difference, Format, changes, write_difference};

pub fn run(args: &DiffArgs) -> Result<(), Stop> {
    let mut outputs: Vec<(Format, Target)> = Vec::new();
    for (format, path) in [(Format::Json, &args.json), (Format::Html, &args.html), (Format::Markdown, &args.markdown)] {
        let Some(target) = path.as_deref().map(Target::new) else { continue };
        if outputs.iter().any(|(_, other)| *other == target) {
            return Err(format!("two reports cannot both go to {}", target.name()).into());
        }
        target.check()?;
        outputs.push((format, target));
    }
    let (old, new) = (earlier::report(&args.old)?, earlier::report(&args.new)?);
    let difference = Difference {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        project: new.project.name.clone(),
        changes: changes::between(&old, &new),
    };
    let to_stdout = outputs.iter().any(|(_, target)| *target == Target::Stdout);
    let mut written = Vec::new();
    for (format, target) in &outputs {
        match target.write(&write_difference(*format, &difference)).map_err(|why| Stop::after(why, &written))? {
            Written::Whole => written.push(target.name()),
            Written::Closed => {}
        }
    }
    if !to_stdout && !args.quiet {
        let format = Format::Terminal { color: false, full: true };
        Target::Stdout.write(&write_difference(format, &difference)).map_err(|why| Stop::after(why, &written))?;
    }
    say(&format!("migscan: {}{}", changes::words::findings(&difference.changes), closing(&written)));
    Ok(())
}
