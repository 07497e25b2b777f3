//! Fields of DRF serializers as its metaclass collects them: the evaluator needs them because code asks a serializer for its fields to write
//! the `Meta` of another.

use std::rc::Rc;

use crate::base::{Loc, Sym, last_part, sym};

use super::value::*;
use super::{Base, ClassObj, ClassRef, Interp};

const BASE: &str = "rest_framework.serializers.BaseSerializer";
const PLAIN: &str = "rest_framework.serializers.Serializer";
const MODEL: &str = "rest_framework.serializers.ModelSerializer";
const FIELD: &str = "rest_framework.fields.Field";
/// Where the names stand that `super().get_field_names()` gives, while that method of a first-party class is called.
const GIVEN: &str = "<field names>";

impl<'p> Interp<'p> {
    /// Whether a value is an instance of an external class or of one built on it.
    pub fn is_instance_of(&self, value: &Value, wanted: &str) -> bool {
        let wanted = sym(wanted);
        match value {
            Value::Instance(instance) => self.class(instance.class).mro.contains(&Base::Ext(wanted)),
            Value::Call(call) => call.ext().is_some_and(|name| self.project.packages.mro(name).contains(&wanted)),
            _ => false,
        }
    }

    /// What a class has of a `Meta` that a package wrote: that `Meta` itself, or, of a class that derives from one, an option.
    pub fn package_meta(&mut self, class: ClassRef, name: &str) -> Option<Value> {
        let bases: Vec<Sym> = self.class(class).externals().collect();
        bases.into_iter().find_map(|base| match base.strip_suffix(".Meta") {
            Some(of) => self.option_of_package(sym(of), name),
            None => {
                let facts = self.project.packages.class(base).filter(|_| name == "Meta")?;
                (facts.meta_model.is_some() || !facts.meta_fields.is_empty()).then(|| Value::Ext(sym(&format!("{base}.Meta"))))
            }
        })
    }

    /// An option of the `Meta` of a package's serializer.
    pub fn option_of_package(&mut self, class: Sym, option: &str) -> Option<Value> {
        let packages = &self.project.packages;
        let facts = packages
            .mro(class)
            .iter()
            .filter_map(|base| packages.class(*base))
            .find(|facts| facts.meta_model.is_some() || !facts.meta_fields.is_empty())?;
        if facts.kind != "serializer" {
            return None;
        }
        let listed = match option {
            "model" => {
                return match facts.meta_model.as_deref()? {
                    "settings.AUTH_USER_MODEL" => self.user(),
                    model => match model.strip_prefix("settings.") {
                        Some(setting) => self.model_of_setting(setting, Loc::default()),
                        None => Some(Value::Ext(sym(model))),
                    },
                };
            }
            "fields" => &facts.meta_fields,
            "exclude" => &facts.meta_exclude,
            "read_only_fields" => &facts.meta_read_only_fields,
            _ => return None,
        };
        match listed.as_slice() {
            [] => None,
            [all] if all == "__all__" => Some(Value::Str(sym(all))),
            names => {
                let names: Vec<String> = names.to_vec();
                Some(Value::tuple(names.iter().flat_map(|name| self.of_user(name)).map(|name| Value::Str(sym(&name))).collect()))
            }
        }
    }

    /// A class whose base nobody describes, but calls a serializer, is one of DRF where its Meta names a model or its body holds fields of serializers.
    pub(super) fn serializer_after_all(&mut self, class: ClassRef) {
        let object = self.class(class);
        let packages = &self.project.packages;
        let serializer = |name: Sym| last_part(&name).ends_with("Serializer") && !packages.knows_class(name);
        if object.mro.contains(&Base::Ext(sym(MODEL))) || !object.externals().any(serializer) {
            return;
        }
        let of_model = matches!(object.own("Meta"), Some(Value::Class(meta)) if self.find_first_party(meta, "model").is_some());
        let is_field = |value: &Value| self.is_instance_of(value, FIELD);
        let kind = match of_model {
            true => MODEL,
            false if object.frame.vars.borrow().values().any(is_field) => PLAIN,
            false => return,
        };
        let more: Vec<Base> = packages.mro(sym(kind)).iter().map(|name| Base::Ext(*name)).collect();
        let mut mro: Vec<Base> = object.mro.iter().filter(|base| !more.contains(base)).copied().collect();
        mro.extend(more);
        self.replace_class(class, object.bases.clone(), mro, object.open, object.late);
    }

