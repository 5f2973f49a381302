//! Connections that dawdle, break off or never stop.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::played::Played;
use super::support::{Reply, SCHOOL_TOKEN, event_as, exchange, house, house_with, send};
use crate::api::ApiSettings;

const SHORT: Duration = Duration::from_millis(400);

async fn quick() -> super::support::House {
    let settings = ApiSettings {
        max_body: 4096,
        body_time: SHORT,
        ..ApiSettings::default()
    };
    house_with(Played::default(), settings, |s| s.header_time = SHORT).await
}

#[tokio::test]
async fn headers_that_never_end_close_the_connection() {
    let house = quick().await;
    // Nothing; a piece of the HTTP/2 preface, which sniffing would wait on for ever; half a request.
    for start in ["", "PRI * HTTP/2", "POST /v1/berichten HTTP/1.1\r\nHost: slu"] {
        let began = Instant::now();
        let mut stream = TcpStream::connect(house.server.addr()).await.unwrap();
        let out = exchange(&mut stream, start.as_bytes()).await;
        assert!(!String::from_utf8_lossy(&out).contains(" 20"), "{start:?}");
        assert!(began.elapsed() < Duration::from_secs(5), "{start:?}");
    }
    // A header line every now and then does not help.
    let mut stream = TcpStream::connect(house.server.addr()).await.unwrap();
    stream.write_all(b"GET /livez HTTP/1.1\r\n").await.unwrap();
    let mut ended = false;
    for n in 0..50 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if stream.write_all(format!("X-{n}: 1\r\n").as_bytes()).await.is_err() {
            ended = true;
            break;
        }
    }
    assert!(ended);
}

#[tokio::test]
async fn headers_have_a_size() {
    let house = house().await;
    let head = format!("{}\r\nX-Lang: {}", event_as(SCHOOL_TOKEN), "x".repeat(64 << 10));
    assert_eq!(send(house.server.addr(), &head, b"{}").await.status, 431);
}

#[tokio::test]
async fn a_body_is_counted_while_it_streams() {
    let house = quick().await;
    let addr = house.server.addr();
    // By its length, before a byte of it is sent.
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let head = event_as(SCHOOL_TOKEN);
    let announced = format!("{head}\r\nHost: s\r\nConnection: close\r\nContent-Length: 5000\r\n\r\n");
    let out = exchange(&mut stream, announced.as_bytes()).await;
    Reply::parse(&out).is_problem("te-groot");
    // Without a length: chunk after chunk, and the answer still arrives.
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let mut chunked =
        format!("{head}\r\nHost: s\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n").into_bytes();
    for _ in 0..200 {
        chunked.extend_from_slice(b"1000\r\n");
        chunked.extend_from_slice(&[b'x'; 4096]);
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let out = exchange(&mut stream, &chunked).await;
    Reply::parse(&out).is_problem("te-groot");
    assert!(house.played.asked().is_empty());
    assert_eq!(
        send(addr, &head, &[b'x'; 4096]).await.status,
        202,
        "the cap itself is allowed"
    );
}

/// A client of the usual kind stops at the first write that fails, and would never see the answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_still_sending_sees_why_it_is_refused() {
    let house = quick().await;
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .timeout(SHORT * 10);
    let client = client.build().unwrap();
    let url = format!("http://{}/v1/berichten", house.server.addr());
    for _ in 0..10 {
        for (token, status) in [(SCHOOL_TOKEN, 413), ("wrong", 401)] {
            let request = client
                .post(&url)
                .bearer_auth(token)
                .header("content-type", "application/cloudevents+json");
            let answer = request.body(vec![b'x'; 7 << 20]).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), status);
        }
    }
}

