//! One body after the other, statement by statement: what names are bound to, what is returned, and the sites that are met on the way.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Sym, sym};
use crate::eval::ClassRef;
use crate::facts::{Ast, Block, ExprId, ExprKind, FuncId, Scope, StmtId, StmtKind};

use super::Orm;
use super::classes::{FORMSET, Member};
use super::env::{Changes, Env};
use super::site::Site;
use super::tables::Key;
use super::types::{FuncKey, Type, Who};

/// Functions within functions that are followed.
const NESTING: usize = 24;

/// Reads the body of a module, or of a function with those inside it.
pub struct Walker<'o, 'w, 'p> {
    pub orm: &'o mut Orm<'w, 'p>,
    pub file: u32,
    pub ast: &'p Ast,
    pub env: Env,
    pub scope: Scope,
    /// The class whose method this is, and its instance as the method sees it.
    pub class: Option<ClassRef>,
    pub this: Option<Type>,
    /// The name of that instance, and what was set on it here.
    pub this_name: Option<Sym>,
    pub own: FxHashMap<Sym, Type>,
    pub is_async: bool,
    pub stmt: StmtId,
    pub sites: Vec<Site>,
    /// First-party functions that are called: from where, in which line.
    pub calls: FxHashSet<(Scope, u32, FuncKey)>,
    /// Entries of the tables that were asked for.
    pub asked: FxHashSet<Key>,
    pub yields: Option<Type>,
    returns: Option<Type>,
    deferred: Vec<FuncId>,
    functions: usize,
}

