//! What the team decides about its proxy, and which values of it are taken.

use super::Refused;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proxy {
    Nginx,
    Haproxy,
    Caddy,
    Traefik,
    Envoy,
}

impl Proxy {
    pub const ALL: [Proxy; 5] = [Proxy::Nginx, Proxy::Haproxy, Proxy::Caddy, Proxy::Traefik, Proxy::Envoy];

    pub fn name(self) -> &'static str {
        match self {
            Proxy::Nginx => "nginx",
            Proxy::Haproxy => "haproxy",
            Proxy::Caddy => "caddy",
            Proxy::Traefik => "traefik",
            Proxy::Envoy => "envoy",
        }
    }

    pub fn named(name: &str) -> Option<Proxy> {
        Proxy::ALL.into_iter().find(|proxy| proxy.name() == name)
    }
}

/// What the team decides about its proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Port to listen on.
    pub listen: u16,
    /// Port, on the loopback interface only, where operators reach Caddy and Envoy.
    pub admin: u16,
    /// `host:port` of each side.
    pub django: String,
    pub fastapi: String,
    /// Host that health checks name: a side may refuse those that it does not know.
    pub host: String,
    /// Path that answers 200 on a healthy FastAPI.
    pub health: String,
    /// Share of clients, 0 to 100, that a canary rule sends to FastAPI.
    pub canary_percent: u8,
    /// Whether Django may answer where FastAPI is dead, safe methods only: not once FastAPI owns the data.
    pub fail_back: bool,
    /// Share, 0 to 100, of the safe requests of canary rules that are sent to FastAPI as well, its answer thrown away.
    pub mirror_percent: u8,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            listen: 8080,
            admin: 9901,
            django: "django:8000".to_owned(),
            fastapi: "fastapi:8001".to_owned(),
            host: "localhost".to_owned(),
            health: "/healthz".to_owned(),
            canary_percent: 5,
            fail_back: true,
            mirror_percent: 0,
        }
    }
}

impl Options {
    pub fn check(&self) -> Result<(), Refused> {
        for (what, address) in [("address", &self.django), ("address", &self.fastapi)] {
            if split(address).is_none() {
                return Err(Refused::new(what, address, "an address is written host:port"));
            }
        }
        if !name(&self.host) {
            return Err(Refused::new("host", &self.host, "a host has letters, digits, dots and hyphens"));
        }
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'.');
        if !self.health.starts_with('/') || self.health.len() > 200 || !self.health.bytes().all(known) {
            return Err(Refused::new("path", &self.health, "the path of a health check has letters, digits and / _ - ."));
        }
        for share in [self.canary_percent, self.mirror_percent] {
            if share > 100 {
                return Err(Refused::new("share", &share.to_string(), "it is between 0 and 100"));
            }
        }
        Ok(())
    }
}

/// Host and port of an address.
pub fn split(address: &str) -> Option<(&str, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    let port = if port.bytes().all(|byte| byte.is_ascii_digit()) { port.parse().ok()? } else { return None };
    (name(host) && port > 0).then_some((host, port))
}

fn name(host: &str) -> bool {
    let label = |part: &str| {
        !part.is_empty() && !part.starts_with('-') && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    host.len() <= 253 && host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_values_are_taken() {
        assert_eq!(Options::default().check(), Ok(()));
        for bad in ["django", "django:", "django:0", "django:70000", "a b:1", "a;b:1", "a}:1", "-a:1", ":1", "a:+1", "a\n:1", "a..b:1"] {
            assert!(Options { django: bad.to_owned(), ..Options::default() }.check().is_err(), "{bad}");
            assert!(Options { fastapi: bad.to_owned(), ..Options::default() }.check().is_err(), "{bad}");
        }
        for bad in ["", "a b", "a\"", "a;b", "$host", "a\nb"] {
            assert!(Options { host: bad.to_owned(), ..Options::default() }.check().is_err(), "{bad}");
            assert!(Options { health: format!("/{bad} "), ..Options::default() }.check().is_err(), "{bad}");
        }
        assert!(Options { health: "healthz".to_owned(), ..Options::default() }.check().is_err());
        assert!(Options { canary_percent: 101, ..Options::default() }.check().is_err());
        assert!(Options { mirror_percent: 101, ..Options::default() }.check().is_err());
    }
}