#[tokio::test]
async fn a_body_that_dawdles_or_breaks_off_is_not_taken() {
    let house = quick().await;
    let head = format!("{}\r\nHost: s\r\nConnection: close", event_as(SCHOOL_TOKEN));
    let mut stream = TcpStream::connect(house.server.addr()).await.unwrap();
    let out = exchange(
        &mut stream,
        format!("{head}\r\nContent-Length: 10\r\n\r\n{{").as_bytes(),
    )
    .await;
    Reply::parse(&out).is_problem("te-langzaam");
    let mut stream = TcpStream::connect(house.server.addr()).await.unwrap();
    stream
        .write_all(format!("{head}\r\nContent-Length: 10\r\n\r\n{{").as_bytes())
        .await
        .unwrap();
    stream.shutdown().await.unwrap();
    let mut out = Vec::new();
    let _ = stream.read_to_end(&mut out).await;
    assert!(house.played.asked().is_empty(), "half a body reached the stations");
}

#[tokio::test]
async fn more_connections_than_places_wait_outside() {
    let house = house_with(Played::default(), ApiSettings::default(), |s| {
        s.max_connections = 2;
        s.header_time = SHORT;
    })
    .await;
    let addr = house.server.addr();
    let _one = TcpStream::connect(addr).await.unwrap();
    let _two = TcpStream::connect(addr).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let began = Instant::now();
    assert_eq!(send(addr, "GET /livez HTTP/1.1", b"").await.status, 200);
    assert!(
        began.elapsed() > Duration::from_millis(200),
        "it was served before a place was free"
    );
}

#[tokio::test]
async fn too_many_in_hand_are_told_to_come_back() {
    let played = Played {
        silent: true,
        ..Played::default()
    };
    let settings = ApiSettings {
        max_in_hand: 1,
        answer_time: Duration::from_secs(2),
        ..ApiSettings::default()
    };
    let house = house_with(played, settings, |_| {}).await;
    let addr = house.server.addr();
    let first = tokio::spawn(async move { send(addr, &event_as(SCHOOL_TOKEN), b"{}").await });
    while house.played.asked().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let reply = send(addr, &event_as(SCHOOL_TOKEN), b"{}").await;
    reply.is_problem("te-druk");
    assert!(reply.header("retry-after").is_some());
    first.await.unwrap().is_problem("geen-antwoord-op-tijd");
}

#[tokio::test]
async fn stopping_lets_a_request_in_hand_end() {
    let played = Played {
        silent: true,
        ..Played::default()
    };
    let settings = ApiSettings {
        answer_time: Duration::from_millis(600),
        ..ApiSettings::default()
    };
    let house = house_with(played, settings, |_| {}).await;
    let addr = house.server.addr();
    let idle = TcpStream::connect(addr).await.unwrap();
    let asked = Arc::clone(&house.played);
    let first = tokio::spawn(async move { send(addr, &event_as(SCHOOL_TOKEN), b"{}").await });
    while asked.asked().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let began = Instant::now();
    house.server.stop().await;
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "an idle connection held the stop"
    );
    first.await.unwrap().is_problem("geen-antwoord-op-tijd");
    assert!(TcpStream::connect(addr).await.is_err(), "the port is free");
    drop(idle);
    drop(house.api);
}

#[tokio::test]
async fn announcements_are_known_by_their_signature_only() {
    let house = house().await;
    let addr = house.server.addr();
    let post = |name: &str, signature: &str| {
        format!("POST /v1/aankondigingen/{name} HTTP/1.1\r\nX-Handtekening-SHA512: {signature}")
    };
    assert_eq!(send(addr, &post("kindkans", "good"), b"{}").await.status, 202);
    let wrong = send(addr, &post("kindkans", "wrong"), b"{}").await;
    let unknown = send(addr, &post("bestaat-niet", "good"), b"{}").await;
    let (mut a, mut b) = (wrong.is_problem("geen-toegang"), unknown.is_problem("geen-toegang"));
    (a["instance"], b["instance"]) = (serde_json::Value::Null, serde_json::Value::Null);
    assert_eq!(a, b, "nobody learns which names exist");
    send(addr, &post("kindkans", "good"), &[b'x'; 20 << 10])
        .await
        .is_problem("te-groot");
}
