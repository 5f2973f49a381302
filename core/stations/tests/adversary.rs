//! What somebody tries who sends carelessly, or can write in the database.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use sluis_rules::journal::Stap;
use sluis_stations::Mode;
use sluis_stations::ports::EffectId;
use support::state::State;
use support::store::Place;
use support::*;

const SOURCE: &str = "urn:nld:oin:00000099000000001000:systeem:kindkans";

#[tokio::test]
async fn a_shadow_copy_never_swallows_the_message_itself() {
    for to in [LEERPLICHT, ""] {
        let world = Plan::default().build();
        let body = hulpvraag("e-1", to);
        let copy = world.send_as("proef", &body).await;
        world.gateway.settle().await.unwrap();
        assert!(world.send_as("proef", &body).await.repeat);
        let real = world.send(&body).await;
        assert!(!real.repeat && real.event_key != copy.event_key && real.effects != copy.effects);
        world.gateway.settle().await.unwrap();
        assert_eq!(world.target.texts().len(), 1);
        assert_eq!(world.stappen(&copy.effects[0]), [Stap::Aanvaard, Stap::Schaduw]);
        assert_eq!(world.place(&real.effects[0]), Place::Done);
        // The other way round too: a copy of what was sent is a copy.
        let world = Plan::default().build();
        world.send(&body).await;
        assert!(!world.send_as("proef", &body).await.repeat);
        world.gateway.settle().await.unwrap();
        assert_eq!(world.target.texts().len(), 1);
    }
}

#[tokio::test]
async fn a_shadow_copy_holds_no_lane_and_stays_a_copy_when_it_is_divided() {
    let mut plan = Plan::default();
    let facts = std::mem::take(&mut plan.facts);
    let world = plan.build();
    let body = hulpvraag("e-1", "");
    let (copy, real) = (world.send_as("proef", &body).await, world.send(&body).await);
    let lane = |e: &EffectId| world.store.state().messages[e].lane.clone();
    assert_ne!(lane(&copy.effects[0]), lane(&real.effects[0]));
    world.gateway.settle().await.unwrap();
    world.gateway.record_facts("account-1", facts).await.unwrap();
    world.gateway.settle().await.unwrap();
    assert_eq!(world.target.texts().len(), 1);
    let told = world.gateway.why(&copy.event_key).await.unwrap();
    assert_eq!(told.last().unwrap().stap, Stap::Schaduw);
}

#[tokio::test]
async fn after_a_switch_to_enforce_what_was_a_copy_stays_one_and_the_message_arrives_once() {
    for judged_before in [true, false] {
        let shadow = Plan {
            mode: Mode::Shadow,
            ..Plan::default()
        }
        .build();
        let body = hulpvraag("e-1", LEERPLICHT);
        let copy = shadow.send(&body).await;
        if judged_before {
            shadow.gateway.settle().await.unwrap();
        }
        let world = Plan {
            facts: Vec::new(),
            store: shadow.store,
            ..Plan::default()
        }
        .build();
        assert!(!world.send(&body).await.repeat);
        world.gateway.settle().await.unwrap();
        assert_eq!(world.target.texts().len(), 1);
        assert_eq!(world.stappen(&copy.effects[0]), [Stap::Aanvaard, Stap::Schaduw]);
    }
}

#[tokio::test]
async fn after_a_switch_to_shadow_what_was_taken_for_real_is_not_lost() {
    let before = Plan::default().build();
    let effect = before.send(&hulpvraag("e-1", LEERPLICHT)).await.effects[0].clone();
    let world = Plan {
        mode: Mode::Shadow,
        facts: Vec::new(),
        store: before.store,
        ..Plan::default()
    }
    .build();
    world.gateway.settle().await.unwrap();
    assert_eq!(world.redenen(&effect), ["koppeling-in-schaduw"]);
    assert!(world.target.texts().is_empty());
}

#[tokio::test]
async fn the_id_that_the_sender_gave_is_kept_nowhere() {
    let mut plan = Plan::default();
    plan.facts.push(deelname(JGZ));
    let world = plan.build();
    let receipt = world.send(&hulpvraag("Fatima-Jansen-2014", JGZ)).await;
    let effect = &receipt.effects[0];
    world.gateway.settle().await.unwrap();
    let stored = world.store.state().messages[effect].event.clone();
    assert_eq!(stored.id, receipt.event_key);
    assert!(!serde_json::to_string(&stored).unwrap().contains("Fatima"));
    let jgz = world.gateway.caller("jgz").unwrap();
    let content = world.gateway.mailbox_fetch(&jgz, partij(JGZ), effect).await.unwrap();
    assert_eq!(content.event.id, effect.0, "the receiver knows it by its own id");
    // Who knows the source and the id still finds it, and so does who has the receipt.
    let key = world.gateway.event_key("kindkans", SOURCE, "Fatima-Jansen-2014");
    assert_eq!(key, receipt.event_key);
    assert_eq!(world.gateway.why(&key).await.unwrap().len(), 4);
    assert!(world.send(&hulpvraag("Fatima-Jansen-2014", JGZ)).await.repeat);
}

