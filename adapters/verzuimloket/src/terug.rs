//! The way back: what the desk and the municipality did with reports, asked for with a cursor.
//!
//! Changes are taken in their order. One that cannot be taken now stops the round, and the cursor stays before its page:
//! what was taken of it already is a repeat then. One that can never be taken is told and passed over.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use reqwest::header::ACCEPT;
use serde::Deserialize;
use serde_json::value::RawValue;
use sluis_rules::gegeven::Beroepsgeheim;
use sluis_rules::ids::Partij;
use sluis_rules::mapping::{Herkomst, Mapping};
use sluis_rules::scan::{Caps, Scratch, check};
use sluis_rules::tree::Tree;
use sluis_stations::Entropy;
use sluis_stations::ports::Fut;
use tokio::sync::watch;

use crate::calls::Loket;
use crate::config::{Config, ConfigError};
use crate::cursor;
use crate::outcome::read;
use crate::tables;

/// What became of one report. Blank `Debug`.
pub struct Wijziging {
    /// Our own reference of the report.
    pub kenmerk: String,
    /// The number the desk gave it.
    pub meldingsnummer: String,
    /// Its status, in the words of the canonical form: `geregistreerd`, `in-behandeling`, …
    pub stand: String,
    /// The place of the change among those of the desk; with the reference it names the change for good.
    pub volgnummer: u64,
    /// The canonical *status*.
    pub data: Vec<u8>,
    /// Values that have no place in the canonical form, such as an explanation in free text: they stay at the desk.
    pub achtergebleven: usize,
}

impl fmt::Debug for Wijziging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wijziging(…)")
    }
}

/// Why a change was not taken: a word from a closed vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NietGenomen {
    /// It may go well another time.
    Later(&'static str),
    /// It never will.
    Nooit(&'static str),
}

/// Takes what became of reports, and keeps it durably.
pub trait Terugweg: Send + Sync {
    /// Answers only when it is durable, or certainly not taken. Taking one twice has the effect of once.
    fn neem<'a>(&'a self, wijziging: &'a Wijziging) -> Fut<'a, Result<(), NietGenomen>>;
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    wijzigingen: Vec<&'a RawValue>,
    cursor: String,
    meer: bool,
}

#[derive(Deserialize)]
struct Key {
    volgnummer: u64,
    kenmerk: String,
    meldingsnummer: String,
}

/// Asks the desk what changed.
pub struct Terug {
    loket: Arc<Loket>,
    table: Mapping,
    /// Who says it: the party that the desk is.
    partij: Partij,
    naar: Arc<dyn Terugweg>,
    entropy: Entropy,
    page: u32,
    every: Duration,
    cursor_file: Option<PathBuf>,
}

impl fmt::Debug for Terug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Terug({})", self.loket.name())
    }
}

