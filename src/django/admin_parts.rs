//! What an admin class adds to the default, piece by piece, each with the class that writes it: a hook of a base class is ported once, however many
//! registrations inherit it.

use crate::base::last_part;
use crate::eval::{Base, ClassObj, ClassRef, Value};

use super::inventory::{Admin, AdminPart, Place};
use super::world::World;
use super::written;

/// The pieces of a registration. `admin` is the registration as far as it is described: its lists say which pieces there are.
pub fn parts(world: &mut World, class: Option<ClassRef>, admin: &Admin) -> Vec<AdminPart> {
    let mut out = Vec::new();
    for name in &admin.inlines {
        let (owner, place) = option(world, class, admin, "inlines");
        out.push(AdminPart { kind: "admin_inline", name: name.clone(), class: owner, place });
    }
    for (kind, names, options) in
        [("admin_action", &admin.actions, &["actions"][..]), ("admin_column", &admin.columns, &["list_display", "readonly_fields"])]
    {
        for name in names {
            let (owner, place) = method(world, class, name).unwrap_or_else(|| {
                let lists = options.iter().find(|list| class.is_some_and(|class| world.interp.find_first_party(class, list).is_some()));
                option(world, class, admin, lists.unwrap_or(&""))
            });
            out.push(AdminPart { kind, name: name.clone(), class: owner, place });
        }
    }
    for feature in &admin.features {
        let names: Vec<&str> = super::admin::FEATURES.iter().filter(|(_, short)| short == feature).map(|(name, _)| *name).collect();
        let names = if names.is_empty() { vec![feature.as_str()] } else { names };
        let found: Vec<(String, Place)> =
            class.map(|class| names.iter().flat_map(|name| writers(world, class, name)).collect()).unwrap_or_default();
        if found.is_empty() {
            // An option given to `register()`.
            out.push(AdminPart { kind: "admin_feature", name: feature.clone(), class: admin.admin.clone(), place: admin.place.clone() });
        }
        for (class, place) in found {
            out.push(AdminPart { kind: "admin_feature", name: feature.clone(), class, place });
        }
    }
    // A class may set two templates: one piece each.
    out.dedup();
    out
}

/// The class that sets an option, with its assignment; the registration where none does.
fn option(world: &mut World, class: Option<ClassRef>, admin: &Admin, name: &str) -> (String, Place) {
    let owner = class.and_then(|class| world.interp.find_first_party(class, name)).map(|(_, owner)| owner);
    match owner {
        Some(owner) => written_in(world, owner, name),
        None => (admin.admin.clone(), admin.place.clone()),
    }
}

/// The class that has this method, with its `def`.
fn method(world: &mut World, class: Option<ClassRef>, name: &str) -> Option<(String, Place)> {
    let (_, owner) = world.interp.find_first_party(class?, last_part(name))?;
    Some(written_in(world, owner, last_part(name)))
}

/// The classes that write a hook, nearest first: methods call each other through `super()`, of values only the nearest counts.
fn writers(world: &mut World, class: ClassRef, name: &str) -> Vec<(String, Place)> {
    let object = world.interp.class(class);
    let mut out = Vec::new();
    for base in &object.mro {
        let Base::First(base) = base else { continue };
        let writer = world.interp.class(*base);
        let Some(value) = writer.own(name) else { continue };
        let function = is_function(world, &writer, name, &value);
        if function || out.is_empty() {
            out.push(written_in(world, *base, name));
        }
        if !function {
            break;
        }
    }
    out
}

fn is_function(world: &World, class: &ClassObj, name: &str, value: &Value) -> bool {
    matches!(value, Value::Func(_) | Value::Method(_)) || written::in_class(&world.interp, class, name).is_some_and(|bound| bound.function)
}

fn written_in(world: &World, class: ClassRef, name: &str) -> (String, Place) {
    let object = world.interp.class(class);
    (object.dotted(), world.place(written::attribute(&world.interp, &object, name)))
}
