//! Methods of opaque objects with a known result: settings readers, routers, app configs, classes, what subclasses of `dict` inherit.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::exec::set_item;
use crate::eval::value::*;
use crate::eval::{Base, Interp};
use crate::eval::{RESOURCE, RESOURCE_API};

use super::settings::variable;
use super::{Args, Kwargs, kwarg};

/// Readers of files that a deployment brings along.
const CONFIGURATION: [&str; 7] = ["json.load", "toml.load", "tomllib.load", "tomli.load", "yaml.load", "yaml.safe_load", "yaml.full_load"];

/// The router that a method of a router is called on, through `super()` too.
fn router_of(interp: &Interp, object: &Value) -> Option<Value> {
    match object {
        Value::Super(parts) if interp.is_router(&parts.1) => Some(parts.1.clone()),
        Value::Call(_) | Value::Instance(_) if interp.is_router(object) => Some(object.clone()),
        _ => None,
    }
}

/// The resource or API of Tastypie that a method is called on, through `super()` too.
fn resource_of(interp: &Interp, object: &Value) -> Option<Value> {
    let this = if let Value::Super(parts) = object { &parts.1 } else { object };
    [RESOURCE, RESOURCE_API].iter().any(|class| interp.is_instance_of(this, class)).then(|| this.clone())
}

