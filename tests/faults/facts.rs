//! Facts that change while a message is on its way.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use sluis_simulators::{Behaviour, Fault, FaultRule, Moment};

use crate::corpus::{self, Letter};
use crate::home::{JGZ, LEERPLICHT, SCHOOL};
use crate::region::{Region, times, until};

/// The youth doctor's consent to speak about one case, for what the letter below says.
fn consent() -> Value {
    json!({"soort": "toestemming", "id": "t-1", "casus": "cas-0", "kind": "doorbreking-geheim", "verstrekker": JGZ,
        "gegevens": ["persoon.naam", "persoon.roepnaam", "gezondheid.*"], "doelen": ["a", "b"],
        "ontvangers": [LEERPLICHT, SCHOOL], "schriftelijk_op": "2025-01-06",
        "door": [{"wie": "voogd", "op": "2025-01-06"}]})
}

/// Eight years old: a guardian is enough.
fn age() -> Value {
    json!({"soort": "leeftijd", "casus": "cas-0", "vanaf": "2025-01-06", "geboren": "2018-05-04"})
}

fn withdrawal() -> Value {
    json!({"soort": "intrekking", "toestemming": "t-1", "casus": "cas-0", "op": "2025-02-03"})
}

/// What a young person can take, from the youth doctor.
fn from_the_doctor(n: usize, to: &'static str) -> Letter {
    let content = json!({
        "taal": "nl",
        "persoon": {"voornamen": "Noor", "achternaam": "Oefenveld", "roepnaam": corpus::mark(n)},
        "gezondheid": {"belastbaarheid": {"urenPerWeek": 6, "opbouwMogelijk": true}}
    });
    let letter = corpus::letter_from_doctor(n, to, content);
    let text = String::from_utf8(letter.body).unwrap();
    let body = text
        .replace("\"fase\":\"intake\"", "\"fase\":\"beoordeling\"")
        .into_bytes();
    Letter { body, ..letter }
}

/// The first case is being assessed: health goes to leerplicht in no other phase.
fn assessing() -> Value {
    json!({"soort": "fase", "casus": "cas-0", "fase": "beoordeling", "vanaf": "2025-01-07", "herbeoordeeld": true})
}

/// In quarantine because nothing may pass any more, and the explanation names the withdrawal.
async fn blocked_by_withdrawal(region: &Region, aside: &BTreeMap<String, Vec<String>>, effect: &str) {
    assert_eq!(aside[effect], ["niets-bruikbaars-over"]);
    let (operator, path) = (region.client("beheer"), format!("/v1/berichten/{effect}/uitleg"));
    let why = operator.call("GET", &path, None).await.unwrap();
    let why = String::from_utf8(why.bytes).unwrap();
    assert!(why.contains("toestemming-ingetrokken"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_before_delivery_stops_it() {
    let region = Region::new();
    let busy = Fault::Status {
        status: 503,
        moment: Moment::Before,
    };
    region
        .municipality
        .set_behaviour(Behaviour::of(FaultRule::always(busy)));
    let _sluis = region.start().await;
    region.cases(1).await;
    region.record(&[assessing(), age(), consent()]).await;
    let [waits] = region.send(&from_the_doctor(1, LEERPLICHT)).await.try_into().unwrap();
    // Judged, let through, and tried: only the target was in the way.
    until("it was tried", || region.municipality.received().len() >= 2).await;

    region.record(&[withdrawal()]).await;
    // What had left before the withdrawal has had its answer by now.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = region.municipality.received().len();
    region.municipality.set_behaviour(Behaviour::default());
    let aside = region.settled().await;
    blocked_by_withdrawal(&region, &aside, &waits).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(
        region.municipality.received().len(),
        before,
        "it left after the withdrawal"
    );
    assert!(region.municipality.effects().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawal_empties_the_mailbox() {
    let region = Region::new();
    let _sluis = region.start().await;
    region.cases(1).await;
    region.record(&[assessing(), age(), consent()]).await;
    let [effect] = region.send(&from_the_doctor(1, SCHOOL)).await.try_into().unwrap();
    assert!(region.settled().await.is_empty());
    let (school, path) = (region.client("school"), format!("/v1/postbus/{effect}"));
    assert_eq!(school.call("GET", &path, None).await.unwrap().status, 200);
    region.record(&[withdrawal()]).await;
    let answer = school.call("GET", &path, None).await.unwrap();
    assert_eq!((answer.status, answer.json()["fouten"].is_null()), (404, true));
    let aside = region.settled().await;
    blocked_by_withdrawal(&region, &aside, &effect).await;
    assert!(region.mailbox("school").await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fact_recorded_later_releases_what_waits_in_quarantine() {
    let region = Region::new();
    let sluis = region.start().await;
    region.record(&corpus::case("cas-0", false, false)).await;
    let effects = region.send_each(0, 1, LEERPLICHT).await;
    let aside = region.settled().await;
    assert!(
        aside[&effects[0]].contains(&"niet-geinformeerd".to_owned()),
        "{aside:?}"
    );
    // It waits as long as it must, also while Sluis does not run.
    drop(sluis);
    let _sluis = region.start().await;
    assert_eq!(region.settled().await.len(), 1);
    assert!(region.municipality.received().is_empty());
    region.record(&[corpus::informing("cas-0")]).await;
    until("it was released", || times(&region.municipality, &effects) == [1]).await;
    assert!(region.settled().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_part_may_be_told_after_the_letter_came() {
    let region = Region::new();
    let _sluis = region.start().await;
    let letter = corpus::request(1, "cas-0", "a", None, Vec::new());
    let [whole] = region.send(&letter).await.try_into().unwrap();
    assert_eq!(region.settled().await[&whole], ["casus-onbekend"]);
    region.cases(1).await;
    until("it was divided", || region.municipality.effects().len() == 2).await;
    assert!(region.settled().await.is_empty());
    assert_eq!(region.partnership.effects().len(), 1);
    assert_eq!(region.mailbox("jgz").await.len(), 1);
    assert!(region.municipality.effects().into_values().all(|n| n == 1));
}
