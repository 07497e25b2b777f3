//! Which pages are templates, and what is known of each. A page that no loader reads and nobody names belongs to something else: components of a
//! front end, reports of tools, data of tests.

use std::collections::{BTreeMap, BTreeSet};

use crate::django::inventory::{Inventory, Skipped, Template};
use crate::facts::template::{Engine, Reference, TemplateFacts};

/// Takes out the pages that are no templates, and says where they lay.
pub fn leave_pages(found: &mut Vec<(String, TemplateFacts)>, inventory: &Inventory) -> Vec<Skipped> {
    let folders: Vec<String> = inventory.settings.template_dirs.iter().map(|folder| format!("/{folder}/")).collect();
    let read = |path: &str| {
        let path = format!("/{path}");
        let loaded = |folder: &str| folder == "templates" || folder.starts_with("jinja");
        path.rsplit_once('/').is_some_and(|(folder, _)| folder.split('/').any(loaded)) || folders.iter().any(|folder| path.contains(folder))
    };
    let (mut kept, mut others): (Vec<_>, Vec<_>) = std::mem::take(found).into_iter().partition(|(path, _)| read(path));
    // What code or a template names and no loader's folder has lies in a folder that we do not know.
    let views = inventory.views.iter().filter_map(|view| view.template.clone());
    let mut wanted: BTreeSet<String> = views.chain(inventory.renders.iter().map(|render| render.what.clone())).collect();
    let has = |list: &[(String, TemplateFacts)], name: &str| list.iter().any(|(path, _)| named(path, name));
    wanted.retain(|name| !has(&kept, name));
    let missing = |list: &[(String, TemplateFacts)], facts: &TemplateFacts| -> Vec<String> {
        let names = facts.extends.iter().chain(&facts.includes).filter_map(|reference| reference.target.name());
        names.filter(|name| !has(list, name)).map(str::to_owned).collect()
    };
    for (_, facts) in &kept {
        wanted.extend(missing(&kept, facts));
    }
    while !wanted.is_empty() {
        let (more, rest): (Vec<_>, Vec<_>) = others.into_iter().partition(|(path, _)| wanted.iter().any(|name| named(path, name)));
        others = rest;
        wanted = more.iter().flat_map(|(_, facts)| missing(&kept, facts)).collect();
        wanted.retain(|name| has(&others, name));
        kept.extend(more);
    }
    kept.sort_by(|a, b| a.0.cmp(&b.0));
    *found = kept;
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for (path, _) in others {
        *left.entry(path.split_once('/').map_or(".", |(top, _)| top).to_owned()).or_default() += 1;
    }
    let told = |(path, count): (String, usize)| Skipped {
        path,
        reason: format!("{count} {} outside the folders of templates", if count == 1 { "page" } else { "pages" }),
    };
    left.into_iter().map(told).collect()
}

/// Whether a loader would find the file under this name.
fn named(path: &str, name: &str) -> bool {
    path.strip_suffix(name).is_some_and(|head| head.is_empty() || head.ends_with('/'))
}

/// Templates with the name they are rendered by, their app, and the views and functions that name them.
pub fn described(found: &[(String, TemplateFacts)], inventory: &Inventory) -> Vec<Template> {
    let mut by_name: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for view in &inventory.views {
        if let Some(name) = &view.template {
            by_name.entry(name).or_default().insert(view.qualname.clone());
        }
    }
    for render in &inventory.renders {
        by_name.entry(&render.what).or_default().insert(render.scope.clone());
    }
    let names = |references: &[Reference]| -> Vec<String> {
        let mut out: Vec<String> = references.iter().filter_map(|r| r.target.name().map(str::to_string)).collect();
        out.sort();
        out.dedup();
        out
    };
    let mut out = Vec::new();
    for (path, facts) in found {
        let name = ["/templates/", "/jinja2/"]
            .iter()
            .find_map(|marker| format!("/{path}").rsplit_once(marker).map(|(_, n)| n.to_string()))
            .unwrap_or_else(|| path.clone());
        let app = inventory
            .apps
            .iter()
            .filter(|a| !a.path.is_empty() && path.starts_with(&format!("{}/", a.path)))
            .max_by_key(|a| a.path.len())
            .map(|a| a.label.clone());
        let mut libraries: Vec<String> = facts.loads.iter().map(|l| l.library.clone()).collect();
        libraries.sort();
        libraries.dedup();
        out.push(Template {
            file: path.clone(),
            engine: if facts.engine == Engine::Jinja { "jinja2" } else { "django" }.to_string(),
            app,
            lines: facts.lines,
            extends: names(&facts.extends).into_iter().next(),
            includes: names(&facts.includes),
            libraries,
            url_names: names(&facts.urls),
            rendered_by: by_name.get(name.as_str()).map(|v| v.iter().cloned().collect()).unwrap_or_default(),
            name,
        });
    }
    out
}
