//! The third station: looks once more, records, and hands over. Nothing leaves before its record is durable, and an
//! uncertain send is never simply repeated.

use std::time::Duration;

use jiff::civil::Date;
use sluis_rules::event::Kanaal;
use sluis_rules::explain;
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::journal::{Inhoud, Stap};
use sluis_rules::mapping::Outgoing;
use sluis_rules::minimise::{Minimised, Plan};
use tokio::time::{Instant, timeout};

use crate::config::Mode;
use crate::entry::noted;
use crate::fanout::minimised_context;
use crate::gate::Slot;
use crate::gateway::{Gateway, Way, millis};
use crate::judge::OVERTAKEN;
use crate::look::{Last, Look};
use crate::outcome::Outcome;
use crate::ports::{Committed, EffectId, Entry, Next, Opened, PortError, Sent, Station, Step, Target, Work};
use crate::{redenen, trace};

/// Time kept free between the end of a send and the end of the claim.
const MARGIN: Duration = Duration::from_secs(2);

/// What the last look leaves to do.
enum Ready {
    /// Recorded as leaving: send these bytes.
    Send(Outgoing),
    /// The step is over.
    Over(Outcome),
}

impl Gateway {
    /// One step of deliver for one effect.
    ///
    /// # Errors
    /// When a port cannot do its work; the claim ends by itself. If a send had begun, the next step asks first.
    pub async fn deliver(&self, effect: &EffectId) -> Result<Outcome, PortError> {
        self.deliver_in(effect, &mut Slot::default()).await
    }

    pub(crate) async fn deliver_in(&self, effect: &EffectId, slot: &mut Slot) -> Result<Outcome, PortError> {
        let lease = millis(self.inner.settings.lease);
        let until = Instant::now() + self.inner.settings.lease;
        let claimed = self
            .inner
            .store
            .claim(effect.clone(), Station::Deliver, self.now_ms(), lease)
            .await?;
        let Some(work) = claimed else {
            return Ok(Outcome::Nothing);
        };
        let outcome = self.deliver_work(&work, until, slot).await?;
        self.ended(Station::Deliver, effect, &outcome);
        Ok(outcome)
    }

    async fn deliver_work(&self, work: &Work, until: Instant, slot: &mut Slot) -> Result<Outcome, PortError> {
        let settings = &self.inner.settings;
        if self.poisonous(&work.claim.effect) {
            let reden = if work.departed {
                redenen::UITKOMST_ONBEKEND
            } else {
                redenen::ONVERWERKBAAR
            };
            return self.put_aside(work, reden).await;
        }
        let way = work
            .event
            .claim
            .ontvanger
            .and_then(|ontvanger| self.inner.ways.get(&ontvanger));
        let (target, gate) = match way {
            Some(Way::Push(target, gate)) => (target, gate),
            // The way changed while a send was in doubt: whether it arrived cannot be asked any more.
            _ if work.departed => return self.put_aside(work, redenen::UITKOMST_ONBEKEND).await,
            None => return self.put_aside(work, redenen::GEEN_ROUTE).await,
            Some(Way::Mailbox) => {
                let journal = vec![self.entry(
                    Stap::Afgeleverd,
                    &work.claim.effect,
                    &work.event,
                    noted(&work.event, "postbus"),
                )];
                let next = Next::Mailbox {
                    sealed: work.sealed.clone(),
                };
                return self.commit_as(self.step(work, next, journal), Outcome::Mailbox).await;
            }
        };
        let patience = settings.lease / 3;
        let Some(_permit) = gate.enter(slot, patience).await else {
            let at_ms = self.later_ms(settings.retry.pause(1, None, &self.inner.entropy));
            // A doubt stays a doubt: a retry would say that the target certainly has nothing, and send again unasked.
            let next = if work.departed {
                Next::Unknown { at_ms }
            } else {
                Next::Retry { at_ms }
            };
            return self.commit_as(self.step(work, next, Vec::new()), Outcome::Later).await;
        };
        if work.departed
            && let Some(outcome) = self.resolve(work, target.as_ref(), slot).await?
        {
            return Ok(outcome);
        }
        match self.mode(&work.koppeling) {
            Mode::Enforce => {}
            Mode::Shadow => return self.put_aside(work, redenen::KOPPELING_IN_SCHADUW).await,
            Mode::Off => return self.put_aside(work, redenen::KOPPELING_UIT).await,
        }
        if work.attempt >= settings.retry.max_attempts {
            let reden = if work.departed {
                redenen::UITKOMST_ONBEKEND
            } else {
                redenen::ONBEREIKBAAR
            };
            return self.put_aside(work, reden).await;
        }
        let departing = self.depart(&work.claim.effect, &work.event.claim.casus);
        match self.look_and_record(work, target.as_ref(), until).await? {
            Ready::Over(outcome) => Ok(outcome),
            Ready::Send(out) => {
                let sent = slot.outside(self.send(work, target.as_ref(), &out)).await;
                drop(departing);
                self.settle_send(work, target.as_ref(), sent, until).await
            }
        }
    }

