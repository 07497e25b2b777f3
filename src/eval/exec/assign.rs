//! Assignment to names, attributes, items, slices and patterns of them.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::value::*;
use crate::eval::{Interp, MAX_ITEMS};
use crate::facts::*;

impl<'p> Interp<'p> {
    pub(in crate::eval) fn assign(&mut self, target: ExprId, value: Value, ast: &'p Ast, frame: &Rc<Frame>) {
        match ast.expr(target) {
            ExprKind::Name(name) => self.bind(*name, value, frame),
            ExprKind::Subscript(..) if self.idle.is_some() => {}
            ExprKind::Attr(object, name) => {
                let object = self.expr(*object, ast, frame);
                let own = |before| matches!(&object, Value::Instance(instance) if instance.id >= before);
                if self.idle.is_none_or(own) {
                    self.set_attr(&object, *name, value);
                }
            }
            ExprKind::Subscript(object, key) if matches!(ast.expr(*key), ExprKind::Slice(_)) => {
                let ExprKind::Slice(parts) = ast.expr(*key) else { return };
                let [start, stop, None] = parts.as_ref() else { return };
                let object = self.expr(*object, ast, frame);
                let bound = |interp: &mut Self, part: &Option<ExprId>| part.map(|p| interp.expr(p, ast, frame));
                let (start, stop) = (bound(self, start), bound(self, stop));
                let more = self.elements(&value);
                if let Value::List(list) = &object {
                    let mut list = list.borrow_mut();
                    let length = list.len();
                    let place = |value: Option<Value>, default: usize| match value.and_then(|v| v.as_int()) {
                        Some(n) if n < 0 => length.saturating_sub(n.unsigned_abs() as usize),
                        Some(n) => (n as usize).min(length),
                        None => default,
                    };
                    let (from, to) = (place(start, 0), place(stop, length));
                    list.splice(from..to.max(from), more);
                }
            }
            ExprKind::Subscript(inner, key) => {
                let object = self.expr(*inner, ast, frame);
                let key = self.expr(*key, ast, frame);
                // `globals()["NAME"] = value`
                if let (Value::Attr(parts), Some(name)) = (&object, key.as_str())
                    && let (Value::Module(file), "__dict__") = (&parts.0, parts.1.as_str())
                    && let Some(module) = self.variables(*file)
                {
                    module.vars.borrow_mut().insert(name, value);
                    return;
                }
                let object = self.opened(object, *inner, ast, frame);
                self.store_item(&object, key, value, Loc { file: frame.file, line: ast.line(target) });
            }
            ExprKind::Tuple(targets) | ExprKind::List(targets) => self.unpack(targets, value, ast, frame),
            ExprKind::Star(inner) => self.assign(*inner, value, ast, frame),
            _ => {}
        }
    }

    /// `object[key] = value`: the class of an instance may say what that does, or be a `dict`.
    fn store_item(&mut self, object: &Value, key: Value, value: Value, at: Loc) {
        let Value::Instance(instance) = object else { return set_item(object, key, value) };
        if self.call_method_with(object, "__setitem__", vec![key.clone(), value.clone()], at).is_none()
            && let Some(items) = instance.mapping()
        {
            set_item(&items, key, value);
        }
    }

    /// `DATABASES["default"]["ATOMIC_REQUESTS"] = True`: what `env.db()` returns is not known, but what is set of it is.
    fn opened(&mut self, object: Value, expr: ExprId, ast: &'p Ast, frame: &Rc<Frame>) -> Value {
        let opaque = matches!(object, Value::Unknown(_) | Value::Call(_) | Value::Attr(_));
        let ExprKind::Subscript(outer, key) = ast.expr(expr) else { return object };
        if !opaque || frame.kind != FrameKind::Module {
            return object;
        }
        let Value::Dict(outer) = self.expr(*outer, ast, frame) else { return object };
        let key = self.expr(*key, ast, frame);
        let items = DictObj::default();
        items.open.set(true);
        let made = Value::Dict(Rc::new(items));
        outer.insert(key, made.clone());
        made
    }

