//! Attributes that Django gives: `_meta` of models, settings and their defaults, URL patterns that are read.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::value::*;
use crate::eval::{Base, Interp, MODEL};

impl Interp<'_> {
    /// What Django's `_meta` says of a model class, as far as names go.
    pub(super) fn meta_attr(&mut self, model: &Value, name: &str) -> Option<Value> {
        let (app, class) = match model {
            Value::Class(class) => {
                let object = self.class(*class);
                (self.app_label(*class)?, object.name)
            }
            Value::Ext(ext) => {
                let label = self.project.packages.class(*ext)?.label.clone()?;
                let (app, model) = label.split_once('.')?;
                (sym(app), sym(model))
            }
            _ => return None,
        };
        Some(match name {
            "app_label" => Value::Str(app),
            "model_name" => Value::Str(sym(&class.to_lowercase())),
            "object_name" => Value::Str(class),
            "label" => Value::Str(sym(&format!("{app}.{class}"))),
            "label_lower" => Value::Str(sym(&format!("{app}.{class}").to_lowercase())),
            "db_table" => Value::Str(sym(&format!("{app}_{class}").to_lowercase())),
            "concrete_model" | "model" => model.clone(),
            "abstract" | "proxy" | "swapped" | "auto_created" => Value::Bool(false),
            "verbose_name" => Value::Str(sym(&spaced(&class))),
            "verbose_name_plural" => Value::Str(sym(&format!("{}s", spaced(&class)))),
            _ => return None,
        })
    }

    /// `Meta.app_label`, else the label of the installed app whose module contains the class.
    pub fn app_label(&mut self, class: ClassRef) -> Option<Sym> {
        let object = self.class(class);
        if let Some(Value::Class(meta)) = object.own("Meta")
            && let Some((label, _)) = self.find_first_party(meta, "app_label")
            && let Some(label) = label.as_str()
        {
            return Some(label);
        }
        let module = object.module;
        self.apps
            .iter()
            .filter(|a| {
                module == a.module || (module.starts_with(a.module.as_str()) && module.as_bytes().get(a.module.len()) == Some(&b'.'))
            })
            .max_by_key(|a| a.module.len())
            .map(|a| a.label)
    }

    /// What `@action` of DRF hangs on a method: which HTTP method it answers, and the options of its view.
    pub(in crate::eval) fn action_attr(&mut self, func: &Rc<FuncObj>, name: &str) -> Option<Value> {
        let decorators = func.decorators.borrow();
        let action = decorators.iter().find_map(|decorator| match decorator {
            Value::Call(call) if call.ext().is_some_and(|name| name.as_str() == "rest_framework.decorators.action") => Some(call),
            _ => None,
        })?;
        let out = DictObj::default();
        if name == "mapping" {
            let handler = Value::Str(self.func_def(&func.innermost())?.name);
            let methods = action.arg(0, "methods").map_or_else(|| Some(vec![Value::Str(sym("get"))]), Value::items)?;
            for method in methods {
                out.insert(Value::Str(sym(&method.as_str()?.to_lowercase())), handler.clone());
            }
        } else {
            let of_the_route = |key: &Sym| matches!(key.as_str(), "methods" | "detail" | "url_path" | "url_name");
            for (key, value) in action.kwargs.iter().filter(|(key, _)| !of_the_route(key)) {
                out.insert(Value::Str(*key), value.clone());
            }
        }
        Some(Value::Dict(Rc::new(out)))
    }

    /// The value of a setting: what the settings module that counts says, else Django's default.
    pub fn setting(&mut self, name: Sym, at: Loc) -> Value {
        let found = self.settings.as_ref().and_then(|frame| frame.vars.borrow().get(&name).cloned());
        if let Some(found) = found {
            return self.force(found);
        }
        match name.as_str() {
            "DEBUG" | "USE_X_FORWARDED_HOST" | "APPEND_SLASHLESS" | "PREPEND_WWW" => Value::Bool(false),
            "USE_I18N" | "USE_TZ" | "APPEND_SLASH" => Value::Bool(true),
            "AUTH_USER_MODEL" => Value::Str(self.user_model),
            "MEDIA_URL" | "FORCE_SCRIPT_NAME" | "MEDIA_ROOT" | "SECRET_KEY" => Value::Str(sym("")),
            "STATIC_URL" | "STATIC_ROOT" => Value::None,
            "LANGUAGE_CODE" => Value::Str(sym("en-us")),
            "LOGIN_URL" => Value::Str(sym("/accounts/login/")),
            "INSTALLED_APPS" | "MIDDLEWARE" | "TEMPLATES" | "ADMINS" | "LOCALE_PATHS" | "FIXTURE_DIRS" => Value::list(Vec::new()),
            "DATABASES" | "CACHES" | "REST_FRAMEWORK" => Value::Dict(Rc::new(DictObj::default())),
            // Packages put the model that they ship where the project chooses none.
            _ => match self.project.packages.default_model(name) {
                Some(label) => Value::Str(label),
                None => self.unknown(WhyCode::UndefinedAttribute, &format!("settings.{name}"), at),
            },
        }
    }

    /// The model that a setting names.
    pub fn model_of_setting(&mut self, setting: &str, at: Loc) -> Option<Value> {
        let label = self.setting(sym(setting), at).as_str()?;
        let (app, model) = label.split_once('.')?;
        self.model(app, model)
    }

    /// The name of an app's model as a value, by label and model name in any letter case.
    pub fn model(&mut self, label: &str, name: &str) -> Option<Value> {
        let key = (sym(label), sym(&name.to_ascii_lowercase()));
        if let Some(found) = self.model_cache.get(&key) {
            return Some(found.clone());
        }
        let app = self.apps.iter().find(|a| a.label.as_str() == label).cloned();
        let mut found = None;
        if let Some(app) = app {
            for suffix in [".models", ""] {
                let Some(file) = self.project.modules.get(&format!("{}{suffix}", app.module)) else { continue };
                let frame = self.module(file);
                // A class of that name in other letters is the model only where it may be one.
                let model = |v: &Value| matches!(v, Value::Class(c) if self.class(*c).open || self.derives(*c, MODEL));
                let vars = frame.vars.borrow();
                found = vars.iter().find(|(n, v)| n.eq_ignore_ascii_case(name) && model(v)).map(|(_, v)| v.clone());
                if found.is_some() {
                    break;
                }
            }
            if found.is_none() {
                let prefix = format!("{}.", app.module);
                found = self
                    .classes
                    .iter()
                    .enumerate()
                    .find(|(_, c)| {
                        c.name.eq_ignore_ascii_case(name)
                            && (c.module == app.module || c.module.starts_with(&prefix))
                            && c.mro.contains(&Base::Ext(sym(MODEL)))
                    })
                    .map(|(i, _)| Value::Class(ClassRef(i as u32)));
            }
        }
        if found.is_none() {
            found = self.project.packages.model_by_label(label, name).map(Value::Ext);
        }
        if let Some(value) = &found {
            self.model_cache.insert(key, value.clone());
        }
        found
    }
}

/// `SomeThing` → `some thing`, as Django names models for people.
fn spaced(name: &str) -> String {
    let mut out = String::new();
    for (i, c) in name.chars().enumerate() {
        if c.is_uppercase() && i > 0 {
            out.push(' ');
        }
        out.extend(c.to_lowercase());
    }
    out
}
