//! Requests of the betrokkene about their data (13.1.b–c; AVG 16, 17, 18, 21): what is asked, by when it is answered, and
//! which step may follow which. Access (13.1.a) is answered at once and is no request of this kind: [`crate::inzage`].
//!
//! A request holds nothing about the person: they are found again by keyed digests that the store keeps beside it.
//!
//! To add a right: a variant of [`Recht`], and what it holds up in [`Recht::houdt_tegen`].

use jiff::Span;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::leeftijd::Rol;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recht {
    /// Something is wrong: put it right (13.1.b; AVG 16).
    Rectificatie,
    /// Keep it, and do nothing else with it (13.1.b; AVG 18).
    Beperking,
    /// I object to it (13.1.b; AVG 21). While that is weighed, it is restricted too (AVG 18.1.d).
    Bezwaar,
    /// Delete it (13.1.c; AVG 17).
    Wissing,
}

impl Recht {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rectificatie, Self::Beperking, Self::Bezwaar, Self::Wissing];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rectificatie => "rectificatie",
            Self::Beperking => "beperking",
            Self::Bezwaar => "bezwaar",
            Self::Wissing => "wissing",
        }
    }

    /// Where it stands.
    #[must_use]
    pub const fn artikel(self) -> &'static str {
        match self {
            Self::Rectificatie => "13.1.b, AVG 16",
            Self::Beperking => "13.1.b, AVG 18",
            Self::Bezwaar => "13.1.b, AVG 21",
            Self::Wissing => "13.1.c, AVG 17",
        }
    }

    /// Whether data are restricted from the moment it is received. Of rectification and erasure that is asked apart.
    #[must_use]
    pub const fn houdt_tegen(self) -> bool {
        matches!(self, Self::Beperking | Self::Bezwaar)
    }
}

/// Who asks, in a capacity that was established with proof of identity. A parent without authority has no word here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vrager {
    /// The young person.
    Jongere,
    /// A parent with authority, or a guardian.
    Vertegenwoordiger,
}

impl Vrager {
    /// As the age rule reads it.
    #[must_use]
    pub const fn rol(self) -> Rol {
        match self {
            Self::Jongere => Rol::Jongere,
            Self::Vertegenwoordiger => Rol::Vertegenwoordiger,
        }
    }

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jongere => "jongere",
            Self::Vertegenwoordiger => "vertegenwoordiger",
        }
    }
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerzoekStand {
    /// Not decided.
    Gevraagd,
    /// Granted.
    Toegewezen,
    /// Refused, with reasons.
    Afgewezen,
    /// Was granted, and was lifted later: restriction and objection only.
    Opgeheven,
}

impl VerzoekStand {
    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gevraagd => "gevraagd",
            Self::Toegewezen => "toegewezen",
            Self::Afgewezen => "afgewezen",
            Self::Opgeheven => "opgeheven",
        }
    }
}

/// Why the term is longer (AVG 12.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VerlengReden {
    /// The request is complex.
    Complex,
    /// There are many requests.
    AantalVerzoeken,
}

/// Why it is refused (13.2): codes, for words of one's own could hold anything. The letter to who asked says it in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AfwijsReden {
    /// What is held is right (AVG 16).
    GegevensKloppen,
    /// A statute obliges to process them (AVG 17.3.b, 18.2).
    WettelijkePlicht,
    /// Compelling legitimate grounds weigh more (AVG 21.1).
    DwingendeGronden,
    /// None of the grounds of the right applies (AVG 17.1, 18.1).
    GeenGrond,
    /// Needed for a legal claim (AVG 17.3.e, 18.2).
    Rechtsvordering,
    /// Rights and freedoms of others (UAVG 41; footnote 56).
    RechtenVanAnderen,
    /// Manifestly unfounded or excessive (AVG 12.5).
    KennelijkOngegrond,
}

