//! FHIR Consent for the consent register. Nothing here judges: what is read goes through the same door as a consent that
//! a person records, and gate 10 judges it anew at every message.
//!
//! **Reading never widens.** A consent with any part that is not understood is not recorded at all, because that part may
//! narrow it: an exception within the permission, a period of the data, a security label. One that names no receiver, no
//! purpose or no data is none. A withdrawal is taken however the rest looks: it only closes.
//!
//! **A consent that changed is another one.** Its id holds a keyed digest of what it says; the earlier ones of the same
//! source id are withdrawn first.

use jiff::civil::Date;
use serde_json::{Map, Value};
use sluis_rules::facts::{Hoedanigheid, Ondertekening, Toestemming, ToestemmingKind};
use sluis_rules::ids::Partij;
use sluis_stations::ports::Sealer;

use crate::taak::{PARTIJ, code, letters};

/// What a consent of the source asks of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lezing {
    /// How the ids of everything that was read from this consent begin.
    pub stam: String,
    /// What it says now; none: it holds no more, and all that was read from it is withdrawn.
    pub geldt: Option<Toestemming>,
}

impl Lezing {
    /// Whether an id in the register is of this consent.
    #[must_use]
    pub fn is_van(&self, id: &str) -> bool {
        id.strip_prefix(&self.stam).is_some_and(|rest| rest.starts_with('-'))
    }
}

/// Reads a consent about the one patient of the bundle; none when it is not one that is recorded.
pub(crate) fn read(consent: &Value, casus: &str, verstrekker: Partij, sealer: &dyn Sealer) -> Option<Lezing> {
    let id = consent.get("id")?.as_str()?;
    let keyed = |parts: &[&[u8]]| letters(&sealer.keyed_id("jeugdhulp-toestemming", parts), 16);
    let stam = format!("ehr-{}", keyed(&[casus.as_bytes(), id.as_bytes()]));
    match consent.get("status")?.as_str()? {
        "inactive" | "rejected" | "entered-in-error" => Some(Lezing { stam, geldt: None }),
        "active" => {
            // One that is not understood any more closes what was understood of it before.
            let mut geldt = active(consent, casus, verstrekker);
            if let Some(t) = &mut geldt {
                let says = serde_json::to_vec(t).unwrap_or_default();
                t.id = format!("{stam}-{}", keyed(&[id.as_bytes(), &says]));
            }
            Some(Lezing { stam, geldt })
        }
        _ => None,
    }
}

fn active(consent: &Value, casus: &str, verstrekker: Partij) -> Option<Toestemming> {
    let all = consent.as_object()?;
    // What stands beside these may narrow it.
    only(
        all,
        &[
            "resourceType",
            "id",
            "identifier",
            "status",
            "scope",
            "category",
            "dateTime",
            "performer",
            "organization",
            "sourceReference",
            "sourceAttachment",
            "policy",
            "policyRule",
            "verification",
            "provision",
        ],
    )?;
    let [category] = list(consent, "category")? else {
        return None;
    };
    if code(category.get("coding"), "toestemming")? != "doorbreking-geheim" {
        return None;
    }
    let given = day(consent.get("dateTime")?)?;
    let provision = consent.get("provision")?;
    only(provision.as_object()?, &["type", "period", "actor", "purpose", "code"])?;
    if provision.get("type")?.as_str()? != "permit" {
        return None;
    }
    let (mut from, mut until) = (given, None);
    if let Some(period) = provision.get("period") {
        only(period.as_object()?, &["start", "end"])?;
        if let Some(start) = period.get("start") {
            from = from.max(day(start)?);
        }
        until = period.get("end").map(|end| day(end).ok_or(())).transpose().ok()?;
    }
    let doelen = every(list(provision, "purpose")?, |p| {
        code(Some(&Value::Array(vec![p.clone()])), "doel").map(str::to_owned)
    })?;
    let gegevens = every(list(provision, "code")?, |c| {
        // A concept with a second meaning is not only what we read.
        let [_] = list(c, "coding")? else { return None };
        code(c.get("coding"), "element").map(str::to_owned)
    })?;
    let ontvangers = every(list(provision, "actor")?, |a| {
        only(a.as_object()?, &["role", "reference"])?;
        let identifier = a.pointer("/reference/identifier")?;
        (identifier.get("system")?.as_str()? == PARTIJ).then_some(())?;
        identifier.get("value")?.as_str()?.parse::<Partij>().ok()
    })?;
    let door = every(list(consent, "verification")?, |v| {
        v.get("verified")?.as_bool()?.then_some(())?;
        let who = v.pointer("/verifiedWith/identifier/value")?.as_str()?;
        Some(Ondertekening {
            wie: match who {
                "jongere" => Hoedanigheid::Jongere,
                "ouder-met-gezag" => Hoedanigheid::OuderMetGezag,
                "voogd" => Hoedanigheid::Voogd,
                _ => return None,
            },
            op: day(v.get("verificationDate")?)?,
        })
    })?;
    Some(Toestemming {
        id: String::new(),
        casus: casus.to_owned(),
        kind: ToestemmingKind::DoorbrekingGeheim,
        verstrekker,
        gegevens,
        doelen,
        ontvangers,
        schriftelijk_op: from,
        geldig_tot: until,
        door,
        vastgelegd_door: None,
    })
}

fn only(map: &Map<String, Value>, known: &[&str]) -> Option<()> {
    map.keys().all(|key| known.contains(&key.as_str())).then_some(())
}

/// A list with something in it.
fn list<'v>(value: &'v Value, key: &str) -> Option<&'v [Value]> {
    let items = value.get(key)?.as_array()?;
    (!items.is_empty()).then_some(items.as_slice())
}

/// All or nothing: one that is not understood is never left out of a consent.
fn every<T>(items: &[Value], read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    items.iter().map(read).collect()
}

/// The day of a date or a moment, as it was written there.
fn day(value: &Value) -> Option<Date> {
    value.as_str()?.get(..10)?.parse().ok()
}
