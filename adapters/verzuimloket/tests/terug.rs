//! What comes back from the desk: in order, each once, nothing lost when it cannot be taken now.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sluis_rules::event::Bericht;
use sluis_simulators::verzuimloket::{self, Verzuimloket};
use sluis_simulators::{Behaviour, Fault, FaultRule, Moment};
use sluis_stations::ports::{Fut, Sent};
use sluis_verzuimloket::{Config, NietGenomen, Terug, Terugweg, VerzuimloketTarget, Wijziging};
use support::{KENMERK, config, effect, key, loket, rules, schema, send};

/// Keeps what it was given, and refuses as it is told.
#[derive(Default)]
struct Takes {
    taken: Mutex<Vec<(String, u64, Value, usize)>>,
    refuse: Mutex<Option<NietGenomen>>,
}

impl Terugweg for Takes {
    fn neem<'a>(&'a self, w: &'a Wijziging) -> Fut<'a, Result<(), NietGenomen>> {
        Box::pin(async move {
            if let Some(refusal) = *self.refuse.lock().unwrap() {
                return Err(refusal);
            }
            let data = serde_json::from_slice(&w.data).unwrap();
            self.taken
                .lock()
                .unwrap()
                .push((w.stand.clone(), w.volgnummer, data, w.achtergebleven));
            Ok(())
        })
    }
}

impl Takes {
    fn stands(&self) -> Vec<String> {
        self.taken
            .lock()
            .unwrap()
            .iter()
            .map(|(stand, ..)| stand.clone())
            .collect()
    }
}

struct Play {
    desk: Verzuimloket,
    terug: Terug,
    takes: Arc<Takes>,
    config: Config,
}

async fn play() -> Play {
    let (ours, theirs) = key();
    let desk = verzuimloket::start(verzuimloket::Config {
        client_key: Some(theirs),
        ..verzuimloket::Config::default()
    })
    .unwrap();
    let config = Config {
        page: 2,
        ..config(&desk.url(), ours)
    };
    let takes = Arc::new(Takes::default());
    let loket = loket(&config);
    let target = VerzuimloketTarget::new(Arc::clone(&loket), rules().tree(Bericht::Hulpvraag)).unwrap();
    assert_eq!(send(&target, &effect("a1")).await, Sent::Delivered);
    let terug = make(&config, &takes);
    Play {
        desk,
        terug,
        takes,
        config,
    }
}

fn make(config: &Config, takes: &Arc<Takes>) -> Terug {
    Terug::new(
        config,
        loket(config),
        rules().tree(Bericht::Status),
        "00000099000000007000/duo".parse().unwrap(),
        Arc::clone(takes) as Arc<dyn Terugweg>,
        Arc::new(|| 7),
    )
    .unwrap()
}

fn handle(desk: &Verzuimloket, change: Value) {
    let schema = schema("wijziging.v1.json");
    let mut whole = change.clone();
    for (name, value) in [
        ("volgnummer", json!(1)),
        ("kenmerk", json!(KENMERK)),
        ("meldingsnummer", json!("VM")),
        ("datum", json!("2026-10-13")),
    ] {
        whole[name] = value;
    }
    assert!(
        schema.is_valid(&whole),
        "the municipality speaks the words of the schema"
    );
    assert!(desk.handle(KENMERK, change));
}