    fn unpack(&mut self, targets: &'p [ExprId], value: Value, ast: &'p Ast, frame: &Rc<Frame>) {
        let items = self.iterate(&value);
        let star = targets.iter().position(|t| matches!(ast.expr(*t), ExprKind::Star(_)));
        for (i, target) in targets.iter().enumerate() {
            let item = match (&items, star) {
                (Some(items), Some(s)) if i == s => {
                    Value::list(items.get(s..items.len().saturating_sub(targets.len() - s - 1)).unwrap_or(&[]).to_vec())
                }
                (Some(items), Some(s)) if i > s => items.get((items.len() + i).wrapping_sub(targets.len())).cloned().unwrap_or(Value::None),
                (Some(items), _) => match items.get(i) {
                    Some(item) => item.clone(),
                    None => self.unknown(WhyCode::MissingKey, "unpacking", Loc { file: frame.file, line: ast.line(*target) }),
                },
                (None, _) => match &value {
                    Value::Unknown(why) => Value::Unknown(*why),
                    other => Value::Attr(Rc::new((other.clone(), sym(&format!("[{i}]"))))),
                },
            };
            self.assign(*target, item, ast, frame);
        }
    }

    pub(in crate::eval) fn bind(&mut self, name: Sym, value: Value, frame: &Rc<Frame>) {
        if frame.kind == FrameKind::Func && frame.globals.borrow().contains(&name) {
            let mut outer = frame.parent.clone();
            while let Some(at) = outer {
                if at.parent.is_none() || (at.kind == FrameKind::Func && at.vars.borrow().contains_key(&name)) {
                    at.vars.borrow_mut().insert(name, value);
                    return;
                }
                outer = at.parent.clone();
            }
            return;
        }
        frame.vars.borrow_mut().insert(name, value);
    }

    pub(super) fn aug_assign(&mut self, target: ExprId, op: BinOp, value: ExprId, ast: &'p Ast, frame: &Rc<Frame>) {
        let at = Loc { file: frame.file, line: ast.line(target) };
        let old = self.expr(target, ast, frame);
        let value = self.expr(value, ast, frame);
        match (&old, op) {
            // A new list instead of a longer one: the old one may be somebody else's.
            _ if self.idle.is_some() => {
                let value = self.binary(op, old, value, at);
                self.assign(target, value, ast, frame);
            }
            (Value::List(list), BinOp::Add) => {
                let more = self.elements(&value);
                let mut list = list.borrow_mut();
                if list.len() + more.len() < MAX_ITEMS {
                    list.extend(more);
                }
            }
            (Value::Set(set), BinOp::BitOr) => {
                let more = self.elements(&value);
                let mut set = set.borrow_mut();
                for item in more {
                    if !set.iter().any(|x| x.same(&item)) {
                        set.push(item);
                    }
                }
            }
            (Value::Dict(dict), BinOp::BitOr) => merge_dict(dict, &value),
            _ => {
                let value = self.binary(op, old, value, at);
                self.assign(target, value, ast, frame);
            }
        }
    }
}

pub(in crate::eval) fn set_item(object: &Value, key: Value, value: Value) {
    match object {
        Value::Dict(dict) => dict.insert(key, value),
        Value::Attr(parts) => match (&parts.0, parts.1.as_str(), key.as_str()) {
            (Value::Instance(instance), "__dict__", Some(name)) => {
                instance.attrs.borrow_mut().insert(name, value);
            }
            (Value::Instance(_), _, _) => {}
            _ => {}
        },
        Value::List(list) => {
            let mut list = list.borrow_mut();
            let length = list.len();
            if let Some(n) = key.as_int() {
                let index = if n < 0 { length.wrapping_sub(n.unsigned_abs() as usize) } else { n as usize };
                if let Some(slot) = list.get_mut(index) {
                    *slot = value;
                }
            }
        }
        _ => {}
    }
}

pub(in crate::eval) fn merge_dict(dict: &DictObj, other: &Value) {
    match other {
        Value::Dict(more) => {
            let pairs: Vec<_> = more.items.borrow().iter().map(|(k, v)| (k.clone(), v.clone())).collect();
            dict.items.borrow_mut().extend(pairs);
            if more.open.get() {
                dict.open.set(true);
            }
        }
        _ => dict.open.set(true),
    }
}
