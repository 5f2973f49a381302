//! How a step of a station ended, and the counters that show it.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::ports::EffectId;

/// How one step of judge or deliver ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to do: another has it, or it went on.
    Nothing,
    /// On to deliver.
    Forwarded,
    /// Laid in the mailbox of its receiver.
    Mailbox,
    /// The receiver has it.
    Delivered,
    /// Ended without a delivery: judged in shadow mode.
    Shadow,
    /// Divided over its receivers, who became known: these are the new effects.
    Divided(Vec<EffectId>),
    /// Kept aside for these reasons.
    Quarantined(Vec<String>),
    /// The same station, later.
    Later,
    /// Whether the receiver has it is not known yet.
    Unknown,
    /// The claim ended before the step did: what was done here does not count.
    Lost,
}

/// Counters since the start. Names and numbers only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tellers {
    /// Events accepted, repeats not counted.
    pub accepted: u64,
    /// Events refused at intake.
    pub refused: u64,
    /// Judged and passed on, or laid in a mailbox.
    pub forwarded: u64,
    /// Handed over by push.
    pub delivered: u64,
    /// Kept aside.
    pub quarantined: u64,
    /// Put off, to be tried again.
    pub retried: u64,
    /// Sends of which the outcome was not known.
    pub unknown: u64,
    /// Judged in shadow mode.
    pub shadowed: u64,
    /// Steps that ended in a panic.
    pub panics: u64,
    /// Steps that a port could not do.
    pub port_errors: u64,
}

#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) accepted: AtomicU64,
    pub(crate) refused: AtomicU64,
    forwarded: AtomicU64,
    delivered: AtomicU64,
    quarantined: AtomicU64,
    retried: AtomicU64,
    unknown: AtomicU64,
    shadowed: AtomicU64,
    pub(crate) panics: AtomicU64,
    pub(crate) port_errors: AtomicU64,
}

pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Counters {
    pub(crate) fn outcome(&self, outcome: &Outcome) {
        match outcome {
            Outcome::Nothing | Outcome::Lost | Outcome::Divided(_) => {}
            Outcome::Forwarded | Outcome::Mailbox => count(&self.forwarded),
            Outcome::Delivered => count(&self.delivered),
            Outcome::Shadow => count(&self.shadowed),
            Outcome::Quarantined(_) => count(&self.quarantined),
            Outcome::Later => count(&self.retried),
            Outcome::Unknown => count(&self.unknown),
        }
    }

    pub(crate) fn read(&self) -> Tellers {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Tellers {
            accepted: get(&self.accepted),
            refused: get(&self.refused),
            forwarded: get(&self.forwarded),
            delivered: get(&self.delivered),
            quarantined: get(&self.quarantined),
            retried: get(&self.retried),
            unknown: get(&self.unknown),
            shadowed: get(&self.shadowed),
            panics: get(&self.panics),
            port_errors: get(&self.port_errors),
        }
    }
}
