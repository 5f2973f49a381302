//! The journal: one chain, and the history of each effect.

use sluis_rules::journal::{Record, Stap};
use sluis_stations::ports::{Committed, Next, Station, Step, Store};

use crate::support::*;

fn read(records: &[Vec<u8>]) -> Vec<(u64, Stap, String)> {
    records
        .iter()
        .map(|bytes| {
            serde_json::from_slice(bytes)
                .map(|r: Record| (r.nummer, r.stap, r.effect))
                .unwrap()
        })
        .collect()
}

pub(crate) async fn every_effect_and_event_has_its_history(store: &dyn Store) {
    // A record of an effect that never became a message is found too.
    let mut blocked = arrival("x", "c", &[]);
    blocked.journal = vec![entry(Stap::Quarantaine, "x/only-recorded")];
    store.accept(blocked).await.unwrap();
    store.accept(arrival("e", "c", &[LEERPLICHT, JEUGD])).await.unwrap();
    store.record_facts(vec![sluiting("c")]).await.unwrap();
    judged(store, &id("e/1")).await;
    let of = async |id: &str| read(&store.history(id.into()).await.unwrap());
    assert_eq!(
        of("e/1").await,
        [(3, Stap::Aanvaard, "e/1".into()), (5, Stap::Besluit, "e/1".into())]
    );
    assert_eq!(of("e").await.iter().map(|r| r.0).collect::<Vec<_>>(), [2, 3, 5]);
    assert_eq!(of("x/only-recorded").await.len(), 1);
    for nothing in ["", "never seen", "%"] {
        assert!(of(nothing).await.is_empty());
    }
}

pub(crate) async fn a_refused_step_leaves_no_record(store: &dyn Store) {
    let effect = one(store, "e", "c").await;
    let work = claim(store, &effect, Station::Judge).await.unwrap();
    store.record_facts(vec![sluiting("c")]).await.unwrap();
    let journal = vec![entry(Stap::Besluit, "e/0")];
    let step = Step {
        claim: work.claim,
        facts: Some(("c".into(), 0)),
        next: Next::Done,
        journal,
    };
    assert_eq!(store.commit(step).await.unwrap(), Committed::FactsChanged);
    assert_eq!(read(&store.history("e".into()).await.unwrap()).len(), 1);
    assert_eq!(journal_holds(store).await, 2);
}

pub(crate) async fn it_reads_on_from_a_number(store: &dyn Store) {
    for n in 0..5 {
        one(store, &format!("e{n}"), "c").await;
    }
    let numbers = async |from, limit| {
        read(&store.journal(from, limit).await.unwrap())
            .into_iter()
            .map(|r| r.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(1, 2).await, [1, 2]);
    assert_eq!(numbers(3, 9).await, [3, 4, 5]);
    assert!(numbers(6, 9).await.is_empty());
    assert!(numbers(u64::MAX, 9).await.is_empty());
}
