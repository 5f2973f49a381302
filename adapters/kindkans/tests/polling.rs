//! Polling for what no announcement told; and what the source never shows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::sync::Arc;

use serde_json::{Value, json};
use sluis_kindkans::{ConfigError, PollState, Source};
use sluis_simulators::kindkans::signature;
use sluis_simulators::{Behaviour, Fault, FaultRule, Moment};
use support::{fixture, fixtures, notice, play, until, with};
use tokio::sync::watch;

#[tokio::test]
async fn polling_finds_what_no_announcement_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cursor");
    let play = play(|config| {
        config.page = 3;
        config.cursor_file = Some(file.clone());
    });
    for (_, bytes) in fixtures() {
        let id = serde_json::from_slice::<Value>(&bytes).unwrap()["hulpvraagId"]
            .as_str()
            .unwrap()
            .to_owned();
        play.system.put(&id, bytes, false);
    }
    // One of them cannot be fetched for now, and one never makes sense.
    play.system.put("KK-stuk", "{}", false);
    let rule = FaultRule {
        path: Some("/api/hulpvragen/KK-2026-00002".to_owned()),
        ..FaultRule::always(Fault::Status {
            status: 500,
            moment: Moment::Before,
        })
    };
    play.system.set_behaviour(Behaviour::of(rule));
    let mut state = PollState::default();
    play.source.poll(&mut state).await;
    assert!(state.complete);
    assert_eq!(state.waiting.iter().collect::<Vec<_>>(), ["KK-2026-00002"]);
    assert_eq!(play.kept.distinct(), fixtures().len() - 1);
    assert!(!file.exists(), "a restart would find the waiting one again");

    play.system.set_behaviour(Behaviour::default());
    play.source.poll(&mut state).await;
    assert!(state.waiting.is_empty());
    assert_eq!(
        (play.kept.count(), play.kept.distinct()),
        (fixtures().len(), fixtures().len())
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), state.cursor.clone().unwrap());

    // A changed hulpvraag is another event; after a restart nothing else is fetched.
    let mut changed = fixture("01");
    changed["indienDatum"] = json!("2026-09-15");
    play.system.put("KK-2026-00001", changed.to_string(), false);
    let (stop, stopped) = watch::channel(false);
    let source = Arc::clone(&play.source);
    let running = tokio::spawn(async move { source.run(stopped).await });
    until("the change", || play.kept.distinct() == fixtures().len() + 1).await;
    stop.send(true).unwrap();
    running.await.unwrap();
    assert_eq!(play.kept.count(), fixtures().len() + 1);
}

#[tokio::test]
async fn a_source_that_is_down_or_talks_nonsense_leaves_the_cursor() {
    for fault in [
        Fault::Garbage,
        Fault::Huge { bytes: u64::MAX },
        Fault::Close { moment: Moment::Before },
        Fault::Redirect {
            naar: "http://127.0.0.1:9/weg".to_owned(),
        },
    ] {
        let play = with(fault);
        let mut state = PollState {
            cursor: Some("0".to_owned()),
            ..PollState::default()
        };
        play.source.poll(&mut state).await;
        assert_eq!(
            state,
            PollState {
                cursor: Some("0".to_owned()),
                ..PollState::default()
            }
        );
        play.system.set_behaviour(Behaviour::default());
        play.source.poll(&mut state).await;
        assert_eq!(play.kept.count(), 1);
    }
}

#[tokio::test]
async fn nothing_shown_holds_an_address_a_secret_or_a_value() {
    let planted = "canarie-geheim-7Q";
    let config = sluis_kindkans::Config {
        base: format!("http://127.0.0.1:1/{planted}"),
        token: planted.to_owned(),
        secret: planted.to_owned(),
        ..support::config("")
    };
    let translator = Arc::new(support::translator(support::destination()));
    let kept = Arc::new(support::Kept::default());
    let make = |config: &sluis_kindkans::Config| {
        let intake = Arc::clone(&kept) as Arc<dyn sluis_kindkans::Intake>;
        Source::new(config, Arc::clone(&translator), intake, Arc::new(|| 7))
    };
    let source = make(&config).unwrap();
    let body = notice(planted);
    let tag = signature(planted.as_bytes(), body.as_bytes());
    let reply = source.announced(Some(tag.as_bytes()), body.as_bytes()).await;
    assert_eq!((reply.status, reply.reason), (503, "verbinding"));
    let shown = format!("{reply:?} {source:?} {config:?} {translator:?}");
    assert!(!shown.contains(planted) && !shown.contains("127.0.0.1"), "{shown}");
    for wrong in [
        sluis_kindkans::Config {
            secret: "canarie".to_owned(),
            ..config.clone()
        },
        sluis_kindkans::Config {
            token: format!("{planted}\n"),
            ..config.clone()
        },
        sluis_kindkans::Config {
            base: format!("https://{planted}@x.example"),
            ..config.clone()
        },
    ] {
        let error: ConfigError = make(&wrong).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canarie"), "{error}");
    }
}
