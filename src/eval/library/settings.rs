//! Readers of settings (environ, decouple, split-settings): what the code gives as a default counts, never the environment.

use crate::base::{Loc, Sym, last_part};
use crate::eval::Interp;
use crate::eval::value::*;
use crate::project::packages::has_table;

use super::{Args, Kwargs, class_loader, kwarg};

pub(super) fn call(interp: &mut Interp, name: Sym, args: Args, kwargs: Kwargs, at: Loc) -> Option<Value> {
    match name.as_str() {
        "environ.Env" | "environs.Env" | "environ.environ.Env" => None,
        "decouple.config" | "decouple.AutoConfig" => variable(interp, "", args, kwargs, at),
        "split_settings.tools.include" => {
            for pattern in args.iter().filter_map(included) {
                interp.include_files(&pattern, at);
            }
            Some(Value::None)
        }
        "split_settings.tools.optional" => args.first().cloned(),
        _ => class_loader(interp, name, args, at),
    }
}

/// `Dynaconf(settings_files=["defaults.py"])`, and the factories that hand this option on: what the Python files among them say becomes settings.
/// Like the package, by the place of the call; other formats and the environment are not read.
pub(super) fn listed_files(interp: &mut Interp, kwargs: Kwargs, at: Loc) {
    for (key, value) in kwargs {
        if matches!(key.as_str(), "settings_files" | "settings_file" | "preload" | "includes") {
            let files = value.items().unwrap_or_else(|| vec![value.clone()]);
            for file in files.iter().filter_map(Value::as_str).filter(|f| f.ends_with(".py")) {
                interp.include_files(&file, at);
            }
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

/// How packages that nobody describes call what reads a variable of the environment, and what it makes of the text.
const READERS: [(&str, &str); 14] = [
    ("config", ""),
    ("env", ""),
    ("env_bool", "bool"),
    ("env_int", "int"),
    ("env_list", "list"),
    ("get_bool", "bool"),
    ("get_bool_env", "bool"),
    ("get_env", ""),
    ("get_env_variable", ""),
    ("get_int", "int"),
    ("get_list_of_str", "list"),
    ("get_str", ""),
    ("get_string", ""),
    ("getenv", ""),
];

/// `get_bool("FEATURE", False)` of such a package: what is asked for in capitals is a variable.
pub(super) fn presumed(interp: &mut Interp, name: Sym, args: Args, kwargs: Kwargs, at: Loc) -> Option<Value> {
    let (_, reader) = READERS.iter().find(|(known, _)| *known == last_part(&name))?;
    let what = args.first().cloned().or_else(|| kwarg(kwargs, "name"))?;
    let capitals = |text: Sym| text.len() > 1 && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if has_table(name.split('.').next()?) || !what.as_str().is_some_and(capitals) {
        return None;
    }
    let args: Vec<Value> = std::iter::once(what).chain(args.iter().skip(1).cloned()).collect();
    variable(interp, reader, &args, kwargs, at)
}

/// A variable of the environment, as the reader called so gives it.
pub(super) fn variable(interp: &mut Interp, reader: &str, args: Args, kwargs: Kwargs, at: Loc) -> Option<Value> {
    let what = args.first().and_then(Value::as_str);
    let cast = kwarg(kwargs, "cast").and_then(|cast| interp.reader(&cast));
    if let Some(given) = what.and_then(|name| interp.given(&name, cast.as_deref().unwrap_or(reader))) {
        return Some(given);
    }
    interp.environment.take();
    let default = kwarg(kwargs, "default").or_else(|| args.get(1).cloned());
    Some(default.unwrap_or_else(|| interp.unknown(WhyCode::Environment, what.as_deref().unwrap_or(""), at)))
}
