//! Facts, judging anew, retention, and why.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use sluis_rules::journal::Stap;
use sluis_stations::{BeheerError, IntakeRefusal, redenen};
use support::store::Place;
use support::*;

#[tokio::test]
async fn a_fact_that_cannot_be_used_is_refused_by_its_field() {
    let world = Plan::default().build();
    let wrong = [
        (
            r#"{"soort":"fase","casus":"999900006","fase":"intake","vanaf":"2026-09-01"}"#,
            "casus",
        ),
        (
            r#"{"soort":"fase","casus":"cas-1","fase":"In Take","vanaf":"2026-09-01"}"#,
            "fase",
        ),
        (
            r#"{"soort":"vrijgave","casus":"cas-1","professional":"account-12","gegevens":["verzonnen.*"],
            "ontvanger":"00000099000000002000/leerplicht","op":"2026-09-05"}"#,
            "gegevens",
        ),
        (
            r#"{"soort":"deelname","casus":"cas-1","partij":"00000099000000002000/jeugd","vanaf":"2026-09-02","tot":"2026-09-01"}"#,
            "tot",
        ),
    ];
    let before = world.store.state().facts.len();
    for (json, field) in wrong {
        let refused = world
            .gateway
            .record_facts("account-1", vec![deelname(SWV), feit(json)])
            .await
            .unwrap_err();
        assert!(
            matches!(&refused, BeheerError::Ongeldig { veld, .. } if *veld == field),
            "{refused}"
        );
    }
    assert!(
        world
            .gateway
            .record_facts("Jan Jansen", vec![deelname(SWV)])
            .await
            .is_err()
    );
    assert_eq!(world.store.state().facts.len(), before, "all or nothing");
    let kept = world
        .gateway
        .record_facts("account-1", vec![deelname(SWV)])
        .await
        .unwrap();
    assert_eq!(kept.versie as usize, before + 1);
    let record = world.store.state().records.last().cloned().unwrap();
    assert_eq!(
        (record.stap, record.inhoud.toelichting.as_str()),
        (Stap::Feit, "deelname door account-1")
    );
}

#[tokio::test]
async fn content_is_kept_thirty_days_and_why_stays() {
    let mut plan = Plan::default();
    plan.facts.pop();
    let world = plan.build();
    let receipt = world.send(&hulpvraag("e-1", LEERPLICHT)).await;
    let effect = &receipt.effects[0];
    world.gateway.settle().await.unwrap();
    assert_eq!(world.gateway.tellingen().await.unwrap().quarantaine, 1);
    assert!(world.gateway.rejudge("account-1", effect).await.unwrap());
    world.gateway.settle().await.unwrap();
    assert_eq!(world.redenen(effect), ["niet-geinformeerd"], "nobody passes the judge");
    assert_eq!(
        world.gateway.quarantine(None, 10).await.unwrap()[0].redenen,
        ["niet-geinformeerd"]
    );
    world.clock.forward(29 * 86_400);
    assert_eq!(world.gateway.expire().await.unwrap(), 0);
    world.clock.forward(2 * 86_400);
    assert_eq!(world.gateway.expire().await.unwrap(), 1);
    assert_eq!(world.place(effect), Place::Done);
    assert!(!world.gateway.rejudge("account-1", effect).await.unwrap());
    let by_effect = world.gateway.why(effect.as_str()).await.unwrap();
    assert_eq!(by_effect, world.gateway.why(&receipt.event_key).await.unwrap());
    assert_eq!(by_effect.last().unwrap().stap, Stap::Vernietigd);
    assert!(world.gateway.why("nooit").await.unwrap().is_empty());
}

#[tokio::test]
async fn the_rules_can_be_replaced_and_the_record_names_them() {
    let world = Plan::default().build();
    world.gateway.reload(rulebook()).unwrap();
    let effect = world.send(&hulpvraag("e-1", LEERPLICHT)).await.effects[0].clone();
    world.gateway.settle().await.unwrap();
    let hash = world.gateway.rulebook().hash().to_string();
    let told = world.gateway.why(effect.as_str()).await.unwrap();
    assert!(
        told.iter()
            .filter(|r| matches!(r.stap, Stap::Besluit | Stap::Vertrek))
            .all(|r| r.inhoud.regelboek == hash)
    );
}

