//! An organisation that moved to RabbitMQ, whose broker is killed with SIGKILL again and again while letters flow, and
//! now and then its Sluis too: what was acknowledged arrives, once in effect, in order, and the broker never holds a
//! word of it. `SLUIS_LONG=1`: more letters, more kills.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops at the first surprise"
)]

#[path = "support/audit.rs"]
mod audit;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/broker.rs"]
mod broker;
#[path = "support/canary.rs"]
mod canary;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/client.rs"]
mod client;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/corpus.rs"]
mod corpus;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/home.rs"]
mod home;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/process.rs"]
mod process;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/sender.rs"]
mod sender;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use broker::{Broker, USER};
use client::Client;
use home::{Home, JEUGD, JGZ, LEERPLICHT, Plan, Push, SCHOOL, SWV, TARGET_TOKEN};
use memchr::memmem;
use process::Sluis;
use sender::Ledger;
use sluis_simulators::zaaksysteem::{self, Zaaksysteem};

fn size() -> (usize, usize) {
    if std::env::var("SLUIS_LONG").is_ok_and(|v| v == "1") {
        (10_000, 40)
    } else {
        (2_000, 4)
    }
}

fn system() -> Zaaksysteem {
    zaaksysteem::start(zaaksysteem::Config {
        token: TARGET_TOKEN.to_owned(),
        ..zaaksysteem::Config::default()
    })
    .unwrap()
}

/// The same Sluis with another bus.
fn plan(municipality: &Zaaksysteem, partnership: &Zaaksysteem, bus: &str) -> Plan {
    let push = |name, parties, system: &Zaaksysteem, idempotent| Push {
        name,
        parties,
        url: system.url(),
        idempotent,
        patience: 3,
    };
    Plan {
        push: vec![
            push("gemeente", vec![LEERPLICHT, JEUGD], municipality, true),
            push("verband", vec![SWV], partnership, false),
        ],
        mailboxes: vec![JGZ, SCHOOL],
        asks: 1000,
        more: bus.to_owned(),
        ..Plan::default()
    }
}

fn rabbitmq(broker: &Broker, prefix: &str) -> String {
    format!(
        "[bus]\nsoort = \"rabbitmq\"\nadres = \"amqp://127.0.0.1:{}\"\ngebruiker = \"{USER}\"\nwachtwoord = \"{USER}\"\n\
         voorvoegsel = \"{prefix}\"\n",
        broker.port
    )
}

