//! Running: relay, bus and workers together.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use sluis_rules::journal::Stap;
use sluis_stations::ports::{EffectId, Sent};
use sluis_stations::{RunReport, Settings};
use support::store::Place;
use support::*;
use tokio::sync::{Semaphore, oneshot};

/// Runs until the condition holds, or half a minute is over; turned by the test's own time.
async fn run_until(world: &World, enough: impl Fn(&World) -> bool) -> RunReport {
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(world.gateway.clone().run(async move {
        let _ = stopped.await;
    }));
    for _ in 0..1500 {
        if enough(world) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        // The store's time goes faster, so that retries and leases come due.
        world.clock.forward(1);
    }
    assert!(enough(world), "half a minute was not enough");
    stop.send(()).unwrap();
    running.await.unwrap()
}

fn done(world: &World) -> bool {
    world.store.state().messages.values().all(|m| m.place == Place::Done)
}

#[tokio::test(start_paused = true)]
async fn all_that_is_permitted_arrives_once_through_retries() {
    let mut plan = Plan::default();
    plan.settings.retry.cap = Duration::from_secs(5);
    plan.target = plan.target.answers((0..20).map(|_| Sent::Retry {
        after: None,
        why: "503",
    }));
    plan.facts.push(deelname(SWV));
    let world = plan.build();
    for n in 0..60 {
        world
            .send(&hulpvraag(&format!("e-{n}"), [LEERPLICHT, SWV][n % 2]))
            .await;
    }
    let report = run_until(&world, done).await;
    assert!(report.drained);
    let mut times: BTreeMap<EffectId, usize> = BTreeMap::new();
    for (effect, _) in world
        .target
        .got
        .lock()
        .unwrap()
        .iter()
        .skip(20)
        .chain(world.swv.got.lock().unwrap().iter())
    {
        *times.entry(effect.clone()).or_default() += 1;
    }
    assert_eq!((times.len(), times.values().max()), (60, Some(&1)));
    assert_eq!(world.gateway.tellers().delivered, 60);
    let published = world.bus.published.load(std::sync::atomic::Ordering::Relaxed);
    assert!(
        published < 60 * 2 + 20 * 3,
        "a notice flies once for each step, not {published} times"
    );
    let ended = world.bus.ended.load(std::sync::atomic::Ordering::Relaxed);
    assert!(
        (60 * 2 + 20..=published).contains(&ended),
        "the bus hears of each step that ended, not of {ended}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_dead_target_delays_only_its_own_lanes() {
    let gate = Arc::new(Semaphore::new(0));
    let mut plan = Plan {
        settings: Settings {
            deliver_workers: 2,
            per_target: 2,
            send_timeout: Duration::from_secs(3600),
            lease: Duration::from_secs(3 * 3600),
            tick: Duration::from_millis(20),
            drain: Duration::from_secs(1),
            ..Settings::default()
        },
        ..Plan::default()
    };
    plan.target.gate = Some(Arc::clone(&gate));
    // Many cases, so many lanes to the dead target, all older than the one to the living.
    for n in 0..40 {
        let of = |f: sluis_rules::facts::Feit| {
            feit(
                &serde_json::to_string(&f)
                    .unwrap()
                    .replace("cas-1", &format!("cas-2{n}")),
            )
        };
        plan.facts.extend(facts().into_iter().map(of));
    }
    plan.facts.push(deelname(SWV));
    let world = plan.build();
    for n in 0..40 {
        world
            .send(&hulpvraag(&format!("e-{n}"), LEERPLICHT).replace("cas-1", &format!("cas-2{n}")))
            .await;
    }
    let living = world.send(&hulpvraag("levend", SWV)).await.effects[0].clone();
    let report = run_until(&world, |w| w.place(&living) == Place::Done).await;
    assert!(!report.drained, "two sends were still under way");
    assert_eq!((world.target.texts().len(), world.swv.texts().len()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_panic_loses_nothing_and_ends_in_quarantine() {
    let mut plan = Plan::default();
    plan.settings.lease = Duration::from_secs(40);
    plan.settings.max_attempts = 3;
    plan.target.idempotent = true;
    plan.facts.push(deelname(SWV));
    let world = plan.build();
    *world.target.on_send.lock().unwrap() = Some(Box::new(|_| std::panic::resume_unwind(Box::new(()))));
    let poison = world.send(&hulpvraag("e-1", LEERPLICHT)).await.effects[0].clone();
    let fine = world.send(&hulpvraag("e-2", SWV)).await.effects[0].clone();
    run_until(&world, |w| {
        matches!(w.place(&poison), Place::Quarantine(..)) && w.place(&fine) == Place::Done
    })
    .await;
    // The panics were in the middle of a send: whether it arrived is not known.
    assert_eq!(world.redenen(&poison), ["uitkomst-onbekend"]);
    assert_eq!(world.gateway.tellers().panics, 3);
}

#[tokio::test(start_paused = true)]
async fn an_orderly_end_waits_for_what_is_under_way() {
    let gate = Arc::new(Semaphore::new(0));
    let mut plan = Plan::default();
    plan.target.gate = Some(Arc::clone(&gate));
    let world = plan.build();
    let effect = world.send(&hulpvraag("e-1", LEERPLICHT)).await.effects[0].clone();
    let opener = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(5)).await;
        gate.add_permits(1);
    });
    let report = run_until(&world, |w| w.store.state().messages[&effect].departed).await;
    opener.await.unwrap();
    assert!(report.drained);
    assert_eq!(world.place(&effect), Place::Done);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_stumbles_is_waited_for() {
    let world = Plan::default().build();
    let effect = world.send(&hulpvraag("e-1", LEERPLICHT)).await.effects[0].clone();
    *world.store.failing.lock().unwrap() = 5;
    run_until(&world, |w| w.place(&effect) == Place::Done).await;
    assert_eq!(world.target.texts().len(), 1);
    assert!(world.gateway.tellers().port_errors > 0);
}

#[tokio::test(start_paused = true)]
async fn a_start_on_a_later_day_and_a_day_that_turns_both_count() {
    for turned_before_start in [true, false] {
        let mut plan = Plan::default();
        plan.settings.expire_every = Duration::from_millis(50);
        plan.facts.pop();
        plan.facts.push(feit(&format!(
            r#"{{"soort":"informering","casus":"cas-1","door":"{SCHOOL}","op":"2026-11-24","wijze":"gesprek","bekend_bij_deelnemers":true}}"#
        )));
        let world = plan.build();
        let effect = world.send(&hulpvraag("e-1", LEERPLICHT)).await.effects[0].clone();
        let other = world
            .send(&hulpvraag("e-2", LEERPLICHT).replace("cas-1", "cas-2"))
            .await
            .effects[0]
            .clone();
        world.gateway.settle().await.unwrap();
        assert_eq!(world.redenen(&effect), ["niet-geinformeerd"]);
        if turned_before_start {
            world.clock.forward(86_400);
        }
        let rounds = std::sync::atomic::AtomicU32::new(0);
        run_until(&world, |w| {
            if rounds.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 20 && !turned_before_start {
                assert_eq!(w.redenen(&effect), ["niet-geinformeerd"]);
                w.clock.forward(86_400);
            }
            w.place(&effect) == Place::Done
        })
        .await;
        let asides = world
            .stappen(&other)
            .iter()
            .filter(|s| **s == Stap::Quarantaine)
            .count();
        assert_eq!(asides, 1, "nothing changed for the other case: it is left alone");
    }
}
