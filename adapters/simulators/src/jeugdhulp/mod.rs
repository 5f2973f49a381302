//! A system of a youth care provider that speaks FHIR R4: holds bundles, announces them without content, serves them, and
//! takes bundles of others by conditional create. FHIR is a standard; the webhook and the choice of resources are **ours**.
//!
//! | request (bearer token) | answer |
//! |---|---|
//! | `GET /fhir/Bundle/{id}` | the bundle, byte for byte as it was put in |
//! | `GET /fhir/Bundle?type=collection&_lastUpdated=ge…&_sort=_lastUpdated&_count=n` | a searchset of ids and moments |
//! | `PUT /fhir/Subscription/{id}` | placed: from then on every bundle is told by an empty POST too |
//! | `POST /fhir/Bundle` with `If-None-Exist: identifier=…` | 201 made; 200 when it was there |
//! | `GET /fhir/Bundle?identifier=…&_summary=count` | how many there are |
//!
//! An announcement is a POST of `{"customerCode","eventType","modelType","id","timestamp","amountOfRetries"}` with
//! `X-Signature-SHA512`, the hex HMAC-SHA-512 of the body; 3 seconds, no order. What it sent it can send again, byte for byte.

mod routes;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use crate::behaviour::Behaviour;
use crate::control;
use crate::kindkans::signature;
use crate::record::Recorder;
use crate::server::{Core, Simulator};

/// The header of the signature.
pub const SIGNATURE_HEADER: &str = "X-Signature-SHA512";
/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// How the system runs. `Default` binds a free port on 127.0.0.1 and announces nowhere.
#[derive(Clone)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one, see [`Simulator::addr`].
    pub bind: SocketAddr,
    /// The bearer token that callers must show.
    pub token: String,
    /// The secret of the announcements' signature.
    pub secret: String,
    /// Where announcements go; `None` until [`Jeugdhulp::set_webhook`].
    pub webhook: Option<String>,
    /// Directory of `*.json` bundles, put in by file name at the start.
    pub bundels: Option<PathBuf>,
    /// Directory of `jeugdhulp.ndjson`; an existing one is continued.
    pub directory: Option<PathBuf>,
    /// What goes wrong from the start.
    pub behaviour: Behaviour,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token: "jeugdhulp-proeftoken".to_owned(),
            secret: "jeugdhulp-proefgeheim".to_owned(),
            webhook: None,
            bundels: None,
            directory: None,
            behaviour: Behaviour::default(),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "jeugdhulp::Config({})", self.bind)
    }
}

/// The running system; a [`Simulator`] that bundles can be put into.
#[derive(Debug)]
pub struct Jeugdhulp {
    simulator: Simulator,
    ehr: Arc<Ehr>,
}

impl Deref for Jeugdhulp {
    type Target = Simulator;

    fn deref(&self) -> &Simulator {
        &self.simulator
    }
}

impl Jeugdhulp {
    /// Puts any bytes in under an id, announced to nobody.
    pub fn put(&self, id: &str, bytes: impl Into<Bytes>) {
        self.ehr.put(id, bytes.into());
    }

    /// Announcements go here from now on.
    pub fn set_webhook(&self, url: &str) {
        *self.ehr.webhook.lock().unwrap_or_else(PoisonError::into_inner) = Some(url.to_owned());
    }

    /// The body of a new announcement of a bundle, and its signature.
    #[must_use]
    pub fn announcement(&self, id: &str) -> (String, String) {
        self.ehr.announcement(id, now())
    }

    /// Announces a bundle once, and tells the status that came back.
    pub async fn announce(&self, id: &str) -> Option<u16> {
        let (body, signature) = self.announcement(id);
        self.ehr.post(body, signature).await
    }

    /// Bundles of others, by their identifier: each body that was made. More than one: it had effect twice.
    #[must_use]
    pub fn taken(&self) -> BTreeMap<String, Vec<Value>> {
        self.ehr.state().taken.clone()
    }

    /// The subscriptions that were placed.
    #[must_use]
    pub fn subscriptions(&self) -> BTreeMap<String, Value> {
        self.ehr.state().subscriptions.clone()
    }
}

