//! The rules seen from the other side: per consultation who receives which element from whom, in which phase.
//!
//! A [`Matrix`] is computed from a [`Rulebook`] and nothing else, so it cannot differ from what is decided. A cell says
//! the most that may go over all purposes and kinds of message, when the facts of a case agree: both take part, the
//! case is in that phase, the betrokkene was informed. What has no cell is never given.
//!
//! A handover between two consultations (5.7) has cells of its own, under [`OVERDRACHT`] and its id; so has each
//! statutory flow ([`WETTELIJK`]), what the betrokkene hears of a consultation ([`BETROKKENE`]), and what a derde gets
//! ([`DERDE`]). To add a channel: make its tables in [`plek::tafels`], with a name of their own.

mod cells;
mod change;
mod per_letter;
mod plek;
mod render;
mod table;
mod voorwaarden;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde::Serialize;

pub use change::{Aard, Verschil, changes};
pub use per_letter::{Categorie, CategoriePlek, per_categorie};
pub use render::markdown;
pub use voorwaarden::voorwaarden;
pub use words::in_words;

use crate::event::Bericht;
use crate::gegeven::Wijze;
use crate::ids::Taak;
use crate::rulebook::Rulebook;

/// What the name of a handover begins with, where a cell has the name of a consultation.
pub const OVERDRACHT: &str = "overdracht/";
/// What the name of a statutory flow begins with.
pub const WETTELIJK: &str = "wettelijk/";
/// What the name of what the betrokkene hears of a consultation begins with.
pub const BETROKKENE: &str = "betrokkene/";
/// The name of what goes to a derde.
pub const DERDE: &str = "derde";

/// Where a cell stands. By names, so that cells of two rulebooks can be compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Plek {
    /// Consultation, handover, flow, or other channel.
    pub overleg: Arc<str>,
    /// Who gives.
    pub van: Taak,
    /// Who receives.
    pub naar: Taak,
    /// Phase.
    pub fase: Arc<str>,
    /// Element of the dictionary.
    pub gegeven: Arc<str>,
}

impl Plek {
    /// A consultation, or a handover between two: where the letters of 5.1 hold.
    #[must_use]
    pub fn binnen_convenant(&self) -> bool {
        let name = &*self.overleg;
        !name.starts_with(WETTELIJK) && !name.starts_with(BETROKKENE) && name != DERDE
    }
}

/// How precisely an element goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precisie {
    /// Only that there is something (5.4).
    Dat,
    /// Made less precise in another way.
    Minder(Wijze),
    /// As it is.
    Heel,
}

/// One way in which an element may go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doorgang {
    /// How precisely.
    pub precisie: Precisie,
    /// Only with consent: the basis asks it for this element, or the sender is bound to secrecy.
    pub toestemming: bool,
    /// Only after a named professional's release for this receiver.
    pub vrijgave: bool,
    /// Only when the recorded absence of the case is one of these; empty: always.
    pub alleen_bij: Vec<String>,
}

impl Doorgang {
    /// Whether this lets at least as much pass as the other, under at most the same conditions.
    #[must_use]
    pub fn at_least(&self, other: &Self) -> bool {
        let precise = self.precisie == other.precisie
            || self.precisie == Precisie::Heel
            || (matches!(self.precisie, Precisie::Minder(_)) && other.precisie == Precisie::Dat);
        precise
            && self.toestemming <= other.toestemming
            && self.vrijgave <= other.vrijgave
            && (self.alleen_bij.is_empty()
                || (!other.alleen_bij.is_empty() && other.alleen_bij.iter().all(|w| self.alleen_bij.contains(w))))
    }

    /// The column of the table it stands in.
    #[must_use]
    pub const fn stand(&self) -> Stand {
        match (self.precisie, self.toestemming) {
            (Precisie::Dat, _) => Stand::Dat,
            (Precisie::Minder(_), _) => Stand::Minder,
            (Precisie::Heel, true) => Stand::Toestemming,
            (Precisie::Heel, false) => Stand::Ja,
        }
    }
}

/// A cell in one word, from least to most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stand {
    /// Nothing goes.
    #[default]
    Nee,
    /// That there is something.
    Dat,
    /// Less precise.
    Minder,
    /// Whole, with consent.
    Toestemming,
    /// Whole.
    Ja,
}

