//! Recorded decisions, made again under other rules: what would have been decided, without a single value.
//!
//! A [`Besluit`] is what a decision rested on: who to whom, for which purpose, in which phase, which elements were there.
//! It comes from a line of NDJSON ([`Besluit::read`]) or from a record of the journal ([`Besluit::of_record`]). A
//! [`Vergelijker`] decides it under two rulebooks; a [`Telling`] counts what differs.

mod compare;
mod record;
mod telling;
mod why;

use jiff::civil::Date;
use serde::Deserialize;

pub use compare::{Gevolg, Vergelijker};
pub use record::Places;
pub use telling::{Groep, Telling};

use crate::event::{Bericht, Kanaal};
use crate::gates::Aanvraag;
use crate::gegeven::{Beroepsgeheim, GegevenSet};
use crate::ids::Partij;
use crate::rulebook::Rulebook;
use crate::scan::{BijdrageInventory, Inventory, NodeSet};

/// What one decision rested on, without values. Elements are places in the dictionary of the older rulebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Besluit {
    /// Where it stands: the line of the file, or the number of the record.
    pub nummer: u64,
    kanaal: Kanaal,
    casusoverleg: String,
    /// Pseudonymous case.
    pub casus: String,
    fase: String,
    doel: String,
    grondslag: Option<String>,
    afzender: Partij,
    ontvanger: Partij,
    bericht: Bericht,
    afzender_bewezen: bool,
    /// The day it was decided on.
    pub dag: Date,
    /// The number of the last fact it rested on; `None`: all that are given.
    pub feiten: Option<u64>,
    inventory: Inventory,
    /// What was decided then, when that was recorded too.
    vastgelegd: Option<Vastgelegd>,
}

/// What the journal says was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Vastgelegd {
    regelboek: String,
    geblokkeerd: bool,
    redenen: Vec<String>,
    doorgelaten: GegevenSet,
    /// The journal does not say what a blocked message held: it is reckoned as if it held everything.
    inhoud_onbekend: bool,
}

/// Why a line is no decision. Names the place, never what stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BesluitError {
    /// Not the JSON of a decision.
    #[error("column {0} is not what a decision has there; see docs/vergelijken.md")]
    Unreadable(usize),
    /// An element that the dictionary does not have.
    #[error("contribution {0} (0: `verbergt`) names an element that the dictionary does not have")]
    Element(usize),
}

/// A line of NDJSON, version 1.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    kanaal: Kanaal,
    casusoverleg: &'a str,
    casus: &'a str,
    fase: &'a str,
    doel: &'a str,
    #[serde(default)]
    grondslag: Option<&'a str>,
    van: Partij,
    naar: Partij,
    bericht: Bericht,
    dag: Date,
    #[serde(default)]
    feiten: Option<u64>,
    #[serde(default = "yes")]
    afzender_bewezen: bool,
    /// The elements that hide others and say so; without, each that is there is taken to say so.
    #[serde(borrow, default)]
    verbergt: Option<Vec<&'a str>>,
    #[serde(borrow)]
    bijdragen: Vec<LineBijdrage<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineBijdrage<'a> {
    inbrenger: Partij,
    beroepsgeheim: Beroepsgeheim,
    #[serde(borrow)]
    gegevens: Vec<&'a str>,
}

const fn yes() -> bool {
    true
}

impl Besluit {
    /// Reads one line of NDJSON; `nummer` is its place in the file.
    ///
    /// # Errors
    /// When the line is not a decision.
    pub fn read(line: &[u8], nummer: u64, rules: &Rulebook) -> Result<Self, BesluitError> {
        // The error of the parser would quote the line.
        let line: Line<'_> = serde_json::from_slice(line).map_err(|e| BesluitError::Unreadable(e.column()))?;
        let mut bijdragen = Vec::with_capacity(line.bijdragen.len());
        for (n, b) in (1..).zip(&line.bijdragen) {
            let mut gegevens = GegevenSet::EMPTY;
            for name in &b.gegevens {
                gegevens.insert(rules.gegevens().find(name).ok_or(BesluitError::Element(n))?);
            }
            bijdragen.push(BijdrageInventory {
                inbrenger: b.inbrenger,
                beroepsgeheim: b.beroepsgeheim,
                gegevens,
                nodes: NodeSet::default(),
            });
        }
        let raised = match &line.verbergt {
            Some(names) => {
                let mut raised = GegevenSet::EMPTY;
                for name in names {
                    raised.insert(rules.gegevens().find(name).ok_or(BesluitError::Element(0))?);
                }
                raised
            }
            None => {
                let present = bijdragen.iter().fold(GegevenSet::EMPTY, |all, b| all.or(b.gegevens));
                present.iter().filter(|id| rules.gegevens().hides(*id)).collect()
            }
        };
        Ok(Self {
            nummer,
            kanaal: line.kanaal,
            casusoverleg: line.casusoverleg.to_owned(),
            casus: line.casus.to_owned(),
            fase: line.fase.to_owned(),
            doel: line.doel.to_owned(),
            grondslag: line.grondslag.map(str::to_owned),
            afzender: line.van,
            ontvanger: line.naar,
            bericht: line.bericht,
            afzender_bewezen: line.afzender_bewezen,
            dag: line.dag,
            feiten: line.feiten,
            inventory: Inventory {
                bijdragen,
                gaps: Vec::new(),
                gap_count: 0,
                raised,
            },
            vastgelegd: None,
        })
    }

    fn aanvraag(&self) -> Aanvraag<'_> {
        Aanvraag {
            kanaal: self.kanaal,
            casusoverleg: &self.casusoverleg,
            casus: &self.casus,
            fase: &self.fase,
            doel: &self.doel,
            grondslag: self.grondslag.as_deref(),
            afzender: self.afzender,
            ontvanger: self.ontvanger,
            bericht: self.bericht,
            afzender_bewezen: self.afzender_bewezen,
        }
    }
}
