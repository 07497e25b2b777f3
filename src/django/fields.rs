//! Model fields: what in a class body is one, of which type, with which options; by the package tables for external classes and by the recorded
//! `super().__init__(…)` for first-party ones.

use std::collections::BTreeMap;

use crate::base::{Loc, Sym, last_part, parent_part, sym};
use crate::eval::{Base, CallObj, InstObj, Value};
use crate::project::packages::ExtClass;

use super::deconstruct;
use super::inventory::{DefaultKind, Field, Relation};
use super::own_fields;
use super::world::World;

/// A value that is a model field, with its constructor's effective arguments.
pub struct FieldValue {
    pub type_name: String,
    pub type_qualname: String,
    /// Nearest external class of the field's type.
    pub ext: Sym,
    /// The class whose constructor is reached: a base of it, where the project's own goes past that of the nearest one.
    pub constructor: Sym,
    pub facts: Option<std::rc::Rc<ExtClass>>,
    pub args: BTreeMap<String, Value>,
    /// Some arguments are not known.
    pub open: bool,
    /// It has no column of its own.
    pub is_virtual: bool,
    /// The project defines its class.
    pub own_class: bool,
    /// Its class says that it is a relation, whatever it derives from.
    pub relates: bool,
    /// The column that its class puts it on.
    pub column: Option<Sym>,
    pub at: Loc,
}

const FIELD: &str = "django.db.models.fields.Field";

/// Arguments that the description shows by themselves, and those that Django sets and does not write down.
const DESCRIBED: &[&str] = &[
    "to",
    "on_delete",
    "through",
    "null",
    "blank",
    "unique",
    "primary_key",
    "db_index",
    "max_length",
    "max_digits",
    "decimal_places",
    "db_column",
    "auto_now",
    "auto_now_add",
    "name",
    "rel",
    "serialize",
    "auto_created",
    "parent_link",
    "symmetrical",
    // Written down since Django 5.2 only.
    "through_fields",
];

/// What the others are when nobody gives them, as text.
const DEFAULTS: &[(&str, &str)] = &[
    ("verbose_name", "None"),
    ("help_text", "''"),
    ("editable", "True"),
    ("choices", "None"),
    ("choices", "[]"),
    ("validators", "[]"),
    ("error_messages", "None"),
    ("db_constraint", "True"),
    ("db_tablespace", "''"),
    ("db_tablespace", "None"),
    ("db_table", "None"),
    ("db_comment", "None"),
    ("db_collation", "None"),
    ("related_name", "None"),
    ("related_query_name", "None"),
    ("limit_choices_to", "None"),
    ("limit_choices_to", "{}"),
    ("to_field", "None"),
    ("swappable", "True"),
    ("through_fields", "None"),
    ("unique_for_date", "None"),
    ("unique_for_month", "None"),
    ("unique_for_year", "None"),
    ("upload_to", "''"),
    ("storage", "None"),
    ("width_field", "None"),
    ("height_field", "None"),
    ("protocol", "'both'"),
    ("unpack_ipv4", "False"),
    ("encoder", "None"),
    ("decoder", "None"),
    ("size", "None"),
    ("srid", "4326"),
    ("dim", "2"),
    ("geography", "False"),
    ("spatial_index", "True"),
    ("allow_unicode", "False"),
];

/// A related name with the model's names in it.
fn formatted(text: &str, own: &str) -> String {
    let (app, model) = own.split_once('.').unwrap_or(("", own));
    let model = model.to_ascii_lowercase();
    text.replace("%(class)s", &model).replace("%(model_name)s", &model).replace("%(app_label)s", &app.to_ascii_lowercase())
}

/// The name of a model that a package makes for this field alone.
fn made_for(to: &str, own: &str, field: &str) -> String {
    let (app, model) = own.split_once('.').unwrap_or(("", own));
    to.replace("{app_label}", app).replace("{model}", model).replace("{field}", field)
}

