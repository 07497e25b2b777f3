//! Arithmetic, joining of texts and containers, formatting. An operation on opaque objects is kept as a call with two arguments.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::exec::{alternative, merge_dict};
use crate::eval::value::*;
use crate::eval::{Interp, MAX_ITEMS};
use crate::facts::*;

impl<'p> Interp<'p> {
    pub(in crate::eval) fn binary(&mut self, op: BinOp, left: Value, right: Value, at: Loc) -> Value {
        match (op, &left, &right) {
            (BinOp::Add, Value::Str(a), Value::Str(b)) => {
                if a.len() + b.len() > 100_000 {
                    return self.exhausted_at(at);
                }
                Value::Str(sym(&format!("{a}{b}")))
            }
            (BinOp::Add, Value::Text(a), Value::Str(b) | Value::Text(b)) | (BinOp::Add, Value::Str(a), Value::Text(b)) => {
                Value::Text(sym(&format!("{a}{b}")))
            }
            (BinOp::Add, Value::Int(a), Value::Int(b)) => Value::Int(a.wrapping_add(*b)),
            (BinOp::Sub, Value::Int(a), Value::Int(b)) => Value::Int(a.wrapping_sub(*b)),
            (BinOp::Mul, Value::Int(a), Value::Int(b)) => Value::Int(a.wrapping_mul(*b)),
            (BinOp::FloorDiv, Value::Int(a), Value::Int(b)) if *b != 0 => Value::Int(a.wrapping_div_euclid(*b)),
            (BinOp::Div, Value::Int(a), Value::Int(b)) if *b != 0 => Value::Float(*a as f64 / *b as f64),
            (BinOp::Mod, Value::Int(a), Value::Int(b)) if *b != 0 => Value::Int(a.wrapping_rem_euclid(*b)),
            (BinOp::Pow, Value::Int(a), Value::Int(b)) => u32::try_from(*b)
                .ok()
                .and_then(|b| a.checked_pow(b))
                .map_or_else(|| self.unknown(WhyCode::NotModelled, "**", at), Value::Int),
            (BinOp::Mul, Value::Str(s), Value::Int(n)) if (*n).max(0) as usize * s.len() < 10_000 => {
                Value::Str(sym(&s.repeat((*n).max(0) as usize)))
            }
            (BinOp::Mod, Value::Str(format), Value::Alt(options)) if options.len() <= 6 => {
                options.iter().map(|o| self.percent(*format, o, at)).reduce(alternative).unwrap_or(Value::None)
            }
            (BinOp::Mod, Value::Str(format), _) => self.percent(*format, &right, at),
            (BinOp::Add, Value::List(_), _) => Value::list(self.joined(&left, &right)),
            (BinOp::Add, Value::Tuple(_), _) => Value::tuple(self.joined(&left, &right)),
            // Something opaque plus a list: the known part stays known.
            (BinOp::Add, _, Value::List(_)) => Value::list(self.joined(&left, &right)),
            (BinOp::Add, _, Value::Tuple(_)) => Value::tuple(self.joined(&left, &right)),
            (BinOp::BitOr, Value::Dict(_), Value::Dict(_)) => {
                let dict = DictObj::default();
                merge_dict(&dict, &left);
                merge_dict(&dict, &right);
                Value::Dict(Rc::new(dict))
            }
            (BinOp::BitOr, Value::Set(_), Value::Set(_)) => {
                let mut items = self.elements(&left);
                for item in self.elements(&right) {
                    if !items.iter().any(|x| x.same(&item)) {
                        items.push(item);
                    }
                }
                Value::Set(Rc::new(items.into()))
            }
            (BinOp::Sub, Value::Set(_), Value::Set(_)) => {
                let gone = self.elements(&right);
                let items: Vec<Value> = self.elements(&left).into_iter().filter(|x| !gone.iter().any(|g| g.same(x))).collect();
                Value::Set(Rc::new(items.into()))
            }
            (BinOp::Div, Value::Ext(path), Value::Str(_)) if path.starts_with("pathlib.") => left.clone(),
            (BinOp::Div, Value::Str(a), Value::Str(b)) => Value::Str(sym(&format!("{}/{b}", a.trim_end_matches('/')))),
            (_, Value::Unknown(_), _) => left,
            (_, _, Value::Unknown(_)) => right,
            (_, Value::Alt(options), _) if options.len() <= 6 => {
                let options = options.to_vec();
                options.into_iter().map(|o| self.binary(op, o, right.clone(), at)).reduce(alternative).unwrap_or(right)
            }
            (_, _, Value::Alt(options)) if options.len() <= 6 => {
                let options = options.to_vec();
                options.into_iter().map(|o| self.binary(op, left.clone(), o, at)).reduce(alternative).unwrap_or(left)
            }
            // `Q(a) | Q(b)`, `Permission & Permission`, paths: an operation on opaque objects stays a call with two arguments.
            (_, Value::Call(_) | Value::Attr(_) | Value::Ext(_) | Value::Class(_) | Value::Instance(_), _)
            | (_, _, Value::Call(_) | Value::Attr(_) | Value::Ext(_) | Value::Class(_) | Value::Instance(_)) => {
                let name = match op {
                    BinOp::BitOr => "operator.or_",
                    BinOp::BitAnd => "operator.and_",
                    BinOp::Add => "operator.add",
                    BinOp::Div => "operator.truediv",
                    _ => "operator.op",
                };
                self.record_call(Value::Ext(sym(name)), vec![left, right], Vec::new(), false, at)
            }
            _ => self.unknown(WhyCode::NotModelled, "operator", at),
        }
    }

