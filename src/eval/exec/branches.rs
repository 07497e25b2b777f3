//! `if`, loops, `try`, `match`. A branch that cannot be decided runs on both sides, guarded, and what the two sides bind is merged.

use std::rc::Rc;

use crate::base::{Loc, Sym};
use crate::eval::value::*;
use crate::eval::{GUARD_DEPTH, Interp, MAX_ITEMS, Side};
use crate::facts::*;

use super::Flow;

impl<'p> Interp<'p> {
    /// Run both sides of a condition that is not known, and merge what they bind.
    fn both(
        &mut self,
        condition: ExprId,
        at: Loc,
        frame: &Rc<Frame>,
        chained: bool,
        then: impl FnOnce(&mut Self) -> Flow,
        otherwise: impl FnOnce(&mut Self) -> Flow,
    ) -> Flow {
        if self.guard_depth() >= GUARD_DEPTH {
            self.exhausted_at(at);
            return Flow::Next;
        }
        let before = frame.vars.borrow().clone();
        let then_flow = self.guarded(condition, Side::Then, at, false, then);
        let then_vars = std::mem::replace(&mut *frame.vars.borrow_mut(), before);
        let else_flow = self.guarded(condition, Side::Otherwise, at, chained, otherwise);
        match (then_flow, else_flow) {
            // A side that leaves with an error binds nothing for what follows.
            (Flow::Raise(_), flow) => return flow,
            (flow, Flow::Raise(_)) => {
                *frame.vars.borrow_mut() = then_vars;
                return flow;
            }
            (Flow::Return(a), Flow::Return(b)) => return Flow::Return(alternative(a, b)),
            (Flow::Return(a), flow) => {
                self.return_maybe(a);
                return flow;
            }
            (flow, Flow::Return(b)) => {
                *frame.vars.borrow_mut() = then_vars;
                self.return_maybe(b);
                return flow;
            }
            _ => {}
        }
        let mut vars = frame.vars.borrow_mut();
        for (name, value) in then_vars {
            let merged = match vars.get(&name) {
                Some(other) if other.same(&value) => continue,
                Some(other) => alternative(value, other.clone()),
                None => value,
            };
            vars.insert(name, merged);
        }
        Flow::Next
    }

    /// A value that the current call may return early.
    fn return_maybe(&mut self, value: Value) {
        if let Some(pending) = self.pending_returns.last_mut()
            && pending.len() < 16
        {
            pending.push(value);
        }
    }

    pub(super) fn if_stmt(&mut self, cond: ExprId, body: &'p [StmtId], orelse: &'p [StmtId], ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        let before = self.environment.taken();
        let at = Loc { file: frame.file, line: ast.line(cond) };
        let value = self.expr(cond, ast, frame);
        let truth = self.truth(&value);
        if truth.is_some() && frame.kind == FrameKind::Module {
            self.environment.decide(ast, cond, before, frame.file);
        }
        match truth {
            // The settings at hand may be those of development: what hangs on DEBUG is not in production.
            Some(true) if debug(ast, cond) && self.guard_depth() < GUARD_DEPTH => {
                self.guarded(cond, Side::Then, at, false, |interp| interp.block(body, ast, frame))
            }
            Some(true) => self.block(body, ast, frame),
            Some(false) => self.block(orelse, ast, frame),
            None => {
                // The two sides of a chain share no work, however long it is.
                let chained = matches!(orelse, [only] if matches!(ast.stmt(*only), StmtKind::If(..)));
                let kept = defaulted(ast, cond, body, orelse).filter(|name| {
                    let value = frame.vars.borrow().get(name).cloned();
                    value.is_some_and(|value| self.is_kept_elsewhere(&value))
                });
                let flow =
                    self.both(cond, at, frame, chained, |interp| interp.block(body, ast, frame), |interp| interp.block(orelse, ast, frame));
                if let (Some(name), ExprKind::Not(asked)) = (kept, ast.expr(cond)) {
                    self.take_default(name, *asked, ast, frame);
                }
                flow
            }
        }
    }

