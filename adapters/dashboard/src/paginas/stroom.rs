//! Keeping a page up to date: the number of the last record, when it grows. Nothing else is told here.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use tokio::sync::OwnedSemaphorePermit;
use tokio_stream::Stream;
use tokio_stream::wrappers::WatchStream;

use crate::beeld::THE_END;
use crate::dashboard::Dashboard;
use crate::routes::bare;

/// Between two tries of a browser whose line was cut: a restart is survived without a rush.
const RETRY: Duration = Duration::from_secs(3);

struct Stroom {
    numbers: WatchStream<u64>,
    _place: OwnedSemaphorePermit,
}

impl Stream for Stroom {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = Pin::new(&mut self.numbers).poll_next(cx);
        let next = next.map(|n| n.filter(|n| *n != THE_END));
        next.map(|n| n.map(|n| Ok(Event::default().event("stand").retry(RETRY).data(n.to_string()))))
    }
}

/// `GET /stroom`: server-sent events. The first comes at once, so that nothing is missed between page and stream.
pub(crate) async fn stream(State(d): State<Arc<Dashboard>>) -> Response {
    let Ok(place) = Arc::clone(&d.viewers).try_acquire_owned() else {
        return bare(StatusCode::SERVICE_UNAVAILABLE);
    };
    let stroom = Stroom {
        numbers: WatchStream::new(d.beeld.watch()),
        _place: place,
    };
    Sse::new(stroom).keep_alive(KeepAlive::default()).into_response()
}
