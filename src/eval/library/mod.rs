//! The closed list of external functions whose result is known without running them: builtins, parts of the standard library, settings readers,
//! and Django's own look-ups. Everything else becomes a recorded call.

mod builtins;
mod django;
mod imports;
mod opaque;
mod packages;
mod reflection;
mod settings;
mod stdlib;

use crate::base::{Loc, Sym, sym};

use super::Interp;
use super::value::*;

pub use opaque::method;
pub use reflection::make_type;

type Args<'a> = &'a [Value];
type Kwargs<'a> = &'a [(Sym, Value)];

fn kwarg(kwargs: Kwargs, name: &str) -> Option<Value> {
    kwargs.iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value.clone())
}

/// Names of the leading parameters, for those who call with keywords what most call without.
const PARAMETERS: &[(&str, &[&str])] = &[
    ("copy.copy", &["x"]),
    ("copy.deepcopy", &["x", "memo"]),
    ("django.apps.registry.apps.get_app_config", &["app_label"]),
    ("django.apps.apps.get_model", &["app_label", "model_name"]),
    ("django.apps.registry.apps.get_model", &["app_label", "model_name"]),
    ("django.apps.registry.apps.get_registered_model", &["app_label", "model_name"]),
    ("django.apps.registry.apps.is_installed", &["app_name"]),
    ("django.db.models.get_model", &["app_label", "model_name"]),
    ("django.db.models.loading.get_model", &["app_label", "model_name"]),
    ("django.utils.importlib.import_module", &["name", "package"]),
    ("django.utils.module_loading.import_module", &["name", "package"]),
    ("django.utils.encoding.force_str", &["s"]),
    ("django.utils.encoding.smart_str", &["s"]),
    ("django.utils.functional.SimpleLazyObject", &["func"]),
    ("django.utils.module_loading.import_string", &["dotted_path"]),
    ("django.utils.module_loading.module_has_submodule", &["package", "module_name"]),
    ("django.utils.safestring.mark_safe", &["s"]),
    ("django.utils.text.format_lazy", &["format_string"]),
    ("django.utils.text.slugify", &["value", "allow_unicode"]),
    ("django.utils.translation.trans_real.gettext", &["message"]),
    ("importlib.import_module", &["name", "package"]),
    ("os.environ.get", &["key", "default"]),
    ("os.environ.setdefault", &["key", "value"]),
    ("os.fspath", &["path"]),
    ("os.getenv", &["key", "default"]),
    ("os.path.basename", &["p"]),
    ("os.path.dirname", &["p"]),
    ("re.escape", &["pattern"]),
    ("typing.cast", &["typ", "val"]),
];

/// The arguments with those that are given by keyword in their places, as far as none is left out before.
fn in_places(name: &str, args: Args, kwargs: Kwargs) -> Option<Vec<Value>> {
    if kwargs.is_empty() {
        return None;
    }
    let (_, parameters) = PARAMETERS.iter().find(|(function, _)| *function == name)?;
    let given = parameters.iter().skip(args.len()).map_while(|parameter| kwarg(kwargs, parameter));
    Some(args.iter().cloned().chain(given).collect())
}

/// The result of calling an external function by name; `None` when it is not on the list.
pub fn call(interp: &mut Interp, name: Sym, args: Args, kwargs: Kwargs, at: Loc) -> Option<Value> {
    let dotted = name.as_str();
    let placed = in_places(dotted, args, kwargs);
    let args = placed.as_deref().unwrap_or(args);
    if let Some(builtin) = dotted.strip_prefix("builtins.")
        && !builtin.contains('.')
    {
        return builtins::call(interp, builtin, args, kwargs, at);
    }
    settings::listed_files(interp, kwargs, at);
    match dotted.split('.').next() {
        Some("django") => django::call(interp, name, args, kwargs, at),
        Some("decouple" | "environ" | "environs" | "split_settings") => settings::call(interp, name, args, kwargs, at),
        _ => stdlib::call(interp, name, args, kwargs, at).or_else(|| settings::presumed(interp, name, args, kwargs, at)),
    }
}

