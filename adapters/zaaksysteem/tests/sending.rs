//! Against the simulated case system, over real sockets: what each misbehaviour is taken for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::time::{Duration, Instant};

use sluis_rules::event::Bericht;
use sluis_simulators::{Behaviour, Fault, FaultRule, Moment};
use sluis_stations::ports::{Asked, Sent, Target};
use sluis_zaaksysteem::Config;
use support::{TRACE, at, config, effect, outgoing, send, target};

fn unknown(why: &'static str) -> Sent {
    Sent::Unknown { why }
}

#[tokio::test]
async fn what_is_handed_over_carries_its_key_and_its_trace() {
    let (system, target) = at(Fault::Twice);
    system.set_behaviour(Behaviour::default());
    let key = effect("a1");
    assert_eq!(target.ask(&key).await, Asked::HasNot);
    assert_eq!(send(&target, &key).await, Sent::Delivered);
    assert_eq!(target.ask(&key).await, Asked::Has);
    // Sent again, it has one effect.
    assert_eq!(send(&target, &key).await, Sent::Delivered);
    assert_eq!((system.effects()[key.as_str()], system.repeats()), (1, 1));

    let all = system.received();
    let post = all.iter().find(|one| one.method == "POST").unwrap();
    assert_eq!(post.path(), "/zaken/berichten");
    assert_eq!(post.header("idempotency-key").as_deref(), Some(key.as_str()));
    assert_eq!(post.header("traceparent").as_deref(), Some(TRACE));
    assert_eq!(post.header("content-type").as_deref(), Some("application/json"));
    assert_eq!(
        post.header("authorization").as_deref(),
        Some("Bearer zaaksysteem-proeftoken")
    );
    assert_eq!(post.header("accept-encoding"), None);
    assert_eq!((target.name(), target.idempotent()), ("zaaksysteem", true));
}

#[tokio::test]
async fn another_body_under_a_known_key_is_refused() {
    let (system, target) = at(Fault::Twice);
    system.set_behaviour(Behaviour::default());
    let key = effect("b1");
    assert_eq!(send(&target, &key).await, Sent::Delivered);
    let other = outgoing(&target, Bericht::Status, &support::examples(Bericht::Status)[0].1);
    let sent = target.send(&key, TRACE, &other).await;
    assert_eq!(
        sent,
        Sent::Refused {
            why: "sleutel-hoort-bij-ander-bericht"
        }
    );
    assert_eq!(system.conflicts(), 1);
}

#[tokio::test]
async fn a_status_says_what_became_of_it() {
    let retry = |why| Sent::Retry { after: None, why };
    let refused = |why| Sent::Refused { why };
    for (status, sent) in [
        (200, Sent::Delivered),
        (204, Sent::Delivered),
        (304, refused("omleiding")),
        (400, refused("400")),
        (401, retry("401")),
        (403, refused("403")),
        (404, refused("404")),
        (408, retry("408")),
        (413, refused("413")),
        (418, refused("4xx")),
        (422, refused("422")),
        (500, unknown("500")),
        (502, unknown("502")),
        (503, retry("503")),
        (504, unknown("504")),
        (599, unknown("antwoord-onbegrepen")),
    ] {
        let (_system, target) = at(Fault::Status {
            status,
            moment: Moment::Before,
        });
        assert_eq!(send(&target, &effect("c1")).await, sent, "{status}");
    }
}

#[tokio::test]
async fn too_many_says_how_long_to_wait() {
    let (system, target) = at(Fault::TooMany { na_seconden: 7 });
    let sent = send(&target, &effect("d1")).await;
    assert_eq!(
        sent,
        Sent::Retry {
            after: Some(Duration::from_secs(7)),
            why: "429"
        }
    );
    assert!(system.effects().is_empty());
}

#[tokio::test]
async fn a_redirect_is_refused_and_never_followed() {
    let (elsewhere, _) = at(Fault::Twice);
    let (system, target) = at(Fault::Redirect {
        naar: format!("{}/zaken/berichten", elsewhere.url()),
    });
    assert_eq!(send(&target, &effect("e1")).await, Sent::Refused { why: "omleiding" });
    assert!(system.effects().is_empty());
    assert!(elsewhere.received().is_empty(), "nobody followed it");
}

#[tokio::test]
async fn a_closed_connection_is_unknown_and_asking_settles_it() {
    for (moment, asked) in [(Moment::Before, Asked::HasNot), (Moment::After, Asked::Has)] {
        let (_system, target) = at(Fault::Close { moment });
        let key = effect("f1");
        assert_eq!(send(&target, &key).await, unknown("verbinding-verbroken"));
        assert_eq!(target.ask(&key).await, asked);
    }
}

#[tokio::test]
async fn a_slow_system_is_unknown_within_the_time() {
    let (system, _) = at(Fault::Twice);
    system.set_behaviour(Behaviour {
        delay_ms: 5_000,
        ..Behaviour::default()
    });
    let target = target(&Config {
        timeout: Duration::from_millis(200),
        ..config(&system.url())
    });
    let begin = Instant::now();
    let key = effect("g1");
    assert_eq!(send(&target, &key).await, unknown("tijd-om"));
    assert_eq!(target.ask(&key).await, Asked::Silent);
    assert!(begin.elapsed() < Duration::from_secs(2));
    system.set_behaviour(Behaviour::default());
    assert_eq!(target.ask(&key).await, Asked::Has, "it had heard it all the same");
}

#[tokio::test]
async fn nobody_there_is_certainly_not_sent() {
    let (system, target) = at(Fault::Twice);
    system.stop().await;
    drop(system);
    assert_eq!(
        send(&target, &effect("h1")).await,
        Sent::Retry {
            after: None,
            why: "verbinding"
        }
    );
    assert_eq!(target.ask(&effect("h1")).await, Asked::Silent);
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_left_unread() {
    for fault in [
        Fault::Garbage,
        Fault::Truncated,
        Fault::Huge { bytes: u64::MAX },
        Fault::Trickle { bytes: 1, pauze_ms: 50 },
    ] {
        let name = fault.name();
        let (system, target) = at(fault.clone());
        let key = effect("i1");
        let begin = Instant::now();
        assert_eq!(send(&target, &key).await, Sent::Delivered, "{name}");
        assert!(begin.elapsed() < Duration::from_secs(1), "{name}");
        // Asking reads the answer: nonsense says nothing, a slow but sound one does.
        system.set_behaviour(Behaviour::of(FaultRule::always(fault)));
        let asked = if name == "druppel" { Asked::Has } else { Asked::Silent };
        assert_eq!(target.ask(&key).await, asked, "{name}");
    }
}

#[tokio::test]
async fn a_second_answer_is_never_taken_for_that_of_the_next_message() {
    let (system, target) = at(Fault::Twice);
    for n in 0..20 {
        assert_eq!(send(&target, &effect(&format!("{n}"))).await, Sent::Delivered);
        let refuse = Fault::Status {
            status: 422,
            moment: Moment::Before,
        };
        system.set_behaviour(Behaviour::of(FaultRule::always(refuse)));
        let sent = send(&target, &effect(&format!("x{n}"))).await;
        assert_eq!(sent, Sent::Refused { why: "422" }, "{n}");
        system.set_behaviour(Behaviour::of(FaultRule::always(Fault::Twice)));
    }
}
