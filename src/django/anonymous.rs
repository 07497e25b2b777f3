//! What becomes of a request without a user: whether it is turned away, and with which status.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::base::{Loc, Sym, last_part, sym};
use crate::eval::{Base, Value};
use crate::facts::{ExprKind, visit};
use crate::project::packages::ExtClass;

use super::inventory::{Access, Certainty, Inventory, Place, Policy, reached};
use super::views::{Target, ViewRef};
use super::world::World;
use super::{names, orm};

/// Permissions of DRF that an anonymous request never passes.
const NEEDS_USER: [&str; 4] = ["IsAuthenticated", "IsAdminUser", "DjangoModelPermissions", "DjangoObjectPermissions"];

pub fn needs_user(name: &str) -> bool {
    name.starts_with("rest_framework.") && NEEDS_USER.contains(&last_part(name))
}

/// Whether the first authentication class names a scheme, by which DRF decides between 401 and 403; none where nobody can say.
pub fn challenge(world: &mut World, authentication: &Policy) -> Option<bool> {
    const METHOD: &str = "authenticate_header";
    let first = authentication.names.first()?;
    let named = |facts: Option<&ExtClass>| facts.map(|facts| facts.methods.iter().any(|method| method == METHOD));
    let mro = match world.interp.lookup_dotted(first) {
        Some(Value::Class(class)) => world.interp.class(class).mro.clone(),
        _ => world.interp.project.packages.mro(sym(first)).iter().copied().map(Base::Ext).collect(),
    };
    for base in mro {
        match base {
            Base::First(class) if world.interp.class(class).own(METHOD).is_some() => return Some(true),
            Base::First(_) => {}
            Base::Ext(name) if name.as_str() == "builtins.object" => {}
            Base::Ext(name) => match named(world.interp.project.packages.class(name).as_deref()) {
                Some(false) => {}
                told => return told,
            },
        }
    }
    Some(false)
}

/// What code names when it decides by itself who may go on.
const DECIDES: [&str; 13] = [
    "HttpResponseForbidden",
    "NotAuthenticated",
    "PermissionDenied",
    "check_object_permissions",
    "has_perm",
    "has_permission",
    "has_perms",
    "is_anonymous",
    "is_authenticated",
    "is_staff",
    "is_superuser",
    "redirect_to_login",
    "user_passes_test",
];

/// Whether an anonymous request is turned away, as far as that can be seen: a permission class of the project says nothing about it, and
/// neither does code that looks at the user.
pub fn login(world: &World, view: &ViewRef, access: &Access) -> Option<bool> {
    if access.demands.iter().any(|d| !matches!(d.as_str(), "anonymous" | "public")) {
        return Some(true);
    }
    let permissions = &access.permissions;
    let is_api = !permissions.from.is_empty();
    if permissions.asks_user {
        return Some(true);
    }
    // One of several alternatives, or what one of several actions asks for.
    if permissions.names.iter().any(|name| needs_user(name)) {
        return None;
    }
    let public = access.demands.iter().any(|d| d == "public");
    if world.login_middleware == Some(true) && !is_api {
        return Some(!public);
    }
    let open = permissions.names.iter().all(|name| name == "rest_framework.permissions.AllowAny");
    let certain = open && permissions.certainty == Certainty::Certain && world.login_middleware == Some(false);
    // A decorator of the project may demand anything.
    let own = access.decorators.iter().any(|d| world.interp.project.modules.owns(d.split('.').next().unwrap_or("")));
    let judged = matches!(view.target, Target::Func(_) | Target::Class(_) | Target::Method(..)) && !view.ninja;
    (certain && judged && !own && !looks_at_user(world, view)).then_some(false)
}

/// Whether the view's code, its own or that of first-party bases, may turn a user away by itself.
fn looks_at_user(world: &World, view: &ViewRef) -> bool {
    match &view.target {
        Target::Func(func) | Target::Method(_, func) => decides(world, func.file, func.def),
        Target::Class(class) => world.interp.class(*class).mro.iter().any(|base| match base {
            // Whoever derives from it decides in a method of its own.
            Base::Ext(name) => name.ends_with(".AccessMixin"),
            Base::First(base) => {
                let object = world.interp.class(*base);
                let vars = object.frame.vars.borrow();
                vars.values().any(|value| matches!(value, Value::Func(func) if decides(world, func.file, func.def)))
            }
        }),
        _ => false,
    }
}

