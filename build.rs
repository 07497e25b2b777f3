//! Embeds the package tables: one entry a file of `src/django/packages`, with the import roots it speaks for.
//!
//! The tables are indexed line by line when a root is first named, so that a scan reads only what the project uses.

use std::fmt::Write as _;
use std::path::Path;

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=src/django/packages");
    let mut files: Vec<_> = std::fs::read_dir("src/django/packages")?
        .filter_map(Result::ok)
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    let mut out = String::from("pub static TABLES: &[(&[&str], &str)] = &[\n");
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        let roots = text.lines().find_map(|line| line.strip_prefix("modules = [")).unwrap_or("]");
        let roots = roots.trim_end().trim_end_matches(']');
        let path = std::fs::canonicalize(&file)?;
        let _ = writeln!(out, "    (&[{roots}], include_str!({:?})),", path.to_string_lossy());
    }
    out.push_str("];\n");
    let dir = std::env::var("OUT_DIR").unwrap_or_default();
    std::fs::write(Path::new(&dir).join("tables.rs"), out)
}
