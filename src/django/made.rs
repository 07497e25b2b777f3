//! What packages make of models while the program runs: the history of one, its translations, fields that a function gives. The package tables
//! say what it looks like; no class statement stands for it.

use std::cell::RefCell;
use std::rc::Rc;

use crate::base::{Sym, last_part, sym};
use crate::eval::{Base, CallObj, ClassObj, ClassRef, Value};
use crate::project::packages::{ExtClass, ExtField, Making};

use super::fields;
use super::implied::{auto_field, external_field, implied};
use super::inventory::{Field, Model};
use super::tables;
use super::world::{MODEL, World};

/// Fields that a function of a package gives to the models that it is called with.
pub fn given(world: &mut World, models: &mut [Model]) {
    for call in world.calls_of(|_| true) {
        let Some(function) = call.ext().and_then(|name| world.interp.project.packages.function(name)) else { continue };
        for model in call.args.iter().filter(|_| !function.adds.is_empty()) {
            let Some(label) = world.model_label(model, None) else { continue };
            let owner = call.ext().map_or_else(String::new, |name| name.to_string());
            let place = world.place(call.loc);
            for model in models.iter_mut().filter(|model| model.label == label) {
                for add in &function.adds {
                    let Some(name) = add.name.as_deref().filter(|name| !model.fields.iter().any(|field| field.name == *name)) else {
                        continue;
                    };
                    let mut field = external_field(world, add, name, &owner, &label);
                    field.place = place.clone();
                    model.fields.push(field);
                }
            }
        }
    }
}

/// Columns for other languages: `@register(Model)` on a class of options whose `fields` names what is translated.
pub fn translated(world: &mut World, models: &mut [Model]) {
    for class in world.class_refs() {
        let object = world.interp.class(class);
        let packages = &world.interp.project.packages;
        let added = object.mro.iter().find_map(|base| match base {
            Base::Ext(name) => packages.class(*name)?.adds.iter().find(|add| is_by_language(add)).cloned(),
            Base::First(_) => None,
        });
        let Some(added) = added else { continue };
        let labels = registered(world, class, &object);
        let Some((names, _)) = world.interp.find_first_party(class, "fields") else { continue };
        let names: Vec<Sym> = names.items().unwrap_or_default().iter().filter_map(Value::as_str).collect();
        let languages = languages(world);
        for model in models.iter_mut().filter(|model| labels.contains(&model.label)) {
            for name in &names {
                let Some(field) = model.fields.iter().find(|field| field.name == name.as_str()).cloned() else { continue };
                for language in &languages {
                    let suffix = added.suffix.as_deref().unwrap_or_default().replace("{language}", &language.replace('-', "_"));
                    let name = format!("{name}{suffix}");
                    if model.fields.iter().any(|known| known.name == name) {
                        continue;
                    }
                    let column = field.column.as_ref().map(|column| match column.strip_suffix("_id") {
                        Some(_) if field.relation.is_some() => format!("{name}_id"),
                        _ => name.clone(),
                    });
                    model.fields.push(Field { name, column, null: Some(true), implied: true, ..field.clone() });
                }
            }
        }
    }
}

fn is_by_language(add: &ExtField) -> bool {
    add.suffix.as_deref().is_some_and(|suffix| suffix.contains("{language}"))
}

/// The models that a class of options is registered for, by decorator or by call.
fn registered(world: &mut World, class: ClassRef, object: &ClassObj) -> Vec<String> {
    let mut models: Vec<Value> = Vec::new();
    for decorator in object.decorators.borrow().iter() {
        if let Value::Call(call) = decorator {
            models.extend(call.args.iter().cloned());
        }
    }
    let options = Value::Class(class);
    for call in &world.interp.calls {
        if call.args.len() == 2 && call.args.last().is_some_and(|last| last.same(&options)) {
            models.extend(call.args.first().cloned());
        }
    }
    let listed = models.into_iter().flat_map(|model| model.items().unwrap_or_else(|| vec![model]));
    listed.collect::<Vec<_>>().iter().filter_map(|model| world.model_label(model, None)).collect()
}

