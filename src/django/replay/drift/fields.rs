//! The fields of a model that both sides have, attribute by attribute.

use std::collections::BTreeMap;

use crate::base::sym;
use crate::django::inventory::{Certainty, Column, Field, Model, Table};
use crate::django::world::World;
use crate::eval::{Base, ClassRef, Value};

use super::super::state::ModelState;
use super::Comparison;

/// Arguments that change the schema; the others only change what Django does.
const IN_SCHEMA: &[&str] = &[
    "base_field",
    "db_collation",
    "db_comment",
    "db_constraint",
    "db_default",
    "db_persist",
    "db_table",
    "db_tablespace",
    "dim",
    "expression",
    "from_fields",
    "geography",
    "output_field",
    "size",
    "spatial_index",
    "srid",
    "to_field",
    "to_fields",
];

/// Arguments of Django's own fields that migrations carry beside those.
const DJANGOS: &[&str] = &[
    "allow_files",
    "allow_folders",
    "allow_unicode",
    "choices",
    "decoder",
    "default",
    "editable",
    "encoder",
    "error_messages",
    "height_field",
    "help_text",
    "limit_choices_to",
    "match",
    "path",
    "protocol",
    "recursive",
    "related_name",
    "related_query_name",
    "storage",
    "swappable",
    "unique_for_date",
    "unique_for_month",
    "unique_for_year",
    "unpack_ipv4",
    "upload_to",
    "validators",
    "verbose_name",
    "width_field",
];

/// One attribute that differs.
struct Difference {
    attribute: String,
    model: String,
    migration: String,
    schema: bool,
}

impl Comparison<'_, '_> {
    pub(super) fn fields(&mut self, world: &mut World, model: &Model, table: &Table, state: &ModelState) {
        let in_model: BTreeMap<&str, &Field> = model.fields.iter().filter(|f| migrated(f)).map(|f| (f.name.as_str(), f)).collect();
        let columns: BTreeMap<&str, &Column> =
            table.columns.iter().filter(|c| c.state && c.field.type_name != "OrderWrt").map(|c| (c.field.name.as_str(), c)).collect();
        for (name, field) in &in_model {
            let Some(column) = columns.get(name) else {
                if !state.open {
                    let mut entry = self.field_entry(model, table, "field_without_migration", Some(field), None);
                    // It may add itself as a private field, which has no column.
                    if own_hook(world, field) {
                        entry.certainty = Certainty::Likely;
                    }
                    self.out.push(entry);
                }
                continue;
            };
            if column.unknown {
                continue;
            }
            if is_many(field) != is_many(&column.field) {
                // Django does not alter one into the other.
                let gone = self.field_entry(model, table, "column_without_field", None, Some(column));
                let new = self.field_entry(model, table, "field_without_migration", Some(field), None);
                self.out.extend([gone, new]);
                continue;
            }
            let (differences, unknown) = compare(world, field, &column.field);
            self.compared += 1;
            for attribute in unknown {
                Self::unknown(world, &field.place, format!("{}.{name}: {attribute}", model.label));
            }
            for difference in differences {
                let later = (field.name.clone(), difference.attribute.clone());
                if (self.habits.fields && !difference.schema) || self.habits.set_later.contains(&later) {
                    continue;
                }
                let mut entry = self.field_entry(model, table, "field_altered", Some(field), Some(column));
                entry.attribute = Some(difference.attribute);
                entry.in_models = Some(difference.model);
                entry.in_migrations = Some(difference.migration);
                entry.schema = difference.schema;
                self.out.push(entry);
            }
        }
        for (name, column) in columns {
            if !in_model.contains_key(name) {
                let entry = self.field_entry(model, table, "column_without_field", None, Some(column));
                self.out.push(entry);
            }
        }
    }
}

/// The class of the field as the repository has it.
fn own_class(world: &mut World, field: &Field) -> Option<ClassRef> {
    match world.interp.lookup_dotted(&field.type_qualname) {
        Some(Value::Class(class)) => Some(class),
        _ => None,
    }
}

/// The field's class is from a package, or made from one that is.
fn packaged(world: &mut World, field: &Field) -> bool {
    match own_class(world, field) {
        Some(class) => {
            let class = world.interp.class(class);
            let outside = class.mro.iter().find_map(|base| match base {
                Base::Ext(name) => Some(*name),
                Base::First(_) => None,
            });
            outside.is_some_and(|name| !name.starts_with("django.") && !name.starts_with("builtins."))
        }
        None => !field.type_qualname.starts_with("django."),
    }
}

