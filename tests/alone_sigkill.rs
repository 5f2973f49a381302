//! What was acknowledged is never lost, never sent twice in effect, and never leaks: ten thousand letters, and a Sluis
//! that is killed with SIGKILL at any moment and started again, twenty times (a hundred with `SLUIS_LONG=1`).
//!
//! The witnesses are the simulated systems, which live in this process and outlive every kill. One keeps idempotency
//! keys; the other ignores them and cuts the connection after it took a message, so that only asking helps.
//! `SLUIS_SEED` plays another order of moments; `SLUIS_LETTERS` another number of letters.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops at the first surprise"
)]

#[path = "support/audit.rs"]
mod audit;
#[path = "support/canary.rs"]
mod canary;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/client.rs"]
mod client;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/corpus.rs"]
mod corpus;
#[path = "support/home.rs"]
mod home;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/process.rs"]
mod process;
#[path = "support/puller.rs"]
mod puller;
#[path = "support/sender.rs"]
mod sender;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use client::Client;
use home::{Home, JEUGD, JGZ, LEERPLICHT, Plan, Push, SCHOOL, SWV, TARGET_TOKEN};
use process::Sluis;
use puller::Pulled;
use sender::Ledger;
use sluis_rules::journal::{Record, Stap};
use sluis_simulators::zaaksysteem::{self, Zaaksysteem};
use sluis_simulators::{Behaviour, Fault, FaultRule, Moment};

