//! The direction of the layers, held by reading the source: who may name whom, who may touch the machine, and that no real project is known.
//!
//! The checks work on the paths that a file writes (`crate::eval::Value`, `std::{fs, io}`), found by a small tokenizer, so that a comment
//! or a string says nothing. Each check is a function from a file's text to its violations, and is itself tested on planted ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every folder of `src`, the lowest first. A file may name its own layer and those before it.
const LAYERS: [&str; 13] =
    ["base", "syntax", "facts", "project", "eval", "django", "fastapi", "rules", "effort", "plan", "report", "truth", "cli"];

/// Real projects that the analysis is measured on. What is known of published packages is data, in `src/django/packages`.
const REAL_PROJECTS: [&str; 13] = [
    "wger",
    "healthchecks",
    "taiga",
    "saleor",
    "nautobot",
    "netbox",
    "pulpcore",
    "readthedocs",
    "pythondotorg",
    "wagtail",
    "oscar",
    "openwisp",
    "airavata",
];

/// Modules of the standard library that reach outside the process; `std::io` itself is only traits and types.
const MACHINE: [&str; 5] = ["fs", "env", "process", "net", "os"];
const STANDARD_STREAMS: [&str; 3] = ["stdin", "stdout", "stderr"];
const PRINTING: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];

