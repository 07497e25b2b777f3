//! Routes and models of two reports, matched.

use std::collections::BTreeMap;

use super::seen::Unseen;
use crate::report::json::{Thing, Things};
use crate::report::past::{Model, Past, Route};

/// Which module a file belongs to: as its findings say, otherwise by the longest path.
pub struct Homes<'a> {
    by_finding: BTreeMap<&'a str, &'a str>,
    by_path: Vec<(&'a str, &'a str)>,
    by_position: BTreeMap<usize, &'a str>,
    glue: &'a str,
}

impl<'a> Homes<'a> {
    pub fn of(past: &'a Past) -> Homes<'a> {
        let mut by_path: Vec<(&str, &str)> =
            past.modules.iter().filter(|m| !m.path.is_empty()).map(|m| (m.path.as_str(), m.name.as_str())).collect();
        by_path.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Homes {
            by_finding: past.findings.iter().map(|f| (f.file.as_str(), f.module.as_str())).collect(),
            by_path,
            by_position: past
                .progress
                .modules
                .iter()
                .flat_map(|module| module.route_positions.iter().map(|at| (*at, module.name.as_str())))
                .collect(),
            glue: past.modules.iter().find(|m| m.kind == "project").map_or("project", |m| m.name.as_str()),
        }
    }

    /// The module of the view; the one of the pattern's file where the report does not say it.
    pub fn of_route(&self, position: usize, route: &Route) -> &'a str {
        self.by_position.get(&position).copied().unwrap_or_else(|| self.of_file(&route.file))
    }

    pub fn of_file(&self, file: &str) -> &'a str {
        if let Some(module) = self.by_finding.get(file) {
            return module;
        }
        let holds = |path: &str| file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        self.by_path.iter().find(|(path, _)| holds(path)).map_or(self.glue, |(_, module)| module)
    }
}

/// Those that a reader would call routes of the project: no twins for formats, no pages of an admin site.
pub fn counted(route: &Route) -> bool {
    !route.format_suffix && (route.first_party_view || !route.admin)
}

pub fn name(route: &Route) -> &str {
    route.path.as_deref().unwrap_or(&route.pattern)
}

pub fn of_route(route: &Route, module: &str) -> Thing {
    Thing {
        name: name(route).to_owned(),
        methods: route.methods.clone(),
        what: route.view.clone(),
        module: module.to_owned(),
        before: None,
        file: route.file.clone(),
        line: route.line,
    }
}

pub fn of_model(model: &Model, module: &str) -> Thing {
    Thing {
        name: model.label.clone(),
        methods: None,
        what: Some(model.qualname.clone()),
        module: module.to_owned(),
        before: None,
        file: model.file.clone(),
        line: model.line,
    }
}

fn by_name(past: &Past) -> BTreeMap<&str, Vec<&Route>> {
    let mut out: BTreeMap<&str, Vec<&Route>> = BTreeMap::new();
    for route in past.inventory.routes.iter().filter(|route| counted(route)) {
        out.entry(name(route)).or_default().push(route);
    }
    out
}

/// Routes by their path. Of several with one path those with the same view belong together, the others in order.
pub fn routes(old: &Past, new: &Past, unseen: &Unseen<'_>) -> Things {
    let (homes_old, homes_new) = (Homes::of(old), Homes::of(new));
    let (before, mut after) = (by_name(old), by_name(new));
    let left: Vec<&str> = after.values().flatten().map(|route| route.urlconf.as_str()).collect();
    let mut out = Things::default();
    for (path, olds) in &before {
        let mut news = after.remove(path).unwrap_or_default();
        let (mut pairs, mut rest) = (Vec::new(), Vec::new());
        for &route in olds {
            match news.iter().position(|other| other.view == route.view) {
                Some(at) => pairs.push((route, news.remove(at))),
                None => rest.push(route),
            }
        }
        let paired = rest.len().min(news.len());
        pairs.extend(rest.drain(..paired).zip(news.drain(..paired)));
        for (route, now) in pairs {
            let (from, to) = (homes_old.of_file(&route.file), homes_new.of_file(&now.file));
            let thing = of_route(now, to);
            if from != to {
                out.moved.push(Thing { before: Some(from.to_owned()), ..thing });
            } else if route.methods.is_some() && now.methods.is_some() && route.methods != now.methods {
                out.changed.push(Thing { before: route.methods.as_ref().map(|methods| methods.join(" ")), ..thing });
            } else {
                out.unchanged += 1;
            }
        }
        for route in rest {
            let thing = of_route(route, homes_old.of_file(&route.file));
            // The way to a whole URLconf may have been lost somewhere else.
            let cut_off = unseen.loses_routes() && !left.contains(&route.urlconf.as_str());
            let list = if unseen.hides(&route.file) || cut_off { &mut out.not_seen } else { &mut out.removed };
            list.push(thing);
        }
        out.added.extend(news.into_iter().map(|route| of_route(route, homes_new.of_file(&route.file))));
    }
    out.added.extend(after.into_values().flatten().map(|route| of_route(route, homes_new.of_file(&route.file))));
    sort(&mut out);
    out
}

/// At least half of the fields are the same.
fn alike(a: &Model, b: &Model) -> bool {
    let shared = a.fields.iter().filter(|field| b.fields.contains(field)).count();
    a.name == b.name && 2 * shared >= a.fields.len().max(b.fields.len())
}

/// Models by their label; one of the same name and mostly the same fields under another label has moved.
pub fn models(old: &Past, new: &Past, unseen: &Unseen<'_>) -> Things {
    let (homes_old, homes_new) = (Homes::of(old), Homes::of(new));
    let labels = |past: &'_ Past| -> BTreeMap<String, Model> {
        past.inventory.models.iter().map(|model| (model.label.clone(), model.clone())).collect()
    };
    let (before, after) = (labels(old), labels(new));
    let mut fresh: Vec<&Model> = after.values().filter(|model| !before.contains_key(&model.label)).collect();
    let mut out = Things::default();
    for model in before.values() {
        let from = homes_old.of_file(&model.file);
        if let Some(now) = after.get(&model.label) {
            let to = homes_new.of_file(&now.file);
            if from == to {
                out.unchanged += 1;
            } else {
                out.moved.push(Thing { before: Some(from.to_owned()), ..of_model(now, to) });
            }
            continue;
        }
        if let Some(now) = fresh.iter().position(|now| alike(model, now)).map(|at| fresh.remove(at)) {
            out.moved.push(Thing { before: Some(model.label.clone()), ..of_model(now, homes_new.of_file(&now.file)) });
            continue;
        }
        let base_lost = model.bases.iter().chain(&model.mixed_in).any(|base| unseen.loses_name(base));
        let list = if unseen.hides(&model.file) || base_lost { &mut out.not_seen } else { &mut out.removed };
        list.push(of_model(model, from));
    }
    out.added.extend(fresh.into_iter().map(|model| of_model(model, homes_new.of_file(&model.file))));
    sort(&mut out);
    out
}

fn sort(things: &mut Things) {
    for list in [&mut things.added, &mut things.removed, &mut things.moved, &mut things.not_seen, &mut things.changed] {
        list.sort_by(|a, b| (&a.name, &a.file, a.line, &a.what).cmp(&(&b.name, &b.file, b.line, &b.what)));
    }
}
