//! What the code takes from the environment of a deployment. Only defaults are known, never values; so a branch that a default decides is
//! remembered: another deployment takes the other one.

use rustc_hash::FxHashSet;

use crate::base::{Loc, Sym, last_part, sym};
use crate::facts::{Ast, ExprId, ExprKind, visit};

use super::show;

#[derive(Debug, Default)]
pub struct Environment {
    /// Defaults that were taken so far.
    taken: u64,
    /// Variables of modules that hold one, or what was made of one.
    names: FxHashSet<Sym>,
    /// Branches that one decided: where, and the condition.
    pub decided: Vec<(Loc, Sym)>,
}

impl Environment {
    pub fn take(&mut self) {
        self.taken += 1;
    }

    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// A module sets a variable; `before` is how many defaults were taken before its value was worked out.
    pub fn bind(&mut self, name: Sym, before: u64) {
        if self.taken > before {
            self.names.insert(name);
        } else {
            self.names.remove(&name);
        }
    }

    /// A module's `if` was decided: by a default, if it took one, or asks for one of those variables, as `NAME` or as `settings.NAME`.
    pub fn decide(&mut self, ast: &Ast, condition: ExprId, before: u64, file: u32) {
        if self.taken == 0 || self.decided.len() >= 1000 {
            return;
        }
        let asks = |expr: &ExprId| match ast.expr(*expr) {
            ExprKind::Name(name) => self.names.contains(name),
            ExprKind::Attr(object, name) => {
                self.names.contains(name) && ast.dotted(*object).is_some_and(|object| last_part(&object) == "settings")
            }
            _ => false,
        };
        if self.taken > before || visit::within(ast, condition).iter().any(asks) {
            self.decided.push((Loc { file, line: ast.line(condition) }, sym(&show::expr_text(ast, condition))));
        }
    }
}
