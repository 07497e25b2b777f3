//! Which operation a value is: the standard operation that its class comes down to, with its arguments by name; or what its own
//! `state_forwards` does.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::base::{Loc, Sym, last_part, sym};
use crate::django::fields;
use crate::django::migrations::Source;
use crate::django::world::World;
use crate::eval::{Base, CallObj, InstObj, Value};
use crate::facts::StmtKind;

const STANDARD: &str = "django.db.migrations.operations.";
const OPERATION: &str = "django.db.migrations.operations.base.Operation";
const STATE: &str = "django.db.migrations.state.ProjectState";

/// An operation as far as the state goes.
pub struct Operation {
    /// The standard class: `AddField`.
    pub kind: Sym,
    pub args: BTreeMap<String, Value>,
    pub at: Loc,
    /// A condition stands around it.
    pub likely: bool,
}

pub enum Meaning {
    /// What the operation does to the state, in order; nothing for many.
    Known(Vec<Operation>),
    Unknown,
}

impl Operation {
    pub fn text(&self, name: &str) -> Option<Sym> {
        self.args.get(name).and_then(Value::as_str)
    }

    /// The elements of a list of operations.
    pub fn inner(&self, name: &str) -> Vec<Value> {
        self.args.get(name).and_then(Value::items).unwrap_or_default()
    }
}

pub fn place(value: &Value) -> Loc {
    match value {
        Value::Call(call) => call.loc,
        Value::Instance(made) => made.loc,
        Value::Alt(options) => options.first().map(place).unwrap_or_default(),
        Value::Unknown(why) => why.at,
        _ => Loc::default(),
    }
}

/// What `value`, an element of the operations of `source`, means.
pub fn meaning(world: &mut World, value: &Value, source: &Source) -> Meaning {
    match value {
        Value::Call(call) => match call.ext() {
            Some(class) => of_call(world, class, call),
            None => Meaning::Unknown,
        },
        Value::Instance(made) => of_instance(world, made, value, source),
        Value::Alt(options) => {
            // One of several: the first, with a condition.
            let Some(first) = options.first() else { return Meaning::Unknown };
            match meaning(world, first, source) {
                Meaning::Known(mut operations) => {
                    for operation in &mut operations {
                        operation.likely = true;
                    }
                    Meaning::Known(operations)
                }
                Meaning::Unknown => Meaning::Unknown,
            }
        }
        _ => Meaning::Unknown,
    }
}

/// The standard operation among the ancestors of an external class.
fn standard(world: &World, class: Sym) -> Option<Sym> {
    let ancestors = world.interp.project.packages.mro(class);
    let own = std::iter::once(&class).chain(ancestors.iter()).find(|c| c.starts_with(STANDARD))?;
    Some(sym(last_part(own)))
}

fn of_call(world: &World, class: Sym, call: &Rc<CallObj>) -> Meaning {
    let Some(kind) = standard(world, class) else { return Meaning::Unknown };
    if kind.as_str() == "Operation" {
        // Django's own that are nothing else (extensions, collations, validations) leave the state alone.
        return if class.starts_with("django.") { Meaning::Known(Vec::new()) } else { Meaning::Unknown };
    }
    let args = fields::bind(world, class, &call.args, &call.kwargs);
    Meaning::Known(vec![Operation { kind, args, at: call.loc, likely: call.guard.is_some() || call.open }])
}

fn of_instance(world: &mut World, made: &Rc<InstObj>, value: &Value, source: &Source) -> Meaning {
    let class = world.interp.class(made.class);
    let Some(base) = world.external_base(&class, |name| name.starts_with(STANDARD) || standard(world, sym(name)).is_some()) else {
        return Meaning::Unknown;
    };
    if world.interp.find_first_party(made.class, "state_forwards").is_some() {
        return forwards(world, made, value, source);
    }
    inherited(world, made, base)
}

