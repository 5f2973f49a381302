//! How often an account was tried in vain. Pure: the time is handed in.

use std::time::Duration;

/// So many may go wrong before the account is closed for a while.
const FREE: u32 = 5;
/// The first pause; it doubles.
const FIRST: Duration = Duration::from_secs(60);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(3600);

/// Of one account, since it was last right.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tries {
    wrong: u32,
    until_ms: u64,
    /// The last step whose code was accepted: it counts once (RFC 6238, section 5.2).
    step: Option<u64>,
}

impl Tries {
    /// How long it is still closed.
    pub(crate) fn closed(&self, now_ms: u64) -> Option<Duration> {
        let left = self.until_ms.saturating_sub(now_ms);
        (left > 0).then(|| Duration::from_millis(left))
    }

    /// Counts a try before it is judged: many at once are as many tries.
    pub(crate) fn begin(&mut self, now_ms: u64) {
        self.wrong = self.wrong.saturating_add(1);
        if self.wrong >= FREE {
            let doubled = FIRST.saturating_mul(1_u32.checked_shl(self.wrong - FREE).unwrap_or(u32::MAX));
            let pause = u64::try_from(doubled.min(LONGEST).as_millis()).unwrap_or(u64::MAX);
            self.until_ms = now_ms.saturating_add(pause);
        }
    }

    /// It was right, with the code of this step. `false`: that code was used before.
    pub(crate) fn right(&mut self, step: u64) -> bool {
        if self.step.is_some_and(|last| step <= last) {
            return false;
        }
        *self = Self {
            step: Some(step),
            ..Self::default()
        };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_mistakes_are_free_the_fifth_closes_and_each_next_doubles_to_an_hour() {
        let mut tries = Tries::default();
        for _ in 0..4 {
            tries.begin(0);
        }
        assert_eq!(tries.closed(0), None);
        let mut now = 0;
        let mut pauses = Vec::new();
        for _ in 0..8 {
            tries.begin(now);
            let pause = tries.closed(now).unwrap_or_default();
            pauses.push(pause.as_secs());
            now += u64::try_from(pause.as_millis()).unwrap_or_default();
            assert_eq!(tries.closed(now), None);
        }
        assert_eq!(pauses, [60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert!(tries.right(7));
        assert_eq!(tries.closed(now), None);
    }

    #[test]
    fn a_code_counts_once_and_an_older_one_never_after_it() {
        let mut tries = Tries::default();
        assert!(tries.right(10));
        assert!(!tries.right(10));
        assert!(!tries.right(9));
        tries.begin(0);
        assert!(!tries.right(10), "a mistake between does not bring it back");
        assert!(tries.right(11));
    }
}
