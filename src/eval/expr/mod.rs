//! Expressions: what each kind of them comes to. Operators, comparisons, look-ups and loops of comprehensions have files of their own.

mod compare;
mod items;
mod iterate;
mod names;
mod operators;

use std::rc::Rc;

use crate::base::{Loc, sym};
use crate::facts::*;

use super::exec::{alternative, merge_dict};
use super::value::*;
use super::{Interp, MAX_ITEMS};

pub(super) use compare::order;
pub(super) use operators::{push_part, text_of};

impl<'p> Interp<'p> {
    pub(super) fn expr(&mut self, id: ExprId, ast: &'p Ast, frame: &Rc<Frame>) -> Value {
        let at = Loc { file: frame.file, line: ast.line(id) };
        if !self.tick() {
            return self.exhausted_at(at);
        }
        match ast.expr(id) {
            ExprKind::Name(name) => self.name(*name, frame, at),
            ExprKind::Attr(object, name) => {
                let object = self.expr(*object, ast, frame);
                self.attr(&object, *name, at)
            }
            ExprKind::Call(func, args) => {
                let value = self.call_expr(*func, args, at, ast, frame);
                self.bounded(value, at)
            }
            ExprKind::Str(text) | ExprKind::LongStr(text) => Value::Str(*text),
            ExprKind::Bytes => self.unknown(WhyCode::NotModelled, "bytes", at),
            ExprKind::FStr(parts) => self.fstring(parts, ast, frame, at),
            ExprKind::Int(n) => Value::Int(*n),
            ExprKind::Float(n) => Value::Float(*n),
            ExprKind::Bool(b) => Value::Bool(*b),
            ExprKind::None => Value::None,
            ExprKind::Ellipsis => Value::Ext(sym("builtins.Ellipsis")),
            ExprKind::List(items) => Value::list(self.sequence(items, ast, frame, at)),
            ExprKind::Tuple(items) => Value::tuple(self.sequence(items, ast, frame, at)),
            ExprKind::Set(items) => Value::Set(Rc::new(self.sequence(items, ast, frame, at).into())),
            ExprKind::Dict(pairs) => {
                let dict = DictObj::default();
                for (key, value) in pairs {
                    match key {
                        Some(key) => {
                            let key = self.expr(*key, ast, frame);
                            let value = self.expr(*value, ast, frame);
                            dict.insert(key, value);
                        }
                        None => {
                            let other = self.expr(*value, ast, frame);
                            merge_dict(&dict, &other);
                        }
                    }
                }
                Value::Dict(Rc::new(dict))
            }
            ExprKind::Subscript(object, key) => {
                let object = self.expr(*object, ast, frame);
                if let ExprKind::Slice(parts) = ast.expr(*key) {
                    let [start, stop, step] = parts.map(|part| part.map(|p| self.expr(p, ast, frame)));
                    return self.slice(&object, start, stop, step, at);
                }
                let key = self.expr(*key, ast, frame);
                self.get_item(&object, &key, at)
            }
            ExprKind::Slice(_) => self.unknown(WhyCode::NotModelled, "slice", at),
            ExprKind::Bin(op, left, right) => {
                let left = self.expr(*left, ast, frame);
                let mut right = self.expr(*right, ast, frame);
                if let (BinOp::Mod, Value::Str(format), Value::Attr(parts)) = (op, &left, &right)
                    && parts.1.as_str() == "__dict__"
                {
                    right = self.named_in(*format, frame, at);
                }
                self.binary(*op, left, right, at)
            }
            ExprKind::And(left, right) => {
                let left = self.expr(*left, ast, frame);
                match self.truth(&left) {
                    Some(false) => left,
                    Some(true) => self.expr(*right, ast, frame),
                    None => {
                        let right = self.expr(*right, ast, frame);
                        if self.truth(&right) == Some(false) { right } else { alternative(left, right) }
                    }
                }
            }
            ExprKind::Or(left, right) => {
                let asked = *left;
                let left = self.expr(asked, ast, frame);
                match self.truth(&left) {
                    Some(true) => left,
                    Some(false) => self.expr(*right, ast, frame),
                    None => {
                        let right = self.expr(*right, ast, frame);
                        match right {
                            Value::Str(_) if self.is_kept_elsewhere(&left) => {
                                self.environment.default_of(frame, asked, ast);
                                right
                            }
                            _ if left.is_unknown() && self.truth(&right) == Some(false) => left,
                            _ => alternative(left, right),
                        }
                    }
                }
            }
            ExprKind::Not(value) => {
                let value = self.expr(*value, ast, frame);
                match self.truth(&value) {
                    Some(truth) => Value::Bool(!truth),
                    None => self.unknown(WhyCode::NotModelled, "not", at),
                }
            }
            ExprKind::Neg(value) => match self.expr(*value, ast, frame) {
                Value::Int(n) => n.checked_neg().map_or_else(|| self.unknown(WhyCode::NotModelled, "arithmetic", at), Value::Int),
                Value::Float(n) => Value::Float(-n),
                other => other,
            },
            ExprKind::Compare(parts) => {
                let verdict = self.compare(parts, ast, frame, at);
                self.charge_comparisons();
                verdict
            }
            ExprKind::IfElse(cond, then, otherwise) => {
                let cond = self.expr(*cond, ast, frame);
                match self.truth(&cond) {
                    Some(true) => self.expr(*then, ast, frame),
                    Some(false) => self.expr(*otherwise, ast, frame),
                    None => {
                        let then = self.expr(*then, ast, frame);
                        let otherwise = self.expr(*otherwise, ast, frame);
                        alternative(then, otherwise)
                    }
                }
            }
            ExprKind::Lambda(func) => self.make_func(*func, ast, frame),
            ExprKind::Await(value) => self.expr(*value, ast, frame),
            ExprKind::Yield(value, from) => {
                let value = value.map_or(Value::None, |v| self.expr(v, ast, frame));
                let items = if *from { self.elements(&value) } else { vec![value] };
                if let Some(yields) = self.yields.last_mut()
                    && yields.len() + items.len() < MAX_ITEMS
                {
                    yields.extend(items);
                }
                Value::None
            }
            ExprKind::Star(value) | ExprKind::DoubleStar(value) => {
                let value = self.expr(*value, ast, frame);
                Value::Spread(Rc::new(value))
            }
            ExprKind::Walrus(name, value) => {
                let value = self.expr(*value, ast, frame);
                self.bind(*name, value.clone(), frame);
                value
            }
            ExprKind::Comp(parts) => self.comprehension(parts, ast, frame, at),
            ExprKind::Invert(value) => {
                let value = self.expr(*value, ast, frame);
                self.inverted(value, at)
            }
            ExprKind::Opaque => self.unknown(WhyCode::NotModelled, "", at),
        }
    }

    fn sequence(&mut self, items: &'p [ExprId], ast: &'p Ast, frame: &Rc<Frame>, at: Loc) -> Vec<Value> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            match ast.expr(*item) {
                ExprKind::Star(inner) => {
                    let inner = self.expr(*inner, ast, frame);
                    out.extend(self.elements(&inner));
                    out = self.bounded_items(out, at);
                }
                _ => out.push(self.expr(*item, ast, frame)),
            }
        }
        out
    }
}
