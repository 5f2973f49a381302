//! Absence: the book in the store, the desk as a destination, and the way back from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use sluis_rules::event::Bericht;
use sluis_rules::ids::Partij;
use sluis_rules::rulebook::Rulebook;
use sluis_stations::ports::{Clock, Fut, Sealer, Verzuimboek};
use sluis_stations::verzuim::{Boekhouder, Instelling, NietTerug, Verzuim};
use sluis_stations::{Entropy, Gateway};
use sluis_verzuimloket::{ConfigError, Loket, NietGenomen, Terug, Terugweg, Wijziging};

use super::StartError;
use crate::kalender;
use crate::settings::{self, Settings, Weg};

/// The desks that are called, by name: one for the target and the poll together.
pub(super) type Loketten = BTreeMap<String, Arc<Loket>>;

/// Makes the desks.
pub(super) fn loketten(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Loketten, ConfigError> {
    let mut out = Loketten::new();
    for (naam, bestemming) in &settings.bestemmingen {
        if let Weg::Verzuimloket(loket) = &bestemming.weg {
            out.insert(naam.clone(), Arc::new(Loket::new(&loket.config, Arc::clone(clock))?));
        }
    }
    Ok(out)
}

/// Who writes the book, by the settings.
pub(crate) fn boekhouder(
    verzuim: &settings::Verzuim,
    boek: Arc<dyn Verzuimboek>,
    sealer: Arc<dyn Sealer>,
    clock: Arc<dyn Clock>,
) -> Result<Boekhouder, StartError> {
    let mut kalenders = kalender::load(verzuim.kalender.as_deref()).map_err(|e| StartError::Kalender(e.to_string()))?;
    if let Some(regio) = verzuim.regio {
        kalenders.anders(regio);
    }
    let instelling = Instelling {
        kalenders,
        wetten: verzuim.wetten,
        scholen: verzuim.scholen.clone(),
        loket: verzuim.loket,
        actie_gemeente: verzuim.actie_gemeente,
        overig: verzuim.overig,
        bewaren_dagen: verzuim.bewaren_dagen,
    };
    Ok(Boekhouder::new(boek, sealer, clock, Arc::new(instelling)))
}

/// What asks the desks what changed. One that has no connection of its own is not asked.
pub(super) fn terug(
    settings: &Settings,
    loketten: &Loketten,
    verzuim: &Arc<Verzuim>,
    rulebook: &Rulebook,
    entropy: &Entropy,
) -> Result<Vec<Terug>, ConfigError> {
    let mut out = Vec::new();
    for (naam, bestemming) in &settings.bestemmingen {
        let Weg::Verzuimloket(loket) = &bestemming.weg else {
            continue;
        };
        let (Some(koppeling), Some(partij), Some(calls)) =
            (&loket.koppeling, bestemming.partijen.first(), loketten.get(naam))
        else {
            continue;
        };
        let config = sluis_verzuimloket::Config {
            cursor_file: Some(settings.data.join(format!("{naam}.cursor"))),
            ..loket.config.clone()
        };
        let naar = Arc::new(NaarSchool {
            verzuim: Arc::clone(verzuim),
            koppeling: koppeling.clone(),
        });
        let tree = rulebook.tree(Bericht::Status);
        let partij: Partij = *partij;
        out.push(Terug::new(
            &config,
            Arc::clone(calls),
            tree,
            partij,
            naar,
            Arc::clone(entropy),
        )?);
    }
    Ok(out)
}

/// What became of a report goes to the school that made it.
struct NaarSchool {
    verzuim: Arc<Verzuim>,
    koppeling: String,
}

impl Terugweg for NaarSchool {
    fn neem<'a>(&'a self, w: &'a Wijziging) -> Fut<'a, Result<(), NietGenomen>> {
        Box::pin(async move {
            let taken = self
                .verzuim
                .terug(
                    &self.koppeling,
                    &w.kenmerk,
                    &w.meldingsnummer,
                    &w.stand,
                    w.volgnummer,
                    &w.data,
                )
                .await;
            taken.map_err(|why| match why {
                NietTerug::Later(why) => NietGenomen::Later(why),
                NietTerug::Nooit(why) => NietGenomen::Nooit(why),
            })
        })
    }
}

/// Absence as a whole.
pub(super) fn verzuim(gateway: &Gateway, boekhouder: Boekhouder) -> Arc<Verzuim> {
    Arc::new(Verzuim::new(gateway.clone(), boekhouder))
}
