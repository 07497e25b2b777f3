//! What a construct means for the move: the catalogue of rules, and the findings where a rule fires.
//!
//! A rule is data. The built-in ones (`builtin/*.toml`) and those of a team go through one loader; text and arithmetic come from the same
//! tables, so that what `explain` shows is what the estimate counts.

pub mod builtin;
pub mod construct;
pub mod costs;
pub mod facts;
pub mod finding;
pub mod fold;
pub mod load;
pub mod matcher;
pub mod overlay;
pub mod routing;
pub mod schema;
pub mod suppress;
pub mod titles;

pub use finding::{Finding, findings};
pub use fold::fold;
pub use load::{Mistake, Source};
pub use schema::{Catalogue, Match, Rule, Severity, Status};
