//! What the team decides about its proxy, and which values of it are taken.

// Addresses as such, which touch no machine.
use core::net::IpAddr;

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
    /// Addresses and networks of what stands before the proxy and is believed: a load balancer that ends TLS.
    pub fronts: Vec<String>,
    pub secure: Secure,
}

/// The header by which Django is told that the client came by HTTPS. FastAPI's server reads `X-Forwarded-Proto`, which is set beside any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secure {
    pub header: String,
    pub value: String,
}

impl Default for Secure {
    fn default() -> Self {
        Secure { header: USUAL.to_owned(), value: HTTPS.to_owned() }
    }
}

/// What every server understands.
const USUAL: &str = "X-Forwarded-Proto";
const HTTPS: &str = "https";

/// Headers that the proxies write or servers obey: none of them can be the one that speaks of HTTPS.
const TAKEN: [&str; 14] = [
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "te",
    "transfer-encoding",
    "upgrade",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-mig",
    "x-request-id",
    "x-shadow",
];

impl Secure {
    /// From the two texts of `SECURE_PROXY_SSL_HEADER`, as far as a proxy can speak that language. Long values are not taken: they may be a secret
    /// that the front and Django share.
    pub fn of_setting(key: &str, value: &str) -> Option<Secure> {
        let words: Vec<String> = key.strip_prefix("HTTP_")?.split('_').map(capitalized).collect();
        Secure { header: words.join("-"), value: value.to_owned() }.checked()
    }

    fn checked(self) -> Option<Secure> {
        let name = self.header.to_ascii_lowercase();
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let usual = self.header != USUAL || self.value == HTTPS;
        let taken = TAKEN.contains(&name.as_str()) || name.starts_with("x-mig-");
        (name.len() <= 64 && name.split('-').all(plain) && !taken && usual && self.value.len() <= 16 && plain(&self.value)).then_some(self)
    }
}

fn capitalized(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let mut chars = lower.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
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
            fronts: Vec::new(),
            secure: Secure::default(),
        }
    }
}

impl Options {
    /// The header of the settings, where it is another than the one that everybody sends.
    pub fn own_header(&self) -> Option<&Secure> {
        (self.secure.header != USUAL).then_some(&self.secure)
    }

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
        for front in &self.fronts {
            if network(front).is_none() {
                return Err(Refused::new("front", front, "a front is an address, or a network written address/bits"));
            }
        }
        if self.secure.clone().checked().is_none() {
            return Err(Refused::new(
                "header",
                &self.secure.header,
                "the header that speaks of HTTPS has a plain name and a plain value of its own",
            ));
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

/// Address and length of the prefix of a network.
pub fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address: IpAddr = address.parse().ok()?;
    let all = if address.is_ipv4() { 32 } else { 128 };
    let bits = match bits {
        None => all,
        Some(bits) if !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit()) => bits.parse().ok()?,
        Some(_) => return None,
    };
    (bits <= all).then_some((address, bits))
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
        for bad in ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.1;", "::1/129", "lb.example", "10.0.0.0/8 1; evil"] {
            assert!(Options { fronts: vec![bad.to_owned()], ..Options::default() }.check().is_err(), "{bad}");
        }
        for good in ["10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "0.0.0.0/0"] {
            assert_eq!(Options { fronts: vec![good.to_owned()], ..Options::default() }.check(), Ok(()), "{good}");
        }
        assert!(Options { canary_percent: 101, ..Options::default() }.check().is_err());
        assert!(Options { mirror_percent: 101, ..Options::default() }.check().is_err());
    }

    #[test]
    fn the_header_that_speaks_of_https() {
        let read = |key: &str, value: &str| Secure::of_setting(key, value).map(|secure| (secure.header, secure.value));
        assert_eq!(read("HTTP_X_FORWARDED_PROTO", "https"), Some(("X-Forwarded-Proto".to_owned(), "https".to_owned())));
        assert_eq!(read("HTTP_X_FORWARDED_SSL", "on"), Some(("X-Forwarded-Ssl".to_owned(), "on".to_owned())));
        let long = "a".repeat(40);
        for (key, value) in [
            ("X_FORWARDED_PROTO", "https"),
            ("HTTP_X_FORWARDED_PROTO", "on"),
            ("HTTP_HOST", "https"),
            ("HTTP_X_MIG", "new"),
            ("HTTP_X\nEVIL", "on"),
            ("HTTP_", "on"),
            ("HTTP_X_SSL", "on; evil"),
            ("HTTP_X_SSL", ""),
            ("HTTP_X_SSL", &long),
        ] {
            assert_eq!(read(key, value), None, "{key} {value}");
        }
    }
}
