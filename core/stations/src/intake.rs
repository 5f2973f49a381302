//! The first station: reads strictly, checks who speaks, keeps durably, answers.

use sluis_rules::event::{Event, source_oin};
use sluis_rules::scan::{Caps, check, inventory};

use crate::config::{Caller, Mode};
use crate::fanout::receivers;
use crate::gateway::Gateway;
use crate::inzage;
use crate::outcome::count;
use crate::ports::{Accepted, Arrival, EffectId};
use crate::refusal::IntakeRefusal;
use crate::trace;
use crate::words::only_known;

/// Room for the attributes around a message, in bytes and in values.
const ENVELOPE: (usize, u32) = (8 * 1024, 64);

/// What the sender gets: the message is kept, and this is how to ask after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Names the event; the history of all its effects is found by it.
    pub event_key: String,
    /// One effect for each receiver.
    pub effects: Vec<EffectId>,
    /// The same event came before; nothing was done twice.
    pub repeat: bool,
    /// Fields the schema does not know: their paths, names hashed. They were not read and never leave.
    pub gaps: Vec<String>,
    /// How many such fields there are; more than `gaps` lists when there are many.
    pub gap_count: u32,
}

impl Gateway {
    /// Accepts a CloudEvent in structured JSON. `traceparent` is that of the request; one in the event wins.
    ///
    /// When it answers with a receipt, the event is durable.
    ///
    /// # Errors
    /// The refusal, without a value; nothing was kept then.
    pub async fn accept_event(
        &self,
        caller: &Caller,
        body: &[u8],
        traceparent: Option<&str>,
    ) -> Result<Receipt, IntakeRefusal> {
        let read = self.read_event(caller, body, traceparent);
        match read {
            Ok((event, data)) => self.accept_canonical(caller, event, data).await,
            Err(refusal) => Err(self.refused(refusal)),
        }
    }

