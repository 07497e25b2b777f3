//! Statements: assignments, branches, loops, `try`, `match`, imports. What parsed around an error is kept.

use crate::base::{Sym, sym};
use crate::syntax::{self, Field, Kind, Node, child, field_id};

use super::expressions::bin_op;
use super::{Lower, MAX_DEPTH, line};
use crate::facts::ir::*;

impl<'t> Lower<'t> {
    pub(super) fn statement(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.ast.errors.push(line(node));
        } else {
            self.statement_inner(node, out);
        }
        self.depth -= 1;
    }

    fn statement_inner(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        match syntax::kind(node) {
            Kind::ExpressionStatement => {
                for kid in self.kids(node) {
                    match syntax::kind(kid) {
                        Kind::Assignment => self.assignment(kid, out),
                        Kind::AugmentedAssignment => self.aug_assignment(kid, out),
                        Kind::String | Kind::ConcatenatedString => {}
                        Kind::Error => self.ast.errors.push(line(kid)),
                        _ => {
                            let value = self.whole(kid, self.is_torn_constant(kid));
                            self.stmt(StmtKind::Expr(value), kid, out);
                        }
                    }
                }
            }
            Kind::Assignment => self.assignment(node, out),
            Kind::AugmentedAssignment => self.aug_assignment(node, out),
            Kind::Return => {
                let value = self.only_expr(node);
                self.stmt(StmtKind::Return(value), node, out);
            }
            Kind::If => self.if_statement(node, out),
            Kind::For => {
                self.branches += 1;
                let target = self.field_expr(node, Field::Left);
                let iter = match child(node, Field::Right) {
                    Some(iter) => self.whole(iter, iter.has_error()),
                    None => self.push(ExprKind::Opaque, node),
                };
                let body = self.field_block(node, Field::Body);
                let orelse = child(node, Field::Alternative).map(|n| self.field_block(n, Field::Body)).unwrap_or_default();
                self.stmt(StmtKind::For(target, iter, body, orelse), node, out);
            }
            Kind::While => {
                self.branches += 1;
                let cond = self.field_expr(node, Field::Condition);
                let body = self.field_block(node, Field::Body);
                self.stmt(StmtKind::While(cond, body), node, out);
            }
            Kind::With => self.with_statement(node, out),
            Kind::Try => self.try_statement(node, out),
            Kind::Match => self.match_statement(node, out),
            Kind::Raise => {
                let value = self.only_expr(node);
                self.stmt(StmtKind::Raise(value), node, out);
            }
            Kind::Delete => {
                let targets = self.kids(node).into_iter().map(|n| self.expr(n)).collect();
                self.stmt(StmtKind::Delete(targets), node, out);
            }
            Kind::Assert => {
                if let Some(value) = self.only_expr(node) {
                    self.stmt(StmtKind::Assert(value), node, out);
                }
            }
            Kind::Global | Kind::Nonlocal => {
                let names = self.kids(node).into_iter().map(|n| self.sym(n)).collect();
                self.stmt(StmtKind::Global(names), node, out);
            }
            Kind::Import => {
                let names = self.aliases(node);
                self.stmt(StmtKind::Import(names), node, out);
                self.note_import(out);
            }
            Kind::ImportFrom => {
                self.import_from(node, out);
                self.note_import(out);
            }
            Kind::Class => self.class(node, Box::default(), out),
            Kind::Function => self.function(node, Box::default(), out),
            Kind::Decorated => self.decorated(node, out),
            Kind::Break => self.stmt(StmtKind::Break, node, out),
            Kind::Continue => self.stmt(StmtKind::Continue, node, out),
            Kind::TypeAlias => {
                if let Some(left) = child(node, Field::Left) {
                    let target = self.push(ExprKind::Name(self.sym(left)), left);
                    let value = self.push(ExprKind::Opaque, node);
                    self.stmt(StmtKind::Assign(Box::new([target]), value), node, out);
                }
            }
            Kind::Error => self.around_error(node, out),
            Kind::Block => {
                for kid in self.kids(node) {
                    self.statement(kid, out);
                }
            }
            Kind::FutureImport | Kind::Pass | Kind::Print | Kind::Exec | Kind::Comment => {}
            _ => {}
        }
        if node.has_error() && self.ast.errors.is_empty() {
            self.ast.errors.push(line(node));
        }
    }

    fn note_import(&mut self, out: &[StmtId]) {
        if let Some(id) = out.last() {
            self.ast.imports.push((*id, self.scope));
            if self.tries > 0 {
                self.ast.guarded_imports.push(*id);
            }
        }
    }

    fn assignment(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let mut targets = Vec::new();
        let mut at = node;
        let torn = self.is_torn_constant(node);
        loop {
            targets.push(self.field_expr(at, Field::Left));
            let right = child(at, Field::Right);
            if let Some(annotation) = child(at, Field::Type) {
                let annotation = self.expr(annotation);
                let value = right.map(|n| self.whole(n, torn));
                let Some(target) = targets.pop() else { return };
                self.stmt(StmtKind::AnnAssign(target, annotation, value), node, out);
                return;
            }
            match right {
                Some(next) if syntax::kind(next) == Kind::Assignment => at = next,
                Some(value) => {
                    let value = self.whole(value, torn);
                    self.stmt(StmtKind::Assign(targets.into_boxed_slice(), value), node, out);
                    return;
                }
                None => return,
            }
        }
    }

    /// Whether a statement that is broken says something of a constant, or a single thing of any name. The parser joins what stands around a
    /// mistake, and the value of one setting would come out as that of another: a password as the name of an app.
    fn is_torn_constant(&self, node: Node<'t>) -> bool {
        let chained = |node| child(node, Field::Right).filter(|next| syntax::kind(*next) == Kind::Assignment);
        if !node.has_error() && chained(node).is_none() {
            return false;
        }
        let mut ends_elsewhere = false;
        let mut constant = false;
        let mut at = node;
        loop {
            let left = child(at, Field::Left);
            let name = self.str(left.unwrap_or(at)).split(|ch: char| !(ch.is_alphanumeric() || ch == '_')).next().unwrap_or_default();
            constant |= !name.is_empty() && !name.contains(char::is_lowercase);
            // `A =` at the end of a line, and then another assignment.
            let Some(next) = chained(at) else { break };
            ends_elsewhere |= left.is_some_and(|left| left.end_position().row != next.start_position().row);
            at = next;
        }
        // Of a broken list, as of URL patterns, the elements around the mistake are sound.
        let sound = |kind| {
            matches!(
                kind,
                Kind::List | Kind::Tuple | Kind::Set | Kind::Dictionary | Kind::Call | Kind::BinaryOperator | Kind::ListComprehension
            )
        };
        let sound = child(at, Field::Right).is_none_or(|value| sound(syntax::kind(value)));
        (constant || !sound) && (ends_elsewhere || node.has_error())
    }

    fn whole(&mut self, value: Node<'t>, torn: bool) -> ExprId {
        if !torn {
            return self.expr(value);
        }
        self.ast.errors.push(line(value));
        self.push(ExprKind::Opaque, value)
    }

    fn aug_assignment(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let target = self.field_expr(node, Field::Left);
        let op = child(node, Field::Operator).map_or(BinOp::Other, |n| bin_op(self.str(n).trim_end_matches('=')));
        let value = match child(node, Field::Right) {
            Some(value) => self.whole(value, self.is_torn_constant(node)),
            None => self.push(ExprKind::Opaque, node),
        };
        self.stmt(StmtKind::AugAssign(target, op, value), node, out);
    }

    fn if_statement(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        self.branches += 1;
        let cond = self.field_expr(node, Field::Condition);
        let body = self.field_block(node, Field::Consequence);
        let alternatives: Vec<Node> =
            self.kids_of_fields(node).into_iter().filter(|(field, _)| *field == field_id(Field::Alternative)).map(|(_, n)| n).collect();
        let mut orelse: Block = Box::default();
        // `elif` chains nest from the last to the first; lowered in source order so that ids grow with the lines.
        let mut arms = Vec::new();
        for alternative in alternatives {
            if syntax::kind(alternative) == Kind::Elif {
                self.branches += 1;
                let cond = self.field_expr(alternative, Field::Condition);
                let body = self.field_block(alternative, Field::Consequence);
                arms.push((cond, body, alternative));
            } else {
                orelse = self.field_block(alternative, Field::Body);
            }
        }
        for (cond, body, at) in arms.into_iter().rev() {
            let mut nested = Vec::new();
            self.stmt(StmtKind::If(cond, body, orelse), at, &mut nested);
            orelse = nested.into_boxed_slice();
        }
        self.stmt(StmtKind::If(cond, body, orelse), node, out);
    }

    fn with_statement(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let mut items = Vec::new();
        for clause in self.kids(node) {
            if syntax::kind(clause) != Kind::WithClause {
                continue;
            }
            for item in self.kids(clause) {
                let Some(value) = child(item, Field::Value) else { continue };
                if syntax::kind(value) == Kind::AsPattern {
                    items.push(self.as_pattern(value));
                } else {
                    items.push((self.expr(value), None));
                }
            }
        }
        let body = self.field_block(node, Field::Body);
        self.stmt(StmtKind::With(items.into_boxed_slice(), body), node, out);
    }

    fn as_pattern(&mut self, node: Node<'t>) -> (ExprId, Option<ExprId>) {
        let kids = self.kids(node);
        let value = match kids.first() {
            Some(n) => self.expr(*n),
            None => self.push(ExprKind::Opaque, node),
        };
        let alias = kids.get(1).copied().map(|n| match syntax::kind(n) {
            Kind::AsPatternTarget => self.only_expr(n).unwrap_or(value),
            _ => self.expr(n),
        });
        (value, alias)
    }

    fn try_statement(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        self.tries += 1;
        let body = self.field_block(node, Field::Body);
        self.tries -= 1;
        let mut stmt = TryStmt { body, handlers: Vec::new(), orelse: Box::default(), finally: Box::default() };
        for part in self.kids(node) {
            match syntax::kind(part) {
                Kind::Except => {
                    self.branches += 1;
                    let mut handler = Handler { types: None, name: None, body: Box::default() };
                    let mut types = Vec::new();
                    for kid in self.kids(part) {
                        match syntax::kind(kid) {
                            Kind::Block => handler.body = self.block(kid),
                            Kind::AsPattern => {
                                let (value, alias) = self.as_pattern(kid);
                                types.push(value);
                                handler.name = alias.and_then(|a| match self.ast.expr(a) {
                                    ExprKind::Name(name) => Some(*name),
                                    _ => None,
                                });
                            }
                            Kind::Error => {}
                            _ => types.push(self.expr(kid)),
                        }
                    }
                    handler.types = match types.len() {
                        0 => None,
                        1 => types.first().copied(),
                        _ => Some(self.push(ExprKind::Tuple(types.into_boxed_slice()), part)),
                    };
                    stmt.handlers.push(handler);
                }
                Kind::Else => stmt.orelse = self.field_block(part, Field::Body),
                Kind::Finally => {
                    for kid in self.kids(part) {
                        if syntax::kind(kid) == Kind::Block {
                            stmt.finally = self.block(kid);
                        }
                    }
                }
                _ => {}
            }
        }
        self.stmt(StmtKind::Try(Box::new(stmt)), node, out);
    }

    fn match_statement(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let subject = self.field_expr(node, Field::Subject);
        let mut arms = Vec::new();
        let Some(body) = child(node, Field::Body) else { return };
        for case in self.kids(body) {
            if syntax::kind(case) != Kind::Case {
                continue;
            }
            self.branches += 1;
            let guarded = child(case, Field::Guard).is_some();
            let pattern = self
                .kids_of_fields(case)
                .into_iter()
                .find(|(field, _)| *field != field_id(Field::Consequence) && *field != field_id(Field::Guard))
                .map(|(_, n)| n);
            let text = pattern.map_or("", |n| self.str(n));
            let wildcard = text == "_" && !guarded;
            let pattern = match pattern {
                Some(n) if !guarded => match self.kids(n).first().copied() {
                    Some(inner)
                        if matches!(
                            syntax::kind(inner),
                            Kind::String | Kind::Integer | Kind::True | Kind::False | Kind::None | Kind::ConcatenatedString
                        ) =>
                    {
                        Some(self.expr(inner))
                    }
                    _ => None,
                },
                _ => None,
            };
            let body = self.field_block(case, Field::Consequence);
            arms.push(CaseArm { pattern, wildcard, body });
        }
        self.stmt(StmtKind::Match(subject, arms.into_boxed_slice()), node, out);
    }

    fn aliases(&mut self, node: Node<'t>) -> Box<[Alias]> {
        let mut names = Vec::new();
        for (field, kid) in self.kids_of_fields(node) {
            if field != field_id(Field::Name) {
                continue;
            }
            match syntax::kind(kid) {
                Kind::AliasedImport => {
                    let name = child(kid, Field::Name).map_or("", |n| self.str(n));
                    let alias = child(kid, Field::Alias).map(|n| self.sym(n));
                    names.push(Alias { name: dotted_text(name), alias });
                }
                _ => names.push(Alias { name: dotted_text(self.str(kid)), alias: None }),
            }
        }
        names.into_boxed_slice()
    }

    fn import_from(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let mut import = ImportFrom { level: 0, module: sym(""), names: self.aliases(node), star: false };
        if let Some(module) = child(node, Field::ModuleName) {
            if syntax::kind(module) == Kind::RelativeImport {
                for part in self.kids(module) {
                    match syntax::kind(part) {
                        Kind::ImportPrefix => import.level = self.str(part).bytes().filter(|b| *b == b'.').count() as u32,
                        _ => import.module = dotted_text(self.str(part)),
                    }
                }
            } else {
                import.module = dotted_text(self.str(module));
            }
        }
        import.star = self.kids(node).iter().any(|n| syntax::kind(*n) == Kind::WildcardImport);
        self.stmt(StmtKind::From(Box::new(import)), node, out);
    }
}

/// A dotted name may be written with blanks and line breaks around its dots.
fn dotted_text(text: &str) -> Sym {
    if text.bytes().any(|b| b.is_ascii_whitespace() || b == b'\\') {
        let joined: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect();
        return sym(&joined);
    }
    sym(text)
}

pub(super) fn is_statement(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ExpressionStatement
            | Kind::If
            | Kind::For
            | Kind::While
            | Kind::With
            | Kind::Try
            | Kind::Class
            | Kind::Function
            | Kind::Decorated
            | Kind::Import
            | Kind::ImportFrom
            | Kind::Block
            | Kind::Assignment
            | Kind::Return
    )
}
