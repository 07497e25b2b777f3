//! How the move is rolled out: the order of modules and routes, who owns which table when, and what the proxy does in each phase.

pub mod answer;
pub mod automata;
pub mod kit;
pub mod pattern;
pub mod proxy;
pub mod python;
pub mod raw;
pub mod routing;
pub mod rules;
pub mod traffic;
