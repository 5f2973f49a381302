//! Counting what differs, by rule and by what passes.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::compare::Uitslag;
use super::why::Waarom;
use super::{Besluit, Gevolg, Vergelijker};
use crate::event::Bericht;
use crate::facts::Dossier;
use crate::gegeven::GegevenSet;
use crate::ids::Taak;
use crate::rulebook::Rulebook;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Sleutel {
    gevolg: Gevolg,
    overleg: String,
    van: Taak,
    naar: Taak,
    bericht: Bericht,
    gegevens: GegevenSet,
    oud: Vec<Waarom>,
    nieuw: Vec<Waarom>,
}

#[derive(Debug, Clone, Copy)]
struct Aantal {
    keer: u64,
    eerste: u64,
}

/// What was counted so far. Counting in parts and adding the parts gives the same.
#[derive(Debug, Clone, Default)]
pub struct Telling {
    per_gevolg: [u64; Gevolg::ALL.len()],
    groepen: HashMap<Sleutel, Aantal>,
    inhoud_onbekend: u64,
    ander_regelboek: u64,
}

/// Decisions that differ in the same way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Groep {
    /// What the other rules come to.
    pub gevolg: &'static str,
    /// How many.
    pub aantal: u64,
    /// Consultation.
    pub overleg: String,
    /// Who gave.
    pub van: Taak,
    /// Who received.
    pub naar: Taak,
    /// Kind of message.
    pub bericht: Bericht,
    /// The elements for which it differs.
    pub gegevens: Vec<String>,
    /// Rules and reasons before.
    pub oud: Vec<String>,
    /// Rules and reasons after.
    pub nieuw: Vec<String>,
    /// Articles of the rules and reasons after, and of those before that are gone.
    pub artikelen: Vec<String>,
    /// The first of them: the line of the file, or the number of the record.
    pub eerste: u64,
}

impl Telling {
    /// Decides once more and counts. The dossiers hold the same facts, read with each dictionary.
    pub fn tel(&mut self, v: &Vergelijker<'_>, besluit: &Besluit, oud: &Dossier, nieuw: &Dossier) {
        let Uitslag {
            gevolg,
            gegevens,
            oud,
            nieuw,
        } = v.vergelijk(besluit, oud, nieuw);
        if let Some(slot) = self.per_gevolg.get_mut(gevolg as usize) {
            *slot += 1;
        }
        if let Some(then) = besluit
            .vastgelegd
            .as_ref()
            .filter(|_| gevolg != Gevolg::NietNaTeRekenen)
        {
            self.inhoud_onbekend += u64::from(then.inhoud_onbekend);
            self.ander_regelboek += u64::from(then.regelboek != **v.oud().hash());
        }
        if !gevolg.is_change() {
            return;
        }
        let key = Sleutel {
            gevolg,
            overleg: besluit.casusoverleg.clone(),
            van: besluit.afzender.taak,
            naar: besluit.ontvanger.taak,
            bericht: besluit.bericht,
            gegevens,
            oud,
            nieuw,
        };
        let one = Aantal {
            keer: 1,
            eerste: besluit.nummer,
        };
        self.add_group(key, one);
    }

    fn add_group(&mut self, key: Sleutel, more: Aantal) {
        self.groepen
            .entry(key)
            .and_modify(|a| {
                a.keer += more.keer;
                a.eerste = a.eerste.min(more.eerste);
            })
            .or_insert(more);
    }

    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: Self) {
        for (a, b) in self.per_gevolg.iter_mut().zip(other.per_gevolg) {
            *a += b;
        }
        for (key, more) in other.groepen {
            self.add_group(key, more);
        }
        self.inhoud_onbekend += other.inhoud_onbekend;
        self.ander_regelboek += other.ander_regelboek;
    }

    /// How many decisions came to this.
    #[must_use]
    pub fn aantal(&self, gevolg: Gevolg) -> u64 {
        self.per_gevolg.get(gevolg as usize).copied().unwrap_or(0)
    }

    /// How many decisions were made again.
    #[must_use]
    pub fn totaal(&self) -> u64 {
        self.per_gevolg.iter().sum()
    }

    /// How many were blocked without a record of what they held, and reckoned as if they held everything.
    #[must_use]
    pub const fn inhoud_onbekend(&self) -> u64 {
        self.inhoud_onbekend
    }

    /// How many were decided under another rulebook than the older one, so that nothing proves they are made again well.
    #[must_use]
    pub const fn ander_regelboek(&self) -> u64 {
        self.ander_regelboek
    }

    /// Whether any decision differs.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        Gevolg::ALL.iter().any(|g| g.is_change() && self.aantal(*g) > 0)
    }

    /// What differs, the same together: by consequence, the most first.
    #[must_use]
    pub fn groepen(&self, v: &Vergelijker<'_>) -> Vec<Groep> {
        let mut out: Vec<(Gevolg, Groep)> = self
            .groepen
            .iter()
            .map(|(key, aantal)| (key.gevolg, groep(key, *aantal, v)))
            .collect();
        out.sort_by(|(g, a), (h, b)| g.cmp(h).then(b.aantal.cmp(&a.aantal)).then_with(|| a.cmp(b)));
        out.into_iter().map(|(_, groep)| groep).collect()
    }
}

fn groep(key: &Sleutel, aantal: Aantal, v: &Vergelijker<'_>) -> Groep {
    let mut artikelen = BTreeSet::new();
    let mut told = |all: &[Waarom], rules: &Rulebook| -> Vec<String> {
        all.iter()
            .map(|w| match w {
                Waarom::Regel(n) => rules.regel(*n).map_or_else(String::new, |r| {
                    artikelen.extend(r.artikelen.iter().cloned());
                    r.id.clone()
                }),
                Waarom::Grondslag(n) => rules.grondslag(*n).map_or_else(String::new, |g| {
                    artikelen.insert(g.artikel.clone());
                    g.id.clone()
                }),
                Waarom::Reden(r) => {
                    artikelen.insert(r.artikel().to_owned());
                    r.slug().to_owned()
                }
            })
            .collect()
    };
    let (oud, nieuw) = (told(&key.oud, v.oud()), told(&key.nieuw, v.nieuw()));
    let names = v.nieuw().gegevens();
    Groep {
        gevolg: key.gevolg.as_str(),
        aantal: aantal.keer,
        overleg: key.overleg.clone(),
        van: key.van,
        naar: key.naar,
        bericht: key.bericht,
        gegevens: key.gegevens.iter().map(|id| names.name(id).to_owned()).collect(),
        oud,
        nieuw,
        artikelen: artikelen.into_iter().collect(),
        eerste: aantal.eerste,
    }
}
