//! What a report needs besides the absence itself: the pupil number, and the presumed reason as a word of a list.

use std::fmt;

use crate::ids::{Bsn, Onderwijsnummer};

/// The number under which DUO knows a pupil. Never shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pgn {
    /// A burgerservicenummer.
    Bsn(Bsn),
    /// An onderwijsnummer, for who has no BSN.
    Onderwijsnummer(Onderwijsnummer),
}

impl Pgn {
    /// Reads nine digits with a sound check digit. The two checks differ, so no number is both.
    #[must_use]
    pub fn lees(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let number = text.parse().map(Self::Onderwijsnummer);
        number.or_else(|_| text.parse().map(Self::Bsn)).ok()
    }

    /// The digits: for sealing, and for the report.
    pub(crate) fn cijfers(&self) -> &str {
        let digits = match self {
            Self::Bsn(bsn) => bsn.digits(),
            Self::Onderwijsnummer(number) => number.digits(),
        };
        std::str::from_utf8(digits).unwrap_or_default()
    }
}

impl fmt::Debug for Pgn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pgn(…)")
    }
}

/// The presumed reason of unauthorised absence. It may be about health (LPW 21a.12), so it shows nothing when printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum VermoedelijkeReden {
    /// Afraid of school.
    Schoolangst,
    /// Health.
    Gezondheid,
    /// A conflict with the school.
    ConflictMetSchool,
    /// The situation at home.
    Thuissituatie,
    /// Work.
    Werk,
    /// Holiday.
    Vakantie,
    /// No fitting place.
    GeenPassendePlek,
    /// The school does not know.
    Onbekend,
    /// Another: the desk would like an explanation, which is free text and needs a release.
    Anders,
}

impl VermoedelijkeReden {
    /// All reasons.
    pub const ALLE: [Self; 9] = [
        Self::Schoolangst,
        Self::Gezondheid,
        Self::ConflictMetSchool,
        Self::Thuissituatie,
        Self::Werk,
        Self::Vakantie,
        Self::GeenPassendePlek,
        Self::Onbekend,
        Self::Anders,
    ];

    /// The word of the canonical schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Schoolangst => "schoolangst",
            Self::Gezondheid => "gezondheid",
            Self::ConflictMetSchool => "conflict-met-school",
            Self::Thuissituatie => "thuissituatie",
            Self::Werk => "werk",
            Self::Vakantie => "vakantie",
            Self::GeenPassendePlek => "geen-passende-plek",
            Self::Onbekend => "onbekend",
            Self::Anders => "anders",
        }
    }

    /// The reason a word stands for.
    #[must_use]
    pub fn lees(text: &[u8]) -> Option<Self> {
        Self::ALLE.into_iter().find(|reden| reden.as_str().as_bytes() == text)
    }
}

impl fmt::Debug for VermoedelijkeReden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VermoedelijkeReden(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_kind_or_none() {
        assert!(matches!(Pgn::lees(b"999900006"), Some(Pgn::Bsn(_))));
        assert!(matches!(Pgn::lees(b"100000041"), Some(Pgn::Onderwijsnummer(_))));
        for wrong in [&b"999900007"[..], b"99990000", b"L-1", b"", b"\xff\xff"] {
            assert_eq!(Pgn::lees(wrong), None);
        }
        assert_eq!(format!("{:?}", Pgn::lees(b"999900006")), "Some(Pgn(…))");
    }

    #[test]
    fn every_reason_is_read_by_its_word() {
        for reden in VermoedelijkeReden::ALLE {
            assert_eq!(VermoedelijkeReden::lees(reden.as_str().as_bytes()), Some(reden));
        }
        assert_eq!(VermoedelijkeReden::lees(b"ziek"), None);
    }
}
