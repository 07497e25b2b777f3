//! The targets to choose from, and which costs count with which.

use serde::Deserialize;

use super::model::Model;
use crate::rules::costs::Cost;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Orm {
    #[default]
    #[serde(rename = "sqlalchemy")]
    SqlAlchemy,
    #[serde(rename = "sqlmodel")]
    SqlModel,
    Tortoise,
    /// Django's ORM stays and is used from FastAPI.
    Django,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Admin {
    #[default]
    Keep,
    #[serde(rename = "sqladmin")]
    SqlAdmin,
    Custom,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Auth {
    /// FastAPI reads Django's session.
    #[default]
    Session,
    Jwt,
    #[serde(rename = "fastapi-users")]
    FastApiUsers,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proxy {
    #[default]
    Reverse,
    InProcess,
}

/// What the team decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Strategy {
    pub orm: Orm,
    pub admin: Admin,
    pub auth: Auth,
    pub proxy: Proxy,
}

/// A fixed cost of a strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct FixedCost {
    pub name: String,
    pub unit: String,
    pub mean: f64,
}

impl Strategy {
    pub fn name(&self) -> String {
        format!("orm={} admin={} auth={} proxy={}", self.orm.name(), self.admin.name(), self.auth.name(), self.proxy.name())
    }

    /// How a row of the cost table counts: 0 where it does not.
    pub fn factor(&self, model: &Model, cost: &Cost) -> f64 {
        match cost.group.as_str() {
            "data" if self.orm == Orm::Django => 0.0,
            "adapter" if self.orm != Orm::Django => 0.0,
            "admin" => match self.admin {
                Admin::Keep => 0.0,
                Admin::SqlAdmin => 1.0,
                // Nothing is generated: forms, lists and filters are written.
                Admin::Custom => model.custom_admin,
            },
            "admin_kept" if self.admin != Admin::Keep => 0.0,
            _ => 1.0,
        }
    }

    pub fn fixed(&self, model: &Model) -> Vec<FixedCost> {
        let Some(rows) = model.fixed.get(self.proxy.name()) else { return Vec::new() };
        let mut out: Vec<FixedCost> = rows
            .iter()
            .map(|(name, row)| {
                let mean = if self.orm == Orm::Django { row.orm_kept.unwrap_or(row.mean) } else { row.mean };
                FixedCost { name: name.clone(), unit: row.unit.clone(), mean }
            })
            .collect();
        // Login moves too: issuing tokens, refresh, revocation, and the flows around them.
        if let Some(row) = model.login.get(self.auth.name()) {
            out.push(FixedCost { name: "login".to_owned(), unit: row.unit.clone(), mean: row.mean });
        }
        out
    }
}

macro_rules! names {
    ($kind:ident { $($variant:ident => $name:literal),* }) => {
        impl $kind {
            pub const NAMES: &[&str] = &[$($name),*];

            pub fn name(self) -> &'static str {
                match self { $($kind::$variant => $name),* }
            }

            pub fn of(name: &str) -> Option<$kind> {
                match name { $($name => Some($kind::$variant),)* _ => None }
            }
        }
    };
}

names!(Orm { SqlAlchemy => "sqlalchemy", SqlModel => "sqlmodel", Tortoise => "tortoise", Django => "django" });
names!(Admin { Keep => "keep", SqlAdmin => "sqladmin", Custom => "custom" });
names!(Auth { Session => "session", Jwt => "jwt", FastApiUsers => "fastapi-users" });
names!(Proxy { Reverse => "reverse", InProcess => "in-process" });
