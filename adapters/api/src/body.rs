//! Reading a body: counted while it streams, within a time, and never more than the cap in memory.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tokio::runtime::Handle;

use crate::problem::Problem;

/// What is read and thrown away after an early refusal, so that the refusal arrives before the connection ends.
const LINGER_BYTES: u64 = 8 << 20;
/// And for how long.
const LINGER_TIME: Duration = Duration::from_secs(2);
/// Reserved before the first byte; more only as bytes really come.
const FIRST: usize = 64 << 10;

/// The whole body.
///
/// # Errors
/// `te-groot` (413) by its `Content-Length` before a byte is read, or as soon as the cap is passed; `te-langzaam` (408);
/// `verzoek-ongeldig` (400) when it breaks off; `verkeerd-mediatype` (415) when it is compressed.
pub async fn read(headers: &HeaderMap, body: Body, cap: usize, within: Duration) -> Result<Vec<u8>, Problem> {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    if codings.any(|c| !c.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Problem::new("verkeerd-mediatype"));
    }
    let most = u64::try_from(cap).unwrap_or(u64::MAX);
    if body.size_hint().lower() > most {
        return Err(Problem::new("te-groot"));
    }
    let expected = usize::try_from(body.size_hint().lower()).unwrap_or(cap);
    let reading = gather(body, cap, Vec::with_capacity(expected.min(FIRST)));
    tokio::time::timeout(within, reading)
        .await
        .unwrap_or_else(|_| Err(Problem::new("te-langzaam")))
}

async fn gather(mut body: Body, cap: usize, mut out: Vec<u8>) -> Result<Vec<u8>, Problem> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::new("verzoek-ongeldig"))?;
        if let Ok(data) = frame.into_data() {
            if data.len() > cap.saturating_sub(out.len()) {
                return Err(Problem::new("te-groot"));
            }
            out.extend_from_slice(&data);
        }
    }
    Ok(out)
}

/// A request body that is read on for a moment when it is dropped before its end. Otherwise a caller that is still
/// sending meets a closed connection and never sees why it was refused.
pub(crate) struct Lingering(Option<Body>);

impl Lingering {
    pub(crate) fn wrap(body: Body) -> Body {
        if body.is_end_stream() {
            body
        } else {
            Body::new(Self(Some(body)))
        }
    }
}

impl HttpBody for Lingering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Some(body) = self.0.as_mut() else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.0 = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.0
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        let Some(mut body) = self.0.take().filter(|b| !b.is_end_stream()) else {
            return;
        };
        // Outside a runtime there is no connection to save.
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(tokio::time::timeout(LINGER_TIME, async move {
            let mut left = LINGER_BYTES;
            while let Some(Ok(frame)) = body.frame().await {
                let len = frame
                    .data_ref()
                    .map_or(0, |d| u64::try_from(d.len()).unwrap_or(u64::MAX));
                left = left.saturating_sub(len);
                if left == 0 {
                    break;
                }
            }
        }));
    }
}
