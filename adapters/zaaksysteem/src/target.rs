//! The target: encode, send, ask.

use std::fmt;

use jiff::civil::Date;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, Url};
use sluis_outward::{Limit, below};
use sluis_rules::event::Bericht;
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::mapping::{Outgoing, SelfCheckError};
use sluis_rules::minimise::{Minimised, Plan};
use sluis_rules::tree::Tree;
use sluis_stations::ports::{Asked, EffectId, Fut, Sent, Target};

use crate::client;
use crate::config::{Config, ConfigError};
use crate::outcome;
use crate::tables::Tables;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// The most of an answer that is read.
const MAX_ANSWER: usize = 64 * 1024;

/// A municipal case system, ready to be handed messages.
pub struct ZaaksysteemTarget {
    name: String,
    idempotent: bool,
    client: Client,
    messages: Url,
    authorization: HeaderValue,
    limit: Limit,
    tables: Tables,
}

impl fmt::Debug for ZaaksysteemTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ZaaksysteemTarget({})", self.name)
    }
}

impl ZaaksysteemTarget {
    /// Puts a target together. `tree` gives the canonical schema of each kind, as the rulebook holds it.
    ///
    /// # Errors
    /// When the configuration cannot be used; see [`ConfigError`]. Nothing is called here.
    pub fn new<'a>(config: &Config, tree: impl Fn(Bericht) -> &'a Tree) -> Result<Self, ConfigError> {
        let (client, base) = client::build(config)?;
        Ok(Self {
            name: config.name.clone(),
            idempotent: config.idempotent,
            messages: below(&base, &["zaken", "berichten"]),
            client,
            authorization: client::authorization(config)?,
            limit: Limit::new(config.per_second, config.burst, config.patience),
            tables: Tables::new(tree)?,
        })
    }

    async fn hand_over(&self, effect: &EffectId, traceparent: &str, out: &Outgoing) -> Sent {
        let Some(key) = key(effect) else {
            return Sent::Refused { why: "effect-id" };
        };
        if let Err(wait) = self.limit.turn().await {
            return Sent::Retry {
                after: Some(wait),
                why: "limiet",
            };
        }
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, self.authorization.clone());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(IDEMPOTENCY_KEY, key);
        if let Ok(trace) = HeaderValue::from_str(traceparent) {
            headers.insert(TRACEPARENT, trace);
        }
        let request = self
            .client
            .post(self.messages.clone())
            .headers(headers)
            .body(out.bytes().to_vec());
        match request.send().await {
            // The status says whether it was taken; the body is left unread, whatever it is or however long.
            Ok(answer) => outcome::of_answer(answer.status().as_u16(), answer.headers(), self.idempotent),
            Err(error) => outcome::of_error(&error),
        }
    }

    async fn inquire(&self, effect: &EffectId) -> Asked {
        if key(effect).is_none() || self.limit.turn().await.is_err() {
            return Asked::Silent;
        }
        let url = below(&self.messages, &[effect.as_str()]);
        let request = self.client.get(url).header(AUTHORIZATION, self.authorization.clone());
        let Ok(answer) = request.send().await else {
            return Asked::Silent;
        };
        match answer.status().as_u16() {
            200 => match read(answer).await {
                Some(body) if names_a_case(&body) => Asked::Has,
                _ => Asked::Silent,
            },
            // A bare 404 may come from a server that does not know the interface at all. Only the interface itself
            // answers with a problem document, and "certainly not" must be certain.
            404 if is_problem(answer.headers()) => Asked::HasNot,
            _ => Asked::Silent,
        }
    }
}

impl Target for ZaaksysteemTarget {
    fn name(&self) -> &str {
        &self.name
    }

    fn encode(
        &self,
        minimised: &Minimised<'_>,
        plan: &Plan,
        masks: &[GegevenSet],
        dag: Date,
    ) -> Result<Outgoing, SelfCheckError> {
        self.tables.encode(minimised, plan, masks, dag)
    }

    fn send<'a>(&'a self, effect: &'a EffectId, traceparent: &'a str, out: &'a Outgoing) -> Fut<'a, Sent> {
        Box::pin(self.hand_over(effect, traceparent, out))
    }

    fn ask<'a>(&'a self, effect: &'a EffectId) -> Fut<'a, Asked> {
        Box::pin(self.inquire(effect))
    }

    fn idempotent(&self) -> bool {
        self.idempotent
    }
}

/// The effect id as a header value; ids are hex, so anything else is a mistake that must not reach a header or a path.
fn key(effect: &EffectId) -> Option<HeaderValue> {
    let text = effect.as_str();
    let fine = (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fine { HeaderValue::from_str(text).ok() } else { None }
}

/// The body of an answer, as far as the cap; none when it is longer or breaks off.
async fn read(mut answer: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(piece)) if body.len() + piece.len() <= MAX_ANSWER => body.extend_from_slice(&piece),
            Ok(None) => return Some(body),
            Ok(Some(_)) | Err(_) => return None,
        }
    }
}

fn names_a_case(body: &[u8]) -> bool {
    let number = |value: serde_json::Value| Some(!value.get("zaaknummer")?.as_str()?.is_empty());
    serde_json::from_slice(body).ok().and_then(number).unwrap_or(false)
}

fn is_problem(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    kind.split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/problem+json"))
}
