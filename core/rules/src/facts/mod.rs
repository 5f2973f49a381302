//! Facts of a case: append-only, effective-dated records, and the *dossier* that a decision reads from them.
//!
//! A fact is never edited; a later fact changes what holds from its day on. A [`Dossier`] is the stand of one case on
//! one day, with the names resolved, so that deciding does no text work. It carries the version of the facts it was
//! made from, and a decision cites that version.

mod dossier;
mod noodzaak;
mod persoon;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use dossier::{
    AkkoordStand, CasusStand, DoorbrekingStand, Dossier, Einde, Geinformeerd, IndividuStand, NoodzaakStand,
    OverdrachtStand, Registerregel, Toegetreden, ToestemmingGeldig, ToestemmingStand, accession, register,
    verkeerde_persoon,
};
pub use noodzaak::{Individu, IndividuReden, Noodzaak, NoodzaakReden};
pub use persoon::{Beperking, Doorbreking, DoorbrekingReden, LeeftijdFeit, Ondertekening, OudersOneens};

use crate::ids::Partij;
use crate::leeftijd::Rol;

/// One recorded fact (format version 1; fields are never renamed, only added as a new kind).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "soort", rename_all = "kebab-case")]
pub enum Feit {
    /// A case at a consultation, with the purposes written down beforehand (3.4).
    Casus(Casus),
    /// The case enters a phase; what was given earlier was judged anew, or not (3.4).
    Fase(FaseFeit),
    /// A party takes part in the case, from a day, until a day (3.4, 7.3).
    Deelname(Deelname),
    /// The betrokkene was informed beforehand (12.1, 12.2).
    Informering(Informering),
    /// Consent (art. 6).
    Toestemming(Toestemming),
    /// Consent withdrawn (6.d, 11.5).
    Intrekking(Intrekking),
    /// The party that brought data in agrees to passing them on (3.4).
    Akkoord(Akkoord),
    /// A named professional releases free text or an attachment for one receiver.
    Vrijgave(Vrijgave),
    /// A party acceded (18; Bijlage 1).
    Toetreding(Toetreding),
    /// The lead in the case was given to a party (Bijlage 3, Team Schoolondersteuning; S:1042).
    Regierol(Regierol),
    /// The case was closed (5.6).
    Sluiting(Sluiting),
    /// The address of the young person is secret (3.4, 5.3).
    Geheimhouding(Geheimhouding),
    /// It was decided to hand the case over to another table (5.7).
    Overdracht(Overdracht),
    /// That there is support is not enough for this receiver: what it is, is necessary (5.4).
    Noodzaak(Noodzaak),
    /// Who the betrokkene is that receives here, and in what capacity (1.4, 1.14).
    Betrokkene(BetrokkeneFeit),
    /// How old the young person is: decides who must consent (footnote 53).
    Leeftijd(LeeftijdFeit),
    /// The parents disagree about consent: a person decides.
    OudersOneens(OudersOneens),
    /// A professional breaks their secrecy, by their own decision (6.e).
    Doorbreking(Doorbreking),
    /// A derde must know who it is about (14.3).
    Individu(Individu),
    /// Processing is restricted at the betrokkene's request (13.1.b).
    Beperking(Beperking),
}

impl Feit {
    /// The case the fact belongs to; `None` for a fact about a party.
    #[must_use]
    pub fn casus(&self) -> Option<&str> {
        match self {
            Self::Casus(f) => Some(&f.casus),
            Self::Fase(f) => Some(&f.casus),
            Self::Deelname(f) => Some(&f.casus),
            Self::Informering(f) => Some(&f.casus),
            Self::Toestemming(f) => Some(&f.casus),
            Self::Intrekking(f) => Some(&f.casus),
            Self::Akkoord(f) => Some(&f.casus),
            Self::Vrijgave(f) => Some(&f.casus),
            Self::Regierol(f) => Some(&f.casus),
            Self::Sluiting(f) => Some(&f.casus),
            Self::Geheimhouding(f) => Some(&f.casus),
            Self::Overdracht(f) => Some(&f.casus),
            Self::Noodzaak(f) => Some(&f.casus),
            Self::Betrokkene(f) => Some(&f.casus),
            Self::Leeftijd(f) => Some(&f.casus),
            Self::OudersOneens(f) => Some(&f.casus),
            Self::Doorbreking(f) => Some(&f.casus),
            Self::Individu(f) => Some(&f.casus),
            Self::Beperking(f) => Some(&f.casus),
            Self::Toetreding(_) => None,
        }
    }

