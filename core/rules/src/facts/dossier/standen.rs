//! What was decided or agreed about a case and works on the day.

use jiff::civil::Date;

use super::super::{DoorbrekingReden, IndividuReden, NoodzaakReden};
use crate::gegeven::GegevenSet;
use crate::ids::Partij;

/// A recorded decision to break a secrecy (6.e).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorbrekingStand {
    /// Names the decision.
    pub id: String,
    /// The account of the professional.
    pub professional: String,
    /// Whose secrecy.
    pub verstrekker: Partij,
    /// What may pass; no special category without a second person.
    pub gegevens: GegevenSet,
    /// For which purpose.
    pub doel: String,
    /// To whom.
    pub ontvanger: Partij,
    /// Why.
    pub redenen: Vec<DoorbrekingReden>,
    /// Its last day.
    pub tot: Date,
    /// A second person agreed.
    pub met_tweede: bool,
}

/// An accord that works on the day (3.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AkkoordStand {
    /// Who brought it in.
    pub inbrenger: Partij,
    /// Who passes it on.
    pub doorgever: Partij,
    /// To whom.
    pub ontvanger: Partij,
    /// What of it.
    pub gegevens: GegevenSet,
    /// For which purpose; `None`: every purpose of the case.
    pub doel: Option<String>,
}

/// A recorded necessity (5.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoodzaakStand {
    /// What may pass whole.
    pub gegevens: GegevenSet,
    /// To whom.
    pub ontvanger: Partij,
    /// For which purpose.
    pub doel: String,
    /// Who judged it.
    pub door: Partij,
    /// Why.
    pub reden: NoodzaakReden,
}

/// A recorded decision that a derde must know who it is about (14.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndividuStand {
    /// What may pass whole.
    pub gegevens: GegevenSet,
    /// To whom.
    pub ontvanger: Partij,
    /// For which purpose.
    pub doel: String,
    /// Who decided it.
    pub door: Partij,
    /// Why.
    pub reden: IndividuReden,
}

/// A handover that was decided and works on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverdrachtStand {
    /// The consultation that receives.
    pub naar_overleg: String,
    /// Who there receives.
    pub ontvangers: Vec<Partij>,
}
