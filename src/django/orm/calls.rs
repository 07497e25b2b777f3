//! Calls: who is called, with what; what flows into first-party functions and comes back.

use std::rc::Rc;

use smallvec::SmallVec;

use crate::base::{Sym, last_part, sym};
use crate::eval::{ClassRef, Flavour, Value};
use crate::facts::{Arg, ExprId, ExprKind, ParamKind, Scope};

use super::classes::{EXPRESSION, MANAGER, Member, QUERYSET, plain};
use super::methods::Level;
use super::tables::Key;
use super::types::{Chain, FuncKey, Parts, Type, Who};
use super::values::NOWHERE;
use super::walk::Walker;

/// Functions that call what they are given, at once or later.
const RUNNERS: [&str; 9] =
    ["async_to_sync", "filter", "map", "on_commit", "partial", "run_in_executor", "submit", "sync_to_async", "to_thread"];

/// The arguments of a call, each evaluated once.
#[derive(Debug, Default)]
pub struct Args {
    pub pos: SmallVec<[Type; 4]>,
    pub keys: SmallVec<[(Sym, Type); 4]>,
    /// Expressions of the positions, for what their type does not say.
    pub ids: SmallVec<[ExprId; 4]>,
    pub stars: SmallVec<[Type; 1]>,
    pub doubles: SmallVec<[Type; 1]>,
    /// A keyword that is the literal `False`.
    pub falses: SmallVec<[Sym; 1]>,
}

impl Args {
    pub fn key(&self, name: &str) -> Option<&Type> {
        self.keys.iter().find(|(k, _)| k.as_str() == name).map(|(_, t)| t)
    }

    pub fn at(&self, position: usize, name: &str) -> Option<&Type> {
        self.key(name).or_else(|| self.pos.get(position))
    }

    pub fn all(&self) -> impl Iterator<Item = &Type> {
        self.pos.iter().chain(self.keys.iter().map(|(_, t)| t)).chain(&self.stars).chain(&self.doubles)
    }
}

impl<'p> Walker<'_, '_, 'p> {
    pub fn call(&mut self, func: ExprId, args: &'p [Arg]) -> Type {
        let line = self.ast.line(func);
        if let ExprKind::Attr(object, name) = self.ast.expr(func) {
            // `self.form.save()` of what this function set on `self` goes by the attribute.
            let receiver = self.expr(*object);
            let args = self.arguments(args);
            if let Type::Many(inner) = &receiver
                && matches!(name.as_str(), "append" | "add" | "extend" | "insert" | "update")
            {
                let filled = self.filled(inner, *name, &args);
                self.passed(&args, line);
                if let Some(filled) = filled {
                    self.assign(*object, &filled);
                }
                return Type::Unknown;
            }
            if let (ExprKind::Name(holder), "update") = (self.ast.expr(*object), name.as_str())
                && matches!(receiver, Type::Record(_))
            {
                let mut more: Vec<(Sym, Type)> = args.keys.to_vec();
                if let Some(Type::Record(parts)) = args.pos.first() {
                    more.extend(parts.iter().cloned());
                }
                if let Some(filled) = super::walk::with_keys(&receiver, &more) {
                    self.env.set(*holder, filled);
                }
                return Type::Unknown;
            }
            let found = self.method(&receiver, *name, &args, line);
            self.passed(&args, line);
            self.run_by(name, &args);
            return found;
        }
        let callee = self.expr(func);
        let args = self.arguments(args);
        let found = self.apply(&callee, &args, line);
        let wraps = matches!(&callee, Type::Value(Value::Ext(name)) if name.ends_with("sync_to_async"));
        if !wraps {
            self.passed(&args, line);
        }
        if let Type::Value(Value::Ext(name)) | Type::Builtin(name) = &callee {
            self.run_by(last_part(name), &args);
        }
        found
    }

