//! Field classes of the project: what their `contribute_to_class` makes of a field once it knows the model. It is read and not run, and apart from
//! the fields because nothing else looks into a method's body for them.

use crate::base::{Loc, Sym};
use crate::eval::{InstObj, Value};
use crate::facts::{ExprId, ExprKind, StmtKind, visit};

use super::world::World;

/// The column that the field's own `contribute_to_class` ends up with: `self.column = self.json_field_name`, or a text.
pub fn column(world: &mut World, instance: &InstObj) -> Option<Sym> {
    let Some((Value::Func(method), _)) = world.interp.find_first_party(instance.class, "contribute_to_class") else { return None };
    let def = world.interp.func_def(&method)?;
    let ast = world.interp.ast(method.file);
    let of_self = |expr: ExprId| match ast.expr(expr) {
        ExprKind::Attr(object, name) if ast.dotted(*object).as_deref() == Some("self") => Some(*name),
        _ => None,
    };
    let set = def.body.iter().rev().find_map(|stmt| match ast.stmt(*stmt) {
        StmtKind::Assign(targets, value) if targets.iter().any(|t| of_self(*t).is_some_and(|name| name.as_str() == "column")) => {
            Some(*value)
        }
        _ => None,
    })?;
    match ast.expr(set) {
        ExprKind::Str(text) => Some(*text),
        _ => instance.attrs.borrow().get(&of_self(set)?).and_then(Value::as_str),
    }
}

/// Names the `contribute_to_class` of a field class of the project: it may change the field once it knows the model, and is not run.
pub fn decides_later(world: &mut World, value: &Value) {
    let Value::Instance(made) = value else { return };
    let Some((Value::Func(method), owner)) = world.interp.find_first_party(made.class, "contribute_to_class") else { return };
    let Some(def) = world.interp.func_def(&method) else { return };
    let ast = world.interp.ast(method.file);
    let changes = visit::expressions(ast, &def.body).into_iter().any(|expr| {
        matches!(ast.expr(expr), ExprKind::Attr(object, name)
            if name.as_str() == "related_name" && ast.dotted(*object).is_some_and(|object| object.starts_with("self.")))
    });
    if changes {
        let at = Loc { file: method.file, line: def.line };
        let text = format!("{}.contribute_to_class", world.interp.class(owner).qualname);
        world.note_once("fields", at, "a method of the field's class chooses the related name", text);
    }
}
