//! The schema that the migrations build, and where the models say something else.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::all;
use super::inventory::Certainty;
use super::models::Relation;
use crate::django::inventory as found;

/// A table as the migrations build it, without a database. A proxy is one without columns of its own.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Table {
    pub app: String,
    /// `app.Model`; of an automatic through table `app.Model_field`; empty where only the database has the table.
    pub model: String,
    pub db_table: Option<String>,
    pub managed: bool,
    pub proxy: bool,
    /// Made by Django for a many-to-many field.
    pub auto: bool,
    /// Models of which it is a child (`app.Model`) and mixins (dotted).
    pub bases: Vec<String>,
    /// In the order of the migrations; many-to-many fields are there too, without a column.
    pub columns: Vec<Column>,
    pub unique_together: Vec<Vec<String>>,
    pub index_together: Vec<Vec<String>>,
    pub indexes: Vec<Rule>,
    pub constraints: Vec<Rule>,
    pub order_with_respect_to: Option<String>,
    /// The migration that made it, by name.
    pub created_in: Option<String>,
    /// The migration that last changed it, by name.
    pub last_migration: Option<String>,
    pub file: String,
    pub line: u32,
    /// Part of the state that Django computes from the migrations.
    pub state: bool,
    /// The migrations make it in the database; null where SQL or Python decides.
    pub database: Option<bool>,
    pub certainty: Certainty,
}

/// A column, or a many-to-many field.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// Of the field.
    pub name: String,
    /// Null for a many-to-many field, and where the field is not known.
    pub column: Option<String>,
    /// The class name: `CharField`; null where it is not known.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    pub type_qualname: Option<String>,
    /// The built-in Django field that it comes down to.
    pub internal_type: Option<String>,
    pub null: Option<bool>,
    pub unique: Option<bool>,
    pub primary_key: Option<bool>,
    pub db_index: Option<bool>,
    pub max_length: Option<i64>,
    pub max_digits: Option<i64>,
    pub decimal_places: Option<i64>,
    pub relation: Option<Relation>,
    /// The migration that made or last altered it, by name; null for what Django adds.
    pub migration: Option<String>,
    pub file: String,
    pub line: u32,
    /// Part of the state that Django computes from the migrations.
    pub state: bool,
    /// The migrations make it in the database; null where SQL or Python decides, and for a many-to-many field.
    pub database: Option<bool>,
}

/// An index or a constraint.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    pub name: Option<String>,
    /// The class name: `Index`, `UniqueConstraint`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// A minus stands before those of an index that descend.
    pub fields: Vec<String>,
    /// The definition without its name, as text; null where a part of it is not known.
    pub definition: Option<String>,
}

/// A difference between the models and what the migrations build.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    pub app: String,
    /// `app.Model`
    pub model: Option<String>,
    pub field: Option<String>,
    /// `model_without_migration`, `table_without_model`, `field_without_migration`, `column_without_field`, `field_altered`,
    /// `db_table_altered`, `unique_together_altered`, `index_together_altered`, `order_with_respect_to_altered`, `options_altered`;
    /// `index_without_migration`, `index_without_model`, `index_altered`, `index_renamed` and the same of `constraint`; `app_without_migrations`,
    /// `conflicting_leaves`, `missing_dependency`, `circular_dependency`; `state_only` and `database_only` where the migrations tell Django one
    /// thing and do another.
    pub kind: String,
    /// What differs: an argument of the field, an option, the name of an index or constraint, `table` or `column`.
    pub attribute: Option<String>,
    pub in_models: Option<String>,
    pub in_migrations: Option<String>,
    /// The database would change with it; false where only what Django does would.
    pub schema: bool,
    /// Of the model or its field; null where there is none.
    pub file: Option<String>,
    pub line: Option<u32>,
    /// The migration that says otherwise, by name.
    pub migration: Option<String>,
    pub migration_file: Option<String>,
    pub migration_line: Option<u32>,
    pub certainty: Certainty,
}

impl From<&found::Table> for Table {
    fn from(from: &found::Table) -> Self {
        Table {
            app: from.app.clone(),
            model: from.model.clone(),
            db_table: from.db_table.clone(),
            managed: from.managed,
            proxy: from.proxy,
            auto: from.auto,
            bases: from.bases.clone(),
            columns: all(&from.columns),
            unique_together: from.unique_together.clone(),
            index_together: from.index_together.clone(),
            indexes: all(&from.indexes),
            constraints: all(&from.constraints),
            order_with_respect_to: from.order_with_respect_to.clone(),
            created_in: from.created_in.clone(),
            last_migration: from.last_migration.clone(),
            file: from.place.file.clone(),
            line: from.place.line,
            state: from.state,
            database: from.database,
            certainty: from.certainty.into(),
        }
    }
}

impl From<&found::Column> for Column {
    fn from(from: &found::Column) -> Self {
        let field = &from.field;
        Column {
            name: field.name.clone(),
            column: field.column.clone(),
            type_name: (!from.unknown).then(|| field.type_name.clone()),
            type_qualname: (!from.unknown).then(|| field.type_qualname.clone()),
            internal_type: field.internal_type.clone(),
            null: field.null,
            unique: field.unique,
            primary_key: field.primary_key,
            db_index: field.db_index,
            max_length: field.max_length,
            max_digits: field.max_digits,
            decimal_places: field.decimal_places,
            relation: field.relation.as_ref().map(Relation::from),
            migration: from.migration.clone(),
            file: field.place.file.clone(),
            line: field.place.line,
            state: from.state,
            database: from.database,
        }
    }
}

impl From<&found::Rule> for Rule {
    fn from(from: &found::Rule) -> Self {
        Rule {
            name: from.name.clone(),
            type_name: from.type_name.clone(),
            fields: from.fields.clone(),
            definition: from.definition.clone(),
        }
    }
}

impl From<&found::Drift> for Drift {
    fn from(from: &found::Drift) -> Self {
        Drift {
            app: from.app.clone(),
            model: from.model.clone(),
            field: from.field.clone(),
            kind: from.kind.clone(),
            attribute: from.attribute.clone(),
            in_models: from.in_models.clone(),
            in_migrations: from.in_migrations.clone(),
            schema: from.schema,
            file: from.place.as_ref().map(|place| place.file.clone()),
            line: from.place.as_ref().map(|place| place.line),
            migration: from.migration.clone(),
            migration_file: from.migration_place.as_ref().map(|place| place.file.clone()),
            migration_line: from.migration_place.as_ref().map(|place| place.line),
            certainty: from.certainty.into(),
        }
    }
}
