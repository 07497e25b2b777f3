//! Methods of the built-in containers and strings.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};

use super::budget::MAX_TEXT;
use super::exec::merge_dict;
use super::expr::{order, push_part, text_of};
use super::value::*;
use super::{Interp, MAX_ITEMS};

impl<'p> Interp<'p> {
    /// The result of a method of a built-in type; `None` when it is not one of those.
    pub(super) fn builtin_method(
        &mut self,
        receiver: &Value,
        name: &str,
        args: &[Value],
        kwargs: &[(Sym, Value)],
        at: Loc,
    ) -> Option<Value> {
        match receiver {
            Value::Str(text) => self.str_method(*text, name, args, kwargs, at),
            Value::List(list) => self.list_method(list, name, args, kwargs, at),
            Value::Set(set) => self.set_method(set, name, args),
            Value::Tuple(items) => match name {
                "index" | "count" => {
                    let items = items.to_vec();
                    let list = Rc::new(items.into());
                    self.list_method(&list, name, args, kwargs, at)
                }
                _ => None,
            },
            Value::Dict(dict) => self.dict_method(dict, name, args, kwargs, at),
            Value::Attr(parts) => {
                // `globals().update(…)`, `vars()["x"]`
                if let (Value::Module(file), "__dict__", "update") = (&parts.0, parts.1.as_str(), name)
                    && let Some(frame) = self.variables(*file)
                {
                    if let Some(Value::Dict(more)) = args.first() {
                        for (key, value) in more.items.borrow().values() {
                            if let Some(key) = key.as_str() {
                                frame.vars.borrow_mut().insert(key, value.clone());
                            }
                        }
                    }
                    return Some(Value::None);
                }
                // `self.__dict__`: what is changed in it is changed on the instance.
                if let (Value::Instance(instance), "__dict__") = (&parts.0, parts.1.as_str()) {
                    let dict = DictObj::default();
                    for (key, value) in instance.attrs.borrow().iter() {
                        dict.insert(Value::Str(*key), value.clone());
                    }
                    let dict = Rc::new(dict);
                    let result = self.dict_method(&dict, name, args, kwargs, at);
                    if matches!(name, "update" | "setdefault" | "pop" | "clear") {
                        let vars = dict.items.borrow().values().filter_map(|(k, v)| Some((k.as_str()?, v.clone()))).collect();
                        *instance.attrs.borrow_mut() = vars;
                    }
                    return result;
                }
                None
            }
            _ => None,
        }
    }

