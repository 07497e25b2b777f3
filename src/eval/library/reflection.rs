//! Builtins that ask or change what an object is: attributes by name, `isinstance`, `type`, flavours of functions.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::attr::is_url_resolver;
use crate::eval::budget::MAX_MADE;
use crate::eval::exec::alternative;
use crate::eval::value::*;
use crate::eval::{Base, Interp};

use super::Args;

pub(super) fn call(interp: &mut Interp, name: &str, args: Args, at: Loc) -> Option<Value> {
    let first = args.first();
    match name {
        "getattr" => getattr(interp, args, at),
        "setattr" => {
            let attribute = args.get(1)?.as_str()?;
            interp.set_attr(first?, attribute, args.get(2)?.clone());
            Some(Value::None)
        }
        "hasattr" => hasattr(interp, args, at),
        "issubclass"
            if !matches!(
                first?,
                Value::Class(_) | Value::Ext(_) | Value::Unknown(_) | Value::Alt(_) | Value::Attr(_) | Value::Call(_) | Value::Lazy(..)
            ) =>
        {
            interp.raise("TypeError");
            Some(Value::Bool(false))
        }
        "isinstance" | "issubclass" => Some(match is_kind(interp, first?, args.get(1)?, name == "isinstance") {
            Some(truth) => Value::Bool(truth),
            None => interp.unknown(WhyCode::NotModelled, name, at),
        }),
        "callable" => Some(callable(interp, first?, at)),
        "type" => match args.len() {
            1 => match first? {
                Value::Instance(instance) => Some(Value::Class(instance.class)),
                Value::Call(call) => call.ext().map(Value::Ext),
                other => builtin_class(other).map(|name| Value::Ext(sym(name))),
            },
            _ => make_type(interp, args, at),
        },
        "super" => {
            if let (Some(Value::Class(class)), Some(this)) = (first, args.get(1)) {
                return Some(Value::Super(Rc::new((*class, this.clone()))));
            }
            None
        }
        "dir" => Some(Value::list(interp.member_names(first?)?.into_iter().map(Value::Str).collect())),
        "vars" => match first? {
            Value::Module(file) => Some(Value::Attr(Rc::new((Value::Module(*file), sym("__dict__"))))),
            Value::Instance(_) => Some(interp.attr(&first?.clone(), sym("__dict__"), at)),
            _ => None,
        },
        "__import__" => {
            let target = first?.as_str()?;
            Some(interp.import_module(&target, at.file).unwrap_or_else(|| interp.unknown(WhyCode::MissingModule, &target, at)))
        }
        "property" => match first {
            Some(Value::Func(func)) => {
                func.flavour.set(Flavour::Property);
                first.cloned()
            }
            _ => None,
        },
        "staticmethod" | "classmethod" => match first {
            Some(Value::Func(func)) => {
                func.flavour.set(if name == "staticmethod" { Flavour::Static } else { Flavour::Class });
                first.cloned()
            }
            _ => None,
        },
        _ => None,
    }
}

fn getattr(interp: &mut Interp, args: Args, at: Loc) -> Option<Value> {
    let first = args.first();
    let attribute = args.get(1)?.as_str()?;
    let object = first?.clone();
    if let (Value::Alt(options), Some(default)) = (&object, args.get(2)) {
        // Each of them has it, or the default stands in.
        let found = options.iter().filter_map(|option| getattr(interp, &[option.clone(), Value::Str(attribute), default.clone()], at));
        return found.reduce(alternative);
    }
    let value = interp.attr(&object, attribute, at);
    match (&value, args.get(2)) {
        // An object that is not known says nothing: the default is what a plain installation has.
        (Value::Unknown(_), Some(default)) => {
            interp.raised = None;
            Some(default.clone())
        }
        (Value::Attr(_), Some(default)) if matches!(object, Value::Call(_) | Value::Attr(_)) => Some(default.clone()),
        (Value::Attr(_), Some(default)) if matches!(object, Value::Class(_) | Value::Instance(_)) => {
            let class = match &object {
                Value::Instance(instance) => instance.class,
                Value::Class(class) => *class,
                _ => return Some(value),
            };
            // No class in view defines it, and all of them are known.
            if !interp.class(class).open && interp.find_in_class(class, attribute).is_none() {
                return Some(default.clone());
            }
            Some(if matches!(default, Value::None) { value } else { alternative(default.clone(), value) })
        }
        (Value::Attr(_), Some(default)) if matches!(object, Value::Func(_)) => Some(default.clone()),
        // A class from outside, asked for an attribute that only this repository's code would set.
        (Value::Ext(found), Some(default)) if matches!(&object, Value::Ext(class) if crate::base::last_part(class).starts_with(char::is_uppercase) && !interp.project.packages.knows(*found)) =>
        {
            let Value::Ext(class) = &object else { return Some(value) };
            let defined = interp
                .project
                .packages
                .mro(*class)
                .iter()
                .any(|c| interp.project.packages.class(*c).is_some_and(|c| c.defines(&attribute)));
            Some(if defined { value } else { default.clone() })
        }
        _ => Some(value),
    }
}

