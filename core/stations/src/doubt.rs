//! When a send was begun and its end is not known: ask, wait, and in the end leave it to a person. Never simply again.

use sluis_rules::journal::Stap;
use tokio::time::timeout;

use crate::entry::noted;
use crate::gate::Slot;
use crate::gateway::Gateway;
use crate::outcome::Outcome;
use crate::ports::{Asked, EffectId, Next, PortError, Target, Work};
use crate::redenen;

impl Gateway {
    /// A send was begun before and its end is not known: asks. `None`: sending is safe.
    pub(crate) async fn resolve(
        &self,
        work: &Work,
        target: &dyn Target,
        slot: &mut Slot,
    ) -> Result<Option<Outcome>, PortError> {
        let effect = &work.claim.effect;
        let asking = timeout(self.inner.settings.send_timeout, target.ask(effect));
        let asked = slot.outside(asking).await.unwrap_or(Asked::Silent);
        match asked {
            Asked::Has => {
                let journal = vec![self.entry(Stap::Afgeleverd, effect, &work.event, noted(&work.event, "nagevraagd"))];
                self.commit_as(self.step(work, Next::Done, journal), Outcome::Delivered)
                    .await
                    .map(Some)
            }
            Asked::HasNot => Ok(None),
            Asked::Silent if target.idempotent() => Ok(None),
            Asked::Silent => self.doubt(work, "geen-antwoord").await.map(Some),
        }
    }

    /// The outcome is not known: recorded, asked again later, and after enough questions left to a person.
    async fn doubt(&self, work: &Work, why: &str) -> Result<Outcome, PortError> {
        let effect = &work.claim.effect;
        let asks = self.doubts(effect).await?;
        let retry = &self.inner.settings.retry;
        if asks >= retry.max_asks {
            return self.put_aside(work, redenen::UITKOMST_ONBEKEND).await;
        }
        let journal = vec![self.entry(Stap::UitkomstOnbekend, effect, &work.event, noted(&work.event, why))];
        let at_ms = self.later_ms(retry.pause(asks, None, &self.inner.entropy));
        self.commit_as(self.step(work, Next::Unknown { at_ms }, journal), Outcome::Unknown)
            .await
    }

    /// How often the outcome was found unknown since the last departure: counted in the journal, so that a restart
    /// does not begin anew.
    async fn doubts(&self, effect: &EffectId) -> Result<u32, PortError> {
        let records = self.history_of(effect.as_str()).await?;
        let since = records.iter().rev().take_while(|r| r.stap != Stap::Vertrek);
        let doubts = since.filter(|r| r.stap == Stap::UitkomstOnbekend).count();
        Ok(u32::try_from(doubts).unwrap_or(u32::MAX))
    }
}
