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

/// A commit of a month.
fn commit(root: &std::path::Path, month: &str) {
    let git = |arguments: &[&str]| {
        let date = format!("2026-{month}-20T12:00:00Z");
        let done = Command::new("git")
            .current_dir(root)
            .args([
                "-c",
                "user.name=Test",
                "-c",
                "user.email=test@example.com",
                "-c",
                "commit.gpgsign=false",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(arguments)
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")])
            .envs([("GIT_COMMITTER_DATE", &date), ("GIT_AUTHOR_DATE", &date)])
            .output()
            .unwrap();
        assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", month]);
}

#[test]
fn the_burn_down_from_the_history_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("library");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("README"), "Nothing yet.\n").unwrap();
    commit(&root, "01");
    for (month, moved) in [("02", 0), ("03", 2), ("03", 5), ("05", 12)] {
        write(&root, &State { django: (moved + 1..=12).collect(), fastapi: (1..=moved).collect(), ..State::default() });
        commit(&root, month);
    }
    let text = fs::read_to_string(format!("{}/docs/progress.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let script = text.split("```bash\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_migscan")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let done = Command::new("bash").arg("-c").arg(script).current_dir(&root).env("PATH", &path).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let rows: Vec<Vec<&str>> =
        said.lines().filter(|line| line.starts_with("2026-")).map(|line| line.split_whitespace().take(3).collect()).collect();
    assert_eq!(rows, [["2026-02", "12", "0"], ["2026-03", "7", "5"], ["2026-05", "0", "12"]], "{said}");
    assert!(root.join("trend.html").is_file() && !root.join(".history").exists());
}
