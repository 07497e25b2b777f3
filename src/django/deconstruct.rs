//! Values as text, equal where Django's `deep_deconstruct` takes them for equal: what a migration writes down and what the model says are
//! compared by it. Lists and tuples are one thing here, a translated text is its message, and a `Q` is its condition however it was put together.

use crate::base::last_part;
use crate::eval::{Flavour, Value};

use super::world::World;

const MAX_DEPTH: u32 = 24;
const MAX_LENGTH: usize = 1 << 16;

/// None where some part of the value is not known.
pub fn text(world: &mut World, value: &Value) -> Option<String> {
    let mut out = String::new();
    write(world, value, &mut out, 0)?;
    Some(out)
}

fn write(world: &mut World, value: &Value, out: &mut String, depth: u32) -> Option<()> {
    if depth > MAX_DEPTH || out.len() > MAX_LENGTH {
        return None;
    }
    match value {
        Value::None => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Int(n) => out.push_str(&n.to_string()),
        Value::Float(n) => out.push_str(&n.to_string()),
        Value::Str(text) => quote(text, out),
        Value::List(_) | Value::Tuple(_) => sequence(world, &value.items()?, ('[', ']'), out, depth)?,
        Value::Set(items) => {
            let mut rows = Vec::new();
            for item in items.borrow().clone() {
                let mut row = String::new();
                write(world, &item, &mut row, depth + 1)?;
                rows.push(row);
            }
            rows.sort();
            out.push_str(&format!("{{{}}}", rows.join(", ")));
        }
        Value::Dict(dict) if !dict.open.get() => {
            let mut rows = Vec::new();
            let items: Vec<(Value, Value)> = dict.items.borrow().values().cloned().collect();
            for (key, value) in items {
                let mut row = String::new();
                write(world, &key, &mut row, depth + 1)?;
                row.push_str(": ");
                write(world, &value, &mut row, depth + 1)?;
                rows.push(row);
            }
            rows.sort();
            out.push_str(&format!("{{{}}}", rows.join(", ")));
        }
        Value::Func(func) if world.interp.func_def(func).is_some_and(|def| def.name.as_str() == "<lambda>") => return None,
        Value::Class(_) | Value::Func(_) | Value::Module(_) => out.push_str(&world.dotted(value)?),
        Value::Ext(name) => out.push_str(short(name)),
        Value::Method(parts) if parts.1.flavour.get() != Flavour::Plain => out.push_str(&world.dotted(value)?),
        // An attribute of a class or module from outside: `RunPython.noop`, `Model.objects`.
        Value::Attr(parts) if matches!(parts.0, Value::Ext(_) | Value::Class(_)) => {
            out.push_str(&world.dotted(&parts.0)?);
            out.push('.');
            out.push_str(&parts.1);
        }
        Value::Call(call) if !call.open => {
            let name = match &call.callee {
                Value::Ext(name) => *name,
                // `F("name").desc()` is written `OrderBy(F("name"), descending=True)`.
                Value::Attr(parts) if matches!(parts.1.as_str(), "asc" | "desc") && matches!(parts.0, Value::Call(_)) => {
                    out.push_str("OrderBy(");
                    write(world, &parts.0, out, depth + 1)?;
                    if parts.1.as_str() == "desc" {
                        out.push_str(", descending=True");
                    }
                    named(world, &call.kwargs, &[], out, depth)?;
                    out.push(')');
                    return Some(());
                }
                _ => return None,
            };
            if matches!(last_part(&name), "Q") || name.starts_with("operator.") {
                let condition = condition(world, value, depth + 1)?;
                condition.write(out);
                return Some(());
            }
            out.push_str(short(&name));
            arguments(world, &call.args, &call.kwargs, &ignored(&name), out, depth)?;
        }
        Value::Instance(made) => {
            out.push_str(&world.interp.class(made.class).dotted());
            arguments(world, &made.args, &made.kwargs, &[], out, depth)?;
        }
        Value::Lazy(..) => {
            let forced = world.interp.force(value.clone());
            if matches!(forced, Value::Lazy(..)) {
                return None;
            }
            write(world, &forced, out, depth + 1)?;
        }
        _ => return None,
    }
    Some(())
}

/// Framework classes go by their last name: several dotted names lead to each.
fn short(name: &str) -> &str {
    if name.starts_with("django.") { last_part(name) } else { name }
}

/// What a constructor takes that says nothing of the database.
fn ignored(name: &str) -> Vec<&'static str> {
    if name.contains(".constraints.") || name.ends_with("Constraint") {
        vec!["violation_error_message", "violation_error_code"]
    } else {
        Vec::new()
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('\'');
    for ch in text.chars() {
        if matches!(ch, '\'' | '\\') {
            out.push('\\');
        }
        out.push(ch);
    }
    out.push('\'');
}