/// Methods of opaque objects with a known result.
pub fn method(interp: &mut Interp, object: &Value, name: Sym, args: Args, kwargs: Kwargs, at: Loc) -> Option<Value> {
    match (object, name.as_str()) {
        // `env("X", default=…)`, `env.bool("X", False)`: django-environ, environs.
        (Value::Call(call), kind) if call.ext().is_some_and(|e| e.ends_with(".Env") || e.ends_with(".FileAwareEnv")) => match kind {
            "read_env" | "__call__" => Some(Value::None),
            _ => {
                // `Env(DEBUG=(bool, False))` gives defaults of its own.
                let name = args.first().and_then(Value::as_str);
                let scheme = call.kwargs.iter().find(|(k, _)| Some(*k) == name).map(|(_, v)| v.clone());
                let given = name.and_then(|name| {
                    let made = if let Some(Value::Tuple(parts)) = &scheme { parts.first() } else { scheme.as_ref() };
                    interp.given(&name, &made.and_then(|made| interp.reader(made)).unwrap_or(kind.into()))
                });
                if let Some(given) = given {
                    return Some(given);
                }
                if kwarg(kwargs, "default").is_none()
                    && args.len() < 2
                    && let Some(Value::Tuple(parts)) = scheme
                    && let Some(default) = parts.get(1)
                {
                    interp.environment.take();
                    return Some(default.clone());
                }
                variable(interp, kind, args, kwargs, at)
            }
        },
        // What a file of a deployment says, else the default of the code. One that is empty says nothing of what the file adds to it.
        (Value::Call(call), "get")
            if call.ext().is_some_and(|name| CONFIGURATION.contains(&name.as_str()))
                && args.get(1).is_some_and(|default| !matches!(default, Value::None) && interp.truth(default) != Some(false)) =>
        {
            variable(interp, "", args, kwargs, at)
        }
        // `date(2024, 5, 1).isoformat()`
        (Value::Call(call), "isoformat") if call.ext().is_some_and(|name| name.as_str() == "datetime.date") => {
            let part = |position: usize, name: &str| call.arg(position, name).and_then(Value::as_int);
            let (year, month, day) = (part(0, "year")?, part(1, "month")?, part(2, "day")?);
            Some(Value::Str(sym(&format!("{year:04}-{month:02}-{day:02}"))))
        }
        // dynaconf: one more file of settings.
        (Value::Call(call), "load_file") => {
            let made_by = call.ext()?;
            if !made_by.starts_with("dynaconf.") && call.kwarg("settings_files").is_none() {
                return None;
            }
            let file = args.first().cloned().or_else(|| kwarg(kwargs, "path"))?.as_str().filter(|file| file.ends_with(".py"))?;
            interp.include_files(&file, at);
            Some(Value::None)
        }
        (Value::Class(class), "add_to_class" | "contribute_to_class") if args.len() == 2 => {
            let name = args.first()?.as_str()?;
            interp.class(*class).frame.vars.borrow_mut().insert(name, args.get(1)?.clone());
            Some(Value::None)
        }
        // `SomeField(…).contribute_to_class(Model, "name")`
        (Value::Call(_), "contribute_to_class") if args.len() >= 2 => {
            let (Some(Value::Class(class)), Some(name)) = (args.first(), args.get(1).and_then(Value::as_str)) else { return None };
            interp.class(*class).frame.vars.borrow_mut().bind(name, || object.clone());
            Some(Value::None)
        }
        (Value::Attr(parts), "get" | "setdefault") if parts.1.as_str() == "__dict__" => {
            let Value::Module(file) = parts.0 else { return None };
            let key = args.first()?.as_str()?;
            let found = interp.variables(file).and_then(|f| f.vars.borrow().get(&key).cloned());
            Some(found.or_else(|| args.get(1).cloned()).unwrap_or(Value::None))
        }
        (Value::Instance(instance), "get_fields") => interp.serializer_fields(instance.class, "get_fields"),
        (Value::Super(parts), "get_field_names") => interp.given_field_names(&parts.1.clone()),
        (Value::Super(parts), "get_fields") => interp.given_fields(&parts.1.clone()),
        // A registration stands in the router's registry, with the call behind it for the place.
        (_, "register") if router_of(interp, object).is_some() => {
            let router = router_of(interp, object)?;
            let registry =
                interp.external_instance_attr(&router, sym("registry"), at).or_else(|| Some(interp.attr(&router, sym("registry"), at)))?;
            let pick = |position: usize, names: [&str; 2]| {
                names.iter().find_map(|n| kwarg(kwargs, n)).or_else(|| args.get(position).cloned()).unwrap_or(Value::None)
            };
            let callee = Value::Attr(Rc::new((object.clone(), name)));
            let call = interp.record_call(callee, args.to_vec(), kwargs.to_vec(), false, at);
            if let Value::List(list) = &registry {
                list.borrow_mut().push(Value::tuple(vec![
                    pick(0, ["prefix", "prefix"]),
                    pick(1, ["viewset", "viewset"]),
                    pick(2, ["basename", "base_name"]),
                    call.clone(),
                ]));
            }
            Some(call)
        }
        (_, "get_default_basename" | "get_default_base_name") if router_of(interp, object).is_some() => {
            let viewset = args.first().cloned().or_else(|| kwarg(kwargs, "viewset"))?;
            let viewset = interp.force(viewset);
            let Value::Class(class) = viewset else { return None };
            interp.default_basename(class).map(|name| Value::Str(sym(&name)))
        }
        // Tastypie: a view that calls a method, and hooks that give nothing of their own.
        (_, "wrap_view") if resource_of(interp, object).is_some() => {
            let method = args.first()?.as_str()?;
            resource_of(interp, object).map(|resource| interp.attr(&resource, method, at))
        }
        (_, "prepend_urls" | "override_urls") if resource_of(interp, object).is_some() => Some(Value::list(Vec::new())),
        (Value::Class(class), "mro") => {
            let mro = interp.class(*class).mro.clone();
            let items = mro.into_iter().map(|b| match b {
                Base::First(c) => Value::Class(c),
                Base::Ext(e) => Value::Ext(e),
            });
            Some(Value::list(items.collect()))
        }
        // `Model._meta.get_parent_list()`: the concrete models it inherits from, nearest first.
        (Value::Attr(parts), "get_parent_list") if parts.1.as_str() == "_meta" => {
            let Value::Class(class) = parts.0 else { return None };
            let concrete = interp.models_below(None);
            let mro = interp.class(class).mro.clone();
            let parents = mro.into_iter().skip(1).filter_map(|b| match b {
                Base::First(c) => Some(Value::Class(c)),
                Base::Ext(_) => None,
            });
            Some(Value::list(parents.filter(|p| concrete.iter().any(|m| m.same(p))).collect()))
        }
        (Value::Attr(parts), "get_field") if parts.1.as_str() == "_meta" => {
            let field = args.first().cloned().or_else(|| kwarg(kwargs, "field_name"))?.as_str()?;
            interp.meta_get_field(&parts.0.clone(), field)
        }
        (Value::Attr(parts), "get_fields") if parts.1.as_str() == "_meta" => interp.meta_get_fields(&parts.0.clone(), at),
        // App configs: their models.
        (Value::Instance(instance), "get_models" | "get_model") if interp.derives(instance.class, "django.apps.config.AppConfig") => {
            let module = interp.attr(object, sym("name"), at).as_str()?;
            let models = interp.models_below(Some(&module));
            if name.as_str() == "get_models" {
                return Some(Value::list(models));
            }
            let wanted = args.first().cloned().or_else(|| kwarg(kwargs, "model_name"))?.as_str()?;
            models.into_iter().find(|m| matches!(m, Value::Class(c) if interp.class(*c).name.eq_ignore_ascii_case(&wanted)))
        }
        (Value::Call(call), "get_models" | "get_model") if call.ext().is_some_and(|e| e.as_str() == "django.apps.config.AppConfig") => {
            let module = call.attrs.borrow().get(&sym("name")).and_then(Value::as_str)?;
            let models = interp.models_below(Some(&module));
            if name.as_str() == "get_models" {
                return Some(Value::list(models));
            }
            let wanted = args.first().cloned().or_else(|| kwarg(kwargs, "model_name"))?.as_str()?;
            models.into_iter().find(|m| matches!(m, Value::Class(c) if interp.class(*c).name.eq_ignore_ascii_case(&wanted)))
        }
        (Value::Call(call), "load") if call.ext().is_some_and(|e| e.ends_with("EntryPoint")) => {
            let target = call.attrs.borrow().get(&sym("value")).and_then(Value::as_str)?;
            Some(interp.import_string(&target.replace(':', ".")))
        }
        (Value::Class(class), "__subclasses__") => {
            let wanted = Value::Class(*class);
            let found = interp
                .classes
                .iter()
                .enumerate()
                .filter(|(_, c)| c.bases.iter().any(|b| b.same(&wanted)))
                .map(|(i, _)| Value::Class(ClassRef(i as u32)))
                .collect();
            Some(Value::list(found))
        }
        (Value::Instance(instance), "__setitem__" | "update") => {
            let items = instance.mapping()?;
            if name.as_str() == "update" {
                return interp.builtin_method(&items, "update", args, kwargs, at);
            }
            set_item(&items, args.first()?.clone(), args.get(1)?.clone());
            Some(Value::None)
        }
        (Value::Super(parts), "__setitem__" | "__getitem__" | "get" | "keys" | "values" | "items" | "update" | "setdefault") => {
            let Value::Instance(instance) = &parts.1 else { return None };
            let items = {
                let mut attrs = instance.attrs.borrow_mut();
                attrs.bind(sym("__items__"), || Value::Dict(Rc::new(DictObj::default())));
                attrs.get(&sym("__items__")).cloned()?
            };
            match name.as_str() {
                "__setitem__" => {
                    set_item(&items, args.first()?.clone(), args.get(1)?.clone());
                    Some(Value::None)
                }
                "__getitem__" => Some(interp.get_item(&items, args.first()?, at)),
                method => interp.builtin_method(&items, method, args, kwargs, at),
            }
        }
        // What the constructor of `dict` takes. The call is recorded all the same.
        (Value::Super(parts), "__init__") => {
            let items = parts.1.mapping()?;
            interp.builtin_method(&items, "update", args, kwargs, at);
            None
        }
        (Value::Instance(instance), "get" | "keys" | "values" | "items" | "setdefault") => {
            let items = instance.mapping()?;
            if name.as_str() == "get"
                && let Some(default) = interp.option_default(&items, args)
            {
                return Some(default);
            }
            interp.builtin_method(&items, &name, args, kwargs, at)
        }
        _ => interp.view_set_method(object, name, args, kwargs, at),
    }
}
