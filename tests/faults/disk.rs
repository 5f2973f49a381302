//! A store that cannot be written, or belongs to another.

use std::time::Duration;

use crate::corpus;
use crate::home::{JGZ, Plan};
use crate::process::Sluis;
use crate::refusals::is_problem;
use crate::region::Region;

/// No file of the process may grow beyond two megabytes: for the store that is a disk without room.
const NO_ROOM: &str = "trap '' XFSZ; ulimit -f 2048; exec \"$@\"";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_room_nothing_is_acknowledged_and_nothing_acknowledged_is_lost() {
    let region = Region::with(Plan {
        log: "warn",
        ..Plan::default()
    });
    let mut sluis = Sluis::spawn_under(&region.home, "bash", &["-c", NO_ROOM, "bash"]);
    sluis.ready(&region.home).await;
    region.cases(5).await;
    let school = region.client("school");
    let letter = |n: usize| corpus::request(n, &format!("cas-{}", n % 5), "a", Some(JGZ), Vec::new());
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for n in 0..5000 {
        let answer = school.post(&letter(n).body).await.unwrap();
        match answer.status {
            202 => taken.extend(answer.effects()),
            503 => {
                is_problem(&answer, 503);
                refused.push(n);
            }
            other => panic!("letter {n}: {other}"),
        }
        if refused.len() == 25 {
            break;
        }
    }
    assert_eq!(refused.len(), 25, "the disk was never full");
    assert!(!taken.is_empty());
    println!("{} taken, then no room", taken.len());
    assert_eq!(school.call("GET", "/livez", None).await.unwrap().status, 200);
    sluis.kill();

    // With room again: what was acknowledged is there, what was refused is not, and can be sent again.
    let _sluis = region.start().await;
    assert!(region.settled().await.is_empty());
    taken.sort();
    let mut found = region.mailbox("jgz").await;
    found.sort();
    assert_eq!(found, taken);
    for n in refused {
        taken.extend(region.send(&letter(n)).await);
    }
    assert!(region.settled().await.is_empty());
    assert_eq!(region.mailbox("jgz").await.len(), taken.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_belongs_to_one_process() {
    let region = Region::new();
    let sluis = region.start().await;
    let status = Sluis::spawn(&region.home).ended(Duration::from_secs(30)).await;
    assert_eq!(status.code(), Some(75), "later it may well work");
    region.cases(1).await;
    assert!(sluis.stop().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_without_its_keys_is_not_opened_with_new_ones() {
    let region = Region::new();
    let sluis = region.start().await;
    region.cases(1).await;
    assert!(sluis.stop().await.success());
    std::fs::rename(
        region.home.data().join("sluis.key"),
        region.home.path().join("away.key"),
    )
    .unwrap();
    let status = Sluis::spawn(&region.home).ended(Duration::from_secs(30)).await;
    assert_eq!(status.code(), Some(78));
    std::fs::rename(
        region.home.path().join("away.key"),
        region.home.data().join("sluis.key"),
    )
    .unwrap();
    let _sluis = region.start().await;
}
