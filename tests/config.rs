//! Configuration, own rules and their tests, suppressions, calibration: as a user meets them.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use predicates::str::contains;

const MODELS: &str = "from django.db import models\n\n\nclass Order(models.Model):\n    placed_at = models.DateTimeField()\n";
const SETTINGS: &str =
    "SECRET_KEY = 'x'\nINSTALLED_APPS = ['orders', 'django.contrib.contenttypes']\nROOT_URLCONF = 'config.urls'\nUSE_TZ = True\n";

fn migscan() -> Command {
    let mut command = Command::cargo_bin("migscan").unwrap();
    command.env("NO_COLOR", "1");
    command
}

/// A project of one app.
fn project() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n");
    put("config/__init__.py", "");
    put("config/settings.py", SETTINGS);
    put("config/urls.py", "urlpatterns = []\n");
    put("orders/__init__.py", "");
    put("orders/models.py", MODELS);
    dir
}

fn report(dir: &Path, args: &[&str]) -> serde_json::Value {
    let out = migscan().arg(dir).args(["--json", "-", "--quiet"]).args(args).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

fn datetime(report: &serde_json::Value) -> Option<&serde_json::Value> {
    report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "field-datetime")
}

#[test]
fn a_comment_with_a_reason_settles_a_finding() {
    let dir = project();
    assert!(datetime(&report(dir.path(), &[])).unwrap()["suppressed"].is_null());
    let with = |comment: &str| {
        fs::write(dir.path().join("orders/models.py"), MODELS.replace("Field()", &format!("Field()  {comment}"))).unwrap();
        report(dir.path(), &[])
    };
    let settled = with("# migscan: ignore[field-datetime] all values are UTC");
    assert_eq!(datetime(&settled).unwrap()["suppressed"], "all values are UTC");
    assert!(datetime(&settled).unwrap()["effort"].is_null());
    assert!(settled["diagnostics"].as_array().unwrap().iter().all(|d| d["code"] != "suppression"));
    for (comment, why) in [
        ("# migscan: ignore[field-datetime]", "no reason"),
        ("# migscan: ignore why not", "names no rule"),
        ("# migscan: ignore[field-datetme] typo", "did you mean field-datetime"),
        ("# migscan: ignore[opt-nothing-like-this] x", "there is no rule"),
    ] {
        let report = with(comment);
        assert!(datetime(&report).unwrap()["suppressed"].is_null(), "{comment}");
        let said = report["diagnostics"].as_array().unwrap().iter().find(|d| d["code"] == "suppression").unwrap();
        assert!(said["message"].as_str().unwrap().contains(why), "{said}");
    }
}

#[test]
fn init_writes_once_and_what_it_writes_changes_nothing() {
    let dir = project();
    let before = report(dir.path(), &[]);
    migscan().arg("init").arg(dir.path()).assert().success().stderr(contains("wrote"));
    assert_eq!(report(dir.path(), &[]), before);
    migscan().arg("init").arg(dir.path()).assert().code(2).stderr(contains("left as it is"));
}

#[test]
fn a_module_that_is_not_there_is_refused_with_its_place() {
    let dir = project();
    fs::write(dir.path().join("migscan.toml"), "[[module]]\nname = \"ordrs\"\ntraffic = \"high\"\n").unwrap();
    migscan().arg(dir.path()).assert().code(2).stderr(contains("migscan.toml:2:8")).stderr(contains("did you mean `orders`"));
    fs::write(dir.path().join("migscan.toml"), "[[module]]\nname = \"ordrs\"\npaths = [\"orders/**\"]\n").unwrap();
    let names: Vec<String> =
        report(dir.path(), &[])["modules"].as_array().unwrap().iter().map(|m| m["name"].as_str().unwrap().to_owned()).collect();
    assert!(names.contains(&"ordrs".to_owned()), "{names:?}");
}

