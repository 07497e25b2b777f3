//! The cost table: what one unit of a driver takes, how far that spreads, and what the number rests on.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::de::DeTable;
use toml::{Spanned, Table};

use super::load::Mistake;
use super::overlay::overlay;
use super::schema::Status;

const BUILTIN: &str = include_str!("costs.toml");

/// Spread of one unit: standard deviation of the logarithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Class {
    A,
    B,
    C,
    D,
}

impl Class {
    pub fn log_sd(self) -> f64 {
        match self {
            Class::A => 0.35,
            Class::B => 0.50,
            Class::C => 0.75,
            Class::D => 1.00,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Class::A => "A",
            Class::B => "B",
            Class::C => "C",
            Class::D => "D",
        }
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    pub group: String,
    pub unit: String,
    /// Expected focus-hours for one unit.
    pub mean: f64,
    pub class: Class,
    pub status: Status,
    #[serde(default)]
    pub source: Option<String>,
    /// Counts once for the project, however many places there are.
    #[serde(default)]
    pub once: bool,
}

/// Driver → cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Costs {
    pub rows: BTreeMap<String, Cost>,
}

impl Costs {
    /// The table that ships with the program.
    pub fn builtin() -> Result<Costs, Mistake> {
        Costs::parse(BUILTIN)
    }

    pub fn parse(text: &str) -> Result<Costs, Mistake> {
        let rows: BTreeMap<Spanned<String>, Cost> = toml::from_str(text).map_err(|error| Mistake::toml(&error, text))?;
        for (name, row) in &rows {
            let sound = row.mean.is_finite() && row.mean >= 0.0;
            if !sound {
                let span: Range<usize> = name.span();
                return Err(Mistake::new(span, "wrong value", "a cost is a number of hours, zero or more"));
            }
        }
        Ok(Costs { rows: rows.into_iter().map(|(name, row)| (name.into_inner(), row)).collect() })
    }

    /// The table with a team's numbers in place of its own.
    pub fn with(own: &DeTable<'_>) -> Result<Costs, Mistake> {
        let base: Table = toml::from_str(BUILTIN).map_err(|error| Mistake::toml(&error, BUILTIN))?;
        overlay(base, own, |table| {
            table.clone().try_into().map(|rows| Costs { rows }).map_err(|error: toml::de::Error| error.message().to_owned())
        })
    }

    pub fn get(&self, driver: &str) -> Option<&Cost> {
        self.rows.get(driver)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        let costs = Costs::builtin().unwrap();
        assert_eq!(costs.get("op_custom").unwrap().mean, 1.0);
        let groups = ["adapter", "admin", "admin_kept", "api", "data", "infra", "packages", "web"];
        for (name, row) in &costs.rows {
            assert!(groups.contains(&row.group.as_str()), "{name}: group {}", row.group);
            assert_ne!(row.status, Status::Documented, "{name}");
        }
    }

    #[test]
    fn a_wrong_row_is_refused_with_its_place() {
        let text = "[a]\ngroup = \"api\"\nunit = \"x\"\nmean = -1.0\nclass = \"A\"\nstatus = \"tuned\"\n";
        assert_eq!(Costs::parse(text).unwrap_err().span, 1..2);
        assert!(Costs::parse("[a]\nmen = 1\n").unwrap_err().help.is_some_and(|h| h.contains("mean")));
    }
}