    /// A list that a loop fills.
    fn filled(&self, inner: &Type, name: Sym, args: &Args) -> Option<Type> {
        let added = args.pos.last()?;
        let added = if matches!(name.as_str(), "extend" | "update") { added.element() } else { added.clone() };
        (added.carries() || matches!(added, Type::Parts(_))).then(|| Type::many(inner.clone().join(added)))
    }

    fn arguments(&mut self, args: &'p [Arg]) -> Args {
        let mut out = Args::default();
        for arg in args {
            match arg {
                Arg::Pos(id) => {
                    out.pos.push(self.expr(*id));
                    out.ids.push(*id);
                }
                Arg::Key(name, id) => {
                    if matches!(self.ast.expr(*id), ExprKind::Bool(false)) {
                        out.falses.push(*name);
                    }
                    let found = self.expr(*id);
                    out.keys.push((*name, found));
                }
                Arg::Star(id) => out.stars.push(self.expr(*id)),
                Arg::DoubleStar(id) => match self.expr(*id) {
                    // `**{"name__in": …}` is as good as keywords.
                    Type::Record(parts) => out.keys.extend(parts.iter().cloned()),
                    other => out.doubles.push(other),
                },
            }
        }
        out
    }

    /// A method that is handed over instead of called (`partial(order.save)`, `default=Model.objects.first`) is a site here.
    fn passed(&mut self, args: &Args, line: u32) {
        for arg in args.all() {
            if let Type::Bound(parts) = arg {
                let known = match &parts.0 {
                    Type::Manager(chain) | Type::QuerySet(chain) => {
                        (!chain.maybe && self.orm.methods.of_queryset(parts.1).is_some())
                            || chain.classes.iter().any(|class| self.has_method(*class, parts.1))
                    }
                    Type::Instance(_) => self.orm.methods.of_instance(parts.1).is_some(),
                    _ => false,
                };
                if known {
                    let line = if parts.2 == NOWHERE { line } else { parts.2 };
                    self.method(&parts.0, parts.1, &Args::default(), line);
                }
            }
        }
    }

    fn has_method(&mut self, class: ClassRef, name: Sym) -> bool {
        matches!(self.orm.classes.member(self.orm.world, class, name), Some(Member::Func(..)))
    }

    /// `transaction.on_commit(self.notify)`, `map(make, rows)`: what is called by the function that it is handed to. Which arguments it gets is not
    /// known, so only that it is called is noted.
    fn run_by(&mut self, function: &str, args: &Args) {
        if !RUNNERS.contains(&function) || self.scope == Scope::Module {
            return;
        }
        for arg in args.all() {
            let key = match arg {
                Type::Func(key) => Some(*key),
                Type::Value(value @ (Value::Func(_) | Value::Method(_))) => plain(value).map(|func| (func.file, func.def)),
                Type::Bound(parts) => self.method_of(&parts.0, parts.1),
                _ => None,
            };
            if let Some(key) = key {
                self.calls.insert((self.scope, self.ast.stmt_line(self.stmt), key));
            }
        }
    }

    /// The function behind a method of the project's own objects.
    fn method_of(&mut self, object: &Type, name: Sym) -> Option<FuncKey> {
        let classes: Vec<ClassRef> = match object {
            Type::Object(class) | Type::Value(Value::Class(class)) => vec![*class],
            Type::Instance(who) | Type::Model(who) => who.ids().into_iter().filter_map(|id| self.orm.catalogue.get(id)?.class).collect(),
            _ => return None,
        };
        classes.into_iter().find_map(|class| match self.orm.classes.member(self.orm.world, class, name) {
            Some(Member::Func(key, _)) => Some(key),
            _ => None,
        })
    }

