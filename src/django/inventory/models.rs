//! Models: fields, relations, Meta, methods, managers.

use std::collections::BTreeMap;

use super::{Certainty, Place};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relation {
    /// `ForeignKey`, `OneToOneField`, `ManyToManyField`, `GenericForeignKey`, `GenericRelation`
    pub kind: String,
    /// `app.Model`
    pub to: Option<String>,
    pub on_delete: Option<String>,
    pub related_name: Option<String>,
    /// `app.Model`; none where Django makes the table.
    pub through: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DefaultKind {
    #[default]
    None,
    Literal,
    Callable,
}

#[derive(Clone, Debug, Default)]
pub struct Field {
    pub name: String,
    /// The class name: `CharField`.
    pub type_name: String,
    pub type_qualname: String,
    /// The built-in Django field it comes down to.
    pub internal_type: Option<String>,
    pub column: Option<String>,
    pub null: Option<bool>,
    pub blank: Option<bool>,
    pub unique: Option<bool>,
    pub primary_key: Option<bool>,
    pub db_index: Option<bool>,
    pub max_length: Option<i64>,
    pub max_digits: Option<i64>,
    pub decimal_places: Option<i64>,
    pub auto_now: bool,
    pub auto_now_add: bool,
    pub default: DefaultKind,
    pub choices: bool,
    /// Dotted class in whose body it stands.
    pub declared_in: String,
    pub place: Place,
    pub relation: Option<Relation>,
    /// The other arguments as text, those that say what the default says left out; none for one that is not known. None where nobody knows which
    /// there are. For the comparison with the migrations.
    pub given: Option<BTreeMap<String, Option<String>>>,
    /// Added by Django, a package or another field; not written in the class body.
    pub implied: bool,
    /// The project defines the field's class.
    pub own_class: bool,
    /// Names of the arguments that it is given; `name=False` where one is switched off, `name=callable` where one is a function or class.
    pub options: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MethodKind {
    Property,
    /// `save`, `delete`, `clean`, … of the framework overridden.
    Override,
    ClassMethod,
    StaticMethod,
    Method,
}

#[derive(Clone, Debug)]
pub struct Method {
    pub name: String,
    pub kind: MethodKind,
    pub line: u32,
    pub complexity: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Meta {
    pub unique_together: Vec<Vec<String>>,
    pub index_together: Vec<Vec<String>>,
    /// Constraint and index names; a class name where unnamed.
    pub constraints: Vec<String>,
    pub indexes: Vec<String>,
    pub ordering: Vec<String>,
    pub permissions: Vec<String>,
    pub get_latest_by: Option<String>,
    pub order_with_respect_to: Option<String>,
    pub verbose_name: Option<String>,
    /// Constraints and indexes, each with what it is made of.
    pub items: Vec<MetaItem>,
    /// Names of all options that it sets, those of its bases included.
    pub options: Vec<String>,
}

/// An element of Meta.constraints or Meta.indexes.
#[derive(Clone, Debug, Default)]
pub struct MetaItem {
    /// `constraint` or `index`
    pub kind: &'static str,
    /// Class name: `UniqueConstraint`, `GinIndex`, …
    pub type_name: String,
    pub name: Option<String>,
    /// Names of its keyword arguments, and `expressions` where it is given expressions by position.
    pub options: Vec<String>,
    pub place: Place,
}

#[derive(Clone, Debug, Default)]
pub struct Model {
    /// `app.Model`
    pub label: String,
    pub qualname: String,
    pub app: String,
    pub name: String,
    pub module: String,
    pub place: Place,
    pub installed: bool,
    pub is_abstract: bool,
    pub proxy: bool,
    pub managed: bool,
    pub db_table: Option<String>,
    /// Direct bases, dotted.
    pub bases: Vec<String>,
    /// Every class of a package or of Django among its ancestors, dotted, nearest first.
    pub outside: Vec<String>,
    /// First-party abstract models among its ancestors, dotted.
    pub mixed_in: Vec<String>,
    /// The setting that can swap the model out.
    pub swappable: Option<String>,
    /// The setting names another model.
    pub swapped: bool,
    pub fields: Vec<Field>,
    pub managers: Vec<String>,
    pub meta: Meta,
    pub methods: Vec<Method>,
    /// Query sites that read and that write it.
    pub reads: u32,
    pub writes: u32,
    /// Made at run time: by `type()`, inside a function, by a package.
    pub dynamic: bool,
    /// The model beside which a package makes it, whose rows are written together with its own: a history, translations.
    pub beside: Option<String>,
    pub certainty: Certainty,
    /// An attribute is not known: it may be a further field.
    pub open: bool,
}

/// A manager or queryset class of the project.
#[derive(Clone, Debug, Default)]
pub struct ManagerClass {
    pub qualname: String,
    pub place: Place,
    /// Name and line of what it defines itself.
    pub methods: Vec<(String, u32)>,
}
