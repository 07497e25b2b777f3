//! The booted project, and shared look-ups: what the construct files read.

use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::base::{Loc, Sym, last_part, parent_part, sym};
use crate::eval::{Base, CallObj, ClassObj, ClassRef, Flavour, Frame, FuncObj, Interp, Value, show};
use crate::project::packages::has_table;

use super::apps::{self, AppInfo};
use super::endpoints::Hooked;
use super::inventory::{Counted, Place, Unresolved};
use super::settings::Candidate;

pub use crate::eval::MODEL;

pub struct World<'p> {
    pub interp: Interp<'p>,
    pub apps: Vec<AppInfo>,
    pub(super) app_by_module: FxHashMap<String, usize>,
    pub candidates: Vec<Candidate>,
    pub settings: Option<Rc<Frame>>,
    pub unresolved: Vec<Unresolved>,
    pub counts: BTreeMap<&'static str, Counted>,
    /// REST_FRAMEWORK as the settings say it.
    pub rest_framework: Vec<(String, Vec<String>)>,
    /// Whether a middleware turns anonymous requests away; none where that is up to code of the project.
    pub login_middleware: Option<bool>,
    /// Classes below another that the body of a function names, by file, function and that class.
    pub named: FxHashMap<(u32, u32, &'static str), Rc<[String]>>,
    pub(super) labels: FxHashMap<ClassRef, Option<String>>,
    /// Nobody can tell what is installed: every application counts, and every module runs.
    pub open: bool,
    /// Settings modules, also those that only add to another one.
    pub(super) settings_files: Vec<u32>,
    /// Functions that add to the URL configurations of packages, once they were asked for.
    pub url_hooks: Option<Rc<Vec<Hooked>>>,
}

impl<'p> World<'p> {
    /// A setting that is a text, such as the model that it chooses.
    pub fn setting_text(&mut self, name: &str) -> Option<String> {
        self.interp.setting(sym(name), Loc::default()).as_str().map(|text| text.to_string())
    }

    // ---- names and places

    pub fn place(&self, at: Loc) -> Place {
        Place { file: self.interp.project.path(at.file).to_string(), line: at.line }
    }

    pub fn class_place(&self, class: &ClassObj) -> Place {
        self.place(Loc { file: class.file, line: class.line })
    }

    pub fn app_of(&self, module: &str) -> Option<&AppInfo> {
        let index = apps::around(module).find_map(|outer| self.app_by_module.get(outer))?;
        self.apps.get(*index)
    }

    pub fn app_label_of(&self, module: &str) -> Option<String> {
        self.app_of(module).map(|a| a.label.clone())
    }

    /// The dotted name of whatever has one.
    pub fn dotted(&self, value: &Value) -> Option<String> {
        match value {
            Value::Class(class) => Some(self.interp.class(*class).dotted()),
            Value::Func(func) => Some(self.interp.func_dotted(func)),
            Value::Method(parts) => match &parts.0 {
                Value::Instance(instance) => Some(format!("{}.{}", self.interp.class(instance.class).dotted(), self.func_name(&parts.1))),
                Value::Class(class) => Some(format!("{}.{}", self.interp.class(*class).dotted(), self.func_name(&parts.1))),
                _ => Some(self.interp.func_dotted(&parts.1)),
            },
            Value::Ext(name) | Value::Namespace(name) => Some(name.to_string()),
            Value::Instance(instance) => Some(self.interp.class(instance.class).dotted()),
            Value::Call(call) => match &call.callee {
                Value::Ext(name) => Some(name.to_string()),
                other => self.dotted(other),
            },
            Value::Attr(parts) => self.dotted(&parts.0).map(|head| format!("{head}.{}", parts.1)),
            Value::Str(text) => Some(text.to_string()),
            Value::Module(file) => Some(self.interp.module_name(*file).to_string()),
            _ => None,
        }
    }

    /// The name of a method, behind the wrappers of decorators.
    fn func_name(&self, func: &Rc<FuncObj>) -> String {
        self.interp.func_def(&func.innermost()).map_or_else(String::new, |d| d.name.to_string())
    }

