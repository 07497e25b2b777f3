//! What packaging files declare: distributions with their versions, the Python that is asked for, entry points.

use std::collections::BTreeMap;

use crate::django::inventory::Dependency;
use crate::django::settings::ConfigText;
use crate::project::EntryPoint;

/// Entry points of pyproject.toml, setup.cfg and `entry_points.txt`.
pub fn entry_points(configs: &[ConfigText]) -> Vec<EntryPoint> {
    let mut out = Vec::new();
    for config in configs {
        match config.path.rsplit('/').next().unwrap_or("") {
            "entry_points.txt" => ini_entry_points(&config.text, "", &mut out),
            "setup.cfg" => {
                let section = config.text.split("[options.entry_points]").nth(1).unwrap_or("");
                ini_entry_points(section.split("\n[").next().unwrap_or(""), "setup.cfg", &mut out);
            }
            "pyproject.toml" => {
                let Ok(table) = config.text.parse::<toml::Table>() else { continue };
                let groups = [
                    table.get("project").and_then(|p| p.get("entry-points")),
                    table.get("tool").and_then(|t| t.get("poetry")).and_then(|p| p.get("plugins")),
                ];
                for (group, entries) in groups.into_iter().flatten().filter_map(|v| v.as_table()).flatten() {
                    for (name, value) in entries.as_table().into_iter().flatten() {
                        if let Some(value) = value.as_str() {
                            out.push(EntryPoint { group: group.clone(), name: name.clone(), value: value.to_string() });
                        }
                    }
                }
            }
            _ => {}
        }
    }
    out
}

/// `[group]` and `name = value` lines; in setup.cfg a group is `group =` with indented entries below.
fn ini_entry_points(text: &str, kind: &str, out: &mut Vec<EntryPoint>) {
    let mut group = String::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            group = name.to_string();
        } else if let Some((name, value)) = trimmed.split_once('=') {
            if kind == "setup.cfg" && !line.starts_with([' ', '\t']) {
                group = name.trim().to_string();
            } else {
                out.push(EntryPoint { group: group.clone(), name: name.trim().to_string(), value: value.trim().to_string() });
            }
        }
    }
}

/// Dependencies from requirement files and pyproject's arrays; versions only where pinned.
pub fn dependencies(configs: &[ConfigText]) -> Vec<Dependency> {
    let mut out: BTreeMap<String, Dependency> = BTreeMap::new();
    let mut add = |requirement: &str, file: &str, line: u32| {
        let requirement = requirement.split('#').next().unwrap_or("").trim();
        let end = requirement.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))).unwrap_or(requirement.len());
        let (name, rest) = requirement.split_at(end);
        if name.is_empty() || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return;
        }
        let name = spelled(name);
        let version = rest
            .find("==")
            .or_else(|| rest.find("~="))
            .or_else(|| rest.find(">="))
            .and_then(|at| rest.get(at + 2..))
            .map(|v| v.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '*')).collect::<String>())
            .filter(|v| !v.is_empty());
        let entry = out.entry(name.clone()).or_insert_with(|| Dependency { name, version: None, file: file.to_string(), line });
        if entry.version.is_none() && version.is_some() {
            entry.version = version;
            (entry.file, entry.line) = (file.to_string(), line);
        }
    };
    for config in configs {
        let name = config.path.rsplit('/').next().unwrap_or("");
        if name.ends_with(".txt") || name.ends_with(".in") {
            for (number, line) in (1..).zip(config.text.lines()) {
                let line = line.trim();
                if !line.starts_with('-') && !line.starts_with('#') && !line.contains("://") {
                    add(line, &config.path, number);
                }
            }
        } else if name == "pyproject.toml" {
            pyproject(&config.text, &config.path, &mut add);
        } else if name == "Pipfile" {
            pipfile(&config.text, &config.path, &mut add);
        } else if name == "setup.cfg" {
            let mut inside = false;
            for (number, line) in (1..).zip(config.text.lines()) {
                if line.starts_with("install_requires") {
                    inside = true;
                } else if inside && line.starts_with([' ', '\t']) {
                    add(line.trim(), &config.path, number);
                } else {
                    inside = false;
                }
            }
        } else if name == "METADATA" {
            for (number, line) in (1..).zip(config.text.lines()) {
                if let Some(requirement) = line.strip_prefix("Requires-Dist: ") {
                    add(requirement.split(';').next().unwrap_or(""), &config.path, number);
                }
            }
        }
    }
    for config in configs {
        let (folder, name) = config.path.rsplit_once('/').unwrap_or(("", &config.path));
        for (locked, version) in locked(name, &config.text) {
            let beside = |found: &Dependency| found.file.rsplit_once('/').map_or("", |(folder, _)| folder) == folder;
            if let Some(found) = out.get_mut(&locked).filter(|found| beside(found)) {
                found.version = Some(version);
            }
        }
    }
    out.into_values().collect()
}

