//! Every way to misbehave, with real calls: what the caller sees, and what had effect all the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::time::{Duration, Instant};

use reqwest::{Client, Response};
use sluis_simulators::zaaksysteem::{self, Config, Zaaksysteem};
use sluis_simulators::{Behaviour, Fault, FaultRule, Moment};
use support::{client, raw, until};

fn start(fault: Fault) -> (Client, Zaaksysteem) {
    let config = Config {
        behaviour: Behaviour::of(FaultRule::always(fault)),
        ..Config::default()
    };
    (client(), zaaksysteem::start(config).unwrap())
}

async fn post(client: &Client, system: &Zaaksysteem, key: &str) -> reqwest::Result<Response> {
    client
        .post(format!("{}/zaken/berichten", system.url()))
        .bearer_auth("zaaksysteem-proeftoken")
        .header("Idempotency-Key", key)
        .body("{}")
        .send()
        .await
}

fn count(system: &Zaaksysteem, key: &str) -> u64 {
    system.effects().get(key).copied().unwrap_or(0)
}

#[tokio::test]
async fn a_status_before_has_no_effect_and_after_it_has() {
    for (moment, effects) in [(Moment::Before, 0), (Moment::After, 1)] {
        let (client, system) = start(Fault::Status { status: 503, moment });
        assert_eq!(post(&client, &system, "k").await.unwrap().status(), 503);
        assert_eq!(count(&system, "k"), effects);
        assert_eq!(system.received().len(), 1);
    }
}

#[tokio::test]
async fn every_third_request_fails() {
    let (client, system) = start(Fault::Twice);
    let fault = Fault::Status {
        status: 500,
        moment: Moment::Before,
    };
    system.set_behaviour(Behaviour::of(FaultRule::every(fault, 3)));
    let mut seen = Vec::new();
    for n in 0..7 {
        seen.push(
            post(&client, &system, &format!("k-{n}"))
                .await
                .unwrap()
                .status()
                .as_u16(),
        );
    }
    assert_eq!(seen, [201, 201, 500, 201, 201, 500, 201]);
    assert_eq!(system.received()[2].fault.as_deref(), Some("status-voor"));
    assert_eq!(system.received()[3].fault, None);
}

#[tokio::test]
async fn the_same_seed_fails_the_same_requests() {
    let (client, system) = start(Fault::Twice);
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let rule = FaultRule {
            permille: 400,
            ..FaultRule::always(Fault::TooMany { na_seconden: 1 })
        };
        system.set_behaviour(Behaviour {
            seed,
            ..Behaviour::of(rule)
        });
        let mut run = Vec::new();
        for _ in 0..40 {
            run.push(post(&client, &system, "k").await.unwrap().status() == 429);
        }
        runs.push(run);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    let hits = runs[0].iter().filter(|hit| **hit).count();
    assert!((6..=26).contains(&hits), "{hits} of 40 at 400 in a thousand");
}

#[tokio::test]
async fn rules_wait_stop_and_look_at_the_path() {
    let (client, system) = start(Fault::Twice);
    let down = Fault::Status {
        status: 503,
        moment: Moment::Before,
    };
    let rule = FaultRule {
        after: 1,
        at_most: Some(2),
        path: Some("/zaken".to_owned()),
        ..FaultRule::always(down)
    };
    system.set_behaviour(Behaviour::of(rule));
    let elsewhere = client.get(format!("{}/elders", system.url())).send().await.unwrap();
    assert_eq!(elsewhere.status(), 404);
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(post(&client, &system, "k").await.unwrap().status().as_u16());
    }
    assert_eq!(seen, [201, 503, 503, 200]);
}

