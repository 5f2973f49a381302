//! The listener: accepts, shakes hands, and lets no connection linger.
//!
//! Not `axum::serve`, which has no time-out on headers; see `connection.rs` for what happens to one connection.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::MissedTickBehavior;

use crate::api::Api;
pub use crate::connection::Peer;
use crate::connection::{Shared, told};

/// How often forgotten keys are cleared.
const TIDY: Duration = Duration::from_secs(60);
/// A wait after the system could not give a connection (no descriptors left).
const PAUSE: Duration = Duration::from_millis(50);

/// What may be chosen for a listener.
#[derive(Clone)]
pub struct ServerSettings {
    /// Where to listen.
    pub addr: SocketAddr,
    /// TLS; see [`crate::tls::TlsFiles::load`]. Without it: plain HTTP, for the own machine only.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// Within which a handshake, or the headers of the next request, must have come in.
    pub header_time: Duration,
    /// Most bytes of headers, at least 8192.
    pub max_headers: usize,
    /// Connections at once; the next waits outside.
    pub max_connections: usize,
    /// What requests in hand get when the server stops.
    pub grace: Duration,
}

impl ServerSettings {
    /// 15 s, 16 KiB, 512 connections, 10 s.
    #[must_use]
    pub const fn new(addr: SocketAddr) -> Self {
        Self {
            addr,
            tls: None,
            header_time: Duration::from_secs(15),
            max_headers: 16 << 10,
            max_connections: 512,
            grace: Duration::from_secs(10),
        }
    }
}

impl std::fmt::Debug for ServerSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerSettings")
            .field("addr", &self.addr)
            .field("tls", &self.tls.is_some())
            .finish_non_exhaustive()
    }
}

/// A running listener.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// Binds and serves on the current runtime.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub async fn start(settings: ServerSettings, api: Arc<Api>) -> io::Result<Self> {
        let router = api.router();
        Self::serve(settings, router, move || api.tidy()).await
    }

    /// The same listener for pages of another room; `tidy` is called every minute.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub async fn serve(
        settings: ServerSettings,
        router: Router,
        tidy: impl Fn() + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(settings.addr).await?;
        let addr = listener.local_addr()?;
        let (stop, stopping) = watch::channel(false);
        let task = tokio::spawn(accept(listener, settings, router, tidy, stopping));
        Ok(Self { addr, stop, task })
    }

    /// Where it listens, with the port that the system chose when 0 was asked.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Takes no more connections, lets requests in hand end within the grace, closes the rest.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        // An error means that the task is gone, which is what is waited for.
        let _ = self.task.await;
    }
}

async fn accept(
    listener: TcpListener,
    settings: ServerSettings,
    router: Router,
    tidy: impl Fn() + Send + Sync + 'static,
    mut stopping: watch::Receiver<bool>,
) {
    let shared = Arc::new(Shared {
        router,
        settings,
        stopping: stopping.clone(),
    });
    let places = Arc::new(Semaphore::new(shared.settings.max_connections.max(1)));
    let mut connections = JoinSet::new();
    let mut minute = tokio::time::interval(TIDY);
    minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let next = async {
            // The place first: who finds none waits in the queue of the system, not in our memory.
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        tokio::select! {
            () = told(&mut stopping) => break,
            _ = minute.tick() => tidy(),
            Some(_) = connections.join_next() => {}
            (place, accepted) = next => match (place, accepted) {
                (Ok(place), Ok((stream, addr))) => {
                    let shared = Arc::clone(&shared);
                    connections.spawn(async move {
                        shared.connection(stream, addr).await;
                        drop(place);
                    });
                }
                _ => tokio::time::sleep(PAUSE).await,
            },
        }
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(shared.settings.grace, all).await.is_err() {
        tracing::warn!("connections were closed with requests in hand");
    }
    connections.shutdown().await;
}
