//! Proxy configuration for one phase, in the language of each proxy. Every value is encoded for its language; what an allow-list does not know
//! is refused, so that no pattern of the scanned code can add a directive.
//!
//! All five decide alike. The raw path, as it was sent, is compared with the patterns in the order of the rules, and the first that matches
//! decides by method. A canary's share is chosen by a cookie, or by the header `X-Mig: new` or `old`. Safe methods may be answered by Django
//! where FastAPI is dead; others never are. `X-Mig-To` says on each answer which side was chosen. One switch sends everything to Django.
//!
//! What a client says of itself in `X-Forwarded-…` is written over: scheme, address and host are those that the proxy sees. What a front that the
//! team names says is passed on, the front's address appended. Where the settings name another header for HTTPS, Django gets that one too, from
//! nobody but the proxy.

mod caddy;
mod envoy;
mod forwarded;
mod haproxy;
mod nginx;
mod options;
mod pattern;
mod table;
mod traefik;

pub use options::{Options, Proxy, Secure};

use super::rules::RuleSet;
use table::Table;

/// A value that is in no configuration, because it might not stay a value there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} {value:?} cannot be a part of a proxy's configuration: {why}")]
pub struct Refused {
    pub what: &'static str,
    pub value: String,
    pub why: String,
}

impl Refused {
    fn new(what: &'static str, value: &str, why: &str) -> Self {
        let value =
            if value.chars().nth(200).is_some() { value.chars().take(200).chain("...".chars()).collect() } else { value.to_owned() };
        Refused { what, value, why: why.to_owned() }
    }
}

/// One file of a configuration. All of them belong into one folder, from which the proxy is started; a name has at most one folder more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: &'static str,
    pub text: String,
}

/// The configuration of one proxy for one phase, the main file first.
pub fn render(proxy: Proxy, rules: &RuleSet, options: &Options) -> Result<Vec<File>, Refused> {
    options.check()?;
    let table = Table::new(rules)?;
    Ok(match proxy {
        Proxy::Nginx => nginx::render(&table, options),
        Proxy::Haproxy => haproxy::render(&table, options),
        Proxy::Caddy => caddy::render(&table, options),
        Proxy::Traefik => traefik::render(&table, options),
        Proxy::Envoy => envoy::render(&table, options),
    })
}
