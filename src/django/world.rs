//! The booted project: settings read, applications known, modules executed in Django's order, `ready()` run. What the construct files read.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::base::clock::Clock;
use crate::base::{Loc, Sym, last_part, parent_part, sym};
use crate::eval::{Base, CallObj, ClassObj, ClassRef, Flavour, Frame, FuncObj, Interp, Value, show};
use crate::facts::StmtKind;
use crate::project::Project;
use crate::project::packages::has_table;

use super::apps::{self, AppInfo};
use super::endpoints::Hooked;
use super::inventory::{Counted, Place, Unresolved};
use super::settings::{self, Candidate};

pub use crate::eval::MODEL;

pub struct World<'p> {
    pub interp: Interp<'p>,
    pub apps: Vec<AppInfo>,
    app_by_module: FxHashMap<String, usize>,
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
    labels: FxHashMap<ClassRef, Option<String>>,
    /// Nobody can tell what is installed: every application counts, and every module runs.
    pub open: bool,
    /// Settings modules, also those that only add to another one.
    settings_files: Vec<u32>,
    /// Functions that add to the URL configurations of packages, once they were asked for.
    pub url_hooks: Option<Rc<Vec<Hooked>>>,
}

/// The settings that count: the first candidate that installs something, else the first.
pub fn choose_settings(interp: &mut Interp, candidates: &mut Vec<Candidate>) -> Option<Rc<Frame>> {
    let mut first = None;
    for i in 0..candidates.len() {
        let Some(candidate) = candidates.get(i).cloned() else { break };
        let frame = settings::load(interp, &candidate);
        // Scripts bring settings of their own, which install nothing.
        let installs = frame.vars.borrow().get(&sym("INSTALLED_APPS")).is_some_and(|apps| apps.items().is_none_or(|apps| !apps.is_empty()));
        if installs || candidate.source == "command line" {
            candidates.remove(i);
            candidates.insert(0, candidate);
            return Some(frame);
        }
        first.get_or_insert(frame);
    }
    first
}

/// Modules that URL configuration lives in run after `ready()`, as in Django, where the resolver imports them on the first request.
fn is_late(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or("");
    name.starts_with("urls")
        || name.ends_with("_urls.py")
        || matches!(name, "wsgi.py" | "asgi.py" | "routing.py" | "routers.py" | "router.py")
        || path.contains("/urls/")
}

/// Files that nothing imports at run time: scripts of the repository.
fn is_script(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or("");
    matches!(name, "manage.py" | "setup.py" | "fabfile.py" | "noxfile.py" | "conftest.py" | "runtests.py") || path.starts_with("docs/")
}

/// `package` of `package.module`.
fn top(module: &Sym) -> Sym {
    module.split_once('.').map_or(*module, |(top, _)| sym(top))
}

