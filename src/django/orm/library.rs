//! Functions outside the repository, and builtins, whose results matter to queries.

use std::rc::Rc;

use crate::base::{Loc, Sym, last_part, sym};
use crate::eval::{ClassRef, Value};

use super::Orm;
use super::calls::Args;
use super::lookups;
use super::methods::{Level, Takes, expression};
use super::site::{On, Site};
use super::types::{Parts, Type, Who, Why};
use super::walk::Walker;

/// Names whose calls are look-ups by themselves, whoever publishes them.
const GETTERS: &[&str] = &["aget_object_or_404", "get_object_or_404", "get_object_or_none", "get_object_or_None"];
const LISTERS: &[&str] = &["aget_list_or_404", "get_list_or_404"];

impl Orm<'_, '_> {
    /// What a class loader returns for these texts, in their places and by keyword; asked once.
    pub fn load(&mut self, function: &Value, name: Sym, texts: Vec<Sym>, keys: Vec<(Sym, Sym)>, at: Loc) -> Option<Type> {
        let key = (name, texts, keys);
        if let Some(found) = self.loaded.get(&key) {
            return found.clone();
        }
        self.world.interp.restart();
        let args = key.1.iter().map(|t| Value::Str(*t)).collect();
        let kwargs = key.2.iter().map(|(name, text)| (*name, Value::Str(*text))).collect();
        let value = self.world.interp.call_value(function, args, kwargs, false, at);
        let found = match self.value(&value) {
            Type::Unknown | Type::None => None,
            other => Some(other),
        };
        self.loaded.insert(key, found.clone());
        found
    }
}

