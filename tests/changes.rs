//! Baselines, differences and gates from the outside: a fixture is copied, changed on the disk, and scanned by the program.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Output};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// What is done to the text of a file.
type Edit = fn(String) -> String;

/// A copy of the fixture, with the reports of the test beside it.
struct Copy {
    dir: TempDir,
}

impl Copy {
    fn new() -> Copy {
        let dir = tempfile::tempdir().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop"), &dir.path().join("shop"));
        Copy { dir }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn edit(&self, file: &str, change: impl FnOnce(String) -> String) {
        let path = self.at("shop").join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let new = change(text.clone());
        assert_ne!(text, new, "{file} is as it was");
        fs::write(path, new).unwrap();
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
        command.current_dir(self.dir.path()).args(args);
        command.output().unwrap()
    }

    fn json(&self, name: &str, more: &[&str]) -> Value {
        let out = self.run(&[&["shop", "--quiet", "--json", name], more].concat());
        assert!(matches!(out.status.code(), Some(0 | 1 | 3)), "{}", stderr(&out));
        serde_json::from_slice(&fs::read(self.at(name)).unwrap()).unwrap()
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn last_line(output: &Output) -> String {
    stderr(output).lines().last().unwrap_or_default().to_owned()
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a Vec<Value> {
    value.pointer(pointer).and_then(Value::as_array).unwrap_or_else(|| panic!("{pointer}"))
}

fn names(value: &Value, pointer: &str) -> Vec<String> {
    list(value, pointer).iter().map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect()
}

fn hours(changes: &Value, cause: &str) -> f64 {
    changes["effort_delta"]["by_cause"][cause].as_f64().unwrap()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

/// The parts of the delta add up to it, and the outermost shape is that of the schema.
fn sound(report: &Value, schema: &jsonschema::Validator) {
    let errors: Vec<String> = schema.iter_errors(report).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let delta = &report["changes"]["effort_delta"];
    if delta.is_object() {
        let sum: f64 = ["code", "model", "coverage", "not_separable"].iter().map(|cause| hours(&report["changes"], cause)).sum();
        assert!(near(sum, delta["mean"]["delta"].as_f64().unwrap()), "{delta}");
    }
}

fn schema() -> jsonschema::Validator {
    let out = Command::new(env!("CARGO_BIN_EXE_migscan")).arg("schema").output().unwrap();
    jsonschema::validator_for(&serde_json::from_slice(&out.stdout).unwrap()).unwrap()
}

#[test]
fn nothing_changed_is_nothing_new() {
    let shop = Copy::new();
    shop.json("old.json", &[]);
    let report = shop.json("new.json", &["--baseline", "old.json", "--fail-on", "new-findings", "--fail-on", "new-cycles"]);
    sound(&report, &schema());
    let changes = &report["changes"];
    for key in ["new_findings", "fixed_findings", "not_seen_findings", "modules", "new_cycles", "solved_cycles"] {
        assert_eq!(list(changes, &format!("/{key}")).len(), 0, "{key}");
    }
    assert_eq!(changes["unchanged_findings"], changes["since"]["findings"]);
    assert_eq!(changes["routes"]["unchanged"].as_u64().map(|n| n > 20), Some(true));
    assert!(report["gates"].as_array().unwrap().iter().all(|gate| gate["passed"] == true));
    let green = shop.run(&["shop", "--quiet", "--baseline", "old.json"]);
    assert!(last_line(&green).contains(", findings: 0 new, 0 fixed, "), "{}", last_line(&green));
    let diff = shop.run(&["diff", "old.json", "new.json"]);
    assert_eq!(diff.status.code(), Some(0));
    assert!(last_line(&diff).starts_with("migscan: 0 new, 0 fixed, "), "{}", last_line(&diff));
}

#[test]
fn routes_models_findings_and_hours_that_come_and_go() {
    let (shop, schema) = (Copy::new(), schema());
    shop.json("old.json", &[]);
    shop.edit("stock/models.py", |text| {
        text + "\n\nclass Shelf(models.Model):\n    code = models.CharField(max_length=20)\n    owner = models.ForeignKey('accounts.User', on_delete=models.CASCADE)\n"
    });
    shop.edit("orders/urls.py", |text| text.replace("router.register(\"coupons\", CouponViewSet)\n", ""));
    let report = shop.json("new.json", &["--baseline", "old.json", "--html", "new.html", "--markdown", "new.md"]);
    sound(&report, &schema);
    let changes = &report["changes"];
    assert_eq!(names(changes, "/models/added"), ["stock.Shelf"]);
    assert!(list(changes, "/models/removed").is_empty());
    let removed = names(changes, "/routes/removed");
    assert!(!removed.is_empty() && removed.iter().all(|path| path.contains("coupons")), "{removed:?}");
    assert!(list(changes, "/new_findings").iter().any(|f| f["symbol"].as_str().unwrap().contains("Shelf") && f["cause"] == "code"));
    assert!(list(changes, "/not_seen_findings").is_empty() && list(changes, "/routes/not_seen").is_empty());
    let delta = &changes["effort_delta"];
    assert!(near(hours(changes, "code"), delta["mean"]["delta"].as_f64().unwrap()) && hours(changes, "code") != 0.0);
    assert_eq!(delta["model_changed"], false);
    let modules = names(changes, "/modules");
    assert!(modules.contains(&"stock".to_owned()) && modules.contains(&"orders".to_owned()), "{modules:?}");

    // The same from two files, in every form.
    let out = shop.run(&["diff", "old.json", "new.json", "--json", "diff.json", "--html", "diff.html", "--markdown", "diff.md"]);
    assert_eq!(out.status.code(), Some(0), "{}", stderr(&out));
    let diff: Value = serde_json::from_slice(&fs::read(shop.at("diff.json")).unwrap()).unwrap();
    assert_eq!(&diff["changes"], changes);
    assert_eq!(diff["schema_version"], report["schema_version"]);
    let terminal = String::from_utf8(out.stdout).unwrap();
    for (name, text) in [("terminal", terminal), ("diff.html", fs::read_to_string(shop.at("diff.html")).unwrap())] {
        assert!(text.contains("stock.Shelf") || text.contains("Shelf"), "{name}");
        assert!(text.contains("coupons"), "{name}");
    }
    assert!(fs::read_to_string(shop.at("diff.md")).unwrap().starts_with("<!-- migscan diff -->\n## Changes of "));
    let page = fs::read_to_string(shop.at("new.html")).unwrap();
    assert!(page.contains("<section id=\"changes\"") && page.contains("Change of the expected effort by cause"));
    assert!(fs::read_to_string(shop.at("new.md")).unwrap().contains("\n### Since the earlier report\n"));

    // And back: what was new is fixed, what was removed is added.
    let back = shop.run(&["diff", "new.json", "old.json", "--json", "back.json", "--quiet"]);
    assert_eq!((back.status.code(), back.stdout.len()), (Some(0), 0));
    let back: Value = serde_json::from_slice(&fs::read(shop.at("back.json")).unwrap()).unwrap();
    assert_eq!(names(&back["changes"], "/models/removed"), ["stock.Shelf"]);
    assert_eq!(list(&back["changes"], "/fixed_findings").len(), list(changes, "/new_findings").len());
}

#[test]
fn a_file_that_cannot_be_read_is_no_progress() {
    let schema = schema();
    let broken: [(&str, &str, Edit); 3] = [
        ("a syntax error", "orders/models.py", |text| text.replacen("class Order", "class X(:\n  def (\n\"\"\"\nclass Order", 1)),
        ("bytes that are no text", "catalog/models.py", |text| text + "\0\0"),
        ("a urlconf", "config/urls.py", |text| text + "\0"),
    ];
    for (what, file, change) in broken {
        let shop = Copy::new();
        shop.json("old.json", &[]);
        shop.edit(file, change);
        let report = shop.json("new.json", &["--baseline", "old.json"]);
        sound(&report, &schema);
        let changes = &report["changes"];
        let fixed: Vec<&str> = list(changes, "/fixed_findings").iter().filter_map(|f| f["file"].as_str()).collect();
        assert!(!fixed.contains(&file), "{what}: {fixed:?}");
        assert!(names(changes, "/routes/removed").is_empty(), "{what}: {:?}", names(changes, "/routes/removed"));
        assert!(names(changes, "/models/removed").is_empty(), "{what}: {:?}", names(changes, "/models/removed"));
        let lost: Vec<&str> = list(changes, "/coverage/lost").iter().filter_map(|f| f["path"].as_str()).collect();
        assert_eq!(lost, [file], "{what}");
        assert!(hours(changes, "code") > -1.0, "{what}: {}", changes["effort_delta"]);
        let seen = list(changes, "/not_seen_findings").len() + names(changes, "/routes/not_seen").len();
        assert!(seen > 0, "{what}");
        // Mended again, what was not seen is not taken for new code.
        let back = shop.run(&["diff", "new.json", "old.json", "--json", "back.json", "--quiet"]);
        assert_eq!(back.status.code(), Some(0));
        let back: Value = serde_json::from_slice(&fs::read(shop.at("back.json")).unwrap()).unwrap();
        assert!(list(&back["changes"], "/new_findings").iter().any(|f| f["cause"] == "coverage") || what == "a urlconf", "{what}");
    }
}

#[test]
fn an_app_that_is_excluded_has_not_gone() {
    let shop = Copy::new();
    shop.json("old.json", &[]);
    fs::write(shop.at("shop/migscan.toml"), "exclude = [\"stock/\"]\n").unwrap();
    let report = shop.json("new.json", &["--baseline", "old.json"]);
    let changes = &report["changes"];
    assert!(names(changes, "/models/removed").is_empty(), "{:?}", names(changes, "/models/removed"));
    assert!(list(changes, "/fixed_findings").iter().all(|f| !f["file"].as_str().unwrap().starts_with("stock/")));
    let stock = list(changes, "/modules").iter().find(|module| module["name"] == "stock").unwrap();
    assert_eq!(stock["change"], "not_seen");
}

#[test]
fn another_effort_model_is_told_apart_from_the_code() {
    let (shop, schema) = (Copy::new(), schema());
    shop.json("old.json", &[]);
    fs::write(shop.at("costs.toml"), "[effort.costs.command]\nmean = 20\n").unwrap();
    let report = shop.json("new.json", &["--baseline", "old.json", "--config", "costs.toml"]);
    sound(&report, &schema);
    let changes = &report["changes"];
    assert_eq!(changes["effort_delta"]["model_changed"], true);
    assert!(hours(changes, "model") > 10.0, "{}", changes["effort_delta"]);
    assert!(hours(changes, "code").abs() < 1e-6 && hours(changes, "coverage").abs() < 1e-6, "{}", changes["effort_delta"]);
    assert_eq!(list(changes, "/new_findings").len(), 0);
    // With more code at the new price as well, each has its share.
    shop.edit("stock/management/commands/import_stock_book.py", |text| text + "\n");
    fs::copy(shop.at("shop/stock/management/commands/import_stock_book.py"), shop.at("shop/stock/management/commands/another.py")).unwrap();
    let report = shop.json("new.json", &["--baseline", "old.json", "--config", "costs.toml"]);
    sound(&report, &schema);
    assert!(hours(&report["changes"], "code") > 10.0 && hours(&report["changes"], "model") > 10.0, "{}", report["changes"]["effort_delta"]);
}

#[test]
fn other_files_are_refused_by_name() {
    let shop = Copy::new();
    shop.json("old.json", &[]);
    let whole = fs::read_to_string(shop.at("old.json")).unwrap();
    for (name, text, why) in [
        ("cut.json", whole[..whole.len() / 2].to_owned(), "it ends in the middle"),
        ("newer.json", whole.replacen("\"1.0\"", "\"2.3\"", 1), "its schema version is 2.3"),
        ("other.json", "{\"version\": \"2.1.0\", \"runs\": []}".to_owned(), "not a report of migscan"),
        ("text.json", "hello".to_owned(), "neither a report"),
        ("empty.json", String::new(), "it is empty"),
        ("wrong.txt", "# migscan baseline 1\nnonsense here x\n".to_owned(), "line 2: an entry begins with a fingerprint"),
    ] {
        fs::write(shop.at(name), text).unwrap();
        let out = shop.run(&["shop", "--baseline", name, "--json", "never.json"]);
        assert_eq!(out.status.code(), Some(2), "{name}");
        assert!(last_line(&out).contains(name) && last_line(&out).contains(why), "{name}: {}", last_line(&out));
        assert!(!shop.at("never.json").exists());
        let diff = shop.run(&["diff", name, "old.json"]);
        assert!(diff.status.code() == Some(2) && last_line(&diff).contains(name), "{name}: {}", last_line(&diff));
    }
    for folder in [&["diff", "shop", "old.json"][..], &["shop", "--baseline", "shop"]] {
        let out = shop.run(folder);
        assert!(out.status.code() == Some(2) && last_line(&out).contains("this is a folder"), "{}", last_line(&out));
    }
    // A report of an earlier minor version, with less in it.
    let mut older: Value = serde_json::from_str(&whole).unwrap();
    for key in ["gates", "changed_files", "changes", "plan"] {
        older.as_object_mut().unwrap().remove(key);
    }
    older["schema_version"] = "1.0".into();
    fs::write(shop.at("older.json"), older.to_string()).unwrap();
    let out = shop.run(&["diff", "older.json", "old.json", "--quiet"]);
    assert!(out.status.code() == Some(0) && last_line(&out).starts_with("migscan: 0 new, 0 fixed"), "{}", last_line(&out));
}

#[test]
fn each_gate_holds_and_fails() {
    let shop = Copy::new();
    let old = shop.json("old.json", &[]);
    let blockers = list(&old, "/findings").iter().filter(|f| f["severity"] == "blocker" && f["suppressed"].is_null()).count();
    let cycles = list(&old, "/plan/cycles").len();
    shop.edit("stock/models.py", |text| {
        text + "\n\nclass Shelf(models.Model):\n    owner = models.ForeignKey('accounts.User', on_delete=models.CASCADE)\n"
    });
    let cases = [
        ("new-findings".to_owned(), 1, "new finding"),
        ("new-findings:blocker".to_owned(), 0, ""),
        (format!("blockers>{blockers}"), 0, ""),
        (format!("blockers>={blockers}"), 1, "blocker"),
        ("effort>1d".to_owned(), 1, "effort P50 "),
        ("effort>9000d".to_owned(), 0, ""),
        ("effort-p80<1000000h".to_owned(), 1, "effort P80 "),
        ("effort>+0h".to_owned(), 1, "effort that the code has added "),
        ("effort>+500d".to_owned(), 0, ""),
        ("coverage<100".to_owned(), 1, "coverage 9"),
        ("coverage<50".to_owned(), 0, ""),
        (format!("cycles>{cycles}"), 0, ""),
        (format!("cycles>={cycles}"), 1, "cycle"),
        ("new-cycles".to_owned(), 0, ""),
    ];
    for (expression, status, message) in &cases {
        let out = shop.run(&["shop", "--quiet", "--baseline", "old.json", "--fail-on", expression, "--json", "new.json"]);
        assert_eq!(out.status.code(), Some(*status), "{expression}: {}", stderr(&out));
        let report: Value = serde_json::from_slice(&fs::read(shop.at("new.json")).unwrap()).unwrap();
        let gate = &list(&report, "/gates")[0];
        assert_eq!((gate["expression"].as_str(), gate["passed"].as_bool()), (Some(expression.as_str()), Some(*status == 0)));
        if *status == 1 {
            let last = last_line(&out);
            assert!(
                last.starts_with("migscan: failed: ") && last.contains(message) && last.ends_with("wrote new.json"),
                "{expression}: {last}"
            );
        }
        fs::remove_file(shop.at("new.json")).unwrap();
    }
    // All that fail are named, in their order.
    let out = shop.run(&[
        "shop",
        "--quiet",
        "--baseline",
        "old.json",
        "--fail-on",
        "coverage<100,new-findings:potential",
        "--fail-on",
        "blockers>500",
    ]);
    let last = last_line(&out);
    assert!(out.status.code() == Some(1) && last.contains(" < 100 %; ") && last.contains("new finding") && !last.contains("500"), "{last}");
}

#[test]
fn a_wrong_condition_is_refused_before_the_scan() {
    let shop = Copy::new();
    for (args, says) in [
        (vec!["--fail-on", "covrage<95"], "did you mean `coverage`?"),
        (vec!["--fail-on", "effort>120"], "an amount of work has a unit"),
        (vec!["--fail-on", "new-findings"], "--baseline names a report or a baseline file"),
        (vec!["--fail-on", "new-cycles"], "--baseline names one"),
        (vec!["--fail-on", "frozen"], "state = \"frozen\""),
    ] {
        let out = shop.run(&[&["shop", "--json", "never.json"][..], &args].concat());
        let text = stderr(&out);
        let joined = text.replace("│", " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(out.status.code() == Some(2) && joined.contains(says), "{args:?}: {text}");
        assert!(!shop.at("never.json").exists());
    }
}

#[test]
fn frozen_and_migrated_modules_may_not_grow() {
    let shop = Copy::new();
    let config = |state: &str| {
        fs::write(shop.at("shop/migscan.toml"), format!("[[module]]\nname = \"orders\"\nstate = \"{state}\"\n")).unwrap();
    };
    config("frozen");
    shop.json("old.json", &[]);
    let out = shop.run(&["shop", "--fail-on", "frozen"]);
    assert!(out.status.code() == Some(2) && stderr(&out).contains("--baseline"), "{}", stderr(&out));
    assert_eq!(shop.run(&["baseline", "write", "shop", "--file", "known.txt"]).status.code(), Some(0));
    for earlier in ["old.json", "known.txt"] {
        let out = shop.run(&["shop", "--quiet", "--baseline", earlier, "--fail-on", "frozen"]);
        assert_eq!(out.status.code(), Some(0), "{earlier}: {}", stderr(&out));
    }
    // Growth elsewhere is none of it.
    shop.edit("stock/models.py", |text| text + "\n\nclass Shelf(models.Model):\n    code = models.CharField(max_length=20)\n");
    assert_eq!(shop.run(&["shop", "--quiet", "--baseline", "old.json", "--fail-on", "frozen"]).status.code(), Some(0));
    let growths: [(&str, &str, Edit, &str); 4] = [
        ("orders/models.py", "1 model", |t| t + "\n\nclass Late(models.Model):\n    pass\n", "model orders.Late"),
        ("orders/urls.py", "route", |t| t + "router.register('more-orders', OrderViewSet, basename='more')\n", "more-orders"),
        (
            "orders/signals.py",
            "1 signal",
            |t| {
                t + "\n\nfrom django.db.models.signals import post_delete\nfrom django.dispatch import receiver\n\n\n@receiver(post_delete)\ndef late(sender, **kwargs):\n    pass\n"
            },
            "orders.signals.late",
        ),
        ("labs/late.py", "1 import", |_| "from orders.models import Order\n\nprint(Order)\n".to_owned(), "import"),
    ];
    for (file, says, change, place) in growths {
        let before = fs::read_to_string(shop.at("shop").join(file)).ok();
        shop.edit(file, change);
        for earlier in ["old.json", "known.txt"] {
            let out = shop.run(&["shop", "--quiet", "--baseline", earlier, "--fail-on", "frozen", "--json", "new.json"]);
            let last = last_line(&out);
            assert!(
                out.status.code() == Some(1) && last.contains("orders (frozen) has gained") && last.contains(says),
                "{file}, {earlier}: {last}"
            );
            let report: Value = serde_json::from_slice(&fs::read(shop.at("new.json")).unwrap()).unwrap();
            let gate = &list(&report, "/gates")[0];
            assert_eq!((gate["kind"].as_str(), gate["module"].as_str()), (Some("frozen"), Some("orders")));
            assert!(list(gate, "/places").iter().any(|p| p["what"].as_str().unwrap().contains(place) && p["file"] == *file), "{gate}");
        }
        match before {
            Some(text) => fs::write(shop.at("shop").join(file), text).unwrap(),
            None => fs::remove_file(shop.at("shop").join(file)).unwrap(),
        }
    }
    // What has moved has nothing left, and needs nothing to compare with.
    config("migrated");
    let out = shop.run(&["shop", "--quiet", "--fail-on", "frozen"]);
    assert!(out.status.code() == Some(1) && last_line(&out).contains("orders (migrated) still has"), "{}", last_line(&out));
}

#[test]
fn a_frozen_module_is_meant_by_its_app_too_and_has_the_routes_of_its_views() {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        fs::create_dir_all(dir.path().join(name).parent().unwrap()).unwrap();
        fs::write(dir.path().join(name), text).unwrap();
    };
    put("p/manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n");
    put("p/config/__init__.py", "");
    put("p/config/settings.py", "ROOT_URLCONF = 'config.urls'\nINSTALLED_APPS = ['shop.orders']\nSECRET_KEY = 'x'\n");
    put("p/shop/__init__.py", "");
    put("p/shop/orders/__init__.py", "");
    put("p/shop/orders/models.py", "from django.db import models\nclass Order(models.Model):\n    pass\n");
    put("p/shop/orders/views.py", "from django.http import HttpResponse\ndef a(request):\n    return HttpResponse('')\n");
    let urls = |paths: &[&str]| {
        let lines: String = paths.iter().map(|path| format!("path('{path}/', views.a), ")).collect();
        put("p/config/urls.py", &format!("from django.urls import path\nfrom shop.orders import views\nurlpatterns = [{lines}]\n"));
    };
    let run = |args: &[&str]| Command::new(env!("CARGO_BIN_EXE_migscan")).current_dir(dir.path()).args(args).output().unwrap();
    let config = |name: &str, state: &str| put("p/migscan.toml", &format!("[[module]]\nname = \"{name}\"\nstate = \"{state}\"\n"));
    for name in ["orders", "shop.orders"] {
        config(name, "frozen");
        urls(&["one"]);
        assert_eq!(run(&["p", "--quiet", "--json", "old.json"]).status.code(), Some(0));
        let _ = fs::remove_file(dir.path().join("known.txt"));
        assert_eq!(run(&["baseline", "write", "p", "--file", "known.txt"]).status.code(), Some(0));
        for earlier in ["old.json", "known.txt"] {
            urls(&["one"]);
            let out = run(&["p", "--quiet", "--baseline", earlier, "--fail-on", "frozen"]);
            assert_eq!(out.status.code(), Some(0), "{name} {earlier}: {}", stderr(&out));
            urls(&["one", "two"]);
            let out = run(&["p", "--quiet", "--baseline", earlier, "--fail-on", "frozen"]);
            let says = "shop.orders (frozen) has gained 1 route";
            assert!(out.status.code() == Some(1) && last_line(&out).contains(says), "{name} {earlier}: {}", stderr(&out));
        }
        config(name, "migrated");
        let out = run(&["p", "--quiet", "--fail-on", "frozen"]);
        assert!(last_line(&out).contains("shop.orders (migrated) still has 2 routes, 1 model"), "{}", stderr(&out));
    }
}

#[test]
fn strict_is_a_status_of_its_own_and_comes_after_the_gates() {
    let shop = Copy::new();
    let strict = |more: &[&str]| shop.run(&[&["shop", "--quiet", "--strict", "--json", "new.json"], more].concat());
    // Facts of the project, and queries whose model their caller decides, are no fault of the scan.
    let out = strict(&[]);
    assert_eq!(out.status.code(), Some(0), "{}", last_line(&out));
    let report: Value = serde_json::from_slice(&fs::read(shop.at("new.json")).unwrap()).unwrap();
    let open: BTreeSet<&str> = list(&report, "/coverage/unresolved").iter().map(|open| open["kind"].as_str().unwrap()).collect();
    assert_eq!(open, BTreeSet::from(["drift", "environment", "queries"]));
    // Routes that may be hidden are one, and an unread file.
    shop.edit("config/urls.py", |text| text + "\nimport elsewhere\nurlpatterns += [path('more/', elsewhere.view())]\n");
    let out = strict(&[]);
    let says = "migscan: failed: incomplete: 0 files not read whole, 1 fact not established (routes); first: config/urls.py:";
    assert!(out.status.code() == Some(3) && last_line(&out).starts_with(says), "{}", last_line(&out));
    assert!(last_line(&out).ends_with("wrote new.json"));
    shop.edit("orders/broken.py", |_| "def x(:\n".to_owned());
    let out = strict(&[]);
    let says =
        "migscan: failed: incomplete: 1 file not read whole, 1 fact not established (routes); first: orders/broken.py:1: syntax error";
    assert!(out.status.code() == Some(3) && last_line(&out).starts_with(says), "{}", last_line(&out));
    let out = strict(&["--fail-on", "coverage<100"]);
    assert!(out.status.code() == Some(1) && last_line(&out).contains("; incomplete: "), "{}", last_line(&out));
    // A project of which everything is known.
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n"),
        ("config/__init__.py", ""),
        ("config/settings.py", "ROOT_URLCONF = 'config.urls'\nINSTALLED_APPS = []\nSECRET_KEY = 'x'\n"),
        ("config/urls.py", "from django.urls import path\nfrom . import views\n\nurlpatterns = [path('a/', views.a)]\n"),
        ("config/views.py", "from django.http import HttpResponse\n\n\ndef a(request):\n    return HttpResponse('')\n"),
    ] {
        fs::create_dir_all(dir.path().join(name).parent().unwrap()).unwrap();
        fs::write(dir.path().join(name), text).unwrap();
    }
    let out = Command::new(env!("CARGO_BIN_EXE_migscan")).arg(dir.path()).args(["--quiet", "--strict"]).output().unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", stderr(&out));
}

#[test]
fn the_baseline_file_is_written_checked_and_pruned() {
    let shop = Copy::new();
    let base = |action: &str, more: &[&str]| shop.run(&[&["baseline", action, "shop", "--file", "known.txt"], more].concat());
    assert_eq!(base("check", &[]).status.code(), Some(2), "there is none yet");
    assert_eq!(base("write", &[]).status.code(), Some(0));
    let written = fs::read_to_string(shop.at("known.txt")).unwrap();
    let mut entries: Vec<&str> = written.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(entries.len() > 50 && entries.is_sorted(), "{}", entries.len());
    let total = entries.len();
    entries.dedup();
    assert_eq!(entries.len(), total);
    assert_eq!(base("check", &["--strict"]).status.code(), Some(0));
    assert_eq!(shop.run(&["shop", "--quiet", "--baseline", "known.txt", "--fail-on", "new-findings"]).status.code(), Some(0));

    shop.edit("stock/models.py", |text| {
        text + "\n\nclass Shelf(models.Model):\n    owner = models.ForeignKey('accounts.User', on_delete=models.CASCADE)\n"
    });
    let out = base("check", &[]);
    assert!(out.status.code() == Some(1) && last_line(&out).contains("not in known.txt"), "{}", last_line(&out));
    assert!(String::from_utf8_lossy(&out.stdout).lines().any(|line| line.starts_with("new: ") && line.contains("Shelf")));
    let out = shop.run(&["shop", "--quiet", "--baseline", "known.txt", "--fail-on", "new-findings", "--json", "new.json"]);
    assert_eq!(out.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&fs::read(shop.at("new.json")).unwrap()).unwrap();
    assert_eq!((report["changes"]["since"]["kind"].as_str(), report["changes"]["effort_delta"].is_null()), (Some("baseline"), true));
    sound(&report, &schema());

    // The other way round: what was known is gone.
    assert_eq!(base("write", &[]).status.code(), Some(0));
    shop.edit("stock/models.py", |text| text.split("\n\nclass Shelf").next().unwrap().to_owned());
    assert_eq!(base("check", &[]).status.code(), Some(0), "stale entries alone are no failure");
    let out = base("check", &["--strict"]);
    assert!(out.status.code() == Some(1) && last_line(&out).contains("stale"), "{}", last_line(&out));
    assert!(String::from_utf8_lossy(&out.stdout).lines().any(|line| line.starts_with("stale: ")));
    assert_eq!(base("prune", &[]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(shop.at("known.txt")).unwrap(), written);

    // A file that cannot be read today is no reason to forget what it held.
    shop.edit("stock/models.py", |text| text + "\0");
    let out = base("prune", &[]);
    assert!(String::from_utf8_lossy(&out.stdout).lines().any(|line| line.starts_with("not seen: ") && line.contains(" stock ")));
    let kept = fs::read_to_string(shop.at("known.txt")).unwrap();
    assert!(kept.lines().any(|line| line.contains(" stock stock.models.")), "{kept}");

    // Somebody else's file is left alone.
    fs::write(shop.at("known.txt"), "precious\n").unwrap();
    for action in ["write", "check", "prune"] {
        let out = base(action, &[]);
        assert!(out.status.code() == Some(2) && last_line(&out).contains("known.txt, line 1"), "{}", last_line(&out));
    }
    assert_eq!(fs::read_to_string(shop.at("known.txt")).unwrap(), "precious\n");
}

/// Two branches that both add to the baseline, merged by git as a forge does it.
#[test]
fn branches_that_add_different_findings_merge() {
    let shop = Copy::new();
    let write = |name: &str| assert_eq!(shop.run(&["baseline", "write", "shop", "--file", name]).status.code(), Some(0));
    write("base.txt");
    let stock = fs::read_to_string(shop.at("shop/stock/models.py")).unwrap();
    shop.edit("stock/models.py", |text| {
        text + "\n\nclass Shelf(models.Model):\n    owner = models.ForeignKey('accounts.User', on_delete=models.CASCADE)\n"
    });
    write("ours.txt");
    fs::write(shop.at("shop/stock/models.py"), stock).unwrap();
    shop.edit("stock/models.py", |text| text + "\n\nclass Crate(models.Model):\n    made = models.DateTimeField(auto_now=True)\n");
    write("theirs.txt");
    let merged =
        Process::new("git").args(["merge-file", "-p", "ours.txt", "base.txt", "theirs.txt"]).current_dir(shop.at("")).output().unwrap();
    assert_eq!(merged.status.code(), Some(0), "{}", String::from_utf8_lossy(&merged.stdout));
    fs::write(shop.at("merged.txt"), merged.stdout).unwrap();
    shop.edit("stock/models.py", |text| {
        text + "\n\nclass Shelf(models.Model):\n    owner = models.ForeignKey('accounts.User', on_delete=models.CASCADE)\n"
    });
    let out = shop.run(&["baseline", "check", "shop", "--file", "merged.txt", "--strict"]);
    assert_eq!(out.status.code(), Some(0), "{}\n{}", String::from_utf8_lossy(&out.stdout), stderr(&out));
}

#[test]
fn what_a_review_touches_comes_first() {
    let shop = Copy::new();
    let line = 1 + fs::read_to_string(shop.at("shop/stock/models.py")).unwrap().lines().count();
    let added = "class Shelf(models.Model):\n    owner = models.ForeignKey('accounts.User', on_delete=models.CASCADE)\n";
    shop.edit("stock/models.py", |text| text + added);
    let diff = format!(
        "diff --git a/back/stock/models.py b/back/stock/models.py\n--- a/back/stock/models.py\n+++ b/back/stock/models.py\n@@ -{line},0 +{line},2 @@\n"
    ) + &added.lines().map(|l| format!("+{l}\n")).collect::<String>();
    fs::write(shop.at("review.diff"), &diff).unwrap();
    let out = shop.run(&["shop", "--changed", "review.diff", "--markdown", "new.md", "--json", "new.json", "--color", "never"]);
    assert_eq!(out.status.code(), Some(0), "{}", stderr(&out));
    let report: Value = serde_json::from_slice(&fs::read(shop.at("new.json")).unwrap()).unwrap();
    assert_eq!(report["changed_files"][0]["path"], "stock/models.py");
    let text = String::from_utf8(out.stdout).unwrap();
    let review = text.lines().skip_while(|l| !l.starts_with("In review")).nth(1).unwrap();
    assert!(review.trim_start().starts_with('*') && review.contains("stock/models.py"), "{text}");
    let markdown = fs::read_to_string(shop.at("new.md")).unwrap();
    let first = markdown.lines().skip_while(|l| !l.starts_with("### In the changed files")).find(|l| l.starts_with("- ")).unwrap();
    assert!(first.starts_with("- **changed line** ") && first.contains("Shelf"), "{first}");
    // From stdin, and as a list of paths.
    let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
    let out = command
        .current_dir(shop.at(""))
        .args(["shop", "--changed", "-", "--color", "never"])
        .write_stdin("back/stock/models.py\n")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&out.stdout).contains("In review"), "{}", stderr(&out));
}

#[test]
fn anonymous_changes_bear_no_names() {
    let shop = Copy::new();
    shop.json("old.json", &[]);
    shop.edit("stock/models.py", |text| {
        text + "\n\nclass ShelfOfSecrets(models.Model):\n    owner = models.ForeignKey('accounts.User', on_delete=models.CASCADE)\n"
    });
    fs::remove_file(shop.at("shop/labs/models.py")).unwrap();
    fs::write(shop.at("list"), "shop/stock/models.py\n").unwrap();
    shop.json(
        "new.json",
        &[
            "--baseline",
            "old.json",
            "--anonymize",
            "--html",
            "new.html",
            "--markdown",
            "new.md",
            "--fail-on",
            "new-findings",
            "--changed",
            "list",
        ],
    );
    for name in ["new.json", "new.html", "new.md"] {
        let text = fs::read_to_string(shop.at(name)).unwrap();
        for secret in ["ShelfOfSecrets", "labs", "StockLevel"] {
            assert!(!text.contains(secret), "{secret} in {name}");
        }
    }
}

/// Fingerprints by rule and symbol, so that a difference can be read.
fn prints(report: &Value) -> std::collections::BTreeMap<String, String> {
    let one = |f: &Value| (f["fingerprint"].as_str().unwrap().to_owned(), format!("{} {} {}", f["rule"], f["symbol"], f["file"]));
    list(report, "/findings").iter().map(one).collect()
}

#[test]
fn fingerprints_do_not_depend_on_what_stands_around() {
    let python: Vec<&str> = vec![
        "orders/models.py",
        "orders/views.py",
        "catalog/models.py",
        "catalog/views.py",
        "stock/signals.py",
        "orders/serializers.py",
        "config/urls.py",
    ];
    let shop = Copy::new();
    let before = prints(&shop.json("old.json", &[]));
    assert!(before.len() > 100);
    let same = |what: &str, shop: &Copy| {
        let after = prints(&shop.json("new.json", &[]));
        let gone: Vec<_> = before.iter().filter(|(print, _)| !after.contains_key(*print)).collect();
        let new: Vec<_> = after.iter().filter(|(print, _)| !before.contains_key(*print)).collect();
        assert!(gone.is_empty() && new.is_empty(), "{what}: gone {gone:#?}, new {new:#?}");
    };
    for file in python.iter().filter(|file| shop.at("shop").join(file).exists()) {
        shop.edit(file, |text| format!("{}{text}", "\n".repeat(100)));
    }
    same("100 blank lines", &shop);
    shop.edit("orders/services.py", |text| text + "\n\ndef unrelated_helper(first, second):\n    return first + second\n");
    same("a new function", &shop);
    shop.edit("orders/services.py", |text| text.replace("unrelated_helper", "renamed_helper"));
    same("a renamed function", &shop);
    // Classes in another order.
    for (file, class) in [("stock/models.py", "Supplier"), ("catalog/serializers.py", "TagSerializer"), ("catalog/models.py", "Tag")] {
        shop.edit(file, |text| class_first(&text, class));
    }
    same("reordered classes", &shop);
    // A neighbour moves: what it holds has another name now, nothing else has.
    fs::rename(shop.at("shop/stock/reports.py"), shop.at("shop/stock/summaries.py")).unwrap();
    let after = prints(&shop.json("new.json", &[]));
    for (print, of) in before.iter().filter(|(print, _)| !after.contains_key(*print)) {
        assert!(of.contains("stock.reports") || of.contains("stock/reports.py"), "{print} {of}");
    }
}

/// The class, with what stands above it, before the first one of the file.
fn class_first(text: &str, name: &str) -> String {
    let mut parts: Vec<String> = vec![String::new()];
    for line in text.split_inclusive('\n') {
        if line.starts_with("class ") {
            parts.push(String::new());
        }
        parts.last_mut().unwrap().push_str(line);
    }
    let at = parts.iter().position(|part| part.starts_with(&format!("class {name}("))).unwrap();
    assert!(at > 1, "{name} is first already");
    let class = parts.remove(at);
    parts.insert(1, format!("{}\n\n\n", class.trim_end()));
    parts.concat()
}
