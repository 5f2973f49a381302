//! Against the simulated source, over real sockets: announcements, fetching, polling.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use sluis_kindkans::{NotTaken, Reply, SIGNATURE_HEADER, Source};
use sluis_simulators::kindkans::signature;
use sluis_simulators::{Behaviour, Fault, FaultRule, Moment};
use support::{fixture, fixtures, notice, play, until, with};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

async fn announce(source: &Source, body: &str) -> Reply {
    let signature = signature(b"kindkans-proefgeheim", body.as_bytes());
    source.announced(Some(signature.as_bytes()), body.as_bytes()).await
}

/// An endpoint for announcements: as little HTTP as the simulator needs.
async fn endpoint(source: Arc<Source>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/aankondigingen", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let source = Arc::clone(&source);
            tokio::spawn(async move {
                let mut all = Vec::new();
                let (head, length) = loop {
                    let mut piece = [0; 4096];
                    let n = stream.read(&mut piece).await.unwrap();
                    all.extend_from_slice(&piece[..n]);
                    let text = String::from_utf8_lossy(&all).into_owned();
                    let Some((head, _)) = text.split_once("\r\n\r\n") else {
                        continue;
                    };
                    let header = |name: &str| {
                        head.lines()
                            .filter_map(|line| line.split_once(": "))
                            .find(|(n, _)| n.eq_ignore_ascii_case(name))
                    };
                    let length: usize = header("content-length").unwrap().1.parse().unwrap();
                    if all.len() >= head.len() + 4 + length {
                        break (header(SIGNATURE_HEADER).unwrap().1.to_owned(), length);
                    }
                };
                let body = &all[all.len() - length..];
                let reply = source.announced(Some(head.as_bytes()), body).await;
                let answer = format!(
                    "HTTP/1.1 {} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                    reply.status
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            });
        }
    });
    url
}

#[tokio::test]
async fn what_is_announced_is_fetched_and_taken_before_it_is_acknowledged() {
    let play = play(|_| {});
    play.system.set_webhook(&endpoint(Arc::clone(&play.source)).await);
    let all = fixtures();
    for (_, bytes) in &all {
        play.system.send(bytes.clone()).unwrap();
    }
    until("all of them", || {
        play.system.tallies().values().all(|t| t.confirmed == 1)
    })
    .await;
    assert_eq!((play.kept.count(), play.kept.distinct()), (all.len(), all.len()));
    let fetch = play
        .system
        .received()
        .into_iter()
        .find(|one| one.path().ends_with("KK-2026-00001"))
        .unwrap();
    assert_eq!(
        fetch.header("authorization").as_deref(),
        Some("Bearer kindkans-proeftoken")
    );
}

#[tokio::test]
async fn an_announcement_that_comes_twice_is_one_event() {
    let play = play(|_| {});
    play.system.set_behaviour(Behaviour {
        announce_twice: true,
        ..Behaviour::default()
    });
    play.system.set_webhook(&endpoint(Arc::clone(&play.source)).await);
    play.system.send(fixture("01").to_string()).unwrap();
    until("both", || play.kept.count() == 2).await;
    assert_eq!(play.kept.distinct(), 1);
}

#[tokio::test]
async fn a_wrong_signature_is_refused_before_anything_is_read_or_fetched() {
    let play = with(Fault::Twice);
    let body = notice("KK-2026-00001");
    let other = signature(b"een ander geheim", body.as_bytes());
    for wrong in [None, Some(""), Some("00"), Some(other.as_str())] {
        let reply = play.source.announced(wrong.map(str::as_bytes), body.as_bytes()).await;
        assert_eq!((reply.status, reply.reason), (401, "handtekening-klopt-niet"));
    }
    // The simulator forges, over the wire.
    play.system.set_behaviour(Behaviour {
        forge_signature: true,
        ..Behaviour::default()
    });
    play.system.set_webhook(&endpoint(Arc::clone(&play.source)).await);
    play.system.send(fixture("02").to_string()).unwrap();
    until("three attempts", || {
        play.system.tallies()["KK-2026-00002"].announced == 3
    })
    .await;
    assert_eq!(play.system.tallies()["KK-2026-00002"].confirmed, 0);
    assert!(play.system.received().is_empty() && play.kept.count() == 0);
}

