//! Pull: a receiver empties its own mailbox. What it gets is looked at again when it is given, not when it was laid in.

use std::collections::BTreeMap;

use sluis_rules::event::{Bericht, Event};
use sluis_rules::explain;
use sluis_rules::facts::Dossier;
use sluis_rules::ids::Partij;
use sluis_rules::journal::{Inhoud, Stap};
use sluis_rules::mapping::{Outgoing, encode_canonical};

use crate::config::{Caller, Mode};
use crate::entry::{noted, reasoned};
use crate::fanout::minimised_context;
use crate::gateway::Gateway;
use crate::judge::OVERTAKEN;
use crate::look::{Last, Look};
use crate::ports::{Committed, EffectId, Entry, MailboxItem, PortError};
use crate::redenen;

/// Why nothing is given. One answer for *not there*, *another's* and *withdrawn*: the difference would tell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailboxRefusal {
    /// The connection is not this party: 403.
    #[error("this connection may not empty the mailbox of that party: use the connection of the party itself")]
    NotYours,
    /// Nothing by that id for this receiver: 404.
    #[error("there is nothing by that id in this mailbox")]
    Absent,
    /// Could not be recorded, so not given: 503.
    #[error("nothing was given, because it could not be recorded: try again later")]
    NotNow,
}

impl MailboxRefusal {
    /// Stable id and name of its page.
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::NotYours => "postbus-van-ander",
            Self::Absent => "niet-in-postbus",
            Self::NotNow => "niet-vastgelegd",
        }
    }

    /// The status of RFC 9110.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotYours => 403,
            Self::Absent => 404,
            Self::NotNow => 503,
        }
    }
}

impl From<PortError> for MailboxRefusal {
    fn from(_: PortError) -> Self {
        Self::NotNow
    }
}

/// One line of a mailbox, without content.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MailboxSummary {
    /// To fetch it by.
    pub effect: EffectId,
    /// Kind of message.
    pub bericht: Bericht,
    /// Pseudonymous case.
    pub casus: String,
    /// From whom.
    pub afzender: Partij,
    /// Since when, milliseconds since the Unix epoch.
    pub since_ms: u64,
}

/// What a receiver fetches.
#[derive(Debug)]
pub struct MailboxContent {
    /// To confirm it by.
    pub effect: EffectId,
    /// The attributes it travels under; its id is that of the effect, for the sender's own id is kept nowhere.
    pub event: Event,
    /// The canonical message, as it may be seen today.
    pub out: Outgoing,
}

impl Gateway {
    /// What waits for a party, oldest first, after the given effect.
    ///
    /// # Errors
    /// When the caller is not that party, or the store cannot answer.
    pub async fn mailbox_list(
        &self,
        caller: &Caller,
        ontvanger: Partij,
        after: Option<EffectId>,
        limit: usize,
    ) -> Result<Vec<MailboxSummary>, MailboxRefusal> {
        own(caller, ontvanger)?;
        let limit = limit.clamp(1, 500);
        let rulebook = self.rulebook();
        let mut left: BTreeMap<String, bool> = BTreeMap::new();
        let mut out = Vec::new();
        let mut after = after;
        loop {
            let page = self.inner.store.mailbox(ontvanger, after.clone(), limit).await?;
            let last = page.len() < limit;
            after = page.last().map(|item| item.effect.clone());
            for item in page {
                let casus = item.event.claim.casus.clone();
                let hidden = match left.get(&casus) {
                    Some(known) => *known,
                    None => {
                        let (dossier, _) = self.dossier(&item.event, &rulebook).await?;
                        let gone = has_left(&dossier, ontvanger);
                        left.insert(casus.clone(), gone);
                        gone
                    }
                };
                if !hidden {
                    let (casus, since_ms) = self.seen_by(&item.event, ontvanger, item.since_ms)?;
                    out.push(MailboxSummary {
                        effect: item.effect,
                        bericht: item.event.bericht,
                        casus,
                        afzender: item.event.claim.afzender,
                        since_ms,
                    });
                }
                if out.len() == limit {
                    return Ok(out);
                }
            }
            if last {
                return Ok(out);
            }
        }
    }

