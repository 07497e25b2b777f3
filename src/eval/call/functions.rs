//! First-party functions and instances: parameters bound, bodies run within bounds, constructors.

use std::cell::RefCell;
use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::exec::{Flow, alternative};
use crate::eval::value::*;
use crate::eval::{Base, CALL_DEPTH, ClassObj, INIT_STEPS, Interp, STATEMENT_STEPS, library};
use crate::facts::*;

use super::Kwargs;

/// Nested calls of one function.
const RECURSION: usize = 12;

impl<'p> Interp<'p> {
    pub fn call_func(&mut self, func: &Rc<FuncObj>, this: Option<Value>, args: Vec<Value>, kwargs: Kwargs, open: bool, at: Loc) -> Value {
        let ast = self.ast(func.file);
        let Some(def) = ast.funcs.get(func.def as usize) else { return self.unknown(WhyCode::NotModelled, "function", at) };
        let key = (func.file, func.def);
        let running = self.active.iter().filter(|(k, _)| *k == key).count();
        if running >= 2 && self.goes_nowhere(def, key, usize::from(this.is_some()), &args) {
            return self.exhausted_at(at);
        }
        if self.depth >= CALL_DEPTH || running >= RECURSION || !self.tick() {
            return self.exhausted_at(at);
        }
        let frame = Rc::new(Frame {
            vars: RefCell::default(),
            parent: Some(Rc::clone(&func.closure)),
            file: func.file,
            kind: FrameKind::Func,
            class: func.class.get(),
            this: this.clone().or_else(|| args.first().cloned()),
            globals: RefCell::default(),
        });
        self.bind_params(def, func, this, args, kwargs, open, &frame, at);
        // A call may spend half of what its caller may: one deep dead end does not starve the loop it stands in.
        let limit = self.limit;
        self.limit = limit.min(self.steps + (STATEMENT_STEPS >> self.depth.min(8)));
        self.depth += 1;
        self.active.push((key, Rc::clone(&frame)));
        self.pending_returns.push(Vec::new());
        self.yields.push(Vec::new());
        let flow = self.block(&def.body, ast, &frame);
        self.active.pop();
        self.depth -= 1;
        self.limit = limit;
        let pending = self.pending_returns.pop().unwrap_or_default();
        let yields = self.yields.pop().unwrap_or_default();
        if def.is_generator {
            return Value::list(yields);
        }
        let last = match flow {
            Flow::Return(value) => value,
            Flow::Raise(name) => match pending.len() {
                0 => {
                    self.raise(name.as_deref().unwrap_or("Exception"));
                    return self.unknown(WhyCode::NotModelled, "raises", at);
                }
                _ => return pending.into_iter().reduce(alternative).unwrap_or(Value::None),
            },
            _ => Value::None,
        };
        match pending.is_empty() {
            true => last,
            false => {
                let last = if matches!(last, Value::None) { None } else { Some(last) };
                pending.into_iter().chain(last).reduce(alternative).unwrap_or(Value::None)
            }
        }
    }

    /// Recursion over something unknown never ends by itself: whether a nested call gets nothing but that, and what the call around it got.
    fn goes_nowhere(&self, def: &FuncDef, key: (u32, u32), bound: usize, args: &[Value]) -> bool {
        let vague = |value: &Value| matches!(value, Value::Unknown(_) | Value::Attr(_) | Value::Spread(_));
        let Some((_, around)) = self.active.iter().rev().find(|(k, _)| *k == key) else { return false };
        let around = around.vars.borrow();
        let passed_on = |(value, param): (&Value, &Param)| around.get(&param.name).is_some_and(|was| was.same(value));
        args.iter().any(vague) && args.iter().zip(def.params.iter().skip(bound)).all(|pair| vague(pair.0) || passed_on(pair))
    }

