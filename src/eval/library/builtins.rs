//! Builtins: conversions, and functions that go through elements. Those that ask what an object is are in `reflection`.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::expr::{order, text_of};
use crate::eval::value::*;
use crate::eval::{Interp, MAX_ITEMS};

use super::{Args, Kwargs, kwarg, reflection};

/// Whether Python finds nothing to go through: numbers, functions, decorators.
fn has_no_elements(interp: &Interp, value: &Value) -> bool {
    let function = |name: Sym| interp.project.packages.function(name);
    match value {
        Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::None | Value::Func(_) | Value::Method(_) => true,
        Value::Ext(name) => function(*name).is_some(),
        Value::Call(call) => call.ext().and_then(function).is_some_and(|facts| facts.kind.ends_with("decorator")),
        _ => false,
    }
}

pub(super) fn call(interp: &mut Interp, name: &str, args: Args, kwargs: Kwargs, at: Loc) -> Option<Value> {
    let first = args.first();
    match name {
        "list" | "tuple" | "iter" | "reversed" | "frozenset" | "set" if first.is_some_and(|value| has_no_elements(interp, value)) => {
            interp.raise("TypeError");
            Some(interp.unknown(WhyCode::NotModelled, "elements of what has none", at))
        }
        "list" | "tuple" | "iter" | "reversed" | "frozenset" | "set" => {
            let mut items = match first {
                None => Vec::new(),
                Some(value) => interp.elements(value),
            };
            if name == "reversed" {
                items.reverse();
            }
            Some(match name {
                "tuple" => Value::tuple(items),
                "set" | "frozenset" => {
                    let mut unique: Vec<Value> = Vec::new();
                    for item in items {
                        if !unique.iter().any(|x| x.same(&item)) {
                            unique.push(item);
                        }
                    }
                    Value::Set(Rc::new(unique.into()))
                }
                _ => Value::list(items),
            })
        }
        "dict" => {
            // `dict(method.mapping)`: elsewhere the attribute stands for what `@method.mapping.post` adds to.
            if let Some(Value::Attr(parts)) = first
                && let Value::Func(func) = &parts.0
                && let Some(mapping) = interp.action_attr(func, &parts.1).filter(|_| parts.1.as_str() == "mapping")
            {
                return Some(mapping);
            }
            let dict = Value::Dict(Rc::new(DictObj::default()));
            interp.builtin_method(&dict, "update", args, kwargs, at);
            Some(dict)
        }
        "str" => first.map_or(Some(Value::Str(sym(""))), |v| Some(text_of(v).map_or_else(|| v.clone(), |t| Value::Str(sym(&t))))),
        "int" => match first? {
            Value::Str(s) => s.trim().parse().ok().map(Value::Int),
            Value::Float(f) => Some(Value::Int(*f as i64)),
            other => Some(other.clone()),
        },
        "float" => Some(first?.clone()),
        "bool" => Some(match interp.truth(first?) {
            Some(truth) => Value::Bool(truth),
            None => interp.unknown(WhyCode::NotModelled, "bool", at),
        }),
        "len" => match first? {
            Value::Str(s) => Some(Value::Int(s.chars().count() as i64)),
            other => interp.iterate(other).map(|items| Value::Int(items.len() as i64)),
        },
        "range" | "xrange" => range(args),
        "sorted" => {
            let items = interp.elements(first?);
            Some(Value::list(interp.sorted(items, kwargs)))
        }
        "enumerate" => {
            let start = args.get(1).cloned().or_else(|| kwarg(kwargs, "start")).and_then(|v| v.as_int()).unwrap_or(0);
            let items = interp.iterate(first?)?;
            Some(Value::list(
                items.into_iter().enumerate().map(|(i, v)| Value::tuple(vec![Value::Int(start.saturating_add(i as i64)), v])).collect(),
            ))
        }
        "zip" => {
            let columns: Option<Vec<Vec<Value>>> = args.iter().map(|a| interp.iterate(a)).collect();
            let columns = columns?;
            let length = columns.iter().map(Vec::len).min().unwrap_or(0);
            Some(Value::list((0..length).map(|i| Value::tuple(columns.iter().filter_map(|c| c.get(i).cloned()).collect())).collect()))
        }
        "map" => {
            let items = interp.elements(args.get(1)?);
            let callee = first.unwrap_or(&Value::None);
            let mut called = |value: Value| interp.call_value(callee, vec![value], Vec::new(), false, at);
            let mut made = Vec::new();
            for item in items {
                made.push(match item {
                    Value::Spread(inner) => Value::Spread(Rc::new(called(Interp::one_of(&inner)))),
                    item => called(item),
                });
            }
            Some(Value::list(made))
        }
        "filter" => {
            let items = interp.elements(args.get(1)?);
            let keep: Vec<Value> = items
                .into_iter()
                .filter(|v| {
                    let verdict = match first {
                        _ if matches!(v, Value::Spread(_)) => return true,
                        Some(Value::None) | None => v.clone(),
                        Some(f) => interp.call_value(f, vec![v.clone()], Vec::new(), false, at),
                    };
                    interp.truth(&verdict) != Some(false)
                })
                .collect();
            Some(Value::list(keep))
        }
        "sum" => {
            let items = interp.iterate(first?)?;
            let mut sum = args.get(1).cloned().unwrap_or(Value::Int(0));
            for item in items {
                if !interp.tick() {
                    return Some(interp.exhausted_at(at));
                }
                sum = interp.binary(crate::facts::BinOp::Add, sum, item, at);
            }
            Some(sum)
        }
        "any" | "all" => {
            let items = interp.iterate(first?)?;
            let truths: Vec<Option<bool>> = items.iter().map(|i| interp.truth(i)).collect();
            let decisive = name == "any";
            if truths.contains(&Some(decisive)) {
                return Some(Value::Bool(decisive));
            }
            truths.iter().all(Option::is_some).then_some(Value::Bool(!decisive))
        }
        "min" | "max" => {
            let items = if args.len() == 1 { interp.iterate(first?)? } else { args.to_vec() };
            items.into_iter().reduce(|a, b| {
                let less = order(&a, &b).is_some_and(|o| o.is_lt());
                if less == (name == "min") { a } else { b }
            })
        }
        "next" => {
            let items = interp.iterate(first?)?;
            items.into_iter().next().or_else(|| args.get(1).cloned())
        }
        "print" => Some(Value::None),
        _ => reflection::call(interp, name, args, at),
    }
}

fn range(args: Args) -> Option<Value> {
    let bounds: Option<Vec<i64>> = args.iter().map(Value::as_int).collect();
    let (from, to, step) = match bounds?.as_slice() {
        [to] => (0, *to, 1),
        [from, to] => (*from, *to, 1),
        [from, to, step] => (*from, *to, *step),
        _ => return None,
    };
    let mut out = Vec::new();
    let mut at = from;
    while step != 0 && (if step > 0 { at < to } else { at > to }) && out.len() < MAX_ITEMS {
        out.push(Value::Int(at));
        at = at.saturating_add(step);
    }
    Some(Value::list(out))
}
