//! What an operator states about the desk.

use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use sluis_outward::Reach;

/// The desk. `Config::new` has the times and limits that fit most.
#[derive(Clone)]
pub struct Config {
    /// Its name in configuration, journal and screens.
    pub name: String,
    /// Where it stands: `https://host[:port][/prefix]`; the paths of the interface come after the prefix.
    pub base: String,
    /// Where access tokens are given: a whole address. Also the audience of the assertion.
    pub token: String,
    /// Who we are there (`client_id`).
    pub client: String,
    /// The private key of the assertion, PEM PKCS#8: P-256 (signed as ES256) or RSA (PS256).
    pub key: Vec<u8>,
    /// The id under which the desk knows that key, if it has one.
    pub key_id: Option<String>,
    /// The scope to ask, if the desk wants one.
    pub scope: Option<String>,
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
    /// After so many failures in a row the desk is left alone.
    pub failures: NonZeroU32,
    /// For so long.
    pub rest: Duration,
    /// How often is asked what changed.
    pub poll_every: Duration,
    /// Changes in one answer.
    pub page: u32,
    /// Where polling had come; without it every start begins at the beginning, and what was taken is a repeat.
    pub cursor_file: Option<PathBuf>,
}

impl Config {
    /// A desk on the public internet with ordinary limits: 3 s to connect, 10 s for a call, 10 calls a second, 5 s of
    /// patience, left alone for 30 s after 5 failures, asked every minute.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        base: impl Into<String>,
        token: impl Into<String>,
        client: impl Into<String>,
        key: Vec<u8>,
    ) -> Self {
        let number = |n: u32| NonZeroU32::MIN.saturating_add(n.saturating_sub(1));
        Self {
            name: name.into(),
            base: base.into(),
            token: token.into(),
            client: client.into(),
            key,
            key_id: None,
            scope: None,
            reach: Reach::Public,
            authorities: None,
            identity: None,
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(10),
            per_second: number(10),
            burst: number(10),
            patience: Duration::from_secs(5),
            failures: number(5),
            rest: Duration::from_secs(30),
            poll_every: Duration::from_secs(60),
            page: 100,
            cursor_file: None,
        }
    }
}

impl fmt::Debug for Config {
    /// The name only: the rest is secret, or may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Config({})", self.name)
    }
}

/// A desk that cannot be used as configured. Names the setting, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// An address cannot be used.
    #[error("verzuimloket `{name}`: the address of {which} {why}")]
    Base {
        /// Which desk.
        name: String,
        /// The desk itself, or where its tokens are given.
        which: &'static str,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// The key of the assertion cannot be used.
    #[error("verzuimloket `{name}`: the key {why}")]
    Key {
        /// Which desk.
        name: String,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// A certificate or key of TLS that cannot be read.
    #[error("verzuimloket `{name}`: the {what} cannot be read: give PEM")]
    Certificate {
        /// Which desk.
        name: String,
        /// Which of the two.
        what: &'static str,
    },
    /// No TLS provider, or TLS that cannot be set up.
    #[error(
        "verzuimloket `{0}`: TLS cannot be set up: install the ring provider first and look at the system's certificates"
    )]
    Tls(String),
    /// A table does not fit the canonical schema.
    #[error("verzuimloket: the table `{which}` does not fit the schema: {source}")]
    Table {
        /// Which table.
        which: &'static str,
        /// What the table says that the schema does not.
        source: sluis_rules::mapping::MappingError,
    },
}
