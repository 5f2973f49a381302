//! The mailbox: a receiver pulls, and confirms.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::value::RawValue;
use sluis_rules::event::{Bericht, Kanaal};
use sluis_rules::ids::Partij;

use super::{CLOUDEVENT, Query, Segment, moment};
use crate::api::{Api, Who};
use crate::auth::{Caller, Rol};
use crate::doors::Fetched;
use crate::problem::Problem;
use crate::reply::json;

#[derive(Serialize)]
struct Lijst<'a> {
    berichten: Vec<Regel<'a>>,
    /// Where the next answer begins; absent: this was the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    volgende: Option<&'a str>,
}

#[derive(Serialize)]
struct Regel<'a> {
    effect: &'a str,
    bericht: Bericht,
    casus: &'a str,
    afzender: String,
    sinds: Option<String>,
}

/// The party whose mailbox it is: the one stated, or the only one the caller is.
pub(super) fn own(caller: &Caller, query: &Query) -> Result<Partij, Problem> {
    let stated = query.partij.as_ref().map(|t| t.parse::<Partij>()).transpose();
    let stated = stated.map_err(|_| Problem::new("zoekvraag-ongeldig"))?;
    match (stated, caller.eigen.as_slice()) {
        (Some(partij), _) if caller.is(&partij) => Ok(partij),
        (Some(_), _) => Err(Problem::new("postbus-van-ander")),
        (None, [only]) => Ok(*only),
        (None, _) => Err(Problem::new("zoekvraag-ongeldig").at("partij")),
    }
}

/// `GET /v1/postbus?na=&limit=&partij=`: what waits, oldest first, without content.
pub(super) async fn list(State(api): State<Arc<Api>>, who: Who, RawQuery(raw): RawQuery) -> Result<Response, Problem> {
    who.must(Rol::Postbus)?;
    let query = Query::parse(raw.as_deref())?;
    let partij = own(&who.0, &query)?;
    let lines = query.lines();
    let mut items = api.wait(api.doors.mailbox(&who.0, partij, query.na, lines + 1)).await?;
    let more = items.len() > lines;
    items.truncate(lines);
    let volgende = items.last().filter(|_| more).map(|last| last.effect.as_str());
    let berichten = items.iter().map(|i| Regel {
        effect: &i.effect,
        bericht: i.bericht,
        casus: &i.casus,
        afzender: i.afzender.to_string(),
        sinds: moment(i.since_ms),
    });
    Ok(json(
        StatusCode::OK,
        &Lijst {
            berichten: berichten.collect(),
            volgende,
        },
    ))
}

/// The event as the receiver gets it. `id` is the effect: the same message again has the same id.
#[derive(Serialize)]
struct Event<'a> {
    specversion: &'static str,
    id: &'a str,
    source: &'a str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'a str>,
    datacontenttype: &'static str,
    kanaal: &'static str,
    casusoverleg: &'a str,
    casus: &'a str,
    fase: &'a str,
    doel: &'a str,
    afzender: String,
    ontvanger: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    grondslag: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    traceparent: Option<&'a str>,
    data: &'a RawValue,
}

/// `GET /v1/postbus/{effect}`: the content, judged with today's facts before it is given.
pub(super) async fn fetch(
    State(api): State<Arc<Api>>,
    who: Who,
    effect: Segment,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    who.must(Rol::Postbus)?;
    let partij = own(&who.0, &Query::parse(raw.as_deref())?)?;
    let fetched = api.wait(api.doors.fetch(&who.0, partij, effect.0.clone())).await?;
    let fetched = fetched.ok_or(Problem::new("niet-in-postbus"))?;
    let mut bytes = encode(&effect.0, &partij, &fetched).ok_or(Problem::new("fout-bij-ons"))?;
    if fetched.event.claim.kanaal == Kanaal::Derde {
        pad(&mut bytes);
    }
    let mut response = (StatusCode::OK, bytes).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(CLOUDEVENT));
    Ok(response)
}

/// What goes to a derde has a size that others have too (14.3): white space behind the event, up to a power of two.
fn pad(bytes: &mut Vec<u8>) {
    let size = bytes.len().max(2048).checked_next_power_of_two().unwrap_or(bytes.len());
    bytes.resize(size, b' ');
}

fn encode(effect: &str, ontvanger: &Partij, fetched: &Fetched) -> Option<Vec<u8>> {
    let claim = &fetched.event.claim;
    let event = Event {
        specversion: "1.0",
        id: effect,
        source: &fetched.event.source,
        r#type: fetched.event.bericht.event_type(),
        time: fetched.event.time.as_deref(),
        datacontenttype: "application/json",
        kanaal: claim.kanaal.as_str(),
        casusoverleg: &claim.casusoverleg,
        casus: &claim.casus,
        fase: &claim.fase,
        doel: &claim.doel,
        afzender: claim.afzender.to_string(),
        ontvanger: ontvanger.to_string(),
        grondslag: claim.grondslag.as_deref(),
        traceparent: fetched.event.traceparent.as_deref(),
        data: serde_json::from_slice(fetched.content.bytes()).ok()?,
    };
    serde_json::to_vec(&event).ok()
}

/// `DELETE /v1/postbus/{effect}`: the receiver has it; here its content is destroyed.
pub(super) async fn done(
    State(api): State<Arc<Api>>,
    who: Who,
    effect: Segment,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    who.must(Rol::Postbus)?;
    let partij = own(&who.0, &Query::parse(raw.as_deref())?)?;
    if api.wait(api.doors.done(&who.0, partij, effect.0)).await? {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Problem::new("niet-in-postbus"))
    }
}
