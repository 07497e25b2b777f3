//! Attributes that instances of external classes have and code works with: the registry and the route table of DRF's routers.
//!
//! A closed list, like `library`: what first-party subclasses read or change in place must be a real container.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::project::packages::ExtRoute;

use super::value::*;
use super::{Base, Interp, MODEL};

pub const SIMPLE_ROUTER: &str = "rest_framework.routers.SimpleRouter";
const BASE_ROUTER: &str = "rest_framework.routers.BaseRouter";

/// Tastypie's.
pub const RESOURCE: &str = "tastypie.resources.Resource";
pub const RESOURCE_API: &str = "tastypie.api.Api";
const RESOURCE_OPTIONS: &str = "tastypie.resources.ResourceOptions";

impl<'p> Interp<'p> {
    /// `_meta` of a resource of Tastypie: what the `Meta` says that its class has or inherits, else what holds without.
    pub fn resource_option(&mut self, resource: &Value, option: &str) -> Option<Value> {
        let class = match resource {
            Value::Instance(made) => made.class,
            Value::Class(class) => *class,
            _ => return None,
        };
        if !self.derives(class, RESOURCE) {
            return None;
        }
        let said = match self.find_first_party(class, "Meta") {
            Some((Value::Class(meta), _)) => {
                let said = self.find_first_party(meta, option);
                let object = self.class(meta);
                if said.is_none() && (object.open || object.externals().any(|base| base.as_str() != "builtins.object")) {
                    return None;
                }
                said.map(|(value, _)| value)
            }
            Some(_) => return None,
            None => None,
        };
        let said = said.filter(|value| option != "resource_name" || self.truth(value) != Some(false));
        said.or_else(|| match option {
            "resource_name" => Some(Value::Str(sym(&self.class(class).name.replace("Resource", "").to_lowercase()))),
            _ => match self.project.packages.class(sym(RESOURCE_OPTIONS))?.attrs.get(option)? {
                toml::Value::String(text) => Some(Value::Str(sym(text))),
                toml::Value::Boolean(flag) => Some(Value::Bool(*flag)),
                _ => None,
            },
        })
    }

    /// Whether a value is a router of DRF or of a package or class built on it.
    pub fn is_router(&self, object: &Value) -> bool {
        self.router_class(object).is_some()
    }

    /// Whether a value is the `urls` of a router.
    pub fn is_patterns_of_router(&self, value: &Value) -> bool {
        matches!(value, Value::Attr(urls) if urls.1.as_str() == "urls" && self.is_router(&urls.0))
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
            return self.view_set_part(object, name, at);
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
            _ => return Some(self.routes_of(object, at)),
        };
        match object {
            Value::Instance(instance) => instance.attrs.borrow_mut().insert(name, made.clone()),
            Value::Call(call) => call.attrs.borrow_mut().insert(name, made.clone()),
            _ => {}
        };
        Some(made)
    }

    /// `routes` of a router that no first-party code sets.
    pub fn routes_of(&mut self, router: &Value, at: Loc) -> Value {
        let class = self.router_class(router).unwrap_or_else(|| sym(SIMPLE_ROUTER));
        self.router_table(class, at)
    }

    /// `routes` of an external class of routers: its package's own, else DRF's. One table for all of them, as it is a class attribute.
    pub(super) fn router_table(&mut self, class: Sym, at: Loc) -> Value {
        let packages = &self.project.packages;
        let described = |name: &Sym| packages.class(*name).is_some_and(|facts| !facts.routes.is_empty());
        let of = packages.mro(class).iter().copied().find(described).unwrap_or_else(|| sym(SIMPLE_ROUTER));
        if let Some(table) = self.router_tables.get(&of) {
            return table.clone();
        }
        let facts = packages.class(of);
        let rows = facts.iter().flat_map(|facts| &facts.routes).map(|row| self.router_row(row, at)).collect();
        let table = Value::list(rows);
        self.router_tables.insert(of, table.clone());
        table
    }

    fn router_row(&mut self, row: &ExtRoute, at: Loc) -> Value {
        let mapping = DictObj::default();
        for (method, action) in &row.mapping {
            mapping.insert(Value::Str(sym(method)), Value::Str(sym(action)));
        }
        let kind = if row.dynamic { "DynamicRoute" } else { "Route" };
        let made = self.record_call(Value::Ext(sym(&format!("rest_framework.routers.{kind}"))), Vec::new(), Vec::new(), false, at);
        if let Value::Call(call) = &made {
            let mut attrs = call.attrs.borrow_mut();
            attrs.insert(sym("url"), Value::Str(sym(&row.url)));
            attrs.insert(sym("mapping"), Value::Dict(Rc::new(mapping)));
            attrs.insert(sym("name"), Value::Str(sym(&row.name)));
            attrs.insert(sym("detail"), Value::Bool(row.detail));
            attrs.insert(sym("initkwargs"), Value::Dict(Rc::new(DictObj::default())));
        }
        made
    }

    /// The model class behind `Model.objects.filter(…)`.
    pub(super) fn queryset_model(&self, value: &Value) -> Option<Value> {
        let model = Base::Ext(sym(MODEL));
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

    /// The name that DRF gives the routes of a view set which is registered without one: that of its model.
    pub(super) fn default_basename(&mut self, class: ClassRef) -> Option<String> {
        let queryset = self.find_first_party(class, "queryset")?.0;
        let queryset = self.force(queryset);
        if let Some(Value::Class(model)) = self.queryset_model(&queryset) {
            return Some(self.class(model).name.to_lowercase());
        }
        // `User.objects.all()` of a package's model is one dotted name.
        let Value::Call(call) = &queryset else { return None };
        let name = call.ext()?;
        let packages = &self.project.packages;
        let model = std::iter::successors(Some(name.as_str()), |name| name.rsplit_once('.').map(|(head, _)| head))
            .find(|name| packages.class(sym(name)).is_some_and(|facts| facts.label.is_some()))?;
        Some(crate::base::last_part(model).to_lowercase())
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
