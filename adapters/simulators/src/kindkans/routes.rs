//! The endpoints of the source, for its callers and for the tester.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::{get, post, put};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{NoId, Source};
use crate::control::answer;
use crate::fault::problem;

pub(super) fn router(source: Arc<Source>) -> Router {
    Router::new()
        .route("/api/hulpvragen", get(poll))
        .route("/api/hulpvragen/{id}", get(fetch))
        .route("/api/hulpvragen/{id}/bijlagen/{n}", get(attachment))
        .route("/_stuur", post(send))
        .route("/_kondigaan", post(announce_again))
        .route("/_webhook", put(set_webhook))
        .route("/_effecten", get(tallies))
        .with_state(source)
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    na: u64,
    aantal: Option<usize>,
}

async fn poll(
    State(source): State<Arc<Source>>,
    headers: HeaderMap,
    page: Result<Query<Page>, QueryRejection>,
) -> Response<Body> {
    if !source.knows(&headers) {
        return problem(401);
    }
    let Ok(Query(page)) = page else { return problem(400) };
    answer(
        StatusCode::OK,
        &source.shelf().page(page.na, page.aantal.unwrap_or(100).clamp(1, 1000)),
    )
}

async fn fetch(State(source): State<Arc<Source>>, headers: HeaderMap, Path(id): Path<String>) -> Response<Body> {
    if !source.knows(&headers) {
        return problem(401);
    }
    source
        .shelf()
        .fetch(&id)
        .map_or_else(|| problem(404), |bytes| content("application/json", bytes))
}

async fn attachment(
    State(source): State<Arc<Source>>,
    headers: HeaderMap,
    Path((id, n)): Path<(String, usize)>,
) -> Response<Body> {
    if !source.knows(&headers) {
        return problem(401);
    }
    source
        .shelf()
        .attachment(&id, n)
        .map_or_else(|| problem(404), |(kind, bytes)| content(&kind, bytes))
}

fn content(kind: &str, bytes: Bytes) -> Response<Body> {
    let mut answer = Response::new(Body::from(bytes));
    if let Ok(kind) = HeaderValue::from_str(kind) {
        answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    answer
}

#[derive(Deserialize)]
struct Sending {
    id: Option<String>,
    kondig_aan: Option<String>,
}

async fn send(State(source): State<Arc<Source>>, Query(sending): Query<Sending>, body: Bytes) -> Response<Body> {
    let announce = sending.kondig_aan.as_deref() != Some("nee");
    match source.put(body, sending.id, announce) {
        Ok(id) => answer(StatusCode::CREATED, &json!({ "id": id })),
        Err(NoId) => answer(
            StatusCode::BAD_REQUEST,
            &json!({ "type": "about:blank", "status": 400, "detail": NoId.to_string() }),
        ),
    }
}

async fn announce_again(State(source): State<Arc<Source>>) -> Response<Body> {
    answer(StatusCode::OK, &json!({ "aangekondigd": source.announce_again() }))
}

async fn set_webhook(State(source): State<Arc<Source>>, body: Bytes) -> Response<Body> {
    let body = serde_json::from_slice::<Value>(&body).unwrap_or_default();
    let Some(url) = body.get("url").and_then(Value::as_str) else {
        return problem(400);
    };
    source.announcer.set_url(url);
    answer(StatusCode::OK, &json!({ "url": url }))
}

async fn tallies(State(source): State<Arc<Source>>) -> Response<Body> {
    answer(StatusCode::OK, &json!(source.shelf().tallies()))
}
