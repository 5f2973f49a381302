//! The property suite is shown to catch broken minimisers, each broken in one way somebody could break it.
#![allow(clippy::panic, reason = "a test may stop at the first surprise")]

use jiff::civil::Date;

use super::{Fault, Plan, Sound, make};
use crate::gegeven::GegevenSet;
use crate::scan::{Caps, Scratch};

#[path = "../../tests/support/mod.rs"]
mod support;

use support::model::Counts;
use support::properties::{Setting, Subject};

struct IgnoresMasks;
impl Fault for IgnoresMasks {
    const IGNORES_MASKS: bool = true;
}

struct ShowsEmptyParts;
impl Fault for ShowsEmptyParts {
    const SHOWS_EMPTY_PARTS: bool = true;
}

struct ConfusesGeneralisations;
impl Fault for ConfusesGeneralisations {
    const CONFUSES_GENERALISATIONS: bool = true;
}

fn subject<F: Fault>(plan: &Plan, masks: &[GegevenSet], dag: Date, bytes: &[u8]) -> Option<(Vec<u8>, Counts, usize)> {
    let mut scratch = Scratch::default();
    let made = make::<F>(plan, masks, dag, None, bytes, &Caps::default(), &mut scratch).ok()?;
    let counts = Counts {
        kept: made.kept(),
        dropped: made.dropped(),
        generalised: made.generalised(),
        gaps: made.gaps(),
    };
    Some((made.bytes.to_vec(), counts, made.bijdragen()))
}

fn suite(subject: Subject) -> Result<(), String> {
    Setting::new(support::SCHEMA, support::gegevens(), subject).run(2_000, 2, 500)
}

#[test]
fn the_suite_catches_every_mutant_and_passes_the_sound_one() {
    if let Err(why) = suite(subject::<Sound>) {
        panic!("{why}");
    }
    for (name, mutant) in [
        ("ignores masks", subject::<IgnoresMasks> as Subject),
        ("shows empty parts", subject::<ShowsEmptyParts>),
        ("confuses generalisations", subject::<ConfusesGeneralisations>),
    ] {
        let caught = suite(mutant);
        assert!(caught.is_err(), "the suite does not see a minimiser that {name}");
    }
}