    fn str_method(&mut self, text: Sym, name: &str, args: &[Value], kwargs: &[(Sym, Value)], at: Loc) -> Option<Value> {
        let arg = |i: usize| args.get(i).and_then(Value::as_str);
        let str_value = |s: &str| Some(Value::Str(sym(s)));
        match name {
            "lower" | "casefold" => str_value(&text.to_lowercase()),
            "upper" => str_value(&text.to_uppercase()),
            "title" | "capitalize" => {
                let mut chars = text.chars();
                let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
                str_value(&(first + &chars.as_str().to_lowercase()))
            }
            "strip" | "lstrip" | "rstrip" => {
                let set: Vec<char> = match args.first() {
                    None | Some(Value::None) => " \t\r\n\u{b}\u{c}".chars().collect(),
                    Some(value) => value.as_str()?.chars().collect(),
                };
                let set = set.as_slice();
                str_value(match name {
                    "strip" => text.trim_matches(set),
                    "lstrip" => text.trim_start_matches(set),
                    _ => text.trim_end_matches(set),
                })
            }
            "replace" => {
                let (old, new) = (arg(0)?, arg(1)?);
                // An empty pattern stands between all characters.
                let places = if old.is_empty() { text.len() + 1 } else { text.len() / old.len() };
                if text.len() + places.saturating_mul(new.len()) > 10 * MAX_TEXT {
                    return Some(self.exhausted_at(at));
                }
                str_value(&text.replace(old.as_str(), &new))
            }
            "startswith" | "endswith" => {
                let options: Vec<Sym> = match args.first()? {
                    Value::Tuple(items) => items.iter().filter_map(Value::as_str).collect(),
                    other => vec![other.as_str()?],
                };
                Some(Value::Bool(
                    options.iter().any(|o| if name == "startswith" { text.starts_with(o.as_str()) } else { text.ends_with(o.as_str()) }),
                ))
            }
            "removeprefix" => str_value(text.strip_prefix(arg(0)?.as_str()).unwrap_or(&text)),
            "removesuffix" => str_value(text.strip_suffix(arg(0)?.as_str()).unwrap_or(&text)),
            "split" | "rsplit" => {
                let limit = args
                    .get(1)
                    .or_else(|| kwargs.iter().find(|(k, _)| k.as_str() == "maxsplit").map(|(_, v)| v))
                    .and_then(Value::as_int)
                    .filter(|n| *n >= 0)
                    .map(|n| n as usize);
                let parts: Vec<String> = match (args.first().filter(|v| !matches!(v, Value::None)), limit) {
                    (None, _) => text.split_whitespace().map(String::from).collect(),
                    (Some(sep), limit) => {
                        let sep = sep.as_str().filter(|s| !s.is_empty())?;
                        match (limit, name) {
                            (None, _) => text.split(sep.as_str()).map(String::from).collect(),
                            (Some(n), "split") => text.splitn(n + 1, sep.as_str()).map(String::from).collect(),
                            (Some(n), _) => {
                                let mut parts: Vec<String> = text.rsplitn(n + 1, sep.as_str()).map(String::from).collect();
                                parts.reverse();
                                parts
                            }
                        }
                    }
                };
                Some(Value::list(parts.iter().take(MAX_ITEMS).map(|p| Value::Str(sym(p))).collect()))
            }
            "splitlines" => Some(Value::list(text.lines().take(MAX_ITEMS).map(|l| Value::Str(sym(l))).collect())),
            "partition" | "rpartition" => {
                let sep = arg(0)?;
                let parts = if name == "partition" { text.split_once(sep.as_str()) } else { text.rsplit_once(sep.as_str()) };
                let (a, b, c) = match parts {
                    Some((a, c)) => (a, sep.as_str(), c),
                    None if name == "partition" => (text.as_str(), "", ""),
                    None => ("", "", text.as_str()),
                };
                Some(Value::tuple(vec![Value::Str(sym(a)), Value::Str(sym(b)), Value::Str(sym(c))]))
            }
            "join" => {
                let items = self.iterate(args.first()?);
                let Some(items) = items else { return Some(self.unknown(WhyCode::NotModelled, "join", at)) };
                let length = |value: &Value| value.as_str().map_or(20, |part| part.len()) + text.len();
                if items.iter().map(length).sum::<usize>() > 10 * MAX_TEXT {
                    return Some(self.exhausted_at(at));
                }
                let parts: Option<Vec<String>> = items.iter().map(text_of).collect();
                Some(match parts {
                    Some(parts) => self.text(&parts.join(text.as_str()), false, at),
                    None => self.unknown(WhyCode::NotModelled, "join", at),
                })
            }
            "format" => Some(format(text, args, kwargs)),
            "encode" | "decode" => Some(Value::Str(text)),
            // Python asks for one letter at least; what is none does not matter.
            "islower" => Some(Value::Bool(text.chars().any(char::is_lowercase) && !text.chars().any(char::is_uppercase))),
            "isupper" => Some(Value::Bool(text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase))),
            "isalpha" => Some(Value::Bool(!text.is_empty() && text.chars().all(char::is_alphabetic))),
            "isalnum" => Some(Value::Bool(!text.is_empty() && text.chars().all(char::is_alphanumeric))),
            "isdigit" => Some(Value::Bool(!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))),
            "count" => Some(Value::Int(text.matches(arg(0)?.as_str()).count() as i64)),
            "find" => Some(Value::Int(text.find(arg(0)?.as_str()).map_or(-1, |i| i as i64))),
            _ => None,
        }
    }

    fn list_method(
        &mut self,
        list: &Rc<std::cell::RefCell<Vec<Value>>>,
        name: &str,
        args: &[Value],
        kwargs: &[(Sym, Value)],
        at: Loc,
    ) -> Option<Value> {
        match name {
            "append" | "add" => {
                let mut list = list.borrow_mut();
                if list.len() < MAX_ITEMS {
                    list.push(args.first()?.clone());
                }
                Some(Value::None)
            }
            "extend" => {
                let more = self.elements(args.first()?);
                let mut list = list.borrow_mut();
                if list.len() + more.len() < MAX_ITEMS {
                    list.extend(more);
                }
                Some(Value::None)
            }
            "insert" => {
                let index = args.first()?.as_int();
                let value = args.get(1)?.clone();
                let mut list = list.borrow_mut();
                let at = match index {
                    Some(n) if n < 0 => list.len().saturating_sub(n.unsigned_abs() as usize),
                    Some(n) => (n as usize).min(list.len()),
                    None => list.len(),
                };
                list.insert(at, value);
                Some(Value::None)
            }
            "remove" => {
                let value = args.first()?;
                let mut list = list.borrow_mut();
                if let Some(i) = list.iter().position(|x| x.same(value)) {
                    list.remove(i);
                }
                Some(Value::None)
            }
            "pop" => {
                let mut items = list.borrow_mut();
                let index = match args.first() {
                    None => items.len().checked_sub(1),
                    Some(value) => {
                        value.as_int().map(|n| if n < 0 { items.len().wrapping_sub(n.unsigned_abs() as usize) } else { n as usize })
                    }
                };
                let found = index.filter(|i| *i < items.len()).map(|i| items.remove(i));
                drop(items);
                Some(found.unwrap_or_else(|| self.unknown(WhyCode::MissingKey, "pop", at)))
            }
            "clear" => {
                list.borrow_mut().clear();
                Some(Value::None)
            }
            "copy" => Some(Value::list(list.borrow().clone())),
            "reverse" => {
                list.borrow_mut().reverse();
                Some(Value::None)
            }
            "sort" => {
                let sorted = self.sorted(list.borrow().clone(), kwargs);
                *list.borrow_mut() = sorted;
                Some(Value::None)
            }
            "index" => {
                let value = args.first()?;
                let found = list.borrow().iter().position(|x| x.same(value));
                Some(match found {
                    Some(i) => Value::Int(i as i64),
                    None => self.unknown(WhyCode::MissingKey, "index", at),
                })
            }
            "count" => {
                let value = args.first()?;
                Some(Value::Int(list.borrow().iter().filter(|x| x.same(value)).count() as i64))
            }
            _ => None,
        }
    }

    /// Sorted where every pair can be compared, else in the order given.
    pub(super) fn sorted(&mut self, items: Vec<Value>, kwargs: &[(Sym, Value)]) -> Vec<Value> {
        let key = kwargs.iter().find(|(k, _)| k.as_str() == "key").map(|(_, v)| v.clone());
        let reverse = kwargs.iter().any(|(k, v)| k.as_str() == "reverse" && v.as_bool() == Some(true));
        let mut rows: Vec<(Value, Value)> = items
            .into_iter()
            .map(|item| {
                let key = match &key {
                    Some(key) => self.call_value(key, vec![item.clone()], Vec::new(), false, Loc::default()),
                    None => item.clone(),
                };
                (key, item)
            })
            .collect();
        let comparable = rows.windows(2).all(|w| matches!(w, [a, b] if order(&a.0, &b.0).is_some()));
        if comparable {
            rows.sort_by(|a, b| order(&a.0, &b.0).unwrap_or(std::cmp::Ordering::Equal));
            if reverse {
                rows.reverse();
            }
        }
        rows.into_iter().map(|(_, item)| item).collect()
    }

    fn set_method(&mut self, set: &Rc<std::cell::RefCell<Vec<Value>>>, name: &str, args: &[Value]) -> Option<Value> {
        let mut items = set.borrow().clone();
        match name {
            "add" | "update" | "union" => {
                let more = match name {
                    "add" => vec![args.first()?.clone()],
                    _ => args.iter().flat_map(|a| self.elements(a)).collect(),
                };
                for item in more {
                    if !items.iter().any(|x| x.same(&item)) && items.len() < MAX_ITEMS {
                        items.push(item);
                    }
                }
            }
            "discard" | "remove" | "difference" => {
                let gone = match name {
                    "difference" => args.iter().flat_map(|a| self.elements(a)).collect(),
                    _ => vec![args.first()?.clone()],
                };
                items.retain(|x| !gone.iter().any(|g| g.same(x)));
            }
            "intersection" => {
                let other = self.elements(args.first()?);
                items.retain(|x| other.iter().any(|o| o.same(x)));
            }
            "copy" => {}
            _ => return None,
        }
        if matches!(name, "union" | "difference" | "intersection" | "copy") {
            return Some(Value::Set(Rc::new(items.into())));
        }
        *set.borrow_mut() = items;
        Some(Value::None)
    }

    fn dict_method(&mut self, dict: &Rc<DictObj>, name: &str, args: &[Value], kwargs: &[(Sym, Value)], at: Loc) -> Option<Value> {
        match name {
            "get" => {
                let key = args.first()?;
                let Some(k) = key.key() else { return Some(self.unknown(WhyCode::MissingKey, "", at)) };
                let found = dict.items.borrow().get(&k).map(|(_, v)| v.clone());
                Some(match found {
                    Some(value) => self.force(value),
                    None if dict.open.get() => self.unknown(WhyCode::MissingKey, "", at),
                    None => args.get(1).cloned().unwrap_or(Value::None),
                })
            }
            "setdefault" => {
                let key = args.first()?;
                let k = key.key()?;
                let found = dict.items.borrow().get(&k).map(|(_, v)| v.clone());
                Some(match found {
                    Some(value) => value,
                    None => {
                        let value = args.get(1).cloned().unwrap_or(Value::None);
                        dict.insert(key.clone(), value.clone());
                        value
                    }
                })
            }
            "update" => {
                for arg in args {
                    match arg {
                        Value::Dict(_) => merge_dict(dict, arg),
                        other => match self.iterate(other) {
                            Some(pairs) => {
                                for pair in pairs {
                                    if let Some([key, value]) = pair.items().as_deref() {
                                        dict.insert(key.clone(), value.clone());
                                    }
                                }
                            }
                            None => dict.open.set(true),
                        },
                    }
                }
                for (key, value) in kwargs {
                    dict.insert(Value::Str(*key), value.clone());
                }
                Some(Value::None)
            }
            "pop" => {
                let k = args.first()?.key()?;
                let found = dict.items.borrow_mut().shift_remove(&k).map(|(_, v)| v);
                Some(match found.or_else(|| args.get(1).cloned()) {
                    Some(value) => value,
                    None => self.unknown(WhyCode::MissingKey, "pop", at),
                })
            }
            "keys" => self.listed(dict, |k, _| k.clone()),
            "values" | "itervalues" => self.listed(dict, |_, v| v.clone()),
            "items" | "iteritems" => self.listed(dict, |k, v| Value::tuple(vec![k.clone(), v.clone()])),
            "copy" => {
                let copy = DictObj::default();
                merge_dict(&copy, &Value::Dict(Rc::clone(dict)));
                *copy.default.borrow_mut() = dict.default.borrow().clone();
                Some(Value::Dict(Rc::new(copy)))
            }
            "clear" => {
                dict.items.borrow_mut().clear();
                Some(Value::None)
            }
            _ => None,
        }
    }

    fn listed(&mut self, dict: &Rc<DictObj>, row: impl Fn(&Value, &Value) -> Value) -> Option<Value> {
        let mut items: Vec<Value> = dict.items.borrow().values().map(|(k, v)| row(k, v)).collect();
        if dict.open.get() {
            items.push(Value::Spread(Rc::new(Value::Dict(Rc::clone(dict)))));
        }
        Some(Value::list(items))
    }
}