#[tokio::test]
async fn a_connection_cannot_take_the_ids_of_another_that_speaks_for_the_same_school() {
    let world = Plan::default().build();
    let squat = world
        .send_as(
            "tweede",
            &hulpvraag_with("e-1", LEERPLICHT, r#""achternaam":"Anders""#, ""),
        )
        .await;
    // The same id, other content: no conflict with what another brought.
    let real = world.send(&hulpvraag("e-1", LEERPLICHT)).await;
    assert!(!real.repeat && real.event_key != squat.event_key && real.effects != squat.effects);
    assert!(world.send(&hulpvraag("e-1", LEERPLICHT)).await.repeat);
    world.gateway.settle().await.unwrap();
    assert_eq!(world.target.texts().len(), 2);
}

#[tokio::test]
async fn words_that_the_rules_do_not_know_are_not_recorded() {
    let cases = [
        (
            r#""casusoverleg":"thuiszitterstafel""#,
            r#""casusoverleg":"geheim-fatima""#,
            "overleg-onbekend",
        ),
        (r#""fase":"intake""#, r#""fase":"geheim-fatima""#, "andere-fase"),
        (r#""doel":"a""#, r#""doel":"geheim-fatima""#, "doel-niet-van-overleg"),
        (
            r#""doel":"a""#,
            r#""doel":"a","grondslag":"geheim-fatima""#,
            "andere-grondslag",
        ),
    ];
    for (known, unknown, reden) in cases {
        let world = Plan::default().build();
        let body = hulpvraag("e-1", LEERPLICHT).replace(known, unknown);
        let effect = world.send(&body).await.effects[0].clone();
        assert!(world.send(&body).await.repeat);
        world.gateway.settle().await.unwrap();
        assert!(
            world.redenen(&effect).iter().any(|r| r == reden),
            "{:?}",
            world.redenen(&effect)
        );
        let listed = world.gateway.quarantine(None, 10).await.unwrap();
        let state = world.store.state();
        let journal = state.lines.concat();
        let all = format!("{listed:?}{}", String::from_utf8(journal).unwrap());
        assert!(!all.contains("geheim") && all.contains("onbekend"), "{all}");
    }
    // What the rules know stays as it is.
    let world = Plan::default().build();
    let body = hulpvraag("e-1", LEERPLICHT).replace(
        r#""doel":"a""#,
        r#""doel":"a","grondslag":"school-onderwijswet-overleg""#,
    );
    let effect = world.send(&body).await.effects[0].clone();
    let claim = world.store.state().messages[&effect].event.claim.clone();
    assert_eq!(
        (claim.casusoverleg.as_str(), claim.fase.as_str()),
        ("thuiszitterstafel", "intake")
    );
    assert_eq!(
        (claim.doel.as_str(), claim.grondslag.as_deref()),
        ("a", Some("school-onderwijswet-overleg"))
    );
}

type Edit = fn(&mut State, &EffectId);

/// What somebody with the database, but without the key, would like to change.
const EDITS: [Edit; 5] = [
    |s, e| s.messages.get_mut(e).unwrap().event.claim.doel = "b".to_owned(),
    |s, e| s.messages.get_mut(e).unwrap().event.claim.ontvanger = Some(partij(SWV)),
    |s, e| s.messages.get_mut(e).unwrap().event.claim.casus = "cas-2".to_owned(),
    |s, e| s.messages.get_mut(e).unwrap().event.source = SOURCE.replace("kindkans", "ander"),
    |s, e| s.messages.get_mut(e).unwrap().koppeling = "swv".to_owned(),
];

#[tokio::test]
async fn a_claim_that_was_edited_in_the_database_makes_its_message_unreadable() {
    for edit in EDITS {
        // Before judge, and between judge and deliver.
        for judge_first in [false, true] {
            let mut plan = Plan::default();
            plan.facts.push(deelname(SWV));
            let world = plan.build();
            let effect = world.send(&hulpvraag("e-1", LEERPLICHT)).await.effects[0].clone();
            if judge_first {
                world.gateway.judge(&effect).await.unwrap();
            }
            edit(&mut world.store.state(), &effect);
            world.gateway.settle().await.unwrap();
            let aside = world.redenen(&effect);
            assert!(aside == ["onleesbaar"] || aside == ["koppeling-uit"], "{aside:?}");
            assert!(world.target.texts().is_empty() && world.swv.texts().is_empty());
        }
    }
}

#[tokio::test]
async fn a_mailbox_gives_nothing_whose_receiver_was_edited() {
    for column_only in [false, true] {
        let mut plan = Plan::default();
        plan.facts.extend([deelname(JGZ), deelname(SWV)]);
        let world = plan.build();
        let effect = world.send(&hulpvraag("e-1", JGZ)).await.effects[0].clone();
        world.gateway.settle().await.unwrap();
        assert_eq!(world.place(&effect), Place::Mailbox);
        if column_only {
            world.store.state().messages.get_mut(&effect).unwrap().column = Some(partij(SWV));
        } else {
            world
                .store
                .state()
                .messages
                .get_mut(&effect)
                .unwrap()
                .event
                .claim
                .ontvanger = Some(partij(SWV));
        }
        let refused = world
            .gateway
            .mailbox_fetch(&world.kindkans(), partij(SWV), &effect)
            .await
            .unwrap_err();
        assert_eq!(refused.status(), 404);
        assert_eq!(world.redenen(&effect), ["onleesbaar"]);
    }
}
