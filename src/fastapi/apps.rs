//! Applications and routers: which values they are, what they were made with, under which name they are known, the functions that make them.

use std::rc::Rc;

use crate::base::{Loc, Sym, last_part, sym};
use crate::eval::{Base, CallObj, Value};
use crate::facts::{ExprKind, Scope};

use super::Reader;

/// What a value of this layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    FastApi,
    Starlette,
    Router,
}

impl Kind {
    pub fn name(self) -> &'static str {
        if self == Kind::Starlette { "Starlette" } else { "FastAPI" }
    }
}

fn kind_of(dotted: &str) -> Option<Kind> {
    let (top, last) = (dotted.split('.').next().unwrap_or(""), last_part(dotted));
    match last {
        "FastAPI" if top.starts_with("fastapi") => Some(Kind::FastApi),
        "Starlette" if top == "starlette" => Some(Kind::Starlette),
        "Router" if top == "starlette" => Some(Kind::Router),
        // `InferringRouter` and its like derive from `APIRouter`.
        _ if top.starts_with("fastapi") && last.ends_with("Router") => Some(Kind::Router),
        _ => None,
    }
}

/// Routers of packages that bring no routes: they only read what stands above functions in another way.
const PLAIN: &[&str] = &["fastapi_utils.inferring_router.InferringRouter", "fastapi_restful.inferring_router.InferringRouter"];

/// Whether a router's class is of a package that may add routes while it is made.
fn brings_routes(dotted: &str) -> bool {
    let own = matches!(dotted.split('.').next(), Some("fastapi" | "starlette"));
    kind_of(dotted) == Some(Kind::Router) && !own && !PLAIN.contains(&dotted)
}

/// The address of the object behind a value: two names of one application are one application.
pub fn identity(value: &Value) -> Option<usize> {
    match value {
        Value::Call(call) => Some(Rc::as_ptr(call) as usize),
        Value::Instance(made) => Some(Rc::as_ptr(made) as usize),
        _ => None,
    }
}

pub fn made_at(value: &Value) -> Loc {
    match value {
        Value::Call(call) => call.loc,
        Value::Instance(made) => made.loc,
        _ => Loc::default(),
    }
}

pub fn made_under(value: &Value) -> Option<u32> {
    match value {
        Value::Call(call) => call.guard,
        Value::Instance(made) => made.guard,
        _ => None,
    }
}

pub fn events(value: &Value) -> Vec<Rc<CallObj>> {
    match value {
        Value::Call(call) => call.events.borrow().clone(),
        Value::Instance(made) => made.events.borrow().clone(),
        _ => Vec::new(),
    }
}

