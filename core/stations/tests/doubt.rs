//! An uncertain send: asked after, never simply repeated.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use sluis_rules::journal::Stap;
use sluis_stations::Outcome;
use sluis_stations::ports::{Asked, EffectId, Sent};
use support::ports::FakeTarget;
use support::store::Place;
use support::*;
use tokio::sync::Semaphore;

const UNKNOWN: Sent = Sent::Unknown { why: "tijd-om" };

/// A world in which the first send ends in doubt.
async fn doubted(change: impl FnOnce(FakeTarget) -> FakeTarget) -> (World, EffectId) {
    let plan = Plan {
        target: change(FakeTarget::new("zaaksysteem").answers([UNKNOWN])),
        ..Plan::default()
    };
    let world = plan.build();
    let effect = world.send(&hulpvraag("e-1", LEERPLICHT)).await.effects[0].clone();
    world.gateway.settle().await.unwrap();
    assert_eq!(world.stappen(&effect).last(), Some(&Stap::UitkomstOnbekend));
    (world, effect)
}

fn sends(world: &World) -> usize {
    world.target.got.lock().unwrap().len()
}

#[tokio::test]
async fn a_target_that_does_not_say_never_gets_a_second_send() {
    let (world, effect) = doubted(|t| t).await;
    for _ in 0..40 {
        world.clock.forward(700);
        world.gateway.settle().await.unwrap();
    }
    assert_eq!(sends(&world), 1);
    assert_eq!(world.redenen(&effect), ["uitkomst-onbekend"]);
    // Judged again by hand or by a fact: still no second send.
    assert!(world.gateway.rejudge("account-1", &effect).await.unwrap());
    world.gateway.settle().await.unwrap();
    world
        .gateway
        .record_facts("account-1", vec![deelname(SWV)])
        .await
        .unwrap();
    world.gateway.settle().await.unwrap();
    assert_eq!(sends(&world), 1);
    assert_eq!(world.redenen(&effect), ["uitkomst-onbekend"]);
}

#[tokio::test]
async fn a_target_that_has_it_ends_the_matter() {
    let (world, effect) = doubted(|t| t.asked([Asked::Silent, Asked::Has])).await;
    for _ in 0..3 {
        world.clock.forward(700);
        world.gateway.settle().await.unwrap();
    }
    assert_eq!((sends(&world), world.place(&effect)), (1, Place::Done));
    assert_eq!(world.stappen(&effect).last(), Some(&Stap::Afgeleverd));
}

#[tokio::test]
async fn a_target_that_has_it_not_gets_it_after_another_last_look() {
    let (world, effect) = doubted(|t| t.asked([Asked::HasNot])).await;
    world.clock.forward(700);
    world.gateway.settle().await.unwrap();
    assert_eq!((sends(&world), world.place(&effect)), (2, Place::Done));
    // And not when the facts changed meanwhile: the fact finds it at deliver, where asking comes first.
    let (world, effect) = doubted(|t| t.asked([Asked::HasNot])).await;
    world.gateway.record_facts("account-1", vec![sluiting()]).await.unwrap();
    assert_eq!(world.place(&effect), Place::Deliver);
    world.clock.forward(700);
    world.gateway.settle().await.unwrap();
    assert_eq!(sends(&world), 1);
    assert_eq!(world.redenen(&effect), ["casus-gesloten"]);
}

#[tokio::test]
async fn a_target_is_left_alone_before_it_is_asked() {
    let (world, _) = doubted(|t| t.asked([Asked::HasNot])).await;
    world.clock.forward(9);
    world.gateway.settle().await.unwrap();
    assert_eq!(
        world.target.asks.load(std::sync::atomic::Ordering::Relaxed),
        0,
        "it may still be working on it"
    );
    world.clock.forward(2);
    world.gateway.settle().await.unwrap();
    assert_eq!(sends(&world), 2);
}

#[tokio::test]
async fn a_target_that_promises_one_effect_for_one_key_may_get_it_again() {
    let (world, effect) = doubted(|mut t| {
        t.idempotent = true;
        t
    })
    .await;
    world.clock.forward(700);
    world.gateway.settle().await.unwrap();
    let got = world.target.got.lock().unwrap().clone();
    assert_eq!(got.len(), 2);
    assert_eq!((&got[0].0, &got[0].1), (&effect, &got[1].1));
    assert_eq!(got[0].0, got[1].0, "the same key");
}

#[tokio::test(start_paused = true)]
async fn a_crash_during_a_send_is_an_outcome_not_known() {
    let mut plan = Plan::default();
    let gate = Arc::new(Semaphore::new(0));
    plan.target.gate = Some(Arc::clone(&gate));
    let world = plan.build();
    let effect = world.send(&hulpvraag("e-1", LEERPLICHT)).await.effects[0].clone();
    world.gateway.judge(&effect).await.unwrap();
    // The process ends here: the future is dropped while it sends.
    assert!(
        tokio::time::timeout(Duration::from_secs(1), world.gateway.deliver(&effect))
            .await
            .is_err()
    );
    assert_eq!(world.stappen(&effect).last(), Some(&Stap::Vertrek));
    // A fact recorded now names what is under way: not in this process any more, but the store knows that it was begun.
    let receipt = world
        .gateway
        .record_facts("account-1", vec![deelname(SWV)])
        .await
        .unwrap();
    assert_eq!(receipt.onderweg, std::slice::from_ref(&effect));
    assert_eq!(
        world.gateway.deliver(&effect).await.unwrap(),
        Outcome::Nothing,
        "the claim still holds"
    );
    world.clock.forward(121);
    assert_eq!(world.gateway.deliver(&effect).await.unwrap(), Outcome::Unknown);
    assert_eq!(sends(&world), 0);
    assert_eq!(world.target.asks.load(std::sync::atomic::Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_withdrawal_is_told_which_sends_had_begun() {
    let mut plan = Plan::default();
    let gate = Arc::new(Semaphore::new(0));
    plan.target.gate = Some(Arc::clone(&gate));
    let world = plan.build();
    let effect = world.send(&hulpvraag("e-1", LEERPLICHT)).await.effects[0].clone();
    world.gateway.judge(&effect).await.unwrap();
    let (gateway, e) = (world.gateway.clone(), effect.clone());
    let sending = tokio::spawn(async move { gateway.deliver(&e).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    let receipt = world.gateway.record_facts("account-1", vec![sluiting()]).await.unwrap();
    assert_eq!(receipt.onderweg, std::slice::from_ref(&effect));
    gate.add_permits(1);
    assert_eq!(sending.await.unwrap().unwrap(), Outcome::Delivered);
    assert_eq!(world.place(&effect), Place::Done, "what happened before stays lawful");
}

#[tokio::test(start_paused = true)]
async fn a_send_without_an_end_is_cut_off_and_the_store_may_stumble() {
    let mut plan = Plan::default();
    plan.target.gate = Some(Arc::new(Semaphore::new(0)));
    let world = plan.build();
    let effect = world.send(&hulpvraag("e-1", LEERPLICHT)).await.effects[0].clone();
    world.gateway.judge(&effect).await.unwrap();
    let store = Arc::clone(&world.store);
    *world.target.on_send.lock().unwrap() = Some(Box::new(move |_| *store.failing.lock().unwrap() = 3));
    assert_eq!(world.gateway.deliver(&effect).await.unwrap(), Outcome::Unknown);
    assert_eq!(world.stappen(&effect).last(), Some(&Stap::UitkomstOnbekend));
}
