//! Against the simulated desk, over real sockets: what goes out, and what each misbehaviour is taken for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::num::NonZeroU32;
use std::time::Duration;

use serde_json::Value;
use sluis_simulators::{Behaviour, Fault, FaultRule, Moment};
use sluis_stations::ports::{Asked, Sent, Target};
use sluis_verzuimloket::{Config, ConfigError, Loket};
use support::{KENMERK, TRACE, at_desk, at_desk_with, config, effect, inhoud, key, outgoing, send, target, withdrawal};

fn on_delivery(fault: Fault) -> Behaviour {
    Behaviour::of(FaultRule {
        method: Some("POST".to_owned()),
        path: Some("/verzuimmeldingen".to_owned()),
        ..FaultRule::always(fault)
    })
}

#[tokio::test]
async fn a_report_is_registered_amended_and_withdrawn_under_one_reference() {
    let (desk, target) = at_desk();
    let first = effect("a1");
    assert_eq!(target.ask(&first).await, Asked::HasNot);
    assert_eq!(send(&target, &first).await, Sent::Delivered);
    assert_eq!(target.ask(&first).await, Asked::Has);

    let mut amended = inhoud();
    amended["verzuim"]["melding"]["handeling"] = "wijzigen".into();
    amended["verzuim"]["omvang"]["uren"] = 18.into();
    let out = outgoing(&target, KENMERK, &amended);
    assert_eq!(target.send(&effect("a2"), TRACE, &out).await, Sent::Delivered);
    let out = outgoing(&target, KENMERK, &withdrawal());
    assert_eq!(target.send(&effect("a3"), TRACE, &out).await, Sent::Delivered);

    let meldingen = desk.meldingen();
    let melding = &meldingen[KENMERK];
    assert_eq!(melding.handelingen, ["REGISTREREN", "WIJZIGEN", "INTREKKEN"]);
    assert_eq!(melding.status, "Ingetrokken");
    assert_eq!(melding.inhoud["verzuim"]["omvang"]["uren"], 18);
    // One token did for all of it.
    assert_eq!(desk.tokens(), 1);
    let posts: Vec<_> = desk
        .received()
        .into_iter()
        .filter(|r| r.path().ends_with("/aanleveringen"))
        .collect();
    assert_eq!(posts[0].header("aanleverkenmerk").as_deref(), Some(first.as_str()));
    assert_eq!(posts[0].header("traceparent").as_deref(), Some(TRACE));
}

