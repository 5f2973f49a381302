//! How much a caller may ask, and how often an address may fail to say who it is.
//!
//! Keys of governor never expire by themselves: [`Limits::tidy`] is called by the server every so often.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// How much is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitSettings {
    /// Requests per second for one connection, in the long run.
    pub per_second: NonZeroU32,
    /// Requests at once for one connection.
    pub burst: NonZeroU32,
    /// Failures to authenticate per minute for one address (an IPv6 /64 is one).
    pub failures_per_minute: NonZeroU32,
}

impl Default for LimitSettings {
    /// 200 per second, 400 at once; 30 failures a minute.
    fn default() -> Self {
        let n = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self {
            per_second: n(200),
            burst: n(400),
            failures_per_minute: n(30),
        }
    }
}

/// The limits at work.
pub struct Limits {
    callers: DefaultKeyedRateLimiter<usize>,
    failures: DefaultKeyedRateLimiter<[u8; 8]>,
    clock: DefaultClock,
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Limits")
    }
}

/// What counts as one address: IPv4 as it is (mapped IPv6 too), IPv6 by its first 64 bits.
pub(crate) fn place(addr: IpAddr) -> [u8; 8] {
    match addr.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            [0, 0, 0, 0, a, b, c, d]
        }
        IpAddr::V6(v6) => {
            let [a, b, c, d, e, f, g, h, ..] = v6.octets();
            [a, b, c, d, e, f, g, h]
        }
    }
}

impl Limits {
    /// Limits with nothing used yet.
    #[must_use]
    pub fn new(settings: LimitSettings) -> Self {
        Self {
            callers: RateLimiter::keyed(Quota::per_second(settings.per_second).allow_burst(settings.burst)),
            failures: RateLimiter::keyed(Quota::per_minute(settings.failures_per_minute)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request of a connection, by its place in the list.
    ///
    /// # Errors
    /// How long to wait.
    pub fn request(&self, caller: usize) -> Result<(), Duration> {
        self.callers
            .check_key(&caller)
            .map_err(|no| no.wait_time_from(self.clock.now()))
    }

    /// Counts a failure to authenticate. Only failures are limited: a token cannot be guessed, and who shares an
    /// address with a broken client must still be served.
    ///
    /// # Errors
    /// How long to wait.
    pub fn failure(&self, addr: IpAddr) -> Result<(), Duration> {
        self.failures
            .check_key(&place(addr))
            .map_err(|no| no.wait_time_from(self.clock.now()))
    }

    /// Forgets keys that are fresh again.
    pub fn tidy(&self) {
        self.callers.retain_recent();
        self.callers.shrink_to_fit();
        self.failures.retain_recent();
        self.failures.shrink_to_fit();
    }

    /// How many addresses are remembered.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.failures.len()
    }
}
