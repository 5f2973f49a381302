//! Claims: one at a time, for a time, provable.

use sluis_stations::ports::{Committed, Next, Station, Step, Store};

use crate::support::*;

pub(crate) async fn only_one_gets_it(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    assert!(
        claim(store, &effect, Station::Deliver).await.is_none(),
        "it is at judge"
    );
    assert!(claim(store, &id("other"), Station::Judge).await.is_none());
    let all = (0..20)
        .map(|_| store.claim(effect.clone(), Station::Judge, NOW, LEASE))
        .collect();
    let got: Vec<_> = join_all(all).await.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(got.len(), 1);
    let work = &got[0];
    assert_eq!(work.event, event("c", LEERPLICHT));
    assert_eq!(
        (work.koppeling.as_str(), work.attempt, work.departed, work.at_ms),
        ("kindkans", 0, false, NOW)
    );
    assert_eq!(work.sealed, b"accepted e/0");
    assert!(ready(store, Station::Judge).await.is_empty());
}

pub(crate) async fn a_lease_that_ended_gives_it_to_another(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    let first = claim(store, &effect, Station::Judge).await.unwrap();
    let before = NOW + LEASE - 1;
    assert!(store.ready(Station::Judge, before, 10).await.unwrap().is_empty());
    assert!(
        store
            .claim(effect.clone(), Station::Judge, before, LEASE)
            .await
            .unwrap()
            .is_none()
    );
    let after = NOW + LEASE;
    assert_eq!(
        store.ready(Station::Judge, after, 10).await.unwrap(),
        std::slice::from_ref(&effect)
    );
    let second = store
        .claim(effect.clone(), Station::Judge, after, LEASE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(second.attempt, 1);
    assert_eq!(step(store, &first, Next::Done).await, Committed::ClaimLost);
    assert_eq!(step(store, &second, Next::Done).await, Committed::Yes);
}

pub(crate) async fn a_later_claim_has_a_higher_token(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    let mut before = 0;
    for _ in 0..3 {
        let work = claim(store, &effect, Station::Judge).await.unwrap();
        assert!(work.claim.token > before);
        before = work.claim.token;
        step(
            store,
            &work,
            Next::Quarantine {
                redenen: vec![],
                until_ms: NOW,
            },
        )
        .await;
        // Also when it left the outbox in between.
        assert!(
            store
                .rejudge(effect.clone(), entry(sluis_rules::journal::Stap::Besluit, "e/0"))
                .await
                .unwrap()
        );
    }
}

pub(crate) async fn a_lost_claim_commits_nothing(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    let work = claim(store, &effect, Station::Judge).await.unwrap();
    let mut forged = work.claim.clone();
    forged.token += 1;
    let mut elsewhere = work.claim.clone();
    elsewhere.station = Station::Deliver;
    for claim in [forged, elsewhere] {
        let records = vec![entry(sluis_rules::journal::Stap::Besluit, "e/0")];
        let step = Step {
            claim,
            facts: None,
            next: Next::Done,
            journal: records,
        };
        assert_eq!(store.commit(step).await.unwrap(), Committed::ClaimLost);
    }
    assert_eq!(step(store, &work, Next::Judge).await, Committed::Yes);
    assert_eq!(
        step(store, &work, Next::Done).await,
        Committed::ClaimLost,
        "a claim ends with its step"
    );
    assert_eq!(journal_holds(store).await, 2);
}

pub(crate) async fn a_retry_waits_and_counts(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    judged(store, &effect).await;
    for attempt in 0..3 {
        let at = NOW + u64::from(attempt) * 1000;
        let work = store
            .claim(effect.clone(), Station::Deliver, at, LEASE)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(work.attempt, attempt, "judge's attempt does not count");
        assert_eq!(
            step(store, &work, Next::Retry { at_ms: at + 1000 }).await,
            Committed::Yes
        );
        assert!(store.ready(Station::Deliver, at + 999, 10).await.unwrap().is_empty());
        assert!(
            store
                .claim(effect.clone(), Station::Deliver, at + 999, LEASE)
                .await
                .unwrap()
                .is_none()
        );
        assert_eq!(
            store.ready(Station::Deliver, at + 1000, 10).await.unwrap(),
            std::slice::from_ref(&effect)
        );
    }
}

pub(crate) async fn a_departure_stays_known_until_it_ends(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    judged(store, &effect).await;
    let mut now = NOW;
    let mut again = async || {
        now += LEASE;
        let work = store.claim(effect.clone(), Station::Deliver, now, LEASE).await;
        work.unwrap().unwrap()
    };
    let work = again().await;
    assert!(!work.departed);
    assert_eq!(step(store, &work, Next::Depart).await, Committed::Yes);
    // The claim stays, so the end can be committed under it; here nobody does.
    let work = again().await;
    assert!(work.departed, "begun, and nobody told the end");
    assert_eq!(step(store, &work, Next::Unknown { at_ms: NOW }).await, Committed::Yes);
    let work = again().await;
    assert!(work.departed, "asked, and still not known");
    assert_eq!(step(store, &work, Next::Retry { at_ms: NOW }).await, Committed::Yes);
    let work = again().await;
    assert!(
        work.departed,
        "who tries later without a send of its own has learned nothing about the former one"
    );
    assert_eq!(step(store, &work, Next::Depart).await, Committed::Yes);
    assert_eq!(step(store, &work, Next::Retry { at_ms: NOW }).await, Committed::Yes);
    let work = again().await;
    assert!(!work.departed, "this send was certainly not taken");
    assert_eq!(step(store, &work, Next::Depart).await, Committed::Yes);
    assert_eq!(step(store, &work, Next::Done).await, Committed::Yes);
}

pub(crate) async fn neither_judge_nor_quarantine_ends_a_departure(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    judged(store, &effect).await;
    let work = claim(store, &effect, Station::Deliver).await.unwrap();
    assert_eq!(step(store, &work, Next::Depart).await, Committed::Yes);
    let aside = Next::Quarantine {
        redenen: vec![],
        until_ms: NOW,
    };
    assert_eq!(step(store, &work, aside).await, Committed::Yes);
    assert!(
        store
            .rejudge(effect.clone(), entry(sluis_rules::journal::Stap::Besluit, "e/0"))
            .await
            .unwrap()
    );
    go(store, &effect, Station::Judge, Next::Retry { at_ms: NOW }).await;
    judged(store, &effect).await;
    assert!(claim(store, &effect, Station::Deliver).await.unwrap().departed);
}

pub(crate) async fn each_station_sees_its_own_bytes(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    judged(store, &effect).await;
    assert!(claim(store, &effect, Station::Judge).await.is_none());
    let work = claim(store, &effect, Station::Deliver).await.unwrap();
    assert_eq!(work.sealed, minimised(&effect));
    assert_eq!(step(store, &work, Next::Judge).await, Committed::Yes);
    let work = claim(store, &effect, Station::Judge).await.unwrap();
    assert_eq!((work.sealed.as_slice(), work.attempt), (b"accepted e/0".as_slice(), 0));
}

pub(crate) async fn an_ended_message_is_gone_but_known(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    judged(store, &effect).await;
    go(store, &effect, Station::Deliver, Next::Done).await;
    for station in [Station::Judge, Station::Deliver] {
        assert!(claim(store, &effect, station).await.is_none());
        assert!(ready(store, station).await.is_empty());
    }
    assert_eq!(store.counts().await.unwrap(), (0, 0, 0));
    assert_eq!(store.history("e/0".into()).await.unwrap().len(), 3);
}
