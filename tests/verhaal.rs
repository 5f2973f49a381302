//! The story of the README with real processes: blocked for lack of consent, recorded, judged again and forwarded,
//! withdrawn, the receiver told and acknowledging, the next one blocked; and letter, register and access printed from it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/canary.rs"]
mod canary;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/cli.rs"]
mod cli;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/client.rs"]
mod client;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/corpus.rs"]
mod corpus;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/home.rs"]
mod home;
#[path = "support/mensen.rs"]
mod mensen;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/process.rs"]
mod process;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/region.rs"]
mod region;

use std::time::Duration;

use serde_json::{Value, json};

use client::Client;
use corpus::Letter;
use home::{JGZ, LEERPLICHT};
use mensen::Mensen;
use region::{Region, times, until};

const NAAM: &str = "Oefenveld";
const GEBOREN: &str = "2018-05-04";

/// What the youth doctor says about a child of the first case, under the secrecy of the profession.
fn from_the_doctor(n: usize) -> Letter {
    let content = json!({
        "taal": "nl",
        "persoon": {"voornamen": "Noor", "achternaam": NAAM, "roepnaam": corpus::mark(n), "geboortedatum": GEBOREN},
        "gezondheid": {"belastbaarheid": {"urenPerWeek": 6, "opbouwMogelijk": true}}
    });
    let letter = corpus::letter_from_doctor(n, LEERPLICHT, content);
    let text = String::from_utf8(letter.body).unwrap();
    let body = text.replace("\"fase\":\"intake\"", "\"fase\":\"beoordeling\"");
    Letter {
        body: body.into_bytes(),
        ..letter
    }
}

/// As `POST /v1/toestemmingen` takes it: the fact without its `soort`.
fn consent() -> Value {
    json!({"id": "t-1", "casus": "cas-0", "kind": "doorbreking-geheim", "verstrekker": JGZ,
        "gegevens": ["persoon.naam", "persoon.roepnaam", "gezondheid.*"], "doelen": ["a", "b"],
        "ontvangers": [LEERPLICHT], "schriftelijk_op": "2025-01-06", "door": [{"wie": "voogd", "op": "2025-01-06"}]})
}

async fn uitleg(operator: &Client, effect: &str) -> String {
    let path = format!("/v1/berichten/{effect}/uitleg");
    let why = operator.call("GET", &path, None).await.unwrap();
    String::from_utf8(why.bytes).unwrap()
}

async fn post(client: &Client, path: &str, body: &Value) -> client::Answer {
    let body = body.to_string();
    client
        .insist("POST", path, Some(("application/json", body.as_bytes())))
        .await
}

