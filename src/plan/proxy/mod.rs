//! Proxy configuration for one phase, in the language of each proxy. Every value is encoded for its language; what an allow-list does not know
//! is refused, so that no pattern of the scanned code can add a directive.

/// What the team decides about its proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Port to listen on.
    pub listen: u16,
    /// `host:port` of each side.
    pub django: String,
    pub fastapi: String,
    /// Host that health checks name: Django refuses those that ALLOWED_HOSTS does not know.
    pub host: String,
    /// Path that answers 200 on a healthy side.
    pub health: String,
    /// Share of clients, 0 to 100, that a canary rule sends to FastAPI.
    pub canary_percent: u8,
    /// Whether Django may answer where FastAPI is dead: not once FastAPI owns the data.
    pub fail_back: bool,
    /// Share of safe requests, 0 to 100, that are sent to FastAPI as well, its answer thrown away.
    pub mirror_percent: u8,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            listen: 8080,
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
