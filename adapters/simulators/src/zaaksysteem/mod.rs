//! A municipal case system: takes messages once per `Idempotency-Key` and gives each a case number.
//!
//! | request | answer |
//! |---|---|
//! | `POST /zaken/berichten` with `Idempotency-Key`, `Authorization: Bearer` | 201 `{"zaaknummer":…}`; the same key and body again 200 with the same number; the same key with another body 409 |
//! | `GET /zaken/berichten/{key}` | 200 `{"zaaknummer":…}` when it was taken, else 404: how an unknown outcome is resolved |
//! | `GET /_effecten` | `{"sleutels":{key: effects},"effecten":n,"herhalingen":n,"conflicten":n}` |
//!
//! Without key, JSON object or token: 400, 400, 401. Body: `schemas/systemen/zaaksysteem/bericht.v1.json`,
//! of which only the JSON object is checked here, so that a wrong body is recorded and seen.

mod effects;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::routing::{get, post};
use serde_json::{Map, Value, json};

use crate::behaviour::Behaviour;
use crate::control::{self, answer};
use crate::fault::problem;
use crate::record::Recorder;
use crate::server::{Core, RecordNumber, Simulator};
use effects::{Effects, Outcome};

/// How the case system runs. `Default` binds a free port on 127.0.0.1 and keeps nothing on disk.
#[derive(Clone)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one, see [`Simulator::addr`].
    pub bind: SocketAddr,
    /// The bearer token that callers must show.
    pub token: String,
    /// Directory of `zaaksysteem.ndjson`; an existing one is continued, with its effects.
    pub directory: Option<PathBuf>,
    /// What goes wrong from the start.
    pub behaviour: Behaviour,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token: "zaaksysteem-proeftoken".to_owned(),
            directory: None,
            behaviour: Behaviour::default(),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "zaaksysteem::Config({})", self.bind)
    }
}

/// The running case system; a [`Simulator`] that can also tell its effects.
#[derive(Debug)]
pub struct Zaaksysteem {
    simulator: Simulator,
    office: Arc<Office>,
}

impl Deref for Zaaksysteem {
    type Target = Simulator;

    fn deref(&self) -> &Simulator {
        &self.simulator
    }
}

impl Zaaksysteem {
    /// Per `Idempotency-Key` the number of distinct effects; once in effect is 1.
    #[must_use]
    pub fn effects(&self) -> BTreeMap<String, u64> {
        self.office.effects().counts()
    }

    /// How many requests repeated one that had already taken effect.
    #[must_use]
    pub fn repeats(&self) -> u64 {
        self.office.effects().repeats
    }

    /// How many requests used a known key for another body.
    #[must_use]
    pub fn conflicts(&self) -> u64 {
        self.office.effects().conflicts
    }
}

struct Office {
    core: Arc<Core>,
    token: String,
    effects: Mutex<Effects>,
}

impl fmt::Debug for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Office")
    }
}

impl Office {
    fn effects(&self) -> std::sync::MutexGuard<'_, Effects> {
        self.effects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        control::bearer(headers).is_some_and(|token| token == self.token)
    }
}

/// Starts the case system on the current tokio runtime.
///
/// # Errors
/// When the address is taken, the directory cannot be written, or no runtime runs.
pub fn start(config: Config) -> io::Result<Zaaksysteem> {
    let (recorder, known) = Recorder::open(config.directory.as_deref(), "zaaksysteem")?;
    let core = Core::new(recorder, config.behaviour);
    let effects = Mutex::new(Effects::restore(&known));
    let office = Arc::new(Office {
        core: Arc::clone(&core),
        token: config.token,
        effects,
    });
    let router = Router::new()
        .route("/zaken/berichten", post(take))
        .route("/zaken/berichten/{key}", get(ask))
        .route("/_effecten", get(list))
        .with_state(Arc::clone(&office))
        .merge(control::router(Arc::clone(&core)));
    Ok(Zaaksysteem {
        simulator: Simulator::start(config.bind, core, router)?,
        office,
    })
}

async fn take(
    State(office): State<Arc<Office>>,
    Extension(RecordNumber(record)): Extension<RecordNumber>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    if !office.knows(&headers) {
        return problem(401);
    }
    let key = headers
        .get("idempotency-key")
        .and_then(|key| key.to_str().ok())
        .filter(|key| !key.is_empty());
    let Some(key) = key else { return problem(400) };
    if serde_json::from_slice::<Map<String, Value>>(&body).is_err() {
        return problem(400);
    }
    let ignore_keys = office.core.behaviour().ignore_keys;
    // Under one lock: two requests with one key can never both be the first.
    let mut effects = office.effects();
    match effects.take(key, &body, ignore_keys) {
        Outcome::New(number) => {
            office
                .core
                .recorder
                .append_effect(&effects::line(record, key, &body, &number));
            drop(effects);
            let mut done = answer(StatusCode::CREATED, &json!({ "zaaknummer": number }));
            if let Ok(place) = header::HeaderValue::from_str(&format!("/zaken/berichten/{key}")) {
                done.headers_mut().insert(header::LOCATION, place);
            }
            done
        }
        Outcome::Repeat(number) => answer(StatusCode::OK, &json!({ "zaaknummer": number })),
        Outcome::Conflict => problem(409),
    }
}

async fn ask(State(office): State<Arc<Office>>, headers: HeaderMap, Path(key): Path<String>) -> Response<Body> {
    if !office.knows(&headers) {
        return problem(401);
    }
    let number = office.effects().number(&key);
    number.map_or_else(
        || problem(404),
        |number| answer(StatusCode::OK, &json!({ "zaaknummer": number })),
    )
}

async fn list(State(office): State<Arc<Office>>) -> Response<Body> {
    let effects = office.effects();
    let keys = effects.counts();
    let total: u64 = keys.values().sum();
    let view =
        json!({ "sleutels": keys, "effecten": total, "herhalingen": effects.repeats, "conflicten": effects.conflicts });
    drop(effects);
    answer(StatusCode::OK, &view)
}