/// Published functions that load a class by its place (`get_class("catalogue.views", "ProductView")`), as the package tables list them.
fn class_loader(interp: &mut Interp, name: Sym, args: Args, at: Loc) -> Option<Value> {
    let facts = interp.project.packages.function(name)?;
    if facts.kind == "text" {
        return package_text(interp, name, at);
    }
    if let Some(unset) = &facts.unset {
        interp.environment.take();
        return Some(interp.data(unset, at));
    }
    if facts.kind != "class_loader" {
        return None;
    }
    let text = |i: usize| args.get(i).and_then(Value::as_str);
    match facts.returns.as_deref() {
        Some("class" | "classes") => load_class(interp, args, facts.package.as_deref(), at),
        Some("model") => interp.model(&text(0)?, &text(1)?),
        // A model that a setting may swap: `<APP>_<MODEL>_MODEL`.
        Some(kind @ ("swapped" | "swapped_label" | "is_swapped" | "swappable_setting")) => {
            let (app, model) = (text(0)?, text(1)?);
            let setting = sym(&format!("{}_{}_MODEL", app.to_uppercase(), model.to_uppercase()));
            match kind {
                "swappable_setting" => return Some(Value::Str(setting)),
                "is_swapped" => {
                    let value = interp.setting(setting, at);
                    let swapped = value.as_str().is_some_and(|label| label.to_lowercase() != format!("{app}.{model}").to_lowercase());
                    return Some(if swapped { value } else { Value::Bool(false) });
                }
                _ => {}
            }
            let label = match interp.setting(setting, at) {
                Value::Str(label) => label,
                _ => sym(&format!("{app}.{model}")),
            };
            if kind == "swapped_label" {
                return Some(Value::Str(label));
            }
            let (app, model) = label.split_once('.')?;
            Some(interp.model(app, model).unwrap_or(Value::Str(label)))
        }
        Some(returns) => match returns.strip_prefix("settings.") {
            Some(setting) if name.ends_with("_string") => interp.setting(sym(setting), at).as_str().map(Value::Str),
            Some(setting) => interp.model_of_setting(setting, at),
            None if returns.contains('.') => Some(Value::Ext(sym(returns))),
            None => load_class(interp, args, facts.package.as_deref(), at),
        },
        None => None,
    }
}

/// The text that a published function gives, as the package tables say. Some are texts that can be called, and stand uncalled in formats.
pub fn package_text(interp: &mut Interp, name: Sym, at: Loc) -> Option<Value> {
    let facts = interp.project.packages.function(name).filter(|facts| facts.kind == "text")?;
    let mut text = facts.returns.as_deref()?;
    for (setting, other) in &facts.where_set {
        let asked = [Value::Ext(sym("django.conf.settings")), Value::Str(sym(setting)), Value::Bool(false)];
        let set = builtins::call(interp, "getattr", &asked, &[], at)?;
        if interp.truth(&set)? {
            text = other;
        }
    }
    Some(Value::Str(sym(text)))
}

/// The class or classes named by (module label, class name or names): the label's first part is an app, found by label or by the end of its module.
/// A module that is still being executed has not got the name yet: the package's own module below `package` is next.
pub fn load_class(interp: &mut Interp, args: Args, package: Option<&str>, at: Loc) -> Option<Value> {
    let module = args.first()?.as_str()?;
    let wanted = args.get(1)?;
    let candidates: Vec<String> = {
        let (head, rest) = module.split_once('.').unwrap_or((module.as_str(), ""));
        let suffix = format!(".{head}");
        let mut out: Vec<String> = interp
            .apps
            .iter()
            .filter(|a| a.label.as_str() == head || a.module.as_str() == head || a.module.ends_with(&suffix))
            .map(|a| if rest.is_empty() { a.module.to_string() } else { format!("{}.{rest}", a.module) })
            .collect();
        out.insert(0, module.to_string());
        // An app nested in another: `dashboard.catalogue.views`.
        let mut parts: Vec<&str> = module.split('.').collect();
        let mut tail = Vec::new();
        while parts.len() > 1 {
            tail.insert(0, parts.pop().unwrap_or(""));
            let nested = format!(".{}", parts.join("."));
            out.extend(interp.apps.iter().filter(|a| a.module.ends_with(&nested)).map(|a| format!("{}.{}", a.module, tail.join("."))));
        }
        out
    };
    let mut find = |name: Sym| -> Value {
        for module in &candidates {
            match interp.lookup_dotted(&format!("{module}.{name}")) {
                Some(Value::Lazy(..)) | None => {}
                Some(value) => return value,
            }
        }
        let own = package.map(|package| interp.project.packages.canonical(sym(&format!("{package}.{module}.{name}"))));
        if let Some(own) = own.filter(|own| interp.project.packages.knows(*own)) {
            return Value::Ext(own);
        }
        interp.unknown(WhyCode::UndefinedName, &format!("{module}.{name}"), at)
    };
    match wanted {
        Value::Str(name) => Some(find(*name)),
        other => {
            let names = other.items()?;
            Some(Value::list(names.iter().filter_map(Value::as_str).map(&mut find).collect()))
        }
    }
}
