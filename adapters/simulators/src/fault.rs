//! Turns an answer into the answer a misbehaving system gives.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};
use hyper::body::Frame;
use tokio::time::Sleep;

use crate::behaviour::{Fault, Moment};
use crate::tap::Wire;

/// The connection is closed instead of answered.
#[derive(Debug, thiserror::Error)]
#[error("the simulator closed the connection")]
pub(crate) struct Closed;

/// The answer of a fault that strikes before the request took effect; `None` when it strikes later.
pub(crate) fn before(fault: &Fault) -> Option<Result<Response<Body>, Closed>> {
    match fault {
        Fault::Status {
            status,
            moment: Moment::Before,
        } => Some(Ok(problem(*status))),
        Fault::Close { moment: Moment::Before } => Some(Err(Closed)),
        Fault::Redirect { naar } => Some(Ok(with_header(302, header::LOCATION, naar))),
        Fault::TooMany { na_seconden } => Some(Ok(with_header(429, header::RETRY_AFTER, &na_seconden.to_string()))),
        _ => None,
    }
}

/// Spoils the answer of a request that took effect.
pub(crate) async fn after(fault: &Fault, answer: Response<Body>, wire: &Wire) -> Result<Response<Body>, Closed> {
    match fault {
        Fault::Status {
            status,
            moment: Moment::After,
        } => Ok(problem(*status)),
        Fault::Close { moment: Moment::After } => Err(Closed),
        Fault::Twice => {
            wire.answer_twice();
            Ok(answer)
        }
        Fault::Garbage => Ok(replace(answer, Body::from(&b"\x00\xff\xfe{\"zaaknummer\": \xc3("[..]))),
        Fault::Huge { bytes } => Ok(replace(answer, Body::new(Stream::huge(*bytes)))),
        Fault::Truncated => {
            let (parts, body) = answer.into_parts();
            let bytes = to_bytes(body, usize::MAX).await.map_err(|_| Closed)?;
            let length = bytes.len();
            let mut answer = Response::from_parts(parts, Body::new(Stream::truncated(bytes)));
            answer
                .headers_mut()
                .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
            Ok(answer)
        }
        Fault::Trickle { bytes, pauze_ms } => {
            let (parts, body) = answer.into_parts();
            let all = to_bytes(body, usize::MAX).await.map_err(|_| Closed)?;
            Ok(Response::from_parts(
                parts,
                Body::new(Stream::trickle(all, *bytes, Duration::from_millis(*pauze_ms))),
            ))
        }
        Fault::Status { .. } | Fault::Close { .. } | Fault::Redirect { .. } | Fault::TooMany { .. } => Ok(answer),
    }
}

/// An RFC 9457 problem that says nothing but its status.
pub(crate) fn problem(status: u16) -> Response<Body> {
    let mut answer = Response::new(Body::from(format!("{{\"type\":\"about:blank\",\"status\":{status}}}")));
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    answer
}

fn with_header(status: u16, name: header::HeaderName, value: &str) -> Response<Body> {
    let mut answer = problem(status);
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
    answer
}

fn replace(mut answer: Response<Body>, body: Body) -> Response<Body> {
    answer.headers_mut().remove(header::CONTENT_LENGTH);
    *answer.body_mut() = body;
    answer
}

/// A body that comes in steps, goes on for long, or stops too early.
struct Stream {
    /// What still goes out; for a huge answer the block that repeats.
    data: Bytes,
    /// Bytes still to repeat; `None` when `data` goes out once.
    huge: Option<u64>,
    step: usize,
    pause: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
    break_at_end: bool,
}

const BLOCK: usize = 16 * 1024;

impl Stream {
    fn once(data: Bytes, step: usize) -> Self {
        Self {
            data,
            huge: None,
            step: step.max(1),
            pause: Duration::ZERO,
            sleep: None,
            break_at_end: false,
        }
    }

    fn huge(bytes: u64) -> Self {
        Self {
            huge: Some(bytes),
            ..Self::once(Bytes::from(vec![b' '; BLOCK]), BLOCK)
        }
    }

    fn truncated(mut data: Bytes) -> Self {
        data.truncate(data.len() / 2);
        let step = data.len();
        // A moment between the half and the break, or the two leave together and the half is lost.
        Self {
            break_at_end: true,
            pause: Duration::from_millis(20),
            ..Self::once(data, step)
        }
    }

    fn trickle(data: Bytes, step: usize, pause: Duration) -> Self {
        Self {
            pause,
            ..Self::once(data, step)
        }
    }

    /// The next piece, without waiting.
    fn piece(&mut self) -> Option<Result<Frame<Bytes>, Closed>> {
        let piece = match &mut self.huge {
            Some(left) => {
                let length = usize::try_from(*left).unwrap_or(BLOCK).min(BLOCK);
                *left -= u64::try_from(length).unwrap_or(*left);
                self.data.slice(..length)
            }
            None => self.data.split_to(self.step.min(self.data.len())),
        };
        if !piece.is_empty() {
            return Some(Ok(Frame::data(piece)));
        }
        self.break_at_end.then_some(Err(Closed))
    }
}

impl hyper::body::Body for Stream {
    type Data = Bytes;
    type Error = Closed;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Closed>>> {
        let this = self.get_mut();
        if !this.pause.is_zero() {
            let pause = this.pause;
            let sleep = this.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause)));
            ready!(sleep.as_mut().poll(cx));
            this.sleep = None;
        }
        Poll::Ready(this.piece())
    }
}
