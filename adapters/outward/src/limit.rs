//! The limit on calls to one system: waits its turn, but not for ever.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::time::Instant;

/// So many calls a second, and so many at once after a pause.
pub struct Limit {
    limiter: DefaultDirectRateLimiter,
    patience: Duration,
}

impl Limit {
    /// `patience`: the most that a call waits for its turn.
    #[must_use]
    pub fn new(per_second: NonZeroU32, burst: NonZeroU32, patience: Duration) -> Self {
        let quota = Quota::per_second(per_second).allow_burst(burst);
        Self {
            limiter: RateLimiter::direct(quota),
            patience,
        }
    }

    /// Waits for a turn. When that would take longer than the patience, says at once how long it would take.
    ///
    /// # Errors
    /// How long it would take.
    pub async fn turn(&self) -> Result<(), Duration> {
        let deadline = Instant::now() + self.patience;
        loop {
            let Err(not_yet) = self.limiter.check() else {
                return Ok(());
            };
            let wait = not_yet.wait_time_from(self.limiter.clock().now());
            if Instant::now() + wait > deadline {
                return Err(wait);
            }
            // Others wait for the same moment: whoever comes too late looks again.
            tokio::time::sleep(wait).await;
        }
    }
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Limit(…)")
    }
}
