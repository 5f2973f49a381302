//! The screen as the wiring puts it together.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use sluis_stations::Gateway;
use sluis_stations::ports::Accounts;
use sluis_stations::verzuim::Verzuim;
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use crate::beeld::Beeld;
use crate::paginas::fg::Controle;
use crate::sessies::Sessies;

/// How long it is believed that the store can be written.
const READY: Duration = Duration::from_secs(5);

/// What may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DashboardSettings {
    /// Whether browsers come by TLS to this very listener: they are then told to come by nothing else.
    pub tls: bool,
    /// Requests in hand at once of who is logged in; more get 503.
    pub max_in_hand: usize,
    /// The same of who is not.
    pub max_unknown: usize,
    /// Browsers that are kept up to date at once; others see what was when they asked.
    pub max_viewers: usize,
    /// Log-ins looked at or waiting at once; more get 503.
    pub max_logins: usize,
    /// Within which a page must be there.
    pub patience: Duration,
}

impl Default for DashboardSettings {
    /// 64 requests, 32 of nobody, 200 viewers, 8 log-ins, 20 s.
    fn default() -> Self {
        Self {
            tls: false,
            max_in_hand: 64,
            max_unknown: 32,
            max_viewers: 200,
            max_logins: 8,
            patience: Duration::from_secs(20),
        }
    }
}

/// The screen.
pub struct Dashboard {
    pub(crate) gateway: Gateway,
    pub(crate) accounts: Arc<dyn Accounts>,
    pub(crate) verzuim: Option<Arc<Verzuim>>,
    pub(crate) settings: DashboardSettings,
    pub(crate) sessies: Sessies,
    pub(crate) beeld: Beeld,
    pub(crate) in_hand: Semaphore,
    pub(crate) unknown: Semaphore,
    pub(crate) viewers: Arc<Semaphore>,
    pub(crate) logins: Semaphore,
    pub(crate) controle: Mutex<Controle>,
    ready: tokio::sync::Mutex<Option<(Instant, bool)>>,
}

impl std::fmt::Debug for Dashboard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Dashboard(…)")
    }
}

impl Dashboard {
    /// A screen over these stations, for these accounts.
    #[must_use]
    pub fn new(gateway: Gateway, accounts: Arc<dyn Accounts>, settings: DashboardSettings) -> Self {
        Self {
            gateway,
            accounts,
            verzuim: None,
            settings,
            sessies: Sessies::default(),
            beeld: Beeld::default(),
            in_hand: Semaphore::new(settings.max_in_hand),
            unknown: Semaphore::new(settings.max_unknown),
            ready: tokio::sync::Mutex::default(),
            viewers: Arc::new(Semaphore::new(settings.max_viewers)),
            logins: Semaphore::new(settings.max_logins),
            controle: Mutex::default(),
        }
    }

    /// Shows the queue of reports of absence too.
    #[must_use]
    pub fn with_verzuim(mut self, verzuim: Arc<Verzuim>) -> Self {
        self.verzuim = Some(verzuim);
        self
    }

    /// Every page, ready to be served.
    pub fn router(self: &Arc<Self>) -> Router {
        crate::routes::router(Arc::clone(self))
    }

    /// Follows the journal until told to stop: for what was decided by day, and for who is kept up to date.
    pub async fn run(self: Arc<Self>, stopped: watch::Receiver<bool>) {
        self.beeld.follow(&self.gateway, stopped).await;
    }

    /// Whether the store can be written; tried at most every few seconds, for each try is a write.
    pub(crate) async fn writable(&self) -> bool {
        let mut ready = self.ready.lock().await;
        if let Some((_, answer)) = ready.filter(|(at, _)| at.elapsed() < READY) {
            return answer;
        }
        let answer = self.gateway.store().writable().await.is_ok();
        *ready = Some((Instant::now(), answer));
        answer
    }

    /// What is known of the last look at the journal.
    pub(crate) fn controle<R>(&self, work: impl FnOnce(&mut Controle) -> R) -> R {
        work(&mut self.controle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
