//! The store: the truth. Each method is one transaction; what it answered is durable.

use sluis_rules::event::Event;
use sluis_rules::facts::Feit;
use sluis_rules::ids::Partij;
use sluis_rules::journal::{Inhoud, Record, Stap};

use super::{BeheerStore, EffectId, Fut, PersoonStore, PortError, RegisterStore};

/// The two stations that work from the outbox; intake works from the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Station {
    /// Decides and minimises.
    Judge,
    /// Looks once more and hands over.
    Deliver,
}

/// A journal record before the store gives it its number and links it into the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Milliseconds since the Unix epoch.
    pub tijd_ms: u64,
    /// What happened.
    pub stap: Stap,
    /// Which effect; empty for a fact.
    pub effect: String,
    /// W3C trace id.
    pub trace_id: String,
    /// W3C span id.
    pub span_id: String,
    /// Processing activity of the art. 30 register.
    pub verwerking: String,
    /// Details.
    pub inhoud: Inhoud,
}

impl Entry {
    /// The record with its place in the chain. `vorige`: hex of the hash before.
    #[must_use]
    pub fn into_record(self, nummer: u64, vorige: String) -> Record {
        Record {
            versie: self.inhoud.version(),
            nummer,
            tijd_ms: self.tijd_ms,
            stap: self.stap,
            effect: self.effect,
            trace_id: self.trace_id,
            span_id: self.span_id,
            verwerking: self.verwerking,
            inhoud: self.inhoud,
            vorige,
        }
    }
}

/// One accepted event with its fan-out: kept whole or not at all.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Keyed digest of source and id: the same event has the same key.
    pub event_key: String,
    /// Keyed digest of the data: the same key with other data is a conflict, not a repeat.
    pub body_key: String,
    /// Which connection brought it.
    pub koppeling: String,
    /// One message for each receiver.
    pub messages: Vec<NewMessage>,
    /// Keyed digests of the persons it is about: each of its messages is found by them.
    pub personen: Vec<String>,
    /// Records to write with it.
    pub journal: Vec<Entry>,
}

/// One message for one receiver, new.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its id.
    pub effect: EffectId,
    /// Attributes and claim; `id` is the key of the event, not what its sender wrote. `claim.ontvanger` is this
    /// receiver. The content is sealed to all of it, so a store gives it back unchanged. `None`: the receivers are not known yet (no fact
    /// names the participants); judge divides it over them once a fact does, and until then it waits in quarantine.
    pub event: Event,
    /// Order holds within a lane: keyed digest of case and receiver.
    pub lane: String,
    /// Sealed canonical bytes.
    pub sealed: Vec<u8>,
    /// When it was accepted, milliseconds.
    pub at_ms: u64,
}

/// What became of an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// Kept.
    New,
    /// Was here before, the same: its effects stand.
    Repeat(Vec<EffectId>),
    /// Was here before, with other data: refused.
    Conflict,
}

/// A claim on a piece of work: nobody else has it until the lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which effect.
    pub effect: EffectId,
    /// At which station.
    pub station: Station,
    /// Proof of the claim; a later claim has a higher one.
    pub token: u64,
}

/// A claimed piece of work.
#[derive(Debug, Clone)]
pub struct Work {
    /// The claim.
    pub claim: Claim,
    /// Attributes and claim of the sender.
    pub event: Event,
    /// Which connection brought it.
    pub koppeling: String,
    /// Sealed bytes: at judge what was accepted, at deliver what was minimised.
    pub sealed: Vec<u8>,
    /// How many attempts were made at this station before: claims since it came there, those that ended in a crash
    /// included. It begins at 0 again when the work comes to another station or back from quarantine.
    pub attempt: u32,
    /// A send was begun earlier and its outcome is not known: a [`Next::Depart`] that no [`Next::Retry`] or
    /// [`Next::Done`] of deliver followed. Neither judge nor quarantine clears it.
    pub departed: bool,
    /// When it was accepted, milliseconds.
    pub at_ms: u64,
}

/// Facts of one case, in the order they were recorded, with accessions.
#[derive(Debug, Clone, Default)]
pub struct FactsRead {
    /// The facts.
    pub feiten: Vec<Feit>,
    /// The number of the last one; 0 when there is none.
    pub versie: u64,
}

/// Where a piece of work goes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// On to deliver, with these sealed bytes; the accepted ones are kept until the end for a new judgement.
    Deliver {
        /// Sealed minimised bytes.
        sealed: Vec<u8>,
    },
    /// Back to judge, from the accepted bytes.
    Judge,
    /// Into the mailbox of the receiver, with these sealed bytes.
    Mailbox {
        /// Sealed minimised bytes.
        sealed: Vec<u8>,
    },
    /// Ended: content is destroyed, ids and journal stay.
    Done,
    /// Kept aside, sealed, until then.
    Quarantine {
        /// Reason slugs.
        redenen: Vec<String>,
        /// Milliseconds; after it the content is destroyed.
        until_ms: u64,
    },
    /// The same station again, not before then.
    Retry {
        /// Milliseconds.
        at_ms: u64,
    },
    /// A send is about to begin: the claim stays, the record is durable before the first byte leaves.
    Depart,
    /// A send ended without an answer: ask at this station, not before then.
    Unknown {
        /// Milliseconds.
        at_ms: u64,
    },
}

