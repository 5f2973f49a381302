//! The routes, one resource a file. Paths: `/v1`, plural Dutch nouns, kebab-case, no trailing slash, nothing in them
//! that could identify a person.

mod aankondigingen;
mod akkoord;
mod beheerberichten;
mod berichten;
mod feiten;
mod geblokkeerd;
mod gezondheid;
mod postbus;
mod sessies;
mod toestemmingen;
mod verzoeken;
mod verzuim;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;

use crate::api::{Api, Who};
use crate::problem::Problem;
use crate::reply::with_headers;
use crate::server::Peer;

/// Most lines of one answer.
pub(crate) const LIMIT: usize = 100;
const CLOUDEVENT: &str = "application/cloudevents+json";
#[cfg(test)]
pub(crate) use feiten::decode as decode_facts;

const JSON: &str = "application/json";

pub(crate) fn router(api: Arc<Api>) -> Router {
    Router::new()
        .route("/v1/hulpvragen", post(berichten::hulpvragen))
        .route("/v1/berichten", post(berichten::berichten))
        .route("/v1/berichten/{id}", get(berichten::history))
        .route("/v1/berichten/{id}/uitleg", get(berichten::history))
        .route("/v1/postbus", get(postbus::list))
        .route("/v1/postbus/{effect}", get(postbus::fetch).delete(postbus::done))
        .route("/v1/beheerberichten", get(beheerberichten::list))
        .route("/v1/beheerberichten/onbevestigd", get(beheerberichten::unconfirmed))
        .route(
            "/v1/beheerberichten/{id}",
            get(beheerberichten::fetch).delete(beheerberichten::confirm),
        )
        .route("/v1/akkoordvragen", post(akkoord::ask))
        .route("/v1/akkoordvragen/{id}/antwoord", post(akkoord::answer))
        .route("/v1/feiten", post(feiten::record))
        .route("/v1/geblokkeerd", get(geblokkeerd::list))
        .route(
            "/v1/geblokkeerd/{effect}/opnieuw-beoordelen",
            post(geblokkeerd::rejudge),
        )
        .route(
            "/v1/toestemmingen",
            get(toestemmingen::list).post(toestemmingen::record),
        )
        .route("/v1/grootboek", get(toestemmingen::ledger))
        .route("/v1/verzoeken", get(verzoeken::list).post(verzoeken::make))
        .route("/v1/verzoeken/{id}", get(verzoeken::show))
        .route("/v1/verzoeken/{id}/stappen", post(verzoeken::step))
        .route("/v1/sessies", post(sessies::begin).delete(sessies::end))
        .route("/v1/verzuimregistraties", post(verzuim::register))
        .route("/v1/verzuimmeldingen", get(verzuim::queue))
        .route("/v1/gezondheid", get(gezondheid::health))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&api), admit))
        // Its sender is known by a signature over the body, so it is admitted in its own way.
        .route("/v1/aankondigingen/{koppeling}", post(aankondigingen::announce))
        // Asked by a supervisor, also when it is busy here.
        .route("/livez", get(gezondheid::live))
        .route("/readyz", get(gezondheid::ready))
        .fallback(|| async { Problem::new("onbekend") })
        .method_not_allowed_fallback(|| async { Problem::new("methode-onbekend") })
        .layer(middleware::from_fn(with_headers))
        .with_state(api)
}

/// First who it is, then a place among those in hand, and only then a byte of the body.
async fn admit(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let (at, caller) = match api.identify(&parts.headers, &Peer::of(&parts)) {
        Ok(known) => known,
        Err(problem) => return problem.into_response(),
    };
    let Some(_place) = api.in_hand.place(at) else {
        return busy().into_response();
    };
    let caller = match api.acting(&parts.headers, at, caller) {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    parts.extensions.insert(Place(at));
    parts.extensions.insert(Who(caller));
    next.run(Request::from_parts(parts, body)).await
}

/// The place of the caller in the list: a session belongs to the connection that began it.
#[derive(Clone, Copy)]
pub(crate) struct Place(pub(crate) usize);

/// No place is free.
fn busy() -> Problem {
    Problem::new("te-druk").after(Duration::from_secs(1))
}

/// The one variable part of a path, of a closed alphabet. Anything else is not found; it is not shown.
pub(crate) struct Segment(pub(crate) String);

impl FromRequestParts<Arc<Api>> for Segment {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        let found = Path::<String>::from_request_parts(parts, api).await;
        match found {
            Ok(Path(text)) if is_id(&text) => Ok(Self(text)),
            _ => Err(Problem::new("onbekend")),
        }
    }
}

fn is_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
}

/// What a query may ask.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) na: Option<String>,
    pub(crate) limit: Option<usize>,
    pub(crate) partij: Option<String>,
}

impl Query {
    /// `na`, `limit` and `partij`, each at most once; a word the interface does not know is refused, not ignored.
    pub(crate) fn parse(raw: Option<&str>) -> Result<Self, Problem> {
        let bad = || Problem::new("zoekvraag-ongeldig");
        let mut out = Self::default();
        for pair in raw.unwrap_or_default().split('&').filter(|p| !p.is_empty()) {
            let (key, value) = pair.split_once('=').ok_or_else(bad)?;
            let fresh = match key {
                "na" if is_id(value) => out.na.replace(value.to_owned()).is_none(),
                "limit" => {
                    let n = value.parse().ok().filter(|n| (1..=LIMIT).contains(n)).ok_or_else(bad)?;
                    out.limit.replace(n).is_none()
                }
                // The slash of a party may come escaped.
                "partij" => out
                    .partij
                    .replace(value.replace("%2F", "/").replace("%2f", "/"))
                    .is_none(),
                _ => false,
            };
            if !fresh {
                return Err(bad());
            }
        }
        Ok(out)
    }

    pub(crate) fn lines(&self) -> usize {
        self.limit.unwrap_or(LIMIT)
    }
}

/// The media type, when it is one that is spoken here: no parameter but `charset=utf-8`.
pub(crate) fn media(headers: &HeaderMap) -> Option<&'static str> {
    let mut given = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        return None;
    };
    let mut parts = value.to_str().ok()?.split(';').map(str::trim);
    let essence = parts.next()?;
    let known = [CLOUDEVENT, JSON]
        .into_iter()
        .find(|k| k.eq_ignore_ascii_case(essence))?;
    parts
        .all(|p| p.eq_ignore_ascii_case("charset=utf-8") || p.eq_ignore_ascii_case("charset=\"utf-8\""))
        .then_some(known)
}

/// The W3C header, when there is one and it is well formed; otherwise a new trace begins.
pub(crate) fn traceparent(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all("traceparent").iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        return None;
    };
    let text = value.to_str().ok()?;
    let shape = text.len() == 55
        && text.bytes().enumerate().all(|(at, b)| match at {
            2 | 35 | 52 => b == b'-',
            _ => matches!(b, b'0'..=b'9' | b'a'..=b'f'),
        });
    (shape && text.starts_with("00-")).then_some(text)
}

/// A moment as the interface writes it: UTC, RFC 3339.
pub(crate) fn moment(ms: u64) -> Option<String> {
    let at = Timestamp::from_millisecond(i64::try_from(ms).ok()?).ok()?;
    Some(at.to_string())
}
