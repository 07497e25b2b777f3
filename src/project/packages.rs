//! What is known of code outside the repository: Django, DRF and other published packages, as data.
//!
//! One table a package in `src/django/packages/`. A table is indexed when its import root is first named; a class line is parsed when
//! that class is first asked for.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::conventions::convention;
pub use super::external::*;
use crate::base::{Sym, sym};

mod tables {
    include!(concat!(env!("OUT_DIR"), "/tables.rs"));
}

#[derive(Deserialize)]
struct Row<T> {
    row: T,
}

#[derive(Default)]
struct State {
    /// Import roots that the repository itself defines: a table does not speak for them.
    own: FxHashSet<Sym>,
    loaded: FxHashSet<Sym>,
    /// Whole names that were asked for: their tables are there.
    asked: FxHashSet<Sym>,
    canonical: FxHashMap<Sym, Sym>,
    aliases: FxHashMap<Sym, Sym>,
    /// Old prefixes of modules.
    module_aliases: Vec<(&'static str, &'static str)>,
    class_lines: FxHashMap<Sym, &'static str>,
    classes: FxHashMap<Sym, Option<Rc<ExtClass>>>,
    function_lines: FxHashMap<Sym, &'static str>,
    functions: FxHashMap<Sym, Option<Rc<ExtFunction>>>,
    signals: FxHashSet<Sym>,
    instances: FxHashMap<Sym, Sym>,
    values: IndexMap<Sym, &'static str>,
    /// Settings for which a package has a model where the project says nothing → that model.
    defaults: FxHashMap<Sym, Sym>,
    apps: Vec<ExtApp>,
    labels: FxHashMap<(String, String), Sym>,
    mro: FxHashMap<Sym, Rc<[Sym]>>,
    /// Major versions of the distributions that the project asks for, and of their import roots.
    majors: FxHashMap<String, u32>,
    root_majors: FxHashMap<Sym, u32>,
}

/// Whether a table speaks for this import root.
pub fn has_table(top: &str) -> bool {
    tables::TABLES.iter().any(|(roots, _)| roots.contains(&top))
}

#[derive(Default)]
pub struct Packages {
    state: RefCell<State>,
}

impl std::fmt::Debug for Packages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Packages")
    }
}

fn parse<T: for<'de> Deserialize<'de>>(value: &str) -> Option<T> {
    toml::from_str::<Row<T>>(&format!("row = {value}")).ok().map(|r| r.row)
}

/// `"key" = value` or `key = value`
fn entry(line: &'static str) -> Option<(&'static str, &'static str)> {
    if let Some(rest) = line.strip_prefix('"') {
        let (key, rest) = rest.split_once('"')?;
        return Some((key, rest.trim_start().strip_prefix('=')?.trim_start()));
    }
    let (key, value) = line.split_once('=')?;
    Some((key.trim(), value.trim_start()))
}

fn distribution(table: &str) -> Option<&str> {
    table.lines().find_map(|line| line.strip_prefix("distribution = \"")?.strip_suffix('"'))
}

/// The setting that chooses a model, and the model of the package that it is otherwise.
fn default_model(value: &str) -> Option<(Sym, Sym)> {
    let text = |key: &str| value.split_once(key).and_then(|(_, rest)| rest.split_once('"')).map(|(text, _)| text);
    let setting = text("setting = \"").or_else(|| text("returns = \"settings."))?;
    let model = text("value = \"").or_else(|| text("default = \""))?;
    setting.ends_with("_MODEL").then(|| (sym(setting), sym(model)))
}

impl State {
    fn load(&mut self, dotted: Sym) {
        if !self.asked.insert(dotted) {
            return;
        }
        let top = sym(dotted.split('.').next().unwrap_or_default());
        if !self.loaded.insert(top) {
            return;
        }
        for (roots, text) in tables::TABLES {
            if self.own.contains(&top) {
                return;
            }
            if roots.contains(&top.as_str()) {
                let major = distribution(text).and_then(|name| self.majors.get(name).copied());
                for root in roots.iter() {
                    self.loaded.insert(sym(root));
                    self.root_majors.extend(major.map(|major| (sym(root), major)));
                }
                self.index(text);
                // A table may say where the names of another package are defined.
                self.canonical.clear();
            }
        }
    }

