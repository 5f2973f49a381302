//! What was really given: read from the journal, record by record. For the register of processing activities (15), for
//! who asks what was given about a person (13.1.a), and for who looks for breaches (21).
//!
//! A decision names the paths; only a departure or a fetched item says that they went. The two are joined by their
//! effect. Nothing here knows a value: paths, ids and times only.

use std::collections::HashMap;

use crate::event::Bericht;
use crate::gegeven::GegevenSet;
use crate::journal::{Padgroep, Record, Stap};
use crate::recorded::Places;
use crate::rulebook::Rulebook;

/// How sure it is that the receiver has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zekerheid {
    /// The send began; how it ended was never recorded. Who is told of it must count it as received.
    Mogelijk,
    /// The receiver took it, or fetched it.
    Zeker,
}

/// One message that was given to one receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verstrekking {
    /// The effect: one message for one receiver.
    pub effect: String,
    /// Number of the journal record of the departure.
    pub nummer: u64,
    /// When it left, milliseconds since the Unix epoch.
    pub tijd_ms: u64,
    /// The processing activity.
    pub verwerking: String,
    /// Kind of message.
    pub bericht: String,
    /// Channel.
    pub kanaal: String,
    /// Consultation.
    pub casusoverleg: String,
    /// Pseudonymous case.
    pub casus: String,
    /// Purpose, or the statutory flow.
    pub doel: String,
    /// Who gave it, `<OIN>/<taak>`.
    pub afzender: String,
    /// Who received it, `<OIN>/<taak>`.
    pub ontvanger: String,
    /// Id of the basis.
    pub grondslag: String,
    /// Hash of the rulebook that decided.
    pub regelboek: String,
    /// Rules that let something pass.
    pub regels: Vec<String>,
    /// Elements that went as they are.
    pub geheel: GegevenSet,
    /// Elements that went less precisely.
    pub minder: GegevenSet,
    /// Whether every path of the record is known to these rules; otherwise the two sets are incomplete.
    pub volledig: bool,
    /// How sure it is.
    pub zekerheid: Zekerheid,
}

/// What a decision let pass, until the message leaves.
#[derive(Default, Clone)]
struct Besloten {
    geheel: GegevenSet,
    minder: GegevenSet,
    regels: Vec<String>,
    onbekend: bool,
}

/// Reads records in the order of the journal and keeps what was given.
pub struct Verstrekkingen<'r> {
    rules: &'r Rulebook,
    places: Places,
    besloten: HashMap<String, Besloten>,
    at: HashMap<String, usize>,
    all: Vec<Verstrekking>,
}

impl<'r> Verstrekkingen<'r> {
    /// Nothing was read yet. The rules say which element stands at a path.
    #[must_use]
    pub fn new(rules: &'r Rulebook) -> Self {
        Self {
            rules,
            places: Places::of(rules),
            besloten: HashMap::new(),
            at: HashMap::new(),
            all: Vec::new(),
        }
    }

    /// Takes the next record.
    pub fn neem(&mut self, record: &Record) {
        match record.stap {
            Stap::Besluit if !record.inhoud.uitkomst.is_empty() => {
                let besloten = self.paden(&record.inhoud.bericht, &record.inhoud.paden);
                self.besloten.insert(record.effect.clone(), besloten);
            }
            Stap::Vertrek => self.vertrok(record, Zekerheid::Mogelijk),
            Stap::Opgehaald => self.vertrok(record, Zekerheid::Zeker),
            Stap::Afgeleverd => {
                // Laid in a mailbox, nothing was given yet: then there is no departure.
                if let Some(v) = self.at.get(&record.effect).and_then(|n| self.all.get_mut(*n)) {
                    v.zekerheid = Zekerheid::Zeker;
                }
            }
            _ => {}
        }
    }

    /// What was given, in the order in which it left.
    #[must_use]
    pub fn alle(self) -> Vec<Verstrekking> {
        self.all
    }

    fn vertrok(&mut self, record: &Record, zekerheid: Zekerheid) {
        let i = &record.inhoud;
        // A record of leaving names its paths only when it was made narrower than decided.
        let besloten = if i.paden.is_empty() {
            self.besloten.get(&record.effect).cloned().unwrap_or(Besloten {
                onbekend: true,
                ..Besloten::default()
            })
        } else {
            self.paden(&i.bericht, &i.paden)
        };
        if let Some(v) = self.at.get(&record.effect).and_then(|n| self.all.get_mut(*n)) {
            // Sent or fetched once more: what the receiver may have is all of it together.
            v.geheel = v.geheel.or(besloten.geheel);
            v.minder = v.minder.or(besloten.minder);
            v.volledig &= !besloten.onbekend;
            v.zekerheid = v.zekerheid.max(zekerheid);
            return;
        }
        self.at.insert(record.effect.clone(), self.all.len());
        self.all.push(Verstrekking {
            effect: record.effect.clone(),
            nummer: record.nummer,
            tijd_ms: record.tijd_ms,
            verwerking: record.verwerking.clone(),
            bericht: i.bericht.clone(),
            kanaal: i.kanaal.clone(),
            casusoverleg: i.casusoverleg.clone(),
            casus: i.casus.clone(),
            doel: i.doel.clone(),
            afzender: i.afzender.clone(),
            ontvanger: i.ontvanger.clone(),
            grondslag: i.grondslag.clone(),
            regelboek: i.regelboek.clone(),
            regels: besloten.regels,
            geheel: besloten.geheel,
            minder: besloten.minder,
            volledig: !besloten.onbekend,
            zekerheid,
        });
    }

    fn paden(&self, bericht: &str, groepen: &[Padgroep]) -> Besloten {
        let mut out = Besloten::default();
        let Some(bericht) = Bericht::ALL.into_iter().find(|b| b.as_str() == bericht) else {
            out.onbekend = true;
            return out;
        };
        let tree = self.rules.tree(bericht);
        for groep in groepen.iter().filter(|g| g.actie != "weggelaten") {
            if !groep.regel.is_empty() && !out.regels.contains(&groep.regel) {
                out.regels.push(groep.regel.clone());
            }
            for pad in &groep.paden {
                match self.places.find(bericht, pad).and_then(|node| tree.gegeven_of(node)) {
                    Some(id) if groep.actie == "doorgelaten" => out.geheel.insert(id),
                    Some(id) => out.minder.insert(id),
                    // Of other rules, or a schema that went on: said, not passed over.
                    None => out.onbekend = true,
                }
            }
        }
        out
    }
}