/// One step of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stap", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Stap {
    /// Two months more, with a reason; who asked is told within the first month (AVG 12.3).
    Verlengen {
        /// Why.
        reden: VerlengReden,
    },
    /// Granted. Two persons.
    Toewijzen,
    /// Refused. Two persons.
    Afwijzen {
        /// Why.
        reden: AfwijsReden,
    },
    /// A restriction that was granted ends; who asked was told beforehand (AVG 18.3). Two persons.
    Opheffen,
    /// The answer went to who asked: the request is done.
    Sluiten,
}

impl Stap {
    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verlengen { .. } => "verlengen",
            Self::Toewijzen => "toewijzen",
            Self::Afwijzen { .. } => "afwijzen",
            Self::Opheffen => "opheffen",
            Self::Sluiten => "sluiten",
        }
    }

    /// Whether a second person must agree.
    #[must_use]
    pub const fn met_zijn_tweeen(self) -> bool {
        matches!(self, Self::Toewijzen | Self::Afwijzen { .. } | Self::Opheffen)
    }
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StapFout {
    /// It does not follow what was done.
    #[error("this step does not follow what was done before: look at the request first")]
    NietNu,
    /// The first month is over, or it was extended before.
    #[error("the term can be extended once, and only within the first month (AVG 12.3)")]
    TeLaat,
}

/// A request as it stands. Ids, words and days: nothing about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verzoek {
    /// Names it; the same request again has the same name.
    pub id: String,
    /// What is asked.
    pub recht: Recht,
    /// Who asks.
    pub vrager: Vrager,
    /// Received on this day, by whichever party.
    pub ontvangen_op: Date,
    /// To be answered by this day.
    pub uiterlijk: Date,
    /// Why that is later than a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verlengd: Option<VerlengReden>,
    /// Which elements; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gegevens: Vec<String>,
    /// The cases of the person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub casussen: Vec<String>,
    /// So many messages about the person belong to no case.
    #[serde(default)]
    pub zonder_casus: u32,
    /// So many derden received something and must be told by hand: they know the case by another name.
    #[serde(default)]
    pub derden_met_de_hand: u32,
    /// What holds.
    pub stand: VerzoekStand,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub afgewezen_om: Option<AfwijsReden>,
    /// So many messages lost their content because of it.
    #[serde(default)]
    pub gewist: u32,
    /// Restricted from this day, while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beperkt_vanaf: Option<Date>,
    /// The answer left on this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gesloten_op: Option<Date>,
    /// Who took the last step, by account; two where two are asked.
    pub door: Vec<String>,
    /// On which day.
    pub op: Date,
}

/// A month after it was received (AVG 12.3): the same day of the next month, or its last.
#[must_use]
pub fn termijn(ontvangen_op: Date, maanden: i32) -> Date {
    ontvangen_op
        .checked_add(Span::new().months(maanden))
        .unwrap_or(ontvangen_op)
}

impl Verzoek {
    /// Whether data of the person are restricted because of it.
    #[must_use]
    pub const fn beperkt(&self) -> bool {
        self.recht.houdt_tegen() && matches!(self.stand, VerzoekStand::Gevraagd | VerzoekStand::Toegewezen)
    }

    /// Whether it should have been answered.
    #[must_use]
    pub fn te_laat(&self, dag: Date) -> bool {
        self.gesloten_op.is_none() && dag > self.uiterlijk
    }

