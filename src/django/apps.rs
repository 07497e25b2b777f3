//! Installed applications: entries of INSTALLED_APPS as modules or config classes, their labels, and which file belongs to which.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Loc, Sym, last_part, parent_part, sym};
use crate::eval::{AppRef, Base, ClassRef, Interp, MODEL, Value};
use crate::facts::{ExprKind, StmtKind, visit};

/// An application, installed or merely present.
#[derive(Clone, Debug)]
pub struct AppInfo {
    pub label: String,
    pub module: String,
    pub config: Option<String>,
    pub class: Option<ClassRef>,
    pub instance: Option<Value>,
    pub installed: bool,
    pub first_party: bool,
    pub default_auto_field: Option<String>,
    /// The file that has to hold the config class, where the class was not found in it: label and defaults are those without one.
    pub unread: Option<u32>,
}

const APP_CONFIG: &str = "django.apps.config.AppConfig";

/// The application that an entry of INSTALLED_APPS names.
pub fn resolve_entry(interp: &mut Interp, entry: &str) -> AppInfo {
    if let Some(file) = interp.project.modules.get(entry) {
        let frame = interp.module(file);
        let named = frame.vars.borrow().get(&sym("default_app_config")).and_then(Value::as_str);
        if let Some(named) = named
            && let Some(Value::Class(class)) = interp.lookup_dotted(&named)
        {
            return from_class(interp, class, entry);
        }
        return by_convention(interp, entry);
    }
    if let Some(Value::Class(class)) = interp.lookup_dotted(entry) {
        return from_class(interp, class, parent_part(parent_part(entry)));
    }
    if interp.project.modules.is_namespace(entry) {
        return by_convention(interp, entry);
    }
    if let Some(holder) = interp.project.modules.get(parent_part(entry)) {
        let module = parent_part(entry);
        let module = module.strip_suffix(".apps").unwrap_or(module);
        return AppInfo { config: Some(entry.to_string()), unread: Some(holder), ..plain(module, true) };
    }
    if let Some(known) = interp.project.packages.app(entry) {
        return AppInfo {
            label: known.label,
            module: known.module,
            config: known.config,
            class: None,
            instance: None,
            installed: true,
            first_party: false,
            default_auto_field: known.default_auto_field,
            unread: None,
        };
    }
    // An external config class by convention: `package.apps.PackageConfig`.
    let module = match last_part(entry).chars().next() {
        Some(c) if c.is_ascii_uppercase() => parent_part(entry).trim_end_matches(".apps").to_string(),
        _ => entry.to_string(),
    };
    plain(&module, false)
}

/// An application by its package: its `apps` submodule may hold one config class, or one marked default.
fn by_convention(interp: &mut Interp, entry: &str) -> AppInfo {
    if let Some(apps) = interp.project.modules.get(&format!("{entry}.apps")) {
        let module = interp.module(apps);
        let classes: Vec<ClassRef> = module
            .vars
            .borrow()
            .values()
            .filter_map(|v| if let Value::Class(c) = v { Some(*c) } else { None })
            .filter(|c| interp.derives(*c, APP_CONFIG))
            .collect();
        let open: Vec<ClassRef> = classes.iter().copied().filter(|c| !is_default(interp, *c, false)).collect();
        let marked: Vec<ClassRef> = classes.iter().copied().filter(|c| is_default(interp, *c, true)).collect();
        let chosen = match (marked.as_slice(), open.as_slice()) {
            ([one], _) => Some(*one),
            ([], [one]) => Some(*one),
            _ => None,
        };
        if let Some(class) = chosen {
            let info = from_class(interp, class, entry);
            // Before 3.2 nobody looked here, so that a wrong `name` did no harm: since then no project with one starts.
            let wrong = !info.first_party && own(interp, class, "name").is_some();
            return if wrong { plain(entry, true) } else { info };
        }
        let broken = interp.project.files.get(apps as usize).is_some_and(|file| file.facts.trouble.is_some());
        return AppInfo { unread: (classes.is_empty() && broken).then_some(apps), ..plain(entry, true) };
    }
    plain(entry, true)
}

