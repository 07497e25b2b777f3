//! Calls: who is called, with which arguments, and the record of the calls of external things.

mod classes;
mod decorators;
mod functions;

use std::cell::RefCell;
use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::facts::*;

use super::exec::alternative;
use super::value::*;
use super::{Interp, library};

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
                Arg::DoubleStar(value) => {
                    let value = self.expr(*value, ast, frame);
                    open |= spread(&value, &mut keywords);
                }
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
            Value::Ext(name) => match library::call(self, *name, &args, &kwargs, at) {
                Some(value) => value,
                None => {
                    // `Base.__init__(self, …)` is what `super().__init__(…)` would be.
                    let this = match args.first() {
                        Some(Value::Instance(this)) if name.ends_with(".__init__") => Some(Rc::clone(this)),
                        _ => None,
                    };
                    let args = if this.is_some() { args.into_iter().skip(1).collect() } else { args };
                    let result = self.record_call(callee.clone(), args, kwargs, open, at);
                    if let (Some(this), Value::Call(call)) = (this, &result) {
                        this.base_init.borrow_mut().get_or_insert_with(|| Rc::clone(call));
                    }
                    result
                }
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
                if call.ext().is_some_and(|e| e.ends_with(".Env") || e.ends_with(".FileAwareEnv"))
                    && let Some(value) = library::method(self, callee, sym("str"), &args, &kwargs, at)
                {
                    return value;
                }
                if let ([Value::Class(_)], true) = (args.as_slice(), kwargs.is_empty() && !open)
                    && self.is_decorator(call)
                {
                    return args.into_iter().next().map_or(Value::None, |class| self.decorate(callee.clone(), class, at));
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
}

/// Keyword arguments out of a dictionary, or of each of several that it may be; whether there may be others.
fn spread(value: &Value, keywords: &mut Kwargs) -> bool {
    match value {
        Value::Dict(dict) => {
            for (key, value) in dict.items.borrow().values() {
                if let Some(name) = key.as_str().filter(|name| keywords.iter().all(|(known, _)| known != name)) {
                    keywords.push((name, value.clone()));
                }
            }
            dict.open.get()
        }
        Value::Alt(options) if options.iter().all(|option| matches!(option, Value::Dict(_))) => {
            options.iter().fold(false, |open, option| spread(option, keywords) | open)
        }
        _ => true,
    }
}
