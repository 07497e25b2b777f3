//! Function definitions, and what decorators make of functions and classes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::base::{Loc, last_part, sym};
use crate::eval::Interp;
use crate::eval::value::*;
use crate::facts::*;

impl<'p> Interp<'p> {
    pub(in crate::eval) fn make_func(&mut self, func: FuncId, ast: &'p Ast, frame: &Rc<Frame>) -> Value {
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

    pub(in crate::eval) fn def_stmt(&mut self, func: FuncId, ast: &'p Ast, frame: &Rc<Frame>) {
        let Some(def) = ast.funcs.get(func as usize) else { return };
        let decorators: Vec<(Value, u32)> = def.decorators.iter().map(|d| (self.expr(*d, ast, frame), ast.line(*d))).collect();
        let mut value = self.make_func(func, ast, frame);
        for (decorator, line) in decorators.into_iter().rev() {
            value = self.decorate(decorator, value, Loc { file: frame.file, line });
        }
        self.bind(def.name, value, frame);
    }

    pub(super) fn decorate(&mut self, decorator: Value, target: Value, at: Loc) -> Value {
        match &decorator {
            Value::Ext(name) => {
                if let Value::Func(func) = &target {
                    let flavour = match name.as_str() {
                        "builtins.classmethod" | "django.utils.decorators.classonlymethod" => Some(Flavour::Class),
                        "builtins.staticmethod" => Some(Flavour::Static),
                        "builtins.property" | "django.utils.functional.classproperty" => Some(Flavour::Property),
                        // Of the standard library, of Django, or of one of the packages that had it before.
                        name if last_part(name) == "cached_property" => Some(Flavour::Cached),
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
                    self.wrap(func, wrapped, at);
                    return target;
                }
                let result = self.record_call(decorator.clone(), vec![target.clone()], Vec::new(), false, at);
                if let Value::Call(done) = &result {
                    call.events.borrow_mut().push(Rc::clone(done));
                }
                self.note_decorator(&target, decorator);
                target
            }
            // The property that it was, with one more way to use it.
            Value::Attr(parts) if is_property(&parts.0) && matches!(parts.1.as_str(), "setter" | "deleter") => parts.0.clone(),
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
                            wraps(made, original);
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
                        if matches!(call.callee, Value::Call(_)) {
                            self.note_decorator(&target, call.callee.clone());
                        }
                        self.note_decorator(&target, result.clone());
                        target
                    }
                    // It applies decorators of packages: `action(…)(f)`, `extend_schema(…)(action(…)(f))`.
                    Value::Call(call) if let Some(applied) = applied(call, &target) => {
                        self.note_decorator(&target, decorator);
                        for decorator in applied {
                            self.note_decorator(&target, decorator);
                        }
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

    /// `extend_schema_view(…)`: what a package's decorator is, once it has its arguments. A class that is called with it comes back.
    pub(super) fn is_decorator(&self, call: &CallObj) -> bool {
        let facts = call.ext().and_then(|name| self.project.packages.function(name));
        facts.is_some_and(|facts| facts.kind.ends_with("decorator"))
    }

    /// `functools.wraps`: the function goes by the name of the other.
    pub(in crate::eval) fn wrap(&mut self, func: &Rc<FuncObj>, wrapped: &Value, at: Loc) {
        *func.wrapped.borrow_mut() = Some(wrapped.clone());
        if let Value::Func(inner) = wrapped {
            let inner = Value::Func(Rc::clone(inner));
            for name in ["__name__", "__qualname__"] {
                let value = self.attr(&inner, sym(name), at);
                func.attrs.borrow_mut().insert(sym(name), value);
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
}

/// The decorators that calls around a function apply to it, the innermost first; none where they do not end at the function.
fn applied(outer: &Rc<CallObj>, target: &Value) -> Option<Vec<Value>> {
    let mut found = Vec::new();
    let mut at = Rc::clone(outer);
    for _ in 0..10 {
        found.push(at.callee.clone());
        let inner = match at.args.first()? {
            Value::Call(inner) => Rc::clone(inner),
            inner if inner.same(target) => {
                found.reverse();
                return Some(found);
            }
            _ => return None,
        };
        at = inner;
    }
    None
}

/// What a decorator made stands for what it was given: the innermost function of its wrapper, which may have decorators of its own, calls that.
fn wraps(made: &Rc<FuncObj>, original: &Rc<FuncObj>) {
    let mut at = Rc::clone(made);
    for depth in 0..24 {
        let inner = at.wrapped.borrow().clone();
        match inner {
            Some(Value::Func(inner)) if !Rc::ptr_eq(&inner, original) => at = inner,
            Some(_) => return,
            None => {
                if depth == 0 || at.closure.kind == FrameKind::Func {
                    *at.wrapped.borrow_mut() = Some(Value::Func(Rc::clone(original)));
                }
                return;
            }
        }
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

fn is_property(value: &Value) -> bool {
    matches!(value, Value::Func(func) if func.flavour.get().is_property())
}
