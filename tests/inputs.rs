//! Bad input, as a newcomer gives it: each is one sentence that says what, where and what to do, with the status of the contract. Nothing is written
//! over or half written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder with a small project, its report, its baseline, and a file of each kind that is none.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let place = Place { folder: tempfile::tempdir().unwrap() };
        for (name, text) in [
            ("p/manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n"),
            ("p/config/__init__.py", ""),
            ("p/config/settings.py", "ROOT_URLCONF = 'config.urls'\nINSTALLED_APPS = ['orders']\nSECRET_KEY = 'x'\n"),
            ("p/config/urls.py", "urlpatterns = []\n"),
            ("p/orders/__init__.py", ""),
            ("p/orders/models.py", "from django.db import models\nclass Order(models.Model):\n    at = models.DateTimeField()\n"),
            ("empty", ""),
            ("text", "hello\n"),
            ("other.json", "{\"version\": \"2.1.0\", \"runs\": []}\n"),
            ("CODEOWNERS", "* @all\n"),
            ("bad/one.json", "{}\n"),
        ] {
            fs::create_dir_all(place.at(name).parent().unwrap()).unwrap();
            fs::write(place.at(name), text).unwrap();
        }
        fs::write(place.at("bytes"), [0xff, 0xfe, 0, 1]).unwrap();
        fs::create_dir(place.at("folder")).unwrap();
        place.done(&["p", "-q", "--json", "good.json"]);
        place.done(&["baseline", "write", "p", "--file", "known.txt"]);
        for command in ["trend", "portfolio"] {
            place.done(&[command, "good.json", "--json", &format!("{command}.json")]);
        }
        place.done(&["diff", "good.json", "good.json", "-q", "--json", "diff.json"]);
        let good = fs::read_to_string(place.at("good.json")).unwrap();
        fs::write(place.at("cut.json"), &good[..good.len() / 2]).unwrap();
        fs::write(place.at("newer.json"), good.replacen("\"schema_version\": \"1.0\"", "\"schema_version\": \"2.0\"", 1)).unwrap();
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
        for name in ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"] {
            command.env_remove(name);
        }
        command.current_dir(self.folder.path()).env("NO_COLOR", "1").stdin(Stdio::null()).args(args).output().unwrap()
    }

    fn done(&self, args: &[&str]) {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", said(&output));
    }

    /// Everything in the folder but the project, with its content.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut out: Vec<_> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        out.sort();
        out
    }

    /// Ends with a status and a last line, and leaves every file as it was.
    fn refused(&self, args: &[&str], status: i32, last: &str) {
        let before = self.files();
        let output = self.run(args);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {text}");
        let line = text.lines().last().unwrap_or_default();
        assert!(line.starts_with("migscan: failed: ") && line.contains(last), "{args:?}: {text}");
        assert!(!line.contains("os error"), "{args:?}: {line}");
        assert!(before == self.files(), "{args:?} has changed a file");
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What each file in the place of a report is refused for.
const NO_REPORTS: [(&str, &str); 10] = [
    ("missing", "there is no such file"),
    ("text/x", "there is no such file"),
    ("folder", "this is a folder"),
    ("empty", "it is empty"),
    ("bytes", "this is no JSON"),
    ("other.json", "`migscan PATH --json FILE` writes one"),
    ("trend.json", "`migscan PATH --json FILE` writes one"),
    ("diff.json", "`migscan PATH --json FILE` writes one"),
    ("cut.json", "it ends in the middle"),
    ("newer.json", "update migscan"),
];

#[test]
fn what_is_no_report_is_refused_by_name_and_with_the_reason() {
    let place = Place::new();
    for (name, why) in NO_REPORTS {
        let says = format!("cannot use {name}: ");
        for args in [&["trend", "good.json", name][..], &["diff", "good.json", name], &["diff", name, "good.json"]] {
            place.refused(args, 2, &says);
            place.refused(args, 2, why);
        }
        let why = if name == "bytes" { "neither a report" } else { why };
        place.refused(&["p", "--json", "new.json", "--baseline", name], 2, why);
    }
    place.refused(&["p", "--baseline", "portfolio.json"], 2, "not a report of migscan");
    place.refused(&["p", "--baseline", "text"], 2, "neither a report, which --json writes, nor a baseline file");
}

#[test]
fn a_portfolio_without_a_report_is_a_failure() {
    let place = Place::new();
    for (name, _) in NO_REPORTS.iter().filter(|(name, _)| *name != "folder") {
        place.refused(&["portfolio", name], 2, "no report among 1 file");
    }
    place.refused(&["portfolio", "folder"], 2, "there is no file that ends in .json in folder");
    place.refused(&["portfolio", "bad", "text"], 2, "no report among 2 files");
    let output = place.run(&["portfolio", "bad", "good.json"]);
    assert!(output.status.success() && said(&output).ends_with("migscan: 2 reports, 1 not read — nothing written\n"), "{}", said(&output));
}

#[test]
fn what_is_read_is_not_written_over() {
    let place = Place::new();
    for args in [
        &["trend", "good.json", "--html", "good.json"][..],
        &["trend", "good.json", "--json", "./good.json"],
        &["trend", "good.json", "--owners", "CODEOWNERS", "--json", "CODEOWNERS"],
        &["portfolio", "good.json", "--csv", "good.json"],
        &["diff", "good.json", "good.json", "--markdown", "good.json"],
        &["p", "--baseline", "good.json", "--html", "good.json"],
        &["p", "--baseline", "known.txt", "--json", "known.txt"],
    ] {
        place.refused(args, 2, "is read here, so it is not written over");
    }
    // A report that rolls on is what it was before.
    place.done(&["p", "-q", "--baseline", "good.json", "--json", "good.json"]);
}

#[test]
fn owners_that_name_nobody_are_refused() {
    let place = Place::new();
    for (name, why) in [
        ("missing", "there is no such file"),
        ("folder", "this is a folder"),
        ("empty", "no line of it is a pattern of CODEOWNERS"),
        ("text", "no line of it is a pattern of CODEOWNERS"),
        ("good.json", "no line of it is a pattern of CODEOWNERS"),
        ("bytes", "it is not UTF-8 text"),
    ] {
        place.refused(&["trend", "good.json", "--owners", name], 2, &format!("cannot use {name}: {why}"));
    }
    fs::write(place.at("CODEOWNERS"), "[Section] @a\n!x @b\n* @all\n").unwrap();
    let output = place.run(&["trend", "good.json", "--owners", "CODEOWNERS"]);
    assert!(output.status.success() && said(&output).lines().count() == 2, "{}", said(&output));
    assert!(
        said(&output)
            .starts_with("migscan: warning: CODEOWNERS:1: this is no pattern of CODEOWNERS, and is passed over; so is 1 more line\n"),
        "{}",
        said(&output)
    );
}

#[test]
fn a_baseline_is_one_and_is_a_file() {
    let place = Place::new();
    for action in ["check", "prune"] {
        place.refused(
            &["baseline", action, "p", "--file", "missing"],
            2,
            "there is no baseline missing; `migscan baseline write` makes it",
        );
        place.refused(&["baseline", action, "p", "--file", "-"], 2, "is a file; --file names it");
    }
    for action in ["write", "check", "prune"] {
        for name in ["empty", "text", "other.json", "good.json"] {
            place.refused(
                &["baseline", action, "p", "--file", name],
                2,
                &format!("cannot use {name}, line 1: this is no baseline of migscan"),
            );
        }
        place.refused(&["baseline", action, "p", "--file", "bytes"], 2, "it is not UTF-8 text");
        place.refused(&["baseline", action, "p", "--file", "folder"], 2, "this is a folder");
        place.refused(&["baseline", action, "missing", "--file", "known.txt"], 2, "there is no folder missing");
        let output = place.run(&["baseline", action, "folder", "--file", "known.txt"]);
        assert_eq!(output.status.code(), Some(4), "{action}: {}", said(&output));
    }
    place.refused(&["baseline", "write", "p", "--file", "none/known.txt"], 2, "there is no folder none");
    for action in ["write", "prune"] {
        place.refused(&["baseline", action, "p", "--file", "known.txt", "--strict"], 2, "--strict is for \"baseline check\"");
    }
}

#[test]
fn a_condition_that_is_none_is_shown_with_what_there_is() {
    let place = Place::new();
    for (condition, says) in [
        ("", "on each side of a comma"),
        (",", "on each side of a comma"),
        ("coverage<95,", "on each side of a comma"),
        ("frozn", "did you mean `frozen`?"),
        ("blockers>", "a number belongs here"),
        ("coverage", "a comparison belongs here"),
        ("effort>5", "an amount of work has a unit"),
        ("new-findings:huge", "known: blocker, mandatory"),
        ("frozen", "state = \"frozen\""),
        ("new-findings", "--baseline names a report or a baseline file"),
    ] {
        place.refused(&["p", "--json", "new.json", "--fail-on", condition], 2, "--fail-on cannot be used");
        let text = said(&place.run(&["p", "--fail-on", condition])).replace(['│', '\n'], " ");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(says), "{condition}: {text}");
    }
    place.refused(&["p", "--baseline", "known.txt", "--fail-on", "effort>+5d"], 2, "--fail-on cannot be used");
}

