//! `decide` with the facts at hand: under 2 µs, and the same for ten parties and a hundred thousand.

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
use sluis_rules::event::Event;
use sluis_rules::facts::{Dossier, Feit};
use sluis_rules::gates::{Aanvraag, decide};
use sluis_rules::rulebook::{Rulebook, Source, Sources};
use sluis_rules::scan::{self, Caps, Scratch};

fn read(dir: &str, prefix: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(dir);
    std::fs::read_dir(&root)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml" || e == "json"))
        .map(|p| Source {
            name: format!("{prefix}{}", p.file_name().unwrap().to_str().unwrap()),
            text: std::fs::read_to_string(&p).unwrap(),
        })
        .collect()
}

/// The example region, grown by invented youth-care providers.
fn rulebook(extra: usize) -> Rulebook {
    let mut rules = read("config/convenant", "");
    rules.extend(read("config/convenant/casusoverleg", "casusoverleg/"));
    rules.extend(read("config/convenant/wettelijk", "wettelijk/"));
    let convenant = rules.iter_mut().find(|s| s.name == "convenant.toml").unwrap();
    convenant.text = convenant.text.replace("\n# einde\n", "\n");
    for n in 0..extra {
        write!(
            convenant.text,
            "\n[[partij]]\noin = \"0000009900009{n:07}\"\ntaak = \"jeugdhulpaanbieder\"\nnaam = \"Aanbieder {n}\"\n\
             toegetreden_op = \"2024-01-11\"\nbekendgemaakt_op = \"2024-01-11\"\n"
        )
        .unwrap();
    }
    convenant.text.push_str("# einde\n");
    let schemas = read("schemas/canoniek", "");
    Rulebook::parse(&Sources { rules, schemas }).expect("the example region loads")
}

fn deciding(c: &mut Criterion) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let feiten: Vec<Feit> =
        serde_json::from_slice(&std::fs::read(root.join("config/demo/feiten.json")).unwrap()).unwrap();
    let body = std::fs::read(root.join("config/demo/berichten/02-hulpvraag-naar-leerplicht.json")).unwrap();
    let (event, data) = Event::parse(&body).unwrap();
    let dag = "2026-11-23".parse().unwrap();
    let mut group = c.benchmark_group("decide");
    for extra in [0, 100_000] {
        let rules = rulebook(extra);
        let tree = rules.tree(event.bericht);
        let inventory = scan::inventory(tree, data, &Caps::default(), &mut Scratch::default()).unwrap();
        let dossier = Dossier::build(&feiten, 1, &event.claim.casus, dag, rules.gegevens());
        let vraag = Aanvraag {
            kanaal: event.claim.kanaal,
            casusoverleg: &event.claim.casusoverleg,
            casus: &event.claim.casus,
            fase: &event.claim.fase,
            doel: &event.claim.doel,
            grondslag: event.claim.grondslag.as_deref(),
            afzender: event.claim.afzender,
            ontvanger: event.claim.ontvanger.unwrap(),
            bericht: event.bericht,
            afzender_bewezen: true,
        };
        let verdict = decide(&rules, &dossier, &vraag, &inventory, dag);
        assert!(
            !verdict.is_blocked(),
            "the bench must decide about a message that passes"
        );
        group.bench_function(format!("{} parties", rules.partijen().len()), |b| {
            b.iter(|| decide(black_box(&rules), &dossier, &vraag, &inventory, dag));
        });
    }
    group.finish();
    c.bench_function("rulebook/parse example region", |b| b.iter(|| rulebook(0)));
}

criterion_group! {
    name = benches;
    config = Criterion::default().measurement_time(std::time::Duration::from_secs(2)).sample_size(30);
    targets = deciding
}
criterion_main!(benches);
