//! What arrived, in order, in memory and (when asked) on disk.

use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use serde_json::{Value, json};

use crate::base64;
use crate::log::{Entry, Log};
use crate::tap::Cut;

/// What a record is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole request to the simulated system.
    Request,
    /// A whole request to the simulator's own control endpoints (`/_…`).
    Control,
    /// Bytes that never became a whole request: broken off, or not HTTP. Method and target are empty.
    Leftover,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Request => "verzoek",
            Self::Control => "beheer",
            Self::Leftover => "rest",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Request, Self::Control, Self::Leftover]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// One thing that arrived. `Debug` shows no byte of it.
#[derive(Clone)]
pub struct Received {
    /// Order of arrival, from 1, never reused (also not after a restart on the same directory).
    pub number: u64,
    /// The connection it came over, from 1 in this process.
    pub connection: u64,
    /// Milliseconds since 1970-01-01 UTC.
    pub at_ms: u64,
    /// What it is of.
    pub kind: Kind,
    /// Name of the fault it met, see [`crate::Fault::name`].
    pub fault: Option<String>,
    /// HTTP method.
    pub method: String,
    /// Path with query.
    pub target: String,
    /// Request line and headers exactly as they arrived; for a leftover everything.
    pub head: Bytes,
    /// The body without chunk framing.
    pub body: Bytes,
    /// The body with its chunk framing, when it had any.
    pub framed: Option<Bytes>,
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            kind,
            head,
            body,
            ..
        } = self;
        write!(f, "Received({number}, {kind:?}, {} + {} bytes)", head.len(), body.len())
    }
}

impl Received {
    /// The headers in the order and spelling of the wire.
    #[must_use]
    pub fn headers(&self) -> Vec<(String, String)> {
        let text = String::from_utf8_lossy(&self.head);
        let lines = text.split("\r\n").skip(1);
        lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect()
    }

    /// The first header of this name, whatever its capitals.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers()
            .into_iter()
            .find(|(have, _)| have.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The path without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target
            .split_once('?')
            .map_or(self.target.as_str(), |(path, _)| path)
    }

    /// Every byte as it came: head, then the body with its framing.
    #[must_use]
    pub fn wire(&self) -> Vec<u8> {
        let mut all = self.head.to_vec();
        all.extend_from_slice(self.framed.as_ref().unwrap_or(&self.body));
        all
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "regel": "ontvangen", "nr": self.number, "verbinding": self.connection, "tijd_ms": self.at_ms,
            "soort": self.kind.name(), "storing": self.fault, "methode": self.method, "doel": self.target,
            "kop": base64::encode(&self.head), "inhoud": base64::encode(&self.body),
            "geraamd": self.framed.as_ref().map(|framed| base64::encode(framed)),
        })
    }

    pub(crate) fn from_json(line: &Value) -> Option<Self> {
        let text = |key: &str| line.get(key)?.as_str().map(str::to_owned);
        let number = |key: &str| line.get(key)?.as_u64();
        let bytes = |key: &str| base64::decode(line.get(key)?.as_str()?).map(Bytes::from);
        if text("regel")? != "ontvangen" {
            return None;
        }
        Some(Self {
            number: number("nr")?,
            connection: number("verbinding")?,
            at_ms: number("tijd_ms")?,
            kind: Kind::named(&text("soort")?)?,
            fault: text("storing"),
            method: text("methode")?,
            target: text("doel")?,
            head: bytes("kop")?,
            body: bytes("inhoud")?,
            framed: bytes("geraamd"),
        })
    }
}

#[allow(clippy::disallowed_methods, reason = "a simulated system has its own clock")]
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A record before it has its number.
pub(crate) struct Arrival {
    pub(crate) connection: u64,
    pub(crate) kind: Kind,
    pub(crate) fault: Option<String>,
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) cut: Cut,
    pub(crate) body: Bytes,
}

/// The record of one simulator.
pub(crate) struct Recorder {
    memory: Mutex<Vec<Received>>,
    log: Option<Log>,
}

impl Recorder {
    /// Opens the record; with a directory, goes on where `<dir>/<name>.ndjson` ended and returns
    /// the effects it holds.
    pub(crate) fn open(dir: Option<&Path>, name: &str) -> std::io::Result<(Self, Vec<Value>)> {
        let Some(dir) = dir else {
            return Ok((
                Self {
                    memory: Mutex::default(),
                    log: None,
                },
                Vec::new(),
            ));
        };
        let (log, entries) = Log::open(dir, name)?;
        let mut memory = Vec::new();
        let mut effects = Vec::new();
        for entry in entries {
            match entry {
                Entry::Received(received) => memory.push(received),
                Entry::Effect(effect) => effects.push(effect),
            }
        }
        Ok((
            Self {
                memory: Mutex::new(memory),
                log: Some(log),
            },
            effects,
        ))
    }

    /// Numbers and keeps an arrival. Written under the lock, so the file has the order of the numbers.
    pub(crate) fn append(&self, arrival: Arrival) -> u64 {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let number = memory.last().map_or(1, |last| last.number + 1);
        let at_ms = now_ms();
        let received = Received {
            number,
            connection: arrival.connection,
            at_ms,
            kind: arrival.kind,
            fault: arrival.fault,
            method: arrival.method,
            target: arrival.target,
            head: arrival.cut.head,
            body: arrival.body,
            framed: arrival.cut.framed,
        };
        if let Some(log) = &self.log {
            log.write(&received.to_json());
        }
        memory.push(received);
        number
    }

    /// Keeps an effect beside the record, so that a restarted simulator remembers what it did.
    pub(crate) fn append_effect(&self, effect: &Value) {
        if let Some(log) = &self.log {
            log.write(effect);
        }
    }

    /// Returns once everything appended so far is on disk.
    pub(crate) async fn sync(&self) -> std::io::Result<()> {
        match &self.log {
            Some(log) => log.sync().await,
            None => Ok(()),
        }
    }

    /// A copy of the records after `after` that pass.
    pub(crate) fn list(&self, after: u64, pass: impl Fn(&Received) -> bool) -> Vec<Received> {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory
            .iter()
            .filter(|received| received.number > after && pass(received))
            .cloned()
            .collect()
    }
}
