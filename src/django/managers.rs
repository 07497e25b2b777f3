//! Manager and queryset classes of the project, with the methods that a port has to find a place for.

use crate::eval::Value;

use super::inventory::ManagerClass;
use super::world::World;

const BASES: [&str; 2] = ["django.db.models.manager.BaseManager", "django.db.models.query.QuerySet"];

pub fn collect(world: &World) -> Vec<ManagerClass> {
    let mut out = Vec::new();
    for class in world.class_refs() {
        let object = world.interp.class(class);
        // Without a definition of its own it was made by `from_queryset`, whose methods stand elsewhere.
        if object.def.is_none() || !BASES.iter().any(|base| world.interp.derives(class, base)) {
            continue;
        }
        let methods = object
            .frame
            .vars
            .borrow()
            .values()
            .filter_map(|value| if let Value::Func(func) = value { world.interp.func_def(func) } else { None })
            .map(|def| (def.name.to_string(), def.line))
            .collect();
        out.push(ManagerClass { qualname: object.dotted(), place: world.class_place(&object), methods });
    }
    out.sort_by(|a, b| (&a.qualname, &a.place).cmp(&(&b.qualname, &b.place)));
    out.dedup_by(|b, a| a.qualname == b.qualname);
    out
}
