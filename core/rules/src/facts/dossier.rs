//! The *dossier*: the stand of one case on one day, read from the facts.

mod standen;
mod toestemming;

use jiff::civil::Date;

pub use self::standen::{AkkoordStand, DoorbrekingStand, IndividuStand, NoodzaakStand, OverdrachtStand};
pub use self::toestemming::{Einde, Registerregel, register, verkeerde_persoon};
use self::toestemming::{Persoon, contradicts};

use super::{Beperking, Casus, Deelname, Feit, Hoedanigheid, Overdracht, Sluitreden, Toestemming, ToestemmingKind};
use crate::gegeven::{GegevenSet, Gegevens};
use crate::ids::Partij;
use crate::leeftijd::Zeggenschap;

/// The stand of a case on a day, ready for [`crate::gates::decide`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dossier {
    /// Version of the facts this was made from (the number of the last fact read).
    pub versie: u64,
    /// The case; `None` when the facts do not know it.
    pub casus: Option<CasusStand>,
    /// Accessions recorded as facts: party, and whether it works on the day.
    pub toetredingen: Vec<(Partij, Toegetreden)>,
    /// Releases under an id that no case was opened for: a statutory report needs no case.
    pub vrijgaven: Vec<(Partij, GegevenSet)>,
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
    /// Who took part, and does so no longer.
    pub vertrokken: Vec<Partij>,
    /// Informed, and known to the participants.
    pub geinformeerd: Geinformeerd,
    /// Consents, withdrawn and expired ones included.
    pub toestemmingen: Vec<ToestemmingStand>,
    /// Accords.
    pub akkoorden: Vec<AkkoordStand>,
    /// Releases: receiver and elements.
    pub vrijgaven: Vec<(Partij, GegevenSet)>,
    /// Who has the lead in the case; it counts only while that party takes part.
    pub regierol: Option<Partij>,
    /// Closed, and why.
    pub gesloten: Option<Sluitreden>,
    /// The address of the young person is secret by a recorded fact.
    pub adres_geheim: bool,
    /// Necessities recorded in this phase that work on the day.
    pub noodzaken: Vec<NoodzaakStand>,
    /// That a derde must know who it is about, recorded in this phase and working on the day.
    pub individuen: Vec<IndividuStand>,
    /// Handovers to other tables that were decided.
    pub overdrachten: Vec<OverdrachtStand>,
    /// Who receives as the betrokkene, and in what recorded capacity.
    pub betrokkenen: Vec<(Partij, Hoedanigheid)>,
    /// Who has a say at the age of the day; `None`: the age is not known, or cannot be right.
    pub zeggenschap: Option<Zeggenschap>,
    /// What may not be given for now, because the betrokkene asked it or objects; [`GegevenSet::ALL`]: nothing at all.
    pub beperkt: GegevenSet,
    /// Decisions to break a secrecy that work on the day (6.e).
    pub doorbrekingen: Vec<DoorbrekingStand>,
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
    /// Receivers covered. Where the consent names none: who took part in the case on the day it was signed. Consent is
    /// specific (6, AVG 4.11): nobody agreed to who came later.
    pub ontvangers: Vec<Partij>,
    /// Whether the consent names its receivers itself: only then does it reach another table (5.7).
    pub bij_naam: bool,
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
    /// Somebody signed, and how old the young person is was not recorded, or cannot be read.
    LeeftijdOnbekend,
    /// Never was by the persons whom the age asks.
    Onvoldoende,
    /// Was good, and was outgrown by a birthday: to be renewed.
    Ontgroeid,
    /// The same id stands for another consent too: nobody knows what was agreed to.
    Tegenstrijdig,
    /// The parents disagree, on record: a person decides.
    MensBeslist,
    /// Withdrawn.
    Ingetrokken,
}

