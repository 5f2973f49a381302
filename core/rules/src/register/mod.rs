//! The register of processing activities (AVG 30; covenant 15): per activity why, about whom, which data, to whom, on
//! what basis, how long, how protected – and what really flowed.
//!
//! The first half follows from the [`Rulebook`] and nothing else, so it cannot promise what is not decided; the second
//! is counted from the journal ([`crate::verstrekking`]). An activity is what the journal calls `verwerking`: a
//! consultation, another channel, or administration. A journal that names one that is not here is an *open end*: it is
//! shown, and it is a finding.

mod lezen;
mod stroom;
mod woorden;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use stroom::{Gestroomd, Ontving, Stromen, Tellen};
pub use woorden::{letter, taak};

use crate::event::Kanaal;
use crate::ids::Taak;
use crate::rulebook::{Contact, Maatregel, Rulebook, Tekst};

/// Administration: facts, consent, requests, breaches. They outlive a case.
pub const BEHEER: &str = "beheer";
/// Messages that name a consultation the rules do not know: accepted, blocked, kept aside.
pub const ONBEKEND: &str = "onbekend";

/// The activity of a message, without what stands before it in the journal: one for each consultation, and one for each
/// other channel. The journal writes it and the register lists it, so it is said here once.
#[must_use]
pub const fn activiteit(kanaal: Kanaal, casusoverleg: &str) -> &str {
    match kanaal {
        Kanaal::Casusoverleg => casusoverleg,
        other => other.as_str(),
    }
}

/// A purpose, or the statutory flow that stands in its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Doeleinde {
    /// The word of the rules.
    pub id: String,
    /// What it is.
    pub omschrijving: String,
    /// Article.
    pub artikel: String,
}

/// A category of data (5.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Categorie {
    /// Letter of 5.1.
    pub letter: char,
    /// What it is.
    pub omschrijving: &'static str,
    /// Some element of it is of a special category (AVG 9).
    pub bijzonder: bool,
    /// How many elements of the dictionary.
    pub gegevens: usize,
}

/// Who receives, and at most what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ontvanger {
    /// The task.
    pub taak: Taak,
    /// The parties of the region in that task.
    pub partijen: Vec<String>,
    /// From whom.
    pub van: BTreeSet<Taak>,
    /// Letters of 5.1 that may go.
    pub letters: BTreeSet<char>,
}

/// A basis to disclose (4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Basis {
    /// The word of the rules.
    pub id: String,
    /// The statute.
    pub wet: String,
    /// Article of the covenant.
    pub artikel: String,
    /// `geen`, `bijzonder` or `alles`: for what consent is needed.
    pub toestemming: &'static str,
}

/// How long, by whom (9.2; AVG 30.1.f).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Termijn {
    /// Who keeps: a task, or `sluis`.
    pub wie: String,
    /// How long.
    pub tekst: Tekst,
    /// Article.
    pub artikel: String,
}

/// One processing activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verwerking {
    /// As the journal has it.
    pub id: String,
    /// Name.
    pub naam: String,
    /// Where the covenant describes it.
    pub artikel: String,
    /// Who calls together, for a consultation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samenroeper: Option<Taak>,
    /// Purposes.
    pub doeleinden: Vec<Doeleinde>,
    /// Categories of betrokkenen.
    pub betrokkenen: Vec<&'static str>,
    /// Categories of data.
    pub categorieen: Vec<Categorie>,
    /// Who may give.
    pub verstrekkers: BTreeSet<Taak>,
    /// Who may receive.
    pub ontvangers: Vec<Ontvanger>,
    /// Bases.
    pub grondslagen: Vec<Basis>,
    /// Retention.
    pub bewaartermijnen: Vec<Termijn>,
    /// Transfer outside the EEA (AVG 30.1.e): never.
    pub doorgifte_buiten_eer: bool,
    /// What really flowed.
    pub gestroomd: Gestroomd,
}

/// The register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Register {
    /// Covenant and version.
    pub convenant: String,
    /// Hash of the rulebook it was made from.
    pub regelboek: String,
    /// The organisation whose register it is, when known, and whom to ask there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verantwoordelijke: Option<Contact>,
    /// The activities.
    pub verwerkingen: Vec<Verwerking>,
    /// Measures of security.
    pub beveiliging: Vec<Maatregel>,
    /// Activities that the journal names and the rules do not have.
    pub open_einden: Vec<Gestroomd>,
    /// What the rules leave unsaid that art. 30 asks.
    pub ontbreekt: Vec<String>,
    /// Number of the last journal record that was counted; 0: none.
    pub journaal_tot: u64,
}

