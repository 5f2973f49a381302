//! Callers, known and unknown, that take places and do nothing with them.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::played::Played;
use super::support::{BEHEER_TOKEN, House, LEERPLICHT_TOKEN, Reply, SCHOOL_TOKEN, bearer, event_as, house_with, send};
use crate::api::ApiSettings;

const SHORT: Duration = Duration::from_millis(700);
/// Nobody waits for it in a test that goes well.
const LONG: Duration = Duration::from_secs(20);

async fn small(time: Duration) -> House {
    let settings = ApiSettings {
        max_in_hand: 8,
        max_announcements: 8,
        announcement_time: time,
        ..ApiSettings::default()
    };
    house_with(Played::default(), settings, |_| {}).await
}

fn notice(name: &str, signature: &str) -> String {
    format!("POST /v1/aankondigingen/{name} HTTP/1.1{signature}")
}

const GOOD: &str = "\r\nX-Handtekening-SHA512: good";

/// Headers and one byte of a body that never comes; the time has passed in which they are seen.
async fn dawdle(addr: SocketAddr, head: &str, many: usize) -> Vec<TcpStream> {
    let mut all = Vec::new();
    for _ in 0..many {
        let mut stream = TcpStream::connect(addr).await.unwrap();
        let start = format!("{head}\r\nHost: s\r\nConnection: close\r\nContent-Length: 3000\r\n\r\n{{");
        stream.write_all(start.as_bytes()).await.unwrap();
        all.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(150)).await;
    all
}

/// What is answered; the connection may stay a moment for what the caller still sends.
async fn answer(stream: &mut TcpStream) -> Reply {
    let mut bytes = vec![0; 16 << 10];
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut bytes)).await;
    bytes.truncate(read.expect("there is an answer").unwrap());
    Reply::parse(&bytes)
}

async fn is_served(addr: SocketAddr) {
    let reply = send(addr, &bearer("GET /v1/gezondheid", BEHEER_TOKEN), b"").await;
    assert_eq!(reply.status, 200, "{reply:?}");
    let reply = send(addr, &bearer("GET /v1/postbus", LEERPLICHT_TOKEN), b"").await;
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[tokio::test]
async fn who_does_not_sign_or_names_nobody_is_refused_before_the_body() {
    let house = small(LONG).await;
    let addr = house.server.addr();
    let began = Instant::now();
    let twice = format!("{GOOD}{GOOD}");
    for head in [
        notice("kindkans", ""),
        notice("kindkans", "\r\nX-Handtekening-SHA512:"),
        notice("kindkans", &twice),
        notice("bestaat-niet", GOOD),
    ] {
        for mut stream in dawdle(addr, &head, 3).await {
            answer(&mut stream).await.is_problem("geen-toegang");
        }
    }
    // Too long by its own word.
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let start = format!(
        "{}\r\nHost: s\r\nConnection: close\r\nContent-Length: 4097\r\n\r\n",
        notice("kindkans", GOOD)
    );
    stream.write_all(start.as_bytes()).await.unwrap();
    answer(&mut stream).await.is_problem("te-groot");
    assert!(began.elapsed() < LONG, "a body was waited for");
    assert!(house.played.asked().is_empty());
}

#[tokio::test]
async fn who_seems_to_sign_takes_few_places_and_only_for_a_moment() {
    let house = small(SHORT).await;
    let addr = house.server.addr();
    let streams = dawdle(addr, &notice("kindkans", GOOD), 40).await;
    is_served(addr).await;
    send(addr, &notice("kindkans", GOOD), b"{}").await.is_problem("te-druk");
    let mut statuses = Vec::new();
    for mut stream in streams {
        statuses.push(answer(&mut stream).await.status);
    }
    let slow = statuses.iter().filter(|status| **status == 408).count();
    let busy = statuses.iter().filter(|status| **status == 503).count();
    assert_eq!((slow, busy), (2, 38), "an address has a quarter");
    assert_eq!(send(addr, &notice("kindkans", GOOD), b"{}").await.status, 202);
}

#[tokio::test]
async fn one_caller_cannot_take_all_places() {
    let house = small(SHORT).await;
    let addr = house.server.addr();
    let streams = dawdle(addr, &event_as(SCHOOL_TOKEN), 20).await;
    is_served(addr).await;
    let reply = send(addr, &event_as(SCHOOL_TOKEN), b"{}").await;
    reply.is_problem("te-druk");
    assert!(reply.header("retry-after").is_some());
    // Nobody we know is told so, whether there is a place or not.
    send(addr, &event_as("wrong-0123456789abcdef0123456789abcdef0"), b"{}")
        .await
        .is_problem("geen-toegang");
    assert_eq!(send(addr, &notice("kindkans", GOOD), b"{}").await.status, 202);
    drop(streams);
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(send(addr, &event_as(SCHOOL_TOKEN), b"{}").await.status, 202);
}
