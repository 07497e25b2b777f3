//! The inventory of views: every class that is a view, and every function that a route names.
//!
//! Separate from what a route's target comes down to: this asks a class or function for all that the report says of it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::base::Loc;
use crate::eval::{ClassRef, FuncObj, Value};

use super::inventory::View;
use super::routes::Routes;
use super::view_bodies;
use super::views::{Around, HTTP, Target, class_methods, decorator_limits, is_view_class, queryset_model};
use super::world::World;

/// The inventory: every class that is a view, and every function that a route names. `pages` names the functions that render a template.
pub fn collect(world: &mut World, routes: &Routes, pages: &BTreeSet<String>) -> Vec<View> {
    let mut out: BTreeMap<String, View> = BTreeMap::new();
    let mut routed: BTreeSet<String> = BTreeSet::new();
    for view in &routes.views {
        let Some(name) = &view.name else { continue };
        if !view.first_party {
            continue;
        }
        routed.insert(name.clone());
        if out.contains_key(name) {
            continue;
        }
        let made = match &view.target {
            Target::Func(func) if view.ninja => {
                Some(View { kind: "ninja".into(), methods: view.methods.clone(), ..function_view(world, name, func, false) })
            }
            Target::Func(func) => Some(function_view(world, name, func, view.api_view)),
            Target::Method(_, func) => Some(function_view(world, name, func, false)),
            Target::Class(class) if !is_view_class(world, *class) => {
                let entry = class_entry(world, *class, pages);
                // Of a base that nobody describes it may well have `as_view()`.
                let callable = !world.interp.class(*class).open || world.interp.find_first_party(*class, "__call__").is_some();
                Some(if callable { View { kind: "callable".into(), ..entry } } else { entry })
            }
            _ => None,
        };
        if let Some(made) = made {
            out.insert(name.clone(), made);
        }
    }
    for class in world.class_refs() {
        if !is_view_class(world, class) || world.interp.class(class).name.as_str() == "?" {
            continue;
        }
        let entry = class_entry(world, class, pages);
        out.entry(entry.qualname.clone()).or_insert(entry);
    }
    for (name, view) in &mut out {
        view.routed = routed.contains(name);
        view.body.page |= pages.contains(name);
    }
    view_bodies::attribute(&mut out);
    world.count("views", out.len() as u64);
    out.into_values().collect()
}

fn function_view(world: &World, name: &str, func: &Rc<FuncObj>, api: bool) -> View {
    let def = world.interp.func_def(func);
    let module = world.interp.module_name(func.file);
    let (line, end, complexity, is_async) = def.map_or((0, 0, 0, false), |d| (d.line, d.end_line, d.complexity, d.is_async));
    let api = decorator_limits(world, func, &mut Around::default()) || api;
    View {
        qualname: name.to_string(),
        kind: if api { "api_view" } else { "function" }.to_string(),
        app: world.app_label_of(&module),
        place: world.place(Loc { file: func.file, line }),
        is_async,
        decorators: func.decorators.borrow().iter().filter_map(|d| world.dotted(d)).collect(),
        complexity,
        lines: end.saturating_sub(line) + 1,
        ..View::default()
    }
}

fn class_entry(world: &mut World, class: ClassRef, pages: &BTreeSet<String>) -> View {
    let object = world.interp.class(class);
    let def = object.def.and_then(|d| world.interp.ast(object.file).classes.get(d as usize).map(|c| (c.line, c.end_line)));
    let names = |world: &mut World, attribute: &str| match world.interp.find_first_party(class, attribute) {
        Some((value, _)) => world.dotted_list(&value),
        None => Vec::new(),
    };
    let permissions = names(world, "permission_classes");
    let authentication = names(world, "authentication_classes");
    let throttles = names(world, "throttle_classes");
    let filters = names(world, "filter_backends");
    let pagination = names(world, "pagination_class").into_iter().next();
    let serializer = world.interp.find_first_party(class, "serializer_class").and_then(|(v, _)| match v {
        Value::Class(_) | Value::Ext(_) => world.dotted(&v),
        _ => None,
    });
    let form = world.interp.find_first_party(class, "form_class").and_then(|(v, _)| match v {
        Value::Class(_) | Value::Ext(_) => world.dotted(&v),
        _ => None,
    });
    let template = world.interp.find_first_party(class, "template_name").and_then(|(v, _)| v.as_str()).map(|s| s.to_string());
    let model = world.interp.find_first_party(class, "queryset").map(|(v, _)| v).and_then(|v| queryset_model(world, &v)).or_else(|| {
        let value = world.interp.find_first_party(class, "model").map(|(v, _)| v)?;
        match value {
            Value::Class(_) | Value::Ext(_) => world.model_label(&value, None),
            _ => None,
        }
    });
    let mut complexity = 0;
    for value in object.frame.vars.borrow().values() {
        if let Value::Func(func) = value
            && let Some(def) = world.interp.func_def(func)
        {
            complexity += def.complexity;
        }
    }
    let is_async =
        object.frame.vars.borrow().values().any(
            |v| matches!(v, Value::Func(f) if world.interp.func_def(f).is_some_and(|d| d.is_async && HTTP.contains(&d.name.as_str()))),
        );
    let (line, end) = def.unwrap_or((object.line, object.line));
    let methods = class_methods(world, class, &[]);
    let decorators = object.decorators.borrow().iter().filter_map(|d| world.dotted(d)).collect();
    View {
        qualname: object.dotted(),
        kind: view_bodies::kind(world, class).to_string(),
        app: world.app_label_of(&object.module),
        place: world.class_place(&object),
        is_async,
        decorators,
        permissions,
        authentication,
        throttles,
        pagination,
        filters,
        queryset_model: model,
        serializer,
        template,
        forms: form.into_iter().collect(),
        // Counted when the query sites are known.
        orm_calls: 0,
        complexity,
        lines: end.saturating_sub(line) + 1,
        methods: Some(methods),
        body: view_bodies::body(world, class, &object, pages),
        routed: false,
    }
}
