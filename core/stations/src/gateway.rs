//! The gateway: one value that holds the ports, the rules of the moment and the connections. Cheap to clone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use jiff::civil::Date;
use sluis_rules::event::Event;
use sluis_rules::facts::Dossier;
use sluis_rules::ids::Partij;
use sluis_rules::rulebook::Rulebook;
use sluis_rules::scan::Scratch;
use tokio::sync::Notify;

use crate::config::{Caller, Koppeling, Mode, Parts, Route, Settings};
use crate::gate::TargetGate;
use crate::outcome::{Counters, Outcome, Tellers, count};
use crate::ports::{Bus, Clock, EffectId, FactsRead, PortError, Sealer, Station, Store, Target};
use crate::relay::InFlight;
use crate::reload::Rules;
use crate::schema::{SchemaUnusable, Validators};

/// The rules of the moment, with what is compiled from them. Replaced whole, never changed.
pub(crate) struct Snapshot {
    pub(crate) rulebook: Arc<Rulebook>,
    pub(crate) validators: Arc<Validators>,
}

/// The way to a receiver, with the limit on its target.
pub(crate) enum Way {
    Push(Arc<dyn Target>, Arc<TargetGate>),
    Mailbox,
}

pub(crate) struct Inner {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) sealer: Arc<dyn Sealer>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: crate::config::Entropy,
    pub(crate) settings: Settings,
    pub(crate) ways: BTreeMap<Partij, Way>,
    pub(crate) in_flight: InFlight,
    /// Consents that end within thirty days, as counted last.
    pub(crate) ending: std::sync::atomic::AtomicU64,
    pub(crate) woken: Notify,
    pub(crate) counters: Counters,
    koppelingen: BTreeMap<String, Koppeling>,
    pub(crate) snapshot: RwLock<Arc<Snapshot>>,
    scratches: Mutex<Vec<Scratch>>,
    panics: Mutex<BTreeMap<EffectId, u32>>,
    departing: Mutex<BTreeMap<EffectId, String>>,
    pub(crate) rules: Mutex<Rules>,
}

/// Sluis as a value: what adapters call and the program runs.
#[derive(Clone)]
pub struct Gateway {
    pub(crate) inner: Arc<Inner>,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gateway(…)")
    }
}

/// A lock whose holder panicked still guards sound data here: every value is replaced whole.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// While a send is under way, its effect is listed here; dropped when it ended, however it ended.
pub(crate) struct Departing<'a> {
    inner: &'a Inner,
    effect: EffectId,
}

impl Drop for Departing<'_> {
    fn drop(&mut self) {
        lock(&self.inner.departing).remove(&self.effect);
    }
}

impl Gateway {
    /// Puts a gateway together.
    ///
    /// # Errors
    /// When a schema of the rulebook cannot be read.
    pub fn new(parts: Parts) -> Result<Self, SchemaUnusable> {
        let validators = Arc::new(Validators::when_needed(&parts.rulebook)?);
        let mut gates: BTreeMap<String, Arc<TargetGate>> = BTreeMap::new();
        let per_target = parts.settings.per_target;
        let ways = parts
            .routes
            .into_iter()
            .map(|(partij, route)| {
                let way = match route {
                    Route::Mailbox => Way::Mailbox,
                    Route::Push(target) => {
                        // One system may serve several parties: its limit is one.
                        let gate = gates
                            .entry(target.name().to_owned())
                            .or_insert_with(|| Arc::new(TargetGate::new(per_target)));
                        Way::Push(target, Arc::clone(gate))
                    }
                };
                (partij, way)
            })
            .collect();
        Ok(Self {
            inner: Arc::new(Inner {
                store: parts.store,
                bus: parts.bus,
                sealer: parts.sealer,
                clock: parts.clock,
                entropy: parts.entropy,
                settings: parts.settings,
                ways,
                in_flight: InFlight::default(),
                ending: std::sync::atomic::AtomicU64::default(),
                woken: Notify::new(),
                counters: Counters::default(),
                koppelingen: parts.koppelingen,
                snapshot: RwLock::new(Arc::new(Snapshot {
                    rulebook: parts.rulebook,
                    validators,
                })),
                scratches: Mutex::default(),
                panics: Mutex::default(),
                departing: Mutex::default(),
                rules: Mutex::default(),
            }),
        })
    }

    /// The caller behind an authenticated connection; `None` when no connection has that name.
    #[must_use]
    pub fn caller(&self, koppeling: &str) -> Option<Caller> {
        let found = self.inner.koppelingen.get(koppeling)?;
        Some(Caller {
            naam: koppeling.to_owned(),
            koppeling: found.clone(),
        })
    }

    /// The rules of the moment.
    #[must_use]
    pub fn rulebook(&self) -> Arc<Rulebook> {
        Arc::clone(&self.snapshot().rulebook)
    }

