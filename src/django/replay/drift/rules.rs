//! The options of a model that both sides have: its table's name, sets of fields that are unique together, indexes, constraints, and those that
//! only change what Django does.

use std::collections::BTreeMap;

use crate::base::{Sym, sym};
use crate::django::deconstruct;
use crate::django::inventory::{Drift, Model, Rule, Table};
use crate::django::meta;

use crate::django::tables;
use crate::django::world::World;
use crate::eval::{Base, ClassRef, Value};

use super::super::options::{ALTERABLE, Options};
use super::super::state::ModelState;
use super::Comparison;

/// A model's Meta.
struct Meta {
    options: Options,
    /// Part of it stands in a class that is not in the repository.
    partial: bool,
    /// A package's model is among the bases: it may add indexes and constraints when the class is made.
    packaged: bool,
}

/// What every model descends from.
fn is_plain(name: &str) -> bool {
    name.starts_with("django.db.models.") || name.starts_with("builtins.")
}

fn meta(world: &mut World, class: ClassRef) -> Meta {
    let object = world.interp.class(class);
    let packaged = object.open
        || object.mro.iter().any(|b| matches!(b, Base::Ext(name) if !name.starts_with("django.") && !name.starts_with("builtins.")));
    // A metaclass of the project may put options in.
    let changed = object.mro.iter().any(|base| match base {
        Base::First(base) => {
            let given = world.interp.class(*base).keywords.iter().find(|(name, _)| name.as_str() == "metaclass").map(|(_, v)| v.clone());
            matches!(given, Some(Value::Class(metaclass)) if world.interp.find_first_party(metaclass, "__new__").is_some())
        }
        Base::Ext(_) => false,
    });
    let (found, _) = meta::effective_meta(world, &object);
    let Some(meta) = found else {
        let outside = object.mro.iter().any(|b| matches!(b, Base::Ext(name) if !is_plain(name)));
        return Meta { options: Options::default(), partial: changed || outside || object.open, packaged };
    };
    let meta = world.interp.class(meta);
    let mut given: BTreeMap<Sym, Value> = BTreeMap::new();
    for base in meta.mro.iter().rev() {
        if let Base::First(base) = base {
            given.extend(world.interp.class(*base).frame.vars.borrow().iter().map(|(name, value)| (*name, value.clone())));
        }
    }
    let partial = changed || meta.open || meta.mro.iter().any(|b| matches!(b, Base::Ext(name) if name.as_str() != "builtins.object"));
    let given = given.into_iter().filter(|(name, _)| !name.starts_with('_') && !matches!(name.as_str(), "abstract" | "app_label" | "apps"));
    Meta { options: Options::read(world, given), partial, packaged }
}

impl Comparison<'_, '_> {
    pub(super) fn options(&mut self, world: &mut World, model: &Model, class: ClassRef, table: &Table, state: &ModelState) {
        if state.open {
            Self::unknown(world, &model.place, format!("{}: options", model.label));
            return;
        }
        let meta = meta(world, class);
        let mut found: Vec<Drift> = Vec::new();
        let known = |name: &str| meta.options.is_known(name) && state.options.is_known(name) && !(meta.partial || state.open);
        let note = |world: &mut World, name: &str| {
            if !known(name) && !meta.partial {
                Self::unknown(world, &model.place, format!("{}: {name}", model.label));
            }
            known(name)
        };
        if !model.proxy {
            if note(world, "db_table") && meta.options.db_table != state.options.db_table {
                let (a, b) = (model.db_table.clone(), table.db_table.clone());
                found.push(Drift { schema: a != b, in_models: a, in_migrations: b, ..self.entry(model, table, "db_table_altered") });
            }
            for (name, a, b) in [
                ("unique_together", &meta.options.unique_together, &state.options.unique_together),
                ("index_together", &meta.options.index_together, &state.options.index_together),
            ] {
                if note(world, name) && a != b {
                    let kind = format!("{name}_altered");
                    found.push(Drift { in_models: Some(rows(a)), in_migrations: Some(rows(b)), ..self.entry(model, table, &kind) });
                }
            }
            let (a, b) = (meta.options.order_with_respect_to, state.options.order_with_respect_to);
            if note(world, "order_with_respect_to") && a != b {
                let show = |name: Option<Sym>| name.map(|n| n.to_string());
                found.push(Drift {
                    in_models: show(a),
                    in_migrations: show(b),
                    ..self.entry(model, table, "order_with_respect_to_altered")
                });
            }
        }
        for name in ALTERABLE {
            let (a, b) = (meta.options.others.get(&sym(name)), state.options.others.get(&sym(name)));
            if state.open || (meta.partial && a.is_none()) || self.habits.options.contains(*name) {
                continue;
            }
            let mut text = |value: Option<&Value>| value.map_or(Some(None), |value| deconstruct::text(world, value).map(Some));
            if let (Some(in_models), Some(in_migrations)) = (text(a), text(b))
                && in_models != in_migrations
            {
                let attribute = Some((*name).to_owned());
                let entry = self.entry(model, table, "options_altered");
                found.push(Drift { attribute, in_models, in_migrations, schema: false, ..entry });
            }
        }
        self.out.append(&mut found);
        if model.proxy {
            return;
        }
        for (what, name, items, have) in [
            ("index", "indexes", &meta.options.indexes, &table.indexes),
            ("constraint", "constraints", &meta.options.constraints, &table.constraints),
        ] {
            if !(meta.options.is_known(name) && state.options.is_known(name)) || state.open {
                Self::unknown(world, &model.place, format!("{}: {name}", model.label));
                continue;
            }
            let mut rules: Vec<Rule> = items.iter().map(|item| item.describe(world, (&model.app, &model.name))).collect();
            for rule in rules.iter_mut().filter(|rule| rule.name.is_none()) {
                rule.name = name_of(model, rule);
            }
            self.rules(world, model, table, what, rules, have, meta.partial || meta.packaged);
        }
    }

