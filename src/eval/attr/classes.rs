//! Attributes through classes in the order of their linearisation: of the class, of an instance, through `super()`.

use std::rc::Rc;

use crate::base::{Loc, Sym, joined, sym};
use crate::eval::objects::SIMPLE_ROUTER;
use crate::eval::value::*;
use crate::eval::{Base, Interp, MODEL};

use super::is_container_method;

const SIGNAL: &str = "django.dispatch.dispatcher.Signal";

impl Interp<'_> {
    /// What a class or its bases define under a name, with the class that does; external classes by the package tables.
    pub fn find_in_class(&mut self, class: ClassRef, name: Sym) -> Option<(Value, Base)> {
        let object = self.class(class);
        for base in &object.mro {
            match base {
                Base::First(first) => {
                    let found = self.class(*first).frame.vars.borrow().get(&name).cloned();
                    if let Some(found) = found {
                        return Some((self.force(found), *base));
                    }
                }
                Base::Ext(ext) => {
                    if self.project.packages.class(*ext).is_some_and(|c| c.defines(&name)) {
                        return Some((Value::Ext(joined(*ext, name)), *base));
                    }
                }
            }
        }
        None
    }

    /// What first-party code defines under a name on a class or its bases.
    pub fn find_first_party(&mut self, class: ClassRef, name: &str) -> Option<(Value, ClassRef)> {
        let name = sym(name);
        let object = self.class(class);
        for base in &object.mro {
            if let Base::First(first) = base {
                let found = self.class(*first).frame.vars.borrow().get(&name).cloned();
                if let Some(found) = found {
                    return Some((self.force(found), *first));
                }
            }
        }
        None
    }

    pub(super) fn class_attr(&mut self, class: ClassRef, name: Sym, at: Loc) -> Value {
        let object = self.class(class);
        match name.as_str() {
            // Kept as it is written: the construct files read the class and the arguments off it.
            "as_view" if object.open || object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.as_str() != "builtins.object")) => {
                return Value::Attr(Rc::new((Value::Class(class), name)));
            }
            "_meta" if object.mro.contains(&Base::Ext(sym(MODEL))) => return Value::Attr(Rc::new((Value::Class(class), name))),
            "__name__" => return Value::Str(object.name),
            "__qualname__" => return Value::Str(object.qualname),
            "__module__" => return Value::Str(object.module),
            "__mro__" => {
                let items = object.mro.iter().map(|b| match b {
                    Base::First(c) => Value::Class(*c),
                    Base::Ext(e) => Value::Ext(*e),
                });
                return Value::tuple(items.collect());
            }
            "__bases__" => return Value::tuple(object.bases.clone()),
            "__subclasses__" => return Value::Attr(Rc::new((Value::Class(class), name))),
            "choices" | "values" | "labels" | "names" => {
                if let Some(value) = self.enum_table(class, &name) {
                    return value;
                }
            }
            _ => {}
        }
        for base in &object.mro {
            match base {
                // A concrete model keeps no Meta: behind it shows that of an abstract one.
                Base::First(first) if name.as_str() == "Meta" && self.is_concrete_model(*first) => {}
                Base::First(first) => {
                    let found = self.class(*first).frame.vars.borrow().get(&name).cloned();
                    if let Some(found) = found {
                        let found = self.force(found);
                        // A manager belongs to the class it is reached through, wherever it was declared.
                        let manager = name.as_str() == "objects" || self.is_manager(&found);
                        if manager && object.mro.contains(&Base::Ext(sym(MODEL))) {
                            return Value::Attr(Rc::new((Value::Class(class), name)));
                        }
                        return match &found {
                            // A member of an enumeration is worth its value; Django's carry a label beside it.
                            Value::Tuple(parts)
                                if object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.starts_with("django.db.models.enums."))) =>
                            {
                                parts.first().cloned().unwrap_or(Value::None)
                            }
                            Value::Func(func) => match func.flavour.get() {
                                Flavour::Class => Value::Method(Rc::new((Value::Class(class), Rc::clone(func)))),
                                Flavour::Property | Flavour::Cached => Value::Attr(Rc::new((Value::Class(class), name))),
                                _ => found,
                            },
                            _ => found,
                        };
                    }
                }
                Base::Ext(_) => {}
            }
        }
        let external = object.open || object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.as_str() != "builtins.object"));
        if let Some(value) = self.metaclass_getattr(class, name, at) {
            return value;
        }
        if let Some(fields) = self.serializer_fields(class, &name).filter(|_| name.as_str() == "_declared_fields") {
            return fields;
        }
        if external {
            if name.as_str() == "routes" && object.mro.contains(&Base::Ext(sym(SIMPLE_ROUTER))) {
                let packaged = object.externals().next().unwrap_or_else(|| sym(SIMPLE_ROUTER));
                return self.router_table(packaged, at);
            }
            let told = self.package_meta(class, &name).or_else(|| self.package_word(class, &name));
            return told.unwrap_or_else(|| Value::Attr(Rc::new((Value::Class(class), name))));
        }
        self.raise("AttributeError");
        self.unknown(WhyCode::UndefinedAttribute, &format!("{}.{name}", object.qualname), at)
    }

    /// An attribute that its nearest base from a package sets to a plain word, such as `lookup_field`.
    fn package_word(&self, class: ClassRef, name: &str) -> Option<Value> {
        let packages = &self.project.packages;
        let object = self.class(class);
        let text = object.externals().find_map(|base| packages.class(base)?.attrs.get(name)?.as_str().map(str::to_owned))?;
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        plain.then(|| Value::Str(sym(&text)))
    }

    pub(super) fn is_concrete_model(&self, class: ClassRef) -> bool {
        let object = self.class(class);
        if !object.mro.contains(&Base::Ext(sym(MODEL))) {
            return false;
        }
        !self.own_meta_flag(class, "abstract")
    }

    /// A flag of the `Meta` in a class's own body.
    pub fn own_meta_flag(&self, class: ClassRef, flag: &str) -> bool {
        match self.class(class).own("Meta") {
            Some(Value::Class(meta)) => self.class(meta).own(flag).and_then(|value| value.as_bool()) == Some(true),
            _ => false,
        }
    }

    /// The `__getattr__` of a first-party metaclass.
    fn metaclass_getattr(&mut self, class: ClassRef, name: Sym, at: Loc) -> Option<Value> {
        if name.starts_with("__") {
            return None;
        }
        let object = self.class(class);
        let metaclass = object.mro.iter().find_map(|b| match b {
            Base::First(base) => self.class(*base).keywords.iter().find(|(k, _)| k.as_str() == "metaclass").map(|(_, v)| v.clone()),
            Base::Ext(_) => None,
        })?;
        let Value::Class(metaclass) = metaclass else { return None };
        let (getter, _) = self.find_first_party(metaclass, "__getattr__")?;
        let Value::Func(getter) = getter else { return None };
        let value = self.call_func(&getter, Some(Value::Class(class)), vec![Value::Str(name)], Vec::new(), false, at);
        (!value.is_unknown()).then_some(value)
    }

    /// `Choices.choices`, `.values`, `.names` of Django's enumerations.
    fn enum_table(&mut self, class: ClassRef, what: &str) -> Option<Value> {
        let object = self.class(class);
        if !object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.starts_with("django.db.models.enums."))) {
            return None;
        }
        let vars = object.frame.vars.borrow();
        let members = vars.iter().filter(|(n, v)| !n.starts_with('_') && !matches!(v, Value::Func(_) | Value::Class(_)));
        let rows = members.map(|(name, value)| {
            // Without a label of its own a member goes by its name, as a title.
            let title = || Value::Str(sym(&titled(name)));
            let (value, label) = match value {
                Value::Tuple(parts) => (parts.first().cloned().unwrap_or(Value::None), parts.get(1).cloned().unwrap_or_else(title)),
                other => (other.clone(), title()),
            };
            match what {
                "choices" => Value::tuple(vec![value, label]),
                "values" => value,
                "labels" => label,
                _ => Value::Str(*name),
            }
        });
        Some(Value::list(rows.collect()))
    }

    pub(super) fn instance_attr(&mut self, instance: &Rc<InstObj>, name: Sym, at: Loc) -> Value {
        let found = instance.attrs.borrow().get(&name).cloned();
        if let Some(found) = found {
            return self.force(found);
        }
        let this = Value::Instance(Rc::clone(instance));
        if name.as_str() == "__class__" {
            return Value::Class(instance.class);
        }
        if name.as_str() == "__dict__" {
            // A live view: `methods` and item assignment know it.
            return Value::Attr(Rc::new((this, name)));
        }
        // Kept as it is written: whom a signal of the project's own class is connected to is read off the arguments.
        if name.as_str() == "connect" && self.class(instance.class).mro.contains(&Base::Ext(sym(SIGNAL))) {
            return Value::Attr(Rc::new((this, name)));
        }
        if let Some((value, _)) = self.find_first_party(instance.class, &name) {
            return match &value {
                Value::Func(func) => match func.flavour.get() {
                    Flavour::Plain => Value::Method(Rc::new((this, Rc::clone(func)))),
                    Flavour::Class => Value::Method(Rc::new((Value::Class(instance.class), Rc::clone(func)))),
                    Flavour::Static => value,
                    Flavour::Property => self.call_func(func, Some(this), Vec::new(), Vec::new(), false, at),
                    Flavour::Cached => {
                        let made = self.call_func(func, Some(this), Vec::new(), Vec::new(), false, at);
                        instance.attrs.borrow_mut().insert(name, made.clone());
                        made
                    }
                },
                _ => value,
            };
        }
        // The project's own settings object.
        if self.class(instance.class).mro.iter().any(|base| matches!(base, Base::Ext(name) if name.as_str() == "django.conf.LazySettings"))
        {
            return self.setting(name, at);
        }
        // What `dict` defines is found before anybody asks `__getattr__`.
        if is_container_method(&name) && instance.mapping().is_some() {
            return Value::Attr(Rc::new((this, name)));
        }
        if let Some(getter) = self.find_first_party(instance.class, "__getattr__")
            && let Value::Func(func) = getter.0
        {
            let value = self.call_func(&func, Some(this.clone()), vec![Value::Str(name)], Vec::new(), false, at);
            if !value.is_unknown() {
                return value;
            }
        }
        if let Some(value) = self.external_instance_attr(&this, name, at) {
            return value;
        }
        let object = self.class(instance.class);
        let external = object.open || object.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.as_str() != "builtins.object"));
        if external {
            return Value::Attr(Rc::new((this, name)));
        }
        self.raise("AttributeError");
        self.unknown(WhyCode::UndefinedAttribute, &format!("{}.{name}", object.qualname), at)
    }

    pub(super) fn super_attr(&mut self, parts: &Rc<(ClassRef, Value)>, name: Sym) -> Value {
        let (after, this) = (parts.0, &parts.1);
        let own = match this {
            Value::Instance(instance) => instance.class,
            Value::Class(class) => *class,
            _ => after,
        };
        let mro = self.class(own).mro.clone();
        let start = mro.iter().position(|b| *b == Base::First(after)).map_or(0, |i| i + 1);
        for base in mro.get(start..).unwrap_or(&[]) {
            if let Base::First(first) = base {
                let found = self.class(*first).frame.vars.borrow().get(&name).cloned();
                if let Some(found) = found {
                    let found = self.force(found);
                    return match &found {
                        Value::Func(func) if func.flavour.get() == Flavour::Static => found,
                        Value::Func(func) if func.flavour.get().is_property() => {
                            self.call_func(func, Some(this.clone()), Vec::new(), Vec::new(), false, Loc::default())
                        }
                        Value::Func(func) => Value::Method(Rc::new((this.clone(), Rc::clone(func)))),
                        _ => found,
                    };
                }
            } else if let Base::Ext(ext) = base
                && self.project.packages.class(*ext).is_some_and(|c| c.defines(&name))
            {
                break;
            }
        }
        Value::Attr(Rc::new((Value::Super(Rc::clone(parts)), name)))
    }
}

/// `name.replace("_", " ").title()`
fn titled(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut start = true;
    for ch in name.chars() {
        let ch = if ch == '_' { ' ' } else { ch };
        if start {
            out.extend(ch.to_uppercase());
        } else {
            out.extend(ch.to_lowercase());
        }
        start = !ch.is_alphabetic();
    }
    out
}
