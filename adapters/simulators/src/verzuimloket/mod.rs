//! The absence desk of DUO, as far as it can be played: **like** it. Fields, kinds and statuses follow what DUO and the
//! decree of 2009 say; paths, codes and headers are invented, because no interface description is public.
//!
//! | request | answer |
//! |---|---|
//! | `POST /token`, client credentials with `private_key_jwt` | 200 `{"access_token":…}`; 401 with the error of RFC 6749 |
//! | `POST /verzuimmeldingen/aanleveringen` with `Aanleverkenmerk` | 201 `{"meldingsnummer":…}`; the same key again 409 `aanlevering-bekend`: a repeat is refused, not taken for the first |
//! | `GET /verzuimmeldingen/aanleveringen/{key}` | 200 `{"meldingsnummer":…}` when it took effect, else 404: how an unknown outcome is resolved |
//! | `GET /verzuimmeldingen/wijzigingen?na=<cursor>&aantal=<n>` | what changed since, in order: `{"wijzigingen":[…],"cursor":…,"meer":…}` |
//! | `POST /_gemeente/{kenmerk}` | the municipality handles a report: `{"status":…,"redenMeldingAfgesloten":…}` |
//! | `GET /_meldingen`, `POST /_tokens-eindigen` | what the desk has; every token ends now |
//!
//! Without a token 401. Body: `schemas/systemen/verzuimloket/melding.v1.json`, of which the desk checks what it must.

mod desk;
mod token;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::behaviour::Behaviour;
use crate::control::{self, answer};
use crate::fault::problem;
use crate::record::{Recorder, now_ms};
use crate::server::{Core, Simulator};
pub use desk::Melding;
use desk::{Desk, put};
use token::Tokens;

/// How the desk runs. `Default` binds a free port on 127.0.0.1, keeps nothing on disk and checks no signature.
#[derive(Clone)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one, see [`Simulator::addr`].
    pub bind: SocketAddr,
    /// The client that may ask for a token.
    pub client: String,
    /// Its public key as DER (*SubjectPublicKeyInfo*), P-256 or RSA; `None`: any signature is taken.
    pub client_key: Option<Vec<u8>>,
    /// How long a token lives, in milliseconds.
    pub token_life_ms: u64,
    /// Directory of `verzuimloket.ndjson`; an existing one is continued, with its reports.
    pub directory: Option<PathBuf>,
    /// What goes wrong from the start.
    pub behaviour: Behaviour,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            client: "sluis-proef".to_owned(),
            client_key: None,
            token_life_ms: 300_000,
            directory: None,
            behaviour: Behaviour::default(),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "verzuimloket::Config({})", self.bind)
    }
}

/// The running desk; a [`Simulator`] that can tell what it has, and play the municipality.
#[derive(Debug)]
pub struct Verzuimloket {
    simulator: Simulator,
    office: Arc<Office>,
}

impl Deref for Verzuimloket {
    type Target = Simulator;

    fn deref(&self) -> &Simulator {
        &self.simulator
    }
}

impl Verzuimloket {
    /// The reports by our own reference.
    #[must_use]
    pub fn meldingen(&self) -> BTreeMap<String, Melding> {
        self.office.desk().meldingen.clone()
    }

    /// Per delivery the number of effects; once in effect is 1.
    #[must_use]
    pub fn effects(&self) -> BTreeMap<String, u64> {
        self.office.desk().effects()
    }

    /// How many deliveries the desk refused.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.office.desk().geweigerd
    }

    /// How many tokens were given.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.office.tokens().given()
    }

    /// Every token ends now, also those that should have lived on.
    pub fn end_tokens(&self) {
        self.office.tokens().end_all();
    }

    /// The municipality handles a report: `status`, and what belongs to it. `false`: there is no such report.
    #[must_use]
    pub fn handle(&self, kenmerk: &str, change: Value) -> bool {
        self.office.handle(kenmerk, change)
    }
}

struct Office {
    core: Arc<Core>,
    desk: Mutex<Desk>,
    tokens: Mutex<Tokens>,
}

impl fmt::Debug for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Office")
    }
}

impl Office {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        self.tokens().knows(headers, now_ms())
    }

    fn handle(&self, kenmerk: &str, mut change: Value) -> bool {
        if !change.is_object() {
            return false;
        }
        if change.get("datum").is_none() {
            put(&mut change, "datum", json!(today()));
        }
        let mut desk = self.desk();
        let line = json!({ "regel": "effect", "dag": today(), "kenmerk": kenmerk, "behandeling": change });
        let done = desk.handle(kenmerk, change);
        if done {
            self.core.recorder.append_effect(&line);
        }
        done
    }
}

/// Today as the desk has it, in UTC.
fn today() -> String {
    let at = i64::try_from(now_ms())
        .ok()
        .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    let text = at.unwrap_or_default().to_string();
    text.split('T').next().unwrap_or_default().to_owned()
}

