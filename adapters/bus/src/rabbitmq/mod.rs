//! The bus over RabbitMQ, for an organisation whose Sluis is more than one process, or that keeps its queues there.
//!
//! The store stays the truth: what the broker loses, repeats or reorders is published again, claimed once, and ordered by
//! the store. A publish counts when the broker confirmed it and had a queue for it; a delivery is acknowledged when its
//! step ended. One connection at a time, made anew by [`keeper`] whenever anything about it is wrong.

mod error;
mod keeper;
mod line;
mod notice;
mod topology;
mod tray;

use std::fmt;
use std::num::{NonZeroU16, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use lapin::options::BasicPublishOptions;
use lapin::{BasicProperties, Confirmation};
use sluis_stations::Entropy;
use sluis_stations::ports::{Bus, BusHealth, Clock, Depth, Fut, Notice, PortError, Station, Taken};
use tokio::sync::{Notify, Semaphore, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};
use zeroize::Zeroizing;

pub use error::RabbitError;
use line::Line;
pub use topology::Topology;
use tray::Tray;

/// The most that a publish waits, from its call to the last confirmation.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most that a look at the depths waits.
const LOOK: Duration = Duration::from_secs(2);

/// Where RabbitMQ is and how it is used.
#[derive(Clone)]
pub struct RabbitConfig {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Virtual host: best one for Sluis alone.
    pub vhost: String,
    /// How to log in.
    pub login: Login,
    /// TLS; `None`: plain, for the own machine only.
    pub tls: Option<Tls>,
    /// Names and properties of what stands there.
    pub topology: Topology,
    /// Who we are, as CloudEvents name a source: notices of another are set aside.
    pub source: String,
    /// Deliveries for each station that did not end yet. At least what the relay has under way, or a slow receiver
    /// would hold up the others.
    pub prefetch: NonZeroU16,
    /// Publishes that are not confirmed yet.
    pub in_flight: NonZeroUsize,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For the jitter of pauses.
    pub entropy: Entropy,
}

impl fmt::Debug for RabbitConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RabbitConfig(…)")
    }
}

/// How to log in.
#[derive(Clone)]
pub enum Login {
    /// By name and password.
    Password {
        /// The name.
        user: String,
        /// The password.
        password: Zeroizing<String>,
    },
    /// By the client certificate alone (RabbitMQ's plugin `rabbitmq_auth_mechanism_ssl`).
    Certificate,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(…)")
    }
}

/// TLS.
#[derive(Clone)]
pub struct Tls {
    /// PEM certificates of the authorities that its certificate may come from; no others.
    pub authorities: String,
    /// PEM certificate chain and key with which we identify ourselves.
    pub identity: Option<Zeroizing<Vec<u8>>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls(…)")
    }
}

/// What the bus and its keeper share.
struct Shared {
    config: RabbitConfig,
    line: watch::Sender<Option<Arc<Line>>>,
    closed: watch::Sender<bool>,
    /// Something is wrong with the line: make another.
    broken: Notify,
    /// Room for publishes without a confirmation.
    room: Arc<Semaphore>,
    judge: Tray,
    deliver: Tray,
}

impl Shared {
    const fn tray(&self, station: Station) -> &Tray {
        match station {
            Station::Judge => &self.judge,
            Station::Deliver => &self.deliver,
        }
    }

    const fn trays(&self) -> [&Tray; 2] {
        [&self.judge, &self.deliver]
    }
}

/// The bus over RabbitMQ. Dropped without [`Bus::close`], it leaves as a crash would: nothing is lost.
pub struct RabbitBus {
    shared: Arc<Shared>,
    keeper: JoinHandle<()>,
}

impl RabbitBus {
    /// Connects, compares what stands there with what is needed, declares what is missing, and keeps a connection from
    /// then on.
    ///
    /// # Errors
    /// When there is no connection now, or what stands there differs: then nothing was changed.
    pub async fn start(config: RabbitConfig) -> Result<Self, RabbitError> {
        let line = Arc::new(Line::open(&config).await?);
        let shared = Arc::new(Shared {
            room: Arc::new(Semaphore::new(config.in_flight.get())),
            config,
            line: watch::channel(Some(Arc::clone(&line))).0,
            closed: watch::channel(false).0,
            broken: Notify::new(),
            judge: Tray::default(),
            deliver: Tray::default(),
        });
        let keeper = tokio::spawn(keeper::keep(Arc::clone(&shared), line));
        Ok(Self { shared, keeper })
    }

    fn is_closed(&self) -> bool {
        *self.shared.closed.borrow()
    }

    fn line(&self) -> Option<Arc<Line>> {
        self.shared.line.borrow().clone()
    }

    async fn publish_all(&self, notices: Vec<Notice>) -> Result<(), PortError> {
        let deadline = Instant::now() + PATIENCE;
        let mut answers = Vec::with_capacity(notices.len());
        for notice in &notices {
            answers.push(self.put(notice, deadline).await?);
        }
        for answer in answers {
            // One that is not there in time keeps its room until the broker answers or the line is gone.
            timeout_at(deadline, answer)
                .await
                .map_err(|_| unavailable("it confirms nothing"))?
                .map_err(|_| unavailable("the connection ended"))??;
        }
        Ok(())
    }