pub fn is_field_class(world: &World, name: Sym) -> bool {
    let packages = &world.interp.project.packages;
    match packages.class(name) {
        Some(facts) => facts.kind == "field",
        // A package without a table: by the names that model fields go by.
        None => {
            let last = last_part(&name);
            let named = (last.ends_with("Field") || last.ends_with("ForeignKey") || last.ends_with("FieldBase"))
                && last.chars().next().is_some_and(char::is_uppercase);
            named
                && !name.contains(".forms")
                && !name.contains("serializers")
                && !name.starts_with("graphene")
                && !name.contains("filters")
                && !packages.knows_class(name)
        }
    }
}

/// Options that code sets on fields that are made.
const SET_LATER: [&str; 10] =
    ["blank", "choices", "db_index", "default", "editable", "help_text", "max_length", "null", "unique", "verbose_name"];

/// The model field that a value is, if it is one.
pub fn field_value(world: &mut World, value: &Value) -> Option<FieldValue> {
    match value {
        Value::Call(call) => {
            let ext = call.ext()?;
            if !is_field_class(world, ext) {
                return wrapped_field(world, call);
            }
            let facts = world.interp.project.packages.class(ext);
            let mut args = bind(world, ext, &call.args, &call.kwargs);
            // `Model._meta.get_field("name").blank = True`
            let set = call.attrs.borrow();
            let set = set.iter().filter(|(name, _)| SET_LATER.contains(&name.as_str()));
            args.extend(set.map(|(name, value)| (name.to_string(), value.clone())));
            Some(FieldValue {
                type_name: last_part(&ext).to_string(),
                type_qualname: ext.to_string(),
                ext,
                constructor: ext,
                facts,
                args,
                open: call.open,
                is_virtual: false,
                own_class: false,
                relates: false,
                column: None,
                at: call.loc,
            })
        }
        Value::Instance(instance) => {
            let class = world.interp.class(instance.class);
            let Some(ext) = world.external_base(&class, |n| is_field_class(world, sym(n))) else {
                return virtual_field(world, instance);
            };
            let facts = world.interp.project.packages.class(ext);
            let init = instance.base_init.borrow().clone();
            let own_init = world.interp.find_first_party(instance.class, "__init__").is_some();
            // `models.Field.__init__(self, …)`
            let named = init.as_ref().and_then(|call| call.ext()).and_then(|name| name.strip_suffix(".__init__").map(sym));
            let constructor = named.filter(|class| is_field_class(world, *class)).unwrap_or(ext);
            let (args, open) = match (init, own_init) {
                (Some(call), _) => (bind(world, constructor, &call.args, &call.kwargs), call.open),
                (None, false) => (bind(world, ext, &instance.args, &instance.kwargs), false),
                // Its own constructor was not followed to the end.
                (None, true) => (bind(world, ext, &[], &instance.kwargs), true),
            };
            Some(FieldValue {
                type_name: class.name.to_string(),
                type_qualname: class.dotted(),
                ext,
                constructor,
                facts,
                args,
                open,
                is_virtual: false,
                own_class: true,
                relates: says_relation(world, instance),
                column: own_fields::column(world, instance),
                at: instance.loc,
            })
        }
        Value::Alt(options) => options.to_vec().iter().find_map(|o| field_value(world, o)),
        _ => None,
    }
}

/// `encrypt(JSONField())`: a function of a package that makes a field of a field, of a class that it names after that one's.
fn wrapped_field(world: &mut World, call: &CallObj) -> Option<FieldValue> {
    let function = call.ext()?;
    let facts = world.interp.project.packages.function(function).filter(|facts| facts.kind == "field_wrapper")?;
    let inner = field_value(world, call.args.first()?)?;
    let type_name = facts.returns.as_deref()?.replace("{}", &inner.type_name);
    let type_qualname = format!("{}.{type_name}", parent_part(&function));
    Some(FieldValue { type_name, type_qualname, own_class: false, at: call.loc, ..inner })
}

