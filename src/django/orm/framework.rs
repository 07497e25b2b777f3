//! What the framework's own methods give on first-party views, admins, serializers and forms, and behind `super()`.

use crate::base::{Sym, sym};
use crate::eval::{ClassRef, Flavour, Value};

use super::Orm;
use super::calls::Args;
use super::classes::{ADMIN, FILTERSET, FORM, FORMSET, LIST, Member, SERIALIZER, VIEW, plain};
use super::site::On;
use super::tables::Key;
use super::types::{Type, Who, Why};
use super::walk::Walker;

impl Orm<'_, '_> {
    /// `Filter(method=function)` in the body of a filter set: the function is called with a queryset of the filter set's model.
    pub fn filter_methods(&mut self) {
        for class in self.world.class_refs() {
            if self.classes.roles(class) & FILTERSET == 0 {
                continue;
            }
            let object = self.world.interp.class(class);
            let methods: Vec<Value> = object
                .frame
                .vars
                .borrow()
                .values()
                .filter_map(|value| match value {
                    Value::Call(call) => call.kwarg("method").cloned(),
                    _ => None,
                })
                .collect();
            let about = self.about(class);
            for func in methods.iter().filter_map(plain).filter(|_| about.is_known()) {
                self.tables.add(Key::Param((func.file, func.def), 0), &Type::queryset(about.clone()));
            }
        }
    }
}

