//! Expressions: names, calls and their arguments, operators, containers, comprehensions, strings.

use crate::base::sym;
use crate::syntax::{self, Field, Kind, Node, child, field_id};

use super::{Lower, MAX_DEPTH, line};
use crate::facts::ir::*;
use crate::facts::literals;

/// Literals above this length are prose, not names: only their beginning is kept.
const MAX_LITERAL: usize = 4096;

impl<'t> Lower<'t> {
    pub(super) fn arguments(&mut self, node: Node<'t>) -> Box<[Arg]> {
        if syntax::kind(node) == Kind::GeneratorExpression {
            return Box::new([Arg::Pos(self.expr(node))]);
        }
        let kids = self.kids(node);
        let mut args = Vec::with_capacity(kids.len());
        for kid in kids {
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

    pub(super) fn expr(&mut self, node: Node<'t>) -> ExprId {
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
    pub(super) fn only_expr(&mut self, node: Node<'t>) -> Option<ExprId> {
        let kid = self.first_kid(node)?;
        Some(self.expr(kid))
    }

    fn expr_list(&mut self, node: Node<'t>) -> Box<[ExprId]> {
        self.kids(node).into_iter().map(|n| self.expr(n)).collect()
    }

    fn expr_inner(&mut self, node: Node<'t>) -> ExprId {
        let kind = match syntax::kind(node) {
            Kind::Identifier => ExprKind::Name(self.sym(node)),
            Kind::Attribute => {
                let (object, splat) = self.leftmost(node, Field::Object);
                let name = child(node, Field::Attribute);
                // A chain over several lines: each attribute has the line of its own name.
                let id = self.push(ExprKind::Attr(object, name.map_or(sym(""), |n| self.sym(n))), name.unwrap_or(node));
                return self.splat(id, splat, node);
            }
            Kind::Call => {
                let (function, splat) = self.leftmost(node, Field::Function);
                let args = child(node, Field::Arguments).map(|n| self.arguments(n)).unwrap_or_default();
                let id = self.push(ExprKind::Call(function, args), node);
                self.ast.calls.push(CallSite { expr: id, name: self.ast.last_name(function), scope: self.scope });
                return self.splat(id, splat, node);
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
                let (object, splat) = self.leftmost(node, Field::Value);
                let mut keys: Vec<ExprId> = Vec::new();
                for (field, kid) in self.kids_of_fields(node) {
                    if field == field_id(Field::Subscript) {
                        keys.push(self.expr(kid));
                    }
                }
                let key = match keys.as_slice() {
                    [one] => *one,
                    _ => self.push(ExprKind::Tuple(keys.into_boxed_slice()), node),
                };
                let id = self.push(ExprKind::Subscript(object, key), node);
                return self.splat(id, splat, node);
            }
            Kind::GenericType => self.generic_type(node),
            Kind::UnionType => match self.expr_list(node).as_ref() {
                [left, right] => ExprKind::Bin(BinOp::BitOr, *left, *right),
                _ => ExprKind::Opaque,
            },
            Kind::MemberType => {
                let kids = self.kids(node);
                match kids.as_slice() {
                    [object, name] => {
                        let (object, name) = (self.expr(*object), self.sym(*name));
                        ExprKind::Attr(object, name)
                    }
                    _ => ExprKind::Opaque,
                }
            }
            Kind::Slice => self.slice(node),
            Kind::BinaryOperator => {
                let (left, splat) = self.leftmost(node, Field::Left);
                let op = child(node, Field::Operator).map_or(BinOp::Other, |n| bin_op(self.str(n)));
                let right = self.field_expr(node, Field::Right);
                let id = self.push(ExprKind::Bin(op, left, right), node);
                return self.splat(id, splat, node);
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
                let operator = child(node, Field::Operator).map_or("", |n| self.str(n));
                let argument = self.field_expr(node, Field::Argument);
                match operator {
                    "-" => ExprKind::Neg(argument),
                    "~" => ExprKind::Invert(argument),
                    _ => ExprKind::Opaque,
                }
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

    /// `Name[…]` in an annotation: the grammar has a node of its own for it.
    fn generic_type(&mut self, node: Node<'t>) -> ExprKind {
        let mut head = None;
        let mut inner: Vec<ExprId> = Vec::new();
        for kid in self.kids(node) {
            match syntax::kind(kid) {
                Kind::TypeParameter => inner.extend(self.expr_list(kid)),
                _ => head = Some(self.expr(kid)),
            }
        }
        let key = match inner.as_slice() {
            [one] => *one,
            _ => self.push(ExprKind::Tuple(inner.into_boxed_slice()), node),
        };
        head.map_or(ExprKind::Opaque, |head| ExprKind::Subscript(head, key))
    }

    fn dictionary(&mut self, node: Node<'t>) -> ExprKind {
        let kids = self.kids(node);
        let mut pairs = Vec::with_capacity(kids.len());
        for kid in kids {
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
        for kid in self.kids(node) {
            at += self.text.get(position..kid.start_byte()).map_or(0, |gap| gap.matches(':').count());
            position = kid.end_byte();
            let value = self.expr(kid);
            if let Some(slot) = parts.get_mut(at) {
                *slot = Some(value);
            }
        }
        ExprKind::Slice(Box::new(parts))
    }

    /// What stands leftmost in an expression, and whether a star stands before all of it: where `[*a.b(c)]` has one element, the grammar takes
    /// the star for a part of `a`.
    fn leftmost(&mut self, node: Node<'t>, field: Field) -> (ExprId, bool) {
        let id = self.field_expr(node, field);
        match self.ast.expr(id) {
            ExprKind::Star(inner) => (*inner, true),
            _ => (id, false),
        }
    }

    fn splat(&mut self, id: ExprId, splat: bool, node: Node<'t>) -> ExprId {
        if splat { self.push(ExprKind::Star(id), node) } else { id }
    }

    fn comparison(&mut self, node: Node<'t>) -> ExprKind {
        let mut first = None;
        let mut rest = Vec::new();
        let mut op = CmpOp::Eq;
        for (field, kid) in self.kids_of_fields(node) {
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
        for (field, kid) in self.kids_of_fields(node) {
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
        for kid in self.kids(node) {
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
        for kid in self.kids(node) {
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

pub(super) fn bin_op(text: &str) -> BinOp {
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
