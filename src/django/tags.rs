//! Template tags and filters: what the libraries of the project register, and under which names. Separate because the names are made of functions and
//! classes by rules of their own. Knows nothing of templates.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::base::{Sym, last_part, sym};
use crate::eval::{CallObj, ClassRef, Value};

use super::inventory::TemplateLibrary;
use super::world::World;

pub fn template_libraries(world: &mut World) -> Vec<TemplateLibrary> {
    let mut out = Vec::new();
    for app in world.apps.clone() {
        let prefix = format!("{}.templatetags.", app.module);
        for file in 0..world.interp.project.files.len() as u32 {
            let module = world.interp.module_name(file);
            let Some(name) = module.strip_prefix(&prefix) else { continue };
            if name.contains('.') || !app.first_party {
                continue;
            }
            let frame = world.interp.module(file);
            let register = frame.vars.borrow().get(&sym("register")).cloned();
            let Some(calls) = register.and_then(|register| library_calls(world, register, file)) else { continue };
            let (mut tags, mut filters) = (BTreeSet::new(), BTreeSet::new());
            for (event, method) in &calls {
                let target = if method.as_str() == "filter" { &mut filters } else { &mut tags };
                if !matches!(
                    method.as_str(),
                    "filter"
                        | "tag"
                        | "simple_tag"
                        | "inclusion_tag"
                        | "simple_block_tag"
                        | "assignment_tag"
                        | "filter_function"
                        | "tag_function"
                ) {
                    continue;
                }
                match registered_name(world, event, method) {
                    Some(name) => {
                        target.insert(name);
                    }
                    None if is_registration(event) => {
                        let name = event.kwarg("name").or_else(|| event.args.first()).cloned().unwrap_or(Value::None);
                        world.miss("template tags", &name, event.loc, "name of a template tag or filter");
                    }
                    None => {}
                }
            }
            out.push(TemplateLibrary {
                library: name.to_string(),
                module: module.to_string(),
                app: Some(app.label.clone()),
                file: world.interp.project.path(file).to_string(),
                tags: tags.into_iter().collect(),
                filters: filters.into_iter().collect(),
            });
        }
    }
    out.sort_by(|a, b| a.module.cmp(&b.module));
    world.count("template tags", out.iter().map(|l| (l.tags.len() + l.filters.len()) as u64).sum());
    out
}

/// What is called of a library, `register.filter` and its like: one of the module's own, or one of Django's that it adds to.
fn library_calls(world: &mut World, register: Value, file: u32) -> Option<Vec<(Rc<CallObj>, Sym)>> {
    match world.interp.force(register) {
        Value::Call(library) => {
            let events = library.events.borrow();
            let method = |event: &Rc<CallObj>| if let Value::Attr(parts) = &event.callee { Some(parts.1) } else { None };
            Some(events.iter().filter_map(|event| Some((Rc::clone(event), method(event)?))).collect())
        }
        Value::Ext(name) if name.starts_with("django.template.") && name.ends_with(".register") => {
            let here = world.interp.calls.iter().filter(|call| call.loc.file == file);
            Some(
                here.filter_map(|call| Some((Rc::clone(call), sym(call.ext()?.strip_prefix(name.as_str())?.strip_prefix('.')?)))).collect(),
            )
        }
        _ => None,
    }
}

/// Not only a decorator's parentheses.
fn is_registration(event: &CallObj) -> bool {
    event.kwarg("name").is_some() || !event.args.is_empty()
}

/// `@register.filter`, `@register.filter("x")`, `@register.filter(name="x")`, `register.tag("x", f)`
fn registered_name(world: &World, event: &Rc<CallObj>, method: &str) -> Option<String> {
    let function = |value: &Value| match value {
        Value::Func(func) => world.interp.func_def(&func.innermost()).map(|d| d.name.to_string()),
        Value::Class(class) => Some(tag_name(world, *class)),
        Value::Ext(name) => Some(last_part(name).to_string()),
        _ => None,
    };
    if let Some(name) = event.kwarg("name").filter(|name| !matches!(name, Value::None)) {
        return name.as_str().map(|name| name.to_string());
    }
    match event.args.first() {
        Some(Value::Str(name)) if method != "inclusion_tag" => return Some(name.to_string()),
        Some(value @ (Value::Func(_) | Value::Class(_) | Value::Ext(_))) => return function(value),
        _ => {}
    }
    let applied = event.events.borrow().first().cloned()?;
    applied.args.first().and_then(function)
}

/// The name of a tag's class, which a metaclass may make: of an attribute, else the words of the class's name.
fn tag_name(world: &World, class: ClassRef) -> String {
    let object = world.interp.class(class);
    let packages = &world.interp.project.packages;
    let Some(attribute) = object.externals().find_map(|base| packages.class(base)?.named_by.clone()) else {
        return object.name.to_string();
    };
    let given = object.own(&attribute).and_then(|name| name.as_str());
    given.map_or_else(|| words(&object.name), |name| name.to_string())
}

/// `CamelCase` as `camel_case`.
fn words(name: &str) -> String {
    let mut out = String::new();
    for (position, letter) in name.char_indices() {
        let before = name.get(..position).and_then(|before| before.chars().next_back());
        let after = name.get(position + letter.len_utf8()..).and_then(|after| after.chars().next());
        let begins =
            before.is_some_and(|c| c.is_lowercase() || c.is_numeric()) || (before.is_some() && after.is_some_and(char::is_lowercase));
        if letter.is_uppercase() && begins {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}
