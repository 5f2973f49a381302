//! The interface as the wiring puts it together.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tokio::sync::{Mutex, Semaphore};
use tokio::time::Instant;

use crate::auth::{Caller, Callers, Rol};
use crate::doors::{Announcements, Doors, Fut, Refusal, WireIntake};
use crate::limits::{LimitSettings, Limits};
use crate::problem::Problem;
use crate::server::Peer;

/// What may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiSettings {
    /// Most bytes of a message or of facts.
    pub max_body: usize,
    /// Most bytes of an announcement, which is read before its sender is known.
    pub max_announcement: usize,
    /// Within which a body must have come in.
    pub body_time: Duration,
    /// Within which the stations must have answered.
    pub answer_time: Duration,
    /// Requests in hand at once, over all connections; more get 503.
    pub max_in_hand: usize,
    /// Limits per caller and per address.
    pub limits: LimitSettings,
}

impl Default for ApiSettings {
    /// 1 MiB (the scanner's cap) and room for the attributes around it, 16 KiB for an announcement, 30 s, 30 s, 256 at once.
    fn default() -> Self {
        Self {
            max_body: (1 << 20) + (16 << 10),
            max_announcement: 16 << 10,
            body_time: Duration::from_secs(30),
            answer_time: Duration::from_secs(30),
            max_in_hand: 256,
            limits: LimitSettings::default(),
        }
    }
}

/// The interface: doors to the stations, who may call, and how much.
pub struct Api {
    pub(crate) doors: Arc<dyn Doors>,
    pub(crate) wire: Option<Arc<dyn WireIntake>>,
    pub(crate) announcements: Option<Arc<dyn Announcements>>,
    pub(crate) settings: ApiSettings,
    pub(crate) in_hand: Semaphore,
    callers: Callers,
    limits: Limits,
    ready: Mutex<Option<(Instant, bool)>>,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api")
            .field("callers", &self.callers)
            .finish_non_exhaustive()
    }
}

impl Api {
    /// An interface without systems of their own words: only CloudEvents, mailbox and management.
    #[must_use]
    pub fn new(doors: Arc<dyn Doors>, callers: Callers, settings: ApiSettings) -> Self {
        Self {
            doors,
            wire: None,
            announcements: None,
            settings,
            in_hand: Semaphore::new(settings.max_in_hand),
            callers,
            limits: Limits::new(settings.limits),
            ready: Mutex::new(None),
        }
    }

    /// Takes `application/json` on `/v1/hulpvragen` too.
    #[must_use]
    pub fn with_wire(mut self, wire: Arc<dyn WireIntake>) -> Self {
        self.wire = Some(wire);
        self
    }

    /// Takes signed announcements.
    #[must_use]
    pub fn with_announcements(mut self, announcements: Arc<dyn Announcements>) -> Self {
        self.announcements = Some(announcements);
        self
    }

    /// Every route, ready to be served; see [`crate::Server::start`].
    pub fn router(self: &Arc<Self>) -> Router {
        crate::routes::router(Arc::clone(self))
    }

    /// Forgets what no longer counts; the server calls it every minute.
    pub fn tidy(&self) {
        self.limits.tidy();
    }

    /// Waits for a station, but not for ever.
    pub(crate) async fn wait<T>(&self, work: Fut<'_, Result<T, Refusal>>) -> Result<T, Problem> {
        match tokio::time::timeout(self.settings.answer_time, work).await {
            Ok(answer) => answer.map_err(Problem::from),
            Err(_) => Err(Problem::new("geen-antwoord-op-tijd").after(Duration::from_secs(4))),
        }
    }

    /// Counts a failure to authenticate and gives what to answer.
    pub(crate) fn failed(&self, peer: &Peer) -> Problem {
        match self.limits.failure(peer.addr.ip()) {
            Ok(()) => Problem::new("geen-toegang"),
            Err(wait) => Problem::new("te-veel-pogingen").after(wait),
        }
    }

    /// Whether a write would succeed; looked up once a second, because anybody may ask.
    pub(crate) async fn writable(&self) -> bool {
        let mut ready = self.ready.lock().await;
        if let Some((_, answer)) = ready.filter(|(at, _)| at.elapsed() < Duration::from_secs(1)) {
            return answer;
        }
        let answer = self.wait(self.doors.writable()).await.is_ok();
        *ready = Some((Instant::now(), answer));
        answer
    }
}

/// Who calls, known before the body is read.
pub(crate) struct Who(pub(crate) Arc<Caller>);

impl Who {
    /// Refuses a caller without the role.
    pub(crate) fn must(&self, rol: Rol) -> Result<(), Problem> {
        if self.0.has(rol) {
            Ok(())
        } else {
            Err(Problem::new("geen-mandaat"))
        }
    }
}

impl FromRequestParts<Arc<Api>> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        let peer = Peer::of(parts);
        let Some((at, caller)) = api.callers.identify(&parts.headers, peer.cert.as_ref()) else {
            return Err(api.failed(&peer));
        };
        api.limits
            .request(at)
            .map_err(|wait| Problem::new("te-veel-verzoeken").after(wait))?;
        Ok(Self(caller))
    }
}
