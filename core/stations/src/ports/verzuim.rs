//! The book of absence: what schools registered, sealed, one row a pupil; and the reports that came of it.
//!
//! A pupil is known by a keyed digest. What is said about a pupil stands sealed; beside it stand only words of the rules,
//! ids, and the days on which something must be done.

use jiff::civil::Date;
use sluis_rules::ids::Partij;

use super::{Entry, Fut, PortError};

/// What is stored of one pupil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DossierRij {
    /// Keyed digest of the school's organisation and its number of the pupil.
    pub sleutel: String,
    /// Which connection brought the last of it.
    pub koppeling: String,
    /// On whose behalf.
    pub partij: Partij,
    /// Counts its versions, from 1.
    pub versie: u64,
    /// From which day on the rules must look at it: days since 1970-01-01; 0 is at once, none is not.
    pub bekijk_op: Option<i32>,
    /// When it was written, milliseconds: the term of keeping counts from here.
    pub gewijzigd_ms: u64,
    /// Keyed digests by which the pupil is found for access; read back empty.
    pub personen: Vec<String>,
    /// The registrations, sealed.
    pub sealed: Vec<u8>,
}

/// Where a report stands on our side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MeldingStand {
    /// Something must be known or decided first.
    Wacht,
    /// Composed, and not yet handed to intake.
    Opgesteld,
    /// Handed to intake: from there on the journal tells.
    Onderweg,
    /// Not needed any more before it was handed over.
    Vervallen,
}

impl MeldingStand {
    /// All of them.
    pub const ALLE: [Self; 4] = [Self::Wacht, Self::Opgesteld, Self::Onderweg, Self::Vervallen];

    /// The word in the queue.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wacht => "wacht",
            Self::Opgesteld => "opgesteld",
            Self::Onderweg => "onderweg",
            Self::Vervallen => "vervallen",
        }
    }
}

/// What the desk and the municipality did with a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balie {
    /// A word of the canonical status: `geregistreerd`, `in-behandeling`, …
    pub stand: String,
    /// The place of this change among those of the desk: a lower one is older.
    pub volgnummer: u64,
    /// The number the desk gave the report, sealed.
    pub sealed: Vec<u8>,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeldingRij {
    /// Our reference of the report: a keyed digest.
    pub kenmerk: String,
    /// Which pupil.
    pub sleutel: String,
    /// Which connection it goes in under.
    pub koppeling: String,
    /// On whose behalf.
    pub partij: Partij,
    /// The rule that made the signal.
    pub regel: String,
    /// Where it stands.
    pub stand: MeldingStand,
    /// What it waits for: slugs.
    pub wacht: Vec<String>,
    /// The last day on which it is in time.
    pub termijn: Option<Date>,
    /// Counts its versions, from 1.
    pub versie: u32,
    /// The last version that was handed to intake; 0: none.
    pub gemeld: u32,
    /// It is to be withdrawn, or was.
    pub ingetrokken: bool,
    /// Since when there is such a report, milliseconds.
    pub sinds_ms: u64,
    /// The signal, and what is to be handed over, sealed.
    pub sealed: Vec<u8>,
    /// What came back.
    pub balie: Option<Balie>,
}

/// The book. Each method is one transaction; what it answered is durable.
pub trait Verzuimboek: Send + Sync {
    /// What is stored of these pupils; of who is not known nothing.
    fn dossiers(&self, sleutels: Vec<String>) -> Fut<'_, Result<Vec<DossierRij>, PortError>>;

    /// Writes rows, all or none: each must be of the version after the one that is stored. `false`: somebody else wrote
    /// one meanwhile; read again.
    fn bewaar(&self, rijen: Vec<DossierRij>) -> Fut<'_, Result<bool, PortError>>;

    /// Which pupils must be looked at by that day, the longest waiting first.
    fn te_bekijken(&self, dag: i32, limit: usize) -> Fut<'_, Result<Vec<DossierRij>, PortError>>;

    /// A pupil was looked at, in that version: its reports are written and its next day is set. What came back of a
    /// report is left as it is. `false`: the pupil was written meanwhile; nothing was done.
    fn bekeken(
        &self,
        sleutel: String,
        versie: u64,
        bekijk_op: Option<i32>,
        meldingen: Vec<MeldingRij>,
    ) -> Fut<'_, Result<bool, PortError>>;

    /// The reports of a pupil, oldest first.
    fn meldingen_van(&self, sleutel: String) -> Fut<'_, Result<Vec<MeldingRij>, PortError>>;

    /// One report.
    fn melding(&self, kenmerk: String) -> Fut<'_, Result<Option<MeldingRij>, PortError>>;

    /// Reports of these parties, or of all, oldest first, after one (exclusive).
    fn meldingen(
        &self,
        partijen: Option<Vec<Partij>>,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'_, Result<Vec<MeldingRij>, PortError>>;

    /// Reports that are composed and not yet handed over, oldest first, after one (exclusive).
    fn opgesteld(&self, na: Option<String>, limit: usize) -> Fut<'_, Result<Vec<MeldingRij>, PortError>>;

    /// This version of a report was handed to intake; `sealed` takes the place of what was sealed. `false`: it is in
    /// another version by now.
    fn overgedragen(&self, kenmerk: String, versie: u32, sealed: Vec<u8>) -> Fut<'_, Result<bool, PortError>>;

    /// This version of a report was refused at intake: it waits for what the word says, and its pupil is looked at again on
    /// that day at the latest. `sealed` takes the place of what was sealed. `false`: it is in another version by now.
    fn geweigerd(
        &self,
        kenmerk: String,
        versie: u32,
        wacht: String,
        bekijk_op: i32,
        sealed: Vec<u8>,
    ) -> Fut<'_, Result<bool, PortError>>;

    /// Destroys pupils, with their reports, of whom nothing was written and no report began since `voor_ms`, oldest first,
    /// so many at once; with a record when there was one. Not while a report is composed and not yet handed over. Gives how
    /// many pupils.
    fn vergeet(&self, voor_ms: u64, limit: usize, entry: Entry) -> Fut<'_, Result<u64, PortError>>;

    /// What came back about a report; an older change than is known changes nothing.
    fn balie(&self, kenmerk: String, balie: Balie) -> Fut<'_, Result<(), PortError>>;
}
