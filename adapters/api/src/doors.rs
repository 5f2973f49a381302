//! What the HTTP interface asks of the stations behind it, and nothing more.
//!
//! The types here carry ids, parties, paths and reasons. The one type with content is [`Content`], and it can only be
//! made from what the minimiser let through (Law 1).

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use axum::http::HeaderMap;
use serde::Serialize;
use sluis_rules::event::Bericht;
use sluis_rules::facts::Feit;
use sluis_rules::ids::Partij;
use sluis_rules::inzage::Vraag;
use sluis_rules::journal::Record;
use sluis_rules::mapping::Outgoing;
use sluis_rules::recht::{Stap, Verzoek};
use sluis_rules::verzuim::{RegelFout, Vorm};
use sluis_stations::verzuim::{Innameverslag, MeldingRegel};
use sluis_stations::{AkkoordVraag, Beheerbericht, NieuwVerzoek};

use sluis_stations::{Grootboekregel, Registerpost};

use crate::auth::Caller;

/// A boxed answer, so that the wiring can choose at run time.
pub type Fut<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The classes of refusal, one HTTP status each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What was sent is not valid: 400 (API Design Rules: not 422).
    Invalid,
    /// The caller is not known: 401.
    NotAuthenticated,
    /// The caller is known and may not do this: 403.
    NotMandated,
    /// There is no such thing, or not for this caller: 404.
    Unknown,
    /// It conflicts with what was kept before: 409.
    Conflict,
    /// More than is read at once: 413.
    TooLarge,
    /// Not a media type that is spoken here: 415.
    MediaType,
    /// The store cannot be written or read now; nothing was taken: 503.
    Unavailable,
    /// A fault on our side: 500.
    Internal,
}

/// Why a station refuses. Holds a reason and a place in the schema, never a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which class.
    pub kind: Kind,
    /// The stable name of the reason, which is the name of its page.
    pub slug: &'static str,
    /// JSON pointer of a place the schema knows; an unknown field is `/onbekend#<hash>`.
    pub pad: Option<String>,
    /// When there is more than one place.
    pub fouten: Vec<Fault>,
}

/// One place that does not fit the schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// JSON pointer of a place the schema knows.
    pub pad: String,
    /// The keyword of the schema that was not met, e.g. `pattern`.
    pub eis: String,
}

impl Refusal {
    /// A refusal without a place.
    #[must_use]
    pub const fn new(kind: Kind, slug: &'static str) -> Self {
        Self {
            kind,
            slug,
            pad: None,
            fouten: Vec::new(),
        }
    }

    /// With the place in the schema.
    #[must_use]
    pub fn at(mut self, pad: impl Into<String>) -> Self {
        self.pad = Some(pad.into());
        self
    }
}

/// What was kept: the answer to a message that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The id under which the history of the whole event is found.
    pub id: String,
    /// It was here before, the same: nothing new happens.
    pub repeat: bool,
    /// One effect for each receiver; a repeat names the effects alone.
    pub berichten: Vec<(String, Option<Partij>)>,
    /// Fields that have no place in the canonical form and were left behind, `/onbekend#<hash>` when not in the schema.
    pub gaten: Vec<String>,
    /// How many such fields there are; more than are listed when there are many.
    pub aantal_gaten: u32,
}

/// Facts that were recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The version of the last.
    pub versie: u64,
    /// Effects of these cases whose sending had begun before: known, and not undone.
    pub onderweg: Vec<String>,
    /// Consents that a withdrawal names and nothing knows: kept, but perhaps not the one that was meant.
    pub onbekende_toestemming: Vec<String>,
}

/// One line of a mailbox: attributes, no content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostItem {
    /// Its id.
    pub effect: String,
    /// Which kind of message.
    pub bericht: Bericht,
    /// The pseudonym of the case.
    pub casus: String,
    /// Who sent it.
    pub afzender: Partij,
    /// Since when, milliseconds since the Unix epoch.
    pub since_ms: u64,
}

/// What leaves through the mailbox. Blank `Debug`.
pub struct Content(Inner);

