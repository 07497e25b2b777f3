//! Values as text, equal where Django's `deep_deconstruct` takes them for equal: what a migration writes down and what the model says are
//! compared by it. Lists and tuples are one thing here, a translated text is its message, and a `Q` is its condition however it was put together.

use crate::base::{Loc, Sym, last_part, sym};
use crate::eval::{Base, CallObj, Flavour, Value};

use super::fields;
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
        // A constant of another library: what it is worth is not known here.
        Value::Ext(name) if is_constant(name) => return None,
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
            if let Some(text) = plain(&name, call) {
                out.push_str(&text);
                return Some(());
            }
            if fields::is_field_class(world, name) {
                return nested_field(world, name, call, out, depth);
            }
            if matches!(last_part(&name), "compile" | "_lazy_re_compile") {
                return pattern(world, call, out, depth);
            }
            if let Some(parameters) = validator(&name) {
                let mut given: Vec<(Sym, Value)> = parameters.iter().map(|n| sym(n)).zip(call.args.iter().cloned()).collect();
                given.extend(call.kwargs.iter().cloned());
                out.push_str(short(&name));
                return arguments(world, &[], &given, &[], out, depth);
            }
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

/// `WEEKLY` of a library; Django's own are spelt out where they matter.
fn is_constant(name: &str) -> bool {
    let last = last_part(name);
    !name.starts_with("django.") && last.len() > 1 && last.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// Decimals and durations, which are equal however they are written.
fn plain(name: &str, call: &CallObj) -> Option<String> {
    let number = |value: &Value| match value {
        Value::Int(n) => Some(*n as f64),
        Value::Float(n) => Some(*n),
        Value::Str(text) => text.parse::<f64>().ok(),
        _ => None,
    };
    match name {
        "decimal.Decimal" if call.kwargs.is_empty() => match call.args.as_slice() {
            [] => Some("0".to_owned()),
            [value] => number(value).map(|n| n.to_string()),
            _ => None,
        },
        "datetime.timedelta" => {
            const UNITS: [(&str, f64); 7] = [
                ("days", 86_400e6),
                ("seconds", 1e6),
                ("microseconds", 1.0),
                ("milliseconds", 1e3),
                ("minutes", 60e6),
                ("hours", 3_600e6),
                ("weeks", 604_800e6),
            ];
            let positional = UNITS.iter().map(|(unit, _)| *unit).zip(call.args.iter());
            let named = call.kwargs.iter().map(|(unit, value)| (unit.as_str(), value));
            let mut total = 0.0;
            for (unit, value) in positional.chain(named) {
                total += number(value)? * UNITS.iter().find(|(known, _)| *known == unit)?.1;
            }
            Some(format!("timedelta({total})"))
        }
        _ => None,
    }
}

/// A field within a field: what the schema knows of it.
fn nested_field(world: &mut World, name: Sym, call: &CallObj, out: &mut String, depth: u32) -> Option<()> {
    const COSMETIC: &[&str] = &["blank", "choices", "editable", "error_messages", "help_text", "validators", "verbose_name"];
    const UNSET: &[(&str, &str)] = &[
        ("null", "False"),
        ("unique", "False"),
        ("db_index", "False"),
        ("primary_key", "False"),
        ("size", "None"),
        ("max_length", "None"),
    ];
    let mut given = Vec::new();
    for (argument, value) in fields::bind(world, name, &call.args, &call.kwargs) {
        if COSMETIC.contains(&argument.as_str()) {
            continue;
        }
        let mut text = String::new();
        write(world, &value, &mut text, depth + 1)?;
        if !UNSET.contains(&(argument.as_str(), text.as_str())) {
            given.push(format!("{argument}={text}"));
        }
    }
    out.push_str(&format!("{}({})", short(&name), given.join(", ")));
    Some(())
}

/// A regular expression; `re.UNICODE` is what a text has anyway.
fn pattern(world: &mut World, call: &CallObj, out: &mut String, depth: u32) -> Option<()> {
    let flags = call.args.get(1).or_else(|| call.kwarg("flags"));
    out.push_str("compile(");
    write(world, call.args.first()?, out, depth + 1)?;
    match flags {
        None | Some(Value::Int(0 | 32)) => {}
        Some(flags) => {
            out.push_str(", ");
            write(world, flags, out, depth + 1)?;
        }
    }
    out.push(')');
    Some(())
}

/// The parameters of Django's validators, by which positions and names come to the same.
fn validator(name: &str) -> Option<&'static [&'static str]> {
    name.starts_with("django.core.validators.").then(|| match last_part(name) {
        "RegexValidator" => &["regex", "message", "code", "inverse_match", "flags"][..],
        "URLValidator" => &["schemes"],
        "EmailValidator" => &["message", "code", "allowlist"],
        "FileExtensionValidator" => &["allowed_extensions", "message", "code"],
        "DecimalValidator" => &["max_digits", "decimal_places"],
        "ProhibitNullCharactersValidator" => &["message", "code"],
        _ => &["limit_value", "message"],
    })
}

/// The choices of a field as pairs: of an enumeration its members. None where they are made in some other way.
pub fn choices(world: &mut World, value: &Value) -> Option<String> {
    match value {
        Value::Class(class) => {
            let object = world.interp.class(*class);
            let ours = object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.starts_with("django.db.models.enums.")));
            if !ours {
                return None;
            }
            let pairs = world.interp.attr(value, sym("choices"), Loc::default());
            text(world, &pairs)
        }
        Value::Dict(dict) if !dict.open.get() => {
            let pairs = dict.items.borrow().values().map(|(key, label)| Value::tuple(vec![key.clone(), label.clone()])).collect();
            text(world, &Value::list(pairs))
        }
        _ => text(world, value),
    }
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

    /// `Q(Q(…), _negated=True)`, which Django before 4.2 makes of `~Q(…)`, is the one in it, negated.
    fn alone(mut self) -> Condition {
        match self.children.pop() {
            Some(Child::Inner(inner)) if self.children.is_empty() => Condition { negated: self.negated != inner.negated, ..inner },
            last => {
                self.children.extend(last);
                self
            }
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
        "operator.invert" => {
            let mut out = condition(world, call.args.first()?, depth + 1)?;
            out.negated = !out.negated;
            return Some(out);
        }
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
            return Some(out.alone());
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
