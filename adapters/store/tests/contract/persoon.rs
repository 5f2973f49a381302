//! Messages by person: whoever asks finds all of their own, also after the end, and nothing of another.

use sluis_rules::inzage::Plek;
use sluis_stations::ports::{Accepted, Arrival, Next, Station, Store};

use crate::support::*;

fn about(key: &str, casus: &str, personen: &[&str]) -> Arrival {
    Arrival {
        personen: personen.iter().map(|p| (*p).to_owned()).collect(),
        ..arrival(key, casus, &[LEERPLICHT, JEUGD])
    }
}

async fn found(store: &dyn Store, keys: &[&str]) -> Vec<(String, bool)> {
    let keys = keys.iter().map(|k| (*k).to_owned()).collect();
    let about = store.about(keys).await.unwrap();
    about.items.into_iter().map(|i| (i.effect.0, i.via_casus)).collect()
}

pub(crate) async fn found_by_any_key_and_by_the_case(store: &dyn Store) {
    for (key, casus, personen) in [
        ("a", "c1", vec!["bsn-1", "naam-1"]),
        ("b", "c2", vec!["naam-1"]),
        ("c", "c2", vec![]),
        ("d", "c3", vec!["bsn-2"]),
    ] {
        assert_eq!(store.accept(about(key, casus, &personen)).await.unwrap(), Accepted::New);
    }
    let of = |names: &[(&str, bool)]| -> Vec<(String, bool)> {
        let both = |(n, via): &(&str, bool)| [(format!("{n}/0"), *via), (format!("{n}/1"), *via)];
        names.iter().flat_map(both).collect()
    };
    assert_eq!(found(store, &["bsn-1"]).await, of(&[("a", false)]));
    let all = of(&[("a", false), ("b", false), ("c", true)]);
    assert_eq!(found(store, &["naam-1", "bsn-1"]).await, all);
    assert_eq!(found(store, &["bsn-2"]).await, of(&[("d", false)]));
    assert!(found(store, &["bsn-3"]).await.is_empty() && found(store, &[]).await.is_empty());
    assert_eq!(store.about(vec!["bsn-1".into()]).await.unwrap().before, 0);
}

pub(crate) async fn a_message_of_the_case_with_other_identifiers_is_somebody_elses(store: &dyn Store) {
    for (key, personen) in [("a", vec!["bsn-1"]), ("b", vec!["bsn-sister"]), ("c", vec![])] {
        store.accept(about(key, "c1", &personen)).await.unwrap();
    }
    let found = store.about(vec!["bsn-1".into()]).await.unwrap();
    let ander: Vec<(String, bool)> = found.items.into_iter().map(|i| (i.effect.0, i.ander)).collect();
    let of = |n: &str, ander| (n.to_owned(), ander);
    let all = [
        ("a/0", false),
        ("a/1", false),
        ("b/0", true),
        ("b/1", true),
        ("c/0", false),
        ("c/1", false),
    ];
    assert_eq!(ander, all.map(|(n, a)| of(n, a)));
}

pub(crate) async fn kept_whole_with_the_arrival(store: &dyn Store) {
    store.accept(about("a", "c1", &["x"])).await.unwrap();
    // The same again adds nothing, and a conflict leaves no trace.
    assert!(matches!(
        store.accept(about("a", "c1", &["y"])).await.unwrap(),
        Accepted::Repeat(_)
    ));
    let other = Arrival {
        body_key: "other".into(),
        ..about("a", "c1", &["z"])
    };
    assert_eq!(store.accept(other).await.unwrap(), Accepted::Conflict);
    assert_eq!(found(store, &["x"]).await.len(), 2);
    assert!(found(store, &["y", "z"]).await.is_empty());
}

pub(crate) async fn found_after_the_end(store: &dyn Store) {
    store.accept(about("a", "c1", &["x"])).await.unwrap();
    let places = async || -> Vec<Option<Plek>> {
        let about = store.about(vec!["x".into()]).await.unwrap();
        about.items.into_iter().map(|i| i.plek).collect()
    };
    assert_eq!(places().await, [Some(Plek::Onderweg); 2]);
    go(store, &id("a/0"), Station::Judge, Next::Done).await;
    in_quarantine(store, &id("a/1"), NOW + 1).await;
    assert_eq!(places().await, [None, Some(Plek::Aangehouden)]);
    let about = store.about(vec!["x".into()]).await.unwrap();
    assert!(
        about.items.iter().all(|i| !i.records.is_empty()),
        "the journal comes along"
    );
    store.record(entry(sluis_rules::journal::Stap::Feit, "")).await.unwrap();
}

pub(crate) async fn the_oldest_content_is_known_and_goes_with_its_need(store: &dyn Store) {
    assert_eq!(store.oldest_content().await.unwrap(), None);
    for (n, key) in [(0, "a"), (1, "b"), (2, "c")] {
        let mut arrival = arrival(key, &format!("c{n}"), &[LEERPLICHT]);
        arrival.messages[0].at_ms = NOW + n;
        store.accept(arrival).await.unwrap();
    }
    assert_eq!(store.oldest_content().await.unwrap(), Some(NOW));
    // Delivered: the need ended, and its content went.
    go(store, &id("a/0"), Station::Judge, Next::Done).await;
    assert_eq!(store.oldest_content().await.unwrap(), Some(NOW + 1));
    // Kept aside it is still content; past its time it is destroyed.
    in_quarantine(store, &id("b/0"), NOW + 10).await;
    assert_eq!(store.oldest_content().await.unwrap(), Some(NOW + 1));
    let record = entry(sluis_rules::journal::Stap::Vernietigd, "");
    assert_eq!(store.expire(NOW + 10, record).await.unwrap(), 1);
    assert_eq!(store.oldest_content().await.unwrap(), Some(NOW + 2));
    go(store, &id("c/0"), Station::Judge, Next::Done).await;
    assert_eq!(store.oldest_content().await.unwrap(), None);
}
