//! Attributes that instances of external classes have and code works with: the registry and the route table of DRF's routers.
//!
//! A closed list, like `library`: what first-party subclasses read or change in place must be a real container.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};

use super::value::*;
use super::{Base, Interp};

pub const SIMPLE_ROUTER: &str = "rest_framework.routers.SimpleRouter";
const BASE_ROUTER: &str = "rest_framework.routers.BaseRouter";

impl<'p> Interp<'p> {
    /// Whether a value is a router of DRF or of a package or class built on it.
    pub fn is_router(&self, object: &Value) -> bool {
        self.router_class(object).is_some()
    }

    /// The external class that makes a value a router of DRF: the nearest one.
    pub fn router_class(&self, object: &Value) -> Option<Sym> {
        match object {
            Value::Instance(instance) => self.class(instance.class).mro.iter().find_map(|base| match base {
                Base::Ext(name) if self.is_router_class(*name) => Some(*name),
                _ => None,
            }),
            Value::Call(call) => call.ext().filter(|name| self.is_router_class(*name)),
            _ => None,
        }
    }

    fn is_router_class(&self, name: Sym) -> bool {
        self.project.packages.mro(name).contains(&sym(BASE_ROUTER)) || self.is_guessed_router(name)
    }

    /// A class of a package that no table describes: by its name, as nothing else is known of it. Other frameworks have routers too.
    pub fn is_guessed_router(&self, name: Sym) -> bool {
        let top = name.split('.').next().unwrap_or_default();
        crate::base::last_part(&name).ends_with("Router")
            && !matches!(top, "channels" | "fastapi" | "ninja" | "starlette")
            && self.project.packages.class(name).is_none()
    }

    pub(super) fn external_instance_attr(&mut self, object: &Value, name: Sym, at: Loc) -> Option<Value> {
        if let (Value::Instance(instance), "fields" | "_declared_fields") = (object, name.as_str()) {
            return self.serializer_fields(instance.class, &name);
        }
        if !matches!(name.as_str(), "registry" | "routes") || !self.is_router(object) {
            return None;
        }
        let known = match object {
            Value::Instance(instance) => instance.attrs.borrow().get(&name).cloned(),
            Value::Call(call) => call.attrs.borrow().get(&name).cloned(),
            _ => None,
        };
        if known.is_some() {
            return known;
        }
        let made = match name.as_str() {
            "registry" => Value::list(Vec::new()),
            // One table for all routers of the process, as in DRF, where it is a class attribute.
            _ => return Some(self.router_table(at)),
        };
        match object {
            Value::Instance(instance) => instance.attrs.borrow_mut().insert(name, made.clone()),
            Value::Call(call) => call.attrs.borrow_mut().insert(name, made.clone()),
            _ => {}
        };
        Some(made)
    }

    /// `SimpleRouter.routes`
    pub fn router_table(&mut self, at: Loc) -> Value {
        if let Some(table) = &self.router_routes {
            return table.clone();
        }
        let mut row = |kind: &str, url: &str, mapping: &[(&str, &str)], name: &str, detail: bool| {
            let dict = DictObj::default();
            for (method, action) in mapping {
                dict.insert(Value::Str(sym(method)), Value::Str(sym(action)));
            }
            let made = self.record_call(Value::Ext(sym(&format!("rest_framework.routers.{kind}"))), Vec::new(), Vec::new(), false, at);
            if let Value::Call(call) = &made {
                let mut attrs = call.attrs.borrow_mut();
                attrs.insert(sym("url"), Value::Str(sym(url)));
                attrs.insert(sym("mapping"), Value::Dict(Rc::new(dict)));
                attrs.insert(sym("name"), Value::Str(sym(name)));
                attrs.insert(sym("detail"), Value::Bool(detail));
                attrs.insert(sym("initkwargs"), Value::Dict(Rc::new(DictObj::default())));
            }
            made
        };
        let rows = vec![
            row("Route", "^{prefix}{trailing_slash}$", &[("get", "list"), ("post", "create")], "{basename}-list", false),
            row("DynamicRoute", "^{prefix}/{url_path}{trailing_slash}$", &[], "{basename}-{url_name}", false),
            row(
                "Route",
                "^{prefix}/{lookup}{trailing_slash}$",
                &[("get", "retrieve"), ("put", "update"), ("patch", "partial_update"), ("delete", "destroy")],
                "{basename}-detail",
                true,
            ),
            row("DynamicRoute", "^{prefix}/{lookup}/{url_path}{trailing_slash}$", &[], "{basename}-{url_name}", true),
        ];
        let table = Value::list(rows);
        self.router_routes = Some(table.clone());
        table
    }

    /// The model class behind `Model.objects.filter(…)`.
    pub(super) fn queryset_model(&self, value: &Value) -> Option<Value> {
        let model = Base::Ext(sym("django.db.models.base.Model"));
        let mut at = value.clone();
        for _ in 0..30 {
            at = match &at {
                Value::Call(call) => call.callee.clone(),
                Value::Attr(parts) => parts.0.clone(),
                Value::Method(parts) => parts.0.clone(),
                Value::Class(class) if self.class(*class).mro.contains(&model) => return Some(at),
                _ => return None,
            };
        }
        None
    }

    /// What a field of a row holds that nobody has edited: options that are kept in the database have their defaults in the code.
    pub(super) fn row_default(&mut self, call: &CallObj, name: Sym) -> Option<Value> {
        const ONE: [&str; 6] = ["earliest", "first", "get", "get_solo", "last", "latest"];
        let Value::Attr(parts) = &call.callee else { return None };
        let Value::Class(model) = self.queryset_model(&parts.0).filter(|_| ONE.contains(&parts.1.as_str()))? else { return None };
        let Value::Call(field) = self.find_first_party(model, &name)?.0 else { return None };
        let default = field.kwarg("default").filter(|default| matches!(default, Value::Str(_) | Value::Int(_) | Value::Bool(_)))?;
        self.environment.take();
        Some(default.clone())
    }

    /// Whether a value is a model manager: an instance of one, `QuerySet.as_manager()`, `Manager.from_queryset(…)()`.
    pub fn is_manager(&self, value: &Value) -> bool {
        let wanted = sym("django.db.models.manager.BaseManager");
        match value {
            Value::Instance(instance) => {
                self.class(instance.class).mro.iter().any(|b| matches!(b, Base::Ext(e) if *e == wanted || e.ends_with(".from_queryset()")))
            }
            Value::Call(call) => match &call.callee {
                Value::Ext(name) => {
                    self.project.packages.mro(*name).contains(&wanted)
                        || (!self.project.packages.knows_class(*name) && crate::base::last_part(name).ends_with("Manager"))
                }
                Value::Attr(parts) => parts.1.as_str() == "as_manager",
                Value::Call(inner) => {
                    matches!(&inner.callee, Value::Attr(parts) if parts.1.as_str() == "from_queryset")
                        || inner.ext().is_some_and(|e| e.ends_with(".from_queryset"))
                }
                _ => false,
            },
            _ => false,
        }
    }
}