/// What a register is made for.
#[derive(Debug, Clone, Copy)]
pub struct Opdracht<'a> {
    /// What stands before the id of an activity in the journal.
    pub voorvoegsel: &'a str,
    /// The organisation whose register it is.
    pub organisatie: Option<crate::ids::Oin>,
    /// Days that the gateway keeps what it set aside.
    pub quarantaine_dagen: u32,
}

/// The parts of an activity while it is gathered.
#[derive(Default)]
pub(crate) struct Deel {
    pub gegevens: BTreeSet<String>,
    pub verstrekkers: BTreeSet<Taak>,
    pub ontvangers: BTreeMap<Taak, (BTreeSet<Taak>, BTreeSet<char>)>,
    pub grondslagen: BTreeSet<String>,
    pub doelen: BTreeSet<String>,
}

impl Deel {
    pub(crate) fn gaat(&mut self, rules: &Rulebook, van: Taak, naar: Taak, gegeven: &str) {
        let Some(g) = rules.gegevens().find(gegeven).and_then(|id| rules.gegevens().get(id)) else {
            return;
        };
        self.gegevens.insert(g.id.clone());
        self.verstrekkers.insert(van);
        let (from, letters) = self.ontvangers.entry(naar).or_default();
        from.insert(van);
        letters.insert(g.letter);
    }
}

impl Register {
    /// The register of these rules, with what the journal says that flowed.
    #[must_use]
    pub fn of(rules: &Rulebook, opdracht: &Opdracht<'_>, stromen: &Stromen) -> Self {
        let mut gathered = lezen::delen(rules);
        let mut verwerkingen = Vec::new();
        let mut missing = BTreeSet::new();
        for o in rules.overleggen() {
            let deel = gathered.remove(o.id.as_str()).unwrap_or_default();
            let mut v = verwerking(rules, opdracht, &o.id, &o.naam, &o.artikel, deel);
            v.samenroeper = Some(o.convener);
            v.doeleinden = doelen(rules, &o.doelen);
            verwerkingen.push(v);
        }
        for (kanaal, naam, artikel) in woorden::KANALEN {
            let id = kanaal.as_str();
            let deel = gathered.remove(id).unwrap_or_default();
            let wanted: Vec<String> = deel.doelen.iter().cloned().collect();
            let mut v = verwerking(rules, opdracht, id, naam, artikel, deel);
            v.doeleinden = match kanaal {
                Kanaal::Wettelijk => stromen_van(rules),
                Kanaal::Betrokkene | Kanaal::Aggregaat | Kanaal::Beheer => vec![woorden::eigen_doel(*kanaal)],
                _ => doelen(rules, &wanted),
            };
            v.grondslagen.extend(woorden::eigen_grondslag(*kanaal));
            verwerkingen.push(v);
        }
        verwerkingen.push(verwerking(
            rules,
            opdracht,
            ONBEKEND,
            "Aangehouden: een overleg dat de regels niet kennen",
            "3.4",
            Deel::default(),
        ));
        for v in &mut verwerkingen {
            v.gestroomd = stromen.van(&v.id, rules);
            for o in &v.ontvangers {
                if !matches!(o.taak, Taak::Betrokkene | Taak::Derde) && rules.informatie().bewaren(o.taak).is_none() {
                    missing.insert(format!("de bewaartermijn van {} (informatie.toml, bewaren)", o.taak));
                }
            }
        }
        let known: BTreeSet<&str> = verwerkingen.iter().map(|v| v.id.as_str()).collect();
        let open_einden = stromen
            .namen()
            .filter(|name| !known.contains(name))
            .map(|name| stromen.van(name, rules))
            .collect();
        if rules.informatie().beveiliging().is_empty() {
            missing.insert("de beveiliging (informatie.toml, beveiliging)".to_owned());
        }
        let verantwoordelijke = opdracht
            .organisatie
            .and_then(|oin| rules.informatie().contact(&oin).cloned());
        match &verantwoordelijke {
            _ if opdracht.organisatie.is_none() => {}
            None => {
                missing.insert("naam en contact van de verantwoordelijke (informatie.toml, contact)".to_owned());
            }
            Some(c) if c.fg.is_none() => {
                missing.insert("de functionaris gegevensbescherming (informatie.toml, contact, fg)".to_owned());
            }
            Some(_) => {}
        }
        Self {
            convenant: rules.titel(),
            regelboek: rules.hash().to_string(),
            verantwoordelijke,
            verwerkingen,
            beveiliging: rules.informatie().beveiliging().to_vec(),
            open_einden,
            ontbreekt: missing.into_iter().collect(),
            journaal_tot: stromen.tot(),
        }
    }
}

