//! No secret of a settings file gets out. The fixtures carry pretended ones, all with the same words in them; those words must not be in
//! anything that the program prints or writes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MARK: &str = "no-report-may-show";

/// A fixture and a settings module of it that holds secrets.
const SETTINGS: [(&str, &str); 4] = [
    ("legacy", "quillmere.settings"),
    ("newsroom", "newsroom.settings.local"),
    ("newsroom", "newsroom.settings.production"),
    ("shop", "config.settings"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// How often the words stand in the Python files below a folder.
fn marks(folder: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            count += marks(&entry);
        } else if entry.extension().is_some_and(|ending| ending == "py") {
            count += String::from_utf8_lossy(&fs::read(&entry).unwrap()).matches(MARK).count();
        }
    }
    count
}

#[test]
fn there_are_secrets_to_keep() {
    for (fixture, _) in SETTINGS {
        assert!(marks(&root().join(fixture)) > 0, "{fixture} has no pretended secret");
    }
}

#[test]
fn no_secret_gets_out() {
    for (fixture, settings) in SETTINGS {
        let out = tempfile::tempdir().unwrap();
        let report = out.path().join("report.json");
        let run = |more: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
            let output = command.arg(root().join(fixture)).args(["--settings", settings, "--timings"]).args(more).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
            for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
                let text = String::from_utf8_lossy(bytes);
                let found = text.lines().find(|line| line.contains(MARK));
                assert!(found.is_none(), "{settings}, {more:?}, {name}: {found:?}");
            }
        };
        run(&[]);
        run(&["--verbose"]);
        for format in ["--json", "--html", "--markdown", "--sarif", "--gitlab", "--junit"] {
            run(&[format, "-"]);
        }
        run(&["--github", "always"]);
        run(&["--json", report.to_str().unwrap()]);
        let text = fs::read_to_string(&report).unwrap();
        assert!(!text.contains(MARK), "{settings}: in the report");
    }
}
