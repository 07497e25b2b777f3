//! The options of a model, from an operation of a migration or from its Meta: the same reading for both sides of the comparison.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Sym, last_part, sym};
use crate::django::deconstruct;
use crate::django::inventory::Rule;
use crate::django::world::World;
use crate::eval::Value;

/// What `AlterModelOptions` sets; an option that it leaves out is reset.
pub const ALTERABLE: &[&str] = &[
    "base_manager_name",
    "default_manager_name",
    "default_related_name",
    "get_latest_by",
    "managed",
    "ordering",
    "permissions",
    "default_permissions",
    "select_on_save",
    "verbose_name",
    "verbose_name_plural",
];

/// An index or constraint.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: Option<Sym>,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub struct Options {
    pub unique_together: Vec<Vec<Sym>>,
    pub index_together: Vec<Vec<Sym>>,
    pub indexes: Vec<Named>,
    pub constraints: Vec<Named>,
    pub db_table: Option<Sym>,
    pub managed: bool,
    pub proxy: bool,
    pub order_with_respect_to: Option<Sym>,
    /// The other options, as given.
    pub others: BTreeMap<Sym, Value>,
    /// Options whose value is not known, or only partly.
    pub unknown: BTreeSet<Sym>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            unique_together: Vec::new(),
            index_together: Vec::new(),
            indexes: Vec::new(),
            constraints: Vec::new(),
            db_table: None,
            managed: true,
            proxy: false,
            order_with_respect_to: None,
            others: BTreeMap::new(),
            unknown: BTreeSet::new(),
        }
    }
}

impl Options {
    pub fn read(world: &mut World, given: impl IntoIterator<Item = (Sym, Value)>) -> Options {
        let mut out = Options::default();
        for (name, value) in given {
            let value = world.interp.force(value);
            out.set(name, value);
        }
        out
    }

    pub fn set(&mut self, name: Sym, value: Value) {
        self.unknown.remove(&name);
        let known = match name.as_str() {
            "unique_together" => together(&value).map(|rows| self.unique_together = rows),
            "index_together" => together(&value).map(|rows| self.index_together = rows),
            "indexes" => list(&value).map(|items| self.indexes = items),
            "constraints" => list(&value).map(|items| self.constraints = items),
            "db_table" => text(&value).map(|table| self.db_table = table),
            "order_with_respect_to" => text(&value).map(|field| self.order_with_respect_to = field),
            "proxy" => value.as_bool().map(|proxy| self.proxy = proxy),
            _ => {
                let mut known = Some(());
                if name.as_str() == "managed" {
                    known = value.as_bool().map(|managed| self.managed = managed);
                }
                self.others.insert(name, value);
                known
            }
        };
        if known.is_none() {
            self.unknown.insert(name);
        }
    }

    /// `AlterModelOptions`.
    pub fn alter(&mut self, world: &mut World, given: Vec<(Sym, Value)>) {
        for name in ALTERABLE {
            self.others.remove(&sym(name));
            self.unknown.remove(&sym(name));
        }
        self.managed = true;
        for (name, value) in given {
            let value = world.interp.force(value);
            self.set(name, value);
        }
    }

    pub fn rename_field(&mut self, from: Sym, to: Sym) {
        for name in self.unique_together.iter_mut().chain(self.index_together.iter_mut()).flatten() {
            if *name == from {
                *name = to;
            }
        }
    }

    pub fn is_known(&self, name: &str) -> bool {
        !self.unknown.contains(&sym(name))
    }
}

/// A text, or nothing; none where it is something else.
fn text(value: &Value) -> Option<Option<Sym>> {
    match value {
        Value::None => Some(None),
        other => other.as_str().map(Some),
    }
}

/// Rows of field names; one row may stand for itself.
pub fn together(value: &Value) -> Option<Vec<Vec<Sym>>> {
    if matches!(value, Value::None) {
        return Some(Vec::new());
    }
    let items = value.items()?;
    let names = |items: &[Value]| items.iter().map(Value::as_str).collect::<Option<Vec<Sym>>>();
    let mut out = match names(&items) {
        Some(row) if !row.is_empty() => vec![row],
        _ => items.iter().map(|row| row.items().and_then(|row| names(&row))).collect::<Option<Vec<_>>>()?,
    };
    out.sort();
    out.dedup();
    Some(out)
}

