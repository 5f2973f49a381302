//! The relay: publishes what the outbox has ready, once, and again when a notice was lost.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use sluis_rules::ids::Partij;
use tokio::time::Instant;

use crate::gateway::{Gateway, Way, lock};
use crate::ports::{EffectId, Notice, PortError, Station};

/// After so long a notice that nobody ended counts as lost, and is published again. A second one finds nothing to
/// claim, so this may be short.
const LOST_AFTER: Duration = Duration::from_secs(30);

/// What is on the bus or being worked on in this process.
#[derive(Default)]
pub(crate) struct InFlight(Mutex<Stations>);

#[derive(Default)]
struct Stations {
    judge: BTreeMap<EffectId, Instant>,
    deliver: BTreeMap<EffectId, Instant>,
}

impl Stations {
    const fn of(&mut self, station: Station) -> &mut BTreeMap<EffectId, Instant> {
        match station {
            Station::Judge => &mut self.judge,
            Station::Deliver => &mut self.deliver,
        }
    }
}

impl InFlight {
    /// Takes up what is not in flight yet, as far as there is room.
    fn begin(&self, station: Station, ready: Vec<EffectId>, room: usize) -> Vec<EffectId> {
        let now = Instant::now();
        let mut stations = lock(&self.0);
        let flying = stations.of(station);
        flying.retain(|_, since| now.duration_since(*since) < LOST_AFTER);
        let mut fresh = Vec::new();
        for effect in ready {
            if flying.len() >= room {
                break;
            }
            if !flying.contains_key(&effect) {
                flying.insert(effect.clone(), now);
                fresh.push(effect);
            }
        }
        fresh
    }

    pub(crate) fn end(&self, station: Station, effect: &EffectId) {
        lock(&self.0).of(station).remove(effect);
    }
}

impl Gateway {
    /// Publishes what is ready for a station; gives how many.
    pub(crate) async fn publish_ready(&self, station: Station) -> Result<usize, PortError> {
        let room = self.inner.settings.in_flight.max(1);
        let busy = match station {
            Station::Judge => Vec::new(),
            Station::Deliver => self.busy_receivers(),
        };
        let store = &self.inner.store;
        // What is in flight but not claimed yet is still ready: a page twice the room always has something new.
        let ready = store
            .ready_except(station, self.now_ms(), room.saturating_mul(2), busy)
            .await?;
        let fresh = self.inner.in_flight.begin(station, ready, room);
        if fresh.is_empty() {
            return Ok(0);
        }
        let of_station = |effect: &EffectId| Notice {
            station,
            effect: effect.clone(),
        };
        if let Err(error) = self.inner.bus.publish(fresh.iter().map(of_station).collect()).await {
            // Some may be on the bus: published again, they find nothing to claim.
            fresh.iter().for_each(|e| self.inner.in_flight.end(station, e));
            return Err(error);
        }
        Ok(fresh.len())
    }

    /// Receivers whose target has no place left for a send.
    fn busy_receivers(&self) -> Vec<Partij> {
        let busy = |way: &Way| matches!(way, Way::Push(_, gate) if gate.busy());
        self.inner
            .ways
            .iter()
            .filter(|(_, way)| busy(way))
            .map(|(partij, _)| *partij)
            .collect()
    }

    /// Publishes for both stations until told to stop; woken by a commit, by an ended step, and by the tick for
    /// retries that fell due.
    pub(crate) async fn relay(self) {
        let tick = self.inner.settings.tick;
        loop {
            for station in [Station::Judge, Station::Deliver] {
                if let Err(error) = self.publish_ready(station).await {
                    self.port_failed(&error);
                    // A store or bus that is away: no hot loop around it.
                    tokio::time::sleep(tick).await;
                }
            }
            tokio::select! {
                () = self.inner.store.changed() => {}
                () = self.inner.woken.notified() => {}
                () = tokio::time::sleep(tick) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_notice_flies_once_until_it_ends_or_counts_as_lost() {
        let flight = InFlight::default();
        let ids = |names: &[&str]| names.iter().map(|n| EffectId((*n).to_owned())).collect::<Vec<_>>();
        assert_eq!(flight.begin(Station::Judge, ids(&["a", "b", "c"]), 2), ids(&["a", "b"]));
        assert_eq!(
            flight.begin(Station::Deliver, ids(&["a"]), 2),
            ids(&["a"]),
            "each station has its own room"
        );
        flight.end(Station::Judge, &EffectId("a".to_owned()));
        assert_eq!(flight.begin(Station::Judge, ids(&["b", "c"]), 2), ids(&["c"]));
        tokio::time::sleep(LOST_AFTER).await;
        assert_eq!(flight.begin(Station::Judge, ids(&["b", "c"]), 2), ids(&["b", "c"]));
    }
}
