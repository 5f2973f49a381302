//! Two bounded queues in memory. Lost in a crash, and that is right: the outbox in the store still has its rows, and the
//! relay publishes them again.

use std::collections::{HashSet, VecDeque};
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sluis_stations::ports::{Bus, BusHealth, Depth, EffectId, Fut, Notice, PortError, Station, Taken};
use tokio::sync::Notify;
use tokio::time::Instant;

/// The bus of a single process: a queue for each station.
///
/// A notice that still waits is not queued again; a full queue lets the publisher wait, so that the relay slows down
/// and memory stays bounded. One that was taken may come again: there is then nothing to claim, or work that came back.
pub struct EmbeddedBus {
    judge: Queue,
    deliver: Queue,
}

impl EmbeddedBus {
    /// A bus that holds at most `capacity` notices for each station.
    #[must_use]
    pub fn new(capacity: NonZeroUsize) -> Self {
        Self {
            judge: Queue::new(capacity),
            deliver: Queue::new(capacity),
        }
    }

    const fn queue(&self, station: Station) -> &Queue {
        match station {
            Station::Judge => &self.judge,
            Station::Deliver => &self.deliver,
        }
    }
}

impl std::fmt::Debug for EmbeddedBus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let waiting = |q: &Queue| q.lock().waiting.len();
        f.debug_struct("EmbeddedBus")
            .field("judge", &waiting(&self.judge))
            .field("deliver", &waiting(&self.deliver))
            .finish()
    }
}

impl Bus for EmbeddedBus {
    fn publish(&self, notices: Vec<Notice>) -> Fut<'_, Result<(), PortError>> {
        Box::pin(async move {
            for notice in notices {
                self.queue(notice.station).put(notice.effect).await?;
            }
            Ok(())
        })
    }

    fn next(&self, station: Station) -> Fut<'_, Option<Taken>> {
        Box::pin(async move {
            let effect = self.queue(station).take().await?;
            Some(Taken {
                notice: Notice { station, effect },
                // What was taken is forgotten at once: there is nobody else to whom it could come again.
                receipt: 0,
            })
        })
    }

    fn ended(&self, _: &Taken) {}

    fn health(&self) -> Fut<'_, BusHealth> {
        Box::pin(async {
            // By itself: within the value below the lock would be held while `depth` asks for it again.
            let closed = self.judge.lock().closed;
            BusHealth {
                kind: "ingebouwd",
                connected: !closed,
                blocked: false,
                judge: self.judge.depth(),
                deliver: self.deliver.depth(),
                dead: None,
            }
        })
    }

    fn close(&self) {
        self.judge.close();
        self.deliver.close();
    }
}

struct Queue {
    capacity: usize,
    state: Mutex<State>,
    /// Something to take.
    filled: Notify,
    /// Room to put.
    freed: Notify,
}

#[derive(Default)]
struct State {
    /// With the moment at which each came.
    waiting: VecDeque<(EffectId, Instant)>,
    known: HashSet<EffectId>,
    closed: bool,
}

impl Queue {
    fn new(capacity: NonZeroUsize) -> Self {
        Self {
            capacity: capacity.get(),
            state: Mutex::default(),
            filled: Notify::new(),
            freed: Notify::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an effect at the end, unless it waits already; waits for room.
    async fn put(&self, effect: EffectId) -> Result<(), PortError> {
        loop {
            // Registered before the look, so that room made in between wakes us. A wake-up that reaches a waiter who
            // goes away is handed to the next by `Notify` itself.
            let mut freed = pin!(self.freed.notified());
            freed.as_mut().enable();
            {
                let mut state = self.lock();
                if state.closed {
                    return Err(PortError::Unavailable("the bus", "it was closed"));
                }
                if state.known.contains(&effect) {
                    return Ok(());
                }
                if state.waiting.len() < self.capacity {
                    state.known.insert(effect.clone());
                    state.waiting.push_back((effect, Instant::now()));
                    drop(state);
                    self.filled.notify_one();
                    return Ok(());
                }
            }
            freed.await;
        }
    }

    /// Takes the first; waits until there is one. `None` when closed: what still waits is in the outbox.
    async fn take(&self) -> Option<EffectId> {
        loop {
            let mut filled = pin!(self.filled.notified());
            filled.as_mut().enable();
            {
                let mut state = self.lock();
                if state.closed {
                    return None;
                }
                if let Some((effect, _)) = state.waiting.pop_front() {
                    state.known.remove(&effect);
                    drop(state);
                    self.freed.notify_one();
                    return Some(effect);
                }
            }
            filled.await;
        }
    }

    fn depth(&self) -> Depth {
        let state = self.lock();
        Depth {
            waiting: Some(state.waiting.len() as u64),
            oldest: state.waiting.front().map(|(_, since)| since.elapsed()),
        }
    }

    fn close(&self) {
        {
            let mut state = self.lock();
            state.closed = true;
            state.waiting = VecDeque::new();
            state.known = HashSet::new();
        }
        self.filled.notify_waiters();
        self.freed.notify_waiters();
    }
}
