//! That more is necessary than the default gives, recorded with its reason: what support at home is (5.4), and who it is
//! about, to a derde (14.3).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::Partij;

/// The party that gives, judged that *that there is support* is not enough for this receiver and purpose (5.4). It works
/// in the phase in which it was recorded, and only where a rule says `opheffen`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Noodzaak {
    /// Which case.
    pub casus: String,
    /// Dictionary elements, or prefixes such as `gezin.*`.
    pub gegevens: Vec<String>,
    /// For this receiver only.
    pub ontvanger: Partij,
    /// For this purpose only.
    pub doel: String,
    /// Who judged it: the party that gives what it brought in itself.
    pub door: Partij,
    /// Why, as a code: words of one's own could hold anything.
    pub reden: NoodzaakReden,
    /// On which day.
    pub op: Date,
    /// Up to and including this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tot: Option<Date>,
}

/// Why what the support is, is necessary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoodzaakReden {
    /// To make and carry out one plan (7.2).
    PlanVanAanpak,
    /// The support of the receiver must fit that at home.
    Afstemming,
    /// The safety of the young person.
    Veiligheid,
}

impl NoodzaakReden {
    /// The word in the fact.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PlanVanAanpak => "plan-van-aanpak",
            Self::Afstemming => "afstemming",
            Self::Veiligheid => "veiligheid",
        }
    }
}

/// The party that brought data in decided that a derde must know who it is about (14.2, 14.3): a pseudonym is not enough.
/// It works as a [`Noodzaak`] does: in the phase in which it was recorded, for one derde and purpose, and only where a
/// rule says `opheffen`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Individu {
    /// Which case.
    pub casus: String,
    /// Dictionary elements, or prefixes such as `persoon.naam`.
    pub gegevens: Vec<String>,
    /// For this derde only.
    pub ontvanger: Partij,
    /// For this purpose only.
    pub doel: String,
    /// Who decided: the party that gives what it brought in itself.
    pub door: Partij,
    /// Why, as a code: words of one's own could hold anything.
    pub reden: IndividuReden,
    /// On which day.
    pub op: Date,
    /// Up to and including this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tot: Option<Date>,
}

/// Why a pseudonym is not enough. A closed list: whatever else is no reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IndividuReden {
    /// The derde sees or speaks the young person itself.
    ContactMetJongere,
    /// The derde offers the young person a place.
    Plaatsing,
    /// The safety of the young person.
    Veiligheid,
}

impl IndividuReden {
    /// The word in the fact.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContactMetJongere => "contact-met-jongere",
            Self::Plaatsing => "plaatsing",
            Self::Veiligheid => "veiligheid",
        }
    }
}