/// The field's class decides itself how it joins its model.
fn own_hook(world: &mut World, field: &Field) -> bool {
    own_class(world, field).is_some_and(|class| world.interp.find_first_party(class, "contribute_to_class").is_some())
}

/// Whether migrations carry the field: what only joins others, or orders rows, has no place there.
fn migrated(field: &Field) -> bool {
    let virtual_relation = field.relation.as_ref().is_some_and(|r| r.kind.starts_with("Generic"));
    let no_column = field.column.is_none() && field.relation.is_none() && field.type_name != "CompositePrimaryKey";
    !virtual_relation && !no_column && field.type_name != "OrderWrt"
}

fn is_many(field: &Field) -> bool {
    field.relation.as_ref().is_some_and(|r| matches!(r.kind.as_str(), "ManyToManyField" | "TaggableManager"))
}

fn text<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(|| "None".to_owned(), |v| v.to_string())
}

/// What differs, and what cannot be told.
fn compare(world: &mut World, model: &Field, migration: &Field) -> (Vec<Difference>, Vec<&'static str>) {
    let mut out: Vec<Difference> = Vec::new();
    let mut unknown = Vec::new();
    // A field that a package brings: its table tells of one version of the package.
    let from_package = model.implied && model.given.is_none() && model.primary_key != Some(true);
    let packaged = packaged(world, model) || packaged(world, migration);
    if model.type_qualname != migration.type_qualname {
        if let Some(schema) = type_differs(world, model, migration) {
            let (a, b) = (model.type_qualname.clone(), migration.type_qualname.clone());
            out.push(Difference { attribute: "type".into(), model: a, migration: b, schema });
        } else {
            unknown.push("type");
        }
    }
    if from_package {
        return (out, Vec::new());
    }
    let many = is_many(model);
    let flags = [
        ("null", model.null, migration.null, true),
        ("unique", model.unique, migration.unique, true),
        ("primary_key", model.primary_key, migration.primary_key, true),
        ("db_index", model.db_index, migration.db_index, true),
        ("blank", model.blank, migration.blank, false),
    ];
    for (name, a, b, schema) in flags {
        match (a, b) {
            // A package's constructor may switch it on.
            (Some(false), Some(true)) if packaged => {}
            (Some(a), Some(b)) if a != b && !(many && schema) => {
                let show = |on: bool| if on { "True".to_owned() } else { "False".to_owned() };
                out.push(Difference { attribute: name.into(), model: show(a), migration: show(b), schema });
            }
            (Some(_), Some(_)) => {}
            _ if schema => unknown.push(name),
            _ => {}
        }
    }
    let numbers = [
        ("max_length", model.max_length, migration.max_length),
        ("max_digits", model.max_digits, migration.max_digits),
        ("decimal_places", model.decimal_places, migration.decimal_places),
    ];
    for (name, a, b) in numbers {
        // The package's constructor may set it.
        if packaged && (a.is_none() || b.is_none() || model.given.as_ref().is_none_or(|given| !given.contains_key(name))) {
            continue;
        }
        if is_open(model, name) || is_open(migration, name) {
            unknown.push(name);
        } else if a != b {
            out.push(Difference { attribute: name.into(), model: text(a), migration: text(b), schema: true });
        }
    }
    if is_open(model, "db_column") || is_open(migration, "db_column") {
        unknown.push("db_column");
    } else if !many && model.column != migration.column && model.column.is_some() && migration.column.is_some() {
        let (a, b) = (text(model.column.as_ref()), text(migration.column.as_ref()));
        out.push(Difference { attribute: "db_column".into(), model: a, migration: b, schema: true });
    }
    relations(model, migration, &mut out, &mut unknown);
    for (name, a, b) in [("auto_now", model.auto_now, migration.auto_now), ("auto_now_add", model.auto_now_add, migration.auto_now_add)] {
        if a != b && !packaged {
            let show = |on: bool| if on { "True".to_owned() } else { "False".to_owned() };
            out.push(Difference { attribute: name.into(), model: show(a), migration: show(b), schema: false });
        }
    }
    given(model, migration, packaged, &mut out, &mut unknown);
    (out, unknown)
}

