//! What a name stands for: the scopes from the inside to the outside, star imports from packages, builtins.

use std::rc::Rc;
use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::base::{Loc, Sym, joined, sym};
use crate::eval::Interp;
use crate::eval::exec::alternative;
use crate::eval::value::*;

/// Where the packages stand of which a module imports everything.
static STARS: LazyLock<Sym> = LazyLock::new(|| sym("*"));
static BUILTINS: LazyLock<Sym> = LazyLock::new(|| sym("builtins"));

impl Interp<'_> {
    pub(super) fn name(&mut self, name: Sym, frame: &Rc<Frame>, at: Loc) -> Value {
        let mut at_frame = Some(frame);
        let mut first = true;
        while let Some(frame) = at_frame {
            if first || frame.kind != FrameKind::Class {
                let found = frame.vars.borrow().get(&name).cloned();
                if let Some(value) = found {
                    return self.force(value);
                }
                if frame.kind == FrameKind::Module {
                    let stars = frame.vars.borrow().get(&STARS).cloned();
                    if let Some(Value::Tuple(stars)) = stars
                        && !library_name(name)
                    {
                        // The last star import that can have it; which one is not known without reading the package.
                        for star in stars.iter().rev() {
                            if let Value::Ext(module) = star {
                                let dotted = joined(*module, name);
                                let canonical = self.project.packages.canonical(dotted);
                                if canonical != dotted || stars.len() == 1 || self.project.packages.knows(canonical) {
                                    return self.package_value(canonical, at).unwrap_or(Value::Ext(canonical));
                                }
                            }
                        }
                    }
                }
            }
            first = false;
            at_frame = frame.parent.as_ref();
        }
        if library_name(name) {
            return Value::Ext(joined(*BUILTINS, name));
        }
        self.unknown(WhyCode::UndefinedName, &name, at)
    }

    /// A name of a module that was still loading when it was imported, looked up again; and an attribute of one.
    pub fn force(&mut self, value: Value) -> Value {
        if !is_late(&value) {
            return value;
        }
        let outer = self.forcing.len();
        let settled = self.settle(value);
        self.forcing.truncate(outer);
        settled.unwrap_or_else(|| self.unknown(WhyCode::Cycle, "a name of a module that imports itself", Loc::default()))
    }

    /// `None` where a name leads back to itself. What comes out holds no late name that is bound by now, so whoever looks into it ends.
    fn settle(&mut self, value: Value) -> Option<Value> {
        match value {
            Value::Lazy(file, name) => {
                if self.forcing.len() >= LATE_NAMES || self.forcing.contains(&(file, name)) {
                    return None;
                }
                self.forcing.push((file, name));
                let found = self.module(file).vars.borrow().get(&name).cloned();
                found.map_or(Some(value), |found| self.settle(found))
            }
            Value::Attr(ref parts) if is_late_name(&parts.0) => {
                let object = self.settle(parts.0.clone())?;
                if is_late_name(&object) {
                    return Some(value);
                }
                let found = self.attr(&object, parts.1, Loc::default());
                self.settle(found)
            }
            Value::Alt(ref options) if options.iter().any(is_late_name) => {
                let settled: Vec<Value> = options.iter().filter_map(|option| self.settle(option.clone())).collect();
                settled.into_iter().reduce(alternative)
            }
            known => Some(known),
        }
    }
}

/// How many late names one may lead to.
const LATE_NAMES: usize = 20;

/// `Late`, `Late.Meta`, `Late.Meta.fields` of a module that was still loading, or one of several values that is.
fn is_late(value: &Value) -> bool {
    match value {
        Value::Alt(options) => options.iter().any(is_late_name),
        value => is_late_name(value),
    }
}

fn is_late_name(value: &Value) -> bool {
    let mut at = value;
    for _ in 0..10 {
        match at {
            Value::Lazy(..) => return true,
            Value::Attr(parts) => at = &parts.0,
            _ => return false,
        }
    }
    false
}

/// The builtins that code refers to by name.
fn library_name(name: Sym) -> bool {
    static KNOWN: LazyLock<FxHashSet<Sym>> = LazyLock::new(|| NAMES.iter().map(|name| sym(name)).collect());
    KNOWN.contains(&name)
}

const NAMES: &[&str] = &[
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BaseException",
    "ConnectionError",
    "DeprecationWarning",
    "EOFError",
    "Exception",
    "FileNotFoundError",
    "IOError",
    "ImportError",
    "IndexError",
    "KeyError",
    "KeyboardInterrupt",
    "LookupError",
    "ModuleNotFoundError",
    "NameError",
    "NotImplemented",
    "NotImplementedError",
    "OSError",
    "OverflowError",
    "PermissionError",
    "RecursionError",
    "RuntimeError",
    "RuntimeWarning",
    "StopIteration",
    "SyntaxError",
    "SystemExit",
    "TimeoutError",
    "TypeError",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeError",
    "UserWarning",
    "ValueError",
    "Warning",
    "ZeroDivisionError",
    "__import__",
    "abs",
    "all",
    "any",
    "bool",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "unicode",
    "vars",
    "xrange",
    "zip",
];
