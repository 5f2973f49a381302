//! Facts: a step rests on a version of them, and a new one starts a new judgement.

use sluis_stations::ports::{Committed, Next, Station, Store};

use crate::support::*;

pub(crate) async fn a_newer_fact_refuses_a_step(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    let none = store.facts("c".into()).await.unwrap();
    assert_eq!((none.feiten.len(), none.versie), (0, 0));
    let work = claim(store, &effect, Station::Judge).await.unwrap();
    let version = store.record_facts(vec![sluiting("c")]).await.unwrap();
    assert_eq!(store.facts("c".into()).await.unwrap().versie, version);
    let next = Next::Deliver {
        sealed: minimised(&effect),
    };
    assert_eq!(
        step_on(store, &work, Some(("c", 0)), next.clone()).await,
        Committed::FactsChanged
    );
    assert_eq!(store.counts().await.unwrap(), (1, 0, 0));
    // The claim stands: decide again under it.
    assert_eq!(step_on(store, &work, Some(("c", version)), next).await, Committed::Yes);
    // A departure rests on facts as well.
    let work = claim(store, &effect, Station::Deliver).await.unwrap();
    assert_eq!(
        step_on(store, &work, Some(("c", 0)), Next::Depart).await,
        Committed::FactsChanged
    );
    assert_eq!(
        step_on(store, &work, Some(("c", version)), Next::Depart).await,
        Committed::Yes
    );
    assert_eq!(step(store, &work, Next::Done).await, Committed::Yes);
}

pub(crate) async fn other_cases_do_not_count(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    let first = store.record_facts(vec![sluiting("c")]).await.unwrap();
    let work = claim(store, &effect, Station::Judge).await.unwrap();
    let second = store.record_facts(vec![sluiting("other")]).await.unwrap();
    assert!(second > first);
    assert_eq!(store.facts("c".into()).await.unwrap().versie, first);
    assert_eq!(store.facts("c".into()).await.unwrap().feiten.len(), 1);
    assert_eq!(
        step_on(store, &work, Some(("c", first)), Next::Done).await,
        Committed::Yes
    );
}

pub(crate) async fn an_accession_counts_for_every_case(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    let held = one(store, "q", "elsewhere").await;
    in_quarantine(store, &held, NOW).await;
    let before = store.record_facts(vec![sluiting("c")]).await.unwrap();
    let work = claim(store, &effect, Station::Judge).await.unwrap();
    let version = store.record_facts(vec![toetreding()]).await.unwrap();
    for casus in ["c", "never seen"] {
        assert_eq!(store.facts(casus.into()).await.unwrap().versie, version);
    }
    assert_eq!(
        step_on(store, &work, Some(("c", before)), Next::Done).await,
        Committed::FactsChanged
    );
    assert_eq!(
        store.counts().await.unwrap(),
        (2, 0, 0),
        "what waited for a party is judged again"
    );
}

pub(crate) async fn a_fact_sends_what_waits_back_to_judge(store: &dyn Store) {
    let (held, claimed, other) = (
        one(store, "q", "c").await,
        one(store, "d", "c").await,
        one(store, "o", "o").await,
    );
    in_quarantine(store, &held, NOW).await;
    judged(store, &claimed).await;
    in_quarantine(store, &other, NOW).await;
    let work = claim(store, &claimed, Station::Deliver).await.unwrap();
    store.record_facts(vec![sluiting("c")]).await.unwrap();
    assert_eq!(store.counts().await.unwrap(), (2, 1, 0));
    assert!(ready(store, Station::Deliver).await.is_empty());
    assert_eq!(
        step(store, &work, Next::Depart).await,
        Committed::ClaimLost,
        "no send can start any more"
    );
    assert_eq!(
        ready(store, Station::Judge).await,
        std::slice::from_ref(&held),
        "the older one first"
    );
    go(store, &held, Station::Judge, Next::Done).await;
    let work = claim(store, &claimed, Station::Judge).await.unwrap();
    assert_eq!(work.sealed, b"accepted d/0");
    // What waits in a mailbox stays: it is looked at again when it is fetched.
    assert_eq!(
        step(
            store,
            &work,
            Next::Mailbox {
                sealed: minimised(&claimed)
            }
        )
        .await,
        Committed::Yes
    );
    store.record_facts(vec![sluiting("c")]).await.unwrap();
    assert_eq!(store.counts().await.unwrap(), (0, 1, 1));
}

pub(crate) async fn what_departed_stays_where_it_is(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    judged(store, &effect).await;
    let work = claim(store, &effect, Station::Deliver).await.unwrap();
    assert_eq!(step(store, &work, Next::Depart).await, Committed::Yes);
    store.record_facts(vec![sluiting("c")]).await.unwrap();
    // The send is in flight: its end is told under the same claim.
    assert_eq!(step(store, &work, Next::Unknown { at_ms: NOW }).await, Committed::Yes);
    store.record_facts(vec![sluiting("c")]).await.unwrap();
    let work = claim(store, &effect, Station::Deliver).await.unwrap();
    assert!(work.departed);
    assert_eq!(
        step_on(store, &work, Some(("c", 1)), Next::Depart).await,
        Committed::FactsChanged
    );
    assert_eq!(step(store, &work, Next::Done).await, Committed::Yes);
}

pub(crate) async fn facts_come_back_as_recorded(store: &dyn Store) {
    let all = vec![sluiting("c"), toetreding(), sluiting("other"), sluiting("c")];
    let version = store.record_facts(all.clone()).await.unwrap();
    let read = store.facts("c".into()).await.unwrap();
    assert_eq!(read.versie, version);
    assert_eq!(read.feiten, [all[0].0.clone(), all[1].0.clone(), all[3].0.clone()]);
    assert_eq!(store.record_facts(vec![]).await.unwrap(), 0);
    // Each has its record, and the record cites the fact.
    let records = store.journal(1, 10).await.unwrap();
    assert_eq!(records.len(), 4);
    let last: sluis_rules::journal::Record = serde_json::from_slice(&records[3]).unwrap();
    assert_eq!(last.inhoud.feiten, Some(version));
}
