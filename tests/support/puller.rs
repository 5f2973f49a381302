//! A receiver that empties its mailbox: fetches, keeps, confirms; and again, because Sluis may die at any moment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::canary::{Needles, SONG};
use crate::client::Client;

/// What a receiver has.
#[derive(Default)]
pub(crate) struct Pulled {
    /// By effect, the content as it came.
    pub(crate) content: BTreeMap<String, Vec<u8>>,
    /// Answers with content: more than there are effects when a confirmation did not come through.
    pub(crate) fetches: usize,
    /// What went wrong, in words.
    pub(crate) wrong: Vec<String>,
}

/// Empties the mailbox of the caller until told to stop; then once more, to the end.
pub(crate) async fn empty(client: Client, pulled: Arc<Mutex<Pulled>>, mut stop: tokio::sync::watch::Receiver<bool>) {
    let needles = Needles::of(SONG);
    let mut confirmed: BTreeSet<String> = BTreeSet::new();
    loop {
        let last = *stop.borrow();
        for line in client.pages("/v1/postbus", "berichten").await {
            let effect = line["effect"].as_str().unwrap().to_owned();
            if confirmed.contains(&effect) {
                let wrong = format!("{effect} is in the mailbox again after it was confirmed");
                pulled.lock().unwrap().wrong.push(wrong);
                continue;
            }
            let path = format!("/v1/postbus/{effect}");
            let answer = client.insist("GET", &path, None).await;
            keep(&pulled, &needles, &effect, answer.status, answer.bytes);
            // 404: an earlier confirmation came through, and its answer did not.
            let answer = client.insist("DELETE", &path, None).await;
            if matches!(answer.status, 204 | 404) {
                confirmed.insert(effect);
            }
        }
        if last {
            return;
        }
        tokio::select! {
            _ = stop.changed() => {}
            () = tokio::time::sleep(Duration::from_millis(200)) => {}
        }
    }
}

fn keep(pulled: &Mutex<Pulled>, needles: &Needles, effect: &str, status: u16, bytes: Vec<u8>) {
    let mut pulled = pulled.lock().unwrap();
    if status != 200 {
        pulled.wrong.push(format!("{effect} could not be fetched: {status}"));
        return;
    }
    if let Some(spelling) = needles.found_in(&bytes) {
        pulled.wrong.push(format!("{effect} sings in the mailbox ({spelling})"));
    }
    pulled.fetches += 1;
    if let Some(before) = pulled.content.insert(effect.to_owned(), bytes.clone())
        && before != bytes
    {
        pulled
            .wrong
            .push(format!("{effect} was fetched twice, with other content"));
    }
}