    /// The last look, on today's facts and rules, and the durable record of the departure.
    async fn look_and_record(&self, work: &Work, target: &dyn Target, until: Instant) -> Result<Ready, PortError> {
        let context = minimised_context(&work.claim.effect, &work.koppeling, &work.event);
        let opened = match self.inner.sealer.open(&context, &work.sealed) {
            Ok(opened) => opened,
            Err(PortError::Corrupt(..)) => {
                return self.put_aside(work, redenen::ONLEESBAAR).await.map(Ready::Over);
            }
            Err(other) => return Err(other),
        };
        for _ in 0..OVERTAKEN {
            let (step, ready) = self.last_step(work, target, &opened).await?;
            if Instant::now() + self.inner.settings.send_timeout + MARGIN > until {
                // Too little is left of the claim: somebody else could begin while we still send.
                return Err(PortError::Unavailable(
                    "the claim",
                    "too little time is left to send within it",
                ));
            }
            match self.inner.store.commit(step).await? {
                Committed::Yes => return Ok(ready),
                Committed::FactsChanged => {}
                Committed::ClaimLost => return Ok(Ready::Over(Outcome::Lost)),
            }
        }
        Err(PortError::Unavailable(
            "the case",
            "its facts change faster than they are read",
        ))
    }

    async fn last_step(&self, work: &Work, target: &dyn Target, opened: &Opened) -> Result<(Step, Ready), PortError> {
        let (effect, event) = (&work.claim.effect, &work.event);
        let snapshot = self.snapshot();
        let (dossier, dag) = self.dossier(event, &snapshot.rulebook).await?;
        let facts = Some((event.claim.casus.clone(), dossier.versie));
        let aside = |redenen: Vec<String>, journal: Vec<Entry>| {
            let step = self.aside_with(work, redenen.clone(), facts.clone(), journal);
            (step, Ready::Over(Outcome::Quarantined(redenen)))
        };
        let Some(ontvanger) = event.claim.ontvanger else {
            return Ok(aside(vec![redenen::GEEN_ROUTE.to_owned()], Vec::new()));
        };
        let look = Look {
            rulebook: &snapshot.rulebook,
            event,
            ontvanger,
            bewezen: self.speaks_for(&work.koppeling, event.claim.afzender),
            dossier: &dossier,
            dag,
            caps: &self.inner.settings.caps,
        };
        let encode = |m: &Minimised<'_>, p: &Plan, masks: &[GegevenSet], d: Date| target.encode(m, p, masks, d);
        Ok(
            match self.with_scratch(|scratch| look.last(opened.bytes(), scratch, &encode)) {
                Err(refusal) => aside(vec![refusal.slug().to_owned()], Vec::new()),
                Ok(Last::Unsound(reden)) => aside(vec![reden.to_owned()], Vec::new()),
                Ok(Last::Blocked { redenen, inhoud }) => {
                    aside(redenen, vec![self.entry(Stap::Besluit, effect, event, inhoud)])
                }
                Ok(Last::Passed { out, inhoud, narrowed }) => {
                    let toelichting = format!("{}{}", target.name(), if narrowed { " (nauwer)" } else { "" });
                    let toelichting = explain::together([&toelichting, &inhoud.toelichting]);
                    let inhoud = Inhoud { toelichting, ..inhoud };
                    let journal = vec![self.entry(Stap::Vertrek, effect, event, inhoud)];
                    (
                        Step {
                            claim: work.claim.clone(),
                            facts,
                            next: Next::Depart,
                            journal,
                        },
                        Ready::Send(out),
                    )
                }
            },
        )
    }

