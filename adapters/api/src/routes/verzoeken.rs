//! Requests of the betrokkene (13.1.b–c): `/v1/verzoeken`. Who it is about is in the body of the question and nowhere else.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sluis_rules::inzage::Vraag;
use sluis_rules::recht::{Stap, Verzoek};
use sluis_stations::NieuwVerzoek;

use super::{JSON, Segment, media};
use crate::api::{Api, Who};
use crate::auth::Rol;
use crate::body;
use crate::problem::Problem;
use crate::reply::json;

/// A question is small.
const MOST: usize = 16 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gevraagd {
    verzoek: NieuwVerzoek,
    vraag: Vraag,
}

#[derive(Serialize)]
struct Lijst {
    verzoeken: Vec<Verzoek>,
}

#[derive(Serialize)]
struct Versies {
    versies: Vec<Verzoek>,
}

async fn read<T: DeserializeOwned>(api: &Api, headers: &HeaderMap, body: Body) -> Result<T, Problem> {
    if media(headers) != Some(JSON) {
        return Err(Problem::new("verkeerd-mediatype"));
    }
    let bytes = body::read(headers, body, MOST, api.settings.body_time).await?;
    // The error of the parser would quote the body.
    serde_json::from_slice(&bytes).map_err(|_| Problem::new("verzoek-ongeldig"))
}

/// `POST /v1/verzoeken`: records a request. The same again is the same one, as it stands by now.
pub(super) async fn make(
    State(api): State<Arc<Api>>,
    who: Who,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    who.acts()?;
    let Gevraagd { verzoek, vraag } = read(&api, &headers, body).await?;
    let kept = api.wait(api.doors.make_request(&who.0, vraag, verzoek)).await?;
    Ok(json(StatusCode::CREATED, &kept))
}

/// `GET /v1/verzoeken`: every request as it stands.
pub(super) async fn list(State(api): State<Arc<Api>>, who: Who) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    let verzoeken = api.wait(api.doors.requests(None)).await?;
    Ok(json(StatusCode::OK, &Lijst { verzoeken }))
}

/// `GET /v1/verzoeken/{id}`: how it came to stand as it does, oldest first.
pub(super) async fn show(State(api): State<Arc<Api>>, who: Who, id: Segment) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    let versies = api.wait(api.doors.requests(Some(id.0))).await?;
    if versies.is_empty() {
        return Err(Problem::new("onbekend"));
    }
    Ok(json(StatusCode::OK, &Versies { versies }))
}

/// `POST /v1/verzoeken/{id}/stappen`: a step. Granting, refusing and lifting ask the sessions of two persons.
pub(super) async fn step(
    State(api): State<Arc<Api>>,
    who: Who,
    id: Segment,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    who.acts()?;
    let stap: Stap = read(&api, &headers, body).await?;
    let kept = api.wait(api.doors.request_step(&who.0, id.0, stap)).await?;
    Ok(json(StatusCode::OK, &kept))
}
