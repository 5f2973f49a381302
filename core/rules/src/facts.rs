//! Facts of a case: append-only, effective-dated records, and the *dossier* that a decision reads from them.
//!
//! A fact is never edited; a later fact changes what holds from its day on. A [`Dossier`] is the stand of one case on
//! one day, with the names resolved, so that deciding does no text work. It carries the version of the facts it was
//! made from, and a decision cites that version.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::gegeven::{GegevenSet, Gegevens};
use crate::ids::Partij;

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
    /// The case was closed (5.6).
    Sluiting(Sluiting),
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
            Self::Sluiting(f) => Some(&f.casus),
            Self::Toetreding(_) => None,
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
            Self::Sluiting(_) => "sluiting",
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
    /// In what manner (12.2), e.g. `gesprek` or `brief`.
    pub wijze: String,
    /// Whether time and manner were made known to the other participants (12.2).
    pub bekend_bij_deelnemers: bool,
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
    /// To whom; empty: to the participants of the case.
    #[serde(default)]
    pub ontvangers: Vec<Partij>,
    /// In writing, since this day (6.b).
    pub schriftelijk_op: Date,
    /// Valid up to and including this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geldig_tot: Option<Date>,
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
    /// To whom.
    pub ontvanger: Partij,
    /// On which day.
    pub op: Date,
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

/// The endings of article 5.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

/// The stand of a case on a day, ready for [`crate::gates::decide`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dossier {
    /// Version of the facts this was made from (the number of the last fact read).
    pub versie: u64,
    /// The case; `None` when the facts do not know it.
    pub casus: Option<CasusStand>,
    /// Accessions recorded as facts: party, and whether it works on the day.
    pub toetredingen: Vec<(Partij, Toegetreden)>,
}

/// How far an accession has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toegetreden {
    /// Signed and made known: works.
    Ja,
    /// Signed, but not made known to the others (S:246).
    NietBekendgemaakt,
    /// Not signed, or not yet.
    Nee,
}

/// A case as it stands on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasusStand {
    /// Pseudonymous id.
    pub id: String,
    /// Consultation.
    pub casusoverleg: String,
    /// Purposes written down.
    pub doelen: Vec<String>,
    /// Kind of absence, where recorded.
    pub verzuim: Option<String>,
    /// Current phase.
    pub fase: Option<String>,
    /// Whether earlier data were judged anew for the current phase; true in the first phase.
    pub herbeoordeeld: bool,
    /// Who takes part on the day.
    pub deelnemers: Vec<Partij>,
    /// Informed, and known to the participants.
    pub geinformeerd: Geinformeerd,
    /// Consents, withdrawn and expired ones included.
    pub toestemmingen: Vec<ToestemmingStand>,
    /// Accords.
    pub akkoorden: Vec<(Partij, Partij, Partij)>,
    /// Releases: receiver and elements.
    pub vrijgaven: Vec<(Partij, GegevenSet)>,
    /// Closed, and why.
    pub gesloten: Option<Sluitreden>,
}

/// Whether the betrokkene was informed (12.1) and the others know when and how (12.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Geinformeerd {
    /// Informed and known to the participants.
    Ja,
    /// Informed, but time and manner are not known to the participants.
    NietBekend,
    /// Not informed.
    Nee,
}

/// A consent as it stands on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToestemmingStand {
    /// Name of the consent.
    pub id: String,
    /// Kind.
    pub kind: ToestemmingKind,
    /// Who may disclose on it.
    pub verstrekker: Partij,
    /// Elements covered.
    pub gegevens: GegevenSet,
    /// Purposes covered.
    pub doelen: Vec<String>,
    /// Receivers covered; empty: participants of the case.
    pub ontvangers: Vec<Partij>,
    /// Holds on the day, or was withdrawn, or is past its day.
    pub stand: ToestemmingGeldig,
}

/// Whether a consent holds on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ToestemmingGeldig {
    /// Holds.
    Aanwezig,
    /// Past its last day.
    Verlopen,
    /// Withdrawn.
    Ingetrokken,
}

