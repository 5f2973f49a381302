//! The Kindkans-like source behind the doors of the interface: announcements, and direct posts in its own words.

use std::sync::Arc;

use sluis_api::doors::{Fut, Kind, Receipt, Refusal};
use sluis_api::{Announcements, Caller, WireIntake};
use sluis_kindkans::{ConfigError, GatewayIntake, SIGNATURE_HEADER, Source, Translator};
use sluis_rules::event::Bericht;
use sluis_rules::rulebook::Rulebook;
use sluis_stations::ports::Sealer;
use sluis_stations::{Entropy, Gateway};

use crate::settings::{Kindkans, Settings};

/// Both ways in of the source.
pub(super) struct Doors {
    pub(super) announcements: Arc<Announced>,
    pub(super) wire: Arc<Direct>,
}

/// Puts the source together.
pub(super) fn plug_in(
    kindkans: &Kindkans,
    settings: &Settings,
    gateway: &Gateway,
    rulebook: &Rulebook,
    sealer: Arc<dyn Sealer>,
    entropy: Entropy,
) -> Result<Doors, ConfigError> {
    let source = format!("urn:nld:oin:{}:systeem:kindkans", settings.organisatie);
    let tree = rulebook.tree(Bericht::Hulpvraag);
    let translator = Translator::new(
        source,
        tree,
        sealer,
        kindkans.bestemming.clone(),
        settings.stations.caps,
    )?;
    let translator = Arc::new(translator);
    let koppeling = kindkans.koppeling.clone();
    let intake = GatewayIntake {
        gateway: gateway.clone(),
        koppeling: koppeling.clone(),
    };
    let bron = sluis_kindkans::Config {
        cursor_file: Some(settings.data.join("kindkans.cursor")),
        max_bytes: settings.stations.caps.bytes,
        ..(*kindkans.bron).clone()
    };
    let source = Source::new(&bron, Arc::clone(&translator), Arc::new(intake), entropy)?;
    Ok(Doors {
        announcements: Arc::new(Announced {
            source: Arc::new(source),
            koppeling,
        }),
        wire: Arc::new(Direct {
            translator,
            gateway: gateway.clone(),
        }),
    })
}

/// Announcements of the one source.
pub(super) struct Announced {
    pub(super) source: Arc<Source>,
    koppeling: String,
}

impl Announcements for Announced {
    fn announce<'a>(
        &'a self,
        koppeling: &'a str,
        headers: &'a reqwest::header::HeaderMap,
        body: &'a [u8],
    ) -> Fut<'a, Result<(), Refusal>> {
        Box::pin(async move {
            let mut signatures = headers.get_all(SIGNATURE_HEADER).iter();
            let signature = match (signatures.next(), signatures.next()) {
                (Some(one), None) if koppeling == self.koppeling => Some(one.as_bytes()),
                _ => None,
            };
            let reply = self.source.announced(signature, body).await;
            match reply.status {
                202 => Ok(()),
                status => Err(Refusal::new(kind(status), reply.reason)),
            }
        })
    }
}

/// `POST /v1/hulpvragen` in the words of the source.
pub(super) struct Direct {
    translator: Arc<Translator>,
    gateway: Gateway,
}

impl WireIntake for Direct {
    fn accept<'a>(
        &'a self,
        caller: &'a Caller,
        body: &'a [u8],
        traceparent: Option<&'a str>,
    ) -> Fut<'a, Result<Receipt, Refusal>> {
        Box::pin(async move {
            let unknown = || Refusal::new(Kind::Unavailable, "koppeling-uit");
            let known = self.gateway.caller(&caller.koppeling).ok_or_else(unknown)?;
            let translated = self.translator.translate(body, None).map_err(|refused| {
                let refusal = Refusal::new(kind(refused.status()), refused.slug());
                match refused.path() {
                    Some(path) => refusal.at(path),
                    None => refusal,
                }
            })?;
            let mut event = translated.event;
            event.traceparent = traceparent.map(str::to_owned);
            let receipt = self.gateway.accept_canonical(&known, event, &translated.data).await?;
            let mut receipt = Receipt::from(receipt);
            receipt
                .gaten
                .extend(translated.gaps.iter().map(|gap| gap.pointer.clone()));
            receipt.aantal_gaten += u32::try_from(translated.gaps.len()).unwrap_or(u32::MAX);
            Ok(receipt)
        })
    }
}

/// The class of a status that the source's adapter gives.
pub(super) fn kind(status: u16) -> Kind {
    match status {
        400 => Kind::Invalid,
        401 => Kind::NotAuthenticated,
        403 => Kind::NotMandated,
        404 => Kind::Unknown,
        409 => Kind::Conflict,
        413 => Kind::TooLarge,
        415 => Kind::MediaType,
        503 => Kind::Unavailable,
        _ => Kind::Internal,
    }
}
