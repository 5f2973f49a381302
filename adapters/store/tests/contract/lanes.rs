//! Lanes: order holds per case and receiver, and only there.

use sluis_rules::journal::Stap;
use sluis_stations::ports::{Committed, Next, Station, Store};

use crate::support::*;

pub(crate) async fn only_the_head_of_a_lane_is_ready(store: &dyn Store) {
    for key in ["a", "b", "c"] {
        one(store, key, "case").await;
    }
    assert_eq!(ready(store, Station::Judge).await, [id("a/0")]);
    assert!(
        claim(store, &id("b/0"), Station::Judge).await.is_none(),
        "not before its turn"
    );
    judged(store, &id("a/0")).await;
    assert!(
        ready(store, Station::Judge).await.is_empty(),
        "the first is still on its way"
    );
    assert_eq!(ready(store, Station::Deliver).await, [id("a/0")]);
    go(store, &id("a/0"), Station::Deliver, Next::Done).await;
    assert_eq!(ready(store, Station::Judge).await, [id("b/0")]);
    // The end of the last leaves an empty lane; a new one finds it.
    for key in ["b/0", "c/0"] {
        go(store, &id(key), Station::Judge, Next::Done).await;
    }
    one(store, "d", "case").await;
    assert_eq!(ready(store, Station::Judge).await, [id("d/0")]);
}

pub(crate) async fn oldest_first_and_no_more_than_asked(store: &dyn Store) {
    for n in 0..10 {
        one(store, &format!("e{n}"), &format!("case{n}")).await;
    }
    // The oldest comes back from a retry and is still the oldest.
    go(store, &id("e0/0"), Station::Judge, Next::Retry { at_ms: NOW }).await;
    go(store, &id("e4/0"), Station::Judge, Next::Retry { at_ms: NOW + 1 }).await;
    let three = store.ready(Station::Judge, NOW, 3).await.unwrap();
    assert_eq!(three, [id("e0/0"), id("e1/0"), id("e2/0")]);
    let all = store.ready(Station::Judge, NOW, 100).await.unwrap();
    assert_eq!(all.len(), 9);
    assert!(!all.contains(&id("e4/0")));
    assert_eq!(store.ready(Station::Judge, NOW + 1, 100).await.unwrap().len(), 10);
    assert!(store.ready(Station::Judge, NOW, 0).await.unwrap().is_empty());
}

pub(crate) async fn a_stuck_lane_holds_no_other(store: &dyn Store) {
    for key in ["a", "b"] {
        one(store, key, "stuck").await;
        one(store, &format!("free-{key}"), &format!("free-{key}")).await;
    }
    go(
        store,
        &id("a/0"),
        Station::Judge,
        Next::Retry { at_ms: NOW + 1_000_000 },
    )
    .await;
    assert_eq!(ready(store, Station::Judge).await, [id("free-a/0"), id("free-b/0")]);
}

pub(crate) async fn parked_messages_hold_nothing(store: &dyn Store) {
    for key in ["a", "b", "c"] {
        one(store, key, "case").await;
    }
    in_quarantine(store, &id("a/0"), NOW).await;
    assert_eq!(ready(store, Station::Judge).await, [id("b/0")]);
    in_mailbox(store, &id("b/0")).await;
    assert_eq!(ready(store, Station::Judge).await, [id("c/0")]);
    assert_eq!(store.counts().await.unwrap(), (1, 1, 1));
}

pub(crate) async fn one_that_comes_back_is_first_again(store: &dyn Store) {
    for key in ["a", "b", "c"] {
        one(store, key, "case").await;
    }
    in_quarantine(store, &id("a/0"), NOW).await;
    let later = claim(store, &id("b/0"), Station::Judge).await.unwrap();
    assert!(store.rejudge(id("a/0"), entry(Stap::Besluit, "a/0")).await.unwrap());
    assert_eq!(ready(store, Station::Judge).await, [id("a/0")]);
    // Who works on the later one may end its step, but it waits for its turn after that.
    assert_eq!(
        step(store, &later, Next::Deliver { sealed: b"m".to_vec() }).await,
        Committed::Yes
    );
    assert!(ready(store, Station::Deliver).await.is_empty());
    go(store, &id("a/0"), Station::Judge, Next::Done).await;
    assert_eq!(ready(store, Station::Deliver).await, [id("b/0")]);
    go(store, &id("b/0"), Station::Deliver, Next::Done).await;
    assert_eq!(ready(store, Station::Judge).await, [id("c/0")]);
}

pub(crate) async fn busy_receivers_fill_no_page(store: &dyn Store) {
    for n in 0..5 {
        let receivers = [LEERPLICHT, JEUGD];
        store
            .accept(arrival(&format!("e{n}"), &format!("c{n}"), &receivers))
            .await
            .unwrap();
    }
    let mut unknown = arrival("u", "u", &[LEERPLICHT]);
    unknown.messages[0].event.claim.ontvanger = None;
    store.accept(unknown).await.unwrap();
    let without = async |busy: &[&str], limit| {
        let busy = busy.iter().map(|p| partij(p)).collect();
        store.ready_except(Station::Judge, NOW, limit, busy).await.unwrap()
    };
    assert_eq!(without(&[LEERPLICHT], 2).await, [id("e0/1"), id("e1/1")]);
    assert_eq!(without(&[LEERPLICHT, JEUGD], 9).await, [id("u/0")]);
    assert_eq!(without(&[SCHOOL], 99).await.len(), 11);
    // A retry that is due is passed over as well.
    go(store, &id("e0/1"), Station::Judge, Next::Retry { at_ms: NOW }).await;
    assert_eq!(without(&[JEUGD], 1).await, [id("e0/0")]);
}
