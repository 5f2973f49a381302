//! What a tester asks of a running simulator. These paths start with `/_`, never misbehave, and
//! are recorded apart from what the simulated system receives.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::behaviour::Behaviour;
use crate::fault::problem;
use crate::record::Kind;
use crate::server::Core;

/// `GET /_ontvangen?na=<nr>&beheer=ja`, `GET` and `PUT /_gedrag`.
pub(crate) fn router(core: Arc<Core>) -> Router {
    Router::new()
        .route("/_ontvangen", get(received))
        .route("/_gedrag", get(behaviour).put(set_behaviour))
        .with_state(core)
}

/// A JSON answer.
pub(crate) fn answer(status: StatusCode, value: &Value) -> Response<Body> {
    let mut answer = Response::new(Body::from(value.to_string()));
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

#[derive(Deserialize)]
struct Range {
    #[serde(default)]
    na: u64,
    beheer: Option<String>,
}

async fn received(State(core): State<Arc<Core>>, Query(range): Query<Range>) -> Response<Body> {
    let all = range.beheer.as_deref() == Some("ja");
    let list = core
        .recorder
        .list(range.na, |received| all || received.kind != Kind::Control);
    let list: Vec<Value> = list
        .iter()
        .map(|received| {
            let mut line = received.to_json();
            if let Some(line) = line.as_object_mut() {
                line.insert("kopregels".to_owned(), json!(received.headers()));
            }
            line
        })
        .collect();
    answer(StatusCode::OK, &Value::Array(list))
}

async fn behaviour(State(core): State<Arc<Core>>) -> Response<Body> {
    answer(StatusCode::OK, &json!(core.behaviour()))
}

async fn set_behaviour(State(core): State<Arc<Core>>, body: Bytes) -> Response<Body> {
    let refused = |reason: String| {
        answer(
            StatusCode::BAD_REQUEST,
            &json!({ "type": "about:blank", "status": 400, "detail": reason }),
        )
    };
    // Control bodies are the tester's own and hold no payload, so the reason may be told.
    let behaviour = match serde_json::from_slice::<Behaviour>(&body) {
        Ok(behaviour) => behaviour,
        Err(error) => return refused(error.to_string()),
    };
    if let Err(error) = behaviour.check() {
        return refused(error.to_string());
    }
    core.set_behaviour(behaviour);
    let mut done = problem(204);
    *done.body_mut() = Body::empty();
    done.headers_mut().clear();
    done
}

/// The bearer token of a request.
pub(crate) fn bearer(headers: &axum::http::HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}
