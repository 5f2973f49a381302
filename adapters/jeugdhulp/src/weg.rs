//! What was left behind, and why: counted by reason. Never a place that the sender named, and never a value.

use std::collections::BTreeMap;
use std::fmt;

/// Reasons, each with how often.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Weggelaten(BTreeMap<&'static str, u32>);

impl Weggelaten {
    pub(crate) fn een(&mut self, reden: &'static str) {
        let count = self.0.entry(reden).or_default();
        *count = count.saturating_add(1);
    }

    /// How often for this reason.
    #[must_use]
    pub fn van(&self, reden: &str) -> u32 {
        self.0.get(reden).copied().unwrap_or(0)
    }

    /// Whether nothing was left behind.
    #[must_use]
    pub fn is_leeg(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Weggelaten {
    /// `reden=2 reden=1`, for a line of the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (reden, count)) in self.0.iter().enumerate() {
            write!(f, "{}{reden}={count}", if n == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Weggelaten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Weggelaten({self})")
    }
}
