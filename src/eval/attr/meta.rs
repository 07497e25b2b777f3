//! The fields that `_meta` lists, for code that goes through them: `fields`, `many_to_many`, `get_fields()`.
//!
//! Apart from `django`, which answers names only: here classes are walked. What a base that nobody describes may add is left open.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::value::*;
use crate::eval::{Base, Interp, MODEL};

const FIELD: &str = "django.db.models.fields.Field";
const MANY: &str = "django.db.models.fields.related.ManyToManyField";

impl Interp<'_> {
    /// The fields of a model class by name, base first, as the objects that its body and those of its ancestors hold; and whether these are all.
    fn model_fields(&mut self, class: ClassRef, at: Loc) -> Option<(Vec<(Sym, Value)>, bool)> {
        let object = self.class(class);
        if !object.mro.contains(&Base::Ext(sym(MODEL))) {
            return None;
        }
        let mut out: Vec<(Sym, Value)> = Vec::new();
        let mut open = object.open;
        let mut key = false;
        for base in object.mro.iter().rev() {
            let found: Vec<(Sym, Value)> = match base {
                Base::First(first) => {
                    let vars: Vec<(Sym, Value)> = self.class(*first).frame.vars.borrow().iter().map(|(n, v)| (*n, v.clone())).collect();
                    vars
                }
                Base::Ext(name) => {
                    let facts = self.project.packages.class(*name);
                    let fields = facts.iter().flat_map(|facts| &facts.fields);
                    let named: Vec<(Sym, Sym)> = fields.filter_map(|f| Some((sym(f.name.as_deref()?), sym(&f.type_name)))).collect();
                    named.into_iter().map(|(name, kind)| (name, self.made_field(kind, at))).collect()
                }
            };
            for (name, value) in found {
                let value = self.force(value);
                if !self.is_model_field(&value) {
                    open |= value.is_unknown() && !name.starts_with('_');
                    out.retain(|(known, _)| *known != name);
                    continue;
                }
                key |= is_key(&value);
                match &value {
                    Value::Call(call) => {
                        call.attrs.borrow_mut().bind(sym("name"), || Value::Str(name));
                    }
                    Value::Instance(made) => {
                        made.attrs.borrow_mut().bind(sym("name"), || Value::Str(name));
                    }
                    _ => {}
                }
                match out.iter_mut().find(|(known, _)| *known == name) {
                    Some(slot) => slot.1 = value,
                    None => out.push((name, value)),
                }
            }
        }
        if !key && !out.iter().any(|(name, _)| name.as_str() == "id") {
            let id = self.made_field(sym("django.db.models.fields.BigAutoField"), at);
            if let Value::Call(call) = &id {
                call.attrs.borrow_mut().insert(sym("name"), Value::Str(sym("id")));
            }
            out.insert(0, (sym("id"), id));
        }
        Some((out, open))
    }

    /// A field that no line of the project makes. It does not belong into the record of calls.
    pub(super) fn made_field(&self, kind: Sym, loc: Loc) -> Value {
        Value::made_call(Value::Ext(kind), Vec::new(), Vec::new(), true, loc)
    }

    fn is_model_field(&self, value: &Value) -> bool {
        self.field_is_a(value, FIELD)
    }

    pub(super) fn field_is_a(&self, value: &Value, wanted: &str) -> bool {
        let wanted = sym(wanted);
        match value {
            Value::Call(call) => call.ext().is_some_and(|name| self.project.packages.mro(name).contains(&wanted)),
            Value::Instance(made) => self.class(made.class).mro.contains(&Base::Ext(wanted)),
            _ => false,
        }
    }

    /// The name of the field that a model declares its key.
    pub(in crate::eval) fn key_name(&mut self, class: ClassRef) -> Option<Sym> {
        let (fields, _) = self.model_fields(class, Loc::default())?;
        fields.into_iter().find(|(_, field)| is_key(field)).map(|(name, _)| name)
    }

    /// `_meta.fields` and its like; none where the model is not of the repository.
    pub(super) fn meta_fields(&mut self, model: &Value, name: &str, at: Loc) -> Option<Value> {
        let Value::Class(class) = model else { return None };
        let (fields, open) = self.model_fields(*class, at)?;
        let mut out: Vec<Value> = fields
            .into_iter()
            .map(|(_, field)| field)
            .filter(|field| match name {
                "many_to_many" | "local_many_to_many" => self.field_is_a(field, MANY),
                "get_fields" => true,
                _ => !self.field_is_a(field, MANY),
            })
            .collect();
        // The other ends of relations are fields too, as `get_fields` sees it.
        let others = if name == "get_fields" { self.reverse_fields(*class, at) } else { Some(Vec::new()) };
        let open = open || others.is_none();
        out.extend(others.unwrap_or_default());
        if open {
            out.push(Value::Spread(Rc::new(self.unknown(WhyCode::NotModelled, "fields of a model", at))));
        }
        Some(Value::list(out))
    }

    /// `_meta.get_field("name")` of a field that stands in the body of the model, or in that of an abstract one.
    pub(in crate::eval) fn meta_get_field(&mut self, model: &Value, wanted: Sym) -> Option<Value> {
        let Value::Class(class) = model else { return None };
        if let Some(copy) = self.field_copy(*class, wanted) {
            return Some(copy);
        }
        let (field, owner) = self.find_first_party(*class, &wanted)?;
        if !self.is_model_field(&field) || owner != *class && !self.own_meta_flag(owner, "abstract") {
            return None;
        }
        match &field {
            _ if owner == *class => Some(field),
            Value::Call(call) => {
                let copy = Value::Call(Rc::new(CallObj::clone(call)));
                self.field_copies.insert((*class, wanted), copy.clone());
                Some(copy)
            }
            _ => None,
        }
    }

    /// The copy that a model has of an abstract one's field, where code changed it.
    pub fn field_copy(&self, model: ClassRef, name: Sym) -> Option<Value> {
        self.field_copies.get(&(model, name)).cloned()
    }

    /// An option that a field or a setting of django-configurations was made with, read off it.
    pub(super) fn field_option(&self, call: &CallObj, name: &str) -> Option<Value> {
        if name == "default"
            && let Some(default) = setting_default(call)
        {
            return Some(default);
        }
        let switch = matches!(name, "null" | "blank" | "unique" | "primary_key");
        if !switch && !matches!(name, "max_length" | "choices" | "default" | "help_text" | "verbose_name") {
            return None;
        }
        let made = call.ext()?;
        if !self.project.packages.mro(made).contains(&sym(FIELD)) {
            return None;
        }
        call.kwarg(name).cloned().or_else(|| (switch && !call.open).then_some(Value::Bool(false)))
    }

    /// `_meta.get_fields()`
    pub(in crate::eval) fn meta_get_fields(&mut self, model: &Value, at: Loc) -> Option<Value> {
        self.meta_fields(model, "get_fields", at)
    }
}

/// What a `values.Value(…)` of django-configurations, or of django-environment-config, stands for where the environment says nothing.
pub fn setting_default(call: &CallObj) -> Option<Value> {
    let reader = call.ext()?;
    let default = match reader.split_once(".values.")?.0 {
        "configurations" => call.arg(0, "default"),
        "env_config" => call.kwarg("default"),
        _ => return None,
    };
    Some(default.cloned().unwrap_or(Value::None))
}

/// Whether a field says that it is the key.
fn is_key(field: &Value) -> bool {
    field.argument(None, "primary_key").and_then(|value| value.as_bool()) == Some(true)
}
