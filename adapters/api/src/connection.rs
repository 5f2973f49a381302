//! One connection: the handshake, the requests, and its end. A connection that has no request in hand for the time
//! that headers may take is closed, whatever state it is in: hyper-util's protocol sniffing has no time-out of its own.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::request::Parts;
use hyper::Request;
use hyper::body::Incoming;
use hyper::rt::{Read, Write};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use crate::auth::Fingerprint;
use crate::body::Lingering;
use crate::server::ServerSettings;

/// The other side of a connection, an extension of every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub addr: SocketAddr,
    /// SHA-256 of the DER of its verified client certificate.
    pub cert: Option<Fingerprint>,
    /// Whether the connection is encrypted.
    pub tls: bool,
}

impl Peer {
    /// The peer of a request; a router that is served by something else knows nobody.
    pub(crate) fn of(parts: &Parts) -> Self {
        let nobody = Self {
            addr: SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0),
            cert: None,
            tls: false,
        };
        parts.extensions.get::<Self>().copied().unwrap_or(nobody)
    }
}

/// Waits until the server is to stop; a sender that is gone means the same.
pub(crate) async fn told(stopping: &mut watch::Receiver<bool>) {
    drop(stopping.wait_for(|stop| *stop).await);
}

/// What the connections of one listener share.
pub(crate) struct Shared {
    pub(crate) router: Router,
    pub(crate) settings: ServerSettings,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Shared {
    pub(crate) async fn connection(&self, stream: TcpStream, addr: SocketAddr) {
        // Without it answers wait for acknowledgements; failing is no reason to refuse.
        let _ = stream.set_nodelay(true);
        let Some(config) = &self.settings.tls else {
            return self
                .serve(
                    TokioIo::new(stream),
                    Peer {
                        addr,
                        cert: None,
                        tls: false,
                    },
                )
                .await;
        };
        let shake = TlsAcceptor::from(Arc::clone(config)).accept(stream);
        // A failed handshake has told the other side why, by an alert.
        let Ok(Ok(stream)) = tokio::time::timeout(self.settings.header_time, shake).await else {
            return;
        };
        let leaf = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
        let cert = leaf.map(|der| Fingerprint::from(Sha256::digest(der)));
        self.serve(TokioIo::new(stream), Peer { addr, cert, tls: true }).await;
    }

    async fn serve<I>(&self, io: I, peer: Peer)
    where
        I: Read + Write + Unpin + Send + 'static,
    {
        let patience = self.settings.header_time;
        let activity = Arc::new(Activity::default());
        let service = service_fn(|request: Request<Incoming>| {
            let turn = activity.begin();
            let router = self.router.clone();
            let mut request = request.map(|body| Lingering::wrap(Body::new(body)));
            request.extensions_mut().insert(peer);
            async move {
                let answer = router.oneshot(request).await;
                drop(turn);
                answer
            }
        });
        let mut builder = auto::Builder::new(TokioExecutor::new());
        let max = self.settings.max_headers.max(8192);
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(patience)
            .max_buf_size(max);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(max).unwrap_or(u32::MAX))
            .max_concurrent_streams(32)
            .keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(10));
        let mut connection = pin!(builder.serve_connection(io, service));
        let mut stopping = self.stopping.clone();
        let mut look = tokio::time::interval((patience / 4).max(Duration::from_millis(10)));
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut ending, mut stopped) = (false, false);
        loop {
            tokio::select! {
                // A broken connection is the caller's affair: there is nobody to tell.
                _ = connection.as_mut() => return,
                () = told(&mut stopping), if !stopped => {
                    stopped = true;
                    connection.as_mut().graceful_shutdown();
                }
                _ = look.tick() => match activity.idle() {
                    Some(idle) if idle > patience * 2 => return,
                    Some(idle) if idle > patience && !ending => {
                        ending = true;
                        connection.as_mut().graceful_shutdown();
                    }
                    _ => {}
                },
            }
        }
    }
}

/// Whether a connection has a request in hand, and if not, since when.
struct Activity(Mutex<(usize, Instant)>);

impl Default for Activity {
    fn default() -> Self {
        Self(Mutex::new((0, Instant::now())))
    }
}

impl Activity {
    fn with<R>(&self, work: impl FnOnce(&mut (usize, Instant)) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn begin(self: &Arc<Self>) -> Turn {
        self.with(|a| a.0 += 1);
        Turn(Arc::clone(self))
    }

    fn idle(&self) -> Option<Duration> {
        self.with(|a| (a.0 == 0).then(|| a.1.elapsed()))
    }
}

/// A request in hand, until dropped.
struct Turn(Arc<Activity>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.with(|a| *a = (a.0.saturating_sub(1), Instant::now()));
    }
}
