//! Statements: blocks, bodies, and what each kind of statement does.

mod assign;
mod branches;
mod imports;

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::facts::*;

use super::value::*;
use super::{Interp, STATEMENT_STEPS};

pub(super) use assign::{merge_dict, set_item};
pub(super) use branches::{alternative, debug};

/// How a statement ends.
#[derive(Clone, Debug)]
pub enum Flow {
    Next,
    Return(Value),
    Break,
    Continue,
    /// An exception, by the last part of its name where that is known.
    Raise(Option<Sym>),
}

impl<'p> Interp<'p> {
    pub(super) fn block(&mut self, block: &'p [StmtId], ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        for id in block {
            match self.stmt(*id, ast, frame) {
                Flow::Next => {}
                other => return other,
            }
        }
        Flow::Next
    }

    /// The body of a module or class. It is known to run to its end, so an error that reaches it is an error of the analysis: the statement is
    /// given up, the rest goes on.
    pub(super) fn body(&mut self, block: &'p [StmtId], ast: &'p Ast, frame: &Rc<Frame>) {
        let tries = std::mem::replace(&mut self.tries, 0);
        let limit = self.limit;
        for id in block {
            self.limit = limit.min(self.steps + STATEMENT_STEPS);
            self.stmt(*id, ast, frame);
        }
        self.limit = limit;
        self.tries = tries;
    }

    /// An exception out of an expression, noted where something can catch it.
    pub(super) fn raise(&mut self, name: &str) {
        if self.tries > 0 {
            self.raised = Some(sym(name));
        }
    }

    fn stmt(&mut self, id: StmtId, ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        let flow = self.stmt_inner(id, ast, frame);
        match self.raised.take() {
            Some(name) => Flow::Raise(Some(name)),
            None => flow,
        }
    }

    fn stmt_inner(&mut self, id: StmtId, ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        let at = Loc { file: frame.file, line: ast.stmt_line(id) };
        self.charge_comparisons();
        if !self.tick() {
            self.exhausted_at(at);
            return Flow::Return(self.unknown(WhyCode::Budget, "", at));
        }
        match ast.stmt(id) {
            StmtKind::Expr(_) | StmtKind::Delete(_) if self.idle.is_some() => {}
            StmtKind::Expr(expr) => {
                self.expr(*expr, ast, frame);
            }
            StmtKind::Assign(targets, value) => {
                let before = self.environment.taken();
                let value = self.expr(*value, ast, frame);
                for target in targets {
                    self.assign(*target, value.clone(), ast, frame);
                    self.mark(*target, before, ast, frame);
                }
            }
            StmtKind::AnnAssign(target, annotation, value) => {
                if let Some(value) = value {
                    let before = self.environment.taken();
                    let value = self.expr(*value, ast, frame);
                    self.assign(*target, value, ast, frame);
                    self.mark(*target, before, ast, frame);
                } else if frame.kind == FrameKind::Class
                    && let ExprKind::Name(name) = ast.expr(*target)
                {
                    self.annotate(*name, *annotation, frame);
                }
            }
            StmtKind::AugAssign(target, op, value) => self.aug_assign(*target, *op, *value, ast, frame),
            StmtKind::Return(value) => {
                let value = match value {
                    Some(value) => self.expr(*value, ast, frame),
                    None => Value::None,
                };
                return Flow::Return(value);
            }
            StmtKind::If(cond, body, orelse) => return self.if_stmt(*cond, body, orelse, ast, frame),
            StmtKind::For(target, iter, body, orelse) => return self.for_stmt(*target, *iter, body, orelse, ast, frame),
            StmtKind::While(cond, body) => return self.while_stmt(*cond, body, ast, frame),
            StmtKind::With(items, body) => {
                let mut suppressed: Vec<Value> = Vec::new();
                for (value, target) in items {
                    let value = self.expr(*value, ast, frame);
                    if let Value::Call(call) = &value
                        && call.ext().is_some_and(|name| name.as_str() == "contextlib.suppress")
                    {
                        suppressed.extend(call.args.iter().cloned());
                    }
                    if let Some(target) = target {
                        self.assign(*target, value, ast, frame);
                    }
                }
                if suppressed.is_empty() {
                    return self.block(body, ast, frame);
                }
                self.tries += 1;
                let flow = self.block(body, ast, frame);
                self.tries -= 1;
                return match flow {
                    Flow::Raise(raised) if suppresses(&suppressed, raised) => Flow::Next,
                    flow => flow,
                };
            }
            StmtKind::Try(stmt) => return self.try_stmt(stmt, ast, frame),
            StmtKind::Match(subject, arms) => return self.match_stmt(*subject, arms, ast, frame),
            StmtKind::Func(func) => self.def_stmt(*func, ast, frame),
            StmtKind::Class(class) => self.class_stmt(*class, ast, frame),
            StmtKind::Import(names) => return self.import_stmt(names, at, frame),
            StmtKind::From(import) => return self.import_from_stmt(import, at, frame),
            StmtKind::Raise(value) => {
                let name = value.and_then(|v| match ast.expr(v) {
                    ExprKind::Call(f, _) => ast.dotted(*f),
                    _ => ast.dotted(v),
                });
                return Flow::Raise(name.map(|n| sym(crate::base::last_part(&n))));
            }
            StmtKind::Delete(targets) => {
                for target in targets {
                    match ast.expr(*target) {
                        ExprKind::Name(name) => {
                            frame.vars.borrow_mut().remove(name);
                        }
                        ExprKind::Subscript(object, key) => {
                            let object = self.expr(*object, ast, frame);
                            let key = self.expr(*key, ast, frame);
                            if let (Value::Dict(dict), Some(key)) = (object, key.key()) {
                                dict.items.borrow_mut().shift_remove(&key);
                            }
                        }
                        _ => {}
                    }
                }
            }
            StmtKind::Global(names) => frame.globals.borrow_mut().extend(names.iter().copied()),
            StmtKind::Assert(_) | StmtKind::Pass => {}
            StmtKind::Break => return Flow::Break,
            StmtKind::Continue => return Flow::Continue,
        }
        Flow::Next
    }

    /// Remember which variables of modules hold what the environment may say otherwise.
    fn mark(&mut self, target: ExprId, before: u64, ast: &'p Ast, frame: &Rc<Frame>) {
        if let (FrameKind::Module, ExprKind::Name(name)) = (frame.kind, ast.expr(target)) {
            self.environment.bind(*name, before);
        }
    }

    /// A bare annotation in a class body is remembered for classes that are made of them (Ninja schemas, dataclasses).
    fn annotate(&mut self, name: Sym, annotation: ExprId, frame: &Rc<Frame>) {
        let key = sym("__annotations__");
        let dict = match frame.vars.borrow().get(&key) {
            Some(Value::Dict(dict)) => Rc::clone(dict),
            _ => Rc::new(DictObj::default()),
        };
        dict.insert(Value::Str(name), Value::Int(i64::from(annotation)));
        frame.vars.borrow_mut().insert(key, Value::Dict(dict));
    }
}

/// Whether `suppress()` with these exceptions takes one that was raised.
fn suppresses(taken: &[Value], raised: Option<Sym>) -> bool {
    let Some(raised) = raised else { return true };
    taken.iter().any(|exception| match exception {
        Value::Ext(name) => branches::is_a(raised, name),
        _ => true,
    })
}
