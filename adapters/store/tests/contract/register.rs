//! Registers: lines in versions, with what goes with each, or nothing of it.

use sluis_rules::facts::Feit;
use sluis_rules::journal::Stap;
use sluis_stations::ports::{EffectId, NewNotice, NewPost, Next, Station, Store};

use crate::support::*;

fn post(id: &str, versie: u32, text: &str) -> NewPost {
    NewPost {
        soort: "verzoek",
        id: id.to_owned(),
        versie,
        sleutels: vec![format!("key-{id}")],
        post: text.to_owned(),
        entry: entry(Stap::Feit, id),
        notices: Vec::new(),
        feiten: Vec::new(),
        wissen: Vec::new(),
        gewist: Some(entry(Stap::Feit, "")),
    }
}

pub(crate) async fn a_version_is_kept_once_and_the_last_one_counts(store: &dyn Store) {
    assert_eq!(store.boek(post("a", 1, "one")).await.unwrap(), Some(0));
    assert_eq!(store.boek(post("b", 1, "other")).await.unwrap(), Some(0));
    assert_eq!(store.boek(post("a", 2, "two")).await.unwrap(), Some(0));
    assert_eq!(
        store.boek(post("a", 2, "late")).await.unwrap(),
        None,
        "somebody was first"
    );
    let texts = |all: Vec<sluis_stations::ports::Post>| all.into_iter().map(|p| p.post).collect::<Vec<_>>();
    assert_eq!(texts(store.posten("verzoek").await.unwrap()), ["two", "other"]);
    assert_eq!(texts(store.post("verzoek", "a".into()).await.unwrap()), ["one", "two"]);
    assert!(store.posten("inbreuk").await.unwrap().is_empty());
    let of = store
        .posten_van("verzoek", vec!["key-a".into(), "key-x".into()])
        .await
        .unwrap();
    assert_eq!(texts(of), ["two"]);
    assert_eq!(store.post_sleutels("verzoek", "b".into()).await.unwrap(), ["key-b"]);
}

pub(crate) async fn what_goes_with_a_line_is_done_with_it_or_not_at_all(store: &dyn Store) {
    store.accept(arrival("e", "c1", &[LEERPLICHT, JEUGD])).await.unwrap();
    let feit: Feit =
        serde_json::from_str(r#"{"soort":"beperking","casus":"c1","verzoek":"a","vanaf":"2026-11-01"}"#).unwrap();
    let notice = NewNotice {
        id: "n-1".into(),
        ontvanger: partij(JEUGD),
        bericht: "{}".into(),
        at_ms: NOW,
        due_ms: NOW,
        entry: entry(Stap::Feit, "n-1"),
    };
    let with = |versie| NewPost {
        feiten: vec![(feit.clone(), entry(Stap::Feit, ""))],
        notices: vec![notice.clone()],
        wissen: vec![EffectId("e/0".into()), EffectId("unknown".into())],
        gewist: Some(entry(Stap::Vernietigd, "")),
        ..post("a", versie, "one")
    };
    assert_eq!(store.boek(with(1)).await.unwrap(), Some(1));
    assert_eq!(store.boek(with(1)).await.unwrap(), None);
    assert_eq!(
        store.facts("c1".into()).await.unwrap().feiten,
        std::slice::from_ref(&feit)
    );
    assert_eq!(store.notices(partij(JEUGD), None, 10).await.unwrap().len(), 1);
    assert!(
        store
            .claim(EffectId("e/0".into()), Station::Judge, NOW, 1000)
            .await
            .unwrap()
            .is_none()
    );
    // Of the other one a send was begun: it stays, for its end is still asked for.
    let effect = EffectId("e/1".into());
    let work = store
        .claim(effect.clone(), Station::Judge, NOW, 1000)
        .await
        .unwrap()
        .unwrap();
    let step = |claim, next| sluis_stations::ports::Step {
        claim,
        facts: None,
        next,
        journal: vec![entry(Stap::Feit, "e/1")],
    };
    store
        .commit(step(work.claim, Next::Deliver { sealed: vec![1] }))
        .await
        .unwrap();
    let work = store
        .claim(effect.clone(), Station::Deliver, NOW, 1000)
        .await
        .unwrap()
        .unwrap();
    store.commit(step(work.claim, Next::Depart)).await.unwrap();
    let again = NewPost {
        wissen: vec![effect],
        ..post("a", 2, "two")
    };
    assert_eq!(store.boek(again).await.unwrap(), Some(0));
    assert!(store.oldest_content().await.unwrap().is_some());
}
