//! Imports: modules of the repository are executed once, what is outside stays a name.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::value::*;
use crate::eval::{Interp, new_frame};
use crate::facts::*;

use super::Flow;

impl<'p> Interp<'p> {
    pub(super) fn import_stmt(&mut self, names: &'p [Alias], at: Loc, frame: &Rc<Frame>) -> Flow {
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

    /// A module of the repository, as an import executes it: the packages above it first.
    pub fn import_file(&mut self, file: u32) -> Rc<Frame> {
        let name = self.module_name(file);
        self.import_module(&name, file);
        self.module(file)
    }

    /// The module of an absolute dotted name; `None` when it belongs to the repository but is not there.
    pub(in crate::eval) fn import_module(&mut self, dotted: &str, from: u32) -> Option<Value> {
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

    pub(super) fn import_from_stmt(&mut self, import: &'p ImportFrom, at: Loc, frame: &Rc<Frame>) -> Flow {
        let Some(base) = self.project.imported(frame.file, import) else { return Flow::Raise(Some(sym("ImportError"))) };
        let Some(module) = self.import_module(&base, frame.file) else {
            if let Some(lost) = &mut self.lost
                && import.star
                && self.tries == 0
                && self.guard.is_none()
            {
                lost.push((at, sym(&base)));
            }
            return Flow::Raise(Some(sym("ImportError")));
        };
        if let Value::Ext(name) = module {
            self.package_registrations(name, at);
        }
        if import.star {
            self.star_import(&module, frame, at);
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
    pub(in crate::eval) fn include_files(&mut self, pattern: &str, at: Loc) {
        let here = self.project.path(at.file);
        let dir = here.rsplit_once('/').map_or("", |(d, _)| d);
        let wanted = if dir.is_empty() { pattern.to_string() } else { format!("{dir}/{pattern}") };
        let Some(target) = self.variables(at.file) else { return };
        let files: Vec<u32> = (0..self.project.files.len() as u32).filter(|f| glob_matches(&wanted, self.project.path(*f))).collect();
        for file in files {
            let inner = new_frame(FrameKind::Module, file, None);
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
                let value = self.starred(&frame, name).or_else(|| self.module_getattr(*file, name, at));
                Some(value.unwrap_or_else(|| self.unknown(WhyCode::UndefinedName, &format!("{base}.{name}"), at)))
            }
            Value::Namespace(prefix) => {
                let dotted = format!("{prefix}.{name}");
                self.import_module(&dotted, from)
            }
            other => Some(self.attr(other, name, at)),
        }
    }

    fn star_import(&mut self, module: &Value, frame: &Rc<Frame>, at: Loc) {
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
                self.charge(16 * names.len());
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
                drop(vars);
                self.bind_package_values(*name, frame, at);
            }
            _ => {}
        }
    }
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