impl Terug {
    /// Puts the way back together. `tree` is the canonical schema of a *status*; `entropy` is for jitter only.
    ///
    /// # Errors
    /// When the table does not fit the schema.
    pub fn new(
        config: &Config,
        loket: Arc<Loket>,
        tree: &Tree,
        partij: Partij,
        naar: Arc<dyn Terugweg>,
        entropy: Entropy,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            table: tables::wijziging(tree)?,
            loket,
            partij,
            naar,
            entropy,
            page: config.page,
            every: config.poll_every,
            cursor_file: config.cursor_file.clone(),
        })
    }

    /// Asks now and then until `stop` says so or is dropped.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut cursor = match &self.cursor_file {
            Some(file) => cursor::load(file).await,
            None => None,
        };
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                _ = self.poll(&mut cursor) => {}
            }
            let half = self.every / 2;
            let span = u64::try_from(half.as_micros()).unwrap_or(u64::MAX).saturating_add(1);
            let pause = half + Duration::from_micros((self.entropy)() % span);
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// One round: everything after the cursor. `true`: it reached the end.
    pub async fn poll(&self, cursor: &mut Option<String>) -> bool {
        loop {
            let body = match self.fetch(cursor.as_deref()).await {
                Ok(body) => body,
                Err(why) => {
                    tracing::warn!(
                        bron = self.loket.name(),
                        reden = why,
                        "asking what changed stopped early"
                    );
                    return false;
                }
            };
            let Some(page) = page(&body) else {
                tracing::warn!(
                    bron = self.loket.name(),
                    reden = "antwoord-onleesbaar",
                    "asking what changed stopped early"
                );
                return false;
            };
            for raw in &page.wijzigingen {
                if !self.take(raw.get().as_bytes()).await {
                    return false;
                }
            }
            let moved = cursor.as_ref() != Some(&page.cursor);
            *cursor = Some(page.cursor);
            if let (Some(file), Some(cursor)) = (&self.cursor_file, cursor.as_ref())
                && moved
                && !cursor::save(file, cursor).await
            {
                tracing::warn!(
                    bron = self.loket.name(),
                    reden = "cursor-niet-bewaard",
                    "the cursor could not be kept"
                );
            }
            if !page.meer || !moved {
                return true;
            }
        }
    }

    async fn fetch(&self, cursor: Option<&str>) -> Result<Vec<u8>, &'static str> {
        let mut url = self.loket.url(&["wijzigingen"]);
        if let Some(cursor) = cursor {
            url.query_pairs_mut().append_pair("na", cursor);
        }
        url.query_pairs_mut().append_pair("aantal", &self.page.to_string());
        let called = self
            .loket
            .call(|client| client.get(url).header(ACCEPT, "application/json"));
        let answer = called
            .await
            .map_err(|not_made| not_made.why)?
            .map_err(|_| "verbinding")?;
        match answer.status().as_u16() {
            200 => read(answer).await.ok_or("antwoord-te-groot"),
            401 | 403 => Err("bron-weigert-ons"),
            _ => Err("bron-stuk"),
        }
    }

    /// Takes one change. `false`: not now, so the round ends.
    async fn take(&self, raw: &[u8]) -> bool {
        let why = match self.translate(raw) {
            Err(why) => why,
            Ok(wijziging) => match self.naar.neem(&wijziging).await {
                Ok(()) => return true,
                Err(NietGenomen::Later(why)) => {
                    tracing::info!(bron = self.loket.name(), reden = why, "a change is left for later");
                    return false;
                }
                Err(NietGenomen::Nooit(why)) => why,
            },
        };
        tracing::warn!(
            bron = self.loket.name(),
            reden = why,
            "a change of the desk was not taken"
        );
        true
    }

    fn translate(&self, raw: &[u8]) -> Result<Wijziging, &'static str> {
        const WRONG: &str = "wijziging-onleesbaar";
        let key: Key = serde_json::from_slice(raw).map_err(|_| WRONG)?;
        let value: serde_json::Value = serde_json::from_slice(raw).map_err(|_| WRONG)?;
        let datum = value.get("datum").and_then(serde_json::Value::as_str).ok_or(WRONG)?;
        let herkomst = Herkomst {
            inbrenger: self.partij,
            beroepsgeheim: Beroepsgeheim::Geen,
            kenmerk: &key.kenmerk,
            datum: datum.parse::<Date>().map_err(|_| WRONG)?,
        };
        let (data, gaps) = self.table.to_canonical(&value, &herkomst).map_err(|_| WRONG)?;
        let made: serde_json::Value = serde_json::from_slice(&data).map_err(|_| WRONG)?;
        let stand = made
            .pointer("/bijdragen/0/inhoud/verzuimmelding/stand")
            .and_then(serde_json::Value::as_str);
        Ok(Wijziging {
            stand: stand.ok_or(WRONG)?.to_owned(),
            kenmerk: key.kenmerk,
            meldingsnummer: key.meldingsnummer,
            volgnummer: key.volgnummer,
            data,
            achtergebleven: gaps.len(),
        })
    }
}

/// A page that passed the strict scan.
fn page(body: &[u8]) -> Option<Page<'_>> {
    let caps = Caps {
        bytes: 1 << 20,
        depth: 8,
        nodes: 50_000,
    };
    check(body, &caps, &mut Scratch::default()).ok()?;
    let page: Page<'_> = serde_json::from_slice(body).ok()?;
    cursor::is_plain(&page.cursor).then_some(page)
}
