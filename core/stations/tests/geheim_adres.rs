//! A secret address: the flag itself never leaves judge, so what comes after judge must be safe without it; and what
//! judges from the accepted bytes must see it again.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use sluis_rules::journal::Stap;
use sluis_stations::Outcome;
use support::store::Place;
use support::*;

const ADRES: &str =
    r#""achternaam":"Testdijk","adres":{"straat":"Proefkade","postcode":"3299 XZ","woonplaats":"Testdorp""#;

fn met(geheim: &str) -> String {
    hulpvraag_with("e-1", LEERPLICHT, &format!("{ADRES}{geheim}}}"), "")
}

fn tells_where(text: &str) -> bool {
    ["Proefkade", "3299", "Testdorp", "\"geheim\""]
        .iter()
        .any(|word| text.contains(word))
}

fn geheimhouding() -> sluis_rules::facts::Feit {
    feit(r#"{"soort":"geheimhouding","casus":"cas-1","vanaf":"2026-09-01"}"#)
}

#[tokio::test]
async fn without_the_flag_the_postcode_area_and_town_arrive() {
    let world = Plan::default().build();
    world.send(&met("")).await;
    world.gateway.settle().await.unwrap();
    let text = world.target.texts().remove(0);
    assert!(text.contains(r#""postcodegebied":"3299""#) && text.contains("Testdorp"));
}

#[tokio::test]
async fn the_last_look_sees_no_flag_and_there_is_no_address_left_either() {
    let world = Plan::default().build();
    let effect = world.send(&met(r#","geheim":true"#)).await.effects[0].clone();
    assert_eq!(world.gateway.judge(&effect).await.unwrap(), Outcome::Forwarded);
    let minimised = world.store.state().messages[&effect].minimised.clone();
    assert!(!tells_where(&String::from_utf8_lossy(&minimised)));
    world.gateway.settle().await.unwrap();
    let text = world.target.texts().remove(0);
    assert!(text.contains("Testdijk") && !tells_where(&text));
    let state = world.store.state();
    let vertrek = state.records.iter().find(|r| r.stap == Stap::Vertrek).unwrap();
    assert_eq!(vertrek.inhoud.toelichting, "zaaksysteem", "nothing was left to narrow");
}

#[tokio::test]
async fn a_secret_recorded_after_judge_takes_the_address_out_at_the_last_look() {
    let world = Plan::default().build();
    let effect = world.send(&met("")).await.effects[0].clone();
    assert_eq!(world.gateway.judge(&effect).await.unwrap(), Outcome::Forwarded);
    // However the fact came: without the store sending the message back.
    world.store.state().facts.push(geheimhouding());
    world.gateway.settle().await.unwrap();
    assert!(!tells_where(&world.target.texts().remove(0)));
    let state = world.store.state();
    let vertrek = state.records.iter().find(|r| r.stap == Stap::Vertrek).unwrap();
    assert!(vertrek.inhoud.toelichting.ends_with("(nauwer)"));
    assert!(vertrek.inhoud.paden.iter().any(|g| g.reden == "adres-geheim"));
}

#[tokio::test]
async fn judged_anew_from_the_accepted_bytes_it_is_seen_again() {
    let mut plan = Plan::default();
    let informed = plan.facts.pop().unwrap();
    let world = plan.build();
    let effect = world.send(&met(r#","geheim":true"#)).await.effects[0].clone();
    world.gateway.settle().await.unwrap();
    assert_eq!(world.redenen(&effect), ["niet-geinformeerd"]);
    world.gateway.record_facts("account-1", vec![informed]).await.unwrap();
    world.gateway.settle().await.unwrap();
    assert_eq!(world.place(&effect), Place::Done);
    assert!(!tells_where(&world.target.texts().remove(0)));
}

#[tokio::test]
async fn a_copy_in_the_shadow_sees_it_too() {
    let world = Plan::default().build();
    let effect = world.send_as("proef", &met(r#","geheim":true"#)).await.effects[0].clone();
    world.gateway.settle().await.unwrap();
    let state = world.store.state();
    let said = state
        .records
        .iter()
        .find(|r| r.effect == effect.0 && r.stap == Stap::Schaduw)
        .unwrap();
    assert!(said.inhoud.paden.iter().any(|g| g.reden == "adres-geheim"));
}