impl<'o, 'w, 'p> Walker<'o, 'w, 'p> {
    pub fn new(orm: &'o mut Orm<'w, 'p>, file: u32) -> Walker<'o, 'w, 'p> {
        let ast = orm.world.interp.ast(file);
        Walker {
            orm,
            file,
            ast,
            env: Env::default(),
            scope: Scope::Module,
            class: None,
            this: None,
            this_name: None,
            own: FxHashMap::default(),
            is_async: false,
            stmt: 0,
            sites: Vec::new(),
            calls: FxHashSet::default(),
            asked: FxHashSet::default(),
            yields: None,
            returns: None,
            deferred: Vec::new(),
            functions: 0,
        }
    }

    /// The module's own statements and its class bodies; functions are read on their own.
    pub fn module(&mut self) {
        self.env.enter(false);
        let ast = self.ast;
        self.block(&ast.body);
        self.env.leave();
    }

    pub fn function(&mut self, id: FuncId) {
        let Some(def) = self.ast.funcs.get(id as usize) else { return };
        if self.functions >= NESTING {
            return;
        }
        self.functions += 1;
        if let Scope::Func(_) = def.scope {
            // Whoever defines it has it run, as a rule.
            self.calls.insert((def.scope, def.line, (self.file, id)));
        }
        let class = match def.scope {
            Scope::Class(class) => self.orm.classes.of_def(self.file, class),
            _ => self.class,
        };
        let outer = (
            std::mem::replace(&mut self.scope, Scope::Func(id)),
            std::mem::replace(&mut self.class, class),
            self.this.clone(),
            self.this_name,
            std::mem::replace(&mut self.is_async, def.is_async),
            self.returns.take(),
            self.yields.take(),
            std::mem::take(&mut self.deferred),
        );
        self.env.enter(false);
        self.parameters(id);
        self.block(&def.body);
        let inner = std::mem::take(&mut self.deferred);
        for nested in inner {
            self.function(nested);
        }
        self.env.leave();
        let made = if def.is_generator { self.yields.take().map(Type::many) } else { self.returns.take() };
        match (made, def.returns) {
            (Some(made), _) if made.carries() || matches!(made, Type::Parts(_)) => {
                if def.name.as_str() == "get_form_kwargs" {
                    self.form_arguments(&made);
                }
                self.orm.tables.add(Key::Return((self.file, id)), &made);
            }
            // What the body does not tell, its annotation may.
            (Some(Type::Param(index)), None) => self.orm.tables.add(Key::Return((self.file, id)), &Type::Param(index)),
            (_, Some(annotation)) => {
                let said = self.annotation(annotation, 0);
                let said = if def.is_generator { Type::many(said.element()) } else { said };
                self.orm.tables.add(Key::Return((self.file, id)), &said);
            }
            _ => {}
        }
        (self.scope, self.class, self.this, self.this_name, self.is_async, self.returns, self.yields, self.deferred) = outer;
        self.functions -= 1;
    }

    /// A lambda is read where it stands.
    pub fn lambda(&mut self, id: FuncId) -> Type {
        let Some(def) = self.ast.funcs.get(id as usize) else { return Type::Unknown };
        if self.functions >= NESTING {
            return Type::Unknown;
        }
        self.functions += 1;
        self.calls.insert((self.scope, def.line, (self.file, id)));
        let outer = (std::mem::replace(&mut self.scope, Scope::Func(id)), self.returns.take(), self.yields.take());
        self.env.enter(false);
        for param in &def.params {
            self.env.set(param.name, if param.name.as_str() == "request" { Type::Request } else { Type::Unknown });
        }
        self.block(&def.body);
        self.env.leave();
        if let Some(made) = self.returns.take() {
            self.orm.tables.add(Key::Return((self.file, id)), &made);
        }
        (self.scope, self.returns, self.yields) = outer;
        self.functions -= 1;
        Type::Func((self.file, id))
    }

    fn parameters(&mut self, id: FuncId) {
        let Some(def) = self.ast.funcs.get(id as usize) else { return };
        let is_method = matches!(def.scope, Scope::Class(_));
        for (index, param) in def.params.iter().enumerate() {
            let found = self.parameter(def, (self.file, id), index);
            if index == 0 && is_method {
                self.this = Some(found.clone());
                self.this_name = Some(param.name);
                self.own.clear();
            }
            self.env.set(param.name, found);
        }
    }

    // ---- what is known elsewhere

    pub fn known(&mut self, key: Key) -> Option<Type> {
        self.asked.insert(key);
        self.orm.tables.get(key).cloned()
    }

    /// What a function returns to this receiver.
    pub fn returned(&mut self, key: FuncKey, receiver: &Type) -> Type {
        match self.known(Key::Return(key)) {
            Some(found) => self.seen_from(found.detached(), receiver),
            None => Type::Unknown,
        }
    }

    /// A method of an abstract model or of a shared manager returns things of the model that it is called on.
    pub fn seen_from(&self, found: Type, receiver: &Type) -> Type {
        let (own, manages) = match receiver {
            Type::Instance(who) | Type::Model(who) => (who, false),
            Type::Manager(chain) | Type::QuerySet(chain) => (&chain.who, true),
            _ => return found,
        };
        let Some(id) = own.id else { return found };
        let fit = |who: &Who| -> Option<Who> {
            let ids = who.ids();
            let hits = match who.id {
                Some(other) => other != id && self.orm.catalogue.is_ancestor(other, id),
                None if ids.is_empty() => manages,
                None => ids.iter().any(|other| *other == id || self.orm.catalogue.is_ancestor(*other, id)),
            };
            hits.then(|| own.clone())
        };
        match &found {
            Type::Instance(who) => fit(who).map_or(found.clone(), Type::Instance),
            Type::Model(who) => fit(who).map_or(found.clone(), Type::Model),
            Type::QuerySet(chain) => match fit(&chain.who) {
                Some(who) => Type::QuerySet(std::rc::Rc::new(super::types::Chain { who, ..(**chain).clone() })),
                None => found,
            },
            Type::Many(inner) => Type::many(self.seen_from((**inner).clone(), receiver)),
            Type::Tuple(parts) => Type::tuple(parts.iter().map(|p| self.seen_from(p.clone(), receiver)).collect()),
            _ => found,
        }
    }

    // ---- statements

    fn block(&mut self, block: &'p Block) {
        for id in block {
            self.statement(*id);
        }
    }

    /// A block on its own: what it bound, or nothing where control does not come out at its end.
    fn branch(&mut self, block: &'p Block) -> Changes {
        let mark = self.env.mark();
        self.block(block);
        let changes = self.env.take(mark);
        (!self.ends(block)).then_some(changes)
    }

    fn ends(&self, block: &Block) -> bool {
        match block.last().map(|id| self.ast.stmt(*id)) {
            Some(StmtKind::Return(_) | StmtKind::Raise(_) | StmtKind::Continue | StmtKind::Break) => true,
            Some(StmtKind::If(_, then, otherwise)) => {
                // One level is enough: `if … return … else … return`.
                let leaves = |b: &Block| {
                    matches!(
                        b.last().map(|id| self.ast.stmt(*id)),
                        Some(StmtKind::Return(_) | StmtKind::Raise(_) | StmtKind::Continue | StmtKind::Break)
                    )
                };
                leaves(then) && leaves(otherwise)
            }
            _ => false,
        }
    }

    fn statement(&mut self, id: StmtId) {
        self.stmt = id;
        let ast = self.ast;
        match ast.stmt(id) {
            StmtKind::Expr(value) => {
                self.expr(*value);
            }
            StmtKind::Assert(value) => {
                self.expr(*value);
                if let Some((name, found)) = self.narrowed(*value) {
                    self.env.set(name, found);
                }
            }
            StmtKind::Assign(targets, value) => {
                let found = self.expr(*value);
                for target in targets {
                    self.assign(*target, &found);
                }
            }
            StmtKind::AnnAssign(target, annotation, value) => {
                let mut found = value.map_or(Type::Unknown, |v| self.expr(v));
                if found.is_unknown() {
                    found = self.annotation(*annotation, 0);
                    // A field of a data class, or a declaration of what other code sets.
                    if let (Scope::Class(class), ExprKind::Name(name)) = (self.scope, ast.expr(*target))
                        && let Some(class) = self.orm.classes.of_def(self.file, class)
                    {
                        let of_request = self.orm.is_request(class);
                        self.orm.tables.add(if of_request { Key::Request(*name) } else { Key::Attr(class, *name) }, &found);
                    }
                }
                self.assign(*target, &found);
            }
            StmtKind::AugAssign(target, _, value) => {
                let right = self.expr(*value);
                let left = self.expr(*target);
                self.assign(*target, &combined(left, right));
            }
            StmtKind::Return(value) => {
                if let Some(value) = value {
                    let found = self.expr(*value);
                    self.returns = Some(match self.returns.take() {
                        Some(before) => before.join(found),
                        None => found,
                    });
                }
            }
            StmtKind::If(cond, then, otherwise) => {
                self.expr(*cond);
                let mark = self.env.mark();
                if let Some((name, found)) = self.narrowed(*cond) {
                    self.env.set(name, found);
                }
                self.block(then);
                let changes = self.env.take(mark);
                let then = (!self.ends(then)).then_some(changes);
                let otherwise = self.branch(otherwise);
                self.env.merge(&[then, otherwise]);
            }
            StmtKind::For(target, iter, body, orelse) => {
                let source = self.expr(*iter);
                if self.is_async {
                    self.asynchronous(&source);
                }
                let element = self.element(&source);
                let mark = self.env.mark();
                self.assign(*target, &element);
                self.block(body);
                let changes = self.env.take(mark);
                self.env.merge(&[Some(changes), Some(Vec::new())]);
                self.block(orelse);
            }
            StmtKind::While(cond, body) => {
                self.expr(*cond);
                let mark = self.env.mark();
                self.block(body);
                let changes = self.env.take(mark);
                self.env.merge(&[Some(changes), Some(Vec::new())]);
            }
            StmtKind::With(items, body) => {
                for (value, target) in items {
                    let found = self.expr(*value);
                    if let Some(target) = target {
                        self.assign(*target, &found);
                    }
                }
                self.block(body);
            }
            StmtKind::Try(parts) => {
                self.block(&parts.body);
                self.block(&parts.orelse);
                let mut branches = vec![if self.ends(&parts.body) || self.ends(&parts.orelse) { None } else { Some(Vec::new()) }];
                for handler in &parts.handlers {
                    branches.push(self.branch(&handler.body));
                }
                self.env.merge(&branches);
                self.block(&parts.finally);
            }
            StmtKind::Match(subject, arms) => {
                self.expr(*subject);
                let mut branches = vec![Some(Vec::new())];
                for arm in arms {
                    branches.push(self.branch(&arm.body));
                }
                self.env.merge(&branches);
            }
            StmtKind::Func(id) => {
                if let Some(def) = ast.funcs.get(*id as usize) {
                    for decorator in &def.decorators {
                        self.expr(*decorator);
                    }
                    for default in def.params.iter().filter_map(|p| p.default) {
                        self.expr(default);
                    }
                    self.env.set(def.name, Type::Func((self.file, *id)));
                }
                if self.functions > 0 {
                    self.deferred.push(*id);
                }
            }
            StmtKind::Class(id) => {
                let Some(def) = ast.classes.get(*id as usize) else { return };
                for decorator in &def.decorators {
                    self.expr(*decorator);
                }
                let scope = std::mem::replace(&mut self.scope, Scope::Class(*id));
                self.env.enter(true);
                self.block(&def.body);
                self.env.leave();
                self.scope = scope;
            }
            StmtKind::From(import) => {
                if self.functions > 0 {
                    for alias in &import.names {
                        let found = self.orm.imported(self.file, import, alias);
                        self.env.set(alias.alias.unwrap_or(alias.name), found);
                    }
                }
            }
            StmtKind::Import(names) => {
                if self.functions > 0 {
                    for alias in names {
                        let (bound, dotted) = match alias.alias {
                            Some(bound) => (bound, alias.name),
                            None => {
                                let top = sym(alias.name.split('.').next().unwrap_or(""));
                                (top, top)
                            }
                        };
                        let found = self.orm.module(dotted);
                        self.env.set(bound, found);
                    }
                }
            }
            StmtKind::Raise(value) => {
                if let Some(value) = value {
                    self.expr(*value);
                }
            }
            StmtKind::Delete(targets) => {
                for target in targets {
                    self.expr(*target);
                }
            }
            StmtKind::Global(_) | StmtKind::Break | StmtKind::Continue | StmtKind::Pass => {}
        }
    }

    pub fn assign(&mut self, target: ExprId, value: &Type) {
        match self.ast.expr(target) {
            ExprKind::Name(name) => self.env.set(*name, value.clone()),
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                let parts: Option<&[Type]> = match value {
                    Type::Tuple(parts) if parts.len() == items.len() => Some(parts),
                    _ => None,
                };
                let element = self.element(value);
                for (index, item) in items.iter().enumerate() {
                    let part = parts.and_then(|p| p.get(index)).unwrap_or(if parts.is_some() { &Type::Unknown } else { &element });
                    self.assign(*item, &part.clone());
                }
            }
            ExprKind::Star(inner) => self.assign(*inner, &Type::many(value.clone())),
            ExprKind::Attr(object, name) => self.assign_attr(*object, *name, value),
            ExprKind::Subscript(object, key) => {
                let holder = self.expr(*object);
                let key = self.expr(*key);
                if let (ExprKind::Name(name), Type::Text(key)) = (self.ast.expr(*object), key)
                    && (value.carries() || matches!(holder, Type::Record(_)))
                {
                    let more = [(key, value.clone())];
                    if let Some(filled) = with_keys(&holder, &more) {
                        self.env.set(*name, filled);
                    }
                }
            }
            _ => {}
        }
    }

