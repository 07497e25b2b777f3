//! Readers of settings (environ, decouple, split-settings): what the code gives as a default counts, never the environment.

use crate::base::{Loc, Sym};
use crate::eval::Interp;
use crate::eval::value::*;

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
