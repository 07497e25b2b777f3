//! Methods of managers, querysets and instances: the query sites.
//!
//! A site begins where the first method is called on a manager, on a queryset that comes from elsewhere, or on an instance. What is called later
//! on the same chain in the same function, also through variables and branches, belongs to it: its methods are appended, its class is the hardest
//! of them, and it writes if one of them writes. Its line is that of the last method of the statement in which it begins.

use std::rc::Rc;

use smallvec::SmallVec;

use crate::base::{Sym, sym};

use super::calls::Args;
use super::classes::Member;
use super::lookups;
use super::methods::{Level, Method, Returns, Takes};
use super::site::{On, Site};
use super::types::{Chain, Parts, Type, Who, both};
use super::walk::Walker;

/// Keywords of look-ups that are no look-ups.
const OTHER_KEYS: &[&str] = &["create_defaults", "defaults", "flat", "named", "using"];

/// What a value brings to the query that it is an argument of.
pub fn gather(found: &Type, out: &mut Parts) {
    match found {
        Type::Parts(parts) => *out = both(out, parts),
        // A queryset as a value is a subquery.
        Type::QuerySet(chain) | Type::Manager(chain) => {
            out.level = out.level.max(Level::Moderate);
            for id in chain.who.ids() {
                if !out.models.contains(&id) {
                    out.models.push(id);
                }
            }
        }
        Type::Many(inner) | Type::Map(inner) => {
            if matches!(**inner, Type::Parts(_)) {
                gather(inner, out);
            }
        }
        Type::Tuple(parts) => {
            for part in parts.iter().filter(|p| matches!(p, Type::Parts(_))) {
                gather(part, out);
            }
        }
        _ => {}
    }
}