/// Whether a class says `default = True`, or one that it derives from (or, asked the other way, `default = False`).
fn is_default(interp: &mut Interp, class: ClassRef, wanted: bool) -> bool {
    interp.find_first_party(class, "default").and_then(|(value, _)| value.as_bool()) == Some(wanted)
}

fn plain(module: &str, first_party: bool) -> AppInfo {
    AppInfo {
        label: last_part(module).to_string(),
        module: module.to_string(),
        config: None,
        class: None,
        instance: None,
        installed: true,
        first_party,
        default_auto_field: None,
        unread: None,
    }
}

fn own(interp: &mut Interp, class: ClassRef, name: &str) -> Option<String> {
    interp.find_first_party(class, name).and_then(|(v, _)| v.as_str()).map(|s| s.to_string())
}

/// The application of a config class of the repository.
pub fn from_class(interp: &mut Interp, class: ClassRef, fallback: &str) -> AppInfo {
    let own_name = own(interp, class, "name");
    let own_label = own(interp, class, "label");
    let chosen = chosen_label(interp, class);
    let mut text = |name: &str| {
        own(interp, class, name).or_else(|| {
            // A config that extends a package's own: what that one says.
            let object = interp.class(class);
            object.mro.iter().find_map(|b| match b {
                Base::Ext(ext) => interp.project.packages.class(*ext).and_then(|c| match name {
                    "label" => c.label.clone(),
                    "name" => c.module.clone(),
                    "default_auto_field" => c.default_auto_field.clone(),
                    _ => None,
                }),
                Base::First(_) => None,
            })
        })
    };
    let name = text("name");
    // A config that takes another package's place by `name` alone is labelled by that name, unless the package's own chooses its label.
    let label = if own_name.is_some() && own_label.is_none() { chosen } else { text("label") };
    let default_auto_field = text("default_auto_field");
    let object = interp.class(class);
    let module = name.unwrap_or_else(|| if fallback.is_empty() { parent_part(&object.module).to_string() } else { fallback.to_string() });
    let first_party = interp.project.modules.get(&module).is_some() || interp.project.modules.is_namespace(&module);
    AppInfo {
        label: label.unwrap_or_else(|| last_part(&module).to_string()),
        config: Some(object.dotted()),
        module,
        class: Some(class),
        instance: None,
        installed: true,
        first_party,
        default_auto_field,
        unread: None,
    }
}

/// The label that a package's config gives itself, where it is not the end of its name.
fn chosen_label(interp: &Interp, class: ClassRef) -> Option<String> {
    let object = interp.class(class);
    object.externals().find_map(|base| {
        let facts = interp.project.packages.class(base)?;
        let derived = facts.module.as_deref().map(last_part);
        facts.label.clone().filter(|label| derived.is_some_and(|derived| derived != label))
    })
}

/// Packages whose models say in their `Meta` that they belong to an application installed from elsewhere: no applications of their own.
fn lent(interp: &mut Interp, installed: &[AppInfo]) -> Vec<String> {
    let mut out = Vec::new();
    for index in 0..interp.classes.len() {
        let object = interp.class(ClassRef(index as u32));
        let Some(Value::Class(meta)) = object.own("Meta") else { continue };
        let Some(label) = interp.find_first_party(meta, "app_label").and_then(|(label, _)| label.as_str()) else { continue };
        let inside = |app: &AppInfo| around(&object.module).any(|outer| outer == app.module);
        if installed.iter().any(|app| app.label == label.as_str()) && !installed.iter().any(inside) {
            out.extend(object.module.as_str().split_once(".models").map(|(package, _)| package.to_owned()));
        }
    }
    out
}