#[test]
fn a_doubled_unit_cost_doubles_its_own_lines_and_no_others() {
    let dir = project();
    let lines = |report: &serde_json::Value| -> Vec<(String, f64)> {
        let modules = report["modules"].as_array().unwrap().iter();
        modules
            .flat_map(|m| m["effort"]["items"].as_array().unwrap().clone())
            .filter(|i| !["overhead"].contains(&i["group"].as_str().unwrap()))
            .map(|i| (i["driver"].as_str().unwrap().to_owned(), i["mean"].as_f64().unwrap()))
            .collect()
    };
    let before = lines(&report(dir.path(), &[]));
    let config = dir.path().join("own.toml");
    fs::write(&config, "[effort.costs.model_field]\nmean = 0.12\n").unwrap();
    let after = lines(&report(dir.path(), &["--config", config.to_str().unwrap()]));
    assert_eq!(before.len(), after.len());
    assert!(before.iter().any(|(driver, _)| driver == "model_field"));
    for ((driver, was), (_, is)) in before.iter().zip(&after) {
        let factor = if driver == "model_field" { 2.0 } else { 1.0 };
        assert!((is - was * factor).abs() < 1e-9, "{driver} {was} {is}");
    }
}

#[test]
fn own_rules_are_found_priced_and_tested() {
    let dir = project();
    let rule = "[[rule]]\nid = \"house-audit\"\ntitle = \"audited view\"\nseverity = \"mandatory\"\nfastapi = \"a dependency\"\nrecipe = \"1. Use the dependency.\"\nmatch = { decorator = \"house.audited\" }\ncost = { mean = 2.0, class = \"B\" }\n";
    fs::write(dir.path().join("house.toml"), rule).unwrap();
    fs::write(dir.path().join("migscan.toml"), "rules = [\"house.toml\"]\n").unwrap();
    fs::write(dir.path().join("orders/views.py"), "from house import audited\n\n\n@audited\ndef index(request):\n    return None\n")
        .unwrap();
    let found = report(dir.path(), &[]);
    let finding = found["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "house-audit").unwrap().clone();
    assert_eq!((finding["line"].as_u64(), finding["effort"]["mean"].as_f64()), (Some(4), Some(2.0)));

    let cases = tempfile::tempdir().unwrap();
    let test = |code: &str| {
        fs::create_dir_all(cases.path().join("audit")).unwrap();
        fs::write(cases.path().join("audit/views.py"), code).unwrap();
        migscan().args(["rules", "--test"]).arg(cases.path()).arg(dir.path()).assert()
    };
    let head = "from house import audited\n\n\n";
    test(&format!("{head}# ruleid: house-audit\n@audited\ndef a(request):\n    pass\n\n\n# ok: house-audit\ndef b(request):\n    pass\n"))
        .success()
        .stdout(contains("1 case right, 0 wrong"));
    test(&format!("{head}# ruleid: house-audit\ndef a(request):\n    pass\n")).code(2).stdout(contains("was expected and not found"));
    test(&format!("{head}@audited\ndef a(request):\n    pass\n")).code(2).stdout(contains("was found and not expected"));
    test("a = 1\n").code(2).stdout(contains("no case expects it"));
}

#[test]
fn calibration_writes_a_profile_that_later_estimates_use() {
    let dir = project();
    let work = tempfile::tempdir().unwrap();
    let (actuals, profile) = (work.path().join("actuals.toml"), work.path().join("profile.toml"));
    let before = report(dir.path(), &[])["summary"]["effort"]["mean"].as_f64().unwrap();
    let entries: String = (0..5).map(|i| format!("[[actual]]\nmodule = \"old{i}\"\nhours = 20.0\nmean = 10.0\nsd = 3.0\n")).collect();
    fs::write(&actuals, entries).unwrap();
    let calibrate = |actuals: &Path| {
        let mut command = migscan();
        command.arg("calibrate").arg(dir.path()).arg("--actuals").arg(actuals).arg("--write").arg(&profile);
        command
    };
    calibrate(&actuals).assert().success().stdout(contains("factor on every line")).stdout(contains("old4"));
    let after = report(dir.path(), &["--profile", profile.to_str().unwrap()]);
    let factor = after["summary"]["effort"]["mean"].as_f64().unwrap() / before;
    assert!((1.5..2.2).contains(&factor), "{factor}");
    fs::write(&actuals, "[[actual]]\nmodule = \"ordrs\"\nhours = 3\n").unwrap();
    calibrate(&actuals).assert().code(2).stderr(contains("no module of this name")).stderr(contains("did you mean `orders`"));
    fs::write(&actuals, "[[actual]]\nmodule = \"orders\"\nhours = -3.0\n").unwrap();
    calibrate(&actuals).assert().code(2).stderr(contains("above zero"));
}

#[test]
fn sensitivity_names_what_moves_the_total() {
    let dir = project();
    migscan().arg("sensitivity").arg(dir.path()).assert().success().stdout(contains("fixed costs: 50 % dearer"));
}