fn says_relation(world: &mut World, instance: &InstObj) -> bool {
    let set = instance.attrs.borrow().get(&sym("is_relation")).cloned();
    let says = set.or_else(|| world.interp.find_first_party(instance.class, "is_relation").map(|(value, _)| value));
    says.is_some_and(|value| value.as_bool() == Some(true))
}

/// An object that is no `Field` but puts itself among the model's fields (`contribute_to_class` that calls `add_field`).
fn virtual_field(world: &mut World, instance: &InstObj) -> Option<FieldValue> {
    let (hook, _) = world.interp.find_first_party(instance.class, "contribute_to_class")?;
    let Value::Func(hook) = hook else { return None };
    let ast = world.interp.ast(hook.file);
    let adds = ast.calls.iter().filter(|c| c.scope == crate::facts::Scope::Func(hook.def)).any(|c| match ast.expr(c.expr) {
        crate::facts::ExprKind::Call(func, _) => {
            matches!(ast.expr(*func), crate::facts::ExprKind::Attr(_, name) if name.as_str() == "add_field")
        }
        _ => false,
    });
    if !adds {
        return None;
    }
    let class = world.interp.class(instance.class);
    let mut args = BTreeMap::new();
    for name in ["null", "blank", "unique", "primary_key", "db_index"] {
        let set = instance.attrs.borrow().get(&sym(name)).cloned();
        if let Some(value) = set.or_else(|| world.interp.find_first_party(instance.class, name).map(|(v, _)| v)) {
            args.insert(name.to_string(), value);
        }
    }
    Some(FieldValue {
        type_name: class.name.to_string(),
        type_qualname: class.dotted(),
        ext: sym(FIELD),
        constructor: sym(FIELD),
        facts: None,
        args,
        open: false,
        is_virtual: true,
        own_class: true,
        relates: says_relation(world, instance),
        column: None,
        at: instance.loc,
    })
}

/// Positional arguments by name, keywords over them.
pub fn bind(world: &World, ext: Sym, args: &[Value], kwargs: &[(Sym, Value)]) -> BTreeMap<String, Value> {
    let packages = &world.interp.project.packages;
    let described = packages.mro(ext).iter().find_map(|class| packages.class(*class).filter(|class| !class.args.is_empty()));
    let mut out = BTreeMap::new();
    for (name, value) in described.iter().flat_map(|class| &class.args).zip(args) {
        out.insert(name.clone(), value.clone());
    }
    for (name, value) in kwargs {
        out.insert(name.to_string(), value.clone());
    }
    out
}

impl FieldValue {
    fn inherited<T>(&self, world: &World, get: impl Fn(&ExtClass) -> Option<T>) -> Option<T> {
        world.interp.project.packages.nearest(self.ext, get)
    }

    /// What the constructor says that is reached.
    fn constructed<T>(&self, world: &World, get: impl Fn(&ExtClass) -> Option<T>) -> Option<T> {
        world.interp.project.packages.nearest(self.constructor, get)
    }

    /// `ForeignKey`, `ManyToManyField`, …; none for a plain column.
    pub fn relation_kind(&self, world: &World) -> Option<String> {
        self.inherited(world, |c| c.relation.clone()).or_else(|| {
            let name = self.type_name.as_str();
            if self.relates {
                return Some(name.to_string());
            }
            if self.facts.is_some() {
                return None;
            }
            ["OneToOneField", "ManyToManyField", "ForeignKey"].iter().find(|k| name.ends_with(**k)).map(|k| (*k).to_string())
        })
    }

    /// It stands among the fields, and no column is its own.
    pub fn stores_nothing(&self, world: &World) -> bool {
        let plain = || self.relation_kind(world).is_none() && self.type_name != "CompositePrimaryKey";
        self.is_virtual || (self.inherited(world, |c| c.no_column.then_some(())).is_some() && plain())
    }