fn verwerking(
    rules: &Rulebook,
    opdracht: &Opdracht<'_>,
    id: &str,
    naam: &str,
    artikel: &str,
    deel: Deel,
) -> Verwerking {
    let ontvangers: Vec<Ontvanger> = deel
        .ontvangers
        .into_iter()
        .map(|(taak, (van, letters))| Ontvanger {
            taak,
            partijen: namen(rules, taak),
            van,
            letters,
        })
        .collect();
    let mut bewaartermijnen = vec![woorden::bewaart_sluis(opdracht.quarantaine_dagen)];
    for o in &ontvangers {
        bewaartermijnen.extend(rules.informatie().bewaren(o.taak).map(|b| Termijn {
            wie: b.taak.to_string(),
            tekst: b.tekst.clone(),
            artikel: b.artikel.clone(),
        }));
    }
    Verwerking {
        id: format!("{}{id}", opdracht.voorvoegsel),
        naam: naam.to_owned(),
        artikel: artikel.to_owned(),
        samenroeper: None,
        doeleinden: Vec::new(),
        betrokkenen: woorden::betrokkenen(&deel.gegevens, id),
        categorieen: categorieen(rules, &deel.gegevens),
        verstrekkers: deel.verstrekkers,
        ontvangers,
        grondslagen: bases(rules, &deel.grondslagen),
        bewaartermijnen,
        doorgifte_buiten_eer: false,
        gestroomd: Gestroomd::default(),
    }
}

fn namen(rules: &Rulebook, taak: Taak) -> Vec<String> {
    let mut all: Vec<String> = rules
        .partijen()
        .into_iter()
        .filter(|(p, _)| p.taak == taak)
        .map(|(_, info)| info.naam.clone())
        .collect();
    all.extend(
        rules
            .wettelijke_partijen()
            .into_iter()
            .filter(|(p, _)| p.taak == taak)
            .map(|(_, info)| info.naam.clone()),
    );
    all
}

fn categorieen(rules: &Rulebook, gegevens: &BTreeSet<String>) -> Vec<Categorie> {
    let mut out: BTreeMap<char, Categorie> = BTreeMap::new();
    for g in gegevens
        .iter()
        .filter_map(|id| rules.gegevens().find(id).and_then(|id| rules.gegevens().get(id)))
    {
        let c = out.entry(g.letter).or_insert(Categorie {
            letter: g.letter,
            omschrijving: woorden::letter(g.letter).0,
            bijzonder: false,
            gegevens: 0,
        });
        c.bijzonder |= g.bijzonder;
        c.gegevens += 1;
    }
    out.into_values().collect()
}

fn bases(rules: &Rulebook, ids: &BTreeSet<String>) -> Vec<Basis> {
    let all = (0..=u16::MAX).map_while(|n| rules.grondslag(n));
    all.filter(|g| ids.contains(&g.id))
        .map(|g| Basis {
            id: g.id.clone(),
            wet: g.wet.clone(),
            artikel: g.artikel.clone(),
            toestemming: match g.toestemming {
                crate::rulebook::ToestemmingNodig::Geen => "geen",
                crate::rulebook::ToestemmingNodig::Bijzonder => "bijzonder",
                crate::rulebook::ToestemmingNodig::Alles => "alles",
            },
        })
        .collect()
}

fn doelen(rules: &Rulebook, wanted: &[String]) -> Vec<Doeleinde> {
    let all = rules.doelen().iter().filter(|d| wanted.contains(&d.id));
    all.map(|d| Doeleinde {
        id: d.id.clone(),
        omschrijving: d.omschrijving.clone(),
        artikel: d.artikel.clone(),
    })
    .collect()
}

fn stromen_van(rules: &Rulebook) -> Vec<Doeleinde> {
    let all = rules.stromen().iter();
    all.map(|s| Doeleinde {
        id: s.id.clone(),
        omschrijving: format!("{} ({})", s.naam, s.wet),
        artikel: s.artikel.clone(),
    })
    .collect()
}
