//! What can be told: a closed type. Kinds are added, never changed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sluis_rules::aggregaat::Aggregaat;
use sluis_rules::event::Kanaal;
use sluis_rules::ids::Partij;

/// One thing that is told. Its words are those of the facts; `soort` names the kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "soort", rename_all = "kebab-case")]
pub enum Mededeling {
    /// A party takes part in the case, or does so no longer (3.4, 7.3).
    Deelname {
        /// The case.
        casus: String,
        /// Who.
        partij: Partij,
        /// From this day.
        vanaf: Date,
        /// Up to and including this day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tot: Option<Date>,
    },
    /// The lead in the case went to a party (S:1042).
    Regierol {
        /// The case.
        casus: String,
        /// Who.
        partij: Partij,
        /// From this day.
        vanaf: Date,
    },
    /// The case entered a phase: what is needed is judged anew (3.4).
    Fase {
        /// The case.
        casus: String,
        /// The phase, a word of the consultation.
        fase: String,
        /// From this day.
        vanaf: Date,
        /// Whether the necessity of what came earlier was judged anew.
        herbeoordeeld: bool,
    },
    /// The case was closed (5.6). Why is not told: one of the endings says something about the person.
    Sluiting {
        /// The case.
        casus: String,
        /// On this day.
        op: Date,
        /// What may still pass.
        wat_nog_mag: WatNogMag,
    },
    /// It was decided to hand the case over to another table, or to end that (5.7).
    Overdracht {
        /// The case.
        casus: String,
        /// The consultation of the case.
        van_overleg: String,
        /// The one that receives.
        naar_overleg: String,
        /// From this day.
        op: Date,
        /// Up to and including this day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tot: Option<Date>,
        /// Who decided.
        besluit_door: Partij,
    },
    /// A party acceded, to the covenant or for one case (18).
    Toetreding {
        /// Who.
        partij: Partij,
        /// For this case only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        casus: Option<String>,
        /// The form was signed.
        ondertekend_op: Date,
        /// The form was made known to the others.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bekendgemaakt_op: Option<Date>,
    },
    /// May this be passed on, or used further? Asked of who brought it in (3.4, 11.4).
    AkkoordVraag {
        /// The case.
        casus: String,
        /// Names the question, for the answer.
        vraag: String,
        /// Who asks: who would pass it on, or use it.
        doorgever: Partij,
        /// To whom it would go; the asker itself when it is for its own further use.
        ontvanger: Partij,
        /// Elements of the dictionary, or prefixes such as `gezondheid.*`.
        gegevens: Vec<String>,
        /// For which purpose.
        doel: String,
    },
    /// The answer of who brought it in.
    AkkoordAntwoord {
        /// The case.
        casus: String,
        /// Which question.
        vraag: String,
        /// Who answers.
        inbrenger: Partij,
        /// Whether it may.
        akkoord: bool,
    },
    /// A consent was withdrawn: permission for what was received on it has lapsed (6.d, 11.5).
    Intrekking {
        /// The case.
        casus: String,
        /// From this day.
        op: Date,
        /// Which messages rested on it, by the ids under which their receiver knows them. Not which consent, nor what of.
        effecten: Vec<String>,
    },
    /// A right was exercised, or what became of it (13): a request to every participant.
    Recht {
        /// The case.
        casus: String,
        /// Names the request.
        verzoek: String,
        /// Which right: a word, e.g. `rectificatie`.
        recht: String,
        /// Its stand: a word, e.g. `gevraagd`, `toegewezen`, `afgewezen`.
        stand: String,
        /// Which elements it is about.
        gegevens: Vec<String>,
        /// To be answered by this day.
        uiterlijk: Date,
    },
    /// A breach (21): what the others must know. Its particulars stand in the register of who had it.
    Inbreuk {
        /// Names the breach in that register.
        inbreuk: String,
        /// The case, when there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        casus: Option<String>,
        /// What happened: a word of the register.
        aard: String,
        /// Found on this day.
        ontdekt_op: Date,
        /// Which elements.
        gegevens: Vec<String>,
    },
    /// Counts of absence per school and period, in which nobody can be recognised (channel `aggregaat`).
    Verzuimstatistiek {
        /// Who counted.
        van: Partij,
        /// The table, the same for every receiver.
        tabel: Tabel,
    },
}

/// A published table, as its receiver gets it. Made from an [`Aggregaat`] only, so small numbers are hidden in it and nobody
/// is in it; read back from our own store, never from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tabel(serde_json::Value);