/// Whether a function decides who may go on.
pub fn decides(world: &World, file: u32, def: u32) -> bool {
    let ast = world.interp.ast(file);
    let Some(def) = ast.funcs.get(def as usize) else { return false };
    visit::expressions(ast, &def.body).into_iter().any(|expr| ast.last_name(expr).is_some_and(|name| DECIDES.contains(&name.as_str())))
}

/// Methods of a view in which DRF leaves the decision to it.
const HOOKS: [&str; 2] = ["check_permissions", "check_object_permissions"];
/// Of a view's own checks, how many are named.
const NAMED: usize = 3;

/// Where code decides who may go on, by the dotted name of what it stands in; and what only looks at the user of the request.
fn own_checks(world: &World) -> (BTreeMap<String, BTreeSet<Place>>, BTreeSet<String>) {
    let (words, user, request): (FxHashSet<Sym>, _, _) = (DECIDES.iter().map(|word| sym(word)).collect(), sym("user"), sym("request"));
    let (mut checks, mut asking): (BTreeMap<String, BTreeSet<Place>>, _) = (BTreeMap::new(), BTreeSet::new());
    for (file, source) in (0..).zip(&world.interp.project.files).filter(|(_, source)| orm::counts(&source.path)) {
        let ast = &source.facts.ast;
        let (mut deciding, mut looking) = (BTreeSet::new(), BTreeSet::new());
        for (id, line) in (0..).zip(ast.lines.iter().copied()) {
            match ast.expr(id) {
                ExprKind::Attr(_, name) | ExprKind::Name(name) if words.contains(name) => drop(deciding.insert(line)),
                ExprKind::Attr(object, name) if *name == user && ast.last_name(*object) == Some(request) => drop(looking.insert(line)),
                _ => {}
            }
        }
        deciding.extend(ast.funcs.iter().filter(|def| HOOKS.contains(&def.name.as_str())).map(|def| def.line));
        for (line, scope) in names::scopes_at(world, file, &deciding) {
            checks.entry(scope).or_default().insert(world.place(Loc { file, line }));
        }
        asking.extend(names::scopes_at(world, file, &looking).into_iter().map(|(_, scope)| scope));
    }
    (checks, asking)
}

/// Once it is known who calls whom: a view whose code, or what that calls, looks at who asks, may turn away whom nothing around it does.
pub fn look_again(world: &World, found: &mut Inventory) {
    if found.routes.is_empty() {
        return;
    }
    let (checks, asking) = own_checks(world);
    let scopes = checks.keys().chain(&asking).map(|scope| (scope.as_str(), 0));
    let asking = reached(&found.calls, scopes, |_, _| true);
    let mut asked: BTreeSet<&str> = BTreeSet::new();
    let mut own: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
    for view in &found.views {
        let methods = view.body.methods.iter().map(|(name, by)| format!("{by}.{name}"));
        let parts: Vec<String> = methods.chain([view.qualname.clone()]).collect();
        if parts.iter().any(|part| asking.contains(part.as_str())) {
            asked.insert(&view.qualname);
        }
        let places: BTreeSet<&Place> = parts.iter().filter_map(|part| checks.get(part)).flatten().collect();
        own.insert(&view.qualname, places.into_iter().take(NAMED).cloned().collect());
    }
    for route in &mut found.routes {
        let Some(view) = route.view.as_deref() else { continue };
        route.access.own_checks = own.get(view).cloned().unwrap_or_default();
        if route.access.login_required == Some(false) && asked.contains(view) {
            route.access.login_required = None;
        }
    }
}

/// Whether MIDDLEWARE turns anonymous requests away: a known one does; one of the project that looks at the user may.
pub fn login_middleware(world: &mut World, listed: &[String]) -> Option<bool> {
    let mut answer = Some(false);
    for name in listed {
        if world.interp.project.packages.class(sym(name)).is_some_and(|c| c.permission.as_deref() == Some("login")) {
            return Some(true);
        }
        let bodies: Vec<(u32, u32)> = match world.interp.lookup_dotted(name) {
            Some(Value::Class(class)) => {
                let object = world.interp.class(class);
                let vars = object.frame.vars.borrow();
                vars.values().filter_map(|v| if let Value::Func(func) = v { Some((func.file, func.def)) } else { None }).collect()
            }
            Some(Value::Func(func)) => vec![(func.file, func.def)],
            _ => Vec::new(),
        };
        if bodies.into_iter().any(|(file, def)| decides(world, file, def)) {
            answer = None;
        }
    }
    answer
}
