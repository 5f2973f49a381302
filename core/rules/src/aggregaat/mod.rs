//! Aggregates: how much absence there is, per school and period, and nothing about anybody (`verzuimstatistiek`).
//!
//! ```text
//! observations ──tel──► Telling (true counts, stays at the source) ──onderdruk──► Aggregaat (may leave)
//!                                                                             └─► Verantwoording (stays: why)
//! ```
//!
//! The table is a tree of places (region, school, branch) by periods, with totals of both. What may leave:
//!
//! - **Primary**: a cell in which fewer pupils than the threshold are counted is suppressed, zero included. So is a cell
//!   in which every pupil of the place is counted, and every cell of a place with fewer than ten pupils (digest §10).
//!   Such places do not appear under their own BRIN.
//! - **Complementary**: more cells, until nobody can get any closer by adding and subtracting. For every primary cell the
//!   published table must leave everything from 0 to the threshold possible. The table is a network, in which every cell
//!   is one arc, so the bounds an attacker can reach are found exactly, in whole numbers, and not estimated.
//! - **No trace**: a suppressed cell does not tell which of the two it is. That would already be a bound.
//!
//! [`Aggregaat`] has one constructor, [`onderdruk`], which checks its own result and gives nothing rather than a leak. It
//! holds counts, marks, and labels of a closed vocabulary; there is no place in it for a person or a text.
//!
//! A threshold counts *pupils*, not counts: one pupil absent in twelve months gives a yearly total of 12. What cannot be
//! seen in one table belongs to whoever publishes: the same days cut in two ways, or a table corrected and published again,
//! can be subtracted from each other ([`Aggregaat::botst_met`]; `docs/decisions/0009-suppression.md`).

mod gepubliceerd;
mod label;
mod net;
mod onderdruk;
mod telling;
mod uitleg;

use serde::Serialize;

pub use gepubliceerd::Gepubliceerd;
pub use label::{Periode, Plaats, SchoolBrin, Verzuimsoort};
pub use onderdruk::onderdruk;
pub use telling::{LeerlingSleutel, Telling, TellingFout, Vestiging, Waarneming, tel};
pub use uitleg::{Reden, Verantwoording, voor_de_ontvanger};

/// A place with fewer pupils counts as a person, whatever the threshold (digest §10).
pub const KLEIN: u32 = 10;

/// How many pupils a cell must at least count to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drempel(u32);

impl Drempel {
    /// What the covenant's readers chose: ten.
    pub const STANDAARD: Self = Self(10);

    /// Another threshold; `None` under 3, with which one of two pupils in a cell could tell who the other is.
    #[must_use]
    pub const fn new(leerlingen: u32) -> Option<Self> {
        if leerlingen >= 3 { Some(Self(leerlingen)) } else { None }
    }

    /// In pupils.
    #[must_use]
    pub const fn leerlingen(self) -> u32 {
        self.0
    }

    /// Under how many pupils a place counts as a person.
    const fn klein(self) -> u32 {
        if self.0 > KLEIN { self.0 } else { KLEIN }
    }
}

/// A cell as a receiver sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cel {
    /// So many.
    Aantal(u32),
    /// Not shown. Why is not shown either.
    Onderdrukt,
}

impl Serialize for Cel {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Aantal(n) => s.serialize_u32(*n),
            Self::Onderdrukt => s.serialize_str("onderdrukt"),
        }
    }
}

/// The counts of one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rij {
    plaats: Plaats,
    /// Index of the row of which this one is a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    deel_van: Option<usize>,
    cellen: Vec<Cel>,
    totaal: Cel,
}

impl Rij {
    /// Which place.
    #[must_use]
    pub const fn plaats(&self) -> Plaats {
        self.plaats
    }

    /// Index of the row of which this one is a part; `None` for the region.
    #[must_use]
    pub const fn deel_van(&self) -> Option<usize> {
        self.deel_van
    }

    /// Per period.
    #[must_use]
    pub fn cellen(&self) -> &[Cel] {
        &self.cellen
    }

    /// Over all periods.
    #[must_use]
    pub const fn totaal(&self) -> Cel {
        self.totaal
    }
}

/// A table that may leave: the only type for the channel `aggregaat`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aggregaat {
    soort: Verzuimsoort,
    drempel: u32,
    perioden: Vec<Periode>,
    rijen: Vec<Rij>,
}

impl Aggregaat {
    /// Of which kind of absence.
    #[must_use]
    pub const fn soort(&self) -> Verzuimsoort {
        self.soort
    }

    /// The threshold it was made with.
    #[must_use]
    pub const fn drempel(&self) -> u32 {
        self.drempel
    }

    /// The columns.
    #[must_use]
    pub fn perioden(&self) -> &[Periode] {
        &self.perioden
    }

    /// Whether what this table hides might be found with another one of the same region: they count the same absence on
    /// the same days, and are not the same table. Whoever publishes keeps what was published, and refuses a clash.
    #[must_use]
    pub fn botst_met(&self, other: &Self) -> bool {
        let same_days = || {
            let overlap = |periode: &Periode| other.perioden.iter().any(|with| periode.raakt(*with));
            self.perioden.iter().any(overlap)
        };
        self != other && self.soort.raakt(other.soort) && same_days()
    }

    /// The rows: each after the one it is a part of.
    #[must_use]
    pub fn rijen(&self) -> &[Rij] {
        &self.rijen
    }
}

/// The table could not be made safe; nothing is published. Holds no count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "no table leaves: after suppression a cell could still be recomputed; this is a fault in the program, report it"
)]
pub struct NietVeilig;
