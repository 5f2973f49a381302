//! The book of absence behind the doors of the interface.

use sluis_rules::ids::Partij;
use sluis_rules::verzuim::Vorm;
use sluis_stations::Mode;
use sluis_stations::ports::PortError;
use sluis_stations::verzuim::{Inname, InnameFout, MeldingRegel, Verzuim};

use crate::auth::Caller;
use crate::doors::{Fut, Ingenomen, Kind, MEESTE_FOUTEN, Refusal, Verzuimboek};

fn not_now(_: PortError) -> Refusal {
    Refusal::new(Kind::Unavailable, "opslag-niet-beschikbaar")
}

impl Verzuimboek for Verzuim {
    fn register<'a>(&'a self, caller: &'a Caller, vorm: Vorm, body: &'a [u8]) -> Fut<'a, Result<Ingenomen, Refusal>> {
        Box::pin(async move {
            let off = || Refusal::new(Kind::Unavailable, "koppeling-uit");
            let known = self.caller(&caller.koppeling).ok_or_else(off)?;
            if known.koppeling().mode == Mode::Off {
                return Err(off());
            }
            let mut fouten = Vec::new();
            let mut told = |fout: &sluis_rules::verzuim::RegelFout| {
                if fouten.len() < MEESTE_FOUTEN {
                    fouten.push(*fout);
                }
            };
            let taken = Inname::nieuw(self.boekhouder(), known.naam(), known.koppeling(), vorm)
                .einde(body, &mut told)
                .await;
            let verslag = taken.map_err(|error| match error {
                InnameFout::Kop(_) => Refusal::new(Kind::Invalid, "verzoek-ongeldig"),
                InnameFout::Port(error) => not_now(error),
            })?;
            self.wek();
            Ok(Ingenomen { verslag, fouten })
        })
    }

    fn meldingen<'a>(
        &'a self,
        partijen: Option<Vec<Partij>>,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'a, Result<Vec<MeldingRegel>, Refusal>> {
        Box::pin(async move { self.wachtrij(partijen, na, limit).await.map_err(not_now) })
    }
}