    fn assign_attr(&mut self, object: ExprId, name: Sym, value: &Type) {
        let holder = self.expr(object);
        let is_self = matches!(self.ast.expr(object), ExprKind::Name(n) if Some(*n) == self.this_name);
        if is_self && !value.is_unknown() {
            self.own.insert(name, value.clone());
        }
        let class = match &holder {
            Type::Request => {
                self.orm.tables.add(Key::Request(name), value);
                None
            }
            Type::Object(class) => Some(if is_self { self.class.unwrap_or(*class) } else { *class }),
            // What code hangs on an instance besides its fields.
            Type::Instance(who) => {
                let class = who.id.and_then(|id| self.orm.catalogue.get(id)).and_then(|m| m.class);
                class.filter(|_| who.id.is_some_and(|id| self.orm.catalogue.accessor(id, name).is_none()))
            }
            _ => None,
        };
        if let Some(class) = class {
            self.orm.tables.add(Key::Attr(class, name), value);
        }
    }

    /// What a loop over something gives.
    pub fn element(&mut self, source: &Type) -> Type {
        match source {
            Type::Object(class) => {
                if self.orm.classes.roles(*class) & FORMSET != 0 {
                    return Type::Writer(self.orm.about(*class), false);
                }
                match self.orm.classes.member(self.orm.world, *class, sym("__iter__")) {
                    Some(Member::Func(key, _)) => self.returned(key, source).element(),
                    _ => Type::Unknown,
                }
            }
            Type::Writer(who, true) => Type::Writer(who.clone(), false),
            other => other.element(),
        }
    }

