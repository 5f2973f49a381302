//! What was decided, by day: counted from the journal as it grows, so that no page has to walk through it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::ToSpan as _;
use jiff::civil::Date;
use sluis_rules::journal::{Record, Stap};
use sluis_rules::verdict::Uitkomst;
use sluis_stations::Gateway;
use tokio::sync::watch;

use crate::tijd;

/// So many days are kept.
pub(crate) const DAYS: i64 = 28;
/// So many records are read at once.
const PAGE: usize = 200;
/// Told in place of a number when the screen stops: who listens lets go.
pub(crate) const THE_END: u64 = u64::MAX;
/// Between two looks at a journal that was read to its end.
const LOOK: Duration = Duration::from_secs(1);
/// After the store did not answer.
const PAUSE: Duration = Duration::from_secs(5);

/// Decisions of one day: forwarded whole, reduced, blocked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Dag {
    pub(crate) doorgelaten: u64,
    pub(crate) geminimaliseerd: u64,
    pub(crate) geblokkeerd: u64,
}

#[derive(Default)]
struct Geteld {
    dagen: BTreeMap<Date, Dag>,
    bijgewerkt: bool,
}

/// The counts, and how far the journal was read.
pub(crate) struct Beeld {
    geteld: Mutex<Geteld>,
    nummer: watch::Sender<u64>,
}

impl Default for Beeld {
    fn default() -> Self {
        Self {
            geteld: Mutex::default(),
            nummer: watch::Sender::new(0),
        }
    }
}

impl Geteld {
    fn take(&mut self, record: &Record, today: Date) {
        if record.stap != Stap::Besluit {
            return;
        }
        let day = tijd::day(record.tijd_ms);
        if !day.until(today).is_ok_and(|span| i64::from(span.get_days()) < DAYS) {
            return;
        }
        let outcome = Uitkomst::ALL.into_iter().find(|u| u.as_str() == record.inhoud.uitkomst);
        let Some(outcome) = outcome else { return };
        let dag = self.dagen.entry(day).or_default();
        match outcome {
            Uitkomst::Doorgelaten => dag.doorgelaten += 1,
            Uitkomst::Geminimaliseerd => dag.geminimaliseerd += 1,
            Uitkomst::Geblokkeerd => dag.geblokkeerd += 1,
        }
    }

    fn forget(&mut self, today: Date) {
        if let Ok(first) = today.checked_sub(DAYS.days()) {
            self.dagen.retain(|day, _| *day > first);
        }
    }
}

impl Beeld {
    fn lock(&self) -> MutexGuard<'_, Geteld> {
        self.geteld.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Number of the last record that was read.
    pub(crate) fn nummer(&self) -> u64 {
        *self.nummer.borrow()
    }

    /// Tells when it grows; ends when the screen does.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.nummer.subscribe()
    }

    /// The days up to and including today, the oldest first; and whether the journal was read to its end.
    pub(crate) fn days(&self, today: Date, count: i64) -> (Vec<(Date, Dag)>, bool) {
        let geteld = self.lock();
        let days = (0..count).rev().filter_map(|n| today.checked_sub(n.days()).ok());
        let of = |day: Date| (day, geteld.dagen.get(&day).copied().unwrap_or_default());
        (days.map(of).collect(), geteld.bijgewerkt)
    }

    /// Reads the journal from its first record, and goes on as it grows.
    pub(crate) async fn follow(&self, gateway: &Gateway, mut stopped: watch::Receiver<bool>) {
        loop {
            let pause = self.look(gateway).await;
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                // Nobody left to say so is as good as said.
                _ = stopped.wait_for(|stop| *stop) => {
                    self.nummer.send_replace(THE_END);
                    return;
                }
            }
        }
    }

    /// One page; how long to wait for the next.
    async fn look(&self, gateway: &Gateway) -> Duration {
        let from = self.nummer();
        let Ok(page) = gateway.store().journal(from + 1, PAGE).await else {
            return PAUSE;
        };
        let today = gateway.vandaag();
        let (mut last, full) = (from, page.len() == PAGE);
        {
            let mut geteld = self.lock();
            for line in &page {
                last += 1;
                // What is no record is found by who verifies the chain, and counts for nothing here.
                if let Ok(record) = serde_json::from_slice::<Record>(line) {
                    geteld.take(&record, today);
                }
            }
            geteld.forget(today);
            geteld.bijgewerkt |= !full;
        }
        self.nummer.send_if_modified(|n| std::mem::replace(n, last) != last);
        if full { Duration::from_millis(1) } else { LOOK }
    }
}
