//! How the move is rolled out: the order of modules and routes, who owns which table when, and what the proxy does in each phase.

pub mod advice;
pub mod answer;
pub mod automata;
pub mod calendar;
pub mod couplings;
pub mod crossings;
pub mod data;
pub mod effects;
pub mod entries;
pub mod fill;
pub mod hours;
pub mod kit;
pub mod observed;
pub mod order;
pub mod overrides;
pub mod ownership;
pub mod parity;
pub mod pattern;
pub mod phases;
pub mod progress;
pub mod proxy;
pub mod python;
pub mod raw;
pub mod resolver;
pub mod routing;
pub mod rules;
pub mod runs;
pub mod scope;
pub mod segments;
pub mod sockets;
pub mod traffic;
pub mod units;
pub mod wording;

pub use data::Plan;