/// The note on a message that was being sent when the consent it rests on was withdrawn.
pub const POSSIBLY: &str = "intrekking: verzending was al begonnen, mogelijk ontvangen";

/// One step of a station, committed whole or not at all.
#[derive(Debug, Clone)]
pub struct Step {
    /// The claim it was done under.
    pub claim: Claim,
    /// The case and the version of its facts the step rests on; a newer fact refuses the step.
    pub facts: Option<(String, u64)>,
    /// Where it goes.
    pub next: Next,
    /// Records to write with it.
    pub journal: Vec<Entry>,
}

/// How a commit came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// Durable.
    Yes,
    /// A newer fact exists: decide again.
    FactsChanged,
    /// The claim ended or another has it: drop the work.
    ClaimLost,
}

/// What waits in a mailbox.
#[derive(Debug, Clone)]
pub struct MailboxItem {
    /// Its id.
    pub effect: EffectId,
    /// Attributes.
    pub event: Event,
    /// Which connection brought it.
    pub koppeling: String,
    /// Sealed minimised bytes.
    pub sealed: Vec<u8>,
    /// Since when, milliseconds.
    pub since_ms: u64,
}

/// What waits in quarantine: no content in this type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineItem {
    /// Its id.
    pub effect: EffectId,
    /// Attributes.
    pub event: Event,
    /// Which connection brought it.
    pub koppeling: String,
    /// Reason slugs.
    pub redenen: Vec<String>,
    /// Since when, milliseconds.
    pub since_ms: u64,
    /// Until when, milliseconds.
    pub until_ms: u64,
}

/// One message of quarantine, with its sealed accepted bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// What waits.
    pub item: QuarantineItem,
    /// Sealed accepted bytes.
    pub sealed: Vec<u8>,
}

/// What a receiver got: a departure or a fetch, one line of the effect ledger. What exactly and under which rules stands
/// in the journal of the effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Which effect.
    pub effect: EffectId,
    /// Who got it.
    pub ontvanger: String,
    /// The consents it rested on, by id.
    pub toestemmingen: Vec<String>,
    /// The number of the journal record of its first departure or fetch.
    pub nummer: u64,
    /// When that was, milliseconds since the Unix epoch.
    pub tijd_ms: u64,
}

/// The store. Its administrative messages are a part of their own: [`BeheerStore`].
pub trait Store: BeheerStore + PersoonStore + RegisterStore + Send + Sync {
    /// Keeps an arrival: messages, outbox rows for judge, journal. Durable before it answers.
    fn accept(&self, arrival: Arrival) -> Fut<'_, Result<Accepted, PortError>>;

    /// What the outbox has ready for a station: heads of their lanes only, oldest first, unclaimed or with a lease
    /// that ended. An earlier message of the lane that is neither ended, in quarantine nor in the mailbox holds the lane.
    fn ready(&self, station: Station, now_ms: u64, limit: usize) -> Fut<'_, Result<Vec<EffectId>, PortError>>;

    /// Waits until the outbox may have something new (a commit wrote to it), or returns at once when it was missed.
    fn changed(&self) -> Fut<'_, ()>;

    /// Claims a piece of work that is ready; `None` when another has it or it went on.
    fn claim(
        &self,
        effect: EffectId,
        station: Station,
        now_ms: u64,
        lease_ms: u64,
    ) -> Fut<'_, Result<Option<Work>, PortError>>;

    /// The facts of a case with all accessions, and the version that [`Step::facts`] is compared with.
    fn facts(&self, casus: String) -> Fut<'_, Result<FactsRead, PortError>>;

    /// Commits a step. Content of an ended message is destroyed in the same transaction.
    fn commit(&self, step: Step) -> Fut<'_, Result<Committed, PortError>>;

