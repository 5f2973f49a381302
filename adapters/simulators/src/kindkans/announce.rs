//! Announcing: a signed webhook that tells that there is something, never what.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha512;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::Source;

/// The header of the signature.
pub const SIGNATURE_HEADER: &str = "X-Handtekening-SHA512";

/// How long a receiver may take, as systems of this kind grant.
const PATIENCE: Duration = Duration::from_secs(3);
/// The wait before the second attempt; it doubles.
const PAUSE: Duration = Duration::from_millis(250);
/// Announcements on their way at one time.
const AT_ONCE: usize = 8;

/// The signature of an announcement: lower-case hex of HMAC-SHA512 over the body, keyed by the secret.
#[must_use]
pub fn signature(secret: &[u8], body: &[u8]) -> String {
    // HMAC takes a key of any length, so there is no error to meet.
    let Ok(mut mac) = Hmac::<Sha512>::new_from_slice(secret) else {
        return String::new();
    };
    mac.update(body);
    mac.finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What announcing needs.
pub(super) struct Announcer {
    client: reqwest::Client,
    secret: String,
    url: Mutex<Option<String>>,
    attempts: u32,
    at_once: Semaphore,
    /// Where announcing runs, so that hulpvragen can be put in from any thread.
    runtime: Handle,
}

impl Announcer {
    pub(super) fn new(secret: String, url: Option<String>, attempts: u32) -> io::Result<Self> {
        // reqwest asks for a TLS provider even for plain HTTP. Given here, with no roots at all: what
        // a program installed for itself stays as it is, and no announcement leaves over TLS.
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
        Ok(Self {
            client,
            secret,
            url: Mutex::new(url),
            attempts: attempts.max(1),
            at_once: Semaphore::new(AT_ONCE),
            runtime: Handle::try_current().map_err(io::Error::other)?,
        })
    }

    pub(super) fn set_url(&self, url: &str) {
        *self.url.lock().unwrap_or_else(PoisonError::into_inner) = Some(url.to_owned());
    }

    fn url(&self) -> Option<String> {
        self.url.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Announces in the background: at most [`AT_ONCE`] at a time and in no order that a receiver may
/// rely on. Without an address nothing happens and polling remains.
pub(super) fn spawn(source: &Arc<Source>, id: String, notice: Value) {
    // The task must not keep a dropped simulator alive through its retries.
    let weak = Arc::downgrade(source);
    source.announcer.runtime.spawn(async move {
        let mut pause = PAUSE;
        let mut attempt = 1;
        loop {
            let Some(source) = weak.upgrade() else { return };
            let Some(url) = source.announcer.url() else { return };
            if once(&source, &url, &id, &notice).await {
                if source.core.behaviour().announce_twice {
                    let _ = once(&source, &url, &id, &notice).await;
                }
                return;
            }
            if attempt >= source.announcer.attempts {
                return;
            }
            drop(source);
            attempt += 1;
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    });
}

/// One attempt; whether the receiver confirmed.
async fn once(source: &Source, url: &str, id: &str, notice: &Value) -> bool {
    let Ok(_turn) = source.announcer.at_once.acquire().await else {
        return false;
    };
    let body = notice.to_string();
    let forge = source.core.behaviour().forge_signature;
    let secret: &[u8] = if forge {
        b"een ander geheim"
    } else {
        source.announcer.secret.as_bytes()
    };
    source.shelf().announced(id);
    let request = source
        .announcer
        .client
        .post(url)
        .header(SIGNATURE_HEADER, signature(secret, body.as_bytes()))
        .header("Content-Type", "application/json")
        .body(body);
    let confirmed = request.send().await.is_ok_and(|answer| answer.status().is_success());
    if confirmed {
        source.shelf().confirmed(id, notice);
    }
    confirmed
}
