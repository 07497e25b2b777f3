//! A team's own rule files. They are read from below one folder and from nowhere else.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use globset::GlobBuilder;
use toml::Spanned;

use super::super::walk;
use super::{BadConfig, MAX_BYTES};
use crate::report::escape::escape;
use crate::rules::{Catalogue, Mistake, Source, load};

/// Folders that a pattern may reach down.
const MAX_DEPTH: usize = 8;
const MAX_FILES: usize = 1000;

pub enum Wrong {
    /// The pattern itself.
    Pattern(Mistake),
    /// A file that it names.
    File(Box<BadConfig>),
}

/// The rules of the files that a pattern names, added to the catalogue.
pub fn rules(base: &Path, pattern: &Spanned<String>, catalogue: &mut Catalogue) -> Result<(), Wrong> {
    let wrong = |label: &str| {
        Wrong::Pattern(
            Mistake::new(pattern.span(), "wrong value", label)
                .help("rules = [\"tools/migscan/*.toml\"], below the folder of the configuration"),
        )
    };
    let text = pattern.get_ref().as_str();
    if text.is_empty() || !Path::new(text).components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(wrong("a path below the folder of the configuration is expected"));
    }
    let glob = GlobBuilder::new(text).literal_separator(true).build().map_err(|error| wrong(&error.kind().to_string()))?.compile_matcher();
    // Only the folders that the pattern names are looked into.
    let fixed: Vec<&str> = text.split('/').take_while(|part| !part.contains(['*', '?', '[', '{'])).collect();
    let start = base.join(fixed.join("/"));
    let mut files: Vec<String> = ignore::WalkBuilder::new(&start)
        .standard_filters(false)
        .follow_links(false)
        .max_depth(Some(MAX_DEPTH))
        .build()
        .filter_map(Result::ok)
        .filter_map(|entry| Some(entry.path().strip_prefix(base).ok()?.to_string_lossy().replace('\\', "/")))
        .filter(|path| glob.is_match(path))
        .take(MAX_FILES)
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(wrong("no file is called so"));
    }
    let mut taken: BTreeSet<String> = catalogue.rules.iter().map(|r| r.id.clone()).collect();
    for file in files {
        let shown = escape(&file).into_owned();
        let plain = |why: String| Wrong::File(Box::new(BadConfig::plain(&shown, format!("{shown} {why}"))));
        let bytes = walk::read_named(base, &file, MAX_BYTES).map_err(|reason| plain(format!("cannot be read: {reason}")))?;
        let text = String::from_utf8(bytes).map_err(|_| plain("is not UTF-8 text".to_owned()))?;
        let found = load::rules(Source { name: &file, text: &text }, &catalogue.costs, &mut taken)
            .map_err(|mistake| Wrong::File(Box::new(BadConfig::at(&shown, &text, &mistake))))?;
        catalogue.rules.extend(found);
    }
    catalogue.rules.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(())
}