/// `str.format`: a part that is not known leaves a hole.
fn format(format: Sym, args: &[Value], kwargs: &[(Sym, Value)]) -> Value {
    let mut out = String::new();
    let mut holes = false;
    let mut next = 0usize;
    let mut rest = format.as_str();
    while let Some(open) = rest.find(['{', '}']) {
        out.push_str(rest.get(..open).unwrap_or(""));
        let tail = rest.get(open..).unwrap_or("");
        if tail.starts_with("{{") || tail.starts_with("}}") {
            out.push_str(tail.get(..1).unwrap_or(""));
            rest = tail.get(2..).unwrap_or("");
            continue;
        }
        let Some(close) = tail.find('}') else { break };
        let spec = tail.get(1..close).unwrap_or("");
        let name = spec.split(['!', ':']).next().unwrap_or("");
        let value = if name.is_empty() {
            next += 1;
            args.get(next - 1)
        } else if let Ok(index) = name.parse::<usize>() {
            args.get(index)
        } else {
            kwargs.iter().find(|(k, _)| k.as_str() == name).map(|(_, v)| v)
        };
        // Not known also: an attribute of an argument (`{0.name}`).
        holes |= !push_part(&mut out, value);
        rest = tail.get(close + 1..).unwrap_or("");
    }
    out.push_str(rest);
    if holes { Value::Text(sym(&out)) } else { Value::Str(sym(&out)) }
}
