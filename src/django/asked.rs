//! Which HTTP methods a function view, or the `dispatch` of a class without handlers, asks `request.method` for. Nothing declares them, so they are likely at best.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::base::Sym;
use crate::eval::Value;
use crate::facts::{Ast, Block, CmpOp, ExprId, ExprKind, FuncDef, FuncId, Scope, StmtKind, visit};

use super::views::{Target, ViewRef};
use super::world::World;
use super::{names, orm};

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
    found.tests(ast, request, &def.body);
    found.guards(ast, request, def);
    found.methods()
}

#[derive(Default)]
struct Asked {
    /// Compared with.
    named: BTreeSet<String>,
    /// All others are turned away.
    only: BTreeSet<String>,
    /// It takes something out of the body of a request.
    body: bool,
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
            // `Form(request.POST or None)`
            ExprKind::Or(left, _) | ExprKind::IfElse(left, ..) => self.asks_for_body(ast, request, *left),
            _ => self.body |= is_body(ast, request, expr),
        }
    }

    /// `if request.POST:`, `if "save" in request.POST:`: as good as asking for the method.
    fn tests(&mut self, ast: &Ast, request: Sym, body: &Block) {
        for statement in visit::statements(ast, body) {
            if let StmtKind::If(condition, ..) = ast.stmt(statement) {
                self.asks_for_body(ast, request, *condition);
            }
        }
    }

    fn asks_for_body(&mut self, ast: &Ast, request: Sym, condition: ExprId) {
        if visit::within(ast, condition).into_iter().any(|expr| is_body(ast, request, expr)) {
            self.named.insert("POST".to_owned());
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
            // Without a body it has nothing to work on.
            return self.body.then(|| vec!["POST".to_owned()]);
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

/// `request.POST`, `request.FILES`, `request.body`
fn is_body(ast: &Ast, request: Sym, expr: ExprId) -> bool {
    match ast.expr(expr) {
        ExprKind::Attr(object, name) if matches!(name.as_str(), "POST" | "FILES" | "body") => {
            matches!(ast.expr(*object), ExprKind::Name(n) if *n == request)
        }
        _ => false,
    }
}

/// Lines that no GET gets to, as the code asks for the method before: of each function that asks, by its dotted name, first and last of each stretch.
/// Not only of views: those hand their request on.
pub fn beyond_get(world: &World) -> BTreeMap<String, Vec<(u32, u32)>> {
    let mut out = BTreeMap::new();
    for (file, source) in world.interp.project.files.iter().enumerate().filter(|(_, source)| orm::counts(&source.path)) {
        let ast = &source.facts.ast;
        for (id, def) in ast.funcs.iter().enumerate() {
            let mut lines = Vec::new();
            if let Some(request) = request_of(def) {
                skipped(ast, request, &def.body, def.end_line, &mut lines);
            }
            if !lines.is_empty() {
                out.insert(names::scope_name(world, file as u32, Scope::Func(id as FuncId)), lines);
            }
        }
    }
    out
}

/// The parameter that the framework, or who hands its request on, gives the request to.
fn request_of(def: &FuncDef) -> Option<Sym> {
    let mut names = def.params.iter().map(|param| param.name).filter(|name| !matches!(name.as_str(), "self" | "cls"));
    let first = names.next()?;
    Some(names.find(|name| name.as_str() == "request").unwrap_or(first))
}

/// `end` is the last line that belongs to the block.
fn skipped(ast: &Ast, request: Sym, block: &Block, end: u32, out: &mut Vec<(u32, u32)>) {
    let begins = |block: &Block| block.first().map(|first| ast.stmt_line(*first));
    for (at, id) in block.iter().enumerate() {
        let last = block.get(at + 1).map_or(end, |next| ast.stmt_line(*next).saturating_sub(1));
        match ast.stmt(*id) {
            StmtKind::If(condition, then, otherwise) => {
                let (first, second) = (begins(then).unwrap_or(last), begins(otherwise));
                let middle = second.map_or(last, |line| line.saturating_sub(1));
                let entered = enters(ast, request, *condition);
                if entered == Some(false) {
                    out.push((first, middle));
                } else {
                    skipped(ast, request, then, middle, out);
                }
                match (entered, second) {
                    (Some(true), Some(line)) => out.push((line, last)),
                    (_, Some(_)) => skipped(ast, request, otherwise, last, out),
                    _ => {}
                }
                if entered == Some(true) && leaves(ast, then) {
                    out.push((last + 1, end));
                    return;
                }
            }
            StmtKind::With(_, body) | StmtKind::For(_, _, body, _) => skipped(ast, request, body, last, out),
            StmtKind::Try(parts) => {
                let next = parts.handlers.iter().filter_map(|handler| begins(&handler.body)).min();
                skipped(ast, request, &parts.body, next.map_or(last, |line| line.saturating_sub(1)), out);
            }
            _ => {}
        }
    }
}

/// Whether a GET meets the condition; none where it asks for something else.
fn enters(ast: &Ast, request: Sym, condition: ExprId) -> Option<bool> {
    match ast.expr(condition) {
        ExprKind::Not(inner) => enters(ast, request, *inner).map(|entered| !entered),
        ExprKind::Or(left, right) => {
            let (left, right) = (enters(ast, request, *left), enters(ast, request, *right));
            if left == Some(true) || right == Some(true) { Some(true) } else { left.and(right) }
        }
        ExprKind::And(left, right) => [*left, *right].into_iter().any(|side| enters(ast, request, side) == Some(false)).then_some(false),
        ExprKind::Compare(parts) => {
            let [(op, operand)] = parts.1.as_slice() else { return None };
            let asked = match (is_method(ast, request, parts.0), is_method(ast, request, *operand)) {
                (true, _) => methods(ast, *operand),
                (_, true) => methods(ast, parts.0),
                _ => return (matches!(op, CmpOp::In) && is_body(ast, request, *operand)).then_some(false),
            };
            let named = asked.iter().any(|method| method == "GET");
            match op {
                CmpOp::Eq | CmpOp::In => Some(named),
                CmpOp::Ne | CmpOp::NotIn => Some(!named),
                _ => None,
            }
        }
        _ => is_body(ast, request, condition).then_some(false),
    }
}

/// `request.method`, also in `.upper()` or `.lower()`.
fn is_method(ast: &Ast, request: Sym, expr: ExprId) -> bool {
    match ast.expr(expr) {
        ExprKind::Attr(object, name) if name.as_str() == "method" => match ast.expr(*object) {
            ExprKind::Name(name) => *name == request,
            // `self.request.method`
            ExprKind::Attr(_, name) => name.as_str() == "request",
            _ => false,
        },
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
