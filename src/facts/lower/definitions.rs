//! Classes and functions: their decorators, bases, parameters and bodies, each in its own scope.

use crate::base::sym;
use crate::syntax::{self, Field, Kind, Node, child};

use super::{Lower, line};
use crate::facts::ir::*;

impl<'t> Lower<'t> {
    pub(super) fn decorated(&mut self, node: Node<'t>, out: &mut Vec<StmtId>) {
        let mut decorators = Vec::new();
        for kid in self.kids(node) {
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

    pub(super) fn class(&mut self, node: Node<'t>, decorators: Box<[ExprId]>, out: &mut Vec<StmtId>) {
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

    pub(super) fn function(&mut self, node: Node<'t>, decorators: Box<[ExprId]>, out: &mut Vec<StmtId>) {
        let Some(name) = child(node, Field::Name).map(|n| self.str(n)) else { return };
        let params = child(node, Field::Parameters).map(|n| self.parameters(n)).unwrap_or_default();
        let is_async = self.str(node).starts_with("async");
        let Some(body) = child(node, Field::Body) else { return };
        let returns = child(node, Field::ReturnType).map(|n| self.expr(n));
        let id = self.new_func(name, params, decorators, is_async, node);
        if let Some(func) = self.ast.funcs.get_mut(id as usize) {
            func.returns = returns;
        }
        self.func_body(id, name, |lower| lower.block(body));
        self.stmt(StmtKind::Func(id), node, out);
    }

    pub(super) fn new_func(&mut self, name: &str, params: Box<[Param]>, decorators: Box<[ExprId]>, is_async: bool, node: Node) -> FuncId {
        let qualname = sym(&format!("{}{name}", self.prefix));
        self.ast.funcs.push(FuncDef {
            name: sym(name),
            qualname,
            scope: self.scope,
            params,
            decorators,
            returns: None,
            body: Box::default(),
            is_async,
            is_generator: false,
            line: line(node),
            end_line: node.end_position().row as u32 + 1,
            complexity: 1,
        });
        (self.ast.funcs.len() - 1) as FuncId
    }

    pub(super) fn func_body(&mut self, id: FuncId, name: &str, body: impl FnOnce(&mut Self) -> Block) {
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

    pub(super) fn parameters(&mut self, node: Node<'t>) -> Box<[Param]> {
        let kids = self.kids(node);
        let mut params = Vec::with_capacity(kids.len());
        let mut keyword_only = false;
        for kid in kids {
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
                    if let Some(inner) = self.first_kid(kid) {
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
        params.into_boxed_slice()
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
}
