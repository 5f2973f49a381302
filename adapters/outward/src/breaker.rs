//! Leaves a system that keeps failing alone for a while, so that a dead one costs nobody time.

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Opens after a number of failures in a row. When its rest is over one call may try; the others wait for how it ends.
pub struct Breaker {
    failures: u32,
    rest: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    in_a_row: u32,
    until: Option<Instant>,
}

impl std::fmt::Debug for Breaker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Breaker(…)")
    }
}

impl Breaker {
    /// Opens after so many failures in a row, for so long.
    #[must_use]
    pub fn new(failures: NonZeroU32, rest: Duration) -> Self {
        Self {
            failures: failures.get(),
            rest,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a call may be made.
    ///
    /// # Errors
    /// How long to wait.
    pub fn may(&self) -> Result<(), Duration> {
        let mut state = self.state();
        let now = Instant::now();
        match state.until {
            Some(until) if now < until => Err(until - now),
            Some(_) => {
                // This one tries. Whether it fails or is dropped, the rest of the others has begun anew.
                state.until = Some(now + self.rest);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// How a call ended: whether the system answered as one that works.
    pub fn ended(&self, well: bool) {
        let mut state = self.state();
        if well {
            *state = State::default();
            return;
        }
        state.in_a_row = state.in_a_row.saturating_add(1);
        if state.in_a_row >= self.failures {
            state.until = Some(Instant::now() + self.rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_opens_rests_and_lets_one_try() {
        let rest = Duration::from_secs(30);
        let breaker = Breaker::new(NonZeroU32::MIN.saturating_add(1), rest);
        breaker.ended(false);
        assert_eq!(breaker.may(), Ok(()));
        breaker.ended(true);
        breaker.ended(false);
        assert_eq!(
            breaker.may(),
            Ok(()),
            "an answer between two failures: they are not in a row"
        );
        breaker.ended(false);
        assert_eq!(breaker.may(), Err(rest));
        tokio::time::advance(rest).await;
        assert_eq!(breaker.may(), Ok(()));
        assert_eq!(breaker.may(), Err(rest), "only one tries");
        breaker.ended(false);
        assert_eq!(breaker.may(), Err(rest));
        tokio::time::advance(rest).await;
        assert_eq!(breaker.may(), Ok(()));
        breaker.ended(true);
        assert_eq!((breaker.may(), breaker.may()), (Ok(()), Ok(())));
    }
}