    /// The field of the same model whose attribute is this one's, where its type says so.
    pub fn taken_from(&self, world: &World, attribute: &str) -> Option<Sym> {
        let argument = self.inherited(world, |c| c.taken_from.get(attribute)?.as_str().map(str::to_owned))?;
        self.args.get(&argument).and_then(Value::as_str)
    }

    /// Its type brings a through model with it.
    pub fn has_own_through(&self, world: &World) -> bool {
        self.inherited(world, |c| c.through.clone()).is_some()
    }

    fn default_of(&self, world: &World, name: &str) -> Option<toml::Value> {
        // The nearest class of the field's type that the tables describe; its defaults are complete.
        self.constructed(world, |c| if c.kind == "field" { Some(c.defaults.get(name).cloned()) } else { None }).flatten()
    }

    fn flag(&self, world: &World, name: &str) -> Option<bool> {
        match self.args.get(name) {
            Some(Value::Bool(b)) => Some(*b),
            Some(Value::None) => Some(false),
            Some(Value::Int(n)) => Some(*n != 0),
            Some(_) => None,
            None => match self.default_of(world, name).and_then(|v| v.as_bool()) {
                Some(b) => Some(b),
                None if self.open => None,
                None => Some(false),
            },
        }
    }

    /// The field as the inventory shows it. `own` is the label of the model it stands in.
    pub fn describe(&self, world: &mut World, name: &str, own: &str, declared_in: &str) -> Field {
        self.describe_for("relations", world, name, own, declared_in)
    }

    /// The same, with what its relation is counted as in the coverage.
    pub fn describe_for(&self, counted: &'static str, world: &mut World, name: &str, own: &str, declared_in: &str) -> Field {
        let relation_kind = self.relation_kind(world);
        let kind = relation_kind.as_deref();
        let primary_key = self.flag(world, "primary_key");
        let single = matches!(kind, Some("ForeignKey" | "OneToOneField" | "ForeignObject"));
        // A many-to-many has no column; before Django 6 its field was given a column name all the same.
        let no_column = self.stores_nothing(world)
            || matches!(kind, Some("GenericForeignKey" | "GenericRelation"))
            || (kind == Some("ManyToManyField") && world.interp.project.django_major.is_some_and(|v| v >= 6));
        let db_column = self.column.or_else(|| self.args.get("db_column")?.as_str()).map(|s| s.to_string());
        let column = if no_column {
            None
        } else {
            Some(db_column.unwrap_or_else(|| if single && kind != Some("ForeignObject") { format!("{name}_id") } else { name.to_string() }))
        };
        let unique = match kind {
            Some("OneToOneField") => Some(true),
            _ => match (self.flag(world, "unique"), primary_key) {
                (_, Some(true)) => Some(true),
                (unique, _) => unique,
            },
        };
        let db_index = match self.args.get("db_index") {
            Some(Value::Bool(b)) => Some(*b),
            None if matches!(kind, Some("ForeignKey" | "OneToOneField")) => Some(true),
            _ => self.flag(world, "db_index"),
        };
        let computed = self.constructed(world, |c| c.computed_with.get("max_length")?.as_str().map(str::to_owned));
        let computed = computed.filter(|argument| self.flag(world, argument) == Some(true));
        if let (Some(argument), None) = (&computed, self.args.get("max_length")) {
            let text = format!("max_length of {own}.{name}");
            world.note("fields", self.at, "the package computes it from what it knows", format!("{text}, with {argument}"));
        }
        let set = self.constructed(world, |c| c.sets.get("max_length")?.as_integer());
        let max_length = match self.args.get("max_length") {
            _ if set.is_some() => set,
            Some(value) => value.as_int(),
            None if computed.is_some() => None,
            None => self.default_of(world, "max_length").and_then(|v| v.as_integer()),
        };
        if let Some(value) = self.args.get("max_length").filter(|value| max_length.is_none() && !matches!(value, Value::None)).cloned() {
            world.miss("fields", &value, self.at, &format!("max_length of {own}.{name}"));
        }
        let default = match self.args.get("default") {
            None => DefaultKind::None,
            Some(value) if is_callable(world, value) => DefaultKind::Callable,
            Some(_) => DefaultKind::Literal,
        };
        let auto = ["auto_now", "auto_now_add"].iter().any(|k| self.args.get(*k).and_then(Value::as_bool) == Some(true));
        let relation = relation_kind.clone().map(|kind| self.relation(world, kind, own, name, counted));
        Field {
            name: name.to_string(),
            type_name: self.type_name.clone(),
            type_qualname: self.type_qualname.clone(),
            internal_type: self.inherited(world, |c| c.internal.clone()).or_else(|| self.built_in(world)),
            column,
            null: self.flag(world, "null"),
            // What Django fills in by itself need not be given.
            blank: if auto || self.type_name == "GeneratedField" { Some(true) } else { self.flag(world, "blank") },
            unique,
            primary_key,
            db_index,
            max_length,
            max_digits: self.args.get("max_digits").and_then(Value::as_int),
            decimal_places: self.args.get("decimal_places").and_then(Value::as_int),
            auto_now: self.args.get("auto_now").and_then(Value::as_bool).unwrap_or(false),
            auto_now_add: self.args.get("auto_now_add").and_then(Value::as_bool).unwrap_or(false),
            default,
            choices: self.args.get("choices").is_some_and(|v| !matches!(v, Value::None)),
            declared_in: declared_in.to_string(),
            place: world.place(self.at),
            relation,
            given: self.given(world, own),
            implied: false,
            own_class: self.own_class,
            options: self.options(world),
        }
    }

