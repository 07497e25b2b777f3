//! Routes and models through the reports: each with where it was last seen, and what became of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::fastapi::matching::shape;
use crate::report::past::{Past, Route};

use super::{Models, Routes};

/// What became of a route that Django had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    #[default]
    Django,
    Twice,
    Partly,
    NotSeen,
    Moved,
    Gone,
}

impl State {
    pub fn left(self) -> bool {
        !matches!(self, State::Moved | State::Gone)
    }
}

/// A route that was on Django once.
#[derive(Debug, Default)]
struct Known {
    /// Of its pattern, and the ends of the paths of the URL configurations on the way.
    file: String,
    on_the_way: Vec<String>,
    /// Of the estimate; empty where the report did not say it.
    module: String,
    /// The report that saw it last.
    seen: usize,
    state: State,
}

#[derive(Debug, Default)]
struct KnownModel {
    file: String,
    module: String,
    seen: usize,
    left: bool,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Follow {
    routes: BTreeMap<String, Known>,
    models: BTreeMap<String, KnownModel>,
    /// What each report could not read.
    lost: Vec<BTreeSet<String>>,
}

/// What a report comes to.
#[derive(Debug, Default)]
pub struct Counted {
    pub routes: Routes,
    pub models: Models,
}

impl Follow {
    /// The state of each route that Django ever had, with its module and the file of its pattern.
    pub fn routes(&self) -> impl Iterator<Item = (&str, &str, State)> {
        self.routes.values().map(|known| (known.module.as_str(), known.file.as_str(), known.state))
    }

    /// Whether each model that Django ever had is left, with its module and file.
    pub fn models(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        self.models.values().map(|known| (known.module.as_str(), known.file.as_str(), known.left))
    }

    /// One more report: its counts, and the files that were lost from sight.
    pub fn step(&mut self, past: &Past) -> (Counted, Vec<String>) {
        let at = self.lost.len();
        let unread = past.coverage.unresolved.iter().filter(|open| open.kind == "files").map(|open| open.file.clone());
        let now: BTreeSet<String> = unread.chain(past.skipped.iter().map(|skipped| skipped.path.clone())).collect();
        let django = on_django(past);
        let fastapi = on_fastapi(past);
        let mut counted = Counted::default();
        let modules = &past.progress.modules;
        let of_route: BTreeMap<usize, &str> =
            modules.iter().flat_map(|module| module.route_positions.iter().map(|at| (*at, module.name.as_str()))).collect();
        for (key, (position, route, methods)) in &django {
            let new = !self.routes.contains_key(key);
            counted.routes.added += u64::from(new && at > 0);
            let known = self.routes.entry(key.clone()).or_default();
            known.file.clone_from(&route.file);
            known.on_the_way = [&route.urlconf, &route.root_urlconf].iter().map(|module| module.replace('.', "/")).collect();
            known.module = of_route.get(position).copied().unwrap_or_default().to_owned();
            known.seen = at;
            let answered = fastapi.methods.get(key);
            known.state = match answered {
                None => State::Django,
                Some(_) if methods.contains("ANY") => State::Twice,
                Some(own) if own.contains("ANY") || methods.is_subset(own) => State::Twice,
                Some(own) if own.is_disjoint(methods) => State::Django,
                Some(_) => State::Partly,
            };
        }
        let mut causes: BTreeSet<String> = BTreeSet::new();
        for (key, known) in self.routes.iter_mut().filter(|(key, _)| !django.contains_key(*key)) {
            let fresh: Vec<&String> = match self.lost.get(known.seen) {
                Some(before) => now.difference(before).collect(),
                None => now.iter().collect(),
            };
            let held = |lost: &str| {
                let below = |file: &str| file == lost || file.strip_prefix(lost).is_some_and(|rest| rest.starts_with('/'));
                let module = lost.strip_suffix("/__init__.py").or_else(|| lost.strip_suffix(".py")).unwrap_or(lost);
                below(&known.file) || known.on_the_way.iter().any(|way| !way.is_empty() && module.ends_with(way.as_str()))
            };
            let own: Vec<&&String> = fresh.iter().filter(|lost| held(lost)).collect();
            let answered = fastapi.methods.contains_key(key);
            // Without an answer of FastAPI any Python file that is no longer read may have held it.
            let any: Vec<&&String> = fresh.iter().filter(|lost| !answered && lost.ends_with(".py")).collect();
            known.state = match (own.is_empty() && any.is_empty(), answered) {
                (false, _) => State::NotSeen,
                (true, true) => State::Moved,
                (true, false) => State::Gone,
            };
            causes.extend(own.into_iter().chain(any).map(|lost| (*lost).clone()));
        }
        for known in self.routes.values() {
            let routes = &mut counted.routes;
            routes.left += u64::from(known.state.left());
            match known.state {
                State::Django => {}
                State::Twice => routes.live_twice += 1,
                State::Partly => routes.partly += 1,
                State::NotSeen => routes.not_seen += 1,
                State::Moved => routes.moved += 1,
                State::Gone => routes.gone += 1,
            }
        }
        let new = |spellings: &&BTreeSet<String>| !spellings.iter().any(|path| self.routes.contains_key(path));
        counted.routes.new = fastapi.paths.values().filter(new).count() as u64;
        self.step_models(past, at, &now, &mut counted.models, &mut causes);
        self.lost.push(now);
        (counted, causes.into_iter().collect())
    }