#[test]
fn every_reason_of_ours_is_a_slug_once() {
    let mut all: Vec<&str> = redenen::ALL.iter().chain(IntakeRefusal::SLUGS).copied().collect();
    all.sort_unstable();
    let n = all.len();
    all.dedup();
    assert_eq!(
        all.len() + 1,
        n,
        "only koppeling-uit stands in both: the cause is the same"
    );
    assert!(
        all.iter()
            .all(|s| s.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
    );
}

#[tokio::test]
async fn a_withdrawal_of_an_unknown_consent_is_kept_told_and_works_when_the_consent_comes() {
    let mut plan = Plan::default();
    plan.facts.push(deelname(SWV));
    let world = plan.build();
    let receipt = world
        .gateway
        .record_facts("account-1", vec![intrekking()])
        .await
        .unwrap();
    assert_eq!(receipt.onbekende_toestemming, ["t-1"]);
    let told = world.store.state().records.last().unwrap().inhoud.toelichting.clone();
    assert!(told.contains("geen toestemming met dit kenmerk"), "{told}");
    // The consent comes after its withdrawal: it never works.
    world
        .gateway
        .record_facts("account-1", vec![toestemming(SWV)])
        .await
        .unwrap();
    world.send(&hulpvraag_gezondheid("e-1")).await;
    world.gateway.settle().await.unwrap();
    assert!(!world.swv.texts()[0].contains("urenPerWeek"));
    // Of a consent that is known, also in the same list, nothing is said.
    for list in [
        vec![intrekking()],
        vec![intrekking_id("t-2"), toestemming_id("t-2", SWV)],
    ] {
        let receipt = world.gateway.record_facts("account-1", list).await.unwrap();
        assert!(receipt.onbekende_toestemming.is_empty());
    }
    // A consent of that id of another case is another consent.
    let other = feit(r#"{"soort":"intrekking","toestemming":"t-1","casus":"cas-2","op":"2026-10-01"}"#);
    let receipt = world.gateway.record_facts("account-1", vec![other]).await.unwrap();
    assert_eq!(receipt.onbekende_toestemming, ["t-1"]);
}

#[tokio::test]
async fn the_manner_of_informing_is_a_word_of_the_list() {
    let world = Plan::default().build();
    let told = |wijze: &str| {
        feit(&format!(
            r#"{{"soort":"informering","casus":"cas-1","door":"{SCHOOL}","op":"2026-09-01","wijze":"{wijze}","bekend_bij_deelnemers":true}}"#
        ))
    };
    for wijze in ["gesprek", "brief", "e-mail", "portaal", "telefonisch", "anders"] {
        world
            .gateway
            .record_facts("account-1", vec![told(wijze)])
            .await
            .unwrap();
    }
    for wijze in ["", "Gesprek", "mail", "moeder-gebeld"] {
        let refused = world
            .gateway
            .record_facts("account-1", vec![told(wijze)])
            .await
            .unwrap_err();
        assert!(refused.to_string().contains("wijze"), "{refused}");
    }
}

#[tokio::test]
async fn other_rules_judge_again_what_a_gate_stopped() {
    let mut plan = Plan::default();
    plan.facts.retain(|f| f.soort() != "informering");
    let world = plan.build();
    let effect = world.send(&hulpvraag("e-1", LEERPLICHT)).await.effects[0].clone();
    world.gateway.settle().await.unwrap();
    assert!(matches!(world.place(&effect), Place::Quarantine(..)));
    assert_eq!(world.gateway.rejudge_for_rules().await.unwrap(), 1);
    world.gateway.settle().await.unwrap();
    assert!(
        matches!(world.place(&effect), Place::Quarantine(..)),
        "the same rules and facts say the same"
    );
    let judged = world.stappen(&effect).iter().filter(|s| **s == Stap::Besluit).count();
    assert_eq!(judged, 2);
}
