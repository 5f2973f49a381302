//! The socket side both systems share: accept, record, misbehave, answer, stop.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::behaviour::Behaviour;
use crate::fault::{self, Closed};
use crate::record::{Arrival, Kind, Received, Recorder};
use crate::tap::{Cut, Tap, Wire};
use crate::turn::{Active, Turn};

/// Bytes of a request body the simulator takes; beyond it the connection closes.
const BODY_CAP: usize = 256 * 1024 * 1024;
/// What a stop leaves to answers in flight.
const GRACE: Duration = Duration::from_secs(2);

/// What the handlers and the connections of one simulator share.
pub(crate) struct Core {
    pub(crate) recorder: Recorder,
    active: Mutex<Active>,
    connections: AtomicU64,
}

impl Core {
    pub(crate) fn new(recorder: Recorder, behaviour: Behaviour) -> Arc<Self> {
        Arc::new(Self {
            recorder,
            active: Mutex::new(Active::new(behaviour)),
            connections: AtomicU64::new(0),
        })
    }

    pub(crate) fn behaviour(&self) -> Behaviour {
        self.active
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .behaviour
            .clone()
    }

    pub(crate) fn set_behaviour(&self, behaviour: Behaviour) {
        *self.active.lock().unwrap_or_else(PoisonError::into_inner) = Active::new(behaviour);
    }

    fn turn(&self, method: &str, path: &str) -> Turn {
        self.active
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .turn(method, path)
    }
}

/// The number of the record a handler works for.
#[derive(Clone, Copy)]
pub(crate) struct RecordNumber(pub(crate) u64);

/// A running simulator. It stops when dropped; [`Simulator::stop`] waits for it.
pub struct Simulator {
    /// The address it listens on, with the port the system chose when 0 was asked.
    pub addr: SocketAddr,
    core: Arc<Core>,
    stop: watch::Sender<bool>,
    stopped: watch::Receiver<bool>,
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Simulator({})", self.addr)
    }
}

impl Simulator {
    /// Binds and serves `router` on the current tokio runtime.
    pub(crate) fn start(bind: SocketAddr, core: Arc<Core>, router: Router) -> io::Result<Self> {
        tokio::runtime::Handle::try_current().map_err(io::Error::other)?;
        let listener = std::net::TcpListener::bind(bind)?;
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let addr = listener.local_addr()?;
        let (stop, stopping) = watch::channel(false);
        let (tell, stopped) = watch::channel(false);
        let shared = Arc::clone(&core);
        tokio::spawn(async move {
            accept(listener, shared, router, stopping).await;
            // Nobody listens any more when the simulator was dropped.
            let _ = tell.send(true);
        });
        Ok(Self {
            addr,
            core,
            stop,
            stopped,
        })
    }

    /// `http://<addr>`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Everything that arrived at the simulated system, in order; the control endpoints left out.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.core.recorder.list(0, |received| received.kind != Kind::Control)
    }

    /// Everything that arrived at all, the control endpoints included.
    #[must_use]
    pub fn received_with_control(&self) -> Vec<Received> {
        self.core.recorder.list(0, |_| true)
    }

    /// Misbehaves like this from the next request on; all counters start again. What
    /// [`Behaviour::check`] refuses is played as well as it goes.
    pub fn set_behaviour(&self, behaviour: Behaviour) {
        self.core.set_behaviour(behaviour);
    }

    /// The behaviour in play.
    #[must_use]
    pub fn behaviour(&self) -> Behaviour {
        self.core.behaviour()
    }

    /// Stops listening, gives answers in flight two seconds, then closes; returns when the port is
    /// free and every byte is recorded.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let mut stopped = self.stopped.clone();
        // An error means the server task is gone, which is what is waited for.
        let _ = stopped.wait_for(|stopped| *stopped).await;
        // A record that cannot be written has already kept its answer back.
        let _ = self.core.recorder.sync().await;
    }
}