enum Inner {
    Outgoing(Outgoing),
    #[cfg(test)]
    Planted(Vec<u8>),
}

impl From<Outgoing> for Content {
    fn from(outgoing: Outgoing) -> Self {
        Self(Inner::Outgoing(outgoing))
    }
}

impl Content {
    /// The canonical message as it may be given.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.0 {
            Inner::Outgoing(outgoing) => outgoing.bytes(),
            #[cfg(test)]
            Inner::Planted(bytes) => bytes,
        }
    }

    #[cfg(test)]
    pub(crate) fn planted(bytes: &[u8]) -> Self {
        Self(Inner::Planted(bytes.to_vec()))
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Content(…)")
    }
}

/// One message out of the mailbox: the attributes of its event, and the content.
#[derive(Debug)]
pub struct Fetched {
    /// The attributes as the sender gave them.
    pub event: sluis_rules::event::Event,
    /// What may be given.
    pub content: Content,
}

/// One line of quarantine: attributes, no content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedItem {
    /// Its id.
    pub effect: String,
    /// Which kind of message.
    pub bericht: Bericht,
    /// The pseudonym of the case.
    pub casus: String,
    /// Who sent it.
    pub afzender: Partij,
    /// For whom it is.
    pub ontvanger: Option<Partij>,
    /// Reason slugs.
    pub redenen: Vec<String>,
    /// Since when, milliseconds since the Unix epoch.
    pub since_ms: u64,
    /// Until when its content is kept, milliseconds since the Unix epoch.
    pub until_ms: u64,
}

/// How much waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Not ended, not blocked, not in a mailbox.
    pub open: u64,
    /// In quarantine.
    pub geblokkeerd: u64,
    /// In mailboxes.
    pub postbus: u64,
    /// Age of the oldest content that is still here, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oudste_inhoud_seconden: Option<u64>,
    /// It is older than the time for which anything may be kept: an alarm.
    pub inhoud_te_oud: bool,
    /// Administrative messages that their receiver has not confirmed.
    pub beheerberichten: u64,
    /// Of those, how many are past their deadline: an alarm.
    pub beheerberichten_te_laat: u64,
    /// Consents that end within thirty days.
    pub toestemmingen_binnenkort: u64,
}

/// How the bus is doing, which carries notices between the stations. What it does not carry for now waits in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BusStand {
    /// Which bus.
    pub soort: &'static str,
    /// Whether notices can be published and taken now.
    pub verbonden: bool,
    /// Whether the broker takes nothing for now: short of memory or disk.
    pub geblokkeerd: bool,
    /// What waits for judge.
    pub oordelen: Wachtend,
    /// What waits for deliver.
    pub bezorgen: Wachtend,
    /// Notices that the broker set aside; a bus without a broker has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opzij: Option<u64>,
}

impl BusStand {
    /// Whether somebody should look: work may stand still, or something was set aside.
    #[must_use]
    pub fn alarm(&self) -> bool {
        !self.verbonden || self.geblokkeerd || self.opzij.is_some_and(|n| n > 0)
    }
}

/// What waits on the bus for one station; what is left out is not known now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Wachtend {
    /// How many notices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aantal: Option<u64>,
    /// Age of the oldest, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oudste_seconden: Option<u64>,
}

/// Which rules are in use, and what is the matter with others that lie there. No names of parties, no paths of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RulesInUse {
    /// Hash of the rulebook in use.
    pub regelboek: String,
    /// The signature date of the text that it implements (17.2).
    pub getekend_op: String,
    /// Other rules were there and could not be taken into use; the ones in use stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alarm: Option<RulesTrouble>,
    /// Rules that lie ready for a day to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ligt_klaar: Option<RulesToCome>,
}

/// Why other rules are not in use, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RulesTrouble {
    /// A stable name.
    pub reden: &'static str,
    /// What to do, in Dutch.
    pub wat_te_doen: &'static str,
    /// Since when, milliseconds since the Unix epoch.
    pub sinds_ms: u64,
}

/// Rules that lie ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RulesToCome {
    /// Their hash.
    pub regelboek: String,
    /// Their first day.
    pub vanaf: String,
}

