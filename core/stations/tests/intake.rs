//! What comes in is read strictly, kept once, and answered only when it is durable.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use sluis_rules::journal::Stap;
use sluis_stations::{IntakeRefusal, Klasse, Mode};
use support::*;

async fn refusal(world: &World, koppeling: &str, body: &str) -> IntakeRefusal {
    let caller = world.gateway.caller(koppeling).unwrap();
    world
        .gateway
        .accept_event(&caller, body.as_bytes(), None)
        .await
        .unwrap_err()
}

#[tokio::test]
async fn the_same_event_twice_is_one_and_a_changed_one_is_a_conflict() {
    let world = Plan::default().build();
    let first = world.send(&hulpvraag("e-1", LEERPLICHT)).await;
    let again = world.send(&hulpvraag("e-1", LEERPLICHT)).await;
    assert_eq!(
        (first.effects.clone(), first.event_key.clone()),
        (again.effects, again.event_key)
    );
    assert!(again.repeat && !first.repeat);
    assert_eq!(world.stappen(&first.effects[0]), [Stap::Aanvaard]);
    let changed = hulpvraag("e-1", LEERPLICHT).replace("Testdijk", "Proefman");
    let refused = refusal(&world, "kindkans", &changed).await;
    assert_eq!((refused.slug(), refused.klasse().status()), ("andere-inhoud", 409));
    assert_eq!(world.gateway.tellers().accepted, 1);
}

#[tokio::test]
async fn without_a_receiver_every_participant_but_the_sender_gets_one() {
    let mut plan = Plan::default();
    plan.facts.push(deelname(SWV));
    let world = plan.build();
    let receipt = world.send(&hulpvraag("e-1", "")).await;
    let state = world.store.state();
    let to: Vec<_> = receipt
        .effects
        .iter()
        .map(|e| state.messages[e].event.claim.ontvanger.unwrap())
        .collect();
    assert_eq!(to, [partij(LEERPLICHT), partij(SWV)]);
    let lanes: Vec<_> = receipt.effects.iter().map(|e| state.messages[e].lane.clone()).collect();
    assert_ne!(lanes[0], lanes[1], "each receiver has its own lane");
}

#[tokio::test]
async fn a_sender_outside_the_case_learns_of_no_participant() {
    let mut plan = Plan::default();
    plan.facts.push(feit(&format!(
        r#"{{"soort":"deelname","casus":"cas-1","partij":"{SCHOOL}","vanaf":"2026-09-01","tot":"2026-09-02"}}"#
    )));
    let world = plan.build();
    let receipt = world.send(&hulpvraag("e-1", "")).await;
    {
        let state = world.store.state();
        let to = receipt.effects.iter().map(|e| state.messages[e].event.claim.ontvanger);
        assert_eq!(to.collect::<Vec<_>>(), [None], "kept whole, and divided over nobody");
    }
    world.gateway.settle().await.unwrap();
    assert_eq!(world.redenen(&receipt.effects[0]), ["afzender-niet-bij-casus"]);
}

#[tokio::test]
async fn only_who_has_a_mandate_is_believed() {
    let world = Plan::default().build();
    let refused = refusal(&world, "jgz", &hulpvraag("e-1", LEERPLICHT)).await;
    assert_eq!((refused.slug(), refused.klasse()), ("geen-mandaat", Klasse::Verboden));
    let foreign =
        hulpvraag("e-1", LEERPLICHT).replace("urn:nld:oin:00000099000000001000", "urn:nld:oin:00000099000000009000");
    assert_eq!(refusal(&world, "kindkans", &foreign).await, IntakeRefusal::VreemdeBron);
    assert_eq!(
        refusal(&world, "kindkans", &hulpvraag("e-1", SCHOOL)).await,
        IntakeRefusal::OntvangerIsAfzender
    );
    assert_eq!(
        refusal(&world, "uit", &hulpvraag("e-1", LEERPLICHT)).await,
        IntakeRefusal::KoppelingUit
    );
    assert!(world.store.state().messages.is_empty());
    assert!(world.gateway.caller("onbekend").is_none());
}

