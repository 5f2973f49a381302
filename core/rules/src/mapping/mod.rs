//! Mapping tables: a system's own words to the canonical form and back, as data.
//!
//! ```toml
//! [[rij]]
//! wire = "/persoonsgegevens/leerling/achternaam"
//! canoniek = "/bijdragen/0/inhoud/persoon/naam/achternaam"
//!
//! [[rij]]                       # `*` pairs the items of a list on both sides, in order
//! wire = "/verzorgers/*/soort"
//! canoniek = "/bijdragen/0/inhoud/ouders/*/rol"
//! codes = { M = "moeder", V = "vader" }      # or pairs, when the wire has numbers: [[1, "moeder"], [2, "vader"]]
//!
//! [[constante]]                 # a value the other side wants and the message does not have; or `canoniek = …`
//! wire = "/bron"
//! waarde = "sluis"
//!
//! [[buiten]]                    # on the wire, but no part of the message: no gap
//! wire = "/vergadering"
//! omdat = "attributen van de gebeurtenis"
//! ```
//!
//! `/bijdragen/0/…` is for a system that sends or takes one contribution at a time, `/bijdragen/*/…` for one with a
//! list of them. What no row fills of the envelope comes from [`Herkomst`].
//!
//! A table reads in both directions, so that what is about to leave can be decoded and compared with what may leave
//! (the self-check in [`Mapping::encode`]). [`Outgoing`] is the only type whose bytes may go over a wire to a receiver.

mod codes;
mod error;
mod flat;
mod inward;
mod outward;
mod path;
mod shape;
mod table;

pub use error::{MappingError, SelfCheckError};
pub use shape::RowShape;

use jiff::civil::Date;

use crate::gegeven::{Beroepsgeheim, GegevenSet};
use crate::ids::Partij;
use crate::minimise::{Minimised, Plan};
use crate::scan::Gap;
use crate::tree::Tree;
use table::Table;

/// A table between the words of one system and one kind of canonical message.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// None: the canonical form itself.
    table: Option<Table>,
}

/// What the connection knows about a message and the wire need not say. A row of the table that maps one of these
/// places wins over it.
#[derive(Clone)]
pub struct Herkomst<'a> {
    /// Who contributes: the authenticated party.
    pub inbrenger: Partij,
    /// The duty of secrecy the contributor declares.
    pub beroepsgeheim: Beroepsgeheim,
    /// The opaque id of the message.
    pub kenmerk: &'a str,
    /// The date of the message.
    pub datum: Date,
}

/// Bytes that may go to a receiver: made by [`Mapping::encode`] and [`encode_canonical`] and by nothing else.
pub struct Outgoing {
    bytes: Vec<u8>,
    left_behind: usize,
}

impl std::fmt::Debug for Outgoing {
    /// Shows nothing: this is somebody's data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outgoing(…)")
    }
}

impl Outgoing {
    /// The bytes for the wire.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Values that may leave and for which the receiver has no field: they do not leave.
    #[must_use]
    pub fn left_behind(&self) -> usize {
        self.left_behind
    }
}

impl Mapping {
    /// Reads a table.
    ///
    /// # Errors
    /// For TOML that is not a table, a path the schema does not have, codes that are not one to one, or two rows to
    /// one target.
    pub fn parse(toml: &str, tree: &Tree) -> Result<Self, MappingError> {
        let table = Some(Table::parse(toml, tree)?);
        Ok(Self { table })
    }

    /// For a system that speaks the canonical form itself.
    #[must_use]
    pub const fn identity() -> Self {
        Self { table: None }
    }

    /// From the system's form to the canonical one. Also says which fields of the wire have no place in the table:
    /// they are left behind.
    ///
    /// # Errors
    /// When a value does not fit the table. The error names the place, never the value.
    pub fn to_canonical(
        &self,
        wire: &serde_json::Value,
        herkomst: &Herkomst<'_>,
    ) -> Result<(Vec<u8>, Vec<Gap>), MappingError> {
        match &self.table {
            Some(table) => inward::to_canonical(table, wire, herkomst),
            None => Ok((wire.to_string().into_bytes(), Vec::new())),
        }
    }

    /// From what may leave to the bytes that leave, in the words of the receiver. `masks` are those of the
    /// contributions as they stand in `minimised`.
    ///
    /// # Errors
    /// When the self-check cannot prove that every leaf that is about to leave is a declared constant, or stands in
    /// `minimised` and is permitted by plan and mask. Nothing may leave then.
    pub fn encode(
        &self,
        minimised: &Minimised<'_>,
        plan: &Plan,
        masks: &[GegevenSet],
        dag: Date,
    ) -> Result<Outgoing, SelfCheckError> {
        match &self.table {
            Some(table) => {
                minimised.seal_with(|bytes| outward::prove(bytes, plan, masks, dag))?;
                outward::encode(table, minimised, plan)
            }
            None => encode_canonical(minimised, plan, masks, dag),
        }
    }
}

/// For a receiver that takes the canonical form itself: the same self-check, and the bytes as they are.
///
/// # Errors
/// As [`Mapping::encode`].
pub fn encode_canonical(
    minimised: &Minimised<'_>,
    plan: &Plan,
    masks: &[GegevenSet],
    dag: Date,
) -> Result<Outgoing, SelfCheckError> {
    minimised.seal_with(|bytes| {
        outward::prove(bytes, plan, masks, dag)?;
        Ok(Outgoing {
            bytes: bytes.to_vec(),
            left_behind: 0,
        })
    })
}