fn is_open(field: &Field, name: &str) -> bool {
    field.given.as_ref().is_some_and(|given| given.get(name).is_some_and(Option::is_none))
}

fn relations(model: &Field, migration: &Field, out: &mut Vec<Difference>, unknown: &mut Vec<&'static str>) {
    let (Some(a), Some(b)) = (&model.relation, &migration.relation) else { return };
    match (&a.to, &b.to) {
        (Some(to), Some(was)) if !to.eq_ignore_ascii_case(was) => {
            out.push(Difference { attribute: "to".into(), model: to.clone(), migration: was.clone(), schema: true });
        }
        (Some(_), Some(_)) => {}
        _ => unknown.push("to"),
    }
    if let (Some(action), Some(was)) = (&a.on_delete, &b.on_delete)
        && action != was
    {
        out.push(Difference { attribute: "on_delete".into(), model: action.clone(), migration: was.clone(), schema: false });
    }
    if a.kind == "ManyToManyField" && b.kind == "ManyToManyField" && !is_open(model, "through") && !is_open(migration, "through") {
        let same = match (&a.through, &b.through) {
            (Some(through), Some(was)) => through.eq_ignore_ascii_case(was),
            (None, None) => true,
            _ => false,
        };
        if !same {
            let (a, b) = (text(a.through.as_ref()), text(b.through.as_ref()));
            out.push(Difference { attribute: "through".into(), model: a, migration: b, schema: true });
        }
    }
}

/// The arguments that the description has no place for.
fn given(model: &Field, migration: &Field, packaged: bool, out: &mut Vec<Difference>, unknown: &mut Vec<&'static str>) {
    let (Some(in_model), Some(in_migration)) = (&model.given, &migration.given) else { return };
    let automatic = model.auto_now || model.auto_now_add;
    let mut names: Vec<&String> = in_model.keys().chain(in_migration.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let schema = IN_SCHEMA.contains(&name.as_str());
        if matches!(name.as_str(), "max_length" | "max_digits" | "decimal_places" | "db_column" | "through")
            || (automatic && name == "editable")
        {
            continue;
        }
        let (a, b) = (in_model.get(name), in_migration.get(name));
        let known = DJANGOS.contains(&name.as_str()) || schema;
        // What a class writes down of its own arguments is its own affair; and a package may give Django's a default.
        if !known || (packaged && (a.is_none() || b.is_none())) {
            continue;
        }
        // Either side may have it and nobody know what it is.
        if a == Some(&None) || b == Some(&None) {
            if schema && let Some(known) = IN_SCHEMA.iter().find(|known| **known == name.as_str()) {
                unknown.push(known);
            }
            continue;
        }
        if a != b {
            let show = |side: Option<&Option<String>>| side.and_then(Clone::clone).unwrap_or_else(|| "not given".to_owned());
            out.push(Difference { attribute: name.clone(), model: show(a), migration: show(b), schema });
        }
    }
}

/// Two class names: whether the schema differs too, or none where they may be the same field after all (a class may call itself by its base).
fn type_differs(world: &mut World, model: &Field, migration: &Field) -> Option<bool> {
    if model.type_qualname.is_empty() || migration.type_qualname.is_empty() {
        return None;
    }
    let packages = &world.interp.project.packages;
    let first_party = world.interp.lookup_dotted(&model.type_qualname);
    if let Some(Value::Class(class)) = first_party {
        let own = world.interp.find_first_party(class, "deconstruct").is_some();
        let ancestor = world.interp.class(class).mro.iter().any(|base| match base {
            crate::eval::Base::Ext(name) => name.as_str() == migration.type_qualname,
            crate::eval::Base::First(base) => world.interp.class(*base).dotted() == migration.type_qualname,
        });
        if own && ancestor {
            return None;
        }
    } else if !model.type_qualname.starts_with("django.") {
        let ancestors = packages.mro(sym(&model.type_qualname));
        if ancestors.is_empty() || ancestors.iter().any(|name| name.as_str() == migration.type_qualname) {
            return None;
        }
    }
    let relation = |field: &Field| field.relation.as_ref().map(|r| r.kind.clone());
    Some(model.internal_type != migration.internal_type || relation(model) != relation(migration))
}
