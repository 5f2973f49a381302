//! The way out: a system that receives.

use std::time::Duration;

use jiff::civil::Date;
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::mapping::{Outgoing, SelfCheckError};
use sluis_rules::minimise::{Minimised, Plan};

use super::{EffectId, Fut};

/// How a send came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// The target has it.
    Delivered,
    /// Certainly not taken: try again, after at least this long if the target said so.
    Retry {
        /// The target's own wish.
        after: Option<Duration>,
        /// A word from a closed vocabulary, e.g. `verbinding`, `503`.
        why: &'static str,
    },
    /// The target refuses it for good.
    Refused {
        /// A word from a closed vocabulary.
        why: &'static str,
    },
    /// It may have been taken or not (time-out, cut connection): ask, never simply send again.
    Unknown {
        /// A word from a closed vocabulary.
        why: &'static str,
    },
}

/// What a target says when asked whether it has an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It has it.
    Has,
    /// It certainly does not have it: sending is safe.
    HasNot,
    /// It does not say.
    Silent,
}

/// A system that receives by push.
pub trait Target: Send + Sync {
    /// Its name in configuration, journal and screens.
    fn name(&self) -> &str;

    /// Encodes what the minimiser made into the target's own words, self-check included. The only way to an
    /// [`Outgoing`].
    ///
    /// # Errors
    /// When the self-check finds a leaf that is neither permitted nor a declared constant: nothing leaves.
    fn encode(
        &self,
        minimised: &Minimised<'_>,
        plan: &Plan,
        masks: &[GegevenSet],
        dag: Date,
    ) -> Result<Outgoing, SelfCheckError>;

    /// Sends it, with the effect id as idempotency key. Bounded in time by the adapter itself.
    fn send<'a>(&'a self, effect: &'a EffectId, traceparent: &'a str, out: &'a Outgoing) -> Fut<'a, Sent>;

    /// Asks whether the target has the effect.
    fn ask<'a>(&'a self, effect: &'a EffectId) -> Fut<'a, Asked>;

    /// Whether the target promises that one idempotency key has one effect, so that an unknown send may be repeated.
    fn idempotent(&self) -> bool;
}
