//! How a simulator misbehaves: data, so that a test and a running process state it the same way.
//!
//! The JSON (`PUT /_gedrag`, a demo's file) has Dutch keys, because an operator writes it:
//!
//! ```json
//! { "seed": 7, "vertraging_ms": 20, "negeer_sleutels": false,
//!   "storingen": [ { "storing": { "soort": "status", "status": 503 }, "elke": 3 },
//!                  { "storing": { "soort": "verbreek", "moment": "na" }, "promille": 50, "pad": "/zaken" } ] }
//! ```

use serde::{Deserialize, Serialize};

/// Everything a simulator does wrong. The default does nothing wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// Seed of the chances and of the jitter; the same seed and order of requests give the same faults.
    pub seed: u64,
    /// Milliseconds between having processed a request and answering it.
    #[serde(rename = "vertraging_ms")]
    pub delay_ms: u64,
    /// At most this many milliseconds are added to the delay, by the seed.
    #[serde(rename = "spreiding_ms")]
    pub jitter_ms: u64,
    /// Zaaksysteem only: every POST is a new effect, whatever its `Idempotency-Key`.
    #[serde(rename = "negeer_sleutels")]
    pub ignore_keys: bool,
    /// Kindkans only: each announcement is sent twice.
    #[serde(rename = "kondig_dubbel_aan")]
    pub announce_twice: bool,
    /// Kindkans only: announcements carry a signature made with another secret.
    #[serde(rename = "valse_handtekening")]
    pub forge_signature: bool,
    /// The faults; of those that are due for a request the first in this list is applied.
    #[serde(rename = "storingen")]
    pub faults: Vec<FaultRule>,
}

/// A fault and when it is due. It counts the requests it applies to, from one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// What goes wrong.
    #[serde(rename = "storing")]
    pub fault: Fault,
    /// Due at every Nth request; 1 is each.
    #[serde(rename = "elke", default = "one")]
    pub every: u64,
    /// Of those, this many in a thousand, chosen by the seed.
    #[serde(rename = "promille", default = "always")]
    pub permille: u16,
    /// Leaves this many requests alone first.
    #[serde(rename = "na", default)]
    pub after: u64,
    /// Stops being due after this many requests (counted after [`FaultRule::after`]).
    #[serde(rename = "hoogstens", default)]
    pub at_most: Option<u64>,
    /// Only requests whose path starts with this.
    #[serde(rename = "pad", default)]
    pub path: Option<String>,
    /// Only this method, in capitals.
    #[serde(rename = "methode", default)]
    pub method: Option<String>,
}

fn one() -> u64 {
    1
}

fn always() -> u16 {
    1000
}

impl FaultRule {
    /// A fault at every request.
    #[must_use]
    pub fn always(fault: Fault) -> Self {
        Self {
            fault,
            every: 1,
            permille: 1000,
            after: 0,
            at_most: None,
            path: None,
            method: None,
        }
    }

    /// A fault at every `n`th request.
    #[must_use]
    pub fn every(fault: Fault, n: u64) -> Self {
        Self {
            every: n,
            ..Self::always(fault)
        }
    }

    /// A fault at the first `n` requests only.
    #[must_use]
    pub fn first(fault: Fault, n: u64) -> Self {
        Self {
            at_most: Some(n),
            ..Self::always(fault)
        }
    }
}

/// Whether a fault strikes before the request took effect or after.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Moment {
    /// The request is forgotten: it has no effect (its bytes are recorded all the same).
    #[default]
    #[serde(rename = "voor")]
    Before,
    /// The request took effect; only the answer suffers.
    #[serde(rename = "na")]
    After,
}

/// What can go wrong with one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "soort", rename_all = "lowercase", deny_unknown_fields)]
pub enum Fault {
    /// Answers with this status (200..=599) and an empty problem document.
    Status {
        /// HTTP status.
        status: u16,
        /// Before or after the effect.
        #[serde(default)]
        moment: Moment,
    },
    /// Closes the connection without an answer.
    #[serde(rename = "verbreek")]
    Close {
        /// Before or after the effect.
        #[serde(default)]
        moment: Moment,
    },
    /// Sends the whole answer twice on the same connection.
    #[serde(rename = "dubbel")]
    Twice,
    /// The right status with a body that is neither JSON nor UTF-8.
    #[serde(rename = "onzin")]
    Garbage,
    /// Announces the whole answer, sends half and closes.
    #[serde(rename = "afgebroken")]
    Truncated,
    /// Answers a few bytes at a time.
    #[serde(rename = "druppel")]
    Trickle {
        /// Bytes per step, at least 1.
        bytes: usize,
        /// Milliseconds before each step.
        pauze_ms: u64,
    },
    /// Answers with the right status and this many bytes of JSON text, chunked, without a length.
    #[serde(rename = "enorm")]
    Huge {
        /// Bytes of the answer.
        bytes: u64,
    },
    /// 302 to an address that the caller must not follow; no effect.
    #[serde(rename = "omleiding")]
    Redirect {
        /// The `Location`.
        naar: String,
    },
    /// 429 with `Retry-After`; no effect.
    #[serde(rename = "teveel")]
    TooMany {
        /// Seconds in `Retry-After`.
        na_seconden: u64,
    },
}

impl Fault {
    /// The name the record shows beside a request that met this fault.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status {
                moment: Moment::Before, ..
            } => "status-voor",
            Self::Status {
                moment: Moment::After, ..
            } => "status-na",
            Self::Close { moment: Moment::Before } => "verbreek-voor",
            Self::Close { moment: Moment::After } => "verbreek-na",
            Self::Twice => "dubbel",
            Self::Garbage => "onzin",
            Self::Truncated => "afgebroken",
            Self::Trickle { .. } => "druppel",
            Self::Huge { .. } => "enorm",
            Self::Redirect { .. } => "omleiding",
            Self::TooMany { .. } => "teveel",
        }
    }
}

/// A behaviour that cannot be played.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BehaviourError {
    /// A status outside 200..=599.
    #[error("storing {0}: a status lies between 200 and 599")]
    Status(usize),
    /// `elke` or `bytes` is zero, or `promille` above 1000.
    #[error("storing {0}: elke and bytes are at least 1, promille at most 1000")]
    Range(usize),
    /// A `Location` that no header can hold.
    #[error("storing {0}: naar is not a header value")]
    Location(usize),
}

impl Behaviour {
    /// A behaviour of one fault rule.
    #[must_use]
    pub fn of(rule: FaultRule) -> Self {
        Self {
            faults: vec![rule],
            ..Self::default()
        }
    }

    /// Refuses what cannot be played, naming the rule by its place (from 0).
    ///
    /// # Errors
    /// The first rule out of range.
    pub fn check(&self) -> Result<(), BehaviourError> {
        for (at, rule) in self.faults.iter().enumerate() {
            if rule.every == 0 || rule.permille > 1000 {
                return Err(BehaviourError::Range(at));
            }
            match &rule.fault {
                Fault::Status { status, .. } if !(200..=599).contains(status) => {
                    return Err(BehaviourError::Status(at));
                }
                Fault::Trickle { bytes: 0, .. } => return Err(BehaviourError::Range(at)),
                Fault::Redirect { naar } if axum::http::HeaderValue::from_str(naar).is_err() => {
                    return Err(BehaviourError::Location(at));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