impl<'p> World<'p> {
    pub fn boot(project: &'p Project, mut candidates: Vec<Candidate>, clock: &mut Clock) -> World<'p> {
        let mut interp = Interp::new(project);
        let settings = choose_settings(&mut interp, &mut candidates);
        interp.settings = Some(settings.clone().unwrap_or_else(|| crate::eval::new_frame(crate::eval::FrameKind::Module, 0, None)));
        let mut world = World {
            interp,
            apps: Vec::new(),
            app_by_module: FxHashMap::default(),
            candidates,
            settings,
            unresolved: Vec::new(),
            counts: BTreeMap::new(),
            rest_framework: Vec::new(),
            login_middleware: Some(false),
            named: FxHashMap::default(),
            labels: FxHashMap::default(),
            open: false,
            settings_files: Vec::new(),
            url_hooks: None,
        };
        world.settings_files = world.find_settings_files();
        world.open = world.read_apps();
        clock.lap("- settings");
        if world.open {
            // Django imports the config classes first; it is not known which, so all.
            world.run_modules(|path| path.ends_with("/apps.py"), false);
        }
        world.run_modules(|path| path.contains("/models") || path.ends_with("models.py"), true);
        world.interp.models_ready = !world.open;
        clock.lap("- models run");
        world.discover_admins();
        world.run_packages(|path| !is_late(path));
        clock.lap("- modules run");
        if world.open {
            let listed = std::mem::take(&mut world.apps);
            let found = apps::uninstalled(&mut world.interp, &listed);
            // Nobody knows what is installed: everything that looks like an app counts, and the report says so.
            world.apps = listed.into_iter().chain(found.into_iter().map(|a| AppInfo { installed: true, ..a })).collect();
            world.interp.apps = apps::refs(&world.apps);
            world.app_by_module = apps::by_module(&world.apps);
            // Code that asks what is installed gets these, and an unknown rest.
            let mut installed: Vec<Value> = world.apps.iter().map(|a| Value::Str(sym(&a.module))).collect();
            installed.push(Value::Spread(Rc::new(Value::Ext(sym("django.conf.settings.INSTALLED_APPS")))));
            if let Some(frame) = &world.interp.settings {
                frame.vars.borrow_mut().insert(sym("INSTALLED_APPS"), Value::list(installed));
            }
            world.make_configs();
        }
        world.ready();
        clock.lap("- ready()");
        world.run_packages(|_| true);
        world.run_unimported();
        clock.lap("- modules run");
        let installed = world.apps.clone();
        let extra = apps::uninstalled(&mut world.interp, &installed);
        world.apps.extend(extra);
        world.app_by_module = apps::by_module(&world.apps);
        world
    }

    /// Whether nobody can tell which of the project's applications are installed: there are no settings, or what they say of it is not known.
    fn read_apps(&mut self) -> bool {
        let Some(frame) = self.settings.clone() else { return true };
        let value = frame.vars.borrow().get(&sym("INSTALLED_APPS")).cloned();
        let user = frame.vars.borrow().get(&sym("AUTH_USER_MODEL")).and_then(Value::as_str);
        if let Some(user) = user {
            self.interp.user_model = user;
        }
        self.interp.project.packages.touch("django");
        // So far only settings have run.
        for (at, module) in self.interp.lost.take().unwrap_or_default() {
            self.note("settings", at, "import of a module that is not there", format!("all names of {module}"));
        }
        // Settings that never name it are put together of what is not in view.
        let Some(value) = value else { return true };
        let (mut entries, unknown) = settings::strings(&mut self.interp, &value);
        let partly = !unknown.is_empty();
        for item in unknown {
            let at = Loc { file: frame.file, line: 1 };
            self.miss("settings", &item, at, "element of INSTALLED_APPS");
        }
        self.count("settings", entries.len() as u64);
        // Labels first, so that `get_model` works while the modules run.
        self.interp.apps = entries.iter().map(|e| crate::eval::AppRef { label: sym(last_part(e)), module: sym(e) }).collect();
        let mut at = 0;
        while let Some(entry) = entries.get(at).cloned() {
            at += 1;
            self.interp.project.packages.touch(&entry);
            let info = apps::resolve_entry(&mut self.interp, &entry);
            // An application that is imported may append others, which Django, going through the list, then finds.
            if at == entries.len() {
                entries = settings::strings(&mut self.interp, &value).0;
            }
            if let Some(file) = info.unread {
                let name = info.config.as_deref().unwrap_or(&info.module);
                self.note("apps", Loc { file, line: 1 }, "config class not found", format!("config of the application: {name}"));
            }
            if self.apps.iter().all(|a| a.label != info.label || a.module != info.module) {
                self.apps.push(info);
            }
        }
        self.interp.apps = apps::refs(&self.apps);
        self.app_by_module = apps::by_module(&self.apps);
        self.make_configs();
        // A module that was taken for the settings by what it assigns may only add to those of another project.
        let guessed = self.candidates.first().is_some_and(|candidate| candidate.source == "guess");
        (partly || guessed) && self.apps.iter().all(|app| !app.first_party)
    }

    /// Instances of the config classes, as Django makes them before it imports any models.
    fn make_configs(&mut self) {
        for i in 0..self.apps.len() {
            let Some(app) = self.apps.get(i).cloned() else { break };
            let Some(class) = app.class else { continue };
            let at = Loc { file: self.interp.class(class).file, line: self.interp.class(class).line };
            let module = self.interp.project.modules.get(&app.module).map_or(Value::None, Value::Module);
            let value = self.interp.instantiate(class, vec![Value::Str(sym(&app.module)), module.clone()], Vec::new(), false, at);
            if let Value::Instance(instance) = &value {
                let mut attrs = instance.attrs.borrow_mut();
                attrs.bind(sym("name"), || Value::Str(sym(&app.module)));
                attrs.bind(sym("label"), || Value::Str(sym(&app.label)));
                attrs.bind(sym("module"), || module);
            }
            self.interp.app_configs.push((sym(&app.label), value.clone()));
            if let Some(app) = self.apps.get_mut(i) {
                app.instance = Some(value);
            }
        }
    }

    fn run_modules(&mut self, wanted: impl Fn(&str) -> bool, installed_only: bool) {
        // Other settings modules would change the lists that they share with the one that counts.
        let others = std::mem::take(&mut self.settings_files);
        let packages: Vec<String> = others
            .iter()
            .filter_map(|f| self.interp.project.path(*f).rsplit_once('/').map(|(dir, _)| format!("{dir}/")))
            .filter(|dir| dir.ends_with("settings/"))
            .collect();
        let is_other = |file: &u32, path: &str| others.contains(file) || packages.iter().any(|dir| path.starts_with(dir.as_str()));
        let files: Vec<u32> = (0..self.interp.project.files.len() as u32)
            .filter(|f| wanted(self.interp.project.path(*f)) && !is_other(f, self.interp.project.path(*f)))
            .collect();
        self.settings_files = others;
        let modules: Vec<String> =
            if installed_only { self.apps.iter().filter(|a| a.first_party).map(|a| a.module.clone()).collect() } else { Vec::new() };
        if !installed_only {
            for file in files {
                self.interp.module(file);
            }
            self.interp.relink();
            return;
        }
        for module in modules {
            let prefix = format!("{module}.models");
            for file in &files {
                let name = self.interp.module_name(*file);
                if name.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
                    self.interp.module(*file);
                }
            }
        }
        self.interp.relink();
    }

