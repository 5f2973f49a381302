//! The second station: reads the facts, decides, minimises, and passes on what may leave.

use sluis_rules::event::Kanaal;
use sluis_rules::journal::{Inhoud, Stap};
use sluis_rules::pseudonym::PseudonymKeys;
use sluis_rules::verdict::Reden;

use crate::config::Mode;
use crate::entry::noted;
use crate::fanout::{accepted_context, is_copy, minimised_context, receivers};
use crate::gateway::{Gateway, Way, millis};
use crate::look::{First, Look};
use crate::outcome::Outcome;
use crate::ports::{Committed, EffectId, Next, Opened, PortError, Station, Step, Work};
use crate::redenen;

/// How often newer facts may overtake one step before it waits for its next turn.
pub(crate) const OVERTAKEN: usize = 16;

impl Gateway {
    /// One step of judge for one effect.
    ///
    /// # Errors
    /// When a port cannot do its work; the claim ends by itself, and the step is done again.
    pub async fn judge(&self, effect: &EffectId) -> Result<Outcome, PortError> {
        let lease = millis(self.inner.settings.lease);
        let claimed = self
            .inner
            .store
            .claim(effect.clone(), Station::Judge, self.now_ms(), lease)
            .await?;
        let Some(work) = claimed else {
            return Ok(Outcome::Nothing);
        };
        let outcome = self.judge_work(&work).await?;
        self.ended(Station::Judge, effect, &outcome);
        Ok(outcome)
    }

    async fn judge_work(&self, work: &Work) -> Result<Outcome, PortError> {
        if work.attempt >= self.inner.settings.max_attempts || self.poisonous(&work.claim.effect) {
            return self.put_aside(work, redenen::ONVERWERKBAAR).await;
        }
        match self.mode(&work.koppeling) {
            Mode::Off => return self.put_aside(work, redenen::KOPPELING_UIT).await,
            // Taken for real, so it is not ended as a copy: its sender was told that it is on its way.
            Mode::Shadow if !is_copy(&work.event) => {
                return self.put_aside(work, redenen::KOPPELING_IN_SCHADUW).await;
            }
            Mode::Shadow | Mode::Enforce => {}
        }
        let context = accepted_context(&work.claim.effect, &work.koppeling, &work.event);
        let opened = match self.inner.sealer.open(&context, &work.sealed) {
            Ok(opened) => opened,
            Err(PortError::Corrupt(..)) => return self.put_aside(work, redenen::ONLEESBAAR).await,
            Err(other) => return Err(other),
        };
        for _ in 0..OVERTAKEN {
            let (step, outcome) = self.decide_step(work, &opened).await?;
            match self.inner.store.commit(step).await? {
                Committed::Yes => return Ok(outcome),
                Committed::FactsChanged => {}
                Committed::ClaimLost => return Ok(Outcome::Lost),
            }
        }
        Err(PortError::Unavailable(
            "the case",
            "its facts change faster than they are read",
        ))
    }

