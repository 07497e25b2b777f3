//! How Django learns that a client came by HTTPS: what the settings ask for, and what the proxies say. Apart from the proxies, which know no
//! settings.

use std::fmt::Write as _;

use super::encode::code;
use crate::django::inventory::Inventory;
use crate::plan::proxy::{Options, Proxy, Secure};

/// What the settings say of HTTPS.
pub struct Https {
    /// The header that the proxies send.
    pub secure: Secure,
    /// What is set, but cannot be sent, or is not known.
    strange: Option<String>,
    set: bool,
    redirects: bool,
}

const SETTING: &str = "SECURE_PROXY_SSL_HEADER";

pub fn https(inventory: &Inventory, options: &Options) -> Https {
    let settings = &inventory.settings;
    let texts: Vec<&str> = settings.lists.iter().filter(|(key, _)| key == SETTING).map(|(_, text)| text.as_str()).collect();
    let redirects = settings.flags.iter().any(|(key, value)| key == "SECURE_SSL_REDIRECT" && value == "true");
    let undecided = settings.undecided.iter().any(|key| key == SETTING);
    let read = match (texts.as_slice(), undecided) {
        ([key, value], false) => Secure::of_setting(key, value),
        _ => None,
    };
    let strange = match (&read, texts.first()) {
        (None, Some(key)) => Some(format!("is set to {}, with a value that is not known or that no proxy here can send", code(key))),
        (None, None) if undecided => Some("is set, but to what is not known".to_owned()),
        _ => None,
    };
    let set = read.is_some();
    Https { secure: read.unwrap_or_else(|| options.secure.clone()), strange, set, redirects }
}

impl Https {
    /// The page's part on what stands before the proxy.
    pub fn text(&self, proxies: &[Proxy], options: &Options) -> String {
        let mut out = String::from("## HTTPS, and what stands before the proxy\n\n");
        let Secure { header, value } = &self.secure;
        let also = options.own_header().map(|_| format!(", and `{header}: {value}` where it is HTTPS")).unwrap_or_default();
        let _ = writeln!(
            out,
            "The proxies send `X-Forwarded-Proto`, `X-Forwarded-For` and `X-Forwarded-Host` to both sides{also}. What a client says in these headers is
written over: the scheme is that of its connection to the proxy."
        );
        if options.fronts.is_empty() {
            let _ = writeln!(
                out,
                "
A load balancer that ends TLS before this proxy is such a client, until `migscan plan --front CIDR` names its address or network: then what it
says in `{header}` counts. Name nothing that strangers can send from."
            );
        } else {
            let fronts: Vec<String> = options.fronts.iter().map(|front| code(front)).collect();
            let _ = writeln!(
                out,
                "
{} are believed: what they say in `{header}`, `X-Forwarded-For` and `X-Forwarded-Host` is passed on. Their address is appended to
`X-Forwarded-For`, so whoever counts proxies there (`NUM_PROXIES`) counts one more.",
                fronts.join(", ")
            );
        }
        self.redirect(&mut out, options);
        self.strange(&mut out);
        if options.own_header().is_some() && proxies.contains(&Proxy::Traefik) {
            let _ = writeln!(
                out,
                "
Traefik cannot work `{header}` out, so it takes it off: to use Traefik, set `{SETTING} = (\"HTTP_X_FORWARDED_PROTO\", \"https\")` first, and let the
front send that."
            );
        }
        out.push('\n');
        out
    }

    /// What would be an endless redirect.
    fn redirect(&self, out: &mut String, options: &Options) {
        if !self.redirects {
            return;
        }
        if !self.set && self.strange.is_none() {
            let _ = writeln!(
                out,
                "
**`SECURE_SSL_REDIRECT` is on without `{SETTING}`.** The proxies reach Django by HTTP, so it would redirect every request for
ever: set `{SETTING} = (\"HTTP_X_FORWARDED_PROTO\", \"https\")`."
            );
        } else if options.fronts.is_empty() {
            out.push_str(
                "
**`SECURE_SSL_REDIRECT` is on.** Unless TLS ends in this proxy (its listener is plain HTTP as written), or `--front` names where it ends, Django
redirects every request for ever.\n",
            );
        }
    }

    fn strange(&self, out: &mut String) {
        if let Some(strange) = &self.strange {
            let _ = writeln!(
                out,
                "\n`{SETTING}` {strange}. To be checked by a person: Django has to be told by `X-Forwarded-Proto: https` here."
            );
        }
    }
}