/// Consents that end soon, and the case after which there are more.
pub type Eindigt = (Vec<Registerpost>, Option<String>);

/// The calls on the stations. Every `Ok` of a call that changes something is durable.
pub trait Doors: Send + Sync {
    /// Takes a CloudEvent (structured JSON). `traceparent`: the W3C header when it is well formed.
    fn accept_event<'a>(
        &'a self,
        caller: &'a Caller,
        body: &'a [u8],
        traceparent: Option<&'a str>,
    ) -> Fut<'a, Result<Receipt, Refusal>>;

    /// What waits for a party, oldest first, after an effect (exclusive).
    fn mailbox<'a>(
        &'a self,
        caller: &'a Caller,
        partij: Partij,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'a, Result<Vec<PostItem>, Refusal>>;

    /// Gives one message out; judged again with today's facts. `None`: not there, not this party's, or withdrawn: the
    /// caller cannot tell which.
    fn fetch<'a>(
        &'a self,
        caller: &'a Caller,
        partij: Partij,
        effect: String,
    ) -> Fut<'a, Result<Option<Fetched>, Refusal>>;

    /// The receiver has it: its content is destroyed here. `false`: was not there.
    fn done<'a>(&'a self, caller: &'a Caller, partij: Partij, effect: String) -> Fut<'a, Result<bool, Refusal>>;

    /// Administrative messages of a party that are not confirmed, oldest first, after an id (exclusive).
    fn notices<'a>(
        &'a self,
        caller: &'a Caller,
        partij: Partij,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'a, Result<Vec<Beheerbericht>, Refusal>>;

    /// Gives one of them. `None`: not there, or another's.
    fn notice<'a>(
        &'a self,
        caller: &'a Caller,
        partij: Partij,
        id: String,
    ) -> Fut<'a, Result<Option<Beheerbericht>, Refusal>>;

    /// The party confirms one. `false`: not there, or never fetched.
    fn confirm<'a>(&'a self, caller: &'a Caller, partij: Partij, id: String) -> Fut<'a, Result<bool, Refusal>>;

    /// Asks who brought something in for its accord; the id of the message that asks.
    fn ask_accord<'a>(&'a self, caller: &'a Caller, vraag: AkkoordVraag) -> Fut<'a, Result<String, Refusal>>;

    /// The answer of the party that was asked. `false`: no such question for it, or it was answered before.
    fn answer_accord<'a>(
        &'a self,
        caller: &'a Caller,
        partij: Partij,
        id: String,
        akkoord: bool,
    ) -> Fut<'a, Result<bool, Refusal>>;

    /// What no receiver confirmed, the earliest deadline first: for the operator.
    fn unconfirmed<'a>(&'a self, na: Option<String>, limit: usize) -> Fut<'a, Result<Vec<Beheerbericht>, Refusal>>;

    /// Records facts, all or none.
    fn record_facts<'a>(&'a self, caller: &'a Caller, feiten: Vec<Feit>) -> Fut<'a, Result<Recorded, Refusal>>;

    /// The journal of an effect, or of every effect of an event, oldest first. Empty: not known.
    fn history<'a>(&'a self, id: String) -> Fut<'a, Result<Vec<Record>, Refusal>>;

    /// What waits in quarantine, oldest first, after an effect (exclusive).
    fn blocked<'a>(&'a self, na: Option<String>, limit: usize) -> Fut<'a, Result<Vec<BlockedItem>, Refusal>>;

    /// Sends one blocked message back to judge. `false`: not blocked.
    fn rejudge<'a>(&'a self, caller: &'a Caller, effect: String) -> Fut<'a, Result<bool, Refusal>>;

    /// The consent register of a case.
    fn consents<'a>(&'a self, casus: String) -> Fut<'a, Result<Vec<Registerpost>, Refusal>>;

    /// Of the cases after `na`, the consents that end within thirty days: about so many. The case after which there are
    /// more.
    fn ending_soon<'a>(&'a self, na: Option<String>, limit: usize) -> Fut<'a, Result<Eindigt, Refusal>>;

    /// The effect ledger of a case, after the line of `na`; with a consent, what rested on it.
    fn ledger<'a>(
        &'a self,
        casus: String,
        toestemming: Option<String>,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'a, Result<Vec<Grootboekregel>, Refusal>>;

    /// Records a request of the betrokkene; the same again is the same one.
    fn make_request<'a>(
        &'a self,
        caller: &'a Caller,
        vraag: Vraag,
        verzoek: NieuwVerzoek,
    ) -> Fut<'a, Result<Verzoek, Refusal>>;

    /// Every request as it stands; with an id, every version of that one.
    fn requests<'a>(&'a self, id: Option<String>) -> Fut<'a, Result<Vec<Verzoek>, Refusal>>;

    /// Takes a step of a request.
    fn request_step<'a>(&'a self, caller: &'a Caller, id: String, stap: Stap) -> Fut<'a, Result<Verzoek, Refusal>>;

    /// Whether a connection by this name is configured, on or off.
    fn knows(&self, _koppeling: &str) -> bool {
        true
    }

    /// How much waits.
    fn counts<'a>(&'a self) -> Fut<'a, Result<Counts, Refusal>>;

    /// How the bus is doing; none when that is not told here.
    fn bus(&self) -> Fut<'_, Option<BusStand>> {
        Box::pin(async { None })
    }

    /// Which rules are in use; none when that is not told here.
    fn rules(&self) -> Option<RulesInUse> {
        None
    }

    /// Whether a write would succeed now.
    fn writable<'a>(&'a self) -> Fut<'a, Result<(), Refusal>>;
}

