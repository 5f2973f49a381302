//! Breaches (21): what the system finds by itself in the journal and lays before a person. A candidate is no breach: the
//! FG judges it, and nothing is reported to anybody by a program.

pub mod post;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::event::Kanaal;
use crate::facts::{Feit, Toegetreden, accession};
use crate::ids::{Partij, Taak};
use crate::rulebook::{Rulebook, Tekst};
use crate::verstrekking::{Verstrekking, Zekerheid};

/// Why somebody should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Vermoeden {
    /// The receiver was no party on the day: never acceded, or not any more (18).
    OntvangerGeenPartij,
    /// A rule that let it pass is not in the rules any more: was it ever right?
    RegelIngetrokken,
    /// A send began, and whether it arrived was never known.
    UitkomstOnbekend,
}

impl Vermoeden {
    /// All of them.
    pub const ALL: [Self; 3] = [
        Self::OntvangerGeenPartij,
        Self::RegelIngetrokken,
        Self::UitkomstOnbekend,
    ];

    /// In words for the FG.
    #[must_use]
    pub fn tekst(self) -> Tekst {
        let (nl, en) = match self {
            Self::OntvangerGeenPartij => (
                "de ontvanger was op die dag geen partij: kijk of de verstrekking mocht, en vraag anders de gegevens terug",
                "the receiver was no party on that day: see whether this was permitted, and else ask the data back",
            ),
            Self::RegelIngetrokken => (
                "een regel die dit doorliet, staat niet meer in de regels: kijk waarom hij weg is, en of hij ooit klopte",
                "a rule that let this pass is not in the rules any more: see why it went, and whether it ever was right",
            ),
            Self::UitkomstOnbekend => (
                "het bericht is verzonden en niemand weet of het aankwam: vraag het na bij de ontvanger",
                "the message was sent and nobody knows whether it arrived: ask its receiver",
            ),
        };
        Tekst {
            nl: nl.to_owned(),
            en: en.to_owned(),
        }
    }
}

/// Something for a person to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Kandidaat {
    /// Why.
    pub vermoeden: Vermoeden,
    /// In words.
    pub uitleg: Tekst,
    /// The message: `sluis why` tells all of it.
    pub effect: String,
    /// Number of the journal record of the departure.
    pub nummer: u64,
    /// When it left, milliseconds since the Unix epoch.
    pub tijd_ms: u64,
    /// The case.
    pub casus: String,
    /// Who gave it.
    pub afzender: String,
    /// Who received it, or may have.
    pub ontvanger: String,
    /// Letters of 5.1 that went: the kind of data that the form of the AP asks for.
    pub letters: String,
    /// Some of it was of a special category.
    pub bijzonder: bool,
    /// The rules that are gone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regels: Vec<String>,
}

/// Looks at everything that was given. `toetredingen`: the facts about parties, in the order they were recorded.
/// `dag_van`: the day in the Netherlands of a moment, which this room does not know.
#[must_use]
pub fn kandidaten(
    rules: &Rulebook,
    gegeven: &[Verstrekking],
    toetredingen: &[Feit],
    dag_van: impl Fn(u64) -> Date,
) -> Vec<Kandidaat> {
    let known: BTreeMap<&str, ()> = rules.regels().iter().map(|r| (r.id.as_str(), ())).collect();
    let mut out = Vec::new();
    for v in gegeven {
        let gone: Vec<String> = v
            .regels
            .iter()
            .filter(|r| !known.contains_key(r.as_str()))
            .cloned()
            .collect();
        let mut add = |vermoeden, regels: Vec<String>| out.push(kandidaat(rules, v, vermoeden, regels));
        if !party(rules, v, toetredingen, dag_van(v.tijd_ms)) {
            add(Vermoeden::OntvangerGeenPartij, Vec::new());
        }
        if !gone.is_empty() {
            add(Vermoeden::RegelIngetrokken, gone);
        }
        if v.zekerheid == Zekerheid::Mogelijk {
            add(Vermoeden::UitkomstOnbekend, Vec::new());
        }
    }
    out
}

/// Whether the receiver might receive as a party: by the covenant, by a recorded accession, or because its channel asks
/// no accession. What cannot be read is no party.
fn party(rules: &Rulebook, v: &Verstrekking, toetredingen: &[Feit], dag: Date) -> bool {
    let Ok(partij) = v.ontvanger.parse::<Partij>() else {
        return false;
    };
    if v.kanaal == Kanaal::Derde.as_str() || matches!(partij.taak, Taak::Betrokkene) {
        return true;
    }
    // A later record replaces an earlier one, as it does for who decides.
    let recorded = toetredingen.iter().rev().find_map(|f| match f {
        Feit::Toetreding(t) if t.partij == partij => Some((Some(t.ondertekend_op), t.bekendgemaakt_op)),
        _ => None,
    });
    // A statute asks no accession: there it is enough to be known.
    if v.kanaal == Kanaal::Wettelijk.as_str() {
        return recorded.is_some() || rules.partij(&partij).is_some() || rules.wettelijke_partij(&partij).is_some();
    }
    let in_rules = || rules.partij(&partij).map(|p| (p.toegetreden_op, p.bekendgemaakt_op));
    let (signed, known) = recorded.or_else(in_rules).unwrap_or_default();
    accession(signed, known, dag) == Toegetreden::Ja
}

fn kandidaat(rules: &Rulebook, v: &Verstrekking, vermoeden: Vermoeden, regels: Vec<String>) -> Kandidaat {
    let mut letters: Vec<char> = Vec::new();
    let mut bijzonder = false;
    for g in v.geheel.or(v.minder).iter().filter_map(|id| rules.gegevens().get(id)) {
        bijzonder |= g.bijzonder;
        if !letters.contains(&g.letter) {
            letters.push(g.letter);
        }
    }
    letters.sort_unstable();
    Kandidaat {
        vermoeden,
        uitleg: vermoeden.tekst(),
        effect: v.effect.clone(),
        nummer: v.nummer,
        tijd_ms: v.tijd_ms,
        casus: v.casus.clone(),
        afzender: v.afzender.clone(),
        ontvanger: v.ontvanger.clone(),
        letters: letters.into_iter().collect(),
        bijzonder,
        regels,
    }
}