    /// `isinstance(name, Class)` as the condition of a branch, alone or first in an `and`.
    fn narrowed(&mut self, cond: ExprId) -> Option<(Sym, Type)> {
        let ExprKind::Call(func, args) = (match self.ast.expr(cond) {
            ExprKind::And(left, _) => self.ast.expr(*left),
            other => other,
        }) else {
            return None;
        };
        let ExprKind::Name(callee) = self.ast.expr(*func) else { return None };
        let [crate::facts::Arg::Pos(object), crate::facts::Arg::Pos(class)] = args.as_ref() else { return None };
        let ExprKind::Name(name) = self.ast.expr(*object) else { return None };
        if callee.as_str() != "isinstance" {
            return None;
        }
        let found = self.annotation(*class, 0);
        (!found.is_unknown()).then_some((*name, found))
    }

    /// A queryset in an `async for`: in a coroutine no other loop over one works.
    pub fn asynchronous(&mut self, source: &Type) {
        if let Type::QuerySet(chain) = source {
            for site in &chain.sites {
                if let Some(site) = self.sites.get_mut(*site as usize) {
                    site.is_async = true;
                }
            }
        }
    }
}

/// What an operator makes of two operands.
pub fn combined(left: Type, right: Type) -> Type {
    use std::rc::Rc;
    match (&left, &right) {
        (Type::Parts(a), Type::Parts(b)) => Type::Parts(Rc::new(super::types::both(a, b))),
        (Type::Parts(_), _) => left,
        (_, Type::Parts(_)) => right,
        (Type::QuerySet(_) | Type::Manager(_), Type::QuerySet(_) | Type::Manager(_)) => left.join(right),
        (Type::QuerySet(_), _) => left,
        (Type::Many(_), Type::Many(_) | Type::QuerySet(_)) => Type::many(left.element().join(right.element())),
        (Type::Many(_), _) => left,
        (_, Type::Many(_)) => right,
        _ => Type::Unknown,
    }
}

/// A dictionary with some keys set anew; none where it is something else.
pub fn with_keys(holder: &Type, more: &[(Sym, Type)]) -> Option<Type> {
    let mut parts = match holder {
        Type::Record(parts) => (**parts).clone(),
        Type::Unknown => Vec::new(),
        _ => return None,
    };
    for (key, value) in more {
        match parts.iter_mut().find(|(k, _)| k == key) {
            Some((_, slot)) => *slot = value.clone(),
            None => parts.push((*key, value.clone())),
        }
    }
    Some(Type::record(parts))
}
