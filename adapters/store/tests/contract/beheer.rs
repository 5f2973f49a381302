//! Administrative messages: told once, open until confirmed, and no fact forgotten.

use sluis_rules::journal::{Record, Stap};
use sluis_stations::ports::{NewNotice, Store};

use crate::support::*;

fn notice(name: &str, ontvanger: &str, due_ms: u64) -> NewNotice {
    NewNotice {
        id: name.into(),
        ontvanger: partij(ontvanger),
        bericht: format!("text of {name}"),
        at_ms: NOW,
        due_ms,
        entry: entry(Stap::Afgeleverd, name),
    }
}

async fn ids(store: &dyn Store, ontvanger: &str, after: Option<&str>) -> Vec<String> {
    let items = store.notices(partij(ontvanger), after.map(str::to_owned), 2).await;
    items.unwrap().into_iter().map(|n| n.id).collect()
}

async fn steps(store: &dyn Store, name: &str) -> Vec<Stap> {
    let lines = store.history(name.into()).await.unwrap();
    let read = |l: &Vec<u8>| serde_json::from_slice::<Record>(l).unwrap().stap;
    lines.iter().map(read).collect()
}

pub(crate) async fn a_notice_is_told_once(store: &dyn Store) {
    let both = vec![notice("a", JEUGD, NOW), notice("b", LEERPLICHT, NOW)];
    assert_eq!(store.tell(both.clone(), None).await.unwrap(), Some(2));
    let more = [both, vec![notice("c", JEUGD, NOW)]].concat();
    assert_eq!(store.tell(more, None).await.unwrap(), Some(1));
    assert_eq!(ids(store, JEUGD, None).await, ["a", "c"]);
    assert_eq!(ids(store, LEERPLICHT, None).await, ["b"]);
    assert!(ids(store, SCHOOL, None).await.is_empty());
    assert_eq!(steps(store, "a").await, [Stap::Afgeleverd]);
}

pub(crate) async fn a_notice_is_open_until_confirmed(store: &dyn Store) {
    let all = ["a", "b", "c"].map(|n| notice(n, JEUGD, NOW)).to_vec();
    store.tell(all, None).await.unwrap();
    let confirm = async |who: &str, id: &str| {
        let record = entry(Stap::Afgeleverd, id);
        store.notice_confirm(partij(who), id.into(), record).await.unwrap()
    };
    let fetch = async |who: &str, id: &str| {
        let record = entry(Stap::Opgehaald, id);
        store.notice_fetch(partij(who), id.into(), record).await.unwrap()
    };
    assert!(!confirm(JEUGD, "a").await, "what was never handed out is not confirmed");
    assert!(!fetch(LEERPLICHT, "a").await, "another's is as absent as none");
    assert!(
        fetch(JEUGD, "a").await && fetch(JEUGD, "a").await,
        "until then it may be fetched again"
    );
    assert!(!confirm(LEERPLICHT, "a").await);
    assert!(confirm(JEUGD, "a").await && !confirm(JEUGD, "a").await);
    assert!(!fetch(JEUGD, "a").await);
    assert_eq!(ids(store, JEUGD, None).await, ["b", "c"]);
    assert_eq!(
        ids(store, JEUGD, Some("a")).await,
        ["b", "c"],
        "also after one that was confirmed"
    );
    assert_eq!(ids(store, JEUGD, Some("b")).await, ["c"]);
    let done = store.notice(partij(JEUGD), "a".into()).await.unwrap().unwrap();
    assert_eq!(
        (done.fetched_ms, done.confirmed_ms, done.bericht.as_str()),
        (Some(NOW), Some(NOW), "text of a")
    );
    assert!(store.notice(partij(SCHOOL), "a".into()).await.unwrap().is_none());
    let told = [Stap::Afgeleverd, Stap::Opgehaald, Stap::Opgehaald, Stap::Afgeleverd];
    assert_eq!(steps(store, "a").await, told, "refusals leave no record");
    // Told again after it was confirmed: it stays confirmed.
    assert_eq!(store.tell(vec![notice("a", JEUGD, NOW)], None).await.unwrap(), Some(0));
    assert_eq!(ids(store, JEUGD, None).await, ["b", "c"]);
}

pub(crate) async fn what_is_late_is_counted(store: &dyn Store) {
    let all = vec![
        notice("a", JEUGD, NOW + 9),
        notice("b", SCHOOL, NOW),
        notice("c", JEUGD, NOW),
    ];
    store.tell(all, None).await.unwrap();
    let open = async |after: Option<&str>| {
        let items = store.unconfirmed(after.map(str::to_owned), 9).await.unwrap();
        items.into_iter().map(|n| n.id).collect::<Vec<_>>()
    };
    assert_eq!(open(None).await, ["b", "c", "a"], "the earliest deadline first");
    assert_eq!(open(Some("b")).await, ["c", "a"]);
    assert_eq!(
        store.unconfirmed_counts(NOW).await.unwrap(),
        (3, 0),
        "the deadline itself is in time"
    );
    assert_eq!(store.unconfirmed_counts(NOW + 1).await.unwrap(), (3, 2));
    store
        .notice_fetch(partij(SCHOOL), "b".into(), entry(Stap::Opgehaald, "b"))
        .await
        .unwrap();
    store
        .notice_confirm(partij(SCHOOL), "b".into(), entry(Stap::Afgeleverd, "b"))
        .await
        .unwrap();
    assert_eq!(store.unconfirmed_counts(NOW + 1).await.unwrap(), (2, 1));
    assert_eq!(open(None).await, ["c", "a"]);
}

pub(crate) async fn every_fact_is_told_of_once(store: &dyn Store) {
    assert!(store.untold(9).await.unwrap().feiten.is_empty());
    let last = store
        .record_facts(vec![sluiting("c"), toetreding(), sluiting("d")])
        .await
        .unwrap();
    let untold = store.untold(2).await.unwrap();
    assert_eq!(
        untold.feiten.iter().map(|(n, _)| *n).collect::<Vec<_>>(),
        [last - 2, last - 1]
    );
    let cursor = Some((untold.after, last - 1));
    assert_eq!(
        store.tell(vec![notice("a", JEUGD, NOW)], cursor).await.unwrap(),
        Some(1)
    );
    // Who told the same at the same time keeps nothing.
    assert_eq!(store.tell(vec![notice("b", JEUGD, NOW)], cursor).await.unwrap(), None);
    assert_eq!(ids(store, JEUGD, None).await, ["a"]);
    let rest = store.untold(9).await.unwrap();
    assert_eq!((rest.after, rest.feiten.len()), (last - 1, 1));
    assert_eq!(rest.feiten[0].1, sluiting("d").0);
}

pub(crate) async fn what_was_told_of_a_kind_is_found(store: &dyn Store) {
    let told = |id: &str, text: &str| NewNotice {
        bericht: text.to_owned(),
        ..notice(id, LEERPLICHT, NOW)
    };
    let (table, other) = (
        r#"{"soort":"verzuimstatistiek","van":"x"}"#,
        r#"{"soort":"verzuim","x":"verzuimstatistiek"}"#,
    );
    store
        .tell(vec![told("t1", table), told("t2", other)], None)
        .await
        .unwrap();
    assert_eq!(store.told_of_kind("verzuimstatistiek".into()).await.unwrap(), [table]);
    assert!(store.told_of_kind("recht".into()).await.unwrap().is_empty());
}
