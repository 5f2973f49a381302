//! The Kindkans-like source, with real calls: announcing, serving, polling; and its fixtures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::path::{Path, PathBuf};

use serde_json::Value;
use sluis_simulators::kindkans::{self, Config, Kindkans, SIGNATURE_HEADER, signature};
use sluis_simulators::zaaksysteem::{self, Zaaksysteem};
use sluis_simulators::{Behaviour, Fault, FaultRule, Moment, Received};
use support::{client, until};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn fixtures() -> PathBuf {
    root().join("adapters/kindkans/fixtures")
}

/// A receiver of announcements: any simulator records what it is sent, and this one confirms all
/// it is told to.
fn receiver(status: u16) -> Zaaksysteem {
    let rule = FaultRule::always(Fault::Status {
        status,
        moment: Moment::Before,
    });
    zaaksysteem::start(zaaksysteem::Config {
        behaviour: Behaviour::of(rule),
        ..Default::default()
    })
    .unwrap()
}

fn announces_to(receiver: &Zaaksysteem) -> Config {
    Config {
        webhook: Some(format!("{}/v1/aankondigingen", receiver.url())),
        ..Config::default()
    }
}

async fn get(source: &Kindkans, path: &str) -> (u16, Vec<u8>) {
    let request = client()
        .get(format!("{}{path}", source.url()))
        .bearer_auth("kindkans-proeftoken");
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

fn genuine(announcement: &Received) -> bool {
    announcement.header(SIGNATURE_HEADER).unwrap() == signature(b"kindkans-proefgeheim", &announcement.body)
}

#[test]
fn the_signature_is_that_of_rfc_4231() {
    // Test case 2.
    let expected = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737";
    assert_eq!(signature(b"Jefe", b"what do ya want for nothing?"), expected);
}

#[tokio::test]
async fn announces_without_content_and_serves_byte_for_byte() {
    let receiver = receiver(202);
    let source = kindkans::start(announces_to(&receiver)).unwrap();
    let bytes = std::fs::read(fixtures().join("01-langdurig-verzuim.json")).unwrap();
    assert_eq!(source.send(bytes.clone()).unwrap(), "KK-2026-00001");
    until("the confirmation", || source.tallies()["KK-2026-00001"].confirmed == 1).await;

    let announcement = &receiver.received()[0];
    assert!(genuine(announcement));
    let body: Value = serde_json::from_slice(&announcement.body).unwrap();
    assert_eq!(
        body.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["id", "soort", "tijdstip"]
    );
    assert_eq!(
        (&body["id"], &body["soort"]),
        (&"KK-2026-00001".into(), &"hulpvraag".into())
    );

    assert_eq!(get(&source, "/api/hulpvragen/KK-2026-00001").await, (200, bytes));
    assert_eq!(source.tallies()["KK-2026-00001"].fetched, 1);
    let (status, attachment) = get(&source, "/api/hulpvragen/KK-2026-00001/bijlagen/1").await;
    assert!(status == 200 && attachment.starts_with(b"SYNTHETISCHE BIJLAGE 1 BIJ KK-2026-00001"));
    for absent in ["KK-2026-00001/bijlagen/0", "KK-2026-00001/bijlagen/2", "KK-0"] {
        assert_eq!(
            get(&source, &format!("/api/hulpvragen/{absent}")).await.0,
            404,
            "{absent}"
        );
    }
    let stranger = client()
        .get(format!("{}/api/hulpvragen/KK-2026-00001", source.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(stranger.status(), 401);
}

#[tokio::test]
async fn polling_walks_all_and_a_new_version_comes_again() {
    let source = kindkans::start(Config {
        hulpvragen: Some(fixtures()),
        ..Config::default()
    })
    .unwrap();
    let mut seen = Vec::new();
    let mut cursor = "0".to_owned();
    loop {
        let (_, page) = get(&source, &format!("/api/hulpvragen?na={cursor}&aantal=3")).await;
        let page: Value = serde_json::from_slice(&page).unwrap();
        seen.extend(
            page["hulpvragen"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["id"].as_str().unwrap().to_owned()),
        );
        cursor = page["cursor"].as_str().unwrap().to_owned();
        if page["meer"] == false {
            break;
        }
    }
    assert_eq!(seen, (1..=8).map(|n| format!("KK-2026-{n:05}")).collect::<Vec<_>>());
    source.put("KK-2026-00003", "geen json", false);
    let (_, page) = get(&source, &format!("/api/hulpvragen?na={cursor}")).await;
    let page: Value = serde_json::from_slice(&page).unwrap();
    assert_eq!(page["hulpvragen"][0]["id"], "KK-2026-00003");
    assert_eq!(get(&source, "/api/hulpvragen/KK-2026-00003").await.1, b"geen json");
    assert_eq!(get(&source, "/api/hulpvragen?na=rommel").await.0, 400);
}

#[tokio::test]
async fn an_announcement_is_tried_again_and_can_be_repeated() {
    let receiver = receiver(200);
    let down = Fault::Status {
        status: 503,
        moment: Moment::Before,
    };
    let mut behaviour = receiver.behaviour();
    behaviour.faults.insert(0, FaultRule::first(down, 2));
    receiver.set_behaviour(behaviour);
    let source = kindkans::start(announces_to(&receiver)).unwrap();
    source.put("a", "{}", true);
    until("the third attempt", || source.tallies()["a"].confirmed == 1).await;
    assert_eq!(source.tallies()["a"].announced, 3);
    assert_eq!(source.announce_again(), 0, "confirmed is done");
    source.put("b", "{}", false);
    let answer = client()
        .post(format!("{}/_kondigaan", source.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.text().await.unwrap(), "{\"aangekondigd\":1}");
    until("the repeat", || source.tallies()["b"].confirmed == 1).await;
}

#[tokio::test]
async fn announcements_can_be_forged_and_doubled() {
    let receiver = receiver(200);
    let source = kindkans::start(announces_to(&receiver)).unwrap();
    source.set_behaviour(Behaviour {
        forge_signature: true,
        announce_twice: true,
        ..Behaviour::default()
    });
    source.put("a", "{}", true);
    until("both", || receiver.received().len() == 2).await;
    let both = receiver.received();
    assert!(!genuine(&both[0]) && both[0].body == both[1].body);
}

#[tokio::test]
async fn a_running_source_takes_hulpvragen_and_its_webhook() {
    let receiver = receiver(200);
    let source = kindkans::start(Config::default()).unwrap();
    let webhook = client()
        .put(format!("{}/_webhook", source.url()))
        .body(format!("{{\"url\":\"{}/w\"}}", receiver.url()));
    assert_eq!(webhook.send().await.unwrap().status(), 200);
    let send = |query: &str, body: &'static str| {
        client()
            .post(format!("{}/_stuur{query}", source.url()))
            .body(body)
            .send()
    };
    assert_eq!(send("", "{\"hulpvraagId\":\"x-1\"}").await.unwrap().status(), 201);
    assert_eq!(
        send("?id=x-2&kondig_aan=nee", "{\"dubbel\":1,\"dubbel\":2}")
            .await
            .unwrap()
            .status(),
        201
    );
    assert_eq!(send("", "{}").await.unwrap().status(), 400);
    until("one announcement", || receiver.received().len() == 1).await;
    let (_, tallies) = get(&source, "/_effecten").await;
    let tallies: Value = serde_json::from_slice(&tallies).unwrap();
    assert_eq!(
        (&tallies["x-2"]["aangekondigd"], &tallies["x-2"]["opgehaald"]),
        (&0.into(), &0.into())
    );
    source.set_behaviour(Behaviour::of(FaultRule::always(Fault::Status {
        status: 500,
        moment: Moment::Before,
    })));
    assert_eq!(
        get(&source, "/api/hulpvragen/x-2").await.0,
        500,
        "the source misbehaves as well"
    );
}

#[test]
fn the_fixtures_keep_to_the_wire_schema_and_to_test_numbers() {
    let schema = std::fs::read(root().join("schemas/systemen/kindkans/hulpvraag.v1.json")).unwrap();
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut count = 0;
    for entry in std::fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            validator.is_valid(&serde_json::from_str(&text).unwrap()),
            "{}",
            path.display()
        );
        assert!(
            (3_000..6_500).contains(&text.len()),
            "{}: {} bytes",
            path.display(),
            text.len()
        );
        // Any nine digits that pass the eleven test as a BSN lie in the range of test numbers.
        for digits in text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 9) {
            let sum: i32 = digits
                .bytes()
                .zip([9, 8, 7, 6, 5, 4, 3, 2, -1])
                .map(|(d, w)| i32::from(d - b'0') * w)
                .sum();
            let test = ("999900006"..="999999990").contains(&digits);
            assert!(
                test || sum % 11 != 0,
                "{}: a number that could be somebody's",
                path.display()
            );
        }
        count += 1;
    }
    assert!(count >= 6);
}

#[test]
fn the_case_system_has_no_place_for_what_is_not_on_the_list() {
    fn names(schema: &Value, into: &mut Vec<String>) {
        for (name, below) in schema["properties"].as_object().into_iter().flatten() {
            into.push(name.to_lowercase());
            names(below, into);
        }
        if schema["items"].is_object() {
            names(&schema["items"], into);
        }
    }
    let schema = std::fs::read(root().join("schemas/systemen/zaaksysteem/bericht.v1.json")).unwrap();
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap();
    let mut all = Vec::new();
    names(&schema, &mut all);
    assert!(all.len() > 150, "the walk goes down");
    for word in [
        "relig",
        "geloof",
        "etni",
        "straf",
        "nationali",
        "rekening",
        "notitie",
        "foto",
        "inkomen",
        "schuld",
    ] {
        assert!(!all.iter().any(|name| name.contains(word)), "{word}");
    }
}