/// What the external base makes of the arguments that reached it.
fn inherited(world: &World, made: &Rc<InstObj>, base: Sym) -> Meaning {
    if base.as_str() == OPERATION {
        return Meaning::Known(Vec::new());
    }
    let Some(kind) = standard(world, base) else { return Meaning::Unknown };
    let init = made.base_init.borrow().clone();
    let (args, open) = match &init {
        Some(call) => (fields::bind(world, base, &call.args, &call.kwargs), call.open),
        None => (fields::bind(world, base, &made.args, &made.kwargs), false),
    };
    Meaning::Known(vec![Operation { kind, args, at: made.loc, likely: open || made.guard.is_some() }])
}

/// Runs `state_forwards` with a state that records what is called on it.
fn forwards(world: &mut World, made: &Rc<InstObj>, value: &Value, source: &Source) -> Meaning {
    let state = world.interp.record_call(Value::Ext(sym(STATE)), Vec::new(), Vec::new(), false, made.loc);
    let Value::Call(recorded) = &state else { return Meaning::Unknown };
    let before = made.events.borrow().len();
    world.interp.restart();
    world.interp.call_method_with(value, "state_forwards", vec![Value::Str(sym(&source.app)), state.clone()], made.loc);
    let mut out = Vec::new();
    let own: Vec<Rc<CallObj>> = made.events.borrow().iter().skip(before).cloned().collect();
    for call in own {
        if let Value::Attr(callee) = &call.callee
            && callee.1.as_str() == "state_forwards"
        {
            let class = world.interp.class(made.class);
            let base = class.mro.iter().find_map(|b| match b {
                Base::Ext(name) if standard(world, *name).is_some() => Some(*name),
                _ => None,
            });
            match base.map(|base| inherited(world, made, base)) {
                Some(Meaning::Known(operations)) => out.extend(operations),
                _ => return Meaning::Unknown,
            }
        }
    }
    let calls = recorded.events.borrow().clone();
    for call in calls {
        match of_state(&call) {
            Some(operation) => out.extend(operation),
            None => return Meaning::Unknown,
        }
    }
    if out.is_empty() && !does_nothing(world, made) {
        return Meaning::Unknown;
    }
    Meaning::Known(out)
}

/// A body of `pass`, a text or an early return.
fn does_nothing(world: &mut World, made: &Rc<InstObj>) -> bool {
    let Some((Value::Func(func), _)) = world.interp.find_first_party(made.class, "state_forwards") else { return false };
    let ast = world.interp.ast(func.file);
    let Some(def) = world.interp.func_def(&func) else { return false };
    def.body.iter().all(|id| match ast.stmt(*id) {
        StmtKind::Pass => true,
        StmtKind::Return(value) => value.is_none(),
        StmtKind::Expr(expr) => matches!(ast.expr(*expr), crate::facts::ExprKind::Str(_) | crate::facts::ExprKind::LongStr(_)),
        _ => false,
    })
}

/// A method called on the state as the operation that does the same.
fn of_state(call: &Rc<CallObj>) -> Option<Option<Operation>> {
    let Value::Attr(callee) = &call.callee else { return None };
    let (kind, names): (&str, &[&str]) = match callee.1.as_str() {
        "add_field" => ("AddField", &["app", "model_name", "name", "field", "preserve_default"]),
        "alter_field" => ("AlterField", &["app", "model_name", "name", "field", "preserve_default"]),
        "remove_field" => ("RemoveField", &["app", "model_name", "name"]),
        "rename_field" => ("RenameField", &["app", "model_name", "old_name", "new_name"]),
        "remove_model" => ("DeleteModel", &["app", "name"]),
        "rename_model" => ("RenameModel", &["app", "old_name", "new_name"]),
        "add_index" => ("AddIndex", &["app", "model_name", "index"]),
        "remove_index" => ("RemoveIndex", &["app", "model_name", "name"]),
        "add_constraint" => ("AddConstraint", &["app", "model_name", "constraint"]),
        "remove_constraint" => ("RemoveConstraint", &["app", "model_name", "name"]),
        "reload_model" | "reload_models" | "clear_delayed_apps_cache" | "clone" => return Some(None),
        _ => return None,
    };
    let mut args: BTreeMap<String, Value> = names.iter().zip(&call.args).map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    args.extend(call.kwargs.iter().map(|(name, value)| (name.to_string(), value.clone())));
    Some(Some(Operation { kind: sym(kind), args, at: call.loc, likely: call.guard.is_some() || call.open }))
}