#[tokio::test]
async fn an_announcement_that_is_none_goes_nowhere() {
    let play = with(Fault::Twice);
    let twice = r#"{"id":"KK-2026-00001","id":"KK-2","soort":"hulpvraag"}"#.to_owned();
    for body in [
        "".to_owned(),
        "[]".to_owned(),
        twice,
        json!({ "id": "KK-2026-00001", "soort": "iets-anders" }).to_string(),
        notice("999900006"),
        notice("../_effecten"),
        notice("http://127.0.0.1/"),
        notice(&"a".repeat(5000)),
    ] {
        assert_eq!(announce(&play.source, &body).await.status, 400, "{body}");
    }
    assert!(play.system.received().is_empty());
}

#[tokio::test]
async fn each_way_to_misbehave_has_its_answer() {
    let status = |status| Fault::Status {
        status,
        moment: Moment::Before,
    };
    for (fault, answer) in [
        (status(500), (503, "bron-stuk")),
        (status(401), (503, "bron-weigert-ons")),
        (status(503), (503, "bron-bezet")),
        (status(404), (404, "niet-bij-bron")),
        (status(206), (503, "bron-stuk")),
        (Fault::Close { moment: Moment::Before }, (503, "verbinding-verbroken")),
        (Fault::Truncated, (503, "verbinding-verbroken")),
        (
            Fault::Redirect {
                naar: "http://127.0.0.1:9/weg".to_owned(),
            },
            (503, "omleiding"),
        ),
        (Fault::Garbage, (400, "geen-utf8")),
        (Fault::Huge { bytes: u64::MAX }, (413, "te-groot")),
        (Fault::TooMany { na_seconden: 60 }, (503, "bron-bezet")),
        (
            Fault::Trickle {
                bytes: 1,
                pauze_ms: 100,
            },
            (503, "tijd-om"),
        ),
    ] {
        let name = format!("{fault:?}");
        let play = with(fault);
        let begin = Instant::now();
        let reply = announce(&play.source, &notice("KK-2026-00001")).await;
        assert_eq!((reply.status, reply.reason), answer, "{name}");
        assert!(begin.elapsed() < Duration::from_secs(2), "{name}");
        let wait = (name.contains("TooMany")).then_some(Duration::from_secs(60));
        assert_eq!(reply.retry_after, wait, "{name}");
        assert_eq!(play.kept.count(), 0);
    }
}

#[tokio::test]
async fn a_hiccup_is_tried_again() {
    let play = with(Fault::Twice);
    let down = Fault::Status {
        status: 503,
        moment: Moment::Before,
    };
    play.system.set_behaviour(Behaviour::of(FaultRule::first(down, 2)));
    assert_eq!(
        announce(&play.source, &notice("KK-2026-00001")).await,
        Reply {
            status: 202,
            reason: "",
            retry_after: None
        }
    );
    assert_eq!(play.system.received().len(), 3);
}

#[tokio::test]
async fn nobody_there_and_another_hulpvraag_than_asked() {
    let play = with(Fault::Twice);
    play.system.put("KK-9", fixture("02").to_string(), false);
    let reply = announce(&play.source, &notice("KK-9")).await;
    assert_eq!((reply.status, reply.reason), (400, "ander-bericht-dan-gevraagd"));
    play.system.stop().await;
    let reply = announce(&play.source, &notice("KK-2026-00001")).await;
    assert_eq!((reply.status, reply.reason), (503, "verbinding"));
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_acknowledged() {
    let play = with(Fault::Twice);
    for (status, reason) in [(503, "niet-bewaard"), (403, "geen-mandaat"), (409, "andere-inhoud")] {
        *play.kept.refuse.lock().unwrap() = Some(NotTaken { status, reason });
        let reply = announce(&play.source, &notice("KK-2026-00001")).await;
        assert_eq!((reply.status, reply.reason), (status, reason));
    }
    *play.kept.refuse.lock().unwrap() = None;
    assert_eq!(announce(&play.source, &notice("KK-2026-00001")).await.status, 202);
}
