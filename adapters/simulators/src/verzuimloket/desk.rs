//! What the desk has: reports with everything that was done to them, and what changed, in order.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Statuses as DUO named them in 2020.
pub(super) const GEREGISTREERD: &str = "Geregistreerd";
const INGETROKKEN: &str = "Ingetrokken";
const AFGESLOTEN: &str = "Afgesloten";

/// One report.
#[derive(Debug, Clone, PartialEq)]
pub struct Melding {
    /// The number the desk gave it.
    pub meldingsnummer: String,
    /// Its status.
    pub status: String,
    /// What was done, in order: `REGISTREREN`, `WIJZIGEN`, …
    pub handelingen: Vec<String>,
    /// The last body that said something about the absence.
    pub inhoud: Value,
}

/// One delivery that took effect.
struct Aanlevering {
    digest: String,
    number: String,
    effects: u64,
}

/// Everything the desk did, rebuilt from the log after a restart.
#[derive(Default)]
pub(super) struct Desk {
    pub(super) meldingen: BTreeMap<String, Melding>,
    aanleveringen: BTreeMap<String, Aanlevering>,
    pub(super) wijzigingen: Vec<Value>,
    pub(super) geweigerd: u64,
}

/// Why a delivery is refused: a status and the last word of the problem's `type`.
pub(super) type Refused = (u16, &'static str);

pub(super) fn digest(body: &[u8]) -> String {
    Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text<'a>(value: &'a Value, at: &str) -> &'a str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default()
}

/// Puts a field into an object.
pub(super) fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

/// What the decree wants of a report, as far as it is known.
fn complete(body: &Value) -> Result<(), Refused> {
    let kind = text(body, "/verzuim/soort");
    let person = ["/leerling/bsn", "/leerling/onderwijsnummer"]
        .iter()
        .any(|at| !text(body, at).is_empty());
    if !person || text(body, "/school/brin").is_empty() || text(body, "/verzuim/begin").is_empty() {
        return Err((400, "gegevens-ontbreken"));
    }
    match kind {
        "16U4W" | "LRV" | "DPT" if text(body, "/verzuim/einde").is_empty() => Err((400, "einddatum-ontbreekt")),
        "16U4W" | "LRV" | "DPT" | "LUX" | "OVR" => Ok(()),
        _ => Err((400, "soort-onbekend")),
    }
}

impl Desk {
    /// Takes a delivery, or says why not. `ignore_keys`: a repeat is a new delivery, as at a desk that keeps none.
    pub(super) fn take(&mut self, key: &str, body: &[u8], today: &str, ignore_keys: bool) -> Result<String, Refused> {
        let taken = self.decide(key, body, ignore_keys).and_then(|value| {
            let number = self.apply(&value, today)?;
            let digest = digest(body);
            let known = self.aanleveringen.entry(key.to_owned()).or_insert(Aanlevering {
                digest,
                number: number.clone(),
                effects: 0,
            });
            known.effects += 1;
            Ok(number)
        });
        if taken.is_err() {
            self.geweigerd += 1;
        }
        taken
    }

    fn decide(&self, key: &str, body: &[u8], ignore_keys: bool) -> Result<Value, Refused> {
        let value = serde_json::from_slice::<Map<String, Value>>(body).map_err(|_| (400, "geen-json"))?;
        if let Some(known) = self.aanleveringen.get(key).filter(|_| !ignore_keys) {
            let same = known.digest == digest(body);
            return Err((
                409,
                if same {
                    "aanlevering-bekend"
                } else {
                    "kenmerk-van-andere-aanlevering"
                },
            ));
        }
        Ok(Value::Object(value))
    }

    fn apply(&mut self, body: &Value, today: &str) -> Result<String, Refused> {
        let kenmerk = text(body, "/kenmerk").to_owned();
        if kenmerk.is_empty() {
            return Err((400, "gegevens-ontbreken"));
        }
        let handeling = text(body, "/handeling").to_owned();
        let status = match handeling.as_str() {
            "REGISTREREN" => {
                complete(body)?;
                if self.meldingen.contains_key(&kenmerk) {
                    return Err((409, "melding-bekend"));
                }
                let number = format!("VM-{:08}", self.meldingen.len() + 1);
                let melding = Melding {
                    meldingsnummer: number,
                    status: String::new(),
                    handelingen: Vec::new(),
                    inhoud: body.clone(),
                };
                self.meldingen.insert(kenmerk.clone(), melding);
                GEREGISTREERD
            }
            "WIJZIGEN" => {
                complete(body)?;
                GEREGISTREERD
            }
            "AFSLUITEN" => AFGESLOTEN,
            "INTREKKEN" => INGETROKKEN,
            _ => return Err((400, "handeling-onbekend")),
        };
        let melding = self.meldingen.get_mut(&kenmerk).ok_or((404, "melding-onbekend"))?;
        if melding.status == INGETROKKEN {
            return Err((409, "melding-ingetrokken"));
        }
        // An amendment does not take a report out of the municipality's hands.
        let keeps = handeling == "WIJZIGEN";
        if !keeps {
            status.clone_into(&mut melding.status);
        }
        if handeling != "INTREKKEN" {
            melding.inhoud = body.clone();
        }
        melding.handelingen.push(handeling.clone());
        let number = melding.meldingsnummer.clone();
        let mut change = json!({ "datum": today, "status": melding.status });
        if handeling == "INTREKKEN" {
            put(&mut change, "redenIngetrokken", json!("S"));
        }
        if !keeps {
            self.changed(&kenmerk, change);
        }
        Ok(number)
    }

    /// The municipality handles a report. `false`: there is no such report.
    pub(super) fn handle(&mut self, kenmerk: &str, change: Value) -> bool {
        let Some(melding) = self.meldingen.get_mut(kenmerk) else {
            return false;
        };
        text(&change, "/status").clone_into(&mut melding.status);
        self.changed(kenmerk, change);
        true
    }

    fn changed(&mut self, kenmerk: &str, mut change: Value) {
        let number = self.meldingen.get(kenmerk).map(|m| m.meldingsnummer.clone());
        put(&mut change, "kenmerk", json!(kenmerk));
        put(&mut change, "meldingsnummer", json!(number));
        put(&mut change, "volgnummer", json!(self.wijzigingen.len() + 1));
        self.wijzigingen.push(change);
    }

    pub(super) fn number(&self, key: &str) -> Option<String> {
        self.aanleveringen.get(key).map(|known| known.number.clone())
    }

    /// Per delivery key the number of effects.
    pub(super) fn effects(&self) -> BTreeMap<String, u64> {
        self.aanleveringen
            .iter()
            .map(|(key, known)| (key.clone(), known.effects))
            .collect()
    }

    pub(super) fn restore(lines: &[Value]) -> Self {
        let mut desk = Self::default();
        for line in lines {
            let today = text(line, "/dag").to_owned();
            if let Some(body) = line.get("aanlevering").and_then(Value::as_str) {
                // It took effect before, so it does again.
                let _ = desk.take(text(line, "/sleutel"), body.as_bytes(), &today, true);
            } else if let Some(change) = line.get("behandeling") {
                desk.handle(text(line, "/kenmerk"), change.clone());
            }
        }
        desk
    }
}