    #[expect(clippy::too_many_arguments)]
    fn rules(&mut self, world: &mut World, model: &Model, table: &Table, what: &str, rules: Vec<Rule>, have: &[Rule], partial: bool) {
        let mut left: Vec<&Rule> = have.iter().collect();
        let mut new = Vec::new();
        let mut partial = partial;
        for rule in rules {
            self.compared += 1;
            if rule.name.is_none() {
                // Django makes up the name, of something that is not known: the definition has to do.
                let same = left.iter().position(|old| rule.definition.is_some() && old.definition == rule.definition);
                match same {
                    Some(position) => drop(left.remove(position)),
                    None => {
                        partial = true;
                        Self::unknown(world, &model.place, format!("{}: {what} without a name", model.label));
                    }
                }
                continue;
            }
            let Some(position) = left.iter().position(|old| old.name == rule.name) else {
                new.push(rule);
                continue;
            };
            let old = left.remove(position);
            match (&rule.definition, &old.definition) {
                (Some(a), Some(b)) if a != b => {
                    let mut entry = self.entry(model, table, &format!("{what}_altered"));
                    (entry.attribute, entry.in_models, entry.in_migrations) = (rule.name.clone(), Some(a.clone()), Some(b.clone()));
                    self.out.push(entry);
                }
                (Some(_), Some(_)) => {}
                _ => Self::unknown(world, &model.place, format!("{}: {}", model.label, rule.name.as_deref().unwrap_or(what))),
            }
        }
        for rule in new {
            // The same under another name.
            if let Some(position) = left.iter().position(|old| rule.definition.is_some() && old.definition == rule.definition) {
                let old = left.remove(position);
                let mut entry = self.entry(model, table, &format!("{what}_renamed"));
                (entry.in_models, entry.in_migrations) = (rule.name, old.name.clone());
                self.out.push(entry);
                continue;
            }
            let mut entry = self.entry(model, table, &format!("{what}_without_migration"));
            (entry.attribute, entry.in_models) = (rule.name, rule.definition);
            self.out.push(entry);
        }
        for old in left.into_iter().filter(|_| !partial) {
            let mut entry = self.entry(model, table, &format!("{what}_without_model"));
            (entry.attribute, entry.in_migrations) = (old.name.clone(), old.definition.clone());
            self.out.push(entry);
        }
    }
}

fn rows(rows: &[Vec<Sym>]) -> String {
    let rows: Vec<String> = rows.iter().map(|row| format!("({})", row.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(", "))).collect();
    format!("[{}]", rows.join(", "))
}

/// The name that Django gives an index without one.
fn name_of(model: &Model, rule: &Rule) -> Option<String> {
    let column = |name: &String| {
        let (sign, name) = name.strip_prefix('-').map_or(("", name.as_str()), |name| ("-", name));
        // By the name of the field or of its column: `Meta.get_field` takes both.
        let field = model.fields.iter().find(|f| f.name == name || (f.relation.is_some() && name.strip_suffix("_id") == Some(&f.name)))?;
        Some(format!("{sign}{}", field.column.clone()?))
    };
    let columns: Option<Vec<String>> = rule.fields.iter().map(column).collect();
    let suffix = match rule.type_name.strip_suffix("Index")? {
        "" => "idx".to_owned(),
        kind => kind.to_ascii_lowercase(),
    };
    tables::of_index(model.db_table.as_deref()?, &columns?, &suffix)
}