    #[allow(clippy::too_many_arguments)]
    fn bind_params(
        &mut self,
        def: &'p FuncDef,
        func: &Rc<FuncObj>,
        this: Option<Value>,
        args: Vec<Value>,
        kwargs: Kwargs,
        open: bool,
        frame: &Rc<Frame>,
        at: Loc,
    ) {
        let mut positional = this.into_iter().chain(args);
        let mut kwargs = kwargs;
        let mut vars = Vars::with_capacity(def.params.len());
        for (i, param) in def.params.iter().enumerate() {
            let value = match param.kind {
                ParamKind::VarArgs => {
                    let mut rest: Vec<Value> = positional.by_ref().collect();
                    if open {
                        rest.push(Value::Spread(Rc::new(self.unknown(WhyCode::Parameter, &param.name, at))));
                    }
                    Value::tuple(rest)
                }
                ParamKind::KwArgs => {
                    let dict = DictObj::default();
                    for (name, value) in kwargs.drain(..) {
                        dict.insert(Value::Str(name), value);
                    }
                    dict.open.set(open);
                    Value::Dict(Rc::new(dict))
                }
                kind => {
                    let given = if kind == ParamKind::Positional { positional.next() } else { None };
                    let named = kwargs.iter().position(|(name, _)| *name == param.name).map(|i| kwargs.remove(i).1);
                    match given.or(named) {
                        Some(value) => value,
                        None => match func.defaults.get(i).cloned().flatten() {
                            Some(default) => default,
                            None => self.unknown(WhyCode::Parameter, &param.name, at),
                        },
                    }
                }
            };
            vars.insert(param.name, value);
        }
        *frame.vars.borrow_mut() = vars;
    }

    pub fn instantiate(&mut self, class: ClassRef, args: Vec<Value>, kwargs: Kwargs, open: bool, at: Loc) -> Value {
        let object = self.class(class);
        // Calling an enumeration looks a member up.
        if object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.starts_with("enum.") || e.starts_with("django.db.models.enums."))) {
            return args.first().cloned().unwrap_or(Value::None);
        }
        // Metaclasses: `class Meta(type)` called as `Meta(name, bases, ns)`.
        if object.mro.contains(&Base::Ext(sym("builtins.type"))) && args.len() == 3 {
            return library::make_type(self, &args, at).unwrap_or(Value::None);
        }
        let instance = Rc::new(InstObj {
            id: self.instances.len() as u32,
            class,
            attrs: RefCell::default(),
            args: args.clone(),
            kwargs: kwargs.clone(),
            base_init: RefCell::default(),
            events: RefCell::default(),
            loc: at,
            guard: self.guard,
        });
        self.instances.push(Rc::clone(&instance));
        let value = Value::Instance(Rc::clone(&instance));
        let items = object.mro.contains(&Base::Ext(sym("builtins.dict"))).then(|| Rc::new(DictObj::default()));
        if let Some(items) = &items {
            instance.attrs.borrow_mut().insert(sym("__items__"), Value::Dict(Rc::clone(items)));
        }
        match (self.find_first_party(class, "__init__"), items) {
            (Some((Value::Func(init), _)), _) => {
                let limit = self.limit;
                self.limit = limit.min(self.steps + INIT_STEPS);
                self.call_func(&init, Some(value.clone()), args, kwargs, open, at);
                self.limit = limit;
            }
            (_, Some(items)) => {
                self.builtin_method(&Value::Dict(items), "update", &args, &kwargs, at);
            }
            _ => self.dataclass_attrs(&object, &instance, &args, &kwargs),
        }
        value
    }

    /// Dataclasses and named tuples written as classes: fields from the annotations, in order.
    fn dataclass_attrs(&mut self, object: &Rc<ClassObj>, instance: &Rc<InstObj>, args: &[Value], kwargs: &Kwargs) {
        let annotations = object.mro.iter().find_map(|b| match b {
            Base::First(class) => self.class(*class).own("__annotations__"),
            Base::Ext(_) => None,
        });
        let Some(Value::Dict(annotations)) = annotations else { return };
        let has_defaults = |name: Sym| object.frame.vars.borrow().get(&name).cloned();
        let names: Vec<Sym> = annotations.items.borrow().values().filter_map(|(k, _)| k.as_str()).collect();
        let mut attrs = instance.attrs.borrow_mut();
        for (i, name) in names.iter().enumerate() {
            let given = args.get(i).cloned().or_else(|| kwargs.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone()));
            if let Some(value) = given.or_else(|| has_defaults(*name)) {
                attrs.insert(*name, value);
            }
        }
    }
}
