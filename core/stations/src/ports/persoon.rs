//! Messages by person in the store: found through keyed digests, which say nothing to who has no key.

use sluis_rules::event::Event;
use sluis_rules::inzage::Plek;

use super::{EffectId, Entry, Fut, PortError};

/// A message about a person.
#[derive(Debug, Clone)]
pub struct AboutItem {
    /// Its id.
    pub effect: EffectId,
    /// Attributes.
    pub event: Event,
    /// When it was accepted, milliseconds.
    pub at_ms: u64,
    /// Where it is; `None`: ended, its content is gone.
    pub plek: Option<Plek>,
    /// Not found by a key, but of the same case as one that was.
    pub via_casus: bool,
    /// Canonical journal records, oldest first.
    pub records: Vec<Vec<u8>>,
}

/// What is known about a person.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The messages, in the order they came.
    pub items: Vec<AboutItem>,
    /// How many messages are older than the index: nobody can find those by a person.
    pub before: u64,
}

/// The part of the store that finds messages by person. The keys are written with the arrival
/// ([`super::Arrival::personen`]), in its transaction.
pub trait PersoonStore: Send + Sync {
    /// Every message under one of the keys, and every other message of their cases; with their journal.
    fn about(&self, keys: Vec<String>) -> Fut<'_, Result<About, PortError>>;

    /// Writes a record of an act that concerns no message; durable before it answers.
    fn record(&self, entry: Entry) -> Fut<'_, Result<(), PortError>>;
}
