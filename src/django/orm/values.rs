//! From what the evaluator knows of module variables and class attributes to types.

use std::rc::Rc;

use crate::base::{Sym, last_part, parent_part, sym};
use crate::eval::{CallObj, Value};
use crate::facts::{Alias, ImportFrom};

use super::Orm;
use super::classes::{EXPRESSION, MANAGER, QUERYSET};
use super::methods::{Returns, expression};
use super::types::{Chain, Parts, Type, Who, Why};

/// The line of a method that a variable holds: it is called elsewhere.
pub const NOWHERE: u32 = 0;
/// Calls and attributes of one recorded chain.
const CHAIN: usize = 40;
/// Elements of a module's list of models.
const ITEMS: usize = 24;

impl Orm<'_, '_> {
    pub fn value(&mut self, value: &Value) -> Type {
        self.value_within(value, 0)
    }

    fn value_within(&mut self, value: &Value, depth: u32) -> Type {
        if depth > 4 {
            return Type::Unknown;
        }
        match value {
            Value::None => Type::None,
            Value::Str(text) => Type::Text(*text),
            Value::Unknown(_) | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Text(_) => Type::Unknown,
            Value::Lazy(..) => match self.world.interp.force(value.clone()) {
                Value::Lazy(..) => Type::Unknown,
                other => self.value_within(&other, depth + 1),
            },
            Value::Class(class) => match self.catalogue.of_class(*class) {
                Some(id) => Type::Model(Who::of(id)),
                None => Type::Value(value.clone()),
            },
            Value::Ext(name) => self.external(*name),
            Value::Instance(made) => {
                if let Some(id) = self.catalogue.of_class(made.class) {
                    return Type::Instance(Who::of(id));
                }
                let roles = self.classes.roles(made.class);
                if roles & (MANAGER | QUERYSET) != 0 {
                    return self.manager_self(made.class);
                }
                if roles & EXPRESSION != 0 {
                    return Type::Parts(Rc::new(Parts { level: super::methods::Level::Complex, ..Parts::default() }));
                }
                Type::Object(made.class)
            }
            Value::Call(call) => self.recorded(call, depth),
            Value::Attr(parts) => match &parts.0 {
                Value::Class(class) => match self.catalogue.of_class(*class) {
                    Some(id) => self.model_attr(&Who::of(id), parts.1),
                    None => Type::Value(value.clone()),
                },
                // `make = Token.objects.create_from_x`
                Value::Attr(_) | Value::Instance(_) => match self.value_within(&parts.0, depth + 1) {
                    holder @ (Type::Manager(_) | Type::QuerySet(_)) => Type::Bound(Rc::new((holder, parts.1, NOWHERE))),
                    _ => Type::Value(value.clone()),
                },
                _ => Type::Value(value.clone()),
            },
            Value::Alt(options) => {
                let found: Vec<Type> = options.iter().map(|o| self.value_within(o, depth + 1)).collect();
                found.into_iter().reduce(Type::join).unwrap_or(Type::Unknown)
            }
            Value::Tuple(_) | Value::List(_) | Value::Set(_) => {
                let items = value.items().unwrap_or_default();
                if items.is_empty() || items.len() > ITEMS {
                    return Type::Unknown;
                }
                let found: Vec<Type> = items.iter().map(|i| self.value_within(i, depth + 1)).collect();
                if !found.iter().any(Type::carries) {
                    return Type::Unknown;
                }
                Type::many(found.into_iter().reduce(Type::join).unwrap_or(Type::Unknown))
            }
            Value::Dict(dict) => {
                let items: Vec<Value> = dict.items.borrow().values().take(ITEMS).map(|(_, v)| v.clone()).collect();
                let found: Vec<Type> = items.iter().map(|i| self.value_within(i, depth + 1)).collect();
                if found.iter().any(Type::carries) {
                    Type::map(found.into_iter().reduce(Type::join).unwrap_or(Type::Unknown))
                } else {
                    Type::Unknown
                }
            }
            Value::Func(_) | Value::Method(_) | Value::Module(_) | Value::Namespace(_) | Value::Super(_) | Value::Spread(_) => {
                Type::Value(value.clone())
            }
        }
    }

    /// A name outside the repository.
    pub fn external(&mut self, name: Sym) -> Type {
        if let Some(id) = self.catalogue.ext(self.world, name) {
            return Type::Model(Who::of(id));
        }
        Type::Value(Value::Ext(name))
    }

