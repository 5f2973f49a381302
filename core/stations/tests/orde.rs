//! A model of consent and withdrawal over *all* orders of up to six events: whatever the order, no send that rests on a
//! withdrawn consent starts after the withdrawal was acknowledged, who received is told, and the same events end in the
//! same state. Two bugs of order are planted, and the model must find each.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use sluis_rules::facts::{Feit, ToestemmingGeldig};
use sluis_rules::journal::Stap;
use sluis_stations::Mededeling;
use sluis_stations::ports::Station;
use support::*;

/// What can happen, each at most once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum E {
    /// Consent is recorded.
    Toestemming,
    /// The same consent is recorded again.
    Nogmaals,
    /// It is withdrawn.
    Intrekking,
    /// A message with health data arrives.
    Bericht,
    /// Judge takes a step.
    Oordeel,
    /// Deliver takes a step; what is recorded right after the facts were read comes between.
    Bezorging,
}

/// The events that a planted bug needs: enough to find it, in a fraction of the time.
const FEW: [E; 5] = [E::Toestemming, E::Intrekking, E::Bericht, E::Oordeel, E::Bezorging];
const ALL: [E; 6] = [
    E::Toestemming,
    E::Nogmaals,
    E::Intrekking,
    E::Bericht,
    E::Oordeel,
    E::Bezorging,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bug {
    None,
    /// The last record about a consent wins: a withdrawal that came first is forgotten.
    LastWins,
    /// A step is committed though a newer fact was recorded.
    Blind,
}

/// What everything comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct End {
    stand: Vec<ToestemmingGeldig>,
    /// Whether health data pass now.
    passes: bool,
}

fn lists(of: &[E]) -> Vec<Vec<E>> {
    let mut out: Vec<Vec<E>> = vec![Vec::new()];
    let mut last = out.clone();
    for _ in 0..of.len() {
        last = last
            .iter()
            .flat_map(|list| {
                of.iter()
                    .filter(|e| !list.contains(e))
                    .map(|e| [list.as_slice(), &[*e]].concat())
            })
            .collect();
        out.extend(last.clone());
    }
    out
}

async fn step(world: &World, station: Station) {
    let ready = world.store.state().ready(station, u64::MAX, &[]);
    for effect in ready {
        match station {
            Station::Judge => world.gateway.judge(&effect).await.unwrap(),
            Station::Deliver => world.gateway.deliver(&effect).await.unwrap(),
        };
    }
}

async fn record(world: &World, bug: Bug, feit: Feit) {
    if bug == Bug::LastWins && matches!(feit, Feit::Toestemming(_)) {
        world.store.state().facts.retain(|f| !matches!(f, Feit::Intrekking(_)));
    }
    world.gateway.record_facts("account-1", vec![feit]).await.unwrap();
}

/// Plays one order; gives where it ends, or what went wrong.
async fn play(list: &[E], between: bool, bug: Bug) -> Result<End, String> {
    let mut plan = Plan::default();
    plan.facts.push(deelname(SWV));
    let world = plan.build();
    world.store.blind.store(bug == Bug::Blind, Ordering::Relaxed);
    let last = list.len().saturating_sub(1);
    for (n, event) in list.iter().enumerate() {
        match event {
            E::Toestemming | E::Nogmaals => record(&world, bug, toestemming(SWV)).await,
            E::Intrekking if between && n > 0 && list[n - 1] == E::Bezorging => {}
            E::Intrekking => record(&world, bug, intrekking()).await,
            E::Bericht => drop(world.send(&hulpvraag_gezondheid("e-1")).await),
            E::Oordeel => step(&world, Station::Judge).await,
            E::Bezorging => {
                // The withdrawal that follows is acknowledged after deliver read the facts and before it commits.
                let ready = !world.store.state().ready(Station::Deliver, u64::MAX, &[]).is_empty();
                let interleaved = between && n < last && list[n + 1] == E::Intrekking;
                if interleaved && ready {
                    let (entry, blind) = (entry(), bug == Bug::Blind);
                    world.store.after_facts.lock().unwrap().push(Box::new(move |s| {
                        s.write(entry.clone());
                        if blind {
                            // Nor does it take the work away from who has it.
                            return s.facts.push(intrekking());
                        }
                        s.record(intrekking());
                        s.withdrawn("cas-1", &entry);
                    }));
                } else if interleaved {
                    record(&world, bug, intrekking()).await;
                }
                step(&world, Station::Deliver).await;
            }
        }
    }
    world.gateway.settle().await.unwrap();
    safe(&world)?;
    let stand = world
        .gateway
        .consents("cas-1")
        .await
        .unwrap()
        .iter()
        .map(|r| r.stand)
        .collect();
    let before = world.swv.texts().len();
    world.send(&hulpvraag_gezondheid("e-later")).await;
    world.gateway.settle().await.unwrap();
    safe(&world)?;
    let passes = world.swv.texts()[before..].iter().any(|t| t.contains("urenPerWeek"));
    Ok(End { stand, passes })
}

