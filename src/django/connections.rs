//! Whether something on which `cursor()` is called is a connection of Django's: by its alias, under a local name, or as what a signal hands over.

use rustc_hash::FxHashSet;

use crate::eval::Value;
use crate::facts::{CallSite, ExprId, ExprKind, FuncDef, Scope};

use super::names;
use super::world::World;
use super::written;

const CREATED: &str = "django.db.backends.signals.connection_created";

/// Functions, by file and definition, that receive new connections.
pub fn receivers(world: &World) -> FxHashSet<(u32, u32)> {
    let created = |value: &Value| match value {
        Value::Ext(name) => name.as_str() == CREATED,
        other => other.items().is_some_and(|items| items.iter().any(|item| matches!(item, Value::Ext(name) if name.as_str() == CREATED))),
    };
    let mut out = FxHashSet::default();
    for call in &world.interp.calls {
        let connected = match &call.callee {
            // `@receiver(connection_created)`
            Value::Call(made) => made.ext().is_some_and(|name| name.ends_with(".receiver")) && made.args.first().is_some_and(created),
            Value::Attr(parts) => parts.1.as_str() == "connect" && created(&parts.0),
            _ => false,
        };
        if let (true, Some(Value::Func(func))) = (connected, call.args.first()) {
            out.insert((func.file, func.def));
        }
    }
    out
}

/// Whether `object.cursor` is asked of a connection.
pub fn is_connection(world: &mut World, receivers: &FxHashSet<(u32, u32)>, file: u32, site: CallSite, func: ExprId) -> bool {
    let ast = world.interp.ast(file);
    let ExprKind::Attr(object, _) = ast.expr(func) else { return false };
    if by_alias(world, file, site.scope, *object) {
        return true;
    }
    let ExprKind::Name(name) = ast.expr(*object) else { return false };
    let function = if let Scope::Func(id) = site.scope { ast.funcs.get(id as usize).map(|def| (id, def)) } else { None };
    let given = |(id, def): (u32, &FuncDef)| {
        name.as_str() == "connection" && receivers.contains(&(file, id)) && def.params.iter().any(|param| param.name == *name)
    };
    if function.is_some_and(given) {
        return true;
    }
    let local = function.map(|(_, def)| written::bound(ast, &def.body, name)).unwrap_or_default();
    let bound = if local.is_empty() { written::bound(ast, &ast.body, name) } else { local };
    let values: Vec<ExprId> = bound.into_iter().filter_map(|bound| bound.value).collect();
    values.into_iter().any(|value| by_alias(world, file, site.scope, value) || is_django(world, file, site.scope, value))
}

/// `connections[alias]`
fn by_alias(world: &mut World, file: u32, scope: Scope, object: ExprId) -> bool {
    let ExprKind::Subscript(connections, _) = world.interp.ast(file).expr(object) else { return false };
    is_django(world, file, scope, *connections)
}

fn is_django(world: &mut World, file: u32, scope: Scope, expr: ExprId) -> bool {
    names::resolve(world, file, scope, expr).is_some_and(|name| name.starts_with("django.db."))
}