    /// What a recorded call returned: `Model.objects.filter(…)` at module level, in a class body, as a default.
    fn recorded(&mut self, call: &Rc<CallObj>, depth: u32) -> Type {
        if let Value::Ext(name) = &call.callee {
            if let Some(level) = expression(&self.world.interp.project.packages, *name) {
                return Type::Parts(Rc::new(Parts { level, ..Parts::default() }));
            }
            // `User.objects.all()` of a package's model is one dotted name.
            let (head, method) = (parent_part(name), last_part(name));
            if let Some(id) = self.catalogue.ext(self.world, sym(parent_part(head))) {
                return self.result(Who::of(id), sym(method));
            }
            return Type::Value(Value::Call(Rc::clone(call)));
        }
        let Value::Attr(parts) = &call.callee else { return Type::Value(Value::Call(Rc::clone(call))) };
        let mut at = parts.0.clone();
        for _ in 0..CHAIN {
            at = match &at {
                Value::Call(inner) => match &inner.callee {
                    Value::Attr(parts) => parts.0.clone(),
                    Value::Ext(name) => {
                        let head = sym(parent_part(parent_part(name)));
                        return match self.catalogue.ext(self.world, head) {
                            Some(id) => self.result(Who::of(id), parts.1),
                            None => Type::Value(Value::Call(Rc::clone(call))),
                        };
                    }
                    _ => return Type::Value(Value::Call(Rc::clone(call))),
                },
                Value::Attr(inner) => match &inner.0 {
                    Value::Class(class) if self.catalogue.of_class(*class).is_some() => {
                        let who = self.catalogue.of_class(*class).map_or_else(|| Who::unknown(Why::Class), Who::of);
                        let start = self.model_attr(&who, inner.1);
                        return match start {
                            Type::Manager(chain) => match self.methods.of_queryset(parts.1).map(|m| m.returns) {
                                Some(Returns::QuerySet) | None => Type::QuerySet(Rc::new(Chain { related: None, ..(*chain).clone() })),
                                Some(_) => self.result(who, parts.1),
                            },
                            other => other,
                        };
                    }
                    other => other.clone(),
                },
                Value::Alt(options) => options.first().cloned().unwrap_or(Value::None),
                Value::Instance(_) | Value::Class(_) if depth == 0 => return self.value_within(&at, depth + 1).into_queryset(),
                _ => return Type::Value(Value::Call(Rc::clone(call))),
            };
        }
        Type::Unknown
    }

    /// What a queryset method returns, for a chain whose steps are not followed.
    fn result(&self, who: Who, method: Sym) -> Type {
        match self.methods.of_queryset(method).map(|m| m.returns) {
            Some(Returns::QuerySet) => Type::queryset(who),
            Some(Returns::Rows) => Type::QuerySet(Rc::new(Chain { rows: true, ..Chain::new(who) })),
            Some(Returns::Instance) => Type::Instance(who),
            Some(Returns::Pair) => Type::tuple(vec![Type::Instance(who), Type::Unknown]),
            Some(Returns::Many) => Type::many(Type::Instance(who)),
            Some(Returns::Map) => Type::map(Type::Instance(who)),
            Some(Returns::Plain) => Type::Unknown,
            None => Type::queryset(who.unsure()),
        }
    }

    /// A variable of a module.
    pub fn variable(&mut self, file: u32, name: Sym) -> Type {
        if let Some(found) = self.variables.get(&(file, name)) {
            return found.clone();
        }
        let value = self.world.interp.variables(file).and_then(|frame| frame.vars.borrow().get(&name).cloned());
        let found = match value {
            Some(value) => {
                let value = self.world.interp.force(value);
                match self.value(&value) {
                    Type::Unknown => self.type_checking(file, name).unwrap_or(Type::Unknown),
                    known => known,
                }
            }
            None => self.type_checking(file, name).unwrap_or_else(|| self.starred(file, name)),
        };
        self.variables.insert((file, name), found.clone());
        found
    }

    /// A name that only `if TYPE_CHECKING:` imports: annotations use it all the same.
    fn type_checking(&mut self, file: u32, name: Sym) -> Option<Type> {
        use crate::facts::{Scope, StmtKind};
        let ast = self.world.interp.ast(file);
        for (id, scope) in &ast.imports {
            if *scope != Scope::Module {
                continue;
            }
            match ast.stmt(*id) {
                StmtKind::From(import) => {
                    for alias in &import.names {
                        if alias.alias.unwrap_or(alias.name) == name {
                            return Some(self.imported(file, import, alias));
                        }
                    }
                }
                StmtKind::Import(names) => {
                    for alias in names {
                        if alias.alias == Some(name) {
                            return Some(self.module(alias.name));
                        }
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// A name of an external module that was imported with a star.
    fn starred(&mut self, file: u32, name: Sym) -> Type {
        let stars = self.world.interp.variables(file).and_then(|f| f.vars.borrow().get(&sym("*")).cloned());
        let Some(Value::Tuple(stars)) = stars else { return Type::Unknown };
        for star in stars.iter() {
            if let Value::Ext(module) = star {
                let full = self.world.interp.project.packages.canonical(sym(&format!("{module}.{name}")));
                if self.world.interp.project.packages.knows(full) {
                    return self.external(full);
                }
            }
        }
        Type::Unknown
    }

    /// `from module import name`
    pub fn imported(&mut self, file: u32, import: &ImportFrom, alias: &Alias) -> Type {
        let Some(base) = self.world.interp.project.imported(file, import) else { return Type::Unknown };
        let dotted = format!("{base}.{}", alias.name);
        if let Some(value) = self.world.interp.lookup_dotted(&dotted) {
            return self.value(&value);
        }
        let top = base.split('.').next().unwrap_or("");
        if self.world.interp.project.modules.owns(top) {
            return Type::Unknown;
        }
        let canonical = self.world.interp.project.packages.canonical(sym(&dotted));
        self.external(canonical)
    }

    /// `import module`
    pub fn module(&mut self, dotted: Sym) -> Type {
        match self.world.interp.project.modules.get(&dotted) {
            Some(file) => Type::Value(Value::Module(file)),
            None if self.world.interp.project.modules.is_namespace(&dotted) => Type::Value(Value::Namespace(dotted)),
            None if self.world.interp.project.modules.owns(dotted.split('.').next().unwrap_or("")) => Type::Unknown,
            None => Type::Value(Value::Ext(self.world.interp.project.packages.canonical(dotted))),
        }
    }
}
