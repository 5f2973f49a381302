//! The limit on calls to one target: waits its turn, but not for ever.

use std::time::Duration;

use governor::clock::Clock;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::time::Instant;

use crate::config::Config;

pub(crate) struct Limit {
    limiter: DefaultDirectRateLimiter,
    patience: Duration,
}

impl Limit {
    pub(crate) fn new(config: &Config) -> Self {
        let quota = Quota::per_second(config.per_second).allow_burst(config.burst);
        Self {
            limiter: RateLimiter::direct(quota),
            patience: config.patience,
        }
    }

    /// Waits for a turn. When that would take longer than the patience, says at once how long it would take.
    pub(crate) async fn turn(&self) -> Result<(), Duration> {
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
