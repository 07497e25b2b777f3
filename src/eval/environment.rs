//! What the code takes from the environment of a deployment. Only defaults are known, and the values that somebody told, never those of this process;
//! so a branch that a default decides is remembered: another deployment takes the other one.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use crate::base::{Loc, Sym, last_part, sym};
use crate::facts::{Ast, ExprId, ExprKind, visit};

use super::value::{Frame, FrameKind, Value};
use super::{Interp, show};

#[derive(Debug, Default)]
pub struct Environment {
    /// Defaults that were taken so far.
    taken: u64,
    /// Variables of modules that hold one, or what was made of one.
    names: FxHashSet<Sym>,
    /// Branches that one decided: where, and the condition.
    pub decided: Vec<(Loc, Sym)>,
    /// `option("name") or "default"` of modules, whose first part is kept elsewhere than in the code.
    pub defaults: Vec<(Loc, Sym)>,
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

    /// A module takes the default of what is kept elsewhere. Who is asked is said, never what for or what stands in: that may be a secret.
    pub fn default_of(&mut self, frame: &Frame, asked: ExprId, ast: &Ast) {
        if frame.kind == FrameKind::Module && self.defaults.len() < 1000 {
            let at = Loc { file: frame.file, line: ast.line(asked) };
            let who = match ast.expr(asked) {
                ExprKind::Call(function, _) => ast.dotted(*function).map(|name| format!("{name}(…)")),
                _ => ast.dotted(asked).map(|name| name.to_string()),
            };
            self.defaults.push((at, sym(&who.unwrap_or_else(|| "…".to_owned()))));
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

impl Interp<'_> {
    /// Nothing in view says anything of the value, or of what is left of it once all that counts as false is taken away.
    pub(super) fn is_kept_elsewhere(&mut self, value: &Value) -> bool {
        let options = value.options();
        options
            .iter()
            .all(|option| matches!(option, Value::Unknown(_) | Value::Call(_) | Value::Attr(_)) || self.truth(option) == Some(false))
    }

    /// `options.get("NAME", "default")` of the project's own dictionary class, into which a file of the deployment is read: where no line of the
    /// code sets the option, its default counts.
    pub(super) fn option_default(&mut self, options: &Value, args: &[Value]) -> Option<Value> {
        let (Value::Dict(options), [name, default]) = (options, args) else { return None };
        let plain = matches!(default, Value::Str(_) | Value::Int(_) | Value::Bool(_));
        if !plain || !options.open.get() || options.items.borrow().contains_key(&name.key()?) {
            return None;
        }
        self.environment.take();
        Some(default.clone())
    }

    /// The value that somebody told of a variable, as the reader that asks for it makes one of the text.
    pub fn given(&self, name: &str, reader: &str) -> Option<Value> {
        let text = self.project.environment.get(name)?;
        Some(match reader {
            "bool" | "BooleanValue" | "strtobool" => {
                Value::Bool(matches!(text.to_ascii_lowercase().as_str(), "1" | "true" | "yes" | "on" | "y" | "t" | "ok"))
            }
            "int" | "IntegerValue" | "PositiveIntegerValue" => text.trim().parse().map_or(Value::Str(sym(text)), Value::Int),
            "list" | "tuple" | "Csv" | "ListValue" | "TupleValue" => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Value::List(Rc::new(items.map(|item| Value::Str(sym(item))).collect::<Vec<_>>().into()))
            }
            _ => Value::Str(sym(text)),
        })
    }

    /// What a cast is called: `bool`, `Csv()`.
    pub fn reader(&self, cast: &Value) -> Option<String> {
        match cast {
            Value::Ext(name) => Some(last_part(name).to_owned()),
            Value::Call(call) => call.ext().map(|name| last_part(&name).to_owned()),
            _ => None,
        }
    }

    /// Whether somebody told anything of a variable.
    pub fn is_given(&self, name: &Value) -> bool {
        name.as_str().is_some_and(|name| self.project.environment.contains_key(name.as_str()))
    }
}
