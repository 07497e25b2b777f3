//! Statements. A branch that cannot be decided runs on both sides, guarded, and what the two sides bind is merged.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::facts::*;

use super::show;
use super::value::*;
use super::{Interp, MAX_ITEMS};

/// How a statement ends.
#[derive(Clone, Debug)]
pub enum Flow {
    Next,
    Return(Value),
    Break,
    Continue,
    /// An exception, by the last part of its name where that is known.
    Raise(Option<Sym>),
}

impl<'p> Interp<'p> {
    pub(super) fn block(&mut self, block: &'p [StmtId], ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        for id in block {
            match self.stmt(*id, ast, frame) {
                Flow::Next => {}
                other => return other,
            }
        }
        Flow::Next
    }

    /// The body of a module or class. It is known to run to its end, so an error that reaches it is an error of the analysis: the statement is
    /// given up, the rest goes on.
    pub(super) fn body(&mut self, block: &'p [StmtId], ast: &'p Ast, frame: &Rc<Frame>) {
        let tries = std::mem::replace(&mut self.tries, 0);
        let limit = self.limit;
        for id in block {
            self.limit = limit.min(self.steps + super::STATEMENT_STEPS);
            self.stmt(*id, ast, frame);
        }
        self.limit = limit;
        self.tries = tries;
    }

    /// An exception out of an expression, noted where something can catch it.
    pub(super) fn raise(&mut self, name: &str) {
        if self.tries > 0 {
            self.raised = Some(sym(name));
        }
    }

    fn stmt(&mut self, id: StmtId, ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        let flow = self.stmt_inner(id, ast, frame);
        match self.raised.take() {
            Some(name) => Flow::Raise(Some(name)),
            None => flow,
        }
    }

    fn stmt_inner(&mut self, id: StmtId, ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        let at = Loc { file: frame.file, line: ast.stmt_line(id) };
        if !self.tick() {
            self.exhausted_at(at);
            return Flow::Return(self.unknown(WhyCode::Budget, "", at));
        }
        match ast.stmt(id) {
            StmtKind::Expr(_) | StmtKind::Delete(_) if self.idle.is_some() => {}
            StmtKind::Expr(expr) => {
                self.expr(*expr, ast, frame);
            }
            StmtKind::Assign(targets, value) => {
                let value = self.expr(*value, ast, frame);
                for target in targets {
                    self.assign(*target, value.clone(), ast, frame);
                }
            }
            StmtKind::AnnAssign(target, annotation, value) => {
                if let Some(value) = value {
                    let value = self.expr(*value, ast, frame);
                    self.assign(*target, value, ast, frame);
                } else if frame.kind == FrameKind::Class
                    && let ExprKind::Name(name) = ast.expr(*target)
                {
                    self.annotate(*name, *annotation, frame);
                }
            }
            StmtKind::AugAssign(target, op, value) => self.aug_assign(*target, *op, *value, ast, frame),
            StmtKind::Return(value) => {
                let value = match value {
                    Some(value) => self.expr(*value, ast, frame),
                    None => Value::None,
                };
                return Flow::Return(value);
            }
            StmtKind::If(cond, body, orelse) => return self.if_stmt(*cond, body, orelse, ast, frame),
            StmtKind::For(target, iter, body, orelse) => return self.for_stmt(*target, *iter, body, orelse, ast, frame),
            StmtKind::While(cond, body) => return self.while_stmt(*cond, body, ast, frame),
            StmtKind::With(items, body) => {
                for (value, target) in items {
                    let value = self.expr(*value, ast, frame);
                    if let Some(target) = target {
                        self.assign(*target, value, ast, frame);
                    }
                }
                return self.block(body, ast, frame);
            }
            StmtKind::Try(stmt) => return self.try_stmt(stmt, ast, frame),
            StmtKind::Match(subject, arms) => return self.match_stmt(*subject, arms, ast, frame),
            StmtKind::Func(func) => self.def_stmt(*func, ast, frame),
            StmtKind::Class(class) => self.class_stmt(*class, ast, frame),
            StmtKind::Import(names) => return self.import_stmt(names, at, frame),
            StmtKind::From(import) => return self.import_from_stmt(import, at, frame),
            StmtKind::Raise(value) => {
                let name = value.and_then(|v| match ast.expr(v) {
                    ExprKind::Call(f, _) => ast.dotted(*f),
                    _ => ast.dotted(v),
                });
                return Flow::Raise(name.map(|n| sym(crate::base::last_part(&n))));
            }
            StmtKind::Delete(targets) => {
                for target in targets {
                    match ast.expr(*target) {
                        ExprKind::Name(name) => {
                            frame.vars.borrow_mut().shift_remove(name);
                        }
                        ExprKind::Subscript(object, key) => {
                            let object = self.expr(*object, ast, frame);
                            let key = self.expr(*key, ast, frame);
                            if let (Value::Dict(dict), Some(key)) = (object, key.key()) {
                                dict.items.borrow_mut().shift_remove(&key);
                            }
                        }
                        _ => {}
                    }
                }
            }
            StmtKind::Global(names) => frame.globals.borrow_mut().extend(names.iter().copied()),
            StmtKind::Assert(_) | StmtKind::Pass => {}
            StmtKind::Break => return Flow::Break,
            StmtKind::Continue => return Flow::Continue,
        }
        Flow::Next
    }

    /// A bare annotation in a class body is remembered for classes that are made of them (Ninja schemas, dataclasses).
    fn annotate(&mut self, name: Sym, annotation: ExprId, frame: &Rc<Frame>) {
        let key = sym("__annotations__");
        let dict = match frame.vars.borrow().get(&key) {
            Some(Value::Dict(dict)) => Rc::clone(dict),
            _ => Rc::new(DictObj::default()),
        };
        dict.insert(Value::Str(name), Value::Int(i64::from(annotation)));
        frame.vars.borrow_mut().insert(key, Value::Dict(dict));
    }

    /// Run both sides of a condition that is not known, and merge what they bind.
    fn both(
        &mut self,
        text: Sym,
        at: Loc,
        frame: &Rc<Frame>,
        then: impl FnOnce(&mut Self) -> Flow,
        otherwise: impl FnOnce(&mut Self) -> Flow,
    ) -> Flow {
        if self.guard_depth() >= super::GUARD_DEPTH {
            self.exhausted_at(at);
            return Flow::Next;
        }
        let before = frame.vars.borrow().clone();
        let then_flow = self.guarded(text, at, then);
        let then_vars = std::mem::replace(&mut *frame.vars.borrow_mut(), before);
        let negated = sym(&format!("not ({text})"));
        let else_flow = self.guarded(negated, at, otherwise);
        match (then_flow, else_flow) {
            // A side that leaves with an error binds nothing for what follows.
            (Flow::Raise(_), flow) => return flow,
            (flow, Flow::Raise(_)) => {
                *frame.vars.borrow_mut() = then_vars;
                return flow;
            }
            (Flow::Return(a), Flow::Return(b)) => return Flow::Return(alternative(a, b)),
            (Flow::Return(a), flow) => {
                self.return_maybe(a);
                return flow;
            }
            (flow, Flow::Return(b)) => {
                *frame.vars.borrow_mut() = then_vars;
                self.return_maybe(b);
                return flow;
            }
            _ => {}
        }
        let mut vars = frame.vars.borrow_mut();
        for (name, value) in then_vars {
            let merged = match vars.get(&name) {
                Some(other) if other.same(&value) => continue,
                Some(other) => alternative(value, other.clone()),
                None => value,
            };
            vars.insert(name, merged);
        }
        Flow::Next
    }

    /// A value that the current call may return early.
    fn return_maybe(&mut self, value: Value) {
        if let Some(pending) = self.pending_returns.last_mut()
            && pending.len() < 16
        {
            pending.push(value);
        }
    }

    fn if_stmt(&mut self, cond: ExprId, body: &'p [StmtId], orelse: &'p [StmtId], ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        let value = self.expr(cond, ast, frame);
        match self.truth(&value) {
            Some(true) => self.block(body, ast, frame),
            Some(false) => self.block(orelse, ast, frame),
            None => {
                let at = Loc { file: frame.file, line: ast.line(cond) };
                let text = sym(&show::expr_text(ast, cond));
                self.both(text, at, frame, |interp| interp.block(body, ast, frame), |interp| interp.block(orelse, ast, frame))
            }
        }
    }

    fn for_stmt(
        &mut self,
        target: ExprId,
        iter: ExprId,
        body: &'p [StmtId],
        orelse: &'p [StmtId],
        ast: &'p Ast,
        frame: &Rc<Frame>,
    ) -> Flow {
        let at = Loc { file: frame.file, line: ast.line(iter) };
        let iterable = self.expr(iter, ast, frame);
        let text = || sym(&format!("for … in {}", show::expr_text(ast, iter)));
        let items = match self.iterate(&iterable) {
            Some(items) => items,
            None => {
                // What is known of a list that is only partly known, then once for an element that is not.
                let (known, unknown): (Vec<Value>, Vec<Value>) =
                    self.elements(&iterable).into_iter().partition(|i| !matches!(i, Value::Spread(_)));
                let rest = match unknown.into_iter().next() {
                    Some(Value::Spread(inner)) => inner.as_ref().clone(),
                    _ => iterable.clone(),
                };
                let element = match &rest {
                    Value::Unknown(why) => Value::Unknown(*why),
                    other => Value::Attr(Rc::new((other.clone(), sym("[]")))),
                };
                match self.each(known, target, body, ast, frame, at) {
                    Flow::Next => {}
                    Flow::Break => return Flow::Next,
                    other => return other,
                }
                self.assign(target, element, ast, frame);
                if let Flow::Return(value) = self.guarded(text(), at, |interp| interp.block(body, ast, frame)) {
                    self.return_maybe(value);
                }
                return Flow::Next;
            }
        };
        match self.each(items, target, body, ast, frame, at) {
            Flow::Next => {}
            Flow::Break => return Flow::Next,
            other => return other,
        }
        self.block(orelse, ast, frame)
    }

    /// The body once for each element; `Break` says that it ended early.
    fn each(&mut self, items: Vec<Value>, target: ExprId, body: &'p [StmtId], ast: &'p Ast, frame: &Rc<Frame>, at: Loc) -> Flow {
        for item in items.into_iter().take(MAX_ITEMS) {
            if !self.tick() {
                self.exhausted_at(at);
                break;
            }
            self.assign(target, item, ast, frame);
            match self.block(body, ast, frame) {
                Flow::Next | Flow::Continue => {}
                other => return other,
            }
        }
        Flow::Next
    }

    fn while_stmt(&mut self, cond: ExprId, body: &'p [StmtId], ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        let at = Loc { file: frame.file, line: ast.line(cond) };
        for _ in 0..200 {
            let value = self.expr(cond, ast, frame);
            match self.truth(&value) {
                Some(false) => return Flow::Next,
                Some(true) => match self.block(body, ast, frame) {
                    Flow::Next | Flow::Continue => {}
                    Flow::Break => return Flow::Next,
                    other => return other,
                },
                None => {
                    let text = sym(&show::expr_text(ast, cond));
                    self.guarded(text, at, |interp| interp.block(body, ast, frame));
                    return Flow::Next;
                }
            }
        }
        self.exhausted_at(at);
        Flow::Next
    }

    fn try_stmt(&mut self, stmt: &'p TryStmt, ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        self.tries += 1;
        let mut flow = self.block(&stmt.body, ast, frame);
        self.tries -= 1;
        if let Flow::Raise(raised) = &flow {
            let handler = stmt.handlers.iter().find(|h| catches(ast, h, *raised));
            if let Some(handler) = handler {
                if let Some(name) = handler.name {
                    let at = Loc { file: frame.file, line: 0 };
                    let value = self.unknown(WhyCode::NotModelled, "exception", at);
                    frame.vars.borrow_mut().insert(name, value);
                }
                flow = self.block(&handler.body, ast, frame);
            }
        } else if matches!(flow, Flow::Next) {
            flow = self.block(&stmt.orelse, ast, frame);
        }
        match self.block(&stmt.finally, ast, frame) {
            Flow::Next => flow,
            other => other,
        }
    }

    fn match_stmt(&mut self, subject: ExprId, arms: &'p [CaseArm], ast: &'p Ast, frame: &Rc<Frame>) -> Flow {
        let value = self.expr(subject, ast, frame);
        for arm in arms {
            if arm.wildcard {
                return self.block(&arm.body, ast, frame);
            }
            let Some(pattern) = arm.pattern else { continue };
            let pattern = self.expr(pattern, ast, frame);
            if value.is_constant() && value.same(&pattern) {
                return self.block(&arm.body, ast, frame);
            }
        }
        Flow::Next
    }

    pub(super) fn assign(&mut self, target: ExprId, value: Value, ast: &'p Ast, frame: &Rc<Frame>) {
        match ast.expr(target) {
            ExprKind::Name(name) => self.bind(*name, value, frame),
            ExprKind::Subscript(..) if self.idle.is_some() => {}
            ExprKind::Attr(object, name) => {
                let object = self.expr(*object, ast, frame);
                let own = |before| matches!(&object, Value::Instance(instance) if instance.id >= before);
                if self.idle.is_none_or(own) {
                    self.set_attr(&object, *name, value);
                }
            }
            ExprKind::Subscript(object, key) if matches!(ast.expr(*key), ExprKind::Slice(..)) => {
                let ExprKind::Slice(start, stop, None) = ast.expr(*key) else { return };
                let object = self.expr(*object, ast, frame);
                let bound = |interp: &mut Self, part: &Option<ExprId>| part.map(|p| interp.expr(p, ast, frame));
                let (start, stop) = (bound(self, start), bound(self, stop));
                let more = self.elements(&value);
                if let Value::List(list) = &object {
                    let mut list = list.borrow_mut();
                    let length = list.len();
                    let place = |value: Option<Value>, default: usize| match value.and_then(|v| v.as_int()) {
                        Some(n) if n < 0 => length.saturating_sub(n.unsigned_abs() as usize),
                        Some(n) => (n as usize).min(length),
                        None => default,
                    };
                    let (from, to) = (place(start, 0), place(stop, length));
                    list.splice(from..to.max(from), more);
                }
            }
            ExprKind::Subscript(object, key) => {
                let object = self.expr(*object, ast, frame);
                let key = self.expr(*key, ast, frame);
                // `globals()["NAME"] = value`
                if let (Value::Attr(parts), Some(name)) = (&object, key.as_str())
                    && let (Value::Module(file), "__dict__") = (&parts.0, parts.1.as_str())
                    && let Some(module) = self.variables(*file)
                {
                    module.vars.borrow_mut().insert(name, value);
                    return;
                }
                set_item(&object, key, value);
            }
            ExprKind::Tuple(targets) | ExprKind::List(targets) => self.unpack(targets, value, ast, frame),
            ExprKind::Star(inner) => self.assign(*inner, value, ast, frame),
            _ => {}
        }
    }

    fn unpack(&mut self, targets: &'p [ExprId], value: Value, ast: &'p Ast, frame: &Rc<Frame>) {
        let items = self.iterate(&value);
        let star = targets.iter().position(|t| matches!(ast.expr(*t), ExprKind::Star(_)));
        for (i, target) in targets.iter().enumerate() {
            let item = match (&items, star) {
                (Some(items), Some(s)) if i == s => {
                    Value::list(items.get(s..items.len().saturating_sub(targets.len() - s - 1)).unwrap_or(&[]).to_vec())
                }
                (Some(items), Some(s)) if i > s => items.get((items.len() + i).wrapping_sub(targets.len())).cloned().unwrap_or(Value::None),
                (Some(items), _) => match items.get(i) {
                    Some(item) => item.clone(),
                    None => self.unknown(WhyCode::MissingKey, "unpacking", Loc { file: frame.file, line: ast.line(*target) }),
                },
                (None, _) => match &value {
                    Value::Unknown(why) => Value::Unknown(*why),
                    other => Value::Attr(Rc::new((other.clone(), sym(&format!("[{i}]"))))),
                },
            };
            self.assign(*target, item, ast, frame);
        }
    }

    pub(super) fn bind(&mut self, name: Sym, value: Value, frame: &Rc<Frame>) {
        if frame.kind == FrameKind::Func && frame.globals.borrow().contains(&name) {
            let mut outer = frame.parent.clone();
            while let Some(at) = outer {
                if at.parent.is_none() || (at.kind == FrameKind::Func && at.vars.borrow().contains_key(&name)) {
                    at.vars.borrow_mut().insert(name, value);
                    return;
                }
                outer = at.parent.clone();
            }
            return;
        }
        frame.vars.borrow_mut().insert(name, value);
    }

    fn aug_assign(&mut self, target: ExprId, op: BinOp, value: ExprId, ast: &'p Ast, frame: &Rc<Frame>) {
        let at = Loc { file: frame.file, line: ast.line(target) };
        let old = self.expr(target, ast, frame);
        let value = self.expr(value, ast, frame);
        match (&old, op) {
            // A new list instead of a longer one: the old one may be somebody else's.
            _ if self.idle.is_some() => {
                let value = self.binary(op, old, value, at);
                self.assign(target, value, ast, frame);
            }
            (Value::List(list), BinOp::Add) => {
                let more = self.elements(&value);
                let mut list = list.borrow_mut();
                if list.len() + more.len() < MAX_ITEMS {
                    list.extend(more);
                }
            }
            (Value::Set(set), BinOp::BitOr) => {
                let more = self.elements(&value);
                let mut set = set.borrow_mut();
                for item in more {
                    if !set.iter().any(|x| x.same(&item)) {
                        set.push(item);
                    }
                }
            }
            (Value::Dict(dict), BinOp::BitOr) => merge_dict(dict, &value),
            _ => {
                let value = self.binary(op, old, value, at);
                self.assign(target, value, ast, frame);
            }
        }
    }

    fn import_stmt(&mut self, names: &'p [Alias], at: Loc, frame: &Rc<Frame>) -> Flow {
        for import in names {
            let Some(value) = self.import_module(import.name.as_str(), frame.file) else { return Flow::Raise(Some(sym("ImportError"))) };
            match import.alias {
                Some(alias) => self.bind(alias, value, frame),
                None => {
                    let top = import.name.split('.').next().unwrap_or("");
                    let value = self.import_module(top, frame.file).unwrap_or_else(|| self.unknown(WhyCode::MissingModule, top, at));
                    self.bind(sym(top), value, frame);
                }
            }
        }
        Flow::Next
    }

    /// The module of an absolute dotted name; `None` when it belongs to the repository but is not there.
    pub(super) fn import_module(&mut self, dotted: &str, from: u32) -> Option<Value> {
        let modules = &self.project.modules;
        if let Some(file) = modules.get_near(dotted, from) {
            // Python executes the packages above a module first.
            let mut at = dotted;
            let mut parents = Vec::new();
            while let Some((head, _)) = at.rsplit_once('.') {
                if let Some(parent) = modules.get_near(head, from) {
                    parents.push(parent);
                }
                at = head;
            }
            for parent in parents.into_iter().rev() {
                self.module(parent);
            }
            self.module(file);
            return Some(Value::Module(file));
        }
        if modules.is_namespace(dotted) {
            return Some(Value::Namespace(sym(dotted)));
        }
        let top = dotted.split('.').next().unwrap_or(dotted);
        if modules.owns(top) && !modules.is_unparsed(dotted) {
            return None;
        }
        if self.tries > 0 && self.project.is_absent(top) {
            return None;
        }
        Some(Value::Ext(self.project.packages.canonical(sym(dotted))))
    }

    fn import_from_stmt(&mut self, import: &'p ImportFrom, at: Loc, frame: &Rc<Frame>) -> Flow {
        let base = if import.level > 0 {
            match self.project.modules.relative(frame.file, import.level, &import.module, &self.project.files) {
                Some(base) => base,
                None => return Flow::Raise(Some(sym("ImportError"))),
            }
        } else {
            import.module.to_string()
        };
        let Some(module) = self.import_module(&base, frame.file) else { return Flow::Raise(Some(sym("ImportError"))) };
        if import.star {
            self.star_import(&module, frame);
            return Flow::Next;
        }
        for alias in &import.names {
            let bound = alias.alias.unwrap_or(alias.name);
            let value = self.imported_name(&module, &base, alias.name, at, frame.file);
            match value {
                Some(value) => self.bind(bound, value, frame),
                None => return Flow::Raise(Some(sym("ImportError"))),
            }
        }
        Flow::Next
    }

    /// Execute the files that a pattern names, relative to the calling file, in the variables of the calling module (django-split-settings).
    pub(super) fn include_files(&mut self, pattern: &str, at: Loc) {
        let here = self.project.path(at.file);
        let dir = here.rsplit_once('/').map_or("", |(d, _)| d);
        let wanted = if dir.is_empty() { pattern.to_string() } else { format!("{dir}/{pattern}") };
        let Some(target) = self.variables(at.file) else { return };
        let files: Vec<u32> = (0..self.project.files.len() as u32).filter(|f| glob_matches(&wanted, self.project.path(*f))).collect();
        for file in files {
            let inner = super::new_frame(FrameKind::Module, file, None);
            *inner.vars.borrow_mut() = target.vars.borrow().clone();
            let ast = self.ast(file);
            self.body(&ast.body, ast, &inner);
            let vars = inner.vars.borrow().clone();
            *target.vars.borrow_mut() = vars;
        }
    }

    fn imported_name(&mut self, module: &Value, base: &str, name: Sym, at: Loc, from: u32) -> Option<Value> {
        match module {
            Value::Module(file) => {
                let frame = self.module(*file);
                if let Some(value) = frame.vars.borrow().get(&name) {
                    return Some(value.clone());
                }
                if let Some(sub) = self.project.modules.get_near(&format!("{base}.{name}"), from) {
                    self.module(sub);
                    return Some(Value::Module(sub));
                }
                if self.project.modules.is_namespace(&format!("{base}.{name}")) {
                    return Some(Value::Namespace(sym(&format!("{base}.{name}"))));
                }
                if self.is_running(*file) {
                    return Some(Value::Lazy(*file, name));
                }
                let value = self.module_getattr(*file, name, at);
                Some(value.unwrap_or_else(|| self.unknown(WhyCode::UndefinedName, &format!("{base}.{name}"), at)))
            }
            Value::Namespace(prefix) => {
                let dotted = format!("{prefix}.{name}");
                self.import_module(&dotted, from)
            }
            other => Some(self.attr(other, name, at)),
        }
    }

    fn star_import(&mut self, module: &Value, frame: &Rc<Frame>) {
        match module {
            Value::Module(file) => {
                let source = self.module(*file);
                if Rc::ptr_eq(&source, frame) {
                    return;
                }
                let all = source.vars.borrow().get(&sym("__all__")).and_then(Value::items);
                let names: Vec<Sym> = match all {
                    Some(names) => names.iter().filter_map(Value::as_str).collect(),
                    None => source.vars.borrow().keys().filter(|n| !n.starts_with('_')).copied().collect(),
                };
                for name in names {
                    let value = source.vars.borrow().get(&name).cloned();
                    if let Some(value) = value {
                        self.bind(name, value, frame);
                    } else {
                        let base = self.module_name(*file);
                        if let Some(sub) = self.project.modules.get(&format!("{base}.{name}")) {
                            self.module(sub);
                            self.bind(name, Value::Module(sub), frame);
                        }
                    }
                }
            }
            // An external module: names that are looked up in vain later may come from here.
            Value::Ext(name) => {
                let key = sym("*");
                let mut vars = frame.vars.borrow_mut();
                let mut stars = match vars.get(&key) {
                    Some(Value::Tuple(items)) => items.to_vec(),
                    _ => Vec::new(),
                };
                stars.push(Value::Ext(*name));
                vars.insert(key, Value::tuple(stars));
            }
            _ => {}
        }
    }
}