#[tokio::test]
async fn everything_comes_back_in_order_and_once_over_pages() {
    let Play { desk, terug, takes, .. } = play().await;
    handle(
        &desk,
        json!({ "status": "In behandeling", "datumStatus": "2026-10-13" }),
    );
    let told = json!({ "status": "Afgesloten", "redenMeldingAfgesloten": "TERUG", "toelichting": "Sanne is weer op school",
        "contactpersoon": { "naam": "Lea Proefman" } });
    handle(&desk, told);
    let mut cursor = None;
    assert!(terug.poll(&mut cursor).await);
    assert_eq!(takes.stands(), ["geregistreerd", "in-behandeling", "afgesloten"]);
    assert!(terug.poll(&mut cursor).await);
    assert_eq!(takes.stands().len(), 3, "nothing twice");
    let taken = takes.taken.lock().unwrap();
    let (_, volgnummer, data, behind) = &taken[2];
    let inhoud = &data["bijdragen"][0]["inhoud"]["verzuimmelding"];
    assert_eq!(
        (*volgnummer, inhoud["redenAfgesloten"].as_str()),
        (3, Some("terug-naar-school"))
    );
    assert_eq!(inhoud["meldingsnummer"], "VM-00000001");
    assert_eq!(data["kenmerk"], KENMERK);
    // Free text and a name have no place: they stay at the desk, and that they do is counted.
    assert_eq!(*behind, 2);
    assert!(!data.to_string().contains("Sanne") && !data.to_string().contains("Lea"));
}

#[tokio::test]
async fn what_cannot_be_taken_now_is_taken_later_and_what_never_can_holds_up_nothing() {
    let Play { desk, terug, takes, .. } = play().await;
    let mut cursor = None;
    *takes.refuse.lock().unwrap() = Some(NietGenomen::Later("opslag-niet-beschikbaar"));
    assert!(!terug.poll(&mut cursor).await);
    assert_eq!(cursor, None, "the cursor waits");
    *takes.refuse.lock().unwrap() = None;
    assert!(terug.poll(&mut cursor).await);
    assert_eq!(takes.stands(), ["geregistreerd"]);

    assert!(
        desk.handle(KENMERK, json!({ "status": "Bedacht" })),
        "a status that nobody knows"
    );
    handle(&desk, json!({ "status": "In behandeling" }));
    assert!(terug.poll(&mut cursor).await);
    *takes.refuse.lock().unwrap() = Some(NietGenomen::Nooit("kenmerk-onbekend"));
    handle(&desk, json!({ "status": "Ter kennisgeving aangenomen" }));
    assert!(terug.poll(&mut cursor).await);
    *takes.refuse.lock().unwrap() = None;
    handle(&desk, json!({ "status": "Ingetrokken", "redenIngetrokken": "V" }));
    assert!(terug.poll(&mut cursor).await);
    assert_eq!(takes.stands(), ["geregistreerd", "in-behandeling", "ingetrokken"]);
}

#[tokio::test]
async fn a_desk_that_fails_or_speaks_nonsense_loses_nothing() {
    let Play { desk, terug, takes, .. } = play().await;
    let mut cursor = None;
    let moment = Moment::Before;
    for fault in [
        Fault::Status { status: 500, moment },
        Fault::Status { status: 401, moment },
        Fault::Close { moment },
        Fault::Garbage,
        Fault::Truncated,
        Fault::Huge { bytes: 1 << 24 },
    ] {
        desk.set_behaviour(Behaviour::of(FaultRule {
            method: Some("GET".to_owned()),
            ..FaultRule::always(fault)
        }));
        assert!(!terug.poll(&mut cursor).await);
        assert_eq!(cursor, None);
    }
    desk.set_behaviour(Behaviour::default());
    assert!(terug.poll(&mut cursor).await);
    assert_eq!(takes.stands(), ["geregistreerd"]);
}

#[tokio::test]
async fn a_restart_goes_on_where_it_was() {
    let Play {
        desk, takes, config, ..
    } = play().await;
    let dir = tempfile::tempdir().unwrap();
    let config = Config {
        cursor_file: Some(dir.path().join("loket.cursor")),
        poll_every: std::time::Duration::from_millis(10),
        ..config
    };
    for expected in [1, 2] {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let terug = make(&config, &takes);
        let running = tokio::spawn(async move { terug.run(stopped).await });
        while takes.stands().len() < expected {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        // A few more rounds, in which something could come twice.
        tokio::time::sleep(std::time::Duration::from_millis(60)).await;
        stop.send_replace(true);
        running.await.unwrap();
        assert_eq!(takes.stands().len(), expected);
        handle(&desk, json!({ "status": "In behandeling" }));
    }
}