#[tokio::test]
async fn a_closed_connection_leaves_the_outcome_unknown() {
    for (moment, effects) in [(Moment::Before, 0), (Moment::After, 1)] {
        let (client, system) = start(Fault::Close { moment });
        assert!(post(&client, &system, "k").await.is_err());
        assert_eq!(count(&system, "k"), effects);
        assert_eq!(system.received().len(), 1, "the bytes are recorded either way");
        system.set_behaviour(Behaviour::default());
        let again = post(&client, &system, "k").await.unwrap();
        assert_eq!(again.status(), if effects == 0 { 201 } else { 200 });
        assert_eq!(count(&system, "k"), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_comes_twice_on_one_connection() {
    let (client, system) = start(Fault::Twice);
    let answer = raw(system.addr, b"GET /zaken/berichten/x HTTP/1.1\r\nHost: x\r\n\r\n");
    let text = String::from_utf8(answer).unwrap();
    assert_eq!(text.matches("HTTP/1.1 401").count(), 2, "{text}");
    // A client that keeps connections must not take the second answer for that of its next request.
    for n in 0..5 {
        assert_eq!(post(&client, &system, &format!("k-{n}")).await.unwrap().status(), 201);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn garbage_is_no_json_and_truncated_is_no_body() {
    let (client, system) = start(Fault::Garbage);
    let answer = post(&client, &system, "k").await.unwrap();
    assert_eq!(answer.status(), 201);
    let bytes = answer.bytes().await.unwrap();
    assert!(!bytes.is_empty() && std::str::from_utf8(&bytes).is_err());

    system.set_behaviour(Behaviour::of(FaultRule::always(Fault::Truncated)));
    let answer = post(&client, &system, "k-2").await.unwrap();
    assert_eq!(answer.status(), 201);
    assert!(answer.bytes().await.is_err());
    assert_eq!((count(&system, "k"), count(&system, "k-2")), (1, 1));
}

#[tokio::test]
async fn a_trickle_is_slow_and_whole() {
    let (client, system) = start(Fault::Trickle { bytes: 4, pauze_ms: 20 });
    let begin = Instant::now();
    let bytes = post(&client, &system, "k").await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes, &b"{\"zaaknummer\":\"ZAAK-00000001\"}"[..]);
    assert!(begin.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn a_huge_answer_has_no_length_and_can_be_left() {
    let (client, system) = start(Fault::Huge { bytes: 3_000_000 });
    let answer = post(&client, &system, "k").await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.content_length()), (201, None));
    assert_eq!(answer.bytes().await.unwrap().len(), 3_000_000);

    system.set_behaviour(Behaviour::of(FaultRule::always(Fault::Huge { bytes: u64::MAX })));
    let mut answer = post(&client, &system, "k-2").await.unwrap();
    let mut read = 0;
    while read < 100_000 {
        read += answer.chunk().await.unwrap().unwrap().len();
    }
    drop(answer);
    system.set_behaviour(Behaviour::default());
    assert_eq!(post(&client, &system, "k-2").await.unwrap().status(), 200);
}

#[tokio::test]
async fn redirects_and_limits_carry_their_headers() {
    let (client, system) = start(Fault::Redirect {
        naar: "http://127.0.0.1:9/weg".to_owned(),
    });
    let answer = post(&client, &system, "k").await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (302, &"http://127.0.0.1:9/weg".parse().unwrap())
    );
    system.set_behaviour(Behaviour::of(FaultRule::first(Fault::TooMany { na_seconden: 2 }, 1)));
    let answer = post(&client, &system, "k").await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (429, &"2".parse().unwrap())
    );
    assert_eq!(count(&system, "k"), 0);
    assert_eq!(post(&client, &system, "k").await.unwrap().status(), 201);
}

#[tokio::test]
async fn ignored_keys_make_every_post_an_effect() {
    let (client, system) = start(Fault::Twice);
    system.set_behaviour(Behaviour {
        ignore_keys: true,
        ..Behaviour::default()
    });
    for _ in 0..3 {
        assert_eq!(post(&client, &system, "k").await.unwrap().status(), 201);
    }
    assert_eq!((count(&system, "k"), system.repeats()), (3, 0));
}

#[tokio::test]
async fn a_caller_that_gives_up_was_heard_all_the_same() {
    let (client, system) = start(Fault::Twice);
    system.set_behaviour(Behaviour {
        delay_ms: 400,
        jitter_ms: 10,
        ..Behaviour::default()
    });
    let impatient = client
        .post(format!("{}/zaken/berichten", system.url()))
        .bearer_auth("zaaksysteem-proeftoken")
        .header("Idempotency-Key", "k")
        .timeout(Duration::from_millis(100))
        .body("{}");
    assert!(impatient.send().await.unwrap_err().is_timeout());
    until("the effect", || count(&system, "k") == 1).await;
    let begin = Instant::now();
    assert_eq!(post(&client, &system, "k").await.unwrap().status(), 200);
    assert!(begin.elapsed() >= Duration::from_millis(400));
    assert_eq!(count(&system, "k"), 1);
}
