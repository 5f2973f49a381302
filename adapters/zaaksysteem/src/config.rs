//! What an operator states about a case system.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use sluis_outward::Reach;

/// One case system. `Config::new` has the times and limits that fit most.
#[derive(Clone)]
pub struct Config {
    /// Its name in configuration, journal and screens.
    pub name: String,
    /// Where it stands: `https://host[:port][/prefix]`; the paths of the interface come after the prefix.
    pub base: String,
    /// The bearer token it gave us.
    pub token: String,
    /// Whether it promises that one `Idempotency-Key` has one effect.
    pub idempotent: bool,
    /// How far the connection may reach.
    pub reach: Reach,
    /// PEM certificates of the authorities its certificate may come from, instead of those of the system.
    pub authorities: Option<Vec<u8>>,
    /// PEM certificate chain and key with which we identify ourselves (mTLS with a PKIoverheid certificate).
    pub identity: Option<Vec<u8>>,
    /// The most that making a connection may take.
    pub connect_timeout: Duration,
    /// The most that one call may take, connecting included. Below the stations' own limit on a send.
    pub timeout: Duration,
    /// Calls a second.
    pub per_second: NonZeroU32,
    /// Calls at once, after a pause.
    pub burst: NonZeroU32,
    /// The most that a call waits for its turn; longer becomes a retry.
    pub patience: Duration,
}

impl Config {
    /// A case system that keeps idempotency keys, on the public internet, with ordinary limits: 3 s to connect, 10 s
    /// for a call, 20 calls a second, 5 s of patience.
    #[must_use]
    pub fn new(name: impl Into<String>, base: impl Into<String>, token: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            base: base.into(),
            token: token.into(),
            idempotent: true,
            reach: Reach::Public,
            authorities: None,
            identity: None,
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(10),
            per_second: NonZeroU32::MIN.saturating_add(19),
            burst: NonZeroU32::MIN.saturating_add(19),
            patience: Duration::from_secs(5),
        }
    }
}

impl fmt::Debug for Config {
    /// The name only: base and token are secrets, or may hold one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Config({})", self.name)
    }
}

/// A case system that cannot be used as configured. Names the setting, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The address cannot be used.
    #[error("zaaksysteem `{name}`: the base address {why}")]
    Base {
        /// Which case system.
        name: String,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// The token has characters that no header can hold.
    #[error("zaaksysteem `{0}`: the token holds characters that no header can: copy it again, without line ends")]
    Token(String),
    /// A certificate or key that cannot be read.
    #[error("zaaksysteem `{name}`: the {what} cannot be read: give PEM")]
    Certificate {
        /// Which case system.
        name: String,
        /// Which of the two.
        what: &'static str,
    },
    /// No TLS provider, or TLS that cannot be set up.
    #[error(
        "zaaksysteem `{0}`: TLS cannot be set up: install the ring provider first and look at the system's certificates"
    )]
    Tls(String),
    /// A table does not fit the canonical schema.
    #[error("zaaksysteem: the table for `{kind}` does not fit the schema: {source}")]
    Table {
        /// Which kind of message.
        kind: &'static str,
        /// What the table says that the schema does not.
        source: sluis_rules::mapping::MappingError,
    },
}