    /// Dotted names of a list of classes (permission_classes and the like); operators and instances by their class.
    pub fn dotted_list(&mut self, value: &Value) -> Vec<String> {
        let items = match value {
            Value::Alt(options) => options.iter().flat_map(|o| o.items().unwrap_or_default()).collect(),
            other => other.items().unwrap_or_else(|| vec![other.clone()]),
        };
        let mut out = Vec::new();
        for item in items {
            self.push_dotted(&item, &mut out, 0);
        }
        out
    }

    fn push_dotted(&mut self, value: &Value, out: &mut Vec<String>, depth: u32) {
        match value {
            Value::Call(call) if depth < 8 && call.ext().is_some_and(|e| e.starts_with("operator.")) => {
                for arg in call.args.clone() {
                    self.push_dotted(&arg, out, depth + 1);
                }
            }
            // `partial(CanEdit, of)` makes instances of the class.
            Value::Call(call) if depth < 8 && call.ext().is_some_and(|e| e.as_str() == "functools.partial") => {
                let made = call.args.first().cloned();
                made.iter().for_each(|made| self.push_dotted(made, out, depth + 1));
            }
            Value::None | Value::Spread(_) => {}
            other => {
                if let Some(name) = self.dotted(other)
                    && !out.contains(&name)
                {
                    out.push(name);
                }
            }
        }
    }

    // ---- models

    /// `app.Model` of a model class; `None` for what is no concrete or abstract model with an app.
    pub fn label_of_class(&mut self, class: ClassRef) -> Option<String> {
        if let Some(found) = self.labels.get(&class) {
            return found.clone();
        }
        let object = self.interp.class(class);
        let label = if object.mro.contains(&Base::Ext(sym(MODEL))) {
            self.app_label(&object).map(|app| format!("{app}.{}", object.name))
        } else {
            None
        };
        self.labels.insert(class, label.clone());
        label
    }

    /// `Meta.app_label`, or the app whose module contains the class.
    fn app_label(&mut self, object: &Rc<ClassObj>) -> Option<String> {
        let (meta, _) = super::meta::effective_meta(self, object);
        let label = meta.and_then(|meta| self.interp.find_first_party(meta, "app_label")).and_then(|(label, _)| label.as_str());
        if let Some(label) = label {
            return Some(label.to_string());
        }
        if let Some(app) = self.app_of(&object.module) {
            return Some(app.label.clone());
        }
        // No app contains it: the package that holds its models module names it.
        let module = object.module.as_str();
        let package = module.split_once(".models").map_or_else(|| parent_part(module), |(head, _)| head);
        Some(last_part(if package.is_empty() { module } else { package }).to_string())
    }

    /// `app.Model` of what a relation, queryset or `sender=` names. `own` is the label of the class it stands in.
    pub fn model_label(&mut self, value: &Value, own: Option<&str>) -> Option<String> {
        match value {
            Value::Class(class) => self.label_of_class(*class),
            Value::Ext(name) => self.interp.project.packages.class(*name).and_then(|c| c.label.clone()),
            Value::Str(text) if text.as_str() == "self" => own.map(str::to_string),
            Value::Str(text) => match text.split_once('.') {
                Some((app, model)) if !model.contains('.') => Some(self.proper_label(app, model)),
                Some(_) => {
                    // A dotted path to the class.
                    let value = self.interp.lookup_dotted(text);
                    value.and_then(|v| self.model_label(&v, own))
                }
                None => {
                    let app = own?.split('.').next()?.to_string();
                    Some(self.proper_label(&app, text))
                }
            },
            Value::Lazy(..) => {
                let forced = self.interp.force(value.clone());
                if matches!(forced, Value::Lazy(..)) { None } else { self.model_label(&forced, own) }
            }
            Value::Alt(options) => options.to_vec().iter().find_map(|o| self.model_label(o, own)),
            _ => None,
        }
    }

