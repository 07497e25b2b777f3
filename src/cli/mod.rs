//! The command line: the only layer that touches the disk, the environment and the terminal.
//!
//! `main` runs everything on one thread with a deep stack, turns whatever goes wrong into one line on stderr, and gives the exit status of the
//! contract: 0 done, 1 a gate fails, 2 it could not be done, 3 incomplete under --strict, 4 there is no Django project.

mod args;
mod baseline;
pub mod cache;
mod ci;
mod commands;
pub mod config;
mod diff;
mod earlier;
mod fault;
mod gate;
mod init;
mod kit;
mod man;
mod many;
mod output;
mod outputs;
mod plan;
mod progress;
mod rules_of;
mod ruletest;
mod run;
mod signals;
mod terminal;
pub mod walk;

use std::process::ExitCode;

use clap::Parser as _;

pub use outputs::tables;
pub use terminal::diagnostic;

/// The evaluator calls itself as deep as the project nests; the memory is only taken when it is used.
const STACK: usize = 256 << 20;

/// The whole program.
pub fn main() -> ExitCode {
    fault::watch();
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return refused(&error),
    };
    let work = std::thread::Builder::new().stack_size(STACK).spawn(move || run::run(args));
    match work.map(std::thread::JoinHandle::join) {
        Ok(Ok(status)) => ExitCode::from(status),
        Ok(Err(_)) => failed(&fault::sentence()),
        Err(_) => failed("the system gives no thread to work on — nothing written"),
    }
}

/// Help and version are asked for; all else is a wrong command line, which clap explains.
fn refused(error: &clap::Error) -> ExitCode {
    // A closed pipe behind `migscan --help` is nothing to speak of.
    let _ = error.print();
    if error.exit_code() == 0 { ExitCode::SUCCESS } else { failed("wrong usage — nothing written") }
}

fn failed(why: &str) -> ExitCode {
    terminal::say(&format!("migscan: failed: {why}"));
    ExitCode::from(run::FAILED)
}
