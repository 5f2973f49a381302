//! What only the SQLite store promises: about its file, its process and its disk.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

#[path = "contract/support.rs"]
#[allow(dead_code, reason = "shared with the contract, which uses all of it")]
mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rusqlite::Connection;
use sluis_rules::journal::Stap;
use sluis_stations::ports::{Accepted, Committed, Next, PortError, Station, Store as _};
use sluis_store::{JournalReader, SqliteStore, StoreError, StoreOptions};
use support::*;

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, StoreOptions::default()).unwrap()
}

/// Everything beside the store, as raw bytes: the file, its log, its shared memory.
fn on_disk(path: &Path) -> Vec<u8> {
    let folder = fs::read_dir(path.parent().unwrap()).unwrap();
    folder
        .flat_map(|file| fs::read(file.unwrap().path()).unwrap())
        .collect()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|w| w == needle)
}

#[tokio::test]
async fn what_was_answered_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = open(&path);
    let (a, b) = (one(&store, "a", "a").await, one(&store, "b", "b").await);
    judged(&store, &a).await;
    let version = store.record_facts(vec![sluiting("a")]).await.unwrap();
    in_quarantine(&store, &b, NOW).await;
    drop(store);
    let store = open(&path);
    assert_eq!(store.counts().await.unwrap(), (1, 1, 0));
    assert_eq!(store.facts("a".into()).await.unwrap().versie, version);
    let before = journal_holds(&store).await;
    assert_eq!(
        store.accept(arrival("a", "a", &[LEERPLICHT])).await.unwrap(),
        Accepted::Repeat(vec![a.clone()])
    );
    go(&store, &a, Station::Judge, Next::Done).await;
    assert_eq!(journal_holds(&store).await, before + 1, "the chain goes on");
}

/// A killed process leaves the file as it is at some moment: a copy taken between two answers stands for it.
#[tokio::test]
async fn a_copy_taken_at_any_moment_opens() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = open(&path);
    for n in 0..10_u64 {
        one(&store, &format!("e{n}"), &format!("c{n}")).await;
        let killed = dir.path().join(format!("killed{n}"));
        fs::copy(&path, &killed).unwrap();
        fs::copy(
            path.with_file_name("store-wal"),
            dir.path().join(format!("killed{n}-wal")),
        )
        .unwrap();
        let after = open(&killed);
        assert_eq!(
            after.counts().await.unwrap().0,
            n + 1,
            "nothing that was answered is lost"
        );
        assert_eq!(journal_holds(&after).await, n + 1);
    }
}

#[tokio::test]
async fn claims_end_with_the_process_but_a_departure_keeps_its_lease() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = open(&path);
    let (judge, sent) = (one(&store, "a", "a").await, one(&store, "b", "b").await);
    judged(&store, &sent).await;
    let lost = claim(&store, &judge, Station::Judge).await.unwrap();
    let work = claim(&store, &sent, Station::Deliver).await.unwrap();
    step(&store, &work, Next::Depart).await;
    drop(store);
    let store = open(&path);
    assert_eq!(ready(&store, Station::Judge).await, std::slice::from_ref(&judge));
    assert_eq!(step(&store, &lost, Next::Done).await, Committed::ClaimLost);
    let again = claim(&store, &judge, Station::Judge).await.unwrap();
    assert!(again.claim.token > work.claim.token.max(lost.claim.token));
    assert_eq!(again.attempt, 1, "an attempt that ended in a crash counts");
    assert!(
        ready(&store, Station::Deliver).await.is_empty(),
        "the target may still be working on it"
    );
    let later = store
        .claim(sent, Station::Deliver, NOW + LEASE, LEASE)
        .await
        .unwrap()
        .unwrap();
    assert!(later.departed);
}

#[test]
fn a_second_process_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let first = open(&path);
    let second = SqliteStore::open(&path, StoreOptions::default()).unwrap_err();
    assert!(matches!(second, StoreError::InUse { .. }));
    assert!(second.to_string().contains("another sluis process"), "{second}");
    drop(first);
    open(&path);
}

#[tokio::test]
async fn its_files_are_for_their_owner_only() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let store = open(&path);
    one(&store, "a", "a").await;
    let mut seen = 0;
    for file in fs::read_dir(dir.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(
            file.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{:?}",
            file.path()
        );
        seen += 1;
    }
    assert_eq!(seen, 4, "the file, its log, its shared memory and the lock");
}

