//! Django's own look-ups: the app registry, import strings, lazy objects and texts.

use crate::base::{Loc, Sym, sym};
use crate::eval::value::*;
use crate::eval::{AppRef, Interp};

use super::reflection::make_type;
use super::{Args, Kwargs, builtins, class_loader, imports};

pub(super) fn call(interp: &mut Interp, name: Sym, args: Args, kwargs: Kwargs, at: Loc) -> Option<Value> {
    let dotted = name.as_str();
    let first = args.first();
    match dotted {
        // ---- modules and loaders
        "django.utils.module_loading.import_module" | "django.utils.importlib.import_module" => imports::import_module(interp, args, at),
        "django.utils.module_loading.autodiscover_modules" => {
            imports::autodiscover(interp, args);
            Some(Value::None)
        }
        "django.utils.module_loading.import_string" | "django.utils.module_loading.import_by_path" => {
            let target = first?.as_str()?;
            Some(interp.import_string(&target))
        }
        // It imports the module that it names, when it is called.
        "django.urls.conf.include" => {
            let target = match first? {
                Value::Tuple(parts) => parts.first()?.as_str()?,
                target => target.as_str()?,
            };
            let _ = interp.import_module(&target, at.file);
            None
        }
        "django.apps.registry.apps.get_model"
        | "django.apps.registry.apps.get_registered_model"
        | "django.apps.apps.get_model"
        | "django.db.models.get_model"
        | "django.db.models.loading.get_model" => {
            let label = first?.as_str()?;
            let (app, model) = match args.get(1).and_then(Value::as_str) {
                Some(model) => (label.to_string(), model.to_string()),
                None => label.split_once('.').map(|(a, m)| (a.to_string(), m.to_string()))?,
            };
            Some(match interp.model(&app, &model) {
                Some(value) => value,
                None => {
                    interp.raise("LookupError");
                    interp.unknown(WhyCode::UndefinedName, &format!("{app}.{model}"), at)
                }
            })
        }
        "django.contrib.auth.get_user_model" => {
            let user = interp.user_model;
            Some(interp.user().unwrap_or_else(|| interp.unknown(WhyCode::UndefinedName, &user, at)))
        }
        "django.apps.registry.apps.is_installed" => {
            let wanted = first?.as_str()?;
            Some(Value::Bool(interp.apps.iter().any(|a| a.module == wanted)))
        }
        "django.apps.registry.apps.get_app_config" => {
            let wanted = first?.as_str()?;
            let app = interp.apps.iter().find(|a| a.label == wanted).cloned()?;
            Some(app_config(interp, &app, at))
        }
        "django.apps.registry.apps.get_app_configs" => {
            let apps = interp.apps.clone();
            Some(Value::list(apps.iter().map(|app| app_config(interp, app, at)).collect()))
        }
        "django.utils.module_loading.module_has_submodule" => {
            let name = args.get(1)?.as_str()?;
            match first? {
                Value::Module(file) => {
                    let package = interp.module_name(*file);
                    let dotted = format!("{package}.{name}");
                    Some(Value::Bool(interp.project.modules.get(&dotted).is_some() || interp.project.modules.is_namespace(&dotted)))
                }
                _ => None,
            }
        }
        "django.apps.registry.apps.get_models" => Some(Value::list(interp.models_below(None))),
        // ---- functions about functions
        "django.utils.decorators.method_decorator" | "django.utils.functional.lazy" => None,
        "django.utils.functional.SimpleLazyObject" | "django.utils.functional.keep_lazy_text" => match first {
            Some(Value::Func(_) | Value::Method(_)) if dotted.ends_with("SimpleLazyObject") => {
                let callee = first.cloned()?;
                Some(interp.call_value(&callee, Vec::new(), Vec::new(), false, at))
            }
            _ => None,
        },
        "django.urls.reverse_lazy" | "django.urls.base.reverse_lazy" => None,
        // ---- text
        _ if dotted.starts_with("django.utils.translation.") && dotted.contains("gettext") => {
            let position = usize::from(dotted.contains("pgettext"));
            args.get(position).cloned()
        }
        "django.utils.translation.trans_real.gettext"
        | "django.utils.text.format_lazy"
        | "django.utils.safestring.mark_safe"
        | "django.utils.encoding.force_str"
        | "django.utils.encoding.smart_str"
        | "django.utils.encoding.force_text" => first.cloned(),
        "django.utils.text.slugify" | "django.template.defaultfilters.slugify" => {
            let text = first?.as_str()?;
            let slug: String =
                text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { ' ' }).collect();
            Some(Value::Str(sym(&slug.split_whitespace().collect::<Vec<_>>().join("-"))))
        }
        // ---- containers and classes
        "django.utils.datastructures.OrderedSet" => builtins::call(interp, "list", args, kwargs, at),
        "django.db.models.base.ModelBase" | "django.forms.models.ModelFormMetaclass" => make_type(interp, args, at),
        _ => class_loader(interp, name, args, at),
    }
}

/// The config of an app: the instance of its own class, else one of Django's.
fn app_config(interp: &mut Interp, app: &AppRef, at: Loc) -> Value {
    if let Some((_, config)) = interp.app_configs.iter().find(|(label, _)| *label == app.label) {
        return config.clone();
    }
    let made = interp.record_call(Value::Ext(sym("django.apps.config.AppConfig")), Vec::new(), Vec::new(), false, at);
    if let Value::Call(call) = &made {
        let mut attrs = call.attrs.borrow_mut();
        attrs.insert(sym("name"), Value::Str(app.module));
        attrs.insert(sym("label"), Value::Str(app.label));
    }
    interp.app_configs.push((app.label, made.clone()));
    made
}