impl Dossier {
    /// Reads the stand of `casus` on `dag` from the facts, in the order they were recorded.
    ///
    /// Facts of other cases are skipped; so is what begins after `dag`. `versie` is the number of the last fact.
    #[must_use]
    pub fn build<'f>(
        feiten: impl IntoIterator<Item = &'f Feit>,
        versie: u64,
        casus: &str,
        dag: Date,
        gegevens: &Gegevens,
    ) -> Self {
        let mut out = Self { versie, ..Self::default() };
        let mut intrekkingen: Vec<&Intrekking> = Vec::new();
        let mut fasen = 0_u32;
        let mut fase_vanaf = Date::MIN;
        let set = |names: &[String]| {
            names.iter().fold(GegevenSet::EMPTY, |acc, name| acc.or(gegevens.matching(name)))
        };
        for feit in feiten {
            if feit.casus().is_some_and(|c| c != casus) {
                continue;
            }
            if let Feit::Toetreding(t) = feit {
                let stand = accession(Some(t.ondertekend_op), t.bekendgemaakt_op, dag);
                out.toetredingen.retain(|(p, _)| *p != t.partij);
                out.toetredingen.push((t.partij, stand));
                continue;
            }
            if let Feit::Casus(c) = feit {
                if c.vanaf <= dag {
                    match &mut out.casus {
                        // A later record changes purposes or consultation; what was recorded around it stays.
                        Some(stand) => {
                            stand.casusoverleg.clone_from(&c.casusoverleg);
                            stand.doelen.clone_from(&c.doelen);
                            stand.verzuim.clone_from(&c.verzuim);
                        }
                        None => out.casus = Some(CasusStand::new(c)),
                    }
                }
                continue;
            }
            if let Feit::Intrekking(i) = feit {
                if i.op <= dag {
                    intrekkingen.push(i);
                }
                continue;
            }
            let Some(stand) = &mut out.casus else { continue };
            match feit {
                Feit::Fase(f) if f.vanaf <= dag && f.vanaf >= fase_vanaf => {
                    fasen += 1;
                    fase_vanaf = f.vanaf;
                    stand.fase = Some(f.fase.clone());
                    stand.herbeoordeeld = fasen == 1 || f.herbeoordeeld;
                }
                Feit::Deelname(d) if d.vanaf <= dag => {
                    stand.deelnemers.retain(|p| *p != d.partij);
                    if d.tot.is_none_or(|tot| tot >= dag) {
                        stand.deelnemers.push(d.partij);
                    }
                }
                Feit::Informering(i) if i.op <= dag => {
                    stand.geinformeerd = match (stand.geinformeerd, i.bekend_bij_deelnemers) {
                        (Geinformeerd::Ja, _) | (_, true) => Geinformeerd::Ja,
                        _ => Geinformeerd::NietBekend,
                    };
                }
                Feit::Toestemming(t) if t.schriftelijk_op <= dag => stand.toestemmingen.push(ToestemmingStand {
                    id: t.id.clone(),
                    kind: t.kind,
                    verstrekker: t.verstrekker,
                    gegevens: set(&t.gegevens),
                    doelen: t.doelen.clone(),
                    ontvangers: t.ontvangers.clone(),
                    stand: if t.geldig_tot.is_some_and(|tot| tot < dag) {
                        ToestemmingGeldig::Verlopen
                    } else {
                        ToestemmingGeldig::Aanwezig
                    },
                }),
                Feit::Akkoord(a) if a.op <= dag => stand.akkoorden.push((a.inbrenger, a.doorgever, a.ontvanger)),
                Feit::Vrijgave(v) if v.op <= dag => stand.vrijgaven.push((v.ontvanger, set(&v.gegevens))),
                Feit::Sluiting(s) if s.op <= dag => stand.gesloten = Some(s.reden),
                _ => {}
            }
        }
        // A withdrawal may have been recorded before the record of the consent reached us: a tombstone outlives order.
        if let Some(stand) = &mut out.casus {
            for t in &mut stand.toestemmingen {
                if intrekkingen.iter().any(|i| i.toestemming == t.id) {
                    t.stand = ToestemmingGeldig::Ingetrokken;
                }
            }
        }
        out
    }
}

