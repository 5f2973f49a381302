//! A socket that keeps what it reads, so that the record holds the bytes themselves and not a
//! parser's idea of them. It can also write an answer twice.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What has arrived on one connection and is not yet recorded.
#[derive(Default)]
pub(crate) struct Wire {
    raw: Mutex<Vec<u8>>,
    twice: AtomicBool,
}

/// The bytes of one request as they came over the wire.
pub(crate) struct Cut {
    /// Request line and headers, to and including the empty line.
    pub(crate) head: Bytes,
    /// The body with its chunk framing; `None` when the body came as it is.
    pub(crate) framed: Option<Bytes>,
}

impl Wire {
    /// Takes the bytes of the request just read, whose decoded body was `body_len` long.
    ///
    /// A chunked body takes everything that has arrived: a client that pipelines after a chunked
    /// body has its next head recorded here, which is early but not lost.
    pub(crate) fn cut(&self, body_len: usize, chunked: bool) -> Cut {
        let mut raw = self.raw.lock().unwrap_or_else(PoisonError::into_inner);
        let head_len = raw
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .map_or(raw.len(), |at| at + 4);
        let rest = raw.split_off(head_len);
        let head = Bytes::from(std::mem::replace(&mut *raw, rest));
        if chunked {
            return Cut {
                head,
                framed: Some(Bytes::from(std::mem::take(&mut *raw))),
            };
        }
        let body_end = body_len.min(raw.len());
        let later = raw.split_off(body_end);
        *raw = later;
        Cut { head, framed: None }
    }

    /// Takes all that never became a request.
    pub(crate) fn leftover(&self) -> Bytes {
        Bytes::from(std::mem::take(
            &mut *self.raw.lock().unwrap_or_else(PoisonError::into_inner),
        ))
    }

    /// The next answer goes out twice.
    pub(crate) fn answer_twice(&self) {
        self.twice.store(true, Ordering::SeqCst);
    }
}

/// The socket with its [`Wire`].
pub(crate) struct Tap {
    stream: TcpStream,
    wire: Arc<Wire>,
    copy: Vec<u8>,
    sent: usize,
}

impl Tap {
    pub(crate) fn new(stream: TcpStream, wire: Arc<Wire>) -> Self {
        Self {
            stream,
            wire,
            copy: Vec::new(),
            sent: 0,
        }
    }
}

impl AsyncRead for Tap {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buf))?;
        if let Some(arrived) = buf.filled().get(before..) {
            this.wire
                .raw
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend_from_slice(arrived);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Tap {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.stream).poll_write(cx, buf))?;
        if this.wire.twice.load(Ordering::SeqCst) {
            this.copy.extend(buf.iter().take(written));
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while let Some(rest) = this.copy.get(this.sent..).filter(|rest| !rest.is_empty()) {
            this.sent += ready!(Pin::new(&mut this.stream).poll_write(cx, rest))?;
            if this.sent >= this.copy.len() {
                this.wire.twice.store(false, Ordering::SeqCst);
                this.copy.clear();
                this.sent = 0;
            }
        }
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