    /// Of a variable that is kept elsewhere, the text that the code gives it where there is none.
    fn take_default(&mut self, name: Sym, asked: ExprId, ast: &Ast, frame: &Rc<Frame>) {
        let options = frame.vars.borrow().get(&name).map(Value::options).unwrap_or_default();
        let mut texts = options.into_iter().filter(|option| option.as_str().is_some_and(|text| !text.is_empty()));
        if let (Some(text), None) = (texts.next(), texts.next()) {
            self.environment.default_of(frame, asked, ast);
            frame.vars.borrow_mut().insert(name, text);
        }
    }

    pub(super) fn for_stmt(
        &mut self,
        target: ExprId,
        iter: ExprId,
        body: &'p [StmtId],
        orelse: &'p [StmtId],
        ast: &'p Ast,
        frame: &Rc<Frame>,
    ) -> Flow {
        let at = Loc { file: frame.file, line: ast.line(iter) };
        let iterable = self.expr(iter, ast, frame);
        let items = match self.iterate(&iterable) {
            Some(items) => items,
            None => {
                // What is known of a list that is only partly known, then once for an element that is not.
                let (known, unknown): (Vec<Value>, Vec<Value>) =
                    self.elements(&iterable).into_iter().partition(|i| !matches!(i, Value::Spread(_)));
                let rest = match unknown.into_iter().next() {
                    Some(Value::Spread(inner)) => inner.as_ref().clone(),
                    _ => iterable.clone(),
                };
                let element = Self::one_of(&rest);
                match self.each(known, target, body, ast, frame, at) {
                    Flow::Next => {}
                    Flow::Break => return Flow::Next,
                    other => return other,
                }
                self.assign(target, element, ast, frame);
                if let Flow::Return(value) = self.guarded(iter, Side::Loop, at, false, |interp| interp.block(body, ast, frame)) {
                    self.return_maybe(value);
                }
                return Flow::Next;
            }
        };
        match self.each(items, target, body, ast, frame, at) {
            Flow::Next => {}
            Flow::Break => return Flow::Next,
            other => return other,
        }
        self.block(orelse, ast, frame)
    }

    /// The body once for each element; `Break` says that it ended early.
    fn each(&mut self, items: Vec<Value>, target: ExprId, body: &'p [StmtId], ast: &'p Ast, frame: &Rc<Frame>, at: Loc) -> Flow {
        for item in items.into_iter().take(MAX_ITEMS) {
            if !self.tick() {
                self.exhausted_at(at);
                break;
            }
            self.assign(target, item, ast, frame);
            match self.block(body, ast, frame) {
                Flow::Next | Flow::Continue => {}
                other => return other,
            }
        }
        Flow::Next
    }

    pub(super) fn while_stmt(&mut self, cond: ExprId, body: &'p [StmtId], ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        let at = Loc { file: frame.file, line: ast.line(cond) };
        for _ in 0..200 {
            let value = self.expr(cond, ast, frame);
            match self.truth(&value) {
                Some(false) => return Flow::Next,
                Some(true) => match self.block(body, ast, frame) {
                    Flow::Next | Flow::Continue => {}
                    Flow::Break => return Flow::Next,
                    other => return other,
                },
                None => {
                    self.guarded(cond, Side::Then, at, false, |interp| interp.block(body, ast, frame));
                    return Flow::Next;
                }
            }
        }
        self.exhausted_at(at);
        Flow::Next
    }