    /// Gives one message to its receiver, after the last look and a durable record. It stays until it is confirmed.
    ///
    /// # Errors
    /// When the caller is not that party, nothing is there (any more), or it cannot be recorded.
    pub async fn mailbox_fetch(
        &self,
        caller: &Caller,
        ontvanger: Partij,
        effect: &EffectId,
    ) -> Result<MailboxContent, MailboxRefusal> {
        own(caller, ontvanger)?;
        let item = self
            .inner
            .store
            .mailbox_item(ontvanger, effect.clone())
            .await?
            .ok_or(MailboxRefusal::Absent)?;
        match self.mode(&item.koppeling) {
            Mode::Enforce => {}
            Mode::Shadow => {
                return self
                    .withdraw(item, &[redenen::KOPPELING_IN_SCHADUW.to_owned()], None)
                    .await;
            }
            Mode::Off => return self.withdraw(item, &[redenen::KOPPELING_UIT.to_owned()], None).await,
        }
        let context = minimised_context(effect, &item.koppeling, &item.event);
        let opened = match self.inner.sealer.open(&context, &item.sealed) {
            // It lies in this mailbox, but was sealed for another.
            Ok(_) if item.event.claim.ontvanger != Some(ontvanger) => {
                return self.withdraw(item, &[redenen::ONLEESBAAR.to_owned()], None).await;
            }
            Ok(opened) => opened,
            Err(PortError::Corrupt(..)) => {
                return self.withdraw(item, &[redenen::ONLEESBAAR.to_owned()], None).await;
            }
            Err(other) => return Err(other.into()),
        };
        // Known before anything is recorded as given.
        let envelope = self.envelope(item.event.clone(), ontvanger)?;
        for _ in 0..OVERTAKEN {
            let snapshot = self.snapshot();
            let (dossier, dag) = self.dossier(&item.event, &snapshot.rulebook).await?;
            let look = Look {
                rulebook: &snapshot.rulebook,
                event: &item.event,
                ontvanger,
                bewezen: self.speaks_for(&item.koppeling, item.event.claim.afzender),
                dossier: &dossier,
                dag,
                caps: &self.inner.settings.caps,
            };
            let last = self.with_scratch(|scratch| look.last(opened.bytes(), scratch, &encode_canonical));
            let (out, inhoud, narrowed) = match last {
                Err(refusal) => return self.withdraw(item, &[refusal.slug().to_owned()], None).await,
                Ok(Last::Unsound(reden)) => return self.withdraw(item, &[reden.to_owned()], None).await,
                Ok(Last::Blocked { redenen, inhoud }) => {
                    let again = item.event.clone();
                    let refusal = self.withdraw(item, &redenen, Some(inhoud)).await;
                    self.overtaken(effect, &again, dossier.versie).await?;
                    return refusal;
                }
                Ok(Last::Passed { out, inhoud, narrowed }) => (out, inhoud, narrowed),
            };
            let toelichting = if narrowed { "postbus (nauwer)" } else { "postbus" }.to_owned();
            let toelichting = explain::together([&toelichting, &inhoud.toelichting]);
            let inhoud = Inhoud { toelichting, ..inhoud };
            let entry = self.entry(Stap::Opgehaald, effect, &item.event, inhoud);
            let facts = Some((item.event.claim.casus.clone(), dossier.versie));
            match self.inner.store.mailbox_fetch(effect.clone(), facts, entry).await? {
                Committed::Yes => {
                    return Ok(MailboxContent {
                        effect: effect.clone(),
                        event: Event {
                            id: effect.0.clone(),
                            ..envelope
                        },
                        out,
                    });
                }
                Committed::FactsChanged => {}
                Committed::ClaimLost => return Err(MailboxRefusal::Absent),
            }
        }
        Err(MailboxRefusal::NotNow)
    }

    /// The receiver has it safely: the content here is destroyed. Confirming twice is no error.
    ///
    /// # Errors
    /// When the caller is not that party, or the store cannot answer.
    pub async fn mailbox_done(
        &self,
        caller: &Caller,
        ontvanger: Partij,
        effect: &EffectId,
    ) -> Result<bool, MailboxRefusal> {
        own(caller, ontvanger)?;
        let Some(item) = self.inner.store.mailbox_item(ontvanger, effect.clone()).await? else {
            return Ok(false);
        };
        // What was never handed out is not confirmed, and who left the case confirms nothing: it would be lost unseen.
        let fetched = self.history_of(effect.as_str()).await?;
        let (dossier, _) = self.dossier(&item.event, &self.rulebook()).await?;
        if has_left(&dossier, ontvanger) || !fetched.iter().any(|r| r.stap == Stap::Opgehaald) {
            return Ok(false);
        }
        let entry = self.entry(Stap::Afgeleverd, effect, &item.event, noted(&item.event, "bevestigd"));
        Ok(self.inner.store.mailbox_done(ontvanger, effect.clone(), entry).await?)
    }

    /// It may not be given any more: to quarantine. The receiver hears only that nothing is there.
    async fn withdraw(
        &self,
        item: MailboxItem,
        redenen: &[String],
        inhoud: Option<Inhoud>,
    ) -> Result<MailboxContent, MailboxRefusal> {
        let inhoud = Inhoud {
            redenen: redenen.to_vec(),
            ..inhoud.unwrap_or_else(|| reasoned(&item.event, redenen))
        };
        let entry: Entry = self.entry(Stap::Quarantaine, &item.effect, &item.event, inhoud);
        let until = self.quarantine_until(item.since_ms);
        self.inner
            .store
            .mailbox_withdraw(item.effect, redenen.to_vec(), until, entry)
            .await?;
        Err(MailboxRefusal::Absent)
    }
}

impl Gateway {
    /// A fact that came while we withdrew found the message in the mailbox, not in quarantine, and did not send it
    /// back: so we do.
    async fn overtaken(&self, effect: &EffectId, event: &Event, seen: u64) -> Result<(), PortError> {
        if self.inner.store.facts(event.claim.casus.clone()).await?.versie != seen {
            let entry = self.entry(Stap::Feit, effect, event, noted(event, "herbeoordeling"));
            self.inner.store.rejudge(effect.clone(), entry).await?;
        }
        Ok(())
    }
}

/// Whether the party took part in the case and does so no longer: then not even that something of it waits is told. Who
/// is named in a handover (5.7) receives as such.
fn has_left(dossier: &Dossier, partij: Partij) -> bool {
    dossier.casus.as_ref().is_some_and(|casus| {
        casus.vertrokken.contains(&partij) && !casus.overdrachten.iter().any(|o| o.ontvangers.contains(&partij))
    })
}

/// Only the party itself: a mandate to send is no mandate to read.
fn own(caller: &Caller, ontvanger: Partij) -> Result<(), MailboxRefusal> {
    if caller.koppeling.eigen.contains(&ontvanger) {
        Ok(())
    } else {
        Err(MailboxRefusal::NotYours)
    }
}
