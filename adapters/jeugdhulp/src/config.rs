//! What an operator states about a system that speaks FHIR.

use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use sluis_outward::{Line, Reach, Wrong};

/// How a system is called: for one that sends to us, and for one that receives.
#[derive(Clone)]
pub struct Config {
    /// Its name in configuration, journal and screens.
    pub name: String,
    /// The base of its FHIR interface: `https://host[:port]/fhir`.
    pub base: String,
    /// The bearer token it gave us.
    pub token: String,
    /// How far the connection may reach.
    pub reach: Reach,
    /// PEM certificates of the authorities its certificate may come from, instead of those of the system.
    pub authorities: Option<Vec<u8>>,
    /// PEM certificate chain and key with which we identify ourselves (mTLS).
    pub identity: Option<Vec<u8>>,
    /// The most that making a connection may take.
    pub connect_timeout: Duration,
    /// The most that one call may take, connecting and reading included.
    pub timeout: Duration,
    /// Calls a second, and at once after a pause.
    pub per_second: NonZeroU32,
    /// The most that a call waits for its turn.
    pub patience: Duration,
    /// After so many failures in a row it is left alone.
    pub failures: NonZeroU32,
    /// For so long.
    pub rest: Duration,
    /// A receiver only: whether a conditional create (`If-None-Exist`) has one effect there.
    pub idempotent: bool,
}

/// What comes on top for a system that sends to us.
#[derive(Clone)]
pub struct SourceConfig {
    /// How it is called.
    pub call: Config,
    /// The secret its announcements are signed with, and the bearer of a subscription's hook; at least 16 bytes.
    pub secret: String,
    /// The most that an announcement waits for its answer; below the patience of the sender (3 s).
    pub answer_within: Duration,
    /// The most bytes of a bundle.
    pub max_bytes: usize,
    /// How often is asked what changed.
    pub poll_every: Duration,
    /// Bundles asked for at once.
    pub page: u32,
    /// Where polling had come; without it every start begins at the beginning, and what was taken is a repeat.
    pub cursor_file: Option<PathBuf>,
    /// Where a subscription calls us back; none: no subscription is placed.
    pub hook: Option<String>,
}

impl Config {
    /// A system on the public internet with ordinary limits: 2 s to connect, 10 s for a call, 50 calls a second, 2 s of
    /// patience, left alone for 30 s after 5 failures.
    #[must_use]
    pub fn new(name: impl Into<String>, base: impl Into<String>, token: impl Into<String>) -> Self {
        let number = |n: u32| NonZeroU32::MIN.saturating_add(n.saturating_sub(1));
        Self {
            name: name.into(),
            base: base.into(),
            token: token.into(),
            reach: Reach::Public,
            authorities: None,
            identity: None,
            connect_timeout: Duration::from_secs(2),
            timeout: Duration::from_secs(10),
            per_second: number(50),
            patience: Duration::from_secs(2),
            failures: number(5),
            rest: Duration::from_secs(30),
            idempotent: false,
        }
    }

    pub(crate) fn client(&self) -> Result<(reqwest::Client, reqwest::Url), ConfigError> {
        let name = || self.name.clone();
        let base = sluis_outward::address(&self.base, self.reach);
        let base = base.map_err(|why| ConfigError::Base { name: name(), why })?;
        let line = Line {
            reach: self.reach,
            authorities: self.authorities.as_deref(),
            identity: self.identity.as_deref(),
            connect_timeout: self.connect_timeout,
            timeout: self.timeout,
        };
        let client = line.client().map_err(|wrong| match wrong {
            Wrong::Tls => ConfigError::Tls(name()),
            Wrong::Certificate(what) => ConfigError::Certificate { name: name(), what },
        })?;
        Ok((client, base))
    }
}

impl SourceConfig {
    /// A source with ordinary times: asked every minute for fifty at once, answers to announcements within 2.5 s.
    #[must_use]
    pub fn new(call: Config, secret: impl Into<String>) -> Self {
        Self {
            call,
            secret: secret.into(),
            answer_within: Duration::from_millis(2500),
            max_bytes: 1 << 20,
            poll_every: Duration::from_secs(60),
            page: 50,
            cursor_file: None,
            hook: None,
        }
    }
}

impl fmt::Debug for Config {
    /// The name only: the rest is secret, or may hold a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Config({})", self.name)
    }
}

impl fmt::Debug for SourceConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceConfig({})", self.call.name)
    }
}

/// A system that cannot be used as configured. Names the setting, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The address cannot be used.
    #[error("jeugdhulp `{name}`: the base address {why}")]
    Base {
        /// Which system.
        name: String,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// The token has characters that no header can hold.
    #[error("jeugdhulp `{0}`: the token holds characters that no header can: copy it again, without line ends")]
    Token(String),
    /// The secret can be guessed.
    #[error("jeugdhulp `{0}`: the secret of the announcements is shorter than 16 bytes: agree on a longer one")]
    Secret(String),
    /// A certificate or key that cannot be read.
    #[error("jeugdhulp `{name}`: the {what} cannot be read: give PEM")]
    Certificate {
        /// Which system.
        name: String,
        /// Which of the two.
        what: &'static str,
    },
    /// No TLS provider, or TLS that cannot be set up.
    #[error(
        "jeugdhulp `{0}`: TLS cannot be set up: install the ring provider first and look at the system's certificates"
    )]
    Tls(String),
    /// The `source` attribute of its events is not as the profile has it.
    #[error("jeugdhulp: the source of its events is written urn:nld:oin:<OIN>:systeem:<name>")]
    SourceUrn,
    /// The table does not fit the canonical schema.
    #[error("jeugdhulp: the table does not fit the schema: {0}")]
    Table(#[from] sluis_rules::mapping::MappingError),
    /// A file of this crate is damaged.
    #[error("jeugdhulp: `{0}` cannot be read: build the program again from clean sources")]
    Embedded(&'static str),
}
