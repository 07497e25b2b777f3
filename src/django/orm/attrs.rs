//! Attributes: of model classes, instances, managers, and of the objects that the framework hands to code.

use std::rc::Rc;

use crate::base::{Sym, last_part, sym};
use crate::eval::{Base, ClassRef, Flavour, Value};

use super::Orm;
use super::catalogue::{Kind, Relation};
use super::classes::{ADMIN, FILTERSET, FORM, MANAGER, MODEL_CLASS, Member, QUERYSET, SERIALIZER, VIEW};
use super::tables::Key;
use super::types::{Chain, Related, Type, Who, Why};
use super::walk::Walker;

const DEFAULT: &[&str] = &["objects", "_default_manager", "_base_manager"];

pub fn is_manager_name(name: Sym) -> bool {
    DEFAULT.contains(&name.as_str())
}

impl Orm<'_, '_> {
    /// `Model.name`
    pub fn model_attr(&mut self, who: &Who, name: Sym) -> Type {
        let plain = is_manager_name(name);
        let manager = (name.as_str() != "objects" && name.as_str() != "_default_manager").then_some(name);
        let mut found: Option<Type> = None;
        for id in who.ids() {
            let class = self.catalogue.get(id).and_then(|m| m.class);
            // `_default_manager` is whichever manager was declared first.
            let wanted = if name.as_str() == "_default_manager" { sym("objects") } else { name };
            let value = class.and_then(|class| self.world.interp.find_first_party(class, &wanted)).map(|(v, _)| v);
            let declared = value.filter(|value| self.world.interp.is_manager(value));
            if declared.is_some() || (plain && who.id.is_none()) {
                let classes = declared.map(|value| self.classes.manager_classes(self.world, &value)).unwrap_or_default();
                let made = Type::Manager(Rc::new(Chain { manager, classes, ..Chain::new(Who { sure: who.sure, ..Who::of(id) }) }));
                found = Some(match found {
                    Some(before) => before.join(made),
                    None => made,
                });
            } else if !plain && self.catalogue.accessor(id, name).is_some() {
                return Type::Field(id, name);
            }
        }
        if let Some(found) = found {
            return found;
        }
        if plain || who.ids().iter().any(|id| self.declares_manager(*id, name)) {
            return Type::Manager(Rc::new(Chain { manager, ..Chain::new(who.clone()) }));
        }
        Type::Unknown
    }

    /// Whether a package's model, or a package's base, brings a manager of this name.
    fn declares_manager(&self, id: super::catalogue::ModelId, name: Sym) -> bool {
        let Some(known) = self.catalogue.get(id) else { return false };
        let packages = &self.world.interp.project.packages;
        let has = |ext: Sym| packages.mro(ext).iter().any(|c| packages.class(*c).is_some_and(|c| c.managers.contains_key(name.as_str())));
        known.ext.is_some_and(has)
            || known.class.is_some_and(|class| self.world.interp.class(class).mro.iter().any(|b| matches!(b, Base::Ext(e) if has(*e))))
    }

    /// What a relation gives an instance.
    pub fn related(&mut self, owner: &Who, relation: Relation) -> Type {
        let who = match relation.to {
            Some(to) => Who { sure: owner.sure, ..Who::of(self.catalogue.concrete(to)) },
            None => Who::unknown(Why::Generic),
        };
        match relation.kind {
            Kind::One => Type::Instance(who),
            Kind::Generic => Type::Instance(Who::unknown(Why::Generic)),
            Kind::Many => {
                // The classes of the other side's manager.
                let classes = match self.model_attr(&who, sym("objects")) {
                    Type::Manager(chain) => chain.classes.clone(),
                    _ => Default::default(),
                };
                let rows = match relation.link {
                    Some(link) if self.catalogue.get(link).is_some_and(|m| m.own) => Who { sure: owner.sure, ..Who::of(link) },
                    Some(_) if !relation.reverse => owner.clone(),
                    _ => who.clone(),
                };
                let related = Some(Related { owner: owner.clone(), link: relation.link, rows });
                Type::Manager(Rc::new(Chain { related, classes, ..Chain::new(who) }))
            }
        }
    }

    /// `self` in a method of a manager or queryset class.
    pub fn manager_self(&mut self, class: ClassRef) -> Type {
        let mut owners = self.classes.owners(class).to_vec();
        if owners.is_empty() {
            for heir in self.classes.heirs(class) {
                owners.extend(self.classes.owners(*heir));
            }
        }
        let who = match owners.len() {
            0 => Who::unknown(Why::Queryset),
            _ => Who::one_of(owners, true),
        };
        let mut classes = smallvec::SmallVec::from_slice(&[class]);
        classes.extend(self.classes.querysets(class).iter().copied());
        let chain = Rc::new(Chain { classes, ..Chain::new(who) });
        if self.classes.roles(class) & MANAGER != 0 { Type::Manager(chain) } else { Type::QuerySet(chain) }
    }

    /// The models that a first-party class is about.
    pub fn about(&self, class: ClassRef) -> Who {
        let models = self.classes.models(self.world, class);
        if models.is_empty() { Who::unknown(Why::Queryset) } else { Who::one_of(models, true) }
    }
}

