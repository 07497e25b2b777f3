//! From a syntax tree to [`Ast`]: one typed descent on integer ids that keeps order and meaning and collects calls and imports
//! on the way. The tree dies with this call.
//!
//! The depth of the descent is bounded by [`MAX_DEPTH`]; what lies deeper becomes [`ExprKind::Opaque`].

use smallvec::SmallVec;

use crate::base::{Sym, sym};
use crate::syntax::{self, Field, Kind, Node, child, field_id};

use super::ir::*;
use super::literals;

/// Nested expressions beyond this depth are not worth a stack overflow.
const MAX_DEPTH: u32 = 220;
/// Literals above this length are prose, not names: only their beginning is kept.
const MAX_LITERAL: usize = 4096;

type Kids<'t> = SmallVec<[(u16, Node<'t>); 8]>;

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
    lower.ast
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

impl<'t> Lower<'t> {
    fn str(&self, node: Node) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    fn sym(&self, node: Node) -> Sym {
        sym(self.str(node))
    }

    /// Named children and operators, each with the id of its field (0: none); comments are left out.
    fn kids(&mut self, node: Node<'t>) -> Kids<'t> {
        let mut kids = Kids::new();
        self.cursor.reset(node);
        if self.cursor.goto_first_child() {
            loop {
                let kid = self.cursor.node();
                let field = self.cursor.field_id().map_or(0, u16::from);
                if (kid.is_named() && !kid.is_extra()) || (field != 0 && !kid.is_extra()) || kid.is_error() {
                    kids.push((field, kid));
                }
                if !self.cursor.goto_next_sibling() {
                    break;
                }
            }
        }
        kids
    }

    fn push(&mut self, kind: ExprKind, node: Node) -> ExprId {
        self.ast.exprs.push(Expr { kind, line: line(node) });
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
        let mut out = Vec::new();
        let kids = self.kids(node);
        if kids.is_empty() && syntax::kind(node) == Kind::Block {
            // The parser allows a header without anything below it; Python does not.
            self.ast.errors.push(line(node));
        }
        for (_, kid) in kids {
            self.statement(kid, &mut out);
        }
        out
    }

    /// What parsed around an error is kept, as far as it belongs to the current block: what stands deeper lost its header in the error, and
    /// means something else without it.
    fn around_error(&mut self, error: Node<'t>, out: &mut Vec<StmtId>) {
        let kids = self.kids(error);
        let kept = |kid: &Node| is_statement(syntax::kind(*kid)) && kid.start_position().column <= self.column;
        let (kept, lost): (Vec<Node>, Vec<Node>) = kids.into_iter().map(|(_, kid)| kid).partition(kept);
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

    fn statement(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
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
                for (_, kid) in self.kids(node) {
                    match syntax::kind(kid) {
                        Kind::Assignment => self.assignment(kid, out),
                        Kind::AugmentedAssignment => self.aug_assignment(kid, out),
                        Kind::String | Kind::ConcatenatedString => {}
                        Kind::Error => self.ast.errors.push(line(kid)),
                        _ => {
                            let value = self.expr(kid);
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
                let iter = self.field_expr(node, Field::Right);
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
                let targets = self.kids(node).into_iter().map(|(_, n)| self.expr(n)).collect();
                self.stmt(StmtKind::Delete(targets), node, out);
            }
            Kind::Assert => {
                if let Some(value) = self.only_expr(node) {
                    self.stmt(StmtKind::Assert(value), node, out);
                }
            }
            Kind::Global | Kind::Nonlocal => {
                let names = self.kids(node).into_iter().map(|(_, n)| self.sym(n)).collect();
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
            Kind::Error => {
                self.around_error(node, out);
            }
            Kind::Block => {
                for (_, kid) in self.kids(node) {
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

    fn only_expr(&mut self, node: Node<'t>) -> Option<ExprId> {
        let (_, kid) = self.kids(node).into_iter().next()?;
        Some(self.expr(kid))
    }

    fn assignment(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let mut targets = Vec::new();
        let mut at = node;
        loop {
            targets.push(self.field_expr(at, Field::Left));
            let right = child(at, Field::Right);
            if let Some(annotation) = child(at, Field::Type) {
                let annotation = self.expr(annotation);
                let value = right.map(|n| self.expr(n));
                let Some(target) = targets.pop() else { return };
                self.stmt(StmtKind::AnnAssign(target, annotation, value), node, out);
                return;
            }
            match right {
                Some(next) if syntax::kind(next) == Kind::Assignment => at = next,
                Some(value) => {
                    let value = self.expr(value);
                    self.stmt(StmtKind::Assign(targets.into_boxed_slice(), value), node, out);
                    return;
                }
                None => return,
            }
        }
    }

    fn aug_assignment(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let target = self.field_expr(node, Field::Left);
        let op = child(node, Field::Operator).map_or(BinOp::Other, |n| bin_op(self.str(n).trim_end_matches('=')));
        let value = self.field_expr(node, Field::Right);
        self.stmt(StmtKind::AugAssign(target, op, value), node, out);
    }

    fn if_statement(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        self.branches += 1;
        let cond = self.field_expr(node, Field::Condition);
        let body = self.field_block(node, Field::Consequence);
        let alternatives: Vec<Node> =
            self.kids(node).into_iter().filter(|(field, _)| *field == field_id(Field::Alternative)).map(|(_, n)| n).collect();
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
        for (_, clause) in self.kids(node) {
            if syntax::kind(clause) != Kind::WithClause {
                continue;
            }
            for (_, item) in self.kids(clause) {
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
            Some((_, n)) => self.expr(*n),
            None => self.push(ExprKind::Opaque, node),
        };
        let alias = kids.get(1).copied().map(|(_, n)| match syntax::kind(n) {
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
        for (_, part) in self.kids(node) {
            match syntax::kind(part) {
                Kind::Except => {
                    self.branches += 1;
                    let mut handler = Handler { types: None, name: None, body: Box::default() };
                    let mut types = Vec::new();
                    for (_, kid) in self.kids(part) {
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
                    for (_, kid) in self.kids(part) {
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
        for (_, case) in self.kids(body) {
            if syntax::kind(case) != Kind::Case {
                continue;
            }
            self.branches += 1;
            let guarded = child(case, Field::Guard).is_some();
            let pattern = self
                .kids(case)
                .into_iter()
                .find(|(field, _)| *field != field_id(Field::Consequence) && *field != field_id(Field::Guard))
                .map(|(_, n)| n);
            let text = pattern.map_or("", |n| self.str(n));
            let wildcard = text == "_" && !guarded;
            let pattern = match pattern {
                Some(n) if !guarded => match self.kids(n).first().copied() {
                    Some((_, inner))
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
        for (field, kid) in self.kids(node) {
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
                for (_, part) in self.kids(module) {
                    match syntax::kind(part) {
                        Kind::ImportPrefix => import.level = self.str(part).bytes().filter(|b| *b == b'.').count() as u32,
                        _ => import.module = dotted_text(self.str(part)),
                    }
                }
            } else {
                import.module = dotted_text(self.str(module));
            }
        }
        import.star = self.kids(node).iter().any(|(_, n)| syntax::kind(*n) == Kind::WildcardImport);
        self.stmt(StmtKind::From(Box::new(import)), node, out);
    }

    fn decorated(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let mut decorators = Vec::new();
        for (_, kid) in self.kids(node) {
            match syntax::kind(kid) {
                Kind::Decorator => {
                    if let Some(value) = self.only_expr(kid) {
                        decorators.push(value);
                    }
                }
                Kind::Class => self.class(kid, std::mem::take(&mut decorators).into_boxed_slice(), out),
                Kind::Function => self.function(kid, std::mem::take(&mut decorators).into_boxed_slice(), out),
                Kind::Error => self.ast.errors.push(line(kid)),
                _ => {}
            }
        }
    }

    fn class(&mut self, node: Node<'t>, decorators: Box<[ExprId]>, out: &mut Vec<StmtId>) {
        let Some(name) = child(node, Field::Name).map(|n| self.str(n)) else { return };
        let bases = child(node, Field::Superclasses).map(|n| self.arguments(n)).unwrap_or_default();
        let id = self.ast.classes.len() as ClassId;
        let qualname = sym(&format!("{}{name}", self.prefix));
        self.ast.classes.push(ClassDef {
            name: sym(name),
            qualname,
            scope: self.scope,
            bases,
            decorators,
            body: Box::default(),
            line: line(node),
            end_line: node.end_position().row as u32 + 1,
        });
        let outer = std::mem::replace(&mut self.scope, Scope::Class(id));
        let length = self.prefix.len();
        self.prefix.push_str(name);
        self.prefix.push('.');
        let body = self.field_block(node, Field::Body);
        self.prefix.truncate(length);
        self.scope = outer;
        if let Some(class) = self.ast.classes.get_mut(id as usize) {
            class.body = body;
        }
        self.stmt(StmtKind::Class(id), node, out);
    }

    fn function(&mut self, node: Node<'t>, decorators: Box<[ExprId]>, out: &mut Vec<StmtId>) {
        let Some(name) = child(node, Field::Name).map(|n| self.str(n)) else { return };
        let params = child(node, Field::Parameters).map(|n| self.parameters(n)).unwrap_or_default();
        let is_async = self.str(node).starts_with("async");
        let Some(body) = child(node, Field::Body) else { return };
        let id = self.new_func(name, params, decorators, is_async, node);
        self.func_body(id, name, |lower| lower.block(body));
        self.stmt(StmtKind::Func(id), node, out);
    }

    fn new_func(&mut self, name: &str, params: Vec<Param>, decorators: Box<[ExprId]>, is_async: bool, node: Node) -> FuncId {
        let qualname = sym(&format!("{}{name}", self.prefix));
        self.ast.funcs.push(FuncDef {
            name: sym(name),
            qualname,
            scope: self.scope,
            params,
            decorators,
            body: Box::default(),
            is_async,
            is_generator: false,
            line: line(node),
            end_line: node.end_position().row as u32 + 1,
            complexity: 1,
        });
        (self.ast.funcs.len() - 1) as FuncId
    }

    fn func_body(&mut self, id: FuncId, name: &str, body: impl FnOnce(&mut Self) -> Block) {
        let outer = std::mem::replace(&mut self.scope, Scope::Func(id));
        let branches = std::mem::replace(&mut self.branches, 0);
        let yields = std::mem::replace(&mut self.yields, false);
        let length = self.prefix.len();
        self.prefix.push_str(name);
        self.prefix.push_str(".<locals>.");
        let block = body(self);
        self.prefix.truncate(length);
        if let Some(func) = self.ast.funcs.get_mut(id as usize) {
            func.body = block;
            func.complexity = self.branches + 1;
            func.is_generator = self.yields;
        }
        self.scope = outer;
        self.branches = branches;
        self.yields = yields;
    }

    fn parameters(&mut self, node: Node<'t>) -> Vec<Param> {
        let mut params = Vec::new();
        let mut keyword_only = false;
        for (_, kid) in self.kids(node) {
            let plain = if keyword_only { ParamKind::KeywordOnly } else { ParamKind::Positional };
            match syntax::kind(kid) {
                Kind::Identifier => params.push(Param { name: self.sym(kid), kind: plain, default: None, annotation: None }),
                Kind::DefaultParameter | Kind::TypedDefaultParameter => {
                    let name = child(kid, Field::Name).map_or(sym(""), |n| self.sym(n));
                    let default = child(kid, Field::Value).map(|n| self.expr(n));
                    let annotation = child(kid, Field::Type).map(|n| self.expr(n));
                    params.push(Param { name, kind: plain, default, annotation });
                }
                Kind::TypedParameter => {
                    let annotation = child(kid, Field::Type).map(|n| self.expr(n));
                    if let Some((_, inner)) = self.kids(kid).first().copied() {
                        let mut param = self.splat_parameter(inner, plain);
                        param.annotation = annotation;
                        keyword_only |= param.kind == ParamKind::VarArgs;
                        params.push(param);
                    }
                }
                Kind::ListSplatPattern | Kind::DictionarySplatPattern => {
                    let param = self.splat_parameter(kid, plain);
                    keyword_only |= param.kind == ParamKind::VarArgs;
                    params.push(param);
                }
                Kind::KeywordSeparator => keyword_only = true,
                _ => {}
            }
        }
        params
    }

    fn splat_parameter(&mut self, node: Node<'t>, plain: ParamKind) -> Param {
        let kind = match syntax::kind(node) {
            Kind::ListSplatPattern => ParamKind::VarArgs,
            Kind::DictionarySplatPattern => ParamKind::KwArgs,
            _ => plain,
        };
        let name = sym(self.str(node).trim_start_matches('*').trim());
        Param { name, kind, default: None, annotation: None }
    }

    fn arguments(&mut self, node: Node<'t>) -> Box<[Arg]> {
        if syntax::kind(node) == Kind::GeneratorExpression {
            return Box::new([Arg::Pos(self.expr(node))]);
        }
        let mut args = Vec::new();
        for (_, kid) in self.kids(node) {
            args.push(match syntax::kind(kid) {
                Kind::KeywordArgument => {
                    let name = child(kid, Field::Name).map_or(sym(""), |n| self.sym(n));
                    Arg::Key(name, self.field_expr(kid, Field::Value))
                }
                Kind::ListSplat => Arg::Star(self.only_expr(kid).unwrap_or_default()),
                Kind::DictionarySplat => Arg::DoubleStar(self.only_expr(kid).unwrap_or_default()),
                Kind::Error => {
                    self.ast.errors.push(line(kid));
                    continue;
                }
                _ => Arg::Pos(self.expr(kid)),
            });
        }
        args.into_boxed_slice()
    }

    fn expr(&mut self, node: Node<'t>) -> ExprId {
        self.depth += 1;
        let id = if self.depth > MAX_DEPTH {
            self.ast.errors.push(line(node));
            self.push(ExprKind::Opaque, node)
        } else {
            self.expr_inner(node)
        };
        self.depth -= 1;
        id
    }

    fn expr_list(&mut self, node: Node<'t>) -> Box<[ExprId]> {
        self.kids(node).into_iter().map(|(_, n)| self.expr(n)).collect()
    }

    fn expr_inner(&mut self, node: Node<'t>) -> ExprId {
        let kind = match syntax::kind(node) {
            Kind::Identifier => ExprKind::Name(self.sym(node)),
            Kind::Attribute => {
                let object = self.field_expr(node, Field::Object);
                let name = child(node, Field::Attribute).map_or(sym(""), |n| self.sym(n));
                ExprKind::Attr(object, name)
            }
            Kind::Call => {
                let function = self.field_expr(node, Field::Function);
                let args = child(node, Field::Arguments).map(|n| self.arguments(n)).unwrap_or_default();
                let id = self.push(ExprKind::Call(function, args), node);
                self.ast.calls.push(CallSite { expr: id, scope: self.scope });
                return id;
            }
            Kind::String => return self.string(node),
            Kind::ConcatenatedString => return self.concatenated(node),
            Kind::Integer => literals::integer(self.str(node)),
            Kind::Float => self.str(node).replace('_', "").parse().map_or(ExprKind::Opaque, ExprKind::Float),
            Kind::True => ExprKind::Bool(true),
            Kind::False => ExprKind::Bool(false),
            Kind::None => ExprKind::None,
            Kind::Ellipsis => ExprKind::Ellipsis,
            Kind::List | Kind::ListPattern => ExprKind::List(self.expr_list(node)),
            Kind::Tuple | Kind::ExpressionList | Kind::PatternList | Kind::TuplePattern => ExprKind::Tuple(self.expr_list(node)),
            Kind::Set => ExprKind::Set(self.expr_list(node)),
            Kind::Dictionary => self.dictionary(node),
            Kind::Subscript => {
                let object = self.field_expr(node, Field::Value);
                let mut keys: Vec<ExprId> = Vec::new();
                for (field, kid) in self.kids(node) {
                    if field == field_id(Field::Subscript) {
                        keys.push(self.expr(kid));
                    }
                }
                let key = match keys.as_slice() {
                    [one] => *one,
                    _ => self.push(ExprKind::Tuple(keys.into_boxed_slice()), node),
                };
                ExprKind::Subscript(object, key)
            }
            Kind::Slice => self.slice(node),
            Kind::BinaryOperator => {
                let left = self.field_expr(node, Field::Left);
                let op = child(node, Field::Operator).map_or(BinOp::Other, |n| bin_op(self.str(n)));
                let right = self.field_expr(node, Field::Right);
                ExprKind::Bin(op, left, right)
            }
            Kind::BooleanOperator => {
                self.branches += 1;
                let left = self.field_expr(node, Field::Left);
                let and = child(node, Field::Operator).is_some_and(|n| self.str(n) == "and");
                let right = self.field_expr(node, Field::Right);
                if and { ExprKind::And(left, right) } else { ExprKind::Or(left, right) }
            }
            Kind::NotOperator => ExprKind::Not(self.field_expr(node, Field::Argument)),
            Kind::UnaryOperator => {
                let minus = child(node, Field::Operator).is_some_and(|n| self.str(n) == "-");
                let argument = self.field_expr(node, Field::Argument);
                if minus { ExprKind::Neg(argument) } else { ExprKind::Opaque }
            }
            Kind::Comparison => self.comparison(node),
            Kind::Conditional => {
                self.branches += 1;
                let parts = self.expr_list(node);
                match parts.as_ref() {
                    [then, cond, otherwise] => ExprKind::IfElse(*cond, *then, *otherwise),
                    _ => ExprKind::Opaque,
                }
            }
            Kind::Lambda => {
                let params = child(node, Field::Parameters).map(|n| self.parameters(n)).unwrap_or_default();
                let id = self.new_func("<lambda>", params, Box::default(), false, node);
                if let Some(body) = child(node, Field::Body) {
                    self.func_body(id, "<lambda>", |lower| {
                        let value = lower.expr(body);
                        let mut block = Vec::new();
                        lower.stmt(StmtKind::Return(Some(value)), body, &mut block);
                        block.into_boxed_slice()
                    });
                }
                ExprKind::Lambda(id)
            }
            Kind::Await => match self.only_expr(node) {
                Some(value) => ExprKind::Await(value),
                None => ExprKind::Opaque,
            },
            Kind::Yield => {
                self.yields = true;
                let from = self.str(node).trim_start_matches("yield").trim_start().starts_with("from ");
                let value = self.only_expr(node);
                ExprKind::Yield(value, from)
            }
            Kind::NamedExpression => {
                let name = child(node, Field::Name).map_or(sym(""), |n| self.sym(n));
                ExprKind::Walrus(name, self.field_expr(node, Field::Value))
            }
            Kind::Parenthesized | Kind::Type | Kind::AsPatternTarget => {
                return match self.only_expr(node) {
                    Some(inner) => inner,
                    None => self.push(ExprKind::Opaque, node),
                };
            }
            Kind::ListSplat | Kind::ListSplatPattern => match self.only_expr(node) {
                Some(value) => ExprKind::Star(value),
                None => ExprKind::Opaque,
            },
            Kind::DictionarySplat => match self.only_expr(node) {
                Some(value) => ExprKind::DoubleStar(value),
                None => ExprKind::Opaque,
            },
            Kind::ListComprehension => self.comprehension(node, CompKind::List),
            Kind::SetComprehension => self.comprehension(node, CompKind::Set),
            Kind::DictionaryComprehension => self.comprehension(node, CompKind::Dict),
            Kind::GeneratorExpression => self.comprehension(node, CompKind::Generator),
            Kind::Error => {
                self.ast.errors.push(line(node));
                ExprKind::Opaque
            }
            _ => ExprKind::Opaque,
        };
        self.push(kind, node)
    }

    fn dictionary(&mut self, node: Node<'t>) -> ExprKind {
        let mut pairs = Vec::new();
        for (_, kid) in self.kids(node) {
            match syntax::kind(kid) {
                Kind::Pair => {
                    let key = self.field_expr(kid, Field::Key);
                    let value = self.field_expr(kid, Field::Value);
                    pairs.push((Some(key), value));
                }
                Kind::DictionarySplat => {
                    if let Some(value) = self.only_expr(kid) {
                        pairs.push((None, value));
                    }
                }
                _ => self.ast.errors.push(line(kid)),
            }
        }
        ExprKind::Dict(pairs.into_boxed_slice())
    }

    fn slice(&mut self, node: Node<'t>) -> ExprKind {
        let mut parts: [Option<ExprId>; 3] = [None, None, None];
        let mut at = 0;
        let mut position = node.start_byte();
        for (_, kid) in self.kids(node) {
            at += self.text.get(position..kid.start_byte()).map_or(0, |gap| gap.matches(':').count());
            position = kid.end_byte();
            let value = self.expr(kid);
            if let Some(slot) = parts.get_mut(at) {
                *slot = Some(value);
            }
        }
        let [start, stop, step] = parts;
        ExprKind::Slice(start, stop, step)
    }

    fn comparison(&mut self, node: Node<'t>) -> ExprKind {
        let mut first = None;
        let mut rest = Vec::new();
        let mut op = CmpOp::Eq;
        for (field, kid) in self.kids(node) {
            if field == field_id(Field::Operators) {
                op = match self.str(kid).split_whitespace().collect::<Vec<_>>().as_slice() {
                    ["!="] | ["<>"] => CmpOp::Ne,
                    ["<"] => CmpOp::Lt,
                    ["<="] => CmpOp::Le,
                    [">"] => CmpOp::Gt,
                    [">="] => CmpOp::Ge,
                    ["in"] => CmpOp::In,
                    ["not", "in"] => CmpOp::NotIn,
                    ["is"] => CmpOp::Is,
                    ["is", "not"] => CmpOp::IsNot,
                    _ => CmpOp::Eq,
                };
            } else {
                let value = self.expr(kid);
                if first.is_none() { first = Some(value) } else { rest.push((op, value)) }
            }
        }
        match first {
            Some(first) => ExprKind::Compare(Box::new((first, rest))),
            None => ExprKind::Opaque,
        }
    }

    fn comprehension(&mut self, node: Node<'t>, kind: CompKind) -> ExprKind {
        let mut element = None;
        let mut value = None;
        let mut clauses: Vec<Clause> = Vec::new();
        for (field, kid) in self.kids(node) {
            match syntax::kind(kid) {
                Kind::ForIn => {
                    self.branches += 1;
                    let target = self.field_expr(kid, Field::Left);
                    let iter = self.field_expr(kid, Field::Right);
                    clauses.push(Clause { target, iter, conds: Box::default() });
                }
                Kind::IfClause => {
                    self.branches += 1;
                    if let (Some(cond), Some(clause)) = (self.only_expr(kid), clauses.last_mut()) {
                        clause.conds = clause.conds.iter().copied().chain([cond]).collect();
                    }
                }
                Kind::Pair => {
                    element = Some(self.field_expr(kid, Field::Key));
                    value = Some(self.field_expr(kid, Field::Value));
                }
                _ if field == field_id(Field::Body) => element = Some(self.expr(kid)),
                _ => {}
            }
        }
        match element {
            Some(element) => ExprKind::Comp(Box::new((kind, element, value, clauses))),
            None => ExprKind::Opaque,
        }
    }

    fn string(&mut self, node: Node<'t>) -> ExprId {
        let mut parts: Vec<ExprId> = Vec::new();
        let mut text = String::new();
        let mut prefix = "";
        for (_, kid) in self.kids(node) {
            match syntax::kind(kid) {
                Kind::StringStart => prefix = self.str(kid),
                Kind::StringContent => literals::unescape(self.str(kid), prefix, &mut text),
                Kind::Interpolation => {
                    if !text.is_empty() {
                        parts.push(self.literal(std::mem::take(&mut text), node));
                    }
                    let value = self.field_expr(kid, Field::Expression);
                    parts.push(value);
                }
                _ => {}
            }
        }
        if parts.is_empty() {
            if prefix.to_ascii_lowercase().contains('b') && text.len() > MAX_LITERAL {
                return self.push(ExprKind::Bytes, node);
            }
            return self.literal(text, node);
        }
        if !text.is_empty() {
            parts.push(self.literal(text, node));
        }
        self.push(ExprKind::FStr(parts.into_boxed_slice()), node)
    }

    fn literal(&mut self, text: String, node: Node) -> ExprId {
        if text.len() > MAX_LITERAL {
            let head: String = text.chars().take(400).collect();
            return self.push(ExprKind::LongStr(sym(&head)), node);
        }
        self.push(ExprKind::Str(sym(&text)), node)
    }

    fn concatenated(&mut self, node: Node<'t>) -> ExprId {
        let mut parts: Vec<ExprId> = Vec::new();
        for (_, kid) in self.kids(node) {
            if syntax::kind(kid) != Kind::String {
                continue;
            }
            let id = self.string(kid);
            match self.ast.expr(id).clone() {
                ExprKind::FStr(inner) => parts.extend(inner.iter().copied()),
                _ => parts.push(id),
            }
        }
        let mut text = String::new();
        let all_text = parts.iter().all(|part| match self.ast.expr(*part) {
            ExprKind::Str(piece) => {
                text.push_str(piece);
                true
            }
            _ => false,
        });
        if all_text { self.literal(text, node) } else { self.push(ExprKind::FStr(parts.into_boxed_slice()), node) }
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

fn bin_op(text: &str) -> BinOp {
    match text {
        "+" => BinOp::Add,
        "-" => BinOp::Sub,
        "*" => BinOp::Mul,
        "/" => BinOp::Div,
        "//" => BinOp::FloorDiv,
        "%" => BinOp::Mod,
        "**" => BinOp::Pow,
        "|" => BinOp::BitOr,
        "&" => BinOp::BitAnd,
        "^" => BinOp::BitXor,
        _ => BinOp::Other,
    }
}

fn is_statement(kind: Kind) -> bool {
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
