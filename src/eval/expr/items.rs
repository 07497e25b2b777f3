//! `object[key]` and `object[from:to]`.

use std::rc::Rc;

use crate::base::{Loc, sym};
use crate::eval::Interp;
use crate::eval::exec::alternative;
use crate::eval::value::*;

impl Interp<'_> {
    pub(in crate::eval) fn get_item(&mut self, object: &Value, key: &Value, at: Loc) -> Value {
        match object {
            Value::Dict(dict) => {
                let Some(k) = key.key() else { return self.unknown(WhyCode::MissingKey, "", at) };
                let found = dict.items.borrow().get(&k).map(|(_, v)| v.clone());
                if let Some(found) = found {
                    return self.force(found);
                }
                let factory = dict.default.borrow().clone();
                if let Some(factory) = factory {
                    let made = self.call_value(&factory, Vec::new(), Vec::new(), false, at);
                    dict.insert(key.clone(), made.clone());
                    return made;
                }
                if !dict.open.get() {
                    self.raise("KeyError");
                }
                self.unknown(WhyCode::MissingKey, key.as_str().as_deref().unwrap_or(""), at)
            }
            Value::List(_) | Value::Tuple(_) => {
                let items = self.elements(object);
                if let Some(n) = key.as_int()
                    && !items.iter().any(|i| matches!(i, Value::Spread(_)))
                {
                    let index = if n < 0 { items.len().wrapping_sub(n.unsigned_abs() as usize) } else { n as usize };
                    if let Some(found) = items.get(index) {
                        return found.clone();
                    }
                    self.raise("IndexError");
                }
                self.unknown(WhyCode::MissingKey, "", at)
            }
            Value::Str(text) => match key.as_int().and_then(|n| {
                if n < 0 { text.chars().rev().nth((n.unsigned_abs() as usize).wrapping_sub(1)) } else { text.chars().nth(n as usize) }
            }) {
                Some(c) => Value::Str(sym(&c.to_string())),
                None => self.unknown(WhyCode::MissingKey, "", at),
            },
            // `os.environ["X"]`
            Value::Ext(name) if name.as_str() == "os.environ" => {
                if let Some(given) = key.as_str().and_then(|name| self.given(&name, "")) {
                    return given;
                }
                self.unknown(WhyCode::Environment, key.as_str().as_deref().unwrap_or(""), at)
            }
            Value::Ext(name) if name.as_str() == "sys.modules" => match key.as_str() {
                Some(module) => self.import_module(&module, at.file).unwrap_or_else(|| self.unknown(WhyCode::MissingModule, &module, at)),
                None => self.unknown(WhyCode::NotModelled, "sys.modules", at),
            },
            // Generic aliases: `Base[T]` is `Base`.
            Value::Ext(_) => object.clone(),
            Value::Class(class) => {
                if let Some(members) = self.enum_members(*class)
                    && let Some(name) = key.as_str()
                    && !members.is_empty()
                {
                    return self.attr(object, name, at);
                }
                object.clone()
            }
            Value::Instance(_) => match self.call_method_with(object, "__getitem__", vec![key.clone()], at) {
                Some(value) => value,
                None => {
                    // A first-party subclass of `dict` keeps its items as attributes of the instance.
                    self.instance_item(object, key).unwrap_or_else(|| self.unknown(WhyCode::MissingKey, "", at))
                }
            },
            Value::Alt(options) => {
                let options = options.to_vec();
                options.iter().map(|o| self.get_item(o, key, at)).reduce(alternative).unwrap_or(Value::None)
            }
            Value::Unknown(_) => object.clone(),
            Value::Attr(parts) if parts.1.as_str() == "__dict__" && matches!(parts.0, Value::Instance(_) | Value::Module(_)) => {
                match key.as_str() {
                    Some(name) => {
                        let owner = parts.0.clone();
                        self.attr(&owner, name, at)
                    }
                    None => self.unknown(WhyCode::MissingKey, "", at),
                }
            }
            other => Value::Attr(Rc::new((other.clone(), sym(&format!("[{}]", key.as_str().as_deref().unwrap_or("…")))))),
        }
    }

    fn instance_item(&mut self, object: &Value, key: &Value) -> Option<Value> {
        match object.mapping()? {
            Value::Dict(dict) => dict.items.borrow().get(&key.key()?).map(|(_, v)| v.clone()),
            _ => None,
        }
    }

    pub(super) fn slice(&mut self, object: &Value, start: Option<Value>, stop: Option<Value>, step: Option<Value>, at: Loc) -> Value {
        if step.as_ref().is_some_and(|s| !matches!(s, Value::Int(1) | Value::None)) {
            if matches!(step, Some(Value::Int(-1))) && start.is_none() && stop.is_none() {
                let items = self.elements(object);
                return Value::list(items.into_iter().rev().collect());
            }
            return self.unknown(WhyCode::NotModelled, "slice step", at);
        }
        let length = match object {
            Value::Str(text) => text.chars().count(),
            Value::List(items) => items.borrow().len(),
            Value::Tuple(items) => items.len(),
            other => return other.clone(),
        };
        let bound = |value: Option<Value>, default: usize| match value {
            None | Some(Value::None) => Some(default),
            Some(Value::Int(n)) if n < 0 => Some(length.saturating_sub(n.unsigned_abs() as usize)),
            Some(Value::Int(n)) => Some((n as usize).min(length)),
            _ => None,
        };
        let (Some(from), Some(to)) = (bound(start, 0), bound(stop, length)) else { return self.unknown(WhyCode::NotModelled, "slice", at) };
        let count = to.saturating_sub(from);
        match object {
            Value::Str(text) => Value::Str(sym(&text.chars().skip(from).take(count).collect::<String>())),
            Value::List(items) => Value::list(items.borrow().iter().skip(from).take(count).cloned().collect()),
            Value::Tuple(items) => Value::tuple(items.iter().skip(from).take(count).cloned().collect()),
            _ => Value::None,
        }
    }
}
