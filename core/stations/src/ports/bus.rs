//! The bus moves the work: notices without content. The store stays the truth.

use super::{EffectId, Fut, PortError, Station};

/// That something is ready for a station. No content, ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// For which station.
    pub station: Station,
    /// Which effect.
    pub effect: EffectId,
}

/// Carries notices from the relay to the stations, at least once.
///
/// A notice that is lost in a crash is published again by the relay, because the outbox still has its row; a notice
/// that comes twice finds nothing to claim.
pub trait Bus: Send + Sync {
    /// Publishes a notice; returns when the bus has it.
    fn publish(&self, notice: Notice) -> Fut<'_, Result<(), PortError>>;

    /// The next notice for a station; waits until there is one. `None`: the bus was closed. Dropping the future before
    /// it is ready must not lose a notice for long: the relay publishes again what nobody ended.
    fn next(&self, station: Station) -> Fut<'_, Option<Notice>>;

    /// Ends the waiting.
    fn close(&self);
}
