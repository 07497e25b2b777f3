//! Twelve commits that move a project route by route to FastAPI: what each commit says, and that the burn-down reaches zero.

use std::path::Path;
use std::process::Command;

use super::project::{State, write};
use super::{scanned, trend};

fn git(root: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .current_dir(root)
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn twelve_commits_to_the_last_route() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("library");
    std::fs::create_dir(&root).unwrap();
    git(&root, &["init", "--quiet"]);
    // Before the move, then a commit for each route: it leaves Django, and the next one is on both sides already.
    for step in 0..=12u32 {
        let fastapi = if step == 0 { Vec::new() } else { (1..=(step + 1).min(12)).collect() };
        write(&root, &State { django: (step + 1..=12).collect(), fastapi, ..State::default() });
        git(&root, &["add", "--all"]);
        git(&root, &["commit", "--quiet", "--message", &format!("Step {step}")]);
    }
    // A report of each commit, from the history alone.
    let mut reports = Vec::new();
    for step in 0..=12u32 {
        git(&root, &["checkout", "--quiet", &format!("main~{}", 12 - step)]);
        let target = folder.path().join(format!("step-{step:02}.json"));
        let report = scanned(&root, &target);
        let routes = &report["progress"]["routes"];
        let twice = u64::from((1..12).contains(&step));
        assert_eq!((routes["django"].as_u64(), routes["live_twice"].as_u64()), (Some(u64::from(12 - step)), Some(twice)), "step {step}");
        reports.push(target);
    }
    let seen = trend(folder.path(), &reports, &[]);
    let rows = seen["reports"].as_array().unwrap();
    let mut hours = f64::MAX;
    for (step, row) in (0u64..).zip(rows) {
        let of = |key: &str| row["routes"][key].as_u64().unwrap();
        let twice = u64::from((1..12).contains(&step));
        assert_eq!([of("left"), of("moved"), of("live_twice")], [12 - step, step, twice], "step {step}");
        assert_eq!([of("gone"), of("not_seen"), of("new"), of("added")], [0, 0, 0, 0], "step {step}");
        assert_eq!(row["models"]["left"].as_u64().unwrap(), if step < 6 { 2 } else { u64::from(step < 12) }, "step {step}");
        assert!(row["notes"].as_array().unwrap().is_empty(), "step {step}: {row}");
        let now = row["module_hours"].as_f64().unwrap();
        assert!(now <= hours, "step {step}: {now} after {hours}");
        hours = now;
    }
    let last = rows.last().unwrap();
    assert_eq!((last["routes"]["left"].as_u64(), last["models"]["left"].as_u64()), (Some(0), Some(0)));
    assert_eq!(hours, 0.0, "nothing is left to do");
}
