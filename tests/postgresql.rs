//! A Sluis on a PostgreSQL server: the same promises as on a file, also when the server is killed under load, and when two
//! instances share the work.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops at the first surprise"
)]

#[allow(dead_code, reason = "another test uses the rest")]
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
#[path = "support/postgres.rs"]
mod postgres;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/process.rs"]
mod process;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/region.rs"]
mod region;

use std::time::Duration;

use home::{LEERPLICHT, Plan};
use postgres::Server;
use process::Sluis;
use region::{Region, times};

fn plan(server: &Server) -> Plan {
    Plan {
        log: "info",
        more: format!(
            "\n[opslag]\npostgresql = \"{}\"\nantwoord_seconden = 5\n",
            server.address("sluis")
        ),
        ..Plan::default()
    }
}

/// The server is killed and started again while letters come in: each that was acknowledged arrives, once in effect.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_loses_nothing_and_doubles_nothing() {
    let Some(mut server) = Server::start() else {
        println!("skipped: PostgreSQL is not installed");
        return;
    };
    let region = Region::with(plan(&server));
    let mut sluis = region.start().await;
    region.cases(20).await;
    let mut effects = region.send_each(0, 20, LEERPLICHT).await;
    for round in 1..4 {
        let sending = region.send_each(round * 100, 20, LEERPLICHT);
        let killing = async {
            tokio::time::sleep(Duration::from_millis(40)).await;
            // In place: the threads of this test may wait.
            tokio::task::block_in_place(|| server.crash());
        };
        let (sent, ()) = tokio::join!(sending, killing);
        effects.extend(sent);
        if round == 2 {
            // And Sluis with it.
            sluis.kill();
            sluis = region.start().await;
        }
    }
    assert!(region.settled().await.is_empty());
    assert_eq!(times(&region.municipality, &effects), vec![1; effects.len()]);
    assert!(sluis.stop().await.success());
    assert!(!region.home.store().exists(), "nothing is kept in a file beside it");
}

/// Two instances with one server and one set of keys: together they do all of it once, and one goes on when the other dies.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_share_the_work_and_one_goes_on() {
    let Some(server) = Server::start() else {
        println!("skipped: PostgreSQL is not installed");
        return;
    };
    let region = Region::with(plan(&server));
    let first = region.start().await;
    region.cases(20).await;
    let config = std::fs::read_to_string(region.home.config()).unwrap();
    let other = home::Home::new();
    let theirs = config.replace(&region.home.addr.to_string(), &other.addr.to_string());
    std::fs::write(other.config(), theirs).unwrap();
    // Without the keys of the first it does not start: what lies in the store could not be read.
    let alone = std::process::Command::new(env!("CARGO_BIN_EXE_sluis"))
        .args(["run", "--config"])
        .arg(other.config())
        .output()
        .unwrap();
    assert!(!alone.status.success());
    std::fs::create_dir_all(other.data()).unwrap();
    std::fs::copy(region.home.data().join("sluis.key"), other.data().join("sluis.key")).unwrap();
    let second = Sluis::start(&other).await;
    let mut effects = Vec::new();
    let (here, there) = (region.client("school"), client::Client::new(&other, "school"));
    for n in 0..60 {
        let letter = corpus::request(n, &format!("cas-{}", n % 20), "a", Some(LEERPLICHT), Vec::new());
        let answer = if n % 2 == 0 { &here } else { &there }.hand_over(&letter.body).await;
        assert_eq!(answer.status, 202);
        effects.extend(answer.effects());
        if n == 40 {
            // The same letter by the other door is the same effect.
            let again = if n % 2 == 0 { &there } else { &here }.hand_over(&letter.body).await;
            assert_eq!(again.effects(), answer.effects());
        }
    }
    drop(first);
    let operator = client::Client::new(&other, "beheer");
    operator.drained(Duration::from_secs(120)).await;
    assert_eq!(times(&region.municipality, &effects), vec![1; effects.len()]);
    assert!(second.stop().await.success());
}
