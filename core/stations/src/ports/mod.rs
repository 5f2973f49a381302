//! What the stations need of the world, as units of work. Everything that touches the world stands behind one of these.
//!
//! # How to add an adapter
//! 1. Make a crate under `adapters/` that depends on `sluis-rules` and `sluis-stations`, never on another adapter.
//! 2. Implement the port: [`Target`] for a system that receives, [`Store`], [`Bus`] or [`Sealer`] for infrastructure;
//!    a system that sends calls [`crate::Gateway`].
//! 3. Map its words by a table ([`sluis_rules::mapping::Mapping`]), not by code. What leaves is an
//!    [`sluis_rules::mapping::Outgoing`]; nothing else can be sent.
//! 4. Name it once in the program's wiring.
//!
//! Ports answer in boxed futures, so that the wiring can choose at run time; beside a disk write the box is nothing.

mod accounts;
mod beheer;
mod bus;
mod delivery;
mod persoon;
mod register;
mod store;
mod verzuim;

use std::future::Future;
use std::pin::Pin;

use jiff::Timestamp;
use jiff::civil::Date;
use sluis_rules::pseudonym::{PseudonymKeys, Receiver};

pub use accounts::{Account, AccountRefusal, AccountRol, Accounts, Bewijs, TweePersonen};
pub use beheer::{BeheerStore, NewNotice, NoticeItem, Untold};
pub use bus::{Bus, BusHealth, Depth, Notice, Taken};
pub use delivery::{Asked, Sent, Target};
pub use persoon::{About, AboutItem, AboutVerzuim, PersoonStore};
pub use register::{NewPost, Post, RegisterStore};
pub use store::{
    Accepted, Arrival, Claim, Committed, Entry, FactsRead, MailboxItem, NewMessage, Next, POSSIBLY, QuarantineItem,
    Quarantined, Received, Station, Step, Store, Work,
};
pub use verzuim::{Balie, DossierRij, MeldingRij, MeldingStand, Verzuimboek};

/// A boxed answer of a port.
pub type Fut<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Why a port could not do its work. Never holds a value of a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// Out of reach for now: try again.
    #[error("{0} is not available now: {1}")]
    Unavailable(&'static str, &'static str),
    /// No room left: nothing was taken.
    #[error("{0} has no room left: free space or raise the limit")]
    Full(&'static str),
    /// What was read is not what was written: stop and look.
    #[error("{0} holds something that cannot be trusted: {1}")]
    Corrupt(&'static str, &'static str),
}

/// Deterministic id of one message for one receiver: the same event gives the same ids, twice sent is once in effect.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct EffectId(pub String);

impl EffectId {
    /// The id as text, lower-case hex.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Time, given in from outside.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Today in Europe/Amsterdam: the day on which facts hold.
    fn today(&self) -> Date;
}

/// Bytes of a person's data, opened. Blank `Debug`; wiped when dropped by the sealer's own type where it can.
pub struct Opened(Vec<u8>);

impl Opened {
    /// Wraps opened bytes.
    #[must_use]
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        // Best effort: overwritten before the memory is given back.
        self.0.iter_mut().for_each(|b| *b = 0);
        std::hint::black_box(&self.0);
    }
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opened(…)")
    }
}

/// Sealing for the organisation itself, between its own stations, and keyed ids.
pub trait Sealer: Send + Sync {
    /// Seals `plain`, bound to `context` (the effect id and the place): what was sealed for one cannot be opened as
    /// another. The result begins with the sealed header (suite, key epoch, size bucket) and is padded to its bucket.
    ///
    /// # Errors
    /// When no key is at hand.
    fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, PortError>;

    /// Opens what [`Sealer::seal`] made for the same context.
    ///
    /// # Errors
    /// [`PortError::Corrupt`] when it was changed, swapped or sealed with a key that is gone.
    fn open(&self, context: &str, sealed: &[u8]) -> Result<Opened, PortError>;

    /// A keyed digest for ids that nobody outside can guess: hex of HMAC-SHA-256 with the key of `purpose`.
    fn keyed_id(&self, purpose: &str, parts: &[&[u8]]) -> String;

    /// The keys of pseudonyms for a receiver and scope (14.3), from a master key that is never in the store: the current
    /// one and the earlier ones that still overlap with it.
    ///
    /// # Errors
    /// When there is no master key: nothing goes to a derde then.
    fn pseudonyms(&self, receiver: &Receiver) -> Result<PseudonymKeys, PortError> {
        let _ = receiver;
        Err(PortError::Unavailable("the key ring", "it has no key for pseudonyms"))
    }
}