/// Words and marks of the code, without comments, strings and characters; each with its line.
fn tokens(text: &str) -> Vec<(String, usize)> {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut out = Vec::new();
    let (mut i, mut line) = (0, 1);
    while i < chars.len() {
        let start = i;
        match chars[i] {
            '/' if at(i + 1) == '/' => {
                while i < chars.len() && chars[i] != '\n' {
                    i += 1;
                }
            }
            '/' if at(i + 1) == '*' => {
                let mut depth = 0;
                while i < chars.len() {
                    match (chars[i], at(i + 1)) {
                        ('/', '*') => (depth, i) = (depth + 1, i + 2),
                        ('*', '/') => (depth, i) = (depth - 1, i + 2),
                        _ => i += 1,
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
            // Raw strings, with or without a `b` before them.
            'r' if at(i + 1) == '"' || (at(i + 1) == '#' && matches!(at(i + 2), '"' | '#')) => {
                let hashes = chars[i + 1..].iter().take_while(|ch| **ch == '#').count();
                i += hashes + 2;
                while i < chars.len() && !(chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|ch| **ch == '#').count() == hashes)
                {
                    i += 1;
                }
                i += hashes + 1;
            }
            '"' => {
                i += 1;
                while i < chars.len() && chars[i] != '"' {
                    i += if chars[i] == '\\' { 2 } else { 1 };
                }
                i += 1;
            }
            // A character; otherwise a lifetime, whose name is harmless.
            '\'' if at(i + 1) == '\\' => {
                i += 3;
                while i < chars.len() && chars[i] != '\'' {
                    i += 1;
                }
                i += 1;
            }
            '\'' if at(i + 2) == '\'' => i += 3,
            ch if ch.is_alphanumeric() || ch == '_' => {
                while i < chars.len() && (chars[i].is_alphanumeric() || chars[i] == '_') {
                    // `br"…"` and `b"…"`: the word ends before the string.
                    if chars[i] == 'r' && i > start && matches!(at(i + 1), '"') {
                        break;
                    }
                    i += 1;
                }
                out.push((chars[start..i].iter().collect(), line));
            }
            ':' if at(i + 1) == ':' => {
                out.push(("::".to_owned(), line));
                i += 2;
            }
            ch => {
                if !ch.is_whitespace() {
                    out.push((ch.to_string(), line));
                }
                i += 1;
            }
        }
        line += chars[start..i.min(chars.len())].iter().filter(|ch| **ch == '\n').count();
    }
    out
}

/// A path of two or more parts as written, groups taken apart: `a::{b, c::d}` is `a::b` and `a::c::d`.
struct Written {
    parts: Vec<String>,
    line: usize,
    /// How many inline modules (`mod tests { … }`) stand around it.
    inline: usize,
}

fn is_word(token: &str) -> bool {
    token.starts_with(|ch: char| ch.is_alphanumeric() || ch == '_')
}

fn paths(tokens: &[(String, usize)]) -> Vec<Written> {
    let mut out = Vec::new();
    // For every open brace, whether it is that of an inline module.
    let mut braces: Vec<bool> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        match tokens[i].0.as_str() {
            "{" => braces.push(i >= 2 && tokens[i - 2].0 == "mod"),
            "}" => drop(braces.pop()),
            word if is_word(word) => {
                let inline = braces.iter().filter(|inline| **inline).count();
                i = path(tokens, i, &[], inline, &mut out);
                continue;
            }
            _ => {}
        }
        i += 1;
    }
    out
}

/// Read one path from `i` on, after `head`; gives the place after it.
fn path(tokens: &[(String, usize)], mut i: usize, head: &[String], inline: usize, out: &mut Vec<Written>) -> usize {
    let token = |i: usize| tokens.get(i).map_or("", |(token, _)| token.as_str());
    let line = tokens.get(i).map_or(0, |(_, line)| *line);
    let mut parts = head.to_vec();
    while is_word(token(i)) {
        parts.push(token(i).to_owned());
        i += 1;
        if token(i) != "::" {
            break;
        }
        i += 1;
        if token(i) == "{" {
            i += 1;
            while i < tokens.len() && token(i) != "}" {
                if is_word(token(i)) {
                    i = path(tokens, i, &parts, inline, out);
                    // `a as b`
                    while i < tokens.len() && !matches!(token(i), "," | "}") {
                        i += 1;
                    }
                } else {
                    i += 1;
                }
            }
            return i + 1;
        }
    }
    if parts.len() > 1 {
        out.push(Written { parts, line, inline });
    }
    i
}

/// `src/eval/mod.rs` is in `eval`, `src/sources.rs` in `sources`.
fn layer_of(file: &str) -> &str {
    let below = file.strip_prefix("src/").unwrap_or(file);
    below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
}

/// The path from the crate's root, where it is one: `super::` is followed.
fn from_root(file: &str, written: &Written) -> Option<Vec<String>> {
    let climbs = written.parts.iter().take_while(|part| *part == "super").count();
    if written.parts[0] == "crate" {
        return Some(written.parts[1..].to_vec());
    }
    if climbs == 0 {
        return None;
    }
    let mut module: Vec<String> = file.trim_start_matches("src/").trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|name| name == "mod") {
        module.pop();
    }
    // Inside `mod tests { … }` the first `super` only leaves that.
    module.truncate((module.len() + written.inline).saturating_sub(climbs).min(module.len()));
    module.extend_from_slice(&written.parts[climbs..]);
    Some(module)
}