impl Walker<'_, '_, '_> {
    pub fn library(&mut self, name: Sym, callee: &Value, args: &Args, line: u32) -> Type {
        let last = last_part(&name);
        if GETTERS.contains(&last) || LISTERS.contains(&last) {
            return self.looked_up(sym(last), args, line);
        }
        if let Some(level) = expression(&self.orm.world.interp.project.packages, name) {
            return self.expression(last, level, args);
        }
        match name.as_str() {
            "django.contrib.auth.get_user" | "django.contrib.auth.authenticate" => return self.user(),
            "copy.copy" | "copy.deepcopy" => return args.pos.first().cloned().unwrap_or(Type::Unknown),
            "typing.cast" => return args.ids.first().map_or(Type::Unknown, |id| self.annotation(*id, 0)),
            "functools.reduce" => {
                return match args.pos.get(1) {
                    Some(Type::Many(inner)) => (**inner).clone(),
                    _ => Type::Unknown,
                };
            }
            "django.db.models.query.prefetch_related_objects" | "django.db.models.prefetch_related_objects" => {
                let who = match args.pos.first().map(Type::element) {
                    Some(Type::Instance(who)) => who,
                    _ => Who::unknown(Why::Class),
                };
                let mut parts = Parts::default();
                for arg in args.pos.iter().skip(1) {
                    match arg {
                        Type::Text(path) => parts.paths.push(*path),
                        other => super::queries::gather(other, &mut parts),
                    }
                }
                self.function_site(who, sym(last), Level::Moderate, &parts, Takes::Relations, line);
                return Type::Unknown;
            }
            _ => {}
        }
        if last.ends_with("sync_to_async") {
            return args.pos.first().cloned().unwrap_or(Type::Unknown);
        }
        let Some(facts) = self.orm.world.interp.project.packages.function(name) else { return Type::Unknown };
        match facts.kind.as_str() {
            "class_loader" => {
                if facts.returns.as_deref() == Some("settings.AUTH_USER_MODEL") {
                    return self.orm.catalogue.user.map_or(Type::Unknown, |id| Type::Model(Who::of(id)));
                }
                let text = |found: &Type| if let Type::Text(text) = found { Some(*text) } else { None };
                let texts: Option<Vec<Sym>> = args.pos.iter().map(text).collect();
                let keys: Vec<(Sym, Sym)> = args.keys.iter().filter_map(|(key, found)| Some((*key, text(found)?))).collect();
                match texts {
                    Some(texts) if !(texts.is_empty() && keys.is_empty()) => {
                        self.orm.load(callee, name, texts, keys, Loc { file: self.file, line }).unwrap_or(Type::Unknown)
                    }
                    _ => Type::Unknown,
                }
            }
            "class_factory" => {
                let position = facts.args.iter().position(|a| a == "model").unwrap_or(0);
                let many = facts.makes.as_deref() == Some("formset");
                match args.at(position, "model") {
                    Some(Type::Model(who)) => Type::Writer(who.clone(), many),
                    _ => Type::Unknown,
                }
            }
            _ => Type::Unknown,
        }
    }

    /// `get_object_or_404(Model, …)`: begins a site, or ends the one of the queryset that it is given.
    fn looked_up(&mut self, name: Sym, args: &Args, line: u32) -> Type {
        let many = LISTERS.contains(&name.as_str());
        let mut parts = Parts::default();
        for (key, value) in &args.keys {
            if !matches!(key.as_str(), "klass" | "queryset" | "message") {
                parts.paths.push(*key);
                super::queries::gather(value, &mut parts);
            }
        }
        for value in args.pos.iter().skip(1) {
            super::queries::gather(value, &mut parts);
        }
        let target = args.pos.first().or_else(|| args.key("klass")).or_else(|| args.key("queryset")).cloned().unwrap_or(Type::Unknown);
        let mut manager = None;
        let who = match &target {
            Type::Model(who) | Type::Instance(who) => who.clone(),
            Type::Manager(chain) | Type::QuerySet(chain) => {
                if !chain.sites.is_empty() {
                    let (level, reached) = lookups::resolve(&self.orm.catalogue, &self.orm.methods, &chain.who, &parts, Takes::Lookups);
                    for index in &chain.sites {
                        if let Some(site) = self.sites.get_mut(*index as usize) {
                            site.add(name, level, false, name.starts_with("aget"));
                            reached.iter().for_each(|id| site.touch(*id));
                        }
                    }
                    return found(chain.who.clone(), many);
                }
                manager = chain.manager;
                chain.who.clone()
            }
            other => asked(other),
        };
        if let Some(site) = self.function_site(who.clone(), name, Level::Simple, &parts, Takes::Lookups, line) {
            site.manager = manager;
        }
        found(who, many)
    }

    fn function_site(&mut self, who: Who, name: Sym, level: Level, parts: &Parts, takes: Takes, line: u32) -> Option<&mut Site> {
        let (found, reached) = lookups::resolve(&self.orm.catalogue, &self.orm.methods, &who, parts, takes);
        let index = self.start(On::Function, who, line);
        let site = self.sites.get_mut(index as usize)?;
        site.add(name, level.max(found), false, name.starts_with("aget"));
        reached.iter().for_each(|id| site.touch(*id));
        Some(site)
    }

    /// `Q(…)`, `F(…)`, `Count(…)`, …
    fn expression(&mut self, name: &str, level: Level, args: &Args) -> Type {
        let mut parts = match name {
            // Their texts are values, or names of the outer query.
            "Value" | "OuterRef" | "SearchQuery" | "RawSQL" => Parts { level, ..Parts::default() },
            _ => self.parts_of(args, level),
        };
        if matches!(name, "Q" | "When" | "FilteredRelation") {
            for (key, _) in &args.keys {
                if !matches!(key.as_str(), "then" | "condition" | "_connector" | "_negated") {
                    parts.paths.push(*key);
                }
            }
        }
        Type::Parts(Rc::new(parts))
    }

    pub fn builtin(&mut self, name: Sym, args: &Args, line: u32) -> Type {
        let first = args.pos.first();
        match name.as_str() {
            "list" | "tuple" | "set" | "frozenset" | "sorted" | "reversed" | "iter" => match first {
                Some(found) => Type::many(found.element()),
                None => Type::many(Type::None),
            },
            "filter" => Type::many(args.pos.get(1).map_or(Type::Unknown, Type::element)),
            "next" | "max" | "min" => first.map_or(Type::Unknown, Type::element),
            "enumerate" => Type::many(Type::tuple(vec![Type::Unknown, first.map_or(Type::Unknown, Type::element)])),
            "zip" => Type::many(Type::tuple(args.pos.iter().map(Type::element).collect())),
            "dict" => match first {
                Some(found @ Type::Map(_)) => found.clone(),
                Some(found @ Type::Record(_)) => super::walk::with_keys(found, &args.keys).unwrap_or(Type::Unknown),
                Some(_) => Type::Unknown,
                None => Type::record(args.keys.to_vec()),
            },
            "getattr" => match (first, args.pos.get(1)) {
                (Some(object), Some(Type::Text(name))) => {
                    let object = object.clone();
                    self.attr(&object, *name, line)
                }
                _ => Type::Unknown,
            },
            "type" => match first {
                Some(Type::Instance(who)) => Type::Model(who.clone()),
                Some(Type::Object(class)) => Type::Value(Value::Class(*class)),
                _ => Type::Unknown,
            },
            "super" => {
                let named: Option<ClassRef> = match first {
                    Some(Type::Value(Value::Class(class))) => Some(*class),
                    Some(Type::Model(who)) => who.id.and_then(|id| self.orm.catalogue.get(id)).and_then(|m| m.class),
                    _ => None,
                };
                named.or(self.class).map_or(Type::Unknown, Type::Super)
            }
            _ => Type::Unknown,
        }
    }
}

fn found(who: Who, many: bool) -> Type {
    if many { Type::many(Type::Instance(who)) } else { Type::Instance(who) }
}

/// The model of a class, manager or queryset that may be one of several.
fn asked(target: &Type) -> Who {
    match target {
        Type::Model(who) | Type::Instance(who) => who.clone(),
        Type::Manager(chain) | Type::QuerySet(chain) => chain.who.clone(),
        Type::Param(index) => Who { from: Some(*index), ..Who::unknown(Why::Class) },
        Type::Alt(options) => options.iter().map(asked).reduce(|a, b| a.join(&b)).unwrap_or_else(|| Who::unknown(Why::Class)),
        _ => Who::unknown(Why::Class),
    }
}