#[tokio::test]
async fn ended_content_is_gone_from_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = open(&path);
    let mut event = arrival("e", "c", &[LEERPLICHT]);
    // More than a page, so that it spills.
    event.messages[0].sealed = b"SEALED-CANARY-1 ".repeat(1000);
    store.accept(event).await.unwrap();
    go(
        &store,
        &id("e/0"),
        Station::Judge,
        Next::Deliver {
            sealed: b"SEALED-CANARY-2 ".repeat(1000),
        },
    )
    .await;
    assert!(contains(&on_disk(&path), b"SEALED-CANARY-1"), "the look itself works");
    go(&store, &id("e/0"), Station::Deliver, Next::Done).await;
    drop(store);
    assert!(!contains(&on_disk(&path), b"SEALED-CANARY"));
    // In a running store the log is folded once it is quiet.
    let store = open(&path);
    let mut event = arrival("f", "c", &[LEERPLICHT]);
    event.messages[0].sealed = b"SEALED-CANARY-3 ".repeat(1000);
    store.accept(event).await.unwrap();
    go(&store, &id("f/0"), Station::Judge, Next::Done).await;
    for _ in 0..100 {
        if !contains(&on_disk(&path), b"SEALED-CANARY") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the log still holds it");
}

#[tokio::test]
async fn a_full_store_refuses_what_is_new_and_ends_what_is_inside() {
    let dir = tempfile::tempdir().unwrap();
    let options = StoreOptions {
        max_bytes: Some(1 << 20),
        ..StoreOptions::default()
    };
    let store = SqliteStore::open(&dir.path().join("store"), options).unwrap();
    let mut kept = Vec::new();
    let refusal = loop {
        let n = kept.len();
        let mut event = arrival(&format!("e{n}"), &format!("c{n}"), &[LEERPLICHT]);
        event.messages[0].sealed = vec![7; 8 << 10];
        match store.accept(event).await {
            Ok(Accepted::New) => kept.push(id(&format!("e{n}/0"))),
            other => break other,
        }
        assert!(n < 1000);
    };
    assert_eq!(refusal, Err(PortError::Full("the store")));
    assert_eq!(store.writable().await, Err(PortError::Full("the store")));
    assert!(kept.len() > 20, "{}", kept.len());
    for effect in &kept {
        go(&store, effect, Station::Judge, Next::Done).await;
    }
    store.writable().await.unwrap();
    one(&store, "after", "c").await;
    assert_eq!(journal_holds(&store).await, 2 * kept.len() as u64 + 1);
}

#[tokio::test]
async fn a_group_that_hits_the_wall_fails_together_and_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let options = StoreOptions {
        max_bytes: Some(1 << 20),
        ..StoreOptions::default()
    };
    let store = SqliteStore::open(&dir.path().join("store"), options).unwrap();
    one(&store, "small", "c").await;
    let mut large = arrival("large", "c", &[LEERPLICHT]);
    large.messages[0].sealed = vec![7; 2 << 20];
    assert_eq!(store.accept(large).await, Err(PortError::Full("the store")));
    assert_eq!(store.counts().await.unwrap(), (1, 0, 0));
    one(&store, "after", "c").await;
    assert_eq!(journal_holds(&store).await, 2);
}

#[test]
fn a_newer_schema_and_a_strange_file_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    drop(open(&path));
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let newer = SqliteStore::open(&path, StoreOptions::default()).unwrap_err();
    assert!(matches!(newer, StoreError::Newer { found: 99, .. }), "{newer}");

    let strange = dir.path().join("strange");
    fs::write(
        &strange,
        "not a database, but long enough to be looked at as one".repeat(50),
    )
    .unwrap();
    assert!(matches!(
        SqliteStore::open(&strange, StoreOptions::default()),
        Err(StoreError::Database { .. })
    ));
    let nowhere = dir.path().join("no/such/folder/store");
    assert!(matches!(
        SqliteStore::open(&nowhere, StoreOptions::default()),
        Err(StoreError::Io { .. })
    ));
}

#[tokio::test]
async fn journal_and_facts_cannot_be_changed_and_a_changed_tail_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = open(&path);
    one(&store, "a", "a").await;
    store.record_facts(vec![sluiting("a")]).await.unwrap();
    drop(store);
    let c = Connection::open(&path).unwrap();
    for sql in [
        "DELETE FROM journal",
        "UPDATE journal SET record = x'00'",
        "DELETE FROM facts",
        "UPDATE facts SET casus = 'b'",
    ] {
        assert!(c.execute(sql, []).is_err(), "{sql}");
    }
    c.execute_batch("DROP TRIGGER journal_keeps; UPDATE journal SET record = x'00' WHERE nummer = 2")
        .unwrap();
    drop(c);
    assert!(matches!(
        SqliteStore::open(&path, StoreOptions::default()),
        Err(StoreError::Journal { .. })
    ));
}

