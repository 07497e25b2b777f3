//! The standard library: modules and loaders, functions about functions, paths, containers.

use std::cell::RefCell;
use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::Interp;
use crate::eval::expr::text_of;
use crate::eval::value::*;

use super::reflection::{make_type, named_tuple};
use super::{Args, Kwargs, builtins, class_loader, imports, kwarg};

/// A text of JSON as Python has it; the parser bounds its depth.
fn from_json(value: serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::None,
        serde_json::Value::Bool(truth) => Value::Bool(truth),
        serde_json::Value::Number(number) => number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap_or_default()), Value::Int),
        serde_json::Value::String(text) => Value::Str(sym(&text)),
        serde_json::Value::Array(items) => Value::list(items.into_iter().map(from_json).collect()),
        serde_json::Value::Object(entries) => {
            let dict = DictObj::default();
            for (key, value) in entries {
                dict.insert(Value::Str(sym(&key)), from_json(value));
            }
            Value::Dict(Rc::new(dict))
        }
    }
}

pub(super) fn call(interp: &mut Interp, name: Sym, args: Args, kwargs: Kwargs, at: Loc) -> Option<Value> {
    let first = args.first();
    match name.as_str() {
        // ---- the environment: what somebody told, else defaults
        "os.environ.get" | "os.getenv" | "os.environ.setdefault"
            if let Some(given) = first.and_then(Value::as_str).and_then(|name| interp.given(&name, "")) =>
        {
            Some(given)
        }
        "os.environ.get" | "os.getenv" => {
            interp.environment.take();
            Some(args.get(1).cloned().unwrap_or(Value::None))
        }
        "os.environ.setdefault" => args.get(1).cloned(),
        // ---- modules and loaders
        "importlib.import_module" => imports::import_module(interp, args, at),
        "importlib.metadata.entry_points" | "importlib_metadata.entry_points" | "pkg_resources.iter_entry_points" => {
            entry_points(interp, args, kwargs, at)
        }
        "collections.namedtuple" => named_tuple(interp, args, at),
        "inspect.getmembers" => {
            let names = interp.member_names(first?)?;
            let object = first.cloned()?;
            Some(Value::list(
                names
                    .into_iter()
                    .map(|name| {
                        let value = interp.attr(&object, name, at);
                        Value::tuple(vec![Value::Str(name), value])
                    })
                    .collect(),
            ))
        }
        // ---- functions about functions
        "functools.wraps" | "functools.partial" | "functools.partialmethod" => None,
        "functools.update_wrapper" => {
            if let (Some(Value::Func(func)), Some(wrapped)) = (first, args.get(1)) {
                interp.wrap(func, wrapped, at);
            }
            first.cloned()
        }
        "functools.reduce" => {
            let items = interp.iterate(args.get(1)?)?;
            let mut items = args.get(2).cloned().into_iter().chain(items);
            let start = items.next()?;
            Some(items.fold(start, |acc, item| interp.call_value(first.unwrap_or(&Value::None), vec![acc, item], Vec::new(), false, at)))
        }
        "functools.lru_cache"
        | "functools.cache"
        | "functools.total_ordering"
        | "functools.singledispatch"
        | "contextlib.contextmanager"
            if matches!(first, Some(Value::Func(_) | Value::Class(_))) =>
        {
            first.cloned()
        }
        // ---- text
        "re.escape" => first.cloned(),
        "json.loads" => serde_json::from_str(&first?.as_str()?).ok().map(from_json),
        "os.path.join" | "posixpath.join" => {
            let parts: Vec<Option<String>> =
                args.iter().map(|part| if let Value::Text(text) = part { Some(text.to_string()) } else { text_of(part) }).collect();
            Some(match join_paths(&parts) {
                path if path == HOLE.to_string() => interp.unknown(WhyCode::NotModelled, "path", at),
                path if path.contains(HOLE) => Value::Text(sym(&path)),
                path => Value::Str(sym(&path)),
            })
        }
        "os.path.dirname" => Some(match first?.as_str() {
            Some(path) => Value::Str(sym(path.rsplit_once('/').map_or("", |(d, _)| d))),
            None => interp.unknown(WhyCode::NotModelled, "path", at),
        }),
        "os.path.basename" => first?.as_str().map(|path| Value::Str(sym(path.rsplit('/').next().unwrap_or("")))),
        "os.path.abspath" | "os.path.realpath" | "os.path.normpath" | "os.path.expanduser" | "os.fspath" => first.cloned(),
        "os.path.exists" | "os.path.isfile" | "os.path.isdir" => Some(interp.unknown(WhyCode::Environment, "file system", at)),
        // ---- containers
        "builtins.dict.fromkeys" | "collections.OrderedDict.fromkeys" => {
            let dict = DictObj::default();
            let value = args.get(1).cloned().unwrap_or(Value::None);
            for key in interp.elements(first?) {
                match key {
                    Value::Spread(_) => dict.open.set(true),
                    key => dict.insert(key, value.clone()),
                }
            }
            Some(Value::Dict(Rc::new(dict)))
        }
        "collections.OrderedDict" => builtins::call(interp, "dict", args, kwargs, at),
        "collections.defaultdict" => {
            let dict = builtins::call(interp, "dict", args.get(1..).unwrap_or(&[]), kwargs, at)?;
            if let Value::Dict(dict) = &dict {
                *dict.default.borrow_mut() = first.cloned();
            }
            Some(dict)
        }
        "collections.deque" => builtins::call(interp, "list", args, kwargs, at),
        "itertools.chain" => {
            let mut out = Vec::new();
            for arg in args {
                out.extend(interp.elements(arg));
            }
            Some(Value::list(out))
        }
        "itertools.chain.from_iterable" => {
            let mut out = Vec::new();
            for arg in interp.elements(first?) {
                out.extend(interp.elements(&arg));
            }
            Some(Value::list(out))
        }
        "copy.copy" | "copy.deepcopy" => Some(copy(first?, 0)),
        "typing.cast" => args.get(1).cloned(),
        "typing.NewType" => args.get(1).cloned(),
        // Another one for each member, which is what code compares.
        "enum.auto" => Some(Value::Int(i64::from(at.line))),
        "warnings.warn" => Some(Value::None),
        "logging.getLogger" => None,
        "types.new_class" => make_type(interp, args, at),
        "operator.or_" | "operator.and_" => None,
        _ => class_loader(interp, name, args, at),
    }
}