    async fn send(&self, work: &Work, target: &dyn Target, out: &Outgoing) -> Sent {
        let span = trace::span(&self.inner.entropy);
        // A trace that another receiver has too would link the two of them.
        let traceparent = match work.event.claim.kanaal {
            Kanaal::Derde => trace::fresh(&self.inner.entropy),
            _ => trace::onward(work.event.traceparent.as_deref(), &span),
        };
        let sending = target.send(&work.claim.effect, &traceparent, out);
        timeout(self.inner.settings.send_timeout, sending)
            .await
            .unwrap_or(Sent::Unknown { why: "tijd-om" })
    }

    async fn settle_send(
        &self,
        work: &Work,
        target: &dyn Target,
        sent: Sent,
        until: Instant,
    ) -> Result<Outcome, PortError> {
        let (effect, event) = (&work.claim.effect, &work.event);
        let retry = &self.inner.settings.retry;
        let (step, outcome) = match sent {
            Sent::Delivered => {
                let journal = vec![self.entry(Stap::Afgeleverd, effect, event, noted(event, target.name()))];
                (self.step(work, Next::Done, journal), Outcome::Delivered)
            }
            Sent::Retry { after, why } => {
                tracing::info!(
                    effect = effect.as_str(),
                    station = "deliver",
                    reden = why,
                    "tried again later"
                );
                let at_ms = self.later_ms(retry.pause(work.attempt, after, &self.inner.entropy));
                (self.step(work, Next::Retry { at_ms }, Vec::new()), Outcome::Later)
            }
            Sent::Refused { why } => {
                tracing::warn!(
                    effect = effect.as_str(),
                    station = "deliver",
                    reden = why,
                    "refused by its receiver"
                );
                let redenen = vec![redenen::GEWEIGERD.to_owned()];
                let step = self.aside_with(work, redenen.clone(), None, Vec::new());
                (step, Outcome::Quarantined(redenen))
            }
            Sent::Unknown { why } => {
                tracing::warn!(
                    effect = effect.as_str(),
                    station = "deliver",
                    reden = why,
                    "outcome not known"
                );
                let journal = vec![self.entry(Stap::UitkomstOnbekend, effect, event, noted(event, why))];
                let alone = (!target.idempotent()).then_some(self.inner.settings.ask_after);
                let at_ms = self.later_ms(retry.pause(0, alone, &self.inner.entropy));
                (self.step(work, Next::Unknown { at_ms }, journal), Outcome::Unknown)
            }
        };
        // What is known about a send is worth some patience: without this record it becomes *outcome unknown*.
        let mut pause = Duration::from_millis(50);
        loop {
            match self.commit_as(step.clone(), outcome.clone()).await {
                Err(PortError::Unavailable(..) | PortError::Full(_)) if Instant::now() + pause < until => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                ended => return ended,
            }
        }
    }

    pub(crate) fn step(&self, work: &Work, next: Next, journal: Vec<Entry>) -> Step {
        Step {
            claim: work.claim.clone(),
            facts: None,
            next,
            journal,
        }
    }
}