    /// The arguments that have no place of their own in the description.
    fn given(&self, world: &mut World, own: &str) -> Option<BTreeMap<String, Option<String>>> {
        if self.open || self.is_virtual {
            return None;
        }
        let mut out = BTreeMap::new();
        for (name, value) in &self.args {
            if DESCRIBED.contains(&name.as_str()) {
                let number = matches!(name.as_str(), "max_length" | "max_digits" | "decimal_places") && value.as_int().is_none();
                let names =
                    matches!(name.as_str(), "db_column" | "through") && !matches!(value, Value::Str(_) | Value::Class(_) | Value::Ext(_));
                if (number || names) && !matches!(value, Value::None) {
                    out.insert(name.clone(), None);
                }
                continue;
            }
            let mut text = if name == "choices" { deconstruct::choices(world, value) } else { deconstruct::text(world, value) };
            let default = self.default_of(world, name).map(|v| match v {
                toml::Value::Boolean(true) => "True".to_owned(),
                toml::Value::Boolean(false) => "False".to_owned(),
                toml::Value::String(text) => format!("'{text}'"),
                other => other.to_string(),
            });
            let says_nothing = text.as_ref().is_some_and(|text| {
                default.as_ref().map_or_else(|| DEFAULTS.contains(&(name.as_str(), text.as_str())), |default| default == text)
            });
            if says_nothing {
                continue;
            }
            if name == "related_name" {
                text = text.map(|text| formatted(&text, own));
            }
            out.insert(name.clone(), text);
        }
        Some(out)
    }

    /// The arguments that say something, by name.
    fn options(&self, world: &mut World) -> Vec<String> {
        let given = self.args.iter().filter(|(_, value)| match value {
            Value::None => false,
            value => value.items().is_none_or(|items| !items.is_empty()),
        });
        given
            .map(|(name, value)| match value {
                Value::Bool(false) => format!("{name}=False"),
                value if is_callable(world, value) => format!("{name}=callable"),
                _ => name.clone(),
            })
            .collect()
    }

    /// The built-in class that the type comes down to.
    fn built_in(&self, world: &World) -> Option<String> {
        let packages = &world.interp.project.packages;
        packages.mro(self.ext).iter().find(|c| c.starts_with("django.") && c.as_str() != FIELD).map(|c| last_part(c).to_string())
    }

