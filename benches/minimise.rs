//! Minimising, strict checks included, against `serde_json`: parse to `Value` → filter → serialise. Same allocator,
//! same run, and the outputs are the same JSON. Prints the ratio; required: at least 4.
//!
//! `cargo bench --bench minimise`

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench may stop at the first surprise, and prints what it found"
)]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jiff::civil::Date;
use serde_json::Value;
use sluis_rules::gegeven::{Gegeven, GegevenSet, Gegevens};
use sluis_rules::minimise::{Plan, minimise};
use sluis_rules::scan::{Caps, Scratch, check, inventory};
use sluis_rules::tree::Tree;

#[path = "support/dom.rs"]
mod dom;

#[derive(serde::Deserialize)]
struct File {
    gegeven: Vec<Gegeven>,
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

struct Setting {
    plan: Plan,
    filter: dom::Filter,
    dag: Date,
    masks: [GegevenSet; 16],
}

impl Setting {
    fn new() -> Self {
        let gegevens = Gegevens::new(
            toml::from_str::<File>(&read("config/convenant/gegevens.toml"))
                .unwrap()
                .gegeven,
        );
        let gegevens = gegevens.unwrap();
        dom::prove(&gegevens);
        let schema = read("schemas/canoniek/hulpvraag.v1.json");
        let tree = Arc::new(Tree::compile(&schema, &gegevens).unwrap());
        let schema: Value = serde_json::from_str(&schema).unwrap();
        Self {
            plan: Plan::new(&tree, |id| dom::plan(gegevens.name(id))),
            filter: dom::Filter::compile(&schema, &schema, &dom::plan),
            dag: jiff::civil::date(2026, 11, 23),
            masks: [GegevenSet::ALL; 16],
        }
    }

    fn ours(&self, message: &[u8], scratch: &mut Scratch) -> usize {
        let made = minimise(&self.plan, &self.masks, self.dag, message, &Caps::default(), scratch).unwrap();
        made.seal_with(<[u8]>::len)
    }

    fn theirs(&self, message: &[u8]) -> Vec<u8> {
        let value: Value = serde_json::from_slice(message).unwrap();
        serde_json::to_vec(&self.filter.message(value, self.dag)).unwrap()
    }

    /// Both give the same JSON, so that the comparison is of the same work.
    fn prove(&self, name: &str, message: &[u8]) {
        let mut scratch = Scratch::default();
        let made = minimise(
            &self.plan,
            &self.masks,
            self.dag,
            message,
            &Caps::default(),
            &mut scratch,
        )
        .unwrap();
        let (kept, generalised) = (made.kept(), made.generalised());
        let ours: Value = made.seal_with(|b| serde_json::from_slice(b).unwrap());
        let theirs: Value = serde_json::from_slice(&self.theirs(message)).unwrap();
        assert_eq!(ours, theirs);
        let values = scalars(&serde_json::from_slice(message).unwrap());
        println!(
            "{name}: {} bytes, {values} values, {kept} kept, {generalised} generalised",
            message.len()
        );
    }
}

fn scalars(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(scalars).sum(),
        Value::Object(map) => map.values().map(scalars).sum(),
        _ => 1,
    }
}

/// The least of many short rounds, taken in turns: what the machine does beside us slows both or neither.
fn least(mut one: impl FnMut(), mut other: impl FnMut(), each: usize) -> (f64, f64) {
    let mut best = [f64::MAX; 2];
    let mut round = |which: usize, run: &mut dyn FnMut()| {
        let started = Instant::now();
        (0..each).for_each(|_| run());
        let nanos = started.elapsed().as_secs_f64() * 1e9 / each as f64;
        best[which] = best[which].min(nanos);
    };
    for _ in 0..200 {
        round(0, &mut one);
        round(1, &mut other);
    }
    (best[0], best[1])
}

fn benches(c: &mut Criterion) {
    let setting = Setting::new();
    let mut ratios = Vec::new();
    for name in ["s", "m", "l"] {
        let message = read(&format!("benches/corpus/{name}.json")).into_bytes();
        setting.prove(name, &message);
        let mut scratch = Scratch::default();
        let mut group = c.benchmark_group(format!("minimise/{name}"));
        group.throughput(Throughput::Bytes(message.len() as u64));
        group.bench_function("sluis", |b| b.iter(|| setting.ours(black_box(&message), &mut scratch)));
        group.bench_function("serde_json", |b| b.iter(|| setting.theirs(black_box(&message)).len()));
        group.bench_function("check", |b| {
            b.iter(|| check(black_box(&message), &Caps::default(), &mut scratch).unwrap());
        });
        group.bench_function("inventory", |b| {
            let tree = setting.plan.tree();
            b.iter(|| inventory(tree, black_box(&message), &Caps::default(), &mut scratch).unwrap());
        });
        group.finish();
        let each = 400_000 / message.len() + 1;
        let (ours, theirs) = least(
            || {
                black_box(setting.ours(black_box(&message), &mut scratch));
            },
            || {
                black_box(setting.theirs(black_box(&message)));
            },
            each,
        );
        ratios.push((name, ours, theirs));
    }
    for (name, ours, theirs) in ratios {
        let ratio = theirs / ours;
        println!("{name}: sluis {ours:.0} ns, serde_json {theirs:.0} ns, ratio {ratio:.1}");
        assert!(
            name != "m" || ratio >= 4.0,
            "the minimiser is to be at least four times as fast"
        );
    }
}

criterion_group! {
    name = all;
    config = Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2)).without_plots();
    targets = benches
}
criterion_main!(all);