    /// As it stands after a step.
    ///
    /// # Errors
    /// When the step does not follow what was done.
    pub fn na(&self, stap: Stap, door: Vec<String>, dag: Date) -> Result<Self, StapFout> {
        use VerzoekStand::{Afgewezen, Gevraagd, Opgeheven, Toegewezen};
        let mut out = Self {
            door,
            op: dag,
            ..self.clone()
        };
        match stap {
            Stap::Verlengen { reden } if self.stand == Gevraagd => {
                if self.verlengd.is_some() || dag > self.uiterlijk {
                    return Err(StapFout::TeLaat);
                }
                out.verlengd = Some(reden);
                out.uiterlijk = termijn(self.ontvangen_op, 3);
            }
            Stap::Toewijzen if self.stand == Gevraagd => out.stand = Toegewezen,
            Stap::Afwijzen { reden } if self.stand == Gevraagd => {
                (out.stand, out.afgewezen_om) = (Afgewezen, Some(reden));
            }
            Stap::Opheffen if self.stand == Toegewezen && self.recht.houdt_tegen() => out.stand = Opgeheven,
            Stap::Sluiten if self.stand != Gevraagd && self.gesloten_op.is_none() => out.gesloten_op = Some(dag),
            _ => return Err(StapFout::NietNu),
        }
        Ok(out)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn asked(recht: Recht) -> Verzoek {
        let op = date(2026, 1, 31);
        Verzoek {
            id: "vz-a".into(),
            recht,
            vrager: Vrager::Jongere,
            ontvangen_op: op,
            uiterlijk: termijn(op, 1),
            verlengd: None,
            gegevens: Vec::new(),
            casussen: Vec::new(),
            zonder_casus: 0,
            derden_met_de_hand: 0,
            stand: VerzoekStand::Gevraagd,
            afgewezen_om: None,
            gewist: 0,
            beperkt_vanaf: None,
            gesloten_op: None,
            door: vec!["op-1".into()],
            op,
        }
    }

    const NO: Stap = Stap::Afwijzen {
        reden: AfwijsReden::GeenGrond,
    };
    const LONGER: Stap = Stap::Verlengen {
        reden: VerlengReden::Complex,
    };

    #[test]
    fn a_month_and_once_two_more_counted_from_the_day_it_was_received() {
        let v = asked(Recht::Wissing);
        assert_eq!(v.uiterlijk, date(2026, 2, 28), "the last day of a shorter month");
        assert!(!v.te_laat(date(2026, 2, 28)) && v.te_laat(date(2026, 3, 1)));
        let longer = v.na(LONGER, Vec::new(), date(2026, 2, 28)).unwrap();
        assert_eq!(longer.uiterlijk, date(2026, 4, 30));
        assert_eq!(longer.na(LONGER, Vec::new(), date(2026, 3, 1)), Err(StapFout::TeLaat));
        assert_eq!(v.na(LONGER, Vec::new(), date(2026, 3, 1)), Err(StapFout::TeLaat));
    }

    #[test]
    fn nothing_is_answered_undecided_and_nothing_decided_twice() {
        let (v, day) = (asked(Recht::Bezwaar), date(2026, 2, 2));
        assert_eq!(v.na(Stap::Sluiten, Vec::new(), day), Err(StapFout::NietNu));
        for stap in [Stap::Toewijzen, NO] {
            let decided = v.na(stap, Vec::new(), day).unwrap();
            for again in [Stap::Toewijzen, NO, LONGER] {
                assert_eq!(decided.na(again, Vec::new(), day), Err(StapFout::NietNu));
            }
            let closed = decided.na(Stap::Sluiten, Vec::new(), day).unwrap();
            assert_eq!(closed.na(Stap::Sluiten, Vec::new(), day), Err(StapFout::NietNu));
            assert!(!closed.te_laat(date(2027, 1, 1)));
        }
    }

    #[test]
    fn an_objection_restricts_until_it_is_refused_or_lifted_and_an_erasure_never_does() {
        let day = date(2026, 2, 2);
        let v = asked(Recht::Bezwaar);
        assert!(v.beperkt());
        assert!(!v.na(NO, Vec::new(), day).unwrap().beperkt());
        let yes = v.na(Stap::Toewijzen, Vec::new(), day).unwrap();
        assert!(yes.beperkt() && yes.na(Stap::Sluiten, Vec::new(), day).unwrap().beperkt());
        assert!(!yes.na(Stap::Opheffen, Vec::new(), day).unwrap().beperkt());
        let wis = asked(Recht::Wissing);
        assert!(!wis.beperkt());
        let done = wis.na(Stap::Toewijzen, Vec::new(), day).unwrap();
        assert_eq!(done.na(Stap::Opheffen, Vec::new(), day), Err(StapFout::NietNu));
    }
}