/// One of two values; what is unknown yields to what is known.
pub(super) fn alternative(a: Value, b: Value) -> Value {
    // A text with holes says less than a whole one.
    let vague = |value: &Value, other: &Value| value.is_unknown() || (matches!(value, Value::Text(_)) && matches!(other, Value::Str(_)));
    if a.same(&b) || vague(&b, &a) {
        return a;
    }
    if vague(&a, &b) {
        return b;
    }
    let mut options = a.options();
    for option in b.options() {
        if options.len() < 12 && !options.iter().any(|x| x.same(&option)) {
            options.push(option);
        }
    }
    Value::Alt(options.into())
}

pub(super) fn set_item(object: &Value, key: Value, value: Value) {
    match object {
        Value::Dict(dict) => dict.insert(key, value),
        Value::Attr(parts) => match (&parts.0, parts.1.as_str(), key.as_str()) {
            (Value::Instance(instance), "__dict__", Some(name)) => {
                instance.attrs.borrow_mut().insert(name, value);
            }
            (Value::Instance(_), _, _) => {}
            _ => {}
        },
        Value::List(list) => {
            let mut list = list.borrow_mut();
            let length = list.len();
            if let Some(n) = key.as_int() {
                let index = if n < 0 { length.wrapping_sub(n.unsigned_abs() as usize) } else { n as usize };
                if let Some(slot) = list.get_mut(index) {
                    *slot = value;
                }
            }
        }
        _ => {}
    }
}

