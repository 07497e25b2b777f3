//! Calls: argument binding, first-party functions within bounds, instances, class statements with C3, decorators, and the record of
//! external calls.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::facts::*;

use super::exec::{Flow, alternative};
use super::value::*;
use super::{Base, CALL_DEPTH, ClassObj, INIT_STEPS, Interp, STATEMENT_STEPS, library};

/// Nested calls of one function.
const RECURSION: usize = 12;

pub(super) type Kwargs = Vec<(Sym, Value)>;

impl<'p> Interp<'p> {
    pub(super) fn call_expr(&mut self, func: ExprId, args: &'p [Arg], at: Loc, ast: &'p Ast, frame: &Rc<Frame>) -> Value {
        if let ExprKind::Name(name) = ast.expr(func) {
            match name.as_str() {
                "super" if args.is_empty() => return self.zero_super(frame, at),
                "locals" | "vars" | "globals" if args.is_empty() => return self.namespace(name, frame),
                _ => {}
            }
        }
        // `obj.method(…)`: the receiver is evaluated once and the method looked up on it.
        let (receiver, method) = match ast.expr(func) {
            ExprKind::Attr(object, name) => (Some(self.expr(*object, ast, frame)), *name),
            _ => (None, sym("")),
        };
        let (args, kwargs, open) = self.arguments(args, ast, frame);
        match receiver {
            Some(receiver) => self.call_method(&receiver, method, args, kwargs, open, at),
            None => {
                let callee = self.expr(func, ast, frame);
                self.call_value(&callee, args, kwargs, open, at)
            }
        }
    }

    pub(super) fn arguments(&mut self, args: &'p [Arg], ast: &'p Ast, frame: &Rc<Frame>) -> (Vec<Value>, Kwargs, bool) {
        let mut positional = Vec::with_capacity(args.len());
        let mut keywords = Vec::new();
        let mut open = false;
        for arg in args {
            match arg {
                Arg::Pos(value) => positional.push(self.expr(*value, ast, frame)),
                Arg::Key(name, value) => {
                    let value = self.expr(*value, ast, frame);
                    keywords.push((*name, value));
                }
                Arg::Star(value) => {
                    let value = self.expr(*value, ast, frame);
                    match self.iterate(&value) {
                        Some(items) => positional.extend(items),
                        None => open = true,
                    }
                }
                Arg::DoubleStar(value) => match self.expr(*value, ast, frame) {
                    Value::Dict(dict) => {
                        open |= dict.open.get();
                        for (key, value) in dict.items.borrow().values() {
                            if let Some(name) = key.as_str() {
                                keywords.push((name, value.clone()));
                            }
                        }
                    }
                    _ => open = true,
                },
            }
        }
        (positional, keywords, open)
    }

    fn zero_super(&mut self, frame: &Rc<Frame>, at: Loc) -> Value {
        let mut at_frame = Some(Rc::clone(frame));
        while let Some(frame) = at_frame {
            if let (Some(class), Some(this)) = (frame.class, &frame.this) {
                return Value::Super(Rc::new((class, this.clone())));
            }
            at_frame = frame.parent.clone();
        }
        self.unknown(WhyCode::NotModelled, "super()", at)
    }

    fn namespace(&mut self, name: &str, frame: &Rc<Frame>) -> Value {
        let mut target = Rc::clone(frame);
        if name == "globals" {
            while let Some(parent) = target.parent.clone() {
                target = parent;
            }
        }
        Value::Attr(Rc::new((Value::Module(target.file), sym("__dict__"))))
    }

