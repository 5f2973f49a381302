//! How many sends go to one target at once: a dead target keeps its own lanes waiting, not those of others.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The limit of one target.
pub(crate) struct TargetGate {
    sends: Arc<Semaphore>,
    waiting: AtomicUsize,
    room: usize,
}

impl TargetGate {
    pub(crate) fn new(sends: usize) -> Self {
        let sends = sends.max(1);
        Self {
            sends: Arc::new(Semaphore::new(sends)),
            waiting: AtomicUsize::new(0),
            room: sends.saturating_mul(4),
        }
    }

    /// Whether others wait here already: the relay then asks the store for other receivers first.
    pub(crate) fn busy(&self) -> bool {
        self.sends.available_permits() == 0
    }

    /// Enters, waiting at most so long and giving up the worker's own slot meanwhile. `None`: no room.
    pub(crate) async fn enter(&self, slot: &mut Slot, at_most: Duration) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.sends).try_acquire_owned() {
            return Some(permit);
        }
        let waiting = Waiting::begin(&self.waiting, self.room)?;
        let permit = slot
            .outside(tokio::time::timeout(at_most, Arc::clone(&self.sends).acquire_owned()))
            .await;
        drop(waiting);
        permit.ok()?.ok()
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(counter: &'a AtomicUsize, room: usize) -> Option<Self> {
        let this = Self(counter);
        (counter.fetch_add(1, Ordering::AcqRel) < room).then_some(this)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A worker's place among the steps at once. Given up while it only waits for another system: however many targets are
/// dead, the workers are there for the others.
#[derive(Default)]
pub(crate) struct Slot {
    all: Option<Arc<Semaphore>>,
    mine: Option<OwnedSemaphorePermit>,
}

impl Slot {
    pub(crate) const fn new(all: Arc<Semaphore>, mine: OwnedSemaphorePermit) -> Self {
        Self {
            all: Some(all),
            mine: Some(mine),
        }
    }

    /// Waits outside the worker's place, and takes a place again after it.
    pub(crate) async fn outside<T>(&mut self, wait: impl Future<Output = T>) -> T {
        self.mine = None;
        let out = wait.await;
        if let Some(all) = &self.all {
            // Closed only when the program ends: then it no longer matters.
            self.mine = Arc::clone(all).acquire_owned().await.ok();
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_full_target_lets_a_few_wait_and_sends_the_rest_away() {
        let gate = Arc::new(TargetGate::new(1));
        let held = gate.enter(&mut Slot::default(), Duration::ZERO).await;
        assert!(held.is_some() && gate.busy());
        let waiters: Vec<_> = (0..5)
            .map(|_| {
                let gate = Arc::clone(&gate);
                tokio::spawn(async move { gate.enter(&mut Slot::default(), Duration::from_secs(5)).await.is_some() })
            })
            .collect();
        tokio::time::sleep(Duration::from_secs(1)).await;
        drop(held);
        let mut entered = 0;
        for waiter in waiters {
            entered += usize::from(waiter.await.unwrap_or(false));
        }
        assert_eq!(entered, 4, "four may wait; the fifth is sent away at once");
    }
}
