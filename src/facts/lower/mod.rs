//! From a syntax tree to [`Ast`]: one typed descent on integer ids that keeps order and meaning and collects calls and imports
//! on the way. The tree dies with this call.
//!
//! The depth of the descent is bounded by [`MAX_DEPTH`]; what lies deeper becomes [`ExprKind::Opaque`].

mod definitions;
mod expressions;
mod statements;

use smallvec::SmallVec;

use crate::base::{Sym, new_sym};
use crate::syntax::{self, Field, Kind, Node, child};

use super::ir::*;

/// Nested expressions beyond this depth are not worth a stack overflow.
const MAX_DEPTH: u32 = 220;

type Kids<'t> = SmallVec<[Node<'t>; 8]>;

pub fn lower(text: &str, root: Node) -> Ast {
    let mut lower = Lower {
        text,
        ast: Ast::default(),
        cursor: root.walk(),
        scope: Scope::Module,
        prefix: String::new(),
        branches: 0,
        yields: false,
        depth: 0,
        tries: 0,
        column: 0,
    };
    // What is left open at the end of a file can make an error of all of it.
    let mut body = Vec::new();
    if root.is_error() {
        lower.around_error(root, &mut body);
    } else {
        body = lower.statements(root);
    }
    let body = body.into_boxed_slice();
    lower.ast.body = body;
    lower.ast.errors.sort_unstable();
    lower.ast.errors.dedup();
    // They stay for the whole run, half empty otherwise.
    let ast = lower.ast;
    Ast {
        exprs: exact(ast.exprs),
        lines: exact(ast.lines),
        stmts: exact(ast.stmts),
        funcs: exact(ast.funcs),
        classes: exact(ast.classes),
        calls: exact(ast.calls),
        imports: exact(ast.imports),
        ..ast
    }
}

/// In memory of its size; the allocator only shrinks what is more than half empty.
fn exact<T>(mut grown: Vec<T>) -> Vec<T> {
    let mut out = Vec::with_capacity(grown.len());
    out.append(&mut grown);
    out
}

struct Lower<'t> {
    text: &'t str,
    ast: Ast,
    cursor: syntax::Cursor<'t>,
    scope: Scope,
    /// Qualified-name prefix of definitions in the current scope, with its dot.
    prefix: String,
    /// Decision points of the current function so far.
    branches: u32,
    yields: bool,
    depth: u32,
    /// Enclosing `try` bodies.
    tries: u32,
    /// Where the lines of the current block begin.
    column: usize,
}

fn line(node: Node) -> u32 {
    node.start_position().row as u32 + 1
}

fn is_kid(node: Node) -> bool {
    node.is_named() && (!node.is_extra() || node.is_error())
}

impl<'t> Lower<'t> {
    fn str(&self, node: Node) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    fn sym(&self, node: Node) -> Sym {
        new_sym(self.str(node))
    }

    /// Named children; comments are left out.
    fn kids(&mut self, node: Node<'t>) -> Kids<'t> {
        let mut kids = Kids::new();
        self.find_kid(node, |kid, _| {
            if is_kid(kid) {
                kids.push(kid);
            }
            false
        });
        kids
    }

    fn first_kid(&mut self, node: Node<'t>) -> Option<Node<'t>> {
        self.find_kid(node, |kid, _| is_kid(kid))
    }

    /// The same with operators, each with the id of its field (0: none), which takes as long again.
    fn kids_of_fields(&mut self, node: Node<'t>) -> SmallVec<[(u16, Node<'t>); 8]> {
        let mut kids = SmallVec::new();
        self.find_kid(node, |kid, cursor| {
            let field = cursor.field_id().map_or(0, u16::from);
            if ((kid.is_named() || field != 0) && !kid.is_extra()) || kid.is_error() {
                kids.push((field, kid));
            }
            false
        });
        kids
    }

    fn find_kid(&mut self, node: Node<'t>, mut found: impl FnMut(Node<'t>, &syntax::Cursor<'t>) -> bool) -> Option<Node<'t>> {
        self.cursor.reset(node);
        let mut more = self.cursor.goto_first_child();
        while more {
            let kid = self.cursor.node();
            if found(kid, &self.cursor) {
                return Some(kid);
            }
            more = self.cursor.goto_next_sibling();
        }
        None
    }

    fn push(&mut self, kind: ExprKind, node: Node) -> ExprId {
        self.ast.exprs.push(kind);
        self.ast.lines.push(line(node));
        (self.ast.exprs.len() - 1) as ExprId
    }

    fn stmt(&mut self, kind: StmtKind, node: Node, out: &mut Vec<StmtId>) {
        self.ast.stmts.push(Stmt { kind, line: line(node) });
        out.push((self.ast.stmts.len() - 1) as StmtId);
    }

    fn block(&mut self, node: Node<'t>) -> Block {
        let outer = std::mem::replace(&mut self.column, node.start_position().column);
        let out = self.statements(node);
        self.column = outer;
        out.into_boxed_slice()
    }

    fn statements(&mut self, node: Node<'t>) -> Vec<StmtId> {
        let kids = self.kids(node);
        let mut out = Vec::with_capacity(kids.len());
        if kids.is_empty() && syntax::kind(node) == Kind::Block {
            // The parser allows a header without anything below it; Python does not.
            self.ast.errors.push(line(node));
        }
        for kid in kids {
            self.statement(kid, &mut out);
        }
        out
    }

    /// What parsed around an error is kept, as far as it belongs to the current block: what stands deeper lost its header in the error, and
    /// means something else without it.
    fn around_error(&mut self, error: Node<'t>, out: &mut Vec<StmtId>) {
        let kids = self.kids(error);
        let kept = |kid: &Node| statements::is_statement(syntax::kind(*kid)) && kid.start_position().column <= self.column;
        let (kept, lost): (Vec<Node>, Vec<Node>) = kids.into_iter().partition(kept);
        self.ast.errors.push(lost.first().map_or(line(error), |first| line(*first)));
        for kid in kept {
            self.statement(kid, out);
        }
    }

    fn field_block(&mut self, node: Node<'t>, field: Field) -> Block {
        child(node, field).map(|n| self.block(n)).unwrap_or_default()
    }

    fn field_expr(&mut self, node: Node<'t>, field: Field) -> ExprId {
        match child(node, field) {
            Some(n) => self.expr(n),
            None => self.push(ExprKind::Opaque, node),
        }
    }
}
