//! What really flowed, per activity: counted from the journal.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::gegeven::GegevenSet;
use crate::journal::{Record, Stap};
use crate::rulebook::Rulebook;
use crate::verstrekking::{Verstrekkingen, Zekerheid};

/// What flowed under one activity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Gestroomd {
    /// The activity.
    pub verwerking: String,
    /// Records of the journal under it.
    pub regels: u64,
    /// Decisions: all, and those that let nothing pass.
    pub besluiten: u64,
    /// Blocked.
    pub geblokkeerd: u64,
    /// First and last record, milliseconds since the Unix epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eerste_ms: Option<u64>,
    /// See above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub laatste_ms: Option<u64>,
    /// Who received, by `<OIN>/<taak>`.
    pub ontvangers: Vec<Ontving>,
}

/// What one party received under one activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ontving {
    /// `<OIN>/<taak>`.
    pub partij: String,
    /// Its name, when the rules know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub naam: Option<String>,
    /// Messages.
    pub berichten: u64,
    /// Of those, sends of which the end was never known.
    pub onzeker: u64,
    /// Letters of 5.1 that went.
    pub letters: BTreeSet<char>,
    /// Bases they rested on.
    pub grondslagen: BTreeSet<String>,
    /// Some path of a record is not known to these rules: the letters are incomplete.
    pub onvolledig: bool,
}

#[derive(Default)]
struct Som {
    gestroomd: Gestroomd,
    ontvangers: BTreeMap<String, Deelsom>,
}

#[derive(Default)]
struct Deelsom {
    berichten: u64,
    onzeker: u64,
    gegevens: GegevenSet,
    grondslagen: BTreeSet<String>,
    onvolledig: bool,
}

/// Counts records. Give them in the order of the journal, then [`Stromen::klaar`].
#[derive(Default)]
pub struct Stromen {
    per: BTreeMap<String, Som>,
    tot: u64,
}

/// Records on their way to [`Stromen`].
pub struct Tellen<'r> {
    stromen: Stromen,
    gegeven: Verstrekkingen<'r>,
}

impl Stromen {
    /// Begins to count.
    #[must_use]
    pub fn tel(rules: &Rulebook) -> Tellen<'_> {
        Tellen {
            stromen: Self::default(),
            gegeven: Verstrekkingen::new(rules),
        }
    }

    /// The number of the last record.
    pub(super) const fn tot(&self) -> u64 {
        self.tot
    }

    /// The activities that the journal names.
    pub(super) fn namen(&self) -> impl Iterator<Item = &str> {
        self.per.keys().map(String::as_str)
    }

    /// What flowed under an activity; all zero when the journal does not name it.
    pub(super) fn van(&self, verwerking: &str, rules: &Rulebook) -> Gestroomd {
        let empty = Gestroomd {
            verwerking: verwerking.to_owned(),
            ..Gestroomd::default()
        };
        let Some(som) = self.per.get(verwerking) else {
            return empty;
        };
        let letters = |set: GegevenSet| {
            let of = |id| rules.gegevens().get(id).map(|g| g.letter);
            set.iter().filter_map(of).collect()
        };
        let ontvangers = som
            .ontvangers
            .iter()
            .map(|(partij, d)| Ontving {
                partij: partij.clone(),
                naam: partij.parse().ok().and_then(|p| {
                    let by_law = || rules.wettelijke_partij(&p).map(|w| w.naam.clone());
                    rules.partij(&p).map(|i| i.naam.clone()).or_else(by_law)
                }),
                berichten: d.berichten,
                onzeker: d.onzeker,
                letters: letters(d.gegevens),
                grondslagen: d.grondslagen.clone(),
                onvolledig: d.onvolledig,
            })
            .collect();
        Gestroomd {
            ontvangers,
            verwerking: verwerking.to_owned(),
            ..som.gestroomd.clone()
        }
    }
}

impl Tellen<'_> {
    /// Takes the next record.
    pub fn neem(&mut self, record: &Record) {
        self.stromen.tot = record.nummer;
        let g = &mut self.stromen.per.entry(record.verwerking.clone()).or_default().gestroomd;
        g.regels += 1;
        g.eerste_ms.get_or_insert(record.tijd_ms);
        g.laatste_ms = Some(record.tijd_ms);
        if record.stap == Stap::Besluit && !record.inhoud.uitkomst.is_empty() {
            g.besluiten += 1;
            if record.inhoud.uitkomst == crate::verdict::Uitkomst::Geblokkeerd.as_str() {
                g.geblokkeerd += 1;
            }
        }
        self.gegeven.neem(record);
    }

    /// Everything was read.
    #[must_use]
    pub fn klaar(self) -> Stromen {
        let mut stromen = self.stromen;
        for v in self.gegeven.alle() {
            let som = stromen.per.entry(v.verwerking).or_default();
            let d = som.ontvangers.entry(v.ontvanger).or_default();
            d.berichten += 1;
            d.onzeker += u64::from(v.zekerheid == Zekerheid::Mogelijk);
            d.gegevens = d.gegevens.or(v.geheel).or(v.minder);
            d.onvolledig |= !v.volledig;
            if !v.grondslag.is_empty() {
                d.grondslagen.insert(v.grondslag);
            }
        }
        stromen
    }
}
