//! From judge to the receiver: decided on facts, recorded before it leaves, looked at once more.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::sync::Arc;

use sluis_rules::journal::{self, Stap};
use sluis_stations::Outcome;
use sluis_stations::ports::{EffectId, Sent};
use support::store::Place;
use support::*;

async fn one(world: &World, body: &str) -> EffectId {
    world.send(body).await.effects[0].clone()
}

#[tokio::test]
async fn what_is_permitted_arrives_once_and_its_record_is_there_first() {
    let world = Plan::default().build();
    let store = Arc::clone(&world.store);
    *world.target.on_send.lock().unwrap() = Some(Box::new(move |effect| {
        let state = store.state();
        let last = state.records.iter().rfind(|r| r.effect == effect.0).unwrap();
        assert_eq!(last.stap, Stap::Vertrek);
        assert!(state.messages[effect].departed);
    }));
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let body = hulpvraag("e-1", LEERPLICHT);
    let receipt = world
        .gateway
        .accept_event(&world.kindkans(), body.as_bytes(), Some(trace))
        .await
        .unwrap();
    world.gateway.settle().await.unwrap();
    world.send(&body).await;
    world.gateway.settle().await.unwrap();
    let texts = world.target.texts();
    assert_eq!(texts.len(), 1);
    assert!(texts[0].contains("Testdijk") && !texts[0].contains("2024-0117"));
    let effect = &receipt.effects[0];
    assert_eq!(
        world.stappen(effect),
        [Stap::Aanvaard, Stap::Besluit, Stap::Vertrek, Stap::Afgeleverd]
    );
    let state = world.store.state();
    let besluit = state.records.iter().find(|r| r.stap == Stap::Besluit).unwrap();
    assert_eq!(besluit.inhoud.uitkomst, "geminimaliseerd");
    assert!(!besluit.inhoud.paden.is_empty());
    // One trace from the sender's request to the receiver's.
    assert!(
        state
            .records
            .iter()
            .all(|r| r.trace_id == "4bf92f3577b34da6a3ce929d0e0e4736" && r.span_id.len() == 16)
    );
    assert!(world.target.traces.lock().unwrap()[0].starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
    journal::verify(state.lines.iter().map(Vec::as_slice)).unwrap();
    assert!(
        state.messages[effect].accepted.is_empty(),
        "content of an ended message is destroyed"
    );
}

#[tokio::test]
async fn what_is_blocked_waits_and_a_fact_sends_it_through_the_judge_again() {
    let mut plan = Plan::default();
    let late = plan.facts.pop().unwrap();
    let world = plan.build();
    let effect = one(&world, &hulpvraag("e-1", LEERPLICHT)).await;
    world.gateway.settle().await.unwrap();
    assert_eq!(world.redenen(&effect), ["niet-geinformeerd"]);
    assert_eq!(
        world.stappen(&effect),
        [Stap::Aanvaard, Stap::Besluit, Stap::Quarantaine]
    );
    assert!(world.target.texts().is_empty());
    world.gateway.record_facts("account-1", vec![late]).await.unwrap();
    world.gateway.settle().await.unwrap();
    assert_eq!(world.target.texts().len(), 1);
    assert_eq!(world.place(&effect), Place::Done);
}

#[tokio::test]
async fn a_withdrawal_before_the_send_leaves_the_health_data_behind() {
    for by_store in [true, false] {
        let mut plan = Plan::default();
        plan.facts.extend([deelname(SWV), toestemming(SWV)]);
        let world = plan.build();
        let effect = one(&world, &hulpvraag_gezondheid("e-1")).await;
        assert_eq!(world.gateway.judge(&effect).await.unwrap(), Outcome::Forwarded);
        assert!(String::from_utf8_lossy(&world.store.state().messages[&effect].minimised).contains("urenPerWeek"));
        if by_store {
            // The ordinary way: the store sends it back to judge.
            world
                .gateway
                .record_facts("account-1", vec![intrekking()])
                .await
                .unwrap();
        } else {
            // However the fact came: the last look sees it.
            world.store.state().facts.push(intrekking());
        }
        world.gateway.settle().await.unwrap();
        let texts = world.swv.texts();
        assert_eq!(texts.len(), 1);
        assert!(texts[0].contains("Testdijk") && !texts[0].contains("urenPerWeek"));
        let state = world.store.state();
        let vertrek = state.records.iter().find(|r| r.stap == Stap::Vertrek).unwrap();
        assert_eq!(
            vertrek.inhoud.toelichting,
            if by_store { "swv" } else { "swv (nauwer)" }
        );
        assert_eq!(
            vertrek.inhoud.paden.is_empty(),
            by_store,
            "what the last look took away is recorded"
        );
    }
}

#[tokio::test]
async fn a_closed_case_stops_what_was_already_judged() {
    let world = Plan::default().build();
    let effect = one(&world, &hulpvraag("e-1", LEERPLICHT)).await;
    world.gateway.judge(&effect).await.unwrap();
    world.store.state().facts.push(sluiting());
    let outcome = world.gateway.deliver(&effect).await.unwrap();
    assert_eq!(outcome, Outcome::Quarantined(vec!["casus-gesloten".to_owned()]));
    assert!(world.target.texts().is_empty());
    assert!(!world.stappen(&effect).contains(&Stap::Vertrek));
}

#[tokio::test]
async fn a_fact_between_reading_and_committing_makes_it_decide_again() {
    // At judge.
    let mut plan = Plan::default();
    plan.facts.extend([deelname(SWV), toestemming(SWV)]);
    let world = plan.build();
    let effect = one(&world, &hulpvraag_gezondheid("e-1")).await;
    world
        .store
        .after_facts
        .lock()
        .unwrap()
        .push(Box::new(|s| s.facts.push(intrekking())));
    assert_eq!(world.gateway.judge(&effect).await.unwrap(), Outcome::Forwarded);
    assert!(!String::from_utf8_lossy(&world.store.state().messages[&effect].minimised).contains("urenPerWeek"));
    // At deliver: nothing has left when the fact is there.
    world
        .store
        .after_facts
        .lock()
        .unwrap()
        .push(Box::new(|s| s.facts.push(sluiting())));
    let outcome = world.gateway.deliver(&effect).await.unwrap();
    assert_eq!(outcome, Outcome::Quarantined(vec!["casus-gesloten".to_owned()]));
    assert!(world.swv.texts().is_empty());
}

#[tokio::test]
async fn a_contribution_that_falls_away_does_not_lend_its_mask_to_another() {
    let accord = feit(&format!(
        r#"{{"soort":"akkoord","casus":"cas-1","inbrenger":"{JGZ}","doorgever":"{SCHOOL}","ontvanger":"{SWV}","op":"2026-09-05"}}"#
    ));
    let broken = |id: &str| {
        feit(&format!(
            r#"{{"soort":"toestemming","id":"{id}","casus":"cas-1","kind":"doorbreking-geheim","verstrekker":"{JGZ}",
            "gegevens":["persoon.*","hulpvraag.*","gezondheid.*"],"doelen":["a"],"ontvangers":["{SWV}"],"schriftelijk_op":"2026-09-01"}}"#
        ))
    };
    let mut plan = Plan::default();
    plan.facts.extend([
        deelname(SWV),
        deelname(JGZ),
        accord,
        broken("t-1"),
        toestemming_id("t-2", SWV),
    ]);
    let world = plan.build();
    // The secret contribution stands first; when it goes, the school's moves to its place.
    let secret = format!(
        r#"{{"inbrenger":"{JGZ}","beroepsgeheim":"wgbo","inhoud":{{"persoon":{{"achternaam":"Geheimdijk"}},"gezondheid":{{"belastbaarheid":{{"urenPerWeek":2}}}}}}}},"#
    );
    let body = hulpvraag_gezondheid("e-1").replace(r#""bijdragen":["#, &format!(r#""bijdragen":[{secret}"#));
    let effect = one(&world, &body).await;
    world.gateway.judge(&effect).await.unwrap();
    let kept = String::from_utf8_lossy(&world.store.state().messages[&effect].minimised).into_owned();
    assert!(
        kept.contains("Geheimdijk") && kept.contains(r#""urenPerWeek":6"#),
        "{kept}"
    );
    world.store.state().facts.push(intrekking());
    assert_eq!(world.gateway.deliver(&effect).await.unwrap(), Outcome::Delivered);
    let text = &world.swv.texts()[0];
    assert!(!text.contains("Geheimdijk") && !text.contains(r#""urenPerWeek":2"#));
    assert!(
        text.contains("Testdijk") && text.contains(r#""urenPerWeek":6"#),
        "{text}"
    );
}

#[tokio::test]
async fn order_holds_within_a_lane_and_only_there() {
    let mut plan = Plan::default();
    plan.target = plan.target.answers([Sent::Retry {
        after: None,
        why: "503",
    }]);
    plan.facts.push(deelname(SWV));
    let world = plan.build();
    let first = one(&world, &hulpvraag("e-1", LEERPLICHT)).await;
    let second = one(&world, &hulpvraag("e-2", LEERPLICHT)).await;
    let other = one(&world, &hulpvraag("e-3", SWV)).await;
    world.gateway.settle().await.unwrap();
    assert_eq!(world.place(&other), Place::Done, "another lane goes on");
    assert_eq!(
        (world.place(&first), world.place(&second)),
        (Place::Deliver, Place::Judge)
    );
    world.clock.forward(3);
    world.gateway.settle().await.unwrap();
    let got: Vec<EffectId> = world
        .target
        .got
        .lock()
        .unwrap()
        .iter()
        .map(|(e, _)| e.clone())
        .collect();
    assert_eq!(got, [first.clone(), first, second]);
}

#[tokio::test]
async fn own_faults_and_refusals_have_reasons_of_their_own() {
    let mut plan = Plan::default();
    plan.target = plan.target.answers([Sent::Refused { why: "422" }]);
    plan.swv.broken = true;
    plan.facts.push(deelname(SWV));
    let world = plan.build();
    let refused = one(&world, &hulpvraag("e-1", LEERPLICHT)).await;
    let unproven = one(&world, &hulpvraag("e-2", SWV)).await;
    world.gateway.settle().await.unwrap();
    assert_eq!(world.redenen(&refused), ["geweigerd-door-ontvanger"]);
    assert_eq!(world.redenen(&unproven), ["zelfcontrole"]);
    assert!(world.swv.texts().is_empty());
    // What was kept is changed on disk: it is not sent, and not lost either.
    let changed = one(&world, &hulpvraag("e-3", LEERPLICHT)).await;
    world.store.state().messages.get_mut(&changed).unwrap().accepted[0] ^= 1;
    world.gateway.settle().await.unwrap();
    assert_eq!(world.redenen(&changed), ["onleesbaar"]);
}

#[tokio::test]
async fn a_receiver_without_a_way_is_a_reason_and_not_a_loss() {
    let jeugdhulp = "00000099000000005000/jeugdhulpaanbieder";
    let mut plan = Plan::default();
    plan.facts.push(deelname(jeugdhulp));
    let world = plan.build();
    let effect = one(&world, &hulpvraag("e-1", jeugdhulp)).await;
    world.gateway.settle().await.unwrap();
    assert_eq!(world.redenen(&effect), ["geen-route"]);
    assert_eq!(
        world.stappen(&effect),
        [Stap::Aanvaard, Stap::Besluit, Stap::Quarantaine]
    );
}

#[tokio::test]
async fn after_too_many_attempts_at_judge_a_person_must_look() {
    let world = Plan::default().build();
    let effect = one(&world, &hulpvraag("e-1", LEERPLICHT)).await;
    world.store.state().messages.get_mut(&effect).unwrap().attempt = 8;
    world.gateway.settle().await.unwrap();
    assert_eq!(world.redenen(&effect), ["onverwerkbaar"]);
}
