//! Every expression of a body, without executing it.

use super::ir::{Arg, Ast, Block, ExprId, ExprKind, StmtId, StmtKind};

/// Expressions of the statements and of all statements within them, in the order of the source as far as statements go; bodies of nested
/// definitions are not entered. Iterative: the source decides how deep it nests.
pub fn expressions(ast: &Ast, body: &Block) -> Vec<ExprId> {
    let mut out = Vec::new();
    let mut statements: Vec<StmtId> = body.iter().rev().copied().collect();
    let mut pending: Vec<ExprId> = Vec::new();
    while let Some(statement) = statements.pop() {
        let mut inner: Vec<&Block> = Vec::new();
        match ast.stmt(statement) {
            StmtKind::Expr(expr) | StmtKind::Assert(expr) => pending.push(*expr),
            StmtKind::Assign(targets, value) => {
                pending.push(*value);
                pending.extend(targets.iter());
            }
            StmtKind::AnnAssign(target, annotation, value) => {
                pending.extend(value.iter());
                pending.extend([*annotation, *target]);
            }
            StmtKind::AugAssign(target, _, value) => pending.extend([*value, *target]),
            StmtKind::Return(value) | StmtKind::Raise(value) => pending.extend(value.iter()),
            StmtKind::If(cond, then, otherwise) => {
                pending.push(*cond);
                inner.extend([then, otherwise]);
            }
            StmtKind::For(target, iter, body, orelse) => {
                pending.extend([*iter, *target]);
                inner.extend([body, orelse]);
            }
            StmtKind::While(cond, body) => {
                pending.push(*cond);
                inner.push(body);
            }
            StmtKind::With(items, body) => {
                for (context, target) in items {
                    pending.extend(target.iter());
                    pending.push(*context);
                }
                inner.push(body);
            }
            StmtKind::Try(parts) => {
                inner.push(&parts.body);
                inner.extend(parts.handlers.iter().map(|h| &h.body));
                inner.extend([&parts.orelse, &parts.finally]);
            }
            StmtKind::Match(subject, arms) => {
                pending.push(*subject);
                pending.extend(arms.iter().filter_map(|arm| arm.pattern));
                inner.extend(arms.iter().map(|arm| &arm.body));
            }
            StmtKind::Delete(targets) => pending.extend(targets.iter()),
            _ => {}
        }
        for block in inner.into_iter().rev() {
            statements.extend(block.iter().rev().copied());
        }
        while let Some(expr) = pending.pop() {
            out.push(expr);
            children(ast, expr, &mut pending);
        }
    }
    out
}

/// The statements and all within them; bodies of nested definitions are not entered.
pub fn statements(ast: &Ast, body: &Block) -> Vec<StmtId> {
    let (mut out, mut pending): (Vec<StmtId>, Vec<StmtId>) = (Vec::new(), body.to_vec());
    while let Some(statement) = pending.pop() {
        out.push(statement);
        match ast.stmt(statement) {
            StmtKind::If(_, then, otherwise) => {
                pending.extend(then.iter());
                pending.extend(otherwise.iter());
            }
            StmtKind::For(_, _, body, orelse) => {
                pending.extend(body.iter());
                pending.extend(orelse.iter());
            }
            StmtKind::While(_, body) | StmtKind::With(_, body) => pending.extend(body.iter()),
            StmtKind::Try(parts) => {
                pending.extend(parts.body.iter());
                pending.extend(parts.handlers.iter().flat_map(|handler| handler.body.iter()));
                pending.extend(parts.orelse.iter());
                pending.extend(parts.finally.iter());
            }
            StmtKind::Match(_, arms) => pending.extend(arms.iter().flat_map(|arm| arm.body.iter())),
            _ => {}
        }
    }
    out
}

/// An expression and all within it.
pub fn within(ast: &Ast, expr: ExprId) -> Vec<ExprId> {
    let (mut out, mut pending) = (Vec::new(), vec![expr]);
    while let Some(expr) = pending.pop() {
        out.push(expr);
        children(ast, expr, &mut pending);
    }
    out
}

/// The expressions directly within one; bodies of lambdas are not entered.
pub fn children(ast: &Ast, expr: ExprId, out: &mut Vec<ExprId>) {
    match ast.expr(expr) {
        ExprKind::Attr(a, _)
        | ExprKind::Not(a)
        | ExprKind::Neg(a)
        | ExprKind::Invert(a)
        | ExprKind::Await(a)
        | ExprKind::Star(a)
        | ExprKind::DoubleStar(a)
        | ExprKind::Walrus(_, a)
        | ExprKind::Yield(Some(a), _) => out.push(*a),
        ExprKind::Call(func, args) => {
            out.push(*func);
            out.extend(args.iter().map(|arg| match arg {
                Arg::Pos(e) | Arg::Key(_, e) | Arg::Star(e) | Arg::DoubleStar(e) => *e,
            }));
        }
        ExprKind::FStr(items) | ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => out.extend(items.iter()),
        ExprKind::Dict(items) => {
            for (key, value) in items {
                out.extend(key.iter());
                out.push(*value);
            }
        }
        ExprKind::Subscript(a, b) | ExprKind::Bin(_, a, b) | ExprKind::And(a, b) | ExprKind::Or(a, b) => out.extend([*a, *b]),
        ExprKind::Slice(parts) => out.extend(parts.iter().flatten()),
        ExprKind::Compare(parts) => {
            out.push(parts.0);
            out.extend(parts.1.iter().map(|(_, operand)| *operand));
        }
        ExprKind::IfElse(a, b, c) => out.extend([*a, *b, *c]),
        ExprKind::Comp(parts) => {
            let (_, element, value, clauses) = parts.as_ref();
            out.push(*element);
            out.extend(value.iter());
            for clause in clauses {
                out.extend([clause.target, clause.iter]);
                out.extend(clause.conds.iter());
            }
        }
        _ => {}
    }
}