    /// Whether a value is a serializer field. Packages without a table are known by name.
    fn is_serializer_field(&self, value: &Value) -> bool {
        if self.is_instance_of(value, FIELD) {
            return true;
        }
        match value {
            Value::Call(call) => call.ext().is_some_and(|n| {
                let last = last_part(&n);
                !self.project.packages.knows_class(n)
                    && !n.starts_with("django.")
                    && last.chars().next().is_some_and(char::is_uppercase)
                    && (last.ends_with("Field") || last.ends_with("Serializer"))
                    && !n.contains(".models")
                    && !n.contains(".forms")
            }),
            _ => false,
        }
    }

    /// Fields that a class declares itself.
    pub fn own_serializer_fields(&mut self, object: &ClassObj) -> Vec<(Sym, Value)> {
        let vars: Vec<(Sym, Value)> = object.frame.vars.borrow().iter().map(|(n, v)| (*n, v.clone())).collect();
        let mut out = Vec::new();
        for (name, value) in vars {
            let value = match self.force(value) {
                Value::Alt(options) => match options.iter().find(|o| self.is_serializer_field(o)) {
                    Some(found) => found.clone(),
                    None => continue,
                },
                other => other,
            };
            if self.is_serializer_field(&value) {
                out.push((name, value));
            }
        }
        out
    }

    /// Declared fields with the inherited ones, in DRF's order: bases first, a class's own `name = None` takes one away.
    pub fn declared_serializer_fields(&mut self, object: &ClassObj) -> Vec<(Sym, Value)> {
        let mut out: Vec<(Sym, Value)> = Vec::new();
        for base in object.mro.iter().rev() {
            match base {
                Base::First(base) => {
                    let parent = self.class(*base);
                    // Only serializer classes collect fields: those of a plain mixin are not seen.
                    if !parent.mro.contains(&Base::Ext(sym(BASE)))
                        && !parent.mro.iter().any(|b| matches!(b, Base::Ext(e) if e.ends_with("SerializerMetaclass")))
                        && parent.keywords.is_empty()
                    {
                        continue;
                    }
                    for (name, value) in parent.frame.vars.borrow().iter() {
                        if matches!(value, Value::None) {
                            out.retain(|(n, _)| n != name);
                        }
                    }
                    for (name, value) in self.own_serializer_fields(&parent) {
                        match out.iter_mut().find(|(n, _)| *n == name) {
                            Some(found) => found.1 = value,
                            None => out.push((name, value)),
                        }
                    }
                }
                Base::Ext(ext) => {
                    let Some(facts) = self.project.packages.class(*ext) else { continue };
                    for field in facts.declared.iter().filter(|_| facts.kind == "serializer") {
                        let Some(name) = field.name.as_deref().map(sym) else { continue };
                        if !out.iter().any(|(n, _)| *n == name) {
                            out.push((name, Value::Ext(sym(&field.type_name))));
                        }
                    }
                }
            }
        }
        out
    }

    /// `_declared_fields` of a serializer class; of an instance also `fields` and `get_fields()`, of one with a model where its Meta names them.
    pub(super) fn serializer_fields(&mut self, class: ClassRef, name: &str) -> Option<Value> {
        let object = self.class(class);
        let has = |base: &str| object.mro.contains(&Base::Ext(sym(base)));
        let asked = match name {
            "_declared_fields" => has(BASE),
            "fields" | "get_fields" => has(PLAIN) && !has(MODEL) && self.find_first_party(class, name).is_none(),
            _ => false,
        };
        if !asked {
            return if matches!(name, "fields" | "get_fields") && has(MODEL) { self.named_fields(class, &object) } else { None };
        }
        let dict = DictObj::default();
        for (name, value) in self.declared_serializer_fields(&object) {
            dict.insert(Value::Str(name), value);
        }
        Some(Value::Dict(Rc::new(dict)))
    }