    /// Hands one to the broker; what is given back answers when it is confirmed.
    async fn put(
        &self,
        notice: &Notice,
        deadline: Instant,
    ) -> Result<oneshot::Receiver<Result<(), PortError>>, PortError> {
        if self.is_closed() {
            return Err(unavailable("it was closed"));
        }
        let line = self.line().ok_or(unavailable("there is no connection"))?;
        if line.blocked() {
            return Err(unavailable("it is short of memory or disk"));
        }
        let Ok(Ok(room)) = timeout_at(deadline, Arc::clone(&self.shared.room).acquire_owned()).await else {
            return Err(unavailable("it confirms nothing"));
        };
        let config = &self.shared.config;
        let properties = BasicProperties::default()
            .with_content_type(notice::MEDIA.into())
            // Kept over a restart.
            .with_delivery_mode(2);
        let body = notice::write(notice, &config.source, config.clock.now());
        let options = BasicPublishOptions {
            mandatory: true,
            immediate: false,
        };
        let publishing = line.publish().basic_publish(
            topology::short(&config.topology.exchange()),
            notice::key(notice.station).into(),
            options,
            &body,
            properties,
        );
        let Ok(Ok(confirm)) = timeout_at(deadline, publishing).await else {
            self.shared.broken.notify_one();
            return Err(unavailable("the connection ended"));
        };
        let (tell, told) = oneshot::channel();
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            let answer = match confirm.await {
                Ok(Confirmation::Ack(None)) => Ok(()),
                Ok(Confirmation::Ack(Some(_))) => {
                    // No queue took it: something was removed there. A new line declares it again.
                    shared.broken.notify_one();
                    Err(unavailable("a queue or binding is gone"))
                }
                Ok(Confirmation::Nack(_)) => Err(PortError::Full(NAME)),
                Ok(Confirmation::NotRequested) => Err(unavailable("it confirms nothing")),
                Err(_) => Err(unavailable("the connection ended")),
            };
            drop(room);
            // Nobody waits any more: the relay has given it up, and publishes again.
            let _ = tell.send(answer);
        });
        Ok(told)
    }

    async fn look(&self) -> BusHealth {
        let shared = &self.shared;
        let line = self.line().filter(|_| !self.is_closed());
        let topology = &shared.config.topology;
        let (mut judge, mut deliver, mut dead) = (None, None, None);
        if let Some(line) = &line {
            let queues = async {
                judge = line.depth(&topology.queue(Station::Judge)).await;
                deliver = line.depth(&topology.queue(Station::Deliver)).await;
                dead = line.depth(&topology.dead_queue()).await;
            };
            // What is not known in time stays unknown.
            let _ = timeout(LOOK, queues).await;
        }
        let now = shared.config.clock.now();
        let depth = |station, waiting: Option<u64>| {
            let (held, oldest) = shared.tray(station).held();
            Depth {
                waiting: waiting.map(|n| n.saturating_add(held as u64)),
                // What waits at the broker came after what it gave already; a clock that was set back makes no age.
                oldest: oldest.map(|at| Duration::try_from(now.duration_since(at)).unwrap_or_default()),
            }
        };
        BusHealth {
            kind: "rabbitmq",
            connected: line.is_some(),
            blocked: line.is_some_and(|line| line.blocked()),
            judge: depth(Station::Judge, judge),
            deliver: depth(Station::Deliver, deliver),
            dead,
        }
    }
}

const NAME: &str = "RabbitMQ";

const fn unavailable(why: &'static str) -> PortError {
    PortError::Unavailable(NAME, why)
}

impl fmt::Debug for RabbitBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RabbitBus(…)")
    }
}

impl Drop for RabbitBus {
    fn drop(&mut self) {
        if !self.is_closed() {
            self.keeper.abort();
        }
    }
}

impl Bus for RabbitBus {
    fn publish(&self, notices: Vec<Notice>) -> Fut<'_, Result<(), PortError>> {
        Box::pin(self.publish_all(notices))
    }

    fn next(&self, station: Station) -> Fut<'_, Option<Taken>> {
        Box::pin(async move {
            let (receipt, effect) = self.shared.tray(station).take().await?;
            Some(Taken {
                notice: Notice { station, effect },
                receipt,
            })
        })
    }

    fn ended(&self, taken: &Taken) {
        let Some(acker) = self.shared.tray(taken.notice.station).end(taken.receipt) else {
            return;
        };
        tokio::spawn(async move {
            // What is not told comes again, and finds nothing to claim.
            let _ = acker.ack(lapin::options::BasicAckOptions::default()).await;
        });
    }

    fn health(&self) -> Fut<'_, BusHealth> {
        Box::pin(self.look())
    }

    fn close(&self) {
        self.shared.closed.send_replace(true);
        for tray in self.shared.trays() {
            tray.close();
        }
    }
}
