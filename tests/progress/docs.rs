//! The commands in docs/progress.md and docs/portfolio.md run as they stand there.

use std::fs;
use std::process::Command;

use super::project::{State, write};
use super::scanned;

/// The lines of the blocks that say `sh`, those that begin with `migscan`.
fn commands(page: &str) -> Vec<String> {
    let text = fs::read_to_string(format!("{}/docs/{page}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next().map(str::to_owned)).collect::<Vec<_>>();
    blocks.iter().flat_map(|block| block.lines()).filter(|line| line.starts_with("migscan ")).map(str::to_owned).collect()
}

#[test]
fn the_commands_of_the_pages_run() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("library"), &State { django: (2..=12).collect(), fastapi: vec![1, 2], ..State::default() });
    let reports = folder.path().join("reports");
    fs::create_dir(&reports).unwrap();
    for name in ["2026-01.json", "2026-02.json"] {
        scanned(&folder.path().join("library"), &reports.join(name));
    }
    fs::write(folder.path().join("CODEOWNERS"), "* @all\n").unwrap();
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_migscan")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut count = 0;
    for command in commands("progress.md").into_iter().chain(commands("portfolio.md")) {
        let done = Command::new("sh").arg("-c").arg(&command).current_dir(folder.path()).env("PATH", &path).output().unwrap();
        assert!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
        count += 1;
    }
    assert!(count >= 5, "{count}");
}
