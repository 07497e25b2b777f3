//! The guides in `docs/` say what the program does: commands in them run, configurations are accepted, every key and option is named, and pages
//! that are made from the program are those that it makes.
//!
//! `INSTA_UPDATE=always cargo test --test guides` writes the made ones anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn migscan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_migscan"));
    for name in ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"] {
        command.env_remove(name);
    }
    command
}

fn printed(args: &[&str]) -> String {
    let output = migscan().args(args).current_dir(root().join("docs")).assert().success().get_output().stdout.clone();
    String::from_utf8(output).unwrap()
}

/// Either the file is as it should be, or it is made so if that was asked for.
fn settle(name: &str, should: &str) {
    let is = fs::read_to_string(root().join(name)).unwrap_or_default();
    if is == should {
        return;
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|wish| wish == "always") {
        fs::write(root().join(name), should).unwrap();
        return;
    }
    let differing = is.lines().zip(should.lines()).find(|(a, b)| a != b);
    panic!("{name} is out of date (INSTA_UPDATE=always cargo test --test guides mends it); first: {differing:?}");
}

#[test]
fn the_page_of_rules_is_the_catalogue() {
    settle("docs/rules.md", &printed(&["rules", "--markdown"]));
}

#[test]
fn the_manual_page_in_the_wheel_is_what_the_program_prints() {
    settle("packaging/wheel/data/share/man/man1/migscan.1", &printed(&["man"]));
}

#[test]
fn the_completions_in_the_wheel_are_what_the_program_prints() {
    for (shell, name) in [
        ("bash", "bash-completion/completions/migscan"),
        ("zsh", "zsh/site-functions/_migscan"),
        ("fish", "fish/vendor_completions.d/migscan.fish"),
    ] {
        let text = printed(&["completions", shell]);
        assert!(text.contains("portfolio") && !text.contains("rules-of"), "{shell}");
        settle(&format!("packaging/wheel/data/share/{name}"), &text);
    }
}

/// Markdown pages for users.
fn pages() -> Vec<(String, String)> {
    let mut out = vec![("README.md".to_owned(), read("README.md"))];
    for path in fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path()) {
        if path.extension().is_some_and(|ending| ending == "md") {
            let name = format!("docs/{}", path.file_name().unwrap().to_str().unwrap());
            out.push((name.clone(), read(&name)));
        }
    }
    out.sort();
    out
}

/// Fenced blocks of a language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    text.split(&format!("\n```{language}\n")).skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A folder as the guides suppose it: `repo` with the example project, and the files that commands name.
fn workplace() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    copy(&root().join("fixtures/shop"), &dir.path().join("repo"));
    copy(&root().join("fixtures/shop"), &dir.path().join("fixtures/shop"));
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    let actuals = "[[actual]]\nmodule = \"stock\"\nhours = 50.0\n";
    write("a.toml", actuals);
    write("actuals.toml", actuals);
    // What "an earlier report" is.
    migscan().args(["repo", "--quiet", "--json", "old.json"]).current_dir(dir.path()).assert().success();
    fs::create_dir(dir.path().join("reports")).unwrap();
    for name in ["new.json", "reports/one.json", "reports/two.json"] {
        fs::copy(dir.path().join("old.json"), dir.path().join(name)).unwrap();
    }
    dir
}

/// Lines of indented blocks that call the program, without what is said of them after two blanks.
fn commands(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("    migscan "));
    // No shell expands it here.
    lines.map(|line| line.split("  ").next().unwrap().trim().replace("reports/*.json", "reports/one.json reports/two.json")).collect()
}

#[test]
fn the_commands_run() {
    let mut ran = 0;
    for (page, text) in pages() {
        let dir = workplace();
        for command in commands(&text) {
            // What the booted project says is the matter of the live tests.
            if command.contains("--truth") {
                continue;
            }
            let words: Vec<&str> = command.split_whitespace().map(|word| word.trim_matches('\'')).collect();
            if words.contains(&"frozen") {
                fs::write(dir.path().join("repo/migscan.toml"), "[[module]]\nname = \"orders\"\nstate = \"frozen\"\n").unwrap();
            }
            // A word in capitals stands for one of the reader's.
            if words.iter().any(|word| word.len() > 1 && word.chars().all(|ch| ch.is_ascii_uppercase())) {
                continue;
            }
            let output = migscan().args(&words).current_dir(dir.path()).output().unwrap();
            assert!(output.status.success(), "{page}: migscan {command}\n{}", String::from_utf8_lossy(&output.stderr));
            ran += 1;
        }
    }
    assert!(ran >= 15, "only {ran} commands were found");
}

