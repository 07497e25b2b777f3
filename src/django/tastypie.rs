//! Tastypie: the routes that an `Api` makes of the resources registered with it.

use crate::base::last_part;
use crate::eval::{Base, ClassRef, Value};

use super::inventory::Certainty;
use super::routes::{self, Context, Routes};
use super::urls::UrlPart;
use super::views::{Target, ViewRef};
use super::world::World;

/// Path below the resource, method of the resource, route name.
const ROUTES: &[(&str, &str, &str)] = &[
    ("", "dispatch_list", "api_dispatch_list"),
    ("schema/", "get_schema", "api_get_schema"),
    ("set/{pk_list}/", "get_multiple", "api_get_multiple"),
    ("{pk}/", "dispatch_detail", "api_dispatch_detail"),
];

/// Routes of an `Api`; `false` when the value is none.
pub fn expand(world: &mut World, api: &Value, context: &Context, out: &mut Routes) -> bool {
    let events = match api {
        Value::Call(call) if call.ext().is_some_and(|e| e.starts_with("tastypie.") && last_part(&e) == "Api") => {
            call.events.borrow().clone()
        }
        Value::Instance(made)
            if world.interp.class(made.class).mro.iter().any(|b| matches!(b, Base::Ext(e) if e.as_str() == "tastypie.api.Api")) =>
        {
            made.events.borrow().clone()
        }
        _ => return false,
    };
    for event in events {
        let Value::Attr(callee) = &event.callee else { continue };
        if callee.1.as_str() != "register" {
            continue;
        }
        let resource = event.arg(0, "resource").cloned().unwrap_or(Value::None);
        let class: Option<ClassRef> = match &resource {
            Value::Instance(made) => Some(made.class),
            Value::Class(class) => Some(*class),
            _ => None,
        };
        let Some(class) = class else {
            world.miss("routes", &resource, event.loc, "resource of an API");
            continue;
        };
        let dotted = world.interp.class(class).dotted();
        for (path, method, name) in ROUTES {
            let mut inner = context.clone();
            inner.at = event.loc;
            inner.path.push_str(&format!("{{api_name}}/{{resource_name}}/{path}"));
            inner.pattern.push_str(&format!("{{api_name}}/{{resource_name}}/{path}"));
            inner.regex = true;
            inner.parts.push(UrlPart::Unknown);
            let view = ViewRef {
                name: Some(format!("{dotted}.{method}")),
                target: Target::External,
                methods_certainty: Certainty::Unknown,
                first_party: true,
                ..ViewRef::default()
            };
            let route = routes::route(world, &inner, &view, Some((*name).to_string()), event.loc, Certainty::Certain);
            routes::push(world, out, &inner, route, view);
        }
    }
    true
}
