//! Expressions: literals, operators, comprehensions, f-strings; truth and iteration of values that may be unknown.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::facts::*;

use super::exec::{alternative, merge_dict};
use super::value::*;
use super::{Interp, MAX_ITEMS, new_frame};

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
            ExprKind::Call(func, args) => self.call_expr(*func, args, at, ast, frame),
            ExprKind::Str(text) | ExprKind::LongStr(text) => Value::Str(*text),
            ExprKind::Bytes => self.unknown(WhyCode::NotModelled, "bytes", at),
            ExprKind::FStr(parts) => self.fstring(parts, ast, frame),
            ExprKind::Int(n) => Value::Int(*n),
            ExprKind::Float(n) => Value::Float(*n),
            ExprKind::Bool(b) => Value::Bool(*b),
            ExprKind::None => Value::None,
            ExprKind::Ellipsis => Value::Ext(sym("builtins.Ellipsis")),
            ExprKind::List(items) => Value::list(self.sequence(items, ast, frame)),
            ExprKind::Tuple(items) => Value::tuple(self.sequence(items, ast, frame)),
            ExprKind::Set(items) => Value::Set(Rc::new(self.sequence(items, ast, frame).into())),
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
                if let ExprKind::Slice(start, stop, step) = ast.expr(*key) {
                    let mut bound = |part: &Option<ExprId>| part.map(|p| self.expr(p, ast, frame));
                    let (start, stop, step) = (bound(start), bound(stop), bound(step));
                    return self.slice(&object, start, stop, step, at);
                }
                let key = self.expr(*key, ast, frame);
                self.get_item(&object, &key, at)
            }
            ExprKind::Slice(..) => self.unknown(WhyCode::NotModelled, "slice", at),
            ExprKind::Bin(op, left, right) => {
                let left = self.expr(*left, ast, frame);
                let right = self.expr(*right, ast, frame);
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
                let left = self.expr(*left, ast, frame);
                match self.truth(&left) {
                    Some(true) => left,
                    Some(false) => self.expr(*right, ast, frame),
                    None => {
                        let right = self.expr(*right, ast, frame);
                        if left.is_unknown() && self.truth(&right) == Some(false) { left } else { alternative(left, right) }
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
                Value::Int(n) => Value::Int(n.wrapping_neg()),
                Value::Float(n) => Value::Float(-n),
                other => other,
            },
            ExprKind::Compare(parts) => self.compare(parts, ast, frame, at),
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
            ExprKind::Opaque | ExprKind::Invert(_) => self.unknown(WhyCode::NotModelled, "", at),
        }
    }

    fn sequence(&mut self, items: &'p [ExprId], ast: &'p Ast, frame: &Rc<Frame>) -> Vec<Value> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            match ast.expr(*item) {
                ExprKind::Star(inner) => {
                    let inner = self.expr(*inner, ast, frame);
                    out.extend(self.elements(&inner));
                }
                _ => out.push(self.expr(*item, ast, frame)),
            }
        }
        out
    }

    fn name(&mut self, name: Sym, frame: &Rc<Frame>, at: Loc) -> Value {
        let mut at_frame = Some(Rc::clone(frame));
        let mut first = true;
        while let Some(frame) = at_frame {
            if first || frame.kind != FrameKind::Class {
                let found = frame.vars.borrow().get(&name).cloned();
                if let Some(value) = found {
                    return self.force(value);
                }
                if frame.kind == FrameKind::Module {
                    let stars = frame.vars.borrow().get(&sym("*")).cloned();
                    if let Some(Value::Tuple(stars)) = stars
                        && !library_name(&name)
                    {
                        // The last star import that can have it; which one is not known without reading the package.
                        for star in stars.iter().rev() {
                            if let Value::Ext(module) = star {
                                let dotted = sym(&format!("{module}.{name}"));
                                let canonical = self.project.packages.canonical(dotted);
                                if canonical != dotted || stars.len() == 1 || self.project.packages.knows(canonical) {
                                    return Value::Ext(canonical);
                                }
                            }
                        }
                    }
                }
            }
            first = false;
            at_frame = frame.parent.clone();
        }
        if library_name(&name) {
            return Value::Ext(sym(&format!("builtins.{name}")));
        }
        self.unknown(WhyCode::UndefinedName, &name, at)
    }

    /// A name of a module that was still loading when it was imported, looked up again.
    pub fn force(&mut self, value: Value) -> Value {
        let mut value = value;
        for _ in 0..20 {
            let Value::Lazy(file, name) = value else { return value };
            let frame = self.module(file);
            let found = frame.vars.borrow().get(&name).cloned();
            value = match found {
                Some(found) => found,
                None => return Value::Lazy(file, name),
            };
        }
        value
    }

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
            Value::Class(_) | Value::Func(_) | Value::Method(_) | Value::Module(_) | Value::Namespace(_) | Value::Instance(_) => true,
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

    /// The elements of something that can be looped over, if they are all known.
    pub fn iterate(&mut self, value: &Value) -> Option<Vec<Value>> {
        let items = match value {
            Value::List(items) | Value::Set(items) => items.borrow().clone(),
            Value::Tuple(items) => items.to_vec(),
            Value::Dict(dict) if !dict.open.get() => dict.items.borrow().values().map(|(k, _)| k.clone()).collect(),
            Value::Str(text) => text.chars().take(MAX_ITEMS).map(|c| Value::Str(sym(c.encode_utf8(&mut [0; 4])))).collect(),
            Value::Class(class) => return self.enum_members(*class),
            Value::Instance(_) => {
                let found = self.call_method_if_first_party(value, "__iter__")?;
                return self.iterate(&found);
            }
            _ => return None,
        };
        if items.iter().any(|i| matches!(i, Value::Spread(_))) { None } else { Some(items) }
    }

    /// The members of a first-party enumeration, in order.
    fn enum_members(&mut self, class: ClassRef) -> Option<Vec<Value>> {
        let object = self.class(class);
        let is_enum = object
            .mro
            .iter()
            .any(|b| matches!(b, super::Base::Ext(e) if e.starts_with("enum.") || e.starts_with("django.db.models.enums.")));
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
    pub(super) fn elements(&mut self, value: &Value) -> Vec<Value> {
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

    pub(super) fn binary(&mut self, op: BinOp, left: Value, right: Value, at: Loc) -> Value {
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
                    match found.and_then(|v| text_of(&v)) {
                        Some(text) => out.push_str(&text),
                        None => return self.unknown(WhyCode::NotModelled, "string formatting", at),
                    }
                }
                Some('s' | 'd' | 'i' | 'r') => match args.next().and_then(|v| text_of(&v)) {
                    Some(text) => out.push_str(&text),
                    None => return self.unknown(WhyCode::NotModelled, "string formatting", at),
                },
                _ => return self.unknown(WhyCode::NotModelled, "string formatting", at),
            }
        }
        Value::Str(sym(&out))
    }

    fn fstring(&mut self, parts: &'p [ExprId], ast: &'p Ast, frame: &Rc<Frame>) -> Value {
        let mut out = String::new();
        let mut holes = false;
        for part in parts {
            let value = self.expr(*part, ast, frame);
            match (text_of(&value), &value) {
                (Some(text), _) => out.push_str(&text),
                (None, Value::Text(text)) => {
                    holes = true;
                    out.push_str(text);
                }
                (None, _) => {
                    holes = true;
                    out.push(HOLE);
                }
            }
        }
        if holes { Value::Text(sym(&out)) } else { Value::Str(sym(&out)) }
    }

    fn compare(&mut self, parts: &(ExprId, Vec<(CmpOp, ExprId)>), ast: &'p Ast, frame: &Rc<Frame>, at: Loc) -> Value {
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
            Value::Attr(parts) if parts.1.as_str() == "__dict__" => match &parts.0 {
                Value::Instance(instance) => Some(instance.attrs.borrow().contains_key(&item.as_str()?)),
                Value::Module(file) => Some(self.variables(*file)?.vars.borrow().contains_key(&item.as_str()?)),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn get_item(&mut self, object: &Value, key: &Value, at: Loc) -> Value {
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
        let Value::Instance(instance) = object else { return None };
        let items = instance.attrs.borrow().get(&sym("__items__")).cloned()?;
        match items {
            Value::Dict(dict) => dict.items.borrow().get(&key.key()?).map(|(_, v)| v.clone()),
            _ => None,
        }
    }

    fn slice(&mut self, object: &Value, start: Option<Value>, stop: Option<Value>, step: Option<Value>, at: Loc) -> Value {
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

    fn comprehension(
        &mut self,
        parts: &'p (CompKind, ExprId, Option<ExprId>, Vec<Clause>),
        ast: &'p Ast,
        frame: &Rc<Frame>,
        at: Loc,
    ) -> Value {
        let (kind, element, value, clauses) = parts;
        let inner = new_frame(FrameKind::Func, frame.file, Some(Rc::clone(frame)));
        let mut rows: Vec<(Value, Value)> = Vec::new();
        let known = self.clauses(clauses, *element, *value, ast, &inner, &mut rows, at);
        match kind {
            CompKind::Dict => {
                let dict = DictObj::default();
                for (key, value) in rows {
                    dict.insert(key, value);
                }
                dict.open.set(!known);
                Value::Dict(Rc::new(dict))
            }
            CompKind::Set => Value::Set(Rc::new(rows.into_iter().map(|(e, _)| e).collect::<Vec<_>>().into())),
            CompKind::List | CompKind::Generator => {
                let items: Vec<Value> = rows.into_iter().map(|(e, _)| if known { e } else { Value::Spread(Rc::new(e)) }).collect();
                Value::list(items)
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn clauses(
        &mut self,
        clauses: &'p [Clause],
        element: ExprId,
        value: Option<ExprId>,
        ast: &'p Ast,
        frame: &Rc<Frame>,
        rows: &mut Vec<(Value, Value)>,
        at: Loc,
    ) -> bool {
        let Some((clause, rest)) = clauses.split_first() else {
            let element = self.expr(element, ast, frame);
            let value = value.map_or(Value::None, |v| self.expr(v, ast, frame));
            if rows.len() < MAX_ITEMS {
                rows.push((element, value));
            }
            return true;
        };
        let iterable = self.expr(clause.iter, ast, frame);
        let (items, mut known) = match self.iterate(&iterable) {
            Some(items) => (items, true),
            None => {
                let element = match &iterable {
                    Value::Unknown(why) => Value::Unknown(*why),
                    other => Value::Attr(Rc::new((other.clone(), sym("[]")))),
                };
                (vec![element], false)
            }
        };
        for item in items {
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
            if !self.clauses(rest, element, value, ast, frame, rows, at) {
                known = false;
            }
        }
        known
    }
}

/// Text of a value inside a formatted string.
pub(super) fn text_of(value: &Value) -> Option<String> {
    Some(match value {
        Value::Str(s) => s.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::None => "None".into(),
        _ => return None,
    })
}

pub(super) fn order(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
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

/// The builtins that code refers to by name.
pub(super) fn library_name(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "ArithmeticError",
        "AssertionError",
        "AttributeError",
        "BaseException",
        "ConnectionError",
        "DeprecationWarning",
        "EOFError",
        "Exception",
        "FileNotFoundError",
        "IOError",
        "ImportError",
        "IndexError",
        "KeyError",
        "KeyboardInterrupt",
        "LookupError",
        "ModuleNotFoundError",
        "NameError",
        "NotImplemented",
        "NotImplementedError",
        "OSError",
        "OverflowError",
        "PermissionError",
        "RecursionError",
        "RuntimeError",
        "RuntimeWarning",
        "StopIteration",
        "SyntaxError",
        "SystemExit",
        "TimeoutError",
        "TypeError",
        "UnicodeDecodeError",
        "UnicodeEncodeError",
        "UnicodeError",
        "UserWarning",
        "ValueError",
        "Warning",
        "ZeroDivisionError",
        "__import__",
        "abs",
        "all",
        "any",
        "bool",
        "bytearray",
        "bytes",
        "callable",
        "chr",
        "classmethod",
        "compile",
        "complex",
        "delattr",
        "dict",
        "dir",
        "divmod",
        "enumerate",
        "eval",
        "exec",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "globals",
        "hasattr",
        "hash",
        "hex",
        "id",
        "input",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "locals",
        "map",
        "max",
        "memoryview",
        "min",
        "next",
        "object",
        "oct",
        "open",
        "ord",
        "pow",
        "print",
        "property",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "setattr",
        "slice",
        "sorted",
        "staticmethod",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "unicode",
        "vars",
        "xrange",
        "zip",
    ];
    NAMES.binary_search(&name).is_ok()
}

/// Two builtins by different names: `type(x) is str`.
fn different_builtins(left: &Value, right: &Value) -> bool {
    matches!((left, right), (Value::Ext(a), Value::Ext(b)) if a != b && (a.starts_with("builtins.") || b.starts_with("builtins.")))
}
