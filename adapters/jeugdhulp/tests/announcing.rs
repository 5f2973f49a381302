//! Announced, fetched, handed on; replayed, recorded long ago, forged, packed and dead.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use sluis_jeugdhulp::{Config, Intake, Lezing, NotTaken, PollState, Reach, Source, SourceConfig, Taken};
use sluis_rules::event::Event;
use sluis_simulators::jeugdhulp::{self, Jeugdhulp};
use sluis_simulators::{Behaviour, Fault, FaultRule};
use sluis_stations::ports::{Clock, Fut};
use support::{fixture, translator};

/// Keeps what it is given; refuses while told to.
#[derive(Default)]
struct Kept {
    taken: Mutex<Vec<String>>,
    consents: Mutex<usize>,
    refuse: Mutex<Option<NotTaken>>,
}

impl Intake for Kept {
    fn record<'a>(&'a self, _: &'a str, lezingen: Vec<Lezing>) -> Fut<'a, Result<Vec<&'static str>, NotTaken>> {
        *self.consents.lock().unwrap() += lezingen.len();
        Box::pin(async { Ok(Vec::new()) })
    }

    fn take<'a>(&'a self, event: Event, _: &'a [u8]) -> Fut<'a, Result<Taken, NotTaken>> {
        let refuse = *self.refuse.lock().unwrap();
        let mut taken = self.taken.lock().unwrap();
        let repeat = taken.contains(&event.id);
        if refuse.is_none() && !repeat {
            taken.push(event.id);
        }
        Box::pin(async move { refuse.map_or(Ok(Taken { repeat }), Err) })
    }
}

/// A clock that can be moved.
struct Later(Mutex<i64>);

impl Clock for Later {
    #[allow(
        clippy::disallowed_methods,
        reason = "beside a simulated system, which lives in real time"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now() + self.0.lock().unwrap().hours()
    }

    fn today(&self) -> Date {
        jiff::civil::date(2026, 11, 23)
    }
}

struct Play {
    system: Jeugdhulp,
    source: Source,
    kept: Arc<Kept>,
    clock: Arc<Later>,
}

fn play() -> Play {
    let system = jeugdhulp::start(jeugdhulp::Config::default()).unwrap();
    system.put("b-0001", fixture().to_string());
    let call = Config {
        reach: Reach::Loopback,
        timeout: Duration::from_millis(800),
        ..Config::new("ecd", format!("{}/fhir", system.url()), "jeugdhulp-proeftoken")
    };
    let config = SourceConfig {
        answer_within: Duration::from_millis(600),
        ..SourceConfig::new(call, "jeugdhulp-proefgeheim")
    };
    let (kept, clock) = (Arc::new(Kept::default()), Arc::new(Later(Mutex::new(0))));
    let intake: Arc<dyn Intake> = Arc::<Kept>::clone(&kept);
    let source = Source::new(
        &config,
        Arc::new(translator()),
        intake,
        Arc::<Later>::clone(&clock) as Arc<dyn Clock>,
    );
    Play {
        system,
        source: source.unwrap(),
        kept,
        clock,
    }
}

#[tokio::test]
async fn an_announcement_is_fetched_once_and_a_recording_of_it_is_refused() {
    let p = play();
    let (body, signature) = p.system.announcement("b-0001");
    let told = async |s: &str, b: &str| p.source.announced(Some(s.as_bytes()), b.as_bytes()).await;
    assert_eq!(told(&signature, &body).await.status, 202);
    assert_eq!(
        (p.kept.taken.lock().unwrap().len(), *p.kept.consents.lock().unwrap()),
        (1, 1)
    );
    let fetched = p.system.received().len();
    // Delivered again: answered, and not fetched. Announced anew: fetched, and one event all the same.
    assert_eq!(told(&signature, &body).await.status, 202);
    assert_eq!(p.system.received().len(), fetched);
    let (again, sign) = p.system.announcement("b-0001");
    assert_eq!(told(&sign, &again).await.status, 202);
    assert_eq!(
        (p.system.received().len(), p.kept.taken.lock().unwrap().len()),
        (fetched + 1, 1)
    );
    *p.clock.0.lock().unwrap() = 25;
    assert_eq!(told(&signature, &body).await.reason, "aankondiging-verlopen");
    *p.clock.0.lock().unwrap() = -1;
    assert_eq!(told(&signature, &body).await.reason, "aankondiging-verlopen");
    *p.clock.0.lock().unwrap() = 0;
    for (sign, body) in [(signature.as_str(), again.as_str()), ("", body.as_str())] {
        assert_eq!(told(sign, body).await.status, 401);
    }
    assert_eq!(p.source.announced(None, body.as_bytes()).await.status, 401);
    p.system.set_behaviour(Behaviour {
        forge_signature: true,
        ..Behaviour::default()
    });
    let (body, forged) = p.system.announcement("b-0001");
    assert_eq!(told(&forged, &body).await.status, 401);
}

#[tokio::test]
async fn a_source_that_misbehaves_costs_no_more_than_the_time_there_is_and_polling_finds_it_later() {
    for (fault, reason) in [
        (Fault::Huge { bytes: 1 << 24 }, "te-groot"),
        (
            Fault::Trickle {
                bytes: 1,
                pauze_ms: 100,
            },
            "tijd-om",
        ),
        (Fault::Garbage, "geen-utf8"),
        (
            Fault::Redirect {
                naar: "http://127.0.0.1:9/".to_owned(),
            },
            "omleiding",
        ),
    ] {
        let p = play();
        p.system.set_behaviour(Behaviour::of(FaultRule::always(fault)));
        let (body, signature) = p.system.announcement("b-0001");
        let begin = std::time::Instant::now();
        let reply = p.source.announced(Some(signature.as_bytes()), body.as_bytes()).await;
        assert_eq!(reply.reason, reason);
        assert!(begin.elapsed() < Duration::from_secs(3) && p.kept.taken.lock().unwrap().is_empty());
        p.system.set_behaviour(Behaviour::default());
        let mut state = PollState::default();
        p.source.poll(&mut state).await;
        assert_eq!(p.kept.taken.lock().unwrap().len(), 1, "{reason}");
    }
}

#[tokio::test]
async fn what_cannot_be_taken_now_waits_and_what_was_seen_is_not_fetched_again() {
    let p = play();
    let full = NotTaken {
        status: 403,
        reason: "geen-mandaat",
    };
    *p.kept.refuse.lock().unwrap() = Some(full);
    let mut state = PollState::default();
    p.source.poll(&mut state).await;
    assert_eq!(state.waiting.len(), 1);
    *p.kept.refuse.lock().unwrap() = None;
    p.source.poll(&mut state).await;
    assert_eq!((state.waiting.len(), p.kept.taken.lock().unwrap().len()), (0, 1));
    let gets = || {
        p.system
            .received()
            .iter()
            .filter(|r| r.target.starts_with("/fhir/Bundle/"))
            .count()
    };
    let before = gets();
    p.source.poll(&mut state).await;
    assert_eq!(gets(), before);
}

#[tokio::test]
async fn the_call_of_a_subscription_is_empty_and_proves_itself() {
    let p = play();
    let bearer: &[u8] = b"Bearer jeugdhulp-proefgeheim";
    assert_eq!(p.source.hooked(Some(bearer), b"").status, 202);
    assert_eq!(p.source.hooked(Some(bearer), b"{}").status, 400);
    assert_eq!(p.source.hooked(Some(b"Bearer anders"), b"").status, 401);
    assert_eq!(p.source.hooked(None, b"").status, 401);
}
