//! From texts to a rulebook: all consultations and ten thousand parties in less than 100 ms, and with the second reading
//! that `sluis check` does.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench may stop at the first surprise"
)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use sluis_rules::rulebook::{Rulebook, Source, Sources};

fn read(dir: &Path, under: &str, all: &mut Vec<Source>) {
    let mut entries: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap()).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if path.is_dir() && under.is_empty() && name != "voorbeelden" {
            read(&path, &format!("{name}/"), all);
        } else if name.ends_with(".toml") || name.ends_with(".json") {
            all.push(Source {
                name: format!("{under}{name}"),
                text: std::fs::read_to_string(&path).unwrap(),
            });
        }
    }
}

/// The example region, grown by invented schools.
fn sources(extra: usize) -> Sources {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Sources::default();
    read(&root.join("config/convenant"), "", &mut all.rules);
    read(&root.join("schemas/canoniek"), "", &mut all.schemas);
    let convenant = all.rules.iter_mut().find(|s| s.name == "convenant.toml").unwrap();
    convenant.text = convenant.text.replace("\n# einde\n", "\n");
    for n in 0..extra {
        write!(
            convenant.text,
            "\n[[partij]]\noin = \"0000009900009{n:07}\"\ntaak = \"school\"\nnaam = \"School {n}\"\nsector = \"po\"\n\
             brin = \"99ZZ\"\nvestiging = \"00\"\ntoegetreden_op = \"2024-01-11\"\nbekendgemaakt_op = \"2024-01-11\"\n"
        )
        .unwrap();
    }
    convenant.text.push_str("# einde\n");
    all
}

fn compiling(c: &mut Criterion) {
    let mut group = c.benchmark_group("compile");
    for extra in [0, 10_000] {
        let all = sources(extra);
        Rulebook::parse(&all).expect("the example region loads");
        group.bench_function(format!("{extra}-parties-more"), |b| {
            b.iter(|| Rulebook::parse(black_box(&all)).unwrap());
        });
    }
    let all = sources(10_000);
    group.bench_function("10000-parties-more-read-twice", |b| {
        b.iter(|| Rulebook::check(black_box(&all)).unwrap());
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = compiling
}
criterion_main!(benches);
