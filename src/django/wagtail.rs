//! Wagtail: the routes that a `WagtailAPIRouter` makes of the endpoints registered with it, and those that hooks add to its admin.

use crate::base::{Loc, last_part};
use crate::eval::{CallObj, Value};

use super::inventory::Certainty;
use super::routes::{self, Context, Routes, ThirdParty};
use super::urls::{self, UrlPart};
use super::views;
use super::world::World;

const PAGES_OF_THE_ADMIN: &str = "wagtail.admin.api.views.PagesAdminAPIViewSet";

/// Path below the endpoint, method, action, route name: what `BaseAPIViewSet.get_urlpatterns` says.
const ROUTES: [(&str, &str, &str, &str); 3] =
    [("", "get", "listing_view", "listing"), ("<int:pk>/", "get", "detail_view", "detail"), ("find/", "get", "find_view", "find")];
/// What `PagesAdminAPIViewSet` adds.
const ACTION: (&str, &str, &str, &str) = ("<int:pk>/action/<str:action_name>/", "post", "action_view", "action");

/// Under these names the URL configuration of the admin has been found.
const ADMIN_URLS: [&str; 2] = ["wagtail.admin.urls", "wagtail.wagtailadmin.urls"];

/// What functions under the hook `register_admin_urls` add where the URL configuration of the admin is included. It lets in who may enter the admin.
pub fn hooked(world: &mut World, module: &str, context: &Context, out: &mut Routes) {
    if !ADMIN_URLS.contains(&module) {
        return;
    }
    let is_hook = |name: &Value| name.as_str().is_some_and(|name| name.as_str() == "register_admin_urls");
    let functions: Vec<(Value, Loc)> = world
        .interp
        .calls
        .iter()
        .filter_map(|call| match &call.callee {
            // `@hooks.register("…")`, or the function as an argument.
            Value::Call(decorator) if is_register(decorator) && decorator.args.first().is_some_and(is_hook) => {
                Some((call.args.first()?.clone(), call.loc))
            }
            _ if is_register(call) && call.args.first().is_some_and(is_hook) => Some((call.arg(1, "fn")?.clone(), call.loc)),
            _ => None,
        })
        .collect();
    let before = out.list.len();
    for (function, at) in functions {
        world.interp.restart();
        let patterns = world.interp.call_value(&function, Vec::new(), Vec::new(), false, at);
        routes::walk(world, &patterns, context, out);
    }
    for route in out.list.iter_mut().skip(before) {
        route.access.login_required = Some(true);
    }
}

fn is_register(call: &CallObj) -> bool {
    call.ext().is_some_and(|name| name.starts_with("wagtail.") && name.ends_with("hooks.register"))
}

/// Routes of the router; `false` when the value is none.
pub fn expand(world: &mut World, router: &Value, context: &Context, out: &mut Routes) -> bool {
    let Value::Call(made) = router else { return false };
    if !made.ext().is_some_and(|name| name.starts_with("wagtail.") && last_part(&name) == "WagtailAPIRouter") {
        return false;
    }
    let mut context = context.clone();
    context.namespaces.extend(made.arg(0, "url_namespace").and_then(Value::as_str).map(|name| name.to_string()));
    for event in made.events.borrow().clone() {
        let Value::Attr(callee) = &event.callee else { continue };
        if callee.1.as_str() != "register_endpoint" {
            continue;
        }
        let Some(name) = event.arg(0, "name").and_then(Value::as_str) else {
            world.miss("routes", &event.arg(0, "name").cloned().unwrap_or(Value::None), event.loc, "name of an API endpoint");
            urls::open(world, &context, "an endpoint without a known name", out);
            continue;
        };
        let mut inner = context.clone();
        inner.at = event.loc;
        inner.guard = event.guard.or(context.guard);
        inner.namespaces.push(name.to_string());
        inner.path.push_str(&format!("{name}/"));
        inner.pattern.push_str(&format!("^{name}/"));
        inner.parts.push(UrlPart::Regex(format!("^{name}/")));
        match event.arg(1, "class_").cloned() {
            Some(Value::Class(class)) => {
                let mut rows = ROUTES.to_vec();
                if world.interp.derives(class, PAGES_OF_THE_ADMIN) {
                    rows.push(ACTION);
                }
                for (path, method, action, name) in rows {
                    let mut inner = inner.clone();
                    inner.path.push_str(&super::patterns::route_path(path));
                    inner.pattern.push_str(path);
                    inner.parts.push(UrlPart::Route(path.to_owned()));
                    let mut view = views::class_view(world, class, &[], &[]);
                    view.methods = Some(vec![method.to_uppercase()]);
                    view.methods_certainty = Certainty::Certain;
                    view.actions = vec![(method.to_owned(), action.to_owned())];
                    let route = routes::route(world, &inner, &view, Some(name.to_owned()), event.loc, Certainty::Certain);
                    routes::push(world, out, &inner, route, view);
                }
            }
            Some(Value::Ext(name)) => {
                urls::open(world, &inner, &name, out);
                out.third_party.push(ThirdParty { path: routes::slashed(&inner.path), module: name.to_string(), at: event.loc });
            }
            other => {
                urls::open(world, &inner, "not known", out);
                world.miss("routes", &other.unwrap_or(Value::None), event.loc, "class of an API endpoint");
            }
        }
    }
    true
}
