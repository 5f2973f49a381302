//! Administrative messages: a party lists, fetches and confirms its own; the operator sees what nobody confirmed.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sluis_stations::{Beheerbericht, Mededeling};

use super::{Query, Segment, moment, postbus};
use crate::api::{Api, Who};
use crate::auth::Rol;
use crate::problem::Problem;
use crate::reply::json;

#[derive(Serialize)]
struct Lijst<'a> {
    beheerberichten: Vec<Regel<'a>>,
    /// Where the next answer begins; absent: this was the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    volgende: Option<&'a str>,
}

/// One line: enough to fetch it by, and to see what cannot wait.
#[derive(Serialize)]
struct Regel<'a> {
    id: &'a str,
    soort: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ontvanger: Option<String>,
    sinds: Option<String>,
    uiterlijk: Option<String>,
    gegeven: bool,
}

/// One message whole. `mededeling` is a closed text: ids, words of the rules, parties, days.
#[derive(Serialize)]
struct Heel<'a> {
    id: &'a str,
    ontvanger: String,
    sinds: Option<String>,
    uiterlijk: Option<String>,
    mededeling: &'a Mededeling,
}

fn lines(mut items: Vec<Beheerbericht>, most: usize, to_whom: bool) -> Response {
    let more = items.len() > most;
    items.truncate(most);
    let volgende = items.last().filter(|_| more).map(|last| last.id.as_str());
    let line = |b: &'_ Beheerbericht| (b.mededeling.soort(), moment(b.sinds_ms), moment(b.uiterlijk_ms));
    let beheerberichten = items.iter().map(|b| {
        let (soort, sinds, uiterlijk) = line(b);
        Regel {
            id: &b.id,
            soort,
            ontvanger: to_whom.then(|| b.ontvanger.to_string()),
            sinds,
            uiterlijk,
            gegeven: b.gegeven,
        }
    });
    let beheerberichten = beheerberichten.collect();
    json(
        StatusCode::OK,
        &Lijst {
            beheerberichten,
            volgende,
        },
    )
}

/// `GET /v1/beheerberichten?na=&limit=&partij=`: what the party has not confirmed, oldest first.
pub(super) async fn list(State(api): State<Arc<Api>>, who: Who, RawQuery(raw): RawQuery) -> Result<Response, Problem> {
    who.must(Rol::Postbus)?;
    let query = Query::parse(raw.as_deref())?;
    let partij = postbus::own(&who.0, &query)?;
    let most = query.lines();
    let items = api.wait(api.doors.notices(&who.0, partij, query.na, most + 1)).await?;
    Ok(lines(items, most, false))
}

/// `GET /v1/beheerberichten/{id}`: what is told. It stays until it is confirmed.
pub(super) async fn fetch(
    State(api): State<Arc<Api>>,
    who: Who,
    id: Segment,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    who.must(Rol::Postbus)?;
    let partij = postbus::own(&who.0, &Query::parse(raw.as_deref())?)?;
    let found = api.wait(api.doors.notice(&who.0, partij, id.0)).await?;
    let b = found.ok_or(Problem::new("niet-in-postbus"))?;
    Ok(json(
        StatusCode::OK,
        &Heel {
            id: &b.id,
            ontvanger: b.ontvanger.to_string(),
            sinds: moment(b.sinds_ms),
            uiterlijk: moment(b.uiterlijk_ms),
            mededeling: &b.mededeling,
        },
    ))
}

/// `DELETE /v1/beheerberichten/{id}`: the party has it and acted on it.
pub(super) async fn confirm(
    State(api): State<Arc<Api>>,
    who: Who,
    id: Segment,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    who.must(Rol::Postbus)?;
    let partij = postbus::own(&who.0, &Query::parse(raw.as_deref())?)?;
    if api.wait(api.doors.confirm(&who.0, partij, id.0)).await? {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Problem::new("niet-in-postbus"))
    }
}

/// `GET /v1/beheerberichten/onbevestigd?na=&limit=`: what nobody confirmed, the earliest deadline first.
pub(super) async fn unconfirmed(
    State(api): State<Arc<Api>>,
    who: Who,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    let query = Query::parse(raw.as_deref())?;
    let most = query.lines();
    let items = api.wait(api.doors.unconfirmed(query.na, most + 1)).await?;
    Ok(lines(items, most, true))
}
