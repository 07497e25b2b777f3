//! Whether code turns away whoever has not logged in, by its shape: the first thing that a view, its `dispatch` or the wrapper of a decorator says
//! is who may go on.

use crate::facts::{Arg, Ast, Block, ExprId, ExprKind, StmtKind};

/// What is answered to those who may not go on.
const REFUSALS: [&str; 7] = [
    "HttpResponseForbidden",
    "HttpResponseRedirect",
    "HttpResponseUnauthorized",
    "handle_no_permission",
    "permission_denied",
    "redirect",
    "redirect_to_login",
];

/// `if not request.user.is_authenticated:` with a refusal below, or the other way round with the refusal at the end; not where that hangs on
/// another condition.
pub fn turns_away(ast: &Ast, body: &Block) -> bool {
    let mut open = vec![body];
    while let Some(block) = open.pop() {
        for statement in block {
            match ast.stmt(*statement) {
                StmtKind::If(cond, then, otherwise) => {
                    let end = if otherwise.is_empty() { block } else { otherwise };
                    let let_in = is_somebody(ast, *cond) && returns(ast, then) && refuses(ast, end);
                    if let_in || (is_nobody(ast, *cond) && refuses(ast, then)) {
                        return true;
                    }
                }
                StmtKind::With(_, inner) => open.push(inner),
                StmtKind::Try(inner) => open.push(&inner.body),
                _ => {}
            }
        }
    }
    false
}

/// Whether it holds for every request without a user.
fn is_nobody(ast: &Ast, cond: ExprId) -> bool {
    match ast.expr(cond) {
        ExprKind::Not(inner) => is_logged_in(ast, *inner),
        ExprKind::Or(left, right) => is_nobody(ast, *left) || is_nobody(ast, *right),
        ExprKind::Call(callee, _) => is_nobody(ast, *callee),
        ExprKind::Attr(_, name) => name == "is_anonymous",
        _ => false,
    }
}

/// Whether it holds for no request without a user.
fn is_somebody(ast: &Ast, cond: ExprId) -> bool {
    match ast.expr(cond) {
        ExprKind::And(left, right) => is_somebody(ast, *left) || is_somebody(ast, *right),
        _ => is_logged_in(ast, cond),
    }
}

/// A method until Django 2.0.
fn is_logged_in(ast: &Ast, cond: ExprId) -> bool {
    match ast.expr(cond) {
        ExprKind::Attr(_, name) => name == "is_authenticated",
        ExprKind::Call(callee, _) => is_logged_in(ast, *callee),
        _ => false,
    }
}

fn returns(ast: &Ast, block: &Block) -> bool {
    block.last().is_some_and(|last| matches!(ast.stmt(*last), StmtKind::Return(_)))
}

fn refuses(ast: &Ast, block: &Block) -> bool {
    match block.last().map(|last| ast.stmt(*last)) {
        Some(StmtKind::Raise(Some(_))) => true,
        Some(StmtKind::Return(Some(value))) => match ast.expr(*value) {
            ExprKind::Call(callee, args) => {
                let status = |arg: &Arg| matches!(arg, Arg::Key(name, value) if name == "status" && is_refusal(ast, *value));
                ast.last_name(*callee).is_some_and(|name| REFUSALS.contains(&name.as_str())) || args.iter().any(status)
            }
            _ => false,
        },
        _ => false,
    }
}

/// `401`, or `status.HTTP_403_FORBIDDEN`.
fn is_refusal(ast: &Ast, status: ExprId) -> bool {
    match ast.expr(status) {
        ExprKind::Int(code) => matches!(code, 401 | 403),
        ExprKind::Attr(_, name) => name.starts_with("HTTP_401") || name.starts_with("HTTP_403"),
        _ => false,
    }
}
