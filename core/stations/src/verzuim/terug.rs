//! What comes back: an event from the desk to the school that reported, and a line in the queue.

use sluis_rules::event::{Bericht, Claim, Event, Kanaal};

use super::{Verzuim, balie_context};
use crate::ports::Balie;
use crate::refusal::Klasse;

const STROOM: &str = "verzuimmelding-terug";

/// Why a change was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NietTerug {
    /// It may go well another time.
    Later(&'static str),
    /// It never will.
    Nooit(&'static str),
}

impl Verzuim {
    /// Takes what became of a report, brought by the connection of the desk: durable when it answers. Taking it twice
    /// has the effect of once. `data` is the canonical *status*.
    ///
    /// # Errors
    /// See [`NietTerug`].
    pub async fn terug(
        &self,
        koppeling: &str,
        kenmerk: &str,
        meldingsnummer: &str,
        stand: &str,
        volgnummer: u64,
        data: &[u8],
    ) -> Result<(), NietTerug> {
        let full = |_| NietTerug::Later("opslag-niet-beschikbaar");
        let boek = self.boekhouder.boek();
        let found = boek.melding(kenmerk.to_owned()).await.map_err(full)?;
        let rij = found.ok_or(NietTerug::Nooit("kenmerk-onbekend"))?;
        let caller = self
            .gateway
            .caller(koppeling)
            .ok_or(NietTerug::Later("koppeling-uit"))?;
        let loket = self.boekhouder.instelling().loket;
        let event = Event {
            id: format!("{kenmerk}-b{volgnummer}"),
            source: format!("urn:nld:oin:{}:systeem:verzuimloket", loket.oin),
            bericht: Bericht::Status,
            time: None,
            claim: Claim {
                kanaal: Kanaal::Wettelijk,
                casusoverleg: String::new(),
                casus: self.casus(&rij.sleutel),
                fase: String::new(),
                doel: STROOM.to_owned(),
                afzender: loket,
                ontvanger: Some(rij.partij),
                grondslag: None,
            },
            traceparent: None,
        };
        match self.gateway.accept_canonical(&caller, event, data).await {
            Ok(_) => {}
            Err(refusal) if refusal.klasse() == Klasse::NietBeschikbaar => {
                return Err(NietTerug::Later(refusal.slug()));
            }
            Err(refusal) => return Err(NietTerug::Nooit(refusal.slug())),
        }
        let sealed = self
            .boekhouder
            .sealer()
            .seal(&balie_context(kenmerk), meldingsnummer.as_bytes())
            .map_err(full)?;
        let balie = Balie {
            stand: stand.to_owned(),
            volgnummer,
            sealed,
        };
        boek.balie(kenmerk.to_owned(), balie).await.map_err(full)
    }
}