#[tokio::test]
async fn bad_bytes_are_refused_with_a_place_and_never_a_value() {
    let world = Plan::default().build();
    let good = hulpvraag("e-1", LEERPLICHT);
    let cases = [
        (
            good.replace(r#""bsn":"#, r#""\u0061chternaam":"#),
            "dubbele-sleutel",
            400,
        ),
        (good.replace("999900006", "geheim-bsn"), "past-niet-in-schema", 400),
        (
            good.replace(r#""vraag":"onderwijs-zorgarrangement""#, r#""vraag":"geheim-woord""#),
            "past-niet-in-schema",
            400,
        ),
        (good.replace(r#""datum":"2026-09-14","#, ""), "past-niet-in-schema", 400),
        (format!("{good} x"), "meer-dan-een-waarde", 400),
        (good.replace(r#""casus":"cas-1","#, ""), "attribuut-ontbreekt", 400),
        (good.replace("cas-1", "999900006"), "attribuut-ongeldig", 400),
        (good.replace("Testdijk", &"geheim".repeat(400_000)), "te-groot", 413),
    ];
    for (body, slug, status) in cases {
        let refused = refusal(&world, "kindkans", &body).await;
        assert_eq!((refused.slug(), refused.klasse().status()), (slug, status));
        let shown = format!("{refused} {refused:?} {:?}", refused.path());
        assert!(
            !shown.contains("geheim") && !shown.contains("9999") && !shown.contains("Testdijk"),
            "{shown}"
        );
    }
    assert!(world.store.state().messages.is_empty());
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_acknowledged() {
    let world = Plan::default().build();
    *world.store.failing.lock().unwrap() = 1;
    let refused = refusal(&world, "kindkans", &hulpvraag("e-1", LEERPLICHT)).await;
    assert_eq!((refused.slug(), refused.klasse().status()), ("niet-bewaard", 503));
    assert!(world.store.state().messages.is_empty());
    assert!(!world.send(&hulpvraag("e-1", LEERPLICHT)).await.repeat);
}

#[tokio::test]
async fn fields_nobody_knows_are_told_to_the_sender_by_a_hash() {
    let world = Plan::default().build();
    let receipt = world
        .send(&hulpvraag_with(
            "e-1",
            LEERPLICHT,
            r#""achternaam":"Testdijk","fatima":"x""#,
            "",
        ))
        .await;
    assert_eq!((receipt.gaps.len(), receipt.gap_count), (1, 1));
    assert!(receipt.gaps[0].contains("onbekend#") && !receipt.gaps[0].contains("fatima"));
}

#[tokio::test]
async fn an_event_without_receivers_waits_and_is_divided_once_the_facts_name_them() {
    let mut plan = Plan::default();
    let facts = std::mem::take(&mut plan.facts);
    let world = plan.build();
    let receipt = world.send(&hulpvraag("e-1", "")).await;
    let whole = &receipt.effects[0];
    world.gateway.settle().await.unwrap();
    assert_eq!(world.redenen(whole), ["casus-onbekend"]);
    assert!(world.target.texts().is_empty());
    world.gateway.record_facts("account-1", facts).await.unwrap();
    world.gateway.settle().await.unwrap();
    assert_eq!(world.target.texts().len(), 1);
    assert_eq!(world.place(whole), support::store::Place::Done);
    // The sender still finds everything by its receipt.
    let told = world.gateway.why(&receipt.event_key).await.unwrap();
    assert!(told.iter().any(|r| r.stap == Stap::Afgeleverd && r.effect != whole.0));
}

#[tokio::test]
async fn shadow_judges_and_forwards_nothing() {
    let plan = Plan {
        mode: Mode::Shadow,
        ..Plan::default()
    };
    let world = plan.build();
    let receipt = world.send(&hulpvraag("e-1", LEERPLICHT)).await;
    world.gateway.settle().await.unwrap();
    assert_eq!(world.stappen(&receipt.effects[0]), [Stap::Aanvaard, Stap::Schaduw]);
    let record = world.store.state().records.last().cloned().unwrap();
    assert_eq!(record.inhoud.uitkomst, "geminimaliseerd");
    assert!(!record.inhoud.paden.is_empty());
    assert!(world.target.texts().is_empty() && world.gateway.tellers().shadowed == 1);
}
