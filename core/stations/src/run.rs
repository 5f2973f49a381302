//! Running: the relay, the steps of both stations, and the end of retention; until told to stop, then an orderly end.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;

use tokio::sync::{Semaphore, watch};
use tokio::task::{Id, JoinError, JoinSet};

use crate::gate::Slot;
use crate::gateway::Gateway;
use crate::outcome::count;
use crate::ports::{EffectId, PortError, Station, Taken};

/// How the running ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunReport {
    /// Whether everything under way came to its end. If not, it is claimed again at the next start; nothing is lost.
    pub drained: bool,
}

impl Gateway {
    /// Runs until `shutdown` resolves, then waits for what is under way, at most [`crate::Settings::drain`].
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) -> RunReport {
        let (stop, stopped) = watch::channel(false);
        let mut background = JoinSet::new();
        background.spawn(self.clone().relay());
        background.spawn(self.clone().keep_days());
        background.spawn(self.clone().keep_telling());
        background.spawn(self.clone().watch_journal());
        let settings = &self.inner.settings;
        let mut stations = JoinSet::new();
        stations.spawn(
            self.clone()
                .station(Station::Judge, settings.judge_workers, stopped.clone()),
        );
        stations.spawn(
            self.clone()
                .station(Station::Deliver, settings.deliver_workers, stopped),
        );
        shutdown.await;
        // No receiver of the signal left would mean the stations ended by themselves: nothing to tell them.
        let _ = stop.send(true);
        background.shutdown().await;
        self.inner.bus.close();
        let drained = tokio::time::timeout(settings.drain, async { while stations.join_next().await.is_some() {} })
            .await
            .is_ok();
        stations.shutdown().await;
        tracing::info!(drained, "stations ended");
        RunReport { drained }
    }

    /// Takes every step that is ready now, one after the other and without the bus, until nothing is ready: for tests
    /// and for commands that end. Gives how many steps were taken.
    ///
    /// # Errors
    /// When a port cannot do its work.
    pub async fn settle(&self) -> Result<u64, PortError> {
        let mut steps = 0;
        loop {
            let mut any = self.tell_of_facts().await? > 0;
            for station in [Station::Judge, Station::Deliver] {
                for effect in self
                    .inner
                    .store
                    .ready(station, self.now_ms(), self.inner.settings.in_flight)
                    .await?
                {
                    match station {
                        Station::Judge => self.judge(&effect).await?,
                        Station::Deliver => self.deliver(&effect).await?,
                    };
                    any = true;
                    steps += 1;
                }
            }
            if !any {
                return Ok(steps);
            }
        }
    }

    /// Takes notices from the bus and steps for each, so many at once.
    async fn station(self, station: Station, workers: usize, mut stopped: watch::Receiver<bool>) {
        let slots = Arc::new(Semaphore::new(workers.max(1)));
        let mut steps: JoinSet<()> = JoinSet::new();
        let mut of_step: HashMap<Id, Taken> = HashMap::new();
        loop {
            while let Some(ended) = steps.try_join_next_with_id() {
                self.step_ended(station, ended, &mut of_step);
            }
            let next = async {
                // The semaphore is ours and never closed.
                let slot = Arc::clone(&slots).acquire_owned().await.ok()?;
                Some((slot, self.inner.bus.next(station).await?))
            };
            let taken = tokio::select! {
                biased;
                _ = stopped.wait_for(|stop| *stop) => None,
                Some(ended) = steps.join_next_with_id() => {
                    self.step_ended(station, ended, &mut of_step);
                    continue;
                }
                taken = next => taken,
            };
            let Some((permit, taken)) = taken else { break };
            let (gateway, effect) = (self.clone(), taken.notice.effect.clone());
            let slot = Slot::new(Arc::clone(&slots), permit);
            let handle = steps.spawn(async move { gateway.take_step(station, &effect, slot).await });
            of_step.insert(handle.id(), taken);
        }
        while let Some(ended) = steps.join_next_with_id().await {
            self.step_ended(station, ended, &mut of_step);
        }
    }

    async fn take_step(&self, station: Station, effect: &EffectId, mut slot: Slot) {
        let outcome = match station {
            Station::Judge => self.judge(effect).await,
            Station::Deliver => self.deliver_in(effect, &mut slot).await,
        };
        if let Err(error) = outcome {
            // The claim ends by itself, and the step is taken again.
            self.port_failed(&error);
        }
    }

    /// Work is never lost in a panic: its claim ends, and it is taken again; too often, and it is kept aside.
    fn step_ended(&self, station: Station, ended: Result<(Id, ()), JoinError>, of_step: &mut HashMap<Id, Taken>) {
        let (id, panicked) = match &ended {
            Ok((id, ())) => (*id, false),
            Err(error) => (error.id(), error.is_panic()),
        };
        let Some(taken) = of_step.remove(&id) else { return };
        let effect = &taken.notice.effect;
        if panicked {
            self.panicked(station, effect);
        }
        self.inner.bus.ended(&taken);
        self.inner.in_flight.end(station, effect);
        self.inner.woken.notify_one();
    }

    /// Now and then destroys what is past its time; on a new day, judges again what may have waited for it. The start
    /// counts as a new day: midnight may have passed while nothing ran.
    async fn keep_days(self) {
        let mut seen = None;
        let mut ticks = tokio::time::interval(self.inner.settings.expire_every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match self.expire().await {
                Ok(0) => {}
                Ok(destroyed) => tracing::info!(vernietigd = destroyed, "content past its time was destroyed"),
                Err(error) => {
                    count(&self.inner.counters.port_errors);
                    tracing::error!(%error, "content past its time could not be destroyed");
                }
            }
            self.watch_unconfirmed().await;
            self.watch_consents().await;
            self.watch_requests().await;
            self.watch_breaches().await;
            let today = self.inner.clock.today();
            if seen == Some(today) {
                continue;
            }
            if let Err(error) = self.tell_of_withdrawals(today).await {
                self.port_failed(&error);
                continue;
            }
            match self.rejudge_for_today().await {
                Ok(back) => {
                    seen = Some(today);
                    tracing::info!(herbeoordeeld = back, "judged again for a new day");
                }
                Err(error) => self.port_failed(&error),
            }
        }
    }
}
