//! What a bundle is for: the *doelbinding*, from the task in it. A claim: the facts of the case decide.

use serde_json::Value;
use sluis_rules::event::{Claim, Kanaal};
use sluis_rules::ids::Partij;
use sluis_stations::ports::Sealer;

use crate::refusal::Refusal;

/// Where the codes of this interface live. Ours: no such systems are published.
const SYSTEM: &str = "https://sluis.example/fhir/CodeSystem/";
/// The system of a party, `<OIN>/<taak>`.
pub(crate) const PARTIJ: &str = "https://sluis.example/fhir/NamingSystem/partij";
/// The flow to the municipality (Jeugdwet 7.4.0, second paragraph).
const TOELEIDING: &str = "toeleiding";
/// Inputs of the task that become attributes.
const ATTRIBUTES: [&str; 3] = ["casusoverleg", "fase", "doel"];

/// The code of a system of ours in a list of codings.
pub(crate) fn code<'v>(codings: Option<&'v Value>, system: &str) -> Option<&'v str> {
    let own = |coding: &&Value| {
        let named = coding.get("system").and_then(Value::as_str);
        named.and_then(|named| named.strip_prefix(SYSTEM)) == Some(system)
    };
    let mut found = codings?.as_array()?.iter().filter(own);
    match (found.next(), found.next()) {
        (Some(one), None) => one.get("code").and_then(Value::as_str),
        _ => None,
    }
}

fn input(item: &Value) -> Option<&str> {
    code(item.get("type")?.get("coding"), "opgave")
}

/// The claim of a task, and the task without what the claim is made of.
pub(crate) fn claim(mut task: Value, afzender: Partij, sealer: &dyn Sealer) -> Result<(Claim, Value), Refusal> {
    const fn missing(place: &'static str) -> Refusal {
        Refusal::Incomplete { place }
    }
    let case = task.pointer("/groupIdentifier/value").and_then(Value::as_str);
    let case = case.ok_or(missing("/Task/groupIdentifier"))?;
    let owner = task
        .pointer("/owner/identifier")
        .filter(|o| o.get("system").and_then(Value::as_str) == Some(PARTIJ));
    let owner = match (task.get("owner"), owner.and_then(|o| o.get("value")?.as_str())) {
        (None, _) => None,
        (Some(_), named) => {
            let named: Option<Partij> = named.and_then(|text| text.parse().ok());
            Some(named.ok_or(missing("/Task/owner"))?)
        }
    };
    let stated = |name: &str| {
        let all = task.get("input").and_then(Value::as_array).into_iter().flatten();
        let mut found = all.filter(|item| input(item) == Some(name));
        match (found.next(), found.next()) {
            (Some(one), None) => one.get("valueCode").and_then(Value::as_str).map(str::to_owned),
            _ => None,
        }
    };
    let kanaal = code(task.pointer("/code/coding"), "bericht");
    let claim = match kanaal {
        Some(TOELEIDING) => Claim {
            kanaal: Kanaal::Wettelijk,
            casusoverleg: String::new(),
            casus: format!(
                "ehr-{}",
                letters(&sealer.keyed_id("jeugdhulp-casus", &[case.as_bytes()]), 32)
            ),
            fase: String::new(),
            doel: TOELEIDING.to_owned(),
            afzender,
            // A statutory flow is for one receiver, and the source knows which municipality.
            ontvanger: Some(owner.ok_or(missing("/Task/owner"))?),
            grondslag: None,
        },
        Some("casusoverleg") => {
            if !is_pseudonym(case) {
                return Err(Refusal::Case);
            }
            Claim {
                kanaal: Kanaal::Casusoverleg,
                casusoverleg: stated("casusoverleg").ok_or(missing("/Task/input:casusoverleg"))?,
                casus: case.to_owned(),
                fase: stated("fase").ok_or(missing("/Task/input:fase"))?,
                doel: stated("doel").ok_or(missing("/Task/input:doel"))?,
                afzender,
                ontvanger: owner,
                grondslag: None,
            }
        }
        _ => return Err(missing("/Task/code")),
    };
    if let Some(map) = task.as_object_mut() {
        for key in [
            "status",
            "intent",
            "code",
            "groupIdentifier",
            "owner",
            "requester",
            "identifier",
            "lastModified",
        ] {
            map.remove(key);
        }
        if let Some(Value::Array(items)) = map.get_mut("input") {
            // Under which secrecy it is, is not for the source to say here.
            items.retain(|item| !input(item).is_some_and(|name| ATTRIBUTES.contains(&name) || name == "beroepsgeheim"));
        }
    }
    Ok((claim, task))
}

/// So many hexadecimals as letters a to p: an id without digits can never look like the number of a person.
pub(crate) fn letters(hex: &str, many: usize) -> String {
    let digits = hex.chars().filter_map(|c| c.to_digit(16)).take(many);
    digits
        .filter_map(|digit| char::from_u32(u32::from(b'a') + digit))
        .collect()
}

/// The pseudonym of a case, as consultations hand them out: never six digits in a row.
fn is_pseudonym(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let run = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
    text.starts_with("cas-") && (5..=64).contains(&text.len()) && text.bytes().all(word) && run < Some(6)
}