    pub(super) fn try_stmt(&mut self, stmt: &'p TryStmt, ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        self.tries += 1;
        let mut flow = self.block(&stmt.body, ast, frame);
        self.tries -= 1;
        if let Flow::Raise(raised) = &flow {
            let handler = stmt.handlers.iter().find(|h| catches(ast, h, *raised));
            if let Some(handler) = handler {
                if let Some(name) = handler.name {
                    let at = Loc { file: frame.file, line: 0 };
                    let value = self.unknown(WhyCode::NotModelled, "exception", at);
                    frame.vars.borrow_mut().insert(name, value);
                }
                flow = self.block(&handler.body, ast, frame);
            }
        } else if matches!(flow, Flow::Next) {
            flow = self.block(&stmt.orelse, ast, frame);
        }
        match self.block(&stmt.finally, ast, frame) {
            Flow::Next => flow,
            other => other,
        }
    }

    pub(super) fn match_stmt(&mut self, subject: ExprId, arms: &'p [CaseArm], ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        let value = self.expr(subject, ast, frame);
        for arm in arms {
            if arm.wildcard {
                return self.block(&arm.body, ast, frame);
            }
            let Some(pattern) = arm.pattern else { continue };
            let pattern = self.expr(pattern, ast, frame);
            if value.is_constant() && value.same(&pattern) {
                return self.block(&arm.body, ast, frame);
            }
        }
        Flow::Next
    }
}

/// One of two values; what is unknown yields to what is known.
pub(in crate::eval) fn alternative(a: Value, b: Value) -> Value {
    // A text with holes says less than a whole one.
    let vague = |value: &Value, other: &Value| value.is_unknown() || (matches!(value, Value::Text(_)) && matches!(other, Value::Str(_)));
    if a.same(&b) || vague(&b, &a) {
        return a;
    }
    if vague(&a, &b) {
        return b;
    }
    let mut options = a.options();
    for option in b.options() {
        if options.len() < 12 && !options.iter().any(|x| x.same(&option)) {
            options.push(option);
        }
    }
    Value::Alt(options.into())
}

/// The name in `if not name: name = …`.
fn defaulted(ast: &Ast, condition: ExprId, body: &[StmtId], orelse: &[StmtId]) -> Option<Sym> {
    let ExprKind::Not(asked) = ast.expr(condition) else { return None };
    let ExprKind::Name(name) = ast.expr(*asked) else { return None };
    let [only] = body else { return None };
    let StmtKind::Assign(targets, _) = ast.stmt(*only) else { return None };
    let given = matches!(&**targets, [target] if matches!(ast.expr(*target), ExprKind::Name(target) if target == name));
    (given && orelse.is_empty()).then_some(*name)
}

fn catches(ast: &Ast, handler: &Handler, raised: Option<Sym>) -> bool {
    let Some(types) = handler.types else { return true };
    let names: Vec<String> = match ast.expr(types) {
        ExprKind::Tuple(items) => items.iter().filter_map(|i| ast.dotted(*i)).collect(),
        _ => ast.dotted(types).into_iter().collect(),
    };
    let Some(raised) = raised else { return true };
    names.iter().any(|name| is_a(raised, name))
}

/// Whether an exception that was raised is one of those that a name stands for.
pub(super) fn is_a(raised: Sym, name: &str) -> bool {
    let name = crate::base::last_part(name);
    name == raised.as_str()
        || matches!(name, "Exception" | "BaseException")
        || (raised.as_str() == "ImportError" && name == "ModuleNotFoundError")
        || (matches!(raised.as_str(), "KeyError" | "IndexError") && name == "LookupError")
        || (raised.as_str() == "LookupError" && name == "AppRegistryNotReady")
        || (raised.as_str() == "FileNotFoundError" && matches!(name, "OSError" | "IOError" | "EnvironmentError"))
}

/// Whether a condition holds only where `settings.DEBUG` does.
pub(in crate::eval) fn debug(ast: &Ast, condition: ExprId) -> bool {
    match ast.expr(condition) {
        ExprKind::Attr(object, name) => name.as_str() == "DEBUG" && ast.last_name(*object).is_some_and(|of| of.as_str() == "settings"),
        ExprKind::And(a, b) => debug(ast, *a) || debug(ast, *b),
        _ => false,
    }
}