/// The name of a distribution as the index compares it.
fn spelled(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', '.'], "-")
}

/// What a table of Poetry or Pipenv asks for: the first version that it lets in.
fn asked_for(value: &toml::Value) -> &str {
    value.as_str().or_else(|| value.get("version")?.as_str()).unwrap_or("").trim_start_matches(['^', '~', '=', '>'])
}

/// What a lock file says is installed, by distribution. Read by lines: the files are large, and only two keys of each table are asked for.
fn locked(name: &str, text: &str) -> Vec<(String, String)> {
    match name {
        "poetry.lock" | "uv.lock" | "pdm.lock" => {
            let value = |line: &str, key: &str| Some(line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"')?.to_owned());
            let mut out = Vec::new();
            let mut package = None;
            for line in text.lines() {
                if line.starts_with('[') {
                    package = None;
                } else if let Some(name) = value(line, "name") {
                    package = Some(name);
                } else if let (Some(version), Some(name)) = (value(line, "version"), &package) {
                    out.push((spelled(name), version));
                }
            }
            out
        }
        "Pipfile.lock" => {
            let parsed: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
            let packages = parsed.get("default").and_then(|packages| packages.as_object());
            let version = |value: &serde_json::Value| Some(value.get("version")?.as_str()?.trim_start_matches('=').to_owned());
            packages.into_iter().flatten().filter_map(|(name, value)| Some((spelled(name), version(value)?))).collect()
        }
        _ => Vec::new(),
    }
}

fn pipfile(text: &str, path: &str, add: &mut impl FnMut(&str, &str, u32)) {
    let Ok(table) = text.parse::<toml::Table>() else { return };
    let line = |name: &str| {
        let found = text
            .lines()
            .position(|line| line.trim_start_matches('"').strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '=', '"'])));
        found.and_then(|index| u32::try_from(index + 1).ok()).unwrap_or(1)
    };
    for (name, value) in table.get("packages").and_then(|packages| packages.as_table()).into_iter().flatten() {
        let version = asked_for(value);
        let pinned = if version == "*" { "" } else { version };
        add(&format!("{name}=={pinned}"), path, line(name));
    }
}

fn pyproject(text: &str, path: &str, add: &mut impl FnMut(&str, &str, u32)) {
    let Ok(table) = text.parse::<toml::Table>() else { return };
    // The tables keep no lines: a requirement stands in quotes, or is a key at the beginning of its line.
    let line = |requirement: &str| {
        let quoted = [format!("\"{requirement}\""), format!("'{requirement}'")];
        let starts = |text: &str| text.trim_start().strip_prefix(requirement).is_some_and(|rest| rest.trim_start().starts_with(['=', '.']));
        let found = text.lines().position(|text| quoted.iter().any(|quoted| text.contains(quoted.as_str())) || starts(text));
        found.and_then(|index| u32::try_from(index + 1).ok()).unwrap_or(1)
    };
    let strings = |value: Option<&toml::Value>| -> Vec<String> {
        value.and_then(|v| v.as_array()).map(|a| a.iter().filter_map(|x| x.as_str().map(str::to_string)).collect()).unwrap_or_default()
    };
    let project = table.get("project").and_then(|v| v.as_table());
    for requirement in strings(project.and_then(|p| p.get("dependencies"))) {
        add(&requirement, path, line(&requirement));
    }
    for group in [project.and_then(|p| p.get("optional-dependencies")), table.get("dependency-groups")].into_iter().flatten() {
        for value in group.as_table().into_iter().flat_map(|t| t.values()) {
            for requirement in strings(Some(value)) {
                add(&requirement, path, line(&requirement));
            }
        }
    }
    let poetry = table.get("tool").and_then(|t| t.get("poetry")).and_then(|p| p.get("dependencies")).and_then(|d| d.as_table());
    for (name, value) in poetry.into_iter().flatten() {
        add(&format!("{name}=={}", asked_for(value)), path, line(name));
    }
}

