//! Which bus: the setting `[bus] soort` decides.

use std::num::{NonZeroU16, NonZeroUsize};
use std::sync::Arc;

use sluis_bus::{EmbeddedBus, RabbitBus, RabbitConfig, Topology};
use sluis_stations::ports::{Bus, Clock};

use super::{StartError, entropy};
use crate::settings::{self, Settings};

/// The bus of a Sluis that runs.
///
/// # Errors
/// When RabbitMQ cannot be reached or used.
pub(super) async fn bus(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Arc<dyn Bus>, StartError> {
    let in_flight = NonZeroUsize::new(settings.stations.in_flight).unwrap_or(NonZeroUsize::MIN);
    let rabbit = match &settings.bus {
        settings::Bus::Ingebouwd => return Ok(Arc::new(EmbeddedBus::new(NonZeroUsize::MIN.saturating_add(1023)))),
        settings::Bus::Rabbit(rabbit) => rabbit,
    };
    Ok(Arc::new(
        RabbitBus::start(RabbitConfig {
            host: rabbit.host.clone(),
            port: rabbit.port,
            vhost: rabbit.vhost.clone(),
            login: rabbit.login.clone(),
            tls: rabbit.tls.clone(),
            topology: Topology::new(&rabbit.voorvoegsel),
            source: format!("urn:nld:oin:{}:systeem:sluis", settings.organisatie),
            // All that the relay has under way: a slow receiver then holds up nobody else.
            prefetch: u16::try_from(in_flight.get())
                .ok()
                .and_then(NonZeroU16::new)
                .unwrap_or(NonZeroU16::MAX),
            in_flight,
            clock: Arc::clone(clock),
            entropy: entropy(),
        })
        .await?,
    ))
}
