//! Where a name is bound in a body, as the syntax says: the `def` or the assignment that a finding about a hook, an option or a setting points at.
//! The evaluator keeps values and not their lines, and what asks is a report, not an analysis: so this looks it up afterwards.

use crate::base::Loc;
use crate::eval::{ClassObj, Interp};
use crate::facts::{Ast, Block, ExprId, ExprKind, StmtKind, visit};

/// A statement that binds a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    pub line: u32,
    /// What is assigned; none for a definition.
    pub value: Option<ExprId>,
    /// A `def`.
    pub function: bool,
}

/// Every binding of the name in the statements and the blocks below them, in the order of the source.
pub fn bound(ast: &Ast, block: &Block, name: &str) -> Vec<Bound> {
    let is = |id: &ExprId| matches!(ast.expr(*id), ExprKind::Name(found) if found.as_str() == name);
    let mut out = Vec::new();
    for id in visit::statements(ast, block) {
        let line = ast.stmt_line(id);
        match ast.stmt(id) {
            StmtKind::Assign(targets, value) if targets.iter().any(is) => out.push(Bound { line, value: Some(*value), function: false }),
            StmtKind::AnnAssign(target, _, Some(value)) | StmtKind::AugAssign(target, _, value) if is(target) => {
                out.push(Bound { line, value: Some(*value), function: false });
            }
            StmtKind::Func(def) => {
                let def = ast.funcs.get(*def as usize).filter(|def| def.name.as_str() == name);
                out.extend(def.map(|def| Bound { line: def.line, value: None, function: true }));
            }
            _ => {}
        }
    }
    out.sort_by_key(|bound| bound.line);
    out
}

/// The last binding of an attribute in the body of a class.
pub fn in_class(interp: &Interp, class: &ClassObj, name: &str) -> Option<Bound> {
    let ast = interp.ast(class.file);
    let def = ast.classes.get(class.def? as usize)?;
    bound(ast, &def.body, name).pop()
}

/// Its place; that of the class where something else than its body sets the attribute.
pub fn attribute(interp: &Interp, class: &ClassObj, name: &str) -> Loc {
    Loc { file: class.file, line: in_class(interp, class, name).map_or(class.line, |bound| bound.line) }
}
