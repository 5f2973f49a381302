//! What the broker gave us for one station and was not told yet that it ended. Its prefetch bounds it.

use std::collections::{BTreeMap, VecDeque};
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use lapin::Acker;
use sluis_stations::ports::EffectId;
use tokio::sync::Notify;

/// The deliveries of one station.
#[derive(Default)]
pub(super) struct Tray {
    state: Mutex<State>,
    filled: Notify,
}

#[derive(Default)]
struct State {
    last: u64,
    /// Not taken yet, in the order in which they came.
    waiting: VecDeque<(u64, EffectId)>,
    /// Taken or not, until they end: when each was published, and how the broker is told.
    held: BTreeMap<u64, (Timestamp, Acker)>,
    closed: bool,
}

impl Tray {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put(&self, effect: EffectId, published: Timestamp, acker: Acker) {
        {
            let mut state = self.lock();
            // Numbers go on over connections: a receipt of a former one never means another delivery.
            state.last += 1;
            let receipt = state.last;
            state.held.insert(receipt, (published, acker));
            state.waiting.push_back((receipt, effect));
        }
        self.filled.notify_one();
    }

    /// The first that waits; waits until there is one. `None` when closed.
    pub(super) async fn take(&self) -> Option<(u64, EffectId)> {
        loop {
            // Registered before the look. A wake-up that reaches a waiter who goes away is handed to the next.
            let mut filled = pin!(self.filled.notified());
            filled.as_mut().enable();
            {
                let mut state = self.lock();
                if state.closed {
                    return None;
                }
                if let Some(first) = state.waiting.pop_front() {
                    return Some(first);
                }
            }
            filled.await;
        }
    }

    /// How to tell the broker that this one ended; `None` when its connection is gone: the broker gives it again.
    pub(super) fn end(&self, receipt: u64) -> Option<Acker> {
        self.lock().held.remove(&receipt).map(|(_, acker)| acker)
    }

    /// The connection is gone: the broker gives all of it again.
    pub(super) fn forget(&self) {
        let mut state = self.lock();
        state.waiting = VecDeque::new();
        state.held = BTreeMap::new();
    }

    /// How many are held, and when the oldest was published.
    pub(super) fn held(&self) -> (usize, Option<Timestamp>) {
        let state = self.lock();
        (state.held.len(), state.held.values().map(|(at, _)| *at).min())
    }

    pub(super) fn close(&self) {
        {
            let mut state = self.lock();
            state.closed = true;
            for (receipt, _) in std::mem::take(&mut state.waiting) {
                state.held.remove(&receipt);
            }
        }
        self.filled.notify_waiters();
    }
}
