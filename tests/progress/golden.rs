//! Twelve commits that move a project route by route to FastAPI: what each commit says, and that the burn-down reaches zero.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::project::{State, write};
use super::{json, migscan, scanned, trend};

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

/// What a commit says against the one before: one route less, nothing new, and the gates pass.
fn compared(root: &Path, before: &Path, step: u32) {
    let target = before.with_extension("compared");
    let mut command = migscan();
    command.arg(root).args(["--quiet", "--fail-on", "new-findings,frozen"]).arg("--baseline").arg(before).arg("--json").arg(&target);
    // Books have moved with the sixth commit, and may not come back; loans are frozen until they go. The entries of what has gone stay.
    let states = [("books", if step < 6 { "frozen" } else { "migrated" }), ("loans", if step < 12 { "frozen" } else { "migrated" })];
    let config = before.with_file_name("migscan.toml");
    let entries = states.map(|(name, state)| format!("[[module]]\nname = \"{name}\"\nstate = \"{state}\"\nteam = \"@{name}\"\n"));
    std::fs::write(&config, entries.concat()).unwrap();
    command.arg("--config").arg(config);
    let output = command.output().unwrap();
    assert!(output.status.success(), "step {step}: {}", String::from_utf8_lossy(&output.stderr));
    let report = json(&target);
    let gone: Vec<&str> = report["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|said| said["code"] == "no-such-module")
        .map(|said| said["message"].as_str().unwrap())
        .collect();
    assert_eq!(gone.len(), usize::from(step >= 6) + usize::from(step >= 12), "step {step}: {gone:?}");
    let changes = &report["changes"];
    let names = |what: &str, list: &str| changes[what][list].as_array().unwrap().len();
    assert_eq!((names("routes", "removed"), names("routes", "added"), names("routes", "not_seen")), (1, 0, 0), "step {step}: {changes}");
    let models = if step.is_multiple_of(6) { 1 } else { 0 };
    assert_eq!((names("models", "removed"), names("models", "added")), (models, 0), "step {step}");
    assert_eq!(changes["new_findings"].as_array().map(Vec::len), Some(0), "step {step}: {changes}");
    let delta = &changes["effort_delta"];
    let cause = |name: &str| delta["by_cause"][name].as_f64().unwrap();
    assert!(cause("code") <= 1e-9 && cause("model") == 0.0 && cause("coverage") == 0.0, "step {step}: {delta}");
}

#[test]
fn a_frozen_module_that_gains_a_route_fails_its_gate_and_the_trend_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("library");
    let (first, second) = (folder.path().join("1.json"), folder.path().join("2.json"));
    write(&root, &State { django: (1..=11).collect(), ..State::default() });
    scanned(&root, &first);
    write(&root, &State { django: (1..=12).collect(), ..State::default() });
    scanned(&root, &second);
    let config = folder.path().join("migscan.toml");
    std::fs::write(&config, "[[module]]\nname = \"loans\"\nstate = \"frozen\"\n").unwrap();
    let mut command = migscan();
    command.arg(&root).args(["--quiet", "--fail-on", "frozen"]).arg("--baseline").arg(&first).arg("--config").arg(&config);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("loans"));
    let seen: Value = trend(folder.path(), &[first, second], &[]);
    assert_eq!(seen["reports"][1]["routes"]["added"].as_u64(), Some(1));
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
    let mut reports: Vec<PathBuf> = Vec::new();
    for step in 0..=12u32 {
        git(&root, &["checkout", "--quiet", &format!("main~{}", 12 - step)]);
        let target = folder.path().join(format!("step-{step:02}.json"));
        let report = scanned(&root, &target);
        let routes = &report["progress"]["routes"];
        let twice = u64::from((1..12).contains(&step));
        assert_eq!((routes["django"].as_u64(), routes["live_twice"].as_u64()), (Some(u64::from(12 - step)), Some(twice)), "step {step}");
        if let Some(before) = reports.last() {
            compared(&root, before, step);
        }
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
