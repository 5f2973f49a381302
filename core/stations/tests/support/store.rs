//! A store in memory that keeps to the port's words: one lock is one transaction. A test may make any call fail, never
//! answer, or let something happen just before it.

use std::sync::{Mutex, MutexGuard};

use sluis_rules::facts::Feit;
use sluis_rules::ids::Partij;
use sluis_rules::journal::{Record, Stap};
use sluis_stations::ports::*;
use tokio::sync::Notify;

pub use super::state::{Message, Place, State};
use super::state::{in_mailbox, item};

type Hook = Box<dyn FnOnce(&mut State) + Send>;

/// What goes wrong at a call.
pub enum Fault {
    /// An error, and nothing done.
    Fail,
    /// Nothing done, and never an answer: the process ended before it.
    CrashBefore,
    /// Done, and never an answer: the process ended after it.
    CrashAfter,
    /// Something else commits first.
    First(Hook),
}

#[derive(Default)]
pub struct FakeStore {
    state: Mutex<State>,
    changed: Notify,
    /// Runs after facts were read: what happens between reading and committing.
    pub after_facts: Mutex<Vec<Hook>>,
    /// A planted bug: steps are committed whatever facts were recorded since they were read.
    pub blind: std::sync::atomic::AtomicBool,
    /// Answers so many calls with an error.
    pub failing: Mutex<u32>,
    /// At the how manieth call from now what goes wrong.
    pub fault: Mutex<Option<(u32, Fault)>>,
}

impl FakeStore {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn due(&self) -> Option<Fault> {
        let mut planned = self.fault.lock().unwrap();
        match planned.take() {
            Some((0, fault)) => Some(fault),
            Some((n, fault)) => {
                *planned = Some((n - 1, fault));
                None
            }
            None => None,
        }
    }

    pub(super) fn answer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut State) -> T,
    ) -> Fut<'_, Result<T, PortError>> {
        let mut failing = self.failing.lock().unwrap();
        let fault = self.due();
        if *failing > 0 || matches!(fault, Some(Fault::Fail)) {
            *failing = failing.saturating_sub(1);
            return Box::pin(async { Err(PortError::Unavailable("the store", "a test says so")) });
        }
        let mut state = self.state();
        match fault {
            Some(Fault::CrashBefore) => return Box::pin(std::future::pending()),
            Some(Fault::CrashAfter) => {
                work(&mut state);
                return Box::pin(std::future::pending());
            }
            Some(Fault::First(hook)) => hook(&mut state),
            Some(Fault::Fail) | None => {}
        }
        let out = work(&mut state);
        self.changed.notify_one();
        // Yields, so that other tasks can come between.
        Box::pin(async {
            tokio::task::yield_now().await;
            Ok(out)
        })
    }
}

