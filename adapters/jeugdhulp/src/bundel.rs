//! Reading a bundle: strictly, and with distrust. FHIR has many places to hide something in; whatever is no plain field of
//! a resource about the one patient stays behind, with a reason, and the rest goes on.
//!
//! | found | becomes of it |
//! |---|---|
//! | two patients or none, another kind of bundle, no JSON within the caps | the bundle is refused |
//! | `modifierExtension`, `implicitRules`: they may turn the meaning around | the resource stays behind; of patient or task: refused |
//! | about another patient, in `subject` or in any reference; or about nobody | the resource stays behind |
//! | entered in error, refuted, cancelled, revoked | the resource stays behind |
//! | `extension`, `_field`, `contained`, narrative text | that part stays behind |
//! | an attachment that is not what it says, is packed, too large, or elsewhere | the resource stays behind |

use serde_json::{Map, Value};
use sluis_rules::scan::{Caps, Scratch, check};

use crate::bijlage;
use crate::refusal::Refusal;
use crate::weg::Weggelaten;

/// The system of a BSN in FHIR.
const BSN: &str = "http://fhir.nl/fhir/NamingSystem/bsn";
/// Most resources in a bundle.
const MOST: usize = 200;

/// What a bundle holds that may be looked at.
pub(crate) struct Bundle {
    /// Its id at the source, if it says one.
    pub(crate) id: Option<String>,
    pub(crate) task: Value,
    pub(crate) consents: Vec<Value>,
    /// The rest, the patient too.
    pub(crate) resources: Vec<Value>,
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

/// Where a resource says whom it is about; none for what is about nobody, or unknown here.
pub(crate) fn about(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "EpisodeOfCare" | "Consent" => "patient",
        "CarePlan" | "Condition" | "Encounter" | "Observation" | "DocumentReference" => "subject",
        "Task" => "for",
        _ => return None,
    })
}

/// Reads a bundle.
pub(crate) fn read(bytes: &[u8], caps: &Caps, scratch: &mut Scratch, weg: &mut Weggelaten) -> Result<Bundle, Refusal> {
    check(bytes, caps, scratch).map_err(Refusal::Bytes)?;
    // The strict scan took it; a reader that does not, disagrees with it, so nobody takes it.
    let bundle: Value = serde_json::from_slice(bytes).map_err(|_| Refusal::Bundle { place: "/" })?;
    let is = |key, wanted| text(&bundle, key) == Some(wanted);
    if !is("resourceType", "Bundle") || !is("type", "collection") {
        return Err(Refusal::Bundle { place: "/type" });
    }
    if turns(&bundle, true) {
        return Err(Refusal::Bundle {
            place: "/implicitRules",
        });
    }
    let id = text(&bundle, "id").map(str::to_owned);
    let entries = bundle
        .get("entry")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    if entries.len() > MOST {
        return Err(Refusal::Bundle { place: "/entry" });
    }
    let patients = || entries.iter().filter(|e| kind_of(e) == Some("Patient"));
    let (Some(patient), None) = (patients().next(), patients().nth(1)) else {
        return Err(Refusal::Bundle {
            place: "/entry/*/resource:Patient",
        });
    };
    let whose = Whose::of(patient);
    let mut out = Bundle {
        id,
        task: Value::Null,
        consents: Vec::new(),
        resources: Vec::new(),
    };
    for entry in entries {
        let Some(kind) = kind_of(entry) else {
            weg.een("geen-middel");
            continue;
        };
        let (needed, resource) = (matches!(kind, "Patient" | "Task"), entry.get("resource"));
        let Some(resource) = resource.and_then(|r| admitted(r, kind, &whose, weg)) else {
            if needed {
                return Err(Refusal::Bundle {
                    place: "/entry/*/resource:Task",
                });
            }
            continue;
        };
        match kind {
            "Consent" => out.consents.push(resource),
            "Task" if !out.task.is_null() => {
                return Err(Refusal::Bundle {
                    place: "/entry/*/resource:Task",
                });
            }
            "Task" => out.task = resource,
            _ => out.resources.push(resource),
        }
    }
    Ok(out)
}

fn kind_of(entry: &Value) -> Option<&str> {
    text(entry.get("resource")?, "resourceType")
}

/// The one patient: how resources may name it.
struct Whose<'b> {
    names: Vec<String>,
    bsn: Option<&'b str>,
}

impl<'b> Whose<'b> {
    fn of(entry: &'b Value) -> Self {
        let resource = entry.get("resource").unwrap_or(&Value::Null);
        let full = text(entry, "fullUrl").map(str::to_owned);
        let local = text(resource, "id").map(|id| format!("Patient/{id}"));
        let numbers = resource.get("identifier").and_then(Value::as_array);
        let bsn = numbers.into_iter().flatten().find(|n| text(n, "system") == Some(BSN));
        Self {
            names: full.into_iter().chain(local).collect(),
            bsn: bsn.and_then(|n| text(n, "value")),
        }
    }

