//! The program from the outside: what scripts and people rely on when things go well, and when they do not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use assert_cmd::Command;
use tempfile::TempDir;

fn shop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop")
}

fn migscan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

fn run<I: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = I>) -> Output {
    migscan().args(args).output().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn last_line(output: &Output) -> &str {
    stderr(output).lines().last().unwrap_or_default()
}

/// A folder with these files.
fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

/// The smallest thing that is a Django project, and the given files beside it.
fn project(more: &[(&str, &str)]) -> TempDir {
    let mut files = vec![
        ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n"),
        ("config/__init__.py", ""),
        ("config/settings.py", "INSTALLED_APPS = ['notes']\nROOT_URLCONF = 'config.urls'\nSECRET_KEY = 'correct-horse'\n"),
        ("config/urls.py", "from django.urls import path\nfrom notes.views import home\nurlpatterns = [path('', home)]\n"),
        ("notes/__init__.py", ""),
        ("notes/views.py", "from django.http import HttpResponse\ndef home(request):\n    return HttpResponse('')\n"),
        ("notes/models.py", "from django.db import models\nclass Note(models.Model):\n    text = models.TextField()\n"),
    ];
    files.extend_from_slice(more);
    tree(&files)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_summary_is_plain_text_of_80_columns_when_piped() {
    let output = run([shop()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.starts_with("Project     shop\n"), "{text}");
    assert!(!text.contains('\u{1b}') && !stderr(&output).contains('\u{1b}'));
    assert!(text.lines().count() <= 42, "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let colored = run([shop().as_os_str(), "--color=always".as_ref()]);
    assert!(stdout(&colored).contains("\u{1b}["));
    let never = run([shop().as_os_str(), "--color=never".as_ref()]);
    assert_eq!(never.stdout, output.stdout);
}

#[test]
fn the_last_line_says_result_counts_and_files() {
    let out = tempfile::tempdir().unwrap();
    let report = out.path().join("report.json");
    let output = migscan().arg(shop()).arg("--json").arg(&report).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let line = last_line(&output);
    assert!(line.starts_with("migscan: ") && line.contains(" route") && line.contains(", coverage "), "{line}");
    assert!(line.ends_with(&format!(" % — wrote {}", report.display())), "{line}");
    assert_eq!(names(out.path()), ["report.json"]);
    assert!(fs::read_to_string(&report).unwrap().ends_with("}\n"));

    let quiet = migscan().arg(shop()).arg("--quiet").output().unwrap();
    assert!(quiet.stdout.is_empty());
    assert_eq!(stderr(&quiet).lines().count(), 1);
    assert!(last_line(&quiet).ends_with("nothing written"));
}

#[test]
fn the_json_report_agrees_with_the_schema() {
    let schema: serde_json::Value = serde_json::from_slice(&run(["schema"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let output = migscan().arg(shop()).args(["--json", "-"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    // Nothing but JSON on stdout.
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let errors: Vec<_> = validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(report["schema_version"], "1.0");
    assert!(last_line(&output).ends_with("wrote stdout"));
}

#[test]
fn the_same_tree_gives_the_same_bytes() {
    let folder = shop();
    let first = migscan().arg(&folder).args(["--json", "-"]).output().unwrap().stdout;
    assert!(!first.is_empty());
    for (directory, path, threads) in
        [("/", folder.to_str().unwrap(), "1"), (folder.to_str().unwrap(), ".", "2"), (folder.to_str().unwrap(), "./../shop/", "7")]
    {
        let again = migscan().current_dir(directory).args([path, "--threads", threads, "--json", "-"]).output().unwrap();
        assert!(again.stdout == first, "{directory} {path} {threads}");
    }
    assert!(!String::from_utf8(first).unwrap().contains(folder.parent().unwrap().to_str().unwrap()), "an absolute path in the report");
}

#[test]
fn bad_input_ends_with_2_and_a_reason() {
    let dir = tree(&[("notes.txt", "")]);
    let at = |name: &str| dir.path().join(name).into_os_string().into_string().unwrap();
    let shop = shop().into_os_string().into_string().unwrap();
    let (missing, file) = (at("nowhere"), at("notes.txt"));
    let (no_folder, below_file, folder) = (at("no/report.json"), at("notes.txt/report.json"), at(""));
    let cases: [(&[&str], &str); 13] = [
        (&[&missing], "there is no folder"),
        (&["shcema"], "did you mean the command `schema`?"),
        (&[&file], "is a file"),
        (&[&shop, "--json", &no_folder], "there is no folder"),
        (&[&shop, "--json", &below_file], "cannot write"),
        (&[&shop, "--json", &folder], "this names a folder"),
        (&[&shop, "--json", ""], "wrong usage"),
        (&[&shop, "--jsn", "x"], "wrong usage"),
        (&[&shop, "--threads", "0"], "wrong usage"),
        (&[&shop, "--settings", "config/settings.py"], "wrong usage"),
        (&[&shop, "--settings", "nowhere.at.all"], "no settings module nowhere.at.all"),
        (&[&shop, "--config", &missing], "cannot be used"),
        (&[&shop, "another"], "wrong usage"),
    ];
    for (args, reason) in cases {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{args:?}");
        let line = last_line(&output);
        assert!(line.starts_with("migscan: failed: ") && line.contains(reason) && line.ends_with("nothing written"), "{args:?}: {line}");
    }
    assert_eq!(names(dir.path()), ["notes.txt"]);
}

#[test]
fn an_output_that_cannot_be_written_is_refused_before_the_scan() {
    let dir = tree(&[("report.json", "old")]);
    let report = dir.path().join("report.json");
    let mut permissions = fs::metadata(&report).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&report, permissions).unwrap();
    let output = migscan().arg(shop()).arg("--json").arg(&report).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(last_line(&output).contains("write-protected"));
    assert_eq!(fs::read_to_string(&report).unwrap(), "old");
    assert_eq!(names(dir.path()), ["report.json"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    for args in [&["--json", "-"][..], &[]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_migscan"));
        let output = command.arg(shop()).args(args).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(last_line(&output).starts_with("migscan: failed: cannot write to stdout"));
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    for args in [&["--json", "-"][..], &[], &["--verbose"]] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_migscan"));
        let mut child = command.arg(shop()).args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert_eq!(stderr(&output).lines().count(), 1, "{}", stderr(&output));
    }
    for name in ["schema", "--help"] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_migscan"));
        let mut child = command.arg(name).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    }
}

#[test]
fn without_django_it_says_what_was_looked_for() {
    let dir = tree(&[("app.py", "from fastapi import FastAPI\napp = FastAPI()\n"), ("README.md", "")]);
    let out = tempfile::tempdir().unwrap();
    let output = migscan().arg(dir.path()).arg("--json").arg(out.path().join("report.json")).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(output.stdout.is_empty());
    let line = last_line(&output);
    assert!(
        line.starts_with("migscan: no Django project found in ") && line.contains("manage.py") && line.ends_with("nothing written"),
        "{line}"
    );
    assert!(names(out.path()).is_empty());
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(run([empty.path()]).status.code(), Some(4));
}

#[test]
fn a_wrong_configuration_is_refused_with_its_place() {
    for (text, place, word) in [
        ("exclud = []\n", "migscan.toml:1:1", "did you mean `exclude`?"),
        ("# ok\noutput = \"/etc/passwd\"\n", "migscan.toml:2:1", "known: settings, environment, exclude, rules"),
        ("settings = 3\n", "migscan.toml:1:12", "expected a string"),
        ("settings = \n", "migscan.toml:1:1", "not valid TOML"),
    ] {
        let dir = project(&[("migscan.toml", text)]);
        let output = run([dir.path()]);
        assert_eq!(output.status.code(), Some(2), "{text}");
        let err = stderr(&output);
        assert!(err.contains(place) && err.contains(word), "{err}");
        assert_eq!(last_line(&output), "migscan: failed: migscan.toml cannot be used — nothing written");
        // The file named on the command line takes the place of the one in the tree.
        let good = tree(&[("good.toml", "settings = \"config.settings\"\n")]);
        let output = migscan().arg(dir.path()).arg("--config").arg(good.path().join("good.toml")).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    let dir = project(&[("pyproject.toml", "[tool.migscan]\nexclude = \"x\"\n")]);
    let output = run([dir.path()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("pyproject.toml:2:11"), "{}", stderr(&output));
}

#[test]
fn what_is_wrong_with_the_project_is_no_mistake_of_the_user() {
    let dir = project(&[("pyproject.toml", "[tool.migscan\ntoken = 'hunter2'\n")]);
    let output = run([dir.path()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("pyproject.toml is not used: not valid TOML"));
    assert!(!stderr(&output).contains("hunter2"));
}

#[cfg(unix)]
#[test]
fn a_configuration_that_is_a_link_is_not_read() {
    let secret = tree(&[("secret", "password: hunter2\n")]);
    let dir = project(&[]);
    std::os::unix::fs::symlink(secret.path().join("secret"), dir.path().join("migscan.toml")).unwrap();
    let output = run([dir.path()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("migscan.toml is not used: link"), "{}", stderr(&output));
    assert!(!stderr(&output).contains("hunter2"));
}

#[test]
fn no_secret_of_the_settings_is_shown() {
    let dir = project(&[]);
    let output = migscan().arg(dir.path()).args(["--json", "-", "--timings"]).output().unwrap();
    assert!(!stdout(&output).contains("correct-horse") && !stderr(&output).contains("correct-horse"));
    assert!(stderr(&output).contains(" ms\n"));
}

#[test]
fn the_small_commands() {
    for args in [&["completions", "bash"][..], &["completions", "zsh"], &["schema"], &["--version"], &["--help"]] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn a_truth_that_is_none_is_told_in_one_sentence() {
    let dir = tree(&[("truth.json", "{\"apps\": []}"), ("note.txt", "hello")]);
    for (name, why) in [
        ("truth.json", "it is not what a booted project says: it has no list models"),
        ("note.txt", "it is not JSON: expected value at line 1 column 1"),
        ("nowhere.json", "cannot read"),
    ] {
        let output = run([shop().as_os_str(), "--truth".as_ref(), dir.path().join(name).as_os_str()]);
        assert_eq!(output.status.code(), Some(2));
        assert!(last_line(&output).contains(why), "{}", last_line(&output));
        assert!(stdout(&output).is_empty());
    }
    let output = run([shop().as_os_str(), "--json".as_ref(), "-".as_ref(), "--truth".as_ref(), dir.path().join("truth.json").as_os_str()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(last_line(&output).contains("both want stdout"), "{}", last_line(&output));
}

#[test]
fn a_truth_is_compared_with_the_report() {
    let lists: String = migscan::truth::LISTS.iter().map(|name| format!("\"{name}\": [], ")).collect();
    let state: Vec<String> = migscan::truth::STATE.iter().map(|name| format!("\"{name}\": []")).collect();
    let state = format!("\"migration_state\": {{{}}}, ", state.join(", "));
    let truth = format!("{{{lists}{state}\"schema\": 1, \"apps\": [{{\"label\": \"nobody\", \"module\": \"nobody\"}}]}}");
    let dir = tree(&[("truth.json", &truth)]);
    let report = dir.path().join("report.json");
    let output =
        run([shop().as_os_str(), "--truth".as_ref(), dir.path().join("truth.json").as_os_str(), "--json".as_ref(), report.as_os_str()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("compared with the truth"), "{}", stdout(&output));
    assert!(stdout(&output).contains("missing  nobody"), "{}", stdout(&output));
    assert!(report.exists());
}

/// A mistake of ours while `words`, if this is a build in which one can be asked for.
fn with_fault(out: &TempDir, words: &str) -> (Output, Vec<String>) {
    let at = |name: &str| out.path().join(name);
    let reports = ["--json", "r.json", "--html", "r.html", "--markdown", "r.md", "--csv", "csv"];
    let reports = reports.map(|word| if word.starts_with("--") { PathBuf::from(word) } else { at(word) });
    let output = migscan().arg(shop()).args(reports).env("MIGSCAN_TEST_FAULT", words).output().unwrap();
    (output, names(out.path()))
}

#[cfg(debug_assertions)]
#[test]
fn a_mistake_of_ours_in_one_report_costs_only_that_report() {
    let (whole, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert_eq!(with_fault(&whole, "").0.status.code(), Some(0));
    fs::write(out.path().join("r.html"), "the old page").unwrap();
    let (output, there) = with_fault(&out, "making the page");
    assert_eq!(
        (output.status.code(), there),
        (Some(2), vec!["csv".to_owned(), "r.html".to_owned(), "r.json".to_owned(), "r.md".to_owned()])
    );
    let line = last_line(&output);
    assert!(line.starts_with("migscan: failed: an error in migscan itself while making the page, at src/cli/fault.rs:"), "{line}");
    assert!(line.contains("; please report it — wrote ") && line.contains("r.json") && !line.contains("r.html"), "{line}");
    assert_eq!(stderr(&output).lines().count(), 1);
    for name in ["r.json", "r.md", "csv/routes.csv"] {
        assert_eq!(fs::read(out.path().join(name)).unwrap(), fs::read(whole.path().join(name)).unwrap(), "{name}");
    }
    assert_eq!(fs::read_to_string(out.path().join("r.html")).unwrap(), "the old page");
    assert!(stdout(&output).contains("shop"), "the summary is there as well");
}

#[cfg(debug_assertions)]
#[test]
fn a_mistake_of_ours_in_a_step_that_all_need_names_the_step() {
    for words in ["reading the files", "evaluating the project", "working out rules and estimate", "planning", "making the reports"] {
        let (output, there) = with_fault(&tempfile::tempdir().unwrap(), words);
        assert_eq!((output.status.code(), there), (Some(2), Vec::new()), "{words}");
        let line = stderr(&output).trim_end();
        assert!(line.starts_with(&format!("migscan: failed: an error in migscan itself while {words}, at src/")), "{line}");
        assert!(line.ends_with("; please report it — nothing written"), "{line}");
    }
}
