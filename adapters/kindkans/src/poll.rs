//! Polling: everything after the cursor, and what waits before it.
//!
//! Two kinds wait. What may go well another time (a source that is down, a store that is full) keeps the cursor file
//! where it was, so that a restart finds it again. What was refused for a reason that lies outside the document (a
//! school that is not configured, a mandate that is missing) may wait for days: it is kept beside the cursor, and tried
//! again, ever less often. A restart tries all of it at once, because it is how a configuration is taken into use.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use crate::announce::is_plain_id;
use crate::cursor;
use crate::fetch::{Failure, Page};
use crate::source::{Settled, Source};

/// Hulpvragen that wait for a better moment before polling stops going on.
const MOST_WAITING: usize = 500;
/// Hulpvragen held before polling stops going on: nothing is thrown away, so the cursor must stand still then.
const MOST_HELD: usize = 5000;
/// Held hulpvragen tried again in one round, so that what is new does not wait long behind them.
const MOST_RETRIED: usize = 500;
/// The longest pause between two attempts at one that is held.
const LONGEST_HOLD: Duration = Duration::from_secs(3600);

/// When a held hulpvraag is tried again. As made by `default`: in the next round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    due: Option<Instant>,
    pause: Duration,
}

impl Held {
    fn is_due(self, now: Instant) -> bool {
        self.due.is_none_or(|due| due <= now)
    }
}

/// How far polling came.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PollState {
    /// The cursor; none at the beginning.
    pub cursor: Option<String>,
    /// Hulpvragen before the cursor that wait for a better moment.
    pub waiting: BTreeSet<String>,
    /// Hulpvragen before the cursor that wait for a change of configuration or facts, by id.
    pub held: BTreeMap<String, Held>,
    /// Whether the last round reached the end.
    pub complete: bool,
}

impl fmt::Debug for PollState {
    /// Counts only: an id is the source's own, and may lead to a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollState")
            .field("cursor", &self.cursor.is_some())
            .field("waiting", &self.waiting.len())
            .field("held", &self.held.len())
            .field("complete", &self.complete)
            .finish()
    }
}

impl PollState {
    /// Where an earlier process had come.
    pub(crate) async fn load(file: &Path) -> Self {
        let (cursor, held) = cursor::load(file).await.unzip();
        let held = held.unwrap_or_default().into_iter();
        Self {
            cursor,
            held: held.map(|id| (id, Held::default())).collect(),
            ..Self::default()
        }
    }

    fn has_room(&self) -> bool {
        self.waiting.len() < MOST_WAITING && self.held.len() < MOST_HELD
    }

    /// The held ones to try in this round, the longest due first.
    fn due(&self) -> Vec<String> {
        let now = Instant::now();
        let mut due: Vec<_> = self.held.iter().filter(|(_, held)| held.is_due(now)).collect();
        due.sort_by_key(|(_, held)| held.due);
        due.truncate(MOST_RETRIED);
        due.into_iter().map(|(id, _)| id.clone()).collect()
    }
}

impl Source {
    /// One round of polling: first what waits, then everything after the cursor. Cursor and held hulpvragen are kept
    /// only when nothing else waits before the cursor, so that a restart finds all of it again.
    pub async fn poll(&self, state: &mut PollState) {
        state.complete = false;
        for id in state.waiting.clone() {
            self.step(state, &id).await;
        }
        for id in state.due() {
            self.step(state, &id).await;
        }
        loop {
            if !state.has_room() {
                tracing::error!(
                    bron = self.name,
                    wachtend = state.waiting.len(),
                    vastgehouden = state.held.len(),
                    "polling stands still: too many hulpvragen wait; mend what they were refused for"
                );
                break;
            }
            let page = match self.calls.page(state.cursor.as_deref()).await {
                Ok(page) => page,
                Err(failure) => {
                    let (Failure::Later { why, .. } | Failure::Never { why, .. }) = failure;
                    tracing::warn!(bron = self.name, reden = why, "polling stopped early");
                    break;
                }
            };
            let Page {
                hulpvragen,
                cursor,
                meer,
            } = page;
            // An id that is no plain word was never announced by a sound source, and goes into no address.
            for found in hulpvragen
                .iter()
                .filter(|found| found.is_hulpvraag() && is_plain_id(&found.id))
            {
                self.step(state, &found.id).await;
            }
            let moved = state.cursor.as_ref() != Some(&cursor);
            state.cursor = Some(cursor);
            if !meer || !moved {
                state.complete = true;
                break;
            }
        }
        self.count(state);
        self.keep(state).await;
    }

    /// Settles one hulpvraag and notes whether it waits.
    async fn step(&self, state: &mut PollState, id: &str) {
        match self.settle(id).await {
            Settled::Taken | Settled::Refused(_) => {
                state.waiting.remove(id);
                state.held.remove(id);
            }
            Settled::Curable(_) => {
                state.waiting.remove(id);
                self.hold(state, id);
            }
            // One that is held is kept already.
            Settled::Later { .. } if state.held.contains_key(id) => self.hold(state, id),
            Settled::Later { .. } => {
                state.waiting.insert(id.to_owned());
            }
        }
    }

    fn hold(&self, state: &mut PollState, id: &str) {
        let held = state.held.entry(id.to_owned()).or_default();
        held.pause = held.pause.saturating_mul(2).max(self.poll_every).min(LONGEST_HOLD);
        held.due = Some(Instant::now() + self.jittered(held.pause));
    }

    fn count(&self, state: &PollState) {
        let held = state.held.len();
        if self.held.swap(held, Ordering::Relaxed) != held {
            tracing::warn!(
                bron = self.name,
                vastgehouden = held,
                "hulpvragen wait for a change of configuration or facts"
            );
        }
    }

    async fn keep(&self, state: &PollState) {
        if let (true, Some(file), Some(cursor)) = (state.waiting.is_empty(), &self.cursor_file, &state.cursor)
            && !cursor::save(file, cursor, state.held.keys()).await
        {
            tracing::warn!(
                bron = self.name,
                reden = "cursor-niet-bewaard",
                "the cursor could not be kept"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_has_a_bound_and_the_longest_due_goes_first() {
        let mut state = PollState::default();
        let now = Instant::now();
        for n in 0..MOST_HELD {
            assert!(state.has_room());
            let late = Duration::from_millis(u64::try_from(n).unwrap_or(0));
            let due = now.checked_sub(late).filter(|_| n < 600);
            let due = due.or_else(|| now.checked_add(LONGEST_HOLD));
            let held = Held { due, ..Held::default() };
            state.held.insert(format!("KK-{n:04}"), held);
        }
        assert!(!state.has_room(), "the cursor stands still");
        let due = state.due();
        assert_eq!(due.len(), MOST_RETRIED);
        assert_eq!(due.first().map(String::as_str), Some("KK-0599"));
        assert!(!format!("{state:?}").contains("KK-"));
    }
}
