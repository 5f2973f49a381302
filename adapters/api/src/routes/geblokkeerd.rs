//! What is blocked: reasons, never content; and the one thing an operator can do, have it judged again.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sluis_rules::event::Bericht;

use super::{Query, Segment, moment};
use crate::api::{Api, Who};
use crate::auth::Rol;
use crate::problem::Problem;
use crate::reply::json;

#[derive(Serialize)]
struct Lijst<'a> {
    geblokkeerd: Vec<Regel<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    volgende: Option<&'a str>,
}

#[derive(Serialize)]
struct Regel<'a> {
    effect: &'a str,
    bericht: Bericht,
    casus: &'a str,
    afzender: String,
    ontvanger: Option<String>,
    redenen: &'a [String],
    sinds: Option<String>,
    tot: Option<String>,
}

/// `GET /v1/geblokkeerd?na=&limit=`.
pub(super) async fn list(State(api): State<Arc<Api>>, who: Who, RawQuery(raw): RawQuery) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    let query = Query::parse(raw.as_deref())?;
    if query.partij.is_some() {
        return Err(Problem::new("zoekvraag-ongeldig"));
    }
    let lines = query.lines();
    let mut items = api.wait(api.doors.blocked(query.na, lines + 1)).await?;
    let more = items.len() > lines;
    items.truncate(lines);
    let volgende = items.last().filter(|_| more).map(|last| last.effect.as_str());
    let geblokkeerd = items.iter().map(|i| Regel {
        effect: &i.effect,
        bericht: i.bericht,
        casus: &i.casus,
        afzender: i.afzender.to_string(),
        ontvanger: i.ontvanger.map(|p| p.to_string()),
        redenen: &i.redenen,
        sinds: moment(i.since_ms),
        tot: moment(i.until_ms),
    });
    Ok(json(
        StatusCode::OK,
        &Lijst {
            geblokkeerd: geblokkeerd.collect(),
            volgende,
        },
    ))
}

/// `POST /v1/geblokkeerd/{effect}/opnieuw-beoordelen`: back to judge, never around it.
pub(super) async fn rejudge(State(api): State<Arc<Api>>, who: Who, effect: Segment) -> Result<Response, Problem> {
    who.must(Rol::Beheer)?;
    who.acts()?;
    if api.wait(api.doors.rejudge(&who.0, effect.0)).await? {
        Ok(StatusCode::ACCEPTED.into_response())
    } else {
        Err(Problem::new("onbekend"))
    }
}
