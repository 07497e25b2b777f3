//! What CI systems read: SARIF against the official schema, GitLab's report against its documentation, and a log in which no name of the repository
//! is a command.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn migscan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
    for name in ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"] {
        command.env_remove(name);
    }
    command
}

fn schema(name: &str) -> jsonschema::Validator {
    let text = fs::read_to_string(root().join("tests/data/schemas").join(name)).unwrap();
    // The pattern of a language tag has one bracket too many, which the first erratum of SARIF 2.1.0 took away; validators refuse it.
    let text = text.replace("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn assert_valid(schema: &jsonschema::Validator, value: &Value, what: &str) {
    let wrong: Vec<String> = schema.iter_errors(value).take(5).map(|error| format!("{error} at {}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{what}: {wrong:#?}");
}

/// JSON, SARIF and GitLab's report of one scan.
fn reports(project: &Path, more: &[&str]) -> (Value, Value, Value) {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let mut command = migscan();
    command.arg(project).arg("--quiet").args(more);
    command.arg("--json").arg(at("r.json")).arg("--sarif").arg(at("r.sarif")).arg("--gitlab").arg(at("gl.json"));
    command.assert().success().stdout("");
    let read = |name: &str| serde_json::from_slice(&fs::read(at(name)).unwrap()).unwrap();
    (read("r.json"), read("r.sarif"), read("gl.json"))
}

#[test]
fn every_fixture_gives_valid_files_that_agree_with_the_report() {
    let (official, documented) = (schema("sarif-2.1.0.json"), schema("gitlab-codequality.json"));
    for fixture in ["shop", "newsroom", "legacy"] {
        let (json, sarif, gitlab) = reports(&root().join("fixtures").join(fixture), &["--path-prefix", "back end"]);
        assert_valid(&official, &sarif, fixture);
        assert_valid(&documented, &gitlab, fixture);
        let findings = json["findings"].as_array().unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        let issues = gitlab.as_array().unwrap();
        let open: Vec<&Value> = findings.iter().filter(|finding| finding["suppressed"].is_null()).collect();
        assert_eq!((results.len(), issues.len()), (findings.len(), open.len()), "{fixture}");
        assert!(!results.is_empty());
        for (finding, result) in findings.iter().zip(results) {
            assert_eq!(result["ruleId"], finding["rule"]);
            assert_eq!(result["partialFingerprints"]["migscan/v1"], finding["fingerprint"]);
            assert_eq!(result["suppressions"].is_null(), finding["suppressed"].is_null());
            // The address leads to a file of the fixture, or to an app's folder.
            let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            let path = percent_encoding::percent_decode_str(uri).decode_utf8().unwrap().into_owned();
            let path = path.strip_prefix("back end/").unwrap();
            assert!(root().join("fixtures").join(fixture).join(path).exists(), "{uri}");
        }
        for (finding, issue) in open.iter().zip(issues) {
            assert_eq!(issue["fingerprint"], finding["fingerprint"]);
            assert_eq!(issue["location"]["path"], format!("back end/{}", finding["file"].as_str().unwrap()));
        }
        let prints: BTreeSet<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(prints.len(), issues.len(), "GitLab shows only the first of equal ones");
    }
}

#[test]
fn the_same_tree_gives_the_same_bytes() {
    let shop = root().join("fixtures/shop");
    for format in ["--sarif", "--gitlab", "--junit"] {
        let bytes = |threads: &str| migscan().arg(&shop).args([format, "-", "--threads", threads]).output().unwrap().stdout;
        let (one, four) = (bytes("1"), bytes("4"));
        assert!(one == four && !one.is_empty(), "{format}");
    }
}

#[test]
fn a_spoilt_file_is_noticed() {
    let (_, mut sarif, mut gitlab) = reports(&root().join("fixtures/shop"), &[]);
    sarif["runs"][0]["results"][0]["level"] = "mandatory".into();
    gitlab[0]["location"]["path"] = "./x".into();
    assert!(!schema("sarif-2.1.0.json").is_valid(&sarif));
    assert!(!schema("gitlab-codequality.json").is_valid(&gitlab));
}

#[test]
fn no_name_is_left_under_pseudonyms() {
    let (_, sarif, gitlab) = reports(&root().join("fixtures/shop"), &["--anonymize"]);
    assert_valid(&schema("sarif-2.1.0.json"), &sarif, "anonymous");
    assert_valid(&schema("gitlab-codequality.json"), &gitlab, "anonymous");
    // Results only: the help of a rule has an example of its own.
    let text = format!("{}{gitlab}", sarif["runs"][0]["results"]);
    for name in ["orders/models", "catalog/models", "accounts/"] {
        assert!(!text.contains(name), "{name}");
    }
}

const BAD: &str = "x\n::stop-commands::y\r##[error]z%0A,a:b";

/// A project whose names are commands wherever a name can stand.
fn hostile() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n");
    write("config/__init__.py", "");
    write("config/settings.py", "INSTALLED_APPS = ['notes']\nROOT_URLCONF = 'config.urls'\n");
    write(
        "config/urls.py",
        "from django.urls import path\nfrom notes.views import home\nurlpatterns = [path('::error::a\\n##[x]', home)]\n",
    );
    write("notes/__init__.py", "");
    write("notes/views.py", "def home(request):\n    return undefined('::error::')\n");
    write(
        "notes/models.py",
        "from django.db import models\n\nclass Note(models.Model):\n    text = models.TextField()  # migscan: ignore[field-text] ::error::why ##[x]\n    at = models.DateTimeField()\n    of = models.ForeignKey('::error::', models.CASCADE)\n",
    );
    write(&format!("notes/{BAD}.py"), "class (::error::\n");
    write(
        &format!("notes/management/commands/{BAD}.py"),
        "from django.core.management.base import BaseCommand\n\nclass Command(BaseCommand):\n    def handle(self, *a, **k):\n        pass\n",
    );
    dir
}

/// What GitHub's runner takes for a command (`ActionCommand`): `::name …::` after blanks, or `##[name]` anywhere.
fn commands(text: &str) -> Vec<&str> {
    let lines = text.split(['\n', '\r', '\u{85}', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}']);
    lines.filter(|line| line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso[")).collect()
}

#[cfg(unix)]
#[test]
fn nothing_that_is_printed_is_a_command_of_the_repository() {
    let dir = hostile();
    for args in [
        &["--verbose"][..],
        &["--json", "-"],
        &["--sarif", "-"],
        &["--gitlab", "-"],
        &["--markdown", "-"],
        &["--html", "-"],
        &["--verbose", "--timings"],
        &["--settings", "no.such"],
    ] {
        let output = migscan().arg(dir.path()).args(args).output().unwrap();
        for text in [&output.stdout, &output.stderr] {
            assert_eq!(commands(&String::from_utf8_lossy(text)), Vec::<&str>::new(), "{args:?}");
        }
    }
    for args in [&["plan"][..], &["sensitivity"], &["explain", "notes"]] {
        let output = migscan().args(args).arg(dir.path()).output().unwrap();
        assert_eq!(commands(&String::from_utf8_lossy(&output.stdout)), Vec::<&str>::new(), "{args:?}");
    }
}

/// Reports are a stranger's too: their file names, and the names of projects, teams, packages and findings in them.
#[cfg(unix)]
#[test]
fn nothing_that_is_made_of_reports_is_a_command() {
    let dir = hostile();
    let team = "[[module]]\nname = 'notes'\nteam = \"::error::team\\n##[x]\"\n\n[[module]]\nname = '::error::gone ##[y]'\nteam = 'x'\n";
    fs::write(dir.path().join("migscan.toml"), team).unwrap();
    fs::write(dir.path().join("requirements.txt"), "Django\n").unwrap();
    let work = tempfile::tempdir().unwrap();
    let report = |name: &str| work.path().join(format!("{name}{BAD}.json"));
    let (old, new) = (report("::error::"), report("##[error]"));
    let scanned = migscan().arg(dir.path()).arg("-q").arg("--json").arg(&old).output().unwrap();
    assert!(scanned.status.success(), "{}", String::from_utf8_lossy(&scanned.stderr));
    let mut value: Value = serde_json::from_slice(&fs::read(&old).unwrap()).unwrap();
    value["project"]["name"] = format!("::error::{BAD}").into();
    value["project"]["dependencies"] = serde_json::json!([{"name": "::error::p ##[x]", "counterpart": "::warning::c"}]);
    value["summary"]["verdict"] = "::error::v ##[z]".into();
    for finding in value["findings"].as_array_mut().unwrap() {
        for key in ["rule", "module", "message", "symbol", "file", "fingerprint"] {
            finding[key] = format!("::error::{}##[f]", finding[key].as_str().unwrap()).into();
        }
    }
    for module in value["modules"].as_array_mut().unwrap() {
        module["name"] = format!("::error::{}##[m]", module["name"].as_str().unwrap()).into();
    }
    fs::write(&new, value.to_string()).unwrap();
    let broken = report("::error::broken");
    fs::write(&broken, "{\"::error::\"").unwrap();
    let owners = work.path().join("CODEOWNERS");
    fs::write(&owners, "* ::error::@a ##[o]\n!x ##[p]\n").unwrap();
    let baseline = work.path().join("known\n::error::.txt");
    let mut ran = 0;
    let mut quiet = |command: &mut Command| {
        let output = command.output().unwrap();
        for text in [&output.stdout, &output.stderr] {
            assert_eq!(commands(&String::from_utf8_lossy(text)), Vec::<&str>::new(), "{command:?}");
        }
        ran += usize::from(output.status.success());
    };
    for form in [&[][..], &["--json", "-"], &["--html", "-"]] {
        quiet(migscan().arg("trend").args([&old, &new]).arg("--owners").arg(&owners).args(form));
        quiet(migscan().arg("portfolio").args([&old, &new, &broken]).args(form));
        quiet(migscan().arg("diff").args([&old, &new]).args(form));
    }
    quiet(migscan().arg("portfolio").args([&old, &new]).args(["--csv", "-"]));
    quiet(migscan().arg("diff").args([&old, &new]).args(["--markdown", "-"]));
    quiet(migscan().arg("trend").args([&new, &broken]));
    quiet(migscan().arg(dir.path()).arg("--strict"));
    quiet(migscan().arg(dir.path()).arg("--baseline").arg(&new));
    for action in ["write", "check", "prune"] {
        quiet(migscan().args(["baseline", action]).arg(dir.path()).arg("--file").arg(&baseline));
    }
    assert_eq!(ran, 15);
}

#[test]
fn in_actions_there_are_annotations_and_a_summary() {
    let dir = hostile();
    let summary = dir.path().join("summary.md");
    let run = |more: &[&str]| {
        let mut command = migscan();
        command.arg(dir.path().join(".")).arg("--quiet").args(more);
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary).env("GITHUB_WORKSPACE", dir.path().parent().unwrap());
        command.output().unwrap()
    };
    let output = run(&[]);
    let text = String::from_utf8(output.stdout).unwrap();
    let ours = |line: &&str| {
        ["::error file=", "::warning file=", "::notice file=", "::notice title=migscan::"].iter().any(|start| line.starts_with(start))
    };
    assert!(!text.is_empty() && text.lines().all(|line| ours(&line)), "{text}");
    assert_eq!(commands(&text).len(), text.lines().count(), "one command a line");
    assert!(text.lines().count() <= 11);
    // Paths count from the root of the repository, which is above.
    let folder = dir.path().file_name().unwrap().to_str().unwrap();
    assert!(text.lines().filter(|line| line.contains("file=")).all(|line| line.contains(&format!("file={folder}/"))), "{text}");
    let last = String::from_utf8(output.stderr).unwrap();
    assert!(last.trim_end().ends_with("— wrote the summary of the step"), "{last}");
    let first = fs::read_to_string(&summary).unwrap();
    assert!(first.starts_with("<!-- migscan report -->\n"));
    run(&[]);
    assert_eq!(fs::read_to_string(&summary).unwrap(), first.repeat(2), "added, not replaced");
    // A report on stdout stays a report.
    let output = run(&["--sarif", "-"]);
    assert_valid(&schema("sarif-2.1.0.json"), &serde_json::from_slice(&output.stdout).unwrap(), "stdout");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("::notice ") || String::from_utf8_lossy(&output.stderr).contains("::warning ")
    );
    for more in [&["--anonymize"][..], &["--github", "never"]] {
        assert_eq!(String::from_utf8(run(more).stdout).unwrap(), "", "{more:?}");
    }
}

#[test]
fn manual_pages_tell_every_option() {
    let page = |args: &[&str]| String::from_utf8(migscan().arg("man").args(args).assert().success().get_output().stdout.clone()).unwrap();
    let (whole, plan) = (page(&[]), page(&["plan"]));
    for option in ["json", "sarif", "gitlab", "anonymize", "path\\-prefix"] {
        assert!(whole.contains(&format!("\\-\\-{option}")), "{option}");
    }
    assert!(whole.starts_with(".ie") && whole.contains(".TH migscan 1") && plan.contains(".TH migscan-plan 1"), "{plan}");
    let refused = migscan().args(["man", "paln"]).assert().code(2).stdout("");
    assert!(String::from_utf8_lossy(&refused.get_output().stderr).contains("did you mean plan?"));
}

#[test]
fn a_prefix_is_a_folder_of_the_repository() {
    for bad in ["../x", "/etc", "C:\\x"] {
        migscan().arg(root().join("fixtures/shop")).args(["--sarif", "-", "--path-prefix", bad]).assert().code(2).stdout("");
    }
}

#[test]
fn markdown_of_an_explained_module_obeys_no_path() {
    let dir = tempfile::tempdir().unwrap();
    let files = [
        ("config/settings.py", "INSTALLED_APPS = ['shop']\nROOT_URLCONF = 'config.urls'\n"),
        ("config/urls.py", "urlpatterns = []\n"),
        ("shop/models.py", "from django.db import models\nclass Item(models.Model):\n    name = models.TextField()\n"),
        ("shop/a@b<i>.py", "from .models import Item\ndef f():\n    return Item.objects.filter(name='x').order_by('pk')\n"),
    ];
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let output = migscan().args(["explain", "shop", "--markdown"]).arg(dir.path()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("shop/a&#64;b&lt;i&gt;.py:3") && !text.contains("<i>"), "{text}");
}
