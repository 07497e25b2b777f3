//! The manual pages: made from the definition of the command line, so that they say what it does.

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::args::Args;
use super::run::Stop;
use crate::base::nearest::nearest;
use crate::report::escape::escape;

/// `migscan(1)`, or the page of a command: `migscan-plan(1)`.
pub fn page(command: Option<&str>) -> Result<Vec<u8>, Stop> {
    let mut whole = Args::command();
    whole.build();
    let wanted = match command {
        None => whole.clone(),
        Some(name) => match whole.get_subcommands().find(|c| c.get_name() == name && !c.is_hide_set()) {
            // After `build` it bears that name already, in usage and title alike.
            Some(found) => found.clone(),
            None => return Err(unknown(&whole, name).into()),
        },
    };
    let mut out = Vec::new();
    let source = concat!("migscan ", env!("CARGO_PKG_VERSION"));
    Man::new(wanted).source(source).render(&mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

fn unknown(whole: &clap::Command, name: &str) -> String {
    let known: Vec<&str> = whole.get_subcommands().filter(|c| !c.is_hide_set()).map(clap::Command::get_name).collect();
    let hint = nearest(name, &known).map_or_else(String::new, |near| format!("; did you mean {near}?"));
    format!("there is no command {}{hint}", escape(name))
}