    /// A setting that is a text, such as the model that it chooses.
    pub fn setting_text(&mut self, name: &str) -> Option<String> {
        self.interp.setting(sym(name), Loc::default()).as_str().map(|text| text.to_string())
    }

    /// The admin modules of installed packages, which Django's admin imports.
    fn discover_admins(&mut self) {
        if self.apps.iter().all(|app| app.label != "admin") {
            return;
        }
        for app in self.apps.iter().filter(|app| !app.first_party) {
            self.interp.package_registrations(sym(&format!("{}.admin", app.module)), Loc::default());
        }
    }

    fn find_settings_files(&self) -> Vec<u32> {
        let project = self.interp.project;
        let listed: Vec<u32> = self.candidates.iter().map(|c| c.file).collect();
        let adds = |file: u32| {
            let ast = self.interp.ast(file);
            ast.imports.iter().any(|(id, _)| match ast.stmt(*id) {
                StmtKind::From(import) if import.star => {
                    let module = project.imported(file, import).and_then(|module| project.modules.get_near(&module, file));
                    module.is_some_and(|module| listed.contains(&module))
                }
                _ => false,
            })
        };
        let files = project.files.iter().enumerate().filter(|(_, file)| !file.migration).map(|(index, _)| index as u32);
        files.filter(|file| listed.contains(file) || adds(*file)).collect()
    }

    /// Run the modules of every package that the booted project has a part in.
    fn run_packages(&mut self, wanted: impl Fn(&str) -> bool) {
        let wanted = |path: &str| wanted(path) && !is_script(path) && !path.contains("/migrations/");
        if self.open {
            return self.run_modules(wanted, false);
        }
        // What runs may import from packages that had no part so far.
        let mut packages = BTreeSet::new();
        loop {
            let now = self.packages();
            if now == packages {
                return;
            }
            packages = now;
            let files: BTreeSet<&str> = (0..self.interp.project.files.len() as u32)
                .filter(|file| packages.contains(&top(&self.interp.module_name(*file))))
                .map(|file| self.interp.project.path(file))
                .collect();
            self.run_modules(|path| wanted(path) && files.contains(path), false);
        }
    }

    /// Top-level packages with an application, the settings, the URL configuration, or a module that something imported.
    fn packages(&mut self) -> BTreeSet<Sym> {
        let mut out: BTreeSet<Sym> = self.apps.iter().map(|app| top(&sym(&app.module))).collect();
        out.extend(self.candidates.iter().map(|candidate| top(&self.interp.module_name(candidate.file))));
        out.extend(
            (0..self.interp.project.files.len() as u32).filter(|f| self.interp.has_run(*f)).map(|f| top(&self.interp.module_name(f))),
        );
        // Nothing imports a root urlconf: it is named by the settings.
        if let Some(frame) = self.interp.settings.clone() {
            out.extend(settings::urlconfs(&mut self.interp, &frame).iter().map(|module| top(&sym(module))));
        }
        out
    }

    /// Modules outside of those packages are imported by nobody: they count for what they define, not for what they do to others.
    fn run_unimported(&mut self) {
        for file in 0..self.interp.project.files.len() as u32 {
            let path = self.interp.project.path(file);
            if !self.settings_files.contains(&file) && !is_script(path) && !path.contains("/migrations/") {
                self.interp.module_idly(file);
            }
        }
        self.interp.relink();
    }

    fn ready(&mut self) {
        for i in 0..self.apps.len() {
            let Some(app) = self.apps.get(i).cloned() else { continue };
            self.interp.restart();
            let Some(config) = app.instance else {
                self.interp.package_ready(sym(&app.module));
                continue;
            };
            self.interp.call_method_with(&config, "ready", Vec::new(), Loc::default());
        }
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
