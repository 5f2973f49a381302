//! The letter that informs the betrokkene beforehand (12.1–12.4): for one case, from the rules and its facts.
//!
//! Article 12.4 lists what it must hold, a to i. A letter that would lack one of them is not made: its maker is told
//! what to write down first ([`Gemis`]). Nothing in it is about what was said in the case, and it names no person.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;

use crate::event::Kanaal;
use crate::facts::{CasusStand, Dossier};
use crate::ids::{Partij, Taak};
use crate::leeftijd::{ALLEEN_VANAF, SAMEN_VANAF};
use crate::matrix::Matrix;
use crate::register::{letter, taak};
use crate::rulebook::{Casusoverleg, Contact, Rulebook, Tekst};

/// What must be known before the letter can be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gemis {
    /// Which part of 12.4 cannot be said: `a` to `i`.
    pub onderdeel: char,
    /// What is missing, and where to write it; Dutch.
    pub wat: String,
}

/// Who takes part (12.4.b), and at most what they get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deelnemer {
    /// Name of the organisation.
    pub naam: String,
    /// Its task in plain words.
    pub taak: Tekst,
    /// What it does at the table, in the words of the rules; Dutch.
    pub doet: String,
    /// Calls the others together.
    pub samenroeper: bool,
    /// Categories of data it may get from the others.
    pub krijgt: Vec<Tekst>,
}

/// How long somebody keeps (12.4.c).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bewaart {
    /// How long.
    pub tekst: Tekst,
    /// The law, or the article.
    pub artikel: String,
}

/// A statutory duty in which a participant gives data (12.4.g).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plicht {
    /// What must be given to whom.
    pub tekst: Tekst,
    /// The statute.
    pub wet: String,
}

/// The letter: every field belongs to a part of 12.4.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Brief {
    /// Name and version of the covenant.
    pub convenant: String,
    /// Hash of the rulebook.
    pub regelboek: String,
    /// The day it was made for.
    pub dag: Date,
    /// The case, as the parties know it: a pseudonym.
    pub casus: String,
    /// Name of the consultation.
    pub overleg: String,
    /// Where the covenant describes it.
    pub artikel: String,
    /// a. Purposes.
    pub doelen: Vec<Tekst>,
    /// b. Who takes part.
    pub deelnemers: Vec<Deelnemer>,
    /// b. Who asked, or only hears the outcome: tasks in plain words.
    pub uitkomst_naar: Vec<Tekst>,
    /// c. Retention by each.
    pub bewaren: Vec<Bewaart>,
    /// c. Days that the gateway keeps what may not be delivered.
    pub sluis_dagen: u32,
    /// d. From this age together with the parents.
    pub samen_vanaf: u8,
    /// d. From this age alone.
    pub alleen_vanaf: u8,
    /// e. Whether anything at this table rests on consent.
    pub rust_op_toestemming: bool,
    /// e, h. Without consent the request is not handled at all (Bijlage 3).
    pub toestemming_voorwaarde: bool,
    /// g. Statutory duties.
    pub plichten: Vec<Plicht>,
    /// f, i. Whom to ask.
    pub contact: Contact,
}