    pub fn call_value(&mut self, callee: &Value, args: Vec<Value>, kwargs: Kwargs, open: bool, at: Loc) -> Value {
        match callee {
            Value::Func(func) => self.call_func(func, None, args, kwargs, open, at),
            Value::Method(parts) => self.call_func(&parts.1, Some(parts.0.clone()), args, kwargs, open, at),
            Value::Class(class) => self.instantiate(*class, args, kwargs, open, at),
            Value::Ext(name) => match library::call(self, *name, &args, &kwargs, open, at) {
                Some(value) => value,
                None => self.record_call(callee.clone(), args, kwargs, open, at),
            },
            Value::Attr(parts) => {
                let (object, name) = (parts.0.clone(), parts.1);
                self.call_opaque_method(&object, name, args, kwargs, open, at)
            }
            Value::Call(call) => {
                if call.ext().is_some_and(|e| matches!(e.as_str(), "functools.partial" | "functools.partialmethod"))
                    && let Some((inner, bound)) = call.args.split_first()
                {
                    let args = bound.iter().cloned().chain(args).collect();
                    let kwargs = call.kwargs.iter().cloned().chain(kwargs).collect();
                    return self.call_value(inner, args, kwargs, open, at);
                }
                // `env("NAME", default=…)`
                if call.ext().is_some_and(|e| e.ends_with(".Env"))
                    && let Some(value) = library::method(self, callee, sym("str"), &args, &kwargs, at)
                {
                    return value;
                }
                let result = self.record_call(callee.clone(), args, kwargs, open, at);
                if let Value::Call(done) = &result {
                    call.events.borrow_mut().push(Rc::clone(done));
                }
                result
            }
            Value::Instance(_) => match self.call_method_with_all(callee, "__call__", args.clone(), kwargs.clone(), open, at) {
                Some(value) => value,
                None => self.record_call(callee.clone(), args, kwargs, open, at),
            },
            Value::Alt(options) => {
                let options = options.to_vec();
                options
                    .iter()
                    .map(|o| self.call_value(o, args.clone(), kwargs.clone(), open, at))
                    .reduce(alternative)
                    .unwrap_or(Value::None)
            }
            Value::Lazy(..) => {
                let forced = self.force(callee.clone());
                if matches!(forced, Value::Lazy(..)) {
                    return self.record_call(forced, args, kwargs, open, at);
                }
                self.call_value(&forced, args, kwargs, open, at)
            }
            // Arguments of an unknown callee may still matter to whoever reads the record.
            Value::Unknown(_) => self.record_call(callee.clone(), args, kwargs, open, at),
            _ => self.unknown(WhyCode::NotModelled, "call", at),
        }
    }

    pub fn call_method(&mut self, receiver: &Value, name: Sym, args: Vec<Value>, kwargs: Kwargs, open: bool, at: Loc) -> Value {
        if let Some(value) = self.builtin_method(receiver, &name, &args, &kwargs, at) {
            return value;
        }
        match receiver {
            Value::Ext(_)
            | Value::Module(_)
            | Value::Namespace(_)
            | Value::Instance(_)
            | Value::Class(_)
            | Value::Super(_)
            | Value::Lazy(..)
            | Value::Func(_)
            | Value::Method(_)
            | Value::Call(_) => {
                let callee = self.attr(receiver, name, at);
                match &callee {
                    Value::Attr(parts) if parts.1 == name => {
                        let object = parts.0.clone();
                        self.call_opaque_method(&object, name, args, kwargs, open, at)
                    }
                    _ => self.call_value(&callee, args, kwargs, open, at),
                }
            }
            Value::Alt(options) => {
                let options = options.to_vec();
                options
                    .iter()
                    .map(|o| self.call_method(o, name, args.clone(), kwargs.clone(), open, at))
                    .reduce(alternative)
                    .unwrap_or(Value::None)
            }
            other => self.call_opaque_method(other, name, args, kwargs, open, at),
        }
    }

    /// A method that no first-party class defines: recorded, on the receiver too.
    fn call_opaque_method(&mut self, object: &Value, name: Sym, args: Vec<Value>, kwargs: Kwargs, open: bool, at: Loc) -> Value {
        if let Some(value) = library::method(self, object, name, &args, &kwargs, at) {
            return value;
        }
        let callee = Value::Attr(Rc::new((object.clone(), name)));
        let result = self.record_call(callee, args, kwargs, open, at);
        if let Value::Call(call) = &result {
            self.note_event(object, call);
        }
        result
    }

