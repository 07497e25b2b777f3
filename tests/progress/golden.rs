//! Twelve commits that move a project route by route to FastAPI: what each commit says, and that the burn-down reaches zero. Two of them merge branches
//! that have both changed the baseline.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::project::{State, write};
use super::{done, json, migscan, scanned, trend};

fn git(root: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .current_dir(root)
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// In which order the routes move: the fourth and the fifth on a branch each, one of the books, one of the loans.
const ORDER: [u32; 12] = [1, 2, 3, 4, 7, 5, 6, 8, 9, 10, 11, 12];
/// The commits with which the last of the books and of the loans go.
const LAST_BOOK: u32 = 7;
const LAST_LOAN: u32 = 12;

/// The project after some moves, and with what FastAPI answers.
fn state(moved: &[u32], fastapi: &[u32]) -> State {
    State { django: (1..=12).filter(|route| !moved.contains(route)).collect(), fastapi: fastapi.to_vec(), ..State::default() }
}

fn commit(root: &Path, message: &str) {
    git(root, &["add", "--all"]);
    git(root, &["commit", "--quiet", "--message", message]);
}

/// The baseline in the repository, written, pruned or checked; what it says at the end.
fn baseline(root: &Path, action: &str, more: &[&str]) -> String {
    let mut command = migscan();
    let output =
        command.arg("baseline").arg(action).arg(root).arg("--file").arg(root.join("migscan-baseline.txt")).args(more).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "baseline {action}: {said}");
    said
}

/// The history of a move: before it, then a commit for each route, which leaves Django while the next one is on both sides already.
fn history(root: &Path) {
    git(root, &["init", "--quiet"]);
    write(root, &state(&[], &[]));
    baseline(root, "write", &[]);
    commit(root, "Step 0");
    for step in (1..=ORDER.len()).filter(|step| !matches!(step, 4 | 5)) {
        write(root, &state(&ORDER[..step], &ORDER[..(step + 1).min(12)]));
        baseline(root, "prune", &[]);
        commit(root, &format!("Step {step}"));
        if step == 3 {
            branches(root);
        }
    }
}

/// Steps 4 and 5: two branches move a route each and change the baseline; each is merged without a hand.
fn branches(root: &Path) {
    let before = std::fs::read_to_string(root.join("migscan-baseline.txt")).unwrap();
    for (name, route, fastapi, action) in [("books", 4, &[1, 2, 3, 4, 5][..], "prune"), ("loans", 7, &[1, 2, 3, 4, 7], "write")] {
        git(root, &["checkout", "--quiet", "-b", name, "main"]);
        write(root, &state(&[1, 2, 3, route], fastapi));
        baseline(root, action, &[]);
        assert_ne!(std::fs::read_to_string(root.join("migscan-baseline.txt")).unwrap(), before, "{name} changes the baseline");
        commit(root, &format!("Move a route of {name}"));
    }
    git(root, &["checkout", "--quiet", "main"]);
    for name in ["books", "loans"] {
        git(root, &["merge", "--quiet", "--no-ff", "--no-edit", name]);
    }
    let said = baseline(root, "check", &["--strict"]);
    assert!(said.contains(" 0 new, 0 stale, 0 not seen, "), "{said}");
}

/// What a commit says against the one before: one route less, nothing new, and the gates pass.
fn compared(root: &Path, before: &Path, step: u32) {
    let target = before.with_extension("compared");
    let mut command = migscan();
    command.arg(root).args(["--quiet", "--fail-on", "new-findings,frozen"]).arg("--baseline").arg(before).arg("--json").arg(&target);
    // Books that have moved may not come back; loans are frozen until they go. The entries of what has gone stay.
    let states =
        [("books", if step < LAST_BOOK { "frozen" } else { "migrated" }), ("loans", if step < LAST_LOAN { "frozen" } else { "migrated" })];
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
    assert_eq!(gone.len(), usize::from(step >= LAST_BOOK) + usize::from(step >= LAST_LOAN), "step {step}: {gone:?}");
    let changes = &report["changes"];
    let names = |what: &str, list: &str| changes[what][list].as_array().unwrap().len();
    assert_eq!((names("routes", "removed"), names("routes", "added"), names("routes", "not_seen")), (1, 0, 0), "step {step}: {changes}");
    let models = usize::from([LAST_BOOK, LAST_LOAN].contains(&step));
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
    history(&root);
    // A report of each commit, from the history alone.
    let mut reports: Vec<PathBuf> = Vec::new();
    for step in 0..=12u32 {
        git(&root, &["checkout", "--quiet", &format!("main~{}", 12 - step)]);
        let target = folder.path().join(format!("step-{step:02}.json"));
        let report = scanned(&root, &target);
        let said = baseline(&root, "check", &["--strict"]);
        assert!(said.contains(" 0 new, 0 stale, 0 not seen, "), "step {step}: {said}");
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
        assert_eq!(
            row["models"]["left"].as_u64().unwrap(),
            if step < u64::from(LAST_BOOK) { 2 } else { u64::from(step < u64::from(LAST_LOAN)) },
            "step {step}"
        );
        assert!(row["notes"].as_array().unwrap().is_empty(), "step {step}: {row}");
        let now = row["module_hours"].as_f64().unwrap();
        assert!(now <= hours, "step {step}: {now} after {hours}");
        hours = now;
    }
    let last = rows.last().unwrap();
    assert_eq!((last["routes"]["left"].as_u64(), last["models"]["left"].as_u64()), (Some(0), Some(0)));
    assert_eq!(hours, 0.0, "nothing is left to do");
    // What is spent once is told apart, and no line but its own holds it.
    assert!(rows.iter().all(|row| row["once_hours"].as_f64().unwrap() > 0.0 && row["hours"]["p80"].as_f64().unwrap() > 0.0));
    let page = folder.path().join("trend.html");
    let text = done(&migscan().arg("trend").args(&reports).arg("--html").arg(&page).output().unwrap());
    let said = text.lines().last().unwrap();
    assert!(
        said.starts_with("Moved 12 of 12 routes, 0 left on Django") && said.contains("models 2 to 0; hours left in modules "),
        "{said}"
    );
    assert!(said.contains(" to 0, ") && said.ends_with(" more are spent once"), "{said}");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("about 0 focus-hours are left in the modules"), "the lead");
    let first = rows[0]["module_hours"].as_f64().unwrap().round();
    assert!(
        page.contains(&format!("Expected focus-hours over the reports: left in the modules from {first} to 0, spent once")),
        "the picture"
    );
}
