//! What a [`crate::Gateway`] is made of. The program's wiring fills these in; nothing here reads a file.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sluis_rules::ids::{Oin, Partij};
use sluis_rules::rulebook::Rulebook;
use sluis_rules::scan::Caps;

use crate::ports::{Bus, Clock, Sealer, Store, Target};

/// A source of random numbers for jitter and span ids; never for keys.
pub type Entropy = Arc<dyn Fn() -> u64 + Send + Sync>;

/// What becomes of what a connection brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is taken.
    Off,
    /// A copy is judged and recorded; nothing is forwarded.
    Shadow,
    /// The covenant at work.
    Enforce,
}

/// A connection: which party it is, and for whom it may speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Koppeling {
    /// Off, shadow or enforce.
    pub mode: Mode,
    /// The parties this connection *is*: it may send as them and empty their mailboxes.
    pub eigen: Vec<Partij>,
    /// The parties it may also speak for (the mandate table): send, never fetch.
    pub mandaat: Vec<Partij>,
}

impl Koppeling {
    /// Whether it may send in the name of this party.
    #[must_use]
    pub fn speaks_for(&self, partij: Partij) -> bool {
        self.eigen.contains(&partij) || self.mandaat.contains(&partij)
    }

    /// Whether a `source` of this organisation is its own, or one it speaks for.
    #[must_use]
    pub fn knows(&self, oin: Oin) -> bool {
        self.eigen.iter().chain(&self.mandaat).any(|p| p.oin == oin)
    }
}

/// Who calls, authenticated before: made only by [`crate::Gateway::caller`], from the name of a configured connection.
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) naam: String,
    pub(crate) koppeling: Koppeling,
}

impl Caller {
    /// The name of the connection.
    #[must_use]
    pub fn naam(&self) -> &str {
        &self.naam
    }

    /// The connection.
    #[must_use]
    pub const fn koppeling(&self) -> &Koppeling {
        &self.koppeling
    }
}

/// The way to a receiver.
#[derive(Clone)]
pub enum Route {
    /// By push, to its system.
    Push(Arc<dyn Target>),
    /// By pull: the receiver empties its mailbox (the covenant's preference, toelichting 10).
    Mailbox,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Push(target) => write!(f, "Push({})", target.name()),
            Self::Mailbox => f.write_str("Mailbox"),
        }
    }
}

/// When to try again: exponential, with jitter, up to a cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// The first pause.
    pub first: Duration,
    /// The longest pause.
    pub cap: Duration,
    /// After so many attempts a receiver counts as out of reach.
    pub max_attempts: u32,
    /// After so many questions without an answer the outcome stays unknown, for a person to resolve.
    pub max_asks: u32,
}

impl Retry {
    /// The pause after `attempt` attempts: between half and the whole of the doubled pause, so that many do not come
    /// at once; never shorter than the other side asked.
    pub(crate) fn pause(&self, attempt: u32, asked: Option<Duration>, entropy: &Entropy) -> Duration {
        let doubled = self
            .first
            .saturating_mul(1_u32.checked_shl(attempt.min(30)).unwrap_or(u32::MAX))
            .min(self.cap);
        let half = doubled / 2;
        let span = u64::try_from(half.as_millis()).unwrap_or(u64::MAX).saturating_add(1);
        let jittered = half + Duration::from_millis(entropy() % span);
        // An hour is the most another may make us wait: a wrong Retry-After must not park a child's request for years.
        asked.map_or(jittered, |a| jittered.max(a.min(Duration::from_secs(3600))))
    }
}

/// Numbers an operator may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Caps on a canonical message.
    pub caps: Caps,
    /// Days that quarantine keeps content.
    pub quarantine_days: u32,
    /// How long a claim holds. Longer than `send_timeout` by a margin, or nothing is sent.
    pub lease: Duration,
    /// The most one send or question may take.
    pub send_timeout: Duration,
    /// How long a target that does not promise one effect for one key is left alone before it is asked whether it has
    /// an uncertain send: it may still be working on it, and an early *no* would make us send a second time.
    pub ask_after: Duration,
    /// When to try again.
    pub retry: Retry,
    /// After so many attempts at judge, or panics at either station, a person must look.
    pub max_attempts: u32,
    /// Steps at once at judge.
    pub judge_workers: usize,
    /// Steps at once at deliver, those that wait for a target's place or answer not counted.
    pub deliver_workers: usize,
    /// Sends at once to one target.
    pub per_target: usize,
    /// Notices on the bus at once, for each station.
    pub in_flight: usize,
    /// How often the relay looks for retries that fell due.
    pub tick: Duration,
    /// How often content past its time is destroyed.
    pub expire_every: Duration,
    /// How long an orderly end waits for what is under way.
    pub drain: Duration,
    /// Before the id of a consultation or channel: the processing activity in the art. 30 register.
    pub verwerking: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            caps: Caps::default(),
            quarantine_days: 30,
            lease: Duration::from_secs(120),
            send_timeout: Duration::from_secs(30),
            ask_after: Duration::from_secs(10),
            retry: Retry {
                first: Duration::from_secs(1),
                cap: Duration::from_secs(600),
                max_attempts: 300,
                max_asks: 12,
            },
            max_attempts: 8,
            judge_workers: 2,
            deliver_workers: 16,
            per_target: 8,
            in_flight: 256,
            tick: Duration::from_secs(1),
            expire_every: Duration::from_secs(3600),
            drain: Duration::from_secs(35),
            verwerking: "urn:sluis:verwerking:".to_owned(),
        }
    }
}

/// Everything a gateway is made of.
pub struct Parts {
    /// The truth.
    pub store: Arc<dyn Store>,
    /// What moves the work.
    pub bus: Arc<dyn Bus>,
    /// Sealing and keyed ids.
    pub sealer: Arc<dyn Sealer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For jitter and span ids.
    pub entropy: Entropy,
    /// The rules to begin with.
    pub rulebook: Arc<Rulebook>,
    /// The way to each receiver.
    pub routes: BTreeMap<Partij, Route>,
    /// The connections by name.
    pub koppelingen: BTreeMap<String, Koppeling>,
    /// Numbers.
    pub settings: Settings,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_cap_and_respect_what_was_asked() {
        let retry = Settings::default().retry;
        let low: Entropy = Arc::new(|| 0);
        let high: Entropy = Arc::new(|| u64::MAX - 1);
        let mut before = Duration::ZERO;
        for attempt in 0..40 {
            let (a, b) = (retry.pause(attempt, None, &low), retry.pause(attempt, None, &high));
            assert!(a >= before && a <= retry.cap && b <= retry.cap);
            before = a;
        }
        assert_eq!(before, retry.cap / 2);
        assert_eq!(
            retry.pause(0, Some(Duration::from_secs(90)), &low),
            Duration::from_secs(90)
        );
        assert_eq!(
            retry.pause(0, Some(Duration::from_secs(9_000_000)), &low),
            Duration::from_secs(3600)
        );
    }
}