    fn relation(&self, world: &mut World, kind: String, own: &str, name: &str, counted: &'static str) -> Relation {
        let plain = !kind.starts_with("Generic");
        let to = match (kind.as_str(), self.args.get("to")) {
            ("GenericForeignKey", _) => None,
            (_, Some(value)) => {
                let value = value.clone();
                let label = world.model_label(&value, Some(own));
                if label.is_none() {
                    world.miss(counted, &value, self.at, "target of a relation");
                } else {
                    world.count(counted, 1);
                }
                label
            }
            ("TaggableManager", None) => {
                let tagged = self.args.get("through").cloned().and_then(|through| tag_of(world, &through));
                tagged.or_else(|| self.inherited(world, |c| c.to.clone()))
            }
            (_, None) => {
                let to =
                    self.inherited(world, |c| c.to.clone().or_else(|| c.defaults.get("to").and_then(|v| v.as_str().map(str::to_string))));
                to.and_then(|to| match to.strip_prefix("settings.") {
                    Some(setting) => world.setting_text(setting),
                    None => Some(made_for(&to, own, name)),
                })
            }
        };
        let on_delete = match self.args.get("on_delete") {
            Some(Value::Ext(name)) => Some(last_part(name).to_string()),
            Some(Value::Call(call)) => call.ext().map(|n| last_part(&n).to_string()),
            Some(Value::Func(func)) => world.interp.func_def(func).map(|d| d.name.to_string()),
            // Before Django 2.0 it could be left out.
            None if matches!(kind.as_str(), "ForeignKey" | "OneToOneField") && !self.open => Some("CASCADE".to_string()),
            _ => None,
        };
        let related_name = self.args.get("related_name").and_then(Value::as_str).map(|text| formatted(&text, own));
        let through = match self.args.get("through") {
            None | Some(Value::None) => self.inherited(world, |c| c.through.clone()),
            Some(value) => {
                let value = value.clone();
                world.model_label(&value, Some(own))
            }
        };
        Relation { kind, to, on_delete: if plain { on_delete } else { None }, related_name, through }
    }
}

fn is_callable(world: &mut World, value: &Value) -> bool {
    match value {
        Value::Func(_) | Value::Method(_) | Value::Class(_) | Value::Ext(_) => true,
        Value::Attr(parts) => !matches!(parts.0, Value::Class(_)),
        Value::Call(call) => call.ext().is_some_and(|e| e.starts_with("functools.partial")),
        Value::Instance(made) => world.interp.find_first_party(made.class, "__call__").is_some(),
        _ => false,
    }
}

/// The tag model of a through model: what its `tag` points to.
fn tag_of(world: &mut World, through: &Value) -> Option<String> {
    let through = match through {
        Value::Str(label) => {
            let (app, model) = label.split_once('.')?;
            world.interp.model(app, model)?
        }
        other => other.clone(),
    };
    let Value::Class(class) = through else { return None };
    let object = world.interp.class(class);
    for base in object.mro.clone() {
        match base {
            Base::First(base) => {
                if let Some(value) = world.interp.class(base).own("tag")
                    && let Some(field) = field_value(world, &value)
                {
                    let label = world.label_of_class(class);
                    return field.args.get("to").cloned().and_then(|to| world.model_label(&to, label.as_deref()));
                }
            }
            Base::Ext(name) => {
                let facts = world.interp.project.packages.class(name);
                if let Some(field) = facts.and_then(|f| f.fields.iter().find(|f| f.name.as_deref() == Some("tag")).cloned()) {
                    return field.to;
                }
            }
        }
    }
    None
}

/// Whether a class is a model field class of the repository.
pub fn is_first_party_field(world: &World, class: &crate::eval::ClassObj) -> bool {
    class.mro.iter().any(|b| matches!(b, Base::Ext(n) if is_field_class(world, *n)))
}