fn languages(world: &mut World) -> Vec<String> {
    for name in ["MODELTRANSLATION_LANGUAGES", "LANGUAGES"] {
        let found = world.settings.as_ref().and_then(|frame| frame.vars.borrow().get(&sym(name)).cloned());
        let Some(items) = found.map(|value| world.interp.force(value)).and_then(|value| value.items()) else { continue };
        let code = |item: &Value| item.as_str().or_else(|| item.items()?.first()?.as_str());
        return items.iter().filter_map(|item| code(item).map(|code| code.to_string())).collect();
    }
    Vec::new()
}

/// An attribute that makes a model of the one that has it: `history = HistoricalRecords()`, `translations = TranslatedFields(…)`.
pub struct Maker<'m> {
    pub value: Value,
    /// The class in whose body it stands.
    pub holder: ClassRef,
    pub model: &'m Model,
    pub facts: Rc<ExtClass>,
    call: Rc<CallObj>,
}

pub fn makers<'m>(world: &mut World, models: &'m [Model]) -> Vec<Maker<'m>> {
    let mut out = Vec::new();
    for class in world.class_refs() {
        let object = world.interp.class(class);
        if !object.mro.contains(&Base::Ext(sym(MODEL))) {
            continue;
        }
        let values: Vec<Value> = object.frame.vars.borrow().values().cloned().collect();
        let own = object.dotted();
        for value in values {
            let value = world.interp.force(value);
            let Some((call, facts)) = making(world, &value) else { continue };
            let heirs = call.kwarg("inherit").and_then(Value::as_bool) == Some(true);
            for model in models.iter().filter(|model| model.qualname == own || (heirs && model.mixed_in.contains(&own))) {
                out.push(Maker { value: value.clone(), holder: class, model, facts: Rc::clone(&facts), call: Rc::clone(&call) });
            }
        }
    }
    out
}

/// The call of a package's class that makes models; of a class of the repository built on one, with the arguments that come to it.
fn making(world: &World, value: &Value) -> Option<(Rc<CallObj>, Rc<ExtClass>)> {
    let made = match value {
        Value::Call(call) => return Some((Rc::clone(call), maker(world, call.ext()?)?)),
        Value::Instance(made) => made,
        _ => return None,
    };
    let facts = world.interp.class(made.class).externals().find_map(|name| maker(world, name))?;
    let reached = made.base_init.borrow();
    let (args, kwargs, open) = match reached.as_ref() {
        Some(call) => (&call.args, &call.kwargs, call.open),
        None => (&made.args, &made.kwargs, false),
    };
    let call = CallObj {
        id: made.id,
        callee: Value::Class(made.class),
        args: args.clone(),
        kwargs: kwargs.clone(),
        open,
        loc: made.loc,
        guard: made.guard,
        events: RefCell::default(),
        attrs: RefCell::default(),
    };
    Some((Rc::new(call), facts))
}

/// Models beside others, those of `register(Model)` too.
pub fn collect(world: &mut World, models: &[Model]) -> Vec<Model> {
    let mut out: Vec<Model> = Vec::new();
    for maker in makers(world, models) {
        let object = world.interp.class(maker.holder);
        out.extend(made(world, maker.model, &object, &maker.call, &maker.facts));
    }
    for call in world.calls_of(|_| true) {
        let function = call.ext().and_then(|name| world.interp.project.packages.function(name));
        let Some(facts) = function.and_then(|function| maker(world, sym(function.like.as_deref()?))) else { continue };
        let Some(label) = call.args.first().cloned().and_then(|model| world.model_label(&model, None)) else { continue };
        let Some(Value::Class(class)) = call.args.first() else { continue };
        let object = world.interp.class(*class);
        for model in models.iter().filter(|model| model.label == label) {
            out.extend(made(world, model, &object, &call, &facts));
        }
    }
    out.retain(|made| models.iter().all(|model| model.label != made.label));
    out.sort_by(|a, b| (&a.label, &a.place).cmp(&(&b.label, &b.place)));
    out.dedup_by(|b, a| a.label == b.label);
    out
}

fn maker(world: &World, name: Sym) -> Option<Rc<ExtClass>> {
    world.interp.project.packages.class(name).filter(|facts| facts.makes_model.is_some())
}

