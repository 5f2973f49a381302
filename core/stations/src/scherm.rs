//! For who looks at a screen: what is blocked with what was found then, what would be decided now, and refusing for good.
//! No type here has a place for content: paths, ids, reasons, parties and times only.

use sluis_rules::explain::{Hulp, Taal, Uitleg, name};
use sluis_rules::facts::ToestemmingKind;
use sluis_rules::ids::Partij;
use sluis_rules::journal::{Padgroep, Record, Stap};

use crate::beheer::{BeheerError, WORD, word};
use crate::config::{Mode, Settings};
use crate::fanout::accepted_context;
use crate::gateway::Gateway;
use crate::look::Look;
use crate::ports::{EffectId, PortError, QuarantineItem, Quarantined};
use crate::wie::Wie;

/// Of so many records at the end of a message the decision is one: what follows it is at most its being put aside, and
/// what a person did since.
const TAIL: usize = 8;

/// What is blocked, and what the last decision said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blokkade {
    /// The message in quarantine.
    pub item: QuarantineItem,
    /// What was withheld, when nothing useful was left; empty when the whole message was stopped at a gate.
    pub paden: Vec<Padgroep>,
    /// Hash of the rulebook that decided; empty when it was not a decision that stopped it.
    pub regelboek: String,
}

/// A consent that would help, as far as it can be known beforehand: who signs, and when, a person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voorstel {
    /// Which kind.
    pub kind: ToestemmingKind,
    /// Who may disclose on it.
    pub verstrekker: Partij,
    /// To whom.
    pub ontvanger: Partij,
    /// For which purpose.
    pub doel: String,
    /// Names of the dictionary.
    pub gegevens: Vec<String>,
}

/// What would be decided about a blocked message with the rules and the facts of now.
#[derive(Debug, Clone)]
pub struct Nu {
    /// The explanation.
    pub uitleg: Uitleg,
    /// The consents among what would help.
    pub voorstellen: Vec<Voorstel>,
}

impl Gateway {
    /// What waits in quarantine, oldest first, with what its last decision said.
    ///
    /// # Errors
    /// When the store cannot answer, or holds what is not a record.
    pub async fn blocked(&self, limit: usize) -> Result<Vec<Blokkade>, PortError> {
        let items = self.inner.store.quarantine(None, limit).await?;
        self.with_decisions(items).await
    }

    /// One blocked message; `None`: it is not blocked.
    ///
    /// # Errors
    /// As [`Gateway::blocked`].
    pub async fn blocked_one(&self, effect: &EffectId) -> Result<Option<Blokkade>, PortError> {
        let Some(found) = self.inner.store.quarantined(effect.clone()).await? else {
            return Ok(None);
        };
        Ok(self.with_decisions(vec![found.item]).await?.pop())
    }

    async fn with_decisions(&self, items: Vec<QuarantineItem>) -> Result<Vec<Blokkade>, PortError> {
        let effects = items.iter().map(|i| i.effect.clone()).collect();
        let tails = self.inner.store.latest(effects, TAIL).await?;
        let mut out = Vec::with_capacity(items.len());
        for (item, tail) in items.into_iter().zip(tails) {
            let (mut paden, mut regelboek) = (Vec::new(), String::new());
            for line in &tail {
                let record: Record = serde_json::from_slice(line)
                    .map_err(|_| PortError::Corrupt("the journal", "a line is not a record of a known version"))?;
                if record.stap == Stap::Besluit {
                    (paden, regelboek) = (record.inhoud.paden, record.inhoud.regelboek);
                    break;
                }
            }
            // What passed at judge and was stopped later has paths of what passed: they say nothing of the stop.
            paden.retain(|group: &Padgroep| group.actie == "weggelaten");
            out.push(Blokkade { item, paden, regelboek });
        }
        Ok(out)
    }

    /// What would be decided about a blocked message now: the judge's own decision, over the same bytes, which changes
    /// nothing and gives nothing out. `None`: it is not blocked, or its receivers are not known, or it cannot be read.
    ///
    /// # Errors
    /// When a port cannot do its work.
    pub async fn would_decide(&self, effect: &EffectId, taal: Taal) -> Result<Option<Nu>, PortError> {
        let Some(Quarantined { item, sealed }) = self.inner.store.quarantined(effect.clone()).await? else {
            return Ok(None);
        };
        let event = &item.event;
        let Some(ontvanger) = event.claim.ontvanger else {
            return Ok(None);
        };
        let context = accepted_context(effect, &item.koppeling, event);
        let opened = match self.inner.sealer.open(&context, &sealed) {
            Ok(opened) => opened,
            Err(PortError::Corrupt(..)) => return Ok(None),
            Err(other) => return Err(other),
        };
        let snapshot = self.snapshot();
        let (dossier, dag) = self.dossier(event, &snapshot.rulebook).await?;
        let look = Look {
            rulebook: &snapshot.rulebook,
            event,
            ontvanger,
            bewezen: self.speaks_for(&item.koppeling, event.claim.afzender),
            dossier: &dossier,
            dag,
            caps: &self.inner.settings.caps,
        };
        let Ok((uitleg, hulp)) = self.with_scratch(|scratch| look.explained(opened.bytes(), taal, scratch)) else {
            return Ok(None);
        };
        let gegevens = snapshot.rulebook.gegevens();
        let consent = |h: &Hulp| match h {
            Hulp::Toestemming {
                kind,
                verstrekker,
                gegevens: set,
            } => Some(Voorstel {
                kind: *kind,
                verstrekker: *verstrekker,
                ontvanger,
                doel: event.claim.doel.clone(),
                gegevens: set.iter().map(|id| gegevens.name(id).to_owned()).collect(),
            }),
            _ => None,
        };
        let voorstellen = hulp.iter().filter_map(consent).collect();
        Ok(Some(Nu { uitleg, voorstellen }))
    }

    /// Refuses a blocked message for good, in the name of who acts: its content is destroyed, the journal says by whom.
    /// `false`: it is not blocked.
    ///
    /// # Errors
    /// When who acts may not, or it could not be kept.
    pub async fn refuse_by(&self, wie: &Wie, effect: &EffectId) -> Result<bool, BeheerError> {
        wie.may_record().map_err(BeheerError::Niet)?;
        if !word(wie.account()) {
            return Err(BeheerError::Ongeldig {
                veld: "account",
                wat: WORD,
            });
        }
        let told = format!("voorgoed geweigerd door {}", wie.told());
        let entry = self.act(Stap::Vernietigd, effect.as_str(), None, told);
        let refused = self.inner.store.refuse(effect.clone(), entry).await;
        Ok(refused.inspect_err(|e| self.port_failed(e))?)
    }

    /// The connections by name, each with what it does.
    #[must_use]
    pub fn koppelingen(&self) -> Vec<(String, Mode)> {
        self.modes().map(|(naam, mode)| (naam.to_owned(), mode)).collect()
    }

    /// The numbers of the stations.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// A party as people know it: its name with its task, or its number where the rules know none.
    #[must_use]
    pub fn partijnaam(&self, partij: &Partij) -> String {
        name(&self.rulebook(), partij)
    }

    /// The time of this Sluis: milliseconds since the Unix epoch.
    #[must_use]
    pub fn nu_ms(&self) -> u64 {
        self.now_ms()
    }

    /// The day in the Netherlands on which facts hold.
    #[must_use]
    pub fn vandaag(&self) -> jiff::civil::Date {
        self.inner.clock.today()
    }
}