/// Names of upper layers, and of the machine by those that must not know it.
fn violations(file: &str, text: &str) -> Vec<String> {
    let layer = layer_of(file);
    let rank = LAYERS.iter().position(|name| *name == layer);
    let is_top = matches!(layer, "lib" | "main" | "sources");
    if rank.is_none() && !is_top {
        return vec![format!("{file}: the layer {layer} has no place in the order")];
    }
    let tokens = tokens(text);
    let mut out = Vec::new();
    let in_tests = first_test_line(text);
    for written in paths(&tokens) {
        let whole = written.parts.join("::");
        let mut bad = |why: String| out.push(format!("{file}:{}: `{whole}`: {why}", written.line));
        if let Some(target) = from_root(file, &written)
            && let Some(name) = target.first()
        {
            let to = LAYERS.iter().position(|layer| layer == name);
            match (rank, to) {
                (Some(from), Some(to)) if to > from => bad(format!("{layer} is below {name}")),
                (Some(_), None) if name == "sources" => bad(format!("{layer} is below sources")),
                // What stands at the root of the crate calls everything, so that only the command line may call it.
                (Some(_), None) if layer != "cli" => bad(format!("{layer} is below the root of the crate")),
                (None, Some(_)) if layer == "sources" && name == "cli" && target.get(1).is_none_or(|part| part != "walk") => {
                    bad("of the command line, sources may know only the walk".to_owned());
                }
                _ => {}
            }
        }
        let machine = written.parts[0] == "std" && MACHINE.contains(&written.parts[1].as_str());
        let streams =
            written.parts.iter().any(|part| part == "io") && STANDARD_STREAMS.contains(&written.parts[written.parts.len() - 1].as_str());
        if (machine || streams) && !matches!(layer, "cli" | "main") && written.line < in_tests {
            bad("only the command line touches the machine".to_owned());
        }
    }
    for pair in tokens.windows(2) {
        let [(word, line), (mark, _)] = pair else { continue };
        if word.starts_with("tree_sitter") && layer != "syntax" {
            out.push(format!("{file}:{line}: `{word}`: only syntax says that"));
        }
        if mark == "!" && PRINTING.contains(&word.as_str()) && *line < in_tests {
            out.push(format!("{file}:{line}: `{word}!`: only the command line speaks, through cli::terminal"));
        }
    }
    out
}

/// Tests stand at the end of a file and may read fixtures.
fn first_test_line(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let found = lines.windows(2).position(|pair| pair[0] == "#[cfg(test)]" && pair[1].starts_with("mod ") && pair[1].ends_with('{'));
    found.map_or(usize::MAX, |index| index + 1)
}

/// Names of real projects, in code, comments and strings alike.
fn real_projects(file: &str, text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let lower = line.to_ascii_lowercase();
        for word in lower.split(|ch: char| !(ch.is_ascii_alphanumeric() || ch == '_')) {
            if REAL_PROJECTS.contains(&word) {
                out.push(format!("{file}:{}: names the project {word}", index + 1));
            }
        }
    }
    out
}

/// The Rust files of the program, with their paths from the root of the repository.
fn sources(folder: &Path, out: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_str().unwrap().replace('\\', "/");
            out.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

fn program() -> Vec<(String, String)> {
    let mut out = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut out);
    assert!(out.len() > 40, "only {} files found", out.len());
    out
}

