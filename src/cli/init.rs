//! `migscan init`: a commented configuration to start from.

use std::io::Write as _;
use std::path::Path;

use super::run::{Stop, bad_root};
use super::terminal::say;
use super::walk;
use crate::report::escape::escape;

const TEMPLATE: &str = include_str!("init.toml");
const FILE: &str = "migscan.toml";

/// Writes it where there is none.
pub fn run(path: &Path) -> Result<(), Stop> {
    let root = walk::root(path).map_err(|bad| bad_root(&bad, path))?;
    let file = root.join(FILE);
    let shown = escape(&path.join(FILE).to_string_lossy()).into_owned();
    // Made anew or not at all: a file, or a link, that is there already is not touched.
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(&file);
    match made.and_then(|mut out| out.write_all(template().as_bytes())) {
        Ok(()) => {
            say(&format!("migscan: wrote {shown}"));
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(format!("{shown} is there already; it was left as it is").into())
        }
        Err(error) => Err(format!("cannot write {shown}: {error}").into()),
    }
}

/// As it is written: prose and examples are comments of one kind.
fn template() -> String {
    TEMPLATE.lines().map(|line| format!("{}\n", line.strip_prefix('#').filter(|rest| rest.starts_with('#')).unwrap_or(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_in_it_is_right() {
        let examples: String =
            TEMPLATE.lines().filter(|l| !l.starts_with("##")).map(|l| format!("{}\n", l.strip_prefix("# ").unwrap_or(l))).collect();
        let dir = tempfile::tempdir().unwrap();
        let without_files: String =
            examples.lines().filter(|l| !l.starts_with("rules =") && !l.starts_with("profile =")).map(|l| format!("{l}\n")).collect();
        std::fs::write(dir.path().join(FILE), without_files).unwrap();
        let setup = super::super::config::load(None, dir.path()).map_err(|bad| bad.message).unwrap();
        assert_eq!((setup.choices.modules.len(), setup.choices.team.engineers), (4, Some(2.0)));
    }

    #[test]
    fn what_is_written_says_nothing_yet() {
        assert!(template().lines().all(|line| line.is_empty() || line.starts_with("# ")));
    }
}
