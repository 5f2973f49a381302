//! The target: encode, send, ask.

use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::mapping::{Mapping, Outgoing, SelfCheckError};
use sluis_rules::minimise::{Minimised, Plan};
use sluis_rules::tree::Tree;
use sluis_stations::ports::{Asked, EffectId, Fut, Sent, Target};

use crate::calls::Loket;
use crate::config::ConfigError;
use crate::outcome::{self, problem_word, read};
use crate::tables;

/// The header with our own reference of a delivery, by which we can ask after it.
const KENMERK: HeaderName = HeaderName::from_static("aanleverkenmerk");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The desk, ready to be handed reports.
pub struct VerzuimloketTarget {
    loket: Arc<Loket>,
    table: Mapping,
}

impl fmt::Debug for VerzuimloketTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerzuimloketTarget({})", self.loket.name())
    }
}

impl VerzuimloketTarget {
    /// Puts a target together. `tree` is the canonical schema of a *hulpvraag*, as which a report travels.
    ///
    /// # Errors
    /// When the table does not fit the schema.
    pub fn new(loket: Arc<Loket>, tree: &Tree) -> Result<Self, ConfigError> {
        Ok(Self {
            table: tables::melding(tree)?,
            loket,
        })
    }

    async fn hand_over(&self, effect: &EffectId, traceparent: &str, out: &Outgoing) -> Sent {
        let Some(key) = key(effect) else {
            return Sent::Refused { why: "effect-id" };
        };
        let called = self.loket.call(|client| {
            let mut request = client
                .post(self.loket.url(&["aanleveringen"]))
                .header(CONTENT_TYPE, "application/json")
                .header(ACCEPT, "application/json")
                .header(KENMERK, key)
                .body(out.bytes().to_vec());
            if let Ok(trace) = HeaderValue::from_str(traceparent) {
                request = request.header(TRACEPARENT, trace);
            }
            request
        });
        match called.await {
            Err(not_made) => Sent::Retry {
                after: not_made.after,
                why: not_made.why,
            },
            Ok(Err(error)) => outcome::of_error(&error),
            Ok(Ok(answer)) => {
                let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
                // Of what was taken the number comes back with the changes, also when this answer is never read.
                let word = if status < 400 {
                    String::new()
                } else {
                    problem_word(answer).await
                };
                outcome::of_answer(status, &headers, &word)
            }
        }
    }

    async fn inquire(&self, effect: &EffectId) -> Asked {
        if key(effect).is_none() {
            return Asked::Silent;
        }
        let url = self.loket.url(&["aanleveringen", effect.as_str()]);
        let called = self
            .loket
            .call(|client| client.get(url).header(ACCEPT, "application/json"));
        let Ok(Ok(answer)) = called.await else {
            return Asked::Silent;
        };
        match answer.status().as_u16() {
            200 => match read(answer).await {
                Some(body) if is_about(&body, effect) => Asked::Has,
                _ => Asked::Silent,
            },
            // A bare 404 may come from a server that does not know the interface at all, and "certainly not" must be
            // certain: only the desk itself says this word.
            404 if problem_word(answer).await == "aanlevering-onbekend" => Asked::HasNot,
            _ => Asked::Silent,
        }
    }
}

impl Target for VerzuimloketTarget {
    fn name(&self) -> &str {
        self.loket.name()
    }

    fn encode(
        &self,
        minimised: &Minimised<'_>,
        plan: &Plan,
        masks: &[GegevenSet],
        dag: Date,
    ) -> Result<Outgoing, SelfCheckError> {
        self.table.encode(minimised, plan, masks, dag)
    }

    fn send<'a>(&'a self, effect: &'a EffectId, traceparent: &'a str, out: &'a Outgoing) -> Fut<'a, Sent> {
        Box::pin(self.hand_over(effect, traceparent, out))
    }

    fn ask<'a>(&'a self, effect: &'a EffectId) -> Fut<'a, Asked> {
        Box::pin(self.inquire(effect))
    }

    /// Never: nothing public promises it, so an uncertain send is asked after and not repeated.
    fn idempotent(&self) -> bool {
        false
    }
}

/// The effect id as a header value; ids are hex, so anything else is a mistake that must not reach a header or a path.
fn key(effect: &EffectId) -> Option<HeaderValue> {
    let text = effect.as_str();
    let fine = (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fine { HeaderValue::from_str(text).ok() } else { None }
}

/// Whether an answer names a report, and this delivery.
fn is_about(body: &[u8], effect: &EffectId) -> bool {
    let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| value.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    !text("meldingsnummer").is_empty() && text("aanleverkenmerk") == effect.as_str()
}
