//! The system of a youth care provider behind the doors of the interface: its announcements and its subscription.

use std::sync::Arc;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName};
use sluis_api::Announcements;
use sluis_api::doors::{Fut, Refusal};
use sluis_jeugdhulp::{ConfigError, GatewayIntake, SIGNATURE_HEADER, Source, SourceConfig, Translator};
use sluis_rules::event::Bericht;
use sluis_rules::rulebook::Rulebook;
use sluis_stations::Gateway;
use sluis_stations::ports::{Clock, Sealer};

use super::kindkans::kind;
use crate::settings::{Jeugdhulp, Settings};

/// Puts the source together.
pub(super) fn plug_in(
    jeugdhulp: &Jeugdhulp,
    settings: &Settings,
    gateway: &Gateway,
    rulebook: &Rulebook,
    sealer: Arc<dyn Sealer>,
    clock: Arc<dyn Clock>,
) -> Result<Arc<Source>, ConfigError> {
    let source = format!("urn:nld:oin:{}:systeem:jeugdhulp", settings.organisatie);
    let tree = rulebook.tree(Bericht::Hulpvraag);
    let caps = settings.stations.caps;
    let translator = Translator::new(source, tree, sealer, jeugdhulp.partij, caps)?;
    let intake = GatewayIntake {
        gateway: gateway.clone(),
        koppeling: jeugdhulp.koppeling.clone(),
        account: jeugdhulp.account.clone(),
        clock: Arc::clone(&clock),
    };
    let bron = SourceConfig {
        cursor_file: Some(settings.data.join("jeugdhulp.cursor")),
        max_bytes: settings.stations.caps.bytes,
        ..(*jeugdhulp.bron).clone()
    };
    Ok(Arc::new(Source::new(
        &bron,
        Arc::new(translator),
        Arc::new(intake),
        clock,
    )?))
}

/// Announcements of every source, each by the name of its connection.
pub(super) struct Everyone {
    pub(super) kindkans: Option<Arc<super::kindkans::Announced>>,
    pub(super) jeugdhulp: Option<(String, Arc<Source>)>,
}

impl Everyone {
    fn ours(&self, koppeling: &str) -> Option<&Source> {
        let (name, source) = self.jeugdhulp.as_ref()?;
        (name == koppeling).then_some(&**source)
    }
}

/// The one header of this name; two are none.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h [u8]> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (Some(one), None) => Some(one.as_bytes()),
        _ => None,
    }
}

fn signature(headers: &HeaderMap) -> Option<&[u8]> {
    only(headers, &HeaderName::from_bytes(SIGNATURE_HEADER.as_bytes()).ok()?)
}

impl Announcements for Everyone {
    fn could_be(&self, koppeling: &str, headers: &HeaderMap) -> bool {
        match (self.ours(koppeling), &self.kindkans) {
            (Some(_), _) => signature(headers)
                .or(only(headers, &AUTHORIZATION))
                .is_some_and(|h| !h.is_empty()),
            (None, Some(kindkans)) => kindkans.could_be(koppeling, headers),
            (None, None) => false,
        }
    }

    fn announce<'a>(
        &'a self,
        koppeling: &'a str,
        headers: &'a HeaderMap,
        body: &'a [u8],
    ) -> Fut<'a, Result<(), Refusal>> {
        let Some(source) = self.ours(koppeling) else {
            return match &self.kindkans {
                Some(kindkans) => kindkans.announce(koppeling, headers, body),
                None => Box::pin(async { Err(Refusal::new(kind(401), "handtekening-klopt-niet")) }),
            };
        };
        Box::pin(async move {
            let reply = match signature(headers) {
                Some(signature) => source.announced(Some(signature), body).await,
                None => source.hooked(only(headers, &AUTHORIZATION), body),
            };
            match reply.status {
                202 => Ok(()),
                status => Err(Refusal::new(kind(status), reply.reason)),
            }
        })
    }
}
