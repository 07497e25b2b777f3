//! Attributes of every kind of value: read, listed and set; modules and external names.

mod classes;
mod django;
mod meta;
mod patterns;
mod reverse;

use std::rc::Rc;

use crate::base::{Loc, Sym, joined, sym};

use super::exec::alternative;
use super::objects::SIMPLE_ROUTER;
use super::value::*;
use super::{Base, Interp};

pub use meta::setting_default;
pub use patterns::{included, is_url_resolver, with_names};
pub use reverse::Reverse;

impl Interp<'_> {
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
                    "kwargs" if let Some(found) = self.action_attr(func, &name) => found,
                    "setter" | "deleter" if func.flavour.get().is_property() => Value::Attr(Rc::new((object.clone(), name))),
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
                    .or_else(|| self.row_default(call, name))
                    .or_else(|| self.field_option(call, &name))
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
            // Members of enumerations are kept as their values; what else they know is lost.
            Value::Int(_) | Value::Str(_) if name.as_str() == "value" => object.clone(),
            Value::Int(_) | Value::Str(_) if matches!(name.as_str(), "label" | "name") => {
                self.unknown(WhyCode::UndefinedAttribute, &format!("{name} of a member of an enumeration"), at)
            }
            Value::Attr(parts) if parts.1.as_str() == "_meta" => {
                let model = parts.0.clone();
                if let Some(value) = self.meta_attr(&model, &name).or_else(|| self.resource_option(&model, &name)) {
                    return value;
                }
                if matches!(
                    name.as_str(),
                    "fields" | "concrete_fields" | "many_to_many" | "local_fields" | "local_concrete_fields" | "local_many_to_many"
                ) && let Some(value) = self.meta_fields(&model, &name, at)
                {
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
            // A list, which has no such attributes.
            Value::Attr(_) if matches!(name.as_str(), "urlpatterns" | "app_name") && self.is_patterns_of_router(object) => {
                self.raise("AttributeError");
                self.unknown(WhyCode::UndefinedAttribute, &name, at)
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

    fn ext_attr(&mut self, dotted: Sym, name: Sym, at: Loc) -> Value {
        if dotted.as_str() == "django.conf.settings" {
            return self.setting(name, at);
        }
        let full = joined(dotted, name);
        match full.as_str() {
            // Versions that today's projects run on: conditions on them choose the modern branch.
            "sys.version_info" => return Value::tuple([3, 13, 0].map(Value::Int).to_vec()),
            "django.VERSION" => return Value::tuple([5, 2, 0].map(Value::Int).to_vec()),
            "sys.platform" => return Value::Str(sym("linux")),
            _ => {}
        }
        if let Some(class) = dotted.strip_suffix(".Meta")
            && let Some(value) = self.option_of_package(sym(class), &name)
        {
            return value;
        }
        if name.as_str() == "routes" && self.project.packages.mro(dotted).contains(&sym(SIMPLE_ROUTER)) {
            return self.router_table(dotted, at);
        }
        // Code that tries whether a class has an attribute: what no table knows of a class that they know is not there.
        if self.tries > 0 && !name.starts_with('_') && self.lacks(dotted, name) {
            self.raise("AttributeError");
            return self.unknown(WhyCode::UndefinedAttribute, &full, at);
        }
        let canonical = self.project.packages.canonical(full);
        self.package_value(canonical, at).unwrap_or(Value::Ext(canonical))
    }

    /// Whether the tables know a class from outside, other than a model, and nothing of this name on it.
    fn lacks(&self, class: Sym, name: Sym) -> bool {
        let packages = &self.project.packages;
        if class.as_str() == "builtins.object" {
            return true;
        }
        let plain = packages.class(class).is_some_and(|c| c.kind != "model" && c.kind != "enum");
        let full = joined(class, name);
        plain && !packages.knows(full) && !packages.mro(class).iter().any(|c| packages.class(*c).is_some_and(|c| c.defines(&name)))
    }

    fn module_attr(&mut self, file: u32, name: Sym, at: Loc) -> Value {
        let frame = self.module(file);
        let found = frame.vars.borrow().get(&name).cloned();
        if let Some(found) = found {
            return self.force(found);
        }
        let dotted = joined(self.module_name(file), name);
        if let Some(sub) = self.project.modules.get(&dotted) {
            self.module(sub);
            return Value::Module(sub);
        }
        if self.project.modules.is_namespace(&dotted) {
            return Value::Namespace(dotted);
        }
        if self.is_running(file) {
            return Value::Lazy(file, name);
        }
        if let Some(value) = self.starred(&frame, name).or_else(|| self.module_getattr(file, name, at)) {
            return value;
        }
        self.unknown(WhyCode::UndefinedAttribute, &dotted, at)
    }

    /// A name that a module must have of a package that it imports everything of: of the one that is known to have it, else of the last.
    pub(in crate::eval) fn starred(&self, frame: &Frame, name: Sym) -> Option<Value> {
        let Some(Value::Tuple(stars)) = frame.vars.borrow().get(&sym("*")).cloned() else { return None };
        let packages = &self.project.packages;
        let found = stars.iter().filter_map(|star| if let Value::Ext(module) = star { Some(joined(*module, name)) } else { None });
        let found: Vec<Sym> = found.map(|dotted| packages.canonical(dotted)).collect();
        found.iter().rev().find(|dotted| packages.knows(**dotted)).or(found.last()).map(|dotted| Value::Ext(*dotted))
    }

    /// PEP 562: a module's own `__getattr__`.
    pub(super) fn module_getattr(&mut self, file: u32, name: Sym, at: Loc) -> Option<Value> {
        let frame = self.variables(file)?;
        let getter = frame.vars.borrow().get(&sym("__getattr__")).cloned()?;
        let value = self.call_value(&getter, vec![Value::Str(name)], Vec::new(), false, at);
        (!value.is_unknown()).then_some(value)
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
            // An app that gives a setting its default.
            Value::Ext(ext) if ext.as_str() == "django.conf.settings" => {
                if let Some(frame) = &self.settings {
                    frame.vars.borrow_mut().insert(name, value);
                }
            }
            // A class from outside that this repository extends in place, or an object that a package makes: `admin.site.__class__ = OwnSite`.
            Value::Ext(ext)
                if crate::base::last_part(ext).starts_with(char::is_uppercase) || self.project.packages.instance(*ext).is_some() =>
            {
                self.patched.entry(*ext).or_default().insert(name, value);
            }
            _ => {}
        }
    }
}

/// Methods of strings and containers that code passes around without calling them.
pub(super) fn is_container_method(name: &str) -> bool {
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