fn hasattr(interp: &mut Interp, args: Args, at: Loc) -> Option<Value> {
    let first = args.first();
    let attribute = args.get(1)?.as_str()?;
    if let Some(Value::Call(call)) = first
        && let Some(resolver) = is_url_resolver(call)
    {
        return Some(Value::Bool(match attribute.as_str() {
            "url_patterns" | "urlconf_name" | "urlconf_module" => resolver,
            "callback" | "lookup_str" => !resolver,
            _ => true,
        }));
    }
    let object = first?.clone();
    let value = interp.attr(&object, attribute, at);
    interp.raised = None;
    if let (Value::Attr(_), Value::Class(class)) = (&value, &object)
        && !interp.class(*class).open
        && interp.find_in_class(*class, attribute).is_none()
    {
        return Some(Value::Bool(false));
    }
    if let (Value::Attr(_), Value::Instance(instance)) = (&value, &object)
        && !interp.class(instance.class).open
        && interp.find_in_class(instance.class, attribute).is_none()
    {
        return Some(Value::Bool(false));
    }
    Some(match value {
        Value::Unknown(why) if matches!(why.code, WhyCode::UndefinedAttribute | WhyCode::UndefinedName | WhyCode::MissingModule) => {
            Value::Bool(false)
        }
        Value::Unknown(_) | Value::Attr(_) | Value::Ext(_) => {
            if matches!(first, Some(Value::Func(_))) {
                return Some(Value::Bool(false));
            }
            interp.unknown(WhyCode::NotModelled, "hasattr", at)
        }
        _ => Value::Bool(true),
    })
}

fn callable(interp: &mut Interp, value: &Value, at: Loc) -> Value {
    match value {
        Value::Func(_) | Value::Method(_) | Value::Class(_) => Value::Bool(true),
        Value::Str(_) | Value::Int(_) | Value::None | Value::List(_) | Value::Tuple(_) | Value::Dict(_) => Value::Bool(false),
        Value::Instance(instance) => {
            let class = instance.class;
            match interp.find_first_party(class, "__call__") {
                Some(_) => Value::Bool(true),
                None if !interp.class(class).open => Value::Bool(false),
                None => interp.unknown(WhyCode::NotModelled, "callable", at),
            }
        }
        _ => interp.unknown(WhyCode::NotModelled, "callable", at),
    }
}

fn builtin_class(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Str(_) => "builtins.str",
        Value::Int(_) => "builtins.int",
        Value::Bool(_) => "builtins.bool",
        Value::Float(_) => "builtins.float",
        Value::List(_) => "builtins.list",
        Value::Tuple(_) => "builtins.tuple",
        Value::Dict(_) => "builtins.dict",
        Value::Set(_) => "builtins.set",
        Value::None => "builtins.NoneType",
        Value::Class(_) => "builtins.type",
        Value::Func(_) => "builtins.function",
        Value::Module(_) => "types.ModuleType",
        _ => return None,
    })
}

/// Of what stands for each pattern of a router, which are no resolvers.
fn is_of_router(interp: &Interp, value: &Value) -> bool {
    matches!(value, Value::Attr(element) if element.1.as_str() == "[]" && interp.is_patterns_of_router(&element.0))
}