    /// The fields that `Meta.fields` lists, in its order, where no method of the repository makes others of them.
    fn named_fields(&mut self, class: ClassRef, object: &ClassObj) -> Option<Value> {
        if ["__init__", "fields", "get_fields", "get_field_names"].iter().any(|name| self.find_first_party(class, name).is_some()) {
            return None;
        }
        let Some((Value::Class(meta), _)) = self.find_first_party(class, "Meta") else { return None };
        let listed = self.find_first_party(meta, "fields")?.0;
        let names: Option<Vec<Sym>> = self.force(listed).items()?.iter().map(Value::as_str).collect();
        let declared = self.declared_serializer_fields(object);
        let dict = DictObj::default();
        for name in names? {
            let own = declared.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
            let field = own.unwrap_or_else(|| self.unknown(WhyCode::NotModelled, "field of a serializer", Loc::default()));
            dict.insert(Value::Str(name), field);
        }
        Some(Value::Dict(Rc::new(dict)))
    }

    /// The metaclass of the repository that makes a class and may add what no body says.
    pub fn own_metaclass(&mut self, object: &ClassObj) -> Option<Rc<ClassObj>> {
        object.mro.iter().find_map(|base| {
            let Base::First(base) = base else { return None };
            let base = self.class(*base);
            let made_by = base.keywords.iter().find(|(name, _)| name.as_str() == "metaclass")?;
            let Value::Class(metaclass) = made_by.1 else { return None };
            let makes = ["__new__", "__init__"].iter().any(|name| self.find_first_party(metaclass, name).is_some());
            makes.then(|| self.class(metaclass))
        })
    }

    /// What a first-party `get_field_names` makes of the names that DRF's own gives.
    pub fn changed_field_names(&mut self, class: ClassRef, names: &[String]) -> Option<Value> {
        let instance = self.with_fields(class, names);
        let object = self.class(class);
        let at = Loc { file: object.file, line: object.line };
        let unknown = self.unknown(WhyCode::NotModelled, "", at);
        let declared = self.serializer_fields(class, "_declared_fields").unwrap_or_else(|| unknown.clone());
        self.call_method_with(&instance, "get_field_names", vec![declared, unknown], at)
    }

    /// The names that `get_fields` of a first-party class makes of those that its base classes would give.
    pub fn changed_fields(&mut self, class: ClassRef, names: &[String]) -> Option<Value> {
        let instance = self.with_fields(class, names);
        let object = self.class(class);
        match self.call_method_with(&instance, "get_fields", Vec::new(), Loc { file: object.file, line: object.line })? {
            Value::Dict(dict) if !dict.open.get() => {
                Some(Value::list(dict.items.borrow().values().map(|(name, _)| name.clone()).collect()))
            }
            _ => None,
        }
    }

    /// A serializer whose base classes give these fields.
    fn with_fields(&mut self, class: ClassRef, names: &[String]) -> Value {
        self.restart();
        let object = self.class(class);
        let instance = self.instantiate(class, Vec::new(), Vec::new(), false, Loc { file: object.file, line: object.line });
        if let Value::Instance(object) = &instance {
            let names = names.iter().map(|name| Value::Str(sym(name))).collect();
            let mut attrs = object.attrs.borrow_mut();
            attrs.insert(sym(GIVEN), Value::list(names));
            // Made without an object, as for a creation.
            attrs.bind(sym("instance"), || Value::None);
        }
        instance
    }

    /// `super().get_fields()` of such a method.
    pub(super) fn given_fields(&mut self, this: &Value) -> Option<Value> {
        let fields = DictObj::default();
        for name in self.given_field_names(this)?.items()? {
            let field = self.unknown(WhyCode::NotModelled, "field of a serializer", Loc::default());
            fields.insert(name, field);
        }
        Some(Value::Dict(Rc::new(fields)))
    }

    /// `super().get_field_names(…)` of such a method.
    pub(super) fn given_field_names(&self, this: &Value) -> Option<Value> {
        let Value::Instance(object) = this else { return None };
        let given = object.attrs.borrow().get(&sym(GIVEN)).cloned()?;
        Some(Value::list(given.items()?))
    }
}