pub(super) fn merge_dict(dict: &DictObj, other: &Value) {
    match other {
        Value::Dict(more) => {
            let pairs: Vec<_> = more.items.borrow().iter().map(|(k, v)| (k.clone(), v.clone())).collect();
            dict.items.borrow_mut().extend(pairs);
            if more.open.get() {
                dict.open.set(true);
            }
        }
        _ => dict.open.set(true),
    }
}

fn catches(ast: &Ast, handler: &Handler, raised: Option<Sym>) -> bool {
    let Some(types) = handler.types else { return true };
    let names: Vec<String> = match ast.expr(types) {
        ExprKind::Tuple(items) => items.iter().filter_map(|i| ast.dotted(*i)).collect(),
        _ => ast.dotted(types).into_iter().collect(),
    };
    let Some(raised) = raised else { return true };
    names.iter().any(|name| {
        let name = crate::base::last_part(name);
        name == raised.as_str()
            || matches!(name, "Exception" | "BaseException")
            || (raised.as_str() == "ImportError" && name == "ModuleNotFoundError")
            || (matches!(raised.as_str(), "KeyError" | "IndexError") && name == "LookupError")
            || (raised.as_str() == "LookupError" && name == "AppRegistryNotReady")
            || (raised.as_str() == "FileNotFoundError" && matches!(name, "OSError" | "IOError" | "EnvironmentError"))
    })
}

/// `*` matches within one path segment.
fn glob_matches(pattern: &str, path: &str) -> bool {
    let (mut pattern_parts, mut path_parts) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern_parts.next(), path_parts.next()) {
            (None, None) => return true,
            (Some(p), Some(s)) => {
                let matched = match p.split_once('*') {
                    None => p == s,
                    Some((head, tail)) => s.len() >= head.len() + tail.len() && s.starts_with(head) && s.ends_with(tail),
                };
                if !matched {
                    return false;
                }
            }
            _ => return false,
        }
    }
}
