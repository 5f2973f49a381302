//! Why a hulpvraag cannot be translated. Typed, without values.

use sluis_rules::mapping::MappingError;
use sluis_rules::scan;
use sluis_stations::SchemaFault;

/// Why nothing was made of the bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No strict JSON within the caps.
    #[error("{0}")]
    Bytes(scan::Refusal),
    /// Does not fit the wire schema.
    #[error("the hulpvraag does not fit its schema at {} place(s): see the list", .0.len())]
    Schema(Vec<SchemaFault>),
    /// The consultation round does not say for which consultation, case, phase and purpose, or on whose behalf.
    #[error("{place} does not say what the message is for: fill it in at the source")]
    Incomplete {
        /// JSON pointer into the wire document.
        place: &'static str,
    },
    /// The school that contributes is not one this connection sends for.
    #[error("the school at /inbreng is not one that this sender speaks for: have its BRIN and branch configured")]
    School,
    /// The case number of the source is in no table.
    #[error("/overlegronde/casusNr names a case that this connection does not know: have it configured")]
    Case,
    /// Another hulpvraag than the one that was asked for.
    #[error("the source gave another hulpvraag than was asked for: report it to the source's supplier")]
    OtherId,
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
            Self::Schema(_) => "past-niet-in-schema",
            Self::Incomplete { .. } => "bestemming-onvolledig",
            Self::School => "school-onbekend",
            Self::Case => "casusnummer-onbekend",
            Self::OtherId => "ander-bericht-dan-gevraagd",
            Self::Table(_) => "past-niet-in-tabel",
        }
    }

    /// Every slug of its own, beside those of the scanner and the stations.
    pub const SLUGS: &'static [&'static str] = &[
        "bestemming-onvolledig",
        "school-onbekend",
        "casusnummer-onbekend",
        "ander-bericht-dan-gevraagd",
        "past-niet-in-tabel",
    ];

    /// The status of RFC 9110: 413 for what is too large, 403 for a school that is not ours to speak for, else 400.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Bytes(scan::Refusal {
                kind: scan::RefusalKind::TooLarge,
                ..
            }) => 413,
            Self::School => 403,
            _ => 400,
        }
    }

    /// The place, when there is one place.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Bytes(refusal) => refusal.path(),
            Self::Schema(faults) => faults.first().map(|fault| fault.pad.as_str()),
            Self::Incomplete { place } => Some(place),
            Self::School => Some("/inbreng"),
            Self::Case => Some("/overlegronde/casusNr"),
            Self::OtherId => Some("/hulpvraagId"),
            Self::Table(error) => Some(&error.place),
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

/// Reasons that lie in the document itself (or the source no longer has it, or it is here already): tried again as it
/// is, it is refused again, whatever is configured.
const IN_DOCUMENT: &[&str] = &[
    "geen-utf8",
    "geen-json",
    "dubbele-sleutel",
    "half-teken",
    "getal-te-groot",
    "verkeerde-vorm",
    "veld-ontbreekt",
    "meer-dan-een-waarde",
    "dubbele-generalisatie",
    "past-niet-in-schema",
    "past-niet-in-tabel",
    "bestemming-onvolledig",
    "niet-bij-bron",
    "andere-inhoud",
];

/// Whether a reason lies in the document. Every other one, a reason that is new among them, may be cured by a change
/// of configuration (schools, cases, mandates, caps), of facts or at the source: too much waiting is seen in the log,
/// too little loses a hulpvraag.
pub(crate) fn lies_in_document(reason: &str) -> bool {
    IN_DOCUMENT.contains(&reason)
}

#[cfg(test)]
mod tests {
    use sluis_rules::scan::RefusalKind;
    use sluis_stations::IntakeRefusal;

    use super::*;

    #[test]
    fn every_known_reason_has_its_side() {
        let of = |kind| scan::Refusal { kind, offset: 0 }.slug();
        let caps = [RefusalKind::TooLarge, RefusalKind::TooDeep, RefusalKind::TooManyNodes].map(of);
        let known = Refusal::SLUGS.iter().chain(IntakeRefusal::SLUGS).chain(&caps);
        let cured: Vec<&str> = known.copied().filter(|slug| !lies_in_document(slug)).collect();
        assert_eq!(
            cured,
            [
                "school-onbekend",
                "casusnummer-onbekend",
                "ander-bericht-dan-gevraagd",
                // The claim is made with configured tables, so its attributes are not the document's alone.
                "geen-cloudevent",
                "attribuut-ontbreekt",
                "attribuut-ongeldig",
                "attribuut-geweigerd",
                "geen-mandaat",
                "vreemde-bron",
                "ontvanger-is-afzender",
                "koppeling-uit",
                "niet-bewaard",
                // Caps are configured.
                "te-groot",
                "te-diep",
                "te-veel-waarden",
            ]
        );
        let kinds = [
            RefusalKind::NotUtf8,
            RefusalKind::Syntax,
            RefusalKind::DuplicateKey,
            RefusalKind::LoneSurrogate,
            RefusalKind::Number,
            RefusalKind::Trailing,
            RefusalKind::Collision,
        ];
        for slug in kinds.map(of) {
            assert!(lies_in_document(slug), "{slug}");
        }
    }
}