impl Walker<'_, '_, '_> {
    pub fn attr(&mut self, object: &Type, name: Sym, line: u32) -> Type {
        match object {
            Type::Request => match name.as_str() {
                "user" => self.user(),
                _ => self.known(Key::Request(name)).unwrap_or(Type::Unknown),
            },
            Type::Model(who) => match name.as_str() {
                "__class__" => Type::Unknown,
                _ => match self.orm.model_attr(who, name) {
                    Type::Unknown => self.class_member_of(who, name, line, object),
                    found => found,
                },
            },
            Type::Field(id, field) => {
                let id = *id;
                let relation = self.orm.catalogue.accessor(id, *field);
                match (name.as_str(), relation) {
                    ("through", Some(relation)) => relation.link.map_or(Type::Unknown, |link| Type::Model(Who::of(link))),
                    ("field" | "rel" | "remote_field", Some(_)) => object.clone(),
                    ("model" | "related_model", Some(relation)) => relation.to.map_or(Type::Unknown, |to| Type::Model(Who::of(to))),
                    _ => Type::Unknown,
                }
            }
            Type::Instance(who) => self.instance_attr(who, name, line, object),
            Type::Manager(chain) | Type::QuerySet(chain) => match name.as_str() {
                "model" => Type::Model(chain.who.clone()),
                "through" => chain.related.as_ref().and_then(|r| r.link).map_or(Type::Unknown, |link| Type::Model(Who::of(link))),
                "instance" => chain.related.as_ref().map_or(Type::Unknown, |r| Type::Instance(r.owner.clone())),
                "query" | "db" | "_db" | "ordered" => Type::Unknown,
                _ => Type::Bound(Rc::new((object.clone(), name, line))),
            },
            Type::Object(class) => self.object_attr(*class, name, line, object),
            Type::Super(class) => {
                let class = *class;
                self.super_attr(class, name, line, object)
            }
            Type::Writer(who, many) => match name.as_str() {
                "instance" | "save" if *many && name.as_str() == "instance" => Type::many(Type::Instance(who.clone())),
                "instance" => Type::Instance(who.clone()),
                _ => Type::Unknown,
            },
            Type::Value(value) => self.value_attr(&value.clone(), name, line, object),
            Type::Alt(options) => {
                options.iter().map(|o| self.attr(o, name, line)).filter(|t| !t.is_unknown()).reduce(Type::join).unwrap_or(Type::Unknown)
            }
            Type::Param(index) => match self.attr_of_unknown(name) {
                Type::Manager(chain) => {
                    let who = Who { from: Some(*index), ..chain.who.clone() };
                    Type::Manager(Rc::new(Chain { who, ..(*chain).clone() }))
                }
                // `obj.__class__.objects`
                Type::Unknown if name.as_str() == "__class__" => object.clone(),
                found => found,
            },
            Type::Unknown | Type::None => self.attr_of_unknown(name),
            Type::Parts(_) => object.clone(),
            _ => Type::Unknown,
        }
    }

    /// Names that mean the same wherever they stand.
    fn attr_of_unknown(&mut self, name: Sym) -> Type {
        match name.as_str() {
            "request" => Type::Request,
            _ if is_manager_name(name) => {
                let manager = (name.as_str() == "_base_manager").then_some(name);
                Type::Manager(Rc::new(Chain { manager, ..Chain::new(Who::unknown(Why::Class)) }))
            }
            _ => Type::Unknown,
        }
    }

    pub fn user(&self) -> Type {
        self.orm.catalogue.user.map_or(Type::Unknown, |id| Type::Instance(Who::of(id)))
    }

    fn instance_attr(&mut self, who: &Who, name: Sym, line: u32, object: &Type) -> Type {
        if name.as_str() == "__class__" {
            return Type::Model(who.clone());
        }
        let mut found: Option<Type> = None;
        for id in who.ids() {
            if let Some(relation) = self.orm.catalogue.accessor(id, name) {
                let owner = Who { sure: who.sure, ..Who::of(id) };
                let made = self.orm.related(&owner, relation);
                found = Some(match found {
                    Some(before) => before.join(made),
                    None => made,
                });
            }
        }
        match found {
            Some(found) => found,
            None if self.orm.methods.of_instance(name).is_some() => Type::Bound(Rc::new((object.clone(), name, line))),
            None => self.class_member_of(who, name, line, object),
        }
    }

    /// What the classes of a model define under a name.
    fn class_member_of(&mut self, who: &Who, name: Sym, line: u32, object: &Type) -> Type {
        for id in who.ids() {
            if let Some(class) = self.orm.catalogue.get(id).and_then(|m| m.class) {
                let found = self.class_member(class, name, line, object);
                if !matches!(found, Type::Unknown) {
                    return found;
                }
            }
        }
        Type::Unknown
    }

    /// An attribute that a first-party class, or a method on `self`, sets.
    pub fn class_member(&mut self, class: ClassRef, name: Sym, line: u32, object: &Type) -> Type {
        if let Some(found) = self.on_self(class, name) {
            return found;
        }
        match self.orm.classes.member(self.orm.world, class, name) {
            Some(Member::Func(key, flavour)) if flavour.is_property() => self.returned(key, object),
            Some(Member::Func(..)) => Type::Bound(Rc::new((object.clone(), name, line))),
            Some(Member::Value(value)) => self.orm.value(&value),
            None => Type::Unknown,
        }
    }

    /// What methods of a class or its bases assign to `self.name`.
    fn on_self(&mut self, class: ClassRef, name: Sym) -> Option<Type> {
        let mro = self.orm.world.interp.class(class);
        let mut found: Option<Type> = None;
        for base in &mro.mro {
            if let Base::First(base) = base
                && let Some(kept) = self.known(Key::Attr(*base, name))
            {
                found = Some(match found {
                    Some(before) => before.join(kept),
                    None => kept,
                });
            }
        }
        found
    }

    fn object_attr(&mut self, class: ClassRef, name: Sym, line: u32, object: &Type) -> Type {
        let roles = self.orm.classes.roles(class);
        if name.as_str() == "request" {
            return Type::Request;
        }
        if let Some(found) = self.on_self(class, name) {
            return found;
        }
        let member = self.orm.classes.member(self.orm.world, class, name);
        let own = match member {
            Some(Member::Func(key, flavour)) if flavour.is_property() => self.returned(key, object),
            Some(Member::Func(..)) => return Type::Bound(Rc::new((object.clone(), name, line))),
            Some(Member::Value(value)) => self.orm.value(&value),
            None => Type::Unknown,
        };
        if !own.is_unknown() {
            return own;
        }
        let about = |walker: &Walker| walker.orm.about(class);
        match name.as_str() {
            "__class__" => Type::Value(Value::Class(class)),
            "object" if roles & VIEW != 0 => Type::Instance(about(self)),
            "instance" if roles & (FORM | SERIALIZER) != 0 => Type::Instance(about(self)),
            "object_list" | "queryset" if roles & VIEW != 0 => Type::queryset(about(self)),
            "qs" | "queryset" if roles & FILTERSET != 0 => Type::queryset(about(self)),
            "model" | "_model" if roles & (VIEW | ADMIN) != 0 && about(self).is_known() => Type::Model(about(self)),
            "get_object" | "get_queryset" | "get_serializer" | "get_form" | "get_form_class" | "get_serializer_class" | "save"
                if roles != 0 =>
            {
                Type::Bound(Rc::new((object.clone(), name, line)))
            }
            _ if is_manager_name(name) && roles & (MODEL_CLASS | MANAGER | QUERYSET) == 0 => Type::Unknown,
            _ => Type::Unknown,
        }
    }

    fn super_attr(&mut self, class: ClassRef, name: Sym, line: u32, object: &Type) -> Type {
        match self.orm.classes.member_behind(self.orm.world, class, name) {
            Some(Member::Func(key, Flavour::Property | Flavour::Cached)) => self.returned(key, object),
            Some(Member::Func(..)) => Type::Bound(Rc::new((object.clone(), name, line))),
            Some(Member::Value(value)) => self.orm.value(&value),
            None if self.orm.classes.roles(class) & FILTERSET != 0 && name.as_str() == "qs" => Type::queryset(self.orm.about(class)),
            None => Type::Bound(Rc::new((object.clone(), name, line))),
        }
    }

    /// Attributes of modules, classes and external names.
    fn value_attr(&mut self, value: &Value, name: Sym, line: u32, object: &Type) -> Type {
        match value {
            Value::Module(file) => match self.orm.variable(*file, name) {
                Type::Unknown => {
                    let found = self.orm.world.interp.attr(value, name, crate::base::Loc { file: self.file, line });
                    self.orm.value(&found)
                }
                found => found,
            },
            Value::Namespace(_) => {
                let found = self.orm.world.interp.attr(value, name, crate::base::Loc { file: self.file, line });
                self.orm.value(&found)
            }
            Value::Ext(ext) => {
                if is_manager_name(name) {
                    let manager = (name.as_str() == "_base_manager").then_some(name);
                    let class = last_part(ext).starts_with(char::is_uppercase) && !self.orm.world.interp.project.packages.knows(*ext);
                    let who = Who::unknown(if class { Why::Package } else { Why::Class });
                    // A class that the tables know for something else than a model has no manager.
                    if self.orm.world.interp.project.packages.class(*ext).is_some() {
                        return Type::Unknown;
                    }
                    return Type::Manager(Rc::new(Chain { manager, ..Chain::new(who.unsure()) }));
                }
                let full = sym(&format!("{ext}.{name}"));
                let full = self.orm.world.interp.project.packages.canonical(full);
                self.orm.external(full)
            }
            Value::Class(class) => match self.class_member(*class, name, line, object) {
                Type::Unknown if is_manager_name(name) && self.orm.world.interp.class(*class).open => self.attr_of_unknown(name),
                found => found,
            },
            _ => Type::Unknown,
        }
    }
}
