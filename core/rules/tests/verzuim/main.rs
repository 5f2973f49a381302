//! Absence: the rules beside a slow model, cases that a lawyer can read, calendars, corrections, and files.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may fail loudly"
)]

mod gevallen;
mod kalender;
mod melding;
mod model;
mod stroom;
mod toeval;

use sluis_rules::rulebook::Source;
use sluis_rules::verzuim::{Dag, Kalenders};

/// The calendars of the repository.
pub fn kalenders() -> Kalenders {
    Kalenders::parse(&bestanden()).expect("the example calendars can be read")
}

pub fn bestanden() -> Vec<Source> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/kalender");
    let mut all: Vec<Source> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .map(|path| Source {
            name: path.file_name().unwrap().to_str().unwrap().to_owned(),
            text: std::fs::read_to_string(&path).unwrap(),
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

pub fn dag(text: &str) -> Dag {
    text.parse().unwrap()
}