    fn defined_as(&self, name: Sym) -> Sym {
        if let Some(found) = self.aliases.get(&name) {
            return *found;
        }
        let moved = self.module_aliases.iter().find_map(|(old, new)| {
            let rest = name.strip_prefix(old)?;
            rest.starts_with('.').then(|| sym(&format!("{new}{rest}")))
        });
        match moved {
            Some(moved) => self.aliases.get(&moved).copied().unwrap_or(moved),
            None => name,
        }
    }

    fn index(&mut self, text: &'static str) {
        let mut section = "";
        let mut app: Option<ExtApp> = None;
        let mut lines = text.split_inclusive('\n').peekable();
        let mut at = 0usize;
        while let Some(line) = lines.next() {
            let start = at;
            at += line.len();
            // An array over several lines is one entry, to its closing bracket.
            if line.trim_end().ends_with("= [") {
                for more in lines.by_ref() {
                    at += more.len();
                    if more.starts_with(']') {
                        break;
                    }
                }
            }
            let line = text.get(start..at).unwrap_or("").trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if line.starts_with('[') {
                self.apps.extend(app.take());
                section = line.trim_matches(['[', ']']);
                if section == "app" {
                    app = Some(ExtApp::default());
                }
                continue;
            }
            let Some((key, value)) = entry(line) else { continue };
            let text = value.trim().trim_matches('"');
            match section {
                "app" => {
                    if let Some(app) = &mut app {
                        match key {
                            "module" => app.module = text.into(),
                            "label" => app.label = text.into(),
                            "config" => app.config = Some(text.into()),
                            "default_auto_field" => app.default_auto_field = Some(text.into()),
                            _ => {}
                        }
                    }
                }
                "aliases" => {
                    self.aliases.insert(sym(key), sym(text));
                }
                "module_aliases" => self.module_aliases.push((key, text)),
                "classes" => {
                    let name = sym(key);
                    if let Some(at) = value.find("label = \"")
                        && value.starts_with("{ kind = \"model\"")
                        && let Some(label) = value.get(at + 9..).and_then(|r| r.split('"').next())
                        && let Some((app, model)) = label.split_once('.')
                    {
                        self.labels.insert((app.to_string(), model.to_ascii_lowercase()), name);
                    }
                    self.class_lines.insert(name, value);
                }
                "functions" => {
                    self.function_lines.insert(sym(key), value);
                    self.defaults.extend(default_model(value));
                }
                "signals" => {
                    if let Some(names) = parse::<Vec<String>>(value) {
                        self.signals.extend(names.iter().map(|n| sym(n)));
                    }
                }
                "values" => {
                    self.values.insert(sym(key), value);
                    self.defaults.extend(default_model(value));
                }
                "instances" => {
                    self.instances.insert(sym(key), sym(text));
                }
                _ => {}
            }
        }
        self.apps.extend(app);
    }
}

impl Packages {
    /// Tables for the world outside; `own` are top-level names that the repository defines.
    pub fn outside(own: impl IntoIterator<Item = Sym>) -> Packages {
        Packages { state: RefCell::new(State { own: own.into_iter().collect(), ..State::default() }) }
    }

    /// The major versions of distributions that the project asks for.
    pub fn declare(&self, majors: impl IntoIterator<Item = (String, u32)>) {
        self.state.borrow_mut().majors.extend(majors);
    }

    /// The name under which the object is defined, where a package re-exports it.
    pub fn canonical(&self, name: Sym) -> Sym {
        let mut state = self.state.borrow_mut();
        if let Some(found) = state.canonical.get(&name) {
            return *found;
        }
        state.load(name);
        let found = state.defined_as(name);
        state.canonical.insert(name, found);
        found
    }

    pub fn class(&self, name: Sym) -> Option<Rc<ExtClass>> {
        let mut state = self.state.borrow_mut();
        if let Some(found) = state.classes.get(&name) {
            return found.clone();
        }
        state.load(name);
        let mut found = state.class_lines.get(&name).and_then(|line| parse::<ExtClass>(line));
        if let Some(class) = &mut found {
            let major = state.root_majors.get(&sym(name.split('.').next().unwrap_or_default()));
            class.fields.retain(|field| field.before.is_none_or(|before| major.is_some_and(|major| *major < before)));
        }
        let found = found.map(Rc::new);
        state.classes.insert(name, found.clone());
        found
    }

