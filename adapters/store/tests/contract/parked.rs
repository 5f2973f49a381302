//! Mailbox and quarantine.

use sluis_rules::journal::{Record, Stap};
use sluis_stations::ports::{Committed, Quarantined, Station, Store};

use crate::support::*;

pub(crate) async fn a_mailbox_is_its_receivers_only(store: &dyn Store) {
    store.accept(arrival("e", "c", &[LEERPLICHT, JEUGD])).await.unwrap();
    for effect in ["e/0", "e/1"] {
        in_mailbox(store, &id(effect)).await;
    }
    let of = async |who: &str| store.mailbox(partij(who), None, 10).await.unwrap();
    let items = of(LEERPLICHT).await;
    assert_eq!(items.len(), 1);
    assert_eq!(
        (&items[0].effect, items[0].sealed.as_slice()),
        (&id("e/0"), b"minimised e/0".as_slice())
    );
    assert_eq!((items[0].koppeling.as_str(), items[0].since_ms), ("kindkans", NOW));
    assert_eq!(of(JEUGD).await[0].effect, id("e/1"));
    assert!(of(SCHOOL).await.is_empty());
    // Another's item is as absent as none, also for confirming.
    assert!(store.mailbox_item(partij(JEUGD), id("e/0")).await.unwrap().is_none());
    assert!(
        !store
            .mailbox_done(partij(JEUGD), id("e/0"), entry(Stap::Opgehaald, "e/0"))
            .await
            .unwrap()
    );
    assert_eq!(
        store
            .mailbox_item(partij(LEERPLICHT), id("e/0"))
            .await
            .unwrap()
            .unwrap()
            .event,
        event("c", LEERPLICHT)
    );
}

pub(crate) async fn the_mailbox_goes_on_after_an_item(store: &dyn Store) {
    for n in 0..5 {
        let effect = one(store, &format!("e{n}"), "c").await;
        in_mailbox(store, &effect).await;
    }
    let after = async |after: Option<&str>, limit| {
        let items = store.mailbox(partij(LEERPLICHT), after.map(id), limit).await.unwrap();
        items.into_iter().map(|i| i.effect.0).collect::<Vec<_>>()
    };
    assert_eq!(after(None, 2).await, ["e0/0", "e1/0"]);
    assert_eq!(after(Some("e1/0"), 2).await, ["e2/0", "e3/0"]);
    assert!(
        store
            .mailbox_done(partij(LEERPLICHT), id("e3/0"), entry(Stap::Opgehaald, "e3/0"))
            .await
            .unwrap()
    );
    assert_eq!(
        after(Some("e3/0"), 9).await,
        ["e4/0"],
        "also after one that was confirmed"
    );
    assert!(after(Some("e4/0"), 9).await.is_empty());
    assert_eq!(after(Some("never seen"), 9).await.len(), 4);
}

pub(crate) async fn fetching_rests_on_facts(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    in_mailbox(store, &effect).await;
    let fetch = async |versie| {
        let record = entry(Stap::Opgehaald, "e/0");
        store
            .mailbox_fetch(effect.clone(), Some(("c".into(), versie)), record)
            .await
            .unwrap()
    };
    assert_eq!(fetch(0).await, Committed::Yes);
    let version = store.record_facts(vec![sluiting("c")]).await.unwrap();
    assert_eq!(fetch(0).await, Committed::FactsChanged);
    assert_eq!(fetch(version).await, Committed::Yes);
    // Fetched is not confirmed: it is still there.
    assert!(
        store
            .mailbox_item(partij(LEERPLICHT), effect.clone())
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        store
            .mailbox_done(partij(LEERPLICHT), effect.clone(), entry(Stap::Afgeleverd, "e/0"))
            .await
            .unwrap()
    );
    assert_eq!(fetch(version).await, Committed::ClaimLost);
}

pub(crate) async fn a_confirmed_item_is_destroyed(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    in_mailbox(store, &effect).await;
    assert!(
        store
            .mailbox_done(partij(LEERPLICHT), effect.clone(), entry(Stap::Opgehaald, "e/0"))
            .await
            .unwrap()
    );
    assert!(
        !store
            .mailbox_done(partij(LEERPLICHT), effect.clone(), entry(Stap::Opgehaald, "e/0"))
            .await
            .unwrap()
    );
    assert!(store.mailbox_item(partij(LEERPLICHT), effect).await.unwrap().is_none());
    assert_eq!(store.counts().await.unwrap(), (0, 0, 0));
    assert_eq!(store.history("e".into()).await.unwrap().len(), 4);
}