impl Brief {
    /// The letter about the case of this dossier, as it stands on `dag`.
    ///
    /// # Errors
    /// Everything that is missing, in the order of 12.4.
    pub fn of(rules: &Rulebook, dossier: &Dossier, dag: Date, sluis_dagen: u32) -> Result<Self, Vec<Gemis>> {
        let mut missing = Vec::new();
        let mut lacks = |onderdeel, wat: String| missing.push(Gemis { onderdeel, wat });
        let found = dossier.casus.as_ref().and_then(|c| {
            rules
                .overleggen()
                .iter()
                .find(|o| o.id == c.casusoverleg)
                .map(|o| (c, o))
        });
        let Some((casus, overleg)) = found else {
            lacks(
                'a',
                "de feiten kennen deze casus niet, of haar overleg staat niet in de regels".to_owned(),
            );
            return Err(missing);
        };
        let doelen = casus.doelen.iter().filter_map(|id| {
            let text = rules.informatie().doel(id);
            if text.is_none() {
                lacks('a', format!("doel {id} in gewone woorden (informatie.toml, doel)"));
            }
            text.cloned()
        });
        let doelen: Vec<Tekst> = doelen.collect();
        if casus.doelen.is_empty() {
            lacks('a', "bij de casus staat geen doel (feit casus)".to_owned());
        }
        let matrix = Matrix::of(rules);
        let taken: BTreeSet<Taak> = casus.deelnemers.iter().map(|p| p.taak).collect();
        let mut deelnemers = Vec::new();
        let mut bewaren: Vec<Bewaart> = Vec::new();
        for partij in casus.deelnemers.iter().filter(|p| p.taak != Taak::Betrokkene) {
            match rules.partij(partij) {
                Some(info) => deelnemers.push(deelnemer(overleg, &matrix, &taken, *partij, &info.naam)),
                None => lacks('b', format!("de naam van {partij} (convenant.toml, partij)")),
            }
            match rules.informatie().bewaren(partij.taak) {
                Some(b) if bewaren.iter().any(|had| had.tekst == b.tekst) => {}
                Some(b) => bewaren.push(Bewaart {
                    tekst: b.tekst.clone(),
                    artikel: b.artikel.clone(),
                }),
                None => lacks(
                    'c',
                    format!("de bewaartermijn van {} (informatie.toml, bewaren)", partij.taak),
                ),
            }
        }
        if deelnemers.is_empty() {
            lacks('b', "niemand neemt deel aan de casus (feit deelname)".to_owned());
        }
        let mut plichten = Vec::new();
        for stroom in duties(rules, &taken, dag) {
            match rules.informatie().stroom(&stroom.id) {
                Some(text) => plichten.push(Plicht {
                    tekst: text.clone(),
                    wet: stroom.wet.clone(),
                }),
                None => lacks(
                    'g',
                    format!("{} in gewone woorden (informatie.toml, stroom)", stroom.id),
                ),
            }
        }
        let contact = whom(casus, overleg)
            .into_iter()
            .find_map(|p| rules.informatie().contact(&p.oin));
        if contact.is_none() {
            let who = "de regisseur, de samenroeper of een andere deelnemer";
            lacks(
                'i',
                format!("bij wie men terecht kan: {who} (informatie.toml, contact)"),
            );
        }
        let (Some(contact), true) = (contact, missing.is_empty()) else {
            return Err(missing);
        };
        let at_table = |taak: &Taak| casus.deelnemers.iter().any(|p| p.taak == *taak);
        let outcome: BTreeSet<Taak> = overleg
            .uitkomst_naar
            .iter()
            .chain(&overleg.aanvragers)
            .copied()
            .collect();
        Ok(Self {
            convenant: rules.titel(),
            regelboek: rules.hash().to_string(),
            dag,
            casus: casus.id.clone(),
            overleg: overleg.naam.clone(),
            artikel: overleg.artikel.clone(),
            doelen,
            deelnemers,
            uitkomst_naar: outcome
                .iter()
                .filter(|t| !at_table(t))
                .map(|t| tekst(taak(*t)))
                .collect(),
            bewaren,
            sluis_dagen,
            samen_vanaf: SAMEN_VANAF,
            alleen_vanaf: ALLEEN_VANAF,
            rust_op_toestemming: overleg.toestemming_voorwaarde || consent(overleg, &matrix, &taken),
            toestemming_voorwaarde: overleg.toestemming_voorwaarde,
            plichten,
            contact: contact.clone(),
        })
    }
}

fn tekst((nl, en): (&str, &str)) -> Tekst {
    Tekst {
        nl: nl.to_owned(),
        en: en.to_owned(),
    }
}

fn deelnemer(o: &Casusoverleg, matrix: &Matrix, taken: &BTreeSet<Taak>, partij: Partij, naam: &str) -> Deelnemer {
    let here = matrix
        .cellen
        .iter()
        .filter(|(plek, _)| *plek.overleg == *o.id && plek.naar == partij.taak && taken.contains(&plek.van));
    let letters: BTreeSet<char> = here.map(|(_, cel)| cel.letter).collect();
    Deelnemer {
        naam: naam.to_owned(),
        taak: tekst(taak(partij.taak)),
        doet: o
            .deelnemers
            .iter()
            .find(|d| d.taak == partij.taak)
            .map(|d| d.taakomschrijving.clone())
            .unwrap_or_default(),
        samenroeper: o.convener == partij.taak,
        krijgt: letters.into_iter().map(|l| tekst(letter(l))).collect(),
    }
}

/// Whether anything that may go between these participants asks for consent.
fn consent(o: &Casusoverleg, matrix: &Matrix, taken: &BTreeSet<Taak>) -> bool {
    matrix.cellen.iter().any(|(plek, cel)| {
        *plek.overleg == *o.id
            && taken.contains(&plek.van)
            && taken.contains(&plek.naar)
            && cel.varianten.iter().any(|v| v.doorgang.toestemming)
    })
}

/// The statutory flows in which a participant gives, as the rules of that day have them.
fn duties<'r>(rules: &'r Rulebook, taken: &BTreeSet<Taak>, dag: Date) -> Vec<&'r crate::rulebook::Stroom> {
    let gives = |n: usize| {
        rules
            .kanaal_plans(dag)
            .keys()
            .any(|k| k.kanaal == Kanaal::Wettelijk && usize::from(k.soort) == n && taken.contains(&k.van))
    };
    let all = rules.stromen().iter().enumerate();
    all.filter(|(n, _)| gives(*n)).map(|(_, s)| s).collect()
}

/// Whom the betrokkene asks: who leads the case, who calls together, then whoever takes part.
fn whom(casus: &CasusStand, overleg: &Casusoverleg) -> Vec<Partij> {
    let there = casus.deelnemers.iter().copied();
    let lead = casus.regierol.filter(|p| casus.deelnemers.contains(p));
    let convener = there.clone().filter(|p| p.taak == overleg.convener);
    lead.into_iter().chain(convener).chain(there).collect()
}