fn list(value: &Value) -> Option<Vec<Named>> {
    let items = value.items()?;
    if items.iter().any(|item| matches!(item, Value::Spread(_) | Value::Unknown(_))) {
        return None;
    }
    Some(items.into_iter().map(Named::new).collect())
}

impl Named {
    pub fn new(value: Value) -> Named {
        let name = argument(&value, "name").and_then(|v| v.as_str());
        Named { name, value }
    }

    /// As the report shows it; `model` is what `%(class)s` and `%(app_label)s` in a name stand for.
    pub fn describe(&self, world: &mut World, (app, model): (&str, &str)) -> Rule {
        let (args, kwargs) = self.parts();
        let type_name = match &self.value {
            Value::Call(call) => call.ext().map_or(String::new(), |e| last_part(&e).to_owned()),
            Value::Instance(made) => world.interp.class(made.class).name.to_string(),
            // The fields alone: `RenameIndex` makes an index of them.
            _ => "Index".to_owned(),
        };
        let fields = kwargs.iter().find(|(name, _)| name.as_str() == "fields").and_then(|(_, v)| v.items()).unwrap_or_default();
        let mut definition = vec![type_name.clone()];
        let mut known = !matches!(&self.value, Value::Call(call) if call.open);
        for arg in &args {
            let text = match arg {
                // A field by its name.
                Value::Str(name) => Some(match name.strip_prefix('-') {
                    Some(name) => format!("OrderBy(F('{name}'), descending=True)"),
                    None => format!("F('{name}')"),
                }),
                other => deconstruct::text(world, other),
            };
            match text {
                Some(text) => definition.push(text),
                None => known = false,
            }
        }
        let mut named: Vec<_> = kwargs.iter().filter(|(name, _)| !UNSEEN.contains(&name.as_str())).collect();
        named.sort_by_key(|(name, _)| shown(name));
        for (name, value) in named {
            match deconstruct::text(world, value) {
                Some(text) if says_nothing(name, &text) => {}
                Some(text) => definition.push(format!("{}={text}", shown(name))),
                None => known = false,
            }
        }
        let class = model.to_ascii_lowercase();
        Rule {
            name: self.name.map(|n| n.replace("%(class)s", &class).replace("%(app_label)s", &app.to_ascii_lowercase())),
            type_name,
            fields: fields.iter().filter_map(Value::as_str).map(|s| s.to_string()).collect(),
            definition: known.then(|| definition.join(" ")),
        }
    }

    fn parts(&self) -> (Vec<Value>, Vec<(Sym, Value)>) {
        match &self.value {
            Value::Call(call) => (call.args.clone(), call.kwargs.clone()),
            Value::Instance(made) => (made.args.clone(), made.kwargs.clone()),
            fields => (Vec::new(), vec![(sym("fields"), fields.clone())]),
        }
    }
}

/// Arguments that are compared by themselves, or say nothing of the database.
const UNSEEN: &[&str] = &["name", "violation_error_message", "violation_error_code"];

/// `check` became `condition` in Django 5.1.
fn shown(name: &str) -> &str {
    if name == "check" { "condition" } else { name }
}

fn says_nothing(name: &str, text: &str) -> bool {
    matches!((name, text), ("fields" | "opclasses" | "include", "[]") | (_, "None"))
}

/// An argument by name, as the constructor of the class's external base got it.
fn argument(value: &Value, name: &str) -> Option<Value> {
    let find = |kwargs: &[(Sym, Value)]| kwargs.iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value.clone());
    match value {
        Value::Call(call) => find(&call.kwargs),
        Value::Instance(made) => {
            let given = made.base_init.borrow().as_ref().and_then(|init| find(&init.kwargs));
            given.or_else(|| find(&made.kwargs))
        }
        _ => None,
    }
}
