//! Persons log in and out: `POST` and `DELETE /v1/sessies`.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sluis_stations::ports::{AccountRefusal, Bewijs};

use super::{JSON, Place, media};
use crate::api::{Api, Who};
use crate::auth::Rol;
use crate::body;
use crate::problem::Problem;
use crate::reply::json;
use crate::sessions::{FIRST, LASTS, one};

/// A proof is small.
const MOST: usize = 4 << 10;

// No `Debug`: it holds a password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Aanmelden {
    account: String,
    wachtwoord: String,
    code: String,
}

#[derive(Serialize)]
struct Sessie {
    sessie: String,
    seconden: u64,
}

/// `POST /v1/sessies`: account, password and the code of the moment; gives a token for half an hour.
pub(super) async fn begin(
    State(api): State<Arc<Api>>,
    Extension(place): Extension<Place>,
    who: Who,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    if media(&headers) != Some(JSON) {
        return Err(Problem::new("verkeerd-mediatype"));
    }
    let bytes = body::read(&headers, body, MOST, api.settings.body_time).await?;
    // The message of the parser quotes what it read: it is dropped.
    let given: Aanmelden = serde_json::from_slice(&bytes).map_err(|_| Problem::new("geen-json"))?;
    let accounts = api.accounts.as_ref().ok_or(Problem::new("aanmelden-mislukt"))?;
    let bewijs = Bewijs {
        account: given.account,
        wachtwoord: given.wachtwoord,
        code: given.code,
    };
    let account = accounts.verify(bewijs).await.map_err(|refusal| match refusal {
        AccountRefusal::Later(pause) => Problem::new("te-veel-pogingen").after(pause),
        AccountRefusal::NietNu => Problem::new("opslag-niet-beschikbaar"),
        AccountRefusal::Geweigerd | AccountRefusal::GeenRol | AccountRefusal::ZelfdePersoon => {
            Problem::new("aanmelden-mislukt")
        }
    })?;
    let sessie = api.sessions.begin(&account, place.0)?;
    tracing::info!(account = account.id(), "logged in");
    Ok(json(
        StatusCode::CREATED,
        &Sessie {
            sessie,
            seconden: LASTS.as_secs(),
        },
    ))
}

/// `DELETE /v1/sessies`: ends the session that came along.
pub(super) async fn end(State(api): State<Arc<Api>>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(token) = one(&headers, FIRST)? {
        api.sessions.end(token);
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