    fn note_event(&mut self, object: &Value, call: &Rc<CallObj>) {
        if self.idle.is_some() {
            return;
        }
        match object {
            Value::Call(target) => target.events.borrow_mut().push(Rc::clone(call)),
            Value::Instance(target) => target.events.borrow_mut().push(Rc::clone(call)),
            Value::Super(parts) => {
                if let (Value::Instance(target), Value::Attr(callee)) = (&parts.1, &call.callee) {
                    if callee.1.as_str() == "__init__" {
                        *target.base_init.borrow_mut() = Some(Rc::clone(call));
                    }
                    target.events.borrow_mut().push(Rc::clone(call));
                }
            }
            // `router.registry.extend(…)`: noted on the router.
            Value::Attr(parts) => self.note_event(&parts.0.clone(), call),
            _ => {}
        }
    }

    /// Record the call of something external.
    pub fn record_call(&mut self, callee: Value, args: Vec<Value>, kwargs: Kwargs, open: bool, loc: Loc) -> Value {
        let call = Rc::new(CallObj {
            id: self.calls.len() as u32,
            callee,
            args,
            kwargs,
            open,
            loc,
            guard: self.guard,
            events: RefCell::default(),
            attrs: RefCell::default(),
        });
        if self.idle.is_none() {
            self.calls.push(Rc::clone(&call));
        }
        Value::Call(call)
    }

    pub(super) fn call_method_if_first_party(&mut self, receiver: &Value, name: &str) -> Option<Value> {
        self.call_method_with(receiver, name, Vec::new(), Loc::default())
    }

    pub fn call_method_with(&mut self, receiver: &Value, name: &str, args: Vec<Value>, at: Loc) -> Option<Value> {
        self.call_method_with_all(receiver, name, args, Vec::new(), false, at)
    }

    fn call_method_with_all(
        &mut self,
        receiver: &Value,
        name: &str,
        args: Vec<Value>,
        kwargs: Kwargs,
        open: bool,
        at: Loc,
    ) -> Option<Value> {
        let class = match receiver {
            Value::Instance(instance) => instance.class,
            Value::Class(class) => *class,
            _ => return None,
        };
        let (found, _) = self.find_first_party(class, name)?;
        match found {
            Value::Func(func) => Some(match func.flavour.get() {
                Flavour::Static => self.call_func(&func, None, args, kwargs, open, at),
                Flavour::Class => self.call_func(&func, Some(Value::Class(class)), args, kwargs, open, at),
                _ => self.call_func(&func, Some(receiver.clone()), args, kwargs, open, at),
            }),
            _ => None,
        }
    }

