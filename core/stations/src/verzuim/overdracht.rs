//! Handing over: a composed report becomes an event of the statutory channel. The same report in the same version is the
//! same event, so handing it over twice has the effect of once.

use sluis_rules::event::{Bericht, Claim, Event, Kanaal};

use super::{Verzuim, stroom};
use crate::config::Mode;
use crate::ports::{MeldingRij, PortError};
use crate::refusal::Klasse;

const RONDE: usize = 100;

impl Verzuim {
    /// Hands over everything that is composed; how many.
    pub(super) async fn draag_over(&self) -> Result<u64, PortError> {
        let mut done = 0;
        let mut after = None;
        loop {
            let rows = self.boekhouder.boek().opgesteld(after.clone(), RONDE).await?;
            let Some(last) = rows.last() else { return Ok(done) };
            after = Some(last.kenmerk.clone());
            for rij in &rows {
                match self.draag(rij).await {
                    Ok(handed) => done += u64::from(handed),
                    // One that cannot be read holds up its own pupil, and no other.
                    Err(PortError::Corrupt(..)) => {
                        tracing::error!("a composed report cannot be read: it stands still");
                    }
                    Err(other) => return Err(other),
                }
            }
        }
    }

    async fn draag(&self, rij: &MeldingRij) -> Result<bool, PortError> {
        // In shadow nothing is forwarded; a report would be lost by it, so it waits.
        if self.gateway.mode(&rij.koppeling) != Mode::Enforce {
            return Ok(false);
        }
        let Some(caller) = self.gateway.caller(&rij.koppeling) else {
            return Ok(false);
        };
        let mut details = self.open(rij)?;
        let Some(data) = details.uit.take() else {
            return Err(PortError::Corrupt(
                "the book of absence",
                "a composed report has no content",
            ));
        };
        let event = Event {
            id: format!("{}-{}", rij.kenmerk, rij.versie),
            source: format!("urn:nld:oin:{}:systeem:verzuim", rij.partij.oin),
            bericht: Bericht::Hulpvraag,
            time: None,
            claim: Claim {
                kanaal: Kanaal::Wettelijk,
                casusoverleg: String::new(),
                casus: self.casus(&rij.sleutel),
                fase: String::new(),
                doel: stroom(rij.partij).to_owned(),
                afzender: rij.partij,
                ontvanger: Some(self.boekhouder.instelling().loket),
                grondslag: None,
            },
            traceparent: None,
        };
        match self.gateway.accept_canonical(&caller, event, data.as_bytes()).await {
            Ok(_) => {
                let sealed = self.seal(&rij.kenmerk, &details)?;
                self.boekhouder
                    .boek()
                    .overgedragen(rij.kenmerk.clone(), rij.versie, sealed)
                    .await
            }
            Err(refusal) if refusal.klasse() == Klasse::NietBeschikbaar => {
                Err(PortError::Unavailable("intake", "it takes nothing now"))
            }
            Err(refusal) => {
                tracing::warn!(
                    kenmerk = rij.kenmerk,
                    reden = refusal.slug(),
                    "a report was refused at intake: it waits, and is composed again tomorrow"
                );
                // Nothing of this version was taken: the next one is laid beside what was taken before it.
                details.laatste = None;
                let sealed = self.seal(&rij.kenmerk, &details)?;
                let tomorrow = self.boekhouder.vandaag().nummer().saturating_add(1);
                let (kenmerk, slug) = (rij.kenmerk.clone(), refusal.slug().to_owned());
                self.boekhouder
                    .boek()
                    .geweigerd(kenmerk, rij.versie, slug, tomorrow, sealed)
                    .await?;
                Ok(false)
            }
        }
    }
}
