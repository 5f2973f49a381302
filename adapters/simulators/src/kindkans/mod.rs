//! A Kindkans-**like** source: holds hulpvragen, announces them without content, serves them on request.
//!
//! No API or schema of Kindkans is public. Known are the object (a hulpvraag in a pupil's dossier),
//! its tabs and some statuses; endpoints, names and codes here are invented. Form of a hulpvraag:
//! `schemas/systemen/kindkans/hulpvraag.v1.json`, served byte for byte as it was put in.
//!
//! | request (bearer token) | answer |
//! |---|---|
//! | `GET /api/hulpvragen?na=<cursor>&aantal=<n>` | `{"hulpvragen":[{"id","soort","tijdstip"}],"cursor":"<next>","meer":bool}` |
//! | `GET /api/hulpvragen/{id}` | the hulpvraag |
//! | `GET /api/hulpvragen/{id}/bijlagen/{n}` | the nth attachment, from 1 |
//!
//! | for the tester | |
//! |---|---|
//! | `POST /_stuur?id=<id>&kondig_aan=nee` | puts a hulpvraag in (both parameters optional) and announces it |
//! | `POST /_kondigaan` | announces again what nobody has confirmed |
//! | `PUT /_webhook` `{"url":…}` | where to announce |
//! | `GET /_effecten` | per id: announced, confirmed, fetched |
//!
//! An announcement is a POST of `{"id","soort","tijdstip"}` with `X-Handtekening-SHA512`, the hex
//! HMAC-SHA512 of the body; 3 seconds, no order, and after the last attempt nothing: poll or redeliver.

mod announce;
mod routes;
mod shelf;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::HeaderMap;

use crate::behaviour::Behaviour;
use crate::control;
use crate::record::Recorder;
use crate::server::{Core, Simulator};
use announce::Announcer;
pub use announce::{SIGNATURE_HEADER, signature};
use shelf::Shelf;
pub use shelf::Tally;

/// How the source runs. `Default` binds a free port on 127.0.0.1 and announces nowhere.
#[derive(Clone)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one, see [`Simulator::addr`].
    pub bind: SocketAddr,
    /// The bearer token that callers must show.
    pub token: String,
    /// The secret of the announcements' signature.
    pub secret: String,
    /// Where announcements go; `None` until [`Kindkans::set_webhook`].
    pub webhook: Option<String>,
    /// Attempts per announcement, at least 1, a quarter of a second and then twice as long apart.
    pub attempts: u32,
    /// Directory of `*.json` hulpvragen, put in by file name at the start and announced.
    pub hulpvragen: Option<PathBuf>,
    /// Directory of `kindkans.ndjson`; an existing one is continued.
    pub directory: Option<PathBuf>,
    /// What goes wrong from the start.
    pub behaviour: Behaviour,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token: "kindkans-proeftoken".to_owned(),
            secret: "kindkans-proefgeheim".to_owned(),
            webhook: None,
            attempts: 3,
            hulpvragen: None,
            directory: None,
            behaviour: Behaviour::default(),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kindkans::Config({})", self.bind)
    }
}

/// The running source; a [`Simulator`] that hulpvragen can be put into.
#[derive(Debug)]
pub struct Kindkans {
    simulator: Simulator,
    source: Arc<Source>,
}

impl Deref for Kindkans {
    type Target = Simulator;

    fn deref(&self) -> &Simulator {
        &self.simulator
    }
}

impl Kindkans {
    /// Puts a hulpvraag in and announces it; answers its id. Putting an id in again is a new version.
    ///
    /// # Errors
    /// [`NoId`] when the bytes are no JSON object with a `hulpvraagId`.
    pub fn send(&self, hulpvraag: impl Into<Bytes>) -> Result<String, NoId> {
        self.source.put(hulpvraag.into(), None, true)
    }

    /// Puts any bytes in under an id, announced or not: also what no system should send.
    pub fn put(&self, id: &str, bytes: impl Into<Bytes>, announce: bool) {
        // With an id given nothing can be missing.
        let _ = self.source.put(bytes.into(), Some(id.to_owned()), announce);
    }

    /// Announcements go here from now on.
    pub fn set_webhook(&self, url: &str) {
        self.source.announcer.set_url(url);
    }

    /// Announces again what nobody has confirmed; answers how many.
    pub fn announce_again(&self) -> usize {
        self.source.announce_again()
    }

    /// Per id: announced, confirmed (2xx), fetched.
    #[must_use]
    pub fn tallies(&self) -> BTreeMap<String, Tally> {
        self.source.shelf().tallies()
    }
}

/// The bytes name no hulpvraag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no JSON object with a text under \"hulpvraagId\"; give the id beside it to send it anyway")]
pub struct NoId;

struct Source {
    core: Arc<Core>,
    token: String,
    shelf: Mutex<Shelf>,
    announcer: Announcer,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}

impl Source {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(self: &Arc<Self>, bytes: Bytes, id: Option<String>, announce: bool) -> Result<String, NoId> {
        let id = match id {
            Some(id) => id,
            None => shelf::id_of(&bytes).ok_or(NoId)?,
        };
        let notice = self.shelf().put(&id, bytes);
        if announce {
            announce::spawn(self, id.clone(), notice);
        }
        Ok(id)
    }

    fn announce_again(self: &Arc<Self>) -> usize {
        let open = self.shelf().unconfirmed();
        let count = open.len();
        for (id, notice) in open {
            announce::spawn(self, id, notice);
        }
        count
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        control::bearer(headers).is_some_and(|token| token == self.token)
    }
}

/// Starts the source on the current tokio runtime.
///
/// # Errors
/// When the address is taken, a directory cannot be read or written, a file holds no hulpvraag
/// (named in the error), or no runtime runs.
pub fn start(config: Config) -> io::Result<Kindkans> {
    let (recorder, _) = Recorder::open(config.directory.as_deref(), "kindkans")?;
    let core = Core::new(recorder, config.behaviour);
    let announcer = Announcer::new(config.secret, config.webhook, config.attempts)?;
    let shelf = Mutex::new(Shelf::default());
    let source = Arc::new(Source {
        core: Arc::clone(&core),
        token: config.token,
        shelf,
        announcer,
    });
    let loaded = config
        .hulpvragen
        .as_deref()
        .map(shelf::load)
        .transpose()?
        .unwrap_or_default();
    let router = routes::router(Arc::clone(&source)).merge(control::router(Arc::clone(&core)));
    let simulator = Simulator::start(config.bind, core, router)?;
    for (id, bytes) in loaded {
        // The id was read when the file was.
        let _ = source.put(bytes, Some(id), true);
    }
    Ok(Kindkans { simulator, source })
}
