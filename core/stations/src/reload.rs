//! Other rules, while messages pass. They are made aside and put in place whole; what cannot be used changes nothing, and
//! is told until it is mended.

use std::sync::{Arc, PoisonError};

use jiff::civil::Date;
use sluis_rules::event::Bericht;
use sluis_rules::rulebook::Rulebook;

use crate::gateway::{Gateway, Snapshot, lock};
use crate::schema::{SchemaUnusable, Validators};

/// Why rules are not taken into use. Those in use stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReloadError {
    /// A schema cannot be read.
    #[error(transparent)]
    Schema(#[from] SchemaUnusable),
    /// Their first day is still to come.
    #[error("these rules may be used from {0} on: until then the ones in use stay")]
    NotYet(Date),
}

/// Rules that could not be taken into use, as long as nobody mended them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RulesAlarm {
    /// What is wrong: one of [`REGELS_ONLEESBAAR`], [`REGELS_GEWEIGERD`], [`REGELS_NOG_NIET`],
    /// [`REGELS_TABEL_VEROUDERD`].
    pub reden: &'static str,
    /// Since when, milliseconds since the Unix epoch.
    pub since_ms: u64,
}

/// Rules that lie ready for a day to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulesReady {
    /// Their hash.
    pub regelboek: Arc<str>,
    /// Their first day.
    pub vanaf: Date,
}

/// The directory of the rules cannot be read.
pub const REGELS_ONLEESBAAR: &str = "regels-onleesbaar";
/// The rules have findings.
pub const REGELS_GEWEIGERD: &str = "regels-geweigerd";
/// The table of who receives what beside the rules was made of others.
pub const REGELS_TABEL_VEROUDERD: &str = "regels-tabel-verouderd";
/// No rules that lie there may be used today.
pub const REGELS_NOG_NIET: &str = "regels-nog-niet";

/// What is known of rules that are not in use.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    alarm: Option<RulesAlarm>,
    ready: Option<RulesReady>,
}

impl Gateway {
    /// Takes other rules into use, and ends the alarm. What was judged under the old ones is judged again under the new
    /// ones before it leaves, over what the old ones let through: the stricter of the two wins.
    ///
    /// # Errors
    /// When their first day is still to come, or a schema cannot be read: the rules in use stay.
    pub fn reload(&self, rulebook: Arc<Rulebook>) -> Result<(), ReloadError> {
        let today = self.inner.clock.today();
        if let Some(vanaf) = rulebook.convenant().geldt_vanaf.filter(|vanaf| *vanaf > today) {
            return Err(ReloadError::NotYet(vanaf));
        }
        // The same rules again: what was compiled from them stays.
        let now = self.snapshot();
        if rulebook.hash() != now.rulebook.hash() {
            // The schemas are part of the program, so they are nearly always the same: what was compiled of them stays too.
            let same = |b| rulebook.schema_text(b) == now.rulebook.schema_text(b);
            let validators = if Bericht::ALL.into_iter().all(same) {
                Arc::clone(&now.validators)
            } else {
                Arc::new(Validators::when_needed(&rulebook)?)
            };
            let snapshot = Arc::new(Snapshot { rulebook, validators });
            *self.inner.snapshot.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
        }
        lock(&self.inner.rules).alarm = None;
        Ok(())
    }

    /// Remembers that rules could not be taken into use, until some are.
    pub fn raise_rules_alarm(&self, reden: &'static str) {
        let since_ms = self.now_ms();
        let mut rules = lock(&self.inner.rules);
        if rules.alarm.is_none_or(|alarm| alarm.reden != reden) {
            rules.alarm = Some(RulesAlarm { reden, since_ms });
        }
    }

    /// Rules that could not be taken into use and were not mended since.
    #[must_use]
    pub fn rules_alarm(&self) -> Option<RulesAlarm> {
        lock(&self.inner.rules).alarm
    }

    /// Remembers which rules lie ready for a day to come, if any.
    pub fn set_rules_ready(&self, ready: Option<RulesReady>) {
        lock(&self.inner.rules).ready = ready;
    }

    /// Rules that lie ready for a day to come.
    #[must_use]
    pub fn rules_ready(&self) -> Option<RulesReady> {
        lock(&self.inner.rules).ready.clone()
    }
}