impl Store for FakeStore {
    fn accept(&self, arrival: Arrival) -> Fut<'_, Result<Accepted, PortError>> {
        self.answer(|s| {
            if let Some((body, effects)) = s.events.get(&arrival.event_key) {
                return if *body == arrival.body_key {
                    Accepted::Repeat(effects.clone())
                } else {
                    Accepted::Conflict
                };
            }
            let effects: Vec<EffectId> = arrival.messages.iter().map(|m| m.effect.clone()).collect();
            for key in arrival.personen {
                s.personen.extend(effects.iter().map(|e| (key.clone(), e.clone())));
            }
            s.events.insert(arrival.event_key, (arrival.body_key, effects));
            for m in arrival.messages {
                let seq = s.messages.len() as u64;
                s.messages.insert(
                    m.effect,
                    Message {
                        seq,
                        event: m.event,
                        koppeling: arrival.koppeling.clone(),
                        lane: m.lane,
                        accepted: m.sealed,
                        minimised: Vec::new(),
                        place: Place::Judge,
                        not_before: 0,
                        claim: None,
                        attempt: 0,
                        departed: false,
                        fetched: false,
                        at_ms: m.at_ms,
                        aside_ms: 0,
                        column: None,
                    },
                );
            }
            arrival.journal.into_iter().for_each(|e| s.write(e));
            Accepted::New
        })
    }

    fn ready(&self, station: Station, now: u64, limit: usize) -> Fut<'_, Result<Vec<EffectId>, PortError>> {
        self.ready_except(station, now, limit, Vec::new())
    }

    fn ready_except(
        &self,
        station: Station,
        now: u64,
        limit: usize,
        without: Vec<Partij>,
    ) -> Fut<'_, Result<Vec<EffectId>, PortError>> {
        let mut out = self.state().ready(station, now, &without);
        out.truncate(limit);
        Box::pin(async { Ok(out) })
    }

    fn changed(&self) -> Fut<'_, ()> {
        Box::pin(self.changed.notified())
    }

    fn claim(
        &self,
        effect: EffectId,
        station: Station,
        now: u64,
        lease: u64,
    ) -> Fut<'_, Result<Option<Work>, PortError>> {
        self.answer(move |s| {
            if !s.ready(station, now, &[]).contains(&effect) {
                return None;
            }
            s.tokens += 1;
            let token = s.tokens;
            let m = s.messages.get_mut(&effect)?;
            m.claim = Some((token, now + lease));
            m.attempt += 1;
            Some(Work {
                claim: Claim { effect, station, token },
                event: m.event.clone(),
                koppeling: m.koppeling.clone(),
                sealed: if station == Station::Judge {
                    m.accepted.clone()
                } else {
                    m.minimised.clone()
                },
                attempt: m.attempt - 1,
                departed: m.departed,
                at_ms: m.at_ms,
            })
        })
    }

    fn facts(&self, casus: String) -> Fut<'_, Result<FactsRead, PortError>> {
        let hook = self.after_facts.lock().unwrap().pop();
        self.answer(move |s| {
            let of = |f: &&Feit| f.casus().is_none_or(|c| c == casus);
            let read = FactsRead {
                feiten: s.facts.iter().filter(of).cloned().collect(),
                versie: s.versie(&casus),
            };
            if let Some(hook) = hook {
                hook(s);
            }
            read
        })
    }

    fn commit(&self, step: Step) -> Fut<'_, Result<Committed, PortError>> {
        let mut step = step;
        if self.blind.load(std::sync::atomic::Ordering::Relaxed) {
            step.facts = None;
        }
        self.answer(|s| s.commit(step))
    }

    fn record_facts(&self, feiten: Vec<(Feit, Entry)>) -> Fut<'_, Result<u64, PortError>> {
        self.answer(|s| {
            for (feit, entry) in feiten {
                s.write(entry.clone());
                s.record(feit.clone());
                if let Feit::Intrekking(i) = &feit {
                    s.withdrawn(&i.casus, &entry);
                }
            }
            s.facts.len() as u64
        })
    }

    fn received(&self, casus: String) -> Fut<'_, Result<Vec<Received>, PortError>> {
        self.answer(move |s| s.received(&casus))
    }

    fn consent_cases(&self) -> Fut<'_, Result<Vec<String>, PortError>> {
        self.answer(|s| s.consent_cases())
    }

    fn in_doubt(&self, casus: String) -> Fut<'_, Result<Vec<EffectId>, PortError>> {
        self.answer(move |s| s.in_doubt(&casus))
    }

    fn mailbox(
        &self,
        who: Partij,
        after: Option<EffectId>,
        limit: usize,
    ) -> Fut<'_, Result<Vec<MailboxItem>, PortError>> {
        self.answer(move |s| {
            let mut all: Vec<_> = s.messages.iter().filter(|(_, m)| in_mailbox(m, who)).collect();
            all.sort_by_key(|(_, m)| m.seq);
            let skip = after
                .and_then(|a| all.iter().position(|(e, _)| **e == a))
                .map_or(0, |n| n + 1);
            all.into_iter()
                .skip(skip)
                .take(limit)
                .map(|(e, m)| item(e, m))
                .collect()
        })
    }

    fn mailbox_item(&self, who: Partij, effect: EffectId) -> Fut<'_, Result<Option<MailboxItem>, PortError>> {
        self.answer(move |s| {
            s.messages
                .get(&effect)
                .filter(|m| in_mailbox(m, who))
                .map(|m| item(&effect, m))
        })
    }

    fn mailbox_fetch(
        &self,
        effect: EffectId,
        facts: Option<(String, u64)>,
        entry: Entry,
    ) -> Fut<'_, Result<Committed, PortError>> {
        self.answer(move |s| {
            if s.messages.get(&effect).is_none_or(|m| m.place != Place::Mailbox) {
                return Committed::ClaimLost;
            }
            if facts.is_some_and(|(casus, versie)| s.versie(&casus) != versie) {
                return Committed::FactsChanged;
            }
            s.messages.get_mut(&effect).unwrap().fetched = true;
            s.write(entry);
            Committed::Yes
        })
    }

    fn mailbox_done(&self, who: Partij, effect: EffectId, entry: Entry) -> Fut<'_, Result<bool, PortError>> {
        self.answer(move |s| {
            if !s.messages.get(&effect).is_some_and(|m| in_mailbox(m, who)) {
                return false;
            }
            s.write(entry);
            s.move_to(&effect, Place::Done);
            true
        })
    }

    fn mailbox_withdraw(
        &self,
        effect: EffectId,
        redenen: Vec<String>,
        until: u64,
        entry: Entry,
    ) -> Fut<'_, Result<(), PortError>> {
        self.answer(move |s| {
            let now = entry.tijd_ms;
            s.write(entry);
            s.move_to(&effect, Place::Quarantine(redenen, until));
            s.messages.get_mut(&effect).unwrap().aside_ms = now;
        })
    }

    fn quarantine(&self, after: Option<EffectId>, limit: usize) -> Fut<'_, Result<Vec<QuarantineItem>, PortError>> {
        self.answer(move |s| {
            let rest = s.messages.iter().filter(|(e, _)| after.as_ref().is_none_or(|a| *e > a));
            let aside = rest.filter_map(|(e, m)| match &m.place {
                Place::Quarantine(redenen, until_ms) => Some(QuarantineItem {
                    effect: e.clone(),
                    event: m.event.clone(),
                    koppeling: m.koppeling.clone(),
                    redenen: redenen.clone(),
                    since_ms: m.aside_ms,
                    until_ms: *until_ms,
                }),
                _ => None,
            });
            aside.take(limit).collect()
        })
    }

    fn rejudge(&self, effect: EffectId, entry: Entry) -> Fut<'_, Result<bool, PortError>> {
        self.answer(move |s| {
            let aside = s
                .messages
                .get(&effect)
                .is_some_and(|m| matches!(m.place, Place::Quarantine(..)));
            if aside {
                s.write(entry);
                s.move_to(&effect, Place::Judge);
            }
            aside
        })
    }

    fn quarantined(&self, effect: EffectId) -> Fut<'_, Result<Option<Quarantined>, PortError>> {
        self.answer(move |s| {
            let m = s.messages.get(&effect)?;
            let Place::Quarantine(redenen, until_ms) = &m.place else {
                return None;
            };
            let item = QuarantineItem {
                effect: effect.clone(),
                event: m.event.clone(),
                koppeling: m.koppeling.clone(),
                redenen: redenen.clone(),
                since_ms: m.aside_ms,
                until_ms: *until_ms,
            };
            Some(Quarantined {
                item,
                sealed: m.accepted.clone(),
            })
        })
    }

    fn refuse(&self, effect: EffectId, entry: Entry) -> Fut<'_, Result<bool, PortError>> {
        self.answer(move |s| {
            let place = s.messages.get(&effect).map(|m| &m.place);
            let aside = matches!(place, Some(Place::Quarantine(..)));
            if aside {
                s.write(entry);
                s.move_to(&effect, Place::Done);
            }
            aside
        })
    }

    fn latest(&self, effects: Vec<EffectId>, each: usize) -> Fut<'_, Result<Vec<Vec<Vec<u8>>>, PortError>> {
        self.answer(move |s| {
            let of = |e: &EffectId| {
                let own = s.records.iter().zip(&s.lines).rev().filter(|(r, _)| r.effect == e.0);
                own.take(each).map(|(_, l)| l.clone()).collect()
            };
            effects.iter().map(of).collect()
        })
    }

    fn expire(&self, now: u64, entry: Entry) -> Fut<'_, Result<u64, PortError>> {
        self.answer(move |s| {
            let past = |m: &Message| matches!(m.place, Place::Quarantine(_, until) if until <= now);
            let gone: Vec<EffectId> = s
                .messages
                .iter()
                .filter(|(_, m)| past(m))
                .map(|(e, _)| e.clone())
                .collect();
            for effect in &gone {
                s.write(Entry {
                    effect: effect.0.clone(),
                    stap: Stap::Vernietigd,
                    ..entry.clone()
                });
                s.move_to(effect, Place::Done);
            }
            gone.len() as u64
        })
    }

    fn history(&self, id: String) -> Fut<'_, Result<Vec<Vec<u8>>, PortError>> {
        self.answer(move |s| {
            let effects = s
                .events
                .get(&id)
                .map_or_else(|| vec![EffectId(id)], |(_, effects)| effects.clone());
            let about = |r: &Record| effects.iter().any(|e| e.0 == r.effect);
            s.records
                .iter()
                .zip(&s.lines)
                .filter(|(r, _)| about(r))
                .map(|(_, l)| l.clone())
                .collect()
        })
    }

    fn journal(&self, from: u64, limit: usize) -> Fut<'_, Result<Vec<Vec<u8>>, PortError>> {
        self.answer(move |s| {
            s.lines
                .iter()
                .skip(from.saturating_sub(1) as usize)
                .take(limit)
                .cloned()
                .collect()
        })
    }

    fn counts(&self) -> Fut<'_, Result<(u64, u64, u64), PortError>> {
        self.answer(|s| {
            let count = |f: &dyn Fn(&Place) -> bool| s.messages.values().filter(|m| f(&m.place)).count() as u64;
            (
                count(&|p| matches!(p, Place::Judge | Place::Deliver)),
                count(&|p| matches!(p, Place::Quarantine(..))),
                count(&|p| matches!(p, Place::Mailbox)),
            )
        })
    }

    fn oldest_content(&self) -> Fut<'_, Result<Option<u64>, PortError>> {
        self.answer(|s| {
            s.messages
                .values()
                .filter(|m| m.place != Place::Done)
                .map(|m| m.at_ms)
                .min()
        })
    }

    fn writable(&self) -> Fut<'_, Result<(), PortError>> {
        self.answer(|_| ())
    }
}