#[test]
fn names_go_downwards_only() {
    let found: Vec<String> = program().iter().flat_map(|(file, text)| violations(file, text)).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn no_real_project_is_known() {
    let found: Vec<String> = program().iter().flat_map(|(file, text)| real_projects(file, text)).collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn there_is_something_to_check() {
    let program = program();
    let layers: BTreeSet<&str> = program.iter().map(|(file, _)| layer_of(file)).collect();
    for layer in ["base", "syntax", "facts", "project", "eval", "django", "report", "truth", "cli", "sources", "lib", "main"] {
        assert!(layers.contains(layer), "no file of {layer} was seen");
    }
    let named: usize = program.iter().map(|(_, text)| paths(&tokens(text)).iter().filter(|path| path.parts[0] == "crate").count()).sum();
    assert!(named > 100, "only {named} paths seen");
}

#[test]
fn an_upward_import_is_seen_in_every_spelling() {
    for (file, text) in [
        ("src/facts/lower.rs", "use crate::django::World;"),
        ("src/facts/lower.rs", "use crate::{base::Sym, eval::{Value as V}};"),
        ("src/facts/lower.rs", "use crate::{\n    base::Sym,\n    project as p,\n};"),
        ("src/facts/lower.rs", "fn f() { let x: crate::eval::Value = g(); }"),
        ("src/facts/lower.rs", "use super::super::eval::Value;"),
        ("src/facts/mod.rs", "use super::eval::Value;"),
        ("src/facts/mod.rs", "mod tests { use super::super::eval::Value; }"),
        ("src/report/json/mod.rs", "use super::super::super::cli::walk;"),
        ("src/base/mod.rs", "pub use crate::syntax::kind;"),
        ("src/django/routes.rs", "use crate::scan;"),
        ("src/django/routes.rs", "use crate::sources::Sources;"),
        ("src/report/mod.rs", "use crate::Scan;"),
        ("src/cli/run.rs", "use crate::sources::walk;"),
        ("src/sources.rs", "use crate::cli::terminal::say;"),
        ("src/newcomer/mod.rs", ""),
    ] {
        assert_eq!(violations(file, text).len(), 1, "{file}: {text}: {:?}", violations(file, text));
    }
    assert_eq!(
        violations("src/eval/mod.rs", "//! Docs.\n\nuse crate::report::Format;\n"),
        ["src/eval/mod.rs:3: `crate::report::Format`: eval is below report"]
    );
}

#[test]
fn a_touch_of_the_machine_is_seen() {
    for (file, text) in [
        ("src/eval/library.rs", "use std::fs;"),
        ("src/eval/library.rs", "use std::{collections::BTreeMap, env};"),
        ("src/django/world.rs", "fn f() { std::process::Command::new(\"python\"); }"),
        ("src/report/mod.rs", "fn f() { println!(\"{}\", 1); }"),
        ("src/report/mod.rs", "use std::io::{self, Write};\nfn f() { io::stdout(); }"),
        ("src/sources.rs", "use std::fs::File;"),
        ("src/lib.rs", "fn f() { std::env::var(\"X\"); }"),
        ("src/facts/lower.rs", "use tree_sitter::Node;"),
        ("src/project/mod.rs", "fn f(l: tree_sitter_python::Language) {}"),
    ] {
        assert_eq!(violations(file, text).len(), 1, "{file}: {text}: {:?}", violations(file, text));
    }
}

#[test]
fn what_is_allowed_passes() {
    for (file, text) in [
        ("src/django/routes.rs", "use crate::base::{Loc, sym};\nuse crate::eval::Interp;\nuse super::world::World;"),
        ("src/django/mod.rs", "mod tests { use super::world::World; use super::*; }"),
        ("src/cli/run.rs", "use crate::{Scan, ScanOptions, report};\nuse std::{env, fs};\nfn f() { std::io::stdout(); }"),
        ("src/sources.rs", "use crate::cli::walk::{self, Found};\nuse crate::Progress;"),
        ("src/lib.rs", "pub mod cli;\nuse sources::Sources;\nuse crate::report::write;"),
        ("src/main.rs", "use std::process::ExitCode;"),
        ("src/syntax/mod.rs", "use tree_sitter::{Parser, Tree};"),
        (
            "src/eval/mod.rs",
            "//! `crate::django` reads this.\n/* crate::cli /* nested */ std::fs */\nconst A: &str = \"crate::cli \\\" std::fs\";",
        ),
        (
            "src/eval/mod.rs",
            "const A: &str = r#\"crate::cli \" std::fs\"#;\nconst B: char = '\"';\nconst C: &str = \"crate::cli\";\nconst D: char = '\\'';",
        ),
        ("src/eval/mod.rs", "const A: &[u8] = br\"crate::cli\";\nfn f<'a>(x: &'a str) -> &'a str { x }\nconst C: &str = \"crate::cli\";"),
        ("src/eval/mod.rs", "#[cfg(test)]\nmod tests {\n    use std::fs;\n    fn f() { println!(); }\n}"),
        ("src/report/json/render.rs", "use std::io;\nimpl io::Write for X {}"),
    ] {
        assert_eq!(violations(file, text), Vec::<String>::new(), "{file}: {text}");
    }
}

#[test]
fn a_real_project_is_seen() {
    for text in ["// as in Wagtail", "if name == \"saleor\" {", "mod netbox;", "fn f() {} // django-oscar"] {
        assert_eq!(real_projects("src/eval/mod.rs", text).len(), 1, "{text}");
    }
    assert!(real_projects("src/eval/mod.rs", "let oscars = netboxes();").is_empty());
}