#[test]
fn a_change_is_a_diff_or_a_list_of_paths() {
    let place = Place::new();
    for (name, why) in
        [("missing", "there is no such file"), ("folder", "this is a folder"), ("bytes", "git's -z"), ("good.json", "this is JSON")]
    {
        place.refused(&["p", "--changed", name], 2, why);
    }
    // A review may touch nothing of the project.
    place.done(&["p", "-q", "--changed", "empty"]);
}

#[test]
fn outputs_that_cannot_be_written_are_told_before_the_work() {
    let place = Place::new();
    for command in [&["trend", "good.json"][..], &["portfolio", "good.json"], &["diff", "good.json", "good.json"], &["p"]] {
        for (target, why) in [
            ("folder", "this is a folder"),
            ("none/x.json", "there is no folder none"),
            ("text/x.json", "text is no folder"),
            ("text/y/x.json", "there is no folder text/y"),
        ] {
            place.refused(&[command, &["--json", target]].concat(), 2, &format!("cannot write {target}: {why}"));
        }
        place.refused(&[command, &["--json", "-", "--html", "-"]].concat(), 2, "two reports cannot both go to stdout");
        place.refused(&[command, &["--json", "same", "--html", "same"]].concat(), 2, "two reports cannot both go to same");
    }
}

#[test]
fn a_cache_that_cannot_be_used_is_said_and_decides_nothing() {
    let place = Place::new();
    for (folder, why) in
        [("text", "a file is in its place"), ("text/deep", "a file is in its place"), ("p/cache", "it lies in the scanned folder")]
    {
        let output = place.run(&["p", "-q", "--cache-dir", folder]);
        let says = format!("migscan: warning: nothing is remembered in {folder}: {why}");
        assert!(output.status.success() && said(&output).starts_with(&says), "{folder}: {}", said(&output));
    }
    assert!(!place.at("p/cache").exists() && fs::read(place.at("text")).unwrap() == b"hello\n");
    place.refused(&["cache", "clean", "--cache-dir", "text"], 2, "text is a file, not the folder of a cache");
    place.done(&["cache", "clean", "--cache-dir", "missing"]);
    place.done(&["cache", "clean", "--cache-dir", "folder"]);
    assert!(Path::new(&place.at("p/manage.py")).exists());
}

#[test]
fn options_that_contradict_each_other_or_are_out_of_range_are_wrong_usage() {
    let place = Place::new();
    for args in [
        &["p", "--max-file-size", "0"][..],
        &["p", "--max-file-size", "101"],
        &["baseline", "check", "p", "--max-file-size", "0"],
        &["p", "--no-cache", "--cache-dir", "x"],
        &["p", "--quiet", "--verbose"],
        &["p", "--anonymize", "--verbose"],
        &["trend"],
        &["diff", "good.json"],
        &["baseline", "frob", "p"],
        &["schema", "--trend", "--portfolio"],
        &["cache"],
    ] {
        place.refused(args, 2, "wrong usage");
    }
}