impl Walker<'_, '_, '_> {
    pub fn object_call(&mut self, receiver: &Type, class: ClassRef, name: Sym, args: &Args, line: u32) -> Type {
        let own = match self.orm.classes.member(self.orm.world, class, name) {
            Some(Member::Func(key, Flavour::Static)) => Some(self.invoke(key, None, args)),
            Some(Member::Func(key, flavour)) if !flavour.is_property() => Some(self.invoke(key, Some(receiver), args)),
            Some(_) => {
                let found = self.attr(receiver, name, line);
                // A bound method of something else is what an attribute of the class holds.
                let itself = matches!(&found, Type::Bound(parts) if !matches!(parts.0, Type::Manager(_) | Type::QuerySet(_)));
                return if itself { Type::Unknown } else { self.apply(&found, args, line) };
            }
            None => None,
        };
        match own {
            Some(found) if is_useful(&found) => found,
            Some(_) if name.as_str() == "save" => Type::Unknown,
            own => match self.provided(class, name, args, line) {
                Type::Unknown => own.unwrap_or_else(|| {
                    // What `self.name` was set to may be callable.
                    match self.attr(receiver, name, line) {
                        Type::Bound(_) | Type::Unknown => Type::Unknown,
                        found => self.apply(&found, args, line),
                    }
                }),
                found => found,
            },
        }
    }

    /// The framework's own implementation.
    fn provided(&mut self, class: ClassRef, name: Sym, args: &Args, line: u32) -> Type {
        let roles = self.orm.classes.roles(class);
        if roles & VIEW != 0 {
            match name.as_str() {
                "get_object" | "aget_object" => return Type::Instance(self.view_model(class)),
                "get_queryset" => return Type::queryset(self.view_model(class)),
                "filter_queryset" | "paginate_queryset" => return args.pos.first().cloned().unwrap_or(Type::Unknown),
                "get_serializer" | "get_form" => {
                    let writer = self.view_writer(class);
                    if let Type::Object(made) = writer {
                        self.construct(made, &Args { keys: args.keys.clone(), ..Args::default() });
                    }
                    return writer;
                }
                "get_serializer_class" | "get_form_class" => return self.view_writer_class(class),
                _ => {}
            }
        }
        if roles & ADMIN != 0 {
            let who = self.orm.about(class);
            match name.as_str() {
                "get_queryset" => return Type::queryset(who),
                "get_object" => return Type::Instance(who),
                _ => {}
            }
        }
        if roles & (SERIALIZER | FORM | FORMSET) != 0 && matches!(name.as_str(), "save" | "asave") {
            let who = self.orm.about(class);
            let on = if roles & SERIALIZER != 0 { On::Serializer } else { On::Form };
            return self.writes(&who, roles & (FORMSET | LIST) != 0, on, name, args, line);
        }
        if roles & FILTERSET != 0 && name.as_str() == "filter_queryset" {
            return args.pos.first().cloned().unwrap_or(Type::Unknown);
        }
        Type::Unknown
    }

    /// `super().name(…)`
    pub fn super_call(&mut self, class: ClassRef, name: Sym, args: &Args, line: u32) -> Type {
        let this = self.this.clone().unwrap_or(Type::Unknown);
        match &this {
            Type::Instance(who) | Type::Model(who) => {
                let who = who.clone();
                if let Some(Member::Func(key, flavour)) = self.orm.classes.member_behind(self.orm.world, class, name) {
                    let found = self.invoke(key, (flavour != Flavour::Static).then_some(&this), args);
                    if self.orm.methods.of_instance(name).is_none() {
                        return found;
                    }
                }
                if self.orm.methods.of_instance(name).is_some() && matches!(this, Type::Instance(_)) {
                    return self.instance_site(&who, name, args, line);
                }
                Type::Unknown
            }
            Type::Manager(chain) | Type::QuerySet(chain) => {
                let chain = std::rc::Rc::clone(chain);
                if let Some(Member::Func(key, _)) = self.orm.classes.member_behind(self.orm.world, class, name) {
                    let found = self.invoke(key, Some(&this), args);
                    if is_useful(&found) && self.orm.methods.of_queryset(name).is_none() {
                        return found;
                    }
                }
                self.query(&this, &chain, name, args, line, false)
            }
            _ => {
                if let Some(Member::Func(key, flavour)) = self.orm.classes.member_behind(self.orm.world, class, name) {
                    let found = self.invoke(key, (flavour != Flavour::Static).then_some(&this), args);
                    if is_useful(&found) {
                        return found;
                    }
                }
                let Type::Object(own) = this else { return Type::Unknown };
                if self.orm.classes.roles(own) & SERIALIZER != 0 && matches!(name.as_str(), "create" | "update") {
                    let who = self.orm.about(own);
                    return self.writes(&who, false, On::Serializer, name, args, line);
                }
                match (name.as_str(), self.orm.classes.roles(own) & VIEW) {
                    // The class's own `get_queryset` is not what it calls here.
                    ("get_queryset", VIEW) => Type::queryset(self.orm.about(own)),
                    _ => self.provided(own, name, args, line),
                }
            }
        }
    }

    /// The model of a view: of its `get_queryset()` where the repository writes one, of `queryset` or `model`, of its serializer or form.
    pub fn view_model(&mut self, class: ClassRef) -> Who {
        if let Some(Member::Func(key, _)) = self.orm.classes.member(self.orm.world, class, sym("get_queryset"))
            && let Type::QuerySet(chain) | Type::Manager(chain) = self.returned(key, &Type::Object(class))
            && chain.who.is_known()
        {
            return chain.who.clone();
        }
        let who = self.orm.about(class);
        if who.is_known() {
            return who;
        }
        let heirs = self.orm.classes.heirs(class).to_vec();
        let mut found = Vec::new();
        for heir in heirs {
            if let Some(Member::Func(key, _)) = self.orm.classes.member(self.orm.world, heir, sym("get_queryset"))
                && let Type::QuerySet(chain) = self.returned(key, &Type::Object(heir))
            {
                found.extend(chain.who.ids());
            }
        }
        if !found.is_empty() {
            return Who::one_of(found, true);
        }
        match self.view_writer(class) {
            Type::Object(writer) => self.orm.about(writer).unsure(),
            _ => Who::unknown(Why::Queryset),
        }
    }

    fn view_writer_class(&mut self, class: ClassRef) -> Type {
        for name in ["serializer_class", "form_class"] {
            if let Some(Member::Value(value)) = self.orm.classes.member(self.orm.world, class, sym(name)) {
                let value = match &value {
                    Value::Alt(options) => options.iter().find(|o| matches!(o, Value::Class(_))).cloned().unwrap_or(value),
                    _ => value,
                };
                if let Value::Class(_) = value {
                    return self.orm.value(&value);
                }
            }
        }
        Type::Unknown
    }

    /// A serializer or form of a view.
    pub fn view_writer(&mut self, class: ClassRef) -> Type {
        for name in ["get_serializer_class", "get_form_class"] {
            if let Some(Member::Func(key, _)) = self.orm.classes.member(self.orm.world, class, sym(name))
                && let Type::Value(Value::Class(made)) = self.returned(key, &Type::Object(class))
            {
                return Type::Object(made);
            }
        }
        match self.view_writer_class(class) {
            Type::Value(Value::Class(made)) => Type::Object(made),
            // A generic view makes a form of its model where none is named.
            _ => {
                let who = self.orm.about(class);
                if who.is_known() { Type::Writer(who, false) } else { Type::Unknown }
            }
        }
    }

    /// A generic view makes its form with what `get_form_kwargs()` returns.
    pub fn form_arguments(&mut self, made: &Type) {
        let (Type::Record(parts), Some(class)) = (made, self.class) else { return };
        if self.orm.classes.roles(class) & VIEW != 0
            && let Type::Object(form) = self.view_writer(class)
        {
            let keys = parts.iter().cloned().collect();
            self.construct(form, &Args { keys, ..Args::default() });
        }
    }

    fn instance_site(&mut self, who: &Who, name: Sym, args: &Args, line: u32) -> Type {
        let Some(method) = self.orm.methods.of_instance(name) else { return Type::Unknown };
        let index = self.start(On::Instance, who.clone(), line);
        let database = args.key("using").and_then(|d| if let Type::Text(text) = d { Some(*text) } else { None });
        if let Some(site) = self.sites.get_mut(index as usize) {
            site.add(name, method.level, method.write, method.is_async);
            site.database = database;
        }
        Type::Unknown
    }
}

/// Whether a type says more than that something is there.
fn is_useful(found: &Type) -> bool {
    match found {
        Type::Unknown | Type::None | Type::Param(_) => false,
        Type::QuerySet(chain) | Type::Manager(chain) => chain.who.is_known(),
        Type::Instance(who) | Type::Model(who) => who.is_known(),
        _ => true,
    }
}
