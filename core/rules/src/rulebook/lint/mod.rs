//! What a second reader would see in the rules: one question a file. An [`super::Severity::Error`] refuses the rulebook; a warning is
//! for `sluis check` and changes nothing in what is decided.
//!
//! A finding is an error when the rulebook would say something else than its writer thinks it says: rules that
//! contradict each other, a citation of an article that does not exist, a rule its own consultation makes impossible.
//! It is a warning when nothing can go wrong by it: a rule that is said twice, a rule for which there is no basis (gate 7
//! stops it), an element that nobody receives.
//!
//! To add a lint: a file here, and a line in [`errors`] or [`warnings`].

mod artikelen;
mod blokken;
mod dubbel;
mod grondslag;
mod niemand;
mod nooit;
mod schema;
mod tabel;
mod tegenspraak;

use std::sync::Arc;

pub use artikelen::Artikelen;
pub use tabel::{TableSource, tables};

use super::load::Files;
use super::source::OverlegFile;
use super::{CompiledPlan, Finding, Sources};
use crate::gegeven::{GegevenSet, Gegevens};
use crate::tree::Tree;
pub(super) use artikelen::FILE as ARTIKELEN;
use blokken::Blok;
pub(super) use schema::unclassified;

/// What the lints look at.
pub(super) struct Input<'a> {
    sources: &'a Sources,
    files: &'a Files,
    gegevens: &'a Gegevens,
    trees: &'a [Arc<Tree>; 4],
    /// Every file with rules: the consultations, and then the handovers between them.
    tafels: Vec<Tafel<'a>>,
}

/// The rules of one file, as sets.
struct Tafel<'a> {
    file: &'a str,
    overleg: &'a OverlegFile,
    blokken: Vec<Blok<'a>>,
}

impl<'a> Input<'a> {
    pub(super) fn new(
        sources: &'a Sources,
        files: &'a Files,
        gegevens: &'a Gegevens,
        trees: &'a [Arc<Tree>; 4],
    ) -> Self {
        let tables = files.overleggen.iter().map(|(file, o)| (file.as_str(), o));
        let handovers = files.overdrachten.iter().map(|h| (h.file.as_str(), &h.overleg));
        let tafels = tables.chain(handovers).map(|(file, o)| Tafel {
            file,
            overleg: o,
            blokken: o.regel.iter().map(|r| Blok::new(r, o, gegevens, trees)).collect(),
        });
        let tafels = tafels.collect();
        Self {
            sources,
            files,
            gegevens,
            trees,
            tafels,
        }
    }
}

/// What refuses the rulebook.
pub(super) fn errors(i: &Input<'_>, out: &mut Vec<Finding>) {
    nooit::errors(i, out);
    tegenspraak::check(i, out);
    artikelen::check(i, out);
}

/// What somebody should look at; only of rules that load.
pub(super) fn warnings<'p>(i: &Input<'_>, plans: impl Iterator<Item = &'p Arc<CompiledPlan>>, out: &mut Vec<Finding>) {
    let given = plans.fold(GegevenSet::EMPTY, |set, plan| {
        set.or(plan.permitted.and(plan.plan.tree().gegevens()))
    });
    nooit::warnings(i, out);
    grondslag::check(i, out);
    dubbel::check(i, out);
    niemand::check(i, given, out);
    schema::unused(i, out);
}