fn sequence(world: &mut World, items: &[Value], brackets: (char, char), out: &mut String, depth: u32) -> Option<()> {
    out.push(brackets.0);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write(world, item, out, depth + 1)?;
    }
    out.push(brackets.1);
    Some(())
}

fn arguments(
    world: &mut World,
    args: &[Value],
    kwargs: &[(crate::base::Sym, Value)],
    without: &[&str],
    out: &mut String,
    depth: u32,
) -> Option<()> {
    out.push('(');
    for (i, item) in args.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write(world, item, out, depth + 1)?;
    }
    named(world, kwargs, without, out, depth)?;
    out.push(')');
    Some(())
}

fn named(world: &mut World, kwargs: &[(crate::base::Sym, Value)], without: &[&str], out: &mut String, depth: u32) -> Option<()> {
    let mut kwargs: Vec<_> = kwargs.iter().filter(|(name, _)| !without.contains(&name.as_str())).collect();
    // `check` became `condition` in Django 5.1.
    let name_of = |name: &str| if name == "check" { "condition".to_owned() } else { name.to_owned() };
    kwargs.sort_by_key(|(name, _)| name_of(name));
    for (name, value) in kwargs {
        if !out.ends_with('(') {
            out.push_str(", ");
        }
        out.push_str(&name_of(name));
        out.push('=');
        write(world, value, out, depth + 1)?;
    }
    Some(())
}

/// A `Q` in normal form.
struct Condition {
    connector: &'static str,
    negated: bool,
    /// Parts that are no conditions themselves, as text, and those that are.
    children: Vec<Child>,
}

enum Child {
    Test(String),
    Inner(Condition),
}

impl Condition {
    /// Parts of the same kind are one condition; a condition with one part is that part.
    fn add(&mut self, inner: Condition) {
        if !inner.negated && (inner.connector == self.connector || inner.children.len() == 1) {
            self.children.extend(inner.children);
        } else if !inner.children.is_empty() {
            self.children.push(Child::Inner(inner));
        }
    }

    fn write(&self, out: &mut String) {
        if self.negated {
            out.push_str("NOT ");
        }
        out.push('(');
        for (i, child) in self.children.iter().enumerate() {
            if i > 0 {
                out.push_str(&format!(" {} ", self.connector));
            }
            match child {
                Child::Test(text) => out.push_str(text),
                Child::Inner(inner) => inner.write(out),
            }
        }
        out.push(')');
    }
}

fn condition(world: &mut World, value: &Value, depth: u32) -> Option<Condition> {
    if depth > MAX_DEPTH {
        return None;
    }
    let Value::Call(call) = value else { return None };
    let name = call.ext()?;
    let connector = match name.as_str() {
        "operator.or_" => "OR",
        "operator.and_" => "AND",
        _ if last_part(&name) == "Q" => {
            let given = |key: &str| call.kwarg(key).and_then(Value::as_str).map(|s| s.to_string());
            let connector = match given("_connector").as_deref() {
                None | Some("AND") => "AND",
                Some("OR") => "OR",
                Some("XOR") => "XOR",
                Some(_) => return None,
            };
            let negated = call.kwarg("_negated").and_then(Value::as_bool).unwrap_or(false);
            let mut out = Condition { connector, negated, children: Vec::new() };
            for arg in &call.args {
                match arg {
                    Value::Tuple(pair) => {
                        let [Value::Str(key), value] = pair.as_ref() else { return None };
                        out.children.push(test(world, key, value, depth)?);
                    }
                    Value::Call(inner) if inner.ext().is_some_and(|e| last_part(&e) == "Q" || e.starts_with("operator.")) => {
                        let inner = condition(world, arg, depth + 1)?;
                        out.add(inner);
                    }
                    other => {
                        let mut text = String::new();
                        write(world, other, &mut text, depth + 1)?;
                        out.children.push(Child::Test(text));
                    }
                }
            }
            let mut tests: Vec<_> = call.kwargs.iter().filter(|(key, _)| !key.starts_with('_')).collect();
            tests.sort_by_key(|(key, _)| key.as_str());
            for (key, value) in tests {
                out.children.push(test(world, key, value, depth)?);
            }
            return Some(out);
        }
        _ => return None,
    };
    let mut out = Condition { connector, negated: false, children: Vec::new() };
    for arg in &call.args {
        let inner = condition(world, arg, depth + 1)?;
        out.add(inner);
    }
    Some(out)
}

fn test(world: &mut World, key: &str, value: &Value, depth: u32) -> Option<Child> {
    let mut text = format!("{key}=");
    write(world, value, &mut text, depth + 1)?;
    Some(Child::Test(text))
}