    /// What is ready for a station, without what is for these receivers: their targets are busy, and must not fill the
    /// page that others wait for. A store that does not implement it gives all.
    fn ready_except(
        &self,
        station: Station,
        now_ms: u64,
        limit: usize,
        ontvangers: Vec<Partij>,
    ) -> Fut<'_, Result<Vec<EffectId>, PortError>> {
        let _ = ontvangers;
        self.ready(station, now_ms, limit)
    }

    /// Records facts with their journal records; gives the version of the last. In the same transaction, messages of
    /// that case that wait in quarantine or for deliver go back to judge. Those with [`Work::departed`] stay at
    /// deliver: a send may have reached its receiver, and only deliver can ask; its last look reads the new fact.
    ///
    /// A withdrawal of consent ([`Feit::Intrekking`]) does two things more. What lies in a mailbox of that case and was
    /// never fetched goes back to judge; what was fetched counts as received. And for each message with
    /// [`Work::departed`] a copy of the entry is written under its effect, with [`POSSIBLY`] as its note: it was under
    /// way, and may have arrived.
    fn record_facts(&self, feiten: Vec<(Feit, Entry)>) -> Fut<'_, Result<u64, PortError>>;

    /// The effect ledger of a case: everything a receiver got or may have got, in order of the journal. Kept in the
    /// transaction of the departure or the fetch, so that a withdrawal recorded after it finds it.
    fn received(&self, casus: String) -> Fut<'_, Result<Vec<Received>, PortError>>;

    /// Every case that a consent was recorded for, for who looks ahead.
    fn consent_cases(&self) -> Fut<'_, Result<Vec<String>, PortError>>;

    /// Messages of a case under which a send was begun whose end is not known ([`Work::departed`]).
    fn in_doubt(&self, casus: String) -> Fut<'_, Result<Vec<EffectId>, PortError>>;

    /// What waits in the mailbox of a receiver, oldest first, after the given effect (exclusive), without content work.
    fn mailbox(
        &self,
        ontvanger: Partij,
        after: Option<EffectId>,
        limit: usize,
    ) -> Fut<'_, Result<Vec<MailboxItem>, PortError>>;

    /// One item of the mailbox of this receiver; `None` also when it is another's.
    fn mailbox_item(&self, ontvanger: Partij, effect: EffectId) -> Fut<'_, Result<Option<MailboxItem>, PortError>>;

    /// Records that an item is about to be given out (`Opgehaald`), if the facts are still of that version; the record
    /// is durable before content leaves. The item stays until [`Store::mailbox_done`].
    fn mailbox_fetch(
        &self,
        effect: EffectId,
        facts: Option<(String, u64)>,
        entry: Entry,
    ) -> Fut<'_, Result<Committed, PortError>>;

    /// The receiver confirms: the item is ended and its content destroyed. `false`: was not there.
    fn mailbox_done(&self, ontvanger: Partij, effect: EffectId, entry: Entry) -> Fut<'_, Result<bool, PortError>>;

    /// The item may not be given any more: to quarantine.
    fn mailbox_withdraw(
        &self,
        effect: EffectId,
        redenen: Vec<String>,
        until_ms: u64,
        entry: Entry,
    ) -> Fut<'_, Result<(), PortError>>;

    /// What waits in quarantine, oldest first.
    fn quarantine(&self, after: Option<EffectId>, limit: usize) -> Fut<'_, Result<Vec<QuarantineItem>, PortError>>;

    /// Sends one quarantined message back to judge; `false`: not in quarantine.
    fn rejudge(&self, effect: EffectId, entry: Entry) -> Fut<'_, Result<bool, PortError>>;

    /// One message of quarantine with its sealed accepted bytes, for who asks what would be decided now. Nothing is claimed
    /// and nothing changes. `None`: not in quarantine.
    fn quarantined(&self, effect: EffectId) -> Fut<'_, Result<Option<Quarantined>, PortError>>;

    /// Ends one quarantined message for good: its content is destroyed, its record written. `false`: not in quarantine.
    fn refuse(&self, effect: EffectId, entry: Entry) -> Fut<'_, Result<bool, PortError>>;

    /// The last canonical journal records of each of these effects, at most so many of each, newest first.
    fn latest(&self, effects: Vec<EffectId>, each: usize) -> Fut<'_, Result<Vec<Vec<Vec<u8>>>, PortError>>;

    /// Destroys content in quarantine that is past its time, with a record each; gives how many.
    fn expire(&self, now_ms: u64, entry: Entry) -> Fut<'_, Result<u64, PortError>>;

    /// Canonical journal records of an effect, or of every effect of an event key, oldest first.
    fn history(&self, id: String) -> Fut<'_, Result<Vec<Vec<u8>>, PortError>>;

    /// Canonical journal records from a number on, for verification.
    fn journal(&self, from: u64, limit: usize) -> Fut<'_, Result<Vec<Vec<u8>>, PortError>>;

    /// How many messages are open (not ended, not in quarantine, not in a mailbox), in quarantine, in mailboxes.
    fn counts(&self) -> Fut<'_, Result<(u64, u64, u64), PortError>>;

    /// When the oldest message was accepted whose content is still here, milliseconds; `None`: no content is here.
    fn oldest_content(&self) -> Fut<'_, Result<Option<u64>, PortError>>;

    /// Whether a write would succeed now.
    fn writable(&self) -> Fut<'_, Result<(), PortError>>;
}