    /// The day from which the fact works: facts are read in this order, and only then in that of their recording.
    #[must_use]
    pub const fn ingang(&self) -> Date {
        match self {
            Self::Casus(f) => f.vanaf,
            Self::Fase(f) => f.vanaf,
            Self::Deelname(f) => f.vanaf,
            Self::Informering(f) => f.op,
            Self::Toestemming(f) => f.schriftelijk_op,
            Self::Intrekking(f) => f.op,
            Self::Akkoord(f) => f.op,
            Self::Vrijgave(f) => f.op,
            Self::Regierol(f) => f.vanaf,
            Self::Sluiting(f) => f.op,
            Self::Geheimhouding(f) => f.vanaf,
            Self::Overdracht(f) => f.op,
            Self::Noodzaak(f) => f.op,
            Self::Betrokkene(f) => f.vanaf,
            Self::Leeftijd(f) => f.vanaf,
            Self::OudersOneens(f) => f.vanaf,
            Self::Doorbreking(f) => f.op,
            Self::Individu(f) => f.op,
            Self::Beperking(f) => f.vanaf,
            Self::Toetreding(f) => f.ondertekend_op,
        }
    }

    /// The word in the `soort` field.
    #[must_use]
    pub const fn soort(&self) -> &'static str {
        match self {
            Self::Casus(_) => "casus",
            Self::Fase(_) => "fase",
            Self::Deelname(_) => "deelname",
            Self::Informering(_) => "informering",
            Self::Toestemming(_) => "toestemming",
            Self::Intrekking(_) => "intrekking",
            Self::Akkoord(_) => "akkoord",
            Self::Vrijgave(_) => "vrijgave",
            Self::Toetreding(_) => "toetreding",
            Self::Regierol(_) => "regierol",
            Self::Sluiting(_) => "sluiting",
            Self::Geheimhouding(_) => "geheimhouding",
            Self::Overdracht(_) => "overdracht",
            Self::Noodzaak(_) => "noodzaak",
            Self::Betrokkene(_) => "betrokkene",
            Self::Leeftijd(_) => "leeftijd",
            Self::OudersOneens(_) => "ouders-oneens",
            Self::Doorbreking(_) => "doorbreking",
            Self::Individu(_) => "individu",
            Self::Beperking(_) => "beperking",
        }
    }
}

/// A case at a consultation. `casus` is a pseudonym: it identifies nobody outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Casus {
    /// Pseudonymous id of the case.
    pub casus: String,
    /// Which consultation (Bijlage 3).
    pub casusoverleg: String,
    /// The purposes written down for this case, letters of 3.1.
    pub doelen: Vec<String>,
    /// From this day.
    pub vanaf: Date,
    /// The kind of absence recorded for the case, where a basis depends on it (4.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verzuim: Option<String>,
}

/// A case enters a phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaseFeit {
    /// Which case.
    pub casus: String,
    /// The phase, a word of the consultation.
    pub fase: String,
    /// From this day.
    pub vanaf: Date,
    /// Whether the necessity of earlier data was judged anew (3.4). Not needed for the first phase.
    #[serde(default)]
    pub herbeoordeeld: bool,
}

/// A party is linked to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deelname {
    /// Which case.
    pub casus: String,
    /// Who takes part.
    pub partij: Partij,
    /// From this day.
    pub vanaf: Date,
    /// Up to and including this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tot: Option<Date>,
}

/// The betrokkene was informed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Informering {
    /// Which case.
    pub casus: String,
    /// Who informed (12.1).
    pub door: Partij,
    /// On which day (12.2).
    pub op: Date,
    /// In what manner (12.2): one of [`Informering::WIJZEN`]. A text in the type, so that what was recorded before the
    /// list was closed can still be read.
    pub wijze: String,
    /// Whether time and manner were made known to the other participants (12.2).
    pub bekend_bij_deelnemers: bool,
}

impl Informering {
    /// The manners that may be recorded. No words of one's own: they could hold anything.
    pub const WIJZEN: [&str; 6] = ["gesprek", "brief", "e-mail", "portaal", "telefonisch", "anders"];
}

/// The kinds of consent, apart because a missing one has different effects (digest §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToestemmingKind {
    /// Consent is the basis, or the condition for special categories.
    Grondslag,
    /// Consent lifts a professional secrecy (art. 6).
    DoorbrekingGeheim,
    /// Without it the consultation does not handle the request (Bijlage 3).
    #[serde(rename = "bijlage-3-voorwaarde")]
    Bijlage3Voorwaarde,
    /// Consent for a third party (14.1).
    Derde,
}

/// A recorded consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Toestemming {
    /// Name of the consent, to withdraw it by.
    pub id: String,
    /// Which case.
    pub casus: String,
    /// Which kind.
    pub kind: ToestemmingKind,
    /// Who may disclose on it.
    pub verstrekker: Partij,
    /// Dictionary elements, or prefixes such as `gezondheid.*`.
    pub gegevens: Vec<String>,
    /// For which purposes.
    pub doelen: Vec<String>,
    /// To whom; empty: to who took part in the case on the day it was signed, not to who came later.
    #[serde(default)]
    pub ontvangers: Vec<Partij>,
    /// In writing, since this day (6.b).
    pub schriftelijk_op: Date,
    /// Valid up to and including this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geldig_tot: Option<Date>,
    /// Who signed. Empty only in what was recorded before signers were: it means what it meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub door: Vec<Ondertekening>,
    /// The account that recorded it; the gateway fills it in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vastgelegd_door: Option<String>,
}