    fn is(&self, reference: &str) -> bool {
        self.names.iter().any(|name| name == reference)
    }

    /// Whether anything in here names another patient: by a reference, or by a BSN.
    fn names_another(&self, value: &Value) -> bool {
        match value {
            Value::Object(map) => {
                let reference = map.get("reference").and_then(Value::as_str);
                let other = reference.is_some_and(|r| r.to_ascii_lowercase().contains("patient") && !self.is(r));
                let number = map.get("system").and_then(Value::as_str) == Some(BSN)
                    && map.get("value").and_then(Value::as_str) != self.bsn;
                other || number || map.values().any(|below| self.names_another(below))
            }
            Value::Array(items) => items.iter().any(|below| self.names_another(below)),
            _ => false,
        }
    }
}

/// The resource without what may hide something; none when it stays behind.
fn admitted(resource: &Value, kind: &str, whose: &Whose<'_>, weg: &mut Weggelaten) -> Option<Value> {
    if turns(resource, true) {
        weg.een("andere-betekenis");
        return None;
    }
    if whose.names_another(resource) {
        weg.een("andere-patient");
        return None;
    }
    if lapsed(resource) {
        weg.een("vervallen");
        return None;
    }
    let mut resource = resource.clone();
    let map = resource.as_object_mut()?;
    if let Some(key) = about(kind) {
        let named = map.remove(key);
        let reference = named.as_ref().and_then(|n| text(n, "reference"));
        if !reference.is_some_and(|r| whose.is(r)) {
            weg.een("niet-over-de-patient");
            return None;
        }
    }
    for key in ["id", "meta", "language"] {
        // By its id a consent is known again when it changes.
        if kind != "Consent" || key != "id" {
            map.remove(key);
        }
    }
    // The narrative is everything once more, in HTML.
    if map.remove("text").is_some() {
        weg.een("verteltekst");
    }
    if map.remove("contained").is_some() {
        weg.een("ingesloten-middel");
    }
    bare(map, weg);
    if kind == "DocumentReference"
        && let Err(reden) = bijlage::sound(&resource)
    {
        weg.een(reden);
        return None;
    }
    Some(resource)
}

/// Whether something in here may turn the meaning of the rest around: who does not understand it may not use the rest.
fn turns(value: &Value, resource: bool) -> bool {
    match value {
        Value::Object(map) => {
            map.contains_key("modifierExtension")
                || (resource && map.contains_key("implicitRules"))
                // A resource inside the bundle is looked at by itself.
                || map.iter().any(|(key, below)| !matches!(key.as_str(), "entry" | "contained") && turns(below, false))
        }
        Value::Array(items) => items.iter().any(|below| turns(below, false)),
        _ => false,
    }
}

/// Entered in error, refuted, cancelled: not so, or not so any more.
fn lapsed(resource: &Value) -> bool {
    let over = |status| {
        matches!(
            status,
            "entered-in-error" | "cancelled" | "rejected" | "failed" | "revoked" | "superseded"
        )
    };
    // An episode that was cancelled says so itself, and a consent that was rejected is a withdrawal.
    let kind = text(resource, "resourceType").unwrap_or_default();
    let status = text(resource, "status").unwrap_or_default();
    let told = match kind {
        "Consent" => false,
        "EpisodeOfCare" => status == "entered-in-error",
        _ => over(status),
    };
    let codings = |key: &str| {
        let codings = resource
            .get(key)
            .and_then(|c| c.get("coding"))
            .and_then(Value::as_array);
        codings.into_iter().flatten().filter_map(|c| text(c, "code"))
    };
    told || text(resource, "docStatus") == Some("entered-in-error")
        || codings("verificationStatus").any(|code| matches!(code, "entered-in-error" | "refuted"))
}

/// Takes extensions away, everywhere: what they say has no place, and some change what stands beside them.
pub(crate) fn bare(map: &mut Map<String, Value>, weg: &mut Weggelaten) {
    map.retain(|key, _| {
        let hides = key == "extension" || key.starts_with('_');
        if hides {
            weg.een("extensie");
        }
        !hides
    });
    for below in map.values_mut() {
        each(below, weg);
    }
}

fn each(value: &mut Value, weg: &mut Weggelaten) {
    match value {
        Value::Object(map) => bare(map, weg),
        Value::Array(items) => items.iter_mut().for_each(|below| each(below, weg)),
        _ => {}
    }
}