/// Waits until the municipality has a withdrawal among its messages, and gives its id.
async fn told(gemeente: &Client) -> String {
    for _ in 0..600 {
        let all = gemeente.pages("/v1/beheerberichten", "beheerberichten").await;
        if let Some(line) = all.iter().find(|line| line["soort"] == "intrekking") {
            return line["id"].as_str().unwrap().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the municipality was not told of the withdrawal within 30 s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_story_from_no_consent_to_withdrawal_and_the_papers_of_it() {
    let region = Region::new();
    let sluis = region.start().await;
    // An account is made beside the running Sluis, and counts at once.
    let mensen = Mensen::made(
        &region.home.config(),
        &[("op-1", "operator"), ("fg-1", "fg"), ("lz-1", "lezer")],
    );
    region.cases(1).await;
    let fase =
        json!({"soort": "fase", "casus": "cas-0", "fase": "beoordeling", "vanaf": "2025-01-07", "herbeoordeeld": true});
    let age = json!({"soort": "leeftijd", "casus": "cas-0", "vanaf": "2025-01-06", "geboren": GEBOREN});
    region.record(&[fase, age]).await;

    // Blocked: nobody consented.
    let machine = region.client("beheer");
    let [first] = region.send(&from_the_doctor(1)).await.try_into().unwrap();
    assert_eq!(region.settled().await[&first], ["niets-bruikbaars-over"]);
    let why = uitleg(&machine, &first).await;
    assert!(why.contains("geheim-niet-doorbroken"), "{why}");
    assert!(region.municipality.effects().is_empty());

    // A person logs in and records the consent. Whoever may only read may not.
    let session = async |id: &str| {
        let answer = post(&machine, "/v1/sessies", &mensen.bewijs(id)).await;
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
        let token = answer.json()["sessie"].as_str().unwrap().to_owned();
        region.client("beheer").acting(&token)
    };
    let (operator, lezer) = (session("op-1").await, session("lz-1").await);
    let refused = post(&lezer, "/v1/toestemmingen", &consent()).await;
    assert_eq!(refused.status, 403, "{}", String::from_utf8_lossy(&refused.bytes));
    let recorded = post(&operator, "/v1/toestemmingen", &consent()).await;
    assert_eq!(recorded.status, 201, "{}", String::from_utf8_lossy(&recorded.bytes));
    let again = post(&operator, "/v1/toestemmingen", &consent()).await;
    assert_eq!(
        again.json()["versie"],
        recorded.json()["versie"],
        "the same consent is one"
    );

    // Judged again by itself, and forwarded, once.
    until("it was forwarded", || {
        times(&region.municipality, std::slice::from_ref(&first)) == [1]
    })
    .await;
    assert!(region.settled().await.is_empty());
    let ledger = operator
        .insist("GET", "/v1/grootboek?casus=cas-0&toestemming=t-1", None)
        .await;
    assert_eq!(ledger.json()["verstrekkingen"][0]["effect"], first.as_str());

    // Withdrawn; who received on it is told, and acknowledges.
    let withdrawal = json!([{"soort": "intrekking", "toestemming": "t-1", "casus": "cas-0", "op": "2025-02-03"}]);
    assert_eq!(operator.record(&withdrawal).await.status, 201);
    let gemeente = region.client("gemeente");
    let id = told(&gemeente).await;
    let path = format!("/v1/beheerberichten/{id}");
    let text = gemeente.insist("GET", &path, None).await.json();
    assert!(text["mededeling"].to_string().contains(&first), "{text}");
    let open = async || {
        let all = machine
            .pages("/v1/beheerberichten/onbevestigd", "beheerberichten")
            .await;
        all.iter().any(|line| line["id"] == id.as_str())
    };
    assert!(open().await, "until it is acknowledged it is open");
    assert_eq!(gemeente.insist("DELETE", &path, None).await.status, 204);
    assert!(!open().await, "it was acknowledged");

    // The next one is blocked, and says why.
    let [second] = region.send(&from_the_doctor(2)).await.try_into().unwrap();
    assert_eq!(region.settled().await[&second], ["niets-bruikbaars-over"]);
    let why = uitleg(&machine, &second).await;
    assert!(why.contains("toestemming-ingetrokken"), "{why}");
    assert_eq!(region.municipality.effects().len(), 1);

    // The papers. Letter and register come from beside the running Sluis.
    let config = region.home.config();
    let config = config.to_str().unwrap();
    let letter = cli::sluis(&["brief", "cas-0", "--config", config]);
    assert!(letter.status.success(), "{}", String::from_utf8_lossy(&letter.stderr));
    let letter = String::from_utf8(letter.stdout).unwrap();
    for part in 'a'..='i' {
        assert!(
            letter.contains(&format!("<section id=\"{part}\">")),
            "the letter has no part {part}"
        );
    }
    let register = cli::sluis(&["register", "--config", config, "--vorm", "json"]);
    assert!(
        register.status.success(),
        "{}",
        String::from_utf8_lossy(&register.stderr)
    );
    let register = cli::json(&register.stdout);
    let table = register["verwerkingen"].as_array().unwrap().iter();
    let flowed: Vec<&Value> = table
        .filter(|v| v["gestroomd"].to_string().contains(LEERPLICHT))
        .collect();
    assert!(!flowed.is_empty(), "the register tells of what flowed: {register}");

    // Access writes a record, so it has the store for itself.
    assert!(sluis.stop().await.success());
    let vraag = json!({"eerste": mensen.bewijs("op-1"), "tweede": mensen.bewijs("fg-1"),
        "vraag": {"achternaam": NAAM, "geboortedatum": GEBOREN}});
    let arguments = [
        "inzage",
        "--config",
        config,
        "--vrager",
        "vertegenwoordiger",
        "--output",
        "json",
    ];
    let answer = mensen::told_to(&arguments, &vraag);
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let answer = cli::json(&answer.stdout);
    assert_eq!(answer["gegeven"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(answer["ligt"].as_array().unwrap().len(), 1, "{answer}");
    assert!(!answer.to_string().contains(NAAM), "no value stands in the answer");
}
