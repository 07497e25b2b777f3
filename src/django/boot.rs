//! The boot, in Django's order: settings, applications, models, the admin, `ready()`, the root urlconfs; then whatever else there is.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::base::clock::Clock;
use crate::base::{Loc, Sym, last_part, sym};
use crate::eval::{Frame, Interp, Value};
use crate::facts::StmtKind;
use crate::project::Project;

use super::apps::{self, AppInfo};
use super::settings::{self, Candidate};
use super::world::World;

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
        if world.open {
            world.run_packages(|path| !is_late(path));
        } else {
            // What modules do to others when they are imported, they do in Django's order: those that nothing imports come last.
            world.ready();
            world.run_roots();
        }
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
            world.ready();
        }
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

    /// The admin modules of installed packages and of the project's applications, which Django's admin imports.
    fn discover_admins(&mut self) {
        if self.apps.iter().all(|app| app.label != "admin") {
            return;
        }
        for app in self.apps.iter().filter(|app| !app.first_party) {
            self.interp.package_registrations(sym(&format!("{}.admin", app.module)), Loc::default());
        }
        for app in self.apps.iter().filter(|app| app.first_party) {
            if let Some(file) = self.interp.project.modules.get(&format!("{}.admin", app.module)) {
                self.interp.module(file);
            }
        }
        self.interp.relink();
    }

    /// The root urlconfs, which the first request imports.
    fn run_roots(&mut self) {
        let Some(frame) = self.settings.clone() else { return };
        for root in settings::urlconfs(&mut self.interp, &frame) {
            if let Some(file) = self.interp.project.modules.get(&root) {
                self.interp.module(file);
            }
        }
        self.interp.relink();
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
}
