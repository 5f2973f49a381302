//! A fault, a crash or a withdrawal at every single call of the store: nothing is lost, nothing twice, nothing too much.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::time::Duration;

use sluis_rules::facts::Feit;
use sluis_rules::journal::{self, Stap};
use sluis_stations::ports::{EffectId, PortError};
use support::store::{Fault, Message, Place};
use support::*;

/// More calls than one message needs.
const CALLS: u32 = 24;

async fn ready(more: Vec<Feit>) -> (World, EffectId) {
    let mut plan = Plan::default();
    plan.facts.extend([deelname(SWV), toestemming(SWV)]);
    plan.facts.extend(more);
    let world = plan.build();
    let effect = world.send(&hulpvraag_gezondheid("e-1")).await.effects[0].clone();
    (world, effect)
}

/// Works as the program does: a step that fails or never ends is taken again when its claim has ended.
async fn work(world: &World) {
    for _ in 0..20 {
        let ended: Result<Result<u64, PortError>, _> =
            tokio::time::timeout(Duration::from_secs(300), world.gateway.settle()).await;
        // The store is asked directly: this question is not one of the calls that may fail.
        let open = |m: &Message| matches!(m.place, Place::Judge | Place::Deliver);
        if matches!(ended, Ok(Ok(_))) && !world.store.state().messages.values().any(open) {
            return;
        }
        world.clock.forward(121);
    }
}

/// Whether the planned fault happened; past the last call there is none.
fn happened(world: &World) -> bool {
    world.store.fault.lock().unwrap().is_none()
}

#[tokio::test(start_paused = true)]
async fn an_error_at_any_call_delays_and_nothing_else() {
    for n in 0..CALLS {
        let (world, effect) = ready(vec![]).await;
        *world.store.fault.lock().unwrap() = Some((n, Fault::Fail));
        work(&world).await;
        assert_eq!(world.swv.texts().len(), 1, "call {n}");
        assert_eq!(world.place(&effect), Place::Done, "call {n}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_crash_at_any_call_never_sends_twice_and_never_loses() {
    let (mut doubts, mut crashes) = (0, 0);
    for n in 0..CALLS {
        for after in [false, true] {
            let (world, effect) = ready(vec![]).await;
            let fault = if after { Fault::CrashAfter } else { Fault::CrashBefore };
            *world.store.fault.lock().unwrap() = Some((n, fault));
            for _ in 0..40 {
                work(&world).await;
                world.clock.forward(700);
            }
            crashes += usize::from(happened(&world));
            let sends = world.swv.texts().len();
            match world.place(&effect) {
                Place::Done => assert_eq!(sends, 1, "call {n}"),
                // Between the record and the answer nobody can know: a person resolves it.
                Place::Quarantine(redenen, _) => {
                    assert_eq!(redenen, ["uitkomst-onbekend"], "call {n}");
                    assert!(sends <= 1, "call {n}");
                    doubts += 1;
                }
                other => panic!("call {n}: still {other:?}"),
            }
            journal::verify(world.store.state().lines.iter().map(Vec::as_slice)).unwrap();
        }
    }
    assert!(
        crashes >= 12 && (1..=4).contains(&doubts),
        "{crashes} crashes, {doubts} doubts"
    );
}

#[tokio::test(start_paused = true)]
async fn a_withdrawal_at_any_call_is_obeyed_by_every_send_that_begins_after_it() {
    let (mut before, mut narrowed) = (0, 0);
    for n in 0..CALLS {
        for closing in [false, true] {
            let (world, effect) = ready(vec![]).await;
            let fact = if closing { sluiting() } else { intrekking() };
            let first = Fault::First(Box::new(move |s| s.record(fact)));
            *world.store.fault.lock().unwrap() = Some((n, first));
            work(&world).await;
            if !happened(&world) {
                continue;
            }
            let versie = world.store.state().facts.len() as u64;
            let departures: Vec<u64> = {
                let state = world.store.state();
                let of = state
                    .records
                    .iter()
                    .filter(|r| r.effect == effect.0 && r.stap == Stap::Vertrek);
                of.map(|r| r.inhoud.feiten.unwrap()).collect()
            };
            let texts = world.swv.texts();
            assert_eq!(
                texts.len(),
                departures.len(),
                "call {n}: nothing leaves without its record"
            );
            for (text, seen) in texts.iter().zip(&departures) {
                if *seen == versie {
                    assert!(
                        !closing && !text.contains("urenPerWeek"),
                        "call {n}: left after the withdrawal"
                    );
                    narrowed += 1;
                } else {
                    before += 1;
                }
            }
            if texts.is_empty() {
                assert_eq!(world.redenen(&effect), ["casus-gesloten"], "call {n}");
            }
        }
    }
    assert!(
        before > 0 && narrowed > 3,
        "both happened: {before} before, {narrowed} after"
    );
}
