//! Why intake takes nothing. Typed, without values; the API writes them as RFC 9457.

use sluis_rules::event::EventError;
use sluis_rules::scan::{Refusal, RefusalKind};

use crate::ports::PortError;
use crate::schema::SchemaFault;

/// What the caller can do about it; each has its HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Klasse {
    /// Mend the message: 400.
    Ongeldig,
    /// Not in this caller's name: 403.
    Verboden,
    /// The same id with other content: 409.
    Conflict,
    /// Send less: 413.
    TeGroot,
    /// Nothing was taken; try again later: 503.
    NietBeschikbaar,
}

impl Klasse {
    /// The status of RFC 9110.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Ongeldig => 400,
            Self::Verboden => 403,
            Self::Conflict => 409,
            Self::TeGroot => 413,
            Self::NietBeschikbaar => 503,
        }
    }
}

/// Why intake refuses. Nothing was kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntakeRefusal {
    /// The bytes are no message: size, JSON, duplicate keys, shape.
    #[error("{0}")]
    Bytes(Refusal),
    /// The event's attributes are not as the profile has them.
    #[error("{0}")]
    Attribute(#[from] EventError),
    /// The connection has no mandate for the sender that the event names.
    #[error(
        "this connection may not speak for the party in `afzender`: have the mandate recorded, or send as yourself"
    )]
    GeenMandaat,
    /// The `source` is of an organisation that the connection is not and does not speak for.
    #[error("this connection may not use the organisation in `source`: use your own OIN")]
    VreemdeBron,
    /// Sender and receiver are one.
    #[error("`ontvanger` is the sender itself: leave it out, or name another")]
    OntvangerIsAfzender,
    /// The message does not fit its schema.
    #[error("the message does not fit its schema at {} place(s): see the list", .0.len())]
    Schema(Vec<SchemaFault>),
    /// The same source and id came before, with other content.
    #[error("an event with this source and id came before with other content: give a changed event a new id")]
    AndereInhoud,
    /// The connection is switched off.
    #[error("this connection is switched off: ask the operator")]
    KoppelingUit,
    /// What was sent could not be kept: nothing was acknowledged.
    #[error("nothing was taken, because it could not be kept: send it again later")]
    NietBewaard,
}

impl IntakeRefusal {
    /// Stable id: the end of the `type`, and the name of its page.
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Bytes(refusal) => refusal.slug(),
            Self::Attribute(EventError::Unreadable { .. }) => "geen-cloudevent",
            Self::Attribute(EventError::Missing(_)) => "attribuut-ontbreekt",
            Self::Attribute(EventError::Invalid(_)) => "attribuut-ongeldig",
            Self::Attribute(EventError::Refused(_)) => "attribuut-geweigerd",
            Self::GeenMandaat => "geen-mandaat",
            Self::VreemdeBron => "vreemde-bron",
            Self::OntvangerIsAfzender => "ontvanger-is-afzender",
            Self::Schema(_) => "past-niet-in-schema",
            Self::AndereInhoud => "andere-inhoud",
            Self::KoppelingUit => "koppeling-uit",
            Self::NietBewaard => "niet-bewaard",
        }
    }

    /// Every slug that [`IntakeRefusal::slug`] gives of its own, beside those of the scanner.
    pub const SLUGS: &'static [&'static str] = &[
        "geen-cloudevent",
        "attribuut-ontbreekt",
        "attribuut-ongeldig",
        "attribuut-geweigerd",
        "geen-mandaat",
        "vreemde-bron",
        "ontvanger-is-afzender",
        "past-niet-in-schema",
        "andere-inhoud",
        "koppeling-uit",
        "niet-bewaard",
    ];

    /// What the caller can do about it.
    #[must_use]
    pub const fn klasse(&self) -> Klasse {
        match self {
            Self::Bytes(Refusal {
                kind: RefusalKind::TooLarge,
                ..
            }) => Klasse::TeGroot,
            Self::Bytes(_) | Self::Attribute(_) | Self::OntvangerIsAfzender | Self::Schema(_) => Klasse::Ongeldig,
            Self::GeenMandaat | Self::VreemdeBron => Klasse::Verboden,
            Self::AndereInhoud => Klasse::Conflict,
            Self::KoppelingUit | Self::NietBewaard => Klasse::NietBeschikbaar,
        }
    }

    /// The place, when there is one place: a path of the schema or the name of an attribute.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Bytes(refusal) => refusal.path(),
            Self::Attribute(EventError::Missing(name) | EventError::Invalid(name) | EventError::Refused(name)) => {
                Some(name)
            }
            Self::GeenMandaat => Some("afzender"),
            Self::VreemdeBron => Some("source"),
            Self::OntvangerIsAfzender => Some("ontvanger"),
            Self::Schema(faults) => faults.first().map(|f| f.pad.as_str()),
            _ => None,
        }
    }

    /// The faults against the schema; empty for every other refusal.
    #[must_use]
    pub fn faults(&self) -> &[SchemaFault] {
        match self {
            Self::Schema(faults) => faults,
            _ => &[],
        }
    }
}

impl From<Refusal> for IntakeRefusal {
    fn from(refusal: Refusal) -> Self {
        Self::Bytes(refusal)
    }
}

impl From<PortError> for IntakeRefusal {
    fn from(_: PortError) -> Self {
        // Which port failed is for the operator's log; for the caller all that counts is that nothing was taken.
        Self::NietBewaard
    }
}
