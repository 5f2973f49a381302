//! The effect ledger, and what a withdrawal does to what waits and to what is under way.

use sluis_rules::journal::{Record, Stap};
use sluis_stations::ports::{Committed, EffectId, Entry, Next, POSSIBLY, Station, Step, Store};

use crate::support::*;

/// A departure or fetch of this message, resting on these consents.
fn left(stap: Stap, effect: &EffectId, casus: &str, consents: &[&str]) -> Entry {
    let mut entry = entry(stap, effect.as_str());
    entry.inhoud.casus = casus.into();
    entry.inhoud.kanaal = "casusoverleg".into();
    entry.inhoud.ontvanger = LEERPLICHT.into();
    entry.inhoud.toestemmingen = consents.iter().map(|c| (*c).to_owned()).collect();
    entry
}

fn withdrawal(casus: &str) -> (sluis_rules::facts::Feit, Entry) {
    feit(&format!(
        r#"{{"soort":"intrekking","toestemming":"t-1","casus":"{casus}","op":"2026-12-01"}}"#
    ))
}

/// Under way: the send was begun, resting on these consents.
async fn departs(store: &dyn Store, effect: &EffectId, casus: &str, consents: &[&str]) {
    judged(store, effect).await;
    let work = claim(store, effect, Station::Deliver).await.unwrap();
    let step = Step {
        claim: work.claim,
        facts: None,
        next: Next::Depart,
        journal: vec![left(Stap::Vertrek, effect, casus, consents)],
    };
    assert_eq!(store.commit(step).await.unwrap(), Committed::Yes);
}

async fn last_of(store: &dyn Store, effect: &EffectId) -> Record {
    let lines = store.history(effect.0.clone()).await.unwrap();
    serde_json::from_slice(lines.last().unwrap()).unwrap()
}

pub(crate) async fn a_departure_and_a_fetch_are_received(store: &dyn Store) {
    // To another receiver, so that the one under way holds up no other.
    store.accept(arrival("s", "c", &[JEUGD])).await.unwrap();
    let sent = id("s/0");
    let (waiting, other) = (one(store, "w", "c").await, one(store, "o", "elsewhere").await);
    departs(store, &sent, "c", &["t-2", "t-1"]).await;
    departs(store, &other, "elsewhere", &[]).await;
    in_mailbox(store, &waiting).await;
    assert_eq!(
        store.received("c".into()).await.unwrap().len(),
        1,
        "what lies ready was not received"
    );
    let entry = left(Stap::Opgehaald, &waiting, "c", &["t-3"]);
    assert_eq!(
        store.mailbox_fetch(waiting.clone(), None, entry).await.unwrap(),
        Committed::Yes
    );
    // Fetched again on another consent: both count, and the first moment stays.
    let mut again = left(Stap::Opgehaald, &waiting, "c", &["t-4"]);
    again.tijd_ms += 1000;
    store.mailbox_fetch(waiting.clone(), None, again).await.unwrap();
    let got = store.received("c".into()).await.unwrap();
    assert_eq!(got.len(), 2);
    assert_eq!(
        (&got[0].effect, got[0].toestemmingen.as_slice()),
        (&sent, &["t-1".to_owned(), "t-2".into()][..])
    );
    assert_eq!(
        (&got[1].effect, got[1].toestemmingen.as_slice()),
        (&waiting, &["t-3".to_owned(), "t-4".into()][..])
    );
    assert_eq!((got[1].ontvanger.as_str(), got[1].tijd_ms), (LEERPLICHT, NOW));
    assert!(got[0].nummer < got[1].nummer);
    assert_eq!(
        store.received("elsewhere".into()).await.unwrap()[0].toestemmingen.len(),
        0
    );
    assert!(store.received("never seen".into()).await.unwrap().is_empty());
}

pub(crate) async fn a_withdrawal_takes_back_what_nobody_fetched(store: &dyn Store) {
    let (fetched, waiting, other) = (
        one(store, "f", "c").await,
        one(store, "w", "c").await,
        one(store, "o", "o").await,
    );
    for effect in [&fetched, &waiting, &other] {
        in_mailbox(store, effect).await;
    }
    let entry = left(Stap::Opgehaald, &fetched, "c", &["t-1"]);
    store.mailbox_fetch(fetched.clone(), None, entry).await.unwrap();
    // Another fact leaves the mailbox alone; a withdrawal does not.
    store.record_facts(vec![sluiting("c")]).await.unwrap();
    assert_eq!(store.counts().await.unwrap(), (0, 0, 3));
    store.record_facts(vec![withdrawal("c")]).await.unwrap();
    assert_eq!(store.counts().await.unwrap(), (1, 0, 2));
    assert_eq!(ready(store, Station::Judge).await, std::slice::from_ref(&waiting));
    assert!(
        store
            .mailbox_item(partij(LEERPLICHT), waiting.clone())
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.mailbox_item(partij(LEERPLICHT), fetched).await.unwrap().is_some());
    assert!(store.mailbox_item(partij(LEERPLICHT), other).await.unwrap().is_some());
    // From what was accepted, and it may lie there again.
    let work = claim(store, &waiting, Station::Judge).await.unwrap();
    assert_eq!(work.sealed, b"accepted w/0");
    let next = Next::Mailbox {
        sealed: minimised(&waiting),
    };
    assert_eq!(step(store, &work, next).await, Committed::Yes);
    assert_eq!(store.counts().await.unwrap(), (0, 0, 3));
}

pub(crate) async fn what_was_under_way_at_a_withdrawal_is_known_for_good(store: &dyn Store) {
    let (sent, queued, other) = (
        one(store, "s", "c").await,
        one(store, "q", "c").await,
        one(store, "o", "o").await,
    );
    departs(store, &sent, "c", &["t-1"]).await;
    departs(store, &other, "o", &["t-1"]).await;
    assert_eq!(store.in_doubt("c".into()).await.unwrap(), std::slice::from_ref(&sent));
    store.record_facts(vec![withdrawal("c")]).await.unwrap();
    let told = last_of(store, &sent).await;
    assert_eq!((told.stap, told.inhoud.toelichting.as_str()), (Stap::Feit, POSSIBLY));
    assert_eq!(last_of(store, &other).await.stap, Stap::Vertrek);
    assert_ne!(last_of(store, &queued).await.inhoud.toelichting, POSSIBLY);
    // It is received all the same: it may have arrived.
    assert_eq!(store.received("c".into()).await.unwrap()[0].effect, sent);
    // Its end is told under its claim, and then nothing is in doubt.
    store.record_facts(vec![sluiting("o")]).await.unwrap();
    assert_eq!(store.in_doubt("o".into()).await.unwrap().len(), 1);
    assert!(store.in_doubt("never seen".into()).await.unwrap().is_empty());
}