    fn read_event<'b>(
        &self,
        caller: &Caller,
        body: &'b [u8],
        traceparent: Option<&str>,
    ) -> Result<(Event, &'b [u8]), IntakeRefusal> {
        // Before anything is read: a connection that is off costs nothing.
        if caller.koppeling.mode == Mode::Off {
            return Err(IntakeRefusal::KoppelingUit);
        }
        let caps = self.inner.settings.caps;
        let around = Caps {
            bytes: caps.bytes.saturating_add(ENVELOPE.0),
            depth: caps.depth.saturating_add(1),
            nodes: caps.nodes.saturating_add(ENVELOPE.1),
        };
        self.with_scratch(|scratch| check(body, &around, scratch))?;
        let (mut event, data) = Event::parse(body)?;
        if event.traceparent.is_none() {
            event.traceparent = traceparent.filter(|t| trace::split(t).is_some()).map(str::to_owned);
        }
        Ok((event, data))
    }

    /// Accepts an event whose canonical message is at hand: what an adapter calls after mapping a system's own words.
    ///
    /// # Errors
    /// As [`Gateway::accept_event`].
    pub async fn accept_canonical(&self, caller: &Caller, event: Event, data: &[u8]) -> Result<Receipt, IntakeRefusal> {
        let kept = self.keep(caller, event, data).await;
        match kept {
            Ok(receipt) => {
                if !receipt.repeat {
                    count(&self.inner.counters.accepted);
                }
                Ok(receipt)
            }
            Err(refusal) => Err(self.refused(refusal)),
        }
    }

    async fn keep(&self, caller: &Caller, mut event: Event, data: &[u8]) -> Result<Receipt, IntakeRefusal> {
        if caller.koppeling.mode == Mode::Off {
            return Err(IntakeRefusal::KoppelingUit);
        }
        mandate(caller, &event)?;
        let snapshot = self.snapshot();
        let caps = self.inner.settings.caps;
        let tree = snapshot.rulebook.tree(event.bericht);
        self.with_scratch(|scratch| check(data, &caps, scratch))?;
        let mut personen = Vec::new();
        let faults = match serde_json::from_slice(data) {
            Ok(value) => {
                personen = inzage::index(self.inner.sealer.as_ref(), &value);
                snapshot.validators.faults(&snapshot.rulebook, event.bericht, &value)
            }
            // The strict scan took it, serde_json does not: two readers disagree, so nobody takes it.
            Err(_) => vec![crate::schema::SchemaFault::unreadable()],
        };
        if !faults.is_empty() {
            return Err(IntakeRefusal::Schema(faults));
        }
        let inventory = self.with_scratch(|scratch| inventory(tree, data, &caps, scratch))?;
        if event.traceparent.as_deref().and_then(trace::split).is_none() {
            event.traceparent = Some(trace::fresh(&self.inner.entropy));
        }
        let to = match event.claim.ontvanger {
            Some(ontvanger) => vec![ontvanger],
            None => {
                let (dossier, _) = self
                    .dossier(&event, &snapshot.rulebook)
                    .await
                    .inspect_err(|e| self.port_failed(e))?;
                receivers(&dossier, event.claim.afzender)
            }
        };
        // Whoever restricted or objects does so in every case (13.1.b): known before the message is here.
        self.restrict_new_case(&personen, &event.claim.casus)
            .await
            .inspect_err(|e| self.port_failed(e))?;
        // From here the key stands for the id: what a sender writes there is not ours to keep.
        let event_key = self.arrival_key(caller, &event);
        event.id.clone_from(&event_key);
        let body_key = self.body_key(&event, data);
        only_known(&mut event.claim, &snapshot.rulebook);
        let (messages, journal) = self
            .messages(&caller.naam, &event, data, &to, "")
            .inspect_err(|e| self.port_failed(e))?;
        let effects: Vec<EffectId> = messages.iter().map(|m| m.effect.clone()).collect();
        let arrival = Arrival {
            event_key: event_key.clone(),
            body_key,
            koppeling: caller.naam.clone(),
            messages,
            personen,
            journal,
        };
        let accepted = self
            .inner
            .store
            .accept(arrival)
            .await
            .inspect_err(|e| self.port_failed(e))?;
        let (effects, repeat) = match accepted {
            Accepted::New => (effects, false),
            Accepted::Repeat(before) => (before, true),
            Accepted::Conflict => return Err(IntakeRefusal::AndereInhoud),
        };
        tracing::info!(
            effecten = effects.len(),
            herhaling = repeat,
            gaten = inventory.gap_count,
            "accepted"
        );
        let gaps = inventory.gaps.into_iter().map(|g| g.pointer).collect();
        Ok(Receipt {
            event_key,
            effects,
            repeat,
            gaps,
            gap_count: inventory.gap_count,
        })
    }

    /// Digest of what must be the same when an event comes twice: the claims as they came and the data, not the trace.
    fn body_key(&self, event: &Event, data: &[u8]) -> String {
        let same = Event {
            traceparent: None,
            ..event.clone()
        };
        // Plain words and ids: serialising them does not fail.
        let claims = serde_json::to_vec(&same).unwrap_or_default();
        self.inner.sealer.keyed_id("body", &[&claims, data])
    }

    fn refused(&self, refusal: IntakeRefusal) -> IntakeRefusal {
        count(&self.inner.counters.refused);
        tracing::info!(reden = refusal.slug(), "refused");
        refusal
    }

    pub(crate) fn port_failed(&self, error: &crate::ports::PortError) {
        count(&self.inner.counters.port_errors);
        tracing::warn!(%error, "a port failed");
    }
}

/// A sender is believed only as far as its mandate goes.
fn mandate(caller: &Caller, event: &Event) -> Result<(), IntakeRefusal> {
    if !caller.koppeling.speaks_for(event.claim.afzender) {
        return Err(IntakeRefusal::GeenMandaat);
    }
    if !source_oin(&event.source).is_some_and(|oin| caller.koppeling.knows(oin)) {
        return Err(IntakeRefusal::VreemdeBron);
    }
    if event.claim.ontvanger == Some(event.claim.afzender) {
        return Err(IntakeRefusal::OntvangerIsAfzender);
    }
    Ok(())
}
