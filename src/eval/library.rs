//! The closed list of external functions whose result is known without running them: builtins, parts of the standard library, settings readers,
//! and Django's own look-ups. Everything else becomes a recorded call.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};

use super::exec::{alternative, set_item};
use super::expr::{order, text_of};
use super::value::*;
use super::{Base, Interp, MAX_ITEMS};

type Args<'a> = &'a [Value];
type Kwargs<'a> = &'a [(Sym, Value)];

fn kwarg(kwargs: Kwargs, name: &str) -> Option<Value> {
    kwargs.iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value.clone())
}

/// The result of calling an external function by name; `None` when it is not on the list.
pub fn call(interp: &mut Interp, name: Sym, args: Args, kwargs: Kwargs, open: bool, at: Loc) -> Option<Value> {
    let dotted = name.as_str();
    if let Some(builtin) = dotted.strip_prefix("builtins.")
        && !builtin.contains('.')
    {
        return builtins(interp, builtin, args, kwargs, at);
    }
    let first = args.first();
    match dotted {
        // ---- the environment: defaults, never values
        "os.environ.get" | "os.getenv" => Some(args.get(1).cloned().or_else(|| kwarg(kwargs, "default")).unwrap_or(Value::None)),
        "os.environ.setdefault" => args.get(1).cloned(),
        "environ.Env" | "environs.Env" | "environ.environ.Env" => None,
        "decouple.config" | "decouple.AutoConfig" => env_default(interp, args, kwargs, at),
        // ---- modules and loaders
        "importlib.import_module" | "django.utils.module_loading.import_module" | "django.utils.importlib.import_module" => {
            let mut target = first?.as_str()?.to_string();
            if let Some(package) = args.get(1).cloned().or_else(|| kwarg(kwargs, "package")).and_then(|v| v.as_str())
                && target.starts_with('.')
            {
                target = format!("{package}{target}");
            }
            Some(match interp.import_module(&target, at.file) {
                Some(value) => value,
                None => interp.unknown(WhyCode::MissingModule, &target, at),
            })
        }
        "django.utils.module_loading.import_string" | "django.utils.module_loading.import_by_path" => {
            let target = first?.as_str()?;
            Some(interp.import_string(&target))
        }
        "django.apps.registry.apps.get_model"
        | "django.apps.registry.apps.get_registered_model"
        | "django.apps.apps.get_model"
        | "django.db.models.get_model"
        | "django.db.models.loading.get_model" => {
            let label = first.cloned().or_else(|| kwarg(kwargs, "app_label"))?.as_str()?;
            let (app, model) = match args.get(1).cloned().or_else(|| kwarg(kwargs, "model_name")).and_then(|v| v.as_str()) {
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
            let (app, model) = user.split_once('.')?;
            Some(match interp.model(app, model) {
                Some(value) => value,
                None => interp.unknown(WhyCode::UndefinedName, &user, at),
            })
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
        "importlib.metadata.entry_points" | "importlib_metadata.entry_points" | "pkg_resources.iter_entry_points" => {
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
        "collections.namedtuple" => named_tuple(interp, args, at),
        "split_settings.tools.include" => {
            for pattern in args.iter().filter_map(included) {
                interp.include_files(&pattern, at);
            }
            Some(Value::None)
        }
        "split_settings.tools.optional" => first.cloned(),
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
                *func.wrapped.borrow_mut() = Some(wrapped.clone());
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
        | "django.utils.encoding.force_text"
        | "re.escape" => first.cloned(),
        "django.utils.text.slugify" | "django.template.defaultfilters.slugify" => {
            let text = first?.as_str()?;
            let slug: String =
                text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { ' ' }).collect();
            Some(Value::Str(sym(&slug.split_whitespace().collect::<Vec<_>>().join("-"))))
        }
        "os.path.join" | "posixpath.join" => {
            let parts: Option<Vec<String>> = args.iter().map(text_of).collect();
            Some(match parts {
                Some(parts) => Value::Str(sym(&join_paths(&parts))),
                None => interp.unknown(WhyCode::NotModelled, "path", at),
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
        "collections.OrderedDict" => builtins(interp, "dict", args, kwargs, at),
        "collections.defaultdict" => {
            let dict = builtins(interp, "dict", args.get(1..).unwrap_or(&[]), kwargs, at)?;
            if let Value::Dict(dict) = &dict {
                *dict.default.borrow_mut() = first.cloned();
            }
            Some(dict)
        }
        "collections.deque" => builtins(interp, "list", args, kwargs, at),
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
        "enum.auto" => Some(Value::Int(interp.calls.len() as i64)),
        "django.utils.datastructures.OrderedSet" => builtins(interp, "list", args, kwargs, at),
        "warnings.warn" => Some(Value::None),
        "logging.getLogger" => None,
        "types.new_class" | "django.db.models.base.ModelBase" | "django.forms.models.ModelFormMetaclass" => make_type(interp, args, at),
        "operator.or_" | "operator.and_" => None,
        _ => class_loader(interp, name, args, kwargs, open, at),
    }
}

/// Published functions that load a class by its place (`get_class("catalogue.views", "ProductView")`), as the package tables list them.
fn class_loader(interp: &mut Interp, name: Sym, args: Args, _kwargs: Kwargs, _open: bool, at: Loc) -> Option<Value> {
    let facts = interp.project.packages.function(name)?;
    if facts.kind != "class_loader" {
        return None;
    }
    let text = |i: usize| args.get(i).and_then(Value::as_str);
    match facts.returns.as_deref() {
        Some("class" | "classes") => load_class(interp, args, at),
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
            Some(setting) => {
                let label = interp.setting(sym(setting), at).as_str()?;
                let (app, model) = label.split_once('.')?;
                if name.ends_with("_string") { Some(Value::Str(label)) } else { interp.model(app, model) }
            }
            None if returns.contains('.') => Some(Value::Ext(sym(returns))),
            None => load_class(interp, args, at),
        },
        None => None,
    }
}

/// `namedtuple("Point", "x y")`: a class whose instances have these attributes.
fn named_tuple(interp: &mut Interp, args: Args, at: Loc) -> Option<Value> {
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

/// The class or classes named by (module label, class name or names): the label's first part is an app, found by label or by the end of its module.
pub fn load_class(interp: &mut Interp, args: Args, at: Loc) -> Option<Value> {
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
            if let Some(value) = interp.lookup_dotted(&format!("{module}.{name}")) {
                return value;
            }
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

fn included(value: &Value) -> Option<Sym> {
    match value {
        Value::Str(text) => Some(*text),
        Value::Call(call) => call.args.first().and_then(Value::as_str),
        _ => None,
    }
}

fn env_default(interp: &mut Interp, args: Args, kwargs: Kwargs, at: Loc) -> Option<Value> {
    let default = kwarg(kwargs, "default").or_else(|| args.get(1).cloned());
    let what = args.first().and_then(Value::as_str);
    Some(default.unwrap_or_else(|| interp.unknown(WhyCode::Environment, what.as_deref().unwrap_or(""), at)))
}

fn join_paths(parts: &[String]) -> String {
    let mut out = String::new();
    for part in parts {
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
        other => other.clone(),
    }
}

fn builtins(interp: &mut Interp, name: &str, args: Args, kwargs: Kwargs, at: Loc) -> Option<Value> {
    let first = args.first();
    match name {
        "list" | "tuple" | "iter" | "reversed" | "frozenset" | "set" => {
            let mut items = match first {
                None => Vec::new(),
                Some(value) => interp.elements(value),
            };
            if name == "reversed" {
                items.reverse();
            }
            Some(match name {
                "tuple" => Value::tuple(items),
                "set" | "frozenset" => {
                    let mut unique: Vec<Value> = Vec::new();
                    for item in items {
                        if !unique.iter().any(|x| x.same(&item)) {
                            unique.push(item);
                        }
                    }
                    Value::Set(Rc::new(unique.into()))
                }
                _ => Value::list(items),
            })
        }
        "dict" => {
            let dict = Value::Dict(Rc::new(DictObj::default()));
            interp.builtin_method(&dict, "update", args, kwargs, at);
            Some(dict)
        }
        "str" => first.map_or(Some(Value::Str(sym(""))), |v| Some(text_of(v).map_or_else(|| v.clone(), |t| Value::Str(sym(&t))))),
        "int" => match first? {
            Value::Str(s) => s.trim().parse().ok().map(Value::Int),
            Value::Float(f) => Some(Value::Int(*f as i64)),
            other => Some(other.clone()),
        },
        "float" => Some(first?.clone()),
        "bool" => Some(match interp.truth(first?) {
            Some(truth) => Value::Bool(truth),
            None => interp.unknown(WhyCode::NotModelled, "bool", at),
        }),
        "len" => match first? {
            Value::Str(s) => Some(Value::Int(s.chars().count() as i64)),
            other => interp.iterate(other).map(|items| Value::Int(items.len() as i64)),
        },
        "range" | "xrange" => {
            let bounds: Option<Vec<i64>> = args.iter().map(Value::as_int).collect();
            let (from, to, step) = match bounds?.as_slice() {
                [to] => (0, *to, 1),
                [from, to] => (*from, *to, 1),
                [from, to, step] => (*from, *to, *step),
                _ => return None,
            };
            let mut out = Vec::new();
            let mut at = from;
            while step != 0 && (if step > 0 { at < to } else { at > to }) && out.len() < MAX_ITEMS {
                out.push(Value::Int(at));
                at = at.saturating_add(step);
            }
            Some(Value::list(out))
        }
        "sorted" => {
            let items = interp.elements(first?);
            Some(Value::list(interp.sorted(items, kwargs)))
        }
        "enumerate" => {
            let start = args.get(1).cloned().or_else(|| kwarg(kwargs, "start")).and_then(|v| v.as_int()).unwrap_or(0);
            let items = interp.iterate(first?)?;
            Some(Value::list(items.into_iter().enumerate().map(|(i, v)| Value::tuple(vec![Value::Int(start + i as i64), v])).collect()))
        }
        "zip" => {
            let columns: Option<Vec<Vec<Value>>> = args.iter().map(|a| interp.iterate(a)).collect();
            let columns = columns?;
            let length = columns.iter().map(Vec::len).min().unwrap_or(0);
            Some(Value::list((0..length).map(|i| Value::tuple(columns.iter().filter_map(|c| c.get(i).cloned()).collect())).collect()))
        }
        "map" => {
            let items = interp.iterate(args.get(1)?)?;
            Some(Value::list(
                items.into_iter().map(|v| interp.call_value(first.unwrap_or(&Value::None), vec![v], Vec::new(), false, at)).collect(),
            ))
        }
        "filter" => {
            let items = interp.iterate(args.get(1)?)?;
            let keep: Vec<Value> = items
                .into_iter()
                .filter(|v| {
                    let verdict = match first {
                        Some(Value::None) | None => v.clone(),
                        Some(f) => interp.call_value(f, vec![v.clone()], Vec::new(), false, at),
                    };
                    interp.truth(&verdict) != Some(false)
                })
                .collect();
            Some(Value::list(keep))
        }
        "sum" => {
            let items = interp.iterate(first?)?;
            let start = args.get(1).cloned().unwrap_or(Value::Int(0));
            Some(items.into_iter().fold(start, |acc, item| interp.binary(crate::facts::BinOp::Add, acc, item, at)))
        }
        "any" | "all" => {
            let items = interp.iterate(first?)?;
            let truths: Vec<Option<bool>> = items.iter().map(|i| interp.truth(i)).collect();
            let decisive = name == "any";
            if truths.contains(&Some(decisive)) {
                return Some(Value::Bool(decisive));
            }
            truths.iter().all(Option::is_some).then_some(Value::Bool(!decisive))
        }
        "min" | "max" => {
            let items = if args.len() == 1 { interp.iterate(first?)? } else { args.to_vec() };
            items.into_iter().reduce(|a, b| {
                let less = order(&a, &b).is_some_and(|o| o.is_lt());
                if less == (name == "min") { a } else { b }
            })
        }
        "next" => {
            let items = interp.iterate(first?)?;
            items.into_iter().next().or_else(|| args.get(1).cloned())
        }
        "getattr" => {
            let attribute = args.get(1)?.as_str()?;
            let object = first?.clone();
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
        "setattr" => {
            let attribute = args.get(1)?.as_str()?;
            interp.set_attr(first?, attribute, args.get(2)?.clone());
            Some(Value::None)
        }
        "hasattr" => {
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
                Value::Unknown(why)
                    if matches!(why.code, WhyCode::UndefinedAttribute | WhyCode::UndefinedName | WhyCode::MissingModule) =>
                {
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
        "callable" => Some(match first? {
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
        }),
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
        "print" => Some(Value::None),
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
        _ => return None,
    })
}

/// Whether a `path()` call makes a resolver (its second argument is included patterns) or a pattern; `None` for other calls.
fn is_url_resolver(call: &CallObj) -> Option<bool> {
    let name = call.ext()?;
    if !name.starts_with("django.") || !matches!(crate::base::last_part(&name), "path" | "re_path" | "url") {
        return None;
    }
    Some(match call.arg(1, "view")? {
        Value::Tuple(_) | Value::List(_) => true,
        Value::Call(inner) => inner.ext().is_some_and(|e| crate::base::last_part(&e) == "include"),
        _ => false,
    })
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
        if let Value::Call(call) = value
            && let Some(resolver) = is_url_resolver(call)
            && name.starts_with("django.urls.")
        {
            return Some(match crate::base::last_part(name) {
                "URLResolver" | "RegexURLResolver" => resolver,
                _ => !resolver,
            });
        }
        if let Some(own) = builtin_class(value) {
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
    let class = match value {
        Value::Instance(object) if instance => object.class,
        Value::Class(class) if !instance => *class,
        Value::Func(_) | Value::Method(_) | Value::Str(_) | Value::Int(_) | Value::None | Value::List(_) | Value::Tuple(_) if instance => {
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

/// `type(name, bases, namespace)`
pub fn make_type(interp: &mut Interp, args: Args, at: Loc) -> Option<Value> {
    let name = args.first()?.as_str()?;
    let bases = args.get(1)?.items()?;
    let outer = interp.variables(at.file)?;
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

/// The router that a method of a router is called on, through `super()` too.
fn router_of(interp: &Interp, object: &Value) -> Option<Value> {
    match object {
        Value::Super(parts) if interp.is_router(&parts.1) => Some(parts.1.clone()),
        Value::Call(_) | Value::Instance(_) if interp.is_router(object) => Some(object.clone()),
        _ => None,
    }
}

/// The config of an app: the instance of its own class, else one of Django's.
fn app_config(interp: &mut Interp, app: &super::AppRef, at: Loc) -> Value {
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

/// Methods of opaque objects with a known result.
pub fn method(interp: &mut Interp, object: &Value, name: Sym, args: Args, kwargs: Kwargs, at: Loc) -> Option<Value> {
    match (object, name.as_str()) {
        // `env("X", default=…)`, `env.bool("X", False)`: django-environ, environs.
        (Value::Call(call), kind) if call.ext().is_some_and(|e| e.ends_with(".Env")) => match kind {
            "read_env" | "__call__" => Some(Value::None),
            _ => {
                // `Env(DEBUG=(bool, False))` gives defaults of its own.
                let name = args.first().and_then(Value::as_str);
                let scheme = call.kwargs.iter().find(|(k, _)| Some(*k) == name).map(|(_, v)| v.clone());
                if kwarg(kwargs, "default").is_none()
                    && args.len() < 2
                    && let Some(Value::Tuple(parts)) = scheme
                    && let Some(default) = parts.get(1)
                {
                    return Some(default.clone());
                }
                env_default(interp, args, kwargs, at)
            }
        },
        (Value::Class(class), "add_to_class" | "contribute_to_class") if args.len() == 2 => {
            let name = args.first()?.as_str()?;
            interp.class(*class).frame.vars.borrow_mut().insert(name, args.get(1)?.clone());
            Some(Value::None)
        }
        (Value::Attr(parts), "get" | "setdefault") if parts.1.as_str() == "__dict__" => {
            let Value::Module(file) = parts.0 else { return None };
            let key = args.first()?.as_str()?;
            let found = interp.variables(file).and_then(|f| f.vars.borrow().get(&key).cloned());
            Some(found.or_else(|| args.get(1).cloned()).unwrap_or(Value::None))
        }
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
        // App configs: their models.
        (Value::Instance(instance), "get_models" | "get_model") if interp.derives(instance.class, "django.apps.config.AppConfig") => {
            let module = interp.attr(object, sym("name"), at).as_str()?;
            let models = interp.models_below(Some(&module));
            if name.as_str() == "get_models" {
                return Some(Value::list(models));
            }
            let wanted = args.first()?.as_str()?;
            models.into_iter().find(|m| matches!(m, Value::Class(c) if interp.class(*c).name.eq_ignore_ascii_case(&wanted)))
        }
        (Value::Call(call), "get_models" | "get_model") if call.ext().is_some_and(|e| e.as_str() == "django.apps.config.AppConfig") => {
            let module = call.attrs.borrow().get(&sym("name")).and_then(Value::as_str)?;
            let models = interp.models_below(Some(&module));
            if name.as_str() == "get_models" {
                return Some(Value::list(models));
            }
            let wanted = args.first()?.as_str()?;
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
            let items = instance.attrs.borrow().get(&sym("__items__")).cloned()?;
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
                attrs.entry(sym("__items__")).or_insert_with(|| Value::Dict(Rc::new(DictObj::default()))).clone()
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
        (Value::Instance(instance), "get" | "keys" | "values" | "items" | "setdefault") => {
            let items = instance.attrs.borrow().get(&sym("__items__")).cloned()?;
            interp.builtin_method(&items, &name, args, kwargs, at)
        }
        _ => None,
    }
}