impl Reader<'_> {
    pub fn kind(&self, value: &Value) -> Option<Kind> {
        match value {
            Value::Call(call) => call.ext().and_then(|name| kind_of(&name)),
            Value::Instance(made) => self.interp.class(made.class).mro.iter().find_map(|base| match base {
                Base::Ext(name) => kind_of(name),
                Base::First(_) => None,
            }),
            _ => None,
        }
    }

    /// The class of a package that makes this router, where it may bring routes that are not in view.
    pub fn brings_routes(&self, value: &Value) -> Option<String> {
        match value {
            Value::Call(call) => call.ext().map(|name| name.to_string()).filter(|name| brings_routes(name)),
            Value::Instance(made) => self.interp.class(made.class).mro.iter().find_map(|base| match base {
                Base::Ext(name) => brings_routes(name).then(|| name.to_string()),
                Base::First(_) => None,
            }),
            _ => None,
        }
    }

    /// A keyword that it was made with: of a subclass, what reached FastAPI's own `__init__`, or was handed through.
    pub fn option(&self, value: &Value, name: &str) -> Option<Value> {
        let given = |kwargs: &[(Sym, Value)]| kwargs.iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value.clone());
        match value {
            Value::Call(call) => call.kwarg(name).cloned(),
            Value::Instance(made) => {
                let init = made.base_init.borrow().clone();
                init.as_ref().map_or_else(|| given(&made.kwargs), |call| call.kwarg(name).cloned())
            }
            _ => None,
        }
    }

    /// The list of routes that it was made with; Starlette takes it by position too.
    pub fn listed(&self, value: &Value) -> Vec<Value> {
        let by_position = match value {
            Value::Call(call) => call.ext().and_then(|name| match name.as_str() {
                "starlette.routing.Router" => call.arg(0, "routes"),
                "starlette.applications.Starlette" => call.arg(1, "routes"),
                _ => None,
            }),
            _ => None,
        };
        by_position.cloned().or_else(|| self.option(value, "routes")).and_then(|list| list.items()).unwrap_or_default()
    }

    /// Functions that make an application and that nobody in view calls: servers do, by name.
    pub fn factories(&mut self, files: &[u32]) {
        for file in files {
            let ast = self.interp.ast(*file);
            let mut makers: Vec<u32> = Vec::new();
            for call in &ast.calls {
                let (Scope::Func(function), ExprKind::Call(callee, _)) = (call.scope, ast.expr(call.expr)) else { continue };
                let (ExprKind::Name(name) | ExprKind::Attr(_, name)) = ast.expr(*callee) else { continue };
                let at = Loc { file: *file, line: ast.line(call.expr) };
                let known = self.interp.calls.iter().any(|made| made.loc == at && made.ext().is_some_and(|ext| kind_of(&ext).is_some()));
                if matches!(name.as_str(), "FastAPI" | "Starlette") && !known && !makers.contains(&function) {
                    makers.push(function);
                }
            }
            for function in makers {
                let Some(def) = ast.funcs.get(function as usize) else { continue };
                let found = self.interp.variables(*file).and_then(|frame| frame.vars.borrow().get(&def.name).cloned());
                if let Some(Value::Func(func)) = found
                    && func.def == function
                {
                    self.interp.restart();
                    self.interp.call_func(&func, None, Vec::new(), Vec::new(), false, Loc { file: *file, line: def.line });
                }
            }
        }
        self.interp.relink();
    }

    /// Every application, in the order in which they were made.
    pub fn found_apps(&self) -> Vec<Value> {
        let mut out: Vec<Value> = Vec::new();
        let calls = self.interp.calls.iter().map(|call| Value::Call(Rc::clone(call)));
        let instances = self.interp.instances.iter().map(|made| Value::Instance(Rc::clone(made)));
        for value in calls.chain(instances) {
            if matches!(self.kind(&value), Some(Kind::FastApi | Kind::Starlette)) {
                out.push(value);
            }
        }
        out
    }

    /// Every router that somebody gave routes.
    pub fn found_routers(&self) -> Vec<Value> {
        let calls = self.interp.calls.iter().map(|call| Value::Call(Rc::clone(call)));
        let instances = self.interp.instances.iter().map(|made| Value::Instance(Rc::clone(made)));
        calls.chain(instances).filter(|value| self.kind(value) == Some(Kind::Router) && !events(value).is_empty()).collect()
    }

    /// `module.variable`, by the module that makes it if that names it; else the function in which it is made.
    pub fn name_of(&self, value: &Value) -> String {
        let at = made_at(value);
        let wanted = identity(value);
        let files = std::iter::once(at.file).chain(0..u32::try_from(self.interp.project.files.len()).unwrap_or(u32::MAX));
        for file in files {
            let Some(frame) = self.interp.variables(file) else { continue };
            let mut names: Vec<Sym> = frame
                .vars
                .borrow()
                .iter()
                .filter(|(_, held)| identity(held) == wanted && wanted.is_some())
                .map(|(name, _)| *name)
                .collect();
            names.sort();
            if let Some(name) = names.first() {
                return format!("{}.{name}", self.interp.module_name(file));
            }
        }
        let inside =
            self.interp.ast(at.file).funcs.iter().filter(|def| def.line <= at.line && at.line <= def.end_line).max_by_key(|def| def.line);
        let module = self.interp.module_name(at.file);
        inside.map_or_else(|| module.to_string(), |def| format!("{module}.{}()", def.qualname))
    }

    /// An argument of the call, or of the keyword's name.
    pub fn text_option(&mut self, value: &Value, name: &str) -> Option<String> {
        let given = self.option(value, name)?;
        self.text(&given)
    }

    /// Text with `{?}` for what is not known; none where nothing of it is.
    pub fn text(&self, value: &Value) -> Option<String> {
        match value {
            Value::Str(text) => Some(text.to_string()),
            Value::Text(text) => Some(text.replace(crate::eval::HOLE, "{?}")),
            // A setting that has a default in one place and a value in another.
            Value::Alt(options) => options.iter().find_map(|option| self.text(option)),
            _ => None,
        }
    }

    /// Whether it is the name of something, read off a module.
    pub fn global(&mut self, file: u32, name: Sym) -> Option<Value> {
        let found = self.interp.variables(file)?.vars.borrow().get(&name).cloned();
        match found {
            Some(value) => Some(self.interp.force(value)),
            None => BUILTINS.contains(&name.as_str()).then(|| Value::Ext(sym(&format!("builtins.{name}")))),
        }
    }
}

const BUILTINS: &[&str] =
    &["bool", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "object", "set", "str", "tuple", "type"];