impl Dossier {
    /// Reads the stand of `casus` on `dag` from the facts, in the order of the day they work from and, within a day, of
    /// their recording: a fact that was recorded late does not undo what came after it. A fact about a case counts also
    /// when it is older than the case itself: a closure that came first must not be lost.
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
        let mut out = Self {
            versie,
            ..Self::default()
        };
        let mut fasen = 0_u32;
        let mut informeringen = Vec::new();
        let mut linked = Vec::new();
        let mut overdrachten: Vec<&Overdracht> = Vec::new();
        let mut beperkingen: Vec<&Beperking> = Vec::new();
        let set = |names: &[String]| {
            names
                .iter()
                .fold(GegevenSet::EMPTY, |acc, name| acc.or(gegevens.matching(name)))
        };
        let mut feiten: Vec<&Feit> = feiten
            .into_iter()
            .filter(|f| f.casus().is_none_or(|c| c == casus) && f.ingang() <= dag)
            .collect();
        feiten.sort_by_key(|f| f.ingang());
        let deelnames: Vec<&Deelname> = feiten
            .iter()
            .filter_map(|f| if let Feit::Deelname(d) = f { Some(d) } else { None })
            .collect();
        let persoon = Persoon::of(&feiten, dag);
        let consents: Vec<&Toestemming> = feiten
            .iter()
            .filter_map(|f| if let Feit::Toestemming(t) = f { Some(t) } else { None })
            .collect();
        let opened = |feit: &&'f Feit| match feit {
            Feit::Casus(c) => Some(CasusStand::new(c)),
            _ => None,
        };
        out.casus = feiten.iter().find_map(opened);
        for feit in feiten {
            if let Feit::Toetreding(t) = feit {
                let stand = accession(Some(t.ondertekend_op), t.bekendgemaakt_op, dag);
                out.toetredingen.retain(|(p, _)| *p != t.partij);
                out.toetredingen.push((t.partij, stand));
                continue;
            }
            if let Feit::Casus(c) = feit {
                // A later record changes purposes or consultation; what was recorded around it stays.
                if let Some(stand) = &mut out.casus {
                    // Another purpose: what is needed is judged anew, and that is recorded (3.4, S:358).
                    if stand.doelen != c.doelen || stand.casusoverleg != c.casusoverleg {
                        stand.herbeoordeeld = false;
                        stand.noodzaken.clear();
                        stand.individuen.clear();
                    }
                    stand.casusoverleg.clone_from(&c.casusoverleg);
                    stand.doelen.clone_from(&c.doelen);
                    stand.verzuim.clone_from(&c.verzuim);
                }
                continue;
            }
            let Some(stand) = &mut out.casus else {
                if let Feit::Vrijgave(v) = feit {
                    out.vrijgaven.push((v.ontvanger, set(&v.gegevens)));
                }
                continue;
            };
            match feit {
                Feit::Fase(f) => {
                    fasen += 1;
                    stand.fase = Some(f.fase.clone());
                    stand.herbeoordeeld = fasen == 1 || f.herbeoordeeld;
                    // What was necessary in one phase is judged anew in the next (3.4).
                    stand.noodzaken.clear();
                    stand.individuen.clear();
                }
                Feit::Deelname(d) => {
                    linked.push(d.partij);
                    stand.deelnemers.retain(|p| *p != d.partij);
                    stand.vertrokken.retain(|p| *p != d.partij);
                    if d.tot.is_none_or(|tot| tot >= dag) {
                        stand.deelnemers.push(d.partij);
                    } else {
                        stand.vertrokken.push(d.partij);
                    }
                }
                Feit::Informering(i) => informeringen.push(i),
                Feit::Toestemming(t) => stand.toestemmingen.push(ToestemmingStand {
                    id: t.id.clone(),
                    kind: t.kind,
                    verstrekker: t.verstrekker,
                    gegevens: set(&t.gegevens),
                    doelen: t.doelen.clone(),
                    ontvangers: if t.ontvangers.is_empty() {
                        there_on(&deelnames, t.schriftelijk_op)
                    } else {
                        t.ontvangers.clone()
                    },
                    bij_naam: !t.ontvangers.is_empty(),
                    // A withdrawal may have been recorded before the record of the consent reached us: a tombstone
                    // outlives order.
                    stand: persoon.stand(t, contradicts(consents.iter().copied(), t), dag),
                }),
                Feit::Akkoord(a) => {
                    let now = if a.gegevens.is_empty() {
                        GegevenSet::ALL
                    } else {
                        set(&a.gegevens)
                    };
                    // A later record about the same replaces an earlier one: so it can end.
                    let same = |had: &&mut AkkoordStand| {
                        (had.inbrenger, had.doorgever, had.ontvanger, &had.doel)
                            == (a.inbrenger, a.doorgever, a.ontvanger, &a.doel)
                    };
                    for had in stand.akkoorden.iter_mut().filter(same) {
                        had.gegevens = had.gegevens.without(now);
                    }
                    if a.tot.is_none_or(|tot| tot >= dag) {
                        stand.akkoorden.push(AkkoordStand {
                            inbrenger: a.inbrenger,
                            doorgever: a.doorgever,
                            ontvanger: a.ontvanger,
                            gegevens: now,
                            doel: a.doel.clone(),
                        });
                    }
                }
                Feit::Doorbreking(d) => {
                    let all = set(&d.gegevens);
                    let met_tweede = d.tweede.as_ref().is_some_and(|t| *t != d.professional);
                    if d.tot >= dag && d.onderbouwd() {
                        stand.doorbrekingen.push(DoorbrekingStand {
                            id: d.id.clone(),
                            professional: d.professional.clone(),
                            verstrekker: d.verstrekker,
                            gegevens: if met_tweede {
                                all
                            } else {
                                all.without(gegevens.bijzonder())
                            },
                            doel: d.doel.clone(),
                            ontvanger: d.ontvanger,
                            redenen: d.redenen.clone(),
                            tot: d.tot,
                            met_tweede,
                        });
                    }
                }
                Feit::Vrijgave(v) => stand.vrijgaven.push((v.ontvanger, set(&v.gegevens))),
                Feit::Regierol(r) => stand.regierol = Some(r.partij),
                // The strictest ending stays: nothing that comes later brings a deceased child's case back to a table.
                Feit::Sluiting(s) => stand.gesloten = stand.gesloten.max(Some(s.reden)),
                Feit::Noodzaak(n) => {
                    let now = set(&n.gegevens);
                    // A later record about the same replaces an earlier one: so it can end.
                    let same = |had: &&mut NoodzaakStand| {
                        (had.door, had.ontvanger, &had.doel) == (n.door, n.ontvanger, &n.doel)
                    };
                    for had in stand.noodzaken.iter_mut().filter(same) {
                        had.gegevens = had.gegevens.without(now);
                    }
                    if n.tot.is_none_or(|tot| tot >= dag) {
                        stand.noodzaken.push(NoodzaakStand {
                            gegevens: now,
                            ontvanger: n.ontvanger,
                            doel: n.doel.clone(),
                            door: n.door,
                            reden: n.reden,
                        });
                    }
                }
                Feit::Individu(n) => {
                    let now = set(&n.gegevens);
                    let same = |had: &&mut IndividuStand| {
                        (had.door, had.ontvanger, &had.doel) == (n.door, n.ontvanger, &n.doel)
                    };
                    for had in stand.individuen.iter_mut().filter(same) {
                        had.gegevens = had.gegevens.without(now);
                    }
                    if n.tot.is_none_or(|tot| tot >= dag) {
                        stand.individuen.push(IndividuStand {
                            gegevens: now,
                            ontvanger: n.ontvanger,
                            doel: n.doel.clone(),
                            door: n.door,
                            reden: n.reden,
                        });
                    }
                }
                Feit::Overdracht(o) => {
                    overdrachten
                        .retain(|had| (&had.van_overleg, &had.naar_overleg) != (&o.van_overleg, &o.naar_overleg));
                    overdrachten.push(o);
                }
                Feit::Geheimhouding(g) => stand.adres_geheim = g.tot.is_none_or(|tot| tot >= dag),
                Feit::Betrokkene(b) => {
                    stand.betrokkenen.retain(|(p, _)| *p != b.partij);
                    if b.tot.is_none_or(|tot| tot >= dag) {
                        stand.betrokkenen.push((b.partij, b.hoedanigheid));
                    }
                }
                Feit::Beperking(b) => {
                    beperkingen.retain(|had| had.verzoek != b.verzoek);
                    beperkingen.push(b);
                }
                _ => {}
            }
        }
        if let Some(stand) = &mut out.casus {
            stand.zeggenschap = persoon.zeggenschap(dag);
            for b in beperkingen.iter().filter(|b| b.tot.is_none_or(|tot| tot >= dag)) {
                // What names no element that is known restricts everything: rather too much than too little.
                let some = set(&b.gegevens);
                stand.beperkt = stand.beperkt.or(if some.is_empty() { GegevenSet::ALL } else { some });
            }
            // Who informs is a party of the case (12.1): the word of an outsider is not enough.
            for i in informeringen.iter().filter(|i| linked.contains(&i.door)) {
                stand.geinformeerd = match (stand.geinformeerd, i.bekend_bij_deelnemers) {
                    (Geinformeerd::Ja, _) | (_, true) => Geinformeerd::Ja,
                    _ => Geinformeerd::NietBekend,
                };
            }
            // So it is with who decides, and only about the table where the case is.
            let works = |o: &&&Overdracht| {
                there_on(&deelnames, o.op).contains(&o.besluit_door)
                    && o.van_overleg == stand.casusoverleg
                    && o.tot.is_none_or(|tot| tot >= dag)
            };
            stand.overdrachten = overdrachten
                .iter()
                .filter(works)
                .map(|o| OverdrachtStand {
                    naar_overleg: o.naar_overleg.clone(),
                    ontvangers: o.ontvangers.clone(),
                })
                .collect();
        }
        out
    }
}

