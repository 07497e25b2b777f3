//! Models with their fields, Meta and methods.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::all;
use super::inventory::Certainty;
use crate::django::inventory as found;

/// A model class.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Model {
    /// `app.Model`
    pub label: String,
    /// Dotted name of the class.
    pub qualname: String,
    pub app: String,
    pub name: String,
    pub module: String,
    pub file: String,
    pub line: u32,
    /// The app it belongs to is installed.
    pub installed: bool,
    #[serde(rename = "abstract")]
    pub is_abstract: bool,
    pub proxy: bool,
    pub managed: bool,
    pub db_table: Option<String>,
    /// Direct bases, dotted.
    pub bases: Vec<String>,
    /// First-party abstract models among its ancestors, dotted.
    pub mixed_in: Vec<String>,
    /// The setting that can swap the model out.
    pub swappable: Option<String>,
    /// That setting names another model.
    pub swapped: bool,
    /// In the order in which Django has them.
    pub fields: Vec<Field>,
    pub managers: Vec<String>,
    pub meta: Meta,
    pub methods: Vec<Method>,
    /// Query sites that read it: those that begin with it, and those that reach it.
    pub reads: u32,
    /// Query sites that write it.
    pub writes: u32,
    /// Made at run time: by `type()`, inside a function, by a package.
    pub dynamic: bool,
    pub certainty: Certainty,
}

/// A field of a model, inherited ones included.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Field {
    pub name: String,
    /// The class name: `CharField`.
    #[serde(rename = "type")]
    pub type_name: String,
    pub type_qualname: String,
    /// The built-in Django field that it comes down to.
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
    /// It has a list of choices.
    pub choices: bool,
    /// Dotted class in whose body it stands.
    pub declared_in: String,
    pub file: String,
    pub line: u32,
    pub relation: Option<Relation>,
    /// Added by Django, a package or another field; not written in the class body.
    pub implied: bool,
}

/// Where a field's default comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DefaultKind {
    None,
    Literal,
    Callable,
}

/// Where a field points to.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Relation {
    /// `ForeignKey`, `OneToOneField`, `ManyToManyField`, `GenericForeignKey`, `GenericRelation`
    pub kind: String,
    /// `app.Model`
    pub to: Option<String>,
    pub on_delete: Option<String>,
    pub related_name: Option<String>,
    /// `app.Model`; null where Django makes the table.
    pub through: Option<String>,
}

/// The model's Meta.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Meta {
    pub unique_together: Vec<Vec<String>>,
    pub index_together: Vec<Vec<String>>,
    /// Names; a class name where unnamed.
    pub constraints: Vec<String>,
    /// Names; a class name where unnamed.
    pub indexes: Vec<String>,
    pub ordering: Vec<String>,
    pub permissions: Vec<String>,
    pub get_latest_by: Option<String>,
    pub order_with_respect_to: Option<String>,
    pub verbose_name: Option<String>,
}

/// A method in the class body.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Method {
    pub name: String,
    /// `property`, `classmethod`, `staticmethod`, `method`; `save_override` and the like where it replaces one of the framework's.
    pub kind: String,
    pub line: u32,
    pub complexity: u32,
}

impl From<&found::Model> for Model {
    fn from(from: &found::Model) -> Self {
        Model {
            label: from.label.clone(),
            qualname: from.qualname.clone(),
            app: from.app.clone(),
            name: from.name.clone(),
            module: from.module.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            installed: from.installed,
            is_abstract: from.is_abstract,
            proxy: from.proxy,
            managed: from.managed,
            db_table: from.db_table.clone(),
            bases: from.bases.clone(),
            mixed_in: from.mixed_in.clone(),
            swappable: from.swappable.clone(),
            swapped: from.swapped,
            fields: all(&from.fields),
            managers: from.managers.clone(),
            meta: Meta::from(&from.meta),
            methods: all(&from.methods),
            reads: from.reads,
            writes: from.writes,
            dynamic: from.dynamic,
            certainty: from.certainty.into(),
        }
    }
}

impl From<&found::Field> for Field {
    fn from(from: &found::Field) -> Self {
        Field {
            name: from.name.clone(),
            type_name: from.type_name.clone(),
            type_qualname: from.type_qualname.clone(),
            internal_type: from.internal_type.clone(),
            column: from.column.clone(),
            null: from.null,
            blank: from.blank,
            unique: from.unique,
            primary_key: from.primary_key,
            db_index: from.db_index,
            max_length: from.max_length,
            max_digits: from.max_digits,
            decimal_places: from.decimal_places,
            auto_now: from.auto_now,
            auto_now_add: from.auto_now_add,
            default: match from.default {
                found::DefaultKind::None => DefaultKind::None,
                found::DefaultKind::Literal => DefaultKind::Literal,
                found::DefaultKind::Callable => DefaultKind::Callable,
            },
            choices: from.choices,
            declared_in: from.declared_in.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            relation: from.relation.as_ref().map(Relation::from),
            implied: from.implied,
        }
    }
}

impl From<&found::Relation> for Relation {
    fn from(from: &found::Relation) -> Self {
        Relation {
            kind: from.kind.clone(),
            to: from.to.clone(),
            on_delete: from.on_delete.clone(),
            related_name: from.related_name.clone(),
            through: from.through.clone(),
        }
    }
}

impl From<&found::Meta> for Meta {
    fn from(from: &found::Meta) -> Self {
        Meta {
            unique_together: from.unique_together.clone(),
            index_together: from.index_together.clone(),
            constraints: from.constraints.clone(),
            indexes: from.indexes.clone(),
            ordering: from.ordering.clone(),
            permissions: from.permissions.clone(),
            get_latest_by: from.get_latest_by.clone(),
            order_with_respect_to: from.order_with_respect_to.clone(),
            verbose_name: from.verbose_name.clone(),
        }
    }
}

impl From<&found::Method> for Method {
    fn from(from: &found::Method) -> Self {
        let kind = match from.kind {
            found::MethodKind::Property => "property".to_owned(),
            found::MethodKind::Override => format!("{}_override", from.name.trim_matches('_')),
            found::MethodKind::ClassMethod => "classmethod".to_owned(),
            found::MethodKind::StaticMethod => "staticmethod".to_owned(),
            found::MethodKind::Method => "method".to_owned(),
        };
        Method { name: from.name.clone(), kind, line: from.line, complexity: from.complexity }
    }
}
