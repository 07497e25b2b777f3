//! Truth, comparison, membership and order of values that may be unknown: yes, no, or `None`.

use std::rc::Rc;

use crate::base::Loc;
use crate::eval::Interp;
use crate::eval::value::*;
use crate::facts::*;

impl<'p> Interp<'p> {
    pub fn truth(&mut self, value: &Value) -> Option<bool> {
        Some(match value {
            Value::None => false,
            Value::Bool(b) => *b,
            Value::Int(n) => *n != 0,
            Value::Float(n) => *n != 0.0,
            Value::Str(s) => !s.is_empty(),
            Value::Tuple(items) => match items.first() {
                None => false,
                Some(Value::Spread(_)) if items.len() == 1 => return None,
                _ => true,
            },
            Value::List(items) | Value::Set(items) => match items.borrow().as_slice() {
                [] => false,
                [Value::Spread(_)] => return None,
                _ => true,
            },
            Value::Dict(dict) => {
                if dict.items.borrow().is_empty() {
                    if dict.open.get() {
                        return None;
                    }
                    false
                } else {
                    true
                }
            }
            Value::Instance(instance) => match instance.mapping() {
                Some(items) => return self.truth(&items),
                None => true,
            },
            Value::Class(_) | Value::Func(_) | Value::Method(_) | Value::Module(_) | Value::Namespace(_) => true,
            Value::Ext(name) => match name.as_str() {
                "typing.TYPE_CHECKING" | "typing_extensions.TYPE_CHECKING" => false,
                _ => return None,
            },
            Value::Alt(options) => {
                let mut all = None;
                for option in options.iter() {
                    let truth = self.truth(option)?;
                    if all.is_some_and(|t| t != truth) {
                        return None;
                    }
                    all = Some(truth);
                }
                return all;
            }
            Value::Text(text) => {
                if text.chars().all(|c| c == HOLE) {
                    return None;
                }
                true
            }
            Value::Unknown(_) | Value::Call(_) | Value::Attr(_) | Value::Super(_) | Value::Lazy(..) | Value::Spread(_) => return None,
        })
    }

    pub(super) fn compare(&mut self, parts: &(ExprId, Vec<(CmpOp, ExprId)>), ast: &'p Ast, frame: &Rc<Frame>, at: Loc) -> Value {
        let mut left = self.expr(parts.0, ast, frame);
        for (op, right) in &parts.1 {
            let right = self.expr(*right, ast, frame);
            match self.compare_pair(*op, &left, &right) {
                Some(true) => {}
                Some(false) => return Value::Bool(false),
                None => return self.unknown(WhyCode::NotModelled, "comparison", at),
            }
            left = right;
        }
        Value::Bool(true)
    }

    fn compare_pair(&mut self, op: CmpOp, left: &Value, right: &Value) -> Option<bool> {
        match op {
            CmpOp::Eq | CmpOp::Is => {
                if left.same(right) {
                    Some(true)
                } else if left.is_constant() && right.is_constant()
                    || matches!((left, right), (Value::Ext(_), Value::Class(_)) | (Value::Class(_), Value::Ext(_)))
                    || different_builtins(left, right)
                {
                    Some(false)
                } else if matches!(right, Value::None) && matches!(left, Value::Call(_) | Value::Ext(_)) && op == CmpOp::Is {
                    // An object made outside is not None in all but freak cases.
                    Some(false)
                } else {
                    None
                }
            }
            CmpOp::Ne | CmpOp::IsNot => self.compare_pair(if op == CmpOp::Ne { CmpOp::Eq } else { CmpOp::Is }, left, right).map(|b| !b),
            CmpOp::In | CmpOp::NotIn => {
                let found = self.contains(right, left)?;
                Some(found == (op == CmpOp::In))
            }
            CmpOp::Lt | CmpOp::Le | CmpOp::Gt | CmpOp::Ge => {
                let ordering = order(left, right)?;
                Some(match op {
                    CmpOp::Lt => ordering.is_lt(),
                    CmpOp::Le => ordering.is_le(),
                    CmpOp::Gt => ordering.is_gt(),
                    _ => ordering.is_ge(),
                })
            }
        }
    }

    fn contains(&mut self, container: &Value, item: &Value) -> Option<bool> {
        match container {
            Value::Ext(name) if name.as_str() == "os.environ" && self.is_given(item) => Some(true),
            // A site is served by a server, not by `manage.py test`.
            Value::Ext(name) if name.as_str() == "sys.argv" && matches!(item, Value::Str(_)) => Some(false),
            Value::Str(text) => item.as_str().map(|needle| text.contains(needle.as_str())),
            Value::Dict(dict) => {
                let found = dict.items.borrow().contains_key(&item.key()?);
                if !found && dict.open.get() { None } else { Some(found) }
            }
            Value::List(_) | Value::Set(_) | Value::Tuple(_) => {
                let items = self.elements(container);
                if items.iter().any(|x| x.same(item)) {
                    return Some(true);
                }
                if item.is_constant() && items.iter().all(|x| x.is_constant() || matches!(x, Value::Ext(_))) { Some(false) } else { None }
            }
            Value::Instance(_) => match self.call_method_with(container, "__contains__", vec![item.clone()], Loc::default()) {
                Some(answer) => self.truth(&answer),
                None => self.contains(&container.mapping()?, item),
            },
            Value::Super(parts) => self.contains(&parts.1.mapping()?, item),
            Value::Attr(parts) if parts.1.as_str() == "__dict__" => match &parts.0 {
                Value::Instance(instance) => Some(instance.attrs.borrow().contains_key(&item.as_str()?)),
                Value::Module(file) => Some(self.variables(*file)?.vars.borrow().contains_key(&item.as_str()?)),
                _ => None,
            },
            _ => None,
        }
    }
}

pub(in crate::eval) fn order(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Int(a), Value::Float(b)) => (*a as f64).partial_cmp(b),
        (Value::Float(a), Value::Int(b)) => a.partial_cmp(&(*b as f64)),
        (Value::Str(a), Value::Str(b)) => Some(a.as_str().cmp(b.as_str())),
        (Value::Tuple(a), Value::Tuple(b)) => {
            for (x, y) in a.iter().zip(b.iter()) {
                match order(x, y)? {
                    std::cmp::Ordering::Equal => {}
                    other => return Some(other),
                }
            }
            Some(a.len().cmp(&b.len()))
        }
        _ => None,
    }
}

/// Two builtins by different names: `type(x) is str`.
fn different_builtins(left: &Value, right: &Value) -> bool {
    matches!((left, right), (Value::Ext(a), Value::Ext(b)) if a != b && (a.starts_with("builtins.") || b.starts_with("builtins.")))
}