    /// `receiver.name(…)`
    pub fn method(&mut self, receiver: &Type, name: Sym, args: &Args, line: u32) -> Type {
        match receiver {
            Type::Manager(chain) | Type::QuerySet(chain) => self.query(receiver, &Rc::clone(chain), name, args, line, true),
            Type::Instance(who) => self.instance_call(receiver, who, name, args, line),
            Type::Model(who) => self.class_call(receiver, who, name, args, line),
            Type::Object(class) => self.object_call(receiver, *class, name, args, line),
            Type::Super(class) => self.super_call(*class, name, args, line),
            Type::Writer(who, many) => match name.as_str() {
                "save" => self.writes(who, *many, super::site::On::Form, name, args, line),
                _ => Type::Unknown,
            },
            Type::Many(inner) => match name.as_str() {
                "pop" | "__getitem__" => (**inner).clone(),
                "copy" => receiver.clone(),
                _ => Type::Unknown,
            },
            Type::Record(parts) => match name.as_str() {
                "get" | "pop" | "setdefault" => match args.pos.first() {
                    Some(Type::Text(key)) => {
                        let found = parts.iter().find(|(k, _)| k == key).map(|(_, t)| t.clone());
                        found.or_else(|| args.pos.get(1).cloned()).unwrap_or(Type::Unknown)
                    }
                    _ => Type::Unknown,
                },
                "copy" => receiver.clone(),
                "values" | "items" => {
                    let found = parts.iter().map(|(_, t)| t.clone()).reduce(Type::join).unwrap_or(Type::Unknown);
                    Type::many(if name.as_str() == "values" { found } else { Type::tuple(vec![Type::Unknown, found]) })
                }
                _ => Type::Unknown,
            },
            Type::Map(inner) => match name.as_str() {
                "get" | "pop" | "setdefault" => (**inner).clone(),
                "values" => Type::Many(Rc::clone(inner)),
                "items" => Type::many(Type::tuple(vec![Type::Unknown, (**inner).clone()])),
                "copy" => receiver.clone(),
                _ => Type::Unknown,
            },
            Type::Parts(parts) => {
                let found = self.parts_of(args, parts.level);
                Type::Parts(Rc::new(super::types::both(parts, &found)))
            }
            Type::Value(Value::Class(class)) => match self.orm.classes.member(self.orm.world, *class, name) {
                Some(Member::Func(key, Flavour::Class)) => self.invoke(key, Some(receiver), args),
                Some(Member::Func(key, _)) => self.invoke(key, None, args),
                _ => {
                    let callee = self.attr(receiver, name, line);
                    if matches!(callee, Type::Bound(_)) { Type::Unknown } else { self.apply(&callee, args, line) }
                }
            },
            Type::Alt(options) => {
                let options = Rc::clone(options);
                let found: Vec<Type> = options.iter().map(|o| self.method(o, name, args, line)).collect();
                found.into_iter().filter(|t| !t.is_unknown()).reduce(Type::join).unwrap_or(Type::Unknown)
            }
            Type::Value(_) => {
                let callee = self.attr(receiver, name, line);
                if matches!(callee, Type::Bound(_)) { Type::Unknown } else { self.apply(&callee, args, line) }
            }
            // `self.context.get("request")`
            _ if name.as_str() == "get" && matches!(args.pos.first(), Some(Type::Text(key)) if key.as_str() == "request") => Type::Request,
            _ => Type::Unknown,
        }
    }

    pub fn apply(&mut self, callee: &Type, args: &Args, line: u32) -> Type {
        match callee {
            Type::Model(who) => {
                if let Some(class) = who.id.and_then(|id| self.orm.catalogue.get(id)).and_then(|m| m.class)
                    && let Some(Member::Func(key, _)) = self.orm.classes.member(self.orm.world, class, sym("__init__"))
                {
                    self.invoke(key, Some(&Type::Instance(who.clone())), args);
                }
                Type::Instance(who.clone())
            }
            Type::Value(Value::Class(class)) => self.construct(*class, args),
            Type::Value(value @ (Value::Func(_) | Value::Method(_))) => match plain(value) {
                Some(func) => {
                    let found = self.invoke((func.file, func.def), None, args);
                    if found.is_unknown() { self.loaded(value, args, line).unwrap_or(found) } else { found }
                }
                None => Type::Unknown,
            },
            Type::Value(value @ Value::Call(_)) => match plain(value) {
                Some(func) => self.invoke((func.file, func.def), None, args),
                None => Type::Unknown,
            },
            Type::Value(value @ Value::Ext(name)) => self.library(*name, &value.clone(), args, line),
            Type::Func(key) => self.invoke(*key, None, args),
            Type::Bound(parts) => {
                let parts = Rc::clone(parts);
                let line = if parts.2 == NOWHERE { line } else { parts.2 };
                if matches!(parts.0, Type::Value(_)) { Type::Unknown } else { self.method(&parts.0, parts.1, args, line) }
            }
            Type::Builtin(name) => self.builtin(*name, args, line),
            Type::Manager(_) => callee.clone(),
            Type::Writer(..) => callee.clone(),
            Type::Alt(options) => {
                let options = Rc::clone(options);
                let found: Vec<Type> = options.iter().map(|o| self.apply(o, args, line)).collect();
                found.into_iter().filter(|t| !t.is_unknown()).reduce(Type::join).unwrap_or(Type::Unknown)
            }
            _ => Type::Unknown,
        }
    }

