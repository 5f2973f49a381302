//! Who waits for work hears that the outbox was written.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;

/// Counts the changes, and how many were told. Made for one relay: of two that wait together both hear it, but one
/// that was busy may miss what the other was told.
#[derive(Default)]
pub(crate) struct Changes {
    made: AtomicU64,
    seen: AtomicU64,
    notify: Notify,
}

impl Changes {
    /// The outbox was written.
    pub(crate) fn bump(&self) {
        self.made.fetch_add(1, Ordering::AcqRel);
        self.notify.notify_waiters();
    }

    /// Waits for a change; returns at once when there was one since anyone's last return.
    pub(crate) async fn wait(&self) {
        let mut notified = std::pin::pin!(self.notify.notified());
        // Registered before the look, so that a change in between is not missed.
        notified.as_mut().enable();
        let made = self.made.load(Ordering::Acquire);
        if self.seen.swap(made, Ordering::AcqRel) != made {
            return;
        }
        notified.await;
        self.seen.fetch_max(self.made.load(Ordering::Acquire), Ordering::AcqRel);
    }
}