async fn accept(listener: TcpListener, core: Arc<Core>, router: Router, mut stopping: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // Both a stop and a dropped simulator end here.
            _ = stopping.changed() => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, Arc::clone(&core), router.clone(), stopping.clone()));
                }
                // Out of file descriptors: leave the machine a moment.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
        }
    }
    drop(listener);
    // When the grace is over the connections are cut; what they had read is recorded as they drop.
    let _ = tokio::time::timeout(GRACE, async { while connections.join_next().await.is_some() {} }).await;
    connections.shutdown().await;
}

async fn connection(stream: TcpStream, core: Arc<Core>, router: Router, mut stopping: watch::Receiver<bool>) {
    // Without it answers wait for the other side's acknowledgement; it changes no byte.
    let _ = stream.set_nodelay(true);
    let wire = Arc::new(Wire::default());
    let number = core.connections.fetch_add(1, Ordering::SeqCst) + 1;
    let _leftover = Leftover {
        core: Arc::clone(&core),
        wire: Arc::clone(&wire),
        number,
    };
    let service = service_fn({
        let wire = Arc::clone(&wire);
        move |request| answer(request, Arc::clone(&core), router.clone(), Arc::clone(&wire), number)
    });
    let serve = http1::Builder::new().serve_connection(TokioIo::new(Tap::new(stream, wire)), service);
    tokio::pin!(serve);
    // How a connection ended does not matter here: what arrived is recorded either way.
    tokio::select! {
        _ = serve.as_mut() => {}
        _ = stopping.changed() => {
            serve.as_mut().graceful_shutdown();
            let _ = serve.await;
        }
    }
}

/// Records, at the end of a connection, what never became a request.
struct Leftover {
    core: Arc<Core>,
    wire: Arc<Wire>,
    number: u64,
}

impl Drop for Leftover {
    fn drop(&mut self) {
        let head = self.wire.leftover();
        if !head.is_empty() {
            self.core.recorder.append(Arrival {
                connection: self.number,
                kind: Kind::Leftover,
                fault: None,
                method: String::new(),
                target: String::new(),
                cut: Cut { head, framed: None },
                body: Bytes::new(),
            });
        }
    }
}

async fn answer(
    request: Request<Incoming>,
    core: Arc<Core>,
    router: Router,
    wire: Arc<Wire>,
    connection: u64,
) -> Result<Response<Body>, Closed> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(Body::new(body), BODY_CAP).await.map_err(|_| Closed)?;
    let target = parts
        .uri
        .path_and_query()
        .map_or_else(String::new, |all| all.as_str().to_owned());
    let control = parts.uri.path().starts_with("/_");
    let turn = if control {
        Turn {
            fault: None,
            delay_ms: 0,
        }
    } else {
        core.turn(parts.method.as_str(), parts.uri.path())
    };
    let number = core.recorder.append(Arrival {
        connection,
        kind: if control { Kind::Control } else { Kind::Request },
        fault: turn.fault.as_ref().map(|fault| fault.name().to_owned()),
        method: parts.method.as_str().to_owned(),
        target,
        cut: wire.cut(body.len(), parts.headers.contains_key(header::TRANSFER_ENCODING)),
        body: body.clone(),
    });
    let mut request = Request::from_parts(parts, Body::from(body));
    request.extensions_mut().insert(RecordNumber(number));
    // Its own task: a system does not undo what it was asked because the asker died.
    let work = tokio::spawn(async move { process(request, core, router, turn, wire).await });
    work.await.map_err(|_| Closed)?
}

async fn process(
    request: Request<Body>,
    core: Arc<Core>,
    router: Router,
    turn: Turn,
    wire: Arc<Wire>,
) -> Result<Response<Body>, Closed> {
    let early = turn.fault.as_ref().and_then(fault::before);
    let struck = early.is_some();
    let answer = match early {
        Some(early) => early,
        None => router.oneshot(request).await.map_err(|never| match never {}),
    };
    // Record and effect are on disk before the caller can know of them.
    core.recorder.sync().await.map_err(|_| Closed)?;
    if turn.delay_ms > 0 {
        tokio::time::sleep(Duration::from_millis(turn.delay_ms)).await;
    }
    match &turn.fault {
        Some(fault) if !struck => fault::after(fault, answer?, &wire).await,
        _ => answer,
    }
}
