//! Intake: once in effect, whole or not at all.

use std::time::Duration;

use sluis_stations::ports::{Accepted, Committed, Next, PortError, Station, Store};
use tokio::time::timeout;

use crate::support::*;

pub(crate) async fn the_same_event_is_kept_once(store: &dyn Store) {
    let event = arrival("e", "c", &[LEERPLICHT, JEUGD]);
    assert_eq!(store.accept(event.clone()).await.unwrap(), Accepted::New);
    for _ in 0..2 {
        assert_eq!(
            store.accept(event.clone()).await.unwrap(),
            Accepted::Repeat(vec![id("e/0"), id("e/1")])
        );
    }
    assert_eq!(store.counts().await.unwrap(), (2, 0, 0));
    assert_eq!(journal_holds(store).await, 2);
    // Also when it has ended.
    judged(store, &id("e/0")).await;
    go(store, &id("e/0"), Station::Deliver, Next::Done).await;
    assert_eq!(
        store.accept(event).await.unwrap(),
        Accepted::Repeat(vec![id("e/0"), id("e/1")])
    );
}

pub(crate) async fn the_same_key_with_other_data_is_a_conflict(store: &dyn Store) {
    one(store, "e", "c").await;
    let mut other = arrival("e", "c", &[LEERPLICHT]);
    other.body_key = "other body".into();
    assert_eq!(store.accept(other).await.unwrap(), Accepted::Conflict);
    assert_eq!(store.counts().await.unwrap(), (1, 0, 0));
    assert_eq!(journal_holds(store).await, 1);
}

pub(crate) async fn an_event_for_nobody_is_known_too(store: &dyn Store) {
    one(store, "before", "c").await;
    assert_eq!(store.accept(arrival("e", "c", &[])).await.unwrap(), Accepted::New);
    assert_eq!(
        store.accept(arrival("e", "c", &[])).await.unwrap(),
        Accepted::Repeat(vec![])
    );
    assert_eq!(store.history("e".into()).await.unwrap().len(), 0);
}

pub(crate) async fn an_arrival_is_whole_or_not_at_all(store: &dyn Store) {
    one(store, "e", "c").await;
    let mut broken = arrival("f", "c", &[LEERPLICHT, JEUGD]);
    broken.messages[1].effect = id("e/0");
    assert!(matches!(store.accept(broken).await, Err(PortError::Corrupt(..))));
    assert_eq!(store.counts().await.unwrap(), (1, 0, 0));
    assert_eq!(journal_holds(store).await, 1);
    assert_eq!(
        store.accept(arrival("f", "c", &[LEERPLICHT])).await.unwrap(),
        Accepted::New
    );
}

pub(crate) async fn many_at_once_have_one_effect_each(store: &dyn Store) {
    let mut new = 0;
    // Twenty events, each three times, all in flight together.
    let all: Vec<_> = (0..60)
        .map(|n| store.accept(arrival(&format!("e{}", n % 20), "c", &[LEERPLICHT])))
        .collect();
    for answer in join_all(all).await {
        new += u32::from(answer.unwrap() == Accepted::New);
    }
    assert_eq!(new, 20);
    assert_eq!(store.counts().await.unwrap(), (20, 0, 0));
    assert_eq!(journal_holds(store).await, 20);
}

pub(crate) async fn a_change_is_told(store: &dyn Store) {
    const SOON: Duration = Duration::from_secs(5);
    // Missed while nobody waited: told at once.
    let effect = one(store, "e", "c").await;
    timeout(SOON, store.changed()).await.unwrap();
    // Nothing new: waits.
    assert!(timeout(Duration::from_millis(30), store.changed()).await.is_err());
    // While somebody waits.
    let (told, ()) = tokio::join!(timeout(SOON, store.changed()), async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        judged(store, &effect).await;
    });
    told.unwrap();
}

pub(crate) async fn a_message_may_wait_for_its_receivers(store: &dyn Store) {
    let mut event = arrival("e", "c", &[LEERPLICHT]);
    event.messages[0].event.claim.ontvanger = None;
    assert_eq!(store.accept(event).await.unwrap(), Accepted::New);
    let work = claim(store, &id("e/0"), Station::Judge).await.unwrap();
    assert_eq!(work.event.claim.ontvanger, None);
    let aside = Next::Quarantine {
        redenen: vec!["deelnemers-onbekend".into()],
        until_ms: NOW,
    };
    assert_eq!(step(store, &work, aside).await, Committed::Yes);
    store.record_facts(vec![sluiting("c")]).await.unwrap();
    // Judge divides it: new messages, then its own end.
    let work = claim(store, &id("e/0"), Station::Judge).await.unwrap();
    assert_eq!(
        store.accept(arrival("e#", "d", &[LEERPLICHT, JEUGD])).await.unwrap(),
        Accepted::New
    );
    assert_eq!(step(store, &work, Next::Done).await, Committed::Yes);
    assert_eq!(ready(store, Station::Judge).await, [id("e#/0"), id("e#/1")]);
}