pub fn version_of(dependencies: &[Dependency], name: &str) -> Option<String> {
    dependencies.iter().find(|d| d.name == name).and_then(|d| d.version.clone())
}

pub fn python_version(configs: &[ConfigText]) -> Option<String> {
    configs.iter().find_map(|config| {
        let name = config.path.rsplit('/').next().unwrap_or("");
        if name == "pyproject.toml" {
            let at = config.text.find("requires-python")?;
            let line = config.text.get(at..)?.lines().next()?;
            let version: String =
                line.split_once('=')?.1.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '<' | '>' | '=' | '~')).collect();
            return Some(version).filter(|v| !v.is_empty());
        }
        if name.starts_with("Dockerfile") {
            let at = config.text.find("FROM python:")?;
            let version: String = config.text.get(at + 12..)?.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            return Some(version).filter(|v| !v.is_empty());
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(files: &[(&str, &str)]) -> Vec<(String, Option<String>, u32)> {
        let configs: Vec<ConfigText> = files.iter().map(|(path, text)| ConfigText { path: (*path).into(), text: (*text).into() }).collect();
        dependencies(&configs).into_iter().map(|found| (found.name, found.version, found.line)).collect()
    }

    #[test]
    fn pipenv_is_read_and_its_lock_has_the_versions() {
        let pipfile = "[packages]\ndjango = \"~=5.1\"\n\"fhir.resources\" = \"*\"\nredis = {version = \"==5.0\", extras = [\"hiredis\"]}\n\n[dev-packages]\npytest = \"*\"\n";
        let lock = r#"{"_meta": {}, "default": {"django": {"version": "==5.1.1"}, "asgiref": {"version": "==3.8"}}, "develop": {"pytest": {"version": "==8"}}}"#;
        let found = versions(&[("Pipfile", pipfile), ("Pipfile.lock", lock)]);
        let expected = [("django", Some("5.1.1"), 2), ("fhir-resources", None, 3), ("redis", Some("5.0"), 4)];
        assert_eq!(found, expected.map(|(name, version, line)| (name.to_owned(), version.map(str::to_owned), line)));
    }

    #[test]
    fn a_lock_beside_says_what_is_installed() {
        let declared = "[project]\nname = \"x\"\ndependencies = [\"Django>=5.0\", \"celery\"]\n";
        let lock = "version = 1\n\n[[package]]\nname = \"django\"\nversion = \"5.2.1\"\n\n[package.extras]\nversion = \"9\"\n\n[[package]]\nname = \"other\"\nversion = \"1\"\n";
        let both = versions(&[("app/pyproject.toml", declared), ("app/uv.lock", lock)]);
        assert_eq!(both, [("celery".to_owned(), None, 3), ("django".to_owned(), Some("5.2.1".to_owned()), 3)]);
        // The lock of another project says nothing of this one.
        let elsewhere = versions(&[("app/pyproject.toml", declared), ("uv.lock", lock)]);
        assert_eq!(elsewhere.last().and_then(|found| found.1.clone()).as_deref(), Some("5.0"));
        assert_eq!(versions(&[("Pipfile.lock", "{")]), []);
    }
}