fn entry() -> sluis_stations::ports::Entry {
    sluis_stations::ports::Entry {
        tijd_ms: 1_795_000_000_000,
        stap: Stap::Feit,
        effect: String::new(),
        trace_id: "0".repeat(32),
        span_id: "0".repeat(16),
        verwerking: "proef".into(),
        inhoud: sluis_rules::journal::Inhoud {
            toelichting: "intrekking door account-1".into(),
            casus: "cas-1".into(),
            ..Default::default()
        },
    }
}

/// What must hold in every order, read from the journal alone.
fn safe(world: &World) -> Result<(), String> {
    let state = world.store.state();
    let withdrawn = state
        .records
        .iter()
        .find(|r| r.stap == Stap::Feit && r.effect.is_empty() && r.inhoud.toelichting.starts_with("intrekking"))
        .map(|r| r.nummer);
    let mut rested = Vec::new();
    for r in state.records.iter().filter(|r| r.stap == Stap::Vertrek) {
        if !r.inhoud.toestemmingen.is_empty() {
            if withdrawn.is_some_and(|w| r.nummer > w) {
                return Err(format!(
                    "record {} departs on a consent withdrawn in {withdrawn:?}",
                    r.nummer
                ));
            }
            rested.push(r.effect.clone());
        }
    }
    rested.dedup();
    let told: Vec<String> = state
        .notices
        .iter()
        .filter_map(|n| match serde_json::from_str(&n.bericht).unwrap() {
            Mededeling::Intrekking { effecten, .. } => Some(effecten),
            _ => None,
        })
        .flatten()
        .collect();
    let must: Vec<String> = if withdrawn.is_some() { rested } else { Vec::new() };
    if told != must {
        return Err(format!("told {told:?}, and must tell {must:?}"));
    }
    Ok(())
}

/// Plays all orders; gives what went wrong, with the order.
async fn wrong(of: &[E], between: bool, bug: Bug) -> Vec<String> {
    let mut out = Vec::new();
    let mut ends: BTreeMap<Vec<E>, (Vec<E>, End)> = BTreeMap::new();
    for list in lists(of) {
        let end = match play(&list, between, bug).await {
            Ok(end) => end,
            Err(why) => {
                out.push(format!("{list:?}: {why}"));
                continue;
            }
        };
        let (given, gone) = (
            list.contains(&E::Toestemming) || list.contains(&E::Nogmaals),
            list.contains(&E::Intrekking),
        );
        if end.passes != (given && !gone) {
            out.push(format!("{list:?}: health data pass: {}", end.passes));
        }
        let mut events = list.clone();
        events.sort();
        let (first, same) = ends.entry(events).or_insert_with(|| (list.clone(), end.clone()));
        if *same != end {
            out.push(format!("{list:?} ends in {end:?}, and {first:?} in {same:?}"));
        }
    }
    out
}

#[test]
fn there_are_as_many_orders_as_there_should_be() {
    assert_eq!(lists(&ALL).len(), 1 + 6 + 30 + 120 + 360 + 720 + 720);
}

#[tokio::test]
async fn every_order_of_up_to_six_events_is_safe_and_converges() {
    for between in [false, true] {
        let found = wrong(&ALL, between, Bug::None).await;
        assert!(found.is_empty(), "{}\n{}", found.len(), found[0]);
    }
}

#[tokio::test]
async fn a_planted_bug_that_forgets_an_early_withdrawal_is_found() {
    let found = wrong(&FEW, false, Bug::LastWins).await;
    let leaks = found
        .iter()
        .filter(|f| f.contains("departs on a consent withdrawn"))
        .count();
    assert!(leaks > 0, "{} findings", found.len());
}

#[tokio::test]
async fn a_planted_bug_that_commits_on_old_facts_is_found() {
    let found = wrong(&FEW, true, Bug::Blind).await;
    let leaks = found
        .iter()
        .filter(|f| f.contains("departs on a consent withdrawn"))
        .count();
    assert!(leaks > 0, "{} findings", found.len());
}