    /// What a call of a first-party function gives; what it is called with is kept for the function's own reading.
    pub fn invoke(&mut self, key: FuncKey, receiver: Option<&Type>, args: &Args) -> Type {
        let skip = usize::from(receiver.is_some());
        self.calls.insert((self.scope, self.ast.stmt_line(self.stmt), key));
        if let Some(def) = self.orm.world.interp.ast(key.0).funcs.get(key.1 as usize) {
            for (position, found) in args.pos.iter().enumerate() {
                match def.params.get(position + skip) {
                    Some(param) if param.kind == ParamKind::Positional => {
                        self.orm.tables.add(Key::Param(key, (position + skip) as u32), found);
                    }
                    _ => break,
                }
            }
            let mut extra: Vec<(Sym, Type)> = Vec::new();
            for (name, found) in &args.keys {
                match def.params.iter().position(|p| p.name == *name) {
                    Some(index) => self.orm.tables.add(Key::Param(key, index as u32), found),
                    None if found.carries() => extra.push((*name, found.clone())),
                    None => {}
                }
            }
            if let Some(index) = def.params.iter().position(|p| p.kind == ParamKind::KwArgs)
                && !extra.is_empty()
            {
                self.orm.tables.add(Key::Param(key, index as u32), &Type::record(extra));
            }
        }
        let Some(found) = self.known(Key::Return(key)) else { return Type::Unknown };
        let found = self.filled_in(found, key, skip, args);
        match receiver {
            Some(receiver) => self.seen_from(found, receiver),
            None => found,
        }
    }

    /// What a function returns where its arguments decide it.
    fn filled_in(&self, found: Type, key: FuncKey, skip: usize, args: &Args) -> Type {
        let argument = |index: u32| -> Option<Type> {
            let index = index as usize;
            let given = index.checked_sub(skip).and_then(|position| args.pos.get(position));
            given.cloned().or_else(|| {
                let name = self.orm.world.interp.ast(key.0).funcs.get(key.1 as usize)?.params.get(index)?.name;
                args.keys.iter().find(|(k, _)| *k == name).map(|(_, t)| t.clone())
            })
        };
        let decided = |who: &Who| -> Who {
            let given = who.from.and_then(argument).and_then(|given| match given {
                Type::Instance(given) | Type::Model(given) => Some(given),
                Type::QuerySet(chain) | Type::Manager(chain) => Some(chain.who.clone()),
                Type::Many(inner) => match &*inner {
                    Type::Instance(given) => Some(given.clone()),
                    _ => None,
                },
                _ => None,
            });
            given.unwrap_or_else(|| Who { from: None, ..who.clone() })
        };
        match &found {
            Type::Param(index) => argument(*index).unwrap_or(Type::Unknown),
            Type::Instance(who) => Type::Instance(decided(who)),
            Type::Model(who) => Type::Model(decided(who)),
            Type::QuerySet(chain) => match chain.who.from.and_then(argument) {
                // The same queryset, filtered further: what follows still belongs to its site.
                Some(Type::QuerySet(given) | Type::Manager(given)) => {
                    Type::QuerySet(Rc::new(Chain { rows: given.rows || chain.rows, related: None, ..(*given).clone() }))
                }
                _ => Type::QuerySet(Rc::new(Chain { who: decided(&chain.who), ..(**chain).clone() })),
            },
            Type::Many(inner) => Type::many(self.filled_in((**inner).clone(), key, skip, args)),
            Type::Tuple(parts) => Type::tuple(parts.iter().map(|p| self.filled_in(p.clone(), key, skip, args)).collect()),
            Type::Manager(_) | Type::Map(_) | Type::Record(_) | Type::Alt(_) => found.detached(),
            _ => found,
        }
    }

