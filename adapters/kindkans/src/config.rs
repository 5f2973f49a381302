//! What an operator states about a source.

use std::fmt;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use sluis_outward::Reach;

/// One source. `Config::new` has the times and limits that fit most.
#[derive(Clone)]
pub struct Config {
    /// Its name in configuration and logs.
    pub name: String,
    /// Where it stands: `https://host[:port][/prefix]`; the paths of the interface come after the prefix.
    pub base: String,
    /// The bearer token it gave us.
    pub token: String,
    /// The secret its announcements are signed with; at least 16 bytes.
    pub secret: String,
    /// How far the connection may reach.
    pub reach: Reach,
    /// PEM certificates of the authorities its certificate may come from, instead of those of the system.
    pub authorities: Option<Vec<u8>>,
    /// PEM certificate chain and key with which we identify ourselves.
    pub identity: Option<Vec<u8>>,
    /// The most that making a connection may take.
    pub connect_timeout: Duration,
    /// The most that one call may take, connecting and reading included.
    pub timeout: Duration,
    /// The most that an announcement waits for its answer; below the patience of the sender (3 s).
    pub answer_within: Duration,
    /// The most bytes of a hulpvraag.
    pub max_bytes: usize,
    /// Calls a second.
    pub per_second: NonZeroU32,
    /// The most that a call waits for its turn.
    pub patience: Duration,
    /// Attempts to fetch one hulpvraag before it is left for later.
    pub attempts: u32,
    /// The first pause between attempts; it doubles, up to ten seconds, with jitter.
    pub pause: Duration,
    /// How often is polled.
    pub poll_every: Duration,
    /// Hulpvragen asked for at once when polling.
    pub page: u32,
    /// Where the cursor and the ids that are held are kept, for the owner alone (mode 0600); without a file every start
    /// polls from the beginning, which costs time and nothing else.
    pub cursor_file: Option<PathBuf>,
}

impl Config {
    /// A source on the public internet with ordinary limits.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        base: impl Into<String>,
        token: impl Into<String>,
        secret: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            base: base.into(),
            token: token.into(),
            secret: secret.into(),
            reach: Reach::Public,
            authorities: None,
            identity: None,
            connect_timeout: Duration::from_secs(2),
            timeout: Duration::from_secs(10),
            answer_within: Duration::from_millis(2500),
            max_bytes: 1 << 20,
            per_second: NonZeroU32::MIN.saturating_add(49),
            patience: Duration::from_secs(2),
            attempts: 3,
            pause: Duration::from_millis(200),
            poll_every: Duration::from_secs(60),
            page: 50,
            cursor_file: None,
        }
    }
}

impl fmt::Debug for Config {
    /// The name only: base, token and secret are secrets, or may hold one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Config({})", self.name)
    }
}

/// A source that cannot be used as configured. Names the setting, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The address cannot be used.
    #[error("kindkans `{name}`: the base address {why}")]
    Base {
        /// Which source.
        name: String,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// The token has characters that no header can hold.
    #[error("kindkans `{0}`: the token holds characters that no header can: copy it again, without line ends")]
    Token(String),
    /// The secret can be guessed.
    #[error("kindkans `{0}`: the secret of the announcements is shorter than 16 bytes: agree on a longer one")]
    Secret(String),
    /// A certificate or key that cannot be read.
    #[error("kindkans `{name}`: the {what} cannot be read: give PEM")]
    Certificate {
        /// Which source.
        name: String,
        /// Which of the two.
        what: &'static str,
    },
    /// No TLS provider, or TLS that cannot be set up.
    #[error(
        "kindkans `{0}`: TLS cannot be set up: install the ring provider first and look at the system's certificates"
    )]
    Tls(String),
    /// The `source` attribute of its events is not as the profile has it.
    #[error("kindkans: the source of its events is written urn:nld:oin:<OIN>:systeem:<name>")]
    SourceUrn,
    /// The table does not fit the canonical schema.
    #[error("kindkans: the table does not fit the schema: {0}")]
    Table(#[from] sluis_rules::mapping::MappingError),
    /// A file of this crate is damaged.
    #[error("kindkans: `{0}` cannot be read: build the program again from clean sources")]
    Embedded(&'static str),
}
