//! The bus moves the work: notices without content. The store stays the truth.

use std::time::Duration;

use super::{EffectId, Fut, PortError, Station};

/// That something is ready for a station. No content, ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// For which station.
    pub station: Station,
    /// Which effect.
    pub effect: EffectId,
}

/// A notice that was taken from the bus, until its step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// What it says.
    pub notice: Notice,
    /// By which the bus knows it; of no meaning to anybody else.
    pub receipt: u64,
}

/// How a bus is doing. Names and numbers only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusHealth {
    /// Which bus.
    pub kind: &'static str,
    /// Whether notices can be published and taken now.
    pub connected: bool,
    /// Whether the broker takes nothing for now: it is short of memory or disk.
    pub blocked: bool,
    /// What waits for judge, as far as that is known.
    pub judge: Depth,
    /// What waits for deliver, as far as that is known.
    pub deliver: Depth,
    /// Notices that were set aside: foreign, unreadable, or delivered too often. Never lost work: the outbox has its row.
    pub dead: Option<u64>,
}

/// What waits for one station.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    /// Notices not ended yet, those being worked on included where the bus knows them. `None`: not known now.
    pub waiting: Option<u64>,
    /// How long ago the oldest of them was published.
    pub oldest: Option<Duration>,
}

/// Carries notices from the relay to the stations, at least once.
///
/// A notice that is lost in a crash is published again by the relay, because the outbox still has its row; a notice
/// that comes twice, late or out of order finds nothing to claim: order within a lane is the store's, whose claim is
/// given for the head of a lane only. So a bus may repeat and reorder, and a retry waits in the outbox, not on the bus.
pub trait Bus: Send + Sync {
    /// Publishes notices; returns when the bus has all of them. After an error some of them may be there as well.
    fn publish(&self, notices: Vec<Notice>) -> Fut<'_, Result<(), PortError>>;

    /// The next notice for a station; waits until there is one. `None`: the bus was closed. Dropping the future before
    /// it is ready must not lose a notice for long: the relay publishes again what nobody ended.
    fn next(&self, station: Station) -> Fut<'_, Option<Taken>>;

    /// The step that a notice asked for ended, however it ended: the bus may forget it. What never ends comes again,
    /// to another taker.
    fn ended(&self, taken: &Taken);

    /// How it is doing.
    fn health(&self) -> Fut<'_, BusHealth>;

    /// Ends the waiting. What was taken may still be ended.
    fn close(&self);
}
