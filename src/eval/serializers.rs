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

    /// `_declared_fields` of a serializer class; of an instance without a model also `fields` and `get_fields()`.
    pub(super) fn serializer_fields(&mut self, class: ClassRef, name: &str) -> Option<Value> {
        let object = self.class(class);
        let has = |base: &str| object.mro.contains(&Base::Ext(sym(base)));
        let asked = match name {
            "_declared_fields" => has(BASE),
            "fields" | "get_fields" => has(PLAIN) && !has(MODEL) && self.find_first_party(class, name).is_none(),
            _ => false,
        };
        if !asked {
            return None;
        }
        let dict = DictObj::default();
        for (name, value) in self.declared_serializer_fields(&object) {
            dict.insert(Value::Str(name), value);
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
        let object = self.class(class);
        let at = Loc { file: object.file, line: object.line };
        let instance = self.instantiate(class, Vec::new(), Vec::new(), false, at);
        if let Value::Instance(object) = &instance {
            let names = names.iter().map(|name| Value::Str(sym(name))).collect();
            object.attrs.borrow_mut().insert(sym(GIVEN), Value::list(names));
        }
        let unknown = self.unknown(WhyCode::NotModelled, "", at);
        let declared = self.serializer_fields(class, "_declared_fields").unwrap_or_else(|| unknown.clone());
        self.call_method_with(&instance, "get_field_names", vec![declared, unknown], at)
    }

    /// `super().get_field_names(…)` of such a method.
    pub(super) fn given_field_names(&self, this: &Value) -> Option<Value> {
        let Value::Instance(object) = this else { return None };
        let given = object.attrs.borrow().get(&sym(GIVEN)).cloned()?;
        Some(Value::list(given.items()?))
    }
}
