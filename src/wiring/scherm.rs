//! The screen for persons, on a listener of its own.

use std::net::SocketAddr;
use std::sync::Arc;

use sluis_api::{Server, ServerSettings};
use sluis_dashboard::{Dashboard, DashboardSettings};
use sluis_stations::Gateway;
use sluis_stations::ports::Accounts;
use sluis_stations::verzuim::Verzuim;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::StartError;
use crate::settings;

/// Connections at once: a browser keeps a few.
const CONNECTIONS: usize = 512;

/// A screen that runs.
#[derive(Debug)]
pub(super) struct Scherm {
    server: Server,
    follows: JoinHandle<()>,
}

/// Starts it.
pub(super) async fn start(
    settings: &settings::Scherm,
    gateway: &Gateway,
    accounts: Arc<dyn Accounts>,
    verzuim: Option<&Arc<Verzuim>>,
    stopped: watch::Receiver<bool>,
) -> Result<Scherm, StartError> {
    let tls = settings.tls.as_ref().map(sluis_api::tls::TlsFiles::load).transpose()?;
    let own = DashboardSettings {
        tls: tls.is_some(),
        ..DashboardSettings::default()
    };
    let mut dashboard = Dashboard::new(gateway.clone(), accounts, own);
    if let Some(verzuim) = verzuim {
        dashboard = dashboard.with_verzuim(Arc::clone(verzuim));
    }
    let dashboard = Arc::new(dashboard);
    let listener = ServerSettings {
        tls,
        max_connections: CONNECTIONS,
        ..ServerSettings::new(settings.luister)
    };
    let server = Server::serve(listener, dashboard.router(), || {})
        .await
        .map_err(|e| StartError::Listen(settings.luister, e.kind()))?;
    let follows = tokio::spawn(dashboard.run(stopped));
    Ok(Scherm { server, follows })
}

impl Scherm {
    /// Where it listens.
    pub(super) const fn addr(&self) -> SocketAddr {
        self.server.addr()
    }

    /// Ends in order, after the stations were told to stop: who is kept up to date is let go.
    pub(super) async fn stop(self) {
        let _ = self.follows.await;
        self.server.stop().await;
    }
}
