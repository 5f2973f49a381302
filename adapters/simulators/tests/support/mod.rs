//! What the tests of the simulators share.

// Each test file uses its own part of this module.
#![allow(dead_code, reason = "a module shared by several test programs")]
#![allow(clippy::expect_used, reason = "a test may fail loudly")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// A client as Sluis would make it: no proxy, no redirects, a time-out.
pub(crate) fn client() -> reqwest::Client {
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the default versions")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(5))
        .build()
        .expect("a client")
}

/// Writes raw bytes on a new connection and reads until the other side closes or half a second passes.
pub(crate) fn raw(addr: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(addr).expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_millis(500)))
        .expect("a time-out");
    stream.write_all(bytes).expect("the bytes leave");
    let mut answer = Vec::new();
    let mut piece = [0u8; 4096];
    while let Ok(n) = stream.read(&mut piece) {
        if n == 0 {
            break;
        }
        answer.extend(piece.iter().take(n));
    }
    answer
}

/// Waits until `done`, at most three seconds.
pub(crate) async fn until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..300 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(done(), "waited three seconds for: {what}");
}
