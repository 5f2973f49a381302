//! Receivers that are slow, dead, or answer what they like.

use std::time::{Duration, Instant};

use sluis_rules::journal::Stap;
use sluis_simulators::zaaksysteem::Zaaksysteem;
use sluis_simulators::{Behaviour, Fault, FaultRule, Kind};

use crate::audit;
use crate::home::{JGZ, LEERPLICHT, SWV};
use crate::region::{Region, times, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_target_delays_its_own_lanes_only() {
    let region = Region::new();
    region.municipality.set_behaviour(Behaviour {
        delay_ms: 3_600_000,
        ..Behaviour::default()
    });
    let _sluis = region.start().await;
    region.cases(40).await;
    let slow = region.send_each(0, 40, LEERPLICHT).await;
    // Every place at the slow target is taken, and others wait.
    until("the slow target is busy", || region.municipality.received().len() >= 8).await;
    let begin = Instant::now();
    let quick = region.send_each(1000, 40, SWV).await;
    let boxed = region.send_each(2000, 20, JGZ).await;
    until("the other target has everything", || {
        times(&region.partnership, &quick).iter().all(|n| *n == 1)
    })
    .await;
    println!("60 letters past a slow target in {:?}", begin.elapsed());
    let mut found = Vec::new();
    while found.len() < boxed.len() {
        assert!(
            begin.elapsed() < Duration::from_secs(30),
            "the mailbox waits for the slow target"
        );
        found = region.mailbox("jgz").await;
    }
    assert!(boxed.iter().all(|effect| found.contains(effect)));
    let (open, ..) = region.client("beheer").counts().await;
    assert!(open > 0, "the slow target is still slow");
    region.municipality.set_behaviour(Behaviour::default());
    assert!(region.settled().await.is_empty());
    assert!(times(&region.municipality, &slow).iter().all(|n| *n == 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_target_gets_everything_once_it_lives() {
    let region = Region::new();
    let always = |fault| Behaviour::of(FaultRule::always(fault));
    let dead = Fault::Status {
        status: 503,
        moment: sluis_simulators::Moment::Before,
    };
    region.municipality.set_behaviour(always(dead));
    let _sluis = region.start().await;
    region.cases(10).await;
    let effects = region.send_each(0, 10, LEERPLICHT).await;
    until("each was tried", || region.municipality.received().len() >= 30).await;
    assert!(region.municipality.effects().is_empty());
    region.municipality.set_behaviour(Behaviour::default());
    assert!(region.settled().await.is_empty());
    assert!(times(&region.municipality, &effects).iter().all(|n| *n == 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_is_not_followed_and_a_mad_answer_is_an_answer() {
    let region = Region::new();
    let elsewhere = other_system();
    let _sluis = region.start().await;
    region.cases(1).await;
    let play = |fault| {
        region
            .municipality
            .set_behaviour(Behaviour::of(FaultRule::always(fault)))
    };

    play(Fault::Redirect {
        naar: format!("{}/zaken/berichten", elsewhere.url()),
    });
    let [sent] = region.send_each(0, 1, LEERPLICHT).await.try_into().unwrap();
    let aside = region.settled().await;
    assert_eq!(aside[&sent], ["geweigerd-door-ontvanger"]);
    assert!(elsewhere.received().is_empty(), "it followed");

    for (n, fault) in (1..).zip([
        Fault::Garbage,
        Fault::Twice,
        Fault::Truncated,
        Fault::Huge { bytes: 64 << 20 },
        Fault::Trickle { bytes: 1, pauze_ms: 50 },
    ]) {
        play(fault);
        let effects = region.send_each(n, 1, LEERPLICHT).await;
        until("it took effect", || region.municipality.effects().len() == n).await;
        // Answers may be asked after, and an answer to a question may be mad as well.
        region.municipality.set_behaviour(Behaviour::default());
        assert_eq!(region.settled().await.len(), 1);
        assert_eq!(times(&region.municipality, &effects), [1]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_orderly_stop_lets_sends_end() {
    let region = Region::new();
    region.partnership.set_behaviour(Behaviour {
        delay_ms: 700,
        ignore_keys: true,
        ..Behaviour::default()
    });
    let sluis = region.start().await;
    region.cases(20).await;
    let effects = region.send_each(0, 20, SWV).await;
    until("some are under way", || region.partnership.received().len() >= 4).await;
    assert!(sluis.stop().await.success());
    let journal = audit::journal(&region.home.store()).await;
    let count = |stap| journal.iter().filter(|r| r.stap == stap).count();
    assert_eq!(count(Stap::Vertrek), count(Stap::Afgeleverd), "a send was cut off");
    assert_eq!(count(Stap::UitkomstOnbekend), 0);
    // A test in which nothing was left to do would prove nothing.
    assert!(count(Stap::Vertrek) < effects.len());
    let begin = Instant::now();
    let _sluis = region.start().await;
    assert!(region.settled().await.is_empty());
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert!(times(&region.partnership, &effects).iter().all(|n| *n == 1));
    let posts = region.partnership.received();
    assert_eq!(posts.iter().filter(|r| r.kind == Kind::Request).count(), effects.len());
}

fn other_system() -> Zaaksysteem {
    sluis_simulators::zaaksysteem::start(sluis_simulators::zaaksysteem::Config::default()).unwrap()
}
