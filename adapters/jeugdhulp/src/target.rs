//! The target: encode, send, ask.

use std::fmt;

use jiff::civil::Date;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sluis_outward::read;
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::mapping::{Mapping, Outgoing, SelfCheckError};
use sluis_rules::minimise::{Minimised, Plan};
use sluis_rules::tree::Tree;
use sluis_stations::ports::{Asked, EffectId, Fut, Sent, Target};

use crate::bundel::{about, bare};
use crate::calls::{Calls, FHIR, Failure};
use crate::config::{Config, ConfigError};
use crate::outcome;
use crate::taak::PARTIJ;
use crate::translate::TABLE;
use crate::vorm::Shape;
use crate::weg::Weggelaten;

/// The identifier of a bundle is the id of its delivery.
const KENMERK: &str = "https://sluis.example/fhir/NamingSystem/bezorging";
const IF_NONE_EXIST: HeaderName = HeaderName::from_static("if-none-exist");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// The most of an answer that is read.
const MAX_ANSWER: usize = 64 * 1024;

/// A system that receives FHIR.
pub struct FhirTarget {
    calls: Calls,
    table: Mapping,
    shape: Shape,
    idempotent: bool,
}

impl fmt::Debug for FhirTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FhirTarget({})", self.calls.name)
    }
}

impl FhirTarget {
    /// Puts a target together. `tree` is the canonical schema of a *hulpvraag*, the one kind that has a form in FHIR here.
    ///
    /// # Errors
    /// When the configuration cannot be used, or the table does not fit the schema. Nothing is called here.
    pub fn new(config: &Config, tree: &Tree) -> Result<Self, ConfigError> {
        Ok(Self {
            calls: Calls::new(config)?,
            table: Mapping::parse(TABLE, tree)?,
            shape: Shape::read()?,
            idempotent: config.idempotent,
        })
    }

    /// The bundle that leaves for what may leave: the resources of its picture, and constants that begin with the id of the
    /// delivery. None when the picture does not come back out of it as it was.
    fn bundle(&self, effect: &EffectId, out: &Outgoing) -> Option<Value> {
        let picture: Value = serde_json::from_slice(out.bytes()).ok()?;
        let resources = self.shape.resources(picture.clone())?;
        // The proof of the house is about the picture, so the resources must be that picture and no more.
        let mut weg = Weggelaten::default();
        let mut read_back = resources.clone();
        for resource in &mut read_back {
            bare(resource.as_object_mut()?, &mut weg);
        }
        let again = self.shape.picture(read_back, &mut Weggelaten::default()).ok()?;
        if again != picture {
            return None;
        }
        let patient = urn(effect, "patient");
        let kind = |resource: &Value| {
            resource
                .get("resourceType")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let mut entries = Vec::new();
        if resources.iter().all(|resource| kind(resource) != "Patient") {
            // Nobody is named: everything is about somebody all the same.
            entries.push(json!({ "fullUrl": patient, "resource": { "resourceType": "Patient", "active": true } }));
        }
        for (n, mut resource) in resources.into_iter().enumerate() {
            let kind = kind(&resource);
            let map = resource.as_object_mut()?;
            if let Some(key) = about(&kind) {
                map.insert(key.to_owned(), json!({ "reference": patient }));
            }
            if kind == "Task"
                && let Some(who) = map
                    .get_mut("requester")
                    .and_then(|r| r.get_mut("identifier")?.as_object_mut())
            {
                who.insert("system".to_owned(), PARTIJ.into());
            }
            let full = if kind == "Patient" {
                patient.clone()
            } else {
                urn(effect, &n.to_string())
            };
            entries.push(json!({ "fullUrl": full, "resource": resource }));
        }
        Some(json!({
            "resourceType": "Bundle", "type": "collection",
            "identifier": { "system": KENMERK, "value": effect.as_str() },
            "entry": entries,
        }))
    }

    async fn hand_over(&self, effect: &EffectId, traceparent: &str, out: &Outgoing) -> Sent {
        let key = plain(effect).and_then(|id| HeaderValue::from_str(&format!("identifier={KENMERK}|{id}")).ok());
        let (Some(key), Some(bundle)) = (key, self.bundle(effect, out)) else {
            return Sent::Refused { why: "zelfcontrole" };
        };
        let (url, body) = (self.calls.url(&["Bundle"]), bundle.to_string());
        let called = self.calls.call(|client| {
            let request = client
                .post(url)
                .header(CONTENT_TYPE, FHIR)
                .header(IF_NONE_EXIST, key)
                .body(body);
            match HeaderValue::from_str(traceparent) {
                Ok(trace) => request.header(TRACEPARENT, trace),
                Err(_) => request,
            }
        });
        match called.await {
            Err(Failure::Later { why, after }) => Sent::Retry { after, why },
            Err(Failure::Never { why, .. }) => Sent::Refused { why },
            Ok(Err(error)) => outcome::of_error(&error),
            // The status says whether it was taken; the body is left unread.
            Ok(Ok(answer)) => outcome::of_answer(answer.status().as_u16(), answer.headers()),
        }
    }

    async fn inquire(&self, effect: &EffectId) -> Asked {
        let Some(id) = plain(effect) else { return Asked::Silent };
        let mut url = self.calls.url(&["Bundle"]);
        let asked = format!("{KENMERK}|{id}");
        url.query_pairs_mut()
            .append_pair("identifier", &asked)
            .append_pair("_summary", "count");
        let Ok(Ok(answer)) = self.calls.call(|client| client.get(url)).await else {
            return Asked::Silent;
        };
        if answer.status().as_u16() != 200 {
            return Asked::Silent;
        }
        let body = read(answer, MAX_ANSWER).await.unwrap_or_default();
        let found: Value = serde_json::from_slice(&body).unwrap_or_default();
        let is = |key, word| found.get(key).and_then(Value::as_str) == Some(word);
        match found.get("total").and_then(Value::as_u64) {
            // A page of a proxy is no answer of FHIR, and "certainly not" must be certain.
            Some(total) if is("resourceType", "Bundle") && is("type", "searchset") => {
                if total == 0 {
                    Asked::HasNot
                } else {
                    Asked::Has
                }
            }
            _ => Asked::Silent,
        }
    }
}

impl Target for FhirTarget {
    fn name(&self) -> &str {
        &self.calls.name
    }

    fn encode(
        &self,
        minimised: &Minimised<'_>,
        plan: &Plan,
        masks: &[GegevenSet],
        dag: Date,
    ) -> Result<Outgoing, SelfCheckError> {
        let out = self.table.encode(minimised, plan, masks, dag)?;
        if self.bundle(&EffectId("proef".to_owned()), &out).is_none() {
            return Err(SelfCheckError {
                place: String::new(),
                what: "the resources do not read back as what may leave".to_owned(),
            });
        }
        Ok(out)
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

/// The id of a delivery; ids are hex, so anything else is a mistake that must not reach a header or an address.
fn plain(effect: &EffectId) -> Option<&str> {
    let text = effect.as_str();
    let fine = (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fine.then_some(text)
}

/// The name of a resource inside its bundle: nothing but the delivery and its place, so that it links no two bundles.
fn urn(effect: &EffectId, place: &str) -> String {
    let digest = Sha256::digest(format!("{} {place}", effect.as_str()));
    let hex: String = digest.iter().take(16).map(|b| format!("{b:02x}")).collect();
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    format!(
        "urn:uuid:{}-{}-8{}-8{}-{}",
        part(0, 8),
        part(8, 12),
        part(13, 16),
        part(17, 20),
        part(20, 32)
    )
}
