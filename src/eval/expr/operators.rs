//! Arithmetic, joining of texts and containers, formatting. An operation on opaque objects is kept as a call with two arguments.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::Interp;
use crate::eval::budget::{MAX_TEXT, arithmetic};
use crate::eval::exec::{alternative, merge_dict};
use crate::eval::library::package_text;
use crate::eval::value::*;
use crate::facts::*;

impl<'p> Interp<'p> {
    pub(in crate::eval) fn binary(&mut self, op: BinOp, left: Value, right: Value, at: Loc) -> Value {
        match (op, &left, &right) {
            (BinOp::Add, Value::Str(a), Value::Str(b)) => self.text(&format!("{a}{b}"), false, at),
            (BinOp::Add, Value::Text(a), Value::Str(b) | Value::Text(b)) | (BinOp::Add, Value::Str(a), Value::Text(b)) => {
                self.text(&format!("{a}{b}"), true, at)
            }
            (
                BinOp::Add | BinOp::Sub | BinOp::Mul | BinOp::FloorDiv | BinOp::Div | BinOp::Mod | BinOp::Pow,
                Value::Int(a),
                Value::Int(b),
            ) => arithmetic(op, *a, *b).unwrap_or_else(|| self.unknown(WhyCode::NotModelled, "arithmetic", at)),
            (BinOp::Mul, Value::Str(s), Value::Int(n)) => {
                let times = usize::try_from(*n).unwrap_or(0);
                match times.checked_mul(s.len()) {
                    Some(length) if length <= MAX_TEXT => self.text(&s.repeat(times), false, at),
                    _ if *n <= 0 => Value::Str(sym("")),
                    _ => self.exhausted_at(at),
                }
            }
            (BinOp::Mod, Value::Str(format), Value::Alt(options)) if options.len() <= 6 => {
                options.iter().map(|o| self.percent(*format, o, at)).reduce(alternative).unwrap_or(Value::None)
            }
            (BinOp::Mod, Value::Str(format), _) => self.percent(*format, &right, at),
            (BinOp::Add, Value::List(_), _) => Value::list(self.joined(&left, &right, at)),
            (BinOp::Add, Value::Tuple(_), _) => Value::tuple(self.joined(&left, &right, at)),
            // Something opaque plus a list: the known part stays known.
            (BinOp::Add, _, Value::List(_)) => Value::list(self.joined(&left, &right, at)),
            (BinOp::Add, _, Value::Tuple(_)) => Value::tuple(self.joined(&left, &right, at)),
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
            (BinOp::Div, Value::Str(a), Value::Str(b)) => self.text(&format!("{}/{b}", a.trim_end_matches('/')), false, at),
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

    /// `~Q(a)`, `~Permission`: a call with one argument, like those with two.
    pub(super) fn inverted(&mut self, value: Value, at: Loc) -> Value {
        match value {
            Value::Call(_) | Value::Attr(_) | Value::Ext(_) | Value::Class(_) | Value::Instance(_) => {
                self.record_call(Value::Ext(sym("operator.invert")), vec![value], Vec::new(), false, at)
            }
            Value::Alt(options) if options.len() <= 6 => {
                let options = options.to_vec();
                options.into_iter().map(|o| self.inverted(o, at)).reduce(alternative).unwrap_or(Value::None)
            }
            Value::Unknown(_) => value,
            _ => self.unknown(WhyCode::NotModelled, "operator", at),
        }
    }

    fn joined(&mut self, left: &Value, right: &Value, at: Loc) -> Vec<Value> {
        let mut items = self.elements(left);
        items.extend(self.elements(right));
        self.bounded_items(items, at)
    }

    /// The variables that a format asks `locals()`, `globals()` or `vars()` for, where they are now.
    pub(super) fn named_in(&mut self, format: Sym, frame: &Rc<Frame>, at: Loc) -> Value {
        let dict = DictObj::default();
        for name in format.split("%(").skip(1).filter_map(|rest| rest.split_once(')')).map(|(name, _)| sym(name)) {
            let value = self.name(name, frame, at);
            dict.insert(Value::Str(name), value);
        }
        Value::Dict(Rc::new(dict))
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
                Some('s' | 'd' | 'i' | 'r') => {
                    let value = args.next().map(|value| self.as_text(value, at));
                    holes |= !push_part(&mut out, value.as_ref());
                }
                _ => return self.unknown(WhyCode::NotModelled, "string formatting", at),
            }
        }
        self.text(&out, holes, at)
    }

    /// A name of a package that is a text is that text.
    fn as_text(&mut self, value: Value, at: Loc) -> Value {
        match &value {
            Value::Ext(name) => package_text(self, *name, at).unwrap_or(value),
            _ => value,
        }
    }

    pub(super) fn fstring(&mut self, parts: &'p [ExprId], ast: &'p Ast, frame: &Rc<Frame>, at: Loc) -> Value {
        let mut out = String::new();
        let mut holes = false;
        for part in parts {
            let value = self.expr(*part, ast, frame);
            let value = self.as_text(value, at);
            holes |= !push_part(&mut out, Some(&value));
        }
        self.text(&out, holes, at)
    }
}

/// A value put into a text, as a hole where it is not known or there is no more room; whether it is known.
pub(in crate::eval) fn push_part(out: &mut String, value: Option<&Value>) -> bool {
    if out.len() > MAX_TEXT {
        return false;
    }
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
