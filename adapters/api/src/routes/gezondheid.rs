//! Whether it runs, and whether it can take anything.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::api::{Api, Who};
use crate::auth::Rol;
use crate::doors::{BusStand, Counts, RulesInUse};
use crate::problem::Problem;
use crate::reply::json;

#[derive(Serialize)]
struct Gezondheid {
    status: &'static str,
    opslag: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    aantallen: Option<Counts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    regels: Option<RulesInUse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bus: Option<BusStand>,
}

/// `GET /v1/gezondheid`: for any caller; the counts, and which rules are in use, are for the operator. Rules that could
/// not be taken into use stop nothing: `warn`, not `fail`. So it is with administrative messages that are late, with
/// content that is too old and with a bus that stands still, which only the operator is told: what is taken is kept.
pub(super) async fn health(State(api): State<Arc<Api>>, who: Who) -> Result<Response, Problem> {
    let writable = api.writable().await;
    let operator = who.0.has(Rol::Beheer);
    let aantallen = if operator {
        api.wait(api.doors.counts()).await.ok()
    } else {
        None
    };
    let bus = if operator { api.doors.bus().await } else { None };
    let rules = api.doors.rules();
    let late = aantallen.is_some_and(|a| a.beheerberichten_te_laat > 0 || a.inhoud_te_oud);
    let alarm = late || rules.as_ref().is_some_and(|r| r.alarm.is_some()) || bus.as_ref().is_some_and(BusStand::alarm);
    let (status, opslag) = match (writable, alarm) {
        (true, false) => ("pass", "schrijfbaar"),
        (true, true) => ("warn", "schrijfbaar"),
        (false, _) => ("fail", "niet-schrijfbaar"),
    };
    let regels = rules.filter(|_| operator);
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
            regels,
            bus,
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
