//! A source that announces: verify, fetch, translate, hand on, and only then acknowledge. And polling, for what no
//! announcement told.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use sluis_outward::Signature;
use sluis_rules::scan::{Caps, Scratch, check};
use sluis_stations::ports::Clock;
use tokio::sync::{Notify, watch};

use crate::announce::{Announcement, Settled, is_plain_id};
use crate::calls::{Calls, FHIR, Failure};
use crate::config::{ConfigError, SourceConfig};
use crate::intake::{Intake, NotTaken};
use crate::refusal::lies_in_bundle;
use crate::translate::Translator;

/// Bundles that wait for a better moment before polling stops going on: nothing is thrown away.
const MOST_WAITING: usize = 1000;

/// What to answer to an announcement. Never a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// 202: durable. 503: send it again. Everything else: for good.
    pub status: u16,
    /// The slug of the reason; empty with 202.
    pub reason: &'static str,
}

impl Reply {
    const fn new(status: u16, reason: &'static str) -> Self {
        Self { status, reason }
    }
}

/// How one bundle came out.
enum Outcome {
    Taken,
    /// The bundle itself cannot be taken, as it is.
    Refused(NotTaken),
    /// Another time, or after a change of configuration, of facts or at the source.
    Waits(NotTaken),
}

/// How far polling came.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PollState {
    /// The moment up to which everything was seen; none at the beginning.
    pub cursor: Option<Timestamp>,
    /// Bundles before the cursor that wait.
    pub waiting: BTreeMap<String, Timestamp>,
    /// Those of the very moment of the cursor: they are listed again, and were seen.
    seen: BTreeMap<String, Timestamp>,
}

impl fmt::Debug for PollState {
    /// Counts only: an id is the source's own, and may lead to a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PollState({} waiting)", self.waiting.len())
    }
}

/// A page of what the source has: ids and moments, in the order of change.
#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    resource: Listed,
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "lastUpdated")]
    last_updated: Timestamp,
}

/// A source that announces.
pub struct Source {
    signature: Signature,
    secret: String,
    calls: Calls,
    translator: Arc<Translator>,
    intake: Arc<dyn Intake>,
    clock: Arc<dyn Clock>,
    settled: Settled,
    nudged: Notify,
    config: SourceConfig,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.calls.name)
    }
}