impl Tabel {
    /// Of a table.
    ///
    /// # Errors
    /// Only when serialising fails, which counts and labels do not.
    pub fn of(tabel: &Aggregaat) -> Result<Self, serde_json::Error> {
        serde_json::to_value(tabel).map(Self)
    }
}

/// What may still pass after a closure (5.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WatNogMag {
    /// The evaluation with the betrokkene, a permitted handover, administration.
    EvaluatieMetBetrokkene,
    /// A permitted handover and administration.
    OverdrachtEnBeheer,
}

impl Mededeling {
    /// The word in `soort`.
    #[must_use]
    pub const fn soort(&self) -> &'static str {
        match self {
            Self::Deelname { .. } => "deelname",
            Self::Regierol { .. } => "regierol",
            Self::Fase { .. } => "fase",
            Self::Sluiting { .. } => "sluiting",
            Self::Overdracht { .. } => "overdracht",
            Self::Toetreding { .. } => "toetreding",
            Self::AkkoordVraag { .. } => "akkoord-vraag",
            Self::AkkoordAntwoord { .. } => "akkoord-antwoord",
            Self::Intrekking { .. } => "intrekking",
            Self::Recht { .. } => "recht",
            Self::Inbreuk { .. } => "inbreuk",
            Self::Verzuimstatistiek { .. } => "verzuimstatistiek",
        }
    }

    /// The channel it travels by: counts have one of their own.
    #[must_use]
    pub const fn kanaal(&self) -> Kanaal {
        match self {
            Self::Verzuimstatistiek { .. } => Kanaal::Aggregaat,
            _ => Kanaal::Beheer,
        }
    }

    /// Days within which it must be confirmed. A withdrawal and a breach cannot wait.
    #[must_use]
    pub const fn termijn_dagen(&self) -> u32 {
        match self {
            Self::Intrekking { .. } | Self::Inbreuk { .. } => 1,
            Self::Sluiting { .. } | Self::AkkoordVraag { .. } | Self::Recht { .. } => 7,
            _ => 14,
        }
    }

    /// The case it is about.
    #[must_use]
    pub fn casus(&self) -> Option<&str> {
        match self {
            Self::Deelname { casus, .. }
            | Self::Regierol { casus, .. }
            | Self::Fase { casus, .. }
            | Self::Sluiting { casus, .. }
            | Self::Overdracht { casus, .. }
            | Self::AkkoordVraag { casus, .. }
            | Self::AkkoordAntwoord { casus, .. }
            | Self::Intrekking { casus, .. }
            | Self::Recht { casus, .. } => Some(casus),
            Self::Toetreding { casus, .. } | Self::Inbreuk { casus, .. } => casus.as_deref(),
            Self::Verzuimstatistiek { .. } => None,
        }
    }

    /// Every text in it that is not a day or a party, with whether it names an element.
    pub(super) fn texts(&self) -> Vec<(&str, bool)> {
        // Of a withdrawal the case may be the name that a derde has for it: ours, and checked when it was recorded.
        let casus = self.casus().filter(|_| !matches!(self, Self::Intrekking { .. }));
        let mut out: Vec<(&str, bool)> = casus.map(|c| (c, false)).into_iter().collect();
        let (words, gegevens): (Vec<&String>, &[String]) = match self {
            Self::Deelname { .. } | Self::Regierol { .. } | Self::Sluiting { .. } | Self::Toetreding { .. } => {
                (Vec::new(), &[])
            }
            Self::Fase { fase, .. } => (vec![fase], &[]),
            Self::Overdracht {
                van_overleg,
                naar_overleg,
                ..
            } => (vec![van_overleg, naar_overleg], &[]),
            Self::AkkoordVraag {
                vraag, gegevens, doel, ..
            } => (vec![vraag, doel], gegevens),
            Self::AkkoordAntwoord { vraag, .. } => (vec![vraag], &[]),
            // Ids of ours: lower-case hex, in which eight digits in a row are nobody's number.
            // Of a table the labels are a closed vocabulary.
            Self::Intrekking { .. } | Self::Verzuimstatistiek { .. } => (Vec::new(), &[]),
            Self::Recht {
                verzoek,
                recht,
                stand,
                gegevens,
                ..
            } => (vec![verzoek, recht, stand], gegevens),
            Self::Inbreuk {
                inbreuk,
                aard,
                gegevens,
                ..
            } => (vec![inbreuk, aard], gegevens),
        };
        out.extend(words.into_iter().map(|w| (w.as_str(), false)));
        out.extend(gegevens.iter().map(|g| (g.as_str(), true)));
        out
    }
}
