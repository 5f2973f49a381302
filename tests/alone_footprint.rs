//! How soon Sluis is ready with a store that exists, and what it holds in memory when nothing comes.
//!
//! The numbers of the product (under 100 ms, under 20 MB) hold for the program that is shipped: `scripts/footprint.sh`
//! builds it and sets them as bounds (`SLUIS_BIN`). Without that, the program of this build is measured, which is not
//! optimised: its bounds are wide, and catch what became many times worse.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
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
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/process.rs"]
mod process;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/region.rs"]
mod region;

use std::time::Duration;

use home::{JGZ, LEERPLICHT, Plan};
use process::{Sluis, shipped};
use region::Region;

/// Letters in the store that exists, half of them delivered, half waiting in a mailbox.
const LETTERS: usize = 1000;
const STARTS: usize = 11;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn footprint_of_a_start_and_of_idling() {
    let (soon, small) = if shipped() {
        (Duration::from_millis(100), 20.0)
    } else {
        (Duration::from_millis(1500), 60.0)
    };
    let region = Region::with(Plan {
        log: "info",
        ..Plan::default()
    });
    let sluis = region.start().await;
    region.cases(50).await;
    for n in 0..LETTERS / 100 {
        region.send_each(n * 100, 50, LEERPLICHT).await;
        region.send_each(n * 100 + 50, 50, JGZ).await;
    }
    assert!(region.settled().await.is_empty());
    let (worked, _) = memory(sluis.id());
    assert!(sluis.stop().await.success());
    let store = std::fs::metadata(region.home.store()).unwrap().len();

    let mut starts: Vec<Duration> = (0..STARTS).map(|_| ready_line(&region.home)).collect();
    starts.sort();
    let (median, slowest) = (starts[STARTS / 2], starts[STARTS - 1]);
    let sluis = region.start().await;
    // What a start needed and idling does not is given back by then.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (idle, highest) = memory(sluis.id());
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    println!(
        "{}: ready line after {median:.1?} (median of {STARTS}, slowest {slowest:.1?}) with a store of {:.1} MB; \
         idle {:.1} MB resident (highest {:.1} MB, after {LETTERS} letters {:.1} MB)",
        if shipped() {
            "shipped program"
        } else {
            "program of this build, not optimised"
        },
        megabytes(store),
        megabytes(idle),
        megabytes(highest),
        megabytes(worked),
    );
    assert!(median < soon, "ready after {median:?}, should be under {soon:?}");
    assert!(
        megabytes(idle) < small,
        "{:.1} MB, should be under {small} MB",
        megabytes(idle)
    );
}

/// From starting the process to reading its ready line.
fn ready_line(home: &home::Home) -> Duration {
    let (mut sluis, line, took) = Sluis::first_line(home);
    assert!(line.contains(&home.addr.to_string()), "{line}");
    sluis.kill();
    took
}

/// Resident now and at most, in bytes.
fn memory(process: u32) -> (u64, u64) {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let of = |key: &str| {
        let line = status.lines().find_map(|l| l.strip_prefix(key)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    };
    (of("VmRSS:"), of("VmHWM:"))
}
