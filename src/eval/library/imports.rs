//! Modules that code imports by a name that it puts together: Django's autodiscovery, and packages that import all there is in them.

use crate::base::{Loc, last_part};
use crate::eval::Interp;
use crate::eval::value::*;

use super::Args;

/// `importlib.import_module`, and Django's own of former times. Of a name that is known in part, every module that it may mean is imported.
pub(super) fn import_module(interp: &mut Interp, args: Args, at: Loc) -> Option<Value> {
    let given = match args.first()? {
        Value::Str(text) | Value::Text(text) => text.to_string(),
        _ => HOLE.to_string(),
    };
    let package = || args.get(1).and_then(Value::as_str);
    let target = match given.strip_prefix('.').and_then(|_| package()) {
        Some(package) => format!("{package}{given}"),
        None => given,
    };
    if target.contains(HOLE) {
        import_like(interp, &target, at);
        return None;
    }
    Some(match interp.import_module(&target, at.file) {
        Some(value) => value,
        None => interp.unknown(WhyCode::MissingModule, &target, at),
    })
}

/// `autodiscover_modules("metadata")`: the modules of this name of all installed applications.
pub(super) fn autodiscover(interp: &mut Interp, args: Args) {
    for name in args.iter().filter_map(Value::as_str) {
        of_applications(interp, &format!(".{name}"));
    }
}

fn of_applications(interp: &mut Interp, tail: &str) {
    interp.charge(interp.apps.len());
    let modules: Vec<String> = interp.apps.iter().map(|app| format!("{}{tail}", app.module)).collect();
    let files: Vec<u32> = modules.iter().filter_map(|module| interp.project.modules.get(module)).collect();
    run(interp, files);
}

/// `f"{app}.signals"`, `f"shop.reports.{name}"`, and in a package's own `__init__` whatever is in it.
fn import_like(interp: &mut Interp, pattern: &str, at: Loc) {
    let Some((head, tail)) = pattern.split_once(HOLE).filter(|(_, tail)| !tail.contains(HOLE)) else { return };
    let own = format!("{}.", interp.module_name(at.file));
    let head = match (head, tail) {
        ("", "") if interp.project.files.get(at.file as usize).is_some_and(|file| file.is_package) => own.as_str(),
        ("", tail) if tail.starts_with('.') => return of_applications(interp, tail),
        (head, _) => head,
    };
    // Of anything wider nobody knows what is meant.
    if !head.contains('.') {
        return;
    }
    interp.charge(interp.project.files.len());
    let fits = |module: &str| {
        let part = module.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail));
        part.is_some_and(|part| !part.is_empty() && last_part(part) == part)
    };
    let files = (0..interp.project.files.len() as u32).filter(|file| fits(&interp.module_name(*file)));
    let files = files.filter(|file| interp.project.files.get(*file as usize).is_some_and(|file| !file.migration));
    let files: Vec<u32> = files.collect();
    run(interp, files);
}

fn run(interp: &mut Interp, files: Vec<u32>) {
    for file in files {
        interp.module(file);
    }
}
