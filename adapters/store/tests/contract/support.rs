//! What the promises are made with: small messages that name nobody.

use sluis_rules::event::{Bericht, Claim as Stated, Event, Kanaal};
use sluis_rules::facts::Feit;
use sluis_rules::ids::Partij;
use sluis_rules::journal::{Inhoud, Stap, verify};
use sluis_stations::ports::{
    Accepted, Arrival, Committed, EffectId, Entry, NewMessage, Next, Station, Step, Store, Work,
};

pub(crate) const SCHOOL: &str = "00000099000000001000/school";
pub(crate) const LEERPLICHT: &str = "00000099000000002000/leerplicht";
pub(crate) const JEUGD: &str = "00000099000000002000/jeugd";
pub(crate) const NOW: u64 = 1_790_000_000_000;
pub(crate) const LEASE: u64 = 30_000;

pub(crate) fn partij(text: &str) -> Partij {
    text.parse().unwrap()
}

pub(crate) fn id(text: &str) -> EffectId {
    EffectId(text.into())
}

pub(crate) fn event(casus: &str, ontvanger: &str) -> Event {
    Event {
        id: "01J".into(),
        source: "urn:nld:oin:00000099000000001000:systeem:kindkans".into(),
        bericht: Bericht::Hulpvraag,
        time: None,
        claim: Stated {
            kanaal: Kanaal::Casusoverleg,
            casusoverleg: "thuiszitterstafel".into(),
            casus: casus.into(),
            fase: "intake".into(),
            doel: "a".into(),
            afzender: partij(SCHOOL),
            ontvanger: Some(partij(ontvanger)),
            grondslag: None,
        },
        traceparent: None,
    }
}

pub(crate) fn entry(stap: Stap, effect: &str) -> Entry {
    Entry {
        tijd_ms: NOW,
        stap,
        effect: effect.into(),
        trace_id: "0".repeat(32),
        span_id: "0".repeat(16),
        verwerking: "proef".into(),
        inhoud: Inhoud::default(),
    }
}

pub(crate) fn message(effect: &str, casus: &str, ontvanger: &str) -> NewMessage {
    NewMessage {
        effect: id(effect),
        event: event(casus, ontvanger),
        lane: format!("{casus}>{ontvanger}"),
        sealed: format!("accepted {effect}").into_bytes(),
        at_ms: NOW,
    }
}

/// An event with one message for each receiver; effects are `<key>/<n>`.
pub(crate) fn arrival(key: &str, casus: &str, ontvangers: &[&str]) -> Arrival {
    let effects: Vec<_> = (0..ontvangers.len()).map(|n| format!("{key}/{n}")).collect();
    Arrival {
        event_key: key.into(),
        body_key: "body".into(),
        koppeling: "kindkans".into(),
        messages: effects
            .iter()
            .zip(ontvangers)
            .map(|(e, o)| message(e, casus, o))
            .collect(),
        personen: Vec::new(),
        journal: effects.iter().map(|e| entry(Stap::Aanvaard, e)).collect(),
    }
}

/// Accepts an event for one receiver; gives the effect.
pub(crate) async fn one(store: &dyn Store, key: &str, casus: &str) -> EffectId {
    assert_eq!(
        store.accept(arrival(key, casus, &[LEERPLICHT])).await.unwrap(),
        Accepted::New
    );
    id(&format!("{key}/0"))
}

pub(crate) async fn claim(store: &dyn Store, effect: &EffectId, station: Station) -> Option<Work> {
    store.claim(effect.clone(), station, NOW, LEASE).await.unwrap()
}

pub(crate) async fn step(store: &dyn Store, work: &Work, next: Next) -> Committed {
    step_on(store, work, None, next).await
}

pub(crate) async fn step_on(store: &dyn Store, work: &Work, facts: Option<(&str, u64)>, next: Next) -> Committed {
    let stap = match next {
        Next::Depart => Stap::Vertrek,
        Next::Quarantine { .. } => Stap::Quarantaine,
        Next::Done | Next::Mailbox { .. } => Stap::Afgeleverd,
        Next::Unknown { .. } => Stap::UitkomstOnbekend,
        _ => Stap::Besluit,
    };
    let journal = vec![entry(stap, work.claim.effect.as_str())];
    let facts = facts.map(|(casus, versie)| (casus.to_owned(), versie));
    store
        .commit(Step {
            claim: work.claim.clone(),
            facts,
            next,
            journal,
        })
        .await
        .unwrap()
}

/// Claims and takes a step.
pub(crate) async fn go(store: &dyn Store, effect: &EffectId, station: Station, next: Next) {
    let work = claim(store, effect, station).await.expect("it is ready");
    assert_eq!(step(store, &work, next).await, Committed::Yes);
}

pub(crate) fn minimised(effect: &EffectId) -> Vec<u8> {
    format!("minimised {}", effect.as_str()).into_bytes()
}

/// Judged: on to deliver.
pub(crate) async fn judged(store: &dyn Store, effect: &EffectId) {
    go(
        store,
        effect,
        Station::Judge,
        Next::Deliver {
            sealed: minimised(effect),
        },
    )
    .await;
}

pub(crate) async fn in_quarantine(store: &dyn Store, effect: &EffectId, until_ms: u64) {
    let next = Next::Quarantine {
        redenen: vec!["geen-grondslag".into()],
        until_ms,
    };
    go(store, effect, Station::Judge, next).await;
}

pub(crate) async fn in_mailbox(store: &dyn Store, effect: &EffectId) {
    judged(store, effect).await;
    go(
        store,
        effect,
        Station::Deliver,
        Next::Mailbox {
            sealed: minimised(effect),
        },
    )
    .await;
}

pub(crate) async fn ready(store: &dyn Store, station: Station) -> Vec<EffectId> {
    store.ready(station, NOW, 100).await.unwrap()
}

pub(crate) fn feit(json: &str) -> (Feit, Entry) {
    (serde_json::from_str(json).unwrap(), entry(Stap::Feit, ""))
}

pub(crate) fn sluiting(casus: &str) -> (Feit, Entry) {
    feit(&format!(
        r#"{{"soort":"sluiting","casus":"{casus}","op":"2026-12-01","reden":"verhuisd"}}"#
    ))
}

pub(crate) fn toetreding() -> (Feit, Entry) {
    feit(&format!(
        r#"{{"soort":"toetreding","partij":"{JEUGD}","ondertekend_op":"2026-08-01"}}"#
    ))
}

/// The journal from its first record verifies; gives its length.
pub(crate) async fn journal_holds(store: &dyn Store) -> u64 {
    let records = store.journal(1, usize::MAX).await.unwrap();
    let (last, _) = verify(records.iter().map(Vec::as_slice)).unwrap();
    last
}

/// Polls all together and gives the answers in order.
pub(crate) async fn join_all<T>(futures: Vec<sluis_stations::ports::Fut<'_, T>>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.into_iter().map(Some).collect();
    let mut answers: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (slot, answer) in waiting.iter_mut().zip(&mut answers) {
            let polled = slot.as_mut().map(|future| future.as_mut().poll(cx));
            if let Some(std::task::Poll::Ready(t)) = polled {
                *answer = Some(t);
                *slot = None;
            }
        }
        if waiting.iter().all(Option::is_none) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    answers.into_iter().flatten().collect()
}
