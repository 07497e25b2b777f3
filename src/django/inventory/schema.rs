//! Migrations, the tables that they build, and where the models say something else.

use super::{Certainty, Field, Place};

#[derive(Clone, Debug, Default)]
pub struct Operation {
    pub type_name: String,
    pub line: u32,
    pub model: Option<String>,
    pub field: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Migration {
    pub app: String,
    pub name: String,
    pub file: String,
    pub installed: bool,
    /// App and name; a swappable dependency is `("__setting__", "AUTH_USER_MODEL")`.
    pub dependencies: Vec<(String, String)>,
    pub replaces: Vec<(String, String)>,
    pub operations: Vec<Operation>,
    pub run_python: u32,
    pub run_sql: u32,
    pub leaf: bool,
    pub atomic: bool,
    /// Wants to run before migrations of other apps.
    pub run_before: bool,
}

/// A column, or a many-to-many field, as the migrations build it.
#[derive(Clone, Debug, Default)]
pub struct Column {
    pub field: Field,
    /// The field's value in the migration is not known; only its name is.
    pub unknown: bool,
    /// The migration that made or last altered it; none for what Django adds.
    pub migration: Option<String>,
    /// Part of the state that Django computes from the migrations.
    pub state: bool,
    /// In the database; none where hand-written SQL decides.
    pub database: Option<bool>,
}

/// An index or constraint of a table.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    pub name: Option<String>,
    /// The class name: `Index`, `UniqueConstraint`.
    pub type_name: String,
    /// Of an index a minus stands before those that descend.
    pub fields: Vec<String>,
    /// The whole definition without its name, as text; none where a part of it is not known.
    pub definition: Option<String>,
}

/// A table as the migrations build it; a proxy is one without columns.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub app: String,
    /// `app.Model`; of an automatic through table the label that Django gives it, `app.Model_field`.
    pub model: String,
    pub db_table: Option<String>,
    pub managed: bool,
    pub proxy: bool,
    /// Made for a many-to-many field.
    pub auto: bool,
    /// Models of which it is a child, `app.Model`, and mixins, dotted.
    pub bases: Vec<String>,
    pub columns: Vec<Column>,
    pub unique_together: Vec<Vec<String>>,
    pub index_together: Vec<Vec<String>>,
    pub indexes: Vec<Rule>,
    pub constraints: Vec<Rule>,
    pub order_with_respect_to: Option<String>,
    pub created_in: Option<String>,
    pub last_migration: Option<String>,
    pub place: Place,
    pub state: bool,
    pub database: Option<bool>,
    pub certainty: Certainty,
}

/// A difference between the models and what the migrations build.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Drift {
    pub app: String,
    /// `app.Model`
    pub model: Option<String>,
    pub field: Option<String>,
    pub kind: String,
    /// Of an altered field or model: what differs.
    pub attribute: Option<String>,
    pub in_models: Option<String>,
    pub in_migrations: Option<String>,
    /// The database would change with it.
    pub schema: bool,
    pub place: Option<Place>,
    pub migration: Option<String>,
    pub migration_place: Option<Place>,
    pub certainty: Certainty,
}