    fn step_models(&mut self, past: &Past, at: usize, now: &BTreeSet<String>, counted: &mut Models, causes: &mut BTreeSet<String>) {
        let mut here = BTreeSet::new();
        let modules = &past.progress.modules;
        let of_model: BTreeMap<&str, &str> =
            modules.iter().flat_map(|module| module.model_labels.iter().map(|label| (label.as_str(), module.name.as_str()))).collect();
        for model in past.inventory.models.iter().filter(|model| model.installed && !model.is_abstract) {
            here.insert(model.label.clone());
            let module = of_model.get(model.label.as_str()).copied().unwrap_or_default().to_owned();
            self.models.insert(model.label.clone(), KnownModel { file: model.file.clone(), module, seen: at, left: true });
        }
        for (label, known) in &mut self.models {
            if here.contains(label) {
                counted.left += 1;
                continue;
            }
            let before = self.lost.get(known.seen);
            let fresh = now.iter().filter(|lost| before.is_none_or(|before| !before.contains(*lost)));
            let mut own =
                fresh.filter(|lost| known.file == **lost || known.file.strip_prefix(lost.as_str()).is_some_and(|r| r.starts_with('/')));
            match own.next() {
                Some(lost) => {
                    known.left = true;
                    counted.left += 1;
                    counted.not_seen += 1;
                    causes.insert(lost.clone());
                }
                None => {
                    known.left = false;
                    counted.gone += 1;
                }
            }
        }
    }
}

/// Paths that Django answers, with the first route there and the methods of all; where a part of the path is not known, the pattern and the view stand for it.
fn on_django(past: &Past) -> BTreeMap<String, (usize, &Route, BTreeSet<String>)> {
    let mut out: BTreeMap<String, (usize, &Route, BTreeSet<String>)> = BTreeMap::new();
    for (position, route) in past.inventory.routes.iter().enumerate().filter(|(_, route)| !route.admin && !route.format_suffix) {
        let plain = route.path.as_deref().and_then(shape);
        let key = plain.unwrap_or_else(|| format!("? {} {}", route.pattern, route.view.as_deref().unwrap_or("?")));
        let known = route.methods.as_ref().or(route.likely_methods.as_ref()).filter(|methods| !methods.is_empty());
        let methods: BTreeSet<String> =
            known.map_or_else(|| BTreeSet::from(["ANY".to_owned()]), |methods| methods.iter().cloned().collect());
        out.entry(key).or_insert_with(|| (position, route, BTreeSet::new())).2.extend(methods);
    }
    out
}

/// Paths that FastAPI answers.
#[derive(Debug, Default)]
struct Answers {
    /// Methods by each spelling of a path: bare, under the `root_path`, and without the mount under which Django lies.
    methods: BTreeMap<String, BTreeSet<String>>,
    /// The spellings of each path, by the first.
    paths: BTreeMap<String, BTreeSet<String>>,
}

fn on_fastapi(past: &Past) -> Answers {
    let fastapi = &past.inventory.fastapi;
    let mounts: Vec<&str> = fastapi.mounts.iter().filter(|m| m.kind == "django").map(|m| m.path.trim_end_matches('/')).collect();
    let mut out = Answers::default();
    for route in fastapi.routes.iter().filter(|route| route.kind == "http") {
        let Some(first) = shape(&route.path) else { continue };
        let methods = route.methods.clone().unwrap_or_else(|| vec!["ANY".to_owned()]);
        let under = route.root_path.iter().filter_map(|root| shape(&format!("{root}{}", route.path)));
        let within =
            mounts.iter().filter_map(|mount| route.path.strip_prefix(mount)).filter(|rest| rest.starts_with('/')).filter_map(shape);
        let all: BTreeSet<String> = std::iter::once(first.clone()).chain(under).chain(within).collect();
        for path in &all {
            out.methods.entry(path.clone()).or_default().extend(methods.iter().cloned());
        }
        out.paths.entry(first).or_default().extend(all);
    }
    out
}
