//! One message, one receiver: ids that the same event always gets, and a sealed copy for each receiver.

use sluis_rules::event::Event;
use sluis_rules::facts::Dossier;
use sluis_rules::ids::Partij;
use sluis_rules::journal::Stap;

use crate::config::{Caller, Mode};
use crate::entry::{noted, of_event};
use crate::gateway::Gateway;
use crate::inzage;
use crate::ports::{Accepted, Arrival, EffectId, Entry, NewMessage, PortError};

/// Before the key of a copy that is only judged. A keyed id is hexadecimal: no real key begins so.
const COPY: &str = "schaduw-";

/// Where accepted bytes are sealed to. The claim belongs to it: who changes the purpose, a party or the connection
/// beside the sealed bytes makes them unreadable, and gets nothing judged for another receiver.
pub(crate) fn accepted_context(effect: &EffectId, koppeling: &str, event: &Event) -> String {
    context(effect, "aanvaard", koppeling, event)
}

/// Where minimised bytes are sealed to; as [`accepted_context`].
pub(crate) fn minimised_context(effect: &EffectId, koppeling: &str, event: &Event) -> String {
    context(effect, "geminimaliseerd", koppeling, event)
}

fn context(effect: &EffectId, place: &str, koppeling: &str, event: &Event) -> String {
    // As JSON, so that no part can pass for another. Plain words and ids: serialising them does not fail.
    serde_json::to_string(&(effect.as_str(), place, koppeling, event)).unwrap_or_default()
}

/// Whether this came as a copy, to be judged and never forwarded, whatever its connection does by now.
pub(crate) fn is_copy(event: &Event) -> bool {
    event.id.starts_with(COPY)
}

/// Everyone who takes part in the case on the day, but the sender; in a stable order. Nobody, for a sender who takes no
/// part itself: a receipt would tell it who does.
pub(crate) fn receivers(dossier: &Dossier, afzender: Partij) -> Vec<Partij> {
    let deelnemers = dossier
        .casus
        .as_ref()
        .map(|c| c.deelnemers.as_slice())
        .unwrap_or_default();
    if !deelnemers.contains(&afzender) {
        return Vec::new();
    }
    let mut all: Vec<Partij> = deelnemers.iter().copied().filter(|p| *p != afzender).collect();
    all.sort();
    all.dedup();
    all
}

impl Gateway {
    /// The key under which an event is known for good: of the connection that brought it, its source and the id that its
    /// sender gave, which is kept nowhere. Per connection, so that none can take the ids of another, not even one with a
    /// mandate for the same organisation.
    #[must_use]
    pub fn event_key(&self, koppeling: &str, source: &str, id: &str) -> String {
        let parts = [koppeling.as_bytes(), source.as_bytes(), id.as_bytes()];
        self.inner.sealer.keyed_id("event", &parts)
    }

    /// The key of what arrives now. A copy has a key of its own: it must never stand for the event itself, which may
    /// come again once this connection forwards.
    pub(crate) fn arrival_key(&self, caller: &Caller, event: &Event) -> String {
        let parts = [caller.naam.as_bytes(), event.source.as_bytes(), event.id.as_bytes()];
        match caller.koppeling.mode {
            Mode::Shadow => format!("{COPY}{}", self.inner.sealer.keyed_id("event-schaduw", &parts)),
            Mode::Off | Mode::Enforce => self.event_key(&caller.naam, &event.source, &event.id),
        }
    }

    /// The key under which the parts of an event are known, that was divided later.
    pub(crate) fn divided_key(&self, whole: &EffectId) -> String {
        self.inner.sealer.keyed_id("verdeeld", &[whole.as_str().as_bytes()])
    }

    /// One message for each receiver. `event.id` is the key of the event by now. None known: one message without a receiver, which judge divides once the facts
    /// name the participants. What came in is never lost, and never sent to somebody for want of somebody.
    pub(crate) fn messages(
        &self,
        koppeling: &str,
        event: &Event,
        data: &[u8],
        receivers: &[Partij],
        note: &str,
    ) -> Result<(Vec<NewMessage>, Vec<Entry>), PortError> {
        let to: Vec<Option<Partij>> = if receivers.is_empty() {
            vec![None]
        } else {
            receivers.iter().copied().map(Some).collect()
        };
        let at_ms = self.now_ms();
        let mut messages = Vec::with_capacity(to.len());
        let mut journal = Vec::with_capacity(to.len());
        for ontvanger in to {
            let mut event = event.clone();
            event.claim.ontvanger = ontvanger;
            let receiver = ontvanger.map(|p| p.to_string()).unwrap_or_default();
            let sealer = &self.inner.sealer;
            let effect = EffectId(sealer.keyed_id("effect", &[event.id.as_bytes(), receiver.as_bytes()]));
            // A copy waits for nobody, and nobody waits for a copy.
            let lane = if is_copy(&event) { "lane-schaduw" } else { "lane" };
            let lane = sealer.keyed_id(lane, &[event.claim.casus.as_bytes(), receiver.as_bytes()]);
            let sealed = sealer.seal(&accepted_context(&effect, koppeling, &event), data)?;
            let inhoud = if note.is_empty() {
                of_event(&event)
            } else {
                noted(&event, note)
            };
            journal.push(self.entry(Stap::Aanvaard, &effect, &event, inhoud));
            messages.push(NewMessage {
                effect,
                event,
                lane,
                sealed,
                at_ms,
            });
        }
        Ok((messages, journal))
    }

    /// Divides an event that was kept whole. Repeating it gives the same parts: the ids are those of the event, and the
    /// key is that of the whole.
    pub(crate) async fn divide(
        &self,
        whole: &EffectId,
        koppeling: &str,
        event: &Event,
        data: &[u8],
        receivers: &[Partij],
    ) -> Result<Vec<EffectId>, PortError> {
        let (messages, journal) = self.messages(koppeling, event, data, receivers, "verdeeld")?;
        let effects = messages.iter().map(|m| m.effect.clone()).collect();
        let event_key = self.divided_key(whole);
        // The key of the whole stands for the data too: there is one whole, and it does not change.
        let body_key = event_key.clone();
        let arrival = Arrival {
            event_key,
            body_key,
            koppeling: koppeling.to_owned(),
            messages,
            // Whoever checked these bytes at intake read them; what cannot be read now is found by its case.
            personen: serde_json::from_slice(data)
                .map(|value| inzage::index(self.inner.sealer.as_ref(), &value))
                .unwrap_or_default(),
            journal,
        };
        match self.inner.store.accept(arrival).await? {
            Accepted::New => Ok(effects),
            Accepted::Repeat(before) => Ok(before),
            Accepted::Conflict => Err(PortError::Corrupt("the store", "one event was divided in two ways")),
        }
    }
}
