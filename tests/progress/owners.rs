//! The burn-down by owner: teams of modules, which the configuration names, and CODEOWNERS.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::project::{State, write};
use super::{done, json, migscan, scanned, trend};

/// Reports of the project before and after its books have moved, each under its own configuration.
fn two(folder: &Path, configs: [&str; 2]) -> [PathBuf; 2] {
    let root = folder.join("library");
    let states = [
        State { django: (1..=12).collect(), ..State::default() },
        State { django: (4..=12).collect(), fastapi: (1..=3).collect(), ..State::default() },
    ];
    let mut number = 0;
    [0, 1].map(|at| {
        write(&root, &states[at]);
        fs::write(root.join("migscan.toml"), configs[at]).unwrap();
        number += 1;
        let target = folder.join(format!("{number}.json"));
        scanned(&root, &target);
        target
    })
}

fn team(module: &str, team: &str) -> String {
    format!("[[module]]\nname = \"{module}\"\nteam = \"{team}\"\n")
}

/// Routes left at first and last, and moved, of an owner.
fn row(trend: &Value, owner: &str) -> Option<[u64; 3]> {
    let all = trend["owners"].as_array().unwrap();
    let points = &all.iter().find(|row| row["name"] == owner)?["points"];
    Some([&points[0]["routes"], &points[1]["routes"], &points[1]["moved"]].map(|number| number.as_u64().unwrap_or_default()))
}

#[test]
fn the_report_names_the_team_of_each_module() {
    let folder = tempfile::tempdir().unwrap();
    let config = team("books", "@readers");
    let report = json(&two(folder.path(), [&config, &config])[0]);
    let of = |name: &str| report["modules"].as_array().unwrap().iter().find(|m| m["name"] == name).unwrap()["team"].clone();
    assert_eq!((of("books"), of("loans"), of("project")), ("@readers".into(), Value::Null, Value::Null));
    // Every route and model is in one module.
    let modules = report["progress"]["modules"].as_array().unwrap();
    let mut positions: Vec<u64> =
        modules.iter().flat_map(|m| m["route_positions"].as_array().unwrap()).map(|at| at.as_u64().unwrap()).collect();
    positions.sort_unstable();
    assert_eq!(positions, (0..12).collect::<Vec<u64>>());
    let labels: Vec<&Value> = modules.iter().flat_map(|m| m["model_labels"].as_array().unwrap()).collect();
    assert_eq!(labels, ["books.Book", "loans.Loan"]);
}

#[test]
fn teams_need_no_option_and_win_over_codeowners() {
    let folder = tempfile::tempdir().unwrap();
    let config = team("books", "@readers");
    let reports = two(folder.path(), [&config, &config]);
    let alone = trend(folder.path(), &reports, &[]);
    assert_eq!((row(&alone, "@readers"), row(&alone, "nobody")), (Some([6, 3, 3]), Some([6, 6, 0])), "{alone}");
    let owners = folder.path().join("CODEOWNERS");
    fs::write(&owners, "* @all\n/books/ @shelves\n").unwrap();
    let both = trend(folder.path(), &reports, &["--owners", owners.to_str().unwrap()]);
    assert_eq!((row(&both, "@readers"), row(&both, "@all"), row(&both, "@shelves")), (Some([6, 3, 3]), Some([6, 6, 0]), None), "{both}");
    let hours = |owner: &str| {
        let all = both["owners"].as_array().unwrap();
        all.iter().find(|row| row["name"] == owner).unwrap()["points"][0]["hours"].as_f64().unwrap()
    };
    assert!(hours("@readers") > 0.0 && hours("@all") > 0.0);
    let text = done(&migscan().arg("trend").args(&reports).output().unwrap());
    assert!(text.contains("@readers") && text.contains("owner"), "{text}");
}

#[test]
fn without_either_nobody_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let reports = two(folder.path(), ["", ""]);
    assert!(trend(folder.path(), &reports, &[])["owners"].as_array().unwrap().is_empty());
}

#[test]
fn a_module_that_changes_hands_is_no_progress() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (team("loans", "@desk"), team("loans", "@night"));
    let seen = trend(folder.path(), &two(folder.path(), [&old, &new]), &[]);
    assert_eq!((row(&seen, "@night"), row(&seen, "@desk")), (Some([6, 6, 0]), None), "{seen}");
    // And where nobody has it any more.
    let seen = trend(folder.path(), &two(folder.path(), [&(old + &team("books", "@readers")), &team("books", "@readers")]), &[]);
    assert_eq!((row(&seen, "nobody"), row(&seen, "@desk")), (Some([6, 6, 0]), None), "{seen}");
}

#[test]
fn a_team_without_a_name_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("library");
    write(&root, &State { django: vec![1], ..State::default() });
    fs::write(root.join("migscan.toml"), team("books", " ")).unwrap();
    let output = migscan().arg(&root).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("a team has a name") && said.contains("migscan.toml"), "{said}");
}

#[test]
fn under_pseudonyms_a_team_has_one_too() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("library");
    write(&root, &State { django: vec![1], ..State::default() });
    fs::write(root.join("migscan.toml"), team("books", "@acme/quokka")).unwrap();
    let target = folder.path().join("out.json");
    done(&migscan().arg(&root).args(["--quiet", "--anonymize", "--json"]).arg(&target).output().unwrap());
    let text = fs::read_to_string(target).unwrap();
    assert!(!text.contains("quokka") && !text.contains("acme") && text.contains("\"team\""), "no name of theirs");
}