pub(crate) async fn a_withdrawn_item_waits_in_quarantine(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    in_mailbox(store, &effect).await;
    let withdraw = async || {
        let redenen = vec!["toestemming-ingetrokken".to_owned()];
        store
            .mailbox_withdraw(effect.clone(), redenen, NOW + 5, entry(Stap::Quarantaine, "e/0"))
            .await
            .unwrap();
    };
    withdraw().await;
    withdraw().await;
    assert!(store.mailbox(partij(LEERPLICHT), None, 9).await.unwrap().is_empty());
    let items = store.quarantine(None, 9).await.unwrap();
    assert_eq!(
        (items[0].redenen.as_slice(), items[0].until_ms),
        (["toestemming-ingetrokken".to_owned()].as_slice(), NOW + 5)
    );
    assert_eq!(store.history("e".into()).await.unwrap().len(), 4, "withdrawn once");
}

pub(crate) async fn quarantine_shows_reasons(store: &dyn Store) {
    for n in 0..3 {
        let effect = one(store, &format!("e{n}"), "c").await;
        in_quarantine(store, &effect, NOW + n).await;
    }
    let items = store.quarantine(None, 2).await.unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(items[0].redenen, ["geen-grondslag"]);
    assert_eq!((items[0].since_ms, items[1].until_ms), (NOW, NOW + 1));
    let rest = store.quarantine(Some(items[1].effect.clone()), 9).await.unwrap();
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].effect, id("e2/0"));
}

pub(crate) async fn rejudging_starts_from_what_was_accepted(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    let again = async || {
        store
            .rejudge(effect.clone(), entry(Stap::Besluit, "e/0"))
            .await
            .unwrap()
    };
    assert!(!again().await, "not in quarantine");
    in_mailbox(store, &effect).await;
    store
        .mailbox_withdraw(effect.clone(), vec![], NOW, entry(Stap::Quarantaine, "e/0"))
        .await
        .unwrap();
    assert!(again().await);
    assert!(!again().await);
    assert_eq!(store.counts().await.unwrap(), (1, 0, 0));
    assert_eq!(
        claim(store, &effect, Station::Judge).await.unwrap().sealed,
        b"accepted e/0"
    );
}

pub(crate) async fn what_is_past_its_time_is_destroyed(store: &dyn Store) {
    for n in 0..4 {
        let effect = one(store, &format!("e{n}"), &format!("c{n}")).await;
        in_quarantine(store, &effect, NOW + n).await;
    }
    let at = async |now| store.expire(now, entry(Stap::Vernietigd, "")).await.unwrap();
    assert_eq!(at(NOW - 1).await, 0);
    assert_eq!(at(NOW + 1).await, 2);
    assert_eq!(at(NOW + 1).await, 0);
    assert_eq!(store.counts().await.unwrap(), (0, 2, 0));
    assert!(!store.rejudge(id("e0/0"), entry(Stap::Besluit, "e0/0")).await.unwrap());
    let history = store.history("e0/0".into()).await.unwrap();
    let last: Record = serde_json::from_slice(history.last().unwrap()).unwrap();
    assert_eq!((last.stap, last.effect.as_str()), (Stap::Vernietigd, "e0/0"));
}

pub(crate) async fn what_a_person_refuses_is_destroyed(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    let refuse = async || {
        let entry = entry(Stap::Vernietigd, "e/0");
        store.refuse(effect.clone(), entry).await.unwrap()
    };
    assert!(!refuse().await, "not in quarantine");
    in_quarantine(store, &effect, NOW + 9).await;
    let Quarantined { item, sealed } = store.quarantined(effect.clone()).await.unwrap().unwrap();
    assert_eq!((item.effect, item.koppeling.as_str()), (effect.clone(), "kindkans"));
    assert_eq!(sealed, b"accepted e/0");
    assert!(refuse().await);
    assert!(!refuse().await);
    assert!(store.quarantined(effect.clone()).await.unwrap().is_none());
    assert!(store.oldest_content().await.unwrap().is_none());
    let history = store.history("e/0".into()).await.unwrap();
    let latest = store.latest(vec![effect, id("nooit")], 2).await.unwrap();
    assert_eq!(latest[0].first(), history.last(), "newest first");
    assert_eq!((latest[0].len(), latest[1].len()), (2, 0));
    let last: Record = serde_json::from_slice(&latest[0][0]).unwrap();
    assert_eq!(last.stap, Stap::Vernietigd);
}