#[tokio::test]
async fn callers_wait_when_the_queue_is_full_and_who_goes_away_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let options = StoreOptions {
        queue: 2,
        group: 1,
        readers: 1,
        ..StoreOptions::default()
    };
    let store = SqliteStore::open(&dir.path().join("store"), options).unwrap();
    let effect = one(&store, "a", "a").await;
    // Asked for once, and gone before the answer.
    drop(join_once(store.claim(effect.clone(), Station::Judge, NOW, LEASE)).await);
    let all = (0..50)
        .map(|n| store.accept(arrival(&format!("e{n}"), "c", &[LEERPLICHT])))
        .collect();
    assert!(join_all(all).await.into_iter().all(|a| a == Ok(Accepted::New)));
    assert_eq!(store.counts().await.unwrap().0, 51);
    assert!(store.history("a".into()).await.unwrap().len() == 1);
}

/// Polls once.
async fn join_once<T>(mut future: sluis_stations::ports::Fut<'_, T>) -> Option<T> {
    std::future::poll_fn(|cx| {
        std::task::Poll::Ready(match future.as_mut().poll(cx) {
            std::task::Poll::Ready(t) => Some(t),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

/// The store as schema 1 wrote it, as text. Never edited; a later schema gets a dump of its own.
#[tokio::test]
async fn old_schemas_keep_opening() {
    for (n, dump) in [(1, include_str!("old/v1.sql"))] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("store");
        Connection::open(&path).unwrap().execute_batch(dump).unwrap();
        let store = open(&path);
        assert_eq!(store.counts().await.unwrap(), (1, 1, 1), "schema {n}");
        assert_eq!(journal_holds(&store).await, 11);
        assert_eq!(store.facts("c".into()).await.unwrap().versie, 1);
        let work = claim(&store, &id("open/0"), Station::Deliver).await.unwrap();
        assert_eq!(work.sealed, minimised(&id("open/0")));
        assert_eq!(store.mailbox(partij(LEERPLICHT), None, 9).await.unwrap().len(), 1);
        assert!(
            store
                .rejudge(id("held/0"), entry(Stap::Besluit, "held/0"))
                .await
                .unwrap()
        );

        // Brought up to date it has the schema of a new one.
        let fresh = dir.path().join("fresh");
        drop((store, open(&fresh)));
        let schema = |path: &Path| {
            let c = Connection::open(path).unwrap();
            let mut s = c
                .prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")
                .unwrap();
            let rows = s.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).unwrap();
            rows.collect::<Result<Vec<(String, String, Option<String>)>, _>>()
                .unwrap()
        };
        assert_eq!(schema(&path), schema(&fresh));
    }
}

/// Makes the dump above from the program as it is; used once for each schema.
#[tokio::test]
#[ignore = "writes a fixture: only when a new schema is released"]
async fn write_old_fixture() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = open(&path);
    store.record_facts(vec![sluiting("c")]).await.unwrap();
    for (key, casus) in [("done", "c"), ("open", "d"), ("held", "e"), ("box", "f")] {
        one(&store, key, casus).await;
    }
    go(&store, &id("done/0"), Station::Judge, Next::Done).await;
    judged(&store, &id("open/0")).await;
    in_quarantine(&store, &id("held/0"), NOW).await;
    in_mailbox(&store, &id("box/0")).await;
    drop(store);
    // More than one record for a claim that was lost: one open piece of work with a claim.
    let store = open(&path);
    let work = claim(&store, &id("open/0"), Station::Deliver).await.unwrap();
    assert_eq!(step(&store, &work, Next::Retry { at_ms: NOW }).await, Committed::Yes);
    drop(store);
    fs::copy(&path, std::env::var("FIXTURE").unwrap()).unwrap();
}

#[tokio::test]
async fn the_journal_is_read_beside_a_running_store_and_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = open(&path);
    one(&store, "a", "a").await;
    let beside = JournalReader::open(&path).unwrap();
    assert_eq!(beside.history("a").unwrap().len(), 1);
    judged(&store, &id("a/0")).await;
    assert_eq!(beside.history("a/0").unwrap().len(), 2, "what was answered is seen");
    drop(store);
    drop(beside);
    let beside = JournalReader::open(&path).unwrap();
    assert_eq!(beside.from(1, 9).unwrap().len(), 2);
    // Whoever looks does not keep the store from starting.
    assert_eq!(journal_holds(&open(&path)).await, 2);
    assert!(JournalReader::open(&dir.path().join("none")).is_err());
}
