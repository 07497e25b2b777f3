//! Attributes: through modules, classes in the order of their linearisation, instances, `super()` and external names.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};

use super::exec::alternative;
use super::value::*;
use super::{Base, Interp};

const MODEL: &str = "django.db.models.base.Model";

impl<'p> Interp<'p> {
    pub fn attr(&mut self, object: &Value, name: Sym, at: Loc) -> Value {
        match object {
            Value::Ext(dotted) => self.ext_attr(*dotted, name, at),
            Value::Module(file) => self.module_attr(*file, name, at),
            Value::Namespace(prefix) => {
                let dotted = format!("{prefix}.{name}");
                self.import_module(&dotted, at.file).unwrap_or_else(|| self.unknown(WhyCode::MissingModule, &dotted, at))
            }
            Value::Class(class) => self.class_attr(*class, name, at),
            Value::Instance(instance) => self.instance_attr(instance, name, at),
            Value::Super(parts) => self.super_attr(parts, name),
            Value::Func(func) => {
                if let Some(found) = func.attrs.borrow().get(&name) {
                    return found.clone();
                }
                match name.as_str() {
                    "__name__" | "__qualname__" => self.func_def(func).map_or(Value::None, |d| Value::Str(d.name)),
                    "__module__" => Value::Str(self.module_name(func.file)),
                    "__wrapped__" => func.wrapped.borrow().clone().unwrap_or_else(|| self.unknown(WhyCode::UndefinedAttribute, &name, at)),
                    "__doc__" => Value::None,
                    // Only a decorator from outside can have hung something on it that is not in view.
                    _ if func.decorators.borrow().is_empty() => {
                        self.raise("AttributeError");
                        self.unknown(WhyCode::UndefinedAttribute, &name, at)
                    }
                    _ => Value::Attr(Rc::new((object.clone(), name))),
                }
            }
            Value::Method(parts) => match name.as_str() {
                "__func__" => Value::Func(Rc::clone(&parts.1)),
                "__self__" => parts.0.clone(),
                _ => {
                    let inner = Value::Func(Rc::clone(&parts.1));
                    self.attr(&inner, name, at)
                }
            },
            Value::Call(call) => {
                if let Some(found) = call.attrs.borrow().get(&name) {
                    return found.clone();
                }
                if name.as_str() == "model"
                    && let Some(model) = self.queryset_model(object)
                {
                    return model;
                }
                self.pattern_attr(call, &name)
                    .or_else(|| self.external_instance_attr(object, name, at))
                    .unwrap_or_else(|| Value::Attr(Rc::new((object.clone(), name))))
            }
            Value::Alt(options) => {
                let options = options.to_vec();
                options.iter().map(|o| self.attr(o, name, at)).reduce(alternative).unwrap_or(Value::None)
            }
            Value::Lazy(file, inner) => match self.force(Value::Lazy(*file, *inner)) {
                Value::Lazy(..) => Value::Attr(Rc::new((object.clone(), name))),
                forced => self.attr(&forced, name, at),
            },
            Value::Unknown(why) => Value::Unknown(*why),
            // The text of a URL pattern: see `pattern_attr`.
            Value::Str(_) if matches!(name.as_str(), "regex" | "pattern") => object.clone(),
            Value::Int(_) | Value::Str(_) if matches!(name.as_str(), "value" | "label" | "name") => {
                // Members of enumerations are kept as their values.
                object.clone()
            }
            Value::Attr(parts) if parts.1.as_str() == "_meta" => {
                let model = parts.0.clone();
                if let Some(value) = self.meta_attr(&model, &name) {
                    return value;
                }
                let patched = self.patched.get(&sym("django.db.models.options.Options")).and_then(|vars| vars.get(&name)).cloned();
                match patched {
                    Some(Value::Func(func)) if func.flavour.get().is_property() => {
                        self.call_func(&func, Some(object.clone()), Vec::new(), Vec::new(), false, at)
                    }
                    Some(Value::Func(func)) => Value::Method(Rc::new((object.clone(), func))),
                    Some(value) => value,
                    None => Value::Attr(Rc::new((object.clone(), name))),
                }
            }
            Value::Str(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Bool(_)
            | Value::None
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Dict(_)
            | Value::Set(_)
                if !is_container_method(&name) =>
            {
                self.raise("AttributeError");
                self.unknown(WhyCode::UndefinedAttribute, &name, at)
            }
            other => Value::Attr(Rc::new((other.clone(), name))),
        }
    }

    /// What Django's `_meta` says of a model class, as far as names go.
    fn meta_attr(&mut self, model: &Value, name: &str) -> Option<Value> {
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

    fn ext_attr(&mut self, dotted: Sym, name: Sym, at: Loc) -> Value {
        if dotted.as_str() == "django.conf.settings" {
            return self.setting(name, at);
        }
        let full = sym(&format!("{dotted}.{name}"));
        match full.as_str() {
            // Versions that today's projects run on: conditions on them choose the modern branch.
            "sys.version_info" => return Value::tuple([3, 13, 0].map(Value::Int).to_vec()),
            "django.VERSION" => return Value::tuple([5, 2, 0].map(Value::Int).to_vec()),
            "sys.platform" => return Value::Str(sym("linux")),
            _ => {}
        }
        // Code that tries whether a class has an attribute: what no table knows of a class that they know is not there.
        if self.tries > 0 && !name.starts_with('_') && self.lacks(dotted, name) {
            self.raise("AttributeError");
            return self.unknown(WhyCode::UndefinedAttribute, &full, at);
        }
        Value::Ext(self.project.packages.canonical(full))
    }

    /// Whether the tables know a class from outside, other than a model, and nothing of this name on it.
    fn lacks(&self, class: Sym, name: Sym) -> bool {
        let packages = &self.project.packages;
        if class.as_str() == "builtins.object" {
            return true;
        }
        let plain = packages.class(class).is_some_and(|c| c.kind != "model" && c.kind != "enum");
        let full = sym(&format!("{class}.{name}"));
        plain && !packages.knows(full) && !packages.mro(class).iter().any(|c| packages.class(*c).is_some_and(|c| c.defines(&name)))
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
            _ => self.unknown(WhyCode::UndefinedAttribute, &format!("settings.{name}"), at),
        }
    }

    fn module_attr(&mut self, file: u32, name: Sym, at: Loc) -> Value {
        let frame = self.module(file);
        let found = frame.vars.borrow().get(&name).cloned();
        if let Some(found) = found {
            return self.force(found);
        }
        let dotted = format!("{}.{name}", self.module_name(file));
        if let Some(sub) = self.project.modules.get(&dotted) {
            self.module(sub);
            return Value::Module(sub);
        }
        if self.project.modules.is_namespace(&dotted) {
            return Value::Namespace(sym(&dotted));
        }
        if self.is_running(file) {
            return Value::Lazy(file, name);
        }
        let stars = frame.vars.borrow().get(&sym("*")).cloned();
        if let Some(Value::Tuple(stars)) = stars
            && let Some(Value::Ext(module)) = stars.last()
        {
            return Value::Ext(self.project.packages.canonical(sym(&format!("{module}.{name}"))));
        }
        if let Some(value) = self.module_getattr(file, name, at) {
            return value;
        }
        self.unknown(WhyCode::UndefinedAttribute, &dotted, at)
    }

    /// PEP 562: a module's own `__getattr__`.
    pub(super) fn module_getattr(&mut self, file: u32, name: Sym, at: Loc) -> Option<Value> {
        let frame = self.variables(file)?;
        let getter = frame.vars.borrow().get(&sym("__getattr__")).cloned()?;
        let value = self.call_value(&getter, vec![Value::Str(name)], Vec::new(), false, at);
        (!value.is_unknown()).then_some(value)
    }

    /// What a class or its bases define under a name, with the class that does; external classes by the package tables.
    pub fn find_in_class(&mut self, class: ClassRef, name: Sym) -> Option<(Value, Base)> {
        let object = self.class(class);
        for base in &object.mro {
            match base {
                Base::First(first) => {
                    let found = self.class(*first).frame.vars.borrow().get(&name).cloned();
                    if let Some(found) = found {
                        return Some((self.force(found), *base));
                    }
                }
                Base::Ext(ext) => {
                    if self.project.packages.class(*ext).is_some_and(|c| c.defines(&name)) {
                        return Some((Value::Ext(sym(&format!("{ext}.{name}"))), *base));
                    }
                }
            }
        }
        None
    }

    /// What first-party code defines under a name on a class or its bases.
    pub fn find_first_party(&mut self, class: ClassRef, name: &str) -> Option<(Value, ClassRef)> {
        let name = sym(name);
        let object = self.class(class);
        for base in &object.mro {
            if let Base::First(first) = base {
                let found = self.class(*first).frame.vars.borrow().get(&name).cloned();
                if let Some(found) = found {
                    return Some((self.force(found), *first));
                }
            }
        }
        None
    }

    fn class_attr(&mut self, class: ClassRef, name: Sym, at: Loc) -> Value {
        let object = self.class(class);
        match name.as_str() {
            // Kept as it is written: the construct files read the class and the arguments off it.
            "as_view" if object.open || object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.as_str() != "builtins.object")) => {
                return Value::Attr(Rc::new((Value::Class(class), name)));
            }
            "_meta" if object.mro.contains(&Base::Ext(sym(MODEL))) => return Value::Attr(Rc::new((Value::Class(class), name))),
            "__name__" => return Value::Str(object.name),
            "__qualname__" => return Value::Str(object.qualname),
            "__module__" => return Value::Str(object.module),
            "__mro__" => {
                let items = object.mro.iter().map(|b| match b {
                    Base::First(c) => Value::Class(*c),
                    Base::Ext(e) => Value::Ext(*e),
                });
                return Value::tuple(items.collect());
            }
            "__bases__" => return Value::tuple(object.bases.clone()),
            "__subclasses__" => return Value::Attr(Rc::new((Value::Class(class), name))),
            "choices" | "values" | "labels" | "names" => {
                if let Some(value) = self.enum_table(class, &name) {
                    return value;
                }
            }
            _ => {}
        }
        for base in &object.mro {
            match base {
                Base::First(first) => {
                    let found = self.class(*first).frame.vars.borrow().get(&name).cloned();
                    if let Some(found) = found {
                        let found = self.force(found);
                        // A manager belongs to the class it is reached through, wherever it was declared.
                        if object.mro.contains(&Base::Ext(sym(MODEL))) && self.is_manager(&found) {
                            return Value::Attr(Rc::new((Value::Class(class), name)));
                        }
                        return match &found {
                            // A member of an enumeration is worth its value; Django's carry a label beside it.
                            Value::Tuple(parts)
                                if object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.starts_with("django.db.models.enums."))) =>
                            {
                                parts.first().cloned().unwrap_or(Value::None)
                            }
                            Value::Func(func) => match func.flavour.get() {
                                Flavour::Class => Value::Method(Rc::new((Value::Class(class), Rc::clone(func)))),
                                Flavour::Property | Flavour::Cached => Value::Attr(Rc::new((Value::Class(class), name))),
                                _ => found,
                            },
                            _ => found,
                        };
                    }
                }
                Base::Ext(_) => {}
            }
        }
        let external = object.open || object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.as_str() != "builtins.object"));
        if let Some(value) = self.metaclass_getattr(class, name, at) {
            return value;
        }
        if external {
            return Value::Attr(Rc::new((Value::Class(class), name)));
        }
        self.raise("AttributeError");
        self.unknown(WhyCode::UndefinedAttribute, &format!("{}.{name}", object.qualname), at)
    }

    /// The `__getattr__` of a first-party metaclass.
    fn metaclass_getattr(&mut self, class: ClassRef, name: Sym, at: Loc) -> Option<Value> {
        if name.starts_with("__") {
            return None;
        }
        let object = self.class(class);
        let metaclass = object.mro.iter().find_map(|b| match b {
            Base::First(base) => self.class(*base).keywords.iter().find(|(k, _)| k.as_str() == "metaclass").map(|(_, v)| v.clone()),
            Base::Ext(_) => None,
        })?;
        let Value::Class(metaclass) = metaclass else { return None };
        let (getter, _) = self.find_first_party(metaclass, "__getattr__")?;
        let Value::Func(getter) = getter else { return None };
        let value = self.call_func(&getter, Some(Value::Class(class)), vec![Value::Str(name)], Vec::new(), false, at);
        (!value.is_unknown()).then_some(value)
    }

    /// `Choices.choices`, `.values`, `.names` of Django's enumerations.
    fn enum_table(&mut self, class: ClassRef, what: &str) -> Option<Value> {
        let object = self.class(class);
        if !object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.starts_with("django.db.models.enums."))) {
            return None;
        }
        let vars = object.frame.vars.borrow();
        let members = vars.iter().filter(|(n, v)| !n.starts_with('_') && !matches!(v, Value::Func(_) | Value::Class(_)));
        let rows = members.map(|(name, value)| {
            let (value, label) = match value {
                Value::Tuple(parts) => (parts.first().cloned().unwrap_or(Value::None), parts.get(1).cloned().unwrap_or(Value::Str(*name))),
                other => (other.clone(), Value::Str(*name)),
            };
            match what {
                "choices" => Value::tuple(vec![value, label]),
                "values" => value,
                "labels" => label,
                _ => Value::Str(*name),
            }
        });
        Some(Value::list(rows.collect()))
    }

    fn instance_attr(&mut self, instance: &Rc<InstObj>, name: Sym, at: Loc) -> Value {
        let found = instance.attrs.borrow().get(&name).cloned();
        if let Some(found) = found {
            return self.force(found);
        }
        let this = Value::Instance(Rc::clone(instance));
        if name.as_str() == "__class__" {
            return Value::Class(instance.class);
        }
        if name.as_str() == "__dict__" {
            // A live view: `methods` and item assignment know it.
            return Value::Attr(Rc::new((this, name)));
        }
        if let Some((value, _)) = self.find_first_party(instance.class, &name) {
            return match &value {
                Value::Func(func) => match func.flavour.get() {
                    Flavour::Plain => Value::Method(Rc::new((this, Rc::clone(func)))),
                    Flavour::Class => Value::Method(Rc::new((Value::Class(instance.class), Rc::clone(func)))),
                    Flavour::Static => value,
                    Flavour::Property => self.call_func(func, Some(this), Vec::new(), Vec::new(), false, at),
                    Flavour::Cached => {
                        let made = self.call_func(func, Some(this), Vec::new(), Vec::new(), false, at);
                        instance.attrs.borrow_mut().insert(name, made.clone());
                        made
                    }
                },
                _ => value,
            };
        }
        if let Some(getter) = self.find_first_party(instance.class, "__getattr__")
            && let Value::Func(func) = getter.0
        {
            let value = self.call_func(&func, Some(this.clone()), vec![Value::Str(name)], Vec::new(), false, at);
            if !value.is_unknown() {
                return value;
            }
        }
        if let Some(value) = self.external_instance_attr(&this, name, at) {
            return value;
        }
        let object = self.class(instance.class);
        let external = object.open || object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.as_str() != "builtins.object"));
        if external {
            return Value::Attr(Rc::new((this, name)));
        }
        self.raise("AttributeError");
        self.unknown(WhyCode::UndefinedAttribute, &format!("{}.{name}", object.qualname), at)
    }

    fn super_attr(&mut self, parts: &Rc<(ClassRef, Value)>, name: Sym) -> Value {
        let (after, this) = (parts.0, &parts.1);
        let own = match this {
            Value::Instance(instance) => instance.class,
            Value::Class(class) => *class,
            _ => after,
        };
        let mro = self.class(own).mro.clone();
        let start = mro.iter().position(|b| *b == Base::First(after)).map_or(0, |i| i + 1);
        for base in mro.get(start..).unwrap_or(&[]) {
            if let Base::First(first) = base {
                let found = self.class(*first).frame.vars.borrow().get(&name).cloned();
                if let Some(found) = found {
                    let found = self.force(found);
                    return match &found {
                        Value::Func(func) if func.flavour.get() == Flavour::Static => found,
                        Value::Func(func) if func.flavour.get().is_property() => {
                            self.call_func(func, Some(this.clone()), Vec::new(), Vec::new(), false, Loc::default())
                        }
                        Value::Func(func) => Value::Method(Rc::new((this.clone(), Rc::clone(func)))),
                        _ => found,
                    };
                }
            } else if let Base::Ext(ext) = base
                && self.project.packages.class(*ext).is_some_and(|c| c.defines(&name))
            {
                break;
            }
        }
        Value::Attr(Rc::new((Value::Super(Rc::clone(parts)), name)))
    }

    /// Attributes of a URL pattern that code reads to make another of it.
    fn pattern_attr(&mut self, call: &Rc<CallObj>, name: &str) -> Option<Value> {
        let function = call.ext()?;
        if !function.starts_with("django.") || !matches!(crate::base::last_part(&function), "path" | "re_path" | "url") {
            return None;
        }
        match name {
            "url_patterns" => {
                let target = match call.arg(1, "view")? {
                    Value::Call(inner) => inner.arg(0, "arg")?.clone(),
                    other => other.clone(),
                };
                let target = match &target {
                    Value::Tuple(items) if matches!(items.get(1), Some(Value::Str(_) | Value::None)) => items.first()?.clone(),
                    other => other.clone(),
                };
                let module = match &target {
                    Value::Str(dotted) => self.import_module(dotted, call.loc.file)?,
                    other => other.clone(),
                };
                match module {
                    Value::Module(_) => Some(self.attr(&module, sym("urlpatterns"), call.loc)),
                    other => Some(other),
                }
            }
            "callback"
                if call.arg(1, "view").is_some_and(|v| {
                    !matches!(v, Value::Tuple(_) | Value::List(_))
                        && !matches!(v, Value::Call(c) if c.ext().is_some_and(|e| crate::base::last_part(&e) == "include"))
                }) =>
            {
                call.arg(1, "view").cloned()
            }
            "callback" => Some(Value::None),
            "name" => Some(call.arg(3, "name").cloned().unwrap_or(Value::None)),
            "default_args" => Some(call.arg(2, "kwargs").cloned().unwrap_or(Value::None)),
            "regex" => Some(Value::Call(Rc::clone(call))),
            // `pattern.regex.pattern`, `regex.pattern`: the text, whatever the way to it.
            "pattern" => call.args.first().cloned(),
            "namespace" | "app_name" | "default_kwargs" => Some(Value::None),
            _ => None,
        }
    }

    /// The names that `dir()` would show, as far as first-party code defines them.
    pub(super) fn member_names(&self, object: &Value) -> Option<Vec<Sym>> {
        let mut names: Vec<Sym> = Vec::new();
        let class = match object {
            Value::Instance(instance) => {
                names.extend(instance.attrs.borrow().keys());
                Some(instance.class)
            }
            Value::Class(class) => Some(*class),
            Value::Module(file) => {
                names.extend(self.variables(*file)?.vars.borrow().keys());
                None
            }
            _ => return None,
        };
        if let Some(class) = class {
            for base in &self.class(class).mro {
                if let Base::First(base) = base {
                    names.extend(self.class(*base).frame.vars.borrow().keys());
                }
            }
        }
        names.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        names.dedup();
        Some(names)
    }

    pub(super) fn set_attr(&mut self, object: &Value, name: Sym, value: Value) {
        match object {
            Value::Instance(instance) => {
                instance.attrs.borrow_mut().insert(name, value);
            }
            Value::Class(class) => {
                self.class(*class).frame.vars.borrow_mut().insert(name, value);
            }
            Value::Module(file) => {
                if let Some(frame) = self.variables(*file) {
                    frame.vars.borrow_mut().insert(name, value);
                }
            }
            Value::Func(func) => {
                func.attrs.borrow_mut().insert(name, value);
            }
            Value::Call(call) => {
                call.attrs.borrow_mut().insert(name, value);
            }
            // A class from outside that this repository extends in place.
            Value::Ext(ext) if crate::base::last_part(ext).starts_with(char::is_uppercase) => {
                self.patched.entry(*ext).or_default().insert(name, value);
            }
            // An app that gives a setting its default.
            Value::Ext(ext) if ext.as_str() == "django.conf.settings" => {
                if let Some(frame) = &self.settings {
                    frame.vars.borrow_mut().insert(name, value);
                }
            }
            _ => {}
        }
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

/// Methods of strings and containers that code passes around without calling them.
fn is_container_method(name: &str) -> bool {
    matches!(
        name,
        "add"
            | "append"
            | "capitalize"
            | "clear"
            | "copy"
            | "count"
            | "decode"
            | "encode"
            | "endswith"
            | "extend"
            | "format"
            | "get"
            | "index"
            | "insert"
            | "items"
            | "join"
            | "keys"
            | "lower"
            | "pop"
            | "remove"
            | "replace"
            | "setdefault"
            | "sort"
            | "split"
            | "startswith"
            | "strip"
            | "title"
            | "update"
            | "upper"
            | "values"
    )
}