    pub fn knows_class(&self, name: Sym) -> bool {
        let name = self.canonical(name);
        let state = self.state.borrow();
        state.class_lines.contains_key(&name)
            || matches!(
                name.split('.').next(),
                Some(
                    "builtins"
                        | "typing"
                        | "typing_extensions"
                        | "abc"
                        | "enum"
                        | "collections"
                        | "dataclasses"
                        | "threading"
                        | "json"
                        | "logging"
                )
            )
    }

    /// What a class is taken for that no table describes.
    pub fn taken_for(&self, name: Sym) -> Option<&'static str> {
        if self.knows_class(name) { None } else { convention(&name) }
    }

    /// Whether any table speaks of this name.
    pub fn knows(&self, name: Sym) -> bool {
        let mut state = self.state.borrow_mut();
        state.load(name);
        state.class_lines.contains_key(&name)
            || state.function_lines.contains_key(&name)
            || state.signals.contains(&name)
            || state.instances.contains_key(&name)
            || state.values.contains_key(&name)
    }

    /// What a name of a package holds, where its table says so.
    pub fn value(&self, name: Sym) -> Option<ExtValue> {
        let mut state = self.state.borrow_mut();
        state.load(name);
        state.values.get(&name).and_then(|line| parse(line))
    }

    /// The label of the model that a package takes where this setting does not say which.
    pub fn default_model(&self, setting: Sym) -> Option<Sym> {
        self.state.borrow().defaults.get(&setting).copied()
    }

    /// The names of a module whose values its table says, in its order.
    pub fn values_of(&self, module: Sym) -> Vec<Sym> {
        let mut state = self.state.borrow_mut();
        state.load(module);
        let of = |name: &&Sym| {
            name.strip_prefix(module.as_str()).is_some_and(|rest| rest.strip_prefix('.').is_some_and(|name| !name.contains('.')))
        };
        state.values.keys().filter(of).copied().collect()
    }

    pub fn function(&self, name: Sym) -> Option<Rc<ExtFunction>> {
        let mut state = self.state.borrow_mut();
        if let Some(found) = state.functions.get(&name) {
            return found.clone();
        }
        state.load(name);
        let found = state.function_lines.get(&name).and_then(|line| parse::<ExtFunction>(line)).map(Rc::new);
        state.functions.insert(name, found.clone());
        found
    }

    pub fn is_signal(&self, name: Sym) -> bool {
        let mut state = self.state.borrow_mut();
        state.load(name);
        state.signals.contains(&name)
    }

    /// The class of a well-known module-level instance.
    pub fn instance(&self, name: Sym) -> Option<Sym> {
        let mut state = self.state.borrow_mut();
        state.load(name);
        state.instances.get(&name).copied()
    }

    /// What stands in INSTALLED_APPS for an external package: by module or by the path of its config class.
    pub fn app(&self, entry: &str) -> Option<ExtApp> {
        let mut state = self.state.borrow_mut();
        state.load(sym(entry));
        state.apps.iter().find(|a| a.config.as_deref() == Some(entry)).or_else(|| state.apps.iter().find(|a| a.module == entry)).cloned()
    }

    pub fn model_by_label(&self, app: &str, model: &str) -> Option<Sym> {
        let mut state = self.state.borrow_mut();
        state.load(sym("django"));
        state.labels.get(&(app.to_string(), model.to_ascii_lowercase())).copied()
    }

    /// The models of an external app, by label, sorted.
    pub fn models_of(&self, app: &str) -> Vec<Sym> {
        let state = self.state.borrow();
        let mut found: Vec<Sym> = state.labels.iter().filter(|((label, _), _)| label == app).map(|(_, name)| *name).collect();
        found.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        found
    }

    /// Make the tables of a dotted name's package available to look-ups by label.
    pub fn touch(&self, dotted: &str) {
        self.state.borrow_mut().load(sym(dotted));
    }

    /// What the nearest class of the linearisation that a table describes says of it.
    pub fn nearest<T>(&self, name: Sym, get: impl Fn(&ExtClass) -> Option<T>) -> Option<T> {
        self.mro(name).iter().find_map(|base| get(self.class(*base)?.as_ref()))
    }

    /// The linearisation of an external class as far as the tables know it, itself first.
    pub fn mro(&self, name: Sym) -> Rc<[Sym]> {
        self.mro_within(name, 0)
    }

    fn mro_within(&self, name: Sym, depth: u32) -> Rc<[Sym]> {
        if let Some(found) = self.state.borrow().mro.get(&name) {
            return Rc::clone(found);
        }
        let bases: Vec<Sym> = match self.class(name) {
            Some(class) => class.bases.iter().map(|base| sym(base)).collect(),
            None => self.taken_for(name).map(sym).into_iter().collect(),
        };
        let mut lists: Vec<Vec<Sym>> = Vec::new();
        if depth < 40 {
            for base in &bases {
                lists.push(self.mro_within(*base, depth + 1).to_vec());
            }
        }
        lists.push(bases.clone());
        let flat: Vec<Sym> = lists.iter().flatten().copied().collect();
        let mut out = vec![name];
        loop {
            lists.retain(|l| !l.is_empty());
            let Some(head) =
                lists.iter().filter_map(|l| l.first()).find(|h| lists.iter().all(|l| !l.iter().skip(1).any(|x| x == *h))).copied()
            else {
                break;
            };
            out.push(head);
            for list in &mut lists {
                if list.first() == Some(&head) {
                    list.remove(0);
                }
            }
        }
        for base in flat {
            if !out.contains(&base) {
                out.push(base);
            }
        }
        let out: Rc<[Sym]> = out.into();
        self.state.borrow_mut().mro.insert(name, Rc::clone(&out));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_parse_and_resolve() {
        let packages = Packages::default();
        let field = packages.canonical(sym("django.db.models.CharField"));
        assert_eq!(field.as_str(), "django.db.models.fields.CharField");
        assert!(packages.mro(sym("rest_framework.viewsets.ModelViewSet")).contains(&sym("django.views.generic.base.View")));
        assert_eq!(packages.model_by_label("auth", "user").map(|s| s.to_string()).as_deref(), Some("django.contrib.auth.models.User"));
        assert!(packages.is_signal(sym("django.db.models.signals.post_save")));
    }

    #[test]
    fn a_class_that_no_table_describes_goes_by_its_name() {
        let packages = Packages::default();
        for (name, base) in [
            ("nobody_knows.forms.SpecialModelForm", Some("django.forms.models.BaseModelForm")),
            ("nobody_knows.forms.fields.SpecialForm", Some("django.forms.forms.BaseForm")),
            ("nobody_knows.forms.SpecialInlineFormSet", Some("django.forms.models.BaseModelFormSet")),
            ("nobody_knows.rest_framework.SpecialModelSerializer", Some("rest_framework.serializers.ModelSerializer")),
            ("nobody_knows.api.serializers.SpecialSerializer", Some("rest_framework.serializers.BaseSerializer")),
            // Other libraries call theirs so as well.
            ("nobody_knows.SpecialForm", None),
            ("nobody_knows.SpecialSerializer", None),
            ("nobody_knows.forms.SpecialMixin", None),
        ] {
            let mro = packages.mro(sym(name));
            match base {
                Some(base) => assert!(mro.contains(&sym(base)) && !packages.knows_class(sym(name)), "{name}: {mro:?}"),
                None => assert_eq!(mro.len(), 1, "{name}"),
            }
        }
    }

    #[test]
    fn every_line_of_every_table_parses() {
        for (_, text) in tables::TABLES {
            let mut state = State::default();
            state.index(text);
            for (name, line) in &state.class_lines {
                assert!(parse::<ExtClass>(line).is_some(), "{name}");
            }
            for (name, line) in &state.function_lines {
                assert!(parse::<ExtFunction>(line).is_some(), "{name}");
            }
            for (name, line) in &state.values {
                assert!(parse::<ExtValue>(line).is_some(), "{name}");
            }
        }
    }
}