    /// Counters since the start.
    #[must_use]
    pub fn tellers(&self) -> Tellers {
        self.inner.counters.read()
    }

    /// The store, for what only reads: verification of the journal, readiness.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.inner.store
    }

    /// The bus, to see how it is doing.
    #[must_use]
    pub fn bus(&self) -> &Arc<dyn Bus> {
        &self.inner.bus
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.inner.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A connection that is no longer configured counts as switched off.
    pub(crate) fn mode(&self, koppeling: &str) -> Mode {
        self.inner.koppelingen.get(koppeling).map_or(Mode::Off, |k| k.mode)
    }

    pub(crate) fn modes(&self) -> impl Iterator<Item = (&str, Mode)> {
        let all = self.inner.koppelingen.iter();
        all.map(|(naam, koppeling)| (naam.as_str(), koppeling.mode))
    }

    /// The mandate of today: a mandate that ended since intake fails gate 2.
    pub(crate) fn speaks_for(&self, koppeling: &str, partij: Partij) -> bool {
        self.inner
            .koppelingen
            .get(koppeling)
            .is_some_and(|k| k.speaks_for(partij))
    }

    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.inner.clock.now().as_millisecond()).unwrap_or(0)
    }

    pub(crate) fn later_ms(&self, pause: Duration) -> u64 {
        self.now_ms().saturating_add(millis(pause))
    }

    /// Until when content that was accepted then is kept aside. Judging again does not begin the term anew; but whoever
    /// must act has a week, or the whole term when that is shorter.
    pub(crate) fn quarantine_until(&self, accepted_ms: u64) -> u64 {
        let days = |n: u64| n.saturating_mul(24 * 60 * 60 * 1000);
        let term = u64::from(self.inner.settings.quarantine_days);
        let soonest = self.now_ms().saturating_add(days(term.min(7)));
        accepted_ms.saturating_add(days(term)).max(soonest)
    }

    /// Work space of the scanner is kept between messages, not made anew.
    pub(crate) fn with_scratch<R>(&self, work: impl FnOnce(&mut Scratch) -> R) -> R {
        let mut scratch = lock(&self.inner.scratches).pop().unwrap_or_default();
        let out = work(&mut scratch);
        let mut kept = lock(&self.inner.scratches);
        if kept.len() < 16 {
            kept.push(scratch);
        }
        out
    }

    /// The stand of the case today, and the version it rests on.
    pub(crate) async fn dossier(&self, event: &Event, rulebook: &Rulebook) -> Result<(Dossier, Date), PortError> {
        let dag = self.inner.clock.today();
        let FactsRead { feiten, versie } = self.facts_of(&event.claim.casus).await?;
        Ok((
            Dossier::build(&feiten, versie, &event.claim.casus, dag, rulebook.gegevens()),
            dag,
        ))
    }

    pub(crate) fn depart(&self, effect: &EffectId, casus: &str) -> Departing<'_> {
        lock(&self.inner.departing).insert(effect.clone(), casus.to_owned());
        Departing {
            inner: &self.inner,
            effect: effect.clone(),
        }
    }

    /// Sends of a case, or of any, that are under way in this process.
    pub(crate) fn departing(&self, casus: Option<&str>) -> Vec<EffectId> {
        let all = lock(&self.inner.departing);
        all.iter()
            .filter(|(_, c)| casus.is_none_or(|casus| casus == *c))
            .map(|(e, _)| e.clone())
            .collect()
    }

    pub(crate) fn panicked(&self, station: Station, effect: &EffectId) {
        count(&self.inner.counters.panics);
        *lock(&self.inner.panics).entry(effect.clone()).or_default() += 1;
        tracing::error!(
            effect = effect.as_str(),
            station = station_name(station),
            reden = "paniek",
            "step panicked"
        );
    }

    /// Whether this effect made a station panic too often to try again.
    pub(crate) fn poisonous(&self, effect: &EffectId) -> bool {
        lock(&self.inner.panics)
            .get(effect)
            .is_some_and(|n| *n >= self.inner.settings.max_attempts)
    }

    pub(crate) fn ended(&self, station: Station, effect: &EffectId, outcome: &Outcome) {
        self.inner.counters.outcome(outcome);
        if let Outcome::Quarantined(redenen) = outcome {
            // Aside, it may come back with other facts: it begins anew.
            lock(&self.inner.panics).remove(effect);
            let reden = redenen.first().map_or("", String::as_str);
            tracing::info!(
                effect = effect.as_str(),
                station = station_name(station),
                reden,
                "kept aside"
            );
        }
    }
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

pub(crate) const fn station_name(station: Station) -> &'static str {
    match station {
        Station::Judge => "judge",
        Station::Deliver => "deliver",
    }
}
