//! What the case system did: per key, which bodies took effect under which case number.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// One key's effects, in order.
struct Known {
    digest: String,
    numbers: Vec<String>,
}

/// All effects, rebuilt from the log after a restart (repeats and conflicts start at zero again).
#[derive(Default)]
pub(super) struct Effects {
    keys: BTreeMap<String, Known>,
    next: u64,
    pub(super) repeats: u64,
    pub(super) conflicts: u64,
}

/// What became of one message.
pub(super) enum Outcome {
    /// A new effect, with its case number.
    New(String),
    /// Already in effect under this number.
    Repeat(String),
    /// The key belongs to another body.
    Conflict,
}

fn digest(body: &[u8]) -> String {
    Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The line of the log that remembers an effect.
pub(super) fn line(record: u64, key: &str, body: &[u8], number: &str) -> Value {
    json!({ "regel": "effect", "nr": record, "sleutel": key, "sha256": digest(body), "zaaknummer": number })
}

impl Effects {
    pub(super) fn restore(lines: &[Value]) -> Self {
        let mut effects = Self::default();
        for line in lines {
            let text = |key: &str| line.get(key).and_then(Value::as_str).map(str::to_owned);
            if let (Some(key), Some(digest), Some(number)) = (text("sleutel"), text("sha256"), text("zaaknummer")) {
                effects.next += 1;
                effects
                    .keys
                    .entry(key)
                    .or_insert(Known {
                        digest,
                        numbers: Vec::new(),
                    })
                    .numbers
                    .push(number);
            }
        }
        effects
    }

    pub(super) fn take(&mut self, key: &str, body: &[u8], ignore_keys: bool) -> Outcome {
        let digest = digest(body);
        if let Some(known) = self.keys.get(key).filter(|_| !ignore_keys) {
            if known.digest != digest {
                self.conflicts += 1;
                return Outcome::Conflict;
            }
            if let Some(number) = known.numbers.first() {
                self.repeats += 1;
                return Outcome::Repeat(number.clone());
            }
        }
        self.next += 1;
        let number = format!("ZAAK-{:08}", self.next);
        let known = self.keys.entry(key.to_owned()).or_insert(Known {
            digest,
            numbers: Vec::new(),
        });
        known.numbers.push(number.clone());
        Outcome::New(number)
    }

    pub(super) fn number(&self, key: &str) -> Option<String> {
        self.keys.get(key)?.numbers.first().cloned()
    }

    pub(super) fn counts(&self) -> BTreeMap<String, u64> {
        self.keys
            .iter()
            .map(|(key, known)| (key.clone(), u64::try_from(known.numbers.len()).unwrap_or(u64::MAX)))
            .collect()
    }
}
