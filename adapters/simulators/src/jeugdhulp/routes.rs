//! The FHIR endpoints, and those of the tester.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::{get, post, put};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Ehr;
use crate::control::{answer, bearer};
use crate::fault::problem;

pub(super) fn router(ehr: Arc<Ehr>) -> Router {
    Router::new()
        .route("/fhir/Bundle", get(search).post(create))
        .route("/fhir/Bundle/{id}", get(read))
        .route("/fhir/Subscription/{id}", put(subscribe))
        .route("/_stuur", post(send))
        .route("/_webhook", put(set_webhook))
        .with_state(ehr)
}

fn known(ehr: &Ehr, headers: &HeaderMap) -> bool {
    bearer(headers).is_some_and(|token| token == ehr.token)
}

async fn read(State(ehr): State<Arc<Ehr>>, headers: HeaderMap, Path(id): Path<String>) -> Response<Body> {
    if !known(&ehr, &headers) {
        return problem(401);
    }
    let Some((bytes, _)) = ehr.state().bundles.get(&id).cloned() else {
        return problem(404);
    };
    let mut answer = Response::new(Body::from(bytes));
    let kind = HeaderValue::from_static("application/fhir+json");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

async fn search(
    State(ehr): State<Arc<Ehr>>,
    headers: HeaderMap,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Response<Body> {
    if !known(&ehr, &headers) {
        return problem(401);
    }
    let state = ehr.state();
    if let Some(identifier) = asked.get("identifier") {
        let total = state.taken.get(identifier).map_or(0, Vec::len);
        return answer(
            StatusCode::OK,
            &json!({ "resourceType": "Bundle", "type": "searchset", "total": total }),
        );
    }
    let since = asked.get("_lastUpdated").and_then(|text| text.strip_prefix("ge"));
    let since: Option<Timestamp> = since.and_then(|text| text.parse().ok());
    let count = asked.get("_count").and_then(|n| n.parse().ok()).unwrap_or(50_usize);
    let mut all: Vec<_> = state.bundles.iter().map(|(id, (_, at))| (*at, id)).collect();
    all.sort();
    let after = all.into_iter().filter(|(at, _)| since.is_none_or(|since| since <= *at));
    let entry: Vec<Value> = after
        .take(count)
        .map(|(at, id)| json!({ "resource": { "resourceType": "Bundle", "id": id, "meta": { "lastUpdated": at.to_string() } } }))
        .collect();
    answer(
        StatusCode::OK,
        &json!({ "resourceType": "Bundle", "type": "searchset", "entry": entry }),
    )
}

async fn create(State(ehr): State<Arc<Ehr>>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    if !known(&ehr, &headers) {
        return problem(401);
    }
    let condition = headers.get("if-none-exist").and_then(|value| value.to_str().ok());
    let Some(identifier) = condition.and_then(|text| text.strip_prefix("identifier=")) else {
        return problem(400);
    };
    let Ok(bundle) = serde_json::from_slice::<Value>(&body) else {
        return problem(400);
    };
    let ignore = ehr.core.behaviour().ignore_keys;
    let mut state = ehr.state();
    let had = state.taken.entry(identifier.to_owned()).or_default();
    if !had.is_empty() && !ignore {
        return answer(StatusCode::OK, &json!({ "resourceType": "Bundle" }));
    }
    had.push(bundle);
    answer(StatusCode::CREATED, &json!({ "resourceType": "Bundle" }))
}

async fn subscribe(
    State(ehr): State<Arc<Ehr>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Response<Body> {
    if !known(&ehr, &headers) {
        return problem(401);
    }
    match serde_json::from_slice::<Value>(&body) {
        Ok(subscription) => {
            ehr.state().subscriptions.insert(id, subscription.clone());
            answer(StatusCode::CREATED, &subscription)
        }
        Err(_) => problem(400),
    }
}

/// `POST /_stuur?id=…`: puts a bundle in and announces it once.
async fn send(
    State(ehr): State<Arc<Ehr>>,
    Query(asked): Query<BTreeMap<String, String>>,
    body: Bytes,
) -> Response<Body> {
    let Some(id) = asked.get("id") else { return problem(400) };
    ehr.put(id, body);
    let (notice, signature) = ehr.announcement(id, super::now());
    let status = ehr.post(notice, signature).await;
    answer(StatusCode::CREATED, &json!({ "id": id, "aangekondigd": status }))
}

async fn set_webhook(State(ehr): State<Arc<Ehr>>, body: Bytes) -> Response<Body> {
    let body = serde_json::from_slice::<Value>(&body).unwrap_or_default();
    let Some(url) = body.get("url").and_then(Value::as_str) else {
        return problem(400);
    };
    *ehr.webhook.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(url.to_owned());
    answer(StatusCode::OK, &json!({ "url": url }))
}
