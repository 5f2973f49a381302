//! Announcements: a thin, signed webhook that says that there is something, never what.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::{Segment, busy};
use crate::api::{ANNOUNCED, Api};
use crate::body;
use crate::doors::Kind;
use crate::limits::place;
use crate::problem::Problem;
use crate::server::Peer;

/// `POST /v1/aankondigingen/{koppeling}`. The signature is over the raw body, so nothing is decoded here. A name that
/// does not exist and a signature that is wrong get the same answer, and both count as a failure to authenticate.
///
/// Anybody may come this far, so the reading has few places, little time, and a share for each address; what was read
/// has a place among the callers, and keeps it only when its signature is right: a wrong one is known at once.
pub(super) async fn announce(
    State(api): State<Arc<Api>>,
    koppeling: Segment,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, content): (_, Body) = request.into_parts();
    let peer = Peer::of(&parts);
    let Some(announcements) = api
        .announcements
        .as_ref()
        .filter(|announcements| api.doors.knows(&koppeling.0) && announcements.could_be(&koppeling.0, &parts.headers))
    else {
        return Err(api.failed(&peer));
    };
    let cap = api.settings.max_announcement;
    let reading = api.announcing.place(place(peer.addr.ip())).ok_or_else(busy)?;
    let bytes = body::read(&parts.headers, content, cap, api.settings.announcement_time).await?;
    drop(reading);
    let _place = api.in_hand.place(ANNOUNCED).ok_or_else(busy)?;
    let work = announcements.announce(&koppeling.0, &parts.headers, &bytes);
    match tokio::time::timeout(api.settings.answer_time, work).await {
        Ok(Ok(())) => Ok(StatusCode::ACCEPTED.into_response()),
        Ok(Err(refusal)) if refusal.kind == Kind::NotAuthenticated => Err(api.failed(&peer)),
        Ok(Err(refusal)) => Err(refusal.into()),
        Err(_) => Err(Problem::new("geen-antwoord-op-tijd")),
    }
}
