//! The interface as the wiring puts it together.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use sluis_stations::ports::Accounts;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::auth::{Caller, Callers, Rol};
use crate::doors::{Announcements, Doors, Fut, Refusal, Verzuimboek, WireIntake};
use crate::in_hand::InHand;
use crate::limits::{LimitSettings, Limits};
use crate::problem::Problem;
use crate::server::Peer;
use crate::sessions::Sessions;

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
    /// Within which an announcement must have come in: it is small, and its sender is not known yet.
    pub announcement_time: Duration,
    /// Announcements being read at once, and a quarter of it for one address; more get 503.
    pub max_announcements: usize,
    /// Requests of known callers in hand at once, over all connections, and a quarter of it for one caller; more get
    /// 503. Announcements whose signature is being looked at, or is right, are one caller together.
    pub max_in_hand: usize,
    /// Limits per caller and per address.
    pub limits: LimitSettings,
}

impl Default for ApiSettings {
    /// 1 MiB (the scanner's cap) and room for the attributes around it, in 30 s; 4 KiB for an announcement, in 3 s, 16
    /// at once; 30 s for an answer; 256 in hand.
    fn default() -> Self {
        Self {
            max_body: (1 << 20) + (16 << 10),
            max_announcement: 4 << 10,
            body_time: Duration::from_secs(30),
            answer_time: Duration::from_secs(30),
            announcement_time: Duration::from_secs(3),
            max_announcements: 16,
            max_in_hand: 256,
            limits: LimitSettings::default(),
        }
    }
}

/// Announcements among the callers: no list is so long.
pub(crate) const ANNOUNCED: usize = usize::MAX;

/// The interface: doors to the stations, who may call, and how much.
pub struct Api {
    pub(crate) doors: Arc<dyn Doors>,
    pub(crate) wire: Option<Arc<dyn WireIntake>>,
    pub(crate) announcements: Option<Arc<dyn Announcements>>,
    pub(crate) verzuim: Option<Arc<dyn Verzuimboek>>,
    pub(crate) settings: ApiSettings,
    /// By the caller's place in the list; [`ANNOUNCED`] for announcements.
    pub(crate) in_hand: InHand<usize>,
    /// By address.
    pub(crate) announcing: InHand<[u8; 8]>,
    pub(crate) accounts: Option<Arc<dyn Accounts>>,
    pub(crate) sessions: Sessions,
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
            verzuim: None,
            settings,
            in_hand: InHand::new(settings.max_in_hand),
            announcing: InHand::new(settings.max_announcements),
            accounts: None,
            sessions: Sessions::default(),
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

    /// Takes registrations of absence, and tells the queue of reports.
    #[must_use]
    pub fn with_verzuim(mut self, verzuim: Arc<dyn Verzuimboek>) -> Self {
        self.verzuim = Some(verzuim);
        self
    }

    /// Lets persons act: with an account, a password and a code of the moment.
    #[must_use]
    pub fn with_accounts(mut self, accounts: Arc<dyn Accounts>) -> Self {
        self.accounts = Some(accounts);
        self
    }

    /// Every route, ready to be served; see [`crate::Server::start`].
    pub fn router(self: &Arc<Self>) -> Router {
        crate::routes::router(Arc::clone(self))
    }

    /// Forgets what no longer counts; the server calls it every minute.
    pub fn tidy(&self) {
        self.limits.tidy();
        self.sessions.tidy();
    }

    /// Waits for a station, but not for ever.
    pub(crate) async fn wait<T>(&self, work: Fut<'_, Result<T, Refusal>>) -> Result<T, Problem> {
        match tokio::time::timeout(self.settings.answer_time, work).await {
            Ok(answer) => answer.map_err(Problem::from),
            Err(_) => Err(Problem::new("geen-antwoord-op-tijd").after(Duration::from_secs(4))),
        }
    }

    /// Who calls, counted by its limit, with its place in the list.
    pub(crate) fn identify(&self, headers: &HeaderMap, peer: &Peer) -> Result<(usize, Arc<Caller>), Problem> {
        let Some((at, caller)) = self.callers.identify(headers, peer.cert.as_ref()) else {
            return Err(self.failed(peer));
        };
        self.limits
            .request(at)
            .map_err(|wait| Problem::new("te-veel-verzoeken").after(wait))?;
        Ok((at, caller))
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

/// Who calls, known before the body is read and before a place is taken: put into the request by `routes::admit`.
#[derive(Clone)]
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

impl Who {
    /// Refuses a caller of whom it is not known who acts: what changes something is recorded with its account.
    pub(crate) fn acts(&self) -> Result<(), Problem> {
        self.0.wie.as_ref().map(drop).ok_or(Problem::new("account-nodig"))
    }
}

impl FromRequestParts<Arc<Api>> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Api>) -> Result<Self, Problem> {
        // A route that admits nobody serves nobody.
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(Problem::new("geen-toegang"))
    }
}
