//! The minimiser against a naive model, over generated messages, plans and masks; over a schema with every kind of
//! place, and over every schema that is shipped.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

mod support;

use std::path::PathBuf;

use jiff::civil::Date;
use sluis_rules::gegeven::{Gegeven, GegevenSet, Gegevens};
use sluis_rules::minimise::Plan;
use sluis_rules::scan::{Caps, Scratch};
use sluis_rules::{gegeven, minimise, tree};
use support::model::Counts;
use support::properties::Setting;

fn sound(plan: &Plan, masks: &[GegevenSet], dag: Date, bytes: &[u8]) -> Option<(Vec<u8>, Counts, usize)> {
    let mut scratch = Scratch::default();
    let made = minimise::minimise(plan, masks, dag, bytes, &Caps::default(), &mut scratch).ok()?;
    let counts = Counts {
        kept: made.kept(),
        dropped: made.dropped(),
        generalised: made.generalised(),
        gaps: made.gaps(),
    };
    Some((made.seal_with(<[u8]>::to_vec), counts, made.bijdragen()))
}

#[test]
fn every_kind_of_place() {
    let setting = Setting::new(support::SCHEMA, support::gegevens(), sound);
    // 25,000 messages with four plans each: 100,000 pairs, each held to every law.
    setting.run(25_000, 4, 500).unwrap_or_else(|why| panic!("{why}"));
}

#[derive(serde::Deserialize)]
struct File {
    gegeven: Vec<Gegeven>,
}

#[test]
fn the_schemas_that_are_shipped() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join("config/convenant/gegevens.toml")).unwrap();
    for kind in ["hulpvraag", "actie", "verslag", "status"] {
        let gegevens = Gegevens::new(toml::from_str::<File>(&text).unwrap().gegeven).unwrap();
        let schema = std::fs::read_to_string(root.join(format!("schemas/canoniek/{kind}.v1.json"))).unwrap();
        let setting = Setting::new(&schema, gegevens, sound);
        setting
            .run(1_000, 2, 3_000)
            .unwrap_or_else(|why| panic!("{kind}: {why}"));
    }
}
