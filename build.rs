//! Embeds the data that ships with the program: the package tables with the import roots they speak for, the rules, and their examples.
//!
//! The package tables are indexed line by line when a root is first named, so that a scan reads only what the project uses.

use std::fmt::Write as _;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    println!("cargo::rustc-env=MIGSCAN_BUILD={}", build()?);
    let dir = PathBuf::from(std::env::var("OUT_DIR").unwrap_or_default());
    std::fs::write(dir.join("tables.rs"), tables()?)?;
    std::fs::write(dir.join("rules.rs"), rules()?)
}

/// A name for this very program: what an earlier one kept in its cache is not taken for what this one would say.
fn build() -> std::io::Result<String> {
    let mut hasher = std::hash::DefaultHasher::new();
    let mut open = vec![PathBuf::from("Cargo.toml"), PathBuf::from("Cargo.lock"), PathBuf::from("src")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(entries(&path.to_string_lossy())?);
        } else if let Ok(bytes) = std::fs::read(&path) {
            bytes.hash(&mut hasher);
        }
    }
    Ok(format!("{} {:016x}", env!("CARGO_PKG_VERSION"), hasher.finish()))
}

/// What a directory holds, sorted; its changes run this script again.
fn entries(folder: &str) -> std::io::Result<Vec<PathBuf>> {
    println!("cargo::rerun-if-changed={folder}");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)?.filter_map(Result::ok).map(|e| e.path()).collect();
    paths.sort();
    Ok(paths)
}

fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "toml")
}

/// Relative to the package: two checkouts that share a target directory share this script's output.
fn include(path: &Path) -> String {
    format!("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))", format!("/{}", path.to_string_lossy()))
}

fn tables() -> std::io::Result<String> {
    let mut out = String::from("pub static TABLES: &[(&[&str], &str)] = &[\n");
    for file in entries("src/django/packages")?.iter().filter(|p| is_toml(p)) {
        let text = std::fs::read_to_string(file)?;
        let roots = text.lines().find_map(|line| line.strip_prefix("modules = [")).unwrap_or("]");
        let roots = roots.trim_end().trim_end_matches(']');
        let _ = writeln!(out, "    (&[{roots}], {}),", include(file));
    }
    out.push_str("];\n");
    Ok(out)
}

fn rules() -> std::io::Result<String> {
    let mut out = String::from("pub static RULES: &[(&str, &str)] = &[\n");
    for file in entries("src/rules/builtin")?.iter().filter(|p| is_toml(p)) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let _ = writeln!(out, "    ({name:?}, {}),", include(file));
    }
    out.push_str("];\n/// Name, before, after.\npub static EXAMPLES: &[(&str, &str, &str)] = &[\n");
    for folder in entries("src/rules/examples")?.iter().filter(|p| p.is_dir()) {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let _ = writeln!(out, "    ({name:?}, {}, {}),", include(&folder.join("before.py")), include(&folder.join("after.py")));
    }
    out.push_str("];\n");
    Ok(out)
}