#[test]
fn the_configurations_are_accepted() {
    let dir = workplace();
    let file = dir.path().join("migscan.toml");
    let text = read("docs/configuration.md");
    let found = blocks(&text, "toml");
    assert!(found.len() >= 7, "only {} configurations", found.len());
    for block in found {
        fs::write(&file, block).unwrap();
        let output = migscan().arg("repo").arg("--quiet").arg("--config").arg(&file).current_dir(dir.path()).output().unwrap();
        assert!(output.status.success(), "{block}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Fields of a struct as its source has them.
fn fields(file: &str, name: &str) -> Vec<String> {
    let text = read(file);
    let body = text.split(&format!("pub struct {name} {{")).nth(1).unwrap_or_else(|| panic!("{file} has no {name}"));
    let body = body.split("\n}").next().unwrap();
    let names = body.lines().filter_map(|line| line.trim().strip_prefix("pub ").and_then(|rest| rest.split_once(':')));
    names.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn every_key_of_the_configuration_is_named() {
    let text = read("docs/configuration.md");
    let section = |title: &str| {
        let rest = text.split(&format!("\n## {title}")).nth(1).unwrap_or_else(|| panic!("no section {title}"));
        rest.split("\n## ").next().unwrap().to_owned()
    };
    let choices = "src/effort/choices.rs";
    for (title, keys) in [
        ("`[target]`", fields("src/effort/strategy.rs", "Strategy")),
        ("`[team]`", fields(choices, "Team")),
        ("`[plan]`", fields(choices, "PlanChoices")),
        ("`[[module]]`", fields(choices, "Known")),
        ("`[[override]]`", fields("src/cli/config/file.rs", "Override")),
    ] {
        let section = section(title);
        assert!(!keys.is_empty());
        for key in keys {
            assert!(section.contains(&format!("| `{key}` |")), "docs/configuration.md, {title}: {key} is not named");
        }
    }
    for key in fields("src/cli/config/file.rs", "File") {
        let name = if key == "overrides" { "override" } else { &key };
        let there = [format!("| `{name}` |"), format!("## `[{name}]`"), format!("## `[[{name}]]`")].iter().any(|form| text.contains(form));
        assert!(there, "docs/configuration.md: {name} is not named");
    }
    let model = read("src/effort/model.toml");
    let tables: BTreeSet<&str> =
        model.lines().filter_map(|line| line.strip_prefix('[')).filter_map(|line| line.split(['.', ']']).next()).collect();
    for table in tables {
        assert!(section("`[effort]`").contains(&format!("`{table}`")), "docs/configuration.md: [effort.{table}] is not named");
    }
}

#[test]
fn options_in_the_guides_exist() {
    let mut known = printed(&["--help"]);
    for command in ["plan", "explain", "rules", "calibrate", "sensitivity", "init", "schema", "diff", "trend", "portfolio"] {
        known.push_str(&printed(&[command, "--help"]));
    }
    for verb in ["write", "check", "prune"] {
        known.push_str(&printed(&["baseline", verb, "--help"]));
    }
    for (page, text) in pages() {
        for line in text.lines().filter(|line| line.contains("migscan ") && !line.contains("cargo ")) {
            let after = line.split("migscan ").nth(1).unwrap_or_default();
            for option in after.split(|ch: char| ch.is_whitespace() || matches!(ch, '`' | '\'' | ',' | ';' | '|' | ']')) {
                let name = option.split('=').next().unwrap();
                if name.strip_prefix("--").is_some_and(|rest| rest.starts_with(|ch: char| ch.is_ascii_lowercase())) {
                    assert!(
                        known.contains(&format!("{name} ")) || known.contains(&format!("{name}\n")),
                        "{page}: there is no {name}: {line}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_inputs_of_the_action_are_those_of_its_file() {
    let action = read("action.yml");
    let inputs = action.split("\ninputs:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut rows = String::from("| input | default | |\n|---|---|---|\n");
    let mut lines = inputs.lines();
    while let Some(name) = lines.next() {
        let name = name.strip_prefix("  ").and_then(|rest| rest.strip_suffix(':')).expect("an input");
        let about = lines.next().unwrap().trim().strip_prefix("description: ").expect("its description");
        let default = lines.next().unwrap().trim().strip_prefix("default: ").expect("its default").trim_matches('"');
        let default = if default.is_empty() { String::new() } else { format!("`{default}`") };
        rows.push_str(&format!("| `{name}` | {default} | {about} |\n"));
    }
    let text = read("docs/ci.md");
    let (before, rest) = text.split_once("<!-- inputs: kept true by tests/guides.rs -->\n").expect("the mark");
    let (_, after) = rest.split_once("<!-- end of inputs -->").expect("the end");
    settle("docs/ci.md", &format!("{before}<!-- inputs: kept true by tests/guides.rs -->\n{rows}<!-- end of inputs -->{after}"));
}