    /// A function of the repository that loads a class by name, as far as the evaluator can tell.
    fn loaded(&mut self, function: &Value, args: &Args, line: u32) -> Option<Type> {
        let Value::Func(func) = function else { return None };
        let def = self.orm.world.interp.func_def(func)?;
        let loads = ["model", "models", "class", "classes"].iter().any(|end| def.name.ends_with(end));
        if !loads || !args.keys.is_empty() || !args.stars.is_empty() || !args.doubles.is_empty() {
            return None;
        }
        let mut texts = Vec::new();
        for arg in &args.pos {
            let Type::Text(text) = arg else { return None };
            texts.push(*text);
        }
        let name = sym(&self.orm.world.interp.func_dotted(func));
        self.orm.load(function, name, texts, Vec::new(), crate::base::Loc { file: self.file, line })
    }

    pub fn construct(&mut self, class: ClassRef, args: &Args) -> Type {
        let roles = self.orm.classes.roles(class);
        if roles & (MANAGER | QUERYSET) != 0 {
            let made = self.orm.manager_self(class);
            return match (made, args.at(0, "model")) {
                (Type::QuerySet(chain), Some(Type::Model(who))) => Type::QuerySet(Rc::new(Chain { who: who.clone(), ..(*chain).clone() })),
                (Type::Manager(chain), Some(Type::Model(who))) => Type::Manager(Rc::new(Chain { who: who.clone(), ..(*chain).clone() })),
                (made, _) => made,
            };
        }
        if roles & EXPRESSION != 0 {
            return Type::Parts(Rc::new(self.parts_of(args, Level::Complex)));
        }
        let object = Type::Object(class);
        if let Some(Member::Func(key, _)) = self.orm.classes.member(self.orm.world, class, sym("__init__")) {
            self.invoke(key, Some(&object), args);
        }
        object
    }

    /// A class method, or a function that is called through the class.
    fn class_call(&mut self, receiver: &Type, who: &Who, name: Sym, args: &Args, line: u32) -> Type {
        for id in who.ids() {
            let Some(class) = self.orm.catalogue.get(id).and_then(|m| m.class) else { continue };
            match self.orm.classes.member(self.orm.world, class, name) {
                Some(Member::Func(key, Flavour::Class)) => return self.invoke(key, Some(receiver), args),
                Some(Member::Func(key, _)) => return self.invoke(key, None, args),
                _ => {}
            }
        }
        match self.orm.model_attr(who, name) {
            found @ Type::Manager(_) => found,
            _ => {
                let found = self.attr(receiver, name, line);
                if matches!(found, Type::Bound(_)) { Type::Unknown } else { self.apply(&found, args, line) }
            }
        }
    }

    /// Paths and models that the arguments of an expression name.
    pub fn parts_of(&mut self, args: &Args, level: Level) -> Parts {
        let mut out = Parts { level, ..Parts::default() };
        for arg in &args.pos {
            match arg {
                Type::Text(path) => out.paths.push(*path),
                other => super::queries::gather(other, &mut out),
            }
        }
        for (_, arg) in &args.keys {
            super::queries::gather(arg, &mut out);
        }
        for arg in args.stars.iter().chain(&args.doubles) {
            super::queries::gather(arg, &mut out);
        }
        out
    }
}