fn entry_points(interp: &mut Interp, args: Args, kwargs: Kwargs, at: Loc) -> Option<Value> {
    let first = args.first();
    let group = kwarg(kwargs, "group").or_else(|| first.cloned())?.as_str()?;
    let found: Vec<(Sym, Sym)> =
        interp.project.entry_points.iter().filter(|e| e.group == group.as_str()).map(|e| (sym(&e.name), sym(&e.value))).collect();
    let points = found.into_iter().map(|(name, value)| {
        let point = interp.record_call(Value::Ext(sym("importlib.metadata.EntryPoint")), Vec::new(), Vec::new(), false, at);
        if let Value::Call(call) = &point {
            let mut attrs = call.attrs.borrow_mut();
            attrs.insert(sym("name"), Value::Str(name));
            attrs.insert(sym("value"), Value::Str(value));
            attrs.insert(sym("module"), Value::Str(sym(value.split(':').next().unwrap_or(""))));
            attrs.insert(sym("module_name"), Value::Str(sym(value.split(':').next().unwrap_or(""))));
        }
        point
    });
    Some(Value::list(points.collect()))
}

/// A part that is not known may be absolute: what stands before it says nothing.
fn join_paths(parts: &[Option<String>]) -> String {
    let mut out = String::new();
    for part in parts {
        let Some(part) = part else {
            out = HOLE.to_string();
            continue;
        };
        if part.starts_with('/') {
            out.clear();
        } else if !out.is_empty() && !out.ends_with('/') {
            out.push('/');
        }
        out.push_str(part);
    }
    out
}

fn copy(value: &Value, depth: u32) -> Value {
    if depth > 6 {
        return value.clone();
    }
    match value {
        Value::List(items) => Value::list(items.borrow().iter().map(|v| copy(v, depth + 1)).collect()),
        Value::Dict(dict) => {
            let out = DictObj::default();
            for (key, value) in dict.items.borrow().values() {
                out.insert(key.clone(), copy(value, depth + 1));
            }
            out.open.set(dict.open.get());
            Value::Dict(Rc::new(out))
        }
        // A row of a router's table.
        Value::Call(call) if call.ext().is_some_and(|name| name.starts_with("rest_framework.routers.")) => {
            let mut out = CallObj { events: RefCell::default(), attrs: RefCell::default(), ..CallObj::clone(call) };
            out.args = call.args.iter().map(|value| copy(value, depth + 1)).collect();
            out.kwargs = call.kwargs.iter().map(|(name, value)| (*name, copy(value, depth + 1))).collect();
            for (name, value) in call.attrs.borrow().iter() {
                out.attrs.borrow_mut().insert(*name, copy(value, depth + 1));
            }
            Value::Call(Rc::new(out))
        }
        other => other.clone(),
    }
}
