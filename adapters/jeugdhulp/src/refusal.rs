//! Why a bundle cannot be translated. Typed, without values.

use sluis_rules::mapping::MappingError;
use sluis_rules::scan;
use sluis_stations::SchemaFault;

/// Why nothing was made of the bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No strict JSON within the caps.
    #[error("{0}")]
    Bytes(scan::Refusal),
    /// No bundle as agreed: a collection about one patient, with one task.
    #[error(
        "{place} is not as agreed: a collection about one patient, with one task that holds; mend it at the source"
    )]
    Bundle {
        /// Where.
        place: &'static str,
    },
    /// The task does not say for which channel, case, phase and purpose.
    #[error("{place} does not say what the message is for: fill it in at the source")]
    Incomplete {
        /// Where.
        place: &'static str,
    },
    /// The case of the task is no pseudonym of a consultation.
    #[error("/Task/groupIdentifier is not a case that this connection may name: the consultation hands out pseudonyms")]
    Case,
    /// Another bundle than the one that was asked for.
    #[error("the source gave another bundle than was asked for: report it to the source's supplier")]
    OtherId,
    /// Patient or task do not fit the schema.
    #[error("the bundle does not fit its schema at {} place(s): see the list", .0.len())]
    Schema(Vec<SchemaFault>),
    /// A value that the table cannot place.
    #[error("{0}")]
    Table(MappingError),
}

impl Refusal {
    /// Stable id: the end of the `type`, and the name of its page.
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Bytes(refusal) => refusal.slug(),
            Self::Bundle { .. } => "bundel-ongeldig",
            Self::Incomplete { .. } => "bestemming-onvolledig",
            Self::Case => "casusnummer-onbekend",
            Self::OtherId => "ander-bericht-dan-gevraagd",
            Self::Schema(_) => "past-niet-in-schema",
            Self::Table(_) => "past-niet-in-tabel",
        }
    }

    /// Every slug of its own, beside those of the scanner and the stations.
    pub const SLUGS: &'static [&'static str] = &[
        "bundel-ongeldig",
        "bestemming-onvolledig",
        "casusnummer-onbekend",
        "ander-bericht-dan-gevraagd",
        "past-niet-in-tabel",
    ];

    /// The status of RFC 9110: 413 for what is too large, else 400.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Bytes(scan::Refusal {
                kind: scan::RefusalKind::TooLarge,
                ..
            }) => 413,
            _ => 400,
        }
    }
}

/// Whether a reason lies in the bundle itself, so that it is refused again however often it is tried. Every other one
/// may be cured by a change of configuration, of facts or at the source: the bundle waits.
pub(crate) fn lies_in_bundle(reason: &str) -> bool {
    matches!(
        reason,
        "geen-utf8"
            | "geen-json"
            | "dubbele-sleutel"
            | "half-teken"
            | "getal-te-groot"
            | "verkeerde-vorm"
            | "veld-ontbreekt"
            | "meer-dan-een-waarde"
            | "dubbele-generalisatie"
            | "past-niet-in-schema"
            | "past-niet-in-tabel"
            | "bundel-ongeldig"
            | "bestemming-onvolledig"
            | "niet-bij-bron"
            | "andere-inhoud"
            | "verpakt"
    )
}
