//! Facts: append-only, recorded by the operator.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use serde_json::value::RawValue;
use sluis_rules::facts::Feit;

use super::{JSON, media};
use crate::api::{Api, Who};
use crate::auth::Rol;
use crate::body;
use crate::problem::Problem;
use crate::reply::json;

/// Most facts of one request: they are recorded in one transaction.
const MOST: usize = 1000;

/// Every field a fact can have. A parser's message is searched for these and otherwise thrown away.
const FIELDS: &[&str] = &[
    "soort",
    "casus",
    "casusoverleg",
    "doelen",
    "vanaf",
    "verzuim",
    "fase",
    "herbeoordeeld",
    "partij",
    "tot",
    "door",
    "op",
    "wijze",
    "bekend_bij_deelnemers",
    "id",
    "kind",
    "verstrekker",
    "gegevens",
    "ontvangers",
    "schriftelijk_op",
    "geldig_tot",
    "toestemming",
    "inbrenger",
    "doorgever",
    "ontvanger",
    "professional",
    "ondertekend_op",
    "bekendgemaakt_op",
    "reden",
    "van_overleg",
    "naar_overleg",
    "besluit_door",
    "doel",
];

#[derive(Serialize)]
struct Vastgelegd {
    aantal: usize,
    versie: u64,
    /// Sending had begun before: these are known, and not undone.
    onderweg: Vec<String>,
    /// Withdrawn by this id, but no consent of that case has it: check the id, the consent that was meant still holds.
    #[serde(rename = "onbekendeToestemming", skip_serializing_if = "Vec::is_empty")]
    onbekende_toestemming: Vec<String>,
}

/// `POST /v1/feiten`: one fact or a list; all are recorded, or none.
pub(super) async fn record(
    State(api): State<Arc<Api>>,
    who: Who,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    who.acts()?;
    if media(&headers) != Some(JSON) {
        return Err(Problem::new("verkeerd-mediatype"));
    }
    let bytes = body::read(&headers, body, api.settings.max_body, api.settings.body_time).await?;
    let feiten = decode(&bytes)?;
    let aantal = feiten.len();
    let recorded = api.wait(api.doors.record_facts(&who.0, feiten)).await?;
    let vastgelegd = Vastgelegd {
        aantal,
        versie: recorded.versie,
        onderweg: recorded.onderweg,
        onbekende_toestemming: recorded.onbekende_toestemming,
    };
    // A withdrawal is never lost, not even one that comes before its consent; but its caller must see that it may not
    // have withdrawn what was meant.
    let status = if vastgelegd.onbekende_toestemming.is_empty() {
        StatusCode::CREATED
    } else {
        StatusCode::ACCEPTED
    };
    Ok(json(status, &vastgelegd))
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Vec<Feit>, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|_| Problem::new("geen-utf8"))?;
    let whole: &RawValue = serde_json::from_str(text).map_err(|_| Problem::new("geen-json"))?;
    if !whole.get().starts_with('[') {
        return Ok(vec![one(whole.get(), "")?]);
    }
    let list: Vec<&RawValue> = serde_json::from_str(whole.get()).map_err(|_| Problem::new("geen-json"))?;
    if list.is_empty() || list.len() > MOST {
        return Err(Problem::new("feit-ongeldig"));
    }
    list.iter()
        .enumerate()
        .map(|(at, raw)| one(raw.get(), &format!("/{at}")))
        .collect()
}

fn one(text: &str, place: &str) -> Result<Feit, Problem> {
    serde_json::from_str(text).map_err(|e| {
        // Only the name of a field that our own types have may come out of the message of the parser.
        let message = e.to_string();
        let missing = ["missing field `", "duplicate field `"]
            .iter()
            .find_map(|p| message.strip_prefix(p));
        let name = missing.and_then(|rest| rest.split('`').next());
        let pad = match name.and_then(|n| FIELDS.iter().find(|f| **f == n)) {
            Some(field) => format!("{place}/{field}"),
            None => place.to_owned(),
        };
        let problem = Problem::new("feit-ongeldig");
        if pad.is_empty() { problem } else { problem.at(pad) }
    })
}
