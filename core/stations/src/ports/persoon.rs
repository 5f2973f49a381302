//! Messages by person in the store: found through keyed digests, which say nothing to who has no key.

use sluis_rules::event::Event;
use sluis_rules::ids::Partij;
use sluis_rules::inzage::Plek;

use super::{EffectId, Entry, Fut, MeldingStand, PortError};

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
    /// Of the same case only, and it has identifiers of its own: about somebody else, as far as anybody can tell.
    pub ander: bool,
    /// Canonical journal records, oldest first.
    pub records: Vec<Vec<u8>>,
}

/// What the book of absence holds about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AboutVerzuim {
    /// Which school's.
    pub partij: Partij,
    /// Written last, milliseconds.
    pub gewijzigd_ms: u64,
    /// Reports that came of it: the rule, and where the report stands.
    pub meldingen: Vec<(String, MeldingStand)>,
}

/// What is known about a person.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What the book of absence holds.
    pub verzuim: Vec<AboutVerzuim>,
    /// How many pupils in that book nobody can find by a person: without a number, or of before the index.
    pub verzuim_before: u64,
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