/// Applications that no settings install: packages with models or a config class.
pub fn uninstalled(interp: &mut Interp, installed: &[AppInfo]) -> Vec<AppInfo> {
    let mut out: Vec<AppInfo> = Vec::new();
    let model = Base::Ext(sym(MODEL));
    let config = Base::Ext(sym(APP_CONFIG));
    let mut known: FxHashSet<String> = installed.iter().map(|a| a.module.clone()).collect();
    known.extend(lent(interp, installed));
    for index in 0..interp.classes.len() {
        let class = ClassRef(index as u32);
        let object = interp.class(class);
        if object.mro.contains(&config) && !object.dynamic {
            let info = from_class(interp, class, parent_part(&object.module));
            if last_part(&object.module) != "apps" && info.module != object.module.as_str() {
                continue;
            }
            // A part of an installed application that claims its label cannot be installed beside it.
            let part = installed.iter().any(|app| app.label == info.label && around(&info.module).any(|outer| outer == app.module));
            // Nor can a class that only others derive from: it has no `name`.
            let base = own(interp, class, "name").is_none() && installed.iter().any(|app| app.label == info.label);
            if info.first_party && !part && !base && known.insert(info.module.clone()) {
                out.push(AppInfo { installed: false, ..info });
            }
        }
    }
    for index in 0..interp.classes.len() {
        let object = interp.class(ClassRef(index as u32));
        if !object.mro.contains(&model) || object.dynamic {
            continue;
        }
        let Some((module, _)) = object.module.as_str().split_once(".models").or_else(|| object.module.rsplit_once('.')) else { continue };
        let covered = around(&object.module).any(|outer| known.contains(outer));
        if !covered && object.module.contains("models") && known.insert(module.to_owned()) {
            out.push(AppInfo { installed: false, ..plain(module, true) });
        }
    }
    out
}

/// Applications of the project that only some environments install: the condition that a default decided, and the labels that the branches under it name.
pub fn switched(interp: &Interp, apps: &[AppInfo]) -> Vec<(Loc, Sym, Vec<String>)> {
    let absent: Vec<&AppInfo> = apps.iter().filter(|app| app.first_party && !app.installed).collect();
    let mut out = Vec::new();
    for (at, condition) in if absent.is_empty() { &[] } else { interp.environment.decided.as_slice() } {
        let ast = interp.ast(at.file);
        let branches = ast.stmts.iter().filter_map(|stmt| match &stmt.kind {
            StmtKind::If(cond, body, orelse) if ast.line(*cond) == at.line => Some([body, orelse]),
            _ => None,
        });
        let named: FxHashSet<Sym> = branches
            .flatten()
            .flat_map(|branch| visit::expressions(ast, branch))
            .filter_map(|expr| if let ExprKind::Str(text) = ast.expr(expr) { Some(*text) } else { None })
            .collect();
        let is_named = |app: &AppInfo| named.iter().any(|entry| around(entry).any(|outer| outer == app.module));
        let labels: Vec<String> = absent.iter().filter(|app| is_named(app)).map(|app| app.label.clone()).collect();
        if !labels.is_empty() {
            out.push((*at, *condition, labels));
        }
    }
    out
}

/// A module, and what it lies in, from the inside out.
pub fn around(module: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(module), |inner| inner.rsplit_once('.').map(|(outer, _)| outer))
}

/// Applications by their module; of several with the same, an installed one, and the last.
pub fn by_module(apps: &[AppInfo]) -> FxHashMap<String, usize> {
    let installed = |wanted: bool| apps.iter().enumerate().filter(move |(_, app)| app.installed == wanted);
    installed(false).chain(installed(true)).map(|(index, app)| (app.module.clone(), index)).collect()
}

pub fn refs(apps: &[AppInfo]) -> Vec<AppRef> {
    apps.iter().map(|a| AppRef { label: sym(&a.label), module: sym(&a.module) }).collect()
}
