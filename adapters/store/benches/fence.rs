//! How long a withdrawal takes to be acknowledged while 100,000 messages are queued, of its own case or of others:
//! `cargo bench -p sluis-store --bench fence`. The number asked is p99 under a second.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a bench"
)]

use std::time::{Duration, Instant};

use sluis_rules::event::{Bericht, Claim, Event, Kanaal};
use sluis_rules::journal::{Inhoud, Stap};
use sluis_stations::ports::{Arrival, EffectId, Entry, NewMessage, Store};
use sluis_store::SqliteStore;

const QUEUED: usize = 100_000;
const A_CASE: usize = 20;
const WITHDRAWALS: usize = 300;

fn entry(stap: Stap) -> Entry {
    Entry {
        tijd_ms: 1_795_000_000_000,
        stap,
        effect: String::new(),
        trace_id: "0".repeat(32),
        span_id: "0".repeat(16),
        verwerking: "bench".into(),
        inhoud: Inhoud::default(),
    }
}

fn message(n: usize) -> NewMessage {
    let casus = format!("cas-{}", n / A_CASE);
    NewMessage {
        effect: EffectId(format!("{n:032x}")),
        event: Event {
            id: format!("e-{n}"),
            source: "urn:nld:oin:00000099000000001000:systeem:kindkans".into(),
            bericht: Bericht::Hulpvraag,
            time: None,
            claim: Claim {
                kanaal: Kanaal::Casusoverleg,
                casusoverleg: "thuiszitterstafel".into(),
                casus: casus.clone(),
                fase: "intake".into(),
                doel: "a".into(),
                afzender: "00000099000000001000/school".parse().unwrap(),
                ontvanger: Some("00000099000000002000/leerplicht".parse().unwrap()),
                grondslag: None,
            },
            traceparent: None,
        },
        lane: casus,
        sealed: vec![7; 2048],
        at_ms: 1_795_000_000_000,
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&dir.path().join("store"), Default::default()).unwrap();
        for first in (0..QUEUED).step_by(1000) {
            let arrival = Arrival {
                event_key: format!("k-{first}"),
                body_key: "b".into(),
                koppeling: "kindkans".into(),
                personen: Default::default(),
                messages: (first..first + 1000).map(message).collect(),
                journal: Vec::new(),
            };
            store.accept(arrival).await.unwrap();
        }
        let mut took: Vec<Duration> = Vec::new();
        for n in 0..WITHDRAWALS {
            let casus = format!("cas-{}", n * 7 % (QUEUED / A_CASE));
            let feit = format!(r#"{{"soort":"intrekking","toestemming":"t-1","casus":"{casus}","op":"2026-12-01"}}"#);
            let feit = serde_json::from_str(&feit).unwrap();
            let began = Instant::now();
            store.record_facts(vec![(feit, entry(Stap::Feit))]).await.unwrap();
            store.in_doubt(casus).await.unwrap();
            took.push(began.elapsed());
        }
        took.sort();
        println!(
            "{QUEUED} queued, {WITHDRAWALS} withdrawals: p50 {:?}, p99 {:?}, most {:?}",
            took[WITHDRAWALS / 2],
            took[WITHDRAWALS * 99 / 100],
            took[WITHDRAWALS - 1]
        );
    });
}