    /// The label, or that which Django gives by default to a model of a package that nobody describes: `package.app.models.Thing` is `app.Thing`.
    pub fn presumed_label(&mut self, value: &Value) -> Option<String> {
        self.model_label(value, None).or_else(|| {
            let Value::Ext(name) = value else { return None };
            let (module, class) = name.rsplit_once('.')?;
            let app = module.split_once(".models").filter(|(_, rest)| rest.is_empty() || rest.starts_with('.'))?.0;
            let described = has_table(module.split('.').next().unwrap_or(module));
            (!described && class.starts_with(|first: char| first.is_uppercase())).then(|| format!("{}.{class}", last_part(app)))
        })
    }

    /// A label in the letter case of the class it names.
    fn proper_label(&mut self, app: &str, model: &str) -> String {
        match self.interp.model(app, model) {
            Some(Value::Class(class)) => format!("{app}.{}", self.interp.class(class).name),
            Some(Value::Ext(name)) => format!("{app}.{}", last_part(&name)),
            _ => format!("{app}.{model}"),
        }
    }

    // ---- classes

    /// The nearest external class in the linearisation for which `wanted` holds.
    pub fn external_base(&self, class: &ClassObj, wanted: impl Fn(&str) -> bool) -> Option<Sym> {
        class.mro.iter().find_map(|b| match b {
            Base::Ext(name) if wanted(name) => Some(*name),
            _ => None,
        })
    }

    /// A class attribute as Python would find it, external bases included as names.
    pub fn class_value(&mut self, class: ClassRef, name: &str) -> Option<Value> {
        self.interp.find_in_class(class, sym(name)).map(|(v, _)| v)
    }

    pub fn class_refs(&self) -> Vec<ClassRef> {
        (0..self.interp.classes.len() as u32).map(ClassRef).collect()
    }

    /// Calls of something external whose name satisfies `wanted`, in order of execution.
    pub fn calls_of(&self, wanted: impl Fn(&str) -> bool) -> Vec<Rc<CallObj>> {
        self.interp.calls.iter().filter(|c| c.ext().is_some_and(|e| wanted(&e))).cloned().collect()
    }

    pub fn is_plain_function(&self, value: &Value) -> bool {
        matches!(value, Value::Func(f) if f.flavour.get() == Flavour::Plain)
    }

    // ---- coverage

    pub fn count(&mut self, kind: &'static str, resolved: u64) {
        self.counts.entry(kind).or_default().resolved += resolved;
    }

    /// Note a fact that could not be established, with the reason the value itself gives.
    pub fn miss(&mut self, kind: &'static str, value: &Value, at: Loc, what: &str) {
        let (reason, place) = match value {
            Value::Unknown(why) => (why.code.text().to_string(), if why.at.line > 0 { why.at } else { at }),
            Value::Lazy(..) => ("circular import".to_string(), at),
            other => (format!("{what} is {}", article(show::kind(other))), at),
        };
        let text = match value {
            Value::Unknown(why) if kind != "settings" => why.what.to_string(),
            other if kind != "settings" => self.dotted(other).unwrap_or_default(),
            _ => String::new(),
        };
        let text = if text.is_empty() { what.to_string() } else { format!("{what}: {text}") };
        let place = if place.line == 0 { at } else { place };
        self.note(kind, place, &reason, text);
    }

    /// The same for what many things come from: one place, one entry.
    pub fn note_once(&mut self, kind: &'static str, at: Loc, reason: &str, text: String) {
        let place = self.place(at);
        if !self.unresolved.iter().any(|known| known.kind == kind && known.file == place.file && known.line == place.line) {
            self.note(kind, at, reason, text);
        }
    }

    /// Note it in words of one's own.
    pub fn note(&mut self, kind: &'static str, at: Loc, reason: &str, text: String) {
        let place = self.place(at);
        self.counts.entry(kind).or_default().unresolved += 1;
        self.unresolved.push(Unresolved { kind: kind.to_string(), file: place.file, line: place.line, reason: reason.to_string(), text });
    }
}

fn article(kind: &str) -> String {
    match kind {
        "None" | "unknown" | "super()" => kind.to_string(),
        _ if kind.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}