#[tokio::test]
async fn what_leaves_fits_the_schema_of_the_desk_and_the_end_is_there_where_it_must() {
    let (desk, target) = at_desk();
    let schema = support::schema("melding.v1.json");
    for inhoud in [inhoud(), withdrawal()] {
        let out: Value = serde_json::from_slice(outgoing(&target, KENMERK, &inhoud).bytes()).unwrap();
        assert!(
            schema.is_valid(&out),
            "{:?}",
            schema
                .iter_errors(&out)
                .map(|e| e.schema_path().to_string())
                .collect::<Vec<_>>()
        );
    }
    let mut open = inhoud();
    open["verzuim"]["periode"].as_object_mut().unwrap().remove("einde");
    let out = outgoing(&target, KENMERK, &open);
    assert!(!schema.is_valid(&serde_json::from_slice::<Value>(out.bytes()).unwrap()));
    let refused = Sent::Refused {
        why: "einddatum-ontbreekt",
    };
    assert_eq!(target.send(&effect("b1"), TRACE, &out).await, refused);
    // Luxe verzuim may have no end yet.
    open["verzuim"]["soort"] = "luxe".into();
    let out = outgoing(&target, KENMERK, &open);
    assert!(schema.is_valid(&serde_json::from_slice::<Value>(out.bytes()).unwrap()));
    assert_eq!(target.send(&effect("b2"), TRACE, &out).await, Sent::Delivered);
    assert_eq!(desk.meldingen().len(), 1);
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_asking_by_our_own_reference_settles_it() {
    for (moment, asked) in [(Moment::Before, Asked::HasNot), (Moment::After, Asked::Has)] {
        let (desk, target) = at_desk();
        desk.set_behaviour(on_delivery(Fault::Close { moment }));
        let key = effect("c1");
        assert_eq!(
            send(&target, &key).await,
            Sent::Unknown {
                why: "verbinding-verbroken"
            }
        );
        assert_eq!(target.ask(&key).await, asked);
    }
}

#[tokio::test]
async fn a_slow_desk_is_unknown_within_the_time() {
    let (desk, target) = at_desk_with(|config| Config {
        timeout: Duration::from_millis(300),
        ..config
    });
    let key = effect("d0");
    assert_eq!(target.ask(&key).await, Asked::HasNot, "the token is there");
    desk.set_behaviour(Behaviour {
        delay_ms: 5_000,
        ..Behaviour::default()
    });
    assert_eq!(send(&target, &key).await, Sent::Unknown { why: "tijd-om" });
    assert_eq!(target.ask(&key).await, Asked::Silent);
    desk.set_behaviour(Behaviour::default());
    assert_eq!(target.ask(&key).await, Asked::Has, "it had heard it all the same");
}

#[tokio::test]
async fn a_refused_repeat_is_asked_after_and_has_one_effect() {
    let (desk, target) = at_desk();
    let key = effect("e1");
    assert_eq!(send(&target, &key).await, Sent::Delivered);
    assert_eq!(
        send(&target, &key).await,
        Sent::Unknown {
            why: "aanlevering-bekend"
        }
    );
    assert_eq!(target.ask(&key).await, Asked::Has);
    assert_eq!((desk.effects()[key.as_str()], desk.meldingen().len()), (1, 1));
    // Another body under a known key, and a second registration of one report, are faults for a person.
    let out = outgoing(&target, KENMERK, &withdrawal());
    assert_eq!(target.send(&key, TRACE, &out).await, Sent::Refused { why: "409" });
    assert_eq!(
        send(&target, &effect("e2")).await,
        Sent::Refused { why: "melding-bekend" }
    );
    let unknown = outgoing(&target, &KENMERK.replace("01", "02"), &withdrawal());
    let sent = target.send(&effect("e3"), TRACE, &unknown).await;
    assert_eq!(
        sent,
        Sent::Refused {
            why: "melding-onbekend"
        }
    );
}

#[tokio::test]
async fn a_status_says_what_became_of_it() {
    let retry = |why| Sent::Retry { after: None, why };
    let refused = |why| Sent::Refused { why };
    let unknown = |why| Sent::Unknown { why };
    for (status, sent) in [
        (304, refused("omleiding")),
        (400, refused("400")),
        (401, retry("401")),
        (403, refused("403")),
        (404, refused("404")),
        (408, retry("408")),
        (500, unknown("500")),
        (502, unknown("502")),
        (503, unknown("503")),
        (504, unknown("504")),
    ] {
        let (desk, target) = at_desk();
        let moment = Moment::Before;
        desk.set_behaviour(on_delivery(Fault::Status { status, moment }));
        assert_eq!(send(&target, &effect("f1")).await, sent, "{status}");
    }
    let (desk, target) = at_desk();
    desk.set_behaviour(on_delivery(Fault::TooMany { na_seconden: 7 }));
    let after = Some(Duration::from_secs(7));
    assert_eq!(send(&target, &effect("f2")).await, Sent::Retry { after, why: "429" });
}

#[tokio::test]
async fn answers_that_make_no_sense_and_redirects_change_nothing() {
    for fault in [Fault::Garbage, Fault::Truncated, Fault::Huge { bytes: u64::MAX }] {
        let (desk, target) = at_desk();
        let name = fault.name();
        desk.set_behaviour(on_delivery(fault.clone()));
        assert_eq!(send(&target, &effect("g1")).await, Sent::Delivered, "{name}");
        desk.set_behaviour(Behaviour::of(FaultRule {
            method: Some("GET".to_owned()),
            ..FaultRule::always(fault)
        }));
        assert_eq!(target.ask(&effect("g1")).await, Asked::Silent, "{name}");
    }
    let (elsewhere, _) = at_desk();
    let (desk, target) = at_desk();
    let naar = format!("{}/verzuimmeldingen/aanleveringen", elsewhere.url());
    desk.set_behaviour(on_delivery(Fault::Redirect { naar }));
    assert_eq!(send(&target, &effect("g2")).await, Sent::Refused { why: "omleiding" });
    assert!(elsewhere.received().is_empty() && desk.meldingen().is_empty());
}

#[tokio::test]
async fn a_404_of_a_server_that_is_no_desk_is_no_answer() {
    let (desk, target) = at_desk();
    assert_eq!(target.ask(&effect("h1")).await, Asked::HasNot);
    desk.set_behaviour(Behaviour::of(FaultRule {
        method: Some("GET".to_owned()),
        ..FaultRule::always(Fault::Status {
            status: 404,
            moment: Moment::Before,
        })
    }));
    assert_eq!(target.ask(&effect("h1")).await, Asked::Silent);
}

#[tokio::test]
async fn a_token_that_ended_is_renewed_and_a_key_that_is_not_ours_gets_none() {
    let (desk, target) = at_desk();
    assert_eq!(send(&target, &effect("i1")).await, Sent::Delivered);
    desk.end_tokens();
    assert_eq!(
        target.ask(&effect("i1")).await,
        Asked::Silent,
        "the old token is refused"
    );
    assert_eq!(target.ask(&effect("i1")).await, Asked::Has, "with a new one");
    assert_eq!(desk.tokens(), 2);

    let (stranger, _) = key();
    let wrong = support::target(&config(&desk.url(), stranger));
    let refused = Sent::Retry {
        after: None,
        why: "token-geweigerd",
    };
    assert_eq!(send(&wrong, &effect("i2")).await, refused);
    let other = support::target(&Config {
        client: "iemand-anders".to_owned(),
        ..config(&desk.url(), key().0)
    });
    assert_eq!(send(&other, &effect("i3")).await, refused);
    assert_eq!(desk.meldingen().len(), 1);
}

#[tokio::test]
async fn an_rsa_key_signs_as_ps256() {
    // Made for this test: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048
    let ours = include_bytes!("support/rsa.pem").to_vec();
    let theirs = include_bytes!("support/rsa.pub.der").to_vec();
    let desk = sluis_simulators::verzuimloket::start(sluis_simulators::verzuimloket::Config {
        client_key: Some(theirs),
        ..Default::default()
    })
    .unwrap();
    let target = target(&config(&desk.url(), ours));
    assert_eq!(send(&target, &effect("j1")).await, Sent::Delivered);
}

#[tokio::test]
async fn a_desk_that_keeps_failing_is_left_alone() {
    let (desk, target) = at_desk_with(|config| Config {
        failures: NonZeroU32::MIN.saturating_add(2),
        rest: Duration::from_millis(400),
        ..config
    });
    let moment = Moment::Before;
    desk.set_behaviour(on_delivery(Fault::Status { status: 500, moment }));
    for n in 0..3 {
        assert_eq!(
            send(&target, &effect(&format!("k{n}"))).await,
            Sent::Unknown { why: "500" }
        );
    }
    let heard = desk.received().len();
    let left_alone = send(&target, &effect("k9")).await;
    assert!(
        matches!(
            left_alone,
            Sent::Retry {
                after: Some(_),
                why: "stroomonderbreker"
            }
        ),
        "{left_alone:?}"
    );
    assert_eq!(target.ask(&effect("k1")).await, Asked::Silent);
    assert_eq!(desk.received().len(), heard, "not a byte");
    desk.set_behaviour(Behaviour::default());
    tokio::time::sleep(Duration::from_millis(450)).await;
    assert_eq!(send(&target, &effect("k9")).await, Sent::Delivered);
}

#[tokio::test]
async fn nobody_there_is_certainly_not_sent() {
    let (desk, target) = at_desk();
    assert_eq!(send(&target, &effect("l1")).await, Sent::Delivered);
    desk.stop().await;
    drop(desk);
    let nobody = Sent::Retry {
        after: None,
        why: "verbinding",
    };
    assert_eq!(send(&target, &effect("l2")).await, nobody);
}

#[test]
fn a_key_that_cannot_sign_is_refused_and_never_shown() {
    let clock = || std::sync::Arc::new(support::Now);
    for wrong in [
        Vec::new(),
        b"geheim".to_vec(),
        b"-----BEGIN PRIVATE KEY-----\nZ2VoZWlt\n-----END PRIVATE KEY-----\n".to_vec(),
    ] {
        let error = Loket::new(&config("http://127.0.0.1:9", wrong), clock()).unwrap_err();
        assert!(matches!(error, ConfigError::Key { .. }));
        assert!(!format!("{error} {error:?}").contains("geheim"));
    }
}
