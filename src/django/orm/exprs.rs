//! Expressions: each is visited once, so that every call in it is met, and comes down to a type.

use crate::base::Sym;
use crate::eval::Value;
use crate::facts::{BinOp, CompKind, ExprId, ExprKind};

use super::types::Type;
use super::walk::{Walker, combined};

/// Builtins whose results matter here.
const BUILTINS: &[&str] = &[
    "dict",
    "enumerate",
    "filter",
    "frozenset",
    "getattr",
    "iter",
    "list",
    "max",
    "min",
    "next",
    "reversed",
    "set",
    "sorted",
    "super",
    "tuple",
    "type",
    "zip",
];

impl Walker<'_, '_, '_> {
    pub fn expr(&mut self, id: ExprId) -> Type {
        let ast = self.ast;
        match ast.expr(id) {
            ExprKind::Name(name) => self.name(*name),
            ExprKind::Attr(object, name) => {
                if let ExprKind::Name(holder) = ast.expr(*object)
                    && Some(*holder) == self.this_name
                    && let Some(found) = self.own.get(name)
                {
                    return found.clone();
                }
                let holder = self.expr(*object);
                self.attr(&holder, *name, ast.line(id))
            }
            ExprKind::Call(func, args) => self.call(*func, args),
            ExprKind::Str(text) => Type::Text(*text),
            ExprKind::Bin(op, left, right) => {
                let left = self.expr(*left);
                let right = self.expr(*right);
                if *op == BinOp::Mod && matches!(left, Type::Text(_)) { Type::Unknown } else { combined(left, right) }
            }
            ExprKind::And(left, right) => {
                let left = self.expr(*left);
                let right = self.expr(*right);
                // The left side only comes through where it is empty.
                if right.is_unknown() { left.unsure() } else { right }
            }
            ExprKind::Or(left, right) => {
                let left = self.expr(*left);
                let right = self.expr(*right);
                left.join(right)
            }
            ExprKind::Not(inner) | ExprKind::Neg(inner) => {
                self.expr(*inner);
                Type::Unknown
            }
            ExprKind::Invert(inner) => match self.expr(*inner) {
                parts @ Type::Parts(_) => parts,
                _ => Type::Unknown,
            },
            ExprKind::Compare(parts) => {
                self.expr(parts.0);
                for (_, other) in &parts.1 {
                    self.expr(*other);
                }
                Type::Unknown
            }
            ExprKind::IfElse(cond, then, otherwise) => {
                self.expr(*cond);
                let then = self.expr(*then);
                let otherwise = self.expr(*otherwise);
                then.join(otherwise)
            }
            ExprKind::Lambda(func) => self.lambda(*func),
            ExprKind::Await(inner) | ExprKind::Star(inner) | ExprKind::DoubleStar(inner) => self.expr(*inner),
            ExprKind::Yield(value, from) => {
                if let Some(value) = value {
                    let found = self.expr(*value);
                    let found = if *from { found.element() } else { found };
                    self.yields = Some(match self.yields.take() {
                        Some(before) => before.join(found),
                        None => found,
                    });
                }
                Type::Unknown
            }
            ExprKind::Walrus(name, value) => {
                let found = self.expr(*value);
                self.env.set(*name, found.clone());
                found
            }
            ExprKind::Comp(parts) => {
                let (kind, element, value, clauses) = parts.as_ref();
                let mark = self.env.mark();
                for clause in clauses {
                    let source = self.expr(clause.iter);
                    if self.is_async {
                        self.asynchronous(&source);
                    }
                    let element = self.element(&source);
                    self.assign(clause.target, &element);
                    for cond in &clause.conds {
                        self.expr(*cond);
                    }
                }
                let key = self.expr(*element);
                let value = value.map(|v| self.expr(v));
                self.env.take(mark);
                match (kind, value) {
                    (CompKind::Dict, Some(value)) => Type::map(value),
                    _ => Type::many(key),
                }
            }
            ExprKind::List(items) | ExprKind::Set(items) => {
                let found: Vec<Type> = items.iter().map(|i| self.expr(*i)).collect();
                Type::many(found.into_iter().reduce(Type::join).unwrap_or(Type::None))
            }
            ExprKind::Tuple(items) => Type::tuple(items.iter().map(|i| self.expr(*i)).collect()),
            ExprKind::Dict(pairs) => self.dictionary(pairs),
            ExprKind::Subscript(object, key) => {
                let holder = self.expr(*object);
                let slice = matches!(ast.expr(*key), ExprKind::Slice(_));
                let index = self.expr(*key);
                self.item(&holder, &index, *key, slice)
            }
            ExprKind::Slice(parts) => {
                for part in parts.iter().flatten() {
                    self.expr(*part);
                }
                Type::Unknown
            }
            ExprKind::FStr(parts) => {
                for part in parts {
                    self.expr(*part);
                }
                Type::Unknown
            }
            ExprKind::None => Type::None,
            ExprKind::LongStr(_)
            | ExprKind::Bytes
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Ellipsis
            | ExprKind::Opaque => Type::Unknown,
        }
    }

    pub fn name(&mut self, name: Sym) -> Type {
        if let Some(found) = self.env.get(name) {
            return found;
        }
        match self.orm.variable(self.file, name) {
            Type::Unknown if BUILTINS.contains(&name.as_str()) => Type::Builtin(name),
            found => found,
        }
    }

    fn dictionary(&mut self, pairs: &[(Option<ExprId>, ExprId)]) -> Type {
        let mut keys: Vec<(Sym, Type)> = Vec::new();
        let mut values: Vec<Type> = Vec::new();
        for (key, value) in pairs {
            let found = self.expr(*value);
            match key {
                Some(key) => {
                    if let Type::Text(text) = self.expr(*key) {
                        keys.push((text, found.clone()));
                    }
                    values.push(found);
                }
                None => {
                    if let Type::Record(more) = found {
                        keys.extend(more.iter().cloned());
                    }
                }
            }
        }
        if keys.is_empty() && !values.is_empty() {
            let all = values.iter().all(Type::carries);
            return if all { Type::map(values.into_iter().reduce(Type::join).unwrap_or(Type::Unknown)) } else { Type::Unknown };
        }
        Type::record(keys)
    }

    pub fn item(&mut self, holder: &Type, index: &Type, key: ExprId, slice: bool) -> Type {
        match holder {
            Type::QuerySet(_) if slice => holder.clone(),
            Type::Many(_) if slice => holder.clone(),
            Type::QuerySet(_) | Type::Many(_) => holder.element(),
            Type::Map(inner) => (**inner).clone(),
            Type::Record(parts) => match index {
                Type::Text(key) => parts.iter().find(|(k, _)| k == key).map_or(Type::Unknown, |(_, t)| t.clone()),
                _ => parts.iter().map(|(_, t)| t.clone()).filter(Type::carries).reduce(Type::join).unwrap_or(Type::Unknown),
            },
            Type::Tuple(parts) => match self.ast.expr(key) {
                ExprKind::Int(n) => usize::try_from(*n).ok().and_then(|n| parts.get(n)).cloned().unwrap_or(Type::Unknown),
                _ => holder.element(),
            },
            Type::Alt(options) => {
                let options = options.clone();
                let found = options.iter().map(|o| self.item(o, index, key, slice)).filter(|t| !t.is_unknown());
                found.reduce(Type::join).unwrap_or(Type::Unknown)
            }
            // `self.context["request"]`, `self.scope["user"]`
            Type::Unknown | Type::Param(_) => match index {
                Type::Text(text) if text.as_str() == "request" => Type::Request,
                _ => Type::Unknown,
            },
            // `Generic[T]`, `QuerySet["Model"]` as a value
            Type::Value(Value::Class(_) | Value::Ext(_)) | Type::Model(_) => holder.clone(),
            _ => Type::Unknown,
        }
    }
}