/// Takes a body in a system's own words (`application/json` on `/v1/hulpvragen`): maps it and hands it to intake.
pub trait WireIntake: Send + Sync {
    /// As [`Doors::accept_event`].
    fn accept<'a>(
        &'a self,
        caller: &'a Caller,
        body: &'a [u8],
        traceparent: Option<&'a str>,
    ) -> Fut<'a, Result<Receipt, Refusal>>;
}

/// The header with the signature of an announcement, in lower case.
pub const SIGNATURE: &str = "x-handtekening-sha512";

/// Takes a thin, signed announcement: verifies the signature over the raw body, and fetches what it announces.
pub trait Announcements: Send + Sync {
    /// Whether it could be one at all, asked before a byte of the body is read; by itself: whether there is one
    /// [`SIGNATURE`], and it is not empty. Say no to a name that announces nothing: the name of a connection is no
    /// secret, and by the time that a refusal takes it can be told from another.
    fn could_be(&self, _koppeling: &str, headers: &HeaderMap) -> bool {
        let mut given = headers.get_all(SIGNATURE).iter();
        matches!((given.next(), given.next()), (Some(one), None) if !one.is_empty())
    }

    /// `koppeling` comes from the path and is not trusted. An unknown one and a wrong signature are both
    /// [`Kind::NotAuthenticated`], with the same answer.
    fn announce<'a>(
        &'a self,
        koppeling: &'a str,
        headers: &'a HeaderMap,
        body: &'a [u8],
    ) -> Fut<'a, Result<(), Refusal>>;
}

/// What was taken into the book of absence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ingenomen {
    /// How much.
    pub verslag: Innameverslag,
    /// Lines that were not kept: the first [`MEESTE_FOUTEN`]. They name lines and columns, never a value.
    pub fouten: Vec<RegelFout>,
}

/// Most lines of one body that are told to be wrong, one by one; the report counts them all.
pub const MEESTE_FOUTEN: usize = 1000;

/// The book of absence.
pub trait Verzuimboek: Send + Sync {
    /// Takes lines; what is told as kept is durable.
    fn register<'a>(&'a self, caller: &'a Caller, vorm: Vorm, body: &'a [u8]) -> Fut<'a, Result<Ingenomen, Refusal>>;

    /// Reports of these parties, or of all, oldest first, after one (exclusive).
    fn meldingen<'a>(
        &'a self,
        partijen: Option<Vec<Partij>>,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'a, Result<Vec<MeldingRegel>, Refusal>>;
}