/// How many letters, kills, and the longest life in between in milliseconds.
fn size() -> (usize, usize, u64) {
    let long = std::env::var("SLUIS_LONG").is_ok_and(|v| v == "1");
    let (letters, kills, life) = if long { (10_000, 100, 1600) } else { (10_000, 20, 3200) };
    (
        number("SLUIS_LETTERS").map_or(letters, |n| usize::try_from(n).unwrap()),
        kills,
        life,
    )
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// A die that falls the same way for the same seed (splitmix64).
struct Die(u64);

impl Die {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// A system that keeps idempotency keys, and is often in trouble.
fn careful(home: &Home, seed: u64) -> Zaaksysteem {
    let post = |fault, permille| FaultRule {
        permille,
        method: Some("POST".to_owned()),
        ..FaultRule::always(fault)
    };
    let behaviour = Behaviour {
        seed,
        jitter_ms: 20,
        faults: vec![
            post(
                Fault::Status {
                    status: 503,
                    moment: Moment::Before,
                },
                20,
            ),
            post(
                Fault::Status {
                    status: 500,
                    moment: Moment::After,
                },
                20,
            ),
            post(Fault::Close { moment: Moment::After }, 20),
            post(Fault::Close { moment: Moment::Before }, 20),
            post(Fault::Truncated, 20),
            post(Fault::Twice, 20),
        ],
        ..Behaviour::default()
    };
    start(home, "zorgvuldig", behaviour)
}

/// A system to which every message is a new one, and that hangs up after taking it.
fn careless(home: &Home, seed: u64) -> Zaaksysteem {
    let rule = |method: &str, fault, permille| FaultRule {
        permille,
        method: Some(method.to_owned()),
        ..FaultRule::always(fault)
    };
    let behaviour = Behaviour {
        seed,
        jitter_ms: 20,
        ignore_keys: true,
        faults: vec![
            rule("POST", Fault::Close { moment: Moment::After }, 70),
            rule(
                "POST",
                Fault::Status {
                    status: 502,
                    moment: Moment::After,
                },
                20,
            ),
            rule("POST", Fault::Close { moment: Moment::Before }, 20),
            rule("POST", Fault::Garbage, 30),
            rule("GET", Fault::Garbage, 150),
            rule("GET", Fault::Close { moment: Moment::After }, 100),
        ],
        ..Behaviour::default()
    };
    start(home, "slordig", behaviour)
}

fn start(home: &Home, name: &str, behaviour: Behaviour) -> Zaaksysteem {
    zaaksysteem::start(zaaksysteem::Config {
        token: TARGET_TOKEN.to_owned(),
        directory: Some(home.path().join(name)),
        behaviour,
        ..zaaksysteem::Config::default()
    })
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigkill_loses_nothing_repeats_nothing_and_leaks_nothing() {
    canary::prove_the_search();
    let seed = number("SLUIS_SEED").unwrap_or(20_261_123);
    let (letters, kills, life) = size();
    println!("seed {seed}: {letters} letters, {kills} kills");
    let begin = Instant::now();
    let home = Home::new();
    let (careful, careless) = (careful(&home, seed), careless(&home, seed));
    home.configure(&Plan {
        push: vec![
            Push {
                name: "gemeente",
                parties: vec![LEERPLICHT, JEUGD],
                url: careful.url(),
                idempotent: true,
                patience: 3,
            },
            Push {
                name: "verband",
                parties: vec![SWV],
                url: careless.url(),
                idempotent: false,
                patience: 3,
            },
        ],
        mailboxes: vec![JGZ, SCHOOL],
        // Asked until it says something: a person would have to look otherwise, and none is here.
        asks: 1000,
        ..Plan::default()
    });
    let clients: BTreeMap<&'static str, Client> = ["school", "verband", "jgz", "beheer"]
        .map(|name| (name, Client::new(&home, name)))
        .into();
    let operator = &clients["beheer"];

    let mut sluis = Sluis::start(&home).await;
    for facts in corpus::facts().chunks(500) {
        assert_eq!(operator.record(&facts.into()).await.status, 201);
    }
    let ledger = Arc::new(Ledger::new(home.path()));
    let sending = {
        let (clients, ledger) = (clients.clone(), Arc::clone(&ledger));
        tokio::spawn(async move { sender::send_all(&clients, &ledger, letters, 12).await })
    };
    let pulled = Arc::new(Mutex::new(Pulled::default()));
    let (enough, stop) = tokio::sync::watch::channel(false);
    let pulling = tokio::spawn(puller::empty(clients["school"].clone(), Arc::clone(&pulled), stop));

    let mut die = Die(seed);
    let mut killed = 0;
    // A sender that stopped early has found something: there is no use in going on.
    while killed < kills && (!sending.is_finished() || ledger.count() == letters) {
        tokio::time::sleep(Duration::from_millis(die.below(life))).await;
        sluis.kill();
        killed += 1;
        // One in four dies before it is ready: a start is a moment like any other.
        if die.below(4) == 0 && killed < kills {
            sluis = Sluis::spawn(&home);
            tokio::time::sleep(Duration::from_millis(die.below(250))).await;
            sluis.kill();
            killed += 1;
        }
        sluis = Sluis::start(&home).await;
    }
    println!(
        "{killed} kills in {:?}; {} letters acknowledged",
        begin.elapsed(),
        ledger.count()
    );
    sending.await.unwrap();
    println!(
        "all acknowledged after {:?}, {} times as a repeat",
        begin.elapsed(),
        ledger.repeats()
    );
    operator.drained(Duration::from_secs(300)).await;
    enough.send(true).unwrap();
    pulling.await.unwrap();
    println!("nothing open after {:?}", begin.elapsed());

    let kept = clients["jgz"].pages("/v1/postbus", "berichten").await;
    let aside = operator.pages("/v1/geblokkeerd", "geblokkeerd").await;
    let (_, blocked, mailbox) = operator.counts().await;
    assert_eq!((blocked, mailbox), (aside.len() as u64, kept.len() as u64));
    let mut in_jgz = BTreeMap::new();
    for (n, line) in kept.iter().enumerate() {
        let effect = line["effect"].as_str().unwrap();
        // Fetching is judging once more; a few suffice to see whose letters they are.
        let content = if n % 25 == 0 {
            let answer = clients["jgz"]
                .insist("GET", &format!("/v1/postbus/{effect}"), None)
                .await;
            assert_eq!(answer.status, 200);
            Some(answer.bytes)
        } else {
            None
        };
        assert!(
            in_jgz.insert(effect.to_owned(), content).is_none(),
            "{effect} is in the mailbox twice"
        );
    }
    assert!(sluis.stop().await.success());

    let pulled = std::mem::take(&mut *pulled.lock().unwrap());
    assert!(pulled.wrong.is_empty(), "{:#?}", pulled.wrong);
    let at_school = pulled
        .content
        .into_iter()
        .map(|(effect, bytes)| (effect, Some(bytes)))
        .collect();
    let journal = audit::journal(&home.store()).await;
    let wrong = audit::reckon(&audit::Evidence {
        acknowledged: ledger.all(),
        journal: &journal,
        systems: vec![(&careful, vec![LEERPLICHT, JEUGD]), (&careless, vec![SWV])],
        mailboxes: vec![(JGZ, in_jgz), (SCHOOL, at_school)],
        aside,
    });
    assert_eq!(ledger.count(), letters);
    assert!(
        wrong.is_empty(),
        "{} things are wrong; the first: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(20)]
    );
    no_song(&home, &[&careful, &careless]);
    it_was_worth_it(&journal, &careful, &careless, letters);
    println!("{} records in the journal, {:?} in all", journal.len(), begin.elapsed());
}

/// No canary in any byte that a system got, in the store, or in anything that was said.
fn no_song(home: &Home, systems: &[&Zaaksysteem]) {
    let needles = canary::Needles::of(canary::SONG);
    for system in systems {
        for received in system.received_with_control() {
            let wire = received.wire();
            assert_eq!(
                needles.found_in(&wire),
                None,
                "sings: {}",
                String::from_utf8_lossy(&wire)
            );
        }
    }
    let found = [home.data(), home.logs()].map(|dir| needles.found_below(&dir)).concat();
    assert!(found.is_empty(), "sings: {found:?}");
}

/// A test in which nothing went wrong proves nothing: what it is about must have happened.
fn it_was_worth_it(journal: &[Record], careful: &Zaaksysteem, careless: &Zaaksysteem, letters: usize) {
    let count = |stap: Stap, word: &str| {
        let of = |r: &&Record| r.stap == stap && (word.is_empty() || r.inhoud.toelichting == word);
        journal.iter().filter(of).count()
    };
    let (unknown, asked) = (count(Stap::UitkomstOnbekend, ""), count(Stap::Afgeleverd, "nagevraagd"));
    println!(
        "uncertain {unknown} times, resolved by asking {asked} times; {} repeats at the careful system",
        careful.repeats()
    );
    assert!(unknown > letters / 100 && asked > letters / 100);
    let twice = careless.effects().into_values().filter(|n| *n != 1).count();
    assert_eq!(twice, 0, "sent twice to a system that does not notice");
}