impl Source {
    /// Puts a source together.
    ///
    /// # Errors
    /// When the configuration cannot be used; see [`ConfigError`]. Nothing is called here.
    pub fn new(
        config: &SourceConfig,
        translator: Arc<Translator>,
        intake: Arc<dyn Intake>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ConfigError> {
        let name = || config.call.name.clone();
        Ok(Self {
            signature: Signature::new(&config.secret).ok_or_else(|| ConfigError::Secret(name()))?,
            secret: config.secret.clone(),
            calls: Calls::new(&config.call)?,
            translator,
            intake,
            clock,
            settled: Settled::default(),
            nudged: Notify::new(),
            config: config.clone(),
        })
    }

    /// Takes an announcement: the value of [`crate::SIGNATURE_HEADER`] and the body as it came, at most 4 KiB.
    pub async fn announced(&self, signature: Option<&[u8]>, body: &[u8]) -> Reply {
        // Not a byte of the body is read before it is known who sent it.
        if !signature.is_some_and(|signature| self.signature.is_of(signature, body)) {
            return Reply::new(401, "handtekening-klopt-niet");
        }
        let Some(found) = Announcement::read(body).filter(Announcement::is_bundle) else {
            return Reply::new(400, "aankondiging-onleesbaar");
        };
        if !found.is_fresh(self.clock.now()) {
            return Reply::new(400, "aankondiging-verlopen");
        }
        // Delivered again: what was announced is here. A bundle that changed since is announced anew.
        if self.settled.knows(body) {
            return Reply::new(202, "");
        }
        // What is cut off here may still become durable: it is then a repeat when it comes again.
        match tokio::time::timeout(self.config.answer_within, self.settle(&found.id)).await {
            Ok(Outcome::Taken) => {
                self.settled.remember(body);
                Reply::new(202, "")
            }
            Ok(Outcome::Refused(refused) | Outcome::Waits(refused)) => Reply::new(refused.status, refused.reason),
            Err(_) => Reply::new(503, "tijd-om"),
        }
    }

    /// Takes the empty call of a subscription, with the value of its `Authorization`: asks at once what changed.
    pub fn hooked(&self, authorization: Option<&[u8]>, body: &[u8]) -> Reply {
        let wanted = sluis_outward::bearer(&self.secret);
        let same = |given: &[u8]| wanted.as_ref().is_some_and(|wanted| equal(wanted.as_bytes(), given));
        if !authorization.is_some_and(same) {
            return Reply::new(401, "handtekening-klopt-niet");
        }
        // A subscription with a payload would send a child's data unasked; ours has none.
        if !body.is_empty() {
            return Reply::new(400, "aankondiging-onleesbaar");
        }
        self.nudged.notify_one();
        Reply::new(202, "")
    }

    /// Places the subscription, if there is to be one; then polls now and then, and when called, until `stop` says so
    /// or is dropped.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut state = match &self.config.cursor_file {
            Some(file) => load(file).await,
            None => PollState::default(),
        };
        let mut placed = self.config.hook.is_none();
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = async {
                    placed = placed || self.subscribe().await;
                    self.poll(&mut state).await;
                } => {}
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = self.nudged.notified() => {}
                () = tokio::time::sleep(self.config.poll_every) => {}
            }
        }
    }

    /// Places a subscription under an id of ours, so that a restart changes it and makes no second one.
    async fn subscribe(&self) -> bool {
        let Some(hook) = &self.config.hook else { return true };
        let subscription = serde_json::json!({
            "resourceType": "Subscription", "id": "sluis", "status": "requested",
            "reason": "Sluis haalt op wat nieuw is", "criteria": "Bundle?type=collection",
            "channel": { "type": "rest-hook", "endpoint": hook,
                "header": [format!("Authorization: Bearer {}", self.secret)] },
        });
        let url = self.calls.url(&["Subscription", "sluis"]);
        let body = subscription.to_string();
        let put = |client: &reqwest::Client| client.put(url).header("Content-Type", FHIR).body(body);
        let placed = matches!(self.calls.call(put).await, Ok(Ok(answer)) if answer.status().is_success());
        if !placed {
            tracing::warn!(
                bron = self.calls.name,
                "the subscription could not be placed; polling goes on"
            );
        }
        placed
    }

    /// One round: first what waits, then everything since the cursor. The cursor is kept only when nothing waits before
    /// it, so that a restart finds all of it again.
    pub async fn poll(&self, state: &mut PollState) {
        for (id, moment) in state.waiting.clone() {
            self.step(state, &id, moment).await;
        }
        while state.waiting.len() < MOST_WAITING {
            let page = match self.page(state.cursor).await {
                Ok(page) => page,
                Err(Failure::Later { why, .. } | Failure::Never { why, .. }) => {
                    tracing::warn!(bron = self.calls.name, reden = why, "polling stopped early");
                    break;
                }
            };
            let before = state.cursor;
            let full = page.len() >= usize::try_from(self.config.page).unwrap_or(usize::MAX);
            for Listed { id, meta } in page {
                let moment = meta.last_updated;
                if state.seen.get(&id) != Some(&moment) && is_plain_id(&id) {
                    self.step(state, &id, moment).await;
                }
                if state.cursor.is_none_or(|cursor| cursor < moment) {
                    state.cursor = Some(moment);
                    state.seen.retain(|_, at| *at >= moment);
                }
                state.seen.insert(id, moment);
            }
            if full && state.cursor == before {
                tracing::error!(
                    bron = self.calls.name,
                    "polling stands still: more bundles of one moment than a page holds"
                );
            }
            if !full || state.cursor == before {
                break;
            }
        }
        if let (true, Some(file), Some(cursor)) = (state.waiting.is_empty(), &self.config.cursor_file, state.cursor)
            && sluis_outward::keep(file, &cursor.to_string()).await.is_err()
        {
            tracing::warn!(bron = self.calls.name, "the cursor could not be kept");
        }
    }

    async fn step(&self, state: &mut PollState, id: &str, moment: Timestamp) {
        match self.settle(id).await {
            Outcome::Taken | Outcome::Refused(_) => {
                state.waiting.remove(id);
            }
            Outcome::Waits(_) => {
                state.waiting.insert(id.to_owned(), moment);
            }
        }
    }

    async fn page(&self, since: Option<Timestamp>) -> Result<Vec<Listed>, Failure> {
        let unreadable = Failure::Later {
            why: "antwoord-onleesbaar",
            after: None,
        };
        let mut url = self.calls.url(&["Bundle"]);
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("type", "collection")
                .append_pair("_sort", "_lastUpdated");
            query
                .append_pair("_elements", "id,meta")
                .append_pair("_count", &self.config.page.to_string());
            if let Some(since) = since {
                query.append_pair("_lastUpdated", &format!("ge{since}"));
            }
        }
        let body = self.calls.get(url, self.config.max_bytes).await?;
        let caps = Caps {
            bytes: self.config.max_bytes,
            depth: 16,
            nodes: 50_000,
        };
        check(&body, &caps, &mut Scratch::default()).map_err(|_| unreadable)?;
        let page: Page = serde_json::from_slice(&body).map_err(|_| unreadable)?;
        Ok(page.entry.into_iter().map(|entry| entry.resource).collect())
    }

    /// Fetches, translates and hands on one bundle.
    async fn settle(&self, id: &str) -> Outcome {
        let outcome = self.settle_quietly(id).await;
        let (Outcome::Refused(told) | Outcome::Waits(told)) = &outcome else {
            return outcome;
        };
        let (kenmerk, waits) = (self.translator.kenmerk(id), matches!(outcome, Outcome::Waits(_)));
        tracing::warn!(
            bron = self.calls.name,
            kenmerk,
            reden = told.reason,
            wacht = waits,
            "bundle not taken"
        );
        outcome
    }

    async fn settle_quietly(&self, id: &str) -> Outcome {
        let not_taken = |told: NotTaken| {
            if lies_in_bundle(told.reason) {
                Outcome::Refused(told)
            } else {
                Outcome::Waits(told)
            }
        };
        let bytes = match self
            .calls
            .get(self.calls.url(&["Bundle", id]), self.config.max_bytes)
            .await
        {
            Ok(bytes) => bytes,
            Err(Failure::Later { why, .. }) => {
                return Outcome::Waits(NotTaken {
                    status: 503,
                    reason: why,
                });
            }
            Err(Failure::Never { why, status }) => return not_taken(NotTaken { status, reason: why }),
        };
        let done = match self.translator.translate(&bytes, Some(id)) {
            Ok(done) => done,
            Err(refusal) => {
                return not_taken(NotTaken {
                    status: refusal.status(),
                    reason: refusal.slug(),
                });
            }
        };
        if !done.gaps.is_empty() || !done.weg.is_leeg() {
            tracing::info!(
                bron = self.calls.name,
                gaten = done.gaps.len(),
                weggelaten = %done.weg,
                "fields without a place were left behind"
            );
        }
        // Consents first: the message is judged with what they say now.
        match self.intake.record(&done.event.claim.casus, done.toestemmingen).await {
            Ok(refused) => {
                for reden in refused {
                    tracing::warn!(bron = self.calls.name, reden, "a consent was not recorded");
                }
            }
            Err(told) => return Outcome::Waits(told),
        }
        match self.intake.take(done.event, &done.data).await {
            Ok(_) => Outcome::Taken,
            Err(told) => not_taken(told),
        }
    }
}

async fn load(file: &Path) -> PollState {
    let text = tokio::fs::read_to_string(file).await.unwrap_or_default();
    PollState {
        cursor: text.trim().parse().ok(),
        ..PollState::default()
    }
}

/// In a time that tells nothing of where they differ.
fn equal(one: &[u8], other: &[u8]) -> bool {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(one) == Sha256::digest(other)
}
