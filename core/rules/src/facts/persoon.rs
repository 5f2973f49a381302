//! Facts about the person: who consented, how old the young person is, a disagreement between parents, and a
//! professional's own decision to break a secrecy (6.e).

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Hoedanigheid;
use crate::ids::Partij;
use crate::leeftijd::Instemming;

/// One signature under a consent: in what capacity, and on which day. No name: the form is kept by who asked for it (6.c).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ondertekening {
    /// The young person, a parent with authority or a guardian. A parent without authority has no say, so there is no
    /// word for one.
    pub wie: Hoedanigheid,
    /// Signed on this day.
    pub op: Date,
}

impl Ondertekening {
    /// As the age rule reads it.
    #[must_use]
    pub const fn instemming(&self) -> Instemming {
        Instemming {
            door: self.wie.rol(),
            op: self.op,
        }
    }
}

/// The date of birth of the young person of a case, for the age rule (footnote 53). A later record corrects an earlier
/// one.
///
/// It is about a person, so it is kept sealed: exactly one of the two is there, `geboren` while it travels or stands in
/// an invented case, `verzegeld` in a store. Blank `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeeftijdFeit {
    /// Which case.
    pub casus: String,
    /// Recorded on this day.
    pub vanaf: Date,
    /// The date of birth, open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geboren: Option<Date>,
    /// The date of birth, sealed to its case, lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verzegeld: Option<String>,
}

impl fmt::Debug for LeeftijdFeit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LeeftijdFeit(…)")
    }
}

/// The parents disagree, on record: a person decides while parents have a say. A later record replaces an earlier one,
/// so that it can end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OudersOneens {
    /// Which case.
    pub casus: String,
    /// From this day.
    pub vanaf: Date,
    /// Up to and including this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tot: Option<Date>,
}

/// Processing is restricted because the betrokkene asked it, or objects and the objection is being weighed (13.1.b; AVG
/// 18 and 21): nothing of it is given in the consultation or to a derde until it is lifted. A later record of the same
/// request replaces an earlier one, so that it can end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beperking {
    /// Which case.
    pub casus: String,
    /// The request it comes from.
    pub verzoek: String,
    /// Dictionary elements, or prefixes such as `gezondheid.*`; empty: everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gegevens: Vec<String>,
    /// From this day.
    pub vanaf: Date,
    /// Up to and including this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tot: Option<Date>,
}

/// A professional's own decision to break their secrecy for one receiver (6.e). Footnote 43 leaves the conflict of duties
/// outside the covenant, 6.e leaves it to each party: every explanation of what passes by it shows both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doorbreking {
    /// Names the decision.
    pub id: String,
    /// Which case.
    pub casus: String,
    /// The account of the professional who decided.
    pub professional: String,
    /// The party whose secrecy it is.
    pub verstrekker: Partij,
    /// Dictionary elements, or prefixes such as `gezin.*`.
    pub gegevens: Vec<String>,
    /// For this purpose only.
    pub doel: String,
    /// For this receiver only.
    pub ontvanger: Partij,
    /// Why: at least one ground, and why there is no consent.
    pub redenen: Vec<DoorbrekingReden>,
    /// Decided on this day.
    pub op: Date,
    /// Up to and including this day: it always ends.
    pub tot: Date,
    /// The account of the second person. Without one, no special category passes by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tweede: Option<String>,
}

impl Doorbreking {
    /// The most days from its decision that it may work.
    pub const LANGST_DAGEN: u16 = 92;

    /// Whether its reasons are what 6.e asks: consent was not obtained, and a ground.
    #[must_use]
    pub fn onderbouwd(&self) -> bool {
        use DoorbrekingReden::{
            ConflictVanPlichten, GoedHulpverlenerschap, ToestemmingGeweigerd, ToestemmingNietTeVragen,
        };
        let any = |of: [DoorbrekingReden; 2]| self.redenen.iter().any(|r| of.contains(r));
        any([ConflictVanPlichten, GoedHulpverlenerschap]) && any([ToestemmingGeweigerd, ToestemmingNietTeVragen])
    }
}

/// The reasons of 6.e, as codes: words of one's own could hold anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoorbrekingReden {
    /// A conflict of duties.
    ConflictVanPlichten,
    /// Good care demands it.
    GoedHulpverlenerschap,
    /// Consent was asked and refused.
    ToestemmingGeweigerd,
    /// Asking it is impossible, or would be dangerous.
    ToestemmingNietTeVragen,
}

impl DoorbrekingReden {
    /// The word in the fact.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConflictVanPlichten => "conflict-van-plichten",
            Self::GoedHulpverlenerschap => "goed-hulpverlenerschap",
            Self::ToestemmingGeweigerd => "toestemming-geweigerd",
            Self::ToestemmingNietTeVragen => "toestemming-niet-te-vragen",
        }
    }
}
