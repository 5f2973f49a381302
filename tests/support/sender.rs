//! Senders that give up nothing: each letter is sent until it is acknowledged, and what was acknowledged is written down.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::canary::{Needles, SONG};
use crate::client::Client;
use crate::corpus::letter;

/// What was acknowledged: by the number of the letter, its effects.
pub(crate) struct Ledger {
    kept: Mutex<(BTreeMap<usize, Vec<String>>, File)>,
    repeats: AtomicUsize,
    needles: Needles,
}

impl Ledger {
    /// Beside the memory of the test, a file that stays for whoever looks for the cause of a failure.
    pub(crate) fn new(dir: &Path) -> Self {
        Self {
            kept: Mutex::new((BTreeMap::new(), File::create(dir.join("toegezegd.ndjson")).unwrap())),
            repeats: AtomicUsize::new(0),
            needles: Needles::of(SONG),
        }
    }

    /// Acknowledged before: then with the same effects.
    fn acknowledged(&self, n: usize, effects: Vec<String>) {
        assert!(!effects.is_empty(), "letter {n} was acknowledged without an effect");
        let mut kept = self.kept.lock().unwrap();
        let line = serde_json::json!({ "brief": n, "effecten": effects });
        writeln!(kept.1, "{line}").unwrap();
        if let Some(before) = kept.0.insert(n, effects.clone()) {
            assert_eq!(before, effects, "letter {n} was acknowledged twice, with other effects");
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.kept.lock().unwrap().0.len()
    }

    /// How often an answer said that a letter was there before.
    pub(crate) fn repeats(&self) -> usize {
        self.repeats.load(Ordering::Relaxed)
    }

    /// Everything, by the number of the letter.
    pub(crate) fn all(&self) -> BTreeMap<usize, Vec<String>> {
        self.kept.lock().unwrap().0.clone()
    }
}

/// Sends the letters from 0 to `count`, `at_once` at a time, over connections of the given names.
pub(crate) async fn send_all(
    clients: &BTreeMap<&'static str, Client>,
    ledger: &Arc<Ledger>,
    count: usize,
    at_once: usize,
) {
    let next = Arc::new(AtomicUsize::new(0));
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..at_once {
        let (next, ledger, clients) = (Arc::clone(&next), Arc::clone(ledger), clients.clone());
        senders.spawn(async move {
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= count {
                    break;
                }
                let sender = &clients[letter(n).sender];
                // Some are sent twice, one after the other or at the same moment: one effect all the same.
                match n % 14 {
                    3 => {
                        hand_over(sender, &ledger, n).await;
                        hand_over(sender, &ledger, n).await;
                    }
                    10 => {
                        tokio::join!(hand_over(sender, &ledger, n), hand_over(sender, &ledger, n));
                    }
                    _ => hand_over(sender, &ledger, n).await,
                }
            }
        });
    }
    while let Some(ended) = senders.join_next().await {
        ended.unwrap();
    }
}

async fn hand_over(client: &Client, ledger: &Ledger, n: usize) {
    let letter = letter(n);
    let answer = client.hand_over(&letter.body).await;
    assert!(
        matches!(answer.status, 200 | 202),
        "letter {n} was refused: {}",
        String::from_utf8_lossy(&answer.bytes)
    );
    let told = ledger.needles.found_in(&answer.bytes);
    assert_eq!(told, None, "the answer to letter {n} sings");
    if answer.status == 200 {
        ledger.repeats.fetch_add(1, Ordering::Relaxed);
    }
    ledger.acknowledged(n, answer.effects());
}