    /// Decides once, on the facts of this moment.
    async fn decide_step(&self, work: &Work, opened: &Opened) -> Result<(Step, Outcome), PortError> {
        let (claim, event) = (&work.claim, &work.event);
        let effect = &claim.effect;
        let snapshot = self.snapshot();
        let (dossier, dag) = self.dossier(event, &snapshot.rulebook).await?;
        let facts = Some((event.claim.casus.clone(), dossier.versie));
        let Some(ontvanger) = event.claim.ontvanger else {
            let to = receivers(&dossier, event.claim.afzender);
            if to.is_empty() {
                let reden = match &dossier.casus {
                    Some(casus) if casus.deelnemers.contains(&event.claim.afzender) => redenen::GEEN_ONTVANGERS,
                    Some(_) => Reden::AfzenderNietBijCasus.slug(),
                    None => redenen::CASUS_ONBEKEND,
                };
                let redenen = vec![reden.to_owned()];
                let step = self.aside_with(work, redenen.clone(), facts, Vec::new());
                return Ok((step, Outcome::Quarantined(redenen)));
            }
            let parts = self.divide(effect, &work.koppeling, event, opened.bytes(), &to).await?;
            let note = self.entry(Stap::Besluit, effect, event, noted(event, "verdeeld"));
            // The parts are kept: the whole ends whatever the facts do meanwhile, each part is judged by itself.
            let step = Step {
                claim: claim.clone(),
                facts: None,
                next: Next::Done,
                journal: vec![note],
            };
            return Ok((step, Outcome::Divided(parts)));
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
        let context = minimised_context(effect, &work.koppeling, event);
        let seal = |bytes: &[u8]| self.inner.sealer.seal(&context, bytes);
        // Without its pseudonyms nothing goes to a derde: its key is there before anything is made.
        let keys = match event.claim.kanaal {
            Kanaal::Derde => match self.pseudonyms(ontvanger, &event.claim.doel) {
                Ok(keys) => Some(keys),
                Err(error) => {
                    self.port_failed(&error);
                    let redenen = vec![redenen::GEEN_SCHUILNAAMSLEUTEL.to_owned()];
                    let step = self.aside_with(work, redenen.clone(), facts, Vec::new());
                    return Ok((step, Outcome::Quarantined(redenen)));
                }
            },
            _ => None,
        };
        let key = keys.as_ref().map(PseudonymKeys::current);
        let first = match self.with_scratch(|scratch| look.first(opened.bytes(), key, scratch, seal)) {
            Ok(first) => first,
            // Intake read these bytes; if the schema changed since, that is for a person to see.
            Err(refusal) => {
                let redenen = vec![refusal.slug().to_owned()];
                let step = self.aside_with(work, redenen.clone(), facts, Vec::new());
                return Ok((step, Outcome::Quarantined(redenen)));
            }
        };
        if is_copy(event) {
            let (First::Blocked { inhoud, .. } | First::Passed { inhoud, .. }) = first;
            let journal = vec![self.entry(Stap::Schaduw, effect, event, inhoud)];
            let step = Step {
                claim: claim.clone(),
                facts,
                next: Next::Done,
                journal,
            };
            return Ok((step, Outcome::Shadow));
        }
        let decided = |inhoud: Inhoud| vec![self.entry(Stap::Besluit, effect, event, inhoud)];
        let aside = |redenen: Vec<String>, inhoud: Inhoud| {
            let step = self.aside_with(work, redenen.clone(), facts.clone(), decided(inhoud));
            (step, Outcome::Quarantined(redenen))
        };
        let (sealed, inhoud) = match first {
            First::Blocked { redenen, inhoud } => return Ok(aside(redenen, inhoud)),
            First::Passed { kept, inhoud } => (kept?, inhoud),
        };
        let (next, outcome, journal) = match self.inner.ways.get(&ontvanger) {
            None => return Ok(aside(vec![redenen::GEEN_ROUTE.to_owned()], inhoud)),
            Some(Way::Push(..)) => (Next::Deliver { sealed }, Outcome::Forwarded, decided(inhoud)),
            Some(Way::Mailbox) => {
                let mut journal = decided(inhoud);
                journal.push(self.entry(Stap::Afgeleverd, effect, event, noted(event, "postbus")));
                (Next::Mailbox { sealed }, Outcome::Mailbox, journal)
            }
        };
        Ok((
            Step {
                claim: claim.clone(),
                facts,
                next,
                journal,
            },
            outcome,
        ))
    }

    /// Keeps a message aside for a reason that does not rest on facts.
    pub(crate) async fn put_aside(&self, work: &Work, reden: &str) -> Result<Outcome, PortError> {
        let step = self.aside(work, reden);
        self.commit_as(step, Outcome::Quarantined(vec![reden.to_owned()])).await
    }

    /// Commits a step that rests on no facts.
    pub(crate) async fn commit_as(&self, step: Step, outcome: Outcome) -> Result<Outcome, PortError> {
        match self.inner.store.commit(step).await? {
            Committed::Yes => Ok(outcome),
            Committed::FactsChanged | Committed::ClaimLost => Ok(Outcome::Lost),
        }
    }
}