impl CasusStand {
    fn new(c: &Casus) -> Self {
        Self {
            id: c.casus.clone(),
            casusoverleg: c.casusoverleg.clone(),
            doelen: c.doelen.clone(),
            verzuim: c.verzuim.clone(),
            fase: None,
            herbeoordeeld: true,
            deelnemers: Vec::new(),
            geinformeerd: Geinformeerd::Nee,
            toestemmingen: Vec::new(),
            akkoorden: Vec::new(),
            vrijgaven: Vec::new(),
            gesloten: None,
        }
    }
}

/// How far an accession has come on `dag` (18; S:246).
#[must_use]
pub fn accession(ondertekend: Option<Date>, bekendgemaakt: Option<Date>, dag: Date) -> Toegetreden {
    match (ondertekend.is_some_and(|d| d <= dag), bekendgemaakt.is_some_and(|d| d <= dag)) {
        (true, true) => Toegetreden::Ja,
        (true, false) => Toegetreden::NietBekendgemaakt,
        (false, _) => Toegetreden::Nee,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn facts(json: &str) -> Vec<Feit> {
        serde_json::from_str(json).unwrap()
    }

    const CASE: &str = r#"{"soort":"casus","casus":"c","casusoverleg":"t","doelen":["a"],"vanaf":"2026-01-01"}"#;

    fn on(json: &str, dag: &str) -> CasusStand {
        Dossier::build(&facts(json), 1, "c", dag.parse().unwrap(), &Gegevens::default()).casus.unwrap()
    }

    #[test]
    fn a_withdrawal_works_whatever_the_order() {
        let consent = r#"{"soort":"toestemming","id":"t1","casus":"c","kind":"grondslag",
            "verstrekker":"00000099000000001000/school","gegevens":[],"doelen":["a"],"schriftelijk_op":"2026-01-01"}"#;
        let withdrawn = r#"{"soort":"intrekking","toestemming":"t1","casus":"c","op":"2026-02-01"}"#;
        for list in [format!("[{CASE},{consent},{withdrawn}]"), format!("[{withdrawn},{CASE},{consent}]")] {
            let before = on(&list, "2026-01-31").toestemmingen.first().unwrap().stand;
            let after = on(&list, "2026-02-01").toestemmingen.first().unwrap().stand;
            assert_eq!((before, after), (ToestemmingGeldig::Aanwezig, ToestemmingGeldig::Ingetrokken));
        }
    }

    #[test]
    fn a_second_phase_needs_a_reassessment() {
        let list = format!(
            r#"[{CASE},{{"soort":"fase","casus":"c","fase":"intake","vanaf":"2026-01-01"}},
                {{"soort":"fase","casus":"c","fase":"beoordeling","vanaf":"2026-02-01"}}]"#
        );
        assert!(on(&list, "2026-01-15").herbeoordeeld);
        assert!(!on(&list, "2026-02-15").herbeoordeeld);
        assert_eq!(on(&list, "2026-02-15").fase.unwrap(), "beoordeling");
    }

    #[test]
    fn unknown_fields_of_a_fact_are_refused() {
        let wrong = r#"[{"soort":"casus","casus":"c","casusoverleg":"t","doelen":[],"vanaf":"2026-01-01","x":1}]"#;
        assert!(serde_json::from_str::<Vec<Feit>>(wrong).is_err());
    }

    #[test]
    fn taking_part_ends() {
        let list = format!(
            r#"[{CASE},{{"soort":"deelname","casus":"c","partij":"00000099000000001000/school","vanaf":"2026-01-01"}},
                {{"soort":"deelname","casus":"c","partij":"00000099000000001000/school","vanaf":"2026-01-01","tot":"2026-03-01"}}]"#
        );
        assert_eq!(on(&list, "2026-03-01").deelnemers.len(), 1);
        assert_eq!(on(&list, "2026-03-02").deelnemers.len(), 0);
    }
}