#[derive(Default)]
struct State {
    bundles: BTreeMap<String, (Bytes, Timestamp)>,
    subscriptions: BTreeMap<String, Value>,
    taken: BTreeMap<String, Vec<Value>>,
}

struct Ehr {
    core: Arc<Core>,
    token: String,
    secret: String,
    webhook: Mutex<Option<String>>,
    client: reqwest::Client,
    state: Mutex<State>,
    /// Where hooks are called, so that bundles can be put in from any thread.
    runtime: Handle,
}

impl fmt::Debug for Ehr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ehr")
    }
}

/// A simulated system has its own clock.
#[allow(clippy::disallowed_methods, reason = "a simulated system has its own clock")]
fn now() -> Timestamp {
    Timestamp::now()
}

impl Ehr {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, id: &str, bytes: Bytes) {
        let subscriptions: Vec<Value> = {
            let mut state = self.state();
            state.bundles.insert(id.to_owned(), (bytes, now()));
            state.subscriptions.values().cloned().collect()
        };
        for subscription in subscriptions {
            self.hook(&subscription);
        }
    }

    /// Tells a subscriber that there is something: an empty POST with the headers it asked for.
    fn hook(&self, subscription: &Value) {
        let channel = |key: &str| subscription.get("channel").and_then(|c| c.get(key));
        let Some(url) = channel("endpoint").and_then(Value::as_str) else {
            return;
        };
        let mut request = self.client.post(url);
        for header in channel("header").and_then(Value::as_array).into_iter().flatten() {
            if let Some((name, value)) = header.as_str().and_then(|h| h.split_once(": ")) {
                request = request.header(name, value);
            }
        }
        // Whether anybody listens does not matter to this system.
        self.runtime.spawn(async move { request.send().await.is_ok() });
    }

    fn announcement(&self, id: &str, at: Timestamp) -> (String, String) {
        let body = json!({ "customerCode": "proef", "eventType": "UPDATE", "modelType": "Bundle", "id": id,
            "timestamp": at.to_string(), "amountOfRetries": 0 })
        .to_string();
        let secret: &[u8] = if self.core.behaviour().forge_signature {
            b"een ander geheim"
        } else {
            self.secret.as_bytes()
        };
        let signature = signature(secret, body.as_bytes());
        (body, signature)
    }

    async fn post(&self, body: String, signature: String) -> Option<u16> {
        let url = self.webhook.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let request = self.client.post(url).header(SIGNATURE_HEADER, signature);
        let answer = request
            .header("Content-Type", "application/json")
            .body(body)
            .send()
            .await;
        Some(answer.ok()?.status().as_u16())
    }
}

/// Starts the system on the current tokio runtime.
///
/// # Errors
/// When the address is taken, a directory cannot be read or written, or no runtime runs.
pub fn start(config: Config) -> io::Result<Jeugdhulp> {
    let (recorder, _) = Recorder::open(config.directory.as_deref(), "jeugdhulp")?;
    let core = Core::new(recorder, config.behaviour);
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build()
        .map_err(io::Error::other)?;
    let ehr = Arc::new(Ehr {
        core: Arc::clone(&core),
        token: config.token,
        secret: config.secret,
        webhook: Mutex::new(config.webhook),
        client,
        state: Mutex::default(),
        runtime: Handle::try_current().map_err(io::Error::other)?,
    });
    let router = routes::router(Arc::clone(&ehr)).merge(control::router(Arc::clone(&core)));
    let simulator = Simulator::start(config.bind, core, router)?;
    for (id, bytes) in config.bundels.as_deref().map(load).transpose()?.unwrap_or_default() {
        ehr.put(&id, bytes);
    }
    Ok(Jeugdhulp { simulator, ehr })
}

/// The bundles of a directory, by their own id.
fn load(dir: &std::path::Path) -> io::Result<Vec<(String, Bytes)>> {
    let mut paths = std::fs::read_dir(dir)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let bytes = std::fs::read(&path)?;
        let value: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let id = value.get("id").and_then(Value::as_str);
        let id = id.ok_or_else(|| io::Error::other(format!("{}: a bundle has an id", path.display())))?;
        all.push((id.to_owned(), Bytes::from(bytes)));
    }
    Ok(all)
}
