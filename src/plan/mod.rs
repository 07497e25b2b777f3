//! How the move is rolled out: the order of modules and routes, who owns which table when, and what the proxy does in each phase.

pub mod kit;
pub mod proxy;
pub mod rules;
pub mod traffic;
