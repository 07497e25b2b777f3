//! What migscan.toml says about the order is obeyed, or refused with its place and the reason.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

fn run(config: &str) -> (Option<Value>, String) {
    let dir = tempfile::tempdir().unwrap();
    let (file, json) = (dir.path().join("migscan.toml"), dir.path().join("out.json"));
    std::fs::write(&file, config).unwrap();
    let shop = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/shop");
    let mut command = Command::cargo_bin("migscan").unwrap();
    let done = command.arg(shop).arg("--quiet").arg("--config").arg(&file).arg("--json").arg(&json).output().unwrap();
    let report = std::fs::read(&json).ok().map(|bytes| serde_json::from_slice(&bytes).unwrap());
    (report, String::from_utf8_lossy(&done.stderr).into_owned())
}

fn plan(config: &str) -> Value {
    let (report, said) = run(config);
    report.unwrap_or_else(|| panic!("{said}"))["plan"].take()
}

fn refused(config: &str) -> String {
    let (report, said) = run(config);
    assert!(report.is_none(), "{config}");
    said
}

/// Numbers of the phases of a module, by kind.
fn phases(plan: &Value, module: &str) -> Vec<(u64, String)> {
    let list = plan["phases"].as_array().unwrap().iter();
    let with = list.filter(|phase| phase["modules"].as_array().unwrap().iter().any(|name| name == module));
    with.map(|phase| (phase["number"].as_u64().unwrap(), phase["kind"].as_str().unwrap().to_owned())).collect()
}

fn module(name: &str, wish: &str) -> String {
    format!("[[module]]\nname = \"{name}\"\n{wish}\n")
}

#[test]
fn pins_and_deferrals() {
    let own = plan("");
    assert_ne!(phases(&own, "orders")[0].1, "pilot");
    let piloted = plan(&module("orders", "pin = \"pilot\""));
    assert_eq!(phases(&piloted, "orders")[0].1, "pilot");
    let late = plan(&module("stock", "pin = \"last\""));
    let deferred = plan(&module("stock", "defer = true"));
    for plan in [&late, &deferred] {
        let count = plan["phases"].as_array().unwrap().len() as u64;
        assert!(phases(plan, "stock").iter().all(|(number, _)| *number > count / 2), "{:?}", phases(plan, "stock"));
        assert!(phases(&own, "stock")[0].0 < phases(plan, "stock")[0].0);
    }
    assert!(late.to_string().contains("pinned to the end"));
    // The home of the user model goes last by itself.
    let first = plan(&module("accounts", "pin = \"first\""));
    assert!(phases(&first, "accounts")[0].0 < phases(&own, "accounts")[0].0);
}

#[test]
fn merged_split_frozen_and_owned() {
    let merged = plan(&module("stock", "merge = \"orders\""));
    assert_eq!(phases(&merged, "stock"), phases(&merged, "orders"));
    let own = plan("");
    assert_eq!(phases(&own, "payments"), phases(&own, "project"));
    let split = plan(&module("payments", "split = true"));
    let payments: Vec<_> = split["cycles"].as_array().unwrap().iter().filter(|c| c["modules"].to_string().contains("payments")).collect();
    assert!(payments.iter().all(|cycle| cycle["together"] == false && cycle["break"][0]["needed"] == true), "{payments:?}");
    let frozen = plan(&module("billing", "freeze = true").replace("billing", "payments"));
    assert!(phases(&frozen, "payments").is_empty());
    let stays = frozen["stays_in_django"].as_array().unwrap().iter().find(|stays| stays["code"] == "frozen").unwrap();
    assert!(stays["module"] == "payments" && !stays["routes"].as_array().unwrap().is_empty());
    let owner = |plan: &Value, model: &str| {
        let mut lines = plan["phases"].as_array().unwrap().iter().flat_map(|phase| phase["data"].as_array().unwrap());
        lines.rfind(|line| line["model"] == model).map(|line| line["owner"].as_str().unwrap().to_owned())
    };
    assert_eq!(owner(&own, "stock.Supplier").as_deref(), Some("fastapi"));
    let kept = plan(&module("stock", "owner = \"django\""));
    assert_eq!(owner(&kept, "stock.Supplier").as_deref(), Some("shared-read"));
    assert_eq!(owner(&own, "stock.Movement").as_deref(), Some("shared-write"));
    let taken = plan(&module("stock", "owner = \"fastapi\""));
    assert_eq!(owner(&taken, "stock.Movement").as_deref(), Some("fastapi"));
}

#[test]
fn everything_moves_where_that_is_asked_for() {
    let plan = plan("[plan]\nscope = \"everything\"\n");
    assert_eq!(plan["scope"], "everything");
    assert!(plan["stays_in_django"].as_array().unwrap().iter().all(|stays| stays["code"] != "verdict" && stays["code"] != "page"));
}

#[test]
fn contradictions_are_refused_with_their_place() {
    let keep = "verdict = \"keep\"\nreason = \"r\"\n";
    for (config, place, reason) in [
        (module("stock", "freeze = true\npin = \"first\""), "4:7", "frozen"),
        (module("stock", "defer = true\npin = \"pilot\""), "4:7", "deferred"),
        (module("stock", "split = true\nmerge = \"orders\""), "4:9", "split"),
        (module("stock", &format!("{keep}defer = true")), "5:9", "verdict"),
        (module("stock", &format!("{}freeze = true", keep.replace("keep", "migrate"))), "5:10", "frozen"),
        (module("stock", "pin = \"pilot\"") + &module("orders", "pin = \"pilot\""), "6:7", "one pilot"),
        (module("stock", "pin = \"middle\""), "3:7", "middle"),
        (module("stock", "merge = \"stick\""), "3:9", "no module stick"),
        (module("stock", "merge = \"stock\""), "3:9", "itself"),
        (module("stock", "merge = \"orders\"") + &module("orders", "freeze = true"), "3:9", "frozen"),
        (module("stock", "merge = \"orders\"") + &module("orders", "split = true"), "3:9", "split"),
        (module("stock", "owner = \"fastapi\"") + &module("orders", keep), "3:9", "stays on Django and writes"),
        (module("orders", "pin = \"first\"") + &module("catalog", "defer = true"), "3:7", "catalog, which is to go last"),
    ] {
        let said = refused(&config);
        let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(&format!("migscan.toml:{place}")) && flat.contains(reason), "{config}\n{said}");
    }
}
