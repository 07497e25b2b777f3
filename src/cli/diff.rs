//! `migscan diff OLD NEW`: what has changed between two reports, and why.

use super::args::DiffArgs;
use super::earlier;
use super::output::targets;
use super::run::{Stop, closing, deliver};
use super::terminal::say;
use crate::report::json::{SCHEMA_VERSION, Tool};
use crate::report::{Difference, Format, changes, write_difference};

pub fn run(args: &DiffArgs) -> Result<(), Stop> {
    let targets = targets(&[(Format::Json, &args.json), (Format::Html, &args.html), (Format::Markdown, &args.markdown)])?;
    let inputs = [args.old.clone(), args.new.clone()];
    earlier::spared(&inputs, &[args.json.as_deref(), args.html.as_deref(), args.markdown.as_deref()])?;
    let (old, new) = (earlier::report(&args.old)?, earlier::report(&args.new)?);
    let difference = Difference {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        project: new.project.name.clone(),
        changes: changes::between(&old, &new),
    };
    let outputs: Vec<_> = targets.into_iter().map(|(format, target)| (target, write_difference(format, &difference))).collect();
    let terminal = (!args.quiet).then(|| write_difference(Format::Terminal { color: false, full: true }, &difference));
    let written = deliver(&outputs, terminal.as_deref())?;
    say(&format!("migscan: {}{}", changes::words::findings(&difference.changes), closing(&written)));
    Ok(())
}