fn made(world: &mut World, model: &Model, object: &ClassObj, call: &Rc<CallObj>, facts: &ExtClass) -> Option<Model> {
    let making = facts.makes_model.as_ref().filter(|_| !model.is_abstract)?;
    let given = |name: &str| call.kwarg(name).and_then(Value::as_str).map(|text| text.to_string());
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    let name = given("custom_model_name").unwrap_or_else(|| format!("{}{}{}", part(&making.prefix), model.name, part(&making.suffix)));
    let label = format!("{}.{name}", model.app);
    let qualname = format!("{}.{name}", model.module);
    let mut fields = content(world, model, call, making, &label, &qualname);
    for add in &facts.made_fields {
        let Some(name) = add.name.as_deref() else { continue };
        // It points back at the model that it was made of.
        fields.push(external_field(world, add, name, &qualname, &model.label));
    }
    if !fields.iter().any(|field| field.primary_key == Some(true)) {
        let kind = auto_field(world, object);
        fields.insert(0, implied(world, "id", &kind, object, None));
    }
    let longest = tables::longest_name(world);
    let table = match (given("table_name"), &making.table_suffix, &model.db_table) {
        (Some(table), ..) => table,
        (None, Some(suffix), Some(table)) => format!("{table}{suffix}"),
        _ => tables::of_model(&model.app, &name, longest),
    };
    let place = world.place(call.loc);
    for field in &mut fields {
        field.place = place.clone();
        field.implied = true;
        field.declared_in.clone_from(&qualname);
    }
    Some(Model {
        label,
        qualname,
        app: model.app.clone(),
        name,
        module: model.module.clone(),
        place,
        installed: model.installed,
        managed: model.managed,
        db_table: Some(table),
        bases: vec![MODEL.to_owned()],
        outside: vec![MODEL.to_owned()],
        fields,
        dynamic: true,
        beside: Some(model.label.clone()),
        certainty: model.certainty,
        ..Model::default()
    })
}

/// What the package takes over: every column of the model, or the fields among the arguments.
fn content(world: &mut World, model: &Model, call: &Rc<CallObj>, making: &Making, label: &str, qualname: &str) -> Vec<Field> {
    let mut out = Vec::new();
    if making.copies {
        let left_out = call.kwarg("excluded_fields").and_then(Value::items).unwrap_or_default();
        let left_out: Vec<Sym> = left_out.iter().filter_map(Value::as_str).collect();
        let kept = model.fields.iter().filter(|field| !left_out.iter().any(|name| name.as_str() == field.name));
        out.extend(kept.filter(|field| is_column(field)).map(copied));
    }
    if making.fields_from.as_deref() == Some("kwargs") {
        for (name, value) in &call.kwargs {
            if let Some(field) = fields::field_value(world, value) {
                out.push(field.describe(world, name, label, qualname));
            }
        }
    }
    out
}

fn is_column(field: &Field) -> bool {
    field.column.is_some() && field.relation.as_ref().is_none_or(|relation| !relation.kind.ends_with("ManyToManyField"))
}

/// A column as a history keeps it: nothing is unique in it, and no reference is enforced.
fn copied(field: &Field) -> Field {
    let plain = |kind: &str| match kind {
        "AutoField" => Some("IntegerField"),
        "BigAutoField" => Some("BigIntegerField"),
        "SmallAutoField" => Some("SmallIntegerField"),
        "OneToOneField" => Some("ForeignKey"),
        "FileField" | "ImageField" => Some("TextField"),
        _ => None,
    };
    let mut out = field.clone();
    let key = field.primary_key == Some(true) || field.unique == Some(true);
    out.db_index = if key { Some(true) } else { field.db_index };
    (out.primary_key, out.unique, out.auto_now, out.auto_now_add) = (Some(false), Some(false), false, false);
    if let Some(kind) = plain(last_part(&field.type_qualname)) {
        out.type_name = kind.to_owned();
        out.internal_type = Some(kind.to_owned());
        let module = if kind == "ForeignKey" { "django.db.models.fields.related" } else { "django.db.models.fields" };
        out.type_qualname = format!("{module}.{kind}");
    }
    if let Some(relation) = &mut out.relation {
        out.null = Some(true);
        if relation.kind == "OneToOneField" {
            relation.kind = "ForeignKey".to_owned();
        }
        relation.on_delete = Some("DO_NOTHING".to_owned());
        relation.related_name = Some("+".to_owned());
    }
    out
}