impl Toestemming {
    /// Whether it is the same consent, whoever recorded it.
    #[must_use]
    pub fn zelfde_als(&self, other: &Self) -> bool {
        let bare = |t: &Self| Self {
            vastgelegd_door: None,
            ..t.clone()
        };
        bare(self) == bare(other)
    }
}

/// Consent withdrawn; works for every transfer that starts on or after that day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intrekking {
    /// The consent.
    pub toestemming: String,
    /// Which case.
    pub casus: String,
    /// On which day.
    pub op: Date,
}

/// Accord of the party that brought data in (3.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Akkoord {
    /// Which case.
    pub casus: String,
    /// Who brought the data in.
    pub inbrenger: Partij,
    /// Who passes them on.
    pub doorgever: Partij,
    /// To whom; who passes it on itself when the accord is for its own further use.
    pub ontvanger: Partij,
    /// Dictionary elements, or prefixes such as `gezondheid.*`; empty: all that was brought in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gegevens: Vec<String>,
    /// For this purpose only; absent: for every purpose of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doel: Option<String>,
    /// On which day.
    pub op: Date,
    /// Up to and including this day. A later record about the same replaces an earlier one, so that it can end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tot: Option<Date>,
}

/// Release of free text or an attachment by a named professional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vrijgave {
    /// Which case.
    pub casus: String,
    /// The account of the professional.
    pub professional: String,
    /// Dictionary elements, or prefixes such as `vrij.*`.
    pub gegevens: Vec<String>,
    /// For this receiver only.
    pub ontvanger: Partij,
    /// On which day.
    pub op: Date,
}

/// Accession of a party (18): effective once signed **and** made known to the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Toetreding {
    /// Who acceded.
    pub partij: Partij,
    /// The form was signed.
    pub ondertekend_op: Date,
    /// The form was made known to the participants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bekendgemaakt_op: Option<Date>,
}

/// The lead in a case (*regierol*) was given to a party. Where a consultation asks it, experts receive nothing before
/// this (S:1042). A later record replaces an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regierol {
    /// Which case.
    pub casus: String,
    /// Who has the lead.
    pub partij: Partij,
    /// From this day.
    pub vanaf: Date,
}

/// A case was closed (5.6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sluiting {
    /// Which case.
    pub casus: String,
    /// On which day.
    pub op: Date,
    /// Which ending of 5.6.
    pub reden: Sluitreden,
}

/// The endings of article 5.6, in the order of how little may follow them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sluitreden {
    /// The arrangement ended.
    ArrangementBeeindigd,
    /// A full year back at school (footnote 48).
    JaarTerug,
    /// Moved and not enrolled with a party.
    Verhuisd,
    /// Deceased.
    Overleden,
}

/// The address is secret, whatever a message says of it. A later record replaces an earlier one, so that it can end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geheimhouding {
    /// Which case.
    pub casus: String,
    /// From this day.
    pub vanaf: Date,
    /// Up to and including this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tot: Option<Date>,
}

/// A decision to hand a case over to another table (5.7): who there gets something, is named. A later record about the
/// same two tables replaces an earlier one, so that it can end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overdracht {
    /// Which case.
    pub casus: String,
    /// The consultation of the case.
    pub van_overleg: String,
    /// The consultation that receives.
    pub naar_overleg: String,
    /// Who there receives.
    pub ontvangers: Vec<Partij>,
    /// On which day it was decided; it works from that day.
    pub op: Date,
    /// Up to and including this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tot: Option<Date>,
    /// The participant of the case that decided.
    pub besluit_door: Partij,
}

/// The betrokkene of a case at an address of their own: the young person, or who has authority over them. A parent
/// without authority has no say, so without this record nothing goes to anybody as the betrokkene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BetrokkeneFeit {
    /// Which case.
    pub casus: String,
    /// Where they receive: `<OIN>/betrokkene`, the OIN of who keeps their mailbox.
    pub partij: Partij,
    /// In what capacity.
    pub hoedanigheid: Hoedanigheid,
    /// From this day.
    pub vanaf: Date,
    /// Up to and including this day, when authority ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tot: Option<Date>,
}

/// In what capacity somebody is the betrokkene (1.4, 1.14). Which of them must act at which age is not decided here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hoedanigheid {
    /// The young person.
    Jongere,
    /// A parent with authority (1.14).
    OuderMetGezag,
    /// A guardian (1.4).
    Voogd,
}

impl Hoedanigheid {
    /// As the age rule reads it.
    #[must_use]
    pub const fn rol(self) -> Rol {
        match self {
            Self::Jongere => Rol::Jongere,
            Self::OuderMetGezag | Self::Voogd => Rol::Vertegenwoordiger,
        }
    }
}
