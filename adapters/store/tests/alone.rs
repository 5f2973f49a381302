//! Measures, on a machine that does nothing else:
//! `cargo nextest run --release -p sluis-store --run-ignored only --no-capture alone`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement may stop at the first surprise, and prints what it found"
)]

#[path = "contract/support.rs"]
#[allow(dead_code, reason = "shared with the contract, which uses all of it")]
mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sluis_rules::journal::Stap;
use sluis_stations::ports::{Arrival, Next, Station, Store as _};
use sluis_store::{SqliteStore, StoreOptions};
use support::*;

fn open(path: &Path) -> Arc<SqliteStore> {
    Arc::new(SqliteStore::open(path, StoreOptions::default()).unwrap())
}

/// A folder on the disk of the build, not in memory: `/tmp` may be either.
fn disk() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// An event as long as a real one, with a sealed message of the smallest bucket.
fn arrival_of(n: u64, lanes: u64) -> Arrival {
    // As keyed ids are: without order.
    let scattered = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut event = arrival(&format!("{scattered:064x}"), &format!("c{}", n % lanes), &[LEERPLICHT]);
    event.messages[0].effect = id(&format!("{scattered:016x}{n:048x}"));
    event.messages[0].sealed = vec![7; 1066];
    event.journal = vec![entry(Stap::Aanvaard, event.messages[0].effect.as_str())];
    event
}

/// Runs `work` for every number below `total`, so many at a time.
async fn spread<F: Future<Output = ()> + Send>(
    total: u64,
    at_once: u64,
    work: impl Fn(u64) -> F + Send + Sync + 'static,
) {
    let work = Arc::new(work);
    let tasks: Vec<_> = (0..at_once)
        .map(|first| {
            let work = Arc::clone(&work);
            let mine: Vec<u64> = (first..total).step_by(usize::try_from(at_once).unwrap()).collect();
            tokio::spawn(async move {
                for n in mine {
                    work(n).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn alone_durable_rows() {
    for (at_once, total) in [(1, 2_000), (16, 10_000), (128, 40_000), (512, 60_000)] {
        let dir = disk();
        let store = open(&dir.path().join("store"));
        let begin = Instant::now();
        let s = Arc::clone(&store);
        spread(total, at_once, move |n| {
            let s = Arc::clone(&s);
            async move {
                s.accept(arrival_of(n, total)).await.unwrap();
            }
        })
        .await;
        let per_second = f64::from(u32::try_from(total).unwrap()) / begin.elapsed().as_secs_f64();
        println!("accept, {at_once} at once: {per_second:.0} messages/s");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn alone_the_whole_way() {
    let total = 10_000;
    let dir = disk();
    let store = open(&dir.path().join("store"));
    let begin = Instant::now();
    let s = Arc::clone(&store);
    spread(total, 256, move |n| {
        let s = Arc::clone(&s);
        async move {
            let event = arrival_of(n, total);
            let effect = event.messages[0].effect.clone();
            s.accept(event).await.unwrap();
            go(&*s, &effect, Station::Judge, Next::Deliver { sealed: vec![8; 1066] }).await;
            let work = claim(&*s, &effect, Station::Deliver).await.unwrap();
            step(&*s, &work, Next::Depart).await;
            step(&*s, &work, Next::Done).await;
        }
    })
    .await;
    let per_second = f64::from(u32::try_from(total).unwrap()) / begin.elapsed().as_secs_f64();
    println!("accept, judge, depart, deliver (6 durable steps), 256 at once: {per_second:.0} messages/s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn alone_ready() {
    for (messages, lanes) in [(10_000, 1), (10_000, 5_000), (100_000, 100_000)] {
        let dir = disk();
        let store = open(&dir.path().join("store"));
        let s = Arc::clone(&store);
        spread(messages, 512, move |n| {
            let s = Arc::clone(&s);
            async move {
                s.accept(arrival_of(n, lanes)).await.unwrap();
            }
        })
        .await;
        measure(&store, &format!("{messages} open, {lanes} lanes")).await;
        let busy = vec![partij(LEERPLICHT)];
        let begin = Instant::now();
        store.ready_except(Station::Judge, NOW, 64, busy).await.unwrap();
        println!(
            "{messages} open, {lanes} lanes, all for a busy receiver: ready_except {:?}",
            begin.elapsed()
        );
        // Every head waits for its next attempt.
        let heads = store.ready(Station::Judge, NOW, usize::MAX).await.unwrap();
        let s = Arc::clone(&store);
        let count = u64::try_from(heads.len()).unwrap();
        spread(count, 512, move |n| {
            let (s, effect) = (Arc::clone(&s), heads[usize::try_from(n).unwrap()].clone());
            async move { go(&*s, &effect, Station::Judge, Next::Retry { at_ms: NOW + 1 + n }).await }
        })
        .await;
        measure(&store, &format!("{messages} open, {lanes} lanes, every head backs off")).await;
    }
}

async fn measure(store: &SqliteStore, what: &str) {
    for limit in [64, 512] {
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..50 {
            let begin = Instant::now();
            store.ready(Station::Judge, NOW, limit).await.unwrap();
            times.push(begin.elapsed());
        }
        times.sort();
        println!("{what}: ready({limit}) median {:?}, worst {:?}", times[25], times[49]);
    }
    let begin = Instant::now();
    store.counts().await.unwrap();
    println!("{what}: counts {:?}", begin.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn alone_opening() {
    let dir = disk();
    let path = dir.path().join("store");
    let store = open(&path);
    let s = Arc::clone(&store);
    spread(100_000, 512, move |n| {
        let s = Arc::clone(&s);
        async move {
            s.accept(arrival_of(n, 1000)).await.unwrap();
        }
    })
    .await;
    drop(store);
    let begin = Instant::now();
    let store = open(&path);
    println!("opening a store with 100,000 open messages: {:?}", begin.elapsed());
    let begin = Instant::now();
    store.record_facts(vec![toetreding()]).await.unwrap();
    println!("an accession over it: {:?}", begin.elapsed());
}
