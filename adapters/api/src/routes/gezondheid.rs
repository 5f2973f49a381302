//! Whether it runs, and whether it can take anything.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::api::{Api, Who};
use crate::auth::Rol;
use crate::doors::Counts;
use crate::problem::Problem;
use crate::reply::json;

#[derive(Serialize)]
struct Gezondheid {
    status: &'static str,
    opslag: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    aantallen: Option<Counts>,
}

/// `GET /v1/gezondheid`: for any caller; the counts are for the operator.
pub(super) async fn health(State(api): State<Arc<Api>>, who: Who) -> Result<Response, Problem> {
    let writable = api.writable().await;
    let aantallen = if who.0.has(Rol::Beheer) {
        api.wait(api.doors.counts()).await.ok()
    } else {
        None
    };
    let (status, opslag) = if writable {
        ("pass", "schrijfbaar")
    } else {
        ("fail", "niet-schrijfbaar")
    };
    let code = if writable {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    Ok(json(
        code,
        &Gezondheid {
            status,
            opslag,
            aantallen,
        },
    ))
}

/// `GET /livez`: the process answers.
pub(super) async fn live() -> Response {
    (StatusCode::OK, "ok").into_response()
}

/// `GET /readyz`: a message would be taken now.
pub(super) async fn ready(State(api): State<Arc<Api>>) -> Response {
    if api.writable().await {
        (StatusCode::OK, "ok").into_response()
    } else {
        Problem::new("opslag-niet-beschikbaar").into_response()
    }
}
