//! The facts of one Python file: a small typed tree in arenas, owned, without a lifetime and without a tree-sitter node.
//!
//! Expressions and statements refer to each other by index. What a layer above wants to know about a file it asks here;
//! the source text and the syntax tree are gone by then.

use serde::{Deserialize, Serialize};

use crate::base::Sym;

pub type ExprId = u32;
pub type StmtId = u32;
pub type FuncId = u32;
pub type ClassId = u32;
pub type Block = Box<[StmtId]>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BinOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    BitOr,
    BitAnd,
    BitXor,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CmpOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
    Is,
    IsNot,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Arg {
    Pos(ExprId),
    Key(Sym, ExprId),
    Star(ExprId),
    DoubleStar(ExprId),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Clause {
    pub target: ExprId,
    pub iter: ExprId,
    pub conds: Box<[ExprId]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CompKind {
    List,
    Set,
    Dict,
    Generator,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ExprKind {
    Name(Sym),
    Attr(ExprId, Sym),
    Call(ExprId, Box<[Arg]>),
    Str(Sym),
    /// A literal too long to be a name or a path; only its beginning is kept.
    LongStr(Sym),
    Bytes,
    FStr(Box<[ExprId]>),
    Int(i64),
    Float(f64),
    Bool(bool),
    None,
    Ellipsis,
    List(Box<[ExprId]>),
    Tuple(Box<[ExprId]>),
    Set(Box<[ExprId]>),
    /// Key and value; `**mapping` has no key.
    Dict(Box<[(Option<ExprId>, ExprId)]>),
    Subscript(ExprId, ExprId),
    /// Start, stop, step.
    Slice(Box<[Option<ExprId>; 3]>),
    Bin(BinOp, ExprId, ExprId),
    And(ExprId, ExprId),
    Or(ExprId, ExprId),
    Not(ExprId),
    Neg(ExprId),
    /// `~value`
    Invert(ExprId),
    Compare(Box<(ExprId, Vec<(CmpOp, ExprId)>)>),
    /// `then if cond else otherwise`, in the order cond, then, otherwise.
    IfElse(ExprId, ExprId, ExprId),
    Lambda(FuncId),
    Await(ExprId),
    Yield(Option<ExprId>, bool),
    Star(ExprId),
    DoubleStar(ExprId),
    Walrus(Sym, ExprId),
    /// Kind, element, value (of a dict), clauses.
    Comp(Box<(CompKind, ExprId, Option<ExprId>, Vec<Clause>)>),
    /// A construct that was not understood, or text around a syntax error.
    Opaque,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Alias {
    pub name: Sym,
    pub alias: Option<Sym>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ImportFrom {
    pub level: u32,
    pub module: Sym,
    pub names: Box<[Alias]>,
    pub star: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Handler {
    pub types: Option<ExprId>,
    pub name: Option<Sym>,
    pub body: Block,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TryStmt {
    pub body: Block,
    pub handlers: Vec<Handler>,
    pub orelse: Block,
    pub finally: Block,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CaseArm {
    /// The pattern as an expression where it is a literal or a dotted name, else none.
    pub pattern: Option<ExprId>,
    pub wildcard: bool,
    pub body: Block,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum StmtKind {
    Expr(ExprId),
    Assign(Box<[ExprId]>, ExprId),
    /// Target, annotation, value.
    AnnAssign(ExprId, ExprId, Option<ExprId>),
    AugAssign(ExprId, BinOp, ExprId),
    Return(Option<ExprId>),
    If(ExprId, Block, Block),
    For(ExprId, ExprId, Block, Block),
    While(ExprId, Block),
    With(Box<[(ExprId, Option<ExprId>)]>, Block),
    Try(Box<TryStmt>),
    Match(ExprId, Box<[CaseArm]>),
    Func(FuncId),
    Class(ClassId),
    Import(Box<[Alias]>),
    From(Box<ImportFrom>),
    Raise(Option<ExprId>),
    Delete(Box<[ExprId]>),
    Global(Box<[Sym]>),
    Assert(ExprId),
    Break,
    Continue,
    Pass,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stmt {
    pub kind: StmtKind,
    pub line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParamKind {
    Positional,
    KeywordOnly,
    VarArgs,
    KwArgs,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Param {
    pub name: Sym,
    pub kind: ParamKind,
    pub default: Option<ExprId>,
    pub annotation: Option<ExprId>,
}

/// What a definition stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    Module,
    Class(ClassId),
    Func(FuncId),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FuncDef {
    pub name: Sym,
    /// As Python spells it: `Outer.method`, `factory.<locals>.inner`.
    pub qualname: Sym,
    pub scope: Scope,
    pub params: Box<[Param]>,
    pub decorators: Box<[ExprId]>,
    /// The annotation behind the arrow.
    pub returns: Option<ExprId>,
    pub body: Block,
    pub is_async: bool,
    pub is_generator: bool,
    pub line: u32,
    pub end_line: u32,
    /// McCabe's cyclomatic complexity.
    pub complexity: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClassDef {
    pub name: Sym,
    pub qualname: Sym,
    pub scope: Scope,
    pub bases: Box<[Arg]>,
    pub decorators: Box<[ExprId]>,
    pub body: Block,
    pub line: u32,
    pub end_line: u32,
}

/// A call expression and the definition whose body it stands in.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct CallSite {
    pub expr: ExprId,
    /// The name, or the last of the attributes, that is called: what looks for calls passes over the others without reading them.
    pub name: Option<Sym>,
    pub scope: Scope,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Ast {
    pub exprs: Vec<ExprKind>,
    /// The line of each expression.
    pub lines: Vec<u32>,
    pub stmts: Vec<Stmt>,
    pub funcs: Vec<FuncDef>,
    pub classes: Vec<ClassDef>,
    pub body: Block,
    pub calls: Vec<CallSite>,
    /// Import statements of the whole file, also those inside functions, with their scope.
    pub imports: Vec<(StmtId, Scope)>,
    /// Those of them that stand in the body of a `try`.
    pub guarded_imports: Vec<StmtId>,
    /// Lines of syntax errors: what stands there may be missing from the facts.
    pub errors: Vec<u32>,
}

impl Ast {
    pub fn expr(&self, id: ExprId) -> &ExprKind {
        self.exprs.get(id as usize).unwrap_or(&ExprKind::Opaque)
    }

    pub fn line(&self, id: ExprId) -> u32 {
        self.lines.get(id as usize).copied().unwrap_or_default()
    }

    pub fn stmt(&self, id: StmtId) -> &StmtKind {
        self.stmts.get(id as usize).map_or(&StmtKind::Pass, |s| &s.kind)
    }

    pub fn stmt_line(&self, id: StmtId) -> u32 {
        self.stmts.get(id as usize).map_or(0, |s| s.line)
    }

    /// `a`, or `c` of anything followed by `.c`.
    pub fn last_name(&self, id: ExprId) -> Option<Sym> {
        match self.expr(id) {
            ExprKind::Attr(_, name) | ExprKind::Name(name) => Some(*name),
            _ => None,
        }
    }

    /// `a.b.c` as text where the expression is a plain dotted name.
    pub fn dotted(&self, id: ExprId) -> Option<String> {
        match self.expr(id) {
            ExprKind::Name(name) => Some(name.to_string()),
            ExprKind::Attr(object, name) => {
                let mut head = self.dotted(*object)?;
                head.push('.');
                head.push_str(name);
                Some(head)
            }
            _ => None,
        }
    }
}