/// Starts the desk on the current tokio runtime.
///
/// # Errors
/// When the address is taken, the directory cannot be written, or no runtime runs.
pub fn start(config: Config) -> io::Result<Verzuimloket> {
    let (recorder, known) = Recorder::open(config.directory.as_deref(), "verzuimloket")?;
    let core = Core::new(recorder, config.behaviour);
    let office = Arc::new(Office {
        core: Arc::clone(&core),
        desk: Mutex::new(Desk::restore(&known)),
        tokens: Mutex::new(Tokens::new(config.client, config.client_key, config.token_life_ms)),
    });
    let router = Router::new()
        .route("/token", post(give_token))
        .route("/verzuimmeldingen/aanleveringen", post(take))
        .route("/verzuimmeldingen/aanleveringen/{key}", get(ask))
        .route("/verzuimmeldingen/wijzigingen", get(changes))
        .route("/_gemeente/{kenmerk}", post(municipality))
        .route("/_meldingen", get(list))
        .route("/_tokens-eindigen", post(end_tokens))
        .with_state(Arc::clone(&office))
        .merge(control::router(Arc::clone(&core)));
    Ok(Verzuimloket {
        simulator: Simulator::start(config.bind, core, router)?,
        office,
    })
}

async fn give_token(State(office): State<Arc<Office>>, body: Bytes) -> Response<Body> {
    match office.tokens().give(&body, now_ms()) {
        Ok((token, life_ms)) => answer(
            StatusCode::OK,
            &json!({ "access_token": token, "token_type": "Bearer", "expires_in": life_ms / 1000 }),
        ),
        Err(error) => answer(StatusCode::UNAUTHORIZED, &json!({ "error": error })),
    }
}

/// A problem that says which.
fn refusal(status: u16, word: &str) -> Response<Body> {
    let mut out = problem(status);
    let told = json!({ "type": format!("https://verzuimloket.example/problemen/{word}"), "status": status });
    *out.body_mut() = Body::from(told.to_string());
    out
}

async fn take(State(office): State<Arc<Office>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    if !office.knows(&headers) {
        return problem(401);
    }
    let key = headers.get("aanleverkenmerk").and_then(|key| key.to_str().ok());
    let Some(key) = key.filter(|key| !key.is_empty()) else {
        return refusal(400, "aanleverkenmerk-ontbreekt");
    };
    let ignore_keys = office.core.behaviour().ignore_keys;
    // Under one lock: two requests with one key can never both be the first.
    let mut desk = office.desk();
    match desk.take(key, &body, &today(), ignore_keys) {
        Ok(number) => {
            let text = String::from_utf8_lossy(&body);
            let line = json!({ "regel": "effect", "dag": today(), "sleutel": key, "aanlevering": text });
            office.core.recorder.append_effect(&line);
            drop(desk);
            answer(
                StatusCode::CREATED,
                &json!({ "meldingsnummer": number, "aanleverkenmerk": key }),
            )
        }
        Err((status, word)) => refusal(status, word),
    }
}

async fn ask(State(office): State<Arc<Office>>, headers: HeaderMap, Path(key): Path<String>) -> Response<Body> {
    if !office.knows(&headers) {
        return problem(401);
    }
    let number = office.desk().number(&key);
    number.map_or_else(
        || refusal(404, "aanlevering-onbekend"),
        |number| {
            answer(
                StatusCode::OK,
                &json!({ "meldingsnummer": number, "aanleverkenmerk": key }),
            )
        },
    )
}

#[derive(Deserialize)]
struct Range {
    #[serde(default)]
    na: Option<String>,
    #[serde(default)]
    aantal: Option<usize>,
}

async fn changes(State(office): State<Arc<Office>>, headers: HeaderMap, Query(range): Query<Range>) -> Response<Body> {
    if !office.knows(&headers) {
        return problem(401);
    }
    let from = match range.na.as_deref() {
        None => 0,
        Some(cursor) => match cursor.strip_prefix('w').and_then(|n| n.parse::<usize>().ok()) {
            Some(n) => n,
            None => return refusal(400, "cursor-onbekend"),
        },
    };
    let most = range.aantal.unwrap_or(100).clamp(1, 1000);
    let desk = office.desk();
    let found: Vec<Value> = desk.wijzigingen.iter().skip(from).take(most).cloned().collect();
    let until = from + found.len();
    let more = until < desk.wijzigingen.len();
    drop(desk);
    answer(
        StatusCode::OK,
        &json!({ "wijzigingen": found, "cursor": format!("w{until}"), "meer": more }),
    )
}

async fn municipality(State(office): State<Arc<Office>>, Path(kenmerk): Path<String>, body: Bytes) -> Response<Body> {
    match serde_json::from_slice::<Value>(&body) {
        Ok(change) if office.handle(&kenmerk, change.clone()) => answer(StatusCode::OK, &json!({})),
        Ok(_) => refusal(404, "melding-onbekend"),
        Err(_) => refusal(400, "geen-json"),
    }
}

async fn list(State(office): State<Arc<Office>>) -> Response<Body> {
    let desk = office.desk();
    let meldingen: BTreeMap<&String, Value> = desk
        .meldingen
        .iter()
        .map(|(kenmerk, m)| {
            let told = json!({ "meldingsnummer": m.meldingsnummer, "status": m.status, "handelingen": m.handelingen });
            (kenmerk, told)
        })
        .collect();
    let view = json!({ "meldingen": meldingen, "aanleveringen": desk.effects(), "geweigerd": desk.geweigerd });
    drop(desk);
    answer(StatusCode::OK, &view)
}

async fn end_tokens(State(office): State<Arc<Office>>) -> Response<Body> {
    office.tokens().end_all();
    answer(StatusCode::OK, &json!({}))
}
