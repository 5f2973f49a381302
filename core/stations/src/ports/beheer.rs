//! Administrative messages in the store: told once, there until their receiver confirms them.

use sluis_rules::facts::Feit;
use sluis_rules::ids::Partij;

use super::{Entry, Fut, PortError};

/// A new administrative message for one receiver, with the record of its being laid ready.
#[derive(Debug, Clone)]
pub struct NewNotice {
    /// Its id: the same occasion and receiver have the same one, and are kept once.
    pub id: String,
    /// Who gets it.
    pub ontvanger: Partij,
    /// The closed text: ids, words of the rules, days. Never content about a person.
    pub bericht: String,
    /// When it was laid ready, milliseconds since the Unix epoch.
    pub at_ms: u64,
    /// To be confirmed by then, milliseconds.
    pub due_ms: u64,
    /// The record to write, when it is new.
    pub entry: Entry,
}

/// An administrative message as it lies in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeItem {
    /// Its id.
    pub id: String,
    /// Who gets it.
    pub ontvanger: Partij,
    /// The closed text.
    pub bericht: String,
    /// Laid ready, milliseconds.
    pub at_ms: u64,
    /// To be confirmed by then, milliseconds.
    pub due_ms: u64,
    /// First handed out, milliseconds.
    pub fetched_ms: Option<u64>,
    /// Confirmed, milliseconds.
    pub confirmed_ms: Option<u64>,
}

/// Facts that nobody was told of yet.
#[derive(Debug, Clone, Default)]
pub struct Untold {
    /// Number of the last fact that was.
    pub after: u64,
    /// The next ones with their numbers, oldest first.
    pub feiten: Vec<(u64, Feit)>,
}

/// The part of the store with the administrative messages. The facts themselves are their outbox: a cursor says up to
/// which fact the others were told, so none is forgotten in a crash and recording waits for nothing.
pub trait BeheerStore: Send + Sync {
    /// The next facts to tell of.
    fn untold(&self, limit: usize) -> Fut<'_, Result<Untold, PortError>>;

    /// Keeps new messages with their records; one whose id is there already is left as it is. `cursor`: moves from the
    /// first number to the second in the same transaction. `None` when it stood elsewhere: nothing was kept, somebody
    /// else told. Otherwise how many were new.
    fn tell(&self, new: Vec<NewNotice>, cursor: Option<(u64, u64)>) -> Fut<'_, Result<Option<u64>, PortError>>;

    /// What lies ready for a receiver and is not confirmed, oldest first, after the given id (exclusive).
    fn notices(
        &self,
        ontvanger: Partij,
        after: Option<String>,
        limit: usize,
    ) -> Fut<'_, Result<Vec<NoticeItem>, PortError>>;

    /// One message of this receiver, confirmed or not; `None` also when it is another's.
    fn notice(&self, ontvanger: Partij, id: String) -> Fut<'_, Result<Option<NoticeItem>, PortError>>;

    /// Records that it is about to be handed out; durable before it leaves. `false`: not there for this receiver, or
    /// confirmed before.
    fn notice_fetch(&self, ontvanger: Partij, id: String, entry: Entry) -> Fut<'_, Result<bool, PortError>>;

    /// The receiver has it and acted on it. `false`: not there for this receiver, never handed out, or confirmed before.
    fn notice_confirm(&self, ontvanger: Partij, id: String, entry: Entry) -> Fut<'_, Result<bool, PortError>>;

    /// What no receiver confirmed yet, those of the earliest deadline first, after the given id (exclusive).
    fn unconfirmed(&self, after: Option<String>, limit: usize) -> Fut<'_, Result<Vec<NoticeItem>, PortError>>;

    /// Writes one journal record of an act that changes nothing else; durable when it answers.
    fn note(&self, entry: Entry) -> Fut<'_, Result<(), PortError>>;

    /// The texts of all messages of a kind that were ever told, to whomever, confirmed or not; oldest first.
    fn told_of_kind(&self, soort: String) -> Fut<'_, Result<Vec<String>, PortError>>;

    /// How many are not confirmed, and of how many of those the deadline passed.
    fn unconfirmed_counts(&self, now_ms: u64) -> Fut<'_, Result<(u64, u64), PortError>>;
}