impl Walker<'_, '_, '_> {
    /// A method of a manager or queryset. `custom`: whether first-party overrides are looked for.
    pub fn query(&mut self, receiver: &Type, chain: &Rc<Chain>, name: Sym, args: &Args, line: u32, custom: bool) -> Type {
        let known = self.orm.methods.of_queryset(name);
        let mut own = None;
        if custom {
            for class in chain.classes.clone() {
                if let Some(Member::Func(key, flavour)) = self.orm.classes.member(self.orm.world, class, name) {
                    let is_static = flavour == crate::eval::Flavour::Static;
                    own = Some(self.invoke(key, (!is_static).then_some(receiver), args));
                    break;
                }
            }
        }
        match name.as_str() {
            "get_queryset" | "get_query_set" | "_clone" | "_chain" => {
                return match own {
                    Some(Type::QuerySet(made)) => {
                        Type::QuerySet(Rc::new(Chain { sites: chain.sites.clone(), ..self.carried(chain, &made) }))
                    }
                    _ => Type::QuerySet(Rc::clone(chain)),
                };
            }
            "db_manager" => return receiver.clone(),
            "model" => return Type::Instance(chain.who.clone()),
            _ => {}
        }
        let Some(method) = known else {
            return self.unknown_method(receiver, chain, name, args, line, own);
        };
        let sites = self.go_on(receiver, chain, name, method, args, line);
        match own {
            Some(Type::QuerySet(made)) => {
                return Type::QuerySet(Rc::new(Chain { sites, ..self.carried(chain, &made) }));
            }
            Some(found) if !found.is_unknown() => return found,
            _ => {}
        }
        let who = chain.who.clone();
        match method.returns {
            Returns::QuerySet => {
                let locked = chain.locked || name.as_str() == "select_for_update";
                let chain = Chain { sites, related: None, locked, maybe: false, ..(**chain).clone() };
                Type::QuerySet(Rc::new(chain))
            }
            Returns::Rows => Type::QuerySet(Rc::new(Chain { sites, related: None, rows: true, maybe: false, ..(**chain).clone() })),
            Returns::Instance if chain.rows => Type::Unknown,
            Returns::Instance => Type::Instance(who),
            Returns::Pair => Type::tuple(vec![Type::Instance(who), Type::Unknown]),
            Returns::Many => Type::many(Type::Instance(who)),
            Returns::Map => Type::map(Type::Instance(who)),
            Returns::Plain => Type::Unknown,
        }
    }

    /// The queryset that a first-party method made, as one of the chain's model.
    fn carried(&self, chain: &Chain, made: &Chain) -> Chain {
        let mut classes = made.classes.clone();
        classes.extend(chain.classes.iter().copied().filter(|c| !made.classes.contains(c)));
        let who = if made.who.is_known() { made.who.clone() } else { chain.who.clone() };
        Chain {
            who,
            classes,
            manager: chain.manager,
            sites: SmallVec::new(),
            related: None,
            rows: made.rows,
            locked: chain.locked || made.locked,
            maybe: false,
        }
    }

    /// A method that Django's querysets do not have: of the project's own class, or of a package's.
    fn unknown_method(&mut self, receiver: &Type, chain: &Rc<Chain>, name: Sym, args: &Args, line: u32, own: Option<Type>) -> Type {
        let is_self = self.this.as_ref().is_some_and(|t| t.same(receiver));
        let asks = |found: &Type| {
            matches!(found, Type::QuerySet(_) | Type::Instance(_) | Type::Tuple(_) | Type::Map(_))
                || matches!(found, Type::Many(inner) if matches!(**inner, Type::Instance(_)))
        };
        let method = Method { returns: Returns::QuerySet, level: Level::Simple, write: false, takes: Takes::Values, is_async: false };
        match own {
            Some(found) if asks(&found) => {
                let sites = self.go_on(receiver, chain, name, method, args, line);
                match found {
                    Type::QuerySet(made) => Type::QuerySet(Rc::new(Chain { sites, ..self.carried(chain, &made) })),
                    other => other,
                }
            }
            // A helper on the same class: what it asks is counted where it stands.
            Some(found) if is_self || name.starts_with('_') => found,
            Some(_) => {
                let sites = self.go_on(receiver, chain, name, method, args, line);
                Type::QuerySet(Rc::new(Chain { sites, related: None, maybe: true, who: chain.who.clone().unsure(), ..(**chain).clone() }))
            }
            None if self.orm.methods.is_helper(name) || chain.maybe || (!chain.who.is_known() && chain.classes.is_empty()) => Type::Unknown,
            None => {
                let sites = if is_self { SmallVec::new() } else { self.go_on(receiver, chain, name, method, args, line) };
                Type::QuerySet(Rc::new(Chain { sites, related: None, maybe: true, who: chain.who.clone().unsure(), ..(**chain).clone() }))
            }
        }
    }

    /// Begin a site, or add to those that the chain continues.
    fn go_on(&mut self, receiver: &Type, chain: &Chain, name: Sym, method: Method, args: &Args, line: u32) -> SmallVec<[u32; 2]> {
        let parts = self.brought(method.takes, name, args);
        let (level, reached) = lookups::resolve(&self.orm.catalogue, &self.orm.methods, &chain.who, &parts, method.takes);
        let level = level.max(method.level);
        let mut sites = chain.sites.clone();
        if sites.is_empty() {
            let on = match receiver {
                _ if chain.related.is_some() => On::Related,
                Type::Manager(_) => On::Manager,
                _ => On::QuerySet,
            };
            let rows = chain.related.as_ref().filter(|_| self.orm.methods.is_related(name));
            let who = rows.map_or_else(|| chain.who.clone(), |r| r.rows.clone());
            let index = self.start(on, who, line);
            sites.push(index);
            if let Some(site) = self.sites.get_mut(index as usize) {
                site.manager = chain.manager;
                site.lock = chain.locked;
                if let Some(related) = &chain.related {
                    // A table between the two: both sides are in it.
                    if let Some(link) = related.link {
                        site.touch(link);
                        related.owner.ids().into_iter().chain(chain.who.ids()).for_each(|id| site.touch(id));
                    }
                }
            }
        }
        let database = match name.as_str() {
            "using" | "db_manager" => args.at(0, "alias"),
            _ => args.key("using"),
        };
        let database = database.and_then(|d| if let Type::Text(text) = d { Some(*text) } else { None });
        for index in &sites {
            let Some(site) = self.sites.get_mut(*index as usize) else { continue };
            site.add(name, level, method.write, method.is_async);
            reached.iter().for_each(|id| site.touch(*id));
            site.database = site.database.or(database);
            if site.stmt == self.stmt {
                site.line = line;
            }
        }
        sites
    }

    /// A site without methods yet.
    pub fn start(&mut self, on: On, who: Who, line: u32) -> u32 {
        self.sites.push(Site {
            scope: self.scope,
            file: self.file,
            line,
            stmt: self.stmt,
            who,
            on,
            touches: SmallVec::new(),
            methods: Vec::new(),
            level: Level::Simple,
            write: false,
            lock: false,
            database: None,
            is_async: false,
            manager: None,
        });
        (self.sites.len() - 1) as u32
    }

    /// What the arguments of a method bring, by what the method takes.
    fn brought(&mut self, takes: Takes, name: Sym, args: &Args) -> Parts {
        let mut out = Parts::default();
        match takes {
            Takes::Lookups => {
                for (key, value) in &args.keys {
                    if !OTHER_KEYS.contains(&key.as_str()) {
                        out.paths.push(*key);
                        gather(value, &mut out);
                    }
                }
                for value in args.pos.iter().chain(&args.stars).chain(&args.doubles) {
                    gather(value, &mut out);
                }
            }
            Takes::Paths | Takes::Relations => {
                for value in &args.pos {
                    match value {
                        Type::Text(path) => out.paths.push(*path),
                        other => gather(other, &mut out),
                    }
                }
                for value in args.stars.iter().chain(args.keys.iter().map(|(_, v)| v)) {
                    gather(value, &mut out);
                }
                if name.as_str() == "distinct" && !args.pos.is_empty() {
                    out.level = Level::Moderate;
                }
            }
            Takes::Expressions => args.all().for_each(|value| gather(value, &mut out)),
            Takes::Values => {}
        }
        out
    }

    /// `save()`, `delete()` and the like; other methods of the model's class.
    pub fn instance_call(&mut self, receiver: &Type, who: &Who, name: Sym, args: &Args, line: u32) -> Type {
        let own = self.own_method(receiver, who, name, args);
        let Some(method) = self.orm.methods.of_instance(name) else {
            if let Some(found) = own {
                return found;
            }
            return match self.attr(receiver, name, line) {
                // `order.lines(manager="open")`
                found @ Type::Manager(_) => found,
                Type::Bound(_) => Type::Unknown,
                found => self.apply(&found, args, line),
            };
        };
        let index = self.start(On::Instance, who.clone(), line);
        let database = args.key("using").and_then(|d| if let Type::Text(text) = d { Some(*text) } else { None });
        if let Some(site) = self.sites.get_mut(index as usize) {
            site.add(name, method.level, method.write, method.is_async);
            site.database = database;
        }
        match method.returns {
            Returns::Instance => Type::Instance(who.clone()),
            _ => Type::Unknown,
        }
    }

    /// A method that the repository defines on the model's class.
    fn own_method(&mut self, receiver: &Type, who: &Who, name: Sym, args: &Args) -> Option<Type> {
        let mut found: Option<Type> = None;
        for id in who.ids() {
            let Some(class) = self.orm.catalogue.get(id).and_then(|m| m.class) else { continue };
            let made = match self.orm.classes.member(self.orm.world, class, name) {
                Some(Member::Func(key, crate::eval::Flavour::Static)) => self.invoke(key, None, args),
                Some(Member::Func(key, flavour)) if !flavour.is_property() => self.invoke(key, Some(receiver), args),
                _ => continue,
            };
            found = Some(match found {
                Some(before) => before.join(made),
                None => made,
            });
        }
        found
    }

    /// `form.save()`, `serializer.save()`: a write of their model, unless they are told not to.
    pub fn writes(&mut self, who: &Who, many: bool, on: On, name: Sym, args: &Args, line: u32) -> Type {
        let result = if many { Type::many(Type::Instance(who.clone())) } else { Type::Instance(who.clone()) };
        let held = args.falses.contains(&sym("commit"))
            || (on == On::Form && args.ids.first().is_some_and(|id| matches!(self.ast.expr(*id), crate::facts::ExprKind::Bool(false))));
        if who.is_known() && !held {
            let index = self.start(on, who.clone(), line);
            if let Some(site) = self.sites.get_mut(index as usize) {
                site.add(name, Level::Simple, true, name.as_str() == "asave");
            }
        }
        result
    }
}