async fn bus_of(operator: &Client) -> serde_json::Value {
    operator.insist("GET", "/v1/gezondheid", None).await.json()["bus"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigkill_of_rabbitmq_loses_nothing_repeats_nothing_and_leaks_nothing() {
    canary::prove_the_search();
    let (letters, kills) = size();
    let begin = Instant::now();
    let mut broker = Broker::start().await;
    let home = Home::new();
    let (municipality, partnership) = (system(), system());
    home.configure(&plan(&municipality, &partnership, ""));
    let clients: BTreeMap<&'static str, Client> = ["school", "verband", "jgz", "beheer"]
        .map(|name| (name, Client::new(&home, name)))
        .into();
    let operator = &clients["beheer"];

    // It begins embedded; a setting moves it, with all that is open.
    let mut sluis = Sluis::start(&home).await;
    for facts in corpus::facts().chunks(500) {
        assert_eq!(operator.record(&facts.into()).await.status, 201);
    }
    let ledger = Arc::new(Ledger::new(home.path()));
    sender::send_all(&clients, &ledger, 100, 8).await;
    assert_eq!(bus_of(operator).await["soort"], "ingebouwd");
    sluis.kill();
    home.configure(&plan(&municipality, &partnership, &rabbitmq(&broker, "sluis")));
    sluis = Sluis::start(&home).await;
    let bus = bus_of(operator).await;
    assert_eq!((&bus["soort"], &bus["verbonden"]), (&"rabbitmq".into(), &true.into()));

    let sending = {
        let (clients, ledger) = (clients.clone(), Arc::clone(&ledger));
        tokio::spawn(async move { sender::send_all(&clients, &ledger, letters, 8).await })
    };
    let expected = (0..letters)
        .filter(|n| {
            corpus::letter(*n)
                .fates
                .iter()
                .any(|(party, _)| [LEERPLICHT, JEUGD].contains(party))
        })
        .count();
    let mut stored = Stored::default();
    for kill in 1..=kills {
        // In the middle of things: so many have arrived, and no more.
        let so_far = expected * kill / (kills + 2);
        while municipality.effects().len() < so_far && (!sending.is_finished() || ledger.count() == letters) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        broker.kill();
        stored.look(&broker.data(), &ledger);
        if kill % 2 == 0 {
            sluis.kill();
        }
        broker.again().await;
        if kill % 2 == 0 {
            sluis = Sluis::start(&home).await;
        }
    }
    println!(
        "{kills} kills in {:?}; {} letters acknowledged",
        begin.elapsed(),
        ledger.count()
    );
    sending.await.unwrap();
    operator.drained(Duration::from_secs(300)).await;
    let bus = bus_of(operator).await;
    assert_eq!((&bus["verbonden"], &bus["opzij"]), (&true.into(), &0.into()), "{bus}");
    println!("nothing open after {:?}", begin.elapsed());

    let mut mailboxes = Vec::new();
    for (party, koppeling) in [(JGZ, "jgz"), (SCHOOL, "school")] {
        let lines = clients[koppeling].pages("/v1/postbus", "berichten").await;
        let effects = lines
            .iter()
            .map(|line| (line["effect"].as_str().unwrap().to_owned(), None));
        let count = lines.len();
        let all: audit::Mailbox = effects.collect();
        assert_eq!(all.len(), count, "twice in the mailbox of {party}");
        mailboxes.push((party, all));
    }
    let aside = operator.pages("/v1/geblokkeerd", "geblokkeerd").await;
    assert!(sluis.stop().await.success());
    broker.kill();
    stored.look(&broker.data(), &ledger);

    let journal = audit::journal(&home.store()).await;
    let wrong = audit::reckon(&audit::Evidence {
        acknowledged: ledger.all(),
        journal: &journal,
        systems: vec![(&municipality, vec![LEERPLICHT, JEUGD]), (&partnership, vec![SWV])],
        mailboxes,
        aside,
    });
    assert_eq!(ledger.count(), letters);
    assert!(
        wrong.is_empty(),
        "{} things are wrong; the first: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(20)]
    );
    stored.judge(&home);
}

/// What the broker keeps on disk, its logs and crash dumps included.
#[derive(Default)]
struct Stored {
    sings: Vec<String>,
    ids: usize,
}

impl Stored {
    fn look(&mut self, dir: &Path, ledger: &Ledger) {
        self.sings.extend(canary::Needles::of(canary::SONG).found_below(dir));
        let mut bytes = Vec::new();
        read_below(dir, &mut bytes);
        let known = ledger.all();
        self.ids += known
            .values()
            .flatten()
            .filter(|effect| memmem::find(&bytes, effect.as_bytes()).is_some())
            .count();
    }

    /// No canary; and the search looked where the notices are, for their ids it did find.
    fn judge(&self, home: &Home) {
        assert!(self.sings.is_empty(), "the broker sings: {:?}", self.sings);
        assert!(
            self.ids > 100,
            "only {} notices were seen on the broker's disk",
            self.ids
        );
        let found = [home.data(), home.logs()].map(|dir| canary::Needles::of(canary::SONG).found_below(&dir));
        assert!(found.concat().is_empty(), "sings: {found:?}");
    }
}

fn read_below(dir: &Path, bytes: &mut Vec<u8>) {
    for entry in std::fs::read_dir(dir).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_below(&path, bytes);
        } else if let Ok(more) = std::fs::read(&path) {
            bytes.extend(more);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigkill_rabbitmq_that_is_not_there_or_not_right_is_told_at_the_start() {
    let mut broker = Broker::start().await;
    let home = Home::new();
    let (municipality, partnership) = (system(), system());
    let differs = r#"{"vhosts": [{"name": "/"}], "queues": [{"name": "scheef.oordelen", "vhost": "/", "durable": true,
        "auto_delete": false, "arguments": {"x-queue-type": "classic"}}]}"#;
    let file = home.path().join("definities.json");
    std::fs::write(&file, differs).unwrap();
    broker.ctl(&["import_definitions", file.to_str().unwrap()]);
    home.configure(&plan(&municipality, &partnership, &rabbitmq(&broker, "scheef")));
    let ended = Sluis::spawn(&home).ended(Duration::from_secs(60)).await;
    assert_eq!(ended.code(), Some(78));
    let said = std::fs::read_to_string(home.logs().join("stderr")).unwrap();
    assert!(
        said.contains("the queue `scheef.oordelen` exists at RabbitMQ with other properties"),
        "{said}"
    );
    assert!(
        said.contains("definitions.json") && said.contains("bus.voorvoegsel"),
        "{said}"
    );
    broker.kill();
    let ended = Sluis::spawn(&home).ended(Duration::from_secs(60)).await;
    assert_eq!(ended.code(), Some(75), "later it may be there");
}
