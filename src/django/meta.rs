//! A model's Meta as Django merges it: which class applies, and what its options say.

use std::collections::BTreeSet;

use crate::eval::{Base, ClassObj, ClassRef, Value};

use super::inventory::{Meta, MetaItem};
use super::models::is_abstract;
use super::world::{MODEL, World};

/// The Meta that applies: the class's own, else that of the nearest ancestor that is abstract or no model.
pub fn effective_meta(world: &mut World, object: &ClassObj) -> (Option<ClassRef>, bool) {
    if let Some(Value::Class(meta)) = object.own("Meta") {
        return (Some(meta), true);
    }
    for base in object.mro.iter().skip(1) {
        // An abstract model of a package has a Meta of its own, which is not known here.
        if let Base::Ext(name) = base
            && world.interp.project.packages.class(*name).is_some_and(|facts| facts.kind == "model" && facts.is_abstract)
        {
            return (None, false);
        }
        // A concrete class does not keep its Meta: behind it the abstract one shows again.
        if let Base::First(base) = base
            && let Some(Value::Class(meta)) = world.interp.class(*base).own("Meta")
            && (is_abstract(world, *base) || !world.interp.derives(*base, MODEL))
        {
            return (Some(meta), false);
        }
    }
    (None, false)
}

pub fn meta_of(world: &mut World, meta: Option<ClassRef>, own: bool, label: &str) -> Meta {
    let Some(meta) = meta else { return Meta::default() };
    let mut get = |name: &str| world.interp.find_first_party(meta, name).map(|(v, _)| v);
    let rows = |value: Option<Value>| -> Vec<Vec<String>> {
        let Some(items) = value.and_then(|v| v.items()) else { return Vec::new() };
        let flat: Vec<String> = items.iter().filter_map(Value::as_str).map(|s| s.to_string()).collect();
        if !flat.is_empty() {
            return vec![flat];
        }
        items.iter().filter_map(Value::items).map(|row| row.iter().filter_map(Value::as_str).map(|s| s.to_string()).collect()).collect()
    };
    let unique_together = rows(get("unique_together"));
    let index_together = rows(get("index_together"));
    let ordering = get("ordering").and_then(|v| v.items()).unwrap_or_default();
    let constraints = get("constraints").and_then(|v| v.items()).unwrap_or_default();
    let indexes = get("indexes").and_then(|v| v.items()).unwrap_or_default();
    let permissions = get("permissions").and_then(|v| v.items()).unwrap_or_default();
    let text = |value: Option<Value>| value.and_then(|v| v.as_str()).map(|s| s.to_string());
    let (get_latest_by, order_with_respect_to, verbose_name) =
        (text(get("get_latest_by")), text(get("order_with_respect_to")), if own { text(get("verbose_name")) } else { None });
    let (app, class) = label.split_once('.').unwrap_or(("", label));
    let named = |values: Vec<Value>| -> Vec<String> {
        values
            .iter()
            .filter_map(|v| match v {
                Value::Call(call) => call
                    .kwarg("name")
                    .and_then(Value::as_str)
                    .map(|n| n.replace("%(app_label)s", &app.to_ascii_lowercase()).replace("%(class)s", &class.to_ascii_lowercase()))
                    .or_else(|| call.ext().map(|e| crate::base::last_part(&e).to_string())),
                Value::Instance(_) => Some("custom".to_string()),
                _ => None,
            })
            .collect()
    };
    let mut options = BTreeSet::new();
    for base in &world.interp.class(meta).mro {
        if let Base::First(base) = base {
            options.extend(world.interp.class(*base).frame.vars.borrow().keys().filter(|n| !n.starts_with('_')).map(ToString::to_string));
        }
    }
    let mut items = meta_items(world, "constraint", &constraints);
    items.extend(meta_items(world, "index", &indexes));
    Meta {
        unique_together,
        index_together,
        constraints: named(constraints),
        indexes: named(indexes),
        ordering: ordering
            .iter()
            .map(|v| match v {
                Value::Str(s) => s.to_string(),
                _ => "expression".to_string(),
            })
            .collect(),
        permissions: permissions
            .iter()
            .filter_map(|p| p.items())
            .filter_map(|p| p.first().and_then(Value::as_str))
            .map(|s| s.to_string())
            .collect(),
        get_latest_by,
        order_with_respect_to,
        verbose_name,
        items,
        options: options.into_iter().collect(),
    }
}

/// What constraints and indexes are made of.
fn meta_items(world: &World, kind: &'static str, values: &[Value]) -> Vec<MetaItem> {
    let mut out = Vec::new();
    for value in values {
        let (type_name, args, kwargs, at) = match value {
            Value::Call(call) => {
                let Some(class) = call.ext() else { continue };
                (crate::base::last_part(&class).to_string(), call.args.len(), &call.kwargs, call.loc)
            }
            Value::Instance(made) => (world.interp.class(made.class).name.to_string(), made.args.len(), &made.kwargs, made.loc),
            _ => continue,
        };
        let mut options: Vec<String> = kwargs.iter().filter(|(_, v)| !matches!(v, Value::None)).map(|(name, _)| name.to_string()).collect();
        // What stands by position in a constraint or an index is an expression.
        if args > 0 {
            options.push("expressions".to_string());
        }
        options.sort();
        options.dedup();
        let name = kwargs.iter().find(|(name, _)| name.as_str() == "name").and_then(|(_, v)| v.as_str()).map(|s| s.to_string());
        out.push(MetaItem { kind, type_name, name, options, place: world.place(at) });
    }
    out
}
