//! Which rules are in use: those of the directory, those of a second directory from their first day on, and others as soon
//! as somebody changes them. What cannot be used changes nothing and is told.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use sluis_rules::rulebook::Rulebook;
use sluis_stations::{
    Gateway, REGELS_GEWEIGERD, REGELS_NOG_NIET, REGELS_ONLEESBAAR, REGELS_TABEL_VEROUDERD, RulesReady,
};

use crate::regels::{self, Mark, RulesError};
use crate::settings::Settings;

/// Where rules may lie, and how often it is looked.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    now: Option<PathBuf>,
    later: Option<PathBuf>,
    pub(crate) look_every: Option<Duration>,
}

/// Why there are no rules to use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoRules {
    /// They cannot be read or used.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// All of them begin later.
    #[error("the rules may be used from {0} on: put them under regels_straks, and those of today under regels")]
    NotYet(Date),
}

impl NoRules {
    const fn reden(&self) -> &'static str {
        match self {
            Self::Rules(RulesError::Read(..)) => REGELS_ONLEESBAAR,
            Self::Rules(RulesError::Findings(_)) => REGELS_GEWEIGERD,
            Self::Rules(RulesError::Unsealed(_)) => REGELS_TABEL_VEROUDERD,
            Self::NotYet(_) => REGELS_NOG_NIET,
        }
    }
}

/// The rules for a day, and those that lie ready for a later one.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) rulebook: Rulebook,
    pub(crate) ready: Option<RulesReady>,
}

impl Places {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            now: settings.regels.clone(),
            later: settings.regels_straks.clone(),
            look_every: settings.regels_nakijken,
        }
    }

    fn dirs(&self) -> Vec<PathBuf> {
        self.now.iter().chain(&self.later).cloned().collect()
    }

    /// The rules for a day: of those whose first day has come, the ones that began last. Both directories must be sound:
    /// what cannot be read cannot say from which day it holds.
    pub(crate) fn choose(&self, today: Date) -> Result<Chosen, NoRules> {
        let mut all = vec![regels::load_sealed(self.now.as_deref())?];
        if let Some(later) = &self.later {
            all.push(regels::load_sealed(Some(later))?);
        }
        let begins = |rules: &Rulebook| rules.convenant().geldt_vanaf;
        let (mut due, to_come): (Vec<_>, Vec<_>) = all.into_iter().partition(|r| begins(r).is_none_or(|d| d <= today));
        // Stable: of two that began on one day the second directory wins.
        due.sort_by_key(begins);
        let first = to_come
            .iter()
            .filter_map(|r| Some((begins(r)?, r)))
            .min_by_key(|(day, _)| *day);
        let ready = first.map(|(vanaf, rules)| RulesReady {
            regelboek: Arc::clone(rules.hash()),
            vanaf,
        });
        match (due.pop(), ready) {
            (Some(rulebook), ready) => Ok(Chosen { rulebook, ready }),
            (None, ready) => Err(NoRules::NotYet(ready.map_or(Date::MAX, |r| r.vanaf))),
        }
    }
}

/// What was seen at the last look, so that only what changed is read, and only when it has come to rest.
pub(crate) struct Watch {
    places: Places,
    /// What the rules in use, or the alarm, came from.
    handled: Option<(Option<Mark>, Date)>,
    /// What was seen the last time.
    seen: Option<(Option<Mark>, Date)>,
}

impl Watch {
    pub(crate) fn new(places: Places, today: Date) -> Self {
        let mark = regels::mark(&places.dirs()).ok();
        Self {
            places,
            handled: Some((mark, today)),
            seen: None,
        }
    }

    /// Whether something changed and has not changed again since the last look: files are often written in pieces.
    fn changed(&mut self, today: Date) -> bool {
        let now = Some((regels::mark(&self.places.dirs()).ok(), today));
        let changed = now != self.handled;
        let at_rest = now == self.seen;
        self.seen = now;
        changed && at_rest
    }

    /// One look: takes other rules into use when there are any and they have come to rest. Whether it did.
    pub(crate) fn look(&mut self, gateway: &Gateway, today: Date) -> bool {
        self.changed(today) && self.reload(gateway, today)
    }

    /// Takes the rules as they are now. When they cannot be used, those in use stay, and an alarm says so. Whether other
    /// rules came into use.
    pub(crate) fn reload(&mut self, gateway: &Gateway, today: Date) -> bool {
        // Before they are read: what is written meanwhile is seen at the next look.
        self.handled = Some((regels::mark(&self.places.dirs()).ok(), today));
        let before = Arc::clone(gateway.rulebook().hash());
        let (reden, told) = match self.places.choose(today) {
            Ok(Chosen { rulebook, ready }) => {
                let hash = Arc::clone(rulebook.hash());
                if let Some(ready) = &ready {
                    tracing::info!(regelboek = &*ready.regelboek, vanaf = %ready.vanaf, "rules lie ready for their first day");
                }
                gateway.set_rules_ready(ready);
                match gateway.reload(Arc::new(rulebook)) {
                    Ok(()) => {
                        if hash == before {
                            tracing::info!(regelboek = &*hash, "the rules are the same");
                        } else {
                            tracing::info!(regelboek = &*hash, "rules reloaded");
                        }
                        return hash != before;
                    }
                    Err(e @ sluis_stations::ReloadError::NotYet(_)) => (REGELS_NOG_NIET, e.to_string()),
                    Err(e) => (REGELS_GEWEIGERD, e.to_string()),
                }
            }
            Err(e) => (e.reden(), e.to_string()),
        };
        gateway.raise_rules_alarm(reden);
        tracing::error!(
            reden,
            uitleg = told,
            regelboek = &*before,
            "RULES NOT RELOADED: the last good ones stay in use; run `sluis check` on the directory and mend what it shows"
        );
        false
    }
}
