//! One text of several files → the files of a Django project, with what the text leaves out.

use std::collections::{BTreeMap, BTreeSet};

const MANAGE: &str = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n";

/// The files of a fixture; what stands before the first header is the file `first`.
pub fn files(first: &str, text: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut name = first.to_owned();
    for line in text.split_inclusive('\n') {
        if let Some(header) = line.strip_prefix("# --- ") {
            name = header.trim().to_owned();
            files.entry(name.clone()).or_default();
        } else if files.contains_key(&name) || !line.trim().is_empty() {
            files.entry(name.clone()).or_default().extend_from_slice(line.as_bytes());
        }
    }
    files
}

/// manage.py, settings that install every top-level package, and the `__init__.py` that a fixture leaves out.
pub fn completed(mut files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let folders: BTreeSet<String> =
        files.keys().filter(|f| f.ends_with(".py")).filter_map(|f| f.rsplit_once('/')).map(|(d, _)| d.to_owned()).collect();
    for folder in &folders {
        let mut part = folder.as_str();
        loop {
            files.entry(format!("{part}/__init__.py")).or_default();
            match part.rsplit_once('/') {
                Some((outer, _)) => part = outer,
                None => break,
            }
        }
    }
    files.entry("manage.py".to_owned()).or_insert_with(|| MANAGE.into());
    if !files.keys().any(|f| f == "config/settings.py" || f.starts_with("config/settings/")) {
        let apps: BTreeSet<&str> = folders.iter().filter_map(|f| f.split('/').next()).filter(|a| *a != "config").collect();
        let apps: String = apps.iter().map(|a| format!("    '{a}',\n")).collect();
        let settings = format!(
            "INSTALLED_APPS = [\n    'django.contrib.admin',\n    'django.contrib.auth',\n    'django.contrib.contenttypes',\n{apps}]\nROOT_URLCONF = 'config.urls'\n"
        );
        files.insert("config/settings.py".to_owned(), settings.into_bytes());
        files.entry("config/__init__.py".to_owned()).or_default();
    }
    files
}
