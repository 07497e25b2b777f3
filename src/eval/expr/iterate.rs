//! Iteration: the elements of a value as far as they are known, and comprehensions, which are loops over them.

use std::rc::Rc;

use crate::base::{Loc, sym};
use crate::eval::value::*;
use crate::eval::{Base, Interp, MAX_ITEMS, new_frame};
use crate::facts::*;

impl<'p> Interp<'p> {
    /// The elements of something that can be looped over, if they are all known.
    pub fn iterate(&mut self, value: &Value) -> Option<Vec<Value>> {
        let items = match value {
            Value::List(items) | Value::Set(items) => items.borrow().clone(),
            Value::Tuple(items) => items.to_vec(),
            Value::Dict(dict) if !dict.open.get() => dict.items.borrow().values().map(|(k, _)| k.clone()).collect(),
            Value::Str(text) => text.chars().take(MAX_ITEMS).map(|c| Value::Str(sym(c.encode_utf8(&mut [0; 4])))).collect(),
            Value::Class(class) => return self.enum_members(*class),
            Value::Instance(instance) if let Some(items) = self.named_items(instance) => items,
            Value::Instance(_) => {
                return match self.call_method_if_first_party(value, "__iter__")? {
                    // An iterator, mostly the object itself: what `__next__` brings is not gone into.
                    Value::Instance(_) => None,
                    found => self.iterate(&found),
                };
            }
            Value::Call(call) => self.include_parts(call)?.to_vec(),
            _ => return None,
        };
        if items.iter().any(|i| matches!(i, Value::Spread(_))) { None } else { Some(items) }
    }

    /// The elements of an instance of a named tuple, in the order of its fields.
    fn named_items(&self, instance: &InstObj) -> Option<Vec<Value>> {
        let class = self.class(instance.class);
        let named = |base: &Base| matches!(base, Base::Ext(name) if matches!(name.as_str(), "builtins.tuple" | "typing.NamedTuple"));
        let Some(Value::Dict(fields)) = class.own("__annotations__").filter(|_| class.mro.iter().any(named)) else { return None };
        let attrs = instance.attrs.borrow();
        fields.items.borrow().values().map(|(name, _)| attrs.get(&name.as_str()?).cloned()).collect()
    }

    /// The members of a first-party enumeration, in order.
    pub(super) fn enum_members(&mut self, class: ClassRef) -> Option<Vec<Value>> {
        let object = self.class(class);
        let is_enum =
            object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.starts_with("enum.") || e.starts_with("django.db.models.enums.")));
        if !is_enum {
            return None;
        }
        let vars = object.frame.vars.borrow();
        Some(
            vars.iter()
                .filter(|(n, v)| !n.starts_with('_') && !matches!(v, Value::Func(_) | Value::Class(_)))
                .map(|(_, v)| v.clone())
                .collect(),
        )
    }

    /// Elements, with what is not known element by element kept as one spread.
    pub(in crate::eval) fn elements(&mut self, value: &Value) -> Vec<Value> {
        match value {
            Value::List(items) | Value::Set(items) => items.borrow().clone(),
            Value::Tuple(items) => items.to_vec(),
            Value::Dict(dict) if dict.open.get() => {
                let mut keys: Vec<Value> = dict.items.borrow().values().map(|(k, _)| k.clone()).collect();
                keys.push(Value::Spread(Rc::new(value.clone())));
                keys
            }
            other => match self.iterate(other) {
                Some(items) => items,
                None => vec![Value::Spread(Rc::new(other.clone()))],
            },
        }
    }

    pub(super) fn comprehension(
        &mut self,
        parts: &'p (CompKind, ExprId, Option<ExprId>, Vec<Clause>),
        ast: &'p Ast,
        frame: &Rc<Frame>,
        at: Loc,
    ) -> Value {
        let (kind, element, value, clauses) = parts;
        let inner = new_frame(FrameKind::Func, frame.file, Some(Rc::clone(frame)));
        let mut rows: Vec<Row> = Vec::new();
        // What the first loop runs over still sees the names of a class body; all else is a function of its own.
        let Some(first) = clauses.first().map(|clause| self.expr(clause.iter, ast, frame)) else { return Value::list(Vec::new()) };
        let ended = self.clauses(clauses, first, (*element, *value), ast, &inner, &mut rows, true, at);
        match kind {
            CompKind::Dict => {
                let dict = DictObj::default();
                dict.open.set(!ended || rows.iter().any(|row| !row.one));
                for row in rows {
                    dict.insert(row.element, row.value);
                }
                Value::Dict(Rc::new(dict))
            }
            CompKind::Set => Value::Set(Rc::new(rows.into_iter().map(|row| row.element).collect::<Vec<_>>().into())),
            CompKind::List | CompKind::Generator => {
                let item = |row: Row| if ended && row.one { row.element } else { Value::Spread(Rc::new(row.element)) };
                Value::list(rows.into_iter().map(item).collect())
            }
        }
    }

    /// What stands for each element of something of which the elements are not known.
    pub(in crate::eval) fn one_of(value: &Value) -> Value {
        match value {
            Value::Unknown(why) => Value::Unknown(*why),
            other => Value::Attr(Rc::new((other.clone(), sym("[]")))),
        }
    }

    /// Whether the loops came to their ends; `one`: whether the rows are one each, and do not stand for any number.
    #[allow(clippy::too_many_arguments)]
    fn clauses(
        &mut self,
        clauses: &'p [Clause],
        iterable: Value,
        wanted: (ExprId, Option<ExprId>),
        ast: &'p Ast,
        frame: &Rc<Frame>,
        rows: &mut Vec<Row>,
        one: bool,
        at: Loc,
    ) -> bool {
        let Some((clause, rest)) = clauses.split_first() else { return true };
        let mut ended = true;
        for item in self.elements(&iterable) {
            let (item, one) = match item {
                Value::Spread(inner) => (Self::one_of(&inner), false),
                item => (item, one),
            };
            if !self.tick() {
                self.exhausted_at(at);
                return false;
            }
            self.assign(clause.target, item, ast, frame);
            let mut keep = Some(true);
            for cond in clause.conds.iter() {
                let cond = self.expr(*cond, ast, frame);
                match self.truth(&cond) {
                    Some(true) => {}
                    Some(false) => {
                        keep = Some(false);
                        break;
                    }
                    None => keep = None,
                }
            }
            if keep == Some(false) {
                continue;
            }
            if let Some(next) = rest.first() {
                let inner = self.expr(next.iter, ast, frame);
                ended &= self.clauses(rest, inner, wanted, ast, frame, rows, one, at);
                continue;
            }
            let element = self.expr(wanted.0, ast, frame);
            let value = wanted.1.map_or(Value::None, |v| self.expr(v, ast, frame));
            if rows.len() < MAX_ITEMS {
                rows.push(Row { element, value, one });
            }
        }
        ended
    }
}

/// What one turn of a comprehension makes.
struct Row {
    element: Value,
    value: Value,
    /// It is one element, and does not stand for any number of them.
    one: bool,
}
