//! The other ends of relations, as `_meta.get_fields()` lists them: known once all models have run.

use std::rc::Rc;

use crate::base::{Loc, Sym, sym};
use crate::eval::value::*;
use crate::eval::{Base, Interp};

/// The class of what stands for the other end of a relation.
const REVERSE: &str = "django.db.models.fields.reverse_related.ForeignObjectRel";
const RELATION: &str = "django.db.models.fields.related.RelatedField";
const MANY: &str = "django.db.models.fields.related.ManyToManyField";
const ONE: &str = "django.db.models.fields.related.OneToOneField";
const GENERIC: &str = "django.contrib.contenttypes.fields.GenericRelation";

/// The other end of a relation.
pub struct Reverse {
    target: ClassRef,
    name: Sym,
    kind: &'static str,
    /// Of the link between a model and the one that it extends.
    link: bool,
}

impl Interp<'_> {
    /// The other ends of the relations to a model; none before all models have run, and of the model that packages point to.
    pub(super) fn reverse_fields(&mut self, class: ClassRef, at: Loc) -> Option<Vec<Value>> {
        if !self.models_ready || self.user_class() == Some(class) {
            return None;
        }
        let found = match &self.reverse {
            Some(found) => Rc::clone(found),
            None => {
                let found = Rc::new(self.find_reverse());
                self.reverse = Some(Rc::clone(&found));
                found
            }
        };
        let mro = self.class(class).mro.clone();
        let ends = found.iter().filter(|end| end.target == class || (!end.link && mro.contains(&Base::First(end.target))));
        Some(ends.map(|end| self.reverse_field(end, at)).collect())
    }

    fn reverse_field(&self, end: &Reverse, at: Loc) -> Value {
        let made = self.made_field(sym(REVERSE), at);
        if let Value::Call(call) = &made {
            let mut attrs = call.attrs.borrow_mut();
            attrs.insert(sym("name"), Value::Str(end.name));
            for (name, value) in [("auto_created", true), ("is_relation", true), ("concrete", false), ("hidden", false)] {
                attrs.insert(sym(name), Value::Bool(value));
            }
            for kind in ["one_to_many", "many_to_many", "one_to_one", "many_to_one"] {
                attrs.insert(sym(kind), Value::Bool(kind == end.kind));
            }
        }
        made
    }

    fn find_reverse(&mut self) -> Vec<Reverse> {
        let mut out = Vec::new();
        for index in 0..self.classes.len() {
            let class = ClassRef(index as u32);
            if !self.is_concrete_model(class) || self.own_meta_flag(class, "proxy") {
                continue;
            }
            let object = self.class(class);
            let lower = sym(&object.name.to_lowercase());
            for base in object.mro.clone() {
                let Base::First(base) = base else { continue };
                if base != class && self.is_concrete_model(base) {
                    if object.bases.iter().any(|direct| matches!(direct, Value::Class(direct) if *direct == base)) {
                        out.push(Reverse { target: base, name: lower, kind: "one_to_one", link: true });
                    }
                    continue;
                }
                let fields: Vec<Value> = self.class(base).frame.vars.borrow().values().cloned().collect();
                for field in fields {
                    let field = self.force(field);
                    if self.field_is_a(&field, RELATION) && !self.field_is_a(&field, GENERIC) {
                        out.extend(self.other_end(class, &field));
                    }
                }
            }
        }
        out
    }

    /// The other end of a relation of a model; none where it has no name, or leads out of the repository.
    fn other_end(&mut self, class: ClassRef, field: &Value) -> Option<Reverse> {
        let text = |name: &str| field.argument(None, name).and_then(|value| value.as_str());
        let (many, one) = (self.field_is_a(field, MANY), self.field_is_a(field, ONE));
        let target = match self.force(field.argument(Some(0), "to")?) {
            Value::Class(target) => target,
            Value::Str(name) if name.as_str() == "self" => class,
            Value::Str(name) => {
                let label = self.app_label(class)?;
                let (app, model) = name.split_once('.').unwrap_or((label.as_str(), name.as_str()));
                match self.model(app, model)? {
                    Value::Class(target) => target,
                    _ => return None,
                }
            }
            _ => return None,
        };
        let lower = self.class(class).name.to_lowercase();
        let related = text("related_name");
        if related.is_some_and(|name| name.ends_with('+')) || (many && target == class && related.is_none()) {
            return None;
        }
        let name = match text("related_query_name").or(related) {
            Some(name) => {
                let app = self.app_label(class)?;
                name.replace("%(class)s", &lower).replace("%(model_name)s", &lower).replace("%(app_label)s", &app)
            }
            None => lower,
        };
        let kind = if many {
            "many_to_many"
        } else if one {
            "one_to_one"
        } else {
            "one_to_many"
        };
        Some(Reverse { target, name: sym(&name), kind, link: false })
    }
}
