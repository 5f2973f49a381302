//! What the target holds itself to: its limit, its ids, what it believes, and what it never shows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use sluis_rules::event::Bericht;
use sluis_simulators::{Behaviour, Fault, FaultRule, Moment};
use sluis_stations::ports::{Asked, EffectId, Sent, Target};
use sluis_zaaksysteem::{Config, ConfigError, Reach, ZaaksysteemTarget};
use support::{TRACE, at, config, effect, outgoing, send, target, tree};

#[tokio::test]
async fn a_503_of_a_system_without_idempotency_is_not_believed() {
    let (system, _) = at(Fault::Status {
        status: 503,
        moment: Moment::After,
    });
    let target = target(&Config {
        idempotent: false,
        ..config(&system.url())
    });
    let key = effect("c2");
    assert_eq!(send(&target, &key).await, Sent::Unknown { why: "503" });
    assert_eq!(target.ask(&key).await, Asked::Has, "it had taken it after all");
    assert!(!target.idempotent());
}

#[tokio::test]
async fn only_the_interface_itself_can_say_it_has_not() {
    let (system, _) = at(Fault::Twice);
    // A prefix that the server does not know: a bare 404.
    let elsewhere = target(&config(&format!("{}/dienst", system.url())));
    assert_eq!(elsewhere.ask(&effect("j1")).await, Asked::Silent);
    for status in [200, 302, 401, 403, 405, 500, 503] {
        system.set_behaviour(Behaviour::of(FaultRule::always(Fault::Status {
            status,
            moment: Moment::Before,
        })));
        assert_eq!(
            target(&config(&system.url())).ask(&effect("j1")).await,
            Asked::Silent,
            "{status}"
        );
    }
}

#[tokio::test]
async fn the_limit_makes_wait_and_then_says_how_long() {
    let (system, _) = at(Fault::Twice);
    system.set_behaviour(Behaviour::default());
    let one = NonZeroU32::MIN;
    let slow = Config {
        per_second: one,
        burst: one,
        patience: Duration::from_millis(100),
        ..config(&system.url())
    };
    let hasty = target(&slow);
    assert_eq!(send(&hasty, &effect("k1")).await, Sent::Delivered);
    let Sent::Retry {
        after: Some(after),
        why: "limiet",
    } = send(&hasty, &effect("k2")).await
    else {
        panic!()
    };
    assert!(
        after > Duration::from_millis(500) && after <= Duration::from_secs(1),
        "{after:?}"
    );
    assert_eq!(system.effects().len(), 1);

    let patient = target(&Config {
        patience: Duration::from_secs(3),
        ..slow
    });
    let begin = Instant::now();
    assert_eq!(send(&patient, &effect("k3")).await, Sent::Delivered);
    assert_eq!(send(&patient, &effect("k4")).await, Sent::Delivered);
    assert!(begin.elapsed() > Duration::from_millis(800));
}

#[tokio::test]
async fn an_id_that_is_no_id_goes_nowhere() {
    let (system, target) = at(Fault::Twice);
    for wrong in ["", "a/../b", "a b", "a\r\nX-Kop: 1", &"a".repeat(129)] {
        let wrong = EffectId(wrong.to_owned());
        assert_eq!(send(&target, &wrong).await, Sent::Refused { why: "effect-id" });
        assert_eq!(target.ask(&wrong).await, Asked::Silent);
    }
    assert!(system.received().is_empty());
}

#[tokio::test]
async fn nothing_shown_holds_an_address_a_token_or_a_body() {
    let planted = "canarie-geheim-7Q";
    let base = format!("http://127.0.0.1:1/{planted}");
    let config = Config {
        token: planted.to_owned(),
        ..config(&base)
    };
    let target = target(&config);
    let out = outgoing(
        &target,
        Bericht::Hulpvraag,
        &support::message(
            Bericht::Hulpvraag,
            &serde_json::json!({ "persoon": { "achternaam": planted } }),
        ),
    );
    assert!(String::from_utf8_lossy(out.bytes()).contains(planted));
    let sent = target.send(&effect("l1"), TRACE, &out).await;
    let asked = target.ask(&effect("l1")).await;
    let shown = format!("{sent:?} {asked:?} {target:?} {config:?} {out:?}");
    assert!(!shown.contains(planted) && !shown.contains("127.0.0.1"), "{shown}");

    for wrong in [
        Config {
            base: format!("https://{planted}:{planted}@x.example"),
            reach: Reach::Public,
            ..config.clone()
        },
        Config {
            base: planted.to_owned(),
            ..config.clone()
        },
        Config {
            token: format!("{planted}\n"),
            ..config.clone()
        },
    ] {
        let error: ConfigError = ZaaksysteemTarget::new(&wrong, tree).unwrap_err();
        assert!(!format!("{error} {error:?}").contains(planted), "{error}");
    }
}