impl Stand {
    /// The word in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nee => "nee",
            Self::Dat => "dat",
            Self::Minder => "minder",
            Self::Toestemming => "toestemming",
            Self::Ja => "ja",
        }
    }
}

/// One way in which an element may go, for which messages and purposes, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// How.
    pub doorgang: Doorgang,
    /// Per kind of message the purposes for which it goes.
    pub bij: BTreeMap<Bericht, BTreeSet<Arc<str>>>,
    /// The rule blocks that say so.
    pub regels: BTreeSet<String>,
    /// Their articles.
    pub artikelen: BTreeSet<String>,
    /// The bases it rests on.
    pub grondslagen: BTreeSet<String>,
}

/// Everything that may go at one place; never empty, the widest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cel {
    /// The ways, widest first.
    pub varianten: Vec<Variant>,
    /// Article 5.1's letter of the element.
    pub letter: char,
    /// Free text or an attachment.
    pub vrij: bool,
    /// The kinds of message that hold the element and that this receiver may get.
    pub berichten: BTreeSet<Bericht>,
}

impl Cel {
    /// The cell in one word: the most that may go.
    #[must_use]
    pub fn stand(&self) -> Stand {
        self.varianten
            .iter()
            .map(|v| v.doorgang.stand())
            .max()
            .unwrap_or_default()
    }

    /// The way in which most goes.
    #[must_use]
    pub fn widest(&self) -> Option<&Variant> {
        self.varianten.first()
    }

    /// All rule blocks of the cell.
    #[must_use]
    pub fn regels(&self) -> BTreeSet<&str> {
        self.varianten
            .iter()
            .flat_map(|v| &v.regels)
            .map(String::as_str)
            .collect()
    }

    /// All articles of the cell.
    #[must_use]
    pub fn artikelen(&self) -> BTreeSet<&str> {
        self.varianten
            .iter()
            .flat_map(|v| &v.artikelen)
            .map(String::as_str)
            .collect()
    }
}

/// The cells of a rulebook. What has no cell is never given.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// Every cell in which something may go.
    pub cellen: BTreeMap<Plek, Cel>,
}

impl Matrix {
    /// Computes every cell, while no bill is law.
    #[must_use]
    pub fn of(rules: &Rulebook) -> Self {
        Self::on(rules, None)
    }

    /// The cells on a day, with the bills that the rulebook says are law by then; `None`: with none of them.
    #[must_use]
    pub fn on(rules: &Rulebook, dag: Option<Date>) -> Self {
        let mut cellen = BTreeMap::new();
        for tafel in plek::tafels(rules, dag) {
            cells::of_tafel(rules, dag, &tafel, &mut cellen);
        }
        Self { cellen }
    }

    /// The cells as programs read them, in order of their places.
    #[must_use]
    pub fn rows(&self) -> Vec<Row<'_>> {
        self.cellen
            .iter()
            .flat_map(|(plek, cel)| cel.varianten.iter().map(move |v| Row::new(plek, cel, v)))
            .collect()
    }
}

/// One way of one cell, flat.
#[derive(Debug, Serialize)]
pub struct Row<'a> {
    #[serde(flatten)]
    plek: &'a Plek,
    letter: char,
    vrij: bool,
    uitkomst: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    wijze: Option<Wijze>,
    toestemming: bool,
    vrijgave: bool,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    alleen_bij: &'a [String],
    berichten: &'a BTreeMap<Bericht, BTreeSet<Arc<str>>>,
    regels: &'a BTreeSet<String>,
    artikelen: &'a BTreeSet<String>,
    grondslagen: &'a BTreeSet<String>,
}

impl<'a> Row<'a> {
    fn new(plek: &'a Plek, cel: &'a Cel, v: &'a Variant) -> Self {
        Self {
            plek,
            letter: cel.letter,
            vrij: cel.vrij,
            uitkomst: v.doorgang.stand().as_str(),
            wijze: match v.doorgang.precisie {
                Precisie::Dat => Some(Wijze::Dat),
                Precisie::Minder(w) => Some(w),
                Precisie::Heel => None,
            },
            toestemming: v.doorgang.toestemming,
            vrijgave: v.doorgang.vrijgave,
            alleen_bij: &v.doorgang.alleen_bij,
            berichten: &v.bij,
            regels: &v.regels,
            artikelen: &v.artikelen,
            grondslagen: &v.grondslagen,
        }
    }
}
