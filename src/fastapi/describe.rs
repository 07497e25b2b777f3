//! What stands in annotations and in the arguments of a route: response models with dotted names, dependencies.
//!
//! Apart from `routes`, because the evaluator keeps no annotations: these are read off the tree, names resolved through the module.

use crate::base::{Loc, last_part};
use crate::eval::{Base, FuncObj, Value, show};
use crate::facts::{Arg, Ast, BinOp, ExprId, ExprKind, StmtKind};

use super::Reader;

/// Annotations within annotations.
const DEPTH: u32 = 12;

/// `list[…]` of `typing.List[…]`
fn plain(dotted: &str) -> String {
    match dotted {
        "typing.List" | "typing.Dict" | "typing.Set" | "typing.Tuple" | "typing.FrozenSet" | "typing.Type" => {
            last_part(dotted).to_lowercase()
        }
        "typing.Sequence" | "typing.Iterable" | "typing.Mapping" => format!("collections.abc.{}", last_part(dotted)),
        _ => dotted.strip_prefix("builtins.").unwrap_or(dotted).to_owned(),
    }
}

impl Reader<'_> {
    /// The value of a dotted name in a module.
    fn named(&mut self, file: u32, ast: &Ast, id: ExprId, depth: u32) -> Option<Value> {
        match ast.expr(id) {
            ExprKind::Name(name) => self.global(file, *name),
            ExprKind::Attr(object, name) if depth < DEPTH => {
                let object = self.named(file, ast, *object, depth + 1)?;
                let found = self.interp.attr(&object, *name, Loc { file, line: ast.line(id) });
                Some(self.interp.force(found))
            }
            _ => None,
        }
    }

    /// An annotation with dotted names.
    pub fn typed(&mut self, file: u32, id: ExprId, depth: u32) -> String {
        let ast = self.interp.ast(file);
        if depth > DEPTH {
            return "…".to_owned();
        }
        match ast.expr(id) {
            ExprKind::None => "None".to_owned(),
            ExprKind::Name(_) | ExprKind::Attr(..) => match self.named(file, ast, id, 0).and_then(|value| self.dotted(&value)) {
                Some(dotted) => plain(&dotted),
                None => show::expr_text(ast, id),
            },
            ExprKind::Str(text) => match self.global(file, *text).and_then(|value| self.dotted(&value)) {
                Some(dotted) => plain(&dotted),
                None => text.to_string(),
            },
            ExprKind::Bin(BinOp::BitOr, left, right) => {
                format!("{} | {}", self.typed(file, *left, depth + 1), self.typed(file, *right, depth + 1))
            }
            ExprKind::Subscript(base, key) => {
                let head = self.typed(file, *base, depth + 1);
                let inner: Vec<String> = match ast.expr(*key) {
                    ExprKind::Tuple(items) => items.iter().map(|item| self.typed(file, *item, depth + 1)).collect(),
                    _ => vec![self.typed(file, *key, depth + 1)],
                };
                match head.as_str() {
                    "typing.Optional" => format!("{} | None", inner.join(", ")),
                    "typing.Union" => inner.join(" | "),
                    "typing.Annotated" | "typing_extensions.Annotated" => inner.into_iter().next().unwrap_or_default(),
                    _ => format!("{head}[{}]", inner.join(", ")),
                }
            }
            ExprKind::Tuple(items) => items.iter().map(|item| self.typed(file, *item, depth + 1)).collect::<Vec<_>>().join(", "),
            _ => show::expr_text(ast, id),
        }
    }

    /// The response model that FastAPI takes from `-> …`: none of a function that gives responses itself.
    pub fn returned(&mut self, func: &FuncObj) -> Option<String> {
        let returns = self.interp.func_def(func)?.returns?;
        let ast = self.interp.ast(func.file);
        if matches!(ast.expr(returns), ExprKind::None) {
            return None;
        }
        let is_response = match self.named(func.file, ast, returns, 0) {
            Some(Value::Class(class)) => {
                self.interp.class(class).mro.iter().any(|base| matches!(base, Base::Ext(name) if is_response(name)))
            }
            Some(Value::Ext(name)) => is_response(&name),
            _ => false,
        };
        (!is_response).then(|| self.typed(func.file, returns, 0))
    }

    /// An argument of the call at a place, as it is written.
    pub fn written(&self, at: Loc, callee: &str, argument: &str) -> Option<ExprId> {
        let ast = self.interp.ast(at.file);
        ast.calls.iter().filter(|call| ast.line(call.expr) == at.line).find_map(|call| {
            let ExprKind::Call(function, args) = ast.expr(call.expr) else { return None };
            let (ExprKind::Name(name) | ExprKind::Attr(_, name)) = ast.expr(*function) else { return None };
            if name.as_str() != callee {
                return None;
            }
            args.iter().find_map(|arg| match arg {
                Arg::Key(key, value) if key.as_str() == argument => Some(*value),
                _ => None,
            })
        })
    }

    /// `[Depends(a), Security(b)]`
    pub fn depended(&self, value: &Value) -> Vec<String> {
        let items = value.items().unwrap_or_else(|| vec![value.clone()]);
        let mut out = Vec::new();
        for item in items {
            if let Value::Call(call) = &item
                && call.ext().is_some_and(|name| is_depends(&name))
            {
                out.extend(call.arg(0, "dependency").and_then(|target| self.dotted(target)));
            }
        }
        out
    }

    /// What the parameters of a function depend on, by default or by `Annotated`.
    pub fn parameters(&mut self, func: &FuncObj) -> Vec<String> {
        let Some(def) = self.interp.func_def(func) else { return Vec::new() };
        let mut out = Vec::new();
        for (param, default) in def.params.iter().zip(&func.defaults) {
            if let Some(default) = default {
                out.extend(self.depended(default));
            }
            if let Some(annotation) = param.annotation {
                self.annotated(func.file, annotation, 0, &mut out);
            }
        }
        out
    }

    /// `Depends(…)` inside of an annotation, through names of annotations.
    fn annotated(&mut self, file: u32, id: ExprId, depth: u32, out: &mut Vec<String>) {
        if depth > DEPTH {
            return;
        }
        let ast = self.interp.ast(file);
        match ast.expr(id) {
            ExprKind::Subscript(_, key) => {
                let items: Vec<ExprId> = match ast.expr(*key) {
                    ExprKind::Tuple(items) => items.to_vec(),
                    _ => vec![*key],
                };
                for item in items {
                    self.annotated(file, item, depth + 1, out);
                }
            }
            ExprKind::Call(callee, args) => {
                let depends = self.named(file, ast, *callee, 0).and_then(|value| self.dotted(&value)).is_some_and(|name| is_depends(&name));
                let target = args.iter().find_map(|arg| match arg {
                    Arg::Pos(value) => Some(*value),
                    Arg::Key(name, value) if name.as_str() == "dependency" => Some(*value),
                    _ => None,
                });
                if depends && let Some(target) = target {
                    let value = self.named(file, ast, target, 0);
                    out.push(value.and_then(|value| self.dotted(&value)).unwrap_or_else(|| show::expr_text(ast, target)));
                }
            }
            ExprKind::Name(name) => {
                // Only the value of a name that stands for `Annotated[…]` can hold one; the class itself is what the value is.
                if let Some((file, id)) = self.definition(file, name.as_str(), 0) {
                    self.annotated(file, id, depth + 1, out);
                }
            }
            _ => {}
        }
    }

    /// Where a name of a module is assigned, through imports.
    fn definition(&mut self, file: u32, name: &str, depth: u32) -> Option<(u32, ExprId)> {
        let ast = self.interp.ast(file);
        for id in ast.body.iter().rev() {
            match ast.stmt(*id) {
                StmtKind::Assign(targets, value) => {
                    let ours = targets.iter().any(|target| matches!(ast.expr(*target), ExprKind::Name(own) if own.as_str() == name));
                    if ours {
                        return Some((file, *value));
                    }
                }
                StmtKind::AnnAssign(target, _, Some(value)) if matches!(ast.expr(*target), ExprKind::Name(own) if own.as_str() == name) => {
                    return Some((file, *value));
                }
                StmtKind::From(import) if depth < DEPTH => {
                    let Some(alias) = import.names.iter().find(|alias| alias.alias.unwrap_or(alias.name).as_str() == name) else {
                        continue;
                    };
                    let project = self.interp.project;
                    let from = project.imported(file, import).and_then(|base| project.modules.get_near(&base, file))?;
                    return self.definition(from, alias.name.as_str(), depth + 1);
                }
                _ => {}
            }
        }
        None
    }
}

fn is_depends(name: &str) -> bool {
    name.starts_with("fastapi") && matches!(last_part(name), "Depends" | "Security")
}

fn is_response(name: &str) -> bool {
    (name.starts_with("fastapi.") || name.starts_with("starlette.")) && name.ends_with("Response")
}
