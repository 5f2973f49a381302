//! Accord: a party asks another to agree to passing on, or further using, what that one brought in; and it answers.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{JSON, Query, Segment, media, postbus};
use crate::api::{Api, Who};
use crate::auth::Rol;
use crate::body;
use crate::problem::Problem;
use crate::reply::json;

/// A question or an answer is small.
const MOST: usize = 16 * 1024;

#[derive(Serialize)]
struct Gevraagd {
    beheerbericht: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Antwoord {
    akkoord: bool,
}

async fn read<T: DeserializeOwned>(api: &Api, headers: &HeaderMap, body: Body) -> Result<T, Problem> {
    if media(headers) != Some(JSON) {
        return Err(Problem::new("verkeerd-mediatype"));
    }
    let bytes = body::read(headers, body, MOST, api.settings.body_time).await?;
    // The error of the parser would quote the body.
    serde_json::from_slice(&bytes).map_err(|_| Problem::new("feit-ongeldig"))
}

/// `POST /v1/akkoordvragen`: asks, in the name of the caller's own party. The same question again is one.
pub(super) async fn ask(
    State(api): State<Arc<Api>>,
    who: Who,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    who.must(Rol::Postbus)?;
    let vraag = read(&api, &headers, body).await?;
    let beheerbericht = api.wait(api.doors.ask_accord(&who.0, vraag)).await?;
    Ok(json(StatusCode::CREATED, &Gevraagd { beheerbericht }))
}

/// `POST /v1/akkoordvragen/{id}/antwoord`: who brought it in answers, and confirms the question with it.
pub(super) async fn answer(
    State(api): State<Arc<Api>>,
    who: Who,
    id: Segment,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    who.must(Rol::Postbus)?;
    let partij = postbus::own(&who.0, &Query::parse(raw.as_deref())?)?;
    let Antwoord { akkoord } = read(&api, &headers, body).await?;
    if api.wait(api.doors.answer_accord(&who.0, partij, id.0, akkoord)).await? {
        Ok(StatusCode::NO_CONTENT.into_response())
    } else {
        Err(Problem::new("niet-in-postbus"))
    }
}