    fn joined(&mut self, left: &Value, right: &Value) -> Vec<Value> {
        let mut items = self.elements(left);
        items.extend(self.elements(right));
        items.truncate(MAX_ITEMS);
        items
    }

    fn percent(&mut self, format: Sym, value: &Value, at: Loc) -> Value {
        let args = match value {
            Value::Tuple(items) => items.to_vec(),
            other => vec![other.clone()],
        };
        let mut args = args.into_iter();
        let mut out = String::new();
        let mut holes = false;
        let mut chars = format.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '%' {
                out.push(c);
                continue;
            }
            match chars.next() {
                Some('%') => out.push('%'),
                Some('(') => {
                    let mut name = String::new();
                    while let Some(c) = chars.next_if(|c| *c != ')') {
                        name.push(c);
                    }
                    chars.next();
                    chars.next();
                    let found = match value {
                        Value::Dict(dict) => dict.get(&name),
                        _ => None,
                    };
                    holes |= !push_part(&mut out, found.as_ref());
                }
                Some('s' | 'd' | 'i' | 'r') => holes |= !push_part(&mut out, args.next().as_ref()),
                _ => return self.unknown(WhyCode::NotModelled, "string formatting", at),
            }
        }
        if holes { Value::Text(sym(&out)) } else { Value::Str(sym(&out)) }
    }

    pub(super) fn fstring(&mut self, parts: &'p [ExprId], ast: &'p Ast, frame: &Rc<Frame>) -> Value {
        let mut out = String::new();
        let mut holes = false;
        for part in parts {
            let value = self.expr(*part, ast, frame);
            holes |= !push_part(&mut out, Some(&value));
        }
        if holes { Value::Text(sym(&out)) } else { Value::Str(sym(&out)) }
    }
}

/// A value put into a text, as a hole where it is not known; whether it is known.
pub(in crate::eval) fn push_part(out: &mut String, value: Option<&Value>) -> bool {
    match (value.and_then(text_of), value) {
        (Some(text), _) => {
            out.push_str(&text);
            return true;
        }
        (None, Some(Value::Text(text))) => out.push_str(text),
        (None, _) => out.push(HOLE),
    }
    false
}

/// Text of a value inside a formatted string.
pub(in crate::eval) fn text_of(value: &Value) -> Option<String> {
    Some(match value {
        Value::Str(s) => s.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::None => "None".into(),
        _ => return None,
    })
}