/// Who took part on the day: per party the last record that had begun by then.
fn there_on(deelnames: &[&Deelname], dag: Date) -> Vec<Partij> {
    let mut there: Vec<Partij> = Vec::new();
    for d in deelnames.iter().filter(|d| d.vanaf <= dag) {
        there.retain(|p| *p != d.partij);
        if d.tot.is_none_or(|tot| tot >= dag) {
            there.push(d.partij);
        }
    }
    there
}

impl CasusStand {
    /// A case of which only the consultation and one purpose are known.
    pub(crate) fn open(id: &str, casusoverleg: &str, doel: &str) -> Self {
        Self::new(&Casus {
            casus: id.to_owned(),
            casusoverleg: casusoverleg.to_owned(),
            doelen: vec![doel.to_owned()],
            vanaf: Date::ZERO,
            verzuim: None,
        })
    }

    fn new(c: &Casus) -> Self {
        Self {
            id: c.casus.clone(),
            casusoverleg: c.casusoverleg.clone(),
            doelen: c.doelen.clone(),
            verzuim: c.verzuim.clone(),
            fase: None,
            herbeoordeeld: true,
            deelnemers: Vec::new(),
            vertrokken: Vec::new(),
            geinformeerd: Geinformeerd::Nee,
            toestemmingen: Vec::new(),
            akkoorden: Vec::new(),
            vrijgaven: Vec::new(),
            regierol: None,
            gesloten: None,
            adres_geheim: false,
            noodzaken: Vec::new(),
            individuen: Vec::new(),
            overdrachten: Vec::new(),
            betrokkenen: Vec::new(),
            zeggenschap: None,
            beperkt: GegevenSet::EMPTY,
            doorbrekingen: Vec::new(),
        }
    }
}

/// How far an accession has come on `dag` (18; S:246).
#[must_use]
pub fn accession(ondertekend: Option<Date>, bekendgemaakt: Option<Date>, dag: Date) -> Toegetreden {
    match (
        ondertekend.is_some_and(|d| d <= dag),
        bekendgemaakt.is_some_and(|d| d <= dag),
    ) {
        (true, true) => Toegetreden::Ja,
        (true, false) => Toegetreden::NietBekendgemaakt,
        (false, _) => Toegetreden::Nee,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests;