    pub fn call_func(&mut self, func: &Rc<FuncObj>, this: Option<Value>, args: Vec<Value>, kwargs: Kwargs, open: bool, at: Loc) -> Value {
        let ast = self.ast(func.file);
        let Some(def) = ast.funcs.get(func.def as usize) else { return self.unknown(WhyCode::NotModelled, "function", at) };
        let key = (func.file, func.def);
        // Recursion over something unknown never ends by itself.
        let vague = |value: &Value| matches!(value, Value::Unknown(_) | Value::Attr(_) | Value::Spread(_));
        if !args.is_empty() && args.iter().all(vague) && self.active.iter().filter(|k| **k == key).count() >= 2 {
            return self.exhausted_at(at);
        }
        if self.depth >= CALL_DEPTH || self.active.iter().filter(|k| **k == key).count() >= RECURSION || !self.tick() {
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
        self.active.push(key);
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
        let mut vars = Vars::default();
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
        match self.find_first_party(class, "__init__") {
            Some((Value::Func(init), _)) => {
                let limit = self.limit;
                self.limit = limit.min(self.steps + INIT_STEPS);
                self.call_func(&init, Some(value.clone()), args, kwargs, open, at);
                self.limit = limit;
            }
            _ => {
                if object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.as_str() == "builtins.dict")) {
                    let dict = DictObj::default();
                    if let Some(Value::Dict(given)) = args.first() {
                        for (key, value) in given.items.borrow().values() {
                            dict.insert(key.clone(), value.clone());
                        }
                    }
                    for (name, value) in kwargs {
                        dict.insert(Value::Str(name), value);
                    }
                    instance.attrs.borrow_mut().insert(sym("__items__"), Value::Dict(Rc::new(dict)));
                } else {
                    self.dataclass_attrs(&object, &instance, &args, &kwargs);
                }
            }
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

    pub(super) fn make_func(&mut self, func: FuncId, ast: &'p Ast, frame: &Rc<Frame>) -> Value {
        let defaults = match ast.funcs.get(func as usize) {
            Some(def) => def.params.iter().map(|p| p.default.map(|d| self.expr(d, ast, frame))).collect(),
            None => Vec::new(),
        };
        // A function in a class body does not see the class's names.
        let closure = if frame.kind == FrameKind::Class { enclosing(frame) } else { Rc::clone(frame) };
        Value::Func(Rc::new(FuncObj {
            file: frame.file,
            def: func,
            closure,
            class: Cell::new(if frame.kind == FrameKind::Class { frame.class } else { None }),
            decorators: RefCell::default(),
            wrapped: RefCell::default(),
            flavour: Cell::new(Flavour::Plain),
            defaults,
            attrs: RefCell::default(),
        }))
    }

    pub(super) fn def_stmt(&mut self, func: FuncId, ast: &'p Ast, frame: &Rc<Frame>) {
        let Some(def) = ast.funcs.get(func as usize) else { return };
        let decorators: Vec<(Value, u32)> = def.decorators.iter().map(|d| (self.expr(*d, ast, frame), ast.line(*d))).collect();
        let mut value = self.make_func(func, ast, frame);
        for (decorator, line) in decorators.into_iter().rev() {
            value = self.decorate(decorator, value, Loc { file: frame.file, line });
        }
        self.bind(def.name, value, frame);
    }

    fn decorate(&mut self, decorator: Value, target: Value, at: Loc) -> Value {
        match &decorator {
            Value::Ext(name) => {
                if let Value::Func(func) = &target {
                    let flavour = match name.as_str() {
                        "builtins.classmethod" => Some(Flavour::Class),
                        "builtins.staticmethod" => Some(Flavour::Static),
                        "builtins.property" | "django.utils.functional.classproperty" => Some(Flavour::Property),
                        "functools.cached_property" | "django.utils.functional.cached_property" => Some(Flavour::Cached),
                        _ => None,
                    };
                    if let Some(flavour) = flavour {
                        func.flavour.set(flavour);
                        return target;
                    }
                }
                self.record_call(decorator.clone(), vec![target.clone()], Vec::new(), false, at);
                self.note_decorator(&target, decorator);
                target
            }
            Value::Call(call) => {
                if call.ext().is_some_and(|e| matches!(e.as_str(), "functools.wraps" | "functools.update_wrapper"))
                    && let (Value::Func(func), Some(wrapped)) = (&target, call.args.first())
                {
                    *func.wrapped.borrow_mut() = Some(wrapped.clone());
                    return target;
                }
                let result = self.record_call(decorator.clone(), vec![target.clone()], Vec::new(), false, at);
                if let Value::Call(done) = &result {
                    call.events.borrow_mut().push(Rc::clone(done));
                }
                self.note_decorator(&target, decorator);
                target
            }
            Value::Attr(parts) => {
                // `@value.setter`, `@action.mapping.post`, `@app.task`, `@receiver_of_something.connect`
                let result = self.call_opaque_method(&parts.0.clone(), parts.1, vec![target.clone()], Vec::new(), false, at);
                self.note_decorator(&target, decorator);
                match result {
                    Value::Func(_) | Value::Class(_) => result,
                    _ => target,
                }
            }
            Value::Unknown(_) => {
                self.note_decorator(&target, decorator);
                target
            }
            _ => {
                let result = self.call_value(&decorator, vec![target.clone()], Vec::new(), false, at);
                match &result {
                    Value::Func(made) => {
                        if let Value::Func(original) = &target
                            && !Rc::ptr_eq(made, original)
                        {
                            if made.wrapped.borrow().is_none() {
                                *made.wrapped.borrow_mut() = Some(target.clone());
                            }
                            // What the decorator's wrapper does not say about itself, the wrapped function does.
                            if made.decorators.borrow().is_empty() {
                                *made.decorators.borrow_mut() = original.decorators.borrow().clone();
                            }
                            made.class.set(made.class.get().or(original.class.get()));
                            made.decorators.borrow_mut().push(decorator);
                        } else {
                            self.note_decorator(&target, decorator);
                        }
                        result
                    }
                    Value::Class(_) => result,
                    Value::Call(call) if call.args.iter().any(|a| a.same(&target)) => {
                        self.note_decorator(&target, decorator);
                        self.note_decorator(&target, result.clone());
                        target
                    }
                    Value::Instance(_) if matches!(target, Value::Func(_)) => result,
                    _ => {
                        self.note_decorator(&target, decorator);
                        target
                    }
                }
            }
        }
    }

    fn note_decorator(&mut self, target: &Value, decorator: Value) {
        match target {
            Value::Func(func) => func.decorators.borrow_mut().push(decorator),
            Value::Class(class) => self.class(*class).decorators.borrow_mut().push(decorator),
            Value::Method(parts) => parts.1.decorators.borrow_mut().push(decorator),
            _ => {}
        }
    }

    pub(super) fn class_stmt(&mut self, id: ClassId, ast: &'p Ast, frame: &Rc<Frame>) {
        let Some(def) = ast.classes.get(id as usize) else { return };
        let decorators: Vec<(Value, u32)> = def.decorators.iter().map(|d| (self.expr(*d, ast, frame), ast.line(*d))).collect();
        let (bases, keywords, open) = self.arguments(&def.bases, ast, frame);
        let qualname = def.qualname;
        let dynamic = qualname.contains("<locals>");
        let at = Loc { file: frame.file, line: def.line };
        let class = self.new_class(def.name, qualname, frame, Some(id), at, bases, keywords, open, dynamic);
        let body = Rc::clone(&self.class(class).frame);
        self.body(&def.body, ast, &body);
        self.after_class(class, at);
        let mut value = Value::Class(class);
        for (decorator, line) in decorators.into_iter().rev() {
            value = self.decorate(decorator, value, Loc { file: frame.file, line });
        }
        self.bind(def.name, value, frame);
    }

    /// What happens once a class body has run: names are told (`__set_name__` is not modelled), first-party hooks run.
    fn after_class(&mut self, class: ClassRef, at: Loc) {
        let object = self.class(class);
        let parent = object.mro.get(1).copied();
        if let Some(Base::First(_)) = parent {
            // `__init_subclass__` of a first-party base registers subclasses.
            for base in object.mro.iter().skip(1) {
                let Base::First(first) = base else { continue };
                let hook = self.class(*first).own("__init_subclass__");
                if let Some(Value::Func(hook)) = hook {
                    let kwargs = object.keywords.clone();
                    self.call_func(&hook, Some(Value::Class(class)), Vec::new(), kwargs, false, at);
                    break;
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    pub fn new_class(
        &mut self,
        name: Sym,
        qualname: Sym,
        outer: &Rc<Frame>,
        def: Option<ClassId>,
        at: Loc,
        bases: Vec<Value>,
        keywords: Kwargs,
        open: bool,
        dynamic: bool,
    ) -> ClassRef {
        let class = ClassRef(self.classes.len() as u32);
        let frame = Rc::new(Frame {
            vars: RefCell::default(),
            parent: Some(Rc::clone(outer)),
            file: at.file,
            kind: FrameKind::Class,
            class: Some(class),
            this: None,
            globals: RefCell::default(),
        });
        let (bases, unresolved) = self.real_bases(bases);
        let (mro, c3_failed) = self.linearise(class, &bases);
        let module = self.module_name(at.file);
        let late = bases.iter().any(|b| matches!(b, Value::Lazy(..)));
        self.add_class(ClassObj {
            name,
            qualname,
            module,
            file: at.file,
            line: at.line,
            def,
            bases,
            mro,
            open: open || unresolved || c3_failed,
            late,
            frame,
            keywords,
            decorators: RefCell::default(),
            dynamic,
            guard: self.guard,
        })
    }

    /// Bases as classes: `with_metaclass(M, A, B)`, generic aliases, one of several.
    fn real_bases(&mut self, bases: Vec<Value>) -> (Vec<Value>, bool) {
        let mut out = Vec::new();
        let mut unresolved = false;
        for base in bases {
            let base = self.force(base);
            match base {
                Value::Class(_) | Value::Ext(_) => out.push(base),
                Value::Lazy(..) => {
                    out.push(base);
                    unresolved = true;
                }
                Value::Alt(options) => match options.iter().find(|o| matches!(o, Value::Class(_) | Value::Ext(_))) {
                    Some(option) => out.push(option.clone()),
                    None => unresolved = true,
                },
                Value::Call(call) => match call.ext() {
                    Some(name) if name.ends_with("with_metaclass") => {
                        for base in call.args.iter().skip(1) {
                            out.push(base.clone());
                        }
                    }
                    Some(name) => {
                        // A class factory: known by the name of what made it.
                        let made = sym(&format!("{name}()"));
                        out.push(Value::Ext(made));
                        unresolved = true;
                    }
                    None => unresolved = true,
                },
                _ => unresolved = true,
            }
        }
        (out, unresolved)
    }

    /// C3. Where the bases contradict each other, depth first, left to right.
    pub(super) fn linearise(&mut self, class: ClassRef, bases: &[Value]) -> (Vec<Base>, bool) {
        let mut lists: Vec<Vec<Base>> = Vec::new();
        let mut direct = Vec::new();
        for base in bases {
            match base {
                Value::Class(c) => {
                    lists.push(self.class(*c).mro.clone());
                    direct.push(Base::First(*c));
                }
                Value::Ext(name) => {
                    let canonical = self.project.packages.canonical(*name);
                    lists.push(self.project.packages.mro(canonical).iter().copied().map(Base::Ext).collect());
                    direct.push(Base::Ext(canonical));
                }
                _ => {}
            }
        }
        lists.push(direct);
        let open = bases.iter().any(|b| match b {
            Value::Class(c) => self.class(*c).open,
            Value::Ext(name) => !self.project.packages.knows_class(*name),
            _ => true,
        });
        let flat: Vec<Base> = lists.iter().flatten().copied().collect();
        let mut out = vec![Base::First(class)];
        loop {
            lists.retain(|l| !l.is_empty());
            if lists.is_empty() {
                return (out, open);
            }
            let head = lists.iter().filter_map(|l| l.first()).find(|h| lists.iter().all(|l| !l.iter().skip(1).any(|x| x == *h))).copied();
            let Some(head) = head else { break };
            out.push(head);
            for list in &mut lists {
                if list.first() == Some(&head) {
                    list.remove(0);
                }
            }
        }
        for base in flat {
            if !out.contains(&base) {
                out.push(base);
            }
        }
        (out, true)
    }
}

fn enclosing(frame: &Rc<Frame>) -> Rc<Frame> {
    let mut at = Rc::clone(frame);
    while at.kind == FrameKind::Class {
        match at.parent.clone() {
            Some(parent) => at = parent,
            None => break,
        }
    }
    at
}
