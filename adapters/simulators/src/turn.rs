//! Which fault is due: counters and a seed, nothing else, so that a run can be repeated.

use crate::behaviour::{Behaviour, Fault};

/// What to do with one request.
pub(crate) struct Turn {
    pub(crate) fault: Option<Fault>,
    pub(crate) delay_ms: u64,
}

/// A behaviour in play, with its counters.
pub(crate) struct Active {
    pub(crate) behaviour: Behaviour,
    requests: u64,
    counters: Vec<u64>,
}

impl Active {
    pub(crate) fn new(behaviour: Behaviour) -> Self {
        let counters = vec![0; behaviour.faults.len()];
        Self {
            behaviour,
            requests: 0,
            counters,
        }
    }

    /// Counts the request with every rule it matches and takes the first that is due.
    pub(crate) fn turn(&mut self, method: &str, path: &str) -> Turn {
        self.requests += 1;
        let Behaviour {
            seed,
            delay_ms,
            jitter_ms,
            ..
        } = self.behaviour;
        let mut fault = None;
        for (salt, (rule, counter)) in (1u64..).zip(self.behaviour.faults.iter().zip(&mut self.counters)) {
            let matches = rule.path.as_deref().is_none_or(|start| path.starts_with(start))
                && rule.method.as_deref().is_none_or(|wanted| wanted == method);
            if !matches {
                continue;
            }
            *counter += 1;
            let Some(count) = counter.checked_sub(rule.after).filter(|count| *count > 0) else {
                continue;
            };
            let due = count.is_multiple_of(rule.every.max(1))
                && rule.at_most.is_none_or(|most| count <= most)
                && draw(seed, salt, count) % 1000 < u64::from(rule.permille);
            if due && fault.is_none() {
                fault = Some(rule.fault.clone());
            }
        }
        let jitter = draw(seed, 0, self.requests)
            .checked_rem(jitter_ms.saturating_add(1))
            .unwrap_or(0);
        Turn {
            fault,
            delay_ms: delay_ms.saturating_add(jitter),
        }
    }
}

/// SplitMix64 over seed, rule and count: no state, so a chance depends on nothing else.
fn draw(seed: u64, salt: u64, count: u64) -> u64 {
    let mut z = seed ^ salt.wrapping_mul(0xa076_1d64_78bd_642f) ^ count.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