fn is_kind(interp: &mut Interp, value: &Value, wanted: &Value, instance: bool) -> Option<bool> {
    if let Value::Tuple(options) = wanted {
        let mut verdict = Some(false);
        for option in options.iter() {
            match is_kind(interp, value, option, instance) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => verdict = None,
            }
        }
        return verdict;
    }
    if instance && let Value::Ext(name) = wanted {
        let resolver = match value {
            Value::Call(call) => is_url_resolver(call),
            other => is_of_router(interp, other).then_some(false),
        };
        if let Some(resolver) = resolver
            && name.starts_with("django.urls.")
        {
            return Some(match crate::base::last_part(name) {
                "URLResolver" | "RegexURLResolver" => resolver,
                _ => !resolver,
            });
        }
        let own = if interp.is_patterns_of_router(value) { Some("builtins.list") } else { builtin_class(value) };
        if let Some(own) = own {
            let wanted = name.as_str();
            return Some(
                own == wanted
                    || (own == "builtins.bool" && wanted == "builtins.int")
                    || (own == "builtins.type" && wanted == "inspect.isclass")
                    || (wanted == "collections.abc.Iterable"
                        && matches!(own, "builtins.list" | "builtins.tuple" | "builtins.str" | "builtins.set" | "builtins.dict")),
            );
        }
    }
    if instance && is_function(value) {
        return Some(matches!(wanted, Value::Ext(name) if CALLABLE.contains(&name.as_str())));
    }
    let class = match value {
        Value::Instance(object) if instance => object.class,
        Value::Class(class) if !instance => *class,
        Value::Str(_) | Value::Int(_) | Value::None | Value::List(_) | Value::Tuple(_) if instance => {
            return Some(false);
        }
        Value::Ext(name) if !instance => {
            let mro = interp.project.packages.mro(*name);
            return match wanted {
                Value::Ext(wanted) => Some(mro.contains(wanted)),
                Value::Class(_) => Some(false),
                _ => None,
            };
        }
        Value::Call(call) if instance => {
            let made = call.ext()?;
            let mro = interp.project.packages.mro(made);
            return match wanted {
                Value::Ext(wanted) if interp.project.packages.knows_class(made) => Some(mro.contains(wanted)),
                Value::Class(_) if interp.project.packages.knows_class(made) => Some(false),
                _ => None,
            };
        }
        _ => return None,
    };
    let object = interp.class(class);
    let wanted = match wanted {
        Value::Class(wanted) => Base::First(*wanted),
        Value::Ext(wanted) => Base::Ext(interp.project.packages.canonical(*wanted)),
        _ => return None,
    };
    if object.mro.contains(&wanted) {
        return Some(true);
    }
    if object.open { None } else { Some(false) }
}

/// What functions are instances of.
const CALLABLE: [&str; 4] = ["collections.abc.Callable", "typing.Callable", "types.FunctionType", "types.LambdaType"];

/// Functions, and what `as_view()` makes.
fn is_function(value: &Value) -> bool {
    match value {
        Value::Func(_) | Value::Method(_) => true,
        Value::Call(call) => match &call.callee {
            Value::Attr(parts) => parts.1.as_str() == "as_view",
            Value::Ext(name) => name.ends_with(".as_view"),
            _ => false,
        },
        _ => false,
    }
}

/// `type(name, bases, namespace)`
pub fn make_type(interp: &mut Interp, args: Args, at: Loc) -> Option<Value> {
    let name = args.first()?.as_str()?;
    let bases = args.get(1)?.items()?;
    let outer = interp.variables(at.file)?;
    if interp.made >= MAX_MADE {
        return Some(interp.exhausted_at(at));
    }
    interp.made += 1;
    let class = interp.new_class(name, name, &outer, None, at, bases, Vec::new(), false, true);
    let frame = Rc::clone(&interp.class(class).frame);
    if let Some(Value::Dict(namespace)) = args.get(2) {
        for (key, value) in namespace.items.borrow().values() {
            if let Some(key) = key.as_str() {
                frame.vars.borrow_mut().insert(key, value.clone());
            }
        }
    }
    Some(Value::Class(class))
}

/// `namedtuple("Point", "x y")`: a class whose instances have these attributes.
pub(super) fn named_tuple(interp: &mut Interp, args: Args, at: Loc) -> Option<Value> {
    let name = args.first()?.as_str()?;
    let fields: Vec<Sym> = match args.get(1)? {
        Value::Str(text) => text.split(|c: char| c == ',' || c.is_whitespace()).filter(|f| !f.is_empty()).map(sym).collect(),
        other => other.items()?.iter().filter_map(Value::as_str).collect(),
    };
    let class = make_type(interp, &[Value::Str(name), Value::tuple(vec![Value::Ext(sym("builtins.tuple"))])], at)?;
    if let Value::Class(class) = &class {
        let annotations = DictObj::default();
        for field in fields {
            annotations.insert(Value::Str(field), Value::Int(0));
        }
        interp.class(*class).frame.vars.borrow_mut().insert(sym("__annotations__"), Value::Dict(Rc::new(annotations)));
    }
    Some(class)
}
