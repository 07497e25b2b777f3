//! Which HTTP methods a function view, or the `dispatch` of a class without handlers, asks `request.method` for. Nothing declares them, so they are likely at best.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::base::Sym;
use crate::eval::Value;
use crate::facts::{Ast, Block, CmpOp, ExprId, ExprKind, FuncDef, StmtKind, visit};

use super::views::{Target, ViewRef};
use super::world::World;

const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"];

/// Sorted, without HEAD and OPTIONS; none where the view declares its methods or never asks.
pub fn likely_methods(world: &mut World, view: &ViewRef) -> Option<Vec<String>> {
    let func = match &view.target {
        Target::Func(func) | Target::Method(_, func) if view.methods.is_none() => Rc::clone(func),
        // One that answers in its own `dispatch`.
        Target::Class(class) if view.methods.is_none() => match world.class_value(*class, "dispatch")? {
            Value::Func(func) => func,
            _ => return None,
        },
        _ => return None,
    };
    let def = world.interp.func_def(&func)?;
    let ast = world.interp.ast(func.file);
    let request = def.params.iter().map(|p| p.name).find(|name| !matches!(name.as_str(), "self" | "cls"))?;
    let mut found = Asked::default();
    for expr in visit::expressions(ast, &def.body) {
        found.read(ast, request, expr);
    }
    found.guards(ast, request, def);
    found.methods()
}

#[derive(Default)]
struct Asked {
    /// Compared with.
    named: BTreeSet<String>,
    /// All others are turned away.
    only: BTreeSet<String>,
}

impl Asked {
    fn read(&mut self, ast: &Ast, request: Sym, expr: ExprId) {
        match ast.expr(expr) {
            ExprKind::Compare(parts) if is_method(ast, request, parts.0) => {
                for (_, operand) in &parts.1 {
                    self.named.extend(methods(ast, *operand));
                }
            }
            // `"POST" == request.method`
            ExprKind::Compare(parts) if parts.1.iter().any(|(_, operand)| is_method(ast, request, *operand)) => {
                self.named.extend(methods(ast, parts.0));
            }
            ExprKind::Attr(object, name) if matches!(name.as_str(), "POST" | "FILES") => {
                if matches!(ast.expr(*object), ExprKind::Name(n) if *n == request) {
                    self.named.insert("POST".to_owned());
                }
            }
            _ => {}
        }
    }

    /// `if request.method != "POST": return HttpResponseNotAllowed(…)` at the top level, and `match request.method`.
    fn guards(&mut self, ast: &Ast, request: Sym, def: &FuncDef) {
        for statement in &def.body {
            match ast.stmt(*statement) {
                StmtKind::If(condition, then, _) if leaves(ast, then) => {
                    let ExprKind::Compare(parts) = ast.expr(*condition) else { continue };
                    let [(CmpOp::Ne | CmpOp::NotIn, operand)] = parts.1.as_slice() else { continue };
                    if is_method(ast, request, parts.0) {
                        self.only.extend(methods(ast, *operand));
                    }
                }
                StmtKind::Match(subject, arms) if is_method(ast, request, *subject) => {
                    for pattern in arms.iter().filter_map(|arm| arm.pattern) {
                        self.named.extend(methods(ast, pattern));
                    }
                }
                _ => {}
            }
        }
    }

    fn methods(mut self) -> Option<Vec<String>> {
        if self.named.is_empty() && self.only.is_empty() {
            return None;
        }
        let found = if self.only.is_empty() {
            // What is left over answers a GET.
            self.named.insert("GET".to_owned());
            self.named
        } else {
            self.only
        };
        Some(found.into_iter().filter(|m| m != "HEAD" && m != "OPTIONS").collect())
    }
}

/// `request.method`, also in `.upper()` or `.lower()`.
fn is_method(ast: &Ast, request: Sym, expr: ExprId) -> bool {
    match ast.expr(expr) {
        ExprKind::Attr(object, name) if name.as_str() == "method" => matches!(ast.expr(*object), ExprKind::Name(n) if *n == request),
        ExprKind::Call(func, args) if args.is_empty() => {
            matches!(ast.expr(*func), ExprKind::Attr(object, name) if matches!(name.as_str(), "upper" | "lower") && is_method(ast, request, *object))
        }
        _ => false,
    }
}

fn methods(ast: &Ast, expr: ExprId) -> Vec<String> {
    match ast.expr(expr) {
        ExprKind::Str(text) => METHODS.iter().filter(|m| m.eq_ignore_ascii_case(text)).map(|m| (*m).to_owned()).collect(),
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
            items.iter().flat_map(|item| methods(ast, *item)).collect()
        }
        _ => Vec::new(),
    }
}

fn leaves(ast: &Ast, block: &Block) -> bool {
    block.last().is_some_and(|last| matches!(ast.stmt(*last), StmtKind::Return(_) | StmtKind::Raise(_)))
}
