//! Pull: given to its own receiver only, as it may be seen on the day it is fetched.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use sluis_rules::journal::Stap;
use sluis_stations::ports::EffectId;
use sluis_stations::{Caller, MailboxRefusal};
use support::store::Place;
use support::*;

async fn laid(more: Vec<sluis_rules::facts::Feit>) -> (World, Caller, EffectId) {
    let mut plan = Plan::default();
    plan.facts.push(deelname(JGZ));
    plan.facts.extend(more);
    let world = plan.build();
    let body = hulpvraag_with("e-1", JGZ, r#""achternaam":"Testdijk","bsn":"999900006""#, GEZONDHEID);
    let effect = world.send(&body).await.effects[0].clone();
    world.gateway.settle().await.unwrap();
    assert_eq!(world.place(&effect), Place::Mailbox);
    let jgz = world.gateway.caller("jgz").unwrap();
    (world, jgz, effect)
}

#[tokio::test]
async fn the_receiver_lists_fetches_and_confirms() {
    let (world, jgz, effect) = laid(vec![toestemming(JGZ)]).await;
    let me = partij(JGZ);
    let list = world.gateway.mailbox_list(&jgz, me, None, 10).await.unwrap();
    assert_eq!(list.iter().map(|s| &s.effect).collect::<Vec<_>>(), [&effect]);
    for _ in 0..2 {
        let content = world.gateway.mailbox_fetch(&jgz, me, &effect).await.unwrap();
        let text = String::from_utf8(content.out.bytes().to_vec()).unwrap();
        assert!(
            text.contains("Testdijk") && text.contains("urenPerWeek") && !text.contains("999900006"),
            "{text}"
        );
    }
    assert!(world.gateway.mailbox_done(&jgz, me, &effect).await.unwrap());
    assert!(!world.gateway.mailbox_done(&jgz, me, &effect).await.unwrap());
    assert_eq!(
        world.gateway.mailbox_fetch(&jgz, me, &effect).await.unwrap_err(),
        MailboxRefusal::Absent
    );
    let steps = world.stappen(&effect);
    assert_eq!(
        steps[2..],
        [Stap::Afgeleverd, Stap::Opgehaald, Stap::Opgehaald, Stap::Afgeleverd]
    );
}

#[tokio::test]
async fn a_withdrawal_narrows_what_already_lay_there() {
    let (world, jgz, effect) = laid(vec![toestemming(JGZ)]).await;
    world
        .gateway
        .record_facts("account-1", vec![intrekking()])
        .await
        .unwrap();
    // Nobody fetched it: it is taken out, judged again, and what still may be given lies there.
    let gone = world.gateway.mailbox_fetch(&jgz, partij(JGZ), &effect).await;
    assert_eq!(gone.unwrap_err().status(), 404);
    world.gateway.settle().await.unwrap();
    let content = world.gateway.mailbox_fetch(&jgz, partij(JGZ), &effect).await.unwrap();
    let text = String::from_utf8(content.out.bytes().to_vec()).unwrap();
    assert!(text.contains("Testdijk") && !text.contains("urenPerWeek"));
}

#[tokio::test]
async fn a_closed_case_takes_it_out_and_the_answer_is_that_of_nothing_there() {
    let (world, jgz, effect) = laid(vec![]).await;
    world.gateway.record_facts("account-1", vec![sluiting()]).await.unwrap();
    let gone = world
        .gateway
        .mailbox_fetch(&jgz, partij(JGZ), &effect)
        .await
        .unwrap_err();
    let never = world
        .gateway
        .mailbox_fetch(&jgz, partij(JGZ), &EffectId("nooit".into()))
        .await
        .unwrap_err();
    assert_eq!((gone.to_string(), gone.status()), (never.to_string(), 404));
    assert_eq!(world.redenen(&effect), ["casus-gesloten"]);
    assert!(!world.stappen(&effect).contains(&Stap::Opgehaald));
}

#[tokio::test]
async fn a_fact_between_reading_and_recording_is_seen() {
    let (world, jgz, effect) = laid(vec![toestemming(JGZ)]).await;
    world
        .store
        .after_facts
        .lock()
        .unwrap()
        .push(Box::new(|s| s.facts.push(intrekking())));
    let content = world.gateway.mailbox_fetch(&jgz, partij(JGZ), &effect).await.unwrap();
    assert!(!String::from_utf8_lossy(content.out.bytes()).contains("urenPerWeek"));
}

#[tokio::test]
async fn a_mandate_to_send_is_no_mandate_to_read() {
    let (world, _, effect) = laid(vec![]).await;
    let kindkans = world.kindkans();
    for party in [JGZ, SCHOOL] {
        let refused = world
            .gateway
            .mailbox_fetch(&kindkans, partij(party), &effect)
            .await
            .unwrap_err();
        assert_eq!((refused.slug(), refused.status()), ("postbus-van-ander", 403));
    }
    let own = world
        .gateway
        .mailbox_fetch(&kindkans, partij(SWV), &effect)
        .await
        .unwrap_err();
    assert_eq!(own, MailboxRefusal::Absent, "another's item is as absent as none");
}

#[tokio::test]
async fn nothing_is_given_that_cannot_be_recorded() {
    let (world, jgz, effect) = laid(vec![]).await;
    *world.store.failing.lock().unwrap() = 1;
    let refused = world
        .gateway
        .mailbox_fetch(&jgz, partij(JGZ), &effect)
        .await
        .unwrap_err();
    assert_eq!((refused.slug(), refused.status()), ("niet-vastgelegd", 503));
}

#[tokio::test]
async fn who_left_the_case_is_not_even_told_that_something_waits() {
    let (world, jgz, _) = laid(vec![]).await;
    let me = partij(JGZ);
    let count = async || world.gateway.mailbox_list(&jgz, me, None, 10).await.unwrap().len();
    assert_eq!(count().await, 1);
    let left = feit(&format!(
        r#"{{"soort":"deelname","casus":"cas-1","partij":"{JGZ}","vanaf":"2026-09-01","tot":"2026-10-01"}}"#
    ));
    world.gateway.record_facts("account-1", vec![left]).await.unwrap();
    assert_eq!(count().await, 0);
    // Back again: it waits there still.
    world
        .gateway
        .record_facts("account-1", vec![deelname(JGZ)])
        .await
        .unwrap();
    assert_eq!(count().await, 1);
}

#[tokio::test]
async fn nobody_confirms_what_was_never_handed_out_or_what_is_no_longer_theirs() {
    let (world, jgz, effect) = laid(vec![]).await;
    let me = partij(JGZ);
    assert!(!world.gateway.mailbox_done(&jgz, me, &effect).await.unwrap());
    assert_eq!(world.place(&effect), Place::Mailbox, "never fetched, so not lost");
    world.gateway.mailbox_fetch(&jgz, me, &effect).await.unwrap();
    let left = feit(&format!(
        r#"{{"soort":"deelname","casus":"cas-1","partij":"{JGZ}","vanaf":"2026-09-01","tot":"2026-10-01"}}"#
    ));
    world.gateway.record_facts("account-1", vec![left]).await.unwrap();
    assert!(!world.gateway.mailbox_done(&jgz, me, &effect).await.unwrap());
    assert_eq!(world.place(&effect), Place::Mailbox);
}
